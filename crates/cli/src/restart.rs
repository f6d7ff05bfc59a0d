//! `podverdict restart`: one container ends with an exit code; what happens?

use std::path::PathBuf;

use clap::Args;
use podverdict::model::{Container, Pod};
use podverdict::release::Kubernetes;
use podverdict::restart::decide::{ContainerKind, Decision, Exit, PassedOver, Verdict, on_exit};

use crate::style::{BAD, DIM, GOOD, NAME, WARN, paint};
use crate::{Failure, Target, files};

/// Tell what happens when a container ends with an exit code
#[derive(Args)]
pub(crate) struct Restart {
    /// Manifest of the pod, YAML or JSON; `-` for standard input
    file: PathBuf,
    /// Name of the container
    #[arg(long, short, value_name = "NAME")]
    container: String,
    /// Exit code; may be repeated
    #[arg(long, short = 'x', value_name = "N", required = true, allow_negative_numbers = true)]
    exit_code: Vec<i32>,
    /// The runtime's word for the exit, such as OOMKilled
    #[arg(long, value_name = "WORD", default_value = "")]
    reason: String,
    #[command(flatten)]
    target: Target,
}

impl Restart {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let k8s = self.target.kubernetes()?;
        for document in files::pods(std::slice::from_ref(&self.file))? {
            let pod = &document.pod;
            let Some((container, kind)) = find(pod, &self.container) else {
                let names: Vec<&str> = all(pod).map(|(c, _)| c.name.as_str()).collect();
                return Err(Failure::new(format!(
                    "{}: the pod has no container {:?}; it has {}",
                    document.origin,
                    self.container,
                    names.join(", ")
                )));
            };
            for code in &self.exit_code {
                let exit = Exit { code: *code, reason: &self.reason };
                let decision = on_exit(&k8s, pod, container, kind, exit);
                anstream::println!(
                    "{} {} exits {code} on {}: {}",
                    paint(NAME, files::pod_name(pod)),
                    paint(NAME, &container.name),
                    k8s.release(),
                    sentence(&k8s, &decision)
                );
            }
        }
        Ok(())
    }
}

/// Every container with its kind: init, regular, ephemeral.
pub(crate) fn all(pod: &Pod) -> impl Iterator<Item = (&Container, ContainerKind)> {
    let spec = &pod.spec;
    let init = spec.init_containers.iter().map(|c| (c, ContainerKind::Init));
    let regular = spec.containers.iter().map(|c| (c, ContainerKind::Regular));
    init.chain(regular).chain(spec.ephemeral_containers.iter().map(|c| (c, ContainerKind::Ephemeral)))
}

fn find<'p>(pod: &'p Pod, name: &str) -> Option<(&'p Container, ContainerKind)> {
    all(pod).find(|(container, _)| container.name == name)
}

/// A decision as a person reads it: what, and why.
pub(crate) fn sentence(k8s: &Kubernetes, decision: &Decision) -> String {
    let verdict = match decision.verdict {
        Verdict::Restart => paint(WARN, "it restarts"),
        Verdict::RestartAllContainers => paint(BAD, "all containers of the pod restart in place"),
        Verdict::Leave => paint(GOOD, "it is left as it is"),
    };
    let mut out = format!("{verdict}, because {}", decision.because);
    if let Some((index, why)) = decision.passed_over {
        let why = match why {
            PassedOver::GateOff => format!(
                "asks for RestartAllContainers, and the feature gate RestartAllContainersOnContainerExits is off{}",
                if k8s.release().as_str() == "1.35" { " (its default on 1.35)" } else { "" }
            ),
            PassedOver::UnknownAction => "has an action that Kubernetes does not know".to_owned(),
            PassedOver::NoContainerPolicy => {
                "does not count without a restartPolicy on the container".to_owned()
            }
            PassedOver::RulesOff => {
                "does not count while the feature gate ContainerRestartRules is off".to_owned()
            }
        };
        out.push_str(&paint(DIM, format!(" (restartPolicyRules[{index}] matches, but {why})")));
    }
    out
}
