//! Op `validate_pod_update`: may a pod be updated so.

use super::validate::put_verdict;
use super::{Answer, Fields};
use crate::error::InputError;
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
    let mut new = fields.pod_document(k8s, "pod", defaults)?;
    let mut old = fields.pod_document(k8s, "oldPod", defaults)?;
    if fields.flag("prepare")? {
        validate::prepare_pod_update(k8s, &mut new, &mut old);
    }
    put_verdict(answer, &validate::validate_prepared_pod_update(k8s, &new, &old), &new.pod);
    Ok(())
}
