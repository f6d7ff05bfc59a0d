//! Bad values in the form of upstream's internal types, whose JSON has Go's field names and leaves nothing out.
//!
//! Rules that upstream wrote by hand run on internal types, and so these are what their errors show. Upstream:
//! `pkg/apis/scheduling/types.go`.

use alloc::vec::Vec;

use serde::{Serialize, Serializer};

use crate::model::{
    CompositePodGroupTemplate, Empty, List, PodGroupTemplate, SchedulingConstraints,
    TypedLocalObjectReference, WorkloadPodGroup,
};

/// `scheduling.TypedLocalObjectReference`.
pub(super) struct InternalControllerRef<'a>(pub(super) &'a TypedLocalObjectReference);

impl Serialize for InternalControllerRef<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reference<'a> {
            #[serde(rename = "APIGroup")]
            api_group: &'a str,
            kind: &'a str,
            name: &'a str,
        }
        let TypedLocalObjectReference { api_group, kind, name } = self.0;
        Reference { api_group, kind, name }.serialize(s)
    }
}

/// `[]scheduling.PodGroup` of 1.35.
pub(super) struct InternalPodGroups<'a>(pub(super) &'a List<WorkloadPodGroup>);

impl Serialize for InternalPodGroups<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct PodGroup<'a> {
            name: &'a str,
            policy: Policy<'a, MinCount>,
        }
        list(self.0, |group| PodGroup {
            name: &group.name,
            policy: Policy {
                basic: group.policy.basic.as_ref(),
                gang: group.policy.gang.as_ref().map(|gang| MinCount { min_count: gang.min_count }),
            },
        })
        .serialize(s)
    }
}

/// `[]scheduling.CompositePodGroupTemplate` of 1.37.
pub(super) struct InternalCompositeTemplates<'a>(pub(super) &'a List<CompositePodGroupTemplate>);

impl Serialize for InternalCompositeTemplates<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        list(self.0, composite_template).serialize(s)
    }
}

fn list<'a, T, I>(list: &'a List<T>, item: impl Fn(&'a T) -> I) -> Option<Vec<I>> {
    (!list.is_absent()).then(|| list.iter().map(item).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy<'a, G> {
    basic: Option<&'a Empty>,
    gang: Option<G>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MinCount {
    min_count: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MinGroupCount {
    min_group_count: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Constraints<'a> {
    topology: Option<Vec<Topology<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Topology<'a> {
    key: &'a str,
}

fn constraints(constraints: Option<&SchedulingConstraints>) -> Option<Constraints<'_>> {
    constraints.map(|c| Constraints { topology: list(&c.topology, |t| Topology { key: &t.key }) })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DisruptionMode<'a> {
    single: Option<&'a Empty>,
    all: Option<&'a Empty>,
}

fn disruption_mode(mode: Option<&crate::model::DisruptionMode>) -> Option<DisruptionMode<'_>> {
    mode.map(|mode| DisruptionMode { single: mode.single.as_ref(), all: mode.all.as_ref() })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceClaim<'a> {
    name: &'a str,
    resource_claim_name: Option<&'a str>,
    resource_claim_template_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Template<'a> {
    name: &'a str,
    scheduling_policy: Policy<'a, MinCount>,
    scheduling_constraints: Option<Constraints<'a>>,
    resource_claims: Option<Vec<ResourceClaim<'a>>>,
    disruption_mode: Option<DisruptionMode<'a>>,
    priority_class_name: &'a str,
    priority: Option<i32>,
    preemption_policy: Option<&'a str>,
}

fn template(template: &PodGroupTemplate) -> Template<'_> {
    Template {
        name: &template.name,
        scheduling_policy: Policy {
            basic: template.scheduling_policy.basic.as_ref(),
            gang: template.scheduling_policy.gang.as_ref().map(|gang| MinCount { min_count: gang.min_count }),
        },
        scheduling_constraints: constraints(template.scheduling_constraints.as_ref()),
        resource_claims: list(&template.resource_claims, |claim| ResourceClaim {
            name: &claim.name,
            resource_claim_name: claim.resource_claim_name.as_deref(),
            resource_claim_template_name: claim.resource_claim_template_name.as_deref(),
        }),
        disruption_mode: disruption_mode(template.disruption_mode.as_ref().and_then(|mode| mode.one_of())),
        priority_class_name: &template.priority_class_name,
        priority: template.priority,
        preemption_policy: template.preemption_policy.as_ref().map(|policy| policy.as_str()),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CompositeTemplate<'a> {
    name: &'a str,
    scheduling_policy: Policy<'a, MinGroupCount>,
    scheduling_constraints: Option<Constraints<'a>>,
    disruption_mode: Option<DisruptionMode<'a>>,
    priority_class_name: &'a str,
    priority: Option<i32>,
    preemption_policy: Option<&'a str>,
    pod_group_templates: Option<Vec<Template<'a>>>,
    composite_pod_group_templates: Option<Vec<CompositeTemplate<'a>>>,
}

fn composite_template(composite: &CompositePodGroupTemplate) -> CompositeTemplate<'_> {
    CompositeTemplate {
        name: &composite.name,
        scheduling_policy: Policy {
            basic: composite.scheduling_policy.basic.as_ref(),
            gang: composite
                .scheduling_policy
                .gang
                .as_ref()
                .map(|gang| MinGroupCount { min_group_count: gang.min_group_count }),
        },
        scheduling_constraints: constraints(composite.scheduling_constraints.as_ref()),
        disruption_mode: disruption_mode(composite.disruption_mode.as_ref()),
        priority_class_name: &composite.priority_class_name,
        priority: composite.priority,
        preemption_policy: composite.preemption_policy.as_ref().map(|policy| policy.as_str()),
        pod_group_templates: list(&composite.pod_group_templates, template),
        composite_pod_group_templates: list(&composite.composite_pod_group_templates, composite_template),
    }
}
