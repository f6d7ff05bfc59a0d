//! Object metadata of a pod, and the annotations that mean something.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

use super::{MIRROR_ANNOTATION, PodValidationOptions, managed_fields, names, non_negative, owner_references};
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{Map, ObjectMeta, PodSpec, Time};
use crate::quote::Quoted;
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const DELETION_COST_ANNOTATION: &str = "controller.kubernetes.io/pod-deletion-cost";
const MAX_ANNOTATIONS_BYTES: usize = 256 * 1024;
const ORPHAN_DEPENDENTS: &str = "orphan";
const DELETE_DEPENDENTS: &str = "foregroundDeletion";

const NAME: Rule = Rule::new("object_name", "apimachinery/pkg/api/validation.ValidateObjectMetaAccessor");
const NAMESPACE: Rule =
    Rule::new("object_namespace", "apimachinery/pkg/api/validation.ValidateObjectMetaAccessor");
const GENERATION: Rule =
    Rule::new("generation_not_negative", "apimachinery/pkg/api/validation.ValidateObjectMetaAccessor");
const LABELS: Rule = Rule::new("labels", "apimachinery/pkg/apis/meta/v1/validation.ValidateLabels");
const ANNOTATIONS: Rule = Rule::new("annotations", "apimachinery/pkg/api/validation.ValidateAnnotations");
const FINALIZERS: Rule = Rule::new("finalizers", "apimachinery/pkg/api/validation.ValidateFinalizers");
const STANDARD_FINALIZER: Rule =
    Rule::new("finalizer_standard", "pkg/apis/core/validation.validateKubeFinalizerName");
const NEW_FINALIZERS: Rule =
    Rule::new("no_new_finalizers_while_deleting", "apimachinery/pkg/api/validation.ValidateNoNewFinalizers");
const RESOURCE_VERSION: Rule = Rule::new(
    "resource_version_required",
    "apimachinery/pkg/api/validation.ValidateObjectMetaAccessorUpdate",
);
const GENERATION_DECREMENTED: Rule = Rule::new(
    "generation_not_decremented",
    "apimachinery/pkg/api/validation.ValidateObjectMetaAccessorUpdate",
);
const IMMUTABLE: Rule =
    Rule::new("metadata_immutable", "apimachinery/pkg/api/validation.ValidateImmutableField");
const MIRROR_NODE: Rule =
    Rule::new("mirror_pod_on_node", "pkg/apis/core/validation.ValidatePodSpecificAnnotations");
const MIRROR_KEPT: Rule =
    Rule::new("mirror_annotation_kept", "pkg/apis/core/validation.ValidatePodSpecificAnnotationUpdates");
const APP_ARMOR_KEPT: Rule =
    Rule::new("apparmor_annotation_kept", "pkg/apis/core/validation.ValidatePodSpecificAnnotationUpdates");
const DELETION_COST: Rule =
    Rule::new("deletion_cost_integer", "pkg/apis/core/validation.ValidatePodSpecificAnnotations");

/// Metadata of an object as a whole (ValidateObjectMeta).
pub(crate) fn validate(k8s: &Kubernetes, metadata: &ObjectMeta, path: &Path<'_>, errors: &mut FieldErrors) {
    let ObjectMeta { name, generate_name, namespace, generation, labels, annotations, finalizers, .. } =
        metadata;
    let mut check = |field, value: &str, faults: names::Faults, rule| {
        let path = path.child(field);
        errors.extend(faults.into_iter().map(|f| FieldError::invalid(&path, value, f).because(rule)));
    };
    if !generate_name.is_empty() {
        check("generateName", generate_name, names::dns_subdomain_prefix(generate_name), NAME);
    }
    if name.is_empty() {
        let detail = "name or generateName is required";
        errors.push(FieldError::required(&path.child("name"), detail).because(NAME));
    } else {
        check("name", name, names::dns_subdomain(name), NAME);
    }
    if namespace.is_empty() {
        errors.push(FieldError::required(&path.child("namespace"), "").because(NAMESPACE));
    } else {
        let path = path.child("namespace");
        let faults = names::dns_label(namespace).into_iter();
        errors.extend(faults.map(|f| FieldError::invalid(&path, namespace.as_str(), f).because(NAMESPACE)));
    }
    non_negative(*generation, &path.child("generation"), GENERATION, errors);
    validate_labels(labels, LABELS, &path.child("labels"), errors);
    validate_annotations(annotations, &path.child("annotations"), errors);
    owner_references::validate(k8s, &metadata.owner_references, &path.child("ownerReferences"), errors);
    let finalizers_path = path.child("finalizers");
    for finalizer in finalizers {
        let faults = names::qualified_name(finalizer).into_iter();
        let error = |f| FieldError::invalid(&finalizers_path, finalizer.as_str(), f).because(FINALIZERS);
        errors.extend(faults.map(error));
    }
    if [ORPHAN_DEPENDENTS, DELETE_DEPENDENTS].iter().all(|both| finalizers.iter().any(|f| f == both)) {
        let detail = format!("finalizer {ORPHAN_DEPENDENTS} and {DELETE_DEPENDENTS} cannot be both set");
        errors.push(
            FieldError::invalid(&finalizers_path, BadValue::go_json(finalizers), detail).because(FINALIZERS),
        );
    }
    managed_fields::validate(k8s, &metadata.managed_fields, &path.child("managedFields"), errors);
    validate_finalizers_standard(metadata, &finalizers_path, errors);
}

/// Metadata of a change (ValidateObjectMetaUpdate).
pub(crate) fn validate_update(
    k8s: &Kubernetes,
    new: &ObjectMeta,
    old: &ObjectMeta,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if old.deletion_timestamp.is_some() {
        validate_no_new_finalizers(new, old, &path.child("finalizers"), errors);
    }
    if new.resource_version.is_empty() {
        let path = path.child("resourceVersion");
        errors.push(
            FieldError::invalid(&path, "", "must be specified for an update").because(RESOURCE_VERSION),
        );
    }
    let generation = path.child("generation");
    if k8s.at_least(Release::V1_37) {
        non_negative(new.generation, &generation, GENERATION, errors);
    }
    if new.generation < old.generation {
        let error = FieldError::invalid(&generation, new.generation, "must not be decremented");
        errors.push(error.because(GENERATION_DECREMENTED));
    }
    let mut immutable = |field, same: bool, value: BadValue, origin| {
        if !same {
            let error = FieldError::invalid(&path.child(field), value, "field is immutable");
            errors.push(error.with_origin(origin).because(IMMUTABLE));
        }
    };
    let origin = if k8s.at_least(Release::V1_37) { "immutable" } else { "" };
    immutable("name", new.name == old.name, new.name.as_str().into(), "");
    immutable("namespace", new.namespace == old.namespace, new.namespace.as_str().into(), "");
    immutable("uid", new.uid == old.uid, BadValue::go_json(&new.uid), origin);
    // Go's zero time is no time.
    let real = |time: Option<Time>| time.filter(|time| !time.is_zero());
    let time = |time: Option<Time>| real(time).map_or(BadValue::Null, |t| seconds(t).into());
    let (creation, deletion) = (real(new.creation_timestamp), new.deletion_timestamp);
    immutable("creationTimestamp", creation == real(old.creation_timestamp), time(creation), origin);
    immutable("deletionTimestamp", deletion == old.deletion_timestamp, time(deletion), origin);
    let grace = new.deletion_grace_period_seconds;
    immutable(
        "deletionGracePeriodSeconds",
        grace == old.deletion_grace_period_seconds,
        grace.map_or(BadValue::Null, BadValue::Int),
        origin,
    );
    validate_labels(&new.labels, LABELS, &path.child("labels"), errors);
    validate_annotations(&new.annotations, &path.child("annotations"), errors);
    owner_references::validate(k8s, &new.owner_references, &path.child("ownerReferences"), errors);
    managed_fields::validate(k8s, &new.managed_fields, &path.child("managedFields"), errors);
    validate_finalizers_standard(new, &path.child("finalizers"), errors);
}

/// What the generic registry completes before it asks a create strategy. Where a name is to be made, upstream appends five
/// random characters; here they are `xxxxx`.
pub(crate) fn complete_new(new: &mut ObjectMeta) {
    if new.namespace.is_empty() {
        new.namespace = "default".into();
    }
    if new.name.is_empty() && !new.generate_name.is_empty() {
        new.name = smol_str::format_smolstr!("{}xxxxx", new.generate_name);
    }
}

/// What the generic registry completes before it asks an update strategy: an absent namespace is the stored one, an absent
/// resource version means whatever is stored, and the generation is the system's. (A stored object has the first two.)
pub(crate) fn complete(new: &mut ObjectMeta, old: &mut ObjectMeta) {
    if old.namespace.is_empty() {
        old.namespace = "default".into();
    }
    if new.namespace.is_empty() {
        new.namespace = old.namespace.clone();
    }
    if old.resource_version.is_empty() {
        old.resource_version = "1".into();
    }
    if new.resource_version.is_empty() {
        new.resource_version = old.resource_version.clone();
    }
    new.generation = old.generation;
}

/// What the generic registry keeps of the stored object after it asked the strategy.
pub(crate) fn keep_system_owned(new: &mut ObjectMeta, old: &ObjectMeta) {
    if new.uid.is_empty() {
        new.uid = old.uid.clone();
    }
    let real = |time: Option<Time>| time.filter(|time| !time.is_zero());
    new.creation_timestamp = real(old.creation_timestamp).or(new.creation_timestamp);
    new.deletion_timestamp = real(old.deletion_timestamp).or(new.deletion_timestamp);
    new.deletion_grace_period_seconds =
        new.deletion_grace_period_seconds.or(old.deletion_grace_period_seconds);
}

/// A time as the API writes it: without a fraction of a second.
fn seconds(time: Time) -> String {
    format!("{}", time.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

fn validate_no_new_finalizers(new: &ObjectMeta, old: &ObjectMeta, path: &Path<'_>, errors: &mut FieldErrors) {
    let old: BTreeSet<_> = old.finalizers.iter().collect();
    let extra: BTreeSet<_> = new.finalizers.iter().filter(|finalizer| !old.contains(finalizer)).collect();
    if extra.is_empty() {
        return;
    }
    let mut detail =
        String::from("no new finalizers can be added if the object is being deleted, found new finalizers ");
    for (i, finalizer) in extra.iter().enumerate() {
        detail.push_str(if i == 0 { "[]string{" } else { ", " });
        detail.push_str(&Quoted(finalizer).to_string());
    }
    detail.push('}');
    errors.push(FieldError::forbidden(path, detail).because(NEW_FINALIZERS));
}

/// Labels, or a selector of labels (ValidateLabels).
pub(super) fn validate_labels(
    labels: &Map<smol_str::SmolStr>,
    rule: Rule,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    for (key, value) in labels.iter() {
        for fault in names::qualified_name(key) {
            let error = FieldError::invalid(path, key, fault).with_origin("format=k8s-label-key");
            errors.push(error.because(rule));
        }
        for fault in names::label_value(value) {
            let error = FieldError::invalid(path, value.as_str(), fault);
            errors.push(error.with_origin("format=k8s-label-value").because(rule));
        }
    }
}

fn validate_annotations(annotations: &Map<smol_str::SmolStr>, path: &Path<'_>, errors: &mut FieldErrors) {
    for key in annotations.keys() {
        // Go makes one character of each, also of the few for which Unicode has more.
        let lower: String = key.chars().filter_map(|c| c.to_lowercase().next()).collect();
        for fault in names::qualified_name(&lower) {
            let error = FieldError::invalid(path, key, fault).with_origin("format=k8s-label-key");
            errors.push(error.because(ANNOTATIONS));
        }
    }
    let bytes = annotations
        .iter()
        .fold(0usize, |sum, (key, value)| sum.saturating_add(key.len()).saturating_add(value.len()));
    if bytes > MAX_ANNOTATIONS_BYTES {
        errors.push(FieldError::too_long(path, MAX_ANNOTATIONS_BYTES).because(ANNOTATIONS));
    }
}

fn validate_finalizers_standard(metadata: &ObjectMeta, path: &Path<'_>, errors: &mut FieldErrors) {
    for (i, finalizer) in metadata.finalizers.iter().enumerate() {
        let standard = ["kubernetes", ORPHAN_DEPENDENTS, DELETE_DEPENDENTS].contains(&finalizer.as_str());
        if !finalizer.contains('/') && !standard {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            let error = FieldError::invalid(&path.index(i), finalizer.as_str(), detail);
            errors.push(error.because(STANDARD_FINALIZER));
        }
    }
}

/// Annotations with a meaning for pods (ValidatePodSpecificAnnotations): that of a mirror pod, and the deletion cost.
/// Those for tolerations, seccomp and AppArmor are not looked at.
pub(super) fn validate_pod_annotations(
    options: &PodValidationOptions,
    metadata: &ObjectMeta,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if let Some(value) = metadata.annotations.get(MIRROR_ANNOTATION)
        && spec.node_name.is_empty()
    {
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        let error = FieldError::invalid(&path.key(MIRROR_ANNOTATION), value.as_str(), detail);
        errors.push(error.because(MIRROR_NODE));
    }
    if !options.allow_invalid_pod_deletion_cost && !has_valid_deletion_cost(metadata) {
        let value = metadata.annotations.get(DELETION_COST_ANNOTATION).map_or("", |value| value.as_str());
        let path = path.key(DELETION_COST_ANNOTATION);
        errors.push(FieldError::invalid(&path, value, "must be a 32bit integer").because(DELETION_COST));
    }
}

/// The annotations of a change (ValidatePodSpecificAnnotationUpdates).
pub(super) fn validate_pod_annotations_update(
    options: &PodValidationOptions,
    new: (&ObjectMeta, &PodSpec),
    old: &ObjectMeta,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let (new, spec) = new;
    let mut kept = |key: &str, added: bool| {
        let (rule, detail) = if key.starts_with("container.apparmor.security.beta.kubernetes.io/") {
            let updated = "may not remove or update AppArmor annotations";
            (APP_ARMOR_KEPT, if added { "may not add AppArmor annotations" } else { updated })
        } else if key == MIRROR_ANNOTATION {
            let updated = "may not remove or update mirror pod annotation";
            (MIRROR_KEPT, if added { "may not add mirror pod annotation" } else { updated })
        } else {
            return;
        };
        errors.push(FieldError::forbidden(&path.key(key), detail).because(rule));
    };
    for (key, value) in old.annotations.iter() {
        if new.annotations.get(key) != Some(value) {
            kept(key, false);
        }
    }
    for key in new.annotations.keys().filter(|key| !old.annotations.contains_key(key)) {
        kept(key, true);
    }
    validate_pod_annotations(options, new, spec, path, errors);
}

/// Whether the deletion cost is absent or a 32-bit integer without plus sign and leading zeros
/// (pkg/apis/core/helper.GetDeletionCostFromPodAnnotations).
pub(super) fn has_valid_deletion_cost(metadata: &ObjectMeta) -> bool {
    metadata.annotations.get(DELETION_COST_ANNOTATION).is_none_or(|value| {
        matches!(value.as_bytes(), [b'0'] | [b'-' | b'1'..=b'9', ..]) && value.parse::<i32>().is_ok()
    })
}
