//! Whether a pod may run on a node: the filters of kube-scheduler's default profile, in the release's order.
//!
//! The first filter that objects decides, and its reasons are all that upstream shows. [`PodFilters`] does once per pod
//! what does not depend on the node (upstream: PreFilter), and then judges node after node.
//!
//! Judged, in this order (1.37 has the first two the other way round): NodeUnschedulable, NodeName, TaintToleration,
//! NodeAffinity, NodePorts, NodeResourcesFit, VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone,
//! PodTopologySpread, InterPodAffinity, NodeDeclaredFeatures. A filter that upstream runs once per pod may reject it as a
//! whole, and one that names nodes takes the others out of the search.
//!
//! Not judged, and named in `not_judged` where a pod is concerned by it: dynamic resource claims (a pod with claims is
//! judged as if it had none), available PersistentVolumes that an unbound claim could be bound to, published storage
//! capacity, and in-tree volumes that a CSI driver has taken over. Not judged for any pod: scheduler extenders, and what
//! profiles other than the default one add, such as affinity of their own and ignored resources.

mod inter_pod_affinity;
mod node_affinity;
mod node_declared_features;
mod node_name;
mod node_ports;
mod node_resources_fit;
mod node_unschedulable;
mod node_volume_limits;
mod pod_topology_spread;
mod standing;
mod taint_toleration;
mod verdict;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Serialize;

use super::cluster::{Cluster, NodeInfo, NodeRecord, Placement, PodInfo, Taint, TaintEffect, Text};
use super::message::FitError;
use crate::release::{Gate, Kubernetes, Release};
pub(crate) use inter_pod_affinity::with_namespaces;
pub(crate) use pod_topology_spread::count_matching;
pub(crate) use standing::exclude_each_other;
pub use verdict::{Code, Plugin, Reason, Rejection};
pub(crate) use volume_restrictions::disks_shared;

/// A pod with all that the filters need to know about the cluster to judge one node (upstream: the cycle state that PreFilter
/// writes). It is about the cluster as it was; [`pod_added`](Self::pod_added) and [`pod_removed`](Self::pod_removed) keep
/// up with pods that come and go.
#[derive(Clone, Debug)]
pub struct PodFilters {
    k8s: Kubernetes,
    pod: Arc<PodInfo>,
    /// The taint that a cordon stands for.
    cordon: Taint,
    /// Gate `TaintTolerationComparisonOperators`.
    comparisons: bool,
    /// The nodes by name that the pod is restricted to, sorted, and by which plugins.
    candidates: Option<(Vec<Text>, BTreeSet<Plugin>)>,
    restrictions: Option<volume_restrictions::State>,
    /// Whether a claim of the pod may be used by one pod at a time, whether or not one uses it.
    exclusive: bool,
    counts_volumes: bool,
    binding: Option<volume_binding::State>,
    zone: Option<volume_zone::State>,
    spread: Option<pod_topology_spread::State>,
    affinity: Option<inter_pod_affinity::State>,
    not_judged: Vec<&'static str>,
}

impl PodFilters {
    /// Does what does not depend on the node.
    ///
    /// # Errors
    ///
    /// The rejection of the pod as a whole, such as for a volume claim that is not there.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let pod: Pod = serde_json::from_str(r#"{"spec": {"volumes": [{"persistentVolumeClaim": {"claimName": "data"}}]}}"#)?;
    /// let rejection = PodFilters::new(&cluster, &cluster.reader().read(&pod)).unwrap_err();
    /// assert_eq!(rejection.message(), r#"persistentvolumeclaim "data" not found"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn new(cluster: &Cluster, pod: &Arc<PodInfo>) -> Result<Self, Rejection> {
        Self::with_indexes(cluster, pod, None)
    }

    /// As [`new`](Self::new), where what pods on nodes require of others, and which claims they use, is looked up on the nodes
    /// that had such pods `before` (1.36: the snapshot's indexes do not follow the pods of a group that is being placed).
    pub(crate) fn with_indexes(
        cluster: &Cluster,
        pod: &Arc<PodInfo>,
        before: Option<&Cluster>,
    ) -> Result<Self, Rejection> {
        let k8s = *cluster.kubernetes();
        let placement = pod.shape.placement();
        let comparisons = k8s.enabled(Gate::TaintTolerationComparisonOperators);
        let mut filters = PodFilters {
            k8s,
            pod: Arc::clone(pod),
            cordon: Taint {
                key: Text::from("node.kubernetes.io/unschedulable"),
                value: Text::from(""),
                effect: TaintEffect::NoSchedule,
            },
            comparisons,
            candidates: None,
            restrictions: None,
            exclusive: false,
            counts_volumes: node_volume_limits::concerns(pod),
            binding: None,
            zone: None,
            spread: None,
            affinity: None,
            not_judged: Vec::new(),
        };
        // 1.37: a pod that names its node is judged on that node alone.
        if k8s.at_least(Release::V1_37)
            && let Some(node) = &pod.node_name
        {
            filters.restrict(Plugin::NodeName, &[Text::clone(node)])?;
        }
        if let Some(names) = node_affinity::pre_filter(placement)? {
            filters.restrict(Plugin::NodeAffinity, names)?;
        }
        if pod.shape.volumes().migratable {
            filters.not_judged.push("how many in-tree volumes a CSI driver attaches");
        }
        let (restrictions, exclusive) = volume_restrictions::pre_filter(before.unwrap_or(cluster), pod)?;
        filters.restrictions = restrictions;
        filters.exclusive = exclusive;
        filters.binding = volume_binding::pre_filter(cluster, pod)?;
        filters.not_judged.extend(filters.binding.as_ref().and_then(|binding| binding.not_judged));
        filters.zone = volume_zone::pre_filter(cluster, pod)?;
        filters.spread =
            pod_topology_spread::pre_filter(cluster, pod, placement, comparisons).map_err(|_| {
                let text = "get constraints from pod: a topology spread constraint has an invalid selector";
                Rejection::new(Plugin::PodTopologySpread, Code::Error, Reason::Fixed(text))
            })?;
        filters.affinity = inter_pod_affinity::pre_filter(cluster, pod, before)?;
        if !pod.shape.claims().uses.is_empty() {
            filters.not_judged.push("dynamic resource claims");
        }
        Ok(filters)
    }

    /// Restricts the candidates to nodes by name (upstream: `PreFilterResult.Merge` in `RunPreFilterPlugins`).
    fn restrict(&mut self, plugin: Plugin, names: &[Text]) -> Result<(), Rejection> {
        let (mut nodes, mut plugins) = match self.candidates.take() {
            None => (names.to_vec(), BTreeSet::new()),
            Some((mut nodes, plugins)) => {
                nodes.retain(|node| names.contains(node));
                (nodes, plugins)
            }
        };
        nodes.sort();
        plugins.insert(plugin);
        if nodes.is_empty() {
            let text = format!("node(s) didn't satisfy plugin(s) [{}] simultaneously", joined(&plugins));
            let code = Code::UnschedulableAndUnresolvable;
            return Err(Rejection::new(plugin, code, Reason::Sentence(text)));
        }
        self.candidates = Some((nodes, plugins));
        Ok(())
    }

    /// The pod that is judged.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let filters = PodFilters::new(&cluster, &cluster.reader().read(&Pod::default())).unwrap();
    /// assert_eq!(filters.pod().key(), "/");
    /// ```
    #[must_use]
    pub const fn pod(&self) -> &Arc<PodInfo> {
        &self.pod
    }

    /// The nodes by name that the pod is restricted to, sorted; `None` if any node will do.
    pub(crate) fn candidates(&self) -> Option<&[Text]> {
        self.candidates.as_ref().map(|(names, _)| names.as_slice())
    }

    /// The plugins that restrict the candidates.
    pub(crate) fn restricted_by(&self) -> BTreeSet<Plugin> {
        self.candidates.as_ref().map(|(_, plugins)| plugins.clone()).unwrap_or_default()
    }

    /// What upstream says of nodes that are no candidates, with the plugins that have objected so far.
    pub(crate) fn outside(&self, plugins: &BTreeSet<Plugin>) -> Option<Rejection> {
        self.candidates.as_ref()?;
        let text = format!("node(s) didn't satisfy plugin(s) [{}]", joined(plugins));
        let code = Code::UnschedulableAndUnresolvable;
        Some(Rejection::new(Plugin::NodeAffinity, code, Reason::Sentence(text)))
    }

    /// What concerns this pod and was not judged.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let filters = PodFilters::new(&cluster, &cluster.reader().read(&Pod::default())).unwrap();
    /// assert!(filters.not_judged().is_empty());
    /// ```
    #[must_use]
    pub fn not_judged(&self) -> &[&'static str] {
        &self.not_judged
    }

    /// Why the pod may not run on the node; `None` if it may.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
    /// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[Node::default()], &[])?;
    /// let filters = PodFilters::new(&cluster, &cluster.reader().read(&Pod::default())).unwrap();
    /// let rejection = filters.check(&cluster, cluster.node(0).unwrap()).unwrap();
    /// assert_eq!(rejection.message(), "Too many pods");
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn check(&self, cluster: &Cluster, node: &NodeInfo) -> Option<Rejection> {
        self.check_record(node).or_else(|| self.check_use(cluster, node))
    }

    /// The filters at the head of the order that read what the node is, not what runs on it: the answer is the same
    /// for every pod of the shape, until the node itself changes.
    pub(crate) fn check_record(&self, node: &NodeInfo) -> Option<Rejection> {
        let placement = self.pod.shape.placement();
        let name = || node_name::filter(&self.pod, node);
        let unschedulable = || node_unschedulable::filter(placement, node, &self.cordon, self.comparisons);
        let first = if self.k8s.at_least(Release::V1_37) {
            name().or_else(unschedulable)
        } else {
            unschedulable().or_else(name)
        };
        first
            .or_else(|| taint_toleration::filter(placement, node, self.comparisons))
            .or_else(|| node_affinity::filter(placement, node))
    }

    /// The other filters.
    pub(crate) fn check_use(&self, cluster: &Cluster, node: &NodeInfo) -> Option<Rejection> {
        node_ports::filter(self.pod.shape.ports(), node)
            .or_else(|| node_resources_fit::filter(self.pod.shape.incoming(), node, |_| false))
            .or_else(|| self.check_volumes(cluster, node))
            .or_else(|| self.spread.as_ref()?.filter(node))
            .or_else(|| self.affinity.as_ref()?.filter(&self.pod, node))
            .or_else(|| self.check_features(node))
    }

    /// The filters of volumes, in their order.
    fn check_volumes(&self, cluster: &Cluster, node: &NodeInfo) -> Option<Rejection> {
        let limits = || node_volume_limits::filter(cluster, &self.pod, node);
        let restricted = self.restrictions.as_ref().and_then(|state| state.filter(&self.pod, node));
        restricted
            .or_else(|| if self.counts_volumes { limits() } else { None })
            .or_else(|| self.binding.as_ref()?.filter(cluster, &self.pod, node))
            .or_else(|| self.zone.as_ref()?.filter(node))
    }

    /// The filter of declared features, if the release has it.
    fn check_features(&self, node: &NodeInfo) -> Option<Rejection> {
        let on = self.k8s.enabled(Gate::NodeDeclaredFeatures);
        on.then(|| node_declared_features::filter(&self.k8s, self.pod.shape.placement(), node))?
    }

    /// How many pods like this one the node takes at once, as far as the node alone decides: by resources, number of pods,
    /// host ports, disks and claims. It is 0 where [`check`](Self::check) rejects the node.
    ///
    /// Affinity between the pods themselves and spreading are not in it (see [`is_independent`](Self::is_independent)).
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
    /// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "4", "pods": "110"}}}"#)?;
    /// let pod: Pod = serde_json::from_str(r#"{"spec": {"containers": [{"resources": {"requests": {"cpu": "1500m"}}}]}}"#)?;
    /// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[node], &[])?;
    /// let filters = PodFilters::new(&cluster, &cluster.reader().read(&pod)).unwrap();
    /// assert_eq!(filters.capacity(&cluster, cluster.node(0).unwrap()), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn capacity(&self, cluster: &Cluster, node: &NodeInfo) -> i64 {
        if self.check(cluster, node).is_some() {
            return 0;
        }
        let exclusive = !self.pod.shape.ports().is_empty()
            || volume_restrictions::disks_shared(&self.pod, &self.pod)
            || self.exclusive;
        let most = node_resources_fit::capacity(self.pod.shape.incoming(), node, |_| false);
        if exclusive { most.min(1) } else { most }
    }

    /// Whether pods like this one do not mind where the others of their kind are: the pod has no hard spread constraint and no
    /// term about other pods, and no pod on a node has a term that could be about it.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}};
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_36));
    /// let filters = PodFilters::new(&cluster, &cluster.reader().read(&Pod::default())).unwrap();
    /// assert!(filters.is_independent());
    /// ```
    #[must_use]
    pub fn is_independent(&self) -> bool {
        let binds = self.binding.as_ref().is_some_and(volume_binding::State::waits_for_binding);
        self.spread.is_none() && self.pod.shape.affinities().is_none() && !self.exclusive && !binds
    }

    /// Takes note of a pod that has come to a node (upstream: `PreFilterExtensions.AddPod`).
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
    /// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[Node::default()], &[])?;
    /// let pod = cluster.reader().read(&Pod::default());
    /// let mut filters = PodFilters::new(&cluster, &pod).unwrap();
    /// filters.pod_added(&pod, cluster.node(0).unwrap());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn pod_added(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.change(pod, &node.record, 1);
    }

    /// Takes note of a pod that has left a node (upstream: `PreFilterExtensions.RemovePod`).
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, filter::PodFilters};
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
    /// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[Node::default()], &[])?;
    /// let pod = cluster.reader().read(&Pod::default());
    /// let mut filters = PodFilters::new(&cluster, &pod).unwrap();
    /// filters.pod_removed(&pod, cluster.node(0).unwrap());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn pod_removed(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.change(pod, &node.record, -1);
    }

    fn change(&mut self, other: &PodInfo, node: &NodeRecord, by: i64) {
        // A filter that had nothing to check is left out of the whole cycle.
        if let Some(state) = &mut self.restrictions {
            state.change(other, by);
        }
        let placement: &Placement = self.pod.shape.placement();
        if let Some(state) = &mut self.spread {
            state.change(&self.pod, placement, other, node, by);
        }
        if let Some(state) = &mut self.affinity {
            state.change(&self.pod, other, node, by);
        }
    }
}

/// The names of plugins, sorted, as Go prints a list.
fn joined(plugins: &BTreeSet<Plugin>) -> String {
    let mut names: Vec<&str> = plugins.iter().map(|p| p.as_str()).collect();
    names.sort_unstable();
    names.join(" ")
}

/// What the filters say of one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodeVerdict {
    /// The node.
    pub node: String,
    /// Whether the pod may run there.
    pub fits: bool,
    /// Who objects, and why.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
}

/// What the filters say of every node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodeFilters {
    /// Every node, in the cluster's order.
    pub nodes: Vec<NodeVerdict>,
    /// The rejection of the pod as a whole, before any node was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_rejection: Option<Rejection>,
    /// Where no node fits: what upstream says, without the part about preemption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What concerns this pod and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
}

/// May this pod run on these nodes; if not, which filter objects first.
///
/// The pod is judged as if it had no node, except that one which names its node is held to it. The filters are
/// those of the default profile of kube-scheduler (upstream: `Scheduler.findNodesThatFitPod`, all nodes, without
/// preemption).
///
/// ```
/// use podverdict::gang::{cluster::Cluster, filter::node_filters};
/// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}};
/// let node: Node = serde_json::from_str(
///     r#"{"metadata": {"name": "n1"}, "spec": {"unschedulable": true}, "status": {"allocatable": {"pods": "110"}}}"#,
/// )?;
/// let cluster = Cluster::read(&Kubernetes::new(Release::V1_36), &[node], &[])?;
/// let answer = node_filters(&cluster, &cluster.reader().read(&Pod::default()));
/// assert_eq!(answer.message.as_deref(), Some("0/1 nodes are available: 1 node(s) were unschedulable."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn node_filters(cluster: &Cluster, pod: &Arc<PodInfo>) -> NodeFilters {
    let mut fit_error = FitError::new(cluster.len());
    let filters = match PodFilters::new(cluster, pod) {
        Ok(filters) => filters,
        Err(rejection) => {
            fit_error.pre_filter(rejection.message());
            let verdict = |node: &NodeInfo| NodeVerdict {
                node: node.name().into(),
                fits: false,
                rejection: Some(rejection.clone()),
            };
            return NodeFilters {
                nodes: cluster.nodes().map(verdict).collect(),
                message: Some(format!("{fit_error}")),
                pod_rejection: Some(rejection),
                not_judged: Vec::new(),
            };
        }
    };
    let outside = filters.outside(&filters.restricted_by());
    let mut fits = false;
    let verdict = |node: &NodeInfo| {
        let candidate = filters.candidates().is_none_or(|c| c.binary_search(&node.record.name).is_ok());
        let rejection = if candidate { filters.check(cluster, node) } else { outside.clone() };
        match &rejection {
            None => fits = true,
            Some(rejection) => fit_error.count(rejection),
        }
        NodeVerdict { node: node.name().into(), fits: rejection.is_none(), rejection }
    };
    let nodes: Vec<NodeVerdict> = cluster.nodes().map(verdict).collect();
    NodeFilters {
        message: if cluster.is_empty() {
            Some(super::message::NO_NODES.into())
        } else {
            (!fits).then(|| format!("{fit_error}"))
        },
        nodes,
        pod_rejection: None,
        not_judged: filters.not_judged,
    }
}
