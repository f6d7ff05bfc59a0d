//! A border that is too far out for a recorded answer.

use podverdict::release::Release;
use podverdict::wire::evaluate_for;
use serde_json::{Value, json};

/// Annotations may take 262144 bytes with their keys (`validation.TotalAnnotationSizeLimitB`).
#[test]
fn annotations_may_take_256_kib() {
    for (bytes, refused) in [(262_143, false), (262_144, false), (262_145, true), (262_146, true)] {
        let value = "v".repeat(bytes - "key".len());
        let pod = json!({
            "metadata": {"name": "p", "namespace": "ns", "annotations": {"key": value}},
            "spec": {"containers": [{"name": "a", "image": "i"}]},
        });
        let request = json!({"op": "validate_pod_create", "pod": pod}).to_string();
        for release in Release::ALL {
            let answer: Value =
                serde_json::from_str(&evaluate_for(Some(release), request.as_bytes())).unwrap();
            let fields: Vec<&Value> =
                answer["errors"].as_array().unwrap().iter().map(|e| &e["field"]).collect();
            let wanted = if refused { vec!["metadata.annotations"] } else { vec![] };
            assert_eq!(fields, wanted, "{release} {bytes}");
        }
    }
}
