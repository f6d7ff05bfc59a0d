//! The outcome of scheduling as the API shows it.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Serialize;

use super::cluster::{Cluster, PodInfo};
use super::upstream::{self, GroupCondition, PodOutcome};
use crate::model::Map;

/// What kube-scheduler makes of a set of pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Schedule {
    /// Each pod that was to be scheduled, by `namespace/name`.
    pub pods: Map<PodOutcome>,
    /// The PodGroups that have conditions, by `namespace/name`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub object_status: Map<GroupStatus>,
    /// The pods, as `namespace/name`, that were preempted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preempted: Vec<String>,
    /// What concerns some pod and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
}

/// The status of a PodGroup, as far as the scheduler writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupStatus {
    /// The conditions.
    pub conditions: Vec<GroupCondition>,
}

/// The outcome of kube-scheduler for these pods, with its messages.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, schedule::schedule};
/// use podverdict::{model::Pod, release::{Kubernetes, Release}};
/// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
/// let pod: Pod = serde_json::from_str(r#"{"metadata": {"name": "p", "namespace": "default"}}"#)?;
/// let answer = schedule(&cluster, &[cluster.reader().read(&pod)]);
/// let outcome = answer.pods.get("default/p").unwrap();
/// assert_eq!(outcome.message.as_deref(), Some("no nodes available to schedule pods"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn schedule(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Schedule {
    let outcome = upstream::run(cluster, pods);
    Schedule {
        pods: pods.iter().zip(outcome.pods).map(|(pod, outcome)| (pod.key(), outcome)).collect(),
        object_status: outcome
            .groups
            .into_iter()
            .map(|(key, conditions)| (key, GroupStatus { conditions }))
            .collect(),
        preempted: outcome.preempted,
        not_judged: outcome.not_judged,
    }
}
