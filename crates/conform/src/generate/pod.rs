//! Pods for all generators: mostly legal ones, with every field that decisions read now and then odd.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{chance, list, maybe, pick};

/// How wild a pod is: the chance, in percent, that a field takes an odd or illegal value.
#[derive(Clone, Copy)]
pub(crate) struct Wild(pub(crate) u32);

/// CPU amounts, equal ones spelled differently.
pub(crate) const CPU: &[&str] = &[
    "0", "1m", "10m", "100m", "0.1", "250m", "500m", "0.5", "5e-1", "1", "1000m", "1.0", "1e0", "1500m",
    "1.5", "2", "2000m", "4",
];
/// Memory amounts, equal ones spelled differently.
pub(crate) const MEMORY: &[&str] = &[
    "0",
    "1",
    "64Mi",
    "67108864",
    "128Mi",
    "131072Ki",
    "200M",
    "200e6",
    "256Mi",
    "0.25Gi",
    "512Mi",
    "1Gi",
    "1024Mi",
    "1073741824",
    "2Gi",
    "4Gi",
    "1.5Gi",
];
/// Quantities that are broken, negative, tiny or huge.
pub(crate) const ODD: &[&str] = &[
    "-1",
    "1u",
    "1n",
    "0.0001",
    "1e18",
    "9223372036854775807",
    "10E",
    "1e-9",
    "+1",
    "01",
    "1.",
    "100Ei",
    "0.5",
];

/// An amount of a resource.
pub(crate) fn amount(rng: &mut Rng, resource: &str, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return if chance(rng, 10) { json!(rng.i32(-2..5)) } else { json!(pick(rng, ODD)) };
    }
    json!(match resource {
        "cpu" => pick(rng, CPU),
        "hugepages-2Mi" => pick(rng, &["0", "2Mi", "4Mi", "2097152", "6Mi", "8Mi"]),
        "hugepages-1Gi" => pick(rng, &["0", "1Gi", "2Gi"]),
        "ephemeral-storage" => pick(rng, &["1Gi", "2Gi", "10Gi", "1024Mi"]),
        "example.com/gpu" => pick(rng, &["0", "1", "2", "4", "1000m"]),
        _ => pick(rng, MEMORY),
    })
}

fn resource_name(rng: &mut Rng, wild: Wild) -> &'static str {
    if chance(rng, wild.0) {
        return pick(
            rng,
            &[
                "hugepages-1Gi",
                "storage",
                "pods",
                "foo",
                "example.com/gpu",
                "kubernetes.io/odd",
                "hugepages-3Mi",
                "",
                "requests.example.com/x",
            ],
        );
    }
    pick(
        rng,
        &[
            "cpu",
            "cpu",
            "cpu",
            "memory",
            "memory",
            "memory",
            "ephemeral-storage",
            "hugepages-2Mi",
            "example.com/gpu",
        ],
    )
}

/// Requests or limits.
pub(crate) fn resource_list(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    for _ in 0..rng.usize(..=3) {
        let name = resource_name(rng, wild);
        out[name] = amount(rng, name, wild);
    }
    out
}

/// Resource requirements; often with cpu and memory alike in requests and limits.
pub(crate) fn resources(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    match rng.u32(..10) {
        0..3 => {
            let limits = resource_list(rng, wild);
            out["requests"] = limits.clone();
            out["limits"] = limits;
        }
        3..5 => {
            let (cpu, memory) = (amount(rng, "cpu", wild), amount(rng, "memory", wild));
            out["requests"] = json!({"cpu": cpu, "memory": memory});
            out["limits"] = json!({"cpu": amount(rng, "cpu", wild), "memory": amount(rng, "memory", wild)});
            if chance(rng, 50) {
                out["limits"] = out["requests"].clone();
            }
        }
        5 => {}
        _ => {
            maybe(rng, 70, &mut out, "requests", |rng| resource_list(rng, wild));
            maybe(rng, 60, &mut out, "limits", |rng| resource_list(rng, wild));
        }
    }
    maybe(rng, wild.0 / 2, &mut out, "claims", |rng| {
        list(rng, 0, 2, |rng, _| json!({"name": pick(rng, &["claim", "other", ""])}))
    });
    out
}

/// Restart rules.
pub(crate) fn rules(rng: &mut Rng, wild: Wild) -> Value {
    let most = if chance(rng, wild.0 / 4) { 22 } else { 3 };
    list(rng, 0, most, |rng, _| {
        let mut rule = json!({"action": pick(rng, &["Restart", "Restart", "RestartAllContainers"])});
        if chance(rng, wild.0) {
            rule["action"] = json!(pick(rng, &["", "Stop", "restart"]));
        }
        maybe(rng, 100 - wild.0 / 2, &mut rule, "exitCodes", |rng| {
            let mut codes = json!({"operator": pick(rng, &["In", "NotIn"])});
            let most = if chance(rng, wild.0 / 8) { 300 } else { 3 };
            codes["values"] = list(rng, 0, most, |rng, _| json!(exit_code(rng)));
            if chance(rng, wild.0) {
                codes["operator"] = json!(pick(rng, &["", "Exists", "in"]));
            }
            codes
        });
        rule
    })
}

/// Exit codes that rules and statuses share, so that rules match.
pub(crate) fn exit_code(rng: &mut Rng) -> i32 {
    *[0, 1, 42, 88, 137, 143, 255, -1][..].get(rng.usize(..8)).unwrap_or(&0)
}

/// Resize policies.
pub(crate) fn resize_policy(rng: &mut Rng, wild: Wild) -> Value {
    let name = |rng: &mut Rng, i: usize| -> &'static str {
        if chance(rng, wild.0) {
            pick(rng, &["", "foo", "ephemeral-storage", "cpu"])
        } else {
            ["cpu", "memory"][i % 2]
        }
    };
    list(rng, 0, 3, |rng, i| {
        let mut policy = json!({"resourceName": name(rng, i), "restartPolicy": pick(rng, &["NotRequired", "RestartContainer"])});
        if chance(rng, wild.0) {
            policy["restartPolicy"] = json!(pick(rng, &["", "Always"]));
        }
        policy
    })
}

/// A probe.
pub(crate) fn probe(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({"exec": {"command": ["true"]}});
    maybe(rng, 20, &mut out, "terminationGracePeriodSeconds", |rng| json!(rng.i64(1..60)));
    if chance(rng, wild.0) {
        out["terminationGracePeriodSeconds"] = json!(rng.i64(-1..2));
    }
    maybe(rng, wild.0, &mut out, "successThreshold", |rng| json!(rng.i32(-1..3)));
    out
}

/// A container restart policy.
pub(crate) fn policy(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return json!(pick(rng, &["", "always", "Sometimes"]));
    }
    json!(pick(rng, &["Always", "OnFailure", "Never"]))
}

/// A container; `init` makes it an init container, often a sidecar.
pub(crate) fn container(rng: &mut Rng, name: &str, init: bool, wild: Wild) -> Value {
    let mut out = json!({
        "name": name,
        "image": "registry.example/app:1",
        "imagePullPolicy": "IfNotPresent",
        "terminationMessagePolicy": "File",
    });
    maybe(rng, 85, &mut out, "resources", |rng| resources(rng, wild));
    maybe(rng, 30, &mut out, "resizePolicy", |rng| resize_policy(rng, wild));
    if init {
        maybe(rng, 50, &mut out, "restartPolicy", |rng| {
            if chance(rng, 60) { json!("Always") } else { policy(rng, wild) }
        });
    } else {
        maybe(rng, 35, &mut out, "restartPolicy", |rng| policy(rng, wild));
    }
    let with_rules = if out.get("restartPolicy").is_some() { 50 } else { wild.0 };
    maybe(rng, with_rules, &mut out, "restartPolicyRules", |rng| rules(rng, wild));
    let sidecar = out["restartPolicy"] == "Always";
    let probes = if init && !sidecar { wild.0 } else { 25 };
    maybe(rng, probes, &mut out, "livenessProbe", |rng| probe(rng, wild));
    maybe(rng, probes, &mut out, "startupProbe", |rng| probe(rng, wild));
    maybe(rng, probes, &mut out, "readinessProbe", |rng| {
        let mut probe = probe(rng, wild);
        if !chance(rng, wild.0)
            && let Some(map) = probe.as_object_mut()
        {
            map.remove("terminationGracePeriodSeconds");
        }
        probe
    });
    maybe(rng, probes / 2, &mut out, "lifecycle", |_| json!({"preStop": {"exec": {"command": ["true"]}}}));
    out
}

/// A pod, without status.
pub(crate) fn pod(rng: &mut Rng, release: Release, wild: Wild) -> Value {
    let inits = if chance(rng, 60) { rng.usize(..=3) } else { 0 };
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "pod", "namespace": "ns", "uid": "uid-1"},
        "spec": {
            "containers": list(rng, 1, 3, |rng, i| container(rng, ["app", "worker", "proxy"][i % 3], false, wild)),
            "restartPolicy": pick(rng, &["Always", "OnFailure", "Never"]),
        },
    });
    let spec = &mut pod["spec"];
    if inits > 0 {
        spec["initContainers"] = Value::Array(
            (0..inits).map(|i| container(rng, ["init", "setup", "mesh"][i % 3], true, wild)).collect(),
        );
    }
    if chance(rng, wild.0) {
        spec["restartPolicy"] = json!(pick(rng, &["", "Sometimes"]));
    }
    maybe(rng, 30, spec, "resources", |rng| pod_resources(rng, wild));
    maybe(
        rng,
        10,
        spec,
        "overhead",
        |rng| json!({"cpu": amount(rng, "cpu", Wild(wild.0 / 2)), "memory": amount(rng, "memory", Wild(0))}),
    );
    if spec.get("overhead").is_some() && !chance(rng, wild.0) {
        spec["runtimeClassName"] = json!("kata");
    }
    maybe(rng, wild.0, spec, "terminationGracePeriodSeconds", |rng| json!(rng.i64(-2..40)));
    maybe(rng, 5, spec, "os", |rng| json!({"name": pick(rng, &["linux", "linux", "windows"])}));
    maybe(rng, 5, spec, "resourceClaims", |_| json!([{"name": "claim", "resourceClaimName": "real"}]));
    if release == Release::V1_35 {
        maybe(rng, 5, spec, "workloadRef", |rng| {
            let mut reference = json!({"name": name(rng, wild), "podGroup": name(rng, wild)});
            maybe(rng, 50, &mut reference, "podGroupReplicaKey", |rng| name(rng, wild));
            reference
        });
    } else {
        maybe(rng, 5, spec, "schedulingGroup", |rng| {
            let mut group = json!({});
            maybe(rng, 90, &mut group, "podGroupName", |rng| name(rng, wild));
            group
        });
    }
    pod
}

/// Pod-level resources: only the resources that may be there, mostly.
pub(crate) fn pod_resources(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    let some = |rng: &mut Rng| {
        let mut list = json!({});
        for _ in 0..rng.usize(..=2) {
            let name = if chance(rng, wild.0) {
                resource_name(rng, wild)
            } else {
                pick(rng, &["cpu", "memory", "cpu", "memory", "hugepages-2Mi"])
            };
            list[name] = match name {
                "cpu" => json!(pick(rng, &["2", "4", "6", "2000m", "1"])),
                "memory" => json!(pick(rng, &["2Gi", "4Gi", "8Gi", "2048Mi", "1Gi"])),
                other => amount(rng, other, wild),
            };
        }
        list
    };
    maybe(rng, 60, &mut out, "requests", some);
    maybe(rng, 60, &mut out, "limits", some);
    if chance(rng, 30)
        && let Some(requests) = out.get("requests").cloned()
    {
        out["limits"] = requests;
    }
    maybe(rng, wild.0 / 4, &mut out, "claims", |_| json!([{"name": "claim"}]));
    out
}

/// A DNS name, now and then a broken one.
pub(crate) fn name(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return json!(pick(
            rng,
            &["", "Upper", "a.b", "-a", "a_b", "a".repeat(64).as_str(), "a".repeat(254).as_str()]
        ));
    }
    json!(pick(rng, &["group", "workload-1", "a"]))
}
