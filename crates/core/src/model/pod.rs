//! The pod.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{
    Affinity, Container, Map, ObjectMeta, PodStatus, ResourceList, ResourceRequirements, RestartPolicy,
    Toleration, TopologySpreadConstraint, Volume, api_enum, api_object,
};

api_object! {
    /// `v1.Pod`.
    pub struct Pod {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: PodSpec,
        /// Observed state.
        pub status: PodStatus,
    } of kind "Pod"
}

api_object! {
    /// `v1.PodSpec`, as far as decisions read it.
    pub struct PodSpec {
        /// Init containers, run in order; sidecars among them.
        pub init_containers: Vec<Container>,
        /// Regular containers.
        pub containers: Vec<Container>,
        /// Ephemeral containers.
        pub ephemeral_containers: Vec<Container>,
        /// Restart policy of containers that have none of their own.
        pub restart_policy: RestartPolicy,
        /// Seconds between the first signal and the kill.
        pub termination_grace_period_seconds: Option<i64>,
        /// Seconds the pod may be active.
        pub active_deadline_seconds: Option<i64>,
        /// Pod-level resources. Absent and empty differ.
        pub resources: Option<ResourceRequirements>,
        /// Resources that the runtime class adds.
        pub overhead: ResourceList,
        /// The node the pod is bound to.
        pub node_name: SmolStr,
        /// Labels the node must have.
        pub node_selector: Map<SmolStr>,
        /// Affinity rules.
        pub affinity: Option<Box<Affinity>>,
        /// Tolerated taints.
        pub tolerations: Vec<Toleration>,
        /// Spreading rules.
        pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
        /// Gates that hold the pod back from scheduling.
        pub scheduling_gates: Vec<PodSchedulingGate>,
        /// Conditions that have to be true for the pod to be ready.
        pub readiness_gates: Vec<PodReadinessGate>,
        /// Volumes.
        pub volumes: Vec<Volume>,
        /// Whether the pod uses the host's network.
        pub host_network: bool,
        /// Whether the pod uses the host's user namespace; absent means it does.
        pub host_users: Option<bool>,
        /// Priority; absent counts as 0.
        pub priority: Option<i32>,
        /// Name of the priority class.
        pub priority_class_name: SmolStr,
        /// Whether the pod may preempt others.
        pub preemption_policy: Option<SmolStr>,
        /// The scheduler that handles the pod.
        pub scheduler_name: SmolStr,
        /// The operating system.
        pub os: Option<PodOs>,
        /// Security settings of the pod.
        pub security_context: Option<PodSecurityContext>,
        /// Dynamic resource claims.
        pub resource_claims: Vec<PodResourceClaim>,
        /// 1.35: the pod's place in a Workload.
        pub workload_ref: Option<WorkloadReference>,
        /// 1.36 and later: the pod's group.
        pub scheduling_group: Option<PodSchedulingGroup>,
    }
}

impl Pod {
    /// Whether the pod comes from the node's own manifests, not from the API server (upstream: `pkg/kubelet/types.IsStaticPod`).
    ///
    /// ```
    /// use podverdict::model::Pod;
    /// let pod: Pod = serde_json::from_str(r#"{"metadata": {"annotations": {"kubernetes.io/config.source": "file"}}}"#)?;
    /// assert!(pod.is_static());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.metadata.annotations.get("kubernetes.io/config.source").is_some_and(|source| source != "api")
    }

    /// Whether the pod stands in the API server for a static one (upstream: `pkg/kubelet/types.IsMirrorPod`).
    ///
    /// ```
    /// assert!(!podverdict::model::Pod::default().is_mirror());
    /// ```
    #[must_use]
    pub fn is_mirror(&self) -> bool {
        self.metadata.annotations.contains_key("kubernetes.io/config.mirror")
    }

    /// Whether the kubelet evicts other pods for this one: it is static, a mirror, or of a system priority
    /// (upstream: `pkg/kubelet/types.IsCriticalPod`).
    ///
    /// ```
    /// use podverdict::model::Pod;
    /// let pod: Pod = serde_json::from_str(r#"{"spec": {"priority": 2000000000}}"#)?;
    /// assert!(pod.is_critical());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_critical(&self) -> bool {
        const SYSTEM_CRITICAL: i32 = 2_000_000_000;
        self.is_static()
            || self.is_mirror()
            || self.spec.priority.is_some_and(|priority| priority >= SYSTEM_CRITICAL)
    }
}

impl PodSpec {
    /// Init and regular containers, in this order, each with whether it is an init container.
    ///
    /// ```
    /// use podverdict::model::{Container, PodSpec};
    /// let spec = PodSpec { containers: vec![Container::default()], ..PodSpec::default() };
    /// assert_eq!(spec.init_and_regular().map(|(_, init)| init).collect::<Vec<_>>(), [false]);
    /// ```
    pub fn init_and_regular(&self) -> impl Iterator<Item = (&Container, bool)> {
        self.init_containers.iter().map(|c| (c, true)).chain(self.containers.iter().map(|c| (c, false)))
    }
}

api_object! {
    /// `v1.PodSecurityContext`, as far as decisions read it.
    pub struct PodSecurityContext {
        /// How supplemental groups are found: `Merge` or `Strict`.
        pub supplemental_groups_policy: Option<SmolStr>,
    }
}

api_object! {
    /// `v1.PodOS`.
    pub struct PodOs {
        /// `linux` or `windows`.
        pub name: SmolStr,
    }
}

api_object! {
    /// `v1.PodSchedulingGate`.
    pub struct PodSchedulingGate {
        /// Name.
        pub name: SmolStr,
    }
}

api_object! {
    /// `v1.PodReadinessGate`.
    pub struct PodReadinessGate {
        /// Type of the condition.
        pub condition_type: SmolStr,
    }
}

api_object! {
    /// `v1.PodResourceClaim`.
    pub struct PodResourceClaim {
        /// Name within the pod.
        pub name: SmolStr,
        /// An existing ResourceClaim.
        pub resource_claim_name: Option<SmolStr>,
        /// A template from which a claim is made.
        pub resource_claim_template_name: Option<SmolStr>,
    }
}

api_object! {
    /// `v1.WorkloadReference` (1.35).
    pub struct WorkloadReference {
        /// Name of the Workload.
        pub name: SmolStr,
        /// Name of the pod group in it.
        pub pod_group: SmolStr,
        /// Which replica of the pod group.
        pub pod_group_replica_key: SmolStr,
    }
}

api_object! {
    /// `v1.PodSchedulingGroup` (1.36 and later).
    pub struct PodSchedulingGroup {
        /// Name of the PodGroup.
        pub pod_group_name: Option<SmolStr>,
    }
}

api_enum! {
    /// `v1.PodQOSClass`.
    pub enum QosClass {
        /// Requests equal limits for CPU and memory everywhere.
        Guaranteed = "Guaranteed",
        /// Some requests or limits.
        Burstable = "Burstable",
        /// Neither requests nor limits for CPU and memory.
        BestEffort = "BestEffort",
    }
}
