//! A map with text keys, as the API has them for labels and resources.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// A map from text to `V`, kept sorted by key: small, cheap to compare and deterministic to walk.
///
/// An absent (or `null`) map and an empty one compare equal, as they do for the API; the few rules of upstream that tell
/// Go's nil map from an empty one ask [`is_present`](Map::is_present).
///
/// ```
/// use podverdict::model::Map;
/// let labels: Map<u8> = [("b", 2), ("a", 1)].into_iter().collect();
/// assert_eq!(labels.get("a"), Some(&1));
/// assert_eq!(labels.keys().collect::<Vec<_>>(), ["a", "b"]);
/// ```
#[derive(Clone, Debug)]
pub struct Map<V> {
    /// None: the map is absent.
    entries: Option<Vec<(SmolStr, V)>>,
}

impl<V> Map<V> {
    /// An absent map.
    ///
    /// ```
    /// assert!(podverdict::model::Map::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Map { entries: None }
    }

    /// Whether the map was given, be it empty: `{}` in the JSON, not `null` or nothing.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let given: Map<u8> = serde_json::from_str("{}")?;
    /// assert!(given.is_present() && !Map::<u8>::new().is_present());
    /// assert_eq!(given, Map::new());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.entries.is_some()
    }

    fn slice(&self) -> &[(SmolStr, V)] {
        self.entries.as_deref().unwrap_or_default()
    }

    /// Where the key is, or where it belongs.
    fn position(&self, key: &str) -> Result<usize, usize> {
        self.slice().binary_search_by(|(k, _)| k.as_str().cmp(key))
    }

    fn find(&self, key: &str) -> Option<usize> {
        let entries = self.slice();
        // Nearly all maps are tiny, where a walk beats a search.
        if entries.len() <= 8 {
            return entries.iter().position(|(k, _)| k == key);
        }
        self.position(key).ok()
    }

    /// The value under `key`.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let map: Map<u8> = [("a", 1)].into_iter().collect();
    /// assert_eq!(map.get("b"), None);
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.slice().get(self.find(key)?).map(|(_, v)| v)
    }

    /// The value under `key`, to change.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let mut map: Map<u8> = [("a", 1)].into_iter().collect();
    /// if let Some(value) = map.get_mut("a") { *value = 2; }
    /// assert_eq!(map.get("a"), Some(&2));
    /// ```
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let at = self.find(key)?;
        self.entries.as_mut()?.get_mut(at).map(|(_, v)| v)
    }

    /// Whether `key` is in the map.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// assert!(!Map::<u8>::new().contains_key("a"));
    /// ```
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Puts `value` under `key`; the value that was there comes back.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let mut map = Map::new();
    /// assert_eq!(map.insert("a", 1), None);
    /// assert_eq!(map.insert("a", 2), Some(1));
    /// ```
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: V) -> Option<V> {
        let key = key.into();
        let position = self.position(&key);
        let entries = self.entries.get_or_insert_default();
        match position {
            Ok(at) => entries.get_mut(at).map(|(_, v)| core::mem::replace(v, value)),
            Err(at) => {
                entries.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes `key` out.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let mut map: Map<u8> = [("a", 1)].into_iter().collect();
    /// assert_eq!(map.remove("a"), Some(1));
    /// assert!(map.is_empty());
    /// ```
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = self.find(key)?;
        Some(self.entries.as_mut()?.remove(at).1)
    }

    /// The entries in key order.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let map: Map<u8> = [("b", 2), ("a", 1)].into_iter().collect();
    /// assert_eq!(map.iter().next(), Some(("a", &1)));
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &V)> + Clone {
        self.slice().iter().map(|(k, v)| (k.as_str(), v))
    }

    /// The entries in key order, values to change.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let mut map: Map<u8> = [("a", 1)].into_iter().collect();
    /// for (_, value) in map.iter_mut() { *value += 1; }
    /// assert_eq!(map.get("a"), Some(&2));
    /// ```
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut V)> {
        self.entries.as_deref_mut().unwrap_or_default().iter_mut().map(|(k, v)| (k.as_str(), v))
    }

    /// The keys in order.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let map: Map<u8> = [("a", 1)].into_iter().collect();
    /// assert_eq!(map.keys().next(), Some("a"));
    /// ```
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.slice().iter().map(|(k, _)| k.as_str())
    }

    /// How many entries there are.
    ///
    /// ```
    /// assert_eq!(podverdict::model::Map::<u8>::new().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.slice().len()
    }

    /// Whether there is no entry.
    ///
    /// ```
    /// assert!(podverdict::model::Map::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slice().is_empty()
    }

    /// Keeps the entries for which `keep` is true.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let mut map: Map<u8> = [("a", 1), ("b", 2)].into_iter().collect();
    /// map.retain(|_, value| *value > 1);
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut V) -> bool) {
        if let Some(entries) = &mut self.entries {
            entries.retain_mut(|(k, v)| keep(k, v));
        }
    }
}

impl<V: PartialEq> PartialEq for Map<V> {
    fn eq(&self, other: &Self) -> bool {
        self.slice() == other.slice()
    }
}

impl<V: Eq> Eq for Map<V> {}

impl<V: PartialOrd> PartialOrd for Map<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.slice().partial_cmp(other.slice())
    }
}

impl<V: Ord> Ord for Map<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.slice().cmp(other.slice())
    }
}

impl<V: Hash> Hash for Map<V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.slice().hash(state);
    }
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<SmolStr>, V> FromIterator<(K, V)> for Map<V> {
    /// Collects entries; where a key comes twice, the last one stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iter: I) -> Self {
        let mut entries: Vec<(SmolStr, V)> = iter.into_iter().map(|(k, v)| (k.into(), v)).collect();
        let sorted = entries.is_sorted_by(|(a, _), (b, _)| a < b);
        if !sorted {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            // A stable sort keeps equal keys in the order given; the later one wins, as in Go's decoder.
            entries.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    core::mem::swap(later, earlier);
                }
                same
            });
        }
        Map { entries: Some(entries) }
    }
}

impl<'a, V> IntoIterator for &'a Map<V> {
    type Item = &'a (SmolStr, V);
    type IntoIter = core::slice::Iter<'a, (SmolStr, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.slice().iter()
    }
}

impl<V> IntoIterator for Map<V> {
    type Item = (SmolStr, V);
    type IntoIter = alloc::vec::IntoIter<(SmolStr, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.unwrap_or_default().into_iter()
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.len()))?;
        for (k, v) in self {
            map.serialize_entry(k, v)?;
        }
        map.end()
    }
}

impl<'de, V: Deserialize<'de> + Default> Deserialize<'de> for Map<V> {
    /// A value that is `null` is the empty value, as for Go's decoder.
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de> + Default> Visitor<'de> for Entries<V> {
            type Value = Map<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Map<V>, A::Error> {
                let mut entries: Vec<(SmolStr, V)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<SmolStr, Option<V>>()? {
                    entries.push((key, value.unwrap_or_default()));
                }
                Ok(entries.into_iter().collect())
            }
        }
        d.deserialize_map(Entries(PhantomData))
    }
}
