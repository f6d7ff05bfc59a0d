//! What the kubelet has allocated to a pod, and how it differs from what the pod wants.
//!
//! The kubelet keeps for each pod the resources of every container that can be resized, the pod-level resources if those
//! can be, and from 1.37 the sizes of memory-backed volumes. A resize is pending exactly if one of them differs from the pod's
//! specification (upstream: `pkg/kubelet/allocation`).

use alloc::borrow::Cow;

use super::requests::POD_RESIZE_PENDING;
use crate::by_name::{OneByName, Wins};
use crate::model::{Container, Pod, ResourceRequirements, Volume};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes, Release};

/// Whether a container's resources can change while the pod runs: regular containers, sidecars, and with gate
/// `InPlacePodVerticalScalingInitContainers` (1.36 and later) plain init containers (upstream:
/// `IsResizableContainer`).
///
/// ```
/// use podverdict::model::Container;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::allocation::is_resizable;
///
/// assert!(!is_resizable(&Kubernetes::new(Release::V1_35), &Container::default(), true));
/// assert!(is_resizable(&Kubernetes::new(Release::V1_36), &Container::default(), true));
/// ```
#[must_use]
pub fn is_resizable(k8s: &Kubernetes, container: &Container, init: bool) -> bool {
    !init
        || container.is_sidecar()
        || (k8s.at_least(Release::V1_36) && k8s.enabled(Gate::InPlacePodVerticalScalingInitContainers))
}

/// What is allocated to a pod. It is read from a pod whose specification says what is allocated, which is what the
/// API server held when the kubelet last admitted the pod or one of its resizes.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::allocation::Allocation;
///
/// let k8s = Kubernetes::new(Release::V1_36);
/// let spec = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ))
/// };
/// let (allocated, desired) = (spec("1")?, spec("2")?);
/// let allocation = Allocation::of(&k8s, &allocated);
/// assert!(allocation.differs(&desired));
/// assert!(!allocation.differs(&spec("1000m")?));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Allocation<'a> {
    k8s: Kubernetes,
    pod: &'a Pod,
    regular: OneByName<'a, Container>,
    init: OneByName<'a, Container>,
    volumes: OneByName<'a, Volume>,
}

impl<'a> Allocation<'a> {
    /// The allocation that a pod's specification stands for.
    ///
    /// ```
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}, resize::allocation::Allocation};
    /// let pod = Pod::default();
    /// assert!(!Allocation::of(&Kubernetes::new(Release::V1_35), &pod).differs(&pod));
    /// ```
    #[must_use]
    pub fn of(k8s: &Kubernetes, pod: &'a Pod) -> Self {
        Allocation {
            k8s: *k8s,
            pod,
            regular: OneByName::new(&pod.spec.containers, &[], Wins::Last),
            init: OneByName::new(&pod.spec.init_containers, &[], Wins::Last),
            volumes: OneByName::new(&pod.spec.volumes, &[], Wins::Last),
        }
    }

    /// What a container of this name has; none if it is not there or cannot be resized.
    ///
    /// ```
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}, resize::allocation::Allocation};
    /// let pod = Pod::default();
    /// assert!(Allocation::of(&Kubernetes::new(Release::V1_35), &pod).container("app").is_none());
    /// ```
    #[must_use]
    pub fn container(&self, name: &str) -> Option<&'a ResourceRequirements> {
        let resizable_init = || self.init.get(name).filter(|c| is_resizable(&self.k8s, c, true));
        self.regular.get(name).or_else(resizable_init).map(|container| &container.resources)
    }

    /// Whether the kubelet keeps pod-level resources (gate `InPlacePodLevelResourcesVerticalScaling`).
    fn keeps_pod_level(&self) -> bool {
        self.k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling)
    }

    /// Whether the kubelet keeps sizes of memory-backed volumes (1.37, gate
    /// `InPlacePodVerticalScalingMemoryBackedVolumes`).
    fn keeps_volumes(&self) -> bool {
        self.k8s.at_least(Release::V1_37)
            && self.k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes)
    }

    fn changed_container(&self, desired: &Container) -> Option<&'a ResourceRequirements> {
        self.container(&desired.name).filter(|allocated| !same(&desired.resources, allocated))
    }

    fn changed_volume(&self, desired: &Volume) -> Option<&'a Quantity> {
        let limit = memory_backed_limit(desired)?;
        let allocated = self.volumes.get(&desired.name).and_then(memory_backed_limit);
        allocated.filter(|allocated| *allocated != limit)
    }

    fn pod_level_differs(&self, desired: &Pod) -> bool {
        self.keeps_pod_level()
            && match (&desired.spec.resources, &self.pod.spec.resources) {
                (Some(desired), Some(allocated)) => !same(desired, allocated),
                (None, None) => false,
                _ => true,
            }
    }

    /// Whether a pod wants something else than it has: a resize is pending.
    ///
    /// ```
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}, resize::allocation::Allocation};
    /// let pod = Pod::default();
    /// assert!(!Allocation::of(&Kubernetes::new(Release::V1_37), &pod).differs(&pod));
    /// ```
    #[must_use]
    pub fn differs(&self, desired: &Pod) -> bool {
        self.pod_level_differs(desired)
            || desired.spec.init_and_regular().any(|(c, _)| self.changed_container(c).is_some())
            || (self.keeps_volumes() && desired.spec.volumes.iter().any(|v| self.changed_volume(v).is_some()))
    }

    /// The pod with the resources that are allocated in the place of those it wants; borrowed if they are equal, where
    /// the pod's own spelling of the amounts stays (upstream: `UpdatePodFromAllocation`).
    ///
    /// ```
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}, resize::allocation::Allocation};
    /// let pod = Pod::default();
    /// assert_eq!(*Allocation::of(&Kubernetes::new(Release::V1_37), &pod).apply(&pod), pod);
    /// ```
    #[must_use]
    pub fn apply<'p>(&self, desired: &'p Pod) -> Cow<'p, Pod> {
        let mut out = Cow::Borrowed(desired);
        if self.pod_level_differs(desired) {
            out.to_mut().spec.resources = self.pod.spec.resources.clone();
        }
        for (i, container) in desired.spec.containers.iter().enumerate() {
            if let Some(allocated) = self.changed_container(container)
                && let Some(container) = out.to_mut().spec.containers.get_mut(i)
            {
                container.resources = allocated.clone();
            }
        }
        for (i, container) in desired.spec.init_containers.iter().enumerate() {
            if let Some(allocated) = self.changed_container(container)
                && let Some(container) = out.to_mut().spec.init_containers.get_mut(i)
            {
                container.resources = allocated.clone();
            }
        }
        if self.keeps_volumes() {
            for (i, volume) in desired.spec.volumes.iter().enumerate() {
                if let Some(allocated) = self.changed_volume(volume)
                    && let Some(volume) = out.to_mut().spec.volumes.get_mut(i)
                    && let Some(empty_dir) = &mut volume.empty_dir
                {
                    empty_dir.size_limit = Some(allocated.clone());
                }
            }
        }
        out
    }

    /// The first memory-backed volume whose size differs (upstream: `IsMemoryBackedVolumeResizeRequested`). Only with the
    /// gate do sizes differ from the allocation.
    pub(super) fn resized_volume<'p>(&self, desired: &'p Pod) -> Option<&'p Volume> {
        self.keeps_volumes()
            .then(|| desired.spec.volumes.iter().find(|volume| self.changed_volume(volume).is_some()))?
    }
}

/// The pod with what its node has allocated, as far as its status tells; for whoever cannot ask the kubelet.
///
/// Without condition `PodResizePending` that is what it asks for. With one, requests are those that its containers' statuses
/// say are allocated, and limits those that are in force. Of the pod as a whole nothing is told that could be used (its
/// status counts overhead in): pod-level resources stay as they are asked for.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::resize::allocation::allocated_by_status;
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "3"}}}]},
///         "status": {"conditions": [{"type": "PodResizePending", "reason": "Deferred"}],
///             "containerStatuses": [{"name": "app", "allocatedResources": {"cpu": "1"}}]}}"#,
/// )?;
/// let allocated = allocated_by_status(&pod);
/// assert_eq!(allocated.spec.containers[0].resources.requests.cpu().unwrap().to_string(), "1");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn allocated_by_status(pod: &Pod) -> Cow<'_, Pod> {
    if pod.status.condition(POD_RESIZE_PENDING).is_none() {
        return Cow::Borrowed(pod);
    }
    let statuses = OneByName::new(pod.status.regular(), pod.status.init(), Wins::First);
    let mut out = pod.clone();
    for container in out.spec.containers.iter_mut().chain(&mut out.spec.init_containers) {
        let Some(status) = statuses.get(&container.name) else { continue };
        if status.allocated_resources.is_present() {
            container.resources.requests = status.allocated_resources.clone();
        }
        if let Some(in_force) = &status.resources {
            container.resources.limits = in_force.limits.clone();
        }
    }
    Cow::Owned(out)
}

/// The size limit of a memory-backed volume that has one (upstream: `VolHasMemoryBackedEmptyDirSizeLimit`).
pub(super) fn memory_backed_limit(volume: &Volume) -> Option<&Quantity> {
    let empty_dir = volume.empty_dir.as_ref().filter(|empty_dir| empty_dir.medium == "Memory")?;
    empty_dir.size_limit.as_ref().filter(|limit| !limit.is_zero())
}

/// Equal but for spelling, absent and empty alike (upstream: `Semantic.DeepEqual`).
fn same(a: &ResourceRequirements, b: &ResourceRequirements) -> bool {
    a.limits == b.limits
        && a.requests == b.requests
        && a.claims.as_deref().unwrap_or_default() == b.claims.as_deref().unwrap_or_default()
}
