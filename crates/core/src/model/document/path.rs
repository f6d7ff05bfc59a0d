//! Paths to parts of a spec, as texts: `containers[].image`, `containers[2]`, `affinity.nodeAffinity`.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::schema::Kind;
use super::value::{Object, Value};

/// One step down a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'p> {
    /// The field that the API calls so.
    Field(&'p str),
    /// Every item of a list.
    Each,
    /// One item of a list.
    Item(usize),
}

/// The steps of a path, read one by one. What is no index between brackets counts as `[]`.
#[derive(Clone, Copy)]
pub(super) struct Steps<'p>(pub(super) &'p str);

impl<'p> Steps<'p> {
    const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The first step, and those after it.
    fn split(self) -> Option<(Step<'p>, Steps<'p>)> {
        if let Some(rest) = self.0.strip_prefix("[]") {
            return Some((Step::Each, Steps(rest.strip_prefix('.').unwrap_or(rest))));
        }
        if let Some(inside) = self.0.strip_prefix('[') {
            let (index, rest) = inside.split_once(']')?;
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            return Some((index.parse().map_or(Step::Each, Step::Item), Steps(rest)));
        }
        let end = self.0.bytes().position(|b| matches!(b, b'.' | b'['));
        let (name, rest) = self.0.split_at_checked(end.unwrap_or(self.0.len()))?;
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        (!name.is_empty()).then_some((Step::Field(name), Steps(rest)))
    }
}

/// The steps of a path that is followed more than once.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let mut left = Steps(path);
    core::iter::from_fn(|| {
        let (step, rest) = left.split()?;
        left = rest;
        Some(step)
    })
    .collect()
}

/// Calls `visit` with every object that holds the path's last field, and the name of that field, until it says `true`;
/// whether it did.
pub(super) fn any_holder<'p>(
    object: &Object,
    path: Steps<'p>,
    visit: &mut impl FnMut(&Object, &'p str) -> bool,
) -> bool {
    match path.split() {
        Some((Step::Field(name), rest)) if rest.is_empty() => visit(object, name),
        Some((Step::Field(name), rest)) => {
            object.get(name).is_some_and(|value| any_holder_in(value, rest, visit))
        }
        _ => false,
    }
}

fn any_holder_in<'p>(
    value: &Value,
    path: Steps<'p>,
    visit: &mut impl FnMut(&Object, &'p str) -> bool,
) -> bool {
    match value {
        Value::Object(object) => any_holder(object, path, visit),
        Value::List(items) => match path.split() {
            Some((Step::Each, rest)) => items.iter().any(|item| any_holder_in(item, rest, visit)),
            Some((Step::Item(index), rest)) => {
                items.get(index).is_some_and(|item| any_holder_in(item, rest, visit))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Calls `visit` with every object that holds the path's last field, to change.
pub(super) fn each_holder<'p>(
    object: &mut Object,
    path: Steps<'p>,
    visit: &mut impl FnMut(&mut Object, &'p str),
) {
    match path.split() {
        Some((Step::Field(name), rest)) if rest.is_empty() => visit(object, name),
        Some((Step::Field(name), rest)) => {
            if let Some(value) = object.get_mut(name) {
                each_holder_in(value, rest, visit);
            }
        }
        _ => {}
    }
}

fn each_holder_in<'p>(value: &mut Value, path: Steps<'p>, visit: &mut impl FnMut(&mut Object, &'p str)) {
    match value {
        Value::Object(object) => each_holder(Arc::make_mut(object), path, visit),
        Value::List(items) => match path.split() {
            Some((Step::Each, rest)) => {
                items.iter_mut().for_each(|item| each_holder_in(item, rest, visit));
            }
            Some((Step::Item(index), rest)) => {
                if let Some(item) = items.get_mut(index) {
                    each_holder_in(item, rest, visit);
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// The part a path without `[]` leads to: its kind, and its value unless it is zero or nil. `None` if there is nothing that
/// could hold it.
pub(super) fn part<'o>(object: &'o Object, path: &[Step<'_>]) -> Option<(&'static Kind, Option<&'o Value>)> {
    let [Step::Field(name), rest @ ..] = path else { return None };
    // Of a field that releases have in different places every row has the same kind.
    let field = object.shape.fields.iter().find(|field| field.json == *name)?;
    let (mut kind, mut value, mut path) = (&field.kind, object.get(name), rest);
    loop {
        path = match (path, value) {
            ([], _) => return Some((kind, value)),
            ([Step::Item(index), rest @ ..], Some(Value::List(items))) => {
                let Kind::List(of) = kind else { return None };
                (kind, value) = (of, Some(items.get(*index)?));
                rest
            }
            ([Step::Field(_), ..], Some(Value::Object(object))) => return part(object, path),
            _ => return None,
        };
    }
}

/// Sets what a path leads to as it is in another object.
pub(super) fn copy(to: &mut Object, from: &Object, path: &[Step<'_>]) {
    match path {
        [Step::Field(name)] => match from.rows().iter().find(|(row, _)| from.is_called(*row, name)) {
            Some((row, value)) => to.put(*row, value.clone()),
            None => {
                to.remove(name);
            }
        },
        [Step::Field(name), rest @ ..] => {
            if let (Some(to), Some(from)) = (to.get_mut(name), from.get(name)) {
                copy_in(to, from, rest);
            }
        }
        _ => {}
    }
}

fn copy_in(to: &mut Value, from: &Value, path: &[Step<'_>]) {
    match (to, from, path) {
        (Value::Object(to), Value::Object(from), _) => copy(Arc::make_mut(to), from, path),
        (Value::List(to), Value::List(from), [Step::Each, rest @ ..]) => {
            to.iter_mut().zip(from).for_each(|(to, from)| copy_item(to, from, rest));
        }
        (Value::List(to), Value::List(from), [Step::Item(index), rest @ ..]) => {
            if let (Some(to), Some(from)) = (to.get_mut(*index), from.get(*index)) {
                copy_item(to, from, rest);
            }
        }
        _ => {}
    }
}

fn copy_item(to: &mut Value, from: &Value, path: &[Step<'_>]) {
    if path.is_empty() {
        to.clone_from(from);
    } else {
        copy_in(to, from, path);
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, steps};

    #[test]
    fn fields_items_and_all_items() {
        assert_eq!(
            steps("volumes[].projected.sources[3]"),
            [
                Step::Field("volumes"),
                Step::Each,
                Step::Field("projected"),
                Step::Field("sources"),
                Step::Item(3)
            ]
        );
        assert_eq!(steps("a[0][]"), [Step::Field("a"), Step::Item(0), Step::Each]);
        assert_eq!(steps("a[x].b"), [Step::Field("a"), Step::Each, Step::Field("b")]);
        assert_eq!(steps(""), []);
    }
}
