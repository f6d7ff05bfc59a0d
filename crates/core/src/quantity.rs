//! Exact resource quantities. (Placeholder until the real one lands.)

/// A resource quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(alloc::string::String);

impl Quantity {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, core::fmt::Error> {
        Ok(Quantity(text.into()))
    }
    /// Milli-units.
    pub fn milli_value(&self) -> i64 {
        self.0.trim_end_matches('m').parse().unwrap_or(0)
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
