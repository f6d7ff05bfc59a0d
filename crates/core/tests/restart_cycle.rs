//! Whole cycles of a pod, written out sync by sync: what the kubelet writes and does.
//!
//! No function of upstream gives a whole cycle. Its parts are compared with upstream elsewhere (actions, phase, conditions,
//! and the unit tests of statuses); here it is seen that they come together as in `pkg/kubelet.SyncPod` and
//! `generateAPIPodStatus`. Each file in `cycles` is a comment, a release, a request, and after a line `---` what comes of it.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write;

use podverdict::release::Release;
use podverdict::wire::evaluate_for;
use serde_json::{Value, json};

/// The answer to `restart_cycle`, a few lines for each sync.
fn told(release: Release, request: &Value) -> String {
    let mut request = request.clone();
    request["op"] = json!("restart_cycle");
    let answer: Value =
        serde_json::from_str(&evaluate_for(Some(release), request.to_string().as_bytes())).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    let mut out = String::new();
    for sync in answer["syncs"].as_array().unwrap() {
        tell_sync(&mut out, sync);
    }
    let _ = writeln!(out, "{}", text(&answer["outcome"]));
    out
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A clock time, without the day and the zone.
fn clock(time: &Value) -> String {
    text(time).trim_start_matches("1970-01-01T").trim_end_matches('Z').to_owned()
}

fn tell_sync(out: &mut String, sync: &Value) {
    let event = &sync["event"];
    let _ = write!(out, "{} {}", clock(&sync["at"]), text(&sync["trigger"]));
    if event.is_object() {
        let parts = [&event["what"], &event["container"], &event["probe"], &event["exitCode"]];
        let parts: Vec<String> = parts.into_iter().map(text).filter(|part| !part.is_empty()).collect();
        let _ = write!(out, " ({})", parts.join(" "));
    }
    let _ = writeln!(out, ": {}", text(&sync["phase"]));
    for container in sync["containers"].as_array().unwrap() {
        for field in ["kind", "name", "image", "containerID"] {
            if !container[field].is_null() {
                let _ =
                    write!(out, "{}{}", if field == "kind" { "  " } else { " " }, text(&container[field]));
            }
        }
        let _ = write!(out, ": ");
        tell_state(out, &container["state"]);
        if !container["restartCount"].is_null() {
            let _ = write!(out, ", {} restarts", container["restartCount"]);
        }
        for flag in ["started", "ready"] {
            if container[flag] == true {
                let _ = write!(out, ", {flag}");
            }
        }
        if container["lastState"].as_object().is_some_and(|last| !last.is_empty()) {
            let _ = write!(out, ", last ");
            tell_state(out, &container["lastState"]);
        }
        let _ = writeln!(out);
    }
    let conditions = sync["conditions"].as_array().unwrap();
    let (good, bad): (Vec<&Value>, Vec<&Value>) = conditions.iter().partition(|c| c["status"] == "True");
    let names: Vec<String> = good.iter().map(|condition| about(condition)).collect();
    let _ = writeln!(out, "  True: {}", names.join(", "));
    for condition in bad {
        let _ = writeln!(out, "  {}: {}", text(&condition["status"]), about(condition));
    }
    if sync["statusDropped"].is_object() {
        let _ = writeln!(out, "  not written: {}", text(&sync["statusDropped"]["message"]));
    }
    for step in sync["steps"].as_array().unwrap() {
        tell_step(out, step);
    }
    if sync["aborted"] == true {
        let _ = writeln!(out, "  the sync ends");
    }
    if sync["next"].is_object() {
        let wait = &sync["next"]["wait"];
        let _ = write!(out, "  then {}", text(&sync["next"]["trigger"]));
        if wait.is_object() {
            let _ = write!(out, " in {} to {}", text(&wait["earliest"]), text(&wait["latest"]));
        }
        let _ = writeln!(out);
    }
}

/// A condition's type, with the generation that it speaks of, its reason and message.
fn about(condition: &Value) -> String {
    let generation = match &condition["observedGeneration"] {
        Value::Null => String::new(),
        generation => format!("@{generation}"),
    };
    let parts =
        [text(&condition["type"]) + &generation, text(&condition["reason"]), text(&condition["message"])];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn tell_state(out: &mut String, state: &Value) {
    for (kind, state) in state.as_object().unwrap() {
        let _ = write!(out, "{kind}");
        for field in ["exitCode", "reason", "message", "startedAt", "finishedAt", "containerID"] {
            if !state[field].is_null() {
                let _ = write!(out, " {}", clock(&state[field]));
            }
        }
    }
}

fn tell_step(out: &mut String, step: &Value) {
    let _ = write!(out, "  -> {}", text(&step["do"]));
    for field in ["container", "kind", "id", "killReason", "attempt"] {
        if !step[field].is_null() {
            let _ = write!(out, " {}", text(&step[field]));
        }
    }
    if !step["ids"].is_null() {
        let _ = write!(out, " {}", step["ids"]);
    }
    let period = |out: &mut String, of: &Value| {
        let hook = if of["preStopHook"] == true { ", hook" } else { "" };
        let _ = write!(out, " ({} s, {} s{hook})", of["seconds"], of["stopTimeoutSeconds"]);
    };
    if step["gracePeriod"].is_object() {
        period(out, &step["gracePeriod"]);
    }
    for stop in step["stops"].as_array().into_iter().flatten() {
        let _ = write!(out, " {}", text(&stop["name"]));
        period(out, stop);
        if stop["afterRegular"] == true {
            let _ = write!(out, " after regular");
        }
        if stop["afterSidecar"].is_string() {
            let _ = write!(out, " after {}", text(&stop["afterSidecar"]));
        }
    }
    for flag in ["kill", "keepsLogs"] {
        if step[flag] == true {
            let _ = write!(out, " {flag}");
        }
    }
    if !step["restartCount"].is_null() {
        let _ = write!(out, " as {}", step["restartCount"]);
    }
    if step["backOff"]["inBackOff"] == true {
        let _ = write!(out, " not before {}", clock(&step["backOff"]["until"]));
    }
    let _ = writeln!(out);
}

#[test]
fn cycles_are_as_written_down() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cycles");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let written = std::fs::read_to_string(&file).unwrap();
        let (head, wanted) = written.split_once("\n---\n").unwrap();
        let mut lines = head.lines().skip_while(|line| line.starts_with('#'));
        let release: Release = lines.next().unwrap().parse().unwrap();
        let request: Value = serde_json::from_str(&lines.collect::<Vec<_>>().join(" ")).unwrap();
        let told = told(release, &request);
        assert_eq!(told, wanted, "{}:\n{told}", file.display());
        count += 1;
    }
    assert!(count > 0);
}
