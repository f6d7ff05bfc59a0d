//! In-place pod resize: what a pod asks for, whether its node can give it, and what happens then.

pub mod actions;
pub mod admit;
pub mod advice;
pub mod allocation;
pub mod amounts;
pub mod cgroup;
pub mod feasible;
pub mod headroom;
pub mod node_admission;
pub mod node_use;
pub(crate) mod pod_level_defaults;
pub mod qos;
pub mod queue;
pub(crate) mod refusal;
pub mod requests;
pub(crate) mod resource_name;
pub mod status;
