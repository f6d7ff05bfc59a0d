//! A node, and what its pods use of it.

use alloc::collections::BTreeMap;

use smol_str::SmolStr;

use super::amounts::Amounts;
use super::requests::{PodResourcesOptions, add_second_sum, pod_requests};
use crate::model::{ContainerPort, Node, Pod, resource};
use crate::release::{Gate, Kubernetes, Release};

/// The host address that stands for all.
const ALL_ADDRESSES: &str = "0.0.0.0";

/// A host port that is taken: port, protocol, address.
type HostPort = (i32, SmolStr, SmolStr);

/// A node and what the pods on it use, kept up to date as pods come, change and go (upstream:
/// `pkg/scheduler/framework.NodeInfo`, as the kubelet builds it).
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::node_use::NodeUse;
///
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "4", "pods": "110"}}}"#)?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "1500m"}}}]}}"#,
/// )?;
/// let mut used = NodeUse::new(&Kubernetes::new(Release::V1_36), &node);
/// used.add_pod(&pod);
/// assert_eq!((used.used().milli_cpu, used.free("cpu")), (1500, 2500));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NodeUse<'a> {
    k8s: Kubernetes,
    node: &'a Node,
    allocatable: Amounts,
    allowed_pods: i64,
    pods: i64,
    used: Amounts,
    /// How many pods take a host port: more than one where pods were placed by hand.
    ports: BTreeMap<HostPort, u32>,
}

impl<'a> NodeUse<'a> {
    /// A node without pods.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &Node::default()).pods(), 0);
    /// ```
    #[must_use]
    pub fn new(k8s: &Kubernetes, node: &'a Node) -> Self {
        let allocatable = &node.status.allocatable;
        NodeUse {
            k8s: *k8s,
            node,
            allocatable: Amounts::from(allocatable),
            allowed_pods: allocatable.get(resource::PODS).map_or(0, |pods| pods.value()),
            pods: 0,
            used: Amounts::default(),
            ports: BTreeMap::new(),
        }
    }

    /// The node.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// let node = Node::default();
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &node).node(), &node);
    /// ```
    #[must_use]
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// What pods may use.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &Node::default()).allocatable().memory, 0);
    /// ```
    #[must_use]
    pub fn allocatable(&self) -> &Amounts {
        &self.allocatable
    }

    /// What pods use.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &Node::default()).used().memory, 0);
    /// ```
    #[must_use]
    pub fn used(&self) -> &Amounts {
        &self.used
    }

    /// How many pods there are.
    ///
    /// ```
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// let node = Node::default();
    /// let mut used = NodeUse::new(&Kubernetes::new(Release::V1_35), &node);
    /// used.add_pod(&Pod::default());
    /// assert_eq!(used.pods(), 1);
    /// ```
    #[must_use]
    pub fn pods(&self) -> i64 {
        self.pods
    }

    /// How many pods the node takes.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &Node::default()).allowed_pods(), 0);
    /// ```
    #[must_use]
    pub fn allowed_pods(&self) -> i64 {
        self.allowed_pods
    }

    /// What is left of a resource: CPU in milli-CPU, all others in their own unit. It is negative where pods use more than
    /// there is.
    ///
    /// ```
    /// use podverdict::{model::Node, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// assert_eq!(NodeUse::new(&Kubernetes::new(Release::V1_35), &Node::default()).free("memory"), 0);
    /// ```
    #[must_use]
    pub fn free(&self, resource: &str) -> i64 {
        self.allocatable.get(resource).wrapping_sub(self.used.get(resource))
    }

    /// Counts a pod, whose specification says what is allocated to it (see
    /// [`Allocation::apply`](super::allocation::Allocation::apply)); what its status says is allocated and in force
    /// counts too.
    ///
    /// ```
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// let node = Node::default();
    /// let mut used = NodeUse::new(&Kubernetes::new(Release::V1_35), &node);
    /// used.add_pod(&Pod::default());
    /// used.remove_pod(&Pod::default());
    /// assert_eq!(used.pods(), 0);
    /// ```
    pub fn add_pod(&mut self, pod: &Pod) {
        self.pods = self.pods.wrapping_add(1);
        self.used.add(&accounted(&self.k8s, pod));
        for port in host_ports(pod) {
            let count = self.ports.entry(key(port)).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Takes back what [`add_pod`](Self::add_pod) counted for the same pod.
    ///
    /// ```
    /// use podverdict::{model::{Node, Pod}, release::{Kubernetes, Release}, resize::node_use::NodeUse};
    /// let node = Node::default();
    /// let mut used = NodeUse::new(&Kubernetes::new(Release::V1_35), &node);
    /// used.add_pod(&Pod::default());
    /// used.remove_pod(&Pod::default());
    /// assert_eq!(used.used().milli_cpu, 0);
    /// ```
    pub fn remove_pod(&mut self, pod: &Pod) {
        self.pods = self.pods.wrapping_sub(1);
        self.used.sub(&accounted(&self.k8s, pod));
        for port in host_ports(pod) {
            let key = key(port);
            match self.ports.get_mut(&key) {
                Some(count) if *count > 1 => *count = count.saturating_sub(1),
                _ => {
                    self.ports.remove(&key);
                }
            }
        }
    }

    /// Whether a host port that the pod wants is taken (upstream: `nodeports.Fits`, `HostPortInfo.CheckConflict`).
    pub(super) fn has_port_conflict(&self, pod: &Pod) -> bool {
        host_ports(pod).any(|port| {
            let (port, protocol, address) = key(port);
            if address == ALL_ADDRESSES {
                // The empty text sorts before every address.
                let from = (port, protocol.clone(), SmolStr::default());
                let next = self.ports.range(from..).next();
                return next.is_some_and(|((p, other, _), _)| *p == port && *other == protocol);
            }
            self.ports.contains_key(&(port, protocol.clone(), SmolStr::new_static(ALL_ADDRESSES)))
                || self.ports.contains_key(&(port, protocol, address))
        })
    }
}

/// What a pod on the node counts with (upstream: `PodInfo.CalculateResource`).
pub(super) fn accounted(k8s: &Kubernetes, pod: &Pod) -> Amounts {
    let options = PodResourcesOptions {
        use_status_resources: true,
        in_place_pod_level_resources: k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling),
        ..incoming_options(k8s)
    };
    let mut requests = pod_requests(k8s, pod, &options);
    // For the amounts that scores go by upstream sums again, with defaults for what is missing.
    if requests.cpu().is_none() || requests.memory().is_none() {
        add_second_sum(pod, &options, &mut requests);
    }
    Amounts::from(&requests)
}

/// How an incoming pod is counted: by its specification alone (upstream: `noderesources.computePodResourceRequest`).
pub(super) fn incoming_options(k8s: &Kubernetes) -> PodResourcesOptions<'static> {
    PodResourcesOptions {
        skip_pod_level_resources: !k8s.enabled(Gate::PodLevelResources),
        use_dra_claim_status: k8s.at_least(Release::V1_36) && k8s.enabled(Gate::DRANodeAllocatableResources),
        ..PodResourcesOptions::default()
    }
}

/// The host ports of sidecars and regular containers (upstream: `pkg/scheduler/util.GetHostPorts`).
fn host_ports(pod: &Pod) -> impl Iterator<Item = &ContainerPort> {
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.is_sidecar());
    sidecars
        .chain(&pod.spec.containers)
        .flat_map(|container| container.ports.as_deref().unwrap_or_default())
        .filter(|port| port.host_port > 0)
}

fn key(port: &ContainerPort) -> HostPort {
    let or =
        |text: &SmolStr, default| if text.is_empty() { SmolStr::new_static(default) } else { text.clone() };
    (port.host_port, or(&port.protocol, "TCP"), or(&port.host_ip, ALL_ADDRESSES))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn with_port(port: i32, protocol: &str, address: &str) -> Pod {
        serde_json::from_str(&format!(
            r#"{{"spec": {{"containers": [{{"name": "a", "ports": [
                {{"hostPort": {port}, "protocol": "{protocol}", "hostIP": "{address}"}}]}}]}}}}"#
        ))
        .unwrap()
    }

    #[test]
    fn all_addresses_conflict_with_each() {
        let node = Node::default();
        let mut used = NodeUse::new(&Kubernetes::new(Release::V1_36), &node);
        used.add_pod(&with_port(80, "", "10.0.0.1"));
        for (pod, conflicts) in [
            (with_port(80, "TCP", "10.0.0.1"), true),
            (with_port(80, "TCP", ""), true),
            (with_port(80, "TCP", "10.0.0.2"), false),
            (with_port(80, "UDP", "0.0.0.0"), false),
            (with_port(81, "TCP", "0.0.0.0"), false),
        ] {
            assert_eq!(used.has_port_conflict(&pod), conflicts);
        }
    }

    #[test]
    fn a_port_that_two_pods_take_stays_taken() {
        let node = Node::default();
        let mut used = NodeUse::new(&Kubernetes::new(Release::V1_36), &node);
        let pod = with_port(80, "", "");
        used.add_pod(&pod);
        used.add_pod(&pod);
        used.remove_pod(&pod);
        assert!(used.has_port_conflict(&pod));
        used.remove_pod(&pod);
        assert!(!used.has_port_conflict(&pod));
    }
}
