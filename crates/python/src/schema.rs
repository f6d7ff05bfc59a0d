//! Which fields the conversion knows: their other spellings, and what is inside.
//!
//! Everything else passes as it is. That keeps keys that belong to the user (labels, annotations, resource names) as they
//! are, because the fields that hold them are maps here, and inside a map no key is a field name.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Kubernetes' own objects; made by `tools/known_fields.py`.
const API: &str = include_str!("schema/api.txt");
/// The inputs of a request.
const OWN: &str = include_str!("schema/own.txt");

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::read(&[OWN, API]));

struct Schema {
    types: Vec<Type>,
    by_name: HashMap<&'static str, usize>,
}

/// The known fields of one type, by every spelling, sorted.
#[derive(Default)]
pub(crate) struct Type {
    spellings: Vec<(&'static str, Field)>,
}

/// One known field.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// The name in JSON.
    pub(crate) json: &'static str,
    /// The field's place among those of its type that have several spellings.
    pub(crate) place: Option<u32>,
    /// What is inside.
    pub(crate) shape: Shape,
}

/// What a value is, as far as its keys go.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// One value.
    One(Inside),
    /// A list.
    List(Inside),
    /// A map whose keys are the user's.
    Map(Inside),
}

/// What stands where one value is.
#[derive(Clone, Copy)]
pub(crate) enum Inside {
    /// Any value; keys inside are not touched.
    Any,
    /// An object of the kind that it names.
    ByKind,
    /// An object of this type.
    Object(usize),
}

impl Shape {
    /// Any value; keys inside are not touched.
    pub(crate) const ANY: Shape = Shape::One(Inside::Any);

    /// An object of this type, or any value if there is no such type.
    pub(crate) fn named(name: &str) -> Shape {
        Shape::One(SCHEMA.by_name.get(name).map_or(Inside::Any, |at| Inside::Object(*at)))
    }

    /// The type, if the shape is an object whose fields are known.
    pub(crate) fn known(self) -> Option<&'static Type> {
        match self {
            Shape::One(Inside::Object(at)) => SCHEMA.types.get(at),
            _ => None,
        }
    }

    /// What the elements are, of a list or a map.
    pub(crate) fn element(self) -> Shape {
        match self {
            Shape::List(inside) | Shape::Map(inside) => Shape::One(inside),
            Shape::One(_) => Shape::ANY,
        }
    }

    /// Whether an object of the API is due here, which may also come as JSON text.
    pub(crate) fn is_object(self) -> bool {
        !matches!(self, Shape::One(Inside::Any) | Shape::Map(_))
    }

    /// The shape of an object of a kind; `Object` is an object that names its kind itself.
    pub(crate) fn of_kind(kind: &str) -> Shape {
        match kind {
            "Object" => Shape::One(Inside::ByKind),
            "ResourceClaim" => Shape::named("ResourceResourceClaim"),
            "List" => Shape::named("List"),
            _ => match kind.strip_suffix("List") {
                Some(item) if SCHEMA.by_name.contains_key(item) => Shape::named("List"),
                _ => Shape::named(kind),
            },
        }
    }
}

impl Type {
    /// The field that a key names, in any spelling.
    pub(crate) fn field(&self, key: &str) -> Option<Field> {
        let at = self.spellings.binary_search_by(|(spelling, _)| (*spelling).cmp(key)).ok()?;
        self.spellings.get(at).map(|(_, field)| *field)
    }
}

impl Schema {
    /// Reads the tables. A line that starts a type is its name; the indented lines after it are its fields: name, other
    /// spellings with commas, and what is inside: `-`, `T`, `[T]`, `{T}` or `{}`.
    fn read(tables: &[&'static str]) -> Schema {
        let lines = || tables.iter().flat_map(|table| table.lines()).filter(|line| !line.starts_with('#'));
        let names = lines().filter(|line| !line.starts_with(' '));
        let by_name: HashMap<_, _> = names.enumerate().map(|(at, name)| (name, at)).collect();
        let inside = |name: &str| match name {
            "Object" => Inside::ByKind,
            _ => by_name.get(name).map_or(Inside::Any, |at| Inside::Object(*at)),
        };
        let mut types: Vec<Type> = Vec::new();
        let mut place = 0u32;
        for line in lines() {
            let Some(line) = line.strip_prefix("  ") else {
                types.push(Type::default());
                place = 0;
                continue;
            };
            let mut columns = line.split(' ');
            let (Some(json), Some(others), Some(shape), Some(t)) =
                (columns.next(), columns.next(), columns.next(), types.last_mut())
            else {
                continue;
            };
            let between = |open, close| shape.strip_prefix(open).and_then(|s: &str| s.strip_suffix(close));
            let shape = match (between('[', ']'), between('{', '}')) {
                (Some(element), _) => Shape::List(inside(element)),
                (_, Some(element)) => Shape::Map(inside(element)),
                _ => Shape::One(inside(shape)),
            };
            let others = others.split(',').filter(|spelling| *spelling != "-");
            let several = others.clone().next().is_some();
            let field = Field { json, place: several.then_some(place), shape };
            place = place.saturating_add(u32::from(several));
            t.spellings.extend(std::iter::once(json).chain(others).map(|spelling| (spelling, field)));
        }
        for t in &mut types {
            t.spellings.sort_unstable_by_key(|(spelling, _)| *spelling);
        }
        Schema { types, by_name }
    }
}
