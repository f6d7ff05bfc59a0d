//! Which pods have to go so that a pod fits: DefaultPreemption for one pod, and what it shares with that for a group.
//!
//! PodDisruptionBudgets are not read; upstream prefers victims that none of them protects.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use super::group::{Gangs, Mode, Spec};
use super::sample;
use super::scheduler::Nominated;
use crate::gang::cluster::{Cluster, NodeInfo, PodInfo, Text};
use crate::gang::filter::{Code, Plugin, PodFilters, Reason, Rejection};
use crate::gang::message::FitError;
use crate::model::Time;
use crate::release::Release;

/// A pod that was rejected, and what is known about it.
pub(super) struct Attempt<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) gangs: &'a Gangs,
    pub(super) pod: &'a Arc<PodInfo>,
    /// The node that an earlier preemption made room on.
    pub(super) promised: Option<usize>,
    /// Absent where the pod was rejected as a whole.
    pub(super) filters: Option<&'a PodFilters>,
    /// How a node rejected the pod.
    pub(super) code: &'a dyn Fn(usize) -> Option<Code>,
    pub(super) nominated: &'a Nominated,
    /// Why pods like this one do not preempt.
    pub(super) refusal: Option<&'static str>,
}

/// What the PostFilter plugins say.
#[derive(Clone, Debug)]
pub(super) struct PostFilter {
    /// The sentence that ends the pod's message.
    pub(super) message: String,
    pub(super) victims: Option<Victims>,
    /// Whether upstream may have looked at a part of the nodes.
    pub(super) sampled: bool,
    /// Whether an earlier nomination is taken back; otherwise it stays.
    pub(super) clears_nomination: bool,
}

/// Pods, each with the place of its node.
type Placed = Vec<(usize, Arc<PodInfo>)>;

/// The pods that have to go, with their nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Victims {
    /// What is freed for a single pod.
    pub(super) on: Option<Freed>,
    pub(super) pods: Placed,
}

/// A node that is freed for a pod.
#[derive(Clone, Debug)]
pub(super) struct Freed {
    pub(super) node: usize,
    pub(super) preemptor: Arc<PodInfo>,
    /// Whether upstream may free another one.
    pub(super) tied: bool,
}

/// Runs the PostFilter plugins: DynamicResources and DefaultPreemption.
pub(super) fn post_filter(attempt: &Attempt<'_>) -> PostFilter {
    // Where the pod was rejected before DynamicResources had its turn, that plugin misses its notes and reports an error, so
    // that preemption is not tried (upstream: DynamicResources.PostFilter).
    if attempt.filters.is_none() {
        let message = "not found".into();
        return PostFilter { message, victims: None, sampled: false, clears_nomination: false };
    }
    let new = attempt.cluster.kubernetes().at_least(Release::V1_37);
    let (message, clears_nomination) = match preempt(attempt) {
        // 1.37 says which node and how many victims, and leaves out what the other plugins said.
        Ok(Found { candidate: Candidate { node, victims: pods }, equal, sampled }) => {
            let message = if new {
                let node = attempt.cluster.node(node).map_or("", NodeInfo::name);
                let count = pods.len();
                format!(
                    "preemption: found a potential placement for pod on node {node}, preempting {count} victims"
                )
            } else {
                String::new()
            };
            let on = Freed { node, preemptor: Arc::clone(attempt.pod), tied: equal || sampled };
            let victims = Some(Victims { on: Some(on), pods });
            return PostFilter { message, victims, sampled, clears_nomination: false };
        }
        Err(Refusal::NotEligible(text)) => (format!("preemption: {text}"), false),
        Err(Refusal::NoCandidate(error)) => (format!("preemption: {error}"), true),
    };
    // 1.37 no longer says that there are no claims to give back.
    let message = if new { message } else { format!("no new claims to deallocate, {message}") };
    PostFilter { message, victims: None, sampled: false, clears_nomination }
}

/// A preemption that helps.
struct Found {
    candidate: Candidate,
    /// Whether another one does as little harm.
    equal: bool,
    /// Whether there are more than upstream looks for.
    sampled: bool,
}

enum Refusal {
    NotEligible(&'static str),
    NoCandidate(FitError),
}

pub(super) const NEVER: &str = "not eligible due to preemptionPolicy=Never.";

/// Upstream: `preemption.Evaluator.Preempt`.
fn preempt(attempt: &Attempt<'_>) -> Result<Found, Refusal> {
    let Attempt { cluster, gangs, pod, .. } = attempt;
    if let Some(refusal) = attempt.refusal {
        return Err(Refusal::NotEligible(refusal));
    }
    if pod.flags.never_preempts {
        return Err(Refusal::NotEligible(NEVER));
    }
    // Upstream: DefaultPreemption.PodEligibleToPreemptOthers.
    if let Some(at) = attempt.promised
        && (attempt.code)(at) != Some(Code::UnschedulableAndUnresolvable)
        && let Some(node) = cluster.node(at)
        && node.pods.iter().any(|o| gangs.priority_of(o) < pod.priority && o.flags.preempted)
    {
        return Err(Refusal::NotEligible("not eligible due to a terminating pod on the nominated node."));
    }
    let mut error = FitError::new(cluster.len());
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut judged = 0usize;
    for (at, node) in cluster.nodes().enumerate() {
        let Some(filters) = attempt.filters.filter(|_| (attempt.code)(at) == Some(Code::Unschedulable))
        else {
            continue;
        };
        judged = judged.saturating_add(1);
        match select_victims(attempt, filters, at, node) {
            Ok(victims) => candidates.push(Candidate { node: at, victims }),
            Err(rejection) => error.count(&rejection),
        }
    }
    let helpless =
        Rejection::unresolvable(Plugin::DefaultPreemption, "Preemption is not helpful for scheduling");
    error.count_many(&helpless, cluster.len().saturating_sub(judged));
    let sampled = candidates.len() > sample::candidates_to_find(judged);
    let (candidate, equal) = best(candidates).ok_or(Refusal::NoCandidate(error))?;
    Ok(Found { candidate, equal, sampled })
}

struct Candidate {
    node: usize,
    /// The most important first.
    victims: Placed,
}

/// Pods that are disrupted together: one, or all of a group.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) pods: Placed,
    pub(super) priority: i32,
    /// What counts more: a group of groups (3), a group or a member of one (2), a pod (1).
    rank: u8,
    start: (bool, Option<Time>),
}

impl Unit {
    fn new(pods: Placed, priority: i32, rank: u8) -> Self {
        let start = pods.iter().map(|(_, pod)| started(pod)).min().unwrap_or((true, None));
        Unit { pods, priority, rank, start }
    }

    /// The more important unit first: by priority, rank, size, and then by who runs longer (upstream:
    /// `MoreImportantVictim`).
    pub(super) fn compare_importance(&self, other: &Unit) -> Ordering {
        let key = |unit: &Unit| (Reverse(unit.priority), Reverse(unit.rank), Reverse(unit.pods.len()));
        key(self).cmp(&key(other)).then_with(|| self.start.cmp(&other.start))
    }
}

/// What can be evicted from some nodes; a group that is disrupted together with all its pods, wherever they are (upstream:
/// `getCrossNodesVictims`).
pub(super) fn units(cluster: &Cluster, gangs: &Gangs, nodes: &[usize]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut groups = BTreeSet::new();
    for at in nodes {
        let Some(node) = cluster.node(*at) else { continue };
        for pod in &node.pods {
            let single = || alloc::vec![(*at, Arc::clone(pod))];
            let Some(group) = gangs.together(pod) else {
                let rank = if gangs.rules.mode >= Mode::Cycle && pod.group.is_some() { 2 } else { 1 };
                units.push(Unit::new(single(), gangs.priority_of(pod), rank));
                continue;
            };
            if !groups.insert(group) {
                continue;
            }
            let place = |pod: &Arc<PodInfo>| {
                let node = pod.node_name.as_ref().and_then(|name| cluster.position(name))?;
                Some((node, Arc::clone(pod)))
            };
            let leaves = gangs.leaves(group);
            let members = leaves.iter().filter_map(|leaf| gangs.get(*leaf)).flat_map(|leaf| &leaf.scheduled);
            let pods: Placed = members.filter_map(place).collect();
            let rank = match gangs.get(group).map(|gang| &gang.spec) {
                Some(Spec::Groups(_)) => 3,
                _ => 2,
            };
            // 1.36 goes by the group's own priority.
            let priority = if gangs.rules.mode == Mode::Cycle {
                gangs.get(group).map_or(pod.priority, super::group::Gang::priority)
            } else {
                gangs.priority_of(pod)
            };
            units.push(if pods.is_empty() {
                Unit::new(single(), priority, rank)
            } else {
                Unit::new(pods, priority, rank)
            });
        }
    }
    units
}

/// The pods that have to go so that the pod fits on one node, the most important first (upstream:
/// `SelectVictimsOnNode`).
fn select_victims(
    attempt: &Attempt<'_>,
    filters: &PodFilters,
    at: usize,
    node: &NodeInfo,
) -> Result<Placed, Rejection> {
    let Attempt { cluster, gangs, pod, nominated, .. } = attempt;
    let mut potential = if gangs.rules.mode == Mode::Entity {
        units(cluster, gangs, &[at])
    } else {
        let single = |pod: &Arc<PodInfo>| Unit::new(alloc::vec![(at, Arc::clone(pod))], pod.priority, 1);
        node.pods.iter().map(single).collect()
    };
    potential.retain(|unit| unit.priority < pod.priority);
    if potential.is_empty() {
        return Err(Rejection::unresolvable(
            Plugin::DefaultPreemption,
            "No preemption victims found for incoming pod",
        ));
    }
    let mut state = filters.clone();
    let mut node = node.clone();
    let remove = |state: &mut PodFilters, node: &mut NodeInfo, unit: &Unit| {
        for (place, victim) in &unit.pods {
            if *place == at {
                node.remove(victim.shared_key());
                state.pod_removed(victim, node);
            } else if let Some(other) = cluster.node(*place) {
                state.pod_removed(victim, other);
            }
        }
    };
    for unit in &potential {
        remove(&mut state, &mut node, unit);
    }
    if let Some(rejection) = nominated.check(cluster, &state, at, &node) {
        return Err(rejection);
    }
    potential.sort_by(Unit::compare_importance);
    let mut victims = Vec::new();
    for unit in potential {
        for (place, victim) in &unit.pods {
            if *place == at {
                node.add(Arc::clone(victim));
                state.pod_added(victim, &node);
            } else if let Some(other) = cluster.node(*place) {
                state.pod_added(victim, other);
            }
        }
        if nominated.check(cluster, &state, at, &node).is_some() {
            remove(&mut state, &mut node, &unit);
            victims.extend(unit.pods);
        }
    }
    if victims.is_empty() {
        // The pod fits without a victim: only a nominated pod can have been in the way.
        return Err(Rejection::new(
            Plugin::DefaultPreemption,
            Code::Error,
            Reason::Sentence(format!("expected at least one victim pod on node {:?}", node.name())),
        ));
    }
    Ok(victims)
}

/// When a pod started, for comparison; a pod that has not started counts as started now.
fn started(pod: &PodInfo) -> (bool, Option<Time>) {
    (pod.start_time.is_none(), pod.start_time)
}

/// The candidate that does the least harm (upstream: `pickOneNodeForPreemption`): lowest highest priority, lowest sum of
/// priorities, fewest victims, latest start of the most important victims. Of equal ones upstream takes any, this
/// the first, and says whether there are others.
fn best(candidates: Vec<Candidate>) -> Option<(Candidate, bool)> {
    let harm = |candidate: &Candidate| {
        let highest = candidate.victims.first().map_or(i32::MIN, |(_, victim)| victim.priority);
        // Upstream shifts priorities so that a victim more is never better.
        let sum = candidate.victims.iter().fold(0i64, |sum, (_, victim)| {
            sum.saturating_add(i64::from(victim.priority)).saturating_add(1 << 31)
        });
        let most_important = candidate.victims.iter().filter(|(_, victim)| victim.priority == highest);
        let earliest = most_important.map(|(_, victim)| started(victim)).min();
        (highest, sum, candidate.victims.len(), Reverse(earliest))
    };
    let least = candidates.iter().map(harm).min()?;
    let mut equal = candidates.into_iter().filter(|candidate| harm(candidate) == least);
    Some((equal.next()?, equal.next().is_some()))
}

/// The lower nominated pods of a node lose their nomination to the preemptor (upstream:
/// `Executor.prepareCandidate`).
pub(super) fn loses_nomination(preemptor: &PodInfo, other: &PodInfo) -> bool {
    other.priority < preemptor.priority && other.shared_key() as &Text != preemptor.shared_key()
}
