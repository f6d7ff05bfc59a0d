//! Verifies answers of [`solve`](super::solve::solve) from the problem alone.
//!
//! Nothing here is shared with what finds the answers: the rules of a [`Problem`] are read once more, as plainly as can be.
//! [`check_steps`] takes every step of a placement; [`check_proof`] follows a proof case by case.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::budget::Budget;
use super::problem::{Need, Problem, Proof, Split, Spread, Step};

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A step is not allowed.
    Step {
        /// Which.
        at: usize,
        /// Why not.
        why: &'static str,
    },
    /// The placement as a whole does not let the gang start.
    Placement(&'static str),
    /// The proof does not hold.
    Proof(&'static str),
    /// The budget did not suffice to follow the proof.
    Unchecked,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Step { at, why } => write!(f, "step {at}: {why}"),
            Fault::Placement(why) | Fault::Proof(why) => f.write_str(why),
            Fault::Unchecked => f.write_str("the budget did not suffice to follow the proof"),
        }
    }
}

impl core::error::Error for Fault {}

/// Takes every step of a placement; how many members it places.
///
/// ```
/// use podverdict::gang::solver::{check::{Fault, check_steps}, problem::{Problem, Step}};
/// let problem = Problem::uniform(&["cpu"], &[2000], 2, 2, &[(&[3000], 110), (&[4000], 110)]);
/// assert_eq!(check_steps(&problem, &[Step { member: 0, node: 1, count: 2 }]), Ok(2));
/// let fault = check_steps(&problem, &[Step { member: 0, node: 0, count: 2 }]).unwrap_err();
/// assert_eq!(fault, Fault::Step { at: 0, why: "too little of a resource is free" });
/// ```
///
/// # Errors
///
/// A step that is not allowed, or a group that is not satisfied in the end.
pub fn check_steps(problem: &Problem, steps: &[Step]) -> Result<u64, Fault> {
    if let Some(malformed) = problem.malformed() {
        return Err(Fault::Placement(malformed.0));
    }
    let mut play = Play::new(problem);
    for (at, step) in steps.iter().enumerate() {
        for _ in 0..step.count {
            play.step(step.member, step.node).map_err(|why| Fault::Step { at, why })?;
        }
    }
    play.settle().map_err(Fault::Placement)?;
    Ok(play.placed.values().fold(0, |sum, count| sum.saturating_add(*count)))
}

/// The members on their nodes.
#[derive(Clone)]
struct Play<'p> {
    problem: &'p Problem,
    free: Vec<Vec<i64>>,
    slots: Vec<i64>,
    /// How many members of a class are on a node.
    placed: BTreeMap<(usize, usize), u64>,
    left: Vec<u64>,
    /// How many members of a class are in a domain: topology, domain, class.
    in_domain: BTreeMap<(usize, usize, usize), u64>,
    /// The pods that each spread constraint counts in each domain.
    spread: Vec<Vec<Option<u64>>>,
}

impl<'p> Play<'p> {
    fn new(problem: &'p Problem) -> Self {
        Play {
            problem,
            free: problem.nodes.iter().map(|node| node.free.clone()).collect(),
            slots: problem.nodes.iter().map(|node| node.slots).collect(),
            placed: BTreeMap::new(),
            left: problem.members.iter().map(|members| members.count).collect(),
            in_domain: BTreeMap::new(),
            spread: problem.spreads.iter().map(|spread| spread.before.clone()).collect(),
        }
    }

    fn step(&mut self, class: usize, node: usize) -> Result<(), &'static str> {
        let problem = self.problem;
        let members = problem.members.get(class).ok_or("there is no such class")?;
        let left = self.left.get_mut(class).ok_or("there is no such class")?;
        *left = left.checked_sub(1).ok_or("there are not so many members")?;
        if members.allowed.get(node) != Some(&true) {
            return Err("the node is not allowed");
        }
        let slots = self.slots.get_mut(node).ok_or("there is no such node")?;
        if *slots < 1 {
            return Err("no pod slot is free");
        }
        let free = self.free.get_mut(node).ok_or("there is no such node")?;
        for (free, wanted) in free.iter().zip(&members.request) {
            if *wanted > 0 && wanted > free {
                return Err("too little of a resource is free");
            }
        }
        for conflict in &problem.conflicts {
            let Some(domain) = domain(problem, conflict.topology, node) else { continue };
            for (one, other) in [(conflict.a, conflict.b), (conflict.b, conflict.a)] {
                if one == class && self.in_domain.contains_key(&(conflict.topology, domain, other)) {
                    return Err("a conflicting member is in the domain");
                }
            }
        }
        for (spread, counts) in problem.spreads.iter().zip(&self.spread) {
            if spread.member == class {
                let domain = domain(problem, spread.topology, node)
                    .ok_or("the node lacks the label of a spread constraint")?;
                if skew(spread, counts, domain) > i128::from(spread.max_skew) {
                    return Err("the domain is too full for a spread constraint");
                }
            }
        }
        for affinity in problem.affinities.iter().filter(|affinity| affinity.member == class) {
            let mut near = true;
            let mut nowhere = true;
            for (topology, held) in affinity.topologies.iter().zip(&affinity.held) {
                let own =
                    domain(problem, *topology, node).ok_or("the node lacks the label of an affinity")?;
                let holders = |wanted: Option<usize>| {
                    self.in_domain.keys().any(|(t, d, c)| {
                        t == topology
                            && wanted.is_none_or(|wanted| wanted == *d)
                            && affinity.matched.get(*c) == Some(&true)
                    })
                };
                near &= held.contains(&own) || holders(Some(own));
                nowhere &= held.is_empty() && !holders(None);
            }
            let first = nowhere && affinity.matched.get(class) == Some(&true);
            if !near && !first {
                return Err("the pods that it must be near are not in the domain");
            }
        }
        *slots = slots.saturating_sub(1);
        for (free, wanted) in free.iter_mut().zip(&members.request) {
            *free = free.saturating_sub((*wanted).max(0));
        }
        let placed = self.placed.entry((class, node)).or_default();
        *placed = placed.saturating_add(1);
        for (topology, _) in problem.topologies.iter().enumerate() {
            if let Some(domain) = domain(problem, topology, node) {
                let count = self.in_domain.entry((topology, domain, class)).or_default();
                *count = count.saturating_add(1);
            }
        }
        for (spread, counts) in problem.spreads.iter().zip(&mut self.spread) {
            let counts_it =
                spread.counted.get(class) == Some(&true) && spread.included.get(node) == Some(&true);
            let domain = domain(problem, spread.topology, node);
            if counts_it && let Some(Some(count)) = domain.and_then(|domain| counts.get_mut(domain)) {
                *count = count.saturating_add(1);
            }
        }
        Ok(())
    }

    /// Whether the placement lets the gang start.
    fn settle(&self) -> Result<(), &'static str> {
        let problem = self.problem;
        let mut members_of = vec![0_u64; problem.groups.len()];
        let mut nodes_of: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); problem.groups.len()];
        for ((class, node), count) in &self.placed {
            let mut at = problem.members.get(*class).map(|members| members.group);
            while let Some(group) = at {
                if let (Some(members), Some(nodes)) = (members_of.get_mut(group), nodes_of.get_mut(group)) {
                    *members = members.saturating_add(*count);
                    nodes.insert(*node);
                }
                at = problem.groups.get(group).and_then(|group| group.parent);
            }
        }
        let mut satisfied = vec![false; problem.groups.len()];
        let mut below = vec![0_u64; problem.groups.len()];
        for (at, group) in problem.groups.iter().enumerate().rev() {
            let enough = match group.need {
                Need::Members(need) => members_of.get(at).is_some_and(|members| *members >= need),
                Need::Groups(need) => below.get(at).is_some_and(|below| *below >= need),
            };
            if let Some(satisfied) = satisfied.get_mut(at) {
                *satisfied = enough;
            }
            if enough && let Some(below) = group.parent.and_then(|parent| below.get_mut(parent)) {
                *below = below.saturating_add(1);
            }
        }
        if satisfied.first() != Some(&true) {
            return Err("the gang does not get what it needs");
        }
        for ((group, members), (nodes, satisfied)) in
            problem.groups.iter().zip(&members_of).zip(nodes_of.iter().zip(&satisfied))
        {
            if *members > 0 && !satisfied {
                return Err("members of a group that is not satisfied are placed");
            }
            let Some(within) = group.within else { continue };
            let mut domains: BTreeSet<Option<usize>> =
                nodes.iter().map(|node| domain(problem, within.topology, *node)).collect();
            if domains.contains(&None) {
                return Err("a member is outside every domain");
            }
            domains.extend(within.only.map(Some));
            if *members > 0 && domains.len() > 1 {
                return Err("a group is in several domains");
            }
        }
        Ok(())
    }
}

fn domain(problem: &Problem, topology: usize, node: usize) -> Option<usize> {
    problem.topologies.get(topology)?.domain_of.get(node).copied()?
}

/// By how much the domain would exceed the lowest.
fn skew(spread: &Spread, counts: &[Option<u64>], domain: usize) -> i128 {
    let counted = counts.iter().flatten();
    let domains = u64::try_from(counted.clone().count()).unwrap_or(u64::MAX);
    let lowest = if domains < spread.min_domains.max(1) { 0 } else { counted.min().copied().unwrap_or(0) };
    let own = counts.get(domain).copied().flatten().unwrap_or(0);
    i128::from(own).saturating_add(i128::from(spread.counts_self)).saturating_sub(i128::from(lowest))
}

/// Follows a proof that the gang cannot be placed.
///
/// ```
/// use podverdict::gang::solver::{budget::Budget, check::check_proof, problem::{Problem, Proof}};
/// let problem = Problem::uniform(&["cpu"], &[2000], 4, 4, &[(&[3000], 110), (&[4000], 110)]);
/// // At a price of 1 a member, the nodes pay for 1 and 2: less than 4.
/// let proof = Proof::Prices { prices: vec![1], unit: 1 };
/// assert_eq!(check_proof(&problem, &proof, Budget::default()), Ok(()));
/// ```
///
/// # Errors
///
/// What does not follow, or that the budget did not suffice.
pub fn check_proof(problem: &Problem, proof: &Proof, budget: Budget) -> Result<(), Fault> {
    if let Some(malformed) = problem.malformed() {
        return Err(Fault::Proof(malformed.0));
    }
    let mut budget = budget;
    let mut view = View {
        problem,
        out: vec![false; problem.groups.len()],
        taken: (0..problem.groups.len()).map(|group| group == 0).collect(),
        declined: vec![false; problem.groups.len()],
        chosen: BTreeMap::new(),
        nodes: (0..problem.nodes.len()).collect(),
    };
    view.close();
    follow(&view, proof, &mut budget)
}

/// The cases that the proof is in.
#[derive(Clone)]
struct View<'p> {
    problem: &'p Problem,
    /// Groups that are left out.
    out: Vec<bool>,
    /// Groups that must be satisfied.
    taken: Vec<bool>,
    /// Groups that a choice has left out.
    declined: Vec<bool>,
    /// Domains chosen, one for each topology of the split.
    chosen: BTreeMap<Split, Vec<usize>>,
    /// The nodes that some member may come to.
    nodes: Vec<usize>,
}

fn is(list: &[bool], at: usize) -> bool {
    list.get(at).copied().unwrap_or(false)
}

fn set(list: &mut [bool], at: usize) {
    if let Some(entry) = list.get_mut(at) {
        *entry = true;
    }
}

impl<'p> View<'p> {
    fn children(&self, parent: usize) -> Vec<usize> {
        let below = self.problem.groups.iter().enumerate();
        below.filter(|(_, group)| group.parent == Some(parent)).map(|(at, _)| at).collect()
    }

    /// Draws what follows at once: where a group must be satisfied and needs all that are left, these are taken; where it
    /// has all it needs, the others may be left out, because nothing is lost by that.
    fn close(&mut self) {
        for at in 0..self.problem.groups.len() {
            let group = self.problem.groups.get(at);
            if group.and_then(|g| g.parent).is_some_and(|parent| is(&self.out, parent)) {
                set(&mut self.out, at);
            }
            let Some(Need::Groups(need)) = group.map(|g| g.need) else { continue };
            if !is(&self.taken, at) || is(&self.out, at) {
                continue;
            }
            let children = self.children(at);
            let count = |list: &[bool]| {
                u64::try_from(children.iter().filter(|child| is(list, **child)).count()).unwrap_or(u64::MAX)
            };
            let in_play = u64::try_from(children.len()).unwrap_or(u64::MAX).saturating_sub(count(&self.out));
            if count(&self.taken) >= need {
                for child in &children {
                    if !is(&self.taken, *child) {
                        set(&mut self.out, *child);
                    }
                }
            } else if in_play == need {
                for child in &children {
                    if !is(&self.out, *child) {
                        set(&mut self.taken, *child);
                    }
                }
            }
        }
    }

    fn class_in(&self, class: usize) -> bool {
        self.problem.members.get(class).is_some_and(|members| !is(&self.out, members.group))
    }

    fn classes(&self) -> Vec<usize> {
        (0..self.problem.members.len()).filter(|class| self.class_in(*class)).collect()
    }

    fn allows(&self, class: usize, node: usize) -> bool {
        self.class_in(class)
            && self.problem.members.get(class).is_some_and(|members| is(&members.allowed, node))
            && self.chosen.iter().all(|(split, chosen)| {
                !self.concerns(*split, class) || self.tuple(*split, node).as_ref() == Some(chosen)
            })
    }

    /// Whether the split keeps members of the class together.
    fn concerns(&self, split: Split, class: usize) -> bool {
        match split {
            Split::Group(ancestor) => {
                let mut at = self.problem.members.get(class).map(|members| members.group);
                while let Some(group) = at {
                    if group == ancestor {
                        return true;
                    }
                    at = self.problem.groups.get(group).and_then(|group| group.parent);
                }
                false
            }
            Split::Affinity(rule) => self.problem.affinities.get(rule).is_some_and(|rule| {
                self.problem.affinities.iter().any(|other| {
                    other.member == class
                        && other.topologies == rule.topologies
                        && other.matched == rule.matched
                        && other.held == rule.held
                })
            }),
        }
    }

    /// The node's domain in each topology of the split.
    fn tuple(&self, split: Split, node: usize) -> Option<Vec<usize>> {
        match split {
            Split::Group(group) => {
                let within = self.problem.groups.get(group)?.within?;
                let domain = domain(self.problem, within.topology, node)?;
                within.only.is_none_or(|only| only == domain).then(|| vec![domain])
            }
            Split::Affinity(rule) => {
                let rule = self.problem.affinities.get(rule)?;
                rule.topologies.iter().map(|topology| domain(self.problem, *topology, node)).collect()
            }
        }
    }

    /// The case of one domain; `nodes` are those in it.
    fn choose(&self, split: Split, domain: &[usize], nodes: &[usize]) -> Self {
        let mut view = View {
            problem: self.problem,
            out: self.out.clone(),
            taken: self.taken.clone(),
            declined: self.declined.clone(),
            chosen: self.chosen.clone(),
            nodes: Vec::new(),
        };
        view.chosen.insert(split, domain.to_vec());
        // Members that the split does not concern may still come to any node.
        let all = self.classes().iter().all(|class| self.concerns(split, *class));
        view.nodes = if all { nodes.to_vec() } else { self.nodes.clone() };
        view
    }

    fn needs(&self) -> Vec<u64> {
        let need = |(at, group): (usize, &super::problem::Group)| match group.need {
            Need::Members(need) if is(&self.taken, at) && !is(&self.out, at) => need,
            _ => 0,
        };
        self.problem.groups.iter().enumerate().map(need).collect()
    }
}

fn follow(view: &View<'_>, proof: &Proof, budget: &mut Budget) -> Result<(), Fault> {
    match proof {
        Proof::TooFew { group } => too_few(view, *group),
        Proof::Prices { prices, unit } => {
            if prices.len() != view.problem.members.len() || prices.iter().any(|price| price > unit) {
                return Err(Fault::Proof("the prices do not fit the classes"));
            }
            if Bound::new(view).is_short(prices, *unit, budget)? {
                Ok(())
            } else {
                Err(Fault::Proof("the nodes can pay the prices"))
            }
        }
        Proof::Domains { split, cases } => domains(view, *split, cases, budget),
        Proof::Siblings { groups, domains } => siblings(view, groups, domains, budget),
        Proof::Choice { group, with, without } => {
            if let Proof::Mirrored { twin } = **with {
                if !is(&view.declined, twin) || twin >= *group || !interchangeable(view.problem, twin, *group)
                {
                    return Err(Fault::Proof("the group has no such twin"));
                }
            } else if !is(&view.out, *group) {
                let mut taken = view.clone();
                set(&mut taken.taken, *group);
                taken.close();
                follow(&taken, with, budget)?;
            }
            if is(&view.taken, *group) {
                return Ok(());
            }
            let mut left = view.clone();
            set(&mut left.out, *group);
            set(&mut left.declined, *group);
            left.close();
            follow(&left, without, budget)
        }
        Proof::Mirrored { .. } => Err(Fault::Proof("a mirrored case stands alone")),
        Proof::Exhausted { .. } => exhaust(view, budget),
    }
}

fn too_few(view: &View<'_>, group: usize) -> Result<(), Fault> {
    let required = is(&view.taken, group) && !is(&view.out, group);
    let short = match view.problem.groups.get(group).map(|g| g.need) {
        None => false,
        Some(Need::Members(need)) => {
            let own = view.problem.members.iter().filter(|members| members.group == group);
            own.fold(0, |sum: u64, members| sum.saturating_add(members.count)) < need
        }
        Some(Need::Groups(need)) => {
            let in_play = view.children(group).iter().filter(|child| !is(&view.out, **child)).count();
            u64::try_from(in_play).unwrap_or(u64::MAX) < need
        }
    };
    if required && short { Ok(()) } else { Err(Fault::Proof("the group has enough")) }
}

fn domains(
    view: &View<'_>,
    split: Split,
    cases: &[(Vec<usize>, Proof)],
    budget: &mut Budget,
) -> Result<(), Fault> {
    let valid = match split {
        Split::Group(group) => view.problem.groups.get(group).is_some_and(|group| group.within.is_some()),
        Split::Affinity(rule) => {
            // Only members that have this affinity themselves can hold a domain for it.
            view.problem.affinities.get(rule).is_some_and(|affinity| {
                affinity.held.iter().all(Vec::is_empty)
                    && affinity
                        .matched
                        .iter()
                        .enumerate()
                        .all(|(class, matched)| !matched || view.concerns(split, class))
            })
        }
    };
    if !valid || cases.is_empty() || view.chosen.contains_key(&split) {
        return Err(Fault::Proof("nothing keeps these members together"));
    }
    let classes: Vec<usize> =
        view.classes().into_iter().filter(|class| view.concerns(split, *class)).collect();
    let mut covered: BTreeMap<&[usize], Vec<usize>> =
        cases.iter().map(|(domain, _)| (domain.as_slice(), Vec::new())).collect();
    for node in &view.nodes {
        let Some(tuple) = view.tuple(split, *node) else { continue };
        if let Some(nodes) = covered.get_mut(tuple.as_slice()) {
            nodes.push(*node);
        } else if classes.iter().any(|class| view.allows(*class, *node)) {
            return Err(Fault::Proof("a domain is missing among the cases"));
        }
    }
    for (domain, proof) in cases {
        match proof {
            Proof::Mirrored { twin } => mirrored(view, split, *twin, domain)?,
            proof => {
                let nodes = covered.get(domain.as_slice()).map(Vec::as_slice).unwrap_or_default();
                follow(&view.choose(split, domain, nodes), proof, budget)?;
            }
        }
    }
    Ok(())
}

/// Two groups that no one can tell apart: of their two domains the later one may be taken to be the second group's.
fn mirrored(view: &View<'_>, split: Split, twin: usize, domain: &[usize]) -> Result<(), Fault> {
    let no = Err(Fault::Proof("the group has no such twin"));
    let Split::Group(group) = split else { return no };
    let later = view.chosen.get(&Split::Group(twin)).is_some_and(|chosen| chosen.as_slice() > domain);
    let both =
        is(&view.taken, twin) == is(&view.taken, group) && !is(&view.out, twin) && !is(&view.out, group);
    if twin < group && later && both && interchangeable(view.problem, twin, group) { Ok(()) } else { no }
}

/// Whether no one can tell two groups of members apart.
fn interchangeable(problem: &Problem, one: usize, other: usize) -> bool {
    let (Some(a), Some(b)) = (problem.groups.get(one), problem.groups.get(other)) else { return false };
    let shapes = |group: usize| {
        let own = problem.members.iter().filter(|members| members.group == group);
        let mut shapes: Vec<_> = own.map(|m| (&m.request, m.count, &m.allowed)).collect();
        shapes.sort();
        shapes
    };
    let ruled = problem.members.iter().enumerate().any(|(class, members)| {
        (members.group == one || members.group == other)
            && (problem.conflicts.iter().any(|c| c.a == class || c.b == class)
                || problem.spreads.iter().any(|s| s.member == class || is(&s.counted, class))
                || problem.affinities.iter().any(|a| a.member == class || is(&a.matched, class)))
    });
    a == b && matches!(a.need, Need::Members(_)) && !ruled && shapes(one) == shapes(other)
}

/// Groups that no one can tell apart: so many in each domain, and together too few.
fn siblings(
    view: &View<'_>,
    groups: &[usize],
    domains: &[(usize, u64, Option<Proof>)],
    budget: &mut Budget,
) -> Result<(), Fault> {
    let no = |why: &'static str| Err(Fault::Proof(why));
    let distinct: BTreeSet<usize> = groups.iter().copied().collect();
    let Some(first) = groups.first().copied() else { return no("there are no siblings") };
    let open = |group: usize| {
        is(&view.taken, group)
            && !is(&view.out, group)
            && !view.chosen.contains_key(&Split::Group(group))
            && view.problem.groups.get(group).is_some_and(|group| group.within.is_some())
            && interchangeable(view.problem, first, group)
    };
    if distinct.len() != groups.len() || !groups.iter().all(|group| open(*group)) {
        return no("these groups are not siblings");
    }
    let split = Split::Group(first);
    let known: BTreeSet<usize> = domains.iter().map(|(domain, _, _)| *domain).collect();
    let missing = |node: &usize| {
        view.tuple(split, *node).is_some_and(|t| t.first().is_some_and(|d| !known.contains(d)))
    };
    if known.len() != domains.len() || view.nodes.iter().any(missing) {
        return no("a domain is missing, or is there twice");
    }
    let mut sum = 0_u64;
    for (domain, holds, proof) in domains {
        sum = sum.saturating_add(*holds);
        let more = usize::try_from(holds.saturating_add(1)).unwrap_or(usize::MAX);
        if more > groups.len() {
            continue;
        }
        let Some(proof) = proof else { return no("it is not shown that a domain does not hold more") };
        // Only these groups, all in this domain; what a group above them needs is not asked.
        let mut below = view.clone();
        below.declined.fill(false);
        for (at, (out, taken)) in below.out.iter_mut().zip(&mut below.taken).enumerate() {
            let leaf = view.problem.groups.get(at).is_some_and(|g| matches!(g.need, Need::Members(_)));
            let meant = groups.iter().take(more).any(|group| *group == at);
            *out |= leaf && !meant;
            *taken &= meant;
        }
        for group in groups.iter().take(more) {
            below.chosen.insert(Split::Group(*group), vec![*domain]);
        }
        below.nodes.retain(|node| view.tuple(split, *node).is_some_and(|tuple| tuple == [*domain]));
        follow(&below, proof, budget)?;
    }
    if sum < u64::try_from(groups.len()).unwrap_or(u64::MAX) {
        Ok(())
    } else {
        no("the domains hold all siblings")
    }
}

/// What the nodes can pay for members at given prices.
struct Bound<'v, 'p> {
    view: &'v View<'p>,
    /// Members of each class that can be placed at most.
    counts: Vec<u64>,
    /// For each spread constraint of a class in play, how many of its members may come to each domain.
    ceilings: Vec<(&'p Spread, Vec<u64>)>,
}

impl<'v, 'p> Bound<'v, 'p> {
    fn new(view: &'v View<'p>) -> Self {
        let problem = view.problem;
        let count =
            |(class, m): (usize, &super::problem::Members)| if view.class_in(class) { m.count } else { 0 };
        let counts: Vec<u64> = problem.members.iter().enumerate().map(count).collect();
        let mut bound = Bound { view, counts: counts.clone(), ceilings: Vec::new() };
        let in_play = |class: usize| counts.get(class).is_some_and(|count| *count > 0);
        let ceilings =
            problem.spreads.iter().filter(|s| in_play(s.member)).map(|s| (s, bound.ceilings_of(s))).collect();
        bound.ceilings = ceilings;
        let mut limits = Vec::new();
        for (class, count) in counts.iter().enumerate() {
            let mut limit = *count;
            for (spread, ceilings) in bound.ceilings.iter().filter(|(s, _)| s.member == class) {
                limit = limit.min(bound.sum_over_domains(class, spread.topology, &spread.included, |d| {
                    ceilings.get(d).copied().unwrap_or(0)
                }));
            }
            for conflict in problem.conflicts.iter().filter(|c| c.a == class && c.b == class) {
                let all = vec![true; problem.nodes.len()];
                let labelled = bound.sum_over_domains(class, conflict.topology, &all, |_| 1);
                let bare = view.nodes.iter().filter(|n| domain(problem, conflict.topology, **n).is_none());
                let bare = bare.map(|node| bound.most(class, *node)).fold(0, u64::saturating_add);
                limit = limit.min(labelled.saturating_add(bare));
            }
            limits.push(limit);
        }
        bound.counts = limits;
        bound
    }

    /// How many members of the class fit on the node, were it alone.
    fn most(&self, class: usize, node: usize) -> u64 {
        let problem = self.view.problem;
        let (Some(members), Some(room)) = (problem.members.get(class), problem.nodes.get(node)) else {
            return 0;
        };
        if !self.view.allows(class, node) {
            return 0;
        }
        let mut most =
            u64::try_from(room.slots).unwrap_or(0).min(self.counts.get(class).copied().unwrap_or(0));
        for (free, wanted) in room.free.iter().zip(&members.request) {
            if *wanted > 0 {
                most = most.min(u64::try_from(free.checked_div(*wanted).unwrap_or(0)).unwrap_or(0));
            }
        }
        let alone = problem
            .conflicts
            .iter()
            .any(|c| c.a == class && c.b == class && domain(problem, c.topology, node).is_some());
        if alone { most.min(1) } else { most }
    }

    /// How many members of the class fit if every domain takes no more than its limit. Nodes that are not counted do not use
    /// the limit up, and have none.
    fn sum_over_domains(
        &self,
        class: usize,
        topology: usize,
        counted: &[bool],
        limit: impl Fn(usize) -> u64,
    ) -> u64 {
        let mut in_domain: BTreeMap<usize, u64> = BTreeMap::new();
        let mut sum = 0_u64;
        for node in &self.view.nodes {
            let Some(domain) = domain(self.view.problem, topology, *node) else { continue };
            let most = self.most(class, *node);
            if is(counted, *node) {
                let total = in_domain.entry(domain).or_default();
                *total = total.saturating_add(most);
            } else {
                sum = sum.saturating_add(most);
            }
        }
        for (domain, total) in in_domain {
            sum = sum.saturating_add(total.min(limit(domain)));
        }
        sum
    }

    /// How many members of its class a spread constraint lets come to each domain, if the lowest domain gets as high as can
    /// be.
    fn ceilings_of(&self, spread: &Spread) -> Vec<u64> {
        let counting: Vec<usize> =
            (0..self.counts.len()).filter(|class| is(&spread.counted, *class)).collect();
        let all =
            counting.iter().filter_map(|c| self.counts.get(*c)).fold(0, |sum: u64, n| sum.saturating_add(*n));
        let mut gain: BTreeMap<usize, u64> = BTreeMap::new();
        for node in &self.view.nodes {
            if !is(&spread.included, *node) {
                continue;
            }
            let Some(domain) = domain(self.view.problem, spread.topology, *node) else { continue };
            let slots =
                self.view.problem.nodes.get(*node).map_or(0, |room| u64::try_from(room.slots).unwrap_or(0));
            let fits = counting.iter().map(|class| self.most(*class, *node)).fold(0, u64::saturating_add);
            let gain = gain.entry(domain).or_default();
            *gain = gain.saturating_add(fits.min(slots)).min(all);
        }
        let domains = spread.before.iter().flatten().count();
        let scarce = u64::try_from(domains).unwrap_or(u64::MAX) < spread.min_domains.max(1);
        let heights = spread.before.iter().enumerate().filter_map(|(domain, before)| {
            Some((*before)?.saturating_add(gain.get(&domain).copied().unwrap_or(0)))
        });
        let floor = if scarce { 0 } else { heights.min().unwrap_or(0) };
        let ceiling = i128::from(floor).saturating_add(i128::from(spread.max_skew));
        let limit = |before: &Option<u64>| match before {
            Some(before) if spread.counts_self && is(&spread.counted, spread.member) => {
                u64::try_from(ceiling.saturating_sub(i128::from(*before))).unwrap_or(0)
            }
            before => {
                let first = i128::from(before.unwrap_or(0)).saturating_add(i128::from(spread.counts_self));
                if first <= ceiling { u64::MAX } else { 0 }
            }
        };
        spread.before.iter().map(limit).collect()
    }

    /// Whether prices and discounts do not reach `unit` for every member needed.
    fn is_short(&self, prices: &[u64], unit: u64, budget: &mut Budget) -> Result<bool, Fault> {
        let mut order: Vec<usize> = (0..prices.len()).collect();
        order.sort_by_key(|class| prices.get(*class).copied());
        let mut left = self.view.needs();
        let needed = left.iter().fold(0_u128, |sum, need| sum.saturating_add(u128::from(*need)));
        let goal = needed.saturating_mul(u128::from(unit));
        let mut sum = 0_u128;
        for class in order {
            let Some(members) = self.view.problem.members.get(class) else { continue };
            let Some(left) = left.get_mut(members.group) else { continue };
            let take = self.counts.get(class).copied().unwrap_or(0).min(*left);
            *left = left.saturating_sub(take);
            let discount = unit.saturating_sub(prices.get(class).copied().unwrap_or(0));
            sum = sum.saturating_add(u128::from(take).saturating_mul(u128::from(discount)));
        }
        let mut known: BTreeMap<Vec<i64>, u64> = BTreeMap::new();
        for node in &self.view.nodes {
            if sum >= goal {
                return Ok(false);
            }
            let (items, key) = self.items(*node, prices);
            let worth = match known.get(&key) {
                Some(worth) => *worth,
                None => {
                    let worth = self.worth(*node, &items, budget)?;
                    known.insert(key, worth);
                    worth
                }
            };
            sum = sum.saturating_add(u128::from(worth));
        }
        Ok(sum < goal)
    }

    /// What may come to a node: class, price, how many at most; and what tells the node from others.
    fn items(&self, node: usize, prices: &[u64]) -> (Vec<(usize, u64, u64)>, Vec<i64>) {
        let problem = self.view.problem;
        let mut items = Vec::new();
        for (class, price) in prices.iter().enumerate() {
            let mut most = self.most(class, node);
            for (spread, ceilings) in self.ceilings.iter().filter(|(spread, _)| spread.member == class) {
                match domain(problem, spread.topology, node) {
                    None => most = 0,
                    Some(domain) if is(&spread.included, node) => {
                        most = most.min(ceilings.get(domain).copied().unwrap_or(0));
                    }
                    Some(_) => {}
                }
            }
            if *price > 0 && most > 0 {
                items.push((class, *price, most));
            }
        }
        let mut key = problem.nodes.get(node).map(|room| room.free.clone()).unwrap_or_default();
        key.push(problem.nodes.get(node).map_or(0, |room| room.slots));
        for (class, _, most) in &items {
            key.push(i64::try_from(*class).unwrap_or(i64::MAX));
            key.push(i64::try_from(*most).unwrap_or(i64::MAX));
        }
        key.push(-1);
        key.extend(problem.conflicts.iter().map(|c| i64::from(domain(problem, c.topology, node).is_some())));
        (items, key)
    }

    /// The most valuable members that fit on the node together.
    fn worth(&self, node: usize, items: &[(usize, u64, u64)], budget: &mut Budget) -> Result<u64, Fault> {
        let Some(room) = self.view.problem.nodes.get(node) else { return Ok(0) };
        if items.len() > 64 {
            return Ok(self.fraction(items, &room.free, room.slots));
        }
        let mut filler = Filler { bound: self, node, items, chosen: Vec::new(), best: 0, budget };
        filler.fill(0, &mut room.free.clone(), room.slots, 0)?;
        Ok(filler.best)
    }

    /// The most that one resource, or the slots, can pay if members could be cut into pieces.
    fn fraction(&self, items: &[(usize, u64, u64)], free: &[i64], slots: i64) -> u64 {
        let request = |class: usize, resource: Option<usize>| {
            let members = self.view.problem.members.get(class);
            match resource {
                None => 1,
                Some(r) => members.and_then(|m| m.request.get(r)).copied().unwrap_or(0).max(0),
            }
        };
        let pays = |resource: Option<usize>, room: i64| {
            let mut sorted: Vec<(u64, i64, u64)> =
                items.iter().map(|(class, price, most)| (*price, request(*class, resource), *most)).collect();
            // Best price per unit first; what requests nothing comes before all.
            sorted.sort_by(|a, b| {
                let cross = |p: u64, w: i64| u128::from(p).saturating_mul(u128::from(w.unsigned_abs()));
                cross(b.0, a.1).cmp(&cross(a.0, b.1))
            });
            let mut room = u64::try_from(room).unwrap_or(0);
            let mut sum = 0_u64;
            for (price, wanted, most) in sorted {
                let wanted = wanted.unsigned_abs();
                let whole = room.checked_div(wanted).unwrap_or(most).min(most);
                sum = sum.saturating_add(whole.saturating_mul(price));
                room = room.saturating_sub(whole.saturating_mul(wanted));
                if whole < most {
                    let part = u128::from(price).saturating_mul(u128::from(room));
                    let part = part.div_ceil(u128::from(wanted.max(1)));
                    return sum.saturating_add(u64::try_from(part).unwrap_or(u64::MAX));
                }
            }
            sum
        };
        let by_resource = free.iter().enumerate().map(|(r, free)| pays(Some(r), *free));
        by_resource.fold(pays(None, slots), u64::min)
    }
}

struct Filler<'b, 'v, 'p> {
    bound: &'b Bound<'v, 'p>,
    node: usize,
    items: &'b [(usize, u64, u64)],
    chosen: Vec<usize>,
    best: u64,
    budget: &'b mut Budget,
}

impl Filler<'_, '_, '_> {
    fn fill(&mut self, at: usize, free: &mut Vec<i64>, slots: i64, value: u64) -> Result<(), Fault> {
        self.best = self.best.max(value);
        let rest = self.items.get(at..).unwrap_or_default();
        let Some((class, price, most)) = rest.first().copied() else { return Ok(()) };
        if !self.budget.spend(u64::try_from(rest.len()).unwrap_or(1)) {
            return Err(Fault::Unchecked);
        }
        if value.saturating_add(self.bound.fraction(rest, free, slots)) <= self.best {
            return Ok(());
        }
        let problem = self.bound.view.problem;
        let apart = problem.conflicts.iter().any(|c| {
            domain(problem, c.topology, self.node).is_some()
                && ((c.a == class && self.chosen.contains(&c.b))
                    || (c.b == class && self.chosen.contains(&c.a)))
        });
        let Some(members) = problem.members.get(class) else { return Ok(()) };
        let mut taken = 0_u64;
        let before = free.clone();
        // One more at a time, and on with the other classes after each.
        let mut all = vec![(0_u64, free.clone())];
        while !apart && taken < most && i64::try_from(taken).is_ok_and(|taken| taken < slots) {
            let short = |(free, wanted): (&i64, &i64)| *wanted > 0 && wanted > free;
            if free.iter().zip(&members.request).any(short) {
                break;
            }
            for (free, wanted) in free.iter_mut().zip(&members.request) {
                *free = free.saturating_sub((*wanted).max(0));
            }
            taken = taken.saturating_add(1);
            all.push((taken, free.clone()));
        }
        *free = before;
        for (taken, mut free) in all.into_iter().rev() {
            if taken > 0 {
                self.chosen.push(class);
            }
            let slots = slots.saturating_sub(i64::try_from(taken).unwrap_or(i64::MAX));
            let value = value.saturating_add(taken.saturating_mul(price));
            self.fill(at.saturating_add(1), &mut free, slots, value)?;
            if taken > 0 {
                self.chosen.pop();
            }
        }
        Ok(())
    }
}

/// Tries every order of steps: what has been placed before does not matter, only what is placed.
fn exhaust(view: &View<'_>, budget: &mut Budget) -> Result<(), Fault> {
    let classes = view.classes();
    let needs = view.needs();
    let mut seen: BTreeSet<Vec<((usize, usize), u64)>> = BTreeSet::new();
    let mut stack = vec![Play::new(view.problem)];
    while let Some(play) = stack.pop() {
        let mut left = needs.clone();
        for ((class, _), count) in &play.placed {
            let group = view.problem.members.get(*class).map(|members| members.group);
            if let Some(left) = group.and_then(|group| left.get_mut(group)) {
                *left = left.saturating_sub(*count);
            }
        }
        if left.iter().all(|left| *left == 0) {
            return Err(Fault::Proof("there is a placement"));
        }
        for class in &classes {
            for node in &view.nodes {
                if !budget.spend(10) {
                    return Err(Fault::Unchecked);
                }
                if !view.allows(*class, *node) {
                    continue;
                }
                let mut next = play.clone();
                if next.step(*class, *node).is_ok()
                    && seen.insert(next.placed.iter().map(|(at, count)| (*at, *count)).collect())
                {
                    stack.push(next);
                }
            }
        }
    }
    Ok(())
}
