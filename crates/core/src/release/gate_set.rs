//! A set of gates as bits.

use super::gate::Gate;

const WORDS: usize = 5;

const _: () = assert!(Gate::ALL.len() <= WORDS * 64, "GateSet has a bit for every gate");

/// One bit for each gate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct GateSet([u64; WORDS]);

impl GateSet {
    pub(super) const EMPTY: Self = Self([0; WORDS]);

    pub(super) const fn contains(&self, gate: Gate) -> bool {
        let [a, b, c, d, e] = self.0;
        let word = match gate as u16 / 64 {
            0 => a,
            1 => b,
            2 => c,
            3 => d,
            _ => e,
        };
        word & bit(gate) != 0
    }

    pub(super) const fn set(&mut self, gate: Gate, value: bool) {
        let [a, b, c, d, e] = &mut self.0;
        let word = match gate as u16 / 64 {
            0 => a,
            1 => b,
            2 => c,
            3 => d,
            _ => e,
        };
        if value {
            *word |= bit(gate);
        } else {
            *word &= !bit(gate);
        }
    }

    /// In the order of their names.
    pub(super) fn iter(self) -> impl Iterator<Item = Gate> {
        let ones = |(at, word): (usize, u64)| {
            let first = at.wrapping_mul(64);
            let mut left = word;
            core::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let lowest = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                Gate::ALL.get(first.wrapping_add(lowest)).copied()
            })
        };
        self.0.into_iter().enumerate().flat_map(ones)
    }

    pub(super) fn union(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub(super) fn difference(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    pub(super) fn symmetric_difference(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }

    fn zip(self, other: Self, op: impl Fn(u64, u64) -> u64) -> Self {
        let ([a, b, c, d, e], [v, w, x, y, z]) = (self.0, other.0);
        Self([op(a, v), op(b, w), op(c, x), op(d, y), op(e, z)])
    }
}

const fn bit(gate: Gate) -> u64 {
    1_u64.wrapping_shl(gate as u32)
}
