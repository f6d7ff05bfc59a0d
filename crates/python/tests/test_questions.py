"""The typed methods ask what the wire format asks, and their answers hold all of it."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import Any

import pytest

import podverdict
from conftest import POD
from podverdict import Kubernetes, Pod, PodverdictError, answers
from typed import typed

RUNTIME = {
    "sandboxStatuses": [{"id": "s1", "state": "READY", "attempt": 0, "ip": "10.1.0.7", "createdAt": 1}],
    "containerStatuses": [
        {"id": "c2", "name": "worker", "state": "exited", "exitCode": 42, "finishedAt": "2026-03-01T08:00:05Z"},
        {"id": "c1", "name": "proxy", "state": "running", "startedAt": "2026-03-01T08:00:05Z"},
    ],
}
ALL = {
    "spec": {
        "containers": [
            {
                "name": "a",
                "image": "a:1",
                "restartPolicyRules": [
                    {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [88]}},
                    {"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [0]}},
                ],
            },
            {"name": "b", "image": "b:1", "restartPolicy": "Never"},
        ]
    },
    "status": {"containerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 88}}}]},
}
BIGGER = json.loads(json.dumps(POD).replace('"cpu": "1500m"', '"cpu": "3"'))
OTHER = {**POD, "metadata": {**POD["metadata"], "name": "other", "uid": "2"}}
NODE = {"metadata": {"name": "node-1"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "10", "example.com/my_device": "2"}}}
WORKLOAD = {
    "apiVersion": "scheduling.k8s.io/v1alpha1",
    "kind": "Workload",
    "metadata": {"name": "train", "namespace": "ml"},
    "spec": {"podGroups": [{"name": "workers", "policy": {"gang": {"minCount": 0}}}]},
}


def one(name: str, requests: dict[str, str], limits: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """A pod with one container."""
    container = {"name": "a", "image": "a:1", "resources": {"requests": requests, "limits": limits or {}}}
    return {"metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": {"containers": [container], **spec}}


FREE = one("free", {"cpu": "1", "memory": "1Gi"})
HUGE = one("free", {"cpu": "9", "memory": "1Gi"})
LIMITED = one("limited", {"cpu": "1", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"})
MORE = one("limited", {"cpu": "2", "memory": "2Gi"}, {"cpu": "2", "memory": "2Gi"})


def room(name: str, zone: str, cpu: str = "3") -> dict[str, Any]:
    """A node of a zone."""
    allocatable = {"cpu": cpu, "memory": "8Gi", "pods": "9"}
    return {"metadata": {"name": name, "labels": {"zone": zone}}, "status": {"allocatable": allocatable}}


ROOMS = [room("a1", "a"), room("a2", "a"), room("b1", "b"), {**room("c1", "c"), "spec": {"unschedulable": True}}]


def gang(release: str, count: int, minimum: int, cpu: str = "2", within: str | None = None, **spec: Any) -> tuple[Any, ...]:
    """The pods of a gang, its objects, and what else a question has."""
    policy = {"gang": {"minCount": minimum}}
    if release == "1.35":
        group, member = "ml/train/g", {"workloadRef": {"name": "train", "podGroup": "g"}}
        thing = {**WORKLOAD, "spec": {"podGroups": [{"name": "g", "policy": policy}]}}
        gates = {"GenericWorkload": True, "GangScheduling": True}
    else:
        group, member = "ml/g", {"schedulingGroup": {"podGroupName": "g"}}
        constraints = {"schedulingConstraints": {"topology": [{"key": within}]}} if within else {}
        thing = {"apiVersion": "scheduling.k8s.io/v1alpha2", "kind": "PodGroup", "metadata": {"name": "g", "namespace": "ml"},
                 "spec": {"schedulingPolicy": policy, **constraints}}  # fmt: skip
        gates = {"GenericWorkload": True} | ({"GangScheduling": True} if release == "1.36" else {})
        gates |= {"TopologyAwareWorkloadScheduling": True} if within else {}
    pods = [one(f"p{n}", {"cpu": cpu}, **member, **spec) for n in range(count)]
    return pods, [thing], {"group": group, "gates": gates, "on": release}


GANGS = [
    made
    for release in ("1.35", "1.36", "1.37")
    for made in (
        gang(release, 2, 2),
        gang(release, 5, 5),
        gang(release, 2, 4),
        gang(release, 3, 3, "2", schedulingGates=[{"name": "wait"}]),
        gang(release, 3, 3, "1", schedulerName="other"),
        *([gang(release, 3, 3, "2", within="zone"), gang(release, 2, 2, "2", within="zone")] if release != "1.35" else []),
    )
]

QUESTIONS: list[dict[str, Any]] = [
    {"op": "feature_gates"},
    {"op": "quantity", "opts": {"a": "1.5Gi"}},
    {"op": "quantity", "opts": {"a": "100m", "b": "0.1"}},
    {"op": "quantity", "opts": {"a": "1 core", "b": "0.1"}},
    {"op": "restart_decision", "pod": POD},
    {"op": "restart_decision", "pod": POD, "exitCode": 42, "exitReason": "OOMKilled", "defaults": False},
    {"op": "restart_decision", "pod": ALL, "exitCode": 88, "container": "a", "apiStatus": ALL["status"]},
    {"op": "restart_decision", "pod": POD, "podStatus": RUNTIME},
    {"op": "pod_actions", "pod": POD},
    {"op": "pod_actions", "pod": POD, "podStatus": RUNTIME, "liveness": {"c1": "failure"}},
    {"op": "pod_actions", "pod": POD, "podStatus": RUNTIME, "actuated": None, "startup": {"c1": "success"}},
    {"op": "pod_actions", "pod": ALL, "restartAllContainers": True, "podStatus": {**RUNTIME, "containerStatuses": [
        {"id": "x", "name": "a", "state": "exited", "exitCode": 88}, {"id": "y", "name": "b", "state": "running"}]}},
    {"op": "pod_phase", "pod": POD},
    {"op": "pod_phase", "pod": POD, "containerStatuses": None, "podIsTerminal": True, "podHasInitialized": True},
    {"op": "pod_conditions", "pod": POD, "podStatus": RUNTIME, "oldStatus": POD["status"], "phase": "Succeeded"},
    {"op": "validate_pod_create", "pod": POD},
    {"op": "validate_pod_create", "pod": {"spec": {"containers": [{"resources": {"requests": {"cpu": "-1"}}}]}}, "prepare": False},
    {"op": "validate_pod_create", "pod": {**ALL, "metadata": {"name": "a"}}, "gates": {"ContainerRestartRules": False}},
    {"op": "qos", "pod": POD},
    {"op": "qos", "pod": POD, "defaults": False},
    {"op": "pod_requests", "pod": POD},
    {"op": "pod_requests", "pod": POD, "opts": {"UseStatusResources": True, "ExcludeOverhead": True}},
    {"op": "pod_requests", "pod": POD, "opts": {"NonMissingContainerRequests": {"cpu": "5"}}},
    {"op": "pod_limits", "pod": POD, "opts": {"SkipPodLevelResources": True}},
    {"op": "validate_pod_update", "oldPod": POD, "pod": BIGGER},
    {"op": "validate_pod_resize", "oldPod": POD, "pod": BIGGER},
    {"op": "validate_pod_resize", "oldPod": BIGGER, "pod": ALL},
    {"op": "validate_pod_status_update", "oldPod": POD, "pod": ALL},
    {"op": "admit_pod", "node": NODE, "pod": POD},
    {"op": "admit_pod", "node": NODE, "pod": BIGGER, "pods": [OTHER], "nodeConfig": {"CgroupVersion": 2}},
    {"op": "resize_feasible", "node": NODE, "oldPod": POD, "pod": POD},
    {"op": "resize_feasible", "node": NODE, "oldPod": POD, "pod": BIGGER, "pods": [OTHER]},
    {"op": "resize_feasible", "node": NODE, "oldPod": POD, "pod": BIGGER, "opts": {"swap": {"worker": "LimitedSwap"}}},
    {"op": "crash_loop_backoff", "pod": POD, "container": "worker", "now": "2026-03-01T08:00:06Z", "podStatus": RUNTIME},
    {"op": "crash_loop_backoff", "pod": POD, "container": "worker", "now": "2026-03-01T08:00:06Z", "podStatus": RUNTIME,
     "entry": {"delay": "40s", "lastUpdate": "2026-03-01T08:00:00Z"},
     "kubeletConfiguration": {"crashLoopBackOff": {"maxContainerRestartPeriod": "1m"}}},
    {"op": "restart_cycle", "pod": POD, "podStatus": RUNTIME, "maxSyncs": 5},
    {"op": "restart_cycle", "pod": ALL, "now": "2026-03-01T08:00:06Z", "events": [
        {"container": "a", "exitCode": 1}, {"container": "a", "exitCode": 88, "after": "30s"}, {"sandboxDies": True},
        {"container": "zz", "exitCode": 1}]},
    {"op": "restart_cycle", "pod": ALL, "kubeletConfiguration": {"crashLoopBackOff": {"maxContainerRestartPeriod": "1h"}}},
    {"op": "node_filters", "nodes": [NODE, {"metadata": {"name": "n2"}}], "pod": {**ALL, "metadata": {"name": "a"}}},
    {"op": "node_filters", "nodes": [NODE], "pod": BIGGER, "pods": [OTHER]},
    {"op": "schedule", "nodes": [NODE], "pods": [OTHER, {**ALL, "metadata": {"name": "a", "namespace": "b", "uid": "7"}}]},
    {"op": "resize_queue", "node": NODE, "pods": [OTHER], "resizes": [
        {"pod": BIGGER, "oldPod": POD}, {"pod": FREE, "oldPod": FREE}, {"pod": HUGE, "oldPod": FREE}]},
    {"op": "resize_status", "pod": POD},
    {"op": "resize_status", "pod": FREE},
    {"op": "resize_headroom", "node": NODE, "pods": [OTHER], "pod": POD, "nodeConfig": {"CPUManagerPolicy": "static"}},
    {"op": "resize_headroom", "node": NODE, "pod": FREE},
    {"op": "resize_advice", "node": NODE, "pods": [OTHER], "oldPod": FREE, "pod": HUGE},
    {"op": "resize_advice", "node": NODE, "pods": [OTHER], "oldPod": POD, "pod": BIGGER},
    {"op": "resize_actions", "pod": BIGGER, "oldPod": POD},
    {"op": "resize_actions", "pod": POD, "actuated": {}},
    {"op": "resize_actions", "pod": FREE, "oldPod": LIMITED, "opts": {"settings": {"cgroupVersion": 1}}},
    {"op": "resize_actions", "pod": LIMITED, "oldPod": MORE, "opts": {"usage": {"pod": 1, "containers": {"a": 10**9}}}},
    {"op": "resize_actions", "pod": MORE, "oldPod": LIMITED, "opts": {"cgroup": {"cpuShares": 2, "cpuQuota": -1, "memory": -1}}},
    *({"op": op, "nodes": ROOMS, "pods": pods, "objects": objects, **more}
      for op in ("gang_feasible", "gang_explain") for pods, objects, more in GANGS),
    {"op": "gang_feasible", "nodes": ROOMS, "pods": GANGS[-1][0], "objects": GANGS[-1][1], **GANGS[-1][2], "upstream": False, "budget": 0},
    {"op": "validate_workload", "object": WORKLOAD},
    {"op": "validate_workload", "object": WORKLOAD, "oldObject": WORKLOAD},
    {"op": "validate_podgroup", "object": {"metadata": {"name": "g"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 0}}}}},
    {"op": "validate_compositepodgroup", "object": {"metadata": {"name": "g"}, "spec": {}}},
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["op"])
@pytest.mark.parametrize("release", ["1.35", "1.36", "1.37"])
def test_typed_questions(release: str, question: dict[str, Any]) -> None:
    if question.get("on", release) != release:
        pytest.skip("asked of another release")
    question = {name: value for name, value in question.items() if name != "on"}
    try:
        answer = podverdict.evaluate(question, release)
    except (podverdict.FeatureGatesError, podverdict.NotOnReleaseError) as error:
        pytest.skip(f"not on this release: {error}")
    assert typed(Kubernetes(release, question.get("gates")), question, answer) is None


def test_every_op_has_a_method_and_a_question() -> None:
    assert [op for op in podverdict.ops() if not hasattr(Kubernetes, op)] == []
    assert set(podverdict.ops()) - {question["op"] for question in QUESTIONS} == set()


def test_answers_are_frozen_values() -> None:
    answer = Kubernetes("1.37").restart_decision(POD, exit_code=42)
    assert answer == Kubernetes("1.37").restart_decision(POD, exit_code=42)
    assert answer != Kubernetes("1.37").restart_decision(POD, exit_code=1)
    assert len({answer, pickle.loads(pickle.dumps(answer))}) == 1
    assert repr(answer).startswith("RestartDecision(containers=(ContainerRestart(name='proxy'")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.containers = ()  # type: ignore[misc]
    rule = answer.containers[1].matching_rule
    assert rule is not None
    for change in (
        lambda: rule.update(a=1),
        lambda: rule.clear(),
        lambda: rule.__setitem__("a", 1),
        lambda: rule["exitCodes"].popitem(),
    ):
        with pytest.raises(TypeError):
            change()
    copy = answer.to_dict()
    copy["containers"][1]["matchingRule"]["exitCodes"]["values"].append(1)
    assert answer == Kubernetes("1.37").restart_decision(POD, exit_code=42)


def test_answers_match() -> None:
    match Kubernetes("1.36").restart_decision(POD, container="worker", exit_code=42):
        case answers.RestartDecision(containers=(answers.ContainerRestart("worker", on_exit=answers.RestartReason("restart", why)),)):
            assert why == "restart_rule"
        case other:
            pytest.fail(f"no match: {other}")


def test_fields_that_no_class_names_are_kept() -> None:
    data = {**Kubernetes("1.36").qos(POD).to_dict(), "new": {"a": [1]}}
    answer = answers.QosAnswer.from_dict(data)
    assert answer.extra == {"new": {"a": (1,)}}
    assert answer.to_dict() == data
    assert answer != Kubernetes("1.36").qos(POD)
    with pytest.raises(podverdict.MissingFieldError):
        answers.QosAnswer.from_dict({"qosClassV1": "Burstable"})


def test_a_refusal_is_an_answer() -> None:
    verdict = Kubernetes("1.36").validate_pod_create({"metadata": {"name": "a"}, "spec": {"containers": []}})
    assert not verdict.accepted
    assert verdict.errors[0].field == "spec.containers"


def test_kubernetes_is_a_value() -> None:
    k8s = Kubernetes("v1.36.2", gates={"ContainerRestartRules": True})
    assert k8s == pickle.loads(pickle.dumps(k8s)) == Kubernetes("1.36", {"ContainerRestartRules": True})
    assert len({k8s, Kubernetes("1.36"), Kubernetes("1.36")}) == 2
    assert repr(k8s) == "Kubernetes('1.36', gates={'ContainerRestartRules': True})"
    assert k8s != "1.36"
    assert k8s.release == "1.36"
    k8s.gates.clear()
    assert k8s.gates == {"ContainerRestartRules": True}
    with pytest.raises(KeyError):
        k8s.enabled("Weather")


@pytest.mark.parametrize(
    ("release", "gates", "code", "path"),
    [
        ("1.34", None, "unknown_release", "release"),
        ("", None, "unknown_release", "release"),
        (1.36, None, "invalid_value", "release"),
        (None, None, "invalid_value", "release"),
        ("1.36", {"Weather": True}, "feature_gates", "gates"),
        ("1.36", {"ContainerRestartRules": "yes"}, "invalid_value", "gates[ContainerRestartRules]"),
        ("1.36", {1: True}, "invalid_value", "gates"),
        ("1.36", ["ContainerRestartRules"], "invalid_value", "gates"),
        ("1.36", "ContainerRestartRules=true", "invalid_value", "gates"),
    ],
)
def test_clusters_that_cannot_be(release: Any, gates: Any, code: str, path: str) -> None:
    with pytest.raises(PodverdictError) as caught:
        Kubernetes(release, gates)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_errors_are_values_too() -> None:
    with pytest.raises(ValueError) as caught:
        podverdict.evaluate({"op": "qos", "release": "1.36", "pod": {}, "colour": 1})
    error = caught.value
    assert isinstance(error, podverdict.UnknownFieldError)
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.path, again.message, str(again)) == (error.code, error.path, error.message, str(error))
    assert (error.code, error.path) == ("unknown_field", "colour")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (b"{", "malformed"),
        (b'{"op": "qos", "pod": {}}', "missing_field"),
        (b'{"op": "qos", "release": "1.36"}', "missing_field"),
        (b'{"op": "weather", "release": "1.36"}', "unknown_op"),
        (b'{"op": "qos", "release": "1.1", "pod": {}}', "unknown_release"),
    ],
)
def test_every_way_in_gives_the_same_error(request_: bytes, code: str) -> None:
    ways = [podverdict.evaluate_json, podverdict.evaluate]
    if request_ != b"{":
        ways.append(lambda request: podverdict.evaluate(json.loads(request)))
    errors = set()
    for way in ways:
        with pytest.raises(PodverdictError) as caught:
            way(request_)
        errors.add((caught.value.code, caught.value.path, caught.value.message))
    [answer] = podverdict.evaluate_many([request_])
    errors.add((answer["code"], answer["path"], answer["error"]))
    [line] = podverdict.evaluate_many(request_).splitlines()
    answer = json.loads(line)
    errors.add((answer["code"], answer["path"], answer["error"]))
    assert len(errors) == 1
    assert errors.pop()[0] == code


def test_a_panic_free_core_is_assumed_but_not_trusted() -> None:
    assert podverdict.errors.make("no such code", "p", "m").code == "no such code"
    assert isinstance(podverdict.errors.make("internal", "", "m"), podverdict.InternalError)


def test_batches() -> None:
    requests = [{"op": "quantity", "opts": {"a": str(n)}, "id": n} for n in range(50_000)]
    listed = podverdict.evaluate_many(requests, "1.36")
    assert [answer["id"] for answer in listed] == list(range(50_000))
    lines = b"\n\n".join(json.dumps(request).encode() for request in requests)
    assert [json.loads(line) for line in podverdict.evaluate_many(lines, "1.36").splitlines()] == listed
    assert podverdict.evaluate_many(lines.decode(), "1.36") == podverdict.evaluate_many(lines, "1.36")
    assert podverdict.evaluate_many(iter(requests[:3]), "1.36") == listed[:3]
    assert podverdict.evaluate_many([], "1.36") == []
    assert podverdict.evaluate_many(b"", "1.36") == b""
    assert podverdict.evaluate_many(b"\n \n", "1.36") == b""


def test_a_batch_that_raises_midway_says_so() -> None:
    def requests() -> Any:
        yield {"op": "quantity", "opts": {"a": "1"}}
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        podverdict.evaluate_many(requests(), "1.36")


def test_other_threads_run_during_a_batch() -> None:
    import threading
    import time

    lines = (json.dumps({"op": "qos", "pod": POD}) + "\n").encode() * 20_000
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.001):
            ticks.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.perf_counter()
    podverdict.evaluate_many(lines, "1.36")
    end = time.perf_counter()
    done.set()
    ticker.join()
    during = sum(start < at < end for at in ticks)
    assert during > (end - start) / 0.05


def test_many_threads_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    k8s, pod = Kubernetes("1.37"), Pod(POD)
    want = k8s.restart_decision(pod, exit_code=42)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda given: k8s.restart_decision(given, exit_code=42), [pod, POD, json.dumps(POD)] * 100))
    assert found == [want] * 300


def test_an_id_of_any_size_does_not_hide_an_error() -> None:
    from decimal import Decimal

    for id_ in (10**400, Decimal("1E+900000"), "x" * 10**6):
        with pytest.raises(podverdict.UnknownFieldError):
            podverdict.evaluate({"op": "feature_gates", "release": "1.36", "id": id_, "colour": 1})


def test_ids_come_back_as_they_were() -> None:
    for id_ in ("a", 7, None, [1, {"a": None}], 1.5):
        answer = podverdict.evaluate({"op": "quantity", "release": "1.36", "opts": {"a": "1"}, "id": id_})
        assert answer.get("id") == id_
