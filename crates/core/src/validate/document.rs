//! Reading a pod with all of its spec.

use super::{convert, set_defaults};
use crate::error::InputError;
use crate::model::{Pod, PodDocument};
use crate::release::Kubernetes;

/// Reads a pod as the API server does: with its defaults, unless `defaults` is off, and in its internal form.
///
/// # Errors
///
/// What is no JSON, has a wrong type, or a quantity that does not parse; the error names the field.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_37);
/// let document = validate::read_document(&k8s, r#"{"spec": {"terminationGracePeriodSeconds": -1}}"#, true)?;
/// assert_eq!(document.pod.spec.termination_grace_period_seconds, Some(1));
/// assert!(document.spec.has("dnsPolicy"));
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
pub fn read_document(k8s: &Kubernetes, json: &str, defaults: bool) -> Result<PodDocument, InputError> {
    read_document_around(k8s, None, json, defaults)
}

/// As [`read_document`]; the modelled pod may have been read already.
pub(crate) fn read_document_around(
    k8s: &Kubernetes,
    pod: Option<Pod>,
    json: &str,
    defaults: bool,
) -> Result<PodDocument, InputError> {
    let mut document = PodDocument::read_around(k8s, pod, json, defaults)?;
    complete_document(k8s, &mut document, defaults);
    Ok(document)
}

/// Brings the modelled pod to where the tree is already, and the tree to the pod-level resources that only the pod's
/// defaulting computes.
fn complete_document(k8s: &Kubernetes, document: &mut PodDocument, defaults: bool) {
    if defaults {
        set_defaults(k8s, &mut document.pod);
        if let Some(resources) = &document.pod.spec.resources {
            document.spec.take_pod_resources(resources);
        }
    }
    convert(k8s, &mut document.pod);
}
