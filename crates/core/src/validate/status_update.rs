//! Updates of a pod's status.

use alloc::collections::BTreeMap;
use alloc::collections::VecDeque;

use super::{PodValidationOptions, disabled_fields, metadata, names, state_transition, without_repetitions};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Pod, PodCondition, PodStatus};
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes};

const CONDITION: Rule = Rule::new("pod_condition", "pkg/apis/core/validation.validatePodConditions");
const NODE_NAME: Rule =
    Rule::new("node_name_not_by_status", "pkg/apis/core/validation.ValidatePodStatusUpdate");
const NOMINATED_NODE: Rule =
    Rule::new("nominated_node_name", "pkg/apis/core/validation.ValidatePodStatusUpdate");
const NOMINATED_WHEN_BOUND: Rule =
    Rule::new("no_nomination_of_bound_pod", "pkg/apis/core/validation.ValidatePodStatusUpdate");
const OBSERVED_GENERATION: Rule =
    Rule::new("observed_generation_not_negative", "pkg/apis/core/validation.ValidatePodStatusUpdate");
const QOS: Rule = Rule::new("qos_class_immutable", "pkg/apis/core/validation.ValidatePodStatusUpdate");

/// Would the API server take this status of a pod; if not, what is wrong with it.
///
/// `new` is the pod with the status that a client sends and `old` the pod as it is stored, both with their defaults. The new
/// pod is prepared ([`prepare_pod_status_update`]) and validated ([`validate_prepared_pod_status_update`]).
///
/// ```
/// use podverdict::{model::Pod, release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let pod = |state: &str| serde_json::from_str::<Pod>(&format!(
///     r#"{{"metadata": {{"name": "a"}},
///         "spec": {{"restartPolicy": "Never", "containers": [{{"name": "c"}}]}},
///         "status": {{"containerStatuses": [{{"name": "c", "state": {{{state}}}}}]}}}}"#
/// ));
/// let (ended, running) = (pod(r#""terminated": {"exitCode": 1}"#)?, pod(r#""running": {}"#)?);
/// let errors = validate::validate_pod_status_update(&k8s, running, ended);
/// assert_eq!(
///     errors[0].to_string(),
///     "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn validate_pod_status_update(k8s: &Kubernetes, mut new: Pod, mut old: Pod) -> FieldErrors {
    prepare_pod_status_update(k8s, &mut new, &mut old);
    validate_prepared_pod_status_update(k8s, &new, &old)
}

/// What the API server does to a status update before it validates it: it completes the metadata from the stored object,
/// keeps the stored spec and owners, a stored QoS class that the client left out, and observed generations, and takes away fields of
/// gates that are off.
///
/// Of the stored pod only the namespace and the resource version are completed.
///
/// Source: `pkg/registry/core/pod.podStatusStrategy.PrepareForUpdate` and the generic registry.
///
/// ```
/// use podverdict::{model::{Pod, QosClass}, release::{Kubernetes, Release}, validate};
/// let (mut new, mut old) = (Pod::default(), Pod::default());
/// old.status.qos_class = QosClass::Burstable;
/// validate::prepare_pod_status_update(&Kubernetes::new(Release::V1_36), &mut new, &mut old);
/// assert_eq!(new.status.qos_class, QosClass::Burstable);
/// ```
pub fn prepare_pod_status_update(k8s: &Kubernetes, new: &mut Pod, old: &mut Pod) {
    metadata::complete(&mut new.metadata, &mut old.metadata);
    new.spec = old.spec.clone();
    new.metadata.deletion_timestamp = None;
    new.metadata.owner_references.clone_from(&old.metadata.owner_references);
    if new.status.qos_class.is_absent() {
        new.status.qos_class = old.status.qos_class.clone();
    }
    keep_observed_generations(&mut new.status, &old.status);
    disabled_fields::drop_from_spec(k8s, &mut new.spec, Some(&old.spec));
    disabled_fields::drop_from_status(k8s, &mut new.status, &old.status);
    metadata::keep_system_owned(&mut new.metadata, &old.metadata);
}

/// Who sends no observed generation does not clear it (preserveOldObservedGeneration). Of several conditions of one type, the
/// first goes with the first.
fn keep_observed_generations(new: &mut PodStatus, old: &PodStatus) {
    if new.observed_generation == 0 {
        new.observed_generation = old.observed_generation;
    }
    let mut stored: BTreeMap<&str, VecDeque<i64>> = BTreeMap::new();
    for PodCondition { condition_type, observed_generation, .. } in &old.conditions {
        stored.entry(condition_type).or_default().push_back(*observed_generation);
    }
    for condition in &mut new.conditions {
        let stored = stored.get_mut(condition.condition_type.as_str()).and_then(VecDeque::pop_front);
        if condition.observed_generation == 0 {
            condition.observed_generation = stored.unwrap_or(0);
        }
    }
}

/// The errors of a status update that is prepared already.
///
/// Judged are metadata, conditions, nominatedNodeName, observedGeneration, qosClass and the states of containers; not judged
/// are addresses, resource claims, users, volumes and the health of resources.
///
/// Source: `pkg/apis/core/validation.ValidatePodStatusUpdate`.
///
/// ```
/// use podverdict::{model::{Pod, QosClass}, release::{Kubernetes, Release}, validate};
/// let (mut new, old) = (Pod::default(), Pod::default());
/// new.status.qos_class = QosClass::Burstable;
/// let errors = validate::validate_prepared_pod_status_update(&Kubernetes::new(Release::V1_36), &new, &old);
/// assert!(errors.iter().any(|error| error.field == "status.qosClass"));
/// ```
#[must_use]
pub fn validate_prepared_pod_status_update(k8s: &Kubernetes, new: &Pod, old: &Pod) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let options = PodValidationOptions::for_update(k8s, old);
    let path = Path::root("metadata");
    metadata::validate_update(k8s, &new.metadata, &old.metadata, &path, &mut errors);
    let path = path.child("annotations");
    let with_spec = (&new.metadata, &new.spec);
    metadata::validate_pod_annotations_update(&options, with_spec, &old.metadata, &path, &mut errors);

    let path = Path::root("status");
    validate_conditions(&new.status.conditions, &path.child("conditions"), &mut errors);
    if new.spec.node_name != old.spec.node_name {
        let path = path.child("nodeName");
        errors.push(FieldError::forbidden(&path, "may not be changed directly").because(NODE_NAME));
    }
    validate_nomination(k8s, new, old, &path.child("nominatedNodeName"), &mut errors);
    if new.status.observed_generation < 0 {
        let path = path.child("observedGeneration");
        let detail = "must be a non-negative integer";
        let error = FieldError::invalid(&path, new.status.observed_generation, detail);
        errors.push(error.because(OBSERVED_GENERATION));
    }
    if new.status.qos_class != old.status.qos_class {
        let class = new.status.qos_class.as_str();
        errors.push(FieldError::invalid(&path.child("qosClass"), class, "field is immutable").because(QOS));
    }
    state_transition::validate(k8s, &options, &old.spec, (&new.status, &old.status), &path, &mut errors);
    without_repetitions(k8s, errors)
}

/// validatePodConditions
fn validate_conditions(conditions: &[PodCondition], path: &Path<'_>, errors: &mut FieldErrors) {
    for (i, condition) in conditions.iter().enumerate() {
        let path = path.index(i);
        if condition.observed_generation < 0 {
            let path = path.child("observedGeneration");
            let detail = "must be a non-negative integer";
            let error = FieldError::invalid(&path, condition.observed_generation, detail);
            errors.push(error.because(CONDITION));
        }
        let name = condition.condition_type.as_str();
        if matches!(name, "PodScheduled" | "Ready" | "Initialized") {
            continue;
        }
        let path = path.child("Type");
        for fault in names::qualified_name(name) {
            let error = FieldError::invalid(&path, name, fault).with_origin("format=qualified-name");
            errors.push(error.because(CONDITION));
        }
    }
}

fn validate_nomination(k8s: &Kubernetes, new: &Pod, old: &Pod, path: &Path<'_>, errors: &mut FieldErrors) {
    let nominated = new.status.nominated_node_name.as_str();
    if nominated.is_empty() || old.status.nominated_node_name == nominated {
        return;
    }
    let faults = names::dns_subdomain(nominated).into_iter();
    errors.extend(faults.map(|f| FieldError::invalid(path, nominated, f).because(NOMINATED_NODE)));
    if k8s.enabled(Gate::ClearingNominatedNodeNameAfterBinding) && !old.spec.node_name.is_empty() {
        let detail = "may not be set on pods that are already bound to a node";
        errors.push(FieldError::forbidden(path, detail).because(NOMINATED_WHEN_BOUND));
    }
}
