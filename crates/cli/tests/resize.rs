//! `podverdict resize`: what a person reads, and what is said of mistakes.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit status, standard output, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_podverdict")).arg("resize").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data").join(name).display().to_string()
}

/// A file with this text.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// The web pod of the examples on its node.
fn web(arguments: &[&str]) -> (i32, String, String) {
    let (pods, node) = (data("node-pods.yaml"), data("node.yaml"));
    let mut all = vec![pods.as_str(), "--pod", "shop/web-0", "--node", &node, "--pods", &pods];
    all.extend_from_slice(arguments);
    run(&all)
}

fn story(arguments: &[&str]) -> String {
    let (status, out, err) = web(arguments);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    out
}

#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[track_caller]
fn assert_mistake(result: (i32, String, String), part: &str) {
    let (status, out, err) = result;
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains(part), "no {part:?} in\n{err}");
}

#[test]
fn a_resize_that_fits_is_allocated_in_place() {
    let story = story(&["--set", "app.cpu=1500m"]);
    assert_says(
        &story,
        &["request 1 -> 1500m", "accepts it (the pod stays Burstable)", "node-a allocates it now"],
    );
    assert_says(&story, &["none: everything changes in place", "pod CPU shares 1103 -> 1638; app cpu"]);
    assert!(!story.contains("Advice"), "{story}");
}

#[test]
fn who_restarts_is_said_and_what_to_ask_for_to_avoid_it() {
    let story =
        story(&["--set", "app.cpu=1500m", "--set", "app.memory=3Gi", "--set", "app.limits.memory=3Gi"]);
    assert_says(&story, &["app restarts, because its memory changes"]);
    assert_says(&story, &["Without restart: --set app.cpu=1500m\n"]);
}

#[test]
fn a_deferred_resize_says_how_much_is_missing_and_who_could_leave() {
    let more = ["--set", "app.cpu=4", "--set", "app.limits.cpu=4"];
    let story_now = story(&more);
    assert_says(&story_now, &["node-a defers it", "cpu: 1190m missing"]);
    assert_says(&story_now, &["any of these leaves", "shop/cache-0, batch/report-1\n"]);
    assert_says(&story_now, &["What works now: --set app.cpu=2810m --set app.limits.cpu=4"]);
    let later = story(&[&more[..], &["--without", "batch/report-1"]].concat());
    assert_says(&later, &["node-a allocates it now"]);
    // What is offered works.
    assert_says(&story(&["--set", "app.cpu=2810m", "--set", "app.limits.cpu=4"]), &["allocates it now"]);
    assert_says(&story(&["--set", "app.cpu=2811m", "--set", "app.limits.cpu=4"]), &["defers it"]);
}

#[test]
fn more_than_the_node_has_is_infeasible_on_1_35_and_refused_later() {
    let more = ["--set", "app.cpu=9", "--set", "app.limits.cpu=9", "--release"];
    let infeasible = story(&[&more[..], &["1.35"]].concat());
    assert_says(&infeasible, &["node-a cannot do it", "the node never has that much", "What works now"]);
    let refused = story(&[&more[..], &["1.37"]].concat());
    assert_says(&refused, &["refuses it: node didn't have enough allocatable resources: cpu"]);
}

#[test]
fn a_refusal_names_the_field_and_what_is_legal() {
    let pods = data("node-pods.yaml");
    let (status, out, _) = run(&[&pods, "--pod", "cache-0", "--set", "redis.memory=3Gi"]);
    assert_eq!(status, 0);
    assert_says(&out, &["refuses it\n", "Pod QOS Class may not change as a result of resizing"]);
    assert_says(&out, &["Legal is: --set redis.memory=3Gi --set redis.limits.memory=3Gi\n"]);
}

#[test]
fn the_pod_as_a_whole_can_be_set() {
    let story = story(&["--set", "pod.cpu=2", "--set", "pod.limits.cpu=2"]);
    assert_says(&story, &["(the pod) cpu     request none -> 2, limit none -> 2", "allocates it now"]);
    assert_eq!(self::story(&["--set", ".cpu=2", "--set", ".limits.cpu=2"]), story);
    let gated = self::story(&["--set", "pod.cpu=2", "--release", "1.35"]);
    // Without the gate the API server puts pod-level resources back to what they were.
    assert_says(&gated, &["nothing changes"]);
}

#[test]
fn a_container_called_pod_goes_before_the_pod() {
    let pod = file(
        "called-pod.yaml",
        "kind: Pod\nmetadata: {name: p, uid: u}\nspec:\n  containers:\n  - name: pod\n    image: i\n    resources: {requests: {cpu: 1}}\n",
    );
    let (_, out, _) = run(&[&pod, "--set", "pod.cpu=2"]);
    assert_says(&out, &["pod       cpu     request 1 -> 2"]);
    let (_, out, _) = run(&[&pod, "--set", ".cpu=2"]);
    assert_says(&out, &["(the pod) cpu     request none -> 2"]);
}

#[test]
fn a_manifest_is_judged_as_it_would_be_stored() {
    let training = data("training-pod.yaml");
    let (_, out, _) = run(&[&training, "--set", "metrics.cpu=200m", "--set", "metrics.limits.cpu=200m"]);
    assert_says(&out, &["Pod ml/train-0 on 1.37", "accepts it", "give --node and --pods"]);
    let broken = file("broken.yaml", "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n");
    let (status, out, _) = run(&[&broken, "--set", "app.cpu=1"]);
    assert_eq!(status, 0);
    assert_says(
        &out,
        &["refuses the pod itself, before any resize", "spec.containers[0].image: Required value"],
    );
}

#[test]
fn a_resize_that_is_pending_already_counts_with_what_is_allocated() {
    let pod = file(
        "pending.yaml",
        r#"
kind: Pod
metadata: {name: p, namespace: ns, uid: u, generation: 2}
spec:
  nodeName: node-a
  containers:
  - name: app
    image: i
    resources: {requests: {cpu: "9"}}
status:
  phase: Running
  observedGeneration: 2
  conditions:
  - type: PodResizePending
    status: "True"
    reason: Deferred
    observedGeneration: 2
    message: "Node didn't have enough resource: cpu, requested: 9000, used: 0, capacity: 7910"
  containerStatuses:
  - {name: app, state: {running: {}}, allocatedResources: {cpu: "1"}, resources: {requests: {cpu: "1"}}}
"#,
    );
    let node = data("node.yaml");
    let (_, out, _) = run(&[&pod, "--node", &node, "--set", "app.cpu=2"]);
    assert_says(
        &out,
        &["its last resize is deferred: Node didn't have enough resource", "node-a allocates it now"],
    );
    assert_says(&out, &["taken to be alone on the node"]);
    // The steps start from what is allocated, 1024 shares, as the kubelet reads them from cgroups v2.
    assert_says(&out, &["pod CPU shares 998 -> 2048"]);
}

#[test]
fn mistakes_in_a_setting_are_told() {
    let mistakes = [
        ("app.cpu=2x", "\"2x\" is no quantity"),
        ("app.cpu=-1", "-1 is negative"),
        ("app.cpu=", "the amount is missing"),
        ("app.cpu", "write CONTAINER.RESOURCE=AMOUNT"),
        ("app=1", "\"app\" names no resource"),
        ("app.gpu=1", "\"gpu\" cannot be resized: only cpu and memory can"),
        ("app.limits.ephemeral-storage=1Gi", "\"ephemeral-storage\" cannot be resized"),
        ("app.limit.cpu=1", "\"limit.cpu\" cannot be resized"),
        ("nope.cpu=1", "the pod has no container \"nope\"; it has mesh, app"),
    ];
    for (setting, part) in mistakes {
        assert_mistake(web(&["--set", setting]), part);
    }
    assert_mistake(web(&["--set", "app.cpu=1", "--set", "app.requests.cpu=2"]), "about the same amount");
    assert_mistake(web(&[]), "--set");
}

#[test]
fn an_ephemeral_container_has_no_resources() {
    let pod = file(
        "ephemeral.yaml",
        "kind: Pod\nmetadata: {name: p, uid: u}\nspec:\n  containers: [{name: app, image: i}]\n  ephemeralContainers: [{name: debug, image: i}]\n",
    );
    assert_mistake(run(&[&pod, "--set", "debug.cpu=1"]), "is an ephemeral container");
}

#[test]
fn objects_of_the_wrong_kind_are_told() {
    let (pods, node, training) = (data("node-pods.yaml"), data("node.yaml"), data("training-pod.yaml"));
    let set = ["--set", "app.cpu=1"];
    let with = |arguments: &[&str]| run(&[arguments, &set[..]].concat());
    assert_mistake(with(&[&node]), "is a Node");
    assert_mistake(with(&[&pods]), "name one with --pod: shop/web-0, shop/cache-0");
    assert_mistake(with(&[&pods, "--pod", "nope"]), "there is no pod \"nope\"");
    let web = [pods.as_str(), "--pod", "web-0", "--node"];
    assert_mistake(with(&[&web[..], &[&training]].concat()), "a Node is wanted here, not Pod");
    assert_mistake(with(&[&web[..], &[&node, "--pods", &node]].concat()), "a Pod is wanted here, not Node");
    let other = file("other-node.yaml", "kind: Node\nmetadata: {name: node-b}\n");
    assert_mistake(with(&[&web[..], &[&other]].concat()), "the pod is on node node-a; there is node-b");
    assert_mistake(with(&[&web[..], &[&node, "--pods", &pods, "--without", "nope"]].concat()), "no such pod");
    let list = file("list.yaml", "- kind: Pod\n");
    assert_mistake(with(&[&list]), "a Kubernetes object is a map");
    assert_mistake(with(&["/nonexistent.yaml"]), "No such file");
    let wrong = file(
        "wrong.yaml",
        "kind: Pod\nspec: {containers: [{name: app, resources: {requests: {cpu: 1x}}}]}\n",
    );
    assert_mistake(with(&[&wrong]), "spec.containers[0].resources.requests[cpu]");
}
