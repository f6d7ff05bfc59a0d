//! Ops of the restart family.

use alloc::format;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Answer, Fields};
use crate::error::{ErrorCode, InputError};
use crate::model::{ContainerRestartRule, ContainerStatus, Map, Pod, PodPhase, PodStatus, ProbeResult, Time};
use crate::release::Kubernetes;
use crate::resize::actions::Actuated;
use crate::restart::actions::{self, KubeletState, container_id};
use crate::restart::all_containers::{
    all_containers_could_restart, all_containers_restart_cleaned_up, should_all_containers_restart,
};
use crate::restart::backoff::{
    BackOffConfig, BackOffEntry, Duration, SYNC_FREQUENCY, back_off, back_off_config,
};
use crate::restart::cycle::{self, Event, Happening, ProbeKind, Setting};
use crate::restart::decide::{
    ContainerKind, Decision, Exit, container_should_restart, is_container_restartable, matching_rule,
    on_exit, should_container_be_restarted,
};
use crate::restart::{ContainerStatuses, Records, conditions, phase};
use crate::validate;

/// The pod as the API server stores it, unless the request says that it is to be taken as it is.
fn pod(k8s: &Kubernetes, fields: &mut Fields<'_>) -> Result<Pod, InputError> {
    let mut pod = fields.pod("pod")?;
    if fields.flag("defaults")? {
        validate::set_defaults(k8s, &mut pod);
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
    let runtime = fields.pod_status()?;
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

/// Probe results by container id, the ids as the kubelet keeps them.
fn probes(fields: &mut Fields<'_>, name: &str) -> Result<Map<ProbeResult>, InputError> {
    let results: Map<ProbeResult> = fields.or_default(name)?;
    Ok(results.into_iter().map(|(id, result)| (SmolStr::new(container_id(&id)), result)).collect())
}

/// `pod` with its status, `podStatus?`, `liveness?`, `startup?` (container id -> `success`, `failure`, `unknown`),
/// `actuated?` {`containers`, `pod`} (absent: what runs is what the pod asks for; `null`: nothing is known),
/// `restartAllContainers?` (absent: as the kubelet decides): `actions`, and `steps`, the same in the order in which the
/// kubelet carries them out, each with its reason.
pub(super) fn pod_actions(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    let runtime = fields.pod_status()?;
    let records = Records::new(&runtime).map_err(in_pod_status)?;
    let actuated = match fields.null("actuated") {
        true => Actuated::default(),
        false => fields.optional("actuated")?.unwrap_or_else(|| Actuated::steady(&pod.spec)),
    };
    let state =
        KubeletState { liveness: probes(fields, "liveness")?, startup: probes(fields, "startup")?, actuated };
    let restart_all = match fields.optional("restartAllContainers")? {
        Some(restart_all) => restart_all,
        None => should_all_containers_restart(&pod, Some(&records), Some(&pod.status)).is_some(),
    };
    let actions = actions::pod_actions(k8s, &pod, &records, &state, restart_all);
    answer.put("actions", &actions);
    answer.put("steps", &actions.steps(k8s, &pod, &records));
    answer.put("restartAllContainers", &restart_all);
    Ok(())
}

/// `pod` with its status, `containerStatuses?` (absent: those of the pod, init containers first), `podIsTerminal?`,
/// `podHasInitialized?`: `phase`, the rule that decided, and what it counted.
pub(super) fn pod_phase(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    // An explicit null is a list without entries.
    let given = match fields.null("containerStatuses") {
        true => Some(Vec::new()),
        false => fields.optional::<Vec<ContainerStatus>>("containerStatuses")?,
    };
    let statuses =
        given.as_deref().map_or_else(|| ContainerStatuses::of(&pod.status), ContainerStatuses::new);
    let terminal: bool = fields.or_default("podIsTerminal")?;
    let initialized: bool = fields.or_default("podHasInitialized")?;
    answer.put_all(&phase::pod_phase(k8s, &pod, &statuses, terminal, initialized));
    Ok(())
}

/// `pod` with its status, `podStatus?`, `phase?` (absent: the pod's), `oldStatus?`: `conditions`, without times, and
/// `written`, the types of those that the kubelet writes for this pod.
pub(super) fn pod_conditions(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    let runtime = fields.pod_status()?;
    let records = Records::new(&runtime).map_err(in_pod_status)?;
    let old: PodStatus = fields.or_default("oldStatus")?;
    let phase: PodPhase = fields.or_default("phase")?;
    let phase = if phase.is_absent() { &pod.status.phase } else { &phase };
    let statuses = ContainerStatuses::of(&pod.status);
    let list = [
        conditions::initialized(k8s, &pod, &old, Some(&statuses), phase),
        conditions::ready(k8s, &pod, &old, &pod.status.conditions, Some(&statuses), phase),
        conditions::containers_ready(k8s, &pod, &old, Some(&statuses), phase),
        conditions::ready_to_start_containers(k8s, &pod, &old, &runtime),
        conditions::all_containers_restarting(&pod, &records, &old, phase),
    ];
    let written: Vec<&SmolStr> = list
        .iter()
        .map(|condition| &condition.condition_type)
        .filter(|condition_type| conditions::written(k8s, &pod.spec, condition_type))
        .collect();
    answer.put("conditions", &list);
    answer.put("written", &written);
    Ok(())
}

/// The part of a `KubeletConfiguration` that decides when containers restart.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct KubeletConfiguration {
    crash_loop_back_off: CrashLoopBackOff,
    sync_frequency: Option<Duration>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CrashLoopBackOff {
    max_container_restart_period: Option<Duration>,
}

impl KubeletConfiguration {
    /// The back-off, unless the kubelet refuses the configuration: then the refusal is the answer.
    fn back_off(&self, k8s: &Kubernetes, answer: &mut Answer) -> Option<BackOffConfig> {
        match back_off_config(k8s, self.crash_loop_back_off.max_container_restart_period) {
            Ok(config) => Some(config),
            Err(refusal) => {
                answer.put("configErrors", &[refusal]);
                None
            }
        }
    }

    /// `syncFrequency`; zero and absent mean the default.
    fn sync_frequency(&self) -> Duration {
        self.sync_frequency.filter(|frequency| *frequency != Duration::default()).unwrap_or(SYNC_FREQUENCY)
    }
}

/// `pod`, `container` (name), `podStatus?` (the container's records, newest first), `now`, `entry?` {`delay`, `lastUpdate`}
/// (what the kubelet remembers; absent: nothing, or image or resources changed since), `kubeletConfiguration?`
/// {`crashLoopBackOff`: {`maxContainerRestartPeriod`}, `syncFrequency`}. Durations are written as Go does (`10s`, `5m0s`).
///
/// `config` {`initial`, `max`}, `inBackOff`, `until?`, `delay`, `nextDelay`, `entry?` (what the kubelet remembers then),
/// `message?` (of the state `CrashLoopBackOff`), `event?`, `nextSync?` {`earliest`, `latest`} from now, and what decided. A
/// configuration that the kubelet refuses gives `configErrors` alone.
pub(super) fn crash_loop_backoff(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    let name: SmolStr = fields.required("container")?;
    let runtime = fields.pod_status()?;
    let records = Records::new(&runtime).map_err(in_pod_status)?;
    let now: Time = fields.required("now")?;
    let entry: Option<BackOffEntry> = fields.optional("entry")?;
    let configuration: KubeletConfiguration = fields.or_default("kubeletConfiguration")?;
    let spec = &pod.spec;
    let mut containers =
        spec.init_and_regular().map(|(container, _)| container).chain(&spec.ephemeral_containers);
    let Some(container) = containers.find(|container| container.name == name) else {
        let message = format!("the pod has no container {name:?}");
        return Err(InputError::new(ErrorCode::InvalidValue, "container", message));
    };
    let Some(config) = configuration.back_off(k8s, answer) else { return Ok(()) };
    let frequency = configuration.sync_frequency();
    answer.put("config", &config);
    answer.put_all(&back_off(&config, &pod, container, records.of(&name), entry, now, frequency));
    Ok(())
}

/// One line of a script, as a request has it: a container's exit, a probe's failure, or the sandbox's end.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EventInput {
    container: Option<SmolStr>,
    exit_code: Option<i32>,
    reason: Option<SmolStr>,
    probe: Option<ProbeKind>,
    #[serde(default)]
    sandbox_dies: bool,
    #[serde(default)]
    after: Duration,
}

impl EventInput {
    fn read(self, index: usize) -> Result<Event, InputError> {
        let EventInput { container, exit_code, reason, probe, sandbox_dies, after } = self;
        let happening = match (container, exit_code, probe, sandbox_dies) {
            (Some(container), Some(code), None, false) => {
                let event = Event::exit(container, code);
                match (event.happening, reason) {
                    (Happening::Exit { container, exit_code, .. }, Some(reason)) => {
                        Happening::Exit { container, exit_code, reason }
                    }
                    (happening, _) => happening,
                }
            }
            (Some(container), None, Some(probe), false) => Happening::ProbeFails { container, probe },
            (None, None, None, true) => Happening::SandboxDies,
            _ => {
                return Err(InputError::new(
                    ErrorCode::InvalidValue,
                    format!("events[{index}]"),
                    "an event is a container with an exitCode, a container with a probe that fails, or sandboxDies",
                ));
            }
        };
        Ok(Event { happening, after })
    }
}

/// The most syncs that a request may ask to follow.
const MOST_SYNCS: usize = 10_000;

/// `pod` with its status, `podStatus?` (absent: nothing runs yet), `events?` (a list of {`container`, `exitCode`, `reason?`},
/// {`container`, `probe`: `startup`, `readiness` or `liveness`} for a probe that fails, or {`sandboxDies`: true}; each with
/// `after?`, how long after the pod settled), `now?` (absent: 1970), `backOff?` (container name -> {`delay`,
/// `lastUpdate`}), `kubeletConfiguration?` as `crash_loop_backoff` has it, `killedExitCode?` (137), `maxSyncs?`.
///
/// `syncs`, in order; `outcome` `terminal`, `settled`, `endless` or `bound`; `notApplied`, the indexes of the events whose
/// container did not run. See [`crate::restart::cycle`] for the rules.
pub(super) fn restart_cycle(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let pod = pod(k8s, fields)?;
    let runtime = fields.pod_status()?;
    let events: Vec<EventInput> = fields.or_default("events")?;
    let script = events.into_iter().enumerate().map(|(index, event)| event.read(index));
    let script = script.collect::<Result<Vec<Event>, InputError>>()?;
    let configuration: KubeletConfiguration = fields.or_default("kubeletConfiguration")?;
    let now: Time = fields.or_default("now")?;
    // A `null` entry is no entry.
    let back_off: Map<Option<BackOffEntry>> = fields.or_default("backOff")?;
    let back_off = back_off.into_iter().filter_map(|(name, entry)| Some((name, entry?))).collect();
    let killed_exit_code = fields.optional("killedExitCode")?.unwrap_or(KILLED);
    // Each event takes a few syncs, a back-off of five minutes six.
    let enough = script.len().saturating_mul(16).saturating_add(100);
    let max_syncs = fields.optional("maxSyncs")?.unwrap_or(enough).min(MOST_SYNCS);
    let Some(config) = configuration.back_off(k8s, answer) else { return Ok(()) };
    let sync_frequency = configuration.sync_frequency();
    let setting = Setting {
        pod: &pod,
        runtime: &runtime,
        back_off,
        config,
        sync_frequency,
        now,
        killed_exit_code,
        max_syncs,
    };
    let cycle = cycle::restart_cycle(k8s, &setting, &script).map_err(in_pod_status)?;
    answer.put_all(&cycle);
    Ok(())
}

/// Exit code of a process that the runtime kills because it did not stop in time.
const KILLED: i32 = 137;
