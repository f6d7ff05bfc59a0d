//! Cases of op `schedule`: small clusters, where one pod, or a few, meet every filter.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{chance, gates, list, maybe, pick};

/// Labels that pods and selectors share, so that selectors match.
const APPS: &[&str] = &["web", "db", "cache"];
const ZONES: &[&str] = &["a", "b", "c"];
const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// One pod that is to be scheduled, on up to five nodes.
pub(super) fn one_pod(rng: &mut Rng, release: Release) -> Value {
    let nodes = rng.usize(1..=5);
    let mut pods: Vec<Value> = Vec::new();
    for i in 0..rng.usize(..=7) {
        let node = format!("n{}", rng.usize(..nodes));
        pods.push(bound_pod(rng, release, i, &node));
    }
    if chance(rng, 5) {
        let mut pod = bound_pod(rng, release, 90, "gone");
        pod["spec"]["nodeName"] = json!("gone");
        pods.push(pod);
    }
    let mut objects: Vec<Value> = Vec::new();
    let mut pod = incoming(rng, release, "new", nodes);
    volumes(rng, &mut pod, &mut pods, &mut objects, nodes);
    pods.push(pod);
    let mut case = json!({
        "nodes": (0..nodes).map(|i| node(rng, release, i)).collect::<Vec<_>>(),
        "pods": pods,
    });
    if !objects.is_empty() {
        case["objects"] = objects.into();
    }
    let mut names = vec!["TaintTolerationComparisonOperators", "MatchLabelKeysInPodTopologySpread"];
    if release == Release::V1_35 || release == Release::V1_36 {
        names.push("NodeDeclaredFeatures");
    }
    if release == Release::V1_37 {
        names.push("InterPodAffinityHostnameFastPath");
    }
    if let Some(mut gates) = gates(rng, 35, &names) {
        // Gates that others depend on.
        if gates["NodeDeclaredFeatures"] == false {
            gates["NodeDeclaredFeatures"] = true.into();
        }
        if gates["MatchLabelKeysInPodTopologySpread"] == false {
            gates["MatchLabelKeysInPodTopologySpreadSelectorMerge"] = false.into();
        }
        case["gates"] = gates;
    }
    case
}

fn node(rng: &mut Rng, release: Release, i: usize) -> Value {
    let name = format!("n{i}");
    let mut node = json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "uid": format!("uid-{name}"), "labels": {}},
        "spec": {},
        "status": {"allocatable": {}},
    });
    let labels = &mut node["metadata"]["labels"];
    maybe(rng, 90, labels, HOSTNAME, |_| json!(name));
    maybe(rng, 80, labels, ZONE, |rng| json!(pick(rng, ZONES)));
    maybe(rng, 50, labels, "disk", |rng| json!(pick(rng, &["ssd", "hdd"])));
    maybe(rng, 40, labels, "cores", |rng| json!(pick(rng, &["2", "8", "16", "many", "-4", "+8"])));
    maybe(rng, 10, labels, "failure-domain.beta.kubernetes.io/zone", |rng| json!(pick(rng, ZONES)));
    maybe(rng, 10, labels, "topology.kubernetes.io/region", |rng| json!(pick(rng, &["r1", "r2"])));
    let allocatable = &mut node["status"]["allocatable"];
    maybe(rng, 97, allocatable, "cpu", |rng| json!(pick(rng, &["0", "500m", "1", "2", "4", "4000m", "8"])));
    maybe(rng, 97, allocatable, "memory", |rng| json!(pick(rng, &["256Mi", "1Gi", "2Gi", "4Gi", "16Gi"])));
    maybe(rng, 96, allocatable, "pods", |rng| json!(pick(rng, &["1", "2", "3", "10", "110"])));
    maybe(rng, 60, allocatable, "ephemeral-storage", |rng| json!(pick(rng, &["1Gi", "10Gi", "50G"])));
    maybe(rng, 30, allocatable, "example.com/gpu", |rng| json!(pick(rng, &["0", "1", "4", "8"])));
    maybe(rng, 15, allocatable, "hugepages-2Mi", |rng| json!(pick(rng, &["0", "4Mi", "64Mi"])));
    let spec = &mut node["spec"];
    maybe(rng, 12, spec, "unschedulable", |rng| json!(!chance(rng, 10)));
    maybe(rng, 35, spec, "taints", |rng| list(rng, 0, 2, |rng, _| taint(rng)));
    let features: &[&str] = match release {
        Release::V1_35 => &["RestartAllContainersOnContainerExits", "GuaranteedQoSPodCPUResize"],
        _ => &[
            "RestartAllContainersOnContainerExits",
            "UserNamespacesHostNetworkSupport",
            "VolumeBindMountOptions",
            "ExtendWebSocketsToKubelet",
            "Unknown",
        ],
    };
    maybe(rng, 40, &mut node["status"], "declaredFeatures", |rng| {
        list(rng, 0, 4, |rng, _| json!(pick(rng, features)))
    });
    node
}

fn taint(rng: &mut Rng) -> Value {
    let mut taint = json!({
        "key": pick(rng, &["dedicated", "gpu", "node.kubernetes.io/unschedulable"]),
        "effect": pick(rng, &["NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule"]),
    });
    maybe(rng, 60, &mut taint, "value", |rng| json!(pick(rng, &["a", "b", "5", "10"])));
    taint
}

fn toleration(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 80, &mut out, "key", |rng| {
        json!(pick(rng, &["dedicated", "gpu", "node.kubernetes.io/unschedulable"]))
    });
    maybe(rng, 70, &mut out, "operator", |rng| json!(pick(rng, &["Exists", "Exists", "Equal", "Lt", "Gt"])));
    maybe(rng, 60, &mut out, "value", |rng| json!(pick(rng, &["a", "b", "7", "07", "5", "-1"])));
    maybe(rng, 50, &mut out, "effect", |rng| {
        json!(pick(rng, &["NoSchedule", "NoExecute", "PreferNoSchedule"]))
    });
    out
}

fn requests(rng: &mut Rng, large: bool) -> Value {
    let mut out = json!({});
    let (cpu, memory): (&[&str], &[&str]) = if large {
        (
            &["0", "100m", "500m", "1", "1500m", "2", "3", "8", "0.5", "1e0"],
            &["0", "64Mi", "1Gi", "2G", "3Gi", "16Gi"],
        )
    } else {
        (&["0", "50m", "250m", "1", "1.5"], &["0", "32Mi", "128Mi", "1Gi"])
    };
    maybe(rng, 80, &mut out, "cpu", |rng| json!(pick(rng, cpu)));
    maybe(rng, 70, &mut out, "memory", |rng| json!(pick(rng, memory)));
    maybe(rng, 15, &mut out, "ephemeral-storage", |rng| json!(pick(rng, &["0", "1Gi", "5G", "100Gi"])));
    maybe(rng, 15, &mut out, "example.com/gpu", |rng| json!(pick(rng, &["0", "1", "2", "16"])));
    maybe(rng, 8, &mut out, "hugepages-2Mi", |rng| json!(pick(rng, &["2Mi", "8Mi"])));
    maybe(rng, 3, &mut out, "unknown", |_| json!("1"));
    maybe(rng, 3, &mut out, "kubernetes.io/odd", |rng| json!(pick(rng, &["0", "1"])));
    out
}

fn ports(rng: &mut Rng) -> Value {
    list(rng, 1, 2, |rng, _| {
        let mut port = json!({"containerPort": 80, "protocol": pick(rng, &["TCP", "TCP", "UDP"])});
        maybe(rng, 80, &mut port, "hostPort", |rng| json!([80, 443][rng.usize(..2)]));
        maybe(rng, 50, &mut port, "hostIP", |rng| {
            json!(pick(rng, &["127.0.0.1", "10.0.0.1", "0.0.0.0", ""]))
        });
        port
    })
}

fn container(rng: &mut Rng, name: &str, large: bool) -> Value {
    let mut out = json!({"name": name, "image": "registry.example/app:1"});
    maybe(rng, 85, &mut out, "resources", |rng| json!({"requests": requests(rng, large)}));
    maybe(rng, 15, &mut out, "ports", ports);
    out
}

fn pod(rng: &mut Rng, name: &str, namespace: &str, large: bool) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-{name}"), "labels": {}},
        "spec": {"containers": list(rng, 1, 2, |rng, i| container(rng, ["a", "b"][i], large))},
        "status": {"phase": "Pending"},
    });
    let labels = &mut pod["metadata"]["labels"];
    maybe(rng, 80, labels, "app", |rng| json!(pick(rng, APPS)));
    maybe(rng, 40, labels, "tier", |rng| json!(pick(rng, &["front", "back"])));
    let spec = &mut pod["spec"];
    if chance(rng, 20) {
        spec["initContainers"] = list(rng, 1, 2, |rng, i| {
            let mut init = container(rng, ["init", "side"][i], large);
            maybe(rng, 50, &mut init, "restartPolicy", |_| json!("Always"));
            init
        });
    }
    maybe(rng, 10, spec, "overhead", |rng| requests(rng, false));
    maybe(rng, 8, spec, "resources", |rng| {
        let mut list = json!({});
        maybe(rng, 70, &mut list, "cpu", |rng| json!(pick(rng, &["1", "2", "4"])));
        maybe(rng, 70, &mut list, "memory", |rng| json!(pick(rng, &["1Gi", "2Gi"])));
        json!({"requests": list})
    });
    maybe(rng, 40, spec, "priority", |rng| json!([0, 1, 5, 10, 100][rng.usize(..5)]));
    maybe(rng, 25, spec, "affinity", |rng| {
        let mut out = json!({});
        maybe(rng, 50, &mut out, "podAffinity", pod_affinity);
        maybe(rng, 60, &mut out, "podAntiAffinity", pod_affinity);
        out
    });
    pod
}

/// A pod that runs on a node.
fn bound_pod(rng: &mut Rng, release: Release, i: usize, node: &str) -> Value {
    let namespace = pick(rng, &["default", "default", "default", "other"]);
    let mut pod = pod(rng, &format!("p{i}"), namespace, false);
    pod["spec"]["nodeName"] = json!(node);
    pod["status"]["phase"] = json!("Running");
    // Different start times: among equals upstream's choice of victims is arbitrary.
    maybe(rng, 100, &mut pod["status"], "startTime", |_| {
        json!(format!("2026-01-02T03:04:{:02}Z", 5 + i % 50))
    });
    maybe(rng, 6, &mut pod["metadata"], "deletionTimestamp", |_| json!("2026-01-02T05:00:00Z"));
    if pod["metadata"].get("deletionTimestamp").is_some() {
        // The fake API server never lets it go; preempting it would not end.
        pod["spec"]["priority"] = json!(1000);
        pod["metadata"]["deletionGracePeriodSeconds"] = json!(30);
        pod["metadata"]["finalizers"] = json!(["example.com/hold"]);
    }
    if chance(rng, 15) {
        let names: Vec<String> = pod["spec"]["containers"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|c| c["name"].as_str().unwrap_or_default().to_owned())
            .collect();
        let statuses = names.iter().map(|name| {
            let mut status =
                json!({"name": name, "image": "", "imageID": "", "ready": true, "restartCount": 0});
            maybe(rng, 60, &mut status, "allocatedResources", |rng| requests(rng, false));
            maybe(rng, 70, &mut status, "resources", |rng| json!({"requests": requests(rng, false)}));
            status
        });
        pod["status"]["containerStatuses"] = statuses.collect();
        maybe(
            rng,
            50,
            &mut pod["status"],
            "conditions",
            |rng| json!([{"type": "PodResizePending", "status": "True", "reason": pick(rng, &["Infeasible", "Deferred"])}]),
        );
        if release >= Release::V1_36 {
            maybe(rng, 30, &mut pod["status"], "resources", |rng| json!({"requests": requests(rng, false)}));
            maybe(rng, 30, &mut pod["status"], "allocatedResources", |rng| requests(rng, false));
        }
    }
    pod
}

/// A pod that is to be scheduled.
fn incoming(rng: &mut Rng, release: Release, name: &str, nodes: usize) -> Value {
    let large = chance(rng, 50);
    let mut pod = pod(rng, name, "default", large);
    let spec = &mut pod["spec"];
    maybe(rng, 40, spec, "tolerations", |rng| list(rng, 0, 3, |rng, _| toleration(rng)));
    maybe(rng, 20, spec, "nodeSelector", |rng| {
        let mut out = json!({});
        maybe(rng, 50, &mut out, "disk", |rng| json!(pick(rng, &["ssd", "hdd"])));
        maybe(rng, 50, &mut out, ZONE, |rng| json!(pick(rng, ZONES)));
        out
    });
    if chance(rng, 25) {
        if spec.get("affinity").is_none() {
            spec["affinity"] = json!({});
        }
        spec["affinity"]["nodeAffinity"] = node_affinity(rng, nodes);
    }
    maybe(rng, 25, spec, "topologySpreadConstraints", |rng| list(rng, 1, 2, |rng, _| spread(rng)));
    maybe(rng, 6, spec, "preemptionPolicy", |rng| json!(pick(rng, &["Never", "PreemptLowerPriority"])));
    maybe(rng, 2, spec, "schedulingGates", |_| json!([{"name": "example.com/gate"}]));
    if chance(rng, 5) {
        spec["containers"][0]["restartPolicy"] = json!("Never");
        spec["containers"][0]["restartPolicyRules"] = json!([{
            "action": pick(rng, &["RestartAllContainers", "Restart"]),
            "exitCodes": {"operator": "In", "values": [1]},
        }]);
    }
    if release >= Release::V1_36 && chance(rng, 4) {
        spec["hostNetwork"] = json!(true);
        for container in spec["containers"].as_array_mut().into_iter().flatten() {
            container.as_object_mut().map(|c| c.remove("ports"));
        }
        spec["hostUsers"] = json!(chance(rng, 30));
    }
    if chance(rng, 6) {
        pod["status"]["nominatedNodeName"] = json!(format!("n{}", rng.usize(..nodes + 1)));
    }
    pod
}

fn selector(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 60, &mut out, "matchLabels", |rng| json!({"app": pick(rng, APPS)}));
    maybe(rng, 35, &mut out, "matchExpressions", |rng| {
        list(rng, 0, 2, |rng, _| {
            let operator = pick(rng, &["In", "NotIn", "Exists", "DoesNotExist"]);
            let mut r = json!({"key": pick(rng, &["app", "tier"]), "operator": operator});
            if operator.ends_with("In") {
                r["values"] = list(rng, 1, 2, |rng, _| json!(pick(rng, &["web", "db", "front", "back"])));
            }
            r
        })
    });
    out
}

fn pod_affinity(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 70, &mut out, "requiredDuringSchedulingIgnoredDuringExecution", |rng| {
        list(rng, 0, 2, |rng, _| affinity_term(rng))
    });
    maybe(rng, 30, &mut out, "preferredDuringSchedulingIgnoredDuringExecution", |rng| {
        list(rng, 1, 2, |rng, _| json!({"weight": rng.i32(1..=100), "podAffinityTerm": affinity_term(rng)}))
    });
    out
}

fn affinity_term(rng: &mut Rng) -> Value {
    let mut term = json!({"topologyKey": pick(rng, &[HOSTNAME, HOSTNAME, ZONE, "disk", "absent"])});
    maybe(rng, 92, &mut term, "labelSelector", selector);
    maybe(rng, 15, &mut term, "namespaces", |rng| {
        list(rng, 0, 2, |rng, _| json!(pick(rng, &["default", "other"])))
    });
    maybe(rng, 15, &mut term, "namespaceSelector", |rng| {
        if chance(rng, 60) {
            json!({})
        } else {
            json!({"matchExpressions": [{"key": "team", "operator": pick(rng, &["Exists", "DoesNotExist"])}]})
        }
    });
    term
}

fn spread(rng: &mut Rng) -> Value {
    let mut out = json!({
        "maxSkew": rng.i32(1..=2),
        "topologyKey": pick(rng, &[HOSTNAME, ZONE, ZONE, "disk"]),
        "whenUnsatisfiable": pick(rng, &["DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"]),
    });
    maybe(rng, 95, &mut out, "labelSelector", selector);
    maybe(rng, 20, &mut out, "minDomains", |rng| json!(rng.i32(1..=4)));
    maybe(rng, 25, &mut out, "nodeAffinityPolicy", |rng| json!(pick(rng, &["Honor", "Ignore"])));
    maybe(rng, 25, &mut out, "nodeTaintsPolicy", |rng| json!(pick(rng, &["Honor", "Ignore"])));
    maybe(rng, 20, &mut out, "matchLabelKeys", |rng| {
        list(rng, 1, 2, |rng, _| json!(pick(rng, &["tier", "app", "no"])))
    });
    out
}

fn node_affinity(rng: &mut Rng, nodes: usize) -> Value {
    let mut out = json!({});
    maybe(
        rng,
        75,
        &mut out,
        "requiredDuringSchedulingIgnoredDuringExecution",
        |rng| json!({"nodeSelectorTerms": list(rng, 0, 2, |rng, _| node_term(rng, nodes))}),
    );
    maybe(rng, 35, &mut out, "preferredDuringSchedulingIgnoredDuringExecution", |rng| {
        list(rng, 1, 2, |rng, _| json!({"weight": rng.i32(1..=100), "preference": node_term(rng, nodes)}))
    });
    out
}

fn node_term(rng: &mut Rng, nodes: usize) -> Value {
    let mut term = json!({});
    maybe(rng, 70, &mut term, "matchExpressions", |rng| {
        list(rng, 0, 2, |rng, _| match rng.u32(..5) {
            0 => json!({"key": "disk", "operator": "In", "values": ["ssd"]}),
            1 => json!({"key": "disk", "operator": "NotIn", "values": ["ssd", "x"]}),
            2 => json!({"key": ZONE, "operator": pick(rng, &["Exists", "DoesNotExist"])}),
            3 => {
                json!({"key": "cores", "operator": pick(rng, &["Gt", "Lt"]), "values": [pick(rng, &["4", "8"])]})
            }
            _ => json!({"key": ZONE, "operator": "In", "values": [pick(rng, ZONES), pick(rng, ZONES)]}),
        })
    });
    maybe(rng, 30, &mut term, "matchFields", |rng| {
        list(rng, 1, 2, |rng, _| {
            json!({
                "key": "metadata.name",
                "operator": pick(rng, &["In", "In", "NotIn"]),
                "values": [format!("n{}", rng.usize(..nodes + 1))],
            })
        })
    });
    term
}

/// Volumes of the incoming pod, with their objects, and now and then of a running one.
fn volumes(rng: &mut Rng, pod: &mut Value, others: &mut [Value], objects: &mut Vec<Value>, nodes: usize) {
    if !chance(rng, 25) {
        return;
    }
    let mut list = Vec::new();
    if chance(rng, 75) {
        for i in 0..rng.usize(1..=2) {
            let ephemeral = chance(rng, 15);
            let name = if ephemeral { format!("new-v{i}") } else { format!("claim{i}") };
            if ephemeral {
                list.push(
                    json!({"name": format!("v{i}"), "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}),
                );
            } else {
                list.push(json!({"name": format!("v{i}"), "persistentVolumeClaim": {"claimName": name}}));
            }
            if !chance(rng, 6) {
                claim(rng, &name, i, objects, nodes, ephemeral);
            }
            if !ephemeral && !others.is_empty() && chance(rng, 30) {
                let at = rng.usize(..others.len());
                others[at]["spec"]["volumes"] =
                    json!([{"name": "shared", "persistentVolumeClaim": {"claimName": name}}]);
            }
        }
    }
    if chance(rng, 40) {
        let read_only = chance(rng, 50);
        list.push(disk(rng, "disk", read_only));
        if !others.is_empty() && chance(rng, 70) {
            let at = rng.usize(..others.len());
            let read_only = chance(rng, 50);
            others[at]["spec"]["volumes"] = json!([disk(rng, "disk", read_only)]);
        }
    }
    pod["spec"]["volumes"] = list.into();
}

fn disk(rng: &mut Rng, name: &str, read_only: bool) -> Value {
    match rng.u32(..2) {
        0 => json!({"name": name, "iscsi": {
            "targetPortal": "10.0.0.1:3260", "iqn": pick(rng, &["iqn.1", "iqn.2"]), "lun": 0, "readOnly": read_only,
        }}),
        _ => json!({"name": name, "rbd": {
            "monitors": [pick(rng, &["m1", "m2"]), "m3"], "image": pick(rng, &["i1", "i1", "i2"]), "pool": "rbd",
            "readOnly": read_only,
        }}),
    }
}

fn claim(rng: &mut Rng, name: &str, i: usize, objects: &mut Vec<Value>, nodes: usize, ephemeral: bool) {
    let volume = format!("pv{i}");
    let mut claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-{name}")},
        "spec": {
            "accessModes": [pick(rng, &["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"])],
            "resources": {"requests": {"storage": "1Gi"}},
        },
        "status": {"phase": "Bound"},
    });
    if ephemeral && !chance(rng, 10) {
        claim["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "v1", "kind": "Pod", "name": "new", "uid": "uid-new", "controller": true,
        }]);
    }
    if chance(rng, 85) {
        claim["spec"]["volumeName"] = json!(volume);
        if !chance(rng, 8) {
            claim["metadata"]["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
        }
        if !chance(rng, 6) {
            objects.push(persistent_volume(rng, &volume, nodes));
        }
    }
    if chance(rng, 4) {
        claim["status"]["phase"] = json!("Lost");
    }
    if chance(rng, 40) {
        claim["spec"]["storageClassName"] = json!(format!("class{i}"));
        if chance(rng, 80) {
            let mut class = json!({
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
                "metadata": {"name": format!("class{i}")},
                "provisioner": pick(rng, &["csi.example.com", "kubernetes.io/no-provisioner"]),
                "volumeBindingMode": pick(rng, &["Immediate", "WaitForFirstConsumer"]),
            });
            maybe(
                rng,
                30,
                &mut class,
                "allowedTopologies",
                |rng| json!([{"matchLabelExpressions": [{"key": ZONE, "values": [pick(rng, ZONES)]}]}]),
            );
            objects.push(class);
        }
    }
    objects.push(claim);
    if i == 0 && chance(rng, 40) {
        for at in 0..nodes {
            if chance(rng, 70) {
                let mut driver = json!({"name": "csi.example.com", "nodeID": format!("n{at}")});
                maybe(rng, 80, &mut driver, "allocatable", |rng| json!({"count": rng.i32(0..=2)}));
                objects.push(json!({
                    "apiVersion": "storage.k8s.io/v1", "kind": "CSINode",
                    "metadata": {"name": format!("n{at}")}, "spec": {"drivers": [driver]},
                }));
            }
        }
        if chance(rng, 40) {
            let mut spec = json!({});
            maybe(rng, 50, &mut spec, "preventPodSchedulingIfMissing", |rng| json!(chance(rng, 70)));
            objects.push(json!({
                "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver",
                "metadata": {"name": "csi.example.com"}, "spec": spec,
            }));
        }
        if chance(rng, 40) {
            objects.push(json!({
                "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "va"},
                "spec": {
                    "attacher": "csi.example.com", "nodeName": format!("n{}", rng.usize(..nodes)),
                    "source": {"persistentVolumeName": pick(rng, &["pv0", "pv1"])},
                },
            }));
        }
    }
}

fn persistent_volume(rng: &mut Rng, name: &str, nodes: usize) -> Value {
    let mut volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": name, "labels": {}},
        "spec": {
            "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
            "claimRef": {"namespace": "default", "name": "claim0"},
        },
        "status": {"phase": "Bound"},
    });
    let labels = &mut volume["metadata"]["labels"];
    maybe(rng, 30, labels, ZONE, |rng| json!(pick(rng, &["a", "b", "a__b", "a__", "c__ b"])));
    maybe(rng, 10, labels, "failure-domain.beta.kubernetes.io/zone", |rng| {
        json!(pick(rng, &["a", "b", "a__b"]))
    });
    maybe(rng, 8, labels, "topology.kubernetes.io/region", |rng| json!(pick(rng, &["r1", "r2"])));
    maybe(
        rng,
        40,
        &mut volume["spec"],
        "nodeAffinity",
        |rng| json!({"required": {"nodeSelectorTerms": list(rng, 0, 2, |rng, _| node_term(rng, nodes))}}),
    );
    maybe(
        rng,
        60,
        &mut volume["spec"],
        "csi",
        |rng| json!({"driver": "csi.example.com", "volumeHandle": pick(rng, &["h0", "h1"])}),
    );
    if volume["spec"].get("csi").is_none() {
        volume["spec"]["nfs"] = json!({"server": "s", "path": "/"});
    }
    volume
}
