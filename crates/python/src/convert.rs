//! Python objects to JSON text.
//!
//! Plain dicts and lists go the short way. Everything else is asked in turn whether it is a mapping, whether it can make
//! a dict of itself, whether it is a dataclass or a sequence: that covers the clients' objects without knowing any client.

use std::io::Write;

use podverdict::error::ErrorCode;
use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyMemoryView, PySequence,
    PyString, PyTuple, PyType,
};

use serde::de::IgnoredAny;

use crate::document::Document;
use crate::error::{Failure, Step};
use crate::input::Text;
use crate::schema::{Inside, Shape};

/// How many objects and lists may stand in each other. The core's reader stops soon after.
const DEPTH: usize = 100;
/// How much JSON text one object may become. Guards against lists that hold the same list over and over.
const SIZE: usize = 1 << 29;

type Result<T> = std::result::Result<T, Box<Failure>>;

/// One conversion: the text so far, and the containers that are open.
struct Converter {
    out: Vec<u8>,
    open: Vec<usize>,
    /// Down to which level an object of the API may be given as its JSON text.
    texts: usize,
}

/// The JSON text of a value. Down to a level, an object of the API in it may be JSON text already.
pub(crate) fn to_json(value: &Bound<'_, PyAny>, shape: Shape, texts: usize) -> Result<String> {
    let mut converter = Converter { out: Vec::new(), open: Vec::new(), texts };
    converter.value(value, shape)?;
    String::from_utf8(converter.out).map_err(|_| Failure::invalid("a text is not UTF-8"))
}

impl Converter {
    fn value(&mut self, value: &Bound<'_, PyAny>, shape: Shape) -> Result<()> {
        if self.out.len() > SIZE {
            return Err(Failure::new("too_large", format!("this is more than {SIZE} bytes of JSON")));
        }
        if self.open.len() <= self.texts
            && shape.is_object()
            && let Some(text) = attempt(value, Text::of(value))?
        {
            return self.json(&text);
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            return self.text(text);
        }
        if value.is_none() {
            return self.raw(b"null");
        }
        if let Ok(flag) = value.cast_exact::<PyBool>() {
            return self.raw(if flag.is_true() { b"true" } else { b"false" });
        }
        if let Ok(dict) = value.cast_exact::<PyDict>() {
            // Taken out first: what is inside may run Python code, and that code may change the dict.
            let items: Vec<_> = dict.iter().collect();
            return self.nested(value, |this| this.object(&items, shape));
        }
        if let Ok(list) = value.cast_exact::<PyList>() {
            let items: Vec<_> = list.iter().collect();
            return self.nested(value, |this| this.array(&items, shape));
        }
        if value.is_instance_of::<PyInt>() {
            return self.int(value);
        }
        if let Ok(float) = value.cast::<PyFloat>() {
            return self.float(float.value());
        }
        self.other(value, shape)
    }

    /// Everything that is not one of Python's own plain values.
    fn other(&mut self, value: &Bound<'_, PyAny>, shape: Shape) -> Result<()> {
        let py = value.py();
        if let Ok(document) = value.cast::<Document>() {
            return self.raw(document.get().text().as_bytes());
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            let items: Vec<_> = tuple.iter().collect();
            return self.nested(value, |this| this.array(&items, shape));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return self.text(text);
        }
        let known = Known::get(py);
        let is = |class: &Option<Py<PyType>>| {
            class.as_ref().is_some_and(|class| value.is_instance(class.bind(py)).unwrap_or(false))
        };
        if is(&known.date) {
            return self.date(value, is(&known.datetime));
        }
        if is(&known.decimal) {
            return self.decimal(value);
        }
        if is(&known.enumeration) {
            let inner = attempt(value, value.getattr("value"))?;
            return self.nested(value, |this| this.value(&inner, shape));
        }
        let is_bytes =
            [PyBytes::type_object(py), PyByteArray::type_object(py), PyMemoryView::type_object(py)]
                .iter()
                .any(|class| value.is_instance(class).unwrap_or(false));
        if is_bytes {
            return Err(Failure::invalid("bytes are no JSON value; decode them to text"));
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = attempt(value, pairs(mapping))?;
            return self.nested(value, |this| this.object(&items, shape));
        }
        // On the class: an object that answers to any attribute would otherwise be a client's object.
        let class = value.get_type();
        if class.hasattr("to_dict").unwrap_or(false) {
            let dict = attempt(value, value.call_method0("to_dict"))?;
            return self.nested(value, |this| this.value(&dict, shape));
        }
        if class.hasattr("model_dump").unwrap_or(false) {
            let options = PyDict::new(py);
            let dict = options.set_item("by_alias", true);
            let dict = dict.and_then(|()| value.call_method("model_dump", (), Some(&options)));
            let dict = attempt(value, dict)?;
            return self.nested(value, |this| this.value(&dict, shape));
        }
        if let Ok(fields) = class.getattr("__dataclass_fields__") {
            let items = attempt(value, dataclass_fields(value, &fields))?;
            return self.nested(value, |this| this.object(&items, shape));
        }
        if let Ok(sequence) = value.cast::<PySequence>() {
            let items = attempt(value, elements(sequence))?;
            return self.nested(value, |this| this.array(&items, shape));
        }
        if class.hasattr("__index__").unwrap_or(false) {
            let number = attempt(value, value.call_method0("__index__"))?;
            return self.int(&number);
        }
        Err(Failure::invalid(format!("{} cannot be read as JSON", class_name(value))))
    }

    /// Goes one level deeper, if that is not too deep and not in a circle.
    fn nested(
        &mut self,
        value: &Bound<'_, PyAny>,
        inside: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let id = value.as_ptr() as usize;
        if self.open.contains(&id) {
            return Err(Failure::invalid("this contains itself"));
        }
        if self.open.len() >= DEPTH {
            return Err(Failure::new("too_large", format!("this is nested more than {DEPTH} levels deep")));
        }
        self.open.push(id);
        let result = inside(self);
        self.open.pop();
        result
    }

    fn object(&mut self, items: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)], shape: Shape) -> Result<()> {
        let shape = match shape {
            Shape::One(Inside::ByKind) => kind(items).map_or(Shape::ANY, |kind| Shape::of_kind(&kind)),
            other => other,
        };
        let known = shape.known();
        let is_map = matches!(shape, Shape::Map(_));
        let mut seen = 0u128;
        self.out.push(b'{');
        for (n, (key, value)) in items.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            let Ok(key) = key.cast::<PyString>() else {
                return Err(Failure::invalid(format!("a key is {}, not text", class_name(key))));
            };
            let key = key.to_str().map_err(|_| Failure::invalid("a key is not valid Unicode"))?;
            let result = match known.and_then(|t| t.field(key)) {
                None => {
                    let inside = if is_map { shape.element() } else { Shape::ANY };
                    self.string(key).and_then(|()| self.raw(b":")).and_then(|()| self.value(value, inside))
                }
                Some(field) => {
                    let bit = field.place.and_then(|place| 1u128.checked_shl(place)).unwrap_or(0);
                    if seen & bit != 0 {
                        return Err(Failure::twice(key).within(Step::Field(field.json.into())));
                    }
                    seen |= bit;
                    self.string(field.json)
                        .and_then(|()| self.raw(b":"))
                        .and_then(|()| self.value(value, field.shape))
                }
            };
            result.map_err(|failure| {
                let name = known.and_then(|t| t.field(key)).map_or(key, |field| field.json);
                failure.within(if is_map { Step::Key(name.into()) } else { Step::Field(name.into()) })
            })?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn array(&mut self, items: &[Bound<'_, PyAny>], shape: Shape) -> Result<()> {
        let inside = match shape {
            Shape::List(_) => shape.element(),
            _ => Shape::ANY,
        };
        self.out.push(b'[');
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.value(item, inside).map_err(|failure| failure.within(Step::Index(n)))?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn raw(&mut self, text: &[u8]) -> Result<()> {
        self.out.extend_from_slice(text);
        Ok(())
    }

    /// JSON text, after a look whether it is one whole value: it must not end the text around it.
    fn json(&mut self, text: &Text<'_>) -> Result<()> {
        let malformed = |message: &str| Failure::new(ErrorCode::Malformed.as_str(), message);
        let text = text.as_str().ok_or_else(|| malformed("the text is not UTF-8"))?;
        serde_json::from_str::<IgnoredAny>(text).map_err(|e| malformed(&e.to_string()))?;
        self.raw(text.as_bytes())
    }

    fn text(&mut self, text: &Bound<'_, PyString>) -> Result<()> {
        self.string(text.to_str().map_err(|_| Failure::invalid("a text is not valid Unicode"))?)
    }

    fn string(&mut self, text: &str) -> Result<()> {
        serde_json::to_writer(&mut self.out, text).map_err(|e| Failure::invalid(e.to_string()))
    }

    fn int(&mut self, value: &Bound<'_, PyAny>) -> Result<()> {
        if let Ok(number) = value.extract::<i64>() {
            let _ = write!(self.out, "{number}");
            return Ok(());
        }
        // Of the class `int` itself: a subclass may print something else.
        let digits = PyInt::type_object(value.py()).call_method1("__repr__", (value,));
        let digits = digits.map_err(|_| Failure::invalid("an integer with too many digits"))?;
        self.raw(digits.to_string().as_bytes())
    }

    fn float(&mut self, number: f64) -> Result<()> {
        if !number.is_finite() {
            return Err(Failure::invalid(format!("{number} is no JSON number")));
        }
        serde_json::to_writer(&mut self.out, &number).map_err(|e| Failure::invalid(e.to_string()))
    }

    fn decimal(&mut self, value: &Bound<'_, PyAny>) -> Result<()> {
        let finite = attempt(value, value.call_method0("is_finite"))?;
        if !attempt(value, finite.is_truthy())? {
            return Err(Failure::invalid(format!("{} is no JSON number", attempt(value, value.str())?)));
        }
        let text = attempt(
            value,
            value.call_method1("__format__", ("",)).and_then(|text| text.extract::<String>()),
        )?;
        if serde_json::from_str::<IgnoredAny>(&text).is_err() || text.starts_with(['"', '{', '[']) {
            return Err(Failure::invalid(format!("{text:?} is no JSON number")));
        }
        self.raw(text.as_bytes())
    }

    /// RFC 3339 text, as the API writes times.
    fn date(&mut self, value: &Bound<'_, PyAny>, has_time: bool) -> Result<()> {
        let py = value.py();
        let text = if has_time {
            if attempt(value, value.call_method0("utcoffset"))?.is_none() {
                let message = "a datetime without time zone could be any point in time; give it a tzinfo";
                return Err(Failure::invalid(message));
            }
            let utc = Known::get(py).utc.as_ref().map(|utc| utc.bind(py).clone());
            let text = value.call_method1("astimezone", (utc,)).and_then(|utc| utc.call_method0("isoformat"));
            let text = attempt(value, text.and_then(|text| text.extract::<String>()))?;
            text.strip_suffix("+00:00").map(|text| format!("{text}Z")).unwrap_or(text)
        } else {
            attempt(value, value.call_method0("isoformat").and_then(|text| text.extract::<String>()))?
        };
        self.string(&text)
    }
}

/// What an object of the user says, or that it raised.
fn attempt<T>(object: &Bound<'_, PyAny>, result: PyResult<T>) -> Result<T> {
    result.map_err(|error| Failure::raised(object.py(), &class_name(object), error))
}

/// How an object's class is called.
fn class_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().qualname().map_or_else(|_| "this object".into(), |name| name.to_string())
}

type Pairs<'py> = Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>;

fn pairs<'py>(mapping: &Bound<'py, PyMapping>) -> PyResult<Pairs<'py>> {
    // No more than it says it has: an iterator may never end.
    let most = mapping.len()?;
    mapping.call_method0("items")?.try_iter()?.take(most).map(|pair| pair?.extract()).collect()
}

fn elements<'py>(sequence: &Bound<'py, PySequence>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    // By index, since the length is known then: an iterator may never end.
    (0..sequence.len()?).map(|n| sequence.get_item(n)).collect()
}

fn dataclass_fields<'py>(value: &Bound<'py, PyAny>, fields: &Bound<'py, PyAny>) -> PyResult<Pairs<'py>> {
    let mut items = Vec::new();
    for name in fields.try_iter()? {
        let name = name?;
        let inner = value.getattr(name.cast::<PyString>()?)?;
        items.push((name, inner));
    }
    Ok(items)
}

/// The kind that an object names.
fn kind(items: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)]) -> Option<String> {
    let is_kind = |key: &Bound<'_, PyAny>| {
        key.cast::<PyString>().is_ok_and(|key| key.to_str().is_ok_and(|key| key == "kind"))
    };
    items.iter().find(|(key, _)| is_kind(key)).and_then(|(_, kind)| kind.extract().ok())
}

/// Classes of the standard library that stand for a JSON value.
#[derive(Default)]
struct Known {
    date: Option<Py<PyType>>,
    datetime: Option<Py<PyType>>,
    decimal: Option<Py<PyType>>,
    enumeration: Option<Py<PyType>>,
    utc: Option<Py<PyAny>>,
}

impl Known {
    fn get(py: Python<'_>) -> &Known {
        static KNOWN: PyOnceLock<Known> = PyOnceLock::new();
        KNOWN.get_or_init(py, || {
            let class = |module: &str, name: &str| {
                py.import(module)
                    .and_then(|m| m.getattr(name))
                    .ok()?
                    .cast_into::<PyType>()
                    .ok()
                    .map(Bound::unbind)
            };
            let utc =
                py.import("datetime").and_then(|m| m.getattr("timezone")).and_then(|t| t.getattr("utc"));
            Known {
                date: class("datetime", "date"),
                datetime: class("datetime", "datetime"),
                decimal: class("decimal", "Decimal"),
                enumeration: class("enum", "Enum"),
                utc: utc.ok().map(Bound::unbind),
            }
        })
    }
}
