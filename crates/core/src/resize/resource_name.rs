//! Kinds of resource names (upstream: `pkg/apis/core/v1/helper`, `pkg/scheduler/util`).

use crate::model::resource::HUGEPAGES_PREFIX;

/// Prefix of extended resources that stand for a device class.
const DEVICE_CLASS_PREFIX: &str = "deviceclass.resource.kubernetes.io/";

/// Whether the name is that of huge pages (upstream: `IsHugePageResourceName`).
pub(crate) fn is_huge_page(name: &str) -> bool {
    name.starts_with(HUGEPAGES_PREFIX)
}

/// Whether the resource is an extended one, such as `example.com/gpu`: its name has a domain that is not Kubernetes' own,
/// and would make a quota's name too (upstream: `IsExtendedResourceName`).
pub(crate) fn is_extended(name: &str) -> bool {
    let native = !name.contains('/') || is_prefixed_native(name);
    !native
        && !name.starts_with("requests.")
        && name.split_once('/').is_some_and(|(prefix, name)| {
            // The quota's name is this one after `requests.`.
            is_subdomain("requests.".len(), prefix) && is_qualified_name_part(name)
        })
}

/// Whether the resource may be backed by a dynamic claim (upstream: `IsDRAExtendedResourceName`).
pub(crate) fn may_be_claimed(name: &str) -> bool {
    is_extended(name) || name.starts_with(DEVICE_CLASS_PREFIX)
}

/// Whether the scheduler and the kubelet count the resource beside CPU, memory and ephemeral storage (upstream:
/// `IsScalarResourceName`).
pub(crate) fn is_scalar(name: &str) -> bool {
    is_huge_page(name)
        || is_prefixed_native(name)
        || name.starts_with("attachable-volumes-")
        || is_extended(name)
}

fn is_prefixed_native(name: &str) -> bool {
    name.contains("kubernetes.io/")
}

/// Whether the name may be a label's key (upstream: `k8s.io/apimachinery/pkg/util/validation.IsQualifiedName`).
pub(crate) fn is_qualified_name(name: &str) -> bool {
    match name.split_once('/') {
        None => is_qualified_name_part(name),
        Some((prefix, name)) => is_subdomain(0, prefix) && is_qualified_name_part(name),
    }
}

/// Whether the text may be a label's value (upstream: `k8s.io/apimachinery/pkg/util/validation.IsValidLabelValue`).
pub(crate) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified_name_part(text)
}

fn is_qualified_name_part(text: &str) -> bool {
    let end = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric());
    text.len() <= 63
        && end(text.bytes().next())
        && end(text.bytes().next_back())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Whether the text is a DNS subdomain, after `used` bytes of other labels.
fn is_subdomain(used: usize, text: &str) -> bool {
    text.len().saturating_add(used) <= 253
        && text.split('.').all(|label| {
            let end = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            end(label.bytes().next())
                && end(label.bytes().next_back())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn extended_resources_have_a_foreign_domain() {
        for name in ["example.com/gpu", "a/B_c.d"] {
            assert!(is_extended(name) && is_scalar(name), "{name}");
        }
        let long = format!("{}.com/gpu", "a".repeat(250));
        for name in ["gpu", "kubernetes.io/gpu", "requests.example.com/gpu", "a/b/c", "a/", "A/b", &long] {
            assert!(!is_extended(name), "{name}");
        }
        assert!(is_scalar("hugepages-2Mi") && is_scalar("foo.kubernetes.io/bar") && !is_scalar("storage"));
    }

    #[test]
    fn label_keys_and_values() {
        assert!(is_qualified_name("example.com/Key_1.x") && is_qualified_name("k"));
        assert!(!is_qualified_name("/k") && !is_qualified_name("Upper/k") && !is_qualified_name("k-"));
        assert!(is_label_value("") && is_label_value("a.b") && !is_label_value("-5"));
    }
}
