//! A runtime that does what it is told.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{Event, Happening};
use crate::model::{
    Container, Pod, RuntimeContainerStatus, RuntimePodStatus, RuntimeState, SandboxState, SandboxStatus, Time,
};
use crate::restart::actions::container_id;

/// What the kubelet told the runtime in a sync, until [`Runtime::finish_sync`].
#[derive(Default)]
struct Told {
    /// Ids to remove, each with whether its log stays.
    removed: BTreeMap<SmolStr, bool>,
    /// Ids to kill.
    killed: BTreeSet<SmolStr>,
    /// New records, oldest first.
    started: Vec<RuntimeContainerStatus>,
}

pub(super) struct Runtime {
    /// The ids of the active sandbox's records are always given.
    status: RuntimePodStatus,
    /// The numbers of the log files of each container: one for each start, named by its restart count.
    logs: BTreeMap<SmolStr, BTreeSet<i32>>,
    made: usize,
    told: Told,
}

impl Runtime {
    pub(super) fn new(status: &RuntimePodStatus, now: Time) -> Self {
        let mut status = status.clone();
        let mut logs: BTreeMap<SmolStr, BTreeSet<i32>> = BTreeMap::new();
        for record in &mut status.container_statuses {
            record.id = container_id(&record.id).into();
            logs.entry(record.name.clone()).or_default().insert(record.restart_count);
            if record.state == RuntimeState::Exited && record.finished_at.is_none() {
                record.finished_at = Some(now);
            }
        }
        status.active = Some(match &status.active {
            None => status.container_statuses.iter().map(|record| record.id.clone()).collect(),
            Some(active) => active.iter().map(|id| container_id(id).into()).collect(),
        });
        Runtime { status, logs, made: 0, told: Told::default() }
    }

    pub(super) fn status(&self) -> &RuntimePodStatus {
        &self.status
    }

    /// What runs and how the rest ended, by name.
    pub(super) fn states(&self) -> Vec<(&SmolStr, RuntimeState, i32)> {
        self.status.container_statuses.iter().map(|r| (&r.name, r.state, r.exit_code)).collect()
    }

    /// The running record of a container.
    pub(super) fn running(&self, name: &str) -> Option<&RuntimeContainerStatus> {
        let mut records = self.status.container_statuses.iter();
        records.find(|record| record.name == name && record.state == RuntimeState::Running)
    }

    pub(super) fn can_happen(&self, event: &Event, pod: &Pod) -> bool {
        match &event.happening {
            Happening::Exit { container, .. } | Happening::ProbeFails { container, .. } => {
                self.running(container).is_some()
                    && pod.spec.init_and_regular().any(|(known, _)| known.name == *container)
            }
            Happening::SandboxDies => self.sandbox_ready(),
            Happening::ProbesSucceed => true,
        }
    }

    fn sandbox_ready(&self) -> bool {
        self.status.sandbox_statuses.iter().any(|sandbox| sandbox.state == SandboxState::Ready)
    }

    fn end(record: &mut RuntimeContainerStatus, exit_code: i32, reason: &str, now: Time) {
        record.state = RuntimeState::Exited;
        record.exit_code = exit_code;
        record.reason = reason.into();
        record.finished_at = Some(now);
    }

    pub(super) fn exit(&mut self, name: &str, exit_code: i32, reason: &str, now: Time) {
        let running = |record: &&mut RuntimeContainerStatus| {
            record.name == name && record.state == RuntimeState::Running
        };
        if let Some(record) = self.status.container_statuses.iter_mut().find(running) {
            Self::end(record, exit_code, reason, now);
        }
    }

    pub(super) fn kill(&mut self, id: &SmolStr) {
        self.told.killed.insert(id.clone());
    }

    /// Stops all running containers and all sandboxes; gives whether there was anything to stop.
    pub(super) fn stop_sandbox(&mut self, exit_code: i32, now: Time) -> bool {
        let mut any = self.sandbox_ready();
        for record in &mut self.status.container_statuses {
            if record.state == RuntimeState::Running {
                any = true;
                Self::end(record, exit_code, "Error", now);
            }
        }
        for sandbox in &mut self.status.sandbox_statuses {
            sandbox.state = SandboxState::NotReady;
        }
        self.status.active = Some(Vec::new());
        any
    }

    pub(super) fn create_sandbox(&mut self, attempt: u32, host_network: bool, now: Time) {
        self.made = self.made.saturating_add(1);
        let sandbox = SandboxStatus {
            id: format!("cycle-sandbox-{}", self.made).into(),
            state: SandboxState::Ready,
            attempt,
            ip: if host_network { "" } else { "10.0.0.1" }.into(),
            netns: if host_network { "NODE" } else { "POD" }.into(),
            created_at: i64::try_from(now.0.as_nanosecond()).unwrap_or(0),
            ..SandboxStatus::default()
        };
        // Older ones are collected sooner or later.
        self.status.sandbox_statuses.truncate(1);
        self.status.sandbox_statuses.insert(0, sandbox);
        self.status.active = Some(Vec::new());
    }

    /// Removes a record, and its log unless that stays.
    pub(super) fn remove(&mut self, id: &SmolStr, keeps_log: bool) {
        self.told.removed.insert(id.clone(), keeps_log);
    }

    /// Starts a container, given its newest record when the sync began; gives its restart count
    /// (`pkg/kubelet/kuberuntime.startContainer`): one more than that record's, or, without a record, than that of the
    /// newest log that is left.
    pub(super) fn start(
        &mut self,
        container: &Container,
        newest: Option<&RuntimeContainerStatus>,
        now: Time,
    ) -> i32 {
        let logs = self.logs.entry(container.name.clone()).or_default();
        let restart_count = match newest {
            Some(record) => record.restart_count.saturating_add(1),
            None => logs.last().map_or(0, |last| last.saturating_add(1).max(0)),
        };
        logs.insert(restart_count);
        self.made = self.made.saturating_add(1);
        let record = RuntimeContainerStatus {
            id: format!("cycle://{}", self.made).into(),
            name: container.name.clone(),
            state: RuntimeState::Running,
            image: container.image.clone(),
            restart_count,
            created_at: Some(now),
            started_at: Some(now),
            ..RuntimeContainerStatus::default()
        };
        self.told.started.push(record);
        restart_count
    }

    /// Does what it was told in a sync. Of each container the newest record that does not run stays
    /// (`pkg/kubelet/kuberuntime.containerGC`).
    pub(super) fn finish_sync(&mut self, killed_exit_code: i32, now: Time) {
        let Told { removed, killed, started } = core::mem::take(&mut self.told);
        let before = core::mem::take(&mut self.status.container_statuses);
        let was_active: BTreeSet<SmolStr> =
            self.status.active.take().unwrap_or_default().into_iter().collect();
        let new: BTreeSet<SmolStr> = started.iter().map(|record| record.id.clone()).collect();
        let mut ended = BTreeSet::new();
        for mut record in started.into_iter().rev().chain(before) {
            let log_stays = match removed.get(&record.id) {
                Some(keeps_log) => Some(*keeps_log),
                None => {
                    if killed.contains(&record.id) && record.state != RuntimeState::Exited {
                        Self::end(&mut record, killed_exit_code, "Error", now);
                    }
                    let kept = record.state == RuntimeState::Running || ended.insert(record.name.clone());
                    (!kept).then_some(false)
                }
            };
            match log_stays {
                None => self.status.container_statuses.push(record),
                Some(true) => {}
                Some(false) => {
                    if let Some(numbers) = self.logs.get_mut(&record.name) {
                        numbers.remove(&record.restart_count);
                    }
                }
            }
        }
        let records = self.status.container_statuses.iter();
        let active =
            records.map(|record| &record.id).filter(|id| new.contains(*id) || was_active.contains(*id));
        self.status.active = Some(active.cloned().collect());
    }
}
