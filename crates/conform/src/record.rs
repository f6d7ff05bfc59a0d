//! Records vectors: few cases that together reach every sort of answer, with the oracle's answers.
//!
//! A vector file is `OUT/RELEASE/OP.jsonl`. A line `{"why": …}` starts a group and says why it exists; every other line is one
//! `{"case": …, "want": …}`, where `want` is the oracle's answer. Authored cases come first, as `cases/OP.jsonl` has them;
//! then generated ones: a case stays if its answer has something that no earlier answer has, and is shrunk as long as it
//! keeps that.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use podverdict::release::Release;
use serde_json::Value;

use crate::compare::difference;
use crate::generate;
use crate::oracle::Oracle;
use crate::shrink::shrink;

/// Records one op and release; returns how many cases were kept.
pub(crate) fn record(
    op: &str,
    release: Release,
    cases: impl Iterator<Item = Value>,
    oracle_dir: &Path,
    authored: &Path,
    out: &Path,
    most: usize,
) -> Result<usize, Box<dyn Error>> {
    let mut oracle = Oracle::start(oracle_dir, release)?;
    let mut text = String::new();
    let mut count = 0usize;
    for line in std::fs::read_to_string(authored.join(format!("{op}.jsonl"))).unwrap_or_default().lines() {
        let mut line: Value = serde_json::from_str(line).map_err(|e| format!("{op}.jsonl: {e}: {line}"))?;
        let wanted = |r: &Value| r.as_array().is_none_or(|list| list.iter().any(|r| *r == *release.as_str()));
        if !wanted(&line["releases"]) {
            continue;
        }
        if let Some(why) = line.get("why") {
            writeln!(text, "{}", serde_json::json!({"why": why}))?;
        }
        if let Some(case) = line.get_mut("case").map(Value::take) {
            count += 1;
            write_case(&mut text, &mut oracle, op, release, case)?;
        }
    }
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    let mut cases = cases.peekable();
    while cases.peek().is_some() && kept.len() < most {
        let batch: Vec<Value> = cases.by_ref().take(500).collect();
        let texts: Vec<String> = batch.iter().map(Value::to_string).collect();
        let answers = oracle.ask_all(&texts)?;
        for (case, answer) in batch.into_iter().zip(answers) {
            if answer.get("panic").is_some() || answer.get("settled") == Some(&Value::Bool(false)) {
                continue;
            }
            let new: Vec<String> = atoms(&answer).into_iter().filter(|atom| !seen.contains(atom)).collect();
            if new.is_empty() || kept.len() >= most {
                continue;
            }
            // Shrinking must not lead out of what is judged, into errors about fields that the generator always gives.
            let small = shrink(case, &mut |candidate| {
                let answer = oracle.ask(candidate)?;
                let atoms = atoms(&answer);
                Ok(answer.get("panic").is_none()
                    && new.iter().all(|atom| atoms.contains(atom))
                    && difference(release, candidate, &crate::ours(candidate, release), &answer).is_none())
            })?;
            let answer = oracle.ask(&small)?;
            seen.extend(atoms(&answer));
            kept.push(small);
        }
    }
    if !kept.is_empty() {
        let why = "The smallest generated cases found that together reach every sort of answer of this op.";
        writeln!(text, "{}", serde_json::json!({"why": why}))?;
    }
    for case in kept {
        count += 1;
        write_case(&mut text, &mut oracle, op, release, case)?;
    }
    let dir = out.join(release.as_str());
    std::fs::create_dir_all(&dir)?;
    std::fs::write(dir.join(format!("{op}.jsonl")), text)?;
    Ok(count)
}

fn write_case(
    text: &mut String,
    oracle: &mut Oracle,
    op: &str,
    release: Release,
    mut case: Value,
) -> Result<(), Box<dyn Error>> {
    case["op"] = generate::wire_op(op).into();
    if let Some(map) = case.as_object_mut() {
        map.shift_remove("id");
    }
    let mut want = oracle.ask(&case)?;
    if let Some(map) = want.as_object_mut() {
        map.shift_remove("id");
        map.shift_remove("elapsedUs");
        if map.shift_remove("settled") == Some(Value::Bool(false)) {
            return Err(format!("a case of {op} does not settle: {case}").into());
        }
        // Of the given objects only groups have a status that is an answer.
        if let Some(statuses) = map.get_mut("objectStatus").and_then(Value::as_object_mut) {
            statuses.retain(|_, status| status.get("conditions").is_some());
        }
        // The oracle's own words for what it cannot read are not upstream's.
        if let Some(error) = map.get_mut("error").filter(|_| op != "feature_gates") {
            *error = Value::Bool(true);
        }
    }
    case["release"] = release.as_str().into();
    writeln!(text, "{}", serde_json::json!({"case": case, "want": want}))?;
    Ok(())
}

/// What an answer shows, in pieces: every leaf with its place, numbers and names taken out.
fn atoms(answer: &Value) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    walk(answer, &mut String::new(), &mut out);
    out
}

fn walk(value: &Value, path: &mut String, out: &mut BTreeSet<String>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "id" | "name" | "message" | "badValue" | "elapsedUs" | "stack") {
                    continue;
                }
                let known = key.chars().all(|c| c.is_ascii_alphabetic()) && key.len() < 40;
                let _ = write!(path, ".{}", if known { key } else { "*" });
                walk(value, path, out);
                path.truncate(length);
            }
        }
        Value::Array(list) => {
            out.insert(format!("{path}#{}", list.len().min(2)));
            for value in list {
                path.push_str("[]");
                walk(value, path, out);
                path.truncate(length);
            }
        }
        Value::String(text) => {
            out.insert(format!("{path}={}", plain(text)));
        }
        Value::Number(_) => {
            out.insert(format!("{path}=N"));
        }
        other => {
            out.insert(format!("{path}={other}"));
        }
    }
}

/// A text without numbers and quoted parts, cut short.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars().take(160) {
        match c {
            '"' => {
                quoted = !quoted;
                out.push('"');
            }
            '\n' => break,
            _ if quoted => {}
            c if c.is_ascii_digit() => {
                if !out.ends_with('N') {
                    out.push('N');
                }
            }
            c => out.push(c),
        }
    }
    out
}
