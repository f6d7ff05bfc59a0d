//! One gang whose pods differ, on a small cluster: what the exact answer claims is held against what the scheduler does.
//!
//! All priorities are alike, so that nothing is preempted.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{chance, maybe, pick};

const HOSTNAME: &str = "kubernetes.io/hostname";
const RACK: &str = "example.com/rack";

/// A case of op `schedule`, with one gang among its objects.
pub(crate) fn mixed_gang(rng: &mut Rng, release: Release) -> Value {
    let nodes = rng.usize(1..=6);
    let mut pods: Vec<Value> = Vec::new();
    for i in 0..rng.usize(..=4) {
        let mut pod = pod(&format!("run{i}"), pick(rng, &["a", "b", "c"]), &template(rng, release));
        pod["spec"]["nodeName"] = json!(format!("n{}", rng.usize(..nodes)));
        pod["status"]["phase"] = json!("Running");
        pods.push(pod);
    }
    let mut objects = Vec::new();
    let mut gates = if release >= Release::V1_37 {
        json!({"GenericWorkload": true})
    } else {
        json!({"GenericWorkload": true, "GangScheduling": true})
    };
    let topology = release >= Release::V1_36 && chance(rng, 45);
    if topology {
        gates["TopologyAwareWorkloadScheduling"] = true.into();
    }
    let composite = release >= Release::V1_37 && topology && chance(rng, 30);
    let leaves = if composite { rng.usize(1..=3) } else { 1 };
    if composite {
        gates["CompositePodGroup"] = true.into();
        let mut root = json!({
            "apiVersion": "scheduling.k8s.io/v1alpha3", "kind": "CompositePodGroup",
            "metadata": {"name": "root", "namespace": "default", "uid": "uid-root", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"schedulingPolicy": {"gang": {"minGroupCount": rng.usize(1..=leaves)}}},
        });
        maybe(rng, 25, &mut root["spec"], "schedulingConstraints", |_| json!({"topology": [{"key": RACK}]}));
        objects.push(root);
    }
    for leaf in 0..leaves {
        let name = format!("g{leaf}");
        let members = rng.usize(1..=if composite { 3 } else { 6 });
        let kinds: Vec<(Value, &str)> =
            (0..rng.usize(1..=3)).map(|_| (template(rng, release), pick(rng, &["a", "b", "c"]))).collect();
        for i in 0..members {
            let (template, app) = &kinds[rng.usize(..kinds.len())];
            let mut pod = pod(&format!("{name}-{i}"), app, template);
            join(&mut pod, &name, release);
            if chance(rng, 4) {
                pod["spec"]["nodeName"] = json!(format!("n{}", rng.usize(..nodes)));
                pod["status"]["phase"] = json!("Running");
            }
            pods.push(pod);
        }
        let min = if chance(rng, 60) { members } else { rng.usize(1..=members) };
        let policy = if chance(rng, 92) { json!({"gang": {"minCount": min}}) } else { json!({"basic": {}}) };
        objects.push(group(rng, &name, &policy, topology, composite, release));
    }
    json!({
        "nodes": (0..nodes).map(|i| node(rng, i)).collect::<Vec<_>>(),
        "pods": pods,
        "objects": objects,
        "gates": gates,
    })
}

fn group(
    rng: &mut Rng,
    name: &str,
    policy: &Value,
    topology: bool,
    composite: bool,
    release: Release,
) -> Value {
    if release < Release::V1_36 {
        return json!({
            "apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload",
            "metadata": {"name": "w", "namespace": "default", "uid": "uid-w"},
            "spec": {"podGroups": [{"name": name, "policy": policy}]},
        });
    }
    let version = if release >= Release::V1_37 { "v1beta1" } else { "v1alpha2" };
    let mut group = json!({
        "apiVersion": format!("scheduling.k8s.io/{version}"), "kind": "PodGroup",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-{name}"), "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"schedulingPolicy": policy},
        "status": {},
    });
    if topology && chance(rng, 70) {
        group["spec"]["schedulingConstraints"] = json!({"topology": [{"key": RACK}]});
    }
    if composite {
        group["spec"]["parentCompositePodGroupName"] = json!("root");
    }
    group
}

fn join(pod: &mut Value, group: &str, release: Release) {
    if release >= Release::V1_36 {
        pod["spec"]["schedulingGroup"] = json!({"podGroupName": group});
    } else {
        pod["spec"]["workloadRef"] = json!({"name": "w", "podGroup": group});
    }
}

fn node(rng: &mut Rng, i: usize) -> Value {
    let name = format!("n{i}");
    let mut node = json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "uid": format!("uid-{name}"), "labels": {HOSTNAME: name}},
        "spec": {},
        "status": {"allocatable": {
            "cpu": pick(rng, &["1", "2", "3", "4", "5"]), "memory": pick(rng, &["2Gi", "4Gi", "8Gi"]),
            "pods": pick(rng, &["110", "110", "110", "3"]),
        }},
    });
    maybe(rng, 90, &mut node["metadata"]["labels"], RACK, |rng| json!(pick(rng, &["r1", "r2", "r3"])));
    maybe(rng, 50, &mut node["status"]["allocatable"], "example.com/gpu", |rng| {
        json!(pick(rng, &["1", "2", "4"]))
    });
    maybe(rng, 4, &mut node["spec"], "unschedulable", |_| json!(true));
    maybe(rng, 10, &mut node["spec"], "taints", |_| json!([{"key": "dedicated", "effect": "NoSchedule"}]));
    node
}

/// What pods of one kind have in common.
fn template(rng: &mut Rng, release: Release) -> Value {
    let mut requests = json!({"cpu": pick(rng, &["500m", "1", "1", "1500m", "2", "3"])});
    maybe(rng, 50, &mut requests, "memory", |rng| json!(pick(rng, &["512Mi", "1Gi", "3Gi"])));
    maybe(rng, 20, &mut requests, "example.com/gpu", |rng| json!(pick(rng, &["1", "2"])));
    let limits = requests.get("example.com/gpu").cloned();
    let mut resources = json!({"requests": requests});
    if let Some(limit) = limits {
        resources["limits"] = json!({"example.com/gpu": limit});
    }
    let mut spec = json!({"containers": [{"name": "a", "image": "x", "resources": resources}]});
    if chance(rng, 8) {
        spec["containers"][0]["ports"] = json!([{"containerPort": 80, "hostPort": 80}]);
    }
    maybe(rng, 12, &mut spec, "nodeSelector", |rng| json!({RACK: pick(rng, &["r1", "r2"])}));
    maybe(rng, 15, &mut spec, "tolerations", |_| json!([{"key": "dedicated", "operator": "Exists"}]));
    let selector = |rng: &mut Rng| json!({"matchLabels": {"app": pick(rng, &["a", "b", "c"])}});
    if chance(rng, 18) {
        // 1.36 overlooks what pods of the same cycle require of each other, so that it places what cannot be.
        let kinds: &[&str] =
            if release == Release::V1_36 { &["podAffinity"] } else { &["podAffinity", "podAntiAffinity"] };
        let kind = pick(rng, kinds);
        spec["affinity"] = json!({kind: {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": pick(rng, &[HOSTNAME, RACK]), "labelSelector": selector(rng)},
        ]}});
    }
    if chance(rng, 18) {
        let mut constraint = json!({
            "maxSkew": rng.i32(1..=2), "topologyKey": pick(rng, &[HOSTNAME, RACK]),
            "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector(rng),
        });
        maybe(rng, 15, &mut constraint, "minDomains", |rng| json!(rng.i32(1..=3)));
        maybe(rng, 15, &mut constraint, "nodeTaintsPolicy", |_| json!("Honor"));
        spec["topologySpreadConstraints"] = json!([constraint]);
    }
    spec
}

fn pod(name: &str, app: &str, template: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-{name}"), "labels": {"app": app}},
        "spec": template,
        "status": {"phase": "Pending"},
    })
}
