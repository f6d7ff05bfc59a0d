//! Cases of op `schedule` with groups of pods.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{chance, maybe, pick};

const HOSTNAME: &str = "kubernetes.io/hostname";
const RACK: &str = "example.com/rack";
const BLOCK: &str = "example.com/block";

/// One gang of equal pods, with or without pods that run already, of its own or others.
pub(super) fn gang(rng: &mut Rng, release: Release) -> Value {
    let mut case = cluster(rng, 1, 6);
    let priority = priority(rng, 20);
    let group = Group::new(rng, "g", priority);
    running(rng, &mut case, release, &group);
    group.enter(rng, &mut case, release, None);
    let mut gates = base_gates(release);
    if release == Release::V1_36 && chance(rng, 40) {
        gates["WorkloadAwarePreemption"] = true.into();
    }
    if release >= Release::V1_36 && chance(rng, 15) {
        gates["TopologyAwareWorkloadScheduling"] = true.into();
    }
    case["gates"] = gates;
    case
}

/// Several gangs and plain pods that compete.
pub(super) fn gangs(rng: &mut Rng, release: Release) -> Value {
    let mut case = cluster(rng, 1, 5);
    let mut groups = Vec::new();
    for i in 0..rng.usize(1..=3) {
        let priority = priority(rng, 40);
        groups.push(Group::new(rng, &format!("g{i}"), priority));
    }
    running(rng, &mut case, release, &groups[0]);
    // The pods come in any order.
    for group in &groups {
        group.enter(rng, &mut case, release, None);
    }
    for i in 0..rng.usize(..=2) {
        let mut pod = pod(&format!("plain{i}"), &template(rng));
        pod["spec"]["priority"] = json!(priority(rng, 40));
        push(&mut case, "pods", pod);
    }
    if chance(rng, 50)
        && let Some(pods) = case["pods"].as_array_mut()
    {
        let from = pods.iter().position(|pod| pod["spec"].get("nodeName").is_none()).unwrap_or(0);
        rng.shuffle(&mut pods[from..]);
    }
    let mut gates = base_gates(release);
    if release == Release::V1_36 && chance(rng, 40) {
        gates["WorkloadAwarePreemption"] = true.into();
    }
    case["gates"] = gates;
    case
}

/// A gang that must be in one rack (1.36 and later; a plain gang before).
pub(super) fn placement(rng: &mut Rng, release: Release) -> Value {
    let mut case = cluster(rng, 2, 7);
    let mut group = Group::new(rng, "g", 0);
    group.topology = !chance(rng, 10);
    running(rng, &mut case, release, &group);
    group.enter(rng, &mut case, release, None);
    let mut gates = base_gates(release);
    if release >= Release::V1_36 {
        gates["TopologyAwareWorkloadScheduling"] = true.into();
    }
    case["gates"] = gates;
    case
}

/// Groups of groups (1.37; a plain gang before).
pub(super) fn tree(rng: &mut Rng, release: Release) -> Value {
    if release < Release::V1_37 {
        return gang(rng, release);
    }
    let mut case = cluster(rng, 2, 6);
    let priority = priority(rng, 20);
    composite(rng, &mut case, "root", None, priority);
    let mut parents = vec!["root".to_owned()];
    if chance(rng, 30) {
        composite(rng, &mut case, "inner", Some("root"), priority);
        parents.push("inner".into());
    }
    let mut groups = Vec::new();
    for i in 0..rng.usize(1..=3) {
        let mut group = Group::new(rng, &format!("g{i}"), priority);
        group.pods = group.pods.min(4);
        group.topology = chance(rng, 25);
        groups.push(group);
    }
    running(rng, &mut case, release, &groups[0]);
    for group in &groups {
        let parent = parents[rng.usize(..parents.len())].clone();
        let parent = (!chance(rng, 4)).then_some(if chance(rng, 3) { "absent" } else { parent.as_str() });
        group.enter(rng, &mut case, release, parent);
    }
    let mut gates = base_gates(release);
    gates["TopologyAwareWorkloadScheduling"] = true.into();
    gates["CompositePodGroup"] = true.into();
    case["gates"] = gates;
    case
}

fn base_gates(release: Release) -> Value {
    if release >= Release::V1_37 {
        json!({"GenericWorkload": true})
    } else {
        json!({"GenericWorkload": true, "GangScheduling": true})
    }
}

fn priority(rng: &mut Rng, percent: u32) -> i32 {
    if chance(rng, percent) { [5, 10, 100][rng.usize(..3)] } else { 0 }
}

fn push(case: &mut Value, key: &str, value: Value) {
    if let Some(list) = case[key].as_array_mut() {
        list.push(value);
    }
}

fn cluster(rng: &mut Rng, least: usize, most: usize) -> Value {
    let nodes = rng.usize(least..=most);
    // Few sizes, so that nodes are alike or clearly not.
    let sizes: &[(&str, &str)] = &[("1", "2Gi"), ("2", "4Gi"), ("4", "4Gi"), ("3", "16Gi")];
    let alike = chance(rng, 50).then(|| sizes[rng.usize(..sizes.len())]);
    let node = |rng: &mut Rng, i: usize| {
        let (cpu, memory) = alike.unwrap_or_else(|| sizes[rng.usize(..sizes.len())]);
        let name = format!("n{i}");
        let mut node = json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": name, "uid": format!("uid-{name}"), "labels": {HOSTNAME: name}},
            "spec": {},
            "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": pick(rng, &["110", "110", "110", "2"])}},
        });
        let labels = &mut node["metadata"]["labels"];
        maybe(rng, 90, labels, RACK, |rng| json!(pick(rng, &["r1", "r2", "r3"])));
        maybe(rng, 80, labels, BLOCK, |rng| json!(pick(rng, &["b1", "b2"])));
        maybe(rng, 4, &mut node["spec"], "unschedulable", |_| json!(true));
        node
    };
    json!({
        "nodes": (0..nodes).map(|i| node(rng, i)).collect::<Vec<_>>(),
        "pods": [],
        "objects": [],
    })
}

/// What the pods of a group have in common.
fn template(rng: &mut Rng) -> Value {
    let mut requests = json!({"cpu": pick(rng, &["500m", "1", "1", "1500m", "2", "8"])});
    maybe(rng, 40, &mut requests, "memory", |rng| json!(pick(rng, &["512Mi", "1Gi", "3Gi"])));
    let mut spec = json!({"containers": [{"name": "a", "image": "x", "resources": {"requests": requests}}]});
    if chance(rng, 6) {
        spec["containers"][0]["ports"] = json!([{"containerPort": 80, "hostPort": 80}]);
    }
    maybe(rng, 6, &mut spec, "nodeSelector", |rng| json!({RACK: pick(rng, &["r1", "r2"])}));
    if chance(rng, 10) {
        let kind = pick(rng, &["podAffinity", "podAntiAffinity"]);
        let key = pick(rng, &[HOSTNAME, RACK]);
        spec["affinity"] = json!({kind: {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": key, "labelSelector": {"matchLabels": {"app": "gang"}}},
        ]}});
    }
    if chance(rng, 10) {
        let key = pick(rng, &[HOSTNAME, RACK]);
        spec["topologySpreadConstraints"] = json!([{
            "maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "gang"}},
        }]);
    }
    maybe(rng, 4, &mut spec, "preemptionPolicy", |_| json!("Never"));
    spec
}

fn pod(name: &str, template: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-{name}"), "labels": {"app": "gang"}},
        "spec": template,
        "status": {"phase": "Pending"},
    })
}

/// Pods that run: plain ones, and some of a group.
fn running(rng: &mut Rng, case: &mut Value, release: Release, group: &Group) {
    let nodes = case["nodes"].as_array().map_or(0, Vec::len);
    let victims = chance(rng, 12).then(|| Group::new(rng, "old", -5));
    for i in 0..rng.usize(..=4) {
        let mut spec = json!({"containers": [{"name": "a", "image": "x"}]});
        maybe(
            rng,
            85,
            &mut spec["containers"][0],
            "resources",
            |rng| json!({"requests": {"cpu": pick(rng, &["500m", "1", "2"]), "memory": pick(rng, &["256Mi", "1Gi"])}}),
        );
        spec["nodeName"] = json!(format!("n{}", rng.usize(..nodes)));
        spec["priority"] = json!([0, 0, -10, 50][rng.usize(..4)]);
        let mut pod = pod(&format!("run{i}"), &spec);
        pod["metadata"]["labels"] = json!({"app": pick(rng, &["gang", "other"])});
        pod["status"]["phase"] = json!("Running");
        pod["status"]["startTime"] = json!(format!("2026-01-02T03:04:{:02}Z", 5 + i));
        if chance(rng, 15) {
            pod["spec"]["priority"] = json!(group.priority);
            group.join(&mut pod, release);
        } else if let Some(victims) = &victims
            && chance(rng, 60)
        {
            pod["spec"]["priority"] = json!(-5);
            victims.join(&mut pod, release);
        }
        push(case, "pods", pod);
    }
    if let Some(mut victims) = victims {
        victims.pods = 0;
        victims.together = chance(rng, 70);
        victims.enter(rng, case, release, None);
    }
}

fn composite(rng: &mut Rng, case: &mut Value, name: &str, parent: Option<&str>, priority: i32) {
    let policy = if chance(rng, 70) {
        json!({"gang": {"minGroupCount": rng.i32(1..=3)}})
    } else {
        json!({"basic": {}})
    };
    let mut group = json!({
        "apiVersion": "scheduling.k8s.io/v1alpha3", "kind": "CompositePodGroup",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-{name}"), "generation": 1,
                     "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"schedulingPolicy": policy, "priority": priority},
    });
    if let Some(parent) = parent {
        group["spec"]["parentCompositePodGroupName"] = json!(parent);
    }
    if chance(rng, 30) {
        group["spec"]["schedulingConstraints"] = json!({"topology": [{"key": BLOCK}]});
    }
    push(case, "objects", group);
}

/// A group that is to be scheduled.
struct Group {
    name: String,
    priority: i32,
    /// `None`: the basic policy.
    min_count: Option<i32>,
    pods: usize,
    template: Value,
    topology: bool,
    together: bool,
}

impl Group {
    fn new(rng: &mut Rng, name: &str, priority: i32) -> Self {
        let min_count = (!chance(rng, 12)).then(|| rng.i32(1..=5));
        let least = usize::try_from(min_count.unwrap_or(1)).unwrap_or(1);
        let pods = if chance(rng, 8) { least - 1 } else { least + rng.usize(..=2) };
        Group {
            name: name.into(),
            priority,
            min_count,
            pods,
            template: template(rng),
            topology: false,
            together: chance(rng, 20),
        }
    }

    fn join(&self, pod: &mut Value, release: Release) {
        if release >= Release::V1_36 {
            pod["spec"]["schedulingGroup"] = json!({"podGroupName": self.name});
        } else {
            pod["spec"]["workloadRef"] = json!({"name": "w", "podGroup": self.name});
        }
    }

    /// Puts the group and its pods into a case.
    fn enter(&self, rng: &mut Rng, case: &mut Value, release: Release, parent: Option<&str>) {
        let there = !chance(rng, 3);
        let policy = match self.min_count {
            Some(min) => json!({"gang": {"minCount": min}}),
            None => json!({"basic": {}}),
        };
        if release < Release::V1_36 {
            self.enter_workload(case, there, &policy);
        } else if there {
            let version = if release >= Release::V1_37 { "v1beta1" } else { "v1alpha2" };
            let mut group = json!({
                "apiVersion": format!("scheduling.k8s.io/{version}"), "kind": "PodGroup",
                "metadata": {"name": self.name, "namespace": "default", "uid": format!("uid-{}", self.name),
                             "creationTimestamp": format!("2026-01-01T00:00:{:02}Z", rng.u32(..3))},
                "spec": {"schedulingPolicy": policy},
                "status": {},
            });
            maybe(rng, 50, &mut group["metadata"], "generation", |_| json!(3));
            let spec = &mut group["spec"];
            if self.priority != 0 {
                spec["priority"] = json!(self.priority);
            }
            if self.topology {
                spec["schedulingConstraints"] = json!({"topology": [{"key": RACK}]});
            }
            if let Some(parent) = parent {
                spec["parentCompositePodGroupName"] = json!(parent);
            }
            if self.together {
                spec["disruptionMode"] =
                    if release >= Release::V1_37 { json!({"all": {}}) } else { json!("PodGroup") };
            }
            if chance(rng, 6) {
                let kind = if release >= Release::V1_37 {
                    "PodGroupInitiallyScheduled"
                } else {
                    "PodGroupScheduled"
                };
                group["status"]["conditions"] = json!([{
                    "type": kind, "status": pick(rng, &["True", "False"]), "reason": "Before",
                    "message": "was so", "lastTransitionTime": "2026-01-01T00:00:00Z",
                }]);
            }
            push(case, "objects", group);
        }
        let odd = chance(rng, 4);
        for i in 0..self.pods {
            let mut pod = pod(&format!("{}-{i}", self.name), &self.template);
            pod["spec"]["priority"] = json!(self.priority);
            self.join(&mut pod, release);
            if odd && i == 0 {
                match rng.u32(..3) {
                    0 => pod["spec"]["priority"] = json!(self.priority + 1),
                    1 => pod["spec"]["schedulingGates"] = json!([{"name": "example.com/gate"}]),
                    _ => pod["spec"]["preemptionPolicy"] = json!("Never"),
                }
            }
            push(case, "pods", pod);
        }
    }

    fn enter_workload(&self, case: &mut Value, there: bool, policy: &Value) {
        let group = json!({"name": self.name, "policy": policy});
        let known = case["objects"]
            .as_array_mut()
            .and_then(|objects| objects.iter_mut().find(|object| object["kind"] == "Workload"));
        match known {
            Some(workload) if there => {
                if let Some(groups) = workload["spec"]["podGroups"].as_array_mut() {
                    groups.push(group);
                }
            }
            None if there => push(
                case,
                "objects",
                json!({
                    "apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload",
                    "metadata": {"name": "w", "namespace": "default", "uid": "uid-w"},
                    "spec": {"podGroups": [group]},
                }),
            ),
            _ => {}
        }
    }
}
