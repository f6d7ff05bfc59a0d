//! InterPodAffinity: near which pods, and far from which.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{
    AffinityTerm, Cluster, Labels, NodeInfo, NodeRecord, PodAffinities, PodInfo, Selector, Text,
};
use crate::release::{Gate, Release};

/// Matching pods by topology key and value; entries of zero are dropped.
type Counts = BTreeMap<(Text, Text), i64>;

/// Upstream: `interpodaffinity.preFilterState`.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Terms of pods on nodes that keep the incoming pod away.
    existing_anti: Counts,
    /// Pods that match all of the incoming pod's affinity terms.
    pub(super) near: Counts,
    /// Pods that match one of the incoming pod's anti-affinity terms.
    far: Counts,
    pub(super) terms: Vec<AffinityTerm>,
    pub(super) anti_terms: Vec<AffinityTerm>,
    namespace_labels: Labels,
    /// With gate `InterPodAffinityHostnameFastPath`, and all affinity terms about hosts: how many pods match them all, be the
    /// host labelled or not.
    pub(super) host_matches: Option<i64>,
}

/// Upstream: `interpodaffinity.InterPodAffinity.PreFilter`; `None`: nothing to check. With `before`, only nodes that had pods
/// that require distance then are asked for them.
pub(super) fn pre_filter(
    cluster: &Cluster,
    pod: &PodInfo,
    before: Option<&Cluster>,
) -> Result<Option<State>, Rejection> {
    let own = pod.shape.affinities();
    if own.is_some_and(|a: &PodAffinities| a.unparsable) {
        return Err(Rejection::new(
            Plugin::InterPodAffinity,
            Code::UnschedulableAndUnresolvable,
            Reason::Fixed("parsing pod: an affinity term has an invalid selector"),
        ));
    }
    let terms = own.map_or(&[][..], |a| &*a.required);
    let anti_terms = own.map_or(&[][..], |a| &*a.required_anti);
    if terms.is_empty() && anti_terms.is_empty() && !cluster.has_required_anti_affinity() {
        return Ok(None);
    }
    let mut state = State {
        existing_anti: Counts::new(),
        near: Counts::new(),
        far: Counts::new(),
        terms: terms.iter().map(|t| with_namespaces(cluster, t, &pod.shape.namespace)).collect(),
        anti_terms: anti_terms.iter().map(|t| with_namespaces(cluster, t, &pod.shape.namespace)).collect(),
        namespace_labels: cluster.namespace_labels(pod.namespace()),
        host_matches: None,
    };
    let hosts_only = cluster.kubernetes().enabled(Gate::InterPodAffinityHostnameFastPath)
        && !state.terms.is_empty()
        && state.terms.iter().all(|term| &*term.topology_key == HOSTNAME);
    state.host_matches = hosts_only.then_some(0);
    for (at, node) in cluster.nodes().enumerate() {
        let known = |before: &Cluster| before.node(at).is_some_and(|n| n.with_required_anti_affinity > 0);
        if node.with_required_anti_affinity > 0 && before.is_none_or(known) {
            for other in &node.pods {
                state.change_existing(pod, other, &node.record, 1);
            }
        }
        if !(state.terms.is_empty() && state.anti_terms.is_empty()) {
            for other in &node.pods {
                state.change_own(other, &node.record, 1);
            }
        }
    }
    let idle = state.existing_anti.is_empty() && state.terms.is_empty() && state.anti_terms.is_empty();
    Ok((!idle).then_some(state))
}

const HOSTNAME: &str = "kubernetes.io/hostname";

/// The term of a pod of namespace `own` with the namespaces that its selector matches now (upstream:
/// `mergeAffinityTermNamespacesIfNotEmpty`). A namespace of which only pods are known has no labels.
pub(crate) fn with_namespaces(cluster: &Cluster, term: &AffinityTerm, own: &Text) -> AffinityTerm {
    let selector = &term.namespace_selector;
    if selector.is_empty() || selector.is_nothing() {
        return term.clone();
    }
    let mut namespaces = term.namespaces.to_vec();
    let known = cluster.namespaces();
    let matching = known.iter().filter(|(_, labels)| selector.matches(labels));
    namespaces.extend(matching.map(|(name, _)| Text::clone(name)));
    if !known.contains_key(own) && selector.matches(&Labels::default()) {
        namespaces.push(Text::clone(own));
    }
    // Before 1.37 the selector stays, and later it is asked about a namespace without labels whatever the pod's is.
    let namespace_selector = match cluster.kubernetes().at_least(Release::V1_37) {
        true => Selector::NOTHING,
        false => selector.clone(),
    };
    AffinityTerm { namespaces: namespaces.into(), namespace_selector, ..term.clone() }
}

fn count(counts: &mut Counts, key: &Text, node: &NodeRecord, by: i64) {
    let Some(value) = node.labels.get(key) else { return };
    let pair = (Text::clone(key), Text::clone(value));
    let sum = counts.get(&pair).copied().unwrap_or(0).saturating_add(by);
    if sum == 0 {
        counts.remove(&pair);
    } else {
        counts.insert(pair, sum);
    }
}

pub(super) fn matches_all(terms: &[AffinityTerm], pod: &PodInfo) -> bool {
    let none = Labels::default();
    !terms.is_empty() && terms.iter().all(|t| t.matches(&pod.shape.namespace, &pod.shape.labels, &none))
}

impl State {
    fn change_existing(&mut self, pod: &PodInfo, other: &PodInfo, node: &NodeRecord, by: i64) {
        for term in other.shape.affinities().iter().flat_map(|a| &a.required_anti) {
            if term.matches(&pod.shape.namespace, &pod.shape.labels, &self.namespace_labels) {
                count(&mut self.existing_anti, &term.topology_key, node, by);
            }
        }
    }

    fn change_own(&mut self, other: &PodInfo, node: &NodeRecord, by: i64) {
        if matches_all(&self.terms, other) {
            for term in &self.terms {
                count(&mut self.near, &term.topology_key, node, by);
            }
            if let Some(matches) = &mut self.host_matches {
                *matches = matches.saturating_add(by);
            }
        }
        let none = Labels::default();
        for term in &self.anti_terms {
            if term.matches(&other.shape.namespace, &other.shape.labels, &none) {
                count(&mut self.far, &term.topology_key, node, by);
            }
        }
    }

    /// A pod comes to a node (`by` 1) or leaves one (`by` -1) (upstream: `updateWithPod`).
    pub(super) fn change(&mut self, pod: &PodInfo, other: &PodInfo, node: &NodeRecord, by: i64) {
        self.change_existing(pod, other, node, by);
        self.change_own(other, node, by);
    }

    /// Upstream: `interpodaffinity.InterPodAffinity.Filter`.
    pub(super) fn filter(&self, pod: &PodInfo, node: &NodeInfo) -> Option<Rejection> {
        let labels = &node.record.labels;
        if !self.is_near(pod, labels) {
            return Some(Rejection::unresolvable(
                Plugin::InterPodAffinity,
                "node(s) didn't match pod affinity rules",
            ));
        }
        self.filter_far(node)
    }

    /// The part about distance from pods: what comes to the cluster cannot lift it.
    pub(super) fn filter_far(&self, node: &NodeInfo) -> Option<Rejection> {
        let labels = &node.record.labels;
        let in_domain =
            |counts: &Counts, key: &Text| labels.get(key).is_some_and(|value| holds(counts, key, value));
        if self.anti_terms.iter().any(|term| in_domain(&self.far, &term.topology_key)) {
            return Some(Rejection::for_now(
                Plugin::InterPodAffinity,
                "node(s) didn't match pod anti-affinity rules",
            ));
        }
        let kept_away = !self.existing_anti.is_empty()
            && labels.iter().any(|(key, value)| holds(&self.existing_anti, key, value));
        kept_away.then(|| {
            Rejection::for_now(
                Plugin::InterPodAffinity,
                "node(s) didn't satisfy existing pods anti-affinity rules",
            )
        })
    }

    /// Upstream: `nodeTopologyMatchesAffinity`. The first pod of a group that is near itself may go anywhere.
    fn is_near(&self, pod: &PodInfo, labels: &Labels) -> bool {
        if self.terms.is_empty() {
            return true;
        }
        let mut all = true;
        for term in &self.terms {
            match labels.get(&term.topology_key) {
                None => return false,
                Some(value) => all &= holds(&self.near, &term.topology_key, value),
            }
        }
        all || (self.near.is_empty()
            && self.host_matches.is_none_or(|matches| matches <= 0)
            && matches_all(&self.terms, pod))
    }
}

fn holds(counts: &Counts, key: &Text, value: &Text) -> bool {
    counts.get(&(Text::clone(key), Text::clone(value))).is_some_and(|n| *n > 0)
}
