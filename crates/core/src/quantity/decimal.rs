//! Decimals of any length, for the amounts that do not fit an `i64` times a power of ten.
//!
//! A magnitude is cut into limbs of 18 decimal digits at fixed positions: limb `k` counts units of `10^(18·k)`. Its
//! highest and its lowest limb are never zero, so every number has one form, and two numbers line up without shifting.
//! Zeros above and below cost nothing: `1e1000000000` is one limb. Parsing, printing, comparing and adding are linear
//! in the digits that are there.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};
use core::iter::repeat_n;

/// Decimal digits in a limb.
pub(super) const LIMB_DIGITS: i64 = 18;
/// One more than the largest limb.
pub(super) const LIMB: u64 = 1_000_000_000_000_000_000;
/// Limbs that a sum may always have, however far apart its addends are: 18,000 digits.
pub(super) const FREE_LIMBS: i64 = 1_000;

/// Parsed amounts are rounded to `10^-9` (upstream: `resource.Nano`).
const NANO_DIGITS: i32 = 9;
const NANO: i64 = -9;
const NANOS: u128 = 1_000_000_000;
/// Limb -1 counts units of `10^-18`; this many of them are `10^-9`.
const NANO_IN_LIMB: u64 = 1_000_000_000;

/// `10^exponent` modulo `2^64`; exact up to `10^19`.
pub(super) fn pow10(exponent: i64) -> u64 {
    // 10^64 and above are multiples of 2^64.
    10_u64.wrapping_pow(u32::try_from(exponent.clamp(0, 64)).unwrap_or(64))
}

fn length(limbs: &[u64]) -> i64 {
    i64::try_from(limbs.len()).unwrap_or(i64::MAX)
}

fn index(distance: i64) -> usize {
    usize::try_from(distance).unwrap_or(0)
}

/// A number below `2^64 · 10^18` as its lowest limb and what is above it.
fn split(number: u128) -> [u64; 2] {
    const BASE: u128 = LIMB as u128;
    [number % BASE, number / BASE].map(|limb| u64::try_from(limb).unwrap_or(0))
}

/// An unsigned number: `Σ limbs[i] · 10^(18·(lo + i))`. Zero has no limbs.
#[derive(Clone, Copy)]
pub(super) struct Magnitude<'a> {
    pub(super) lo: i64,
    pub(super) limbs: &'a [u64],
}

impl Magnitude<'_> {
    fn end(&self) -> i64 {
        self.lo.saturating_add(length(self.limbs))
    }

    pub(super) fn cmp(self, other: Magnitude<'_>) -> Ordering {
        match (self.limbs.is_empty(), other.limbs.is_empty()) {
            (false, false) => self
                .end()
                .cmp(&other.end())
                // With the same highest position the first different limb decides; a longer tail is greater, because
                // its lowest limb is not zero.
                .then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev())),
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// `floor(self · 10^shift)` modulo `2^64`, and whether the floor dropped anything.
    fn shifted(&self, shift: i64) -> (u64, bool) {
        let exponent = self.lo.saturating_mul(LIMB_DIGITS).saturating_add(shift);
        if exponent >= 0 {
            return (low_bits(self.limbs).wrapping_mul(pow10(exponent)), false);
        }
        let drop = exponent.saturating_neg();
        let Some((below, [partial, above @ ..])) = self.limbs.split_at_checked(index(drop / LIMB_DIGITS))
        else {
            return (0, !self.limbs.is_empty());
        };
        let digits = drop % LIMB_DIGITS;
        let unit = pow10(digits);
        let whole = partial.checked_div(unit).unwrap_or(0);
        let rest = partial.wrapping_sub(whole.wrapping_mul(unit));
        let high = low_bits(above).wrapping_mul(pow10(LIMB_DIGITS.wrapping_sub(digits)));
        (whole.wrapping_add(high), rest != 0 || !below.is_empty())
    }
}

impl Hash for Magnitude<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.limbs.hash(state);
        if !self.limbs.is_empty() {
            self.lo.hash(state);
        }
    }
}

/// `Σ limbs[i] · 10^(18·i)` modulo `2^64`.
fn low_bits(limbs: &[u64]) -> u64 {
    // 10^(18·4) is a multiple of 2^64: only four limbs count.
    limbs.iter().take(4).rev().fold(0, |sum: u64, limb| sum.wrapping_mul(LIMB).wrapping_add(*limb))
}

/// A `u64` times a power of ten as limbs, without allocation.
pub(super) struct Small {
    lo: i64,
    limbs: [u64; 2],
}

impl Small {
    pub(super) fn new(magnitude: u64, exponent: i32) -> Small {
        let exponent = i64::from(exponent);
        let unit = pow10(exponent.rem_euclid(LIMB_DIGITS));
        Small {
            lo: exponent.div_euclid(LIMB_DIGITS),
            // At most 2^63 · 10^17, which is below 10^36.
            limbs: split(u128::from(magnitude).wrapping_mul(u128::from(unit))),
        }
    }

    pub(super) fn magnitude(&self) -> Magnitude<'_> {
        match &self.limbs {
            [0, 0] => Magnitude { lo: 0, limbs: &[] },
            [0, high @ ..] => Magnitude { lo: self.lo.saturating_add(1), limbs: high },
            [low @ .., 0] => Magnitude { lo: self.lo, limbs: low },
            both => Magnitude { lo: self.lo, limbs: both },
        }
    }
}

/// A signed decimal of any length.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) negative: bool,
    lo: i64,
    limbs: Vec<u64>,
    /// How many digits after the point upstream's `inf.Dec` carries, trailing zeros included (negative: how many
    /// zeros before the point it leaves out). It does not change the number, but upstream's overflow and strict
    /// equality depend on it.
    pub(super) scale: i32,
}

impl Decimal {
    /// Zero as upstream's parser leaves it, with the fraction digits of the text.
    pub(super) fn zero(scale: i32) -> Decimal {
        Decimal { negative: false, lo: 0, limbs: Vec::new(), scale }
    }

    /// `value · 10^exponent`.
    pub(super) fn from_scaled(value: i64, exponent: i32) -> Decimal {
        let small = Small::new(value.unsigned_abs(), exponent);
        let Magnitude { lo, limbs } = small.magnitude();
        Decimal { negative: value < 0, lo, limbs: limbs.to_vec(), scale: exponent.wrapping_neg() }
    }

    /// The number `whole.fraction · 10^exponent`, rounded away from zero to `10^-9`. `whole` and `fraction` are ASCII
    /// digits, `whole` without leading zeros.
    pub(super) fn from_digits(negative: bool, whole: &[u8], fraction: &[u8], exponent: i32) -> Decimal {
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let mut rest = fraction;
        if whole.is_empty() {
            while let [b'0', tail @ ..] = rest {
                rest = tail;
            }
        }
        let scale = i32::try_from(places).unwrap_or(i32::MAX).wrapping_sub(exponent);
        let mut number = Decimal { negative, ..Decimal::zero(NANO_DIGITS) };
        let given = whole.len().saturating_add(rest.len());
        if given == 0 {
            return Decimal::zero(scale);
        }
        // The position of a digit is the exponent of its power of ten. The first digit of `rest` stands this low:
        let lowest = i64::from(exponent).saturating_sub(places);
        let kept_end = lowest.max(NANO);
        let position = lowest.saturating_add(i64::try_from(given).unwrap_or(i64::MAX));
        let kept = index(position.saturating_sub(kept_end).max(0));
        let mut digits = whole.iter().chain(rest).map(|digit| u64::from(digit.wrapping_sub(b'0')));

        number.limbs.reserve((kept / 18).saturating_add(3));
        let mut limb: u64 = 0;
        let mut room = position.rem_euclid(LIMB_DIGITS);
        for digit in digits.by_ref().take(kept) {
            if room == 0 {
                number.limbs.push(limb);
                limb = 0;
                room = LIMB_DIGITS;
            }
            room = room.wrapping_sub(1);
            limb = limb.wrapping_mul(10).wrapping_add(digit);
        }
        number.limbs.push(limb.wrapping_mul(pow10(room)));
        number.lo = kept_end.div_euclid(LIMB_DIGITS);
        number.limbs.reverse();
        if digits.any(|digit| digit != 0) {
            // Digits were left over, so the limbs end with the one that holds 10^-9.
            number.carry_in(Magnitude { lo: -1, limbs: &[NANO_IN_LIMB] });
        }
        number.trim();
        number
    }

    /// The number `whole.fraction · 2^shift`, rounded away from zero to `10^-9` and capped at `2^63 - 1`; `shift` is at
    /// most 60. The flag is true when the number lies strictly between -1 and 1 and is not zero.
    pub(super) fn from_binary(negative: bool, whole: &[u8], fraction: &[u8], shift: u32) -> (Decimal, bool) {
        const CAP: u128 = (1 << 63) - 1;
        let capped = || (Decimal { negative, ..Decimal::from_scaled(i64::MAX, 0) }, false);
        let read = |digits: &[u8]| {
            digits.iter().fold(0_u128, |sum, digit| {
                sum.wrapping_mul(10).wrapping_add(u128::from(digit.wrapping_sub(b'0')))
            })
        };
        if whole.len() > 20 {
            return capped();
        }
        // Multiply the fraction limb by limb, from its end; what leaves the first limb is added to the whole part.
        let mut carry: u128 = 0;
        let mut first: u64 = 0;
        let mut inexact = false;
        for chunk in fraction.chunks(18).rev() {
            inexact |= first != 0;
            let missing = LIMB_DIGITS.saturating_sub(i64::try_from(chunk.len()).unwrap_or(LIMB_DIGITS));
            let limb = read(chunk).wrapping_mul(u128::from(pow10(missing)));
            let product = limb.wrapping_shl(shift).wrapping_add(carry);
            let [low, high] = split(product);
            first = low;
            carry = u128::from(high);
        }
        // Below 10^20 · 2^60 + 2^60, which is below 2^127.
        let integer = read(whole).wrapping_shl(shift).wrapping_add(carry);
        if integer > CAP {
            return capped();
        }
        inexact |= !first.is_multiple_of(NANO_IN_LIMB);
        let nanos = integer
            .wrapping_mul(NANOS)
            .wrapping_add(u128::from(first / NANO_IN_LIMB))
            .wrapping_add(u128::from(inexact));
        if nanos > CAP.wrapping_mul(NANOS) {
            return capped();
        }
        if nanos == 0 {
            return (Decimal::zero(i32::try_from(fraction.len()).unwrap_or(i32::MAX)), false);
        }
        let below = u64::try_from(nanos % NANOS).unwrap_or(0).wrapping_mul(NANO_IN_LIMB);
        let [low, high] = split(nanos / NANOS);
        let limbs = Vec::from([below, low, high]);
        let mut number = Decimal { negative, lo: -1, limbs, scale: NANO_DIGITS };
        number.trim();
        (number, nanos < NANOS)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub(super) fn magnitude(&self) -> Magnitude<'_> {
        Magnitude { lo: self.lo, limbs: &self.limbs }
    }

    /// The number, if it is whole and no larger than `i64::MAX` either way.
    pub(super) fn whole(&self) -> Option<i64> {
        let limit = Small::new(i64::MAX.unsigned_abs(), 0);
        let fits = self.lo >= 0 && self.magnitude().cmp(limit.magnitude()).is_le();
        fits.then(|| self.signed(self.magnitude().shifted(0).0))
    }

    /// Adds a number with `scale` digits after the point. False, with the addend that is smaller in magnitude dropped,
    /// when the sum would have more than [`FREE_LIMBS`] limbs and more than both addends together.
    pub(super) fn add(&mut self, negative: bool, other: Magnitude<'_>, scale: i32) -> bool {
        self.scale = self.scale.max(scale);
        if other.limbs.is_empty() {
            return true;
        }
        let lo = self.lo.min(other.lo);
        let end = self.magnitude().end().max(other.end());
        let together =
            length(&self.limbs).saturating_add(length(other.limbs)).max(FREE_LIMBS).saturating_add(1);
        let exact = self.is_zero() || end.saturating_sub(lo) <= together;
        if self.is_zero() || !exact {
            if self.magnitude().cmp(other).is_lt() {
                self.negative = negative;
                self.lo = other.lo;
                self.limbs.clear();
                self.limbs.extend_from_slice(other.limbs);
            }
            return exact;
        }
        let below = index(self.lo.saturating_sub(lo));
        if below > 0 {
            self.limbs.splice(0..0, repeat_n(0, below));
            self.lo = lo;
        }
        self.limbs.resize(index(end.saturating_sub(lo)), 0);
        if self.negative == negative {
            self.carry_in(other)
        } else {
            self.borrow_out(other)
        }
        self.trim();
        true
    }

    /// The limbs from the position of `other` upwards.
    fn limbs_over(&mut self, other: Magnitude<'_>) -> &mut [u64] {
        let skip = index(other.lo.saturating_sub(self.lo));
        self.limbs.get_mut(skip..).unwrap_or_default()
    }

    fn carry_in(&mut self, other: Magnitude<'_>) {
        let mut carry = false;
        let mut others = other.limbs.iter();
        for limb in self.limbs_over(other) {
            let add = match others.next() {
                Some(add) => *add,
                None if carry => 0,
                None => break,
            };
            let sum = limb.wrapping_add(add).wrapping_add(u64::from(carry));
            carry = sum >= LIMB;
            *limb = if carry { sum.wrapping_sub(LIMB) } else { sum };
        }
        if carry {
            self.limbs.push(1);
        }
    }

    fn borrow_out(&mut self, other: Magnitude<'_>) {
        let mut borrow = false;
        let mut others = other.limbs.iter();
        for limb in self.limbs_over(other) {
            let sub = match others.next() {
                Some(sub) => *sub,
                None if borrow => 0,
                None => break,
            };
            let sub = sub.wrapping_add(u64::from(borrow));
            borrow = *limb < sub;
            *limb = if borrow { limb.wrapping_add(LIMB).wrapping_sub(sub) } else { limb.wrapping_sub(sub) };
        }
        if borrow {
            // The other number was the greater one: what stands here is LIMB^n minus the difference.
            self.negative = !self.negative;
            let mut top = LIMB;
            for limb in self.limbs.iter_mut().skip_while(|limb| **limb == 0) {
                *limb = top.wrapping_sub(*limb);
                top = LIMB.wrapping_sub(1);
            }
        }
    }

    pub(super) fn multiply(&mut self, factor: i64) {
        let mut carry = 0;
        for limb in &mut self.limbs {
            // Below 10^18 · 2^63 + 2^63: both halves of the split are limbs.
            let product = u128::from(*limb)
                .wrapping_mul(u128::from(factor.unsigned_abs()))
                .wrapping_add(u128::from(carry));
            [*limb, carry] = split(product);
        }
        // A carry can be as large as 2^63, which is more than a limb.
        for limb in split(u128::from(carry)) {
            self.limbs.push(limb);
        }
        self.negative ^= factor < 0;
        self.trim();
    }

    /// Rounds away from zero to a multiple of `10^exponent`; false when that changed the number.
    pub(super) fn round_up(&mut self, exponent: i32) -> bool {
        self.scale = exponent.wrapping_neg();
        let exponent = i64::from(exponent);
        let position = exponent.div_euclid(LIMB_DIGITS);
        let unit = pow10(exponent.rem_euclid(LIMB_DIGITS));
        if self.lo > position || self.is_zero() {
            return true;
        }
        let dropped = index(position.saturating_sub(self.lo)).min(self.limbs.len());
        self.limbs.drain(..dropped);
        self.lo = position;
        let mut exact = dropped == 0;
        if let Some(limb) = self.limbs.first_mut() {
            let rest = limb.checked_rem(unit).unwrap_or(0);
            *limb = limb.wrapping_sub(rest);
            exact &= rest == 0;
        }
        if !exact {
            if self.limbs.is_empty() {
                self.limbs.push(0);
            }
            self.carry_in(Magnitude { lo: position, limbs: &[unit] });
        }
        self.trim();
        exact
    }

    /// Restores the one form of a number: no zero limb at either end.
    fn trim(&mut self) {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
        let zeros = self.limbs.iter().take_while(|limb| **limb == 0).count();
        if zeros > 0 {
            self.limbs.drain(..zeros);
            self.lo = self.lo.saturating_add(i64::try_from(zeros).unwrap_or(0));
        }
        if self.limbs.is_empty() {
            self.lo = 0;
            self.negative = false;
        }
    }

    fn signed(&self, low: u64) -> i64 {
        let low = low.cast_signed();
        if self.negative { low.wrapping_neg() } else { low }
    }

    /// Whether upstream's unscaled integer fits an `i64`.
    pub(super) fn unscaled_fits(&self) -> bool {
        let limit = if self.negative { i64::MIN } else { i64::MAX };
        let limit = Small::new(limit.unsigned_abs(), self.scale.wrapping_neg());
        self.magnitude().cmp(limit.magnitude()).is_le()
    }

    /// `ceil(self / 10^exponent)` with upstream's overflow (scale_int.go `scaledValue`): the result wraps modulo
    /// `2^64`, and negative numbers do not round the way positive ones do.
    pub(super) fn scaled_value(&self, exponent: i32) -> i64 {
        let target = exponent.wrapping_neg();
        let difference = i64::from(self.scale).saturating_sub(i64::from(target));
        let unscaled = || self.signed(self.magnitude().shifted(i64::from(self.scale)).0);
        if difference == 0 {
            return unscaled();
        }
        if difference < 0 {
            let up = difference.saturating_neg();
            // Upstream converts a float to an integer; past 10^18 that is `i64::MIN` on amd64.
            let factor = if up <= 18 { pow10(up).cast_signed() } else { i64::MIN };
            return unscaled().wrapping_mul(factor);
        }
        let max = Small::new(i64::MAX.unsigned_abs(), self.scale.wrapping_neg());
        let below_max = self.negative || self.magnitude().cmp(max.magnitude()).is_lt();
        if below_max && difference < 19 {
            let divisor = pow10(difference).cast_signed();
            let value = unscaled();
            let quotient = value.checked_div(divisor).unwrap_or(0);
            let inexact = quotient.wrapping_mul(divisor) != value;
            return quotient.wrapping_add(i64::from(inexact));
        }
        let (low, inexact) = self.magnitude().shifted(i64::from(target));
        // Euclidean division followed by "plus one" leaves a negative quotient rounded towards zero.
        self.signed(low.wrapping_add(u64::from(inexact && !self.negative)))
    }

    /// The whole number as limbs from position 0 with its factors of 1024 removed, and how many there were. None when it
    /// has a fraction, or more than [`FREE_LIMBS`] limbs.
    pub(super) fn without_factors_of_1024(&self) -> Option<(Vec<u64>, u32)> {
        if self.lo < 0 || self.magnitude().end() > FREE_LIMBS {
            return None;
        }
        let mut limbs: Vec<u64> = repeat_n(0, index(self.lo)).chain(self.limbs.iter().copied()).collect();
        let mut times: u32 = 0;
        loop {
            // Five factors at once keep remainder and limb within a u128.
            let factors = (low_bits(&limbs).trailing_zeros() / 10).min(5);
            if factors == 0 || limbs.is_empty() {
                return Some((limbs, times));
            }
            let bits = factors.wrapping_mul(10);
            let mut rest: u128 = 0;
            for limb in limbs.iter_mut().rev() {
                let dividend = rest.wrapping_mul(u128::from(LIMB)).wrapping_add(u128::from(*limb));
                let quotient = dividend.wrapping_shr(bits);
                rest = dividend ^ quotient.wrapping_shl(bits);
                *limb = u64::try_from(quotient).unwrap_or(0);
            }
            while limbs.last() == Some(&0) {
                limbs.pop();
            }
            times = times.saturating_add(factors);
        }
    }
}
