//! Restarting all containers of a pod in place: what triggers it, and when it is done.
//!
//! The action is a rule's, `RestartAllContainers`. The gate `RestartAllContainersOnContainerExits` decides whether anyone
//! asks; the functions here do not look at it.

use serde::Serialize;

use super::Records;
use super::decide::restart_all_rule;
use crate::by_name::ByName;
use crate::model::{ContainerRestartRuleAction, Pod, PodSpec, PodStatus, RuntimeState};

/// Type of the pod condition that is true while the containers are being removed.
pub const ALL_CONTAINERS_RESTARTING: &str = "AllContainersRestarting";

/// What makes all containers restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum Trigger<'a> {
    /// The API status has the condition `AllContainersRestarting`: the restart is under way.
    Condition,
    /// The newest runtime record of a container ended with a code that its rule matches.
    #[serde(rename_all = "camelCase")]
    RuntimeExit {
        /// Name of the container.
        container: &'a str,
        /// Its exit code.
        exit_code: i32,
        /// Index of its rule.
        rule_index: usize,
    },
    /// The API status of a container is terminated with a code that its rule matches.
    #[serde(rename_all = "camelCase")]
    ApiExit {
        /// Name of the container.
        container: &'a str,
        /// Its exit code.
        exit_code: i32,
        /// Index of its rule.
        rule_index: usize,
    },
}

/// Whether all containers are to be restarted, and what says so (`pkg/kubelet/container.ShouldAllContainersRestart`).
///
/// The API status of a container counts only where the runtime's newest record is an exit without such a rule, or where
/// there is no runtime view at all. A rule counts even on a container without a restart policy.
///
/// ```
/// use podverdict::model::{Pod, PodCondition, PodStatus};
/// use podverdict::restart::all_containers::{Trigger, should_all_containers_restart};
/// let condition = PodCondition {
///     condition_type: "AllContainersRestarting".into(), status: "True".into(), ..Default::default()
/// };
/// let api = PodStatus { conditions: vec![condition], ..Default::default() };
/// assert_eq!(should_all_containers_restart(&Pod::default(), None, Some(&api)), Some(Trigger::Condition));
/// ```
#[must_use]
pub fn should_all_containers_restart<'a>(
    pod: &'a Pod,
    records: Option<&Records<'_>>,
    api: Option<&PodStatus>,
) -> Option<Trigger<'a>> {
    let under_way =
        |c: &crate::model::PodCondition| c.condition_type == ALL_CONTAINERS_RESTARTING && c.status == "True";
    if api.is_some_and(|api| api.conditions.iter().any(under_way)) {
        return Some(Trigger::Condition);
    }
    if !all_containers_could_restart(&pod.spec) {
        return None;
    }
    let statuses = api.map(|api| ByName::new([api.init(), api.regular()]));
    for (container, _) in pod.spec.init_and_regular() {
        if let Some(records) = records {
            let Some(record) = records.newest(&container.name).filter(|r| r.state == RuntimeState::Exited)
            else {
                continue;
            };
            if let Some(rule_index) = restart_all_rule(container, record.exit_code) {
                let exit_code = record.exit_code;
                return Some(Trigger::RuntimeExit { container: &container.name, exit_code, rule_index });
            }
        }
        // Where a name comes twice in the API status, the last one counts.
        let status = statuses.as_ref().and_then(|statuses| statuses.last(&container.name));
        if let Some(terminated) = status.and_then(|status| status.state.terminated.as_ref())
            && let Some(rule_index) = restart_all_rule(container, terminated.exit_code)
        {
            let exit_code = terminated.exit_code;
            return Some(Trigger::ApiExit { container: &container.name, exit_code, rule_index });
        }
    }
    None
}

/// Whether the runtime has no record left of any init or regular container
/// (`pkg/kubelet/container.AllContainersRestartCleanedUp`).
///
/// ```
/// use podverdict::model::{Pod, RuntimePodStatus};
/// use podverdict::restart::{Records, all_containers::all_containers_restart_cleaned_up};
/// assert!(all_containers_restart_cleaned_up(&Pod::default().spec, &Records::new(&RuntimePodStatus::default())?));
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn all_containers_restart_cleaned_up(spec: &PodSpec, records: &Records<'_>) -> bool {
    spec.init_and_regular().all(|(container, _)| records.newest(&container.name).is_none())
}

/// Whether any init or regular container has a rule that restarts all containers
/// (`pkg/api/v1/pod.AllContainersCouldRestart`).
///
/// ```
/// use podverdict::{model::PodSpec, restart::all_containers::all_containers_could_restart};
/// assert!(!all_containers_could_restart(&PodSpec::default()));
/// ```
#[must_use]
pub fn all_containers_could_restart(spec: &PodSpec) -> bool {
    spec.init_and_regular()
        .flat_map(|(container, _)| container.rules())
        .any(|rule| rule.action == ContainerRestartRuleAction::RestartAllContainers)
}
