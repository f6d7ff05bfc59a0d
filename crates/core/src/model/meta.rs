//! Object metadata and points in time.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::{Map, api_object};

api_object! {
    /// `metav1.ObjectMeta`.
    pub struct ObjectMeta {
        /// Name, unique in the namespace.
        pub name: SmolStr,
        /// Prefix from which the API server makes a name where none is given.
        pub generate_name: SmolStr,
        /// Namespace; empty where the object was never stored.
        pub namespace: SmolStr,
        /// The object's identity over time.
        pub uid: SmolStr,
        /// Version of the stored object, opaque.
        pub resource_version: SmolStr,
        /// Sequence number of the desired state.
        pub generation: i64,
        /// When it was created.
        pub creation_timestamp: Option<Time>,
        /// When it will be (or was to be) gone; set means: being deleted.
        pub deletion_timestamp: Option<Time>,
        /// Seconds granted for a graceful deletion.
        pub deletion_grace_period_seconds: Option<i64>,
        /// Labels.
        pub labels: Map<SmolStr>,
        /// Annotations.
        pub annotations: Map<SmolStr>,
        /// Finalizers.
        pub finalizers: Vec<SmolStr>,
    }
}

/// A point in time, read from RFC 3339 text and written so, in UTC.
///
/// ```
/// use podverdict::model::Time;
/// let time: Time = "2026-01-02T03:04:05+01:00".parse()?;
/// assert_eq!(time.to_string(), "2026-01-02T02:04:05Z");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub jiff::Timestamp);

impl Time {
    /// Nanoseconds from `earlier` to `self`; negative if `self` is the earlier one.
    ///
    /// ```
    /// use podverdict::model::Time;
    /// let a: Time = "2026-01-02T03:04:05Z".parse()?;
    /// let b: Time = "2026-01-02T03:04:06.5Z".parse()?;
    /// assert_eq!(b.nanoseconds_since(a), 1_500_000_000);
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn nanoseconds_since(self, earlier: Time) -> i128 {
        self.0.as_nanosecond().saturating_sub(earlier.0.as_nanosecond())
    }
}

impl core::str::FromStr for Time {
    type Err = crate::error::InputError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Time).map_err(|_| {
            crate::error::InputError::new(
                crate::error::ErrorCode::InvalidValue,
                "",
                alloc::format!("{text:?} is not a time in RFC 3339 form"),
            )
        })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in RFC 3339 form")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Time, E> {
                text.parse().map(Time).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        d.deserialize_str(Text)
    }
}

impl crate::json::Read for Time {
    fn read(reader: &mut crate::json::Reader<'_>) -> Result<Self, crate::json::Error> {
        reader.peek();
        let at = reader.at();
        let text = reader.text()?;
        text.parse().map(Time).or_else(|_| {
            crate::json::Reader::wrong(
                at,
                alloc::format!("invalid value: string {text:?}, expected a time in RFC 3339 form"),
            )
        })
    }
}
