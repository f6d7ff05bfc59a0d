//! Specs with all their fields.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::container::{Parent, Role, container};
use super::{For, one, volume};
use crate::generate::{chance, list, maybe, pick};

/// Makes the value of a field.
pub(super) type Make = fn(&mut Rng, For) -> Option<Value>;

/// Every optional field of a spec but containers and volumes: how often it is there, and what makes it.
pub(super) const FIELDS: &[(&str, u32, Make)] = &[
    ("restartPolicy", 60, |rng, _| Some(one(rng, &["Always", "OnFailure", "Always"]))),
    ("terminationGracePeriodSeconds", 25, |rng, _| Some(json!(rng.i64(-2..40)))),
    ("activeDeadlineSeconds", 25, |rng, _| Some(json!(rng.i64(1..40)))),
    ("dnsPolicy", 25, |rng, _| Some(one(rng, &["ClusterFirst", "Default", "ClusterFirstWithHostNet"]))),
    ("nodeSelector", 30, |rng, _| Some(node_selector(rng))),
    ("serviceAccountName", 25, |rng, _| Some(one(rng, &["a", "b"]))),
    ("serviceAccount", 15, |rng, _| Some(one(rng, &["a", "b"]))),
    ("automountServiceAccountToken", 15, |rng, _| Some(json!(rng.bool()))),
    ("nodeName", 15, |rng, _| Some(one(rng, &["node-1", "node-2"]))),
    ("hostNetwork", 15, |rng, _| Some(json!(rng.bool()))),
    ("hostPID", 15, |rng, _| Some(json!(rng.bool()))),
    ("hostIPC", 15, |rng, _| Some(json!(rng.bool()))),
    ("shareProcessNamespace", 15, |rng, _| Some(json!(rng.bool()))),
    ("securityContext", 35, |rng, _| Some(security_context(rng))),
    ("imagePullSecrets", 20, |rng, _| {
        Some(list(rng, 0, 2, |rng, _| json!({"name": pick(rng, &["s", "t"])})))
    }),
    ("hostname", 20, |rng, _| Some(one(rng, &["h", "g"]))),
    ("subdomain", 20, |rng, _| Some(one(rng, &["h", "g"]))),
    ("affinity", 35, |rng, _| Some(affinity(rng))),
    ("schedulerName", 15, |rng, _| Some(one(rng, &["default-scheduler", "mine", ""]))),
    ("tolerations", 35, |rng, _| Some(list(rng, 0, 3, |rng, _| toleration(rng)))),
    ("hostAliases", 15, |rng, _| {
        Some(list(rng, 0, 2, |rng, i| {
            let mut alias = json!({"ip": format!("10.0.0.{i}")});
            maybe(rng, 80, &mut alias, "hostnames", |rng| list(rng, 0, 2, |_, i| json!(format!("h{i}"))));
            alias
        }))
    }),
    ("priorityClassName", 15, |rng, _| Some(one(rng, &["high", "low"]))),
    ("priority", 20, |rng, _| Some(json!(rng.i32(-2..3)))),
    ("dnsConfig", 15, |rng, _| Some(dns_config(rng))),
    ("readinessGates", 15, |rng, _| {
        Some(list(rng, 0, 2, |rng, _| json!({"conditionType": pick(rng, &["a.example/b", "C"])})))
    }),
    ("runtimeClassName", 15, |rng, _| Some(one(rng, &["kata", "gvisor"]))),
    ("enableServiceLinks", 15, |rng, _| Some(json!(rng.bool()))),
    ("preemptionPolicy", 15, |rng, _| Some(one(rng, &["PreemptLowerPriority", "Never"]))),
    ("overhead", 15, |rng, _| {
        let mut out = json!({});
        maybe(rng, 70, &mut out, "cpu", |rng| one(rng, &["10m", "0.01", "10001u"]));
        maybe(rng, 70, &mut out, "memory", |rng| one(rng, &["1Mi", "1048576"]));
        Some(out)
    }),
    ("topologySpreadConstraints", 25, spread),
    ("setHostnameAsFQDN", 10, |rng, _| Some(json!(rng.bool()))),
    ("os", 25, |_, _| Some(json!({"name": "linux"}))),
    ("hostUsers", 15, |rng, _| Some(json!(rng.bool()))),
    ("schedulingGates", 35, |rng, _| {
        let all = ["a", "b", "example.com/c"];
        let mut from = rng.usize(..3);
        Some(list(rng, 0, 2, |_, _| {
            from += 1;
            json!({"name": all[from % 3]})
        }))
    }),
    ("resourceClaims", 15, |rng, _| {
        Some(list(rng, 0, 2, |rng, i| {
            let mut claim = json!({"name": format!("claim{i}")});
            let key = pick(rng, &["resourceClaimName", "resourceClaimTemplateName"]);
            claim[key] = json!("c");
            claim
        }))
    }),
    ("resources", 20, |rng, _| Some(pod_resources(rng))),
    ("hostnameOverride", 15, |rng, _| Some(one(rng, &["o", "o.p"]))),
    ("workloadRef", 10, |rng, made| {
        (made.release == Release::V1_35).then(|| {
            let mut reference = json!({"name": pick(rng, &["w", "x"]), "podGroup": "g"});
            maybe(rng, 50, &mut reference, "podGroupReplicaKey", |_| json!("k"));
            reference
        })
    }),
    ("schedulingGroup", 10, |rng, made| {
        made.since(Release::V1_36).then(|| json!({"podGroupName": pick(rng, &["g", "h"])}))
    }),
    ("evictionResponders", 20, |rng, made| {
        (made.since(Release::V1_37) && made.gated).then(|| {
            list(rng, 0, 2, |rng, i| {
                json!({"name": format!("r{i}.example.com/x"), "priority": 1000 + rng.i32(0..3) + 10 * i as i32})
            })
        })
    }),
    ("someFutureField", 5, |_, _| Some(json!({"a": [1, null]}))),
];

/// A spec.
pub(super) fn spec(rng: &mut Rng, made: For) -> Value {
    let mut spec = json!({});
    for (field, percent, make) in FIELDS {
        if chance(rng, *percent)
            && let Some(value) = make(rng, made)
        {
            spec[*field] = value;
        }
    }
    let names: Vec<String> =
        ["files", "v1", "block", "v2", "v3"].iter().take(rng.usize(..=5)).map(|n| (*n).into()).collect();
    if !names.is_empty() {
        spec["volumes"] = names.iter().map(|name| volume::volume(rng, made, name)).collect();
    } else if chance(rng, 20) {
        spec["volumes"] = json!([]);
    }
    let linux = spec["os"]["name"] == "linux";
    let mut lists: Vec<(&str, &[&str], usize)> =
        vec![("containers", &["app", "worker", "proxy"], rng.usize(1..=3))];
    if chance(rng, 50) {
        lists.push(("initContainers", &["init", "setup", "mesh"], rng.usize(..=2)));
    }
    if chance(rng, 15) {
        lists.push(("ephemeralContainers", &["debug", "trace", "shell"], rng.usize(..=2)));
    }
    for (list, list_names, n) in lists {
        spec[list] = (0..n)
            .map(|index| {
                let role = match list {
                    "containers" => Role::Regular,
                    "ephemeralContainers" => Role::Ephemeral,
                    _ if rng.bool() => Role::Sidecar,
                    _ => Role::Init,
                };
                container(rng, made, list_names[index % 3], &Parent { role, index, volumes: &names, linux })
            })
            .collect();
    }
    spec
}

pub(super) fn node_selector(rng: &mut Rng) -> Value {
    let mut out = json!({});
    for key in ["disk", "zone", "example.com/x"] {
        maybe(rng, 40, &mut out, key, |rng| one(rng, &["a", "b", ""]));
    }
    out
}

/// A label selector.
pub(super) fn label_selector(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 50, &mut out, "matchLabels", node_selector);
    maybe(rng, 50, &mut out, "matchExpressions", |rng| {
        list(rng, 0, 2, |rng, _| {
            if rng.bool() {
                json!({"key": "k", "operator": pick(rng, &["In", "NotIn"]), "values": ["a"]})
            } else {
                let mut exists = json!({"key": "k", "operator": pick(rng, &["Exists", "DoesNotExist"])});
                maybe(rng, 30, &mut exists, "values", |_| json!([]));
                exists
            }
        })
    });
    out
}

pub(super) fn toleration(rng: &mut Rng) -> Value {
    let mut out = json!({"key": pick(rng, &["a", "b", "example.com/c"])});
    if rng.bool() {
        out["operator"] = json!("Exists");
    } else {
        maybe(rng, 60, &mut out, "operator", |_| json!("Equal"));
        maybe(rng, 60, &mut out, "value", |rng| one(rng, &["x", "y"]));
    }
    if rng.bool() {
        out["effect"] = json!("NoExecute");
        maybe(rng, 60, &mut out, "tolerationSeconds", |rng| json!(rng.i64(-1..5)));
    } else {
        maybe(rng, 60, &mut out, "effect", |_| json!("NoSchedule"));
    }
    out
}

fn requirements(rng: &mut Rng, from: usize) -> Value {
    list(rng, from, 2, |rng, _| match rng.u32(..3) {
        0 => json!({"key": pick(rng, &["disk", "zone"]), "operator": "Exists"}),
        1 => json!({"key": "cores", "operator": pick(rng, &["Gt", "Lt"]), "values": ["3"]}),
        _ => {
            json!({"key": pick(rng, &["disk", "zone"]), "operator": pick(rng, &["In", "NotIn"]), "values": ["a", "b"]})
        }
    })
}

fn term(rng: &mut Rng) -> Value {
    let mut term = json!({});
    maybe(rng, 80, &mut term, "matchExpressions", |rng| requirements(rng, 0));
    maybe(rng, 25, &mut term, "matchFields", |rng| {
        list(
            rng,
            0,
            1,
            |rng, _| json!({"key": "metadata.name", "operator": "In", "values": [pick(rng, &["n", "m"])]}),
        )
    });
    term
}

pub(super) fn node_affinity(rng: &mut Rng) -> Value {
    let mut node = json!({});
    maybe(
        rng,
        70,
        &mut node,
        "requiredDuringSchedulingIgnoredDuringExecution",
        |rng| json!({"nodeSelectorTerms": list(rng, 1, 2, |rng, _| term(rng))}),
    );
    maybe(rng, 40, &mut node, "preferredDuringSchedulingIgnoredDuringExecution", |rng| {
        list(
            rng,
            0,
            2,
            |rng, _| json!({"weight": rng.i32(1..4), "preference": {"matchExpressions": requirements(rng, 1)}}),
        )
    });
    node
}

fn pod_term(rng: &mut Rng) -> Value {
    let mut term = json!({"topologyKey": pick(rng, &["zone", "host"])});
    maybe(rng, 80, &mut term, "labelSelector", label_selector);
    maybe(rng, 30, &mut term, "namespaces", |rng| list(rng, 0, 2, |_, i| json!(format!("ns{i}"))));
    maybe(rng, 30, &mut term, "namespaceSelector", label_selector);
    if term.get("labelSelector").is_some() {
        maybe(rng, 20, &mut term, "matchLabelKeys", |rng| list(rng, 0, 1, |_, _| json!("mlk")));
        maybe(rng, 20, &mut term, "mismatchLabelKeys", |rng| list(rng, 0, 1, |_, _| json!("mmlk")));
    }
    term
}

pub(super) fn affinity(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 60, &mut out, "nodeAffinity", node_affinity);
    for kind in ["podAffinity", "podAntiAffinity"] {
        maybe(rng, 35, &mut out, kind, |rng| {
            let mut pods = json!({});
            maybe(rng, 60, &mut pods, "requiredDuringSchedulingIgnoredDuringExecution", |rng| {
                list(rng, 0, 2, |rng, _| pod_term(rng))
            });
            maybe(rng, 60, &mut pods, "preferredDuringSchedulingIgnoredDuringExecution", |rng| {
                list(rng, 0, 2, |rng, _| json!({"weight": rng.i32(1..4), "podAffinityTerm": pod_term(rng)}))
            });
            pods
        });
    }
    out
}

fn spread(rng: &mut Rng, _: For) -> Option<Value> {
    Some(list(rng, 0, 2, |rng, i| {
        let mut out = json!({"maxSkew": rng.i32(1..3), "topologyKey": (["zone", "host"][i]),
            "whenUnsatisfiable": pick(rng, &["DoNotSchedule", "ScheduleAnyway"])});
        maybe(rng, 70, &mut out, "labelSelector", label_selector);
        if out["whenUnsatisfiable"] == "DoNotSchedule" {
            maybe(rng, 30, &mut out, "minDomains", |rng| json!(rng.i32(1..3)));
        }
        maybe(rng, 30, &mut out, "nodeAffinityPolicy", |rng| one(rng, &["Honor", "Ignore"]));
        maybe(rng, 30, &mut out, "nodeTaintsPolicy", |rng| one(rng, &["Honor", "Ignore"]));
        if out.get("labelSelector").is_some() {
            maybe(rng, 30, &mut out, "matchLabelKeys", |rng| list(rng, 0, 1, |_, _| json!("mlk")));
        }
        out
    }))
}

fn dns_config(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 60, &mut out, "nameservers", |rng| list(rng, 0, 2, |_, i| json!(format!("10.0.0.{i}"))));
    maybe(rng, 60, &mut out, "searches", |rng| list(rng, 0, 2, |_, i| json!(format!("d{i}.example"))));
    maybe(rng, 60, &mut out, "options", |rng| {
        list(rng, 0, 2, |rng, _| {
            let mut option = json!({"name": "ndots"});
            maybe(rng, 60, &mut option, "value", |rng| one(rng, &["2", ""]));
            option
        })
    });
    out
}

fn security_context(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(
        rng,
        20,
        &mut out,
        "seLinuxOptions",
        |rng| json!({"user": "u", "role": "r", "type": "t", "level": pick(rng, &["s0", "s1"])}),
    );
    maybe(rng, 30, &mut out, "runAsUser", |rng| json!(rng.i64(0..3)));
    maybe(rng, 30, &mut out, "runAsGroup", |rng| json!(rng.i64(0..3)));
    maybe(rng, 20, &mut out, "runAsNonRoot", |rng| json!(rng.bool()));
    maybe(rng, 30, &mut out, "supplementalGroups", |rng| list(rng, 0, 2, |rng, _| json!(rng.i64(0..3))));
    maybe(rng, 20, &mut out, "supplementalGroupsPolicy", |rng| one(rng, &["Merge", "Strict"]));
    maybe(rng, 20, &mut out, "fsGroup", |rng| json!(rng.i64(0..3)));
    maybe(rng, 20, &mut out, "sysctls", |rng| {
        list(rng, 0, 1, |_, _| json!({"name": "kernel.shm_rmid_forced", "value": "1"}))
    });
    maybe(rng, 20, &mut out, "fsGroupChangePolicy", |rng| one(rng, &["OnRootMismatch", "Always"]));
    maybe(rng, 20, &mut out, "seccompProfile", |rng| {
        if rng.bool() {
            json!({"type": "Unconfined"})
        } else {
            json!({"type": "Localhost", "localhostProfile": "p.json"})
        }
    });
    maybe(rng, 10, &mut out, "appArmorProfile", |_| json!({"type": "Unconfined"}));
    maybe(rng, 10, &mut out, "seLinuxChangePolicy", |rng| one(rng, &["Recursive"]));
    out
}

/// Pod-level resources that hold what any of the containers asks for.
fn pod_resources(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 60, &mut out, "requests", |rng| {
        let mut list = json!({});
        maybe(rng, 60, &mut list, "cpu", |rng| one(rng, &["20", "20000m"]));
        maybe(rng, 60, &mut list, "memory", |rng| one(rng, &["20Gi", "20480Mi"]));
        list
    });
    maybe(rng, 60, &mut out, "limits", |rng| {
        let mut list = json!({});
        maybe(rng, 60, &mut list, "cpu", |rng| one(rng, &["30", "30000m"]));
        maybe(rng, 60, &mut list, "memory", |rng| one(rng, &["30Gi", "30720Mi"]));
        list
    });
    out
}

/// Takes out what may not stand together, where podverdict does not judge it.
pub(super) fn legalise(spec: &mut Value) {
    let Some(map) = spec.as_object_mut() else { return };
    let on = |map: &serde_json::Map<String, Value>, field: &str| map.get(field) == Some(&Value::Bool(true));
    let host_network = on(map, "hostNetwork");
    let devices = ["containers", "initContainers", "ephemeralContainers"]
        .iter()
        .flat_map(|list| map.get(*list).and_then(Value::as_array).into_iter().flatten())
        .any(|container| container.get("volumeDevices").is_some_and(|devices| *devices != json!([])));
    if host_network || devices || on(map, "hostPID") || on(map, "hostIPC") {
        map.remove("hostUsers");
    }
    if on(map, "hostPID") && on(map, "shareProcessNamespace") {
        map.remove("shareProcessNamespace");
    }
    if host_network || on(map, "setHostnameAsFQDN") {
        map.remove("hostnameOverride");
    }
    let account = |map: &serde_json::Map<String, Value>, field: &str| {
        map.get(field).and_then(Value::as_str).is_some_and(|name| !name.is_empty())
    };
    if !account(map, "serviceAccountName") && !account(map, "serviceAccount") {
        for volume in map.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(sources) = volume.pointer_mut("/projected/sources").and_then(Value::as_array_mut) {
                sources.retain(|source| source.get("serviceAccountToken").is_none());
            }
        }
    }
    if map.get("os").is_none_or(Value::is_null) {
        for list in ["containers", "initContainers"] {
            for container in map.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(lifecycle) = container.get_mut("lifecycle").and_then(Value::as_object_mut) {
                    lifecycle.remove("stopSignal");
                }
            }
        }
    }
    if on(map, "hostIPC")
        && let Some(context) = map.get_mut("securityContext").and_then(Value::as_object_mut)
    {
        context.remove("sysctls");
    }
    // Mounts of images take no options.
    let images: Vec<Value> = map
        .get("volumes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|volume| volume.get("image").is_some())
        .map(|volume| volume["name"].clone())
        .collect();
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in map.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            for mount in container.get_mut("volumeMounts").and_then(Value::as_array_mut).into_iter().flatten()
            {
                if let Some(mount) = mount.as_object_mut().filter(|mount| images.contains(&mount["name"])) {
                    mount.remove("bindMountOptions");
                }
            }
        }
    }
    // A hook may not sleep for longer than the grace period.
    let grace = map
        .get("terminationGracePeriodSeconds")
        .and_then(Value::as_i64)
        .map_or(30, |g| if g < 0 { 1 } else { g });
    if grace < 3 {
        for list in ["containers", "initContainers"] {
            for container in map.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                for hook in ["/lifecycle/preStop/sleep", "/lifecycle/postStart/sleep"] {
                    if let Some(sleep) = container.pointer_mut(hook) {
                        sleep["seconds"] = Value::from(0.min(grace));
                    }
                }
            }
        }
    }
    if map.get("schedulingGroup").is_some() {
        map.remove("evictionResponders");
    }
}

/// Takes out environment variables from files.
pub(super) fn without_file_keys(spec: &mut Value) {
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(env) = container.get_mut("env").and_then(Value::as_array_mut) {
                env.retain(|variable| variable.pointer("/valueFrom/fileKeyRef").is_none());
            }
        }
    }
}

/// Takes out projected trust bundles.
pub(super) fn without_trust_bundles(spec: &mut Value) {
    for volume in spec.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(sources) = volume.pointer_mut("/projected/sources").and_then(Value::as_array_mut) {
            sources.retain(|source| source.get("clusterTrustBundle").is_none());
        }
    }
}
