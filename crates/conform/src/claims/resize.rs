//! Claims of the resize family.

use fastrand::Rng;
use podverdict::release::{Gate, Kubernetes, Release};
use serde_json::{Value, json};

use super::Claim;
use crate::compare;
use crate::generate::resize as generate;

/// Cases of `resize_queue`: up to four pending resizes.
pub(super) fn make_queue(rng: &mut Rng, release: Release) -> Value {
    generate::resize_queue(rng, release)
}

/// What becomes of each resize is what upstream says of it alone, next to the other pods as they are by then.
pub(super) fn queue(case: &Value, ours: &Value, release: Release) -> Vec<Claim> {
    let k8s = kubernetes(case, release);
    let empty = vec![];
    let resizes = case["resizes"].as_array().unwrap_or(&empty);
    let mut now: Vec<Value> = resizes.iter().map(|resize| allocated(&k8s, resize)).collect();
    let mut claims = vec![];
    for place in ours["order"].as_array().unwrap_or(&empty) {
        let index = usize::try_from(place["index"].as_u64().unwrap_or_default()).unwrap_or_default();
        let mut question = base(case, "resize_feasible");
        let mut pods = case["pods"].as_array().cloned().unwrap_or_default();
        pods.extend(now.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, pod)| pod.clone()));
        question["pods"] = json!(pods);
        question["pod"] = resizes[index]["pod"].clone();
        question["oldPod"] = resizes[index]["oldPod"].clone();
        if place["outcome"] == "allocated" {
            now[index] = resizes[index]["pod"].clone();
        }
        let place = place.clone();
        claims.push(Claim::new(format!("resize {index}"), question, move |theirs| {
            let mut wanted = json!({});
            for key in ["result", "message", "conditions"] {
                if let Some(value) = theirs.get(key) {
                    wanted[key] = value.clone();
                }
            }
            match (theirs.get("error"), compare::difference(&place, &wanted)) {
                (Some(error), _) => Err(error.to_string()),
                (None, Some(difference)) => Err(difference),
                (None, None) => Ok(()),
            }
        }));
    }
    claims
}

/// A case of the oracle's with the node, gates and settings of ours.
fn base(case: &Value, op: &str) -> Value {
    let mut out = json!({"id": case["id"], "op": op});
    for key in ["gates", "defaults", "node", "pods", "nodeConfig", "opts"] {
        if let Some(value) = case.get(key) {
            out[key] = value.clone();
        }
    }
    out
}

fn kubernetes(case: &Value, release: Release) -> Kubernetes {
    let gates = case["gates"].as_object().into_iter().flatten();
    let gates = gates.map(|(name, on)| (name.as_str(), *on == json!(true)));
    Kubernetes::with_gates(release, gates).unwrap_or(Kubernetes::new(release))
}

/// The desired pod of a resize with the resources that are allocated.
fn allocated(k8s: &Kubernetes, resize: &Value) -> Value {
    let (mut pod, old) = (resize["pod"].clone(), &resize["oldPod"]);
    for list in ["containers", "initContainers"] {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut);
        for (i, container) in containers.into_iter().flatten().enumerate() {
            let plain_init = list == "initContainers" && container["restartPolicy"] != "Always";
            if !plain_init
                || k8s.at_least(Release::V1_36) && k8s.enabled(Gate::InPlacePodVerticalScalingInitContainers)
            {
                container["resources"] = old["spec"][list][i]["resources"].clone();
            }
        }
    }
    if k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling) {
        pod["spec"]["resources"] = old["spec"]["resources"].clone();
    }
    if k8s.at_least(Release::V1_37) && k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes) {
        let volumes = pod["spec"].get_mut("volumes").and_then(Value::as_array_mut);
        for (i, volume) in volumes.into_iter().flatten().enumerate() {
            let sized = |volume: &Value| {
                let limit = &volume["emptyDir"]["sizeLimit"];
                volume["emptyDir"]["medium"] == "Memory" && !limit.is_null() && limit != "0"
            };
            let before = &old["spec"]["volumes"][i];
            if sized(volume) && sized(before) {
                volume["emptyDir"]["sizeLimit"] = before["emptyDir"]["sizeLimit"].clone();
            }
        }
    }
    pod
}
