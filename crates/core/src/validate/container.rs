//! Containers: regular, init and ephemeral ones.

use alloc::collections::BTreeSet;

use super::resources::{self, Owner};
use super::{PodValidationOptions, dns_label, ports, probes, resize_policy, restart_policy};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Container, PodSpec};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const NAME: Rule = Rule::new("container_name", "pkg/apis/core/validation.validateContainerCommon");
const IMAGE: Rule = Rule::new("container_image_required", "pkg/apis/core/validation.validateContainerCommon");
const IMAGE_SPACE: Rule =
    Rule::new("container_image_without_space", "pkg/apis/core/validation.validateContainerOnlyForPod");
const NAME_REPEATED: Rule = Rule::new("container_name_unique", "pkg/apis/core/validation.validateContainers");
const NONE: Rule = Rule::new("containers_required", "pkg/apis/core/validation.validateContainers");
const INIT_NAME_REPEATED: Rule =
    Rule::new("init_container_name_unique", "pkg/apis/core/validation.validateInitContainers");
const EPHEMERAL_NAME_REPEATED: Rule =
    Rule::new("ephemeral_container_name_unique", "pkg/apis/core/validation.validateEphemeralContainers");
const EPHEMERAL_FIELD: Rule =
    Rule::new("ephemeral_container_field", "pkg/apis/core/validation.validateFieldAllowList");

/// What the checks of one container need of its pod.
#[derive(Clone, Copy)]
pub(super) struct InPod<'p> {
    pub(super) k8s: &'p Kubernetes,
    pub(super) options: &'p PodValidationOptions,
    pub(super) spec: &'p PodSpec,
    pub(super) claims: &'p BTreeSet<&'p str>,
}

impl InPod<'_> {
    /// What holds for every container (validateContainerCommon).
    fn common(&self, container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
        if container.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), "").because(NAME));
        } else {
            dns_label(&container.name, &path.child("name"), NAME, errors);
        }
        if container.image.is_empty() {
            errors.push(FieldError::required(&path.child("image"), "").because(IMAGE));
        }
        if let Some(given) = &container.ports {
            ports::validate(given, &path.child("ports"), errors);
        }
        resources::validate(
            self.options,
            Owner::Container,
            &container.resources,
            self.claims,
            &path.child("resources"),
            errors,
        );
        resize_policy::validate(
            self.k8s,
            container.resize_policies(),
            &self.spec.restart_policy,
            &path.child("resizePolicy"),
            errors,
        );
    }

    /// `spec.containers` (validateContainers).
    pub(super) fn regular(&self, path: &Path<'_>, errors: &mut FieldErrors) {
        if self.spec.containers.is_empty() {
            errors.push(FieldError::required(path, "").because(NONE));
            return;
        }
        let mut names = BTreeSet::new();
        for (i, container) in self.spec.containers.iter().enumerate() {
            let path = path.index(i);
            self.common(container, &path, errors);
            if !names.insert(&container.name) {
                let path = path.child("name");
                errors.push(FieldError::duplicate(&path, container.name.as_str()).because(NAME_REPEATED));
            }
            probes::validate(container, &path, errors);
            restart_policy::validate_regular(self.k8s, self.options, container, &path, errors);
        }
        ports::validate_host_ports(&self.spec.containers, path, errors);
    }

    /// `spec.initContainers` (validateInitContainers).
    pub(super) fn init(&self, path: &Path<'_>, errors: &mut FieldErrors) {
        let mut names: BTreeSet<_> = self.spec.containers.iter().map(|container| &container.name).collect();
        for (i, container) in self.spec.init_containers.iter().enumerate() {
            let at = path.index(i);
            self.common(container, &at, errors);
            restart_policy::validate_init(self.k8s, self.options, container, &at, errors);
            // Two nameless init containers are no repetition; a nameless regular one before them makes it one.
            if names.contains(&container.name) {
                let path = at.child("name");
                let error = FieldError::duplicate(&path, container.name.as_str());
                errors.push(error.because(INIT_NAME_REPEATED));
            } else if !container.name.is_empty() {
                names.insert(&container.name);
            }
            // Init containers run one after the other, so each is alone with its ports; upstream names the first.
            ports::validate_host_ports(core::slice::from_ref(container), path, errors);
            if container.is_sidecar() {
                probes::validate(container, &at, errors);
            } else {
                probes::validate_none(container, &at, errors);
                if self.k8s.at_least(Release::V1_36)
                    && !self.options.allow_existing_restart_container_for_non_sidecar_init_container
                {
                    resize_policy::validate_init(container, &at, errors);
                }
            }
        }
    }

    /// `spec.ephemeralContainers` (validateEphemeralContainers).
    pub(super) fn ephemeral(&self, path: &Path<'_>, errors: &mut FieldErrors) {
        if self.spec.ephemeral_containers.is_empty() {
            return;
        }
        let mut names: BTreeSet<_> =
            self.spec.init_and_regular().map(|(container, _)| &container.name).collect();
        for (i, container) in self.spec.ephemeral_containers.iter().enumerate() {
            let path = path.index(i);
            self.common(container, &path, errors);
            validate_image_space(container, &path, errors);
            if !names.insert(&container.name) {
                let path = path.child("name");
                let error = FieldError::duplicate(&path, container.name.as_str());
                errors.push(error.because(EPHEMERAL_NAME_REPEATED));
            }
            validate_ephemeral_fields(container, &path, errors);
        }
    }
}

/// Fields that an ephemeral container may not have, in the order of upstream's type; an empty list or map is
/// had.
fn validate_ephemeral_fields(container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
    let resources = &container.resources;
    let given = [
        ("ports", container.ports.is_some()),
        (
            "resources",
            resources.requests.is_present() || resources.limits.is_present() || resources.claims.is_some(),
        ),
        ("resizePolicy", container.resize_policy.is_some()),
        ("restartPolicy", container.restart_policy.is_some()),
        ("restartPolicyRules", container.restart_policy_rules.is_some()),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
        ("lifecycle", container.lifecycle.is_some()),
    ];
    for (name, _) in given.into_iter().filter(|(_, given)| *given) {
        let detail = "cannot be set for an Ephemeral Container";
        errors.push(FieldError::forbidden(&path.child(name), detail).because(EPHEMERAL_FIELD));
    }
}

/// A pod's images may not begin or end with space; those of a template may (validateContainersOnlyForPod).
pub(super) fn validate_images_space(containers: &[Container], path: &Path<'_>, errors: &mut FieldErrors) {
    for (i, container) in containers.iter().enumerate() {
        validate_image_space(container, &path.index(i), errors);
    }
}

fn validate_image_space(container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
    let image = container.image.as_str();
    if image.trim().len() != image.len() {
        let detail = "must not have leading or trailing whitespace";
        errors.push(FieldError::invalid(&path.child("image"), image, detail).because(IMAGE_SPACE));
    }
}
