//! What kube-scheduler does with pods that are to be scheduled: its queue, its choice of nodes, its preemption, and its
//! sentences.
//!
//! [`run`] takes the pods through the release's own algorithm until nothing changes any more, as if nothing else happened
//! in the cluster. Where upstream takes any of several equal nodes, this takes the first; where upstream looks at a sample of
//! a large cluster's nodes, this looks at all. What is asynchronous upstream happens at once here: a pod is bound as soon as a
//! node is chosen, and preempted pods are gone as soon as they are chosen.

mod class;
mod preemption;
mod queue;
mod score;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde::Serialize;

use self::class::Class;
use self::preemption::{Nomination, PostFilter};
use self::queue::Event;
use super::cluster::{Cluster, NodeInfo, PodInfo, PodShape, Text};
use super::filter::{Code, Plugin, PodFilters, Rejection};
use super::message::{FitError, NO_NODES};

/// How a pod fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PodState {
    /// It has a node.
    Bound,
    /// It was tried and has none.
    Unschedulable,
    /// It has a node, and waits there for others of its group (upstream: Permit).
    Waiting,
    /// It is held back before it is tried (upstream: PreEnqueue).
    Gated,
    /// It is not tried: another scheduler's, or being deleted, or of a group that is not there yet.
    Pending,
    /// It had a node and was preempted.
    Deleted,
}

/// What becomes of one pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodOutcome {
    /// How it fares.
    pub state: PodState,
    /// The node it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Whether another node was as good: upstream takes any of them, this takes the first.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub tied: bool,
    /// The reason of condition `PodScheduled`: `Unschedulable` or `SchedulerError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The message of condition `PodScheduled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The plugin that holds it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gating_plugin: Option<Plugin>,
    /// The node on which a preemption makes room for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nominated_node: Option<String>,
}

/// What becomes of all pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// One for each pod that was to be scheduled, in the order given.
    #[serde(skip)]
    pub pods: Vec<PodOutcome>,
    /// The pods, as `namespace/name`, that were preempted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preempted: Vec<String>,
    /// What concerns some pod and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
}

/// Takes pods through kube-scheduler's algorithm until nothing changes any more.
///
/// The pods are queued by priority, and in the order given among equals, all at once.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, upstream::{PodState, run}};
/// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
/// let node: Node = serde_json::from_str(
///     r#"{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "110"}}}"#,
/// )?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"metadata": {"name": "p"}, "spec": {"containers": [{"resources": {"requests": {"cpu": "2"}}}]}}"#,
/// )?;
/// let cluster = Cluster::read(&Kubernetes::new(Release::V1_37), &[node], &[])?;
/// let outcome = run(&cluster, &[cluster.reader().read(&pod)]);
/// assert_eq!(outcome.pods[0].state, PodState::Unschedulable);
/// assert_eq!(
///     outcome.pods[0].message.as_deref(),
///     Some("0/1 nodes are available: 1 Insufficient cpu. \
///           preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn run(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Outcome {
    let mut scheduler = Scheduler::new(cluster, pods);
    scheduler.enqueue_all();
    while let Some(at) = scheduler.pop() {
        scheduler.schedule_one(at);
    }
    scheduler.outcome()
}

/// The pods that were promised room on a node, by node (upstream: the nominator).
#[derive(Clone, Debug, Default)]
struct Nominated {
    by_node: BTreeMap<usize, Vec<Arc<PodInfo>>>,
}

impl Nominated {
    fn is_empty(&self) -> bool {
        self.by_node.is_empty()
    }

    fn remove(&mut self, pod: &PodInfo) {
        self.by_node.retain(|_, pods| {
            pods.retain(|p| p.key() != pod.key());
            !pods.is_empty()
        });
    }

    /// Judges a node with the nominated pods of at least the pod's priority on it, and without them (upstream:
    /// `RunFilterPluginsWithNominatedPods`).
    fn check(
        &self,
        cluster: &Cluster,
        filters: &PodFilters,
        at: usize,
        node: &NodeInfo,
    ) -> Option<Rejection> {
        let pod = filters.pod();
        let before = |other: &&Arc<PodInfo>| other.priority >= pod.priority && other.key() != pod.key();
        let ahead: Vec<&Arc<PodInfo>> = self.by_node.get(&at).into_iter().flatten().filter(before).collect();
        if !ahead.is_empty() {
            let mut filters = filters.clone();
            let mut node = node.clone();
            for other in ahead {
                node.add(Arc::clone(other));
                filters.pod_added(other, &node);
            }
            if let Some(rejection) = filters.check(cluster, &node) {
                return Some(rejection);
            }
        }
        filters.check(cluster, node)
    }
}

/// A pod on its way.
#[derive(Debug)]
struct Entry {
    pod: Arc<PodInfo>,
    class: usize,
    state: PodState,
    node: Option<usize>,
    tied: bool,
    reason: Option<&'static str>,
    message: Option<String>,
    gating: Option<Plugin>,
    /// The node it was promised, be it there or not.
    nominated: Option<Text>,
    /// The plugins that rejected it last.
    rejectors: BTreeSet<Plugin>,
    /// How often it was found unschedulable.
    failures: u32,
    /// When it was queued last.
    timestamp: u64,
}

/// The node that is taken.
#[derive(Clone, Copy, Debug)]
struct Choice {
    node: usize,
    /// Whether another one was as good.
    tied: bool,
}

/// Why no node will do.
struct Failure {
    message: FailureMessage,
    rejectors: BTreeSet<Plugin>,
    filters: Option<PodFilters>,
    /// How each node rejected the pod; empty where the pod was rejected as a whole.
    codes: Vec<Option<Code>>,
}

enum FailureMessage {
    Fit(FitError),
    NoNodes,
    Error(String),
}

struct Scheduler {
    cluster: Cluster,
    entries: Vec<Entry>,
    classes: Vec<Class>,
    /// By priority, then by time.
    active: BTreeSet<(Reverse<i32>, u64, usize)>,
    /// By the end of the back-off, then as in `active`; taken from when `active` is empty (gate
    /// `SchedulerPopFromBackoffQ`; without it time passes, to the same effect).
    backoff: BTreeSet<(u32, Reverse<i32>, u64, usize)>,
    unschedulable: BTreeSet<usize>,
    nominated: Nominated,
    /// The nodes changed so far, in order.
    changes: Vec<usize>,
    preempted: Vec<String>,
    not_judged: BTreeSet<&'static str>,
    now: u64,
}

/// The scheduler whose profile is judged.
const SCHEDULER_NAME: &str = "default-scheduler";

impl Scheduler {
    fn new(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Self {
        let mut classes: BTreeMap<(*const PodShape, i32, bool), usize> = BTreeMap::new();
        let mut entries = Vec::with_capacity(pods.len());
        for pod in pods {
            let key = (Arc::as_ptr(&pod.shape), pod.priority, pod.flags.never_preempts);
            let next = classes.len();
            entries.push(Entry {
                class: *classes.entry(key).or_insert(next),
                pod: Arc::clone(pod),
                state: PodState::Pending,
                node: None,
                tied: false,
                reason: None,
                message: None,
                gating: None,
                nominated: None,
                rejectors: BTreeSet::new(),
                failures: 0,
                timestamp: 0,
            });
        }
        Scheduler {
            cluster: cluster.clone(),
            entries,
            classes: (0..classes.len()).map(|_| Class::new()).collect(),
            active: BTreeSet::new(),
            backoff: BTreeSet::new(),
            unschedulable: BTreeSet::new(),
            nominated: Nominated::default(),
            changes: Vec::new(),
            preempted: Vec::new(),
            not_judged: BTreeSet::new(),
            now: 0,
        }
    }

    fn tick(&mut self) -> u64 {
        self.now = self.now.saturating_add(1);
        self.now
    }

    /// Every pod enters the queue, or is held back.
    fn enqueue_all(&mut self) {
        for at in 0..self.entries.len() {
            let timestamp = self.tick();
            let Some(entry) = self.entries.get_mut(at) else { continue };
            entry.timestamp = timestamp;
            let pod = &entry.pod;
            let foreign = !pod.scheduler_name.is_empty() && &*pod.scheduler_name != SCHEDULER_NAME;
            if foreign || pod.flags.terminating {
                continue;
            }
            entry.nominated = pod.nominated_node.clone();
            if let Some(node) = pod.nominated_node.as_ref().and_then(|n| self.cluster.position(n)) {
                self.nominated.by_node.entry(node).or_default().push(Arc::clone(pod));
            }
            if pod.flags.gated {
                entry.state = PodState::Gated;
                entry.gating = Some(Plugin::SchedulingGates);
                continue;
            }
            self.active.insert((Reverse(pod.priority), timestamp, at));
        }
    }

    fn pop(&mut self) -> Option<usize> {
        if let Some((_, _, at)) = self.active.pop_first() {
            return Some(at);
        }
        self.backoff.pop_first().map(|(_, _, _, at)| at)
    }

    /// Upstream: `Scheduler.scheduleOnePod`.
    fn schedule_one(&mut self, at: usize) {
        match self.find_node(at) {
            Ok(choice) => self.bind(at, choice),
            Err(failure) => self.fail(at, failure),
        }
    }

    /// Chooses a node (upstream: `Scheduler.schedulePod`).
    #[expect(
        clippy::result_large_err,
        reason = "a failure ends the cycle of one pod and is built once for it"
    )]
    fn find_node(&mut self, at: usize) -> Result<Choice, Failure> {
        let Some(entry) = self.entries.get(at) else { return Err(Failure::no_nodes()) };
        if self.cluster.is_empty() {
            return Err(Failure::no_nodes());
        }
        let pod = Arc::clone(&entry.pod);
        if self.nominated.is_empty()
            && entry.nominated.is_none()
            && let Some(class) = self.classes.get_mut(entry.class)
            && let Some(Some(choice)) = class.best(&self.cluster, &pod, &self.changes)
        {
            return Ok(choice);
        }
        let cluster = &self.cluster;
        let mut error = FitError::new(cluster.len());
        let filters = match PodFilters::new(cluster, &pod) {
            Ok(filters) => filters,
            Err(rejection) => {
                let message = if rejection.code == Code::Error {
                    FailureMessage::Error(format!(
                        "running PreFilter plugin {:?}: {}",
                        rejection.plugin.as_str(),
                        rejection.message()
                    ))
                } else {
                    error.pre_filter(rejection.message());
                    FailureMessage::Fit(error)
                };
                let rejectors = [rejection.plugin].into();
                return Err(Failure { message, rejectors, filters: None, codes: Vec::new() });
            }
        };
        self.not_judged.extend(filters.not_judged());
        let mut rejectors = filters.restricted_by();
        // The node that was promised comes first (upstream: evaluateNominatedNode).
        let promised = entry.nominated.as_ref().and_then(|name| cluster.position(name));
        let mut promised_rejection = None;
        if let Some(at) = promised
            && let Some(node) = cluster.node(at)
        {
            match self.nominated.check(cluster, &filters, at, node) {
                None => return Ok(Choice { node: at, tied: false }),
                Some(rejection) => {
                    rejectors.insert(rejection.plugin);
                    promised_rejection = Some(rejection);
                }
            }
        }
        // Upstream names the plugins only now, so that the one that rejected the promised node is among them.
        let outside = filters.outside(&rejectors);
        let mut feasible = Vec::new();
        let mut codes = Vec::with_capacity(cluster.len());
        for (place, node) in cluster.nodes().enumerate() {
            let candidate = filters.candidates().is_none_or(|c| c.binary_search(&node.record.name).is_ok());
            if !candidate {
                let known = promised_rejection.as_ref().filter(|_| promised == Some(place));
                if let Some(rejection) = known.or(outside.as_ref()) {
                    error.count(rejection);
                    codes.push(Some(rejection.code));
                }
                continue;
            }
            match self.nominated.check(cluster, &filters, place, node) {
                None => {
                    feasible.push(place);
                    codes.push(None);
                }
                Some(rejection) => {
                    error.count(&rejection);
                    codes.push(Some(rejection.code));
                    rejectors.insert(rejection.plugin);
                }
            }
        }
        match feasible.as_slice() {
            [] => {
                Err(Failure { message: FailureMessage::Fit(error), rejectors, filters: Some(filters), codes })
            }
            [only] => Ok(Choice { node: *only, tied: false }),
            _ => {
                let scores = score::all(cluster, &pod, &feasible);
                let most = scores.iter().copied().max().unwrap_or(0);
                let mut best = feasible.iter().zip(scores).filter(|(_, score)| *score == most);
                // Of equal ones the first.
                let first = best.next().map(|(node, _)| *node).ok_or_else(Failure::no_nodes)?;
                Ok(Choice { node: first, tied: best.next().is_some() })
            }
        }
    }

    /// The pod takes its place.
    fn bind(&mut self, at: usize, Choice { node, tied }: Choice) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        let Some(name) = self.cluster.node(node).map(|n| Arc::clone(&n.record.name)) else { return };
        let pod = Arc::new(entry.pod.on(&name));
        entry.state = PodState::Bound;
        entry.node = Some(node);
        entry.tied = tied;
        entry.reason = None;
        entry.message = None;
        if entry.nominated.take().is_some() {
            self.nominated.remove(&pod);
        }
        self.cluster.assume(node, Arc::clone(&pod));
        self.changes.push(node);
        self.notify(Event::AssignedPodAdd, &pod);
    }

    /// The pod goes back to wait, and preemption is tried (upstream: `schedulingAlgorithm` and
    /// `handleSchedulingFailure`).
    fn fail(&mut self, at: usize, failure: Failure) {
        let Some(entry) = self.entries.get(at) else { return };
        let pod = Arc::clone(&entry.pod);
        let mut post = None;
        let (reason, message) = match failure.message {
            FailureMessage::NoNodes => ("Unschedulable", String::from(NO_NODES)),
            FailureMessage::Error(message) => ("SchedulerError", message),
            FailureMessage::Fit(mut error) => {
                let code = |at: usize| failure.codes.get(at).copied().flatten();
                let result = preemption::post_filter(
                    &self.cluster,
                    &pod,
                    entry.nominated.as_ref().and_then(|name| self.cluster.position(name)),
                    failure.filters.as_ref(),
                    code,
                    &self.nominated,
                );
                error.post_filter(result.message.clone());
                post = Some(result);
                ("Unschedulable", format!("{error}"))
            }
        };
        let timestamp = self.tick();
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.state = PodState::Unschedulable;
        entry.reason = Some(reason);
        entry.message = Some(message);
        entry.rejectors = failure.rejectors;
        entry.failures = entry.failures.saturating_add(1);
        entry.timestamp = timestamp;
        self.unschedulable.insert(at);
        if let Some(post) = post {
            self.apply(at, &pod, post);
        }
    }

    /// Nominates the pod and evicts its victims (upstream: `Executor.actuatePodPreemption`).
    fn apply(&mut self, at: usize, pod: &Arc<PodInfo>, post: PostFilter) {
        if let Some(Nomination { node, victims }) = post.nominated {
            self.nominated.remove(pod);
            let lower: Vec<Arc<PodInfo>> = self
                .nominated
                .by_node
                .get(&node)
                .into_iter()
                .flatten()
                .filter(|other| preemption::loses_nomination(pod, other))
                .map(Arc::clone)
                .collect();
            for other in lower {
                self.nominated.remove(&other);
                for entry in self.entries.iter_mut().filter(|e| e.pod.key() == other.key()) {
                    entry.nominated = None;
                }
            }
            self.nominated.by_node.entry(node).or_default().push(Arc::clone(pod));
            let name = self.cluster.node(node).map(|n| Text::clone(&n.record.name));
            if let Some(entry) = self.entries.get_mut(at) {
                entry.nominated = name;
            }
            // A victim that is being deleted already goes when it goes.
            for victim in victims.iter().filter(|victim| !victim.flags.terminating) {
                self.evict(node, victim);
            }
        } else if post.clears_nomination {
            self.nominated.remove(pod);
            if let Some(entry) = self.entries.get_mut(at) {
                entry.nominated = None;
            }
        }
    }

    fn evict(&mut self, node: usize, victim: &Arc<PodInfo>) {
        self.cluster.forget(node, victim.shared_key());
        self.changes.push(node);
        self.preempted.push(victim.key().into());
        let own = |entry: &&mut Entry| entry.state == PodState::Bound && entry.pod.key() == victim.key();
        if let Some(entry) = self.entries.iter_mut().find(own) {
            entry.state = PodState::Deleted;
            entry.node = None;
            entry.tied = false;
            let name = victim.name();
            entry.message = Some(format!("pods {name:?} not found"));
        }
        self.notify(Event::AssignedPodDelete, victim);
    }

    /// Pods that the event may help are tried again.
    fn notify(&mut self, event: Event, other: &PodInfo) {
        let worth = |at: &usize| {
            self.entries
                .get(*at)
                .is_some_and(|entry| queue::worth_a_retry(&entry.pod, &entry.rejectors, event, other))
        };
        let again: Vec<usize> = self.unschedulable.iter().copied().filter(|at| worth(at)).collect();
        for at in again {
            self.unschedulable.remove(&at);
            if let Some(entry) = self.entries.get(at) {
                let priority = Reverse(entry.pod.priority);
                self.backoff.insert((entry.failures, priority, entry.timestamp, at));
            }
        }
    }

    fn outcome(self) -> Outcome {
        let name = |at: usize| self.cluster.node(at).map(|node| String::from(node.name()));
        let pods = self.entries.iter().map(|entry| PodOutcome {
            state: entry.state,
            node: entry.node.and_then(name),
            tied: entry.tied,
            reason: entry.reason,
            message: entry.message.clone(),
            gating_plugin: entry.gating,
            nominated_node: entry.nominated.as_ref().map(|name| String::from(&**name)),
        });
        Outcome {
            pods: pods.collect(),
            preempted: self.preempted,
            not_judged: self.not_judged.into_iter().collect(),
        }
    }
}

impl Failure {
    fn no_nodes() -> Self {
        Failure {
            message: FailureMessage::NoNodes,
            rejectors: BTreeSet::new(),
            filters: None,
            codes: Vec::new(),
        }
    }
}
