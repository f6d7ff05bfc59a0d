//! Where a pod may run: affinity, tolerations, spreading, selectors.

use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{Map, api_enum, api_object};

api_object! {
    /// `v1.Affinity`.
    pub struct Affinity {
        /// Which nodes.
        pub node_affinity: Option<NodeAffinity>,
        /// Near which pods.
        pub pod_affinity: Option<PodAffinity>,
        /// Far from which pods.
        pub pod_anti_affinity: Option<PodAffinity>,
    }
}

api_object! {
    /// `v1.NodeAffinity`.
    pub struct NodeAffinity {
        /// The requirement.
        pub required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
        /// The preferences.
        pub preferred_during_scheduling_ignored_during_execution: Vec<PreferredSchedulingTerm>,
    }
}

api_object! {
    /// `v1.PreferredSchedulingTerm`.
    pub struct PreferredSchedulingTerm {
        /// How much a match counts, 1 to 100.
        pub weight: i32,
        /// Which nodes.
        pub preference: NodeSelectorTerm,
    }
}

api_object! {
    /// `v1.NodeSelector`: one term must match.
    pub struct NodeSelector {
        /// The terms.
        pub node_selector_terms: Vec<NodeSelectorTerm>,
    }
}

api_object! {
    /// `v1.NodeSelectorTerm`: all requirements must match; an empty term matches nothing.
    pub struct NodeSelectorTerm {
        /// On labels.
        pub match_expressions: Vec<SelectorRequirement>,
        /// On fields: `metadata.name`.
        pub match_fields: Vec<SelectorRequirement>,
    }
}

api_object! {
    /// `v1.NodeSelectorRequirement` and `metav1.LabelSelectorRequirement`.
    pub struct SelectorRequirement {
        /// The label or field.
        pub key: SmolStr,
        /// How it is compared.
        pub operator: SelectorOperator,
        /// With what.
        pub values: Vec<SmolStr>,
    }
}

api_enum! {
    /// Operators of selectors; label selectors have no `Gt` and `Lt`.
    pub enum SelectorOperator {
        /// One of the values.
        In = "In",
        /// None of the values, or absent.
        NotIn = "NotIn",
        /// Present.
        Exists = "Exists",
        /// Absent.
        DoesNotExist = "DoesNotExist",
        /// Greater than the one value, as integers.
        Gt = "Gt",
        /// Less than the one value, as integers.
        Lt = "Lt",
    }
}

api_object! {
    /// `v1.PodAffinity` and `v1.PodAntiAffinity`.
    pub struct PodAffinity {
        /// The requirements: all must hold.
        pub required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm>,
        /// The preferences.
        pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
    }
}

api_object! {
    /// `v1.WeightedPodAffinityTerm`.
    pub struct WeightedPodAffinityTerm {
        /// How much a match counts, 1 to 100.
        pub weight: i32,
        /// Which pods.
        pub pod_affinity_term: PodAffinityTerm,
    }
}

api_object! {
    /// `v1.PodAffinityTerm`.
    pub struct PodAffinityTerm {
        /// Which pods; absent matches none.
        pub label_selector: Option<LabelSelector>,
        /// In which namespaces.
        pub namespaces: Vec<SmolStr>,
        /// The node label that makes a domain.
        pub topology_key: SmolStr,
        /// Namespaces by label; empty matches all, absent none.
        pub namespace_selector: Option<LabelSelector>,
        /// Labels whose values must be the incoming pod's own.
        pub match_label_keys: Vec<SmolStr>,
        /// Labels whose values must not be the incoming pod's own.
        pub mismatch_label_keys: Vec<SmolStr>,
    }
}

api_object! {
    /// `metav1.LabelSelector`.
    pub struct LabelSelector {
        /// Exact labels.
        pub match_labels: Map<SmolStr>,
        /// Requirements.
        pub match_expressions: Vec<SelectorRequirement>,
    }
}

api_object! {
    /// `v1.Toleration`.
    pub struct Toleration {
        /// The taint's key; empty matches all keys.
        pub key: SmolStr,
        /// `Exists`, `Equal` (also when empty), and `Lt`, `Gt` behind a gate.
        pub operator: SmolStr,
        /// The taint's value.
        pub value: SmolStr,
        /// The taint's effect; empty matches all effects.
        pub effect: SmolStr,
        /// Seconds a `NoExecute` taint is tolerated.
        pub toleration_seconds: Option<i64>,
    }
}

api_object! {
    /// `v1.TopologySpreadConstraint`.
    pub struct TopologySpreadConstraint {
        /// The greatest allowed difference between domains.
        pub max_skew: i32,
        /// The node label that makes a domain.
        pub topology_key: SmolStr,
        /// `DoNotSchedule` or `ScheduleAnyway`.
        pub when_unsatisfiable: SmolStr,
        /// Which pods are counted.
        pub label_selector: Option<LabelSelector>,
        /// The fewest domains for the minimum to count.
        pub min_domains: Option<i32>,
        /// Whether nodes outside the pod's affinity are counted: `Honor` or `Ignore`.
        pub node_affinity_policy: Option<SmolStr>,
        /// Whether nodes with untolerated taints are left out: `Honor` or `Ignore`.
        pub node_taints_policy: Option<SmolStr>,
        /// Labels whose values must be the incoming pod's own.
        pub match_label_keys: Vec<SmolStr>,
    }
}
