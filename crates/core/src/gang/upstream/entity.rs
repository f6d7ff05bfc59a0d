//! 1.37: a group of pods, or of groups, has its turn as a whole.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::cycle::{GroupResult, Tried, condition_of};
use super::group::Spec;
use super::placement::{Attempt, Placement};
use super::preemption::Victims;
use super::scheduler::{Item, Scheduler};
use super::search::{Failed, Nominating, Scope};
use super::status::{Code, Status, UNSCHEDULABLE};
use crate::gang::cluster::PodInfo;

/// The condition that says whether a group was scheduled.
const CONDITION: &str = "PodGroupInitiallyScheduled";

/// What an attempt found for a group of pods or of groups (upstream: `podGroupAlgorithmResult`).
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) pods: Vec<Tried>,
    /// Groups that fail with the group around them share its status, and what is added to it.
    pub(super) status: Rc<RefCell<Status>>,
    /// Whether the pods wait for others to go.
    preempting: bool,
    /// Whether any pod found a node.
    any: bool,
    /// Whether the pods are accounted for on their nodes.
    assumed: bool,
    /// What pods show that were not tried.
    untried: Option<Status>,
}

impl Outcome {
    fn new(status: Status) -> Self {
        Self::sharing(Rc::new(RefCell::new(status)))
    }

    fn sharing(status: Rc<RefCell<Status>>) -> Self {
        Outcome { pods: Vec::new(), status, preempting: false, any: false, assumed: false, untried: None }
    }

    pub(super) fn is_success(&self) -> bool {
        self.status.borrow().is_success()
    }

    fn is_error(&self) -> bool {
        self.status.borrow().is_error()
    }
}

impl From<GroupResult> for Outcome {
    fn from(result: GroupResult) -> Self {
        let GroupResult { pods, status, any, assumed, .. } = result;
        Outcome { pods, any, assumed, ..Outcome::new(status) }
    }
}

/// By group.
pub(super) type Outcomes = BTreeMap<usize, Outcome>;

/// What a preemption for a group comes to.
pub(super) struct GroupPreemption {
    pub(super) status: Status,
    /// Members, and the nodes that they are promised.
    pub(super) nominations: BTreeMap<usize, usize>,
    pub(super) victims: Victims,
}

/// Upstream: `GangScheduling.PlacementFeasible`.
fn feasible(min: i64, scheduled: usize, remaining: usize) -> Status {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if count(remaining.saturating_add(scheduled)) < min {
        Status::unschedulable(format!(
            "minCount ({min}) cannot be satisfied: {scheduled} scheduled, {remaining} remaining"
        ))
    } else if count(scheduled) < min {
        Status::wait(format!(
            "minCount ({min}) is not yet satisfied: {scheduled} scheduled, {remaining} remaining"
        ))
    } else {
        Status::SUCCESS
    }
}

/// What was not enough at the end is not enough.
fn settle(status: Status) -> Status {
    if status.code == Code::Wait { Status::group_unschedulable(status.into_reasons()) } else { status }
}

impl Scheduler {
    /// A group has its turn (upstream: `scheduleOnePodGroup`).
    pub(super) fn schedule_group(&mut self, root: usize) {
        let seen = self.version;
        if let Some(gang) = self.gangs.get_mut(root) {
            gang.seen = seen;
            gang.attempts = gang.attempts.saturating_add(1);
        }
        let queued = self.queued_members(root);
        if queued.is_empty() {
            return;
        }
        if let Err(error) = self.validate_group(root, &queued) {
            for at in queued {
                self.record(at, Failed::error(error.clone()), seen);
            }
            for leaf in self.gangs.leaves(root) {
                if let Some(gang) = self.gangs.get_mut(leaf) {
                    gang.set_condition(CONDITION, false, "SchedulerError", error.clone());
                }
            }
            self.requeue(root, false);
            return;
        }
        let mut outcomes = self.try_root(root, false);
        let success = outcomes.get(&root).is_some_and(Outcome::is_success);
        if !success {
            self.take_back_all(&mut outcomes);
        }
        self.complete(root, &mut outcomes);
        let mut nominations = BTreeMap::new();
        let mut victims = Victims::default();
        let rejected = outcomes.get(&root).is_some_and(|outcome| outcome.status.borrow().is_rejected());
        if rejected {
            let preemption = self.preempt_for_root(root);
            let found = preemption.status.is_success();
            for outcome in outcomes.values_mut() {
                outcome.preempting = found;
                if preemption.status.is_error() {
                    outcome.status = Rc::new(RefCell::new(preemption.status.clone()));
                } else {
                    outcome.status.borrow_mut().append(preemption.status.message());
                }
            }
            nominations = preemption.nominations;
            victims = preemption.victims;
        }
        self.submit_all(outcomes, &nominations, seen);
        self.evict_all(&victims);
        self.requeue(root, success);
    }

    /// What is left of a group goes back into the queue (upstream: `AddAttemptedPodGroupIfNeeded`): at once if enough of it
    /// was scheduled.
    fn requeue(&mut self, root: usize, success: bool) {
        if self.queued_members(root).is_empty() {
            return;
        }
        if success {
            self.activate(Item::Group(root));
            return;
        }
        let timestamp = self.tick();
        if let Some(gang) = self.gangs.get_mut(root) {
            gang.timestamp = timestamp;
        }
        self.retry_later(Item::Group(root));
    }

    /// Upstream: `validatePodGroup`.
    fn validate_group(&self, root: usize, queued: &[usize]) -> Result<(), String> {
        let Some(gang) = self.gangs.get(root) else { return Ok(()) };
        let own_policy = self.gangs.rules.own_policy;
        let mut never = own_policy.then(|| gang.never_preempts());
        let priority = gang.priority();
        let mut scheduler: Option<&str> = None;
        let word = |never: bool| if never { "Never" } else { "PreemptLowerPriority" };
        let pending = queued.iter().filter_map(|at| self.entries.get(*at)).map(|entry| &entry.pod);
        let leaves = self.gangs.leaves(root);
        let scheduled =
            leaves.iter().filter_map(|leaf| self.gangs.get(*leaf)).flat_map(|leaf| &leaf.scheduled);
        for pod in pending.chain(scheduled) {
            let pod: &PodInfo = pod;
            let name = &*pod.scheduler_name;
            let first = *scheduler.get_or_insert(name);
            if first != name {
                return Err(format!(
                    "all pods in a single pod group should have the same .spec.schedulerName set, got: {name:?} and \
                     {first:?}"
                ));
            }
            if pod.priority != priority {
                return Err(format!(
                    "all pods in a single pod group should have the same priority as the pod group's priority, got {} \
                     and {priority}",
                    pod.priority
                ));
            }
            let first = *never.get_or_insert(pod.flags.never_preempts);
            if first != pod.flags.never_preempts {
                let of = if own_policy { " as the pod group's preemption policy" } else { "" };
                let (one, two) = (word(pod.flags.never_preempts), word(first));
                return Err(format!(
                    "all pods in a single pod group should have the same preemption policy{of}, got {one} and {two}"
                ));
            }
        }
        Ok(())
    }

    /// Upstream: `runRootSchedulingAlgorithm`. The pods may be accounted for on their nodes afterwards.
    pub(super) fn try_root(&mut self, root: usize, keep_filters: bool) -> Outcomes {
        let scope = Scope { keep_filters, ..Scope::default() };
        let mut outcomes = Outcomes::new();
        if self.gangs.get(root).is_some_and(|gang| matches!(gang.spec, Spec::Groups(_))) {
            self.try_composite(root, scope, &mut outcomes);
        } else {
            let outcome = self.try_leaf(root, scope);
            outcomes.insert(root, outcome);
        }
        if let Some(outcome) = outcomes.get_mut(&root)
            && outcome.is_success()
            && !outcome.any
        {
            outcome.status = Rc::new(RefCell::new(Status::group_unschedulable(Vec::new())));
        }
        outcomes
    }

    /// A group of pods (upstream: `podGroupSchedulingAlgorithm`).
    fn try_leaf(&mut self, leaf: usize, scope: Scope<'_>) -> Outcome {
        let queued = self.queued_in(leaf);
        if !self.gangs.rules.topology {
            return self.try_pods(leaf, &queued, scope).into();
        }
        let attempt = |this: &mut Self, scope: Scope<'_>| this.try_pods(leaf, &queued, scope);
        let best = match self.try_placements(leaf, scope, attempt) {
            Attempt::Best(result) => result,
            Attempt::Failed(result) => return result.into(),
            Attempt::NoneGood { count, first: mut result } => {
                result.status = no_placement(count, &result.status);
                return result.into();
            }
        };
        let mut outcome = Outcome::from(best);
        if self.gangs.rules.composites {
            self.assume_again(&mut outcome);
        }
        outcome
    }

    /// The pods of a group, one after another (upstream: `podGroupSchedulingDefaultAlgorithm`).
    fn try_pods(&mut self, leaf: usize, queued: &[usize], scope: Scope<'_>) -> GroupResult {
        let Some(gang) = self.gangs.get(leaf) else { return GroupResult::failed(Status::SUCCESS) };
        let min = gang.min_count().unwrap_or(1);
        let mut scheduled = gang.scheduled.len();
        let mut remaining = queued.len();
        let status = feasible(min, scheduled, remaining);
        if status.is_rejected() {
            return GroupResult::failed(Status::group_unschedulable(status.into_reasons()));
        }
        let mut result = GroupResult::failed(status);
        result.assumed = true;
        for at in queued {
            let (tried, _) = self.try_member(*at, scope);
            let fits = tried.fits();
            let error = tried.failed.as_ref().filter(|failed| failed.is_error());
            let error = error.map(|failed| failed.message.clone());
            result.pods.push(tried);
            if let Some(error) = error {
                result.status =
                    Status::error(format!("failed to schedule other pod from a pod group: {error}"));
                break;
            }
            remaining = remaining.saturating_sub(1);
            scheduled = scheduled.saturating_add(fits.into());
            result.status = feasible(min, scheduled, remaining);
            if result.status.is_rejected() {
                break;
            }
            result.any |= fits;
        }
        result.status = settle(result.status);
        if !result.status.is_success() {
            self.take_back(&mut result);
            result.any = false;
        }
        result
    }

    /// A group of groups (upstream: `compositePodGroupSchedulingPlacementAlgorithm`).
    fn try_composite(&mut self, at: usize, scope: Scope<'_>, outcomes: &mut Outcomes) {
        let placements = match self.placements(at, scope.nodes) {
            Ok(placements) => placements,
            Err(status) => {
                outcomes.insert(at, Outcome::new(status));
                return;
            }
        };
        let count = placements.len();
        let mut first: Option<Outcomes> = None;
        let mut good: Vec<(Placement, Outcomes)> = Vec::new();
        for placement in placements {
            let mut subtree = Outcomes::new();
            self.try_children(at, Scope { nodes: placement.as_deref(), ..scope }, &mut subtree);
            self.take_back_all(&mut subtree);
            let (error, success) =
                subtree.get(&at).map_or((false, false), |own| (own.is_error(), own.is_success()));
            if error {
                outcomes.extend(subtree.remove(&at).map(|own| (at, own)));
                return;
            }
            if success {
                good.push((placement, subtree));
            } else if first.is_none() && good.is_empty() {
                first = Some(subtree);
            }
        }
        if good.is_empty() {
            let mut subtree = first.unwrap_or_default();
            if let Some(own) = subtree.get_mut(&at) {
                let status = no_placement(count, &own.status.borrow());
                own.status = Rc::new(RefCell::new(status));
            }
            outcomes.append(&mut subtree);
            return;
        }
        let mut best = self.best_subtree(at, good);
        let successful: Vec<usize> = self.successful_leaves(at, &best);
        for leaf in successful {
            if let Some(outcome) = best.get_mut(&leaf) {
                self.assume_again(outcome);
            }
        }
        outcomes.append(&mut best);
    }

    /// The groups in a group, one after another (upstream: `compositePodGroupSchedulingDefaultAlgorithm`).
    fn try_children(&mut self, at: usize, scope: Scope<'_>, outcomes: &mut Outcomes) {
        let Some(gang) = self.gangs.get(at) else { return };
        let min = match &gang.spec {
            Spec::Groups(spec) => spec.min_group_count.unwrap_or(1),
            Spec::Missing | Spec::Pods(_) => 1,
        };
        let children = gang.children.clone();
        let (mut scheduled, mut remaining) = (0usize, children.len());
        let mut status = feasible(min, scheduled, remaining);
        let mut any = false;
        if !status.is_rejected() {
            for child in children {
                if self.gangs.get(child).is_some_and(|gang| matches!(gang.spec, Spec::Groups(_))) {
                    self.try_composite(child, scope, outcomes);
                } else {
                    let outcome = self.try_leaf(child, scope);
                    outcomes.insert(child, outcome);
                }
                let Some(own) = outcomes.get(&child) else { continue };
                if own.is_error() {
                    status = Status::error(format!(
                        "composite pod group evaluation failed due to child error: {}",
                        own.status.borrow().as_error()
                    ));
                    break;
                }
                any |= own.any;
                remaining = remaining.saturating_sub(1);
                scheduled = scheduled.saturating_add(own.is_success().into());
                status = feasible(min, scheduled, remaining);
                if status.is_rejected() {
                    break;
                }
            }
        }
        let status = settle(status);
        if !status.is_success() {
            self.take_back_all(outcomes);
            any = false;
        }
        outcomes.insert(at, Outcome { any, ..Outcome::new(status) });
    }

    /// The groups of pods that succeeded within groups that did (upstream: `successfulLeafResults`).
    fn successful_leaves(&self, at: usize, outcomes: &Outcomes) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut next = alloc::vec![at];
        while let Some(at) = next.pop() {
            if !outcomes.get(&at).is_some_and(Outcome::is_success) {
                continue;
            }
            match self.gangs.get(at) {
                Some(gang) if matches!(gang.spec, Spec::Groups(_)) => next.extend(gang.children.iter().rev()),
                _ => leaves.push(at),
            }
        }
        leaves
    }

    /// The attempt in the best placement of a group of groups (upstream: `findBestCompositePodGroupPlacement`).
    fn best_subtree(&mut self, at: usize, good: Vec<(Placement, Outcomes)>) -> Outcomes {
        // The pods of all groups count as those of one.
        let flat = good.into_iter().map(|(placement, mut outcomes)| {
            let mut result = GroupResult::failed(Status::SUCCESS);
            let mut owners = Vec::new();
            for leaf in self.successful_leaves(at, &outcomes) {
                if let Some(outcome) = outcomes.get_mut(&leaf) {
                    owners.extend(core::iter::repeat_n(leaf, outcome.pods.len()));
                    result.pods.append(&mut outcome.pods);
                }
            }
            (placement, result, outcomes, owners)
        });
        let mut rest = Vec::new();
        let mut flattened = Vec::new();
        for (placement, result, outcomes, owners) in flat.collect::<Vec<_>>() {
            flattened.push((placement, result));
            rest.push((outcomes, owners));
        }
        let (which, result) = self.choose_placement(at, flattened);
        let (mut outcomes, owners) = rest.into_iter().nth(which).unwrap_or_default();
        for (tried, leaf) in result.pods.into_iter().zip(owners) {
            if let Some(outcome) = outcomes.get_mut(&leaf) {
                outcome.pods.push(tried);
            }
        }
        outcomes
    }

    /// Accounts again for the pods of an attempt (upstream: `assumeSubtreeWithRevert`).
    fn assume_again(&mut self, outcome: &mut Outcome) {
        outcome.assumed = true;
        for tried in &outcome.pods {
            if let Some((choice, pod)) = &tried.choice {
                self.cluster.assume(choice.node, alloc::sync::Arc::clone(pod));
                self.changes.push(choice.node);
                self.nominated.remove(pod);
            }
        }
    }

    /// No pod of any attempt is accounted for any longer.
    pub(super) fn take_back_all(&mut self, outcomes: &mut Outcomes) {
        for outcome in outcomes.values_mut() {
            let mut result = GroupResult::failed(Status::SUCCESS);
            result.assumed = core::mem::take(&mut outcome.assumed);
            result.pods = core::mem::take(&mut outcome.pods);
            self.take_back(&mut result);
            outcome.pods = result.pods;
        }
    }

    /// Every group and every pod gets an outcome (upstream: `completeCompositePodGroupAlgorithmResult`).
    fn complete(&mut self, root: usize, outcomes: &mut Outcomes) {
        // Where the group around fails, those in it that succeeded fail with it.
        let mut next: Vec<(usize, Option<Rc<RefCell<Status>>>)> = alloc::vec![(root, None)];
        let mut seen = 0usize;
        while let Some((at, parent)) = next.pop() {
            seen = seen.saturating_add(1);
            if seen > self.gangs.all.len() {
                break;
            }
            if let Some(parent) = parent {
                let failed = !parent.borrow().is_success();
                let replaced = outcomes.get(&at).is_none_or(|own| failed && own.is_success());
                if replaced {
                    outcomes.insert(at, Outcome::sharing(parent));
                }
            }
            let Some(own) = outcomes.get(&at) else { continue };
            if let Some(gang) = self.gangs.get(at).filter(|gang| matches!(gang.spec, Spec::Groups(_))) {
                next.extend(gang.children.iter().map(|child| (*child, Some(Rc::clone(&own.status)))));
            }
        }
        for outcome in outcomes.values_mut() {
            let status = outcome.status.borrow().clone();
            outcome.untried = Some(status);
        }
    }

    /// Upstream: `submitPodGroupAlgorithmResult`.
    fn submit_all(&mut self, outcomes: Outcomes, nominations: &BTreeMap<usize, usize>, seen: u64) {
        let mut bound = Vec::new();
        for (leaf, outcome) in outcomes {
            if self.gangs.get(leaf).is_none_or(|gang| matches!(gang.spec, Spec::Groups(_))) {
                continue;
            }
            let queued = self.queued_in(leaf);
            let Outcome { pods, status, preempting, assumed, untried, .. } = outcome;
            let status = status.borrow();
            let nominating =
                |at: usize| nominations.get(&at).map_or(Nominating::Keep, |n| Nominating::On(*n));
            let tried = pods.len();
            for pod in pods {
                let failed = match (pod.failed, pod.choice) {
                    (Some(failed), _) if status.is_error() && failed.is_error() => failed,
                    _ if status.is_error() => Failed::error(status.message()),
                    (None, Some((choice, info))) => {
                        if status.is_success() {
                            bound.push((pod.at, choice, info, assumed));
                            continue;
                        }
                        if preempting {
                            Failed::with_group(status.message(), nominating(pod.at))
                        } else {
                            let message = format!("{UNSCHEDULABLE}, {}", status.message());
                            Failed::with_group(message, Nominating::Clear)
                        }
                    }
                    (Some(failed), _) => match nominating(pod.at) {
                        Nominating::On(node) => Failed { nominating: Nominating::On(node), ..failed },
                        Nominating::Keep | Nominating::Clear => failed,
                    },
                    (None, None) => continue,
                };
                self.record(pod.at, failed, seen);
            }
            for at in queued.iter().skip(tried) {
                let untried = untried.as_ref().unwrap_or(&status);
                let failed = if status.is_error() {
                    Failed::error(if untried.is_error() { untried.message() } else { status.message() })
                } else {
                    Failed::with_group(untried.message(), nominating(*at))
                };
                self.record(*at, failed, seen);
            }
            let (reason, message) = condition_of(&status);
            if let Some(gang) = self.gangs.get_mut(leaf) {
                gang.set_condition(CONDITION, status.is_success(), reason, message);
            }
        }
        for (at, choice, pod, assumed) in bound {
            if assumed {
                self.bind_assumed(at, choice, &pod);
            } else {
                self.bind(at, choice);
            }
        }
    }
}

fn no_placement(count: usize, first: &Status) -> Status {
    Status::group_unschedulable(alloc::vec![format!(
        "0/{count} placements are available, first placement status: {}",
        first.as_error()
    )])
}
