//! Semantic equality: quantities by value, nil lists and maps like empty ones, a nil pointer unlike a pointer to nothing.
//!
//! Upstream: `k8s.io/apimachinery/pkg/api/equality.Semantic.DeepEqual`.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::path::Step;
use super::schema::{Kind, Shape};
use super::value::{Object, Value};

/// Whether two objects of one shape are equal, apart from what the paths lead to.
pub(super) fn objects(a: &Object, b: &Object, ignored: &[&[Step<'_>]]) -> bool {
    let (mut left, mut right) = (a.rows().iter().peekable(), b.rows().iter().peekable());
    loop {
        let (row, x, y) = match (left.peek(), right.peek()) {
            (None, None) => return true,
            (Some((i, x)), Some((j, y))) if i == j => {
                left.next();
                right.next();
                (*i, Some(x), Some(y))
            }
            (Some((i, x)), other) if other.is_none_or(|(j, _)| i < j) => {
                left.next();
                (*i, Some(x), None)
            }
            (_, Some((j, y))) => {
                right.next();
                (*j, None, Some(y))
            }
            (Some(_), None) => return false,
        };
        let Some(field) = a.shape.fields.get(row) else { return false };
        let mut below: Vec<&[Step<'_>]> = Vec::new();
        let mut skip = false;
        for path in ignored {
            match path {
                [Step::Field(name)] if *name == field.json => skip = true,
                [Step::Field(name), rest @ ..] if *name == field.json => below.push(rest),
                _ => {}
            }
        }
        if !skip && !fields(&field.kind, x, y, &below) {
            return false;
        }
    }
}

/// Whether two values of a field are equal; `None` is the zero value, or nil.
pub(super) fn fields(kind: &Kind, a: Option<&Value>, b: Option<&Value>, ignored: &[&[Step<'_>]]) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => values(a, b, ignored),
        (Some(one), None) | (None, Some(one)) => match (kind, one) {
            (Kind::List(_), Value::List(items)) => items.is_empty(),
            (Kind::Map(_), Value::Map(map)) => map.is_empty(),
            (Kind::Object(shape), Value::Object(object)) => is_empty(shape, object, ignored),
            _ => false,
        },
    }
}

fn is_empty(shape: &'static Shape, object: &Object, ignored: &[&[Step<'_>]]) -> bool {
    objects(object, &Object::new(shape), ignored)
}

fn values(a: &Value, b: &Value, ignored: &[&[Step<'_>]]) -> bool {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Quantity(a), Value::Quantity(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b) || objects(a, b, ignored),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, v), (l, w))| k == l && values(v, w, &[]))
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).enumerate().all(|(i, (x, y))| items(i, x, y, ignored))
        }
        // Two forms of IntOrString.
        _ => false,
    }
}

fn items(index: usize, a: &Value, b: &Value, ignored: &[&[Step<'_>]]) -> bool {
    let mut below: Vec<&[Step<'_>]> = Vec::new();
    for path in ignored {
        let [step, rest @ ..] = path else { continue };
        if *step == Step::Each || *step == Step::Item(index) {
            if rest.is_empty() {
                return true;
            }
            below.push(rest);
        }
    }
    values(a, b, &below)
}
