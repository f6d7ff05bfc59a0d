"""What may be given where an object of the Kubernetes API is due."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TypeAlias

from . import _native

__all__ = ["JsonText", "Object"]


class _HasToDict(Protocol):
    """What the official client's models, lightkube's and kr8s's objects have in common."""

    def to_dict(self) -> Any: ...


class _IsDataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


JsonText: TypeAlias = str | bytes | bytearray | memoryview
"""JSON as text or as UTF-8 bytes."""

Object: TypeAlias = Mapping[str, Any] | JsonText | _HasToDict | _IsDataclass | _native.Document
"""An object of the Kubernetes API: JSON text, a mapping (a dict, a kopf view, a Box of kr8s), an object of the official
client, of lightkube or of kr8s, or a `podverdict.Pod`."""
