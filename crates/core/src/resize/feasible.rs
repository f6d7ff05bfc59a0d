//! Whether a node's kubelet allocates a resize now, later, or never.
//!
//! The kubelet first looks for reasons that make the resize infeasible for good, and then admits the pod anew with the
//! resources it wants (upstream: `pkg/kubelet/allocation`, `handlePodResourcesResize` and, from 1.36,
//! `podResizesAdmitHandler`). A resize is allocated as a whole or not at all, and also one that only gives resources
//! back may have to wait.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::admit::{AdmitFailure, Shortfall, admit_failures, only_resources_missing};
use super::allocation::{Allocation, is_resizable};
use super::node_use::NodeUse;
use super::qos::pod_qos;
use super::requests::{
    DEFERRED, INFEASIBLE, POD_RESIZE_IN_PROGRESS, POD_RESIZE_PENDING, PodResourcesOptions,
    is_pod_level_resources_set, pod_requests,
};
use crate::by_name::{OneByName, Wins};
use crate::model::{
    Container, Map, Pod, QosClass, ResourceList, ResourceRequirements, api_enum, null_as_default, resource,
};
use crate::quantity::Quantity;
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};

/// How a node's kubelet is configured, as far as it matters for a resize (upstream: `pkg/kubelet/cm.NodeConfig`). The default
/// is a node without static CPU and memory managers and without swap.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodeConfig {
    /// `none` or `static`.
    #[serde(rename = "CPUManagerPolicy", deserialize_with = "null_as_default")]
    pub cpu_manager_policy: SmolStr,
    /// `None`, `Static` or `BestEffort`.
    #[serde(rename = "MemoryManagerPolicy", deserialize_with = "null_as_default")]
    pub memory_manager_policy: SmolStr,
    /// 1 or 2; 0 counts as 2.
    #[serde(rename = "CgroupVersion", deserialize_with = "null_as_default")]
    pub cgroup_version: i64,
    /// 1.35: what all pods together may use, where it is not the node's allocatable. The kubelet's own number is what is
    /// left after its reservations, whether or not eviction thresholds are enforced.
    #[serde(skip)]
    pub allocatable_absolute: Option<ResourceList>,
    /// The swap behaviour of containers by name; a container that is not named has no swap.
    #[serde(skip)]
    pub swap: Map<SwapBehavior>,
}

api_enum! {
    /// How a container may use swap (upstream: `pkg/kubelet/types.SwapBehavior`).
    pub enum SwapBehavior {
        /// Not at all.
        NoSwap = "NoSwap",
        /// In proportion to its memory request.
        LimitedSwap = "LimitedSwap",
    }
}

/// What becomes of a resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResizeOutcome {
    /// The pod wants what it has: nothing is pending.
    Unchanged,
    /// The node allocates what the pod wants; the resize is in progress.
    Allocated,
    /// The node keeps what it allocated before, and tries again.
    Deferred,
    /// The node keeps what it allocated before, and does not try again until the pod's specification changes.
    Infeasible,
}

/// Why a resize is infeasible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Infeasibility {
    /// 1.35: the pod is static.
    StaticPod,
    /// A container with swap would change its memory request without a restart.
    Swap {
        /// The container.
        container: SmolStr,
    },
    /// 1.37: the size of a memory-backed volume changes on a node with cgroups v1.
    MemoryBackedVolume {
        /// The volume.
        volume: SmolStr,
    },
    /// The CPU of a Guaranteed pod changes under the static CPU manager.
    CpuManager,
    /// The memory of a Guaranteed pod changes under the static memory manager.
    MemoryManager,
    /// 1.35: the pod wants more than the node has. From 1.36 the API server refuses that, and the kubelet defers it.
    NodeCapacity {
        /// CPU, if it does not suffice.
        cpu: Option<Shortfall>,
        /// Memory, if it does not suffice. Upstream reports it before CPU.
        memory: Option<Shortfall>,
    },
}

impl Infeasibility {
    /// The kubelet's message.
    ///
    /// ```
    /// use podverdict::resize::feasible::Infeasibility;
    /// assert_eq!(Infeasibility::StaticPod.message(), "In-place resize of static-pods is not supported");
    /// ```
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Infeasibility::StaticPod => "In-place resize of static-pods is not supported",
            Infeasibility::Swap { .. } => "In-place resize of containers with swap is not supported.",
            Infeasibility::MemoryBackedVolume { .. } => {
                "Memory-backed emptyDir volume resize is not supported on cgroups v1"
            }
            Infeasibility::CpuManager => {
                "Resize is infeasible for Guaranteed Pods alongside CPU Manager policy \"static\""
            }
            Infeasibility::MemoryManager => {
                "Resize is infeasible for Guaranteed Pods alongside Memory Manager policy \"Static\""
            }
            Infeasibility::NodeCapacity { cpu, memory } => {
                return match memory.as_ref().or(cpu.as_ref()) {
                    Some(s) => Cow::Owned(format!(
                        "Node didn't have enough capacity: {}, requested: {}, capacity: {}",
                        s.resource, s.requested, s.capacity
                    )),
                    None => Cow::Borrowed("Node didn't have enough capacity"),
                };
            }
        })
    }

    /// The rule that decided.
    ///
    /// ```
    /// use podverdict::resize::feasible::Infeasibility;
    /// assert_eq!(Infeasibility::StaticPod.rule().code, "static_pod");
    /// ```
    #[must_use]
    pub const fn rule(&self) -> Rule {
        // From 1.36 the same rules are in podResizesAdmitHandler.
        const CAN_RESIZE: &str = "pkg/kubelet/allocation.canResizePod";
        match self {
            Infeasibility::StaticPod => {
                Rule::new("static_pod", "pkg/kubelet/allocation.IsInPlacePodVerticalScalingAllowed")
            }
            Infeasibility::Swap { .. } => {
                Rule::new("swap_limitation", "pkg/kubelet/allocation.disallowResizeForSwappableContainers")
            }
            Infeasibility::MemoryBackedVolume { .. } => Rule::new(
                "cgroups_v1_unsupported",
                "pkg/kubelet/allocation.disallowResizeForMemoryBackedVolumes",
            ),
            Infeasibility::CpuManager => Rule::new("guaranteed_pod_cpu_manager_static_policy", CAN_RESIZE),
            Infeasibility::MemoryManager => {
                Rule::new("guaranteed_pod_memory_manager_static_policy", CAN_RESIZE)
            }
            Infeasibility::NodeCapacity { .. } => Rule::new("insufficient_node_allocatable", CAN_RESIZE),
        }
    }

    /// The cause as a reason, with the field or the numbers behind it.
    ///
    /// ```
    /// use podverdict::resize::feasible::Infeasibility;
    /// assert_eq!(Infeasibility::CpuManager.to_reason().rule.code, "guaranteed_pod_cpu_manager_static_policy");
    /// ```
    #[must_use]
    pub fn to_reason(&self) -> Reason {
        let mut reason = Reason::new(self.rule(), self.message());
        match self {
            Infeasibility::Swap { container } => {
                reason = reason.at(format!("spec.containers[{container}].resources.requests[memory]"));
            }
            Infeasibility::MemoryBackedVolume { volume } => {
                reason = reason.at(format!("spec.volumes[{volume}].emptyDir.sizeLimit"));
            }
            Infeasibility::NodeCapacity { cpu, memory } => {
                if let Some(shortfall) = memory.as_ref().or(cpu.as_ref()) {
                    reason = reason
                        .with_number("requested", shortfall.requested)
                        .with_number("capacity", shortfall.capacity);
                }
            }
            Infeasibility::StaticPod | Infeasibility::CpuManager | Infeasibility::MemoryManager => {}
        }
        reason
    }
}

/// The kubelet's answer to a resize.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResizeVerdict {
    /// What becomes of it.
    pub outcome: ResizeOutcome,
    /// Why it is infeasible.
    pub infeasibility: Option<Infeasibility>,
    /// Why it is deferred, in the order of the checks; the kubelet reports the first one.
    pub failures: Vec<AdmitFailure>,
    /// The pod is critical and only resources are missing: the kubelet evicts other pods, and allocates the resize
    /// if it finds enough of them. From 1.37 with gate `InPlacePodVerticalScalingSchedulerPreemption` the scheduler
    /// does that instead, for pods of any priority.
    pub evicts_others: bool,
}

/// A condition that the kubelet sets; its status is `True`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResizeCondition {
    /// `PodResizePending` or `PodResizeInProgress`.
    #[serde(rename = "type")]
    pub condition_type: &'static str,
    /// Always `True`.
    pub status: &'static str,
    /// `Deferred`, `Infeasible` or nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reason: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub message: Cow<'static, str>,
}

impl ResizeVerdict {
    fn of(outcome: ResizeOutcome) -> Self {
        ResizeVerdict { outcome, infeasibility: None, failures: Vec::new(), evicts_others: false }
    }

    fn infeasible(why: Infeasibility) -> Self {
        ResizeVerdict { infeasibility: Some(why), ..Self::of(ResizeOutcome::Infeasible) }
    }

    /// The kubelet's message; none where nothing is pending any more.
    ///
    /// ```
    /// use podverdict::model::{Node, Pod};
    /// use podverdict::release::{Kubernetes, Release};
    /// use podverdict::resize::{feasible::{NodeConfig, resize_feasible}, node_use::NodeUse};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let node = Node::default();
    /// let pod = Pod::default();
    /// let verdict = resize_feasible(&k8s, &NodeUse::new(&k8s, &node), &NodeConfig::default(), &pod, &pod);
    /// assert_eq!(verdict.message(), None);
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<Cow<'static, str>> {
        let infeasible = self.infeasibility.as_ref().map(Infeasibility::message);
        infeasible.or_else(|| self.failures.first().map(AdmitFailure::message))
    }

    /// The resize conditions that the kubelet holds for the pod after this verdict, if it held none before.
    ///
    /// ```
    /// # use podverdict::model::{Node, Pod};
    /// # use podverdict::release::{Kubernetes, Release};
    /// # use podverdict::resize::{feasible::{NodeConfig, resize_feasible}, node_use::NodeUse};
    /// # let k8s = Kubernetes::new(Release::V1_36);
    /// # let node = Node::default();
    /// # let pod = Pod::default();
    /// let verdict = resize_feasible(&k8s, &NodeUse::new(&k8s, &node), &NodeConfig::default(), &pod, &pod);
    /// assert!(verdict.condition().is_none());
    /// ```
    #[must_use]
    pub fn condition(&self) -> Option<ResizeCondition> {
        let (condition_type, reason) = match self.outcome {
            ResizeOutcome::Unchanged => return None,
            ResizeOutcome::Allocated => (POD_RESIZE_IN_PROGRESS, ""),
            ResizeOutcome::Deferred => (POD_RESIZE_PENDING, DEFERRED),
            ResizeOutcome::Infeasible => (POD_RESIZE_PENDING, INFEASIBLE),
        };
        let message = self.message().unwrap_or_default();
        Some(ResizeCondition { condition_type, status: "True", reason, message })
    }

    /// Every reason, the reported one first.
    ///
    /// ```
    /// # use podverdict::model::{Node, Pod};
    /// # use podverdict::release::{Kubernetes, Release};
    /// # use podverdict::resize::{feasible::{NodeConfig, resize_feasible}, node_use::NodeUse};
    /// # let k8s = Kubernetes::new(Release::V1_36);
    /// # let node = Node::default();
    /// # let pod = Pod::default();
    /// let verdict = resize_feasible(&k8s, &NodeUse::new(&k8s, &node), &NodeConfig::default(), &pod, &pod);
    /// assert_eq!(verdict.reasons().count(), 0);
    /// ```
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        let infeasible = self.infeasibility.iter().map(Infeasibility::to_reason);
        infeasible.chain(self.failures.iter().map(AdmitFailure::to_reason))
    }

    /// The resources that do not suffice, as numbers.
    ///
    /// ```
    /// # use podverdict::model::{Node, Pod};
    /// # use podverdict::release::{Kubernetes, Release};
    /// # use podverdict::resize::{feasible::{NodeConfig, resize_feasible}, node_use::NodeUse};
    /// # let k8s = Kubernetes::new(Release::V1_36);
    /// # let node = Node::default();
    /// # let pod = Pod::default();
    /// let verdict = resize_feasible(&k8s, &NodeUse::new(&k8s, &node), &NodeConfig::default(), &pod, &pod);
    /// assert_eq!(verdict.shortfalls().count(), 0);
    /// ```
    pub fn shortfalls(&self) -> impl Iterator<Item = &Shortfall> {
        let (cpu, memory) = match &self.infeasibility {
            Some(Infeasibility::NodeCapacity { cpu, memory }) => (cpu.as_ref(), memory.as_ref()),
            _ => (None, None),
        };
        let failures = self.failures.iter().filter_map(|failure| match failure {
            AdmitFailure::Insufficient(shortfall) => Some(shortfall),
            _ => None,
        });
        cpu.into_iter().chain(memory).chain(failures)
    }
}

/// What the kubelet of a node does with a resize. `others` counts the other pods of the node, `desired` is the pod as
/// the API server has it now, and `allocated` says with its specification what the node has allocated to it.
///
/// The pod is evaluated with all that it wants, also if it wants less of one resource than before.
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::feasible::{NodeConfig, ResizeOutcome, resize_feasible};
/// use podverdict::resize::node_use::NodeUse;
///
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "2", "pods": "10"}}}"#)?;
/// let pod = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ))
/// };
/// for (release, outcome) in [(Release::V1_35, ResizeOutcome::Infeasible), (Release::V1_36, ResizeOutcome::Deferred)] {
///     let k8s = Kubernetes::new(release);
///     let others = NodeUse::new(&k8s, &node);
///     let verdict = resize_feasible(&k8s, &others, &NodeConfig::default(), &pod("3")?, &pod("1")?);
///     assert_eq!(verdict.outcome, outcome);
///     assert_eq!(verdict.shortfalls().next().map(|shortfall| shortfall.missing), Some(1000));
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_feasible(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    desired: &Pod,
    allocated: &Pod,
) -> ResizeVerdict {
    let allocation = Allocation::of(k8s, allocated);
    if !allocation.differs(desired) {
        return ResizeVerdict::of(ResizeOutcome::Unchanged);
    }
    if let Some(why) = infeasibility(k8s, others, config, desired, &allocation) {
        return ResizeVerdict::infeasible(why);
    }
    let failures = admit_failures(k8s, others, desired);
    if failures.is_empty() {
        return ResizeVerdict::of(ResizeOutcome::Allocated);
    }
    // 1.37: with the gate preemption is the scheduler's.
    let left_to_scheduler =
        k8s.at_least(Release::V1_37) && k8s.enabled(Gate::InPlacePodVerticalScalingSchedulerPreemption);
    let evicts_others = only_resources_missing(&failures) && desired.is_critical() && !left_to_scheduler;
    ResizeVerdict { failures, evicts_others, ..ResizeVerdict::of(ResizeOutcome::Deferred) }
}

/// What makes a resize infeasible, in the kubelet's order. That pod-level resources may not change is no cause here: without the gate
/// the kubelet never sees them differ.
fn infeasibility(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    desired: &Pod,
    allocation: &Allocation<'_>,
) -> Option<Infeasibility> {
    if !k8s.at_least(Release::V1_36) && desired.is_static() {
        return Some(Infeasibility::StaticPod);
    }
    if let Some(container) = swap_limited(config, desired, allocation) {
        return Some(Infeasibility::Swap { container: container.name.clone() });
    }
    if config.cgroup_version == 1
        && let Some(volume) = allocation.resized_volume(desired)
    {
        return Some(Infeasibility::MemoryBackedVolume { volume: volume.name.clone() });
    }
    if pod_qos(k8s, desired) == QosClass::Guaranteed {
        for name in [resource::CPU, resource::MEMORY] {
            if let Some(why) = pinned(k8s, config, name)
                && request_changes(k8s, desired, allocation, name)
            {
                return Some(why);
            }
        }
    }
    if k8s.at_least(Release::V1_36) {
        return None;
    }
    beyond_node(k8s, others, config, desired)
}

/// What keeps the containers of Guaranteed pods from changing a resource: a manager that pins it.
pub(super) fn pinned(k8s: &Kubernetes, config: &NodeConfig, name: &str) -> Option<Infeasibility> {
    if name == resource::CPU {
        let pins = config.cpu_manager_policy == "static"
            && !k8s.enabled(Gate::InPlacePodVerticalScalingExclusiveCPUs);
        return pins.then_some(Infeasibility::CpuManager);
    }
    let pins = config.memory_manager_policy == "Static"
        && (k8s.at_least(Release::V1_36) || k8s.enabled(Gate::MemoryManager))
        && !k8s.enabled(Gate::InPlacePodVerticalScalingExclusiveMemory);
    pins.then_some(Infeasibility::MemoryManager)
}

/// Whether a container's memory request cannot change, because it uses swap and would not restart.
pub(super) fn swap_forbids(config: &NodeConfig, container: &Container) -> bool {
    let swap = config.swap.get(&container.name);
    swap.is_some_and(|swap| !swap.is_absent() && *swap != SwapBehavior::NoSwap)
        && !container.restarts_on_resize(resource::MEMORY)
}

/// The first container with swap whose memory request changes in place (upstream:
/// `disallowResizeForSwappableContainers`).
fn swap_limited<'p>(
    config: &NodeConfig,
    desired: &'p Pod,
    allocation: &Allocation<'_>,
) -> Option<&'p Container> {
    if config.swap.is_empty() {
        return None;
    }
    // What is allocated is the pod's own containers with other resources, so names and policies are the pod's. Of
    // several containers of one name upstream compares with the last.
    let (regular, init) = (&desired.spec.containers, &desired.spec.init_containers);
    let by_name = OneByName::new(regular, init, Wins::Last);
    regular.iter().chain(init).find(|container| {
        let Some(twin) = by_name.get(&container.name) else { return false };
        let allocated = allocation.container(&twin.name).unwrap_or(&twin.resources);
        !same_amount(&container.resources, allocated, resource::MEMORY) && swap_forbids(config, twin)
    })
}

/// Whether the request of a resizable container is not what is allocated (upstream:
/// `guaranteedPodResourceResizeRequired`).
fn request_changes(k8s: &Kubernetes, desired: &Pod, allocation: &Allocation<'_>, name: &str) -> bool {
    let nothing = ResourceRequirements::default();
    desired.spec.init_and_regular().any(|(container, init)| {
        is_resizable(k8s, container, init)
            && !same_amount(
                &container.resources,
                allocation.container(&container.name).unwrap_or(&nothing),
                name,
            )
    })
}

fn same_amount(a: &ResourceRequirements, b: &ResourceRequirements, name: &str) -> bool {
    let of =
        |resources: &ResourceRequirements| resources.requests.get(name).map_or(Quantity::ZERO, Clone::clone);
    of(a) == of(b)
}

/// 1.35: whether the pod wants more than the node has for all pods (upstream: `canResizePod`,
/// `pkg/api/v1/resource.GetResourceRequest`). Where the pod has pod-level resources its containers do not count, and overhead
/// counts only on top of a request.
fn beyond_node(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    desired: &Pod,
) -> Option<Infeasibility> {
    let requests = pod_requests(
        k8s,
        desired,
        &PodResourcesOptions {
            skip_container_level_resources: k8s.enabled(Gate::PodLevelResources)
                && is_pod_level_resources_set(desired),
            exclude_overhead: true,
            ..PodResourcesOptions::default()
        },
    );
    let available = config.allocatable_absolute.as_ref().unwrap_or(&others.node().status.allocatable);
    let shortfall = |name: &str, count: fn(&Quantity) -> i64| {
        // A sum, as upstream's is: where the amount is in the long form, that counts for how it overflows.
        let mut requested = Quantity::ZERO;
        if let Some(amount) = requests.get(name) {
            requested.add(amount);
        }
        if !requested.is_zero()
            && let Some(overhead) = desired.spec.overhead.get(name)
        {
            requested.add(overhead);
        }
        let capacity = available.get(name).map_or(0, count);
        let requested = count(&requested);
        (requested > capacity).then(|| Shortfall::new(name, requested, 0, capacity))
    };
    let cpu = shortfall(resource::CPU, Quantity::milli_value);
    let memory = shortfall(resource::MEMORY, Quantity::value);
    (cpu.is_some() || memory.is_some()).then_some(Infeasibility::NodeCapacity { cpu, memory })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Node;
    use crate::release::Release::{V1_35, V1_36, V1_37};

    fn pod(spec: &str) -> Pod {
        Pod { spec: serde_json::from_str(spec).unwrap(), ..Pod::default() }
    }

    fn guaranteed(cpu: &str, memory: &str) -> Pod {
        let list = format!(r#"{{"cpu": "{cpu}", "memory": "{memory}"}}"#);
        pod(&format!(
            r#"{{"containers": [{{"name": "app", "resources": {{"requests": {list}, "limits": {list}}}}}]}}"#
        ))
    }

    fn ask(k8s: &Kubernetes, config: &NodeConfig, desired: &Pod, allocated: &Pod) -> ResizeVerdict {
        let node: Node = serde_json::from_str(
            r#"{"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "9"}}}"#,
        )
        .unwrap();
        resize_feasible(k8s, &NodeUse::new(k8s, &node), config, desired, allocated)
    }

    #[test]
    fn another_spelling_is_no_resize() {
        let verdict = ask(
            &V1_36.into(),
            &NodeConfig::default(),
            &guaranteed("1000m", "1024Mi"),
            &guaranteed("1", "1Gi"),
        );
        assert_eq!(verdict.outcome, ResizeOutcome::Unchanged);
    }

    #[test]
    fn larger_than_the_node_is_infeasible_on_1_35_and_deferred_later() {
        let messages = [V1_35, V1_36, V1_37].map(|release| {
            let desired = guaranteed("5", "4500Mi");
            ask(&release.into(), &NodeConfig::default(), &desired, &guaranteed("1", "1Gi"))
                .message()
                .unwrap_or_default()
        });
        // 1.35 names memory first, later releases CPU.
        let deferred = "Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000";
        assert_eq!(
            messages,
            [
                "Node didn't have enough capacity: memory, requested: 4718592000, capacity: 4294967296",
                deferred,
                deferred
            ]
        );
    }

    #[test]
    fn static_managers_keep_guaranteed_pods_as_they_are() {
        let config = NodeConfig {
            cpu_manager_policy: "static".into(),
            memory_manager_policy: "Static".into(),
            ..NodeConfig::default()
        };
        let verdict = ask(&V1_37.into(), &config, &guaranteed("2", "2Gi"), &guaranteed("1", "1Gi"));
        assert_eq!(verdict.infeasibility, Some(Infeasibility::CpuManager));
        let verdict = ask(&V1_37.into(), &config, &guaranteed("1", "2Gi"), &guaranteed("1", "1Gi"));
        assert_eq!(verdict.infeasibility, Some(Infeasibility::MemoryManager));
        let gated =
            Kubernetes::with_gates(V1_36, [("InPlacePodVerticalScalingExclusiveCPUs", true)]).unwrap();
        let verdict = ask(&gated, &config, &guaranteed("2", "1Gi"), &guaranteed("1", "1Gi"));
        assert_eq!(verdict.outcome, ResizeOutcome::Allocated);
    }

    #[test]
    fn swap_keeps_memory_requests_unless_the_container_restarts() {
        let config = NodeConfig {
            swap: [("app", SwapBehavior::LimitedSwap)].into_iter().collect(),
            ..NodeConfig::default()
        };
        let spec = |memory: &str, policy: &str| {
            pod(&format!(
                r#"{{"containers": [{{"name": "app", "resources": {{"requests": {{"memory": "{memory}"}}}},
                    "resizePolicy": [{{"resourceName": "memory", "restartPolicy": "{policy}"}}]}}]}}"#
            ))
        };
        for (policy, outcome) in
            [("NotRequired", ResizeOutcome::Infeasible), ("RestartContainer", ResizeOutcome::Allocated)]
        {
            let verdict = ask(&V1_36.into(), &config, &spec("2Gi", policy), &spec("1Gi", policy));
            assert_eq!(verdict.outcome, outcome);
        }
    }

    #[test]
    fn a_decrease_waits_too_when_the_node_is_too_full() {
        let k8s = Kubernetes::new(V1_36);
        let node: Node = serde_json::from_str(
            r#"{"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "9"}}}"#,
        )
        .unwrap();
        let mut others = NodeUse::new(&k8s, &node);
        others.add_pod(&guaranteed("3500m", "1Gi"));
        let verdict = resize_feasible(
            &k8s,
            &others,
            &NodeConfig::default(),
            &guaranteed("1", "1Gi"),
            &guaranteed("2", "1Gi"),
        );
        assert_eq!(verdict.outcome, ResizeOutcome::Deferred);
        assert_eq!(verdict.shortfalls().map(|shortfall| shortfall.missing).collect::<Vec<_>>(), [500]);
    }

    #[test]
    fn plain_init_containers_resize_from_1_36() {
        let spec = |cpu: &str| {
            pod(&format!(
                r#"{{"initContainers": [{{"name": "setup", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}"#
            ))
        };
        let outcome =
            |release: Release| ask(&release.into(), &NodeConfig::default(), &spec("2"), &spec("1")).outcome;
        assert_eq!(outcome(V1_35), ResizeOutcome::Unchanged);
        assert_eq!(outcome(V1_36), ResizeOutcome::Allocated);
    }
}
