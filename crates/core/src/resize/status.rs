//! What the state of a pod says about its resize, in one word, and what can be done about it.
//!
//! The kubelet tells about a resize with two conditions. `PodResizePending` says that what the pod wants is not allocated, and
//! whether the node will try again; `PodResizeInProgress` says that what is allocated is not in force yet, or that
//! putting it in force failed. Both may be there at once: the pod was changed again while an earlier resize was under way.
//! Without conditions nothing is left to do, once the node has seen the pod's latest generation.

use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::allocation::is_resizable;
use super::requests::{INFEASIBLE, POD_RESIZE_IN_PROGRESS, POD_RESIZE_PENDING};
use crate::by_name::{OneByName, Wins};
use crate::model::{Pod, PodCondition, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes};

/// The reason of a resize that could not be put in force (`v1.PodReasonError`).
const ERROR: &str = "Error";

/// A pod's resize in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResizeStatus {
    /// Nothing is left to do.
    Done,
    /// The node has yet to look at the pod's latest generation, or is changing the containers.
    InProgress,
    /// The node lacks room now, and tries again by itself.
    Deferred,
    /// The node refused for good.
    Infeasible,
    /// The resources are allocated, but putting them in force failed. The node tries again by itself.
    Error,
}

/// What can be done about a resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Wait: the node goes on by itself.
    Wait,
    /// Ask for something else; asking for what is allocated takes the resize back.
    ChangeRequest,
    /// Move other pods away from the node.
    FreeNode,
    /// Delete the pod, so that one with the wanted resources is made and placed anew.
    Recreate,
}

/// A resource of which the pod wants, was allocated and has different amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResizeDifference {
    /// The container; none for the pod as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<SmolStr>,
    /// `requests` or `limits`.
    pub list: &'static str,
    /// `cpu` or `memory`.
    pub resource: &'static str,
    /// What the specification says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<Quantity>,
    /// What the node has allocated. Limits are not reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated: Option<Quantity>,
    /// Whether the node has yet to allocate what the specification says.
    pub unallocated: bool,
    /// What is in force. Runtimes round, so that it may differ a little for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Quantity>,
}

/// What a pod's state says about its resize.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResizeStatusVerdict {
    /// The word. Where both conditions are there it is that of the pending resize, which is the newer one.
    pub status: ResizeStatus,
    /// The word is about an earlier generation of the pod: the node has not judged the latest one.
    pub stale: bool,
    /// Why, the most important reason first.
    pub reasons: Vec<Reason>,
    /// What can be done, the best first; nothing if all is done.
    pub next: Vec<NextStep>,
    /// Where wanted, allocated and actual amounts differ.
    pub differences: Vec<ResizeDifference>,
}

/// What a pod's conditions and resources say about its resize. The text of a condition is read where the kubelet's messages say more
/// than its reason, such as that a pod will never fit on its node.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::status::{NextStep, ResizeStatus, resize_status};
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"metadata": {"generation": 3},
///         "status": {"observedGeneration": 3, "conditions": [{
///             "type": "PodResizePending", "status": "True", "reason": "Deferred", "observedGeneration": 3,
///             "message": "Node didn't have enough resource: cpu, requested: 9000, used: 500, capacity: 4000"}]}}"#,
/// )?;
/// let verdict = resize_status(&Kubernetes::new(Release::V1_36), &pod);
/// assert_eq!(verdict.status, ResizeStatus::Deferred);
/// // More than the node has for all pods: to wait is no use.
/// assert_eq!(verdict.next, [NextStep::ChangeRequest, NextStep::Recreate]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_status(k8s: &Kubernetes, pod: &Pod) -> ResizeStatusVerdict {
    let differences = differences(k8s, pod);
    let pending = pod.status.condition(POD_RESIZE_PENDING);
    let in_progress = pod.status.condition(POD_RESIZE_IN_PROGRESS);
    let under_way = in_progress.map(progress_reason);
    let (status, stale, reasons, next) = match (pending, &under_way) {
        _ if pod.status.phase.is_terminal() => {
            (ResizeStatus::Done, false, Vec::from([terminal()]), Vec::new())
        }
        (Some(pending), _) => {
            let status = match pending.reason == INFEASIBLE {
                true => ResizeStatus::Infeasible,
                false => ResizeStatus::Deferred,
            };
            let stale = is_older(pending.observed_generation, pod);
            let (reason, steps) = pending_reason(status, pending);
            let steps = if stale { Vec::from([NextStep::Wait]) } else { steps };
            let earlier = under_way.map(|(_, reason, _)| reason);
            (status, stale, [Some(reason), earlier].into_iter().flatten().collect(), steps)
        }
        (None, Some((status, reason, steps))) => {
            let stale = is_older(pod.status.observed_generation, pod);
            (*status, stale, Vec::from([reason.clone()]), steps.clone())
        }
        (None, None) => match waits_for_node(pod, &differences) {
            Some(reason) => {
                (ResizeStatus::InProgress, true, Vec::from([reason]), Vec::from([NextStep::Wait]))
            }
            None => (ResizeStatus::Done, false, Vec::new(), Vec::new()),
        },
    };
    ResizeStatusVerdict { status, stale, reasons, next, differences }
}

/// Whether something was about an earlier generation than the pod's. Without generations nothing is known.
fn is_older(observed: i64, pod: &Pod) -> bool {
    observed != 0 && observed < pod.metadata.generation
}

fn terminal() -> Reason {
    let rule = Rule::new("pod_terminal", "pkg/kubelet.Kubelet.SyncTerminatedPod");
    Reason::new(rule, "the pod has ended; its resources are not changed any more").at("status.phase")
}

/// Why the node has something to do although there is no condition.
fn waits_for_node(pod: &Pod, differences: &[ResizeDifference]) -> Option<Reason> {
    if is_older(pod.status.observed_generation, pod) {
        let rule = Rule::new("generation_not_observed", "pkg/kubelet.Kubelet.HandlePodUpdates");
        let text = "the node has not seen the latest generation of the pod";
        return Some(
            Reason::new(rule, text)
                .at("status.observedGeneration")
                .with_number("generation", pod.metadata.generation)
                .with_number("observedGeneration", pod.status.observed_generation),
        );
    }
    let unallocated = differences.iter().find(|difference| difference.unallocated)?;
    let rule = Rule::new("not_allocated", "pkg/kubelet/allocation.handlePodResourcesResize");
    let reason = Reason::new(rule, "the node has not yet decided on what the pod asks for");
    Some(match &unallocated.container {
        Some(name) => {
            reason.at(alloc::format!("spec.containers[{name}].resources.requests[{}]", unallocated.resource))
        }
        None => reason.at(alloc::format!("spec.resources.requests[{}]", unallocated.resource)),
    })
}

fn progress_reason(condition: &PodCondition) -> (ResizeStatus, Reason, Vec<NextStep>) {
    if condition.reason != ERROR {
        let rule = Rule::new("resize_in_progress", "pkg/kubelet/status.SetPodResizeInProgressCondition");
        let text = "the node has allocated the resources and is putting them in force";
        return (ResizeStatus::InProgress, Reason::new(rule, text), Vec::from([NextStep::Wait]));
    }
    let (code, steps) = if condition.message.contains("cannot decrease memory limits") {
        // Usage may fall below the limit by itself.
        ("memory_in_use", Vec::from([NextStep::Wait, NextStep::ChangeRequest]))
    } else {
        ("resize_error", Vec::from([NextStep::Wait, NextStep::ChangeRequest, NextStep::Recreate]))
    };
    let rule = Rule::new(code, "pkg/kubelet/kuberuntime.doPodResizeAction");
    (ResizeStatus::Error, Reason::new(rule, condition.message.clone()), steps)
}

fn pending_reason(status: ResizeStatus, condition: &PodCondition) -> (Reason, Vec<NextStep>) {
    const ALLOCATION: &str = "pkg/kubelet/allocation.handlePodResourcesResize";
    use NextStep::{ChangeRequest, FreeNode, Recreate, Wait};
    let message = condition.message.as_str();
    let reason = |code| Reason::new(Rule::new(code, ALLOCATION), message);
    if status == ResizeStatus::Infeasible {
        let causes = [
            ("static-pods", "static_pod", &[Recreate][..]),
            ("with swap", "swap_limitation", &[ChangeRequest, Recreate]),
            ("CPU Manager policy", "guaranteed_pod_cpu_manager_static_policy", &[Recreate, ChangeRequest]),
            (
                "Memory Manager policy",
                "guaranteed_pod_memory_manager_static_policy",
                &[Recreate, ChangeRequest],
            ),
            ("enough capacity", "insufficient_node_allocatable", &[ChangeRequest, Recreate]),
            ("Memory-backed emptyDir volume", "memory_volume_resize", &[ChangeRequest, Recreate]),
        ];
        let cause = causes.iter().find(|(text, _, _)| message.contains(text));
        let (code, steps) = cause.map_or(("infeasible", &[ChangeRequest, Recreate][..]), |(_, c, s)| (c, *s));
        return (reason(code), steps.to_vec());
    }
    match Insufficient::read(message) {
        Some(numbers) => {
            let reason = reason("insufficient_resource")
                .with_number("requested", numbers.requested)
                .with_number("used", numbers.used)
                .with_number("capacity", numbers.capacity);
            let steps: &[NextStep] = if numbers.requested > numbers.capacity {
                &[ChangeRequest, Recreate]
            } else {
                &[Wait, FreeNode, ChangeRequest, Recreate]
            };
            (reason, steps.to_vec())
        }
        // Such as labels or taints of the node: room does not help.
        None if message.starts_with("Predicate ") => {
            (reason("predicate_failed"), Vec::from([Recreate, Wait]))
        }
        None => (reason("deferred"), Vec::from([Wait, ChangeRequest, Recreate])),
    }
}

/// The numbers in the kubelet's message about a resource that does not suffice.
struct Insufficient {
    requested: i64,
    used: i64,
    capacity: i64,
}

impl Insufficient {
    fn read(message: &str) -> Option<Self> {
        let (_, rest) =
            message.strip_prefix("Node didn't have enough resource: ")?.split_once(", requested: ")?;
        let (requested, rest) = rest.split_once(", used: ")?;
        let (used, capacity) = rest.split_once(", capacity: ")?;
        Some(Insufficient {
            requested: requested.parse().ok()?,
            used: used.parse().ok()?,
            capacity: capacity.parse().ok()?,
        })
    }
}

/// Where what a pod wants, was allocated and has are not the same. Containers without a status are left out: they have not
/// started, and start with what is allocated.
fn differences(k8s: &Kubernetes, pod: &Pod) -> Vec<ResizeDifference> {
    let mut out = Vec::new();
    let statuses = OneByName::new(pod.status.regular(), pod.status.init(), Wins::First);
    for (container, init) in pod.spec.init_and_regular() {
        let Some(status) = statuses.get(&container.name).filter(|_| is_resizable(k8s, container, init))
        else {
            continue;
        };
        let Some(actual) = &status.resources else { continue };
        compare(&mut out, Some(&container.name), &container.resources, &status.allocated_resources, actual);
    }
    if k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
        && let (Some(desired), Some(actual)) = (&pod.spec.resources, &pod.status.resources)
    {
        // What is allocated to the pod as a whole holds overhead, and cannot be compared with what it asks for.
        compare(&mut out, None, desired, &ResourceList::new(), actual);
    }
    out
}

fn compare(
    out: &mut Vec<ResizeDifference>,
    container: Option<&SmolStr>,
    desired: &ResourceRequirements,
    allocated: &ResourceList,
    actual: &ResourceRequirements,
) {
    let lists = [
        ("requests", &desired.requests, Some(allocated).filter(|list| list.is_present()), &actual.requests),
        ("limits", &desired.limits, None, &actual.limits),
    ];
    for (list, desired, allocated, actual) in lists {
        for name in [resource::CPU, resource::MEMORY] {
            let (desired, actual) = (desired.get(name), actual.get(name));
            let allocated = allocated.map(|list| list.get(name));
            // Absent is nothing, in all three.
            let value = |amount: Option<&Quantity>| amount.cloned().unwrap_or_default();
            let as_allocated = allocated.is_none_or(|allocated| value(allocated) == value(desired));
            if as_allocated && value(actual) == value(desired) {
                continue;
            }
            out.push(ResizeDifference {
                container: container.cloned(),
                list,
                resource: name,
                desired: desired.cloned(),
                allocated: allocated.flatten().cloned(),
                unallocated: !as_allocated,
                actual: actual.cloned(),
            });
        }
    }
}

/// The word as the wire has it.
impl core::fmt::Display for ResizeStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            ResizeStatus::Done => "done",
            ResizeStatus::InProgress => "in_progress",
            ResizeStatus::Deferred => "deferred",
            ResizeStatus::Infeasible => "infeasible",
            ResizeStatus::Error => "error",
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::release::Release;

    const K8S: Kubernetes = Kubernetes::new(Release::V1_36);

    fn verdict(desired: &str, allocated: &str, actual: &str, conditions: &str) -> ResizeStatusVerdict {
        let list = |cpu: &str| format!(r#"{{"cpu": "{cpu}", "memory": "1Gi"}}"#);
        let pod: Pod = serde_json::from_str(&format!(
            r#"{{"metadata": {{"generation": 5}},
                "spec": {{"containers": [{{"name": "app", "resources": {{"requests": {}}}}}]}},
                "status": {{"phase": "Running", "observedGeneration": 5, "conditions": [{conditions}],
                    "containerStatuses": [{{"name": "app", "allocatedResources": {},
                        "resources": {{"requests": {}}}}}]}}}}"#,
            list(desired),
            list(allocated),
            list(actual)
        ))
        .unwrap();
        resize_status(&K8S, &pod)
    }

    fn pending(reason: &str, message: &str) -> String {
        format!(
            r#"{{"type": "PodResizePending", "status": "True", "reason": "{reason}", "observedGeneration": 5,
                "message": "{message}"}}"#
        )
    }

    #[test]
    fn equal_amounts_without_conditions_are_done() {
        let verdict = verdict("1", "1000m", "1.0", "");
        assert_eq!((verdict.status, verdict.next.len()), (ResizeStatus::Done, 0));
        assert!(verdict.differences.is_empty());
    }

    #[test]
    fn a_wish_that_the_node_has_not_judged_is_in_progress() {
        let verdict = verdict("2", "1", "1", "");
        assert_eq!((verdict.status, verdict.stale), (ResizeStatus::InProgress, true));
        assert_eq!(verdict.reasons[0].rule.code, "not_allocated");
        assert_eq!(verdict.differences.len(), 1);
    }

    #[test]
    fn a_deferred_resize_that_would_fit_waits() {
        let text = "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000";
        let verdict = verdict("2", "1", "1", &pending("Deferred", text));
        assert_eq!(verdict.status, ResizeStatus::Deferred);
        assert_eq!(verdict.next[0], NextStep::Wait);
        assert_eq!(verdict.reasons[0].numbers[1], ("used", 3000));
    }

    #[test]
    fn the_pending_resize_comes_before_the_one_under_way() {
        let conditions = format!(
            r#"{}, {{"type": "PodResizeInProgress", "status": "True", "observedGeneration": 4}}"#,
            pending("Infeasible", "In-place resize of containers with swap is not supported.")
        );
        let verdict = verdict("2", "1", "1", &conditions);
        assert_eq!(verdict.status, ResizeStatus::Infeasible);
        let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.rule.code).collect();
        assert_eq!(codes, ["swap_limitation", "resize_in_progress"]);
    }

    #[test]
    fn a_verdict_about_an_earlier_generation_is_stale() {
        let conditions =
            pending("Infeasible", "x").replace(r#""observedGeneration": 5"#, r#""observedGeneration": 4"#);
        let verdict = verdict("2", "1", "1", &conditions);
        assert!(verdict.stale);
        assert_eq!(verdict.next, [NextStep::Wait]);
    }

    #[test]
    fn an_error_names_its_cause() {
        let conditions = r#"{"type": "PodResizeInProgress", "status": "True", "reason": "Error",
            "message": "cannot decrease memory limits: attempting to set pod memory limit (1) below current usage (2)"}"#;
        let verdict = verdict("1", "1", "1", conditions);
        assert_eq!(verdict.status, ResizeStatus::Error);
        assert_eq!(verdict.reasons[0].rule.code, "memory_in_use");
    }

    #[test]
    fn an_ended_pod_is_done() {
        let pod: Pod = serde_json::from_str(r#"{"status": {"phase": "Failed"}}"#).unwrap();
        assert_eq!(resize_status(&K8S, &pod).status, ResizeStatus::Done);
    }
}
