//! The hard corners of restarts that no recorded answer covers: whole cycles, back-off, statuses without a record.
//!
//! Expectations are read from upstream's source and its tests, and named by what they are about.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::release::{Kubernetes, Release};
use podverdict::wire::evaluate_for;
use serde_json::{Value, json};

fn ask(release: Release, request: &Value) -> Value {
    let answer: Value =
        serde_json::from_str(&evaluate_for(Some(release), request.to_string().as_bytes())).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    answer
}

/// Gates that make restarting all containers work on a release.
fn restart_all_gates(release: Release) -> Value {
    if release == Release::V1_35 {
        json!({"NodeDeclaredFeatures": true, "RestartAllContainersOnContainerExits": true})
    } else {
        json!({})
    }
}

fn cycle(release: Release, spec: &Value, events: &Value) -> Value {
    let gates = restart_all_gates(release);
    let pod = json!({"metadata": {"name": "p", "namespace": "ns", "uid": "u"}, "spec": spec});
    ask(release, &json!({"op": "restart_cycle", "gates": gates, "pod": pod, "events": events}))
}

/// What a sync did, in short: the verbs with their containers.
fn steps(sync: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let short = |step: &Value| match step["container"].as_str() {
        Some(container) if step["backOff"]["inBackOff"] == true => format!("backOff {container}"),
        Some(container) => format!("{} {container}", text(&step["do"]).replace("Container", "")),
        None => text(&step["do"]),
    };
    sync["steps"].as_array().unwrap().iter().map(short).collect()
}

fn syncs(cycle: &Value) -> &[Value] {
    cycle["syncs"].as_array().unwrap()
}

/// The syncs from the one that the first exit with this code caused.
fn from_exit(cycle: &Value, code: i32) -> &[Value] {
    let syncs = syncs(cycle);
    let at = syncs.iter().position(|sync| sync["event"]["exitCode"] == code).unwrap();
    &syncs[at..]
}

fn container<'s>(sync: &'s Value, name: &str) -> &'s Value {
    sync["containers"].as_array().unwrap().iter().find(|container| container["name"] == name).unwrap()
}

fn condition<'s>(sync: &'s Value, wanted: &str) -> &'s str {
    let conditions = sync["conditions"].as_array().unwrap();
    let found = conditions.iter().find(|condition| condition["type"] == wanted);
    found.map_or("", |condition| condition["status"].as_str().unwrap())
}

fn restart_all_on(codes: &[i32]) -> Value {
    json!([{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": codes}}])
}

/// `Never`, an init container, a sidecar, and a watcher whose exit 88 restarts them all.
fn watched() -> Value {
    json!({
        "restartPolicy": "Never",
        "initContainers": [{"name": "init"}, {"name": "mesh", "restartPolicy": "Always"}],
        "containers": [
            {"name": "watcher", "restartPolicy": "Never", "restartPolicyRules": restart_all_on(&[88])},
            {"name": "worker"},
        ],
    })
}

/// The whole cycle of restarting all containers, step by step.
#[test]
fn all_containers_restart_in_place() {
    for release in Release::ALL {
        let cycle = cycle(release, &watched(), &json!([{"container": "watcher", "exitCode": 88}]));
        let after = from_exit(&cycle, 88);
        // The sync of the exit removes everything and starts nothing. The trigger goes last.
        assert_eq!(
            steps(&after[0]),
            ["reset worker", "reset init", "reset mesh", "reset watcher"],
            "{release}"
        );
        assert_eq!(after[0]["restartsAllContainers"], true);
        assert_eq!(condition(&after[0], "AllContainersRestarting"), "True");
        assert_eq!(after[0]["phase"], "Running");
        // Killed siblings make 1.35 look again; 1.36 and later do so anyway.
        let trigger = if release == Release::V1_35 { "lifecycleEvent" } else { "requeue" };
        assert_eq!(after[0]["next"], json!({"trigger": trigger}), "{release}");
        // Then the init containers run again from the first one, in the same sandbox.
        assert_eq!(condition(&after[1], "AllContainersRestarting"), "False");
        assert_eq!(steps(&after[1]), ["start init"]);
        let worker = container(&after[1], "worker");
        assert_eq!(worker["state"]["waiting"]["reason"], "RestartingAllContainers");
        assert_eq!(worker["lastState"]["terminated"]["exitCode"], 137);
        assert_eq!(worker["restartCount"], 1);
        assert_eq!(after[1]["phase"], "Running");
        // Initialized stays true all the time, and the phase goes back to Pending while the init container runs.
        assert_eq!(after[2]["phase"], "Pending");
        assert!(after.iter().all(|sync| condition(sync, "Initialized") == "True"), "{release}");
        let last = after.last().unwrap();
        assert_eq!((&last["phase"], &cycle["outcome"]), (&json!("Running"), &json!("settled")));
        for name in ["init", "mesh", "watcher", "worker"] {
            assert_eq!(container(last, name)["restartCount"], 1, "{release} {name}");
        }
        // The logs that stay from 1.36 on are what the runtime's own count goes by.
        let started = after.iter().flat_map(|sync| sync["steps"].as_array().unwrap());
        let counts: Vec<i64> = started.filter_map(|step| step["restartCount"].as_i64()).collect();
        let count = if release == Release::V1_35 { 0 } else { 1 };
        assert_eq!(counts, [count; 4], "{release}");
        // What it ended with before stays to be seen from 1.36 on.
        let last_state = &container(last, "worker")["lastState"]["terminated"]["reason"];
        let expected = if release == Release::V1_35 { json!(null) } else { json!("RestartingAllContainers") };
        assert_eq!(*last_state, expected, "{release}");
        // There is no back-off.
        assert!(after.iter().all(|sync| sync["at"] == after[0]["at"]));
    }
}

/// On 1.35 nothing notices the removal of a container that had ended: the restart waits for the periodic resync.
#[test]
fn a_single_container_waits_on_1_35() {
    let spec = json!({
        "restartPolicy": "Never",
        "containers": [{"name": "app", "restartPolicy": "Never", "restartPolicyRules": restart_all_on(&[88])}],
    });
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([{"container": "app", "exitCode": 88}]));
        let after = from_exit(&cycle, 88);
        assert_eq!(steps(&after[0]), ["reset app"]);
        assert_eq!(steps(&after[1]), ["start app"]);
        if release == Release::V1_35 {
            let wait = json!({"earliest": "1m0s", "latest": "1m30s"});
            assert_eq!(after[0]["next"], json!({"trigger": "periodicResync", "wait": wait}));
            assert_eq!(after[1]["at"], "1970-01-01T00:01:00Z");
        } else {
            assert_eq!(after[0]["next"], json!({"trigger": "requeue"}));
            assert_eq!(after[1]["at"], "1970-01-01T00:00:00Z");
        }
        assert_eq!(container(after.last().unwrap(), "app")["restartCount"], 1);
    }
}

/// An init container whose success restarts all containers never lets the pod start.
#[test]
fn an_init_container_that_restarts_all_on_success_goes_round_for_ever() {
    let spec = json!({
        "initContainers": [{"name": "init", "restartPolicy": "Never", "restartPolicyRules": restart_all_on(&[0])}],
        "containers": [{"name": "app"}],
    });
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([]));
        assert_eq!(cycle["outcome"], "endless", "{release}");
        assert!(syncs(&cycle).iter().all(|sync| !steps(sync).contains(&"start app".to_owned())));
    }
}

/// Without the gate the rule does nothing: it matches, so later rules are not tried, and the policy decides.
#[test]
fn without_the_gate_the_policy_decides() {
    let rules = json!([
        {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}},
        {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}},
    ]);
    let spec = json!({
        "restartPolicy": "Always",
        "containers": [
            {"name": "app", "restartPolicy": "Never", "restartPolicyRules": rules},
            {"name": "other"},
        ],
    });
    let pod = json!({"metadata": {"name": "p"}, "spec": spec});
    let answer = ask(
        Release::V1_35,
        &json!({"op": "restart_cycle", "pod": pod, "events": [{"container": "app", "exitCode": 42}]}),
    );
    let last = syncs(&answer).last().unwrap();
    assert_eq!(container(last, "app")["state"]["terminated"]["exitCode"], 42);
    assert_eq!((&last["phase"], &answer["outcome"]), (&json!("Running"), &json!("settled")));
}

/// The sandbox dies under pod policy `Never`: no new one, and the phase stays Running because the container's own policy
/// would restart it. The pod is stuck.
#[test]
fn a_dead_sandbox_under_never_leaves_the_pod_stuck() {
    let spec = json!({"restartPolicy": "Never", "containers": [{"name": "app", "restartPolicy": "Always"}]});
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([{"sandboxDies": true}]));
        let last = syncs(&cycle).last().unwrap();
        assert_eq!((&last["phase"], &cycle["outcome"]), (&json!("Running"), &json!("settled")), "{release}");
        assert!(container(last, "app")["state"]["running"].is_null());
    }
}

/// The sandbox dies at the same time as a container asks to restart all: the sandbox goes first, the rest is cleaned up
/// after, and pod policy `Never` does not stand in the way.
#[test]
fn a_dead_sandbox_goes_before_restarting_all() {
    let spec = json!({
        "restartPolicy": "Never",
        "containers": [{"name": "app", "restartPolicy": "Never", "restartPolicyRules": restart_all_on(&[137])}],
    });
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([{"sandboxDies": true}]));
        let at = syncs(&cycle).iter().position(|sync| sync["event"]["what"] == "sandboxDies").unwrap();
        let after = &syncs(&cycle)[at..];
        assert_eq!(steps(&after[0]), ["createSandbox"], "{release}");
        assert_eq!(steps(&after[1]), ["reset app"], "{release}");
        assert_eq!(steps(&after[2]), ["start app"], "{release}");
        assert_eq!(after[2]["phase"], "Running");
    }
}

/// A liveness failure kills a container whose policy is `Never`; nothing else is left, so the whole pod goes, and a rule that
/// matches the exit code of the kill finds no sandbox to restart in.
#[test]
fn liveness_under_never_ends_the_pod() {
    let spec = json!({
        "restartPolicy": "Never",
        "containers": [{"name": "app", "livenessProbe": {"terminationGracePeriodSeconds": 7}}],
        "terminationGracePeriodSeconds": 20,
    });
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([{"container": "app", "probe": "liveness"}]));
        let at = syncs(&cycle).iter().position(|sync| sync["event"]["what"] == "probeFails").unwrap();
        let after = &syncs(&cycle)[at..];
        assert_eq!(steps(&after[0]), ["killPod"]);
        // The pod's grace period counts then, not the probe's.
        assert_eq!(after[0]["steps"][0]["stops"][0]["seconds"], 20);
        assert_eq!(
            (&after.last().unwrap()["phase"], &cycle["outcome"]),
            (&json!("Failed"), &json!("terminal"))
        );
    }
}

/// A liveness failure under `Always` kills with the probe's grace period and starts in the same sync, the first time without
/// back-off: the record that is killed had not ended when the sync began.
#[test]
fn liveness_under_always_restarts_at_once() {
    let spec = json!({
        "containers": [{"name": "app", "livenessProbe": {"terminationGracePeriodSeconds": 7}}],
    });
    let events =
        json!([{"container": "app", "probe": "liveness"}, {"container": "app", "probe": "liveness"}]);
    let cycle = cycle(Release::V1_36, &spec, &events);
    let failures: Vec<&Value> =
        syncs(&cycle).iter().filter(|sync| sync["event"]["what"] == "probeFails").collect();
    assert_eq!(steps(failures[0]), ["kill app", "start app"]);
    assert_eq!(failures[0]["steps"][0]["gracePeriod"]["stopTimeoutSeconds"], 7);
    assert_eq!(failures[0]["steps"][1]["backOff"], json!(null));
    // The second time there is a record that ended, and its back-off begins.
    assert_eq!(failures[1]["steps"][1]["backOff"]["nextDelay"], "10s");
    assert_eq!(container(syncs(&cycle).last().unwrap(), "app")["restartCount"], 2);
}

/// Sidecars wait for the regular containers and for the next sidecar; the whole-pod kill under `Never` stops them when the
/// last regular container is done.
#[test]
fn sidecars_stop_when_the_regular_containers_are_done() {
    let spec = json!({
        "restartPolicy": "Never",
        "initContainers": [
            {"name": "first", "restartPolicy": "Always"},
            {"name": "second", "restartPolicy": "Always"},
        ],
        "containers": [{"name": "app"}],
    });
    for release in Release::ALL {
        let cycle = cycle(release, &spec, &json!([{"container": "app", "exitCode": 0}]));
        let after = from_exit(&cycle, 0);
        // Running sidecars hold the phase.
        assert_eq!(after[0]["phase"], "Running");
        assert_eq!(steps(&after[0]), ["killPod"]);
        let stops = after[0]["steps"][0]["stops"].as_array().unwrap();
        let first = stops.iter().find(|stop| stop["name"] == "first").unwrap();
        assert_eq!((&first["afterRegular"], &first["afterSidecar"]), (&json!(true), &json!("second")));
        let second = stops.iter().find(|stop| stop["name"] == "second").unwrap();
        assert_eq!(second["afterSidecar"], json!(null));
        assert_eq!(
            (&after.last().unwrap()["phase"], &cycle["outcome"]),
            (&json!("Succeeded"), &json!("terminal"))
        );
    }
}

/// An init container that ended with code 0 because it ran out of memory failed, and is not restarted whatever its policy
/// says about code 0. Under `OnFailure` the pod then starts over in a new sandbox, without end; under `Never` nothing more
/// happens.
#[test]
fn an_init_container_out_of_memory_with_code_0() {
    let spec = |policy: &str| json!({"restartPolicy": policy, "initContainers": [{"name": "init"}], "containers": [{"name": "app"}]});
    let events = json!([{"container": "init", "exitCode": 0, "reason": "OOMKilled"}]);
    for release in Release::ALL {
        let cycle_of = |policy: &str| cycle(release, &spec(policy), &events);
        let never = cycle_of("Never");
        let last = syncs(&never).last().unwrap();
        assert_eq!((&last["phase"], &never["outcome"]), (&json!("Pending"), &json!("settled")), "{release}");
        let on_failure = cycle_of("OnFailure");
        let after = from_exit(&on_failure, 0);
        assert_eq!(steps(&after[0]), ["killPod"], "{release}");
        assert_eq!(steps(&after[1]), ["purgeInitContainers", "createSandbox", "start init"], "{release}");
        let always = cycle_of("Always");
        assert_eq!(steps(&from_exit(&always, 0)[0]), ["start init"], "{release}");
    }
}

/// Crash after crash: at once, then after 10 s, 20 s, and so on to five minutes, measured from the end. A long run forgets.
#[test]
fn crash_after_crash_waits_longer() {
    let spec = json!({"containers": [{"name": "app"}]});
    let mut events: Vec<Value> = (0..8).map(|_| json!({"container": "app", "exitCode": 1})).collect();
    events.push(json!({"container": "app", "exitCode": 1, "after": "10m1s"}));
    let cycle = cycle(Release::V1_37, &spec, &json!(events));
    let mut delays = vec![];
    let mut ended = None;
    for sync in syncs(&cycle) {
        let at: podverdict::model::Time = sync["at"].as_str().unwrap().parse().unwrap();
        if sync["event"]["what"] == "exit" {
            ended = Some(at);
        }
        if let Some(ended) = ended.filter(|_| steps(sync) == ["start app"]) {
            delays.push(at.nanoseconds_since(ended) / 1_000_000_000);
        }
    }
    assert_eq!(delays, [0, 10, 20, 40, 80, 160, 300, 300, 0]);
    assert_eq!(cycle["outcome"], "settled");
    // While it waits its state says so.
    let waiting = |sync: &&Value| container(sync, "app")["state"]["waiting"]["reason"] == "CrashLoopBackOff";
    let waiting = syncs(&cycle).iter().find(waiting).unwrap();
    assert_eq!(
        container(waiting, "app")["state"]["waiting"]["message"],
        "back-off 10s restarting failed container=app pod=p_ns(u)"
    );
    assert_eq!(container(waiting, "app")["lastState"]["terminated"]["exitCode"], 1);
}

/// A plain init container in back-off ends the sync; a sidecar in back-off does not.
#[test]
fn a_refused_init_container_ends_the_sync() {
    let spec = |sidecar: bool| {
        let mut init = json!({"name": "init"});
        if sidecar {
            init["restartPolicy"] = json!("Always");
        }
        json!({"restartPolicy": "Always", "initContainers": [init], "containers": [{"name": "app"}]})
    };
    let exits = json!([{"container": "init", "exitCode": 1}, {"container": "init", "exitCode": 1}]);
    let plain = cycle(Release::V1_36, &spec(false), &exits);
    let refused = syncs(&plain).iter().find(|sync| steps(sync).contains(&"backOff init".into())).unwrap();
    assert_eq!(steps(refused), ["pruneInitContainers", "backOff init"]);
    assert_eq!(refused["aborted"], true);
    let sidecar = cycle(Release::V1_36, &spec(true), &exits);
    let refused = syncs(&sidecar).iter().find(|sync| steps(sync).contains(&"backOff init".into())).unwrap();
    assert_eq!(refused["aborted"], false);
}

/// A pod being deleted is only stopped, and its last status is final.
#[test]
fn a_deleted_pod_is_stopped() {
    let pod = json!({
        "metadata": {"name": "p", "deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 3},
        "spec": {"containers": [{"name": "app"}], "terminationGracePeriodSeconds": 30},
    });
    let pod_status = json!({
        "sandboxStatuses": [{"id": "sb", "ip": "10.0.0.1"}],
        "containerStatuses": [{"id": "c", "name": "app", "state": "running"}],
    });
    let request = json!({"op": "restart_cycle", "pod": pod, "podStatus": pod_status, "killedExitCode": 143});
    let answer = ask(Release::V1_36, &request);
    assert_eq!(answer["outcome"], "terminal");
    assert_eq!(syncs(&answer)[0]["steps"][0]["stops"][0]["seconds"], 3);
    let last = syncs(&answer).last().unwrap();
    assert_eq!(last["phase"], "Failed");
    assert_eq!(container(last, "app")["state"]["terminated"]["exitCode"], 143);
}

/// Events of containers that do not run are passed over, and said so.
#[test]
fn events_that_cannot_happen_are_named() {
    let spec = json!({"restartPolicy": "Never", "containers": [{"name": "app"}, {"name": "other"}]});
    let events = json!([
        {"container": "nowhere", "exitCode": 1},
        {"container": "app", "exitCode": 0},
        {"container": "app", "exitCode": 0},
        {"container": "other", "exitCode": 0},
        {"container": "other", "exitCode": 0},
    ]);
    let cycle = cycle(Release::V1_36, &spec, &events);
    assert_eq!((&cycle["notApplied"], &cycle["outcome"]), (&json!([0, 2, 4]), &json!("terminal")));
}

/// The step bound ends what would not end.
#[test]
fn the_bound_holds() {
    let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "app"}]}});
    let request = json!({"op": "restart_cycle", "pod": pod, "maxSyncs": 1});
    let answer = ask(Release::V1_36, &request);
    assert_eq!((&answer["outcome"], syncs(&answer).len()), (&json!("bound"), 1));
}

fn backoff(gates: &Value, request: Value) -> Value {
    let mut request = request;
    request["op"] = json!("crash_loop_backoff");
    request["gates"] = gates.clone();
    request["pod"] = json!({
        "metadata": {"name": "p", "namespace": "ns", "uid": "u"}, "spec": {"containers": [{"name": "app"}]},
    });
    request["container"] = json!("app");
    ask(Release::V1_36, &request)
}

fn ended(at: &str) -> Value {
    json!({"containerStatuses": [{"id": "c", "name": "app", "state": "exited", "exitCode": 1, "finishedAt": at}]})
}

/// `pkg/kubelet.TestCrashLoopBackOffConfiguration`, and the defaults.
#[test]
fn back_off_by_gates_and_configuration() {
    let reduced = json!({"ReduceDefaultCrashLoopBackOffDecay": true});
    let no_max = json!({"KubeletCrashLoopBackOffMax": false});
    let both = json!({"ReduceDefaultCrashLoopBackOffDecay": true, "KubeletCrashLoopBackOffMax": false});
    for (gates, period, initial, max) in [
        (json!({}), None, "10s", "5m0s"),
        (json!({}), Some("2s"), "2s", "2s"),
        (json!({}), Some("11s"), "10s", "11s"),
        (json!({}), Some("5m"), "10s", "5m0s"),
        (reduced.clone(), None, "1s", "5m0s"),
        (reduced.clone(), Some("2s"), "1s", "2s"),
        (reduced.clone(), Some("10s"), "1s", "10s"),
        (reduced, Some("300s"), "1s", "5m0s"),
        (no_max.clone(), None, "10s", "5m0s"),
        (both, None, "1s", "1m0s"),
    ] {
        let configuration =
            period.map(|period| json!({"crashLoopBackOff": {"maxContainerRestartPeriod": period}}));
        let request = json!({"now": "2026-01-01T00:00:00Z", "kubeletConfiguration": configuration});
        let answer = backoff(&gates, request);
        assert_eq!(answer["config"], json!({"initial": initial, "max": max}), "{gates} {period:?}");
    }
    for (gates, period, message) in [
        (
            json!({}),
            "500ms",
            "invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod (got: 0.5 seconds) must be set between \
             1s and 300s",
        ),
        (
            json!({}),
            "5m1s",
            "invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod (got: 301 seconds) must be set between \
             1s and 300s",
        ),
        (
            no_max,
            "10s",
            "invalid configuration: FeatureGate KubeletCrashLoopBackOffMax not enabled, \
             CrashLoopBackOff.MaxContainerRestartPeriod must not be set",
        ),
    ] {
        let configuration = json!({"crashLoopBackOff": {"maxContainerRestartPeriod": period}});
        let request = json!({"now": "2026-01-01T00:00:00Z", "kubeletConfiguration": configuration});
        let answer = backoff(&gates, request);
        assert_eq!(answer["configErrors"][0]["message"], message);
        assert!(answer.get("inBackOff").is_none());
    }
}

/// Durations, and the seconds in messages, are written as Go writes them.
#[test]
fn durations_are_written_as_go_does() {
    use podverdict::restart::backoff::Duration;
    for text in
        ["999ns", "1µs", "999.999µs", "1ms", "999.999999ms", "1s", "59.9s", "1m0s", "59m59s", "1h0m0s"]
    {
        assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
    }
    let least = "-2562047h47m16.854775808s";
    assert_eq!("-9223372036854775808ns".parse::<Duration>().unwrap().to_string(), least);
    assert!("-9223372036854775809ns".parse::<Duration>().is_err());
    assert!(serde_json::from_str::<Duration>("7").unwrap_err().to_string().contains("a duration such as"));
    for (period, seconds) in
        [("100µs", "0.0001"), ("99.9µs", "9.99e-05"), ("5m1.00005s", "301.00005"), ("-1s", "-1")]
    {
        let configuration = json!({"crashLoopBackOff": {"maxContainerRestartPeriod": period}});
        let request = json!({"now": "2026-01-01T00:00:00Z", "kubeletConfiguration": configuration});
        let message = backoff(&json!({}), request)["configErrors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(&format!("(got: {seconds} seconds)")), "{message}");
    }
}

/// The window is open to the last nanosecond and shut at its end.
#[test]
fn back_off_ends_on_the_dot() {
    let entry = json!({"delay": "20s", "lastUpdate": "2026-01-01T00:00:00Z"});
    for (now, waits) in [
        ("2026-01-01T00:01:00Z", true),
        ("2026-01-01T00:01:19.999999999Z", true),
        ("2026-01-01T00:01:20Z", false),
    ] {
        let request = json!({"now": now, "entry": entry, "podStatus": ended("2026-01-01T00:01:00Z")});
        let answer = backoff(&json!({}), request);
        assert_eq!(answer["inBackOff"], waits, "{now}");
        assert_eq!(answer["nextDelay"], "40s");
        if waits {
            assert_eq!(answer["until"], "2026-01-01T00:01:20Z");
            assert_eq!(answer["entry"], entry);
            assert_eq!(answer["event"], "Back-off restarting failed container app in pod p_ns(u)");
        } else {
            assert_eq!(answer["entry"], json!({"delay": "40s", "lastUpdate": now}));
        }
    }
}

/// Ten minutes from the last start to the end forget; one nanosecond less does not.
#[test]
fn back_off_is_forgotten_after_ten_minutes() {
    let entry = json!({"delay": "160s", "lastUpdate": "2026-01-01T00:00:00Z"});
    for (end, delay, code) in [
        ("2026-01-01T00:10:00Z", "5m0s", "back_off_over"),
        ("2026-01-01T00:10:00.000000001Z", "10s", "back_off_forgotten"),
    ] {
        let request = json!({"now": "2026-01-01T00:20:00Z", "entry": entry, "podStatus": ended(end)});
        let answer = backoff(&json!({}), request);
        assert_eq!((&answer["inBackOff"], &answer["code"]), (&json!(false), &json!(code)), "{end}");
        assert_eq!(answer["nextDelay"], delay);
    }
}

/// Only a record that ended counts, and the newest such, even behind a newer one in another state.
#[test]
fn back_off_goes_by_the_newest_record_that_ended() {
    let entry = json!({"delay": "20s", "lastUpdate": "2026-01-01T00:00:00Z"});
    let record = |state: &str, at: &str| json!({"id": at, "name": "app", "state": state, "finishedAt": at});
    let records = json!({"containerStatuses": [
        record("unknown", "2026-01-01T00:01:30Z"),
        record("exited", "2026-01-01T00:01:00Z"),
        record("exited", "2026-01-01T00:00:00Z"),
    ]});
    let request = json!({"now": "2026-01-01T00:01:05Z", "entry": entry, "podStatus": records});
    assert_eq!(backoff(&json!({}), request)["until"], "2026-01-01T00:01:20Z");
    let records = json!({"containerStatuses": [record("created", "2026-01-01T00:01:00Z")]});
    let request = json!({"now": "2026-01-01T00:01:05Z", "entry": entry, "podStatus": records});
    let answer = backoff(&json!({}), request);
    assert_eq!((&answer["inBackOff"], &answer["code"]), (&json!(false), &json!("no_ended_record")));
    assert_eq!(answer["entry"], entry);
}

/// The kubelet never waits longer than its own resync, and spreads the wait.
#[test]
fn the_next_sync_is_bounded_by_the_resync() {
    let entry = json!({"delay": "300s", "lastUpdate": "2026-01-01T00:00:00Z"});
    let request = |now: &str| json!({"now": now, "entry": entry, "podStatus": ended("2026-01-01T00:01:00Z")});
    let next = |now: &str| backoff(&json!({}), request(now))["nextSync"].clone();
    assert_eq!(next("2026-01-01T00:01:00Z"), json!({"earliest": "1m0s", "latest": "1m30s"}));
    assert_eq!(next("2026-01-01T00:05:50Z"), json!({"earliest": "10s", "latest": "15s"}));
}

#[test]
fn the_sentence_of_a_decision_says_what_decided() {
    use podverdict::restart::decide::{Because, KnownPolicy};

    for (because, sentence) in [
        (Because::Rule(2), "restartPolicyRules[2] matches the exit code"),
        (Because::ContainerPolicy(KnownPolicy::Never), "the container's restartPolicy is Never"),
        (Because::PodPolicy(KnownPolicy::Always), "the pod's restartPolicy is Always"),
        (Because::PodPolicy(KnownPolicy::OnFailure), "the pod's restartPolicy is OnFailure"),
        (Because::UnknownPodPolicy, "the pod's restartPolicy is unknown and counts as Always"),
        (Because::PodDeleted, "the pod is being deleted"),
        (Because::NoRecord, "the runtime has no record of the container"),
        (Because::Running, "the container is running"),
        (Because::Created, "the container was created but not started"),
        (Because::StateUnknown, "the runtime does not know the container's state"),
        (Because::Sidecar, "a sidecar is always restarted"),
        (Because::InitCompleted, "the init container completed"),
        (Because::Ephemeral, "an ephemeral container runs once"),
    ] {
        assert_eq!(because.to_string(), sentence);
    }
}

/// 1.36 without restart policies and rules of containers.
fn rules_off() -> Kubernetes {
    let off = [("ContainerRestartRules", false), ("RestartAllContainersOnContainerExits", false)];
    Kubernetes::with_gates(Release::V1_36, off).unwrap()
}

/// Rules and policies of containers make a pod restart only while their gate is on.
#[test]
fn a_pod_runs_once_if_none_of_its_containers_can_restart() {
    use podverdict::model::PodSpec;
    use podverdict::restart::decide::runs_once;

    let on = Kubernetes::new(Release::V1_36);
    let off = rules_off();
    let own = json!({"restartPolicy": "Never", "containers": [{}, {"restartPolicy": "OnFailure"}]});
    for (spec, with_gate, without) in [
        (json!({"restartPolicy": "Never", "containers": [{}]}), true, true),
        (json!({"restartPolicy": "Always", "containers": [{}]}), false, false),
        (json!({"restartPolicy": "OnFailure", "containers": [{"restartPolicy": "Never"}]}), false, false),
        (own, false, true),
    ] {
        let read: PodSpec = serde_json::from_value(spec.clone()).unwrap();
        assert_eq!((runs_once(&on, &read), runs_once(&off, &read)), (with_gate, without), "{spec}");
    }
}

#[test]
fn init_containers_that_end() {
    use podverdict::model::{Container, Pod};
    use podverdict::restart::decide::{Because, ContainerKind, Exit, KnownPolicy, PassedOver, on_exit};

    let pod: Pod = serde_json::from_value(json!({"spec": {"restartPolicy": "Never"}})).unwrap();
    let ends = |k8s: &Kubernetes, container: &Value, code: i32| {
        let container: Container = serde_json::from_value(container.clone()).unwrap();
        on_exit(k8s, &pod, &container, ContainerKind::Init, Exit { code, reason: "" })
    };
    let on = Kubernetes::new(Release::V1_36);
    let off = rules_off();
    // A sidecar is started again whatever it ends with; an init container that completed is not.
    for code in [0, 1] {
        let sidecar = ends(&on, &json!({"restartPolicy": "Always"}), code);
        assert_eq!((sidecar.because, sidecar.restarts()), (Because::Sidecar, true));
    }
    assert_eq!(ends(&on, &json!({}), 0).because, Because::InitCompleted);
    // With the gate off the rule that matches is named, and the pod's policy decides.
    let rule = json!({"restartPolicy": "Never", "restartPolicyRules": [
        {"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}},
        {"action": "Restart", "exitCodes": {"operator": "In", "values": [7]}},
    ]});
    assert_eq!((ends(&on, &rule, 7).because, ends(&on, &rule, 7).restarts()), (Because::Rule(1), true));
    let passed = ends(&off, &rule, 7);
    assert_eq!(passed.passed_over, Some((1, PassedOver::RulesOff)));
    assert_eq!((passed.because, passed.restarts()), (Because::PodPolicy(KnownPolicy::Never), false));
}
