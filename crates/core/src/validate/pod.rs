//! The order in which a whole pod is validated.

use super::container::{self, InPod};
use super::{
    PodValidationOptions, metadata, names, non_negative, pod_resources, ports, resource_claims, resources,
    restart_policy, scheduling_group, volumes,
};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Pod, PodSpec};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const GRACE_PERIOD_REQUIRED: Rule =
    Rule::new("grace_period_required", "pkg/apis/core/validation.ValidatePodSpec");
const GRACE_PERIOD: Rule =
    Rule::new("grace_period_not_negative", "pkg/apis/core/validation.validatePodMetadataAndSpec");
const NODE_SELECTOR: Rule = Rule::new("node_selector_labels", "pkg/apis/core/validation.ValidatePodSpec");
const SCHEDULING_GATE: Rule =
    Rule::new("scheduling_gate_name", "pkg/apis/core/validation.validateSchedulingGates");
const NODE_NAME: Rule = Rule::new("node_name", "pkg/apis/core/validation.ValidatePodSpec");
const ACTIVE_DEADLINE: Rule =
    Rule::new("active_deadline_positive", "pkg/apis/core/validation.ValidatePodSpec");
const PRIORITY_CLASS: Rule = Rule::new("priority_class_name", "pkg/apis/core/validation.ValidatePodSpec");
const PREEMPTION: Rule =
    Rule::new("preemption_policy_supported", "pkg/apis/core/validation.ValidatePreemptionPolicy");
const OS: Rule = Rule::new("os_supported", "pkg/apis/core/validation.validateOS");

/// Everything that holds for a pod at all times: on create, and again on every update and resize
/// (validatePodMetadataAndSpec).
pub(super) fn validate_metadata_and_spec(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    pod: &Pod,
    errors: &mut FieldErrors,
) {
    let metadata_path = Path::root("metadata");
    let path = Path::root("spec");
    metadata::validate(k8s, &pod.metadata, &metadata_path, errors);
    let annotations_path = metadata_path.child("annotations");
    metadata::validate_pod_annotations(options, &pod.metadata, &pod.spec, &annotations_path, errors);
    validate_spec(k8s, options, pod, &path, errors);
    // Up to 1.36 a negative value has become 1 before.
    if let Some(seconds) = pod.spec.termination_grace_period_seconds.filter(|_| k8s.at_least(Release::V1_37))
    {
        non_negative(seconds, &path.child("terminationGracePeriodSeconds"), GRACE_PERIOD, errors);
    }
    container::validate_images_space(&pod.spec.containers, &path.child("containers"), errors);
    container::validate_images_space(&pod.spec.init_containers, &path.child("initContainers"), errors);
}

/// The spec (ValidatePodSpec), in upstream's order.
fn validate_spec(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    pod: &Pod,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let spec = &pod.spec;
    if spec.termination_grace_period_seconds.is_none() {
        let path = path.child("terminationGracePeriodSeconds");
        errors.push(FieldError::required(&path, "").because(GRACE_PERIOD_REQUIRED));
    }
    volumes::validate(&spec.volumes, &path.child("volumes"), errors);
    let claims = resources::claim_names(&spec.resource_claims);
    resource_claims::validate(&pod.metadata, &spec.resource_claims, &path.child("resourceClaims"), errors);
    let containers = InPod { k8s, options, spec, claims: &claims };
    containers.regular(&path.child("containers"), errors);
    containers.init(&path.child("initContainers"), errors);
    containers.ephemeral(&path.child("ephemeralContainers"), errors);
    if options.pod_level_resources_enabled {
        pod_resources::validate(k8s, options, pod, &claims, path, errors);
    }
    ports::validate_host_network(spec, path, errors);
    restart_policy::validate_pod(&spec.restart_policy, &path.child("restartPolicy"), errors);
    metadata::validate_labels(&spec.node_selector, NODE_SELECTOR, &path.child("nodeSelector"), errors);
    validate_scheduling_gates(spec, &path.child("schedulingGates"), errors);
    validate_subdomain(&spec.node_name, NODE_NAME, &path.child("nodeName"), errors);
    if let Some(seconds) = spec.active_deadline_seconds
        && !(1..=i64::from(i32::MAX)).contains(&seconds)
    {
        let detail = "must be between 1 and 2147483647, inclusive";
        let error = FieldError::invalid(&path.child("activeDeadlineSeconds"), seconds, detail);
        errors.push(error.because(ACTIVE_DEADLINE));
    }
    let priority_class = path.child("priorityClassName");
    validate_subdomain(&spec.priority_class_name, PRIORITY_CLASS, &priority_class, errors);
    validate_preemption(spec, &path.child("preemptionPolicy"), errors);
    resources::validate_overhead(options, &spec.overhead, &path.child("overhead"), errors);
    validate_os(spec, &path.child("os"), errors);
    scheduling_group::validate(k8s, spec, path, errors);
}

fn validate_subdomain(name: &str, rule: Rule, path: &Path<'_>, errors: &mut FieldErrors) {
    if !name.is_empty() {
        let faults = names::dns_subdomain(name).into_iter();
        errors.extend(faults.map(|fault| FieldError::invalid(path, name, fault).because(rule)));
    }
}

/// validateSchedulingGates
fn validate_scheduling_gates(spec: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    let mut seen = alloc::collections::BTreeSet::new();
    for (i, gate) in spec.scheduling_gates.iter().enumerate() {
        let path = path.index(i);
        let name = gate.name.as_str();
        for fault in names::qualified_name(name) {
            let error = FieldError::invalid(&path, name, fault).with_origin("format=qualified-name");
            errors.push(error.because(SCHEDULING_GATE));
        }
        if !seen.insert(name) {
            errors.push(FieldError::duplicate(&path, name).because(SCHEDULING_GATE));
        }
    }
}

/// ValidatePreemptionPolicy
fn validate_preemption(spec: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    let error = match spec.preemption_policy.as_deref() {
        None | Some("PreemptLowerPriority" | "Never") => return,
        Some("") => FieldError::required(path, ""),
        Some(other) => FieldError::not_supported(path, other, &["PreemptLowerPriority", "Never"]),
    };
    errors.push(error.because(PREEMPTION));
}

/// validateOS; what a pod for one system may not say about the other is not looked at.
fn validate_os(spec: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    let error = match spec.os.as_ref().map(|os| os.name.as_str()) {
        None | Some("linux" | "windows") => return,
        Some("") => FieldError::required(&path.child("name"), ""),
        Some(other) => FieldError::not_supported(path, other, &["linux", "windows"]),
    };
    errors.push(error.because(OS));
}
