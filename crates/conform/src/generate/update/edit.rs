//! Edits of a pod.

use fastrand::Rng;
use serde_json::{Value, json};

use super::container::{self, CPU, MEMORY, Parent, Role};
use super::{For, one, spec, volume};
use crate::generate::{chance, pick};

/// Edits a pod somewhere, also to no effect.
pub(super) fn edit(rng: &mut Rng, made: For, pod: &mut Value) {
    match rng.u32(..100) {
        0..20 => spec_field(rng, made, &mut pod["spec"]),
        20..45 => container_field(rng, made, &mut pod["spec"]),
        45..53 => images(rng, &mut pod["spec"]),
        53..61 => volumes(rng, made, &mut pod["spec"]),
        61..67 => tolerations(rng, &mut pod["spec"]),
        67..73 => gated(rng, &mut pod["spec"]),
        73..81 => nothing(rng, &mut pod["spec"]),
        81..86 => respell(rng, pod),
        86..90 => metadata(rng, &mut pod["metadata"]),
        90..95 => seconds(rng, &mut pod["spec"]),
        95..97 => count(rng, made, &mut pod["spec"]),
        _ => order(rng, &mut pod["spec"]),
    }
}

fn set(object: &mut Value, key: &str, value: Option<Value>) {
    match value {
        Some(value) => object[key] = value,
        None => {
            if let Some(map) = object.as_object_mut() {
                map.remove(key);
            }
        }
    }
}

fn spec_field(rng: &mut Rng, made: For, spec: &mut Value) {
    let (field, _, make) = spec::FIELDS[rng.usize(..spec::FIELDS.len())];
    let value = if chance(rng, 75) { make(rng, made) } else { None };
    set(spec, field, value);
}

/// One of the containers, and what it is.
fn some_container<'s>(rng: &mut Rng, spec: &'s mut Value) -> Option<(&'s mut Value, Role, usize)> {
    let list =
        pick(rng, &["containers", "containers", "containers", "initContainers", "ephemeralContainers"]);
    let items = spec.get_mut(list)?.as_array_mut()?;
    if items.is_empty() {
        return None;
    }
    let index = rng.usize(..items.len());
    let item = items.get_mut(index)?;
    let role = match list {
        "containers" => Role::Regular,
        "ephemeralContainers" => Role::Ephemeral,
        _ if item["restartPolicy"] == "Always" => Role::Sidecar,
        _ => Role::Init,
    };
    Some((item, role, index))
}

fn volume_names(spec: &Value) -> Vec<String> {
    let volumes = spec["volumes"].as_array();
    volumes.into_iter().flatten().filter_map(|v| v["name"].as_str()).map(str::to_owned).collect()
}

fn container_field(rng: &mut Rng, made: For, spec: &mut Value) {
    let volumes = volume_names(spec);
    let linux = spec["os"]["name"] == "linux";
    let Some((item, role, index)) = some_container(rng, spec) else { return };
    if role == Role::Regular && chance(rng, 8) {
        item["restartPolicy"] = one(rng, &["Always", "OnFailure", "Never"]);
        return;
    }
    let (field, _, make) = container::FIELDS[rng.usize(..container::FIELDS.len())];
    let parent = Parent { role, index, volumes: &volumes, linux };
    let value = if chance(rng, 75) { make(rng, made, &parent) } else { None };
    set(item, field, value);
}

fn images(rng: &mut Rng, spec: &mut Value) {
    if let Some((item, ..)) = some_container(rng, spec) {
        item["image"] = match rng.u32(..20) {
            0 => json!(""),
            1 => json!(" app:1"),
            _ => container::image(rng),
        };
    }
}

fn volumes(rng: &mut Rng, made: For, spec: &mut Value) {
    let used = spec.to_string();
    let Some(volumes) = spec.get_mut("volumes").and_then(Value::as_array_mut) else { return };
    match rng.u32(..10) {
        0 if !used.contains("\"added\"") => volumes.push(volume::volume(rng, made, "added")),
        1 => {
            // A volume that is named once is used nowhere.
            let is_free = |v: &Value| used.matches(&format!("\"name\":{}", v["name"])).count() < 2;
            let free = volumes.iter().rposition(|v| is_free(v) && v["name"] != "files");
            if let Some(at) = free {
                volumes.remove(at);
            }
        }
        _ if !volumes.is_empty() => {
            let at = rng.usize(..volumes.len());
            let name = volumes[at]["name"].as_str().unwrap_or_default().to_owned();
            volumes[at] = volume::volume(rng, made, &name);
            if name == "files" && volumes[at].get("emptyDir").is_none() {
                volumes[at]["emptyDir"] = json!({});
            }
        }
        _ => {}
    }
}

fn tolerations(rng: &mut Rng, spec: &mut Value) {
    if spec.get("tolerations").is_none_or(|list| !list.is_array()) {
        spec["tolerations"] = json!([]);
    }
    let Some(list) = spec["tolerations"].as_array_mut() else { return };
    match rng.u32(..4) {
        0 if !list.is_empty() => {
            let at = rng.usize(..list.len());
            list.remove(at);
        }
        1 if !list.is_empty() => {
            let at = rng.usize(..list.len());
            if list[at]["effect"] == "NoExecute" {
                list[at]["tolerationSeconds"] = json!(rng.i64(0..9));
            }
        }
        2 => list.insert(0, spec::toleration(rng)),
        _ => list.push(spec::toleration(rng)),
    }
}

/// What may change while gates hold the pod.
fn gated(rng: &mut Rng, spec: &mut Value) {
    match rng.u32(..6) {
        0 => {
            if let Some(list) = spec.get_mut("schedulingGates").and_then(Value::as_array_mut) {
                list.pop();
            }
        }
        1 => {
            let mut list = spec["schedulingGates"].as_array().cloned().unwrap_or_default();
            list.push(json!({"name": format!("new-{}", list.len())}));
            spec["schedulingGates"] = json!(list);
        }
        2 => {
            if spec.get("nodeSelector").is_none_or(|map| !map.is_object()) {
                spec["nodeSelector"] = json!({});
            }
            spec["nodeSelector"][pick(rng, &["disk", "added"])] = one(rng, &["a", "z"]);
        }
        3 => set(spec, "nodeSelector", None),
        4 => {
            if spec.get("affinity").is_none_or(|affinity| !affinity.is_object()) {
                spec["affinity"] = json!({});
            }
            let affinity = if chance(rng, 80) { Some(spec::node_affinity(rng)) } else { None };
            set(&mut spec["affinity"], "nodeAffinity", affinity);
        }
        _ => {
            let path =
                "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0";
            if let Some(term) = spec.pointer_mut(path) {
                let mut list = term["matchExpressions"].as_array().cloned().unwrap_or_default();
                list.push(json!({"key": "added", "operator": "Exists"}));
                term["matchExpressions"] = json!(list);
            }
        }
    }
}

/// Nil for empty and the other way round.
fn nothing(rng: &mut Rng, spec: &mut Value) {
    const LISTS: &[&str] = &[
        "volumes",
        "initContainers",
        "ephemeralContainers",
        "imagePullSecrets",
        "tolerations",
        "hostAliases",
        "readinessGates",
        "topologySpreadConstraints",
        "schedulingGates",
        "resourceClaims",
    ];
    const IN_CONTAINERS: &[&str] = &[
        "command",
        "args",
        "ports",
        "envFrom",
        "env",
        "resizePolicy",
        "volumeMounts",
        "volumeDevices",
        "restartPolicyRules",
    ];
    match rng.u32(..4) {
        0 => {
            let field = pick(rng, LISTS);
            if spec.get(field).is_none_or(|list| list.is_null() || *list == json!([])) {
                spec[field] = if rng.bool() { json!([]) } else { json!(null) };
            }
        }
        1 => {
            let field = pick(
                rng,
                &["nodeSelector", "overhead", "securityContext", "affinity", "dnsConfig", "resources"],
            );
            if spec.get(field).is_none_or(|map| map.is_null() || *map == json!({})) {
                spec[field] = if rng.bool() { json!({}) } else { json!(null) };
            }
        }
        2 => {
            let field = pick(rng, IN_CONTAINERS);
            let Some((item, role, _)) = some_container(rng, spec) else { return };
            if role != Role::Ephemeral
                && item.get(field).is_none_or(|list| list.is_null() || *list == json!([]))
            {
                item[field] = if rng.bool() { json!([]) } else { json!(null) };
            }
        }
        _ => {
            let Some((item, role, _)) = some_container(rng, spec) else { return };
            if role == Role::Ephemeral {
                return;
            }
            let field = pick(rng, &["resources", "securityContext", "resources", "limits", "requests"]);
            if matches!(field, "limits" | "requests") {
                if item.get("resources").is_none_or(|map| !map.is_object()) {
                    item["resources"] = json!({});
                }
                if item["resources"].get(field).is_none() {
                    item["resources"][field] = if rng.bool() { json!({}) } else { json!(null) };
                }
            } else if item.get(field).is_none_or(|map| map.is_null() || *map == json!({})) {
                item[field] = if rng.bool() { json!({}) } else { json!(null) };
            }
        }
    }
}

/// Writes amounts of resources in another way.
fn respell(rng: &mut Rng, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if matches!(key.as_str(), "requests" | "limits" | "overhead") {
                    for (_, amount) in inner.as_object_mut().into_iter().flatten() {
                        respell_amount(rng, amount);
                    }
                } else {
                    respell(rng, inner);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| respell(rng, inner)),
        _ => {}
    }
}

fn respell_amount(rng: &mut Rng, amount: &mut Value) {
    let text = amount.as_str().unwrap_or_default();
    if let Some(spellings) = CPU.iter().chain(MEMORY).find(|spellings| spellings.contains(&text)) {
        *amount = one(rng, spellings);
    }
}

fn metadata(rng: &mut Rng, metadata: &mut Value) {
    match rng.u32(..9) {
        0 => metadata["labels"] = json!({"app": pick(rng, &["a", "c", "-"])}),
        1 => metadata["annotations"] = json!({"note": super::text(rng)}),
        2 => metadata["name"] = one(rng, &["pod", "other"]),
        3 => metadata["uid"] = one(rng, &["uid-1", "uid-2", ""]),
        4 => metadata["creationTimestamp"] = one(rng, &["2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00"]),
        5 => metadata["generation"] = json!(rng.i64(-1..9)),
        6 => metadata["resourceVersion"] = one(rng, &["7", "8", ""]),
        7 => {
            metadata["deletionTimestamp"] = json!("2026-01-03T00:00:00Z");
            metadata["deletionGracePeriodSeconds"] = json!(rng.i64(0..3));
        }
        _ => {
            metadata["finalizers"] =
                one(rng, &["example.com/f", "nodomain"]).as_str().map(|f| json!([f])).unwrap_or_default()
        }
    }
}

fn seconds(rng: &mut Rng, spec: &mut Value) {
    if rng.bool() {
        let value = match rng.u32(..6) {
            0 => None,
            1 => Some(json!(0)),
            2 => Some(json!(i64::from(i32::MAX) + rng.i64(0..2))),
            _ => Some(json!(rng.i64(-1..50))),
        };
        set(spec, "activeDeadlineSeconds", value);
    } else {
        let value = chance(rng, 80).then(|| json!(rng.i64(-1..3)));
        set(spec, "terminationGracePeriodSeconds", value);
    }
}

fn count(rng: &mut Rng, made: For, spec: &mut Value) {
    let list = pick(rng, &["containers", "initContainers"]);
    let role = if list == "containers" { Role::Regular } else { Role::Sidecar };
    if spec.get(list).is_none_or(|list| !list.is_array()) {
        spec[list] = json!([]);
    }
    let volumes = volume_names(spec);
    let Some(items) = spec[list].as_array_mut() else { return };
    if rng.bool() || items.len() < 2 {
        let parent = Parent { role, index: items.len(), volumes: &volumes, linux: false };
        items.push(container::container(rng, made, &format!("{}-new", &list[..4]), &parent));
    } else if items.last().is_some_and(|item| item["name"] != "app") {
        items.pop();
    }
}

/// Puts a value of some type where another type may be needed, anywhere.
pub(super) fn wrong_type(rng: &mut Rng, value: &mut Value) {
    let below: Vec<&mut Value> = match value {
        Value::Object(map) => map.values_mut().collect(),
        Value::Array(list) => list.iter_mut().collect(),
        _ => Vec::new(),
    };
    let n = below.len();
    if n > 0 && chance(rng, 85) {
        let at = rng.usize(..n);
        if let Some(inner) = below.into_iter().nth(at) {
            wrong_type(rng, inner);
        }
        return;
    }
    // Of the same type it would be another edit, and perhaps one that is not judged.
    let others =
        [json!(1.5), json!("x"), json!(true), json!([1]), json!({"a": {}}), json!(5_000_000_000_i64)];
    let other = others[rng.usize(..others.len())].clone();
    let same = std::mem::discriminant(&other) == std::mem::discriminant(value);
    if !same || other.is_f64() {
        *value = other;
    }
}

/// Swaps two items of a list.
fn order(rng: &mut Rng, spec: &mut Value) {
    let path = pick(
        rng,
        &["/tolerations", "/volumes", "/containers/0/env", "/containers/0/args", "/schedulingGates"],
    );
    if let Some(list) = spec.pointer_mut(path).and_then(Value::as_array_mut)
        && list.len() > 1
    {
        list.swap(0, 1);
    }
}
