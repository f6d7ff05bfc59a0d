//! The groups of a cluster.

use std::collections::HashMap;
use std::sync::Arc;

use podverdict::gang::cluster::ClusterObject;
use podverdict::gang::tree::GangObjects;
use podverdict::model::ObjectMeta;

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
