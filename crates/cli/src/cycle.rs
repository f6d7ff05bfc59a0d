//! `podverdict cycle`: a pod's way through a script of exits, sync after sync.

use std::path::PathBuf;

use clap::Args;
use podverdict::model::{Map, Pod, RuntimePodStatus, Time};
use podverdict::restart::backoff::{SYNC_FREQUENCY, back_off_config};
use podverdict::restart::cycle::{Cycle, Done, Event, Outcome, Setting, Sync, restart_cycle};
use podverdict::validate::set_defaults;
use serde_json::Value;

use crate::style::{BAD, DIM, GOOD, NAME, WARN, paint};
use crate::{Failure, Target, files};

/// Follow a pod through a script of exits until it settles: what is killed, reset and started, when and why
#[derive(Args)]
pub(crate) struct CycleCommand {
    /// Manifest of the pod, YAML or JSON; `-` for standard input
    file: PathBuf,
    /// A container ends with an exit code, once nothing else changes; may be repeated
    #[arg(long = "exit", value_name = "CONTAINER=CODE", value_parser = exit)]
    exits: Vec<(String, i32)>,
    #[command(flatten)]
    target: Target,
}

fn exit(text: &str) -> Result<(String, i32), String> {
    let (name, code) = text.split_once('=').ok_or("write CONTAINER=CODE")?;
    let code = code.parse().map_err(|_| format!("{code:?} is no exit code"))?;
    Ok((name.to_owned(), code))
}

impl CycleCommand {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let k8s = self.target.kubernetes()?;
        let script: Vec<Event> =
            self.exits.iter().map(|(name, code)| Event::exit(name.as_str(), *code)).collect();
        for mut document in files::pods(std::slice::from_ref(&self.file))? {
            set_defaults(&k8s, &mut document.pod);
            let pod = &document.pod;
            if let Some((name, _)) = self.exits.iter().find(|(name, _)| !has(pod, name)) {
                return Err(Failure::new(format!("{}: the pod has no container {name:?}", document.origin)));
            }
            let config = back_off_config(&k8s, None).map_err(|e| Failure::new(format!("{e:?}")))?;
            let setting = Setting {
                pod,
                runtime: &RuntimePodStatus::default(),
                back_off: Map::new(),
                config,
                sync_frequency: SYNC_FREQUENCY,
                now: Time::default(),
                killed_exit_code: 137,
                max_syncs: script.len().saturating_mul(16).saturating_add(100),
            };
            let cycle = restart_cycle(&k8s, &setting, &script)?;
            anstream::println!(
                "{} on {}",
                paint(NAME, format!("Pod {}", files::pod_name(pod))),
                k8s.release()
            );
            tell(&cycle, &script)?;
        }
        Ok(())
    }
}

fn has(pod: &Pod, name: &str) -> bool {
    crate::restart::all(pod).any(|(container, _)| container.name == name)
}

/// The syncs in which something happens or is done.
fn tell(cycle: &Cycle, script: &[Event]) -> Result<(), Failure> {
    for sync in &cycle.syncs {
        let event = sync.event.as_ref().map(serde_json::to_value).transpose()?;
        if let Some(event) = &event {
            let text = match (event.get("container"), event.get("exitCode")) {
                (Some(Value::String(name)), Some(code)) => format!("{name} exits with {code}"),
                _ => event.to_string(),
            };
            anstream::println!("  {}", paint(WARN, text));
        }
        if sync.steps.is_empty() && event.is_none() {
            continue;
        }
        anstream::println!("    {}", paint(DIM, when(sync)));
        for done in &sync.steps {
            anstream::println!("      {}", step(done)?);
        }
        if sync.steps.is_empty() {
            anstream::println!("      {}", paint(GOOD, "nothing to do"));
        }
    }
    for index in &cycle.not_applied {
        if let Some(event) = script.get(*index) {
            let event = serde_json::to_value(&event.happening)?;
            let name = event.get("container").and_then(Value::as_str).unwrap_or_default().to_owned();
            anstream::println!(
                "  {}",
                paint(DIM, format!("event {index} did not happen: {name} did not run"))
            );
        }
    }
    let phase = cycle.syncs.last().map(|sync| sync.phase.to_string()).unwrap_or_default();
    let end = match cycle.outcome {
        Outcome::Terminal => paint(BAD, format!("the pod is over: {phase}")),
        Outcome::Settled => paint(GOOD, format!("the pod goes on: {phase}")),
        Outcome::Endless => paint(BAD, "this goes round and round, without end"),
        Outcome::Bound => paint(WARN, "not followed any further"),
    };
    anstream::println!("  {end}");
    Ok(())
}

fn when(sync: &Sync) -> String {
    let seconds = sync.at.nanoseconds_since(Time::default()).checked_div(1_000_000_000).unwrap_or(0);
    let restarting = if sync.restarts_all_containers { ", AllContainersRestarting" } else { "" };
    format!("after {seconds} s, phase {}{restarting}:", sync.phase)
}

/// A step as a person reads it: what, with which container, and why.
fn step(done: &Done) -> Result<String, Failure> {
    let value = serde_json::to_value(done)?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (what, style) = match text("do").as_str() {
        "startContainer" => ("start".to_owned(), GOOD),
        "createSandbox" => ("make a sandbox".to_owned(), GOOD),
        "killContainer" => ("kill".to_owned(), BAD),
        "killPod" => ("kill the pod".to_owned(), BAD),
        "resetContainer" => ("remove".to_owned(), BAD),
        other => (other.to_owned(), WARN),
    };
    let container = paint(NAME, text("container"));
    let waits = value.pointer("/backOff/inBackOff") == Some(&Value::Bool(true));
    let waits = if waits { paint(WARN, " (has to wait: CrashLoopBackOff)") } else { String::new() };
    let count = value.get("restartCount").and_then(Value::as_i64).filter(|count| *count > 0);
    let count = count.map(|count| format!(" (restart {count})")).unwrap_or_default();
    Ok(format!("{} {container}{count}{waits} {}", paint(style, what), paint(DIM, text("message"))))
}
