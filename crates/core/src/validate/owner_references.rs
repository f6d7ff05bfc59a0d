//! Owner references of an object.

use alloc::format;
use alloc::string::String;

use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{OwnerReference, group_version};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

/// `ValidateOwnerReferences`.
pub(super) fn validate(
    k8s: &Kubernetes,
    references: &[OwnerReference],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const RULE: Rule =
        Rule::new("one_controller", "k8s.io/apimachinery/pkg/api/validation.ValidateOwnerReferences");
    let mut controller: Option<String> = None;
    for (i, reference) in references.iter().enumerate() {
        // Before 1.37 the path lacks the index.
        if k8s.at_least(Release::V1_37) {
            owner_reference(k8s, reference, &path.index(i), errors);
        } else {
            owner_reference(k8s, reference, path, errors);
        }
        if reference.controller == Some(true) {
            let this = format!("{}/{}", reference.kind, reference.name);
            match &controller {
                None => controller = Some(this),
                Some(first) => {
                    let detail = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                    );
                    errors
                        .push(FieldError::invalid(path, BadValue::go_json(references), detail).because(RULE));
                }
            }
        }
    }
}

fn owner_reference(k8s: &Kubernetes, reference: &OwnerReference, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule =
        Rule::new("owner_reference", "k8s.io/apimachinery/pkg/api/validation.validateOwnerReference");
    const BANNED: Rule =
        Rule::new("banned_owner", "k8s.io/apimachinery/pkg/api/validation.validateOwnerReference");
    let group_version = group_version(&reference.api_version);
    let (group, version) = group_version.unwrap_or_default();
    let mut push = |error: FieldError| errors.push(error.because(RULE));
    let api_version = path.child("apiVersion");
    if k8s.at_least(Release::V1_37) {
        if reference.api_version.is_empty() {
            push(FieldError::required(&api_version, "must not be empty"));
        } else if version.is_empty() {
            let detail = "must be <group>/<version> or <version>";
            push(FieldError::invalid(&api_version, reference.api_version.as_str(), detail));
        }
        for (name, value) in [("kind", &reference.kind), ("name", &reference.name), ("uid", &reference.uid)] {
            if value.is_empty() {
                push(FieldError::required(&path.child(name), "must not be empty"));
            }
        }
    } else {
        if version.is_empty() {
            let detail = "version must not be empty";
            push(FieldError::invalid(&api_version, reference.api_version.as_str(), detail));
        }
        for (name, value) in [("kind", &reference.kind), ("name", &reference.name), ("uid", &reference.uid)] {
            if value.is_empty() {
                push(FieldError::invalid(&path.child(name), "", "must not be empty"));
            }
        }
    }
    // `BannedOwners`.
    if group.is_empty() && version == "v1" && reference.kind == "Event" {
        let detail = "/v1, Kind=Event is disallowed from being an owner";
        errors.push(FieldError::invalid(path, BadValue::go_json(reference), detail).because(BANNED));
    }
}
