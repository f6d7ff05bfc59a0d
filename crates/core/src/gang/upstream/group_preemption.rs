//! Which pods have to go so that a group fits.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::entity::{GroupPreemption, Outcome};
use super::group::Spec;
use super::preemption::{self, Unit, Victims};
use super::scheduler::Scheduler;
use super::status::{Code, Status};
use crate::gang::cluster::{Cluster, PodInfo};
use crate::gang::filter::PodFilters;

const NO_VICTIMS: &str = "No preemption victims found for incoming preemptor";

/// A member where the attempt without the victims put it.
struct Assignment {
    at: usize,
    node: usize,
    pod: Arc<PodInfo>,
    filters: Box<PodFilters>,
}

impl Scheduler {
    /// What could go for the sake of a group of this priority, from the whole cluster.
    fn lower_units(&self, priority: i32) -> Vec<Unit> {
        let nodes: Vec<usize> = (0..self.cluster.len()).collect();
        let mut units = preemption::units(&self.cluster, &self.gangs, &nodes);
        units.retain(|unit| unit.priority < priority);
        units
    }

    fn remove_unit(&mut self, unit: &Unit) {
        for (node, pod) in &unit.pods {
            self.cluster.forget(*node, pod.shared_key());
            self.changes.push(*node);
        }
    }

    fn add_unit(&mut self, unit: &Unit) {
        for (node, pod) in &unit.pods {
            self.cluster.assume(*node, Arc::clone(pod));
            self.changes.push(*node);
        }
    }

    /// The cluster is again what it was before the trials.
    fn restore(&mut self, saved: Cluster, units: &[Unit]) {
        self.cluster = saved;
        self.changes.extend(units.iter().flat_map(|unit| &unit.pods).map(|(node, _)| *node));
    }

    /// 1.36, gate `WorkloadAwarePreemption` (upstream: `runWorkloadAwarePreemption`): who goes so that the members fit.
    /// Every victim that is spared means another attempt with the whole group.
    pub(super) fn preempt_for_members(
        &mut self,
        gang: usize,
        queued: &[usize],
        before: &Cluster,
    ) -> Result<Victims, Status> {
        let Some(group) = self.gangs.get(gang) else { return Err(Status::SUCCESS) };
        if matches!(group.spec, Spec::Missing) {
            return Err(Status::error(format!(
                "failed to get pod group object: podgroup.scheduling.k8s.io {:?} not found",
                &*group.name
            )));
        }
        if group.topology_key().is_some() {
            return Err(Status::unschedulable(
                "workload aware preemption is not supported for pod groups with scheduling constraints",
            ));
        }
        let priority = group.priority();
        let never = |at: &usize| self.entries.get(*at).is_some_and(|entry| entry.pod.flags.never_preempts);
        if queued.iter().any(never) {
            return Err(Status::unschedulable(preemption::NEVER));
        }
        let mut units = self.lower_units(priority);
        if units.is_empty() {
            return Err(Status::unresolvable(NO_VICTIMS));
        }
        let saved = self.cluster.clone();
        for unit in &units {
            self.remove_unit(unit);
        }
        let attempt = |scheduler: &mut Self| {
            let mut result = scheduler.try_group(gang, queued, before, false);
            scheduler.take_back(&mut result);
            result.status
        };
        let status = attempt(self);
        if !status.is_success() {
            self.restore(saved, &units);
            return Err(status);
        }
        units.sort_by(Unit::compare_importance);
        let mut victims = Victims::default();
        for unit in &units {
            self.add_unit(unit);
            if !attempt(self).is_success() {
                self.remove_unit(unit);
                victims.pods.extend(unit.pods.iter().cloned());
            }
        }
        self.restore(saved, &units);
        Ok(victims)
    }

    /// 1.37 (upstream: `PodGroupEvaluator.Preempt`): who goes so that the group fits. Where the members would be is found
    /// once, without any of the possible victims; each of them is then spared if the members still fit there.
    pub(super) fn preempt_for_root(&mut self, root: usize) -> GroupPreemption {
        let mut preemption = self.evaluate_for_root(root);
        let message = preemption.status.message();
        if !message.is_empty() {
            preemption.status.prefix("pod group preemption: ", message);
        }
        // DynamicResources has its turn before; what it says is lost if preemption succeeds, or can never help (upstream:
        // RunPodGroupPostFilterPlugins, DynamicResources.PodGroupPostFilter).
        if preemption.status.code == Code::Unschedulable && self.gives_claims_back(root) {
            preemption.status.prepend("deallocation and deletion of ResourceClaims completed".into());
        }
        preemption
    }

    /// Whether DynamicResources looks at the claims of a group.
    fn gives_claims_back(&self, root: usize) -> bool {
        self.gangs.get(root).is_some_and(|gang| {
            matches!(gang.spec, Spec::Pods(_)) && !(self.gangs.rules.topology && gang.has_constraints())
        })
    }

    fn evaluate_for_root(&mut self, root: usize) -> GroupPreemption {
        let refused = |status: Status| GroupPreemption {
            status,
            nominations: BTreeMap::new(),
            victims: Victims::default(),
        };
        let Some(gang) = self.gangs.get(root) else { return refused(Status::SUCCESS) };
        let priority = gang.priority();
        let members = self.queued_members(root);
        let entries = || members.iter().filter_map(|at| Some((*at, self.entries.get(*at)?)));
        let never = if self.gangs.rules.own_policy {
            gang.never_preempts()
        } else {
            entries().any(|(_, entry)| entry.pod.flags.never_preempts)
        };
        if never {
            return refused(Status::unschedulable(preemption::NEVER));
        }
        let promised = |at: usize| {
            let name = self.entries.get(at)?.nominated.as_ref()?;
            self.cluster.position(name)
        };
        let on_the_way = |node: usize| {
            self.cluster.node(node).is_some_and(|node| {
                node.pods.iter().any(|o| self.gangs.priority_of(o) < priority && o.flags.preempted)
            })
        };
        if members.iter().filter_map(|at| promised(*at)).any(on_the_way) {
            let nominations = members.iter().filter_map(|at| Some((*at, promised(*at)?))).collect();
            let status = Status::success_with("ongoing preemption on nominated nodes".into());
            return GroupPreemption { status, nominations, victims: Victims::default() };
        }
        let mut units = self.lower_units(priority);
        if units.is_empty() {
            return refused(Status::unresolvable(NO_VICTIMS));
        }
        let saved = self.cluster.clone();
        for unit in &units {
            self.remove_unit(unit);
        }
        let mut outcomes = self.try_root(root, true);
        self.take_back_all(&mut outcomes);
        let status = outcomes.get(&root).map_or(Status::SUCCESS, |own| own.status.borrow().clone());
        if !status.is_success() {
            self.restore(saved, &units);
            return refused(status);
        }
        let tried = outcomes.into_values().flat_map(|Outcome { pods, .. }| pods);
        let mut assignments: Vec<Assignment> = tried
            .filter(super::cycle::Tried::fits)
            .filter_map(|tried| {
                let (choice, pod) = tried.choice?;
                Some(Assignment { at: tried.at, node: choice.node, pod, filters: tried.filters? })
            })
            .collect();
        units.sort_by(Unit::compare_importance);
        let mut victims = Victims::default();
        for unit in &units {
            if !self.spare(unit, &mut assignments) {
                victims.pods.extend(unit.pods.iter().cloned());
            }
        }
        self.restore(saved, &units);
        let count = victims.pods.len();
        GroupPreemption {
            status: Status::success_with(format!(
                "found a placement for podgroup, preempting {count} victims"
            )),
            nominations: assignments.iter().map(|assignment| (assignment.at, assignment.node)).collect(),
            victims,
        }
    }

    /// Whether the members still fit where they are with this unit back on its nodes; it stays there if so.
    fn spare(&mut self, unit: &Unit, assignments: &mut [Assignment]) -> bool {
        self.add_unit(unit);
        self.tell(unit, assignments, PodFilters::pod_added);
        let mut placed = 0usize;
        let mut fits = true;
        for assignment in &*assignments {
            let Some(node) = self.cluster.node(assignment.node) else { continue };
            if self.nominated.check(&self.cluster, &assignment.filters, assignment.node, node).is_some() {
                fits = false;
                break;
            }
            self.cluster.assume(assignment.node, Arc::clone(&assignment.pod));
            placed = placed.saturating_add(1);
        }
        for assignment in assignments.iter().take(placed).rev() {
            self.cluster.forget(assignment.node, assignment.pod.shared_key());
        }
        if !fits {
            self.remove_unit(unit);
            self.tell(unit, assignments, PodFilters::pod_removed);
        }
        fits
    }

    fn tell(
        &self,
        unit: &Unit,
        assignments: &mut [Assignment],
        change: fn(&mut PodFilters, &PodInfo, &crate::gang::cluster::NodeInfo),
    ) {
        for (node, pod) in &unit.pods {
            let Some(node) = self.cluster.node(*node) else { continue };
            for assignment in &mut *assignments {
                change(&mut assignment.filters, pod, node);
            }
        }
    }
}
