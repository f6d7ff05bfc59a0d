//! What goes wrong, in order.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::restart::backoff::Duration;

/// Something that happens to a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happening {
    /// A container ends.
    Exit {
        /// Name of the container.
        container: SmolStr,
        /// Its exit code.
        exit_code: i32,
        /// The runtime's word for it, such as `OOMKilled`.
        reason: SmolStr,
    },
    /// A probe of a container fails as often as it may.
    ProbeFails {
        /// Name of the container.
        container: SmolStr,
        /// Which probe.
        probe: ProbeKind,
    },
    /// All probes that have not spoken yet succeed.
    ProbesSucceed,
    /// The sandbox dies, and all containers with it, as when the node restarts.
    SandboxDies,
}

/// Which probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProbeKind {
    /// The startup probe.
    Startup,
    /// The readiness probe.
    Readiness,
    /// The liveness probe.
    Liveness,
}

/// One line of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happens.
    pub happening: Happening,
    /// How long after the pod settled.
    pub after: Duration,
}

impl Event {
    /// A container ends with an exit code, as soon as the pod has settled.
    ///
    /// ```
    /// use podverdict::restart::cycle::{Event, Happening};
    /// assert!(matches!(Event::exit("app", 42).happening, Happening::Exit { exit_code: 42, .. }));
    /// ```
    #[must_use]
    pub fn exit(container: impl Into<SmolStr>, exit_code: i32) -> Self {
        let reason = if exit_code == 0 { "Completed" } else { "Error" };
        Event {
            happening: Happening::Exit { container: container.into(), exit_code, reason: reason.into() },
            after: Duration::default(),
        }
    }
}
