//! Requests, limits and claims of containers, and overhead.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};

use super::names;
use super::resource_name::{
    is_counted, is_extended, is_native, is_overcommit_allowed, is_standard, is_standard_for_containers,
    is_whole_number_of_pages,
};
use super::{PodValidationOptions, dns_label};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{PodResourceClaim, ResourceClaim, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::reason::Rule;
use crate::resize::requests::is_supported_pod_level_resource;
use crate::resize::resource_name::is_huge_page;

const NAME_FORM: Rule = Rule::new("resource_name_qualified", "pkg/apis/core/validation.validateResourceName");
const NAME_STANDARD: Rule =
    Rule::new("resource_name_standard", "pkg/apis/core/validation.validateResourceName");
const NAME_FOR_CONTAINERS: Rule =
    Rule::new("resource_name_for_containers", "pkg/apis/core/validation.ValidateContainerResourceName");
const NAME_EXTENDED: Rule =
    Rule::new("extended_resource_name", "pkg/apis/core/validation.ValidateContainerResourceName");
const NAME_FOR_PODS: Rule =
    Rule::new("pod_level_resource_supported", "pkg/apis/core/validation.validatePodResourceName");
const NOT_NEGATIVE: Rule =
    Rule::new("resource_amount_not_negative", "pkg/apis/core/validation.ValidateResourceQuantityValue");
const WHOLE: Rule =
    Rule::new("resource_amount_whole", "pkg/apis/core/validation.ValidateResourceQuantityValue");
const PAGES: Rule =
    Rule::new("huge_pages_whole", "pkg/apis/core/validation.validateResourceQuantityHugePageValue");
const EQUAL_TO_LIMIT: Rule =
    Rule::new("request_equals_limit", "pkg/apis/core/validation.validateResourceRequirements");
const AT_MOST_LIMIT: Rule =
    Rule::new("request_at_most_limit", "pkg/apis/core/validation.validateResourceRequirements");
const LIMIT_REQUIRED: Rule =
    Rule::new("limit_required", "pkg/apis/core/validation.validateResourceRequirements");
const PAGES_ALONE: Rule =
    Rule::new("huge_pages_need_cpu_or_memory", "pkg/apis/core/validation.validateResourceRequirements");
const CLAIM_NAME: Rule =
    Rule::new("claim_name_required", "pkg/apis/core/validation.validateResourceClaimNames");
const CLAIM_REQUEST: Rule =
    Rule::new("claim_request_name", "pkg/apis/core/validation.validateResourceClaimNames");
const CLAIM_REPEATED: Rule = Rule::new("claim_unique", "pkg/apis/core/validation.validateResourceClaimNames");
const CLAIM_UNKNOWN: Rule = Rule::new("claim_of_pod", "pkg/apis/core/validation.validateResourceClaimNames");

/// Whose requirements are validated: it decides which resource names are good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A container, or the runtime class's overhead.
    Container,
    /// The pod.
    Pod,
}

/// The names that a container's claims may refer to.
pub(super) fn claim_names(claims: &[PodResourceClaim]) -> BTreeSet<&str> {
    claims.iter().map(|claim| claim.name.as_str()).filter(|name| !name.is_empty()).collect()
}

/// Requests, limits and claims (validateResourceRequirements). Upstream walks the lists in random order; here it is the
/// order of the names.
pub(super) fn validate(
    options: &PodValidationOptions,
    owner: Owner,
    resources: &ResourceRequirements,
    claims: &BTreeSet<&str>,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    validate_lists(options, owner, &resources.requests, &resources.limits, path, errors);
    let given = resources.claims.as_deref().unwrap_or_default();
    validate_claims(given, claims, &path.child("claims"), errors);
}

/// `spec.overhead`, as if it were a container's limits (validateOverhead).
pub(super) fn validate_overhead(
    options: &PodValidationOptions,
    overhead: &ResourceList,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    validate_lists(options, Owner::Container, &ResourceList::new(), overhead, path, errors);
}

fn validate_lists(
    options: &PodValidationOptions,
    owner: Owner,
    requests: &ResourceList,
    limits: &ResourceList,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let limits_path = path.child("limits");
    let requests_path = path.child("requests");
    for (name, limit) in limits.iter() {
        let path = limits_path.key(name);
        validate_name(owner, name, &path, errors);
        validate_amount(name, limit, &path, errors);
        validate_pages(options, name, limit, limit.value(), &path, errors);
    }
    for (name, request) in requests.iter() {
        let path = requests_path.key(name);
        validate_name(owner, name, &path, errors);
        validate_amount(name, request, &path, errors);
        match limits.get(name) {
            Some(limit) if request != limit && !is_overcommit_allowed(name) => {
                let detail = format!("must be equal to {name} limit of {limit}");
                let error = FieldError::invalid(&requests_path, request.to_string(), detail);
                errors.push(error.because(EQUAL_TO_LIMIT));
            }
            Some(limit) if request > limit => {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                let error = FieldError::invalid(&requests_path, request.to_string(), detail);
                errors.push(error.because(AT_MOST_LIMIT));
            }
            None if !is_overcommit_allowed(name) => {
                let detail = "Limit must be set for non overcommitable resources";
                errors.push(FieldError::required(&limits_path, detail).because(LIMIT_REQUIRED));
            }
            _ => {}
        }
        let value =
            limits.get(name).map_or_else(|| request.value(), |limit| request.value_after_comparing(limit));
        validate_pages(options, name, request, value, &path, errors);
    }
    let names = || limits.keys().chain(requests.keys());
    if names().any(is_huge_page) && !names().any(|name| matches!(name, resource::CPU | resource::MEMORY)) {
        errors.push(FieldError::forbidden(path, "HugePages require cpu or memory").because(PAGES_ALONE));
    }
}

fn validate_name(owner: Owner, name: &str, path: &Path<'_>, errors: &mut FieldErrors) {
    let before = errors.len();
    // validateResourceName
    for fault in names::qualified_name(name) {
        errors.push(FieldError::invalid(path, name, fault).because(NAME_FORM));
    }
    let prefixed = name.contains('/');
    if errors.len() == before && !prefixed && !is_standard(name) {
        let detail = "must be a standard resource type or fully qualified";
        errors.push(FieldError::invalid(path, name, detail).because(NAME_STANDARD));
    }
    let error = match owner {
        Owner::Container if !prefixed && !is_standard_for_containers(name) => {
            FieldError::invalid(path, name, "must be a standard resource for containers")
                .because(NAME_FOR_CONTAINERS)
        }
        Owner::Container if prefixed && !is_native(name) && !is_extended(name) => {
            FieldError::invalid(path, name, "doesn't follow extended resource name standard")
                .because(NAME_EXTENDED)
        }
        Owner::Pod if errors.len() == before && !is_supported_pod_level_resource(name) => {
            FieldError::not_supported(path, name, &["cpu", "hugepages-", "memory"]).because(NAME_FOR_PODS)
        }
        Owner::Container | Owner::Pod => return,
    };
    errors.push(error);
}

/// ValidateResourceQuantityValue
fn validate_amount(name: &str, amount: &Quantity, path: &Path<'_>, errors: &mut FieldErrors) {
    if amount.sign() < 0 {
        let error = FieldError::invalid(path, amount.to_string(), "must be greater than or equal to 0");
        errors.push(error.because(NOT_NEGATIVE));
    }
    if amount.milli_value().checked_rem(1000) != Some(0) && is_counted(name) {
        errors.push(FieldError::invalid(path, amount.to_string(), "must be an integer").because(WHOLE));
    }
}

fn validate_pages(
    options: &PodValidationOptions,
    name: &str,
    amount: &Quantity,
    value: i64,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if is_huge_page(name)
        && !options.allow_indivisible_huge_pages_values
        && !is_whole_number_of_pages(name, value)
    {
        let detail = format!("{amount} is not positive integer multiple of {name}");
        errors.push(FieldError::invalid(path, amount.to_string(), detail).because(PAGES));
    }
}

/// A container's claims (validateResourceClaimNames): each refers to a claim of the pod, as a whole or to single requests of
/// it, but not both.
fn validate_claims(
    claims: &[ResourceClaim],
    of_pod: &BTreeSet<&str>,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    // How many of them name one request, by what stands before the slash.
    let mut requests: BTreeMap<String, usize> = BTreeMap::new();
    for (i, claim) in claims.iter().enumerate() {
        let path = path.index(i);
        let name = claim.name.as_str();
        if name.is_empty() {
            errors.push(FieldError::required(&path, "").because(CLAIM_NAME));
            continue;
        }
        if seen.contains(name) {
            errors.push(FieldError::duplicate(&path, name).because(CLAIM_REPEATED));
        } else {
            let key = if claim.request.is_empty() {
                name.to_string()
            } else {
                dns_label(&claim.request, &path.child("request"), CLAIM_REQUEST, errors);
                format!("{name}/{}", claim.request)
            };
            if seen.contains(&key) {
                errors.push(FieldError::duplicate(&path, key.as_str()).because(CLAIM_REPEATED));
            } else {
                if claim.request.is_empty() {
                    for _ in 0..requests.get(name).copied().unwrap_or(0) {
                        errors.push(FieldError::duplicate(&path, name).because(CLAIM_REPEATED));
                    }
                }
                if let Some((before, _)) = key.split_once('/') {
                    let count = requests.entry(before.to_string()).or_default();
                    *count = count.saturating_add(1);
                }
                seen.insert(key);
            }
        }
        if !of_pod.contains(name) {
            let mut error = FieldError::not_found(&path, name).because(CLAIM_UNKNOWN);
            let mut detail = String::from("must be one of the names in pod.spec.resourceClaims");
            for (i, known) in of_pod.iter().enumerate() {
                detail.push_str(if i == 0 { ": " } else { ", " });
                detail.push_str(known);
            }
            if of_pod.is_empty() {
                detail.push_str(" which is empty");
            }
            error.detail = detail.into();
            errors.push(error);
        }
    }
}
