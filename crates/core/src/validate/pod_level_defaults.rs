//! Defaults of pod-level resources.
//!
//! Up to 1.36, and on 1.37 without gate PodLevelResourcesFixDefaulting, they are part of reading an object; with the
//! gate the create and resize strategies set them, after admission.

use super::aggregate;
use super::resource_name::{is_huge_page, is_overcommit_allowed, is_supported_at_pod_level};
use crate::model::{PodSpec, ResourceRequirements};
use crate::release::{Gate, Kubernetes};

/// The part of API defaulting (pkg/apis/core/v1.SetDefaults_Pod).
pub(super) fn when_read(k8s: &Kubernetes, spec: &mut PodSpec) {
    if !k8s.enabled(Gate::PodLevelResources) || k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        return;
    }
    let Some(mut resources) = take_given(spec) else { return };
    huge_page_limits(&mut resources, spec);
    if !resources.limits.is_empty() {
        requests(&mut resources, spec);
    }
    spec.resources = Some(resources);
}

/// The part of the strategies of 1.37 (pkg/api/pod.DefaultPodLevelResources).
pub(super) fn when_prepared(k8s: &Kubernetes, spec: &mut PodSpec) {
    if !k8s.enabled(Gate::PodLevelResources) || !k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        return;
    }
    let Some(mut resources) = take_given(spec) else { return };
    huge_page_limits(&mut resources, spec);
    requests(&mut resources, spec);
    limits(&mut resources, spec);
    spec.resources = Some(resources);
}

/// Takes pod-level resources out if there is a request or a limit among them.
fn take_given(spec: &mut PodSpec) -> Option<ResourceRequirements> {
    spec.resources.take_if(|resources| !resources.requests.is_empty() || !resources.limits.is_empty())
}

/// Huge pages that only containers limit get their sum as the pod's limit.
fn huge_page_limits(resources: &mut ResourceRequirements, spec: &PodSpec) {
    for (name, sum) in aggregate::container_limits(spec) {
        if is_huge_page(name)
            && !resources.requests.contains_key(name)
            && !resources.limits.contains_key(name)
        {
            resources.limits.insert(name, sum);
        }
    }
}

/// What the pod does not request, it requests as its containers do, or else as its limit says.
fn requests(resources: &mut ResourceRequirements, spec: &PodSpec) {
    for (name, sum) in aggregate::container_requests(spec) {
        if is_supported_at_pod_level(name)
            && is_overcommit_allowed(name)
            && !resources.requests.contains_key(name)
        {
            resources.requests.insert(name, sum);
        }
    }
    for (name, limit) in resources.limits.iter() {
        if is_supported_at_pod_level(name) && !resources.requests.contains_key(name) {
            resources.requests.insert(name, limit.clone());
        }
    }
}

/// What every container limits, the pod limits to their sum, or to its request where that is more.
fn limits(resources: &mut ResourceRequirements, spec: &PodSpec) {
    let mut candidates: alloc::vec::Vec<&str> = resources
        .requests
        .keys()
        .filter(|name| is_supported_at_pod_level(name) && !resources.limits.contains_key(name))
        .collect();
    // Ephemeral containers count here, and have no limits: a pod with one gets no limit by default.
    for container in spec.init_containers.iter().chain(&spec.containers).chain(&spec.ephemeral_containers) {
        candidates.retain(|name| container.resources.limits.contains_key(name));
        if candidates.is_empty() {
            return;
        }
    }
    let mut sums = aggregate::container_limits(spec);
    for name in candidates {
        let Some(mut limit) = sums.remove(name) else { continue };
        if let Some(request) = resources.requests.get(name).filter(|request| **request > limit) {
            limit = request.clone();
        }
        resources.limits.insert(name, limit);
    }
}
