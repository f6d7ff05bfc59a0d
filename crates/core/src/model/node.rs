//! Nodes.

use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{ObjectMeta, ResourceList, api_object};

api_object! {
    /// `v1.Node`, as far as decisions read it.
    pub struct Node {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: NodeSpec,
        /// Observed state.
        pub status: NodeStatus,
    } of kind "Node"
}

api_object! {
    /// `v1.NodeSpec`.
    pub struct NodeSpec {
        /// Whether new pods are kept away.
        pub unschedulable: bool,
        /// Taints.
        pub taints: Vec<Taint>,
    }
}

api_object! {
    /// `v1.Taint`.
    pub struct Taint {
        /// Key.
        pub key: SmolStr,
        /// Value.
        pub value: SmolStr,
        /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
        pub effect: SmolStr,
    }
}

api_object! {
    /// `v1.NodeStatus`.
    pub struct NodeStatus {
        /// All that the node has.
        pub capacity: ResourceList,
        /// What pods may use.
        pub allocatable: ResourceList,
        /// Features that the kubelet declares.
        pub declared_features: Vec<SmolStr>,
        /// Features of the node's container runtime.
        pub features: Option<NodeFeatures>,
    }
}

api_object! {
    /// `v1.NodeFeatures`.
    pub struct NodeFeatures {
        /// Whether the runtime knows supplemental groups policies.
        pub supplemental_groups_policy: Option<bool>,
    }
}
