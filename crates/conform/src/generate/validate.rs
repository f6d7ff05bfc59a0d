//! Cases of the ops that validate pods.

use fastrand::Rng;
use podverdict::quantity::Quantity;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::pod::{self, Wild};
use super::{chance, gates, maybe, pick};

/// Gates that pod validation asks.
fn gate_names(release: Release) -> &'static [&'static str] {
    match release {
        Release::V1_35 => &[
            "PodLevelResources",
            "NodeDeclaredFeatures",
            "InPlacePodLevelResourcesVerticalScaling",
            "ContainerRestartRules",
            "RestartAllContainersOnContainerExits",
            "GenericWorkload",
            "PodDeletionCost",
        ],
        Release::V1_36 => &[
            "PodLevelResources",
            "NodeDeclaredFeatures",
            "InPlacePodLevelResourcesVerticalScaling",
            "InPlacePodVerticalScalingInitContainers",
            "ContainerRestartRules",
            "RestartAllContainersOnContainerExits",
            "GenericWorkload",
            "PodDeletionCost",
            "DRANodeAllocatableResources",
        ],
        Release::V1_37 => &[
            "PodLevelResources",
            "PodLevelResourcesFixDefaulting",
            "PodLevelResourcesFixKubeletQOSClass",
            "InPlacePodLevelResourcesVerticalScaling",
            "InPlacePodVerticalScalingMemoryBackedVolumes",
            "ContainerRestartRules",
            "RestartAllContainersOnContainerExits",
            "GenericWorkload",
            "PodDeletionCost",
            "DRANodeAllocatableResources",
        ],
    }
}

/// Gates whose dependencies mostly hold: a set that the release refuses says nothing about pods.
fn held_gates(rng: &mut Rng, release: Release) -> Option<Value> {
    let mut chosen = gates(rng, 50, gate_names(release))?;
    if chance(rng, 95) {
        let map = chosen.as_object_mut()?;
        let off = |map: &serde_json::Map<String, Value>, name: &str| {
            map.get(name).map_or(
                release == Release::V1_35
                    && matches!(name, "NodeDeclaredFeatures" | "InPlacePodLevelResourcesVerticalScaling"),
                |on| on == false,
            )
        };
        let needs: &[(&str, &[&str])] = &[
            ("RestartAllContainersOnContainerExits", &["ContainerRestartRules", "NodeDeclaredFeatures"]),
            ("InPlacePodLevelResourcesVerticalScaling", &["PodLevelResources", "NodeDeclaredFeatures"]),
            ("InPlacePodVerticalScalingInitContainers", &["NodeDeclaredFeatures"]),
            ("ExtendWebSocketsToKubelet", &["NodeDeclaredFeatures"]),
            ("InPlacePodVerticalScalingMemoryBackedVolumes", &["NodeDeclaredFeatures"]),
            ("PodLevelResourcesFixDefaulting", &["PodLevelResources"]),
            ("PodLevelResourcesFixKubeletQOSClass", &["PodLevelResources"]),
        ];
        for (name, on) in needs {
            if (gate_names(release).contains(name)
                || release == Release::V1_36 && *name == "ExtendWebSocketsToKubelet")
                && on.iter().any(|needed| off(map, needed))
            {
                map.insert((*name).to_owned(), false.into());
            }
        }
    }
    Some(chosen)
}

fn wildness(rng: &mut Rng) -> Wild {
    Wild(*[0, 0, 5, 15, 40].get(rng.usize(..5)).unwrap_or(&0))
}

/// Whether objects are defaulted, and prepared: nearly always.
fn handling(rng: &mut Rng, case: &mut Value) {
    maybe(rng, 8, case, "defaults", |rng| rng.bool().into());
    maybe(rng, 8, case, "prepare", |rng| rng.bool().into());
}

/// Fields that make a pod complete where no defaults are set, as far as they are judged elsewhere.
fn complete(pod: &mut Value) {
    pod["spec"]["dnsPolicy"] = "ClusterFirst".into();
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in pod["spec"][list].as_array_mut().into_iter().flatten() {
            container["terminationMessagePolicy"] = "File".into();
            container["imagePullPolicy"] = "IfNotPresent".into();
        }
    }
}

/// A pod to create.
pub(super) fn validate_pod_create(rng: &mut Rng, release: Release) -> Value {
    let wild = wildness(rng);
    let mut pod = pod::pod(rng, release, wild);
    odd_metadata(rng, &mut pod, wild);
    odd_spec(rng, release, &mut pod, wild);
    maybe(rng, 10, &mut pod["spec"], "volumes", volumes);
    complete(&mut pod);
    maybe(
        rng,
        3,
        &mut pod,
        "status",
        |rng| json!({"qosClass": pick(rng, &["Guaranteed", "Burstable", "Odd", ""])}),
    );
    let mut case = json!({"pod": pod});
    if let Some(gates) = held_gates(rng, release) {
        case["gates"] = gates;
    }
    handling(rng, &mut case);
    case
}

/// Metadata that is now and then illegal.
fn odd_metadata(rng: &mut Rng, pod: &mut Value, wild: Wild) {
    if chance(rng, 3 + wild.0 / 4) {
        pod["metadata"] = super::metadata::metadata(rng, false, wild);
    }
    let metadata = &mut pod["metadata"];
    let long = "a".repeat(300);
    if chance(rng, wild.0 / 2) {
        metadata["name"] = json!(pick(rng, &["", "A", "a.b", "-a", "a_b", long.as_str(), "é"]));
    }
    maybe(rng, wild.0 / 3, metadata, "generateName", |rng| json!(pick(rng, &["a-", "-", "A-", "a.-", "x"])));
    maybe(rng, wild.0 / 3, metadata, "namespace", |rng| json!(pick(rng, &["", "A", "a.b", "ns"])));
    maybe(rng, 5, metadata, "generation", |rng| json!(rng.i64(-1..4)));
    let key = |rng: &mut Rng| {
        pick(rng, &["app", "example.com/a", "a/b/c", "/a", "a/", "-", "B.example/a", "_", "x y"]).to_owned()
    };
    maybe(
        rng,
        wild.0 / 2,
        metadata,
        "labels",
        |rng| json!({key(rng): pick(rng, &["", "v", "a b", "-", long.as_str()])}),
    );
    maybe(rng, wild.0 / 2, metadata, "annotations", |rng| {
        let mut out = json!({key(rng): "anything at all"});
        maybe(rng, 40, &mut out, "controller.kubernetes.io/pod-deletion-cost", |rng| {
            json!(pick(rng, &["0", "-1", "+1", "01", "10", "2147483648", "-2147483648", "", "x", "-", "-0"]))
        });
        maybe(rng, 30, &mut out, "kubernetes.io/config.mirror", |_| json!("hash"));
        out
    });
    maybe(rng, wild.0 / 3, metadata, "finalizers", |rng| {
        super::list(rng, 0, 3, |rng, _| {
            json!(pick(
                rng,
                &["orphan", "foregroundDeletion", "kubernetes", "example.com/f", "a", "a/b/c", ""]
            ))
        })
    });
}

/// Fields of the spec that are now and then illegal.
fn odd_spec(rng: &mut Rng, release: Release, pod: &mut Value, wild: Wild) {
    let spec = &mut pod["spec"];
    maybe(rng, 5, spec, "nodeName", |rng| json!(pick(rng, &["node-1", "Node", ""])));
    maybe(rng, 4, spec, "schedulingGates", |rng| {
        super::list(rng, 0, 3, |rng, _| json!({"name": pick(rng, &["a", "example.com/b", "", "a/b/c"])}))
    });
    maybe(
        rng,
        wild.0 / 4,
        spec,
        "nodeSelector",
        |rng| json!({pick(rng, &["disk", "a/b/c", ""]): pick(rng, &["ssd", "-"])}),
    );
    maybe(rng, wild.0 / 4, spec, "activeDeadlineSeconds", |rng| {
        json!(*[0, 1, -1, 2_147_483_647, 2_147_483_648_i64].get(rng.usize(..5)).unwrap_or(&1))
    });
    maybe(rng, wild.0 / 4, spec, "priorityClassName", |rng| json!(pick(rng, &["high", "High", ""])));
    maybe(rng, wild.0 / 4, spec, "preemptionPolicy", |rng| {
        json!(pick(rng, &["Never", "PreemptLowerPriority", "", "x"]))
    });
    maybe(rng, wild.0 / 4, spec, "os", |rng| json!({"name": pick(rng, &["linux", "windows", "", "plan9"])}));
    maybe(rng, 5, spec, "hostNetwork", |rng| rng.bool().into());
    maybe(rng, wild.0 / 2, spec, "resourceClaims", |rng| {
        super::list(rng, 0, 3, |rng, _| {
            let mut claim = json!({"name": pick(rng, &["claim", "other", "", "A", "claim"])});
            maybe(rng, 70, &mut claim, "resourceClaimName", |rng| json!(pick(rng, &["real", "Real", ""])));
            maybe(rng, 20, &mut claim, "resourceClaimTemplateName", |rng| {
                json!(pick(rng, &["made", "a..b"]))
            });
            claim
        })
    });
    // The place in a gang of the other releases is an unknown field.
    if chance(rng, 2) {
        if release == Release::V1_35 {
            spec["schedulingGroup"] = json!({"podGroupName": "A"});
        } else {
            spec["workloadRef"] = json!({"name": "A", "podGroup": "B"});
        }
    }
    if chance(rng, wild.0 / 3) {
        spec["ephemeralContainers"] = super::list(rng, 0, 2, |rng, i| {
            let mut container = if rng.bool() {
                pod::container(rng, "debug", false, wild)
            } else {
                json!({"name": "debug", "image": "debug:1"})
            };
            if i == 1 && rng.bool() {
                container["name"] = json!("debug2");
            }
            maybe(rng, 20, &mut container, "ports", |_| json!([]));
            maybe(rng, 10, &mut container, "resizePolicy", |_| json!([]));
            maybe(rng, 10, &mut container, "restartPolicyRules", |_| json!([]));
            maybe(rng, 10, &mut container, "restartPolicy", |_| json!(""));
            container
        });
    }
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            odd_container(rng, container, wild);
        }
    }
    if chance(rng, wild.0 / 8) {
        spec["containers"] = json!([]);
    }
}

fn odd_container(rng: &mut Rng, container: &mut Value, wild: Wild) {
    if chance(rng, wild.0 / 4) {
        let long = "a".repeat(64);
        container["name"] = json!(pick(rng, &["", "app", "init", "A", "a.b", long.as_str()]));
    }
    if chance(rng, wild.0 / 4) {
        container["image"] = json!(pick(rng, &["", " a", "a\n", "\u{a0}a", "a"]));
    }
    maybe(rng, wild.0 / 3 + 3, container, "ports", |rng| {
        super::list(rng, 0, 3, |rng, _| {
            let mut port = json!({});
            maybe(rng, 95, &mut port, "containerPort", |rng| {
                json!(*[80, 8080, 0, -1, 65536].get(rng.usize(..5)).unwrap_or(&1))
            });
            maybe(rng, 40, &mut port, "hostPort", |rng| {
                json!(*[80, 8080, 0, 70000].get(rng.usize(..4)).unwrap_or(&1))
            });
            maybe(rng, 40, &mut port, "protocol", |rng| json!(pick(rng, &["TCP", "UDP", "SCTP", "", "tcp"])));
            maybe(rng, 20, &mut port, "name", |rng| {
                json!(pick(rng, &["http", "80", "a--b", "-a", "A", "", "a-very-long-port-name", "é"]))
            });
            maybe(rng, 15, &mut port, "hostIP", |rng| json!(pick(rng, &["127.0.0.1", "10.0.0.1"])));
            port
        })
    });
    if chance(rng, wild.0 / 3) {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if container.get(probe).is_some() {
                let field = pick(
                    rng,
                    &["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"],
                );
                container[probe][field] = json!(rng.i32(-2..3));
            }
        }
    }
    if chance(rng, wild.0 / 3) {
        container["resources"]["claims"] = super::list(rng, 0, 4, |rng, _| {
            let mut claim = json!({"name": pick(rng, &["claim", "claim", "other", "claim/a", ""])});
            maybe(rng, 50, &mut claim, "request", |rng| json!(pick(rng, &["a", "b", "A", "a", ""])));
            claim
        });
    }
}

/// A case with a stored pod and a change of it.
fn pair(rng: &mut Rng, release: Release, old: Value, pod: Value) -> Value {
    let mut case = json!({"oldPod": old, "pod": pod});
    if let Some(gates) = held_gates(rng, release) {
        case["gates"] = gates;
    }
    handling(rng, &mut case);
    case
}

/// Metadata as a stored object has it, now and then less.
fn stored_metadata(rng: &mut Rng, pod: &mut Value) {
    if chance(rng, 4) {
        pod["metadata"] = super::metadata::metadata(rng, true, Wild(0));
    }
    let metadata = &mut pod["metadata"];
    maybe(rng, 90, metadata, "resourceVersion", |_| json!("7"));
    maybe(rng, 80, metadata, "generation", |rng| json!(rng.i64(1..5)));
    maybe(rng, 70, metadata, "creationTimestamp", |_| json!("2026-01-02T03:04:05Z"));
    if chance(rng, 5) {
        metadata["deletionTimestamp"] = json!("2026-01-03T03:04:05Z");
        metadata["deletionGracePeriodSeconds"] = json!(30);
    }
    maybe(rng, 5, metadata, "finalizers", |_| json!(["example.com/f"]));
    maybe(rng, 10, metadata, "labels", |_| json!({"app": "a"}));
    maybe(
        rng,
        4,
        metadata,
        "annotations",
        |rng| json!({pick(rng, &["kubernetes.io/config.mirror", "note"]): "x"}),
    );
    if app_armor(pod) && chance(rng, 2) {
        pod["metadata"]["annotations"] = json!({APP_ARMOR: "runtime/default"});
    }
}

const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/app";

/// Whether the annotation is legal: it must name a container.
fn app_armor(pod: &Value) -> bool {
    pod["spec"]["containers"][0]["name"] == "app"
}

/// Metadata that a client changes, mostly not.
fn change_metadata(rng: &mut Rng, pod: &mut Value) {
    if app_armor(pod) && chance(rng, 1) {
        pod["metadata"]["annotations"] = json!({APP_ARMOR: "unconfined"});
    }
    if chance(rng, 2) {
        let mut other = super::metadata::metadata(rng, true, Wild(10));
        if let (Some(mine), Some(other)) = (pod["metadata"].as_object_mut(), other.as_object_mut()) {
            mine.append(other);
        }
    }
    let metadata = &mut pod["metadata"];
    for (field, odd) in [
        ("name", json!("other")),
        ("namespace", json!("other")),
        ("uid", json!("uid-2")),
        ("uid", json!("")),
        ("resourceVersion", json!("")),
        ("generation", json!(9)),
        ("creationTimestamp", json!("2026-01-02T03:04:06.5Z")),
        ("creationTimestamp", json!(null)),
        ("deletionTimestamp", json!("2026-01-04T03:04:05+01:00")),
        ("deletionGracePeriodSeconds", json!(1)),
        ("finalizers", json!(["example.com/f", "a", "example.com/g\n"])),
        ("labels", json!({"app": "b", "a b": "c"})),
        ("annotations", json!({"kubernetes.io/config.mirror": "y"})),
        ("annotations", json!({"controller.kubernetes.io/pod-deletion-cost": "x"})),
    ] {
        if chance(rng, 1) {
            metadata[field] = odd;
        }
    }
}

fn container_state(rng: &mut Rng) -> Value {
    match rng.u32(..4) {
        0 => json!({"running": {}}),
        1 => json!({"waiting": {"reason": "CrashLoopBackOff"}}),
        2 => json!({}),
        _ => json!({"terminated": {"exitCode": pod::exit_code(rng)}}),
    }
}

/// Statuses for the containers of a list, now and then missing, repeated, or for an unknown one.
fn statuses(rng: &mut Rng, containers: &Value) -> Value {
    let mut names: Vec<Value> =
        containers.as_array().into_iter().flatten().map(|container| container["name"].clone()).collect();
    if chance(rng, 5) {
        names.push(json!("unknown"));
    }
    if chance(rng, 5) && !names.is_empty() {
        names.push(names[0].clone());
    }
    if chance(rng, 10) {
        names.pop();
    }
    Value::Array(names.into_iter().map(|name| json!({"name": name, "state": container_state(rng)})).collect())
}

fn status(rng: &mut Rng, pod: &Value, wild: Wild) -> Value {
    let mut status = json!({});
    for (list, of) in [
        ("containerStatuses", "containers"),
        ("initContainerStatuses", "initContainers"),
        ("ephemeralContainerStatuses", "ephemeralContainers"),
    ] {
        maybe(rng, 90, &mut status, list, |rng| statuses(rng, &pod["spec"][of]));
    }
    maybe(rng, 60, &mut status, "qosClass", |rng| {
        json!(pick(rng, &["Burstable", "Burstable", "Guaranteed", "BestEffort", ""]))
    });
    maybe(rng, 20, &mut status, "conditions", |rng| {
        super::list(rng, 0, 3, |rng, _| {
            let kinds = ["Ready", "PodResizePending", "example.com/gate", "Ready", "Initialized"];
            let mut kind = pick(rng, &kinds);
            if chance(rng, wild.0) {
                kind = pick(rng, &["", "a/b/c", "-"]);
            }
            let mut condition = json!({"type": kind, "status": "True"});
            maybe(rng, 50, &mut condition, "observedGeneration", |rng| json!(rng.i64(-1..3)));
            condition
        })
    });
    maybe(rng, 20, &mut status, "observedGeneration", |rng| json!(rng.i64(-1..3)));
    maybe(rng, 5, &mut status, "nominatedNodeName", |rng| {
        json!(pick(rng, &["node-1", "Node", "node-2", ""]))
    });
    status
}

/// A pod and a new status of it.
pub(super) fn validate_pod_status_update(rng: &mut Rng, release: Release) -> Value {
    let wild = wildness(rng);
    let mut old = pod::pod(rng, release, wild);
    odd_spec(rng, release, &mut old, Wild(wild.0 / 3));
    stored_metadata(rng, &mut old);
    complete(&mut old);
    old["status"] = status(rng, &old, wild);
    let mut new = old.clone();
    new["status"] = status(rng, &old, wild);
    if chance(rng, 60) {
        new["status"]["qosClass"] = old["status"]["qosClass"].clone();
    }
    change_metadata(rng, &mut new);
    if chance(rng, 3) {
        new["spec"]["nodeName"] = json!("node-9");
    }
    pair(rng, release, old, new)
}

/// A small change of amounts that are there, or a key more or less.
fn change_list(rng: &mut Rng, resources: &mut Value, list: &str, wild: Wild) {
    let name = pick(
        rng,
        &["cpu", "memory", "cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu"],
    );
    match rng.u32(..10) {
        0 => {
            if let Some(map) = resources[list].as_object_mut() {
                map.shift_remove(name);
            }
        }
        1 => {
            if let Some(map) = resources.as_object_mut() {
                map.shift_remove(list);
            }
        }
        2 => resources[list] = pod::resource_list(rng, wild),
        3 => resources[list][name] = pod::amount(rng, name, wild),
        _ => {
            for (name, amount) in resources[list].as_object_mut().into_iter().flatten() {
                if matches!(name.as_str(), "cpu" | "memory") && rng.bool() {
                    *amount = pod::amount(rng, name, wild);
                }
            }
        }
    }
}

/// A change of requests and limits; often of both alike, so that the class stays.
fn change_resources(rng: &mut Rng, resources: &mut Value, wild: Wild) {
    if !resources.is_object() {
        *resources = json!({});
    }
    if chance(rng, 30) {
        for name in ["cpu", "memory"] {
            let amount = pod::amount(rng, name, wild);
            for list in ["requests", "limits"] {
                if resources[list].get(name).is_some() {
                    resources[list][name] = amount.clone();
                }
            }
        }
        return;
    }
    for list in ["requests", "limits"] {
        if rng.bool() {
            change_list(rng, resources, list, wild);
        }
    }
    if chance(rng, 3) {
        resources["claims"] = json!([{"name": "claim"}]);
    }
}

fn change_container(rng: &mut Rng, container: &mut Value, wild: Wild) {
    if chance(rng, 60) {
        change_resources(rng, &mut container["resources"], wild);
    }
    if chance(rng, 6) {
        container["resizePolicy"] = pod::resize_policy(rng, wild);
    }
    for (field, odd) in [
        ("image", json!("registry.example/app:2")),
        ("image", json!("")),
        ("env", json!([{"name": "A", "value": "b"}])),
        ("restartPolicy", json!("Always")),
        ("restartPolicy", json!(null)),
        ("name", json!("renamed")),
    ] {
        if chance(rng, 1) {
            container[field] = odd;
        }
    }
}

/// Changes of the lists themselves.
fn change_containers(rng: &mut Rng, release: Release, spec: &mut Value, wild: Wild) {
    for list in ["containers", "initContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            change_container(rng, container, wild);
        }
        let Some(containers) = spec[list].as_array_mut() else { continue };
        match rng.u32(..60) {
            0 => {
                containers.pop();
            }
            1 => containers.push(pod::container(rng, "more", list == "initContainers", wild)),
            2 => containers.reverse(),
            _ => {}
        }
    }
    if chance(rng, 1) {
        spec["initContainers"] = json!([pod::container(rng, "first", true, wild)]);
    }
    match rng.u32(..20) {
        0 => spec["resources"] = pod::pod_resources(rng, wild),
        1 => spec["resources"] = json!({}),
        2 => spec["resources"] = json!(null),
        3..6 if spec["resources"].is_object() => change_resources(rng, &mut spec["resources"], wild),
        _ => {}
    }
    if release == Release::V1_37 || chance(rng, 10) {
        change_volumes(rng, spec);
    }
    for (field, odd) in [
        ("nodeName", json!("node-3")),
        ("activeDeadlineSeconds", json!(7)),
        ("terminationGracePeriodSeconds", json!(9)),
        ("hostname", json!("host")),
        (
            "ephemeralContainers",
            json!([{"name": "debug3", "image": "debug:1", "imagePullPolicy": "Always", "terminationMessagePolicy": "File"}]),
        ),
        ("overhead", json!({"cpu": "1"})),
        ("restartPolicy", json!("Never")),
    ] {
        if chance(rng, 1) {
            spec[field] = odd;
        }
    }
}

fn size_limit(rng: &mut Rng) -> Value {
    if chance(rng, 2) {
        return json!("-1");
    }
    json!(pick(rng, &["0", "1Gi", "1024Mi", "2Gi", "100M"]))
}

fn volumes(rng: &mut Rng) -> Value {
    super::list(rng, 0, 3, |rng, i| {
        let mut name = ["data", "cache", "scratch"][i % 3];
        if chance(rng, 2) {
            name = pick(rng, &["", "data", "A", "cache"]);
        }
        match rng.u32(..5) {
            0 if rng.bool() => {
                json!({"name": name, "persistentVolumeClaim": {"claimName": pick(rng, &["c", "c", ""])}})
            }
            0 => json!({"name": name, "configMap": {"name": "settings"}}),
            1 => json!({"name": name, "emptyDir": {"sizeLimit": size_limit(rng)}}),
            2 => json!({"name": name, "emptyDir": {}}),
            _ => {
                let mut volume = json!({"name": name, "emptyDir": {"medium": "Memory"}});
                maybe(rng, 70, &mut volume["emptyDir"], "sizeLimit", size_limit);
                volume
            }
        }
    })
}

fn change_volumes(rng: &mut Rng, spec: &mut Value) {
    for volume in spec["volumes"].as_array_mut().into_iter().flatten() {
        if let Some(directory) = volume.get_mut("emptyDir") {
            maybe(rng, 30, directory, "sizeLimit", size_limit);
            maybe(rng, 3, directory, "medium", |rng| json!(pick(rng, &["", "Memory"])));
            if chance(rng, 3) {
                directory["sizeLimit"] = json!(null);
            }
        } else if volume.get("configMap").is_some() && chance(rng, 10) {
            volume["configMap"] = json!({"name": "other"});
        }
        if chance(rng, 2) {
            volume["name"] = json!("renamed");
        }
    }
    match rng.u32(..40) {
        0 => spec["volumes"] = volumes(rng),
        1 => {
            if let Some(list) = spec["volumes"].as_array_mut() {
                list.reverse();
            }
        }
        _ => {}
    }
}

/// Claims that take node-allocatable resources.
fn allocatable_claims(rng: &mut Rng, release: Release) -> Value {
    super::list(rng, 0, 2, |rng, _| {
        let mut claim = json!({"resourceClaimName": "real"});
        claim["containers"] = json!([pick(rng, &["app", "worker", "init"])]);
        if release == Release::V1_36 {
            claim["resources"] = json!({"cpu": pod::amount(rng, "cpu", Wild(0))});
            return claim;
        }
        let name = |rng: &mut Rng| pick(rng, &["cpu", "memory", "hugepages-2Mi"]);
        // One resource each: upstream stops at the first that is too small, in random order.
        maybe(rng, 60, &mut claim, "mapping", |rng| {
            let name = name(rng);
            json!([{"name": name, "quantity": pod::amount(rng, name, Wild(0))}])
        });
        maybe(rng, 50, &mut claim, "overhead", |rng| {
            let name = name(rng);
            let mut overhead = json!({"name": name});
            maybe(rng, 60, &mut overhead, "perPod", |rng| pod::amount(rng, name, Wild(0)));
            maybe(rng, 60, &mut overhead, "perContainer", |rng| pod::amount(rng, name, Wild(0)));
            json!([overhead])
        });
        claim
    })
}

/// The status of a pod on a node.
fn running_status(rng: &mut Rng, release: Release, pod: &Value) -> Value {
    let mut status = json!({});
    maybe(rng, 60, &mut status, "containerStatuses", |rng| {
        let mut list = statuses(rng, &pod["spec"]["containers"]);
        for status in list.as_array_mut().into_iter().flatten() {
            maybe(rng, 90, status, "resources", |_| json!({"requests": {"cpu": "1"}}));
        }
        list
    });
    maybe(rng, 20, &mut status, "qosClass", |rng| {
        json!(pick(rng, &["Burstable", "Guaranteed", "BestEffort", "Odd"]))
    });
    if release != Release::V1_35 {
        maybe(rng, 3, &mut status, "nodeAllocatableResourceClaimStatuses", |rng| {
            allocatable_claims(rng, release)
        });
    }
    maybe(rng, 5, &mut status, "resources", |_| json!({"requests": {"cpu": "1"}}));
    status
}

/// Makes resources legal: no request above its limit, limits where they must be, and enough at pod level; and resize
/// policies as well.
fn settle(spec: &mut Value) {
    let never = spec["restartPolicy"] == "Never";
    for list in ["containers", "initContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            settle_requirements(&mut container["resources"], "0");
            if let Some(policies) = container["resizePolicy"].as_array_mut() {
                policies.truncate(2);
                for policy in policies.iter_mut().filter(|_| never) {
                    policy["restartPolicy"] = json!("NotRequired");
                }
            }
        }
    }
    if spec["resources"].is_object() {
        for list in ["requests", "limits"] {
            for (name, amount) in spec["resources"][list].as_object_mut().into_iter().flatten() {
                match name.as_str() {
                    "cpu" => *amount = json!("40"),
                    "memory" => *amount = json!("40Gi"),
                    name if name.starts_with("hugepages-") => *amount = json!("40Gi"),
                    _ => {}
                }
            }
        }
        settle_requirements(&mut spec["resources"], "40Gi");
    }
}

fn settle_requirements(resources: &mut Value, pages: &str) {
    let parse = |amount: &Value| amount.as_str().and_then(|text| Quantity::parse(text).ok());
    let Some(map) = resources.as_object_mut() else { return };
    let mut requests = map.remove("requests").unwrap_or_default();
    let mut limits = map.remove("limits").unwrap_or_default();
    for (name, request) in requests.as_object_mut().into_iter().flatten() {
        let strict = name.starts_with("hugepages-") || name.contains('/');
        match limits.get(name) {
            Some(limit) if strict || parse(request) > parse(limit) => *request = limit.clone(),
            None if strict => {
                if name.starts_with("hugepages-") {
                    *request = json!(pages);
                }
                if !limits.is_object() {
                    limits = json!({});
                }
                limits[name.as_str()] = request.clone();
            }
            _ => {}
        }
    }
    let names = || {
        [&requests, &limits].into_iter().filter_map(Value::as_object).flat_map(|list| list.keys()).cloned()
    };
    if names().any(|name| name.starts_with("hugepages-")) && !names().any(|name| name == "cpu") {
        if !requests.is_object() {
            requests = json!({});
        }
        requests["cpu"] = json!("1m");
        if limits.get("cpu").is_some() {
            limits["cpu"] = json!("1m");
        }
    }
    for (list, amounts) in [("requests", requests), ("limits", limits)] {
        if !amounts.is_null() {
            map.insert(list.to_owned(), amounts);
        }
    }
}

/// A pod and a resize of it.
pub(super) fn validate_pod_resize(rng: &mut Rng, release: Release) -> Value {
    let wild = Wild(*[0, 0, 0, 5, 20].get(rng.usize(..5)).unwrap_or(&0));
    let mut old = pod::pod(rng, release, wild);
    if chance(rng, 20) {
        odd_spec(rng, release, &mut old, Wild(wild.0 / 2));
    }
    maybe(rng, 50, &mut old["spec"], "volumes", volumes);
    maybe(rng, 10, &mut old["spec"], "nodeName", |_| json!("node-1"));
    if chance(rng, 90) {
        settle(&mut old["spec"]);
    }
    stored_metadata(rng, &mut old);
    complete(&mut old);
    old["status"] = running_status(rng, release, &old);
    let mut new = old.clone();
    change_containers(rng, release, &mut new["spec"], wild);
    if chance(rng, 50) {
        settle(&mut new["spec"]);
    }
    complete(&mut new);
    if chance(rng, 20) {
        change_metadata(rng, &mut new);
    }
    maybe(rng, 5, &mut new, "status", |_| json!({"qosClass": "Burstable"}));
    // The annotation must name a container.
    if !app_armor(&new) && old["metadata"]["annotations"].get(APP_ARMOR).is_some() {
        old["metadata"]["annotations"] = json!({});
        new["metadata"]["annotations"] = json!({});
    }
    pair(rng, release, old, new)
}
