//! A problem under the decisions taken so far: groups left out, and domains chosen for members that stay together.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::problem::{Need, Problem, Split};

/// What remains to be answered once some decisions are taken.
#[derive(Clone, Debug)]
pub(super) struct Scope<'p> {
    pub(super) problem: &'p Problem,
    /// Whether each group is left out.
    pub(super) out: Vec<bool>,
    /// Whether each group must be satisfied; where it is not out either, it is undecided.
    pub(super) taken: Vec<bool>,
    chosen: Vec<Chosen>,
    /// The nodes that are left to all members; chosen domains may narrow it further for some.
    pub(super) nodes: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Chosen {
    split: Split,
    members: Vec<bool>,
    topologies: Vec<usize>,
    /// One domain for each topology; empty where there is none at all.
    domain: Vec<usize>,
}

impl<'p> Scope<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Scope {
            problem,
            out: vec![false; problem.groups.len()],
            taken: (0..problem.groups.len()).map(|group| group == 0).collect(),
            chosen: Vec::new(),
            nodes: (0..problem.nodes.len()).collect(),
        }
    }

    /// Whether members of the class can be placed at all.
    pub(super) fn is_in(&self, class: usize) -> bool {
        let group = self.problem.members.get(class).map(|members| members.group);
        !group.and_then(|group| self.out.get(group)).copied().unwrap_or(true)
    }

    /// Whether members of the class may come to the node.
    pub(super) fn allows(&self, class: usize, node: usize) -> bool {
        self.is_in(class)
            && self.problem.members.get(class).and_then(|m| m.allowed.get(node)).copied().unwrap_or(false)
            && self.chosen.iter().all(|chosen| {
                !chosen.members.get(class).copied().unwrap_or(false) || self.in_domain(chosen, node)
            })
    }

    fn in_domain(&self, chosen: &Chosen, node: usize) -> bool {
        !chosen.domain.is_empty() && self.domain(&chosen.topologies, node).is_some_and(|d| d == chosen.domain)
    }

    /// The node's domain in each of the topologies, if it has all their labels.
    fn domain(&self, topologies: &[usize], node: usize) -> Option<Vec<usize>> {
        let domain = |t: &usize| self.problem.topologies.get(*t)?.domain_of.get(node).copied()?;
        topologies.iter().map(domain).collect()
    }

    /// What each group of members needs; 0 where it need not be satisfied.
    pub(super) fn needs(&self) -> Vec<u64> {
        let need = |(group, taken): (&super::problem::Group, &bool)| match group.need {
            Need::Members(need) if *taken => need,
            _ => 0,
        };
        self.problem.groups.iter().zip(&self.taken).map(need).collect()
    }

    /// The domain chosen for a split.
    pub(super) fn chosen(&self, split: Split) -> Option<&[usize]> {
        self.chosen.iter().find(|chosen| chosen.split == split).map(|chosen| chosen.domain.as_slice())
    }

    /// The same with a domain chosen.
    pub(super) fn choose(&self, split: Split, domain: &[usize], nodes: Vec<usize>) -> Self {
        let members = split_members(self.problem, split);
        let all = (0..members.len()).all(|class| !self.is_in(class) || members.get(class) == Some(&true));
        let mut scope = self.clone();
        if all {
            scope.nodes = nodes;
        }
        let topologies = topologies(self.problem, split);
        scope.chosen.push(Chosen { split, members, topologies, domain: domain.to_vec() });
        scope
    }

    /// The same with a group that must be satisfied.
    pub(super) fn take(&self, group: usize) -> Self {
        let mut scope = self.clone();
        if let Some(taken) = scope.taken.get_mut(group) {
            *taken = true;
        }
        scope
    }

    /// The same without a group and all below it.
    pub(super) fn leave_out(&self, group: usize) -> Self {
        let mut scope = self.clone();
        for (at, below) in self.problem.groups.iter().enumerate() {
            let parent_out = below.parent.and_then(|p| scope.out.get(p)).copied().unwrap_or(false);
            if let Some(out) = scope.out.get_mut(at) {
                *out |= at == group || parent_out;
            }
        }
        scope
    }

    /// Every domain that a split may take, with its nodes; one without a name and nodes where there is none.
    pub(super) fn domains(&self, split: Split) -> Vec<(Vec<usize>, Vec<usize>)> {
        let topologies = topologies(self.problem, split);
        let only = match split {
            Split::Group(group) => self.problem.groups.get(group).and_then(|g| g.within?.only),
            Split::Affinity(_) => None,
        };
        let mut domains: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for node in &self.nodes {
            let Some(domain) = self.domain(&topologies, *node) else { continue };
            if only.is_none_or(|only| domain == [only]) {
                domains.entry(domain).or_default().push(*node);
            }
        }
        if domains.is_empty() {
            domains.insert(Vec::new(), Vec::new());
        }
        domains.into_iter().collect()
    }
}

/// The topologies in which the members of a split are together.
pub(super) fn topologies(problem: &Problem, split: Split) -> Vec<usize> {
    match split {
        Split::Group(group) => {
            let within = problem.groups.get(group).and_then(|group| group.within);
            within.map(|within| within.topology).into_iter().collect()
        }
        Split::Affinity(rule) => {
            problem.affinities.get(rule).map(|a| a.topologies.clone()).unwrap_or_default()
        }
    }
}

/// The classes that a split keeps together.
pub(super) fn split_members(problem: &Problem, split: Split) -> Vec<bool> {
    match split {
        Split::Group(ancestor) => {
            let mut below = vec![false; problem.groups.len()];
            for (at, group) in problem.groups.iter().enumerate() {
                let inherited = group.parent.and_then(|p| below.get(p)).copied().unwrap_or(false);
                if let Some(below) = below.get_mut(at) {
                    *below = inherited || at == ancestor;
                }
            }
            problem.members.iter().map(|m| below.get(m.group).copied().unwrap_or(false)).collect()
        }
        Split::Affinity(rule) => {
            let mut members = vec![false; problem.members.len()];
            if let Some(rule) = problem.affinities.get(rule) {
                for other in &problem.affinities {
                    let alike = other.topologies == rule.topologies
                        && other.matched == rule.matched
                        && other.held.iter().all(Vec::is_empty);
                    if alike && let Some(member) = members.get_mut(other.member) {
                        *member = true;
                    }
                }
            }
            members
        }
    }
}

/// Whether the affinity keeps all members together that have it: it is to each other only, and nothing holds a domain before.
pub(super) fn keeps_together(problem: &Problem, rule: usize) -> bool {
    let Some(affinity) = problem.affinities.get(rule) else { return false };
    let members = split_members(problem, Split::Affinity(rule));
    affinity.held.iter().all(Vec::is_empty)
        && affinity.matched.iter().zip(&members).all(|(matched, member)| !matched || *member)
}
