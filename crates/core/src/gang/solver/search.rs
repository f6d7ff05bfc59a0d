//! Exact search for a packing: node after node, every filling that leaves no room.
//!
//! It is enough to look at fillings to which no member can be added: what a later node loses by that, this one has. What
//! matters of the past is only how many members are left, so each such state is looked at once. Prices cut off states that
//! cannot reach the needs any more.

use alloc::collections::BTreeSet;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::knapsack::{Fillings, best, fillings};
use super::packing::Packing;
use super::prove::{UNIT, needed};

/// What the search found.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A packing that meets the needs: for each node of it the kind, and how many members of each class.
    Packed(Vec<(usize, Vec<u64>)>),
    /// There is none.
    Nothing {
        /// How many states were looked at.
        states: u64,
    },
    /// The budget did not suffice.
    Cut,
}

/// Fillings of one node that are looked at; with more of them the search is not exact.
const FILLINGS: usize = 1000;
/// States that are remembered.
const REMEMBERED: usize = 200_000;

/// Looks for a packing that meets the needs.
pub(super) fn search(packing: &Packing, prices: &[Vec<u64>], budget: &mut Budget) -> Found {
    Search::new(packing, prices, budget).run(budget)
}

struct Search<'p> {
    packing: &'p Packing,
    /// The kind of each node, in the order in which they are filled.
    kinds: Vec<usize>,
    /// Prices, and what they allow the nodes from each position on to take.
    bounds: Vec<(Vec<u64>, Vec<u64>)>,
    /// The fillings of a node of each kind when there are members enough of every class.
    plenty: Vec<Option<Rc<Fillings>>>,
    seen: BTreeSet<(usize, Vec<u64>)>,
    states: u64,
    cut: bool,
}

struct Frame {
    at: usize,
    left: Vec<u64>,
    options: Rc<Fillings>,
    next: usize,
}

impl<'p> Search<'p> {
    fn new(packing: &'p Packing, prices: &[Vec<u64>], budget: &mut Budget) -> Self {
        let mut order: Vec<usize> = (0..packing.kinds.len()).collect();
        let key = |at: &usize| {
            let kind = packing.kinds.get(*at);
            let most = kind.map(|kind| kind.most.as_slice()).unwrap_or_default();
            let variety = most.iter().filter(|most| **most > 0).count();
            (variety, most.iter().fold(0, |sum: u64, most| sum.saturating_add(*most)))
        };
        order.sort_by_key(key);
        let mut kinds = Vec::new();
        for at in order {
            let nodes = packing.kinds.get(at).map_or(0, |kind| kind.nodes.len());
            kinds.extend(core::iter::repeat_n(at, nodes));
        }
        let counts: Vec<u64> = packing.classes.iter().map(|class| class.count).collect();
        let uniform = vec![UNIT; packing.classes.len()];
        let bounds = prices
            .iter()
            .rev()
            .chain([&uniform])
            .map(|prices| {
                let worth: Vec<u64> = packing
                    .kinds
                    .iter()
                    .map(|kind| best(packing, kind, prices, &counts, budget).at_most)
                    .collect();
                let mut rest = vec![0_u64; kinds.len().saturating_add(1)];
                let mut sum = 0_u64;
                for (at, kind) in kinds.iter().enumerate().rev() {
                    sum = sum.saturating_add(worth.get(*kind).copied().unwrap_or(0));
                    if let Some(rest) = rest.get_mut(at) {
                        *rest = sum;
                    }
                }
                (prices.clone(), rest)
            })
            .collect();
        Search {
            packing,
            kinds,
            bounds,
            plenty: vec![None; packing.kinds.len()],
            seen: BTreeSet::new(),
            states: 0,
            cut: false,
        }
    }

    fn run(mut self, budget: &mut Budget) -> Found {
        let mut stack = Vec::new();
        let counts = self.packing.classes.iter().map(|class| class.count).collect();
        if self.push(&mut stack, 0, counts, budget) {
            return self.packed(&stack);
        }
        while let Some(frame) = stack.last_mut() {
            if budget.left() == 0 {
                return Found::Cut;
            }
            let Some(filling) = frame.options.list.get(frame.next) else {
                stack.pop();
                continue;
            };
            frame.next = frame.next.saturating_add(1);
            let mut left = frame.left.clone();
            for (left, members) in left.iter_mut().zip(filling) {
                *left = left.saturating_sub(*members);
            }
            let at = frame.at.saturating_add(1);
            if self.push(&mut stack, at, left, budget) {
                return self.packed(&stack);
            }
        }
        if self.cut { Found::Cut } else { Found::Nothing { states: self.states } }
    }

    /// Looks at a state and puts it on the stack if it may lead somewhere; true if it meets the needs.
    fn push(&mut self, stack: &mut Vec<Frame>, at: usize, mut left: Vec<u64>, budget: &mut Budget) -> bool {
        let needs = self.still_needed(&left);
        if needs.iter().all(|need| *need == 0) {
            return true;
        }
        // Members of a group that has enough are not needed any more.
        for (class, left) in self.packing.classes.iter().zip(&mut left) {
            if needs.get(class.group).is_none_or(|need| *need == 0) {
                *left = 0;
            }
        }
        let width = u64::try_from(left.len()).unwrap_or(u64::MAX);
        let Some(kind) = self.kinds.get(at).copied() else { return false };
        let steps = width.saturating_mul(u64::try_from(self.bounds.len()).unwrap_or(1)).saturating_add(4);
        if !budget.spend(steps) {
            self.cut = true;
            return false;
        }
        if self.is_hopeless(at, &left, &needs) {
            return false;
        }
        if self.seen.len() < REMEMBERED {
            if !self.seen.insert((at, left.clone())) {
                return false;
            }
        } else if self.seen.contains(&(at, left.clone())) {
            return false;
        }
        self.states = self.states.saturating_add(1);
        let options = self.options(kind, &left, budget);
        self.cut |= options.more;
        stack.push(Frame { at, left, options, next: 0 });
        false
    }

    fn still_needed(&self, left: &[u64]) -> Vec<u64> {
        let mut needs = self.packing.needs.clone();
        for (class, left) in self.packing.classes.iter().zip(left) {
            if let Some(need) = needs.get_mut(class.group) {
                *need = need.saturating_sub(class.count.saturating_sub(*left));
            }
        }
        needs
    }

    fn is_hopeless(&self, at: usize, left: &[u64], needs: &[u64]) -> bool {
        let need = needs.iter().fold(0, |sum: u64, need| sum.saturating_add(*need));
        self.bounds.iter().any(|(prices, rest)| {
            let mut value = rest.get(at).copied().unwrap_or(0);
            let cheap = needed(self.packing, needs, prices, |class| left.get(class).copied().unwrap_or(0));
            for (price, members) in prices.iter().zip(&cheap) {
                value = value.saturating_add(UNIT.saturating_sub(*price).saturating_mul(*members));
            }
            value < need.saturating_mul(UNIT)
        })
    }

    fn options(&mut self, at: usize, left: &[u64], budget: &mut Budget) -> Rc<Fillings> {
        let Some(kind) = self.packing.kinds.get(at) else { return Rc::default() };
        let plenty = kind.most.iter().zip(left).all(|(most, left)| most <= left);
        if plenty && let Some(Some(known)) = self.plenty.get(at) {
            return Rc::clone(known);
        }
        let mut found = fillings(self.packing, kind, left, FILLINGS, budget);
        let prices = self.bounds.first().map(|(prices, _)| prices.as_slice()).unwrap_or_default();
        let worth = |filling: &Vec<u64>| {
            filling
                .iter()
                .zip(prices)
                .fold(0, |sum: u64, (n, price)| sum.saturating_add(n.saturating_mul(*price)))
        };
        found.list.sort_by_cached_key(|filling| core::cmp::Reverse(worth(filling)));
        let found = Rc::new(found);
        if plenty && let Some(entry) = self.plenty.get_mut(at) {
            *entry = Some(Rc::clone(&found));
        }
        found
    }

    /// The fillings that lead to the top of the stack; the last frame's option was the one that met the needs.
    fn packed(&self, stack: &[Frame]) -> Found {
        let mut packed = Vec::with_capacity(stack.len());
        let mut left: Vec<u64> = self.packing.classes.iter().map(|class| class.count).collect();
        for frame in stack {
            let chosen = frame.next.checked_sub(1).and_then(|at| frame.options.list.get(at));
            let (Some(filling), Some(kind)) = (chosen, self.kinds.get(frame.at)) else { continue };
            // Options are cut to what is left where a group has enough; never more than there are.
            let filling: Vec<u64> = filling.iter().zip(&left).map(|(n, left)| (*n).min(*left)).collect();
            for (left, members) in left.iter_mut().zip(&filling) {
                *left = left.saturating_sub(*members);
            }
            packed.push((*kind, filling));
        }
        Found::Packed(packed)
    }
}
