//! Replays the recorded answers of upstream's own code through the C library.
//!
//! The programs that `PODVERDICT_REPLAY` names (with `:` between them) are asked: they read one request a line and write
//! one answer a line. Without it the functions are called from here.

#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "helpers of tests")]

#[path = "../../../tests/compare.rs"]
mod compare;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use compare::contains;
use podverdict_capi::{PODVERDICT_OK, podverdict_eval, podverdict_string, podverdict_string_free};
use serde_json::Value;

struct Vector {
    from: String,
    case: String,
    want: Value,
}

fn vectors() -> Vec<Vector> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let mut vectors = Vec::new();
    for release in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(release.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            for (n, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
                let mut line: Value = serde_json::from_str(line).unwrap();
                let Some(case) = line.get("case").map(Value::to_string) else { continue };
                let from = format!("{}:{}", file.display(), n + 1);
                vectors.push(Vector { from, case, want: line["want"].take() });
            }
        }
    }
    assert!(vectors.len() > 500, "only {} vectors found", vectors.len());
    vectors
}

fn check(vectors: &[Vector], answers: &[String]) {
    assert_eq!(vectors.len(), answers.len());
    let wrong: Vec<String> = vectors
        .iter()
        .zip(answers)
        .filter_map(|(vector, answer)| {
            let answer: Value = serde_json::from_str(answer).unwrap();
            let difference = contains(&answer, &vector.want, "")?;
            Some(format!("{}: {difference}", vector.from))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} vectors:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn answers_equal_upstreams() {
    let vectors = vectors();
    let Ok(programs) = std::env::var("PODVERDICT_REPLAY") else {
        let answers: Vec<String> = vectors.iter().map(|vector| call(&vector.case)).collect();
        return check(&vectors, &answers);
    };
    for program in programs.split(':') {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{program}: {e}"));
        let mut requests = child.stdin.take().unwrap();
        let lines: String = vectors.iter().map(|vector| vector.case.clone() + "\n").collect();
        let writer = std::thread::spawn(move || requests.write_all(lines.as_bytes()).unwrap());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success(), "{program}: {}", output.status);
        let answers: Vec<String> =
            String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect();
        check(&vectors, &answers);
        println!("{program}: {} vectors", vectors.len());
    }
}

fn call(request: &str) -> String {
    let mut answer = podverdict_string { data: std::ptr::null_mut(), len: 0 };
    let null = std::ptr::null;
    let status = unsafe {
        let (data, len) = (request.as_ptr().cast(), request.len());
        podverdict_eval(data, len, null(), 0, &raw mut answer, std::ptr::null_mut())
    };
    assert_eq!(status, PODVERDICT_OK);
    let bytes = unsafe { std::slice::from_raw_parts(answer.data.cast::<u8>(), answer.len) };
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    unsafe { podverdict_string_free(&raw mut answer) };
    text
}
