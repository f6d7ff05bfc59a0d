"""A pod that is asked about many times."""

from __future__ import annotations

import json
from typing import Any, cast

from . import _native
from ._input import Object

__all__ = ["Pod"]


class Pod(_native.Document):
    """A pod, converted once, to be asked about many times.

    It can be given wherever a pod is due, and then costs no conversion.

    Args:
        source: the pod in any form (see `podverdict.Object`).

    >>> pod = Pod({"metadata": {"name": "web", "namespace": "shop"}, "spec": {"node_name": "n1"}})
    >>> pod
    Pod('shop/web')
    >>> pod.to_dict()["spec"]
    {'nodeName': 'n1'}
    """

    def __new__(cls, source: Object) -> Pod:
        if isinstance(source, Pod):
            return source
        return super().__new__(cls, source, "Pod")  # type: ignore[return-value]

    def to_dict(self) -> dict[str, Any]:
        """The pod as a new dict, with the field names of JSON."""
        pod: dict[str, Any] = json.loads(self.to_json())
        return pod

    def _metadata(self, field: str) -> str:
        metadata: Any = self.to_dict().get("metadata")
        value = cast("dict[str, Any]", metadata).get(field) if isinstance(metadata, dict) else None
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """The pod's name; empty if it has none."""
        return self._metadata("name")

    @property
    def namespace(self) -> str:
        """The pod's namespace; empty if it has none."""
        return self._metadata("namespace")

    def __repr__(self) -> str:
        namespace = self.namespace
        return f"Pod({f'{namespace}/{self.name}' if namespace else self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, Pod) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.namespace, self.name))

    def __reduce__(self) -> tuple[type[Pod], tuple[str]]:
        return Pod, (self.to_json(),)
