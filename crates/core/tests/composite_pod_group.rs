//! CompositePodGroup on 1.37: the cases of upstream's own tests (`test/declarative_validation/scheduling/compositepodgroup`,
//! `pkg/registry/scheduling/compositepodgroup`, `pkg/apis/scheduling/validation`), told by edits of one valid object.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::gang::validate::{Steps, validate_compositepodgroup};
use podverdict::model::CompositePodGroup;
use podverdict::release::{Kubernetes, Release};
use serde_json::{Value, json};

fn valid() -> Value {
    json!({
        "apiVersion": "scheduling.k8s.io/v1alpha3",
        "kind": "CompositePodGroup",
        "metadata": {"name": "cpg", "namespace": "ns", "resourceVersion": "1"},
        "spec": {
            "workloadRef": {"workloadName": "workload", "templateName": "template"},
            "schedulingPolicy": {"basic": {}},
            "disruptionMode": {"single": {}},
        },
    })
}

/// The valid object with some values changed, each named by its JSON pointer; `null` clears.
fn with(edits: &[(&str, Value)]) -> Value {
    let mut object = valid();
    for (pointer, value) in edits {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        object.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    object
}

fn topology(keys: &[&str]) -> Value {
    let items: Vec<Value> = keys.iter().map(|key| json!({"key": key})).collect();
    json!({"topology": items})
}

fn k8s(preemption: bool) -> Kubernetes {
    Kubernetes::with_gates(
        Release::V1_37,
        [
            ("GenericWorkload", true),
            ("TopologyAwareWorkloadScheduling", true),
            ("CompositePodGroup", true),
            ("PodGroupPreemptionPolicy", preemption),
        ],
    )
    .unwrap()
}

/// `type path origin` of every error.
fn errors(k8s: &Kubernetes, object: &Value, old: Option<&Value>, steps: Steps) -> Vec<String> {
    let read = |value: &Value| serde_json::from_value::<CompositePodGroup>(value.clone()).unwrap();
    let verdict = validate_compositepodgroup(k8s, &read(object), old.map(read).as_ref(), steps).unwrap();
    let line = |e: &podverdict::field::FieldError| {
        format!("{:?} {} {}", e.error_type, e.field, e.origin).trim_end().to_owned()
    };
    verdict.errors.iter().map(line).collect()
}

const AS_GIVEN: Steps = Steps { defaults: false, prepare: false };

#[test]
fn creates() {
    let long = |n: usize, rest: &str| "a".repeat(n) + rest;
    let topology = |keys: &[&str]| ("/spec/schedulingConstraints", topology(keys));
    let key_error = "Invalid spec.schedulingConstraints.topology[0].key format=k8s-label-key";
    type Case<'a> = (Vec<(&'a str, Value)>, bool, Vec<&'a str>);
    let cases: Vec<Case<'_>> = vec![
        (vec![], false, vec![]),
        (
            vec![("/spec/parentCompositePodGroupName", json!("invalid/name"))],
            false,
            vec!["Invalid spec.parentCompositePodGroupName format=k8s-long-name"],
        ),
        (vec![("/spec/priority", json!(1_000_000_001))], false, vec!["Invalid spec.priority maximum"]),
        (vec![("/spec/priority", json!(i32::MIN))], false, vec![]),
        (
            vec![("/spec/priorityClassName", json!("invalid/name"))],
            false,
            vec!["Invalid spec.priorityClassName format=k8s-long-name"],
        ),
        (vec![("/spec/schedulingPolicy", json!({}))], false, vec!["Invalid spec.schedulingPolicy union"]),
        (
            vec![("/spec/schedulingPolicy", json!({"basic": {}, "gang": {"minGroupCount": 1}}))],
            false,
            vec!["Invalid spec.schedulingPolicy union"],
        ),
        (
            vec![("/spec/schedulingPolicy", json!({"gang": {"minGroupCount": 0}}))],
            false,
            vec!["Required spec.schedulingPolicy.gang.minGroupCount"],
        ),
        (
            vec![("/spec/schedulingPolicy", json!({"gang": {"minGroupCount": -1}}))],
            false,
            vec!["Invalid spec.schedulingPolicy.gang.minGroupCount minimum"],
        ),
        (vec![("/spec/workloadRef", Value::Null)], false, vec!["Required spec.workloadRef"]),
        (
            vec![("/spec/workloadRef/templateName", json!(""))],
            false,
            vec!["Required spec.workloadRef.templateName"],
        ),
        (
            vec![("/spec/workloadRef/workloadName", json!(""))],
            false,
            vec!["Required spec.workloadRef.workloadName"],
        ),
        (
            vec![("/spec/workloadRef/templateName", json!("invalid/template"))],
            false,
            vec!["Invalid spec.workloadRef.templateName format=k8s-short-name"],
        ),
        (
            vec![("/spec/workloadRef/workloadName", json!("invalid/workload"))],
            false,
            vec!["Invalid spec.workloadRef.workloadName format=k8s-long-name"],
        ),
        (vec![topology(&["foo"])], false, vec![]),
        (
            vec![topology(&["foo", "bar"])],
            false,
            vec!["TooMany spec.schedulingConstraints.topology maxItems"],
        ),
        (vec![("/spec/schedulingConstraints", json!({}))], false, vec![]),
        (vec![topology(&[""])], false, vec!["Required spec.schedulingConstraints.topology[0].key"]),
        (vec![topology(&["example.com/Foo"])], false, vec![]),
        (vec![topology(&[&long(253, &("/".to_owned() + &"b".repeat(63)))])], false, vec![]),
        (vec![topology(&[&long(254, "/foo")])], false, vec![key_error]),
        (vec![topology(&[&("foo/".to_owned() + &"b".repeat(64))])], false, vec![key_error]),
        (vec![topology(&[&long(64, "")])], false, vec![key_error]),
        (vec![topology(&["Example.com/Foo"])], false, vec![key_error]),
        (vec![("/spec/disruptionMode", json!({"all": {}}))], false, vec![]),
        (vec![("/spec/disruptionMode", json!({}))], false, vec!["Invalid spec.disruptionMode union"]),
        (
            vec![("/spec/disruptionMode", json!({"single": {}, "all": {}}))],
            false,
            vec!["Invalid spec.disruptionMode union"],
        ),
        (vec![("/spec/disruptionMode", Value::Null)], false, vec!["Required spec.disruptionMode"]),
        (vec![("/spec/preemptionPolicy", json!("Never"))], false, vec!["Forbidden spec.preemptionPolicy"]),
        (vec![("/spec/preemptionPolicy", json!("Never"))], true, vec![]),
        (
            vec![("/spec/preemptionPolicy", json!("Invalid"))],
            true,
            vec!["NotSupported spec.preemptionPolicy"],
        ),
        (vec![("/spec/preemptionPolicy", Value::Null)], true, vec![]),
        (vec![("/metadata/name", json!("not/valid"))], false, vec!["Invalid metadata.name"]),
        (vec![("/metadata/namespace", json!(""))], false, vec!["Required metadata.namespace"]),
    ];
    for (edits, preemption, wanted) in cases {
        assert_eq!(errors(&k8s(preemption), &with(&edits), None, AS_GIVEN), wanted, "{edits:?}");
    }
}

#[test]
fn updates() {
    let update = |preemption, pointer: &str, old: Value, new: Value| {
        let (old, new) = (with(&[(pointer, old)]), with(&[(pointer, new)]));
        errors(&k8s(preemption), &new, Some(&old), AS_GIVEN)
    };
    for (pointer, old, new) in [
        ("/spec/parentCompositePodGroupName", json!("parent1"), json!("parent2")),
        ("/spec/priority", json!(100), json!(200)),
        ("/spec/priorityClassName", json!("low"), json!("high")),
        ("/spec/schedulingPolicy", json!({"basic": {}}), json!({"gang": {"minGroupCount": 5}})),
        ("/spec/schedulingConstraints", topology(&["foo"]), json!({})),
        ("/spec/schedulingConstraints", topology(&["foo"]), topology(&["foo", "bar"])),
        ("/spec/schedulingConstraints", topology(&["foo"]), topology(&["bar"])),
        ("/spec/disruptionMode", json!({"single": {}}), json!({"all": {}})),
    ] {
        // What is as it was is not looked at again.
        assert!(update(false, pointer, old.clone(), old.clone()).is_empty(), "{pointer}");
        let frozen = format!("Invalid {} immutable", pointer.trim_start_matches('/').replace('/', "."));
        assert_eq!(update(false, pointer, old, new), [frozen], "{pointer}");
    }
    let [frozen, missing] = ["Invalid spec.workloadRef immutable", "Required spec.workloadRef"];
    let reference = valid()["spec"]["workloadRef"].clone();
    assert_eq!(update(false, "/spec/workloadRef", reference, Value::Null), [frozen, missing]);
    assert_eq!(update(false, "/spec/workloadRef/workloadName", json!("workload"), json!("other")), [frozen]);

    let policy = |preemption, old: &str, new: &str| {
        update(preemption, "/spec/preemptionPolicy", json!(old), json!(new))
    };
    assert!(policy(true, "Invalid", "Invalid").is_empty());
    assert!(policy(false, "Never", "Never").is_empty());
    let [forbidden, frozen] = ["Forbidden spec.preemptionPolicy", "Invalid spec.preemptionPolicy immutable"];
    assert_eq!(policy(true, "PreemptLowerPriority", "Never"), [frozen]);
    assert_eq!(policy(false, "PreemptLowerPriority", "Never"), [forbidden, frozen]);
}

#[test]
fn the_registry_drops_status_and_what_a_gate_is_about() {
    let condition =
        json!([{"type": "a", "status": "True", "lastTransitionTime": null, "reason": "", "message": ""}]);
    let mut given =
        with(&[("/spec/preemptionPolicy", json!("Never")), ("/spec/disruptionMode", Value::Null)]);
    given["status"] = json!({"conditions": condition});
    let read = |value: &Value| serde_json::from_value::<CompositePodGroup>(value.clone()).unwrap();
    let stored = |k8s: &Kubernetes, new: &Value, old: Option<&Value>| {
        let old = old.map(read);
        let verdict = validate_compositepodgroup(k8s, &read(new), old.as_ref(), Steps::default()).unwrap();
        serde_json::to_value(verdict.object).unwrap()
    };
    let object = stored(&k8s(false), &given, None);
    assert_eq!(object["status"], json!({}));
    assert_eq!(object["spec"].get("preemptionPolicy"), None);
    assert_eq!(object["spec"]["disruptionMode"], json!({"single": {}}));
    assert_eq!(stored(&k8s(true), &given, None)["spec"]["preemptionPolicy"], "Never");
    // An update keeps the stored status, and a field that the stored object has.
    let object = stored(&k8s(false), &valid(), Some(&given));
    assert_eq!(object["status"]["conditions"], condition);
    assert_eq!(object["spec"].get("preemptionPolicy"), None);
    assert_eq!(stored(&k8s(false), &given, Some(&given))["spec"]["preemptionPolicy"], "Never");
    // The default needs the gate.
    assert_eq!(stored(&k8s(true), &valid(), None)["spec"]["preemptionPolicy"], "PreemptLowerPriority");
}

#[test]
fn other_releases_and_versions_do_not_have_it() {
    let read = |value: Value| serde_json::from_value::<CompositePodGroup>(value).unwrap();
    for release in [Release::V1_35, Release::V1_36] {
        let group = read(with(&[("/apiVersion", json!(""))]));
        let error =
            validate_compositepodgroup(&Kubernetes::new(release), &group, None, AS_GIVEN).unwrap_err();
        assert_eq!(error.code.as_str(), "not_on_release");
    }
    let group = read(with(&[("/apiVersion", json!("scheduling.k8s.io/v1beta1"))]));
    let error = validate_compositepodgroup(&k8s(false), &group, None, AS_GIVEN).unwrap_err();
    assert_eq!((error.code.as_str(), error.path.as_str()), ("not_on_release", "object.apiVersion"));
    let group = read(with(&[("/kind", json!("PodGroup"))]));
    let error = validate_compositepodgroup(&k8s(false), &group, None, AS_GIVEN).unwrap_err();
    assert_eq!((error.code.as_str(), error.path.as_str()), ("invalid_value", "object.kind"));
}
