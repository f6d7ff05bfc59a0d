//! Ops `validate_pod_create`, `validate_pod_status_update`, `validate_pod_resize`: what the API server says about a pod.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Answer, Fields};
use crate::error::InputError;
use crate::field::FieldErrors;
use crate::model::{Container, ContainerResizePolicy, Pod, ResourceRequirements};
use crate::release::Kubernetes;
use crate::validate;

/// `errors`, and the prepared pod's `containers`, `initContainers`, `podResources`, `generation`, `qosClass`.
pub(super) fn validate_pod_create(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let mut pod = fields.pod("pod")?;
    let defaults = fields.flag("defaults")?;
    read(k8s, &mut pod, defaults);
    if fields.flag("prepare")? {
        validate::prepare_pod_create(k8s, &mut pod);
    }
    put_verdict(answer, &validate::validate_prepared_pod_create(k8s, &pod), &pod);
    Ok(())
}

/// `pod` and `oldPod`; the answer is that of `validate_pod_create`.
pub(super) fn validate_pod_resize(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let mut pod = fields.pod_document(k8s, "pod", defaults)?;
    let mut old = fields.pod_document(k8s, "oldPod", defaults)?;
    if fields.flag("prepare")? {
        validate::prepare_pod_resize(k8s, &mut pod, &mut old);
    }
    put_verdict(answer, &validate::validate_prepared_pod_resize(k8s, &pod, &old), &pod.pod);
    Ok(())
}

/// `errors`.
pub(super) fn validate_pod_status_update(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let mut pod = fields.pod("pod")?;
    let mut old = fields.pod("oldPod")?;
    let defaults = fields.flag("defaults")?;
    read(k8s, &mut pod, defaults);
    read(k8s, &mut old, defaults);
    if fields.flag("prepare")? {
        validate::prepare_pod_status_update(k8s, &mut pod, &mut old);
    }
    answer.put("errors", &validate::validate_prepared_pod_status_update(k8s, &pod, &old));
    Ok(())
}

/// What happens to an object on its way in.
fn read(k8s: &Kubernetes, pod: &mut Pod, defaults: bool) {
    if defaults {
        validate::set_defaults(k8s, pod);
    }
    validate::convert(k8s, pod);
}

/// What verdicts show of a container.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContainerView<'p> {
    name: &'p str,
    resources: &'p ResourceRequirements,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    resize_policy: &'p [ContainerResizePolicy],
}

pub(super) fn views(containers: &[Container]) -> Vec<ContainerView<'_>> {
    containers
        .iter()
        .map(|container| ContainerView {
            name: &container.name,
            resources: &container.resources,
            resize_policy: container.resize_policies(),
        })
        .collect()
}

pub(super) fn put_verdict(answer: &mut Answer, errors: &FieldErrors, pod: &Pod) {
    answer.put("errors", errors);
    answer.put("containers", &views(&pod.spec.containers));
    if !pod.spec.init_containers.is_empty() {
        answer.put("initContainers", &views(&pod.spec.init_containers));
    }
    answer.put_some("podResources", pod.spec.resources.as_ref());
    answer.put("generation", &pod.metadata.generation);
    answer.put("qosClass", &pod.status.qos_class);
}
