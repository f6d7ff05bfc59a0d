//! `spec.resourceClaims`: the dynamic resources a pod uses.

use alloc::collections::BTreeSet;
use alloc::format;

use super::{MIRROR_ANNOTATION, dns_label, names};
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{ObjectMeta, PodResourceClaim};
use crate::reason::Rule;

const STATIC_POD: Rule =
    Rule::new("static_pod_without_claims", "pkg/apis/core/validation.validatePodResourceClaim");
const NAME: Rule = Rule::new("pod_claim_name", "pkg/apis/core/validation.validatePodResourceClaim");
const SOURCE: Rule = Rule::new("pod_claim_source", "pkg/apis/core/validation.validatePodResourceClaim");
const SOURCE_NAME: Rule =
    Rule::new("pod_claim_source_name", "pkg/apis/core/validation.validatePodResourceClaim");

/// validatePodResourceClaims
pub(super) fn validate(
    metadata: &ObjectMeta,
    claims: &[PodResourceClaim],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let mut seen = BTreeSet::new();
    for (i, claim) in claims.iter().enumerate() {
        if metadata.annotations.contains_key(MIRROR_ANNOTATION) {
            let detail = "static pods do not support resource claims";
            errors.push(FieldError::forbidden(&Path::root(""), detail).because(STATIC_POD));
            continue;
        }
        let path = path.index(i);
        let name_path = path.child("name");
        let name = claim.name.as_str();
        if name.is_empty() {
            errors.push(FieldError::required(&name_path, "").because(NAME));
        } else if seen.insert(name) {
            dns_label(name, &name_path, NAME, errors);
        } else {
            errors.push(FieldError::duplicate(&name_path, name).because(NAME));
        }
        let sources = [
            ("resourceClaimName", &claim.resource_claim_name),
            ("resourceClaimTemplateName", &claim.resource_claim_template_name),
        ];
        let fault = match sources.iter().filter(|(_, source)| source.is_some()).count() {
            0 => Some("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
            1 => None,
            _ => Some("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"),
        };
        if let Some(fault) = fault {
            errors.push(FieldError::invalid(&path, whole(claim), fault).because(SOURCE));
        }
        for (field, source) in sources {
            let Some(source) = source else { continue };
            for fault in names::dns_subdomain(source) {
                let error = FieldError::invalid(&path.child(field), source.as_str(), fault);
                errors.push(error.because(SOURCE_NAME));
            }
        }
    }
}

/// A claim as upstream's internal type prints it: Go's field names, nothing left out.
fn whole(claim: &PodResourceClaim) -> BadValue {
    let text = |value| serde_json::to_string(value).unwrap_or_default();
    BadValue::Json(format!(
        r#"{{"Name":{},"ResourceClaimName":{},"ResourceClaimTemplateName":{}}}"#,
        text(&Some(&claim.name)),
        text(&claim.resource_claim_name.as_ref()),
        text(&claim.resource_claim_template_name.as_ref()),
    ))
}
