//! Volumes: their names, and the limit of an empty directory. What else a volume is made of is not looked at.

use alloc::collections::BTreeSet;

use super::dns_label;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::Volume;
use crate::reason::Rule;

const NAME: Rule = Rule::new("volume_name", "pkg/apis/core/validation.ValidateVolumes");
const SIZE_LIMIT: Rule =
    Rule::new("volume_size_limit_not_negative", "pkg/apis/core/validation.validateVolumeSource");
const CLAIM: Rule =
    Rule::new("volume_claim_named", "pkg/apis/core/validation.validatePersistentClaimVolumeSource");

/// `spec.volumes` (ValidateVolumes). A volume with a fault does not count when names are compared.
pub(super) fn validate(volumes: &[Volume], path: &Path<'_>, errors: &mut FieldErrors) {
    let mut names = BTreeSet::new();
    for (i, volume) in volumes.iter().enumerate() {
        let path = path.index(i);
        let before = errors.len();
        let limit = volume.empty_dir.as_ref().and_then(|directory| directory.size_limit.as_ref());
        if limit.is_some_and(|limit| limit.sign() < 0) {
            let path = path.child("emptyDir");
            let detail = "SizeLimit field must be a valid resource quantity";
            errors.push(FieldError::forbidden(&path.child("sizeLimit"), detail).because(SIZE_LIMIT));
        }
        if volume.persistent_volume_claim.as_ref().is_some_and(|claim| claim.claim_name.is_empty()) {
            let path = path.child("persistentVolumeClaim");
            errors.push(FieldError::required(&path.child("claimName"), "").because(CLAIM));
        }
        let path = path.child("name");
        let name = volume.name.as_str();
        if name.is_empty() {
            errors.push(FieldError::required(&path, "").because(NAME));
        } else {
            dns_label(name, &path, NAME, errors);
        }
        if names.contains(name) {
            errors.push(FieldError::duplicate(&path, name).because(NAME));
        }
        if errors.len() == before {
            names.insert(name);
        }
    }
}
