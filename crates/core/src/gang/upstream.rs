//! What kube-scheduler does with pods that are to be scheduled: its queue, its choice of nodes, its preemption, and its
//! sentences.
//!
//! [`run`] takes the pods through the release's own algorithm until nothing changes any more, as if nothing else happened
//! in the cluster. All pods are there before the first one is tried.
//!
//! What is modelled, and where:
//!
//! - the queue, the back-off order, and which pod is tried again after which event (`scheduler`, `queue`);
//! - the search for a node for one pod: filters, the default profile's scores, nominated nodes (`search`, `score`), and
//!   for many equal pods the same without judging every node anew (`class`);
//! - preemption by one pod (`preemption`) and by a group (`group_preemption`);
//! - groups: which there are and when they are ready (`group`). 1.35 lets pods wait on their nodes until enough of
//!   them have one (`barrier`). 1.36 takes the members along when the first has its turn (`cycle`). 1.37 gives the group, or
//!   the tree of groups that it is in, the turn (`entity`). Both try placements where a group asks for one topology domain
//!   (`placement`).
//!
//! Where upstream is random this is not, and says `tied`: of equal nodes it takes the one that ends on top of upstream's
//! heap where the nodes pass the filters in order (`top`), which is what upstream mostly takes, but its filters run side by
//! side; members of a group that were let in together are tried in the order given, by 1.36 in any; placements are tried in
//! the order of their first nodes, upstream goes by a map; of several plugins that hold a pod back the first is named; of
//! preemptions that do equal harm the first is carried out. In a large cluster upstream looks at some of the nodes, this at
//! all (`sample`). A group that fails is tried again only if something has changed, upstream (1.36, 1.37) without end.
//!
//! What is asynchronous upstream happens at once here: a pod is bound as soon as a node is chosen, preempted pods are gone
//! as soon as they are chosen, conditions are read back as soon as they are written. Upstream may therefore try a pod
//! again while its victims are still going, with another message on the way to the same end, or turn the condition of a
//! group to false again for the pods that are left over. Time does not pass: nobody's wait at a barrier ends, and a
//! back-off only orders the queue.
//!
//! Not modelled: profiles other than the default one, extenders, PodDisruptionBudgets, what the filters leave out (see
//! [`filter`](super::filter)), failing bindings, and scores by images and by services (see `score`).

mod barrier;
mod class;
mod cycle;
mod entity;
mod group;
mod group_preemption;
mod placement;
mod preemption;
mod queue;
mod sample;
mod scheduler;
mod score;
mod search;
mod status;
mod top;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Serialize;

use self::scheduler::Scheduler;
use super::cluster::{Cluster, PodInfo};
use super::filter::Plugin;
use crate::model::Condition;

/// How a pod fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PodState {
    /// It has a node.
    Bound,
    /// It was tried and has none.
    Unschedulable,
    /// It has a node, and waits there for others of its group (upstream: Permit).
    Waiting,
    /// It is held back before it is tried (upstream: PreEnqueue).
    Gated,
    /// It is not tried: another scheduler's, or being deleted, or of a group that is not there yet.
    Pending,
    /// It had a node and was preempted.
    Deleted,
}

/// What becomes of one pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodOutcome {
    /// How it fares.
    pub state: PodState,
    /// The node it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Whether upstream may take another one: another node is as good, another preemption does as little harm, or another plugin
    /// holds the pod back as well; or there are more of them than upstream looks at, as in clusters of more than 100 nodes. Of nodes
    /// this takes what upstream takes where they pass its filters in order, of preemptions and plugins the first.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub tied: bool,
    /// The reason of condition `PodScheduled`: `Unschedulable` or `SchedulerError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The message of condition `PodScheduled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The plugin that holds it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gating_plugin: Option<Plugin>,
    /// What that plugin says; upstream only logs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gating_message: Option<String>,
    /// The node on which a preemption makes room for it, or on which it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nominated_node: Option<String>,
}

/// A condition of a group, without its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupCondition {
    /// Such as `PodGroupScheduled` (1.36) or `PodGroupInitiallyScheduled` (1.37).
    #[serde(rename = "type")]
    pub condition_type: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// The generation of the group that the condition is about; 0 if that is not known.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// A word why.
    pub reason: String,
    /// A sentence why.
    pub message: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(generation: &i64) -> bool {
    *generation == 0
}

impl From<&Condition> for GroupCondition {
    fn from(condition: &Condition) -> Self {
        GroupCondition {
            condition_type: condition.condition_type.as_str().into(),
            status: condition.status.as_str().into(),
            observed_generation: condition.observed_generation,
            reason: condition.reason.as_str().into(),
            message: condition.message.as_str().into(),
        }
    }
}

/// What becomes of all pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Outcome {
    /// One for each pod that was to be scheduled, in the order given.
    #[serde(skip)]
    pub pods: Vec<PodOutcome>,
    /// The PodGroups that have conditions, by `namespace/name`, with their conditions.
    #[serde(skip)]
    pub groups: Vec<(String, Vec<GroupCondition>)>,
    /// The pods, as `namespace/name`, that were preempted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preempted: Vec<String>,
    /// What concerns some pod and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
}

/// Takes pods through kube-scheduler's algorithm until nothing changes any more.
///
/// The pods are queued by priority, and in the order given among equals, all at once.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, upstream::{PodState, run}};
/// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
/// let node: Node = serde_json::from_str(
///     r#"{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "110"}}}"#,
/// )?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"metadata": {"name": "p"}, "spec": {"containers": [{"resources": {"requests": {"cpu": "2"}}}]}}"#,
/// )?;
/// let cluster = Cluster::read(&Kubernetes::new(Release::V1_37), &[node], &[])?;
/// let outcome = run(&cluster, &[cluster.reader().read(&pod)]);
/// assert_eq!(outcome.pods[0].state, PodState::Unschedulable);
/// assert_eq!(
///     outcome.pods[0].message.as_deref(),
///     Some("0/1 nodes are available: 1 Insufficient cpu. \
///           preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn run(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Outcome {
    let mut scheduler = Scheduler::new(cluster, pods);
    scheduler.run();
    scheduler.outcome()
}
