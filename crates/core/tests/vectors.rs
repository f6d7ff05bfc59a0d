//! Replays recorded answers.
//!
//! `tests/vectors/RELEASE/OP.jsonl` has upstream's: a line `{"why": …}` starts a group; every other line is
//! `{"case": …, "want": …}`. Our answer must contain what is wanted.
//!
//! `tests/answers/RELEASE/OP.jsonl` has our own, to questions that upstream has no function for; `make conform` asks it about
//! what they claim. Here a change that nobody meant is noticed: the answer must be the same. After one that is meant, put
//! the cases through `podverdict eval`.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

#[path = "../../../tests/compare.rs"]
mod compare;

use std::path::Path;

use compare::contains;
use serde_json::Value;

/// The cases of a folder that `differs` finds fault with, and how many there are.
fn replay(folder: &str, differs: impl Fn(&Value, &Value) -> Option<String>) -> (usize, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(folder);
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
                if let Some(difference) = differs(&answer, want) {
                    wrong.push(format!("{}:{}: {difference}", file.display(), n + 1));
                }
            }
        }
    }
    (count, wrong)
}

#[test]
fn answers_equal_upstreams() {
    let (count, wrong) = replay("vectors", |answer, want| contains(answer, want, ""));
    assert!(count > 500, "only {count} vectors found");
    assert!(wrong.is_empty(), "{} of {count} vectors:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn other_answers_stay() {
    let both_ways = |answer: &Value, want: &Value| {
        contains(answer, want, "").or_else(|| contains(want, answer, "").map(|new| format!("new: {new}")))
    };
    let (count, wrong) = replay("answers", both_ways);
    assert!(count > 100, "only {count} answers found");
    assert!(wrong.is_empty(), "{} of {count} answers:\n{}", wrong.len(), wrong.join("\n"));
}
