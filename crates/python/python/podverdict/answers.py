"""The answers, one frozen class for each kind.

The names are those of the wire format in Python's spelling (`exitCode` is `exit_code`), and enumerations are strings.

>>> from podverdict import Kubernetes
>>> answer = Kubernetes("1.36").quantity("1500m")
>>> match answer.a:
...     case ParsedQuantity(milli_value=milli):
...         print("milli:", milli)
...     case UnreadableQuantity(error=why):
...         print(why)
milli: 1500
>>> QuantityAnswer.from_dict(answer.to_dict()) == answer
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ._answer import Answer, FrozenDict, named

__all__ = [
    "Answer",
    "ContainerResources",
    "ContainerRestart",
    "FeatureGatesAnswer",
    "FieldError",
    "FrozenDict",
    "Gate",
    "ParsedQuantity",
    "PassedOverRule",
    "PodVerdict",
    "QosAnswer",
    "QuantityAnswer",
    "Reason",
    "ResizePolicy",
    "ResourceRequirements",
    "ResourcesAnswer",
    "RestartDecision",
    "RestartReason",
    "RestartTrigger",
    "UnreadableQuantity",
]


# What several answers have.


@dataclass(frozen=True, slots=True)
class Reason(Answer):
    """Why an answer is what it is."""

    code: str
    """Stable: once published it keeps its meaning."""
    source: str
    """The package and function of Kubernetes where the rule lives."""
    message: str
    """The text that Kubernetes would show, or where it shows none a sentence of this library."""
    field: str | None = None
    """The field that the rule read."""
    numbers: Mapping[str, int] | None = None
    """The numbers that the rule compared; their names say the unit."""


@dataclass(frozen=True, slots=True)
class FieldError(Answer):
    """What the API server would say about one field."""

    type: str
    """The kind of error, as upstream's `field.ErrorType`, such as `FieldValueForbidden`."""
    field: str
    """The field's path."""
    detail: str
    """The sentence."""
    bad_value: Any
    """The value that is refused."""
    message: str
    """All of it in one text, as a user of the API would read it."""
    origin: str | None = None
    """Upstream's name of a shared rule."""
    code: str | None = None
    """The rule's stable code."""
    source: str | None = None
    """The package and function of Kubernetes where the rule lives."""


# Context.


@dataclass(frozen=True, slots=True)
class Gate(Answer):
    """A feature gate on a release."""

    default: bool
    """Whether it is on by default."""
    stage: str
    """`ALPHA`, `BETA`, `DEPRECATED`, or empty for general availability, as Kubernetes writes it."""
    locked: bool
    """Whether it can not be changed."""
    enabled: bool
    """Whether it is on."""
    depends_on: tuple[str, ...] | None = None
    """Gates that must be on for this one."""


@dataclass(frozen=True, slots=True)
class FeatureGatesAnswer(Answer):
    """The gates of a release."""

    gates: Mapping[str, Gate]
    """Every gate by name."""


@dataclass(frozen=True, slots=True)
class ParsedQuantity(Answer):
    """A quantity as Kubernetes reads it."""

    string: str
    """The canonical text."""
    format: Literal["DecimalSI", "BinarySI", "DecimalExponent"]
    """How it is written."""
    sign: int
    """-1, 0 or 1."""
    value: int
    """The whole number, rounded up."""
    milli_value: int
    """The thousandths, rounded up."""
    round_up_milli: str
    """The quantity rounded up to thousandths, as the API stores it."""


@dataclass(frozen=True, slots=True)
class UnreadableQuantity(Answer):
    """A text that is no quantity."""

    error: str
    """What Kubernetes says about it."""


@dataclass(frozen=True, slots=True)
class QuantityAnswer(Answer):
    """One quantity, or two compared."""

    a: ParsedQuantity | UnreadableQuantity
    """The first."""
    b: ParsedQuantity | UnreadableQuantity | None = None
    """The second, if one was given."""
    cmp: int | None = None
    """-1, 0 or 1: the first is less than, equal to or greater than the second."""
    add: str | None = None
    """Their sum."""
    sub: str | None = None
    """The first less the second."""


# Restart.


@dataclass(frozen=True, slots=True)
class PassedOverRule(Answer):
    """A restart rule that matches the exit and is not followed."""

    rule_index: int
    """Its place in `restartPolicyRules`."""
    why: str
    """Why not: `gateOff`, `unknownAction`, `noContainerPolicy` or `rulesOff`."""


@dataclass(frozen=True, slots=True)
class RestartReason(Answer):
    """What happens to a container, and why."""

    verdict: Literal["restart", "restartAllContainers", "leave"]
    """What happens."""
    code: str
    """What decided; stable."""
    source: str
    """The package and function of Kubernetes where that rule lives."""
    message: str
    """The same as a sentence."""
    rule_index: int | None = None
    """The restart rule that decided."""
    policy: Literal["Always", "OnFailure", "Never"] | None = None
    """The restart policy that decided."""
    passed_over: PassedOverRule | None = None
    """The first rule that matches, if it was not followed."""


@dataclass(frozen=True, slots=True)
class ContainerRestart(Answer):
    """Whether one container is started again."""

    name: str
    """The container."""
    init: bool
    """Whether it is an init container."""
    is_restartable_init: bool
    """Whether it is a sidecar."""
    is_container_restartable: bool
    """Whether it may be started again at all."""
    should_container_be_restarted: bool
    """Whether it is started in the state that the runtime reports."""
    decision: RestartReason
    """Why."""
    container_should_restart: bool | None = None
    """Whether it is started after the given exit; absent if no exit code was given."""
    matching_rule: Mapping[str, Any] | None = None
    """The first restart rule that matches the exit code."""
    matching_rule_index: int | None = None
    """Its place in `restartPolicyRules`."""
    on_exit: RestartReason | None = None
    """What the kubelet does about the exit, and why."""


@dataclass(frozen=True, slots=True)
class RestartTrigger(Answer):
    """What makes all containers restart."""

    by: Literal["condition", "runtimeExit", "apiExit"]
    """The condition `AllContainersRestarting`, or an exit that the runtime or the API status shows."""
    container: str | None = None
    """The container that ended."""
    exit_code: int | None = None
    """With this code."""
    rule_index: int | None = None
    """The restart rule that matches."""


@dataclass(frozen=True, slots=True)
class RestartDecision(Answer):
    """Which containers of a pod are started again, and why."""

    containers: tuple[ContainerRestart, ...]
    """Init containers, then regular ones."""
    should_all_containers_restart: bool
    """Whether all containers are to be restarted in place."""
    all_containers_restart_cleaned_up: bool
    """Whether the clean-up that precedes such a restart is complete."""
    all_containers_could_restart: bool
    """Whether some container has a rule that restarts all."""
    trigger: RestartTrigger | None = None
    """What makes all containers restart."""


# What the API server says.


@dataclass(frozen=True, slots=True)
class ResourceRequirements(Answer):
    """Requests and limits."""

    requests: Mapping[str, str] | None = None
    """What is reserved, by resource."""
    limits: Mapping[str, str] | None = None
    """The most that may be used, by resource."""
    claims: tuple[Mapping[str, str], ...] | None = None
    """Dynamic resource claims that are used."""


@dataclass(frozen=True, slots=True)
class ResizePolicy(Answer):
    """What a resize of one resource means for a container."""

    resource_name: str
    """`cpu` or `memory`."""
    restart_policy: str
    """`NotRequired` or `RestartContainer`."""


@dataclass(frozen=True, slots=True)
class ContainerResources(Answer):
    """A container's resources as the API server stores them."""

    name: str
    """The container."""
    resources: ResourceRequirements
    """Its resources."""
    resize_policy: tuple[ResizePolicy, ...] | None = None
    """What a resize means for it."""


@dataclass(frozen=True, slots=True)
class PodVerdict(Answer):
    """What the API server says about a pod, and what it would store."""

    errors: tuple[FieldError, ...]
    """Why the pod is refused; empty if it is accepted."""
    containers: tuple[ContainerResources, ...]
    """The regular containers."""
    generation: int
    """The generation of the stored pod."""
    qos_class: str
    """The class of the stored pod."""
    init_containers: tuple[ContainerResources, ...] | None = None
    """The init containers."""
    pod_resources: ResourceRequirements | None = None
    """The pod-level resources."""

    @property
    def accepted(self) -> bool:
        """Whether the API server takes the pod."""
        return not self.errors


# Resources.


@dataclass(frozen=True, slots=True)
class QosAnswer(Answer):
    """A pod's quality-of-service class."""

    qos_class: Literal["Guaranteed", "Burstable", "BestEffort"]
    """The class."""
    qos_class_v1: Literal["Guaranteed", "Burstable", "BestEffort"] = named("qosClassV1")
    """The same, from the second place where upstream computes it."""


@dataclass(frozen=True, slots=True)
class ResourcesAnswer(Answer):
    """The resources of a pod as a whole."""

    resources: Mapping[str, str]
    """The amount of each resource, as canonical quantity text."""
