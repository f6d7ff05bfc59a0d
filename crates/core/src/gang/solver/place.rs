//! Packings found quickly: several orders in which members are packed, each as tightly as it can.
//!
//! Nodes in the same state are one pile, so that a thousand equal members on a thousand equal nodes cost a step. For
//! members of one class every order is as good as another, and the result is the most that fit.

use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::knapsack::{as_f64, best, change, share};
use super::packing::{Packing, fit};
use super::prove::{UNIT, needed};

/// Members packed on nodes.
#[derive(Clone, Debug)]
pub(super) struct Load {
    piles: Vec<Pile>,
    /// How many members of each class are packed.
    pub(super) packed: Vec<u64>,
}

/// Nodes of one kind with the same members on them.
#[derive(Clone, Debug)]
struct Pile {
    kind: usize,
    nodes: u64,
    filling: Vec<u64>,
    free: Vec<i64>,
    slots: u64,
}

/// Which nodes are filled first.
#[derive(Clone, Copy, Debug)]
enum Prefer {
    /// Those that are left with the least.
    Tight,
    /// Those that the fewest other members can use.
    Plain,
}

impl Load {
    pub(super) fn empty(packing: &Packing) -> Self {
        let pile = |(at, kind): (usize, &super::packing::Kind)| Pile {
            kind: at,
            nodes: kind.len(),
            filling: vec![0; packing.classes.len()],
            free: kind.free.clone(),
            slots: kind.slots,
        };
        Load {
            piles: packing.kinds.iter().enumerate().map(pile).collect(),
            packed: vec![0; packing.classes.len()],
        }
    }

    /// The fillings: kind, members of each class, and how many nodes are filled so.
    pub(super) fn fillings(&self) -> impl Iterator<Item = (usize, &[u64], u64)> {
        self.piles.iter().map(|pile| (pile.kind, pile.filling.as_slice(), pile.nodes))
    }

    /// How many members are packed.
    pub(super) fn total(&self) -> u64 {
        self.packed.iter().fold(0, |sum, packed| sum.saturating_add(*packed))
    }

    /// How many of the members that the groups need are packed.
    pub(super) fn met(&self, packing: &Packing) -> u64 {
        let mut by_group = vec![0_u64; packing.needs.len()];
        for (class, packed) in packing.classes.iter().zip(&self.packed) {
            if let Some(sum) = by_group.get_mut(class.group) {
                *sum = sum.saturating_add(*packed);
            }
        }
        by_group.iter().zip(&packing.needs).fold(0, |sum, (has, need)| sum.saturating_add((*has).min(*need)))
    }

    pub(super) fn is_enough(&self, packing: &Packing) -> bool {
        self.met(packing) >= packing.need()
    }

    /// Packs members of a class, at most `left`; how many are left over.
    fn pack(
        &mut self,
        packing: &Packing,
        class: usize,
        mut left: u64,
        prefer: Prefer,
        budget: &mut Budget,
    ) -> u64 {
        let Some(request) = packing.classes.get(class).map(|class| class.request.as_slice()) else {
            return left;
        };
        let steps = u64::try_from(self.piles.len()).unwrap_or(u64::MAX);
        if left == 0 || !budget.spend(steps) {
            return left;
        }
        let mut order: Vec<(f64, f64, usize, u64)> = Vec::new();
        for (at, pile) in self.piles.iter().enumerate() {
            let most = pile.room(packing, class, request).min(left);
            if most > 0 {
                let rest = pile.rest_after(packing, request, most);
                let useful = pile.usefulness(packing, class);
                let score = match prefer {
                    Prefer::Tight => (rest, useful),
                    Prefer::Plain => (useful, rest),
                };
                order.push((score.0, score.1, at, most));
            }
        }
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        for (_, _, at, most) in order {
            let most = most.min(left);
            let Some(pile) = self.piles.get_mut(at) else { continue };
            let full = left.checked_div(most).unwrap_or(0).min(pile.nodes);
            if full == 0 {
                break;
            }
            let mut filled = pile.split(full);
            filled.take(request, class, most);
            left = left.saturating_sub(most.saturating_mul(full));
            let rest = left.min(most);
            let mut last = None;
            if rest > 0 && pile.nodes > 0 {
                let mut partly = pile.split(1);
                partly.take(request, class, rest);
                left = left.saturating_sub(rest);
                last = Some(partly);
            }
            self.put(at, filled);
            if let Some(last) = last {
                self.put(at, last);
            }
            if left == 0 {
                break;
            }
        }
        left
    }

    /// Puts a pile in the place of an empty one, or at the end.
    fn put(&mut self, at: usize, pile: Pile) {
        match self.piles.get_mut(at) {
            Some(old) if old.nodes == 0 => *old = pile,
            _ => self.piles.push(pile),
        }
    }

    fn count(&mut self) {
        self.packed.fill(0);
        for pile in &self.piles {
            for (sum, members) in self.packed.iter_mut().zip(&pile.filling) {
                *sum = sum.saturating_add(members.saturating_mul(pile.nodes));
            }
        }
    }

    /// Packs whatever members are left, the smallest first.
    pub(super) fn fill_up(&mut self, packing: &Packing, budget: &mut Budget) {
        let mut order = packing.live();
        sort_by_size(packing, &mut order);
        for class in order {
            let count = packing.classes.get(class).map_or(0, |class| class.count);
            let left = count.saturating_sub(self.packed.get(class).copied().unwrap_or(0));
            self.pack(packing, class, left, Prefer::Tight, budget);
        }
        self.count();
    }
}

impl Pile {
    fn split(&mut self, nodes: u64) -> Pile {
        self.nodes = self.nodes.saturating_sub(nodes);
        Pile { nodes, ..self.clone() }
    }

    fn take(&mut self, request: &[i64], class: usize, members: u64) {
        change(&mut self.free, request, members, i64::saturating_sub);
        self.slots = self.slots.saturating_sub(members);
        if let Some(entry) = self.filling.get_mut(class) {
            *entry = entry.saturating_add(members);
        }
    }

    /// How many more members of the class each node takes.
    fn room(&self, packing: &Packing, class: usize, request: &[i64]) -> u64 {
        let Some(kind) = packing.kinds.get(self.kind) else { return 0 };
        let has = self.filling.get(class).copied().unwrap_or(0);
        let most = kind.most.get(class).copied().unwrap_or(0).saturating_sub(has);
        if self.nodes == 0 || most == 0 {
            return 0;
        }
        let barred = packing.has_clashes(kind)
            && self.filling.iter().enumerate().any(|(other, n)| *n > 0 && packing.clash(kind, other, class));
        if barred { 0 } else { fit(request, &self.free, self.slots).min(most) }
    }

    /// The largest share of a node that is left free once so many members came.
    fn rest_after(&self, packing: &Packing, request: &[i64], members: u64) -> f64 {
        let Some(kind) = packing.kinds.get(self.kind) else { return 0.0 };
        let mut free = self.free.clone();
        change(&mut free, request, members, i64::saturating_sub);
        let mut rest = 0.0;
        for (free, of) in free.iter().zip(&kind.free) {
            if *of > 0 {
                rest += super::knapsack::signed_f64((*free).max(0)) / super::knapsack::signed_f64(*of);
            }
        }
        rest
    }

    /// How many classes could use the nodes besides this one.
    fn usefulness(&self, packing: &Packing, class: usize) -> f64 {
        let Some(kind) = packing.kinds.get(self.kind) else { return 0.0 };
        let others = kind.most.iter().enumerate().filter(|(at, most)| *at != class && **most > 0);
        as_f64(u64::try_from(others.count()).unwrap_or(0))
    }
}

/// The best packing that quick orders find: the first that meets all needs, or the one that comes closest.
pub(super) fn place(packing: &Packing, prices: &[Vec<u64>], budget: &mut Budget) -> Load {
    let mut tries = Tries { packing, best: None };
    let live = packing.live();
    let all: Vec<u64> = packing.classes.iter().map(|class| class.count).collect();
    let mut small_first = live.clone();
    sort_by_size(packing, &mut small_first);
    if tries.by_class(&small_first, &all, Prefer::Tight, budget) || live.len() < 2 {
        return tries.into_best();
    }
    let large_first: Vec<usize> = small_first.iter().rev().copied().collect();
    let mut scarce_first = large_first.clone();
    scarce_first.sort_by_key(|class| nodes_of(packing, *class));
    // Just as many members as needed: the small ones, and those that the prices make cheap.
    let mut targets = vec![just_needed(packing, &size_ranks(packing, &small_first)), all.clone()];
    targets.extend(prices.iter().rev().take(2).map(|prices| just_needed(packing, prices)));
    targets.dedup();
    for target in &targets {
        for order in [&large_first, &scarce_first] {
            for prefer in [Prefer::Tight, Prefer::Plain] {
                if tries.by_class(order, target, prefer, budget) {
                    return tries.into_best();
                }
            }
        }
    }
    for prices in prices.iter().rev() {
        let mut prices = prices.clone();
        // What costs nothing is still worth packing.
        for price in &mut prices {
            *price = (*price).max(UNIT / 1000);
        }
        for target in &targets {
            if tries.by_node(&prices, target, budget) {
                return tries.into_best();
            }
        }
    }
    tries.into_best()
}

struct Tries<'p> {
    packing: &'p Packing,
    best: Option<(u64, u64, Load)>,
}

impl Tries<'_> {
    /// Class after class; whether it is enough.
    fn by_class(&mut self, order: &[usize], targets: &[u64], prefer: Prefer, budget: &mut Budget) -> bool {
        let mut load = Load::empty(self.packing);
        for class in order {
            let target = targets.get(*class).copied().unwrap_or(0);
            load.pack(self.packing, *class, target, prefer, budget);
        }
        self.keep(load)
    }

    /// Node after node, each with the filling that the prices make most valuable.
    fn by_node(&mut self, prices: &[u64], targets: &[u64], budget: &mut Budget) -> bool {
        let mut load = Load::empty(self.packing);
        let mut left = targets.to_vec();
        let mut order: Vec<usize> = (0..load.piles.len()).collect();
        let variety = |at: &usize| {
            let kind = self.packing.kinds.get(*at);
            kind.map_or(0, |kind| kind.most.iter().filter(|most| **most > 0).count())
        };
        order.sort_by_key(variety);
        for at in order {
            while let Some(pile) = load.piles.get_mut(at).filter(|pile| pile.nodes > 0) {
                let Some(kind) = self.packing.kinds.get(pile.kind) else { break };
                let filling = best(self.packing, kind, prices, &left, budget).filling;
                let times = filling
                    .iter()
                    .zip(&left)
                    .filter_map(|(members, left)| left.checked_div(*members))
                    .fold(pile.nodes, u64::min);
                if times == 0 || filling.iter().all(|members| *members == 0) || budget.left() == 0 {
                    break;
                }
                let mut filled = pile.split(times);
                for (class, members) in filling.iter().enumerate() {
                    let Some(request) = self.packing.classes.get(class).map(|c| c.request.as_slice()) else {
                        continue;
                    };
                    filled.take(request, class, *members);
                    if let Some(left) = left.get_mut(class) {
                        *left = left.saturating_sub(members.saturating_mul(times));
                    }
                }
                load.piles.push(filled);
            }
        }
        self.keep(load)
    }

    fn keep(&mut self, mut load: Load) -> bool {
        load.count();
        let (met, total) = (load.met(self.packing), load.total());
        if self.best.as_ref().is_none_or(|(m, t, _)| (met, total) > (*m, *t)) {
            self.best = Some((met, total, load));
        }
        met >= self.packing.need()
    }

    fn into_best(self) -> Load {
        self.best.map_or_else(|| Load::empty(self.packing), |(_, _, load)| load)
    }
}

/// How many nodes a class can use.
fn nodes_of(packing: &Packing, class: usize) -> u64 {
    let usable = packing.kinds.iter().filter(|kind| kind.most.get(class).is_some_and(|most| *most > 0));
    usable.map(super::packing::Kind::len).fold(0, u64::saturating_add)
}

/// The smallest members first: those of which a node takes the most.
fn sort_by_size(packing: &Packing, order: &mut [usize]) {
    let mut sizes = vec![0.0; packing.classes.len()];
    for class in order.iter() {
        let request = packing.classes.get(*class).map(|c| c.request.as_slice()).unwrap_or_default();
        let mut size = 0.0;
        let mut nodes = 0.0;
        for kind in packing.kinds.iter().filter(|kind| kind.most.get(*class).is_some_and(|most| *most > 0)) {
            size += share(request, &kind.free, kind.slots) * as_f64(kind.len());
            nodes += as_f64(kind.len());
        }
        if let Some(entry) = sizes.get_mut(*class) {
            *entry = if nodes > 0.0 { size / nodes } else { f64::MAX };
        }
    }
    let size = |class: &usize| sizes.get(*class).copied().unwrap_or(0.0);
    order.sort_by(|a, b| size(a).total_cmp(&size(b)).then(a.cmp(b)));
}

/// The place of each class in an order, as a price.
fn size_ranks(packing: &Packing, order: &[usize]) -> Vec<u64> {
    let mut ranks = vec![0; packing.classes.len()];
    for (rank, class) in order.iter().enumerate() {
        if let Some(entry) = ranks.get_mut(*class) {
            *entry = u64::try_from(rank).unwrap_or(u64::MAX);
        }
    }
    ranks
}

/// As many members of each class as the groups need, the cheapest first.
fn just_needed(packing: &Packing, prices: &[u64]) -> Vec<u64> {
    needed(packing, &packing.needs, prices, |class| packing.classes.get(class).map_or(0, |c| c.count))
}
