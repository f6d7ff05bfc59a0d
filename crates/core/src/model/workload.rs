//! The objects of `scheduling.k8s.io` that describe gangs: Workload, PodGroup and CompositePodGroup.
//!
//! The API versions are `v1alpha1` (1.35), `v1alpha2` (1.36), and `v1beta1` and `v1alpha3` (1.37, alike but for
//! CompositePodGroup, which only `v1alpha3` has). One type serves all versions of a kind; a field says which versions have
//! it, and a version that lacks a field ignores it.

use smol_str::SmolStr;

use super::{Condition, List, ObjectMeta, absent, api_enum, api_object, never};

api_object! {
    /// `Workload`: the parts of an application, as templates of pod groups (1.35: as pod groups).
    pub struct Workload {
        /// The API version, such as `scheduling.k8s.io/v1beta1`; empty stands for the first one of the release.
        pub api_version: SmolStr => "absent",
        /// `Workload`, or empty.
        pub kind: SmolStr => "absent",
        /// Metadata.
        pub metadata: ObjectMeta => "never",
        /// Desired state.
        pub spec: WorkloadSpec => "never",
    }
}

api_object! {
    /// `WorkloadSpec`.
    pub struct WorkloadSpec {
        /// The object that this workload belongs to, such as a Job.
        pub controller_ref: Option<TypedLocalObjectReference> => "absent",
        /// 1.35: the pod groups, at most 8.
        pub pod_groups: List<WorkloadPodGroup> => "List::is_absent",
        /// 1.36 and later: templates of pod groups, at most 8.
        pub pod_group_templates: List<PodGroupTemplate> => "List::is_absent",
        /// 1.37: templates of composite pod groups, at most 8, instead of `pod_group_templates`.
        pub composite_pod_group_templates: List<CompositePodGroupTemplate> => "absent",
    }
}

api_object! {
    /// `TypedLocalObjectReference`: an object in the same namespace.
    pub struct TypedLocalObjectReference {
        /// API group; empty for the core group.
        pub api_group: SmolStr => "absent",
        /// Kind.
        pub kind: SmolStr => "never",
        /// Name.
        pub name: SmolStr => "never",
    }
}

api_object! {
    /// `PodGroup` as part of a Workload (1.35).
    pub struct WorkloadPodGroup {
        /// Name, unique in the workload.
        pub name: SmolStr => "never",
        /// How its pods are scheduled.
        pub policy: PodGroupSchedulingPolicy => "never",
    }
}

api_object! {
    /// `PodGroupTemplate` (1.36 and later).
    pub struct PodGroupTemplate {
        /// Name, unique in the workload.
        pub name: SmolStr => "never",
        /// How the pods are scheduled.
        pub scheduling_policy: PodGroupSchedulingPolicy => "never",
        /// Where the pods may be, relative to each other.
        pub scheduling_constraints: Option<SchedulingConstraints> => "never",
        /// Resource claims that the pods share, at most 4.
        pub resource_claims: List<PodGroupResourceClaim> => "absent",
        /// Whether the pods may be disrupted one by one.
        pub disruption_mode: Option<PodGroupDisruptionMode> => "absent",
        /// Name of the priority class.
        pub priority_class_name: SmolStr => "absent",
        /// Priority; absent counts as 0.
        pub priority: Option<i32> => "absent",
        /// 1.37: whether the group may preempt others.
        pub preemption_policy: Option<PreemptionPolicy> => "absent",
    }
}

api_object! {
    /// `CompositePodGroupTemplate` (1.37): a group of groups.
    pub struct CompositePodGroupTemplate {
        /// Name, unique in the workload.
        pub name: SmolStr => "never",
        /// How the groups are scheduled.
        pub scheduling_policy: CompositePodGroupSchedulingPolicy => "never",
        /// Where the groups may be, relative to each other.
        pub scheduling_constraints: Option<SchedulingConstraints> => "absent",
        /// Whether the groups may be disrupted one by one.
        pub disruption_mode: Option<DisruptionMode> => "absent",
        /// Name of the priority class.
        pub priority_class_name: SmolStr => "absent",
        /// Priority; absent counts as 0.
        pub priority: Option<i32> => "absent",
        /// Whether the group may preempt others.
        pub preemption_policy: Option<PreemptionPolicy> => "absent",
        /// Templates of the pod groups in it, at most 8.
        pub pod_group_templates: List<PodGroupTemplate> => "absent",
        /// Templates of the composite pod groups in it, at most 8.
        pub composite_pod_group_templates: List<CompositePodGroupTemplate> => "absent",
    }
}

api_object! {
    /// `PodGroupSchedulingPolicy` (1.35: `PodGroupPolicy`): exactly one member is set.
    pub struct PodGroupSchedulingPolicy {
        /// Pods are scheduled one by one.
        pub basic: Option<Empty>,
        /// All or nothing.
        pub gang: Option<GangSchedulingPolicy>,
    }
}

api_object! {
    /// `GangSchedulingPolicy`.
    pub struct GangSchedulingPolicy {
        /// How many pods must be scheduled at the same time; 1 or more.
        pub min_count: i32 => "never",
    }
}

api_object! {
    /// `CompositePodGroupSchedulingPolicy` (1.37): exactly one member is set.
    pub struct CompositePodGroupSchedulingPolicy {
        /// Groups are scheduled one by one.
        pub basic: Option<Empty>,
        /// All or nothing.
        pub gang: Option<CompositeGangSchedulingPolicy>,
    }
}

api_object! {
    /// `CompositeGangSchedulingPolicy` (1.37).
    pub struct CompositeGangSchedulingPolicy {
        /// How many groups must be scheduled at the same time; 1 or more.
        pub min_group_count: i32 => "never",
    }
}

api_object! {
    /// An object without fields; that it is there says it all.
    pub struct Empty {}
}

api_object! {
    /// `PodGroupSchedulingConstraints` and `CompositePodGroupSchedulingConstraints` (1.36 and later).
    pub struct SchedulingConstraints {
        /// Topology constraints, at most one.
        pub topology: List<TopologyConstraint>,
    }
}

api_object! {
    /// `TopologyConstraint`: all pods of the group on nodes with the same value of a label.
    pub struct TopologyConstraint {
        /// The node label.
        pub key: SmolStr => "never",
    }
}

api_object! {
    /// `PodGroupResourceClaim` (1.36 and later): exactly one source is set.
    pub struct PodGroupResourceClaim {
        /// Name within the group.
        pub name: SmolStr => "never",
        /// An existing ResourceClaim.
        pub resource_claim_name: Option<SmolStr> => "absent",
        /// A template from which a claim is made for the group.
        pub resource_claim_template_name: Option<SmolStr> => "absent",
    }
}

api_object! {
    /// `DisruptionMode` and `CompositeDisruptionMode` (1.37): exactly one member is set.
    pub struct DisruptionMode {
        /// Members may be disrupted one by one.
        pub single: Option<Empty>,
        /// Members are disrupted together.
        pub all: Option<Empty>,
    }
}

api_enum! {
    /// `DisruptionMode` as 1.36 has it.
    pub enum DisruptionModeName {
        /// Pods may be disrupted one by one.
        Pod = "Pod",
        /// The pods are disrupted together.
        PodGroup = "PodGroup",
    }
}

/// The disruption mode of a pod group: a name in 1.36, an object in 1.37.
///
/// ```
/// use podverdict::model::{DisruptionModeName, PodGroupDisruptionMode};
/// let mode: PodGroupDisruptionMode = serde_json::from_str(r#""Pod""#)?;
/// assert_eq!(mode, PodGroupDisruptionMode::Named(DisruptionModeName::Pod));
/// let mode: PodGroupDisruptionMode = serde_json::from_str(r#"{"single": {}}"#)?;
/// assert!(matches!(mode, PodGroupDisruptionMode::OneOf(mode) if mode.single.is_some()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum PodGroupDisruptionMode {
    /// `v1alpha2`: a name.
    Named(DisruptionModeName),
    /// `v1beta1` and `v1alpha3`: an object.
    OneOf(DisruptionMode),
}

impl PodGroupDisruptionMode {
    /// The name, as 1.36 has it.
    ///
    /// ```
    /// use podverdict::model::{DisruptionModeName, PodGroupDisruptionMode};
    /// assert!(PodGroupDisruptionMode::Named(DisruptionModeName::Pod).named().is_some());
    /// ```
    #[must_use]
    pub const fn named(&self) -> Option<&DisruptionModeName> {
        match self {
            PodGroupDisruptionMode::Named(name) => Some(name),
            PodGroupDisruptionMode::OneOf(_) => None,
        }
    }

    /// The object, as 1.37 has it.
    ///
    /// ```
    /// use podverdict::model::{DisruptionMode, PodGroupDisruptionMode};
    /// assert!(PodGroupDisruptionMode::OneOf(DisruptionMode::default()).one_of().is_some());
    /// ```
    #[must_use]
    pub const fn one_of(&self) -> Option<&DisruptionMode> {
        match self {
            PodGroupDisruptionMode::Named(_) => None,
            PodGroupDisruptionMode::OneOf(mode) => Some(mode),
        }
    }
}

impl serde::Serialize for PodGroupDisruptionMode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            PodGroupDisruptionMode::Named(name) => serde::Serialize::serialize(name, s),
            PodGroupDisruptionMode::OneOf(mode) => serde::Serialize::serialize(mode, s),
        }
    }
}

impl<'de> serde::Deserialize<'de> for PodGroupDisruptionMode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct NameOrObject;
        impl<'de> serde::de::Visitor<'de> for NameOrObject {
            type Value = PodGroupDisruptionMode;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a string or an object")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(PodGroupDisruptionMode::Named(DisruptionModeName::from(text)))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                DisruptionMode::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    .map(PodGroupDisruptionMode::OneOf)
            }
        }
        d.deserialize_any(NameOrObject)
    }
}

api_enum! {
    /// `PreemptionPolicy` (1.37).
    pub enum PreemptionPolicy {
        /// May preempt what has a lower priority.
        PreemptLowerPriority = "PreemptLowerPriority",
        /// Never preempts.
        Never = "Never",
    }
}

api_object! {
    /// `PodGroup` (1.36 and later): the pods of one gang.
    pub struct PodGroup {
        /// The API version, such as `scheduling.k8s.io/v1beta1`; empty stands for the first one of the release.
        pub api_version: SmolStr => "absent",
        /// `PodGroup`, or empty.
        pub kind: SmolStr => "absent",
        /// Metadata.
        pub metadata: ObjectMeta => "never",
        /// Desired state.
        pub spec: PodGroupSpec => "never",
        /// Observed state.
        pub status: PodGroupStatus => "never",
    }
}

api_object! {
    /// `PodGroupSpec`.
    pub struct PodGroupSpec {
        /// 1.36: the template that the group was made from.
        pub pod_group_template_ref: Option<PodGroupTemplateReference> => "absent",
        /// 1.37: the composite pod group that the group is part of.
        pub parent_composite_pod_group_name: Option<SmolStr> => "absent",
        /// 1.37: the template that the group was made from.
        pub workload_ref: Option<WorkloadTemplateReference> => "absent",
        /// How the pods are scheduled.
        pub scheduling_policy: PodGroupSchedulingPolicy => "never",
        /// Where the pods may be, relative to each other.
        pub scheduling_constraints: Option<SchedulingConstraints> => "absent",
        /// Resource claims that the pods share, at most 4.
        pub resource_claims: List<PodGroupResourceClaim> => "absent",
        /// Whether the pods may be disrupted one by one.
        pub disruption_mode: Option<PodGroupDisruptionMode> => "absent",
        /// Name of the priority class.
        pub priority_class_name: SmolStr => "absent",
        /// Priority; absent counts as 0.
        pub priority: Option<i32> => "absent",
        /// 1.37: whether the group may preempt others.
        pub preemption_policy: Option<PreemptionPolicy> => "absent",
    }
}

api_object! {
    /// `PodGroupTemplateReference` (1.36): its one member is set.
    pub struct PodGroupTemplateReference {
        /// A template of a Workload.
        pub workload: Option<WorkloadPodGroupTemplateReference> => "never",
    }
}

api_object! {
    /// `WorkloadPodGroupTemplateReference` (1.36).
    pub struct WorkloadPodGroupTemplateReference {
        /// Name of the Workload.
        pub workload_name: SmolStr => "never",
        /// Name of the template in it.
        pub pod_group_template_name: SmolStr => "never",
    }
}

api_object! {
    /// `WorkloadReference` of `scheduling.k8s.io` (1.37): a template of a Workload.
    pub struct WorkloadTemplateReference {
        /// Name of the Workload.
        pub workload_name: SmolStr => "never",
        /// Name of the template in it.
        pub template_name: SmolStr => "never",
    }
}

api_object! {
    /// `PodGroupStatus`.
    pub struct PodGroupStatus {
        /// Conditions.
        pub conditions: List<Condition>,
        /// The claims that were made for the group, at most 4.
        pub resource_claim_statuses: List<PodGroupResourceClaimStatus>,
    }
}

api_object! {
    /// `PodGroupResourceClaimStatus`.
    pub struct PodGroupResourceClaimStatus {
        /// Name within the group.
        pub name: SmolStr => "never",
        /// The ResourceClaim that was made.
        pub resource_claim_name: Option<SmolStr> => "absent",
    }
}

api_object! {
    /// `CompositePodGroup` (1.37): a group of groups.
    pub struct CompositePodGroup {
        /// The API version, `scheduling.k8s.io/v1alpha3`, or empty.
        pub api_version: SmolStr => "absent",
        /// `CompositePodGroup`, or empty.
        pub kind: SmolStr => "absent",
        /// Metadata.
        pub metadata: ObjectMeta => "never",
        /// Desired state.
        pub spec: CompositePodGroupSpec => "never",
        /// Observed state.
        pub status: CompositePodGroupStatus => "never",
    }
}

api_object! {
    /// `CompositePodGroupSpec`.
    pub struct CompositePodGroupSpec {
        /// The composite pod group that the group is part of.
        pub parent_composite_pod_group_name: Option<SmolStr> => "absent",
        /// The template that the group was made from.
        pub workload_ref: Option<WorkloadTemplateReference> => "never",
        /// How the groups are scheduled.
        pub scheduling_policy: CompositePodGroupSchedulingPolicy => "never",
        /// Where the groups may be, relative to each other.
        pub scheduling_constraints: Option<SchedulingConstraints> => "absent",
        /// Whether the groups may be disrupted one by one.
        pub disruption_mode: Option<DisruptionMode> => "absent",
        /// Name of the priority class.
        pub priority_class_name: SmolStr => "absent",
        /// Priority; absent counts as 0.
        pub priority: Option<i32> => "absent",
        /// Whether the group may preempt others.
        pub preemption_policy: Option<PreemptionPolicy> => "absent",
    }
}

api_object! {
    /// `CompositePodGroupStatus`.
    pub struct CompositePodGroupStatus {
        /// Conditions; no component of 1.37 writes them.
        pub conditions: List<Condition>,
    }
}
