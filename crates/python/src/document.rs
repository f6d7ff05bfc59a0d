//! An object of the API that was converted once, to be asked about many times.

use pyo3::prelude::*;
use serde_json::value::RawValue;

use crate::convert::to_json;
use crate::error::{Failure, exception};
use crate::input::{Text, not_utf8};
use crate::schema::Shape;

/// An object of the API as JSON text.
#[pyclass(frozen, subclass, module = "podverdict._native")]
pub(crate) struct Document {
    text: String,
}

impl Document {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

#[pymethods]
impl Document {
    #[new]
    fn new(py: Python<'_>, source: &Bound<'_, PyAny>, kind: &str) -> PyResult<Self> {
        let text = match Text::of(source)? {
            Some(text) => {
                let text = text.as_str().ok_or_else(|| not_utf8(py, ""))?;
                let checked = serde_json::from_str::<&RawValue>(text);
                let checked = checked.map_err(|e| exception(py, "malformed", "", &e.to_string()))?;
                checked.get().to_owned()
            }
            None => to_json(source, Shape::of_kind(kind), 0).map_err(|failure| failure.into_exception(py))?,
        };
        if !text.starts_with('{') {
            return Err(Failure::invalid(format!("{kind}: this is not an object")).into_exception(py));
        }
        Ok(Document { text })
    }

    /// The JSON text.
    fn to_json(&self) -> &str {
        &self.text
    }
}
