//! How far the containers of a pod can grow in place on their node.
//!
//! For each container and for CPU and memory: the largest request that the API server would accept and the node allocate
//! now, the largest that it could allocate without other pods, and what then stays free. Each is about changing this one
//! request, with the limit along where it has to follow. Nothing is tried out: every bound follows from the formula of a
//! pod's requests (see [`requests`](super::requests)), so that the cost is one walk over the pod.
//!
//! The pod is taken to be stored, and so to be legal: a resize of it that changes nothing would be accepted.

use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::admit::{AdmitFailure, Shortfall, admit_failures, requested};
use super::allocation::is_resizable;
use super::amounts::Amounts;
use super::feasible::{Infeasibility, NodeConfig, pinned, swap_forbids};
use super::node_admission::{NodeRefusal, missing_feature};
use super::node_use::NodeUse;
use super::qos::pod_qos;
use super::refusal::{self, restarts_any};
use super::requests::is_pod_level_resources_set;
use crate::model::{Container, Pod, QosClass, ResourceList, ResourceRequirements, resource};
use crate::quantity::{Format, Quantity};
use crate::reason::Reason;
use crate::release::{Gate, Kubernetes, Release};

/// How far one request can grow. CPU is in milli-CPU, memory in bytes, both rounded up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Headroom {
    /// The container; none for the pod-level request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<SmolStr>,
    /// Whether it is an init container.
    pub init: bool,
    /// `cpu` or `memory`.
    pub resource: &'static str,
    /// The request now, 0 if there is none.
    pub current: i64,
    /// The largest request that would be accepted and allocated now. It is not below `current`, which is allocated.
    pub now: i64,
    /// The limit to ask for with `now`, if the limit has to change too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_now: Option<i64>,
    /// The largest request that would be accepted and allocated if the pod were alone on its node.
    pub ever: i64,
    /// The limit to ask for with `ever`, if the limit has to change too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_ever: Option<i64>,
    /// What stays free on the node with `now`; negative if the node gives more than it has already.
    pub free_after: i64,
    /// Where the pods of the node use more of the resource than there is: the largest request that would be allocated
    /// anew. Requests between this and `current` would wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrink_to: Option<i64>,
    /// Why the request cannot change at all, or cannot change now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Reason>,
}

/// How far each request for CPU and memory of a pod can grow. `others` counts the other pods of the node; `pod` is the pod as
/// stored, with all that it asks for allocated.
///
/// There is an entry for each container that names the resource or could begin to, and for each pod-level request.
/// Init containers that cannot be resized on the release have one that says so.
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::{feasible::NodeConfig, headroom::resize_headroom, node_use::NodeUse};
///
/// let k8s = Kubernetes::new(Release::V1_36);
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "9"}}}"#)?;
/// let pod = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ))
/// };
/// let mut others = NodeUse::new(&k8s, &node);
/// others.add_pod(&pod("1500m")?);
/// let headroom = resize_headroom(&k8s, &others, &NodeConfig::default(), &pod("1")?);
/// let cpu = &headroom[0];
/// assert_eq!((cpu.current, cpu.now, cpu.ever, cpu.free_after), (1000, 2500, 4000, 0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_headroom(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    pod: &Pod,
) -> Vec<Headroom> {
    let judge = Judge::new(k8s, others, config, pod);
    let mut out = Vec::new();
    for name in [resource::CPU, resource::MEMORY] {
        judge.add(name, &mut out);
    }
    out
}

/// What holds for all requests of the pod.
struct Judge<'a> {
    k8s: &'a Kubernetes,
    others: &'a NodeUse<'a>,
    config: &'a NodeConfig,
    pod: &'a Pod,
    /// What the API server or the kubelet has against any resize of the pod.
    refused: Option<Reason>,
    /// What keeps the pod off its node now, and alone.
    failures: [Vec<AdmitFailure>; 2],
    /// What the pod asks of the node.
    requested: Amounts,
    qos: QosClass,
    /// How many of the CPU and memory requests that decide the quality-of-service class do not make it Guaranteed.
    not_guaranteed: usize,
    pod_level: Option<&'a ResourceRequirements>,
}

/// Whose request it is.
#[derive(Clone, Copy)]
struct Subject<'a> {
    container: Option<&'a Container>,
    init: bool,
    resources: &'a ResourceRequirements,
}

impl<'a> Judge<'a> {
    fn new(k8s: &'a Kubernetes, others: &'a NodeUse<'a>, config: &'a NodeConfig, pod: &'a Pod) -> Self {
        let not_guaranteed = |resources: &ResourceRequirements| {
            let names = [resource::CPU, resource::MEMORY].into_iter();
            names.filter(|name| !is_guaranteed(resources, name)).count()
        };
        let not_guaranteed = match &pod.spec.resources {
            Some(resources) if decided_by_pod(k8s, pod) => not_guaranteed(resources),
            _ => pod.spec.init_and_regular().map(|(c, _)| not_guaranteed(&c.resources)).sum(),
        };
        let alone = NodeUse::new(k8s, others.node());
        Judge {
            k8s,
            others,
            config,
            pod,
            refused: refusal::of_any_resize(k8s, pod),
            failures: [admit_failures(k8s, others, pod), admit_failures(k8s, &alone, pod)],
            requested: requested(k8s, others, pod),
            qos: pod_qos(k8s, pod),
            not_guaranteed,
            pod_level: effective_pod_level(k8s, pod),
        }
    }

    /// Adds the entries of one resource.
    fn add(&self, name: &'static str, out: &mut Vec<Headroom>) {
        let sums = Sums::of(self.pod, name);
        let pod_request = self.pod_level.filter(|pod_level| pod_level.requests.contains_key(name));
        // What bounds the sum of the containers: the pod-level request, or the node.
        let inside = pod_request.map(|resources| count(&resources.requests, name));
        // Overhead and claims, which count beside.
        let total = self.requested.get(name);
        let overhead = total.saturating_sub(inside.unwrap_or(sums.most));
        let capacity = capacities(self.k8s, self.others, self.config, self.pod, name)
            .map(|capacity| capacity.saturating_sub(overhead));

        let containers = self.pod.spec.init_and_regular().zip(&sums.parts);
        for ((container, init), part) in containers {
            let subject = Subject { container: Some(container), init, resources: &container.resources };
            if !self.may_name(&subject, name, inside.is_some()) {
                continue;
            }
            let bounds = match inside {
                // The node sees the pod-level request, which stays.
                Some(request) => [request, request],
                None => capacity,
            };
            let bounds = bounds.map(|bound| part.largest(bound));
            let grows = if inside.is_some() { None } else { Some(*part) };
            out.push(self.entry(name, &subject, part.own, bounds, total, grows.map(|p| (p, overhead))));
        }
        if let Some(resources) = pod_request
            && self.k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
        {
            let subject = Subject { container: None, init: false, resources };
            let own = count(&resources.requests, name);
            let part = Part { own, beside: 0, fixed: 0 };
            // The containers must fit into it.
            let bounds = capacity.map(|bound| Some(bound).filter(|bound| *bound >= sums.most));
            out.push(self.entry(name, &subject, own, bounds, total, Some((part, overhead))));
        }
    }

    /// 1.35: a resource other than this one of which the pod has more than the node has for all pods: then each resize is
    /// infeasible.
    fn beyond_node(&self, name: &str) -> Option<Reason> {
        if self.k8s.at_least(Release::V1_36) {
            return None;
        }
        let other = if name == resource::CPU { resource::MEMORY } else { resource::CPU };
        let (requested, capacity) =
            (self.requested.get(other), absolute(self.others, self.config, self.pod_level, other));
        (requested > capacity).then(|| {
            let shortfall = Some(Shortfall::new(other, requested, 0, capacity));
            Infeasibility::NodeCapacity { cpu: shortfall, memory: None }.to_reason()
        })
    }

    /// Whether there is an entry for the subject: it names the resource, or may begin to without changing what decides the
    /// pod's class or its pod-level requests.
    fn may_name(&self, subject: &Subject<'_>, name: &str, has_pod_level_request: bool) -> bool {
        subject.resources.requests.contains_key(name)
            || has_pod_level_request
            || (self.pod_level.is_none() && self.qos != QosClass::BestEffort)
    }

    fn entry(
        &self,
        name: &'static str,
        subject: &Subject<'_>,
        current: i64,
        bounds: [Option<i64>; 2],
        total: i64,
        grows: Option<(Part, i64)>,
    ) -> Headroom {
        let free = self.others.free(name);
        let mut out = Headroom {
            container: subject.container.map(|container| container.name.clone()),
            init: subject.init,
            resource: name,
            current,
            now: current,
            limit_now: None,
            ever: current,
            limit_ever: None,
            free_after: free.saturating_sub(total),
            shrink_to: None,
            fixed: self.fixed(subject, name).or_else(|| self.beyond_node(name)),
        };
        if out.fixed.is_some() {
            return out;
        }
        let [now, ever] = [0, 1].map(|when| {
            let failures = self.failures.get(when).map(Vec::as_slice).unwrap_or_default();
            // Where the node sees this request, a smaller one may be the cure.
            let blocked = failures.iter().find(|failure| {
                grows.is_none()
                    || !matches!(failure, AdmitFailure::Insufficient(shortfall) if shortfall.resource == name)
            });
            match blocked {
                Some(failure) => Err(failure),
                None => Ok(bounds
                    .get(when)
                    .copied()
                    .flatten()
                    .map(|bound| self.within_limits(subject, name, bound))),
            }
        });
        match now {
            Err(failure) => out.fixed = Some(failure.to_reason()),
            Ok(Some(largest)) if largest >= current => {
                out.now = largest;
                out.limit_now = self.limit_for(subject, name, largest);
                if let Some((part, overhead)) = grows {
                    out.free_after = free.saturating_sub(part.total(largest).saturating_add(overhead));
                }
            }
            // Nothing at all might be another class.
            Ok(Some(largest @ 1..)) => out.shrink_to = Some(largest),
            Ok(_) => {}
        }
        if let Ok(Some(largest)) = ever
            && largest >= current
        {
            out.ever = largest;
            out.limit_ever = self.limit_for(subject, name, largest);
        }
        out
    }

    /// Why this one request cannot change at all.
    fn fixed(&self, subject: &Subject<'_>, name: &str) -> Option<Reason> {
        if let Some(reason) = &self.refused {
            return Some(reason.clone());
        }
        if let Some(container) = subject.container.filter(|c| subject.init && !c.is_sidecar()) {
            if !is_resizable(self.k8s, container, true) {
                return Some(refusal::INIT_CONTAINER.to_reason());
            }
            if restarts_any(container) {
                return Some(refusal::INIT_RESTART.to_reason());
            }
        }
        // Admission comes after validation, and the kubelet after that.
        let owner = subject.container.map(|container| (container, subject.init));
        if let Some(feature) = missing_feature(self.k8s, self.others.node(), self.pod, owner, name) {
            let node = self.others.node().metadata.name.clone();
            return Some(NodeRefusal::MissingFeatures { node, features: [feature].into() }.to_reason());
        }
        let container = subject.container?;
        if name == resource::MEMORY && swap_forbids(self.config, container) {
            return Some(Infeasibility::Swap { container: container.name.clone() }.to_reason());
        }
        if self.qos != QosClass::Guaranteed {
            return None;
        }
        pinned(self.k8s, self.config, name).map(|why| why.to_reason())
    }

    /// The largest request up to `largest` whose limit is within the pod-level limit.
    fn within_limits(&self, subject: &Subject<'_>, name: &str, largest: i64) -> i64 {
        let pod_limit = self.pod_level.and_then(|pod_level| pod_level.limits.get(name));
        match pod_limit {
            // Only the limits of regular containers are compared.
            Some(limit)
                if subject.container.is_some()
                    && !subject.init
                    && subject.resources.limits.contains_key(name) =>
            {
                largest.min(floor(limit, name))
            }
            _ => largest,
        }
    }

    /// The limit to ask for with a request, if it has to change: a limit is no less than its request, a Guaranteed pod's is the
    /// same, and a pod that is not Guaranteed does not become so.
    fn limit_for(&self, subject: &Subject<'_>, name: &str, request: i64) -> Option<i64> {
        let limit = subject.resources.limits.get(name)?;
        let current = count_one(limit, name);
        let decides = subject.container.is_none() == decided_by_pod(self.k8s, self.pod);
        if self.qos == QosClass::Guaranteed && decides {
            return (request != current).then_some(request);
        }
        let own = usize::from(!is_guaranteed(subject.resources, name));
        let others_guaranteed = self.not_guaranteed == own;
        if decides && others_guaranteed && request >= current {
            return Some(request.saturating_add(1));
        }
        (request > current).then_some(request)
    }
}

/// Whether pod-level resources decide the quality-of-service class.
pub(super) fn decided_by_pod(k8s: &Kubernetes, pod: &Pod) -> bool {
    pod.spec.resources.is_some()
        && k8s.enabled(Gate::PodLevelResources)
        && (!k8s.enabled(Gate::PodLevelResourcesFixKubeletQOSClass) || is_pod_level_resources_set(pod))
}

/// What a pod may ask for, with overhead, next to the other pods and alone. CPU is in milli-CPU, memory in bytes.
fn capacities(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    pod: &Pod,
    name: &str,
) -> [i64; 2] {
    let most = match k8s.at_least(Release::V1_36) {
        // The API server compares the exact amounts.
        true => others.node().status.allocatable.get(name).map_or(0, |exact| floor(exact, name)),
        false => absolute(others, config, effective_pod_level(k8s, pod), name),
    };
    [others.free(name), others.allocatable().get(name)].map(|capacity| capacity.min(most))
}

/// What a pod may ask for next to the other pods.
pub(super) fn capacity(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    pod: &Pod,
    name: &str,
) -> i64 {
    let [now, _] = capacities(k8s, others, config, pod, name);
    now
}

/// 1.35: what the kubelet has for all pods. It does not ask for a resource that pod-level resources leave out.
fn absolute(
    others: &NodeUse<'_>,
    config: &NodeConfig,
    pod_level: Option<&ResourceRequirements>,
    name: &str,
) -> i64 {
    match pod_level {
        Some(pod_level) if !pod_level.requests.contains_key(name) => i64::MAX,
        _ => {
            let own = config.allocatable_absolute.as_ref();
            count(own.unwrap_or(&others.node().status.allocatable), name)
        }
    }
}

/// The pod-level resources, where they count.
fn effective_pod_level<'p>(k8s: &Kubernetes, pod: &'p Pod) -> Option<&'p ResourceRequirements> {
    let counts = k8s.enabled(Gate::PodLevelResources) && is_pod_level_resources_set(pod);
    pod.spec.resources.as_ref().filter(|_| counts)
}

/// What one container adds to the pod's request: the pod requests at least `beside` more than it, and at least `fixed`.
#[derive(Clone, Copy)]
struct Part {
    own: i64,
    beside: i64,
    fixed: i64,
}

impl Part {
    /// The largest request with which the pod requests no more than `bound`.
    fn largest(&self, bound: i64) -> Option<i64> {
        let largest = bound.saturating_sub(self.beside);
        (self.fixed <= bound && largest >= 0).then_some(largest)
    }

    /// What the pod requests with another request of the container.
    fn total(&self, request: i64) -> i64 {
        self.fixed.max(self.beside.saturating_add(request))
    }
}

/// How the containers of a pod add up in one resource (see `resize::requests`).
struct Sums {
    /// Of the init containers, then of the regular ones.
    parts: Vec<Part>,
    most: i64,
}

impl Sums {
    fn of(pod: &Pod, name: &str) -> Self {
        let own = |container: &Container| count(&container.resources.requests, name);
        let regular: i64 = pod.spec.containers.iter().fold(0, |sum, c| own(c).saturating_add(sum));
        let init = &pod.spec.init_containers;
        let sidecars = init.iter().filter(|c| c.is_sidecar()).fold(0i64, |sum, c| own(c).saturating_add(sum));
        let sum = regular.saturating_add(sidecars);

        // What runs while each plain init container runs, and the most of that before and after each place.
        let mut held = 0i64;
        let during: Vec<i64> = init
            .iter()
            .map(|container| match container.is_sidecar() {
                true => {
                    held = held.saturating_add(own(container));
                    0
                }
                false => held.saturating_add(own(container)),
            })
            .collect();
        let mut most_after: Vec<i64> = during
            .iter()
            .rev()
            .scan(0i64, |most, during| {
                let after = *most;
                *most = after.max(*during);
                Some(after)
            })
            .collect();
        most_after.reverse();
        let mut most_before = 0i64;
        let mut parts = Vec::with_capacity(pod.spec.containers.len().saturating_add(init.len()));
        for ((container, during), after) in init.iter().zip(&during).zip(most_after) {
            let own = own(container);
            parts.push(if container.is_sidecar() {
                // It is held by what starts after it too.
                Part { own, beside: sum.max(after).saturating_sub(own), fixed: most_before }
            } else {
                let fixed = sum.max(most_before).max(after);
                Part { own, beside: during.saturating_sub(own), fixed }
            });
            most_before = most_before.max(*during);
        }
        for container in &pod.spec.containers {
            let own = own(container);
            parts.push(Part { own, beside: sum.saturating_sub(own), fixed: most_before });
        }
        Sums { parts, most: sum.max(most_before) }
    }
}

/// Whether request and limit are equal and not zero.
fn is_guaranteed(resources: &ResourceRequirements, name: &str) -> bool {
    match (resources.requests.get(name), resources.limits.get(name)) {
        (Some(request), Some(limit)) => request == limit && !request.is_zero(),
        _ => false,
    }
}

fn count(list: &ResourceList, name: &str) -> i64 {
    list.get(name).map_or(0, |amount| count_one(amount, name))
}

fn count_one(amount: &Quantity, name: &str) -> i64 {
    if name == resource::CPU { amount.milli_value() } else { amount.value() }
}

/// The amount in whole units, rounded down.
fn floor(amount: &Quantity, name: &str) -> i64 {
    let up = count_one(amount, name);
    let whole = match name {
        resource::CPU => Quantity::from_milli_value(up, Format::DecimalSI),
        _ => Quantity::from_value(up, Format::DecimalSI),
    };
    if whole > *amount { up.saturating_sub(1) } else { up }
}
