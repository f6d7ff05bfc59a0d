//! Pod-level resources on a resize.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{mask_requirements, validate_not_removed};
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{Pod, PodDocument, PodSpec, ResourceRequirements};
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::requests::{
    PodResourcesOptions, Resources, aggregate_container_limits, aggregate_container_requests,
    is_supported_pod_level_resource,
};
use crate::resize::resource_name::is_huge_page;

const NOT_REMOVED: Rule =
    Rule::new("pod_level_resources_not_removed", "pkg/apis/core/validation.validatePodLevelResourcesResize");
const ONLY_CPU_AND_MEMORY: Rule = Rule::new(
    "only_cpu_and_memory_resized_at_pod_level",
    "pkg/apis/core/validation.validatePodLevelResourcesResize",
);
const COVERS_CLAIMS: Rule = Rule::new(
    "pod_level_resources_cover_claims",
    "pkg/apis/core/validation.validatePodLevelResourcesCoverDRA",
);

/// validatePodLevelResourcesResize; `masked` gets CPU and memory of the pod back as they are stored.
pub(super) fn validate(
    k8s: &Kubernetes,
    document: &PodDocument,
    old: &Pod,
    masked: &mut PodSpec,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let new = &document.pod;
    let resources_path = path.child("resources");
    let stored = old.spec.resources.as_ref();
    match (&new.spec.resources, stored) {
        (None, Some(_)) => {
            let detail = "pod-level resources cannot be removed";
            errors.push(FieldError::forbidden(&resources_path, detail).because(NOT_REMOVED));
            return;
        }
        (Some(new), Some(stored)) => {
            let what = [
                "pod-level resource requests cannot be removed",
                "pod-level resource limits cannot be removed",
            ];
            validate_not_removed(new, stored, what, NOT_REMOVED, &resources_path, errors);
        }
        _ => {}
    }
    if let Some(resources) = &mut masked.resources {
        mask_requirements(resources, stored);
    }
    if stored.is_none() {
        masked.resources.take_if(|resources| is_empty(resources));
    }
    if !equal(masked.resources.as_ref(), stored) {
        let detail = "only cpu and memory resources are mutable at pod-level";
        errors.push(FieldError::forbidden(path, detail).because(ONLY_CPU_AND_MEMORY));
    }
    if k8s.at_least(Release::V1_37)
        && k8s.enabled(Gate::DRANodeAllocatableResources)
        && !new.status.node_allocatable_resource_claim_statuses.is_empty()
        && let Some(resources) = &new.spec.resources
        && let Some(fault) = uncovered(k8s, new, resources)
    {
        let whole = BadValue::Json(document.spec.part_to_go_json("resources"));
        let error = FieldError::invalid(&resources_path, whole, fault);
        errors.push(error.because(COVERS_CLAIMS));
    }
}

fn is_empty(resources: &ResourceRequirements) -> bool {
    resources.requests.is_empty() && resources.limits.is_empty() && has_no_claims(resources)
}

fn has_no_claims(resources: &ResourceRequirements) -> bool {
    resources.claims.as_ref().is_none_or(Vec::is_empty)
}

/// Semantic equality: no claims and an empty list of claims are one, absent and empty requirements are not.
fn equal(a: Option<&ResourceRequirements>, b: Option<&ResourceRequirements>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            a.requests == b.requests
                && a.limits == b.limits
                && (a.claims == b.claims || has_no_claims(a) && has_no_claims(b))
        }
        _ => false,
    }
}

/// The first of the pod's amounts that is too small for its containers and what its claims take from the node
/// (validatePodLevelResourcesCoverDRA). Upstream walks maps in random order here and stops at the first; here the order is that
/// of [`Resources::iter`] and of the names.
fn uncovered(k8s: &Kubernetes, pod: &Pod, resources: &ResourceRequirements) -> Option<String> {
    let options = PodResourcesOptions { use_dra_claim_status: true, ..PodResourcesOptions::default() };
    let sums = aggregate_container_requests(k8s, pod, &options);
    for (name, request) in resources.requests.iter() {
        if is_supported_pod_level_resource(name) && sums.get(name).is_some_and(|sum| sum > request) {
            return Some(format!(
                "pod level request for {name} is insufficient to cover the aggregated container and node-allocatable DRA requests"
            ));
        }
    }
    for (name, sum) in aggregate_container_limits(k8s, pod, &options).others().iter() {
        if is_huge_page(name) && resources.limits.get(name).is_some_and(|limit| sum > limit) {
            return Some(format!(
                "pod level limit for {name} is insufficient to cover the aggregated container and node-allocatable DRA limits"
            ));
        }
    }
    let claimed = claimed_by_containers(pod);
    for container in &pod.spec.containers {
        let claimed = claimed.get(container.name.as_str());
        for (name, own) in container.resources.limits.iter().filter(|(name, _)| !is_huge_page(name)) {
            let Some(limit) = resources.limits.get(name) else { continue };
            let mut effective = own.clone();
            if let Some(claimed) = claimed.and_then(|claimed| claimed.get(name)) {
                effective.add(claimed);
            }
            if effective > *limit {
                let container = &container.name;
                return Some(format!(
                    "pod level limit for {name} is insufficient to cover the limit and DRA overhead for container {container}"
                ));
            }
        }
    }
    None
}

/// What claims give to each container that uses them (component-helpers/resource.GetContainerDRAAllocations).
fn claimed_by_containers(pod: &Pod) -> BTreeMap<&str, Resources> {
    let mut by_container: BTreeMap<&str, Resources> = BTreeMap::new();
    for claim in &pod.status.node_allocatable_resource_claim_statuses {
        let mapped = claim.mapping.iter().map(|mapped| (&mapped.name, [mapped.quantity.as_ref(), None]));
        let overhead =
            claim.overhead.iter().map(|o| (&o.name, [o.per_pod.as_ref(), o.per_container.as_ref()]));
        let mut given = Resources::default();
        for (name, amounts) in mapped.chain(overhead) {
            let mut sum = given.get(name).cloned().unwrap_or_default();
            for amount in amounts.into_iter().flatten() {
                sum.add(amount);
            }
            given.set(name, sum);
        }
        // A container that the claim names twice uses it once.
        let users: BTreeSet<&str> = claim.containers.iter().map(SmolStr::as_str).collect();
        for user in users {
            by_container.entry(user).or_default().add_all(&given);
        }
    }
    by_container
}
