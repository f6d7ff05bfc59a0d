//! Object metadata and points in time.

use alloc::boxed::Box;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::{List, Map, absent, api_enum, api_object, never};

api_object! {
    /// `metav1.ObjectMeta`.
    pub struct ObjectMeta {
        /// Name, unique in the namespace.
        pub name: SmolStr,
        /// Prefix from which the API server makes a name where none is given.
        pub generate_name: SmolStr,
        /// Namespace; empty where the object was never stored.
        pub namespace: SmolStr,
        /// Deprecated; nothing reads it.
        pub self_link: SmolStr,
        /// The object's identity over time.
        pub uid: SmolStr,
        /// Version of the stored object, opaque.
        pub resource_version: SmolStr,
        /// Sequence number of the desired state.
        pub generation: i64,
        /// When it was created.
        #[serde(serialize_with = "whole_seconds")]
        pub creation_timestamp: Option<Time>,
        /// When it will be (or was to be) gone; set means: being deleted.
        #[serde(serialize_with = "whole_seconds")]
        pub deletion_timestamp: Option<Time>,
        /// Seconds granted for a graceful deletion.
        pub deletion_grace_period_seconds: Option<i64>,
        /// Labels.
        pub labels: Map<SmolStr>,
        /// Annotations.
        pub annotations: Map<SmolStr>,
        /// The objects that this one depends on.
        pub owner_references: List<OwnerReference>,
        /// Finalizers.
        pub finalizers: List<SmolStr>,
        /// Which manager set which fields.
        pub managed_fields: List<ManagedFieldsEntry>,
    }
}

api_object! {
    /// `metav1.OwnerReference`.
    pub struct OwnerReference {
        /// API version of the owner.
        pub api_version: SmolStr => "never",
        /// Kind of the owner.
        pub kind: SmolStr => "never",
        /// Name of the owner.
        pub name: SmolStr => "never",
        /// UID of the owner.
        pub uid: SmolStr => "never",
        /// Whether the owner manages this object; at most one does.
        pub controller: Option<bool> => "absent",
        /// Whether the owner cannot be deleted in the foreground before this object is.
        pub block_owner_deletion: Option<bool> => "absent",
    }
}

api_object! {
    /// `metav1.ManagedFieldsEntry`.
    pub struct ManagedFieldsEntry {
        /// The manager.
        pub manager: SmolStr,
        /// How the fields were set.
        pub operation: ManagedFieldsOperation,
        /// The API version of the fields.
        pub api_version: SmolStr,
        /// When the fields were set.
        #[serde(serialize_with = "whole_seconds")]
        pub time: Option<Time>,
        /// Format of the fields: `FieldsV1`.
        pub fields_type: SmolStr,
        /// The fields, as JSON.
        pub fields_v1: Option<RawJson>,
        /// The subresource through which they were set.
        pub subresource: SmolStr,
    }
}

api_enum! {
    /// `metav1.ManagedFieldsOperationType`.
    pub enum ManagedFieldsOperation {
        /// By server-side apply.
        Apply = "Apply",
        /// By any other request.
        Update = "Update",
    }
}

api_object! {
    /// `metav1.Condition`.
    pub struct Condition {
        /// Type, such as `PodGroupScheduled`.
        #[serde(rename = "type")]
        pub condition_type: SmolStr => "never",
        /// `True`, `False` or `Unknown`.
        pub status: SmolStr => "never",
        /// The generation of the object that the condition is about.
        pub observed_generation: i64 => "absent",
        /// When the status last changed.
        #[serde(serialize_with = "whole_seconds")]
        pub last_transition_time: Option<Time> => "never",
        /// A word why.
        pub reason: SmolStr => "never",
        /// A sentence why.
        pub message: SmolStr => "never",
    }
}

/// JSON that is kept as its text.
///
/// ```
/// use podverdict::model::RawJson;
/// let fields: RawJson = serde_json::from_str(r#"{"f:spec": {}}"#)?;
/// assert_eq!(fields.text(), r#"{"f:spec": {}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// The text.
    ///
    /// ```
    /// let json: podverdict::model::RawJson = serde_json::from_str("1.0")?;
    /// assert_eq!(json.text(), "1.0");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&serde_json::value::RawValue>(&self.0)
            .map_err(serde::ser::Error::custom)?
            .serialize(s)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Box::<serde_json::value::RawValue>::deserialize(d).map(|raw| RawJson(raw.get().into()))
    }
}

/// Writes a time as the API does: in seconds, and Go's zero time as `null`.
pub(crate) fn whole_seconds<S: Serializer>(time: &Option<Time>, s: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) if !time.is_zero() => {
            let seconds = time.0.as_nanosecond().div_euclid(1_000_000_000);
            let whole = i64::try_from(seconds).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
            s.collect_str(&whole.unwrap_or(time.0))
        }
        _ => s.serialize_none(),
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

    /// Whether this is Go's zero time, which the API takes for no time at all.
    ///
    /// ```
    /// use podverdict::model::Time;
    /// assert!("0001-01-01T00:00:00Z".parse::<Time>()?.is_zero());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.as_nanosecond() == -62_135_596_800_000_000_000
    }
}

/// Reads RFC 3339 as Go's `time.Parse` does: nothing left out, `T` and `Z` in capitals, a fraction after a point or comma.
/// jiff alone would also take `2026-01-02 03:04Z`, and more.
fn parse(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    let (date_time, rest) = bytes.split_at_checked(19)?;
    let shape = date_time.iter().zip(b"0000-00-00T00:00:00").all(|(byte, wanted)| match wanted {
        b'0' => byte.is_ascii_digit(),
        _ => byte == wanted,
    });
    // Go knows no leap seconds.
    if !shape || date_time.ends_with(b":60") {
        return None;
    }
    let rest = match rest {
        [b'.' | b',', digits @ ..] => {
            let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
            if end == 0 {
                return None;
            }
            digits.get(end..)?
        }
        rest => rest,
    };
    match rest {
        b"Z" => {}
        [b'+' | b'-', h, i, b':', m, n] if [h, i, m, n].iter().all(|byte| byte.is_ascii_digit()) => {}
        _ => return None,
    }
    text.parse().ok().map(Time)
}

impl core::str::FromStr for Time {
    type Err = crate::error::InputError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| {
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
                parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        d.deserialize_str(Text)
    }
}

/// Group and version of an API version (`schema.ParseGroupVersion`); `None` if there is more than one slash.
pub(crate) fn group_version(api_version: &str) -> Option<(&str, &str)> {
    if api_version == "/" {
        return Some(("", ""));
    }
    match api_version.split_once('/') {
        None => Some(("", api_version)),
        Some((group, version)) if !version.contains('/') => Some((group, version)),
        Some(_) => None,
    }
}
