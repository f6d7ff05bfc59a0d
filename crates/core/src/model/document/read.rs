//! Reads a spec from JSON by its schema, as the API server's decoder does: unknown fields are dropped, `null` is the zero
//! value, a wrong type is an error.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::schema::{Field, Kind, POD_SPEC, Shape};
use super::value::{Object, Value};
use crate::error::{ErrorCode, InputError, malformed};
use crate::field::Path;
use crate::model::{Key, Map, Time};
use crate::quantity::Quantity;
use crate::release::Kubernetes;

/// Reads values for one release, with or without the API's defaults.
pub(super) struct Reader<'k> {
    pub(super) k8s: &'k Kubernetes,
    pub(super) defaults: bool,
    /// Where the first error was found: serde's errors have no place for it.
    error_path: RefCell<Option<String>>,
    /// Whether any field was given that a gate may take away.
    pub(super) found_gated: Cell<bool>,
}

impl<'k> Reader<'k> {
    pub(super) fn new(k8s: &'k Kubernetes, defaults: bool) -> Self {
        Reader { k8s, defaults, error_path: RefCell::new(None), found_gated: Cell::new(false) }
    }

    /// The spec of the pod that a JSON text holds.
    pub(super) fn spec_of_pod(&self, pod: &str) -> Result<Object, InputError> {
        let mut deserializer = serde_json::Deserializer::from_str(pod);
        let spec = PodSeed(self)
            .deserialize(&mut deserializer)
            .and_then(|spec| deserializer.end().map(|()| spec))
            .map_err(|e| self.error(pod, &e))?;
        match spec {
            Some(Value::Object(spec)) => Ok(Arc::unwrap_or_clone(spec)),
            _ => Ok(self.finished(&POD_SPEC)),
        }
    }

    /// A value of the model as a value of the tree.
    pub(super) fn value_of<T: Serialize>(&self, field: &'static Field, value: &T) -> Option<Value> {
        let text = serde_json::to_string(value).ok()?;
        let path = Path::root(field.json);
        let seed = ValueSeed { reader: self, kind: &field.kind, path: &path };
        seed.deserialize(&mut serde_json::Deserializer::from_str(&text)).ok().flatten()
    }

    fn error(&self, text: &str, error: &serde_json::Error) -> InputError {
        if let Some(malformed) = malformed("", text) {
            return malformed;
        }
        let code = if error.is_data() { ErrorCode::InvalidValue } else { ErrorCode::Malformed };
        let text = error.to_string();
        let sentence = text.rfind(" at line ").and_then(|at| text.get(..at)).unwrap_or(&text);
        InputError::new(code, self.error_path.borrow_mut().take().unwrap_or_default(), sentence)
    }

    fn found_error_at(&self, path: &Path<'_>) {
        self.error_path.borrow_mut().get_or_insert_with(|| path.to_string());
    }

    /// An object of which nothing is given.
    pub(super) fn finished(&self, shape: &'static Shape) -> Object {
        let mut object = Object::new(shape);
        self.finish(&mut object);
        object
    }
}

static SPEC: Kind = Kind::Object(&POD_SPEC);

struct PodSeed<'r, 'k>(&'r Reader<'k>);

impl<'de> DeserializeSeed<'de> for PodSeed<'_, '_> {
    type Value = Option<Value>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<Value>, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PodSeed<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pod")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let path = Path::root("spec");
        let mut spec = None;
        while let Some(Key(key)) = map.next_key()? {
            if key == "spec" {
                spec = map.next_value_seed(ValueSeed { reader: self.0, kind: &SPEC, path: &path })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(spec)
    }
}

/// Reads a value of a kind; `None` is the zero value, or nil.
struct ValueSeed<'r, 'k> {
    reader: &'r Reader<'k>,
    kind: &'static Kind,
    path: &'r Path<'r>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<Value>, D::Error> {
        let (reader, path) = (self.reader, self.path);
        let pointee = match self.kind {
            Kind::Pointer(kind) => kind,
            kind => kind,
        };
        let result = match pointee {
            // A quantity reads bare numbers by their text.
            Kind::Quantity => Option::<Quantity>::deserialize(d).map(|q| q.map(Value::Quantity)),
            Kind::Time => Option::<Time>::deserialize(d).map(|t| t.map(Value::Time)),
            _ => d.deserialize_any(self),
        };
        if result.is_err() {
            reader.found_error_at(path);
        }
        result
    }
}

impl ValueSeed<'_, '_> {
    fn pointee(&self) -> &'static Kind {
        match self.kind {
            Kind::Pointer(kind) => kind,
            kind => kind,
        }
    }

    fn int<E: de::Error>(&self, value: i64) -> Result<Option<Value>, E> {
        let fits = match self.pointee() {
            Kind::Int64 | Kind::FlatInt64 => true,
            Kind::Int32 | Kind::IntOrString => i32::try_from(value).is_ok(),
            _ => return Err(E::invalid_type(Unexpected::Signed(value), self)),
        };
        if fits {
            Ok(Some(Value::Int(value)))
        } else {
            Err(E::invalid_value(Unexpected::Signed(value), self))
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.pointee() {
            Kind::Text => "a string",
            Kind::Bool => "a boolean",
            Kind::Int32 => "a 32-bit integer",
            Kind::Int64 | Kind::FlatInt64 => "a 64-bit integer",
            Kind::Quantity => "a quantity",
            Kind::Time => "a time in RFC 3339 form",
            Kind::IntOrString => "a 32-bit integer or a string",
            Kind::Object(_) | Kind::Pointer(_) => "an object",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        })
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Option<Value>, E> {
        match self.pointee() {
            Kind::Bool => Ok(Some(Value::Bool(value))),
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Option<Value>, E> {
        self.int(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Option<Value>, E> {
        match i64::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<Value>, E> {
        match self.pointee() {
            Kind::Text | Kind::IntOrString => Ok(Some(Value::Text(SmolStr::new(text)))),
            _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        let Kind::List(kind) = self.pointee() else {
            return Err(de::Error::invalid_type(Unexpected::Seq, &self));
        };
        let mut items = Vec::new();
        loop {
            let path = self.path.index(items.len());
            match seq.next_element_seed(ValueSeed { reader: self.reader, kind, path: &path })? {
                Some(item) => items.push(item.unwrap_or_else(|| self.reader.zero(kind))),
                None => return Ok(Some(Value::List(items))),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        match self.pointee() {
            Kind::Object(shape) => {
                let mut object = Object::to_fill(shape);
                while let Some(Key(key)) = map.next_key()? {
                    match shape.row(&key, self.reader.k8s.release()) {
                        None => {
                            map.next_value::<IgnoredAny>()?;
                        }
                        Some((row, field)) => {
                            if field.gated {
                                self.reader.found_gated.set(true);
                            }
                            let path = self.path.child(field.json);
                            let seed = ValueSeed { reader: self.reader, kind: &field.kind, path: &path };
                            if let Some(value) = map.next_value_seed(seed)? {
                                object.put(row, value);
                            }
                        }
                    }
                }
                self.reader.finish(&mut object);
                Ok(Some(Value::Object(Arc::new(object))))
            }
            Kind::Map(kind) => {
                let mut entries: Vec<(SmolStr, Value)> = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    let path = self.path.key(&key);
                    let seed = ValueSeed { reader: self.reader, kind, path: &path };
                    let value = map.next_value_seed(seed)?.unwrap_or_else(|| self.reader.zero(kind));
                    entries.push((SmolStr::new(&key), self.reader.rounded(value)));
                }
                Ok(Some(Value::Map(entries.into_iter().collect::<Map<Value>>())))
            }
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

impl Reader<'_> {
    /// The zero value of a kind, for a `null` in a list or map.
    fn zero(&self, kind: &'static Kind) -> Value {
        match kind {
            Kind::Bool => Value::Bool(false),
            Kind::Int32 | Kind::Int64 | Kind::FlatInt64 | Kind::IntOrString => Value::Int(0),
            Kind::Quantity => Value::Quantity(Quantity::default()),
            Kind::Time => Value::Time(Time::default()),
            Kind::Object(shape) => Value::Object(Arc::new(self.finished(shape))),
            Kind::List(_) => Value::List(Vec::new()),
            Kind::Map(_) => Value::Map(Map::new()),
            Kind::Text | Kind::Pointer(_) => Value::Text(SmolStr::default()),
        }
    }
}
