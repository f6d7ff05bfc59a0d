//! PodTopologySpread: pods of a kind are spread evenly over domains.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Plugin, Rejection};
use crate::gang::cluster::{
    Cluster, Labels, NodeInfo, NodeRecord, Placement, PodInfo, Selector, SpreadConstraint, Text,
    WhenUnsatisfiable, same,
};

/// The pod's hard constraints, each with the counts of its domains (upstream: `podtopologyspread.preFilterState`).
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) constraints: Vec<Counted>,
    comparisons: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) constraint: SpreadConstraint,
    pub(super) selector: Selector,
    /// Whether the incoming pod itself is one of those counted.
    pub(super) counts_self: bool,
    /// Matching pods by domain.
    pub(super) domains: BTreeMap<Text, i64>,
    lowest: Lowest,
}

/// The two lowest domains. Upstream keeps no more than these up to date while pods come and go, so that a third one may be
/// missed then (upstream: `criticalPaths`).
#[derive(Clone, Debug)]
struct Lowest([(Option<Text>, i64); 2]);

impl Lowest {
    const fn new() -> Self {
        Lowest([(None, i32::MAX as i64), (None, i32::MAX as i64)])
    }

    fn update(&mut self, domain: &Text, count: i64) {
        let Lowest([first, second]) = self;
        let is = |entry: &(Option<Text>, i64)| entry.0.as_ref().is_some_and(|d| same(d, domain));
        if is(first) || is(second) {
            if is(first) {
                first.1 = count;
            } else {
                second.1 = count;
            }
            if first.1 > second.1 {
                core::mem::swap(first, second);
            }
        } else if count < first.1 {
            *second = core::mem::replace(first, (Some(Text::clone(domain)), count));
        } else if count < second.1 {
            *second = (Some(Text::clone(domain)), count);
        }
    }
}

/// Why the constraints cannot be used: a selector that does not parse, which is an error of the scheduler.
pub(super) struct Unparsable;

/// Upstream: `podtopologyspread.PodTopologySpread.PreFilter`; `None`: the pod has no hard constraint. The profile's default
/// constraints are all soft.
pub(super) fn pre_filter(
    cluster: &Cluster,
    pod: &PodInfo,
    placement: &Placement,
    comparisons: bool,
) -> Result<Option<State>, Unparsable> {
    let hard = placement.spread.iter().filter(|c| c.when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule);
    let mut constraints = Vec::new();
    for constraint in hard {
        let selector = constraint.selector.clone().ok_or(Unparsable)?;
        constraints.push(Counted {
            counts_self: selector.matches(&pod.shape.labels),
            selector,
            constraint: constraint.clone(),
            domains: BTreeMap::new(),
            lowest: Lowest::new(),
        });
    }
    if constraints.is_empty() {
        return Ok(None);
    }
    let mut state = State { constraints, comparisons };
    for node in cluster.nodes() {
        state.count_node(pod, placement, node);
    }
    for counted in &mut state.constraints {
        for (domain, count) in &counted.domains {
            counted.lowest.update(domain, *count);
        }
    }
    Ok(Some(state))
}

impl State {
    fn count_node(&mut self, pod: &PodInfo, placement: &Placement, node: &NodeInfo) {
        if !self.has_all_keys(&node.record.labels) {
            return;
        }
        let comparisons = self.comparisons;
        for counted in &mut self.constraints {
            if !counted.constraint.includes(placement, &node.record, comparisons) {
                continue;
            }
            let Some(domain) = node.record.labels.get(&counted.constraint.topology_key) else { continue };
            let pods = count_matching(node, &counted.selector, &pod.shape.namespace);
            let count = counted.domains.entry(Text::clone(domain)).or_default();
            *count = count.saturating_add(pods);
        }
    }

    pub(super) fn has_all_keys(&self, labels: &Labels) -> bool {
        self.constraints.iter().all(|c| labels.get(&c.constraint.topology_key).is_some())
    }

    /// A pod comes to a node (`by` 1) or leaves one (`by` -1) (upstream: `updateWithPod`).
    pub(super) fn change(
        &mut self,
        pod: &PodInfo,
        placement: &Placement,
        other: &PodInfo,
        node: &NodeRecord,
        by: i64,
    ) {
        if !same(&other.shape.namespace, &pod.shape.namespace) || !self.has_all_keys(&node.labels) {
            return;
        }
        let comparisons = self.comparisons;
        for counted in &mut self.constraints {
            if !counted.selector.matches(&other.shape.labels)
                || !counted.constraint.includes(placement, node, comparisons)
            {
                continue;
            }
            let Some(domain) = node.labels.get(&counted.constraint.topology_key) else { continue };
            let count = counted.domains.entry(Text::clone(domain)).or_default();
            *count = count.saturating_add(by);
            let count = *count;
            counted.lowest.update(domain, count);
        }
    }

    /// Upstream: `podtopologyspread.PodTopologySpread.Filter`.
    pub(super) fn filter(&self, node: &NodeInfo) -> Option<Rejection> {
        for counted in &self.constraints {
            let Some(domain) = node.record.labels.get(&counted.constraint.topology_key) else {
                return Some(Rejection::unresolvable(
                    Plugin::PodTopologySpread,
                    "node(s) didn't match pod topology spread constraints (missing required label)",
                ));
            };
            let count = counted.domains.get(domain).copied().unwrap_or(0);
            let skew = count.saturating_add(counted.counts_self.into()).saturating_sub(counted.minimum());
            if skew > counted.constraint.max_skew {
                return Some(Rejection::for_now(
                    Plugin::PodTopologySpread,
                    "node(s) didn't match pod topology spread constraints",
                ));
            }
        }
        None
    }
}

impl Counted {
    fn minimum(&self) -> i64 {
        let domains = i64::try_from(self.domains.len()).unwrap_or(i64::MAX);
        if domains < self.constraint.min_domains { 0 } else { self.lowest.0[0].1 }
    }
}

impl SpreadConstraint {
    /// Whether pods on the node are counted (upstream: `matchNodeInclusionPolicies`).
    pub(crate) fn includes(&self, placement: &Placement, node: &NodeRecord, comparisons: bool) -> bool {
        (!self.honors_affinity || placement.affinity.matches(node))
            && (!self.honors_taints || !placement.has_untolerated_taint(&node.taints, comparisons))
    }
}

/// How many pods on the node are in the namespace, match, and stay (upstream: `countPodsMatchSelector`).
pub(crate) fn count_matching(node: &NodeInfo, selector: &Selector, namespace: &Text) -> i64 {
    // An empty selector matches everything, and yet upstream counts nothing by it.
    if selector.is_empty() {
        return 0;
    }
    let matching = node.pods.iter().filter(|pod| {
        !pod.flags.terminating && same(&pod.shape.namespace, namespace) && selector.matches(&pod.shape.labels)
    });
    i64::try_from(matching.count()).unwrap_or(i64::MAX)
}
