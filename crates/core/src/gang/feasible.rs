//! Can a gang start: where its pods go, or a proof that they cannot, or how far that is known.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;

use super::cluster::{Cluster, PodInfo};
use super::schedule::Schedule;
use super::solver::budget::Budget;
use super::solver::problem::{Need, Proof, Split, Step};
use super::solver::solve::{Answer, Reach, Undecided, solve};
use super::translate::{GroupState, HeldBack, Translation, translate};
use super::tree::GangObjects;
use crate::error::{ErrorCode, InputError};

/// Whether the pods of a gang can be placed at once, as things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// They can; the placement shows it.
    Placed,
    /// They cannot; the certificate proves it.
    Impossible,
    /// The budget did not suffice to tell.
    Undecided,
}

/// The answer for one gang.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Feasible {
    /// The group that was asked about: `namespace/name`; 1.35: `namespace/workload/name`.
    pub group: String,
    /// Whether enough of its pods can be placed at once.
    pub verdict: Verdict,
    /// Whether the gang can start now: it can be placed, and nothing holds it back before that.
    pub starts: bool,
    /// How many of the pods that have no node must be placed; of a composite group, how many groups must have enough.
    pub needs: u64,
    /// How many of them can be placed at least.
    pub at_least: u64,
    /// How many of them can be placed at most. It is only a bound where `at_least` suffices.
    pub at_most: u64,
    /// What keeps kube-scheduler from trying the gang.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<HeldBack>,
    /// Where pods come, in an order in which each of them fits. Where the gang cannot be placed: as many pods as can be, or
    /// as were found.
    pub placement: Vec<Placement>,
    /// Why the gang cannot be placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Every group of the gang, the one that was asked about first.
    pub groups: Vec<GroupState>,
    /// What concerns the gang and was not judged: what is impossible is so all the same, what is placed may fail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
    /// What the objects ask for and the release ignores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<&'static str>,
    /// The question and the proof as plain numbers, for [`check`](super::solver::check).
    #[serde(skip)]
    pub working: Working,
}

/// The question as plain numbers, and what was found.
#[derive(Clone, Debug)]
pub struct Working {
    /// The question.
    pub translation: Translation,
    /// The answer.
    pub answer: Answer,
}

/// One pod and its node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Placement {
    /// The pod, as `namespace/name`.
    pub pod: String,
    /// The node.
    pub node: String,
}

/// Why a gang cannot be placed, in the objects' names. The [solver's proof](Proof) in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Certificate {
    /// The group has fewer pods, or groups, than it needs.
    TooFew {
        /// The group.
        group: String,
        /// How many can be had.
        has: u64,
        /// How many it needs.
        needs: u64,
    },
    /// Each class of pods has a price, at most `unit` a pod. The most valuable pods that fit on a node together, summed up over
    /// all nodes, and the discounts of the cheapest pods needed, are worth less than `unit` a pod needed.
    Prices {
        /// The classes with a price.
        classes: Vec<Price>,
        /// The highest price.
        unit: u64,
    },
    /// Pods must be together in one domain, and no domain will do.
    Domains {
        /// Who must be together: a group, or the pods with the same affinity as this pod.
        together: String,
        /// The node labels.
        topology_keys: Vec<String>,
        /// Every domain, and why it will not do.
        cases: Vec<DomainCase>,
    },
    /// A group is in or out, and neither will do.
    Choice {
        /// The group.
        group: String,
        /// Why not with it.
        with: Box<Certificate>,
        /// Why not without it.
        without: Box<Certificate>,
    },
    /// Groups that are alike, each within one domain: the domains hold fewer of them.
    Siblings {
        /// The groups.
        groups: Vec<String>,
        /// Every domain, how many of the groups it holds, and why no more.
        domains: Vec<SiblingDomain>,
    },
    /// As another case, with two groups that are alike exchanged.
    Mirrored {
        /// The other group.
        group: String,
    },
    /// Every way to place the pods was tried.
    Exhausted {
        /// How many states were looked at.
        states: u64,
    },
}

/// The price of a class of pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Price {
    /// One of the pods, as `namespace/name`.
    pub pod: String,
    /// How many there are.
    pub pods: u64,
    /// The price of one.
    pub price: u64,
}

/// A domain that will not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DomainCase {
    /// The values of the node labels.
    pub domain: Vec<String>,
    /// Why it will not do.
    pub certificate: Certificate,
}

/// A domain and how many groups it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SiblingDomain {
    /// The value of the node label.
    pub domain: String,
    /// How many of the groups it holds at most.
    pub holds: u64,
    /// Why no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
}

/// Can a gang be placed, and where; or why not.
///
/// `pods` are the pending pods; those of other groups are left out, and take no room. `group` is the group's
/// `namespace/name` (1.35: `namespace/workload/name`); without it, the pending pods must name one group only. Preemption is not
/// considered. The budget counts steps, so that the same question has the same answer on every machine.
///
/// ```
/// use podverdict::gang::{cluster::Cluster, feasible::{Verdict, feasible}, solver::budget::Budget, tree::GangObjects};
/// use podverdict::{model::{Node, Pod, PodGroup}, release::{Kubernetes, Release}};
/// let node: Node = serde_json::from_str(r#"{"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "3", "pods": "9"}}}"#)?;
/// let group: PodGroup = serde_json::from_str(
///     r#"{"metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 2}}}}"#,
/// )?;
/// let pod = |name: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_value(serde_json::json!({
///         "metadata": {"name": name, "namespace": "default"},
///         "spec": {"schedulingGroup": {"podGroupName": "g"}, "containers": [{"resources": {"requests": {"cpu": "2"}}}]},
///     }))
/// };
/// let objects = GangObjects { pod_groups: vec![group], ..GangObjects::default() };
/// let cluster = Cluster::read(&Kubernetes::new(Release::V1_37), &[node], &[])?;
/// let mut reader = cluster.reader();
/// let pods = [reader.read(&pod("a")?), reader.read(&pod("b")?)];
/// let answer = feasible(&cluster, &objects, &pods, None, Budget::default())?;
/// assert_eq!((answer.verdict, answer.needs, answer.at_most), (Verdict::Impossible, 2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// There is no such group, there is no telling which one is meant, or its object is missing.
pub fn feasible(
    cluster: &Cluster,
    objects: &GangObjects,
    pods: &[Arc<PodInfo>],
    group: Option<&str>,
    budget: Budget,
) -> Result<Feasible, InputError> {
    let translation = translate(cluster, objects, pods, group)?;
    if translation.too_large {
        let upper = if translation.problem.is_flat() {
            translation.problem.total()
        } else {
            count(children(&translation, 0))
        };
        let reach = Reach { lower: 0, upper, steps: Vec::new() };
        return Ok(Feasible::new(cluster, translation, Answer::Undecided(Undecided { reach })));
    }
    let answer = solve(&translation.problem, budget)
        // The translation makes no such problem.
        .map_err(|malformed| InputError::new(ErrorCode::InvalidValue, "group", malformed.to_string()))?;
    Ok(Feasible::new(cluster, translation, answer))
}

impl Feasible {
    fn new(cluster: &Cluster, translation: Translation, answer: Answer) -> Self {
        let all = translation.problem.total();
        let (verdict, reach, steps) = match &answer {
            Answer::Placed(placed) => {
                let reach = Reach { lower: placed.members, upper: all, steps: Vec::new() };
                (Verdict::Placed, reach, placed.steps.as_slice())
            }
            Answer::Impossible(no) => (Verdict::Impossible, no.reach.clone(), no.reach.steps.as_slice()),
            Answer::Undecided(open) => (Verdict::Undecided, open.reach.clone(), open.reach.steps.as_slice()),
        };
        let needs = translation.problem.need();
        // Of a composite group it is groups that are counted.
        let flat = translation.problem.is_flat();
        let (at_least, at_most) = match verdict {
            Verdict::Placed if !flat => (needs, count(children(&translation, 0))),
            _ => (reach.lower, reach.upper),
        };
        let certificate = match &answer {
            Answer::Impossible(no) => Some(Certificate::new(&translation, &no.proof)),
            _ => None,
        };
        Feasible {
            group: translation.groups.first().map(|group| group.group.clone()).unwrap_or_default(),
            verdict,
            starts: verdict == Verdict::Placed && translation.held_back.is_empty(),
            needs,
            at_least,
            at_most,
            held_back: translation.held_back.clone(),
            placement: named(cluster, &translation, steps),
            certificate,
            groups: translation.groups.clone(),
            not_judged: translation.not_judged.clone(),
            ignored: translation.ignored.clone(),
            working: Working { translation, answer },
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn children(translation: &Translation, group: usize) -> usize {
    translation.problem.groups.iter().filter(|below| below.parent == Some(group)).count()
}

/// The pods and nodes that steps stand for: of each class the first pods first.
fn named(cluster: &Cluster, translation: &Translation, steps: &[Step]) -> Vec<Placement> {
    let mut next = vec![0_usize; translation.classes.len()];
    let mut out = Vec::new();
    for step in steps {
        let (Some(class), Some(next)) = (translation.classes.get(step.member), next.get_mut(step.member))
        else {
            continue;
        };
        let Some(node) = cluster.node(step.node) else { continue };
        for _ in 0..step.count {
            let Some(pod) = class.pods.get(*next) else { break };
            *next = next.saturating_add(1);
            out.push(Placement { pod: pod.key().into(), node: node.name().into() });
        }
    }
    out
}

impl Certificate {
    fn new(translation: &Translation, proof: &Proof) -> Self {
        let group = |at: &usize| translation.groups.get(*at).map(|g| g.group.clone()).unwrap_or_default();
        let problem = &translation.problem;
        match proof {
            Proof::TooFew { group: at } => {
                let needs = match problem.groups.get(*at).map(|group| group.need) {
                    Some(Need::Members(needs) | Need::Groups(needs)) => needs,
                    None => 0,
                };
                let own = problem.members.iter().filter(|members| members.group == *at);
                let pods = own.fold(0, |sum: u64, members| sum.saturating_add(members.count));
                let below = count(children(translation, *at));
                Certificate::TooFew { group: group(at), has: pods.max(below), needs }
            }
            Proof::Prices { prices, unit } => {
                let classes = translation.classes.iter().zip(prices).filter(|(_, price)| **price > 0);
                let price = |(class, price): (&super::translate::MemberClass, &u64)| {
                    let pod = class.pods.first()?.key().into();
                    Some(Price { pod, pods: count(class.pods.len()), price: *price })
                };
                Certificate::Prices { classes: classes.filter_map(price).collect(), unit: *unit }
            }
            Proof::Domains { split, cases } => {
                let (together, topologies) = match split {
                    Split::Group(at) => {
                        let within = problem.groups.get(*at).and_then(|group| group.within);
                        (group(at), within.map(|within| within.topology).into_iter().collect())
                    }
                    Split::Affinity(rule) => {
                        let rule = problem.affinities.get(*rule);
                        let class = rule.and_then(|rule| translation.classes.get(rule.member));
                        let pod = class.and_then(|class| class.pods.first());
                        let topologies: Vec<usize> =
                            rule.map(|rule| rule.topologies.clone()).unwrap_or_default();
                        (pod.map(|pod| pod.key().to_string()).unwrap_or_default(), topologies)
                    }
                };
                let name = |(topology, domain): (&usize, &usize)| {
                    problem.topologies.get(*topology)?.domains.get(*domain).cloned()
                };
                let case = |(domain, proof): &(Vec<usize>, Proof)| DomainCase {
                    domain: topologies.iter().zip(domain).filter_map(name).collect(),
                    certificate: Self::new(translation, proof),
                };
                Certificate::Domains {
                    together,
                    topology_keys: topologies
                        .iter()
                        .filter_map(|topology| Some(problem.topologies.get(*topology)?.key.clone()))
                        .collect(),
                    cases: cases.iter().map(case).collect(),
                }
            }
            Proof::Choice { group: at, with, without } => Certificate::Choice {
                group: group(at),
                with: Box::new(Self::new(translation, with)),
                without: Box::new(Self::new(translation, without)),
            },
            Proof::Siblings { groups, domains } => {
                let within = groups.first().and_then(|at| problem.groups.get(*at)?.within);
                let topology = within.and_then(|within| problem.topologies.get(within.topology));
                let domain = |(domain, holds, proof): &(usize, u64, Option<Proof>)| SiblingDomain {
                    domain: topology.and_then(|t| t.domains.get(*domain)).cloned().unwrap_or_default(),
                    holds: *holds,
                    certificate: proof.as_ref().map(|proof| Self::new(translation, proof)),
                };
                Certificate::Siblings {
                    groups: groups.iter().map(group).collect(),
                    domains: domains.iter().map(domain).collect(),
                }
            }
            Proof::Mirrored { twin } => Certificate::Mirrored { group: group(twin) },
            Proof::Exhausted { states } => Certificate::Exhausted { states: *states },
        }
    }

    /// The certificate as a sentence; `needs` and `at_most` are those of the answer.
    ///
    /// ```
    /// use podverdict::gang::feasible::Certificate;
    /// let certificate = Certificate::TooFew { group: "default/g".into(), has: 2, needs: 3 };
    /// assert_eq!(certificate.sentence(3, 2), "default/g has 2, and needs 3");
    /// ```
    #[must_use]
    pub fn sentence(&self, needs: u64, at_most: u64) -> String {
        match self {
            Certificate::TooFew { group, has, needs } => format!("{group} has {has}, and needs {needs}"),
            Certificate::Prices { classes, unit } => {
                let even = classes.iter().all(|class| class.price == *unit);
                let how = if even {
                    "filled as well as can be, each node by itself"
                } else {
                    "weighing pods by what they block"
                };
                format!("the nodes take {at_most} pods at most, and {needs} are needed ({how})")
            }
            Certificate::Domains { together, topology_keys, cases } => {
                let keys = topology_keys.join(" and ");
                let domains = cases.len();
                format!(
                    "{together} must be within one value of {keys}, and none of {domains} has room for it"
                )
            }
            Certificate::Choice { group, .. } => format!("neither with {group} nor without it"),
            Certificate::Siblings { groups, domains } => {
                let holds = domains.iter().fold(0, |sum: u64, domain| sum.saturating_add(domain.holds));
                format!(
                    "{} groups that are alike need a domain each has room in, and there is room for {holds}",
                    groups.len()
                )
            }
            Certificate::Mirrored { group } => format!("as for {group}"),
            Certificate::Exhausted { states } => {
                format!("every way to place the pods was tried ({states} states)")
            }
        }
    }
}

/// What kube-scheduler of the release would do with the gang, beside what is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Upstream {
    /// Whether the gang would start.
    pub starts: bool,
    /// How many of the gang's pending pods would get a node.
    pub bound: u64,
    /// Whether it may end otherwise, because upstream had a choice that it makes in any way (see
    /// [`PodOutcome::tied`](super::upstream::PodOutcome::tied)).
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub tied: bool,
    /// What one of the pods without a node would say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The pods, as `namespace/name`, that would be preempted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preempted: Vec<String>,
    /// What concerns some pod and was not judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<&'static str>,
}

impl Upstream {
    /// Reads the outcome of [`schedule`](super::schedule::schedule) for one gang.
    ///
    /// ```
    /// use podverdict::gang::{cluster::Cluster, feasible::{Upstream, feasible}, schedule::schedule, solver::budget::Budget};
    /// use podverdict::gang::tree::GangObjects;
    /// use podverdict::{model::{Pod, PodGroup}, release::{Kubernetes, Release}};
    /// let group: PodGroup = serde_json::from_str(
    ///     r#"{"metadata": {"name": "g"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 1}}}}"#,
    /// )?;
    /// let pod: Pod = serde_json::from_str(r#"{"metadata": {"name": "p"}, "spec": {"schedulingGroup": {"podGroupName": "g"}}}"#)?;
    /// let objects = GangObjects { pod_groups: vec![group], ..GangObjects::default() };
    /// let cluster = Cluster::new(&Kubernetes::new(Release::V1_37));
    /// let pods = [cluster.reader().read(&pod)];
    /// let answer = feasible(&cluster, &objects, &pods, None, Budget::default())?;
    /// assert!(!Upstream::of(&answer, &schedule(&cluster, &pods)).starts);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(answer: &Feasible, schedule: &Schedule) -> Self {
        let translation = &answer.working.translation;
        let mut bound_in: BTreeMap<usize, u64> = BTreeMap::new();
        let (mut bound, mut message) = (0_u64, None);
        for class in &translation.classes {
            for pod in &class.pods {
                let Some(outcome) = schedule.pods.get(pod.key()) else { continue };
                if outcome.node.is_some() {
                    bound = bound.saturating_add(1);
                    let group = bound_in.entry(class.group).or_default();
                    *group = group.saturating_add(1);
                } else if message.is_none() {
                    message.clone_from(&outcome.message);
                }
            }
        }
        let mut below = vec![0_u64; translation.groups.len()];
        let mut starts = false;
        for (at, group) in translation.problem.groups.iter().enumerate().rev() {
            let enough = match group.need {
                Need::Members(need) => bound_in.get(&at).copied().unwrap_or(0) >= need,
                Need::Groups(need) => below.get(at).is_some_and(|below| *below >= need),
            };
            if enough && let Some(parent) = group.parent.and_then(|parent| below.get_mut(parent)) {
                *parent = parent.saturating_add(1);
            }
            if group.parent.is_none() {
                starts = enough;
            }
        }
        Upstream {
            starts: starts && bound > 0,
            bound,
            // Whom another pod's choice leaves room for matters as well.
            tied: schedule.pods.iter().any(|(_, outcome)| outcome.tied),
            message,
            preempted: schedule.preempted.clone(),
            not_judged: schedule.not_judged.clone(),
        }
    }
}
