//! Ops that upstream has no single function for: what they say is checked by asking upstream about each of its parts.
//!
//! An answer of ours makes claims ("this value would be allocated, and one unit more would not"). Each is a case of the
//! oracle's and what must hold of its answer.

mod gang;
mod resize;

use std::error::Error;
use std::path::Path;

use podverdict::release::Release;
use serde_json::Value;

use crate::generate::{Make, resize as generate};
use crate::oracle::{Oracle, ask_side_by_side};

/// Whether a claim holds of the oracle's answers; an error says what does not.
type Holds = dyn Fn(&[Value]) -> Result<(), String>;

/// One claim.
pub(crate) struct Claim {
    /// What is claimed, for the report.
    about: String,
    /// The oracle's cases.
    cases: Vec<Value>,
    holds: Box<Holds>,
    /// A condition of the claims after it: if it does not hold, they are not made.
    given: bool,
}

impl Claim {
    fn new(
        about: impl Into<String>,
        cases: Vec<Value>,
        holds: impl Fn(&[Value]) -> Result<(), String> + 'static,
    ) -> Self {
        Claim { about: about.into(), cases, holds: Box::new(holds), given: false }
    }

    fn given(mut self) -> Self {
        self.given = true;
        self
    }
}

/// The claims that our answer to a case makes.
type Derive = fn(&Value, &Value, Release) -> Vec<Claim>;

/// Every such op, with its generator.
pub(crate) const OPS: &[(&str, Make, Derive)] = &[
    ("gang_feasible", gang::generate, gang::feasible),
    ("resize_actions", generate::resize_actions, resize::actions),
    ("resize_advice", generate::resize_advice, resize::advice),
    ("resize_headroom", generate::resize_headroom, resize::headroom),
    ("resize_queue", generate::resize_queue, resize::queue),
];

/// Checks the claims of our answers to the cases.
pub(crate) fn check_all(
    op: &str,
    derive: Derive,
    release: Release,
    cases: impl Iterator<Item = Value>,
    dir: &Path,
    options: &crate::Options,
) -> Result<bool, Box<dyn Error>> {
    let start = std::time::Instant::now();
    let mut oracles =
        (0..options.jobs.max(1)).map(|_| Oracle::start(dir, release)).collect::<Result<Vec<_>, _>>()?;
    let (mut count, mut unreadable, mut claims_made, mut void, mut false_claims) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    let mut cases = cases.peekable();
    while cases.peek().is_some() {
        let batch: Vec<(Value, Value, Vec<Claim>)> = cases
            .by_ref()
            .take(500)
            .map(|case| {
                let ours = crate::ours(&case, release);
                let claims = derive(&case, &ours, release);
                (case, ours, claims)
            })
            .collect();
        let questions: Vec<String> = batch
            .iter()
            .flat_map(|(_, _, c)| c.iter().flat_map(|c| &c.cases))
            .map(Value::to_string)
            .collect();
        let mut answers = ask_side_by_side(&mut oracles, &questions)?.into_iter();
        for (case, ours, claims) in &batch {
            count += 1;
            unreadable += usize::from(ours.get("error").is_some());
            let mut dropped = false;
            for claim in claims {
                let theirs: Vec<Value> = answers.by_ref().take(claim.cases.len()).collect();
                if theirs.len() < claim.cases.len() {
                    return Err("an answer is missing".into());
                }
                if dropped {
                    continue;
                }
                let result = (claim.holds)(&theirs);
                if claim.given {
                    dropped = result.is_err();
                    void += usize::from(dropped);
                    continue;
                }
                claims_made += 1;
                let Err(why) = result else { continue };
                false_claims += 1;
                if false_claims <= options.show {
                    println!("--- {op} {release} case {}: {}: {why}", case["id"], claim.about);
                    println!("case     {case}\nours     {ours}");
                    for (question, theirs) in claim.cases.iter().zip(&theirs) {
                        println!("question {question}\ntheirs   {theirs}");
                    }
                }
            }
        }
    }
    println!(
        "{op} {release}: {count} cases, {claims_made} claims, {false_claims} false, {void} cases void, {unreadable} unreadable, {:.0} s",
        start.elapsed().as_secs_f64()
    );
    Ok(false_claims == 0)
}
