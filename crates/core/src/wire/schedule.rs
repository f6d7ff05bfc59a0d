//! Ops `node_filters` and `schedule`.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::value::RawValue;

use super::{Answer, Fields};
use crate::error::InputError;
use crate::gang::cluster::{Cluster, ClusterObject, PodInfo};
use crate::gang::filter::node_filters as judge;
use crate::gang::schedule::schedule as plan;
use crate::model::{Node, Pod};
use crate::release::Kubernetes;
use crate::validate::set_defaults;

/// `nodes`, `pods` (those with a node), `pod`, `objects?` -> `nodes[]` {`node`, `fits`, `plugin?`, `code?`, `reasons?`},
/// `podRejection?`, `message?`, `notJudged?`.
pub(super) fn node_filters(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let pods = pods(k8s, fields, defaults)?;
    let cluster = cluster(k8s, fields, &pods, defaults)?;
    let mut pod = fields.pod("pod")?;
    if defaults {
        set_defaults(k8s, &mut pod);
    }
    answer.put_all(&judge(&cluster, &cluster.reader().read(&pod)));
    put_notices(&cluster, answer);
    Ok(())
}

/// `nodes`, `pods` (those with a node run there, the others are queued in this order), `objects?` -> `pods`
/// `namespace/name` -> {`state`, `node?`, `reason?`, `message?`, `gatingPlugin?`, `nominatedNode?`}, `preempted?`,
/// `notJudged?`.
pub(super) fn schedule(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    // How long upstream may take; nothing takes time here.
    fields.optional::<i64>("timeoutMs")?;
    let defaults = fields.flag("defaults")?;
    let pods = pods(k8s, fields, defaults)?;
    let cluster = cluster(k8s, fields, &pods, defaults)?;
    let mut reader = cluster.reader();
    let pending = pods.iter().filter(|pod| pod.spec.node_name.is_empty());
    let pending: Vec<Arc<PodInfo>> = pending.map(|pod| reader.read(pod)).collect();
    answer.put_all(&plan(&cluster, &pending));
    put_notices(&cluster, answer);
    Ok(())
}

pub(super) fn put_notices(cluster: &Cluster, answer: &mut Answer) {
    let notices = cluster.notices();
    if !notices.is_empty() {
        answer.put("notices", &notices);
    }
}

/// The pods as the API server stores them, unless they are to be taken as they are.
pub(super) fn pods(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    defaults: bool,
) -> Result<Vec<Pod>, InputError> {
    let mut pods: Vec<Pod> = fields.or_default("pods")?;
    if defaults {
        pods.iter_mut().for_each(|pod| set_defaults(k8s, pod));
    }
    Ok(pods)
}

fn cluster(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    pods: &[Pod],
    defaults: bool,
) -> Result<Cluster, InputError> {
    let nodes: Vec<Node> = fields.or_default("nodes")?;
    let mut cluster = Cluster::read(k8s, &nodes, pods)?;
    let objects: Vec<&RawValue> = fields.or_default("objects")?;
    for (i, object) in objects.iter().enumerate() {
        enter_object(&mut cluster, &format!("objects[{i}]"), object.get(), defaults)?;
    }
    Ok(cluster)
}

/// Takes one of `objects` into a cluster, and gives it back.
pub(super) fn enter_object(
    cluster: &mut Cluster,
    path: &str,
    text: &str,
    defaults: bool,
) -> Result<ClusterObject, InputError> {
    let mut object = ClusterObject::from_json(text).map_err(|e| e.below(path))?;
    if defaults {
        object.set_defaults();
    }
    cluster.set_object(&object);
    Ok(object)
}
