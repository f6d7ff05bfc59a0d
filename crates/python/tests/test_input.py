"""Objects of every kind become the same JSON, and only our errors come out of what cannot."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

import podverdict
from conftest import FORMS, POD
from podverdict import Kubernetes, Pod, PodverdictError

K8S = Kubernetes("1.37")
BIGGER = json.loads(json.dumps(POD).replace('"cpu": "1500m"', '"cpu": "3"'))
NODE = {"metadata": {"name": "node-1"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "10"}}}


def as_json(pod: Any) -> Any:
    return json.loads(Pod(pod).to_json())


def without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_null(inner) for key, inner in value.items() if inner is not None}
    return [without_null(inner) for inner in value] if isinstance(value, list) else value


def test_every_form_is_the_same_json(pod_in_some_form: Any) -> None:
    assert without_null(as_json(pod_in_some_form)) == POD


def test_every_form_gets_the_same_answers(pod_in_some_form: Any) -> None:
    for given in pod_in_some_form, Pod(pod_in_some_form):
        assert K8S.restart_decision(given, exit_code=42) == K8S.restart_decision(POD, exit_code=42)
        assert K8S.pod_requests(given) == K8S.pod_requests(POD)
        assert K8S.qos(given) == K8S.qos(POD)
        assert K8S.validate_pod_create(given) == K8S.validate_pod_create(POD)
        assert K8S.pod_actions(given) == K8S.pod_actions(POD)
        assert K8S.pod_phase(given) == K8S.pod_phase(POD)
        assert K8S.pod_conditions(given) == K8S.pod_conditions(POD)
        assert K8S.validate_pod_resize(given, BIGGER) == K8S.validate_pod_resize(POD, BIGGER)
        assert K8S.resize_feasible(NODE, given, BIGGER) == K8S.resize_feasible(NODE, POD, BIGGER)
        assert K8S.resize_advice(NODE, given, BIGGER) == K8S.resize_advice(NODE, POD, BIGGER)
        assert K8S.resize_actions(BIGGER, given) == K8S.resize_actions(BIGGER, POD)
        assert K8S.resize_status(given) == K8S.resize_status(POD)
        assert K8S.restart_cycle(given, max_syncs=3) == K8S.restart_cycle(POD, max_syncs=3)
        # Inside lists and mappings too.
        assert K8S.admit_pod(NODE, BIGGER, pods=[given]) == K8S.admit_pod(NODE, BIGGER, pods=[POD])
        resizes = [{"pod": BIGGER, "old_pod": given}]
        assert K8S.resize_queue(NODE, resizes) == K8S.resize_queue(NODE, [{"pod": BIGGER, "oldPod": POD}])
        assert K8S.node_filters([NODE], BIGGER, pods=[given]) == K8S.node_filters([NODE], BIGGER, pods=[POD])
        assert K8S.schedule([NODE], [given]) == K8S.schedule([NODE], [POD])
        request = {"op": "qos", "release": "1.37", "pod": given}
        assert podverdict.evaluate(request) == K8S.qos(POD).to_dict()


def test_nodes_of_every_client_get_the_same_answers() -> None:
    from kr8s.objects import Node as Kr8sNode
    from kubernetes import client
    from lightkube.resources.core_v1 import Node as LightkubeNode

    api: Any = types.SimpleNamespace(namespace="default")
    text = json.dumps(NODE)
    official = client.V1Node.from_json(text) if hasattr(client.V1Node, "from_json") else None
    nodes = [text, text.encode(), Kr8sNode(NODE, api=api), LightkubeNode.from_dict(NODE), official]
    for node in filter(None, nodes):
        assert K8S.admit_pod(node, POD) == K8S.admit_pod(NODE, POD)
        assert K8S.resize_headroom(node, POD) == K8S.resize_headroom(NODE, POD)
        assert K8S.schedule([node], [POD]) == K8S.schedule([NODE], [POD])


def test_no_client_library_is_imported() -> None:
    import subprocess
    import sys

    code = "import podverdict, sys; print([m for m in ('kubernetes', 'kopf', 'kr8s', 'lightkube', 'box', 'pydantic') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_the_keys_of_maps_are_the_users() -> None:
    keys = {"node_name": "x", "nodeName": "y", "pod_ip": "z", "restart_policy": "w"}
    pod = {
        "metadata": {"labels": keys, "annotations": keys},
        "spec": {
            "node_selector": keys,
            "overhead": {"my_cpu": 1},
            "containers": [{"resources": {"requests": {"host_ip": "1"}, "limits": {"host_ip": "1", "hostIP": "2"}}}],
            "affinity": {
                "pod_affinity": {
                    "required_during_scheduling_ignored_during_execution": [
                        {"label_selector": {"match_labels": keys}, "namespace_selector": {"match_labels": keys}}
                    ]
                }
            },
            "topology_spread_constraints": [{"label_selector": {"match_labels": keys}, "max_skew": 1}],
        },
        "status": {"container_statuses": [{"allocated_resources": keys}]},
    }
    spec = as_json(pod)["spec"]
    assert as_json(pod)["metadata"] == {"labels": keys, "annotations": keys}
    assert spec["nodeSelector"] == keys
    assert spec["overhead"] == {"my_cpu": 1}
    assert spec["containers"] == [{"resources": {"requests": {"host_ip": "1"}, "limits": {"host_ip": "1", "hostIP": "2"}}}]
    term = spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
    assert term == {"labelSelector": {"matchLabels": keys}, "namespaceSelector": {"matchLabels": keys}}
    assert spec["topologySpreadConstraints"] == [{"labelSelector": {"matchLabels": keys}, "maxSkew": 1}]
    assert as_json(pod)["status"] == {"containerStatuses": [{"allocatedResources": keys}]}


def test_the_objects_of_a_cluster_in_snake_case() -> None:
    """A node that may attach one volume of a driver has one attached already."""
    node = {"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "10"}}}
    pod = {"metadata": {"name": "p", "namespace": "ns"},
           "spec": {"containers": [{"name": "c"}], "volumes": [{"name": "v", "persistent_volume_claim": {"claim_name": "b"}}]}}  # fmt: skip

    def volume(name: str) -> dict[str, Any]:
        csi = {"driver": "d", "volume_handle": name}
        return {"kind": "PersistentVolume", "metadata": {"name": name},
                "spec": {"csi": csi, "storage_class_name": "s", "claim_ref": {"namespace": "ns", "name": "b"}}}  # fmt: skip

    objects = [
        {"kind": "CSINode", "metadata": {"name": "n"}, "spec": {"drivers": [{"name": "d", "node_id": "n", "allocatable": {"count": 1}}]}},
        {"kind": "StorageClass", "metadata": {"name": "s"}, "volume_binding_mode": "Immediate", "provisioner": "d"},
        volume("attached"),
        volume("b"),
        {"kind": "PersistentVolumeClaim", "metadata": {"namespace": "ns", "name": "b", "annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
         "spec": {"volume_name": "b", "storage_class_name": "s"}},
    ]  # fmt: skip
    attachment = {"kind": "VolumeAttachment", "metadata": {"name": "a"},
                  "spec": {"attacher": "d", "node_name": "n", "source": {"persistent_volume_name": "attached"}}}  # fmt: skip
    assert K8S.node_filters([node], pod, objects=objects).nodes[0].fits
    full = K8S.node_filters([node], pod, objects=[*objects, attachment]).nodes[0]
    assert not full.fits
    assert full.plugin == "NodeVolumeLimits"


def test_unknown_fields_keep_their_names() -> None:
    assert as_json({"spec": {"my_field": {"node_name": 1}}}) == {"spec": {"my_field": {"node_name": 1}}}
    assert as_json({"node_name": 1}) == {"node_name": 1}


@pytest.mark.parametrize("spelling", ["host_i_ps", "host_ips", "hostIPs"])
def test_each_spelling_of_a_field(spelling: str) -> None:
    assert as_json({"status": {spelling: []}}) == {"status": {"hostIPs": []}}


def test_keywords_of_python() -> None:
    probe = {"_exec": {"command": ["true"]}}
    assert as_json({"spec": {"containers": [{"startup_probe": probe}]}})["spec"]["containers"] == [
        {"startupProbe": {"exec": {"command": ["true"]}}}
    ]


@pytest.mark.parametrize(
    ("pod", "path"),
    [
        ({"spec": {"node_name": "a", "nodeName": "a"}}, "pod.spec.nodeName"),
        ({"spec": {"nodeName": None, "node_name": "a"}}, "pod.spec.nodeName"),
        ({"status": {"pod_ips": [], "pod_i_ps": []}}, "pod.status.podIPs"),
        ({"api_version": "v1", "apiVersion": "v1"}, "pod.apiVersion"),
        ({"spec": {"containers": [{}, {"resize_policy": [], "resizePolicy": []}]}}, "pod.spec.containers[1].resizePolicy"),
    ],
)
def test_both_spellings_at_once_are_an_error(pod: Any, path: str) -> None:
    with pytest.raises(podverdict.AmbiguousFieldError) as caught:
        K8S.qos(pod)
    assert (caught.value.code, caught.value.path) == ("ambiguous_field", path)


def test_both_spellings_of_an_input_are_an_error() -> None:
    with pytest.raises(podverdict.AmbiguousFieldError):
        K8S.ask("restart_decision", pod=POD, exitCode=1, exit_code=1)
    with pytest.raises(podverdict.AmbiguousFieldError):
        podverdict.evaluate({"op": "restart_decision", "release": "1.36", "pod": POD, "exitCode": 1, "exit_code": 1})


class Colour(enum.Enum):
    RED = "red"


class Word(str, enum.Enum):
    NEVER = "Never"


class Size(enum.IntEnum):
    BIG = 7


class LongView(Mapping[str, Any]):
    """A mapping that is no dict."""

    def __init__(self, inner: Mapping[str, Any]) -> None:
        self.inner = inner

    def __getitem__(self, key: str) -> Any:
        return self.inner[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.inner)

    def __len__(self) -> int:
        return len(self.inner)


class Row(Sequence[Any]):
    """A sequence that is no list."""

    def __init__(self, *inner: Any) -> None:
        self.inner = inner

    def __getitem__(self, index: Any) -> Any:
        return self.inner[index]

    def __len__(self) -> int:
        return len(self.inner)


@dataclasses.dataclass
class Spec:
    node_name: str
    nodeSelector: dict[str, str]


UTC = datetime.timezone.utc
EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-(2**63), "-9223372036854775808"),
        (10**40, "1" + "0" * 40),
        (Size.BIG, "7"),
        (0.1, "0.1"),
        (1.5e300, "1.5e+300"),
        (decimal.Decimal("0.10"), "0.10"),
        (decimal.Decimal("1E+3"), "1E+3"),
        ("é\n\x00\"\U0001f600", json.dumps("é\n\x00\"\U0001f600", ensure_ascii=False)),
        (Word.NEVER, '"Never"'),
        (Colour.RED, '"red"'),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), '"2026-01-02T03:04:05Z"'),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC), '"2026-01-02T03:04:05.000600Z"'),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=EAST), '"2026-01-01T21:34:05Z"'),
        (datetime.date(2026, 1, 2), '"2026-01-02"'),
        ((1, "a", None), '[1,"a",null]'),
        (Row(1, Row()), "[1,[]]"),
        (range(3), "[0,1,2]"),
        (collections.deque([1, 2]), "[1,2]"),
        (collections.OrderedDict(a=1), '{"a":1}'),
        (types.MappingProxyType({"a": (1,)}), '{"a":[1]}'),
        (LongView({"a": LongView({"b": 1})}), '{"a":{"b":1}}'),
        (Spec("n", {"a_b": "c"}), '{"node_name":"n","nodeSelector":{"a_b":"c"}}'),
    ],
)
def test_values(value: Any, want: str) -> None:
    assert Pod({"x": value}).to_json() == '{"x":' + want + "}"


def test_a_dataclass_where_its_fields_are_known() -> None:
    assert as_json({"spec": Spec("n", {"a_b": "c"})}) == {"spec": {"nodeName": "n", "nodeSelector": {"a_b": "c"}}}


def test_amounts_as_numbers() -> None:
    def requests(cpu: Any) -> Any:
        pod = {"spec": {"containers": [{"resources": {"requests": {"cpu": cpu}}}]}}
        return dict(K8S.pod_requests(pod).resources)

    assert requests(2) == requests("2") == requests(2.0) == {"cpu": "2"}
    assert requests(0.5) == requests(decimal.Decimal("0.5")) == requests("500m") == {"cpu": "500m"}


class Raises(Mapping[str, Any]):
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __getitem__(self, key: str) -> Any:
        raise self.error

    def __iter__(self) -> Iterator[str]:
        raise self.error

    def __len__(self) -> int:
        raise self.error


class RaisesToDict:
    def to_dict(self) -> Any:
        raise RuntimeError("no")


class EndlessToDict:
    def to_dict(self) -> Any:
        return EndlessToDict()


class Endless(Mapping[str, Any]):
    """Says that it has one key, and gives keys for ever; each holds another one like it."""

    def __getitem__(self, key: str) -> Any:
        return Endless()

    def __iter__(self) -> Iterator[str]:
        while True:
            yield "a"

    def __len__(self) -> int:
        return 1


def nested(levels: int, leaf: Any = 1) -> Any:
    for _ in range(levels):
        leaf = {"a": [leaf]}
    return leaf


CIRCLE: dict[str, Any] = {"spec": {}}
CIRCLE["spec"]["containers"] = [CIRCLE]
HUGE: list[Any] = ["x" * 1000]
for _ in range(40):
    HUGE = [HUGE, HUGE]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"spec": CIRCLE}, "invalid_value"),
        ({"spec": nested(60)}, "too_large"),
        ({"spec": {"a": HUGE}}, "too_large"),
        ({"spec": Endless()}, "too_large"),
        ({"spec": EndlessToDict()}, "too_large"),
        ({"spec": Raises(KeyError("x"))}, "invalid_value"),
        ({"spec": Raises(RecursionError())}, "invalid_value"),
        ({"spec": RaisesToDict()}, "invalid_value"),
        ({"spec": object()}, "invalid_value"),
        ({"spec": {1: 2}}, "invalid_value"),
        ({"spec": {None: 2}}, "invalid_value"),
        ({"spec": {"a": {1, 2}}}, "invalid_value"),
        ({"spec": {"a": iter([1])}}, "invalid_value"),
        ({"spec": {"a": b"bytes"}}, "invalid_value"),
        ({"spec": {"a": float("nan")}}, "invalid_value"),
        ({"spec": {"a": float("inf")}}, "invalid_value"),
        ({"spec": {"a": decimal.Decimal("NaN")}}, "invalid_value"),
        ({"spec": {"a": decimal.Decimal("-Infinity")}}, "invalid_value"),
        ({"spec": {"a": 10**5000}}, "invalid_value"),
        ({"spec": {"a": "\ud800"}}, "invalid_value"),
        ({"spec": {"\ud800": 1}}, "invalid_value"),
        ({"spec": {"a": 1j}}, "invalid_value"),
        ({"spec": {"a": int}}, "invalid_value"),
        ({"spec": {"a": datetime.datetime(2026, 1, 1)}}, "invalid_value"),
        ({"spec": {"a": datetime.datetime.min.replace(tzinfo=EAST)}}, "invalid_value"),
        ({"spec": {"a": datetime.timedelta(1)}}, "invalid_value"),
        ("{", "malformed"),
        ("", "malformed"),
        ("nul", "malformed"),
        (b"\xff", "malformed"),
        ("\ud800", "malformed"),
        ('{"spec": {}}, "defaults": true', "malformed"),
        ("[" * 100_000, "malformed"),
        (7, "invalid_value"),
        (object(), "invalid_value"),
    ],
)
def test_what_cannot_be_read(value: Any, code: str) -> None:
    with pytest.raises(PodverdictError) as caught:
        K8S.qos(value)
    assert caught.value.code == code
    assert caught.value.path.startswith("pod")


def test_the_error_names_the_field_and_keeps_the_cause() -> None:
    with pytest.raises(podverdict.InvalidValueError) as caught:
        K8S.qos({"spec": {"containers": [{}, {"resources": {"requests": {"cpu": RaisesToDict()}}}]}})
    assert caught.value.path == "pod.spec.containers[1].resources.requests[cpu]"
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert str(caught.value).startswith("pod.spec.containers[1].resources.requests[cpu]: RaisesToDict raised RuntimeError")


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_a_wish_to_stop_passes(stop: BaseException) -> None:
    with pytest.raises(type(stop)):
        K8S.qos({"spec": Raises(stop)})
    with pytest.raises(type(stop)):
        podverdict.evaluate_many([{"op": "qos", "release": "1.36", "pod": Raises(stop)}])


def test_an_object_may_change_while_it_is_read() -> None:
    pod: dict[str, Any] = {"spec": {}}

    class Changes(Mapping[str, Any]):
        def __getitem__(self, key: str) -> Any:
            return key

        def __iter__(self) -> Iterator[str]:
            pod.clear()
            pod["spec"]["containers"] = 1 if "spec" in pod else None
            return iter(())

        def __len__(self) -> int:
            pod.clear()
            return 0

    pod["spec"]["overhead"] = Changes()
    pod["metadata"] = {}
    assert K8S.qos(pod).qos_class == "BestEffort"
    assert pod == {}


def test_lists_of_objects_may_hold_text() -> None:
    request: dict[str, Any] = {"op": "resize_feasible", "release": "1.36"}
    pods = [POD, json.dumps(POD), json.dumps(POD).encode(), Pod(POD)]
    for form in pods, tuple(pods), json.dumps([POD] * 4):
        with pytest.raises(PodverdictError) as caught:
            podverdict.evaluate({**request, "pods": [*form, "{"] if not isinstance(form, str) else "{"})
        assert caught.value.code == "malformed"
        assert caught.value.path == ("pods" if isinstance(form, str) else "pods[4]")


def test_a_pod_is_converted_once() -> None:
    class Once(LongView):
        reads = 0

        def __iter__(self) -> Iterator[str]:
            type(self).reads += 1
            return super().__iter__()

    pod = Pod(Once(POD))
    K8S.qos(pod)
    K8S.qos(pod)
    assert Once.reads == 1
    assert Pod(pod) is pod


@pytest.mark.parametrize("form", [name for name in FORMS if name != "dict"])
def test_pods_compare_by_content(form: str) -> None:
    if "to_dict" in form or form == "official":
        pytest.skip("the official client writes absent fields as None")
    assert Pod(FORMS[form]()) == Pod(POD)
    assert hash(Pod(FORMS[form]())) == hash(Pod(POD))
