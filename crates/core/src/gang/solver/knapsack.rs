//! How to fill one node: the most valuable members that fit together, and all fillings that leave no room.

use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::packing::{Kind, Packing, fit};

/// The best filling of a node at given prices.
#[derive(Clone, Debug)]
pub(super) struct Best {
    /// No filling is worth more.
    pub(super) at_most: u64,
    /// How many members of each class; worth `at_most` unless the search was cut short.
    pub(super) filling: Vec<u64>,
}

/// Steps that the search for one filling may take before it is content with a bound.
const STEPS: u64 = 4_000;
/// With more classes than these, one bound must do: the search would go as deep as there are classes.
const CLASSES: usize = 48;

/// The most valuable filling of a node of the kind, with at most `counts` of each class.
pub(super) fn best(
    packing: &Packing,
    kind: &Kind,
    prices: &[u64],
    counts: &[u64],
    budget: &mut Budget,
) -> Best {
    let mut items = items(packing, kind, prices, counts);
    budget.spend(u64::try_from(items.len()).unwrap_or(u64::MAX).saturating_add(1));
    let mut filling = vec![0; packing.classes.len()];
    if let [item] = items.as_slice() {
        if let Some(entry) = filling.get_mut(item.class) {
            *entry = item.most;
        }
        return Best { at_most: item.most.saturating_mul(item.price), filling };
    }
    let mut search = Search {
        packing,
        kind,
        best: 0,
        filling,
        current: vec![0; items.len()],
        part: budget.part(STEPS),
        cut: false,
    };
    items.sort_by(|a, b| b.density.total_cmp(&a.density).then(a.class.cmp(&b.class)));
    let bound = bound(&items, &kind.free, kind.slots);
    if items.len() > CLASSES {
        search.fill_greedily(&items);
        budget.give_back(search.part);
        return Best { at_most: bound, filling: search.filling };
    }
    let mut free = kind.free.clone();
    search.go(&items, 0, &mut free, kind.slots, 0);
    budget.give_back(search.part);
    let at_most = if search.cut { bound } else { search.best };
    Best { at_most, filling: search.filling }
}

/// A good filling of a node of the kind, the best price per share of the node first; worth no more than the best one.
pub(super) fn rough(
    packing: &Packing,
    kind: &Kind,
    prices: &[u64],
    counts: &[u64],
    budget: &mut Budget,
) -> Vec<u64> {
    let mut items = items(packing, kind, prices, counts);
    budget.spend(u64::try_from(items.len()).unwrap_or(u64::MAX).saturating_add(1));
    items.sort_by(|a, b| b.density.total_cmp(&a.density).then(a.class.cmp(&b.class)));
    let mut search = Search {
        packing,
        kind,
        best: 0,
        filling: vec![0; packing.classes.len()],
        current: vec![0; items.len()],
        part: Budget::new(0),
        cut: false,
    };
    search.fill_greedily(&items);
    search.filling
}

/// One class, as a node of some kind can take it.
struct Item<'p> {
    class: usize,
    request: &'p [i64],
    price: u64,
    most: u64,
    /// Price per share of the node.
    density: f64,
}

fn items<'p>(packing: &'p Packing, kind: &Kind, prices: &[u64], counts: &[u64]) -> Vec<Item<'p>> {
    let mut items = Vec::new();
    for (at, class) in packing.classes.iter().enumerate() {
        let limit = |list: &[u64]| list.get(at).copied().unwrap_or(0);
        let (price, most) = (limit(prices), limit(&kind.most).min(limit(counts)));
        if price == 0 || most == 0 {
            continue;
        }
        let density = as_f64(price) / share(&class.request, &kind.free, kind.slots);
        items.push(Item { class: at, request: &class.request, price, most, density });
    }
    items
}

/// The largest share of a node that one member takes, of any resource or of the slots.
pub(super) fn share(request: &[i64], free: &[i64], slots: u64) -> f64 {
    let mut share = 1.0 / as_f64(slots.max(1));
    for (wanted, free) in request.iter().zip(free) {
        if *wanted > 0 {
            share = share.max(signed_f64(*wanted) / signed_f64((*free).max(1)));
        }
    }
    share
}

#[expect(clippy::cast_precision_loss, reason = "a measure, or a bound that is widened")]
pub(super) const fn as_f64(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a measure, or a bound that is widened")]
pub(super) const fn signed_f64(value: i64) -> f64 {
    value as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and fractions are to be dropped"
)]
pub(super) const fn floor(value: f64) -> u64 {
    value as u64
}

/// No filling with these classes is worth more: of each resource by itself, every free unit pays the best price per unit.
fn bound(items: &[Item<'_>], free: &[i64], slots: u64) -> u64 {
    let value = |item: &Item<'_>| item.price.saturating_mul(item.most);
    let mut bound = items.iter().map(value).fold(0, u64::saturating_add);
    let best = items.iter().map(|item| item.price).max().unwrap_or(0);
    bound = bound.min(slots.saturating_mul(best));
    for (r, free) in free.iter().enumerate() {
        let mut unconcerned = 0_u64;
        let mut best = 0.0_f64;
        for item in items {
            match item.request.get(r) {
                Some(wanted) if *wanted > 0 => best = best.max(as_f64(item.price) / signed_f64(*wanted)),
                _ => unconcerned = unconcerned.saturating_add(value(item)),
            }
        }
        // Widened by more than rounding can lose.
        let paid = signed_f64((*free).max(0)) * best * (1.0 + 1e-9) + 1e-6;
        bound = bound.min(unconcerned.saturating_add(floor(paid)));
    }
    bound
}

struct Search<'p> {
    packing: &'p Packing,
    kind: &'p Kind,
    best: u64,
    filling: Vec<u64>,
    current: Vec<u64>,
    part: Budget,
    cut: bool,
}

impl Search<'_> {
    /// Branches over how many members of `items[at]` to take; at most as deep as there are items.
    fn go(&mut self, items: &[Item<'_>], at: usize, free: &mut [i64], slots: u64, value: u64) {
        let Some(item) = items.get(at) else {
            if value > self.best {
                self.best = value;
                self.keep(items);
            }
            return;
        };
        let rest = items.get(at..).unwrap_or_default();
        if !self.part.spend(u64::try_from(rest.len()).unwrap_or(1)) {
            self.cut = true;
            return;
        }
        if value.saturating_add(bound(rest, free, slots)) <= self.best {
            return;
        }
        let most = if self.is_barred(items, at) { 0 } else { fit(item.request, free, slots).min(item.most) };
        let last = at.saturating_add(1) == items.len();
        let mut take = most;
        loop {
            self.set(at, take);
            change(free, item.request, take, i64::saturating_sub);
            let gained = value.saturating_add(take.saturating_mul(item.price));
            self.go(items, at.saturating_add(1), free, slots.saturating_sub(take), gained);
            change(free, item.request, take, i64::saturating_add);
            // Of the last class, fewer is never better.
            if take == 0 || last || self.cut {
                break;
            }
            take = take.saturating_sub(1);
        }
        self.set(at, 0);
    }

    fn fill_greedily(&mut self, items: &[Item<'_>]) {
        let mut free = self.kind.free.clone();
        let mut slots = self.kind.slots;
        for (at, item) in items.iter().enumerate() {
            let take =
                if self.is_barred(items, at) { 0 } else { fit(item.request, &free, slots).min(item.most) };
            change(&mut free, item.request, take, i64::saturating_sub);
            slots = slots.saturating_sub(take);
            self.set(at, take);
        }
        self.keep(items);
    }

    /// Whether a class taken before excludes this one.
    fn is_barred(&self, items: &[Item<'_>], at: usize) -> bool {
        self.packing.has_clashes(self.kind)
            && items.get(at).is_some_and(|item| {
                let taken = items.iter().zip(&self.current).take(at).filter(|(_, taken)| **taken > 0);
                taken.into_iter().any(|(other, _)| self.packing.clash(self.kind, other.class, item.class))
            })
    }

    fn set(&mut self, at: usize, take: u64) {
        if let Some(entry) = self.current.get_mut(at) {
            *entry = take;
        }
    }

    fn keep(&mut self, items: &[Item<'_>]) {
        self.filling.fill(0);
        for (item, taken) in items.iter().zip(&self.current) {
            if let Some(entry) = self.filling.get_mut(item.class) {
                *entry = *taken;
            }
        }
    }
}

/// Takes members' requests from free amounts, or gives them back.
pub(super) fn change(free: &mut [i64], request: &[i64], times: u64, with: fn(i64, i64) -> i64) {
    let times = i64::try_from(times).unwrap_or(i64::MAX);
    for (free, wanted) in free.iter_mut().zip(request) {
        *free = with(*free, wanted.saturating_mul(times));
    }
}

/// Fillings of a node of the kind, with at most `counts` of each class, to which no further member can be added.
#[derive(Clone, Debug, Default)]
pub(super) struct Fillings {
    /// How many members of each class.
    pub(super) list: Vec<Vec<u64>>,
    /// Whether there are more than these.
    pub(super) more: bool,
}

/// All maximal fillings, or the first `most` of them.
pub(super) fn fillings(
    packing: &Packing,
    kind: &Kind,
    counts: &[u64],
    most: usize,
    budget: &mut Budget,
) -> Fillings {
    let prices = vec![1; packing.classes.len()];
    let mut items = items(packing, kind, &prices, counts);
    if items.len() > CLASSES {
        return Fillings { list: Vec::new(), more: true };
    }
    items.sort_by(|a, b| a.density.total_cmp(&b.density).then(a.class.cmp(&b.class)));
    let mut walk =
        Walk { packing, kind, current: vec![0; items.len()], found: Fillings::default(), most, budget };
    let mut free = kind.free.clone();
    walk.go(&items, 0, &mut free, kind.slots);
    walk.found
}

struct Walk<'p, 'b> {
    packing: &'p Packing,
    kind: &'p Kind,
    current: Vec<u64>,
    found: Fillings,
    most: usize,
    budget: &'b mut Budget,
}

impl Walk<'_, '_> {
    fn go(&mut self, items: &[Item<'_>], at: usize, free: &mut [i64], slots: u64) {
        if !self.budget.spend(1) || self.found.list.len() >= self.most {
            self.found.more = true;
            return;
        }
        let Some(item) = items.get(at) else {
            if self.is_maximal(items, free, slots) {
                let mut filling = vec![0; self.packing.classes.len()];
                for (item, taken) in items.iter().zip(&self.current) {
                    if let Some(entry) = filling.get_mut(item.class) {
                        *entry = *taken;
                    }
                }
                self.found.list.push(filling);
            }
            return;
        };
        let barred = self.bars(items, item.class, at);
        let mut take = if barred { 0 } else { fit(item.request, free, slots).min(item.most) };
        loop {
            if let Some(entry) = self.current.get_mut(at) {
                *entry = take;
            }
            change(free, item.request, take, i64::saturating_sub);
            self.go(items, at.saturating_add(1), free, slots.saturating_sub(take));
            change(free, item.request, take, i64::saturating_add);
            if take == 0 || self.found.more {
                break;
            }
            take = take.saturating_sub(1);
        }
        if let Some(entry) = self.current.get_mut(at) {
            *entry = 0;
        }
    }

    /// Whether one of the first `until` classes taken excludes the class.
    fn bars(&self, items: &[Item<'_>], class: usize, until: usize) -> bool {
        self.packing.has_clashes(self.kind)
            && items
                .iter()
                .zip(&self.current)
                .take(until)
                .any(|(other, taken)| *taken > 0 && self.packing.clash(self.kind, other.class, class))
    }

    fn is_maximal(&self, items: &[Item<'_>], free: &[i64], slots: u64) -> bool {
        items.iter().zip(&self.current).all(|(item, taken)| {
            *taken >= item.most
                || fit(item.request, free, slots) == 0
                || items.iter().zip(&self.current).any(|(other, taken)| {
                    *taken > 0
                        && self.packing.has_clashes(self.kind)
                        && self.packing.clash(self.kind, other.class, item.class)
                })
        })
    }
}
