"""Two of the rules in plain Python, as a script would write them: what the benchmark compares with.

They are written for ordinary pods on 1.36 and leave out most corners, which is to their advantage in a race.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

SUFFIXES = {
    "": Decimal(1), "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(10**3), "M": Decimal(10**6),
    "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15), "E": Decimal(10**18), "Ki": Decimal(2**10), "Mi": Decimal(2**20),
    "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50), "Ei": Decimal(2**60),
}  # fmt: skip


def quantity(value: Any) -> Decimal:
    text = str(value)
    number = text.rstrip("numkKMGTPEi")
    return Decimal(number) * SUFFIXES[text[len(number) :]]


def requirements(container: dict[str, Any]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    resources = container.get("resources") or {}
    limits = {name: quantity(value) for name, value in (resources.get("limits") or {}).items()}
    requests = {name: quantity(value) for name, value in (resources.get("requests") or {}).items()}
    return {**limits, **requests}, limits


def qos(pod: dict[str, Any]) -> str:
    """`pkg/apis/core/v1/helper/qos.ComputePodQOS`, without pod-level resources."""
    total_requests: dict[str, Decimal] = {}
    total_limits: dict[str, Decimal] = {}
    guaranteed = True
    spec = pod["spec"]
    for container in spec.get("containers", []) + spec.get("initContainers", []):
        requests, limits = requirements(container)
        for name in ("cpu", "memory"):
            if requests.get(name, 0) > 0:
                total_requests[name] = total_requests.get(name, Decimal(0)) + requests[name]
            if limits.get(name, 0) > 0:
                total_limits[name] = total_limits.get(name, Decimal(0)) + limits[name]
            else:
                guaranteed = False
    if not total_requests and not total_limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and total_requests == total_limits else "Burstable"


def on_exit(pod: dict[str, Any], name: str, code: int) -> str:
    """What the kubelet does about the exit of a regular container, with the gates of 1.36."""
    spec = pod["spec"]
    if (pod.get("metadata") or {}).get("deletionTimestamp"):
        return "leave"
    container = next(c for c in spec["containers"] if c["name"] == name)
    for rule in container.get("restartPolicyRules") or []:
        codes = rule["exitCodes"]
        if (code in codes["values"]) == (codes["operator"] == "In"):
            return "restart" if rule["action"] == "Restart" else "restartAllContainers"
    policy = container.get("restartPolicy") or spec.get("restartPolicy") or "Always"
    if policy == "Never":
        return "leave"
    return "restart" if policy == "Always" or code != 0 else "leave"
