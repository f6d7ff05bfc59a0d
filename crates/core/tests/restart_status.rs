//! What a pod's status says of its containers, and what the runtime must have said for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::model::{Container, Pod, PodSpec, PodStatus, RuntimePodStatus};
use podverdict::release::{Kubernetes, Release};
use podverdict::restart::Records;
use podverdict::restart::actions::restarts_all_containers;
use podverdict::restart::definition::container_hash;
use podverdict::restart::observed::observed;
use podverdict::restart::status::{StatusState, api_status};
use podverdict::restart::transition::illegal_transition;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// What the last write said is kept: start time, class, generation, statuses of ephemeral containers; and the reason for a
/// phase as long as the phase stays.
#[test]
fn what_the_status_keeps() {
    let k8s = Kubernetes::new(Release::V1_37);
    let pod: Pod = read(json!({
        "spec": {"containers": [{"name": "a"}], "ephemeralContainers": [{"name": "debug"}]},
        "status": {"reason": "PodReason", "message": "of the pod"},
    }));
    let runtime = RuntimePodStatus::default();
    let records = Records::new(&runtime).unwrap();
    let ask = |pod: &Pod, old: &PodStatus| {
        api_status(&k8s, pod, &records, old, &StatusState::default(), false).status
    };
    let old: PodStatus = read(json!({
        "phase": "Pending", "startTime": "2026-01-01T00:00:00Z", "qosClass": "Burstable", "observedGeneration": 7,
        "reason": "OldReason", "message": "of before",
    }));
    let status = ask(&pod, &old);
    assert_eq!((status.start_time, status.qos_class.as_str()), (old.start_time, "Burstable"));
    assert_eq!((status.observed_generation, &*status.reason), (7, "OldReason"));
    assert_eq!(status.message, "of before");
    let ephemeral = status.ephemeral_container_statuses.unwrap();
    assert_eq!(ephemeral[0].state.waiting.as_ref().unwrap().reason, "ContainerCreating");
    // Without one of its own the pod's stands in; a phase that changes loses it.
    let status = ask(&pod, &read(json!({"phase": "Pending"})));
    assert_eq!((&*status.reason, &*status.message), ("PodReason", "of the pod"));
    let status = ask(&pod, &read(json!({"phase": "Running", "reason": "OldReason", "message": "of before"})));
    assert_eq!((&*status.reason, &*status.message), ("", ""));
    // Without ephemeral containers there is no such list.
    let status = ask(&read(json!({"spec": {"containers": [{"name": "a"}]}})), &old);
    assert!(status.ephemeral_container_statuses.is_none());
}

/// A phase once final stays, be it the one written last or the one that the API server has.
#[test]
fn a_final_phase_stays() {
    let k8s = Kubernetes::new(Release::V1_36);
    let pod =
        |phase: &str| read(json!({"spec": {"containers": [{"name": "a"}]}, "status": {"phase": phase}}));
    let runtime: RuntimePodStatus =
        read(json!({"containerStatuses": [{"id": "c://a", "name": "a", "state": "running"}]}));
    let records = Records::new(&runtime).unwrap();
    for (of_pod, old, phase) in [
        ("Running", "Running", "Running"),
        ("Running", "Failed", "Failed"),
        ("Succeeded", "Running", "Succeeded"),
        ("Succeeded", "Failed", "Succeeded"),
    ] {
        let old: PodStatus = read(json!({"phase": old}));
        let status = api_status(&k8s, &pod(of_pod), &records, &old, &StatusState::default(), false);
        assert_eq!(status.status.phase.as_str(), phase, "{of_pod} {old:?}");
        assert_eq!(status.phase.phase.as_str(), "Running");
    }
}

/// Without the gate nothing restarts all containers, and the statuses do not speak of it.
#[test]
fn all_restart_only_with_the_gate() {
    let rule = json!([{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}]);
    let pod: Pod = read(json!({"spec": {"containers": [
        {"name": "a", "restartPolicy": "Never", "restartPolicyRules": rule}, {"name": "b"}]}}));
    let ended = |code: i32| -> RuntimePodStatus {
        read(
            json!({"containerStatuses": [{"id": "c://a", "name": "a", "state": "exited", "exitCode": code}]}),
        )
    };
    let old: PodStatus = read(json!({"containerStatuses": [{"name": "b", "state": {"running": {}}}]}));
    for (release, code, restarts) in
        [(Release::V1_35, 42, false), (Release::V1_36, 42, true), (Release::V1_36, 1, false)]
    {
        let (k8s, runtime) = (Kubernetes::new(release), ended(code));
        let records = Records::new(&runtime).unwrap();
        assert_eq!(restarts_all_containers(&k8s, &pod, &records), restarts, "{release} {code}");
        let status = api_status(&k8s, &pod, &records, &old, &StatusState::default(), false).status;
        let waiting = status.regular().last().unwrap().state.waiting.as_ref().unwrap();
        let reason = if restarts { "RestartingAllContainers" } else { "ContainerCreating" };
        assert_eq!(waiting.reason, reason, "{release} {code}");
    }
}

/// A container that could not be started again waits, with the reason; not so one that is done for good.
#[test]
fn start_errors_show_only_where_a_start_is_due() {
    let pod: Pod = read(json!({"spec": {"restartPolicy": "Never",
        "initContainers": [{"name": "done"}, {"name": "next"}], "containers": [{"name": "over"}, {"name": "first"}]}}));
    let runtime: RuntimePodStatus = read(json!({"containerStatuses": [
        {"id": "c://over", "name": "over", "state": "exited", "exitCode": 1},
        {"id": "c://done", "name": "done", "state": "exited"},
    ]}));
    let error = json!({"reason": "CreateContainerError", "message": "no such image"});
    let start_errors = read(json!({"done": error, "next": error, "over": error, "first": error}));
    let state = StatusState { start_errors, ..StatusState::default() };
    let records = Records::new(&runtime).unwrap();
    for release in Release::ALL {
        let k8s = Kubernetes::new(release);
        let status = api_status(&k8s, &pod, &records, &PodStatus::default(), &state, false).status;
        let shows = |name: &str| {
            let mut all = status.init().iter().chain(status.regular());
            let waiting = all.find(|status| status.name == name).unwrap().state.waiting.clone();
            waiting.is_some_and(|waiting| waiting.message == "no such image")
        };
        // A regular container was made, so from 1.36 on an init container without a record counts as done.
        let next = release == Release::V1_35;
        assert_eq!(["done", "next", "over", "first"].map(shows), [false, next, false, true], "{release}");
    }
}

/// From the status of a pod to what the runtime had of it, all fields.
#[test]
fn what_the_runtime_must_have_said() {
    let ended = |id: &str, code: i32| {
        json!({"exitCode": code, "reason": "Error", "message": "why", "containerID": id,
            "startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:00:02Z"})
    };
    let pod: Pod = read(json!({
        "metadata": {"uid": "u"},
        "status": {
            "podIP": "10.0.0.1",
            "initContainerStatuses": [{"name": "init", "image": "i", "containerID": "c://init", "state": {"terminated": ended("", 0)}}],
            "containerStatuses": [
                {"name": "runs", "image": "r", "containerID": "c://runs", "restartCount": 2,
                    "state": {"running": {"startedAt": "2026-01-01T00:00:03Z"}}, "lastState": {"terminated": ended("c://before", 3)}},
                {"name": "waits", "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": ended("c://waits", 5)}},
                {"name": "new", "state": {"waiting": {}}},
                {"name": "lost", "state": {"terminated": {"exitCode": 137, "reason": "ContainerStatusUnknown"}}},
                {"name": "reset", "state": {"waiting": {}}, "lastState": {"terminated": {"exitCode": 137, "reason": "RestartingAllContainers"}}},
            ],
            "ephemeralContainerStatuses": [{"name": "debug", "containerID": "c://debug", "state": {"running": {}}}],
        },
    }));
    let record = |id: &str, name: &str, rest: Value| {
        let mut record = json!({"id": id, "name": name});
        record.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        record
    };
    let end = |code: i32| {
        json!({"state": "exited", "exitCode": code, "reason": "Error", "message": "why", "createdAt": "2026-01-01T00:00:01Z",
            "startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:00:02Z"})
    };
    let with = |mut value: Value, more: Value| {
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let expected: RuntimePodStatus = read(json!({
        "id": "u",
        "sandboxStatuses": [{"id": "sandbox", "ip": "10.0.0.1"}],
        "containerStatuses": [
            record("c://init", "init", with(end(0), json!({"image": "i"}))),
            record("c://runs", "runs", json!({"state": "running", "image": "r", "restartCount": 2,
                "createdAt": "2026-01-01T00:00:03Z", "startedAt": "2026-01-01T00:00:03Z"})),
            record("c://waits", "waits", with(end(5), json!({"restartCount": 4}))),
            record("c://debug", "debug", json!({"state": "running"})),
            record("c://before", "runs", with(end(3), json!({"image": "r", "restartCount": 1}))),
        ],
    }));
    assert_eq!(observed(&pod), expected);
}

/// The sandbox is there once the pod has had an address, a container, or the condition; the condition says whether it is
/// ready.
#[test]
fn when_a_sandbox_must_be_there() {
    let condition = |status: &str| json!([{"type": "PodReadyToStartContainers", "status": status}]);
    let running = json!([{"name": "a", "state": {"running": {}}}]);
    for (status, sandboxes) in [
        (json!({}), json!([])),
        (json!({"conditions": condition("False")}), json!([])),
        (json!({"conditions": condition("True")}), json!([{"id": "sandbox", "noNetwork": true}])),
        (json!({"podIP": "10.0.0.1"}), json!([{"id": "sandbox", "ip": "10.0.0.1"}])),
        (json!({"containerStatuses": running}), json!([{"id": "sandbox", "noNetwork": true}])),
        (
            json!({"podIP": "10.0.0.1", "conditions": condition("False")}),
            json!([{"id": "sandbox", "ip": "10.0.0.1", "state": "notReady"}]),
        ),
    ] {
        let pod: Pod = read(json!({"status": status}));
        let expected: RuntimePodStatus = read(json!({"sandboxStatuses": sandboxes}));
        assert_eq!(observed(&pod).sandbox_statuses, expected.sandbox_statuses, "{status}");
    }
}

/// Values that upstream's own function gives. Go escapes what HTML and JavaScript read in their own way.
#[test]
fn definitions_are_hashed_as_go_does() {
    for (name, image, hash) in [
        ("test_container", "foo/image:v1", 0x8e45_cbd0),
        ("", "", 0xedd6_7cc4),
        ("a\"b\\c", "x", 0x89a9_3cb4),
        ("a\nb\rc\td", "x", 0x0e23_efbe),
        ("a\u{8}b\u{c}c", "x", 0x08ec_9f92),
        ("a\0b\u{1f}c\u{7f}", "x", 0xc472_7c6c),
        ("<a>&", "x", 0xc673_a40d),
        ("\u{2028}\u{2029}", "x", 0x40af_aa9e),
        ("größe", "\u{1F600}", 0xd868_9ac2),
    ] {
        let container = Container { name: name.into(), image: image.into(), ..Container::default() };
        assert_eq!(container_hash(&container), hash, "{name:?} {image:?}");
    }
}

/// Which update the kubelet drops: of a container that ended for good and no longer has.
#[test]
fn what_may_not_leave_the_terminated_state() {
    let status = |list: &str, name: &str, code: Option<i32>| -> PodStatus {
        let state = code.map_or(json!({"running": {}}), |code| json!({"terminated": {"exitCode": code}}));
        read(json!({list: [{"name": name, "state": state}]}))
    };
    let spec = |policy: &str, own: &Value| -> PodSpec {
        read(json!({
            "restartPolicy": policy,
            "initContainers": [{"name": "i"}, {"name": "s", "restartPolicy": "Always"}],
            "containers": [{"name": "a", "restartPolicy": own}],
        }))
    };
    let dropped = |policy: &str, own: Value, list: &str, name: &str, code: i32| {
        let (old, new) = (status(list, name, Some(code)), status(list, name, None));
        let spec = spec(policy, &own);
        let k8s = Kubernetes::new(Release::V1_36);
        // What stays as it is passes.
        assert_eq!(illegal_transition(&k8s, &old, &old, &spec).is_some(), name == "s");
        illegal_transition(&k8s, &old, &new, &spec).map(|illegal| illegal.message)
    };
    let regular = "terminated container a attempted illegal transition to non-terminated state";
    let init = "terminated init container i attempted illegal transition to non-terminated state";
    let of = |policy: &str, own: Value, code: i32| dropped(policy, own, "containerStatuses", "a", code);
    assert_eq!(of("Never", Value::Null, 0).as_deref(), Some(regular));
    assert_eq!(of("Never", Value::Null, 1).as_deref(), Some(regular));
    assert_eq!(of("OnFailure", Value::Null, 0).as_deref(), Some(regular));
    assert_eq!(of("OnFailure", Value::Null, 1), None);
    assert_eq!(of("Always", Value::Null, 0), None);
    // A container's own policy lets it go on.
    assert_eq!(of("Never", json!("Always"), 0), None);
    assert_eq!(of("Never", json!("OnFailure"), 0).as_deref(), Some(regular));
    let of_init = |name: &str| dropped("Never", Value::Null, "initContainerStatuses", name, 1);
    assert_eq!(of_init("i").as_deref(), Some(init));
    // A status where the pod has another container is a mismatch.
    assert_eq!(of_init("s").as_deref(), Some("found mismatch between pod spec and status, container: s"));
    // A sidecar may start again.
    let both = |code: Option<i32>| -> PodStatus {
        let ended = |code: i32| json!({"terminated": {"exitCode": code}});
        let sidecar = code.map_or(json!({"running": {}}), ended);
        read(
            json!({"initContainerStatuses": [{"name": "i", "state": ended(0)}, {"name": "s", "state": sidecar}]}),
        )
    };
    let spec = spec("Never", &Value::Null);
    let k8s = Kubernetes::new(Release::V1_36);
    assert_eq!(illegal_transition(&k8s, &both(Some(1)), &both(None), &spec), None);
}
