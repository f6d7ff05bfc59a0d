//! When our answer equals the oracle's.

use podverdict::release::Release;
use serde_json::Value;

/// Where our answer lacks or contradicts something of theirs; `None` if it contains all of it.
pub(crate) fn difference(release: Release, case: &Value, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours.get("error"), theirs.get("error")) {
        // Both cannot read it: the sentences differ, except for feature gates, which are upstream's own refusal.
        (Some(_), Some(_)) => return None,
        (None, None) => {}
        (ours, theirs) => return Some(format!("error: ours {ours:?}, theirs {theirs:?}")),
    }
    if theirs.get("settled").is_some() {
        return schedule(release, case, ours, theirs);
    }
    match with_same_first_resource(ours, theirs) {
        Some(ours) => contains(&ours, theirs, ""),
        None => contains(ours, theirs, ""),
    }
}

/// Whether an answer of the real scheduler says something. A pod that waits for its own preemption to be carried out has not
/// settled.
pub(crate) fn is_settled(theirs: &Value) -> bool {
    let mut pods = theirs["pods"].as_object().into_iter().flat_map(|pods| pods.values());
    theirs["settled"] == true && !pods.any(|pod| pod["gatingPlugin"] == "DefaultPreemption")
}

/// Whether a group (1.37) waits for its own preemption to be carried out. It will be tried again, which the oracle does not see.
pub(crate) fn is_preempting(theirs: &Value) -> bool {
    let mut groups = theirs["objectStatus"].as_object().into_iter().flat_map(|all| all.values());
    let preempts = |condition: &Value| {
        let message = condition["message"].as_str().unwrap_or_default();
        message.contains("pod group preemption: found a placement for podgroup, preempting ")
    };
    groups.any(|group| group["conditions"].as_array().is_some_and(|all| all.iter().any(preempts)))
}

/// Whether an answer of the real scheduler says something, and just what ours says.
pub(crate) fn agrees(release: Release, case: &Value, ours: &Value, theirs: &Value) -> bool {
    is_settled(theirs) && difference(release, case, ours, theirs).is_none()
}

/// Whether a case has an object of a kind that the oracle cannot read (those of `storage.k8s.io`): its error is no answer.
pub(crate) fn is_beyond_the_oracle(theirs: &Value) -> bool {
    theirs["error"]
        .as_str()
        .is_some_and(|error| error.contains("\" is registered for version \"storage.k8s.io/"))
}

/// Of several extended resources or huge pages that a node lacks, upstream names one in the random order of a map; our reasons name
/// all. This is our answer as if it had named the same one first.
fn with_same_first_resource(ours: &Value, theirs: &Value) -> Option<Value> {
    let resource = |message: &Value| -> Option<String> {
        let rest = message.as_str()?.strip_prefix("Node didn't have enough resource: ")?;
        let name = rest.split_once(", requested: ")?.0;
        (!matches!(name, "cpu" | "memory" | "ephemeral-storage")).then(|| name.to_owned())
    };
    let (mine, others) = (resource(&ours["message"])?, resource(&theirs["message"])?);
    let named = |reason: &Value| reason["message"] == theirs["message"];
    if mine == others || !ours["reasons"].as_array()?.iter().any(named) {
        return None;
    }
    let mut answer = ours.clone();
    answer["message"] = theirs["message"].clone();
    if let Some(conditions) = answer["conditions"].as_array_mut() {
        conditions.iter_mut().for_each(|condition| condition["message"] = theirs["message"].clone());
    }
    if let Some(reason) = answer.get_mut("reason") {
        *reason = format!("OutOf{others}").into();
    }
    Some(answer)
}

/// The question to op `node_filters` that a case of op `schedule` with a single pod to schedule stands for. A pod that was
/// promised a node is left out: upstream judges that node first, and says so.
pub(crate) fn filters_case(case: &Value) -> Option<Value> {
    if case["op"] != "schedule" {
        return None;
    }
    let is_pending = |pod: &&Value| pod["spec"].get("nodeName").is_none();
    let pods = case["pods"].as_array()?;
    let mut pending = pods.iter().filter(is_pending);
    let pod = pending.next().filter(|pod| pod["status"].get("nominatedNodeName").is_none())?;
    if pending.next().is_some() || pod["spec"].get("schedulingGates").is_some() {
        return None;
    }
    let mut filters = case.clone();
    filters["op"] = "node_filters".into();
    filters["pods"] = pods.iter().filter(|pod| !is_pending(pod)).cloned().collect();
    filters["pod"] = pod.clone();
    Some(filters)
}

/// What upstream did with the pod must follow from what our filters say: it is on a node that fits, or its message begins with
/// ours.
fn filters(ours: &Value, theirs: &Value) -> Option<String> {
    let filters = ours.get("nodeFilters")?;
    let pod = theirs["pods"].as_object().filter(|pods| pods.len() == 1)?.values().next()?;
    if ours.get("preempted").is_some() {
        return filters
            .get("message")
            .is_none()
            .then(|| format!("nodeFilters: preemption, though a node fits: {filters}"));
    }
    let mut nodes = filters["nodes"].as_array().into_iter().flatten();
    let agrees = match pod["state"].as_str() {
        Some("bound") => nodes.any(|node| node["node"] == pod["node"] && node["fits"] == true),
        Some("unschedulable") if pod["reason"] == "Unschedulable" => {
            let message = filters["message"].as_str().unwrap_or("a node fits");
            pod["message"].as_str().is_some_and(|theirs| theirs.starts_with(message))
        }
        _ => true,
    };
    (!agrees).then(|| format!("nodeFilters: {filters}, theirs {pod}"))
}

/// The outcome of the real scheduler. Where several nodes are equally good it takes any of them, so that neither the node
/// nor what follows from it can be compared; our answer says so by `tied`. An answer that did not settle says nothing.
fn schedule(release: Release, case: &Value, ours: &Value, theirs: &Value) -> Option<String> {
    if !is_settled(theirs) {
        return None;
    }
    if let Some(difference) = filters(ours, theirs) {
        return Some(difference);
    }
    let mut theirs = theirs.clone();
    let mut ours = ours.clone();
    // That a pod is held back by its group alone, the API does not show.
    for pod in entries(&mut ours, "pods") {
        if pod["state"] == "gated" && pod.get("gatingPlugin").is_none() {
            pod["state"] = "pending".into();
        }
    }
    // How far victims have gone when a pod of a gang is tried again is a matter of time, and so is who takes which node.
    let preempted = ours["preempted"].as_array().is_some_and(|gone| !gone.is_empty());
    let tied = ours["pods"].as_object().is_some_and(|pods| pods.values().any(|pod| pod["tied"] == true));
    for answer in [&mut ours, &mut theirs] {
        for pod in entries(answer, "pods") {
            without_first_placement(pod, "message");
            if let Some(pod) = pod.as_object_mut().filter(|_| tied) {
                // Of several plugins that hold a pod back any is named.
                pod.remove("gatingPlugin");
                pod.remove("node");
                pod.remove("nominatedNode");
            }
        }
        for status in entries(answer, "objectStatus") {
            let conditions = status.get_mut("conditions").and_then(Value::as_array_mut);
            for condition in conditions.into_iter().flatten() {
                without_first_placement(condition, "message");
            }
        }
    }
    if let Some(object) = theirs.as_object_mut() {
        object.remove("settled");
        // Of the given objects only groups have a status that the scheduler writes.
        if let Some(statuses) = object.get_mut("objectStatus").and_then(Value::as_object_mut) {
            statuses.retain(|_, status| status.get("conditions").is_some());
            if statuses.is_empty() {
                object.remove("objectStatus");
            }
        }
    }
    // What is left of a group is tried at once. What the group's condition says after that depends on whether the scheduler
    // has read back that it was true.
    let bound = entries(&mut theirs, "pods").any(|pod| pod["state"] == "bound");
    if let (Some(mine), Some(others)) = (ours["objectStatus"].as_object(), theirs.get_mut("objectStatus")) {
        for (key, status) in
            mine.iter().filter(|(_, status)| bound && status["conditions"][0]["status"] == "True")
        {
            if others.get(key).is_some() {
                others[key] = status.clone();
            }
        }
    }
    let mut failed: Vec<Value> = Vec::new();
    for (members, in_placements) in groups(case) {
        // Which placement is the first is random, and so is what the pods that were tried there say.
        if in_placements {
            for pods in [&mut ours["pods"], &mut theirs["pods"]] {
                for key in &members {
                    if let Some(pod) = pods.get_mut(key).and_then(Value::as_object_mut)
                        && pod.get("state").is_some_and(|state| state == "unschedulable")
                    {
                        pod.remove("message");
                    }
                }
            }
        }
        // The pods of a gang become ready at once, and are then tried in any order (1.36), or share a time (1.37).
        let fields = if preempted { &FIELDS[..1] } else { FIELDS };
        let mine = take(&mut ours["pods"], &members, fields);
        let others = take(&mut theirs["pods"], &members, fields);
        // 1.36 may leave a member waiting that came to the barrier just as the others were let through.
        let left_waiting = release == Release::V1_36
            && mine.iter().all(|pod| pod.contains(BOUND))
            && others.iter().all(|pod| pod.contains(BOUND) || pod.contains(r#""state":"waiting""#));
        if mine != others && !left_waiting {
            failed.push(serde_json::json!({"members": members, "ours": mine, "theirs": others}));
        }
    }
    if let Some(failed) = failed.first() {
        return Some(format!("group: {failed}"));
    }
    contains(&ours, &theirs, "")
}

/// The pods of a case that are to be scheduled with a group: the members of equal priority, and whether upstream tries them
/// in several placements.
fn groups(case: &Value) -> Vec<(Vec<String>, bool)> {
    let mut found: std::collections::BTreeMap<(String, i64), Vec<String>> = std::collections::BTreeMap::new();
    for pod in case["pods"].as_array().into_iter().flatten() {
        let spec = &pod["spec"];
        let group =
            spec["schedulingGroup"]["podGroupName"].as_str().or(spec["workloadRef"]["podGroup"].as_str());
        if let Some(group) = group.filter(|_| spec.get("nodeName").is_none()) {
            let key = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
            found
                .entry((group.to_owned(), spec["priority"].as_i64().unwrap_or(0)))
                .or_default()
                .push(format!("{}/{}", key("namespace"), key("name")));
        }
    }
    let in_placements = case["gates"]["TopologyAwareWorkloadScheduling"] == true
        && case["objects"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|object| object["spec"]["schedulingConstraints"].is_object());
    found.into_values().map(|members| (members, in_placements)).collect()
}

const BOUND: &str = r#""state":"bound""#;

/// What is compared of the pods of a group.
const FIELDS: &[&str] = &["state", "node", "reason", "message", "gatingPlugin", "nominatedNode"];

/// Takes the outcomes of these pods out, sorted, with these fields.
fn take(pods: &mut Value, members: &[String], fields: &[&str]) -> Vec<String> {
    let mut taken: Vec<String> = members
        .iter()
        .filter_map(|key| pods.as_object_mut()?.shift_remove(key))
        .map(|mut pod| {
            if let Some(pod) = pod.as_object_mut() {
                pod.retain(|key, _| fields.contains(&key.as_str()));
                pod.sort_keys();
            }
            pod.to_string()
        })
        .collect();
    taken.sort();
    taken
}

fn entries<'v>(answer: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    answer.get_mut(key).and_then(Value::as_object_mut).into_iter().flat_map(|all| all.values_mut())
}

fn without_first_placement(object: &mut Value, key: &str) {
    const FIRST: &str = "first placement status: ";
    if let Some(text) = object.get_mut(key)
        && let Some(at) = text.as_str().and_then(|text| text.find(FIRST))
    {
        *text = text.as_str().unwrap_or_default()[..at].to_owned().into();
    }
}

fn contains(ours: &Value, theirs: &Value, path: &str) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            if let Some(extra) =
                a.iter().find(|(key, value)| exact(path) && !b.contains_key(*key) && !value.is_null())
            {
                return Some(format!("{path}.{}: {}, theirs has none", extra.0, extra.1));
            }
            for (key, value) in b {
                let here = format!("{path}.{key}");
                // Measurements and texts with memory addresses are no answers.
                if matches!(key.as_str(), "stack" | "elapsedUs") {
                    continue;
                }
                match a.get(key) {
                    None if value.is_null() => {}
                    None => return Some(format!("{here}: missing, theirs {value}")),
                    Some(mine) if key == "errors" => {
                        if let Some(found) = errors(mine, value, &here) {
                            return Some(found);
                        }
                    }
                    Some(mine) => {
                        if let Some(found) = contains(mine, value, &here) {
                            return Some(found);
                        }
                    }
                }
            }
            None
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Some(format!(
                    "{path}: {} items, theirs {}: ours {ours} theirs {theirs}",
                    a.len(),
                    b.len()
                ));
            }
            a.iter().zip(b).enumerate().find_map(|(i, (x, y))| contains(x, y, &format!("{path}[{i}]")))
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        (Value::String(a), Value::String(b)) if without_offsets(a) == without_offsets(b) => None,
        _ if ours == theirs => None,
        _ => Some(format!("{path}: ours {ours}, theirs {theirs}")),
    }
}

/// Whether our answer may not have more than theirs here: a part of which an absent field says something.
fn exact(path: &str) -> bool {
    path.starts_with(".actions") || path.starts_with(".conditions")
}

/// Field errors are compared as a multiset of type, field, detail and bad value; upstream's order follows Go's map order
/// in places.
fn errors(ours: &Value, theirs: &Value, path: &str) -> Option<String> {
    let key = |e: &Value| {
        let detail = e["detail"].as_str().map(without_offsets).unwrap_or_default();
        let detail = without_insufficient_resource(&detail);
        format!("{} {} {:?} {}", e["type"], e["field"], detail, e["badValue"])
    };
    let list = |v: &Value| {
        let mut list: Vec<String> = v.as_array().map(|a| a.iter().map(key).collect()).unwrap_or_default();
        list.sort();
        list
    };
    let (ours, theirs) = (list(ours), list(theirs));
    if ours == theirs {
        return None;
    }
    let missing: Vec<_> = theirs.iter().filter(|e| !ours.contains(e)).collect();
    let extra: Vec<_> = ours.iter().filter(|e| !theirs.contains(e)).collect();
    Some(format!("{path}: missing {missing:?}, extra {extra:?} ({} and {} errors)", ours.len(), theirs.len()))
}

/// Of several pod-level requests that do not cover the pod's claims, upstream names one in the random order of a map.
fn without_insufficient_resource(detail: &str) -> String {
    match detail.strip_prefix("pod level request for ").and_then(|rest| rest.split_once(" is insufficient "))
    {
        Some((_, rest)) => format!("pod level request is insufficient {rest}"),
        None => detail.to_owned(),
    }
}

/// A text without the line offsets of unified diffs.
fn without_offsets(text: &str) -> String {
    if !text.contains("@@") {
        return text.to_owned();
    }
    let lines = text.split('\n').map(|line| if line.starts_with("@@ ") { "@@" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// What sort of answer it is, to see that the cases reach all sorts.
pub(crate) fn kind(theirs: &Value) -> String {
    if theirs.get("error").is_some() {
        return "unreadable".into();
    }
    if let Some(errors) = theirs.get("errors").and_then(Value::as_array) {
        return match errors.len() {
            0 => "accepted".into(),
            1 => "1 error".into(),
            _ => "more errors".into(),
        };
    }
    if theirs.get("settled").is_some() {
        return if theirs["settled"] == true { outcomes(theirs) } else { "unsettled".into() };
    }
    for key in ["result", "phase", "ok", "qosClass", "killPod"] {
        if let Some(value) = theirs.get(key).or_else(|| theirs.get("actions")?.get(key)) {
            return format!("{key}={value}");
        }
    }
    "answered".into()
}

/// The states of the pods, and the filters that spoke.
fn outcomes(theirs: &Value) -> String {
    let mut words = std::collections::BTreeSet::new();
    for pod in theirs["pods"].as_object().into_iter().flat_map(|pods| pods.values()) {
        words.insert(pod["state"].as_str().unwrap_or_default().to_owned());
        let message = pod["message"].as_str().unwrap_or_default();
        let filters = message.split("preemption: ").next().unwrap_or_default();
        let filters = filters.split_once("available: ").map_or("", |(_, rest)| rest);
        for part in filters.split(", ") {
            let words_of_it: Vec<&str> = part
                .split([' ', '.'])
                .filter(|w| !w.is_empty() && w.parse::<u32>().is_err())
                .take(7)
                .collect();
            if !words_of_it.is_empty() {
                words.insert(words_of_it.join("_"));
            }
        }
    }
    words.into_iter().collect::<Vec<_>>().join("+")
}
