//! Reads a request: its fields stay JSON text until the op asks for them, so that an error can name its field.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::split;
pub(crate) use crate::error::parse;
use crate::error::{ErrorCode, InputError};
use crate::model::Key;

/// The fields of a request that no one has taken yet.
pub(crate) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, &'a str)>,
}

/// The fields of a JSON object, read by serde_json from the first byte to the last.
pub(super) fn read_whole(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, serde_json::Error> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(Cow<'de, str>, &'de str)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a request object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::with_capacity(8);
            while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                entries.push((key, value.get()));
            }
            Ok(entries)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let entries = deserializer.deserialize_map(Entries)?;
    deserializer.end()?;
    Ok(entries)
}

impl<'a> Fields<'a> {
    /// Splits a request into its fields.
    pub(crate) fn read(text: &'a str) -> Result<Self, InputError> {
        let entries = match split::fields(text) {
            Some(entries) => entries,
            None => read_whole(text).map_err(|e| {
                let message = format!("the request is not a JSON object: {e}");
                InputError::new(ErrorCode::Malformed, "", message)
            })?,
        };
        Ok(Fields { entries })
    }

    /// Takes inputs that are apart already, each one JSON value.
    pub(crate) fn apart(inputs: &[(&'a str, &'a str)]) -> Self {
        const SPACE: [char; 4] = [' ', '\n', '\r', '\t'];
        let entry = |(name, text): &(&'a str, &'a str)| (Cow::Borrowed(*name), text.trim_matches(SPACE));
        Fields { entries: inputs.iter().map(entry).collect() }
    }

    /// Takes a field as JSON text; `null` counts as absent. Where a key comes twice the last one counts.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'a str> {
        let mut found = None;
        self.entries.retain(|(key, value)| {
            let hit = key == name;
            if hit {
                found = Some(*value);
            }
            !hit
        });
        found.filter(|text| *text != "null")
    }

    /// Takes a field that says `null`, and gives whether it did; for the ops where that is not the same as absent.
    pub(crate) fn null(&mut self, name: &str) -> bool {
        let null =
            self.entries.iter().rev().find(|(key, _)| key == name).is_some_and(|(_, text)| *text == "null");
        if null {
            self.raw(name);
        }
        null
    }

    /// Takes a field, if it is there and not `null`.
    pub(crate) fn optional<T: Deserialize<'a>>(&mut self, name: &str) -> Result<Option<T>, InputError> {
        self.raw(name).map(|text| parse(name, text)).transpose()
    }

    /// Takes a field that must be there.
    pub(crate) fn required<T: Deserialize<'a>>(&mut self, name: &str) -> Result<T, InputError> {
        self.optional(name)?
            .ok_or_else(|| InputError::new(ErrorCode::MissingField, name, format!("this op needs {name:?}")))
    }

    /// Takes a field, or its default if it is absent.
    pub(crate) fn or_default<T: Deserialize<'a> + Default>(&mut self, name: &str) -> Result<T, InputError> {
        Ok(self.optional(name)?.unwrap_or_default())
    }

    /// Takes a flag that is on unless it says `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, InputError> {
        Ok(self.optional(name)?.unwrap_or(true))
    }

    /// Ends the reading: a field that no one took is an error.
    pub(crate) fn finish(mut self, op: &str) -> Result<(), InputError> {
        // Every op takes these, also where they change nothing.
        for common in ["defaults", "prepare"] {
            self.optional::<bool>(common)?;
        }
        match self.entries.first() {
            None => Ok(()),
            Some((key, _)) => Err(InputError::new(
                ErrorCode::UnknownField,
                key.as_ref(),
                format!("{op} has no field {key:?}"),
            )),
        }
    }
}
