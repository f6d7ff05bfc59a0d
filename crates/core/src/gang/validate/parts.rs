//! Rules of the structs that several kinds share.
//!
//! Upstream: the tags in `k8s.io/api/scheduling/v1alpha2` (1.36), `v1beta1` and `v1alpha3` (1.37), run by the
//! `zz_generated.validations.go` of these versions in `pkg/apis/scheduling`.

use super::declarative::{Field, Scope};
use crate::model::{
    CompositePodGroupSchedulingPolicy, DisruptionMode, PodGroupResourceClaim, PodGroupSchedulingPolicy,
    SchedulingConstraints, TypedLocalObjectReference, WorkloadTemplateReference,
};
use crate::release::Release;

/// `HighestUserDefinablePriority`.
pub(super) const HIGHEST_PRIORITY: i32 = 1_000_000_000;
/// `MaxPodGroupResourceClaims`.
pub(super) const MAX_RESOURCE_CLAIMS: usize = 4;
/// `DisruptionMode` of 1.36, sorted.
pub(super) const DISRUPTION_MODES: &[&str] = &["Pod", "PodGroup"];
/// `PreemptionPolicy`, sorted.
pub(super) const PREEMPTION_POLICIES: &[&str] = &["Never", "PreemptLowerPriority"];

/// `Validate_TypedLocalObjectReference`.
pub(super) fn controller_ref(mut reference: Scope<'_, TypedLocalObjectReference>) {
    reference.value("apiGroup", |r| &r.api_group).optional().long_name();
    reference.value("kind", |r| &r.kind).required().path_segment();
    reference.value("name", |r| &r.name).required().path_segment();
}

/// `Validate_WorkloadReference` (1.37).
pub(super) fn workload_ref(mut reference: Scope<'_, WorkloadTemplateReference>) {
    reference.value("workloadName", |r| &r.workload_name).required().long_name();
    reference.value("templateName", |r| &r.template_name).required().short_name();
}

/// `Validate_PodGroupSchedulingPolicy`. 1.36 freezes the policy as a whole, where the struct is used; 1.37 freezes the
/// variant and leaves `minCount` free.
pub(super) fn scheduling_policy(mut policy: Scope<'_, PodGroupSchedulingPolicy>) {
    let by_variant = policy.k8s().at_least(Release::V1_37);
    policy.union(&[("basic", |p| p.basic.is_some()), ("gang", |p| p.gang.is_some())]);
    policy.pointer("basic", |p| p.basic.as_ref()).when(by_variant, Field::immutable);
    policy.pointer("gang", |p| p.gang.as_ref()).optional().when(by_variant, Field::no_set_or_unset).nested(
        |mut gang| {
            gang.value("minCount", |g| &g.min_count).required().minimum(1);
        },
    );
}

/// `Validate_CompositePodGroupSchedulingPolicy` (1.37).
pub(super) fn composite_scheduling_policy(mut policy: Scope<'_, CompositePodGroupSchedulingPolicy>) {
    policy.union(&[("basic", |p| p.basic.is_some()), ("gang", |p| p.gang.is_some())]);
    policy.pointer("basic", |p| p.basic.as_ref()).immutable();
    policy.pointer("gang", |p| p.gang.as_ref()).optional().no_set_or_unset().nested(|mut gang| {
        gang.value("minGroupCount", |g| &g.min_group_count).required().minimum(1);
    });
}

/// `Validate_PodGroupSchedulingConstraints`, `Validate_CompositePodGroupSchedulingConstraints`.
pub(super) fn scheduling_constraints(mut constraints: Scope<'_, SchedulingConstraints>) {
    constraints.list("topology", |c| &c.topology).max_items(1).optional().each_anew(|mut topology| {
        topology.value("key", |t| &t.key).required().label_key();
    });
}

/// `Validate_PodGroupResourceClaim`.
pub(super) fn resource_claim(mut claim: Scope<'_, PodGroupResourceClaim>) {
    claim.union(&[
        ("resourceClaimName", |c| c.resource_claim_name.is_some()),
        ("resourceClaimTemplateName", |c| c.resource_claim_template_name.is_some()),
    ]);
    claim.value("name", |c| &c.name).required().short_name();
    claim.pointer("resourceClaimName", |c| c.resource_claim_name.as_ref()).optional().long_name();
    claim
        .pointer("resourceClaimTemplateName", |c| c.resource_claim_template_name.as_ref())
        .optional()
        .long_name();
}

/// `Validate_DisruptionMode`, `Validate_CompositeDisruptionMode` (1.37).
pub(super) fn disruption_mode(mut mode: Scope<'_, DisruptionMode>) {
    mode.union(&[("single", |m| m.single.is_some()), ("all", |m| m.all.is_some())]);
}
