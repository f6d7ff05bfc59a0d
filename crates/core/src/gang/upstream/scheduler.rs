//! The queue, and what happens to pods that leave it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::class::Class;
use super::group::{Gangs, Mode};
use super::preemption::{Freed, Victims};
use super::queue::{self, Event};
use super::search::{Choice, Failed, Nominating, Scope};
use super::{Outcome, PodOutcome, PodState, preemption};
use crate::gang::cluster::{Cluster, NodeInfo, PodInfo, PodShape, Text};
use crate::gang::filter::{Plugin, PodFilters, Rejection};

/// The pods that were promised room on a node, by node (upstream: the nominator).
#[derive(Clone, Debug, Default)]
pub(super) struct Nominated {
    by_node: BTreeMap<usize, Vec<Arc<PodInfo>>>,
}

impl Nominated {
    pub(super) fn is_empty(&self) -> bool {
        self.by_node.is_empty()
    }

    pub(super) fn remove(&mut self, pod: &PodInfo) {
        if self.by_node.is_empty() {
            return;
        }
        self.by_node.retain(|_, pods| {
            pods.retain(|p| p.key() != pod.key());
            !pods.is_empty()
        });
    }

    /// Judges a node with the nominated pods of at least the pod's priority on it, and without them (upstream:
    /// `RunFilterPluginsWithNominatedPods`).
    pub(super) fn check(
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
pub(super) struct Entry {
    pub(super) pod: Arc<PodInfo>,
    pub(super) class: usize,
    pub(super) gang: Option<usize>,
    pub(super) state: PodState,
    /// The node that it has, or waits on.
    pub(super) node: Option<usize>,
    pub(super) tied: bool,
    /// Whether upstream may have made room for it elsewhere.
    pub(super) freed_any: bool,
    pub(super) reason: Option<&'static str>,
    pub(super) message: Option<String>,
    pub(super) gating: Option<Plugin>,
    pub(super) gating_message: Option<String>,
    /// The node it was promised, be it there or not.
    pub(super) nominated: Option<Text>,
    /// Whether its last attempt promised it that.
    pub(super) promised: bool,
    /// The plugins that rejected it last.
    pub(super) rejectors: BTreeSet<Plugin>,
    /// How often it was found unschedulable.
    pub(super) failures: u32,
    /// When it was queued last.
    pub(super) timestamp: u64,
    /// 1.36: when it was let into the queue first, where it is in a group (upstream: `InitialAttemptTimestamp`).
    pub(super) let_in: u64,
    /// The state of the cluster that its last attempt saw.
    pub(super) seen: u64,
}

impl Entry {
    /// Whether it could still be scheduled.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.state, PodState::Bound | PodState::Deleted | PodState::Waiting)
    }
}

/// What has its turn: a pod, or (1.37) a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Pod(usize),
    Group(usize),
}

#[derive(Debug)]
pub(super) struct Scheduler {
    pub(super) cluster: Cluster,
    pub(super) entries: Vec<Entry>,
    pub(super) classes: Vec<Class>,
    pub(super) gangs: Gangs,
    /// By priority, then by time.
    active: BTreeSet<(Reverse<i32>, u64, Item)>,
    /// By the end of the back-off, then as in `active`; taken from when `active` is empty (gate
    /// `SchedulerPopFromBackoffQ`; without it time passes, to the same effect).
    backoff: BTreeSet<(u32, Reverse<i32>, u64, Item)>,
    /// What no plugin rejected, such as the members of a group that failed as a whole: tried again from time to time. Here,
    /// when something has changed since, and nothing else is left to do.
    retry: BTreeSet<(u64, Item)>,
    unschedulable: BTreeSet<usize>,
    pub(super) nominated: Nominated,
    /// The nodes changed so far, in order.
    pub(super) changes: Vec<usize>,
    /// Goes up whenever a pod takes or loses a node for good.
    pub(super) version: u64,
    /// Why pods of a class and group failed, and after which changes.
    pub(super) known_failures: BTreeMap<(usize, Option<usize>, bool), (usize, Failed)>,
    preempted: Vec<String>,
    pub(super) not_judged: BTreeSet<&'static str>,
    now: u64,
}

/// The scheduler whose profile is judged.
const SCHEDULER_NAME: &str = "default-scheduler";

/// How often what fails is tried again at most, should it go round in circles: in 1.35 pods that wait on their nodes are preempted,
/// and their siblings take others from which the preemptor needs them gone.
const MAX_ATTEMPTS: u32 = 64;

impl Scheduler {
    pub(super) fn new(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Self {
        let cluster = cluster.in_scheduler_order();
        let mut classes: BTreeMap<(*const PodShape, i32, bool), usize> = BTreeMap::new();
        let mut entries = Vec::with_capacity(pods.len());
        let mut gangs = Gangs::read(&cluster, pods);
        for (at, pod) in pods.iter().enumerate() {
            let key = (Arc::as_ptr(&pod.shape), pod.priority, pod.flags.never_preempts);
            let next = classes.len();
            let gang = gangs.of(pod);
            if let Some(gang) = gang.and_then(|gang| gangs.get_mut(gang)) {
                gang.members.push(at);
            }
            entries.push(Entry {
                class: *classes.entry(key).or_insert(next),
                gang,
                pod: Arc::clone(pod),
                state: PodState::Pending,
                node: None,
                tied: false,
                freed_any: false,
                reason: None,
                message: None,
                gating: None,
                gating_message: None,
                nominated: None,
                promised: false,
                rejectors: BTreeSet::new(),
                failures: 0,
                timestamp: 0,
                let_in: 0,
                seen: 0,
            });
        }
        Scheduler {
            cluster,
            entries,
            classes: (0..classes.len()).map(|_| Class::new()).collect(),
            gangs,
            active: BTreeSet::new(),
            backoff: BTreeSet::new(),
            retry: BTreeSet::new(),
            unschedulable: BTreeSet::new(),
            nominated: Nominated::default(),
            changes: Vec::new(),
            version: 1,
            known_failures: BTreeMap::new(),
            preempted: Vec::new(),
            not_judged: BTreeSet::new(),
            now: 0,
        }
    }

    pub(super) fn run(&mut self) {
        self.enqueue_all();
        while let Some(item) = self.pop() {
            match item {
                Item::Group(gang) => self.schedule_group(gang),
                Item::Pod(at) => match self.entries.get(at).and_then(|entry| entry.gang) {
                    Some(gang) if self.gangs.rules.mode == Mode::Cycle => self.schedule_together(gang, at),
                    gang => self.schedule_one(at, gang),
                },
            }
        }
    }

    pub(super) fn tick(&mut self) -> u64 {
        self.now = self.now.saturating_add(1);
        self.now
    }

    /// Every pod enters the queue, or is held back.
    fn enqueue_all(&mut self) {
        let mode = self.gangs.rules.mode;
        let foreign =
            |pod: &PodInfo| !pod.scheduler_name.is_empty() && &*pod.scheduler_name != SCHEDULER_NAME;
        // All pods are there before the first one is tried.
        for entry in &self.entries {
            // 1.35 counts the pods of all schedulers.
            if (mode == Mode::Barrier || !foreign(&entry.pod))
                && let Some(gang) = entry.gang.and_then(|gang| self.gangs.get_mut(gang))
            {
                gang.open = gang.open.saturating_add(1);
            }
        }
        if mode == Mode::Cycle {
            self.let_members_in(foreign);
        }
        let mut groups: BTreeMap<usize, bool> = BTreeMap::new();
        for at in 0..self.entries.len() {
            let timestamp = self.tick();
            let Some(entry) = self.entries.get_mut(at) else { continue };
            entry.timestamp = timestamp;
            let pod = &entry.pod;
            if foreign(pod) {
                continue;
            }
            let terminating = pod.flags.terminating;
            if !terminating {
                entry.nominated = pod.nominated_node.clone();
                if let Some(node) = pod.nominated_node.as_ref().and_then(|n| self.cluster.position(n)) {
                    self.nominated.by_node.entry(node).or_default().push(Arc::clone(pod));
                }
            }
            let group = match entry.gang.filter(|_| mode == Mode::Entity) {
                None => None,
                // 1.37: the pods of a group that is not there yet are not even queued.
                Some(gang) => match self.gangs.root(gang) {
                    None => continue,
                    Some(root) => Some(root),
                },
            };
            let open = self.pass_gates(at);
            // It is dropped when it has its turn (upstream: skipPodSchedule).
            if terminating && open {
                continue;
            }
            match group {
                Some(root) => {
                    if let Some(gang) = self.gangs.get_mut(root)
                        && gang.timestamp == 0
                    {
                        gang.timestamp = timestamp;
                    }
                    *groups.entry(root).or_insert(true) &= open;
                }
                None if open => self.activate(Item::Pod(at)),
                None => {}
            }
        }
        for (root, open) in groups {
            if open {
                self.activate(Item::Group(root));
                continue;
            }
            // One member that is held back holds back all.
            for at in self.queued_members(root) {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.state = PodState::Gated;
                }
            }
        }
    }

    /// 1.36: in which order the pods of groups are let into the queue: those that come before their group has its minimum right
    /// after the one that completes it (upstream: `addPodToSchedulingQueue`).
    fn let_members_in(&mut self, foreign: impl Fn(&PodInfo) -> bool) {
        let mut waiting: BTreeMap<usize, (usize, Vec<usize>)> = BTreeMap::new();
        for at in 0..self.entries.len() {
            let Some(entry) = self.entries.get(at).filter(|entry| !foreign(&entry.pod)) else { continue };
            let Some((at_gang, gang)) = entry.gang.and_then(|gang| Some((gang, self.gangs.get(gang)?)))
            else {
                continue;
            };
            let (come, earlier) = waiting.entry(at_gang).or_insert((gang.scheduled.len(), Vec::new()));
            *come = come.saturating_add(1);
            let come = i64::try_from(*come).unwrap_or(i64::MAX);
            if gang.min_count().filter(|_| self.gangs.rules.gangs).is_some_and(|min| come < min) {
                earlier.push(at);
                continue;
            }
            let earlier = core::mem::take(earlier);
            for at in core::iter::once(at).chain(earlier) {
                let now = self.tick();
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.let_in = now;
                }
            }
        }
    }

    /// Whether nothing holds the pod back (upstream: `runPreEnqueuePlugins`).
    fn pass_gates(&mut self, at: usize) -> bool {
        let Some(entry) = self.entries.get_mut(at) else { return false };
        let group = entry.gang.and_then(|gang| self.gangs.gate(gang));
        // Upstream asks these plugins in any order, and the first one that objects is named.
        entry.tied = entry.pod.flags.gated && group.is_some();
        let gate = if entry.pod.flags.gated {
            Some((Plugin::SchedulingGates, None))
        } else {
            group.map(|message| (Plugin::GangScheduling, Some(message)))
        };
        let Some((plugin, message)) = gate else { return true };
        entry.state = PodState::Gated;
        entry.gating = Some(plugin);
        entry.gating_message = message;
        false
    }

    /// The members of a group, and of the groups in it, that are to be scheduled and are in the queue with it.
    pub(super) fn queued_members(&self, root: usize) -> Vec<usize> {
        self.gangs.leaves(root).into_iter().flat_map(|leaf| self.queued_in(leaf)).collect()
    }

    /// The members of one group of pods in the order in which they are tried (1.37: `PodGroupMemberPodsOrderingFunc`).
    pub(super) fn queued_in(&self, leaf: usize) -> Vec<usize> {
        let Some(gang) = self.gangs.get(leaf) else { return Vec::new() };
        let open = |at: &usize| {
            self.entries.get(*at).is_some_and(|entry| {
                let pod = &entry.pod;
                let foreign = !pod.scheduler_name.is_empty() && &*pod.scheduler_name != SCHEDULER_NAME;
                entry.is_open() && !pod.flags.terminating && !foreign
            })
        };
        let mut members: Vec<usize> = gang.members.iter().copied().filter(open).collect();
        members.sort_by_key(|at| Reverse(self.entries.get(*at).map_or(0, |entry| entry.pod.priority)));
        members
    }

    fn priority(&self, item: Item) -> Reverse<i32> {
        Reverse(match item {
            Item::Pod(at) => self.entries.get(at).map_or(0, |entry| entry.pod.priority),
            Item::Group(at) => self.gangs.get(at).map_or(0, |gang| gang.priority()),
        })
    }

    fn timestamp(&self, item: Item) -> u64 {
        match item {
            Item::Pod(at) => self.entries.get(at).map_or(0, |entry| entry.timestamp),
            Item::Group(at) => self.gangs.get(at).map_or(0, |gang| gang.timestamp),
        }
    }

    pub(super) fn activate(&mut self, item: Item) {
        self.active.insert((self.priority(item), self.timestamp(item), item));
    }

    /// What failed without a plugin to blame is tried again once something has changed.
    pub(super) fn retry_later(&mut self, item: Item) {
        self.retry.insert((self.timestamp(item), item));
    }

    /// Whether the pod may be tried once more.
    pub(super) fn has_attempts_left(&self, at: usize) -> bool {
        self.entries.get(at).is_some_and(|entry| entry.failures < MAX_ATTEMPTS)
    }

    /// Takes a pod out of the queue; says whether it was there.
    pub(super) fn take_out(&mut self, at: usize) -> bool {
        let item = Item::Pod(at);
        let (priority, timestamp) = (self.priority(item), self.timestamp(item));
        let failures = self.entries.get(at).map_or(0, |entry| entry.failures);
        self.active.remove(&(priority, timestamp, item))
            || self.backoff.remove(&(failures, priority, timestamp, item))
            || self.unschedulable.remove(&at)
            || self.retry.remove(&(timestamp, item))
    }

    fn pop(&mut self) -> Option<Item> {
        if let Some((_, _, item)) = self.active.pop_first() {
            return Some(item);
        }
        if let Some((_, _, _, item)) = self.backoff.pop_first() {
            return Some(item);
        }
        let again = |item: Item| match item {
            Item::Pod(at) => {
                self.has_attempts_left(at) && self.entries.get(at).is_some_and(|e| e.seen < self.version)
            }
            Item::Group(at) => {
                self.gangs.get(at).is_some_and(|g| g.seen < self.version && g.attempts < MAX_ATTEMPTS)
            }
        };
        let next = self.retry.iter().find(|(_, item)| again(*item)).copied()?;
        self.retry.remove(&next);
        Some(next.1)
    }

    /// Upstream: `Scheduler.scheduleOnePod`.
    fn schedule_one(&mut self, at: usize, gang: Option<usize>) {
        let seen = self.version;
        match self.find_node(at, Scope { posts: true, ..Scope::default() }) {
            Ok(found) => match gang.filter(|_| self.gangs.rules.mode == Mode::Barrier) {
                Some(gang) => self.permit(gang, at, found.choice),
                None => self.bind(at, found.choice),
            },
            Err(failure) => {
                let (failed, victims) = self.explain(at, *failure, true);
                self.record(at, failed, seen);
                self.put_back(at);
                if let Some(victims) = victims {
                    self.evict_all(&victims);
                }
            }
        }
    }

    /// The pod takes its place in the accounting.
    pub(super) fn assume(&mut self, at: usize, node: usize) -> Option<Arc<PodInfo>> {
        let entry = self.entries.get(at)?;
        let name = Arc::clone(&self.cluster.node(node)?.record.name);
        let pod = Arc::new(entry.pod.on(&name));
        self.cluster.assume(node, Arc::clone(&pod));
        self.changes.push(node);
        Some(pod)
    }

    /// The pod takes its place for good.
    pub(super) fn bind(&mut self, at: usize, choice: Choice) {
        if let Some(pod) = self.assume(at, choice.node) {
            self.bind_assumed(at, choice, &pod);
        }
    }

    /// The pod is bound to the node on which it is already accounted for.
    pub(super) fn bind_assumed(&mut self, at: usize, Choice { node, tied }: Choice, pod: &Arc<PodInfo>) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.state = PodState::Bound;
        entry.node = Some(node);
        entry.tied = tied;
        entry.reason = None;
        entry.message = None;
        entry.nominated = None;
        if let Some(gang) = entry.gang {
            if let Some(gang) = self.gangs.get_mut(gang) {
                gang.open = gang.open.saturating_sub(1);
            }
            self.gangs.pod_bound(gang, pod);
        }
        self.nominated.remove(pod);
        self.version = self.version.saturating_add(1);
        self.notify(Event::AssignedPodAdd, pod);
    }

    /// The pod shows why it has no node (upstream: `handleSchedulingFailure`). `seen` is the state of the cluster that the
    /// attempt saw.
    pub(super) fn record(&mut self, at: usize, failed: Failed, seen: u64) {
        let timestamp = self.tick();
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.state = PodState::Unschedulable;
        entry.reason = Some(failed.reason);
        entry.message = Some(failed.message);
        entry.rejectors = failed.rejectors;
        entry.failures = entry.failures.saturating_add(1);
        entry.timestamp = timestamp;
        entry.seen = seen;
        let pod = Arc::clone(&entry.pod);
        let promised = core::mem::take(&mut entry.promised);
        let with_group = entry.gang.is_some() && self.gangs.rules.mode == Mode::Entity;
        // Right after a preemption upstream's own cache does not show yet what the pod was promised, and an attempt that fails then
        // lets go of the room, but not of the promise; later ones hold it again.
        let lets_go = promised && (with_group || failed.nominating == Nominating::Clear);
        match failed.nominating {
            Nominating::Keep | Nominating::Clear if lets_go => {
                self.nominated.remove(&pod);
                self.version = self.version.saturating_add(1);
            }
            Nominating::Keep => self.renominate(at),
            Nominating::Clear => {
                // The room that was kept for it is there for others again.
                if entry.nominated.take().is_some() {
                    self.version = self.version.saturating_add(1);
                }
                self.nominated.remove(&pod);
            }
            Nominating::On(node) => {
                entry.nominated = self.cluster.node(node).map(|n| Text::clone(&n.record.name));
                entry.promised = true;
                self.nominated.remove(&pod);
                self.nominated.by_node.entry(node).or_default().push(pod);
            }
        }
    }

    /// A pod that took its promised node in an attempt that was undone is promised it again.
    pub(super) fn renominate(&mut self, at: usize) {
        let Some(entry) = self.entries.get(at) else { return };
        if let Some(node) = entry.nominated.as_ref().and_then(|name| self.cluster.position(name)) {
            self.nominated.remove(&entry.pod);
            self.nominated.by_node.entry(node).or_default().push(Arc::clone(&entry.pod));
        }
    }

    /// The pod goes back to wait.
    pub(super) fn put_back(&mut self, at: usize) {
        // 1.36 tries the pods of groups again whatever happens (upstream: determineSchedulingHintForInFlightPod).
        let always = |entry: &Entry| self.gangs.rules.mode == Mode::Cycle && entry.gang.is_some();
        if self.entries.get(at).is_some_and(|entry| entry.rejectors.is_empty() || always(entry)) {
            self.retry_later(Item::Pod(at));
        } else {
            self.unschedulable.insert(at);
        }
    }

    /// Carries out a preemption (upstream: `Executor.prepareCandidateAsync`): lower pods that were promised room on the node lose
    /// that promise, and the victims go. Where all of them are going already, nothing happens.
    pub(super) fn evict_all(&mut self, victims: &Victims) {
        if let Some(Freed { preemptor, tied: true, .. }) = &victims.on
            && let Some(entry) = self.entries.iter_mut().find(|e| e.pod.key() == preemptor.key())
        {
            entry.freed_any = true;
        }
        if victims.pods.iter().all(|(_, victim)| victim.flags.terminating) {
            return;
        }
        if let Some(Freed { node, preemptor, .. }) = &victims.on {
            let lower: Vec<Arc<PodInfo>> = self
                .nominated
                .by_node
                .get(node)
                .into_iter()
                .flatten()
                .filter(|other| preemption::loses_nomination(preemptor, other))
                .map(Arc::clone)
                .collect();
            for other in lower {
                self.nominated.remove(&other);
                for entry in self.entries.iter_mut().filter(|e| e.pod.key() == other.key()) {
                    entry.nominated = None;
                }
            }
        }
        for (node, victim) in &victims.pods {
            // A victim that is being deleted already goes when it goes.
            if !victim.flags.terminating {
                self.evict(*node, victim);
            }
        }
    }

    fn evict(&mut self, node: usize, victim: &Arc<PodInfo>) {
        if self.cluster.forget(node, victim.shared_key()).is_none() {
            return;
        }
        self.changes.push(node);
        self.version = self.version.saturating_add(1);
        let own = |entry: &Entry| {
            matches!(entry.state, PodState::Bound | PodState::Waiting) && entry.pod.key() == victim.key()
        };
        let own = self.entries.iter().position(own);
        if let Some(at) = own
            && self.entries.get(at).is_some_and(|entry| entry.state == PodState::Waiting)
        {
            self.reject_waiting(at);
        } else {
            self.gangs.pod_gone(victim);
            self.preempted.push(victim.key().into());
            if let Some(entry) = own.and_then(|at| self.entries.get_mut(at)) {
                entry.state = PodState::Deleted;
                entry.node = None;
                entry.tied = false;
                let name = victim.name();
                entry.message = Some(format!("pods {name:?} not found"));
            }
        }
        self.notify(Event::AssignedPodDelete, victim);
    }

    /// Pods that the event may help are tried again.
    pub(super) fn notify(&mut self, event: Event, other: &PodInfo) {
        let k8s = self.cluster.kubernetes();
        let worth = |at: &usize| {
            let helps = |entry: &Entry| queue::worth_a_retry(k8s, &entry.pod, &entry.rejectors, event, other);
            self.has_attempts_left(*at) && self.entries.get(*at).is_some_and(helps)
        };
        let again: Vec<usize> = self.unschedulable.iter().copied().filter(|at| worth(at)).collect();
        for at in again {
            self.unschedulable.remove(&at);
            let item = Item::Pod(at);
            let failures = self.entries.get(at).map_or(0, |entry| entry.failures);
            self.backoff.insert((failures, self.priority(item), self.timestamp(item), item));
        }
    }

    pub(super) fn outcome(self) -> Outcome {
        let name = |at: usize| self.cluster.node(at).map(|node| String::from(node.name()));
        let pods = self.entries.iter().map(|entry| {
            let waits = entry.state == PodState::Waiting;
            PodOutcome {
                state: entry.state,
                node: entry.node.filter(|_| !waits).and_then(name),
                tied: entry.tied || entry.freed_any,
                reason: entry.reason,
                message: entry.message.clone(),
                gating_plugin: entry.gating,
                gating_message: entry.gating_message.clone(),
                nominated_node: if waits {
                    entry.node.and_then(name)
                } else {
                    entry.nominated.as_ref().map(|name| String::from(&**name))
                },
            }
        });
        let groups = self.gangs.all.iter().filter(|gang| !gang.conditions.is_empty());
        Outcome {
            pods: pods.collect(),
            groups: groups.map(|gang| (gang.key.clone(), gang.conditions.clone())).collect(),
            preempted: self.preempted,
            not_judged: self.not_judged.into_iter().collect(),
        }
    }
}
