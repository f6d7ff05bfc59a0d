//! Pod and container statuses as the API shows them.

use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{QosClass, ResourceList, ResourceRequirements, Time, api_enum, api_object};

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
        /// Claims that account for node-allocatable resources (1.36 and later); only their number is read.
        pub node_allocatable_resource_claim_statuses: Vec<Ignored>,
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

api_object! {
    /// `v1.PodCondition`.
    pub struct PodCondition {
        /// Type, such as `Ready`.
        pub condition_type: SmolStr = "type",
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
        pub container_id: SmolStr = "containerID",
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
        pub container_id: SmolStr = "containerID",
    }
}

/// A value of which only the presence is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored;

impl serde::Serialize for Ignored {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        serde::ser::SerializeMap::end(s.serialize_map(Some(0))?)
    }
}

impl crate::json::Read for Ignored {
    fn read(reader: &mut crate::json::Reader<'_>) -> Result<Self, crate::json::Error> {
        reader.skip().map(|_| Ignored)
    }
}

impl<'de> serde::Deserialize<'de> for Ignored {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(d).map(|_| Ignored)
    }
}
