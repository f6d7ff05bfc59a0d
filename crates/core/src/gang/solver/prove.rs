//! Proofs that a gang cannot be packed: prices for its members that the nodes cannot pay.
//!
//! Any prices give a bound. Give each class a price of at most `unit` a member. What a node can take is worth at most a
//! certain sum, found for each kind of node alone. So the members that the groups need can be placed only if those sums,
//! and the discount of `unit` less the price for each member needed, reach `unit` a member. The best prices are those of the
//! linear relaxation in which every node mixes its fillings at will; they are approached by cutting planes. However they were
//! found, the proof is exact: prices are whole numbers, and the sums are too.

use alloc::vec;
use alloc::vec::Vec;

use super::budget::Budget;
use super::knapsack::{Best, as_f64, best, floor, rough, signed_f64};
use super::packing::Packing;

/// The price of a member at most. It has many divisors, because good prices are simple fractions.
pub(super) const UNIT: u64 = 27_720;

/// What is known from prices.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// Prices that prove that the needs cannot be met.
    pub(super) proof: Option<Vec<u64>>,
    /// No more members than these can be placed, however many are needed.
    pub(super) upper: u64,
    /// Prices that bound well, the best last; they guide the search.
    pub(super) prices: Vec<Vec<u64>>,
}

/// What some prices show.
struct Shown {
    prices: Vec<u64>,
    /// The bound, in units of 1/[`UNIT`] member, on the members that count towards the needs.
    value: u64,
    /// The bound on all members.
    upper: u64,
    /// How it changes with the price of each class: members in the fillings less members needed.
    slope: Vec<i64>,
    /// The bound at a price of 0 for all, along this slope.
    base: i64,
}

/// How well nodes are filled to see what prices show.
#[derive(Clone, Copy, Debug)]
enum Effort {
    /// As well as can be: what is shown is proven.
    Best,
    /// Quickly: the true bound is no lower than what is shown.
    Rough,
}

/// Looks for prices that prove the needs out of reach.
pub(super) fn prove(packing: &Packing, budget: &mut Budget) -> Bounds {
    Prover { packing, need: packing.need(), upper: u64::MAX, shown: Vec::new(), live: packing.live() }
        .run(budget)
}

/// With more classes than these the best prices are not looked for.
const CLASSES: usize = 24;

struct Prover<'p> {
    packing: &'p Packing,
    need: u64,
    upper: u64,
    shown: Vec<Shown>,
    live: Vec<usize>,
}

impl Prover<'_> {
    fn run(mut self, budget: &mut Budget) -> Bounds {
        let proof = self.search(budget);
        self.shown.sort_by_key(|shown| core::cmp::Reverse(shown.value));
        let best = self.shown.len().saturating_sub(4);
        let prices = self.shown.into_iter().skip(best).map(|shown| shown.prices).collect();
        Bounds { proof, upper: self.upper, prices }
    }

    fn search(&mut self, budget: &mut Budget) -> Option<Vec<u64>> {
        let classes = self.packing.classes.len();
        // Without prices: there are not enough members. All alike: the nodes do not take so many.
        for price in [0, UNIT] {
            if let Some(proof) = self.try_prices(vec![price; classes], budget) {
                return Some(proof);
            }
        }
        if let [_] = self.live.as_slice() {
            return None;
        }
        for class in self.live.clone() {
            // The members of one class alone: enough to see whether even they fit.
            let class_count = self.packing.classes.get(class).map_or(0, |c| c.count);
            if self.packing.capacity(class) < class_count {
                let mut prices = vec![0; classes];
                if let Some(price) = prices.get_mut(class) {
                    *price = UNIT;
                }
                if let Some(proof) = self.try_prices(prices, budget) {
                    return Some(proof);
                }
            }
        }
        for resource in 0..self.packing.kinds.first().map_or(0, |kind| kind.free.len()) {
            if let Some(prices) = self.by_request(resource)
                && let Some(proof) = self.try_prices(prices, budget)
            {
                return Some(proof);
            }
        }
        if self.live.len() > CLASSES {
            return None;
        }
        let rounds = self.live.len().saturating_mul(12).saturating_add(16);
        for _ in 0..rounds {
            let (value, prices) = self.cheapest(budget)?;
            // No prices at all get below the need.
            if value >= as_f64(self.need) - 1e-6 || budget.left() == 0 {
                return None;
            }
            if self.shown.iter().any(|shown| shown.prices == prices) {
                return None;
            }
            if let Some(proof) = self.try_prices(prices, budget) {
                return Some(proof);
            }
        }
        None
    }

    /// Prices in proportion to what a class requests of one resource.
    fn by_request(&self, resource: usize) -> Option<Vec<u64>> {
        let request = |class: usize| {
            let request = self.packing.classes.get(class).and_then(|c| c.request.get(resource));
            signed_f64(request.copied().unwrap_or(0))
        };
        let most = self.live.iter().map(|class| request(*class)).fold(0.0, f64::max);
        if most <= 0.0 {
            return None;
        }
        let mut prices = vec![0; self.packing.classes.len()];
        for class in &self.live {
            if let Some(price) = prices.get_mut(*class) {
                *price = floor(request(*class) / most * as_f64(UNIT)).min(UNIT);
            }
        }
        Some(prices)
    }

    /// What prices show; the prices again if they prove the needs out of reach.
    fn try_prices(&mut self, prices: Vec<u64>, budget: &mut Budget) -> Option<Vec<u64>> {
        let goal = self.need.saturating_mul(UNIT);
        let rough = self.show(prices, Effort::Rough, budget);
        let uniform = rough.prices.iter().all(|price| *price == UNIT);
        if rough.value >= goal && !uniform {
            // Good fillings are worth enough; the best ones are worth no less.
            self.shown.push(rough);
            return None;
        }
        let shown = self.show(rough.prices, Effort::Best, budget);
        let proof = (shown.value < goal).then(|| shown.prices.clone());
        self.upper = self.upper.min(shown.upper);
        self.shown.push(shown);
        proof
    }

    fn show(&self, prices: Vec<u64>, effort: Effort, budget: &mut Budget) -> Shown {
        let counts: Vec<u64> = self.packing.classes.iter().map(|class| class.count).collect();
        let mut paid = 0_u64;
        let mut slope = vec![0_i64; counts.len()];
        for kind in &self.packing.kinds {
            let best = match effort {
                Effort::Best => best(self.packing, kind, &prices, &counts, budget),
                Effort::Rough => {
                    let filling = rough(self.packing, kind, &prices, &counts, budget);
                    let worth = filling.iter().zip(&prices).map(|(n, price)| n.saturating_mul(*price));
                    Best { at_most: worth.fold(0, u64::saturating_add), filling }
                }
            };
            paid = paid.saturating_add(best.at_most.saturating_mul(kind.len()));
            for (slope, filled) in slope.iter_mut().zip(&best.filling) {
                *slope = slope.saturating_add(signed(filled.saturating_mul(kind.len())));
            }
        }
        let all = |sum: u64, (price, count): (&u64, &u64)| {
            sum.saturating_add(UNIT.saturating_sub(*price).saturating_mul(*count))
        };
        let upper = paid.saturating_add(prices.iter().zip(&counts).fold(0, all)) / UNIT;
        let needed = self.cheapest_needed(&prices);
        let mut value = paid;
        let mut base = 0_i64;
        for ((price, needed), slope) in prices.iter().zip(&needed).zip(&mut slope) {
            value = value.saturating_add(UNIT.saturating_sub(*price).saturating_mul(*needed));
            *slope = slope.saturating_sub(signed(*needed));
            base = base.saturating_add(signed(*needed));
        }
        Shown { prices, value, upper, slope, base }
    }

    /// The members that groups need, taken where they are cheapest; fewer if there are not enough.
    fn cheapest_needed(&self, prices: &[u64]) -> Vec<u64> {
        needed(self.packing, &self.packing.needs, prices, |class| {
            self.packing.classes.get(class).map_or(0, |class| class.count)
        })
    }

    /// The prices with the lowest bound, as far as the prices tried so far tell, and that bound.
    fn cheapest(&self, budget: &mut Budget) -> Option<(f64, Vec<u64>)> {
        let cut = |shown: &Shown| {
            let slope = |class: &usize| signed_f64(shown.slope.get(*class).copied().unwrap_or(0));
            (signed_f64(shown.base), self.live.iter().map(slope).collect::<Vec<f64>>())
        };
        let cuts: Vec<(f64, Vec<f64>)> = self.shown.iter().map(cut).collect();
        let (value, levels) = lowest_over(&cuts, self.live.len(), budget)?;
        let mut prices = vec![0; self.packing.classes.len()];
        for (class, level) in self.live.iter().zip(levels) {
            if let Some(price) = prices.get_mut(*class) {
                *price = floor((level * as_f64(UNIT)).max(0.0) + 0.5).min(UNIT);
            }
        }
        Some((value, prices))
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// For each class, how many of its members the groups take if they take the cheapest they have.
pub(super) fn needed(
    packing: &Packing,
    needs: &[u64],
    prices: &[u64],
    count: impl Fn(usize) -> u64,
) -> Vec<u64> {
    let mut order: Vec<usize> = (0..packing.classes.len()).collect();
    order.sort_by_key(|class| prices.get(*class).copied().unwrap_or(0));
    let mut left = needs.to_vec();
    let mut taken = vec![0; packing.classes.len()];
    for class in order {
        let Some(left) = packing.classes.get(class).and_then(|c| left.get_mut(c.group)) else { continue };
        let take = count(class).min(*left);
        *left = left.saturating_sub(take);
        if let Some(taken) = taken.get_mut(class) {
            *taken = take;
        }
    }
    taken
}

/// The point of the unit cube where the highest of some linear functions is lowest, and that value.
///
/// Each function is its value at 0 and its slopes. The dual is solved by the simplex method: one row for the weights of the
/// functions, one row a dimension; all slack at first.
fn lowest_over(
    functions: &[(f64, Vec<f64>)],
    dimensions: usize,
    budget: &mut Budget,
) -> Option<(f64, Vec<f64>)> {
    let rows = dimensions.saturating_add(1);
    let weights = functions.len();
    // Columns: a weight for each function, the price of each upper bound, a slack for each row.
    let columns = weights.saturating_add(dimensions).saturating_add(rows);
    let slack = |row: usize| weights.saturating_add(dimensions).saturating_add(row);
    let mut table = vec![vec![0.0_f64; columns.saturating_add(1)]; rows.saturating_add(1)];
    let mut set = |row: usize, column: usize, value: f64| {
        if let Some(cell) = table.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = value;
        }
    };
    for (j, (base, slopes)) in functions.iter().enumerate() {
        set(0, j, 1.0);
        for (d, slope) in slopes.iter().enumerate() {
            set(d.saturating_add(1), j, -slope);
        }
        // The last row holds what is gained: maximise.
        set(rows, j, -base);
    }
    for d in 0..dimensions {
        set(d.saturating_add(1), weights.saturating_add(d), -1.0);
        set(rows, weights.saturating_add(d), 1.0);
    }
    for row in 0..rows {
        set(row, slack(row), 1.0);
        // A little more than 0 keeps the method from going in circles.
        let right = if row == 0 { 1.0 } else { 1e-7 * signed_f64(i64::try_from(row).unwrap_or(1)) };
        set(row, columns, right);
    }
    let most = rows.saturating_mul(40).saturating_add(200);
    for _ in 0..most {
        let Some(enter) = entering(table.last()?, columns) else {
            let gains = table.last()?;
            let value = gains.get(columns).copied()?;
            let level = |row: usize| gains.get(slack(row)).copied().unwrap_or(0.0).clamp(0.0, 1.0);
            return Some((value, (1..rows).map(level).collect()));
        };
        // Each cell is a cheap step.
        if !budget.spend(u64::try_from(rows.saturating_mul(columns) / 16).unwrap_or(u64::MAX)) {
            return None;
        }
        let leave = leaving(&table, rows, enter, columns)?;
        pivot(&mut table, leave, enter);
    }
    None
}

/// The column with the steepest gain.
fn entering(gains: &[f64], columns: usize) -> Option<usize> {
    let (column, gain) = gains.iter().take(columns).enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    (*gain < -1e-7).then_some(column)
}

fn leaving(table: &[Vec<f64>], rows: usize, enter: usize, columns: usize) -> Option<usize> {
    let ratio = |(at, row): (usize, &Vec<f64>)| {
        let (by, right) = (row.get(enter).copied()?, row.get(columns).copied()?);
        (by > 1e-9).then_some((at, right / by))
    };
    let ratios = table.iter().take(rows).enumerate().filter_map(ratio);
    ratios.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

fn pivot(table: &mut [Vec<f64>], leave: usize, enter: usize) {
    let Some(row) = table.get_mut(leave) else { return };
    let Some(by) = row.get(enter).copied() else { return };
    for cell in row.iter_mut() {
        *cell /= by;
    }
    let row = row.clone();
    for (at, other) in table.iter_mut().enumerate() {
        if at == leave {
            continue;
        }
        let times = other.get(enter).copied().unwrap_or(0.0);
        if times != 0.0 {
            for (cell, by) in other.iter_mut().zip(&row) {
                *cell -= times * by;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_point_of_a_roof() {
        // max(1 - v, v) over [0, 1] is lowest at 1/2.
        let (value, at) =
            lowest_over(&[(1.0, vec![-1.0]), (0.0, vec![1.0])], 1, &mut Budget::default()).unwrap();
        assert!((value - 0.5).abs() < 1e-5 && (at[0] - 0.5).abs() < 1e-5);
        // In two dimensions: max(2 - v - w, v, w + 1/2).
        let roof = [(2.0, vec![-1.0, -1.0]), (0.0, vec![1.0, 0.0]), (0.5, vec![0.0, 1.0])];
        let (value, _) = lowest_over(&roof, 2, &mut Budget::default()).unwrap();
        assert!((value - 5.0 / 6.0).abs() < 1e-5, "{value}");
    }
}
