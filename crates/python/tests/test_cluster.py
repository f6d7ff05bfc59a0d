"""A cluster follows the watch events of every client."""

from __future__ import annotations

import json
import types
from typing import Any

import pytest

import podverdict
from conftest import FORMS, POD
from podverdict import Cluster, Kubernetes

K8S = Kubernetes("1.36")
NODE = {"kind": "Node", "metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "pods": "10"}}}
KEY = ("Pod", "ml", "trainer-0")


@pytest.mark.parametrize("form", FORMS)
def test_events_of_every_client(form: str) -> None:
    def pod() -> Any:
        return FORMS[form]()

    cluster = Cluster(K8S)
    cluster.apply({"type": "ADDED", "object": pod(), "raw_object": POD})
    assert KEY in cluster and len(cluster) == 1
    cluster.apply(("MODIFIED", pod()))
    assert len(cluster) == 1
    cluster.apply(types.MappingProxyType({"type": "BOOKMARK", "object": {"kind": "Pod"}}))
    cluster.apply(("DELETED", pod()))
    assert len(cluster) == 0
    cluster.apply(("DELETED", pod()))
    line = json.dumps({"type": "ADDED", "object": POD})
    for text in line, line.encode(), memoryview(line.encode()):
        cluster.apply(text)
    assert KEY in cluster


def test_kinds_that_the_object_does_not_say() -> None:
    node = {key: value for key, value in NODE.items() if key != "kind"}
    cluster = Cluster(K8S, nodes=[node], pods=[json.dumps(POD)])
    cluster.apply(("ADDED", node), kind="Node")
    assert repr(cluster) == "<Cluster: 1 Node, 1 Pod>"
    with pytest.raises(podverdict.InvalidValueError) as caught:
        cluster.set(node)
    assert caught.value.path == "kind"
    with pytest.raises(podverdict.InvalidValueError) as caught:
        cluster.set({"kind": "Node"})
    assert caught.value.path == "metadata.name"
    for event in {"type": "ERROR", "object": {}}, ("WEATHER", NODE), {}, "{", "AB", (1, 2, 3), 7, None, (None, NODE):
        with pytest.raises(podverdict.InvalidValueError):
            cluster.apply(event)  # type: ignore[arg-type]


def test_a_copy_is_a_cluster_of_its_own() -> None:
    cluster = Cluster(K8S, nodes=[NODE], pods=[POD])
    copy = cluster.copy()
    assert copy.remove("Pod", "trainer-0", "ml") and not copy.remove("Pod", "trainer-0", "ml")
    assert KEY in cluster and KEY not in copy


def test_it_answers_as_the_release_does() -> None:
    pending = {"kind": "Pod", "metadata": {"name": "a", "namespace": "b", "uid": "a"}, "spec": {"containers": [{"name": "a"}]}}
    cluster = Cluster(K8S, nodes=[NODE], pods=[pending])
    assert cluster.schedule() == K8S.schedule([NODE], [pending])
    assert cluster.schedule().pods["b/a"].node == "n1"
    assert cluster.node_filters(pending) == K8S.node_filters([NODE], pending)
    cluster.apply(("DELETED", NODE))
    assert cluster.schedule().pods["b/a"].state == "unschedulable"


def test_it_is_asked_about_gangs() -> None:
    k8s = Kubernetes("1.37", {"GenericWorkload": True})
    group = {
        "apiVersion": "scheduling.k8s.io/v1alpha3",
        "kind": "PodGroup",
        "metadata": {"name": "g", "namespace": "b"},
        "spec": {"schedulingPolicy": {"gang": {"minCount": 2}}},
    }
    container = {"name": "a", "resources": {"requests": {"cpu": "3"}}}
    spec = {"schedulingGroup": {"podGroupName": "g"}, "containers": [container]}
    first, second = ({"kind": "Pod", "metadata": {"name": n, "namespace": "b", "uid": n}, "spec": spec} for n in "ab")
    cluster = Cluster(k8s, nodes=[NODE], pods=[first], objects=[group])
    assert cluster.gang_feasible("b/g", pods=[second]) == k8s.gang_feasible([NODE], [first, second], objects=[group])
    assert cluster.gang_explain(pods=[second]) == k8s.gang_explain([NODE], [first, second], objects=[group])
    cluster.apply(("ADDED", second))
    assert cluster.gang_feasible().verdict == "impossible"
    cluster.apply(("ADDED", {**NODE, "metadata": {"name": "n2"}}))
    placed = cluster.gang_feasible()
    assert placed.starts and {p.node for p in placed.placement} == {"n1", "n2"}
