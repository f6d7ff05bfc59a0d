//! Whether the kubelet admits a pod, new or resized, next to the other pods of its node.
//!
//! The kubelet asks some of the scheduler's filters again, on the pod's full specification (upstream:
//! `pkg/kubelet/lifecycle.predicateAdmitHandler`, `pkg/scheduler.AdmissionCheck`). The first failure is the one that it
//! reports; here all are given.
//!
//! Not asked here: eviction pressure, sysctls, the CPU, memory, device and topology managers, AppArmor, and node
//! shutdown.

mod node_selector;
mod taints;

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::amounts::Amounts;
use super::node_use::{NodeUse, incoming_options};
use super::requests::{add_second_sum, pod_requests};
use super::resource_name::{is_extended, may_be_claimed};
use crate::model::{Container, Pod, resource};
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};

/// The operating system of the kubelets whose verdicts these are.
const LINUX: &str = "linux";
/// The label that names a node's operating system.
const OS_LABEL: &str = "kubernetes.io/os";

/// What keeps a pod off its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdmitFailure {
    /// The pod's `kubernetes.io/os` label is not the node's.
    PodOsSelectorNodeLabelDoesNotMatch,
    /// The pod's `spec.os` is not `linux`.
    PodOsNotSupported,
    /// The pod needs strict supplemental groups, which the node's runtime does not know.
    SupplementalGroupsPolicyNotSupported,
    /// The node lacks a resource.
    Insufficient(Shortfall),
    /// The node's labels or name do not match the pod's node selector or affinity.
    NodeAffinity,
    /// The pod names another node.
    NodeName,
    /// A host port is taken.
    NodePorts,
    /// The pod does not tolerate a `NoExecute` taint.
    TaintToleration,
}

/// A resource that does not suffice. CPU is in milli-CPU, memory and storage in bytes, pods and extended resources in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Shortfall {
    /// The resource.
    pub resource: SmolStr,
    /// What the whole pod asks for.
    pub requested: i64,
    /// What the other pods use.
    pub used: i64,
    /// What the node has for all pods.
    pub capacity: i64,
    /// By how much it is too little: the pod would be admitted if it asked for that much less, or if that much became free.
    pub missing: i64,
    /// Whether it would suffice if there were no other pods.
    pub attainable: bool,
}

impl Shortfall {
    pub(super) fn new(resource: &str, requested: i64, used: i64, capacity: i64) -> Self {
        Shortfall {
            resource: resource.into(),
            requested,
            used,
            capacity,
            missing: requested.saturating_sub(capacity.saturating_sub(used)),
            attainable: requested <= capacity,
        }
    }
}

impl AdmitFailure {
    /// The kubelet's reason, one word.
    ///
    /// ```
    /// use podverdict::resize::admit::AdmitFailure;
    /// assert_eq!(AdmitFailure::NodePorts.reason(), "NodePorts");
    /// ```
    #[must_use]
    pub fn reason(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            AdmitFailure::PodOsSelectorNodeLabelDoesNotMatch => "PodOSSelectorNodeLabelDoesNotMatch",
            AdmitFailure::PodOsNotSupported => "PodOSNotSupported",
            AdmitFailure::SupplementalGroupsPolicyNotSupported => "SupplementalGroupsPolicyNotSupported",
            AdmitFailure::Insufficient(shortfall) => {
                return Cow::Owned(format!("OutOf{}", shortfall.resource));
            }
            AdmitFailure::NodeAffinity => "NodeAffinity",
            AdmitFailure::NodeName => "NodeName",
            AdmitFailure::NodePorts => "NodePorts",
            AdmitFailure::TaintToleration => "TaintToleration",
        })
    }

    /// The kubelet's message.
    ///
    /// ```
    /// use podverdict::resize::admit::AdmitFailure;
    /// assert_eq!(
    ///     AdmitFailure::NodeName.message(),
    ///     "Predicate NodeName failed: node(s) didn't match the requested node name"
    /// );
    /// ```
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            AdmitFailure::PodOsSelectorNodeLabelDoesNotMatch => {
                "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
            }
            AdmitFailure::PodOsNotSupported => "Failed to admit pod as the OS field doesn't match node OS",
            AdmitFailure::SupplementalGroupsPolicyNotSupported => {
                "SupplementalGroupsPolicy=Strict is not supported in this node"
            }
            AdmitFailure::Insufficient(s) => {
                return Cow::Owned(format!(
                    "Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}",
                    s.resource, s.requested, s.used, s.capacity
                ));
            }
            AdmitFailure::NodeAffinity => {
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
            }
            AdmitFailure::NodeName => {
                "Predicate NodeName failed: node(s) didn't match the requested node name"
            }
            AdmitFailure::NodePorts => {
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
            }
            AdmitFailure::TaintToleration => {
                "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
            }
        })
    }

    /// The rule that failed.
    ///
    /// ```
    /// use podverdict::resize::admit::AdmitFailure;
    /// assert_eq!(AdmitFailure::NodePorts.rule().code, "node_ports");
    /// ```
    #[must_use]
    pub const fn rule(&self) -> Rule {
        const LIFECYCLE: &str = "pkg/kubelet/lifecycle.predicateAdmitHandler.Admit";
        let (code, source) = match self {
            AdmitFailure::PodOsSelectorNodeLabelDoesNotMatch => ("pod_os_label", LIFECYCLE),
            AdmitFailure::PodOsNotSupported => ("pod_os_not_supported", LIFECYCLE),
            AdmitFailure::SupplementalGroupsPolicyNotSupported => {
                ("supplemental_groups_policy_not_supported", LIFECYCLE)
            }
            AdmitFailure::Insufficient(_) => {
                ("insufficient_resource", "pkg/scheduler/framework/plugins/noderesources.fitsRequest")
            }
            AdmitFailure::NodeAffinity => {
                ("node_affinity", "component-helpers/scheduling/corev1/nodeaffinity.Match")
            }
            AdmitFailure::NodeName => ("node_name", "pkg/scheduler/framework/plugins/nodename.Fits"),
            AdmitFailure::NodePorts => ("node_ports", "pkg/scheduler/framework/plugins/nodeports.Fits"),
            AdmitFailure::TaintToleration => {
                ("taint_not_tolerated", "component-helpers/scheduling/corev1.FindMatchingUntoleratedTaint")
            }
        };
        Rule::new(code, source)
    }

    /// The failure as a reason, with the numbers behind it.
    ///
    /// ```
    /// use podverdict::resize::admit::AdmitFailure;
    /// assert!(AdmitFailure::NodePorts.to_reason().numbers.is_empty());
    /// ```
    #[must_use]
    pub fn to_reason(&self) -> Reason {
        let reason = Reason::new(self.rule(), self.message());
        match self {
            AdmitFailure::Insufficient(s) => reason
                .with_number("requested", s.requested)
                .with_number("used", s.used)
                .with_number("capacity", s.capacity)
                .with_number("missing", s.missing),
            _ => reason,
        }
    }
}

/// The kubelet's answer to a new pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdmitVerdict {
    /// What keeps the pod off the node, in the order of the checks; empty if the pod is admitted. The kubelet reports the
    /// first one.
    pub failures: Vec<AdmitFailure>,
    /// The pod is critical and only resources are missing: the kubelet evicts other pods to make room, and admits the pod
    /// if it finds enough of them.
    pub evicts_others: bool,
}

impl AdmitVerdict {
    /// Whether the pod is admitted as things are.
    ///
    /// ```
    /// assert!(podverdict::resize::admit::AdmitVerdict::default().is_admitted());
    /// ```
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Whether the kubelet of a node would admit a pod next to the pods that `others` counts.
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::{admit::admit_pod, node_use::NodeUse};
///
/// let k8s = Kubernetes::new(Release::V1_36);
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "1", "pods": "10"}}}"#)?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "1500m"}}}]}}"#,
/// )?;
/// let verdict = admit_pod(&k8s, &NodeUse::new(&k8s, &node), &pod);
/// assert_eq!(verdict.failures[0].reason(), "OutOfcpu");
/// assert_eq!(
///     verdict.failures[0].message(),
///     "Node didn't have enough resource: cpu, requested: 1500, used: 0, capacity: 1000"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn admit_pod(k8s: &Kubernetes, others: &NodeUse<'_>, pod: &Pod) -> AdmitVerdict {
    let failures = admit_failures(k8s, others, pod);
    let evicts_others = only_resources_missing(&failures) && pod.is_critical();
    AdmitVerdict { failures, evicts_others }
}

/// Whether resources, and nothing else, are missing.
pub(super) fn only_resources_missing(failures: &[AdmitFailure]) -> bool {
    !failures.is_empty() && failures.iter().all(|failure| matches!(failure, AdmitFailure::Insufficient(_)))
}

/// What keeps a pod off the node (upstream: `predicateAdmitHandler.Admit`).
pub(super) fn admit_failures(k8s: &Kubernetes, others: &NodeUse<'_>, pod: &Pod) -> Vec<AdmitFailure> {
    // The kubelet corrects its own node's label in memory; it is Linux whatever the label said.
    if pod.metadata.labels.get(OS_LABEL).is_some_and(|os| os != LINUX) {
        return Vec::from([AdmitFailure::PodOsSelectorNodeLabelDoesNotMatch]);
    }
    if pod.spec.os.as_ref().is_some_and(|os| os.name != LINUX) {
        return Vec::from([AdmitFailure::PodOsNotSupported]);
    }
    if needs_strict_groups(pod) && !knows_groups_policy(others) {
        return Vec::from([AdmitFailure::SupplementalGroupsPolicyNotSupported]);
    }

    let mut failures = Vec::new();
    fits(k8s, others, &requested(k8s, others, pod), &mut failures);
    if !node_selector::matches(pod, others.node()) {
        failures.push(AdmitFailure::NodeAffinity);
    }
    if !pod.spec.node_name.is_empty() && pod.spec.node_name != others.node().metadata.name {
        failures.push(AdmitFailure::NodeName);
    }
    if others.has_port_conflict(pod) {
        failures.push(AdmitFailure::NodePorts);
    }
    if !pod.is_static() && !taints::tolerates_no_execute(k8s, pod, others.node()) {
        failures.push(AdmitFailure::TaintToleration);
    }
    // Where nothing but the node's labels is in the way, the kubelet fetches the node and asks all of this again.
    if failures == [AdmitFailure::NodeAffinity] {
        let mut lacking = Vec::new();
        fits(k8s, others, &count(k8s, others, pod, true), &mut lacking);
        failures.splice(0..0, lacking);
    }
    failures
}

/// What an incoming pod asks of the node, as the kubelet counts it.
pub(super) fn requested(k8s: &Kubernetes, others: &NodeUse<'_>, pod: &Pod) -> Amounts {
    count(k8s, others, pod, false)
}

/// The same, or what the kubelet counts when it does so again.
fn count(k8s: &Kubernetes, others: &NodeUse<'_>, pod: &Pod, again: bool) -> Amounts {
    let (without, options) = (without_unknown_resources(k8s, others, pod), incoming_options(k8s));
    let mut requests = pod_requests(k8s, &without, &options);
    if again {
        add_second_sum(&without, &options, &mut requests);
    }
    Amounts::from(&requests).at_least_zero()
}

/// Which resources do not suffice (upstream: `noderesources.fitsRequest`). Of several scalars upstream takes them in Go's map
/// order; here they are in the order of their names.
fn fits(k8s: &Kubernetes, others: &NodeUse<'_>, requested: &Amounts, failures: &mut Vec<AdmitFailure>) {
    let mut lacks = |name: &str, requested: i64, used: i64, capacity: i64| {
        if requested > capacity.wrapping_sub(used) {
            failures.push(AdmitFailure::Insufficient(Shortfall::new(name, requested, used, capacity)));
        }
    };
    lacks(resource::PODS, 1, others.pods(), others.allowed_pods());
    if requested.is_nothing() {
        return;
    }
    for name in [resource::CPU, resource::MEMORY, resource::EPHEMERAL_STORAGE] {
        let amount = requested.get(name);
        if amount > 0 {
            lacks(name, amount, others.used().get(name), others.allocatable().get(name));
        }
    }
    // 1.35: with the gate the kubelet leaves a resource that the node lacks to the claim that may back it.
    let leaves_to_claims = !k8s.at_least(Release::V1_36) && k8s.enabled(Gate::DRAExtendedResource);
    for (name, amount) in requested.scalars.iter() {
        let capacity = others.allocatable().get(name);
        if *amount != 0 && !(leaves_to_claims && capacity <= 0) {
            lacks(name, *amount, others.used().get(name), capacity);
        }
    }
}

/// The pod without requests for extended resources that the node does not know, and, from 1.36, for those that a claim
/// backs (upstream: `removeMissingExtendedResources`).
fn without_unknown_resources<'p>(k8s: &Kubernetes, others: &NodeUse<'_>, pod: &'p Pod) -> Cow<'p, Pod> {
    let mut claimed = BTreeSet::new();
    if let Some(status) = &pod.status.extended_resource_claim_status
        && k8s.at_least(Release::V1_36)
        && k8s.enabled(Gate::DRAExtendedResource)
    {
        claimed.extend(status.request_mappings.iter().map(|m| (&*m.container_name, &*m.resource_name)));
    }
    let drops = |container: &Container, name: &str| {
        (claimed.contains(&(container.name.as_str(), name)) && may_be_claimed(name))
            || (is_extended(name) && !others.allocatable().scalars.contains_key(name))
    };
    let any = |container: &Container| container.resources.requests.keys().any(|name| drops(container, name));
    if !pod.spec.init_and_regular().any(|(container, _)| any(container)) {
        return Cow::Borrowed(pod);
    }
    let mut kept = pod.clone();
    for container in kept.spec.containers.iter_mut().chain(&mut kept.spec.init_containers) {
        let mut requests = core::mem::take(&mut container.resources.requests);
        requests.retain(|name, _| !drops(container, name));
        container.resources.requests = requests;
    }
    Cow::Owned(kept)
}

fn needs_strict_groups(pod: &Pod) -> bool {
    let policy =
        pod.spec.security_context.as_ref().and_then(|context| context.supplemental_groups_policy.as_ref());
    policy.is_some_and(|policy| policy == "Strict")
}

fn knows_groups_policy(others: &NodeUse<'_>) -> bool {
    let features = others.node().status.features.as_ref();
    features.and_then(|features| features.supplemental_groups_policy).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Node;

    fn failures(release: Release, node: &str, pod: &str) -> Vec<Cow<'static, str>> {
        let k8s = Kubernetes::new(release);
        let node: Node = serde_json::from_str(node).unwrap();
        let pod: Pod = serde_json::from_str(pod).unwrap();
        let verdict = admit_pod(&k8s, &NodeUse::new(&k8s, &node), &pod);
        verdict.failures.iter().map(AdmitFailure::reason).collect()
    }

    const NODE: &str = r#"{"metadata": {"name": "n", "labels": {"zone": "a", "kubernetes.io/os": "windows"}},
        "status": {"allocatable": {"cpu": "1", "pods": "1"}}}"#;

    #[test]
    fn failures_come_in_the_order_of_the_checks() {
        let pod = r#"{"spec": {"nodeName": "m", "nodeSelector": {"zone": "b"}, "containers": [{"name": "a",
            "resources": {"requests": {"cpu": "2", "memory": "1"}}}]}}"#;
        assert_eq!(
            failures(Release::V1_36, NODE, pod),
            ["OutOfcpu", "OutOfmemory", "NodeAffinity", "NodeName"]
        );
    }

    #[test]
    fn the_kubelet_corrects_the_label_of_its_operating_system() {
        let pod = r#"{"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}}"#;
        assert!(failures(Release::V1_36, NODE, pod).is_empty());
    }

    #[test]
    fn an_extended_resource_that_the_node_does_not_know_is_not_counted() {
        let pod = r#"{"spec": {"containers": [{"name": "a", "resources": {"requests": {"example.com/gpu": "1"}}}]}}"#;
        assert!(failures(Release::V1_36, NODE, pod).is_empty());
        let node = r#"{"status": {"allocatable": {"example.com/gpu": "0", "pods": "1"}}}"#;
        assert_eq!(failures(Release::V1_36, node, pod), ["OutOfexample.com/gpu"]);
    }

    #[test]
    fn a_broken_selector_term_matches_nothing() {
        for term in [r#"{}"#, r#"{"matchExpressions": [{"key": "zone", "operator": "In", "values": []}]}"#] {
            let pod = format!(
                r#"{{"spec": {{"affinity": {{"nodeAffinity": {{
                    "requiredDuringSchedulingIgnoredDuringExecution": {{"nodeSelectorTerms": [{term}]}}}}}}}}}}"#
            );
            assert_eq!(failures(Release::V1_36, NODE, &pod), ["NodeAffinity"]);
        }
    }
}
