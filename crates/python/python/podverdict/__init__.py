"""Kubernetes' own verdicts on container restarts, in-place pod resizes and gangs, without a cluster.

podverdict answers what only the API server, the kubelet and kube-scheduler answer, exactly as Kubernetes 1.35, 1.36 and
1.37 do:

>>> from podverdict import Kubernetes
>>> k8s = Kubernetes("1.36")
>>> pod = {"spec": {"restartPolicy": "OnFailure", "containers": [{"name": "worker"}]}}
>>> worker = k8s.restart_decision(pod, exit_code=1).containers[0]
>>> worker.on_exit.verdict, worker.on_exit.message
('restart', "the pod's restartPolicy is OnFailure")

`Kubernetes` is a release with its feature gates; its methods are the questions. `Pod` keeps a pod that is asked about often,
`Cluster` the objects of a cluster as watch events change them.
`evaluate`, `evaluate_json` and `evaluate_many` speak the wire format that all languages share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast, overload

from . import _native, answers, errors
from ._input import JsonText, Object
from ._native import __version__, ops
from .cluster import Cluster
from .errors import (
    AmbiguousFieldError,
    FeatureGatesError,
    InternalError,
    InvalidValueError,
    MalformedError,
    MissingFieldError,
    NotOnReleaseError,
    PodverdictError,
    TooLargeError,
    UnknownFieldError,
    UnknownOpError,
    UnknownReleaseError,
)
from .kubernetes import Kubernetes
from .pod import Pod

__all__ = [
    "AmbiguousFieldError",
    "Cluster",
    "FeatureGatesError",
    "InternalError",
    "InvalidValueError",
    "JsonText",
    "Kubernetes",
    "MalformedError",
    "MissingFieldError",
    "NotOnReleaseError",
    "Object",
    "Pod",
    "PodverdictError",
    "TooLargeError",
    "UnknownFieldError",
    "UnknownOpError",
    "UnknownReleaseError",
    "__version__",
    "answers",
    "errors",
    "evaluate",
    "evaluate_json",
    "evaluate_many",
    "ops",
]


def evaluate(request: Object, release: str | None = None) -> dict[str, Any]:
    """Answers one request of the wire format.

    Args:
        request: `op`, `release`, the op's inputs, and optionally `id` and `gates`; a mapping or JSON text.
        release: stands in where the request names none.

    Raises:
        PodverdictError: the request cannot be read.

    >>> evaluate({"op": "quantity", "release": "1.36", "opts": {"a": "1500m"}, "id": "q1"})["a"]["milliValue"]
    1500
    """
    answer: dict[str, Any] = json.loads(_native.evaluate(request, release))
    return answer


def evaluate_json(request: JsonText, release: str | None = None) -> bytes:
    """Answers one request of the wire format, JSON in and out; no Python object is built.

    Raises:
        PodverdictError: the request cannot be read.

    >>> evaluate_json(b'{"op": "quantity", "opts": {"a": "1Ki"}}', release="1.37")[:20]
    b'{"a":{"string":"1Ki"'
    """
    return _native.evaluate_json(request, release)


@overload
def evaluate_many(requests: JsonText, release: str | None = None) -> bytes: ...  # type: ignore[overload-overlap]
@overload
def evaluate_many(requests: Iterable[Object], release: str | None = None) -> list[dict[str, Any]]: ...
def evaluate_many(requests: JsonText | Iterable[Object], release: str | None = None) -> bytes | list[dict[str, Any]]:
    """Answers many requests of the wire format while other Python threads run.

    JSON lines give JSON lines; an iterable of requests gives a list of answers. A request that cannot be read gets an
    answer with `error`, `code` and `path` and does not end the batch.

    >>> lines = b'{"op": "quantity", "opts": {"a": "1"}}\\nnot json\\n'
    >>> [b'"error"' in line for line in evaluate_many(lines, release="1.36").splitlines()]
    [False, True]
    >>> [answer.get("code") for answer in evaluate_many([{"op": "feature_gates"}, {"op": "weather"}], release="1.36")]
    [None, 'unknown_op']
    """
    if isinstance(requests, (str, bytes, bytearray, memoryview)):
        return _native.evaluate_lines(cast("JsonText", requests), release)
    return [json.loads(answer) for answer in _native.evaluate_many(requests, release)]
