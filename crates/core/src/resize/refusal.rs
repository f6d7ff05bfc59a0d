//! What the API server says of pods and containers whose resize it refuses whatever is asked for.
//!
//! [`validate`](crate::validate) says it to a request; headroom and advice say it before there is one.

use super::allocation::is_resizable;
use super::feasible::Infeasibility;
use super::qos::{compute_pod_qos, pod_qos};
use crate::model::{Container, Pod, resource};
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};

/// A rule and its text.
#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) rule: Rule,
    pub(crate) text: &'static str,
}

impl Refusal {
    const fn new(code: &'static str, text: &'static str) -> Self {
        Refusal { rule: Rule::new(code, "pkg/apis/core/validation.ValidatePodResize"), text }
    }

    pub(super) fn to_reason(self) -> Reason {
        Reason::new(self.rule, self.text)
    }
}

pub(crate) const STATIC_POD: Refusal =
    Refusal::new("static_pod_not_resized", "static pods cannot be resized");
pub(crate) const WINDOWS_POD: Refusal =
    Refusal::new("windows_pod_not_resized", "windows pods cannot be resized");
pub(crate) const QOS: Refusal =
    Refusal::new("qos_class_kept", "Pod QOS Class may not change as a result of resizing");
pub(crate) const NODE: Refusal = Refusal {
    rule: Rule::new("node_supports_resize", "pkg/apis/core/validation.isPodResizeRequestSupported"),
    text: "Pod running on node without support for resize",
};
pub(crate) const POD_LEVEL_GATED: Refusal = Refusal::new(
    "pod_level_resize_gated",
    "resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled",
);
pub(crate) const CLAIMS: Refusal = Refusal::new(
    "no_resize_with_node_allocatable_claims",
    "pods with node allocatable resource claims cannot be resized",
);
pub(crate) const ONLY_CPU_AND_MEMORY: Refusal =
    Refusal::new("only_cpu_and_memory_resized", "only cpu and memory resources are mutable");
pub(crate) const INIT_CONTAINER: Refusal =
    Refusal::new("init_container_not_resized", "resources for non-sidecar init containers are immutable");
pub(crate) const INIT_RESTART: Refusal = Refusal::new(
    "init_container_not_restarted_for_resize",
    "non-sidecar init containers with a resize policy of RestartContainer cannot be resized",
);

/// Containers stay the ones they are.
pub(crate) const CONTAINERS: Refusal = Refusal {
    rule: Rule::new(
        "containers_kept_on_resize",
        "pkg/apis/core/validation.validatePodResizeContainerOrdering",
    ),
    text: "containers may not be added, removed, renamed or reordered on resize",
};
/// What the pod asks for as a whole covers what its containers ask for.
pub(crate) const POD_REQUEST_COVERS: Refusal = Refusal {
    rule: Rule::new(
        "pod_level_request_covers_containers",
        "pkg/apis/core/validation.validatePodResourceConsistency",
    ),
    text: "pod-level requests must be greater than or equal to aggregate container requests",
};

/// What is against any resize of a stored pod, in the API server's order, and on 1.35 the kubelet's.
pub(super) fn of_any_resize(k8s: &Kubernetes, pod: &Pod) -> Option<Reason> {
    let refused = |refusal: Refusal| Some(refusal.to_reason());
    if pod.is_mirror() {
        return refused(STATIC_POD);
    }
    if pod.spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        return refused(WINDOWS_POD);
    }
    if compute_pod_qos(k8s, pod) != pod_qos(k8s, pod) {
        return refused(QOS);
    }
    if !is_supported_by_node(pod) {
        return refused(NODE);
    }
    if sets_pod_level_resources(pod) && !k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling) {
        return refused(POD_LEVEL_GATED);
    }
    if k8s.release() == Release::V1_36 && !pod.status.node_allocatable_resource_claim_statuses.is_empty() {
        return refused(CLAIMS);
    }
    // Up to 1.36 the comparison forgets the claims of containers that may change.
    let forgotten = |(container, init): (&Container, bool)| {
        is_resizable(k8s, container, init)
            && container.resources.claims.as_ref().is_some_and(|claims| !claims.is_empty())
    };
    if !k8s.at_least(Release::V1_37) && pod.spec.init_and_regular().any(forgotten) {
        return refused(ONLY_CPU_AND_MEMORY);
    }
    if !k8s.at_least(Release::V1_36) && pod.is_static() {
        return Some(Infeasibility::StaticPod.to_reason());
    }
    None
}

/// Whether the node can resize, to judge from the first running regular container: it reports its resources then
/// (isPodResizeRequestSupported). Without a running container it is assumed.
pub(crate) fn is_supported_by_node(pod: &Pod) -> bool {
    let running = pod.status.regular().iter().find(|status| status.state.running.is_some());
    running.is_none_or(|status| status.resources.is_some())
}

/// Whether the pod has pod-level resources of any kind.
pub(crate) fn sets_pod_level_resources(pod: &Pod) -> bool {
    pod.spec.resources.as_ref().is_some_and(|r| !r.requests.is_empty() || !r.limits.is_empty())
}

/// Whether a container restarts for a change of CPU or of memory.
pub(super) fn restarts_any(container: &Container) -> bool {
    container.restarts_on_resize(resource::CPU) || container.restarts_on_resize(resource::MEMORY)
}
