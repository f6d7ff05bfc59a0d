//! Whether a container that has terminated may be said to run again.
//!
//! Upstream: `pkg/apis/core/validation.ValidateContainerStateTransition` and its siblings.

use alloc::collections::BTreeMap;

use super::PodValidationOptions;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Container, ContainerStatus, PodSpec, PodStatus, RestartPolicy};
use crate::reason::Rule;
use crate::release::Kubernetes;
use crate::restart::{all_containers::all_containers_could_restart, decide::container_should_restart};

const REGULAR: Rule =
    Rule::new("terminated_container_stays", "pkg/apis/core/validation.ValidateContainerStateTransition");
const INIT: Rule = Rule::new(
    "terminated_init_container_stays",
    "pkg/apis/core/validation.ValidateInitContainerStateTransition",
);
const EPHEMERAL: Rule = Rule::new(
    "terminated_ephemeral_container_stays",
    "pkg/apis/core/validation.ValidateEphemeralContainerStateTransition",
);

/// The three lists of statuses. What may restart is what the stored spec says.
pub(super) fn validate(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    spec: &PodSpec,
    (new, old): (&PodStatus, &PodStatus),
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let restarts = Restarts { k8s, options, spec };
    let containers = path.child("containerStatuses");
    restarts.validate(&spec.containers, (new.regular(), old.regular()), REGULAR, &containers, errors);
    let init = path.child("initContainerStatuses");
    restarts.validate(&spec.init_containers, (new.init(), old.init()), INIT, &init, errors);
    let ephemeral = path.child("ephemeralContainerStatuses");
    let (new, old) = (&new.ephemeral_container_statuses, &old.ephemeral_container_statuses);
    let (new, old) = (new.as_deref().unwrap_or_default(), old.as_deref().unwrap_or_default());
    each_again(new, old, &ephemeral, |_, again, path| forbid(again, EPHEMERAL, path, errors));
}

struct Restarts<'p> {
    k8s: &'p Kubernetes,
    options: &'p PodValidationOptions,
    spec: &'p PodSpec,
}

impl Restarts<'_> {
    /// The regular or the init containers.
    fn validate(
        &self,
        containers: &[Container],
        (new, old): (&[ContainerStatus], &[ContainerStatus]),
        rule: Rule,
        path: &Path<'_>,
        errors: &mut FieldErrors,
    ) {
        let by_rules = self.options.allow_container_restart_policy_rules;
        if by_rules && self.options.allow_restart_all_containers && all_containers_could_restart(self.spec) {
            return;
        }
        if !by_rules && self.spec.restart_policy == RestartPolicy::Always {
            return;
        }
        // Of several containers with one name the first counts.
        let by_name: BTreeMap<&str, &Container> =
            containers.iter().rev().map(|container| (container.name.as_str(), container)).collect();
        each_again(new, old, path, |status, again, path| {
            let code = status.state.terminated.as_ref().map_or(0, |terminated| terminated.exit_code);
            let container = by_name.get(status.name.as_str());
            if by_rules {
                let may = container.is_some_and(|container| {
                    container_should_restart(self.k8s, self.spec, container, code).restarts()
                });
                forbid(usize::from(!may), rule, path, errors);
            } else {
                // Without rules a sidecar restarts whatever the pod's policy. (A regular container has no such policy then.)
                let failed = code != 0 && self.spec.restart_policy == RestartPolicy::OnFailure;
                let sidecar = rule == INIT && container.is_some_and(|container| container.is_sidecar());
                forbid(if failed || sidecar { 0 } else { again }, rule, path, errors);
            }
        });
    }
}

/// Each terminated status that is not terminated in the new list: how often the name is there, and the path of its state.
fn each_again(
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    path: &Path<'_>,
    mut found: impl FnMut(&ContainerStatus, usize, &Path<'_>),
) {
    let mut again: BTreeMap<&str, usize> = BTreeMap::new();
    for status in new.iter().filter(|status| status.state.terminated.is_none()) {
        let count = again.entry(status.name.as_str()).or_default();
        *count = count.saturating_add(1);
    }
    for (i, status) in old.iter().enumerate().filter(|(_, status)| status.state.terminated.is_some()) {
        if let Some(again) = again.get(status.name.as_str()) {
            found(status, *again, &path.index(i).child("state"));
        }
    }
}

fn forbid(times: usize, rule: Rule, path: &Path<'_>, errors: &mut FieldErrors) {
    let error = FieldError::forbidden(path, "may not be transitioned to non-terminated state").because(rule);
    errors.extend(core::iter::repeat_n(error, times));
}
