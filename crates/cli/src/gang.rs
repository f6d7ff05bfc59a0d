//! `podverdict gang`: can a gang start, where, why not, and what would help.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use podverdict::gang::cluster::{Cluster, ClusterObject, Notice, PodInfo};
use podverdict::gang::explain::{Amount, Cause, Explanation, Obstacle, Remedy, explain};
use podverdict::gang::feasible::{Feasible, Upstream, Verdict, feasible};
use podverdict::gang::schedule::schedule;
use podverdict::gang::solver::budget::Budget;
use podverdict::gang::translate::HeldBack;
use podverdict::gang::tree::{GangObjects, gangs};
use podverdict::model::{Node, ObjectMeta, Pod};
use podverdict::release::{Kubernetes, Release};
use podverdict::validate::set_defaults;

use crate::files::{self, Document};
use crate::style::{BAD, DIM, GOOD, NAME, WARN, paint};
use crate::{Failure, Target};

/// Tell whether a gang can start now, where its pods go, why not, and what would help
///
/// Reads the cluster, as `kubectl get nodes,pods -A -o yaml` prints it, and the gang: its Workload (1.35), PodGroup or
/// CompositePodGroup, and its pods, or the Job or other workload that makes them.
#[derive(Args)]
pub(crate) struct Gang {
    /// Files; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The group, as NAMESPACE/NAME (1.35: NAMESPACE/WORKLOAD/NAME); every group of pending pods if absent
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Steps that an answer may cost; a million take about a twentieth of a second
    #[arg(long, value_name = "STEPS", default_value_t = Budget::default().left())]
    budget: u64,
    #[command(flatten)]
    target: Target,
}

/// More pods than these are not made of one workload.
const MOST_REPLICAS: u64 = 200_000;

/// What the files say.
#[derive(Default)]
struct Given {
    nodes: Vec<Node>,
    pods: Vec<Pod>,
    /// All other objects that matter, and of these the groups once more.
    others: Vec<ClusterObject>,
    objects: GangObjects,
    /// Kinds that do not matter here.
    left_out: BTreeMap<String, usize>,
}

impl Gang {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut given = Given::default();
        for path in &self.files {
            for document in files::read(path)? {
                given.take(&document)?;
            }
        }
        let k8s = self.kubernetes(&given)?;
        given.pods.iter_mut().for_each(|pod| set_defaults(&k8s, pod));
        let mut cluster = Cluster::read(&k8s, &given.nodes, &given.pods)?;
        given.others.iter().for_each(|object| cluster.set_object(object));
        let mut reader = cluster.reader();
        let pending = given.pods.iter().filter(|pod| pod.spec.node_name.is_empty());
        let pending: Vec<Arc<PodInfo>> = pending.map(|pod| reader.read(pod)).collect();
        let groups = match &self.group {
            Some(group) => vec![group.clone()],
            None => gangs(&k8s, &given.objects, &pending)?,
        };
        if groups.is_empty() {
            return Err(Failure::new(
                "there is no group: no pending pod names one, and there is no PodGroup",
            ));
        }
        let upstream = schedule(&cluster, &pending);
        for (n, group) in groups.iter().enumerate() {
            if n > 0 {
                anstream::println!();
            }
            let budget = Budget::new(self.budget);
            let answer = feasible(&cluster, &given.objects, &pending, Some(group), budget)?;
            tell(&k8s, &cluster, &answer);
            let upstream = Upstream::of(&answer, &upstream);
            beside(&answer, &upstream);
            if !answer.starts {
                why(&explain(&cluster, &given.objects, &pending, Some(group), budget)?);
            }
            let not_judged: BTreeSet<_> = answer.not_judged.iter().chain(&upstream.not_judged).collect();
            for text in not_judged.iter().map(|what| format!("not judged: {what}")) {
                anstream::println!("  {}", paint(WARN, text));
            }
            for text in answer.ignored.iter().map(|what| format!("ignored: {what}")) {
                anstream::println!("  {}", paint(WARN, text));
            }
        }
        remarks(&cluster, &given);
        Ok(())
    }

    /// The release with the gates that gangs need, unless the command line says otherwise.
    fn kubernetes(&self, given: &Given) -> Result<Kubernetes, Failure> {
        let mut gates = self.target.gates.clone();
        let mut on = |name: &str| {
            if !gates.iter().any(|(known, _)| known == name) {
                gates.push((name.to_owned(), true));
            }
        };
        on("GenericWorkload");
        if self.target.release < Release::V1_37 {
            on("GangScheduling");
        }
        let constrained = given.objects.pod_groups.iter().any(|g| g.spec.scheduling_constraints.is_some());
        let composite = !given.objects.composites.is_empty();
        if self.target.release >= Release::V1_36 && (constrained || composite) {
            on("TopologyAwareWorkloadScheduling");
        }
        if self.target.release >= Release::V1_37 && composite {
            on("CompositePodGroup");
        }
        let overrides = gates.iter().map(|(name, on)| (name.as_str(), *on));
        Kubernetes::with_gates(self.target.release, overrides)
            .map_err(|e| Failure::new(format!("--gate: {e}")))
    }
}

impl Given {
    fn take(&mut self, document: &Document) -> Result<(), Failure> {
        match document.kind() {
            "Node" => {
                self.nodes.push(Node::from_json(&document.json()).map_err(|e| at(document, &e))?);
            }
            kind if ClusterObject::KINDS.contains(&kind) => {
                let mut object = ClusterObject::from_json(&document.json()).map_err(|e| at(document, &e))?;
                object.set_defaults();
                match &mut object {
                    ClusterObject::Workload(workload) => in_default(&mut workload.metadata),
                    ClusterObject::PodGroup(group) => in_default(&mut group.metadata),
                    ClusterObject::CompositePodGroup(group) => in_default(&mut group.metadata),
                    _ => {}
                }
                self.objects.add(object.clone());
                self.others.push(object);
            }
            kind => match files::pod_of(document)? {
                Some(mut pod) => {
                    in_default(&mut pod.metadata);
                    match document.replicas() {
                        None => self.pods.push(pod),
                        Some(replicas) if replicas > MOST_REPLICAS => {
                            let text = format!("{replicas} pods are more than {MOST_REPLICAS}");
                            return Err(at(document, &text));
                        }
                        Some(replicas) => {
                            for n in 0..replicas {
                                let mut pod = pod.clone();
                                pod.metadata.name = format!("{}-{n}", pod.metadata.name).into();
                                self.pods.push(pod);
                            }
                        }
                    }
                }
                None => {
                    let count = self.left_out.entry(kind.to_owned()).or_default();
                    *count = count.saturating_add(1);
                }
            },
        }
        Ok(())
    }
}

fn at(document: &Document, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {error}", document.origin))
}

/// What names no namespace is in `default`, as for kubectl.
fn in_default(metadata: &mut ObjectMeta) {
    if metadata.namespace.is_empty() {
        metadata.namespace = "default".into();
    }
}

fn pods(count: u64) -> String {
    if count == 1 { "1 pod".to_owned() } else { format!("{count} pods") }
}

/// What is counted: pods, or groups of a composite group.
fn counted(answer: &Feasible, count: u64) -> String {
    match (answer.groups.len() > 1, count) {
        (false, count) => pods(count),
        (true, 1) => "1 group".to_owned(),
        (true, count) => format!("{count} groups"),
    }
}

fn tell(k8s: &Kubernetes, cluster: &Cluster, answer: &Feasible) {
    let pending: u64 = answer.groups.iter().fold(0, |sum, group| sum.saturating_add(group.pending));
    let running: u64 = answer.groups.iter().fold(0, |sum, group| sum.saturating_add(group.scheduled));
    let running = if running > 0 { format!(", {running} with a node") } else { String::new() };
    anstream::println!(
        "{} {}",
        paint(NAME, format!("Gang {}", answer.group)),
        paint(
            DIM,
            format!("on {}: {} pending{running}, {} nodes", k8s.release(), pods(pending), cluster.len())
        )
    );
    let needs = counted(answer, answer.needs);
    match answer.verdict {
        Verdict::Placed if answer.starts => {
            anstream::println!(
                "  {}",
                paint(GOOD, format!("can start: {needs} needed at once, and there is room"))
            );
        }
        Verdict::Placed => {
            anstream::println!(
                "  {}",
                paint(BAD, format!("does not start, though there is room for the {needs} needed"))
            );
        }
        Verdict::Impossible => {
            let most = if answer.at_least == answer.at_most || answer.groups.len() > 1 {
                format!("{} at most", answer.at_most)
            } else {
                format!("{} to {}", answer.at_least, answer.at_most)
            };
            anstream::println!(
                "  {}",
                paint(BAD, format!("cannot start: {needs} needed at once, room for {most}"))
            );
        }
        Verdict::Undecided => {
            anstream::println!(
                "  {}",
                paint(
                    WARN,
                    format!(
                        "not decided within the budget: {needs} needed at once, room for {} to {}",
                        answer.at_least, answer.at_most
                    )
                )
            );
        }
    }
    for held in &answer.held_back {
        anstream::println!("  {}", paint(BAD, held_back(held)));
    }
    if answer.verdict == Verdict::Placed {
        place(answer);
    }
    if let Some(certificate) = &answer.certificate {
        let text = format!("proof: {}", certificate.sentence(answer.needs, answer.at_most));
        anstream::println!("  {}", paint(DIM, text));
    }
}

/// The placement, node by node.
fn place(answer: &Feasible) {
    const NODES: usize = 12;
    let mut on: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for placement in &answer.placement {
        on.entry(&placement.node)
            .or_default()
            .push(placement.pod.split_once('/').map_or("", |(_, name)| name));
    }
    let width = on.keys().take(NODES).map(|node| node.len()).max().unwrap_or(0);
    for (node, names) in on.iter().take(NODES) {
        let more = names.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names: Vec<&str> = names.iter().take(6).copied().collect();
        anstream::println!("    {}  {}{more}", paint(NAME, format!("{node:width$}")), names.join(", "));
    }
    if on.len() > NODES {
        anstream::println!(
            "    {}",
            paint(DIM, format!("and {} more nodes", on.len().saturating_sub(NODES)))
        );
    }
}

fn held_back(held: &HeldBack) -> String {
    match held {
        HeldBack::TooFewPods { group, has, needs } => {
            format!("{group} waits for more: it has {has} of {needs}")
        }
        HeldBack::Gated { pods: count } => format!("scheduling gates hold {} back", pods(*count)),
        HeldBack::SchedulersDiffer { schedulers } => {
            format!("its pods name different schedulers: {}", schedulers.join(", "))
        }
        HeldBack::OtherScheduler { scheduler } => format!("its pods are for scheduler {scheduler}"),
        HeldBack::PrioritiesDiffer { pod, group } => {
            format!("a pod has priority {pod}, the group {group}: they must be the same")
        }
        HeldBack::ScheduledApart { group, topology_key } => {
            format!("pods of {group} that have a node are not within one value of {topology_key}")
        }
        other => format!("{other:?}"),
    }
}

/// What kube-scheduler would do.
fn beside(answer: &Feasible, upstream: &Upstream) {
    if upstream.starts {
        anstream::println!("  {}", paint(DIM, format!("kube-scheduler places {}", pods(upstream.bound))));
    } else if answer.starts {
        let message = upstream.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
        anstream::println!(
            "  {}",
            paint(WARN, format!("kube-scheduler tries pod after pod, and does not find it{message}"))
        );
        if upstream.tied {
            let text = "where several nodes are as good it may choose otherwise, and find it after all";
            anstream::println!("  {}", paint(DIM, text));
        }
    } else if let Some(message) = &upstream.message {
        anstream::println!("  {}", paint(DIM, format!("kube-scheduler says: {message}")));
    }
}

fn why(answer: &Explanation) {
    let cause = match answer.cause {
        Cause::Quorum => "there are too few pods",
        Cause::Shortage => "there is too little, however it were distributed",
        Cause::Constraint => "there is room, but not where its pods may be",
        Cause::Fragmentation => "there is enough in sum, but in pieces that are too small",
        Cause::Undecided => "not decided within the budget",
        _ => "",
    };
    if !cause.is_empty() {
        anstream::println!("  {} {}", paint(NAME, "why:"), cause);
    }
    for supply in &answer.supply {
        let quantity = |amount: i64| in_units(&supply.resource, amount);
        let missing = if supply.missing > 0 {
            paint(BAD, format!(", {} missing", quantity(supply.missing)))
        } else {
            String::new()
        };
        anstream::println!(
            "    {}: {} wanted, {} free{missing}",
            supply.resource,
            quantity(supply.wanted),
            quantity(supply.free)
        );
    }
    for domain in answer.domains.iter().take(3) {
        let room = if domain.at_least == domain.at_most {
            pods(domain.at_most)
        } else {
            format!("{} to {}", domain.at_least, pods(domain.at_most))
        };
        anstream::println!("    {} {}: room for {room}", domain.topology_key, domain.domain);
    }
    for class in &answer.classes {
        let like = if class.pods == 1 {
            String::new()
        } else {
            format!(" and {} like it", class.pods.saturating_sub(1))
        };
        anstream::println!(
            "    {}{like}: room for {} on {} nodes",
            paint(NAME, &class.pod),
            class.room_for,
            class.nodes
        );
        if let Some(rejection) = &class.rejection {
            anstream::println!("      {}", paint(BAD, rejection));
        }
        for excluded in class.excluded.iter().take(6) {
            anstream::println!(
                "      {}",
                paint(DIM, format!("{} out: {}", nodes(excluded.nodes), excluded.reasons.join(", ")))
            );
        }
    }
    for without in &answer.without {
        let then = if without.enough {
            "it could start".to_owned()
        } else {
            format!("room for {}", pods(without.at_least))
        };
        anstream::println!("    {}", paint(DIM, format!("without {}: {then}", obstacle(&without.obstacle))));
    }
    if !answer.remedies.is_empty() {
        anstream::println!("  {}", paint(NAME, "what would help, each by itself:"));
    }
    for remedy in &answer.remedies {
        anstream::println!("    - {}", help(remedy));
    }
}

fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Resource { resource } => format!("its requests of {resource}"),
        Obstacle::Pods => "the nodes' limits of pods".to_owned(),
        Obstacle::Topology { group, topology_key } => {
            format!("{group} being held to one value of {topology_key}")
        }
        Obstacle::Conflicts => "its pods keeping away from each other".to_owned(),
        Obstacle::Spread => "topology spread constraints".to_owned(),
        Obstacle::Affinity => "affinity to other pods".to_owned(),
        _ => "taints, selectors and the like".to_owned(),
    }
}

fn nodes(count: u64) -> String {
    if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") }
}

fn amounts(amounts: &[Amount]) -> String {
    let each = amounts.iter().map(|one| format!("{} {}", one.quantity, one.resource));
    each.collect::<Vec<_>>().join(", ")
}

/// A remedy, and whether less would not do.
fn help(remedy: &Remedy) -> String {
    let proven =
        |exact: bool, text: &str| if exact { paint(DIM, format!(" ({text})")) } else { String::new() };
    match remedy {
        Remedy::LowerMinimum { group, to, exact } => {
            format!("lower the minimum of {group} to {to}{}", proven(*exact, "no more than that"))
        }
        Remedy::MorePods { group, count } => format!("{} more in {group}", pods(*count)),
        Remedy::AddNodes { count, like, allocatable, exact } => format!(
            "{} more like {like} ({}){}",
            nodes(*count),
            amounts(allocatable),
            proven(*exact, "fewer do not suffice")
        ),
        Remedy::LowerRequest { pod, pods: count, from, to, exact } => format!(
            "request {} {} instead of {} in {pod}{}{}",
            to.quantity,
            to.resource,
            from.quantity,
            if *count > 1 { format!(" and the {} like it", count.saturating_sub(1)) } else { String::new() },
            proven(*exact, "no more than that")
        ),
        Remedy::Free { nodes, exact } => {
            let mut each: Vec<String> = nodes
                .iter()
                .take(4)
                .map(|freed| format!("{} on {}", amounts(&freed.amounts), freed.node))
                .collect();
            if nodes.len() > 4 {
                each.push(format!("more on {} other nodes", nodes.len().saturating_sub(4)));
            }
            format!("free {}{}", each.join(", "), proven(*exact, "less does not suffice"))
        }
        other => format!("{other:?}"),
    }
}

fn in_units(resource: &str, amount: i64) -> String {
    use podverdict::quantity::{Format, Quantity};
    match resource {
        "cpu" => Quantity::from_milli_value(amount, Format::DecimalSI),
        "memory" | "ephemeral-storage" => Quantity::from_value(amount, Format::BinarySI),
        _ => Quantity::from_value(amount, Format::DecimalSI),
    }
    .to_string()
}

/// What a reader should know about the input.
fn remarks(cluster: &Cluster, given: &Given) {
    let notices = cluster.notices();
    for notice in notices.iter().take(5) {
        let text = match notice {
            Notice::NodeWithoutAllocatable { node } => {
                format!("node {node} does not say what pods may use: nothing fits there")
            }
            Notice::NodeOvercommitted { node, resource, missing } => {
                format!(
                    "the pods on node {node} take {} {resource} more than it has",
                    in_units(resource, *missing)
                )
            }
            Notice::PodOnUnknownNode { pod, node } => {
                format!("pod {pod} is on node {node}, which is not there")
            }
            other => format!("{other:?}"),
        };
        anstream::println!("  {}", paint(WARN, text));
    }
    if notices.len() > 5 {
        anstream::println!(
            "  {}",
            paint(WARN, format!("and {} more remarks", notices.len().saturating_sub(5)))
        );
    }
    for (kind, count) in &given.left_out {
        anstream::println!("  {}", paint(DIM, format!("left out: {count} of kind {kind}")));
    }
}
