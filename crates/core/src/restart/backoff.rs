//! When a container that ends again and again is started next.
//!
//! The kubelet keeps one entry for each container: a delay, and when the container was last started. The key holds the
//! container's name, image and resources, so that a change of those begins anew. The delay starts at
//! [`BackOffConfig::initial`], doubles with every start, ends at [`BackOffConfig::max`], and is counted from the moment the
//! container ended. Ten minutes without a start forget it.
//!
//! Upstream: `pkg/kubelet.newCrashLoopBackOff`, `pkg/kubelet/kuberuntime.doBackOff`,
//! `k8s.io/client-go/util/flowcontrol.Backoff`, `pkg/kubelet.podWorkers.completeWork`. The releases do not differ.

mod duration;

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

pub use duration::Duration;

use crate::model::{Container, Pod, RuntimeContainerStatus, RuntimeState, Time};
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes};

/// How long no start must have been for a delay to be forgotten.
const FORGOTTEN_AFTER: i128 = 600 * NANOSECONDS;
const NANOSECONDS: i128 = 1_000_000_000;

/// The back-off of one kubelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BackOffConfig {
    /// The first delay.
    pub initial: Duration,
    /// The longest delay.
    pub max: Duration,
}

/// The back-off of a kubelet, given its configuration field `crashLoopBackOff.maxContainerRestartPeriod`; without it the
/// release's default.
///
/// | `ReduceDefaultCrashLoopBackOffDecay` | `KubeletCrashLoopBackOffMax` | first | longest |
/// |---|---|---|---|
/// | off | off | 10 s | 300 s |
/// | on | off | 1 s | 60 s |
/// | off | on | 10 s, but at most the configured period | the configured period, by default 300 s |
/// | on | on | 1 s | the configured period, by default 300 s |
///
/// # Errors
///
/// What the kubelet says before it refuses to start (`pkg/kubelet/apis/config/validation`): the period is set although the
/// gate `KubeletCrashLoopBackOffMax` is off, or it is not between 1 and 300 seconds.
///
/// ```
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::backoff::{Duration, back_off_config};
/// let k8s = Kubernetes::new(Release::V1_36);
/// assert_eq!(back_off_config(&k8s, None).unwrap().max, Duration::from_seconds(300));
/// assert_eq!(back_off_config(&k8s, Some(Duration::from_seconds(2))).unwrap().initial, Duration::from_seconds(2));
/// assert!(back_off_config(&k8s, Some(Duration::from_seconds(301))).is_err());
/// ```
pub fn back_off_config(k8s: &Kubernetes, max: Option<Duration>) -> Result<BackOffConfig, Reason> {
    let (initial, default_max) = if k8s.enabled(Gate::ReduceDefaultCrashLoopBackOffDecay) {
        (Duration::from_seconds(1), Duration::from_seconds(60))
    } else {
        (Duration::from_seconds(10), Duration::from_seconds(300))
    };
    let refusal = |code, message: String| {
        const VALIDATION: &str = "pkg/kubelet/apis/config/validation.ValidateKubeletConfiguration";
        Reason::new(Rule::new(code, VALIDATION), message).at("crashLoopBackOff.maxContainerRestartPeriod")
    };
    if !k8s.enabled(Gate::KubeletCrashLoopBackOffMax) {
        return match max {
            None => Ok(BackOffConfig { initial, max: default_max }),
            Some(_) => Err(refusal(
                "restart_period_without_gate",
                "invalid configuration: FeatureGate KubeletCrashLoopBackOffMax not enabled, \
                 CrashLoopBackOff.MaxContainerRestartPeriod must not be set"
                    .into(),
            )),
        };
    }
    // The default is set before the configuration is validated, so it wins over the reduced one.
    let max = max.unwrap_or(Duration::from_seconds(300));
    if !(1_000..=300_000).contains(&(max.nanoseconds / 1_000_000)) {
        return Err(refusal(
            "restart_period_out_of_range",
            format!(
                "invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod (got: {} seconds) must be set \
                 between 1s and 300s",
                max.in_seconds()
            ),
        ));
    }
    Ok(BackOffConfig { initial: initial.min(max), max })
}

/// What the kubelet remembers about one container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackOffEntry {
    /// The delay.
    pub delay: Duration,
    /// When the container was last started because an earlier run had ended.
    pub last_update: Time,
}

/// Whether a container that is to be started may start now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BackOffVerdict {
    /// Whether it has to wait.
    pub in_back_off: bool,
    /// Until when it has to wait: the end of its last run plus the delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The delay that holds: measured from the end of the last run. Zero if there is none.
    pub delay: Duration,
    /// The delay after the next end of the container.
    pub next_delay: Duration,
    /// What the kubelet remembers after this sync; `None` if it remembers nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<BackOffEntry>,
    /// The message of the container's state `CrashLoopBackOff`, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The text of the event `BackOff`, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When the next sync comes, while it waits: the kubelet picks a moment between these, at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_sync: Option<NextSync>,
    /// What decided.
    #[serde(flatten)]
    pub because: Reason,
}

/// When a sync comes by itself, measured from the end of the one before. The kubelet picks a moment between the two, at
/// random, so that syncs spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NextSync {
    /// The earliest.
    pub earliest: Duration,
    /// The latest: half as much again.
    pub latest: Duration,
}

impl NextSync {
    /// A wait with the kubelet's spread.
    ///
    /// ```
    /// use podverdict::restart::backoff::{Duration, NextSync};
    /// assert_eq!(NextSync::after(Duration::from_seconds(60)).latest, Duration::from_seconds(90));
    /// ```
    #[must_use]
    pub const fn after(earliest: Duration) -> Self {
        let half = earliest.nanoseconds / 2;
        NextSync { earliest, latest: Duration { nanoseconds: earliest.nanoseconds.saturating_add(half) } }
    }
}

/// How often the kubelet syncs a pod by itself (`syncFrequency`), unless configured otherwise.
pub const SYNC_FREQUENCY: Duration = Duration::from_seconds(60);

/// Upstream's text for a pod: `name_namespace(uid)`.
fn pod_text(pod: &Pod) -> String {
    let meta = &pod.metadata;
    format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
}

/// Whether a container that is to be started may start now (`pkg/kubelet/kuberuntime.doBackOff`).
///
/// `records` are its runtime records, newest first; the newest that ended counts, and without one there is no back-off.
/// `entry` is what the kubelet remembers; `None` also if image or resources changed since. `sync_frequency` is how often
/// the kubelet syncs a pod by itself.
///
/// ```
/// use podverdict::model::{Container, Pod, RuntimeContainerStatus, RuntimeState, Time};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::backoff::{BackOffEntry, Duration, SYNC_FREQUENCY, back_off, back_off_config};
/// let config = back_off_config(&Kubernetes::new(Release::V1_36), None).unwrap();
/// let time = |text: &str| text.parse::<Time>().unwrap();
/// let ended = RuntimeContainerStatus {
///     state: RuntimeState::Exited, finished_at: Some(time("2026-01-01T00:00:30Z")), ..Default::default()
/// };
/// let entry = BackOffEntry { delay: Duration::from_seconds(20), last_update: time("2026-01-01T00:00:10Z") };
/// let now = time("2026-01-01T00:00:35Z");
/// let verdict =
///     back_off(&config, &Pod::default(), &Container::default(), &[ended], Some(entry), now, SYNC_FREQUENCY);
/// assert!(verdict.in_back_off);
/// assert_eq!(verdict.until, Some(time("2026-01-01T00:00:50Z")));
/// assert_eq!(verdict.next_delay, Duration::from_seconds(40));
/// ```
#[must_use]
pub fn back_off<'r>(
    config: &BackOffConfig,
    pod: &Pod,
    container: &Container,
    records: impl IntoIterator<Item = &'r RuntimeContainerStatus>,
    entry: Option<BackOffEntry>,
    now: Time,
    sync_frequency: Duration,
) -> BackOffVerdict {
    const DO_BACK_OFF: &str = "pkg/kubelet/kuberuntime.doBackOff";
    let free = |code, message: &str, delay, next_delay, entry| BackOffVerdict {
        in_back_off: false,
        until: None,
        delay,
        next_delay,
        entry,
        message: None,
        event: None,
        next_sync: None,
        because: Reason::new(Rule::new(code, DO_BACK_OFF), message),
    };
    let next = |entry: Option<BackOffEntry>| {
        entry.map_or(config.initial, |entry| entry.delay.doubled().min(config.max))
    };
    let Some(ended) = records.into_iter().find(|record| record.state == RuntimeState::Exited) else {
        let message = "no record of the container has ended, so it starts at once";
        let delay = entry.map_or(Duration::default(), |entry| entry.delay);
        return free("no_ended_record", message, delay, next(entry), entry);
    };
    // A runtime that gives no time gives the beginning of time.
    let finished = ended.finished_at.unwrap_or_default();
    let known = entry.filter(|entry| finished.nanoseconds_since(entry.last_update) <= FORGOTTEN_AFTER);
    if let Some(entry) = known
        && now.nanoseconds_since(finished) < i128::from(entry.delay.nanoseconds)
    {
        let delay = entry.delay;
        let until = finished
            .0
            .checked_add(jiff::SignedDuration::from_nanos(delay.nanoseconds))
            .map_or(finished, Time);
        let left = i64::try_from(until.nanoseconds_since(now)).unwrap_or(i64::MAX);
        let wait = Duration { nanoseconds: left.clamp(0, sync_frequency.nanoseconds.max(0)) };
        let (name, pod) = (&container.name, pod_text(pod));
        let because = Reason::new(
            Rule::new("back_off", DO_BACK_OFF),
            "the delay since the end of the last run is not over",
        );
        return BackOffVerdict {
            in_back_off: true,
            until: Some(until),
            delay,
            next_delay: next(Some(entry)),
            entry: Some(entry),
            message: Some(format!("back-off {delay} restarting failed container={name} pod={pod}")),
            event: Some(format!("Back-off restarting failed container {name} in pod {pod}")),
            next_sync: Some(NextSync::after(wait)),
            because,
        };
    }
    let delay = next(known);
    let started = BackOffEntry { delay, last_update: now };
    let (code, message) = match (entry, known) {
        (None, _) => ("first_restart", "the kubelet remembers no start of the container"),
        (Some(_), None) => {
            ("back_off_forgotten", "the container ran for more than ten minutes since its last start")
        }
        (Some(_), Some(_)) => ("back_off_over", "the delay since the end of the last run is over"),
    };
    let held = known.map_or(Duration::default(), |entry| entry.delay);
    let mut verdict = free(code, message, held, delay, Some(started));
    // The delay just charged holds after the next end.
    verdict.next_delay = delay;
    verdict
}
