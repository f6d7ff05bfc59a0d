//! Which group is asked about: its object, the groups below it, what each of them needs, and its pods.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::cluster::{Cluster, ClusterObject, PodInfo};
use crate::error::{ErrorCode, InputError};
use crate::model::{CompositePodGroup, PodGroup, PodGroupSchedulingPolicy, SchedulingConstraints, Workload};
use crate::release::{Gate, Kubernetes, Release};

/// The objects that make pods groups.
///
/// 1.35 reads Workloads, 1.36 PodGroups, 1.37 PodGroups and (gate `CompositePodGroup`) CompositePodGroups; what the release
/// does not read is left alone.
#[derive(Clone, Debug, Default)]
pub struct GangObjects {
    /// Workloads (1.35).
    pub workloads: Vec<Workload>,
    /// PodGroups (1.36 and later).
    pub pod_groups: Vec<PodGroup>,
    /// CompositePodGroups (1.37).
    pub composites: Vec<CompositePodGroup>,
}

impl GangObjects {
    /// Takes in an object if it makes pods groups; all others are left alone.
    ///
    /// ```
    /// use podverdict::gang::{cluster::ClusterObject, tree::GangObjects};
    /// let mut objects = GangObjects::default();
    /// objects.add(ClusterObject::from_json(r#"{"kind": "PodGroup", "metadata": {"name": "a", "namespace": "b"}}"#)?);
    /// objects.add(ClusterObject::from_json(r#"{"kind": "StorageClass"}"#)?);
    /// assert_eq!(objects.pod_groups.len(), 1);
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn add(&mut self, object: ClusterObject) {
        match object {
            ClusterObject::Workload(workload) => self.workloads.push(workload),
            ClusterObject::PodGroup(group) => self.pod_groups.push(group),
            ClusterObject::CompositePodGroup(group) => self.composites.push(group),
            _ => {}
        }
    }
}

/// A group and all groups below it; the first is the one asked about, and a parent comes before its children.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) groups: Vec<TreeGroup>,
    /// What the objects ask for and the release ignores, because a gate is off.
    pub(crate) ignored: Vec<&'static str>,
}

/// One group.
#[derive(Clone, Debug)]
pub(crate) struct TreeGroup {
    /// `namespace/name`; 1.35: `namespace/workload/name`, and the replica if there is one.
    pub(crate) key: String,
    pub(crate) parent: Option<usize>,
    /// Whether it is a group of groups.
    pub(crate) is_composite: bool,
    /// How many pods, or groups below it, must be scheduled at once; 1 for the basic policy.
    pub(crate) need: u64,
    /// The node label whose value all its pods must share.
    pub(crate) topology_key: Option<String>,
    /// Its own priority.
    pub(crate) priority: i32,
    pub(crate) pending: Vec<Arc<PodInfo>>,
    pub(crate) scheduled: Vec<Arc<PodInfo>>,
}

/// How a pod names its group, in the form of [`TreeGroup::key`].
fn key_of(pod: &PodInfo) -> Option<String> {
    let group = pod.group.as_ref()?;
    let namespace = pod.namespace();
    Some(match (&group.workload, group.replica.as_deref().unwrap_or_default()) {
        (None, _) => format!("{namespace}/{}", group.name),
        (Some(workload), "") => format!("{namespace}/{workload}/{}", group.name),
        (Some(workload), replica) => format!("{namespace}/{workload}/{}/{replica}", group.name),
    })
}

fn refuse(message: String) -> InputError {
    InputError::new(ErrorCode::InvalidValue, "group", message)
}

impl Tree {
    /// The group of this name; without a name, the only group that pending pods name.
    ///
    /// # Errors
    ///
    /// There is no such group, or no telling which one is meant, or its object or a parent is missing.
    pub(crate) fn read(
        cluster: &Cluster,
        objects: &GangObjects,
        pods: &[Arc<PodInfo>],
        name: Option<&str>,
    ) -> Result<Self, InputError> {
        let k8s = cluster.kubernetes();
        let mut tree = if k8s.at_least(Release::V1_36) {
            Self::of_pod_groups(k8s, objects, pods, name)?
        } else {
            Self::of_workload(k8s, objects, pods, name)?
        };
        let leaves = tree.groups.iter().enumerate().filter(|(_, group)| !group.is_composite);
        let places: BTreeMap<String, usize> = leaves.map(|(at, group)| (group.key.clone(), at)).collect();
        let place = |pod: &PodInfo| places.get(&key_of(pod)?).copied();
        for pod in pods.iter().filter(|pod| pod.node_name.is_none()) {
            if let Some(group) = place(pod).and_then(|at| tree.groups.get_mut(at)) {
                group.pending.push(Arc::clone(pod));
            }
        }
        for pod in cluster.pods() {
            if let Some(group) = place(pod).and_then(|at| tree.groups.get_mut(at)) {
                group.scheduled.push(Arc::clone(pod));
            }
        }
        Ok(tree)
    }

    /// 1.35: the group is part of a Workload, and each replica is a group of its own.
    fn of_workload(
        k8s: &Kubernetes,
        objects: &GangObjects,
        pods: &[Arc<PodInfo>],
        name: Option<&str>,
    ) -> Result<Self, InputError> {
        let key = match name {
            Some(name) => String::from(name),
            None => only(gangs(k8s, objects, pods)?)?,
        };
        let mut parts = key.splitn(4, '/');
        let (namespace, workload, group) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let found = objects
            .workloads
            .iter()
            .find(|w| w.metadata.namespace == namespace && w.metadata.name == workload)
            .ok_or_else(|| refuse(format!("there is no Workload \"{namespace}/{workload}\"")))?;
        let spec = found.spec.pod_groups.iter().find(|g| g.name == group).ok_or_else(|| {
            refuse(format!("Workload \"{namespace}/{workload}\" has no pod group {group:?}"))
        })?;
        let root = TreeGroup::new(key.clone(), None, need_of(&spec.policy));
        Ok(Tree { groups: alloc::vec![root], ignored: Vec::new() })
    }

    fn of_pod_groups(
        k8s: &Kubernetes,
        objects: &GangObjects,
        pods: &[Arc<PodInfo>],
        name: Option<&str>,
    ) -> Result<Self, InputError> {
        let composites = k8s.enabled(Gate::CompositePodGroup);
        let topology = k8s.enabled(Gate::TopologyAwareWorkloadScheduling);
        let root = match name {
            Some(name) => Self::root(objects, composites, name)?,
            None => only(gangs(k8s, objects, pods)?)?,
        };
        let mut tree = Tree { groups: Vec::new(), ignored: Vec::new() };
        let mut ignored_topology = false;
        let key_in = |constraints: Option<&SchedulingConstraints>, ignored: &mut bool| {
            let key = constraints.and_then(|c| c.topology.first()).map(|t| t.key.to_string());
            *ignored |= key.is_some() && !topology;
            key.filter(|_| topology)
        };
        // Breadth first: a parent comes before its children.
        let mut next = alloc::vec![(root, None)];
        while !next.is_empty() {
            let mut below = Vec::new();
            for (key, parent) in next {
                if tree.groups.iter().any(|group| group.key == key && group.parent == parent) {
                    continue;
                }
                let composite =
                    objects.composites.iter().find(|c| composites && object_key(&c.metadata) == key);
                let at = tree.groups.len();
                if let Some(composite) = composite {
                    let policy = composite.spec.scheduling_policy.gang.as_ref();
                    let need = policy.map_or(1, |gang| u64::try_from(gang.min_group_count).unwrap_or(0));
                    let mut group = TreeGroup::new(key.clone(), parent, need);
                    group.is_composite = true;
                    group.priority = composite.spec.priority.unwrap_or(0);
                    let constraints = composite.spec.scheduling_constraints.as_ref();
                    group.topology_key = key_in(constraints, &mut ignored_topology);
                    tree.groups.push(group);
                    let namespace = &composite.metadata.namespace;
                    let is_child = |parent: &Option<smol_str::SmolStr>, of: &str| {
                        of == namespace && *parent == Some(composite.metadata.name.clone())
                    };
                    let inner = objects
                        .composites
                        .iter()
                        .filter(|c| is_child(&c.spec.parent_composite_pod_group_name, &c.metadata.namespace));
                    below.extend(inner.map(|c| (object_key(&c.metadata), Some(at))));
                    let leaves = objects
                        .pod_groups
                        .iter()
                        .filter(|g| is_child(&g.spec.parent_composite_pod_group_name, &g.metadata.namespace));
                    below.extend(leaves.map(|g| (object_key(&g.metadata), Some(at))));
                } else {
                    let object = objects.pod_groups.iter().find(|g| object_key(&g.metadata) == key);
                    let Some(object) = object else { continue };
                    let mut group = TreeGroup::new(key, parent, need_of(&object.spec.scheduling_policy));
                    group.priority = object.spec.priority.unwrap_or(0);
                    let constraints = object.spec.scheduling_constraints.as_ref();
                    group.topology_key = key_in(constraints, &mut ignored_topology);
                    tree.groups.push(group);
                }
            }
            next = below;
        }
        if ignored_topology {
            tree.ignored.push("topology constraints: gate TopologyAwareWorkloadScheduling is off");
        }
        if !composites && objects.pod_groups.iter().any(|g| g.spec.parent_composite_pod_group_name.is_some())
        {
            tree.ignored.push("composite pod groups: gate CompositePodGroup is off");
        }
        Ok(tree)
    }

    /// The group at the top of the one of this name.
    fn root(objects: &GangObjects, composites: bool, name: &str) -> Result<String, InputError> {
        let mut key = String::from(name);
        // More steps than objects: a circle.
        for _ in 0..=objects.composites.len().saturating_add(1) {
            let composite = objects.composites.iter().find(|c| composites && object_key(&c.metadata) == key);
            let group = objects.pod_groups.iter().find(|g| object_key(&g.metadata) == key);
            let (namespace, parent) = match (composite, group) {
                (Some(c), _) => (&c.metadata.namespace, c.spec.parent_composite_pod_group_name.as_ref()),
                (None, Some(g)) => (
                    &g.metadata.namespace,
                    g.spec.parent_composite_pod_group_name.as_ref().filter(|_| composites),
                ),
                (None, None) if key == name => return Err(refuse(format!("there is no PodGroup {name:?}"))),
                (None, None) => {
                    return Err(refuse(format!(
                        "{name:?} is part of CompositePodGroup {key:?}, which is not there"
                    )));
                }
            };
            match parent {
                None => return Ok(key),
                Some(parent) => key = format!("{namespace}/{parent}"),
            }
        }
        Err(refuse(format!("{name:?} is part of itself")))
    }

    /// The pending pods of all groups.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &Arc<PodInfo>> {
        self.groups.iter().flat_map(|group| &group.pending)
    }
}

impl TreeGroup {
    const fn new(key: String, parent: Option<usize>, need: u64) -> Self {
        TreeGroup {
            key,
            parent,
            is_composite: false,
            need,
            topology_key: None,
            priority: 0,
            pending: Vec::new(),
            scheduled: Vec::new(),
        }
    }
}

fn object_key(meta: &crate::model::ObjectMeta) -> String {
    format!("{}/{}", meta.namespace, meta.name)
}

/// Upstream: the basic policy counts as a minimum of one.
fn need_of(policy: &PodGroupSchedulingPolicy) -> u64 {
    policy.gang.as_ref().map_or(1, |gang| u64::try_from(gang.min_count).unwrap_or(0))
}

fn only(keys: Vec<String>) -> Result<String, InputError> {
    match keys.as_slice() {
        [] => Err(refuse("no pending pod names a group, so name one".to_string())),
        [key] => Ok(key.clone()),
        keys => Err(refuse(format!("there are several groups, so name one: {}", keys.join(", ")))),
    }
}

/// The groups that may be asked about, sorted: those that pending pods are in, each by the group at the top; without such pods,
/// all there are.
///
/// ```
/// use podverdict::gang::tree::{GangObjects, gangs};
/// use podverdict::release::{Kubernetes, Release};
/// assert!(gangs(&Kubernetes::new(Release::V1_37), &GangObjects::default(), &[])?.is_empty());
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
///
/// # Errors
///
/// A pod names a PodGroup that is not there, or a group is part of one that is not there.
pub fn gangs(
    k8s: &Kubernetes,
    objects: &GangObjects,
    pods: &[Arc<PodInfo>],
) -> Result<Vec<String>, InputError> {
    let pending = pods.iter().filter(|pod| pod.node_name.is_none());
    let mut keys: BTreeSet<String> = pending.filter_map(|pod| key_of(pod)).collect();
    if k8s.at_least(Release::V1_36) {
        if keys.is_empty() {
            keys = objects.pod_groups.iter().map(|group| object_key(&group.metadata)).collect();
        }
        let composites = k8s.enabled(Gate::CompositePodGroup);
        keys = keys.iter().map(|key| Tree::root(objects, composites, key)).collect::<Result<_, _>>()?;
    }
    Ok(keys.into_iter().collect())
}
