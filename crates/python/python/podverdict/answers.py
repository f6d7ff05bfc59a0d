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
from dataclasses import field as json_field
from typing import Any, Literal

from ._answer import Answer, FrozenDict

__all__ = [
    "Actions",
    "AdmitAnswer",
    "Amount",
    "Answer",
    "BackOffAnswer",
    "BackOffConfig",
    "BackOffEntry",
    "Certificate",
    "ClassReport",
    "Condition",
    "ConditionsAnswer",
    "ContainerOffer",
    "ContainerResources",
    "ContainerRestart",
    "ContainerUpdate",
    "ContainerUpdates",
    "CycleAnswer",
    "CycleContainer",
    "CycleEvent",
    "CycleStep",
    "DomainCase",
    "DomainReport",
    "Excluded",
    "FeatureGatesAnswer",
    "FieldError",
    "Freed",
    "FrozenDict",
    "GangExplainAnswer",
    "GangFeasibleAnswer",
    "Gate",
    "GracePeriod",
    "GroupState",
    "GroupStatus",
    "Headroom",
    "HeldBack",
    "IllegalTransition",
    "KilledContainer",
    "NextSync",
    "NextTrigger",
    "NodeFiltersAnswer",
    "NodeVerdict",
    "Notice",
    "ObjectVerdict",
    "ParsedQuantity",
    "PassedOverRule",
    "PhaseAnswer",
    "PhaseCounts",
    "Placement",
    "PodActionsAnswer",
    "PodCgroup",
    "PodOutcome",
    "PodVerdict",
    "Price",
    "QosAnswer",
    "QuantityAnswer",
    "QueueKey",
    "QueuedResize",
    "Reason",
    "Rejection",
    "Remedy",
    "ResetContainer",
    "ResizeActionsAnswer",
    "ResizeAdviceAnswer",
    "ResizeCondition",
    "ResizeDifference",
    "ResizeFeasibleAnswer",
    "ResizeHeadroomAnswer",
    "ResizeOffer",
    "ResizePolicy",
    "ResizeQueueAnswer",
    "ResizeRestart",
    "ResizeStatusAnswer",
    "ResizeStep",
    "ResourceRequirements",
    "ResourcesAnswer",
    "RestartDecision",
    "RestartReason",
    "RestartTrigger",
    "Rule",
    "RunningResources",
    "ScheduleAnswer",
    "Shortfall",
    "SiblingDomain",
    "StatusVerdict",
    "Step",
    "Stop",
    "Supply",
    "Sync",
    "UnreadableQuantity",
    "Upstream",
    "Without",
]


# What several answers have.


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Gate(Answer):
    """A feature gate on a release."""

    default: bool
    """Whether it is on by default."""
    stage: str
    """`ALPHA`, `BETA`, `GA` or `DEPRECATED`."""
    locked: bool
    """Whether it can not be changed."""
    enabled: bool
    """Whether it is on."""
    depends_on: tuple[str, ...] | None = None
    """Gates that must be on for this one."""


@dataclass(frozen=True)
class FeatureGatesAnswer(Answer):
    """The gates of a release."""

    gates: Mapping[str, Gate]
    """Every gate by name."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class UnreadableQuantity(Answer):
    """A text that is no quantity."""

    error: str
    """What Kubernetes says about it."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class PassedOverRule(Answer):
    """A restart rule that matches the exit and is not followed."""

    rule_index: int
    """Its place in `restartPolicyRules`."""
    why: str
    """Why not: `gateOff`, `unknownAction`, `noContainerPolicy` or `rulesOff`."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class KilledContainer(Answer):
    """A container to kill."""

    id: str
    """Its id in the runtime."""
    name: str
    """Its name."""
    message: str
    """Upstream's sentence, which the event `Killing` shows."""
    reason: str | None = None
    """Upstream's word."""


@dataclass(frozen=True)
class ResetContainer(Answer):
    """A container record to remove because all containers restart."""

    id: str
    """Its id in the runtime."""
    name: str
    """Name of its container."""
    kill: bool
    """Whether it is killed first."""


@dataclass(frozen=True)
class RunningResources(Answer):
    """Resources of a running container; 0 for none."""

    memory_limit: int
    """In bytes."""
    memory_request: int
    """In bytes."""
    cpu_limit: int
    """In milli-CPU."""
    cpu_request: int
    """In milli-CPU."""


@dataclass(frozen=True)
class ContainerUpdate(Answer):
    """A container to resize in place."""

    name: str
    """Its name."""
    id: str
    """Its id in the runtime."""
    desired: RunningResources
    """The resources to have."""
    current: RunningResources
    """The resources there are."""


@dataclass(frozen=True)
class ContainerUpdates(Answer):
    """The containers to resize in place, decreases before increases."""

    memory: tuple[ContainerUpdate, ...] | None = None
    """Updates of memory."""
    cpu: tuple[ContainerUpdate, ...] | None = None
    """Updates of CPU."""


@dataclass(frozen=True)
class Actions(Answer):
    """What the kubelet decides to do with a pod, as upstream's `podActions` holds it."""

    kill_pod: bool
    """Whether every container and sandbox is stopped."""
    create_sandbox: bool
    """Whether a new sandbox is made."""
    sandbox_id: str = json_field(metadata={"json": "sandboxID"})
    """The sandbox there is; empty if there is none to use."""
    attempt: int
    """The attempt number of the sandbox to use."""
    init_containers_to_start: tuple[str, ...]
    """Init containers to start, in order."""
    containers_to_start: tuple[str, ...]
    """Regular containers to start, in order."""
    ephemeral_containers_to_start: tuple[str, ...]
    """Ephemeral containers to start, in order."""
    containers_to_kill: tuple[KilledContainer, ...]
    """Containers to kill, in no particular order."""
    update_pod_resources: bool
    """Whether the pod's cgroup is updated because a container restarts with other resources."""
    update_pod_level_resources: bool
    """Whether the pod-level resources are updated."""
    containers_to_reset: tuple[ResetContainer, ...]
    """Records to remove because all containers restart."""
    containers_to_update: ContainerUpdates | None = None
    """Containers to resize in place."""


@dataclass(frozen=True)
class GracePeriod(Answer):
    """How long a container gets to stop."""

    seconds: int
    """The whole grace period."""
    stop_timeout_seconds: int
    """What the runtime is told to wait before it kills."""
    pre_stop_hook: bool
    """Whether a hook runs first."""


@dataclass(frozen=True)
class Stop(Answer):
    """A container that stops with its pod."""

    name: str
    """Its name."""
    id: str
    """Its id in the runtime."""
    seconds: int
    """The whole grace period."""
    stop_timeout_seconds: int
    """What the runtime is told to wait before it kills."""
    pre_stop_hook: bool
    """Whether a hook runs first."""
    after_regular: bool
    """Whether it stops only after the regular containers."""
    after_sidecar: str | None = None
    """The sidecar after which it stops."""


@dataclass(frozen=True)
class Step(Answer):
    """One thing that the kubelet does."""

    do: Literal[
        "killPod",
        "purgeInitContainers",
        "killContainer",
        "resetContainer",
        "pruneInitContainers",
        "createSandbox",
        "resize",
        "startContainer",
    ]
    """What it does; which of the optional fields are there follows from it."""
    code: str
    """Why; stable."""
    source: str
    """The package and function of Kubernetes where that rule lives."""
    message: str
    """The same as a sentence."""
    container: str | None = None
    """The container that is killed, reset or started."""
    id: str | None = None
    """Its id in the runtime."""
    kind: Literal["init", "regular", "ephemeral"] | None = None
    """Which list of the pod the container stands in."""
    index: int | None = None
    """Its index in that list."""
    kill_reason: str | None = None
    """Upstream's word for a kill."""
    kill: bool | None = None
    """Whether a container that is reset is killed first."""
    grace_period: GracePeriod | None = None
    """How long it gets to stop."""
    keeps_logs: bool | None = None
    """Whether the logs of a container that is reset stay (1.36 and later)."""
    ids: tuple[str, ...] | None = None
    """The records that are removed."""
    stops: tuple[Stop, ...] | None = None
    """The containers that stop with the pod."""
    attempt: int | None = None
    """The attempt number of the new sandbox."""
    updates: ContainerUpdates | None = None
    """The containers that are resized in place."""
    update_pod_resources: bool | None = None
    """Whether the pod's cgroup is updated."""
    update_pod_level_resources: bool | None = None
    """Whether the pod-level resources are updated."""
    field: str | None = None
    """The field that the rule read."""
    numbers: Mapping[str, int] | None = None
    """The numbers that the rule compared; their names say the unit."""


@dataclass(frozen=True)
class PodActionsAnswer(Answer):
    """What the kubelet does in its next sync of a pod."""

    actions: Actions
    """As upstream's `podActions` holds it."""
    steps: tuple[Step, ...]
    """The same in the order in which the kubelet carries it out, each with its reason."""
    restart_all_containers: bool
    """Whether this sync restarts all containers in place."""


@dataclass(frozen=True)
class Rule(Answer):
    """A rule of Kubernetes."""

    code: str
    """Stable: once published it keeps its meaning."""
    source: str
    """The package and function of Kubernetes where it lives."""


@dataclass(frozen=True)
class PhaseCounts(Answer):
    """How many containers are in which state. Plain init containers are counted by themselves."""

    pending_init: int
    """Plain init containers that have not ended."""
    failed_init: int
    """Plain init containers that failed."""
    failed_init_for_good: int
    """Plain init containers that failed for good."""
    pending_sidecars: int
    """Sidecars that have not started."""
    running: int
    """Running regular containers and sidecars."""
    waiting: int
    """Regular containers and sidecars that wait for their first start."""
    stopped: int
    """Regular containers that ended."""
    stopped_for_good: int
    """Regular containers that ended and are not restarted."""
    succeeded: int
    """Regular containers that ended well."""
    unknown: int
    """Regular containers and sidecars without a status, or with an empty one."""


@dataclass(frozen=True)
class PhaseAnswer(Answer):
    """The phase that follows from the containers' statuses."""

    phase: Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"]
    """The phase."""
    because: Rule
    """The rule that decided."""
    counts: PhaseCounts
    """What was counted."""


@dataclass(frozen=True)
class Condition(Answer):
    """A condition of a pod or a group, without times."""

    type: str
    """Its type, such as `Ready`."""
    status: str | None = None
    """`True`, `False` or `Unknown`."""
    observed_generation: int | None = None
    """The pod's generation that the condition is about."""
    reason: str | None = None
    """A word why."""
    message: str | None = None
    """A sentence why."""


@dataclass(frozen=True)
class ConditionsAnswer(Answer):
    """The conditions that follow from the state of a pod."""

    conditions: tuple[Condition, ...]
    """Every condition that the kubelet works out."""
    written: tuple[str, ...]
    """The types of those that it writes for this pod."""


@dataclass(frozen=True)
class BackOffConfig(Answer):
    """The crash-loop back-off of a kubelet; durations are written as Go does (`10s`, `5m0s`)."""

    initial: str
    """The first delay."""
    max: str
    """The longest delay."""


@dataclass(frozen=True)
class BackOffEntry(Answer):
    """What the kubelet remembers of a container that crashed."""

    delay: str
    """The delay in force."""
    last_update: str
    """When it was set, in RFC 3339."""


@dataclass(frozen=True)
class NextSync(Answer):
    """When the kubelet looks at the pod again."""

    earliest: str
    """From now."""
    latest: str
    """From now."""


@dataclass(frozen=True)
class BackOffAnswer(Answer):
    """When a container that crashed is started again."""

    in_back_off: bool | None = None
    """Whether it waits now; absent if the kubelet refuses its configuration."""
    until: str | None = None
    """When the wait ends, in RFC 3339."""
    delay: str | None = None
    """The delay in force."""
    next_delay: str | None = None
    """The delay after the next crash."""
    entry: BackOffEntry | None = None
    """What the kubelet remembers then."""
    message: str | None = None
    """The message of the waiting state `CrashLoopBackOff`."""
    event: str | None = None
    """The event that the kubelet writes."""
    next_sync: NextSync | None = None
    """When the kubelet looks at the pod again."""
    config: BackOffConfig | None = None
    """The back-off of this kubelet."""
    config_errors: tuple[str, ...] | None = None
    """Why the kubelet refuses its configuration."""
    code: str | None = None
    """What decided; stable."""
    source: str | None = None
    """The package and function of Kubernetes where that rule lives."""
    field: str | None = None
    """The field that the rule read."""
    numbers: Mapping[str, int] | None = None
    """The numbers that the rule compared; their names say the unit."""


@dataclass(frozen=True)
class CycleEvent(Answer):
    """Something that happens to a pod."""

    what: Literal["exit", "probeFails", "probesSucceed", "sandboxDies"]
    """What it is."""
    container: str | None = None
    """The container that it happens to."""
    exit_code: int | None = None
    """The exit code."""
    reason: str | None = None
    """The runtime's word for the exit."""
    probe: Literal["startup", "readiness", "liveness"] | None = None
    """The probe that fails."""


@dataclass(frozen=True)
class CycleContainer(Answer):
    """A container's status as the API shows it."""

    kind: Literal["init", "regular", "ephemeral"]
    """Which list of the pod it stands in."""
    name: str
    """Its name."""
    state: Mapping[str, Any] | None = None
    """Its state: `waiting`, `running` or `terminated`."""
    last_state: Mapping[str, Any] | None = None
    """The state before."""
    ready: bool | None = None
    """Whether it is ready."""
    restart_count: int | None = None
    """How often it was restarted."""
    image: str | None = None
    """Image it runs."""
    container_id: str | None = json_field(default=None, metadata={"json": "containerID"})
    """Its id in the runtime."""
    started: bool | None = None
    """Whether its startup probe has passed."""
    allocated_resources: Mapping[str, str] | None = None
    """Requests that the node has admitted."""
    resources: ResourceRequirements | None = None
    """Resources in force."""


@dataclass(frozen=True)
class CycleStep(Step):
    """One thing that the kubelet does, and what comes of it."""

    restart_count: int | None = None
    """How often the container that starts was restarted."""
    back_off: BackOffAnswer | None = None
    """The back-off that keeps the container from starting, or lets it."""


@dataclass(frozen=True)
class IllegalTransition(Answer):
    """A status that the API server would not take."""

    index: int
    """The container's index in its list."""
    init: bool
    """Whether it is an init container."""
    message: str
    """What the API server says."""


@dataclass(frozen=True)
class NextTrigger(Answer):
    """What starts the next sync."""

    trigger: str
    """What it is; see `Sync.trigger`."""
    wait: NextSync | None = None
    """How long until then."""


@dataclass(frozen=True)
class Sync(Answer):
    """One sync of the kubelet."""

    at: str
    """When, in RFC 3339."""
    trigger: str
    """`podAdded`, `lifecycleEvent`, `probeResult`, `requeue`, `backOff`, `periodicResync` or `termination`."""
    phase: str
    """The pod's phase."""
    phase_verdict: PhaseAnswer
    """Why."""
    conditions: tuple[Mapping[str, Any], ...]
    """The pod's conditions."""
    containers: tuple[CycleContainer, ...]
    """The containers' statuses."""
    restarts_all_containers: bool
    """Whether this sync restarts all containers in place."""
    steps: tuple[CycleStep, ...]
    """What the kubelet does, in order."""
    aborted: bool
    """Whether a step ended the sync early."""
    event: CycleEvent | None = None
    """What happened before it."""
    status_dropped: IllegalTransition | None = None
    """Why the API server would not take the status."""
    next: NextTrigger | None = None
    """What starts the next sync."""


@dataclass(frozen=True)
class CycleAnswer(Answer):
    """Sync after sync, until the pod settles."""

    syncs: tuple[Sync, ...]
    """The syncs, in order."""
    outcome: Literal["terminal", "settled", "endless", "bound"]
    """How it ends: the pod is over, nothing happens any more, it goes on for ever, or the bound was reached."""
    not_applied: tuple[int, ...]
    """The indexes of the events whose container did not run."""


# What the API server says.


@dataclass(frozen=True)
class ResourceRequirements(Answer):
    """Requests and limits."""

    requests: Mapping[str, str] | None = None
    """What is reserved, by resource."""
    limits: Mapping[str, str] | None = None
    """The most that may be used, by resource."""
    claims: tuple[Mapping[str, str], ...] | None = None
    """Dynamic resource claims that are used."""


@dataclass(frozen=True)
class ResizePolicy(Answer):
    """What a resize of one resource means for a container."""

    resource_name: str
    """`cpu` or `memory`."""
    restart_policy: str
    """`NotRequired` or `RestartContainer`."""


@dataclass(frozen=True)
class ContainerResources(Answer):
    """A container's resources as the API server stores them."""

    name: str
    """The container."""
    resources: ResourceRequirements
    """Its resources."""
    resize_policy: tuple[ResizePolicy, ...] | None = None
    """What a resize means for it."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class StatusVerdict(Answer):
    """What the API server says about a change of a pod's status."""

    errors: tuple[FieldError, ...]
    """Why the change is refused; empty if it is accepted."""

    @property
    def accepted(self) -> bool:
        """Whether the API server takes the change."""
        return not self.errors


@dataclass(frozen=True)
class ObjectVerdict(Answer):
    """What the API server says about an object, and what it would store."""

    errors: tuple[FieldError, ...]
    """Why the object is refused; empty if it is accepted."""
    object: Mapping[str, Any]
    """The object as the API server stores it, as far as decisions read it."""

    @property
    def accepted(self) -> bool:
        """Whether the API server takes the object."""
        return not self.errors


# Resources.


@dataclass(frozen=True)
class QosAnswer(Answer):
    """A pod's quality-of-service class."""

    qos_class: Literal["Guaranteed", "Burstable", "BestEffort"]
    """The class."""
    qos_class_v1: Literal["Guaranteed", "Burstable", "BestEffort"]
    """The same, from the second place where upstream computes it."""


@dataclass(frozen=True)
class ResourcesAnswer(Answer):
    """The resources of a pod as a whole."""

    resources: Mapping[str, str]
    """The amount of each resource, as canonical quantity text."""


# On a node.


@dataclass(frozen=True)
class Shortfall(Answer):
    """A resource of which a node has too little: thousandths of a core for `cpu`, else units of the resource."""

    resource: str
    """The resource; `pods` for the number of pods."""
    requested: int
    """What is asked for."""
    used: int
    """What the other pods take."""
    capacity: int
    """What the node has for pods."""
    missing: int
    """What would have to become free."""
    attainable: bool
    """Whether it would fit on the empty node."""


@dataclass(frozen=True)
class AdmitAnswer(Answer):
    """Whether a kubelet admits a new pod."""

    ok: bool
    """Whether it does."""
    reason: str
    """The reason that the pod's status would show; empty if it is admitted."""
    message: str
    """The message that the pod's status would show; empty if it is admitted."""
    reasons: tuple[Reason, ...]
    """Every check that failed."""
    shortfall: tuple[Shortfall, ...]
    """What is missing."""
    evicts_others: bool
    """Whether the kubelet would try to evict less important pods to make room."""


@dataclass(frozen=True)
class ResizeCondition(Answer):
    """A condition that tells of a resize."""

    type: str
    """`PodResizePending` or `PodResizeInProgress`."""
    status: str
    """`True`."""
    reason: str | None = None
    """`Deferred` or `Infeasible`."""
    message: str | None = None
    """A sentence why."""


@dataclass(frozen=True)
class ResizeFeasibleAnswer(Answer):
    """What a kubelet makes of a resize."""

    result: Literal["ok", "Deferred", "Infeasible"]
    """The answer in upstream's words."""
    outcome: Literal["unchanged", "allocated", "deferred", "infeasible"]
    """The same, with what was allocated already apart from what is allocated now."""
    conditions: tuple[ResizeCondition, ...]
    """The conditions that the pod's status gets."""
    allocated: tuple[ContainerResources, ...]
    """What is allocated to the regular containers afterwards."""
    reasons: tuple[Reason, ...]
    """Why."""
    shortfall: tuple[Shortfall, ...]
    """What is missing."""
    evicts_others: bool
    """Whether the kubelet would try to evict less important pods to make room."""
    message: str | None = None
    """The message of the condition."""
    allocated_init: tuple[ContainerResources, ...] | None = None
    """What is allocated to the init containers afterwards."""
    allocated_pod: ResourceRequirements | None = None
    """What is allocated at the pod level afterwards."""


@dataclass(frozen=True)
class QueueKey(Answer):
    """What decides a resize's place in the queue, most important first."""

    increasing: bool
    """Whether the pod's CPU or memory requests grow. Resizes that do not ask for more come first."""
    priority: int
    """The pod's priority. Higher ones come first."""
    guaranteed: bool
    """Whether the pod is Guaranteed. Such pods come first."""
    pending_since: str | None = None
    """Since when the resize is pending, in RFC 3339. Older ones come first, those that were never tried last."""


@dataclass(frozen=True)
class QueuedResize(Answer):
    """One resize of the queue, and what becomes of it after those before it."""

    index: int
    """Its place in the input."""
    namespace: str
    """The pod's namespace."""
    name: str
    """The pod's name."""
    uid: str
    """The pod's uid."""
    key: QueueKey
    """Why it has this place."""
    result: Literal["ok", "Deferred", "Infeasible"]
    """The answer in upstream's words."""
    outcome: Literal["unchanged", "allocated", "deferred", "infeasible"]
    """The same, with what was allocated already apart from what is allocated now."""
    conditions: tuple[ResizeCondition, ...]
    """The conditions that the pod's status gets."""
    reasons: tuple[Reason, ...]
    """Why."""
    shortfall: tuple[Shortfall, ...]
    """What is missing."""
    evicts_others: bool
    """Whether the kubelet would try to evict less important pods to make room."""
    stays_queued: bool
    """Whether the kubelet keeps it in the queue."""
    message: str | None = None
    """The message of the condition."""
    api_server: Reason | None = None
    """Why the API server would have refused it before the kubelet saw it."""


@dataclass(frozen=True)
class ResizeQueueAnswer(Answer):
    """The resizes that are pending on a node, in the order in which its kubelet tries them."""

    order: tuple[QueuedResize, ...]
    """The resizes."""


@dataclass(frozen=True)
class ResizeDifference(Answer):
    """A resource of which a pod wants, was allocated and has different amounts."""

    list: Literal["requests", "limits"]
    """Where it stands."""
    resource: Literal["cpu", "memory"]
    """The resource."""
    unallocated: bool
    """Whether the node has yet to allocate what the specification says."""
    container: str | None = None
    """The container; `None` for the pod as a whole."""
    desired: str | None = None
    """What the specification says."""
    allocated: str | None = None
    """What the node has allocated. Limits are not reported."""
    actual: str | None = None
    """What is in force. Runtimes round, so that it may differ a little for good."""


@dataclass(frozen=True)
class ResizeStatusAnswer(Answer):
    """What became of a pod's resize, in one word."""

    status: Literal["done", "in_progress", "deferred", "infeasible", "error"]
    """The word. Where a resize is pending while another is in progress, it is about the pending one."""
    stale: bool
    """The word is about an earlier generation of the pod: the node has not judged the latest one."""
    reasons: tuple[Reason, ...]
    """Why, the most important reason first."""
    next: tuple[Literal["wait", "change_request", "free_node", "recreate"], ...]
    """What can be done, the best first."""
    differences: tuple[ResizeDifference, ...]
    """Where wanted, allocated and actual amounts differ."""


@dataclass(frozen=True)
class Headroom(Answer):
    """How far one request can grow: milli-CPU for `cpu`, bytes for `memory`."""

    init: bool
    """Whether it is an init container."""
    resource: Literal["cpu", "memory"]
    """The resource."""
    current: int
    """The request now, 0 if there is none."""
    now: int
    """The largest request that would be accepted and allocated now."""
    ever: int
    """The largest request that would be accepted and allocated if the pod were alone on its node."""
    free_after: int
    """What stays free on the node with `now`; negative if the node gives more than it has already."""
    container: str | None = None
    """The container; `None` for the pod-level request."""
    limit_now: int | None = None
    """The limit to ask for with `now`, if the limit has to change too."""
    limit_ever: int | None = None
    """The limit to ask for with `ever`, if the limit has to change too."""
    shrink_to: int | None = None
    """Where the node's pods use more than there is: the largest request that would be allocated anew."""
    fixed: Reason | None = None
    """Why the request cannot change at all, or cannot change now."""


@dataclass(frozen=True)
class ResizeHeadroomAnswer(Answer):
    """How far the requests of a pod can grow in place on their node."""

    headroom: tuple[Headroom, ...]
    """An entry for each container that names the resource or could begin to, and for each pod-level request."""


@dataclass(frozen=True)
class ContainerOffer(Answer):
    """The resources to ask for, for one container."""

    name: str
    """The container."""
    init: bool
    """Whether it is an init container."""
    resources: ResourceRequirements
    """All of its resources."""


@dataclass(frozen=True)
class ResizeOffer(Answer):
    """A request that could be made."""

    as_wanted: bool
    """Whether it is what is wanted."""
    containers: tuple[ContainerOffer, ...]
    """Containers with other resources than they have now, init containers first."""
    pod: ResourceRequirements | None = None
    """The pod-level resources, if they are other than now."""


@dataclass(frozen=True)
class ResizeAdviceAnswer(Answer):
    """What to ask for instead of a resize."""

    reasons: tuple[Reason, ...]
    """Why there is nothing to offer, where there is not."""
    accepted: ResizeOffer | None = None
    """The nearest request that the API server accepts and the node allocates now."""
    legal: ResizeOffer | None = None
    """The nearest request that the API server accepts, whether or not the node has room."""
    without_restart: ResizeOffer | None = None
    """The nearest request that is accepted and allocated now and restarts no container."""


@dataclass(frozen=True)
class ResizeRestart(Answer):
    """A container that restarts because of a resize."""

    name: str
    """The container."""
    init: bool
    """Whether it is a sidecar or another init container."""
    resource: Literal["cpu", "memory"]
    """The resource that changed and has the policy `RestartContainer`."""
    message: str
    """The kubelet's message."""


@dataclass(frozen=True)
class PodCgroup(Answer):
    """A pod's own cgroup as the kubelet wants it; what is absent is left as it is."""

    cpu_shares: int
    """CPU shares."""
    cpu_quota: int | None = None
    """CPU time in microseconds for each period; -1 for no limit."""
    memory: int | None = None
    """Memory limit in bytes."""


@dataclass(frozen=True)
class ResizeStep(Answer):
    """One step of a resize."""

    step: Literal[
        "killContainer", "resizeVolume", "podMemoryLimit", "podCpuLimit", "podCpuRequest", "updateContainer", "startContainer"
    ]
    """What is done; which of the optional fields are there follows from it."""
    name: str | None = None
    """The container or the volume."""
    resource: Literal["cpu", "memory"] | None = None
    """The resource that is updated, or because of which the container is killed."""
    from_: int | str | None = None
    """The value before: memory in bytes, a quota in microseconds for each period (-1 for none), shares; a volume's size as
    a quantity."""
    to: int | str | None = None
    """The value after."""
    resources: RunningResources | None = None
    """What the runtime is told of the container."""
    cpu_shares: int | None = None
    """The CPU shares that follow for the container."""
    cpu_quota: int | None = None
    """The CPU quota that follows for the container, in microseconds for each period; 0 for none."""


@dataclass(frozen=True)
class ResizeActionsAnswer(Answer):
    """How a kubelet puts a resize in force."""

    restarts: tuple[ResizeRestart, ...]
    """Containers that restart."""
    updates: ContainerUpdates
    """Containers that change in place, in the order of the updates."""
    update_pod_resources: bool
    """Whether the pod's own cgroup is written although no container changes in place: some restart."""
    update_pod_level_resources: bool
    """Whether pod-level resources change."""
    cgroup: PodCgroup
    """The pod's own cgroup as it should be."""
    memory_guard: Literal["not_needed", "unknown", "passed", "failed"]
    """Whether memory limits may go down: `failed` changes nothing in place, `unknown` means that the memory in use was not
    given."""
    reasons: tuple[Reason, ...]
    """Why the guard fails."""
    runtime_first: bool
    """Whether the runtime is told of a change of the pod's own cgroup before it is written (1.36 and later), and can refuse
    it."""
    steps: tuple[ResizeStep, ...]
    """The steps in order."""
    condition_message: str | None = None
    """The message that the condition `PodResizeInProgress` shows with reason `Error`, if the guard fails."""


# In a cluster.


@dataclass(frozen=True)
class PodOutcome(Answer):
    """What becomes of one pod that is to be scheduled."""

    state: Literal["bound", "unschedulable", "waiting", "gated", "pending", "deleted"]
    """How it fares; `deleted` if it had a node and was preempted."""
    node: str | None = None
    """The node it is bound to."""
    tied: bool | None = None
    """Whether kube-scheduler may take another one: another node is as good, another preemption does as little harm, another
    plugin holds it back as well, or there are more of them than kube-scheduler looks at."""
    reason: str | None = None
    """The reason of the condition `PodScheduled`."""
    message: str | None = None
    """The message of the condition `PodScheduled`."""
    gating_plugin: str | None = None
    """The plugin that holds it back."""
    gating_message: str | None = None
    """What that plugin says; kube-scheduler only logs it."""
    nominated_node: str | None = None
    """The node on which a preemption makes room for it, or on which it waits."""


@dataclass(frozen=True)
class Notice(Answer):
    """Something about a cluster that a reader should know, and that the scheduler takes as it is."""

    kind: str
    """`nodeWithoutAllocatable`, `nodeOvercommitted` or `podOnUnknownNode`."""
    node: str | None = None
    """The node."""
    pod: str | None = None
    """The pod, as `namespace/name`."""
    resource: str | None = None
    """The resource."""
    missing: int | None = None
    """What is missing: thousandths of a core for `cpu`, else units of the resource."""


@dataclass(frozen=True)
class GroupStatus(Answer):
    """What kube-scheduler writes to a PodGroup."""

    conditions: tuple[Condition, ...]
    """Its conditions, such as `PodGroupScheduled` (1.36) or `PodGroupInitiallyScheduled` (1.37)."""


@dataclass(frozen=True)
class ScheduleAnswer(Answer):
    """What kube-scheduler does with a set of pods."""

    pods: Mapping[str, PodOutcome]
    """Every pod that was to be scheduled, as `namespace/name`."""
    object_status: Mapping[str, GroupStatus] | None = None
    """The PodGroups that have conditions, as `namespace/name`."""
    preempted: tuple[str, ...] | None = None
    """The pods, as `namespace/name`, that were preempted."""
    not_judged: tuple[str, ...] | None = None
    """What concerns some pod and was not judged."""
    notices: tuple[Notice, ...] | None = None
    """What is odd about the cluster."""


@dataclass(frozen=True)
class NodeVerdict(Answer):
    """Whether a pod may run on a node."""

    node: str
    """The node."""
    fits: bool
    """Whether it may."""
    plugin: str | None = None
    """The first filter that refuses."""
    code: Literal["Unschedulable", "UnschedulableAndUnresolvable", "Error"] | None = None
    """How final that is: whether it may fit once other pods have gone."""
    reasons: tuple[str, ...] | None = None
    """What that filter says."""


@dataclass(frozen=True)
class Rejection(Answer):
    """Why a pod is refused as a whole."""

    plugin: str
    """The filter that refuses."""
    code: Literal["Unschedulable", "UnschedulableAndUnresolvable", "Error"]
    """How final that is: whether it may fit once other pods have gone."""
    reasons: tuple[str, ...]
    """What that filter says."""


@dataclass(frozen=True)
class NodeFiltersAnswer(Answer):
    """On which nodes a pod may run."""

    nodes: tuple[NodeVerdict, ...]
    """Every node."""
    pod_rejection: Rejection | None = None
    """Why the pod is refused before any node is looked at."""
    message: str | None = None
    """The summed-up message, if it fits nowhere."""
    not_judged: tuple[str, ...] | None = None
    """What concerns the pod and was not judged."""
    notices: tuple[Notice, ...] | None = None
    """What is odd about the cluster."""


# Gangs.


@dataclass(frozen=True)
class HeldBack(Answer):
    """Something that keeps kube-scheduler from trying a gang."""

    kind: Literal["tooFewPods", "gated", "schedulersDiffer", "otherScheduler", "prioritiesDiffer", "scheduledApart"]
    """What it is; which of the optional fields are there follows from it."""
    group: str | int | None = None
    """The group; where priorities differ, the group's priority."""
    has: int | None = None
    """How many pods, or groups below it that have enough, there are."""
    needs: int | None = None
    """How many it needs."""
    pods: int | None = None
    """How many pods have scheduling gates."""
    schedulers: tuple[str, ...] | None = None
    """Two of the schedulers that its pods name."""
    scheduler: str | None = None
    """The scheduler that its pods name, which is not the one that is judged."""
    pod: int | None = None
    """The pod's priority."""
    topology_key: str | None = None
    """The node label of the domain that pods which have a node do not share."""


@dataclass(frozen=True)
class Placement(Answer):
    """Where a pod comes."""

    pod: str
    """The pod, as `namespace/name`."""
    node: str
    """The node."""


@dataclass(frozen=True)
class Price(Answer):
    """The price of a class of pods in a proof."""

    pod: str
    """One of the pods, as `namespace/name`."""
    pods: int
    """How many there are."""
    price: int
    """The price of one."""


@dataclass(frozen=True)
class DomainCase(Answer):
    """A domain that will not do."""

    domain: tuple[str, ...]
    """The values of the node labels."""
    certificate: Certificate
    """Why it will not do."""


@dataclass(frozen=True)
class SiblingDomain(Answer):
    """A domain and how many groups it holds."""

    domain: str
    """The value of the node label."""
    holds: int
    """How many of the groups it holds at most."""
    certificate: Certificate | None = None
    """Why no more."""


@dataclass(frozen=True)
class Certificate(Answer):
    """Why a gang cannot be placed: a proof that can be checked."""

    kind: Literal["tooFew", "prices", "domains", "choice", "siblings", "mirrored", "exhausted"]
    """How it is proven; which of the optional fields are there follows from it.

    `tooFew`: the group has fewer pods, or groups, than it needs. `prices`: each class of pods has a price, at most `unit` a
    pod, and the most valuable pods that fit on each node are in sum worth less than the pods needed. `domains`: pods must be
    together in one domain, and none will do. `choice`: a group is in or out, and neither will do. `siblings`: the domains
    hold fewer groups than there are. `mirrored`: as another case, with two groups that are alike exchanged. `exhausted`:
    every way to place the pods was tried.
    """
    group: str | None = None
    """The group."""
    has: int | None = None
    """How many can be had."""
    needs: int | None = None
    """How many it needs."""
    classes: tuple[Price, ...] | None = None
    """The classes with a price."""
    unit: int | None = None
    """The highest price."""
    together: str | None = None
    """Who must be together: a group, or the pods with the same affinity as this pod."""
    topology_keys: tuple[str, ...] | None = None
    """The node labels."""
    cases: tuple[DomainCase, ...] | None = None
    """Every domain, and why it will not do."""
    with_: Certificate | None = None
    """Why not with the group."""
    without: Certificate | None = None
    """Why not without it."""
    groups: tuple[str, ...] | None = None
    """The groups that are alike."""
    domains: tuple[SiblingDomain, ...] | None = None
    """Every domain, how many of the groups it holds, and why no more."""
    states: int | None = None
    """How many states were looked at."""


@dataclass(frozen=True)
class GroupState(Answer):
    """A group of a gang."""

    group: str
    """`namespace/name`; on 1.35 `namespace/workload/name`, and the replica if there is one."""
    needs: int
    """How many pods, or groups below it, must be scheduled at once."""
    scheduled: int
    """How many of its pods have a node."""
    pending: int
    """How many of its pods have none, and are not being deleted."""
    topology_key: str | None = None
    """The node label whose value all its pods must share."""


@dataclass(frozen=True)
class Upstream(Answer):
    """What kube-scheduler itself would do with a gang."""

    starts: bool
    """Whether the gang would start."""
    bound: int
    """How many of its pending pods would get a node."""
    tied: bool | None = None
    """Whether it may end otherwise, because kube-scheduler had a choice that it makes in any way."""
    message: str | None = None
    """What one of the pods without a node would say."""
    preempted: tuple[str, ...] | None = None
    """The pods, as `namespace/name`, that would be preempted."""
    not_judged: tuple[str, ...] | None = None
    """What concerns some pod and was not judged."""


@dataclass(frozen=True)
class GangFeasibleAnswer(Answer):
    """Whether the pods of a gang can be placed at once, as things are."""

    group: str
    """The group that was asked about: `namespace/name`; on 1.35 `namespace/workload/name`."""
    verdict: Literal["placed", "impossible", "undecided"]
    """`placed` is shown by the placement, `impossible` is proven by the certificate, `undecided` if the budget did not suffice."""
    starts: bool
    """Whether the gang can start now: it can be placed, and nothing holds it back before that."""
    needs: int
    """How many of the pods that have no node must be placed; of a composite group, how many groups must have enough."""
    at_least: int
    """How many of them can be placed at least."""
    at_most: int
    """How many of them can be placed at most. It is only a bound where `at_least` suffices."""
    placement: tuple[Placement, ...]
    """Where pods come, in an order in which each of them fits; as many as can be, or as were found."""
    groups: tuple[GroupState, ...]
    """Every group of the gang, the one that was asked about first."""
    held_back: tuple[HeldBack, ...] | None = None
    """What keeps kube-scheduler from trying the gang."""
    certificate: Certificate | None = None
    """Why the gang cannot be placed."""
    upstream: Upstream | None = None
    """What kube-scheduler itself would do."""
    not_judged: tuple[str, ...] | None = None
    """What concerns the gang and was not judged: what is impossible is so all the same, what is placed may fail."""
    ignored: tuple[str, ...] | None = None
    """What the objects ask for and the release ignores."""
    notices: tuple[Notice, ...] | None = None
    """What is odd about the cluster."""


@dataclass(frozen=True)
class Supply(Answer):
    """How much there is of a resource: thousandths of a core for `cpu`, else units of the resource."""

    resource: str
    """The resource."""
    wanted: int
    """What the pods needed request, the ones that request the least."""
    free: int
    """What is free on the nodes that any of the pods may come to; in the best domain, where the gang must be within one."""
    missing: int
    """What is missing in sum."""


@dataclass(frozen=True)
class Without(Answer):
    """What would be without one obstacle."""

    obstacle: Literal["resource", "pods", "topology", "conflicts", "spread", "affinity", "nodes"]
    """The obstacle: a resource, the number of pods that nodes take, that a group must be within one domain, what the gang's own
    pods exclude among each other, spread constraints, affinity, or everything that excludes nodes for good."""
    at_least: int
    """How many could be had then at least; 0 for composite groups, of which only `enough` is known."""
    enough: bool
    """Whether the gang could be placed."""
    resource: str | None = None
    """The resource."""
    group: str | None = None
    """The group that must be within one domain."""
    topology_key: str | None = None
    """The node label of the domain."""


@dataclass(frozen=True)
class Amount(Answer):
    """An amount of a resource."""

    resource: str
    """The resource; `pods` for the number of pods."""
    amount: int
    """How much: thousandths of a core for `cpu`, else units of the resource."""
    quantity: str
    """The same as Kubernetes writes it."""


@dataclass(frozen=True)
class Freed(Answer):
    """What is to be freed on a node."""

    node: str
    """The node."""
    amounts: tuple[Amount, ...]
    """How much of what."""


@dataclass(frozen=True)
class Remedy(Answer):
    """A change that lets a gang start, for all that the nodes decide."""

    kind: Literal["lowerMinimum", "morePods", "addNodes", "lowerRequest", "free"]
    """What to do; which of the optional fields are there follows from it: lower what a group needs at once, create pods that
    are missing, add nodes, let pods request less, or free room on nodes."""
    group: str | None = None
    """The group."""
    to: Amount | int | None = None
    """The number to lower the minimum to, or the amount that each pod may request."""
    exact: bool | None = None
    """Whether a smaller change is proven not to do."""
    count: int | None = None
    """How many pods or nodes."""
    like: str | None = None
    """The node that the new ones are like, but empty."""
    allocatable: tuple[Amount, ...] | None = None
    """What each new node offers."""
    pod: str | None = None
    """One of the pods; all pods like it are meant."""
    pods: int | None = None
    """How many pods."""
    from_: Amount | None = None
    """What each pod requests now."""
    nodes: tuple[Freed, ...] | None = None
    """What to free where."""


@dataclass(frozen=True)
class Excluded(Answer):
    """Nodes that are out for one reason."""

    nodes: int
    """How many."""
    plugin: str
    """The filter that objects."""
    reasons: tuple[str, ...]
    """What it says."""


@dataclass(frozen=True)
class ClassReport(Answer):
    """Pods that ask for the same."""

    pod: str
    """One of the pods, as `namespace/name`."""
    pods: int
    """How many there are."""
    room_for: int
    """How many of them the nodes would take, were there no others and no rules among them."""
    nodes: int
    """On how many nodes at least one of them fits."""
    excluded: tuple[Excluded, ...]
    """On how many nodes none of them fits, and why; the first filter that objects counts."""
    rejection: str | None = None
    """Why they can be nowhere, for a reason of their own."""


@dataclass(frozen=True)
class DomainReport(Answer):
    """A domain and how much of a gang fits there."""

    topology_key: str
    """The node label."""
    domain: str
    """Its value."""
    at_least: int
    """How many pods fit at least."""
    at_most: int
    """How many at most."""


@dataclass(frozen=True)
class GangExplainAnswer(Answer):
    """Why a gang cannot start."""

    group: str
    """The group: `namespace/name`; on 1.35 `namespace/workload/name`."""
    cause: Literal["none", "heldBack", "quorum", "constraint", "shortage", "fragmentation", "undecided"]
    """What it comes down to: nothing; it is not tried; there are too few pods; a rule about where its pods may be; too little of a
    resource; enough of it in pieces that are too small; or the budget did not suffice to tell."""
    needs: int
    """How many of the pods that have no node must be placed; of a composite group, how many groups must have enough."""
    at_least: int
    """How many can be had at least."""
    at_most: int
    """How many can be had at most."""
    classes: tuple[ClassReport, ...]
    """The pods by what they ask for, and which nodes are out for them."""
    groups: tuple[GroupState, ...]
    """Every group of the gang."""
    held_back: tuple[HeldBack, ...] | None = None
    """What keeps kube-scheduler from trying the gang."""
    supply: tuple[Supply, ...] | None = None
    """What the pods needed request at least, and what is free for them; not for composite groups."""
    without: tuple[Without, ...] | None = None
    """What would be without one obstacle; those that make no difference are left out."""
    remedies: tuple[Remedy, ...] | None = None
    """Changes each of which lets the gang start, for all that the nodes decide."""
    domains: tuple[DomainReport, ...] | None = None
    """The domains that come closest, where the gang must be within one."""
    not_judged: tuple[str, ...] | None = None
    """What concerns the gang and was not judged."""
    ignored: tuple[str, ...] | None = None
    """What the objects ask for and the release ignores."""
    notices: tuple[Notice, ...] | None = None
    """What is odd about the cluster."""
