//! Rules of the templates inside a Workload (1.36 and later).
//!
//! 1.36 freezes the list of templates as a whole. 1.37 freezes which templates there are and most of their fields.
//!
//! Upstream: the tags in `k8s.io/api/scheduling`, as in [`parts`](super::parts).

use super::declarative::{Field, Scope};
use super::parts::{
    DISRUPTION_MODES, HIGHEST_PRIORITY, MAX_RESOURCE_CLAIMS, PREEMPTION_POLICIES,
    composite_scheduling_policy, controller_ref, disruption_mode, resource_claim, scheduling_constraints,
    scheduling_policy,
};
use crate::model::{
    CompositePodGroupTemplate, DisruptionModeName, PodGroupTemplate, PreemptionPolicy, WorkloadSpec,
};
use crate::release::{Gate, Release};

/// `WorkloadMaxPodGroupTemplates`.
const MAX_TEMPLATES: usize = 8;

/// `Validate_WorkloadSpec` (1.36 and later).
pub(super) fn workload_spec(mut spec: Scope<'_, WorkloadSpec>) {
    let v1_37 = spec.k8s().at_least(Release::V1_37);
    if v1_37 {
        spec.union(&[
            ("podGroupTemplates", |s| !s.pod_group_templates.is_empty()),
            ("compositePodGroupTemplates", |s| !s.composite_pod_group_templates.is_empty()),
        ]);
    }
    spec.pointer("controllerRef", |s| s.controller_ref.as_ref())
        .immutable()
        .optional()
        .nested(controller_ref);
    spec.list("podGroupTemplates", |s| &s.pod_group_templates)
        .when(!v1_37, |templates| templates.immutable().required())
        .when(v1_37, |templates| templates.optional().no_item_added_or_removed(|t| &t.name))
        .max_items(MAX_TEMPLATES)
        .unique(|t| &t.name)
        .each(|t| &t.name, pod_group_template);
    if v1_37 {
        spec.list("compositePodGroupTemplates", |s| &s.composite_pod_group_templates)
            .gated(Gate::CompositePodGroup)
            .optional()
            .max_items(MAX_TEMPLATES)
            .no_item_added_or_removed(|t| &t.name)
            .unique(|t| &t.name)
            .each(|t| &t.name, composite_pod_group_template);
    }
}

/// `Validate_PodGroupTemplate`.
fn pod_group_template(mut template: Scope<'_, PodGroupTemplate>) {
    let v1_37 = template.k8s().at_least(Release::V1_37);
    template.value("name", |t| &t.name).required().short_name();
    template.value("schedulingPolicy", |t| &t.scheduling_policy).nested(scheduling_policy);
    template
        .pointer("schedulingConstraints", |t| t.scheduling_constraints.as_ref())
        .gated(Gate::TopologyAwareWorkloadScheduling)
        .optional()
        .when(v1_37, Field::immutable)
        .nested(scheduling_constraints);
    template
        .list("resourceClaims", |t| &t.resource_claims)
        .immutable()
        .max_items(MAX_RESOURCE_CLAIMS)
        .optional()
        .unique(|c| &c.name)
        .each(|c| &c.name, resource_claim);
    if v1_37 {
        template
            .pointer("disruptionMode", |t| t.disruption_mode.as_ref()?.one_of())
            .immutable()
            .optional()
            .nested(disruption_mode);
    } else {
        template
            .pointer("disruptionMode", |t| t.disruption_mode.as_ref()?.named())
            .gated(Gate::WorkloadAwarePreemption)
            .optional()
            .one_of(DisruptionModeName::as_str, DISRUPTION_MODES);
    }
    // 1.36 also has a minimum of the priority, which is the least number there is.
    template
        .value("priorityClassName", |t| &t.priority_class_name)
        .when(!v1_37, |name| name.gated(Gate::WorkloadAwarePreemption))
        .when(v1_37, Field::immutable)
        .optional()
        .long_name();
    template
        .pointer("priority", |t| t.priority.as_ref())
        .when(!v1_37, |priority| priority.gated(Gate::WorkloadAwarePreemption))
        .when(v1_37, Field::immutable)
        .optional()
        .maximum(HIGHEST_PRIORITY);
    if v1_37 {
        template
            .pointer("preemptionPolicy", |t| t.preemption_policy.as_ref())
            .gated(Gate::PodGroupPreemptionPolicy)
            .optional()
            .immutable()
            .one_of(PreemptionPolicy::as_str, PREEMPTION_POLICIES);
    }
}

/// `Validate_CompositePodGroupTemplate` (1.37). Unlike those of a pod group, its constraints have no gate of their own.
fn composite_pod_group_template(mut template: Scope<'_, CompositePodGroupTemplate>) {
    template.value("name", |t| &t.name).required().short_name();
    template.value("schedulingPolicy", |t| &t.scheduling_policy).nested(composite_scheduling_policy);
    template
        .pointer("schedulingConstraints", |t| t.scheduling_constraints.as_ref())
        .immutable()
        .optional()
        .nested(scheduling_constraints);
    template
        .pointer("disruptionMode", |t| t.disruption_mode.as_ref())
        .immutable()
        .optional()
        .nested(disruption_mode);
    template.value("priorityClassName", |t| &t.priority_class_name).immutable().optional().long_name();
    template.pointer("priority", |t| t.priority.as_ref()).immutable().optional().maximum(HIGHEST_PRIORITY);
    template
        .pointer("preemptionPolicy", |t| t.preemption_policy.as_ref())
        .gated(Gate::PodGroupPreemptionPolicy)
        .optional()
        .immutable()
        .one_of(PreemptionPolicy::as_str, PREEMPTION_POLICIES);
    template
        .list("podGroupTemplates", |t| &t.pod_group_templates)
        .max_items(MAX_TEMPLATES)
        .optional()
        .no_item_added_or_removed(|t| &t.name)
        .unique(|t| &t.name)
        .each(|t| &t.name, pod_group_template);
    template
        .list("compositePodGroupTemplates", |t| &t.composite_pod_group_templates)
        .max_items(MAX_TEMPLATES)
        .optional()
        .no_item_added_or_removed(|t| &t.name)
        .unique(|t| &t.name)
        .each(|t| &t.name, composite_pod_group_template);
}
