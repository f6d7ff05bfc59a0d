//! Printing a quantity (upstream: `String`, `CanonicalizeBytes`, `constructBytes`).

use super::decimal::{Decimal, LIMB_DIGITS};
use super::{Format, Quantity, Rest, scale_down, scale_up};
use alloc::string::String;
use core::fmt::{self, Display, Write};

impl Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = self.format();
        let amount = match self.rest.as_deref() {
            _ if self.is_zero() => return f.pad("0"),
            None => return write_short(f, self.value, self.scale, format),
            Some(Rest::Text(text)) => return f.pad(text),
            Some(Rest::Amount(amount)) => amount,
        };
        if let Some(whole) = amount.whole() {
            write_short(f, whole, 0, format)
        } else if f.width().or(f.precision()).is_some() {
            let mut text = String::new();
            write_long(&mut text, amount, format)?;
            f.pad(&text)
        } else {
            write_long(f, amount, format)
        }
    }
}

/// A short text, written from its end.
struct Backwards {
    // A sign, 21 digits, "e-2147483648".
    bytes: [u8; 34],
    free: usize,
}

impl Backwards {
    fn push(&mut self, byte: u8) {
        self.free = self.free.saturating_sub(1);
        if let Some(slot) = self.bytes.get_mut(self.free) {
            *slot = byte;
        }
    }

    fn push_number(&mut self, mut number: u64) {
        loop {
            self.push(b'0'.wrapping_add(u8::try_from(number % 10).unwrap_or(0)));
            number /= 10;
            if number == 0 {
                return;
            }
        }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(self.free..).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn write_short(f: &mut fmt::Formatter<'_>, value: i64, scale: i32, format: Format) -> fmt::Result {
    let mut text = Backwards { bytes: [0; 34], free: 34 };
    let mut digits = value.unsigned_abs();
    // Upstream prints small amounts with a decimal suffix even if their format is binary, and amounts with a fraction
    // rather than round them.
    if format == Format::BinarySI && !is_below_1024(value, scale) {
        let whole = if scale > 0 {
            scale_up(value, scale)
        } else {
            Some(scale_down(value, scale.wrapping_neg())).and_then(|(whole, exact)| exact.then_some(whole))
        };
        if let Some(whole) = whole {
            // Upstream's loop does not run for i64::MIN, whose absolute value stays negative there.
            let times = if whole == i64::MIN { 0 } else { whole.trailing_zeros() / 10 };
            binary_suffix(times).bytes().rev().for_each(|byte| text.push(byte));
            text.push_number(whole.unsigned_abs().wrapping_shr(times.wrapping_mul(10)));
            if value < 0 {
                text.push(b'-');
            }
            return f.pad(text.as_str());
        }
        if scale > 0 {
            return write_long(f, &Decimal::from_scaled(value, scale), format);
        }
    }
    // Upstream's exponent wraps as well.
    let mut exponent = scale;
    while digits >= 10 && digits.is_multiple_of(10) {
        digits /= 10;
        exponent = exponent.wrapping_add(1);
    }
    let excess = exponent.rem_euclid(3);
    exponent = exponent.wrapping_sub(excess);
    if format == Format::DecimalExponent && exponent != 0 {
        text.push_number(exponent.unsigned_abs().into());
        if exponent < 0 {
            text.push(b'-');
        }
        text.push(b'e');
    } else {
        decimal_suffix(exponent.into()).bytes().rev().for_each(|byte| text.push(byte));
    }
    (0..excess).for_each(|_| text.push(b'0'));
    text.push_number(digits);
    if value < 0 {
        text.push(b'-');
    }
    f.pad(text.as_str())
}

fn is_below_1024(value: i64, scale: i32) -> bool {
    if scale == 0 {
        return value.unsigned_abs() < 1024;
    }
    let magnitude = Quantity::short(value, scale, Format::BinarySI);
    magnitude > Quantity::from_value(-1024, Format::BinarySI)
        && magnitude < Quantity::from_value(1024, Format::BinarySI)
}

/// Above Ei upstream finds no suffix, and prints none.
fn binary_suffix(times: u32) -> &'static str {
    match times {
        1 => "Ki",
        2 => "Mi",
        3 => "Gi",
        4 => "Ti",
        5 => "Pi",
        6 => "Ei",
        _ => "",
    }
}

/// Outside n to E upstream finds no suffix, and prints none: 1000E becomes 1.
fn decimal_suffix(exponent: i64) -> &'static str {
    match exponent {
        -9 => "n",
        -6 => "u",
        -3 => "m",
        3 => "k",
        6 => "M",
        9 => "G",
        12 => "T",
        15 => "P",
        18 => "E",
        _ => "",
    }
}

/// An amount that is not a whole `i64`.
fn write_long(f: &mut impl Write, amount: &Decimal, format: Format) -> fmt::Result {
    let magnitude = amount.magnitude();
    if amount.negative {
        f.write_char('-')?;
    }
    let mut format = format;
    if format == Format::BinarySI {
        if let Some((limbs, times)) = amount.without_factors_of_1024() {
            if let [rest @ .., top] = limbs.as_slice() {
                write!(f, "{top}")?;
                write_limbs(f, rest)?;
            }
            return f.write_str(binary_suffix(times));
        }
        // With a fraction, below position 0, it is decimal. Otherwise it is too long for a binary suffix.
        format = if magnitude.lo < 0 { Format::DecimalSI } else { Format::DecimalExponent };
    }
    let [last, rest @ ..] = magnitude.limbs else {
        return Ok(());
    };
    let mut zeros: i64 = 0;
    let mut last = *last;
    while last != 0 && last.is_multiple_of(10) {
        last /= 10;
        zeros = zeros.saturating_add(1);
    }
    match rest {
        [middle @ .., top] => {
            let width = usize::try_from(LIMB_DIGITS.saturating_sub(zeros)).unwrap_or(0);
            write!(f, "{top}")?;
            write_limbs(f, middle)?;
            write!(f, "{last:0width$}")?;
        }
        [] => write!(f, "{last}")?,
    }
    let mut exponent = magnitude.lo.saturating_mul(LIMB_DIGITS).saturating_add(zeros);
    let excess = exponent.rem_euclid(3);
    exponent = exponent.saturating_sub(excess);
    f.write_str(match excess {
        0 => "",
        1 => "0",
        _ => "00",
    })?;
    if format == Format::DecimalExponent && exponent != 0 {
        return write!(f, "e{exponent}");
    }
    f.write_str(decimal_suffix(exponent))
}

/// The limbs below the highest, all digits.
fn write_limbs(f: &mut impl Write, limbs: &[u64]) -> fmt::Result {
    limbs.iter().rev().try_for_each(|limb| write!(f, "{limb:018}"))
}
