//! Whether pods can be placed on the nodes of a cluster: one pod, many pods, and pods that only make sense together.
//!
//! [`cluster::Cluster`] holds nodes and the pods on them in the form that scheduling reads. [`filter`] says for one pod
//! and one node whether the scheduler would take the node, and if not why not. [`upstream`] does what kube-scheduler
//! of the release does with a queue of pods and groups, and [`schedule`] puts its outcome in the form that the API shows.
//! [`validate`] is what the API server says to the objects that describe groups.
//!
//! Whether a gang can start at all is a question of its own: [`tree`] finds the group and its pods, [`translate`] makes plain
//! numbers of them, [`solver`] answers with a placement or a proof, [`feasible`] puts that in the objects' names, and
//! [`explain`] says what is in the way and what would help.

pub mod cluster;
pub mod explain;
pub mod feasible;
pub mod filter;
pub mod message;
pub mod schedule;
pub mod solver;
pub mod translate;
pub mod tree;
pub mod upstream;
pub mod validate;
