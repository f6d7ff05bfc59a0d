//! Exact resource quantities. (Placeholder until the real one lands.)

use alloc::string::String;
use core::fmt;

/// A resource quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(String);

/// Why a text is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// Placeholder.
    Format,
}

/// Family of suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Ki, Mi, …
    BinarySI,
}

impl Format {
    /// Name.
    pub fn as_str(self) -> &'static str {
        "BinarySI"
    }
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("placeholder")
    }
}

#[expect(missing_docs, reason = "placeholder")]
impl Quantity {
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        Ok(Quantity(text.into()))
    }
    pub fn milli_value(&self) -> i64 {
        self.0.trim_end_matches('m').parse().unwrap_or(0)
    }
    pub fn value(&self) -> i64 {
        0
    }
    pub fn sign(&self) -> i32 {
        0
    }
    pub fn format(&self) -> Format {
        Format::BinarySI
    }
    pub fn is_zero(&self) -> bool {
        false
    }
    pub fn add(&mut self, _: &Quantity) {}
    pub fn sub(&mut self, _: &Quantity) {}
    pub fn round_up_milli(&mut self) -> bool {
        true
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Quantity {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(d).map(Quantity)
    }
}
