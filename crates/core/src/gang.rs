//! Whether pods can be placed on the nodes of a cluster: one pod, many pods, and pods that only make sense together.
//!
//! [`cluster::Cluster`] holds nodes and the pods on them in the form that scheduling reads. [`filter`] says for one pod
//! and one node whether the scheduler would take the node, and if not why not. [`upstream`] does what kube-scheduler
//! of the release does with a queue of pods and groups, and [`schedule`] puts its outcome in the form that the API shows.
//! [`validate`] is what the API server says to the objects that describe groups. [`solver`] answers whether members of a
//! gang can be placed at all, with a placement or a proof.

pub mod cluster;
pub mod filter;
pub mod message;
pub mod schedule;
pub mod solver;
pub mod upstream;
pub mod validate;
