//! `podverdict eval`: lines in, lines out, with one thread and with several.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_podverdict"));
    command.arg("eval").args(arguments);
    command
}

/// A file of requests that is larger than what the threads hold at a time; every tenth line is no request, some are long.
fn requests(name: &str) -> (String, usize) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut text = String::new();
    let lines = 40_000;
    for n in 0..lines {
        let filling = if n % 5000 == 7 { "x".repeat(3 << 20) } else { "x".repeat(n % 300) };
        if n % 10 == 3 {
            text.push_str(&format!("no request {n}\n"));
        } else {
            text.push_str(&format!(r#"{{"op":"quantity","id":[{n},"{filling}"],"opts":{{"a":"{n}Ki"}}}}"#));
            text.push('\n');
        }
    }
    std::fs::write(&path, text).unwrap();
    (path.display().to_string(), lines)
}

#[test]
fn several_threads_answer_as_one_does() {
    let (file, lines) = requests("threads.jsonl");
    let one = command(&["--release", "1.37", &file]).output().unwrap();
    assert!(one.status.success() && one.stderr.is_empty());
    assert_eq!(one.stdout.iter().filter(|byte| **byte == b'\n').count(), lines);
    for jobs in ["2", "3", "0"] {
        let several = command(&["--release", "1.37", "--jobs", jobs, &file]).output().unwrap();
        assert!(several.status.success() && several.stderr.is_empty());
        assert!(several.stdout == one.stdout, "{jobs} threads");
    }
    let nothing = command(&["--release", "1.37", "--jobs", "2"]).stdin(Stdio::null()).output().unwrap();
    assert!(nothing.status.success() && nothing.stdout.is_empty());
}

#[test]
fn it_ends_when_nobody_reads_on() {
    let (file, _) = requests("cut.jsonl");
    for jobs in ["1", "2"] {
        let mut child = command(&["--release", "1.37", "--jobs", jobs, &file])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        assert!(!child.wait_with_output().unwrap().stderr.starts_with(b"thread"));
    }
}

#[test]
fn at_a_pipe_each_answer_comes_at_once() {
    let mut child =
        command(&["--release", "1.37"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for n in 1..4 {
        writeln!(questions, r#"{{"op":"quantity","opts":{{"a":"{n}Ki"}}}}"#).unwrap();
        questions.flush().unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.contains(&format!(r#""value":{}"#, n * 1024)), "{answer}");
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}
