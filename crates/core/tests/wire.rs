//! What a request and its answer look like, whatever the op.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::wire::{evaluate, evaluate_lines};
use serde_json::{Value, json};

fn ask(request: &str) -> Value {
    serde_json::from_str(&evaluate(request.as_bytes())).unwrap()
}

/// Code and path of the error that answers a request.
fn error(request: &str) -> (String, String) {
    let answer = ask(request);
    let text = |name: &str| String::from(answer[name].as_str().unwrap_or_default());
    (text("code"), text("path"))
}

/// The path that a `qos` request with this pod is refused at.
fn path_in_pod(pod: &str) -> String {
    let (code, path) = error(&format!(r#"{{"op": "qos", "release": "1.37", "pod": {pod}}}"#));
    assert_eq!(code, "invalid_value", "{pod}");
    path
}

#[test]
fn an_id_comes_back_as_it_came() {
    for id in ["7", "1.0", "\"a\\u0062\"", "null", "[1,  2]", "{\"a\": 1e400}"] {
        let answer = evaluate(
            format!(r#"{{"id": {id}, "op": "quantity", "release": "1.37", "opts": {{"a": "1"}}}}"#)
                .as_bytes(),
        );
        let ends = answer.ends_with(&format!("\"id\":{id}}}"));
        assert_eq!(ends, id != "null", "{answer}");
        let refused = evaluate(format!(r#"{{"id": {id}, "op": "?"}}"#).as_bytes());
        assert_eq!(refused.ends_with(&format!("\"id\":{id}}}")), id != "null", "{refused}");
    }
}

#[test]
fn a_field_that_no_one_takes_is_an_error() {
    let request = r#"{"op": "quantity", "release": "1.37", "opts": {"a": "1"}, "pods": 1}"#;
    assert_eq!(error(request), ("unknown_field".into(), "pods".into()));
}

#[test]
fn a_question_about_no_quantity_is_an_error() {
    for opts in ["{}", r#"{"a": null}"#] {
        let request = format!(r#"{{"op": "quantity", "release": "1.37", "opts": {opts}}}"#);
        assert_eq!(error(&request), ("missing_field".into(), "opts.a".into()));
    }
}

#[test]
fn names_may_have_escapes_and_spaces() {
    let plain = ask(r#"{"op": "quantity", "release": "1.37", "opts": {"a": "1Ki"}}"#);
    let escaped = r#"{"\u006fp": "quantity", "release": "1.37", "o\u0070ts": {"a": "1Ki"}}"#;
    assert_eq!(ask(escaped), plain);
    let spaced = r#"{"op": "quantity", "release": "1.37", "opts": {"a": "1Ki"}, "a b": 1}"#;
    assert_eq!(error(spaced), ("unknown_field".into(), "a b".into()));
}

#[test]
fn what_is_no_json_is_told_apart() {
    for request in ["", "{", "[]", "{\"op\"}", "{\"op\":,}", "{\"op\":}", "{\"o\u{1}p\": 1}", "{\"op\n\": 1}"]
    {
        assert_eq!(error(request), ("malformed".into(), String::new()), "{request}");
    }
    assert_eq!(serde_json::from_str::<Value>(&evaluate(b"{\"op\": \"\xff\"}")).unwrap()["code"], "malformed");
}

#[test]
fn lines_are_answered_one_by_one() {
    let lines =
        b"{\"op\": \"?\", \"id\": 1}\n\n \t\n{\"op\": \"?\", \"id\": 2}\nno\n{\"op\": \"?\", \"id\": 3}";
    let answers = evaluate_lines(None, lines);
    let ids: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!(2), Value::Null, json!(3)]);
    assert_eq!(evaluate_lines(None, b"\n\n"), "");
}

#[test]
fn an_error_names_the_place_of_the_value() {
    let found = [
        (r#"{"spec": {"containers": [{"name": 7}]}}"#, "pod.spec.containers[0].name"),
        // Nothing that comes after it counts.
        (r#"{"spec": {"containers": [{"name": 7, "env": [{"name": "x"}]}]}}"#, "pod.spec.containers[0].name"),
        (
            r#"{"spec": {"containers": [{}, {"name": true, "image": "x"}, {"name": "y"}]}}"#,
            "pod.spec.containers[1].name",
        ),
        // A list that is wrong as a whole, and an object that is.
        (r#"{"spec": {"containers": [{"name": ["x"]}]}}"#, "pod.spec.containers[0].name"),
        (r#"{"spec": {"containers": [{"name": {"x": 1}}]}}"#, "pod.spec.containers[0].name"),
        (r#"{"spec": [1]}"#, "pod.spec"),
        // Keys of maps stand in brackets.
        (
            r#"{"spec": {"containers": [{"resources": {"limits": {"cpu": "1", "a.b/c": "x"}}}]}}"#,
            "pod.spec.containers[0].resources.limits[a.b/c]",
        ),
        (r#"{"metadata": {"annotations": {"a\"b": 1}}}"#, "pod.metadata.annotations[a\"b]"),
        // Texts may hold what looks like JSON.
        (r#"{"metadata": {"name": "a\"{[,\\", "namespace": 7}}"#, "pod.metadata.namespace"),
        (r#"{"metadata": {"name": "]}"}, "spec": {"hostname": "\\\"", "nodeName": 7}}"#, "pod.spec.nodeName"),
        (
            "{\n \"metadata\": {\"name\": \"a\"},\n \"spec\": {\n  \"containers\": [\n   {},\n   {\"name\": 7}\n  ]\n }\n}",
            "pod.spec.containers[1].name",
        ),
    ];
    for (pod, path) in found {
        assert_eq!(path_in_pod(pod), path, "{pod}");
    }
}

#[test]
fn an_error_in_a_list_of_objects_names_the_item() {
    let request = r#"{"op": "schedule", "release": "1.37", "nodes": [], "pods": [{}, {"spec": 1}]}"#;
    assert_eq!(error(request), ("invalid_value".into(), "pods[1].spec".into()));
}

#[test]
fn an_error_says_what_was_wanted() {
    let seven = |wanted: &str| format!("invalid type: integer `7`, expected {wanted}");
    let said = [
        (r#""op": "qos", "pod": {"spec": {"containers": 7}}"#, "a sequence"),
        (r#""op": "qos", "pod": {"spec": {"tolerations": 7}}"#, "a sequence"),
        (r#""op": "qos", "pod": {"metadata": {"labels": 7}}"#, "a map"),
        (r#""op": "qos", "pod": {"metadata": {"creationTimestamp": 7}}"#, "a time in RFC 3339 form"),
        (r#""op": "validate_pod_update", "pod": {}, "oldPod": 7"#, "a pod"),
        (r#""op": "validate_pod_update", "pod": {}, "oldPod": {"spec": 7}"#, "an object"),
        (r#""op": "validate_pod_update", "pod": {}, "oldPod": {"spec": {"dnsConfig": 7}}"#, "an object"),
        (r#""op": "validate_pod_update", "pod": {}, "oldPod": {"spec": {"hostAliases": 7}}"#, "a list"),
        (r#""op": "validate_pod_update", "pod": {}, "oldPod": {"spec": {"hostPID": 7}}"#, "a boolean"),
        (r#""op": "validate_podgroup", "object": {"spec": {"disruptionMode": 7}}"#, "a string or an object"),
    ];
    for (request, wanted) in said {
        let answer = ask(&format!(r#"{{"release": "1.37", {request}}}"#));
        assert_eq!(answer["error"], seven(wanted), "{request}");
    }
    let message = String::from(ask("7")["error"].as_str().unwrap());
    assert!(message.contains(&seven("a request object")), "{message}");
}

/// As Go's decoder, which does not know them.
#[test]
fn fields_of_other_releases_are_not_looked_at() {
    let request = |release: &str, version: &str| {
        format!(
            r#"{{"op": "validate_workload", "release": "{release}", "object": {{"apiVersion": "scheduling.k8s.io/{version}",
            "kind": "Workload", "metadata": {{"name": "w", "namespace": "n"}}, "spec": {{"podGroupTemplates": [
            {{"name": "g", "preemptionPolicy": 7, "schedulingPolicy": {{"basic": {{}}}}}}]}}}}}}"#
        )
    };
    assert_eq!(ask(&request("1.36", "v1alpha2"))["errors"], json!([]));
    let path = "object.spec.podGroupTemplates[0].preemptionPolicy";
    assert_eq!(error(&request("1.37", "v1beta1")), ("invalid_value".into(), path.into()));
}

#[test]
fn messages_print_values_as_gos_json_does() {
    let answer = ask(
        r#"{"op": "validate_workload", "release": "1.36", "object": {"apiVersion": "scheduling.k8s.io/v1alpha2",
        "kind": "Workload", "metadata": {"name": "w", "namespace": "n", "finalizers": ["orphan", "foregroundDeletion", "<&>"]},
        "spec": {"podGroupTemplates": [{"name": "g", "schedulingPolicy": {"basic": {}}}]}}}"#,
    );
    let errors = answer["errors"].as_array().unwrap();
    let wanted = r#"Invalid value: ["orphan","foregroundDeletion","\u003c\u0026\u003e"]"#;
    assert!(errors.iter().any(|error| error["message"].as_str().unwrap().contains(wanted)), "{answer}");
}

#[test]
fn no_sync_frequency_is_the_default_one() {
    let answer = |frequency: &str| {
        let request = format!(
            r#"{{"op": "crash_loop_backoff", "release": "1.37", "now": "2026-01-02T03:04:05Z", "container": "c",
            "entry": {{"delay": "5m0s", "lastUpdate": "2026-01-02T03:04:00Z"}},
            "pod": {{"spec": {{"containers": [{{"name": "c"}}]}}}}, "kubeletConfiguration": {{{frequency}}},
            "podStatus": {{"containerStatuses": [{{"id": "a", "name": "c", "state": "exited", "finishedAt": "2026-01-02T03:04:04Z"}}]}}}}"#
        );
        let answer = ask(&request);
        assert_eq!(answer.get("error"), None, "{answer}");
        answer
    };
    assert_eq!(answer(r#""syncFrequency": "0s""#), answer(""));
    assert_eq!(answer(r#""syncFrequency": "1m0s""#), answer(""));
    assert_ne!(answer(r#""syncFrequency": "20s""#), answer(""));
}
