//! Init containers and sidecars (`pkg/kubelet/kuberuntime.computeInitContainerActions`).

use alloc::format;

use super::{Changes, KillPodReason, Start, StartReason};
use crate::model::{Container, ProbeResult, RestartPolicy, RuntimeContainerStatus, RuntimeState};
use crate::release::{Gate, Release};
use crate::restart::decide::{ContainerKind, OOM_KILLED, should_container_be_restarted};
use crate::restart::kill::KillReason;

/// What one init container's record means for the walk.
enum Next {
    /// Go on with the one before.
    Before,
    /// This was the last init container, and it is done: the pod is initialized.
    Initialized,
    /// It failed for good: the pod is killed, the walk ends.
    Failed(KillPodReason),
}

impl Changes<'_> {
    /// Decides on all init containers; gives whether the pod is initialized.
    ///
    /// The walk goes from the last to the first, because records of those that completed may be gone.
    pub(super) fn init_containers(&mut self) -> bool {
        let containers = &self.pod.spec.init_containers;
        if containers.is_empty() {
            return true;
        }
        let mut initialized = self.initialized_before();
        let mut later_one_started = initialized;
        for (index, container) in containers.iter().enumerate().rev() {
            // Up to 1.36 a record of an earlier sandbox counts, too.
            let record = if self.k8s.at_least(Release::V1_37) {
                self.records.newest_active(&container.name)
            } else {
                self.records.newest(&container.name)
            };
            let Some(record) = record else {
                if later_one_started && container.is_sidecar() {
                    self.start_init(index, StartReason::SidecarGone);
                }
                continue;
            };
            if later_one_started && !container.is_sidecar() {
                continue;
            }
            match self.init_container(index, container, record, later_one_started) {
                Next::Before => {}
                Next::Initialized => initialized = true,
                Next::Failed(reason) => {
                    self.actions.kill_pod = Some(reason);
                    self.actions.init_containers_to_start.clear();
                    return false;
                }
            }
            later_one_started = true;
        }
        if !later_one_started {
            self.start_init(0, StartReason::FirstInit);
        }
        self.actions.init_containers_to_start.reverse();
        self.update_pod_for_starts(containers, ContainerKind::Init);
        initialized
    }

    /// Whether a regular container shows that all init containers were done before.
    fn initialized_before(&self) -> bool {
        let spec = &self.pod.spec;
        if self.k8s.at_least(Release::V1_37) {
            return self.records.any_regular_active(spec);
        }
        // Up to 1.36 the record may be of any sandbox, so an exit says nothing.
        spec.containers.iter().any(|container| {
            let newest = self.records.newest(&container.name);
            newest.is_some_and(|r| matches!(r.state, RuntimeState::Created | RuntimeState::Running))
        })
    }

    fn start_init(&mut self, index: usize, reason: StartReason) {
        if let Some(container) = self.pod.spec.init_containers.get(index) {
            let start = Start { index, name: container.name.clone(), reason };
            self.actions.init_containers_to_start.push(start);
        }
    }

    fn init_container(
        &mut self,
        index: usize,
        container: &Container,
        record: &RuntimeContainerStatus,
        later_one_started: bool,
    ) -> Next {
        let sidecar = container.is_sidecar();
        match record.state {
            RuntimeState::Created => self.start_init(index, StartReason::InitCreated),
            RuntimeState::Running if sidecar => {
                return self.running_sidecar(index, container, record, later_one_started);
            }
            RuntimeState::Running => {
                if self.k8s.enabled(Gate::InPlacePodVerticalScalingInitContainers) {
                    self.resize(ContainerKind::Init, index, container, record);
                }
            }
            RuntimeState::Exited if sidecar => self.start_init(index, StartReason::SidecarExited),
            RuntimeState::Exited => {
                if record.reason != OOM_KILLED && record.exit_code == 0 {
                    return self.done(index);
                }
                let reason = if self.k8s.enabled(Gate::ContainerRestartRules) {
                    // Upstream asks about the newest record of any sandbox.
                    let newest = self.records.newest(&container.name);
                    let decision = should_container_be_restarted(self.k8s, self.pod, container, newest);
                    if !decision.restarts() {
                        return Next::Failed(KillPodReason::InitContainerFailed {
                            index,
                            name: container.name.clone(),
                            decision: Some(decision),
                        });
                    }
                    StartReason::Decided(decision)
                } else if self.pod.spec.restart_policy == RestartPolicy::Never {
                    return Next::Failed(KillPodReason::InitContainerFailed {
                        index,
                        name: container.name.clone(),
                        decision: None,
                    });
                } else {
                    StartReason::InitFailed
                };
                self.start_init(index, reason);
            }
            RuntimeState::Unknown => {
                if !sidecar && !self.restarts_without_exit(container) {
                    return Next::Failed(KillPodReason::InitContainerUnknown {
                        index,
                        name: container.name.clone(),
                    });
                }
                let message = "Init container is in \"unknown\" state, try killing it before restart".into();
                self.kill(record, (ContainerKind::Init, index), message, KillReason::Unknown);
                self.start_init(index, StartReason::Killed(KillReason::Unknown));
            }
        }
        Next::Before
    }

    /// This init container is done: the next one's turn, or the pod is initialized.
    fn done(&mut self, index: usize) -> Next {
        let next = index.saturating_add(1);
        if next == self.pod.spec.init_containers.len() {
            return Next::Initialized;
        }
        self.start_init(next, StartReason::NextInit { after: index });
        Next::Before
    }

    fn running_sidecar(
        &mut self,
        index: usize,
        container: &Container,
        record: &RuntimeContainerStatus,
        later_one_started: bool,
    ) -> Next {
        let at = (ContainerKind::Init, index);
        let name = &container.name;
        if container.startup_probe.is_some() {
            match Self::probe(&self.state.startup, record) {
                Some(ProbeResult::Success) => {}
                Some(ProbeResult::Failure) => {
                    let message = format!("Init container {name} failed startup probe");
                    self.kill(record, at, message, KillReason::StartupProbe);
                    self.start_init(index, StartReason::Killed(KillReason::StartupProbe));
                    return Next::Before;
                }
                // Not started yet: the next one waits.
                _ => return Next::Before,
            }
        }
        // Neither liveness nor readiness holds the next one back.
        let next = if index.saturating_add(1) == self.pod.spec.init_containers.len() {
            Next::Initialized
        } else if later_one_started {
            Next::Before
        } else {
            self.done(index)
        };
        if self.definitions.changed(container, record) {
            let message = format!("Init container {name} definition changed");
            self.kill(record, at, message, KillReason::Changed);
            self.start_init(index, StartReason::Killed(KillReason::Changed));
            return next;
        }
        if container.liveness_probe.is_some() {
            match Self::probe(&self.state.liveness, record) {
                // Not probed yet: nothing more is decided.
                None => return next,
                Some(ProbeResult::Failure) => {
                    let message = format!("Init container {name} failed liveness probe");
                    self.kill(record, at, message, KillReason::LivenessProbe);
                    self.start_init(index, StartReason::Killed(KillReason::LivenessProbe));
                    return next;
                }
                Some(_) => {}
            }
        }
        self.resize(ContainerKind::Init, index, container, record);
        next
    }
}
