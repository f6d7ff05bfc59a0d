//! The objects of a cluster that are neither nodes nor pods.

use std::collections::HashMap;
use std::sync::Arc;

use podverdict::gang::cluster::ClusterObject;
use podverdict::gang::tree::GangObjects;
use podverdict::model::{ObjectMeta, StorageClass};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::border::{Failure, PODVERDICT_INVALID_VALUE, PODVERDICT_MALFORMED};

/// What of an object tells its kind, and all of a namespace that is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    kind: String,
    metadata: ObjectMeta,
}

/// Reads an object of the kind that it names.
pub(crate) fn read_object(json: &str, defaults: bool) -> Result<ClusterObject, Failure> {
    let head: Head = parse(json)?;
    Ok(match head.kind.as_str() {
        "Namespace" => ClusterObject::Namespace(head.metadata),
        "PersistentVolume" => ClusterObject::PersistentVolume(parse(json)?),
        "PersistentVolumeClaim" => ClusterObject::PersistentVolumeClaim(parse(json)?),
        "StorageClass" => {
            let mut class: StorageClass = parse(json)?;
            if defaults {
                class.volume_binding_mode.get_or_insert_with(|| "Immediate".into());
            }
            ClusterObject::StorageClass(class)
        }
        "CSINode" => ClusterObject::CsiNode(parse(json)?),
        "CSIDriver" => ClusterObject::CsiDriver(parse(json)?),
        "VolumeAttachment" => ClusterObject::VolumeAttachment(parse(json)?),
        "Workload" => ClusterObject::Workload(parse(json)?),
        "PodGroup" => ClusterObject::PodGroup(parse(json)?),
        "CompositePodGroup" => ClusterObject::CompositePodGroup(parse(json)?),
        other => {
            let text =
                format!("kind: an object of kind {other:?} does not bear on scheduling, or is not read");
            return Err(Failure::new(PODVERDICT_INVALID_VALUE, text));
        }
    })
}

/// Reads JSON; the message of a failure says where.
fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|e| {
        let status = if e.is_data() { PODVERDICT_INVALID_VALUE } else { PODVERDICT_MALFORMED };
        Failure::new(status, e.to_string())
    })
}

/// The groups of a cluster as the questions about gangs want them, and where each one is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gangs {
    objects: GangObjects,
    places: HashMap<(&'static str, String), usize>,
}

impl Gangs {
    pub(crate) fn objects(&self) -> &GangObjects {
        &self.objects
    }

    /// Takes in an object if it is a group, or replaces the one of its name. What is shared with a copy is copied first.
    pub(crate) fn set(this: &mut Arc<Self>, object: ClusterObject) {
        match object {
            ClusterObject::Workload(workload) => {
                let Gangs { objects, places } = Arc::make_mut(this);
                put(&mut objects.workloads, places, "Workload", key(&workload.metadata), workload);
            }
            ClusterObject::PodGroup(group) => {
                let Gangs { objects, places } = Arc::make_mut(this);
                put(&mut objects.pod_groups, places, "PodGroup", key(&group.metadata), group);
            }
            ClusterObject::CompositePodGroup(group) => {
                let Gangs { objects, places } = Arc::make_mut(this);
                put(&mut objects.composites, places, "CompositePodGroup", key(&group.metadata), group);
            }
            _ => {}
        }
    }
}

fn key(metadata: &ObjectMeta) -> String {
    format!("{}/{}", metadata.namespace, metadata.name)
}

fn put<T>(
    list: &mut Vec<T>,
    places: &mut HashMap<(&'static str, String), usize>,
    kind: &'static str,
    key: String,
    object: T,
) {
    let at = *places.entry((kind, key)).or_insert(list.len());
    match list.get_mut(at) {
        Some(there) => *there = object,
        None => list.push(object),
    }
}
