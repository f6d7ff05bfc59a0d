//! Rules of the Workload of 1.35, which upstream wrote by hand.
//!
//! Upstream: `pkg/apis/scheduling/validation` of 1.35.

use alloc::collections::BTreeSet;

use smol_str::SmolStr;

use super::internal::{InternalControllerRef, InternalPodGroups};
use super::metadata::immutable;
use super::{format, go_json::go_json};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{PodGroupSchedulingPolicy, TypedLocalObjectReference, WorkloadPodGroup, WorkloadSpec};
use crate::reason::Rule;

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
    immutable(
        old.controller_ref.is_some() && spec.controller_ref != old.controller_ref,
        || go_json(&spec.controller_ref.as_ref().map(InternalControllerRef)),
        "",
        &Path::root("controllerRef"),
        errors,
    );
    immutable(
        spec.pod_groups != old.pod_groups,
        || go_json(&InternalPodGroups(&spec.pod_groups)),
        "",
        &Path::root("podGroups"),
        errors,
    );
}

/// `validateControllerRef`.
fn controller_ref(reference: &TypedLocalObjectReference, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule = rule("controller_ref", "pkg/apis/scheduling/validation.validateControllerRef");
    if !reference.api_group.is_empty() {
        let path = path.child("apiGroup");
        format::name_subdomain(reference.api_group.as_bytes(), &mut |message| {
            errors.push(FieldError::invalid(&path, reference.api_group.as_str(), message).because(RULE));
        });
    }
    for (name, value) in [("kind", &reference.kind), ("name", &reference.name)] {
        let path = path.child(name);
        if value.is_empty() {
            errors.push(FieldError::required(&path, "").because(RULE));
        } else {
            format::path_segment(value.as_bytes(), &mut |message| {
                errors.push(FieldError::invalid(&path, value.as_str(), message).because(RULE));
            });
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
    format::name_label(group.name.as_bytes(), &mut |message| {
        errors.push(FieldError::invalid(&name, group.name.as_str(), message).because(NAME));
    });
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
