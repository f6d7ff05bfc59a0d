//! How the kubelet puts a resize in force, and what a pod's status says of one.
//!
//! Orders and texts are upstream's, worked out by hand from `pkg/kubelet/kuberuntime` and `pkg/kubelet/status`; which containers
//! restart or change is compared with upstream elsewhere.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::release::Release;
use podverdict::wire::evaluate_for;
use serde_json::{Value, json};

fn ask(release: Release, request: &Value) -> Value {
    let answer: Value =
        serde_json::from_str(&evaluate_for(Some(release), request.to_string().as_bytes())).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    answer
}

/// Requests and limits; an empty text leaves one out.
fn resources(cpu: (&str, &str), memory: (&str, &str)) -> Value {
    let mut out = json!({"requests": {}, "limits": {}});
    for (name, (request, limit)) in [("cpu", cpu), ("memory", memory)] {
        for (list, amount) in [("requests", request), ("limits", limit)] {
            if !amount.is_empty() {
                out[list][name] = json!(amount);
            }
        }
    }
    out
}

fn equal(cpu: &str, memory: &str) -> Value {
    resources((cpu, cpu), (memory, memory))
}

fn container(name: &str, resources: Value, restarts_for: &[&str]) -> Value {
    let policies: Vec<Value> = restarts_for
        .iter()
        .map(|name| json!({"resourceName": name, "restartPolicy": "RestartContainer"}))
        .collect();
    json!({"name": name, "resources": resources, "resizePolicy": policies})
}

fn pod(containers: &[Value]) -> Value {
    json!({"spec": {"containers": containers}})
}

/// cgroups v1, where shares are read as they were written.
fn actions(release: Release, old: &Value, new: &Value, usage: &Value) -> Value {
    let opts = json!({"settings": {"cgroupVersion": 1}, "usage": usage});
    ask(release, &json!({"op": "resize_actions", "oldPod": old, "pod": new, "opts": opts}))
}

/// The steps, each in one line.
fn steps(actions: &Value) -> Vec<String> {
    let steps = actions["steps"].as_array().unwrap().iter();
    steps
        .map(|step| {
            let kind = step["step"].as_str().unwrap();
            let name = step["name"].as_str().unwrap_or_default();
            match kind {
                "updateContainer" => {
                    let of = &step["resources"];
                    format!(
                        "{name} {}: cpu {}/{} memory {}/{}",
                        step["resource"].as_str().unwrap(),
                        of["cpuRequest"],
                        of["cpuLimit"],
                        of["memoryRequest"],
                        of["memoryLimit"]
                    )
                }
                "killContainer" | "startContainer" => format!("{kind} {name}"),
                _ => format!("{kind} {} -> {}", step["from"], step["to"]),
            }
        })
        .collect()
}

#[test]
fn memory_comes_before_cpu_and_the_pod_grows_before_its_container() {
    let old = pod(&[container("app", equal("1", "1k"), &[])]);
    let new = pod(&[container("app", equal("2", "2k"), &[])]);
    let expected = [
        "podMemoryLimit 1000 -> 2000",
        // CPU keeps what it has by then.
        "app memory: cpu 1000/1000 memory 2000/2000",
        "podCpuLimit 100000 -> 200000",
        "podCpuRequest 1024 -> 2048",
        "app cpu: cpu 2000/2000 memory 2000/2000",
    ];
    assert_eq!(steps(&actions(Release::V1_36, &old, &new, &Value::Null)), expected);
    // And the other way round.
    let usage = json!({"pod": 500, "containers": {"app": 500}});
    let back = actions(Release::V1_36, &new, &old, &usage);
    let expected = [
        "app memory: cpu 2000/2000 memory 1000/1000",
        "podMemoryLimit 2000 -> 1000",
        "app cpu: cpu 1000/1000 memory 1000/1000",
        "podCpuRequest 2048 -> 1024",
        "podCpuLimit 200000 -> 100000",
    ];
    assert_eq!(steps(&back), expected);
    assert_eq!(back["memoryGuard"], "passed");
}

#[test]
fn cpu_and_memory_with_a_policy_for_cpu_is_one_restart() {
    let old = pod(&[container("app", equal("1", "1k"), &["cpu"])]);
    let new = pod(&[container("app", equal("2", "2k"), &["cpu"])]);
    let actions = actions(Release::V1_36, &old, &new, &Value::Null);
    assert_eq!(actions["restarts"][0]["message"], "Container app resize requires restart");
    let expected = [
        "killContainer app",
        "podMemoryLimit 1000 -> 2000",
        "podCpuLimit 100000 -> 200000",
        "podCpuRequest 1024 -> 2048",
        "startContainer app",
    ];
    assert_eq!(steps(&actions), expected);
}

#[test]
fn a_policy_for_a_resource_that_stays_does_not_matter() {
    let old = pod(&[container("app", equal("1", "1k"), &["cpu"])]);
    let new = pod(&[container("app", equal("1", "2k"), &["cpu"])]);
    let actions = actions(Release::V1_36, &old, &new, &Value::Null);
    assert!(actions["restarts"].as_array().unwrap().is_empty());
    assert_eq!(actions["updates"]["memory"][0]["name"], "app");
}

#[test]
fn a_memory_request_alone_restarts_where_memory_does() {
    let with = |request: &str| pod(&[container("app", resources(("1", "2"), (request, "4k")), &["memory"])]);
    let actions = actions(Release::V1_36, &with("1k"), &with("2k"), &Value::Null);
    assert_eq!(actions["restarts"][0]["resource"], "memory");
}

#[test]
fn a_memory_request_alone_writes_no_cgroup_of_the_pod() {
    let with = |request: &str| pod(&[container("app", resources(("1", "2"), (request, "4k")), &[])]);
    let actions = actions(Release::V1_36, &with("1k"), &with("2k"), &Value::Null);
    assert_eq!(steps(&actions), ["app memory: cpu 1000/2000 memory 2000/4000"]);
}

#[test]
fn a_container_without_limit_keeps_the_pod_without() {
    let with = |limit: &str| {
        pod(&[
            container("app", resources(("1", limit), ("1k", "")), &[]),
            container("free", resources(("1", ""), ("1k", "")), &[]),
        ])
    };
    let actions = actions(Release::V1_36, &with("2"), &with("3"), &Value::Null);
    // Neither quota nor shares of the pod change.
    assert_eq!(steps(&actions), ["app cpu: cpu 1000/3000 memory 1000/0"]);
}

#[test]
fn a_container_without_limit_of_its_own_has_the_pods() {
    let with = |limit: &str, policy: &[&str]| {
        let mut pod = pod(&[container("app", resources(("100m", ""), ("", "")), policy)]);
        pod["spec"]["resources"] = json!({"requests": {"cpu": "100m"}, "limits": {"cpu": limit}});
        pod
    };
    let in_place = actions(Release::V1_36, &with("300m", &[]), &with("600m", &[]), &Value::Null);
    assert_eq!(in_place["updatePodLevelResources"], true);
    assert_eq!(in_place["updates"]["cpu"][0]["desired"]["cpuLimit"], 600);
    let restarts = actions(Release::V1_36, &with("300m", &["cpu"]), &with("600m", &["cpu"]), &Value::Null);
    assert_eq!(restarts["restarts"][0]["name"], "app");
}

#[test]
fn the_least_that_can_be_set_is_2_shares_and_a_millisecond() {
    let old = pod(&[container("app", resources(("100m", "100m"), ("1k", "")), &[])]);
    let new = pod(&[container("app", resources(("1m", "1m"), ("1k", "")), &[])]);
    let actions = actions(Release::V1_36, &old, &new, &Value::Null);
    assert_eq!(actions["cgroup"]["cpuShares"], 2);
    assert_eq!(actions["cgroup"]["cpuQuota"], 1000);
    let update = &actions["steps"][0];
    assert_eq!((update["cpuShares"].as_i64(), update["cpuQuota"].as_i64()), (Some(2), Some(1000)));
}

#[test]
fn a_memory_limit_that_goes_down_is_held_against_what_is_in_use() {
    let old = pod(&[container("app", equal("1", "2000"), &[])]);
    let new = pod(&[container("app", equal("1", "1000"), &[])]);
    let guard = |usage: Value| {
        let actions = actions(Release::V1_36, &old, &new, &usage);
        (actions["memoryGuard"].clone(), actions["conditionMessage"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(guard(Value::Null).0, "unknown");
    assert_eq!(guard(json!({"pod": 999, "containers": {"app": 999}})).0, "passed");
    // Exactly the limit is too much already; of the container the pod's usage is printed.
    assert_eq!(
        guard(json!({"pod": 1500, "containers": {"app": 1000}})).1,
        "cannot decrease memory limits: [attempting to set pod memory limit (1000) below current usage (1500), \
         attempting to set container \"app\" memory limit (1000) below current usage (1500)]"
    );
    let missing = guard(json!({"containers": {"app": 1}}));
    assert_eq!(
        missing,
        (json!("failed"), "cannot decrease memory limits: missing pod memory usage".to_owned())
    );
}

#[test]
fn nobody_looks_where_only_the_pods_own_limit_goes_down() {
    let with = |limit: &str| {
        let mut pod = pod(&[container("app", equal("1", "1k"), &[])]);
        pod["spec"]["resources"] = equal("1", limit);
        pod
    };
    let usage = json!({"pod": 5000, "containers": {"app": 500}});
    let actions = actions(Release::V1_36, &with("4k"), &with("2k"), &usage);
    assert_eq!(actions["memoryGuard"], "not_needed");
    assert_eq!(steps(&actions), ["podMemoryLimit 4000 -> 2000"]);
}

#[test]
fn less_than_a_unit_is_no_change() {
    let with = |memory: &str| pod(&[container("app", resources(("1", "1"), ("1k", memory)), &[])]);
    let actions = actions(Release::V1_36, &with("2000"), &with("1999500m"), &Value::Null);
    assert!(actions["steps"].as_array().unwrap().is_empty());
}

fn status(pod: &Value) -> Value {
    ask(Release::V1_36, &json!({"op": "resize_status", "pod": pod}))
}

/// A running pod of generation 5 that asks for `desired`, was allocated `allocated`, and has `actual`.
fn running(desired: &str, allocated: &str, actual: &str, conditions: Value) -> Value {
    json!({
        "metadata": {"generation": 5},
        "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": desired}}}]},
        "status": {
            "phase": "Running", "observedGeneration": 5, "conditions": conditions,
            "containerStatuses": [{
                "name": "app", "allocatedResources": {"cpu": allocated},
                "resources": {"requests": {"cpu": actual}}}],
        },
    })
}

fn pending(reason: &str, message: &str, generation: i64) -> Value {
    json!({"type": "PodResizePending", "status": "True", "reason": reason, "message": message,
        "observedGeneration": generation})
}

#[test]
fn equal_amounts_are_done() {
    let verdict = status(&running("1", "1000m", "1", json!([])));
    assert_eq!((&verdict["status"], &verdict["stale"]), (&json!("done"), &json!(false)));
    assert!(verdict["next"].as_array().unwrap().is_empty());
}

#[test]
fn a_pending_resize_stands_before_the_one_under_way() {
    let conditions = json!([
        pending("Deferred", "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000", 5),
        {"type": "PodResizeInProgress", "status": "True", "observedGeneration": 4}]);
    let verdict = status(&running("3", "2", "1", conditions));
    assert_eq!(verdict["status"], "deferred");
    assert_eq!(verdict["next"], json!(["wait", "free_node", "change_request", "recreate"]));
    let codes: Vec<&Value> =
        verdict["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, ["insufficient_resource", "resize_in_progress"]);
    let difference = &verdict["differences"][0];
    assert_eq!(
        (&difference["desired"], &difference["allocated"], &difference["actual"]),
        (&json!("3"), &json!("2"), &json!("1"))
    );
}

#[test]
fn a_resize_that_can_never_fit_is_not_to_be_waited_for() {
    let text = "Node didn't have enough resource: cpu, requested: 5000, used: 2000, capacity: 4000";
    let verdict = status(&running("5", "1", "1", json!([pending("Deferred", text, 5)])));
    assert_eq!(verdict["next"], json!(["change_request", "recreate"]));
}

#[test]
fn an_infeasible_resize_has_to_be_changed() {
    let text = "In-place resize of containers with swap is not supported.";
    let verdict = status(&running("2", "1", "1", json!([pending("Infeasible", text, 5)])));
    assert_eq!(verdict["status"], "infeasible");
    assert_eq!(verdict["reasons"][0]["code"], "swap_limitation");
    assert_eq!(verdict["next"], json!(["change_request", "recreate"]));
}

#[test]
fn a_verdict_on_an_earlier_request_is_stale() {
    let verdict = status(&running("2", "1", "1", json!([pending("Infeasible", "x", 4)])));
    assert_eq!((&verdict["stale"], &verdict["next"]), (&json!(true), &json!(["wait"])));
}

#[test]
fn a_generation_that_the_node_has_not_seen_is_in_progress() {
    let mut pod = running("1", "1", "1", json!([]));
    pod["status"]["observedGeneration"] = json!(4);
    let verdict = status(&pod);
    assert_eq!((&verdict["status"], &verdict["stale"]), (&json!("in_progress"), &json!(true)));
    assert_eq!(verdict["reasons"][0]["code"], "generation_not_observed");
}

#[test]
fn a_failed_decrease_waits_for_usage_to_fall() {
    let text =
        "cannot decrease memory limits: attempting to set pod memory limit (1) below current usage (2)";
    let conditions =
        json!([{"type": "PodResizeInProgress", "status": "True", "reason": "Error", "message": text}]);
    let verdict = status(&running("1", "1", "2", conditions));
    assert_eq!(verdict["status"], "error");
    assert_eq!(verdict["reasons"][0]["code"], "memory_in_use");
    assert_eq!(verdict["next"], json!(["wait", "change_request"]));
}
