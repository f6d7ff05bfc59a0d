//! Which manager set which fields of an object.

use alloc::format;

use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{ManagedFieldsEntry, ManagedFieldsOperation};
use crate::quote::is_printable;
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

/// `FieldManagerMaxLength`, in bytes.
const MANAGER_MAX_BYTES: usize = 128;
/// `MaxSubresourceNameLength`, in bytes.
const SUBRESOURCE_MAX_BYTES: usize = 256;

/// `ValidateManagedFields`.
pub(super) fn validate(
    k8s: &Kubernetes,
    entries: &[ManagedFieldsEntry],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const OPERATION: Rule = Rule::new(
        "managed_fields_operation",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields",
    );
    const TYPE: Rule = Rule::new(
        "managed_fields_type",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields",
    );
    const SUBRESOURCE: Rule = Rule::new(
        "subresource_size",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateManagedFields",
    );
    for (i, entry) in entries.iter().enumerate() {
        let path = path.index(i);
        if let ManagedFieldsOperation::Other(operation) = &entry.operation {
            let path = path.child("operation");
            let error = match (k8s.at_least(Release::V1_37), operation.is_empty()) {
                (false, _) => {
                    FieldError::invalid(&path, BadValue::go_json(operation), "must be `Apply` or `Update`")
                }
                (true, true) => FieldError::required(&path, "must not be empty"),
                (true, false) => {
                    FieldError::not_supported(&path, BadValue::go_json(operation), &["Apply", "Update"])
                }
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
    const SIZE: Rule = Rule::new(
        "field_manager_size",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateFieldManager",
    );
    const PRINTABLE: Rule = Rule::new(
        "field_manager_printable",
        "k8s.io/apimachinery/pkg/apis/meta/v1/validation.ValidateFieldManager",
    );
    if manager.len() > MANAGER_MAX_BYTES {
        errors.push(FieldError::too_long(path, MANAGER_MAX_BYTES).because(SIZE));
    }
    for (at, c) in manager.char_indices().filter(|(_, c)| !(matches!(c, ' '..='~') || is_printable(*c))) {
        let detail = format!("invalid character U+{:04X} (at position {at})", u32::from(c));
        errors.push(FieldError::invalid(path, manager, detail).because(PRINTABLE));
    }
}
