//! Rules of PodGroup (1.36 and later) and CompositePodGroup (1.37).
//!
//! Upstream: the tags in `k8s.io/api/scheduling`, as in [`parts`](super::parts). Rules of upstream's that are in alpha, such
//! as those of conditions, are not enforced and not here.

use super::declarative::{Field, Scope};
use super::parts::{
    DISRUPTION_MODES, HIGHEST_PRIORITY, MAX_RESOURCE_CLAIMS, PREEMPTION_POLICIES,
    composite_scheduling_policy, disruption_mode, resource_claim, scheduling_constraints, scheduling_policy,
    workload_ref,
};
use crate::model::{
    CompositePodGroupSpec, DisruptionModeName, PodGroupSpec, PodGroupStatus, PodGroupTemplateReference,
    PreemptionPolicy,
};
use crate::release::{Gate, Release};

/// `Validate_PodGroupSpec`.
pub(super) fn pod_group_spec(mut spec: Scope<'_, PodGroupSpec>) {
    let v1_37 = spec.k8s().at_least(Release::V1_37);
    // Before 1.37 whatever the gate is about is forbidden without it, and then also free to change.
    let preemption = v1_37 || spec.k8s().enabled(Gate::WorkloadAwarePreemption);
    let topology = spec.k8s().enabled(Gate::TopologyAwareWorkloadScheduling);
    if v1_37 {
        spec.pointer("parentCompositePodGroupName", |s| s.parent_composite_pod_group_name.as_ref())
            .gated(Gate::CompositePodGroup)
            .optional()
            .immutable()
            .long_name();
        spec.pointer("workloadRef", |s| s.workload_ref.as_ref()).immutable().optional().nested(workload_ref);
    } else {
        spec.pointer("podGroupTemplateRef", |s| s.pod_group_template_ref.as_ref())
            .immutable()
            .optional()
            .nested(pod_group_template_ref);
    }
    spec.value("schedulingPolicy", |s| &s.scheduling_policy)
        .when(!v1_37, Field::immutable)
        .nested(scheduling_policy);
    spec.pointer("schedulingConstraints", |s| s.scheduling_constraints.as_ref())
        .gated(Gate::TopologyAwareWorkloadScheduling)
        .optional()
        .when(topology, Field::immutable)
        .nested(scheduling_constraints);
    spec.list("resourceClaims", |s| &s.resource_claims)
        .immutable()
        .max_items(MAX_RESOURCE_CLAIMS)
        .optional()
        .unique(|c| &c.name)
        .each(|c| &c.name, resource_claim);
    // Defaulting sets the mode, so that it is required.
    if v1_37 {
        spec.pointer("disruptionMode", |s| s.disruption_mode.as_ref()?.one_of())
            .immutable()
            .required()
            .nested(disruption_mode);
    } else {
        spec.pointer("disruptionMode", |s| s.disruption_mode.as_ref()?.named())
            .gated(Gate::WorkloadAwarePreemption)
            .when(preemption, |mode| mode.required().immutable())
            .one_of(DisruptionModeName::as_str, DISRUPTION_MODES);
    }
    // 1.36 also has a minimum of the priority, which is the least number there is.
    spec.value("priorityClassName", |s| &s.priority_class_name)
        .when(!v1_37, |name| name.gated(Gate::WorkloadAwarePreemption))
        .when(preemption, Field::immutable)
        .optional()
        .long_name();
    spec.pointer("priority", |s| s.priority.as_ref())
        .when(!v1_37, |priority| priority.gated(Gate::WorkloadAwarePreemption))
        .when(preemption, Field::immutable)
        .optional()
        .maximum(HIGHEST_PRIORITY);
    if v1_37 {
        spec.pointer("preemptionPolicy", |s| s.preemption_policy.as_ref())
            .gated(Gate::PodGroupPreemptionPolicy)
            .optional()
            .immutable()
            .one_of(PreemptionPolicy::as_str, PREEMPTION_POLICIES);
    }
}

/// `Validate_PodGroupTemplateReference` (1.36).
fn pod_group_template_ref(mut reference: Scope<'_, PodGroupTemplateReference>) {
    reference.union(&[("workload", |r| r.workload.is_some())]);
    reference.pointer("workload", |r| r.workload.as_ref()).optional().nested(|mut workload| {
        workload.value("workloadName", |w| &w.workload_name).required().long_name();
        workload.value("podGroupTemplateName", |w| &w.pod_group_template_name).required().short_name();
    });
}

/// `Validate_PodGroupStatus`.
pub(super) fn pod_group_status(mut status: Scope<'_, PodGroupStatus>) {
    status
        .list("resourceClaimStatuses", |s| &s.resource_claim_statuses)
        .max_items(MAX_RESOURCE_CLAIMS)
        .optional()
        .unique(|c| &c.name)
        .each(
            |c| &c.name,
            |mut claim| {
                claim.pointer("resourceClaimName", |c| c.resource_claim_name.as_ref()).optional().long_name();
            },
        );
}

/// `Validate_CompositePodGroupSpec` (1.37).
pub(super) fn composite_pod_group_spec(mut spec: Scope<'_, CompositePodGroupSpec>) {
    spec.pointer("parentCompositePodGroupName", |s| s.parent_composite_pod_group_name.as_ref())
        .immutable()
        .optional()
        .long_name();
    spec.pointer("workloadRef", |s| s.workload_ref.as_ref()).immutable().required().nested(workload_ref);
    spec.value("schedulingPolicy", |s| &s.scheduling_policy).immutable().nested(composite_scheduling_policy);
    spec.pointer("schedulingConstraints", |s| s.scheduling_constraints.as_ref())
        .immutable()
        .optional()
        .nested(scheduling_constraints);
    spec.pointer("disruptionMode", |s| s.disruption_mode.as_ref())
        .immutable()
        .required()
        .nested(disruption_mode);
    spec.value("priorityClassName", |s| &s.priority_class_name).immutable().optional().long_name();
    spec.pointer("priority", |s| s.priority.as_ref()).immutable().optional().maximum(HIGHEST_PRIORITY);
    spec.pointer("preemptionPolicy", |s| s.preemption_policy.as_ref())
        .gated(Gate::PodGroupPreemptionPolicy)
        .optional()
        .immutable()
        .one_of(PreemptionPolicy::as_str, PREEMPTION_POLICIES);
}
