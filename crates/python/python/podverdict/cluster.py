"""A cluster that is asked about many times, and kept up to date by watch events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from . import _native
from ._input import JsonText, Object
from .answers import GangExplainAnswer, GangFeasibleAnswer, NodeFiltersAnswer, ScheduleAnswer
from .errors import InvalidValueError
from .kubernetes import Kubernetes

__all__ = ["Cluster"]

_C = TypeVar("_C", bound="Cluster")
_Key = tuple[str, str, str]


class Cluster:
    """The nodes, pods and other objects of a cluster, each converted once.

    Args:
        kubernetes: the release and its gates.
        nodes: the nodes.
        pods: the pods: those with `spec.nodeName` run there, the others are pending.
        objects: everything else that bears on scheduling: workloads, pod groups, namespaces, persistent volumes, …

    Raises:
        InvalidValueError: an object does not say its kind or name.

    >>> cluster = Cluster(Kubernetes("1.36"), nodes=[{"metadata": {"name": "n1"}}])
    >>> cluster.apply({"type": "ADDED", "object": {"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}}})
    >>> cluster
    <Cluster: 1 Node, 1 Pod>
    >>> what_if = cluster.copy()
    >>> what_if.remove("Node", "n1")
    True
    >>> len(cluster), len(what_if)
    (2, 1)
    """

    def __init__(
        self,
        kubernetes: Kubernetes,
        nodes: Iterable[Object] = (),
        pods: Iterable[Object] = (),
        objects: Iterable[Object] = (),
    ) -> None:
        self.kubernetes = kubernetes
        self._objects: dict[_Key, _native.Document] = {}
        for kind, given in ("Node", nodes), ("Pod", pods), (None, objects):
            for each in given:
                self.set(each, kind)

    def set(self, object: Object, kind: str | None = None) -> None:
        """Adds an object, or replaces the one of its kind, namespace and name.

        Args:
            object: the object.
            kind: its kind, if it does not say so itself, as objects of the official client often do not.
        """
        document = object if isinstance(object, _native.Document) else _native.Document(object, kind or "Object")
        self._objects[_key(document, kind)] = document

    def remove(self, kind: str, name: str, namespace: str = "") -> bool:
        """Takes an object out; whether it was there."""
        return self._objects.pop((kind, namespace, name), None) is not None

    def apply(self, event: Mapping[str, Any] | tuple[str, Object] | JsonText, kind: str | None = None) -> None:
        """Applies a watch event.

        Args:
            event: as the API and the official client give it, a mapping with `type` and `object`, or its JSON text; or as kr8s and
                lightkube give it, the two in a tuple. Bookmarks change nothing.
            kind: the object's kind, if it does not say so itself.

        Raises:
            InvalidValueError: the event is an error, or none that is known, or its object does not say its kind or name.
        """
        what, object = _event(event)
        match what:
            case "ADDED" | "MODIFIED":
                self.set(cast("Object", object), kind)
            case "DELETED":
                document = _native.Document(object, kind or "Object")
                self._objects.pop(_key(document, kind), None)
            case "BOOKMARK":
                pass
            case _:
                raise InvalidValueError(f"a watch event of type {what!r} cannot be applied", "type")

    def copy(self: _C) -> _C:
        """A cluster with the same objects, to be changed for a what-if. It shares them with this one."""
        other = type(self)(self.kubernetes)
        other._objects = dict(self._objects)
        return other

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, key: object) -> bool:
        """Whether there is an object: a tuple of kind, namespace (empty if it has none) and name."""
        return key in self._objects

    def __repr__(self) -> str:
        counts: dict[str, int] = {}
        for kind, _, _ in self._objects:
            counts[kind] = counts.get(kind, 0) + 1
        return f"<Cluster: {', '.join(f'{count} {kind}' for kind, count in sorted(counts.items())) or 'empty'}>"

    def _of(self, *kinds: str) -> list[Object]:
        return [document for (kind, _, _), document in self._objects.items() if kind in kinds]

    def _others(self) -> list[Object]:
        return [document for (kind, _, _), document in self._objects.items() if kind not in ("Node", "Pod")]

    def node_filters(self, pod: Object) -> NodeFiltersAnswer:
        """On which nodes a pod may run, and which filter refuses it on the others; see `Kubernetes.node_filters`."""
        return self.kubernetes.node_filters(self._of("Node"), pod, pods=self._of("Pod"), objects=self._others())

    def schedule(self, pods: Sequence[Object] = ()) -> ScheduleAnswer:
        """What kube-scheduler does with the pending pods of the cluster, and with these; see `Kubernetes.schedule`."""
        return self.kubernetes.schedule(self._of("Node"), [*self._of("Pod"), *pods], objects=self._others())

    def gang_feasible(
        self, group: str | None = None, *, pods: Sequence[Object] = (), budget: int | None = None
    ) -> GangFeasibleAnswer:
        """Whether a gang of pending pods of the cluster, and of these, can be placed at once; see `Kubernetes.gang_feasible`."""
        pods = [*self._of("Pod"), *pods]
        return self.kubernetes.gang_feasible(self._of("Node"), pods, objects=self._others(), group=group, budget=budget)

    def gang_explain(self, group: str | None = None, *, pods: Sequence[Object] = (), budget: int | None = None) -> GangExplainAnswer:
        """Why a gang of pending pods of the cluster, and of these, cannot start; see `Kubernetes.gang_explain`."""
        pods = [*self._of("Pod"), *pods]
        return self.kubernetes.gang_explain(self._of("Node"), pods, objects=self._others(), group=group, budget=budget)


def _event(event: Any) -> tuple[str, Any]:
    """The type and the object of a watch event."""
    what: Any
    object: Any
    try:
        if isinstance(event, (str, bytes, bytearray, memoryview)):
            event = json.loads(event if isinstance(event, str) else bytes(cast("bytes", event)))
        if isinstance(event, Mapping):
            given = cast("Mapping[str, Any]", event)
            what, object = given["type"], given.get("object")
        else:
            what, object = event
    except Exception as error:
        raise InvalidValueError("a watch event is a mapping with type and object, or the two in a tuple") from error
    if not isinstance(what, str):
        raise InvalidValueError("the type of a watch event is text", "type")
    return what, object


def _key(document: _native.Document, kind: str | None) -> _Key:
    """What tells an object from all others."""
    value: dict[str, Any] = json.loads(document.to_json())
    metadata: Any = value.get("metadata")
    fields: dict[str, Any] = cast("dict[str, Any]", metadata) if isinstance(metadata, dict) else {}
    kind = kind or value.get("kind")
    if not isinstance(kind, str) or not kind:
        raise InvalidValueError("the object does not say its kind", "kind")
    name, namespace = fields.get("name"), fields.get("namespace") or ""
    if not isinstance(name, str) or not isinstance(namespace, str) or not name:
        raise InvalidValueError("the object does not say its name", "metadata.name")
    return kind, namespace, name
