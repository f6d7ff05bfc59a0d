//! Holds what `gang_feasible` claims against what the scheduler does: a gang that the scheduler places is one that we say can be
//! placed, and one that we say is impossible is never placed. Where the scheduler places nothing, nothing is claimed.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use podverdict::release::Release;
use serde_json::Value;

use crate::generate::mixed_gang;
use crate::oracle::Oracle;
use crate::{ours, shrink};

/// Compares `cases` cases; whether every claim holds.
pub(crate) fn check(
    dir: &Path,
    release: Release,
    cases: u64,
    seed: u64,
    show: usize,
) -> Result<bool, Box<dyn Error>> {
    let start = std::time::Instant::now();
    let mut oracle = Oracle::start(dir, release)?;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut broken, mut more) = (0_usize, 0_usize);
    for n in 0..cases {
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(n));
        let mut case = mixed_gang::mixed_gang(&mut rng, release);
        case["id"] = n.to_string().into();
        let theirs = ask(&mut oracle, &case)?;
        let answer = answer(&case, release);
        let bound = bound(&theirs);
        let verdict = answer["verdict"].as_str().unwrap_or("error").to_owned();
        *kinds
            .entry(format!("{verdict}, upstream {}", if bound > 0 { "places" } else { "does not" }))
            .or_default() += 1;
        let at_least = answer["atLeast"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        more += usize::from(verdict == "placed" && bound > 0 && at_least > bound);
        let Some(why) = refuted(&answer, bound) else { continue };
        broken += 1;
        if broken <= show {
            println!("--- claims {release} case {n}: {why}");
            let small = shrink::shrink(case, &mut |candidate| {
                let theirs = ask(&mut oracle, candidate)?;
                Ok(refuted(&self::answer(candidate, release), self::bound(&theirs)).is_some())
            })?;
            println!(
                "case   {small}\ntheirs {}\nours   {}",
                ask(&mut oracle, &small)?,
                self::answer(&small, release)
            );
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    println!(
        "gang claims {release}: {cases} cases, {broken} refuted, more pods than upstream in {more}, {:.0} s ({})",
        start.elapsed().as_secs_f64(),
        kinds.join("; ")
    );
    Ok(broken == 0)
}

fn ask(oracle: &mut Oracle, case: &Value) -> Result<Value, Box<dyn Error>> {
    let mut case = case.clone();
    case["op"] = "schedule".into();
    case["timeoutMs"] = 700.into();
    oracle.ask_all(std::slice::from_ref(&case))?.pop().ok_or_else(|| "no answer".into())
}

fn answer(case: &Value, release: Release) -> Value {
    let mut case = case.clone();
    case["op"] = "gang_feasible".into();
    case["upstream"] = false.into();
    ours(&case, release)
}

/// How many pods the scheduler has given a node.
fn bound(theirs: &Value) -> usize {
    let pods = theirs["pods"].as_object();
    pods.map_or(0, |pods| pods.values().filter(|pod| pod["state"] == "bound").count())
}

/// Which claim does not hold.
fn refuted(ours: &Value, bound: usize) -> Option<String> {
    if bound == 0 || ours.get("error").is_some() {
        return None;
    }
    if ours["verdict"] != "placed" {
        return Some(format!("upstream places {bound} pods, we say {}", ours["verdict"]));
    }
    // Of a composite group it is groups that are counted.
    let flat = ours["groups"].as_array().is_some_and(|groups| groups.len() == 1);
    let at_most = ours["atMost"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    (flat && bound > at_most).then(|| format!("upstream places {bound} pods, we say {at_most} at most"))
}
