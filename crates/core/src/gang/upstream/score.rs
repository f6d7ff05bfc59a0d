//! Which of the feasible nodes is best: the scores of kube-scheduler's default profile.
//!
//! ImageLocality is left out: the images on a node are not read, and the score is 0 for all nodes then. So is spreading by
//! the services and controllers of a pod that has no spread constraints of its own.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::gang::cluster::{
    AffinityTerm, Cluster, Labels, NodeInfo, PodInfo, PodShape, Selector, SpreadConstraint, TaintEffect,
    Text, WhenUnsatisfiable,
};
use crate::gang::filter::{count_matching, with_namespaces};
use crate::release::{Gate, Release};

/// The highest score of one plugin for one node.
const MAX: i64 = 100;

/// The scores that depend on nothing but the node and the pod: NodeResourcesFit (least allocated) and
/// NodeResourcesBalancedAllocation, each with weight 1.
pub(super) fn by_resources(cluster: &Cluster, shape: &PodShape, node: &NodeInfo) -> i64 {
    least_allocated(shape, node).saturating_add(balanced(cluster, shape, node))
}

/// Upstream: `noderesources.leastResourceScorer` over CPU and memory.
fn least_allocated(shape: &PodShape, node: &NodeInfo) -> i64 {
    let (cpu, memory) = shape.scored();
    let one = |has: i64, taken: i64, wanted: i64| {
        if has == 0 {
            return None;
        }
        let taken = taken.wrapping_add(wanted);
        let free = has.wrapping_sub(taken);
        Some(if taken > has { 0 } else { free.wrapping_mul(MAX).checked_div(has).unwrap_or(0) })
    };
    let allocatable = &node.record.allocatable;
    let scores =
        [one(allocatable.milli_cpu, node.non_zero.0, cpu), one(allocatable.memory, node.non_zero.1, memory)];
    let (sum, count) = scores
        .into_iter()
        .flatten()
        .fold((0i64, 0i64), |(sum, count), score| (sum.saturating_add(score), count.saturating_add(1)));
    sum.checked_div(count).unwrap_or(0)
}

/// Upstream: `noderesources.balancedResourceScorer` over CPU and memory. From 1.36 it is how much the pod improves the
/// balance, before that how good the balance is with the pod.
fn balanced(cluster: &Cluster, shape: &PodShape, node: &NodeInfo) -> i64 {
    let (cpu, memory) = (shape.usage.milli_cpu, shape.usage.memory);
    if cpu == 0 && memory == 0 {
        return 0;
    }
    let allocatable = &node.record.allocatable;
    let (has_cpu, has_memory) = (allocatable.milli_cpu, allocatable.memory);
    let (taken_cpu, taken_memory) = (node.requested.milli_cpu, node.requested.memory);
    let with =
        balance((taken_cpu.wrapping_add(cpu), has_cpu), (taken_memory.wrapping_add(memory), has_memory));
    if !cluster.kubernetes().at_least(Release::V1_36) {
        return with;
    }
    let without = balance((taken_cpu, has_cpu), (taken_memory, has_memory));
    (MAX / 2).saturating_add((MAX / 2).saturating_add(with).saturating_sub(without).wrapping_div(2))
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "as upstream computes it")]
fn balance(cpu: (i64, i64), memory: (i64, i64)) -> i64 {
    let fraction = |(taken, has): (i64, i64)| (has != 0).then(|| (taken as f64 / has as f64).min(1.0));
    let deviation = match (fraction(cpu), fraction(memory)) {
        (Some(cpu), Some(memory)) => ((cpu - memory) / 2.0).abs(),
        _ => 0.0,
    };
    ((1.0 - deviation) * MAX as f64) as i64
}

/// Whether [`by_resources`] orders the nodes for this pod as the full score does, whatever nodes are feasible.
pub(super) fn resources_decide(cluster: &Cluster, pod: &PodInfo) -> bool {
    let placement = pod.shape.placement();
    placement.preferred.is_empty()
        && placement.spread.iter().all(|c| c.when_unsatisfiable != WhenUnsatisfiable::ScheduleAnyway)
        && !cluster.has_affinity()
        && pod.shape.affinities().is_none()
        && !cluster
            .nodes()
            .any(|node| node.record.taints.iter().any(|t| t.effect == TaintEffect::PreferNoSchedule))
}

/// The full score of each feasible node. Where pods on nodes have preferences about others is looked up in `index`.
pub(super) fn all(cluster: &Cluster, index: &Cluster, pod: &PodInfo, feasible: &[usize]) -> Vec<i64> {
    let nodes: Vec<&NodeInfo> = feasible.iter().filter_map(|at| cluster.node(*at)).collect();
    let mut total: Vec<i64> = nodes.iter().map(|node| by_resources(cluster, &pod.shape, node)).collect();
    let mut add = |scores: Vec<i64>, weight: i64| {
        for (sum, score) in total.iter_mut().zip(scores) {
            *sum = sum.saturating_add(score.saturating_mul(weight));
        }
    };
    add(taint_toleration(cluster, pod, &nodes), 3);
    add(node_affinity(pod, &nodes), 2);
    add(topology_spread(cluster, pod, &nodes), 2);
    add(inter_pod_affinity(cluster, index, pod, &nodes), 2);
    total
}

/// Upstream: `helper.DefaultNormalizeScore`.
fn normalize(scores: &mut [i64], reverse: bool) {
    let most = scores.iter().copied().max().unwrap_or(0).max(0);
    for score in scores.iter_mut() {
        let part = score.saturating_mul(MAX).checked_div(most).unwrap_or(0);
        *score = if reverse { MAX.saturating_sub(part) } else { part };
    }
}

fn taint_toleration(cluster: &Cluster, pod: &PodInfo, nodes: &[&NodeInfo]) -> Vec<i64> {
    let comparisons = cluster.kubernetes().enabled(Gate::TaintTolerationComparisonOperators);
    let placement = pod.shape.placement();
    let count = |node: &&NodeInfo| {
        let soft = node.record.taints.iter().filter(|t| t.effect == TaintEffect::PreferNoSchedule);
        i64::try_from(soft.filter(|t| !placement.tolerates(t, comparisons)).count()).unwrap_or(i64::MAX)
    };
    let mut scores: Vec<i64> = nodes.iter().map(count).collect();
    normalize(&mut scores, true);
    scores
}

fn node_affinity(pod: &PodInfo, nodes: &[&NodeInfo]) -> Vec<i64> {
    let preferred = &pod.shape.placement().preferred;
    let score = |node: &&NodeInfo| {
        let matching =
            preferred.iter().filter(|(_, t)| t.matches(&node.record.labels, Some(&node.record.name)));
        matching.fold(0i64, |sum, (weight, _)| sum.saturating_add(*weight))
    };
    let mut scores: Vec<i64> = nodes.iter().map(score).collect();
    normalize(&mut scores, false);
    scores
}

const HOSTNAME: &str = "kubernetes.io/hostname";

/// Upstream: `podtopologyspread` scoring, for the pod's own soft constraints.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "as upstream computes it; counts are far below 2^52"
)]
fn topology_spread(cluster: &Cluster, pod: &PodInfo, nodes: &[&NodeInfo]) -> Vec<i64> {
    let placement = pod.shape.placement();
    let comparisons = cluster.kubernetes().enabled(Gate::TaintTolerationComparisonOperators);
    let soft: Vec<(&SpreadConstraint, &Selector)> = placement
        .spread
        .iter()
        .filter(|c| c.when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway)
        .filter_map(|c| Some((c, c.selector.as_ref()?)))
        .collect();
    if soft.is_empty() {
        return Vec::new();
    }
    let has_all_keys = |labels: &Labels| soft.iter().all(|(c, _)| labels.get(&c.topology_key).is_some());
    let counted: Vec<bool> = nodes.iter().map(|node| has_all_keys(&node.record.labels)).collect();
    let hosts = counted.iter().filter(|counted| **counted).count();
    // Domains that feasible nodes are in, with the matching pods of all nodes.
    let mut domains: Vec<BTreeMap<&Text, i64>> = alloc::vec![BTreeMap::new(); soft.len()];
    for (node, _) in nodes.iter().zip(&counted).filter(|(_, counted)| **counted) {
        for ((constraint, _), domains) in soft.iter().zip(&mut domains) {
            if &*constraint.topology_key != HOSTNAME
                && let Some(domain) = node.record.labels.get(&constraint.topology_key)
            {
                domains.entry(domain).or_default();
            }
        }
    }
    for node in cluster.nodes().filter(|node| has_all_keys(&node.record.labels)) {
        for ((constraint, selector), domains) in soft.iter().zip(&mut domains) {
            if constraint.includes(placement, &node.record, comparisons)
                && let Some(domain) = node.record.labels.get(&constraint.topology_key)
                && let Some(count) = domains.get_mut(domain)
            {
                *count = count.saturating_add(count_matching(node, selector, &pod.shape.namespace));
            }
        }
    }
    let score = |node: &NodeInfo| {
        let mut score = 0.0;
        for ((constraint, selector), domains) in soft.iter().zip(&domains) {
            let Some(domain) = node.record.labels.get(&constraint.topology_key) else { continue };
            let (count, size) = if &*constraint.topology_key == HOSTNAME {
                (count_matching(node, selector, &pod.shape.namespace), hosts)
            } else {
                (domains.get(domain).copied().unwrap_or(0), domains.len())
            };
            score += count as f64 * ln(size as f64 + 2.0) + constraint.max_skew.saturating_sub(1) as f64;
        }
        // Upstream rounds half away from zero; the score is never negative.
        (score + 0.5) as i64
    };
    let raw: Vec<Option<i64>> =
        nodes.iter().zip(&counted).map(|(node, counted)| counted.then(|| score(node))).collect();
    let least = raw.iter().flatten().copied().min().unwrap_or(i64::MAX);
    let most = raw.iter().flatten().copied().max().unwrap_or(0).max(0);
    let normalized = raw.into_iter().map(|score| match score {
        None => 0,
        Some(_) if most == 0 => MAX,
        Some(score) => MAX
            .saturating_mul(most.saturating_add(least).saturating_sub(score))
            .checked_div(most)
            .unwrap_or(0),
    });
    normalized.collect()
}

/// The natural logarithm of a number of at least 1, which `core` does not have.
fn ln(x: f64) -> f64 {
    let mut x = x;
    let mut halvings = 0.0;
    while x > 1.5 {
        x /= 2.0;
        halvings += 1.0;
    }
    // 2 * atanh((x - 1) / (x + 1)), whose terms fall by a factor of 25 or more.
    let y = (x - 1.0) / (x + 1.0);
    let (mut term, mut sum, mut n) = (y, 0.0, 1.0);
    while n < 41.0 {
        sum += term / n;
        term *= y * y;
        n += 2.0;
    }
    2.0 * sum + halvings * core::f64::consts::LN_2
}

/// Upstream: `interpodaffinity` scoring; a required affinity term of a pod on a node counts with weight 1.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "as upstream computes it")]
fn inter_pod_affinity(cluster: &Cluster, index: &Cluster, pod: &PodInfo, nodes: &[&NodeInfo]) -> Vec<i64> {
    let own = pod.shape.affinities();
    let prefers = own.is_some_and(|a| !a.preferred.is_empty() || !a.preferred_anti.is_empty());
    if !prefers && !index.has_affinity() {
        return Vec::new();
    }
    let none = Labels::default();
    let namespace_labels = cluster.namespace_labels(pod.namespace());
    let with_namespaces = |terms: &[(i64, AffinityTerm)]| -> Vec<(i64, AffinityTerm)> {
        terms
            .iter()
            .map(|(weight, term)| (*weight, with_namespaces(cluster, term, &pod.shape.namespace)))
            .collect()
    };
    let (near, far) = own.map_or((Vec::new(), Vec::new()), |own| {
        (with_namespaces(&own.preferred), with_namespaces(&own.preferred_anti))
    });
    let mut scores: BTreeMap<(&Text, &Text), i64> = BTreeMap::new();
    let looked_at = |at: usize| prefers || index.node(at).is_some_and(|node| node.with_affinity > 0);
    for node in cluster.nodes().enumerate().filter(|(at, _)| looked_at(*at)).map(|(_, node)| node) {
        let labels = &node.record.labels;
        let mut add = |key: &'_ Text, weight: i64| {
            if let Some((key, value)) = labels.iter().find(|(k, _)| *k == key) {
                let sum = scores.entry((key, value)).or_default();
                *sum = sum.saturating_add(weight);
            }
        };
        for other in &node.pods {
            let is_about =
                |term: &AffinityTerm| term.matches(&other.shape.namespace, &other.shape.labels, &none);
            for (weight, term) in near.iter().filter(|(_, term)| is_about(term)) {
                add(&term.topology_key, *weight);
            }
            for (weight, term) in far.iter().filter(|(_, term)| is_about(term)) {
                add(&term.topology_key, weight.saturating_neg());
            }
            let Some(theirs) = other.shape.affinities() else { continue };
            let about = |term: &AffinityTerm| {
                term.matches(&pod.shape.namespace, &pod.shape.labels, &namespace_labels)
            };
            for term in theirs.required.iter().filter(|term| about(term)) {
                add(&term.topology_key, 1);
            }
            for (weight, term) in theirs.preferred.iter().filter(|(_, term)| about(term)) {
                add(&term.topology_key, *weight);
            }
            for (weight, term) in theirs.preferred_anti.iter().filter(|(_, term)| about(term)) {
                add(&term.topology_key, weight.saturating_neg());
            }
        }
    }
    if scores.is_empty() {
        return Vec::new();
    }
    let keys: BTreeSet<&Text> = scores.keys().map(|(key, _)| *key).collect();
    let sum = |node: &&NodeInfo| {
        let values = keys.iter().filter_map(|key| Some((*key, node.record.labels.get(key)?)));
        values.fold(0i64, |sum, pair| sum.saturating_add(scores.get(&pair).copied().unwrap_or(0)))
    };
    let raw: Vec<i64> = nodes.iter().map(sum).collect();
    let least = raw.iter().copied().min().unwrap_or(0);
    let range = raw.iter().copied().max().unwrap_or(0).saturating_sub(least);
    let normalized = raw.into_iter().map(|score| {
        if range > 0 { (MAX as f64 * (score.saturating_sub(least) as f64 / range as f64)) as i64 } else { 0 }
    });
    normalized.collect()
}
