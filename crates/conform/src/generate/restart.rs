//! Cases of the restart family: pods with what the runtime and the API say about them.

use fastrand::Rng;
use podverdict::model::Container;
use podverdict::release::Release;
use podverdict::restart::definition::container_hash;
use serde_json::{Value, json};

use super::pod::{self, Wild, exit_code};
use super::{chance, list, maybe, pick};

/// The gates that the restart family reads, mostly in combinations that the release accepts.
fn gates(rng: &mut Rng, release: Release) -> Value {
    let mut gates = json!({});
    if chance(rng, 4) {
        gates["RestartAllContainersOnContainerExits"] = json!(rng.bool());
        gates["ContainerRestartRules"] = json!(rng.bool());
        return gates;
    }
    let rules = chance(rng, 75);
    let all = rules && chance(rng, 75);
    let old = release == Release::V1_35;
    if chance(rng, 70) {
        gates["ContainerRestartRules"] = json!(rules);
        gates["RestartAllContainersOnContainerExits"] = json!(all);
    }
    let mut node_declared = all;
    if chance(rng, 40) {
        let pod_level = chance(rng, 80);
        let resize = pod_level && chance(rng, 75);
        gates["PodLevelResources"] = json!(pod_level);
        gates["InPlacePodLevelResourcesVerticalScaling"] = json!(resize);
        node_declared |= resize;
        if !pod_level && release == Release::V1_37 {
            gates["PodLevelResourcesFixDefaulting"] = json!(false);
            gates["PodLevelResourcesFixKubeletQOSClass"] = json!(false);
        }
    }
    if old && node_declared {
        gates["NodeDeclaredFeatures"] = json!(true);
    }
    if release == Release::V1_36 && chance(rng, 30) {
        gates["InPlacePodVerticalScalingInitContainers"] = json!(rng.bool());
    }
    if !old && chance(rng, 10) {
        gates["PodObservedGenerationTracking"] = json!(true);
    }
    gates
}

/// A pod with the fields that the kubelet reads, often one the API server would refuse.
fn kubelet_pod(rng: &mut Rng, release: Release) -> Value {
    let wild = Wild(*[0, 0, 5, 15][..].get(rng.usize(..4)).unwrap_or(&0));
    let mut out = pod::pod(rng, release, wild);
    maybe(rng, 25, &mut out["metadata"], "generation", |rng| json!(rng.i64(0..5)));
    maybe(rng, 7, &mut out["metadata"], "deletionTimestamp", |_| json!("2026-01-01T00:00:00Z"));
    maybe(rng, 12, &mut out["metadata"], "annotations", |rng| {
        let source = pick(rng, &["file", "http", "api", ""]);
        if chance(rng, 70) {
            json!({"kubernetes.io/config.source": source})
        } else {
            json!({"kubernetes.io/config.mirror": "x", "kubernetes.io/config.source": source})
        }
    });
    maybe(rng, 10, &mut out["spec"], "hostNetwork", |rng| json!(rng.bool()));
    maybe(rng, 15, &mut out["spec"], "ephemeralContainers", |rng| {
        list(rng, 1, 2, |rng, i| {
            let mut debug =
                json!({"name": if i == 0 { "debug" } else { "shell" }, "image": "registry.example/debug:1"});
            maybe(rng, wild.0, &mut debug, "restartPolicy", |rng| pod::policy(rng, wild));
            debug
        })
    });
    maybe(rng, 10, &mut out["spec"], "readinessGates", |rng| {
        list(
            rng,
            0,
            2,
            |rng, _| json!({"conditionType": pick(rng, &["example.com/a", "example.com/b", "Ready", ""])}),
        )
    });
    // Names that come twice, images that differ.
    for key in ["containers", "initContainers"] {
        if let Some(containers) = out["spec"].get_mut(key).and_then(Value::as_array_mut) {
            for container in containers {
                if chance(rng, wild.0 / 3) {
                    container["name"] = json!(pick(rng, &["app", "worker", "init", ""]));
                }
                if chance(rng, 4) {
                    container["image"] =
                        json!(pick(rng, &["registry.example/app:2", "", "a&b<c>", "\u{2028}é\n"]));
                }
                // Rules with codes that do happen, for more hits.
                if chance(rng, 15) {
                    container["restartPolicyRules"] = pod::rules(rng, wild);
                    if chance(rng, 80) && container.get("restartPolicy").is_none() {
                        container["restartPolicy"] = pod::policy(rng, wild);
                    }
                }
            }
        }
    }
    out
}

/// The names of the pod's containers, in the order init, regular, ephemeral.
fn names(pod: &Value) -> Vec<String> {
    let mut names = vec![];
    for key in ["initContainers", "containers", "ephemeralContainers"] {
        for container in pod["spec"][key].as_array().into_iter().flatten() {
            names.push(container["name"].as_str().unwrap_or_default().to_owned());
        }
    }
    names
}

fn time(rng: &mut Rng) -> Value {
    json!(format!("2026-01-01T00:{:02}:{:02}Z", rng.u32(..60), rng.u32(..60)))
}

fn sandbox(rng: &mut Rng, i: usize, wild: u32) -> Value {
    let ready = if i == 0 { chance(rng, 85) } else { chance(rng, 5) };
    let mut out = json!({"id": format!("sb{i}"), "state": if ready { "READY" } else { "NOTREADY" }});
    maybe(rng, 60, &mut out, "attempt", |rng| json!(rng.u32(..3)));
    if chance(rng, 93) {
        out["ip"] = json!("10.0.0.1");
    }
    maybe(rng, wild, &mut out, "netns", |rng| json!(pick(rng, &["POD", "NODE", "odd"])));
    maybe(rng, wild, &mut out, "noNetwork", |rng| json!(rng.bool()));
    maybe(rng, wild / 3, &mut out, "attempt", |_| json!(u32::MAX));
    out
}

fn record(rng: &mut Rng, name: &str, id: usize, scheme: &str, wild: u32) -> Value {
    let state = pick(
        rng,
        &["running", "running", "running", "exited", "exited", "exited", "exited", "created", "unknown"],
    );
    let mut out = json!({"id": format!("{scheme}c{id}"), "name": name, "state": state});
    if state == "exited" || chance(rng, wild) {
        out["exitCode"] = json!(exit_code(rng));
        maybe(rng, 15, &mut out, "reason", |rng| json!(pick(rng, &["OOMKilled", "Completed", "Error"])));
        maybe(rng, 50, &mut out, "finishedAt", time);
    }
    maybe(rng, 5, &mut out, "reason", |_| json!("OOMKilled"));
    maybe(rng, 40, &mut out, "startedAt", time);
    maybe(rng, 30, &mut out, "restartCount", |rng| json!(rng.i32(0..4)));
    maybe(rng, 8, &mut out, "hash", |rng| {
        json!(pick(rng, &["match", "changed", "0", "2387996624", "99999999999"]))
    });
    maybe(rng, wild / 5, &mut out, "hash", |rng| json!(pick(rng, &["x", "-1", "99999999999999999999999"])));
    out
}

/// Now and then writes out the hash of the definition that a record's container has today.
fn write_hash(rng: &mut Rng, pod: &Value, record: &mut Value) {
    if !chance(rng, 3) {
        return;
    }
    for list in ["containers", "initContainers"] {
        let mut containers = pod["spec"][list].as_array().into_iter().flatten();
        if let Some(container) = containers.find(|container| container["name"] == record["name"]) {
            let text = |key: &str| container[key].as_str().unwrap_or_default().into();
            let container = Container { name: text("name"), image: text("image"), ..Container::default() };
            record["hash"] = json!(container_hash(&container).to_string());
            return;
        }
    }
}

/// The runtime's view of a pod.
fn pod_status(rng: &mut Rng, pod: &Value) -> Value {
    let wild = if chance(rng, 60) { 3 } else { 15 };
    let sandboxes = match rng.u32(..20) {
        0 => 0,
        1..4 => rng.usize(2..=3),
        _ => 1,
    };
    let scheme = if chance(rng, 5) { "://" } else { pick(rng, &["containerd://", ""]) };
    let mut records = vec![];
    let most = if chance(rng, 25) { 3 } else { 1 };
    let share = *[0, 50, 90, 100][..].get(rng.usize(..4)).unwrap_or(&0);
    let mut names = names(pod);
    if chance(rng, wild) {
        names.push("stranger".into());
    }
    for name in &names {
        if !chance(rng, share) {
            continue;
        }
        for _ in 0..rng.usize(1..=most) {
            let id = if chance(rng, wild / 5) { 0 } else { records.len() };
            records.push(record(rng, name, id, scheme, wild));
        }
    }
    // A settled pod: init containers done, the others running.
    if chance(rng, 25) {
        let inits = pod["spec"]["initContainers"].as_array().cloned().unwrap_or_default();
        for record in &mut records {
            let init = inits.iter().find(|c| c["name"] == record["name"]);
            if init.is_some_and(|c| c["restartPolicy"] != "Always") {
                record["state"] = json!("exited");
                record["exitCode"] = json!(0);
            } else if chance(rng, 90) {
                record["state"] = json!("running");
            }
        }
    }
    for record in &mut records {
        write_hash(rng, pod, record);
    }
    if chance(rng, 30) {
        rng.shuffle(&mut records);
    }
    let mut out = json!({
        "sandboxStatuses": (0..sandboxes).map(|i| sandbox(rng, i, wild)).collect::<Vec<_>>(),
        "containerStatuses": records,
    });
    maybe(rng, 30, &mut out, "active", |rng| {
        let share = *[0, 50, 100][..].get(rng.usize(..3)).unwrap_or(&0);
        let mut active: Vec<Value> =
            records.iter().filter(|_| chance(rng, share)).map(|record| record["id"].clone()).collect();
        if chance(rng, wild / 5) {
            active.push(json!("nowhere"));
        }
        Value::Array(active)
    });
    out
}

fn container_state(rng: &mut Rng) -> Value {
    match rng.u32(..10) {
        0..3 => json!({"running": {}}),
        3..5 => {
            json!({"waiting": {"reason": pick(rng, &["CrashLoopBackOff", "PodInitializing", "RestartingAllContainers", ""])}})
        }
        5..9 => {
            let mut terminated = json!({"exitCode": exit_code(rng)});
            maybe(rng, 25, &mut terminated, "reason", |rng| {
                json!(pick(rng, &["RestartingAllContainers", "Error", "Completed"]))
            });
            json!({"terminated": terminated})
        }
        _ => json!({}),
    }
}

fn container_status(rng: &mut Rng, name: &str) -> Value {
    let mut out = json!({"name": name, "state": container_state(rng), "image": "", "imageID": "", "restartCount": rng.i32(0..4)});
    out["ready"] = json!(rng.bool());
    maybe(rng, 50, &mut out, "lastState", container_state);
    maybe(rng, 60, &mut out, "started", |rng| json!(rng.bool()));
    out
}

/// A pod's API status.
fn api_status(rng: &mut Rng, pod: &Value) -> Value {
    let share = *[0, 70, 100, 100][..].get(rng.usize(..4)).unwrap_or(&0);
    let mut out = json!({});
    for (list, statuses) in [("initContainers", "initContainerStatuses"), ("containers", "containerStatuses")]
    {
        let mut all = vec![];
        for container in pod["spec"][list].as_array().into_iter().flatten() {
            let name = container["name"].as_str().unwrap_or_default();
            while chance(rng, share.min(95)) && (all.len() < 6) {
                all.push(container_status(rng, name));
                if !chance(rng, 4) {
                    break;
                }
            }
        }
        if !all.is_empty() || chance(rng, 20) {
            out[statuses] = Value::Array(all);
        }
    }
    // Everything well and running, or everything ended, now and then.
    if chance(rng, 45) {
        let regular = if chance(rng, 40) {
            json!({"running": {}})
        } else {
            json!({"terminated": {"exitCode": exit_code(rng)}})
        };
        for (statuses, state) in [
            ("initContainerStatuses", json!({"terminated": {"exitCode": 0}})),
            ("containerStatuses", regular),
        ] {
            for status in out.get_mut(statuses).and_then(Value::as_array_mut).into_iter().flatten() {
                status["state"] = if chance(rng, 85) { state.clone() } else { container_state(rng) };
                status["ready"] = json!(true);
                status["started"] = json!(chance(rng, 90));
            }
        }
    }
    maybe(rng, 50, &mut out, "phase", |rng| {
        json!(pick(rng, &["Pending", "Running", "Running", "Succeeded", "Failed", "Unknown", ""]))
    });
    maybe(rng, 40, &mut out, "conditions", |rng| {
        list(rng, 0, 3, |rng, _| {
            let mut condition = json!({
                "type": pick(rng, &["AllContainersRestarting", "AllContainersRestarting", "Initialized", "Initialized", "Ready", "example.com/a", "example.com/b"]),
                "status": pick(rng, &["True", "True", "False", "Unknown", ""]),
            });
            maybe(rng, 20, &mut condition, "observedGeneration", |rng| json!(rng.i64(0..3)));
            condition
        })
    });
    out
}

/// The parts that every case has: gates, and whether defaults are taken.
fn frame(rng: &mut Rng, release: Release) -> Value {
    let mut case = json!({});
    maybe(rng, 60, &mut case, "gates", |rng| gates(rng, release));
    maybe(rng, 15, &mut case, "defaults", |_| json!(false));
    case
}

pub(super) fn restart_decision(rng: &mut Rng, release: Release) -> Value {
    let mut case = frame(rng, release);
    let pod = kubelet_pod(rng, release);
    maybe(rng, 80, &mut case, "podStatus", |rng| pod_status(rng, &pod));
    maybe(rng, 50, &mut case, "apiStatus", |rng| api_status(rng, &pod));
    maybe(rng, 70, &mut case, "exitCode", |rng| json!(exit_code(rng)));
    maybe(rng, 10, &mut case, "container", |rng| json!(pick(rng, &["app", "init", "nowhere", ""])));
    case["pod"] = pod;
    case
}

/// Results of probes for some of the containers of the runtime's view, and now and then for one it does not have.
fn probe_results(rng: &mut Rng, pod_status: &Value) -> Value {
    let mut out = json!({});
    for record in pod_status["containerStatuses"].as_array().into_iter().flatten() {
        if chance(rng, 50) {
            let id = record["id"].as_str().unwrap_or_default();
            out[id] = json!(pick(rng, &["success", "success", "failure", "failure", "unknown", "odd"]));
        }
    }
    maybe(rng, 5, &mut out, "nowhere", |_| json!("failure"));
    out
}

/// The resources last given to the runtime: mostly those of the pod with a change or two.
fn actuated(rng: &mut Rng, pod: &Value) -> Value {
    match rng.u32(..10) {
        0 => return Value::Null,
        1 => return json!({}),
        _ => {}
    }
    let mut containers = json!({});
    for list in ["initContainers", "containers"] {
        for container in pod["spec"][list].as_array().into_iter().flatten() {
            let name = container["name"].as_str().unwrap_or_default();
            if chance(rng, 90) {
                let mut resources = container
                    .get("resources")
                    .filter(|r| r.is_object())
                    .cloned()
                    .unwrap_or_else(|| json!({}));
                for part in ["requests", "limits"] {
                    if chance(rng, 35) {
                        let resource = pick(rng, &["cpu", "memory"]);
                        let amount = pod::amount(rng, resource, Wild(2));
                        if resources.get(part).is_none_or(|list| !list.is_object()) {
                            resources[part] = json!({});
                        }
                        resources[part][resource] = amount;
                    }
                }
                containers[name] = resources;
            }
        }
    }
    let mut out = json!({"containers": containers});
    maybe(rng, 60, &mut out, "pod", |rng| {
        let same = pod["spec"].get("resources").filter(|_| chance(rng, 60)).cloned();
        same.unwrap_or_else(|| pod::pod_resources(rng, Wild(0)))
    });
    out
}

pub(super) fn pod_actions(rng: &mut Rng, release: Release) -> Value {
    let mut case = frame(rng, release);
    let mut pod = kubelet_pod(rng, release);
    let pod_status = pod_status(rng, &pod);
    let status = api_status(rng, &pod);
    maybe(rng, 25, &mut pod, "status", |_| status);
    maybe(rng, 40, &mut case, "liveness", |rng| probe_results(rng, &pod_status));
    maybe(rng, 40, &mut case, "startup", |rng| probe_results(rng, &pod_status));
    maybe(rng, 40, &mut case, "actuated", |rng| actuated(rng, &pod));
    maybe(rng, 25, &mut case, "restartAllContainers", |rng| json!(rng.bool()));
    case["podStatus"] = pod_status;
    case["pod"] = pod;
    case
}

pub(super) fn pod_phase(rng: &mut Rng, release: Release) -> Value {
    let mut case = frame(rng, release);
    let mut pod = kubelet_pod(rng, release);
    let status = api_status(rng, &pod);
    match rng.u32(..10) {
        0 => case["containerStatuses"] = Value::Null,
        1..3 => {
            let mut list = vec![];
            for statuses in ["containerStatuses", "initContainerStatuses"] {
                list.extend(status[statuses].as_array().cloned().unwrap_or_default());
            }
            case["containerStatuses"] = Value::Array(list);
        }
        _ => {}
    }
    pod["status"] = status;
    maybe(rng, 40, &mut case, "podIsTerminal", |rng| json!(rng.bool()));
    maybe(rng, 60, &mut case, "podHasInitialized", |rng| json!(rng.bool()));
    case["pod"] = pod;
    case
}

pub(super) fn pod_conditions(rng: &mut Rng, release: Release) -> Value {
    let mut case = frame(rng, release);
    let mut pod = kubelet_pod(rng, release);
    let status = api_status(rng, &pod);
    maybe(rng, 60, &mut case, "oldStatus", |rng| api_status(rng, &pod));
    maybe(rng, 85, &mut case, "podStatus", |rng| pod_status(rng, &pod));
    maybe(rng, 50, &mut case, "phase", |rng| {
        json!(pick(rng, &["Pending", "Running", "Succeeded", "Failed", "Unknown", ""]))
    });
    pod["status"] = status;
    case["pod"] = pod;
    case
}
