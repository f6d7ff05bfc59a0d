//! The objects that make pods a group, as far as scheduling reads them.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::pod::GroupRef;
use super::text::{Text, Texts};
use crate::model::{
    CompositePodGroup, Condition, DisruptionModeName, Map, PodGroup, PodGroupSchedulingPolicy,
    PreemptionPolicy, SchedulingConstraints, Time, Workload,
};

/// The groups of a cluster, by `namespace/name`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// 1.35: the pod groups of each Workload by name.
    workloads: BTreeMap<Text, Map<GroupSpec>>,
    pod_groups: BTreeMap<Text, GroupSpec>,
    composites: BTreeMap<Text, CompositeSpec>,
}

/// What scheduling reads of a PodGroup, or (1.35) of a pod group of a Workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GroupSpec {
    /// How many pods must be scheduled at once; `None` for the basic policy.
    pub(crate) min_count: Option<i64>,
    pub(crate) priority: i32,
    /// The CompositePodGroup that it is part of.
    pub(crate) parent: Option<Text>,
    /// The node label whose value all its pods must share.
    pub(crate) topology_key: Option<Text>,
    /// Whether it says anything about topology, be it nothing.
    pub(crate) has_constraints: bool,
    /// Whether its pods are disrupted together or not at all.
    pub(crate) disrupted_together: bool,
    pub(crate) preemption: Option<PreemptionPolicy>,
    pub(crate) creation: Option<Time>,
    /// Its conditions as they were given, without times.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) generation: i64,
}

/// What scheduling reads of a CompositePodGroup.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CompositeSpec {
    /// How many child groups must be scheduled at once; `None` for the basic policy.
    pub(crate) min_group_count: Option<i64>,
    pub(crate) priority: i32,
    pub(crate) parent: Option<Text>,
    pub(crate) topology_key: Option<Text>,
    pub(crate) disrupted_together: bool,
    pub(crate) preemption: Option<PreemptionPolicy>,
    pub(crate) creation: Option<Time>,
}

fn min_count(policy: &PodGroupSchedulingPolicy) -> Option<i64> {
    policy.gang.as_ref().map(|gang| i64::from(gang.min_count))
}

fn topology_key(texts: &mut Texts, constraints: Option<&SchedulingConstraints>) -> Option<Text> {
    constraints.and_then(|c| c.topology.first()).map(|t| texts.share(&t.key))
}

impl Groups {
    pub(super) fn set_workload(&mut self, texts: &mut Texts, workload: &Workload) {
        let meta = &workload.metadata;
        let groups = workload.spec.pod_groups.iter().map(|group| {
            let spec = GroupSpec { min_count: min_count(&group.policy), ..GroupSpec::default() };
            (group.name.clone(), spec)
        });
        // Where a name comes twice the first one counts.
        let mut known = Map::new();
        for (name, spec) in groups {
            if !known.contains_key(&name) {
                known.insert(name, spec);
            }
        }
        self.workloads.insert(texts.share(&format!("{}/{}", meta.namespace, meta.name)), known);
    }

    pub(super) fn set_pod_group(&mut self, texts: &mut Texts, group: &PodGroup) {
        let meta = &group.metadata;
        let spec = &group.spec;
        let together = spec.disruption_mode.as_ref().is_some_and(|mode| {
            mode.named() == Some(&DisruptionModeName::PodGroup)
                || mode.one_of().is_some_and(|mode| mode.all.is_some())
        });
        let conditions = group.status.conditions.iter().cloned();
        let record = GroupSpec {
            min_count: min_count(&spec.scheduling_policy),
            priority: spec.priority.unwrap_or(0),
            parent: spec.parent_composite_pod_group_name.as_ref().map(|name| texts.share(name)),
            topology_key: topology_key(texts, spec.scheduling_constraints.as_ref()),
            has_constraints: spec.scheduling_constraints.is_some(),
            disrupted_together: together,
            preemption: spec.preemption_policy.clone(),
            creation: meta.creation_timestamp,
            conditions: conditions.map(|c| Condition { last_transition_time: None, ..c }).collect(),
            generation: meta.generation,
        };
        self.pod_groups.insert(texts.share(&format!("{}/{}", meta.namespace, meta.name)), record);
    }

    pub(super) fn set_composite(&mut self, texts: &mut Texts, group: &CompositePodGroup) {
        let meta = &group.metadata;
        let spec = &group.spec;
        let record = CompositeSpec {
            min_group_count: spec.scheduling_policy.gang.as_ref().map(|g| i64::from(g.min_group_count)),
            priority: spec.priority.unwrap_or(0),
            parent: spec.parent_composite_pod_group_name.as_ref().map(|name| texts.share(name)),
            topology_key: topology_key(texts, spec.scheduling_constraints.as_ref()),
            disrupted_together: spec.disruption_mode.as_ref().is_some_and(|mode| mode.all.is_some()),
            preemption: spec.preemption_policy.clone(),
            creation: meta.creation_timestamp,
        };
        self.composites.insert(texts.share(&format!("{}/{}", meta.namespace, meta.name)), record);
    }

    /// The group that a pod of this namespace refers to.
    pub(crate) fn of(&self, namespace: &str, reference: &GroupRef) -> Option<&GroupSpec> {
        match &reference.workload {
            Some(workload) => {
                self.workloads.get(format!("{namespace}/{workload}").as_str())?.get(&reference.name)
            }
            None => self.pod_group(namespace, &reference.name),
        }
    }

    /// 1.35: whether there is a Workload of this name.
    pub(crate) fn has_workload(&self, namespace: &str, name: &str) -> bool {
        self.workloads.contains_key(format!("{namespace}/{name}").as_str())
    }

    pub(crate) fn pod_group(&self, namespace: &str, name: &str) -> Option<&GroupSpec> {
        self.pod_groups.get(format!("{namespace}/{name}").as_str())
    }

    /// Every PodGroup, by `namespace/name`.
    pub(crate) fn pod_groups(&self) -> impl Iterator<Item = (&Text, &GroupSpec)> {
        self.pod_groups.iter()
    }

    /// Every CompositePodGroup, by `namespace/name`.
    pub(crate) fn composites(&self) -> impl Iterator<Item = (&Text, &CompositeSpec)> {
        self.composites.iter()
    }
}
