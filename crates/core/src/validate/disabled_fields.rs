//! Fields that a gate has switched off: a pod loses them, unless the stored pod uses them already.

use super::restart_policy;
use crate::model::{PodSpec, PodStatus};
use crate::release::{Gate, Kubernetes, Release};

/// The spec's fields (pkg/api/pod.dropDisabledFields), as far as the model reads them; `old` is the stored spec.
pub(super) fn drop_from_spec(k8s: &Kubernetes, spec: &mut PodSpec, old: Option<&PodSpec>) {
    if !k8s.enabled(Gate::PodLevelResources) && !old.is_some_and(pod_level_resources_in_use) {
        spec.resources = None;
    }
    if !k8s.enabled(Gate::GenericWorkload) {
        if k8s.at_least(Release::V1_36) {
            if old.is_none_or(|old| old.scheduling_group.is_none()) {
                spec.scheduling_group = None;
            }
        } else if old.is_none_or(|old| old.workload_ref.is_none()) {
            spec.workload_ref = None;
        }
    }
    if !k8s.enabled(Gate::ContainerRestartRules) && !old.is_some_and(restart_policy::rules_in_use) {
        restart_policy::drop_rules(spec);
    }
}

/// The status's fields (pkg/api/pod.dropDisabledPodStatusFields), as far as the model reads them.
pub(super) fn drop_from_status(k8s: &Kubernetes, status: &mut PodStatus, old: &PodStatus) {
    if !k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
        && old.resources.is_none()
        && old.allocated_resources.is_empty()
    {
        status.resources = None;
        status.allocated_resources = Default::default();
    }
    if !k8s.enabled(Gate::DRANodeAllocatableResources)
        && old.node_allocatable_resource_claim_statuses.is_empty()
    {
        status.node_allocatable_resource_claim_statuses.clear();
    }
}

/// pkg/api/pod.podLevelResourcesInUse
fn pod_level_resources_in_use(spec: &PodSpec) -> bool {
    spec.resources
        .as_ref()
        .is_some_and(|resources| !resources.requests.is_empty() || !resources.limits.is_empty())
}
