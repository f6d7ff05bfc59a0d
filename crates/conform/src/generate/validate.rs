//! Cases of the ops that validate pods.

use fastrand::Rng;
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
