//! Exact resource quantities: `100m` of CPU, `1Gi` of memory.
//!
//! [`Quantity`] reads, prints, rounds, adds and compares as `k8s.io/apimachinery/pkg/api/resource` does, to the last
//! letter, including the corners where upstream is odd. The three releases do not differ here. There is no floating
//! point.
//!
//! Like upstream, a quantity is an `i64` times a power of ten as long as that is enough, and a decimal of any length
//! otherwise. The two are the same numbers and compare as such, but they overflow in different ways, and
//! [`Quantity::value`] shows it.
//!
//! # Cost
//!
//! Parsing, printing and arithmetic are linear in the digits of their operands. An exponent costs nothing, however large:
//! `1e1000000000` is accepted, as upstream accepts it, and compared at once, where upstream computes a number of a
//! billion digits. Nothing is allocated for an amount that fits the short form and is spelled the canonical way. Two
//! operations would have to write the digits out, and give a different answer instead once the digits are more than
//! 18,000: [`Quantity::add`] and [`Quantity::sub`] of two amounts that lie so far apart, and printing with a binary suffix.

use alloc::boxed::Box;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

mod decimal;
mod json;
mod parse;
mod text;

use decimal::{Decimal, Magnitude, Small};

/// How a quantity is written (upstream: `resource.Format`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// With a suffix that is a power of 1024: `12Mi` is 12 · 2^20.
    BinarySI,
    /// With an exponent: `12e6`.
    DecimalExponent,
    /// With a suffix that is a power of 1000: `12M`. A bare number such as `12` has this format too.
    DecimalSI,
}

impl Format {
    /// The name that upstream gives the format.
    ///
    /// ```
    /// # use podverdict::quantity::Format;
    /// assert_eq!(Format::BinarySI.as_str(), "BinarySI");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::BinarySI => "BinarySI",
            Format::DecimalExponent => "DecimalExponent",
            Format::DecimalSI => "DecimalSI",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not a quantity. [`Display`](fmt::Display) gives upstream's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuantityError {
    /// The text is empty, or something follows the suffix (upstream: `resource.ErrFormatWrong`).
    Format,
    /// The suffix is unknown, or its exponent is not a 64-bit integer (upstream: `resource.ErrSuffix`).
    Suffix,
    /// There are no digits where upstream needs some: `Ei`, `.e-10` (upstream: `resource.ErrNumeric`).
    Numeric,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuantityError::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            QuantityError::Suffix => "unable to parse quantity's suffix",
            QuantityError::Numeric => "unable to parse numeric part of quantity",
        })
    }
}

impl core::error::Error for QuantityError {}

/// An exact amount of a resource, and the format it was written in (upstream: `resource.Quantity`).
///
/// `==`, `<` and [`Hash`] look at the number alone, as upstream's `Cmp` and `Semantic.DeepEqual` do: `1` equals `1000m`.
/// [`Quantity::same_representation`] is the strict comparison.
///
/// Printing gives the canonical form, except that some amounts are printed as they were written:
///
/// ```
/// # use podverdict::quantity::Quantity;
/// let print = |text| Quantity::parse(text).map(|quantity| quantity.to_string());
/// assert_eq!(print("1.50")?, "1500m");
/// assert_eq!(print("1024Mi")?, "1Gi");
/// assert_eq!(print("1.500")?, "1.500");
/// # Ok::<(), podverdict::quantity::QuantityError>(())
/// ```
///
/// The default is zero in no format, which is what upstream uses for an absent entry of a resource list.
#[derive(Clone, Default)]
pub struct Quantity {
    /// The amount is `value · 10^scale`, unless `rest` holds it; then both are zero.
    value: i64,
    scale: i32,
    /// None: upstream's empty format. Only a zero can have it.
    format: Option<Format>,
    /// Upstream keeps the text that was parsed. `rest` holds it if it is not the canonical one.
    echo: bool,
    rest: Option<Box<Rest>>,
}

/// What does not fit the short form. The two never come together.
#[derive(Clone, PartialEq, Eq)]
enum Rest {
    Amount(Decimal),
    Text(Box<str>),
}

/// The amount of a quantity as sign and digits.
enum Parts<'a> {
    Short { negative: bool, scale: i32, digits: Small },
    Long(&'a Decimal),
}

impl Parts<'_> {
    fn negative(&self) -> bool {
        match self {
            Parts::Short { negative, .. } => *negative,
            Parts::Long(decimal) => decimal.negative,
        }
    }

    fn magnitude(&self) -> Magnitude<'_> {
        match self {
            Parts::Short { digits, .. } => digits.magnitude(),
            Parts::Long(decimal) => decimal.magnitude(),
        }
    }

    /// Digits after the point, as upstream counts them in `inf.Dec`.
    fn scale(&self) -> i32 {
        match self {
            Parts::Short { scale, .. } => scale.wrapping_neg(),
            Parts::Long(decimal) => decimal.scale,
        }
    }
}

/// The exponent of a thousandth (upstream: `resource.Milli`).
const MILLI: i32 = -3;

impl Quantity {
    /// Zero, as upstream's absent entry of a resource list.
    pub const ZERO: Quantity = Quantity { value: 0, scale: 0, format: None, echo: false, rest: None };

    const fn short(value: i64, scale: i32, format: Format) -> Quantity {
        Quantity { value, scale, format: Some(format), echo: false, rest: None }
    }

    fn long(amount: Decimal, format: Format) -> Quantity {
        let rest = Some(Box::new(Rest::Amount(amount)));
        Quantity { value: 0, scale: 0, format: Some(format), echo: false, rest }
    }

    /// Reads a quantity (upstream: `resource.ParseQuantity`). Space around it is not accepted; deserializing accepts it.
    ///
    /// Amounts that do not fit the short form are rounded away from zero to `10^-9`, and those with a binary suffix
    /// are capped at `2^63 - 1`. Parsing never allocates more than the text is long.
    ///
    /// # Errors
    ///
    /// The [`QuantityError`] that upstream returns. Upstream never finishes, or panics, on a text that is longer than 18 digits
    /// or smaller than `10^-9` and has an exponent of hundreds of millions; such a text is read like any other.
    ///
    /// ```
    /// # use podverdict::quantity::{Quantity, QuantityError};
    /// assert_eq!(Quantity::parse("500Mi")?.value(), 524_288_000);
    /// assert_eq!(Quantity::parse("1K"), Err(QuantityError::Suffix));
    /// # Ok::<(), QuantityError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        parse::parse(text)
    }

    /// A whole number (upstream: `resource.NewQuantity`).
    ///
    /// ```
    /// # use podverdict::quantity::{Format, Quantity};
    /// assert_eq!(Quantity::from_value(2048, Format::BinarySI).to_string(), "2Ki");
    /// ```
    #[must_use]
    pub const fn from_value(value: i64, format: Format) -> Quantity {
        Quantity::short(value, 0, format)
    }

    /// A number of thousandths, such as milli-CPU (upstream: `resource.NewMilliQuantity`).
    ///
    /// ```
    /// # use podverdict::quantity::{Format, Quantity};
    /// assert_eq!(Quantity::from_milli_value(2500, Format::DecimalSI).to_string(), "2500m");
    /// ```
    #[must_use]
    pub const fn from_milli_value(value: i64, format: Format) -> Quantity {
        Quantity::short(value, MILLI, format)
    }

    fn amount(&self) -> Option<&Decimal> {
        match self.rest.as_deref() {
            Some(Rest::Amount(amount)) => Some(amount),
            _ => None,
        }
    }

    fn parts(&self) -> Parts<'_> {
        match self.amount() {
            Some(amount) => Parts::Long(amount),
            None => Parts::Short {
                negative: self.value < 0,
                scale: self.scale,
                digits: Small::new(self.value.unsigned_abs(), self.scale),
            },
        }
    }

    /// The format it was written in, or took over in a sum.
    ///
    /// An absent quantity has no format upstream; [`Format::DecimalExponent`] stands for it here, because that is how
    /// upstream's printer takes it.
    ///
    /// ```
    /// # use podverdict::quantity::{Format, Quantity};
    /// assert_eq!(Quantity::parse("1Gi")?.format(), Format::BinarySI);
    /// assert_eq!(Quantity::parse("1")?.format(), Format::DecimalSI);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format::DecimalExponent)
    }

    /// -1, 0 or 1 (upstream: `Sign`).
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert_eq!(Quantity::parse("-1m")?.sign(), -1);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn sign(&self) -> i32 {
        let negative = self.amount().map_or(self.value < 0, |amount| amount.negative);
        match (self.is_zero(), negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Whether the amount is zero, in whatever format (upstream: `IsZero`).
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert!(Quantity::parse("0Mi")?.is_zero());
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.amount().map_or(self.value == 0, Decimal::is_zero)
    }

    /// The amount in whole units, such as bytes, rounded up (upstream: `Value`).
    ///
    /// An overflow is silent, as upstream's is. In the long form the result is then taken modulo `2^64`; in the short
    /// form as well when its exponent is 1, 2, 3, 6 or 9 above that of the result, and it is 0 otherwise. Negative
    /// amounts of the short form are rounded away from zero; those of the long form are cut off and gain one
    /// unit when they are not whole.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert_eq!(Quantity::parse("1.1Ki")?.value(), 1127);
    /// assert_eq!(Quantity::parse("100E")?.value(), 0);
    /// assert_eq!(Quantity::parse("18446744074G")?.value(), 290_448_384);
    /// assert_eq!(Quantity::parse("18446744073709551617")?.value(), 1);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> i64 {
        self.scaled_value(0)
    }

    /// The amount in thousandths, such as milli-CPU, rounded up (upstream: `MilliValue`). It overflows as
    /// [`value`](Quantity::value) does.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert_eq!(Quantity::parse("1.5")?.milli_value(), 1500);
    /// assert_eq!(Quantity::parse("1E")?.milli_value(), 0);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn milli_value(&self) -> i64 {
        self.scaled_value(MILLI)
    }

    /// The amount in units of `10^scale`, rounded up (upstream: `ScaledValue`). It overflows as
    /// [`value`](Quantity::value) does.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert_eq!(Quantity::parse("1500")?.scaled_value(3), 2);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn scaled_value(&self, scale: i32) -> i64 {
        match self.amount() {
            Some(amount) => amount.scaled_value(scale),
            None if self.scale < scale => scale_down(self.value, scale.wrapping_sub(self.scale)).0,
            None => scale_up_unchecked(self.value, self.scale.wrapping_sub(scale)),
        }
    }

    /// Whether the amount is in the long form, which upstream keeps behind a pointer.
    pub(crate) fn is_long(&self) -> bool {
        self.amount().is_some()
    }

    /// What [`value`](Quantity::value) is once upstream has compared the amount with another (`Cmp`): that brings the amount into
    /// the long form if the other one is in it, and the two forms overflow in different ways.
    pub(crate) fn value_after_comparing(&self, other: &Quantity) -> i64 {
        self.made_long(other).map_or_else(|| self.value(), |amount| amount.scaled_value(0))
    }

    /// The long form, if the amount is in the short one and is compared with one in the long form.
    fn made_long(&self, other: &Quantity) -> Option<Decimal> {
        let differ = self.amount().is_none() && other.amount().is_some();
        differ.then(|| Decimal::from_scaled(self.value, self.scale))
    }

    /// The amount as upstream keeps it once it has compared it with another (`Cmp`), see
    /// [`value_after_comparing`](Quantity::value_after_comparing). A text that is not the canonical one would be lost with the short
    /// form, and is worth more than how an amount beyond `i64` overflows.
    pub(crate) fn after_comparing(mut self, other: &Quantity) -> Quantity {
        if self.rest.is_none()
            && let Some(amount) = self.made_long(other)
        {
            self.rest = Some(Box::new(Rest::Amount(amount)));
            (self.value, self.scale) = (0, 0);
        }
        self
    }

    /// The amount in whole units when the short form gives it without rounding and overflow (upstream: `AsInt64`). Like
    /// upstream, it does not try: `1000m` and everything in the long form is None.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// assert_eq!(Quantity::parse("1k")?.as_i64(), Some(1000));
    /// assert_eq!(Quantity::parse("1000m")?.as_i64(), None);
    /// assert_eq!(Quantity::parse("1Ei")?.as_i64(), None);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.amount() {
            None if self.scale >= 0 => scale_up(self.value, self.scale),
            _ => None,
        }
    }

    /// Rounds up, away from zero, to whole thousandths, as the API server's defaulting does with every resource list. Returns
    /// false when that changed the amount (upstream: `RoundUp(Milli)`). What is exact keeps its text.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut cpu = Quantity::parse("1u")?;
    /// assert!(!cpu.round_up_milli());
    /// assert_eq!(cpu.to_string(), "1m");
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn round_up_milli(&mut self) -> bool {
        self.round_up(MILLI)
    }

    /// Rounds up, away from zero, to a multiple of `10^scale`. Returns false when that changed the amount (upstream:
    /// `RoundUp`).
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut size = Quantity::parse("-1.5")?;
    /// assert!(!size.round_up(0));
    /// assert_eq!(size.to_string(), "-2");
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn round_up(&mut self, scale: i32) -> bool {
        if self.amount().is_some() {
            return self.lengthen(|amount| amount.round_up(scale));
        }
        if self.scale >= scale {
            return true;
        }
        self.forget_text();
        let (value, exact) = scale_down(self.value, scale.wrapping_sub(self.scale));
        self.value = value;
        self.scale = scale;
        exact
    }

    /// Adds (upstream: `Add`). A zero takes over the format of the other quantity. The sum is printed canonically.
    ///
    /// The sum is exact, whatever its size, and the result is true, unless its digits between the first and the last
    /// that is not zero are more than 18,000 and more than those of the two amounts together (counted in blocks of 18).
    /// Then the amount that is smaller in magnitude is dropped and the result is false. Upstream writes such a number
    /// out, as long as time and memory last.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut sum = Quantity::parse("1.5Gi")?;
    /// sum.add(&Quantity::parse("512M")?);
    /// assert_eq!(sum.to_string(), "2072864Ki");
    /// assert!(!sum.add(&Quantity::parse("1e1000000000")?));
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn add(&mut self, other: &Quantity) -> bool {
        self.combine(other, false)
    }

    /// Subtracts (upstream: `Sub`). Format, printing and result are those of [`add`](Quantity::add).
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut free = Quantity::parse("4")?;
    /// assert!(free.sub(&Quantity::parse("1500m")?));
    /// assert_eq!(free.to_string(), "2500m");
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn sub(&mut self, other: &Quantity) -> bool {
        self.combine(other, true)
    }

    fn combine(&mut self, other: &Quantity, subtract: bool) -> bool {
        self.forget_text();
        if self.is_zero() {
            self.format = other.format;
        }
        if self.rest.is_none() && other.amount().is_none() {
            // Upstream negates without a check: in the short form, 0 - i64::MIN is i64::MIN.
            let value = if subtract { other.value.wrapping_neg() } else { other.value };
            if self.add_short(value, other.scale) {
                return true;
            }
        }
        let other = other.parts();
        self.lengthen(|amount| amount.add(other.negative() != subtract, other.magnitude(), other.scale()))
    }

    /// Adds within the short form, or does nothing and returns false (upstream: `int64Amount.Add`).
    fn add_short(&mut self, value: i64, scale: i32) -> bool {
        if value == 0 {
            return true;
        }
        if self.value == 0 {
            (self.value, self.scale) = (value, scale);
            return true;
        }
        let (fine, coarse, gap) = if self.scale <= scale {
            (self.value, value, scale.wrapping_sub(self.scale))
        } else {
            (value, self.value, self.scale.wrapping_sub(scale))
        };
        let Some(sum) = scale_up(coarse, gap).and_then(|coarse| coarse.checked_add(fine)) else {
            return false;
        };
        (self.value, self.scale) = (sum, self.scale.min(scale));
        true
    }

    /// Multiplies by an integer (upstream: `Mul`). Returns true when the product is in the short form, or when the digits of
    /// its long form, fraction included, read as one integer, fit an `i64`. The product is exact in any case.
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut overhead = Quantity::parse("64Mi")?;
    /// assert!(overhead.mul(3));
    /// assert_eq!(overhead.to_string(), "192Mi");
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn mul(&mut self, factor: i64) -> bool {
        self.forget_text();
        if self.rest.is_none() && self.multiply_short(factor) {
            return true;
        }
        self.lengthen(|amount| {
            amount.multiply(factor);
            amount.unscaled_fits()
        })
    }

    /// Multiplies within the short form, or does nothing and returns false (upstream: `int64Amount.Mul`).
    fn multiply_short(&mut self, factor: i64) -> bool {
        if self.value == 0 {
            return true;
        }
        if factor == 0 {
            (self.value, self.scale) = (0, 0);
            return true;
        }
        let Some(product) = self.value.checked_mul(factor) else {
            return false;
        };
        // The short form is kept only for a product that is a whole number and an i64.
        let kept = match self.scale {
            0 => true,
            1.. => scale_up(product, self.scale).is_some(),
            ..0 => scale_down(product, self.scale.wrapping_neg()).1,
        };
        if kept {
            self.value = product;
        }
        kept
    }

    /// Changes the sign (upstream: `Neg`).
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let mut quantity = Quantity::parse("+1")?;
    /// quantity.neg();
    /// assert_eq!(quantity.to_string(), "-1");
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn neg(&mut self) {
        self.forget_text();
        // Upstream does not check: in the short form -i64::MIN is i64::MIN.
        self.value = self.value.wrapping_neg();
        if let Some(Rest::Amount(amount)) = self.rest.as_deref_mut() {
            amount.negative = !amount.negative && !amount.is_zero();
        }
    }

    /// Drops the text that was parsed, as every change of the amount does.
    fn forget_text(&mut self) {
        self.echo = false;
        if matches!(self.rest.as_deref(), Some(Rest::Text(_))) {
            self.rest = None;
        }
    }

    /// Changes the amount in its long form (upstream: `ToDec`).
    fn lengthen(&mut self, change: impl FnOnce(&mut Decimal) -> bool) -> bool {
        self.forget_text();
        let (value, scale) = (self.value, self.scale);
        let rest =
            self.rest.get_or_insert_with(|| Box::new(Rest::Amount(Decimal::from_scaled(value, scale))));
        (self.value, self.scale) = (0, 0);
        match &mut **rest {
            Rest::Amount(amount) => change(amount),
            // Forgotten above.
            Rest::Text(_) => true,
        }
    }

    /// Whether the two are equal in every part: number, form, precision, format and the text that upstream keeps. This is
    /// Go's `reflect.DeepEqual` of two quantities right after decoding; upstream uses it where it compares
    /// objects without its `Semantic` equality. (A quantity that upstream has printed meanwhile also keeps that text.)
    ///
    /// ```
    /// # use podverdict::quantity::Quantity;
    /// let (gi, mi) = (Quantity::parse("1Gi")?, Quantity::parse("1024Mi")?);
    /// assert!(gi == mi && !gi.same_representation(&mi));
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn same_representation(&self, other: &Quantity) -> bool {
        // A kept text that is not stored is the canonical one, which all the rest determines.
        self.value == other.value
            && self.scale == other.scale
            && self.format == other.format
            && self.echo == other.echo
            && self.rest == other.rest
    }
}

/// `value · 10^digits`, None when it overflows (upstream: `positiveScaleInt64`, which returns the value itself for a
/// negative number of digits).
fn scale_up(value: i64, digits: i32) -> Option<i64> {
    match digits {
        ..=0 => Some(value),
        _ if value == 0 => Some(0),
        1..=18 => value.checked_mul(decimal::pow10(digits.into()).cast_signed()),
        _ => None,
    }
}

/// `value · 10^digits` where upstream ignores the overflow (`int64Amount.AsScaledInt64`): `positiveScaleInt64` has a
/// multiplication of its own for some numbers of digits, which then wraps; the loop for the others ends with 0.
fn scale_up_unchecked(value: i64, digits: i32) -> i64 {
    match (scale_up(value, digits), digits) {
        (Some(scaled), _) => scaled,
        (None, 1 | 2 | 3 | 6 | 9) if value != i64::MIN => {
            value.wrapping_mul(decimal::pow10(digits.into()).cast_signed())
        }
        (None, _) => 0,
    }
}

/// `value / 10^digits`, rounded away from zero, and whether it is exact (upstream: `negativeScaleInt64`, which returns
/// the value itself for a negative number of digits).
fn scale_down(value: i64, digits: i32) -> (i64, bool) {
    match digits {
        ..=0 => (value, true),
        1..=18 => {
            let unit = decimal::pow10(digits.into()).cast_signed();
            let quotient = value.checked_div(unit).unwrap_or(0);
            let exact = quotient.wrapping_mul(unit) == value;
            (if exact { quotient } else { quotient.wrapping_add(value.signum()) }, exact)
        }
        // 10^19 is more than any i64.
        _ => (value.signum(), value == 0),
    }
}

impl Ord for Quantity {
    /// Compares the numbers (upstream: `Cmp`).
    fn cmp(&self, other: &Quantity) -> Ordering {
        if self.amount().is_none() && other.amount().is_none() {
            let (left, right) = if self.scale >= other.scale {
                (scale_up(self.value, self.scale.saturating_sub(other.scale)), Some(other.value))
            } else {
                (Some(self.value), scale_up(other.value, other.scale.saturating_sub(self.scale)))
            };
            if let (Some(left), Some(right)) = (left, right) {
                return left.cmp(&right);
            }
        }
        let (left, right) = (self.parts(), other.parts());
        let magnitudes = || left.magnitude().cmp(right.magnitude());
        match (left.negative(), right.negative()) {
            (false, false) => magnitudes(),
            (true, true) => magnitudes().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Quantity {}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let parts = self.parts();
        parts.negative().hash(state);
        parts.magnitude().hash(state);
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Quantity, QuantityError> {
        Quantity::parse(text)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quantity({self})")
    }
}
