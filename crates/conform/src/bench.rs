//! How fast our answers are beside upstream's, measured in one run on the same cases.
//!
//! Upstream's times are those of the oracle's op `bench`: its call on ready objects, and its whole way from the JSON of a case to
//! the JSON of the answer. Ours are measured likewise. The floor is serde_json passing over the same bytes.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use podverdict::gang::cluster::Cluster;
use podverdict::gang::feasible::feasible;
use podverdict::gang::solver::budget::Budget;
use podverdict::gang::tree::GangObjects;
use podverdict::model::{Map, Node, Pod, PodStatus, ProbeResult, RuntimePodStatus};
use podverdict::release::{Kubernetes, Release};
use podverdict::resize::actions::Actuated;
use podverdict::restart::Records;
use podverdict::restart::actions::{KubeletState, pod_actions};
use podverdict::restart::all_containers::should_all_containers_restart;
use podverdict::restart::decide::should_container_be_restarted;
use podverdict::validate;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::generate;
use crate::oracle::Oracle;

/// Calls measured as one, so that the clock does not matter.
const BATCH: usize = 256;
const BATCHES: usize = 16;
/// Cases of each op.
const CASES: usize = 12;

const OPS: [&str; 4] = ["restart_decision", "pod_actions", "validate_pod_create", "validate_pod_resize"];

type Failure = Box<dyn Error>;

/// Cases without end, the same ones at each run; those that ask upstream to prepare objects are left out.
fn cases(op: &'static str, release: Release) -> Result<impl Iterator<Item = Value>, Failure> {
    let make = generate::find(op).ok_or("no generator")?;
    Ok((1..).filter_map(move |seed| {
        let mut case = make(&mut fastrand::Rng::with_seed(seed), release);
        case["op"] = op.into();
        ["defaults", "prepare", "actuated"].iter().all(|key| case.get(key).is_none()).then_some(case)
    }))
}

/// Prints a line for each op, and one for each size of a gang.
pub(crate) fn run(dir: &Path, release: Release) -> Result<(), Failure> {
    let mut oracle = Oracle::start(dir, release)?;
    println!(
        "release {release}; nanoseconds a call, median of {CASES} cases each; upstream / ours = times faster"
    );
    println!(
        "{:22}{:>12}{:>10}{:>8}{:>14}{:>10}{:>8}{:>10}{:>12}",
        "", "ready: up", "ours", "times", "JSON: up", "ours", "times", "skipping", "ours/skip"
    );
    for op in OPS {
        let mut measured = Vec::new();
        for case in cases(op, release)? {
            if measured.len() == CASES {
                break;
            }
            let question = json!({"op": "bench", "case": case, "n": BATCH * BATCHES});
            let theirs = oracle.ask(&question)?;
            let time = |part: &str| theirs[part]["medianBatchNsPerOp"].as_f64();
            let (Some(ready), Some(whole)) = (time("op"), time("opWithJSON")) else { continue };
            measured.push(measure(op, &case, release, ready, whole)?);
        }
        let column = |pick: fn(&Measured) -> f64| median(measured.iter().map(pick).collect());
        println!(
            "{op:22}{:12.0}{:10.0}{:8.1}{:14.0}{:10.0}{:8.1}{:10.0}{:12.1}",
            column(|m| m.their_ready),
            column(|m| m.our_ready),
            column(|m| m.their_ready / m.our_ready),
            column(|m| m.their_json),
            column(|m| m.our_json),
            column(|m| m.their_json / m.our_json),
            column(|m| m.skip),
            column(|m| m.our_json / m.skip),
        );
    }
    for (nodes, members) in [(100, 100), (1000, 1000), (5000, 1000)] {
        gang(&mut oracle, release, nodes, members)?;
    }
    Ok(())
}

struct Measured {
    their_ready: f64,
    our_ready: f64,
    their_json: f64,
    our_json: f64,
    skip: f64,
}

fn measure(
    op: &str,
    case: &Value,
    release: Release,
    their_ready: f64,
    their_json: f64,
) -> Result<Measured, Failure> {
    let text = case.to_string();
    let bytes = text.as_bytes();
    let our_json = json(&Clock, bytes, release);
    let skip = Clock.measure(
        || (),
        |()| {
            black_box(serde_json::from_slice::<IgnoredAny>(black_box(bytes)).is_ok());
        },
    );
    Ok(Measured { their_ready, our_ready: ready(&Clock, op, case, release)?, their_json, our_json, skip })
}

/// Our whole way from JSON to JSON.
fn json(meter: &impl Meter, bytes: &[u8], release: Release) -> f64 {
    meter.measure(
        || (),
        |()| {
            black_box(podverdict::wire::evaluate_for(Some(release), black_box(bytes)));
        },
    )
}

/// How calls are measured.
trait Meter {
    /// What a call of `run` takes, without what it takes to `prepare` it.
    fn measure<T>(&self, prepare: impl Fn() -> T, run: impl Fn(T)) -> f64;
}

/// Our call on ready objects; what upstream's bench copies before it starts the clock, is copied so here.
fn ready(meter: &impl Meter, op: &str, case: &Value, release: Release) -> Result<f64, Failure> {
    let gates = case["gates"].as_object().into_iter().flatten();
    let gates: Vec<(&str, bool)> =
        gates.filter_map(|(name, on)| Some((name.as_str(), on.as_bool()?))).collect();
    let k8s = &Kubernetes::with_gates(release, gates)?;
    let typed = |key: &str| -> Result<Pod, Failure> { Ok(serde_json::from_value(case[key].clone())?) };
    match op {
        "validate_pod_create" => {
            let mut pod = typed("pod")?;
            validate::set_defaults(k8s, &mut pod);
            // Defaulting belongs to decoding there.
            let create = |mut pod: Pod| {
                validate::prepare_pod_create(k8s, &mut pod);
                black_box(validate::validate_prepared_pod_create(k8s, &pod));
            };
            Ok(meter.measure(|| pod.clone(), create))
        }
        "validate_pod_resize" => {
            let read = |key: &str| validate::read_document(k8s, &case[key].to_string(), true);
            let (new, old) = (read("pod")?, read("oldPod")?);
            let copy = || (new.clone(), old.clone());
            let resize = |(new, old)| drop(black_box(validate::validate_pod_resize(k8s, new, old)));
            Ok(meter.measure(copy, resize))
        }
        _ => {
            let mut pod = typed("pod")?;
            validate::set_defaults(k8s, &mut pod);
            let runtime = case.get("podStatus").filter(|status| !status.is_null());
            let runtime: RuntimePodStatus = runtime.map_or_else(
                || Ok(RuntimePodStatus::default()),
                |status| serde_json::from_value(status.clone()),
            )?;
            let records = Records::new(&runtime)?;
            if op == "restart_decision" {
                let decide = |()| {
                    for (container, _) in pod.spec.init_and_regular() {
                        let newest = records.newest(&container.name);
                        black_box(should_container_be_restarted(k8s, &pod, container, newest));
                    }
                    black_box(should_all_containers_restart(&pod, Some(&records), None::<&PodStatus>));
                };
                return Ok(meter.measure(|| (), decide));
            }
            let probes = |key: &str| -> Result<Map<ProbeResult>, Failure> {
                Ok(case
                    .get(key)
                    .map(|map| serde_json::from_value(map.clone()))
                    .transpose()?
                    .unwrap_or_default())
            };
            let (liveness, startup) = (probes("liveness")?, probes("startup")?);
            let state = KubeletState { liveness, startup, actuated: Actuated::steady(&pod.spec) };
            let all = match case["restartAllContainers"].as_bool() {
                Some(all) => all,
                None => should_all_containers_restart(&pod, Some(&records), Some(&pod.status)).is_some(),
            };
            let actions = |()| drop(black_box(pod_actions(k8s, &pod, &records, &state, all)));
            Ok(meter.measure(|| (), actions))
        }
    }
}

/// Nanoseconds a call: the median of several batches.
struct Clock;

impl Meter for Clock {
    fn measure<T>(&self, prepare: impl Fn() -> T, run: impl Fn(T)) -> f64 {
        let batch = || {
            let inputs: Vec<T> = (0..BATCH).map(|_| prepare()).collect();
            let start = Instant::now();
            inputs.into_iter().for_each(&run);
            start.elapsed().as_nanos() as f64 / BATCH as f64
        };
        batch();
        median((0..BATCHES).map(|_| batch()).collect())
    }
}

/// No call at all: whether a case can be read.
struct Never;

impl Meter for Never {
    fn measure<T>(&self, _: impl Fn() -> T, _: impl Fn(T)) -> f64 {
        0.0
    }
}

/// One call by way of [`counted`], after one that is not.
struct Once;

impl Meter for Once {
    fn measure<T>(&self, prepare: impl Fn() -> T, run: impl Fn(T)) -> f64 {
        run(prepare());
        counted(&run, prepare());
        0.0
    }
}

/// `instructions.sh` has callgrind count what happens in here.
#[inline(never)]
fn counted<T>(run: &impl Fn(T), input: T) {
    run(black_box(input));
}

/// Answers the cases of an op once each, on ready objects or from JSON.
pub(crate) fn count(op: &str, from_json: bool, release: Release) -> Result<(), Failure> {
    let op = OPS.into_iter().find(|known| *known == op).ok_or("this op has no benchmark")?;
    let readable = cases(op, release)?.filter(|case| ready(&Never, op, case, release).is_ok());
    for case in readable.take(CASES) {
        if from_json {
            json(&Once, case.to_string().as_bytes(), release);
        } else {
            ready(&Once, op, &case, release)?;
        }
    }
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A gang of equal members, one of which a node takes: kube-scheduler until all is settled, and our search on a parsed cluster.
fn gang(oracle: &mut Oracle, release: Release, count: usize, size: usize) -> Result<(), Failure> {
    let amounts = json!({"cpu": "4", "memory": "8Gi", "pods": "110"});
    let nodes: Vec<Value> = (0..count)
        .map(|i| {
            let name = format!("node-{i}");
            let labels = json!({"kubernetes.io/hostname": name});
            json!({"metadata": {"name": name, "labels": labels}, "status": {"allocatable": amounts, "capacity": amounts}})
        })
        .collect();
    let before_groups = release == Release::V1_35;
    let group = match before_groups {
        true => json!({"workloadRef": {"name": "w", "podGroup": "g"}}),
        false => json!({"schedulingGroup": {"podGroupName": "g"}}),
    };
    let pods: Vec<Value> = (0..size)
        .map(|i| {
            let mut spec = json!({"containers": [{"name": "c", "image": "registry.example/trainer:1",
                "resources": {"requests": {"cpu": "3", "memory": "6Gi"}}}]});
            for (key, value) in group.as_object().into_iter().flatten() {
                spec[key] = value.clone();
            }
            json!({"metadata": {"name": format!("pod-{i}"), "namespace": "default", "uid": format!("uid-{i}")}, "spec": spec})
        })
        .collect();
    let policy = json!({"gang": {"minCount": size}});
    let object = match release {
        Release::V1_35 => json!({"apiVersion": "scheduling.k8s.io/v1alpha1", "kind": "Workload",
            "metadata": {"name": "w", "namespace": "default"}, "spec": {"podGroups": [{"name": "g", "policy": policy}]}}),
        Release::V1_36 => json!({"apiVersion": "scheduling.k8s.io/v1alpha2", "kind": "PodGroup",
            "metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": policy}}),
        Release::V1_37 => json!({"apiVersion": "scheduling.k8s.io/v1beta1", "kind": "PodGroup",
            "metadata": {"name": "g", "namespace": "default"}, "spec": {"schedulingPolicy": policy}}),
    };
    // On 1.37 the first of them alone stands for gangs.
    let gates = [("GenericWorkload", true), ("GangScheduling", true)];
    let gates = gates.get(..if release == Release::V1_37 { 1 } else { 2 }).unwrap_or_default();
    let case = json!({"op": "schedule", "gates": gates.iter().copied().collect::<std::collections::BTreeMap<_, _>>(), "nodes": nodes, "pods": pods, "objects": [object], "timeoutMs": 600_000});
    let theirs = oracle.ask(&json!({"op": "bench", "case": case, "n": 1}))?;
    let Some(theirs) = theirs["op"]["medianUsUntilSettled"].as_f64() else {
        println!("gang of {size}: upstream: {theirs}");
        return Ok(());
    };

    let k8s = Kubernetes::with_gates(release, gates.iter().copied())?;
    let nodes: Vec<Node> = serde_json::from_value(nodes.into())?;
    let members: Vec<Pod> = serde_json::from_value(pods.into())?;
    let mut objects = GangObjects::default();
    match before_groups {
        true => objects.workloads.push(serde_json::from_value(object)?),
        false => objects.pod_groups.push(serde_json::from_value(object)?),
    }
    let start = Instant::now();
    let cluster = Cluster::read(&k8s, &nodes, &[])?;
    let mut reader = cluster.reader();
    let members: Vec<_> = members.iter().map(|pod| reader.read(pod)).collect();
    let read = start.elapsed().as_secs_f64() * 1e6;
    let mut times = Vec::new();
    let mut verdict = String::new();
    for _ in 0..5 {
        let start = Instant::now();
        let answer = feasible(&cluster, &objects, &members, None, Budget::default())?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
        verdict = format!("{:?}", answer.verdict);
    }
    let ours = median(times);
    println!(
        "gang of {size} on {count} nodes: kube-scheduler {:.1} ms, gang_feasible {:.2} ms ({verdict}), {:.0} times faster; reading them {:.1} ms",
        theirs / 1e3,
        ours / 1e3,
        theirs / ours,
        read / 1e3,
    );
    Ok(())
}
