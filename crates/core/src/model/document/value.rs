//! A spec as a tree of values, each field under its row of the schema.

use alloc::sync::Arc;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::schema::{Kind, Shape};
use crate::model::{Map, Time};
use crate::quantity::Quantity;
use crate::release::Release;

/// A value that is not nil.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Bool(bool),
    Int(i64),
    Text(SmolStr),
    Quantity(Quantity),
    Time(Time),
    List(Vec<Value>),
    Map(Map<Value>),
    /// Shared by the trees that were copied from one another.
    Object(Arc<Object>),
}

/// An object: the fields that are set, in the order of the schema. A plain field that is zero, and a nil pointer, list or
/// map, are not in it.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) shape: &'static Shape,
    fields: Vec<(usize, Value)>,
}

impl Value {
    /// Whether a plain (not pointer) field with this value is as good as absent: zero, or an object without fields.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Value::Bool(value) => !value,
            Value::Int(value) => *value == 0,
            Value::Text(text) => text.is_empty(),
            Value::Quantity(quantity) => quantity.is_zero(),
            Value::Object(object) => object.fields.is_empty(),
            Value::Time(time) => is_zero_time(*time),
            Value::List(_) | Value::Map(_) => false,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, to change: it is no longer shared then.
    pub(super) fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Value::Object(object) => Some(Arc::make_mut(object)),
            _ => None,
        }
    }

    pub(super) fn as_list_mut(&mut self) -> Option<&mut Vec<Value>> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }
}

/// Whether a time is Go's zero time, the start of the year 1.
pub(super) fn is_zero_time(time: Time) -> bool {
    time.0.as_second() == -62_135_596_800 && time.0.subsec_nanosecond() == 0
}

impl Object {
    pub(super) const fn new(shape: &'static Shape) -> Self {
        Object { shape, fields: Vec::new() }
    }

    /// An object that is about to be filled.
    pub(super) fn to_fill(shape: &'static Shape) -> Self {
        Object { shape, fields: Vec::with_capacity(shape.fields.len().min(8)) }
    }

    /// The set fields, each with its row of the schema, in order.
    pub(super) fn rows(&self) -> &[(usize, Value)] {
        &self.fields
    }

    fn position(&self, row: usize) -> Result<usize, usize> {
        self.fields.binary_search_by_key(&row, |(row, _)| *row)
    }

    pub(super) fn at(&self, row: usize) -> Option<&Value> {
        self.fields.get(self.position(row).ok()?).map(|(_, value)| value)
    }

    pub(super) fn at_mut(&mut self, row: usize) -> Option<&mut Value> {
        let at = self.position(row).ok()?;
        self.fields.get_mut(at).map(|(_, value)| value)
    }

    /// Sets a field; one that is zero and no pointer is left out.
    pub(super) fn put(&mut self, row: usize, value: Value) {
        let Some(field) = self.shape.fields.get(row) else { return };
        let kept = match field.kind {
            Kind::Pointer(_) | Kind::FlatInt64 => true,
            // The empty string is not its zero value: that is the number 0.
            Kind::IntOrString => matches!(value, Value::Text(_)),
            _ => false,
        };
        if value.is_zero() && !kept {
            self.take(row);
            return;
        }
        match self.position(row) {
            Ok(at) => {
                if let Some((_, old)) = self.fields.get_mut(at) {
                    *old = value;
                }
            }
            Err(at) => self.fields.insert(at, (row, value)),
        }
    }

    pub(super) fn take(&mut self, row: usize) -> Option<Value> {
        let at = self.position(row).ok()?;
        Some(self.fields.remove(at).1)
    }

    fn row_of(&self, json: &str) -> Option<usize> {
        // Where releases have a field in different places, only one of its rows is ever filled.
        self.fields.iter().map(|(row, _)| *row).find(|row| self.is_called(*row, json))
    }

    /// Whether a row is the field that the API calls `json`.
    pub(super) fn is_called(&self, row: usize, json: &str) -> bool {
        self.shape.fields.get(row).is_some_and(|field| field.json == json)
    }

    /// The value of the field that the API calls `json`; `None` if it is absent, zero or nil.
    pub(super) fn get(&self, json: &str) -> Option<&Value> {
        self.at(self.row_of(json)?)
    }

    pub(super) fn get_mut(&mut self, json: &str) -> Option<&mut Value> {
        self.at_mut(self.row_of(json)?)
    }

    pub(super) fn object_mut(&mut self, json: &str) -> Option<&mut Object> {
        self.get_mut(json)?.as_object_mut()
    }

    /// The items of a list field; none if it is nil.
    pub(super) fn list(&self, json: &str) -> &[Value] {
        match self.get(json) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The items of a list field, to change; none if it is nil.
    pub(super) fn list_mut(&mut self, json: &str) -> &mut [Value] {
        self.get_mut(json).and_then(Value::as_list_mut).map(Vec::as_mut_slice).unwrap_or_default()
    }

    /// A text field; empty if it is absent.
    pub(super) fn text(&self, json: &str) -> &str {
        self.get(json).and_then(Value::as_text).unwrap_or_default()
    }

    /// Sets a field of the release's; without effect if the release has no such field.
    pub(super) fn set(&mut self, release: Release, json: &str, value: Value) {
        if let Some((row, _)) = self.shape.row(json, release) {
            self.put(row, value);
        }
    }

    pub(super) fn remove(&mut self, json: &str) -> Option<Value> {
        self.take(self.row_of(json)?)
    }
}
