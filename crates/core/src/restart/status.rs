//! What the pod's API status says, made from what the runtime reports and from the status before
//! (`pkg/kubelet.generateAPIPodStatus`).
//!
//! The parts about restarts are here. Left out are addresses, image ids, users, stop signals, volumes, and the resources of
//! containers and pod.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::actions::container_id;
use super::all_containers::{ALL_CONTAINERS_RESTARTING, should_all_containers_restart};
use super::conditions::{
    CONTAINERS_READY, INITIALIZED, READY, READY_TO_START_CONTAINERS, all_containers_restarting,
    containers_ready, initialized, ready, ready_to_start_containers, written,
};
use super::decide::{ContainerKind, should_container_be_restarted};
use super::phase::{PhaseVerdict, RESTARTING_ALL_CONTAINERS, pod_phase};
use super::{ContainerStatuses, Records};
use crate::by_name::ByName;
use crate::model::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
    ContainerStatus, Map, Pod, PodCondition, PodStatus, ProbeResult, RuntimeContainerStatus, RuntimeState,
    null_as_default,
};
use crate::release::{Gate, Kubernetes, Release};

/// Exit code that the kubelet makes up for a container whose end it did not see.
const LOST: i32 = 137;

/// Why a container did not start, as the kubelet remembers it until it does (`pkg/kubelet.ReasonCache`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartError {
    /// A word, such as `CrashLoopBackOff`.
    #[serde(deserialize_with = "null_as_default")]
    pub reason: SmolStr,
    /// A sentence.
    #[serde(deserialize_with = "null_as_default")]
    pub message: String,
}

/// What the kubelet knows of a pod's containers beside the runtime's view and the status before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusState {
    /// The last result of each startup probe, by container id.
    pub startup: Map<ProbeResult>,
    /// The last result of each readiness probe, by container id.
    pub readiness: Map<ProbeResult>,
    /// Why containers did not start, by name.
    pub start_errors: Map<StartError>,
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    let waiting = ContainerStateWaiting { reason: reason.into(), message: message.into() };
    ContainerState { waiting: Some(waiting), ..ContainerState::default() }
}

fn lost(reason: &str, message: &str) -> ContainerStateTerminated {
    ContainerStateTerminated {
        exit_code: LOST,
        reason: reason.into(),
        message: message.into(),
        ..ContainerStateTerminated::default()
    }
}

/// The end that the kubelet makes up for a container that it cannot find when the pod ends.
pub(super) fn lost_at_the_end() -> ContainerStateTerminated {
    lost(STATUS_UNKNOWN, NOT_LOCATED)
}

pub(super) fn terminated(terminated: ContainerStateTerminated) -> ContainerState {
    ContainerState { terminated: Some(terminated), ..ContainerState::default() }
}

/// A container id as the API has it: always with a type, be it empty.
fn api_container_id(id: &SmolStr) -> SmolStr {
    if id.contains("://") { id.clone() } else { format!("://{id}").into() }
}

const STATUS_UNKNOWN: &str = "ContainerStatusUnknown";
const NOT_LOCATED: &str = "The container could not be located when the pod was terminated";

/// The API statuses of one list of containers (`pkg/kubelet.convertToAPIContainerStatuses`).
///
/// `previous` are their statuses before; `restarting` says that all containers of the pod are being restarted. Init
/// containers come in the pod's order, others by name. Whether they are started and ready is not set here.
///
/// ```
/// use podverdict::model::{Container, Map, Pod, RuntimePodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::{Records, decide::ContainerKind, status::container_statuses};
/// let mut pod = Pod::default();
/// pod.spec.containers.push(Container { name: "app".into(), ..Container::default() });
/// let (k8s, runtime) = (Kubernetes::new(Release::V1_36), RuntimePodStatus::default());
/// let records = Records::new(&runtime)?;
/// let list = container_statuses(&k8s, &pod, &records, &[], ContainerKind::Regular, false, &Map::new());
/// assert_eq!(list[0].state.waiting.as_ref().unwrap().reason, "ContainerCreating");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn container_statuses(
    k8s: &Kubernetes,
    pod: &Pod,
    records: &Records<'_>,
    previous: &[ContainerStatus],
    kind: ContainerKind,
    restarting: bool,
    start_errors: &Map<StartError>,
) -> Vec<ContainerStatus> {
    let containers = match kind {
        ContainerKind::Init => &pod.spec.init_containers,
        ContainerKind::Regular => &pod.spec.containers,
        ContainerKind::Ephemeral => &pod.spec.ephemeral_containers,
    };
    let conversion = Conversion {
        k8s,
        pod,
        records,
        previous: ByName::new([previous, &[]]),
        // Without the gate nothing of it is done.
        restart_all: k8s.enabled(Gate::RestartAllContainersOnContainerExits),
        restarting,
        default_reason: if pod.spec.init_containers.is_empty() {
            "ContainerCreating"
        } else {
            "PodInitializing"
        },
    };
    let mut statuses: BTreeMap<&str, ContainerStatus> = BTreeMap::new();
    for container in containers {
        statuses.insert(&container.name, conversion.before(container));
    }
    for (name, status) in &mut statuses {
        conversion.without_record(name, status);
    }
    conversion.apply_records(&mut statuses);
    for container in containers {
        if let Some(status) = statuses.get_mut(container.name.as_str()) {
            conversion.not_started(container, kind, start_errors, status);
        }
    }
    if kind == ContainerKind::Init {
        containers.iter().filter_map(|container| statuses.get(container.name.as_str()).cloned()).collect()
    } else {
        statuses.into_values().collect()
    }
}

struct Conversion<'a> {
    k8s: &'a Kubernetes,
    pod: &'a Pod,
    records: &'a Records<'a>,
    previous: ByName<'a, ContainerStatus>,
    restart_all: bool,
    restarting: bool,
    default_reason: &'static str,
}

impl Conversion<'_> {
    /// The status of a container before the runtime is asked.
    fn before(&self, container: &Container) -> ContainerStatus {
        let old = self.previous.last(&container.name);
        match old {
            Some(old) if old.state.terminated.is_some() => old.clone(),
            _ => ContainerStatus {
                name: container.name.clone(),
                image: container.image.clone(),
                state: waiting(self.default_reason, ""),
                restart_count: old.map_or(0, |old| old.restart_count),
                last_state: old.map_or_else(ContainerState::default, |old| old.last_state.clone()),
                ..ContainerStatus::default()
            },
        }
    }

    /// What becomes of the status if the runtime has no record of the container.
    fn without_record(&self, name: &str, status: &mut ContainerStatus) {
        if self.records.newest(name).is_some() {
            return;
        }
        let Some(old) = self.previous.last(name) else { return };
        if self.restart_all && self.restarting && old.state.waiting.is_none() {
            let message = "The container is removed because RestartAllContainers in place";
            status.state = ContainerState { terminated: None, ..waiting(RESTARTING_ALL_CONTAINERS, message) };
            status.last_state.terminated = Some(lost(RESTARTING_ALL_CONTAINERS, message));
            status.restart_count = old.restart_count.wrapping_add(1);
            return;
        }
        // It ran, and its end went unseen. Without a last state the pod would go back to Pending.
        if old.state.terminated.is_none()
            && old.state.running.is_some()
            && status.last_state.terminated.is_none()
        {
            let message = "The container could not be located when the pod was deleted.  The container used to be Running";
            status.last_state.terminated = Some(lost(STATUS_UNKNOWN, message));
            if self.pod.metadata.deletion_timestamp.is_none() {
                status.restart_count = status.restart_count.wrapping_add(1);
            }
        }
    }

    /// The two newest records of each container become its state and its last state.
    fn apply_records(&self, statuses: &mut BTreeMap<&str, ContainerStatus>) {
        let mut newest_first: Vec<&RuntimeContainerStatus> =
            self.records.status().container_statuses.iter().collect();
        newest_first.sort_by_key(|record| Reverse(record.created_at));
        let mut seen: BTreeMap<&str, u8> = BTreeMap::new();
        for record in newest_first {
            let Some(status) = statuses.get_mut(record.name.as_str()) else { continue };
            let seen = seen.entry(&record.name).or_default();
            match *seen {
                0 => *status = self.of_record(record),
                1 => status.last_state = self.of_record(record).state,
                _ => continue,
            }
            *seen = seen.saturating_add(1);
        }
    }

    fn of_record(&self, record: &RuntimeContainerStatus) -> ContainerStatus {
        let old = self.previous.last(&record.name);
        let mut status = ContainerStatus {
            name: record.name.clone(),
            restart_count: record.restart_count,
            image: record.image.clone(),
            container_id: api_container_id(&record.id),
            ..ContainerStatus::default()
        };
        if let Some(old) = old.filter(|_| self.restart_all) {
            status.restart_count = status.restart_count.max(old.restart_count);
            // From 1.36 the end of a container that was removed stays to be seen.
            if self.k8s.at_least(Release::V1_36) {
                if old.container_id != status.container_id && old.state.terminated.is_some() {
                    status.last_state.terminated = old.state.terminated.clone();
                } else if old.last_state.terminated.is_some() {
                    status.last_state.terminated = old.last_state.terminated.clone();
                }
            }
        }
        status.state = match record.state {
            RuntimeState::Running => {
                if let Some(old) = old.filter(|_| self.restart_all)
                    && old.state.terminated.is_some()
                    && old.restart_count >= record.restart_count
                {
                    status.restart_count = old.restart_count.wrapping_add(1);
                }
                if !self.k8s.enabled(Gate::ChangeContainerStatusOnKubeletRestart) {
                    status.started = old.and_then(|old| old.started);
                }
                ContainerState {
                    running: Some(ContainerStateRunning { started_at: record.started_at }),
                    ..ContainerState::default()
                }
            }
            RuntimeState::Exited => terminated(ContainerStateTerminated {
                exit_code: record.exit_code,
                reason: record.reason.clone(),
                message: record.message.clone(),
                started_at: record.started_at,
                finished_at: record.finished_at,
                container_id: status.container_id.clone(),
                ..ContainerStateTerminated::default()
            }),
            RuntimeState::Unknown if old.is_some_and(|old| old.state.running.is_some()) => {
                let reason = if self.restart_all && self.restarting {
                    RESTARTING_ALL_CONTAINERS
                } else {
                    STATUS_UNKNOWN
                };
                status.restart_count = old.map_or(0, |old| old.restart_count).wrapping_add(1);
                terminated(lost(reason, NOT_LOCATED))
            }
            RuntimeState::Created | RuntimeState::Unknown => waiting("", ""),
        };
        status
    }

    /// A container that is to be started and could not is waiting, with the reason why it could not.
    fn not_started(
        &self,
        container: &Container,
        kind: ContainerKind,
        start_errors: &Map<StartError>,
        status: &mut ContainerStatus,
    ) {
        let newest = self.records.newest(&container.name);
        if kind == ContainerKind::Init {
            if newest.is_some_and(|r| r.state == RuntimeState::Exited && r.exit_code == 0) {
                return;
            }
            // Its record is gone, but a regular container shows that it was done.
            if self.k8s.at_least(Release::V1_36)
                && newest.is_none()
                && !container.is_sidecar()
                && status.state.waiting.is_some()
                && self.records.any_regular_created(&self.pod.spec)
            {
                status.state = terminated(ContainerStateTerminated {
                    reason: "Completed".into(),
                    message: "Unable to get init container status from container runtime and pod has been \
                              initialized, treat it as exited normally"
                        .into(),
                    ..ContainerStateTerminated::default()
                });
                return;
            }
        }
        if !should_container_be_restarted(self.k8s, self.pod, container, newest).restarts() {
            return;
        }
        let Some(error) = start_errors.get(&container.name) else { return };
        let waiting = waiting(&error.reason, &error.message);
        let state = core::mem::replace(&mut status.state, waiting);
        if state.terminated.is_some() {
            status.last_state = state;
        }
    }
}

/// Sets whether containers are started and ready (`pkg/kubelet/prober.UpdatePodStatus`). A container without a startup
/// probe is started when it runs; one without a readiness probe is ready when it is started.
fn set_started_and_ready(k8s: &Kubernetes, pod: &Pod, state: &StatusState, status: &mut PodStatus) {
    let regular = ByName::new([pod.spec.containers.as_slice(), &[]]);
    for status in status.container_statuses.iter_mut().flatten() {
        set_ready(k8s, regular.first(&status.name), state, status);
    }
    let inits = pod.spec.init_containers.iter().zip(status.init_container_statuses.iter_mut().flatten());
    for (container, status) in inits {
        if container.is_sidecar() {
            set_ready(k8s, Some(container), state, status);
        } else {
            status.started = Some(is_started(k8s, Some(container), state, status));
            status.ready |= status.state.terminated.as_ref().is_some_and(|ended| ended.exit_code == 0);
        }
    }
}

fn is_started(
    k8s: &Kubernetes,
    container: Option<&Container>,
    state: &StatusState,
    status: &ContainerStatus,
) -> bool {
    if status.state.running.is_none() {
        return false;
    }
    if let Some(result) = state.startup.get(container_id(&status.container_id)) {
        return *result == ProbeResult::Success;
    }
    if !k8s.enabled(Gate::ChangeContainerStatusOnKubeletRestart) && status.started == Some(true) {
        return true;
    }
    container.is_none_or(|container| container.startup_probe.is_none())
}

fn set_ready(
    k8s: &Kubernetes,
    container: Option<&Container>,
    state: &StatusState,
    status: &mut ContainerStatus,
) {
    let started = is_started(k8s, container, state, status);
    status.started = Some(started);
    if started {
        status.ready = state.readiness.get(container_id(&status.container_id)) == Some(&ProbeResult::Success)
            || container.is_none_or(|container| container.readiness_probe.is_none());
    }
}

/// A pod's API status, and why the phase is what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiStatus {
    /// The status: phase, conditions, container statuses.
    pub status: PodStatus,
    /// The phase that the containers' states give. The status may have another one: a pod never leaves `Succeeded` and
    /// `Failed`.
    pub phase: PhaseVerdict,
}

/// A pod's API status (`pkg/kubelet.generateAPIPodStatus`), given the status that the kubelet wrote last, or at first that
/// of the pod. `terminal` says that the pod is being shut down and no container runs any more. Conditions carry no times.
///
/// ```
/// use podverdict::model::{Pod, PodPhase, PodStatus, RuntimePodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::{Records, status::{StatusState, api_status}};
/// let (k8s, runtime) = (Kubernetes::new(Release::V1_36), RuntimePodStatus::default());
/// let records = Records::new(&runtime)?;
/// let api = api_status(&k8s, &Pod::default(), &records, &PodStatus::default(), &StatusState::default(), false);
/// assert_eq!(api.status.phase, PodPhase::Pending);
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn api_status(
    k8s: &Kubernetes,
    pod: &Pod,
    records: &Records<'_>,
    old: &PodStatus,
    state: &StatusState,
    terminal: bool,
) -> ApiStatus {
    let restarting = k8s.enabled(Gate::RestartAllContainersOnContainerExits)
        && should_all_containers_restart(pod, Some(records), Some(old)).is_some();
    let convert = |previous: &Option<Vec<ContainerStatus>>, kind| {
        let previous = previous.as_deref().unwrap_or_default();
        container_statuses(k8s, pod, records, previous, kind, restarting, &state.start_errors)
    };
    let ephemeral = convert(&old.ephemeral_container_statuses, ContainerKind::Ephemeral);
    let mut status = PodStatus {
        container_statuses: Some(convert(&old.container_statuses, ContainerKind::Regular)),
        init_container_statuses: Some(convert(&old.init_container_statuses, ContainerKind::Init)),
        ephemeral_container_statuses: (!ephemeral.is_empty()).then_some(ephemeral),
        start_time: old.start_time,
        qos_class: old.qos_class.clone(),
        observed_generation: old.observed_generation,
        ..PodStatus::default()
    };
    let phase =
        pod_phase(k8s, pod, &ContainerStatuses::of(&status), terminal, records.any_regular_active(&pod.spec));
    status.phase = phase.phase.clone();
    // A phase once terminal stays, be it the one written last or the one that the API server has.
    if !status.phase.is_terminal() && old.phase.is_terminal() {
        status.phase = old.phase.clone();
    }
    if pod.status.phase.is_terminal() {
        status.phase = pod.status.phase.clone();
    }
    if status.phase == old.phase {
        status.reason = if old.reason.is_empty() { &pod.status.reason } else { &old.reason }.clone();
        status.message = if old.message.is_empty() { &pod.status.message } else { &old.message }.clone();
    }
    set_started_and_ready(k8s, pod, state, &mut status);
    let conditions = conditions(k8s, pod, records, old, &status);
    status.conditions = conditions;
    ApiStatus { status, phase }
}

/// The conditions in the order in which the kubelet writes them: others' first. Those about resizes are left out.
fn conditions(
    k8s: &Kubernetes,
    pod: &Pod,
    records: &Records<'_>,
    old: &PodStatus,
    status: &PodStatus,
) -> Vec<PodCondition> {
    let mut list: Vec<PodCondition> =
        pod.status.conditions.iter().filter(|c| !owned(k8s, &c.condition_type)).cloned().collect();
    // What an eviction wrote is kept.
    if let Some(target) = old.conditions.iter().find(|c| c.condition_type == "DisruptionTarget") {
        match list.iter_mut().find(|c| c.condition_type == target.condition_type) {
            Some(condition) => *condition = target.clone(),
            None => list.push(target.clone()),
        }
    }
    let statuses = ContainerStatuses::of(status);
    let phase = &status.phase;
    if written(k8s, &pod.spec, READY_TO_START_CONTAINERS) {
        list.push(ready_to_start_containers(k8s, pod, old, records.status()));
    }
    list.push(initialized(k8s, pod, old, Some(&statuses), phase));
    list.push(ready(k8s, pod, old, &list, Some(&statuses), phase));
    list.push(containers_ready(k8s, pod, old, Some(&statuses), phase));
    list.push(PodCondition {
        condition_type: "PodScheduled".into(),
        status: "True".into(),
        observed_generation: pod.metadata.generation,
        ..PodCondition::default()
    });
    if written(k8s, &pod.spec, ALL_CONTAINERS_RESTARTING) {
        list.push(all_containers_restarting(pod, records, old, phase));
    }
    list
}

/// Whether the kubelet owns conditions of this type (`pkg/kubelet/types.PodConditionByKubelet`).
fn owned(k8s: &Kubernetes, condition_type: &str) -> bool {
    match condition_type {
        "PodScheduled" | "PodResizeInProgress" | "PodResizePending" => true,
        READY | INITIALIZED | CONTAINERS_READY => true,
        READY_TO_START_CONTAINERS => k8s.enabled(Gate::PodReadyToStartContainersCondition),
        ALL_CONTAINERS_RESTARTING => k8s.enabled(Gate::RestartAllContainersOnContainerExits),
        _ => false,
    }
}

/// What upstream's `TestConvertToAPIContainerStatuses` asks.
#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::model::{PodSpec, RuntimePodStatus};
    use crate::release::Release;

    fn running(name: &str, restart_count: i32) -> ContainerStatus {
        let state = ContainerState { running: Some(ContainerStateRunning::default()), ..Default::default() };
        ContainerStatus { name: name.into(), restart_count, state, ..Default::default() }
    }

    fn failed(name: &str, restart_count: i32, exit_code: i32) -> ContainerStatus {
        let state = terminated(ContainerStateTerminated { exit_code, ..Default::default() });
        ContainerStatus { name: name.into(), restart_count, state, ..Default::default() }
    }

    fn record(name: &str, state: RuntimeState, exit_code: i32) -> RuntimeContainerStatus {
        let id = format!("containerd://{name}-new").into();
        RuntimeContainerStatus { id, name: name.into(), state, exit_code, ..Default::default() }
    }

    fn pod(containers: &[&str], init: Option<Container>) -> Pod {
        let named = |name: &&str| Container { name: (*name).into(), ..Container::default() };
        let spec = PodSpec {
            containers: containers.iter().map(named).collect(),
            init_containers: init.into_iter().collect(),
            restart_policy: crate::model::RestartPolicy::Always,
            ..PodSpec::default()
        };
        Pod { spec, ..Pod::default() }
    }

    fn convert(
        release: Release,
        pod: &Pod,
        records: Vec<RuntimeContainerStatus>,
        previous: &[ContainerStatus],
        kind: ContainerKind,
        restarting: bool,
    ) -> Vec<ContainerStatus> {
        let gates: &[(&str, bool)] = match release {
            Release::V1_35 => {
                &[("NodeDeclaredFeatures", true), ("RestartAllContainersOnContainerExits", true)]
            }
            _ => &[],
        };
        let k8s = Kubernetes::with_gates(release, gates.iter().copied()).unwrap();
        let runtime = RuntimePodStatus { container_statuses: records, ..Default::default() };
        let records = Records::new(&runtime).unwrap();
        container_statuses(&k8s, pod, &records, previous, kind, restarting, &Map::new())
    }

    /// A container that ran and is gone: its end is made up, and counted unless the pod is being deleted.
    #[test]
    fn a_lost_container_ended_with_137() {
        let mut pod = pod(&["a"], None);
        for (deleted, count) in [(false, 1), (true, 0)] {
            pod.metadata.deletion_timestamp = deleted.then(crate::model::Time::default);
            for release in Release::ALL {
                let list = convert(release, &pod, vec![], &[running("a", 0)], ContainerKind::Regular, false);
                let last = list[0].last_state.terminated.as_ref().unwrap();
                assert_eq!((last.exit_code, last.reason.as_str()), (137, "ContainerStatusUnknown"));
                assert_eq!(list[0].state.waiting.as_ref().unwrap().reason, "ContainerCreating");
                assert_eq!(list[0].restart_count, count);
            }
        }
    }

    /// A status that says how it ended stays, count and all.
    #[test]
    fn a_known_end_stays() {
        let previous = [failed("a", 5, -1)];
        for release in Release::ALL {
            let list = convert(release, &pod(&["a"], None), vec![], &previous, ContainerKind::Regular, false);
            assert_eq!(list, previous);
        }
    }

    /// The count never falls, and grows when a container runs again after all were restarted. What it ended with stays to be
    /// seen from 1.36 on.
    #[test]
    fn the_count_never_falls() {
        let records = vec![record("a", RuntimeState::Running, 0)];
        for release in Release::ALL {
            let previous = [failed("a", 5, -1)];
            let list = convert(
                release,
                &pod(&["a"], None),
                records.clone(),
                &previous,
                ContainerKind::Regular,
                false,
            );
            assert_eq!(list[0].restart_count, 6);
            let last = list[0].last_state.terminated.as_ref().map(|ended| ended.exit_code);
            assert_eq!(last, (release >= Release::V1_36).then_some(-1), "{release}");
        }
    }

    /// The trigger is already removed, its sibling killed but still there.
    #[test]
    fn half_way_through_restarting_all() {
        let records = vec![record("a", RuntimeState::Exited, 137)];
        let previous = [running("a", 0), failed("b", 0, 42)];
        for release in Release::ALL {
            let list = convert(
                release,
                &pod(&["a", "b"], None),
                records.clone(),
                &previous,
                ContainerKind::Regular,
                true,
            );
            assert_eq!(list[0].state.terminated.as_ref().unwrap().exit_code, 137);
            assert_eq!(list[0].restart_count, 0);
            assert_eq!(list[1].state.waiting.as_ref().unwrap().reason, "RestartingAllContainers");
            assert_eq!(list[1].last_state.terminated.as_ref().unwrap().exit_code, 137);
            assert_eq!(list[1].restart_count, 1);
        }
    }

    /// A container that waited when all were restarted is not counted, and keeps its reason.
    #[test]
    fn a_waiting_container_is_not_counted() {
        let previous = [ContainerStatus {
            name: "a".into(),
            restart_count: 3,
            state: waiting("CrashLoopBackOff", "back-off"),
            ..Default::default()
        }];
        let list =
            convert(Release::V1_36, &pod(&["a"], None), vec![], &previous, ContainerKind::Regular, true);
        assert_eq!(list[0].restart_count, 3);
        assert_eq!(list[0].state.waiting.as_ref().unwrap().reason, "ContainerCreating");
        assert!(list[0].last_state.terminated.is_none());
    }

    /// The record of an init container is gone, but a regular container was made: from 1.36 on it counts as completed. A
    /// sidecar goes on waiting.
    #[test]
    fn an_init_container_without_record_completed() {
        let records = vec![record("a", RuntimeState::Running, 0)];
        let init = |policy| Container { name: "init".into(), restart_policy: policy, ..Container::default() };
        for release in Release::ALL {
            let state = |policy| {
                let pod = pod(&["a"], Some(init(policy)));
                convert(release, &pod, records.clone(), &[], ContainerKind::Init, false).remove(0).state
            };
            let completed = state(None).terminated.map(|ended| ended.reason);
            assert_eq!(completed, (release >= Release::V1_36).then(|| "Completed".into()), "{release}");
            let sidecar = state(Some(crate::model::RestartPolicy::Always));
            assert_eq!(sidecar.waiting.unwrap().reason, "PodInitializing");
        }
    }

    /// An unknown state after running is an end; otherwise it is waiting.
    #[test]
    fn an_unknown_state_after_running_is_an_end() {
        let records = vec![record("a", RuntimeState::Unknown, 0)];
        for (restarting, reason) in [(false, "ContainerStatusUnknown"), (true, "RestartingAllContainers")] {
            let list = convert(
                Release::V1_37,
                &pod(&["a"], None),
                records.clone(),
                &[running("a", 2)],
                ContainerKind::Regular,
                restarting,
            );
            assert_eq!(list[0].state.terminated.as_ref().unwrap().reason, reason);
            assert_eq!(list[0].restart_count, 3);
        }
        let list = convert(Release::V1_37, &pod(&["a"], None), records, &[], ContainerKind::Regular, false);
        assert_eq!(list[0].state.waiting, Some(ContainerStateWaiting::default()));
    }
}
