//! What a pod asks of its node: selectors, tolerations, spreading, declared features.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::labels::{Labels, Selector, Unparsable, integer};
use super::node::{NodeRecord, Taint, TaintEffect};
use super::text::{Text, Texts, same};
use crate::model::{Affinity, NodeSelectorTerm, Pod, SelectorOperator, Toleration, TopologySpreadConstraint};
use crate::release::{Gate, Kubernetes};

/// What a pod that is to be scheduled asks of its node. Pods that have a node need none of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Placement {
    pub(crate) affinity: RequiredNodeAffinity,
    /// The nodes that the required affinity pins the pod to by name.
    pub(crate) pinned: Pinned,
    pub(crate) preferred: Vec<(i64, NodeTerm)>,
    /// Whether one of the preferred terms cannot be parsed, which fails the scoring.
    pub(crate) preferred_unparsable: bool,
    pub(crate) tolerations: Vec<Tolerance>,
    pub(crate) spread: Vec<SpreadConstraint>,
    pub(crate) features: DeclaredFeatures,
}

impl Placement {
    /// Nothing asked.
    pub(crate) const NONE: Placement = Placement {
        affinity: RequiredNodeAffinity { selector: None, terms: None },
        pinned: Pinned::Nowhere,
        preferred: Vec::new(),
        preferred_unparsable: false,
        tolerations: Vec::new(),
        spread: Vec::new(),
        features: DeclaredFeatures(0),
    };

    pub(crate) fn read(k8s: &Kubernetes, texts: &mut Texts, pod: &Pod, pod_labels: &Labels) -> Self {
        let node_affinity =
            pod.spec.affinity.as_deref().and_then(|affinity: &Affinity| affinity.node_affinity.as_ref());
        let required =
            node_affinity.and_then(|a| a.required_during_scheduling_ignored_during_execution.as_ref());
        let selector = (!pod.spec.node_selector.is_empty()).then(|| {
            let pairs: Vec<(Text, Text)> =
                pod.spec.node_selector.iter().map(|(k, v)| (texts.share(k), texts.share(v))).collect();
            Selector::of_set(pairs.into_iter())
        });
        let terms = required.map(|required| read_terms(texts, &required.node_selector_terms));
        let mut preferred = Vec::new();
        let mut preferred_unparsable = false;
        for term in node_affinity.iter().flat_map(|a| &a.preferred_during_scheduling_ignored_during_execution)
        {
            if term.weight == 0 || is_empty(&term.preference) {
                continue;
            }
            match NodeTerm::read(texts, &term.preference) {
                Ok(parsed) => preferred.push((i64::from(term.weight), parsed)),
                Err(Unparsable) => preferred_unparsable = true,
            }
        }
        Placement {
            pinned: required.map_or(Pinned::Nowhere, |r| Pinned::read(texts, &r.node_selector_terms)),
            affinity: RequiredNodeAffinity { selector, terms },
            preferred,
            preferred_unparsable,
            tolerations: pod.spec.tolerations.iter().map(|t| Tolerance::read(texts, t)).collect(),
            spread: pod
                .spec
                .topology_spread_constraints
                .iter()
                .map(|c| SpreadConstraint::read(k8s, texts, c, pod_labels))
                .collect(),
            features: DeclaredFeatures::inferred(k8s, pod),
        }
    }

    /// The first taint that keeps the pod away and is not tolerated (upstream: `FindMatchingUntoleratedTaint` with
    /// `DoNotScheduleTaintsFilterFunc`).
    pub(crate) fn has_untolerated_taint(&self, taints: &[Taint], comparisons: bool) -> bool {
        taints.iter().any(|taint| {
            matches!(taint.effect, TaintEffect::NoSchedule | TaintEffect::NoExecute)
                && !self.tolerates(taint, comparisons)
        })
    }

    pub(crate) fn tolerates(&self, taint: &Taint, comparisons: bool) -> bool {
        self.tolerations.iter().any(|t| t.tolerates(taint, comparisons))
    }
}

/// A node selector and a required node affinity: both must match (upstream: `nodeaffinity.RequiredNodeAffinity`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequiredNodeAffinity {
    selector: Option<Selector>,
    /// The terms, one of which must match; `Err` stands for a term that cannot be parsed and so matches nothing.
    terms: Option<Box<[NodeTerm]>>,
}

impl RequiredNodeAffinity {
    pub(crate) fn matches(&self, node: &NodeRecord) -> bool {
        self.selector.as_ref().is_none_or(|s| s.matches(&node.labels))
            && self.terms.as_ref().is_none_or(|terms| any_term_matches(terms, &node.labels, Some(&node.name)))
    }
}

/// Whether one of the terms matches (upstream: `nodeaffinity.LazyErrorNodeSelector.Match`).
pub(crate) fn any_term_matches(terms: &[NodeTerm], labels: &Labels, name: Option<&Text>) -> bool {
    terms.iter().any(|term| term.matches(labels, name))
}

/// The terms of a node selector; empty and unparsable ones match nothing and are left out.
pub(crate) fn read_terms(texts: &mut Texts, terms: &[NodeSelectorTerm]) -> Box<[NodeTerm]> {
    let parsed = terms.iter().filter(|term| !is_empty(term));
    parsed.filter_map(|term| NodeTerm::read(texts, term).ok()).collect()
}

fn is_empty(term: &NodeSelectorTerm) -> bool {
    term.match_expressions.is_empty() && term.match_fields.is_empty()
}

/// A node selector term that is not empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeTerm {
    labels: Option<Selector>,
    fields: Box<[FieldRequirement]>,
}

/// What a term asks of a field; all fields but `metadata.name` are empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FieldRequirement {
    is_name: bool,
    equal: bool,
    value: Text,
}

impl NodeTerm {
    fn read(texts: &mut Texts, term: &NodeSelectorTerm) -> Result<Self, Unparsable> {
        let labels = if term.match_expressions.is_empty() {
            None
        } else {
            Some(Selector::read_expressions(texts, &term.match_expressions)?)
        };
        let fields = term.match_fields.iter().map(|field| {
            let equal = match field.operator {
                SelectorOperator::In => true,
                SelectorOperator::NotIn => false,
                _ => return Err(Unparsable),
            };
            let [value] = field.values.as_slice() else { return Err(Unparsable) };
            Ok(FieldRequirement { is_name: field.key == NAME_FIELD, equal, value: texts.share(value) })
        });
        Ok(NodeTerm { labels, fields: fields.collect::<Result<_, _>>()? })
    }

    pub(crate) fn matches(&self, labels: &Labels, name: Option<&Text>) -> bool {
        // Fields are only looked at where the node has a name.
        self.labels.as_ref().is_none_or(|s| s.matches(labels))
            && name.is_none_or(|name| {
                self.fields.iter().all(|f| {
                    let value: &str = if f.is_name { name } else { "" };
                    (value == &*f.value) == f.equal
                })
            })
    }
}

const NAME_FIELD: &str = "metadata.name";

/// Which nodes the required affinity pins a pod to by name (upstream: `NodeAffinity.PreFilter`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pinned {
    /// It does not: some term is open to any name.
    Nowhere,
    /// To these, sorted.
    To(Box<[Text]>),
    /// The terms contradict each other.
    Conflict,
}

impl Pinned {
    fn read(texts: &mut Texts, terms: &[NodeSelectorTerm]) -> Self {
        if terms.is_empty() {
            return Pinned::Nowhere;
        }
        let mut all: Vec<Text> = Vec::new();
        for term in terms {
            let mut names: Option<Vec<Text>> = None;
            for field in &term.match_fields {
                if field.key != NAME_FIELD || field.operator != SelectorOperator::In {
                    continue;
                }
                names = Some(match names {
                    None => field.values.iter().map(|v| texts.share(v)).collect(),
                    Some(names) => {
                        names.into_iter().filter(|n| field.values.iter().any(|v| **v == **n)).collect()
                    }
                });
            }
            match names {
                None => return Pinned::Nowhere,
                Some(names) => all.extend(names),
            }
        }
        all.sort();
        all.dedup();
        if all.is_empty() { Pinned::Conflict } else { Pinned::To(all.into()) }
    }
}

/// `v1.Toleration`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tolerance {
    /// None: every key.
    key: Option<Text>,
    operator: TolerationOperator,
    value: Text,
    /// None: every effect.
    effect: Option<TaintEffect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum TolerationOperator {
    Equal,
    Exists,
    Lt,
    Gt,
    Unknown,
}

impl Tolerance {
    fn read(texts: &mut Texts, toleration: &Toleration) -> Self {
        Tolerance {
            key: (!toleration.key.is_empty()).then(|| texts.share(&toleration.key)),
            operator: match toleration.operator.as_str() {
                "" | "Equal" => TolerationOperator::Equal,
                "Exists" => TolerationOperator::Exists,
                "Lt" => TolerationOperator::Lt,
                "Gt" => TolerationOperator::Gt,
                _ => TolerationOperator::Unknown,
            },
            value: texts.share(&toleration.value),
            effect: (!toleration.effect.is_empty()).then(|| TaintEffect::read(texts, &toleration.effect)),
        }
    }

    /// Upstream: `v1.Toleration.ToleratesTaint`; `comparisons` is gate `TaintTolerationComparisonOperators`.
    fn tolerates(&self, taint: &Taint, comparisons: bool) -> bool {
        if self.effect.as_ref().is_some_and(|effect| *effect != taint.effect)
            || self.key.as_ref().is_some_and(|key| !same(key, &taint.key))
        {
            return false;
        }
        match self.operator {
            TolerationOperator::Equal => same(&self.value, &taint.value),
            TolerationOperator::Exists => true,
            TolerationOperator::Lt | TolerationOperator::Gt if comparisons => {
                match (decimal(&self.value), decimal(&taint.value)) {
                    (Some(bound), Some(value)) if self.operator == TolerationOperator::Lt => value < bound,
                    (Some(bound), Some(value)) => value > bound,
                    _ => false,
                }
            }
            TolerationOperator::Lt | TolerationOperator::Gt | TolerationOperator::Unknown => false,
        }
    }
}

/// A whole number without leading zeros, plus sign or minus zero (upstream: `content.IsDecimalInteger`).
fn decimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = text == "0" || digits.bytes().next().is_some_and(|b| matches!(b, b'1'..=b'9'));
    if canonical { integer(text) } else { None }
}

/// `v1.TopologySpreadConstraint`, with its defaults and the pod's own labels applied (upstream:
/// `PodTopologySpread.filterTopologySpreadConstraints`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SpreadConstraint {
    pub(crate) max_skew: i64,
    pub(crate) topology_key: Text,
    pub(crate) when_unsatisfiable: WhenUnsatisfiable,
    /// None: it cannot be parsed.
    pub(crate) selector: Option<Selector>,
    pub(crate) min_domains: i64,
    /// Whether only nodes that the pod's node selector and affinity match are counted.
    pub(crate) honors_affinity: bool,
    /// Whether only nodes whose taints the pod tolerates are counted.
    pub(crate) honors_taints: bool,
}

/// What happens where a spread constraint cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WhenUnsatisfiable {
    DoNotSchedule,
    ScheduleAnyway,
    Unknown,
}

impl SpreadConstraint {
    fn read(k8s: &Kubernetes, texts: &mut Texts, c: &TopologySpreadConstraint, labels: &Labels) -> Self {
        let mut selector = Selector::read(texts, c.label_selector.as_ref()).ok();
        if k8s.enabled(Gate::MatchLabelKeysInPodTopologySpread) {
            let own: Vec<(Text, Text)> = c
                .match_label_keys
                .iter()
                .filter_map(|key| Some((texts.share(key), Text::clone(labels.get(key)?))))
                .collect();
            if !own.is_empty() {
                selector = selector.map(|s| s.and_set(own.into_iter()));
            }
        }
        // Gate NodeInclusionPolicyInPodTopologySpread is locked on in every release.
        SpreadConstraint {
            max_skew: i64::from(c.max_skew),
            topology_key: texts.share(&c.topology_key),
            when_unsatisfiable: match c.when_unsatisfiable.as_str() {
                "DoNotSchedule" => WhenUnsatisfiable::DoNotSchedule,
                "ScheduleAnyway" => WhenUnsatisfiable::ScheduleAnyway,
                _ => WhenUnsatisfiable::Unknown,
            },
            selector,
            min_domains: i64::from(c.min_domains.unwrap_or(1)),
            honors_affinity: c.node_affinity_policy.as_deref().is_none_or(|policy| policy == "Honor"),
            honors_taints: c.node_taints_policy.as_deref() == Some("Honor"),
        }
    }
}

/// Features that a node declares, or that a pod needs declared, as a set (upstream:
/// `nodedeclaredfeatures.FeatureSet`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeclaredFeatures(u16);

/// The features that each release knows, sorted as upstream sorts them. Only three are ever asked of a node at scheduling; the
/// others matter for the order in which a node's list is read.
const KNOWN_1_36: &[&str] = &[
    "ExtendWebSocketsToKubelet",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "RestartAllContainersOnContainerExits",
    "UserNamespacesHostNetworkSupport",
];
const KNOWN_1_37: &[&str] = &[
    "DRANodeAllocatableResources",
    "DRAOptionalNodeOperations",
    "ExtendWebSocketsToKubelet",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "InPlacePodVerticalScalingMemoryBackedVolumes",
    "RestartAllContainersOnContainerExits",
    "UserNamespacesHostNetworkSupport",
    "VolumeBindMountOptions",
];

const RESTART_ALL_CONTAINERS: (&str, u16) = ("RestartAllContainersOnContainerExits", 1);
const USER_NAMESPACES_HOST_NETWORK: (&str, u16) = ("UserNamespacesHostNetworkSupport", 2);
const VOLUME_BIND_MOUNT_OPTIONS: (&str, u16) = ("VolumeBindMountOptions", 4);
const ASKED: [(&str, u16); 3] =
    [RESTART_ALL_CONTAINERS, USER_NAMESPACES_HOST_NETWORK, VOLUME_BIND_MOUNT_OPTIONS];

impl DeclaredFeatures {
    /// What a node declares. From 1.36 the list is merged with the sorted list of known features, so that of an
    /// unsorted list some are lost (upstream: `FeatureMapper.TryMap`).
    pub(crate) fn declared(k8s: &Kubernetes, features: &[smol_str::SmolStr]) -> Self {
        use crate::release::Release;
        let mut set = 0;
        let mut add = |name: &str| {
            for (known, bit) in ASKED {
                if known == name {
                    set |= bit;
                }
            }
        };
        let known = match k8s.release() {
            Release::V1_35 => {
                features.iter().for_each(|f| add(f));
                return DeclaredFeatures(set);
            }
            Release::V1_36 => KNOWN_1_36,
            Release::V1_37 => KNOWN_1_37,
        };
        let mut known = known.iter().peekable();
        let mut features = features.iter().peekable();
        while let (Some(k), Some(f)) = (known.peek(), features.peek()) {
            match f.as_str().cmp(k) {
                core::cmp::Ordering::Less => {
                    features.next();
                }
                core::cmp::Ordering::Greater => {
                    known.next();
                }
                core::cmp::Ordering::Equal => {
                    add(k);
                    known.next();
                    features.next();
                }
            }
        }
        DeclaredFeatures(set)
    }

    /// What a pod needs (upstream: `nodedeclaredfeatures.Framework.InferForPodScheduling`).
    fn inferred(k8s: &Kubernetes, pod: &Pod) -> Self {
        use crate::model::ContainerRestartRuleAction::RestartAllContainers;
        use crate::release::Release;
        let mut set = 0;
        let mut containers = pod.spec.init_and_regular().map(|(c, _)| c);
        if containers.any(|c| c.rules().iter().any(|rule| rule.action == RestartAllContainers)) {
            set |= RESTART_ALL_CONTAINERS.1;
        }
        if k8s.at_least(Release::V1_36) && pod.spec.host_network && pod.spec.host_users == Some(false) {
            set |= USER_NAMESPACES_HOST_NETWORK.1;
        }
        let mut containers =
            pod.spec.init_and_regular().map(|(c, _)| c).chain(pod.spec.ephemeral_containers.iter());
        if k8s.at_least(Release::V1_37)
            && containers.any(|c| c.volume_mounts.iter().any(|m| !m.bind_mount_options.is_empty()))
        {
            set |= VOLUME_BIND_MOUNT_OPTIONS.1;
        }
        DeclaredFeatures(set)
    }

    /// The features of this set that the other lacks.
    pub(crate) fn missing_in(self, other: DeclaredFeatures) -> impl Iterator<Item = &'static str> {
        let missing = self.0 & !other.0;
        ASKED.into_iter().filter(move |(_, bit)| missing & bit != 0).map(|(name, _)| name)
    }
}
