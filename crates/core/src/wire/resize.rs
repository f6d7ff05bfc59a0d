//! Ops of the resize family.

use serde::Deserialize;

use super::{Answer, Fields};
use crate::error::InputError;
use crate::model::{Pod, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes};
use crate::resize::qos::compute_pod_qos;
use crate::resize::requests::{
    PodResourcesOptions, Resources, aggregate_container_limits, aggregate_container_requests,
    is_supported_pod_level_resource, pod_limits, pod_requests,
};

/// `pod`: `qosClass`, and the same as `qosClassV1` (upstream computes it twice).
pub(super) fn qos(k8s: &Kubernetes, fields: &mut Fields<'_>, answer: &mut Answer) -> Result<(), InputError> {
    let pod = read_pod(k8s, fields, "pod")?;
    let class = compute_pod_qos(k8s, &pod);
    answer.put("qosClass", &class);
    answer.put("qosClassV1", &class);
    Ok(())
}

/// `pod`, `opts`: `resources`.
pub(super) fn requests(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    pod_resources(k8s, fields, answer, pod_requests)
}

/// `pod`, `opts`: `resources`.
pub(super) fn limits(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    pod_resources(k8s, fields, answer, pod_limits)
}

/// [`PodResourcesOptions`] with upstream's names.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
struct ResourcesOpts {
    use_status_resources: bool,
    #[serde(rename = "InPlacePodLevelResourcesVerticalScalingEnabled")]
    in_place_pod_level_resources: bool,
    exclude_overhead: bool,
    skip_pod_level_resources: bool,
    skip_container_level_resources: bool,
    non_missing_container_requests: Option<ResourceList>,
    #[serde(rename = "UseDRANodeAllocatableResourceClaimStatus")]
    use_dra_claim_status: bool,
}

fn pod_resources(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
    compute: fn(&Kubernetes, &Pod, &PodResourcesOptions<'_>) -> Resources,
) -> Result<(), InputError> {
    let pod = read_pod(k8s, fields, "pod")?;
    let opts: ResourcesOpts = fields.or_default("opts")?;
    let options = PodResourcesOptions {
        use_status_resources: opts.use_status_resources,
        in_place_pod_level_resources: opts.in_place_pod_level_resources,
        exclude_overhead: opts.exclude_overhead,
        skip_pod_level_resources: opts.skip_pod_level_resources,
        skip_container_level_resources: opts.skip_container_level_resources,
        non_missing_container_requests: opts.non_missing_container_requests.as_ref(),
        use_dra_claim_status: opts.use_dra_claim_status,
    };
    answer.put("resources", &compute(k8s, &pod, &options));
    Ok(())
}

fn read_pod(k8s: &Kubernetes, fields: &mut Fields<'_>, name: &str) -> Result<Pod, InputError> {
    let mut pod: Pod = fields.required(name)?;
    if fields.flag("defaults")? {
        default_pod(k8s, &mut pod);
    }
    Ok(pod)
}

/// The part of API defaulting that these ops can see.
fn default_pod(k8s: &Kubernetes, pod: &mut Pod) {
    let spec = &mut pod.spec;
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        let resources = &mut container.resources;
        for (name, limit) in resources.limits.iter() {
            if !resources.requests.contains_key(name) {
                resources.requests.insert(name, limit.clone());
            }
        }
    }
    if k8s.enabled(Gate::PodLevelResources) && !k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        default_pod_level(k8s, pod);
    }
    let spec = &mut pod.spec;
    let containers = spec.containers.iter_mut().chain(&mut spec.init_containers);
    let containers = containers.chain(&mut spec.ephemeral_containers).map(|c| &mut c.resources);
    containers.chain(&mut spec.resources).for_each(round_up);
    round_up_list(&mut spec.overhead);
    let status = &mut pod.status;
    let statuses = status.container_statuses.iter_mut().chain(&mut status.init_container_statuses);
    for status in statuses.chain(&mut status.ephemeral_container_statuses).flatten() {
        round_up_list(&mut status.allocated_resources);
        status.resources.iter_mut().for_each(round_up);
    }
    round_up_list(&mut status.allocated_resources);
    status.resources.iter_mut().for_each(round_up);
}

fn default_pod_level(k8s: &Kubernetes, pod: &mut Pod) {
    let options = PodResourcesOptions::default();
    let Some(given) = &pod.spec.resources else { return };
    let missing = |list: &ResourceList, name: &str| !list.contains_key(name);
    let mut limits = given.limits.clone();
    if !given.limits.is_empty() || !given.requests.is_empty() {
        for (name, limit) in aggregate_container_limits(k8s, pod, &options).iter() {
            let huge = name.starts_with(resource::HUGEPAGES_PREFIX);
            if huge && missing(&given.requests, name) && missing(&limits, name) {
                limits.insert(name, limit.clone());
            }
        }
    }
    let mut requests = given.requests.clone();
    if !limits.is_empty() {
        for (name, request) in aggregate_container_requests(k8s, pod, &options).iter() {
            let known = matches!(name, resource::CPU | resource::MEMORY);
            if known && missing(&requests, name) {
                requests.insert(name, request.clone());
            }
        }
        for (name, limit) in limits.iter() {
            if is_supported_pod_level_resource(name) && missing(&requests, name) {
                requests.insert(name, limit.clone());
            }
        }
    }
    if let Some(given) = &mut pod.spec.resources {
        given.limits = limits;
        given.requests = requests;
    }
}

fn round_up(resources: &mut ResourceRequirements) {
    round_up_list(&mut resources.limits);
    round_up_list(&mut resources.requests);
}

fn round_up_list(list: &mut ResourceList) {
    list.iter_mut().map(|(_, amount)| amount).for_each(|amount: &mut Quantity| {
        amount.round_up_milli();
    });
}
