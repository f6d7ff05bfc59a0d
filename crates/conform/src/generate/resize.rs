//! Cases of the resize family.

use fastrand::Rng;
use podverdict::release::{Gate, Kubernetes, Release};
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
    for _ in 0..20 {
        let Some(gates) = super::gates(rng, percent, &names) else { return };
        // Sets that the release refuses are all alike: few suffice.
        let set =
            gates.as_object().into_iter().flatten().map(|(name, on)| (name.as_str(), *on == json!(true)));
        if Kubernetes::with_gates(release, set).is_ok() || chance(rng, 3) {
            case["gates"] = gates;
            return;
        }
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
    maybe(rng, 50, &mut status, "conditions", conditions);
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

/// The gates that decide what the kubelet makes of a resize.
const KUBELET_GATES: &[&str] = &[
    "PodLevelResources",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "InPlacePodVerticalScalingExclusiveCPUs",
    "InPlacePodVerticalScalingExclusiveMemory",
    "InPlacePodVerticalScalingMemoryBackedVolumes",
    "InPlacePodVerticalScalingSchedulerPreemption",
    "PodLevelResourcesFixDefaulting",
    "PodLevelResourcesFixKubeletQOSClass",
    "NodeDeclaredFeatures",
    "DRAExtendedResource",
    "DRANodeAllocatableResources",
    "TaintTolerationComparisonOperators",
];

/// Cases of `resize_feasible`: a pod, the same pod with other resources, and a node that is about full.
pub(super) fn resize_feasible(rng: &mut Rng, release: Release) -> Value {
    let wild = Wild([0, 0, 0, 4][rng.usize(..4)]);
    let mut old = pod_on_node(rng, release, wild, 0);
    if chance(rng, 35) {
        align(rng, &mut old);
    }
    let mut pod = old.clone();
    for _ in 0..rng.usize(..4) {
        resize(rng, &mut pod, wild);
    }
    if chance(rng, 10) {
        // The pod may differ in more than its resources from when it was admitted.
        decorate(rng, release, &mut pod);
    }
    let mut case = json!({"pod": pod, "oldPod": old});
    on_node(rng, release, &mut case, wild);
    case
}

/// Cases of `admit_pod`.
pub(super) fn admit_pod(rng: &mut Rng, release: Release) -> Value {
    let wild = Wild([0, 0, 0, 4][rng.usize(..4)]);
    let mut case = json!({"pod": pod_on_node(rng, release, wild, 0)});
    on_node(rng, release, &mut case, wild);
    if chance(rng, 5) {
        // The kubelet restarts, and finds the pod among those it admitted.
        let mut own = case["pod"].clone();
        resize(rng, &mut own, wild);
        if let Some(pods) = case["pods"].as_array_mut() {
            pods.push(own);
        }
    }
    case
}

/// Cases of `resize_queue`.
pub(crate) fn resize_queue(rng: &mut Rng, release: Release) -> Value {
    let wild = Wild([0, 0, 0, 4][rng.usize(..4)]);
    let resizes = super::list(rng, 0, 4, |rng, i| {
        let mut old = pod_on_node(rng, release, wild, i + 10);
        if chance(rng, 30) {
            align(rng, &mut old);
        }
        let mut pod = old.clone();
        for _ in 0..rng.usize(..3) {
            resize(rng, &mut pod, wild);
        }
        maybe(rng, 40, &mut pod["spec"], "priority", |rng| json!(rng.i32(-1..3)));
        json!({"pod": pod, "oldPod": old})
    });
    let mut case = json!({"resizes": resizes});
    on_node(rng, release, &mut case, wild);
    // Defaulting of a half-allocated pod is another pod than half-allocating a defaulted one.
    case["defaults"] = json!(false);
    case
}

/// Adds the node, its other pods, its settings and the gates.
fn on_node(rng: &mut Rng, release: Release, case: &mut Value, wild: Wild) {
    case["node"] = node(rng);
    if chance(rng, 75) {
        case["pods"] = super::list(rng, 0, 4, |rng, i| pod_on_node(rng, release, wild, i + 1));
    }
    tame_scalars(case);
    maybe(rng, 50, case, "nodeConfig", |rng| {
        json!({
            "CPUManagerPolicy": pick(rng, &["static", "static", "none", ""]),
            "MemoryManagerPolicy": pick(rng, &["Static", "Static", "None", "BestEffort"]),
            "CgroupVersion": rng.u32(..3),
        })
    });
    maybe(rng, 50, case, "opts", |rng| {
        let mut opts = json!({});
        maybe(rng, 50, &mut opts, "allocatableAbsolute", |rng| {
            let mut list = resource_list(rng, wild);
            list["cpu"] = json!(pick(rng, &["2", "4", "8", "500m"]));
            list["memory"] = json!(pick(rng, &["1Gi", "4Gi", "8Gi", "100Mi"]));
            list
        });
        maybe(rng, 60, &mut opts, "swap", |rng| {
            let mut swap = json!({});
            for name in ["app", "worker", "init", "mesh"] {
                maybe(rng, 40, &mut swap, name, |rng| {
                    json!(pick(rng, &["LimitedSwap", "LimitedSwap", "NoSwap", ""]))
                });
            }
            swap
        });
        opts
    });
    gates(rng, release, 40, case, KUBELET_GATES);
    maybe(rng, 25, case, "defaults", |_| json!(false));
}

/// A pod that could run on the node.
fn pod_on_node(rng: &mut Rng, release: Release, wild: Wild, number: usize) -> Value {
    let mut pod = pod::pod(rng, release, wild);
    pod["metadata"]["uid"] = json!(format!("uid-{number}"));
    pod["metadata"]["name"] = json!(format!("pod-{number}"));
    if chance(rng, 90)
        && let Some(spec) = pod["spec"].as_object_mut()
    {
        spec.remove("os");
    }
    if chance(rng, 40) {
        status(rng, &mut pod, wild);
    }
    decorate(rng, release, &mut pod);
    pod
}

/// All that the kubelet looks at beside resources.
fn decorate(rng: &mut Rng, release: Release, pod: &mut Value) {
    maybe(rng, 10, &mut pod["metadata"], "annotations", |rng| {
        let mut map = json!({});
        maybe(rng, 60, &mut map, "kubernetes.io/config.source", |rng| {
            json!(pick(rng, &["file", "api", "http", ""]))
        });
        maybe(rng, 30, &mut map, "kubernetes.io/config.mirror", |_| json!("x"));
        map
    });
    maybe(
        rng,
        8,
        &mut pod["metadata"],
        "labels",
        |rng| json!({"app": "x", "kubernetes.io/os": pick(rng, &["linux", "linux", "windows", ""])}),
    );
    let spec = &mut pod["spec"];
    maybe(rng, 10, spec, "priority", |rng| {
        json!([0, 1000, 1_999_999_999, 2_000_000_000, 2_000_001_000, -5][rng.usize(..6)])
    });
    maybe(rng, 20, spec, "nodeName", |rng| json!(pick(rng, &["node-1", "node-1", "node-1", "node-2", ""])));
    maybe(rng, 10, spec, "nodeSelector", |rng| {
        let mut map = json!({});
        maybe(rng, 60, &mut map, "zone", |rng| json!(pick(rng, &["a", "a", "b"])));
        maybe(rng, 40, &mut map, "kubernetes.io/os", |rng| json!(pick(rng, &["linux", "linux", "windows"])));
        map
    });
    maybe(rng, 10, spec, "affinity", |rng| {
        json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": super::list(rng, 0, 2, |rng, _| {
                let mut term = json!({});
                maybe(rng, 75, &mut term, "matchExpressions", |rng| super::list(rng, 0, 2, requirement));
                maybe(rng, 35, &mut term, "matchFields", |rng| super::list(rng, 0, 2, |rng, i| {
                    let mut requirement = requirement(rng, i);
                    if chance(rng, 80) {
                        requirement["key"] = json!("metadata.name");
                        requirement["operator"] = json!(pick(rng, &["In", "NotIn"]));
                        requirement["values"] = json!([pick(rng, &["node-1", "node-2", ""])]);
                    }
                    requirement
                }));
                term
            }),
        }}})
    });
    maybe(rng, 40, spec, "tolerations", |rng| {
        super::list(rng, 0, 3, |rng, _| {
            let mut toleration = json!({});
            maybe(rng, 70, &mut toleration, "key", |rng| json!(pick(rng, &["dedicated", "level", ""])));
            maybe(rng, 70, &mut toleration, "operator", |rng| {
                json!(pick(rng, &["Exists", "Equal", "Lt", "Gt", "", "Like"]))
            });
            maybe(rng, 60, &mut toleration, "value", |rng| json!(pick(rng, TAINT_VALUES)));
            maybe(rng, 50, &mut toleration, "effect", |rng| {
                json!(pick(rng, &["NoExecute", "NoSchedule", ""]))
            });
            toleration
        })
    });
    maybe(rng, 5, spec, "hostNetwork", |_| json!(true));
    maybe(
        rng,
        6,
        spec,
        "securityContext",
        |rng| json!({"supplementalGroupsPolicy": pick(rng, &["Strict", "Merge"])}),
    );
    for list in ["containers", "initContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            maybe(rng, 25, container, "ports", |rng| {
                super::list(rng, 0, 2, |rng, _| {
                    let mut port = json!({"containerPort": rng.u32(80..84)});
                    maybe(rng, 60, &mut port, "hostPort", |rng| json!(rng.i32(-1..4)));
                    maybe(rng, 40, &mut port, "protocol", |rng| json!(pick(rng, &["TCP", "UDP", ""])));
                    maybe(rng, 50, &mut port, "hostIP", |rng| {
                        json!(pick(rng, &["", "0.0.0.0", "127.0.0.1", "10.0.0.1", "::"]))
                    });
                    port
                })
            });
        }
    }
    maybe(rng, 30, spec, "volumes", |rng| {
        super::list(rng, 0, 3, |rng, i| {
            let mut volume = json!({"name": format!("v{i}")});
            maybe(rng, 90, &mut volume, "emptyDir", |rng| {
                let mut dir = json!({});
                maybe(rng, 80, &mut dir, "medium", |rng| {
                    json!(pick(rng, &["Memory", "Memory", "Memory", ""]))
                });
                maybe(rng, 80, &mut dir, "sizeLimit", |rng| json!(pick(rng, &["0", "1Gi", "1024Mi", "2Gi"])));
                dir
            });
            volume
        })
    });
    if !pod["status"].is_object() && chance(rng, 20) {
        pod["status"] = json!({});
    }
    let Some(status) = pod.get_mut("status") else { return };
    maybe(rng, 25, status, "qosClass", |rng| json!(pick(rng, &["Guaranteed", "Burstable", "BestEffort"])));
    if release > Release::V1_35 {
        maybe(rng, 20, status, "nodeAllocatableResourceClaimStatuses", claims);
    }
    maybe(rng, 10, status, "extendedResourceClaimStatus", |rng| {
        json!({"resourceClaimName": "claim", "requestMappings": super::list(rng, 0, 2, |rng, _| json!({
            "containerName": pick(rng, &["app", "init", "worker"]),
            "resourceName": pick(rng, &["example.com/gpu", "deviceclass.resource.kubernetes.io/gpu"]),
            "requestName": "r",
        }))})
    });
}

const TAINT_VALUES: &[&str] = &["", "x", "5", "7", "-3", "07", "0", "99999999999999999999"];

fn requirement(rng: &mut Rng, _: usize) -> Value {
    let mut requirement = json!({
        "key": pick(rng, &["zone", "zone", "kubernetes.io/os", "cores", "-bad", "metadata.name", ""]),
        "operator": pick(rng, &["In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Near"]),
    });
    maybe(rng, 80, &mut requirement, "values", |rng| {
        super::list(rng, 0, 2, |rng, _| {
            json!(pick(rng, &["a", "a", "b", "linux", "4", "8", "-1", "", "b-", "node-1"]))
        })
    });
    requirement
}

/// Claims of both forms, 1.36's and 1.37's; each release reads its own.
fn claims(rng: &mut Rng) -> Value {
    super::list(rng, 0, 2, |rng, i| {
        let mut claim = json!({"resourceClaimName": format!("claim-{i}")});
        maybe(rng, 60, &mut claim, "containers", |rng| {
            super::list(rng, 0, 3, |rng, _| json!(pick(rng, &["app", "worker", "init"])))
        });
        maybe(rng, 70, &mut claim, "resources", |rng| resource_list(rng, Wild(0)));
        let named = |rng: &mut Rng| pick(rng, &["cpu", "memory", "hugepages-2Mi"]);
        maybe(rng, 70, &mut claim, "mapping", |rng| {
            super::list(rng, 0, 2, |rng, _| {
                let name = named(rng);
                let mut mapping = json!({"name": name});
                maybe(rng, 90, &mut mapping, "quantity", |rng| pod::amount(rng, name, Wild(0)));
                mapping
            })
        });
        maybe(rng, 60, &mut claim, "overhead", |rng| {
            super::list(rng, 0, 2, |rng, _| {
                let name = named(rng);
                let mut overhead = json!({"name": name});
                maybe(rng, 60, &mut overhead, "perPod", |rng| pod::amount(rng, name, Wild(0)));
                maybe(rng, 60, &mut overhead, "perContainer", |rng| pod::amount(rng, name, Wild(0)));
                overhead
            })
        });
        claim
    })
}

/// Changes some of a pod's resources, or none, or only their spelling.
fn resize(rng: &mut Rng, pod: &mut Value, wild: Wild) {
    let spec = &mut pod["spec"];
    for list in ["containers", "initContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            if chance(rng, 40) {
                resize_container(rng, container, wild);
            }
        }
    }
    if spec["resources"].is_object() && chance(rng, 50) {
        spec["resources"] = pod::pod_resources(rng, wild);
    } else if chance(rng, 6) {
        spec["resources"] = json!(null);
    }
    for volume in spec["volumes"].as_array_mut().into_iter().flatten() {
        if volume["emptyDir"].is_object() && chance(rng, 40) {
            volume["emptyDir"]["sizeLimit"] = json!(pick(rng, &["1Gi", "2Gi", "1073741824", "0"]));
        }
    }
}

fn resize_container(rng: &mut Rng, container: &mut Value, wild: Wild) {
    match rng.u32(..6) {
        0 => container["resources"] = resources(rng, wild),
        1 => {
            let name = pick(rng, &["cpu", "memory"]);
            let amount = pod::amount(rng, name, wild);
            if !container["resources"].is_object() {
                container["resources"] = json!({});
            }
            for list in ["requests", "limits"] {
                if container["resources"][list].is_object() {
                    container["resources"][list][name] = amount.clone();
                }
            }
        }
        2 => {
            let same = json!({"cpu": pick(rng, pod::CPU), "memory": pick(rng, pod::MEMORY)});
            container["resources"] = json!({"requests": same, "limits": same});
        }
        3 => {
            // Another spelling.
            for list in ["requests", "limits"] {
                if container["resources"][list]["cpu"] == "1" {
                    container["resources"][list]["cpu"] = json!("1000m");
                }
            }
        }
        _ => {
            let list = pick(rng, &["requests", "requests", "limits"]);
            let name = pick(rng, &["cpu", "memory", "memory", "ephemeral-storage"]);
            if !container["resources"].is_object() {
                container["resources"] = json!({});
            }
            if !container["resources"][list].is_object() {
                container["resources"][list] = json!({});
            }
            container["resources"][list][name] = pod::amount(rng, name, wild);
        }
    }
}

/// Scalar resources that may be plenty or scarce.
const SCALARS: &[&str] =
    &["example.com/gpu", "hugepages-2Mi", "hugepages-1Gi", "hugepages-3Mi", "kubernetes.io/odd"];

/// Takes huge amounts of scalar resources out, so that no plenty of them runs out.
fn tame_scalars(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let odd = value.as_str().is_some_and(|text| pod::ODD.contains(&text));
                if odd && SCALARS.contains(&key.as_str()) {
                    *value = json!("1");
                }
                tame_scalars(value);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(tame_scalars),
        _ => {}
    }
}

/// A node: roomy, about full, or without allocatable resources. At most one scalar resource is scarce, because upstream
/// takes them in no order.
fn node(rng: &mut Rng) -> Value {
    let mut node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}});
    if chance(rng, 3) {
        node["metadata"]["name"] = json!("");
    }
    maybe(rng, 70, &mut node["metadata"], "labels", |rng| {
        let mut labels = json!({});
        maybe(rng, 70, &mut labels, "zone", |rng| json!(pick(rng, &["a", "a", "b"])));
        maybe(rng, 40, &mut labels, "kubernetes.io/os", |rng| json!(pick(rng, &["linux", "windows"])));
        maybe(rng, 40, &mut labels, "cores", |rng| json!(pick(rng, &["2", "4", "+4", "8", "many", "-1"])));
        labels
    });
    maybe(rng, 25, &mut node["spec"], "taints", |rng| {
        super::list(rng, 0, 2, |rng, _| {
            json!({
                "key": pick(rng, &["dedicated", "level", "node.kubernetes.io/not-ready"]),
                "value": pick(rng, TAINT_VALUES),
                "effect": pick(rng, &["NoExecute", "NoExecute", "NoSchedule"]),
            })
        })
    });
    let scarce = if chance(rng, 70) { pick(rng, SCALARS) } else { "" };
    let mut list = json!({"pods": if chance(rng, 8) { pick(rng, &["3", "1", "0"]) } else { "110" }});
    for name in SCALARS.iter().copied() {
        if name != scarce {
            list[name] = json!("100000G");
        } else if chance(rng, 70) {
            list[name] = json!(pick(rng, &["0", "1", "4", "4Mi", "2Gi"]));
        }
    }
    let roomy = chance(rng, 40);
    for (name, few, many) in [
        ("cpu", &["2", "4", "4000m", "3500m", "6", "0"][..], "64"),
        ("memory", &["2Gi", "4Gi", "4194304Ki", "8G", "1.5Gi", "0"][..], "1Ti"),
        ("ephemeral-storage", &["2Gi", "10Gi", "20Gi", "0"][..], "10Ti"),
    ] {
        if roomy || chance(rng, 30) {
            list[name] = json!(many);
        } else if chance(rng, 95) {
            list[name] = json!(pick(rng, few));
        }
    }
    let status = &mut node["status"];
    match rng.u32(..20) {
        0 => {}
        1 => status["capacity"] = list,
        2 => {
            status["capacity"] = list;
            status["allocatable"] = pick(rng, &["{}", "null"]).parse().unwrap_or_default();
        }
        _ => status["allocatable"] = list,
    }
    maybe(rng, 30, &mut node["status"], "features", |rng| json!({"supplementalGroupsPolicy": rng.bool()}));
    node
}

/// Cases of `resize_headroom`: a pod as it could be stored, on a node with room for some of it.
pub(crate) fn resize_headroom(rng: &mut Rng, release: Release) -> Value {
    let mut case = json!({});
    on_plain_node(rng, release, &mut case);
    case["pod"] = as_stored(release, &case, stored_pod(rng, 0));
    case
}

/// Cases of `resize_advice`.
pub(crate) fn resize_advice(rng: &mut Rng, release: Release) -> Value {
    let mut case = json!({});
    on_plain_node(rng, release, &mut case);
    let old = as_stored(release, &case, stored_pod(rng, 0));
    let mut pod = old.clone();
    for _ in 0..rng.usize(1..4) {
        change(rng, &mut pod);
    }
    case["oldPod"] = old;
    case["pod"] = pod;
    case
}

/// Cases of `resize_actions`: what is in force is not what is allocated.
pub(crate) fn resize_actions(rng: &mut Rng, release: Release) -> Value {
    let mut old = stored_pod(rng, 0);
    let mut pod = old.clone();
    for _ in 0..rng.usize(..4) {
        change(rng, &mut pod);
    }
    for pod in [&mut old, &mut pod] {
        if let Some(pod) = pod.as_object_mut() {
            pod.remove("status");
        }
    }
    let mut containers = json!({});
    for list in ["initContainers", "containers"] {
        for container in old["spec"][list].as_array().into_iter().flatten() {
            let name = container["name"].as_str().unwrap_or_default();
            if chance(rng, 95) {
                let resources = &container["resources"];
                containers[name] = if resources.is_object() { resources.clone() } else { json!({}) };
            }
        }
    }
    let mut actuated = json!({"containers": containers});
    if old["spec"]["resources"].is_object() && chance(rng, 90) {
        actuated["pod"] = old["spec"]["resources"].clone();
    }
    let mut case = json!({"pod": pod, "actuated": actuated});
    gates(rng, release, 30, &mut case, KUBELET_GATES);
    case
}

/// A node with room for a few pods, and settings that keep some resources as they are.
fn on_plain_node(rng: &mut Rng, release: Release, case: &mut Value) {
    case["node"] = json!({
        "metadata": {"name": "node-1"},
        "status": {
            "allocatable": {
                "cpu": pick(rng, &["4", "8", "16", "2500m"]),
                "memory": pick(rng, &["4Gi", "8Gi", "16Gi", "3G"]),
                "ephemeral-storage": "100Gi",
                "pods": pick(rng, &["110", "110", "110", "110", "1"]),
            },
            "declaredFeatures": [
                "GuaranteedQoSPodCPUResize",
                "InPlacePodLevelResourcesVerticalScaling",
                "InPlacePodVerticalScalingInitContainers",
            ],
        },
    });
    maybe(rng, 5, &mut case["node"]["status"], "declaredFeatures", |_| json!([]));
    case["pods"] = super::list(rng, 0, 3, |rng, i| stored_pod(rng, i + 1));
    maybe(rng, 25, case, "nodeConfig", |rng| {
        json!({
            "CPUManagerPolicy": pick(rng, &["static", "none"]),
            "MemoryManagerPolicy": pick(rng, &["Static", "None"]),
        })
    });
    maybe(rng, 25, case, "opts", |rng| {
        let mut opts = json!({});
        maybe(
            rng,
            50,
            &mut opts,
            "allocatableAbsolute",
            |rng| json!({"cpu": pick(rng, &["2", "4", "8"]), "memory": pick(rng, &["2Gi", "4Gi", "8Gi"])}),
        );
        maybe(
            rng,
            50,
            &mut opts,
            "swap",
            |rng| json!({pick(rng, &["app", "worker", "mesh"]): "LimitedSwap"}),
        );
        opts
    });
    let names: Vec<&str> = KUBELET_GATES.iter().copied().filter(|name| !name.starts_with("DRA")).collect();
    gates(rng, release, 30, case, &names);
}

/// A pod as the API server could hold it: its requests are within its limits.
fn stored_pod(rng: &mut Rng, number: usize) -> Value {
    let shape = rng.u32(..3);
    let restarts = chance(rng, 60);
    let container = |rng: &mut Rng, name: &str, init: bool| {
        let mut out = json!({"name": name, "image": "registry.example/app:1", "imagePullPolicy": "IfNotPresent",
            "terminationMessagePolicy": "File", "resources": stored_resources(rng, shape)});
        if init {
            maybe(rng, 60, &mut out, "restartPolicy", |_| json!("Always"));
        }
        let plain_init = init && out["restartPolicy"] != "Always";
        maybe(rng, 40, &mut out, "resizePolicy", |rng| {
            let policies: Vec<Value> = ["cpu", "memory"]
                .iter()
                .filter(|_| chance(rng, 70))
                .collect::<Vec<_>>()
                .into_iter()
                .map(|name| {
                    let policy = if restarts && !plain_init && chance(rng, 50) {
                        "RestartContainer"
                    } else {
                        "NotRequired"
                    };
                    json!({"resourceName": name, "restartPolicy": policy})
                })
                .collect();
            json!(policies)
        });
        out
    };
    let inits = if chance(rng, 60) { rng.usize(..=3) } else { 0 };
    let regular = rng.usize(1..=3);
    let mut pod = json!({
        "metadata": {"name": format!("pod-{number}"), "namespace": "ns", "uid": format!("uid-{number}")},
        "spec": {
            "restartPolicy": if restarts { "Always" } else { pick(rng, &["Always", "OnFailure", "Never"]) },
            "containers": (0..regular)
                .map(|i| container(rng, ["app", "worker", "proxy"][i], false))
                .collect::<Vec<_>>(),
        },
    });
    if inits > 0 {
        let list: Vec<Value> =
            (0..inits).map(|i| container(rng, ["init", "mesh", "setup"][i], true)).collect();
        pod["spec"]["initContainers"] = json!(list);
    }
    maybe(rng, 10, &mut pod["spec"], "overhead", |_| json!({"cpu": "50m", "memory": "64Mi"}));
    if pod["spec"]["overhead"].is_object() {
        pod["spec"]["runtimeClassName"] = json!("kata");
    }
    maybe(rng, 50, &mut pod["spec"], "nodeName", |_| json!("node-1"));
    maybe(rng, 25, &mut pod["spec"], "resources", |rng| {
        let requests =
            json!({"cpu": pick(rng, &["3", "6", "12"]), "memory": pick(rng, &["4Gi", "8Gi", "16Gi"])});
        match rng.u32(..4) {
            0 => json!({"requests": requests, "limits": requests}),
            1 => json!({"requests": requests, "limits": {"cpu": "12", "memory": "16Gi"}}),
            2 => json!({"requests": {"memory": requests["memory"]}, "limits": {"memory": "16Gi"}}),
            _ => json!({"requests": requests}),
        }
    });
    if chance(rng, 40) {
        let statuses: Vec<Value> = pod["spec"]["containers"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|container| {
                json!({"name": container["name"], "state": {"running": {}}, "resources": container["resources"],
                    "allocatedResources": container["resources"]["requests"]})
            })
            .collect();
        pod["status"] = json!({"phase": "Running", "containerStatuses": statuses});
    }
    pod
}

/// The pod with the resources that the API server would store for it: a pod that was never defaulted does not exist.
fn as_stored(release: Release, case: &Value, mut pod: Value) -> Value {
    let mut create = json!({"op": "validate_pod_create", "pod": pod});
    if let Some(gates) = case.get("gates") {
        create["gates"] = gates.clone();
    }
    let stored = crate::ours(&create, release);
    for list in ["initContainers", "containers"] {
        let own = pod["spec"].get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for (own, stored) in own.zip(stored[list].as_array().into_iter().flatten()) {
            own["resources"] = stored["resources"].clone();
        }
    }
    if stored["podResources"].is_object() {
        pod["spec"]["resources"] = stored["podResources"].clone();
    }
    pod
}

/// Resources of a Guaranteed (0), Burstable (1) or any (2) container.
fn stored_resources(rng: &mut Rng, shape: u32) -> Value {
    let amounts =
        [("cpu", &["100m", "250m", "500m", "1"][..]), ("memory", &["64Mi", "256Mi", "1Gi", "200M"][..])];
    let mut out = json!({"requests": {}, "limits": {}});
    for (name, amounts) in amounts {
        let low = rng.usize(..amounts.len());
        let high = rng.usize(low..amounts.len());
        match if shape == 0 { 3 } else { rng.u32(..4) } {
            0 if shape == 2 => {}
            0 | 1 => out["requests"][name] = json!(amounts[low]),
            2 => {
                out["requests"][name] = json!(amounts[low]);
                out["limits"][name] = json!(amounts[high]);
            }
            _ => {
                out["requests"][name] = json!(amounts[low]);
                out["limits"][name] = json!(amounts[low]);
            }
        }
    }
    maybe(rng, 10, &mut out["requests"], "ephemeral-storage", |_| json!("1Gi"));
    out
}

/// Changes some CPU or memory of a pod, mostly to more, not always to something legal.
fn change(rng: &mut Rng, pod: &mut Value) {
    let spec = &mut pod["spec"];
    let list = if chance(rng, 25) { "initContainers" } else { "containers" };
    let name = pick(rng, &["cpu", "memory"]);
    let amounts: &[&str] = if name == "cpu" {
        &["50m", "300m", "1", "2", "3500m", "5", "20", "1500m"]
    } else {
        &["32Mi", "300Mi", "1Gi", "2Gi", "5Gi", "20Gi", "1500M"]
    };
    let amount = json!(pick(rng, amounts));
    let of_pod = spec["resources"].is_object() && chance(rng, 40);
    let resources = match spec.get_mut(list).and_then(Value::as_array_mut) {
        _ if of_pod => &mut spec["resources"],
        Some(list) if !list.is_empty() => {
            let at = rng.usize(..list.len());
            &mut list[at]["resources"]
        }
        _ => return,
    };
    let (requests, limits) = match rng.u32(..6) {
        0 => (true, false),
        1 => (false, true),
        _ => (true, resources["limits"].get(name).is_some()),
    };
    if requests {
        resources["requests"][name] = amount.clone();
    }
    if limits {
        resources["limits"][name] = amount;
    }
}
