//! Can the gang be placed: yes with the steps, no with a proof, or not decided within the budget.
//!
//! Decisions that cut the question into easier ones come first: which groups of a composite group are taken, and in which
//! domain members are that must stay together. What remains is a packing, to which rules across nodes may add
//! something. Then: quick packings, prices that prove it impossible, packings guided by prices, and an exact search.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::board::{Board, Exhausted, by_level, exhaust, greedy};
use super::budget::Budget;
use super::packing::Packing;
use super::place::{Load, place};
use super::problem::{Malformed, Need, Problem, Proof, Split, Step};
use super::prove::{Bounds, prove};
use super::scope::{Scope, keeps_together, split_members};
use super::search::{Found, search};

/// Whether a gang can be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It can.
    Placed(Placed),
    /// It cannot.
    Impossible(Impossible),
    /// The budget did not suffice.
    Undecided(Undecided),
}

/// A placement that lets the gang start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where the members come, in an order in which every step is allowed. It may place more members than needed.
    pub steps: Vec<Step>,
    /// How many members are placed.
    pub members: u64,
}

/// Why no placement lets the gang start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The proof.
    pub proof: Proof,
    /// How far the gang can come.
    pub reach: Reach,
}

/// What is known where nothing is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// How far the gang can come.
    pub reach: Reach,
}

/// How many members of a gang of one group can be placed at once, whatever it needs; of a composite group, how many of its
/// groups can be satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// So many can; `steps` show it.
    pub lower: u64,
    /// Never more than these.
    pub upper: u64,
    /// A placement of `lower` members; empty for a composite group.
    pub steps: Vec<Step>,
}

/// Answers a problem.
///
/// ```
/// use podverdict::gang::solver::{budget::Budget, problem::Problem, solve::{Answer, solve}};
/// // Three members of 2 cores, on nodes with 3, 4 and 1 free: 7 cores would do for three, but these do not.
/// let problem = Problem::uniform(&["cpu"], &[2000], 3, 3, &[(&[3000], 110), (&[4000], 110), (&[1000], 110)]);
/// assert!(matches!(solve(&problem, Budget::default())?, Answer::Placed(_)));
///
/// let problem = Problem::uniform(&["cpu"], &[2000], 4, 4, &[(&[3000], 110), (&[4000], 110), (&[1000], 110)]);
/// let Answer::Impossible(no) = solve(&problem, Budget::default())? else { panic!() };
/// assert_eq!((no.reach.lower, no.reach.upper), (3, 3));
/// # Ok::<(), podverdict::gang::solver::problem::Malformed>(())
/// ```
///
/// # Errors
///
/// An index or a length in the problem does not fit the rest.
pub fn solve(problem: &Problem, budget: Budget) -> Result<Answer, Malformed> {
    if let Some(malformed) = problem.malformed() {
        return Err(malformed);
    }
    let mut budget = budget;
    Ok(solve_within(problem, &mut budget))
}

/// As [`solve`], for a problem that is known to be well formed; what is left of the budget stays.
pub(super) fn solve_within(problem: &Problem, budget: &mut Budget) -> Answer {
    let solver = Solver { problem, decisions: decisions(problem), twins: twins(problem) };
    solver.run(budget).into_answer(problem)
}

/// What is to be decided before members are packed.
#[derive(Clone, Copy, Debug)]
enum Decision {
    /// Whether a group is satisfied or left out.
    Take(usize),
    /// In which domain members are together.
    Domain(Split),
}

fn decisions(problem: &Problem) -> Vec<Decision> {
    let mut out: Vec<Decision> = (1..problem.groups.len()).map(Decision::Take).collect();
    for (at, group) in problem.groups.iter().enumerate() {
        if group.within.is_some() {
            out.push(Decision::Domain(Split::Group(at)));
        }
    }
    let mut members: Vec<Vec<bool>> = Vec::new();
    for rule in 0..problem.affinities.len() {
        let split = Split::Affinity(rule);
        if keeps_together(problem, rule) {
            let together = split_members(problem, split);
            if !members.contains(&together) {
                members.push(together);
                out.push(Decision::Domain(split));
            }
        }
    }
    out
}

/// For each group of members the last one before it that is just the same, if any: it does not matter which of them is in
/// which domain.
fn twins(problem: &Problem) -> Vec<Option<usize>> {
    let ruled = |class: usize| {
        problem.conflicts.iter().any(|c| c.a == class || c.b == class)
            || problem.spreads.iter().any(|s| s.member == class || s.counted.get(class) == Some(&true))
            || problem.affinities.iter().any(|a| a.member == class || a.matched.get(class) == Some(&true))
    };
    let mut last: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut shapes: Vec<(&[i64], u64, &[bool])> = Vec::new();
    let mut twins = Vec::with_capacity(problem.groups.len());
    for (at, group) in problem.groups.iter().enumerate() {
        let Need::Members(need) = group.need else {
            twins.push(None);
            continue;
        };
        let within = group.within.map_or([0, 0], |w| {
            [w.topology.saturating_add(1), w.only.map_or(0, |only| only.saturating_add(1))]
        });
        let mut key = vec![group.parent.unwrap_or(0), usize::try_from(need).unwrap_or(usize::MAX)];
        key.extend(within);
        let classes: Vec<usize> = (0..problem.members.len())
            .filter(|class| problem.members.get(*class).is_some_and(|m| m.group == at))
            .collect();
        let mut own: Vec<usize> = Vec::new();
        for class in &classes {
            let Some(m) = problem.members.get(*class) else { continue };
            let shape = (m.request.as_slice(), m.count, m.allowed.as_slice());
            let known = shapes.iter().position(|known| *known == shape);
            own.push(known.unwrap_or_else(|| {
                shapes.push(shape);
                shapes.len().saturating_sub(1)
            }));
        }
        own.sort_unstable();
        key.extend(own);
        let plain = !classes.iter().any(|class| ruled(*class));
        twins.push(if plain { last.insert(key, at) } else { None });
    }
    twins
}

/// What came of one part of the question.
#[derive(Clone, Debug)]
struct Outcome {
    /// Steps that satisfy every group that is not left out.
    found: Option<Vec<Step>>,
    proof: Option<Proof>,
    lower: u64,
    upper: u64,
    /// The placement of `lower` members.
    best: Vec<Step>,
}

impl Outcome {
    fn refused(proof: Proof, upper: u64) -> Self {
        Outcome { found: None, proof: Some(proof), lower: 0, upper, best: Vec::new() }
    }

    fn into_answer(self, problem: &Problem) -> Answer {
        let flat = problem.is_flat();
        let need = problem.need();
        if let Some(steps) = self.found {
            let members = steps.iter().fold(0, |sum: u64, step| sum.saturating_add(step.count));
            return Answer::Placed(Placed { steps, members });
        }
        let groups = || {
            let below = problem.groups.iter().filter(|group| group.parent == Some(0)).count();
            u64::try_from(below).unwrap_or(u64::MAX)
        };
        let mut reach = if flat {
            Reach { lower: self.lower, upper: self.upper, steps: self.best }
        } else {
            Reach { lower: 0, upper: groups(), steps: Vec::new() }
        };
        match self.proof {
            Some(proof) => {
                reach.upper = reach.upper.min(need.saturating_sub(1));
                Answer::Impossible(Impossible { proof, reach })
            }
            None => Answer::Undecided(Undecided { reach }),
        }
    }
}

struct Solver<'p> {
    problem: &'p Problem,
    decisions: Vec<Decision>,
    twins: Vec<Option<usize>>,
}

/// With more decisions than these only bounds are given: each is a level of recursion.
const DECISIONS: usize = 400;

impl Solver<'_> {
    fn run(&self, budget: &mut Budget) -> Outcome {
        let scope = Scope::new(self.problem);
        if self.decisions.len() > DECISIONS {
            let mut outcome = self.bounds_only(&scope, budget);
            outcome.found = None;
            return outcome;
        }
        self.decide(&scope, 0, budget)
    }

    fn children(&self, parent: usize) -> impl Iterator<Item = usize> {
        let below = self.problem.groups.iter().enumerate();
        below.filter(move |(_, group)| group.parent == Some(parent)).map(|(at, _)| at)
    }

    fn bounds_only(&self, scope: &Scope<'_>, budget: &mut Budget) -> Outcome {
        let packing = pack(scope, budget);
        let bounds = prove(&packing, budget);
        let proof = bounds.proof.map(|prices| Proof::Prices { prices, unit: super::prove::UNIT });
        Outcome { found: None, proof, lower: 0, upper: bounds.upper, best: Vec::new() }
    }

    /// Takes the decisions from `at` on.
    fn decide(&self, scope: &Scope<'_>, at: usize, budget: &mut Budget) -> Outcome {
        match self.decisions.get(at).copied() {
            None => leaf(scope, budget),
            Some(Decision::Take(group)) => self.take(scope, group, at, budget),
            Some(Decision::Domain(split)) => self.domain(scope, split, at, budget),
        }
    }

    /// A composite group needs so many of its groups: each is taken or left out.
    fn take(&self, scope: &Scope<'_>, group: usize, at: usize, budget: &mut Budget) -> Outcome {
        let next = at.saturating_add(1);
        let is_out = |group: usize| scope.out.get(group).copied().unwrap_or(false);
        if is_out(group) {
            return self.decide(scope, next, budget);
        }
        let parent = self.problem.groups.get(group).and_then(|g| g.parent).unwrap_or(0);
        let need = match self.problem.groups.get(parent).map(|g| g.need) {
            Some(Need::Groups(need)) => need,
            _ => 0,
        };
        let count = |which: &dyn Fn(usize) -> bool| {
            u64::try_from(self.children(parent).filter(|child| which(*child)).count()).unwrap_or(u64::MAX)
        };
        let in_play = count(&|child| !is_out(child));
        let has = count(&|child| scope.taken.get(child).copied().unwrap_or(false));
        if in_play < need {
            return Outcome::refused(Proof::TooFew { group: parent }, 0);
        }
        if has >= need {
            return self.decide(&scope.leave_out(group), next, budget);
        }
        // Of groups that are alike, the first ones are taken.
        if let Some(twin) = self.twins.get(group).copied().flatten()
            && is_out(twin)
        {
            let without = if in_play == need {
                Outcome::refused(Proof::TooFew { group: parent }, 0)
            } else {
                self.decide(&scope.leave_out(group), next, budget)
            };
            let proof = without.proof.map(|proof| Proof::Choice {
                group,
                with: Box::new(Proof::Mirrored { twin }),
                without: Box::new(proof),
            });
            return Outcome { proof, ..without };
        }
        let last_chance = in_play == need;
        let mut part = if last_chance { *budget } else { budget.part(budget.left() / 2) };
        let first = self.decide(&scope.take(group), next, &mut part);
        if last_chance {
            *budget = part;
            return first;
        }
        budget.give_back(part);
        if first.found.is_some() {
            return first;
        }
        let second = self.decide(&scope.leave_out(group), next, budget);
        let proof = match (first.proof, second.proof) {
            (Some(with), Some(without)) => {
                Some(Proof::Choice { group, with: Box::new(with), without: Box::new(without) })
            }
            _ => None,
        };
        Outcome { proof, ..second }
    }

    /// Members that stay together are in one domain.
    fn domain(&self, scope: &Scope<'_>, split: Split, at: usize, budget: &mut Budget) -> Outcome {
        let next = at.saturating_add(1);
        let members = split_members(self.problem, split);
        let concerned =
            (0..members.len()).any(|class| scope.is_in(class) && members.get(class) == Some(&true));
        let group_out = matches!(split, Split::Group(group) if scope.out.get(group) == Some(&true));
        if !concerned || group_out {
            return self.decide(scope, next, budget);
        }
        if let Split::Group(group) = split
            && let Some(outcome) = self.siblings(scope, group, budget)
        {
            return outcome;
        }
        // What fails without the constraint fails with it, for a simpler reason.
        let mut part = budget.part(budget.left() / 8);
        let relaxed = self.bounds_only(scope, &mut part);
        budget.give_back(part);
        if relaxed.proof.is_some() && !self.problem.is_flat() {
            return relaxed;
        }
        let floor = match split {
            Split::Group(group) => self.twins.get(group).copied().flatten().and_then(|twin| {
                let chosen = scope.chosen(Split::Group(twin))?;
                Some((twin, chosen.to_vec()))
            }),
            Split::Affinity(_) => None,
        };
        let mut cases: Vec<(Vec<usize>, Option<Proof>)> = Vec::new();
        let mut open: Vec<(u64, Vec<usize>, Scope<'_>)> = Vec::new();
        for (domain, nodes) in scope.domains(split) {
            if let Some((twin, chosen)) = &floor
                && domain < *chosen
            {
                cases.push((domain, Some(Proof::Mirrored { twin: *twin })));
                continue;
            }
            let below = scope.choose(split, &domain, nodes);
            let rough = rough_capacity(&below, budget);
            open.push((rough, domain, below));
        }
        let need: u64 = scope.needs().iter().fold(0, |sum: u64, need| sum.saturating_add(*need));
        let classes = (0..members.len()).filter(|class| scope.is_in(*class)).count();
        // The tightest domain that may do; with members of several sizes, the roomiest.
        open.sort_by(|a, b| {
            let key =
                |rough: u64| (rough < need, if classes > 1 { u64::MAX.saturating_sub(rough) } else { rough });
            key(a.0).cmp(&key(b.0)).then_with(|| a.1.cmp(&b.1))
        });
        let mut best = Outcome { found: None, proof: None, lower: 0, upper: 0, best: Vec::new() };
        let mut remaining = u64::try_from(open.len()).unwrap_or(u64::MAX);
        for (_, domain, below) in open {
            let fair = budget.left().checked_div(remaining).unwrap_or(0);
            let more_to_come = next < self.decisions.len();
            let share = if more_to_come { budget.left() / 2 } else { budget.left() / 16 };
            let mut part = budget.part(fair.max(share));
            let outcome = self.decide(&below, next, &mut part);
            budget.give_back(part);
            remaining = remaining.saturating_sub(1);
            if outcome.found.is_some() {
                return outcome;
            }
            if outcome.lower > best.lower {
                best.lower = outcome.lower;
                best.best = outcome.best;
            }
            best.upper = best.upper.max(outcome.upper);
            cases.push((domain, outcome.proof));
        }
        best.upper = best.upper.min(relaxed.upper);
        best.proof = relaxed.proof.or_else(|| {
            let mut proven = Vec::with_capacity(cases.len());
            for (domain, proof) in cases {
                proven.push((domain, proof?));
            }
            proven.sort_by(|a, b| a.0.cmp(&b.0));
            Some(Proof::Domains { split, cases: proven })
        });
        best
    }
}

/// Groups that no one can tell apart, each within one domain.
impl Solver<'_> {
    /// Groups like this one whose domain is open, if there are several: they are placed domain by domain, as many as each
    /// holds. `None` where that decides nothing.
    fn siblings(&self, scope: &Scope<'_>, group: usize, budget: &mut Budget) -> Option<Outcome> {
        let mut groups = vec![group];
        for (at, twin) in self.twins.iter().enumerate() {
            if twin.is_some_and(|twin| groups.last() == Some(&twin))
                && scope.taken.get(at) == Some(&true)
                && scope.out.get(at) == Some(&false)
            {
                groups.push(at);
            }
        }
        let open = |group: &usize| scope.chosen(Split::Group(*group)).is_none();
        let all = u64::try_from(groups.len()).unwrap_or(u64::MAX);
        if groups.len() < 2 || !groups.iter().all(open) {
            return None;
        }
        let mut domains = Vec::new();
        let mut held: Vec<(u64, Vec<Step>)> = Vec::new();
        let mut sum = 0_u64;
        for (domain, nodes) in scope.domains(Split::Group(group)) {
            let [domain] = domain.as_slice() else { return None };
            let below = scope.choose(Split::Group(group), &[*domain], nodes.clone());
            let (holds, steps, proof) = self.holds(&below, group, &nodes, all.saturating_sub(sum), budget)?;
            sum = sum.saturating_add(holds);
            domains.push((*domain, holds, proof.map(|prices| self.for_siblings(&groups, group, &prices))));
            held.push((holds, steps));
            if sum >= all {
                break;
            }
        }
        if sum < all {
            return Some(Outcome::refused(Proof::Siblings { groups, domains }, 0));
        }
        // Only where nothing else wants the room, and nothing else is to be decided.
        let others = scope.needs().iter().enumerate().any(|(at, need)| *need > 0 && !groups.contains(&at));
        let ruled = self.decisions.iter().any(|d| matches!(d, Decision::Domain(Split::Affinity(_))));
        (!others && !ruled).then(|| self.deal(&groups, held))
    }

    /// How many of the groups a domain holds, up to `all`, the placement, and prices for the classes of the group that show
    /// that it does not hold one more (none if it holds all).
    fn holds(
        &self,
        scope: &Scope<'_>,
        group: usize,
        nodes: &[usize],
        all: u64,
        budget: &mut Budget,
    ) -> Option<(u64, Vec<Step>, Option<Vec<u64>>)> {
        let need = scope.needs().get(group).copied().unwrap_or(0);
        let mut joint = Problem {
            resources: self.problem.resources.clone(),
            nodes: nodes.iter().filter_map(|node| self.problem.nodes.get(*node)).cloned().collect(),
            groups: vec![super::problem::Group { parent: None, need: Need::Members(need), within: None }],
            ..Problem::default()
        };
        let own: Vec<usize> = (0..self.problem.members.len())
            .filter(|c| self.problem.members.get(*c).is_some_and(|m| m.group == group))
            .collect();
        let set = |joint: &mut Problem, times: u64| {
            joint.members = own
                .iter()
                .filter_map(|class| {
                    let members = self.problem.members.get(*class)?;
                    Some(super::problem::Members {
                        count: members.count.saturating_mul(times),
                        request: members.request.clone(),
                        allowed: nodes.iter().map(|node| scope.allows(*class, *node)).collect(),
                        group: 0,
                    })
                })
                .collect();
            if let Some(root) = joint.groups.first_mut() {
                root.need = Need::Members(need.saturating_mul(times));
            }
        };
        let (mut yes, mut no) = (0_u64, all.saturating_add(1));
        let mut best = Vec::new();
        let mut prices = None;
        // The bound for one group says how far to look.
        let mut next = all;
        while no.saturating_sub(yes) > 1 {
            set(&mut joint, next);
            let mut part = budget.part(budget.left() / 8);
            let answer = solve_within(&joint, &mut part);
            budget.give_back(part);
            match answer {
                Answer::Placed(placed) => {
                    (yes, best) = (next, placed.steps);
                }
                Answer::Impossible(no_more) => {
                    no = next;
                    prices = match no_more.proof {
                        Proof::Prices { prices, .. } => Some(prices),
                        _ => None,
                    };
                    let most = no_more.reach.upper.checked_div(need).unwrap_or(0);
                    if most > yes && most < no.saturating_sub(1) {
                        next = most;
                        continue;
                    }
                }
                Answer::Undecided(_) => return None,
            }
            next = yes.saturating_add(no.saturating_sub(yes) / 2);
        }
        let steps = best.into_iter().filter_map(|step| {
            let (member, node) = (own.get(step.member).copied()?, nodes.get(step.node).copied()?);
            Some(Step { member, node, ..step })
        });
        let steps = steps.collect();
        if yes == all {
            return Some((yes, steps, None));
        }
        Some((yes, steps, Some(prices?)))
    }

    /// The prices of one group's classes, for all groups.
    fn for_siblings(&self, groups: &[usize], group: usize, prices: &[u64]) -> Proof {
        let shapes: Vec<(&super::problem::Members, u64)> = self
            .problem
            .members
            .iter()
            .filter(|members| members.group == group)
            .zip(prices.iter().copied())
            .collect();
        let price = |members: &super::problem::Members| {
            let alike = |other: &super::problem::Members| {
                other.count == members.count
                    && other.request == members.request
                    && other.allowed == members.allowed
            };
            let known = shapes.iter().find(|(shape, _)| alike(shape)).map_or(0, |(_, price)| *price);
            if groups.contains(&members.group) { known } else { 0 }
        };
        let prices = self.problem.members.iter().map(price).collect();
        Proof::Prices { prices, unit: super::prove::UNIT }
    }

    /// Deals the members on the nodes out to the groups.
    fn deal(&self, groups: &[usize], held: Vec<(u64, Vec<Step>)>) -> Outcome {
        let mut steps = Vec::new();
        let mut groups = groups.iter().copied();
        for (holds, mut placed) in held {
            let here: Vec<usize> =
                groups.by_ref().take(usize::try_from(holds).unwrap_or(usize::MAX)).collect();
            if here.is_empty() {
                continue;
            }
            placed.sort_by_key(|step| step.member);
            // In turn, class by class: so each group gets its share of every class.
            let mut turn = here.iter().copied().cycle();
            for step in placed {
                for _ in 0..step.count {
                    let Some(member) = turn.next().and_then(|group| self.counterpart(step.member, group))
                    else {
                        continue;
                    };
                    steps.push(Step { member, node: step.node, count: 1 });
                }
            }
        }
        Outcome { found: Some(steps), proof: None, lower: 0, upper: u64::MAX, best: Vec::new() }
    }

    /// The class of a group that is like a class of another group; among several alike the one at the same place.
    fn counterpart(&self, class: usize, group: usize) -> Option<usize> {
        let members = self.problem.members.get(class)?;
        let alike = |other: &super::problem::Members| {
            other.count == members.count
                && other.request == members.request
                && other.allowed == members.allowed
        };
        let of = |group: usize| {
            let all = self.problem.members.iter().enumerate();
            all.filter(move |(_, other)| other.group == group && alike(other)).map(|(at, _)| at)
        };
        let place = of(members.group).position(|at| at == class)?;
        of(group).nth(place)
    }
}

/// Packs what is left of a scope; a step for each node and class.
fn pack(scope: &Scope<'_>, budget: &mut Budget) -> Packing {
    let size = scope.nodes.len().saturating_mul(scope.problem.members.len());
    budget.spend(u64::try_from(size).unwrap_or(u64::MAX));
    Packing::new(scope)
}

/// How many members the nodes take at most, counting each node and class by itself.
fn rough_capacity(scope: &Scope<'_>, budget: &mut Budget) -> u64 {
    let problem = scope.problem;
    let mut total = 0_u64;
    for node in &scope.nodes {
        let Some(room) = problem.nodes.get(*node) else { continue };
        let slots = u64::try_from(room.slots).unwrap_or(0);
        let mut sum = 0_u64;
        for (class, members) in problem.members.iter().enumerate() {
            if scope.allows(class, *node) {
                sum = sum.saturating_add(super::packing::fit(&members.request, &room.free, slots));
            }
        }
        total = total.saturating_add(sum.min(slots));
    }
    budget.spend(u64::try_from(scope.nodes.len()).unwrap_or(u64::MAX));
    total
}

/// Answers what is left when all decisions are taken.
fn leaf(scope: &Scope<'_>, budget: &mut Budget) -> Outcome {
    let packing = pack(scope, budget);
    let quick = place(&packing, &[], budget);
    if packing.exact && quick.is_enough(&packing) {
        return packed(&packing, quick, budget);
    }
    let bounds = prove(&packing, budget);
    let proof = bounds.proof.clone().map(|prices| Proof::Prices { prices, unit: super::prove::UNIT });
    if packing.exact {
        by_packing(&packing, quick, bounds, proof, budget)
    } else {
        on_board(scope, &packing, &bounds, proof, budget)
    }
}

/// The packing decides.
fn by_packing(
    packing: &Packing,
    quick: Load,
    bounds: Bounds,
    proof: Option<Proof>,
    budget: &mut Budget,
) -> Outcome {
    let mut load = quick;
    if proof.is_none() && packing.live().len() > 1 {
        let guided = place(packing, &bounds.prices, budget);
        if guided.is_enough(packing) {
            return packed(packing, guided, budget);
        }
        if guided.met(packing) > load.met(packing) {
            load = guided;
        }
    }
    load.fill_up(packing, budget);
    let mut outcome = Outcome {
        found: None,
        proof,
        lower: load.total(),
        upper: bounds.upper,
        best: steps_of(packing, load.fillings()),
    };
    if outcome.proof.is_none() {
        match search(packing, &bounds.prices, budget) {
            Found::Packed(fillings) => {
                let fillings = fillings.iter().map(|(kind, filling)| (*kind, filling.as_slice(), 1));
                outcome.found = Some(steps_of(packing, fillings));
            }
            Found::Nothing { states } => outcome.proof = Some(Proof::Exhausted { states }),
            Found::Cut => {}
        }
    }
    outcome
}

fn packed(packing: &Packing, mut load: Load, budget: &mut Budget) -> Outcome {
    load.fill_up(packing, budget);
    Outcome {
        found: Some(steps_of(packing, load.fillings())),
        proof: None,
        lower: load.total(),
        upper: u64::MAX,
        best: Vec::new(),
    }
}

/// Gives each filling its nodes.
fn steps_of<'l>(packing: &Packing, fillings: impl Iterator<Item = (usize, &'l [u64], u64)>) -> Vec<Step> {
    let mut next = vec![0_usize; packing.kinds.len()];
    let mut steps = Vec::new();
    for (kind, filling, nodes) in fillings {
        let (Some(next), Some(of)) = (next.get_mut(kind), packing.kinds.get(kind)) else { continue };
        if filling.iter().all(|members| *members == 0) {
            // Empty nodes need no names; but the others must not take theirs twice.
            continue;
        }
        for _ in 0..nodes {
            let Some(node) = of.nodes.get(*next).copied() else { break };
            *next = next.saturating_add(1);
            for (member, count) in filling.iter().enumerate().filter(|(_, count)| **count > 0) {
                steps.push(Step { member, node, count: *count });
            }
        }
    }
    steps
}

/// Rules across nodes decide: the packing only bounds.
fn on_board(
    scope: &Scope<'_>,
    packing: &Packing,
    bounds: &Bounds,
    proof: Option<Proof>,
    budget: &mut Budget,
) -> Outcome {
    let needs = scope.needs();
    let mut outcome = Outcome { found: None, proof, lower: 0, upper: bounds.upper, best: Vec::new() };
    let all: Vec<u64> = packing.classes.iter().map(|class| class.count).collect();
    let live = packing.live();
    let mut orders: Vec<Vec<usize>> = vec![live.clone()];
    orders.push(live.iter().rev().copied().collect());
    let mut by_size = live.clone();
    let size = |class: &usize| packing.capacity(*class);
    by_size.sort_by_key(size);
    orders.push(by_size.clone());
    by_size.reverse();
    orders.push(by_size);
    let single = single_spread(scope, &live);
    let mut tried: Vec<Vec<usize>> = Vec::new();
    for order in orders {
        if tried.contains(&order) {
            continue;
        }
        let mut board = Board::new(scope);
        match single {
            Some((class, spread)) => by_level(&mut board, class, spread, budget),
            None => {
                let mut part = budget.part(budget.left() / 4);
                greedy(&mut board, &order, &all, &mut part);
                // A class may have had to wait for another one.
                greedy(&mut board, &order, &all, &mut part);
                budget.give_back(part);
            }
        }
        tried.push(order);
        if board.placed() > outcome.lower || tried.len() == 1 {
            outcome.lower = board.placed();
            outcome.best = board.steps();
        }
        if board.is_enough(&needs) {
            outcome.found = Some(board.steps());
            return outcome;
        }
        if outcome.proof.is_some() || single.is_some() {
            break;
        }
    }
    if outcome.proof.is_none() {
        let mut board = Board::new(scope);
        match exhaust(&mut board, &needs, budget) {
            Exhausted::Met => {
                let order: Vec<usize> = live.clone();
                greedy(&mut board, &order, &all, budget);
                outcome.found = Some(board.steps());
            }
            Exhausted::Nothing { states } => outcome.proof = Some(Proof::Exhausted { states }),
            Exhausted::Cut => {}
        }
    }
    outcome
}

/// The only class and its only spread constraint, if no other rule across nodes concerns it.
fn single_spread(scope: &Scope<'_>, live: &[usize]) -> Option<(usize, usize)> {
    let [class] = live else { return None };
    let problem = scope.problem;
    let own = |(at, spread): (usize, &super::problem::Spread)| (spread.member == *class).then_some(at);
    let spreads: Vec<usize> = problem.spreads.iter().enumerate().filter_map(own).collect();
    let [spread] = spreads.as_slice() else { return None };
    let free = !problem.affinities.iter().any(|a| a.member == *class)
        && !problem.conflicts.iter().any(|c| c.a == *class && c.b == *class);
    free.then_some((*class, *spread))
}
