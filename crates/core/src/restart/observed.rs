//! The runtime's view of a pod, as far as the API's status lets one see it.
//!
//! Decisions of the kubelet read what the runtime reports. Whoever has only the API object, as `kubectl get -o yaml`
//! prints it, gets the nearest view from [`observed`].

use alloc::vec::Vec;

use crate::model::{
    ContainerState, ContainerStateTerminated, ContainerStatus, Pod, RuntimeContainerStatus, RuntimePodStatus,
    RuntimeState, SandboxState, SandboxStatus,
};

/// Reasons that the kubelet gives to a termination it made up because the runtime had no record.
const MADE_UP: [&str; 2] = ["ContainerStatusUnknown", "RestartingAllContainers"];

/// What the runtime must have reported for the pod to have the status it has.
///
/// - A container that runs or has ended has a record; one that waits after having ended (such as in `CrashLoopBackOff`) has
///   the record of that end; any other has none.
/// - `lastState` is an older record.
/// - There is one sandbox, ready unless the condition `PodReadyToStartContainers` is `False`; none before the pod has had an
///   address or a container.
///
/// The view misses what the API does not show: records older than the last one, sandboxes that were replaced, a definition
/// that changed after the container was made.
///
/// ```
/// use podverdict::{model::{Pod, RuntimeState}, restart::observed::observed};
/// let pod = Pod::from_json(r#"{"status": {"podIP": "10.0.0.1", "containerStatuses": [
///     {"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 3}}}
/// ]}}"#)?;
/// let runtime = observed(&pod);
/// assert_eq!(runtime.container_statuses[0].state, RuntimeState::Exited);
/// assert_eq!(runtime.container_statuses[0].exit_code, 3);
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn observed(pod: &Pod) -> RuntimePodStatus {
    let status = &pod.status;
    let mut newest = Vec::new();
    let mut older = Vec::new();
    for container in status
        .init()
        .iter()
        .chain(status.regular())
        .chain(status.ephemeral_container_statuses.iter().flatten())
    {
        match record(container, &container.state) {
            Some(record) => {
                newest.push(record);
                older.extend(record_of_last(container));
            }
            None => newest.extend(record_of_last(container)),
        }
    }
    newest.append(&mut older);
    let condition = status.condition("PodReadyToStartContainers").map(|c| c.status.as_str());
    let seen = !newest.is_empty() || !status.pod_ip.is_empty() || condition == Some("True");
    let sandbox = SandboxStatus {
        id: "sandbox".into(),
        state: if condition == Some("False") { SandboxState::NotReady } else { SandboxState::Ready },
        ip: status.pod_ip.clone(),
        // A runtime that reports no address would have the kubelet make a new sandbox; here it is only unknown.
        no_network: status.pod_ip.is_empty(),
        ..SandboxStatus::default()
    };
    RuntimePodStatus {
        id: pod.metadata.uid.clone(),
        sandbox_statuses: if seen { alloc::vec![sandbox] } else { Vec::new() },
        container_statuses: newest,
        ..RuntimePodStatus::default()
    }
}

fn record(container: &ContainerStatus, state: &ContainerState) -> Option<RuntimeContainerStatus> {
    let known = RuntimeContainerStatus {
        id: container.container_id.clone(),
        name: container.name.clone(),
        restart_count: container.restart_count,
        image: container.image.clone(),
        ..RuntimeContainerStatus::default()
    };
    if let Some(running) = &state.running {
        return Some(RuntimeContainerStatus {
            state: RuntimeState::Running,
            started_at: running.started_at,
            created_at: running.started_at,
            ..known
        });
    }
    state.terminated.as_ref().and_then(|terminated| ended(known, terminated))
}

fn record_of_last(container: &ContainerStatus) -> Option<RuntimeContainerStatus> {
    let mut record = record(container, &container.last_state)?;
    if container.state.running.is_some() || container.state.terminated.is_some() {
        record.restart_count = record.restart_count.saturating_sub(1);
    }
    Some(record)
}

fn ended(
    known: RuntimeContainerStatus,
    terminated: &ContainerStateTerminated,
) -> Option<RuntimeContainerStatus> {
    if MADE_UP.contains(&terminated.reason.as_str()) {
        return None;
    }
    let id = if terminated.container_id.is_empty() { known.id } else { terminated.container_id.clone() };
    Some(RuntimeContainerStatus {
        id,
        state: RuntimeState::Exited,
        exit_code: terminated.exit_code,
        reason: terminated.reason.clone(),
        message: terminated.message.clone(),
        created_at: terminated.started_at,
        started_at: terminated.started_at,
        finished_at: terminated.finished_at,
        ..known
    })
}
