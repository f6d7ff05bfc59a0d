//! Which pods have to go so that a pod fits: DefaultPreemption for one pod.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Nominated;
use crate::gang::cluster::{Cluster, NodeInfo, PodInfo, Text};
use crate::gang::filter::{Code, Plugin, PodFilters, Rejection};
use crate::gang::message::FitError;
use crate::model::Time;
use crate::release::Release;

/// What the PostFilter plugins say.
#[derive(Clone, Debug)]
pub(super) struct PostFilter {
    /// The sentence that ends the pod's message.
    pub(super) message: String,
    /// The node on which the victims make room.
    pub(super) nominated: Option<Nomination>,
    /// Whether an earlier nomination is taken back; otherwise it stays.
    pub(super) clears_nomination: bool,
}

/// A node, and the pods that have to go from it.
#[derive(Clone, Debug)]
pub(super) struct Nomination {
    pub(super) node: usize,
    pub(super) victims: Vec<Arc<PodInfo>>,
}

/// Runs the PostFilter plugins: DynamicResources and DefaultPreemption. `filters` is absent where the pod was rejected as a
/// whole; `promised` is the node that an earlier preemption made room on; `code` tells of a node how it rejected the pod.
pub(super) fn post_filter(
    cluster: &Cluster,
    pod: &Arc<PodInfo>,
    promised: Option<usize>,
    filters: Option<&PodFilters>,
    code: impl Fn(usize) -> Option<Code>,
    nominated: &Nominated,
) -> PostFilter {
    // Where the pod was rejected before DynamicResources had its turn, that plugin misses its notes and reports an error, so
    // that preemption is not tried (upstream: DynamicResources.PostFilter).
    if filters.is_none() {
        return PostFilter { message: "not found".into(), nominated: None, clears_nomination: false };
    }
    let result = preempt(cluster, pod, promised, filters, code, nominated);
    let (message, nominated, clears_nomination) = match result {
        // 1.37 says which node and how many victims, and leaves out what the other plugins said.
        Ok(nomination) => {
            let message = if cluster.kubernetes().at_least(Release::V1_37) {
                let node = cluster.node(nomination.node).map_or("", NodeInfo::name);
                format!(
                    "preemption: found a potential placement for pod on node {node}, preempting {} victims",
                    nomination.victims.len()
                )
            } else {
                String::new()
            };
            return PostFilter { message, nominated: Some(nomination), clears_nomination: false };
        }
        Err(Refusal::NotEligible(text)) => (format!("preemption: {text}"), None, false),
        Err(Refusal::NoCandidate(error)) => (format!("preemption: {error}"), None, true),
    };
    // 1.37 no longer says that there are no claims to give back.
    let message = if cluster.kubernetes().at_least(Release::V1_37) {
        message
    } else {
        format!("no new claims to deallocate, {message}")
    };
    PostFilter { message, nominated, clears_nomination }
}

enum Refusal {
    NotEligible(&'static str),
    NoCandidate(FitError),
}

/// Upstream: `preemption.Evaluator.Preempt`.
fn preempt(
    cluster: &Cluster,
    pod: &Arc<PodInfo>,
    promised: Option<usize>,
    filters: Option<&PodFilters>,
    code: impl Fn(usize) -> Option<Code>,
    nominated: &Nominated,
) -> Result<Nomination, Refusal> {
    if pod.flags.never_preempts {
        return Err(Refusal::NotEligible("not eligible due to preemptionPolicy=Never."));
    }
    // Upstream: DefaultPreemption.PodEligibleToPreemptOthers.
    if let Some(at) = promised
        && code(at) != Some(Code::UnschedulableAndUnresolvable)
        && let Some(node) = cluster.node(at)
        && node.pods.iter().any(|other| other.priority < pod.priority && other.flags.preempted)
    {
        return Err(Refusal::NotEligible("not eligible due to a terminating pod on the nominated node."));
    }
    let mut error = FitError::new(cluster.len());
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut judged = 0usize;
    for (at, node) in cluster.nodes().enumerate() {
        let Some(filters) = filters.filter(|_| code(at) == Some(Code::Unschedulable)) else { continue };
        judged = judged.saturating_add(1);
        match select_victims(cluster, filters, at, node, nominated) {
            Ok(victims) => candidates.push(Candidate { node: at, victims }),
            Err(rejection) => error.count(&rejection),
        }
    }
    let helpless =
        Rejection::unresolvable(Plugin::DefaultPreemption, "Preemption is not helpful for scheduling");
    error.count_many(&helpless, cluster.len().saturating_sub(judged));
    match best(candidates) {
        Some(candidate) => Ok(Nomination { node: candidate.node, victims: candidate.victims }),
        None => Err(Refusal::NoCandidate(error)),
    }
}

struct Candidate {
    node: usize,
    /// The most important first.
    victims: Vec<Arc<PodInfo>>,
}

/// The pods that have to go from one node, the most important first (upstream: `SelectVictimsOnNode`).
fn select_victims(
    cluster: &Cluster,
    filters: &PodFilters,
    at: usize,
    node: &NodeInfo,
    nominated: &Nominated,
) -> Result<Vec<Arc<PodInfo>>, Rejection> {
    let pod = filters.pod();
    let lower = |other: &&Arc<PodInfo>| other.priority < pod.priority;
    let mut potential: Vec<Arc<PodInfo>> = node.pods.iter().filter(lower).map(Arc::clone).collect();
    if potential.is_empty() {
        return Err(Rejection::unresolvable(
            Plugin::DefaultPreemption,
            "No preemption victims found for incoming pod",
        ));
    }
    let mut state = filters.clone();
    let mut node = node.clone();
    for victim in &potential {
        remove(&mut state, &mut node, victim);
    }
    if let Some(rejection) = nominated.check(cluster, &state, at, &node) {
        return Err(rejection);
    }
    potential.sort_by(|a, b| more_important(a, b));
    let mut victims = Vec::new();
    for victim in potential {
        node.add(Arc::clone(&victim));
        state.pod_added(&victim, &node);
        if nominated.check(cluster, &state, at, &node).is_some() {
            remove(&mut state, &mut node, &victim);
            victims.push(victim);
        }
    }
    if victims.is_empty() {
        // The pod fits without a victim: only a nominated pod can have been in the way.
        return Err(Rejection::new(
            Plugin::DefaultPreemption,
            Code::Error,
            crate::gang::filter::Reason::Sentence(format!(
                "expected at least one victim pod on node {:?}",
                node.name()
            )),
        ));
    }
    Ok(victims)
}

fn remove(state: &mut PodFilters, node: &mut NodeInfo, victim: &PodInfo) {
    node.remove(victim.shared_key());
    state.pod_removed(victim, node);
}

/// The more important pod first: by priority, then by who runs longer (upstream: `MoreImportantPod`). A pod that has not
/// started counts as started now.
fn more_important(a: &PodInfo, b: &PodInfo) -> Ordering {
    b.priority.cmp(&a.priority).then_with(|| started(a).cmp(&started(b)))
}

/// When a pod started; pods that have not come last.
fn started(pod: &PodInfo) -> (bool, Option<Time>) {
    (pod.start_time.is_none(), pod.start_time)
}

/// The candidate that does the least harm (upstream: `pickOneNodeForPreemption`): lowest highest priority, lowest sum of
/// priorities, fewest victims, latest start of the most important victims. Of equal ones upstream takes any, this
/// the first.
fn best(candidates: Vec<Candidate>) -> Option<Candidate> {
    let harm = |candidate: &Candidate| {
        let highest = candidate.victims.first().map_or(i32::MIN, |v| v.priority);
        // Upstream shifts priorities so that a victim more is never better.
        let sum = candidate
            .victims
            .iter()
            .fold(0i64, |sum, victim| sum.saturating_add(i64::from(victim.priority)).saturating_add(1 << 31));
        let most_important = candidate.victims.iter().filter(|v| v.priority == highest);
        let earliest = most_important.map(|v| started(v)).min();
        (highest, sum, candidate.victims.len(), core::cmp::Reverse(earliest))
    };
    candidates.into_iter().min_by_key(harm)
}

/// The lower nominated pods of a node lose their nomination to the preemptor (upstream:
/// `Executor.prepareCandidate`).
pub(super) fn loses_nomination(preemptor: &PodInfo, other: &PodInfo) -> bool {
    other.priority < preemptor.priority && other.shared_key() as &Text != preemptor.shared_key()
}
