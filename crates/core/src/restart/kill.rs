//! How a container is stopped: how long it gets, and what it waits for.

use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use smol_str::SmolStr;

use super::Records;
use crate::by_name::ByName;
use crate::model::{Container, Pod, Probe, RuntimeState};

/// Why the kubelet kills a container (`pkg/kubelet/kuberuntime.containerKillReason`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KillReason {
    /// Its startup probe failed.
    StartupProbe,
    /// Its liveness probe failed.
    LivenessProbe,
    /// Its post-start hook failed.
    FailedPostStartHook,
    /// All containers of the pod are restarted.
    RestartAllContainers,
    /// Its state is unknown, or the whole pod is killed.
    Unknown,
    /// Its definition or its resources changed; upstream gives no word.
    Changed,
}

impl KillReason {
    /// Upstream's word.
    ///
    /// ```
    /// assert_eq!(podverdict::restart::kill::KillReason::LivenessProbe.as_str(), "LivenessProbe");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            KillReason::StartupProbe => "StartupProbe",
            KillReason::LivenessProbe => "LivenessProbe",
            KillReason::FailedPostStartHook => "FailedPostStartHook",
            KillReason::RestartAllContainers => "RestartAllContainers",
            KillReason::Unknown => "Unknown",
            KillReason::Changed => "",
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl Serialize for KillReason {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// The least that a container gets, in seconds.
pub const MINIMUM_GRACE_PERIOD_SECONDS: i64 = 2;

/// How long a container gets to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GracePeriod {
    /// The grace period in seconds. The pre-stop hook, and the wait for containers that stop first, use it up.
    pub seconds: i64,
    /// What the runtime is given in seconds if nothing used the grace period up: never less than
    /// [`MINIMUM_GRACE_PERIOD_SECONDS`].
    pub stop_timeout_seconds: i64,
    /// Whether the pre-stop hook runs: the container has one and the grace period is not 0.
    pub pre_stop_hook: bool,
}

/// How long a container gets to stop (`pkg/kubelet/kuberuntime.killContainer`, `setTerminationGracePeriod`).
///
/// A deletion's own grace period comes first, then that of the probe that failed, then the pod's. `forced` stands in for
/// all of them, as restarting all containers does with 0 seconds.
///
/// ```
/// use podverdict::model::{Container, Pod};
/// use podverdict::restart::kill::{KillReason, grace_period};
/// let mut pod = Pod::default();
/// pod.spec.termination_grace_period_seconds = Some(30);
/// let period = grace_period(&pod, &Container::default(), KillReason::Unknown, None);
/// assert_eq!(period.stop_timeout_seconds, 30);
/// let period = grace_period(&pod, &Container::default(), KillReason::RestartAllContainers, Some(0));
/// assert_eq!((period.seconds, period.stop_timeout_seconds), (0, 2));
/// ```
#[must_use]
pub fn grace_period(
    pod: &Pod,
    container: &Container,
    reason: KillReason,
    forced: Option<i64>,
) -> GracePeriod {
    let of_probe = |probe: &Option<alloc::boxed::Box<Probe>>| {
        probe.as_ref().and_then(|probe| probe.termination_grace_period_seconds)
    };
    let seconds =
        match (pod.metadata.deletion_grace_period_seconds, pod.spec.termination_grace_period_seconds) {
            _ if forced.is_some() => forced.unwrap_or_default(),
            (Some(deletion), _) => deletion,
            (None, Some(pod_wide)) => match reason {
                KillReason::StartupProbe => of_probe(&container.startup_probe).unwrap_or(pod_wide),
                KillReason::LivenessProbe => of_probe(&container.liveness_probe).unwrap_or(pod_wide),
                _ => pod_wide,
            },
            (None, None) => MINIMUM_GRACE_PERIOD_SECONDS,
        };
    let hook = container.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.pre_stop.is_some());
    GracePeriod {
        seconds,
        stop_timeout_seconds: seconds.max(MINIMUM_GRACE_PERIOD_SECONDS),
        pre_stop_hook: hook && seconds > 0,
    }
}

/// One running container that stops because the whole pod is killed. All stop at once, but for what they wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Stop {
    /// Name of the container.
    pub name: SmolStr,
    /// Id of the running container.
    pub id: SmolStr,
    /// How long it gets. The wait counts.
    #[serde(flatten)]
    pub grace_period: GracePeriod,
    /// Whether it waits, within its grace period, until every regular container has stopped: sidecars do.
    pub after_regular: bool,
    /// The sidecar whose end it also waits for: the next one in the pod's list, if that is running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_sidecar: Option<SmolStr>,
}

/// How the running containers stop when the whole pod is killed (`killContainersWithSyncResult`,
/// `newTerminationOrdering`). A record of no container of the pod is left out: upstream fails to kill it.
///
/// ```
/// use podverdict::model::{Pod, RuntimePodStatus};
/// use podverdict::restart::{Records, kill::pod_stops};
/// assert!(pod_stops(&Pod::default(), &Records::new(&RuntimePodStatus::default())?).is_empty());
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn pod_stops(pod: &Pod, records: &Records<'_>) -> Vec<Stop> {
    let spec = &pod.spec;
    let running = |name: &str| records.of(name).any(|record| record.state == RuntimeState::Running);
    // For each sidecar the next one, found from the back.
    let mut next = None;
    let mut after: Vec<(&str, Option<&SmolStr>)> = Vec::new();
    for sidecar in spec.init_containers.iter().rev().filter(|container| container.is_sidecar()) {
        after.push((&sidecar.name, next.filter(|name: &&SmolStr| running(name))));
        next = Some(&sidecar.name);
    }
    after.sort_by(|a, b| a.0.cmp(b.0));
    let init_and_regular = ByName::new([&spec.init_containers, &spec.containers]);
    let ephemeral = ByName::new([&spec.ephemeral_containers, &[]]);
    let any_sidecar = !after.is_empty();
    let stops = records.status().container_statuses.iter().filter(|r| r.state == RuntimeState::Running);
    stops
        .filter_map(|record| {
            let container = init_and_regular.first(&record.name).or_else(|| ephemeral.first(&record.name))?;
            let at = after.partition_point(|(name, _)| *name < record.name.as_str());
            let sidecar = after.get(at).filter(|(name, _)| any_sidecar && *name == record.name);
            Some(Stop {
                name: record.name.clone(),
                id: record.id.clone(),
                grace_period: grace_period(pod, container, KillReason::Unknown, None),
                after_regular: sidecar.is_some(),
                after_sidecar: sidecar.and_then(|(_, after)| *after).cloned(),
            })
        })
        .collect()
}
