//! Durations as Go writes and reads them.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ErrorCode, InputError};

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60_000_000_000;
const HOUR: u64 = 3_600_000_000_000;

/// A length of time, written as Go does: `10s`, `1m20s`, `500ms`.
///
/// ```
/// use podverdict::restart::backoff::Duration;
/// let duration: Duration = "1.5m".parse()?;
/// assert_eq!(duration, Duration::from_seconds(90));
/// assert_eq!(duration.to_string(), "1m30s");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// Length in nanoseconds.
    pub nanoseconds: i64,
}

impl Duration {
    /// A number of seconds.
    ///
    /// ```
    /// use podverdict::restart::backoff::Duration;
    /// assert_eq!(Duration::from_seconds(300).to_string(), "5m0s");
    /// ```
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Duration { nanoseconds: seconds.saturating_mul(SECOND.cast_signed()) }
    }

    /// Twice as long.
    pub(super) const fn doubled(self) -> Self {
        Duration { nanoseconds: self.nanoseconds.saturating_mul(2) }
    }

    /// The seconds as Go prints them as a floating-point number.
    pub(super) fn in_seconds(self) -> impl fmt::Display {
        Seconds(self)
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.nanoseconds;
        if nanoseconds < 0 {
            f.write_str("-")?;
        }
        let (whole, fraction) = (nanoseconds.unsigned_abs() / SECOND, nanoseconds.unsigned_abs() % SECOND);
        if whole == 0 && fraction != 0 && fraction < 100_000 {
            // Go prints small numbers with an exponent of two digits: 1ns is 1e-09.
            let text = alloc::format!("{:e}", f64::from(u32::try_from(fraction).unwrap_or(0)) / 1e9);
            let (mantissa, exponent) = text.split_once("e-").unwrap_or((&text, "0"));
            return write!(f, "{mantissa}e-{exponent:0>2}");
        }
        write!(f, "{whole}")?;
        write_fraction(f, fraction, 9)
    }
}

/// A fraction of `width` digits, without the zeros at its end.
fn write_fraction(f: &mut fmt::Formatter<'_>, mut fraction: u64, mut width: usize) -> fmt::Result {
    if fraction == 0 {
        return Ok(());
    }
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        width = width.saturating_sub(1);
    }
    write!(f, ".{fraction:0width$}")
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.nanoseconds.unsigned_abs();
        if n == 0 {
            return f.write_str("0s");
        }
        if self.nanoseconds < 0 {
            f.write_str("-")?;
        }
        let (unit, width, name) = if n < MICROSECOND {
            return write!(f, "{n}ns");
        } else if n < MILLISECOND {
            (MICROSECOND, 3, "µs")
        } else if n < SECOND {
            (MILLISECOND, 6, "ms")
        } else {
            (SECOND, 9, "s")
        };
        let (mut whole, fraction) = (n.checked_div(unit).unwrap_or(0), n.checked_rem(unit).unwrap_or(0));
        if unit == SECOND {
            let (minutes, seconds) = (whole / 60, whole % 60);
            if minutes >= 60 {
                write!(f, "{}h", minutes / 60)?;
            }
            if minutes > 0 {
                write!(f, "{}m", minutes % 60)?;
            }
            whole = seconds;
        }
        write!(f, "{whole}")?;
        write_fraction(f, fraction, width)?;
        f.write_str(name)
    }
}

impl FromStr for Duration {
    type Err = InputError;

    /// Reads what Go's `time.ParseDuration` reads.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map(|nanoseconds| Duration { nanoseconds }).ok_or_else(|| {
            InputError::new(
                ErrorCode::InvalidValue,
                "",
                alloc::format!("{text:?} is no duration such as \"10s\" or \"1m30s\""),
            )
        })
    }
}

fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let (whole, after) = split_digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => split_digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let name_end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (name, after) = after.split_at_checked(name_end)?;
        let unit = match name {
            "ns" => 1,
            "us" | "µs" | "μs" => MICROSECOND,
            "ms" => MILLISECOND,
            "s" => SECOND,
            "m" => MINUTE,
            "h" => HOUR,
            _ => return None,
        };
        let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
        total = total.checked_add(whole.checked_mul(unit)?)?;
        // Digits beyond a nanosecond are dropped.
        let mut below = 0u128;
        let mut scale = 1u128;
        for digit in fraction.bytes().take(18) {
            below = below.checked_mul(10)?.checked_add(u128::from(digit.wrapping_sub(b'0')))?;
            scale = scale.checked_mul(10)?;
        }
        let nanoseconds = below.checked_mul(u128::from(unit))?.checked_div(scale)?;
        total = total.checked_add(u64::try_from(nanoseconds).ok()?)?;
        rest = after;
    }
    let signed = i64::try_from(total);
    match (negative, signed) {
        (false, Ok(total)) => Some(total),
        (true, Ok(total)) => total.checked_neg(),
        (true, Err(_)) if total == i64::MIN.unsigned_abs() => Some(i64::MIN),
        _ => None,
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Duration;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as \"10s\" or \"1m30s\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Duration, E> {
                text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        d.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::Duration;

    #[test]
    fn prints_as_go_does() {
        for (nanoseconds, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"),
            (3_600_000_000_000, "1h0m0s"),
            (i64::MAX, "2562047h47m16.854775807s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
            (-90_000_000_000, "-1m30s"),
        ] {
            let duration = Duration { nanoseconds };
            assert_eq!(duration.to_string(), text);
            assert_eq!(text.parse::<Duration>().unwrap(), duration, "{text}");
        }
    }

    #[test]
    fn reads_what_go_reads() {
        for (text, nanoseconds) in [
            ("0", Some(0)),
            ("+5s", Some(5_000_000_000)),
            ("5.s", Some(5_000_000_000)),
            (".5s", Some(500_000_000)),
            ("1.0000000009s", Some(1_000_000_000)),
            ("0.3333333333333333333h", Some(1_200_000_000_000 - 1)),
            ("39h9m14.425s", Some(140_954_425_000_000)),
            ("5us", Some(5_000)),
            ("", None),
            ("3", None),
            ("-", None),
            ("s", None),
            (".", None),
            ("-.s", None),
            ("1d", None),
            ("9223372036854775808ns", None),
            ("-9223372036854775808ns", Some(i64::MIN)),
        ] {
            assert_eq!(text.parse::<Duration>().ok().map(|d| d.nanoseconds), nanoseconds, "{text:?}");
        }
    }

    #[test]
    fn prints_seconds_as_a_number() {
        for (nanoseconds, text) in [
            (500_000_000, "0.5"),
            (301_000_000_000, "301"),
            (1, "1e-09"),
            (12_000, "1.2e-05"),
            (-1_000_000_000, "-1"),
        ] {
            assert_eq!(Duration { nanoseconds }.in_seconds().to_string(), text);
        }
    }
}
