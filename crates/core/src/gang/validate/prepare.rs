//! What happens to an object between decoding and validation: defaulting, and the registry's preparation.
//!
//! Upstream: `pkg/apis/scheduling/v1…/zz_generated.defaults.go` and `defaults.go`, `pkg/registry/scheduling/*/strategy.go`,
//! and `k8s.io/apiserver/pkg/registry/rest` (`BeforeCreate`, `BeforeUpdate`).

use alloc::collections::BTreeMap;

use smol_str::SmolStr;

use crate::model::{
    CompositePodGroup, CompositePodGroupStatus, CompositePodGroupTemplate, DisruptionMode,
    DisruptionModeName, Empty, List, ObjectMeta, PodGroup, PodGroupDisruptionMode, PodGroupResourceClaim,
    PodGroupStatus, PodGroupTemplate, PreemptionPolicy, SchedulingConstraints, Workload,
};
use crate::release::{Gate, Kubernetes, Release};
use crate::validate::metadata;

/// An object that defaulting and the registry prepare.
pub(super) trait Prepare {
    /// API defaulting.
    fn set_defaults(&mut self, k8s: &Kubernetes);
    fn metadata(&mut self) -> &mut ObjectMeta;
    /// The strategy's `PrepareForCreate`, or with an old object `PrepareForUpdate`. What belongs to a gate that is off is
    /// dropped, unless the old object has it.
    fn prepare(&mut self, k8s: &Kubernetes, old: Option<&Self>);
}

/// Prepares an object that is being created.
pub(super) fn before_create<T: Prepare>(k8s: &Kubernetes, object: &mut T) {
    metadata::complete_new(object.metadata());
    object.prepare(k8s, None);
}

/// Prepares an object that is being updated; the stored one gets what a stored object has in any case.
pub(super) fn before_update<T: Prepare>(k8s: &Kubernetes, object: &mut T, old: &mut T) {
    metadata::complete(object.metadata(), old.metadata());
    object.prepare(k8s, Some(old));
    metadata::keep_system_owned(object.metadata(), old.metadata());
}

impl Prepare for Workload {
    fn set_defaults(&mut self, _: &Kubernetes) {}

    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    /// `dropDisabledWorkloadFields`; 1.35 prepares nothing.
    fn prepare(&mut self, k8s: &Kubernetes, old: Option<&Self>) {
        if !k8s.at_least(Release::V1_36) {
            return;
        }
        let old = old.map(|old| &old.spec);
        drop_from_templates(
            k8s,
            &mut self.spec.pod_group_templates,
            old.map_or(&[], |old| old.pod_group_templates.as_slice()),
        );
        drop_from_composites(
            k8s,
            &mut self.spec.composite_pod_group_templates,
            old.map_or(&[], |old| old.composite_pod_group_templates.as_slice()),
        );
    }
}

/// `dropDisabledPodGroupTemplatesFields`; old templates are found by their index.
fn drop_from_templates(k8s: &Kubernetes, templates: &mut [PodGroupTemplate], old: &[PodGroupTemplate]) {
    for (i, template) in templates.iter_mut().enumerate() {
        let old = old.get(i);
        drop_constraints(
            k8s,
            &mut template.scheduling_constraints,
            old.and_then(|t| t.scheduling_constraints.as_ref()),
        );
        drop_claims(k8s, &mut template.resource_claims, old.map(|t| &t.resource_claims));
        if k8s.at_least(Release::V1_37) {
            drop_preemption_policy(
                k8s,
                &mut template.preemption_policy,
                old.and_then(|t| t.preemption_policy.as_ref()),
            );
        } else {
            drop_preemption(
                k8s,
                (&mut template.disruption_mode, old.is_some_and(|t| t.disruption_mode.is_some())),
                (&mut template.priority_class_name, old.is_some_and(|t| !t.priority_class_name.is_empty())),
                (&mut template.priority, old.is_some_and(|t| t.priority.is_some())),
            );
        }
    }
}

/// `dropDisabledCompositePodGroupTemplatesFields`, with the check of the list itself; old templates are found by their name,
/// the last one of several.
fn drop_from_composites(
    k8s: &Kubernetes,
    composites: &mut List<CompositePodGroupTemplate>,
    old: &[CompositePodGroupTemplate],
) {
    if !k8s.enabled(Gate::CompositePodGroup) && old.is_empty() {
        *composites = List::new();
        return;
    }
    let old: BTreeMap<&str, _> = old.iter().map(|old| (old.name.as_str(), old)).collect();
    for composite in composites.iter_mut() {
        let old = old.get(composite.name.as_str()).copied();
        drop_preemption_policy(
            k8s,
            &mut composite.preemption_policy,
            old.and_then(|t| t.preemption_policy.as_ref()),
        );
        drop_from_composites(
            k8s,
            &mut composite.composite_pod_group_templates,
            old.map_or(&[], |old| old.composite_pod_group_templates.as_slice()),
        );
        drop_from_templates(
            k8s,
            &mut composite.pod_group_templates,
            old.map_or(&[], |old| old.pod_group_templates.as_slice()),
        );
    }
}

/// `dropDisabledSchedulingConstraintsFields`.
fn drop_constraints(
    k8s: &Kubernetes,
    constraints: &mut Option<SchedulingConstraints>,
    old: Option<&SchedulingConstraints>,
) {
    if !k8s.enabled(Gate::TopologyAwareWorkloadScheduling) && old.is_none() {
        *constraints = None;
    }
}

/// `dropDisabledDRAWorkloadResourceClaimsFields`.
fn drop_claims(
    k8s: &Kubernetes,
    claims: &mut List<PodGroupResourceClaim>,
    old: Option<&List<PodGroupResourceClaim>>,
) {
    if !k8s.enabled(Gate::DRAWorkloadResourceClaims) && old.is_none_or(|old| old.is_empty()) {
        *claims = List::new();
    }
}

/// `dropDisabledPreemptionPolicyField` and its likes (1.37).
fn drop_preemption_policy(
    k8s: &Kubernetes,
    policy: &mut Option<PreemptionPolicy>,
    old: Option<&PreemptionPolicy>,
) {
    if !k8s.enabled(Gate::PodGroupPreemptionPolicy) && old.is_none() {
        *policy = None;
    }
}

/// `dropDisabledDisruptionModeField`, `dropDisabledPriorityClassNameField`, `dropDisabledPriorityField` (1.36): each field, and
/// whether the old object has it.
fn drop_preemption(
    k8s: &Kubernetes,
    mode: (&mut Option<PodGroupDisruptionMode>, bool),
    class: (&mut SmolStr, bool),
    priority: (&mut Option<i32>, bool),
) {
    if k8s.enabled(Gate::WorkloadAwarePreemption) {
        return;
    }
    if !mode.1 {
        *mode.0 = None;
    }
    if !class.1 {
        *class.0 = SmolStr::default();
    }
    if !priority.1 {
        *priority.0 = None;
    }
}

impl Prepare for PodGroup {
    fn set_defaults(&mut self, k8s: &Kubernetes) {
        let v1_37 = k8s.at_least(Release::V1_37);
        if v1_37 && k8s.enabled(Gate::PodGroupPreemptionPolicy) {
            self.spec.preemption_policy.get_or_insert(PreemptionPolicy::PreemptLowerPriority);
        }
        self.spec.disruption_mode.get_or_insert_with(|| {
            if v1_37 {
                PodGroupDisruptionMode::OneOf(single())
            } else {
                PodGroupDisruptionMode::Named(DisruptionModeName::Pod)
            }
        });
    }

    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    /// The status belongs to the status subresource; then `dropDisabledPodGroupFields`.
    fn prepare(&mut self, k8s: &Kubernetes, old: Option<&Self>) {
        self.status = old.map_or_else(PodGroupStatus::default, |old| old.status.clone());
        let (spec, old) = (&mut self.spec, old.map(|old| &old.spec));
        drop_constraints(
            k8s,
            &mut spec.scheduling_constraints,
            old.and_then(|s| s.scheduling_constraints.as_ref()),
        );
        drop_claims(k8s, &mut spec.resource_claims, old.map(|s| &s.resource_claims));
        if k8s.at_least(Release::V1_37) {
            drop_preemption_policy(
                k8s,
                &mut spec.preemption_policy,
                old.and_then(|s| s.preemption_policy.as_ref()),
            );
            let in_use = old.is_some_and(|s| s.parent_composite_pod_group_name.is_some());
            if !k8s.enabled(Gate::CompositePodGroup) && !in_use {
                spec.parent_composite_pod_group_name = None;
            }
        } else {
            drop_preemption(
                k8s,
                (&mut spec.disruption_mode, old.is_some_and(|s| s.disruption_mode.is_some())),
                (&mut spec.priority_class_name, old.is_some_and(|s| !s.priority_class_name.is_empty())),
                (&mut spec.priority, old.is_some_and(|s| s.priority.is_some())),
            );
        }
    }
}

fn single() -> DisruptionMode {
    DisruptionMode { single: Some(Empty {}), all: None }
}

impl Prepare for CompositePodGroup {
    fn set_defaults(&mut self, k8s: &Kubernetes) {
        if k8s.enabled(Gate::PodGroupPreemptionPolicy) {
            self.spec.preemption_policy.get_or_insert(PreemptionPolicy::PreemptLowerPriority);
        }
        self.spec.disruption_mode.get_or_insert_with(single);
    }

    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    /// The status belongs to the status subresource; then `dropDisabledCompositePodGroupFields`.
    fn prepare(&mut self, k8s: &Kubernetes, old: Option<&Self>) {
        self.status = old.map_or_else(CompositePodGroupStatus::default, |old| old.status.clone());
        drop_preemption_policy(
            k8s,
            &mut self.spec.preemption_policy,
            old.and_then(|old| old.spec.preemption_policy.as_ref()),
        );
    }
}
