//! Op `validate_pod_update`: may a pod be updated so.

use alloc::format;

use super::validate::put_verdict;
use super::{Answer, Fields};
use crate::error::{ErrorCode, InputError};
use crate::model::PodDocument;
use crate::release::Kubernetes;
use crate::validate;

/// `pod` and `oldPod`: the `errors`, and the prepared pod's `containers`, `initContainers`, `podResources`, `generation`,
/// `qosClass`.
pub(super) fn validate_pod_update(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let mut new = document(k8s, fields, "pod", defaults)?;
    let mut old = document(k8s, fields, "oldPod", defaults)?;
    if fields.flag("prepare")? {
        validate::prepare_pod_update(k8s, &mut new, &mut old);
    }
    put_verdict(answer, &validate::validate_prepared_pod_update(k8s, &new, &old), &new.pod);
    Ok(())
}

/// Takes a pod that must be there, with all of its spec.
pub(super) fn document(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    name: &str,
    defaults: bool,
) -> Result<PodDocument, InputError> {
    let Some(raw) = fields.raw(name) else {
        return Err(InputError::new(ErrorCode::MissingField, name, format!("this op needs {name:?}")));
    };
    validate::read_document(k8s, raw, defaults).map_err(|error| error.below(name))
}
