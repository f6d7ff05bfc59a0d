"""What is raised when input cannot be read.

A refusal by Kubernetes is an answer, not an exception. Everything raised here is a `PodverdictError`, which is a
`ValueError`:

>>> import podverdict
>>> try:
...     podverdict.Kubernetes("1.36").qos({"spec": {"containers": [{"resources": {"requests": {"cpu": "1 core"}}}]}})
... except podverdict.PodverdictError as error:
...     error.code, error.path
('invalid_value', 'pod.spec.containers[0].resources.requests[cpu]')
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AmbiguousFieldError",
    "FeatureGatesError",
    "InternalError",
    "InvalidValueError",
    "MalformedError",
    "MissingFieldError",
    "NotOnReleaseError",
    "PodverdictError",
    "TooLargeError",
    "UnknownFieldError",
    "UnknownOpError",
    "UnknownReleaseError",
]


class PodverdictError(ValueError):
    """Input that cannot be read.

    `code` says of what kind the error is and stays the same from version to version; `path` is the field that it is
    about, such as `pod.spec.containers[1].resources.requests[cpu]`, and empty if it is the whole input; `message` is a
    sentence. The text of the exception is the path and the message.
    """

    code: str
    path: str
    message: str

    CODE: ClassVar[str] = ""

    def __init__(self, message: str, path: str = "", code: str = "") -> None:
        super().__init__(message, path, code)
        self.message = message
        self.path = path
        self.code = code or self.CODE

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class MalformedError(PodverdictError):
    """The text is not JSON, or not UTF-8."""

    CODE: ClassVar[str] = "malformed"


class InvalidValueError(PodverdictError):
    """A value has the wrong type or form, such as a quantity that does not parse."""

    CODE: ClassVar[str] = "invalid_value"


class AmbiguousFieldError(PodverdictError):
    """A field is given twice, in two spellings, such as `nodeName` and `node_name`."""

    CODE: ClassVar[str] = "ambiguous_field"


class UnknownFieldError(PodverdictError):
    """The request has a field that its op does not know."""

    CODE: ClassVar[str] = "unknown_field"


class MissingFieldError(PodverdictError):
    """The request lacks a field that its op needs."""

    CODE: ClassVar[str] = "missing_field"


class UnknownOpError(PodverdictError):
    """There is no such op."""

    CODE: ClassVar[str] = "unknown_op"


class UnknownReleaseError(PodverdictError):
    """There is no such release."""

    CODE: ClassVar[str] = "unknown_release"


class FeatureGatesError(PodverdictError):
    """The feature gates are refused, as the release itself would refuse them."""

    CODE: ClassVar[str] = "feature_gates"


class NotOnReleaseError(PodverdictError):
    """The op does not exist on this release, such as the validation of a PodGroup on 1.35."""

    CODE: ClassVar[str] = "not_on_release"


class TooLargeError(PodverdictError):
    """The input is larger or deeper than this library reads."""

    CODE: ClassVar[str] = "too_large"


class InternalError(PodverdictError):
    """A fault of this library."""

    CODE: ClassVar[str] = "internal"


_BY_CODE: dict[str, type[PodverdictError]] = {kind.CODE: kind for kind in PodverdictError.__subclasses__()}


def make(code: str, path: str, message: str) -> PodverdictError:
    """The exception of a code. The native part of the package raises what this makes."""
    return _BY_CODE.get(code, PodverdictError)(message, path, code)
