//! Rules of the Workload of 1.35, which upstream wrote by hand.
//!
//! Upstream: `pkg/apis/scheduling/validation` of 1.35.

use alloc::collections::BTreeSet;

use smol_str::SmolStr;

use super::internal::{InternalControllerRef, InternalPodGroups};
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{PodGroupSchedulingPolicy, TypedLocalObjectReference, WorkloadPodGroup, WorkloadSpec};
use crate::reason::Rule;
use crate::validate::names;

/// `WorkloadMaxPodGroups`.
const MAX_POD_GROUPS: usize = 8;

const fn rule(code: &'static str, source: &'static str) -> Rule {
    Rule::new(code, source)
}

/// `validateWorkloadSpec`, in a create and in an update.
pub(super) fn workload_spec(spec: &WorkloadSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    const NONE: Rule = rule("pod_groups_required", "pkg/apis/scheduling/validation.validateWorkloadSpec");
    const MANY: Rule = rule("max_pod_groups", "pkg/apis/scheduling/validation.validateWorkloadSpec");
    if let Some(reference) = &spec.controller_ref {
        controller_ref(reference, &path.child("controllerRef"), errors);
    }
    let path = path.child("podGroups");
    let count = spec.pod_groups.len();
    if count == 0 {
        errors.push(FieldError::required(&path, "must have at least one item").because(NONE));
    } else if count > MAX_POD_GROUPS {
        errors.push(FieldError::too_many(&path, count, MAX_POD_GROUPS).because(MANY));
    } else {
        let mut names = BTreeSet::new();
        for (i, group) in spec.pod_groups.iter().enumerate() {
            pod_group(group, &mut names, &path.index(i), errors);
        }
    }
}

/// `validateWorkloadSpecUpdate`. The two paths lack `spec.`, and a `controllerRef` may be set once.
pub(super) fn workload_spec_update(spec: &WorkloadSpec, old: &WorkloadSpec, errors: &mut FieldErrors) {
    const IMMUTABLE: Rule = rule("immutable", "pkg/apis/scheduling/validation.validateWorkloadSpecUpdate");
    let mut immutable = |name, value| {
        let error = FieldError::invalid(&Path::root(name), value, "field is immutable");
        errors.push(error.because(IMMUTABLE));
    };
    if old.controller_ref.is_some() && spec.controller_ref != old.controller_ref {
        let reference = spec.controller_ref.as_ref().map(InternalControllerRef);
        immutable("controllerRef", BadValue::go_json(&reference));
    }
    if spec.pod_groups != old.pod_groups {
        immutable("podGroups", BadValue::go_json(&InternalPodGroups(&spec.pod_groups)));
    }
}

/// `validateControllerRef`.
fn controller_ref(reference: &TypedLocalObjectReference, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule = rule("controller_ref", "pkg/apis/scheduling/validation.validateControllerRef");
    if !reference.api_group.is_empty() {
        let path = path.child("apiGroup");
        for fault in names::dns_subdomain(&reference.api_group) {
            errors.push(FieldError::invalid(&path, reference.api_group.as_str(), fault).because(RULE));
        }
    }
    for (name, value) in [("kind", &reference.kind), ("name", &reference.name)] {
        let path = path.child(name);
        if value.is_empty() {
            errors.push(FieldError::required(&path, "").because(RULE));
        } else {
            for fault in names::path_segment(value) {
                errors.push(FieldError::invalid(&path, value.as_str(), fault).because(RULE));
            }
        }
    }
}

/// `validatePodGroup`.
fn pod_group<'a>(
    group: &'a WorkloadPodGroup,
    names: &mut BTreeSet<&'a SmolStr>,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const NAME: Rule = rule("pod_group_name", "pkg/apis/scheduling/validation.validatePodGroup");
    const UNIQUE: Rule = rule("unique", "pkg/apis/scheduling/validation.validatePodGroup");
    let name = path.child("name");
    for fault in names::dns_label(&group.name) {
        errors.push(FieldError::invalid(&name, group.name.as_str(), fault).because(NAME));
    }
    if !names.insert(&group.name) {
        errors.push(FieldError::duplicate(&name, group.name.as_str()).because(UNIQUE));
    }
    policy(&group.policy, &path.child("policy"), errors);
}

/// `validatePodGroupPolicy`.
fn policy(policy: &PodGroupSchedulingPolicy, path: &Path<'_>, errors: &mut FieldErrors) {
    const UNION: Rule = rule("union", "pkg/apis/scheduling/validation.validatePodGroupPolicy");
    const MIN_COUNT: Rule = rule("minimum", "pkg/apis/scheduling/validation.validateGangSchedulingPolicy");
    match (&policy.basic, &policy.gang) {
        (None, None) => {
            let detail = "exactly one of `basic`, `gang` is required";
            errors.push(FieldError::required(path, detail).because(UNION));
        }
        (Some(_), Some(_)) => {
            let detail = "exactly one of `basic`, `gang` is required, but multiple fields are set";
            errors.push(FieldError::invalid(path, "{`basic`, `gang`}", detail).because(UNION));
        }
        (None, Some(gang)) if gang.min_count <= 0 => {
            let path = path.child("gang");
            let error =
                FieldError::invalid(&path.child("minCount"), gang.min_count, "must be greater than zero");
            errors.push(error.with_origin("minimum").because(MIN_COUNT));
        }
        _ => {}
    }
}
