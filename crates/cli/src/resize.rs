//! `podverdict resize`: a resize of a pod, from the request to the containers.

mod neighbours;
mod setting;

use std::path::PathBuf;

use clap::Args;
use podverdict::field::FieldErrors;
use podverdict::model::{Node, Pod, QosClass, ResourceRequirements};
use podverdict::quantity::{Format, Quantity};
use podverdict::release::Kubernetes;
use podverdict::resize::actions::Actuated;
use podverdict::resize::advice::{Offer, ResizeAdvice, legal_offer, resize_advice};
use podverdict::resize::allocation::allocated_by_status;
use podverdict::resize::cgroup::{
    CgroupSettings, InForce, MemoryGuard, ResizeActions, ResizeStep, as_read, pod_cgroup, resize_actions,
};
use podverdict::resize::feasible::{NodeConfig, ResizeOutcome, ResizeVerdict, resize_feasible};
use podverdict::resize::node_admission::node_admission;
use podverdict::resize::qos::pod_qos;
use podverdict::resize::status::{ResizeStatus, resize_status};
use podverdict::validate::{PodVerdict, read_document, validate_pod_create, validate_pod_resize};

use self::neighbours::Neighbours;
use self::setting::Setting;
use crate::files::{self, PodFile};
use crate::style::{BAD, DIM, GOOD, NAME, WARN, paint};
use crate::{Failure, Target};

/// Tell what becomes of a resize: is it accepted, now or later, who restarts, how much is missing, what to ask for instead
///
/// Amounts are set as CONTAINER.RESOURCE=AMOUNT: app.cpu=2 and app.requests.cpu=2 set the request, app.limits.memory=4Gi the
/// limit. pod.cpu=4 sets the request of the pod as a whole; where a container is called pod that is the container, and .cpu=4
/// the pod as a whole.
///
/// Reads manifests and what `kubectl get -o yaml` prints. Without --node only the API server is asked.
#[derive(Args)]
pub(crate) struct ResizeCommand {
    /// The pod, YAML or JSON; `-` for standard input
    file: PathBuf,
    /// Which pod, NAME or NAMESPACE/NAME, where the file holds several
    #[arg(long, value_name = "NAME")]
    pod: Option<String>,
    /// An amount to ask for; may be repeated
    #[arg(long = "set", value_name = "CONTAINER.RESOURCE=AMOUNT", required = true)]
    settings: Vec<Setting>,
    /// The node, or the nodes of which the pod names one
    #[arg(long, value_name = "FILE")]
    node: Option<PathBuf>,
    /// The other pods of the node; pods of other nodes and pods that have ended do not count. May be repeated
    #[arg(long, value_name = "FILE", requires = "node")]
    pods: Vec<PathBuf>,
    /// A pod of --pods that is taken to have left, NAME or NAMESPACE/NAME; may be repeated
    #[arg(long, value_name = "NAME", requires = "pods")]
    without: Vec<String>,
    /// The CPU manager policy of the node's kubelet: none or static
    #[arg(long, value_name = "POLICY", default_value = "none", requires = "node")]
    cpu_manager: String,
    /// The memory manager policy of the node's kubelet: None or Static
    #[arg(long, value_name = "POLICY", default_value = "None", requires = "node")]
    memory_manager: String,
    #[command(flatten)]
    target: Target,
}

impl ResizeCommand {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let k8s = self.target.kubernetes()?;
        let PodFile { mut pod, origin } = self.find_pod()?;
        let node = self.find_node(&pod)?;
        if let Some(node) = &node {
            pod.spec.node_name = node.metadata.name.clone();
        }
        let pods = self.find_neighbours()?;
        // Mistakes are told before anything else.
        setting::apply(&self.settings, &mut pod.clone())?;

        anstream::println!(
            "{} {}",
            paint(NAME, format!("Pod {}", files::pod_name(&pod))),
            paint(DIM, format!("on {} ({origin})", k8s.release()))
        );
        let Some(stored) = stored(&k8s, pod)? else { return Ok(()) };
        tell_status(&k8s, &stored);
        let mut wanted = stored.clone();
        setting::apply(&self.settings, &mut wanted)?;
        let document =
            |pod: &Pod| read_document(&k8s, &serde_json::to_string(pod)?, true).map_err(Failure::from);
        let verdict = validate_pod_resize(&k8s, document(&wanted)?, document(&stored)?);
        for line in changes(&stored, &verdict.pod) {
            anstream::println!("  {line}");
        }
        tell_api_server(&verdict, pod_qos(&k8s, &stored));

        let allocated = allocated_by_status(&stored);
        let Some(node) = &node else {
            tell_without_node(&k8s, &verdict, &allocated);
            return Ok(());
        };
        let config = NodeConfig {
            cpu_manager_policy: self.cpu_manager.as_str().into(),
            memory_manager_policy: self.memory_manager.as_str().into(),
            ..NodeConfig::default()
        };
        let neighbours = Neighbours::new(&k8s, node, &stored, pods);
        Question { k8s: &k8s, config: &config, neighbours, allocated: &allocated, verdict }.tell();
        Ok(())
    }

    /// The pods of `--pods`, but for those that have left.
    fn find_neighbours(&self) -> Result<Vec<Pod>, Failure> {
        let mut pods = files::of_kind(&self.pods, "Pod", Pod::from_json)?;
        for gone in &self.without {
            let before = pods.len();
            pods.retain(|pod| !files::is_called(pod, gone));
            if pods.len() == before {
                return Err(Failure::new(format!("--without {gone}: --pods holds no such pod")));
            }
        }
        Ok(pods)
    }

    /// The pod that is asked about.
    fn find_pod(&self) -> Result<PodFile, Failure> {
        let mut pods = files::pods(std::slice::from_ref(&self.file))?;
        let names: Vec<String> = pods.iter().map(|document| files::pod_name(&document.pod)).collect();
        if let Some(wanted) = &self.pod {
            pods.retain(|PodFile { pod, .. }| {
                *wanted == pod.metadata.name || *wanted == files::pod_name(pod)
            });
        }
        match (pods.pop(), pods.is_empty()) {
            (Some(pod), true) => Ok(pod),
            (Some(_), false) => Err(Failure::new(format!(
                "{}: there are several such pods, name one with --pod: {}",
                self.file.display(),
                names.join(", ")
            ))),
            (None, _) => Err(Failure::new(format!(
                "{}: there is no pod {:?}; there is {}",
                self.file.display(),
                self.pod.as_deref().unwrap_or_default(),
                names.join(", ")
            ))),
        }
    }

    /// The node that the pod is on.
    fn find_node(&self, pod: &Pod) -> Result<Option<Node>, Failure> {
        let Some(path) = &self.node else { return Ok(None) };
        let mut nodes = files::of_kind(std::slice::from_ref(path), "Node", Node::from_json)?;
        let names: Vec<String> = nodes.iter().map(|node| node.metadata.name.to_string()).collect();
        let wanted = &pod.spec.node_name;
        if !wanted.is_empty() {
            nodes.retain(|node| node.metadata.name == *wanted);
        }
        match (nodes.pop(), nodes.is_empty()) {
            (Some(node), true) => Ok(Some(node)),
            (Some(_), false) => Err(Failure::new(format!(
                "{}: the pod names no node; give one of {}",
                path.display(),
                names.join(", ")
            ))),
            (None, _) => Err(Failure::new(format!(
                "{}: the pod is on node {wanted}; there is {}",
                path.display(),
                names.join(", ")
            ))),
        }
    }
}

/// The pod as the API server holds it. A pod that comes from there is; of a manifest it is what the API server would make of it,
/// or nothing if it would refuse it.
fn stored(k8s: &Kubernetes, pod: Pod) -> Result<Option<Pod>, Failure> {
    if !pod.metadata.uid.is_empty() || !pod.status.phase.is_absent() {
        let document = read_document(k8s, &serde_json::to_string(&pod)?, true)?;
        return Ok(Some(document.pod));
    }
    let verdict = validate_pod_create(k8s, pod);
    if verdict.accepted() {
        return Ok(Some(verdict.pod));
    }
    line("API server", &paint(BAD, "refuses the pod itself, before any resize"));
    tell_errors(&verdict.errors);
    Ok(None)
}

/// A line of the story.
fn line(topic: &str, text: &str) {
    anstream::println!("  {} {text}", paint(NAME, format!("{topic:<11}")));
}

/// More about the line before.
fn more(text: &str) {
    anstream::println!("              {text}");
}

fn tell_errors(errors: &FieldErrors) {
    for error in errors {
        more(&error.to_string());
    }
}

/// What became of the resize before.
fn tell_status(k8s: &Kubernetes, stored: &Pod) {
    if stored.metadata.deletion_timestamp.is_some() {
        line("Before", &paint(WARN, "the pod is being deleted"));
    }
    let status = resize_status(k8s, stored);
    if status.status == ResizeStatus::Done {
        for reason in &status.reasons {
            line("Before", &paint(WARN, &reason.message));
        }
        return;
    }
    let reason = status.reasons.first().map(|reason| reason.message.as_str()).unwrap_or_default();
    line("Before", &format!("its last resize is {}: {reason}", paint(WARN, status.status)));
}

/// What changes, a line for each owner and resource.
fn changes(old: &Pod, new: &Pod) -> Vec<String> {
    let none = ResourceRequirements::default();
    let containers = old.spec.init_and_regular().zip(new.spec.init_and_regular());
    let mut owners: Vec<(&str, &ResourceRequirements, &ResourceRequirements)> =
        containers.map(|((old, _), (new, _))| (old.name.as_str(), &old.resources, &new.resources)).collect();
    let (old, new) = (old.spec.resources.as_ref(), new.spec.resources.as_ref());
    owners.push(("(the pod)", old.unwrap_or(&none), new.unwrap_or(&none)));
    let width = owners.iter().map(|(name, _, _)| name.len()).max().unwrap_or_default();
    let mut out = Vec::new();
    for (name, old, new) in owners {
        for resource in ["cpu", "memory"] {
            let lists = [("request", &old.requests, &new.requests), ("limit", &old.limits, &new.limits)];
            let parts: Vec<String> = lists
                .into_iter()
                .filter_map(|(word, old, new)| match (old.get(resource), new.get(resource)) {
                    (old, Some(new)) if old != Some(new) => {
                        let old = old.map_or_else(|| "none".to_owned(), Quantity::to_string);
                        Some(format!("{word} {old} -> {}", paint(NAME, new)))
                    }
                    _ => None,
                })
                .collect();
            if !parts.is_empty() {
                out.push(format!(
                    "{} {resource:<6}  {}",
                    paint(NAME, format!("{name:<width$}")),
                    parts.join(", ")
                ));
            }
        }
    }
    if out.is_empty() {
        out.push(paint(DIM, "nothing changes: the pod asks for that already"));
    }
    out
}

fn tell_api_server(verdict: &PodVerdict, qos: QosClass) {
    if verdict.accepted() {
        let class = paint(DIM, format!("(the pod stays {qos})"));
        line("API server", &format!("{} {class}", paint(GOOD, "accepts it")));
        return;
    }
    line("API server", &paint(BAD, "refuses it"));
    tell_errors(&verdict.errors);
}

fn tell_without_node(k8s: &Kubernetes, verdict: &PodVerdict, allocated: &Pod) {
    if verdict.accepted() {
        tell_actions(k8s, &verdict.pod, allocated);
        line("Node", &paint(DIM, "not asked: give --node and --pods to learn whether it has room"));
        return;
    }
    match legal_offer(k8s, &verdict.pod, allocated) {
        Ok(Some(offer)) => tell_offer("Legal is", allocated, &offer),
        Ok(None) => {}
        Err(reason) => line("Advice", &format!("no resize will do: {}", reason.message)),
    }
}

fn tell_offer(title: &str, allocated: &Pod, offer: &Offer) {
    line("Advice", &format!("{title}: {}", paint(GOOD, as_settings(allocated, offer).join(" "))));
}

/// The question with all that is known.
struct Question<'a> {
    k8s: &'a Kubernetes,
    config: &'a NodeConfig,
    neighbours: Neighbours<'a>,
    allocated: &'a Pod,
    verdict: PodVerdict,
}

impl Question<'_> {
    fn tell(&self) {
        let accepted = self.verdict.accepted();
        let wanted = &self.verdict.pod;
        let node = self.neighbours.node();
        let refusal = node_admission(self.k8s, node, self.allocated, wanted).filter(|_| accepted);
        if let Some(refusal) = &refusal {
            line("Admission", &format!("{}: {}", paint(BAD, "refuses it"), refusal.message()));
        }
        let mut settled = accepted && refusal.is_none();
        if settled {
            let verdict =
                resize_feasible(self.k8s, &self.neighbours.all(), self.config, wanted, self.allocated);
            self.tell_node(&verdict);
            settled = matches!(verdict.outcome, ResizeOutcome::Allocated | ResizeOutcome::Unchanged);
            if verdict.outcome != ResizeOutcome::Infeasible {
                tell_actions(self.k8s, wanted, self.allocated);
            }
        }
        let advice = resize_advice(self.k8s, &self.neighbours.all(), self.config, wanted, self.allocated);
        let restarts = !actions(self.k8s, wanted, self.allocated).restarts.is_empty();
        self.tell_advice(&advice, settled, restarts);
    }

    fn tell_node(&self, verdict: &ResizeVerdict) {
        let name = &self.neighbours.node().metadata.name;
        let message = verdict.message().unwrap_or_default();
        let text = match verdict.outcome {
            ResizeOutcome::Unchanged => format!("{name} has {}", paint(GOOD, "nothing to do")),
            ResizeOutcome::Allocated => format!("{name} {}", paint(GOOD, "allocates it now")),
            ResizeOutcome::Deferred => format!("{name} {}: {message}", paint(WARN, "defers it")),
            ResizeOutcome::Infeasible => format!("{name} {}: {message}", paint(BAD, "cannot do it")),
        };
        line("Node", &text);
        for shortfall in verdict.shortfalls() {
            let amount = |count| amount(count, &shortfall.resource);
            let hope = if shortfall.attainable { "" } else { "; the node never has that much" };
            more(&format!(
                "{}: {} missing (asked for {}, used by others {}, node {}){hope}",
                shortfall.resource,
                paint(WARN, amount(shortfall.missing)),
                amount(shortfall.requested),
                amount(shortfall.used),
                amount(shortfall.capacity),
            ));
        }
        if verdict.outcome == ResizeOutcome::Deferred {
            if verdict.evicts_others {
                more(&paint(WARN, "the pod is critical: the kubelet evicts other pods to make room"));
            }
            let fits = |others: &_| {
                let verdict =
                    resize_feasible(self.k8s, others, self.config, &self.verdict.pod, self.allocated);
                verdict.outcome == ResizeOutcome::Allocated
            };
            let leaving = self.neighbours.whose_leaving(fits);
            more(&match leaving.as_slice() {
                [] => "no single pod makes room by leaving".to_owned(),
                [one] => {
                    format!("it fits once {} leaves; the kubelet tries again by itself", paint(NAME, one))
                }
                several => format!(
                    "it fits once any of these leaves; the kubelet tries again by itself: {}",
                    several.iter().map(|name| paint(NAME, name)).collect::<Vec<_>>().join(", ")
                ),
            });
        }
        for note in self.neighbours.notes() {
            more(&paint(DIM, note));
        }
    }

    fn tell_advice(&self, advice: &ResizeAdvice, settled: bool, restarts: bool) {
        if let Some(offer) = advice.accepted.as_ref().filter(|_| !settled) {
            tell_offer("What works now", self.allocated, offer);
        }
        if let Some(offer) = advice.without_restart.as_ref().filter(|_| restarts) {
            tell_offer("Without restart", self.allocated, offer);
        }
        let other_legal = advice.legal.as_ref().filter(|offer| advice.accepted.as_ref() != Some(*offer));
        if let Some(offer) = other_legal.filter(|_| !self.verdict.accepted()) {
            tell_offer("Legal, once there is room", self.allocated, offer);
        }
        if !settled && advice.accepted.is_none() {
            line("Advice", "there is nothing larger or smaller in between that works now");
            if !self.verdict.accepted() {
                advice.reasons.iter().for_each(|reason| more(&reason.message));
            }
        }
    }
}

/// How the kubelet puts the resize in force.
fn actions(k8s: &Kubernetes, wanted: &Pod, allocated: &Pod) -> ResizeActions {
    let settings = CgroupSettings::default();
    let actuated = Actuated::steady(&allocated.spec);
    let cgroup = as_read(&pod_cgroup(k8s, allocated, &settings), &settings);
    let state =
        InForce { pod: wanted, actuated: &actuated, cgroup, volumes: &allocated.spec.volumes, usage: None };
    resize_actions(k8s, &state, &settings)
}

fn tell_actions(k8s: &Kubernetes, wanted: &Pod, allocated: &Pod) {
    let actions = actions(k8s, wanted, allocated);
    if actions.steps.is_empty() {
        return;
    }
    if actions.restarts.is_empty() {
        line("Restarts", &paint(GOOD, "none: everything changes in place"));
    }
    for restart in &actions.restarts {
        line(
            "Restarts",
            &format!(
                "{} {}, because its {} changes and its resizePolicy says so",
                paint(NAME, &restart.name),
                paint(WARN, "restarts"),
                restart.resource
            ),
        );
    }
    let steps: Vec<String> = actions.steps.iter().map(step).collect();
    line("Steps", &paint(DIM, steps.join("; ")));
    if actions.memory_guard != MemoryGuard::Unknown {
        return;
    }
    // How much is in use is not known here.
    let decreases = actions.updates.memory.iter().filter_map(|update| {
        let (to, from) = (update.desired.memory_limit, update.current.memory_limit);
        (to != 0 && (from == 0 || to < from)).then_some((update.name.as_str(), to))
    });
    let of_pod = actions.steps.iter().filter_map(|step| match step {
        ResizeStep::PodMemoryLimit { from, to } if to < from => Some(("the pod", *to)),
        _ => None,
    });
    for (name, to) in decreases.chain(of_pod) {
        more(&format!(
            "{} the memory limit of {} goes down; that fails as long as {} or more are in use",
            paint(WARN, "careful:"),
            paint(NAME, name),
            amount(to, "memory")
        ));
    }
}

fn step(step: &ResizeStep) -> String {
    let limit = |value: &i64| if *value < 0 { "none".to_owned() } else { amount(*value, "memory") };
    match step {
        ResizeStep::KillContainer { name, .. } => format!("kill {name}"),
        ResizeStep::StartContainer { name } => format!("start {name}"),
        ResizeStep::ResizeVolume { name, to, .. } => format!("volume {name} to {to}"),
        ResizeStep::PodMemoryLimit { from, to } => {
            format!("pod memory limit {} -> {}", limit(from), limit(to))
        }
        ResizeStep::PodCpuLimit { from, to } => {
            let quota = |value: &i64| if *value < 0 { "none".to_owned() } else { format!("{value}us") };
            format!("pod CPU quota {} -> {}", quota(from), quota(to))
        }
        ResizeStep::PodCpuRequest { from, to } => format!("pod CPU shares {from} -> {to}"),
        ResizeStep::UpdateContainer { name, resource, .. } => format!("{name} {resource}"),
    }
}

/// An offer in the form in which it can be asked for.
fn as_settings(allocated: &Pod, offer: &Offer) -> Vec<String> {
    let none = ResourceRequirements::default();
    let of = |name: &str| {
        let found = allocated.spec.init_and_regular().find(|(container, _)| container.name == name);
        found.map_or(&none, |(container, _)| &container.resources)
    };
    let containers = offer.containers.iter().map(|c| (c.name.as_str(), of(&c.name), &c.resources));
    let pod = offer.pod.iter().map(|new| ("", allocated.spec.resources.as_ref().unwrap_or(&none), new));
    let mut out = Vec::new();
    for (name, old, new) in containers.chain(pod) {
        for (list, old, new) in [("", &old.requests, &new.requests), ("limits.", &old.limits, &new.limits)] {
            for (resource, amount) in
                new.iter().filter(|(resource, amount)| old.get(resource) != Some(amount))
            {
                out.push(format!("--set {name}.{list}{resource}={amount}"));
            }
        }
    }
    out
}

/// An amount in the unit that the core counts it in.
fn amount(count: i64, resource: &str) -> String {
    match resource {
        "cpu" => Quantity::from_milli_value(count, Format::DecimalSI).to_string(),
        "memory" | "ephemeral-storage" => Quantity::from_value(count, Format::BinarySI).to_string(),
        _ => count.to_string(),
    }
}
