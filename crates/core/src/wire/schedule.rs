//! Ops `node_filters` and `schedule`.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Answer, Fields};
use crate::error::{ErrorCode, InputError, parse};
use crate::gang::cluster::{Cluster, ClusterObject, PodInfo};
use crate::gang::filter::node_filters as judge;
use crate::gang::schedule::schedule as plan;
use crate::model::{Node, ObjectMeta, Pod};
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
    let mut pod: Pod = fields.required("pod")?;
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

/// Takes one of `objects` into a cluster.
pub(super) fn enter_object(
    cluster: &mut Cluster,
    path: &str,
    text: &str,
    defaults: bool,
) -> Result<(), InputError> {
    let mut object = read_object(path, text)?;
    if defaults && let ClusterObject::StorageClass(class) = &mut object {
        class.volume_binding_mode.get_or_insert_with(|| "Immediate".into());
    }
    cluster.set_object(&object);
    Ok(())
}

/// What kind of object it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Kind {
    pub(super) kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    metadata: ObjectMeta,
}

fn read_object(path: &str, text: &str) -> Result<ClusterObject, InputError> {
    let Kind { kind } = parse(path, text)?;
    Ok(match kind.as_str() {
        "Namespace" => ClusterObject::Namespace(parse::<Metadata>(path, text)?.metadata),
        "PersistentVolume" => ClusterObject::PersistentVolume(parse(path, text)?),
        "PersistentVolumeClaim" => ClusterObject::PersistentVolumeClaim(parse(path, text)?),
        "StorageClass" => ClusterObject::StorageClass(parse(path, text)?),
        "CSINode" => ClusterObject::CsiNode(parse(path, text)?),
        "CSIDriver" => ClusterObject::CsiDriver(parse(path, text)?),
        "VolumeAttachment" => ClusterObject::VolumeAttachment(parse(path, text)?),
        "Workload" => ClusterObject::Workload(parse(path, text)?),
        "PodGroup" => ClusterObject::PodGroup(parse(path, text)?),
        "CompositePodGroup" => ClusterObject::CompositePodGroup(parse(path, text)?),
        other => {
            return Err(InputError::new(
                ErrorCode::InvalidValue,
                format!("{path}.kind"),
                format!("an object of kind {other:?} does not bear on scheduling, or is not read"),
            ));
        }
    })
}
