//! Clusters and questions that are odd: a clear answer or a clear error each.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::gang::cluster::{Cluster, ClusterObject};
use podverdict::gang::filter::{PodFilters, node_filters};
use podverdict::gang::schedule::schedule;
use podverdict::gang::upstream::PodState;
use podverdict::model::{Node, Pod};
use podverdict::release::{Kubernetes, Release};
use serde_json::{Value, json};

fn ask(case: &Value) -> Value {
    serde_json::from_str(&podverdict::wire::evaluate(case.to_string().as_bytes())).unwrap()
}

fn node(name: &str, allocatable: &Value) -> Value {
    json!({"metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}, "status": {"allocatable": allocatable}})
}

fn pod(name: &str, on: Option<&str>, cpu: &str) -> Value {
    let mut pod = json!({
        "metadata": {"name": name, "namespace": "default", "uid": name},
        "spec": {"containers": [{"name": "a", "image": "x", "resources": {"requests": {"cpu": cpu}}}]},
    });
    if let Some(node) = on {
        pod["spec"]["nodeName"] = json!(node);
    }
    pod
}

fn question(release: Release, nodes: &[Value], pods: &[Value]) -> Value {
    json!({"op": "schedule", "release": release.as_str(), "nodes": nodes, "pods": pods})
}

/// The pod as a member of PodGroup `g`, or (1.35) of group `g` of Workload `w`.
fn member(release: Release, mut pod: Value) -> Value {
    if release >= Release::V1_36 {
        pod["spec"]["schedulingGroup"] = json!({"podGroupName": "g"});
    } else {
        pod["spec"]["workloadRef"] = json!({"name": "w", "podGroup": "g"});
    }
    pod
}

fn gang(release: Release, min_count: i64) -> Value {
    let policy = json!({"gang": {"minCount": min_count}});
    let metadata = |name: &str| json!({"name": name, "namespace": "default", "uid": name});
    match release {
        Release::V1_35 => json!({
            "apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload", "metadata": metadata("w"),
            "spec": {"podGroups": [{"name": "g", "policy": policy}]},
        }),
        _ => json!({
            "apiVersion": if release == Release::V1_36 { "scheduling.k8s.io/v1alpha2" } else { "scheduling.k8s.io/v1beta1" },
            "kind": "PodGroup", "metadata": metadata("g"), "spec": {"schedulingPolicy": policy},
        }),
    }
}

fn with_gangs(release: Release, mut case: Value) -> Value {
    case["gates"] = if release >= Release::V1_37 {
        json!({"GenericWorkload": true})
    } else {
        json!({"GenericWorkload": true, "GangScheduling": true})
    };
    case
}

#[test]
fn without_nodes_nothing_is_available() {
    for release in Release::ALL {
        let answer = ask(&question(release, &[], &[pod("p", None, "1")]));
        assert_eq!(
            answer["pods"]["default/p"]["message"], "no nodes available to schedule pods",
            "{release}"
        );
        let filters =
            ask(&json!({"op": "node_filters", "release": release.as_str(), "pod": pod("p", None, "1")}));
        assert_eq!(filters["message"], "no nodes available to schedule pods");
        assert_eq!(filters["nodes"], json!([]));
    }
}

#[test]
fn a_node_without_allocatable_takes_nothing_and_is_noticed() {
    for release in Release::ALL {
        let answer = ask(&question(release, &[json!({"metadata": {"name": "n"}})], &[pod("p", None, "0")]));
        let message = answer["pods"]["default/p"]["message"].as_str().unwrap();
        assert!(message.starts_with("0/1 nodes are available: 1 Too many pods."), "{message}");
        assert_eq!(answer["notices"], json!([{"kind": "nodeWithoutAllocatable", "node": "n"}]));
    }
}

#[test]
fn an_overcommitted_node_takes_only_what_it_need_not_count() {
    for release in Release::ALL {
        let nodes = [node("n", &json!({"cpu": "1", "memory": "1Gi", "pods": "110"}))];
        let running = pod("old", Some("n"), "3");
        let answer =
            ask(&question(release, &nodes, &[running.clone(), pod("p", None, "1m"), pod("q", None, "0")]));
        let message = answer["pods"]["default/p"]["message"].as_str().unwrap();
        assert!(message.starts_with("0/1 nodes are available: 1 Insufficient cpu."), "{message}");
        // A pod that requests nothing of what is missing still fits.
        assert_eq!(answer["pods"]["default/q"]["state"], "bound");
        let missing = json!([{"kind": "nodeOvercommitted", "node": "n", "resource": "cpu", "missing": 2000}]);
        assert_eq!(answer["notices"], missing);
    }
    let k8s = Kubernetes::new(Release::V1_36);
    let node: Node = serde_json::from_value(node("n", &json!({"cpu": "1"}))).unwrap();
    let pod: Pod = serde_json::from_value(pod("old", Some("n"), "3")).unwrap();
    let cluster = Cluster::read(&k8s, &[node], &[pod]).unwrap();
    assert_eq!(cluster.free(0).unwrap().milli_cpu, -2000);
}

#[test]
fn sums_beyond_64_bits_wrap_as_upstream_and_do_not_panic() {
    for release in Release::ALL {
        let nodes = [node("n", &json!({"cpu": "1", "memory": "1Gi", "pods": "110"}))];
        let huge = "9223372036854775807";
        let pods = [pod("a", Some("n"), huge), pod("b", Some("n"), huge), pod("p", None, huge)];
        let answer = ask(&question(release, &nodes, &pods));
        assert_eq!(answer["pods"]["default/p"]["state"], "bound", "{answer}");
    }
}

#[test]
fn names_that_come_twice_are_an_error() {
    let n = node("n", &json!({"cpu": "1", "pods": "9"}));
    for release in Release::ALL {
        let nodes = ask(&question(release, &[n.clone(), n.clone()], &[]));
        assert_eq!(nodes["path"], "nodes[1].metadata.name", "{nodes}");
        // Running or not.
        for pair in [
            [pod("p", Some("n"), "1"), pod("p", Some("n"), "1")],
            [pod("p", Some("n"), "1"), pod("p", None, "1")],
            [pod("p", None, "1"), pod("p", None, "1")],
        ] {
            let pods = ask(&question(release, std::slice::from_ref(&n), &pair));
            assert_eq!(pods["path"], "pods[1].metadata.name", "{pods}");
        }
    }
}

#[test]
fn a_pod_on_an_unknown_node_takes_nothing_until_the_node_comes() {
    let k8s = Kubernetes::new(Release::V1_37);
    let stray: Pod = serde_json::from_value(pod("p", Some("n"), "1")).unwrap();
    let mut cluster = Cluster::read(&k8s, &[], &[stray]).unwrap();
    assert_eq!(cluster.notices().len(), 1);
    cluster.set_node(
        &serde_json::from_value(node("n", &json!({"cpu": "4", "memory": "1Gi", "pods": "9"}))).unwrap(),
    );
    assert_eq!(cluster.free(0).unwrap().milli_cpu, 3000);
    assert!(cluster.remove_node("n"));
    assert!(cluster.is_empty());
    assert!(cluster.has_pod("default", "p"));
    assert!(cluster.remove_pod("default", "p"));
    assert!(cluster.notices().is_empty());
}

#[test]
fn members_of_a_group_that_is_not_there_are_not_tried() {
    for release in Release::ALL {
        let nodes = [node("n", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}))];
        let case = with_gangs(release, question(release, &nodes, &[member(release, pod("p", None, "1"))]));
        let outcome = &ask(&case)["pods"]["default/p"];
        if release >= Release::V1_37 {
            // The pod is not even in the queue.
            assert_eq!(outcome["state"], "pending", "{outcome}");
        } else {
            assert_eq!(outcome["state"], "gated", "{outcome}");
            assert_eq!(outcome["gatingPlugin"], "GangScheduling");
            assert!(outcome["gatingMessage"].as_str().unwrap().starts_with("waiting for pods's"));
        }
    }
}

#[test]
fn a_gang_with_fewer_members_than_its_minimum_is_not_tried() {
    for release in Release::ALL {
        let nodes = [node("n", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}))];
        let pods = ["a", "b"].map(|name| member(release, pod(name, None, "1")));
        let mut case = with_gangs(release, question(release, &nodes, &pods));
        case["objects"] = json!([gang(release, 3)]);
        let answer = ask(&case);
        for name in ["default/a", "default/b"] {
            let outcome = &answer["pods"][name];
            assert_eq!(outcome["state"], "gated", "{release} {outcome}");
            assert_eq!(
                outcome["gatingMessage"],
                "waiting for minCount pods from a gang to appear in scheduling queue"
            );
        }
        // With one more it starts.
        let pods = ["a", "b", "c"].map(|name| member(release, pod(name, None, "1")));
        case["pods"] = json!(pods);
        let answer = ask(&case);
        assert!(answer["pods"].as_object().unwrap().values().all(|pod| pod["state"] == "bound"), "{answer}");
    }
}

#[test]
fn objects_that_do_not_bear_on_scheduling_are_an_error() {
    let mut case = question(Release::V1_36, &[], &[]);
    case["objects"] = json!([{"kind": "Deployment"}]);
    assert_eq!(ask(&case)["path"], "objects[0].kind");
    case["objects"] = json!([{}]);
    assert_eq!(ask(&case)["path"], "objects[0].kind");
}

#[test]
fn what_is_not_judged_is_named() {
    let mut claiming = pod("p", None, "1");
    claiming["spec"]["resourceClaims"] = json!([{"name": "gpu", "resourceClaimName": "gpu"}]);
    let nodes = [node("n", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}))];
    for release in Release::ALL {
        let case =
            json!({"op": "node_filters", "release": release.as_str(), "nodes": nodes, "pod": claiming});
        assert_eq!(ask(&case)["notJudged"], json!(["dynamic resource claims"]));
        let case = question(release, &nodes, std::slice::from_ref(&claiming));
        assert_eq!(ask(&case)["notJudged"], json!(["dynamic resource claims"]));
    }
}

#[test]
fn the_first_filter_that_objects_is_named_with_all_its_reasons() {
    let nodes = [
        node("full", &json!({"cpu": "1", "memory": "1Gi", "pods": "0"})),
        node("small", &json!({"cpu": "500m", "memory": "1Gi", "pods": "9"})),
        json!({"metadata": {"name": "cordoned"}, "spec": {"unschedulable": true}}),
        node("good", &json!({"cpu": "4", "memory": "1Gi", "pods": "9"})),
    ];
    for release in Release::ALL {
        let case = json!({"op": "node_filters", "release": release.as_str(), "nodes": nodes, "pod": pod("p", None, "2")});
        let answer = ask(&case);
        let verdicts = answer["nodes"].as_array().unwrap();
        assert_eq!(verdicts[0]["plugin"], "NodeResourcesFit");
        assert_eq!(verdicts[0]["reasons"], json!(["Too many pods", "Insufficient cpu"]));
        assert_eq!(verdicts[1]["code"], "UnschedulableAndUnresolvable");
        assert_eq!(verdicts[2]["plugin"], "NodeUnschedulable");
        assert_eq!(verdicts[3]["fits"], true);
        // Some node fits, so there is nothing to sum up.
        assert!(answer.get("message").is_none());
    }
}

#[test]
fn a_copy_changes_for_itself_alone() {
    let k8s = Kubernetes::with_gates(Release::V1_37, [("GenericWorkload", true)]).unwrap();
    let nodes: Vec<Node> = (0..3)
        .map(|n| {
            serde_json::from_value(node(&format!("n{n}"), &json!({"cpu": "2", "memory": "4Gi", "pods": "9"})))
                .unwrap()
        })
        .collect();
    let cluster = Cluster::read(&k8s, &nodes, &[]).unwrap();
    let mut what_if = cluster.clone();
    assert!(what_if.remove_node("n1"));
    what_if.set_pod(&serde_json::from_value(pod("p", Some("n0"), "2")).unwrap());
    what_if.set_object(&ClusterObject::PodGroup(serde_json::from_value(gang(Release::V1_37, 1)).unwrap()));
    assert_eq!((cluster.len(), what_if.len()), (3, 2));
    assert_eq!(cluster.free(0).unwrap().milli_cpu, 2000);
    assert_eq!(what_if.free(0).unwrap().milli_cpu, 0);
    let big: Pod = serde_json::from_value(pod("q", None, "2")).unwrap();
    let big = cluster.reader().read(&big);
    assert_eq!(node_filters(&what_if, &big).nodes.iter().filter(|n| n.fits).count(), 1);
    // Planning leaves the cluster as it is.
    let answer = schedule(&cluster, &[big]);
    assert_eq!(answer.pods.get("default/q").unwrap().state, PodState::Bound);
    assert_eq!(cluster.pods().count(), 0);
}

#[test]
fn every_kind_that_bears_on_scheduling_is_read() {
    for kind in ClusterObject::KINDS {
        let text = json!({"kind": kind, "metadata": {"name": "a"}}).to_string();
        let object = ClusterObject::from_json(&text).unwrap();
        let read = format!("{object:?}");
        assert!(read.starts_with(kind) || read.starts_with(&kind.replace("CSI", "Csi")), "{kind}: {read}");
    }
    for kind in ["", "Pod", "Node", "namespace", "Deployment"] {
        let error = ClusterObject::from_json(&json!({"kind": kind}).to_string()).unwrap_err();
        assert_eq!(error.path, "kind");
    }
}

fn kubernetes_volume(source: &str, claimed: bool) -> Value {
    let mut volume = json!({"metadata": {"name": "v"}, "spec": {source: {}}});
    if claimed {
        volume["kind"] = json!("PersistentVolume");
        volume["spec"]["claimRef"] = json!({"namespace": "default", "name": "c"});
    }
    volume
}

fn claim(mode: &str, spec: &Value) -> Value {
    let mut claim = json!({
        "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "default"},
        "spec": {"accessModes": [mode]},
    });
    for (key, value) in spec.as_object().unwrap() {
        claim["spec"][key] = value.clone();
    }
    if spec.get("volumeName").is_some() {
        claim["metadata"]["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
    }
    claim
}

fn claiming(name: &str, on: Option<&str>) -> Value {
    let mut pod = pod(name, on, "1");
    pod["spec"]["volumes"] = json!([{"name": "c", "persistentVolumeClaim": {"claimName": "c"}}]);
    pod
}

/// Old in-tree volumes may have become a CSI driver's, which is not read: an answer with one says so.
#[test]
fn in_tree_volumes_are_named_as_not_judged() {
    let sources = [
        "awsElasticBlockStore",
        "azureDisk",
        "azureFile",
        "cinder",
        "gcePersistentDisk",
        "vsphereVolume",
        "portworxVolume",
    ];
    let nodes = [node("n", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}))];
    let ask_with = |pod: &Value, objects: &Value| {
        let answer = ask(&json!({
            "op": "node_filters", "release": "1.36", "nodes": nodes, "pod": pod, "objects": objects,
        }));
        assert_eq!(answer["nodes"][0]["fits"], true, "{answer}");
        answer.get("notJudged").cloned()
    };
    let bound = claim("ReadWriteOnce", &json!({"volumeName": "v"}));
    for source in sources {
        let mut own = pod("p", None, "1");
        own["spec"]["volumes"] = json!([{"name": "v", source: {}}]);
        assert!(ask_with(&own, &json!([])).is_some(), "{source}");
        // Nor do other volumes after it change that.
        own["spec"]["volumes"] = json!([{"name": "v", source: {}}, {"name": "e", "emptyDir": {}}]);
        assert!(ask_with(&own, &json!([])).is_some(), "{source}");
        let objects = json!([bound, kubernetes_volume(source, true)]);
        assert!(ask_with(&claiming("p", None), &objects).is_some(), "{source}");
    }
    let objects = json!([bound, kubernetes_volume("nfs", true)]);
    assert_eq!(ask_with(&claiming("p", None), &objects), None);
}

/// A selector that the API's own parser refuses: the pod is rejected as a whole, wherever it is.
#[test]
fn selectors_are_read_as_the_api_reads_them() {
    let long = |n: usize| "x".repeat(n);
    let prefix = |n: usize| format!("{}.{}/x", vec!["y".repeat(60); 4].join("."), "y".repeat(n));
    let keys = [
        ("app".to_owned(), true),
        ("a.b-c/X_y.z".to_owned(), true),
        ("1/2".to_owned(), true),
        (long(63), true),
        (long(64), false),
        (prefix(9), true),
        (prefix(10), false),
        ("a/b/c".to_owned(), false),
        ("/x".to_owned(), false),
        ("a/".to_owned(), false),
        ("A/x".to_owned(), false),
        ("-a/x".to_owned(), false),
        ("a-/x".to_owned(), false),
        ("a..b/x".to_owned(), false),
        ("a_b/x".to_owned(), false),
        ("_a".to_owned(), false),
        ("a_".to_owned(), false),
        ("a b".to_owned(), false),
        ("é".to_owned(), false),
        (String::new(), false),
    ];
    let values = [("", true), ("A_b.c-1", true), ("-a", false), ("a-", false), ("a/b", false), ("é", false)];
    let read = |selector: Value| {
        let nodes = [node("n", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}))];
        let mut pod = pod("p", None, "1");
        pod["spec"]["affinity"] = json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": "kubernetes.io/hostname", "labelSelector": selector},
        ]}});
        let answer = ask(&json!({"op": "node_filters", "release": "1.37", "nodes": nodes, "pod": pod}));
        answer.get("podRejection").is_none()
    };
    for (key, good) in &keys {
        assert_eq!(read(json!({"matchLabels": {key.as_str(): "a"}})), *good, "{key}");
        let exists = json!({"matchExpressions": [{"key": key, "operator": "Exists"}]});
        assert_eq!(read(exists), *good, "{key}");
    }
    for (value, good) in values {
        assert_eq!(read(json!({"matchLabels": {"app": value}})), good, "{value}");
        for operator in ["In", "NotIn"] {
            let one = json!({"matchExpressions": [{"key": "app", "operator": operator, "values": [value]}]});
            assert_eq!(read(one), good, "{value}");
        }
    }
    for (operator, values) in [
        ("In", json!([])),
        ("NotIn", json!([])),
        ("Exists", json!(["a"])),
        ("DoesNotExist", json!(["a"])),
        ("Gt", json!(["1"])),
        ("Lt", json!(["1"])),
        ("Near", json!(["a"])),
    ] {
        let odd = json!({"matchExpressions": [{"key": "app", "operator": operator, "values": values}]});
        assert!(!read(odd), "{operator}");
    }
}

/// How many pods that are alike a node takes by itself.
#[test]
fn capacity_counts_what_the_node_alone_decides() {
    let k8s = Kubernetes::new(Release::V1_37);
    let nodes: Vec<Node> = [
        json!({"cpu": "4", "memory": "8Gi", "pods": "3", "example.com/gpu": "2"}),
        json!({"cpu": "500m", "memory": "8Gi", "pods": "9"}),
    ]
    .iter()
    .enumerate()
    .map(|(i, allocatable)| serde_json::from_value(node(&format!("n{i}"), allocatable)).unwrap())
    .collect();
    let objects = |class: bool| {
        let mut objects = vec![json!({
            "kind": "StorageClass", "metadata": {"name": "late"}, "provisioner": "csi.example.com",
            "volumeBindingMode": "WaitForFirstConsumer",
        })];
        objects.push(match class {
            true => claim("ReadWriteOnce", &json!({"storageClassName": "late"})),
            false => claim("ReadWriteOncePod", &json!({"volumeName": "v"})),
        });
        objects.push(kubernetes_volume("nfs", true));
        objects
    };
    let judge = |pod: &Value, objects: &[Value], running: &[Value]| {
        let running: Vec<Pod> =
            running.iter().map(|pod| serde_json::from_value(pod.clone()).unwrap()).collect();
        let mut cluster = Cluster::read(&k8s, &nodes, &running).unwrap();
        for object in objects {
            cluster.set_object(&ClusterObject::from_json(&object.to_string()).unwrap());
        }
        let pod: Pod = serde_json::from_value(pod.clone()).unwrap();
        let filters = PodFilters::new(&cluster, &cluster.reader().read(&pod)).unwrap();
        let takes = [0, 1].map(|at| filters.capacity(&cluster, cluster.node(at).unwrap()));
        (takes, filters.is_independent())
    };
    let plain = |cpu: &str| pod("p", None, cpu);
    assert_eq!(judge(&plain("1500m"), &[], &[]), ([2, 0], true));
    assert_eq!(judge(&plain("1"), &[], &[]), ([3, 0], true));
    assert_eq!(judge(&plain("500m"), &[], &[]), ([3, 1], true));
    assert_eq!(judge(&plain("1500m"), &[], &[pod("q", Some("n0"), "1")]), ([2, 0], true));
    assert_eq!(judge(&plain("1"), &[], &[pod("q", Some("n0"), "1")]), ([2, 0], true));
    assert_eq!(judge(&plain("0"), &[], &[]), ([3, 9], true));
    let mut gpu = plain("0");
    gpu["spec"]["containers"][0]["resources"]["requests"]["example.com/gpu"] = json!("1");
    assert_eq!(judge(&gpu, &[], &[]), ([2, 0], true));
    let mut port = plain("0");
    port["spec"]["containers"][0]["ports"] = json!([{"containerPort": 80, "hostPort": 80}]);
    assert_eq!(judge(&port, &[], &[]), ([1, 1], true));
    let mut disk = plain("0");
    disk["spec"]["volumes"] = json!([{"name": "d", "gcePersistentDisk": {"pdName": "d"}}]);
    assert_eq!(judge(&disk, &[], &[]), ([1, 1], true));
    disk["spec"]["volumes"][0]["gcePersistentDisk"]["readOnly"] = json!(true);
    assert_eq!(judge(&disk, &[], &[]), ([3, 9], true));
    // One pod at a time, wherever it is.
    assert_eq!(judge(&claiming("p", None), &objects(false), &[]), ([1, 0], false));
    // The claim is bound with the first pod, and the volume then has a place.
    assert_eq!(judge(&claiming("p", None), &objects(true), &[]), ([3, 0], false));
    let mut near = plain("0");
    near["spec"]["affinity"] = json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}},
    ]}});
    assert_eq!(judge(&near, &[], &[]), ([3, 9], false));
}

#[test]
fn what_a_cluster_knows_of_a_node() {
    let k8s = Kubernetes::new(Release::V1_37);
    let nodes: Vec<Node> = ["n0", "n1"]
        .map(|name| serde_json::from_value(node(name, &json!({"cpu": "2", "pods": "9"}))).unwrap())
        .to_vec();
    let mut cluster = Cluster::read(&k8s, &nodes, &[]).unwrap();
    let first = cluster.node(0).unwrap();
    assert_eq!(first.label("kubernetes.io/hostname"), Some("n0"));
    assert_eq!(first.label("zone"), None);
    assert_eq!(first.allocatable().milli_cpu, 2000);
    assert_eq!(first.allowed_pods(), 9);
    assert!(!cluster.has_pod("default", "p"));
    let mut ended = pod("p", Some("n0"), "1");
    ended["status"] = json!({"phase": "Failed"});
    cluster.set_pod(&serde_json::from_value(ended).unwrap());
    cluster.set_pod(&serde_json::from_value(pod("q", None, "1")).unwrap());
    assert_eq!(cluster.pods().count(), 0);
    // A node that goes and comes back has its pods again, and those of other nodes stay where they are.
    cluster.set_pod(&serde_json::from_value(pod("p", Some("n0"), "1")).unwrap());
    assert!(!cluster.remove_node("n2"));
    assert!(cluster.remove_node("n1"));
    assert_eq!(cluster.notices(), []);
    assert!(cluster.remove_node("n0"));
    assert_eq!(cluster.notices().len(), 1);
    cluster.set_node(nodes.first().unwrap());
    assert_eq!(cluster.free(0).unwrap().milli_cpu, 1000);
}

/// Gate `VolumeLimitScaling`: a node without the driver of a volume takes no pod with it, if the driver asks for that (1.35: of
/// every driver that is known).
#[test]
fn a_node_lacks_the_driver_of_a_volume() {
    let nodes = [
        node("with", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"})),
        node("without", &json!({"cpu": "4", "memory": "4Gi", "pods": "9"})),
    ];
    for release in Release::ALL {
        for (driver, asks) in [(Some(true), true), (Some(false), release == Release::V1_35), (None, false)] {
            let mut objects = vec![
                claim("ReadWriteOnce", &json!({"volumeName": "v"})),
                json!({
                    "kind": "PersistentVolume", "metadata": {"name": "v"},
                    "spec": {"csi": {"driver": "csi.example.com", "volumeHandle": "h"},
                             "claimRef": {"namespace": "default", "name": "c"}},
                }),
                json!({
                    "kind": "CSINode", "metadata": {"name": "with"},
                    "spec": {"drivers": [{"name": "csi.example.com", "nodeID": "with"}]},
                }),
            ];
            if let Some(prevent) = driver {
                objects.push(json!({
                    "kind": "CSIDriver", "metadata": {"name": "csi.example.com"},
                    "spec": {"preventPodSchedulingIfMissing": prevent},
                }));
            }
            let answer = ask(&json!({
                "op": "node_filters", "release": release.as_str(), "gates": {"VolumeLimitScaling": true},
                "nodes": nodes, "pod": claiming("p", None), "objects": objects,
            }));
            let verdicts = answer["nodes"].as_array().unwrap();
            assert_eq!(verdicts[0]["fits"], true, "{answer}");
            assert_eq!(verdicts[1]["fits"], !asks, "{release} {driver:?} {answer}");
            if asks {
                assert_eq!(
                    verdicts[1]["reasons"],
                    json!(["csi.example.com CSI driver is not installed on the node"])
                );
            }
        }
    }
}

/// A volume that is made for the pod's node can be made only where its class allows.
#[test]
fn a_class_allows_some_nodes() {
    let nodes: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|zone| {
            let mut node = node(zone, &json!({"cpu": "4", "memory": "4Gi", "pods": "9"}));
            node["metadata"]["labels"]["zone"] = json!(zone);
            node
        })
        .collect();
    let fits = |topologies: Value| {
        let objects = json!([
            claim("ReadWriteOnce", &json!({"storageClassName": "late"})),
            {
                "kind": "StorageClass", "metadata": {"name": "late"}, "provisioner": "csi.example.com",
                "volumeBindingMode": "WaitForFirstConsumer", "allowedTopologies": topologies,
            },
        ]);
        let answer = ask(&json!({
            "op": "node_filters", "release": "1.37", "nodes": nodes, "pod": claiming("p", None), "objects": objects,
        }));
        let verdicts = answer["nodes"].as_array().unwrap();
        verdicts.iter().map(|node| node["fits"] == true).collect::<Vec<_>>()
    };
    let one = |key: &str, values: &[&str]| json!({"key": key, "values": values});
    assert_eq!(fits(json!([])), [true, true, true]);
    assert_eq!(fits(json!([{"matchLabelExpressions": [one("zone", &["a", "b"])]}])), [true, true, false]);
    assert_eq!(
        fits(
            json!([{"matchLabelExpressions": [one("zone", &["a"]), one("kubernetes.io/hostname", &["b"])]}])
        ),
        [false, false, false]
    );
    assert_eq!(
        fits(json!([
            {"matchLabelExpressions": [one("zone", &["a"])]}, {"matchLabelExpressions": [one("zone", &["c"])]},
        ])),
        [true, false, true]
    );
    // A term without an expression matches nothing.
    assert_eq!(fits(json!([{}])), [false, false, false]);
    assert_eq!(fits(json!([{"matchLabelExpressions": [one("rack", &["a"])]}])), [false, false, false]);
}
