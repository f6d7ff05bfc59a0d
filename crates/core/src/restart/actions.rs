//! What the kubelet does in its next sync of a pod (`pkg/kubelet/kuberuntime.computePodActions`, and `SyncPod` for the
//! order).

mod init;
mod reasons;
mod steps;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use smol_str::SmolStr;

pub use reasons::{KillPodReason, StartReason};
pub use steps::Step;

use super::Records;
use super::all_containers::should_all_containers_restart;
use super::decide::{ContainerKind, restart_all_rule, should_container_be_restarted};
use super::definition::Definitions;
use super::kill::KillReason;
use super::sandbox::pod_sandbox_changed;
use crate::model::{Container, Map, Pod, ProbeResult, RestartPolicy, RuntimeContainerStatus, RuntimeState};
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::actions::{
    Actuated, ContainerResize, ContainerUpdate, ContainerUpdates, UpdateOrder, container_resize,
    pod_level_resize, starts_resized,
};

/// What the kubelet knows beside the pod and the runtime's view of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubeletState {
    /// The last result of each liveness probe, by container id.
    pub liveness: Map<ProbeResult>,
    /// The last result of each startup probe, by container id.
    pub startup: Map<ProbeResult>,
    /// The resources last given to the runtime.
    pub actuated: Actuated,
}

/// A container to start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Start {
    /// Its index in its list of the pod.
    pub index: usize,
    /// Its name.
    pub name: SmolStr,
    /// Why it starts.
    pub reason: StartReason,
}

/// A container to kill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Kill {
    /// Its id in the runtime.
    pub id: SmolStr,
    /// Its name.
    pub name: SmolStr,
    /// Upstream's sentence, which the event `Killing` shows.
    pub message: String,
    /// Upstream's word.
    #[serde(skip_serializing_if = "KillReason::is_empty")]
    pub reason: KillReason,
    /// Which list of the pod it stands in.
    #[serde(skip)]
    pub kind: ContainerKind,
    /// Its index in that list.
    #[serde(skip)]
    pub index: usize,
}

/// A record to remove because all containers restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reset {
    /// Its id in the runtime.
    pub id: SmolStr,
    /// Name of its container.
    pub name: SmolStr,
    /// Whether it is killed first: it has not ended.
    pub kill: bool,
    /// Whether its exit is one that restarts all containers. Such records go last.
    #[serde(skip)]
    pub source: bool,
    /// Which list of the pod it stands in.
    #[serde(skip)]
    pub kind: ContainerKind,
    /// Its index in that list.
    #[serde(skip)]
    pub index: usize,
}

/// What the kubelet does in its next sync of a pod. [`PodActions::steps`] gives the same in order, with every reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodActions {
    /// Why every container and sandbox is stopped, if they are.
    #[serde(serialize_with = "is_some")]
    pub kill_pod: Option<KillPodReason>,
    /// Whether a new sandbox is made. All records of init containers are removed then.
    pub create_sandbox: bool,
    /// Id of the sandbox there is; empty if there is none or if its network mode differs.
    #[serde(rename = "sandboxID")]
    pub sandbox_id: SmolStr,
    /// The attempt number of the sandbox to use.
    pub attempt: u32,
    /// Init containers to start, in order.
    #[serde(serialize_with = "names")]
    pub init_containers_to_start: Vec<Start>,
    /// Regular containers to start, in order.
    #[serde(serialize_with = "names")]
    pub containers_to_start: Vec<Start>,
    /// Ephemeral containers to start, in order.
    #[serde(serialize_with = "names")]
    pub ephemeral_containers_to_start: Vec<Start>,
    /// Containers to kill, by id. The kubelet kills them in no particular order.
    pub containers_to_kill: Vec<Kill>,
    /// Containers to resize in place.
    #[serde(skip_serializing_if = "ContainerUpdates::is_empty")]
    pub containers_to_update: ContainerUpdates,
    /// Whether the pod's cgroup is updated because a container restarts (1.37: or starts) with other resources.
    pub update_pod_resources: bool,
    /// Whether the pod-level resources are updated.
    pub update_pod_level_resources: bool,
    /// Records to remove because all containers restart, in order.
    pub containers_to_reset: Vec<Reset>,
}

fn is_some<T, S: Serializer>(value: &Option<T>, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_bool(value.is_some())
}

fn names<S: Serializer>(starts: &[Start], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(starts.iter().map(|start| &start.name))
}

/// A container id as the kubelet keeps it: without a type, what separates it from the id is no part of it.
pub(crate) fn container_id(text: &str) -> &str {
    text.strip_prefix("://").unwrap_or(text)
}

/// Whether this sync restarts all containers (`pkg/kubelet.SyncPod`): the gate is on, and something asks for it.
///
/// ```
/// use podverdict::model::{Pod, RuntimePodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::{Records, actions::restarts_all_containers};
/// let status = RuntimePodStatus::default();
/// let k8s = Kubernetes::new(Release::V1_36);
/// assert!(!restarts_all_containers(&k8s, &Pod::default(), &Records::new(&status)?));
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn restarts_all_containers(k8s: &Kubernetes, pod: &Pod, records: &Records<'_>) -> bool {
    k8s.enabled(Gate::RestartAllContainersOnContainerExits)
        && should_all_containers_restart(pod, Some(records), Some(&pod.status)).is_some()
}

/// What the kubelet does in its next sync of a pod, given what the runtime reports, what the kubelet remembers, and whether
/// this sync restarts all containers (see [`restarts_all_containers`]).
///
/// ```
/// use podverdict::model::{Container, Pod, RuntimePodStatus};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::Records;
/// use podverdict::restart::actions::{KubeletState, pod_actions};
/// let mut pod = Pod::default();
/// pod.spec.containers.push(Container { name: "app".into(), ..Container::default() });
/// let status = RuntimePodStatus::default();
/// let k8s = Kubernetes::new(Release::V1_36);
/// let actions = pod_actions(&k8s, &pod, &Records::new(&status)?, &KubeletState::default(), false);
/// assert!(actions.create_sandbox);
/// assert_eq!(actions.containers_to_start[0].name, "app");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn pod_actions(
    k8s: &Kubernetes,
    pod: &Pod,
    records: &Records<'_>,
    state: &KubeletState,
    restart_all: bool,
) -> PodActions {
    let sandbox = pod_sandbox_changed(pod, records.status());
    let mut changes = Changes {
        k8s,
        pod,
        records,
        state,
        definitions: Definitions::of(&pod.spec),
        kills: BTreeMap::new(),
        updates: UpdateOrder::default(),
        actions: PodActions {
            kill_pod: sandbox.change.map(KillPodReason::SandboxChanged),
            create_sandbox: sandbox.change.is_some(),
            sandbox_id: sandbox.id.into(),
            attempt: sandbox.attempt,
            ..PodActions::default()
        },
    };
    if k8s.enabled(Gate::RestartAllContainersOnContainerExits) && restart_all {
        // Nothing is started, and the verdict on the sandbox stands.
        changes.actions.containers_to_reset = containers_to_reset(pod, records);
    } else if let Some(change) = sandbox.change {
        match changes.after_new_sandbox() {
            Ok(()) => {}
            Err(NoSandbox::PodNever) => {
                changes.actions.create_sandbox = false;
                changes.actions.kill_pod = Some(KillPodReason::PodIsDone(change));
            }
            Err(NoSandbox::NothingToStart) => {
                changes.actions.create_sandbox = false;
                changes.actions.kill_pod = Some(KillPodReason::NothingToStart(change));
            }
        }
    } else {
        changes.in_sandbox();
    }
    if !changes.kills.is_empty() {
        changes.actions.containers_to_kill = changes.kills.into_values().collect();
    }
    changes.actions.containers_to_update = changes.updates.finish();
    changes.actions
}

/// The records that go when all containers restart, in order: those of regular and init containers, and then, in the same
/// order, those whose exit asks for the restart (`getContainersToReset`). The latter stay longest, so that an interrupted
/// restart is taken up again.
fn containers_to_reset(pod: &Pod, records: &Records<'_>) -> Vec<Reset> {
    let (mut targets, mut sources) = (Vec::new(), Vec::new());
    for (kind, containers) in
        [(ContainerKind::Regular, &pod.spec.containers), (ContainerKind::Init, &pod.spec.init_containers)]
    {
        for (index, container) in containers.iter().enumerate() {
            for record in records.of(&container.name) {
                let ended = record.state == RuntimeState::Exited;
                let source = ended && restart_all_rule(container, record.exit_code).is_some();
                let reset = Reset {
                    id: container_id(&record.id).into(),
                    name: container.name.clone(),
                    kill: !ended,
                    source,
                    kind,
                    index,
                };
                if source { sources.push(reset) } else { targets.push(reset) }
            }
        }
    }
    targets.append(&mut sources);
    targets
}

/// Why no sandbox is made although there is none that could be used.
enum NoSandbox {
    PodNever,
    NothingToStart,
}

/// The actions under way.
struct Changes<'a> {
    k8s: &'a Kubernetes,
    pod: &'a Pod,
    records: &'a Records<'a>,
    state: &'a KubeletState,
    definitions: Definitions<'a>,
    /// By id. A second kill of one container replaces the first.
    kills: BTreeMap<SmolStr, Kill>,
    updates: UpdateOrder,
    actions: PodActions,
}

impl Changes<'_> {
    /// The container's own policy, where the release follows it outside of exits.
    fn own_policy<'c>(&self, container: &'c Container) -> Option<&'c RestartPolicy> {
        container.restart_policy.as_ref().filter(|_| self.k8s.enabled(Gate::ContainerRestartRules))
    }

    /// Whether a container that did not exit by itself may start again. Rules do not count: there is no exit code.
    fn restarts_without_exit(&self, container: &Container) -> bool {
        *self.own_policy(container).unwrap_or(&self.pod.spec.restart_policy) != RestartPolicy::Never
    }

    fn probe(results: &Map<ProbeResult>, record: &RuntimeContainerStatus) -> Option<ProbeResult> {
        results.get(container_id(&record.id)).cloned()
    }

    fn kill(
        &mut self,
        record: &RuntimeContainerStatus,
        (kind, index): (ContainerKind, usize),
        message: String,
        reason: KillReason,
    ) {
        let id = SmolStr::new(container_id(&record.id));
        self.kills.insert(id.clone(), Kill { id, name: record.name.clone(), message, reason, kind, index });
    }

    /// The sandbox is new: everything starts from the beginning, if anything does.
    fn after_new_sandbox(&mut self) -> Result<(), NoSandbox> {
        let spec = &self.pod.spec;
        // Only the pod's own policy counts here, whatever the containers say.
        if spec.restart_policy == RestartPolicy::Never
            && self.actions.attempt != 0
            && !self.records.status().container_statuses.is_empty()
        {
            return Err(NoSandbox::PodNever);
        }
        let mut starts = Vec::new();
        for (index, container) in spec.containers.iter().enumerate() {
            let newest = self.records.newest(&container.name);
            let runs_once =
                *self.own_policy(container).unwrap_or(&spec.restart_policy) == RestartPolicy::OnFailure;
            let succeeded = newest.is_some_and(|r| r.state == RuntimeState::Exited && r.exit_code == 0);
            if !(runs_once && succeeded) {
                starts.push(Start { index, name: container.name.clone(), reason: StartReason::NewSandbox });
            }
        }
        if starts.is_empty() && self.records.any_regular_created(spec) {
            return Err(NoSandbox::NothingToStart);
        }
        match spec.init_containers.first() {
            Some(first) => {
                let start = Start { index: 0, name: first.name.clone(), reason: StartReason::NewSandbox };
                self.actions.init_containers_to_start.push(start);
            }
            None => self.actions.containers_to_start = starts,
        }
        Ok(())
    }

    /// The sandbox is well.
    fn in_sandbox(&mut self) {
        let pod = self.pod;
        for (index, container) in pod.spec.ephemeral_containers.iter().enumerate() {
            if self.records.newest(&container.name).is_none() {
                let start = Start { index, name: container.name.clone(), reason: StartReason::Ephemeral };
                self.actions.ephemeral_containers_to_start.push(start);
            }
        }
        let initialized = self.init_containers();
        if self.actions.kill_pod.is_some() || !initialized {
            return;
        }
        let mut kept = 0usize;
        for (index, container) in pod.spec.containers.iter().enumerate() {
            let keeps = match self.records.newest(&container.name) {
                Some(record) if record.state == RuntimeState::Running => {
                    self.running(index, container, record)
                }
                newest => {
                    self.not_running(index, container, newest);
                    false
                }
            };
            kept = kept.saturating_add(usize::from(keeps));
        }
        if kept == 0 && self.actions.containers_to_start.is_empty() {
            self.actions.kill_pod = Some(KillPodReason::AllContainersDone);
            // Sidecars shall not keep the pod alive.
            self.actions.init_containers_to_start.clear();
        }
        self.actions.update_pod_level_resources = pod_level_resize(self.k8s, &pod.spec, &self.state.actuated);
        self.update_pod_for_starts(&pod.spec.containers, ContainerKind::Regular);
    }

    /// From 1.37 the pod's cgroup is updated, too, if a container starts with other resources than it had.
    fn update_pod_for_starts(&mut self, containers: &[Container], kind: ContainerKind) {
        let actions = &mut self.actions;
        if !self.k8s.at_least(Release::V1_37)
            || actions.update_pod_level_resources
            || actions.update_pod_resources
        {
            return;
        }
        let starts = match kind {
            ContainerKind::Init => &actions.init_containers_to_start,
            _ => &actions.containers_to_start,
        };
        actions.update_pod_resources = starts
            .iter()
            .filter_map(|start| containers.get(start.index))
            .any(|container| starts_resized(self.k8s, &self.pod.spec, container, &self.state.actuated));
    }

    fn not_running(&mut self, index: usize, container: &Container, newest: Option<&RuntimeContainerStatus>) {
        let decision = should_container_be_restarted(self.k8s, self.pod, container, newest);
        if !decision.restarts() {
            return;
        }
        let start = Start { index, name: container.name.clone(), reason: StartReason::Decided(decision) };
        self.actions.containers_to_start.push(start);
        if let Some(record) = newest.filter(|record| record.state == RuntimeState::Unknown) {
            let message = "Container is in \"unknown\" state, try killing it before restart".into();
            self.kill(record, (ContainerKind::Regular, index), message, KillReason::Unknown);
        }
    }

    /// A regular container that is running; gives whether it is kept.
    fn running(&mut self, index: usize, container: &Container, record: &RuntimeContainerStatus) -> bool {
        let name = &container.name;
        let failed = |results| Self::probe(results, record) == Some(ProbeResult::Failure);
        let (message, reason, restarts) = if self.definitions.changed(container, record) {
            (format!("Container {name} definition changed"), KillReason::Changed, true)
        } else if failed(&self.state.liveness) {
            let restarts = self.restarts_without_exit(container);
            (format!("Container {name} failed liveness probe"), KillReason::LivenessProbe, restarts)
        } else if failed(&self.state.startup) {
            let restarts = self.restarts_without_exit(container);
            (format!("Container {name} failed startup probe"), KillReason::StartupProbe, restarts)
        } else {
            return self.resize(ContainerKind::Regular, index, container, record);
        };
        let message = if restarts {
            self.start_after_kill(ContainerKind::Regular, index, container, StartReason::Killed(reason));
            format!("{message}, will be restarted")
        } else {
            message
        };
        self.kill(record, (ContainerKind::Regular, index), message, reason);
        false
    }

    fn start_after_kill(
        &mut self,
        kind: ContainerKind,
        index: usize,
        container: &Container,
        reason: StartReason,
    ) {
        let start = Start { index, name: container.name.clone(), reason };
        match kind {
            ContainerKind::Init => self.actions.init_containers_to_start.push(start),
            _ => self.actions.containers_to_start.push(start),
        }
    }

    /// A running container whose resources may have changed; gives whether it is kept.
    fn resize(
        &mut self,
        kind: ContainerKind,
        index: usize,
        container: &Container,
        record: &RuntimeContainerStatus,
    ) -> bool {
        match container_resize(self.k8s, self.pod, container, &self.state.actuated) {
            ContainerResize::Keep => true,
            ContainerResize::Restart { resource } => {
                let message = format!("Container {} resize requires restart", container.name);
                self.kill(record, (kind, index), message, KillReason::Changed);
                self.start_after_kill(kind, index, container, StartReason::Resized(resource));
                self.actions.update_pod_resources = true;
                false
            }
            ContainerResize::Update { memory, cpu, desired, current } => {
                let update = ContainerUpdate {
                    name: container.name.clone(),
                    id: container_id(&record.id).into(),
                    desired,
                    current,
                };
                self.updates.add(memory, cpu, &update);
                true
            }
        }
    }
}
