//! Cases of the resize family.

use fastrand::Rng;
use podverdict::release::{Gate, Release};
use serde_json::{Value, json};

use super::pod::{self, Wild, resource_list, resources};
use super::{chance, maybe, pick};

/// The gates that decide what a pod's resources are.
const RESOURCE_GATES: &[&str] = &[
    "PodLevelResources",
    "PodLevelResourcesFixDefaulting",
    "PodLevelResourcesFixKubeletQOSClass",
    "InPlacePodLevelResourcesVerticalScaling",
    "NodeDeclaredFeatures",
];

/// Overrides of those of the gates that the release has and does not lock, in `percent` of 100 cases.
fn gates(rng: &mut Rng, release: Release, percent: u32, case: &mut Value, names: &[&str]) {
    let free = |name: &&str| {
        Gate::from_name(name).and_then(|gate| gate.spec(release)).is_some_and(|spec| !spec.locked)
    };
    let names: Vec<&str> = names.iter().copied().filter(free).collect();
    if let Some(gates) = super::gates(rng, percent, &names) {
        case["gates"] = gates;
    }
}

fn wild(rng: &mut Rng) -> Wild {
    Wild([0, 0, 3, 20][rng.usize(..4)])
}

/// Cases of `qos`.
pub(super) fn qos(rng: &mut Rng, release: Release) -> Value {
    let wild = wild(rng);
    let mut case = json!({"pod": pod::pod(rng, release, wild)});
    if chance(rng, 50) {
        align(rng, &mut case["pod"]);
    }
    gates(rng, release, 30, &mut case, RESOURCE_GATES);
    maybe(rng, 40, &mut case, "defaults", |_| json!(false));
    case
}

/// Makes every container's limits its requests, now and then all but one's, so that Guaranteed is in reach.
fn align(rng: &mut Rng, pod: &mut Value) {
    for list in ["containers", "initContainers"] {
        for container in pod["spec"][list].as_array_mut().into_iter().flatten() {
            if chance(rng, 90) {
                let same = json!({"cpu": pick(rng, pod::CPU), "memory": pick(rng, pod::MEMORY)});
                container["resources"] = json!({"requests": same, "limits": same});
            }
        }
    }
}

/// Cases of `pod_requests` and `pod_limits`.
pub(super) fn pod_resources(rng: &mut Rng, release: Release) -> Value {
    let wild = wild(rng);
    let mut pod = pod::pod(rng, release, wild);
    if chance(rng, 75) {
        status(rng, &mut pod, wild);
    }
    maybe(rng, 8, &mut pod["spec"], "resources", |rng| {
        pick(
            rng,
            &[
                "null",
                "{}",
                r#"{"requests": {}}"#,
                r#"{"limits": {}}"#,
                r#"{"requests": null, "limits": {"cpu": 1}}"#,
            ],
        )
        .parse()
        .unwrap_or_default()
    });
    let mut opts = json!({});
    for (name, percent) in [
        ("UseStatusResources", 75),
        ("InPlacePodLevelResourcesVerticalScalingEnabled", 60),
        ("ExcludeOverhead", 20),
        ("SkipPodLevelResources", 15),
        ("SkipContainerLevelResources", 10),
    ] {
        maybe(rng, percent, &mut opts, name, |_| json!(true));
    }
    maybe(rng, 25, &mut opts, "NonMissingContainerRequests", |rng| resource_list(rng, wild));
    let mut case = json!({"pod": pod, "opts": opts});
    gates(rng, release, 20, &mut case, RESOURCE_GATES);
    maybe(rng, 40, &mut case, "defaults", |_| json!(false));
    case
}

/// Gives a pod a status whose resources are partly there.
pub(crate) fn status(rng: &mut Rng, pod: &mut Value, wild: Wild) {
    let mut status = json!({});
    for (containers, statuses) in
        [("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")]
    {
        let mut list = vec![];
        for container in pod["spec"][containers].as_array().into_iter().flatten() {
            let copies = if chance(rng, 85) { 1 } else { rng.usize(..=2) };
            for _ in 0..copies {
                list.push(container_status(rng, container, wild));
            }
        }
        if chance(rng, 5) {
            list.push(
                json!({"name": pick(rng, &["app", "init", "gone"]), "resources": resources(rng, wild)}),
            );
        }
        if chance(rng, 15) {
            rng.shuffle(&mut list);
        }
        if !list.is_empty() {
            status[statuses] = json!(list);
        }
    }
    maybe(rng, 50, &mut status, "conditions", |rng| conditions(rng));
    maybe(rng, 50, &mut status, "allocatedResources", |rng| list_or_empty(rng, wild));
    maybe(rng, 50, &mut status, "resources", |rng| in_force(rng, wild));
    pod["status"] = status;
}

fn container_status(rng: &mut Rng, container: &Value, wild: Wild) -> Value {
    let mut out = json!({"name": container["name"]});
    let spec = &container["resources"];
    maybe(rng, 80, &mut out, "allocatedResources", |rng| match rng.u32(..3) {
        0 if spec["requests"].is_object() => spec["requests"].clone(),
        _ => list_or_empty(rng, wild),
    });
    maybe(rng, 80, &mut out, "resources", |rng| match rng.u32(..3) {
        0 if spec.is_object() => spec.clone(),
        _ => in_force(rng, wild),
    });
    out
}

/// Resources in force: each of the maps may be missing, null or empty.
fn in_force(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    maybe(rng, 80, &mut out, "requests", |rng| list_or_empty(rng, wild));
    maybe(rng, 80, &mut out, "limits", |rng| list_or_empty(rng, wild));
    out
}

fn list_or_empty(rng: &mut Rng, wild: Wild) -> Value {
    match rng.u32(..12) {
        0 => json!({}),
        1 => json!(null),
        _ => resource_list(rng, wild),
    }
}

/// Resize conditions and others, in any order and number.
fn conditions(rng: &mut Rng) -> Value {
    super::list(rng, 0, 3, |rng, _| {
        json!({
            "type": pick(rng, &["PodResizePending", "PodResizePending", "PodResizeInProgress", "Ready"]),
            "status": pick(rng, &["True", "True", "False"]),
            "reason": pick(rng, &["Infeasible", "Infeasible", "Deferred", "Error", ""]),
        })
    })
}
