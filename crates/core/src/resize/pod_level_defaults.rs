//! Defaults of pod-level resources.
//!
//! Up to 1.36, and on 1.37 without gate PodLevelResourcesFixDefaulting, they are part of reading an object; with the
//! gate the create and resize strategies set them, after admission.

use alloc::vec::Vec;

use super::requests::{
    PodResourcesOptions, aggregate_container_limits, aggregate_container_requests,
    is_supported_pod_level_resource,
};
use super::resource_name::is_huge_page;
use crate::model::{Pod, ResourceRequirements};
use crate::release::{Gate, Kubernetes};

/// The part of API defaulting (pkg/apis/core/v1.SetDefaults_Pod).
pub(crate) fn when_read(k8s: &Kubernetes, pod: &mut Pod) {
    if !k8s.enabled(Gate::PodLevelResources) || k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        return;
    }
    let Some(mut resources) = take_given(pod) else { return };
    huge_page_limits(k8s, &mut resources, pod);
    if !resources.limits.is_empty() {
        requests(k8s, &mut resources, pod);
    }
    pod.spec.resources = Some(resources);
}

/// The part of the strategies of 1.37 (pkg/api/pod.DefaultPodLevelResources).
pub(crate) fn when_prepared(k8s: &Kubernetes, pod: &mut Pod) {
    if !k8s.enabled(Gate::PodLevelResources) || !k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        return;
    }
    let Some(mut resources) = take_given(pod) else { return };
    huge_page_limits(k8s, &mut resources, pod);
    requests(k8s, &mut resources, pod);
    limits(k8s, &mut resources, pod);
    pod.spec.resources = Some(resources);
}

/// Takes pod-level resources out if there is a request or a limit among them.
fn take_given(pod: &mut Pod) -> Option<ResourceRequirements> {
    pod.spec.resources.take_if(|resources| !resources.requests.is_empty() || !resources.limits.is_empty())
}

/// Huge pages that only containers limit get their sum as the pod's limit.
fn huge_page_limits(k8s: &Kubernetes, resources: &mut ResourceRequirements, pod: &Pod) {
    for (name, sum) in aggregate_container_limits(k8s, pod, &PodResourcesOptions::default()).others().iter() {
        if is_huge_page(name)
            && !resources.requests.contains_key(name)
            && !resources.limits.contains_key(name)
        {
            resources.limits.insert(name, sum.clone());
        }
    }
}

/// What the pod does not request, it requests as its containers do, or else as its limit says.
fn requests(k8s: &Kubernetes, resources: &mut ResourceRequirements, pod: &Pod) {
    for (name, sum) in aggregate_container_requests(k8s, pod, &PodResourcesOptions::default()).iter() {
        if is_supported_pod_level_resource(name)
            && !is_huge_page(name)
            && !resources.requests.contains_key(name)
        {
            resources.requests.insert(name, sum.clone());
        }
    }
    for (name, limit) in resources.limits.iter() {
        if is_supported_pod_level_resource(name) && !resources.requests.contains_key(name) {
            resources.requests.insert(name, limit.clone());
        }
    }
}

/// What every container limits, the pod limits to their sum, or to its request where that is more.
fn limits(k8s: &Kubernetes, resources: &mut ResourceRequirements, pod: &Pod) {
    let spec = &pod.spec;
    let ResourceRequirements { requests, limits, .. } = resources;
    let mut candidates: Vec<&str> = requests
        .keys()
        .filter(|name| is_supported_pod_level_resource(name) && !limits.contains_key(name))
        .collect();
    // Ephemeral containers count here, and have no limits: a pod with one gets no limit by default.
    for container in spec.init_containers.iter().chain(&spec.containers).chain(&spec.ephemeral_containers) {
        candidates.retain(|name| container.resources.limits.contains_key(name));
        if candidates.is_empty() {
            return;
        }
    }
    let sums = aggregate_container_limits(k8s, pod, &PodResourcesOptions::default());
    for name in candidates {
        if let (Some(sum), Some(request)) = (sums.get(name), requests.get(name)) {
            limits.insert(name, if request > sum { request } else { sum }.clone());
        }
    }
}
