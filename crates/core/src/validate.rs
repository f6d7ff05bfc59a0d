//! What the API server says about a pod: defaults, preparation and validation, on create, status update and resize.
//!
//! Upstream runs the checks of creation again on every update and resize, with options that spare what the stored pod
//! already has; so all of it is here. The errors are upstream's, in upstream's order; where upstream walks a map in random
//! order, here it is the order of the keys.
//!
//! # What is judged
//!
//! Every rule about these fields, and no other:
//!
//! - `metadata`: name, generateName, namespace, generation, labels, annotations (keys and size, the mirror pod's and the
//!   deletion cost), owner references, finalizers, managed fields; in changes also uid, timestamps and resourceVersion;
//! - `spec`: restartPolicy, terminationGracePeriodSeconds, activeDeadlineSeconds, resources, overhead, resourceClaims,
//!   nodeName, nodeSelector, schedulingGates, priorityClassName, preemptionPolicy, os, workloadRef (1.35), schedulingGroup
//!   (from 1.36), host ports on the host's network, and of volumes the name, the size limit and the claim's name;
//! - of containers: name, image (that there is one, and no space around it), ports, resources with claims, resizePolicy,
//!   restartPolicy, restartPolicyRules, the numbers and grace period of probes, whether probes and lifecycle hooks may be
//!   there, and what an ephemeral container may not have.
//!
//! Not judged: what a probe or hook does, environment, what else a volume is made of, mounts, security contexts, affinity,
//! tolerations, spreading, DNS, pull and termination message policies, service account.

mod container;
mod create;
mod defaults;
mod disabled_fields;
mod document;
mod managed_fields;
pub(crate) mod metadata;
pub mod names;
mod options;
mod owner_references;
mod pod;
mod pod_resources;
mod ports;
mod probes;
mod resize;
mod resize_policy;
mod resource_claims;
mod resource_name;
mod resources;
mod restart_policy;
mod scheduling_group;
mod state_transition;
mod status_update;
mod update;
mod volumes;

pub use create::{prepare_pod_create, validate_pod_create, validate_prepared_pod_create};
pub use defaults::{convert, set_defaults, set_node_defaults};
pub use document::read_document;
pub(crate) use document::read_document_around;
pub use options::PodValidationOptions;
pub use resize::{prepare_pod_resize, validate_pod_resize, validate_prepared_pod_resize};
pub use status_update::{
    prepare_pod_status_update, validate_pod_status_update, validate_prepared_pod_status_update,
};
pub use update::{prepare_pod_update, validate_pod_update, validate_prepared_pod_update};

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::field::{FieldError, FieldErrors, Path};
use crate::model::Pod;
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

/// The annotation that marks the API's copy of a pod that a kubelet runs from a file.
const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";

/// What the API server makes of a pod that a client sends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PodVerdict {
    /// What is wrong with it; nothing if it is accepted.
    pub errors: FieldErrors,
    /// The pod as it would be stored: defaulted and prepared.
    pub pod: Pod,
}

impl PodVerdict {
    /// Whether the API server accepts the pod.
    ///
    /// ```
    /// use podverdict::{model::Pod, release::{Kubernetes, Release}, validate};
    /// let verdict = validate::validate_pod_create(&Kubernetes::new(Release::V1_37), Pod::default());
    /// assert!(!verdict.accepted());
    /// ```
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.errors.is_empty()
    }
}

/// From 1.37 an error whose text has been there already is left out: the merge with declarative validation does this
/// (apiserver/pkg/registry/rest.ValidateDeclarativelyWithMigrationChecks).
fn without_repetitions(k8s: &Kubernetes, errors: FieldErrors) -> FieldErrors {
    if k8s.at_least(Release::V1_37) { first_of_each(errors) } else { errors }
}

/// Of errors that read the same, the first (apimachinery's field.ErrorList.Filter).
pub(crate) fn first_of_each(mut errors: FieldErrors) -> FieldErrors {
    // Texts begin with their fields: equal ones with the same field, or with one that begins with the other.
    let mut fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    fields.sort_unstable();
    if fields.windows(2).any(|pair| matches!(pair, [first, second] if second.starts_with(first))) {
        let mut seen = BTreeSet::new();
        errors.retain(|error| seen.insert(error.to_string()));
    }
    errors
}

/// A name that must be a DNS label (ValidateDNS1123Label).
fn dns_label(name: &str, path: &Path<'_>, rule: Rule, errors: &mut FieldErrors) {
    for fault in names::dns_label(name) {
        let error = FieldError::invalid(path, name, fault).with_origin("format=k8s-short-name");
        errors.push(error.because(rule));
    }
}

/// A number that may not be negative (apimachinery's ValidateNonnegativeField).
fn non_negative(number: i64, path: &Path<'_>, rule: Rule, errors: &mut FieldErrors) {
    if number < 0 {
        let error = FieldError::invalid(path, number, "must be greater than or equal to 0");
        errors.push(error.with_origin("minimum").because(rule));
    }
}

#[cfg(test)]
mod tests;
