//! API defaulting of a pod and a node, as far as the model reads it.

use crate::model::{
    Container, Node, Pod, PodSpec, PodStatus, Probe, ResourceList, ResourceRequirements, RestartPolicy,
};
use crate::release::{Kubernetes, Release};
use crate::resize::pod_level_defaults;

/// Sets the defaults that the API server sets when it reads a pod, in its order.
///
/// - `spec.restartPolicy` `Always`, `spec.terminationGracePeriodSeconds` 30 (on 1.37 also 1 for a negative value),
///   `spec.schedulerName` `default-scheduler`;
/// - of regular and init containers: a request for every limit without one; host ports where the pod uses the host's
///   network;
/// - pod-level requests and limits (up to 1.36, and on 1.37 without gate PodLevelResourcesFixDefaulting; with it the
///   create and resize strategies set them);
/// - port protocols and the numbers of probes;
/// - every resource amount in spec and status rounded up to a thousandth. This comes last: sums that became defaults are
///   sums of exact amounts.
///
/// Source: `pkg/apis/core/v1.SetObjectDefaults_Pod`.
///
/// ```
/// use podverdict::{model::{Pod, RestartPolicy}, release::{Kubernetes, Release}, validate};
/// let mut pod = Pod::default();
/// validate::set_defaults(&Kubernetes::new(Release::V1_36), &mut pod);
/// assert_eq!(pod.spec.restart_policy, RestartPolicy::Always);
/// assert_eq!(pod.spec.termination_grace_period_seconds, Some(30));
/// ```
pub fn set_defaults(k8s: &Kubernetes, pod: &mut Pod) {
    // Up to 1.36 conversion does this, also where defaulting is off: see `convert`.
    if k8s.at_least(Release::V1_37) {
        raise_negative_grace_period(&mut pod.spec);
    }
    for container in pod.spec.containers.iter_mut().chain(&mut pod.spec.init_containers) {
        request_what_is_limited(&mut container.resources);
    }
    pod_level_defaults::when_read(k8s, pod);
    if pod.spec.host_network {
        for container in pod.spec.containers.iter_mut().chain(&mut pod.spec.init_containers) {
            for port in container.ports.iter_mut().flatten() {
                if port.host_port == 0 {
                    port.host_port = port.container_port;
                }
            }
        }
    }
    default_spec(&mut pod.spec);
    default_status(&mut pod.status);
}

/// What becomes of a pod on its way into the API server's internal form, be it defaulted or not: fields that the
/// release does not have are dropped, and up to 1.36 a negative grace period becomes 1 second.
///
/// Source: `pkg/apis/core/v1.Convert_v1_Pod_To_core_Pod`.
///
/// ```
/// use podverdict::{model::Pod, release::{Kubernetes, Release}, validate};
/// let mut pod = Pod::default();
/// pod.spec.termination_grace_period_seconds = Some(-5);
/// validate::convert(&Kubernetes::new(Release::V1_37), &mut pod);
/// assert_eq!(pod.spec.termination_grace_period_seconds, Some(-5));
/// validate::convert(&Kubernetes::new(Release::V1_36), &mut pod);
/// assert_eq!(pod.spec.termination_grace_period_seconds, Some(1));
/// ```
pub fn convert(k8s: &Kubernetes, pod: &mut Pod) {
    if k8s.at_least(Release::V1_36) {
        pod.spec.workload_ref = None;
    } else {
        pod.spec.scheduling_group = None;
        pod.status.node_allocatable_resource_claim_statuses.clear();
    }
    if !k8s.at_least(Release::V1_37) {
        raise_negative_grace_period(&mut pod.spec);
    }
}

/// A request for every limit without one.
fn request_what_is_limited(resources: &mut ResourceRequirements) {
    let ResourceRequirements { requests, limits, .. } = resources;
    let missing = limits.iter().filter(|(name, _)| !requests.contains_key(name));
    let missing: ResourceList = missing.map(|(name, limit)| (name, limit.clone())).collect();
    if requests.is_empty() {
        *requests = missing;
    } else if !missing.is_empty() {
        *requests = core::mem::take(requests).into_iter().chain(missing).collect();
    }
}

fn raise_negative_grace_period(spec: &mut PodSpec) {
    if let Some(seconds @ ..0) = &mut spec.termination_grace_period_seconds {
        *seconds = 1;
    }
}

/// pkg/apis/core/v1.SetDefaults_PodSpec, then the containers.
fn default_spec(spec: &mut PodSpec) {
    if spec.restart_policy.is_absent() {
        spec.restart_policy = RestartPolicy::Always;
    }
    spec.termination_grace_period_seconds.get_or_insert(30);
    if spec.scheduler_name.is_empty() {
        spec.scheduler_name = "default-scheduler".into();
    }
    for container in
        spec.init_containers.iter_mut().chain(&mut spec.containers).chain(&mut spec.ephemeral_containers)
    {
        default_container(container);
        round_requirements(&mut container.resources);
    }
    round(&mut spec.overhead);
    if let Some(resources) = &mut spec.resources {
        round_requirements(resources);
    }
}

fn default_container(container: &mut Container) {
    for port in container.ports.iter_mut().flatten() {
        if port.protocol.is_empty() {
            port.protocol = "TCP".into();
        }
    }
    let probes =
        [&mut container.liveness_probe, &mut container.readiness_probe, &mut container.startup_probe];
    for probe in probes.into_iter().flatten() {
        default_probe(probe);
    }
}

/// pkg/apis/core/v1.SetDefaults_Probe
fn default_probe(probe: &mut Probe) {
    let defaults = [
        (&mut probe.timeout_seconds, 1),
        (&mut probe.period_seconds, 10),
        (&mut probe.success_threshold, 1),
        (&mut probe.failure_threshold, 3),
    ];
    for (value, default) in defaults {
        if *value == 0 {
            *value = default;
        }
    }
}

fn default_status(status: &mut PodStatus) {
    let lists = [
        &mut status.init_container_statuses,
        &mut status.container_statuses,
        &mut status.ephemeral_container_statuses,
    ];
    for container in lists.into_iter().flatten().flatten() {
        round(&mut container.allocated_resources);
        if let Some(resources) = &mut container.resources {
            round_requirements(resources);
        }
    }
    round(&mut status.allocated_resources);
    if let Some(resources) = &mut status.resources {
        round_requirements(resources);
    }
}

fn round_requirements(resources: &mut ResourceRequirements) {
    round(&mut resources.limits);
    round(&mut resources.requests);
}

/// pkg/apis/core/v1.SetDefaults_ResourceList
fn round(list: &mut ResourceList) {
    for (_, amount) in list.iter_mut() {
        amount.round_up_milli();
    }
}

/// Sets the defaults that the API server sets when it reads a node: what a node can give is what it has, unless it says
/// otherwise; every amount is rounded up to a thousandth.
///
/// Source: `pkg/apis/core/v1.SetDefaults_NodeStatus`, `SetDefaults_ResourceList`.
///
/// ```
/// use podverdict::{model::Node, validate::set_node_defaults};
/// let mut node: Node = serde_json::from_str(r#"{"status": {"capacity": {"cpu": "4"}}}"#)?;
/// set_node_defaults(&mut node);
/// assert_eq!(node.status.allocatable.cpu().unwrap().to_string(), "4");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn set_node_defaults(node: &mut Node) {
    let status = &mut node.status;
    if !status.allocatable.is_present() && status.capacity.is_present() {
        status.allocatable = status.capacity.clone();
    }
    round(&mut status.capacity);
    round(&mut status.allocatable);
}
