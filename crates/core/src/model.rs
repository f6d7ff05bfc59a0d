//! The slice of the Kubernetes API that decisions read.
//!
//! Every type reads leniently from the API's JSON: unknown fields are ignored, `null` is absence, and an enumeration
//! holds a value it does not know as text, because objects that were never validated must be judged too. A wrong type or
//! a broken quantity is an error. Quantities are parsed once, here.
//!
//! The types follow `k8s.io/api/core/v1`, with Rust names. Field comments say only what the API reference leaves open.

mod container;
mod document;
#[cfg(feature = "k8s-openapi")]
mod k8s_openapi;
mod list;
mod map;
mod meta;
mod node;
mod pod;
mod resources;
mod runtime;
mod scheduling;
mod status;
mod volume;
mod workload;

pub use container::*;
pub(crate) use document::Of;
pub use document::{PodDocument, SpecTree};
pub use list::List;
pub use map::Map;
pub use meta::*;
pub use node::*;
pub use pod::*;
pub use resources::*;
pub use runtime::*;
pub use scheduling::*;
pub use status::*;
pub use volume::*;
pub use workload::*;

/// Adds `from_json` to the objects that come as whole texts.
macro_rules! from_json {
    ($($name:ident),*) => { $(
        impl $name {
            /// Reads the object from JSON text.
            ///
            /// # Errors
            ///
            /// Text that is not JSON, and values of the wrong type; the error names the field.
            #[doc = concat!("\n```\nuse podverdict::model::", stringify!($name), ";\nassert!(", stringify!($name), "::from_json(\"{}\").is_ok());\nassert!(", stringify!($name), "::from_json(\"[1]\").is_err());\n```")]
            pub fn from_json(text: &str) -> Result<Self, crate::error::InputError> {
                crate::error::parse("", text)
            }
        }
    )* };
}
from_json!(Pod, PodStatus, Node, RuntimePodStatus);

/// Reads a value, or its default where the JSON says `null`, as Go's decoder does.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de> + Default,
{
    use serde::Deserialize;
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Whether a value is what Go's `omitempty` leaves out.
pub(crate) fn absent<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// For fields that Go writes even where they are empty.
pub(crate) fn never<T>(_: &T) -> bool {
    false
}

/// An object of the API: absent and `null` fields take their defaults, unknown fields are ignored, absent fields are
/// not written. `=> "never"` after a field's type names the function that says when the field is left out.
///
/// A `null` object is the empty one, as for an item of a list, and nothing but a JSON object will do otherwise: the code
/// that serde derives would take a JSON array as well.
macro_rules! api_object {
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$field_meta:meta])* pub $field:ident : $type:ty => $omit:literal, )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", remote = "Self")]
        pub struct $name {
            $(
                $(#[$field_meta])*
                // On the fields, not on the whole: that would make an empty object first, to take what is missing from it.
                #[serde(default, deserialize_with = "crate::model::null_as_default", skip_serializing_if = $omit)]
                pub $field: $type,
            )*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                $name::serialize(self, s)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Object;
                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_unit<E: serde::de::Error>(self) -> Result<$name, E> {
                        Ok($name::default())
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }
                d.deserialize_any(Object)
            }
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$field_meta:meta])* pub $field:ident : $type:ty, )*
    }) => {
        $crate::model::api_object! {
            $(#[$meta])*
            pub struct $name {
                $( $(#[$field_meta])* pub $field: $type => "crate::model::absent", )*
            }
        }
    };
}
pub(crate) use api_object;

/// An enumeration of the API: known values by name, and every other text as it came.
macro_rules! api_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
            /// A value that the API does not define; the empty text stands for an absent value.
            Other(smol_str::SmolStr),
        }

        impl $name {
            /// The value as the API spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => $text, )*
                    $name::Other(text) => text,
                }
            }

            /// Whether the value is absent (or the empty text, which the API treats alike).
            #[must_use]
            pub fn is_absent(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => $name::$variant, )*
                    other => $name::Other(smol_str::SmolStr::new(other)),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name::Other(smol_str::SmolStr::default())
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
                    }
                }
                d.deserialize_str(Text)
            }
        }
    };
}
pub(crate) use api_enum;
