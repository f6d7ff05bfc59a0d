//! What the API server refuses because of a pod's node, rule by rule and release by release.
//!
//! Upstream: `component-helpers/nodedeclaredfeatures/features` and `plugin/pkg/admission/podresize`.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use podverdict::model::{Node, Pod};
use podverdict::release::{Kubernetes, Release};
use podverdict::resize::node_admission::{NodeRefusal, node_admission};
use serde_json::{Value, json};

const ALL: [&str; 4] = [
    "GuaranteedQoSPodCPUResize",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "InPlacePodVerticalScalingMemoryBackedVolumes",
];

fn pod(spec: &Value, class: &str) -> Pod {
    let mut pod = json!({"spec": {"nodeName": "n"}, "status": {"qosClass": class}});
    let fields = spec.as_object().unwrap();
    pod["spec"].as_object_mut().unwrap().extend(fields.clone());
    serde_json::from_value(pod).unwrap()
}

fn node(features: &[&str]) -> Node {
    serde_json::from_value(json!({
        "metadata": {"name": "n"},
        "status": {"allocatable": {"cpu": "4", "memory": "4Gi"}, "declaredFeatures": features},
    }))
    .unwrap()
}

const NEVER: [Vec<&str>; 3] = [vec![], vec![], vec![]];

/// The features that are missing where the node declares none, on each release with the gate on.
fn missing(old: &Value, new: &Value, class: &str) -> [Vec<&'static str>; 3] {
    Release::ALL.map(|release| {
        let k8s = Kubernetes::with_gates(release, [("NodeDeclaredFeatures", true)]).unwrap();
        let (old, new) = (pod(old, class), pod(new, class));
        // A node that declares all refuses nothing of it.
        assert_eq!(node_admission(&k8s, &node(&ALL), &old, &new), None, "{release}");
        match node_admission(&k8s, &node(&[]), &old, &new) {
            None => vec![],
            Some(NodeRefusal::MissingFeatures { features, .. }) => features,
            Some(other) => panic!("{other:?}"),
        }
    })
}

fn requests(name: &str, value: &str) -> Value {
    json!({"requests": {name: value}})
}

fn containers(resources: &Value) -> Value {
    json!({"containers": [{"name": "a", "resources": resources}]})
}

#[test]
fn cpu_of_a_guaranteed_pod_is_asked_of_on_1_35() {
    let cpu = |value| containers(&requests("cpu", value));
    let feature = vec![ALL[0]];
    assert_eq!(missing(&cpu("1"), &cpu("2"), "Guaranteed"), [feature.clone(), vec![], vec![]]);
    assert_eq!(missing(&cpu("1"), &cpu("2"), "Burstable"), NEVER);
    // None is as good as zero, and memory is something else.
    let memory = |value| containers(&requests("memory", value));
    assert_eq!(missing(&memory("1Gi"), &memory("2Gi"), "Guaranteed"), NEVER);
    let none = containers(&json!({}));
    assert_eq!(missing(&none, &cpu("0"), "Guaranteed"), NEVER);
    assert_eq!(missing(&none, &cpu("1"), "Guaranteed"), [feature, vec![], vec![]]);
}

#[test]
fn pod_level_resources_are_asked_of() {
    let with = |pod_level: Value, cpu: &str| {
        let mut spec = containers(&requests("cpu", cpu));
        spec["resources"] = pod_level;
        spec
    };
    let feature = || vec![ALL[1]];
    let always = [feature(), feature(), feature()];
    let set = |value| requests("cpu", value);
    assert_eq!(missing(&with(set("2"), "1"), &with(set("3"), "1"), ""), always);
    assert_eq!(missing(&with(json!(null), "1"), &with(set("3"), "1"), ""), always);
    assert_eq!(missing(&with(set("2"), "1"), &with(json!(null), "1"), ""), always);
    assert_eq!(missing(&with(set("2"), "1"), &with(set("2"), "2"), ""), NEVER);
    assert_eq!(missing(&with(json!(null), "1"), &with(json!(null), "2"), ""), NEVER);
    // 1.35 looks at how the amounts are written, and tells empty from absent.
    let on_1_35 = [feature(), vec![], vec![]];
    assert_eq!(missing(&with(set("2"), "1"), &with(set("2000m"), "2"), ""), on_1_35);
    let empty = json!({"requests": {"cpu": "2"}, "limits": {}});
    assert_eq!(missing(&with(set("2"), "1"), &with(empty, "2"), ""), on_1_35);
}

#[test]
fn plain_init_containers_are_asked_of_from_1_36() {
    let with = |resources: &Value, sidecar: bool| {
        let mut spec = containers(&requests("cpu", "1"));
        spec["initContainers"] = json!([{"name": "i", "resources": resources}]);
        if sidecar {
            spec["initContainers"][0]["restartPolicy"] = json!("Always");
        }
        spec
    };
    let (one, two) = (requests("cpu", "1"), requests("cpu", "2"));
    let feature = || vec![ALL[2]];
    assert_eq!(missing(&with(&one, false), &with(&two, false), ""), [vec![], feature(), feature()]);
    assert_eq!(missing(&with(&one, true), &with(&two, true), ""), NEVER);
    // How the amounts are written counts.
    let mut spelled = with(&requests("cpu", "1000m"), false);
    spelled["containers"][0]["resources"] = requests("cpu", "2");
    assert_eq!(missing(&with(&one, false), &spelled, ""), [vec![], feature(), feature()]);
    for other in
        [json!({"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}), json!({"requests": {"memory": "1"}})]
    {
        assert_eq!(missing(&with(&one, false), &with(&other, false), ""), [vec![], feature(), feature()]);
    }
    let mut claims = with(&one, false);
    claims["initContainers"][0]["resources"]["claims"] = json!([{"name": "c"}]);
    claims["containers"][0]["resources"] = requests("cpu", "2");
    assert_eq!(missing(&with(&one, false), &claims, ""), [vec![], feature(), feature()]);
}

#[test]
fn volumes_in_memory_are_asked_of_on_1_37() {
    let with = |volume: Value| {
        let mut spec = containers(&requests("cpu", "1"));
        spec["volumes"] = json!([volume]);
        spec
    };
    let volume = |name: &str, medium: &str, limit: &str| {
        with(json!({"name": name, "emptyDir": {"medium": medium, "sizeLimit": limit}}))
    };
    let one = volume("v", "Memory", "1Gi");
    assert_eq!(missing(&one, &volume("v", "Memory", "2Gi"), ""), [vec![], vec![], vec![ALL[3]]]);
    assert_eq!(missing(&one, &volume("w", "Memory", "2Gi"), ""), NEVER);
    assert_eq!(missing(&volume("v", "", "1Gi"), &volume("v", "", "2Gi"), ""), NEVER);
    assert_eq!(missing(&one, &with(json!({"name": "v", "emptyDir": {"medium": "Memory"}})), ""), NEVER);
    assert_eq!(missing(&one, &with(json!({"name": "v"})), ""), NEVER);
    let mut two = volume("v", "Memory", "2Gi");
    two["volumes"].as_array_mut().unwrap().push(json!({"name": "w"}));
    assert_eq!(missing(&one, &two, ""), NEVER);
    // The same limit, and something else that changes.
    let mut other = volume("v", "Memory", "1024Mi");
    other["containers"][0]["resources"] = requests("cpu", "2");
    assert_eq!(missing(&one, &other, ""), NEVER);
}

#[test]
fn when_nobody_asks() {
    let (old, new) = (containers(&requests("cpu", "1")), containers(&requests("cpu", "9")));
    let k8s = Kubernetes::new(Release::V1_36);
    let ask = |old: &Value, new: &Value, node_name: &str| {
        let (mut old, mut new) = (pod(old, ""), pod(new, ""));
        old.spec.node_name = node_name.into();
        new.spec.node_name = node_name.into();
        node_admission(&k8s, &node(&ALL), &old, &new).is_some()
    };
    assert!(ask(&old, &new, "n"));
    assert!(!ask(&old, &new, ""), "a pod that is not bound");
    assert!(!ask(&new, &new, "n"), "a request that changes nothing");
    // A change of the pod's resources or of its volumes is one, too.
    for (field, value) in [("resources", requests("cpu", "9")), ("volumes", json!([{"name": "v"}]))] {
        let mut changed = new.clone();
        changed[field] = value;
        assert!(ask(&new, &changed, "n"), "{field}");
    }
    // Without the gate nothing is asked of features; what the node cannot hold is something else.
    let level = |cpu: &str| {
        let mut spec = old.clone();
        spec["resources"] = requests("cpu", cpu);
        pod(&spec, "")
    };
    for (release, on) in [(Release::V1_35, false), (Release::V1_36, true)] {
        let refusal = node_admission(&Kubernetes::new(release), &node(&[]), &level("1"), &level("2"));
        assert_eq!(refusal.is_some(), on, "{release}");
    }
}

#[test]
fn what_a_node_can_never_hold() {
    let old = pod(&containers(&json!({})), "");
    let ask = |release: Release, resources: Value, labels: Value| {
        let mut node = node(&ALL);
        node.metadata.labels = serde_json::from_value(labels).unwrap();
        let new = pod(&containers(&resources), "");
        node_admission(&Kubernetes::new(release), &node, &old, &new)
            .map(|refusal| (refusal.message(), refusal.to_reason().numbers))
    };
    let of = |cpu: &str, memory: &str| json!({"requests": {"cpu": cpu, "memory": memory}});
    for release in Release::ALL {
        let from_1_36 = |text: &str, numbers: &[(&'static str, i64)]| {
            (release >= Release::V1_36).then(|| (text.to_owned(), numbers.to_vec()))
        };
        assert_eq!(ask(release, of("4", "4Gi"), json!({})), None);
        assert_eq!(
            ask(release, of("4001m", "4Gi"), json!({})),
            from_1_36(
                "node didn't have enough allocatable resources: cpu, requested: 4001, allocatable: 4000",
                &[("requested", 4001), ("allocatable", 4000)]
            )
        );
        assert_eq!(
            ask(release, of("4", "4294967297"), json!({})),
            from_1_36(
                "node didn't have enough allocatable resources: memory, requested: 4294967297, allocatable: 4294967296",
                &[("requested", 4_294_967_297), ("allocatable", 4_294_967_296)]
            )
        );
        assert_eq!(
            ask(release, of("5", "5Gi"), json!({})),
            from_1_36(
                "node didn't have enough allocatable resources: cpu, requested: 5000, allocatable: 4000; \
                 memory, requested: 5368709120, allocatable: 4294967296",
                &[("requested", 5000), ("allocatable", 4000)]
            )
        );
        assert_eq!(
            ask(release, of("1", "1Gi"), json!({"kubernetes.io/os": "windows"})),
            from_1_36("pod resize is only supported on linux nodes, node \"n\" is \"windows\"", &[])
        );
        assert_eq!(ask(release, of("1", "1Gi"), json!({"kubernetes.io/os": "linux"})), None);
    }
}
