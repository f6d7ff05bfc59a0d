//! Which resource names there are, and what may be done with them.
//!
//! Upstream: `pkg/apis/core/helper`.

use super::names;
use crate::model::resource;
use crate::quantity::Quantity;
use crate::resize::resource_name::is_huge_page;

/// Resources without a prefix that Kubernetes itself defines, beside huge pages.
const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Resources that are counted, not measured.
const COUNTED: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Whether a name without prefix is one that Kubernetes knows (helper.IsStandardResourceName).
pub(super) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name) || is_huge_page(name) || name.starts_with("requests.hugepages-")
}

/// Whether a container may ask for a resource without prefix (helper.IsStandardContainerResourceName).
pub(super) fn is_standard_for_containers(name: &str) -> bool {
    matches!(name, resource::CPU | resource::MEMORY | resource::EPHEMERAL_STORAGE) || is_huge_page(name)
}

/// Whether the name belongs to Kubernetes: it has no prefix, or one with `kubernetes.io/` (helper.IsNativeResource).
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether the name is an extended resource's (helper.IsExtendedResourceName).
pub(super) fn is_extended(name: &str) -> bool {
    // A quota would have to name it, too, with `requests.` in front.
    !is_native(name)
        && !name.starts_with("requests.")
        && names::qualified_name(&alloc::format!("requests.{name}")).is_empty()
}

/// Whether only whole numbers make sense (helper.IsIntegerResourceName).
pub(super) fn is_counted(name: &str) -> bool {
    COUNTED.contains(&name) || is_extended(name)
}

/// Whether a request may be less than the limit (helper.IsOvercommitAllowed).
pub(super) fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whether an amount of huge pages, in bytes, is a whole number of pages (helper.IsHugePageResourceValueDivisible).
pub(super) fn is_whole_number_of_pages(name: &str, bytes: i64) -> bool {
    let Some(size) = name.strip_prefix(resource::HUGEPAGES_PREFIX) else { return false };
    let Ok(size) = Quantity::parse(size) else { return false };
    if size.sign() <= 0 || size.milli_value().checked_rem(1000) != Some(0) {
        return false;
    }
    // Upstream panics where the page size overflows to 0; here it divides nothing.
    bytes.checked_rem(size.value()) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_names_are_prefixed_and_fit_a_quota() {
        assert!(is_extended("example.com/gpu"));
        assert!(!is_extended("gpu"));
        assert!(!is_extended("kubernetes.io/gpu"));
        assert!(!is_extended("requests.example.com/gpu"));
        assert!(!is_extended(&alloc::format!("{}/gpu", "a".repeat(250))));
    }

    #[test]
    fn pages_have_a_size() {
        assert!(is_whole_number_of_pages("hugepages-2Mi", 4 << 20));
        assert!(!is_whole_number_of_pages("hugepages-2Mi", 3 << 20));
        assert!(!is_whole_number_of_pages("hugepages-", 3 << 20));
        assert!(!is_whole_number_of_pages("hugepages-0", 0));
    }
}
