"""What all answers have in common: frozen, comparable, and the same JSON again on request."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar, cast

from .errors import MissingFieldError

_A = TypeVar("_A", bound="Answer")
_Decode = Callable[[Any], Any]


class FrozenDict(dict[str, Any]):
    """A dict that stays as it is."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def _refuse(self, *_: Any, **__: Any) -> NoReturn:
            raise TypeError("an answer cannot be changed; to_dict() gives a copy that can")

        def _refuse_plainly(self) -> NoReturn:
            self._refuse()

        __setitem__ = __delitem__ = __ior__ = pop = setdefault = update = _refuse
        clear = popitem = _refuse_plainly

    def __hash__(self) -> int:  # type: ignore[override]  # pyright: ignore
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return FrozenDict, (dict(self),)


def _items(value: Any) -> Iterable[Any]:
    return cast("Iterable[Any]", value)


def freeze(value: Any) -> Any:
    """The same JSON value, of types that cannot change."""
    if isinstance(value, dict):
        return FrozenDict((key, freeze(inner)) for key, inner in cast("dict[str, Any]", value).items())
    if isinstance(value, list):
        return tuple(freeze(inner) for inner in _items(value))
    return value


def thaw(value: Any) -> Any:
    """The same value as the JSON types that `json` gives."""
    if isinstance(value, Answer):
        return value.to_dict()
    if isinstance(value, dict):
        return {key: thaw(inner) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, tuple):
        return [thaw(inner) for inner in _items(value)]
    return value


_NOTHING: Mapping[str, Any] = FrozenDict()


@dataclass(frozen=True)
class Answer:
    """An answer, or a part of one.

    Answers are frozen dataclasses: they compare, hash, pickle, and match by position or name. A field that is `None` by
    default is absent in JSON.
    """

    # Python 3.10 takes no dict as a default, not even one that never changes.
    extra: Mapping[str, Any] = field(default_factory=FrozenDict, repr=False, kw_only=True)
    """What the JSON has beyond the fields that this version of the package names."""

    @classmethod
    def from_dict(cls: type[_A], data: Mapping[str, Any]) -> _A:
        """The answer that a dict in the wire format stands for.

        Raises:
            MissingFieldError: the dict lacks a field of this class.
        """
        plan = _plan(cls)
        # Not through `__init__`, which sets one frozen field after the other; absent fields have their defaults in the class.
        answer = object.__new__(cls)
        values = answer.__dict__
        extra: dict[str, Any] = {}
        missing = plan.required
        for json, value in data.items():
            known = plan.fields.get(json)
            if known is None:
                extra[json] = freeze(value)
                continue
            attribute, decode, required = known
            values[attribute] = value if decode is None else decode(value)
            missing -= required
        if missing:
            name = next(json for json, known in plan.fields.items() if known[2] and known[0] not in values)
            raise MissingFieldError(f"{cls.__name__} needs {name!r}", name)
        values["extra"] = FrozenDict(extra) if extra else _NOTHING
        return answer

    def to_dict(self) -> dict[str, Any]:
        """The answer in the wire format, as new dicts and lists."""
        data: dict[str, Any] = {}
        for json, (attribute, _, required) in _plan(type(self)).fields.items():
            value = getattr(self, attribute)
            if value is not None or required:
                data[json] = thaw(value)
        data.update(thaw(self.extra))
        return data


def _camel(name: str) -> str:
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


class _Plan(NamedTuple):
    """How a class reads and writes JSON."""

    fields: dict[str, tuple[str, _Decode | None, bool]]
    """For each name in JSON: the attribute, how to decode it if it needs it, and whether it is always there."""
    required: int
    """How many are always there."""


_plans: dict[type[Answer], _Plan] = {}


def _plan(cls: type[Answer]) -> _Plan:
    plan = _plans.get(cls)
    if plan is None:
        hints = typing.get_type_hints(cls)
        fields = {
            f.metadata.get("json") or _camel(f.name): (f.name, _decoder(hints[f.name]), f.default is not None)
            for f in dataclasses.fields(cls)
            if f.name != "extra"
        }
        plan = _plans[cls] = _Plan(fields, sum(required for _, _, required in fields.values()))
    return plan


def _decoder(hint: Any) -> _Decode | None:
    """How a value of this type is decoded; None if it stays as it is."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Answer):
        return hint.from_dict
    if hint in (str, int, bool, float) or origin is typing.Literal:
        return None
    if origin in (typing.Union, types.UnionType):
        options = [option for option in arguments if option is not type(None)]
        classes = [option for option in options if isinstance(option, type) and issubclass(option, Answer)]
        if len(options) == 1:
            decode = _decoder(options[0])
            return decode and (lambda value: None if value is None else decode(value))
        if classes:
            return lambda value: (
                _first_that_fits(classes, cast("dict[str, Any]", value)) if isinstance(value, dict) else freeze(value)
            )
        return freeze
    if origin is tuple and (element := _decoder(arguments[0])):
        return lambda value: None if value is None else tuple(map(element, value))
    if isinstance(origin, type) and issubclass(origin, Mapping) and (inner := _decoder(arguments[1])):
        return lambda value: None if value is None else FrozenDict({key: inner(entry) for key, entry in value.items()})
    return freeze


def _first_that_fits(classes: list[type[Answer]], data: Mapping[str, Any]) -> Answer:
    """Of several classes, the first whose required fields are all there."""
    for cls in classes[:-1]:
        if all(json in data for json, (_, _, required) in _plan(cls).fields.items() if required):
            return cls.from_dict(data)
    return classes[-1].from_dict(data)
