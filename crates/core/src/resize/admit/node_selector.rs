//! Whether a node matches a pod's node selector and required node affinity (upstream:
//! `component-helpers/scheduling/corev1/nodeaffinity`).

use super::super::resource_name::{is_label_value, is_qualified_name};
use super::{LINUX, OS_LABEL};
use crate::model::{Node, NodeSelectorTerm, Pod, SelectorOperator, SelectorRequirement};

/// The field that selectors may name.
const NAME_FIELD: &str = "metadata.name";

pub(super) fn matches(pod: &Pod, node: &Node) -> bool {
    if !pod.spec.node_selector.iter().all(|(key, value)| label(node, key) == Some(value)) {
        return false;
    }
    let affinity = pod.spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    match affinity.and_then(|a| a.required_during_scheduling_ignored_during_execution.as_ref()) {
        // One term must match; one that is empty or broken matches nothing.
        Some(required) => required.node_selector_terms.iter().any(|term| term_matches(term, node)),
        None => true,
    }
}

/// A node's label as the kubelet holds it: it corrects the operating system of a node that has labels.
fn label<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let labels = &node.metadata.labels;
    if key == OS_LABEL && !labels.is_empty() {
        return Some(LINUX);
    }
    labels.get(key).map(smol_str::SmolStr::as_str)
}

fn term_matches(term: &NodeSelectorTerm, node: &Node) -> bool {
    if term.match_expressions.is_empty() && term.match_fields.is_empty() {
        return false;
    }
    if !term.match_expressions.iter().all(is_legal) || !term.match_fields.iter().all(is_legal_for_fields) {
        return false;
    }
    let name = node.metadata.name.as_str();
    term.match_expressions.iter().all(|requirement| requirement_matches(requirement, node))
        // A node without a name has no fields, and none are compared.
        && (name.is_empty() || term.match_fields.iter().all(|requirement| field_matches(requirement, name)))
}

/// Upstream: `labels.NewRequirement`.
fn is_legal(requirement: &SelectorRequirement) -> bool {
    let values = requirement.values.as_slice();
    let arity = match &requirement.operator {
        SelectorOperator::In | SelectorOperator::NotIn => !values.is_empty(),
        SelectorOperator::Exists | SelectorOperator::DoesNotExist => values.is_empty(),
        SelectorOperator::Gt | SelectorOperator::Lt => matches!(values, [value] if integer(value).is_some()),
        SelectorOperator::Other(_) => false,
    };
    arity && is_qualified_name(&requirement.key) && values.iter().all(|value| is_label_value(value))
}

fn is_legal_for_fields(requirement: &SelectorRequirement) -> bool {
    matches!(requirement.operator, SelectorOperator::In | SelectorOperator::NotIn)
        && requirement.values.len() == 1
}

fn requirement_matches(requirement: &SelectorRequirement, node: &Node) -> bool {
    let values = requirement.values.as_slice();
    let label = label(node, &requirement.key);
    let compares = |test: fn(&i64, &i64) -> bool| match (label.and_then(integer), values) {
        (Some(label), [value]) => integer(value).is_some_and(|value| test(&label, &value)),
        _ => false,
    };
    match &requirement.operator {
        SelectorOperator::In => label.is_some_and(|label| values.iter().any(|value| value == label)),
        SelectorOperator::NotIn => !label.is_some_and(|label| values.iter().any(|value| value == label)),
        SelectorOperator::Exists => label.is_some(),
        SelectorOperator::DoesNotExist => label.is_none(),
        SelectorOperator::Gt => compares(i64::gt),
        SelectorOperator::Lt => compares(i64::lt),
        SelectorOperator::Other(_) => false,
    }
}

fn field_matches(requirement: &SelectorRequirement, name: &str) -> bool {
    let value = if requirement.key == NAME_FIELD { name } else { "" };
    let equal = requirement.values.first().is_some_and(|wanted| wanted == value);
    equal == (requirement.operator == SelectorOperator::In)
}

fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}
