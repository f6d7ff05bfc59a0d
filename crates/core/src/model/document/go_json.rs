//! A spec as Go's `json.MarshalIndent(spec, "", " ")` prints the internal type.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write;

use super::schema::{Field, Kind, POD_SECURITY_CONTEXT, Shape};
use super::value::{Object, Value, is_zero_time};
use crate::model::Time;
use crate::release::Release;

/// The JSON text of a spec, without a newline at its end.
pub(super) fn print(spec: &Object, release: Release) -> String {
    let mut printer = Printer { out: String::new(), indent: true, depth: 0, release, spec };
    printer.object(spec.shape, Some(spec));
    printer.out
}

/// The JSON text of a part of a spec, on one line (`json.Marshal`).
pub(super) fn print_part(
    kind: &'static Kind,
    part: Option<&Value>,
    spec: &Object,
    release: Release,
) -> String {
    let mut printer = Printer { out: String::new(), indent: false, depth: 0, release, spec };
    printer.value(kind, part);
    printer.out
}

struct Printer<'s> {
    out: String,
    indent: bool,
    depth: usize,
    release: Release,
    spec: &'s Object,
}

impl<'s> Printer<'s> {
    fn new_line(&mut self) {
        if !self.indent {
            return;
        }
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push(' ');
        }
    }

    /// Goes a level down after an opening bracket.
    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth = self.depth.saturating_add(1);
    }

    /// Starts an item; `first` where none came before.
    fn item(&mut self, first: &mut bool) {
        if !core::mem::replace(first, false) {
            self.out.push(',');
        }
        self.new_line();
    }

    /// Goes back up; an empty object or list stays on its line.
    fn close(&mut self, bracket: char, empty: bool) {
        self.depth = self.depth.saturating_sub(1);
        if !empty {
            self.new_line();
        }
        self.out.push(bracket);
    }

    fn key(&mut self, name: &str) {
        self.text(name);
        self.out.push_str(if self.indent { ": " } else { ":" });
    }

    fn object(&mut self, shape: &'static Shape, object: Option<&Object>) {
        self.open('{');
        let mut empty = true;
        self.fields(shape, object, &mut empty);
        self.close('}', empty);
    }

    fn fields(&mut self, shape: &'static Shape, object: Option<&Object>, first: &mut bool) {
        for (row, field) in shape.fields.iter().enumerate() {
            if field.go == "_" || !field.on.includes(self.release) {
                continue;
            }
            let value = match object {
                Some(object) if field.json == "_" => self.of_spec(object.shape, field),
                Some(object) => object.at(row),
                None => None,
            };
            if field.go == "inline" {
                if let Kind::Object(shape) = field.kind {
                    self.fields(shape, value.and_then(Value::as_object), first);
                }
                continue;
            }
            if field.omit_empty && value.is_none_or(is_empty) {
                continue;
            }
            self.item(first);
            self.key(field.go);
            self.value(&field.kind, value);
        }
    }

    /// Up to 1.36 the internal security context holds the host namespaces that the API has in the spec itself.
    fn of_spec(&self, shape: &Shape, field: &Field) -> Option<&'s Value> {
        let spec = self.spec;
        let moved = |row: &usize| {
            spec.shape.fields.get(*row).is_some_and(|f| f.go == "_" && f.json.eq_ignore_ascii_case(field.go))
        };
        core::ptr::eq(shape, &POD_SECURITY_CONTEXT)
            .then(|| spec.rows().iter().find(|(row, _)| moved(row)).map(|(_, value)| value))
            .flatten()
    }

    fn value(&mut self, kind: &'static Kind, value: Option<&Value>) {
        match value {
            None => self.zero(kind),
            Some(Value::Bool(value)) => self.out.push_str(if *value { "true" } else { "false" }),
            Some(Value::Int(value)) => self.display(value),
            Some(Value::Text(text)) => self.text(text),
            Some(Value::Quantity(quantity)) => self.text(&quantity.to_string()),
            Some(Value::Time(time)) if is_zero_time(*time) => self.out.push_str("null"),
            Some(Value::Time(time)) => self.time(*time),
            Some(Value::Object(object)) => self.object(object.shape, Some(object)),
            Some(Value::List(items)) => {
                let Kind::List(kind) = kind else { return };
                self.open('[');
                let mut empty = true;
                for value in items {
                    self.item(&mut empty);
                    self.value(kind, Some(value));
                }
                self.close(']', empty);
            }
            Some(Value::Map(map)) => {
                let Kind::Map(kind) = kind else { return };
                self.open('{');
                let mut empty = true;
                for (key, value) in map.iter() {
                    self.item(&mut empty);
                    self.key(key);
                    self.value(kind, Some(value));
                }
                self.close('}', empty);
            }
        }
    }

    fn zero(&mut self, kind: &'static Kind) {
        match kind {
            Kind::Text => self.out.push_str("\"\""),
            Kind::Bool => self.out.push_str("false"),
            Kind::Int32 | Kind::Int64 | Kind::FlatInt64 | Kind::IntOrString => self.out.push('0'),
            Kind::Quantity => self.out.push_str("\"0\""),
            Kind::Object(shape) => self.object(shape, None),
            Kind::Time | Kind::Pointer(_) | Kind::List(_) | Kind::Map(_) => self.out.push_str("null"),
        }
    }

    fn display(&mut self, value: impl core::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{value}");
    }

    fn time(&mut self, time: Time) {
        // metav1.Time prints whole seconds.
        let seconds = jiff::Timestamp::from_second(time.0.as_second());
        self.text(&seconds.map_or_else(|_| time.to_string(), |seconds| seconds.to_string()));
    }

    /// A text with Go's escapes, those for HTML among them.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// What Go's `omitempty` leaves out beside the zero value.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}
