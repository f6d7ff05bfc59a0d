//! Why the kubelet acts.

use alloc::format;

use smol_str::SmolStr;

use crate::reason::{Reason, Rule};
use crate::restart::decide::Decision;
use crate::restart::kill::KillReason;
use crate::restart::sandbox::SandboxChange;

const COMPUTE: &str = "pkg/kubelet/kuberuntime.computePodActions";
const INIT: &str = "pkg/kubelet/kuberuntime.computeInitContainerActions";
const RESIZE: &str = "pkg/kubelet/kuberuntime.computePodResizeAction";

/// Why every container and sandbox of a pod is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KillPodReason {
    /// A new sandbox takes the place of the old one.
    SandboxChanged(SandboxChange),
    /// A new sandbox would be needed, but the pod's restart policy is `Never` and it had containers: it is over.
    PodIsDone(SandboxChange),
    /// A new sandbox would be needed, but no regular container would start in it.
    NothingToStart(SandboxChange),
    /// An init container failed and does not run again.
    InitContainerFailed {
        /// Its index.
        index: usize,
        /// Its name.
        name: SmolStr,
        /// What decided; `None` for the pod's policy alone, without gate `ContainerRestartRules`.
        decision: Option<Decision>,
    },
    /// The state of an init container is unknown and it may not run again.
    InitContainerUnknown {
        /// Its index.
        index: usize,
        /// Its name.
        name: SmolStr,
    },
    /// No regular container runs, and none is to be started.
    AllContainersDone,
}

impl KillPodReason {
    /// The rule that spoke, with a sentence.
    ///
    /// ```
    /// use podverdict::restart::actions::KillPodReason;
    /// assert_eq!(KillPodReason::AllContainersDone.reason().rule.code, "all_containers_done");
    /// ```
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            KillPodReason::SandboxChanged(change) => change.reason(),
            KillPodReason::PodIsDone(change) => Reason::new(
                Rule::new("pod_never_restarts", COMPUTE),
                format!("{}, and the pod's restartPolicy is Never", change.message()),
            )
            .at("spec.restartPolicy"),
            KillPodReason::NothingToStart(change) => Reason::new(
                Rule::new("nothing_to_start", COMPUTE),
                format!("{}, and every container ran once and succeeded", change.message()),
            ),
            KillPodReason::InitContainerFailed { index, name, decision } => {
                let why = match decision {
                    Some(decision) => format!("{}", decision.because),
                    None => "the pod's restartPolicy is Never".into(),
                };
                Reason::new(
                    Rule::new("init_container_failed", INIT),
                    format!("init container {name} failed and is not restarted: {why}"),
                )
                .at(format!("spec.initContainers[{index}]"))
            }
            KillPodReason::InitContainerUnknown { index, name } => Reason::new(
                Rule::new("init_container_state_unknown", INIT),
                format!("init container {name} is in unknown state and may not be restarted"),
            )
            .at(format!("spec.initContainers[{index}]")),
            KillPodReason::AllContainersDone => Reason::new(
                Rule::new("all_containers_done", COMPUTE),
                "no container is running, and none is to be started",
            ),
        }
    }
}

/// Why a container is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartReason {
    /// The sandbox is new.
    NewSandbox,
    /// It is ephemeral and has not run yet.
    Ephemeral,
    /// It is the first init container, and none has run in this sandbox.
    FirstInit,
    /// The init container before it is done.
    NextInit {
        /// Index of that init container.
        after: usize,
    },
    /// It is an init container that was created but not started.
    InitCreated,
    /// It is an init container that failed, and the pod's restart policy is not `Never` (without gate
    /// `ContainerRestartRules`).
    InitFailed,
    /// It is a sidecar whose record is gone although a later container ran.
    SidecarGone,
    /// It is a sidecar that ended.
    SidecarExited,
    /// Rules, policies or its state say so.
    Decided(Decision),
    /// It is killed in this sync for this reason, and runs again.
    Killed(KillReason),
    /// This resource changed, and its resize policy is `RestartContainer`.
    Resized(&'static str),
}

impl StartReason {
    /// The rule that spoke, with a sentence.
    ///
    /// ```
    /// use podverdict::restart::actions::StartReason;
    /// assert_eq!(StartReason::FirstInit.reason().rule.code, "first_init_container");
    /// ```
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            StartReason::NewSandbox => Reason::new(Rule::new("new_sandbox", COMPUTE), "the sandbox is new"),
            StartReason::Ephemeral => Reason::new(
                Rule::new("ephemeral_container", COMPUTE),
                "the ephemeral container has not run yet",
            ),
            StartReason::FirstInit => Reason::new(
                Rule::new("first_init_container", INIT),
                "no init container has run in this sandbox",
            ),
            StartReason::NextInit { after } => {
                Reason::new(Rule::new("next_init_container", INIT), "the init container before it is done")
                    .at(format!("spec.initContainers[{after}]"))
            }
            StartReason::InitCreated => Reason::new(
                Rule::new("init_container_created", INIT),
                "the init container was created but not started",
            ),
            StartReason::InitFailed => Reason::new(
                Rule::new("init_container_restarts", INIT),
                "the init container failed, and the pod's restartPolicy is not Never",
            ),
            StartReason::SidecarGone => Reason::new(
                Rule::new("sidecar_gone", INIT),
                "the runtime has no record of the sidecar any more",
            ),
            StartReason::SidecarExited => {
                Reason::new(Rule::new("sidecar", INIT), "a sidecar is always restarted")
            }
            StartReason::Decided(decision) => {
                Reason::new(decision.because.rule(), format!("{}", decision.because))
            }
            StartReason::Killed(reason) => match reason {
                KillReason::LivenessProbe => Reason::new(
                    Rule::new("liveness_probe_failed", COMPUTE),
                    "the liveness probe failed and the restart policy is not Never",
                ),
                KillReason::StartupProbe => Reason::new(
                    Rule::new("startup_probe_failed", COMPUTE),
                    "the startup probe failed and the restart policy is not Never",
                ),
                KillReason::Changed => Reason::new(
                    Rule::new("definition_changed", COMPUTE),
                    "the container's name or image changed",
                ),
                KillReason::Unknown | KillReason::RestartAllContainers | KillReason::FailedPostStartHook => {
                    Reason::new(
                        Rule::new("container_state_unknown", COMPUTE),
                        "the runtime does not know the container's state",
                    )
                }
            },
            StartReason::Resized(resource) => Reason::new(
                Rule::new("resize_requires_restart", RESIZE),
                format!("{resource} changed, and its resizePolicy is RestartContainer"),
            ),
        }
    }
}
