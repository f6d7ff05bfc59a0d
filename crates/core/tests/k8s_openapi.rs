//! Objects of k8s-openapi give the answers that their JSON gives. `K8S_OPENAPI_ENABLED_VERSION` names their release.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as theirs;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as TheirQuantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use podverdict::error::ErrorCode;
use podverdict::model::{Node, Pod, RestartPolicy};
use podverdict::quantity::Quantity;
use serde_json::Value;

k8s_openapi::k8s_if_1_35! {
    const RELEASE: &str = "1.35";
}
k8s_openapi::k8s_if_1_36! {
    const RELEASE: &str = "1.36";
}
k8s_openapi::k8s_if_1_37! {
    const RELEASE: &str = "1.37";
}

/// A pod as a controller that is written with kube-rs has it.
fn training_pod(cpu: &str) -> theirs::Pod {
    let amounts = BTreeMap::from([("cpu".to_owned(), TheirQuantity(cpu.to_owned()))]);
    let container = theirs::Container {
        name: "worker".into(),
        restart_policy: Some("Never".into()),
        restart_policy_rules: Some(vec![theirs::ContainerRestartRule {
            action: "Restart".into(),
            exit_codes: Some(theirs::ContainerRestartRuleOnExitCodes {
                operator: "In".into(),
                values: Some(vec![42]),
            }),
        }]),
        resources: Some(theirs::ResourceRequirements { requests: Some(amounts), ..Default::default() }),
        ..Default::default()
    };
    theirs::Pod {
        metadata: ObjectMeta { name: Some("p".into()), ..Default::default() },
        spec: Some(theirs::PodSpec { containers: vec![container], ..Default::default() }),
        ..Default::default()
    }
}

#[test]
fn a_pod_arrives_whole() {
    let pod = Pod::try_from(&training_pod("1500m")).unwrap();
    assert_eq!(pod.metadata.name, "p");
    let container = pod.spec.containers.first().unwrap();
    assert_eq!(container.restart_policy, Some(RestartPolicy::Never));
    assert_eq!(container.rules().first().unwrap().exit_codes.as_ref().unwrap().values, [42]);
    assert_eq!(container.resources.requests.get("cpu").unwrap().milli_value(), 1500);
}

#[test]
fn a_broken_quantity_is_named() {
    let error = Pod::try_from(training_pod("1,5")).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidValue);
    assert_eq!(error.path, "spec.containers[0].resources.requests[cpu]");
    assert!(Quantity::try_from(&TheirQuantity("1,5".into())).is_err());
    assert_eq!(TheirQuantity::from(&Quantity::try_from(&TheirQuantity("0.5".into())).unwrap()).0, "500m");
}

/// Whether a time in the JSON has a fraction of a second, which k8s-openapi drops as the API server does.
fn has_fraction(json: &str) -> bool {
    json.split('"').any(|text| text.contains('T') && text.contains('.') && text.ends_with('Z'))
}

/// Every object of the vectors that k8s-openapi can hold: reading it there and converting it is reading it here.
#[test]
fn objects_of_the_vectors_read_alike() {
    let folder = format!("{}/../../tests/vectors/{RELEASE}", env!("CARGO_MANIFEST_DIR"));
    let (mut pods, mut nodes) = (0_u32, 0_u32);
    for file in std::fs::read_dir(folder).unwrap() {
        for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let Some(case) = vector.get("case") else { continue };
            for field in ["pod", "oldPod"] {
                let Some(json) = case.get(field).filter(|json| !has_fraction(&json.to_string())) else {
                    continue;
                };
                let Ok(theirs) = serde_json::from_value::<theirs::Pod>(json.clone()) else { continue };
                let text = serde_json::to_string(&theirs).unwrap();
                match (Pod::try_from(&theirs), Pod::from_json(&json.to_string())) {
                    (Ok(through), Ok(direct)) => assert_eq!(through, direct, "{json}\n{text}"),
                    (Err(through), Err(direct)) => assert_eq!(through.path, direct.path, "{json}"),
                    (through, direct) => panic!("{through:?}\n{direct:?}\n{json}"),
                }
                pods = pods.saturating_add(1);
            }
            for json in case
                .get("node")
                .into_iter()
                .chain(case.get("nodes").and_then(Value::as_array).into_iter().flatten())
            {
                let Ok(theirs) = serde_json::from_value::<theirs::Node>(json.clone()) else { continue };
                if let (Ok(through), Ok(direct)) =
                    (Node::try_from(&theirs), Node::from_json(&json.to_string()))
                {
                    assert_eq!(through, direct, "{json}");
                    nodes = nodes.saturating_add(1);
                }
            }
        }
    }
    assert!(pods > 200 && nodes > 50, "{pods} pods, {nodes} nodes");
}

k8s_openapi::k8s_if_1_37! {
    #[test]
    fn groups_of_pods_arrive_whole() {
        use k8s_openapi::api::scheduling::v1beta1;
        let json = r#"{"apiVersion": "scheduling.k8s.io/v1beta1", "kind": "PodGroup", "metadata": {"name": "g"},
            "spec": {"schedulingPolicy": {"gang": {"minCount": 4}}}}"#;
        let theirs: v1beta1::PodGroup = serde_json::from_str(json).unwrap();
        let group = podverdict::model::PodGroup::try_from(&theirs).unwrap();
        assert_eq!(group, serde_json::from_str(json).unwrap());
        assert_eq!(group.api_version, "scheduling.k8s.io/v1beta1");
    }
}

k8s_openapi::k8s_if_1_35! {
    #[test]
    fn workloads_arrive_whole() {
        use k8s_openapi::api::scheduling::v1alpha1;
        let json = r#"{"apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload", "metadata": {"name": "w"},
            "spec": {"podGroups": [{"name": "g", "policy": {"gang": {"minCount": 4}}}]}}"#;
        let theirs: v1alpha1::Workload = serde_json::from_str(json).unwrap();
        let workload = podverdict::model::Workload::try_from(&theirs).unwrap();
        assert_eq!(workload, serde_json::from_str(json).unwrap());
    }
}
