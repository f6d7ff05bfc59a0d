//! Holds what `gang_feasible` claims against what the scheduler does: a gang that the scheduler places is one that we say can be
//! placed, and one that we say is impossible is never placed. Where the scheduler places nothing, nothing is claimed.

use podverdict::release::Release;
use serde_json::Value;

use super::Claim;
use crate::generate::mixed_gang;

/// A gang of pods of several sizes; what the scheduler would do is the oracle's to say.
pub(crate) fn generate(rng: &mut fastrand::Rng, release: Release) -> Value {
    let mut case = mixed_gang::mixed_gang(rng, release);
    case["upstream"] = false.into();
    case
}

pub(crate) fn feasible(case: &Value, ours: &Value, _: Release) -> Vec<Claim> {
    if ours.get("error").is_some() {
        return Vec::new();
    }
    let mut question = case.clone();
    question["op"] = "schedule".into();
    question["timeoutMs"] = 700.into();
    if let Some(question) = question.as_object_mut() {
        question.remove("upstream");
    }
    let about = format!("the gang is {}", ours["verdict"]);
    let ours = ours.clone();
    let holds = move |theirs: &[Value]| theirs.iter().try_for_each(|theirs| consistent(&ours, bound(theirs)));
    vec![Claim::new(about, vec![question], holds)]
}

/// How many pods the scheduler has given a node.
fn bound(theirs: &Value) -> usize {
    let pods = theirs["pods"].as_object();
    pods.map_or(0, |pods| pods.values().filter(|pod| pod["state"] == "bound").count())
}

fn consistent(ours: &Value, bound: usize) -> Result<(), String> {
    if bound == 0 {
        return Ok(());
    }
    if ours["verdict"] != "placed" {
        return Err(format!("upstream places {bound} pods"));
    }
    // Of a composite group it is groups that are counted.
    let flat = ours["groups"].as_array().is_some_and(|groups| groups.len() == 1);
    let at_most = ours["atMost"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    if flat && bound > at_most {
        return Err(format!("upstream places {bound} pods, we say {at_most} at most"));
    }
    Ok(())
}
