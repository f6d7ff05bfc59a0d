//! What the API server refuses because of the node, before the node's kubelet sees the resize.
//!
//! Two admission plugins look at the node that a pod is bound to: from 1.36 `PodResizeValidator`, which refuses what the
//! node could never hold, and with gate `NodeDeclaredFeatures` `NodeDeclaredFeatureValidator`, which refuses what the node's
//! kubelet is too old for. They speak for requests to `pods/resize` that change the pod's specification.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::admit::Shortfall;
use super::requests::{PodResourcesOptions, pod_requests};
use crate::model::{Container, Node, Pod, QosClass, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::quote::Quoted;
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};

// The features that a node declares.
const GUARANTEED_CPU_RESIZE: &str = "GuaranteedQoSPodCPUResize";
const POD_LEVEL_RESIZE: &str = "InPlacePodLevelResourcesVerticalScaling";
const INIT_RESIZE: &str = "InPlacePodVerticalScalingInitContainers";

/// Why the API server refuses a resize because of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeRefusal {
    /// The node does not declare features that the resize needs, sorted by name.
    MissingFeatures {
        /// The node.
        node: SmolStr,
        /// The features.
        features: Vec<&'static str>,
    },
    /// The node does not run Linux.
    UnsupportedPlatform {
        /// The node.
        node: SmolStr,
        /// What it runs, by its label.
        os: SmolStr,
    },
    /// The pod wants more than the node has for all pods.
    NodeCapacity {
        /// CPU, if it does not suffice.
        cpu: Option<Shortfall>,
        /// Memory, if it does not suffice.
        memory: Option<Shortfall>,
    },
}

impl NodeRefusal {
    /// The API server's message, after `pods "name" is forbidden: `.
    ///
    /// ```
    /// use podverdict::resize::node_admission::NodeRefusal;
    /// let refusal = NodeRefusal::UnsupportedPlatform { node: "n".into(), os: "windows".into() };
    /// assert_eq!(refusal.message(), r#"pod resize is only supported on linux nodes, node "n" is "windows""#);
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            NodeRefusal::MissingFeatures { node, features } => format!(
                "pod update requires features {} which are not available on node {}",
                features.join(", "),
                Quoted(node)
            ),
            NodeRefusal::UnsupportedPlatform { node, os } => format!(
                "pod resize is only supported on linux nodes, node {} is {}",
                Quoted(node),
                Quoted(os)
            ),
            NodeRefusal::NodeCapacity { cpu, memory } => {
                let parts = [cpu, memory].into_iter().flatten().map(|s| {
                    format!("{}, requested: {}, allocatable: {}", s.resource, s.requested, s.capacity)
                });
                let parts: Vec<String> = parts.collect();
                format!("node didn't have enough allocatable resources: {}", parts.join("; "))
            }
        }
    }

    /// The rule that refuses.
    ///
    /// ```
    /// use podverdict::resize::node_admission::NodeRefusal;
    /// let refusal = NodeRefusal::NodeCapacity { cpu: None, memory: None };
    /// assert_eq!(refusal.rule().code, "node_capacity");
    /// ```
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            NodeRefusal::MissingFeatures { .. } => Rule::new(
                "missing_node_features",
                "plugin/pkg/admission/nodedeclaredfeatures.validatePodUpdate",
            ),
            NodeRefusal::UnsupportedPlatform { .. } => {
                Rule::new("unsupported_platform", "plugin/pkg/admission/podresize.validateLinuxNode")
            }
            NodeRefusal::NodeCapacity { .. } => {
                Rule::new("node_capacity", "plugin/pkg/admission/podresize.validateNodeAllocatable")
            }
        }
    }

    /// The refusal as a reason, with the numbers of the first resource that does not suffice.
    ///
    /// ```
    /// use podverdict::resize::node_admission::NodeRefusal;
    /// let refusal = NodeRefusal::NodeCapacity { cpu: None, memory: None };
    /// assert!(refusal.to_reason().numbers.is_empty());
    /// ```
    #[must_use]
    pub fn to_reason(&self) -> Reason {
        let reason = Reason::new(self.rule(), self.message());
        match self {
            NodeRefusal::NodeCapacity { cpu, memory } => match cpu.as_ref().or(memory.as_ref()) {
                Some(shortfall) => reason
                    .with_number("requested", shortfall.requested)
                    .with_number("allocatable", shortfall.capacity),
                None => reason,
            },
            _ => reason,
        }
    }
}

/// Whether the API server refuses a resize because of the pod's node. `old` is the pod as it is stored, `new` as it would be
/// stored. A pod that is not bound, and a request that changes nothing, are not looked at.
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::node_admission::node_admission;
///
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "2"}}}"#)?;
/// let pod = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"nodeName": "n",
///             "containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ))
/// };
/// let refusal = node_admission(&Kubernetes::new(Release::V1_36), &node, &pod("1")?, &pod("3")?).unwrap();
/// assert_eq!(
///     refusal.message(),
///     "node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000"
/// );
/// assert!(node_admission(&Kubernetes::new(Release::V1_35), &node, &pod("1")?, &pod("3")?).is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn node_admission(k8s: &Kubernetes, node: &Node, old: &Pod, new: &Pod) -> Option<NodeRefusal> {
    if new.spec.node_name.is_empty() || !changes(old, new) {
        return None;
    }
    // The order of the plugins (upstream: pkg/kubeapiserver/options.AllOrderedPlugins).
    missing_features(k8s, node, old, new).or_else(|| beyond_node(k8s, node, new))
}

/// Whether the resize changes the specification.
fn changes(old: &Pod, new: &Pod) -> bool {
    old.spec.resources != new.spec.resources
        || old.spec.volumes != new.spec.volumes
        || !resources_of(old).eq(resources_of(new))
}

fn resources_of(pod: &Pod) -> impl Iterator<Item = &ResourceRequirements> {
    pod.spec.init_and_regular().map(|(container, _)| &container.resources)
}

/// 1.36 and later: what the node could never hold (upstream: `PodResizeValidator`). Overhead and pod-level resources
/// count; other pods do not.
fn beyond_node(k8s: &Kubernetes, node: &Node, new: &Pod) -> Option<NodeRefusal> {
    if !k8s.at_least(Release::V1_36) {
        return None;
    }
    if let Some(os) = node.metadata.labels.get("kubernetes.io/os").filter(|os| *os != "linux") {
        return Some(NodeRefusal::UnsupportedPlatform { node: node.metadata.name.clone(), os: os.clone() });
    }
    let requests = pod_requests(k8s, new, &PodResourcesOptions::default());
    let shortfall = |name: &str, count: fn(&Quantity) -> i64| {
        let requested = requests.get(name)?;
        let allocatable = node.status.allocatable.get(name).unwrap_or(&Quantity::ZERO);
        (requested > allocatable).then(|| Shortfall::new(name, count(requested), 0, count(allocatable)))
    };
    let cpu = shortfall(resource::CPU, Quantity::milli_value);
    let memory = shortfall(resource::MEMORY, Quantity::value);
    (cpu.is_some() || memory.is_some()).then_some(NodeRefusal::NodeCapacity { cpu, memory })
}

/// Features that the change needs and the node does not declare (upstream: `NodeDeclaredFeatureValidator`,
/// `component-helpers/nodedeclaredfeatures.InferForPodUpdate`).
fn missing_features(k8s: &Kubernetes, node: &Node, old: &Pod, new: &Pod) -> Option<NodeRefusal> {
    if !k8s.enabled(Gate::NodeDeclaredFeatures) {
        return None;
    }
    let needs = [
        (!k8s.at_least(Release::V1_36) && guaranteed_cpu_changes(old, new), GUARANTEED_CPU_RESIZE),
        (pod_level_changes(k8s, old, new), POD_LEVEL_RESIZE),
        (k8s.at_least(Release::V1_36) && plain_init_changes(old, new), INIT_RESIZE),
        (
            k8s.at_least(Release::V1_37) && memory_volume_changes(old, new),
            "InPlacePodVerticalScalingMemoryBackedVolumes",
        ),
    ];
    let missing = needs.into_iter().filter_map(|(needed, feature)| needed.then_some(feature));
    let features: Vec<&str> = missing.filter(|feature| !declares(node, feature)).collect();
    (!features.is_empty())
        .then(|| NodeRefusal::MissingFeatures { node: node.metadata.name.clone(), features })
}

/// The feature that a change of one request of a bound pod needs and the node does not declare: that of a container, init or
/// not, or else of the pod as a whole.
pub(super) fn missing_feature(
    k8s: &Kubernetes,
    node: &Node,
    pod: &Pod,
    owner: Option<(&Container, bool)>,
    name: &str,
) -> Option<&'static str> {
    if !k8s.enabled(Gate::NodeDeclaredFeatures) || pod.spec.node_name.is_empty() {
        return None;
    }
    let feature = match owner {
        None => POD_LEVEL_RESIZE,
        Some((container, true)) if !container.is_sidecar() => INIT_RESIZE,
        Some((_, false))
            if !k8s.at_least(Release::V1_36)
                && name == resource::CPU
                && pod.status.qos_class == QosClass::Guaranteed =>
        {
            GUARANTEED_CPU_RESIZE
        }
        Some(_) => return None,
    };
    (!declares(node, feature)).then_some(feature)
}

fn declares(node: &Node, feature: &str) -> bool {
    node.status.declared_features.iter().any(|declared| declared == feature)
}

/// 1.35: the CPU request of a regular container of a Guaranteed pod changes.
fn guaranteed_cpu_changes(old: &Pod, new: &Pod) -> bool {
    let cpu = |resources: &ResourceRequirements| resources.requests.cpu().cloned().unwrap_or_default();
    let mut pairs = old.spec.containers.iter().zip(&new.spec.containers);
    old.status.qos_class == QosClass::Guaranteed
        && pairs.any(|(old, new)| cpu(&old.resources) != cpu(&new.resources))
}

/// 1.35 compares strictly: another spelling of an amount is a change too.
fn pod_level_changes(k8s: &Kubernetes, old: &Pod, new: &Pod) -> bool {
    match (&old.spec.resources, &new.spec.resources) {
        (None, None) => false,
        (Some(old), Some(new)) if k8s.at_least(Release::V1_36) => old != new,
        (Some(old), Some(new)) => !strictly_equal(old, new),
        _ => true,
    }
}

/// Compares strictly, in all releases that have it.
fn plain_init_changes(old: &Pod, new: &Pod) -> bool {
    let mut pairs = old.spec.init_containers.iter().zip(&new.spec.init_containers);
    pairs.any(|(old, new)| !old.is_sidecar() && !strictly_equal(&old.resources, &new.resources))
}

fn memory_volume_changes(old: &Pod, new: &Pod) -> bool {
    if old.spec.volumes.len() != new.spec.volumes.len() {
        return false;
    }
    old.spec.volumes.iter().zip(&new.spec.volumes).any(|(old, new)| {
        let (Some(old_dir), Some(new_dir)) = (&old.empty_dir, &new.empty_dir) else { return false };
        old.name == new.name
            && new_dir.medium == "Memory"
            && matches!((&old_dir.size_limit, &new_dir.size_limit), (Some(old), Some(new)) if old != new)
    })
}

/// Go's `reflect.DeepEqual`: also absent and empty maps differ.
fn strictly_equal(a: &ResourceRequirements, b: &ResourceRequirements) -> bool {
    let same = |a: &ResourceList, b: &ResourceList| {
        a.is_present() == b.is_present()
            && a.len() == b.len()
            && a.iter().zip(b.iter()).all(|((x, p), (y, q))| x == y && p.same_representation(q))
    };
    same(&a.limits, &b.limits) && same(&a.requests, &b.requests) && a.claims == b.claims
}
