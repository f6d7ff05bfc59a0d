//! Ops `gang_feasible` and `gang_explain`.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::value::RawValue;

use super::schedule;
use super::{Answer, Fields};
use crate::error::InputError;
use crate::gang::cluster::{Cluster, PodInfo};
use crate::gang::explain::explain;
use crate::gang::feasible::{Upstream, feasible};
use crate::gang::schedule::schedule as plan;
use crate::gang::solver::budget::Budget;
use crate::gang::tree::GangObjects;
use crate::model::{Node, Pod};
use crate::release::Kubernetes;

/// A question about one gang.
struct Question {
    cluster: Cluster,
    objects: GangObjects,
    pending: Vec<Arc<PodInfo>>,
    group: Option<String>,
    budget: Budget,
}

/// `nodes`, `pods`, `objects` (with the Workload, PodGroups, CompositePodGroups), `group?`, `budget?` (steps), `upstream?` (default true)
/// -> [`Feasible`](crate::gang::feasible::Feasible), and `upstream` beside it.
pub(super) fn gang_feasible(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let beside = fields.flag("upstream")?;
    let question = Question::read(k8s, fields)?;
    let Question { cluster, objects, pending, group, budget } = &question;
    let found = feasible(cluster, objects, pending, group.as_deref(), *budget)?;
    answer.put_all(&found);
    if beside {
        answer.put("upstream", &Upstream::of(&found, &plan(cluster, pending)));
    }
    schedule::put_notices(cluster, answer);
    Ok(())
}

/// The inputs of `gang_feasible`, but `upstream` -> [`Explanation`](crate::gang::explain::Explanation).
pub(super) fn gang_explain(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let question = Question::read(k8s, fields)?;
    let Question { cluster, objects, pending, group, budget } = &question;
    answer.put_all(&explain(cluster, objects, pending, group.as_deref(), *budget)?);
    schedule::put_notices(cluster, answer);
    Ok(())
}

impl Question {
    fn read(k8s: &Kubernetes, fields: &mut Fields<'_>) -> Result<Self, InputError> {
        // How long upstream may take; nothing takes time here.
        fields.optional::<i64>("timeoutMs")?;
        let group = fields.optional("group")?;
        let budget = fields.optional("budget")?.map_or_else(Budget::default, Budget::new);
        let defaults = fields.flag("defaults")?;
        let pods: Vec<Pod> = schedule::pods(k8s, fields, defaults)?;
        let nodes: Vec<Node> = fields.or_default("nodes")?;
        let mut cluster = Cluster::read(k8s, &nodes, &pods)?;
        let mut objects = GangObjects::default();
        let given: Vec<&RawValue> = fields.or_default("objects")?;
        for (i, object) in given.iter().enumerate() {
            objects.add(schedule::enter_object(
                &mut cluster,
                &format!("objects[{i}]"),
                object.get(),
                defaults,
            )?);
        }
        let mut reader = cluster.reader();
        let pending = pods.iter().filter(|pod| pod.spec.node_name.is_empty());
        let pending = pending.map(|pod| reader.read(pod)).collect();
        Ok(Question { cluster, objects, pending, group, budget })
    }
}
