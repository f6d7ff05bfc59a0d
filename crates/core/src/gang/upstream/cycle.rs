//! 1.36: the pods of a group are scheduled together, when the first of them has its turn.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::placement::Attempt;
use super::preemption::Victims;
use super::scheduler::Scheduler;
use super::search::{Choice, Failed, Nominating, Scope};
use super::status::{Status, UNSCHEDULABLE};
use crate::gang::cluster::{Cluster, PodInfo};
use crate::gang::filter::PodFilters;

/// What an attempt found for one pod of a group.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) at: usize,
    /// The node, and the pod as it is accounted for there.
    pub(super) choice: Option<(Choice, Arc<PodInfo>)>,
    /// Why it does not fit; with a node as well, it fits once others have gone.
    pub(super) failed: Option<Failed>,
    /// Whether others are needed before it may be bound.
    waits: bool,
    pub(super) filters: Option<Box<PodFilters>>,
}

impl Tried {
    pub(super) fn fits(&self) -> bool {
        self.failed.is_none()
    }
}

/// What an attempt found for a group.
#[derive(Debug)]
pub(super) struct GroupResult {
    pub(super) pods: Vec<Tried>,
    pub(super) status: Status,
    /// Whether the pods wait for others to go.
    pub(super) preempting: bool,
    /// Whether the pods are still accounted for on their nodes.
    pub(super) assumed: bool,
    /// 1.37: whether any pod found a node.
    pub(super) any: bool,
    victims: Vec<Victims>,
}

impl GroupResult {
    pub(super) fn failed(status: Status) -> Self {
        GroupResult {
            pods: Vec::new(),
            status,
            preempting: false,
            assumed: false,
            any: false,
            victims: Vec::new(),
        }
    }
}

/// The condition that says whether a group was scheduled.
const CONDITION: &str = "PodGroupScheduled";

const WAITS: &str = "waiting for minCount pods from a gang to be scheduled, \
                     one or more plugins asked to wait and no plugin rejected pod";

impl Scheduler {
    /// The pod at `first` has its turn; its siblings in the queue come along (upstream: `scheduleOnePodGroup`).
    pub(super) fn schedule_together(&mut self, gang: usize, first: usize) {
        let members = self.gangs.get(gang).map(|group| group.members.clone()).unwrap_or_default();
        let mut queued: Vec<usize> =
            members.into_iter().filter(|at| *at == first || self.take_out(*at)).collect();
        // Those that were let in together when the group had its minimum are in no order upstream; here in the one given.
        queued
            .sort_by_key(|at| self.entries.get(*at).map(|entry| (Reverse(entry.pod.priority), entry.let_in)));
        let seen = self.version;
        let before = self.cluster.clone();
        let mut result = self.try_group(gang, &queued, &before, true);
        if !result.status.is_success() {
            self.take_back(&mut result);
        }
        if self.gangs.rules.preempt_together && result.status.is_rejected() {
            match self.preempt_for_members(gang, &queued, &before) {
                Ok(victims) => {
                    result.preempting = true;
                    result.victims.push(victims);
                }
                Err(status) if status.is_error() => result.status = status,
                Err(status) => result.status.append(status.message()),
            }
        }
        self.submit(gang, &queued, result, seen);
    }

    /// Looks for nodes for the pods of a group (upstream: `podGroupSchedulingAlgorithm`). Where it succeeds, the pods may be
    /// accounted for on their nodes afterwards.
    pub(super) fn try_group(
        &mut self,
        gang: usize,
        queued: &[usize],
        before: &Cluster,
        posts: bool,
    ) -> GroupResult {
        let scope = Scope { before: Some(before), posts, ..Scope::default() };
        if !self.gangs.rules.topology {
            return self.try_members(gang, queued, scope);
        }
        let attempt = |this: &mut Self, scope: Scope<'_>| this.try_members(gang, queued, scope);
        match self.try_placements(gang, scope, attempt) {
            Attempt::Best(result) | Attempt::Failed(result) => result,
            Attempt::NoneGood { count, first: mut result } => {
                let why = result.status.as_error();
                result.status = Status::unschedulable(format!(
                    "0/{count} placements are available, first placement status: {why}"
                ));
                result
            }
        }
    }

    /// Looks for nodes for the pods of a group, one after another (upstream: `podGroupSchedulingDefaultAlgorithm`).
    fn try_members(&mut self, gang: usize, queued: &[usize], scope: Scope<'_>) -> GroupResult {
        let (scheduled, min) =
            self.gangs.get(gang).map_or((0, None), |group| (group.scheduled.len(), group.min_count()));
        let min = min.filter(|_| self.gangs.rules.gangs);
        let mut scheduled = i64::try_from(scheduled).unwrap_or(i64::MAX);
        let mut result = GroupResult::failed(Status::group_unschedulable(Vec::new()));
        result.assumed = true;
        let mut any_preempts = false;
        for at in queued {
            let (mut tried, victims) = self.try_member(*at, scope);
            result.victims.extend(victims);
            if tried.choice.is_none() {
                let error = tried.failed.as_ref().filter(|failed| failed.is_error());
                let error = error.map(|failed| failed.message.clone());
                result.pods.push(tried);
                if let Some(error) = error {
                    result.status =
                        Status::error(format!("failed to schedule other pod from a pod group: {error}"));
                    result.preempting = false;
                    break;
                }
                continue;
            }
            any_preempts |= tried.failed.is_some();
            scheduled = scheduled.saturating_add(1);
            tried.waits = min.is_some_and(|min| scheduled < min);
            if !tried.waits {
                if any_preempts {
                    result.status = Status::group_unschedulable(alloc::vec![
                        "pod group is waiting for preemption to complete".into()
                    ]);
                    result.preempting = true;
                } else {
                    result.status = Status::SUCCESS;
                }
            }
            result.pods.push(tried);
        }
        result
    }

    /// Looks for a node for one pod of a group, and accounts for the pod there (upstream:
    /// `podGroupPodSchedulingAlgorithm`).
    pub(super) fn try_member(&mut self, at: usize, scope: Scope<'_>) -> (Tried, Option<Victims>) {
        let mut tried = Tried { at, choice: None, failed: None, waits: false, filters: None };
        let mut victims = None;
        let choice = match self.find_node(at, scope) {
            Ok(found) => {
                tried.filters = found.filters;
                Some(found.choice)
            }
            Err(failure) => {
                let (failed, harmed) = self.explain(at, *failure, scope.posts);
                victims = harmed;
                let choice = match failed.nominating {
                    Nominating::On(node) => Some(Choice { node, tied: false }),
                    Nominating::Keep | Nominating::Clear => None,
                };
                tried.failed = Some(failed);
                choice
            }
        };
        if let Some(choice) = choice
            && let Some(pod) = self.assume(at, choice.node)
        {
            self.nominated.remove(&pod);
            tried.choice = Some((choice, pod));
        }
        (tried, victims)
    }

    /// The pods of an attempt are no longer accounted for on their nodes.
    pub(super) fn take_back(&mut self, result: &mut GroupResult) {
        if !core::mem::take(&mut result.assumed) {
            return;
        }
        for tried in result.pods.iter().rev() {
            if let Some((choice, pod)) = &tried.choice {
                self.cluster.forget(choice.node, pod.shared_key());
                self.changes.push(choice.node);
                self.renominate(tried.at);
            }
        }
    }

    /// Upstream: `submitPodGroupAlgorithmResult`.
    fn submit(&mut self, gang: usize, queued: &[usize], result: GroupResult, seen: u64) {
        let GroupResult { pods, status, preempting, assumed, victims, .. } = result;
        let mut bound = Vec::new();
        let tried = pods.len();
        for pod in pods {
            let with_group = |waits: bool, nominating| {
                let message =
                    if waits { format!("{UNSCHEDULABLE}, {WAITS}") } else { format!("{UNSCHEDULABLE}, ") };
                Failed::with_group(message, nominating)
            };
            let failed = match (pod.failed, pod.choice) {
                (Some(failed), _) if status.is_error() && failed.is_error() => failed,
                _ if status.is_error() => Failed::error(status.message()),
                (None, Some((choice, info))) => {
                    if status.is_success() {
                        bound.push((pod.at, choice, info));
                        continue;
                    }
                    if preempting {
                        Failed::with_group(status.message(), Nominating::On(choice.node))
                    } else {
                        with_group(pod.waits, Nominating::Clear)
                    }
                }
                (Some(_), Some(_)) if !preempting => with_group(pod.waits, Nominating::Clear),
                (Some(failed), _) => failed,
                (None, None) => continue,
            };
            self.record(pod.at, failed, seen);
            self.put_back(pod.at);
        }
        for at in queued.iter().skip(tried) {
            let failed = if status.is_error() {
                Failed::error(status.message())
            } else {
                Failed::with_group(status.message(), Nominating::Keep)
            };
            self.record(*at, failed, seen);
            self.put_back(*at);
        }
        for (at, choice, pod) in bound {
            if assumed {
                self.bind_assumed(at, choice, &pod);
            } else {
                self.bind(at, choice);
            }
        }
        let (reason, message) = condition_of(&status);
        if let Some(group) = self.gangs.get_mut(gang) {
            group.set_condition(CONDITION, status.is_success(), reason, message);
        }
        for victims in &victims {
            self.evict_all(victims);
        }
    }
}

/// The reason and message of the condition that shows a status.
pub(super) fn condition_of(status: &Status) -> (&'static str, String) {
    if status.is_success() {
        ("Scheduled", status.message())
    } else if status.is_rejected() {
        ("Unschedulable", status.message())
    } else {
        ("SchedulerError", status.as_error())
    }
}
