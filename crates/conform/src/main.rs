//! Compares podverdict with upstream's own code.
//!
//! `conform --oracle DIR` makes cases for every op and release, asks `DIR/oracle-1.35` and so on, and compares. The oracle
//! is a program that reads one JSON case a line and writes one JSON answer a line; our answer must contain every field of
//! its answer with the same value. A differing case is shrunk to the smallest one that still differs.

mod bench;
mod claims;
mod compare;
mod generate;
mod oracle;
mod record;
mod shrink;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use podverdict::release::Release;
use serde_json::Value;

use crate::oracle::Oracle;

const USAGE: &str =
    "usage: conform --oracle DIR [--op OP]… [--release R]… [--cases N] [--seed S] [--show N] [--no-shrink] [--jobs N]
       conform --emit OP --release R [--cases N] [--seed S]      prints generated cases
       conform --oracle DIR --file CASES --release R              compares the cases of a file
       conform --oracle DIR --record OUT [--op OP]… [--release R]… [--most N]   records vectors
       conform --oracle DIR --bench [--release R]…                times both on the same cases
       conform --count OP [--json] --release R                    answers once, for a tool that counts instructions";

struct Options {
    oracle: Option<PathBuf>,
    ops: Vec<String>,
    releases: Vec<Release>,
    cases: u64,
    seed: u64,
    show: usize,
    shrink: bool,
    jobs: usize,
    emit: Option<String>,
    file: Option<PathBuf>,
    record: Option<PathBuf>,
    most: usize,
    bench: bool,
    count: Option<String>,
    json: bool,
}

fn options() -> Result<Options, Box<dyn Error>> {
    use lexopt::prelude::*;
    let mut o = Options {
        oracle: None,
        ops: vec![],
        releases: vec![],
        cases: 10_000,
        seed: 1,
        show: 3,
        shrink: true,
        jobs: 1,
        emit: None,
        file: None,
        record: None,
        most: 60,
        bench: false,
        count: None,
        json: false,
    };
    let mut args = lexopt::Parser::from_env();
    while let Some(arg) = args.next()? {
        match arg {
            Long("oracle") => o.oracle = Some(args.value()?.into()),
            Long("op") => o.ops.push(args.value()?.string()?),
            Long("release") => o.releases.push(args.value()?.string()?.parse()?),
            Long("cases") => o.cases = args.value()?.parse()?,
            Long("seed") => o.seed = args.value()?.parse()?,
            Long("show") => o.show = args.value()?.parse()?,
            Long("no-shrink") => o.shrink = false,
            Long("emit") => o.emit = Some(args.value()?.string()?),
            Long("record") => o.record = Some(args.value()?.into()),
            Long("jobs") => o.jobs = args.value()?.parse()?,
            Long("most") => o.most = args.value()?.parse()?,
            Long("bench") => o.bench = true,
            Long("count") => o.count = Some(args.value()?.string()?),
            Long("json") => o.json = true,
            Long("file") => o.file = Some(args.value()?.into()),
            _ => return Err(format!("{}\n{USAGE}", arg.unexpected()).into()),
        }
    }
    if o.releases.is_empty() {
        o.releases = Release::ALL.to_vec();
    }
    Ok(o)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conform: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    if let Some(op) = &options.emit {
        let of_claims = || claims::OPS.iter().find(|(name, ..)| name == op).map(|(_, make, _)| *make);
        let make =
            generate::find(op).or_else(of_claims).ok_or_else(|| format!("no generator for op {op:?}"))?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        for release in &options.releases {
            for case in cases(op, make, *release, &options) {
                writeln!(out, "{case}")?;
            }
        }
        return Ok(true);
    }
    if let Some(op) = &options.count {
        for release in &options.releases {
            bench::count(op, options.json, *release)?;
        }
        return Ok(true);
    }
    let dir = options.oracle.as_ref().ok_or(USAGE)?;
    if options.bench {
        for release in &options.releases {
            bench::run(dir, *release)?;
        }
        return Ok(true);
    }
    let mut clean = true;
    if let Some(file) = &options.file {
        let text = std::fs::read_to_string(file)?;
        let list = text.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str);
        let list = list.collect::<Result<Vec<Value>, _>>()?;
        for release in &options.releases {
            clean &= compare_all("file", *release, list.iter().cloned(), dir, &options)?;
        }
        return Ok(clean);
    }
    for (op, make) in generate::OPS {
        if !options.ops.is_empty() && !options.ops.iter().any(|wanted| wanted == op) {
            continue;
        }
        for release in &options.releases {
            if !generate::on_release(op, *release) {
                continue;
            }
            if let Some(out) = &options.record {
                let authored = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
                let cases = cases(op, *make, *release, &options);
                let kept = record::record(op, *release, cases, dir, &authored, out, options.most)?;
                println!("{op} {release}: {kept} cases recorded");
                continue;
            }
            clean &= compare_all(op, *release, cases(op, *make, *release, &options), dir, &options)?;
        }
    }
    for (op, make, derive) in claims::OPS {
        if options.record.is_some()
            || !options.ops.is_empty() && !options.ops.iter().any(|wanted| wanted == op)
        {
            continue;
        }
        for release in &options.releases {
            let cases = cases(op, *make, *release, &options);
            clean &= claims::check_all(op, *derive, *release, cases, dir, &options)?;
        }
    }
    Ok(clean)
}

/// The cases of one op and release: the same seed gives the same cases.
fn cases<'o>(
    op: &'o str,
    make: generate::Make,
    release: Release,
    options: &'o Options,
) -> impl Iterator<Item = Value> + 'o {
    (0..options.cases).map(move |n| {
        let mut rng = fastrand::Rng::with_seed(options.seed.wrapping_mul(1_000_003).wrapping_add(n));
        let mut case = make(&mut rng, release);
        case["id"] = format!("{n}").into();
        case["op"] = generate::wire_op(op).into();
        case
    })
}

/// Our answer to a case, with the release the oracle's binary stands for. What the filters alone say of a single pod that is to
/// be scheduled comes along as `nodeFilters`.
fn ours(case: &Value, release: Release) -> Value {
    ours_of(case, &case.to_string(), release)
}

/// The same for a case whose text is at hand.
fn ours_of(case: &Value, text: &str, release: Release) -> Value {
    let ask = |text: &str| -> Value {
        let answer = podverdict::wire::evaluate_for(Some(release), text.as_bytes());
        serde_json::from_str(&answer).unwrap_or_else(|e| panic!("our answer is not JSON: {e}: {answer}"))
    };
    let mut answer = ask(text);
    if let Some(filters) = compare::filters_case(case) {
        answer["nodeFilters"] = ask(&filters.to_string());
    }
    answer
}

/// How often the scheduler is asked a case again whose answer differs from ours.
const ASKED_AGAIN: usize = 20;

fn compare_all(
    op: &str,
    release: Release,
    cases: impl Iterator<Item = Value>,
    dir: &std::path::Path,
    options: &Options,
) -> Result<bool, Box<dyn Error>> {
    let start = std::time::Instant::now();
    let mut oracles =
        (0..options.jobs.max(1)).map(|_| Oracle::start(dir, release)).collect::<Result<Vec<_>, _>>()?;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut count, mut panics, mut different, mut varying, mut unsettled, mut unread, mut shown) =
        (0usize, 0usize, 0usize, 0usize, 0usize, 0usize, 0usize);
    let mut cases = cases.peekable();
    while cases.peek().is_some() {
        let batch: Vec<Value> = cases.by_ref().take(500.max(50 * oracles.len())).collect();
        let texts: Vec<String> = batch.iter().map(Value::to_string).collect();
        let theirs = oracle::ask_side_by_side(&mut oracles, &texts)?;
        let mut differing = Vec::new();
        for ((case, text), theirs) in batch.iter().zip(&texts).zip(&theirs) {
            count += 1;
            if theirs.get("panic").is_some() {
                panics += 1;
                continue;
            }
            *kinds.entry(compare::kind(theirs)).or_default() += 1;
            if compare::is_beyond_the_oracle(theirs) {
                unread += 1;
                continue;
            }
            if theirs.get("settled").is_some() && !compare::is_settled(theirs) {
                unsettled += 1;
                continue;
            }
            let ours_answer = ours_of(case, text, release);
            if compare::difference(release, case, &ours_answer, theirs).is_some() {
                differing.push((case, ours_answer, theirs));
            }
        }
        // The real scheduler is random in places, and what it does may depend on how fast it runs.
        let again: Vec<String> = differing
            .iter()
            .filter(|(_, _, theirs)| theirs.get("settled").is_some())
            .flat_map(|(case, _, _)| std::iter::repeat_n(case.to_string(), ASKED_AGAIN))
            .collect();
        let answers = oracle::ask_side_by_side(&mut oracles, &again)?;
        let mut answers = answers.chunks(ASKED_AGAIN);
        for (case, ours_answer, theirs) in differing {
            if theirs.get("settled").is_some() {
                let others = answers.next().unwrap_or_default();
                if others.iter().any(|theirs| compare::agrees(release, case, &ours_answer, theirs)) {
                    varying += 1;
                    continue;
                }
                let settled = |theirs: &Value| compare::is_settled(theirs) && !compare::is_preempting(theirs);
                if !others.iter().any(settled) {
                    unsettled += 1;
                    continue;
                }
            }
            let Some(difference) = compare::difference(release, case, &ours_answer, theirs) else { continue };
            different += 1;
            if shown >= options.show {
                continue;
            }
            shown += 1;
            println!("--- {op} {release} case {}: {difference}", case["id"]);
            if options.shrink {
                let small = shrink::shrink(case.clone(), &mut |candidate| {
                    let theirs = oracle_answer(dir, release, candidate)?;
                    Ok(theirs.get("panic").is_none()
                        && (theirs.get("error").is_none() || ours_answer.get("error").is_none())
                        && compare::difference(release, candidate, &ours(candidate, release), &theirs)
                            .is_some())
                })?;
                let theirs = oracle_answer(dir, release, &small)?;
                println!("case   {small}\ntheirs {theirs}\nours   {}", ours(&small, release));
                if let Some(difference) =
                    compare::difference(release, &small, &ours(&small, release), &theirs)
                {
                    println!("differ {difference}");
                }
            } else {
                println!("case   {case}\ntheirs {theirs}\nours   {ours_answer}");
            }
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    println!(
        "{op} {release}: {count} cases, {different} different, {varying} where upstream's own answers differ and ours is one \
         of them, {unsettled} not settled, {unread} beyond the oracle, {panics} upstream panics, {:.0} s ({})",
        start.elapsed().as_secs_f64(),
        kinds.join(", ")
    );
    Ok(different == 0)
}

thread_local! {
    /// The oracle processes that answer single cases while shrinking.
    static SINGLE: std::cell::RefCell<BTreeMap<Release, Oracle>> = const { std::cell::RefCell::new(BTreeMap::new()) };
}

fn oracle_answer(dir: &std::path::Path, release: Release, case: &Value) -> Result<Value, Box<dyn Error>> {
    SINGLE.with_borrow_mut(|map| {
        if let std::collections::btree_map::Entry::Vacant(entry) = map.entry(release) {
            entry.insert(Oracle::start(dir, release)?);
        }
        map.get_mut(&release).ok_or("no oracle")?.ask(case)
    })
}
