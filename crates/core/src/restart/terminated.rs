//! The last status of a pod that is over (`pkg/kubelet/status.TerminatePod`).

use super::status::{lost_at_the_end, terminated};
use crate::model::{ContainerStatus, Pod, PodPhase, PodStatus};

/// The last status of a pod, made from the one before: every container that ran, or was to run, has ended, and the phase is
/// final but for a static pod's.
pub(super) fn terminated_status(pod: &Pod) -> PodStatus {
    let mut status = pod.status.clone();
    if has_initialized(pod) {
        status.container_statuses.iter_mut().flatten().for_each(end);
    }
    if let Some(inits) = &mut status.init_container_statuses {
        // The kubelet tried them up to the last one that ever started, and the first one in any case.
        let started = |c: &ContainerStatus| c.state.waiting.is_none() || c.last_state.terminated.is_some();
        let last = inits.iter().rposition(started).unwrap_or(0);
        inits.iter_mut().take(last.saturating_add(1)).for_each(end);
    }
    if !pod.is_static() && !status.phase.is_terminal() {
        status.phase = PodPhase::Failed;
    }
    status
}

/// A container whose end nobody saw.
fn end(status: &mut ContainerStatus) {
    if status.state.terminated.is_none() {
        status.state = terminated(lost_at_the_end());
    }
}

/// Whether there is a trace of the init containers being done (`pkg/kubelet/status.hasPodInitialized`).
fn has_initialized(pod: &Pod) -> bool {
    let (spec, status) = (&pod.spec, &pod.status);
    if spec.init_containers.is_empty() {
        return true;
    }
    if status.regular().iter().any(|c| c.last_state.terminated.is_some() || c.state.waiting.is_none()) {
        return true;
    }
    let Some((last, before)) = status.init().split_last() else { return false };
    let container = spec.init_containers.get(before.len()).filter(|container| container.name == last.name);
    container.is_some_and(|container| {
        if container.is_sidecar() {
            return last.state.running.is_some() && last.started == Some(true);
        }
        [&last.last_state, &last.state]
            .into_iter()
            .any(|state| state.terminated.as_ref().is_some_and(|ended| ended.exit_code == 0))
    })
}
