//! Field paths and field errors, with the types, bad values and texts of the API server.
//!
//! Upstream: `k8s.io/apimachinery/pkg/util/validation/field`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, Serializer};

use crate::quote::Quoted;
use crate::reason::{AsText, Rule};

/// A path to a field, built on the stack while validation walks down an object; it costs nothing until printed.
///
/// ```
/// use podverdict::field::Path;
/// let spec = Path::root("spec");
/// let containers = spec.child("containers");
/// let first = containers.index(0);
/// let limits = first.child("limits");
/// assert_eq!(limits.key("cpu").to_string(), "spec.containers[0].limits[cpu]");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'a> {
    /// The path that upstream passes as a nil pointer; it prints as `<nil>`.
    Nil,
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path of one name.
    ///
    /// ```
    /// assert_eq!(podverdict::field::Path::root("spec").to_string(), "spec");
    /// ```
    #[must_use]
    pub const fn root(name: &'a str) -> Self {
        Path { parent: None, segment: Segment::Name(name) }
    }

    /// The path upstream prints where it has none.
    ///
    /// ```
    /// assert_eq!(podverdict::field::Path::nil().to_string(), "<nil>");
    /// ```
    #[must_use]
    pub const fn nil() -> Self {
        Path { parent: None, segment: Segment::Nil }
    }

    /// The field `name` of the object at this path.
    ///
    /// ```
    /// use podverdict::field::Path;
    /// assert_eq!(Path::root("spec").child("containers").to_string(), "spec.containers");
    /// ```
    #[must_use]
    pub const fn child(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), segment: Segment::Name(name) }
    }

    /// Item `index` of the list at this path.
    ///
    /// ```
    /// use podverdict::field::Path;
    /// assert_eq!(Path::root("items").index(3).to_string(), "items[3]");
    /// ```
    #[must_use]
    pub const fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), segment: Segment::Index(index) }
    }

    /// The value under `key` of the map at this path.
    ///
    /// ```
    /// use podverdict::field::Path;
    /// assert_eq!(Path::root("limits").key("memory").to_string(), "limits[memory]");
    /// ```
    #[must_use]
    pub const fn key(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), segment: Segment::Key(key) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.segment {
            Segment::Nil => f.write_str("<nil>"),
            // Upstream prints an empty name as an empty subscript.
            Segment::Name("") => f.write_str("[]"),
            Segment::Name(name) => {
                if self.parent.is_some() {
                    f.write_str(".")?;
                }
                f.write_str(name)
            }
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Key(key) => {
                f.write_str("[")?;
                f.write_str(key)?;
                f.write_str("]")
            }
        }
    }
}

/// The kind of a field error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorType {
    /// A referenced thing does not exist.
    NotFound,
    /// A value is missing.
    Required,
    /// A value that must be unique occurs twice.
    Duplicate,
    /// A value breaks a rule.
    Invalid,
    /// A value is none of the supported ones.
    NotSupported,
    /// A value may not be set (or changed) here.
    Forbidden,
    /// A text or list is too long.
    TooLong,
    /// A list has too many items.
    TooMany,
    /// Upstream failed for a reason that is not in the input.
    Internal,
    /// A value is of the wrong type.
    TypeInvalid,
}

impl ErrorType {
    /// The name in API answers, such as `FieldValueInvalid`.
    ///
    /// ```
    /// assert_eq!(podverdict::field::ErrorType::Invalid.as_str(), "FieldValueInvalid");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorType::NotFound => "FieldValueNotFound",
            ErrorType::Required => "FieldValueRequired",
            ErrorType::Duplicate => "FieldValueDuplicate",
            ErrorType::Invalid => "FieldValueInvalid",
            ErrorType::NotSupported => "FieldValueNotSupported",
            ErrorType::Forbidden => "FieldValueForbidden",
            ErrorType::TooLong => "FieldValueTooLong",
            ErrorType::TooMany => "FieldValueTooMany",
            ErrorType::Internal => "InternalError",
            ErrorType::TypeInvalid => "FieldValueTypeInvalid",
        }
    }

    /// The words that start the error's text.
    const fn words(self) -> &'static str {
        match self {
            ErrorType::NotFound => "Not found",
            ErrorType::Required => "Required value",
            ErrorType::Duplicate => "Duplicate value",
            ErrorType::Invalid | ErrorType::TypeInvalid => "Invalid value",
            ErrorType::NotSupported => "Unsupported value",
            ErrorType::Forbidden => "Forbidden",
            ErrorType::TooLong => "Too long",
            ErrorType::TooMany => "Too many",
            ErrorType::Internal => "Internal error",
        }
    }
}

impl Serialize for ErrorType {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// The value a field error complains about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// No value (upstream's nil).
    Null,
    /// A text.
    String(String),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// Anything else, as the JSON text upstream prints.
    Json(String),
}

impl BadValue {
    /// A value of upstream's that is neither a text, a number nor a truth value: Go's JSON, which escapes a few characters
    /// that serde_json does not.
    pub(crate) fn go_json<T: Serialize + ?Sized>(value: &T) -> Self {
        // Our own values hold nothing that JSON cannot.
        let text = serde_json::to_string(value).unwrap_or_default();
        if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            return BadValue::Json(text);
        }
        let mut out = String::with_capacity(text.len().saturating_add(16));
        for c in text.chars() {
            match c {
                '<' => out.push_str("\\u003c"),
                '>' => out.push_str("\\u003e"),
                '&' => out.push_str("\\u0026"),
                '\u{2028}' => out.push_str("\\u2028"),
                '\u{2029}' => out.push_str("\\u2029"),
                c => out.push(c),
            }
        }
        BadValue::Json(out)
    }
}

impl From<&str> for BadValue {
    fn from(value: &str) -> Self {
        BadValue::String(value.to_string())
    }
}

impl From<String> for BadValue {
    fn from(value: String) -> Self {
        BadValue::String(value)
    }
}

impl From<i64> for BadValue {
    fn from(value: i64) -> Self {
        BadValue::Int(value)
    }
}

impl From<i32> for BadValue {
    fn from(value: i32) -> Self {
        BadValue::Int(i64::from(value))
    }
}

impl From<bool> for BadValue {
    fn from(value: bool) -> Self {
        BadValue::Bool(value)
    }
}

impl Serialize for BadValue {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            BadValue::Null => s.serialize_unit(),
            BadValue::String(text) => s.serialize_str(text),
            BadValue::Int(number) => s.serialize_i64(*number),
            BadValue::Bool(truth) => s.serialize_bool(*truth),
            BadValue::Json(text) => match serde_json::from_str::<&serde_json::value::RawValue>(text) {
                Ok(raw) => raw.serialize(s),
                Err(_) => s.serialize_str(text),
            },
        }
    }
}

/// One field error, as the API server reports it.
///
/// ```
/// use podverdict::field::{FieldError, Path};
/// let spec = Path::root("spec");
/// let error = FieldError::not_supported(&spec.child("restartPolicy"), "Sometimes", &["Always", "Never"]);
/// assert_eq!(
///     error.to_string(),
///     "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\"",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// What kind of error.
    pub error_type: ErrorType,
    /// The path of the field.
    pub field: String,
    /// What is wrong, in upstream's words; may be empty.
    pub detail: Cow<'static, str>,
    /// The value complained about.
    pub bad_value: BadValue,
    /// Upstream's machine-readable origin, such as `format=k8s-short-name`; mostly empty.
    pub origin: &'static str,
    /// The rule that found it.
    pub rule: Option<Rule>,
}

impl FieldError {
    /// An error with every part given.
    ///
    /// ```
    /// use podverdict::field::{BadValue, ErrorType, FieldError, Path};
    /// let error = FieldError::new(ErrorType::Invalid, &Path::root("spec"), BadValue::Null, "no");
    /// assert_eq!(error.to_string(), "spec: Invalid value: null: no");
    /// ```
    #[must_use]
    pub fn new(
        error_type: ErrorType,
        path: &Path<'_>,
        bad_value: impl Into<BadValue>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        FieldError {
            error_type,
            field: path.to_string(),
            detail: detail.into(),
            bad_value: bad_value.into(),
            origin: "",
            rule: None,
        }
    }

    /// A value breaks a rule.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// let error = FieldError::invalid(&Path::root("spec"), -1, "must be greater than 0");
    /// assert_eq!(error.to_string(), "spec: Invalid value: -1: must be greater than 0");
    /// ```
    #[must_use]
    pub fn invalid(
        path: &Path<'_>,
        bad_value: impl Into<BadValue>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorType::Invalid, path, bad_value, detail)
    }

    /// A value is missing.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// assert_eq!(FieldError::required(&Path::root("name"), "").to_string(), "name: Required value");
    /// ```
    #[must_use]
    pub fn required(path: &Path<'_>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorType::Required, path, "", detail)
    }

    /// A value may not be set or changed here.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// assert_eq!(FieldError::forbidden(&Path::root("spec"), "no").to_string(), "spec: Forbidden: no");
    /// ```
    #[must_use]
    pub fn forbidden(path: &Path<'_>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorType::Forbidden, path, "", detail)
    }

    /// A value that must be unique occurs twice.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// assert_eq!(FieldError::duplicate(&Path::root("name"), "a").to_string(), "name: Duplicate value: \"a\"");
    /// ```
    #[must_use]
    pub fn duplicate(path: &Path<'_>, bad_value: impl Into<BadValue>) -> Self {
        Self::new(ErrorType::Duplicate, path, bad_value, "")
    }

    /// A referenced thing does not exist.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// assert_eq!(FieldError::not_found(&Path::root("name"), "a").to_string(), "name: Not found: \"a\"");
    /// ```
    #[must_use]
    pub fn not_found(path: &Path<'_>, bad_value: impl Into<BadValue>) -> Self {
        Self::new(ErrorType::NotFound, path, bad_value, "")
    }

    /// A value is none of the supported ones; they are listed in the order given.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// let error = FieldError::not_supported(&Path::root("a"), "b", &["c"]);
    /// assert_eq!(error.detail, "supported values: \"c\"");
    /// ```
    #[must_use]
    pub fn not_supported(path: &Path<'_>, bad_value: impl Into<BadValue>, supported: &[&str]) -> Self {
        let mut detail = String::new();
        for (i, value) in supported.iter().enumerate() {
            detail.push_str(if i == 0 { "supported values: " } else { ", " });
            detail.push_str(&Quoted(value).to_string());
        }
        Self::new(ErrorType::NotSupported, path, bad_value, detail)
    }

    /// A text or list is longer than `max` bytes; the value is left out, as upstream does.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// let error = FieldError::too_long(&Path::root("rules"), 20);
    /// assert_eq!(error.to_string(), "rules: Too long: may not be more than 20 bytes");
    /// ```
    #[must_use]
    pub fn too_long(path: &Path<'_>, max: usize) -> Self {
        let unit = if max == 1 { "byte" } else { "bytes" };
        let detail = alloc::format!("may not be more than {max} {unit}");
        Self::new(ErrorType::TooLong, path, "<value omitted>", detail)
    }

    /// A list of `actual` items has more than `max`.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// let error = FieldError::too_many(&Path::root("rules"), 21, 20);
    /// assert_eq!(error.to_string(), "rules: Too many: 21: must have at most 20 items");
    /// ```
    #[must_use]
    pub fn too_many(path: &Path<'_>, actual: usize, max: usize) -> Self {
        let unit = if max == 1 { "item" } else { "items" };
        let actual = i64::try_from(actual).unwrap_or(i64::MAX);
        Self::new(ErrorType::TooMany, path, actual, alloc::format!("must have at most {max} {unit}"))
    }

    /// The same error, found by `rule`.
    ///
    /// ```
    /// use podverdict::{field::{FieldError, Path}, reason::Rule};
    /// let error = FieldError::required(&Path::root("a"), "").because(Rule::new("a_required", "pkg.f"));
    /// assert_eq!(error.rule.unwrap().code, "a_required");
    /// ```
    #[must_use]
    pub fn because(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The same error with upstream's machine-readable origin.
    ///
    /// ```
    /// use podverdict::field::{FieldError, Path};
    /// let error = FieldError::invalid(&Path::root("a"), 0, "…").with_origin("minimum");
    /// assert_eq!(error.origin, "minimum");
    /// ```
    #[must_use]
    pub fn with_origin(mut self, origin: &'static str) -> Self {
        self.origin = origin;
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.error_type.words())?;
        let with_value = !matches!(
            self.error_type,
            ErrorType::Required | ErrorType::Forbidden | ErrorType::TooLong | ErrorType::Internal
        );
        if with_value {
            match &self.bad_value {
                BadValue::Null => f.write_str(": null")?,
                BadValue::String(text) => write!(f, ": {}", Quoted(text))?,
                BadValue::Int(number) => write!(f, ": {number}")?,
                BadValue::Bool(truth) => write!(f, ": {truth}")?,
                BadValue::Json(text) => write!(f, ": {text}")?,
            }
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = s.serialize_map(None)?;
        map.serialize_entry("type", &self.error_type)?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("detail", &self.detail)?;
        map.serialize_entry("badValue", &self.bad_value)?;
        map.serialize_entry("message", &AsText(self))?;
        if !self.origin.is_empty() {
            map.serialize_entry("origin", self.origin)?;
        }
        if let Some(rule) = self.rule {
            map.serialize_entry("code", rule.code)?;
            map.serialize_entry("source", rule.source)?;
        }
        map.end()
    }
}

/// The field errors of one object, in the order upstream finds them.
pub type FieldErrors = Vec<FieldError>;
