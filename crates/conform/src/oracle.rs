//! The oracle as a child process.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use podverdict::release::Release;
use serde_json::Value;

/// A running oracle of one release.
pub(crate) struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts `dir/oracle-RELEASE`. It collects garbage seldom, unless `GOGC` says how often: that took a fifth of a comparison.
    pub(crate) fn start(dir: &Path, release: Release) -> Result<Self, Box<dyn Error>> {
        let program = dir.join(format!("oracle-{release}"));
        let gogc = std::env::var_os("GOGC").unwrap_or_else(|| "800".into());
        let mut child = Command::new(&program)
            .env("GOGC", gogc)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}", program.display()))?;
        let input = child.stdin.take().ok_or("no stdin")?;
        let output = BufReader::with_capacity(1 << 20, child.stdout.take().ok_or("no stdout")?);
        Ok(Oracle { child, input, output })
    }

    /// Asks one case.
    pub(crate) fn ask(&mut self, case: &Value) -> Result<Value, Box<dyn Error>> {
        self.ask_all(&[case.to_string()])?.pop().ok_or_else(|| "no answer".into())
    }

    /// Asks a batch of cases, each the text of one line; the answers come in order.
    pub(crate) fn ask_all<T: AsRef<str>>(&mut self, cases: &[T]) -> Result<Vec<Value>, Box<dyn Error>> {
        let text = cases.iter().flat_map(|case| [case.as_ref(), "\n"]).collect::<String>();
        let input = &mut self.input;
        let output = &mut self.output;
        // Write while reading: a large batch would fill both pipes.
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || input.write_all(text.as_bytes()).and_then(|()| input.flush()));
            let mut answers = Vec::with_capacity(cases.len());
            let mut line = String::new();
            for _ in cases {
                line.clear();
                if output.read_line(&mut line)? == 0 {
                    return Err("the oracle ended early".into());
                }
                answers.push(serde_json::from_str(&line)?);
            }
            writer.join().map_err(|_| "the writer failed")??;
            Ok(answers)
        })
    }
}

/// Deals a batch round-robin to several oracles, which answer side by side; the answers come in order.
pub(crate) fn ask_side_by_side(
    oracles: &mut [Oracle],
    cases: &[String],
) -> Result<Vec<Value>, Box<dyn Error>> {
    let jobs = oracles.len().max(1);
    let mut answers: Vec<Value> = vec![Value::Null; cases.len()];
    let parts: Result<Vec<Vec<Value>>, String> = std::thread::scope(|scope| {
        let asked: Vec<_> = oracles
            .iter_mut()
            .enumerate()
            .map(|(job, oracle)| {
                let part: Vec<&String> = cases.iter().skip(job).step_by(jobs).collect();
                scope.spawn(move || oracle.ask_all(&part).map_err(|e| e.to_string()))
            })
            .collect();
        asked.into_iter().map(|t| t.join().map_err(|_| "an oracle's thread failed".to_owned())?).collect()
    });
    for (job, part) in parts?.into_iter().enumerate() {
        for (i, answer) in part.into_iter().enumerate() {
            answers[job + i * jobs] = answer;
        }
    }
    Ok(answers)
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
