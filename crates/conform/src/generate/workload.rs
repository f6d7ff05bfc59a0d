//! Cases of ops `validate_workload`, `validate_podgroup` and `validate_compositepodgroup`.
//!
//! A case is an object for a create, or a pair for an update: the new object is mostly the old one with a few edits, each edit
//! somewhere in the JSON tree.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Map, Value, json};

use super::metadata::{long_name, metadata, name, odd};
use super::pod::Wild;
use super::{chance, list, maybe, pick};

pub(super) fn workload(rng: &mut Rng, release: Release) -> Value {
    case(rng, release, "Workload", workload_object)
}

pub(super) fn pod_group(rng: &mut Rng, release: Release) -> Value {
    case(rng, release, "PodGroup", pod_group_object)
}

pub(super) fn composite_pod_group(rng: &mut Rng, release: Release) -> Value {
    case(rng, release, "CompositePodGroup", composite_pod_group_object)
}

/// Fills metadata, spec and status of an object.
type Fill = fn(&mut Rng, Release, &mut Value, Wild);

fn case(rng: &mut Rng, release: Release, kind: &str, fill: Fill) -> Value {
    let wild = Wild([0, 2, 5, 10, 25][rng.usize(..5)]);
    let mut case = json!({});
    maybe(rng, 85, &mut case, "gates", |rng| gates(rng, release));
    maybe(rng, 10, &mut case, "defaults", |rng| json!(rng.bool()));
    maybe(rng, 15, &mut case, "prepare", |rng| json!(rng.bool()));
    if chance(rng, 50) {
        case["object"] = object(rng, release, kind, fill, false, wild);
        return case;
    }
    let old = object(rng, release, kind, fill, true, wild);
    case["object"] = if chance(rng, 8) {
        object(rng, release, kind, fill, true, wild)
    } else {
        let mut new = old.clone();
        for _ in 0..[0, 1, 1, 2, 3, 5][rng.usize(..6)] {
            // Mostly in the spec.
            let at = if chance(rng, 75) { &mut new["spec"] } else { &mut new };
            edit(rng, at, wild);
        }
        if chance(rng, 10) {
            new["apiVersion"] = api_version(rng, release, kind);
        }
        new
    };
    case["oldObject"] = old;
    case
}

/// Gates of the family, nearly always with their dependencies held.
fn gates(rng: &mut Rng, release: Release) -> Value {
    let mut gates = Map::new();
    let generic = chance(rng, 90);
    let dependent: &[&str] = match release {
        Release::V1_35 => &["GangScheduling"],
        Release::V1_36 => &[
            "GangScheduling",
            "TopologyAwareWorkloadScheduling",
            "WorkloadWithJob",
            "DRAWorkloadResourceClaims",
            "WorkloadAwarePreemption",
        ],
        Release::V1_37 => &[
            "TopologyAwareWorkloadScheduling",
            "WorkloadWithJob",
            "DRAWorkloadResourceClaims",
            "CompositePodGroup",
            "PodGroupPreemptionPolicy",
        ],
    };
    for gate in dependent {
        if chance(rng, if generic { 60 } else { 1 }) {
            gates.insert((*gate).to_owned(), json!(true));
        }
    }
    for (gate, needs) in [
        ("WorkloadAwarePreemption", "GangScheduling"),
        ("CompositePodGroup", "TopologyAwareWorkloadScheduling"),
    ] {
        if gates.contains_key(gate) && !chance(rng, 1) {
            gates.insert(needs.to_owned(), json!(true));
        }
    }
    if generic || chance(rng, 20) {
        gates.insert("GenericWorkload".to_owned(), json!(generic));
    }
    Value::Object(gates)
}

fn api_version(rng: &mut Rng, release: Release, kind: &str) -> Value {
    let known: &[&str] = match (release, kind) {
        (Release::V1_35, _) => &["scheduling.k8s.io/v1alpha1"],
        (Release::V1_36, _) => &["scheduling.k8s.io/v1alpha2"],
        (Release::V1_37, "CompositePodGroup") => &["scheduling.k8s.io/v1alpha3"],
        (Release::V1_37, _) => &["scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha3"],
    };
    if chance(rng, 3) {
        return json!(pick(
            rng,
            &[
                "",
                "/",
                "v1",
                "scheduling.k8s.io/",
                "scheduling.k8s.io",
                "scheduling.k8s.io/v1",
                "scheduling.k8s.io/v1alpha1",
                "scheduling.k8s.io/v1alpha2",
                "scheduling.k8s.io/v1alpha3",
                "scheduling.k8s.io/v1beta1",
                "a/b/c",
                "/v1beta1",
                "batch/v1beta1",
            ]
        ));
    }
    json!(pick(rng, known))
}

fn object(rng: &mut Rng, release: Release, kind: &str, fill: Fill, stored: bool, wild: Wild) -> Value {
    let mut out = json!({});
    maybe(rng, 95, &mut out, "apiVersion", |rng| api_version(rng, release, kind));
    maybe(rng, 95, &mut out, "kind", |rng| match rng.u32(..200) {
        0 => json!(pick(rng, &["Workload", "PodGroup", "WorkloadList", "PriorityClass", "Pod", ""])),
        _ => json!(kind),
    });
    // Half of the objects have plain metadata, so that the rules of the spec are reached.
    let meta_wild = if chance(rng, 50) { Wild(0) } else { wild };
    out["metadata"] = metadata(rng, stored, meta_wild);
    out["spec"] = json!({});
    fill(rng, release, &mut out, wild);
    for _ in 0..[0, 0, 0, 1, 2][rng.usize(..5)] {
        if chance(rng, wild.0 * 2) {
            edit(rng, &mut out, wild);
        }
    }
    out
}

fn workload_object(rng: &mut Rng, release: Release, out: &mut Value, wild: Wild) {
    let spec = &mut out["spec"];
    maybe(rng, 40, spec, "controllerRef", |rng| {
        let mut reference = json!({"kind": "Job", "name": name(rng, wild)});
        maybe(rng, wild.0, &mut reference, "kind", |rng| json!(odd(rng)));
        maybe(rng, 60, &mut reference, "apiGroup", |rng| json!(long_name(rng, wild)));
        reference
    });
    if release == Release::V1_35 {
        maybe(rng, 100 - wild.0 / 2, spec, "podGroups", |rng| {
            let mut groups = many(
                rng,
                1,
                3,
                8,
                wild,
                |rng, name| json!({"name": name, "policy": policy(rng, "minCount", wild)}),
            );
            odd_names(rng, &mut groups, wild);
            groups
        });
        return;
    }
    let shared = priority(rng, wild);
    if release == Release::V1_36 || chance(rng, 50) {
        maybe(rng, 100 - wild.0 / 2, spec, "podGroupTemplates", |rng| templates(rng, release, &shared, wild));
        if release == Release::V1_36 || !chance(rng, wild.0) {
            return;
        }
    }
    maybe(rng, 100 - wild.0 / 2, spec, "compositePodGroupTemplates", |rng| {
        composites(rng, release, &shared, 1, wild)
    });
}

/// `from..=to` items with names of their own, now and then around `most` of them, none, or one name twice.
fn many(
    rng: &mut Rng,
    from: usize,
    to: usize,
    most: usize,
    wild: Wild,
    mut make: impl FnMut(&mut Rng, String) -> Value,
) -> Value {
    let count = if chance(rng, wild.0) {
        [0, most - 1, most, most + 1, most + 2][rng.usize(..5)]
    } else {
        rng.usize(from..=to)
    };
    let mut items = Vec::new();
    for i in 0..count {
        let item = if chance(rng, wild.0 / 8) { Value::Null } else { make(rng, format!("t{i}")) };
        items.push(item);
    }
    Value::Array(items)
}

fn odd_names(rng: &mut Rng, items: &mut Value, wild: Wild) {
    let Some(items) = items.as_array_mut() else { return };
    let count = items.len();
    for i in 0..count {
        if !items[i].is_object() {
            continue;
        }
        if chance(rng, wild.0) {
            items[i]["name"] = json!(name(rng, Wild(50)));
        } else if chance(rng, wild.0) {
            items[i]["name"] = items[rng.usize(..count)]["name"].clone();
        }
    }
}

fn policy(rng: &mut Rng, count: &str, wild: Wild) -> Value {
    let gang = |rng: &mut Rng| {
        let mut gang = json!({});
        let number = if chance(rng, wild.0) {
            json!(pick(rng, &[0, -1, i32::MIN, i32::MAX].map(|n| json!(n)).each_ref()))
        } else {
            json!(rng.i32(1..4))
        };
        maybe(rng, 100 - wild.0 / 2, &mut gang, count, |_| number);
        gang
    };
    if chance(rng, wild.0) {
        return match rng.u32(..6) {
            0 => json!({}),
            1 => json!({"basic": {}, "gang": gang(rng)}),
            2 => json!({"basic": null, "gang": null}),
            3 => json!({"basic": {"minCount": 1}}),
            4 => Value::Null,
            _ => json!({"Gang": gang(rng), "gang": {}}),
        };
    }
    if chance(rng, 30) { json!({"basic": {}}) } else { json!({"gang": gang(rng)}) }
}

fn constraints(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return match rng.u32(..4) {
            0 => json!({}),
            1 => json!({"topology": []}),
            2 => json!({"topology": [null]}),
            _ => json!({"topology": list(rng, 0, 3, |rng, _| json!({"key": odd(rng)}))}),
        };
    }
    json!({"topology": [{"key": pick(rng, &["topology.kubernetes.io/zone", "rack"])}]})
}

fn claims(rng: &mut Rng, wild: Wild) -> Value {
    let mut claims = many(rng, 0, 2, 4, wild, |rng, own| {
        let mut claim = json!({"name": own});
        match rng.u32(..100) {
            n if n < wild.0 => {
                maybe(rng, 50, &mut claim, "resourceClaimName", |rng| json!(odd(rng)));
                maybe(rng, 50, &mut claim, "resourceClaimTemplateName", |rng| json!(odd(rng)));
            }
            n if n < 50 => claim["resourceClaimName"] = json!(long_name(rng, wild)),
            _ => claim["resourceClaimTemplateName"] = json!(long_name(rng, wild)),
        }
        claim
    });
    odd_names(rng, &mut claims, wild);
    claims
}

fn disruption_mode(rng: &mut Rng, release: Release, wild: Wild) -> Value {
    let odd = chance(rng, wild.0);
    if release == Release::V1_36 {
        return match odd {
            true => json!(pick(rng, &["", "pod", "All", "<x>"])),
            false => json!(pick(rng, &["Pod", "PodGroup"])),
        };
    }
    match (odd, rng.u32(..8)) {
        (true, 0) => json!({}),
        (true, 1) => json!({"single": {}, "all": {}}),
        (true, 2) => json!({"single": null, "all": {}}),
        (true, 3) => json!("Pod"),
        (true, 4) => json!({"both": {}}),
        (_, n) if n % 2 == 0 => json!({"single": {}}),
        _ => json!({"all": {}}),
    }
}

fn preemption_policy(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return json!(pick(rng, &["", "never", "Always", "a&b"]));
    }
    json!(pick(rng, &["PreemptLowerPriority", "Never"]))
}

/// Fields of the priority: what all templates of a workload share.
fn priority(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    maybe(rng, 30, &mut out, "priorityClassName", |rng| json!(long_name(rng, wild)));
    maybe(rng, 30, &mut out, "priority", |rng| {
        if chance(rng, wild.0) {
            let odd = [0, -1, i32::MIN, 1_000_000_000, 1_000_000_001, i32::MAX];
            return json!(odd[rng.usize(..odd.len())]);
        }
        json!(pick(rng, &[100, 200].map(|n| json!(n)).each_ref()))
    });
    out
}

/// Adds fields that templates and groups alike have.
fn common(rng: &mut Rng, release: Release, out: &mut Value, shared: &Value, wild: Wild) {
    maybe(rng, 25, out, "schedulingConstraints", |rng| constraints(rng, wild));
    maybe(rng, 30, out, "disruptionMode", |rng| disruption_mode(rng, release, wild));
    let own = if chance(rng, wild.0 / 2) { &priority(rng, wild) } else { shared };
    for (key, value) in own.as_object().into_iter().flatten() {
        out[key.as_str()] = value.clone();
    }
    let preemption = if release >= Release::V1_37 { 30 } else { 2 };
    maybe(rng, preemption, out, "preemptionPolicy", |rng| preemption_policy(rng, wild));
}

fn templates(rng: &mut Rng, release: Release, shared: &Value, wild: Wild) -> Value {
    let mut list = many(rng, 1, 3, 8, wild, |rng, name| {
        let mut out = json!({"name": name, "schedulingPolicy": policy(rng, "minCount", wild)});
        maybe(rng, 25, &mut out, "resourceClaims", |rng| claims(rng, wild));
        common(rng, release, &mut out, shared, wild);
        out
    });
    odd_names(rng, &mut list, wild);
    list
}

fn composites(rng: &mut Rng, release: Release, shared: &Value, level: u32, wild: Wild) -> Value {
    let most = if level <= 2 { 8 } else { 2 };
    let mut list = many(rng, 1, 2, most, if level == 1 { wild } else { Wild(wild.0 / 4) }, |rng, own| {
        // Names differ between levels, mostly.
        let own = if chance(rng, wild.0) { own } else { format!("c{level}-{own}-{}", rng.u32(..1000)) };
        let mut out = json!({"name": own, "schedulingPolicy": policy(rng, "minGroupCount", wild)});
        common(rng, release, &mut out, shared, wild);
        let deeper = if level < 3 { 40 } else { wild.0 };
        if level < 6 && chance(rng, deeper) {
            out["compositePodGroupTemplates"] = composites(rng, release, shared, level + 1, wild);
            if chance(rng, 60) {
                return out;
            }
        }
        if !chance(rng, wild.0) {
            let mut inner = templates(rng, release, shared, Wild(wild.0 / 2));
            if !chance(rng, wild.0) {
                for item in inner.as_array_mut().into_iter().flatten().filter(|item| item.is_object()) {
                    item["name"] =
                        json!(format!("{}-{}", item["name"].as_str().unwrap_or_default(), rng.u32(..1000)));
                }
            }
            out["podGroupTemplates"] = inner;
        }
        out
    });
    odd_names(rng, &mut list, wild);
    list
}

fn template_ref(rng: &mut Rng, template: &str, wild: Wild) -> Value {
    let mut out = json!({"workloadName": long_name(rng, wild)});
    maybe(rng, 100 - wild.0 / 2, &mut out, template, |rng| json!(name(rng, wild)));
    out
}

fn pod_group_object(rng: &mut Rng, release: Release, out: &mut Value, wild: Wild) {
    let spec = &mut out["spec"];
    spec["schedulingPolicy"] = policy(rng, "minCount", wild);
    if release == Release::V1_36 {
        maybe(rng, 40, spec, "podGroupTemplateRef", |rng| {
            if chance(rng, wild.0) {
                return json!({"workload": null});
            }
            json!({"workload": template_ref(rng, "podGroupTemplateName", wild)})
        });
    } else {
        maybe(rng, 40, spec, "workloadRef", |rng| template_ref(rng, "templateName", wild));
        maybe(rng, 30, spec, "parentCompositePodGroupName", |rng| json!(long_name(rng, wild)));
    }
    maybe(rng, 25, spec, "resourceClaims", |rng| claims(rng, wild));
    let shared = priority(rng, wild);
    common(rng, release, spec, &shared, wild);
    maybe(rng, 30, out, "status", |rng| {
        let mut status = status(rng, wild);
        maybe(rng, 50, &mut status, "resourceClaimStatuses", |rng| {
            let mut claims = many(rng, 0, 2, 4, wild, |rng, own| {
                let mut claim = json!({"name": own});
                maybe(rng, 60, &mut claim, "resourceClaimName", |rng| json!(long_name(rng, wild)));
                claim
            });
            odd_names(rng, &mut claims, wild);
            claims
        });
        status
    });
}

fn composite_pod_group_object(rng: &mut Rng, release: Release, out: &mut Value, wild: Wild) {
    let spec = &mut out["spec"];
    spec["schedulingPolicy"] = policy(rng, "minGroupCount", wild);
    maybe(rng, 100 - wild.0, spec, "workloadRef", |rng| template_ref(rng, "templateName", wild));
    maybe(rng, 30, spec, "parentCompositePodGroupName", |rng| json!(long_name(rng, wild)));
    let shared = priority(rng, wild);
    common(rng, release, spec, &shared, wild);
    maybe(rng, 30, out, "status", |rng| status(rng, wild));
}

fn status(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    maybe(rng, 70, &mut out, "conditions", |rng| {
        list(rng, 0, 2, |rng, _| {
            let mut condition = json!({"type": "PodGroupScheduled", "status": "True", "reason": "Scheduled"});
            maybe(rng, wild.0, &mut condition, "type", |rng| json!(odd(rng)));
            maybe(rng, 60, &mut condition, "lastTransitionTime", |_| json!("2026-01-02T03:04:05.5Z"));
            maybe(rng, 60, &mut condition, "message", |_| json!(""));
            maybe(rng, 30, &mut condition, "observedGeneration", |rng| json!(rng.i64(-1..2)));
            condition
        })
    });
    out
}

/// One edit somewhere in the tree: a part goes, becomes empty, null or odd, comes twice, or changes its place.
fn edit(rng: &mut Rng, value: &mut Value, wild: Wild) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(rng.usize(..map.len())).cloned().unwrap_or_default();
            // Deeper, mostly.
            if (map[&key].is_object() || map[&key].is_array()) && chance(rng, 70) {
                return edit(rng, &mut map[&key], wild);
            }
            match rng.u32(..10) {
                0..3 => {
                    map.shift_remove(&key);
                }
                // Unknown fields, and known ones misspelled, are ignored (but for these two, which upstream looks for in any case).
                3 => {
                    let misspell = chance(rng, 50) && !matches!(key.as_str(), "apiVersion" | "kind");
                    let unknown = if misspell { key.to_uppercase() } else { "extra".to_owned() };
                    let value = map[&key].clone();
                    map.insert(unknown, value);
                }
                4 => map[&key] = Value::Null,
                _ => {
                    let new = another(rng, &key, &map[&key], wild);
                    map[&key] = new;
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = rng.usize(..items.len());
            match rng.u32(..10) {
                0..6 => edit(rng, &mut items[at], wild),
                6 => {
                    items.remove(at);
                }
                7 => {
                    let mut item = items[at].clone();
                    if item.is_object() && chance(rng, 70) {
                        item["name"] = json!(name(rng, wild));
                    }
                    items.push(item);
                }
                8 => {
                    let other = rng.usize(..items.len());
                    items.swap(at, other);
                }
                _ => items.clear(),
            }
        }
        _ => {}
    }
}

/// Another value for a field.
fn another(rng: &mut Rng, key: &str, old: &Value, wild: Wild) -> Value {
    if chance(rng, wild.0 / 2) {
        return match rng.u32(..8) {
            0 => json!(5),
            1 => json!("text"),
            2 => json!([]),
            3 => json!({}),
            4 => json!(true),
            5 => json!([null]),
            6 => json!(1.5),
            _ => json!(i64::MAX),
        };
    }
    match (key, old) {
        ("basic" | "single" | "all", _) => json!({}),
        ("gang", _) => json!({"minCount": 2, "minGroupCount": 2}),
        ("schedulingPolicy" | "policy", _) => {
            json!(pick(
                rng,
                &[json!({"basic": {}}), json!({"gang": {"minCount": 1, "minGroupCount": 1}})].each_ref()
            ))
        }
        ("preemptionPolicy", _) => preemption_policy(rng, wild),
        (_, Value::Number(_)) => json!(rng.i32(-1..4)),
        (_, Value::String(_)) => json!(long_name(rng, wild)),
        (_, Value::Bool(on)) => json!(!on),
        (_, Value::Array(_)) => json!([]),
        (_, Value::Object(_)) => json!({}),
        _ => json!(name(rng, wild)),
    }
}
