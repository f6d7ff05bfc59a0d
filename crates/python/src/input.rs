//! The inputs of a question: JSON text as it comes, everything else converted.

use podverdict::error::ErrorCode;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

use crate::convert::to_json;
use crate::error::{Failure, Step, exception};
use crate::schema::Shape;

/// JSON text that the caller gave as text or bytes.
pub(crate) enum Text<'py> {
    Str(Bound<'py, PyString>),
    Bytes(Bound<'py, PyBytes>),
}

impl<'py> Text<'py> {
    /// The text, if this is text or bytes. Bytes that may change are copied.
    pub(crate) fn of(value: &Bound<'py, PyAny>) -> PyResult<Option<Text<'py>>> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Some(Text::Bytes(bytes.clone())));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Some(Text::Str(text.clone())));
        }
        if value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>() {
            let bytes = value.py().get_type::<PyBytes>().call1((value,))?;
            return Ok(Some(Text::Bytes(bytes.cast_into()?)));
        }
        Ok(None)
    }

    /// The text as it is; None if it is not Unicode.
    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Text::Bytes(bytes) => Some(bytes.as_bytes()),
            Text::Str(text) => text.to_str().ok().map(str::as_bytes),
        }
    }

    /// The text, if it is UTF-8.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Text::Bytes(bytes) => std::str::from_utf8(bytes.as_bytes()).ok(),
            Text::Str(text) => text.to_str().ok(),
        }
    }
}

/// The exception for text that is not UTF-8.
pub(crate) fn not_utf8(py: Python<'_>, path: &str) -> PyErr {
    exception(py, ErrorCode::Malformed.as_str(), path, "the text is not UTF-8")
}

/// One input as JSON text.
pub(crate) enum Input<'py> {
    Given(Text<'py>),
    Converted(String),
}

impl<'py> Input<'py> {
    /// Reads an input of this name and shape. Where an object of the API is due, text and bytes are its JSON text.
    pub(crate) fn read(name: &str, shape: Shape, value: &Bound<'py, PyAny>) -> PyResult<Input<'py>> {
        let py = value.py();
        if shape.is_object()
            && let Some(text) = Text::of(value)?
        {
            return Ok(Input::Given(text));
        }
        // JSON text may stand for an object in a list too; pending resizes have their pods one level deeper.
        let texts = if name == "resizes" { 2 } else { 1 };
        to_json(value, shape, texts)
            .map(Input::Converted)
            .map_err(|failure| failure.within(Step::Field(name.into())).into_exception(py))
    }

    /// The JSON text of the input of this name.
    pub(crate) fn as_str(&self, py: Python<'_>, name: &str) -> PyResult<&str> {
        match self {
            Input::Given(text) => text.as_str().ok_or_else(|| not_utf8(py, name)),
            Input::Converted(text) => Ok(text),
        }
    }
}

/// A whole request as bytes.
pub(crate) enum Request<'py> {
    Given(Text<'py>),
    Converted(String),
}

impl<'py> Request<'py> {
    pub(crate) fn read(value: &Bound<'py, PyAny>) -> PyResult<Result<Request<'py>, Box<Failure>>> {
        if let Some(text) = Text::of(value)? {
            return Ok(Ok(Request::Given(text)));
        }
        Ok(to_json(value, Shape::named("Request"), 2).map(Request::Converted))
    }

    /// The request's text.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            // Not Unicode: what stands here instead is no JSON either.
            Request::Given(text) => text.as_bytes().unwrap_or(b"\xff"),
            Request::Converted(text) => text.as_bytes(),
        }
    }
}
