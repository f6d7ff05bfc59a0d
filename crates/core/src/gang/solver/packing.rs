//! The part of a question that concerns each node alone: which members fit on a node together.
//!
//! Nodes that are alike for the members are one [`Kind`]. What rules ask across nodes is relaxed to what it implies for one
//! class or one node: a limit to how many members of a class can be placed at all, and to how many on one node. So what
//! cannot be packed cannot be placed; the converse holds where [`Packing::exact`] says so.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::problem::{Conflict, Problem, Spread};
use super::scope::Scope;

/// Classes of members and kinds of nodes.
#[derive(Clone, Debug)]
pub(super) struct Packing {
    pub(super) classes: Vec<Class>,
    pub(super) kinds: Vec<Kind>,
    /// What each group needs, as in the problem's groups.
    pub(super) needs: Vec<u64>,
    /// Which classes exclude each other on a node; each kind names its table.
    clashes: Vec<Clashes>,
    /// Whether whatever packs can also be placed.
    pub(super) exact: bool,
}

/// Members that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) request: Vec<i64>,
    /// How many can be placed at most; 0 for a class that is left out.
    pub(super) count: u64,
    pub(super) group: usize,
}

/// Nodes that are alike for the members.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) free: Vec<i64>,
    pub(super) slots: u64,
    /// How many members of each class fit on an empty node of the kind.
    pub(super) most: Vec<u64>,
    clashes: usize,
    pub(super) nodes: Vec<usize>,
}

/// For each class, the classes that it excludes from its node.
type Clashes = Vec<Vec<bool>>;

impl Kind {
    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.nodes.len()).unwrap_or(u64::MAX)
    }
}

/// How many members of a class fit by amounts and slots.
pub(super) fn fit(request: &[i64], free: &[i64], slots: u64) -> u64 {
    let fits = |(wanted, free): (&i64, &i64)| {
        (*wanted > 0).then(|| free.checked_div(*wanted).unwrap_or(0).max(0).unsigned_abs())
    };
    request.iter().zip(free).filter_map(fits).fold(slots, u64::min)
}

impl Packing {
    pub(super) fn new(scope: &Scope<'_>) -> Self {
        Builder::new(scope).build()
    }

    /// Whether members of two classes cannot share a node of the kind.
    pub(super) fn clash(&self, kind: &Kind, a: usize, b: usize) -> bool {
        self.clashes.get(kind.clashes).and_then(|t| t.get(a)?.get(b)).copied().unwrap_or(false)
    }

    pub(super) fn has_clashes(&self, kind: &Kind) -> bool {
        self.clashes.get(kind.clashes).is_some_and(|table| !table.is_empty())
    }

    pub(super) fn need(&self) -> u64 {
        self.needs.iter().fold(0, |sum, need| sum.saturating_add(*need))
    }

    /// The classes with members to place.
    pub(super) fn live(&self) -> Vec<usize> {
        let live = |(at, class): (usize, &Class)| (class.count > 0).then_some(at);
        self.classes.iter().enumerate().filter_map(live).collect()
    }

    /// How many members of a class the nodes take, if there is no other class.
    pub(super) fn capacity(&self, class: usize) -> u64 {
        let most = |kind: &Kind| kind.most.get(class).copied().unwrap_or(0).saturating_mul(kind.len());
        self.kinds.iter().map(most).fold(0, u64::saturating_add)
    }
}

/// Puts a packing together.
struct Builder<'s, 'p> {
    scope: &'s Scope<'p>,
    problem: &'p Problem,
    live: Vec<usize>,
    /// For each topology, whether every domain has one node at most.
    one_node: Vec<bool>,
    /// Members placed at most: all there are, and never more than all together.
    counts: Vec<u64>,
    total: u64,
}

impl<'s, 'p> Builder<'s, 'p> {
    fn new(scope: &'s Scope<'p>) -> Self {
        let problem = scope.problem;
        let count = |(at, m): (usize, &super::problem::Members)| if scope.is_in(at) { m.count } else { 0 };
        let counts: Vec<u64> = problem.members.iter().enumerate().map(count).collect();
        let used =
            problem.conflicts.iter().map(|c| c.topology).chain(problem.spreads.iter().map(|s| s.topology));
        let mut one_node = vec![false; problem.topologies.len()];
        for topology in used {
            if let Some(one) = one_node.get_mut(topology) {
                *one = *one || has_one_node(problem, scope, topology);
            }
        }
        Builder {
            scope,
            problem,
            live: counts.iter().enumerate().filter_map(|(at, count)| (*count > 0).then_some(at)).collect(),
            one_node,
            total: counts.iter().fold(0, |sum, count| sum.saturating_add(*count)),
            counts,
        }
    }

    fn is_one_node(&self, topology: usize) -> bool {
        self.one_node.get(topology).copied().unwrap_or(false)
    }

    fn has_label(&self, topology: usize, node: usize) -> bool {
        self.domain(topology, node).is_some()
    }

    fn domain(&self, topology: usize, node: usize) -> Option<usize> {
        self.problem.topologies.get(topology)?.domain_of.get(node).copied()?
    }

    /// The conflicts that concern live classes.
    fn conflicts(&self) -> impl Iterator<Item = &'p Conflict> {
        let live = |class: usize| self.counts.get(class).is_some_and(|count| *count > 0);
        self.problem.conflicts.iter().filter(move |c| live(c.a) && live(c.b))
    }

    fn spreads(&self) -> impl Iterator<Item = &'p Spread> {
        let live = |class: usize| self.counts.get(class).is_some_and(|count| *count > 0);
        self.problem.spreads.iter().filter(move |s| live(s.member))
    }

    /// How many members of a class fit on a node by itself.
    fn fits(&self, class: usize, node: usize) -> u64 {
        if !self.scope.allows(class, node) {
            return 0;
        }
        let (Some(members), Some(room)) = (self.problem.members.get(class), self.problem.nodes.get(node))
        else {
            return 0;
        };
        let slots = u64::try_from(room.slots).unwrap_or(0);
        let most = fit(&members.request, &room.free, slots).min(self.counts.get(class).copied().unwrap_or(0));
        let alone = |c: &Conflict| c.a == class && c.b == class && self.has_label(c.topology, node);
        if most > 1 && self.conflicts().any(alone) { 1 } else { most }
    }

    fn build(self) -> Packing {
        let problem = self.problem;
        let limits: Vec<Limits<'_>> = self.spreads().map(|spread| self.spread_limits(spread)).collect();
        let mut classes: Vec<Class> = problem
            .members
            .iter()
            .zip(&self.counts)
            .map(|(members, count)| Class {
                request: members.request.iter().map(|wanted| (*wanted).max(0)).collect(),
                count: *count,
                group: members.group,
            })
            .collect();
        for limit in &limits {
            if let Some(class) = classes.get_mut(limit.class) {
                class.count = class.count.min(limit.total);
            }
        }
        for conflict in self.conflicts().filter(|c| c.a == c.b && !self.is_one_node(c.topology)) {
            let total = self.one_a_domain(conflict);
            if let Some(class) = classes.get_mut(conflict.a) {
                class.count = class.count.min(total);
            }
        }
        let (clashes, patterns) = self.clash_tables();
        let kinds = self.kinds(&limits, &patterns);
        let exact = limits.is_empty()
            && self.conflicts().all(|c| self.is_one_node(c.topology))
            && self.problem.affinities.iter().enumerate().all(|(at, _)| self.affinity_is_settled(at));
        Packing { classes, kinds, needs: self.scope.needs(), clashes, exact }
    }

    /// Whether the chosen domain is all that an affinity asks for.
    fn affinity_is_settled(&self, rule: usize) -> bool {
        use super::problem::Split;
        let Some(affinity) = self.problem.affinities.get(rule) else { return true };
        if !self.scope.is_in(affinity.member) {
            return true;
        }
        let alike = |other: &super::problem::Affinity| {
            other.topologies == affinity.topologies
                && other.matched == affinity.matched
                && other.held == affinity.held
        };
        let first = self.problem.affinities.iter().position(alike).unwrap_or(rule);
        affinity.held.iter().all(Vec::is_empty)
            && affinity.matched.get(affinity.member) == Some(&true)
            && self.scope.chosen(Split::Affinity(first)).is_some()
    }

    /// What a spread constraint means for its own class: the lowest domain can rise to a certain level at best, and no
    /// domain further above it than the skew.
    fn spread_limits<'a>(&self, spread: &'a Spread) -> Limits<'a> {
        let floor = self.highest_floor(spread);
        let mut limits = Limits {
            class: spread.member,
            topology: spread.topology,
            spread,
            by_domain: Vec::new(),
            total: 0,
        };
        // A domain that is not counted counts as empty, however many members come to it.
        let ceiling = floor.saturating_add(spread.max_skew);
        limits.by_domain = spread
            .before
            .iter()
            .map(|before| {
                let Some(before) = before else {
                    return if i64::from(spread.counts_self) <= ceiling { u64::MAX } else { 0 };
                };
                let before = i64::try_from(*before).unwrap_or(i64::MAX);
                let more = ceiling.saturating_sub(before);
                match (spread.counts_self, spread.counted.get(spread.member) == Some(&true)) {
                    (true, true) => u64::try_from(more).unwrap_or(0),
                    (counts_self, _) if more >= i64::from(counts_self) => u64::MAX,
                    _ => 0,
                }
            })
            .collect();
        let mut taken = vec![0_u64; spread.before.len()];
        for node in &self.scope.nodes {
            let Some(domain) = self.domain(spread.topology, *node) else { continue };
            let Some(taken) = taken.get_mut(domain) else { continue };
            let included = spread.included.get(*node).copied().unwrap_or(false);
            let fits = self.fits(spread.member, *node);
            if included {
                *taken = taken.saturating_add(fits);
            } else {
                // Members on a node that is not counted do not use up the domain's limit.
                limits.total = limits.total.saturating_add(fits);
            }
        }
        for (limit, taken) in limits.by_domain.iter().zip(&taken) {
            limits.total = limits.total.saturating_add((*limit).min(*taken));
        }
        limits
    }

    /// How high the lowest counted domain can rise: no higher than any domain when all counted members that fit are on it.
    fn highest_floor(&self, spread: &Spread) -> i64 {
        let counted = spread.before.iter().flatten().count();
        if u64::try_from(counted).unwrap_or(u64::MAX) < spread.min_domains.max(1) {
            return 0;
        }
        let counting: Vec<usize> =
            self.live.iter().copied().filter(|class| spread.counted.get(*class) == Some(&true)).collect();
        let all = counting
            .iter()
            .filter_map(|class| self.counts.get(*class))
            .fold(0, |sum: u64, count| sum.saturating_add(*count));
        let mut rise = vec![0_u64; spread.before.len()];
        for node in &self.scope.nodes {
            if spread.included.get(*node) != Some(&true) {
                continue;
            }
            let Some(domain) = self.domain(spread.topology, *node) else { continue };
            let slots =
                self.problem.nodes.get(*node).map_or(0, |room| u64::try_from(room.slots).unwrap_or(0));
            let fits = counting.iter().map(|class| self.fits(*class, *node)).fold(0, u64::saturating_add);
            if let Some(rise) = rise.get_mut(domain) {
                *rise = rise.saturating_add(fits.min(slots));
            }
        }
        let height = |(before, rise): (&Option<u64>, &u64)| {
            Some(i64::try_from(before.as_ref()?.saturating_add((*rise).min(all))).unwrap_or(i64::MAX))
        };
        spread.before.iter().zip(&rise).filter_map(height).min().unwrap_or(0)
    }

    /// How many members of a class can be placed if each domain takes one at most.
    fn one_a_domain(&self, conflict: &Conflict) -> u64 {
        let domains = self.problem.topologies.get(conflict.topology).map_or(0, |t| t.domains.len());
        let mut taken = vec![false; domains];
        let mut total = 0_u64;
        for node in &self.scope.nodes {
            let fits = self.fits(conflict.a, *node);
            match self.domain(conflict.topology, *node) {
                None => total = total.saturating_add(fits),
                Some(domain) => {
                    if let Some(taken) = taken.get_mut(domain) {
                        *taken |= fits > 0;
                    }
                }
            }
        }
        total.saturating_add(u64::try_from(taken.iter().filter(|taken| **taken).count()).unwrap_or(u64::MAX))
    }

    /// The tables of classes that exclude each other on a node, one for each set of labels that nodes have; the first is
    /// empty. And the topologies that matter, in the order of a pattern's bits.
    fn clash_tables(&self) -> (Vec<Clashes>, Patterns) {
        let mut topologies: Vec<usize> =
            self.conflicts().filter(|c| c.a != c.b).map(|c| c.topology).collect();
        topologies.sort_unstable();
        topologies.dedup();
        let mut tables: Vec<Clashes> = vec![Vec::new()];
        let mut known: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        known.insert(vec![false; topologies.len()], 0);
        for node in &self.scope.nodes {
            let pattern: Vec<bool> = topologies.iter().map(|t| self.has_label(*t, *node)).collect();
            if known.contains_key(&pattern) {
                continue;
            }
            let mut table = vec![vec![false; self.counts.len()]; self.counts.len()];
            for conflict in self.conflicts().filter(|c| self.has_label(c.topology, *node)) {
                for (a, b) in [(conflict.a, conflict.b), (conflict.b, conflict.a)] {
                    if let Some(clash) = table.get_mut(a).and_then(|row| row.get_mut(b)) {
                        *clash = true;
                    }
                }
            }
            known.insert(pattern, tables.len());
            tables.push(table);
        }
        (tables, Patterns { topologies, known })
    }

    fn kinds(&self, limits: &[Limits<'_>], patterns: &Patterns) -> Vec<Kind> {
        let resources = self.problem.resources.len();
        let wanted: Vec<i64> = (0..resources).map(|r| self.wanted(r)).collect();
        let mut rows: Vec<(usize, Vec<u64>)> = Vec::with_capacity(self.scope.nodes.len());
        let mut highest = vec![0_u64; self.counts.len()];
        for node in &self.scope.nodes {
            let mut row = vec![0_u64; self.counts.len()];
            for class in &self.live {
                let mut most = self.fits(*class, *node);
                for limit in limits.iter().filter(|l| l.class == *class && self.is_one_node(l.topology)) {
                    most = most.min(limit.on(*node, self.domain(limit.topology, *node)));
                }
                if let Some(entry) = row.get_mut(*class) {
                    *entry = most;
                }
                if let Some(highest) = highest.get_mut(*class) {
                    *highest = (*highest).max(most);
                }
            }
            if row.iter().any(|most| *most > 0) {
                rows.push((*node, row));
            }
        }
        let alone = if let [class] = self.live.as_slice() { Some(*class) } else { None };
        let sums: Vec<Option<Vec<i64>>> = if alone.is_some() {
            Vec::new()
        } else {
            (0..resources).map(|r| self.sums(r, &highest)).collect()
        };
        let mut known: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
        let mut kinds: Vec<Kind> = Vec::new();
        let mut key: Vec<i64> = Vec::new();
        for (node, row) in rows {
            let Some(room) = self.problem.nodes.get(node) else { continue };
            let table = patterns.table(|topology| self.has_label(topology, node));
            key.clear();
            let slots = match alone {
                // One class: what counts is how many fit.
                Some(class) => {
                    let most = row.get(class).copied().unwrap_or(0);
                    let request =
                        self.problem.members.get(class).map(|m| m.request.as_slice()).unwrap_or_default();
                    let times = i64::try_from(most).unwrap_or(i64::MAX);
                    key.extend(request.iter().map(|wanted| (*wanted).max(0).saturating_mul(times)));
                    most
                }
                None => {
                    for ((free, wanted), sums) in room.free.iter().zip(&wanted).zip(&sums) {
                        let free = (*free).min(*wanted);
                        let rounded = match sums {
                            Some(sums) => {
                                let above = sums.partition_point(|sum| *sum <= free);
                                above.checked_sub(1).and_then(|at| sums.get(at)).copied().unwrap_or(free)
                            }
                            None => free,
                        };
                        key.push(rounded);
                    }
                    let slots = u64::try_from(room.slots).unwrap_or(0).min(self.total);
                    slots.min(self.members_at_most(&row, &room.free))
                }
            };
            key.push(i64::try_from(slots).unwrap_or(i64::MAX));
            key.push(i64::try_from(table).unwrap_or(0));
            key.extend(row.iter().map(|most| i64::try_from(*most).unwrap_or(i64::MAX)));
            match known.get(key.as_slice()) {
                Some(kind) => {
                    if let Some(kind) = kinds.get_mut(*kind) {
                        kind.nodes.push(node);
                    }
                }
                None => {
                    known.insert(key.clone(), kinds.len());
                    kinds.push(Kind {
                        free: key.get(..resources).unwrap_or_default().to_vec(),
                        slots,
                        most: row,
                        clashes: table,
                        nodes: vec![node],
                    });
                }
            }
        }
        kinds
    }

    /// No more members than these fit, whatever their classes; more slots make no difference.
    fn members_at_most(&self, row: &[u64], free: &[i64]) -> u64 {
        let mut most = u64::MAX;
        for (r, free) in free.iter().enumerate() {
            let usable = self.live.iter().filter(|class| row.get(**class).is_some_and(|most| *most > 0));
            let request = |class: &usize| self.problem.members.get(*class)?.request.get(r).copied();
            let least = usable.filter_map(request).min().unwrap_or(0);
            if least > 0 {
                most = most.min(u64::try_from(free.checked_div(least).unwrap_or(0)).unwrap_or(0));
            }
        }
        most
    }

    /// How much all members together request of a resource; more free than that makes no difference.
    fn wanted(&self, resource: usize) -> i64 {
        let wanted = |class: &usize| {
            let request = self.problem.members.get(*class)?.request.get(resource)?;
            let count = i64::try_from(*self.counts.get(*class)?).unwrap_or(i64::MAX);
            Some((*request).max(0).saturating_mul(count))
        };
        self.live.iter().filter_map(wanted).fold(0, i64::saturating_add)
    }

    /// Every sum that members on one node can take of a resource, sorted; `None` if there are too many. A node's free amount
    /// may be rounded down to the next of them.
    fn sums(&self, resource: usize, highest: &[u64]) -> Option<Vec<i64>> {
        const MOST: usize = 2048;
        let mut sums = vec![0_i64];
        for class in &self.live {
            let request = *self.problem.members.get(*class)?.request.get(resource)?;
            let most = *highest.get(*class)?;
            if request <= 0 || most == 0 {
                continue;
            }
            let times = usize::try_from(most).ok().filter(|m| m.saturating_mul(sums.len()) <= 16 * MOST)?;
            let times = i64::try_from(times).ok()?;
            let mut more = Vec::with_capacity(sums.len());
            for sum in &sums {
                more.extend((0..=times).map(|n| sum.saturating_add(request.saturating_mul(n))));
            }
            more.sort_unstable();
            more.dedup();
            if more.len() > MOST {
                return None;
            }
            sums = more;
        }
        Some(sums)
    }
}

/// Which topologies' labels decide about clashes, and the table for each set of labels that nodes have.
struct Patterns {
    topologies: Vec<usize>,
    known: BTreeMap<Vec<bool>, usize>,
}

impl Patterns {
    fn table(&self, has_label: impl Fn(usize) -> bool) -> usize {
        if self.topologies.is_empty() {
            return 0;
        }
        let pattern: Vec<bool> = self.topologies.iter().map(|t| has_label(*t)).collect();
        self.known.get(&pattern).copied().unwrap_or(0)
    }
}

/// How many members of a class a spread constraint lets come to each domain, and to all.
struct Limits<'a> {
    class: usize,
    topology: usize,
    spread: &'a Spread,
    by_domain: Vec<u64>,
    total: u64,
}

impl Limits<'_> {
    /// The limit on a node that has its domain for itself.
    fn on(&self, node: usize, domain: Option<usize>) -> u64 {
        let Some(domain) = domain else { return 0 };
        if self.spread.included.get(node) == Some(&true) {
            self.by_domain.get(domain).copied().unwrap_or(0)
        } else {
            u64::MAX
        }
    }
}

/// Whether every domain of a topology has one node at most, of those in play.
fn has_one_node(problem: &Problem, scope: &Scope<'_>, topology: usize) -> bool {
    let Some(topology) = problem.topologies.get(topology) else { return false };
    let mut seen = vec![false; topology.domains.len()];
    for node in &scope.nodes {
        let Some(domain) = topology.domain_of.get(*node).copied().flatten() else { continue };
        match seen.get_mut(domain) {
            Some(seen) if !*seen => *seen = true,
            _ => return false,
        }
    }
    true
}
