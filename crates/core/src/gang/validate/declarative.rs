//! The vocabulary of declarative validation: the rules that upstream attaches to API fields as tags.
//!
//! A field's rules are a chain, in the order upstream applies them:
//!
//! ```text
//! template.value("name", |t| &t.name).required().short_name();
//! template.pointer("priority", |t| t.priority.as_ref()).immutable().optional().maximum(1_000_000_000);
//! ```
//!
//! *Ratcheting*: in an update, a field that equals its old value is not validated again; the whole chain is silent.
//! *Short circuit*: a rule that stops the chain keeps the rules after it from running, except for other stopping rules,
//! which all run. A rule's doc says if it stops.
//!
//! Upstream: `k8s.io/apimachinery/pkg/api/validate`, and the code that its `validation-gen` makes for each API version.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;

use serde::Serialize;
use smol_str::SmolStr;

use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::List;
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes};
use crate::validate::first_of_each;
use crate::validate::names::{self, Faults};

/// One validation under way.
pub(super) struct Run {
    k8s: Kubernetes,
    /// An update; everything is checked against the old object.
    update: bool,
    pub(super) errors: FieldErrors,
}

impl Run {
    /// Goes on from what hand-written rules found; merging the two sorts of errors, upstream drops hand-written ones that
    /// repeat another.
    pub(super) fn after(k8s: &Kubernetes, update: bool, hand_written: FieldErrors) -> Self {
        Run { k8s: *k8s, update, errors: first_of_each(hand_written) }
    }

    /// The top of an object, without a path of its own.
    pub(super) fn field<'s, T: PartialEq>(
        &'s mut self,
        name: &'static str,
        new: &'s T,
        old: Option<&'s T>,
        rules: impl FnOnce(Scope<'_, T>),
    ) {
        if self.update && old == Some(new) {
            return;
        }
        rules(Scope { run: self, path: &Path::root(name), new, old });
    }
}

/// A struct under validation: where it is, and what it was. `old` is `None` in a create, and where an update has nothing to
/// compare with, such as an item that was added to a list.
pub(super) struct Scope<'s, T> {
    run: &'s mut Run,
    path: &'s Path<'s>,
    new: &'s T,
    old: Option<&'s T>,
}

impl<'s, T> Scope<'s, T> {
    pub(super) fn k8s(&self) -> &Kubernetes {
        &self.run.k8s
    }

    /// A field that is always there; its empty value counts as not set.
    pub(super) fn value<F: PartialEq + Default + 's>(
        &mut self,
        name: &'static str,
        get: impl Fn(&T) -> &F,
    ) -> Field<'_, F> {
        let (new, old) = (get(self.new), self.old.map(get));
        self.open(name, Some(new), old, *new != F::default())
    }

    /// A field that may be absent.
    pub(super) fn pointer<F: PartialEq + 's>(
        &mut self,
        name: &'static str,
        get: impl Fn(&T) -> Option<&F>,
    ) -> Field<'_, F> {
        let (new, old) = (get(self.new), self.old.and_then(get));
        self.open(name, new, old, new.is_some())
    }

    /// A list; an empty one counts as not set.
    pub(super) fn list<F: PartialEq + 's>(
        &mut self,
        name: &'static str,
        get: impl Fn(&T) -> &List<F>,
    ) -> Field<'_, [F]> {
        let new = get(self.new).as_slice();
        let old = self.old.map(|old| get(old).as_slice());
        self.open(name, Some(new), old, !new.is_empty())
    }

    fn open<F: PartialEq + ?Sized>(
        &mut self,
        name: &'static str,
        new: Option<&'s F>,
        old: Option<&'s F>,
        set: bool,
    ) -> Field<'_, F> {
        let unchanged = self.run.update && self.old.is_some() && new == old;
        let state = if unchanged { State::Unchanged } else { State::Open };
        Field { path: self.path.child(name), run: self.run, new, old, set, state }
    }

    /// Exactly one of the members is set (`validate.Union`). In an update this is looked at only where a member came or
    /// went.
    pub(super) fn union(&mut self, members: &[Member<T>]) {
        const RULE: Rule = Rule::new("union", "k8s.io/apimachinery/pkg/api/validate.Union");
        let as_before = |old: &T| members.iter().all(|(_, is_set)| is_set(self.new) == is_set(old));
        if self.run.update && self.old.is_some_and(as_before) {
            return;
        }
        let set = || members.iter().filter(|(_, is_set)| is_set(self.new)).map(|(name, _)| *name);
        let error = match set().count() {
            0 => FieldError::invalid(
                self.path,
                "",
                format!("must specify one of: {}", backquoted(members.iter().map(|m| m.0))),
            ),
            1 => return,
            _ => FieldError::invalid(
                self.path,
                format!("{{{}}}", bare_names(set())),
                format!("must specify exactly one of: {}", backquoted(members.iter().map(|m| m.0))),
            ),
        };
        self.run.errors.push(error.with_origin("union").because(RULE));
    }
}

/// A member of a union: its name, and whether it is set.
pub(super) type Member<T> = (&'static str, fn(&T) -> bool);

/// Names in backquotes, with commas.
fn backquoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut out = String::new();
    for (i, name) in names.enumerate() {
        out.push_str(if i == 0 { "`" } else { ", `" });
        out.push_str(name);
        out.push('`');
    }
    out
}

fn bare_names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut out = String::new();
    for (i, name) in names.enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        out.push_str(name);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// As it was: no rule runs.
    Unchanged,
    Open,
    /// A rule stopped the chain: only rules that stop still run.
    Stopped,
}

/// A field whose chain of rules is under way.
pub(super) struct Field<'s, T: ?Sized> {
    run: &'s mut Run,
    path: Path<'s>,
    new: Option<&'s T>,
    old: Option<&'s T>,
    set: bool,
    state: State,
}

impl<'s, T: ?Sized> Field<'s, T> {
    fn stop(&mut self, error: FieldError, rule: Rule) {
        self.run.errors.push(error.because(rule));
        self.state = State::Stopped;
    }

    /// Stops where the field is not set: a required field is missing (`validate.Required…`).
    pub(super) fn required(mut self) -> Self {
        const RULE: Rule = Rule::new("required", "k8s.io/apimachinery/pkg/api/validate.RequiredValue");
        if self.state != State::Unchanged && !self.set {
            let error = FieldError::required(&self.path, "");
            self.stop(error, RULE);
        }
        self
    }

    /// Stops, without an error, where the field is not set (`validate.Optional…`).
    pub(super) fn optional(mut self) -> Self {
        if self.state != State::Unchanged && !self.set {
            self.state = State::Stopped;
        }
        self
    }

    /// Stops where the gate is off; a field that is set is then forbidden (`+k8s:ifDisabled(gate)=+k8s:forbidden`).
    pub(super) fn gated(mut self, gate: Gate) -> Self {
        const RULE: Rule = Rule::new("gate_off", "k8s.io/apimachinery/pkg/api/validate.ForbiddenValue");
        if self.state != State::Unchanged && !self.run.k8s.enabled(gate) {
            self.state = State::Stopped;
            if self.set {
                let error = FieldError::forbidden(&self.path, "");
                self.stop(error, RULE);
            }
        }
        self
    }

    /// Stops in an update: the field may not change (`validate.Immutable`).
    pub(super) fn immutable(mut self) -> Self {
        const RULE: Rule = Rule::new("immutable", "k8s.io/apimachinery/pkg/api/validate.Immutable");
        if self.state != State::Unchanged && self.run.update {
            let error = FieldError::invalid(&self.path, BadValue::Null, "field is immutable");
            self.stop(error.with_origin("immutable"), RULE);
        }
        self
    }

    /// A rule that does not apply on every release or with every gate.
    pub(super) fn when(self, applies: bool, rule: impl FnOnce(Self) -> Self) -> Self {
        if applies { rule(self) } else { self }
    }

    /// Stops in an update that sets or clears the field (`validate.UpdatePointer` with `NoSet` and `NoUnset`).
    pub(super) fn no_set_or_unset(mut self) -> Self {
        const RULE: Rule = Rule::new("update", "k8s.io/apimachinery/pkg/api/validate.UpdatePointer");
        if self.state != State::Unchanged && self.run.update {
            let detail = match (self.old, self.new) {
                (None, Some(_)) => "field cannot be set once created",
                (Some(_), None) => "field cannot be cleared once set",
                _ => return self,
            };
            let error = FieldError::invalid(&self.path, BadValue::Null, detail);
            self.stop(error.with_origin("update"), RULE);
        }
        self
    }

    /// The value, if rules that do not stop are to look at it.
    fn open(&self) -> Option<&'s T> {
        self.new.filter(|_| self.state == State::Open)
    }
}

impl<T> Field<'_, T> {
    /// The rules of the field's type.
    pub(super) fn nested(self, rules: impl FnOnce(Scope<'_, T>)) {
        if let Some(new) = self.open() {
            rules(Scope { run: self.run, path: &self.path, new, old: self.old });
        }
    }
}

impl Field<'_, i32> {
    /// `validate.Minimum`.
    pub(super) fn minimum(self, least: i32) -> Self {
        const RULE: Rule = Rule::new("minimum", "k8s.io/apimachinery/pkg/api/validate.Minimum");
        if let Some(value) = self.open().filter(|value| **value < least) {
            let detail = format!("must be greater than or equal to {least}");
            let error = FieldError::invalid(&self.path, *value, detail).with_origin("minimum");
            self.run.errors.push(error.because(RULE));
        }
        self
    }

    /// `validate.Maximum`.
    pub(super) fn maximum(self, most: i32) -> Self {
        const RULE: Rule = Rule::new("maximum", "k8s.io/apimachinery/pkg/api/validate.Maximum");
        if let Some(value) = self.open().filter(|value| **value > most) {
            let detail = format!("must be less than or equal to {most}");
            let error = FieldError::invalid(&self.path, *value, detail).with_origin("maximum");
            self.run.errors.push(error.because(RULE));
        }
        self
    }
}

impl Field<'_, SmolStr> {
    fn format(self, faults: fn(&str) -> Faults, origin: &'static str, rule: Rule) -> Self {
        if let Some(value) = self.open() {
            for fault in faults(value) {
                let error = FieldError::invalid(&self.path, value.as_str(), fault);
                self.run.errors.push(error.with_origin(origin).because(rule));
            }
        }
        self
    }

    /// `validate.ShortName`: a DNS label.
    pub(super) fn short_name(self) -> Self {
        const RULE: Rule = Rule::new("short_name", "k8s.io/apimachinery/pkg/api/validate.ShortName");
        self.format(names::short_name, "format=k8s-short-name", RULE)
    }

    /// `validate.LongName`: a DNS subdomain.
    pub(super) fn long_name(self) -> Self {
        const RULE: Rule = Rule::new("long_name", "k8s.io/apimachinery/pkg/api/validate.LongName");
        self.format(names::long_name, "format=k8s-long-name", RULE)
    }

    /// `validate.LabelKey`.
    pub(super) fn label_key(self) -> Self {
        const RULE: Rule = Rule::new("label_key", "k8s.io/apimachinery/pkg/api/validate.LabelKey");
        self.format(names::qualified_name, "format=k8s-label-key", RULE)
    }

    /// `validate.PathSegmentName`.
    pub(super) fn path_segment(self) -> Self {
        const RULE: Rule = Rule::new("path_segment", "k8s.io/apimachinery/pkg/api/validate.PathSegmentName");
        self.format(names::path_segment, "format=k8s-path-segment-name", RULE)
    }
}

impl<T> Field<'_, T> {
    /// `validate.Enum`; the values sorted.
    pub(super) fn one_of(self, text: fn(&T) -> &str, values: &[&str]) -> Self {
        const RULE: Rule = Rule::new("enum", "k8s.io/apimachinery/pkg/api/validate.Enum");
        if let Some(value) = self.open().map(text).filter(|value| !values.contains(value)) {
            let error = FieldError::not_supported(&self.path, BadValue::go_json(value), values);
            self.run.errors.push(error.because(RULE));
        }
        self
    }
}

impl<'s, T: PartialEq + Serialize> Field<'s, [T]> {
    fn items(&self) -> &'s [T] {
        self.new.unwrap_or_default()
    }

    fn old_items(&self) -> &'s [T] {
        self.old.unwrap_or_default()
    }

    /// Stops where there are more items (`validate.MaxItems`).
    pub(super) fn max_items(mut self, most: usize) -> Self {
        const RULE: Rule = Rule::new("max_items", "k8s.io/apimachinery/pkg/api/validate.MaxItems");
        let count = self.items().len();
        if self.state != State::Unchanged && count > most {
            let error = FieldError::too_many(&self.path, count, most).with_origin("maxItems");
            self.stop(error, RULE);
        }
        self
    }

    /// Stops in an update that adds or removes an item, by its key (`validate.ValSliceUpdate` with `NoAddItem` and
    /// `NoRemoveItem`).
    pub(super) fn no_item_added_or_removed(mut self, key: fn(&T) -> &str) -> Self {
        const RULE: Rule = Rule::new("update", "k8s.io/apimachinery/pkg/api/validate.ValSliceUpdate");
        if self.state == State::Unchanged || !self.run.update {
            return self;
        }
        let (new, old) = (self.items(), self.old_items());
        let before: BTreeSet<&str> = old.iter().map(key).collect();
        for (i, _) in new.iter().enumerate().filter(|(_, item)| !before.contains(key(item))) {
            let error = FieldError::forbidden(&self.path.index(i), "item may not be added");
            self.stop(error.with_origin("update"), RULE);
        }
        let after: BTreeSet<&str> = new.iter().map(key).collect();
        for _ in old.iter().filter(|item| !after.contains(key(item))) {
            let error = FieldError::forbidden(&self.path, "item may not be removed");
            self.stop(error.with_origin("update"), RULE);
        }
        self
    }

    /// No two items have the same key; the later one is the duplicate (`validate.ValSliceUnique`).
    pub(super) fn unique(self, key: fn(&T) -> &str) -> Self {
        const RULE: Rule = Rule::new("unique", "k8s.io/apimachinery/pkg/api/validate.ValSliceUnique");
        if self.state == State::Open {
            let mut seen = BTreeSet::new();
            for (i, item) in self.items().iter().enumerate() {
                if !seen.insert(key(item)) {
                    let error = FieldError::duplicate(&self.path.index(i), BadValue::go_json(item));
                    self.run.errors.push(error.because(RULE));
                }
            }
        }
        self
    }

    /// The rules of the items' type. An item is compared with the first old one of the same key, and not validated where it
    /// equals that (`validate.EachValSliceVal`).
    pub(super) fn each(self, key: fn(&T) -> &str, mut rules: impl FnMut(Scope<'_, T>)) {
        if self.state != State::Open {
            return;
        }
        let mut before = BTreeMap::new();
        for item in self.old_items() {
            before.entry(key(item)).or_insert(item);
        }
        for (i, new) in self.items().iter().enumerate() {
            let old = before.get(key(new)).copied();
            if self.run.update && old == Some(new) {
                continue;
            }
            rules(Scope { run: self.run, path: &self.path.index(i), new, old });
        }
    }

    /// The rules of the items' type, for items that have no key and so no past.
    pub(super) fn each_anew(self, mut rules: impl FnMut(Scope<'_, T>)) {
        if self.state != State::Open {
            return;
        }
        for (i, new) in self.items().iter().enumerate() {
            rules(Scope { run: self.run, path: &self.path.index(i), new, old: None });
        }
    }
}
