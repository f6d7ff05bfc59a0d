//! Corners of pod validation, each with the answer that upstream gives.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::model::{
    Container, ContainerState, ContainerStatus, PodDocument, PodResourceClaim, QosClass, ResourceClaim,
};
use crate::release::Release::{self, V1_35, V1_36, V1_37};

fn gates<const N: usize>(release: Release, gates: [(&str, bool); N]) -> Kubernetes {
    Kubernetes::with_gates(release, gates).unwrap()
}

/// A pod of one spec, whose containers need no image: they get one.
fn pod(spec: &str) -> Pod {
    let json = format!(r#"{{"metadata": {{"name": "a", "namespace": "b"}}, "spec": {spec}}}"#);
    let mut pod: Pod = serde_json::from_str(&json).unwrap();
    let spec = &mut pod.spec;
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        container.image = "i".into();
    }
    pod
}

fn texts(errors: &FieldErrors) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

fn create(k8s: &Kubernetes, spec: &str) -> Vec<String> {
    texts(&validate_pod_create(k8s, pod(spec)).errors)
}

/// One container, given without the braces.
fn container(fields: &str) -> String {
    format!(r#"{{"containers": [{{"name": "c", {fields}}}]}}"#)
}

mod restart {
    use super::*;

    #[test]
    fn too_many_rules_come_before_the_faults_of_each() {
        let rules = [r#"{"action": "x"}"#; 21].join(",");
        let spec = container(&format!(r#""restartPolicy": "Never", "restartPolicyRules": [{rules}]"#));
        for (release, first) in [
            (V1_35, "Too long: may not be more than 20 bytes"),
            (V1_36, "Too many: 21: must have at most 20 items"),
        ] {
            let errors = create(&release.into(), &spec);
            assert_eq!(errors.len(), 43, "{release}");
            assert_eq!(errors[0], format!("spec.containers[0].restartPolicyRules: {first}"));
            assert!(
                errors[1]
                    .starts_with("spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"x\"")
            );
            assert_eq!(
                errors[2],
                "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified"
            );
        }
    }

    #[test]
    fn rules_without_a_policy_are_judged_in_regular_containers_only() {
        let rules =
            r#""restartPolicyRules": [{"action": "Stop", "exitCodes": {"operator": "In", "values": []}}]"#;
        let k8s = V1_36.into();
        assert_eq!(create(&k8s, &container(rules)).len(), 2);
        let spec =
            format!(r#"{{"containers": [{{"name": "c"}}], "initContainers": [{{"name": "i", {rules}}}]}}"#);
        assert_eq!(
            create(&k8s, &spec),
            [
                "spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"
            ]
        );
    }

    #[test]
    fn the_listed_actions_are_those_of_the_release() {
        let spec = container(
            r#""restartPolicy": "Never", "restartPolicyRules": [{"action": "", "exitCodes": {"operator": "In"}}]"#,
        );
        let on = [("NodeDeclaredFeatures", true), ("RestartAllContainersOnContainerExits", true)];
        let expected = |listed: &str| {
            [format!(
                "spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"\": supported values: {listed}"
            )]
        };
        assert_eq!(create(&gates(V1_35, on), &spec), expected(r#""Restart""#));
        assert_eq!(create(&V1_36.into(), &spec), expected(r#""Restart", "RestartAllContainers""#));
    }

    #[test]
    fn without_the_gate_policies_go_before_validation_unless_stored() {
        let off = gates(V1_35, [("ContainerRestartRules", false)]);
        let spec = container(r#""restartPolicy": "Never", "restartPolicyRules": [{"action": "x"}]"#);
        let verdict = validate_pod_create(&off, pod(&spec));
        assert!(verdict.accepted());
        assert_eq!(verdict.pod.spec.containers[0].restart_policy, None);
        let options = PodValidationOptions::for_update(&off, &pod(&spec));
        assert!(options.allow_container_restart_policy_rules && !options.allow_restart_all_containers);
    }

    #[test]
    fn a_sidecar_has_rules_only_with_restart_all_containers() {
        let spec = r#"{"containers": [{"name": "c"}], "initContainers": [{"name": "i", "restartPolicy": "Always",
            "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "NotIn"}}]}]}"#;
        assert_eq!(
            create(&V1_35.into(), spec),
            [
                "spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always"
            ]
        );
        assert!(create(&V1_36.into(), spec).is_empty());
    }

    #[test]
    fn a_resize_may_not_restart_in_a_pod_that_never_does() {
        let policy = r#""resizePolicy": [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]"#;
        let spec = format!(
            r#"{{"restartPolicy": "Never", "containers": [{{"name": "c", "restartPolicy": "Always", {policy}}}]}}"#
        );
        for (release, text) in [(V1_35, "`restartPolicy`"), (V1_36, "pod `restartPolicy`")] {
            let detail = format!("must be 'NotRequired' when {text} is 'Never'");
            let error =
                format!(r#"spec.containers[0].resizePolicy: Invalid value: "RestartContainer": {detail}"#);
            assert_eq!(create(&release.into(), &spec), [error]);
        }
        let spec =
            format!(r#"{{"containers": [{{"name": "c"}}], "initContainers": [{{"name": "i", {policy}}}]}}"#);
        assert!(create(&V1_35.into(), &spec).is_empty());
        assert_eq!(create(&V1_36.into(), &spec).len(), 1);
    }

    #[test]
    fn a_terminated_container_runs_again_by_its_own_policy() {
        let status = |state: &str| {
            let mut pod = pod(
                r#"{"restartPolicy": "Always", "containers": [{"name": "c", "restartPolicy": "Never"}, {"name": "d"}]}"#,
            );
            let list = format!(r#"[{{"name": "c", "state": {state}}}, {{"name": "d", "state": {state}}}]"#);
            pod.status.container_statuses = serde_json::from_str(&list).unwrap();
            pod
        };
        let (old, new) = (status(r#"{"terminated": {"exitCode": 1}}"#), status(r#"{"running": {}}"#));
        let errors = validate_pod_status_update(&V1_36.into(), new, old);
        assert_eq!(
            texts(&errors),
            ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"]
        );
    }
}

mod resources {
    use super::*;

    #[test]
    fn amounts_are_rounded_up_after_they_were_summed() {
        let pod_level = r#""resources": {"limits": {"cpu": "1"}}"#;
        let tiny = r#""resources": {"requests": {"cpu": "0.1m"}}"#;
        let spec =
            format!(r#"{{{pod_level}, "containers": [{{"name": "c", {tiny}}}, {{"name": "d", {tiny}}}]}}"#);
        // Two times 0.1m make 0.2m, which becomes 1m; but each container has 1m then.
        let aggregate = r#"spec.resources.requests[cpu]: Invalid value: "1m": must be greater than or equal to aggregate container requests of 2m"#;
        assert_eq!(create(&V1_36.into(), &spec), [aggregate]);
        // On 1.37 the strategy sums, after rounding.
        assert!(create(&V1_37.into(), &spec).is_empty());
    }

    #[test]
    fn limits_become_requests_and_requests_of_the_pod_its_limits() {
        let spec = r#"{"resources": {"requests": {"cpu": "100m"}},
            "containers": [{"name": "c", "resources": {"limits": {"cpu": "200m", "memory": "1Gi"}}}]}"#;
        let verdict = validate_pod_create(&V1_37.into(), pod(spec));
        let resources = verdict.pod.spec.resources.as_ref().unwrap();
        assert_eq!(resources.limits.cpu().unwrap().to_string(), "200m");
        assert_eq!(resources.requests.memory().unwrap().to_string(), "1Gi");
        assert_eq!(verdict.pod.status.qos_class, QosClass::Burstable);
        let verdict = validate_pod_create(&V1_36.into(), pod(spec));
        assert!(verdict.pod.spec.resources.as_ref().unwrap().limits.is_empty());
    }

    #[test]
    fn an_ephemeral_container_stands_against_a_default_limit() {
        let spec = r#"{"resources": {"requests": {"cpu": "1"}}, "ephemeralContainers": [{"name": "e"}],
            "containers": [{"name": "c", "resources": {"limits": {"cpu": "1"}}}]}"#;
        let verdict = validate_pod_create(&V1_37.into(), pod(spec));
        assert!(verdict.pod.spec.resources.as_ref().unwrap().limits.is_empty());
    }

    #[test]
    fn a_class_that_the_client_sends_is_kept_up_to_1_36() {
        for (release, class) in [(V1_36, QosClass::Guaranteed), (V1_37, QosClass::BestEffort)] {
            let mut pod = pod(r#"{"containers": [{"name": "c"}]}"#);
            pod.status.qos_class = QosClass::Guaranteed;
            assert_eq!(validate_pod_create(&release.into(), pod).pod.status.qos_class, class);
        }
    }

    #[test]
    fn an_error_comes_once_from_1_37() {
        let spec = container(r#""resizePolicy": [{}]"#);
        assert_eq!(create(&V1_36.into(), &spec).len(), 2);
        assert_eq!(create(&V1_37.into(), &spec), ["spec.containers[0].resizePolicy: Required value"]);
    }

    #[test]
    fn a_claim_is_used_as_a_whole_or_by_request() {
        let claims =
            r#"{"name": "g", "request": "a"}, {"name": "g", "request": "b"}, {"name": "g"}, {"name": "h"}"#;
        let spec = format!(
            r#"{{"resourceClaims": [{{"name": "g", "resourceClaimName": "real"}}],
                "containers": [{{"name": "c", "resources": {{"claims": [{claims}]}}}}]}}"#
        );
        let path = "spec.containers[0].resources.claims";
        let repeated = format!(r#"{path}[2]: Duplicate value: "g""#);
        let unknown =
            format!(r#"{path}[3]: Not found: "h": must be one of the names in pod.spec.resourceClaims: g"#);
        assert_eq!(create(&V1_36.into(), &spec), [repeated.clone(), repeated, unknown]);
    }

    #[test]
    fn names_and_amounts_of_resources() {
        let spec = container(
            r#""resources": {"limits": {"cpu": "-1", "pods": "1", "example.com/x": "1500m", "hugepages-2Mi": "3Mi"}}"#,
        );
        let of = |list: &str| {
            let path = format!("spec.containers[0].resources.{list}");
            [
                format!(r#"{path}[cpu]: Invalid value: "-1": must be greater than or equal to 0"#),
                format!(r#"{path}[example.com/x]: Invalid value: "1500m": must be an integer"#),
                format!(
                    r#"{path}[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi"#
                ),
                format!(r#"{path}[pods]: Invalid value: "pods": must be a standard resource for containers"#),
            ]
        };
        assert_eq!(create(&V1_36.into(), &spec), [of("limits"), of("requests")].concat());
    }
}

mod resize {
    use super::*;

    const MUTABLE: &str = "spec: Forbidden: only cpu and memory resources are mutable";
    const CLASS: &str = "Pod QOS Class may not change as a result of resizing";

    fn document(k8s: &Kubernetes, spec: &str, status: &str) -> PodDocument {
        let spec = ["c", "d", "i", "s"].iter().fold(spec.to_string(), |spec, name| {
            spec.replace(&format!(r#"{{"name": "{name}""#), &format!(r#"{{"image": "i", "name": "{name}""#))
        });
        let json = format!(
            r#"{{"metadata": {{"name": "a", "namespace": "b"}}, "spec": {spec}, "status": {status}}}"#
        );
        read_document(k8s, &json, true).unwrap()
    }

    fn verdict(k8s: &Kubernetes, old: &str, new: &str) -> PodVerdict {
        validate_pod_resize(k8s, document(k8s, new, "{}"), document(k8s, old, "{}"))
    }

    fn resize(k8s: &Kubernetes, old: &str, new: &str) -> Vec<String> {
        texts(&verdict(k8s, old, new).errors)
    }

    /// A container's resources, requests and limits by name.
    fn with(requests: &str, limits: &str) -> String {
        container(&format!(r#""resources": {{"requests": {{{requests}}}, "limits": {{{limits}}}}}"#))
    }

    fn init(fields: &str) -> String {
        format!(r#"{{"containers": [{{"name": "c"}}], "initContainers": [{{"name": "i", {fields}}}]}}"#)
    }

    #[test]
    fn cpu_and_memory_may_change_in_both_directions() {
        for release in Release::ALL {
            let old = with(r#""cpu": "1", "memory": "1Gi""#, r#""memory": "2Gi""#);
            let new = with(r#""cpu": "2", "memory": "512Mi""#, r#""memory": "1Gi""#);
            let verdict = verdict(&release.into(), &old, &new);
            assert!(verdict.accepted(), "{release}");
            assert_eq!(verdict.pod.metadata.generation, 1);
            assert_eq!(resize(&release.into(), &old, &old), [""; 0]);
        }
    }

    #[test]
    fn nothing_else_may_change_or_go() {
        let k8s = V1_36.into();
        let old = with(r#""cpu": "1", "ephemeral-storage": "1Gi""#, r#""cpu": "2""#);
        assert_eq!(
            resize(&k8s, &old, &with(r#""cpu": "1", "ephemeral-storage": "2Gi""#, r#""cpu": "2""#)),
            [MUTABLE]
        );
        assert_eq!(
            resize(&k8s, &old, &with(r#""cpu": "1", "ephemeral-storage": "1Gi""#, "")),
            ["spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"]
        );
        let policy =
            container(r#""resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]"#);
        assert_eq!(resize(&k8s, &container(r#""resizePolicy": []"#), &policy), [MUTABLE]);
    }

    #[test]
    fn what_is_no_resource_is_silently_kept() {
        let k8s = V1_37.into();
        let old = r#"{"containers": [{"name": "c", "env": [{"name": "A"}]}], "hostname": "h"}"#;
        let new = r#"{"containers": [{"name": "c", "env": []}], "hostname": "g", "nodeName": "n"}"#;
        let verdict = verdict(&k8s, old, new);
        assert!(verdict.accepted());
        assert_eq!((verdict.pod.spec.node_name.as_str(), verdict.pod.metadata.generation), ("", 0));
    }

    #[test]
    fn the_class_stays() {
        let (guaranteed, burstable) = (r#""cpu": "1", "memory": "1""#, r#""cpu": "2", "memory": "1""#);
        let (old, new) = (with(guaranteed, guaranteed), with(guaranteed, burstable));
        assert_eq!(resize(&V1_36.into(), &old, &new), [format!(r#"spec: Invalid value: "": {CLASS}"#)]);
        // A limit alone brings a request with it.
        let new = with("", r#""cpu": "1""#);
        assert_eq!(
            resize(&V1_36.into(), &container(r#""resources": {}"#), &new),
            [format!(r#"spec: Invalid value: "": {CLASS}"#)]
        );
    }

    #[test]
    fn windows_and_static_pods_are_not_resized() {
        let windows = r#"{"os": {"name": "windows"}, "containers": [{"name": "c"}]}"#;
        assert_eq!(
            resize(&V1_36.into(), windows, windows),
            ["[]: Forbidden: windows pods cannot be resized"]
        );
    }

    #[test]
    fn the_first_running_container_tells_whether_the_node_can() {
        let k8s: Kubernetes = V1_36.into();
        let spec = r#"{"containers": [{"name": "c"}, {"name": "d"}]}"#;
        let with = |first: &str, second: &str| {
            let status = format!(
                r#"{{"containerStatuses": [{{"name": "c", "state": {{"running": {{}}}}{first}}},
                    {{"name": "d", "state": {{"running": {{}}}}{second}}}]}}"#
            );
            validate_pod_resize(&k8s, document(&k8s, spec, "{}"), document(&k8s, spec, &status)).errors
        };
        let reported = r#", "resources": {}"#;
        assert!(with(reported, "").is_empty());
        assert_eq!(
            texts(&with("", reported)),
            ["spec: Forbidden: Pod running on node without support for resize"]
        );
    }

    #[test]
    fn containers_keep_their_places() {
        let k8s = V1_36.into();
        let old = r#"{"containers": [{"name": "c"}, {"name": "d"}]}"#;
        let at = |i| {
            format!(
                "spec.containers[{i}].name: Forbidden: containers may not be renamed or reordered on resize"
            )
        };
        assert_eq!(resize(&k8s, old, r#"{"containers": [{"name": "d"}, {"name": "c"}]}"#), [at(0), at(1)]);
        assert_eq!(
            resize(&k8s, old, r#"{"containers": [{"name": "c"}]}"#),
            ["spec.containers: Forbidden: containers may not be added or removed on resize"]
        );
    }

    #[test]
    fn init_containers_by_release() {
        let old = init(r#""resources": {"requests": {"cpu": "1"}}"#);
        let new = init(r#""resources": {"requests": {"cpu": "2"}}"#);
        let immutable = "spec: Forbidden: resources for non-sidecar init containers are immutable";
        assert_eq!(resize(&V1_35.into(), &old, &new), [immutable]);
        let off = gates(V1_36, [("InPlacePodVerticalScalingInitContainers", false)]);
        assert_eq!(resize(&off, &old, &new), [immutable]);
        assert!(resize(&V1_36.into(), &old, &new).is_empty());
        let sidecar = |storage| {
            init(&format!(
                r#""restartPolicy": "Always", "resources": {{"requests": {{"ephemeral-storage": "{storage}"}}}}"#
            ))
        };
        assert_eq!(
            resize(&V1_35.into(), &sidecar("1"), &sidecar("2")),
            ["spec: Forbidden: only cpu and memory resources for sidecar containers are mutable"]
        );
        assert_eq!(
            resize(&V1_37.into(), &sidecar("1"), &sidecar("2")),
            [
                "spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable"
            ]
        );
    }

    #[test]
    fn an_init_container_that_would_restart_is_only_refused_when_changed() {
        let policy = r#""resizePolicy": [{"resourceName": "memory", "restartPolicy": "RestartContainer"}], "resources""#;
        let spec = |init: &str, regular: &str| {
            format!(
                r#"{{"containers": [{{"name": "c", "resources": {{"requests": {{"cpu": "{regular}"}}}}}}],
                    "initContainers": [{{"name": "i", {policy}: {{"requests": {{"cpu": "{init}"}}}}}}]}}"#
            )
        };
        assert!(resize(&V1_36.into(), &spec("1", "1"), &spec("1", "2")).is_empty());
        assert_eq!(
            resize(&V1_36.into(), &spec("1", "1"), &spec("2", "1")),
            [
                "spec.initContainers[0]: Forbidden: non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
            ]
        );
    }

    #[test]
    fn a_container_with_claims_is_resized_from_1_37() {
        let spec = |cpu| {
            format!(
                r#"{{"resourceClaims": [{{"name": "g", "resourceClaimName": "real"}}],
                    "containers": [{{"name": "c", "resources": {{"claims": [{{"name": "g"}}], "requests": {{"cpu": "{cpu}"}}}}}}]}}"#
            )
        };
        assert_eq!(resize(&V1_36.into(), &spec("1"), &spec("1")), [MUTABLE]);
        assert!(resize(&V1_37.into(), &spec("1"), &spec("2")).is_empty());
    }

    fn pod_level(resources: &str, cpu: &str) -> String {
        format!(
            r#"{{"resources": {resources}, "containers": [{{"name": "c", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}"#
        )
    }

    #[test]
    fn pod_level_resources_by_release() {
        let old = pod_level(r#"{"requests": {"cpu": "2"}}"#, "1");
        let gated = "[]: Forbidden: resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled";
        assert_eq!(resize(&V1_35.into(), &old, &pod_level(r#"{"requests": {"cpu": "2"}}"#, "2")), [gated]);
        assert!(resize(&V1_36.into(), &old, &pod_level(r#"{"requests": {"cpu": "3"}}"#, "2")).is_empty());
        assert_eq!(
            resize(&V1_36.into(), &old, &pod_level("null", "1")),
            ["spec.resources: Forbidden: pod-level resources cannot be removed"]
        );
        assert!(resize(&V1_37.into(), &old, &pod_level("null", "1")).is_empty());
        assert!(resize(&V1_36.into(), &pod_level("null", "1"), &old).is_empty());
        // An empty object has no class of its own: neither requests nor limits are set at pod level.
        let class = format!(r#"spec: Invalid value: "": {CLASS}"#);
        assert_eq!(resize(&V1_36.into(), &pod_level("null", "1"), &pod_level("{}", "1")), [class]);
        assert!(resize(&V1_35.into(), &pod_level("null", "1"), &pod_level("{}", "1")).is_empty());
    }

    #[test]
    fn defaults_of_1_37_can_change_the_class_of_an_older_pod() {
        let k8s = V1_37.into();
        let spec = r#"{"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}, "containers": [{"name": "c",
            "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}]}"#;
        assert_eq!(resize(&k8s, spec, spec), [format!(r#"spec: Invalid value: "": {CLASS}"#)]);
        // Where the pod's may not be resized, upstream defaults the stored pod with the new one.
        let off = gates(V1_37, [("InPlacePodLevelResourcesVerticalScaling", false)]);
        assert!(!resize(&off, spec, spec).iter().any(|error| error.contains("QOS")));
    }

    #[test]
    fn size_limits_of_memory_backed_volumes() {
        let on = gates(V1_37, [("InPlacePodVerticalScalingMemoryBackedVolumes", true)]);
        let spec = |medium: &str, limit: &str| {
            format!(
                r#"{{"containers": [{{"name": "c"}}],
                    "volumes": [{{"name": "v", "emptyDir": {{"medium": "{medium}", "sizeLimit": {limit}}}}}]}}"#
            )
        };
        let one = spec("Memory", r#""1Gi""#);
        assert!(resize(&on, &one, &spec("Memory", r#""2Gi""#)).is_empty());
        assert!(resize(&V1_37.into(), &one, &spec("Memory", r#""2Gi""#)).is_empty());
        let path = "spec.volumes[0]";
        for (old, new, error) in [
            (
                one.clone(),
                spec("Memory", "null"),
                "emptyDir.sizeLimit: Forbidden: adding or removing sizeLimit on an existing volume is not allowed",
            ),
            (
                spec("", r#""1Gi""#),
                spec("", r#""2Gi""#),
                "emptyDir.sizeLimit: Forbidden: sizeLimit is only mutable for memory-backed emptyDir volumes",
            ),
        ] {
            assert_eq!(resize(&on, &old, &new), [format!("{path}.{error}")]);
        }
        assert_eq!(
            resize(&on, &one, &spec("", r#""1Gi""#)),
            [
                "spec.volumes[0]: Forbidden: only sizeLimit of memory-backed emptyDir volumes is mutable on resize"
            ]
        );
    }
}

/// Names, claims and statuses are looked up, not searched: the cost is linear.
#[test]
fn many_containers_take_no_time() {
    let mut pod = pod("{}");
    let spec = &mut pod.spec;
    for i in 0..100_000 {
        let mut container =
            Container { name: format!("c{i}").into(), image: "i".into(), ..Container::default() };
        container.resources.claims =
            Some(alloc::vec![ResourceClaim { name: "g".into(), ..Default::default() }]);
        spec.containers.push(container);
        let name = format!("s{i}").into();
        spec.init_containers.push(Container { name, image: "i".into(), ..Container::default() });
    }
    spec.resource_claims.push(PodResourceClaim {
        name: "g".into(),
        resource_claim_name: Some("real".into()),
        ..PodResourceClaim::default()
    });
    let status = |container: &Container| ContainerStatus {
        name: container.name.clone(),
        state: ContainerState { terminated: Some(Default::default()), ..ContainerState::default() },
        ..ContainerStatus::default()
    };
    let mut old = pod.clone();
    old.status.container_statuses = Some(pod.spec.containers.iter().map(status).collect());
    assert!(validate_pod_create(&V1_36.into(), pod.clone()).accepted());
    assert!(validate_pod_status_update(&V1_36.into(), pod, old).is_empty());
}
