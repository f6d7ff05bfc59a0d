//! Labels, and selectors over them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::text::{Text, Texts, same};
use crate::model::{LabelSelector, Map, SelectorOperator, SelectorRequirement};
use smol_str::SmolStr;

/// Labels, sorted by key, with shared texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Labels(Box<[(Text, Text)]>);

impl Labels {
    pub(crate) fn read(texts: &mut Texts, labels: &Map<SmolStr>) -> Self {
        Labels(labels.iter().map(|(key, value)| (texts.share(key), texts.share(value))).collect())
    }

    /// The value of a label.
    pub(crate) fn get(&self, key: &str) -> Option<&Text> {
        // A dozen labels: a walk over lengths and pointers beats a search.
        self.0.iter().find(|(k, _)| &**k == key).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

/// What one requirement of a selector asks of a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ask {
    In(Box<[Text]>),
    NotIn(Box<[Text]>),
    Exists,
    DoesNotExist,
    GreaterThan(i64),
    LessThan(i64),
}

/// One requirement of a selector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Requirement {
    key: Text,
    ask: Ask,
}

impl Requirement {
    fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match (&self.ask, value) {
            (Ask::In(values), Some(value)) => values.iter().any(|v| same(v, value)),
            (Ask::NotIn(values), Some(value)) => !values.iter().any(|v| same(v, value)),
            (Ask::NotIn(_), None) => true,
            (Ask::Exists, value) => value.is_some(),
            (Ask::DoesNotExist, value) => value.is_none(),
            (Ask::GreaterThan(bound), Some(value)) => integer(value).is_some_and(|v| v > *bound),
            (Ask::LessThan(bound), Some(value)) => integer(value).is_some_and(|v| v < *bound),
            (Ask::In(_) | Ask::GreaterThan(_) | Ask::LessThan(_), None) => false,
        }
    }
}

/// A selector over labels (upstream: `labels.Selector`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Selector {
    /// None: nothing matches. No requirement: everything matches.
    requirements: Option<Box<[Requirement]>>,
}

/// A selector that the API's own parser refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unparsable;

impl Selector {
    /// The selector that matches nothing.
    pub(crate) const NOTHING: Selector = Selector { requirements: None };

    /// Reads a label selector; an absent one matches nothing, an empty one everything (upstream:
    /// `metav1.LabelSelectorAsSelector`).
    pub(crate) fn read(texts: &mut Texts, selector: Option<&LabelSelector>) -> Result<Self, Unparsable> {
        let Some(selector) = selector else { return Ok(Selector::NOTHING) };
        let mut requirements = Vec::new();
        for (key, value) in selector.match_labels.iter() {
            if !is_qualified_name(key) || !is_label_value(value) {
                return Err(Unparsable);
            }
            requirements
                .push(Requirement { key: texts.share(key), ask: Ask::In(Box::new([texts.share(value)])) });
        }
        for requirement in &selector.match_expressions {
            match requirement.operator {
                SelectorOperator::Gt | SelectorOperator::Lt | SelectorOperator::Other(_) => {
                    return Err(Unparsable);
                }
                _ => requirements.push(read_requirement(texts, requirement)?),
            }
        }
        Ok(Selector::of(requirements))
    }

    /// The selector that all requirements of a node selector term make (upstream:
    /// `nodeaffinity.nodeSelectorRequirementsAsSelector`).
    pub(crate) fn read_expressions(
        texts: &mut Texts,
        expressions: &[SelectorRequirement],
    ) -> Result<Self, Unparsable> {
        let requirements = expressions.iter().map(|e| read_requirement(texts, e));
        Ok(Selector::of(requirements.collect::<Result<Vec<_>, _>>()?))
    }

    /// The selector that asks for exact labels, unchecked (upstream: `labels.SelectorFromSet`).
    pub(crate) fn of_set<'a>(labels: impl Iterator<Item = (Text, Text)> + 'a) -> Self {
        Selector::of(
            labels.map(|(key, value)| Requirement { key, ask: Ask::In(Box::new([value])) }).collect(),
        )
    }

    fn of(mut requirements: Vec<Requirement>) -> Self {
        // A canonical order, so that equal selectors are equal.
        requirements.sort();
        requirements.dedup();
        Selector { requirements: Some(requirements.into_boxed_slice()) }
    }

    /// This selector, and exact labels too.
    pub(crate) fn and_set(&self, labels: impl Iterator<Item = (Text, Text)>) -> Self {
        let Some(requirements) = &self.requirements else { return Selector::NOTHING };
        let mut all = requirements.to_vec();
        all.extend(labels.map(|(key, value)| Requirement { key, ask: Ask::In(Box::new([value])) }));
        Selector::of(all)
    }

    /// Whether the selector has no requirement and so matches everything (upstream: `Selector.Empty`).
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.as_ref().is_some_and(|r| r.is_empty())
    }

    /// Whether the selector matches nothing whatever the labels.
    pub(crate) fn is_nothing(&self) -> bool {
        self.requirements.is_none()
    }

    pub(crate) fn matches(&self, labels: &Labels) -> bool {
        self.requirements.as_ref().is_some_and(|all| all.iter().all(|r| r.matches(labels)))
    }
}

/// One requirement with its values checked as upstream checks them (`labels.NewRequirement`).
fn read_requirement(texts: &mut Texts, requirement: &SelectorRequirement) -> Result<Requirement, Unparsable> {
    if !is_qualified_name(&requirement.key) || !requirement.values.iter().all(|v| is_label_value(v)) {
        return Err(Unparsable);
    }
    let ask = match (&requirement.operator, requirement.values.as_slice()) {
        (SelectorOperator::In, [_, ..]) => Ask::In(values(texts, &requirement.values)),
        (SelectorOperator::NotIn, [_, ..]) => Ask::NotIn(values(texts, &requirement.values)),
        (SelectorOperator::Exists, []) => Ask::Exists,
        (SelectorOperator::DoesNotExist, []) => Ask::DoesNotExist,
        (SelectorOperator::Gt, [one]) => Ask::GreaterThan(integer(one).ok_or(Unparsable)?),
        (SelectorOperator::Lt, [one]) => Ask::LessThan(integer(one).ok_or(Unparsable)?),
        _ => return Err(Unparsable),
    };
    Ok(Requirement { key: texts.share(&requirement.key), ask })
}

fn values(texts: &mut Texts, values: &[SmolStr]) -> Box<[Text]> {
    let mut values: Vec<Text> = values.iter().map(|v| texts.share(v)).collect();
    values.sort();
    values.dedup();
    values.into_boxed_slice()
}

/// An integer as Go's `strconv.ParseInt(text, 10, 64)` reads it: an optional sign and digits.
pub(crate) fn integer(text: &str) -> Option<i64> {
    // Rust's own parser has the same grammar.
    text.parse().ok()
}

/// Whether a text is a label value (upstream: `validation.IsValidLabelValue`).
pub(crate) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name_part(text)
}

/// Whether a text is a qualified name: an optional DNS subdomain and a slash, then a name (upstream:
/// `validation.IsQualifiedName`).
pub(crate) fn is_qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        None => is_name_part(text),
        Some((prefix, name)) => is_subdomain(prefix) && is_name_part(name),
    }
}

fn is_name_part(text: &str) -> bool {
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && outer(bytes.first())
        && outer(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_subdomain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            let lower =
                |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            let bytes = label.as_bytes();
            lower(bytes.first())
                && lower(bytes.last())
                && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        })
}
