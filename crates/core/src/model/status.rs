//! Pod and container statuses as the API shows them.

use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{QosClass, ResourceList, ResourceRequirements, Time, api_enum, api_object};
use crate::quantity::Quantity;

api_object! {
    /// `v1.PodStatus`, as far as decisions read it.
    pub struct PodStatus {
        /// The pod's generation that this status is about.
        pub observed_generation: i64,
        /// Phase.
        pub phase: PodPhase,
        /// Conditions.
        pub conditions: Vec<PodCondition>,
        /// A word why the pod is in this state.
        pub reason: SmolStr,
        /// A sentence why the pod is in this state.
        pub message: String,
        /// Node that a preemption made room on.
        pub nominated_node_name: SmolStr,
        /// The pod's address.
        #[serde(rename = "podIP")]
        pub pod_ip: SmolStr,
        /// When the kubelet first saw the pod.
        pub start_time: Option<Time>,
        /// Statuses of the init containers; absent and empty differ.
        pub init_container_statuses: Option<Vec<ContainerStatus>>,
        /// Statuses of the regular containers; absent and empty differ.
        pub container_statuses: Option<Vec<ContainerStatus>>,
        /// Statuses of the ephemeral containers.
        pub ephemeral_container_statuses: Option<Vec<ContainerStatus>>,
        /// Quality-of-service class, kept from creation.
        pub qos_class: QosClass,
        /// Deprecated; no component of these releases writes it.
        pub resize: SmolStr,
        /// Pod-level resources that the node has admitted, with overhead.
        pub allocated_resources: ResourceList,
        /// Pod-level resources in force.
        pub resources: Option<ResourceRequirements>,
        /// Claims that account for node-allocatable resources (1.36 and later).
        pub node_allocatable_resource_claim_statuses: Vec<NodeAllocatableResourceClaimStatus>,
        /// The claim that backs the pod's extended resources.
        pub extended_resource_claim_status: Option<PodExtendedResourceClaimStatus>,
    }
}

api_object! {
    /// `v1.PodExtendedResourceClaimStatus`.
    pub struct PodExtendedResourceClaimStatus {
        /// Which requests the claim answers.
        pub request_mappings: Vec<ContainerExtendedResourceRequest>,
        /// The claim.
        pub resource_claim_name: SmolStr,
    }
}

api_object! {
    /// `v1.ContainerExtendedResourceRequest`.
    pub struct ContainerExtendedResourceRequest {
        /// The container.
        pub container_name: SmolStr,
        /// The extended resource.
        pub resource_name: SmolStr,
        /// The request in the claim.
        pub request_name: SmolStr,
    }
}

api_object! {
    /// `v1.NodeAllocatableResourceClaimStatus`: what a resource claim takes from the node's allocatable resources.
    pub struct NodeAllocatableResourceClaimStatus {
        /// The claim.
        pub resource_claim_name: SmolStr,
        /// Names of the containers that use the claim.
        pub containers: Vec<SmolStr>,
        /// 1.36: what the claim takes.
        pub resources: ResourceList,
        /// 1.37 and later: what the claim's devices map to.
        pub mapping: Vec<NodeAllocatableMappedResources>,
        /// 1.37 and later: what the claim's devices need beside.
        pub overhead: Vec<NodeAllocatableOverheadResources>,
    }
}

api_object! {
    /// `v1.NodeAllocatableMappedResources`.
    pub struct NodeAllocatableMappedResources {
        /// The resource.
        pub name: SmolStr,
        /// The amount for all containers that use the claim.
        pub quantity: Option<Quantity>,
    }
}

api_object! {
    /// `v1.NodeAllocatableOverheadResources`.
    pub struct NodeAllocatableOverheadResources {
        /// The resource.
        pub name: SmolStr,
        /// The amount for the pod.
        pub per_pod: Option<Quantity>,
        /// The amount for each container that uses the claim.
        pub per_container: Option<Quantity>,
    }
}

impl PodStatus {
    /// Statuses of the regular containers, none if absent.
    ///
    /// ```
    /// assert!(podverdict::model::PodStatus::default().regular().is_empty());
    /// ```
    #[must_use]
    pub fn regular(&self) -> &[ContainerStatus] {
        self.container_statuses.as_deref().unwrap_or_default()
    }

    /// Statuses of the init containers, none if absent.
    ///
    /// ```
    /// assert!(podverdict::model::PodStatus::default().init().is_empty());
    /// ```
    #[must_use]
    pub fn init(&self) -> &[ContainerStatus] {
        self.init_container_statuses.as_deref().unwrap_or_default()
    }

    /// The first condition of a type.
    ///
    /// ```
    /// assert!(podverdict::model::PodStatus::default().condition("Ready").is_none());
    /// ```
    #[must_use]
    pub fn condition(&self, condition_type: &str) -> Option<&PodCondition> {
        self.conditions.iter().find(|c| c.condition_type == condition_type)
    }
}

api_enum! {
    /// `v1.PodPhase`.
    pub enum PodPhase {
        /// Accepted, not all containers started.
        Pending = "Pending",
        /// Bound and started.
        Running = "Running",
        /// All containers ended well and stay so.
        Succeeded = "Succeeded",
        /// All containers ended, one of them badly.
        Failed = "Failed",
        /// State unknown.
        Unknown = "Unknown",
    }
}

impl PodPhase {
    /// Whether a pod never leaves this phase.
    ///
    /// ```
    /// use podverdict::model::PodPhase;
    /// assert!(PodPhase::Failed.is_terminal() && !PodPhase::Running.is_terminal());
    /// ```
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, PodPhase::Succeeded | PodPhase::Failed)
    }
}

api_object! {
    /// `v1.PodCondition`.
    pub struct PodCondition {
        /// Type, such as `Ready`.
        #[serde(rename = "type")]
        pub condition_type: SmolStr,
        /// The pod's generation that the condition is about.
        pub observed_generation: i64,
        /// `True`, `False` or `Unknown`.
        pub status: SmolStr,
        /// When it was last looked at.
        pub last_probe_time: Option<Time>,
        /// When the status last changed.
        pub last_transition_time: Option<Time>,
        /// A word why.
        pub reason: SmolStr,
        /// A sentence why.
        pub message: String,
    }
}

api_object! {
    /// `v1.ContainerStatus`, as far as decisions read it.
    pub struct ContainerStatus {
        /// Name of the container.
        pub name: SmolStr,
        /// State now.
        pub state: ContainerState,
        /// State before the last restart.
        pub last_state: ContainerState,
        /// Whether it is ready.
        pub ready: bool,
        /// How often it was restarted.
        pub restart_count: i32,
        /// Image it runs.
        pub image: SmolStr,
        /// Identity in the runtime.
        #[serde(rename = "containerID")]
        pub container_id: SmolStr,
        /// Whether the startup probe has passed.
        pub started: Option<bool>,
        /// Requests that the node has admitted.
        pub allocated_resources: ResourceList,
        /// Resources in force. Absent on a running container: the node cannot resize.
        pub resources: Option<ResourceRequirements>,
    }
}

api_object! {
    /// `v1.ContainerState`: at most one member is set.
    pub struct ContainerState {
        /// Not started yet.
        pub waiting: Option<ContainerStateWaiting>,
        /// Running.
        pub running: Option<ContainerStateRunning>,
        /// Ended.
        pub terminated: Option<ContainerStateTerminated>,
    }
}

api_object! {
    /// `v1.ContainerStateWaiting`.
    pub struct ContainerStateWaiting {
        /// A word why.
        pub reason: SmolStr,
        /// A sentence why.
        pub message: String,
    }
}

api_object! {
    /// `v1.ContainerStateRunning`.
    pub struct ContainerStateRunning {
        /// When it started.
        pub started_at: Option<Time>,
    }
}

api_object! {
    /// `v1.ContainerStateTerminated`.
    pub struct ContainerStateTerminated {
        /// Exit code.
        pub exit_code: i32,
        /// Signal, if one ended it.
        pub signal: i32,
        /// A word why.
        pub reason: SmolStr,
        /// A sentence why.
        pub message: String,
        /// When it started.
        pub started_at: Option<Time>,
        /// When it ended.
        pub finished_at: Option<Time>,
        /// Identity in the runtime.
        #[serde(rename = "containerID")]
        pub container_id: SmolStr,
    }
}
