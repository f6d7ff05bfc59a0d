//! Why a gang cannot start, and the smallest changes that let it.
//!
//! Every number comes with whether it is exact: that the next better one has been proven not to do. A number that is not
//! exact still does; it may only not be the best.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::knapsack::{change, signed_f64};
use super::packing::fit;
use super::problem::{Malformed, Need, Problem, Room};
use super::solve::{Answer, solve_within};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'p> {
    /// The gang and its room.
    pub problem: &'p Problem,
    /// What pods take on each node and could be freed; empty if that is not known.
    pub taken: &'p [Room],
    /// Kinds of nodes that might be added.
    pub shapes: &'p [Shape],
    /// How much work the answer may cost.
    pub budget: Budget,
}

/// A kind of node that might be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What is free on a new node.
    pub room: Room,
    /// A node that is already there, which the new ones are like: for what is allowed, and for labels. In a topology
    /// in which that node is alone in its domain, each new node has a domain of its own.
    pub like: usize,
}

/// Why a gang cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the root group needs: members, or groups.
    pub need: u64,
    /// How many can be had.
    pub most: Range,
    /// How far each resource goes, in the order of the problem's resources; only for a gang of one group.
    pub supply: Vec<Supply>,
    /// What would be if one obstacle were not there. Obstacles that make no difference are left out.
    pub without: Vec<Without>,
    /// Changes each of which lets the gang start.
    pub remedies: Vec<Remedy>,
}

/// A number that lies between two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// At least.
    pub lower: u64,
    /// At most.
    pub upper: u64,
}

impl Range {
    /// Whether it is known exactly.
    ///
    /// ```
    /// use podverdict::gang::solver::explain::Range;
    /// assert!(Range { lower: 3, upper: 3 }.is_exact());
    /// ```
    #[must_use]
    pub const fn is_exact(self) -> bool {
        self.lower == self.upper
    }
}

/// How much there is of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supply {
    /// What the members needed request at least: those that request the least.
    pub wanted: i64,
    /// What is free on the nodes that any of the members may come to. With [`within`](super::problem::Group::within):
    /// in the domain that has the most.
    pub free: i64,
}

impl Supply {
    /// By how much the members needed exceed what is free, be it ever so well distributed; 0 if they do not.
    ///
    /// ```
    /// use podverdict::gang::solver::explain::Supply;
    /// assert_eq!(Supply { wanted: 5, free: 3 }.missing(), 2);
    /// ```
    #[must_use]
    pub fn missing(self) -> i64 {
        self.wanted.saturating_sub(self.free).max(0)
    }
}

/// What keeps members from being placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The amounts of a resource, as an index into [`Problem::resources`].
    Resource(usize),
    /// The number of pods that nodes take.
    Slots,
    /// That a group is within one domain.
    Within(usize),
    /// That members conflict.
    Conflicts,
    /// That members are spread.
    Spreads,
    /// That members want to be near others.
    Affinities,
    /// That nodes are not allowed.
    Nodes,
}

/// What would be without an obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Without {
    /// The obstacle.
    pub obstacle: Obstacle,
    /// How many could be had then; of a composite group only whether it is enough.
    pub most: Range,
    /// Whether the gang could start.
    pub enough: bool,
}

/// A change that lets the gang start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Need fewer.
    Need {
        /// So many.
        to: u64,
        /// Whether one more is proven not to do.
        exact: bool,
    },
    /// Add nodes.
    Nodes {
        /// Of which kind, as an index into [`Question::shapes`].
        shape: usize,
        /// How many.
        count: u64,
        /// Whether fewer are proven not to do.
        exact: bool,
    },
    /// Let the members of a class request less of a resource.
    Request {
        /// The class, as an index into [`Problem::members`].
        member: usize,
        /// The resource, as an index into [`Problem::resources`].
        resource: usize,
        /// What each may request.
        to: i64,
        /// Whether one unit more is proven not to do.
        exact: bool,
    },
    /// Free room on nodes.
    Free {
        /// What to free on which node.
        nodes: Vec<Freed>,
        /// Whether less in total is proven not to do. It is never so where several resources are to be freed.
        exact: bool,
    },
}

/// What is to be freed on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freed {
    /// The node, as an index into [`Problem::nodes`].
    pub node: usize,
    /// How much of each resource.
    pub amounts: Vec<i64>,
    /// How many pods must go.
    pub slots: i64,
}

/// Explains why a gang cannot start, or how far it can come if it can.
///
/// ```
/// use podverdict::gang::solver::{budget::Budget, explain::{Question, Remedy, explain}, problem::Problem};
/// // Each node has 3 cores free: 6 in all, and yet room for only two members of 2 cores.
/// let problem = Problem::uniform(&["cpu"], &[2000], 3, 3, &[(&[3000], 110), (&[3000], 110)]);
/// let question = Question { problem: &problem, taken: &[], shapes: &[], budget: Budget::default() };
/// let explanation = explain(&question)?;
/// assert_eq!((explanation.most.lower, explanation.most.upper), (2, 2));
/// assert_eq!(explanation.supply[0].missing(), 0);
/// assert!(explanation.remedies.contains(&Remedy::Request { member: 0, resource: 0, to: 1500, exact: true }));
/// # Ok::<(), podverdict::gang::solver::problem::Malformed>(())
/// ```
///
/// # Errors
///
/// An index or a length in the problem does not fit the rest.
pub fn explain(question: &Question<'_>) -> Result<Explanation, Malformed> {
    if let Some(malformed) = question.problem.malformed() {
        return Err(malformed);
    }
    let mut budget = question.budget;
    let problem = question.problem;
    let need = problem.need();
    let most = reach(problem, &mut budget);
    let mut explanation = Explanation {
        need,
        most,
        supply: if problem.is_flat() { supplies(problem) } else { Vec::new() },
        without: Vec::new(),
        remedies: Vec::new(),
    };
    if most.lower >= need {
        return Ok(explanation);
    }
    for obstacle in obstacles(problem) {
        let relaxed = remove(problem, obstacle);
        let without = if problem.is_flat() {
            let most = reach(&relaxed, &mut budget);
            Without { obstacle, most, enough: most.lower >= need }
        } else {
            let enough = does(&relaxed, &mut budget) == Does::Yes;
            Without { obstacle, most: Range::default(), enough }
        };
        if without.enough || without.most.lower > most.lower {
            explanation.without.push(without);
        }
    }
    let mut remedies = Vec::new();
    if most.lower > 0 {
        remedies.push(Remedy::Need { to: most.lower, exact: most.is_exact() });
    }
    for (member, class) in problem.members.iter().enumerate() {
        for resource in 0..problem.resources.len() {
            if class.request.get(resource).is_some_and(|wanted| *wanted > 0) {
                remedies.extend(smaller_request(problem, member, resource, &mut budget));
            }
        }
    }
    for shape in 0..question.shapes.len() {
        remedies.extend(more_nodes(question, shape, &mut budget));
    }
    if problem.is_flat() {
        remedies.extend(freed(question, most, &mut budget));
    }
    explanation.remedies = remedies;
    Ok(explanation)
}

/// Whether a problem can be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Yes,
    No,
    Unknown,
}

/// One of the questions may use a part of the budget only.
fn does(problem: &Problem, budget: &mut Budget) -> Does {
    match one(problem, budget) {
        Answer::Placed(_) => Does::Yes,
        Answer::Impossible(_) => Does::No,
        Answer::Undecided(_) => Does::Unknown,
    }
}

fn one(problem: &Problem, budget: &mut Budget) -> Answer {
    let mut part = budget.part(budget.left() / 8);
    let answer = solve_within(problem, &mut part);
    budget.give_back(part);
    answer
}

fn with_need(problem: &Problem, need: u64) -> Problem {
    let mut problem = problem.clone();
    if let Some(root) = problem.groups.first_mut() {
        root.need = match root.need {
            Need::Members(_) => Need::Members(need),
            Need::Groups(_) => Need::Groups(need),
        };
    }
    problem
}

/// How many members, or groups, can be had, whatever is needed.
fn reach(problem: &Problem, budget: &mut Budget) -> Range {
    let children = problem.groups.iter().filter(|group| group.parent == Some(0)).count();
    let all = if problem.is_flat() { problem.total() } else { u64::try_from(children).unwrap_or(u64::MAX) };
    let mut range = Range { lower: 0, upper: all };
    let mut next = all;
    while range.lower < range.upper {
        let answer = one(&with_need(problem, next), budget);
        match &answer {
            Answer::Placed(placed) => {
                range.lower = range.lower.max(if problem.is_flat() { placed.members } else { next });
            }
            Answer::Impossible(no) => {
                range.upper = range.upper.min(no.reach.upper).min(next.saturating_sub(1));
                range.lower = range.lower.max(no.reach.lower);
            }
            Answer::Undecided(open) => {
                range.upper = range.upper.min(open.reach.upper);
                range.lower = range.lower.max(open.reach.lower);
                if next <= range.lower.saturating_add(1) {
                    break;
                }
            }
        }
        range.upper = range.upper.max(range.lower);
        // Bounds are mostly tight: first whether the upper one can be had, then the way up from the lower one.
        let up = if next > range.upper { range.upper } else { range.lower.saturating_add(1) };
        if up == next && matches!(answer, Answer::Undecided(_)) {
            break;
        }
        next = up;
    }
    range
}

/// What the members needed want of each resource, and what is free of it.
fn supplies(problem: &Problem) -> Vec<Supply> {
    let within = problem.groups.first().and_then(|group| group.within);
    let domains = within.and_then(|within| problem.topologies.get(within.topology));
    let usable: Vec<bool> = (0..problem.nodes.len())
        .map(|node| {
            problem.members.iter().any(|m| m.count > 0 && m.allowed.get(node) == Some(&true))
                && problem.nodes.get(node).is_some_and(|room| room.slots > 0)
        })
        .collect();
    let supply = |resource: usize| {
        let mut wants: Vec<(i64, u64)> = problem
            .members
            .iter()
            .filter_map(|m| Some(((*m.request.get(resource)?).max(0), m.count)))
            .collect();
        wants.sort_unstable();
        let mut left = problem.need();
        let mut wanted = 0_i64;
        for (each, count) in wants {
            let take = count.min(left);
            left = left.saturating_sub(take);
            wanted = wanted.saturating_add(each.saturating_mul(i64::try_from(take).unwrap_or(i64::MAX)));
        }
        let mut by_domain = vec![0_i64; domains.map_or(1, |t| t.domains.len().max(1))];
        for ((node, room), usable) in problem.nodes.iter().enumerate().zip(&usable) {
            let domain = match (domains, within) {
                (Some(topology), Some(within)) => topology
                    .domain_of
                    .get(node)
                    .copied()
                    .flatten()
                    .filter(|domain| within.only.is_none_or(|only| only == *domain)),
                _ => Some(0),
            };
            if *usable && let Some(sum) = domain.and_then(|domain| by_domain.get_mut(domain)) {
                *sum = sum.saturating_add(room.free.get(resource).copied().unwrap_or(0).max(0));
            }
        }
        Supply { wanted, free: by_domain.into_iter().max().unwrap_or(0) }
    };
    (0..problem.resources.len()).map(supply).collect()
}

fn obstacles(problem: &Problem) -> Vec<Obstacle> {
    let requested = |r: &usize| problem.members.iter().any(|m| m.request.get(*r).is_some_and(|w| *w > 0));
    let mut out: Vec<Obstacle> =
        (0..problem.resources.len()).filter(requested).map(Obstacle::Resource).collect();
    out.push(Obstacle::Slots);
    if problem.members.iter().any(|m| m.allowed.contains(&false)) {
        out.push(Obstacle::Nodes);
    }
    let within = problem.groups.iter().enumerate().filter(|(_, group)| group.within.is_some());
    out.extend(within.map(|(at, _)| Obstacle::Within(at)));
    let rules = [
        (problem.conflicts.is_empty(), Obstacle::Conflicts),
        (problem.spreads.is_empty(), Obstacle::Spreads),
        (problem.affinities.is_empty(), Obstacle::Affinities),
    ];
    out.extend(rules.into_iter().filter(|(none, _)| !none).map(|(_, obstacle)| obstacle));
    out
}

/// The problem without an obstacle.
fn remove(problem: &Problem, obstacle: Obstacle) -> Problem {
    let mut problem = problem.clone();
    match obstacle {
        Obstacle::Resource(resource) => {
            for members in &mut problem.members {
                if let Some(wanted) = members.request.get_mut(resource) {
                    *wanted = 0;
                }
            }
        }
        Obstacle::Slots => {
            let total = i64::try_from(problem.total()).unwrap_or(i64::MAX);
            for room in &mut problem.nodes {
                room.slots = total;
            }
        }
        Obstacle::Within(group) => {
            if let Some(group) = problem.groups.get_mut(group) {
                group.within = None;
            }
        }
        Obstacle::Conflicts => problem.conflicts.clear(),
        Obstacle::Spreads => problem.spreads.clear(),
        Obstacle::Affinities => problem.affinities.clear(),
        Obstacle::Nodes => {
            for members in &mut problem.members {
                members.allowed.fill(true);
            }
        }
    }
    problem
}

/// The largest value in a range that does, where what does stays so for every smaller one.
fn largest(low: i64, high: i64, mut does: impl FnMut(i64) -> Does) -> Option<(i64, bool)> {
    if does(low) != Does::Yes {
        return None;
    }
    let (mut yes, mut no, mut proven) = (low, high, false);
    // `no` is known not to do, proven or not.
    if does(high) == Does::No {
        proven = true;
    }
    while no.saturating_sub(yes) > 1 {
        let middle = yes.saturating_add(no.saturating_sub(yes) / 2);
        match does(middle) {
            Does::Yes => yes = middle,
            Does::No => (no, proven) = (middle, true),
            Does::Unknown => (no, proven) = (middle, false),
        }
    }
    Some((yes, proven))
}

fn smaller_request(problem: &Problem, member: usize, resource: usize, budget: &mut Budget) -> Option<Remedy> {
    let mut changed = problem.clone();
    let set = |problem: &mut Problem, to: i64| {
        if let Some(wanted) = problem.members.get_mut(member).and_then(|m| m.request.get_mut(resource)) {
            *wanted = to;
        }
    };
    let now = problem.members.get(member).and_then(|m| m.request.get(resource)).copied().unwrap_or(0);
    let found = largest(0, now, |to| {
        set(&mut changed, to);
        does(&changed, budget)
    });
    found.map(|(to, exact)| Remedy::Request { member, resource, to, exact })
}

/// The problem with more nodes of a kind.
fn add_nodes(problem: &Problem, shape: &Shape, count: u64) -> Problem {
    let mut problem = problem.clone();
    let alone: Vec<bool> = problem
        .topologies
        .iter()
        .map(|topology| {
            let own = topology.domain_of.get(shape.like).copied().flatten();
            own.is_some() && topology.domain_of.iter().filter(|domain| **domain == own).count() == 1
        })
        .collect();
    for _ in 0..count {
        problem.nodes.push(shape.room.clone());
        for members in &mut problem.members {
            let allowed = members.allowed.get(shape.like).copied().unwrap_or(false);
            members.allowed.push(allowed);
        }
        let mut fresh = vec![None; problem.topologies.len()];
        for ((topology, alone), fresh) in problem.topologies.iter_mut().zip(&alone).zip(&mut fresh) {
            let domain = if *alone {
                topology.domains.push(alloc::string::String::new());
                *fresh = topology.domains.len().checked_sub(1);
                *fresh
            } else {
                topology.domain_of.get(shape.like).copied().flatten()
            };
            topology.domain_of.push(domain);
        }
        for spread in &mut problem.spreads {
            let included = spread.included.get(shape.like).copied().unwrap_or(false);
            spread.included.push(included);
            if fresh.get(spread.topology).copied().flatten().is_some() {
                spread.before.push(included.then_some(0));
            }
        }
    }
    problem
}

fn more_nodes(question: &Question<'_>, shape: usize, budget: &mut Budget) -> Option<Remedy> {
    let problem = question.problem;
    let kind = question.shapes.get(shape)?;
    if kind.room.free.len() != problem.resources.len() || kind.like >= problem.nodes.len() {
        return None;
    }
    let hosts = problem.members.iter().any(|m| {
        let slots = u64::try_from(kind.room.slots).unwrap_or(0);
        m.allowed.get(kind.like) == Some(&true) && fit(&m.request, &kind.room.free, slots) > 0
    });
    // With a node for each member nothing is gained by another.
    let most = i64::try_from(problem.total()).unwrap_or(i64::MAX);
    if !hosts || problem.total() > u64::from(u16::MAX) {
        return None;
    }
    // Fewer nodes are the larger value: the search is for the largest that does. A spread may suffer from new domains; then no
    // number is called exact.
    let found = largest(most.saturating_neg(), 0, |fewer| {
        let count = u64::try_from(fewer.saturating_neg()).unwrap_or(0);
        does(&add_nodes(problem, kind, count), budget)
    });
    found.map(|(fewer, exact)| Remedy::Nodes {
        shape,
        count: u64::try_from(fewer.saturating_neg()).unwrap_or(0),
        exact: exact && problem.spreads.is_empty(),
    })
}

/// Frees room for the members that are missing, each where the least is in its way.
fn freed(question: &Question<'_>, most: Range, budget: &mut Budget) -> Option<Remedy> {
    let problem = question.problem;
    let missing = problem.need().saturating_sub(most.lower);
    if problem.total() < problem.need() || problem.nodes.is_empty() {
        return None;
    }
    let within = problem.groups.first().and_then(|group| group.within);
    let scopes: Vec<Option<usize>> = match within {
        None => vec![None],
        Some(within) => {
            let domains = problem.topologies.get(within.topology).map_or(0, |t| t.domains.len());
            (0..domains).filter(|d| within.only.is_none_or(|only| only == *d)).map(Some).collect()
        }
    };
    let mut best: Option<(f64, Vec<Freed>, bool)> = None;
    for domain in scopes {
        let inside = |node: usize| match (domain, within) {
            (Some(domain), Some(within)) => {
                let topology = problem.topologies.get(within.topology);
                topology.and_then(|t| t.domain_of.get(node).copied()?) == Some(domain)
            }
            _ => true,
        };
        let steps = problem.nodes.len().saturating_mul(problem.members.len());
        if !budget.spend(u64::try_from(steps).unwrap_or(u64::MAX)) {
            break;
        }
        let mut plan = Plan::new(question, &inside, budget);
        let short = if domain.is_none() { missing } else { problem.need().saturating_sub(plan.placed) };
        if let Some((cost, freed)) = plan.free(short)
            && best.as_ref().is_none_or(|(known, _, _)| cost < *known)
        {
            let exact = plan.is_exact && plan.single_resource();
            best = Some((cost, freed, exact));
        }
    }
    let (_, nodes, exact) = best?;
    let mut changed = problem.clone();
    for freed in &nodes {
        if let Some(room) = changed.nodes.get_mut(freed.node) {
            room.slots = room.slots.saturating_add(freed.slots);
            for (free, more) in room.free.iter_mut().zip(&freed.amounts) {
                *free = free.saturating_add(*more);
            }
        }
    }
    let ruled =
        !(problem.conflicts.is_empty() && problem.spreads.is_empty() && problem.affinities.is_empty());
    // On an overcommitted node the first member costs more than the next, so that the cheapest step may not be the best.
    let overcommitted =
        problem.nodes.iter().any(|room| room.slots < 0 || room.free.iter().any(|free| *free < 0));
    let exact = exact && !ruled && !overcommitted && most.is_exact();
    let exact = exact && problem.members.len() == 1 && within.is_none();
    (does(&changed, budget) == Does::Yes).then_some(Remedy::Free { nodes, exact })
}

/// Room to be freed, on top of a placement of as many members as can be.
struct Plan<'q> {
    question: &'q Question<'q>,
    /// The nodes in question.
    nodes: Vec<usize>,
    free: Vec<Vec<i64>>,
    slots: Vec<i64>,
    /// Members of each class that are not placed.
    left: Vec<u64>,
    placed: u64,
    is_exact: bool,
    /// All that there is of each resource: the measure in which amounts of different resources are compared.
    scale: Vec<i64>,
    freed: Vec<Vec<i64>>,
    freed_slots: Vec<i64>,
}

impl<'q> Plan<'q> {
    fn new(question: &'q Question<'q>, inside: &dyn Fn(usize) -> bool, budget: &mut Budget) -> Self {
        let mut problem = question.problem.clone();
        for members in &mut problem.members {
            for (node, allowed) in members.allowed.iter_mut().enumerate() {
                *allowed &= inside(node);
            }
        }
        if let Some(group) = problem.groups.first_mut() {
            group.within = None;
        }
        let total = problem.total();
        let (steps, is_exact) = match one(&with_need(&problem, total), budget) {
            Answer::Placed(placed) => (placed.steps, true),
            Answer::Impossible(no) => (no.reach.steps, no.reach.lower == no.reach.upper),
            Answer::Undecided(open) => (open.reach.steps, false),
        };
        let resources = problem.resources.len();
        let mut plan = Plan {
            question,
            nodes: (0..problem.nodes.len()).filter(|node| inside(*node)).collect(),
            free: problem.nodes.iter().map(|room| room.free.clone()).collect(),
            slots: problem.nodes.iter().map(|room| room.slots).collect(),
            left: problem.members.iter().map(|members| members.count).collect(),
            placed: 0,
            is_exact,
            scale: (0..resources)
                .map(|r| {
                    let amount = |m: &super::problem::Members| m.request.get(r).copied().unwrap_or(0).max(0);
                    problem.members.iter().map(amount).max().unwrap_or(0).max(1)
                })
                .collect(),
            freed: vec![vec![0; resources]; problem.nodes.len()],
            freed_slots: vec![0; problem.nodes.len()],
        };
        for step in &steps {
            let Some(members) = problem.members.get(step.member) else { continue };
            if let (Some(free), Some(slots), Some(left)) =
                (plan.free.get_mut(step.node), plan.slots.get_mut(step.node), plan.left.get_mut(step.member))
            {
                change(free, &members.request, step.count, i64::saturating_sub);
                *slots = slots.saturating_sub(i64::try_from(step.count).unwrap_or(i64::MAX));
                *left = left.saturating_sub(step.count);
                plan.placed = plan.placed.saturating_add(step.count);
            }
        }
        plan
    }

    /// What is in the way of one more member of a class on a node: amounts, pods, and the cost; `None` if it cannot be freed.
    fn in_the_way(&self, class: usize, node: usize) -> Option<(u64, Vec<i64>, i64)> {
        let members = self.question.problem.members.get(class)?;
        if members.allowed.get(node) != Some(&true) {
            return None;
        }
        let taken = self.question.taken.get(node);
        let mut amounts = Vec::with_capacity(members.request.len());
        let mut cost = 0.0_f64;
        let freed = self.freed.get(node)?;
        for (r, ((wanted, free), scale)) in
            members.request.iter().zip(self.free.get(node)?).zip(&self.scale).enumerate()
        {
            let more = if *wanted > 0 { wanted.saturating_sub(*free).max(0) } else { 0 };
            let already = freed.get(r).copied().unwrap_or(0);
            let most = taken.and_then(|t| t.free.get(r)).copied().unwrap_or(i64::MAX);
            if more > 0 && already.saturating_add(more) > most {
                return None;
            }
            cost += signed_f64(more) / signed_f64(*scale);
            amounts.push(more);
        }
        let slots = 1_i64.saturating_sub(*self.slots.get(node)?).max(0);
        let already = self.freed_slots.get(node).copied().unwrap_or(0);
        let most = taken.map_or(i64::MAX, |t| t.slots);
        if slots > 0 && already.saturating_add(slots) > most {
            return None;
        }
        cost += signed_f64(slots);
        Some((super::knapsack::floor(cost * 1e6), amounts, slots))
    }

    /// Frees room for so many members; the total cost and what is freed.
    fn free(&mut self, mut missing: u64) -> Option<(f64, Vec<Freed>)> {
        let mut queue: BTreeSet<(u64, usize, usize)> = BTreeSet::new();
        let classes = self.question.problem.members.len();
        for node in &self.nodes {
            for class in 0..classes {
                if self.left.get(class).is_some_and(|left| *left > 0)
                    && let Some((cost, _, _)) = self.in_the_way(class, *node)
                {
                    queue.insert((cost, class, *node));
                }
            }
        }
        let mut total = 0.0_f64;
        while missing > 0 {
            let (cost, class, node) = queue.pop_first()?;
            if self.left.get(class).is_none_or(|left| *left == 0) {
                continue;
            }
            let Some((now, amounts, slots)) = self.in_the_way(class, node) else { continue };
            if now != cost {
                // The node has changed since.
                queue.insert((now, class, node));
                continue;
            }
            let request = &self.question.problem.members.get(class)?.request;
            for (free, more) in self.free.get_mut(node)?.iter_mut().zip(&amounts) {
                *free = free.saturating_add(*more);
            }
            change(self.free.get_mut(node)?, request, 1, i64::saturating_sub);
            for (sum, more) in self.freed.get_mut(node)?.iter_mut().zip(&amounts) {
                *sum = sum.saturating_add(*more);
            }
            let free_slots = self.slots.get_mut(node)?;
            *free_slots = free_slots.saturating_add(slots).saturating_sub(1);
            let freed_slots = self.freed_slots.get_mut(node)?;
            *freed_slots = freed_slots.saturating_add(slots);
            let left = self.left.get_mut(class)?;
            *left = left.saturating_sub(1);
            missing = missing.saturating_sub(1);
            total += signed_f64(i64::try_from(cost).unwrap_or(i64::MAX)) / 1e6;
            if let Some((cost, _, _)) = self.in_the_way(class, node) {
                queue.insert((cost, class, node));
            }
        }
        let freed = self.nodes.iter().filter_map(|node| {
            let (amounts, slots) = (self.freed.get(*node)?, *self.freed_slots.get(*node)?);
            let any = slots > 0 || amounts.iter().any(|amount| *amount > 0);
            any.then(|| Freed { node: *node, amounts: amounts.clone(), slots })
        });
        Some((total, freed.collect()))
    }

    /// Whether all that is freed is of one resource.
    fn single_resource(&self) -> bool {
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for amounts in &self.freed {
            used.extend(amounts.iter().enumerate().filter(|(_, amount)| **amount > 0).map(|(r, _)| r));
        }
        used.len() == 1 && self.freed_slots.iter().all(|slots| *slots == 0)
    }
}
