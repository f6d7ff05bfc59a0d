//! Workload and PodGroup: the corner where releases differ, or where upstream surprises.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

use serde_json::{Value, json};

/// Asks the wire; `type path detail` of every error.
fn errors(release: &str, gates: &Value, kind: &str, spec: &Value, old: Option<&Value>) -> Vec<String> {
    let object = |spec: &Value| json!({"metadata": {"name": "w", "namespace": "ns", "resourceVersion": "1"}, "spec": spec});
    let mut request = json!({
        "op": format!("validate_{kind}"), "release": release, "gates": gates, "object": object(spec),
    });
    if let Some(old) = old {
        request["oldObject"] = object(old);
    }
    let answer: Value =
        serde_json::from_str(&podverdict::wire::evaluate(request.to_string().as_bytes())).unwrap();
    let line = |error: &Value| {
        let text = |field: &str| error[field].as_str().unwrap().to_owned();
        let kind = text("type").replace("FieldValue", "");
        format!("{kind} {} {}", text("field"), text("detail")).trim_end().to_owned()
    };
    answer["errors"].as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(line).collect()
}

/// A workload spec with pod groups in the form of the release, each `(name, minCount)`.
fn workload(release: &str, groups: &[(&str, i32)]) -> Value {
    let gang = |min_count: &i32| json!({"gang": {"minCount": min_count}});
    let (list, policy) = match release {
        "1.35" => ("podGroups", "policy"),
        _ => ("podGroupTemplates", "schedulingPolicy"),
    };
    let items: Vec<Value> = groups.iter().map(|(name, n)| json!({"name": name, policy: gang(n)})).collect();
    json!({list: items})
}

#[test]
fn the_least_count_is_one() {
    let positive = "Invalid spec.podGroups[0].policy.gang.minCount must be greater than zero";
    let path = "spec.podGroupTemplates[0].schedulingPolicy.gang.minCount";
    let (required, minimum) =
        (format!("Required {path}"), format!("Invalid {path} must be greater than or equal to 1"));
    for (release, count, wanted) in [
        ("1.35", 0, positive),
        ("1.35", -1, positive),
        ("1.36", 0, &required),
        ("1.36", -1, &minimum),
        ("1.37", 0, &required),
        ("1.37", -1, &minimum),
    ] {
        assert_eq!(
            errors(release, &json!({}), "workload", &workload(release, &[("a", count)]), None),
            [wanted]
        );
    }
}

#[test]
fn nine_groups_are_too_many_to_look_at() {
    let groups: Vec<(&str, i32)> = ["A_"; 9].map(|name| (name, 0)).to_vec();
    for (release, list) in
        [("1.35", "podGroups"), ("1.36", "podGroupTemplates"), ("1.37", "podGroupTemplates")]
    {
        let wanted = format!("TooMany spec.{list} must have at most 8 items");
        assert_eq!(errors(release, &json!({}), "workload", &workload(release, &groups), None), [wanted]);
    }
}

#[test]
fn a_name_that_comes_twice_is_at_the_name_or_at_the_item() {
    for (release, wanted) in [
        ("1.35", "Duplicate spec.podGroups[1].name"),
        ("1.36", "Duplicate spec.podGroupTemplates[1]"),
        ("1.37", "Duplicate spec.podGroupTemplates[1]"),
    ] {
        let spec = workload(release, &[("a", 1), ("a", 2)]);
        assert_eq!(errors(release, &json!({}), "workload", &spec, None), [wanted]);
    }
}

#[test]
fn a_workload_has_something_in_it() {
    for (release, wanted) in [
        ("1.35", "Required spec.podGroups must have at least one item"),
        ("1.36", "Required spec.podGroupTemplates"),
        ("1.37", "Invalid spec must specify one of: `podGroupTemplates`, `compositePodGroupTemplates`"),
    ] {
        assert_eq!(errors(release, &json!({}), "workload", &json!({}), None), [wanted]);
    }
}

#[test]
fn what_an_update_may_change() {
    for (release, wanted) in [
        ("1.35", vec!["Invalid podGroups field is immutable"]),
        ("1.36", vec!["Invalid spec.podGroupTemplates field is immutable"]),
        ("1.37", vec![]),
    ] {
        let (old, new) = (workload(release, &[("a", 5)]), workload(release, &[("a", 4)]));
        assert_eq!(errors(release, &json!({}), "workload", &new, Some(&old)), wanted);
    }
    let update = |old: &[(&str, i32)], new: &[(&str, i32)]| {
        errors("1.37", &json!({}), "workload", &workload("1.37", new), Some(&workload("1.37", old)))
    };
    assert!(update(&[("a", 1), ("b", 2)], &[("b", 2), ("a", 1)]).is_empty());
    assert_eq!(
        update(&[("a", 1), ("b", 2)], &[("a", 1), ("c", 2)]),
        [
            "Forbidden spec.podGroupTemplates[1] item may not be added",
            "Forbidden spec.podGroupTemplates item may not be removed",
        ]
    );
}

#[test]
fn a_controller_is_set_once_or_never() {
    let with = |release: &str, name: Option<&str>| {
        let mut spec = workload(release, &[("a", 1)]);
        if let Some(name) = name {
            spec["controllerRef"] = json!({"kind": "Job", "name": name});
        }
        spec
    };
    let update = |release, old, new| {
        errors(release, &json!({}), "workload", &with(release, new), Some(&with(release, old)))
    };
    assert!(update("1.35", None, Some("j")).is_empty());
    assert_eq!(update("1.35", Some("j"), None), ["Invalid controllerRef field is immutable"]);
    for release in ["1.36", "1.37"] {
        assert_eq!(update(release, None, Some("j")), ["Invalid spec.controllerRef field is immutable"]);
    }
}

/// A composite template of `levels` levels, with one pod group at the bottom.
fn composite(levels: usize) -> Value {
    let name = format!("c{levels}");
    let mut out = json!({"name": name, "schedulingPolicy": {"basic": {}}});
    match levels {
        1 => out["podGroupTemplates"] = json!([{"name": "p", "schedulingPolicy": {"basic": {}}}]),
        _ => out["compositePodGroupTemplates"] = json!([composite(levels - 1)]),
    }
    out
}

fn composite_gates() -> Value {
    json!({"GenericWorkload": true, "TopologyAwareWorkloadScheduling": true, "CompositePodGroup": true})
}

#[test]
fn three_levels_of_composites_leave_one_for_pod_groups() {
    let spec = |levels| json!({"compositePodGroupTemplates": [composite(levels)]});
    let ask = |levels| errors("1.37", &composite_gates(), "workload", &spec(levels), None);
    assert!(ask(3).is_empty());
    assert_eq!(ask(4), ["Invalid spec.compositePodGroupTemplates[0] maximum template hierarchy depth is 4"]);
}

#[test]
fn all_templates_of_a_workload_share_their_priority() {
    let mut spec = workload("1.37", &[("a", 1), ("b", 1)]);
    spec["podGroupTemplates"][0]["priority"] = json!(0);
    // Absent counts as 0 elsewhere, not here.
    assert_eq!(
        errors("1.37", &json!({}), "workload", &spec, None),
        ["Invalid spec detected multiple priority configurations"]
    );
    let mut spec = json!({"compositePodGroupTemplates": [composite(2)]});
    spec["compositePodGroupTemplates"][0]["priority"] = json!(1);
    assert_eq!(
        errors("1.37", &composite_gates(), "workload", &spec, None),
        [
            "Invalid spec all priority and priorityClassName values must be identical, detected multiple values"
        ]
    );
}

#[test]
fn names_are_unique_across_the_tree_and_no_composite_is_empty() {
    let mut spec = json!({"compositePodGroupTemplates": [composite(1), composite(2)]});
    spec["compositePodGroupTemplates"][1]["compositePodGroupTemplates"][0]["podGroupTemplates"] = json!([]);
    assert_eq!(
        errors("1.37", &composite_gates(), "workload", &spec, None),
        [
            "Duplicate spec.compositePodGroupTemplates[1].compositePodGroupTemplates[0].name",
            "Invalid spec.compositePodGroupTemplates[1].compositePodGroupTemplates[0] must have at least one child \
             PodGroupTemplate or CompositePodGroupTemplate",
        ]
    );
}

#[test]
fn a_group_with_a_parent_names_its_template_when_it_is_made() {
    let orphan = json!({"parentCompositePodGroupName": "p", "schedulingPolicy": {"basic": {}}});
    let gates = composite_gates();
    assert_eq!(
        errors("1.37", &gates, "podgroup", &orphan, None),
        ["Required spec.workloadRef must be set when parentCompositePodGroupName is set"]
    );
    assert!(errors("1.37", &gates, "podgroup", &orphan, Some(&orphan)).is_empty());
    // Without the gate the parent is dropped.
    assert!(errors("1.37", &json!({}), "podgroup", &orphan, None).is_empty());
}

#[test]
fn a_policy_keeps_its_variant() {
    let (basic, gang) = (json!({"basic": {}}), json!({"gang": {"minCount": 1}}));
    let update = |release, old: &Value, new: &Value| {
        let spec = |policy: &Value| json!({"schedulingPolicy": policy});
        errors(release, &json!({}), "podgroup", &spec(new), Some(&spec(old)))
    };
    assert_eq!(update("1.36", &gang, &basic), ["Invalid spec.schedulingPolicy field is immutable"]);
    assert_eq!(
        update("1.37", &gang, &basic),
        [
            "Invalid spec.schedulingPolicy.basic field is immutable",
            "Invalid spec.schedulingPolicy.gang field cannot be cleared once set",
        ]
    );
    let more = json!({"gang": {"minCount": 2}});
    assert_eq!(update("1.36", &gang, &more), ["Invalid spec.schedulingPolicy field is immutable"]);
    assert!(update("1.37", &gang, &more).is_empty());
}

#[test]
fn input_that_cannot_be_read_names_the_field() {
    let ask = |request: Value| -> Value {
        serde_json::from_str(&podverdict::wire::evaluate(request.to_string().as_bytes())).unwrap()
    };
    let spec = json!({"disruptionMode": "Pod"});
    for (op, release, object, code, path) in [
        ("validate_podgroup", "1.35", json!({}), "not_on_release", ""),
        ("validate_podgroup", "1.37", json!({"spec": spec}), "invalid_value", "object.spec.disruptionMode"),
        ("validate_podgroup", "1.37", json!({"kind": "Pod"}), "invalid_value", "object.kind"),
        ("validate_workload", "1.37", json!({"apiVersion": "v1"}), "not_on_release", "object.apiVersion"),
        (
            "validate_workload",
            "1.37",
            json!({"metadata": {"name": 1}}),
            "invalid_value",
            "object.metadata.name",
        ),
    ] {
        let answer = ask(json!({"op": op, "release": release, "object": object}));
        assert_eq!((&answer["code"], &answer["path"]), (&json!(code), &json!(path)), "{answer}");
    }
    // What only another release has is not looked at.
    let answer =
        ask(json!({"op": "validate_workload", "release": "1.37", "object": {"spec": {"podGroups": 5}}}));
    assert!(answer["errors"].is_array(), "{answer}");
}
