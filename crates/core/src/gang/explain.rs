//! Why a gang cannot start, once for the whole gang, and the smallest changes that let it.
//!
//! Numbers say whether they are exact: that the next better one is proven not to do. One that is not exact still does.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde::Serialize;

use super::cluster::{Cluster, PodInfo};
use super::filter::{Plugin, Reason};
use super::solver::budget::Budget;
use super::solver::explain as solver;
use super::solver::problem::{Problem, Room, Within};
use super::solver::solve::{Answer, solve};
use super::translate::{GroupState, HeldBack, Translation, translate};
use super::tree::GangObjects;
use crate::error::{ErrorCode, InputError};
use crate::quantity::{Format, Quantity};

/// Why a gang cannot start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Explanation {
    /// The group: `namespace/name`; 1.35: `namespace/workload/name`.
    pub group: String,
    /// What it comes down to.
    pub cause: Cause,
    /// How many of the pods that have no node must be placed; of a composite group, how many groups must have enough.
    pub needs: u64,
    /// How many can be had at least.
    pub at_least: u64,
    /// How many can be had at most.
    pub at_most: u64,
    /// What keeps kube-scheduler from trying the gang.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<HeldBack>,
    /// What the pods needed request at least, and what is free for them; not for composite groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supply: Vec<Supply>,
    /// What would be without one obstacle; those that make no difference are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Without>,
    /// Changes each of which lets the gang start, for all that the nodes decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
    /// The pods by what they ask for, and which nodes are out for them.
    pub classes: Vec<ClassReport>,
    /// The domains that come closest, where the gang must be within one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<DomainReport>,
    /// Every group of the gang.
    pub groups: Vec<GroupState>,
    /// What concerns the gang and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
    /// What the objects ask for and the release ignores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<&'static str>,
}

/// What keeps a gang from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// Nothing does.
    None,
    /// It could be placed, but kube-scheduler does not try it.
    HeldBack,
    /// There are fewer pods than it needs.
    Quorum,
    /// It could be placed without one of the rules about where its pods may be.
    Constraint,
    /// There is too little of a resource, however it were distributed.
    Shortage,
    /// There is enough of every resource in sum, but it lies in pieces that are too small.
    Fragmentation,
    /// The budget did not suffice to tell.
    Undecided,
}

/// How much there is of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Supply {
    /// The resource.
    pub resource: String,
    /// What the pods needed request, the ones that request the least: thousandths of a core for `cpu`, else units of the resource.
    pub wanted: i64,
    /// What is free on the nodes that any of the pods may come to; in the best domain, where the gang must be within one.
    pub free: i64,
    /// What is missing in sum.
    pub missing: i64,
}

/// What would be without an obstacle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Without {
    /// The obstacle.
    #[serde(flatten)]
    pub obstacle: Obstacle,
    /// How many could be had then at least; 0 for composite groups, of which only `enough` is known.
    pub at_least: u64,
    /// Whether the gang could be placed.
    pub enough: bool,
}

/// What keeps pods from being placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "obstacle", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Obstacle {
    /// A resource.
    Resource {
        /// Its name.
        resource: String,
    },
    /// The number of pods that nodes take.
    Pods,
    /// That a group must be within one domain.
    Topology {
        /// The group.
        group: String,
        /// The node label.
        topology_key: String,
    },
    /// Host ports, disks, claims for one pod, and anti-affinity among the gang's own pods.
    Conflicts,
    /// Topology spread constraints.
    Spread,
    /// Required affinity to other pods.
    Affinity,
    /// Everything that excludes nodes for good: taints, selectors, cordons, volumes, pods that run there.
    Nodes,
}

/// An amount of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Amount {
    /// The resource; `pods` for the number of pods.
    pub resource: String,
    /// How much: thousandths of a core for `cpu`, else units of the resource.
    pub amount: i64,
    /// The same as Kubernetes writes it.
    pub quantity: String,
}

/// A change that lets the gang start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Remedy {
    /// Lower what the group needs at once (`minCount`, `minGroupCount`).
    LowerMinimum {
        /// The group.
        group: String,
        /// To this number.
        to: u64,
        /// Whether one more is proven not to do.
        exact: bool,
    },
    /// Create pods that are missing.
    MorePods {
        /// The group.
        group: String,
        /// So many.
        count: u64,
    },
    /// Add nodes.
    AddNodes {
        /// So many.
        count: u64,
        /// Like this node, but empty.
        like: String,
        /// What each offers.
        allocatable: Vec<Amount>,
        /// Whether fewer are proven not to do.
        exact: bool,
    },
    /// Let pods request less.
    LowerRequest {
        /// One of the pods; all pods like it are meant.
        pod: String,
        /// How many pods.
        pods: u64,
        /// What each requests now.
        from: Amount,
        /// What each may request.
        to: Amount,
        /// Whether one unit more is proven not to do.
        exact: bool,
    },
    /// Free room on nodes.
    Free {
        /// What to free where.
        nodes: Vec<Freed>,
        /// Whether less in total is proven not to do.
        exact: bool,
    },
}

/// What is to be freed on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Freed {
    /// The node.
    pub node: String,
    /// How much of what.
    pub amounts: Vec<Amount>,
}

/// Pods that ask for the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClassReport {
    /// One of the pods, as `namespace/name`.
    pub pod: String,
    /// How many there are.
    pub pods: u64,
    /// How many of them the nodes would take, were there no others and no rules among them.
    pub room_for: u64,
    /// On how many nodes at least one of them fits.
    pub nodes: u64,
    /// Why they can be nowhere, for a reason of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<String>,
    /// On how many nodes none of them fits, and why; the first filter that objects counts.
    pub excluded: Vec<Excluded>,
}

/// Nodes that are out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Excluded {
    /// How many.
    pub nodes: u64,
    /// The plugin that objects.
    pub plugin: Plugin,
    /// What it says.
    pub reasons: Vec<String>,
}

/// A domain and how much of the gang fits there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DomainReport {
    /// The node label.
    pub topology_key: String,
    /// Its value.
    pub domain: String,
    /// How many pods fit at least.
    pub at_least: u64,
    /// How many at most.
    pub at_most: u64,
}

/// Explains why a gang cannot start; see [`feasible`](super::feasible::feasible) for what is asked.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, explain::{Cause, Remedy, explain}, solver::budget::Budget, tree::GangObjects};
/// use podverdict::{model::{Node, Pod, PodGroup}, release::{Kubernetes, Release}};
/// let node = |name: &str| -> Result<Node, serde_json::Error> {
///     serde_json::from_value(serde_json::json!({
///         "metadata": {"name": name}, "status": {"allocatable": {"cpu": "3", "pods": "9"}},
///     }))
/// };
/// let group: PodGroup = serde_json::from_str(
///     r#"{"metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 3}}}}"#,
/// )?;
/// let pod = |name: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_value(serde_json::json!({
///         "metadata": {"name": name, "namespace": "default"},
///         "spec": {"schedulingGroup": {"podGroupName": "g"}, "containers": [{"resources": {"requests": {"cpu": "2"}}}]},
///     }))
/// };
/// let objects = GangObjects { pod_groups: vec![group], ..GangObjects::default() };
/// let cluster = Cluster::read(&Kubernetes::new(Release::V1_37), &[node("n1")?, node("n2")?], &[])?;
/// let mut reader = cluster.reader();
/// let pods = [reader.read(&pod("a")?), reader.read(&pod("b")?), reader.read(&pod("c")?)];
/// let answer = explain(&cluster, &objects, &pods, None, Budget::default())?;
/// // Six cores are free and six are wanted, but each node has room for one pod of two.
/// assert_eq!((answer.cause, answer.at_most), (Cause::Fragmentation, 2));
/// assert!(answer.remedies.iter().any(|remedy| matches!(remedy, Remedy::LowerRequest { to, .. } if to.quantity == "1500m")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// There is no such group, there is no telling which one is meant, or its object is missing; or the gang has too many kinds of
/// pods for so many nodes.
pub fn explain(
    cluster: &Cluster,
    objects: &GangObjects,
    pods: &[Arc<PodInfo>],
    group: Option<&str>,
    budget: Budget,
) -> Result<Explanation, InputError> {
    let translation = translate(cluster, objects, pods, group)?;
    if translation.too_large {
        let message =
            "there are too many kinds of pods in the gang, on too many nodes, to explain it".to_string();
        return Err(InputError::new(ErrorCode::TooLarge, "group", message));
    }
    let explainer = Explainer { cluster, translation: &translation, problem: &translation.problem };
    explainer.run(budget).map_err(|e| InputError::new(ErrorCode::InvalidValue, "group", e.to_string()))
}

struct Explainer<'t> {
    cluster: &'t Cluster,
    translation: &'t Translation,
    problem: &'t Problem,
}

/// What an empty node offers: amounts, pods, and whether each class may come to it.
type Offer = (Vec<i64>, i64, Vec<bool>);

/// Kinds of nodes that are offered as additions.
const SHAPES: usize = 3;
/// Domains that are reported.
const DOMAINS: usize = 5;

impl Explainer<'_> {
    fn run(&self, budget: Budget) -> Result<Explanation, super::solver::problem::Malformed> {
        let taken = self.taken();
        let domains = self.domains(budget)?;
        let shapes = self.shapes(&domains);
        let question = solver::Question { problem: self.problem, taken: &taken, shapes: &shapes, budget };
        let found = solver::explain(&question)?;
        let mut supply: Vec<Supply> = Vec::new();
        for (resource, one) in self.problem.resources.iter().zip(&found.supply) {
            if one.wanted > 0 {
                let (wanted, free, missing) = (one.wanted, one.free, one.missing());
                supply.push(Supply { resource: resource.clone(), wanted, free, missing });
            }
        }
        let without: Vec<Without> =
            found.without.iter().filter_map(|without| self.without(without)).collect();
        let mut remedies: Vec<Remedy> = Vec::new();
        remedies.extend(self.more_pods(budget));
        remedies.extend(found.remedies.iter().filter_map(|remedy| self.remedy(remedy, &shapes)));
        Ok(Explanation {
            group: self.group(0),
            cause: self.cause(&found, &supply, &without),
            needs: found.need,
            at_least: found.most.lower,
            at_most: found.most.upper,
            held_back: self.translation.held_back.clone(),
            supply,
            without,
            remedies,
            classes: self.classes(),
            domains: domains.into_iter().take(DOMAINS).map(|(_, report)| report).collect(),
            groups: self.translation.groups.clone(),
            not_judged: self.translation.not_judged.clone(),
            ignored: self.translation.ignored.clone(),
        })
    }

    fn group(&self, at: usize) -> String {
        self.translation.groups.get(at).map(|group| group.group.clone()).unwrap_or_default()
    }

    fn cause(&self, found: &solver::Explanation, supply: &[Supply], without: &[Without]) -> Cause {
        if found.most.lower >= found.need {
            return if self.translation.held_back.is_empty() { Cause::None } else { Cause::HeldBack };
        }
        if self.problem.is_flat() && self.problem.total() < found.need {
            return Cause::Quorum;
        }
        if found.most.upper >= found.need {
            return Cause::Undecided;
        }
        let rule = |obstacle: &Obstacle| !matches!(obstacle, Obstacle::Resource { .. } | Obstacle::Pods);
        if without.iter().any(|one| one.enough && rule(&one.obstacle)) {
            return Cause::Constraint;
        }
        let slots = self.problem.nodes.iter().fold(0_i64, |sum, room| sum.saturating_add(room.slots.max(0)));
        let too_few_slots = u64::try_from(slots).unwrap_or(0) < found.need && self.problem.is_flat();
        if too_few_slots || supply.iter().any(|one| one.missing > 0) {
            return Cause::Shortage;
        }
        Cause::Fragmentation
    }

    /// What pods on each node take, that could be freed.
    fn taken(&self) -> Vec<Room> {
        let room = |node: &super::cluster::NodeInfo| {
            let amounts = self.amounts_of(node.requested());
            Room { free: amounts, slots: i64::try_from(node.pods().len()).unwrap_or(i64::MAX) }
        };
        self.cluster.nodes().map(room).collect()
    }

    fn amounts_of(&self, amounts: &super::cluster::Amounts) -> Vec<i64> {
        let amount = |name: &String| match name.as_str() {
            "cpu" => amounts.milli_cpu,
            "memory" => amounts.memory,
            "ephemeral-storage" => amounts.ephemeral_storage,
            other => amounts.scalar(other),
        };
        self.problem.resources.iter().map(amount).collect()
    }

    fn amount(&self, resource: usize, amount: i64) -> Amount {
        let name = self.problem.resources.get(resource).cloned().unwrap_or_default();
        let quantity = match name.as_str() {
            "cpu" => Quantity::from_milli_value(amount, Format::DecimalSI),
            "memory" | "ephemeral-storage" => Quantity::from_value(amount, Format::BinarySI),
            _ => Quantity::from_value(amount, Format::DecimalSI),
        };
        Amount { resource: name, amount, quantity: quantity.to_string() }
    }

    /// The most frequent kinds of nodes on which some pod of the gang fits when they are empty; where the gang must be within one
    /// domain, in the domain that comes closest.
    fn shapes(&self, domains: &[(usize, DomainReport)]) -> Vec<solver::Shape> {
        let within = self.problem.groups.first().and_then(|group| group.within);
        let topology = within.and_then(|within| self.problem.topologies.get(within.topology));
        let best = domains.first().map(|(domain, _)| *domain);
        let mut known: BTreeMap<Offer, (u64, usize)> = BTreeMap::new();
        for (at, node) in self.cluster.nodes().enumerate() {
            if let Some(topology) = topology
                && topology.domain_of.get(at).copied().flatten() != best
            {
                continue;
            }
            let free = self.amounts_of(node.allocatable());
            let allowed: Vec<bool> =
                self.problem.members.iter().map(|m| m.allowed.get(at).copied().unwrap_or(false)).collect();
            if !allowed.contains(&true) {
                continue;
            }
            let entry = known.entry((free, node.allowed_pods(), allowed)).or_insert((0, at));
            entry.0 = entry.0.saturating_add(1);
        }
        let mut shapes: Vec<(Offer, (u64, usize))> = known.into_iter().collect();
        shapes.sort_by_key(|(_, (nodes, at))| (Reverse(*nodes), *at));
        // Nodes that differ only in who is allowed are offered once.
        let mut out: Vec<solver::Shape> = Vec::new();
        for ((free, slots, _), (_, like)) in shapes {
            let room = Room { free, slots };
            if out.len() < SHAPES && !out.iter().any(|shape| shape.room == room) {
                out.push(solver::Shape { room, like });
            }
        }
        out
    }

    /// How much of the gang fits in each domain that it may be in, the best first.
    fn domains(
        &self,
        budget: Budget,
    ) -> Result<Vec<(usize, DomainReport)>, super::solver::problem::Malformed> {
        let within = self.problem.groups.first().and_then(|group| group.within);
        let (Some(within), true) = (within, self.problem.is_flat()) else { return Ok(Vec::new()) };
        let Some(topology) = self.problem.topologies.get(within.topology) else { return Ok(Vec::new()) };
        let mut rough = alloc::vec![0_u64; topology.domains.len()];
        for (at, domain) in topology.domain_of.iter().enumerate() {
            let Some(sum) = domain.and_then(|domain| rough.get_mut(domain)) else { continue };
            let room = self.problem.members.iter().map(|class| self.room(class, at)).max().unwrap_or(0);
            *sum = sum.saturating_add(room);
        }
        let mut order: Vec<usize> = (0..rough.len()).collect();
        order.retain(|domain| within.only.is_none_or(|only| only == *domain));
        order.sort_by_key(|domain| Reverse(rough.get(*domain).copied().unwrap_or(0)));
        order.truncate(DOMAINS.saturating_mul(2));
        let mut problem = self.problem.clone();
        let mut out = Vec::new();
        for domain in order {
            if let Some(group) = problem.groups.first_mut() {
                group.within = Some(Within { only: Some(domain), ..within });
            }
            let part = Budget::new(budget.left() / 32);
            let (at_least, at_most) = match solve(&problem, part)? {
                Answer::Placed(placed) => (placed.members, problem.total()),
                Answer::Impossible(no) => (no.reach.lower, no.reach.upper),
                Answer::Undecided(open) => (open.reach.lower, open.reach.upper),
            };
            let name = topology.domains.get(domain).cloned().unwrap_or_default();
            let report = DomainReport { topology_key: topology.key.clone(), domain: name, at_least, at_most };
            out.push((domain, report));
        }
        out.sort_by_key(|(_, report)| Reverse((report.at_least, report.at_most)));
        Ok(out)
    }

    /// How many members of a class fit on a node by itself.
    fn room(&self, class: &super::solver::problem::Members, node: usize) -> u64 {
        if class.allowed.get(node) != Some(&true) {
            return 0;
        }
        let Some(room) = self.problem.nodes.get(node) else { return 0 };
        let mut most = u64::try_from(room.slots).unwrap_or(0);
        for (free, wanted) in room.free.iter().zip(&class.request) {
            if *wanted > 0 {
                most = most.min(u64::try_from(free.checked_div(*wanted).unwrap_or(0)).unwrap_or(0));
            }
        }
        most
    }

    fn classes(&self) -> Vec<ClassReport> {
        let mut out = Vec::new();
        for (state, class) in self.translation.classes.iter().zip(&self.problem.members) {
            let mut excluded: BTreeMap<(Plugin, Vec<String>), u64> = BTreeMap::new();
            for (plugin, reasons, nodes) in &state.excluded {
                let reasons = reasons.iter().map(|reason| reason.text().into_owned()).collect();
                excluded.insert((*plugin, reasons), *nodes);
            }
            let (mut room_for, mut nodes) = (0_u64, 0_u64);
            for (at, room) in self.problem.nodes.iter().enumerate() {
                let here = self.room(class, at);
                room_for = room_for.saturating_add(here);
                if here > 0 {
                    nodes = nodes.saturating_add(1);
                } else if class.allowed.get(at) == Some(&true) {
                    let entry =
                        excluded.entry((Plugin::NodeResourcesFit, self.lacks(class, room))).or_default();
                    *entry = entry.saturating_add(1);
                }
            }
            let mut excluded: Vec<Excluded> = excluded
                .into_iter()
                .map(|((plugin, reasons), nodes)| Excluded { nodes, plugin, reasons })
                .collect();
            excluded.sort_by_key(|one| Reverse(one.nodes));
            out.push(ClassReport {
                pod: state.pods.first().map(|pod| pod.key().to_string()).unwrap_or_default(),
                pods: class.count,
                room_for,
                nodes,
                rejection: state.rejection.as_ref().map(super::filter::Rejection::message),
                excluded,
            });
        }
        out
    }

    /// What a node lacks for one member, in upstream's words.
    fn lacks(&self, class: &super::solver::problem::Members, room: &Room) -> Vec<String> {
        let mut reasons = Vec::new();
        if room.slots <= 0 {
            reasons.push(String::from("Too many pods"));
        }
        for ((free, wanted), name) in room.free.iter().zip(&class.request).zip(&self.problem.resources) {
            if *wanted > 0 && wanted > free {
                reasons.push(
                    Reason::Insufficient(super::cluster::Text::from(name.as_str())).text().into_owned(),
                );
            }
        }
        reasons
    }

    fn without(&self, without: &solver::Without) -> Option<Without> {
        let obstacle = match without.obstacle {
            solver::Obstacle::Resource(resource) => {
                Obstacle::Resource { resource: self.problem.resources.get(resource)?.clone() }
            }
            solver::Obstacle::Slots => Obstacle::Pods,
            solver::Obstacle::Within(group) => Obstacle::Topology {
                group: self.group(group),
                topology_key: self.translation.groups.get(group)?.topology_key.clone().unwrap_or_default(),
            },
            solver::Obstacle::Conflicts => Obstacle::Conflicts,
            solver::Obstacle::Spreads => Obstacle::Spread,
            solver::Obstacle::Affinities => Obstacle::Affinity,
            solver::Obstacle::Nodes => Obstacle::Nodes,
        };
        Some(Without { obstacle, at_least: without.most.lower, enough: without.enough })
    }

    /// The pods that are missing, if the gang could be placed with them.
    fn more_pods(&self, budget: Budget) -> Option<Remedy> {
        let missing = self.problem.need().checked_sub(self.problem.total()).filter(|missing| *missing > 0)?;
        if !self.problem.is_flat() {
            return None;
        }
        let mut more = self.problem.clone();
        let class = more.members.first_mut()?;
        class.count = class.count.saturating_add(missing);
        let placed = matches!(solve(&more, Budget::new(budget.left() / 8)), Ok(Answer::Placed(_)));
        placed.then(|| Remedy::MorePods { group: self.group(0), count: missing })
    }

    fn remedy(&self, remedy: &solver::Remedy, shapes: &[solver::Shape]) -> Option<Remedy> {
        Some(match remedy {
            solver::Remedy::Need { to, exact } => {
                // What runs already counts too.
                let running = match self.problem.is_flat() {
                    true => self.translation.groups.first().map_or(0, |group| group.scheduled),
                    false => 0,
                };
                Remedy::LowerMinimum { group: self.group(0), to: to.saturating_add(running), exact: *exact }
            }
            solver::Remedy::Nodes { shape, count, exact } => {
                let shape = shapes.get(*shape)?;
                let amounts = shape.room.free.iter().enumerate().filter(|(_, amount)| **amount != 0);
                let mut allocatable: Vec<Amount> =
                    amounts.map(|(r, amount)| self.amount(r, *amount)).collect();
                allocatable.push(pods(shape.room.slots));
                Remedy::AddNodes {
                    count: *count,
                    like: self.cluster.node(shape.like)?.name().into(),
                    allocatable,
                    exact: *exact,
                }
            }
            solver::Remedy::Request { member, resource, to, exact } => {
                let class = self.translation.classes.get(*member)?;
                let members = self.problem.members.get(*member)?;
                Remedy::LowerRequest {
                    pod: class.pods.first()?.key().into(),
                    pods: members.count,
                    from: self.amount(*resource, members.request.get(*resource).copied()?),
                    to: self.amount(*resource, *to),
                    exact: *exact,
                }
            }
            solver::Remedy::Free { nodes, exact } => {
                let freed = nodes.iter().filter_map(|freed| {
                    let amounts = freed.amounts.iter().enumerate().filter(|(_, amount)| **amount > 0);
                    let mut amounts: Vec<Amount> =
                        amounts.map(|(r, amount)| self.amount(r, *amount)).collect();
                    if freed.slots > 0 {
                        amounts.push(pods(freed.slots));
                    }
                    Some(Freed { node: self.cluster.node(freed.node)?.name().into(), amounts })
                });
                Remedy::Free { nodes: freed.collect(), exact: *exact }
            }
        })
    }
}

fn pods(count: i64) -> Amount {
    Amount { resource: String::from("pods"), amount: count, quantity: count.to_string() }
}
