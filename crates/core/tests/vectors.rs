//! Replays the recorded answers of upstream's own code.
//!
//! `tests/vectors/RELEASE/OP.jsonl`: a line `{"why": …}` starts a group; every other line is `{"case": …, "want": …}`. Our
//! answer must contain what is wanted.

#[path = "../../../tests/compare.rs"]
mod compare;

use std::path::Path;

use compare::contains;
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
