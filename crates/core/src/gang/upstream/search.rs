//! The search for a node for one pod.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::group::Mode;
use super::preemption::{self, Victims};
use super::sample;
use super::scheduler::Scheduler;
use super::score;
use super::top;
use crate::gang::cluster::Cluster;
use crate::gang::filter::{Code, Plugin, PodFilters};
use crate::gang::message::{FitError, NO_NODES};

/// Where, and how, a node is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope<'a> {
    /// The nodes that may be taken, by place, sorted; all where absent.
    pub(super) nodes: Option<&'a [usize]>,
    /// 1.36: the cluster as the indexes of a group's cycle show it.
    pub(super) before: Option<&'a Cluster>,
    /// Whether the pod may preempt others (upstream: whether PostFilter plugins run).
    pub(super) posts: bool,
    /// Whether what the filters know is wanted.
    pub(super) keep_filters: bool,
}

/// The node that is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) node: usize,
    /// Whether upstream may take another one.
    pub(super) tied: bool,
}

/// A node, and what the filters know, if that was wanted.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) choice: Choice,
    pub(super) filters: Option<Box<PodFilters>>,
}

/// Why no node will do.
#[derive(Debug)]
pub(super) struct Failure {
    message: FailureMessage,
    rejectors: BTreeSet<Plugin>,
    filters: Option<PodFilters>,
    /// How each node rejected the pod; empty where the pod was rejected as a whole.
    codes: Vec<Option<Code>>,
    /// Whether it stands for every pod of the class, as long as nothing changes.
    general: bool,
}

#[derive(Debug)]
enum FailureMessage {
    Fit(FitError),
    NoNodes,
    Error(String),
    /// It is known from another pod of the class.
    Known(Failed),
}

/// Why a pod has no node, as the pod shows it.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    pub(super) reason: &'static str,
    pub(super) message: String,
    pub(super) rejectors: BTreeSet<Plugin>,
    pub(super) nominating: Nominating,
}

impl Failed {
    /// It failed with its group.
    pub(super) fn with_group(message: String, nominating: Nominating) -> Self {
        Failed { reason: UNSCHEDULABLE, message, rejectors: BTreeSet::new(), nominating }
    }

    /// The scheduler could not say.
    pub(super) fn error(message: String) -> Self {
        Failed { reason: ERROR, message, rejectors: BTreeSet::new(), nominating: Nominating::Clear }
    }

    pub(super) fn is_error(&self) -> bool {
        self.reason == ERROR
    }
}

const UNSCHEDULABLE: &str = "Unschedulable";
const ERROR: &str = "SchedulerError";

/// What becomes of the node that a pod was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nominating {
    Keep,
    Clear,
    /// It is promised this one.
    On(usize),
}

impl Scheduler {
    /// Chooses a node (upstream: `Scheduler.schedulePod`).
    pub(super) fn find_node(&mut self, at: usize, scope: Scope<'_>) -> Result<Found, Box<Failure>> {
        let Some(entry) = self.entries.get(at) else { return Err(Failure::no_nodes()) };
        if self.cluster.is_empty() {
            return Err(Failure::no_nodes());
        }
        let pod = Arc::clone(&entry.pod);
        let general = self.nominated.is_empty() && entry.nominated.is_none() && scope.nodes.is_none();
        if general {
            if !scope.keep_filters
                && let Some(class) = self.classes.get_mut(entry.class)
                && let Some(Some(choice)) = class.best(&self.cluster, &pod, &self.changes)
            {
                self.not_judged.extend(class.not_judged());
                return Ok(Found { choice, filters: None });
            }
            if let Some((changes, failed)) = self.known_failures.get(&(entry.class, entry.gang, scope.posts))
                && *changes == self.changes.len()
            {
                return Err(Failure::known(failed.clone()));
            }
        }
        let cluster = &self.cluster;
        let mut error = FitError::new(scope.nodes.map_or(cluster.len(), <[usize]>::len));
        let filters = match PodFilters::with_indexes(cluster, &pod, scope.before) {
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
                return Err(Box::new(Failure {
                    message,
                    rejectors,
                    filters: None,
                    codes: Vec::new(),
                    general,
                }));
            }
        };
        self.not_judged.extend(filters.not_judged());
        let mut rejectors = filters.restricted_by();
        let in_scope = |at: usize| scope.nodes.is_none_or(|nodes| nodes.binary_search(&at).is_ok());
        // The node that was promised comes first (upstream: evaluateNominatedNode), but not right after the preemption: the pod
        // that upstream has in its queue does not show the promise yet.
        let shown = entry.nominated.as_ref().filter(|_| !entry.promised);
        let promised = shown.and_then(|name| cluster.position(name));
        let mut promised_rejection = None;
        if let Some(at) = promised.filter(|at| in_scope(*at))
            && let Some(node) = cluster.node(at)
        {
            match self.nominated.check(cluster, &filters, at, node) {
                None => return Ok(Found::new(Choice { node: at, tied: false }, filters, scope)),
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
        let mut candidates = 0usize;
        for (place, node) in cluster.nodes().enumerate() {
            if !in_scope(place) {
                codes.push(None);
                continue;
            }
            let candidate = filters.candidates().is_none_or(|c| c.binary_search(&node.record.name).is_ok());
            if !candidate {
                let known = promised_rejection.as_ref().filter(|_| promised == Some(place));
                let rejection = known.or(outside.as_ref());
                if let Some(rejection) = rejection {
                    error.count(rejection);
                }
                codes.push(rejection.map(|rejection| rejection.code));
                continue;
            }
            candidates = candidates.saturating_add(1);
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
        let sampled = feasible.len() > sample::feasible_to_find(candidates);
        if sampled {
            self.not_judged.insert(sample::SAMPLED);
        }
        let choice = match feasible.as_slice() {
            [] => {
                let message = FailureMessage::Fit(error);
                return Err(Box::new(Failure { message, rejectors, filters: Some(filters), codes, general }));
            }
            [only] => Choice { node: *only, tied: false },
            _ => {
                let scores = score::all(cluster, scope.before.unwrap_or(cluster), &pod, &feasible);
                let (rank, tied) = top::of(&scores).ok_or_else(Failure::no_nodes)?;
                let node = *feasible.get(rank).ok_or_else(Failure::no_nodes)?;
                Choice { node, tied: tied || sampled }
            }
        };
        Ok(Found::new(choice, filters, scope))
    }

    /// Why the pod has no node, and which pods have to go so that it gets one (upstream: `schedulingAlgorithm`, with
    /// `posts` the PostFilter plugins).
    pub(super) fn explain(&mut self, at: usize, failure: Failure, posts: bool) -> (Failed, Option<Victims>) {
        let rejectors = failure.rejectors;
        let Some(entry) = self.entries.get(at) else {
            return (Failed::error(String::new()), None);
        };
        let key = (entry.class, entry.gang, posts);
        let (message, nominating, victims) = match failure.message {
            FailureMessage::Known(failed) => return (failed, None),
            FailureMessage::NoNodes => (String::from(NO_NODES), Nominating::Clear, None),
            FailureMessage::Error(message) => return (Failed::error(message), None),
            FailureMessage::Fit(error) if !posts => (format!("{error}"), Nominating::Keep, None),
            FailureMessage::Fit(mut error) => {
                let code = |at: usize| failure.codes.get(at).copied().flatten();
                let post = preemption::post_filter(&preemption::Attempt {
                    cluster: &self.cluster,
                    gangs: &self.gangs,
                    pod: &entry.pod,
                    // Upstream fetches the pod anew here, and that one shows the promise.
                    promised: entry.nominated.as_ref().and_then(|name| self.cluster.position(name)),
                    filters: failure.filters.as_ref(),
                    code: &code,
                    nominated: &self.nominated,
                    refusal: self.refuses_preemption(entry.gang),
                });
                if post.sampled {
                    self.not_judged.insert(sample::SAMPLED);
                }
                error.post_filter(post.message);
                let nominating = match (&post.victims, post.clears_nomination) {
                    (Some(victims), _) => {
                        victims.on.as_ref().map_or(Nominating::Keep, |on| Nominating::On(on.node))
                    }
                    (None, true) => Nominating::Clear,
                    (None, false) => Nominating::Keep,
                };
                (format!("{error}"), nominating, post.victims)
            }
        };
        let failed = Failed { reason: UNSCHEDULABLE, message, rejectors, nominating };
        if failure.general && victims.is_none() {
            self.known_failures.insert(key, (self.changes.len(), failed.clone()));
        }
        (failed, victims)
    }

    /// Why the pods of a group may not preempt one by one (1.36: `DefaultPreemption.PostFilter`).
    fn refuses_preemption(&self, gang: Option<usize>) -> Option<&'static str> {
        let rules = self.gangs.rules;
        let group = gang.and_then(|gang| self.gangs.get(gang)).filter(|_| rules.mode == Mode::Cycle)?;
        if rules.topology {
            if matches!(group.spec, super::group::Spec::Missing) {
                return Some("pod group for pod not found");
            }
            if group.has_constraints() {
                return Some("not eligible due to placement-based pod group scheduling limitation");
            }
        }
        rules.preempt_together.then_some("not eligible due to workload aware preemption enabled")
    }
}

impl Found {
    fn new(choice: Choice, filters: PodFilters, scope: Scope<'_>) -> Self {
        Found { choice, filters: scope.keep_filters.then(|| Box::new(filters)) }
    }
}

impl Failure {
    fn no_nodes() -> Box<Self> {
        Self::bare(FailureMessage::NoNodes)
    }

    fn known(failed: Failed) -> Box<Self> {
        Self::bare(FailureMessage::Known(failed))
    }

    fn bare(message: FailureMessage) -> Box<Self> {
        Box::new(Failure {
            message,
            rejectors: BTreeSet::new(),
            filters: None,
            codes: Vec::new(),
            general: false,
        })
    }
}
