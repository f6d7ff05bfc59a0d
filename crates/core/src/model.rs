//! The slice of the Kubernetes API that decisions read.
//!
//! Every type reads leniently from the API's JSON: unknown fields are ignored, `null` is absence, and an enumeration
//! holds a value it does not know as text, because objects that were never validated must be judged too. A wrong type, a
//! broken quantity, and a `kind` that says it is another object are errors. Quantities are parsed once, here.
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
mod type_meta;
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

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use smol_str::SmolStr;

use crate::quantity::Quantity;

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

/// A field's name, borrowed where JSON has no escapes in it.
#[derive(Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// What a field of the API can hold. `null` is the default, also as an item of a list, as for Go's decoder.
pub(crate) trait Field<'de>: Sized {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error>;
}

/// A field's value under way.
struct Read<T>(T);

impl<'de, T: Field<'de>> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        T::read(d).map(Read)
    }
}

impl<'de, T: Field<'de>> Field<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Option::<Read<T>>::deserialize(d)?.map(|read| read.0))
    }
}

impl<'de, T: Field<'de>> Field<'de> for Box<T> {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        T::read(d).map(Box::new)
    }
}

impl<'de, T: Field<'de>> Field<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_option(Items(PhantomData))
    }
}

/// The items of a list under way, none where it is `null`.
struct Items<T>(PhantomData<T>);

impl<'de, T: Field<'de>> Visitor<'de> for Items<T> {
    type Value = Vec<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }
    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Vec<T>, D::Error> {
        d.deserialize_seq(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(Read(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

/// Makes types fields: those that are their default where the JSON says `null`, and those that read `null` themselves, or not at
/// all.
macro_rules! field {
    (null_is_default: $([$($of:ident),*] $name:ty),*) => { $(
        impl<'de $(, $of: serde::Deserialize<'de> + Default)*> $crate::model::Field<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Ok(<Option<Self> as serde::Deserialize>::deserialize(d)?.unwrap_or_default())
            }
        }
    )* };
    (as_it_is: $($name:ty),*) => { $(
        impl<'de> $crate::model::Field<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                <Self as serde::Deserialize>::deserialize(d)
            }
        }
    )* };
}
pub(crate) use field;
field!(null_is_default: [] bool, [] i32, [] i64, [] u32, [] String, [] SmolStr, [] Quantity, [] Time, [V] Map<V>);
field!(null_is_default: [T] List<T>, [] SandboxState, [] DefinitionHash);
field!(as_it_is: RawJson, Presence, PodGroupDisruptionMode, RuntimeContainerStatus);

/// Reads a field.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Field<'de>>(d: D) -> Result<T, D::Error> {
    T::read(d)
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
/// not written. `=> "never"` after a field's type names the function that says when the field is left out, `of kind` what `kind`
/// must say, if it says anything, beside `apiVersion: v1`.
///
/// A `null` object is the empty one, as for an item of a list, and nothing but a JSON object will do otherwise: the code
/// that serde derives would take a JSON array as well.
macro_rules! api_object {
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$field_meta:meta])* pub $field:ident : $type:ty => $omit:literal, )*
    } $(of kind $kind:literal)?) => {
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
                        $( let map = $crate::model::type_meta::OfKind { map, kind: $kind }; )?
                        $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }
                d.deserialize_any(Object)
            }
        }

        $crate::model::field!(as_it_is: $name);
    };
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$field_meta:meta])* pub $field:ident : $type:ty, )*
    } $(of kind $kind:literal)?) => {
        $crate::model::api_object! {
            $(#[$meta])*
            pub struct $name {
                $( $(#[$field_meta])* pub $field: $type => "crate::model::absent", )*
            } $(of kind $kind)?
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

        $crate::model::field!(null_is_default: [] $name);
    };
}
pub(crate) use api_enum;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{Container, ContainerResizePolicy, ContainerRestartRule, ResourceClaim, SelectorRequirement};

    #[test]
    fn an_item_that_is_null_is_the_empty_item() {
        let json = r#"{"resizePolicy": [null], "restartPolicyRules": [null, {"exitCodes": {"values": [null, 1]}}],
            "resources": {"claims": [null]}, "ports": null}"#;
        let container: Container = serde_json::from_str(json).unwrap();
        assert_eq!(container.resize_policy, Some(vec![ContainerResizePolicy::default()]));
        assert_eq!(container.resources.claims, Some(vec![ResourceClaim::default()]));
        let [first, second] = container.rules() else { panic!("{:?}", container.rules()) };
        assert_eq!(*first, ContainerRestartRule::default());
        assert_eq!(second.exit_codes.as_ref().unwrap().values, [0, 1]);
        assert_eq!(container.ports, None);
        let requirement: SelectorRequirement = serde_json::from_str(r#"{"values": [null, "a"]}"#).unwrap();
        assert_eq!(requirement.values, ["", "a"]);
    }

    #[test]
    fn a_list_is_no_object() {
        let json = r#"{"resizePolicy": [["cpu", "RestartContainer"]]}"#;
        assert!(serde_json::from_str::<Container>(json).is_err());
    }
}
