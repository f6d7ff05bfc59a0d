//! The phase of a pod (`pkg/kubelet.getPhase`).

use serde::Serialize;

use super::ContainerStatuses;
use super::decide::container_should_restart;
use crate::model::{Container, ContainerStateTerminated, Pod, PodPhase, PodSpec, RestartPolicy};
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes};

/// Reason that the kubelet gives to the state of a container which it removed to restart all containers.
pub const RESTARTING_ALL_CONTAINERS: &str = "RestartingAllContainers";

/// How many containers are in which state. Plain init containers are counted by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhaseCounts {
    /// Plain init containers that have not ended.
    pub pending_init: u32,
    /// Plain init containers that failed.
    pub failed_init: u32,
    /// Plain init containers that failed for good.
    pub failed_init_for_good: u32,
    /// Sidecars that have not started.
    pub pending_sidecars: u32,
    /// Running regular containers and sidecars.
    pub running: u32,
    /// Regular containers and sidecars that wait for their first start.
    pub waiting: u32,
    /// Regular containers that ended.
    pub stopped: u32,
    /// Regular containers that ended and are not restarted.
    pub stopped_for_good: u32,
    /// Regular containers that ended well.
    pub succeeded: u32,
    /// Regular containers and sidecars without a status, or with an empty one.
    pub unknown: u32,
}

/// The phase, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PhaseVerdict {
    /// The phase.
    pub phase: PodPhase,
    /// The rule that decided.
    pub because: Rule,
    /// What was counted.
    pub counts: PhaseCounts,
}

/// The phase that follows from the containers' API statuses (`pkg/kubelet.getPhase`).
///
/// `terminal` says that the pod is being shut down and no container runs any more; `initialized` that a regular container
/// has a record in the active sandbox ([`super::Records::any_regular_active`]).
///
/// ```
/// use podverdict::model::{Container, Pod, PodPhase};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::{ContainerStatuses, phase::pod_phase};
/// let mut pod = Pod::default();
/// pod.spec.containers.push(Container { name: "app".into(), ..Container::default() });
/// let verdict = pod_phase(&Kubernetes::new(Release::V1_36), &pod, &ContainerStatuses::of(&pod.status), false, false);
/// assert_eq!(verdict.phase, PodPhase::Pending);
/// assert_eq!(verdict.because.code, "status_unknown");
/// ```
#[must_use]
pub fn pod_phase(
    k8s: &Kubernetes,
    pod: &Pod,
    statuses: &ContainerStatuses<'_>,
    terminal: bool,
    initialized: bool,
) -> PhaseVerdict {
    let counts = count(k8s, &pod.spec, statuses);
    let (phase, code) = decide(k8s, pod, &counts, terminal, initialized);
    PhaseVerdict { phase, because: Rule::new(code, "pkg/kubelet.getPhase"), counts }
}

/// Adds one; there are never that many containers.
fn up(count: &mut u32) {
    *count = count.saturating_add(1);
}

fn count(k8s: &Kubernetes, spec: &PodSpec, statuses: &ContainerStatuses<'_>) -> PhaseCounts {
    let mut n = PhaseCounts::default();
    let for_good = |container: &Container, ended: &ContainerStateTerminated| {
        let all_restart = k8s.enabled(Gate::RestartAllContainersOnContainerExits)
            && ended.reason == RESTARTING_ALL_CONTAINERS;
        !all_restart && !container_should_restart(k8s, spec, container, ended.exit_code).restarts()
    };
    for container in &spec.init_containers {
        let status = statuses.get(&container.name);
        if container.is_sidecar() {
            let Some(status) = status else {
                up(&mut n.unknown);
                continue;
            };
            if status.state.running.is_some() {
                if status.started != Some(true) {
                    up(&mut n.pending_sidecars);
                }
                up(&mut n.running);
            } else if status.state.terminated.is_some() {
                // A sidecar that ended says nothing about the phase.
            } else if status.state.waiting.is_some() {
                if status.last_state.terminated.is_none() {
                    up(&mut n.pending_sidecars);
                    up(&mut n.waiting);
                }
            } else {
                up(&mut n.pending_sidecars);
                up(&mut n.unknown);
            }
            continue;
        }
        let ended = status.and_then(|status| {
            if status.state.running.is_some() {
                None
            } else if status.state.terminated.is_some() {
                status.state.terminated.as_ref()
            } else if status.state.waiting.is_some() {
                status.last_state.terminated.as_ref()
            } else {
                None
            }
        });
        match ended {
            None => up(&mut n.pending_init),
            Some(ended) if ended.exit_code != 0 => {
                up(&mut n.failed_init);
                if for_good(container, ended) {
                    up(&mut n.failed_init_for_good);
                }
            }
            Some(_) => {}
        }
    }
    for container in &spec.containers {
        let Some(status) = statuses.get(&container.name) else {
            up(&mut n.unknown);
            continue;
        };
        if status.state.running.is_some() {
            up(&mut n.running);
        } else if let Some(ended) = &status.state.terminated {
            up(&mut n.stopped);
            if for_good(container, ended) {
                up(&mut n.stopped_for_good);
            }
            if ended.exit_code == 0 {
                up(&mut n.succeeded);
            }
        } else if status.state.waiting.is_some() {
            match &status.last_state.terminated {
                None => up(&mut n.waiting),
                // It ended and waits to start again: never a success.
                Some(ended) => {
                    up(&mut n.stopped);
                    if for_good(container, ended) {
                        up(&mut n.stopped_for_good);
                    }
                }
            }
        } else {
            up(&mut n.unknown);
        }
    }
    n
}

fn decide(
    k8s: &Kubernetes,
    pod: &Pod,
    n: &PhaseCounts,
    terminal: bool,
    initialized: bool,
) -> (PodPhase, &'static str) {
    let rules = k8s.enabled(Gate::ContainerRestartRules);
    let policy = &pod.spec.restart_policy;
    let init_failed =
        if rules { n.failed_init_for_good > 0 } else { n.failed_init > 0 && *policy == RestartPolicy::Never };
    if init_failed {
        return (PodPhase::Failed, "init_container_failed");
    }
    if n.pending_init > 0 {
        return (PodPhase::Pending, "init_container_pending");
    }
    if n.pending_sidecars > 0 && !initialized {
        return (PodPhase::Pending, "sidecar_pending");
    }
    if n.waiting > 0 {
        return (PodPhase::Pending, "container_waiting");
    }
    if n.unknown > 0 {
        return (PodPhase::Pending, "status_unknown");
    }
    if n.running > 0 {
        return (PodPhase::Running, "container_running");
    }
    if n.stopped == 0 {
        return (PodPhase::Pending, "nothing_known");
    }
    let all_succeeded = n.stopped == n.succeeded;
    let ended = if all_succeeded {
        (PodPhase::Succeeded, "all_succeeded")
    } else {
        (PodPhase::Failed, "container_failed")
    };
    if terminal && !pod.is_static() {
        return ended;
    }
    if rules {
        return if n.stopped == n.stopped_for_good {
            ended
        } else {
            (PodPhase::Running, "container_restarting")
        };
    }
    match policy {
        RestartPolicy::Always => (PodPhase::Running, "container_restarting"),
        _ if all_succeeded => ended,
        RestartPolicy::Never => ended,
        _ => (PodPhase::Running, "container_restarting"),
    }
}
