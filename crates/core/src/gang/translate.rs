//! The question of a gang in Kubernetes' objects, as plain numbers for the [solver](super::solver).
//!
//! Members of one shape and group make a class. What the filters say whatever else is placed decides which nodes are
//! allowed; what changes with every member becomes amounts, conflicts, spread constraints and affinities. The order of the
//! problem's nodes is that of the cluster.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;

use super::cluster::{Cluster, NodeInfo, PodInfo, PodShape, Text};
use super::filter::{Plugin, PodFilters, Reason, Rejection, exclude_each_other};
use super::solver::problem::{
    Affinity, Conflict, Group, Members, Need, Problem, Room, Spread, Topology, Within,
};
use super::tree::{GangObjects, Tree};
use crate::error::InputError;
use crate::release::Release;

/// A gang as a problem, and what its parts stand for.
#[derive(Clone, Debug)]
pub struct Translation {
    /// The gang as plain numbers. Its nodes are those of the cluster, in the same order.
    pub problem: Problem,
    /// The groups, as in the problem.
    pub groups: Vec<GroupState>,
    /// The classes of members, as in the problem.
    pub classes: Vec<MemberClass>,
    /// Why kube-scheduler does not try the gang at all as things are; empty if it does.
    pub held_back: Vec<HeldBack>,
    /// What concerns the gang and was not judged. What is said to be impossible is so all the same; what is said to be
    /// placed may fail for these reasons.
    pub not_judged: Vec<&'static str>,
    /// What the objects ask for and the release ignores.
    pub ignored: Vec<&'static str>,
    /// Whether there are too many classes of members, on too many nodes, to be judged one by one: the problem has no node
    /// then, and says nothing.
    pub too_large: bool,
}

/// A group of the gang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupState {
    /// `namespace/name`; 1.35: `namespace/workload/name`, and the replica if there is one.
    pub group: String,
    /// How many pods, or groups below it, must be scheduled at once.
    pub needs: u64,
    /// How many of its pods have a node.
    pub scheduled: u64,
    /// How many of its pods have none, and are not being deleted.
    pub pending: u64,
    /// The node label whose value all its pods must share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topology_key: Option<String>,
}

/// Members that fare alike.
#[derive(Clone, Debug)]
pub struct MemberClass {
    /// The pods.
    pub pods: Vec<Arc<PodInfo>>,
    /// Their group, as an index into [`Translation::groups`].
    pub group: usize,
    /// Why they can be nowhere, for a reason of their own.
    pub rejection: Option<Rejection>,
    /// How many nodes are out of the question, and why: the plugin, its reasons.
    pub excluded: Vec<(Plugin, Vec<Reason>, u64)>,
}

/// Why kube-scheduler does not try a gang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum HeldBack {
    /// There are fewer pods than the gang needs; it waits for more.
    TooFewPods {
        /// The group.
        group: String,
        /// How many pods, or groups below it that have enough, there are.
        has: u64,
        /// How many it needs.
        needs: u64,
    },
    /// Scheduling gates hold pods back.
    Gated {
        /// How many pods.
        pods: u64,
    },
    /// Pods name different schedulers.
    SchedulersDiffer {
        /// Two of them.
        schedulers: Vec<String>,
    },
    /// Pods are for another scheduler than the one that is judged.
    OtherScheduler {
        /// Its name.
        scheduler: String,
    },
    /// Pods have another priority than the group (1.37).
    PrioritiesDiffer {
        /// The pod's.
        pod: i32,
        /// The group's.
        group: i32,
    },
    /// Pods that have a node are not within one domain, so that there is none for the others.
    ScheduledApart {
        /// The group.
        group: String,
        /// The node label.
        topology_key: String,
    },
}

/// Translates a gang.
///
/// `pods` are the pending pods of the cluster; those of other groups are left out. `group` is the group's
/// `namespace/name` (1.35: `namespace/workload/name`); without it, the pending pods must name one group only.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, translate::translate, tree::GangObjects};
/// use podverdict::{model::{Pod, PodGroup}, release::{Kubernetes, Release}};
/// let group: PodGroup = serde_json::from_str(
///     r#"{"metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 2}}}}"#,
/// )?;
/// let pod: Pod = serde_json::from_str(
///     r#"{"metadata": {"name": "p", "namespace": "default"}, "spec": {"schedulingGroup": {"podGroupName": "g"}}}"#,
/// )?;
/// let objects = GangObjects { pod_groups: vec![group], ..GangObjects::default() };
/// let cluster = Cluster::new(&Kubernetes::new(Release::V1_37));
/// let translation = translate(&cluster, &objects, &[cluster.reader().read(&pod)], None)?;
/// assert_eq!((translation.problem.need(), translation.problem.total()), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// There is no such group, there is no telling which one is meant, or its object is missing.
pub fn translate(
    cluster: &Cluster,
    objects: &GangObjects,
    pods: &[Arc<PodInfo>],
    group: Option<&str>,
) -> Result<Translation, InputError> {
    let tree = Tree::read(cluster, objects, pods, group)?;
    Ok(Translator::new(cluster, &tree).run())
}

struct Translator<'c> {
    cluster: &'c Cluster,
    tree: &'c Tree,
    classes: Vec<MemberClass>,
    /// The filters of each class, unless it is rejected as a whole.
    filters: Vec<Option<PodFilters>>,
    topologies: BTreeMap<Text, usize>,
    problem: Problem,
    held_back: Vec<HeldBack>,
    not_judged: Vec<&'static str>,
}

/// More pairs of a class and a node than these are not judged: each is a call of the filters.
const MOST_PAIRS: usize = 50_000_000;

/// Stands for the key of a topology in which each node is a domain; no label has this key.
const NODE: &str = "";
/// Stands for the key of a topology of one domain.
const CLUSTER: &str = "/";

impl<'c> Translator<'c> {
    fn new(cluster: &'c Cluster, tree: &'c Tree) -> Self {
        Translator {
            cluster,
            tree,
            classes: Vec::new(),
            filters: Vec::new(),
            topologies: BTreeMap::new(),
            problem: Problem::default(),
            held_back: Vec::new(),
            not_judged: Vec::new(),
        }
    }

    fn run(mut self) -> Translation {
        self.classify();
        let too_large = self.classes.len().saturating_mul(self.cluster.len()) > MOST_PAIRS;
        if too_large {
            return self.unread();
        }
        self.measure();
        self.allow();
        self.conflicts();
        self.spreads();
        self.affinities();
        self.groups();
        self.hold_back();
        for (at, class) in self.classes.iter().enumerate() {
            if let Some(filters) = self.filters.get(at).and_then(Option::as_ref) {
                self.not_judged.extend(filters.not_judged());
                if filters.has_volumes() {
                    self.not_judged.push("how many volumes members attach to one node together");
                    self.not_judged.push("claims that members share and that wait for their first consumer");
                }
            }
            if class.pods.first().is_some_and(|pod| pod.shape.usage != *pod.shape.incoming()) {
                self.not_judged.push("requests that a pending pod's status changes");
            }
        }
        self.finish(false)
    }

    /// The gang without what needs every node.
    fn unread(mut self) -> Translation {
        for class in &self.classes {
            let (count, group) = (count(class.pods.len()), class.group);
            self.problem.members.push(Members { count, group, ..Members::default() });
        }
        self.groups();
        for group in &mut self.problem.groups {
            group.within = None;
        }
        self.problem.topologies.clear();
        self.hold_back();
        self.finish(true)
    }

    fn finish(mut self, too_large: bool) -> Translation {
        self.not_judged.sort_unstable();
        self.not_judged.dedup();
        let groups = self.tree.groups.iter().map(|group| GroupState {
            group: group.key.clone(),
            needs: group.need,
            scheduled: count(group.scheduled.len()),
            pending: count(group.pending.iter().filter(|pod| !pod.flags.terminating).count()),
            topology_key: group.topology_key.clone(),
        });
        Translation {
            groups: groups.collect(),
            problem: self.problem,
            classes: self.classes,
            held_back: self.held_back,
            not_judged: self.not_judged,
            ignored: self.tree.ignored.clone(),
            too_large,
        }
    }

    /// Puts members that fare alike together.
    fn classify(&mut self) {
        let mut known: BTreeMap<(usize, *const PodShape), usize> = BTreeMap::new();
        for (group, state) in self.tree.groups.iter().enumerate() {
            for pod in state.pending.iter().filter(|pod| !pod.flags.terminating) {
                let at = *known.entry((group, Arc::as_ptr(&pod.shape))).or_insert(self.classes.len());
                match self.classes.get_mut(at) {
                    Some(class) => class.pods.push(Arc::clone(pod)),
                    None => self.classes.push(MemberClass {
                        pods: vec![Arc::clone(pod)],
                        group,
                        rejection: None,
                        excluded: Vec::new(),
                    }),
                }
            }
        }
        for class in &mut self.classes {
            let filters = class.pods.first().map(|pod| PodFilters::new(self.cluster, pod));
            self.filters.push(match filters {
                Some(Ok(filters)) => Some(filters),
                Some(Err(rejection)) => {
                    class.rejection = Some(rejection);
                    None
                }
                None => None,
            });
        }
    }

    /// Requests and free amounts: of the three that every node has, and of each scalar that some member requests.
    fn measure(&mut self) {
        let mut scalars: Vec<Text> = Vec::new();
        for class in &self.classes {
            for (name, amount) in class.pods.iter().take(1).flat_map(|pod| &pod.shape.incoming().scalars) {
                if *amount > 0 && !scalars.contains(name) {
                    scalars.push(Text::clone(name));
                }
            }
        }
        scalars.sort();
        self.problem.resources =
            ["cpu", "memory", "ephemeral-storage"].into_iter().map(String::from).collect();
        self.problem.resources.extend(scalars.iter().map(|name| String::from(&**name)));
        self.problem.nodes = self
            .cluster
            .nodes()
            .map(|node| {
                let (has, taken) = (&node.record.allocatable, &node.requested);
                let mut free = Vec::with_capacity(scalars.len().saturating_add(3));
                free.push(has.milli_cpu.wrapping_sub(taken.milli_cpu));
                free.push(has.memory.wrapping_sub(taken.memory));
                free.push(has.ephemeral_storage.wrapping_sub(taken.ephemeral_storage));
                free.extend(scalars.iter().map(|n| has.scalar_of(n).wrapping_sub(taken.scalar_of(n))));
                let pods = i64::try_from(node.pods.len()).unwrap_or(i64::MAX);
                Room { free, slots: node.record.allowed_pods.saturating_sub(pods) }
            })
            .collect();
        for class in &self.classes {
            let Some(pod) = class.pods.first() else { continue };
            let wanted = pod.shape.incoming();
            let mut request = vec![wanted.milli_cpu, wanted.memory, wanted.ephemeral_storage];
            request.extend(scalars.iter().map(|name| wanted.scalar_of(name)));
            self.problem.members.push(Members {
                count: count(class.pods.len()),
                request,
                allowed: vec![false; self.cluster.len()],
                group: class.group,
            });
        }
    }

    /// Which nodes are allowed for each class.
    fn allow(&mut self) {
        for ((class, filters), members) in
            self.classes.iter_mut().zip(&self.filters).zip(&mut self.problem.members)
        {
            let Some(filters) = filters else { continue };
            let mut excluded: BTreeMap<(Plugin, Vec<Reason>), u64> = BTreeMap::new();
            for (node, allowed) in self.cluster.nodes().zip(&mut members.allowed) {
                match filters.check_standing(self.cluster, node) {
                    None => *allowed = true,
                    Some(rejection) => {
                        let nodes = excluded.entry((rejection.plugin, rejection.reasons)).or_default();
                        *nodes = nodes.saturating_add(1);
                    }
                }
            }
            class.excluded =
                excluded.into_iter().map(|((plugin, why), nodes)| (plugin, why, nodes)).collect();
        }
    }

    /// The topology of a label key, made when it is first asked for.
    fn topology(&mut self, key: &Text) -> usize {
        if let Some(known) = self.topologies.get(key) {
            return *known;
        }
        let mut domains: BTreeMap<&Text, usize> = BTreeMap::new();
        let mut names = Vec::new();
        let mut domain_of = Vec::with_capacity(self.cluster.len());
        let single = Text::from(CLUSTER);
        for node in self.cluster.nodes() {
            let value = match &**key {
                NODE => Some(&node.record.name),
                CLUSTER => Some(&single),
                key => node.record.labels.get(key),
            };
            domain_of.push(value.map(|value| {
                *domains.entry(value).or_insert_with(|| {
                    names.push(String::from(&**value));
                    names.len().saturating_sub(1)
                })
            }));
        }
        let at = self.problem.topologies.len();
        self.problem.topologies.push(Topology { key: String::from(&**key), domain_of, domains: names });
        self.topologies.insert(Text::clone(key), at);
        at
    }

    /// The places of a topology's domains by name.
    fn places(&self, topology: usize) -> BTreeMap<&str, usize> {
        let domains = self.problem.topologies.get(topology).map(|t| t.domains.as_slice()).unwrap_or_default();
        domains.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect()
    }

    /// Who may not be with whom: host ports and disks on a node, claims for one pod at a time, required anti-affinity.
    fn conflicts(&mut self) {
        let mut found: Vec<(usize, usize, Text)> = Vec::new();
        let claims: Vec<Vec<Text>> = self
            .filters
            .iter()
            .map(|filters| filters.as_ref().map(|f| f.exclusive_claims(self.cluster)).unwrap_or_default())
            .collect();
        // Most gangs have none of this, and are not to be compared class by class.
        let speaks: Vec<bool> = self
            .classes
            .iter()
            .zip(&claims)
            .map(|(class, claims)| {
                class.pods.first().is_some_and(|pod| {
                    let shape = &pod.shape;
                    !claims.is_empty()
                        || !shape.ports().is_empty()
                        || !shape.volumes().disks.is_empty()
                        || shape.has_required_anti_affinity()
                })
            })
            .collect();
        for (a, one) in self.classes.iter().enumerate().filter(|(a, _)| speaks.get(*a) == Some(&true)) {
            for (b, other) in self.classes.iter().enumerate() {
                let (Some(one), Some(other)) = (one.pods.first(), other.pods.first()) else { continue };
                if exclude_each_other(one, other) {
                    found.push((a.min(b), a.max(b), Text::from(NODE)));
                }
                let shared = |claim: &Text| claims.get(b).is_some_and(|other| other.contains(claim));
                if claims.get(a).is_some_and(|own| own.iter().any(shared))
                    && one.namespace() == other.namespace()
                {
                    found.push((a.min(b), a.max(b), Text::from(CLUSTER)));
                }
                let filters = self.filters.get(a).and_then(Option::as_ref);
                let away = filters.into_iter().flat_map(|filters| filters.keeps_away_from(other));
                found.extend(away.map(|key| (a.min(b), a.max(b), Text::clone(key))));
            }
        }
        found.sort();
        found.dedup();
        for (a, b, key) in found {
            let topology = self.topology(&key);
            self.problem.conflicts.push(Conflict { a, b, topology });
        }
    }

    fn spreads(&mut self) {
        let all = core::mem::take(&mut self.filters);
        for (member, filters) in all.iter().enumerate() {
            let Some(filters) = filters else { continue };
            for rule in filters.spread_rules() {
                let topology = self.topology(rule.key);
                let domains = self.problem.topologies.get(topology).map_or(0, |t| t.domains.len());
                let mut before = vec![None; domains];
                let places = self.places(topology);
                for (domain, count) in &rule.domains {
                    if let Some(entry) = places.get(&***domain).and_then(|at| before.get_mut(*at)) {
                        *entry = Some(u64::try_from(*count).unwrap_or(0));
                    }
                }
                let counts = |class: &MemberClass| {
                    class.pods.first().is_some_and(|pod| filters.spread_counts(&rule, pod))
                };
                self.problem.spreads.push(Spread {
                    member,
                    topology,
                    max_skew: rule.max_skew,
                    min_domains: u64::try_from(rule.min_domains).unwrap_or(0),
                    counts_self: rule.counts_self,
                    counted: self.classes.iter().map(counts).collect(),
                    included: self
                        .cluster
                        .nodes()
                        .map(|node: &NodeInfo| filters.spread_includes(&rule, &node.record))
                        .collect(),
                    before,
                });
            }
        }
        self.filters = all;
    }

    fn affinities(&mut self) {
        let all = core::mem::take(&mut self.filters);
        for (member, filters) in all.iter().enumerate() {
            let Some((filters, rule)) = filters.as_ref().and_then(|f| Some((f, f.near_rule()?))) else {
                continue;
            };
            let mut topologies = Vec::new();
            let mut held = Vec::new();
            for (key, values) in &rule.held {
                let topology = self.topology(key);
                topologies.push(topology);
                let places = self.places(topology);
                held.push(values.iter().filter_map(|value| places.get(&***value).copied()).collect());
            }
            let matches = |class: &MemberClass| class.pods.first().is_some_and(|pod| filters.is_near_to(pod));
            let mut matched: Vec<bool> = self.classes.iter().map(matches).collect();
            if !rule.may_be_first
                && let Some(own) = matched.get_mut(member)
            {
                // It comes only to domains that are held already, so that it is no loss if it holds none itself.
                *own = false;
            }
            self.problem.affinities.push(Affinity { member, topologies, matched, held });
        }
        self.filters = all;
    }

    fn groups(&mut self) {
        for state in &self.tree.groups {
            let scheduled = count(state.scheduled.len());
            let need = if state.is_composite {
                Need::Groups(state.need)
            } else if state.parent.is_none() && state.need <= scheduled {
                // The gang runs; what is asked is whether another of its pods can be placed (upstream: a cycle that places
                // none has failed).
                Need::Members(1)
            } else {
                Need::Members(state.need.saturating_sub(scheduled))
            };
            let within = state.topology_key.as_ref().map(|key| {
                let topology = self.topology(&Text::from(key.as_str()));
                (topology, key)
            });
            self.problem.groups.push(Group {
                parent: state.parent,
                need,
                within: within.map(|(topology, _)| Within { topology, only: None }),
            });
        }
        for at in 0..self.tree.groups.len() {
            self.settle_domain(at);
        }
    }

    /// Pods that have a node settle the domain (upstream: `topologyaware.GeneratePlacements`).
    fn settle_domain(&mut self, at: usize) {
        let Some(within) = self.problem.groups.get(at).and_then(|group| group.within) else { return };
        let mut found: Vec<Option<usize>> = Vec::new();
        for (leaf, state) in self.tree.groups.iter().enumerate() {
            if !self.is_below(leaf, at) {
                continue;
            }
            for pod in &state.scheduled {
                let node = pod.node_name().and_then(|name| self.cluster.position(name));
                let domain = node.and_then(|node| {
                    self.problem.topologies.get(within.topology)?.domain_of.get(node).copied()?
                });
                if !found.contains(&domain) {
                    found.push(domain);
                }
            }
        }
        let only = match found.as_slice() {
            [] => return,
            [Some(domain)] => Some(*domain),
            _ => {
                if let Some(state) = self.tree.groups.get(at) {
                    self.held_back.push(HeldBack::ScheduledApart {
                        group: state.key.clone(),
                        topology_key: state.topology_key.clone().unwrap_or_default(),
                    });
                }
                found.iter().flatten().next().copied()
            }
        };
        if let Some(group) = self.problem.groups.get_mut(at) {
            group.within = Some(Within { only, ..within });
        }
    }

    fn is_below(&self, group: usize, ancestor: usize) -> bool {
        let mut at = Some(group);
        while let Some(group) = at {
            if group == ancestor {
                return true;
            }
            at = self.tree.groups.get(group).and_then(|group| group.parent);
        }
        false
    }

    /// What keeps the scheduler from trying the gang (upstream: `GangScheduling.PreEnqueue`, `validatePodGroup`).
    fn hold_back(&mut self) {
        let k8s = self.cluster.kubernetes();
        let groups = &self.tree.groups;
        let mut ready = vec![0_u64; groups.len()];
        for (at, group) in groups.iter().enumerate().rev() {
            let has = if group.is_composite {
                ready.get(at).copied().unwrap_or(0)
            } else {
                count(group.pending.len()).saturating_add(count(group.scheduled.len()))
            };
            if has >= group.need {
                if let Some(parent) = group.parent.and_then(|parent| ready.get_mut(parent)) {
                    *parent = parent.saturating_add(1);
                }
            } else if group.parent.is_none() {
                self.held_back.push(HeldBack::TooFewPods {
                    group: group.key.clone(),
                    has,
                    needs: group.need,
                });
            }
        }
        let pending = || self.tree.pending().filter(|pod| !pod.flags.terminating);
        let gated = count(pending().filter(|pod| pod.flags.gated).count());
        let all_at_once = k8s.at_least(Release::V1_37);
        let ungated = |group: &super::tree::TreeGroup| {
            let free = group.pending.iter().filter(|pod| !pod.flags.gated && !pod.flags.terminating);
            count(free.count()).saturating_add(count(group.scheduled.len()))
        };
        let lacks = groups.iter().any(|group| !group.is_composite && ungated(group) < group.need);
        if gated > 0 && (all_at_once || lacks) {
            self.held_back.push(HeldBack::Gated { pods: gated });
        }
        let mut schedulers: Vec<String> = Vec::new();
        for pod in pending() {
            let name = if pod.scheduler_name.is_empty() { DEFAULT_SCHEDULER } else { &pod.scheduler_name };
            if !schedulers.iter().any(|known| known == name) {
                schedulers.push(name.into());
            }
        }
        match schedulers.as_slice() {
            [] => {}
            [one] if one == DEFAULT_SCHEDULER => {}
            [one] => self.held_back.push(HeldBack::OtherScheduler { scheduler: one.clone() }),
            _ => self
                .held_back
                .push(HeldBack::SchedulersDiffer { schedulers: schedulers.into_iter().take(2).collect() }),
        }
        if all_at_once && let Some(root) = groups.first() {
            let members = groups.iter().flat_map(|group| group.pending.iter().chain(&group.scheduled));
            if let Some(other) = members.map(|pod| pod.priority).find(|priority| *priority != root.priority) {
                self.held_back.push(HeldBack::PrioritiesDiffer { pod: other, group: root.priority });
            }
        }
    }
}

/// The scheduler that is judged.
const DEFAULT_SCHEDULER: &str = "default-scheduler";

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
