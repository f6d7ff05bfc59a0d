//! A map with text keys, as the API has them for labels and resources.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// A map from text to `V`, kept sorted by key: small, cheap to compare and deterministic to walk.
///
/// ```
/// use podverdict::model::Map;
/// let labels: Map<u8> = [("b", 2), ("a", 1)].into_iter().collect();
/// assert_eq!(labels.get("a"), Some(&1));
/// assert_eq!(labels.keys().collect::<Vec<_>>(), ["a", "b"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Map<V> {
    entries: Vec<(SmolStr, V)>,
}

impl<V> Map<V> {
    /// An empty map.
    ///
    /// ```
    /// assert!(podverdict::model::Map::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Map { entries: Vec::new() }
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        // Nearly all maps are tiny, where a walk beats a search.
        if self.entries.len() <= 8 {
            for (i, (k, _)) in self.entries.iter().enumerate() {
                match k.as_str().cmp(key) {
                    core::cmp::Ordering::Less => {}
                    core::cmp::Ordering::Equal => return Ok(i),
                    core::cmp::Ordering::Greater => return Err(i),
                }
            }
            return Err(self.entries.len());
        }
        self.entries.binary_search_by(|(k, _)| k.as_str().cmp(key))
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
        self.entries.get(self.position(key).ok()?).map(|(_, v)| v)
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
        let at = self.position(key).ok()?;
        self.entries.get_mut(at).map(|(_, v)| v)
    }

    /// Whether `key` is in the map.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// assert!(!Map::<u8>::new().contains_key("a"));
    /// ```
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_ok()
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
        match self.position(&key) {
            Ok(at) => self.entries.get_mut(at).map(|(_, v)| core::mem::replace(v, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
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
        let at = self.position(key).ok()?;
        Some(self.entries.remove(at).1)
    }

    /// The entries in key order.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let map: Map<u8> = [("b", 2), ("a", 1)].into_iter().collect();
    /// assert_eq!(map.iter().next(), Some(("a", &1)));
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &V)> + Clone {
        self.entries.iter().map(|(k, v)| (k.as_str(), v))
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
        self.entries.iter_mut().map(|(k, v)| (k.as_str(), v))
    }

    /// The keys in order.
    ///
    /// ```
    /// use podverdict::model::Map;
    /// let map: Map<u8> = [("a", 1)].into_iter().collect();
    /// assert_eq!(map.keys().next(), Some("a"));
    /// ```
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.entries.iter().map(|(k, _)| k.as_str())
    }

    /// How many entries there are.
    ///
    /// ```
    /// assert_eq!(podverdict::model::Map::<u8>::new().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    ///
    /// ```
    /// assert!(podverdict::model::Map::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
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
        self.entries.retain_mut(|(k, v)| keep(k, v));
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
        Map { entries }
    }
}

impl<'a, V> IntoIterator for &'a Map<V> {
    type Item = &'a (SmolStr, V);
    type IntoIter = core::slice::Iter<'a, (SmolStr, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<V> IntoIterator for Map<V> {
    type Item = (SmolStr, V);
    type IntoIter = alloc::vec::IntoIter<(SmolStr, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.entries.len()))?;
        for (k, v) in &self.entries {
            map.serialize_entry(k, v)?;
        }
        map.end()
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = Map<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Map<V>, A::Error> {
                let mut entries: Vec<(SmolStr, V)> = Vec::new();
                while let Some(entry) = map.next_entry::<SmolStr, V>()? {
                    entries.push(entry);
                }
                Ok(entries.into_iter().collect())
            }
        }
        d.deserialize_map(Entries(PhantomData))
    }
}

impl<V: crate::json::Read + Default> crate::json::Read for Map<V> {
    fn read(reader: &mut crate::json::Reader<'_>) -> Result<Self, crate::json::Error> {
        let mut entries: Vec<(SmolStr, V)> = Vec::new();
        reader.object("a map", |reader, key| {
            let mut value = V::default();
            value.read_into(reader)?;
            entries.push((SmolStr::new(key), value));
            Ok(())
        })?;
        Ok(entries.into_iter().collect())
    }
}
