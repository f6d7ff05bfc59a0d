//! Resizes on a node: the queue of those that are pending, how far requests can grow, and what to ask for instead.
//!
//! Upstream has no single function for these. What they say of each pod is compared with upstream elsewhere; here are the cases
//! that a person would ask about, with answers worked out by hand.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::release::Release;
use podverdict::wire::evaluate_for;
use serde_json::{Value, json};

const GI: i64 = 1 << 30;

fn ask(release: Release, request: &Value) -> Value {
    let answer: Value =
        serde_json::from_str(&evaluate_for(Some(release), request.to_string().as_bytes())).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    answer
}

/// A node with 4 CPUs and 8 GiB for pods.
fn node() -> Value {
    json!({"metadata": {"name": "n"}, "status": {
        "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
        "declaredFeatures": [
            "InPlacePodLevelResourcesVerticalScaling", "InPlacePodVerticalScalingInitContainers"],
    }})
}

fn burstable(cpu: &str, memory: &str) -> Value {
    json!({"requests": {"cpu": cpu, "memory": memory}})
}

fn guaranteed(cpu: &str, memory: &str) -> Value {
    json!({"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": cpu, "memory": memory}})
}

fn pod_of(name: &str, spec: Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "ns", "uid": name}, "spec": spec})
}

fn pod(name: &str, resources: Value) -> Value {
    pod_of(
        name,
        json!({"nodeName": "n", "containers": [{"name": "app", "image": "i", "resources": resources}]}),
    )
}

/// The queue as names with what becomes of them.
fn queue(release: Release, pods: &[Value], resizes: &[(Value, Value)]) -> Vec<String> {
    let resizes: Vec<Value> = resizes.iter().map(|(old, new)| json!({"oldPod": old, "pod": new})).collect();
    let case = json!({"op": "resize_queue", "node": node(), "pods": pods, "resizes": resizes});
    let answer = ask(release, &case);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let order = answer["order"].as_array().unwrap().iter();
    order
        .map(|place| {
            let refused = if place["apiServer"].is_object() { ", refused by the API server" } else { "" };
            let kept = if place["staysQueued"] == true { ", stays" } else { "" };
            format!("{} {}{kept}{refused}", text(&place["name"]), text(&place["outcome"]))
        })
        .collect()
}

#[test]
fn what_one_resize_gives_back_is_there_for_the_next() {
    let resizes = [
        (pod("grows", burstable("1", "1Gi")), pod("grows", burstable("2500m", "1Gi"))),
        (pod("shrinks", burstable("2", "1Gi")), pod("shrinks", burstable("1", "1Gi"))),
    ];
    let order = queue(Release::V1_36, &[], &resizes);
    assert_eq!(order, ["shrinks allocated", "grows allocated"]);
}

#[test]
fn priority_decides_who_gets_the_room() {
    let mut important = pod("important", burstable("2", "1Gi"));
    important["spec"]["priority"] = json!(100);
    let mut before = important.clone();
    before["spec"]["containers"][0]["resources"] = burstable("1", "1Gi");
    let resizes =
        [(pod("plain", burstable("1", "1Gi")), pod("plain", burstable("2", "1Gi"))), (before, important)];
    let others = [pod("other", burstable("1", "1Gi"))];
    let order = queue(Release::V1_36, &others, &resizes);
    assert_eq!(order, ["important allocated", "plain deferred, stays"]);
}

#[test]
fn a_guaranteed_pod_comes_before_a_burstable_one_and_an_older_resize_before_a_newer() {
    let since = |name: &str, resources: Value, time: &str| {
        let mut pod = pod(name, resources);
        pod["status"] = json!({"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Deferred",
            "lastTransitionTime": time}]});
        pod
    };
    let resizes = [
        (pod("new", burstable("1", "1Gi")), since("new", burstable("1100m", "1Gi"), "2026-01-02T00:00:09Z")),
        (pod("old", burstable("1", "1Gi")), since("old", burstable("1100m", "1Gi"), "2026-01-02T00:00:01Z")),
        (
            pod("guaranteed", guaranteed("1", "1Gi")),
            since("guaranteed", guaranteed("1100m", "1Gi"), "2026-01-02T00:00:09Z"),
        ),
    ];
    let order = queue(Release::V1_37, &[], &resizes);
    assert_eq!(order, ["guaranteed allocated", "old allocated", "new allocated"]);
}

#[test]
fn what_is_moved_from_one_container_to_another_does_not_grow() {
    let two = |a: &str, b: &str| {
        let container = |name: &str, cpu: &str| json!({"name": name, "resources": burstable(cpu, "1Gi")});
        pod_of("moves", json!({"containers": [container("a", a), container("b", b)]}))
    };
    let resizes = [
        (pod("grows", burstable("1", "1Gi")), pod("grows", burstable("1500m", "1Gi"))),
        (two("1", "500m"), two("500m", "1")),
    ];
    assert_eq!(queue(Release::V1_36, &[], &resizes), ["moves allocated", "grows allocated"]);
}

#[test]
fn more_than_the_node_has_is_dropped_on_1_35_and_kept_later() {
    let resizes = [(pod("huge", burstable("1", "1Gi")), pod("huge", burstable("9", "1Gi")))];
    assert_eq!(queue(Release::V1_35, &[], &resizes), ["huge infeasible"]);
    assert_eq!(queue(Release::V1_36, &[], &resizes), ["huge deferred, stays, refused by the API server"]);
}

fn headroom_case(release: Release, others: &[Value], pod: &Value, config: Value) -> Value {
    let case = json!({
        "op": "resize_headroom", "node": node(), "pods": others, "pod": pod, "nodeConfig": config});
    ask(release, &case)["headroom"].clone()
}

fn entry<'h>(headroom: &'h Value, container: &str, resource: &str) -> &'h Value {
    let name = if container.is_empty() { Value::Null } else { json!(container) };
    let mut entries = headroom.as_array().unwrap().iter();
    entries.find(|entry| entry["container"] == name && entry["resource"] == resource).unwrap()
}

/// current, now, ever, freeAfter.
fn numbers(entry: &Value) -> [i64; 4] {
    ["current", "now", "ever", "freeAfter"].map(|key| entry[key].as_i64().unwrap())
}

#[test]
fn a_request_grows_into_what_other_pods_leave() {
    let others = [pod("a", burstable("1", "2Gi")), pod("b", burstable("500m", "1Gi"))];
    let headroom = headroom_case(Release::V1_36, &others, &pod("p", burstable("1", "1Gi")), Value::Null);
    assert_eq!(numbers(entry(&headroom, "app", "cpu")), [1000, 2500, 4000, 0]);
    assert_eq!(numbers(entry(&headroom, "app", "memory")), [GI, 5 * GI, 8 * GI, 0]);
    assert!(entry(&headroom, "app", "cpu").get("limitNow").is_none());
}

#[test]
fn the_limit_of_a_guaranteed_pod_goes_along() {
    let headroom = headroom_case(Release::V1_36, &[], &pod("p", guaranteed("1", "1Gi")), Value::Null);
    let cpu = entry(&headroom, "app", "cpu");
    assert_eq!((cpu["now"].as_i64(), cpu["limitNow"].as_i64()), (Some(4000), Some(4000)));
}

#[test]
fn a_burstable_pod_stays_one_unit_from_guaranteed() {
    let resources =
        json!({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "1Gi"}});
    let headroom = headroom_case(Release::V1_36, &[], &pod("p", resources), Value::Null);
    let cpu = entry(&headroom, "app", "cpu");
    assert_eq!((cpu["now"].as_i64(), cpu["limitNow"].as_i64()), (Some(4000), Some(4001)));
}

#[test]
fn overhead_counts() {
    let mut pod = pod("p", burstable("1", "1Gi"));
    pod["spec"]["overhead"] = json!({"cpu": "250m"});
    let headroom = headroom_case(Release::V1_36, &[], &pod, Value::Null);
    assert_eq!(numbers(entry(&headroom, "app", "cpu")), [1000, 3750, 3750, 0]);
}

#[test]
fn an_init_container_has_the_room_of_those_that_start_after_it() {
    let spec = json!({
        "nodeName": "n",
        "initContainers": [
            {"name": "setup", "resources": burstable("1", "64Mi")},
            {"name": "mesh", "restartPolicy": "Always", "resources": burstable("500m", "64Mi")}],
        "containers": [{"name": "app", "resources": burstable("1", "1Gi")}],
    });
    let pod = pod_of("p", spec);
    let headroom = headroom_case(Release::V1_36, &[], &pod, Value::Null);
    // Alone on the node: it runs before the others do.
    assert_eq!(numbers(entry(&headroom, "setup", "cpu")), [1000, 4000, 4000, 0]);
    assert_eq!(numbers(entry(&headroom, "mesh", "cpu")), [500, 3000, 3000, 0]);
    assert_eq!(numbers(entry(&headroom, "app", "cpu")), [1000, 3500, 3500, 0]);
    let headroom = headroom_case(Release::V1_35, &[], &pod, Value::Null);
    let setup = entry(&headroom, "setup", "cpu");
    assert_eq!(setup["fixed"]["code"], "init_container_not_resized");
    assert_eq!((setup["now"].as_i64(), setup["ever"].as_i64()), (Some(1000), Some(1000)));
}

#[test]
fn containers_grow_within_the_pod_and_the_pod_within_the_node() {
    let mut pod = pod("p", burstable("1", "1Gi"));
    pod["spec"]["resources"] = burstable("2", "2Gi");
    let headroom = headroom_case(Release::V1_36, &[], &pod, Value::Null);
    assert_eq!(numbers(entry(&headroom, "app", "cpu")), [1000, 2000, 2000, 2000]);
    assert_eq!(numbers(entry(&headroom, "", "cpu")), [2000, 4000, 4000, 0]);
    // On 1.35 pod-level resources are not resized by default, nor are their containers.
    let headroom = headroom_case(Release::V1_35, &[], &pod, Value::Null);
    assert_eq!(entry(&headroom, "app", "cpu")["fixed"]["code"], "pod_level_resize_gated");
}

#[test]
fn a_static_cpu_manager_pins_the_cpu_of_guaranteed_pods_only() {
    let config = json!({"CPUManagerPolicy": "static"});
    let headroom = headroom_case(Release::V1_36, &[], &pod("p", guaranteed("1", "1Gi")), config.clone());
    let code = &entry(&headroom, "app", "cpu")["fixed"]["code"];
    assert_eq!(code, "guaranteed_pod_cpu_manager_static_policy");
    assert!(entry(&headroom, "app", "memory").get("fixed").is_none());
    let headroom = headroom_case(Release::V1_36, &[], &pod("p", burstable("1", "1Gi")), config);
    assert!(entry(&headroom, "app", "cpu").get("fixed").is_none());
}

#[test]
fn on_a_node_that_gave_too_much_only_less_is_allocated_anew() {
    let others = [pod("other", burstable("3500m", "1Gi"))];
    let headroom = headroom_case(Release::V1_36, &others, &pod("p", burstable("1", "1Gi")), Value::Null);
    let cpu = entry(&headroom, "app", "cpu");
    assert_eq!(numbers(cpu), [1000, 1000, 4000, -500]);
    assert_eq!(cpu["shrinkTo"].as_i64(), Some(500));
    // Memory would fit, but the pod as a whole does not: the kubelet judges it as a whole.
    let memory = entry(&headroom, "app", "memory");
    assert_eq!(memory["fixed"]["code"], "insufficient_resource");
}

fn advice(release: Release, others: &[Value], old: &Value, new: &Value) -> Value {
    ask(release, &json!({"op": "resize_advice", "node": node(), "pods": others, "oldPod": old, "pod": new}))
}

#[test]
fn what_fits_is_offered_as_wanted() {
    let advice =
        advice(Release::V1_36, &[], &pod("p", burstable("1", "1Gi")), &pod("p", burstable("2", "2Gi")));
    for kind in ["accepted", "legal", "withoutRestart"] {
        assert_eq!(advice[kind]["asWanted"], true, "{kind}");
    }
}

#[test]
fn too_much_is_cut_to_what_is_left() {
    let others = [pod("other", burstable("1500m", "1Gi"))];
    let (old, new) = (pod("p", burstable("1", "1Gi")), pod("p", burstable("3", "2Gi")));
    let advice = advice(Release::V1_36, &others, &old, &new);
    assert_eq!(advice["legal"]["asWanted"], true);
    assert_eq!(advice["accepted"]["asWanted"], false);
    // Of CPU what is left, of memory what is wanted.
    let resources = &advice["accepted"]["containers"][0]["resources"];
    assert_eq!(*resources, burstable("2500m", "2Gi"));
}

#[test]
fn what_the_node_cuts_keeps_a_pod_burstable_by_itself() {
    let old = pod("p", json!({"requests": {"memory": "1Gi"}}));
    let new = pod("p", json!({"requests": {"memory": "1500M"}, "limits": {"cpu": "20", "memory": "1Gi"}}));
    let advice = advice(Release::V1_37, &[], &old, &new);
    // As legal, requests that would all equal their limits give way by one unit of memory.
    let asked = |kind: &str| advice[kind]["containers"][0]["resources"]["requests"].clone();
    assert_eq!(asked("legal"), json!({"cpu": "20", "memory": "1073741823"}));
    // The node has no 20 CPUs, so the memory may be what is wanted.
    assert_eq!(asked("accepted"), json!({"cpu": "4", "memory": "1Gi"}));
}

#[test]
fn a_guaranteed_pod_is_offered_equal_requests_and_limits() {
    let old = pod("p", guaranteed("1", "1Gi"));
    let mut new = old.clone();
    new["spec"]["containers"][0]["resources"]["requests"]["cpu"] = json!("500m");
    let advice = advice(Release::V1_36, &[], &old, &new);
    let resources = &advice["accepted"]["containers"][0]["resources"];
    assert_eq!(*resources, guaranteed("500m", "1Gi"));
}

#[test]
fn what_restarts_a_container_is_left_out_where_no_restart_is_wanted() {
    let mut old = pod("p", burstable("1", "1Gi"));
    old["spec"]["containers"][0]["resizePolicy"] =
        json!([{"resourceName": "memory", "restartPolicy": "RestartContainer"}]);
    let mut new = old.clone();
    new["spec"]["containers"][0]["resources"] = burstable("2", "2Gi");
    let advice = advice(Release::V1_36, &[], &old, &new);
    assert_eq!(advice["accepted"]["asWanted"], true);
    assert_eq!(advice["withoutRestart"]["containers"][0]["resources"], burstable("2", "1Gi"));
}

#[test]
fn containers_are_served_in_the_order_in_which_they_start() {
    let two = |a: &str, b: &str| {
        let container = |name: &str, cpu: &str| json!({"name": name, "resources": burstable(cpu, "64Mi")});
        pod_of("p", json!({"nodeName": "n", "containers": [container("a", a), container("b", b)]}))
    };
    let advice = advice(Release::V1_36, &[], &two("1", "1"), &two("2500m", "2500m"));
    let cpu: Vec<&Value> = advice["accepted"]["containers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|container| &container["resources"]["requests"]["cpu"])
        .collect();
    assert_eq!(cpu, ["2500m", "1500m"]);
}

#[test]
fn nothing_is_offered_where_nothing_can_change() {
    let mut old = pod("p", burstable("1", "1Gi"));
    old["spec"]["os"] = json!({"name": "windows"});
    let mut new = old.clone();
    new["spec"]["containers"][0]["resources"] = burstable("2", "1Gi");
    let advice = advice(Release::V1_36, &[], &old, &new);
    assert!(advice.get("accepted").is_none() && advice.get("legal").is_none());
    assert_eq!(advice["reasons"][0]["code"], "windows_pod_not_resized");
}

#[test]
fn a_full_node_has_nothing_to_offer_and_says_why() {
    let others = [pod("other", burstable("3", "64Mi"))];
    let (old, new) = (pod("p", burstable("1", "64Mi")), pod("p", burstable("2", "64Mi")));
    let advice = advice(Release::V1_36, &others, &old, &new);
    assert!(advice.get("accepted").is_none(), "{advice}");
    assert_eq!(advice["legal"]["asWanted"], true);
    assert_eq!(numbers_of(&advice["reasons"][0]), [2000, 3000, 4000, 1000]);
}

fn numbers_of(reason: &Value) -> [i64; 4] {
    ["requested", "used", "capacity", "missing"].map(|key| reason["numbers"][key].as_i64().unwrap_or(-1))
}

#[test]
fn a_resource_that_is_not_asked_for_may_be_short() {
    let others = [pod("other", burstable("1", "9Gi"))];
    let cpu = |cpu: &str| pod("p", json!({"requests": {"cpu": cpu}}));
    assert_eq!(advice(Release::V1_36, &others, &cpu("1"), &cpu("2"))["accepted"]["asWanted"], true);
}

#[test]
fn what_the_node_lacks_a_feature_for_is_left_out() {
    let with = |init: &str, app: &str| {
        let spec = json!({
            "nodeName": "n",
            "initContainers": [{"name": "setup", "resources": burstable(init, "64Mi")}],
            "containers": [{"name": "app", "resources": burstable(app, "64Mi")}],
        });
        pod_of("p", spec)
    };
    let mut case =
        json!({"op": "resize_advice", "node": node(), "oldPod": with("1", "1"), "pod": with("2", "2")});
    case["node"]["status"]["declaredFeatures"] = json!([]);
    let offered = |case: &Value| {
        let offered = ask(Release::V1_36, case)["accepted"]["containers"].clone();
        offered.as_array().unwrap().iter().map(|offer| offer["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(offered(&case), ["app"]);
    case["node"] = node();
    assert_eq!(offered(&case), ["setup", "app"]);
}

#[test]
fn a_limit_that_would_bring_a_request_is_not_offered_to_a_container_with_swap() {
    let (old, new) = (
        pod("p", json!({"requests": {"cpu": "1"}})),
        pod("p", json!({"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}})),
    );
    let case = json!({"op": "resize_advice", "node": node(), "oldPod": old, "pod": new,
        "opts": {"swap": {"app": "LimitedSwap"}}});
    let advice = ask(Release::V1_36, &case);
    assert!(advice.get("accepted").is_none(), "{advice}");
    assert_eq!(advice["reasons"][0]["code"], "swap_limitation");
}

#[test]
fn a_pinned_request_leaves_the_limit_of_a_container_free_where_the_pod_is_guaranteed_as_a_whole() {
    let with = |limit: &str| {
        let mut pod = pod("p", json!({"requests": {"memory": "64Mi"}, "limits": {"memory": limit}}));
        pod["spec"]["resources"] = guaranteed("2", "2Gi");
        pod
    };
    let case = json!({"op": "resize_advice", "node": node(), "oldPod": with("128Mi"), "pod": with("256Mi"),
        "nodeConfig": {"MemoryManagerPolicy": "Static"}});
    assert_eq!(ask(Release::V1_37, &case)["accepted"]["asWanted"], true);
}

#[test]
fn what_the_api_server_adds_to_pod_level_resources_does_not_change_the_class() {
    let with = |own: Value, memory: [&str; 2]| {
        let mut pod = pod("p", own);
        pod["spec"]["resources"] =
            json!({"requests": {"memory": memory[0]}, "limits": {"memory": memory[1]}});
        pod
    };
    // The pod gets the limit of its only container, and would then be Guaranteed.
    let old = with(json!({}), ["1Gi", "2Gi"]);
    let new = with(json!({"requests": {"cpu": "1"}, "limits": {"cpu": "1"}}), ["1Gi", "1Gi"]);
    let advice = advice(Release::V1_37, &[], &old, &new);
    assert_eq!(advice["legal"]["asWanted"], false, "{advice}");
    assert_eq!(
        advice["legal"]["pod"],
        json!({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1073741823"}})
    );
}

#[test]
fn what_one_container_cannot_take_is_left_for_the_others() {
    let with = |app: &str, worker: &str| {
        let spec = json!({
            "nodeName": "n",
            "resources": guaranteed("2", "3Gi"),
            "containers": [
                {"name": "app", "image": "i", "resources": {"requests": {"memory": app}}},
                {"name": "worker", "image": "i", "resources": {"requests": {"memory": worker}}},
            ],
        });
        pod_of("p", spec)
    };
    let case = json!({"op": "resize_advice", "node": node(), "oldPod": with("1Gi", "256Mi"), "pod": with("2Gi", "2Gi"),
        "opts": {"swap": {"app": "LimitedSwap"}}});
    let advice = ask(Release::V1_36, &case);
    // Legal would be 2 GiB for the first, and the rest for the second; but the first keeps what it has, because it swaps.
    assert_eq!(advice["legal"]["containers"][1]["resources"]["requests"]["memory"], "1Gi");
    assert_eq!(
        advice["accepted"]["containers"],
        json!([{"name": "worker", "init": false, "resources": {"requests": {"memory": "2Gi"}}}])
    );
}
