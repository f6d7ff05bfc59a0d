//! What a pod requests and is limited to, all containers, pod-level resources and overhead taken together.
//!
//! The source is `k8s.io/component-helpers/resource`, which the API server, the scheduler and the kubelet share. Every
//! function costs one walk over the containers and their resource lists and allocates nothing for CPU, memory and ephemeral storage
//! (see [`Resources`]).
//!
//! Releases differ in what the pod's status adds. Up to 1.36 each container counts with the most of what it wants, was
//! allocated and has, and these are summed. From 1.37 the three are summed first and the most of the sums counts, so
//! that a resize which shifts resources between containers is not counted twice.

mod resources;

pub use resources::Resources;

use super::resource_name::is_huge_page;
use crate::by_name::{OneByName, Wins};
use crate::model::{Container, ContainerStatus, Pod, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::release::{Kubernetes, Release};

/// The condition that says a resize was asked for and is not allocated (`v1.PodResizePending`).
pub const POD_RESIZE_PENDING: &str = "PodResizePending";
/// The condition that says a resize is allocated and not yet in force (`v1.PodResizeInProgress`).
pub const POD_RESIZE_IN_PROGRESS: &str = "PodResizeInProgress";
/// The reason of a resize that the node will try again (`v1.PodReasonDeferred`).
pub const DEFERRED: &str = "Deferred";
/// The reason of a resize that the node will not try again (`v1.PodReasonInfeasible`).
pub const INFEASIBLE: &str = "Infeasible";

/// What counts towards a pod's requests and limits (upstream: `PodResourcesOptions`). The default counts the pod's
/// specification, with pod-level resources and overhead.
///
/// ```
/// use podverdict::resize::requests::PodResourcesOptions;
/// let as_the_node_accounts = PodResourcesOptions { use_status_resources: true, ..PodResourcesOptions::default() };
/// assert!(!as_the_node_accounts.exclude_overhead);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct PodResourcesOptions<'a> {
    /// Whether resources that the status says are allocated or in force count too.
    pub use_status_resources: bool,
    /// Whether the status' pod-level resources count too (gate `InPlacePodLevelResourcesVerticalScaling`). It has no
    /// effect without `use_status_resources`.
    pub in_place_pod_level_resources: bool,
    /// Whether the overhead of the runtime class is left out.
    pub exclude_overhead: bool,
    /// Whether pod-level resources are left out.
    pub skip_pod_level_resources: bool,
    /// Whether containers are left out. Limits ignore it.
    pub skip_container_level_resources: bool,
    /// What a container requests of a resource for which it has no entry at all. Limits ignore it.
    pub non_missing_container_requests: Option<&'a ResourceList>,
    /// Whether claims that account for node-allocatable resources count too (1.36 and later, gate
    /// `DRANodeAllocatableResources`).
    pub use_dra_claim_status: bool,
}

/// A pod's requests (upstream: `PodRequests`).
///
/// The base is [`aggregate_container_requests`]; pod-level requests for CPU, memory and huge pages replace it, and
/// overhead is added. With status, pod-level requests are the most of what is wanted (unless the resize is infeasible),
/// in force and allocated. Up to 1.36 that is asked only of resources that the pod-level requests name, a missing one
/// counting as 0; from 1.37 the status may bring resources of its own.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::requests::{PodResourcesOptions, pod_requests};
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {
///         "initContainers": [{"name": "mesh", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}}}],
///         "containers": [{"name": "app", "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}}}],
///         "overhead": {"cpu": "10m"}
///     }}"#,
/// )?;
/// let requests = pod_requests(&Kubernetes::new(Release::V1_36), &pod, &PodResourcesOptions::default());
/// assert_eq!(requests.cpu().map(|cpu| cpu.to_string()).as_deref(), Some("260m"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn pod_requests(k8s: &Kubernetes, pod: &Pod, options: &PodResourcesOptions<'_>) -> Resources {
    let mut requests = if options.skip_container_level_resources {
        Resources::default()
    } else {
        aggregate_container_requests(k8s, pod, options)
    };
    if let Some(spec) = &pod.spec.resources
        && !options.skip_pod_level_resources
        && has_supported(&spec.requests)
    {
        match status_in_force(pod, options) {
            None => replace(&mut requests, &spec.requests),
            Some(status) => {
                let mut effective = Resources::default();
                if !is_pod_resize_infeasible(pod) {
                    effective.add_list(&spec.requests);
                }
                effective.raise_list(&status.requests);
                effective.raise_list(&pod.status.allocated_resources);
                replace_effective(k8s, &mut requests, &spec.requests, &effective);
            }
        }
    }
    if !options.exclude_overhead {
        requests.add_list(&pod.spec.overhead);
    }
    requests
}

/// Adds what a pod's requests have more once upstream has summed them a second time. A sum takes over the pod-level amount
/// itself; one in the long form is behind a pointer, and so keeps the overhead that was added to it. An API server stores
/// no amount that is read in the long form below 2^63; a static pod's file may have one, such as `1.5Gi`.
pub(super) fn add_second_sum(pod: &Pod, options: &PodResourcesOptions<'_>, requests: &mut Resources) {
    let Some(spec) = &pod.spec.resources else { return };
    if options.skip_pod_level_resources || options.exclude_overhead || status_in_force(pod, options).is_some()
    {
        return;
    }
    for (name, overhead) in pod.spec.overhead.iter() {
        if is_supported_pod_level_resource(name) && spec.requests.get(name).is_some_and(Quantity::is_long) {
            requests.add(name, overhead);
        }
    }
}

/// A pod's limits (upstream: `PodLimits`).
///
/// As [`pod_requests`], except that there are no allocated limits, and that overhead is added only to a limit that is
/// there and not zero: a resource without limit stays unlimited.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::requests::{PodResourcesOptions, pod_limits};
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {
///         "containers": [{"name": "app", "resources": {"limits": {"cpu": "1"}}}],
///         "overhead": {"cpu": "100m", "memory": "64Mi"}
///     }}"#,
/// )?;
/// let limits = pod_limits(&Kubernetes::new(Release::V1_35), &pod, &PodResourcesOptions::default());
/// assert_eq!(serde_json::to_string(&limits)?, r#"{"cpu":"1100m"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn pod_limits(k8s: &Kubernetes, pod: &Pod, options: &PodResourcesOptions<'_>) -> Resources {
    let mut limits = aggregate_container_limits(k8s, pod, options);
    if let Some(spec) = &pod.spec.resources
        && !options.skip_pod_level_resources
        && is_pod_level_resources_set(pod)
    {
        match status_in_force(pod, options) {
            None => replace(&mut limits, &spec.limits),
            Some(status) => {
                let infeasible = is_pod_resize_infeasible(pod);
                // Up to 1.36 an infeasible resize whose status has no limits map counts with the limits wanted.
                if infeasible && !status.limits.is_present() && !k8s.at_least(Release::V1_37) {
                    replace(&mut limits, &spec.limits);
                } else {
                    let mut effective = Resources::default();
                    if !infeasible {
                        effective.add_list(&spec.limits);
                    }
                    effective.raise_list(&status.limits);
                    replace_effective(k8s, &mut limits, &spec.limits, &effective);
                }
            }
        }
    }
    if !options.exclude_overhead {
        for (name, overhead) in pod.spec.overhead.iter() {
            if limits.get(name).is_some_and(|limit| !limit.is_zero()) {
                limits.add(name, overhead);
            }
        }
    }
    limits
}

/// What the containers of a pod request together, without pod-level resources and overhead (upstream:
/// `AggregateContainerRequests`).
///
/// Regular containers and sidecars are summed. A plain init container needs its own requests and those of the sidecars
/// before it; the pod's requests are at least that.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::requests::{PodResourcesOptions, aggregate_container_requests};
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {
///         "initContainers": [{"name": "setup", "resources": {"requests": {"memory": "2Gi"}}}],
///         "containers": [{"name": "app", "resources": {"requests": {"memory": "1Gi"}}}]
///     }}"#,
/// )?;
/// let requests =
///     aggregate_container_requests(&Kubernetes::new(Release::V1_37), &pod, &PodResourcesOptions::default());
/// assert_eq!(requests.memory().map(|memory| memory.to_string()).as_deref(), Some("2Gi"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn aggregate_container_requests(
    k8s: &Kubernetes,
    pod: &Pod,
    options: &PodResourcesOptions<'_>,
) -> Resources {
    let missing = options.non_missing_container_requests.filter(|list| !list.is_empty());
    let spec = |container, _| View::List(requests(container));
    if !options.use_status_resources {
        let mut sum = aggregate(pod, missing, spec);
        add_claims(k8s, &mut sum, pod, options);
        return sum;
    }
    let infeasible = is_pod_resize_infeasible(pod);
    let statuses = statuses(k8s, pod);
    if !k8s.at_least(Release::V1_37) {
        let mut sum = aggregate(pod, missing, |container, plain_init| {
            match counted_status(&statuses, container, plain_init).map(|(status, resources)| {
                let mut most = Resources::default();
                if !infeasible {
                    most.add_list(requests(container));
                }
                most.raise_list(&resources.requests);
                most.raise_list(&status.allocated_resources);
                most
            }) {
                Some(most) => View::Sum(most),
                None => View::List(requests(container)),
            }
        });
        add_claims(k8s, &mut sum, pod, options);
        return sum;
    }

    let unless_infeasible = |container| match infeasible {
        true => View::Nothing,
        false => View::List(requests(container)),
    };
    let mut most = Resources::default();
    if !infeasible {
        most = aggregate(pod, missing, spec);
        add_claims(k8s, &mut most, pod, options);
    }
    let in_force = pod.status.resources.as_ref().map(|resources| &resources.requests);
    match in_force.filter(|requests| requests.is_present()) {
        // The status' own sums hold overhead and claims already.
        Some(in_force)
            if options.in_place_pod_level_resources && pod.status.allocated_resources.is_present() =>
        {
            most.raise_list(in_force);
            most.raise_list(&pod.status.allocated_resources);
        }
        _ => {
            let allocated = |status: &'_ ContainerStatus| status.allocated_resources.is_present();
            most.raise_all(&aggregate(pod, missing, |container, _| match statuses.get(&container.name) {
                Some(ContainerStatus { resources: Some(resources), .. })
                    if resources.requests.is_present() =>
                {
                    View::List(&resources.requests)
                }
                Some(status) if allocated(status) => View::List(&status.allocated_resources),
                _ => unless_infeasible(container),
            }));
            let mut sum = aggregate(pod, missing, |container, _| match statuses.get(&container.name) {
                Some(status) if allocated(status) => View::List(&status.allocated_resources),
                _ => unless_infeasible(container),
            });
            add_claims(k8s, &mut sum, pod, options);
            most.raise_all(&sum);
        }
    }
    most
}

/// What the containers of a pod are limited to together, without pod-level resources and overhead (upstream:
/// `AggregateContainerLimits`). The formula is that of [`aggregate_container_requests`].
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::requests::{PodResourcesOptions, aggregate_container_limits};
///
/// let k8s = Kubernetes::new(Release::V1_35);
/// assert!(aggregate_container_limits(&k8s, &Pod::default(), &PodResourcesOptions::default()).is_empty());
/// ```
#[must_use]
pub fn aggregate_container_limits(
    k8s: &Kubernetes,
    pod: &Pod,
    options: &PodResourcesOptions<'_>,
) -> Resources {
    let spec = |container, _| View::List(limits(container));
    if !options.use_status_resources {
        let mut sum = aggregate(pod, None, spec);
        add_claims_to_limits(k8s, &mut sum, pod, options);
        return sum;
    }
    let infeasible = is_pod_resize_infeasible(pod);
    let statuses = statuses(k8s, pod);
    if !k8s.at_least(Release::V1_37) {
        return aggregate(pod, None, |container, plain_init| {
            match counted_status(&statuses, container, plain_init) {
                Some((_, resources)) if infeasible => View::List(&resources.limits),
                Some((_, resources)) => {
                    let mut most = Resources::from(limits(container));
                    most.raise_list(&resources.limits);
                    View::Sum(most)
                }
                None => View::List(limits(container)),
            }
        });
    }

    let mut most = Resources::default();
    if !infeasible {
        most = aggregate(pod, None, spec);
        add_claims_to_limits(k8s, &mut most, pod, options);
    }
    let in_force = pod.status.resources.as_ref().map(|resources| &resources.limits);
    match in_force.filter(|limits| limits.is_present()) {
        Some(in_force) if options.in_place_pod_level_resources => most.raise_list(in_force),
        _ => most.raise_all(&aggregate(pod, None, |container, _| match statuses.get(&container.name) {
            Some(ContainerStatus { resources: Some(resources), .. }) if resources.limits.is_present() => {
                View::List(&resources.limits)
            }
            _ if infeasible => View::Nothing,
            _ => View::List(limits(container)),
        })),
    }
    most
}

/// Whether a resource may stand in pod-level resources (upstream: `IsSupportedPodLevelResource`).
///
/// ```
/// use podverdict::resize::requests::is_supported_pod_level_resource;
/// assert!(is_supported_pod_level_resource("hugepages-2Mi"));
/// assert!(!is_supported_pod_level_resource("ephemeral-storage"));
/// ```
#[must_use]
pub fn is_supported_pod_level_resource(name: &str) -> bool {
    matches!(name, resource::CPU | resource::MEMORY) || is_huge_page(name)
}

/// Whether a pod has pod-level requests or limits that count (upstream: `IsPodLevelResourcesSet`).
///
/// ```
/// use podverdict::{model::Pod, resize::requests::is_pod_level_resources_set};
/// let pod: Pod = serde_json::from_str(r#"{"spec": {"resources": {"requests": {}}}}"#)?;
/// assert!(!is_pod_level_resources_set(&pod));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn is_pod_level_resources_set(pod: &Pod) -> bool {
    pod.spec
        .resources
        .as_ref()
        .is_some_and(|resources| has_supported(&resources.requests) || has_supported(&resources.limits))
}

/// Whether the pod's resize was refused for good: the first `PodResizePending` condition says `Infeasible`, whatever
/// its status value (upstream: `IsPodResizeInfeasible`).
///
/// ```
/// use podverdict::{model::Pod, resize::requests::is_pod_resize_infeasible};
/// let pod: Pod =
///     serde_json::from_str(r#"{"status": {"conditions": [{"type": "PodResizePending", "reason": "Infeasible"}]}}"#)?;
/// assert!(is_pod_resize_infeasible(&pod));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn is_pod_resize_infeasible(pod: &Pod) -> bool {
    pod.status.condition(POD_RESIZE_PENDING).is_some_and(|condition| condition.reason == INFEASIBLE)
}

/// Whether the pod's resize waits for room: the first `PodResizePending` condition says `Deferred`, whatever its status
/// value (upstream: `IsPodResizeDeferred`).
///
/// ```
/// use podverdict::{model::Pod, resize::requests::is_pod_resize_deferred};
/// assert!(!is_pod_resize_deferred(&Pod::default()));
/// ```
#[must_use]
pub fn is_pod_resize_deferred(pod: &Pod) -> bool {
    pod.status.condition(POD_RESIZE_PENDING).is_some_and(|condition| condition.reason == DEFERRED)
}

/// One container's amounts.
enum View<'a> {
    Nothing,
    List(&'a ResourceList),
    Sum(Resources),
}

impl View<'_> {
    fn for_each(&self, mut each: impl FnMut(&str, &Quantity)) {
        match self {
            View::Nothing => {}
            View::List(list) => list.iter().for_each(|(name, amount)| each(name, amount)),
            View::Sum(sum) => sum.iter().for_each(|(name, amount)| each(name, amount)),
        }
    }

    fn contains(&self, name: &str) -> bool {
        match self {
            View::Nothing => false,
            View::List(list) => list.contains_key(name),
            View::Sum(sum) => sum.get(name).is_some(),
        }
    }
}

fn requests(container: &Container) -> &ResourceList {
    &container.resources.requests
}

fn limits(container: &Container) -> &ResourceList {
    &container.resources.limits
}

/// Sums over the containers (upstream: `aggregateContainerResourcesByFn`). `of` gives a container's amounts and is told
/// whether it is a plain init container; `missing` fills in resources a container does not name.
fn aggregate<'a>(
    pod: &'a Pod,
    missing: Option<&ResourceList>,
    of: impl Fn(&'a Container, bool) -> View<'a>,
) -> Resources {
    let view = |container, plain_init| {
        let view = of(container, plain_init);
        match missing {
            Some(missing) => fill(view, missing),
            None => view,
        }
    };
    let mut sum = Resources::default();
    for container in &pod.spec.containers {
        view(container, false).for_each(|name, amount| sum.add(name, amount));
    }
    // What the sidecars up to here hold, and the most that is held while the init containers run.
    let mut sidecars = Resources::default();
    let mut initializing = Resources::default();
    for container in &pod.spec.init_containers {
        // Only resources that this container names need a look: what the sidecars hold of others was counted before.
        if container.is_sidecar() {
            view(container, false).for_each(|name, amount| {
                sum.add(name, amount);
                sidecars.add(name, amount);
                if let Some(held) = sidecars.get(name) {
                    initializing.raise(name, held);
                }
            });
        } else {
            view(container, true).for_each(|name, amount| match sidecars.get(name) {
                None => initializing.raise(name, amount),
                Some(held) => {
                    let mut both = amount.clone();
                    both.add(held);
                    initializing.raise(name, &both);
                }
            });
        }
    }
    sum.raise_all(&initializing);
    sum
}

/// A container's amounts with an amount for each resource that `missing` names (upstream: `applyNonMissing`).
fn fill<'a>(view: View<'a>, missing: &ResourceList) -> View<'a> {
    let mut filled = Resources::default();
    view.for_each(|name, amount| filled.set(name, amount.clone()));
    for (name, amount) in missing.iter() {
        if !view.contains(name) {
            let mut added = Quantity::ZERO;
            added.add(amount);
            filled.set(name, added);
        }
    }
    View::Sum(filled)
}

/// The container statuses by name. Up to 1.36 upstream puts them into a map, from 1.37 it walks the lists.
fn statuses<'a>(k8s: &Kubernetes, pod: &'a Pod) -> OneByName<'a, ContainerStatus> {
    let wins = if k8s.at_least(Release::V1_37) { Wins::First } else { Wins::Last };
    OneByName::new(pod.status.regular(), pod.status.init(), wins)
}

/// The status of a container, if it counts up to 1.36: it says what is in force, and the container is not a plain init
/// container.
fn counted_status<'a>(
    statuses: &OneByName<'a, ContainerStatus>,
    container: &Container,
    plain_init: bool,
) -> Option<(&'a ContainerStatus, &'a ResourceRequirements)> {
    if plain_init {
        return None;
    }
    let status = statuses.get(&container.name)?;
    Some((status, status.resources.as_ref()?))
}

/// The pod-level resources in force, if they count.
fn status_in_force<'a>(pod: &'a Pod, options: &PodResourcesOptions<'_>) -> Option<&'a ResourceRequirements> {
    let counts = options.in_place_pod_level_resources && options.use_status_resources;
    pod.status.resources.as_ref().filter(|_| counts)
}

fn has_supported(list: &ResourceList) -> bool {
    list.keys().any(is_supported_pod_level_resource)
}

/// Puts pod-level amounts in the place of the containers' (upstream: `applyPodLevelResources`).
fn replace(resources: &mut Resources, pod_level: &ResourceList) {
    for (name, amount) in pod_level.iter() {
        if is_supported_pod_level_resource(name) {
            resources.set(name, amount.clone());
        }
    }
}

fn replace_effective(
    k8s: &Kubernetes,
    resources: &mut Resources,
    spec: &ResourceList,
    effective: &Resources,
) {
    if k8s.at_least(Release::V1_37) {
        for (name, amount) in effective.iter() {
            if is_supported_pod_level_resource(name) {
                resources.set(name, amount.clone());
            }
        }
    } else {
        for name in spec.keys().filter(|name| is_supported_pod_level_resource(name)) {
            resources.set(name, effective.get(name).cloned().unwrap_or_default());
        }
    }
}

/// Adds what resource claims take (upstream: `addDRANodeAllocatableClaimResources`, in 1.36 a part of
/// `AggregateContainerRequests`).
fn add_claims(k8s: &Kubernetes, sum: &mut Resources, pod: &Pod, options: &PodResourcesOptions<'_>) {
    if !options.use_dra_claim_status || !k8s.at_least(Release::V1_36) {
        return;
    }
    for claim in &pod.status.node_allocatable_resource_claim_statuses {
        if !k8s.at_least(Release::V1_37) {
            sum.add_list(&claim.resources);
            continue;
        }
        for mapped in &claim.mapping {
            if let Some(quantity) = &mapped.quantity {
                add_canonical(sum, &mapped.name, quantity);
            }
        }
        for overhead in &claim.overhead {
            let mut amount = Quantity::ZERO;
            if let Some(per_pod) = &overhead.per_pod {
                amount.add(per_pod);
            }
            if let Some(per_container) = &overhead.per_container
                && let Ok(users @ 1..) = i64::try_from(claim.containers.len())
            {
                let mut all = per_container.clone();
                all.mul(users);
                amount.add(&all);
            }
            add_canonical(sum, &overhead.name, &amount);
        }
    }
}

/// Adds what resource claims take to the limits that are there, and to huge pages in any case, which cannot be
/// overcommitted (1.37 and later; upstream: `addDRANodeAllocatableLimits`).
fn add_claims_to_limits(
    k8s: &Kubernetes,
    limits: &mut Resources,
    pod: &Pod,
    options: &PodResourcesOptions<'_>,
) {
    if !k8s.at_least(Release::V1_37) {
        return;
    }
    let mut claims = Resources::default();
    add_claims(k8s, &mut claims, pod, options);
    for (name, amount) in claims.iter() {
        if limits.get(name).is_some() || is_huge_page(name) {
            add_canonical(limits, name, amount);
        }
    }
}

/// Adds an amount to one that may be absent; upstream adds to zero then, so that the sum has its canonical text.
fn add_canonical(sum: &mut Resources, name: &str, amount: &Quantity) {
    let mut total = sum.get(name).cloned().unwrap_or_default();
    total.add(amount);
    sum.set(name, total);
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;
    use crate::release::Release::{V1_35, V1_36, V1_37};

    const AS_ACCOUNTED: PodResourcesOptions<'_> = PodResourcesOptions {
        use_status_resources: true,
        in_place_pod_level_resources: false,
        exclude_overhead: false,
        skip_pod_level_resources: false,
        skip_container_level_resources: false,
        non_missing_container_requests: None,
        use_dra_claim_status: false,
    };

    fn cpu(release: Release, pod: &str, options: &PodResourcesOptions<'_>) -> Option<String> {
        let pod: Pod = serde_json::from_str(pod).unwrap();
        pod_requests(&Kubernetes::new(release), &pod, options).cpu().map(ToString::to_string)
    }

    fn cpus(pod: &str, options: &PodResourcesOptions<'_>) -> [String; 3] {
        [V1_35, V1_36, V1_37].map(|release| cpu(release, pod, options).unwrap_or_default())
    }

    #[test]
    fn a_shift_between_containers_counts_twice_before_1_37() {
        let pod = r#"{"spec": {"containers": [
                {"name": "a", "resources": {"requests": {"cpu": "100m"}}},
                {"name": "b", "resources": {"requests": {"cpu": "200m"}}}]},
            "status": {"containerStatuses": [
                {"name": "a", "allocatedResources": {"cpu": "200m"}, "resources": {"requests": {"cpu": "200m"}}},
                {"name": "b", "allocatedResources": {"cpu": "100m"}, "resources": {"requests": {"cpu": "100m"}}}]}}"#;
        assert_eq!(cpus(pod, &AS_ACCOUNTED), ["400m", "400m", "300m"]);
    }

    #[test]
    fn an_infeasible_resize_counts_with_what_is_allocated() {
        let pod = r#"{"spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "1"}}}]},
            "status": {"conditions": [{"type": "PodResizePending", "status": "False", "reason": "Infeasible"}],
                "containerStatuses": [{"name": "a", "allocatedResources": {"cpu": "300m"}}]}}"#;
        // Before 1.37 a status without `resources` does not count.
        assert_eq!(cpus(pod, &AS_ACCOUNTED), ["1", "1", "300m"]);
    }

    #[test]
    fn the_status_of_a_plain_init_container_counts_from_1_37() {
        let pod = r#"{"spec": {
                "initContainers": [{"name": "i", "resources": {"requests": {"cpu": "100m"}}}],
                "containers": [{"name": "a", "resources": {"requests": {"cpu": "50m"}}}]},
            "status": {"initContainerStatuses": [{"name": "i", "resources": {"requests": {"cpu": "900m"}}}]}}"#;
        assert_eq!(cpus(pod, &AS_ACCOUNTED), ["100m", "100m", "900m"]);
    }

    #[test]
    fn overhead_counts_twice_where_the_status_sums_hold_it() {
        let options = PodResourcesOptions { in_place_pod_level_resources: true, ..AS_ACCOUNTED };
        let pod = r#"{"spec": {"overhead": {"cpu": "100m"},
                "containers": [{"name": "a", "resources": {"requests": {"cpu": "500m"}}}]},
            "status": {"allocatedResources": {"cpu": "600m"}, "resources": {"requests": {"cpu": "600m"}}}}"#;
        assert_eq!(cpus(pod, &options), ["600m", "600m", "700m"]);
    }

    #[test]
    fn sidecars_count_with_the_init_containers_after_them() {
        let pod = r#"{"spec": {
                "initContainers": [
                    {"name": "before", "resources": {"requests": {"cpu": "600m"}}},
                    {"name": "mesh", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}},
                    {"name": "after", "resources": {"requests": {"cpu": "550m"}}}],
                "containers": [{"name": "a", "resources": {"requests": {"cpu": "500m"}}}]}}"#;
        assert_eq!(cpu(V1_36, pod, &PodResourcesOptions::default()).as_deref(), Some("650m"));
    }

    #[test]
    fn a_sum_has_the_format_of_its_first_amount_and_a_single_amount_its_text() {
        let pod = r#"{"spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "1.500"}}}]}}"#;
        assert_eq!(cpu(V1_36, pod, &PodResourcesOptions::default()).as_deref(), Some("1.500"));
        let pod = r#"{"spec": {"containers": [
            {"name": "a", "resources": {"requests": {"cpu": "1.500"}}},
            {"name": "b", "resources": {"requests": {"cpu": "0"}}}]}}"#;
        assert_eq!(cpu(V1_36, pod, &PodResourcesOptions::default()).as_deref(), Some("1500m"));
    }

    #[test]
    fn a_missing_status_value_is_zero_before_1_37() {
        let options = PodResourcesOptions { in_place_pod_level_resources: true, ..AS_ACCOUNTED };
        let pod = r#"{"spec": {"resources": {"requests": {"cpu": "2"}}},
            "status": {"resources": {}, "conditions": [{"type": "PodResizePending", "reason": "Infeasible"}]}}"#;
        assert_eq!(cpus(pod, &options), ["0", "0", ""]);
    }
}
