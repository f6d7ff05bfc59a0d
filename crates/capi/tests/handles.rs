//! Calls the functions with handles as C does. It is small enough for Miri.

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use podverdict_capi::*;

const NOTHING: podverdict_string = podverdict_string { data: null_mut(), len: 0 };

fn parts(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

fn take(string: &mut podverdict_string) -> String {
    let bytes = unsafe { std::slice::from_raw_parts(string.data.cast::<u8>(), string.len) };
    let text = String::from_utf8_lossy(bytes).into_owned();
    unsafe { podverdict_string_free(string) };
    text
}

#[expect(clippy::panic, reason = "a helper of tests")]
fn made<T>(make: impl FnOnce(*mut *mut T, *mut podverdict_string) -> podverdict_status) -> *mut T {
    let (mut handle, mut message) = (null_mut(), NOTHING);
    let status = make(&raw mut handle, &raw mut message);
    if status != PODVERDICT_OK {
        panic!("{status}: {}", take(&mut message));
    }
    assert!(message.data.is_null());
    handle
}

fn kubernetes(release: &str) -> *mut podverdict_kubernetes {
    let (release, len) = parts(release);
    made(|out, message| unsafe { podverdict_kubernetes_new(release, len, null(), 0, out, message) })
}

fn pod(k8s: *const podverdict_kubernetes, json: &str) -> *mut podverdict_pod {
    let (json, len) = parts(json);
    made(|out, message| unsafe { podverdict_pod_parse(k8s, json, len, true, out, message) })
}

#[test]
fn restarts() {
    let k8s = kubernetes("1.37");
    let values = [42, 43];
    let rules = [podverdict_restart_rule {
        action: PODVERDICT_ACTION_RESTART,
        match_operator: PODVERDICT_OPERATOR_IN,
        values: values.as_ptr(),
        values_len: values.len(),
    }];
    let mut exit = podverdict_exit {
        kind: PODVERDICT_KIND_REGULAR,
        exit_code: 43,
        reason: null(),
        reason_len: 0,
        pod_policy: PODVERDICT_POLICY_NEVER,
        container_policy: PODVERDICT_POLICY_NEVER,
        rules: rules.as_ptr(),
        rules_len: 1,
        pod_deleted: false,
    };
    let mut decision =
        podverdict_decision { verdict: -1, because: -1, policy: -1, rule: -7, passed_over: -1 };
    let mut text = NOTHING;
    let status = unsafe { podverdict_restart_decide(k8s, &exit, &raw mut decision, &raw mut text) };
    assert_eq!((status, decision.verdict, decision.rule), (PODVERDICT_OK, PODVERDICT_RESTART, 0));
    assert_eq!(unsafe { podverdict_decision_text(&decision, &raw mut text) }, PODVERDICT_OK);
    assert_eq!(take(&mut text), "restartPolicyRules[0] matches the exit code");
    exit.kind = 7;
    let before = decision;
    let status = unsafe { podverdict_restart_decide(k8s, &exit, &raw mut decision, &raw mut text) };
    assert_eq!((status, decision), (PODVERDICT_INVALID_ARGUMENT, before));
    assert_eq!(take(&mut text), "kind may not be 7");
    unsafe { podverdict_kubernetes_free(k8s) };
}

/// Decisions come back as they went out: every reason that an exit can have has its sentence.
#[test]
fn every_reason_has_a_sentence() {
    for because in PODVERDICT_BECAUSE_RULE..=PODVERDICT_BECAUSE_EPHEMERAL {
        let decision = podverdict_decision {
            verdict: PODVERDICT_LEAVE,
            because,
            policy: PODVERDICT_POLICY_NEVER,
            rule: 0,
            passed_over: PODVERDICT_PASSED_OVER_NONE,
        };
        let mut text = NOTHING;
        assert_eq!(unsafe { podverdict_decision_text(&decision, &raw mut text) }, PODVERDICT_OK);
        assert!(!take(&mut text).is_empty());
    }
}

#[test]
fn quantities() {
    let parse = |written: &str| {
        let (written, len) = parts(written);
        made(|out, message| unsafe { podverdict_quantity_parse(written, len, out, message) })
    };
    let (a, b) = (parse("1.5"), parse("99999999999999999999999"));
    let (mut order, mut value, mut text) = (7, 0, NOTHING);
    assert_eq!(unsafe { podverdict_quantity_compare(a, b, &raw mut order) }, PODVERDICT_OK);
    assert_eq!(order, -1);
    assert_eq!(unsafe { podverdict_quantity_milli_value(a, &raw mut value) }, PODVERDICT_OK);
    assert_eq!(value, 1500);
    assert_eq!(unsafe { podverdict_quantity_text(a, &raw mut text) }, PODVERDICT_OK);
    assert_eq!(take(&mut text), "1500m");
    unsafe { podverdict_quantity_free(a) };
    unsafe { podverdict_quantity_free(b) };
}

#[test]
fn clusters() {
    let k8s = kubernetes("1.36");
    let cluster = made(|out, _| unsafe { podverdict_cluster_new(k8s, out) });
    let (node, len) = parts(
        r#"{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "memory": "1Gi", "pods": "9"}}}"#,
    );
    assert_eq!(unsafe { podverdict_cluster_set_node(cluster, node, len, null_mut()) }, PODVERDICT_OK);
    let on = pod(
        k8s,
        r#"{"metadata": {"name": "p", "namespace": "ns"}, "spec": {"nodeName": "n1", "containers":
            [{"name": "a", "resources": {"requests": {"cpu": "1"}}}]}}"#,
    );
    let next = pod(
        k8s,
        r#"{"metadata": {"name": "q", "namespace": "ns"}, "spec": {"containers":
            [{"name": "a", "resources": {"requests": {"cpu": "3500m"}}}]}}"#,
    );
    unsafe { podverdict_kubernetes_free(k8s) };
    assert_eq!(unsafe { podverdict_cluster_set_pod(cluster, on) }, PODVERDICT_OK);
    let what_if = made(|out, _| unsafe { podverdict_cluster_copy(cluster, out) });
    let (namespace, namespace_len) = parts("ns");
    let (name, name_len) = parts("p");
    let remove =
        || unsafe { podverdict_cluster_remove_pod(what_if, namespace, namespace_len, name, name_len) };
    assert_eq!((remove(), remove()), (PODVERDICT_OK, PODVERDICT_NOT_FOUND));
    let fits = |cluster| {
        let mut answer = NOTHING;
        assert_eq!(unsafe { podverdict_cluster_node_filters(cluster, next, &raw mut answer) }, PODVERDICT_OK);
        take(&mut answer).contains(r#""fits":true"#)
    };
    assert_eq!((fits(cluster), fits(what_if)), (false, true));
    let (mut answer, queue) = (NOTHING, [next.cast_const()]);
    let status = unsafe { podverdict_cluster_schedule(what_if, queue.as_ptr(), 1, &raw mut answer) };
    assert_eq!(status, PODVERDICT_OK);
    assert!(take(&mut answer).contains(r#""node":"n1""#));
    unsafe { podverdict_cluster_free(cluster) };
    unsafe { podverdict_cluster_free(what_if) };
    unsafe { podverdict_pod_free(on) };
    unsafe { podverdict_pod_free(next) };
}

#[test]
fn gangs() {
    let (release, len) = parts("1.37");
    let (name, name_len) = parts("GenericWorkload");
    let gates = [podverdict_gate { name, name_len, on: true }];
    let k8s = made(|out, message| unsafe {
        podverdict_kubernetes_new(release, len, gates.as_ptr(), 1, out, message)
    });
    let cluster = made(|out, _| unsafe { podverdict_cluster_new(k8s, out) });
    let (node, len) =
        parts(r#"{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "pods": "9"}}}"#);
    assert_eq!(unsafe { podverdict_cluster_set_node(cluster, node, len, null_mut()) }, PODVERDICT_OK);
    let set = |cluster, at_least: u32| {
        let group = format!(
            r#"{{"kind": "PodGroup", "metadata": {{"name": "g", "namespace": "ns"}},
                "spec": {{"schedulingPolicy": {{"gang": {{"minCount": {at_least}}}}}}}}}"#
        );
        let (json, len) = parts(&group);
        assert_eq!(
            unsafe { podverdict_cluster_set_object(cluster, json, len, true, null_mut()) },
            PODVERDICT_OK
        );
    };
    set(cluster, 2);
    let worker = |name: &str| {
        let json = format!(
            r#"{{"metadata": {{"name": "{name}", "namespace": "ns"}}, "spec": {{"schedulingGroup": {{"podGroupName": "g"}},
                "containers": [{{"name": "a", "resources": {{"requests": {{"cpu": "3"}}}}}}]}}}}"#
        );
        pod(k8s, &json)
    };
    let workers = [worker("a"), worker("b")];
    let queue = workers.map(<*mut podverdict_pod>::cast_const);
    let feasible = |cluster| {
        let (mut answer, pods, none) = (NOTHING, queue.as_ptr(), null());
        let status = unsafe {
            podverdict_cluster_gang_feasible(cluster, pods, 2, none, 0, 0, true, &raw mut answer, null_mut())
        };
        assert_eq!(status, PODVERDICT_OK);
        take(&mut answer)
    };
    let copy = made(|out, _| unsafe { podverdict_cluster_copy(cluster, out) });
    set(copy, 1);
    assert!(feasible(cluster).contains(r#""verdict":"impossible""#));
    assert!(feasible(copy).contains(r#""verdict":"placed""#));
    unsafe { podverdict_cluster_free(cluster) };
    unsafe { podverdict_cluster_free(copy) };
    workers.into_iter().for_each(|pod| unsafe { podverdict_pod_free(pod) });
    unsafe { podverdict_kubernetes_free(k8s) };
}
