//! Which changes of container states the kubelet keeps to itself.

use alloc::format;
use alloc::string::String;

use serde::Serialize;

use super::all_containers::all_containers_could_restart;
use super::decide::container_should_restart;
use crate::by_name::ByName;
use crate::model::{Container, ContainerStatus, PodSpec, PodStatus, RestartPolicy};
use crate::release::{Gate, Kubernetes};

/// Why the kubelet drops a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IllegalTransition {
    /// Index in the old status's list of regular or init containers.
    pub index: usize,
    /// Whether that is the list of init containers.
    pub init: bool,
    /// Upstream's error.
    pub message: String,
}

/// Whether the kubelet drops a new status because a container would leave the terminated state that may not
/// (`pkg/kubelet/status.checkContainerStateTransition`); the first such container.
///
/// It asks less than the API server: under the pod policy `Always` everything passes here, also a container whose own
/// policy is `Never`.
///
/// ```
/// use podverdict::model::{PodSpec, PodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::transition::illegal_transition;
/// let (k8s, status) = (Kubernetes::new(Release::V1_36), PodStatus::default());
/// assert!(illegal_transition(&k8s, &status, &status, &PodSpec::default()).is_none());
/// ```
#[must_use]
pub fn illegal_transition(
    k8s: &Kubernetes,
    old: &PodStatus,
    new: &PodStatus,
    spec: &PodSpec,
) -> Option<IllegalTransition> {
    if spec.restart_policy == RestartPolicy::Always {
        return None;
    }
    if k8s.enabled(Gate::RestartAllContainersOnContainerExits) && all_containers_could_restart(spec) {
        return None;
    }
    let guard =
        |new: &ByName<'_, ContainerStatus>, containers: &ByName<'_, Container>, status: &ContainerStatus| {
            let ended = status.state.terminated.as_ref()?;
            if ended.exit_code != 0 && spec.restart_policy == RestartPolicy::OnFailure {
                return None;
            }
            if k8s.enabled(Gate::ContainerRestartRules)
                && containers
                    .all(&status.name)
                    .any(|c| container_should_restart(k8s, spec, c, ended.exit_code).restarts())
            {
                return None;
            }
            new.all(&status.name).any(|new| new.state.terminated.is_none()).then_some(())
        };
    let (new_regular, containers) = (ByName::new([new.regular(), &[]]), ByName::new([&spec.containers, &[]]));
    let (new_init, init_containers) =
        (ByName::new([new.init(), &[]]), ByName::new([&spec.init_containers, &[]]));
    let regular = old.regular().iter().enumerate();
    let illegal = regular.filter_map(|(index, status)| {
        guard(&new_regular, &containers, status)?;
        let name = &status.name;
        let message =
            format!("terminated container {name} attempted illegal transition to non-terminated state");
        Some(IllegalTransition { index, init: false, message })
    });
    let init = old.init().iter().enumerate().filter_map(|(index, status)| {
        let name = &status.name;
        let container = spec.init_containers.get(index).filter(|container| container.name == *name);
        let message = match container {
            None => format!("found mismatch between pod spec and status, container: {name}"),
            Some(container) if container.is_sidecar() => return None,
            Some(_) => {
                guard(&new_init, &init_containers, status)?;
                format!(
                    "terminated init container {name} attempted illegal transition to non-terminated state"
                )
            }
        };
        Some(IllegalTransition { index, init: true, message })
    });
    illegal.chain(init).next()
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::model::{ContainerState, ContainerStateRunning, ContainerStateTerminated};
    use crate::release::Release;

    fn status(exit_code: Option<i32>) -> PodStatus {
        let state = match exit_code {
            Some(exit_code) => ContainerState {
                terminated: Some(ContainerStateTerminated { exit_code, ..Default::default() }),
                ..Default::default()
            },
            None => ContainerState { running: Some(ContainerStateRunning::default()), ..Default::default() },
        };
        let status = ContainerStatus { name: "app".into(), state, ..Default::default() };
        PodStatus { container_statuses: Some(vec![status]), ..PodStatus::default() }
    }

    fn spec(pod: RestartPolicy, own: Option<RestartPolicy>) -> PodSpec {
        let container = Container { name: "app".into(), restart_policy: own, ..Container::default() };
        PodSpec { restart_policy: pod, containers: vec![container], ..PodSpec::default() }
    }

    /// The pod's `Always` lets everything pass, even a container whose own policy is `Never`.
    #[test]
    fn the_pods_policy_comes_first() {
        let k8s = Kubernetes::new(Release::V1_36);
        let illegal = |pod, own, code| {
            illegal_transition(&k8s, &status(Some(code)), &status(None), &spec(pod, own)).is_some()
        };
        assert!(!illegal(RestartPolicy::Always, Some(RestartPolicy::Never), 1));
        assert!(illegal(RestartPolicy::Never, None, 1));
        assert!(!illegal(RestartPolicy::Never, Some(RestartPolicy::OnFailure), 1));
        assert!(illegal(RestartPolicy::Never, Some(RestartPolicy::OnFailure), 0));
        assert!(!illegal(RestartPolicy::OnFailure, Some(RestartPolicy::Never), 1));
        assert!(illegal(RestartPolicy::OnFailure, None, 0));
    }

    #[test]
    fn the_message_is_upstreams() {
        let k8s = Kubernetes::new(Release::V1_36);
        let spec = spec(RestartPolicy::Never, None);
        let illegal = illegal_transition(&k8s, &status(Some(0)), &status(None), &spec).unwrap();
        assert_eq!(
            illegal.message,
            "terminated container app attempted illegal transition to non-terminated state"
        );
        assert!(illegal_transition(&k8s, &status(Some(0)), &status(Some(1)), &spec).is_none());
    }
}
