//! Whether a pod needs a new sandbox.

use serde::Serialize;

use crate::model::{Pod, RuntimePodStatus, SandboxState};
use crate::reason::{Reason, Rule};

/// Why a new sandbox is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SandboxChange {
    /// There is none.
    NoSandbox,
    /// More than one is ready.
    MultipleReady,
    /// The newest is not ready.
    NotReady,
    /// The newest is on the host's network and the pod is not, or the other way round.
    NetworkModeChanged,
    /// The newest has no address.
    NoAddress,
}

impl SandboxChange {
    /// Upstream's words, which 1.37 also puts into the condition `PodReadyToStartContainers`.
    ///
    /// ```
    /// assert_eq!(podverdict::restart::sandbox::SandboxChange::NotReady.message(), "pod sandbox is not ready");
    /// ```
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            SandboxChange::NoSandbox => "no pod sandbox exists",
            SandboxChange::MultipleReady => "multiple pod sandboxes are ready and need to be reconciled",
            SandboxChange::NotReady => "pod sandbox is not ready",
            SandboxChange::NetworkModeChanged => {
                "network namespace mode changed and sandbox needs to be recreated"
            }
            SandboxChange::NoAddress => "pod sandbox has no IP address",
        }
    }

    /// The rule that spoke, with upstream's words.
    ///
    /// ```
    /// use podverdict::restart::sandbox::SandboxChange;
    /// assert_eq!(SandboxChange::NoSandbox.reason().rule.code, "no_sandbox");
    /// ```
    #[must_use]
    pub fn reason(self) -> Reason {
        let code = match self {
            SandboxChange::NoSandbox => "no_sandbox",
            SandboxChange::MultipleReady => "multiple_sandboxes_ready",
            SandboxChange::NotReady => "sandbox_not_ready",
            SandboxChange::NetworkModeChanged => "sandbox_network_mode_changed",
            SandboxChange::NoAddress => "sandbox_without_address",
        };
        Reason::new(Rule::new(code, "pkg/kubelet/kuberuntime/util.PodSandboxChanged"), self.message())
    }
}

/// The answer of [`pod_sandbox_changed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SandboxVerdict<'a> {
    /// Why a new sandbox is needed, if one is.
    pub change: Option<SandboxChange>,
    /// The attempt number of the sandbox to use.
    pub attempt: u32,
    /// The id of the sandbox there is; empty if there is none or if its network mode differs.
    pub id: &'a str,
}

/// Whether the pod needs a new sandbox (`pkg/kubelet/kuberuntime/util.PodSandboxChanged`).
///
/// ```
/// use podverdict::model::{Pod, RuntimePodStatus};
/// use podverdict::restart::sandbox::{SandboxChange, pod_sandbox_changed};
/// let status = RuntimePodStatus::default();
/// assert_eq!(pod_sandbox_changed(&Pod::default(), &status).change, Some(SandboxChange::NoSandbox));
/// ```
#[must_use]
pub fn pod_sandbox_changed<'a>(pod: &Pod, status: &'a RuntimePodStatus) -> SandboxVerdict<'a> {
    let Some(newest) = status.sandbox_statuses.first() else {
        return SandboxVerdict { change: Some(SandboxChange::NoSandbox), attempt: 0, id: "" };
    };
    let ready = status.sandbox_statuses.iter().filter(|s| s.state == SandboxState::Ready).count();
    let host_network = pod.spec.host_network;
    let change = if ready > 1 {
        Some(SandboxChange::MultipleReady)
    } else if newest.state != SandboxState::Ready {
        Some(SandboxChange::NotReady)
    } else if (newest.netns == "NODE") != host_network {
        // A runtime that says nothing counts as a namespace of the pod's own.
        Some(SandboxChange::NetworkModeChanged)
    } else if !host_network && !newest.no_network && newest.ip.is_empty() {
        Some(SandboxChange::NoAddress)
    } else {
        None
    };
    SandboxVerdict {
        change,
        attempt: if change.is_some() { newest.attempt.wrapping_add(1) } else { newest.attempt },
        id: if change == Some(SandboxChange::NetworkModeChanged) { "" } else { &newest.id },
    }
}
