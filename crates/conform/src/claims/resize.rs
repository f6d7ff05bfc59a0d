//! Claims of the resize family.

use podverdict::quantity::Quantity;
use podverdict::release::{Gate, Kubernetes, Release};
use serde_json::{Value, json};

use super::Claim;
use crate::compare;

/// What becomes of each resize is what upstream says of it alone, next to the other pods as they are by then.
pub(super) fn queue(case: &Value, ours: &Value, release: Release) -> Vec<Claim> {
    let k8s = kubernetes(case, release);
    let empty = vec![];
    let resizes = case["resizes"].as_array().unwrap_or(&empty);
    let mut now: Vec<Value> = resizes.iter().map(|resize| allocated(&k8s, resize)).collect();
    let mut claims = vec![];
    for place in ours["order"].as_array().unwrap_or(&empty) {
        let index = usize::try_from(place["index"].as_u64().unwrap_or_default()).unwrap_or_default();
        let mut question = base(case, "resize_feasible");
        let mut pods = case["pods"].as_array().cloned().unwrap_or_default();
        pods.extend(now.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, pod)| pod.clone()));
        question["pods"] = json!(pods);
        question["pod"] = resizes[index]["pod"].clone();
        question["oldPod"] = resizes[index]["oldPod"].clone();
        if place["outcome"] == "allocated" {
            now[index] = resizes[index]["pod"].clone();
        }
        let place = place.clone();
        claims.push(Claim::new(format!("resize {index}"), vec![question], move |theirs| {
            let theirs = &theirs[0];
            let mut wanted = json!({});
            for key in ["result", "message", "conditions"] {
                if let Some(value) = theirs.get(key) {
                    wanted[key] = value.clone();
                }
            }
            match (theirs.get("error"), compare::difference(release, &Value::Null, &place, &wanted)) {
                (Some(error), _) => Err(error.to_string()),
                (None, Some(difference)) => Err(difference),
                (None, None) => Ok(()),
            }
        }));
    }
    claims
}

/// Each value that is offered is accepted, and one unit more is not.
pub(super) fn headroom(case: &Value, ours: &Value, _: Release) -> Vec<Claim> {
    let pod = &case["pod"];
    let mut claims = vec![stored(case, pod)];
    for entry in ours["headroom"].as_array().into_iter().flatten() {
        // Whether a node declares features is not asked of upstream here.
        if entry["fixed"]["code"] == "missing_node_features" {
            continue;
        }
        let current = entry["current"].as_i64().unwrap_or_default();
        for (value, limit, alone) in [("now", "limitNow", false), ("ever", "limitEver", true)] {
            let offered = entry[value].as_i64().unwrap_or_default();
            let limit = entry[limit].as_i64();
            let what = format!("{value} {offered} of {} {}", entry["container"], entry["resource"]);
            if offered != current {
                let cases = resize_cases(case, pod, with_request(pod, entry, offered, limit), alone);
                claims.push(Claim::new(format!("{what} is accepted"), cases, accepted));
            }
            let more = offered + 1;
            let limit = limit.map(|limit| limit + 1).or_else(|| {
                let own = limit_of(pod, entry)?;
                (more > own).then_some(more)
            });
            let cases = resize_cases(case, pod, with_request(pod, entry, more, limit), alone);
            claims.push(Claim::new(format!("one more than {what} is refused"), cases, refused));
        }
    }
    claims
}

/// What is offered is accepted, and no request of it could be one unit nearer to what is wanted.
pub(super) fn advice(case: &Value, ours: &Value, release: Release) -> Vec<Claim> {
    let (old, wanted) = (&case["oldPod"], &case["pod"]);
    let mut claims = vec![stored(case, old)];
    let guaranteed = podverdict::wire::evaluate_for(
        Some(release),
        json!({"op": "qos", "pod": old, "gates": case["gates"]}).to_string().as_bytes(),
    )
    .contains("Guaranteed");
    // Whether a node declares features is not asked of upstream here.
    let declares = case["node"]["status"]["declaredFeatures"].as_array().is_some_and(|list| !list.is_empty());
    for kind in ["accepted", "withoutRestart"] {
        let offer = &ours[kind];
        if !offer.is_object() {
            continue;
        }
        let pod = with_offer(old, offer);
        let cases = resize_cases(case, old, pod.clone(), false);
        claims.push(Claim::new(format!("{kind} is accepted"), cases, accepted));
        if kind == "withoutRestart" {
            let question = actions_case(case, &pod, &actuated(old));
            claims.push(Claim::new("nothing restarts", vec![question], |theirs| {
                match theirs[0]["actions"]["containersToKill"].as_array() {
                    Some(kills) if kills.is_empty() => Ok(()),
                    _ => Err("a container is killed".into()),
                }
            }));
            continue;
        }
        for (container, init) in containers(&pod) {
            for resource in ["cpu", "memory"] {
                let entry = json!({"container": container["name"], "init": init, "resource": resource});
                let (Some(offered), Some(wanted)) = (request_of(&pod, &entry), request_of(wanted, &entry))
                else {
                    continue;
                };
                let more = offered + 1;
                let may_lack = !declares && init && container["restartPolicy"] != "Always";
                // The limit that is wanted stays.
                if may_lack
                    || offered >= wanted
                    || limit_of(&case["pod"], &entry).is_some_and(|limit| more > limit)
                {
                    continue;
                }
                let limit = limit_of(&pod, &entry);
                let limit = limit.filter(|limit| guaranteed || more > *limit).map(|_| more);
                let nearer = with_request(&pod, &entry, more, limit);
                let cases = resize_cases(case, old, nearer, false);
                let what = format!("{} {resource} {more}", container["name"]);
                claims.push(Claim::new(format!("nearer, {what}, is refused"), cases, refused));
            }
        }
    }
    if ours["legal"].is_object() {
        let question = validate_case(case, old, with_offer(old, &ours["legal"]));
        claims.push(Claim::new("legal is legal", vec![question], |theirs| no_errors(&theirs[0])));
    }
    if declares && !ours["accepted"].is_object() {
        // What upstream accepts as it is must be offered.
        let cases = resize_cases(case, old, wanted.clone(), false);
        claims.push(Claim::new("nothing is offered", cases, |theirs| match accepted(theirs) {
            Ok(()) if theirs[1]["conditions"].as_array().is_some_and(|list| !list.is_empty()) => {
                Err("what is wanted is accepted as it is".into())
            }
            _ => Ok(()),
        }));
    }
    claims
}

/// The kubelet restarts and updates what ours says.
pub(super) fn actions(case: &Value, ours: &Value, _: Release) -> Vec<Claim> {
    let question = actions_case(case, &case["pod"], &case["actuated"]);
    let ours = ours.clone();
    vec![Claim::new("actions", vec![question], move |theirs| {
        let theirs = &theirs[0]["actions"];
        let mut kills: Vec<&Value> = theirs["containersToKill"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|kill| &kill["message"])
            .collect();
        let mut restarts: Vec<&Value> =
            ours["restarts"].as_array().into_iter().flatten().map(|restart| &restart["message"]).collect();
        kills.sort_by_key(|text| text.to_string());
        restarts.sort_by_key(|text| text.to_string());
        if kills != restarts {
            return Err(format!("ours {restarts:?}, theirs {kills:?}"));
        }
        for resource in ["memory", "cpu"] {
            let list = |updates: &Value| -> Vec<Value> {
                let updates = updates[resource].as_array().into_iter().flatten();
                updates.map(|u| json!([u["name"], u["desired"], u["current"]])).collect()
            };
            let (ours, theirs) = (list(&ours["updates"]), list(&theirs["containersToUpdate"]));
            if ours != theirs {
                return Err(format!("{resource}: ours {ours:?}, theirs {theirs:?}"));
            }
        }
        for key in ["updatePodResources", "updatePodLevelResources"] {
            if ours[key] != theirs[key] {
                return Err(format!("{key}: ours {}, theirs {}", ours[key], theirs[key]));
            }
        }
        Ok(())
    })]
}

/// The pod could be stored: a resize that changes nothing is accepted and leaves it as it is.
fn stored(case: &Value, pod: &Value) -> Claim {
    let question = validate_case(case, pod, pod.clone());
    Claim::new("stored", vec![question], |theirs| match theirs[0]["generation"].as_i64() {
        Some(0) => no_errors(&theirs[0]),
        _ => Err("it changes".into()),
    })
    .given()
}

fn no_errors(theirs: &Value) -> Result<(), String> {
    match theirs["errors"].as_array() {
        Some(errors) if errors.is_empty() => Ok(()),
        _ => Err(format!("refused: {theirs}")),
    }
}

/// Accepted by the API server and allocated by the node.
fn accepted(theirs: &[Value]) -> Result<(), String> {
    no_errors(&theirs[0])?;
    match &theirs[1]["result"] {
        result if result == "ok" => Ok(()),
        result => Err(format!("the node says {result}")),
    }
}

fn refused(theirs: &[Value]) -> Result<(), String> {
    match accepted(theirs) {
        Ok(()) => Err("it is accepted".into()),
        Err(_) => Ok(()),
    }
}

/// The questions whether a resize is accepted: by the API server, by the node.
fn resize_cases(case: &Value, old: &Value, new: Value, alone: bool) -> Vec<Value> {
    let mut feasible = base(case, "resize_feasible");
    feasible["pod"] = new.clone();
    feasible["oldPod"] = old.clone();
    if alone {
        feasible["pods"] = json!([]);
    }
    vec![validate_case(case, old, new), feasible]
}

fn validate_case(case: &Value, old: &Value, new: Value) -> Value {
    let mut out = json!({"id": case["id"], "op": "validate_pod_resize", "oldPod": old, "pod": new});
    for key in ["gates", "defaults"] {
        if let Some(value) = case.get(key) {
            out[key] = value.clone();
        }
    }
    out
}

/// What the kubelet does to a running pod.
fn actions_case(case: &Value, pod: &Value, actuated: &Value) -> Value {
    let statuses = containers(pod).map(|(container, init)| {
        let name = container["name"].as_str().unwrap_or_default();
        let done = init && container["restartPolicy"] != "Always";
        json!({"id": format!("c://{name}"), "name": name, "state": if done { "exited" } else { "running" }})
    });
    let statuses: Vec<Value> = statuses.collect();
    let mut out = json!({
        "id": case["id"], "op": "pod_actions", "pod": pod, "actuated": actuated,
        "podStatus": {
            "sandboxStatuses": [{"id": "sandbox", "state": "READY", "ip": "10.0.0.1"}],
            "containerStatuses": statuses,
        },
    });
    if let Some(gates) = case.get("gates") {
        out["gates"] = gates.clone();
    }
    out
}

/// What a pod's containers were given, if it runs as it asks.
fn actuated(pod: &Value) -> Value {
    let records = containers(pod).map(|(container, _)| {
        let resources =
            if container["resources"].is_object() { container["resources"].clone() } else { json!({}) };
        (container["name"].as_str().unwrap_or_default().to_owned(), resources)
    });
    let records: serde_json::Map<String, Value> = records.collect();
    let mut out = json!({"containers": records});
    if pod["spec"]["resources"].is_object() {
        out["pod"] = pod["spec"]["resources"].clone();
    }
    out
}

fn containers(pod: &Value) -> impl Iterator<Item = (&Value, bool)> {
    let list = |name: &str| pod["spec"].get(name).and_then(Value::as_array).into_iter().flatten();
    list("initContainers").map(|c| (c, true)).chain(list("containers").map(|c| (c, false)))
}

/// The resources that an entry is about.
fn subject<'p>(pod: &'p Value, entry: &Value) -> &'p Value {
    match entry.get("container") {
        Some(name) => {
            let found = containers(pod).find(|(container, _)| container["name"] == *name);
            found.map_or(&Value::Null, |(container, _)| &container["resources"])
        }
        None => &pod["spec"]["resources"],
    }
}

fn count(amount: &Value, entry: &Value) -> Option<i64> {
    let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
    let amount = Quantity::parse(&text).ok()?;
    Some(if entry["resource"] == "cpu" { amount.milli_value() } else { amount.value() })
}

fn limit_of(pod: &Value, entry: &Value) -> Option<i64> {
    let name = entry["resource"].as_str()?;
    count(subject(pod, entry)["limits"].get(name)?, entry)
}

/// A request, defaulted from the limit where there is none.
fn request_of(pod: &Value, entry: &Value) -> Option<i64> {
    let name = entry["resource"].as_str()?;
    let request = subject(pod, entry)["requests"].get(name);
    request.map_or_else(|| limit_of(pod, entry), |request| count(request, entry))
}

/// The pod with another request, and limit.
fn with_request(pod: &Value, entry: &Value, request: i64, limit: Option<i64>) -> Value {
    let mut pod = pod.clone();
    let name = entry["resource"].as_str().unwrap_or_default().to_owned();
    let resources = match entry.get("container").and_then(Value::as_str) {
        Some(container) => {
            let list = if entry["init"] == true { "initContainers" } else { "containers" };
            let list = pod["spec"][list].as_array_mut().into_iter().flatten();
            match list.into_iter().find(|c| c["name"] == container) {
                Some(container) => &mut container["resources"],
                None => return pod,
            }
        }
        None => &mut pod["spec"]["resources"],
    };
    let text =
        |count: i64| if name == "cpu" { json!(format!("{count}m")) } else { json!(format!("{count}")) };
    resources["requests"][&name] = text(request);
    if let Some(limit) = limit {
        resources["limits"][&name] = text(limit);
    }
    pod
}

/// The pod with what is offered.
fn with_offer(old: &Value, offer: &Value) -> Value {
    let mut pod = old.clone();
    for container in offer["containers"].as_array().into_iter().flatten() {
        let list = if container["init"] == true { "initContainers" } else { "containers" };
        for own in pod["spec"][list].as_array_mut().into_iter().flatten() {
            if own["name"] == container["name"] {
                own["resources"] = container["resources"].clone();
            }
        }
    }
    if offer["pod"].is_object() {
        pod["spec"]["resources"] = offer["pod"].clone();
    }
    pod
}

/// A case of the oracle's with the node, gates and settings of ours.
fn base(case: &Value, op: &str) -> Value {
    let mut out = json!({"id": case["id"], "op": op});
    for key in ["gates", "defaults", "node", "pods", "nodeConfig", "opts"] {
        if let Some(value) = case.get(key) {
            out[key] = value.clone();
        }
    }
    out
}

fn kubernetes(case: &Value, release: Release) -> Kubernetes {
    let gates = case["gates"].as_object().into_iter().flatten();
    let gates = gates.map(|(name, on)| (name.as_str(), *on == json!(true)));
    Kubernetes::with_gates(release, gates).unwrap_or(Kubernetes::new(release))
}

/// The desired pod of a resize with the resources that are allocated.
fn allocated(k8s: &Kubernetes, resize: &Value) -> Value {
    let (mut pod, old) = (resize["pod"].clone(), &resize["oldPod"]);
    for list in ["containers", "initContainers"] {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut);
        for (i, container) in containers.into_iter().flatten().enumerate() {
            let plain_init = list == "initContainers" && container["restartPolicy"] != "Always";
            if !plain_init
                || k8s.at_least(Release::V1_36) && k8s.enabled(Gate::InPlacePodVerticalScalingInitContainers)
            {
                container["resources"] = old["spec"][list][i]["resources"].clone();
            }
        }
    }
    if k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling) {
        pod["spec"]["resources"] = old["spec"]["resources"].clone();
    }
    if k8s.at_least(Release::V1_37) && k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes) {
        let volumes = pod["spec"].get_mut("volumes").and_then(Value::as_array_mut);
        for (i, volume) in volumes.into_iter().flatten().enumerate() {
            let sized = |volume: &Value| {
                let limit = &volume["emptyDir"]["sizeLimit"];
                volume["emptyDir"]["medium"] == "Memory" && !limit.is_null() && limit != "0"
            };
            let before = &old["spec"]["volumes"][i];
            if sized(volume) && sized(before) {
                volume["emptyDir"]["sizeLimit"] = before["emptyDir"]["sizeLimit"].clone();
            }
        }
    }
    pod
}
