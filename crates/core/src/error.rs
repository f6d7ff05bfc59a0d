//! Input that cannot be read.
//!
//! A refusal by Kubernetes is an answer, never an error. Errors are for input that does not say what it should:
//! malformed JSON, a wrong type, a broken quantity, an unknown op, an unknown field of a request.

mod locate;

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use locate::locate;

/// What kind of input error this is; stable, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The text is not JSON (or not UTF-8).
    Malformed,
    /// A value has the wrong type or form, such as a quantity that does not parse.
    InvalidValue,
    /// The request has a field this op does not know.
    UnknownField,
    /// The request lacks a field this op needs.
    MissingField,
    /// There is no such op.
    UnknownOp,
    /// There is no such release.
    UnknownRelease,
    /// The feature gate overrides are refused, as the release itself would refuse them.
    FeatureGates,
    /// The op does not exist on this release, such as PodGroup validation on 1.35.
    NotOnRelease,
    /// The input is larger or deeper than this library reads.
    TooLarge,
}

impl ErrorCode {
    /// The code as text, in snake_case.
    ///
    /// ```
    /// assert_eq!(podverdict::error::ErrorCode::UnknownOp.as_str(), "unknown_op");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Malformed => "malformed",
            ErrorCode::InvalidValue => "invalid_value",
            ErrorCode::UnknownField => "unknown_field",
            ErrorCode::MissingField => "missing_field",
            ErrorCode::UnknownOp => "unknown_op",
            ErrorCode::UnknownRelease => "unknown_release",
            ErrorCode::FeatureGates => "feature_gates",
            ErrorCode::NotOnRelease => "not_on_release",
            ErrorCode::TooLarge => "too_large",
        }
    }
}

/// Input that cannot be read: what is wrong, and at which field.
///
/// ```
/// use podverdict::error::{ErrorCode, InputError};
/// let error = InputError::new(ErrorCode::UnknownOp, "op", "unknown op \"restrat\"");
/// assert_eq!(error.to_string(), "op: unknown op \"restrat\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputError {
    /// The kind of error.
    pub code: ErrorCode,
    /// The field path, such as `spec.containers[1].resources.requests[cpu]`; empty for the whole input.
    pub path: String,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl InputError {
    /// An error at a field path; the path may be empty.
    ///
    /// ```
    /// use podverdict::error::{ErrorCode, InputError};
    /// let error = InputError::new(ErrorCode::MissingField, "pod", "this op needs a pod");
    /// assert_eq!(error.path, "pod");
    /// ```
    #[must_use]
    pub fn new(code: ErrorCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        InputError { code, path: path.into(), message: message.into() }
    }

    /// The same error in the object of the request that is called `name`.
    pub(crate) fn below(mut self, name: &str) -> Self {
        self.path = join(name, &self.path);
        self
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl core::error::Error for InputError {}

/// Reads one JSON text as a `T`; an error names the field inside it.
pub(crate) fn parse<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T, InputError> {
    serde_json::from_str(text)
        .map_err(|e| malformed(name, text).unwrap_or_else(|| unreadable(name, text, &e)))
}

/// The error of a text that is no JSON; a value of the wrong type may have been found before the place where it ends to be one.
pub(crate) fn malformed(name: &str, text: &str) -> Option<InputError> {
    serde_json::from_str::<IgnoredAny>(text).err().map(|e| unreadable(name, text, &e))
}

fn unreadable(name: &str, text: &str, error: &serde_json::Error) -> InputError {
    let code = if error.is_data() { ErrorCode::InvalidValue } else { ErrorCode::Malformed };
    let path = locate(text, error.line(), error.column());
    InputError::new(code, join(name, &path), message(error))
}

fn join(name: &str, path: &str) -> String {
    match (name.is_empty(), path.is_empty()) {
        (true, _) => path.into(),
        (false, true) => name.into(),
        (false, false) if path.starts_with('[') => format!("{name}{path}"),
        (false, false) => format!("{name}.{path}"),
    }
}

/// The error's sentence without serde_json's line and column, which mean nothing inside a request.
fn message(error: &serde_json::Error) -> String {
    let text = format!("{error}");
    match text.rfind(" at line ") {
        Some(at) => text.get(..at).unwrap_or(&text).into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorCode, parse};
    use crate::model::{Pod, PodDocument};
    use crate::release::{Kubernetes, Release};

    #[test]
    fn what_is_no_json_is_malformed_whatever_comes_first_in_it() {
        let k8s = Kubernetes::new(Release::V1_36);
        for (text, code) in [
            ("[[", ErrorCode::Malformed),
            (r#"{"spec": {"containers": 7, "a" 1}}"#, ErrorCode::Malformed),
            ("[]", ErrorCode::InvalidValue),
            (r#"{"spec": {"containers": 7}}"#, ErrorCode::InvalidValue),
        ] {
            assert_eq!(parse::<Pod>("pod", text).unwrap_err().code, code, "{text}");
            assert_eq!(PodDocument::read(&k8s, text, true).unwrap_err().code, code, "{text}");
        }
    }
}
