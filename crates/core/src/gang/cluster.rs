//! Nodes and the pods on them, in the form that scheduling reads.
//!
//! A [`Cluster`] is read once from the API's objects and then follows them, a watch event each. It keeps per node and per
//! pod what the scheduler's rules read and nothing else, and shares what is alike: pods of one template share a
//! [`PodShape`], and label texts are kept once. A copy costs one pointer per node, so that many a "what if" can start from
//! the same cluster; what a copy changes it changes for itself alone.
//!
//! What a pod takes from its node follows the rules of `resize::requests` for the cluster's release and gates. Pods
//! that have ended do not count, terminating ones do. A pod on a node that is not there takes nothing until the node
//! appears, as with upstream's cache.

mod affinity;
mod amounts;
mod devices;
mod groups;
mod labels;
mod node;
mod object;
mod placement;
mod pod;
mod storage;
mod text;
mod zone;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(crate) use affinity::{AffinityTerm, PodAffinities};
pub use amounts::Amounts;
pub(crate) use groups::{CompositeSpec, GroupSpec, Groups};
pub(crate) use labels::{Labels, Selector};
pub use node::{NodeInfo, NodeRecord};
pub(crate) use node::{Taint, TaintEffect};
pub use object::ClusterObject;
pub(crate) use placement::{Pinned, Placement, SpreadConstraint, WhenUnsatisfiable};
pub(crate) use pod::{Disk, GroupRef, HostPort};
pub use pod::{PodInfo, PodShape};
pub(crate) use storage::{Binding, Claim, Storage};
pub(crate) use text::{Text, Texts, same};
use zone::zone_of;
pub(crate) use zone::{BETA_REGION, BETA_ZONE, REGION, ZONE};

use crate::error::{ErrorCode, InputError};
use crate::model::{Node, Pod};
use crate::release::Kubernetes;

/// Nodes, the pods on them, and the objects that decide where pods can go.
///
/// A namespace without an object of its own, which only pods name, has no labels.
///
/// ```
/// use podverdict::gang::cluster::Cluster;
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
///
/// let node: Node = serde_json::from_str(
///     r#"{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}}"#,
/// )?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"metadata": {"name": "p", "namespace": "default"},
///         "spec": {"nodeName": "n1", "containers": [{"name": "a", "resources": {"requests": {"cpu": "500m"}}}]}}"#,
/// )?;
/// let k8s = Kubernetes::new(Release::V1_36);
/// let mut cluster = Cluster::read(&k8s, &[node], &[pod])?;
/// assert_eq!(cluster.free(0).map(|free| free.milli_cpu), Some(3500));
///
/// let what_if = cluster.clone();
/// cluster.remove_pod("default", "p");
/// assert_eq!(cluster.free(0).map(|free| free.milli_cpu), Some(4000));
/// assert_eq!(what_if.free(0).map(|free| free.milli_cpu), Some(3500));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cluster {
    k8s: Kubernetes,
    nodes: Vec<Arc<NodeInfo>>,
    /// Where each node is in `nodes`.
    by_name: Arc<BTreeMap<Text, usize>>,
    /// Every pod that has a node, by `namespace/name`.
    pods: Arc<BTreeMap<Text, Arc<PodInfo>>>,
    /// Pods on nodes that are not there, by node.
    strays: Arc<BTreeMap<Text, Vec<Arc<PodInfo>>>>,
    texts: Arc<Texts>,
    shapes: Arc<Shapes>,
    storage: Arc<Storage>,
    groups: Arc<Groups>,
    namespaces: Arc<BTreeMap<Text, Labels>>,
    /// How many pods on nodes say anything about other pods.
    with_affinity: u32,
    /// How many pods on nodes require distance from others.
    with_required_anti_affinity: u32,
}

/// Shapes of pods, each once.
#[derive(Clone, Debug, Default)]
struct Shapes {
    known: BTreeSet<Arc<PodShape>>,
    swept: usize,
}

impl Shapes {
    fn share(&mut self, shape: PodShape) -> Arc<PodShape> {
        if let Some(known) = self.known.get(&shape) {
            return Arc::clone(known);
        }
        if self.known.len() >= self.swept.saturating_mul(2).max(256) {
            self.known.retain(|shape| Arc::strong_count(shape) > 1);
            self.swept = self.known.len();
        }
        let shape = Arc::new(shape);
        self.known.insert(Arc::clone(&shape));
        shape
    }
}

/// Something about a cluster that a reader should know, and that the scheduler takes as it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Notice {
    /// The node does not say what pods may use, so nothing fits on it.
    NodeWithoutAllocatable {
        /// The node.
        node: String,
    },
    /// The pods on the node take more than it has.
    NodeOvercommitted {
        /// The node.
        node: String,
        /// The resource; `pods` for the number of pods.
        resource: String,
        /// What is missing: thousandths of a core for `cpu`, else units of the resource.
        missing: i64,
    },
    /// The pod has a node that is not in the cluster; it takes nothing.
    PodOnUnknownNode {
        /// The pod, as `namespace/name`.
        pod: String,
        /// The node.
        node: String,
    },
}

impl Cluster {
    /// A cluster without nodes.
    ///
    /// ```
    /// use podverdict::gang::cluster::Cluster;
    /// use podverdict::release::{Kubernetes, Release};
    /// assert_eq!(Cluster::new(&Kubernetes::new(Release::V1_36)).len(), 0);
    /// ```
    #[must_use]
    pub fn new(k8s: &Kubernetes) -> Self {
        Cluster {
            k8s: *k8s,
            nodes: Vec::new(),
            by_name: Arc::default(),
            pods: Arc::default(),
            strays: Arc::default(),
            texts: Arc::default(),
            shapes: Arc::default(),
            storage: Arc::default(),
            groups: Arc::default(),
            namespaces: Arc::default(),
            with_affinity: 0,
            with_required_anti_affinity: 0,
        }
    }

    /// Reads a cluster; pods without a node are left out.
    ///
    /// # Errors
    ///
    /// Two nodes of one name, two pods of one namespace and name, with a node or without.
    ///
    /// ```
    /// use podverdict::gang::cluster::Cluster;
    /// use podverdict::model::Node;
    /// use podverdict::release::{Kubernetes, Release};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let error = Cluster::read(&k8s, &[Node::default(), Node::default()], &[]).unwrap_err();
    /// assert_eq!(error.to_string(), "nodes[1].metadata.name: there is another node \"\"");
    /// ```
    pub fn read(k8s: &Kubernetes, nodes: &[Node], pods: &[Pod]) -> Result<Self, InputError> {
        let mut cluster = Cluster::new(k8s);
        cluster.nodes.reserve(nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            if cluster.by_name.contains_key(node.metadata.name.as_str()) {
                return Err(InputError::new(
                    ErrorCode::InvalidValue,
                    format!("nodes[{i}].metadata.name"),
                    format!("there is another node {:?}", node.metadata.name),
                ));
            }
            cluster.set_node(node);
        }
        let mut names = BTreeSet::new();
        for (i, pod) in pods.iter().enumerate() {
            let (namespace, name) = (pod.metadata.namespace.as_str(), pod.metadata.name.as_str());
            if !names.insert((namespace, name)) {
                let key = format!("{namespace}/{name}");
                return Err(InputError::new(
                    ErrorCode::InvalidValue,
                    format!("pods[{i}].metadata.name"),
                    format!("there is another pod {key:?}"),
                ));
            }
            cluster.set_pod(pod);
        }
        Ok(cluster)
    }

    /// The release and gates that the cluster was read for.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// assert_eq!(cluster.kubernetes().release(), Release::V1_36);
    /// ```
    #[must_use]
    pub const fn kubernetes(&self) -> &Kubernetes {
        &self.k8s
    }

    /// How many nodes there are.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert_eq!(Cluster::new(&Kubernetes::new(Release::V1_36)).len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes. The order is that in which they came, until one is removed.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).nodes().next().is_none());
    /// ```
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &NodeInfo> + Clone {
        self.nodes.iter().map(|node| &**node)
    }

    /// The node at a place of [`nodes`](Self::nodes).
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).node(0).is_none());
    /// ```
    #[must_use]
    pub fn node(&self, at: usize) -> Option<&NodeInfo> {
        self.nodes.get(at).map(|node| &**node)
    }

    /// A copy with the nodes in the order in which kube-scheduler goes through them (upstream: `nodeTree.list`): by name, as the API
    /// lists them, one of each zone in turn.
    pub(crate) fn in_scheduler_order(&self) -> Cluster {
        let mut zones: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        let mut order = Vec::with_capacity(self.nodes.len());
        for at in self.by_name.values() {
            let Some(node) = self.nodes.get(*at) else { continue };
            let next = zones.len();
            let (zone, turn) = zones.entry(zone_of(node)).or_insert((next, 0));
            order.push((*turn, *zone, node));
            *turn = turn.saturating_add(1);
        }
        order.sort_by_key(|(turn, zone, _)| (*turn, *zone));
        let nodes: Vec<Arc<NodeInfo>> = order.into_iter().map(|(_, _, node)| Arc::clone(node)).collect();
        let by_name =
            nodes.iter().enumerate().map(|(at, node)| (Text::clone(&node.record.name), at)).collect();
        Cluster { nodes, by_name: Arc::new(by_name), ..self.clone() }
    }

    /// The place of a node in [`nodes`](Self::nodes).
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).position("n1").is_none());
    /// ```
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// What is free on a node: allocatable less requested. It is negative where the node is overcommitted.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).free(0).is_none());
    /// ```
    #[must_use]
    pub fn free(&self, at: usize) -> Option<Amounts> {
        let node = self.nodes.get(at)?;
        let mut free = node.record.allocatable.clone();
        free.sub(&node.requested);
        Some(free)
    }

    /// The pods that have a node, by namespace and name.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(Cluster::new(&Kubernetes::new(Release::V1_36)).pods().next().is_none());
    /// ```
    pub fn pods(&self) -> impl Iterator<Item = &Arc<PodInfo>> {
        self.pods.values()
    }

    /// Whether a pod has a node.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(!Cluster::new(&Kubernetes::new(Release::V1_36)).has_pod("default", "p"));
    /// ```
    #[must_use]
    pub fn has_pod(&self, namespace: &str, name: &str) -> bool {
        self.pods.contains_key(format!("{namespace}/{name}").as_str())
    }

    /// Adds a node, or replaces what is known of it; the pods on it stay.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, model::Node, release::{Kubernetes, Release}};
    /// let mut cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// cluster.set_node(&Node::default());
    /// cluster.set_node(&Node::default());
    /// assert_eq!(cluster.len(), 1);
    /// ```
    pub fn set_node(&mut self, node: &Node) {
        let record = Arc::new(NodeRecord::read(&self.k8s, Arc::make_mut(&mut self.texts), node));
        if let Some(info) = self.by_name.get(&record.name).and_then(|at| self.nodes.get_mut(*at)) {
            Arc::make_mut(info).record = record;
            return;
        }
        let name = Text::clone(&record.name);
        Arc::make_mut(&mut self.by_name).insert(Text::clone(&name), self.nodes.len());
        let at = self.nodes.len();
        self.nodes.push(Arc::new(NodeInfo::new(record)));
        if self.strays.contains_key(&name) {
            let pods = Arc::make_mut(&mut self.strays).remove(&name);
            for pod in pods.into_iter().flatten() {
                self.assume(at, pod);
            }
        }
    }

    /// Removes a node; its pods take nothing from then on. The last node moves to its place. Says whether it was there.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, model::Node, release::{Kubernetes, Release}};
    /// let mut cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// cluster.set_node(&Node::default());
    /// assert!(cluster.remove_node("") && !cluster.remove_node(""));
    /// ```
    pub fn remove_node(&mut self, name: &str) -> bool {
        let Some(at) = self.by_name.get(name).copied() else { return false };
        let by_name = Arc::make_mut(&mut self.by_name);
        by_name.remove(name);
        let removed = self.nodes.swap_remove(at);
        if let Some(moved) = self.nodes.get(at) {
            by_name.insert(Text::clone(&moved.record.name), at);
        }
        self.with_affinity = self.with_affinity.saturating_sub(removed.with_affinity);
        self.with_required_anti_affinity =
            self.with_required_anti_affinity.saturating_sub(removed.with_required_anti_affinity);
        if !removed.pods.is_empty() {
            Arc::make_mut(&mut self.strays).insert(Text::clone(&removed.record.name), removed.pods.clone());
        }
        true
    }

    /// Takes in a pod as it is now: a pod that has a node and has not ended takes its place there; any other pod is
    /// removed, if it was there.
    ///
    /// ```
    /// use podverdict::{gang::cluster::Cluster, model::Pod, release::{Kubernetes, Release}};
    /// let mut cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let mut pod: Pod = serde_json::from_str(r#"{"metadata": {"name": "p"}, "spec": {"nodeName": "n1"}}"#)?;
    /// cluster.set_pod(&pod);
    /// assert_eq!(cluster.pods().count(), 1);
    /// pod.status.phase = "Succeeded".into();
    /// cluster.set_pod(&pod);
    /// assert_eq!(cluster.pods().count(), 0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn set_pod(&mut self, pod: &Pod) {
        self.remove_pod(&pod.metadata.namespace, &pod.metadata.name);
        let ended = pod.status.phase.is_terminal();
        if pod.spec.node_name.is_empty() || ended {
            return;
        }
        let shapes = Arc::make_mut(&mut self.shapes);
        let texts = Arc::make_mut(&mut self.texts);
        let info = Arc::new(PodInfo::read(&self.k8s, texts, |shape| shapes.share(shape), pod, true));
        self.insert_pod(info);
    }

    /// Removes a pod. Says whether it was there.
    ///
    /// ```
    /// # use podverdict::{gang::cluster::Cluster, release::{Kubernetes, Release}};
    /// assert!(!Cluster::new(&Kubernetes::new(Release::V1_36)).remove_pod("default", "p"));
    /// ```
    pub fn remove_pod(&mut self, namespace: &str, name: &str) -> bool {
        let key = format!("{namespace}/{name}");
        if !self.pods.contains_key(key.as_str()) {
            return false;
        }
        let Some(pod) = Arc::make_mut(&mut self.pods).remove(key.as_str()) else { return false };
        let node = pod.node_name.as_ref();
        match node.and_then(|node| self.by_name.get(node)).copied() {
            Some(at) => {
                self.forget(at, pod.shared_key());
            }
            None => {
                let strays = Arc::make_mut(&mut self.strays);
                if let Some(pods) = node.and_then(|node| strays.get_mut(node)) {
                    pods.retain(|stray| stray.key() != pod.key());
                }
            }
        }
        true
    }

    /// A pod that has a node enters the cluster.
    pub(crate) fn insert_pod(&mut self, pod: Arc<PodInfo>) {
        let Some(node) = pod.node_name.clone() else { return };
        Arc::make_mut(&mut self.pods).insert(Text::clone(pod.shared_key()), Arc::clone(&pod));
        match self.by_name.get(&node).copied() {
            Some(at) => self.assume(at, pod),
            None => Arc::make_mut(&mut self.strays).entry(node).or_default().push(pod),
        }
    }

    /// Takes in another object that decides where pods can go.
    ///
    /// ```
    /// use podverdict::gang::cluster::{Cluster, ClusterObject};
    /// use podverdict::{model::StorageClass, release::{Kubernetes, Release}};
    /// let mut cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// cluster.set_object(&ClusterObject::StorageClass(StorageClass::default()));
    /// ```
    pub fn set_object(&mut self, object: &ClusterObject) {
        object.enter(
            Arc::make_mut(&mut self.texts),
            Arc::make_mut(&mut self.storage),
            Arc::make_mut(&mut self.groups),
            Arc::make_mut(&mut self.namespaces),
        );
    }

    /// Reads pods that are to be scheduled. Pods read by one reader share their shapes, so that equal pods are
    /// recognised by `Arc::ptr_eq`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use podverdict::{gang::cluster::Cluster, model::Pod, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let mut reader = cluster.reader();
    /// let (a, b) = (reader.read(&Pod::default()), reader.read(&Pod::default()));
    /// assert!(Arc::ptr_eq(a.shape(), b.shape()));
    /// ```
    #[must_use]
    pub fn reader(&self) -> PodReader {
        PodReader { k8s: self.k8s, texts: Texts::above(&self.texts), shapes: Shapes::default() }
    }

    /// What a reader should know of the cluster; see [`Notice`].
    ///
    /// ```
    /// use podverdict::gang::cluster::{Cluster, Notice};
    /// use podverdict::{model::Node, release::{Kubernetes, Release}};
    /// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[Node::default()], &[])?;
    /// assert_eq!(cluster.notices(), [Notice::NodeWithoutAllocatable { node: "".into() }]);
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for node in self.nodes() {
            if !node.record.has_allocatable {
                notices.push(Notice::NodeWithoutAllocatable { node: node.name().into() });
                continue;
            }
            let pods = i64::try_from(node.pods.len()).unwrap_or(i64::MAX);
            let allocatable = &node.record.allocatable;
            let usual = [
                ("cpu", allocatable.milli_cpu, node.requested.milli_cpu),
                ("memory", allocatable.memory, node.requested.memory),
                ("ephemeral-storage", allocatable.ephemeral_storage, node.requested.ephemeral_storage),
                ("pods", node.record.allowed_pods, pods),
            ];
            let scalars =
                node.requested.scalars().map(|(name, taken)| (name, allocatable.scalar(name), taken));
            for (resource, has, taken) in usual.into_iter().chain(scalars) {
                if taken > has {
                    notices.push(Notice::NodeOvercommitted {
                        node: node.name().into(),
                        resource: resource.into(),
                        missing: taken.saturating_sub(has),
                    });
                }
            }
        }
        for (node, pods) in self.strays.iter() {
            for pod in pods {
                let (pod, node) = (pod.key().into(), String::from(&**node));
                notices.push(Notice::PodOnUnknownNode { pod, node });
            }
        }
        notices
    }

    /// A pod takes its place on a node, in the accounting only: it is not among [`pods`](Self::pods).
    pub(crate) fn assume(&mut self, at: usize, pod: Arc<PodInfo>) {
        let Some(node) = self.nodes.get_mut(at) else { return };
        if !self.namespaces.contains_key(&pod.shape.namespace) {
            Arc::make_mut(&mut self.namespaces).insert(Text::clone(&pod.shape.namespace), Labels::default());
        }
        self.with_affinity = self.with_affinity.saturating_add(pod.shape.affinities().is_some().into());
        self.with_required_anti_affinity =
            self.with_required_anti_affinity.saturating_add(pod.shape.has_required_anti_affinity().into());
        Arc::make_mut(node).add(pod);
    }

    /// Undoes [`assume`](Self::assume).
    pub(crate) fn forget(&mut self, at: usize, key: &Text) -> Option<Arc<PodInfo>> {
        let pod = Arc::make_mut(self.nodes.get_mut(at)?).remove(key)?;
        self.with_affinity = self.with_affinity.saturating_sub(pod.shape.affinities().is_some().into());
        self.with_required_anti_affinity =
            self.with_required_anti_affinity.saturating_sub(pod.shape.has_required_anti_affinity().into());
        Some(pod)
    }

    /// Whether any pod on a node requires distance from others.
    pub(crate) const fn has_required_anti_affinity(&self) -> bool {
        self.with_required_anti_affinity > 0
    }

    /// Whether any pod on a node says anything about other pods.
    pub(crate) const fn has_affinity(&self) -> bool {
        self.with_affinity > 0
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// The namespaces that are known, with their labels; those known only by the pods in them have none.
    pub(crate) fn namespaces(&self) -> &BTreeMap<Text, Labels> {
        &self.namespaces
    }

    /// The labels of a namespace; none if it is not known.
    pub(crate) fn namespace_labels(&self, name: &str) -> Labels {
        self.namespaces.get(name).cloned().unwrap_or_default()
    }
}

/// Reads pods that are to be scheduled; see [`Cluster::reader`].
#[derive(Debug)]
pub struct PodReader {
    k8s: Kubernetes,
    texts: Texts,
    shapes: Shapes,
}

impl PodReader {
    /// Reads one pod.
    ///
    /// ```
    /// use podverdict::{gang::cluster::Cluster, model::Pod, release::{Kubernetes, Release}};
    /// let pod: Pod = serde_json::from_str(r#"{"metadata": {"name": "p", "namespace": "default"}}"#)?;
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// assert_eq!(cluster.reader().read(&pod).key(), "default/p");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn read(&mut self, pod: &Pod) -> Arc<PodInfo> {
        let shapes = &mut self.shapes;
        let info = PodInfo::read(&self.k8s, &mut self.texts, |shape| shapes.share(shape), pod, false);
        Arc::new(info)
    }
}
