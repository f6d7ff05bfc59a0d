//! The forms of names, and what the API server says about one that breaks them.
//!
//! Upstream: `k8s.io/apimachinery/pkg/util/validation` and `pkg/api/validation`. Each function gives the texts of all
//! faults, none for a good name. Lengths are in bytes, also where upstream's text speaks of characters.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

/// The texts of what is wrong with a name.
pub type Faults = Vec<Cow<'static, str>>;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_KEY: &str = "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// A name of one part: lower case, digits and inner dashes, at most 63 bytes (validation.IsDNS1123Label).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::dns_label("app-1").is_empty());
/// assert_eq!(names::dns_label("a.b"), ["must not contain dots"]);
/// ```
#[must_use]
pub fn dns_label(name: &str) -> Faults {
    let mut faults = too_long("", name, 63, "characters");
    if !is_label(name.as_bytes()) {
        faults.push(if is_subdomain(name.as_bytes()) { "must not contain dots" } else { LABEL }.into());
    }
    faults
}

/// A name of one or more labels with dots between them, at most 253 bytes (validation.IsDNS1123Subdomain).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::dns_subdomain("a.b").is_empty());
/// assert_eq!(names::dns_subdomain("a..b").len(), 1);
/// ```
#[must_use]
pub fn dns_subdomain(name: &str) -> Faults {
    subdomain(name.as_bytes(), "characters")
}

/// The beginning of a name to which something will be added, so it may end in a dash (validation.NameIsDNSSubdomain
/// with prefix).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::dns_subdomain_prefix("app-").is_empty());
/// assert!(!names::dns_subdomain_prefix("-").is_empty());
/// ```
#[must_use]
pub fn dns_subdomain_prefix(name: &str) -> Faults {
    match name.as_bytes() {
        // Upstream replaces the last two bytes by one (validation.maskTrailingDash).
        [start @ .., _, b'-'] => subdomain(&[start, b"a".as_slice()].concat(), "characters"),
        name => subdomain(name, "characters"),
    }
}

/// A name with an optional prefix, such as `example.com/Name` (validation.IsQualifiedName).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::qualified_name("example.com/My_Name").is_empty());
/// assert_eq!(names::qualified_name("/a"), ["prefix part must be non-empty"]);
/// ```
#[must_use]
pub fn qualified_name(name: &str) -> Faults {
    let mut faults = Faults::new();
    let name = match name.split_once('/') {
        None => name,
        Some((_, rest)) if rest.contains('/') => {
            faults.push(LABEL_KEY.into());
            return faults;
        }
        Some(("", rest)) => {
            faults.push("prefix part must be non-empty".into());
            rest
        }
        Some((prefix, rest)) => {
            let prefix = subdomain(prefix.as_bytes(), "bytes");
            faults.extend(prefix.iter().map(|fault| format!("prefix part {fault}").into()));
            rest
        }
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".into());
    } else {
        faults.extend(too_long("name part ", name, 63, "bytes"));
    }
    if !is_name_part(name.as_bytes()) {
        faults.push(NAME_PART.into());
    }
    faults
}

/// The value of a label: empty or like the name part of a qualified name, at most 63 bytes (validation.IsValidLabelValue).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::label_value("").is_empty());
/// assert_eq!(names::label_value("a b").len(), 1);
/// ```
#[must_use]
pub fn label_value(value: &str) -> Faults {
    let mut faults = too_long("", value, 63, "bytes");
    if !value.is_empty() && !is_name_part(value.as_bytes()) {
        faults.push(LABEL_VALUE.into());
    }
    faults
}

/// [`dns_label`], in the words of declared validation (`k8s-short-name`).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::short_name("app-1").is_empty());
/// assert_eq!(names::short_name(&"a".repeat(64)), ["must be no more than 63 bytes"]);
/// ```
#[must_use]
pub fn short_name(name: &str) -> Faults {
    let mut faults = too_long("", name, 63, "bytes");
    faults.extend(dns_label(name).into_iter().skip(faults.len()));
    faults
}

/// [`dns_subdomain`], in the words of declared validation (`k8s-long-name`).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::long_name("a.b").is_empty());
/// assert_eq!(names::long_name(&"a".repeat(254)), ["must be no more than 253 bytes"]);
/// ```
#[must_use]
pub fn long_name(name: &str) -> Faults {
    subdomain(name.as_bytes(), "bytes")
}

/// A name that can be one part of a path (validation/path.IsValidPathSegmentName, `k8s-path-segment-name`).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::path_segment("Job").is_empty());
/// assert_eq!(names::path_segment("a/b%"), ["may not contain '/'", "may not contain '%'"]);
/// ```
#[must_use]
pub fn path_segment(name: &str) -> Faults {
    let mut faults = Faults::new();
    match name {
        "." => faults.push("may not be '.'".into()),
        ".." => faults.push("may not be '..'".into()),
        _ => {
            if name.contains('/') {
                faults.push("may not contain '/'".into());
            }
            if name.contains('%') {
                faults.push("may not contain '%'".into());
            }
        }
    }
    faults
}

/// The name of a port: at most 15 bytes, lower case, digits and single inner dashes, with a letter
/// (validation.IsValidPortName).
///
/// ```
/// use podverdict::validate::names;
/// assert!(names::port_name("http").is_empty());
/// assert_eq!(names::port_name("80"), ["must contain at least one letter (a-z)"]);
/// ```
#[must_use]
pub fn port_name(name: &str) -> Faults {
    let mut faults = too_long("", name, 15, "characters");
    let mut fault = |found: bool, text: &'static str| {
        if found {
            faults.push(text.into());
        }
    };
    let allowed = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    fault(
        name.is_empty() || !name.as_bytes().iter().all(allowed),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    fault(!name.bytes().any(|b| b.is_ascii_lowercase()), "must contain at least one letter (a-z)");
    fault(name.contains("--"), "must not contain consecutive hyphens");
    fault(name.starts_with('-') || name.ends_with('-'), "must not begin or end with a hyphen");
    faults
}

fn subdomain(name: &[u8], unit: &str) -> Faults {
    let mut faults = Faults::new();
    if name.len() > 253 {
        faults.push(format!("must be no more than 253 {unit}").into());
    }
    if !is_subdomain(name) {
        faults.push(SUBDOMAIN.into());
    }
    faults
}

fn too_long(what: &str, text: &str, max: usize, unit: &str) -> Faults {
    if text.len() > max {
        alloc::vec![format!("{what}must be no more than {max} {unit}").into()]
    } else {
        Faults::new()
    }
}

fn is_label(label: &[u8]) -> bool {
    let alphanumeric = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9');
    label.first().is_some_and(alphanumeric)
        && label.last().is_some_and(alphanumeric)
        && label.iter().all(|b| alphanumeric(b) || *b == b'-')
}

fn is_subdomain(name: &[u8]) -> bool {
    name.split(|b| *b == b'.').all(is_label)
}

fn is_name_part(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphanumeric)
        && name.last().is_some_and(u8::is_ascii_alphanumeric)
        && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
