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
    "Answer",
    "BackOffAnswer",
    "BackOffConfig",
    "BackOffEntry",
    "Condition",
    "ConditionsAnswer",
    "ContainerResources",
    "ContainerRestart",
    "ContainerUpdate",
    "ContainerUpdates",
    "CycleAnswer",
    "CycleContainer",
    "CycleEvent",
    "CycleStep",
    "FeatureGatesAnswer",
    "FieldError",
    "FrozenDict",
    "Gate",
    "GracePeriod",
    "GroupStatus",
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
    "PodActionsAnswer",
    "PodOutcome",
    "PodVerdict",
    "QosAnswer",
    "QuantityAnswer",
    "Reason",
    "ResetContainer",
    "ResizeCondition",
    "ResizeFeasibleAnswer",
    "ResizePolicy",
    "ResourceRequirements",
    "ResourcesAnswer",
    "RestartDecision",
    "RestartReason",
    "RestartTrigger",
    "Rule",
    "RunningResources",
    "ScheduleAnswer",
    "Shortfall",
    "StatusVerdict",
    "Step",
    "Stop",
    "Sync",
    "UnreadableQuantity",
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
    """`ALPHA`, `BETA`, `DEPRECATED`, or empty for general availability, as Kubernetes writes it."""
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


# In a cluster.


@dataclass(frozen=True)
class PodOutcome(Answer):
    """What becomes of one pod that is to be scheduled."""

    state: Literal["bound", "unschedulable", "waiting", "gated", "pending", "deleted"]
    """How it fares; `deleted` if it had a node and was preempted."""
    node: str | None = None
    """The node it is bound to."""
    tied: bool | None = None
    """Whether another node was as good, or another plugin holds it back as well: kube-scheduler takes any of them, this takes
    the first."""
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
    code: str | None = None
    """`Unschedulable` or `UnschedulableAndUnresolvable`."""
    reasons: tuple[str, ...] | None = None
    """What that filter says."""


@dataclass(frozen=True)
class NodeFiltersAnswer(Answer):
    """On which nodes a pod may run."""

    nodes: tuple[NodeVerdict, ...]
    """Every node."""
    pod_rejection: Mapping[str, Any] | None = None
    """Why the pod is refused before any node is looked at."""
    message: str | None = None
    """The summed-up message, if it fits nowhere."""
    not_judged: tuple[str, ...] | None = None
    """What concerns the pod and was not judged."""
    notices: tuple[Notice, ...] | None = None
    """What is odd about the cluster."""
