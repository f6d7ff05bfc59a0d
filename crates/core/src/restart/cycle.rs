//! What happens to a pod when its containers end, sync after sync, until nothing changes any more.
//!
//! The kubelet is that of the other modules here; around it stand a runtime that does what it is told, and a script of
//! what goes wrong. The rules of this small world:
//!
//! - The next event of the script happens once nothing more would change by itself, as soon as its container runs. One
//!   whose container does not run then is passed over.
//! - By itself a plain init container ends with exit code 0, and every probe succeeds, unless the script says otherwise at
//!   that moment.
//! - Killing and starting take no time, and pulling an image, mounting and networking succeed.
//! - A container that is killed ends with the given exit code, 137 unless told otherwise.
//! - Time is given, and moves only by the script and by the kubelet's own waits; of a wait that the kubelet spreads at
//!   random the earliest end is taken.
//! - Of each container the newest record that does not run is kept, as the kubelet's garbage collection does by default.
//! - Resources, evictions and `activeDeadlineSeconds` play no part.

mod runtime;
mod script;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

pub use script::{Event, Happening, ProbeKind};

use self::runtime::Runtime;
use super::Records;
use super::actions::{KubeletState, Step, pod_actions};
use super::all_containers::ALL_CONTAINERS_RESTARTING;
use super::backoff::{BackOffConfig, BackOffEntry, BackOffVerdict, Duration, NextSync, back_off};
use super::decide::ContainerKind;
use super::kill::{Stop, pod_stops};
use super::phase::PhaseVerdict;
use super::status::{StartError, StatusState, api_status};
use super::terminated::terminated_status;
use super::transition::{IllegalTransition, illegal_transition};
use crate::by_name::ByName;
use crate::error::InputError;
use crate::model::{
    Container, ContainerStatus, Map, Pod, PodCondition, PodPhase, PodStatus, ProbeResult, RuntimePodStatus,
    RuntimeState, Time,
};
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::actions::Actuated;

/// What a cycle starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<'a> {
    /// The pod, with the status that the API server has.
    pub pod: &'a Pod,
    /// What the runtime has of it.
    pub runtime: &'a RuntimePodStatus,
    /// What the kubelet remembers of earlier restarts, by container name.
    pub back_off: Map<BackOffEntry>,
    /// The kubelet's back-off.
    pub config: BackOffConfig,
    /// How often the kubelet syncs a pod by itself.
    pub sync_frequency: Duration,
    /// When it starts.
    pub now: Time,
    /// Exit code of a container that is killed.
    pub killed_exit_code: i32,
    /// The most syncs to follow.
    pub max_syncs: usize,
}

/// Why a sync comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// The kubelet sees the pod for the first time.
    PodAdded,
    /// The kubelet noticed that a container or sandbox started or ended.
    LifecycleEvent,
    /// The result of a probe changed.
    ProbeResult,
    /// 1.36 and later: all containers were removed to be restarted, and the kubelet syncs again at once.
    Requeue,
    /// A back-off is over.
    BackOff,
    /// The kubelet syncs every pod from time to time.
    PeriodicResync,
    /// The pod's phase is final, or the pod is being deleted: its containers are stopped.
    Termination,
}

/// A container's status in one sync.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContainerView {
    /// Which list of the pod it stands in.
    pub kind: ContainerKind,
    /// Its API status.
    #[serde(flatten)]
    pub status: ContainerStatus,
}

/// A step that was carried out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Done {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// Of a container that started: how often the runtime's record says that it was restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_count: Option<i32>,
    /// Of a container to start: what the back-off says. Without a record that ended there is nothing to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_off: Option<BackOffVerdict>,
}

/// When the next sync comes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Next {
    /// Why it comes.
    pub trigger: Trigger,
    /// How long after this sync; at once if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<NextSync>,
}

/// One sync.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Sync {
    /// When.
    pub at: Time,
    /// Why it came.
    pub trigger: Trigger,
    /// What happened before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Happening>,
    /// The phase that the kubelet writes.
    pub phase: PodPhase,
    /// Why the containers' states give their phase.
    pub phase_verdict: PhaseVerdict,
    /// The conditions that the kubelet writes.
    pub conditions: Vec<PodCondition>,
    /// The statuses of init, regular and ephemeral containers that the kubelet writes.
    pub containers: Vec<ContainerView>,
    /// Why the kubelet does not write this status, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_dropped: Option<IllegalTransition>,
    /// Whether this sync removes all containers to restart them.
    pub restarts_all_containers: bool,
    /// What the kubelet does, in order.
    pub steps: Vec<Done>,
    /// Whether the sync ended early, because an init container did not start.
    pub aborted: bool,
    /// When the next sync comes by itself; absent after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
}

/// How a cycle ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The pod is over, its phase is final.
    Terminal,
    /// Nothing changes any more by itself.
    Settled,
    /// The same goes round and round, without end.
    Endless,
    /// The most syncs to follow are reached.
    Bound,
}

/// A pod's way through a script.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cycle {
    /// The syncs, in order.
    pub syncs: Vec<Sync>,
    /// How it ends.
    pub outcome: Outcome,
    /// Indexes of events that did not happen, because their container did not run.
    pub not_applied: Vec<usize>,
}

/// Follows a pod through a script of events.
///
/// # Errors
///
/// See [`Records::new`].
///
/// ```
/// use podverdict::model::{Container, Map, Pod, RuntimePodStatus, Time};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::backoff::{SYNC_FREQUENCY, back_off_config};
/// use podverdict::restart::cycle::{Event, Outcome, Setting, restart_cycle};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let mut pod = Pod::default();
/// pod.spec.containers.push(Container { name: "app".into(), ..Container::default() });
/// let setting = Setting {
///     pod: &pod, runtime: &RuntimePodStatus::default(), back_off: Map::new(),
///     config: back_off_config(&k8s, None).unwrap(), sync_frequency: SYNC_FREQUENCY, now: Time::default(),
///     killed_exit_code: 137, max_syncs: 100,
/// };
/// let cycle = restart_cycle(&k8s, &setting, &[Event::exit("app", 1)])?;
/// assert_eq!(cycle.outcome, Outcome::Settled);
/// assert_eq!(cycle.syncs.last().unwrap().containers[0].status.restart_count, 1);
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
pub fn restart_cycle(k8s: &Kubernetes, setting: &Setting<'_>, script: &[Event]) -> Result<Cycle, InputError> {
    Records::new(setting.runtime)?;
    let mut world = World {
        k8s,
        setting,
        pod: setting.pod.clone(),
        runtime: Runtime::new(setting.runtime, setting.now),
        now: setting.now,
        probes: Probes::default(),
        start_errors: BTreeMap::new(),
        back_off: setting.back_off.iter().map(|(name, entry)| (SmolStr::new(name), *entry)).collect(),
        actuated: Actuated::steady(&setting.pod.spec),
    };
    world.run(script)
}

struct World<'a> {
    k8s: &'a Kubernetes,
    setting: &'a Setting<'a>,
    /// The pod, its status the one written last.
    pod: Pod,
    runtime: Runtime,
    now: Time,
    probes: Probes,
    start_errors: BTreeMap<SmolStr, StartError>,
    back_off: BTreeMap<SmolStr, BackOffEntry>,
    actuated: Actuated,
}

/// The last results of probes, by container id.
#[derive(Default)]
struct Probes {
    startup: BTreeMap<SmolStr, ProbeResult>,
    readiness: BTreeMap<SmolStr, ProbeResult>,
    liveness: BTreeMap<SmolStr, ProbeResult>,
}

impl Probes {
    /// Whether a container has a probe that has not spoken yet.
    fn silent(&self, container: &Container, id: &SmolStr) -> bool {
        let silent =
            |probe: bool, results: &BTreeMap<SmolStr, ProbeResult>| probe && !results.contains_key(id);
        silent(container.startup_probe.is_some(), &self.startup)
            || silent(container.readiness_probe.is_some(), &self.readiness)
            || silent(container.liveness_probe.is_some(), &self.liveness)
    }
}

fn as_map<V: Clone>(map: &BTreeMap<SmolStr, V>) -> Map<V> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What a sync changed in the runtime.
#[derive(Default)]
struct Changed {
    /// Something that the kubelet takes notice of: a start, an end, a sandbox.
    noticed: bool,
    /// Containers were removed because all restart.
    reset: bool,
    /// The earliest end of a back-off that kept a container from starting.
    back_off: Option<NextSync>,
}

impl World<'_> {
    fn run(&mut self, script: &[Event]) -> Result<Cycle, InputError> {
        let mut cycle = Cycle { syncs: Vec::new(), outcome: Outcome::Bound, not_applied: Vec::new() };
        let mut events = script.iter().enumerate().peekable();
        let mut trigger = Trigger::PodAdded;
        let mut happening = None;
        let mut seen = BTreeSet::new();
        if self.pod.metadata.deletion_timestamp.is_some() {
            trigger = Trigger::Termination;
        }
        while cycle.syncs.len() < self.setting.max_syncs {
            if trigger == Trigger::Termination {
                self.terminate(&mut cycle)?;
                cycle.outcome = Outcome::Terminal;
                break;
            }
            let (mut sync, changed) = self.sync(trigger, happening.take())?;
            let next = self.next(&sync, &changed);
            sync.next = next;
            let state = format!("{}{}", sync.phase, self.fingerprint(&sync));
            cycle.syncs.push(sync);
            if let Some(next) = next.filter(|next| next.trigger != Trigger::PeriodicResync || changed.reset) {
                trigger = next.trigger;
                if let Some(wait) = next.wait {
                    self.advance(wait.earliest);
                }
                continue;
            }
            // Nothing changes any more unless something happens.
            happening = loop {
                let Some((index, event)) = events.peek() else { break self.by_itself() };
                if self.runtime.can_happen(event, &self.pod) {
                    self.advance(event.after);
                    let happening = event.happening.clone();
                    events.next();
                    seen.clear();
                    break Some(happening);
                }
                // Until its container runs other things happen, unless they go round in a circle.
                let by_itself = self.by_itself();
                if by_itself.is_some() && !seen.contains(&(state.clone(), by_itself.clone())) {
                    break by_itself;
                }
                cycle.not_applied.push(*index);
                events.next();
                seen.clear();
            };
            let Some(happening) = &happening else {
                cycle.outcome = Outcome::Settled;
                break;
            };
            if !seen.insert((state, Some(happening.clone()))) {
                cycle.outcome = Outcome::Endless;
                break;
            }
            trigger = self.apply(happening);
        }
        cycle.not_applied.extend(events.map(|(index, _)| index));
        Ok(cycle)
    }

    fn advance(&mut self, wait: Duration) {
        let wait = jiff::SignedDuration::from_nanos(wait.nanoseconds.max(0));
        self.now = Time(self.now.0.checked_add(wait).unwrap_or(self.now.0));
    }

    /// What happens without the script: probes that have not spoken succeed, then a plain init container completes.
    fn by_itself(&self) -> Option<Happening> {
        let spec = &self.pod.spec;
        let records = ByName::new([self.runtime.status().container_statuses.as_slice(), &[]]);
        let running = |container: &Container| {
            records.all(&container.name).find(|record| record.state == RuntimeState::Running)
        };
        let mut all = spec.init_and_regular().map(|(container, _)| container);
        if all.any(|container| {
            running(container).is_some_and(|record| self.probes.silent(container, &record.id))
        }) {
            return Some(Happening::ProbesSucceed);
        }
        let mut plain = spec.init_containers.iter().filter(|container| !container.is_sidecar());
        let init = plain.find(|container| running(container).is_some())?;
        Some(Happening::Exit { container: init.name.clone(), exit_code: 0, reason: "Completed".into() })
    }

    /// Lets something happen, and gives what makes the kubelet look.
    fn apply(&mut self, happening: &Happening) -> Trigger {
        match happening {
            Happening::Exit { container, exit_code, reason } => {
                self.runtime.exit(container, *exit_code, reason, self.now);
                Trigger::LifecycleEvent
            }
            Happening::ProbesSucceed => {
                let records = self.runtime.status().container_statuses.iter();
                for record in records.filter(|record| record.state == RuntimeState::Running) {
                    let Probes { startup, readiness, liveness } = &mut self.probes;
                    for results in [startup, readiness, liveness] {
                        results.entry(record.id.clone()).or_insert(ProbeResult::Success);
                    }
                }
                Trigger::ProbeResult
            }
            Happening::ProbeFails { container, probe } => {
                if let Some(record) = self.runtime.running(container) {
                    let results = match probe {
                        ProbeKind::Startup => &mut self.probes.startup,
                        ProbeKind::Readiness => &mut self.probes.readiness,
                        ProbeKind::Liveness => &mut self.probes.liveness,
                    };
                    results.insert(record.id.clone(), ProbeResult::Failure);
                }
                Trigger::ProbeResult
            }
            Happening::SandboxDies => {
                self.runtime.stop_sandbox(self.setting.killed_exit_code, self.now);
                Trigger::LifecycleEvent
            }
        }
    }

    /// What the pod looks like after a sync, without what only counts up.
    fn fingerprint(&self, sync: &Sync) -> String {
        let delays: Vec<Duration> = self.back_off.values().map(|entry| entry.delay).collect();
        let conditions: Vec<(&SmolStr, &SmolStr)> =
            sync.conditions.iter().map(|c| (&c.condition_type, &c.status)).collect();
        format!("{:?}{delays:?}{conditions:?}", self.runtime.states())
    }

    fn next(&self, sync: &Sync, changed: &Changed) -> Option<Next> {
        let next = |trigger, wait| Some(Next { trigger, wait });
        if sync.phase.is_terminal() {
            return next(Trigger::Termination, None);
        }
        // From 1.36 the kubelet syncs again at once after it removed containers. On 1.35 it takes no notice of a removal,
        // only of the end of a container that it killed.
        if changed.reset && self.k8s.at_least(Release::V1_36) {
            return next(Trigger::Requeue, None);
        }
        if changed.noticed {
            return next(Trigger::LifecycleEvent, None);
        }
        if let Some(wait) = changed.back_off {
            return next(Trigger::BackOff, Some(wait));
        }
        next(Trigger::PeriodicResync, Some(NextSync::after(self.setting.sync_frequency)))
    }

    fn status_state(&self) -> StatusState {
        StatusState {
            startup: as_map(&self.probes.startup),
            readiness: as_map(&self.probes.readiness),
            start_errors: as_map(&self.start_errors),
        }
    }

    /// Writes the status, unless a container would leave the terminated state that may not.
    fn write_status(&mut self, status: PodStatus) -> Option<IllegalTransition> {
        let illegal = illegal_transition(self.k8s, &self.pod.status, &status, &self.pod.spec);
        if illegal.is_none() {
            self.pod.status = status;
        }
        illegal
    }

    fn report(
        &self,
        trigger: Trigger,
        event: Option<Happening>,
        status: &PodStatus,
        phase: PhaseVerdict,
    ) -> Sync {
        let lists = [
            (ContainerKind::Init, &status.init_container_statuses),
            (ContainerKind::Regular, &status.container_statuses),
            (ContainerKind::Ephemeral, &status.ephemeral_container_statuses),
        ];
        let views = lists.into_iter().flat_map(|(kind, list)| {
            list.iter().flatten().map(move |status| ContainerView { kind, status: status.clone() })
        });
        Sync {
            at: self.now,
            trigger,
            event,
            phase: status.phase.clone(),
            phase_verdict: phase,
            conditions: status.conditions.clone(),
            containers: views.collect(),
            status_dropped: None,
            restarts_all_containers: false,
            steps: Vec::new(),
            aborted: false,
            next: None,
        }
    }

    /// One sync of a pod that is to run (`pkg/kubelet.SyncPod`).
    fn sync(&mut self, trigger: Trigger, event: Option<Happening>) -> Result<(Sync, Changed), InputError> {
        // What the kubelet sees is as it was when the sync began.
        let seen = self.runtime.status().clone();
        let records = Records::new(&seen)?;
        let api = api_status(self.k8s, &self.pod, &records, &self.pod.status, &self.status_state(), false);
        let mut sync = self.report(trigger, event, &api.status, api.phase);
        let mut changed = Changed::default();
        let restarting =
            |c: &PodCondition| c.condition_type == ALL_CONTAINERS_RESTARTING && c.status == "True";
        let restart_all = self.k8s.enabled(Gate::RestartAllContainersOnContainerExits)
            && api.status.conditions.iter().any(restarting);
        sync.status_dropped = self.write_status(api.status);
        if sync.phase.is_terminal() {
            return Ok((sync, changed));
        }
        let state = KubeletState {
            liveness: as_map(&self.probes.liveness),
            startup: as_map(&self.probes.startup),
            actuated: self.actuated.clone(),
        };
        sync.restarts_all_containers = restart_all;
        let actions = pod_actions(self.k8s, &self.pod, &records, &state, restart_all);
        for step in actions.steps(self.k8s, &self.pod, &records) {
            let done = self.carry_out(step, &records, &mut changed);
            // A plain init container that does not start ends the sync.
            sync.aborted = done.as_ref().is_some_and(|done| self.is_refused_init(done));
            sync.steps.extend(done);
            if sync.aborted {
                break;
            }
        }
        self.runtime.finish_sync(self.setting.killed_exit_code, self.now);
        Ok((sync, changed))
    }

    fn is_refused_init(&self, done: &Done) -> bool {
        let Step::StartContainer { kind: ContainerKind::Init, index, .. } = done.step else { return false };
        done.back_off.as_ref().is_some_and(|verdict| verdict.in_back_off)
            && self.pod.spec.init_containers.get(index).is_some_and(|container| !container.is_sidecar())
    }

    /// Carries out one step; gives nothing if there was nothing to do.
    fn carry_out(&mut self, step: Step, records: &Records<'_>, changed: &mut Changed) -> Option<Done> {
        let (mut restart_count, mut verdict) = (None, None);
        match &step {
            Step::KillPod { .. } => {
                if !self.runtime.stop_sandbox(self.setting.killed_exit_code, self.now) {
                    return None;
                }
                changed.noticed = true;
            }
            Step::PurgeInitContainers { ids, .. } | Step::PruneInitContainers { ids, .. } => {
                ids.iter().for_each(|id| self.runtime.remove(id, false));
            }
            Step::KillContainer { id, .. } => {
                self.runtime.kill(id);
                changed.noticed = true;
            }
            Step::ResetContainer { id, kill, keeps_logs, .. } => {
                self.runtime.remove(id, *keeps_logs);
                changed.reset = true;
                changed.noticed |= kill;
            }
            Step::CreateSandbox { attempt, .. } => {
                self.runtime.create_sandbox(*attempt, self.pod.spec.host_network, self.now);
                changed.noticed = true;
            }
            Step::Resize { .. } => return None,
            Step::StartContainer { kind, index, container: name, .. } => {
                let spec = &self.pod.spec;
                let list = match kind {
                    ContainerKind::Init => &spec.init_containers,
                    ContainerKind::Regular => &spec.containers,
                    ContainerKind::Ephemeral => &spec.ephemeral_containers,
                };
                let container = list.get(*index)?;
                let ask = back_off(
                    &self.setting.config,
                    &self.pod,
                    container,
                    records.of(name),
                    self.back_off.get(name).copied(),
                    self.now,
                    self.setting.sync_frequency,
                );
                if let Some(entry) = ask.entry {
                    self.back_off.insert(name.clone(), entry);
                }
                if ask.in_back_off {
                    let error = StartError {
                        reason: "CrashLoopBackOff".into(),
                        message: ask.message.clone().unwrap_or_default(),
                    };
                    self.start_errors.insert(name.clone(), error);
                    // Of several the first to end counts.
                    let sooner = |a: NextSync, b: NextSync| if a.earliest <= b.earliest { a } else { b };
                    changed.back_off = match (changed.back_off, ask.next_sync) {
                        (Some(a), Some(b)) => Some(sooner(a, b)),
                        (one, None) | (None, one) => one,
                    };
                } else {
                    let count = self.runtime.start(container, records.newest(name), self.now);
                    restart_count = Some(count);
                    self.start_errors.remove(name);
                    changed.noticed = true;
                }
                if records.of(name).any(|record| record.state == RuntimeState::Exited) {
                    verdict = Some(ask);
                }
            }
        }
        Some(Done { step, restart_count, back_off: verdict })
    }

    /// Stops a pod that is over or being deleted (`SyncTerminatingPod`, `SyncTerminatedPod`): one status, the containers stop,
    /// the last status.
    fn terminate(&mut self, cycle: &mut Cycle) -> Result<(), InputError> {
        let seen = self.runtime.status().clone();
        let records = Records::new(&seen)?;
        let api = api_status(self.k8s, &self.pod, &records, &self.pod.status, &self.status_state(), false);
        let mut sync = self.report(Trigger::Termination, None, &api.status, api.phase);
        sync.status_dropped = self.write_status(api.status);
        let stops: Vec<Stop> = pod_stops(&self.pod, &records);
        if self.runtime.stop_sandbox(self.setting.killed_exit_code, self.now) {
            let rule = crate::reason::Rule::new("pod_terminates", "pkg/kubelet.SyncTerminatingPod");
            let reason = crate::reason::Reason::new(rule, "the pod is over or being deleted");
            let step = Step::KillPod { stops, reason };
            sync.steps.push(Done { step, restart_count: None, back_off: None });
        }
        sync.next = Some(Next { trigger: Trigger::Termination, wait: None });
        cycle.syncs.push(sync);
        let seen = self.runtime.status().clone();
        let records = Records::new(&seen)?;
        let api = api_status(self.k8s, &self.pod, &records, &self.pod.status, &self.status_state(), true);
        let dropped = self.write_status(api.status);
        let last = terminated_status(&self.pod);
        let mut sync = self.report(Trigger::Termination, None, &last, api.phase);
        sync.status_dropped = dropped.or_else(|| self.write_status(last));
        cycle.syncs.push(sync);
        Ok(())
    }
}
