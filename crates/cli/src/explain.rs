//! `podverdict explain`: what each pod's containers would do now, and why.

use std::path::PathBuf;

use clap::Args;
use podverdict::model::{Container, Pod, RuntimeContainerStatus, RuntimeState};
use podverdict::release::Kubernetes;
use podverdict::restart::Records;
use podverdict::restart::decide::{
    Because, ContainerKind, Decision, Exit, Verdict, on_exit, should_container_be_restarted,
};
use podverdict::restart::observed::observed;
use podverdict::validate::set_defaults;

use crate::files::{self, PodFile};
use crate::restart::{all, sentence};
use crate::style::{BAD, DIM, GOOD, NAME, WARN, paint};
use crate::{Failure, Target};

/// Tell what each pod's containers would do now, and after an exit, and why
///
/// Reads manifests and what `kubectl get pods -o yaml` prints, YAML or JSON, several documents a file.
#[derive(Args)]
pub(crate) struct Explain {
    /// Files; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    target: Target,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let k8s = self.target.kubernetes()?;
        for (n, mut document) in files::pods(&self.files)?.into_iter().enumerate() {
            if n > 0 {
                anstream::println!();
            }
            set_defaults(&k8s, &mut document.pod);
            explain(&k8s, &document)?;
        }
        Ok(())
    }
}

fn explain(k8s: &Kubernetes, document: &PodFile) -> Result<(), Failure> {
    let pod = &document.pod;
    let phase =
        if pod.status.phase.is_absent() { String::new() } else { format!(", phase {}", pod.status.phase) };
    anstream::println!(
        "{} {}",
        paint(NAME, format!("Pod {}", files::pod_name(pod))),
        paint(
            DIM,
            format!(
                "on {}: restartPolicy {}{phase} ({})",
                k8s.release(),
                pod.spec.restart_policy,
                document.origin
            )
        )
    );
    if pod.metadata.deletion_timestamp.is_some() {
        anstream::println!("  {}", paint(WARN, "it is being deleted: nothing is started any more"));
    }
    let runtime = observed(pod);
    let records = Records::new(&runtime)?;
    let width = all(pod).map(|(c, _)| c.name.len()).max().unwrap_or(0);
    for (container, kind) in all(pod) {
        let name = paint(NAME, format!("{:width$}", container.name));
        let what = match kind {
            ContainerKind::Init if container.is_sidecar() => "sidecar  ",
            ContainerKind::Init => "init     ",
            ContainerKind::Regular => "         ",
            ContainerKind::Ephemeral => "ephemeral",
        };
        let record = records.newest(&container.name);
        anstream::println!("  {name}  {}  {}", paint(DIM, what), now(k8s, pod, container, kind, record));
        for line in on_exits(k8s, pod, container, kind) {
            anstream::println!("  {:width$}  {:9}    {line}", "", "");
        }
    }
    Ok(())
}

/// The container's state and what follows from it.
fn now(
    k8s: &Kubernetes,
    pod: &Pod,
    container: &Container,
    kind: ContainerKind,
    record: Option<&RuntimeContainerStatus>,
) -> String {
    let Some(record) = record else {
        return paint(
            DIM,
            if pod.status.phase.is_absent() { "not started yet" } else { "no record in the runtime" },
        );
    };
    match record.state {
        RuntimeState::Exited => {
            let exit = Exit { code: record.exit_code, reason: &record.reason };
            let decision = on_exit(k8s, pod, container, kind, exit);
            let style = if record.exit_code == 0 { GOOD } else { BAD };
            let word = if record.reason.is_empty() { String::new() } else { format!(" ({})", record.reason) };
            let ended = paint(style, format!("ended with {}{word}", record.exit_code));
            format!("{ended}: {}", sentence(k8s, &decision))
        }
        RuntimeState::Running => paint(GOOD, "running"),
        RuntimeState::Created | RuntimeState::Unknown => {
            sentence(k8s, &should_container_be_restarted(k8s, pod, container, Some(record)))
        }
    }
}

/// What would happen for every exit code, alike ones together.
fn on_exits(k8s: &Kubernetes, pod: &Pod, container: &Container, kind: ContainerKind) -> Vec<String> {
    let mut named: Vec<i32> = container
        .rules()
        .iter()
        .filter_map(|rule| rule.exit_codes.as_ref())
        .flat_map(|c| c.values.clone())
        .collect();
    named.push(0);
    named.sort_unstable();
    named.dedup();
    // A code that no rule names stands for all such codes.
    let other = (1..=i32::MAX).find(|code| named.binary_search(code).is_err()).unwrap_or(1);
    let mut groups: Vec<(Decision, Vec<String>)> = Vec::new();
    for code in named.iter().copied().chain([other]) {
        let decision = on_exit(k8s, pod, container, kind, Exit { code, reason: "" });
        if decision.because == Because::PodDeleted {
            return Vec::new();
        }
        let text = if code == other { "any other code".to_owned() } else { code.to_string() };
        match groups.iter_mut().find(|(known, _)| *known == decision) {
            Some((_, codes)) => codes.push(text),
            None => groups.push((decision, vec![text])),
        }
    }
    let single = groups.len() == 1;
    groups
        .into_iter()
        .filter(|(decision, _)| {
            !(single && decision.verdict == Verdict::Leave && kind == ContainerKind::Ephemeral)
        })
        .map(|(decision, mut codes)| {
            if codes.len() > 8 {
                let more = codes.len().saturating_sub(7);
                codes.truncate(7);
                codes.push(format!("{more} more"));
            }
            let codes = if single { "any code".to_owned() } else { codes.join(", ") };
            format!("{} {}", paint(DIM, format!("if it exits with {codes}:")), sentence(k8s, &decision))
        })
        .collect()
}
