//! Updates of a pod: what may change, and what the API server says about everything else.

pub(super) mod disabled_fields;

use alloc::collections::BTreeSet;
use alloc::format;

use smol_str::SmolStr;

use super::{PodValidationOptions, PodVerdict, metadata, pod, without_repetitions};
use crate::field::{BadValue, FieldError, FieldErrors, Path};
use crate::model::{Container, Map, NodeSelectorTerm, PodDocument, PodSpec, SelectorRequirement, Toleration};
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes};

/// The parts that an update may change, in upstream's words.
const UPDATABLE: &str = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

const CONTAINER_COUNT: Rule =
    Rule::new("containers_not_added_or_removed", "pkg/apis/core/validation.ValidateContainerUpdates");
const IMAGE: Rule = Rule::new("updated_image", "pkg/apis/core/validation.ValidateContainerUpdates");
const ACTIVE_DEADLINE: Rule =
    Rule::new("active_deadline_only_shortened", "pkg/apis/core/validation.ValidatePodUpdate");
const TOLERATIONS: Rule =
    Rule::new("tolerations_only_added", "pkg/apis/core/validation.validateOnlyAddedTolerations");
const SCHEDULING_GATES: Rule =
    Rule::new("scheduling_gates_only_deleted", "pkg/apis/core/validation.validateOnlyDeletedSchedulingGates");
const NODE_SELECTOR: Rule =
    Rule::new("gated_node_selector_only_extended", "pkg/apis/core/validation.validateNodeSelectorMutation");
const NODE_AFFINITY: Rule =
    Rule::new("gated_node_affinity_only_extended", "pkg/apis/core/validation.validateNodeAffinityMutation");
const IMMUTABLE: Rule = Rule::new("pod_spec_immutable", "pkg/apis/core/validation.ValidatePodUpdate");

/// Would the API server take this update of a pod; if not, what is wrong with it; and what it would store.
///
/// `new` is the pod as a client sends it and `old` the pod as it is stored, both read by
/// [`read_document`](super::read_document). The new pod is prepared ([`prepare_pod_update`]) and validated
/// ([`validate_prepared_pod_update`]). Admission plugins are not asked.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let pod = |image: &str, host: &str| {
///     let json = format!(
///         r#"{{"metadata": {{"name": "a", "namespace": "b"}},
///             "spec": {{"hostname": "{host}", "containers": [{{"name": "c", "image": "{image}"}}]}}}}"#
///     );
///     validate::read_document(&k8s, &json, true)
/// };
/// assert!(validate::validate_pod_update(&k8s, pod("i:2", "h")?, pod("i:1", "h")?).accepted());
/// let refused = validate::validate_pod_update(&k8s, pod("i:1", "g")?, pod("i:1", "h")?);
/// assert!(refused.errors[0].detail.contains("\n- \"Hostname\": \"h\",\n+ \"Hostname\": \"g\",\n"));
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn validate_pod_update(k8s: &Kubernetes, mut new: PodDocument, mut old: PodDocument) -> PodVerdict {
    prepare_pod_update(k8s, &mut new, &mut old);
    PodVerdict { errors: validate_prepared_pod_update(k8s, &new, &old), pod: new.pod }
}

/// What the API server does to an update before it validates it: it completes the metadata from the stored object, keeps
/// the stored status, brings back pod-level resources that the client dropped (1.37), takes away fields of gates that are
/// off, and counts the generation up if the spec differs.
///
/// Of the stored pod only the namespace and the resource version are completed.
///
/// Source: `pkg/registry/core/pod.podStrategy.PrepareForUpdate` and the generic registry.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let mut old = validate::read_document(&k8s, r#"{"metadata": {"generation": 4}}"#, true)?;
/// let mut new = validate::read_document(&k8s, r#"{"spec": {"hostname": "h"}}"#, true)?;
/// validate::prepare_pod_update(&k8s, &mut new, &mut old);
/// assert_eq!(new.pod.metadata.generation, 5);
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
pub fn prepare_pod_update(k8s: &Kubernetes, new: &mut PodDocument, old: &mut PodDocument) {
    metadata::complete(&mut new.pod.metadata, &mut old.pod.metadata);
    new.pod.status = old.pod.status.clone();
    let dropped = new.pod.spec.resources.is_none() && old.pod.spec.resources.is_some();
    if dropped && k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        new.pod.spec.resources = old.pod.spec.resources.clone();
        new.spec.copy(&old.spec, "resources");
    }
    disabled_fields::drop_from_document(k8s, new, old);
    if !new.spec.equals(&old.spec) {
        new.pod.metadata.generation = new.pod.metadata.generation.wrapping_add(1);
    }
    metadata::keep_system_owned(&mut new.pod.metadata, &old.pod.metadata);
}

/// The errors of an update that is prepared already.
///
/// Any change but the few that are allowed is one `Forbidden` at `spec` whose detail ends in a diff of the two specs, as
/// [`SpecTree::diff_to`](crate::model::SpecTree::diff_to) makes it.
///
/// Source: `pkg/apis/core/validation.ValidatePodUpdate`. Which fields are judged otherwise is said at [the module](super).
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let old = validate::read_document(&k8s, "{}", true)?;
/// let new = validate::read_document(&k8s, r#"{"spec": {"containers": [{}]}}"#, true)?;
/// let errors = validate::validate_prepared_pod_update(&k8s, &new, &old);
/// let last = errors.iter().last().unwrap();
/// assert_eq!(last.to_string(), "spec.containers: Forbidden: pod updates may not add or remove containers");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn validate_prepared_pod_update(k8s: &Kubernetes, new: &PodDocument, old: &PodDocument) -> FieldErrors {
    let mut errors = FieldErrors::new();
    validate(k8s, new, old, &mut errors);
    without_repetitions(k8s, errors)
}

/// ValidatePodUpdate
fn validate(k8s: &Kubernetes, new: &PodDocument, old: &PodDocument, errors: &mut FieldErrors) {
    let options = PodValidationOptions::for_update(k8s, &old.pod);
    let (new_pod, old_pod) = (&new.pod, &old.pod);
    let metadata_path = Path::root("metadata");
    metadata::validate_update(k8s, &new_pod.metadata, &old_pod.metadata, &metadata_path, errors);
    pod::validate_metadata_and_spec(k8s, &options, new_pod, errors);
    metadata::validate_pod_annotations_update(
        &options,
        (&new_pod.metadata, &new_pod.spec),
        &old_pod.metadata,
        &metadata_path.child("annotations"),
        errors,
    );
    let path = Path::root("spec");
    let (new_spec, old_spec) = (&new_pod.spec, &old_pod.spec);
    let containers = [
        ("containers", &new_spec.containers, &old_spec.containers),
        ("initContainers", &new_spec.init_containers, &old_spec.init_containers),
    ];
    for (list, new, old) in containers {
        if !validate_containers(new, old, &path.child(list), errors) {
            return;
        }
    }
    if !validate_active_deadline(new_spec, old_spec, &path.child("activeDeadlineSeconds"), errors) {
        return;
    }
    validate_tolerations(&new_spec.tolerations, &old_spec.tolerations, &path.child("tolerations"), errors);
    validate_scheduling_gates(new_spec, old_spec, &path.child("schedulingGates"), errors);
    if !new.spec.equals(&old.spec) {
        validate_rest(new, old, &path, errors);
    }
}

/// ValidateContainerUpdates; `false` ends the validation.
fn validate_containers(
    new: &[Container],
    old: &[Container],
    path: &Path<'_>,
    errors: &mut FieldErrors,
) -> bool {
    if new.len() != old.len() {
        let detail = "pod updates may not add or remove containers";
        errors.push(FieldError::forbidden(path, detail).because(CONTAINER_COUNT));
        return false;
    }
    for (i, container) in new.iter().enumerate() {
        let item = path.index(i);
        let path = item.child("image");
        let image = container.image.as_str();
        if image.is_empty() {
            errors.push(FieldError::required(&path, "").because(IMAGE));
        }
        if image.trim().len() != image.len() {
            let detail = "must not have leading or trailing whitespace";
            errors.push(FieldError::invalid(&path, image, detail).because(IMAGE));
        }
    }
    true
}

/// The deadline may be set, and may become shorter; `false` ends the validation.
fn validate_active_deadline(new: &PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) -> bool {
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(new), _) if !(0..=i64::from(i32::MAX)).contains(&new) => {
            let detail = "must be between 0 and 2147483647, inclusive";
            errors.push(FieldError::invalid(path, new, detail).because(ACTIVE_DEADLINE));
            false
        }
        (Some(new), Some(old)) if old < new => {
            let detail = "must be less than or equal to previous value";
            errors.push(FieldError::invalid(path, new, detail).because(ACTIVE_DEADLINE));
            false
        }
        (None, Some(_)) => {
            let detail = "must not update from a positive integer to nil value";
            errors.push(FieldError::invalid(path, BadValue::Null, detail).because(ACTIVE_DEADLINE));
            true
        }
        _ => true,
    }
}

/// validateOnlyAddedTolerations: every old one is still there, but for its seconds. Whether the new ones are well-formed is
/// not looked at.
fn validate_tolerations(new: &[Toleration], old: &[Toleration], path: &Path<'_>, errors: &mut FieldErrors) {
    let identity = |t: &'_ Toleration| [&t.key, &t.operator, &t.value, &t.effect].map(SmolStr::clone);
    let kept: BTreeSet<_> = new.iter().map(identity).collect();
    if !old.iter().all(|toleration| kept.contains(&identity(toleration))) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        errors.push(FieldError::forbidden(path, detail).because(TOLERATIONS));
    }
}

/// validateOnlyDeletedSchedulingGates
fn validate_scheduling_gates(new: &PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    // Of several new gates with one name the last counts.
    let mut added: Map<usize> =
        new.scheduling_gates.iter().enumerate().map(|(i, gate)| (gate.name.clone(), i)).collect();
    for gate in &old.scheduling_gates {
        added.remove(&gate.name);
    }
    for (name, index) in added.iter() {
        let detail = format!("only deletion is allowed, but found new scheduling gate '{name}'");
        let item = path.index(*index);
        errors.push(FieldError::forbidden(&item.child("name"), detail).because(SCHEDULING_GATES));
    }
}

/// Everything else must be as it was: the new spec with its updatable parts put back must equal the old one.
fn validate_rest(new: &PodDocument, old: &PodDocument, path: &Path<'_>, errors: &mut FieldErrors) {
    let mut munged = new.spec.clone();
    for list in ["containers", "initContainers"] {
        munged.copy(&old.spec, &format!("{list}[].image"));
        // Upstream makes new lists; without items they are nil.
        if !munged.has(list) {
            munged.remove(list);
        }
    }
    munged.copy(&old.spec, "activeDeadlineSeconds");
    munged.copy(&old.spec, "schedulingGates");
    munged.copy(&old.spec, "tolerations");
    let old_grace = old.pod.spec.termination_grace_period_seconds;
    let new_grace = new.pod.spec.termination_grace_period_seconds;
    if new_grace == Some(1) && old_grace.is_some_and(|seconds| seconds < 0) {
        munged.copy(&old.spec, "terminationGracePeriodSeconds");
    }
    if !old.pod.spec.scheduling_gates.is_empty() {
        if !munged.part_equals(&old.spec, "nodeSelector", &[]) {
            validate_node_selector(new, old, &path.child("nodeSelector"), errors);
            munged.copy(&old.spec, "nodeSelector");
        }
        if !munged.part_equals(&old.spec, "affinity.nodeAffinity", &[]) {
            let affinity = path.child("affinity");
            validate_node_affinity(new, old, &affinity.child("nodeAffinity"), errors);
            if !munged.has("affinity") {
                munged.copy(&old.spec, "affinity");
                munged.remove("affinity.podAffinity");
                munged.remove("affinity.podAntiAffinity");
            } else if old.spec.has("affinity") {
                munged.copy(&old.spec, "affinity.nodeAffinity");
            } else if munged.has("affinity.podAffinity") || munged.has("affinity.podAntiAffinity") {
                munged.remove("affinity.nodeAffinity");
            } else {
                munged.remove("affinity");
            }
        }
    }
    if !munged.equals(&old.spec) {
        let diff = old.spec.diff_to(&munged);
        let detail = format!("pod updates may not change fields other than {UPDATABLE}\n{diff}");
        errors.push(FieldError::forbidden(path, detail).because(IMMUTABLE));
    }
}

/// validateNodeSelectorMutation: entries may be added to a gated pod.
fn validate_node_selector(new: &PodDocument, old: &PodDocument, path: &Path<'_>, errors: &mut FieldErrors) {
    let (selector, old) = (&new.pod.spec.node_selector, &old.pod.spec.node_selector);
    if old.iter().any(|(key, value)| selector.get(key) != Some(value)) {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        let value = BadValue::Json(new.spec.part_to_go_json("nodeSelector"));
        errors.push(FieldError::invalid(path, value, detail).because(NODE_SELECTOR));
    }
}

/// validateNodeAffinityMutation: the required terms of a gated pod may become narrower.
fn validate_node_affinity(new: &PodDocument, old: &PodDocument, path: &Path<'_>, errors: &mut FieldErrors) {
    const TERMS: &str =
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    let old_terms = required_terms(&old.pod.spec);
    let new_terms = required_terms(&new.pod.spec);
    if old_terms.is_empty() {
        return;
    }
    let required = path.child("requiredDuringSchedulingIgnoredDuringExecution");
    let path = required.child("nodeSelectorTerms");
    if old_terms.len() != new_terms.len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        let value = BadValue::Json(new.spec.part_to_go_json(TERMS));
        errors.push(FieldError::invalid(&path, value, detail).because(NODE_AFFINITY));
        return;
    }
    for (i, (new_term, old_term)) in new_terms.iter().zip(old_terms).enumerate() {
        if !only_extended(new_term, old_term) {
            let detail = "only additions are allowed (no mutations or deletions)";
            let value = BadValue::Json(new.spec.part_to_go_json(&format!("{TERMS}[{i}]")));
            errors.push(FieldError::invalid(&path.index(i), value, detail).because(NODE_AFFINITY));
        }
    }
}

fn required_terms(spec: &PodSpec) -> &[NodeSelectorTerm] {
    spec.affinity
        .as_ref()
        .and_then(|affinity| affinity.node_affinity.as_ref())
        .and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref())
        .map(|selector| selector.node_selector_terms.as_slice())
        .unwrap_or_default()
}

/// validateNodeSelectorTermHasOnlyAdditions: the old requirements come first, as they were. A term without requirements
/// matches nothing, so that it may not get any.
fn only_extended(new: &NodeSelectorTerm, old: &NodeSelectorTerm) -> bool {
    let is_empty =
        |term: &NodeSelectorTerm| term.match_expressions.is_empty() && term.match_fields.is_empty();
    let extends = |new: &[SelectorRequirement], old: &[SelectorRequirement]| new.starts_with(old);
    (!is_empty(old) || is_empty(new))
        && extends(&new.match_expressions, &old.match_expressions)
        && extends(&new.match_fields, &old.match_fields)
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;
    use alloc::{format, vec};

    use super::validate_pod_update;
    use crate::release::{Kubernetes, Release};
    use crate::validate::{PodVerdict, read_document};

    /// The verdict on an update from one spec to another; a container is added to both.
    fn update(k8s: &Kubernetes, old: &str, new: &str) -> PodVerdict {
        let read = |spec: &str| {
            let rest = spec.strip_prefix('{').unwrap();
            let comma = if rest == "}" { "" } else { "," };
            let json = format!(
                r#"{{"metadata": {{"name": "a", "namespace": "b"}},
                    "spec": {{"containers": [{{"name": "c", "image": "i"}}]{comma}{rest}}}"#
            );
            read_document(k8s, &json, true).unwrap()
        };
        validate_pod_update(k8s, read(new), read(old))
    }

    /// The errors of such an update, without the diff.
    fn errors(old: &str, new: &str) -> Vec<String> {
        let verdict = update(&Kubernetes::new(Release::V1_36), old, new);
        let first_line = |text: String| text.lines().next().unwrap_or_default().to_string();
        verdict.errors.iter().map(|error| first_line(error.to_string())).collect()
    }

    const IMMUTABLE: &str = "spec: Forbidden: pod updates may not change fields other than \
        `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
        `spec.tolerations` (only additions to existing tolerations),\
        `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    #[test]
    fn most_fields_are_immutable() {
        assert_eq!(errors(r#"{"hostname": "a"}"#, r#"{"hostname": "b"}"#), [IMMUTABLE]);
        assert_eq!(errors(r#"{"hostname": "a"}"#, r#"{"hostname": "a"}"#), Vec::<String>::new());
    }

    #[test]
    fn defaults_and_other_spellings_change_nothing() {
        let verdict = update(
            &Kubernetes::new(Release::V1_37),
            "{}",
            r#"{"dnsPolicy": "ClusterFirst", "tolerations": []}"#,
        );
        assert!(verdict.accepted());
        assert_eq!(verdict.pod.metadata.generation, 0);
    }

    #[test]
    fn the_deadline_may_only_come_closer() {
        let deadline = |seconds: &str| format!(r#"{{"activeDeadlineSeconds": {seconds}}}"#);
        assert!(errors("{}", &deadline("5")).is_empty());
        assert!(errors(&deadline("5"), &deadline("4")).is_empty());
        assert_eq!(
            errors(&deadline("5"), &deadline("6")),
            ["spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value"]
        );
        assert_eq!(
            errors(&deadline("5"), "{}"),
            [
                "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value"
            ]
        );
    }

    #[test]
    fn tolerations_may_be_added_and_their_seconds_changed() {
        let list = |items: &str| format!(r#"{{"tolerations": [{items}]}}"#);
        let (a, b) = (r#"{"key": "a", "operator": "Exists"}"#, r#"{"key": "b", "operator": "Exists"}"#);
        let timed = |seconds: u8| {
            format!(
                r#"{{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": {seconds}}}"#
            )
        };
        assert!(errors(&list(a), &list(&format!("{b},{a}"))).is_empty());
        assert!(errors(&list(&timed(1)), &list(&timed(2))).is_empty());
        assert_eq!(
            errors(&list(a), &list(b)),
            [
                "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"
            ]
        );
    }

    #[test]
    fn gates_may_only_go() {
        let gates = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| format!(r#"{{"name": "{name}"}}"#)).collect();
            format!(r#"{{"schedulingGates": [{}]}}"#, names.join(","))
        };
        assert!(errors(&gates(&["a", "b"]), &gates(&["b"])).is_empty());
        assert_eq!(
            errors(&gates(&["a"]), &gates(&["a", "b"])),
            [
                "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"
            ]
        );
    }

    #[test]
    fn a_gated_pod_may_be_narrowed() {
        let gated = |rest: &str| format!(r#"{{"schedulingGates": [{{"name": "a"}}], {rest}}}"#);
        let selector = |map: &str| gated(&format!(r#""nodeSelector": {map}"#));
        assert!(errors(&selector(r#"{"a": "1"}"#), &selector(r#"{"a": "1", "b": "2"}"#)).is_empty());
        assert_eq!(
            errors(&selector(r#"{"a": "1"}"#), &selector(r#"{"b": "2"}"#)),
            [
                r#"spec.nodeSelector: Invalid value: {"b":"2"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)"#
            ]
        );
        let affinity = |terms: &str| {
            let required = format!(r#"{{"nodeSelectorTerms": {terms}}}"#);
            let node = format!(r#"{{"requiredDuringSchedulingIgnoredDuringExecution": {required}}}"#);
            gated(&format!(r#""affinity": {{"nodeAffinity": {node}}}"#))
        };
        let (a, ab) = (
            r#"[{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]"#,
            r#"[{"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}]}]"#,
        );
        assert!(errors(&affinity(a), &affinity(ab)).is_empty());
        assert!(
            errors(&gated(r#""priority": 1"#), &affinity(ab).replacen('{', r#"{"priority": 1, "#, 1))
                .is_empty()
        );
        let refused = errors(&affinity(ab), &affinity(a));
        assert_eq!(refused.len(), 1);
        assert!(refused[0].ends_with(
            r#"[{"Key":"a","Operator":"Exists","Values":null}],"MatchFields":null}: only additions are allowed (no mutations or deletions)"#
        ), "{refused:?}");
        // Affinity to pods stays as it is.
        let pods = gated(r#""affinity": {"podAffinity": {}}"#);
        assert_eq!(
            errors(&gated(r#""priority": 1"#), &pods.replacen('{', r#"{"priority": 1, "#, 1)),
            [IMMUTABLE]
        );
    }

    #[test]
    fn a_negative_grace_period_may_become_one_second() {
        let k8s = Kubernetes::new(Release::V1_37);
        let read = |seconds: i8, defaults: bool| {
            let json = format!(
                r#"{{"metadata": {{"name": "a", "namespace": "b"}},
                    "spec": {{"terminationGracePeriodSeconds": {seconds}}}}}"#
            );
            read_document(&k8s, &json, defaults).unwrap()
        };
        let errors = super::validate_prepared_pod_update(&k8s, &read(1, false), &read(-1, false));
        assert!(!errors.iter().any(|error| error.field == "spec"), "{errors:?}");
        let errors = super::validate_prepared_pod_update(&k8s, &read(2, false), &read(-1, false));
        assert!(errors.iter().any(|error| error.field == "spec"), "{errors:?}");
    }

    #[test]
    fn pod_level_resources_come_back_on_1_37() {
        let old = r#"{"resources": {"requests": {"cpu": "1"}}}"#;
        assert!(!update(&Kubernetes::new(Release::V1_36), old, "{}").accepted());
        let verdict = update(&Kubernetes::new(Release::V1_37), old, "{}");
        assert!(verdict.accepted());
        assert!(verdict.pod.spec.resources.is_some());
    }

    #[test]
    fn fields_whose_gate_is_off_go_unless_the_stored_pod_has_them() {
        let off = Kubernetes::with_gates(Release::V1_36, [("HostnameOverride", false)]).unwrap();
        let (a, b) = (r#"{"hostnameOverride": "a"}"#, r#"{"hostnameOverride": "b"}"#);
        assert!(update(&off, "{}", a).accepted());
        assert!(!update(&off, b, a).accepted());
        assert!(!update(&Kubernetes::new(Release::V1_36), "{}", a).accepted());
    }

    #[test]
    fn stop_signals_may_take_the_lifecycle_with_them() {
        let containers = |lifecycle: &str| {
            let init = format!(r#"[{{"name": "i", "image": "i", "restartPolicy": "Always"{lifecycle}}}]"#);
            format!(r#"{{"os": {{"name": "linux"}}, "initContainers": {init}}}"#)
        };
        let k8s = Kubernetes::new(Release::V1_36);
        let verdict =
            update(&k8s, &containers(""), &containers(r#", "lifecycle": {"stopSignal": "SIGTERM"}"#));
        assert!(verdict.accepted());
        assert_eq!(verdict.pod.spec.init_containers[0].lifecycle, None);
    }

    #[test]
    fn containers_may_not_be_added() {
        let more = r#"{"initContainers": [{"name": "i", "image": "i"}], "hostname": "h"}"#;
        assert_eq!(
            errors("{}", more),
            vec!["spec.initContainers: Forbidden: pod updates may not add or remove containers"]
        );
    }
}
