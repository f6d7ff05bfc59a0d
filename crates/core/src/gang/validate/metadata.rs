//! Rules of object metadata, for namespaced kinds whose name is a DNS subdomain.
//!
//! Upstream: `pkg/apis/core/validation.ValidateObjectMeta` and `ValidateObjectMetaUpdate`, on top of
//! `k8s.io/apimachinery/pkg/api/validation` (`objectmeta.go`) and `pkg/apis/meta/v1/validation`. 1.37 has some of the rules as
//! tags too, all in alpha, which means that they are not enforced.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::format;
use super::go_json::go_json;
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{ManagedFieldsEntry, ManagedFieldsOperation, Map, ObjectMeta, OwnerReference, Time};
use crate::quote::{Quoted, is_printable};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

/// `TotalAnnotationSizeLimitB`, in bytes.
const ANNOTATIONS_MAX_BYTES: usize = 256 * 1024;
/// `FieldManagerMaxLength`, in bytes.
const MANAGER_MAX_BYTES: usize = 128;
/// `MaxSubresourceNameLength`, in bytes.
const SUBRESOURCE_MAX_BYTES: usize = 256;

/// Metadata of an object that is being created (`ValidateObjectMeta`). A name must have been made from `generateName` before.
pub(crate) fn create(k8s: &Kubernetes, meta: &ObjectMeta, path: &Path<'_>, errors: &mut FieldErrors) {
    const NAME: Rule = rule("metadata_name", "k8s.io/apimachinery/pkg/api/validation.ValidateObjectMeta");
    if !meta.generate_name.is_empty() {
        let path = path.child("generateName");
        format::name_subdomain(&mask_trailing_dash(&meta.generate_name), &mut |message| {
            errors.push(FieldError::invalid(&path, meta.generate_name.as_str(), message).because(NAME));
        });
    }
    let name = path.child("name");
    if meta.name.is_empty() {
        errors.push(FieldError::required(&name, "name or generateName is required").because(NAME));
    } else {
        format::name_subdomain(meta.name.as_bytes(), &mut |message| {
            errors.push(FieldError::invalid(&name, meta.name.as_str(), message).because(NAME));
        });
    }
    namespace(&meta.namespace, &path.child("namespace"), errors);
    generation(meta.generation, &path.child("generation"), errors);
    labels(&meta.labels, &path.child("labels"), errors);
    annotations(&meta.annotations, &path.child("annotations"), errors);
    owner_references(k8s, &meta.owner_references, &path.child("ownerReferences"), errors);
    finalizers(&meta.finalizers, &path.child("finalizers"), errors);
    managed_fields(k8s, &meta.managed_fields, &path.child("managedFields"), errors);
    qualified_finalizers(&meta.finalizers, &path.child("finalizers"), errors);
}

/// Metadata of an object that is being updated (`ValidateObjectMetaUpdate`). The form of finalizers is not checked again.
pub(crate) fn update(
    k8s: &Kubernetes,
    meta: &ObjectMeta,
    old: &ObjectMeta,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const VERSION: Rule =
        rule("resource_version", "k8s.io/apimachinery/pkg/api/validation.ValidateObjectMetaUpdate");
    const GENERATION: Rule =
        rule("generation_decremented", "k8s.io/apimachinery/pkg/api/validation.ValidateObjectMetaUpdate");
    if old.deletion_timestamp.is_some() {
        no_new_finalizers(&meta.finalizers, &old.finalizers, &path.child("finalizers"), errors);
    }
    if meta.resource_version.is_empty() {
        let error =
            FieldError::invalid(&path.child("resourceVersion"), "", "must be specified for an update");
        errors.push(error.because(VERSION));
    }
    if k8s.at_least(Release::V1_37) {
        generation(meta.generation, &path.child("generation"), errors);
    }
    if meta.generation < old.generation {
        let error =
            FieldError::invalid(&path.child("generation"), meta.generation, "must not be decremented");
        errors.push(error.because(GENERATION));
    }
    // 1.37 names the origin of the errors that a tag is to take over.
    let origin = if k8s.at_least(Release::V1_37) { "immutable" } else { "" };
    immutable(meta.name != old.name, || meta.name.as_str().into(), "", &path.child("name"), errors);
    immutable(
        meta.namespace != old.namespace,
        || meta.namespace.as_str().into(),
        "",
        &path.child("namespace"),
        errors,
    );
    immutable(meta.uid != old.uid, || go_json(&meta.uid), origin, &path.child("uid"), errors);
    // Go's zero time is no time, here.
    let created = |meta: &ObjectMeta| meta.creation_timestamp.filter(|time| !time.is_zero());
    immutable(
        created(meta) != created(old),
        || time(created(meta)),
        origin,
        &path.child("creationTimestamp"),
        errors,
    );
    immutable(
        meta.deletion_timestamp != old.deletion_timestamp,
        || time(meta.deletion_timestamp),
        origin,
        &path.child("deletionTimestamp"),
        errors,
    );
    immutable(
        meta.deletion_grace_period_seconds != old.deletion_grace_period_seconds,
        || meta.deletion_grace_period_seconds.map_or(BadValue::Null, BadValue::Int),
        origin,
        &path.child("deletionGracePeriodSeconds"),
        errors,
    );
    labels(&meta.labels, &path.child("labels"), errors);
    annotations(&meta.annotations, &path.child("annotations"), errors);
    owner_references(k8s, &meta.owner_references, &path.child("ownerReferences"), errors);
    managed_fields(k8s, &meta.managed_fields, &path.child("managedFields"), errors);
    qualified_finalizers(&meta.finalizers, &path.child("finalizers"), errors);
}

const fn rule(code: &'static str, source: &'static str) -> Rule {
    Rule::new(code, source)
}

/// What a value that changed although it may not is called.
pub(super) const IMMUTABLE: Rule =
    rule("immutable", "k8s.io/apimachinery/pkg/api/validation.ValidateImmutableField");

/// `ValidateImmutableField`.
pub(super) fn immutable(
    changed: bool,
    value: impl FnOnce() -> BadValue,
    origin: &'static str,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if changed {
        let error = FieldError::invalid(path, value(), "field is immutable");
        errors.push(error.with_origin(origin).because(IMMUTABLE));
    }
}

fn time(time: Option<Time>) -> BadValue {
    struct Seconds(Option<Time>);
    impl serde::Serialize for Seconds {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            crate::model::whole_seconds(&self.0, s)
        }
    }
    go_json(&Seconds(time))
}

/// What a name prefix must be like so that letters can follow: upstream puts an `a` for its last two bytes if the last one is
/// a dash, so that the byte before the dash is not looked at (`maskTrailingDash`).
fn mask_trailing_dash(prefix: &str) -> Vec<u8> {
    let mut masked = prefix.as_bytes().to_vec();
    if masked.len() > 1 && masked.ends_with(b"-") {
        masked.truncate(masked.len().saturating_sub(2));
        masked.push(b'a');
    }
    masked
}

fn namespace(namespace: &str, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule =
        rule("metadata_namespace", "k8s.io/apimachinery/pkg/api/validation.ValidateNamespaceName");
    if namespace.is_empty() {
        errors.push(FieldError::required(path, "").because(RULE));
        return;
    }
    format::name_label(namespace.as_bytes(), &mut |message| {
        errors.push(FieldError::invalid(path, namespace, message).because(RULE));
    });
}

fn generation(generation: i64, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule =
        rule("generation_negative", "k8s.io/apimachinery/pkg/api/validation.ValidateNonnegativeField");
    if generation < 0 {
        let error = FieldError::invalid(path, generation, "must be greater than or equal to 0");
        errors.push(error.with_origin("minimum").because(RULE));
    }
}

/// `ValidateLabels`; upstream's order is that of Go's map, this one goes by key.
fn labels(labels: &Map<SmolStr>, path: &Path<'_>, errors: &mut FieldErrors) {
    const KEY: Rule = rule("label_key", "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateLabelName");
    const VALUE: Rule = rule("label_value", "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateLabels");
    for (key, value) in labels.iter() {
        format::label_key(key.as_bytes(), &mut |message| {
            let error = FieldError::invalid(path, key, message).with_origin("format=k8s-label-key");
            errors.push(error.because(KEY));
        });
        format::label_value(value.as_bytes(), &mut |message| {
            let error =
                FieldError::invalid(path, value.as_str(), message).with_origin("format=k8s-label-value");
            errors.push(error.because(VALUE));
        });
    }
}

/// `ValidateAnnotations`: keys are those of labels, but in either case of letters.
fn annotations(annotations: &Map<SmolStr>, path: &Path<'_>, errors: &mut FieldErrors) {
    const KEY: Rule = rule("annotation_key", "k8s.io/apimachinery/pkg/api/validation.ValidateAnnotations");
    const SIZE: Rule =
        rule("annotations_size", "k8s.io/apimachinery/pkg/api/validation.ValidateAnnotationsSize");
    let mut size = 0_usize;
    for (key, value) in annotations.iter() {
        size = size.saturating_add(key.len()).saturating_add(value.len());
        // Go lowers each character to one character.
        let lower: String = key.chars().filter_map(|c| c.to_lowercase().next()).collect();
        format::label_key(lower.as_bytes(), &mut |message| {
            let error = FieldError::invalid(path, key, message).with_origin("format=k8s-label-key");
            errors.push(error.because(KEY));
        });
    }
    if size > ANNOTATIONS_MAX_BYTES {
        errors.push(FieldError::too_long(path, ANNOTATIONS_MAX_BYTES).because(SIZE));
    }
}

/// `ValidateOwnerReferences`.
fn owner_references(
    k8s: &Kubernetes,
    references: &[OwnerReference],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const RULE: Rule =
        rule("one_controller", "k8s.io/apimachinery/pkg/api/validation.ValidateOwnerReferences");
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
                    errors.push(FieldError::invalid(path, go_json(references), detail).because(RULE));
                }
            }
        }
    }
}

fn owner_reference(k8s: &Kubernetes, reference: &OwnerReference, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule =
        rule("owner_reference", "k8s.io/apimachinery/pkg/api/validation.validateOwnerReference");
    const BANNED: Rule =
        rule("banned_owner", "k8s.io/apimachinery/pkg/api/validation.validateOwnerReference");
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
        errors.push(FieldError::invalid(path, go_json(reference), detail).because(BANNED));
    }
}

/// Group and version of an API version (`schema.ParseGroupVersion`); `None` if there is more than one slash.
pub(super) fn group_version(api_version: &str) -> Option<(&str, &str)> {
    if api_version == "/" {
        return Some(("", ""));
    }
    match api_version.split_once('/') {
        None => Some(("", api_version)),
        Some((group, version)) if !version.contains('/') => Some((group, version)),
        Some(_) => None,
    }
}

/// `ValidateFinalizers`.
fn finalizers(finalizers: &[SmolStr], path: &Path<'_>, errors: &mut FieldErrors) {
    const NAME: Rule = rule("finalizer_name", "k8s.io/apimachinery/pkg/api/validation.ValidateFinalizerName");
    const BOTH: Rule =
        rule("conflicting_finalizers", "k8s.io/apimachinery/pkg/api/validation.ValidateFinalizers");
    for finalizer in finalizers {
        format::label_key(finalizer.as_bytes(), &mut |message| {
            errors.push(FieldError::invalid(path, finalizer.as_str(), message).because(NAME));
        });
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.push(FieldError::invalid(path, go_json(finalizers), detail).because(BOTH));
    }
}

/// A finalizer without a prefix is one of the standard ones (`validateKubeFinalizerName`).
fn qualified_finalizers(finalizers: &[SmolStr], path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule = rule("qualified_finalizer", "pkg/apis/core/validation.validateKubeFinalizerName");
    for (i, finalizer) in finalizers.iter().enumerate() {
        let standard = matches!(finalizer.as_str(), "kubernetes" | "orphan" | "foregroundDeletion");
        if !standard && !finalizer.contains('/') {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            errors.push(FieldError::invalid(&path.index(i), finalizer.as_str(), detail).because(RULE));
        }
    }
}

/// `ValidateNoNewFinalizers`.
fn no_new_finalizers(new: &[SmolStr], old: &[SmolStr], path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule =
        rule("new_finalizer_in_deletion", "k8s.io/apimachinery/pkg/api/validation.ValidateNoNewFinalizers");
    let old: BTreeSet<&SmolStr> = old.iter().collect();
    let extra: BTreeSet<&SmolStr> = new.iter().filter(|finalizer| !old.contains(finalizer)).collect();
    if extra.is_empty() {
        return;
    }
    let mut list = String::new();
    for (i, finalizer) in extra.iter().enumerate() {
        list.push_str(if i == 0 { "" } else { ", " });
        list.push_str(&Quoted(finalizer).to_string());
    }
    let detail = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}"
    );
    errors.push(FieldError::forbidden(path, detail).because(RULE));
}

/// `ValidateManagedFields`.
fn managed_fields(
    k8s: &Kubernetes,
    entries: &[ManagedFieldsEntry],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const OPERATION: Rule = rule(
        "managed_fields_operation",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields",
    );
    const TYPE: Rule =
        rule("managed_fields_type", "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields");
    const SUBRESOURCE: Rule =
        rule("subresource_size", "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields");
    for (i, entry) in entries.iter().enumerate() {
        let path = path.index(i);
        if let ManagedFieldsOperation::Other(operation) = &entry.operation {
            let path = path.child("operation");
            let error = match (k8s.at_least(Release::V1_37), operation.is_empty()) {
                (false, _) => FieldError::invalid(&path, go_json(operation), "must be `Apply` or `Update`"),
                (true, true) => FieldError::required(&path, "must not be empty"),
                (true, false) => FieldError::not_supported(&path, go_json(operation), &["Apply", "Update"]),
            };
            errors.push(error.because(OPERATION));
        }
        if !entry.fields_type.is_empty() && entry.fields_type != "FieldsV1" {
            let path = path.child("fieldsType");
            let error = FieldError::invalid(&path, entry.fields_type.as_str(), "must be `FieldsV1`");
            errors.push(error.because(TYPE));
        }
        field_manager(&entry.manager, &path.child("manager"), errors);
        if entry.subresource.len() > SUBRESOURCE_MAX_BYTES {
            let error = FieldError::too_long(&path.child("subresource"), SUBRESOURCE_MAX_BYTES);
            errors.push(error.because(SUBRESOURCE));
        }
    }
}

/// `ValidateFieldManager`.
fn field_manager(manager: &str, path: &Path<'_>, errors: &mut FieldErrors) {
    const SIZE: Rule =
        rule("field_manager_size", "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateFieldManager");
    const PRINTABLE: Rule = rule(
        "field_manager_printable",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateFieldManager",
    );
    if manager.len() > MANAGER_MAX_BYTES {
        errors.push(FieldError::too_long(path, MANAGER_MAX_BYTES).because(SIZE));
    }
    for (at, c) in manager.char_indices().filter(|(_, c)| !is_printable(*c)) {
        let detail = format!("invalid character U+{:04X} (at position {at})", u32::from(c));
        errors.push(FieldError::invalid(path, manager, detail).because(PRINTABLE));
    }
}
