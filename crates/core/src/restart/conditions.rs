//! The pod conditions that the kubelet writes about containers (`pkg/kubelet/status`).
//!
//! The answers carry no times: those depend on when the kubelet looks.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::all_containers::{
    ALL_CONTAINERS_RESTARTING, all_containers_could_restart, all_containers_restart_cleaned_up,
    should_all_containers_restart,
};
use super::sandbox::pod_sandbox_changed;
use super::{ContainerStatuses, Records};
use crate::model::{Container, ContainerStatus, Pod, PodCondition, PodPhase, PodStatus, RuntimePodStatus};
use crate::quote::Quoted;
use crate::release::{Gate, Kubernetes, Release};

/// Type of the condition which says that all init containers are done.
pub const INITIALIZED: &str = "Initialized";
/// Type of the condition which says that the pod can serve.
pub const READY: &str = "Ready";
/// Type of the condition which says that all containers are ready.
pub const CONTAINERS_READY: &str = "ContainersReady";
/// Type of the condition which says that the sandbox is ready.
pub const READY_TO_START_CONTAINERS: &str = "PodReadyToStartContainers";

/// What the conditions are about: the pod, its status before (for what is kept), and the generation to write.
struct About<'a> {
    k8s: &'a Kubernetes,
    pod: &'a Pod,
    old: &'a PodStatus,
}

impl About<'_> {
    fn condition(
        &self,
        condition_type: &'static str,
        status: bool,
        reason: &'static str,
        message: String,
    ) -> PodCondition {
        PodCondition {
            condition_type: condition_type.into(),
            status: if status { "True".into() } else { "False".into() },
            reason: reason.into(),
            message,
            observed_generation: self.observed_generation(condition_type),
            ..PodCondition::default()
        }
    }

    fn plain(&self, condition_type: &'static str, status: bool, reason: &'static str) -> PodCondition {
        self.condition(condition_type, status, reason, String::new())
    }

    /// `pkg/api/v1/pod.CalculatePodConditionObservedGeneration`.
    fn observed_generation(&self, condition_type: &str) -> i64 {
        let had_one = |c: &PodCondition| c.condition_type == condition_type && c.observed_generation != 0;
        if self.k8s.enabled(Gate::PodObservedGenerationTracking) || self.old.conditions.iter().any(had_one) {
            self.pod.metadata.generation
        } else {
            0
        }
    }
}

/// Names as Go prints a list of them.
fn listed(names: &[&SmolStr]) -> String {
    let mut out = String::from("[");
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(name);
    }
    out.push(']');
    out
}

/// The sentence about containers without a status and containers that are not where they should be.
fn about_containers(unknown: &[&SmolStr], not_yet: &[&SmolStr], what: &str) -> Option<String> {
    let unknown =
        (!unknown.is_empty()).then(|| format!("containers with unknown status: {}", listed(unknown)));
    let not_yet =
        (!not_yet.is_empty()).then(|| format!("containers with {what} status: {}", listed(not_yet)));
    match (unknown, not_yet) {
        (Some(unknown), Some(not_yet)) => Some(format!("{unknown}, {not_yet}")),
        (one, None) | (None, one) => one,
    }
}

/// The condition `Initialized` (`GeneratePodInitializedCondition`). `statuses` is `None` where nothing is known at all.
///
/// ```
/// use podverdict::model::{Pod, PodPhase, PodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::conditions::initialized;
/// let k8s = Kubernetes::new(Release::V1_36);
/// let condition = initialized(&k8s, &Pod::default(), &PodStatus::default(), None, &PodPhase::Pending);
/// assert_eq!(condition.status, "True");
/// ```
#[must_use]
pub fn initialized(
    k8s: &Kubernetes,
    pod: &Pod,
    old: &PodStatus,
    statuses: Option<&ContainerStatuses<'_>>,
    phase: &PodPhase,
) -> PodCondition {
    let about = About { k8s, pod, old };
    let containers = &pod.spec.init_containers;
    let Some(statuses) = statuses else {
        let known = containers.is_empty();
        // Without init containers there is nothing to know; upstream says so only if the pod did not succeed.
        let reason = match (known, phase) {
            (false, _) => "UnknownContainerStatuses",
            (true, PodPhase::Succeeded) => "PodCompleted",
            (true, _) => "",
        };
        return about.plain(INITIALIZED, known, reason);
    };
    let done = |container: &Container, status: &ContainerStatus| {
        if container.is_sidecar() { status.started == Some(true) } else { status.ready }
    };
    let (unknown, incomplete) = sort_out(containers.iter(), statuses, done);
    if *phase == PodPhase::Succeeded && unknown.is_empty() {
        return about.plain(INITIALIZED, true, "PodCompleted");
    }
    // A pod once initialized stays so while its sidecars restart.
    if statuses.any_regular_started(&pod.spec) {
        return about.plain(INITIALIZED, true, "");
    }
    let Some(message) = about_containers(&unknown, &incomplete, "incomplete") else {
        return about.plain(INITIALIZED, true, "");
    };
    let was = |c: &PodCondition| c.condition_type == INITIALIZED && c.status == "True";
    // Restarting all containers runs the init containers again.
    if k8s.enabled(Gate::RestartAllContainersOnContainerExits) && old.conditions.iter().any(was) {
        return about.plain(INITIALIZED, true, "");
    }
    about.condition(INITIALIZED, false, "ContainersNotInitialized", message)
}

/// The containers without a status, and those whose status is not `good`.
fn sort_out<'c>(
    containers: impl Iterator<Item = &'c Container>,
    statuses: &ContainerStatuses<'_>,
    good: impl Fn(&Container, &ContainerStatus) -> bool,
) -> (Vec<&'c SmolStr>, Vec<&'c SmolStr>) {
    let (mut unknown, mut not_good) = (Vec::new(), Vec::new());
    for container in containers {
        match statuses.get(&container.name) {
            None => unknown.push(&container.name),
            Some(status) if good(container, status) => {}
            Some(_) => not_good.push(&container.name),
        }
    }
    (unknown, not_good)
}

/// The condition `ContainersReady` (`GenerateContainersReadyCondition`). Plain init containers do not count.
///
/// ```
/// use podverdict::model::{Pod, PodPhase, PodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::conditions::containers_ready;
/// let k8s = Kubernetes::new(Release::V1_36);
/// let condition = containers_ready(&k8s, &Pod::default(), &PodStatus::default(), None, &PodPhase::Pending);
/// assert_eq!(condition.reason, "UnknownContainerStatuses");
/// ```
#[must_use]
pub fn containers_ready(
    k8s: &Kubernetes,
    pod: &Pod,
    old: &PodStatus,
    statuses: Option<&ContainerStatuses<'_>>,
    phase: &PodPhase,
) -> PodCondition {
    let about = About { k8s, pod, old };
    let (status, reason, message) = readiness(pod, statuses, phase);
    about.condition(CONTAINERS_READY, status, reason, message)
}

fn readiness(
    pod: &Pod,
    statuses: Option<&ContainerStatuses<'_>>,
    phase: &PodPhase,
) -> (bool, &'static str, String) {
    let Some(statuses) = statuses else { return (false, "UnknownContainerStatuses", String::new()) };
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.is_sidecar());
    let (unknown, unready) =
        sort_out(sidecars.chain(&pod.spec.containers), statuses, |_, status| status.ready);
    match phase {
        PodPhase::Succeeded if unknown.is_empty() => return (false, "PodCompleted", String::new()),
        // Its containers may still be ending.
        PodPhase::Failed => return (false, "PodFailed", String::new()),
        _ => {}
    }
    match about_containers(&unknown, &unready, "unready") {
        Some(message) => (false, "ContainersNotReady", message),
        None => (true, "", String::new()),
    }
}

/// The condition `Ready` (`GeneratePodReadyCondition`): the containers are ready, and every readiness gate of the pod is
/// true among `conditions`.
///
/// ```
/// use podverdict::model::{Pod, PodPhase, PodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::{ContainerStatuses, conditions::ready};
/// let (k8s, pod) = (Kubernetes::new(Release::V1_36), Pod::default());
/// let statuses = ContainerStatuses::of(&pod.status);
/// assert_eq!(ready(&k8s, &pod, &pod.status, &[], Some(&statuses), &PodPhase::Running).status, "True");
/// ```
#[must_use]
pub fn ready(
    k8s: &Kubernetes,
    pod: &Pod,
    old: &PodStatus,
    conditions: &[PodCondition],
    statuses: Option<&ContainerStatuses<'_>>,
    phase: &PodPhase,
) -> PodCondition {
    let about = About { k8s, pod, old };
    let (status, reason, message) = readiness(pod, statuses, phase);
    if !status {
        return about.condition(READY, false, reason, message);
    }
    let mut unready = Vec::new();
    for gate in &pod.spec.readiness_gates {
        let wanted = &gate.condition_type;
        match conditions.iter().find(|c| c.condition_type == *wanted) {
            None => unready.push(format!(
                "corresponding condition of pod readiness gate {} does not exist.",
                Quoted(wanted)
            )),
            Some(c) if c.status != "True" => unready.push(format!(
                "the status of pod readiness gate {} is not \"True\", but {}",
                Quoted(wanted),
                c.status
            )),
            Some(_) => {}
        }
    }
    if unready.is_empty() {
        about.plain(READY, true, "")
    } else {
        about.condition(READY, false, "ReadinessGatesNotReady", unready.join(", "))
    }
}

/// The condition `PodReadyToStartContainers` (`GeneratePodReadyToStartContainersCondition`). From 1.37 it says why not.
///
/// ```
/// use podverdict::model::{Pod, PodStatus, RuntimePodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::conditions::ready_to_start_containers;
/// let k8s = Kubernetes::new(Release::V1_37);
/// let condition =
///     ready_to_start_containers(&k8s, &Pod::default(), &PodStatus::default(), &RuntimePodStatus::default());
/// assert_eq!(condition.message, "no pod sandbox exists");
/// ```
#[must_use]
pub fn ready_to_start_containers(
    k8s: &Kubernetes,
    pod: &Pod,
    old: &PodStatus,
    runtime: &RuntimePodStatus,
) -> PodCondition {
    let about = About { k8s, pod, old };
    match pod_sandbox_changed(pod, runtime).change {
        None => about.plain(READY_TO_START_CONTAINERS, true, ""),
        Some(change) if k8s.at_least(Release::V1_37) => {
            about.condition(READY_TO_START_CONTAINERS, false, "PodSandboxNotReady", change.message().into())
        }
        Some(_) => about.plain(READY_TO_START_CONTAINERS, false, ""),
    }
}

/// The condition `AllContainersRestarting` (`GenerateAllContainersRestartingCondition`); see [`written`] for when the
/// kubelet writes it. It carries no generation.
///
/// ```
/// use podverdict::model::{Pod, PodPhase, PodStatus, RuntimePodStatus};
/// use podverdict::restart::{Records, conditions::all_containers_restarting};
/// let status = RuntimePodStatus::default();
/// let condition =
///     all_containers_restarting(&Pod::default(), &Records::new(&status)?, &PodStatus::default(), &PodPhase::Failed);
/// assert_eq!(condition.reason, "PodFailed");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn all_containers_restarting(
    pod: &Pod,
    records: &Records<'_>,
    old: &PodStatus,
    phase: &PodPhase,
) -> PodCondition {
    let condition = |status: &str, reason: &str, message: &str| PodCondition {
        condition_type: ALL_CONTAINERS_RESTARTING.into(),
        status: status.into(),
        reason: reason.into(),
        message: message.into(),
        ..PodCondition::default()
    };
    match phase {
        PodPhase::Succeeded => return condition("False", "PodCompleted", ""),
        PodPhase::Failed => return condition("False", "PodFailed", ""),
        _ => {}
    }
    let triggered = should_all_containers_restart(pod, Some(records), Some(old)).is_some();
    if !triggered || all_containers_restart_cleaned_up(&pod.spec, records) {
        return condition("False", "", "");
    }
    condition("True", "RestartAllContainersStarted", "container exited with restart policy rule")
}

/// Whether the kubelet writes a condition of this type for the pod (`pkg/kubelet.generateAPIPodStatus`).
///
/// ```
/// use podverdict::{model::PodSpec, release::{Kubernetes, Release}, restart::conditions::written};
/// assert!(written(&Kubernetes::new(Release::V1_36), &PodSpec::default(), "Ready"));
/// assert!(!written(&Kubernetes::new(Release::V1_36), &PodSpec::default(), "AllContainersRestarting"));
/// ```
#[must_use]
pub fn written(k8s: &Kubernetes, spec: &crate::model::PodSpec, condition_type: &str) -> bool {
    match condition_type {
        READY_TO_START_CONTAINERS => k8s.enabled(Gate::PodReadyToStartContainersCondition),
        ALL_CONTAINERS_RESTARTING => {
            k8s.enabled(Gate::RestartAllContainersOnContainerExits) && all_containers_could_restart(spec)
        }
        INITIALIZED | READY | CONTAINERS_READY => true,
        _ => false,
    }
}
