//! Resize policies of containers.

use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Container, ContainerResizePolicy, ResizeRestartPolicy, RestartPolicy, resource};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const REPEATED: Rule =
    Rule::new("resize_policy_resource_unique", "pkg/apis/core/validation.validateResizePolicy");
const RESOURCE: Rule =
    Rule::new("resize_policy_resource_supported", "pkg/apis/core/validation.validateResizePolicy");
const RESTART_POLICY: Rule =
    Rule::new("resize_policy_restart_policy_supported", "pkg/apis/core/validation.validateResizePolicy");
const POD_NEVER_RESTARTS: Rule =
    Rule::new("resize_policy_restarts_pod_that_never_does", "pkg/apis/core/validation.validateResizePolicy");
const INIT_RESTART: Rule =
    Rule::new("resize_policy_restarts_init_container", "pkg/apis/core/validation.validateInitContainers");

/// The resize policies of a container of any kind (validateResizePolicy). Only the pod's restart policy counts, not the
/// container's.
pub(super) fn validate(
    k8s: &Kubernetes,
    policies: &[ContainerResizePolicy],
    pod_restart_policy: &RestartPolicy,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let mut seen = alloc::collections::BTreeSet::new();
    for (i, policy) in policies.iter().enumerate() {
        let resource = policy.resource_name.as_str();
        if !seen.insert(resource) {
            errors.push(FieldError::duplicate(&path.index(i), resource).because(REPEATED));
        }
        // The errors below are at the list, not at the entry.
        match resource {
            resource::CPU | resource::MEMORY => {}
            "" => errors.push(FieldError::required(path, "").because(RESOURCE)),
            other => {
                errors.push(FieldError::not_supported(path, other, &["cpu", "memory"]).because(RESOURCE));
            }
        }
        match &policy.restart_policy {
            ResizeRestartPolicy::NotRequired | ResizeRestartPolicy::RestartContainer => {}
            other if other.is_absent() => {
                errors.push(FieldError::required(path, "").because(RESTART_POLICY));
            }
            other => errors.push(
                FieldError::not_supported(path, other.as_str(), &["NotRequired", "RestartContainer"])
                    .because(RESTART_POLICY),
            ),
        }
        if *pod_restart_policy == RestartPolicy::Never
            && policy.restart_policy != ResizeRestartPolicy::NotRequired
        {
            let detail = if k8s.at_least(Release::V1_36) {
                "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            } else {
                "must be 'NotRequired' when `restartPolicy` is 'Never'"
            };
            let error = FieldError::invalid(path, policy.restart_policy.as_str(), detail);
            errors.push(error.because(POD_NEVER_RESTARTS));
        }
    }
}

/// From 1.36, an init container that is no sidecar may not restart to be resized (the end of validateInitContainers).
pub(super) fn validate_init(container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
    let path = path.child("resizePolicy");
    for (i, policy) in container.resize_policies().iter().enumerate() {
        if policy.restart_policy == ResizeRestartPolicy::RestartContainer {
            let entry = path.index(i);
            let path = entry.child("restartPolicy");
            let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
            let error = FieldError::invalid(&path, policy.restart_policy.as_str(), detail);
            errors.push(error.because(INIT_RESTART));
        }
    }
}
