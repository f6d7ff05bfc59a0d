//! Whatever comes in, an answer or an error comes out, in time linear in the size of the input.
#![expect(clippy::arithmetic_side_effects, clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use podverdict::wire::{evaluate, evaluate_lines, ops};
use serde_json::{Value, json};

/// Some recorded cases of each op and release, the smaller ones.
fn cases() -> Vec<Value> {
    let mut cases = Vec::new();
    for release in ["1.35", "1.36", "1.37"] {
        let folder = format!("{}/../../tests/vectors/{release}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let lines = text.lines().filter(|line| line.len() < 3000);
            let vectors = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
            cases.extend(vectors.filter_map(|vector| vector.get("case").cloned()).step_by(7).take(5));
        }
    }
    assert!(cases.len() > 100);
    cases
}

/// The answer as JSON; an error has a known code and a text.
fn ask(request: &[u8]) -> Value {
    let answer = evaluate(request);
    let answer: Value = serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e}: {answer}"));
    assert!(answer.is_object());
    if let Some(error) = answer.get("error") {
        assert!(error.as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    }
    answer
}

fn is_error(answer: &Value) -> bool {
    answer.get("code").is_some_and(Value::is_string) && answer.get("path").is_some_and(Value::is_string)
}

#[test]
fn what_is_cut_off_is_an_error() {
    for case in cases().iter().step_by(3) {
        let text = case.to_string();
        for end in (0..text.len()).step_by(1 + text.len() / 150) {
            let answer = ask(&text.as_bytes()[..end]);
            assert!(is_error(&answer), "{end} of {text}\n{answer}");
        }
    }
}

/// Calls `visit` with a pointer to each value of a JSON document.
fn each_pointer(value: &Value, at: &str, visit: &mut dyn FnMut(&str)) {
    visit(at);
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                each_pointer(inner, &format!("{at}/{key}"), visit);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                each_pointer(inner, &format!("{at}/{i}"), visit);
            }
        }
        _ => {}
    }
}

#[test]
fn no_value_in_no_place_is_too_much() {
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{10ffff}\""),
        json!("9223372036854775808"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": null}),
    ];
    let mut n: usize = 0;
    for case in cases() {
        let mut pointers = Vec::new();
        each_pointer(&case, "", &mut |pointer| pointers.push(pointer.to_owned()));
        for pointer in pointers.iter().filter(|pointer| !pointer.is_empty()) {
            n += 1;
            let mut case = case.clone();
            *case.pointer_mut(pointer).unwrap() = strange[n % strange.len()].clone();
            ask(case.to_string().as_bytes());
        }
    }
    assert!(n > 1000, "{n}");
}

#[test]
fn wrong_types_name_the_field() {
    for (pod, path) in [
        (
            r#"{"spec": {"containers": [{"name": "a"}, {"resources": {"requests": {"cpu": "1,5"}}}]}}"#,
            "pod.spec.containers[1].resources.requests[cpu]",
        ),
        (r#"{"spec": {"containers": {}}}"#, "pod.spec.containers"),
        (r#"{"spec": {"terminationGracePeriodSeconds": "30"}}"#, "pod.spec.terminationGracePeriodSeconds"),
        (r#"{"metadata": {"labels": {"a/b": 1}}}"#, "pod.metadata.labels[a/b]"),
        (r#"[1]"#, "pod"),
    ] {
        let answer = ask(format!(r#"{{"op": "qos", "release": "1.37", "pod": {pod}}}"#).as_bytes());
        assert_eq!(answer["path"], path, "{answer}");
        assert_eq!(answer["code"], "invalid_value", "{answer}");
    }
}

#[test]
fn bytes_that_are_no_json_are_errors() {
    for text in [
        &b""[..],
        b"\xff\xfe",
        b"{\"op\": \"qos\"\xc3}",
        b"[]",
        b"nul",
        b"1",
        b"{\"op\": 1}",
        b"{} {}",
        b"\0",
    ] {
        assert!(is_error(&ask(text)), "{text:?}");
    }
    // One bad line does not end a batch.
    let answers = evaluate_lines(
        None,
        b"\n \nnot json\n{\"op\": \"quantity\", \"release\": \"1.36\", \"opts\": {\"a\": \"1\"}}\n\xff\n",
    );
    assert_eq!(answers.lines().count(), 3);
}

#[test]
fn a_key_that_comes_twice() {
    // In an object with fields of its own it is an error; of an input or an entry of a map the last one counts.
    let pod = r#"{"spec": {"containers": [{"name": "c"}], "containers": []}}"#;
    let answer = ask(format!(r#"{{"op": "qos", "release": "1.36", "pod": {pod}}}"#).as_bytes());
    assert_eq!(answer["path"], "pod.spec.containers", "{answer}");
    let answer = ask(br#"{"op": "qos", "op": "quantity", "release": "1.36", "opts": {"a": "2"}}"#);
    assert_eq!(answer["a"]["value"], 2, "{answer}");
    let pod =
        r#"{"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "1", "cpu": "2"}}}]}}"#;
    let answer = ask(format!(r#"{{"op": "pod_requests", "release": "1.36", "pod": {pod}}}"#).as_bytes());
    assert_eq!(answer["resources"]["cpu"], "2", "{answer}");
}

#[test]
fn deep_nesting_is_an_error_or_skipped() {
    for depth in [100, 1000, 1_000_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let middle = if open == "[" { "" } else { "1" };
            let deep = open.repeat(depth) + middle + &close.repeat(depth);
            ask(deep.as_bytes());
            for field in ["pod", "gates", "unknown"] {
                ask(format!(r#"{{"op": "qos", "release": "1.36", "{field}": {deep}}}"#).as_bytes());
            }
            // An id is given back as it came.
            let answer = evaluate(format!(r#"{{"op": "qos", "release": "1.36", "id": {deep}}}"#).as_bytes());
            assert!(answer.ends_with(&(deep.clone() + "}")));
            ask(format!(r#"{{"op": "qos", "release": "1.36", "pod": {{"spec": {{"unknown": {deep}}}}}}}"#)
                .as_bytes());
            ask(format!(r#"{{"op": "qos", "release": "1.36", "pod": {{"spec": {{"affinity": {deep}}}}}}}"#)
                .as_bytes());
        }
    }
}

fn time(request: &str) -> Duration {
    let start = Instant::now();
    let answer = evaluate(request.as_bytes());
    let took = start.elapsed();
    assert!(answer.starts_with('{'));
    took
}

/// Four times the input takes about four times as long; were it the square, sixteen times. What else the machine does
/// can disturb a measurement, not several.
fn assert_linear(what: &str, small: &str, large: &str) {
    let mut seen = Vec::new();
    for _ in 0..5 {
        let (small, large) = (time(small), time(large));
        if large < small * 10 || large < Duration::from_millis(30) {
            return;
        }
        seen.push((small, large));
    }
    panic!("{what}: four times the input took {seen:?}");
}

#[test]
fn huge_texts_take_linear_time() {
    let text = |n: usize| "x".repeat(n);
    let places: [fn(&str) -> String; 6] = [
        |s| format!(r#"{{"op": "qos", "release": "1.36", "{s}": 1}}"#),
        |s| format!(r#"{{"op": "{s}", "release": "1.36"}}"#),
        |s| format!(r#"{{"op": "qos", "release": "1.36", "id": "{s}", "pod": {{}}}}"#),
        |s| {
            format!(
                r#"{{"op": "validate_pod_create", "release": "1.36", "pod": {{"metadata": {{"name": "{s}"}}}}}}"#
            )
        },
        |s| {
            format!(
                r#"{{"op": "validate_pod_create", "release": "1.36", "pod": {{"spec": {{"containers": [{{"name": "{s}", "restartPolicy": "{s}"}}]}}}}}}"#
            )
        },
        |s| {
            let digits = s.replace('x', "9");
            format!(r#"{{"op": "quantity", "release": "1.36", "opts": {{"a": "{digits}"}}}}"#)
        },
    ];
    for (i, place) in places.iter().enumerate() {
        // 10 MB, but for the digits of a number.
        let large = if i == 5 { 40_000 } else { 10_000_000 };
        assert_linear(&format!("place {i}"), &place(&text(large / 4)), &place(&text(large)));
    }
}

/// The items of a JSON list of `n`, each made from its number.
fn items(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(",")
}

/// A pod with many containers, and with their statuses.
fn pod(n: usize, policy: &str) -> String {
    let containers = items(n, |i| {
        format!(
            r#"{{"name": "c{i}", "image": "i", "restartPolicy": "{policy}",
            "restartPolicyRules": [{{"action": "Restart", "exitCodes": {{"operator": "In", "values": [{}]}}}}],
            "resources": {{"requests": {{"cpu": "1m"}}, "limits": {{"memory": "1Mi"}}}}}}"#,
            i % 250
        )
    });
    let tolerations = items(n, |i| format!(r#"{{"key": "k{i}", "operator": "Exists"}}"#));
    let statuses = items(n, |i| {
        let state =
            format!(r#"{{"terminated": {{"exitCode": {}, "finishedAt": "2026-01-02T03:04:05Z"}}}}"#, i % 3);
        format!(r#"{{"name": "c{i}", "containerID": "cri://c{i}", "restartCount": 1, "state": {state}}}"#)
    });
    format!(
        r#"{{"metadata": {{"name": "p", "namespace": "n", "uid": "u"}},
        "spec": {{"containers": [{containers}], "initContainers": [{{"name": "init", "image": "i"}}],
            "restartPolicy": "Always", "tolerations": [{tolerations}]}},
        "status": {{"phase": "Running", "containerStatuses": [{statuses}],
            "initContainerStatuses": [{{"name": "init", "state": {{"terminated": {{"exitCode": 0}}}}}}]}}}}"#
    )
}

/// A request of an op about a pod with many containers.
fn request(op: &str, n: usize) -> Option<String> {
    const NODE: &str = r#"{"metadata": {"name": "node"},
        "status": {"allocatable": {"cpu": "100", "memory": "1Ti", "pods": "110"}}}"#;
    let fields = match op {
        "qos" | "pod_requests" | "pod_limits" | "pod_phase" | "validate_pod_create" => String::new(),
        "restart_decision" | "pod_actions" | "pod_conditions" => {
            let containers = items(n, |i| {
                format!(
                    r#"{{"id": "c{i}", "name": "c{i}", "state": "exited", "exitCode": {},
                    "finishedAt": "2026-01-02T03:04:05Z"}}"#,
                    i % 3
                )
            });
            let sandbox = r#"{"id": "s", "state": "READY", "attempt": 0, "ip": "10.0.0.1"}"#;
            format!(
                r#", "podStatus": {{"sandboxStatuses": [{sandbox}], "containerStatuses": [{containers}]}}"#
            )
        }
        "validate_pod_update" | "validate_pod_resize" | "validate_pod_status_update" => {
            format!(r#", "oldPod": {}"#, pod(n, "OnFailure"))
        }
        "admit_pod" => format!(r#", "node": {NODE}, "pods": [{}]"#, pod(n, "Always")),
        "resize_feasible" => {
            format!(r#", "node": {NODE}, "pods": [{}], "oldPod": {}"#, pod(n, "Always"), pod(n, "Never"))
        }
        _ => return None,
    };
    Some(format!(r#"{{"op": "{op}", "release": "1.37", "pod": {}{fields}}}"#, pod(n, "Always")))
}

#[test]
fn pods_of_a_hundred_thousand_containers_take_linear_time() {
    let mut asked = 0;
    for op in ops() {
        let (Some(small), Some(large)) = (request(op, 25_000), request(op, 100_000)) else { continue };
        let answer = ask(small.as_bytes());
        assert!(!is_error(&answer), "{op}: {answer}");
        assert_linear(op, &small, &large);
        asked += 1;
    }
    assert_eq!(asked, 13);
}
