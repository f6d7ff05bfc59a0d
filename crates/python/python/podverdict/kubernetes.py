"""The cluster that is asked: a release with its feature gates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from . import _native
from ._answer import Answer
from ._input import Object
from .answers import (
    AdmitAnswer,
    BackOffAnswer,
    ConditionsAnswer,
    CycleAnswer,
    FeatureGatesAnswer,
    GangExplainAnswer,
    GangFeasibleAnswer,
    NodeFiltersAnswer,
    ObjectVerdict,
    PhaseAnswer,
    PodActionsAnswer,
    PodVerdict,
    QosAnswer,
    QuantityAnswer,
    ResizeActionsAnswer,
    ResizeAdviceAnswer,
    ResizeFeasibleAnswer,
    ResizeHeadroomAnswer,
    ResizeQueueAnswer,
    ResizeStatusAnswer,
    ResourcesAnswer,
    RestartDecision,
    ScheduleAnswer,
    StatusVerdict,
)

__all__ = ["Kubernetes"]

_A = TypeVar("_A", bound=Answer)


class Kubernetes(_native.Kubernetes):
    """A Kubernetes release with its feature gates, to be asked questions.

    Args:
        release: `"1.35"`, `"1.36"` or `"1.37"`, also as a cluster writes it (`"v1.36.2"`).
        gates: feature gates that differ from the release's defaults.

    Raises:
        UnknownReleaseError: there is no such release.
        FeatureGatesError: the release would refuse these gates; the text is its own.

    Every question is a method that takes the API's objects in any form (see `podverdict.Object`) and returns a frozen
    answer. A refusal by Kubernetes is an answer; `PodverdictError` is raised for input that cannot be read.

    >>> k8s = Kubernetes("1.36", gates={"ContainerRestartRules": True})
    >>> k8s
    Kubernetes('1.36', gates={'ContainerRestartRules': True})
    >>> Kubernetes("1.35", gates={"GangScheduling": True})
    Traceback (most recent call last):
    podverdict.errors.FeatureGatesError: gates: GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]
    """

    def __repr__(self) -> str:
        gates = f", gates={self.gates!r}" if self.gates else ""
        return f"{type(self).__name__}({self.release!r}{gates})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Kubernetes):
            return NotImplemented
        return (self.release, self.gates) == (other.release, other.gates)

    def __hash__(self) -> int:
        return hash((self.release, frozenset(self.gates.items())))

    def __reduce__(self) -> tuple[type[Kubernetes], tuple[str, dict[str, bool]]]:
        return type(self), (self.release, self.gates)

    def ask(self, op: str, **inputs: Any) -> dict[str, Any]:
        """Asks an op by name; the answer comes as the dict that the wire format has.

        The inputs are the op's fields, in either spelling (`exitCode` or `exit_code`).

        >>> Kubernetes("1.37").ask("quantity", opts={"a": "2Ki"})["a"]["value"]
        2048
        """
        answer: dict[str, Any] = json.loads(self._ask(op, inputs))
        return answer

    def _answer(self, cls: type[_A], op: str, inputs: dict[str, Any]) -> _A:
        given = {name: value for name, value in inputs.items() if value is not None}
        return cls.from_dict(json.loads(self._ask(op, given)))

    # Context.

    def feature_gates(self) -> FeatureGatesAnswer:
        """Every feature gate of the release: stage, default, and whether it is on here.

        >>> Kubernetes("1.35").feature_gates().gates["ContainerRestartRules"].enabled
        True
        """
        return self._answer(FeatureGatesAnswer, "feature_gates", {})

    def enabled(self, gate: str) -> bool:
        """Whether a feature gate of the release is on.

        Raises:
            KeyError: the release has no such gate.

        >>> Kubernetes("1.35").enabled("RestartAllContainersOnContainerExits")
        False
        """
        return self.feature_gates().gates[gate].enabled

    def quantity(self, a: str, b: str | None = None) -> QuantityAnswer:
        """Reads a resource quantity exactly as Kubernetes does, or compares two.

        >>> Kubernetes("1.36").quantity("1.5Gi", "1536Mi").cmp
        0
        """
        return self._answer(QuantityAnswer, "quantity", {"opts": {"a": a} if b is None else {"a": a, "b": b}})

    # Restart.

    def restart_decision(
        self,
        pod: Object,
        *,
        pod_status: Mapping[str, Any] | None = None,
        api_status: Object | None = None,
        container: str | None = None,
        exit_code: int | None = None,
        exit_reason: str | None = None,
        defaults: bool | None = None,
    ) -> RestartDecision:
        """Which containers the kubelet starts again, and why.

        Args:
            pod: the pod.
            pod_status: the runtime's view: `sandbox_statuses` and `container_statuses`, newest first.
            api_status: the pod's status as the API shows it.
            container: only this container.
            exit_code: the exit to decide about.
            exit_reason: the runtime's word for the exit, such as `OOMKilled`.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"spec": {"restartPolicy": "Never", "containers": [{
        ...     "name": "worker", "restartPolicy": "Never",
        ...     "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}],
        ... }]}}
        >>> k8s = Kubernetes("1.36")
        >>> for code in 42, 1:
        ...     why = k8s.restart_decision(pod, exit_code=code).containers[0].on_exit
        ...     print(code, why.verdict, why.code)
        42 restart restart_rule
        1 leave container_restart_policy
        """
        inputs = {
            "pod": pod,
            "podStatus": pod_status,
            "apiStatus": api_status,
            "container": container,
            "exitCode": exit_code,
            "exitReason": exit_reason,
            "defaults": defaults,
        }
        return self._answer(RestartDecision, "restart_decision", inputs)

    def pod_actions(
        self,
        pod: Object,
        *,
        pod_status: Mapping[str, Any] | None = None,
        liveness: Mapping[str, str] | None = None,
        startup: Mapping[str, str] | None = None,
        actuated: Mapping[str, Any] | None = None,
        restart_all_containers: bool | None = None,
        defaults: bool | None = None,
    ) -> PodActionsAnswer:
        """What the kubelet does in its next sync of a pod, in order, with reasons.

        Args:
            pod: the pod, with its status.
            pod_status: the runtime's view: `sandbox_statuses` and `container_statuses`, newest first.
            liveness: results of liveness probes: container id to `success`, `failure` or `unknown`.
            startup: results of startup probes.
            actuated: the resources last given to the runtime: `containers` and `pod`. Left out, they are what the pod
                asks for; `{}` means that nothing is known.
            restart_all_containers: whether this sync restarts all containers in place; left out, as the kubelet decides.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"spec": {"containers": [{"name": "web"}]}}
        >>> [(step.do, step.container) for step in Kubernetes("1.36").pod_actions(pod).steps]
        [('killPod', None), ('createSandbox', None), ('startContainer', 'web')]
        """
        inputs = {
            "pod": pod,
            "podStatus": pod_status,
            "liveness": liveness,
            "startup": startup,
            "actuated": actuated,
            "restartAllContainers": restart_all_containers,
            "defaults": defaults,
        }
        return self._answer(PodActionsAnswer, "pod_actions", inputs)

    def pod_phase(
        self,
        pod: Object,
        *,
        container_statuses: Sequence[Mapping[str, Any]] | None = None,
        pod_is_terminal: bool | None = None,
        pod_has_initialized: bool | None = None,
        defaults: bool | None = None,
    ) -> PhaseAnswer:
        """The phase that follows from the statuses of the containers.

        Args:
            pod: the pod, with its status.
            container_statuses: statuses to use instead of the pod's own, init containers first.
            pod_is_terminal: whether the pod is being shut down and no container runs any more.
            pod_has_initialized: whether a regular container has run in the active sandbox.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> status = {"containerStatuses": [{"name": "web", "state": {"running": {}}}]}
        >>> pod = {"spec": {"containers": [{"name": "web"}]}, "status": status}
        >>> Kubernetes("1.36").pod_phase(pod).phase
        'Running'
        """
        inputs = {
            "pod": pod,
            "containerStatuses": container_statuses,
            "podIsTerminal": pod_is_terminal,
            "podHasInitialized": pod_has_initialized,
            "defaults": defaults,
        }
        return self._answer(PhaseAnswer, "pod_phase", inputs)

    def pod_conditions(
        self,
        pod: Object,
        *,
        pod_status: Mapping[str, Any] | None = None,
        phase: str | None = None,
        old_status: Object | None = None,
        defaults: bool | None = None,
    ) -> ConditionsAnswer:
        """The conditions that the kubelet works out for a pod, without times.

        Args:
            pod: the pod, with its status.
            pod_status: the runtime's view: `sandbox_statuses` and `container_statuses`, newest first.
            phase: the phase to use instead of the pod's own.
            old_status: the status before.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"spec": {"containers": [{"name": "web"}]}, "status": {"phase": "Pending"}}
        >>> [(c.type, c.status) for c in Kubernetes("1.36").pod_conditions(pod).conditions][:2]
        [('Initialized', 'True'), ('Ready', 'False')]
        """
        inputs = {
            "pod": pod,
            "podStatus": pod_status,
            "phase": phase,
            "oldStatus": old_status,
            "defaults": defaults,
        }
        return self._answer(ConditionsAnswer, "pod_conditions", inputs)

    def crash_loop_backoff(
        self,
        pod: Object,
        container: str,
        now: datetime | str,
        *,
        pod_status: Mapping[str, Any] | None = None,
        entry: Mapping[str, Any] | None = None,
        kubelet_configuration: Mapping[str, Any] | None = None,
        defaults: bool | None = None,
    ) -> BackOffAnswer:
        """When the kubelet starts a container again that crashed.

        Args:
            pod: the pod.
            container: the container's name.
            now: the time.
            pod_status: the runtime's view: the container's records, newest first.
            entry: what the kubelet remembers: `delay` and `lastUpdate`; left out, nothing.
            kubelet_configuration: `crashLoopBackOff` and `syncFrequency` of the kubelet's configuration.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"metadata": {"name": "web", "namespace": "shop", "uid": "1"}, "spec": {"containers": [{"name": "web"}]}}
        >>> ended = {"id": "c1", "name": "web", "state": "exited", "exitCode": 1, "finishedAt": "2026-03-01T08:00:00Z"}
        >>> answer = Kubernetes("1.36").crash_loop_backoff(
        ...     pod, "web", "2026-03-01T08:00:05Z", pod_status={"containerStatuses": [ended]},
        ...     entry={"delay": "40s", "lastUpdate": "2026-03-01T08:00:00Z"},
        ... )
        >>> answer.in_back_off, answer.until, answer.next_delay
        (True, '2026-03-01T08:00:40Z', '1m20s')
        """
        inputs = {
            "pod": pod,
            "container": container,
            "now": now,
            "podStatus": pod_status,
            "entry": entry,
            "kubeletConfiguration": kubelet_configuration,
            "defaults": defaults,
        }
        return self._answer(BackOffAnswer, "crash_loop_backoff", inputs)

    def restart_cycle(
        self,
        pod: Object,
        *,
        pod_status: Mapping[str, Any] | None = None,
        events: Sequence[Mapping[str, Any]] = (),
        now: datetime | str | None = None,
        back_off: Mapping[str, Mapping[str, Any]] | None = None,
        kubelet_configuration: Mapping[str, Any] | None = None,
        killed_exit_code: int | None = None,
        max_syncs: int | None = None,
        defaults: bool | None = None,
    ) -> CycleAnswer | BackOffAnswer:
        """What the kubelet does sync after sync, from a script of exits, until the pod settles.

        Args:
            pod: the pod, with its status.
            pod_status: the runtime's view; left out, nothing runs yet.
            events: what happens, each once the pod has settled: `container` with `exit_code` (and `reason`), `container`
                with the `probe` that fails, or `sandbox_dies`; and `after`, a duration such as `30s`.
            now: the time of the first sync.
            back_off: what the kubelet remembers: container name to `delay` and `last_update`.
            kubelet_configuration: `crashLoopBackOff` and `syncFrequency` of the kubelet's configuration. If the kubelet
                refuses it, the answer is a `BackOffAnswer` with `config_errors`.
            killed_exit_code: the exit code of a process that is killed (137).
            max_syncs: how many syncs to follow at most.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "job"}]}}
        >>> cycle = Kubernetes("1.36").restart_cycle(pod, events=[{"container": "job", "exit_code": 0}])
        >>> cycle.outcome, cycle.syncs[-1].phase
        ('terminal', 'Succeeded')
        """
        inputs = {
            "pod": pod,
            "podStatus": pod_status,
            "events": events,
            "now": now,
            "backOff": back_off,
            "kubeletConfiguration": kubelet_configuration,
            "killedExitCode": killed_exit_code,
            "maxSyncs": max_syncs,
            "defaults": defaults,
        }
        answer = self.ask("restart_cycle", **{name: value for name, value in inputs.items() if value is not None})
        return CycleAnswer.from_dict(answer) if "syncs" in answer else BackOffAnswer.from_dict(answer)

    # What the API server says.

    def validate_pod_create(
        self, pod: Object, *, defaults: bool | None = None, prepare: bool | None = None
    ) -> PodVerdict:
        """Whether the API server would take a new pod.

        Args:
            pod: the pod to create.
            defaults: False takes the pod as it is, without the API server's defaults.
            prepare: False skips what the API server does to a new pod before it looks at it, such as dropping fields
                whose feature is off.

        >>> container = {"name": "a", "image": "a:1", "restartPolicy": "Sometimes"}
        >>> pod = {"metadata": {"name": "web"}, "spec": {"restartPolicy": "Never", "containers": [container]}}
        >>> verdict = Kubernetes("1.36").validate_pod_create(pod)
        >>> verdict.accepted
        False
        >>> for error in verdict.errors:
        ...     print(error.field, error.type)
        spec.containers[0].restartPolicy FieldValueNotSupported
        """
        return self._answer(PodVerdict, "validate_pod_create", {"pod": pod, "defaults": defaults, "prepare": prepare})

    def validate_pod_update(
        self, old_pod: Object, pod: Object, *, defaults: bool | None = None, prepare: bool | None = None
    ) -> PodVerdict:
        """Whether the API server would take an update of a pod.

        Args:
            old_pod: the pod as it is stored.
            pod: the pod as it is to be.
            defaults: False takes both as they are, without the API server's defaults.
            prepare: False skips what the API server does to the new pod before it looks at it.
        """
        inputs = {"oldPod": old_pod, "pod": pod, "defaults": defaults, "prepare": prepare}
        return self._answer(PodVerdict, "validate_pod_update", inputs)

    def validate_pod_resize(
        self, old_pod: Object, pod: Object, *, defaults: bool | None = None, prepare: bool | None = None
    ) -> PodVerdict:
        """Whether the API server would take a resize: an update through the pod's `resize` subresource.

        Args:
            old_pod: the pod as it is stored.
            pod: the pod as it is to be; what a resize may not change is taken from the old pod.
            defaults: False takes both as they are, without the API server's defaults.
            prepare: False skips what the API server does to the new pod before it looks at it.
        """
        inputs = {"oldPod": old_pod, "pod": pod, "defaults": defaults, "prepare": prepare}
        return self._answer(PodVerdict, "validate_pod_resize", inputs)

    def validate_pod_status_update(
        self, old_pod: Object, pod: Object, *, defaults: bool | None = None, prepare: bool | None = None
    ) -> StatusVerdict:
        """Whether the API server would take a change of a pod's status, such as from terminated back to running.

        Args:
            old_pod: the pod as it is stored.
            pod: the pod with the status that it is to have.
            defaults: False takes both as they are, without the API server's defaults.
            prepare: False skips what the API server does to the new pod before it looks at it.

        >>> def web(state):
        ...     return {
        ...         "metadata": {"name": "web", "namespace": "a", "uid": "1", "resourceVersion": "1"},
        ...         "spec": {"restartPolicy": "Never", "containers": [{"name": "web", "image": "web:1"}]},
        ...         "status": {"containerStatuses": [{"name": "web", "state": state}]},
        ...     }
        >>> ended, running = web({"terminated": {"exitCode": 1}}), web({"running": {}})
        >>> [error.field for error in Kubernetes("1.36").validate_pod_status_update(ended, running).errors]
        ['status.containerStatuses[0].state']
        """
        inputs = {"oldPod": old_pod, "pod": pod, "defaults": defaults, "prepare": prepare}
        return self._answer(StatusVerdict, "validate_pod_status_update", inputs)

    def validate_workload(
        self,
        object: Object,
        old_object: Object | None = None,
        *,
        defaults: bool | None = None,
        prepare: bool | None = None,
    ) -> ObjectVerdict:
        """Whether the API server would take a Workload, new or updated.

        Args:
            object: the Workload, in the API version of the release.
            old_object: the Workload as it is stored, if this is an update.
            defaults: False takes both as they are, without the API server's defaults.
            prepare: False skips what the API server does to the new object before it looks at it.

        >>> workload = {
        ...     "apiVersion": "scheduling.k8s.io/v1alpha1",
        ...     "kind": "Workload",
        ...     "metadata": {"name": "train", "namespace": "ml"},
        ...     "spec": {"podGroups": [{"name": "workers", "policy": {"gang": {"minCount": 0}}}]},
        ... }
        >>> [error.field for error in Kubernetes("1.35").validate_workload(workload).errors]
        ['spec.podGroups[0].policy.gang.minCount']
        """
        inputs = {"object": object, "oldObject": old_object, "defaults": defaults, "prepare": prepare}
        return self._answer(ObjectVerdict, "validate_workload", inputs)

    def validate_podgroup(
        self,
        object: Object,
        old_object: Object | None = None,
        *,
        defaults: bool | None = None,
        prepare: bool | None = None,
    ) -> ObjectVerdict:
        """Whether the API server would take a PodGroup, new or updated (1.36 and later).

        The arguments are those of `validate_workload`.

        Raises:
            NotOnReleaseError: 1.35 has no PodGroup.

        >>> group = {
        ...     "apiVersion": "scheduling.k8s.io/v1alpha2",
        ...     "kind": "PodGroup",
        ...     "metadata": {"name": "workers", "namespace": "ml"},
        ...     "spec": {"schedulingPolicy": {"gang": {"minCount": 4}}},
        ... }
        >>> Kubernetes("1.36").validate_podgroup(group).accepted
        True
        """
        inputs = {"object": object, "oldObject": old_object, "defaults": defaults, "prepare": prepare}
        return self._answer(ObjectVerdict, "validate_podgroup", inputs)

    def validate_compositepodgroup(
        self,
        object: Object,
        old_object: Object | None = None,
        *,
        defaults: bool | None = None,
        prepare: bool | None = None,
    ) -> ObjectVerdict:
        """Whether the API server would take a CompositePodGroup, new or updated (1.37 and later).

        The arguments are those of `validate_workload`.

        Raises:
            NotOnReleaseError: the release has no CompositePodGroup.
        """
        inputs = {"object": object, "oldObject": old_object, "defaults": defaults, "prepare": prepare}
        return self._answer(ObjectVerdict, "validate_compositepodgroup", inputs)

    # Resources.

    def qos(self, pod: Object, *, defaults: bool | None = None) -> QosAnswer:
        """The quality-of-service class of a pod.

        >>> Kubernetes("1.37").qos({"spec": {"containers": [{"resources": {"limits": {"cpu": 2, "memory": "1Gi"}}}]}}).qos_class
        'Guaranteed'
        """
        return self._answer(QosAnswer, "qos", {"pod": pod, "defaults": defaults})

    def pod_requests(
        self,
        pod: Object,
        *,
        use_status_resources: bool = False,
        exclude_overhead: bool = False,
        skip_pod_level_resources: bool = False,
        skip_container_level_resources: bool = False,
        in_place_pod_level_resources: bool = False,
        non_missing_container_requests: Mapping[str, Any] | None = None,
        use_dra_claim_status: bool = False,
        defaults: bool | None = None,
    ) -> ResourcesAnswer:
        """What a pod requests as a whole, as the scheduler and the kubelet count it.

        Args:
            pod: the pod.
            use_status_resources: count what the node has admitted and what is in force too, as during a resize.
            exclude_overhead: leave out `spec.overhead`.
            skip_pod_level_resources: look at the containers only.
            skip_container_level_resources: look at the pod level only.
            in_place_pod_level_resources: with `use_status_resources`, do the same at the pod level.
            non_missing_container_requests: requests to assume where a container has none.
            use_dra_claim_status: count node resources that are taken through resource claims.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pod = {"spec": {
        ...     "initContainers": [{"name": "setup", "resources": {"requests": {"cpu": "2"}}}],
        ...     "containers": [{"name": name, "resources": {"requests": {"cpu": "500m"}}} for name in ("a", "b")],
        ... }}
        >>> dict(Kubernetes("1.36").pod_requests(pod).resources)
        {'cpu': '2'}
        """
        opts = _resource_options(
            use_status_resources,
            exclude_overhead,
            skip_pod_level_resources,
            skip_container_level_resources,
            in_place_pod_level_resources,
            non_missing_container_requests,
            use_dra_claim_status,
        )
        return self._answer(ResourcesAnswer, "pod_requests", {"pod": pod, "opts": opts, "defaults": defaults})

    def pod_limits(
        self,
        pod: Object,
        *,
        use_status_resources: bool = False,
        exclude_overhead: bool = False,
        skip_pod_level_resources: bool = False,
        skip_container_level_resources: bool = False,
        in_place_pod_level_resources: bool = False,
        defaults: bool | None = None,
    ) -> ResourcesAnswer:
        """What a pod may use as a whole; the options are those of `pod_requests`.

        >>> pod = {"spec": {"containers": [{"resources": {"limits": {"memory": "1Gi"}}}], "overhead": {"memory": "1Mi"}}}
        >>> dict(Kubernetes("1.36").pod_limits(pod).resources)
        {'memory': '1025Mi'}
        """
        opts = _resource_options(
            use_status_resources,
            exclude_overhead,
            skip_pod_level_resources,
            skip_container_level_resources,
            in_place_pod_level_resources,
        )
        return self._answer(ResourcesAnswer, "pod_limits", {"pod": pod, "opts": opts, "defaults": defaults})

    # On a node.

    def admit_pod(
        self,
        node: Object,
        pod: Object,
        *,
        pods: Sequence[Object] = (),
        node_config: Mapping[str, Any] | None = None,
        allocatable_absolute: Mapping[str, Any] | None = None,
        defaults: bool | None = None,
    ) -> AdmitAnswer:
        """Whether the kubelet of a node admits a new pod, and what is missing.

        Args:
            node: the node.
            pod: the pod.
            pods: the other pods on the node.
            node_config: settings of the kubelet: `CPUManagerPolicy`, `MemoryManagerPolicy`, `CgroupVersion`.
            allocatable_absolute: what the node has for pods in all; left out, its allocatable.
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> node = {"status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "10"}}}
        >>> pod = {"spec": {"containers": [{"name": "web", "resources": {"requests": {"cpu": "3"}}}]}}
        >>> answer = Kubernetes("1.36").admit_pod(node, pod)
        >>> answer.reason, answer.shortfall[0].resource, answer.shortfall[0].missing
        ('OutOfcpu', 'cpu', 1000)
        """
        inputs = {
            "node": node,
            "pod": pod,
            "pods": pods,
            "nodeConfig": node_config,
            "opts": _node_options(allocatable_absolute, None),
            "defaults": defaults,
        }
        return self._answer(AdmitAnswer, "admit_pod", inputs)

    def resize_feasible(
        self,
        node: Object,
        old_pod: Object,
        pod: Object,
        *,
        pods: Sequence[Object] = (),
        node_config: Mapping[str, Any] | None = None,
        allocatable_absolute: Mapping[str, Any] | None = None,
        swap: Mapping[str, str] | None = None,
        defaults: bool | None = None,
    ) -> ResizeFeasibleAnswer:
        """What the kubelet of a node makes of a resize: it fits now, later (`Deferred`) or never (`Infeasible`).

        A request beyond the whole node is `Infeasible` on 1.35. From 1.36 the API server refuses it, and a kubelet that sees it
        nevertheless says `Deferred`; `shortfall` tells by `attainable` whether it could ever fit.

        Args:
            node: the node.
            old_pod: the pod as it is allocated.
            pod: the pod as it is desired.
            pods: the other pods on the node.
            node_config: settings of the kubelet: `CPUManagerPolicy`, `MemoryManagerPolicy`, `CgroupVersion`.
            allocatable_absolute: what the node has for pods in all; left out, its allocatable.
            swap: container name to swap behaviour.
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> def web(cpu):
        ...     container = {"name": "web", "resources": {"requests": {"cpu": cpu}}}
        ...     return {"metadata": {"name": "web", "uid": "1"}, "spec": {"containers": [container]}}
        >>> node = {"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "10"}}}
        >>> other = {"metadata": {"name": "other", "uid": "2"}, "spec": web("2")["spec"]}
        >>> for cpu in "2", "3":
        ...     answer = Kubernetes("1.36").resize_feasible(node, web("1"), web(cpu), pods=[other])
        ...     print(cpu, answer.result, [(s.resource, s.missing, s.attainable) for s in answer.shortfall])
        2 ok []
        3 Deferred [('cpu', 1000, True)]
        """
        inputs = {
            "node": node,
            "oldPod": old_pod,
            "pod": pod,
            "pods": pods,
            "nodeConfig": node_config,
            "opts": _node_options(allocatable_absolute, swap),
            "defaults": defaults,
        }
        return self._answer(ResizeFeasibleAnswer, "resize_feasible", inputs)

    def resize_queue(
        self,
        node: Object,
        resizes: Sequence[Mapping[str, Object]],
        *,
        pods: Sequence[Object] = (),
        node_config: Mapping[str, Any] | None = None,
        allocatable_absolute: Mapping[str, Any] | None = None,
        swap: Mapping[str, str] | None = None,
        defaults: bool | None = None,
    ) -> ResizeQueueAnswer:
        """In which order the kubelet of a node tries the resizes that are pending, and what becomes of each.

        Args:
            node: the node.
            resizes: the pods with a pending resize, each a mapping with `pod` (as desired) and `old_pod` (as allocated), in the
                order in which the kubelet learned of them.
            pods: the other pods on the node.
            node_config: settings of the kubelet, as `resize_feasible` has them.
            allocatable_absolute: what the node has for pods in all; left out, its allocatable.
            swap: container name to swap behaviour.
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> def pod(name, cpu, priority=0):
        ...     container = {"name": "web", "resources": {"requests": {"cpu": cpu}}}
        ...     return {"metadata": {"name": name, "uid": name}, "spec": {"priority": priority, "containers": [container]}}
        >>> node = {"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "10"}}}
        >>> resizes = [
        ...     {"pod": pod("low", "2"), "old_pod": pod("low", "1")},
        ...     {"pod": pod("high", "3", 100), "old_pod": pod("high", "1", 100)},
        ... ]
        >>> [(resize.name, resize.result) for resize in Kubernetes("1.36").resize_queue(node, resizes).order]
        [('high', 'ok'), ('low', 'Deferred')]
        """
        inputs = {
            "node": node,
            "resizes": resizes,
            "pods": pods,
            "nodeConfig": node_config,
            "opts": _node_options(allocatable_absolute, swap),
            "defaults": defaults,
        }
        return self._answer(ResizeQueueAnswer, "resize_queue", inputs)

    def resize_status(self, pod: Object, *, defaults: bool | None = None) -> ResizeStatusAnswer:
        """What became of a pod's resize, in one word, and what can be done about it.

        Args:
            pod: the pod, with its status.
            defaults: False takes the pod as it is, without the API server's defaults.

        >>> pending = {
        ...     "type": "PodResizePending", "status": "True", "reason": "Deferred",
        ...     "message": "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
        ... }
        >>> answer = Kubernetes("1.36").resize_status({"status": {"conditions": [pending]}})
        >>> answer.status, answer.next
        ('deferred', ('wait', 'free_node', 'change_request', 'recreate'))
        """
        return self._answer(ResizeStatusAnswer, "resize_status", {"pod": pod, "defaults": defaults})

    def resize_headroom(
        self,
        node: Object,
        pod: Object,
        *,
        pods: Sequence[Object] = (),
        node_config: Mapping[str, Any] | None = None,
        allocatable_absolute: Mapping[str, Any] | None = None,
        swap: Mapping[str, str] | None = None,
        defaults: bool | None = None,
    ) -> ResizeHeadroomAnswer:
        """How far each request for CPU and memory of a pod can grow in place on its node.

        Args:
            node: the node.
            pod: the pod as it is stored and allocated.
            pods: the other pods on the node.
            node_config: settings of the kubelet, as `resize_feasible` has them.
            allocatable_absolute: what the node has for pods in all; left out, its allocatable.
            swap: container name to swap behaviour.
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> def pod(name, cpu):
        ...     return {"metadata": {"uid": name}, "spec": {"containers": [{"name": "web", "resources": {"requests": {"cpu": cpu}}}]}}
        >>> node = {"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "10"}}}
        >>> cpu = Kubernetes("1.36").resize_headroom(node, pod("a", "1"), pods=[pod("b", "1500m")]).headroom[0]
        >>> cpu.resource, cpu.current, cpu.now, cpu.ever
        ('cpu', 1000, 2500, 4000)
        """
        inputs = {
            "node": node,
            "pod": pod,
            "pods": pods,
            "nodeConfig": node_config,
            "opts": _node_options(allocatable_absolute, swap),
            "defaults": defaults,
        }
        return self._answer(ResizeHeadroomAnswer, "resize_headroom", inputs)

    def resize_advice(
        self,
        node: Object,
        old_pod: Object,
        pod: Object,
        *,
        pods: Sequence[Object] = (),
        node_config: Mapping[str, Any] | None = None,
        allocatable_absolute: Mapping[str, Any] | None = None,
        swap: Mapping[str, str] | None = None,
        defaults: bool | None = None,
    ) -> ResizeAdviceAnswer:
        """What to ask for instead of a resize: the nearest request that is accepted, legal, or restarts nothing.

        The arguments are those of `resize_feasible`.

        >>> def pod(name, cpu):
        ...     return {"metadata": {"uid": name}, "spec": {"containers": [{"name": "web", "resources": {"requests": {"cpu": cpu}}}]}}
        >>> node = {"status": {"allocatable": {"cpu": "4", "memory": "4Gi", "pods": "10"}}}
        >>> advice = Kubernetes("1.36").resize_advice(node, pod("a", "1"), pod("a", "3"), pods=[pod("b", "1500m")])
        >>> advice.accepted.as_wanted, dict(advice.accepted.containers[0].resources.requests)
        (False, {'cpu': '2500m'})
        """
        inputs = {
            "node": node,
            "oldPod": old_pod,
            "pod": pod,
            "pods": pods,
            "nodeConfig": node_config,
            "opts": _node_options(allocatable_absolute, swap),
            "defaults": defaults,
        }
        return self._answer(ResizeAdviceAnswer, "resize_advice", inputs)

    def resize_actions(
        self,
        pod: Object,
        old_pod: Object | None = None,
        *,
        actuated: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        cgroup: Mapping[str, int] | None = None,
        usage: Mapping[str, Any] | None = None,
        defaults: bool | None = None,
    ) -> ResizeActionsAnswer:
        """How the kubelet puts a resize in force: which containers restart, and every write in order.

        Args:
            pod: the pod with what is allocated to it.
            old_pod: the pod with what is in force; or give `actuated`.
            actuated: the resources last given to the runtime: `containers` and `pod`.
            settings: how the kubelet writes cgroups: `cpu_cfs_quota`, `cpu_period` (microseconds), `exclusive_cpus`,
                `cgroup_version`.
            cgroup: the pod's own cgroup now, where it is not what was in force: `cpu_shares`, `cpu_quota`, `memory`.
            usage: memory in use, in bytes: `pod`, and `containers` by name.
            defaults: False takes the pods as they are, without the API server's defaults.

        Raises:
            MissingFieldError: neither `old_pod` nor `actuated` is given.

        >>> def pod(memory):
        ...     amounts = {"cpu": "1", "memory": memory}
        ...     return {"spec": {"containers": [{"name": "web", "resources": {"requests": amounts, "limits": amounts}}]}}
        >>> for step in Kubernetes("1.36").resize_actions(pod("2Gi"), pod("1Gi")).steps:
        ...     print(step.step, step.name, step.from_, step.to)
        podMemoryLimit None 1073741824 2147483648
        updateContainer web None None
        """
        opts = {"settings": settings, "cgroup": cgroup, "usage": usage}
        inputs = {
            "pod": pod,
            "oldPod": old_pod,
            "actuated": actuated,
            "opts": {name: value for name, value in opts.items() if value is not None},
            "defaults": defaults,
        }
        return self._answer(ResizeActionsAnswer, "resize_actions", inputs)

    # In a cluster.

    def node_filters(
        self,
        nodes: Sequence[Object],
        pod: Object,
        *,
        pods: Sequence[Object] = (),
        objects: Sequence[Object] = (),
        defaults: bool | None = None,
    ) -> NodeFiltersAnswer:
        """On which nodes a pod may run, and which filter refuses it on the others.

        Args:
            nodes: the nodes.
            pod: the pod.
            pods: the pods that run on the nodes.
            objects: what else bears on it: namespaces, persistent volumes and claims, storage classes, workloads, …
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> def node(name, cpu):
        ...     return {"metadata": {"name": name}, "status": {"allocatable": {"cpu": cpu, "pods": "10"}}}
        >>> pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"resources": {"requests": {"cpu": "3"}}}]}}
        >>> for verdict in Kubernetes("1.36").node_filters([node("a", "2"), node("b", "4")], pod).nodes:
        ...     print(verdict.node, verdict.fits, verdict.plugin, verdict.reasons)
        a False NodeResourcesFit ('Insufficient cpu',)
        b True None None
        """
        inputs = {"nodes": nodes, "pod": pod, "pods": pods, "objects": objects, "defaults": defaults}
        return self._answer(NodeFiltersAnswer, "node_filters", inputs)

    def schedule(
        self,
        nodes: Sequence[Object],
        pods: Sequence[Object],
        *,
        objects: Sequence[Object] = (),
        defaults: bool | None = None,
    ) -> ScheduleAnswer:
        """What kube-scheduler does with pods, alone and in groups.

        Args:
            nodes: the nodes.
            pods: those with `spec.nodeName` run there; the others are pending, and queued by priority, then in this order.
            objects: what else bears on it: workloads and pod groups, namespaces, persistent volumes and claims, …
            defaults: False takes the objects as they are, without the API server's defaults.

        >>> node = {"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "10"}}}
        >>> def pod(name):
        ...     container = {"name": "a", "resources": {"requests": {"cpu": "1500m"}}}
        ...     return {"metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": {"containers": [container]}}
        >>> for name, outcome in Kubernetes("1.36").schedule([node], [pod("a"), pod("b")]).pods.items():
        ...     print(name, outcome.state, outcome.node)
        ml/a bound n1
        ml/b unschedulable None
        """
        inputs = {"nodes": nodes, "pods": pods, "objects": objects, "defaults": defaults}
        return self._answer(ScheduleAnswer, "schedule", inputs)

    def gang_feasible(
        self,
        nodes: Sequence[Object],
        pods: Sequence[Object],
        *,
        objects: Sequence[Object] = (),
        group: str | None = None,
        budget: int | None = None,
        upstream: bool | None = None,
        defaults: bool | None = None,
    ) -> GangFeasibleAnswer:
        """Whether the pods of a gang can be placed at once: a placement, a proof that there is none, or bounds.

        Preemption is not considered. The budget counts steps, so that the same question has the same answer everywhere.

        Args:
            nodes: the nodes.
            pods: those with `spec.nodeName` run there; the others are pending.
            objects: the gang's objects (Workload, PodGroup, CompositePodGroup), and what else bears on scheduling.
            group: the group, as `namespace/name` (on 1.35 `namespace/workload/name`); left out, the one that the pending
                pods name.
            budget: how many steps to search; left out, about a second's worth.
            upstream: False leaves out what kube-scheduler itself would do.
            defaults: False takes the objects as they are, without the API server's defaults.

        Raises:
            InvalidValueError: there is no such group, or no telling which one is meant.

        >>> nodes = [
        ...     {"metadata": {"name": name}, "status": {"allocatable": {"cpu": "3", "memory": "4Gi", "pods": "9"}}}
        ...     for name in ("n1", "n2")
        ... ]
        >>> group = {
        ...     "apiVersion": "scheduling.k8s.io/v1alpha3", "kind": "PodGroup",
        ...     "metadata": {"name": "g", "namespace": "ml"},
        ...     "spec": {"schedulingPolicy": {"gang": {"minCount": 3}}},
        ... }
        >>> def pod(name):
        ...     container = {"name": "a", "resources": {"requests": {"cpu": "2"}}}
        ...     spec = {"schedulingGroup": {"podGroupName": "g"}, "containers": [container]}
        ...     return {"metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": spec}
        >>> gang = Kubernetes("1.37").gang_feasible(nodes, [pod(name) for name in "abc"], objects=[group])
        >>> gang.verdict, gang.needs, gang.at_most, gang.certificate.kind
        ('impossible', 3, 2, 'prices')
        """
        inputs = {
            "nodes": nodes,
            "pods": pods,
            "objects": objects,
            "group": group,
            "budget": budget,
            "upstream": upstream,
            "defaults": defaults,
        }
        return self._answer(GangFeasibleAnswer, "gang_feasible", inputs)

    def gang_explain(
        self,
        nodes: Sequence[Object],
        pods: Sequence[Object],
        *,
        objects: Sequence[Object] = (),
        group: str | None = None,
        budget: int | None = None,
        defaults: bool | None = None,
    ) -> GangExplainAnswer:
        """Why a gang cannot start, and which changes would let it.

        The arguments are those of `gang_feasible`.

        >>> nodes = [
        ...     {"metadata": {"name": name}, "status": {"allocatable": {"cpu": "3", "memory": "4Gi", "pods": "9"}}}
        ...     for name in ("n1", "n2")
        ... ]
        >>> group = {
        ...     "apiVersion": "scheduling.k8s.io/v1alpha3", "kind": "PodGroup",
        ...     "metadata": {"name": "g", "namespace": "ml"},
        ...     "spec": {"schedulingPolicy": {"gang": {"minCount": 3}}},
        ... }
        >>> def pod(name):
        ...     container = {"name": "a", "resources": {"requests": {"cpu": "2"}}}
        ...     spec = {"schedulingGroup": {"podGroupName": "g"}, "containers": [container]}
        ...     return {"metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": spec}
        >>> why = Kubernetes("1.37").gang_explain(nodes, [pod(name) for name in "abc"], objects=[group])
        >>> why.cause
        'fragmentation'
        >>> [remedy.to.quantity for remedy in why.remedies if remedy.kind == "lowerRequest"]
        ['1500m']
        """
        inputs = {"nodes": nodes, "pods": pods, "objects": objects, "group": group, "budget": budget, "defaults": defaults}
        return self._answer(GangExplainAnswer, "gang_explain", inputs)


def _node_options(allocatable_absolute: Mapping[str, Any] | None, swap: Mapping[str, str] | None) -> dict[str, Any] | None:
    """The options of a question about a node; None if there are none."""
    opts = {"allocatableAbsolute": allocatable_absolute, "swap": swap}
    return {name: value for name, value in opts.items() if value is not None} or None


def _resource_options(
    use_status_resources: bool,
    exclude_overhead: bool,
    skip_pod_level_resources: bool,
    skip_container_level_resources: bool,
    in_place_pod_level_resources: bool,
    non_missing_container_requests: Mapping[str, Any] | None = None,
    use_dra_claim_status: bool = False,
) -> dict[str, Any]:
    """The options under the names that upstream gives them."""
    return {
        "UseStatusResources": use_status_resources,
        "ExcludeOverhead": exclude_overhead,
        "SkipPodLevelResources": skip_pod_level_resources,
        "SkipContainerLevelResources": skip_container_level_resources,
        "InPlacePodLevelResourcesVerticalScalingEnabled": in_place_pod_level_resources,
        "NonMissingContainerRequests": non_missing_container_requests,
        "UseDRANodeAllocatableResourceClaimStatus": use_dra_claim_status,
    }
