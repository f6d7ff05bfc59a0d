//! A pod's place in a gang: `spec.workloadRef` on 1.35, `spec.schedulingGroup` from 1.36.

use super::names;
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{PodSchedulingGroup, PodSpec, WorkloadReference};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const WORKLOAD: Rule =
    Rule::new("workload_reference_names", "pkg/apis/core/validation.validateWorkloadReference");
const GROUP: Rule = Rule::new("scheduling_group_name", "pkg/apis/core/validation.validateSchedulingGroup");

/// Whichever of the two the release has.
pub(super) fn validate(k8s: &Kubernetes, spec: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    if k8s.at_least(Release::V1_36) {
        if let Some(group) = &spec.scheduling_group {
            validate_group(group, &path.child("schedulingGroup"), errors);
        }
    } else if let Some(reference) = &spec.workload_ref {
        validate_reference(reference, &path.child("workloadRef"), errors);
    }
}

/// validateWorkloadReference: from 1.36 a pod group has the name of an object, here that of an entry in one.
fn validate_reference(reference: &WorkloadReference, path: &Path<'_>, errors: &mut FieldErrors) {
    let mut check = |field, name: &str, faults: names::Faults| {
        let path = path.child(field);
        errors.extend(faults.into_iter().map(|f| FieldError::invalid(&path, name, f).because(WORKLOAD)));
    };
    let WorkloadReference { name, pod_group, pod_group_replica_key } = reference;
    check("name", name, names::dns_subdomain(name));
    check("podGroup", pod_group, names::dns_label(pod_group));
    if !pod_group_replica_key.is_empty() {
        check("podGroupReplicaKey", pod_group_replica_key, names::dns_label(pod_group_replica_key));
    }
}

/// validateSchedulingGroup
fn validate_group(group: &PodSchedulingGroup, path: &Path<'_>, errors: &mut FieldErrors) {
    let path = path.child("podGroupName");
    match &group.pod_group_name {
        None => {
            let detail = "must specify one of: `podGroupName`";
            errors.push(FieldError::invalid(&path, BadValue::Null, detail).because(GROUP));
        }
        Some(name) => {
            let faults = names::dns_subdomain(name).into_iter();
            errors.extend(faults.map(|f| FieldError::invalid(&path, name.as_str(), f).because(GROUP)));
        }
    }
}
