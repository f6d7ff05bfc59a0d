//! Formats of names, with upstream's words for what is wrong.
//!
//! Upstream: `k8s.io/apimachinery/pkg/api/validate/content`, all releases alike. Every function hands each of its messages
//! to `say` and is silent about a good value.

/// Takes one message.
pub(crate) type Say<'a> = &'a mut dyn FnMut(&'static str);

macro_rules! label {
    () => {
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    };
}
macro_rules! subdomain_message {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '",
            label!(),
            "(\\.",
            label!(),
            ")*')"
        )
    };
}
macro_rules! key_name_message {
    ($prefix:literal, $suffix:literal) => {
        concat!(
            $prefix,
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
             character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
             '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
            $suffix
        )
    };
}

const LABEL_MAX_BYTES: usize = 63;
const SUBDOMAIN_MAX_BYTES: usize = 253;

const LABEL: &str = concat!(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an \
     alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '",
    label!(),
    "')"
);
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end \
     with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// A DNS label (tag `k8s-short-name`).
pub(crate) fn dns_label(value: &[u8], say: Say<'_>) {
    if value.len() > LABEL_MAX_BYTES {
        say("must be no more than 63 bytes");
    }
    label_form(value, say);
}

/// A DNS label, in the words of hand-written validation (`k8s.io/apimachinery/pkg/util/validation.IsDNS1123Label`), which
/// calls bytes characters.
pub(crate) fn name_label(value: &[u8], say: Say<'_>) {
    if value.len() > LABEL_MAX_BYTES {
        say("must be no more than 63 characters");
    }
    label_form(value, say);
}

fn label_form(value: &[u8], say: Say<'_>) {
    if !is_dns_label(value) {
        say(if is_dns_subdomain(value) { "must not contain dots" } else { LABEL });
    }
}

/// A DNS subdomain (tag `k8s-long-name`).
pub(crate) fn dns_subdomain(value: &[u8], say: Say<'_>) {
    if value.len() > SUBDOMAIN_MAX_BYTES {
        say("must be no more than 253 bytes");
    }
    subdomain_form(value, say);
}

/// A DNS subdomain, in the words of hand-written validation (`k8s.io/apimachinery/pkg/util/validation.IsDNS1123Subdomain`),
/// which calls bytes characters.
pub(crate) fn name_subdomain(value: &[u8], say: Say<'_>) {
    if value.len() > SUBDOMAIN_MAX_BYTES {
        say("must be no more than 253 characters");
    }
    subdomain_form(value, say);
}

fn subdomain_form(value: &[u8], say: Say<'_>) {
    if !is_dns_subdomain(value) {
        say(subdomain_message!(""));
    }
}

/// A label key, which is also what upstream calls a qualified name (upstream: `IsLabelKey`, tag `k8s-label-key`).
pub(crate) fn label_key(value: &[u8], say: Say<'_>) {
    let mut parts = value.split(|byte| *byte == b'/');
    let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let name = match (second, third) {
        (None, _) => first,
        (Some(name), None) => {
            if first.is_empty() {
                say("prefix part must be non-empty");
            } else {
                if first.len() > SUBDOMAIN_MAX_BYTES {
                    say("prefix part must be no more than 253 bytes");
                }
                if !is_dns_subdomain(first) {
                    say(subdomain_message!("prefix part "));
                }
            }
            name
        }
        (Some(_), Some(_)) => {
            return say(key_name_message!(
                "a valid label key ",
                " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ));
        }
    };
    if name.is_empty() {
        say("name part must be non-empty");
    } else if name.len() > LABEL_MAX_BYTES {
        say("name part must be no more than 63 bytes");
    }
    if !is_key_name(name) {
        say(key_name_message!("name part ", ""));
    }
}

/// A label value (upstream: `IsLabelValue`).
pub(crate) fn label_value(value: &[u8], say: Say<'_>) {
    if value.len() > LABEL_MAX_BYTES {
        say("must be no more than 63 bytes");
    }
    if !value.is_empty() && !is_key_name(value) {
        say(LABEL_VALUE);
    }
}

/// A name that can be a part of a path (upstream: `IsPathSegmentName`, tag `k8s-path-segment-name`).
pub(crate) fn path_segment(value: &[u8], say: Say<'_>) {
    match value {
        b"." => return say("may not be '.'"),
        b".." => return say("may not be '..'"),
        _ => {}
    }
    if value.contains(&b'/') {
        say("may not contain '/'");
    }
    if value.contains(&b'%') {
        say("may not contain '%'");
    }
}

fn is_dns_label(value: &[u8]) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    value.first().is_some_and(alphanumeric)
        && value.last().is_some_and(alphanumeric)
        && value.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

fn is_dns_subdomain(value: &[u8]) -> bool {
    value.split(|byte| *byte == b'.').all(is_dns_label)
}

fn is_key_name(value: &[u8]) -> bool {
    value.first().is_some_and(u8::is_ascii_alphanumeric)
        && value.last().is_some_and(u8::is_ascii_alphanumeric)
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn said(rule: fn(&[u8], Say<'_>), value: &str) -> Vec<&'static str> {
        let mut messages = Vec::new();
        rule(value.as_bytes(), &mut |message| messages.push(message));
        messages
    }

    #[test]
    fn good_values_are_met_with_silence() {
        for (rule, value) in [
            (dns_label as fn(&[u8], Say<'_>), "a-1"),
            (dns_subdomain, "a.b-c.1"),
            (label_key, "example.com/My_name"),
            (label_key, "a"),
            (label_value, ""),
            (label_value, "A.b_c-1"),
            (path_segment, ""),
            (path_segment, "..."),
        ] {
            assert!(said(rule, value).is_empty(), "{value}");
        }
    }

    #[test]
    fn a_label_with_dots_is_told_so() {
        assert_eq!(said(dns_label, "a.b"), ["must not contain dots"]);
        assert_eq!(said(dns_label, "a..b"), [LABEL]);
        assert_eq!(said(dns_label, ""), [LABEL]);
    }

    #[test]
    fn length_and_form_are_both_told() {
        let long = "a".repeat(64) + "_";
        assert_eq!(said(dns_label, &long), ["must be no more than 63 bytes", LABEL]);
        assert_eq!(said(name_label, &long), ["must be no more than 63 characters", LABEL]);
    }

    #[test]
    fn a_key_is_told_about_both_of_its_parts() {
        let messages = said(label_key, "/");
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[..2], ["prefix part must be non-empty", "name part must be non-empty"]);
        assert_eq!(said(label_key, "a/b/c").len(), 1);
    }
}
