//! The question of a gang as plain numbers: members of a few classes, nodes with room, rules among the members.
//!
//! A [`Problem`] knows nothing of Kubernetes' objects. It says which members may be placed on which nodes, one after
//! another, and how many must be for the gang to start. [`solve`](super::solve::solve) answers it, and
//! [`check`](super::check) verifies an answer.
//!
//! A placement is a sequence of steps. A member of class `c` may come to node `n` if, as things are at that step:
//!
//! 1. the node is allowed for the class;
//! 2. the node has a free pod slot, and of each resource that the member requests at least the request is free;
//! 3. no member that conflicts with it is in the node's domain ([`Conflict`]);
//! 4. every spread constraint of the class holds ([`Spread`]);
//! 5. every affinity of the class holds ([`Affinity`]);
//! 6. the node is in the domain of each group that the member belongs to ([`Group::within`]).
//!
//! The gang starts if the steps satisfy group 0: a group of members needs [`Need::Members`], a group of groups needs
//! [`Need::Groups`]. A member of a group that is not satisfied is not placed.

use alloc::string::String;
use alloc::vec::Vec;

/// A gang and the room it may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The names of the resources, in the order in which requests and free amounts are given.
    pub resources: Vec<String>,
    /// The label keys that cut the nodes into domains.
    pub topologies: Vec<Topology>,
    /// The nodes.
    pub nodes: Vec<Room>,
    /// The members, equal ones as one class.
    pub members: Vec<Members>,
    /// The groups; the first is the root. A parent comes before its children.
    pub groups: Vec<Group>,
    /// Who may not be with whom.
    pub conflicts: Vec<Conflict>,
    /// Who must be spread.
    pub spreads: Vec<Spread>,
    /// Who must be near whom.
    pub affinities: Vec<Affinity>,
}

/// How a label cuts the nodes into domains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The label's key.
    pub key: String,
    /// The domain of each node, as an index into `domains`; `None` where the node has no such label.
    pub domain_of: Vec<Option<usize>>,
    /// The label's values.
    pub domains: Vec<String>,
}

/// What is free on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// The free amount of each resource; negative where the node is overcommitted.
    pub free: Vec<i64>,
    /// How many more pods the node takes; negative counts as none.
    pub slots: i64,
}

/// Members that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// How many there are.
    pub count: u64,
    /// How much each requests of each resource; 0 is no request, and negative counts as 0.
    pub request: Vec<i64>,
    /// The nodes that are allowed, one entry a node.
    pub allowed: Vec<bool>,
    /// The group they belong to, which has no groups below it.
    pub group: usize,
}

/// Members, or groups, that count together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group that it is part of; `None` for the root.
    pub parent: Option<usize>,
    /// When it is satisfied.
    pub need: Need,
    /// All its members must be in one domain of this topology.
    pub within: Option<Within>,
}

/// When a group is satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// At least so many of its members are placed.
    Members(u64),
    /// At least so many of the groups below it are satisfied.
    Groups(u64),
}

/// All members of a group must be in one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// The topology, as an index into [`Problem::topologies`]. Nodes without its label are out.
    pub topology: usize,
    /// The only domain that will do, where members that run already have settled it.
    pub only: Option<usize>,
}

/// Members of two classes may not share a domain (required anti-affinity of either towards the other).
///
/// A node without the label of the topology is no obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// A class.
    pub a: usize,
    /// The other class, or the same: then at most one member of it may be in each domain.
    pub b: usize,
    /// The topology, as an index into [`Problem::topologies`].
    pub topology: usize,
}

/// A topology spread constraint (`DoNotSchedule`) of a class.
///
/// A member may come to a node that has the label if the node's domain holds, with the member itself where
/// `counts_self`, at most `max_skew` more pods than the lowest counted domain. If fewer than `min_domains` domains are
/// counted, the lowest counts as empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// The class that is constrained.
    pub member: usize,
    /// The topology, as an index into [`Problem::topologies`].
    pub topology: usize,
    /// By how much a domain may exceed the lowest.
    pub max_skew: i64,
    /// How many domains there must be.
    pub min_domains: u64,
    /// Whether the member counts as one of the pods that are spread.
    pub counts_self: bool,
    /// Whether the members of each class are counted once they are placed.
    pub counted: Vec<bool>,
    /// Whether pods on each node are counted; false where the node lacks the label.
    pub included: Vec<bool>,
    /// The pods in each domain before any member is placed; `None` where no node of the domain is included.
    pub before: Vec<Option<u64>>,
}

/// A required affinity of a class: the domain of its node must hold a pod that it wants to be near.
///
/// A member may come to a node if the node has the label of every topology and each of these domains is held. It may
/// also, if no domain at all is held and the member is a pod that it wants to be near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affinity {
    /// The class that is constrained.
    pub member: usize,
    /// The topologies, as indices into [`Problem::topologies`].
    pub topologies: Vec<usize>,
    /// The classes whose members hold the domains of their nodes once they are placed.
    pub matched: Vec<bool>,
    /// The domains held before any member is placed, for each topology of `topologies`.
    pub held: Vec<Vec<usize>>,
}

/// Why a problem cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for Malformed {}

impl Problem {
    /// Members of one class, all of which must be placed, and nodes without labels.
    ///
    /// ```
    /// use podverdict::gang::solver::problem::Problem;
    /// let problem = Problem::uniform(&["cpu"], &[500], 4, 3, &[(&[1000], 110), (&[700], 110)]);
    /// assert_eq!((problem.members[0].count, problem.need()), (4, 3));
    /// assert!(problem.malformed().is_none());
    /// ```
    #[must_use]
    pub fn uniform(
        resources: &[&str],
        request: &[i64],
        count: u64,
        need: u64,
        nodes: &[(&[i64], i64)],
    ) -> Self {
        Problem {
            resources: resources.iter().map(|name| String::from(*name)).collect(),
            nodes: nodes.iter().map(|(free, slots)| Room { free: free.to_vec(), slots: *slots }).collect(),
            members: alloc::vec![Members {
                count,
                request: request.to_vec(),
                allowed: alloc::vec![true; nodes.len()],
                group: 0,
            }],
            groups: alloc::vec![Group { parent: None, need: Need::Members(need), within: None }],
            ..Problem::default()
        }
    }

    /// What the root needs: members, or groups.
    ///
    /// ```
    /// assert_eq!(podverdict::gang::solver::problem::Problem::default().need(), 0);
    /// ```
    #[must_use]
    pub fn need(&self) -> u64 {
        match self.groups.first().map(|group| group.need) {
            Some(Need::Members(need) | Need::Groups(need)) => need,
            None => 0,
        }
    }

    /// Whether one group holds all members, so that the question is how many can be placed.
    ///
    /// ```
    /// assert!(!podverdict::gang::solver::problem::Problem::default().is_flat());
    /// ```
    #[must_use]
    pub fn is_flat(&self) -> bool {
        matches!(self.groups.as_slice(), [Group { need: Need::Members(_), .. }])
    }

    /// How many members there are.
    ///
    /// ```
    /// use podverdict::gang::solver::problem::Problem;
    /// assert_eq!(Problem::uniform(&[], &[], 4, 3, &[]).total(), 4);
    /// ```
    #[must_use]
    pub fn total(&self) -> u64 {
        self.members.iter().fold(0, |sum, class| sum.saturating_add(class.count))
    }

    /// What is wrong with the problem: an index or a length that does not fit the rest. Everything else is a question
    /// with an answer.
    ///
    /// ```
    /// use podverdict::gang::solver::problem::Problem;
    /// let mut problem = Problem::uniform(&["cpu"], &[1], 1, 1, &[(&[1], 1)]);
    /// problem.members[0].allowed.clear();
    /// assert_eq!(problem.malformed().unwrap().0, "a class does not say of every node whether it is allowed");
    /// ```
    #[must_use]
    pub fn malformed(&self) -> Option<Malformed> {
        let (resources, nodes, classes) = (self.resources.len(), self.nodes.len(), self.members.len());
        let topology = |at: usize| self.topologies.get(at);
        let refuse = |wrong: bool, why: &'static str| wrong.then_some(Malformed(why));
        let group = |(at, group): (usize, &Group)| {
            let parent = group.parent.and_then(|parent| self.groups.get(parent));
            refuse((at == 0) != group.parent.is_none(), "the first group, and only it, has no parent")
                .or_else(|| {
                    refuse(group.parent.is_some_and(|p| p >= at), "a parent comes before its children")
                })
                .or_else(|| {
                    let wrong = parent.is_some_and(|p| matches!(p.need, Need::Members(_)));
                    refuse(wrong, "a group of members has groups below it")
                })
                .or_else(|| {
                    let within = group.within?;
                    let Some(topology) = topology(within.topology) else {
                        return Some(Malformed("a group is within a topology that is not there"));
                    };
                    let known = within.only.is_none_or(|only| only < topology.domains.len());
                    refuse(!known, "a group is within a domain that is not there")
                })
        };
        let class = |class: &Members| {
            let group = self.groups.get(class.group);
            refuse(
                class.request.len() != resources,
                "a class does not say how much of every resource it requests",
            )
            .or_else(|| {
                refuse(
                    class.allowed.len() != nodes,
                    "a class does not say of every node whether it is allowed",
                )
            })
            .or_else(|| {
                let leaf = group.is_some_and(|g| matches!(g.need, Need::Members(_)));
                refuse(!leaf, "a class is in no group of members")
            })
        };
        refuse(self.groups.is_empty(), "there is no group")
            .or_else(|| {
                let wrong = self.nodes.iter().any(|node| node.free.len() != resources);
                refuse(wrong, "a node does not say how much of every resource is free")
            })
            .or_else(|| {
                let wrong = |t: &Topology| {
                    t.domain_of.len() != nodes || t.domain_of.iter().flatten().any(|d| *d >= t.domains.len())
                };
                refuse(self.topologies.iter().any(wrong), "a topology does not place every node")
            })
            .or_else(|| self.groups.iter().enumerate().find_map(group))
            .or_else(|| self.members.iter().find_map(class))
            .or_else(|| {
                let wrong = |c: &Conflict| c.a >= classes || c.b >= classes || topology(c.topology).is_none();
                refuse(self.conflicts.iter().any(wrong), "a conflict is about what is not there")
            })
            .or_else(|| {
                let wrong = |s: &Spread| {
                    s.member >= classes
                        || s.counted.len() != classes
                        || s.included.len() != nodes
                        || topology(s.topology).is_none_or(|t| s.before.len() != t.domains.len())
                };
                refuse(self.spreads.iter().any(wrong), "a spread constraint is about what is not there")
            })
            .or_else(|| {
                let wrong = |a: &Affinity| {
                    a.member >= classes
                        || a.matched.len() != classes
                        || a.held.len() != a.topologies.len()
                        || a.topologies.is_empty()
                        || a.topologies.iter().any(|t| topology(*t).is_none())
                };
                refuse(self.affinities.iter().any(wrong), "an affinity is about what is not there")
            })
    }
}

/// Members that come to a node, one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Their class, as an index into [`Problem::members`].
    pub member: usize,
    /// The node, as an index into [`Problem::nodes`].
    pub node: usize,
    /// How many.
    pub count: u64,
}

/// Why a gang cannot start, so that [`check`](super::check::check_proof) can follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A group needs more members, or groups below it, than there are.
    TooFew {
        /// The group, as an index into [`Problem::groups`].
        group: usize,
    },
    /// Each class has a price per member, at most `unit`. No node can take members worth more than a certain sum, which
    /// depends on the node alone. These sums, and the discount `unit - price` of the cheapest members that the groups need,
    /// do not reach `unit` for every member needed.
    ///
    /// With all prices equal to `unit` this says: the nodes take fewer members than needed, each filled as well as can
    /// be. With a price of 0 for all but some classes: these alone do not fit.
    Prices {
        /// The price of each class.
        prices: Vec<u64>,
        /// The highest price.
        unit: u64,
    },
    /// Some members must be together in one domain, and no domain will do.
    Domains {
        /// Who must be together.
        split: Split,
        /// Every domain that has a node, one index for each topology of the split, and why it will not do.
        cases: Vec<(Vec<usize>, Proof)>,
    },
    /// A group is satisfied or is left out, and neither will do.
    Choice {
        /// The group, as an index into [`Problem::groups`].
        group: usize,
        /// Why not with the group satisfied.
        with: alloc::boxed::Box<Proof>,
        /// Why not with the group left out.
        without: alloc::boxed::Box<Proof>,
    },
    /// Groups that no one can tell apart, each within one domain: the domains do not hold so many of them together.
    Siblings {
        /// The groups, as indices into [`Problem::groups`].
        groups: Vec<usize>,
        /// Every domain that has a node, how many of the groups it may hold, and, unless that is all of them, why it does
        /// not hold one more.
        domains: Vec<(usize, u64, Option<Proof>)>,
    },
    /// This case is the same as another one with the parts of two groups exchanged that no one can tell apart: the group's
    /// domain may be taken to be no earlier one than that of `twin`, and a group need not be taken where `twin` is left
    /// out. Only as a case of [`Proof::Domains`], or as the first one of [`Proof::Choice`].
    Mirrored {
        /// The other group, as an index into [`Problem::groups`].
        twin: usize,
    },
    /// Every way to place the members has been tried.
    Exhausted {
        /// How many states were looked at.
        states: u64,
    },
}

/// Members that must be together in one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Split {
    /// Those of a group, by [`Group::within`].
    Group(usize),
    /// Those with the same affinity as this one, as an index into [`Problem::affinities`]: it is to each other, and no domain
    /// is held before. The first of them settles the domain.
    Affinity(usize),
}
