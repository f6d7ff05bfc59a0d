//! Resource lists and requirements.

use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{Map, api_enum, api_object};
use crate::quantity::Quantity;

/// Names of the resources that Kubernetes itself defines.
pub mod resource {
    /// CPU, in cores; decisions use milli-CPU.
    pub const CPU: &str = "cpu";
    /// Memory, in bytes.
    pub const MEMORY: &str = "memory";
    /// Local ephemeral storage, in bytes.
    pub const EPHEMERAL_STORAGE: &str = "ephemeral-storage";
    /// Number of pods a node takes.
    pub const PODS: &str = "pods";
    /// Prefix of huge page resources, in bytes; the page size follows.
    pub const HUGEPAGES_PREFIX: &str = "hugepages-";
}

/// `v1.ResourceList`: an amount for each resource name.
pub type ResourceList = Map<Quantity>;

impl Map<Quantity> {
    /// The CPU amount, if there is an entry.
    ///
    /// ```
    /// use podverdict::{model::ResourceList, quantity::Quantity};
    /// let list: ResourceList = [("cpu", Quantity::parse("100m").unwrap())].into_iter().collect();
    /// assert_eq!(list.cpu().unwrap().milli_value(), 100);
    /// ```
    #[must_use]
    pub fn cpu(&self) -> Option<&Quantity> {
        self.get(resource::CPU)
    }

    /// The memory amount, if there is an entry.
    ///
    /// ```
    /// assert!(podverdict::model::ResourceList::new().memory().is_none());
    /// ```
    #[must_use]
    pub fn memory(&self) -> Option<&Quantity> {
        self.get(resource::MEMORY)
    }

    /// Both amounts, CPU first, found in one walk.
    pub(crate) fn cpu_and_memory(&self) -> [Option<&Quantity>; 2] {
        let [mut cpu, mut memory] = [None; 2];
        for (name, amount) in self {
            match name.as_str() {
                resource::CPU => cpu = Some(amount),
                resource::MEMORY => memory = Some(amount),
                _ => {}
            }
        }
        [cpu, memory]
    }
}

api_object! {
    /// `v1.ResourceRequirements`.
    pub struct ResourceRequirements {
        /// The most that may be used.
        pub limits: ResourceList,
        /// What is reserved.
        pub requests: ResourceList,
        /// Dynamic resource claims that are used.
        pub claims: Option<Vec<ResourceClaim>>,
    }
}

api_object! {
    /// `v1.ResourceClaim`: a use of one of the pod's resource claims.
    pub struct ResourceClaim {
        /// Name of an entry of `spec.resourceClaims`; written also where it is empty.
        pub name: SmolStr => "super::never",
        /// Name of one request of that claim; empty for all.
        pub request: SmolStr => "super::absent",
    }
}

api_object! {
    /// `v1.ContainerResizePolicy`: what a resize of one resource means for the container. Both fields are always written.
    pub struct ContainerResizePolicy {
        /// The resource: `cpu` or `memory`.
        pub resource_name: SmolStr => "super::never",
        /// Whether the container is restarted.
        pub restart_policy: ResizeRestartPolicy => "super::never",
    }
}

api_enum! {
    /// `v1.ResourceResizeRestartPolicy`.
    pub enum ResizeRestartPolicy {
        /// The resource changes while the container runs, if the runtime can.
        NotRequired = "NotRequired",
        /// The container is restarted.
        RestartContainer = "RestartContainer",
    }
}
