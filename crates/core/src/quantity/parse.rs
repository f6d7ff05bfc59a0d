//! Reading a quantity (upstream: `resource.ParseQuantity`, `parseQuantityString`, `suffixer.interpret`).

use super::decimal::Decimal;
use super::{Format, Quantity, QuantityError, Rest};
use alloc::boxed::Box;

/// Digits that the short form takes (upstream: `maxInt64Factors`).
const SHORT_DIGITS: usize = 18;
/// The smallest exponent that the short form takes (upstream: `resource.Nano`).
const NANO: i32 = -9;

/// What a suffix multiplies by.
#[derive(Clone, Copy)]
enum Factor {
    /// `10^exponent`; `canonical` when no other suffix of the format is written for the same exponent.
    Ten { exponent: i32, format: Format, canonical: bool },
    /// `2^exponent`, and the number of digits that the short form takes before it.
    Two { exponent: u32, digits: usize },
}

impl Factor {
    fn parse(suffix: &[u8]) -> Option<Factor> {
        let si = |exponent| Some(Factor::Ten { exponent, format: Format::DecimalSI, canonical: true });
        match suffix {
            [] => si(0),
            [b'n'] => si(-9),
            [b'u'] => si(-6),
            [b'm'] => si(-3),
            [b'k'] => si(3),
            [b'M'] => si(6),
            [b'G'] => si(9),
            [b'T'] => si(12),
            [b'P'] => si(15),
            [b'E'] => si(18),
            // 14 - 3·exponent/10 digits.
            [b'K', b'i'] => Some(Factor::Two { exponent: 10, digits: 11 }),
            [b'M', b'i'] => Some(Factor::Two { exponent: 20, digits: 8 }),
            [b'G', b'i'] => Some(Factor::Two { exponent: 30, digits: 5 }),
            [b'T', b'i'] => Some(Factor::Two { exponent: 40, digits: 2 }),
            // None, not even the zero that stands for no digits.
            [b'P', b'i'] => Some(Factor::Two { exponent: 50, digits: 0 }),
            [b'E', b'i'] => Some(Factor::Two { exponent: 60, digits: 0 }),
            [letter @ (b'e' | b'E'), number @ ..] => Factor::exponent(*letter, number),
            _ => None,
        }
    }

    /// A 64-bit integer, of which upstream keeps the low 32 bits: `1e4294967296` is 1.
    fn exponent(letter: u8, number: &[u8]) -> Option<Factor> {
        let (negative, signed, digits) = split_sign(number);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let parsed = digits.iter().try_fold(0_i64, |sum, digit| {
            let sum = sum.checked_mul(10)?;
            let digit = i64::from(digit.wrapping_sub(b'0'));
            if negative { sum.checked_sub(digit) } else { sum.checked_add(digit) }
        })?;
        #[expect(clippy::cast_possible_truncation, reason = "upstream truncates the exponent")]
        let exponent = parsed as i32;
        let canonical = letter == b'e'
            && (negative || !signed)
            && digits.first() != Some(&b'0')
            && i64::from(exponent) == parsed
            // The printer may move two zeros into the exponent and back, and wraps.
            && exponent.checked_add(2).is_some();
        Some(Factor::Ten { exponent, format: Format::DecimalExponent, canonical })
    }
}

/// Whether there is a minus, whether there is a sign at all, and what follows.
fn split_sign(text: &[u8]) -> (bool, bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, true, rest),
        [b'+', rest @ ..] => (false, true, rest),
        _ => (false, false, text),
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

/// The integer that at most 18 digits spell.
fn short_value(whole: &[u8], fraction: &[u8]) -> i64 {
    let append =
        |sum: i64, digit: &u8| sum.wrapping_mul(10).wrapping_add(i64::from(digit.wrapping_sub(b'0')));
    fraction.iter().fold(whole.iter().fold(0, append), append)
}

/// What is wrong with an unknown suffix: letters, a sign and digits may follow a number in this order.
fn suffix_error(suffix: &[u8]) -> QuantityError {
    let letters = suffix.iter().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
    let (_, _, exponent) = split_sign(suffix.get(letters..).unwrap_or_default());
    let (_, rest) = split_digits(exponent);
    if rest.is_empty() { QuantityError::Suffix } else { QuantityError::Format }
}

pub(super) fn parse(text: &str) -> Result<Quantity, QuantityError> {
    if text.is_empty() {
        return Err(QuantityError::Format);
    }
    if text == "0" {
        return Ok(Quantity { echo: true, ..Quantity::from_value(0, Format::DecimalSI) });
    }

    let (negative, signed, unsigned) = split_sign(text.as_bytes());
    let mut start = unsigned;
    while let [b'0', rest @ ..] = start {
        start = rest;
    }
    let zeros = start.len() != unsigned.len();
    let (whole, rest) = split_digits(start);
    let (point, (fraction, suffix)) = match rest {
        [b'.', rest @ ..] => (true, split_digits(rest)),
        _ => (false, (&[][..], rest)),
    };

    let factor = Factor::parse(suffix).ok_or_else(|| suffix_error(suffix))?;

    // No digits, or only zeros, before the point count as one zero.
    let digits = whole.len().max(1).saturating_add(fraction.len());
    let signed_value = |value: i64| if negative { value.wrapping_neg() } else { value };
    let plain = !zeros && !point && (negative || !signed);
    // With `echo` upstream prints the amount as it was written, here or where its text is stored.
    let short = |value, scale, format, echo, canonical: bool| {
        let rest = if echo && !canonical { Some(Box::new(Rest::Text(text.into()))) } else { None };
        Ok(Quantity { value, scale, format: Some(format), echo, rest })
    };
    match factor {
        Factor::Ten { exponent, format, canonical } if digits <= SHORT_DIGITS => {
            // At most 18 digits; wraps for an exponent close to -2^31, as upstream's does.
            let scale = exponent.wrapping_sub(i32::try_from(fraction.len()).unwrap_or(0));
            if scale >= NANO {
                let value = short_value(whole, fraction);
                let echo = scale % 3 == 0 && value % 1000 != 0 && !whole.is_empty();
                return short(signed_value(value), scale, format, echo, plain && canonical);
            }
        }
        Factor::Two { exponent, digits: limit } if digits <= limit && fraction.is_empty() => {
            let value = short_value(whole, &[]);
            let amount = signed_value(value.wrapping_shl(exponent));
            return short(amount, 0, Format::BinarySI, value & 7 != 0, plain);
        }
        _ => {}
    }

    if whole.is_empty() && fraction.is_empty() && !zeros {
        return Err(QuantityError::Numeric);
    }
    Ok(match factor {
        Factor::Ten { exponent, format, .. } => {
            Quantity::long(Decimal::from_digits(negative, whole, fraction, exponent), format)
        }
        Factor::Two { exponent, .. } => {
            let (amount, below_one) = Decimal::from_binary(negative, whole, fraction, exponent);
            Quantity::long(amount, if below_one { Format::DecimalSI } else { Format::BinarySI })
        }
    })
}
