"""Whatever is given, only our errors come out. `PODVERDICT_MALFORMED=1000000` runs the long version."""

from __future__ import annotations

import datetime
import decimal
import json
import math
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import podverdict
from conftest import POD
from podverdict import Kubernetes, PodverdictError

COUNT = int(os.environ.get("PODVERDICT_MALFORMED", "20000"))
SEED = int(os.environ.get("PODVERDICT_SEED", "1"))

OPS = podverdict.ops()
INPUTS = [
    "pod", "oldPod", "old_pod", "pods", "node", "nodes", "object", "oldObject", "objects", "podStatus", "pod_status", "apiStatus",
    "container", "exitCode", "exit_code", "opts", "liveness", "startup", "actuated", "restartAllContainers", "defaults", "prepare",
    "gates", "id", "release", "op", "nodeConfig", "containerStatuses", "phase", "oldStatus", "budget", "",
    "resizes", "events", "group", "upstream", "entry", "now", "backOff", "kubeletConfiguration", "killedExitCode", "maxSyncs",
]  # fmt: skip
TEXT = json.dumps(POD).encode()


class Hostile:
    """An object each of whose methods may raise, or answer nonsense."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def nonsense(self) -> Any:
        if self.rng.random() < 0.4:
            raise self.rng.choice([RuntimeError, KeyError, AttributeError, RecursionError, OSError, StopIteration])("hostile")
        return leaf(self.rng)


class HostileMapping(Hostile, Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        return self.nonsense()

    def __iter__(self) -> Iterator[Any]:
        return iter([self.nonsense() for _ in range(self.rng.randrange(4))])

    def __len__(self) -> int:
        return self.rng.choice([0, 1, 3, -1, 10**6]) if self.rng.random() < 0.9 else self.nonsense()


class HostileSequence(Hostile, Sequence[Any]):
    def __getitem__(self, index: Any) -> Any:
        return self.nonsense()

    def __len__(self) -> int:
        return self.rng.choice([0, 1, 3, -1])


class HostileToDict(Hostile):
    def to_dict(self) -> Any:
        return self.nonsense()


class HostileDump(Hostile):
    def model_dump(self, by_alias: bool) -> Any:
        return self.nonsense()


class HostileIndex(Hostile):
    def __index__(self) -> int:
        return self.nonsense()


class HostileNumber(decimal.Decimal):
    def __format__(self, *_: Any) -> str:
        return '1, "spec": {}'


class HostileFields(Hostile):
    __dataclass_fields__ = {"a": 1, 2: 3, "rng": None}


class HostileMeta(type):
    def __getattr__(cls, name: str) -> Any:
        raise RuntimeError(name)


class HostileClass(metaclass=HostileMeta):
    pass


HOSTILE = [HostileMapping, HostileSequence, HostileToDict, HostileDump, HostileIndex, HostileFields]
LEAVES: list[Any] = [
    None, True, False, 0, 1, -1, 42, 2**31, 2**63, -(2**64), 10**30, 0.0, -0.0, 1.5, 1e308, 5e-324, math.nan, math.inf,
    "", " ", "1", "-1", "100m", "1Gi", "1 core", "1e400", "0x10", "9" * 400, "Always", "Never", "\x00", "\ud800", "é" * 50, "null",
    "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", [], {}, [[]], {"": ""}, {"a": None}, (), set(), frozenset(), b"", b"{}", b"\xff",
    bytearray(b"1"), memoryview(b"[]"), object(), object, len, 1j, range(5), iter(()), decimal.Decimal("1.10"),
    decimal.Decimal("NaN"), decimal.Decimal("1E+900000"), HostileNumber(1), HostileClass(), datetime.datetime(2026, 1, 1),
    datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), datetime.date(2026, 1, 1), datetime.time(1), ..., NotImplemented,
    10**5000,
]  # fmt: skip


def leaf(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.8:
        return rng.choice(LEAVES)
    return rng.choice(HOSTILE)(rng)


def branch(rng: random.Random, depth: int) -> Any:
    """A small random object."""
    if depth == 0 or rng.random() < 0.3:
        return leaf(rng)
    inside = [branch(rng, depth - 1) for _ in range(rng.randrange(4))]
    kind = rng.random()
    if kind < 0.3:
        return inside
    return {key(rng): value for value in inside}


def key(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.02:
        return rng.choice([1, None, (), "\ud800", b"a", True, 1.5])
    return rng.choice(KEYS)


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


KEYS = sorted(keys_of(POD)) + ["node_name", "pod_ips", "init_containers", "metadata", "uid", "kind", "items"]


def changed(rng: random.Random, value: Any) -> Any:
    """The same object with one thing in it changed; what is not changed is shared."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(list(value))
        if rng.random() < 0.05:
            return {**value, key(rng): leaf(rng)}
        return {**value, name: changed(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.85:
        index = rng.randrange(len(value))
        return [*value[:index], changed(rng, value[index]), *value[index + 1 :]]
    return branch(rng, 2)


def broken(rng: random.Random, text: bytes) -> bytes:
    """The same text with some bytes changed, cut out or doubled."""
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(text) + 1)
        to = min(len(text), at + int(rng.expovariate(0.2)))
        new = rng.choice([b"", text[at:to] * 2, bytes(rng.choices(b'{}[]",:0\\u\xff\x00 ntf', k=2)), b"1e999", b'"\\ud800"'])
        text = text[:at] + new + text[to:]
    return text


def questions(rng: random.Random) -> Callable[[], Any]:
    kind = rng.random()
    k8s = rng.choice(CLUSTERS)
    if kind < 0.35:
        pod, ask = changed(rng, POD), rng.choice(ASKS)
        return lambda: ask(k8s, pod)
    if kind < 0.5:
        text, ask = broken(rng, TEXT), rng.choice(ASKS)
        return lambda: ask(k8s, text)
    if kind < 0.7:
        pod, ask = branch(rng, 3), rng.choice(ASKS)
        return lambda: ask(k8s, pod)
    request: Any = {"op": rng.choice(OPS), "release": rng.choice(["1.35", "1.36", "1.37"])}
    for _ in range(rng.randrange(4)):
        request[rng.choice(INPUTS)] = rng.choice([POD, [POD], changed(rng, POD), branch(rng, 2)])
    if kind < 0.85:
        return lambda: podverdict.evaluate(request)
    if kind < 0.9:
        return lambda: podverdict.evaluate_many([request, branch(rng, 2)])
    if kind < 0.95:
        release, gates = leaf(rng), branch(rng, 1)
        return lambda: Kubernetes(release, gates)
    text = broken(rng, b'{"op": "qos", "release": "1.36", "id": 7, "pod": ' + TEXT + b"}")
    if kind < 0.98:
        return lambda: podverdict.evaluate_json(text)
    return lambda: podverdict.evaluate_many(text + b"\n" + text)


CLUSTERS = [Kubernetes(release) for release in ("1.35", "1.36", "1.37")]
ASKS: list[Callable[[Kubernetes, Any], Any]] = [
    lambda k8s, pod: k8s.qos(pod),
    lambda k8s, pod: k8s.restart_decision(pod, exit_code=42),
    lambda k8s, pod: k8s.restart_decision(POD, pod_status=pod),
    lambda k8s, pod: k8s.pod_requests(pod, use_status_resources=True),
    lambda k8s, pod: k8s.validate_pod_create(pod),
    lambda k8s, pod: podverdict.Pod(pod),
    lambda k8s, pod: k8s.pod_actions(pod, pod_status=pod),
    lambda k8s, pod: k8s.pod_phase(pod),
    lambda k8s, pod: k8s.pod_conditions(POD, old_status=pod),
    lambda k8s, pod: k8s.validate_pod_status_update(POD, pod),
    lambda k8s, pod: k8s.admit_pod(pod, POD, pods=[pod]),
    lambda k8s, pod: k8s.resize_feasible({}, POD, pod),
    lambda k8s, pod: k8s.schedule([pod], [POD, pod], objects=[pod]),
    lambda k8s, pod: k8s.validate_podgroup(pod),
    lambda k8s, pod: k8s.resize_status(pod),
    lambda k8s, pod: k8s.resize_headroom(pod, POD, pods=[pod]),
    lambda k8s, pod: k8s.resize_advice({}, POD, pod),
    lambda k8s, pod: k8s.resize_actions(pod, POD),
    lambda k8s, pod: k8s.resize_queue({}, [{"pod": pod, "old_pod": POD}]),
    lambda k8s, pod: k8s.node_filters([pod], POD, pods=[pod]),
    lambda k8s, pod: k8s.gang_explain([pod], [pod, POD], objects=[pod], group="ml/g", budget=1000),
    lambda k8s, pod: k8s.crash_loop_backoff(pod, "worker", "2026-03-01T08:00:06Z", pod_status=pod),
    lambda k8s, pod: k8s.restart_cycle(pod, events=[pod], max_syncs=5),
    lambda k8s, pod: podverdict.Cluster(k8s).apply(pod),
    lambda k8s, pod: podverdict.Cluster(k8s).set(pod),
]


def test_only_our_errors() -> None:
    answers = refusals = 0
    for n in range(COUNT):
        rng = random.Random(f"{SEED}/{n}")
        try:
            questions(rng)()
            answers += 1
        except PodverdictError as error:
            assert error.code and error.code != "internal", f"case {SEED}/{n}: {error!r}"
            assert str(error)
            refusals += 1
        except BaseException as error:
            raise AssertionError(f"case {SEED}/{n}: {type(error).__name__}: {error}") from error
    print(f"{COUNT} objects: {answers} answers, {refusals} errors")
    assert answers > COUNT / 20 and refusals > COUNT / 5
