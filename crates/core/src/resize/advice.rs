//! What to ask for instead of a resize that was refused, has to wait, or restarts containers.
//!
//! Each offer lies between what the pod has and what it wants, and is as near to the latter as it can be: no request for
//! CPU or memory in it could be one unit larger (up to what is wanted) without breaking what the offer keeps. Where containers
//! compete for room they are served in the order in which they start. Only CPU and memory of containers and of the pod
//! as a whole are offered, because nothing else can be resized.
//!
//! The pod is taken to be stored, and so to be legal; what it wants need not be.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::actions::{Actuated, ContainerResize, container_resize};
use super::admit::{AdmitFailure, Shortfall, admit_failures, requested};
use super::allocation::{Allocation, is_resizable};
use super::feasible::{NodeConfig, ResizeOutcome, pinned, resize_feasible, swap_forbids};
use super::headroom::{capacity as capacity_now, decided_by_pod};
use super::node_admission::{missing_feature, node_admission};
use super::node_use::NodeUse;
use super::pod_level_defaults;
use super::qos::{compute_pod_qos, pod_qos};
use super::refusal::{self, Refusal, of_any_resize, restarts_any};
use super::requests::is_pod_level_resources_set;
use crate::model::{Container, Node, Pod, QosClass, ResourceList, ResourceRequirements, resource};
use crate::quantity::{Format, Quantity};
use crate::reason::Reason;
use crate::release::{Gate, Kubernetes, Release};

/// What to ask for instead.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResizeAdvice {
    /// The nearest request that the API server accepts and the node allocates now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Offer>,
    /// The nearest request that keeps the pod's quality-of-service class and the other rules of the API server, whether or not
    /// the node has room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal: Option<Offer>,
    /// The nearest request that is accepted and allocated now and restarts no container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_restart: Option<Offer>,
    /// Why there is nothing to offer, where there is not.
    pub reasons: Vec<Reason>,
}

/// A request that could be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Offer {
    /// Whether it is what is wanted.
    pub as_wanted: bool,
    /// Containers with other resources than they have now, init containers first.
    pub containers: Vec<ContainerOffer>,
    /// The pod-level resources, if they are other than now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<ResourceRequirements>,
}

/// The resources to ask for, for one container.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContainerOffer {
    /// The container.
    pub name: SmolStr,
    /// Whether it is an init container.
    pub init: bool,
    /// All of its resources.
    pub resources: ResourceRequirements,
}

/// What to ask for instead of a resize. The inputs are those of
/// [`resize_feasible`].
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::{advice::resize_advice, feasible::NodeConfig, node_use::NodeUse};
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
/// let advice = resize_advice(&k8s, &others, &NodeConfig::default(), &pod("3")?, &pod("1")?);
/// let offer = advice.accepted.unwrap();
/// assert!(!offer.as_wanted);
/// assert_eq!(serde_json::to_string(&offer.containers[0].resources)?, r#"{"requests":{"cpu":"2500m"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_advice(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    desired: &Pod,
    allocated: &Pod,
) -> ResizeAdvice {
    let mut advice = ResizeAdvice { accepted: None, legal: None, without_restart: None, reasons: Vec::new() };
    let (wanted, legal) = match wanted_and_legal(k8s, desired, allocated) {
        Ok(drafts) => drafts,
        Err(reason) => {
            advice.reasons.push(reason);
            return advice;
        }
    };
    advice.legal = legal.offer();

    // What the node cannot change leaves room that the legal request had given away: so the rules are kept anew.
    let mut draft = wanted;
    draft.keep_what_the_node_cannot_change(others.node(), config);
    if draft.keep_rules().is_err() {
        draft = legal.clone();
    }
    // To keep the rules may have moved what the node cannot change.
    draft.keep_what_the_node_cannot_change(others.node(), config);
    let mut gentle = draft.clone();
    gentle.keep_running();
    if draft.fit(others, config) {
        advice.accepted = draft.offer().filter(|_| draft.holds(others, config));
    }
    if advice.accepted.is_none() {
        advice.reasons = objections(k8s, others, config, &legal.pod(), allocated);
    }
    if gentle.fit(others, config) && gentle.restarts_nothing() {
        advice.without_restart = gentle.offer().filter(|_| gentle.holds(others, config));
    }
    advice
}

/// The nearest legal request alone, where no node is known; nothing if it would change nothing.
///
/// # Errors
///
/// Why no resize of this kind is legal.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::advice::legal_offer;
/// let pod = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}, "limits": {{"cpu": "2"}}}}}}]}}}}"#
///     ))
/// };
/// let offer = legal_offer(&Kubernetes::new(Release::V1_37), &pod("3")?, &pod("1")?).unwrap().unwrap();
/// // A request is within its limit.
/// assert_eq!(offer.containers[0].resources.requests.cpu().unwrap().to_string(), "2");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn legal_offer(k8s: &Kubernetes, desired: &Pod, allocated: &Pod) -> Result<Option<Offer>, Reason> {
    Ok(wanted_and_legal(k8s, desired, allocated)?.1.offer())
}

/// What is wanted, as far as it can be asked for, and what of it keeps the rules.
fn wanted_and_legal<'a>(
    k8s: &'a Kubernetes,
    desired: &'a Pod,
    allocated: &'a Pod,
) -> Result<(Draft<'a>, Draft<'a>), Reason> {
    if let Some(reason) = of_any_resize(k8s, allocated) {
        return Err(reason);
    }
    let wanted = Draft::new(k8s, desired, allocated).ok_or_else(|| refusal::CONTAINERS.to_reason())?;
    let mut legal = wanted.clone();
    legal.keep_rules().map_err(Refusal::to_reason)?;
    Ok((wanted, legal))
}

/// What the API server and the node have against a legal resize.
fn objections(
    k8s: &Kubernetes,
    others: &NodeUse<'_>,
    config: &NodeConfig,
    legal: &Pod,
    allocated: &Pod,
) -> Vec<Reason> {
    let refusal = node_admission(k8s, others.node(), allocated, legal).map(|refusal| refusal.to_reason());
    let verdict = resize_feasible(k8s, others, config, legal, allocated);
    refusal.into_iter().chain(verdict.reasons()).collect()
}

/// One amount: what the pod has, and what it shall have.
#[derive(Clone, Debug)]
struct Amount {
    have: Option<Quantity>,
    want: Option<Quantity>,
}

/// Request and limit of one resource.
#[derive(Clone, Debug)]
struct Line {
    name: &'static str,
    request: Amount,
    limit: Amount,
    /// The request that gave way by one unit so that the pod stays Burstable.
    gave_way: Option<Quantity>,
}

impl Line {
    fn new(name: &'static str, have: &ResourceRequirements, want: &ResourceRequirements) -> Self {
        let amount = |have: &ResourceList, want: &ResourceList| Amount {
            have: have.get(name).cloned(),
            // Nothing that was there can be taken away.
            want: want.get(name).or_else(|| have.get(name)).cloned(),
        };
        Line {
            name,
            request: amount(&have.requests, &want.requests),
            limit: amount(&have.limits, &want.limits),
            gave_way: None,
        }
    }

    fn keep(&mut self) {
        self.keep_request();
        self.limit.want.clone_from(&self.limit.have);
    }

    fn keep_request(&mut self) {
        self.request.want.clone_from(&self.request.have);
        self.gave_way = None;
    }

    fn wanted(&self) -> i64 {
        self.request.want.as_ref().map_or(0, |amount| count(amount, self.name))
    }

    /// The least that the offer asks for: what the pod has, or less if it wants less.
    fn least(&self) -> i64 {
        self.request.have.as_ref().map_or(0, |amount| count(amount, self.name)).min(self.wanted())
    }

    /// Sets the request, with the spelling that was there where it is the same.
    fn set(&mut self, request: i64, guaranteed: bool) {
        if request == self.wanted() && (self.request.want.is_some() || request == 0) {
            return;
        }
        let have = self.request.have.as_ref().filter(|have| count(have, self.name) == request);
        let amount = have.cloned().unwrap_or_else(|| amount(request, self.name));
        if guaranteed && self.limit.want.is_some() {
            self.limit.want = Some(amount.clone());
        }
        self.request.want = Some(amount);
    }

    /// Whether request and limit are equal and not zero.
    fn is_guaranteed(&self) -> bool {
        match (&self.request.want, &self.limit.want) {
            (Some(request), Some(limit)) => request == limit && !request.is_zero(),
            _ => false,
        }
    }

    /// Makes the limit follow the request, or the request the limit where only that changed.
    fn make_guaranteed(&mut self) {
        let value = |amount: &Option<Quantity>| amount.clone().unwrap_or_default();
        let changed = |amount: &Amount| value(&amount.want) != value(&amount.have);
        let shared = if changed(&self.request) || !changed(&self.limit) {
            value(&self.request.want)
        } else {
            value(&self.limit.want)
        };
        if shared.is_zero() {
            self.keep();
        } else {
            self.request.want = Some(shared.clone());
            self.limit.want = Some(shared);
        }
    }

    fn write(&self, into: &mut ResourceRequirements) {
        for (amount, list) in [(&self.request, &mut into.requests), (&self.limit, &mut into.limits)] {
            if let Some(want) = &amount.want {
                list.insert(self.name, want.clone());
            }
        }
    }
}

type Lines = [Line; 2];

fn lines(have: &ResourceRequirements, want: &ResourceRequirements) -> Lines {
    [resource::CPU, resource::MEMORY].map(|name| Line::new(name, have, want))
}

/// An offer in the making.
#[derive(Clone)]
struct Draft<'a> {
    k8s: &'a Kubernetes,
    /// What is wanted, as the API server completes it.
    desired: Cow<'a, Pod>,
    allocated: &'a Pod,
    qos: QosClass,
    /// Init containers, then regular ones.
    containers: Vec<Lines>,
    pod_level: Option<Lines>,
    /// Whether sizes of volumes change as wanted.
    resizes_volumes: bool,
}

impl<'a> Draft<'a> {
    /// What is wanted, as far as it can be asked for; none if the containers are not the same ones.
    fn new(k8s: &'a Kubernetes, desired: &'a Pod, allocated: &'a Pod) -> Option<Self> {
        let same = |a: &[Container], b: &[Container]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name)
        };
        if !same(&desired.spec.containers, &allocated.spec.containers)
            || !same(&desired.spec.init_containers, &allocated.spec.init_containers)
        {
            return None;
        }
        let desired = completed(k8s, desired, allocated);
        let pairs = allocated.spec.init_and_regular().zip(desired.spec.init_and_regular());
        let containers = pairs.map(|((have, init), (want, _))| {
            let mut lines = lines(&have.resources, &want.resources);
            if !is_resizable(k8s, have, init) || (init && !have.is_sidecar() && restarts_any(have)) {
                lines.iter_mut().for_each(Line::keep);
            }
            lines
        });
        let containers = containers.collect();
        let none = ResourceRequirements::default();
        let (have, want) = (allocated.spec.resources.as_ref(), desired.spec.resources.as_ref());
        let may_change = k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
            && k8s.enabled(Gate::PodLevelResources);
        let want = want.filter(|_| may_change).or(have);
        let pod_level = want.map(|want| lines(have.unwrap_or(&none), want));
        Some(Draft {
            k8s,
            desired,
            allocated,
            qos: pod_qos(k8s, allocated),
            containers,
            pod_level,
            resizes_volumes: k8s.at_least(Release::V1_37)
                && k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes),
        })
    }

    fn is_guaranteed(&self) -> bool {
        self.qos == QosClass::Guaranteed
    }

    /// Whether pod-level resources, as drafted, decide the class.
    fn decided_by_pod(&self) -> bool {
        decided_by_pod(self.k8s, &self.pod())
    }

    /// The pod as drafted.
    fn pod(&self) -> Pod {
        let mut pod = self.allocated.clone();
        let spec = &mut pod.spec;
        let containers = spec.init_containers.iter_mut().chain(&mut spec.containers);
        for (container, lines) in containers.zip(&self.containers) {
            lines.iter().for_each(|line| line.write(&mut container.resources));
        }
        if let Some(lines) = &self.pod_level {
            let resources = spec.resources.get_or_insert_default();
            lines.iter().for_each(|line| line.write(resources));
        }
        if self.resizes_volumes {
            spec.volumes.clone_from(&self.desired.spec.volumes);
        }
        pod
    }

    /// Makes the draft one that the API server accepts, or says what cannot be kept: requests are within limits, containers
    /// within the pod, and the class stays.
    fn keep_rules(&mut self) -> Result<(), Refusal> {
        let by_pod = self.decided_by_pod();
        match self.qos {
            QosClass::Guaranteed if by_pod => {
                self.pod_level.iter_mut().flatten().for_each(Line::make_guaranteed);
            }
            QosClass::Guaranteed => self.containers.iter_mut().flatten().for_each(Line::make_guaranteed),
            QosClass::BestEffort if by_pod => self.pod_level.iter_mut().flatten().for_each(Line::keep),
            QosClass::BestEffort => self.containers.iter_mut().flatten().for_each(Line::keep),
            _ => {}
        }
        let all = self.containers.iter_mut().chain(&mut self.pod_level).flatten();
        for line in all {
            if let (Some(request), Some(limit)) = (&line.request.want, &line.limit.want)
                && request > limit
            {
                line.request.want = Some(limit.clone());
            }
        }
        if self.qos == QosClass::Burstable && !self.keep_burstable(by_pod) {
            return Err(refusal::QOS);
        }
        if !self.keep_within_pod() {
            return Err(refusal::POD_REQUEST_COVERS);
        }
        if compute_pod_qos(self.k8s, &self.pod()) == self.qos { Ok(()) } else { Err(refusal::QOS) }
    }

    /// A Burstable pod whose requests would all equal its limits asks for one unit less where it has room between them now.
    fn keep_burstable(&mut self, by_pod: bool) -> bool {
        let mut deciding: Vec<&mut Line> = match (&mut self.pod_level, by_pod) {
            (Some(lines), true) => lines.iter_mut().collect(),
            _ => self.containers.iter_mut().flatten().collect(),
        };
        if deciding.is_empty() || !deciding.iter().all(|line| line.is_guaranteed()) {
            return true;
        }
        let apart = |amount: &Line| amount.request.have != amount.limit.have;
        let Some(line) = deciding.iter_mut().find(|line| apart(line)) else { return false };
        let less = line.wanted().saturating_sub(1);
        line.gave_way = line.request.want.replace(amount(less, line.name));
        less > 0
    }

    /// Keeps what the containers ask for within what the pod asks for.
    fn keep_within_pod(&mut self) -> bool {
        let guaranteed = self.is_guaranteed() && !self.decided_by_pod();
        let Some(pod_level) = self.pod_level.clone() else { return true };
        if !is_pod_level_resources_set(&self.pod()) {
            return true;
        }
        let init = self.allocated.spec.init_containers.len();
        for (at, line) in pod_level.iter().enumerate() {
            if line.request.want.is_some() && !self.fit_containers(at, line.wanted(), guaranteed) {
                return false;
            }
            let Some(limit) = &line.limit.want else { continue };
            for lines in self.containers.iter_mut().skip(init) {
                if let Some(own) = lines.get_mut(at)
                    && own.limit.want.as_ref().is_some_and(|own| own > limit)
                {
                    own.limit.want = Some(limit.clone());
                }
            }
        }
        true
    }

    /// Keeps what the node lacks a feature for, and what the kubelet would call infeasible.
    fn keep_what_the_node_cannot_change(&mut self, node: &Node, config: &NodeConfig) {
        let guaranteed = self.is_guaranteed();
        let by_pod = self.decided_by_pod();
        let lacks = |owner, name| missing_feature(self.k8s, node, self.allocated, owner, name).is_some();
        for ((container, init), lines) in self.allocated.spec.init_and_regular().zip(&mut self.containers) {
            for line in lines {
                let pinned = guaranteed && pinned(self.k8s, config, line.name).is_some();
                let swaps = line.name == resource::MEMORY && swap_forbids(config, container);
                let limit_follows = (guaranteed && !by_pod) || line.request.have.is_none();
                // A limit without a request would bring one.
                if lacks(Some((container, init)), line.name) || ((pinned || swaps) && limit_follows) {
                    line.keep();
                } else if pinned || swaps {
                    line.keep_request();
                    // The limit may change, but not below the request.
                    if let (Some(request), Some(limit)) = (&line.request.want, &line.limit.want)
                        && limit < request
                    {
                        line.limit.want = Some(request.clone());
                    }
                }
            }
        }
        match &mut self.pod_level {
            Some(lines) if lines.iter().any(|line| lacks(None, line.name)) => {
                lines.iter_mut().for_each(Line::keep);
                if self.allocated.spec.resources.is_none() {
                    self.pod_level = None;
                }
            }
            _ => {}
        }
        if config.cgroup_version == 1 {
            self.resizes_volumes = false;
        }
    }

    /// Keeps every resource whose change restarts a container.
    fn keep_running(&mut self) {
        for ((container, _), lines) in self.allocated.spec.init_and_regular().zip(&mut self.containers) {
            lines.iter_mut().filter(|line| container.restarts_on_resize(line.name)).for_each(Line::keep);
        }
        // A container without a limit of its own has the pod's.
        let Some(pod_level) = &mut self.pod_level else { return };
        for (at, line) in pod_level.iter_mut().enumerate() {
            let inherits = |((container, _), lines): ((&Container, bool), &Lines)| {
                let own = lines.get(at).and_then(|line| line.limit.want.as_ref());
                own.is_none_or(Quantity::is_zero) && container.restarts_on_resize(line.name)
            };
            if self.allocated.spec.init_and_regular().zip(&self.containers).any(inherits) {
                line.keep();
            }
        }
    }

    /// Whether the kubelet would restart nothing, if all containers run.
    fn restarts_nothing(&self) -> bool {
        let pod = self.pod();
        let actuated = Actuated::steady(&self.allocated.spec);
        !pod.spec.init_and_regular().any(|(container, _)| {
            matches!(container_resize(self.k8s, &pod, container, &actuated), ContainerResize::Restart { .. })
        })
    }

    /// Cuts the requests down to what the node has left; false if not even the least fits.
    fn fit(&mut self, others: &NodeUse<'_>, config: &NodeConfig) -> bool {
        // What the node cuts may keep the pod Burstable by itself.
        for line in self.containers.iter_mut().chain(&mut self.pod_level).flatten() {
            if let Some(request) = line.gave_way.take() {
                line.request.want = Some(request);
            }
        }
        let pod = self.pod();
        // What less CPU and memory do not cure.
        let blocks = |failure: &AdmitFailure| {
            !matches!(failure, AdmitFailure::Insufficient(Shortfall { resource, .. })
                if resource == resource::CPU || resource == resource::MEMORY)
        };
        if admit_failures(self.k8s, others, &pod).iter().any(blocks) {
            return false;
        }
        let asked = requested(self.k8s, others, &pod);
        let by_pod = self.decided_by_pod();
        let guaranteed = self.is_guaranteed();
        for at in [0, 1] {
            let name = if at == 0 { resource::CPU } else { resource::MEMORY };
            let inside = self.pod_level.as_ref().and_then(|lines| lines.get(at)).filter(|line| {
                line.request.want.is_some()
                    && self.k8s.enabled(Gate::PodLevelResources)
                    && is_pod_level_resources_set(&pod)
            });
            let sum = inside.map_or_else(|| self.sum(at, Line::wanted), Line::wanted);
            let overhead = asked.get(name).saturating_sub(sum);
            // Of nothing there is always enough.
            let least = if overhead == 0 { 0 } else { i64::MIN };
            let capacity =
                capacity_now(self.k8s, others, config, &pod, name).saturating_sub(overhead).max(least);
            let fits = match inside {
                None => self.fit_containers(at, capacity, guaranteed && !by_pod),
                Some(line) => {
                    let request = line.wanted().min(capacity);
                    let fits = request >= line.least().max(self.sum(at, Line::least));
                    if let Some(line) = self.pod_level.as_mut().and_then(|lines| lines.get_mut(at)) {
                        line.set(request, guaranteed && by_pod);
                    }
                    fits
                }
            };
            if !fits {
                return false;
            }
        }
        if self.qos == QosClass::Burstable && !self.keep_burstable(by_pod) {
            return false;
        }
        self.keep_within_pod()
    }

    /// What the containers ask for together in one resource.
    fn sum(&self, at: usize, of: impl Fn(&Line) -> i64) -> i64 {
        let own = |lines: &Lines| lines.get(at).map_or(0, &of);
        let mut sum = 0i64;
        let mut held = 0i64;
        let mut most = 0i64;
        for ((container, init), lines) in self.allocated.spec.init_and_regular().zip(&self.containers) {
            if init && !container.is_sidecar() {
                most = most.max(held.saturating_add(own(lines)));
                continue;
            }
            sum = sum.saturating_add(own(lines));
            if init {
                held = held.saturating_add(own(lines));
            }
        }
        most.max(sum)
    }

    /// Gives each container as much of what it wants as there is, in the order of their start; false if there is not even
    /// enough for the least.
    fn fit_containers(&mut self, at: usize, capacity: i64, guaranteed: bool) -> bool {
        if self.sum(at, Line::least) > capacity {
            return false;
        }
        if self.sum(at, Line::wanted) <= capacity {
            return true;
        }
        let containers: Vec<(bool, bool)> =
            self.allocated.spec.init_and_regular().map(|(c, init)| (init, init && !c.is_sidecar())).collect();
        let least = |lines: &Lines| lines.get(at).map_or(0, Line::least);
        // What runs during each plain init container at least, and the most of that after each place.
        let mut held = 0i64;
        let mut sum = 0i64;
        let mut during = Vec::with_capacity(containers.len());
        for ((init, plain), lines) in containers.iter().zip(&self.containers) {
            during.push(if *plain { Some(held.saturating_add(least(lines))) } else { None });
            if !plain {
                sum = sum.saturating_add(least(lines));
                if *init {
                    held = held.saturating_add(least(lines));
                }
            }
        }
        let mut most = None;
        let mut most_after: Vec<Option<i64>> = during
            .iter()
            .rev()
            .map(|during| {
                let after = most;
                most = after.max(*during);
                after
            })
            .collect();
        most_after.reverse();
        // What sidecars got beyond the least, which all after them have beside them.
        let mut given = 0i64;
        let places = containers.iter().zip(during.iter().zip(&most_after)).zip(&mut self.containers);
        for (((init, plain), (during, after)), lines) in places {
            let Some(line) = lines.get_mut(at) else { continue };
            let room = match during {
                Some(during) if *plain => capacity.saturating_sub(during.saturating_add(given)),
                _ => {
                    let room = capacity.saturating_sub(sum);
                    let later = after.filter(|_| *init);
                    later.map_or(room, |later| room.min(capacity.saturating_sub(later.saturating_add(given))))
                }
            };
            let more = line.wanted().saturating_sub(line.least()).min(room).max(0);
            line.set(line.least().saturating_add(more), guaranteed);
            if !plain {
                sum = sum.saturating_add(more);
                if *init {
                    given = given.saturating_add(more);
                }
            }
        }
        true
    }

    /// Whether the node and the API server take the draft: the last word is theirs.
    fn holds(&self, others: &NodeUse<'_>, config: &NodeConfig) -> bool {
        let pod = self.pod();
        compute_pod_qos(self.k8s, &pod) == self.qos
            && node_admission(self.k8s, others.node(), self.allocated, &pod).is_none()
            && resize_feasible(self.k8s, others, config, &pod, self.allocated).outcome
                == ResizeOutcome::Allocated
    }

    /// The draft as an offer; none if it changes nothing.
    fn offer(&self) -> Option<Offer> {
        let pod = self.pod();
        if !Allocation::of(self.k8s, self.allocated).differs(&pod) {
            return None;
        }
        let pairs = pod.spec.init_and_regular().zip(self.allocated.spec.init_and_regular());
        let changed = pairs.filter(|((new, _), (old, _))| new.resources != old.resources);
        let containers = changed
            .map(|((container, init), _)| ContainerOffer {
                name: container.name.clone(),
                init,
                resources: container.resources.clone(),
            })
            .collect();
        Some(Offer {
            as_wanted: !Allocation::of(self.k8s, &self.desired).differs(&pod),
            containers,
            pod: pod.spec.resources.filter(|new| self.allocated.spec.resources.as_ref() != Some(new)),
        })
    }
}

/// The pod as it is once the API server has completed its pod-level resources, before it judges them.
fn completed<'a>(k8s: &Kubernetes, desired: &'a Pod, allocated: &Pod) -> Cow<'a, Pod> {
    if desired.spec.resources.is_none() && allocated.spec.resources.is_none() {
        return Cow::Borrowed(desired);
    }
    let mut pod = desired.clone();
    if pod.spec.resources.is_none() && k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        pod.spec.resources.clone_from(&allocated.spec.resources);
    }
    pod_level_defaults::when_read(k8s, &mut pod);
    pod_level_defaults::when_prepared(k8s, &mut pod);
    Cow::Owned(pod)
}

fn count(amount: &Quantity, name: &str) -> i64 {
    if name == resource::CPU { amount.milli_value() } else { amount.value() }
}

fn amount(count: i64, name: &str) -> Quantity {
    if name == resource::CPU {
        Quantity::from_milli_value(count, Format::DecimalSI)
    } else {
        Quantity::from_value(count, Format::BinarySI)
    }
}
