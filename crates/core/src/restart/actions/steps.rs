//! The actions in the order in which the kubelet carries them out (`pkg/kubelet/kuberuntime.SyncPod`).

use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::{Kill, PodActions, Start, container_id};
use crate::by_name::ByName;
use crate::model::{Pod, RuntimeState};
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::actions::ContainerUpdates;
use crate::restart::Records;
use crate::restart::decide::ContainerKind;
use crate::restart::kill::{GracePeriod, KillReason, Stop, grace_period, pod_stops};

const SYNC: &str = "pkg/kubelet/kuberuntime.SyncPod";

/// One thing that the kubelet does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Step {
    /// Stops all running containers, then all sandboxes.
    KillPod {
        /// The running containers, and how they stop.
        stops: Vec<Stop>,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Removes all records of init containers, because the sandbox is new.
    PurgeInitContainers {
        /// The records.
        ids: Vec<SmolStr>,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Kills one container. Of several the kubelet picks any order.
    KillContainer {
        /// Name of the container.
        container: SmolStr,
        /// Its id in the runtime.
        id: SmolStr,
        /// Upstream's word.
        kill_reason: KillReason,
        /// How long it gets.
        grace_period: GracePeriod,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Removes one record, because all containers restart; if it runs it is killed first.
    ResetContainer {
        /// Name of the container.
        container: SmolStr,
        /// Its id in the runtime.
        id: SmolStr,
        /// Whether it is killed first.
        kill: bool,
        /// How long it gets, if it is killed.
        #[serde(skip_serializing_if = "Option::is_none")]
        grace_period: Option<GracePeriod>,
        /// Whether its logs stay (1.36 and later).
        keeps_logs: bool,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Removes old records of init containers; the newest that ended stays.
    PruneInitContainers {
        /// The records.
        ids: Vec<SmolStr>,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Makes a new sandbox.
    CreateSandbox {
        /// Its attempt number.
        attempt: u32,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Updates resources in place.
    Resize {
        /// The containers, decreases before increases.
        updates: ContainerUpdates,
        /// Whether the pod's cgroup is updated.
        update_pod_resources: bool,
        /// Whether the pod-level resources are updated.
        update_pod_level_resources: bool,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
    /// Starts one container, unless it is in back-off. If a plain init container does not start, the sync ends.
    StartContainer {
        /// Which list of the pod it stands in.
        kind: ContainerKind,
        /// Its index in that list.
        index: usize,
        /// Its name.
        container: SmolStr,
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
}

impl PodActions {
    /// The actions in the order in which the kubelet carries them out, each with its reason. An error ends the sync.
    ///
    /// Up to 1.36 resources are updated after the init containers start, from 1.37 before anything starts.
    ///
    /// ```
    /// use podverdict::model::{Container, Pod, RuntimePodStatus};
    /// use podverdict::release::{Kubernetes, Release};
    /// use podverdict::restart::Records;
    /// use podverdict::restart::actions::{KubeletState, Step, pod_actions};
    /// let mut pod = Pod::default();
    /// pod.spec.containers.push(Container { name: "app".into(), ..Container::default() });
    /// let (k8s, status) = (Kubernetes::new(Release::V1_36), RuntimePodStatus::default());
    /// let records = Records::new(&status)?;
    /// let steps = pod_actions(&k8s, &pod, &records, &KubeletState::default(), false).steps(&k8s, &pod, &records);
    /// assert!(matches!(steps[..], [Step::KillPod { .. }, Step::CreateSandbox { .. }, Step::StartContainer { .. }]));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn steps(&self, k8s: &Kubernetes, pod: &Pod, records: &Records<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        match &self.kill_pod {
            Some(reason) => {
                steps.push(Step::KillPod { stops: pod_stops(pod, records), reason: reason.reason() });
                if self.create_sandbox {
                    let inits = ByName::new([pod.spec.init_containers.as_slice(), &[]]);
                    let ids: Vec<SmolStr> = records
                        .status()
                        .container_statuses
                        .iter()
                        .filter(|record| inits.first(&record.name).is_some())
                        .map(|record| SmolStr::new(container_id(&record.id)))
                        .collect();
                    if !ids.is_empty() {
                        let rule = Rule::new("purge_init_containers", SYNC);
                        let reason =
                            Reason::new(rule, "the sandbox is new, and init containers run again in it");
                        steps.push(Step::PurgeInitContainers { ids, reason });
                    }
                }
            }
            None => {
                steps.extend(self.containers_to_kill.iter().map(|kill| kill_step(pod, kill)));
                self.reset_steps(k8s, pod, &mut steps);
            }
        }
        if !(self.kill_pod.is_some() && self.create_sandbox) {
            self.prune_step(pod, records, &mut steps);
        }
        if let Some(reason) = self.kill_pod.as_ref().filter(|_| self.create_sandbox) {
            steps.push(Step::CreateSandbox { attempt: self.attempt, reason: reason.reason() });
        }
        if k8s.at_least(Release::V1_37) {
            self.resize_step(&mut steps);
        }
        start_steps(ContainerKind::Ephemeral, &self.ephemeral_containers_to_start, &mut steps);
        start_steps(ContainerKind::Init, &self.init_containers_to_start, &mut steps);
        if !k8s.at_least(Release::V1_37) {
            self.resize_step(&mut steps);
        }
        start_steps(ContainerKind::Regular, &self.containers_to_start, &mut steps);
        steps
    }

    fn reset_steps(&self, k8s: &Kubernetes, pod: &Pod, steps: &mut Vec<Step>) {
        if !k8s.enabled(Gate::RestartAllContainersOnContainerExits) {
            return;
        }
        for reset in &self.containers_to_reset {
            let list = match reset.kind {
                ContainerKind::Init => &pod.spec.init_containers,
                _ => &pod.spec.containers,
            };
            // Without grace, so no pre-stop hook runs.
            let period = list
                .get(reset.index)
                .filter(|_| reset.kill)
                .map(|container| grace_period(pod, container, KillReason::RestartAllContainers, Some(0)));
            let (code, message) = if reset.source {
                ("restart_all_containers_source", "its exit restarts all containers of the pod")
            } else {
                ("restart_all_containers", "a container's exit restarts all containers of the pod")
            };
            steps.push(Step::ResetContainer {
                container: reset.name.clone(),
                id: reset.id.clone(),
                kill: reset.kill,
                grace_period: period,
                keeps_logs: k8s.at_least(Release::V1_36),
                reason: Reason::new(Rule::new(code, "pkg/kubelet/kuberuntime.getContainersToReset"), message),
            });
        }
    }

    /// Of each init container the newest record that ended or is unknown stays, older ones go.
    fn prune_step(&self, pod: &Pod, records: &Records<'_>, steps: &mut Vec<Step>) {
        if !self.containers_to_reset.is_empty() {
            // They are all gone already.
            return;
        }
        let mut ids = Vec::new();
        for container in &pod.spec.init_containers {
            let ended = records
                .of(&container.name)
                .filter(|record| matches!(record.state, RuntimeState::Exited | RuntimeState::Unknown));
            ids.extend(ended.skip(1).map(|r| SmolStr::new(container_id(&r.id))));
        }
        if !ids.is_empty() {
            let rule =
                Rule::new("prune_init_containers", "pkg/kubelet/kuberuntime.pruneInitContainersBeforeStart");
            let reason = Reason::new(rule, "a newer record of the init container is there");
            steps.push(Step::PruneInitContainers { ids, reason });
        }
    }

    fn resize_step(&self, steps: &mut Vec<Step>) {
        if self.containers_to_update.is_empty()
            && !self.update_pod_resources
            && !self.update_pod_level_resources
        {
            return;
        }
        let rule = Rule::new("resources_changed", "pkg/kubelet/kuberuntime.doPodResizeAction");
        steps.push(Step::Resize {
            updates: self.containers_to_update.clone(),
            update_pod_resources: self.update_pod_resources,
            update_pod_level_resources: self.update_pod_level_resources,
            reason: Reason::new(rule, "the resources are not those that the runtime was given last"),
        });
    }
}

fn kill_step(pod: &Pod, kill: &Kill) -> Step {
    let list = match kill.kind {
        ContainerKind::Init => &pod.spec.init_containers,
        ContainerKind::Regular => &pod.spec.containers,
        ContainerKind::Ephemeral => &pod.spec.ephemeral_containers,
    };
    let default = crate::model::Container::default();
    let container = list.get(kill.index).unwrap_or(&default);
    let code = match kill.reason {
        KillReason::StartupProbe => "startup_probe_failed",
        KillReason::LivenessProbe => "liveness_probe_failed",
        KillReason::FailedPostStartHook => "post_start_hook_failed",
        KillReason::RestartAllContainers => "restart_all_containers",
        KillReason::Unknown => "container_state_unknown",
        KillReason::Changed => "container_changed",
    };
    Step::KillContainer {
        container: kill.name.clone(),
        id: kill.id.clone(),
        kill_reason: kill.reason,
        grace_period: grace_period(pod, container, kill.reason, None),
        reason: Reason::new(
            Rule::new(code, "pkg/kubelet/kuberuntime.computePodActions"),
            kill.message.clone(),
        ),
    }
}

fn start_steps(kind: ContainerKind, starts: &[Start], steps: &mut Vec<Step>) {
    steps.extend(starts.iter().map(|start| Step::StartContainer {
        kind,
        index: start.index,
        container: start.name.clone(),
        reason: start.reason.reason(),
    }));
}
