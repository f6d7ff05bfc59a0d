//! `gang_feasible` against the filters themselves: placements are replayed pod by pod, and what is called impossible is tried in
//! every order on small clusters.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod property;

use std::collections::BTreeSet;
use std::sync::Arc;

use podverdict::gang::cluster::{Cluster, PodInfo};
use podverdict::gang::explain::{Cause, Explanation, Remedy, explain};
use podverdict::gang::feasible::{Feasible, Verdict, feasible};
use podverdict::gang::filter::PodFilters;
use podverdict::gang::solver::budget::Budget;
use podverdict::gang::solver::check::{check_proof, check_steps};
use podverdict::gang::solver::problem::Need;
use podverdict::gang::solver::solve::Answer;
use podverdict::gang::translate::HeldBack;
use podverdict::gang::tree::GangObjects;
use podverdict::model::{Node, Pod};
use podverdict::release::{Kubernetes, Release};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOST: &str = "kubernetes.io/hostname";
const RACK: &str = "example.com/rack";

/// A cluster, a gang and its pods, as objects.
struct Case {
    k8s: Kubernetes,
    nodes: Vec<Node>,
    running: Vec<Pod>,
    pending: Vec<Pod>,
    objects: GangObjects,
}

impl Case {
    fn of(release: Release, gates: &[(&str, bool)], case: &Value) -> Self {
        let list = |key: &str| case[key].as_array().cloned().unwrap_or_default();
        let pods: Vec<Pod> =
            list("pods").into_iter().map(|pod| serde_json::from_value(pod).unwrap()).collect();
        let (pending, running) = pods.into_iter().partition(|pod: &Pod| pod.spec.node_name.is_empty());
        let mut objects = GangObjects::default();
        for object in list("objects") {
            match object["kind"].as_str() {
                Some("Workload") => objects.workloads.push(serde_json::from_value(object).unwrap()),
                Some("PodGroup") => objects.pod_groups.push(serde_json::from_value(object).unwrap()),
                _ => objects.composites.push(serde_json::from_value(object).unwrap()),
            }
        }
        Case {
            k8s: Kubernetes::with_gates(release, gates.iter().copied()).unwrap(),
            nodes: list("nodes").into_iter().map(|node| serde_json::from_value(node).unwrap()).collect(),
            running,
            pending,
            objects,
        }
    }

    fn cluster(&self) -> Cluster {
        Cluster::read(&self.k8s, &self.nodes, &self.running).unwrap()
    }

    fn pods(&self, cluster: &Cluster) -> Vec<Arc<PodInfo>> {
        let mut reader = cluster.reader();
        self.pending.iter().map(|pod| reader.read(pod)).collect()
    }

    fn feasible(&self) -> Feasible {
        let cluster = self.cluster();
        feasible(&cluster, &self.objects, &self.pods(&cluster), None, Budget::default()).unwrap()
    }

    fn explain(&self) -> Explanation {
        let cluster = self.cluster();
        explain(&cluster, &self.objects, &self.pods(&cluster), None, Budget::default()).unwrap()
    }

    /// The cluster with a pending pod on a node.
    fn with(&self, cluster: &Cluster, pod: usize, node: &str) -> Cluster {
        let mut pod = self.pending[pod].clone();
        pod.spec.node_name = node.into();
        let mut cluster = cluster.clone();
        cluster.set_pod(&pod);
        cluster
    }

    fn fits(&self, cluster: &Cluster, pod: usize, node: usize) -> bool {
        let info = cluster.reader().read(&self.pending[pod]);
        let Ok(filters) = PodFilters::new(cluster, &info) else { return false };
        filters.check(cluster, cluster.node(node).unwrap()).is_none()
    }

    /// The node's value of the gang's label; `None` where the gang may be anywhere.
    fn domain(&self, node: usize) -> Option<String> {
        let group = self.objects.pod_groups.first()?;
        let key = &group.spec.scheduling_constraints.as_ref()?.topology.first()?.key;
        Some(self.nodes[node].metadata.labels.get(key.as_str()).map(ToString::to_string).unwrap_or_default())
    }

    /// The most pods that any order of placements reaches, with a rack or without.
    fn most(&self) -> usize {
        let mut seen: BTreeSet<Vec<(usize, usize)>> = BTreeSet::new();
        let mut stack: Vec<(Cluster, Vec<(usize, usize)>)> = vec![(self.cluster(), vec![])];
        let mut most = 0;
        while let Some((cluster, placed)) = stack.pop() {
            most = most.max(placed.len());
            for pod in 0..self.pending.len() {
                if placed.iter().any(|(p, _)| *p == pod) {
                    continue;
                }
                for node in 0..self.nodes.len() {
                    let domain = self.domain(node);
                    let apart = placed.iter().any(|(_, n)| self.domain(*n) != domain);
                    if apart || domain.as_deref() == Some("") || !self.fits(&cluster, pod, node) {
                        continue;
                    }
                    let mut next = placed.clone();
                    next.push((pod, node));
                    let mut key = next.clone();
                    key.sort_unstable();
                    if seen.insert(key) {
                        stack.push((self.with(&cluster, pod, &self.nodes[node].metadata.name), next));
                    }
                }
            }
        }
        most
    }

    /// Takes every step of a placement by the filters.
    fn replay(&self, answer: &Feasible) {
        let mut cluster = self.cluster();
        for placement in &answer.placement {
            let pod = self
                .pending
                .iter()
                .position(|pod| format!("{}/{}", pod.metadata.namespace, pod.metadata.name) == placement.pod);
            let (pod, node) = (pod.unwrap(), cluster.position(&placement.node).unwrap());
            assert!(self.fits(&cluster, pod, node), "{placement:?} {answer:#?}");
            cluster = self.with(&cluster, pod, &placement.node);
        }
    }
}

/// The answer's own proof or placement holds.
fn verify(answer: &Feasible) {
    let problem = &answer.working.translation.problem;
    match &answer.working.answer {
        Answer::Placed(placed) => assert_eq!(check_steps(problem, &placed.steps), Ok(placed.members)),
        Answer::Impossible(no) => {
            assert_eq!(check_proof(problem, &no.proof, Budget::new(50_000_000)), Ok(()), "{answer:#?}");
        }
        Answer::Undecided(_) => {}
    }
}

/// A source of numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n).unwrap()).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.below(values.len())]
    }
}

fn node(dice: &mut Dice, i: usize) -> Value {
    let name = format!("n{i}");
    let mut labels = json!({});
    if dice.chance(92) {
        labels[HOST] = json!(name);
    }
    if dice.chance(88) {
        labels[RACK] = json!(dice.pick(&["r1", "r2"]));
    }
    let mut node = json!({
        "metadata": {"name": name, "labels": labels}, "spec": {},
        "status": {"allocatable": {"cpu": dice.pick(&["1", "2", "3", "4"]), "memory": dice.pick(&["2Gi", "4Gi"]), "pods": dice.pick(&["9", "9", "2"])}},
    });
    if dice.chance(8) {
        node["spec"]["taints"] = json!([{"key": "dedicated", "effect": "NoSchedule"}]);
    }
    node
}

fn spec(dice: &mut Dice) -> Value {
    let mut requests = json!({"cpu": dice.pick(&["500m", "1", "1500m", "2"])});
    if dice.chance(40) {
        requests["memory"] = json!(dice.pick(&["1Gi", "3Gi"]));
    }
    let mut spec = json!({"containers": [{"name": "a", "resources": {"requests": requests}}]});
    if dice.chance(10) {
        spec["containers"][0]["ports"] =
            json!([{"containerPort": 80, "hostPort": dice.pick(&["80", "81"]).parse::<i32>().unwrap()}]);
    }
    if dice.chance(10) {
        spec["nodeSelector"] = json!({RACK: dice.pick(&["r1", "r2"])});
    }
    if dice.chance(10) {
        spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
    }
    let selector = |dice: &mut Dice| json!({"matchLabels": {"app": dice.pick(&["a", "b"])}});
    if dice.chance(25) {
        let kind = dice.pick(&["podAffinity", "podAntiAffinity"]);
        spec["affinity"] = json!({kind: {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": dice.pick(&[HOST, RACK]), "labelSelector": selector(dice)},
        ]}});
    }
    if dice.chance(25) {
        let mut constraint = json!({
            "maxSkew": dice.below(2) + 1, "topologyKey": dice.pick(&[HOST, RACK]), "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": selector(dice),
        });
        if dice.chance(20) {
            constraint["minDomains"] = json!(dice.below(3) + 1);
        }
        if dice.chance(20) {
            constraint["nodeTaintsPolicy"] = json!("Honor");
        }
        spec["topologySpreadConstraints"] = json!([constraint]);
    }
    spec
}

fn pod(name: &str, app: &str, spec: &Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "default", "labels": {"app": app}}, "spec": spec})
}

/// A small cluster and a gang of one or two kinds of pods.
fn case(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let nodes = dice.below(3) + 1;
    let mut pods = Vec::new();
    for i in 0..dice.below(3) {
        let mut spec = spec(&mut dice);
        spec["nodeName"] = json!(format!("n{}", dice.below(nodes)));
        pods.push(pod(&format!("run{i}"), dice.pick(&["a", "b"]), &spec));
    }
    let kinds = [spec(&mut dice), spec(&mut dice)];
    let apps = [dice.pick(&["a", "b"]), dice.pick(&["a", "b"])];
    let members = dice.below(4) + 1;
    for i in 0..members {
        let kind = dice.below(2);
        let mut spec = kinds[kind].clone();
        spec["schedulingGroup"] = json!({"podGroupName": "g"});
        pods.push(pod(&format!("g-{i}"), apps[kind], &spec));
    }
    let mut group = json!({
        "kind": "PodGroup", "metadata": {"name": "g", "namespace": "default"},
        "spec": {"schedulingPolicy": {"gang": {"minCount": dice.below(members) + 1}}},
    });
    if dice.chance(35) {
        group["spec"]["schedulingConstraints"] = json!({"topology": [{"key": RACK}]});
    }
    let nodes: Vec<Value> = (0..nodes).map(|i| node(&mut dice, i)).collect();
    let gates = [("GenericWorkload", true), ("TopologyAwareWorkloadScheduling", true)];
    Case::of(Release::V1_37, &gates, &json!({"nodes": nodes, "pods": pods, "objects": [group]}))
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..property::config(256) })]

    #[test]
    fn agrees_with_the_filters(seed in any::<u64>()) {
        let case = case(seed);
        let answer = case.feasible();
        verify(&answer);
        case.replay(&answer);
        let most = case.most();
        let needs = usize::try_from(answer.needs).unwrap();
        match answer.verdict {
            Verdict::Placed => prop_assert!(most >= needs, "{most} {answer:#?}"),
            Verdict::Impossible => {
                prop_assert!(most < needs, "{most} {answer:#?}");
                let (at_least, at_most) = (usize::try_from(answer.at_least).unwrap(), usize::try_from(answer.at_most).unwrap());
                prop_assert!(at_least <= most && most <= at_most, "{most} {answer:#?}");
            }
            Verdict::Undecided => prop_assert!(false, "so small a case is decided: {answer:#?}"),
        }
    }

    /// What is said to help does help, and one step less does not where the number is exact.
    #[test]
    fn remedies_help(seed in any::<u64>()) {
        let mut case = case(seed);
        let answer = case.explain();
        let most = case.most();
        let (at_least, at_most) = (usize::try_from(answer.at_least).unwrap(), usize::try_from(answer.at_most).unwrap());
        prop_assert!(at_least <= most && most <= at_most, "{most} {answer:#?}");
        let needs = usize::try_from(answer.needs).unwrap();
        prop_assert_eq!(answer.cause == Cause::None, most >= needs, "{} {:#?}", most, answer);
        for remedy in &answer.remedies {
            match remedy {
                Remedy::LowerMinimum { to, exact, .. } => {
                    let to = usize::try_from(*to).unwrap();
                    prop_assert!(to <= most && (!exact || to == most), "{most} {remedy:?}");
                }
                Remedy::LowerRequest { pod, to, from, .. } => {
                    let spec = |case: &Case| -> Value {
                        let one = case.pending.iter().find(|p| format!("default/{}", p.metadata.name) == *pod).unwrap();
                        serde_json::to_value(one).unwrap()
                    };
                    let (shape, before) = (spec(&case), case.pending.clone());
                    let like = |p: &Pod| {
                        let p = serde_json::to_value(p).unwrap();
                        p["spec"] == shape["spec"] && p["metadata"]["labels"] == shape["metadata"]["labels"]
                    };
                    let request = |case: &mut Case, quantity: &str| {
                        for p in case.pending.iter_mut().filter(|p| like(p)) {
                            let mut value = serde_json::to_value(&*p).unwrap();
                            value["spec"]["containers"][0]["resources"]["requests"][&to.resource] = json!(quantity);
                            *p = serde_json::from_value(value).unwrap();
                        }
                    };
                    prop_assert!(to.amount < from.amount);
                    request(&mut case, &to.quantity);
                    prop_assert!(case.most() >= needs, "{remedy:?}");
                    case.pending = before;
                }
                Remedy::Free { nodes, .. } => {
                    let before = case.nodes.clone();
                    for freed in nodes {
                        let node = case.nodes.iter_mut().find(|n| n.metadata.name == freed.node.as_str()).unwrap();
                        let mut value = serde_json::to_value(&*node).unwrap();
                        for amount in &freed.amounts {
                            let has = podverdict::quantity::Quantity::parse(
                                value["status"]["allocatable"][&amount.resource].as_str().unwrap_or("0"),
                            );
                            let mut has = has.unwrap();
                            has.add(&podverdict::quantity::Quantity::parse(&amount.quantity).unwrap());
                            value["status"]["allocatable"][&amount.resource] = json!(has.to_string());
                        }
                        *node = serde_json::from_value(value).unwrap();
                    }
                    prop_assert!(case.most() >= needs, "{remedy:?}");
                    case.nodes = before;
                }
                Remedy::AddNodes { count, like, exact, .. } if *count <= 2 => {
                    let before = case.nodes.clone();
                    let with = |case: &mut Case, count: u64| {
                        case.nodes = before.clone();
                        for i in 0..count {
                            let node = before.iter().find(|n| n.metadata.name == like.as_str()).unwrap();
                            let mut value = serde_json::to_value(node).unwrap();
                            value["metadata"]["name"] = json!(format!("new{i}"));
                            if value["metadata"]["labels"].get(HOST).is_some() {
                                value["metadata"]["labels"][HOST] = json!(format!("new{i}"));
                            }
                            case.nodes.push(serde_json::from_value(value).unwrap());
                        }
                    };
                    // The label of a rack that has one node only is taken to be that node's own.
                    let racks = |rack: &Value| before.iter().filter(|n| {
                        serde_json::to_value(n).unwrap()["metadata"]["labels"].get(RACK) == Some(rack)
                    }).count();
                    let own = before.iter().find(|n| n.metadata.name == like.as_str()).unwrap();
                    let rack = serde_json::to_value(own).unwrap()["metadata"]["labels"].get(RACK).cloned();
                    if rack.is_none_or(|rack| racks(&rack) > 1) {
                        with(&mut case, *count);
                        prop_assert!(case.most() >= needs, "{remedy:?}");
                        if *exact {
                            with(&mut case, count - 1);
                            prop_assert!(case.most() < needs, "{remedy:?}");
                        }
                    }
                    case.nodes = before;
                }
                _ => {}
            }
        }
    }
}

fn simple_node(name: &str, cpu: &str) -> Value {
    json!({"metadata": {"name": name, "labels": {HOST: name}}, "status": {"allocatable": {"cpu": cpu, "memory": "64Gi", "pods": "110"}}})
}

fn member(name: &str, cpu: &str) -> Value {
    let requests = json!({"requests": {"cpu": cpu}});
    pod(
        name,
        "a",
        &json!({"containers": [{"resources": requests}], "schedulingGroup": {"podGroupName": "g"}}),
    )
}

fn group(min: i32) -> Value {
    json!({"kind": "PodGroup", "metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": {"gang": {"minCount": min}}}})
}

fn case_of(nodes: &[Value], pods: &[Value], objects: &[Value]) -> Case {
    let gates = [("GenericWorkload", true)];
    Case::of(Release::V1_37, &gates, &json!({"nodes": nodes, "pods": pods, "objects": objects}))
}

#[test]
fn greedy_would_miss_it() {
    // Upstream spreads the two small pods over both nodes, and then the large one finds no room.
    let case = case_of(
        &[simple_node("n1", "4"), simple_node("n2", "4")],
        &[member("s1", "2"), member("s2", "2"), member("l", "4")],
        &[group(3)],
    );
    let answer = case.feasible();
    assert!(answer.starts);
    assert_eq!((answer.verdict, answer.placement.len()), (Verdict::Placed, 3));
}

#[test]
fn too_few_pods() {
    let case = case_of(&[simple_node("n1", "4")], &[member("a", "1")], &[group(3)]);
    let answer = case.feasible();
    verify(&answer);
    assert_eq!(answer.verdict, Verdict::Impossible);
    let held = HeldBack::TooFewPods { group: "default/g".into(), has: 1, needs: 3 };
    assert_eq!(answer.held_back, [held]);
    let why = case.explain();
    assert_eq!(why.cause, Cause::Quorum);
    assert!(why.remedies.contains(&Remedy::MorePods { group: "default/g".into(), count: 2 }));
}

#[test]
fn running_members_count() {
    let mut running = member("a", "1");
    running["spec"]["nodeName"] = json!("n1");
    let case =
        case_of(&[simple_node("n1", "2")], &[running, member("b", "1"), member("c", "1")], &[group(3)]);
    let answer = case.feasible();
    assert_eq!((answer.verdict, answer.needs, answer.at_most), (Verdict::Impossible, 2, 1));
    let why = case.explain();
    assert!(why.remedies.contains(&Remedy::LowerMinimum { group: "default/g".into(), to: 2, exact: true }));
}

#[test]
fn unknown_groups_are_errors() {
    let case = case_of(&[], &[member("a", "1")], &[]);
    let cluster = case.cluster();
    let error = feasible(&cluster, &case.objects, &case.pods(&cluster), None, Budget::default()).unwrap_err();
    assert_eq!(error.to_string(), "group: there is no PodGroup \"default/g\"");
    let error = feasible(&cluster, &case.objects, &[], None, Budget::default()).unwrap_err();
    assert_eq!(error.to_string(), "group: no pending pod names a group, so name one");
}

#[test]
fn odd_clusters_have_answers() {
    // No node; a node without allocatable; an overcommitted node.
    let pods = [member("a", "1")];
    assert_eq!(case_of(&[], &pods, &[group(1)]).feasible().verdict, Verdict::Impossible);
    let bare = json!({"metadata": {"name": "n"}});
    let why = case_of(&[bare], &pods, &[group(1)]).explain();
    assert_eq!(why.classes[0].excluded[0].reasons, ["Too many pods", "Insufficient cpu"]);
    let mut big = member("big", "9");
    big["spec"]["nodeName"] = json!("n1");
    big["spec"]["schedulingGroup"] = Value::Null;
    let case = case_of(&[simple_node("n1", "4")], &[big, member("a", "1")], &[group(1)]);
    assert_eq!(case.feasible().verdict, Verdict::Impossible);
    let why = case.explain();
    let free = why.remedies.iter().find_map(|remedy| match remedy {
        Remedy::Free { nodes, .. } => Some(nodes[0].amounts[0].quantity.clone()),
        _ => None,
    });
    assert_eq!(free.as_deref(), Some("6"));
}

#[test]
fn workloads_of_1_35() {
    let workload = json!({
        "kind": "Workload", "metadata": {"name": "w", "namespace": "default"},
        "spec": {"podGroups": [{"name": "g", "policy": {"gang": {"minCount": 2}}}]},
    });
    let mut pods = [member("a", "1"), member("b", "1")];
    for pod in &mut pods {
        pod["spec"]["workloadRef"] = json!({"name": "w", "podGroup": "g"});
    }
    let gates = [("GenericWorkload", true), ("GangScheduling", true)];
    let case = json!({"nodes": [simple_node("n1", "2")], "pods": pods, "objects": [workload]});
    let answer = Case::of(Release::V1_35, &gates, &case).feasible();
    assert_eq!((answer.group.as_str(), answer.verdict), ("default/w/g", Verdict::Placed));
}

#[test]
fn a_composite_group_takes_the_swap_that_greedy_misses() {
    // The first group may be in either rack, the second only fits the larger one.
    let node = |name: &str, rack: &str| json!({"metadata": {"name": name, "labels": {RACK: rack}}, "status": {"allocatable": {"cpu": "1", "memory": "9Gi", "pods": "9"}}});
    let leaf = |name: &str, min: i32| {
        json!({"kind": "PodGroup", "metadata": {"name": name, "namespace": "default"}, "spec": {
            "schedulingPolicy": {"gang": {"minCount": min}}, "parentCompositePodGroupName": "root",
            "schedulingConstraints": {"topology": [{"key": RACK}]}}})
    };
    let root = json!({"kind": "CompositePodGroup", "metadata": {"name": "root", "namespace": "default"},
        "spec": {"schedulingPolicy": {"gang": {"minGroupCount": 2}}}});
    let pod = |name: &str, group: &str| {
        let mut pod = member(name, "1");
        pod["spec"]["schedulingGroup"]["podGroupName"] = json!(group);
        pod
    };
    let case = json!({
        "nodes": [node("a1", "a"), node("a2", "a"), node("a3", "a"), node("b1", "b"), node("b2", "b")],
        "pods": [pod("x1", "x"), pod("x2", "x"), pod("y1", "y"), pod("y2", "y"), pod("y3", "y")],
        "objects": [root, leaf("x", 2), leaf("y", 3)],
    });
    let gates =
        [("GenericWorkload", true), ("TopologyAwareWorkloadScheduling", true), ("CompositePodGroup", true)];
    let case = Case::of(Release::V1_37, &gates, &case);
    let answer = case.feasible();
    verify(&answer);
    assert_eq!((answer.group.as_str(), answer.verdict), ("default/root", Verdict::Placed));
    case.replay(&answer);
    assert!(matches!(answer.working.translation.problem.groups[0].need, Need::Groups(2)));
}

#[test]
fn a_composite_group_that_lacks_room() {
    let node = |name: &str, rack: &str| json!({"metadata": {"name": name, "labels": {RACK: rack}}, "status": {"allocatable": {"cpu": "1", "memory": "9Gi", "pods": "9"}}});
    let leaf = |name: &str| {
        json!({"kind": "PodGroup", "metadata": {"name": name, "namespace": "default"}, "spec": {
            "schedulingPolicy": {"gang": {"minCount": 2}}, "parentCompositePodGroupName": "root",
            "schedulingConstraints": {"topology": [{"key": RACK}]}}})
    };
    let root = json!({"kind": "CompositePodGroup", "metadata": {"name": "root", "namespace": "default"},
        "spec": {"schedulingPolicy": {"gang": {"minGroupCount": 2}}}});
    let pod = |name: &str, group: &str| {
        let mut pod = member(name, "1");
        pod["spec"]["schedulingGroup"]["podGroupName"] = json!(group);
        pod
    };
    // Four nodes in all, but only one rack has two of them.
    let case = json!({
        "nodes": [node("a1", "a"), node("a2", "a"), node("b1", "b"), node("c1", "c")],
        "pods": [pod("x1", "x"), pod("x2", "x"), pod("y1", "y"), pod("y2", "y")],
        "objects": [root, leaf("x"), leaf("y")],
    });
    let gates =
        [("GenericWorkload", true), ("TopologyAwareWorkloadScheduling", true), ("CompositePodGroup", true)];
    let case = Case::of(Release::V1_37, &gates, &case);
    let answer = case.feasible();
    verify(&answer);
    assert_eq!((answer.verdict, answer.needs, answer.at_most), (Verdict::Impossible, 2, 1));
    let why = case.explain();
    assert_eq!((why.cause, why.at_least), (Cause::Constraint, 1));
    let lower = Remedy::LowerMinimum { group: "default/root".into(), to: 1, exact: true };
    assert!(why.remedies.contains(&lower), "{why:#?}");
}

#[test]
fn too_many_kinds_are_undecided() {
    // Every pod is of a kind of its own.
    let nodes: Vec<Value> = (0..8000).map(|i| simple_node(&format!("n{i}"), "4")).collect();
    let pods: Vec<Value> = (1..=7000).map(|i| member(&format!("p{i}"), &format!("{i}m"))).collect();
    let case = case_of(&nodes, &pods, &[group(7000)]);
    let answer = case.feasible();
    assert_eq!((answer.verdict, answer.at_least, answer.at_most), (Verdict::Undecided, 0, 7000));
}

#[test]
fn answers_as_json() {
    let ask = |op: &str| -> Value {
        let request = json!({
            "op": op, "release": "1.36", "gates": {"GenericWorkload": true, "GangScheduling": true},
            "nodes": [simple_node("n1", "3"), simple_node("n2", "3")],
            "pods": [member("a", "2"), member("b", "2"), member("c", "2")], "objects": [group(3)],
        });
        serde_json::from_str(&podverdict::wire::evaluate(request.to_string().as_bytes())).unwrap()
    };
    let answer = ask("gang_feasible");
    assert_eq!(answer["verdict"], "impossible", "{answer}");
    assert_eq!(answer["certificate"]["kind"], "prices");
    assert_eq!((&answer["atMost"], &answer["upstream"]["starts"]), (&json!(2), &json!(false)));
    let answer = ask("gang_explain");
    assert_eq!(answer["cause"], "fragmentation", "{answer}");
    let remedies = answer["remedies"].as_array().unwrap();
    let request = remedies.iter().find(|remedy| remedy["kind"] == "lowerRequest").unwrap();
    assert_eq!(request["to"], json!({"resource": "cpu", "amount": 1500, "quantity": "1500m"}));
    assert_eq!(request["exact"], true);
}
