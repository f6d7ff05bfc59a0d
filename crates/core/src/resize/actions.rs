//! What the kubelet does to running containers whose resources changed: update them in place, or restart them.
//!
//! Desired are the resources of the pod, which the node has admitted; actuated are those last given to the runtime. They
//! are compared as whole milli-CPU and bytes, so a change of less than that is none.

use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use crate::model::{Container, Map, Pod, PodSpec, ResourceRequirements, api_object, resource};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes, Release};

/// Whether the kubelet resizes the containers of this pod in place
/// (`pkg/kubelet/allocation.IsInPlacePodVerticalScalingAllowed`, on Linux). On 1.35 it does not for static pods.
///
/// ```
/// use podverdict::{model::Pod, release::{Kubernetes, Release}, resize::actions::in_place_resize_allowed};
/// assert!(in_place_resize_allowed(&Kubernetes::new(Release::V1_35), &Pod::default()));
/// ```
#[must_use]
pub fn in_place_resize_allowed(k8s: &Kubernetes, pod: &Pod) -> bool {
    k8s.enabled(Gate::InPlacePodVerticalScaling) && (k8s.at_least(Release::V1_36) || !pod.is_static())
}

api_object! {
    /// The resources that the kubelet last gave to the runtime (`pkg/kubelet/allocation/state.State`).
    pub struct Actuated {
        /// Of init and regular containers, by name. A missing record counts as none of each resource.
        pub containers: Map<ResourceRequirements>,
        /// Of the pod as a whole.
        pub pod: Option<ResourceRequirements>,
    }
}

impl Actuated {
    /// The steady state: what runs is what the pod asks for.
    ///
    /// ```
    /// use podverdict::{model::PodSpec, resize::actions::Actuated};
    /// assert_eq!(Actuated::steady(&PodSpec::default()), Actuated::default());
    /// ```
    #[must_use]
    pub fn steady(spec: &PodSpec) -> Self {
        let containers = spec.init_and_regular().map(|(c, _)| (c.name.clone(), c.resources.clone()));
        Actuated { containers: containers.collect(), pod: spec.resources.clone() }
    }
}

/// The resources that a running container or pod has, as upstream compares them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningResources {
    /// Memory limit in bytes; 0 for none.
    pub memory_limit: i64,
    /// Memory request in bytes; 0 for none.
    pub memory_request: i64,
    /// CPU limit in milli-CPU; 0 for none.
    pub cpu_limit: i64,
    /// CPU request in milli-CPU; 0 for none.
    pub cpu_request: i64,
}

/// A container's resources. With the gate `InPlacePodLevelResourcesVerticalScaling` a limit that the container does not
/// have is the pod's (`pkg/kubelet/kuberuntime.containerResourcesFromRequirements`).
///
/// ```
/// use podverdict::{model::ResourceRequirements, release::{Kubernetes, Release}};
/// use podverdict::resize::actions::{RunningResources, container_resources};
/// let k8s = Kubernetes::new(Release::V1_36);
/// assert_eq!(container_resources(&k8s, None, &ResourceRequirements::default()), RunningResources::default());
/// ```
#[must_use]
pub fn container_resources(
    k8s: &Kubernetes,
    pod_level: Option<&ResourceRequirements>,
    container: &ResourceRequirements,
) -> RunningResources {
    let pod_level = pod_level.filter(|_| k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling));
    let given = |limit: Option<_>| limit.filter(|limit: &&Quantity| !limit.is_zero());
    let own = container.limits.cpu_and_memory().map(given);
    let of_pod = pod_level.map_or([None; 2], |pod| pod.limits.cpu_and_memory().map(given));
    let [cpu, memory] = own;
    let [cpu_of_pod, memory_of_pod] = of_pod;
    RunningResources::of([cpu.or(cpu_of_pod), memory.or(memory_of_pod)], container.requests.cpu_and_memory())
}

impl RunningResources {
    /// Of limits and requests, each of CPU and memory.
    fn of(limits: [Option<&Quantity>; 2], requests: [Option<&Quantity>; 2]) -> Self {
        let ([cpu_limit, memory_limit], [cpu_request, memory_request]) = (limits, requests);
        RunningResources {
            memory_limit: memory_limit.map_or(0, Quantity::value),
            memory_request: memory_request.map_or(0, Quantity::value),
            cpu_limit: cpu_limit.map_or(0, Quantity::milli_value),
            cpu_request: cpu_request.map_or(0, Quantity::milli_value),
        }
    }
}

/// Pod-level resources, none counting as zeros (`pkg/kubelet/kuberuntime.podResourcesFromRequirements`).
fn pod_level_resources(pod_level: Option<&ResourceRequirements>) -> RunningResources {
    pod_level.map_or_else(RunningResources::default, |resources| {
        RunningResources::of(resources.limits.cpu_and_memory(), resources.requests.cpu_and_memory())
    })
}

/// A change of one resource of a running container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// The limit grows, or with equal limits the request.
    Increase,
    /// The limit shrinks, or with equal limits the request. Decreases are applied first.
    Decrease,
}

/// What a running container needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerResize {
    /// Nothing.
    Keep,
    /// A restart: a resource that changed has the resize policy `RestartContainer`. Nothing is updated in place then.
    Restart {
        /// The resource, `memory` before `cpu`.
        resource: &'static str,
    },
    /// An update in place.
    Update {
        /// How memory changes, if it does.
        memory: Option<Direction>,
        /// How CPU changes, if it does.
        cpu: Option<Direction>,
        /// The resources to have.
        desired: RunningResources,
        /// The resources there are.
        current: RunningResources,
    },
}

/// What the desired and actuated resources of a container mean while it runs
/// (`pkg/kubelet/kuberuntime.computePodResizeAction`).
///
/// ```
/// use podverdict::{model::{Container, Pod}, release::{Kubernetes, Release}};
/// use podverdict::resize::actions::{Actuated, ContainerResize, container_resize};
/// let (k8s, pod) = (Kubernetes::new(Release::V1_36), Pod::default());
/// assert_eq!(container_resize(&k8s, &pod, &Container::default(), &Actuated::default()), ContainerResize::Keep);
/// ```
#[must_use]
pub fn container_resize(
    k8s: &Kubernetes,
    pod: &Pod,
    container: &Container,
    actuated: &Actuated,
) -> ContainerResize {
    if !in_place_resize_allowed(k8s, pod) {
        return ContainerResize::Keep;
    }
    let (desired, current) = desired_and_current(k8s, &pod.spec, container, actuated);
    if desired == current {
        return ContainerResize::Keep;
    }
    // The limit decides the direction; the request only where the limit stays.
    let change = |limit: (i64, i64), request: (i64, i64)| {
        let (desired, current) = if limit.0 == limit.1 { request } else { limit };
        match desired.cmp(&current) {
            core::cmp::Ordering::Greater => Some(Direction::Increase),
            core::cmp::Ordering::Less => Some(Direction::Decrease),
            core::cmp::Ordering::Equal => None,
        }
    };
    let memory = change(
        (desired.memory_limit, current.memory_limit),
        (desired.memory_request, current.memory_request),
    );
    let cpu = change((desired.cpu_limit, current.cpu_limit), (desired.cpu_request, current.cpu_request));
    for (changed, name) in [(memory, resource::MEMORY), (cpu, resource::CPU)] {
        if changed.is_some() && container.restarts_on_resize(name) {
            return ContainerResize::Restart { resource: name };
        }
    }
    ContainerResize::Update { memory, cpu, desired, current }
}

fn desired_and_current(
    k8s: &Kubernetes,
    spec: &PodSpec,
    container: &Container,
    actuated: &Actuated,
) -> (RunningResources, RunningResources) {
    let current = actuated.containers.get(&container.name).map_or_else(
        || container_resources(k8s, actuated.pod.as_ref(), &ResourceRequirements::default()),
        |current| container_resources(k8s, actuated.pod.as_ref(), current),
    );
    (container_resources(k8s, spec.resources.as_ref(), &container.resources), current)
}

/// Whether a container about to start gets other resources than its record says, for which 1.37 updates the pod's cgroup
/// (`pkg/kubelet/kuberuntime.startingResizedContainer`).
pub(crate) fn starts_resized(
    k8s: &Kubernetes,
    spec: &PodSpec,
    container: &Container,
    actuated: &Actuated,
) -> bool {
    let (desired, current) = desired_and_current(k8s, spec, container, actuated);
    desired != current
}

/// Whether the pod-level resources have to be updated
/// (`pkg/kubelet/kuberuntime.computePodLevelResourcesResizeAction`).
///
/// ```
/// use podverdict::{model::PodSpec, release::{Kubernetes, Release}};
/// use podverdict::resize::actions::{Actuated, pod_level_resize};
/// assert!(!pod_level_resize(&Kubernetes::new(Release::V1_36), &PodSpec::default(), &Actuated::default()));
/// ```
#[must_use]
pub fn pod_level_resize(k8s: &Kubernetes, spec: &PodSpec, actuated: &Actuated) -> bool {
    k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
        && pod_level_resources(spec.resources.as_ref()) != pod_level_resources(actuated.pod.as_ref())
}

/// One container to update in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ContainerUpdate {
    /// Name of the container.
    pub name: SmolStr,
    /// Id of the running container.
    pub id: SmolStr,
    /// The resources to have.
    pub desired: RunningResources,
    /// The resources there are.
    pub current: RunningResources,
}

/// The containers to update in place, a list a resource, in the order of the updates: decreases before increases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ContainerUpdates {
    /// Updates of memory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memory: Vec<ContainerUpdate>,
    /// Updates of CPU.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpu: Vec<ContainerUpdate>,
}

impl ContainerUpdates {
    /// Whether there is nothing to update.
    ///
    /// ```
    /// assert!(podverdict::resize::actions::ContainerUpdates::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty() && self.cpu.is_empty()
    }
}

/// Collects updates in the order in which the kubelet finds them, and puts them into the order of the updates.
#[derive(Debug, Default)]
pub(crate) struct UpdateOrder {
    memory: OneResource,
    cpu: OneResource,
}

#[derive(Debug, Default)]
struct OneResource {
    /// Found later goes first.
    decreases: Vec<ContainerUpdate>,
    increases: Vec<ContainerUpdate>,
}

impl OneResource {
    fn add(&mut self, direction: Option<Direction>, update: &ContainerUpdate) {
        match direction {
            Some(Direction::Increase) => self.increases.push(update.clone()),
            Some(Direction::Decrease) => self.decreases.push(update.clone()),
            None => {}
        }
    }

    fn finish(self) -> Vec<ContainerUpdate> {
        if self.decreases.is_empty() {
            return self.increases;
        }
        self.decreases.into_iter().rev().chain(self.increases).collect()
    }
}

impl UpdateOrder {
    pub(crate) fn add(
        &mut self,
        memory: Option<Direction>,
        cpu: Option<Direction>,
        update: &ContainerUpdate,
    ) {
        self.memory.add(memory, update);
        self.cpu.add(cpu, update);
    }

    pub(crate) fn finish(self) -> ContainerUpdates {
        ContainerUpdates { memory: self.memory.finish(), cpu: self.cpu.finish() }
    }
}
