//! Volumes on a resize (1.37): the size limit of memory-backed ones may change, behind a gate.

use alloc::format;

use super::super::PodValidationOptions;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{EmptyDirVolumeSource, PodDocument};
use crate::reason::Rule;

const IMMUTABLE: Rule =
    Rule::new("volumes_immutable_on_resize", "pkg/apis/core/validation.ValidatePodResize");
const KEPT: Rule = Rule::new("volumes_kept_on_resize", "pkg/apis/core/validation.ValidatePodResize");
const ONLY_SIZE_LIMIT: Rule =
    Rule::new("only_size_limit_resized", "pkg/apis/core/validation.ValidatePodResize");
const SIZE_LIMIT_KEPT: Rule =
    Rule::new("size_limit_not_added_or_removed", "pkg/apis/core/validation.ValidatePodResize");
const MEMORY_ONLY: Rule =
    Rule::new("size_limit_of_memory_resized", "pkg/apis/core/validation.ValidatePodResize");

pub(super) fn validate(
    options: &PodValidationOptions,
    new: &PodDocument,
    old: &PodDocument,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if !options.in_place_pod_vertical_scaling_memory_backed_volumes_enabled {
        if !new.spec.part_equals(&old.spec, "volumes", &[]) {
            let detail = "volumes are immutable on resize when InPlacePodVerticalScalingMemoryBackedVolumes feature gate is disabled";
            errors.push(FieldError::forbidden(path, detail).because(IMMUTABLE));
        }
        return;
    }
    let (volumes, stored) = (&new.pod.spec.volumes, &old.pod.spec.volumes);
    if volumes.len() != stored.len() {
        let detail = "volumes may not be added or removed on resize";
        errors.push(FieldError::forbidden(path, detail).because(KEPT));
        return;
    }
    for (i, (volume, stored)) in volumes.iter().zip(stored).enumerate() {
        let path = path.index(i);
        if volume.name != stored.name {
            let detail = "volumes may not be renamed or reordered on resize";
            errors.push(FieldError::forbidden(&path.child("name"), detail).because(KEPT));
            continue;
        }
        let both = volume.empty_dir.as_ref().zip(stored.empty_dir.as_ref());
        let ignored: &[&str] = if both.is_some() { &["emptyDir.sizeLimit"] } else { &[] };
        if !new.spec.part_equals(&old.spec, &format!("volumes[{i}]"), ignored) {
            let detail = "only sizeLimit of memory-backed emptyDir volumes is mutable on resize";
            errors.push(FieldError::forbidden(&path, detail).because(ONLY_SIZE_LIMIT));
        } else if let Some((new, old)) = both {
            let path = path.child("emptyDir");
            validate_size_limit(new, old, &path.child("sizeLimit"), errors);
        }
    }
}

/// No limit and a limit of zero are one.
fn validate_size_limit(
    new: &EmptyDirVolumeSource,
    old: &EmptyDirVolumeSource,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let limited = |volume: &EmptyDirVolumeSource| volume.size_limit.as_ref().is_some_and(|l| !l.is_zero());
    if limited(new) != limited(old) {
        let detail = "adding or removing sizeLimit on an existing volume is not allowed";
        errors.push(FieldError::forbidden(path, detail).because(SIZE_LIMIT_KEPT));
    } else if limited(new) && new.size_limit != old.size_limit && new.medium != "Memory" {
        let detail = "sizeLimit is only mutable for memory-backed emptyDir volumes";
        errors.push(FieldError::forbidden(path, detail).because(MEMORY_ONLY));
    }
}
