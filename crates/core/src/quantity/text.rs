//! Printing a quantity (upstream: `String`, `CanonicalizeBytes`, `constructBytes`).

use super::decimal::{Decimal, LIMB_DIGITS, pow10};
use super::{Format, Quantity, Rest, scale_up};
use core::fmt::{self, Display, Write};

impl Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rest.as_deref() {
            _ if self.is_zero() => f.write_str("0"),
            Some(Rest::Text(text)) => f.write_str(text),
            Some(Rest::Amount(amount)) => write_long(f, amount, self.format()),
            None => write_short(f, self),
        }
    }
}

fn write_short(f: &mut fmt::Formatter<'_>, quantity: &Quantity) -> fmt::Result {
    let Quantity { value, scale, .. } = *quantity;
    if quantity.format() == Format::BinarySI && !is_below_1024(quantity) {
        if scale <= 0 {
            let (whole, exact) = super::scale_down(value, scale.wrapping_neg());
            if exact {
                return write_binary(f, whole);
            }
        } else if let Some(whole) = scale_up(value, scale) {
            return write_binary(f, whole);
        } else {
            return write_long(f, &Decimal::from_scaled(value, scale), Format::BinarySI);
        }
    }
    let mut digits = value.unsigned_abs();
    // Upstream's exponent wraps as well.
    let mut exponent = scale;
    while digits >= 10 && digits.is_multiple_of(10) {
        digits /= 10;
        exponent = exponent.wrapping_add(1);
    }
    let excess = exponent.rem_euclid(3);
    let digits = u128::from(digits).wrapping_mul(u128::from(pow10(excess.into())));
    let sign = if value < 0 { "-" } else { "" };
    write!(f, "{sign}{digits}")?;
    write_decimal_suffix(f, exponent.wrapping_sub(excess).into(), quantity.format())
}

/// Upstream prints small amounts with a decimal suffix even if their format is binary.
fn is_below_1024(quantity: &Quantity) -> bool {
    if quantity.scale == 0 {
        return quantity.value.unsigned_abs() < 1024;
    }
    *quantity > Quantity::from_value(-1024, Format::BinarySI)
        && *quantity < Quantity::from_value(1024, Format::BinarySI)
}

/// An amount of at least 1024 with a binary suffix.
fn write_binary(f: &mut fmt::Formatter<'_>, whole: i64) -> fmt::Result {
    // Upstream's loop does not run for i64::MIN, whose absolute value stays negative there.
    let times = if whole == i64::MIN { 0 } else { whole.trailing_zeros() / 10 };
    let divided = whole.wrapping_shr(times.wrapping_mul(10));
    write!(f, "{divided}")?;
    write_binary_suffix(f, times)
}

fn write_binary_suffix(f: &mut fmt::Formatter<'_>, times: u32) -> fmt::Result {
    f.write_str(match times {
        1 => "Ki",
        2 => "Mi",
        3 => "Gi",
        4 => "Ti",
        5 => "Pi",
        6 => "Ei",
        // Above Ei upstream finds no suffix, and prints none.
        _ => "",
    })
}

fn write_decimal_suffix(f: &mut fmt::Formatter<'_>, exponent: i64, format: Format) -> fmt::Result {
    match (format, exponent) {
        (Format::DecimalExponent, 0) => Ok(()),
        (Format::DecimalExponent, _) => write!(f, "e{exponent}"),
        _ => f.write_str(match exponent {
            -9 => "n",
            -6 => "u",
            -3 => "m",
            3 => "k",
            6 => "M",
            9 => "G",
            12 => "T",
            15 => "P",
            18 => "E",
            // Outside n to E upstream finds no suffix, and prints none: 1000E becomes 1.
            _ => "",
        }),
    }
}

fn write_long(f: &mut fmt::Formatter<'_>, amount: &Decimal, format: Format) -> fmt::Result {
    let magnitude = amount.magnitude();
    if amount.negative {
        f.write_char('-')?;
    }
    let mut format = format;
    if format == Format::BinarySI {
        let small = magnitude.lo == 0 && matches!(magnitude.limbs, [..1024]);
        // A fraction is below position 0, and upstream prints it with a decimal suffix rather than round.
        format = if small || magnitude.lo < 0 { Format::DecimalSI } else { Format::DecimalExponent };
        if let (Format::DecimalExponent, Some((limbs, times))) = (format, amount.without_factors_of_1024()) {
            if let [rest @ .., top] = limbs.as_slice() {
                write!(f, "{top}")?;
                write_limbs(f, rest)?;
            }
            return write_binary_suffix(f, times);
        }
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
    let exponent = magnitude.lo.saturating_mul(LIMB_DIGITS).saturating_add(zeros);
    match rest {
        [middle @ .., top] => {
            let width = usize::try_from(LIMB_DIGITS.saturating_sub(zeros)).unwrap_or(0);
            write!(f, "{top}")?;
            write_limbs(f, middle)?;
            write!(f, "{last:0width$}")?;
        }
        [] => write!(f, "{last}")?,
    }
    let excess = exponent.rem_euclid(3);
    f.write_str(match excess {
        0 => "",
        1 => "0",
        _ => "00",
    })?;
    write_decimal_suffix(f, exponent.saturating_sub(excess), format)
}

/// The limbs below the highest, all digits.
fn write_limbs(f: &mut fmt::Formatter<'_>, limbs: &[u64]) -> fmt::Result {
    limbs.iter().rev().try_for_each(|limb| write!(f, "{limb:018}"))
}
