//! What kube-scheduler does with pods that get in each other's way: it must come to an end.
#![expect(clippy::indexing_slicing, reason = "helpers of tests")]

use serde_json::{Value, json};

fn node(name: &str, rack: &str) -> Value {
    json!({
        "metadata": {"name": name, "labels": {"rack": rack}},
        "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "110"}},
    })
}

fn pod(name: &str, app: &str, cpu: &str, spec: Value) -> Value {
    let mut pod = json!({
        "metadata": {"name": name, "namespace": "default", "uid": name, "labels": {"app": app}},
        "spec": spec,
        "status": {"phase": "Pending"},
    });
    pod["spec"]["containers"] = json!([{"name": "a", "image": "x", "resources": {"requests": {"cpu": cpu}}}]);
    pod
}

/// 1.35: the pods of a gang that never has enough of them wait on their nodes. A pod that may not be near them preempts those on
/// one node, and while it makes room there, others of the gang come to the next node.
#[test]
fn a_preemptor_and_a_gang_that_waits_come_to_an_end() {
    let far = json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "rack", "labelSelector": {"matchLabels": {"app": "gang"}}},
    ]}});
    let mut pods = vec![
        pod("run0", "other", "1", json!({"nodeName": "n0"})),
        pod("run1", "other", "2", json!({"nodeName": "n1"})),
    ];
    for i in 0..5 {
        let spec = json!({"workloadRef": {"name": "w", "podGroup": "g1"}});
        pods.push(pod(&format!("g1-{i}"), "gang", "1", spec));
    }
    pods.push(pod("near", "gang", "0", json!({"priority": 100})));
    pods.push(pod("far", "gang", "2", json!({"priority": 100, "affinity": far})));
    let case = json!({
        "op": "schedule", "release": "1.35",
        "gates": {"GenericWorkload": true, "GangScheduling": true},
        "nodes": [node("n0", "r1"), node("n1", "r1"), node("n2", "r3")],
        "pods": pods,
        "objects": [{
            "apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload",
            "metadata": {"name": "w", "namespace": "default"},
            "spec": {"podGroups": [{"name": "g1", "policy": {"gang": {"minCount": 5}}}]},
        }],
    });
    let answer = podverdict::wire::evaluate(case.to_string().as_bytes());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["pods"]["default/near"]["state"], "bound", "{answer}");
}

/// 1.35: one pod of a gang preempts another that waits on its node, and the next one takes that place and has all of them tried
/// again. The pods share a claim that one at a time may use, so that it could go on for ever.
#[test]
fn a_gang_whose_pods_preempt_each_other_comes_to_an_end() {
    let mut pods = vec![pod("run", "other", "1", json!({"nodeName": "n0"}))];
    for i in 0..5 {
        let (cpu, priority) = if i == 1 { ("2", 10) } else { ("0", 0) };
        let spec = json!({
            "priority": priority, "workloadRef": {"name": "w", "podGroup": "g"},
            "volumes": [{"name": "c", "persistentVolumeClaim": {"claimName": "c"}}],
        });
        pods.push(pod(&format!("g-{i}"), "gang", cpu, spec));
    }
    let case = json!({
        "op": "schedule", "release": "1.35",
        "gates": {"GenericWorkload": true, "GangScheduling": true},
        "nodes": [node("n0", "r1")],
        "pods": pods,
        "objects": [
            {
                "apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload",
                "metadata": {"name": "w", "namespace": "default"},
                "spec": {"podGroups": [{"name": "g", "policy": {"gang": {"minCount": 5}}}]},
            },
            {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": {
                    "name": "c", "namespace": "default", "annotations": {"pv.kubernetes.io/bind-completed": "yes"},
                },
                "spec": {"accessModes": ["ReadWriteOncePod"], "volumeName": "v"},
            },
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}},
        ],
    });
    let answer = podverdict::wire::evaluate(case.to_string().as_bytes());
    let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    let pods = answer["pods"].as_object();
    assert!(pods.is_some_and(|pods| pods.values().all(|pod| pod["state"] != "bound")), "{answer}");
}

/// Of equally good nodes upstream takes the one that ends on top of its heap; of 24 answers of kube-scheduler to each of these, on each
/// release, 21 to 24 are so.
#[test]
fn of_equal_nodes_the_one_on_top_of_the_heap_is_taken() {
    let places = |names: &[(&str, &str)], pods: usize| {
        let nodes: Vec<Value> = names
            .iter()
            .map(|(name, zone)| {
                let mut node = node(name, "r");
                if !zone.is_empty() {
                    node["metadata"]["labels"]["topology.kubernetes.io/zone"] = json!(zone);
                }
                node
            })
            .collect();
        let pods: Vec<Value> = (0..pods).map(|n| pod(&format!("p{n}"), "a", "100m", json!({}))).collect();
        let case = json!({"op": "schedule", "release": "1.37", "nodes": nodes, "pods": pods});
        let answer = podverdict::wire::evaluate(case.to_string().as_bytes());
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let taken = answer["pods"]
            .as_object()
            .unwrap()
            .values()
            .map(|pod| String::from(pod["node"].as_str().unwrap()));
        taken.collect::<Vec<_>>().join(" ")
    };
    let flat = [("n0", ""), ("n1", ""), ("n2", ""), ("n3", ""), ("n4", "")];
    assert_eq!(places(&flat, 5), "n0 n1 n3 n4 n2");
    // The API lists nodes by name.
    let mixed = [("n3", ""), ("n1", ""), ("n4", ""), ("n0", ""), ("n2", "")];
    assert_eq!(places(&mixed, 5), "n0 n1 n3 n4 n2");
    // One of each zone in turn: n0 n1 n4 n2 n3.
    let zones = [("n0", "a"), ("n1", "b"), ("n2", "a"), ("n3", "a"), ("n4", "c")];
    assert_eq!(places(&zones, 5), "n0 n1 n2 n3 n4");
}

const SAMPLED: &str = "which nodes of many kube-scheduler looks at";

fn ask(nodes: &[Value], pods: &[Value]) -> Value {
    let case = json!({"op": "schedule", "release": "1.37", "nodes": nodes, "pods": pods});
    serde_json::from_str(&podverdict::wire::evaluate(case.to_string().as_bytes())).unwrap_or_default()
}

/// In a cluster of a hundred nodes and more upstream stops at the first hundred that will do, whichever they are.
#[test]
fn where_upstream_looks_at_some_of_many_nodes_the_answer_says_so() {
    // One node is better than all others.
    let many = |count: usize| {
        let mut nodes: Vec<Value> = (0..count).map(|at| node(&format!("n{at:03}"), "r")).collect();
        nodes[70]["status"]["allocatable"]["cpu"] = json!("20");
        nodes
    };
    let pending = [pod("p", "a", "1", json!({}))];
    let near = json!({"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 1, "podAffinityTerm": {"topologyKey": "rack", "labelSelector": {"matchLabels": {"app": "b"}}}},
    ]});
    let not_alone = [pod("p", "a", "1", json!({"affinity": {"podAffinity": near}}))];
    for pending in [&pending, &not_alone] {
        let answer = ask(&many(100), pending);
        assert_eq!(answer["pods"]["default/p"]["node"], "n070", "{answer}");
        assert!(answer["pods"]["default/p"].get("tied").is_none(), "{answer}");
        assert!(answer.get("notJudged").is_none(), "{answer}");

        let answer = ask(&many(101), pending);
        assert_eq!(answer["pods"]["default/p"]["node"], "n070", "{answer}");
        assert_eq!(answer["pods"]["default/p"]["tied"], true, "{answer}");
        assert_eq!(answer["notJudged"], json!([SAMPLED]), "{answer}");
    }
}

/// Whom a preemption hits where several would do as well, upstream decides by the order of a Go map.
#[test]
fn where_several_preemptions_do_equal_harm_the_answer_says_so() {
    let full = |names: &[&str], priority: usize| -> Vec<Value> {
        let victim = |(at, name): (usize, &&str)| {
            let spec = json!({"nodeName": name, "priority": if at == 0 { priority } else { 5 }});
            let mut victim = pod(&format!("v-{name}"), "a", "2", spec);
            victim["status"] = json!({"phase": "Running", "startTime": "2026-01-01T00:00:00Z"});
            victim
        };
        names.iter().enumerate().map(victim).chain([pod("p", "a", "2", json!({"priority": 100}))]).collect()
    };
    let names = ["n0", "n1"];
    let nodes = names.map(|name| node(name, "r"));

    let answer = ask(&nodes, &full(&names, 5));
    assert_eq!(answer["preempted"], json!(["default/v-n0"]), "{answer}");
    assert_eq!(answer["pods"]["default/p"]["tied"], true, "{answer}");

    let answer = ask(&nodes, &full(&names, 6));
    assert_eq!(answer["preempted"], json!(["default/v-n1"]), "{answer}");
    assert!(answer["pods"]["default/p"].get("tied").is_none(), "{answer}");

    // Of many it looks at a hundred.
    let names: Vec<String> = (0..101).map(|at| format!("n{at:03}")).collect();
    let nodes: Vec<Value> = names.iter().map(|name| node(name, "r")).collect();
    let answer = ask(&nodes, &full(&names.iter().map(String::as_str).collect::<Vec<_>>(), 4));
    assert_eq!(answer["preempted"], json!(["default/v-n000"]), "{answer}");
    assert_eq!(answer["pods"]["default/p"]["tied"], true, "{answer}");
    assert_eq!(answer["notJudged"], json!([SAMPLED]), "{answer}");
}
