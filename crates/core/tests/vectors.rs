//! Replays the recorded answers of upstream's own code.
//!
//! `tests/vectors/RELEASE/OP.jsonl`: a line `{"why": …}` starts a group; every other line is `{"case": …, "want": …}`. Our
//! answer must contain every field of `want` with the same value. Field errors are a multiset of type, field, detail and
//! bad value; line offsets of diffs (`@@ … @@`) do not count. `"error": true` wants any error.

use std::path::Path;

use serde_json::Value;

#[test]
fn answers_equal_upstreams() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let mut count = 0;
    let mut wrong = Vec::new();
    for release in std::fs::read_dir(root).unwrap() {
        let release = release.unwrap().path();
        if !release.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(release).unwrap() {
            let file = file.unwrap().path();
            for (n, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
                let line: Value = serde_json::from_str(line).unwrap();
                let (Some(case), want) = (line.get("case"), &line["want"]) else { continue };
                count += 1;
                let answer = podverdict::wire::evaluate(case.to_string().as_bytes());
                let answer: Value = serde_json::from_str(&answer).unwrap();
                if let Some(difference) = contains(&answer, want, "") {
                    wrong.push(format!("{}:{}: {difference}", file.display(), n + 1));
                }
            }
        }
    }
    assert!(count > 500, "only {count} vectors found");
    assert!(wrong.is_empty(), "{} of {count} vectors:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where `ours` lacks or contradicts something of `want`.
fn contains(ours: &Value, want: &Value, path: &str) -> Option<String> {
    match (ours, want) {
        (Value::Object(a), Value::Object(b)) => b.iter().find_map(|(key, value)| {
            let here = format!("{path}.{key}");
            match a.get(key) {
                None if value.is_null() => None,
                None => Some(format!("{here}: missing")),
                Some(Value::String(_)) if key == "error" && *value == Value::Bool(true) => None,
                Some(mine) if key == "errors" => {
                    let (mine, theirs) = (errors(mine), errors(value));
                    (mine != theirs).then(|| format!("{here}:\n  ours   {mine:?}\n  theirs {theirs:?}"))
                }
                Some(mine) => contains(mine, value, &here),
            }
        }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (x, y))| contains(x, y, &format!("{path}[{i}]")))
        }
        (Value::String(a), Value::String(b)) if without_offsets(a) == without_offsets(b) => None,
        _ if ours == want => None,
        _ => Some(format!("{path}: ours {ours}, theirs {want}")),
    }
}

fn errors(list: &Value) -> Vec<String> {
    let key = |e: &Value| {
        let detail = without_offsets(e["detail"].as_str().unwrap_or_default());
        format!("{} {} {detail:?} {}", e["type"], e["field"], e["badValue"])
    };
    let mut out: Vec<String> = list.as_array().into_iter().flatten().map(key).collect();
    out.sort();
    out
}

fn without_offsets(text: &str) -> String {
    text.split('\n')
        .map(|line| if line.starts_with("@@ ") { "@@" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}
