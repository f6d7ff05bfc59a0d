//! The groups that pods belong to: who is in them, when their pods may be tried at all, and what they are worth to a
//! preemption.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::GroupCondition;
use crate::gang::cluster::{Cluster, CompositeSpec, GroupRef, GroupSpec, PodInfo, Text, same};
use crate::model::PreemptionPolicy;
use crate::release::{Gate, Kubernetes, Release};

/// How the release schedules the pods of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// Like any others.
    Plain,
    /// 1.35: like any others, but they wait on their nodes until enough of them have one.
    Barrier,
    /// 1.36: together, when the first of them has its turn.
    Cycle,
    /// 1.37: the group has its turn.
    Entity,
}

/// What the gates say about groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) mode: Mode,
    /// Whether gangs are held to their minimum (gate `GangScheduling`).
    pub(super) gangs: bool,
    /// Gate `TopologyAwareWorkloadScheduling`.
    pub(super) topology: bool,
    /// Whether groups preempt as a whole (1.36: gate `WorkloadAwarePreemption`).
    pub(super) preempt_together: bool,
    /// Gate `CompositePodGroup`.
    pub(super) composites: bool,
    /// Gate `PodGroupPreemptionPolicy`.
    pub(super) own_policy: bool,
}

impl Rules {
    fn of(k8s: &Kubernetes) -> Self {
        let gangs = k8s.enabled(Gate::GangScheduling);
        let mode = if !k8s.enabled(Gate::GenericWorkload) {
            Mode::Plain
        } else if k8s.at_least(Release::V1_37) {
            Mode::Entity
        } else if k8s.at_least(Release::V1_36) {
            Mode::Cycle
        } else if gangs {
            Mode::Barrier
        } else {
            Mode::Plain
        };
        Rules {
            mode,
            gangs,
            topology: k8s.enabled(Gate::TopologyAwareWorkloadScheduling),
            preempt_together: k8s.enabled(Gate::WorkloadAwarePreemption),
            composites: k8s.enabled(Gate::CompositePodGroup),
            own_policy: k8s.enabled(Gate::PodGroupPreemptionPolicy),
        }
    }
}

/// What a group is.
#[derive(Clone, Debug)]
pub(super) enum Spec {
    /// Its object is not there.
    Missing,
    /// A group of pods.
    Pods(GroupSpec),
    /// A group of groups.
    Groups(CompositeSpec),
}

/// What a group is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parent {
    None,
    Missing,
    Known(usize),
}

/// A group, and how far it has come.
#[derive(Debug)]
pub(super) struct Gang {
    /// `namespace/name`.
    pub(super) key: String,
    /// The name alone; in 1.35 of the group within its Workload.
    pub(super) name: Text,
    /// 1.35: the Workload, and whether it is there.
    workload: Option<(Text, bool)>,
    pub(super) spec: Spec,
    parent: Parent,
    /// In the order in which they are tried.
    pub(super) children: Vec<usize>,
    /// The pods that are to be scheduled, be they scheduled by now or not, by their place in the queue's order.
    pub(super) members: Vec<usize>,
    /// How many of them count that have no node and wait for none.
    pub(super) open: usize,
    /// 1.35: those that wait on their nodes.
    pub(super) waiting: Vec<usize>,
    /// The pods that have a node.
    pub(super) scheduled: Vec<Arc<PodInfo>>,
    pub(super) conditions: Vec<GroupCondition>,
    /// When it was queued last.
    pub(super) timestamp: u64,
    /// The state of the cluster that its last attempt saw.
    pub(super) seen: u64,
    pub(super) attempts: u32,
}

impl Gang {
    /// How many of its pods must have a node; `None` where it does not matter.
    pub(super) const fn min_count(&self) -> Option<i64> {
        match &self.spec {
            Spec::Pods(spec) => spec.min_count,
            Spec::Missing | Spec::Groups(_) => None,
        }
    }

    pub(super) const fn priority(&self) -> i32 {
        match &self.spec {
            Spec::Pods(spec) => spec.priority,
            Spec::Groups(spec) => spec.priority,
            Spec::Missing => 0,
        }
    }

    /// Its own preemption policy; `true`: never.
    pub(super) fn never_preempts(&self) -> bool {
        let policy = match &self.spec {
            Spec::Pods(spec) => spec.preemption.as_ref(),
            Spec::Groups(spec) => spec.preemption.as_ref(),
            Spec::Missing => None,
        };
        policy.is_some_and(|policy| *policy != PreemptionPolicy::PreemptLowerPriority)
    }

    /// The node label whose value all its pods must share.
    pub(super) fn topology_key(&self) -> Option<&Text> {
        match &self.spec {
            Spec::Pods(spec) => spec.topology_key.as_ref(),
            Spec::Groups(spec) => spec.topology_key.as_ref(),
            Spec::Missing => None,
        }
    }

    /// Whether it says anything about topology, be it nothing.
    pub(super) fn has_constraints(&self) -> bool {
        matches!(&self.spec, Spec::Pods(spec) if spec.has_constraints)
    }

    const fn disrupted_together(&self) -> bool {
        match &self.spec {
            Spec::Pods(spec) => spec.disrupted_together,
            Spec::Groups(spec) => spec.disrupted_together,
            Spec::Missing => false,
        }
    }

    /// How many of its pods there are, with a node or without.
    pub(super) fn len(&self) -> usize {
        self.open.saturating_add(self.waiting.len()).saturating_add(self.scheduled.len())
    }

    /// Writes the condition that says whether the group was scheduled (upstream: `updatePodGroupCondition`). It never
    /// turns from true to false.
    pub(super) fn set_condition(&mut self, kind: &str, status: bool, reason: &str, message: String) {
        let Spec::Pods(spec) = &self.spec else { return };
        let condition = GroupCondition {
            condition_type: kind.into(),
            status: if status { "True" } else { "False" }.into(),
            reason: reason.into(),
            message,
            observed_generation: spec.generation,
        };
        match self.conditions.iter_mut().find(|c| c.condition_type == kind) {
            None => self.conditions.push(condition),
            Some(known) if known.status == "True" && !status => {}
            Some(known) => *known = condition,
        }
    }
}

/// All groups, and what the gates say about them.
#[derive(Debug)]
pub(super) struct Gangs {
    pub(super) rules: Rules,
    pub(super) all: Vec<Gang>,
    by_reference: BTreeMap<(Text, GroupRef), usize>,
    composites: BTreeMap<(Text, Text), usize>,
}

impl Gangs {
    /// The groups of the cluster and of the pods that are to be scheduled.
    pub(super) fn read(cluster: &Cluster, pods: &[Arc<PodInfo>]) -> Self {
        let rules = Rules::of(cluster.kubernetes());
        let mut gangs =
            Gangs { rules, all: Vec::new(), by_reference: BTreeMap::new(), composites: BTreeMap::new() };
        if rules.mode == Mode::Plain {
            return gangs;
        }
        gangs.read_objects(cluster);
        for pod in pods.iter().chain(cluster.pods()) {
            gangs.enter(cluster, pod);
        }
        for pod in cluster.pods() {
            if let Some(gang) = gangs.of(pod).and_then(|at| gangs.all.get_mut(at)) {
                gang.scheduled.push(Arc::clone(pod));
            }
        }
        gangs.connect();
        gangs
    }

    fn read_objects(&mut self, cluster: &Cluster) {
        if self.rules.mode == Mode::Barrier {
            return;
        }
        for (key, spec) in cluster.groups().pod_groups() {
            let Some((namespace, name)) = key.split_once('/') else { continue };
            let reference = GroupRef { workload: None, name: Text::from(name), replica: None };
            let at = self.push(key, Text::clone(&reference.name), None, Spec::Pods(spec.clone()));
            if let Some(gang) = self.all.get_mut(at) {
                gang.conditions = spec.conditions.iter().map(GroupCondition::from).collect();
            }
            self.by_reference.insert((Text::from(namespace), reference), at);
        }
        if self.rules.composites {
            for (key, spec) in cluster.groups().composites() {
                let Some((namespace, name)) = key.split_once('/') else { continue };
                let (namespace, name) = (Text::from(namespace), Text::from(name));
                let at = self.push(key, Text::clone(&name), None, Spec::Groups(spec.clone()));
                self.composites.insert((namespace, name), at);
            }
        }
    }

    fn push(&mut self, key: &str, name: Text, workload: Option<(Text, bool)>, spec: Spec) -> usize {
        self.all.push(Gang {
            key: key.into(),
            name,
            workload,
            spec,
            parent: Parent::None,
            children: Vec::new(),
            members: Vec::new(),
            open: 0,
            waiting: Vec::new(),
            scheduled: Vec::new(),
            conditions: Vec::new(),
            timestamp: 0,
            seen: 0,
            attempts: 0,
        });
        self.all.len().saturating_sub(1)
    }

    /// A pod's group, even if its object is not there.
    fn enter(&mut self, cluster: &Cluster, pod: &PodInfo) {
        let Some(reference) = &pod.group else { return };
        if self.of(pod).is_some() {
            return;
        }
        let namespace = pod.namespace();
        let spec = cluster.groups().of(namespace, reference).cloned().map_or(Spec::Missing, Spec::Pods);
        let workload = reference
            .workload
            .as_ref()
            .map(|name| (Text::clone(name), cluster.groups().has_workload(namespace, name)));
        let key = format!("{namespace}/{}", reference.name);
        let at = self.push(&key, Text::clone(&reference.name), workload, spec);
        self.by_reference.insert((Text::clone(&pod.shape.namespace), reference.clone()), at);
    }

    /// Tells groups what they are part of.
    fn connect(&mut self) {
        if !self.rules.composites {
            return;
        }
        let places: Vec<(usize, Text)> = self
            .by_reference
            .iter()
            .map(|((namespace, _), at)| (*at, Text::clone(namespace)))
            .chain(self.composites.iter().map(|((namespace, _), at)| (*at, Text::clone(namespace))))
            .collect();
        for (at, namespace) in places {
            let name = match self.all.get(at).map(|gang| &gang.spec) {
                Some(Spec::Pods(spec)) => spec.parent.clone(),
                Some(Spec::Groups(spec)) => spec.parent.clone(),
                _ => None,
            };
            let Some(name) = name else { continue };
            let parent = self.composites.get(&(namespace, name)).copied();
            if let Some(gang) = self.all.get_mut(at) {
                gang.parent = parent.map_or(Parent::Missing, Parent::Known);
            }
            if let Some(parent) = parent.and_then(|parent| self.all.get_mut(parent)) {
                parent.children.push(at);
            }
        }
        // The oldest child first (upstream: PodGroupInfo.GetChildGroups).
        let age = |at: usize| {
            self.all.get(at).map(|gang| match &gang.spec {
                Spec::Pods(spec) => (spec.creation, Text::clone(&gang.name)),
                Spec::Groups(spec) => (spec.creation, Text::clone(&gang.name)),
                Spec::Missing => (None, Text::clone(&gang.name)),
            })
        };
        let sorted: Vec<Vec<usize>> = self
            .all
            .iter()
            .map(|gang| {
                let mut children = gang.children.clone();
                children.sort_by_key(|child| age(*child));
                children
            })
            .collect();
        for (gang, children) in self.all.iter_mut().zip(sorted) {
            gang.children = children;
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<&Gang> {
        self.all.get(at)
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Gang> {
        self.all.get_mut(at)
    }

    /// The place of a pod's group.
    pub(super) fn of(&self, pod: &PodInfo) -> Option<usize> {
        let reference = pod.group.as_ref()?;
        if self.by_reference.is_empty() {
            return None;
        }
        self.by_reference.get(&(Text::clone(&pod.shape.namespace), reference.clone())).copied()
    }

    /// The group that has its turn when this one has; `None` where an ancestor is not there.
    pub(super) fn root(&self, at: usize) -> Option<usize> {
        let mut at = at;
        // More steps than groups: a circle.
        for _ in 0..=self.all.len() {
            let gang = self.all.get(at)?;
            match gang.parent {
                Parent::None => return (!matches!(gang.spec, Spec::Missing)).then_some(at),
                Parent::Missing => return None,
                Parent::Known(parent) => at = parent,
            }
        }
        None
    }

    /// The groups of pods in a group, itself included.
    pub(super) fn leaves(&self, at: usize) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut next = alloc::vec![at];
        let mut steps = 0usize;
        while let Some(at) = next.pop() {
            steps = steps.saturating_add(1);
            let Some(gang) = self.all.get(at) else { continue };
            if matches!(gang.spec, Spec::Groups(_)) {
                next.extend(gang.children.iter().rev());
            } else {
                leaves.push(at);
            }
            if steps > self.all.len() {
                break;
            }
        }
        leaves
    }

    /// What holds back the pods of a group, in the words of PreEnqueue (upstream: `GangScheduling.PreEnqueue`).
    pub(super) fn gate(&self, at: usize) -> Option<String> {
        if !self.rules.gangs {
            return None;
        }
        let gang = self.all.get(at)?;
        let too_few = || String::from("waiting for minCount pods from a gang to appear in scheduling queue");
        if let Some((workload, there)) = &gang.workload {
            if !there {
                return Some(format!(
                    "waiting for pods's workload {:?} to appear in scheduling queue",
                    &**workload
                ));
            }
            if matches!(gang.spec, Spec::Missing) {
                return Some(format!(
                    "pod group {:?} doesn't exist for a workload {:?}",
                    &*gang.name, &**workload
                ));
            }
        }
        if matches!(gang.spec, Spec::Missing) {
            return Some(format!(
                "waiting for pods's pod group {:?} to appear in scheduling queue",
                &*gang.name
            ));
        }
        if gang.parent == Parent::None {
            return (!self.is_ready(at, 0)).then(too_few);
        }
        let root = self.root(at)?;
        (!self.is_ready(root, 0)).then(|| {
            let name = self.all.get(root).map_or("", |gang| &*gang.name);
            format!("waiting for composite pod group {name:?} tree to meet quorum")
        })
    }

    /// Whether enough of a group is there (upstream: `isPGReady`, `isCPGTreeReady`).
    fn is_ready(&self, at: usize, depth: usize) -> bool {
        let Some(gang) = self.all.get(at).filter(|_| depth <= self.all.len()) else { return false };
        let at_least = |count: usize, min: i64| i64::try_from(count).unwrap_or(i64::MAX) >= min;
        match &gang.spec {
            Spec::Missing => false,
            Spec::Pods(spec) => spec.min_count.is_none_or(|min| at_least(gang.len(), min)),
            Spec::Groups(spec) => {
                let next = depth.saturating_add(1);
                let ready = gang.children.iter().filter(|child| self.is_child_ready(**child, next));
                at_least(ready.count(), spec.min_group_count.unwrap_or(1))
            }
        }
    }

    /// As a child of another group, a group of the basic policy needs one pod.
    fn is_child_ready(&self, at: usize, depth: usize) -> bool {
        let empty =
            self.all.get(at).is_some_and(|gang| matches!(gang.spec, Spec::Pods(_)) && gang.len() == 0);
        !empty && self.is_ready(at, depth)
    }

    /// The priority of a pod as a victim (1.37: its group's).
    pub(super) fn priority_of(&self, pod: &PodInfo) -> i32 {
        if self.rules.mode != Mode::Entity {
            return pod.priority;
        }
        let Some(gang) = self.of(pod).and_then(|at| self.all.get(at)) else { return pod.priority };
        if matches!(gang.spec, Spec::Missing) {
            return pod.priority;
        }
        let mut gang = gang;
        for _ in 0..self.all.len() {
            let Parent::Known(parent) = gang.parent else { break };
            let Some(next) = self.all.get(parent) else { break };
            gang = next;
        }
        gang.priority()
    }

    /// The widest group around a pod whose pods are disrupted together.
    pub(super) fn together(&self, pod: &PodInfo) -> Option<usize> {
        if self.rules.mode < Mode::Cycle {
            return None;
        }
        let mut widest = None;
        let mut at = self.of(pod)?;
        for _ in 0..=self.all.len() {
            let gang = self.all.get(at)?;
            if gang.disrupted_together() {
                widest = Some(at);
            }
            match gang.parent {
                Parent::Known(parent) => at = parent,
                Parent::None | Parent::Missing => break,
            }
        }
        widest
    }

    /// A pod took a node.
    pub(super) fn pod_bound(&mut self, at: usize, pod: &Arc<PodInfo>) {
        if let Some(gang) = self.all.get_mut(at) {
            gang.scheduled.push(Arc::clone(pod));
        }
    }

    /// A pod lost its node.
    pub(super) fn pod_gone(&mut self, pod: &PodInfo) {
        if let Some(gang) = self.of(pod).and_then(|at| self.all.get_mut(at)) {
            gang.scheduled.retain(|other| !same(other.shared_key(), pod.shared_key()));
        }
    }
}
