//! Pod-level resources.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString;

use super::PodValidationOptions;
use super::resources::{self, Owner};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Pod, ResourceRequirements};
use crate::reason::Rule;
use crate::release::Kubernetes;
use crate::resize::refusal::POD_REQUEST_COVERS;
use crate::resize::requests::{
    PodResourcesOptions, aggregate_container_limits, aggregate_container_requests,
};
use crate::resize::resource_name::is_huge_page;

const WINDOWS: Rule =
    Rule::new("pod_level_resources_not_on_windows", "pkg/apis/core/validation.validatePodResources");
const CLAIMS: Rule = Rule::new("pod_level_claims_forbidden", "pkg/apis/core/validation.validatePodResources");
const PAGES_COVER: Rule = Rule::new(
    "pod_level_huge_pages_cover_containers",
    "pkg/apis/core/validation.validatePodResourceConsistency",
);
const LIMIT_COVERS: Rule =
    Rule::new("pod_level_limit_covers_container", "pkg/apis/core/validation.validatePodResourceConsistency");

/// `spec.resources` (validatePodResources).
pub(super) fn validate(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    pod: &Pod,
    claims: &BTreeSet<&str>,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let Some(resources) = &pod.spec.resources else { return };
    let path = path.child("resources");
    if pod.spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        errors.push(FieldError::forbidden(&path, "may not be set for a windows pod").because(WINDOWS));
        return;
    }
    // An empty list is forbidden, too.
    if resources.claims.is_some() {
        let path = path.child("claims");
        let detail = "claims may not be set for Resources at pod-level";
        errors.push(FieldError::forbidden(&path, detail).because(CLAIMS));
    }
    resources::validate(options, Owner::Pod, resources, claims, &path, errors);
    validate_consistency(k8s, pod, resources, &path, errors);
}

/// The pod's amounts must cover those of its containers (validatePodResourceConsistency). What the pod does not name is not
/// looked at, nor are the limits of init containers.
fn validate_consistency(
    k8s: &Kubernetes,
    pod: &Pod,
    resources: &ResourceRequirements,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let requests_path = path.child("requests");
    let counted = PodResourcesOptions::default();
    for (name, sum) in aggregate_container_requests(k8s, pod, &counted).iter() {
        if let Some(request) = resources.requests.get(name).filter(|request| sum > *request) {
            let detail = format!("must be greater than or equal to aggregate container requests of {sum}");
            let error = FieldError::invalid(&requests_path.key(name), request.to_string(), detail);
            errors.push(error.because(POD_REQUEST_COVERS.rule));
        }
    }
    let limits_path = path.child("limits");
    for (name, sum) in aggregate_container_limits(k8s, pod, &counted).iter() {
        if !is_huge_page(name) {
            continue;
        }
        if let Some(limit) = resources.limits.get(name).filter(|limit| sum > *limit) {
            let detail = format!("must be greater than or equal to aggregate container limits of {sum}");
            let error = FieldError::invalid(&limits_path.key(name), limit.to_string(), detail);
            errors.push(error.because(PAGES_COVER));
        }
    }
    let containers_path = path.child("containers");
    for (i, container) in pod.spec.containers.iter().enumerate() {
        for (name, own) in container.resources.limits.iter() {
            if let Some(limit) = resources.limits.get(name).filter(|limit| own > *limit) {
                // Upstream's own path: there is no such field.
                let container_path = containers_path.index(i);
                let key_path = container_path.key(name);
                let path = key_path.child("limits");
                let detail = format!("must be less than or equal to pod limits of {limit}");
                errors.push(FieldError::invalid(&path, own.to_string(), detail).because(LIMIT_COVERS));
            }
        }
    }
}
