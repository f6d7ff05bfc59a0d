//! Containers with all their fields.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{For, one};
use crate::generate::{chance, list, maybe, pick};

/// What a container is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Regular,
    Init,
    Sidecar,
    Ephemeral,
}

/// Image references: with and without tag and digest, and what is no reference.
pub(super) fn image(rng: &mut Rng) -> Value {
    let hash = "0123456789abcdef".repeat(4);
    json!(match rng.u32(..14) {
        0 => "registry.example/app:1".to_owned(),
        1 => "app".to_owned(),
        2 => "app:latest".to_owned(),
        3 => "localhost:5000/a/b".to_owned(),
        4 => format!("app@sha256:{hash}"),
        5 => format!("app:latest@sha256:{hash}"),
        6 => "App:1".to_owned(),
        7 => "App".to_owned(),
        8 => hash,
        9 => "a__b/c.d-e--f".to_owned(),
        10 => "Host/x".to_owned(),
        11 => "[::1]:80/x".to_owned(),
        12 => "a_b.c/x:latest".to_owned(),
        _ => "app:2".to_owned(),
    })
}

/// Makes the value of a field; `None` if this container cannot have it.
pub(super) type Make = fn(&mut Rng, For, &Parent<'_>) -> Option<Value>;

/// The container a field is made for.
pub(super) struct Parent<'c> {
    pub(super) role: Role,
    /// Its place in its list.
    pub(super) index: usize,
    /// Names of the pod's volumes.
    pub(super) volumes: &'c [String],
    pub(super) linux: bool,
}

/// Every optional field of a container: how often it is there, and what makes it.
pub(super) const FIELDS: &[(&str, u32, Make)] = &[
    ("command", 30, |rng, _, _| Some(list(rng, 0, 2, |rng, _| json!(super::text(rng))))),
    ("args", 30, |rng, _, _| Some(list(rng, 0, 3, |rng, _| json!(super::text(rng))))),
    ("workingDir", 20, |rng, _, _| Some(one(rng, &["/", "/work"]))),
    ("ports", 40, ports),
    ("envFrom", 25, |rng, _, _| Some(list(rng, 0, 2, |rng, _| env_from(rng)))),
    ("env", 50, env),
    ("resources", 60, resources),
    ("resizePolicy", 20, resize_policy),
    ("restartPolicyRules", 15, rules),
    ("volumeMounts", 50, mounts),
    ("volumeDevices", 15, |rng, _, p| {
        p.volumes.iter().any(|name| name == "block").then(|| {
            list(rng, 0, 1, |rng, _| json!({"name": "block", "devicePath": pick(rng, &["/dev/a", "/dev/b"])}))
        })
    }),
    ("livenessProbe", 25, |rng, made, p| {
        (p.role != Role::Init && p.role != Role::Ephemeral).then(|| probe(rng, made, true))
    }),
    ("readinessProbe", 25, |rng, made, p| {
        (p.role != Role::Init && p.role != Role::Ephemeral).then(|| probe(rng, made, false))
    }),
    ("startupProbe", 20, |rng, made, p| {
        (p.role != Role::Init && p.role != Role::Ephemeral).then(|| probe(rng, made, true))
    }),
    ("lifecycle", 25, lifecycle),
    ("terminationMessagePath", 15, |rng, _, _| Some(one(rng, &["/dev/termination-log", "/log", ""]))),
    ("terminationMessagePolicy", 15, |rng, _, _| Some(one(rng, &["File", "FallbackToLogsOnError"]))),
    ("imagePullPolicy", 30, |rng, _, _| Some(one(rng, &["Always", "IfNotPresent", "Never", ""]))),
    ("securityContext", 35, |rng, _, _| Some(security_context(rng))),
    ("stdin", 10, |rng, _, _| Some(json!(rng.bool()))),
    ("stdinOnce", 10, |rng, _, _| Some(json!(rng.bool()))),
    ("tty", 10, |rng, _, _| Some(json!(rng.bool()))),
];

/// A container.
pub(super) fn container(rng: &mut Rng, made: For, name: &str, parent: &Parent<'_>) -> Value {
    let mut out = json!({"name": name, "image": image(rng)});
    match parent.role {
        Role::Sidecar => out["restartPolicy"] = json!("Always"),
        Role::Regular if chance(rng, 15) => {
            out["restartPolicy"] = one(rng, &["Always", "OnFailure", "Never"])
        }
        _ => {}
    }
    for (field, percent, make) in FIELDS {
        if chance(rng, *percent)
            && let Some(value) = make(rng, made, parent)
        {
            out[*field] = value;
        }
    }
    if parent.role == Role::Ephemeral {
        maybe(rng, 50, &mut out, "targetContainerName", |_| json!("app"));
    }
    out
}

fn ports(rng: &mut Rng, _: For, parent: &Parent<'_>) -> Option<Value> {
    if parent.role == Role::Ephemeral {
        return None;
    }
    let first = 8000 + parent.index * 10 + if parent.role == Role::Regular { 0 } else { 100 };
    Some(list(rng, 0, 2, |rng, i| {
        let port = first + i;
        let mut out = json!({"containerPort": port});
        maybe(rng, 40, &mut out, "name", |_| json!(format!("p{port}")));
        maybe(rng, 30, &mut out, "hostPort", |_| json!(port));
        maybe(rng, 40, &mut out, "protocol", |rng| one(rng, &["TCP", "UDP", "SCTP"]));
        maybe(rng, 20, &mut out, "hostIP", |_| json!("127.0.0.1"));
        out
    }))
}

fn env_from(rng: &mut Rng) -> Value {
    let mut source = json!({"name": "n"});
    maybe(rng, 40, &mut source, "optional", |rng| json!(rng.bool()));
    let mut out = if rng.bool() { json!({"configMapRef": source}) } else { json!({"secretRef": source}) };
    maybe(rng, 40, &mut out, "prefix", |_| json!("P_"));
    out
}

fn env(rng: &mut Rng, made: For, parent: &Parent<'_>) -> Option<Value> {
    Some(list(rng, 0, 4, |rng, i| {
        let mut out = json!({"name": format!("E{i}")});
        match rng.u32(..10) {
            0..4 => out["value"] = json!(super::text(rng)),
            4 => {}
            5 => {
                let mut field =
                    json!({"fieldPath": pick(rng, &["metadata.name", "spec.nodeName", "status.podIP"])});
                maybe(rng, 30, &mut field, "apiVersion", |_| json!("v1"));
                out["valueFrom"] = json!({"fieldRef": field});
            }
            6 => {
                let cpu = rng.bool();
                let mut field = json!({"resource": if cpu { "limits.cpu" } else { "requests.memory" }});
                maybe(rng, 40, &mut field, "containerName", |_| json!("app"));
                maybe(rng, 40, &mut field, "divisor", |rng| {
                    if cpu { one(rng, &["0", "1", "1m"]) } else { one(rng, &["0", "1", "1Mi", "1Ki"]) }
                });
                out["valueFrom"] = json!({"resourceFieldRef": field});
            }
            7 => {
                let mut key = json!({"name": "n", "key": "k"});
                maybe(rng, 40, &mut key, "optional", |rng| json!(rng.bool()));
                out["valueFrom"] = json!({"configMapKeyRef": key});
            }
            8 if parent.volumes.iter().any(|name| name == "files") => {
                let mut key = json!({"volumeName": "files", "path": "e.env", "key": "K"});
                maybe(rng, 40, &mut key, "optional", |rng| json!(rng.bool()));
                // Where the gate is off the reference goes, and nothing may be left without one.
                if made.gated || chance(rng, 70) {
                    out["valueFrom"] = json!({"fileKeyRef": key});
                }
            }
            _ => {
                let mut key = json!({"name": "n", "key": "k"});
                maybe(rng, 40, &mut key, "optional", |rng| json!(rng.bool()));
                out["valueFrom"] = json!({"secretKeyRef": key});
            }
        }
        out
    }))
}

/// Amounts that are equal, spelled differently.
pub(super) const CPU: &[&[&str]] =
    &[&["100m", "0.1", "1e-1"], &["1", "1000m", "1.0", "1e0"], &["1500m", "1.5"]];
pub(super) const MEMORY: &[&[&str]] =
    &[&["64Mi", "67108864", "65536Ki"], &["1Gi", "1024Mi"], &["200M", "200e6"]];

fn amount(rng: &mut Rng, amounts: &[&[&str]]) -> Value {
    let spellings = amounts[rng.usize(..amounts.len())];
    one(rng, spellings)
}

fn resources(rng: &mut Rng, _: For, parent: &Parent<'_>) -> Option<Value> {
    if parent.role == Role::Ephemeral {
        return None;
    }
    let mut out = json!({});
    // Requests never exceed limits: those are at least as high as any request.
    maybe(rng, 60, &mut out, "requests", |rng| {
        let mut list = json!({});
        maybe(rng, 70, &mut list, "cpu", |rng| amount(rng, CPU));
        maybe(rng, 70, &mut list, "memory", |rng| amount(rng, MEMORY));
        maybe(rng, 15, &mut list, "ephemeral-storage", |_| json!("1Gi"));
        list
    });
    maybe(rng, 50, &mut out, "limits", |rng| {
        let mut list = json!({});
        maybe(rng, 60, &mut list, "cpu", |rng| one(rng, &["2", "2000m", "1500001u"]));
        maybe(rng, 60, &mut list, "memory", |rng| one(rng, &["2Gi", "2048Mi"]));
        maybe(rng, 10, &mut list, "example.com/gpu", |rng| one(rng, &["1", "2"]));
        list
    });
    Some(out)
}

fn resize_policy(rng: &mut Rng, _: For, parent: &Parent<'_>) -> Option<Value> {
    if parent.role == Role::Ephemeral {
        return None;
    }
    let restart = parent.role != Role::Init;
    Some(list(rng, 0, 2, |rng, i| {
        let policies: &[&str] =
            if restart { &["NotRequired", "NotRequired", "RestartContainer"] } else { &["NotRequired"] };
        json!({"resourceName": (["cpu", "memory"][i]), "restartPolicy": pick(rng, policies)})
    }))
}

fn rules(rng: &mut Rng, _: For, parent: &Parent<'_>) -> Option<Value> {
    (parent.role == Role::Regular).then(|| {
        list(rng, 0, 2, |rng, _| {
            let mut codes = json!({"operator": pick(rng, &["In", "NotIn"])});
            maybe(rng, 80, &mut codes, "values", |rng| list(rng, 0, 3, |rng, _| json!(rng.i32(0..200))));
            json!({"action": "Restart", "exitCodes": codes})
        })
    })
}

fn mounts(rng: &mut Rng, made: For, parent: &Parent<'_>) -> Option<Value> {
    if parent.volumes.is_empty() {
        return None;
    }
    Some(list(rng, 0, 3, |rng, i| {
        // A volume is either mounted or a device.
        let volume = Some(&parent.volumes[rng.usize(..parent.volumes.len())]).filter(|name| *name != "block");
        let Some(volume) = volume.or(parent.volumes.first()) else { return json!({}) };
        let mut out = json!({"name": volume, "mountPath": format!("/m{i}")});
        maybe(rng, 30, &mut out, "readOnly", |rng| json!(rng.bool()));
        if parent.role != Role::Ephemeral {
            match rng.u32(..6) {
                0 => out["subPath"] = json!("s"),
                1 => out["subPathExpr"] = json!("$(E0)"),
                _ => {}
            }
        }
        maybe(rng, 15, &mut out, "mountPropagation", |rng| one(rng, &["None", "HostToContainer"]));
        if out["readOnly"] == true {
            maybe(rng, 30, &mut out, "recursiveReadOnly", |_| json!("Disabled"));
        }
        if made.since(Release::V1_37) && made.gated {
            maybe(rng, 15, &mut out, "bindMountOptions", |rng| list(rng, 0, 1, |_, _| json!("noexec")));
        }
        out
    }))
}

fn handler(rng: &mut Rng, made: For, lifecycle: bool) -> (&'static str, Value) {
    match rng.u32(..4) {
        0 => {
            let mut exec = json!({});
            maybe(rng, 90, &mut exec, "command", |rng| list(rng, 1, 2, |rng, _| json!(super::text(rng))));
            if exec.get("command").is_none() {
                exec["command"] = json!(["true"]);
            }
            ("exec", exec)
        }
        1 => {
            let mut get = json!({"port": if rng.bool() { json!(rng.i32(1..9)) } else { json!("web") }});
            maybe(rng, 40, &mut get, "path", |rng| one(rng, &["/", "/health", ""]));
            maybe(rng, 30, &mut get, "host", |rng| one(rng, &["h", ""]));
            maybe(rng, 30, &mut get, "scheme", |rng| one(rng, &["HTTP", "HTTPS"]));
            maybe(rng, 30, &mut get, "httpHeaders", |rng| {
                list(rng, 0, 2, |rng, _| json!({"name": "X-A", "value": super::text(rng)}))
            });
            if made.since(Release::V1_37) && made.gated {
                maybe(rng, 30, &mut get, "protocol", |_| json!("HTTP1"));
            }
            ("httpGet", get)
        }
        2 => {
            let mut socket = json!({"port": if rng.bool() { json!(rng.i32(1..9)) } else { json!("web") }});
            maybe(rng, 30, &mut socket, "host", |_| json!("h"));
            ("tcpSocket", socket)
        }
        _ if lifecycle => ("sleep", json!({"seconds": rng.i64(0..3)})),
        _ => {
            let mut grpc = json!({"port": rng.i32(1..9)});
            maybe(rng, 40, &mut grpc, "service", |rng| one(rng, &["", "s"]));
            if made.since(Release::V1_37) && made.gated {
                maybe(rng, 40, &mut grpc, "mode", |rng| one(rng, &["Plaintext", "TLS"]));
            }
            ("grpc", grpc)
        }
    }
}

fn probe(rng: &mut Rng, made: For, kills: bool) -> Value {
    let (kind, action) = handler(rng, made, false);
    let mut out = json!({kind: action});
    maybe(rng, 30, &mut out, "initialDelaySeconds", |rng| json!(rng.i32(0..9)));
    maybe(rng, 30, &mut out, "timeoutSeconds", |rng| json!(rng.i32(0..3)));
    maybe(rng, 30, &mut out, "periodSeconds", |rng| json!(rng.i32(0..12)));
    maybe(rng, 30, &mut out, "successThreshold", |rng| json!(rng.i32(0..2)));
    maybe(rng, 30, &mut out, "failureThreshold", |rng| json!(rng.i32(0..4)));
    if kills {
        maybe(rng, 20, &mut out, "terminationGracePeriodSeconds", |rng| json!(rng.i64(1..5)));
    }
    out
}

fn lifecycle(rng: &mut Rng, made: For, parent: &Parent<'_>) -> Option<Value> {
    if parent.role == Role::Init || parent.role == Role::Ephemeral {
        return None;
    }
    let mut out = json!({});
    maybe(rng, 40, &mut out, "postStart", |rng| {
        let (kind, action) = handler(rng, made, true);
        json!({kind: action})
    });
    maybe(rng, 60, &mut out, "preStop", |rng| {
        let (kind, action) = handler(rng, made, true);
        json!({kind: action})
    });
    if parent.linux && made.gated {
        maybe(rng, 40, &mut out, "stopSignal", |rng| one(rng, &["SIGTERM", "SIGUSR1"]));
    }
    Some(out)
}

fn security_context(rng: &mut Rng) -> Value {
    let mut out = json!({});
    maybe(rng, 30, &mut out, "capabilities", |rng| {
        let mut set = json!({});
        maybe(rng, 60, &mut set, "add", |rng| list(rng, 0, 2, |_, i| json!((["NET_ADMIN", "CHOWN"][i]))));
        maybe(rng, 60, &mut set, "drop", |_| json!(["ALL"]));
        set
    });
    maybe(rng, 20, &mut out, "privileged", |_| json!(false));
    maybe(rng, 20, &mut out, "seLinuxOptions", |rng| json!({"level": pick(rng, &["s0", "s1"])}));
    maybe(rng, 30, &mut out, "runAsUser", |rng| json!(rng.i64(0..3)));
    maybe(rng, 30, &mut out, "runAsGroup", |rng| json!(rng.i64(0..3)));
    maybe(rng, 20, &mut out, "runAsNonRoot", |rng| json!(rng.bool()));
    maybe(rng, 20, &mut out, "readOnlyRootFilesystem", |rng| json!(rng.bool()));
    maybe(rng, 20, &mut out, "allowPrivilegeEscalation", |rng| json!(rng.bool()));
    maybe(rng, 10, &mut out, "procMount", |_| json!("Default"));
    maybe(rng, 20, &mut out, "seccompProfile", |rng| {
        if rng.bool() {
            json!({"type": "RuntimeDefault"})
        } else {
            json!({"type": "Localhost", "localhostProfile": "p.json"})
        }
    });
    maybe(rng, 10, &mut out, "appArmorProfile", |_| json!({"type": "RuntimeDefault"}));
    if out["capabilities"]["add"].as_array().is_some_and(|add| !add.is_empty())
        && out["allowPrivilegeEscalation"] == false
    {
        out["allowPrivilegeEscalation"] = json!(true);
    }
    out
}
