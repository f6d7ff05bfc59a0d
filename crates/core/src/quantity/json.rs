//! Quantities in JSON and in other serde formats (upstream: `UnmarshalJSON`, `MarshalJSON`).

use super::{Quantity, QuantityError};
use alloc::format;
use alloc::string::String;
use core::fmt::{self, Display, LowerExp};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// Asks serde_json for the source text of the value, as `serde_json::value::RawValue` does. Any other format sees a
/// newtype and passes its content, and so would serde_json if it changed this name; a test would notice.
const RAW_TEXT: &str = "$serde_json::private::RawValue";

impl Serialize for Quantity {
    /// Writes the printed form as a string.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    /// Reads a string, around which white space is ignored, a number, or null, which is zero.
    ///
    /// From JSON text a value is taken as it is written, so that the number `1.50` and the string `"1.50"` are the
    /// same, and a string with an escape is not a quantity. Other sources (`serde_json::Value`, flattened or untagged
    /// structs, YAML) hand over a number, not its text; a float is then taken in its shortest decimal form, with an
    /// exponent below `1e-6` and from `1e21`, which is how Go writes it into JSON.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_TEXT, QuantityVisitor)
    }
}

fn parse_trimmed<E: Error>(text: &str) -> Result<Quantity, E> {
    Quantity::parse(text.trim()).map_err(E::custom)
}

/// The text of a float as Go's encoding/json writes it.
fn float_text(number: impl Display + LowerExp) -> String {
    let scientific = format!("{number:e}");
    match scientific.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>())) {
        Some((_, Ok(-6..=20))) => format!("{number}"),
        Some((digits, Ok(exponent))) => format!("{digits}e{exponent:+}"),
        // Not a number, or infinite: no quantity.
        _ => scientific,
    }
}

struct QuantityVisitor;

impl<'de> Visitor<'de> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantity: a string, a number or null")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Quantity, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(self)
        } else {
            // A binary format may not know its own types; a string is what was written to it.
            deserializer.deserialize_str(self)
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantity, A::Error> {
        if map.next_key()? != Some(RawKey) {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        // A broken quantity is an error of the whole value, not of an entry in a map.
        map.next_value::<RawText>()?.0.map_err(A::Error::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
        parse_trimmed(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Quantity, E> {
        parse_trimmed(&format!("{number}"))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
        parse_trimmed(&format!("{number}"))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Quantity, E> {
        parse_trimmed(&format!("{number}"))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Quantity, E> {
        parse_trimmed(&format!("{number}"))
    }

    fn visit_f32<E: Error>(self, number: f32) -> Result<Quantity, E> {
        parse_trimmed(&float_text(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Quantity, E> {
        parse_trimmed(&float_text(number))
    }

    fn visit_unit<E: Error>(self) -> Result<Quantity, E> {
        Ok(Quantity::ZERO)
    }

    fn visit_none<E: Error>(self) -> Result<Quantity, E> {
        Ok(Quantity::ZERO)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Quantity, D::Error> {
        self.visit_newtype_struct(deserializer)
    }
}

/// The key under which serde_json hands over the source text.
#[derive(PartialEq)]
struct RawKey;

impl<'de> Deserialize<'de> for RawKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawKey, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = RawKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity: a string, a number or null")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<RawKey, E> {
                if key == RAW_TEXT { Ok(RawKey) } else { Err(E::invalid_type(Unexpected::Map, &self)) }
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A JSON value as it is written, read as a quantity (upstream: `UnmarshalJSON`).
struct RawText(Result<Quantity, QuantityError>);

impl<'de> Deserialize<'de> for RawText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawText, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = RawText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a JSON value")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawText, E> {
                if text == "null" {
                    return Ok(RawText(Ok(Quantity::ZERO)));
                }
                // Upstream takes the quotes off and nothing else: an escape stays what it is.
                let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
                Ok(RawText(Quantity::parse(inner.trim())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl crate::json::Read for Quantity {
    /// Takes the value as it is written: `1.50` and `"1.50"` are the same, and a string with an escape is no quantity.
    fn read(reader: &mut crate::json::Reader<'_>) -> Result<Quantity, crate::json::Error> {
        let text = match reader.peek() {
            Some(b'"') => {
                let raw = reader.skip()?;
                raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw)
            }
            Some(b'-' | b'0'..=b'9') => reader.number()?,
            _ => return reader.expected("a quantity: a string, a number or null"),
        };
        let at = reader.at().saturating_sub(text.len());
        Quantity::parse(text.trim()).or_else(|e| crate::json::Reader::wrong(at, format!("{e}")))
    }
}
