//! Turns failures into the exceptions of `podverdict.errors`.

use std::fmt::Write;

use podverdict::error::ErrorCode;
use pyo3::exceptions::{PyException, PyMemoryError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// Why an object could not become JSON.
pub(crate) struct Failure {
    code: &'static str,
    /// The path from the inside out.
    path: Vec<Step>,
    message: String,
    /// What the user's own object raised, if that is why.
    cause: Option<PyErr>,
}

/// One step of a path.
pub(crate) enum Step {
    /// A field of an object.
    Field(String),
    /// A key of a map.
    Key(String),
    /// An index of a list.
    Index(usize),
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Box<Self> {
        Box::new(Failure { code, path: Vec::new(), message: message.into(), cause: None })
    }

    /// A value that is of no use here.
    pub(crate) fn invalid(message: impl Into<String>) -> Box<Self> {
        Failure::new(ErrorCode::InvalidValue.as_str(), message)
    }

    /// A field that comes in two spellings.
    pub(crate) fn twice(spelling: &str) -> Box<Self> {
        Failure::new("ambiguous_field", format!("this field is given twice, once as {spelling:?}"))
    }

    /// An exception that an object of the user raised while it was read.
    pub(crate) fn raised(py: Python<'_>, object: &str, error: PyErr) -> Box<Self> {
        let kind = error.get_type(py).name().map_or_else(|_| "an exception".into(), |name| name.to_string());
        let mut failure = Failure::invalid(format!("{object} raised {kind} while it was read"));
        failure.cause = Some(error);
        failure
    }

    /// The same failure, one level further out.
    pub(crate) fn within(mut self: Box<Self>, step: Step) -> Box<Self> {
        self.path.push(step);
        self
    }

    /// The exception to raise.
    pub(crate) fn into_exception(self, py: Python<'_>) -> PyErr {
        if let Some(error) = &self.cause {
            // A wish to stop is no fault of the object, and no memory is no fault of anyone.
            if !error.is_instance_of::<PyException>(py) || error.is_instance_of::<PyMemoryError>(py) {
                return error.clone_ref(py);
            }
        }
        let path = self.path();
        let exception = exception(py, self.code, &path, &self.message);
        exception.set_cause(py, self.cause);
        exception
    }

    /// The answer of the wire format for input that cannot be read.
    pub(crate) fn into_answer(self, py: Python<'_>) -> PyResult<String> {
        if self.cause.as_ref().is_some_and(|error| !error.is_instance_of::<PyException>(py)) {
            return Err(self.into_exception(py));
        }
        let answer = serde_json::json!({"error": self.message, "code": self.code, "path": self.path()});
        Ok(answer.to_string())
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            let _ = match step {
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
                Step::Key(key) => write!(path, "[{key}]"),
                Step::Index(index) => write!(path, "[{index}]"),
            };
        }
        path
    }
}

/// The exception for an error of the core.
pub(crate) fn exception(py: Python<'_>, code: &str, path: &str, message: &str) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    MAKE.import(py, "podverdict.errors", "make")
        .and_then(|make| make.call1((code, path, message)))
        .map_or_else(|e| e, PyErr::from_value)
}
