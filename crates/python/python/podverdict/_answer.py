"""What all answers have in common: frozen, comparable, and the same JSON again on request."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn, TypeVar

_A = TypeVar("_A", bound="Answer")
_Decode = Callable[[Any], Any]


class FrozenDict(dict[str, Any]):
    """A dict that stays as it is."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("an answer cannot be changed; to_dict() gives a copy that can")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return FrozenDict, (dict(self),)


def freeze(value: Any) -> Any:
    """The same JSON value, of types that cannot change."""
    if isinstance(value, dict):
        return FrozenDict((key, freeze(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(freeze(inner) for inner in value)
    return value


def thaw(value: Any) -> Any:
    """The same value as the JSON types that `json` gives."""
    if isinstance(value, Answer):
        return value.to_dict()
    if isinstance(value, dict):
        return {key: thaw(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [thaw(inner) for inner in value]
    return value


def named(json: str, **options: Any) -> Any:
    """A field whose name in JSON does not follow from its name here."""
    return field(metadata={"json": json}, **options)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a part of one.

    Answers are frozen dataclasses: they compare, hash, pickle, and match by position or name. A field that is `None` by
    default is absent in JSON.
    """

    extra: Mapping[str, Any] = field(default_factory=FrozenDict, repr=False, kw_only=True)
    """What the JSON has beyond the fields that this version of the package names."""

    @classmethod
    def from_dict(cls: type[_A], data: Mapping[str, Any]) -> _A:
        """The answer that a dict in the wire format stands for."""
        plan = _plan(cls)
        values = {attribute: decode(data[json]) for json, (attribute, decode, _) in plan.items() if json in data}
        if len(values) < len(data):
            values["extra"] = FrozenDict((key, freeze(data[key])) for key in data if key not in plan)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """The answer in the wire format, as new dicts and lists."""
        data: dict[str, Any] = {}
        for json, (attribute, _, optional) in _plan(type(self)).items():
            value = getattr(self, attribute)
            if value is not None or not optional:
                data[json] = thaw(value)
        data.update(thaw(self.extra))
        return data


def _camel(name: str) -> str:
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


@cache
def _plan(cls: type[Answer]) -> dict[str, tuple[str, _Decode, bool]]:
    """For each name in JSON: the attribute, how to decode it, and whether None means absent."""
    hints = typing.get_type_hints(cls)
    return {
        f.metadata.get("json") or _camel(f.name): (f.name, _decoder(hints[f.name]), f.default is None)
        for f in dataclasses.fields(cls)
        if f.name != "extra"
    }


def _decoder(hint: Any) -> _Decode:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Answer):
        return hint.from_dict
    if origin is tuple:
        element = _decoder(arguments[0])
        return lambda value: None if value is None else tuple(element(inner) for inner in value)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        element = _decoder(arguments[1])
        return lambda value: None if value is None else FrozenDict((key, element(inner)) for key, inner in value.items())
    if origin in (typing.Union, types.UnionType):
        options = [option for option in arguments if option is not type(None)]
        classes = [option for option in options if isinstance(option, type) and issubclass(option, Answer)]
        if len(options) == 1:
            decode = _decoder(options[0])
            return lambda value: None if value is None else decode(value)
        if len(classes) == len(options):
            return lambda value: None if value is None else _first_that_fits(classes, value)
    return freeze


def _first_that_fits(classes: list[type[Answer]], data: Mapping[str, Any]) -> Answer:
    """Of several classes, the first whose required fields are all there."""
    for cls in classes:
        if all(json in data for json, (_, _, optional) in _plan(cls).items() if not optional):
            return cls.from_dict(data)
    return classes[-1].from_dict(data)
