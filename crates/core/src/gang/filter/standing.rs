//! What the filters say of a node whatever members of a gang are placed, and what they make depend on that.
//!
//! Resources, spread constraints and nearness to other pods change with every member that is placed. The rest stands: no
//! member takes a taint away or makes room for another one.

use alloc::vec::Vec;

use super::{PodFilters, Rejection, node_ports};
use crate::gang::cluster::{
    AffinityTerm, Cluster, HostPort, Labels, NodeInfo, NodeRecord, PodInfo, Text, same,
};
use crate::gang::filter::{disks_shared, volume_restrictions};

/// A hard spread constraint with the counts of its domains.
pub(crate) struct SpreadRule<'f> {
    /// The node label that names the domain.
    pub(crate) key: &'f Text,
    pub(crate) max_skew: i64,
    pub(crate) min_domains: i64,
    pub(crate) counts_self: bool,
    /// The matching pods in each domain that is counted.
    pub(crate) domains: Vec<(&'f Text, i64)>,
    place: usize,
}

/// The required affinity to other pods with the domains that are held.
pub(crate) struct NearRule<'f> {
    /// Each topology key once, with the domains that hold a pod that matches every term.
    pub(crate) held: Vec<(&'f Text, Vec<&'f Text>)>,
    /// Whether the pod may be the first of its kind.
    pub(crate) may_be_first: bool,
}

impl PodFilters {
    /// Why the node is out of the question for the pod, whatever members of its gang are placed before it.
    pub(crate) fn check_standing(&self, cluster: &Cluster, node: &NodeInfo) -> Option<Rejection> {
        if self.candidates().is_some_and(|names| names.binary_search(&node.record.name).is_err()) {
            return self.outside(&self.restricted_by());
        }
        self.check_record(node)
            .or_else(|| node_ports::filter(self.pod.shape.ports(), node))
            .or_else(|| self.check_volumes(cluster, node))
            .or_else(|| self.affinity.as_ref()?.filter_far(node))
            .or_else(|| self.check_features(node))
    }

    /// The hard spread constraints.
    pub(crate) fn spread_rules(&self) -> Vec<SpreadRule<'_>> {
        let constraints = self.spread.iter().flat_map(|state| &state.constraints).enumerate();
        constraints
            .map(|(place, counted)| SpreadRule {
                key: &counted.constraint.topology_key,
                max_skew: counted.constraint.max_skew,
                min_domains: counted.constraint.min_domains,
                counts_self: counted.counts_self,
                domains: counted.domains.iter().map(|(domain, count)| (domain, *count)).collect(),
                place,
            })
            .collect()
    }

    /// Whether pods on the node are counted for a spread constraint.
    pub(crate) fn spread_includes(&self, rule: &SpreadRule<'_>, node: &NodeRecord) -> bool {
        let Some(state) = &self.spread else { return false };
        state.constraints.get(rule.place).is_some_and(|counted| {
            state.has_all_keys(&node.labels)
                && counted.constraint.includes(self.pod.shape.placement(), node, self.comparisons)
        })
    }

    /// Whether a spread constraint counts a pod once it has a node.
    pub(crate) fn spread_counts(&self, rule: &SpreadRule<'_>, other: &PodInfo) -> bool {
        let counted = self.spread.as_ref().and_then(|state| state.constraints.get(rule.place));
        counted.is_some_and(|counted| {
            // An empty selector matches everything, and yet upstream counts nothing by it.
            !counted.selector.is_empty()
                && same(&other.shape.namespace, &self.pod.shape.namespace)
                && counted.selector.matches(&other.shape.labels)
        })
    }

    /// The required affinity to other pods, if there is any.
    pub(crate) fn near_rule(&self) -> Option<NearRule<'_>> {
        let state = self.affinity.as_ref().filter(|state| !state.terms.is_empty())?;
        let mut held: Vec<(&Text, Vec<&Text>)> = Vec::new();
        for term in &state.terms {
            if !held.iter().any(|(key, _)| same(key, &term.topology_key)) {
                held.push((&term.topology_key, Vec::new()));
            }
        }
        for ((key, value), count) in &state.near {
            if *count > 0
                && let Some((_, values)) = held.iter_mut().find(|(known, _)| same(known, key))
            {
                values.push(value);
            }
        }
        // A matching pod on a host without a label holds no domain, and yet is there (upstream: the hostname fast path).
        let may_be_first = state.host_matches.is_none_or(|matches| matches <= 0);
        Some(NearRule { held, may_be_first })
    }

    /// Whether the pod wants to be near another one: whether that one matches every term.
    pub(crate) fn is_near_to(&self, other: &PodInfo) -> bool {
        self.affinity
            .as_ref()
            .is_some_and(|state| super::inter_pod_affinity::matches_all(&state.terms, other))
    }

    /// The topology keys in which the pod keeps away from another one.
    pub(crate) fn keeps_away_from<'f>(&'f self, other: &'f PodInfo) -> impl Iterator<Item = &'f Text> {
        let terms = self.affinity.iter().flat_map(|state| &state.anti_terms);
        let matches = |term: &&AffinityTerm| {
            term.matches(&other.shape.namespace, &other.shape.labels, &Labels::default())
        };
        terms.filter(matches).map(|term| &term.topology_key)
    }

    /// The claims of the pod that one pod at a time may use.
    pub(crate) fn exclusive_claims(&self, cluster: &Cluster) -> Vec<Text> {
        volume_restrictions::once_per_pod(cluster, &self.pod)
    }

    /// Whether members of a gang may fill up the volumes that nodes take, or bind claims for one another.
    pub(crate) fn has_volumes(&self) -> bool {
        self.counts_volumes
    }
}

/// Whether two pods cannot be on one node, because of host ports or disks.
pub(crate) fn exclude_each_other(one: &PodInfo, other: &PodInfo) -> bool {
    let ports = |port: &HostPort| other.shape.ports().iter().any(|p| p.conflicts(port));
    one.shape.ports().iter().any(ports) || disks_shared(one, other)
}
