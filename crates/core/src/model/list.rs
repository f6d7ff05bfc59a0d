//! A list, as the API has them.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list of the API.
///
/// An absent (or `null`) list and an empty one compare equal, as they do for the API; only where upstream writes a list
/// down does it tell Go's nil from an empty list, and so does this. An item that is `null` is read as the empty item.
///
/// ```
/// use podverdict::model::List;
/// let given: List<u8> = serde_json::from_str("[1, null]")?;
/// assert_eq!(given[..], [1, 0]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct List<T> {
    /// None: the list is absent.
    items: Option<Vec<T>>,
}

impl<T> List<T> {
    /// An absent list.
    ///
    /// ```
    /// assert!(podverdict::model::List::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        List { items: None }
    }

    /// Whether the list was not given; `[]` in the JSON is a given list.
    ///
    /// ```
    /// use podverdict::model::List;
    /// let given: List<u8> = serde_json::from_str("[]")?;
    /// assert!(!given.is_absent() && List::<u8>::new().is_absent());
    /// assert_eq!(given, List::new());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.items.is_none()
    }

    /// The items as a slice.
    ///
    /// ```
    /// use podverdict::model::List;
    /// assert_eq!(List::from(vec![1]).as_slice(), [1]);
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        self.items.as_deref().unwrap_or_default()
    }

    /// Adds an item at the end.
    ///
    /// ```
    /// let mut list = podverdict::model::List::new();
    /// list.push("a");
    /// assert_eq!(list.len(), 1);
    /// ```
    pub fn push(&mut self, item: T) {
        self.items.get_or_insert_default().push(item);
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.items.as_deref_mut().unwrap_or_default()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        List { items: Some(items) }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        Vec::from_iter(iter).into()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = alloc::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.unwrap_or_default().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(s)
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Items<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_unit<E>(self) -> Result<List<T>, E> {
                Ok(List::new())
            }
            fn visit_none<E>(self) -> Result<List<T>, E> {
                Ok(List::new())
            }
            fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<List<T>, D::Error> {
                d.deserialize_seq(self)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element::<Option<T>>()? {
                    items.push(item.unwrap_or_default());
                }
                Ok(items.into())
            }
        }
        d.deserialize_option(Items(PhantomData))
    }
}
