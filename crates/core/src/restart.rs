//! What the kubelet does with containers that ended, and with the pod around them.
//!
//! - [`decide`]: one container ended, or is in some state: is it started again, and which rule or policy says so;
//! - [`all_containers`]: when one exit restarts every container of the pod in place;
//! - [`observed`]: what the runtime must have reported, from the API's status alone;
//! - [`sandbox`]: whether the pod needs a new sandbox;
//! - [`actions`]: everything the kubelet does in its next sync, in order, each with its reason;
//! - [`kill`]: how long a container gets to stop;
//! - [`status`], [`phase`], [`conditions`]: what the pod's API status then says;
//! - [`transition`]: which status updates the kubelet drops;
//! - [`backoff`]: when a container that crashes again and again is started next;
//! - [`cycle`]: all of this together, sync after sync, until the pod settles.

pub mod actions;
pub mod all_containers;
pub mod backoff;
pub mod conditions;
mod container_statuses;
pub mod cycle;
pub mod decide;
pub mod definition;
pub mod kill;
pub mod observed;
pub mod phase;
mod records;
pub mod sandbox;
pub mod status;
mod terminated;
pub mod transition;

pub use container_statuses::ContainerStatuses;
pub use records::Records;
