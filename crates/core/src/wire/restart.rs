//! Ops of the restart family.

use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::{Answer, Fields};
use crate::error::InputError;
use crate::model::{ContainerRestartRule, Pod, PodStatus, RestartPolicy, RuntimePodStatus};
use crate::release::Kubernetes;
use crate::restart::Records;
use crate::restart::all_containers::{
    all_containers_could_restart, all_containers_restart_cleaned_up, should_all_containers_restart,
};
use crate::restart::decide::{
    ContainerKind, Decision, Exit, container_should_restart, is_container_restartable, matching_rule,
    on_exit, should_container_be_restarted,
};

/// The pod as the API server stores it, unless the request says that it is to be taken as it is.
fn pod(_: &Kubernetes, fields: &mut Fields<'_>) -> Result<Pod, InputError> {
    let mut pod: Pod = fields.required("pod")?;
    if fields.flag("defaults")? && pod.spec.restart_policy.is_absent() {
        pod.spec.restart_policy = RestartPolicy::Always;
    }
    Ok(pod)
}

/// The error of a runtime view, at its field of the request.
fn in_pod_status(mut error: InputError) -> InputError {
    error.path.insert_str(0, "podStatus.");
    error
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerAnswer<'a> {
    name: &'a str,
    init: bool,
    #[serde(rename = "isRestartableInit")]
    is_restartable_init: bool,
    is_container_restartable: bool,
    should_container_be_restarted: bool,
    /// Why it is to be restarted, or not, in the state the runtime reports.
    decision: Decision,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    exit: Option<ExitAnswer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExitAnswer<'a> {
    container_should_restart: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    matching_rule: Option<&'a ContainerRestartRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matching_rule_index: Option<usize>,
    /// What the kubelet does about this exit, and why.
    on_exit: Decision,
}

/// `pod`, `podStatus?`, `apiStatus?`, `container?`, `exitCode?`, `exitReason?`: for each init and regular container (or
/// the one named) whether it is started again in the state that the runtime reports, and after the given exit, and why;
/// for the pod whether all containers restart, and by what.
pub(super) fn restart_decision(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    let runtime: RuntimePodStatus = fields.or_default("podStatus")?;
    let api: Option<PodStatus> = fields.optional("apiStatus")?;
    let only: SmolStr = fields.or_default("container")?;
    let code: Option<i32> = fields.optional("exitCode")?;
    let reason: SmolStr = fields.or_default("exitReason")?;
    let records = Records::new(&runtime).map_err(in_pod_status)?;
    let containers: Vec<ContainerAnswer<'_>> = pod
        .spec
        .init_and_regular()
        .filter(|(container, _)| only.is_empty() || container.name == only)
        .map(|(container, init)| {
            let decision =
                should_container_be_restarted(k8s, &pod, container, records.newest(&container.name));
            let kind = if init { ContainerKind::Init } else { ContainerKind::Regular };
            let exit = code.map(|code| {
                let matching = matching_rule(container, code);
                ExitAnswer {
                    container_should_restart: container_should_restart(k8s, &pod.spec, container, code)
                        .restarts(),
                    matching_rule: matching.map(|(_, rule)| rule),
                    matching_rule_index: matching.map(|(index, _)| index),
                    on_exit: on_exit(k8s, &pod, container, kind, Exit { code, reason: &reason }),
                }
            });
            ContainerAnswer {
                name: &container.name,
                init,
                is_restartable_init: init && container.is_sidecar(),
                is_container_restartable: is_container_restartable(&pod.spec, container),
                should_container_be_restarted: decision.restarts(),
                decision,
                exit,
            }
        })
        .collect();
    let trigger = should_all_containers_restart(&pod, Some(&records), api.as_ref());
    answer.put("containers", &containers);
    answer.put("shouldAllContainersRestart", &trigger.is_some());
    answer.put_some("trigger", trigger.as_ref());
    answer.put("allContainersRestartCleanedUp", &all_containers_restart_cleaned_up(&pod.spec, &records));
    answer.put("allContainersCouldRestart", &all_containers_could_restart(&pod.spec));
    Ok(())
}
