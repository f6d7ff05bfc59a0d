//! Rules of the tree of templates in a Workload of 1.37, which upstream wrote by hand; they run in creates and updates.
//!
//! Upstream: `pkg/apis/scheduling/validation.ValidateWorkloadSpec` of 1.37.

use alloc::collections::BTreeSet;
use alloc::format;

use super::internal::InternalCompositeTemplates;
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{CompositePodGroupTemplate, WorkloadSpec};
use crate::reason::Rule;

/// `WorkloadMaxTemplateDepth`: levels of templates, pod groups included.
const MAX_DEPTH: usize = 4;

/// `ValidateWorkloadSpec`.
pub(super) fn workload_spec(spec: &WorkloadSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    const DEPTH: Rule =
        Rule::new("template_depth", "pkg/apis/scheduling/validation.validateWorkloadTemplatesDepth");
    let composites = &spec.composite_pod_group_templates;
    let mut names = spec.pod_group_templates.iter().map(|template| template.name.as_str()).collect();
    unique_names(composites, &mut names, path, errors);
    let list = path.child("compositePodGroupTemplates");
    for (i, composite) in
        composites.iter().enumerate().filter(|(_, composite)| deeper_than(composite, MAX_DEPTH))
    {
        let value = BadValue::go_json(&InternalCompositeTemplates(&composite.composite_pod_group_templates));
        let detail = format!("maximum template hierarchy depth is {MAX_DEPTH}");
        errors.push(FieldError::invalid(&list.index(i), value, detail).because(DEPTH));
    }
    one_priority(spec, path, errors);
    for (i, composite) in composites.iter().enumerate() {
        has_child(composite, &list.index(i), errors);
    }
}

/// A name occurs in one list of templates only (`validateWorkloadTemplateNamesUniqueness`). Duplicates within a list are left to
/// the list's own rule: its names become known only after the whole list was looked at.
fn unique_names<'a>(
    composites: &'a [CompositePodGroupTemplate],
    names: &mut BTreeSet<&'a str>,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    const RULE: Rule = Rule::new(
        "template_names_unique",
        "pkg/apis/scheduling/validation.validateWorkloadTemplateNamesUniqueness",
    );
    let composite_list = path.child("compositePodGroupTemplates");
    for (i, composite) in composites.iter().enumerate().filter(|(_, c)| names.contains(c.name.as_str())) {
        let path = composite_list.index(i);
        errors.push(FieldError::duplicate(&path.child("name"), composite.name.as_str()).because(RULE));
    }
    names.extend(composites.iter().map(|composite| composite.name.as_str()));
    for (i, composite) in composites.iter().enumerate() {
        let path = composite_list.index(i);
        let list = path.child("podGroupTemplates");
        let templates = &composite.pod_group_templates;
        for (i, template) in templates.iter().enumerate().filter(|(_, t)| names.contains(t.name.as_str())) {
            let path = list.index(i);
            errors.push(FieldError::duplicate(&path.child("name"), template.name.as_str()).because(RULE));
        }
        names.extend(templates.iter().map(|template| template.name.as_str()));
        unique_names(&composite.composite_pod_group_templates, names, &path, errors);
    }
}

/// Whether a composite template leaves no room for pod groups: `validateWorkloadTemplatesDepth` refuses one at level `levels`.
fn deeper_than(composite: &CompositePodGroupTemplate, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1).filter(|below| *below > 0) else { return true };
    composite.composite_pod_group_templates.iter().any(|child| deeper_than(child, below))
}

/// All templates have the same priority and priority class (`validateWorkloadPriority`); one error at most.
fn one_priority(spec: &WorkloadSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule = Rule::new("one_priority", "pkg/apis/scheduling/validation.validateWorkloadPriority");
    let mut first = None;
    let mut differs = |class: &'_ str, priority: Option<i32>| match &first {
        None => {
            first = Some((smol_str::SmolStr::new(class), priority));
            false
        }
        Some(first) => (first.0.as_str(), first.1) != (class, priority),
    };
    let detail = if spec.pod_group_templates.iter().any(|t| differs(&t.priority_class_name, t.priority)) {
        "detected multiple priority configurations"
    } else if spec.composite_pod_group_templates.iter().any(|c| any_priority(c, &mut differs)) {
        "all priority and priorityClassName values must be identical, detected multiple values"
    } else {
        return;
    };
    errors.push(FieldError::invalid(path, BadValue::Null, detail).because(RULE));
}

fn any_priority(
    composite: &CompositePodGroupTemplate,
    is: &mut dyn FnMut(&str, Option<i32>) -> bool,
) -> bool {
    is(&composite.priority_class_name, composite.priority)
        || composite.composite_pod_group_templates.iter().any(|child| any_priority(child, is))
        || composite.pod_group_templates.iter().any(|child| is(&child.priority_class_name, child.priority))
}

/// `validateCompositePodGroupTemplateHasAtLeastOneChild`.
fn has_child(composite: &CompositePodGroupTemplate, path: &Path<'_>, errors: &mut FieldErrors) {
    const RULE: Rule = Rule::new(
        "template_has_child",
        "pkg/apis/scheduling/validation.validateCompositePodGroupTemplateHasAtLeastOneChild",
    );
    let composites = &composite.composite_pod_group_templates;
    if composite.pod_group_templates.is_empty() && composites.is_empty() {
        let detail = "must have at least one child PodGroupTemplate or CompositePodGroupTemplate";
        errors.push(FieldError::invalid(path, composite.name.as_str(), detail).because(RULE));
    }
    let list = path.child("compositePodGroupTemplates");
    for (i, child) in composites.iter().enumerate() {
        has_child(child, &list.index(i), errors);
    }
}
