"""The cluster that is asked: a release with its feature gates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from . import _native
from ._answer import Answer
from ._input import Object
from .answers import FeatureGatesAnswer, PodVerdict, QosAnswer, QuantityAnswer, ResourcesAnswer, RestartDecision

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

        >>> pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "restartPolicy": "Sometimes"}]}}
        >>> verdict = Kubernetes("1.36").validate_pod_create(pod)
        >>> verdict.accepted
        False
        >>> for error in verdict.errors:
        ...     print(error.field, error.type)
        spec.containers[0].restartPolicy FieldValueNotSupported
        """
        return self._answer(PodVerdict, "validate_pod_create", {"pod": pod, "defaults": defaults, "prepare": prepare})

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
