//! Members placed one after another, with every rule kept: what the rules across nodes need.
//!
//! [`Board`] is the state between two steps. [`greedy`] places members by simple orders, [`by_level`] places members of one
//! class under one spread constraint as many as can be, and [`exhaust`] tries everything.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::packing::fit;
use super::problem::{Affinity, Problem, Spread, Step};
use super::scope::Scope;

/// The state between two steps.
#[derive(Clone, Debug)]
pub(super) struct Board<'s, 'p> {
    scope: &'s Scope<'p>,
    problem: &'p Problem,
    /// What is free on each node, one row a node.
    free: Vec<i64>,
    slots: Vec<i64>,
    /// Members of each class that are left.
    left: Vec<u64>,
    /// Members of each class in each domain, for each topology with conflicts: a row a domain.
    present: BTreeMap<usize, Vec<u32>>,
    spreads: Vec<Counted<'p>>,
    affinities: Vec<Held<'p>>,
    /// The rules of each class: places in `conflicts` of the problem, in `spreads`, in `affinities`.
    rules: Vec<Rules>,
    steps: Vec<(usize, usize)>,
}

#[derive(Clone, Debug, Default)]
struct Rules {
    /// Topology and other class.
    conflicts: Vec<(usize, usize)>,
    spreads: Vec<usize>,
    affinities: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Counted<'p> {
    rule: &'p Spread,
    counts: Vec<Option<u64>>,
    /// How many domains have each count.
    domains_with: BTreeMap<u64, usize>,
    /// Whether there are too few domains, so that the lowest counts as empty.
    scarce: bool,
}

#[derive(Clone, Debug)]
struct Held<'p> {
    rule: &'p Affinity,
    /// For each topology of the rule, how many pods hold each domain.
    holders: Vec<BTreeMap<usize, u64>>,
}

impl Counted<'_> {
    fn lowest(&self) -> u64 {
        if self.scarce {
            return 0;
        }
        self.domains_with.keys().next().copied().unwrap_or(0)
    }

    fn change(&mut self, domain: usize, with: fn(u64, u64) -> u64) {
        let Some(Some(count)) = self.counts.get_mut(domain) else { return };
        if let Some(domains) = self.domains_with.get_mut(count) {
            *domains = domains.saturating_sub(1);
            if *domains == 0 {
                self.domains_with.remove(count);
            }
        }
        *count = with(*count, 1);
        let domains = self.domains_with.entry(*count).or_default();
        *domains = domains.saturating_add(1);
    }

    fn count(&self, domain: usize) -> u64 {
        self.counts.get(domain).copied().flatten().unwrap_or(0)
    }

    fn allows(&self, domain: usize) -> bool {
        let with = i128::from(self.count(domain)).saturating_add(i128::from(self.rule.counts_self));
        with.saturating_sub(i128::from(self.lowest())) <= i128::from(self.rule.max_skew)
    }
}

impl<'s, 'p> Board<'s, 'p> {
    pub(super) fn new(scope: &'s Scope<'p>) -> Self {
        let problem = scope.problem;
        let classes = problem.members.len();
        let mut rules = vec![Rules::default(); classes];
        let mut present = BTreeMap::new();
        for conflict in &problem.conflicts {
            let domains = problem.topologies.get(conflict.topology).map_or(0, |t| t.domains.len());
            present.entry(conflict.topology).or_insert_with(|| vec![0; domains.saturating_mul(classes)]);
            for (a, b) in [(conflict.a, conflict.b), (conflict.b, conflict.a)] {
                if let Some(rules) = rules.get_mut(a) {
                    rules.conflicts.push((conflict.topology, b));
                }
            }
        }
        let spreads: Vec<Counted<'_>> = problem.spreads.iter().map(Counted::new).collect();
        let affinities: Vec<Held<'_>> = problem.affinities.iter().map(Held::new).collect();
        for (at, spread) in problem.spreads.iter().enumerate() {
            if let Some(rules) = rules.get_mut(spread.member) {
                rules.spreads.push(at);
            }
        }
        for (at, affinity) in problem.affinities.iter().enumerate() {
            if let Some(rules) = rules.get_mut(affinity.member) {
                rules.affinities.push(at);
            }
        }
        let left = |(at, members): (usize, &super::problem::Members)| {
            if scope.is_in(at) { members.count } else { 0 }
        };
        Board {
            scope,
            problem,
            free: problem.nodes.iter().flat_map(|node| node.free.iter().copied()).collect(),
            slots: problem.nodes.iter().map(|node| node.slots).collect(),
            left: problem.members.iter().enumerate().map(left).collect(),
            present,
            spreads,
            affinities,
            rules,
            steps: Vec::new(),
        }
    }

    pub(super) fn left(&self, class: usize) -> u64 {
        self.left.get(class).copied().unwrap_or(0)
    }

    /// How many steps were taken.
    pub(super) fn placed(&self) -> u64 {
        u64::try_from(self.steps.len()).unwrap_or(u64::MAX)
    }

    fn free(&self, node: usize) -> &[i64] {
        let width = self.problem.resources.len();
        let start = node.saturating_mul(width);
        self.free.get(start..start.saturating_add(width)).unwrap_or_default()
    }

    fn domain(&self, topology: usize, node: usize) -> Option<usize> {
        self.problem.topologies.get(topology)?.domain_of.get(node).copied()?
    }

    fn cell(&self, domain: usize, class: usize) -> usize {
        domain.saturating_mul(self.problem.members.len()).saturating_add(class)
    }

    /// How many more members the node takes by its free amounts and slots alone.
    fn room(&self, class: usize, node: usize) -> u64 {
        let slots = self.slots.get(node).map_or(0, |slots| u64::try_from(*slots).unwrap_or(0));
        let Some(members) = self.problem.members.get(class) else { return 0 };
        fit(&members.request, self.free(node), slots)
    }

    /// Whether a member of the class may come to the node now.
    pub(super) fn fits(&self, class: usize, node: usize) -> bool {
        self.left(class) > 0
            && self.scope.allows(class, node)
            && self.room(class, node) > 0
            && self.rules.get(class).is_none_or(|rules| self.keeps(rules, class, node))
    }

    fn keeps(&self, rules: &Rules, class: usize, node: usize) -> bool {
        let apart = rules.conflicts.iter().all(|(topology, other)| {
            let Some(domain) = self.domain(*topology, node) else { return true };
            let present = self.present.get(topology).and_then(|p| p.get(self.cell(domain, *other)));
            present.is_none_or(|present| *present == 0)
        });
        let spread = || {
            rules.spreads.iter().filter_map(|at| self.spreads.get(*at)).all(|counted| {
                self.domain(counted.rule.topology, node).is_some_and(|domain| counted.allows(domain))
            })
        };
        let near = || {
            let held = |at: &usize| self.affinities.get(*at);
            rules.affinities.iter().filter_map(held).all(|held| self.is_near(held, class, node))
        };
        apart && spread() && near()
    }

    fn is_near(&self, held: &Held<'_>, class: usize, node: usize) -> bool {
        let mut all = true;
        for (topology, holders) in held.rule.topologies.iter().zip(&held.holders) {
            match self.domain(*topology, node) {
                None => return false,
                Some(domain) => all &= holders.contains_key(&domain),
            }
        }
        all || (held.holders.iter().all(BTreeMap::is_empty) && held.rule.matched.get(class) == Some(&true))
    }

    /// Places a member; [`fits`](Self::fits) must have said that it may.
    pub(super) fn put(&mut self, class: usize, node: usize) {
        self.steps.push((class, node));
        self.apply(class, node, true);
    }

    /// Takes the last step back.
    fn undo(&mut self) {
        if let Some((class, node)) = self.steps.pop() {
            self.apply(class, node, false);
        }
    }

    fn apply(&mut self, class: usize, node: usize, add: bool) {
        if let Some(left) = self.left.get_mut(class) {
            *left = if add { left.saturating_sub(1) } else { left.saturating_add(1) };
        }
        if let Some(slots) = self.slots.get_mut(node) {
            *slots = if add { slots.saturating_sub(1) } else { slots.saturating_add(1) };
        }
        let width = self.problem.resources.len();
        let start = node.saturating_mul(width);
        let free = self.free.get_mut(start..start.saturating_add(width)).unwrap_or_default();
        if let Some(members) = self.problem.members.get(class) {
            for (free, wanted) in free.iter_mut().zip(&members.request) {
                let wanted = (*wanted).max(0);
                *free = if add { free.saturating_sub(wanted) } else { free.saturating_add(wanted) };
            }
        }
        let classes = self.problem.members.len();
        for (topology, present) in &mut self.present {
            let domain =
                self.problem.topologies.get(*topology).and_then(|t| t.domain_of.get(node).copied()?);
            let Some(domain) = domain else { continue };
            if let Some(cell) = present.get_mut(domain.saturating_mul(classes).saturating_add(class)) {
                *cell = if add { cell.saturating_add(1) } else { cell.saturating_sub(1) };
            }
        }
        for counted in &mut self.spreads {
            let rule = counted.rule;
            if rule.counted.get(class) != Some(&true) || rule.included.get(node) != Some(&true) {
                continue;
            }
            let domain =
                self.problem.topologies.get(rule.topology).and_then(|t| t.domain_of.get(node).copied()?);
            if let Some(domain) = domain {
                counted.change(domain, if add { u64::saturating_add } else { u64::saturating_sub });
            }
        }
        for held in &mut self.affinities {
            if held.rule.matched.get(class) != Some(&true) {
                continue;
            }
            for (topology, holders) in held.rule.topologies.iter().zip(&mut held.holders) {
                let domain =
                    self.problem.topologies.get(*topology).and_then(|t| t.domain_of.get(node).copied()?);
                let Some(domain) = domain else { continue };
                let count = holders.entry(domain).or_default();
                *count = if add { count.saturating_add(1) } else { count.saturating_sub(1) };
                if *count == 0 {
                    holders.remove(&domain);
                }
            }
        }
    }

    /// Whether the groups of members have what they need.
    pub(super) fn is_enough(&self, needs: &[u64]) -> bool {
        let mut left = needs.to_vec();
        for (class, members) in self.problem.members.iter().enumerate() {
            if let Some(left) = left.get_mut(members.group)
                && self.scope.is_in(class)
            {
                *left = left.saturating_sub(members.count.saturating_sub(self.left(class)));
            }
        }
        left.iter().all(|left| *left == 0)
    }

    /// The steps taken so far, equal ones in a row as one.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut out: Vec<Step> = Vec::new();
        for (member, node) in &self.steps {
            match out.last_mut() {
                Some(last) if last.member == *member && last.node == *node => {
                    last.count = last.count.saturating_add(1);
                }
                _ => out.push(Step { member: *member, node: *node, count: 1 }),
            }
        }
        out
    }

    /// How full the domains of the node are that the class is spread over: the fullest first.
    fn crowding(&self, class: usize, node: usize) -> u64 {
        let Some(rules) = self.rules.get(class) else { return 0 };
        let counted = rules.spreads.iter().filter_map(|at| self.spreads.get(*at));
        let count = |c: &Counted<'_>| c.count(self.domain(c.rule.topology, node)?).checked_sub(c.lowest());
        counted.filter_map(count).fold(0, u64::saturating_add)
    }
}

impl<'p> Counted<'p> {
    fn new(rule: &'p Spread) -> Self {
        let mut domains_with: BTreeMap<u64, usize> = BTreeMap::new();
        for count in rule.before.iter().flatten() {
            let domains = domains_with.entry(*count).or_default();
            *domains = domains.saturating_add(1);
        }
        let domains = u64::try_from(rule.before.iter().flatten().count()).unwrap_or(u64::MAX);
        Counted { rule, counts: rule.before.clone(), domains_with, scarce: domains < rule.min_domains.max(1) }
    }
}

impl<'p> Held<'p> {
    fn new(rule: &'p Affinity) -> Self {
        let holders = rule.held.iter().map(|held| held.iter().map(|domain| (*domain, 1)).collect());
        Held { rule, holders: holders.collect() }
    }
}

/// Places the members of the classes in turn, each on the node that suits it best now: in the least crowded domain, then on
/// the node with the least room. Stops early when the budget is used up.
pub(super) fn greedy(board: &mut Board<'_, '_>, order: &[usize], targets: &[u64], budget: &mut Budget) {
    for class in order {
        let mut target = targets.get(*class).copied().unwrap_or(0).min(board.left(*class));
        while target > 0 {
            let scope = board.scope;
            if !budget.spend(u64::try_from(scope.nodes.len()).unwrap_or(u64::MAX)) {
                return;
            }
            let best = scope
                .nodes
                .iter()
                .filter(|node| board.fits(*class, **node))
                .map(|node| (board.crowding(*class, *node), board.room(*class, *node), *node))
                .min();
            let Some((_, _, node)) = best else { break };
            board.put(*class, node);
            target = target.saturating_sub(1);
        }
    }
}

/// Places the members of one class under its one spread constraint, always in the lowest domain that still takes one. There
/// is no way to place more of them.
pub(super) fn by_level(board: &mut Board<'_, '_>, class: usize, spread: usize, budget: &mut Budget) {
    let scope = board.scope;
    let Some(topology) = board.problem.spreads.get(spread).map(|spread| spread.topology) else { return };
    let mut nodes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in &scope.nodes {
        if scope.allows(class, *node)
            && board.room(class, *node) > 0
            && let Some(domain) = board.domain(topology, *node)
        {
            nodes.entry(domain).or_default().push(*node);
        }
    }
    // Members on nodes that are not counted do not raise the domain, so these nodes, at the end, are filled first.
    let is_counted = |node: &usize| {
        let included = board.problem.spreads.get(spread).and_then(|rule| rule.included.get(*node));
        included.copied().unwrap_or(false)
    };
    for nodes in nodes.values_mut() {
        nodes.sort_by_key(|node| !is_counted(node));
    }
    let count =
        |board: &Board<'_, '_>, domain: usize| board.spreads.get(spread).map_or(0, |c| c.count(domain));
    let mut queue: BTreeSet<(u64, usize)> =
        nodes.keys().map(|domain| (count(board, *domain), *domain)).collect();
    while board.left(class) > 0
        && let Some((_, domain)) = queue.pop_first()
    {
        if !budget.spend(4) {
            return;
        }
        if board.spreads.get(spread).is_none_or(|counted| !counted.allows(domain)) {
            // Every other domain is as high or higher.
            return;
        }
        let Some(nodes) = nodes.get_mut(&domain) else { continue };
        while let Some(node) = nodes.last().copied() {
            if board.fits(class, node) {
                board.put(class, node);
                queue.insert((count(board, domain), domain));
                break;
            }
            nodes.pop();
        }
    }
}

/// What trying everything found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exhausted {
    /// The board meets the needs now.
    Met,
    /// Nothing does.
    Nothing {
        /// How many states were looked at.
        states: u64,
    },
    /// The budget did not suffice.
    Cut,
}

/// Tries every way to place members until the needs are met; the state of an untouched board.
pub(super) fn exhaust(board: &mut Board<'_, '_>, needs: &[u64], budget: &mut Budget) -> Exhausted {
    let alike = Alike::new(board);
    let moves: Vec<(usize, usize)> = (0..board.problem.members.len())
        .filter(|class| board.left(*class) > 0)
        .flat_map(|class| board.scope.nodes.iter().map(move |node| (class, *node)))
        .filter(|(class, node)| board.scope.allows(*class, *node) && board.room(*class, *node) > 0)
        .collect();
    let mut seen: BTreeSet<Vec<u32>> = BTreeSet::new();
    let mut stack = vec![0_usize];
    let mut states = 1_u64;
    if board.is_enough(needs) {
        return Exhausted::Met;
    }
    while let Some(next) = stack.last_mut() {
        let Some((class, node)) = moves.get(*next).copied() else {
            stack.pop();
            board.undo();
            continue;
        };
        *next = next.saturating_add(1);
        if !budget.spend(1) {
            return Exhausted::Cut;
        }
        if !board.fits(class, node) {
            continue;
        }
        board.put(class, node);
        let width = u64::try_from(alike.nodes.len()).unwrap_or(u64::MAX);
        if !budget.spend(width.saturating_mul(4)) {
            return Exhausted::Cut;
        }
        if board.is_enough(needs) {
            return Exhausted::Met;
        }
        if board.can_be_enough(needs) && seen.insert(alike.key(board)) {
            states = states.saturating_add(1);
            stack.push(0);
        } else {
            board.undo();
        }
    }
    Exhausted::Nothing { states }
}

impl Board<'_, '_> {
    /// Whether the members that are left and could find room suffice, were there no other members and no rules.
    fn can_be_enough(&self, needs: &[u64]) -> bool {
        let mut missing = needs.to_vec();
        for (class, members) in self.problem.members.iter().enumerate() {
            if !self.scope.is_in(class) {
                continue;
            }
            let left = self.left(class);
            let mut more = 0_u64;
            for node in &self.scope.nodes {
                if more >= left {
                    break;
                }
                if self.scope.allows(class, *node) {
                    more = more.saturating_add(self.room(class, *node));
                }
            }
            let reach = members.count.saturating_sub(left).saturating_add(more.min(left));
            if let Some(missing) = missing.get_mut(members.group) {
                *missing = missing.saturating_sub(reach);
            }
        }
        missing.iter().all(|missing| *missing == 0)
    }
}

/// Nodes that no rule tells apart: states that differ by an exchange of such nodes are one.
struct Alike {
    /// The nodes, and the set of alike nodes that each belongs to.
    nodes: Vec<(usize, usize)>,
}

impl Alike {
    fn new(board: &Board<'_, '_>) -> Self {
        let problem = board.problem;
        let one_node = |topology: usize| {
            let of = problem.topologies.get(topology).map(|t| t.domain_of.as_slice()).unwrap_or_default();
            let mut domains: Vec<usize> = of.iter().flatten().copied().collect();
            domains.sort_unstable();
            domains.windows(2).all(|pair| pair.first() != pair.last())
        };
        let one: Vec<bool> = (0..problem.topologies.len()).map(one_node).collect();
        let mut sets: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
        let mut nodes = Vec::new();
        for node in &board.scope.nodes {
            let mut key: Vec<i64> = board.free(*node).to_vec();
            key.push(board.slots.get(*node).copied().unwrap_or(0));
            key.extend((0..problem.members.len()).map(|class| i64::from(board.scope.allows(class, *node))));
            for (topology, one) in one.iter().enumerate() {
                let domain = board.domain(topology, *node).and_then(|d| i64::try_from(d).ok());
                // A domain of one node is told apart only by what rules know of it, below.
                key.push(if *one { i64::from(domain.is_some()) } else { domain.map_or(-1, |d| d) });
            }
            for counted in &board.spreads {
                let domain = board.domain(counted.rule.topology, *node);
                let count = domain.and_then(|d| counted.counts.get(d).copied().flatten());
                key.push(count.map_or(-1, |count| i64::try_from(count).unwrap_or(i64::MAX)));
                key.push(i64::from(counted.rule.included.get(*node) == Some(&true)));
            }
            for held in &board.affinities {
                for (topology, holders) in held.rule.topologies.iter().zip(&held.holders) {
                    key.push(
                        board.domain(*topology, *node).map_or(-1, |d| i64::from(holders.contains_key(&d))),
                    );
                }
            }
            let next = sets.len();
            nodes.push((*node, *sets.entry(key).or_insert(next)));
        }
        Alike { nodes }
    }

    /// What is on each node, with alike nodes in order of what is on them.
    fn key(&self, board: &Board<'_, '_>) -> Vec<u32> {
        let classes = board.problem.members.len();
        let mut on: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (class, node) in &board.steps {
            let row = on.entry(*node).or_insert_with(|| vec![0; classes]);
            if let Some(cell) = row.get_mut(*class) {
                *cell = cell.saturating_add(1);
            }
        }
        let mut rows: Vec<(usize, Vec<u32>)> =
            self.nodes.iter().filter_map(|(node, set)| Some((*set, on.remove(node)?))).collect();
        rows.sort();
        let mut key = Vec::with_capacity(rows.len().saturating_mul(classes.saturating_add(1)));
        for (set, row) in rows {
            key.push(u32::try_from(set).unwrap_or(u32::MAX));
            key.extend(row);
        }
        key
    }
}
