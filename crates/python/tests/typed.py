"""Asks a request of the wire format through the typed methods."""

from __future__ import annotations

import pickle
import re
from typing import Any

from podverdict import Kubernetes

# What the methods call by another name.
RENAMED = {
    "InPlacePodLevelResourcesVerticalScalingEnabled": "in_place_pod_level_resources",
    "UseDRANodeAllocatableResourceClaimStatus": "use_dra_claim_status",
}


def snake(name: str) -> str:
    return RENAMED.get(name) or re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def typed(k8s: Kubernetes, case: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """How the answer of the typed method differs from the one given; None if it does not."""
    method = getattr(k8s, case["op"], None)
    if method is None:
        return f"Kubernetes has no {case['op']}"
    inputs = {key: value for key, value in case.items() if key not in ("op", "id", "release", "gates")}
    if "opts" in inputs:
        inputs |= inputs.pop("opts") or {}
    inputs.pop("timeoutMs", None)
    # Where null is not the same as nothing, the methods take something empty.
    empty = {"actuated": {}, "containerStatuses": []}
    inputs = {key: empty.get(key) if value is None else value for key, value in inputs.items()}
    inputs = {snake(key): value for key, value in inputs.items() if value is not None}
    if case["op"] in ("quantity", "feature_gates"):
        inputs = {key: inputs[key] for key in ("a", "b") if key in inputs}
    if case["op"] == "quantity" and "a" not in inputs:
        return None  # the method asks for the first quantity, with or without a second
    found = method(**inputs)
    want = {key: value for key, value in answer.items() if key != "id"}
    if found.to_dict() != want:
        return f"{type(found).__name__} holds {found.to_dict()}, not {want}"
    if beyond := unnamed(found):
        return f"no class names {beyond}"
    if pickle.loads(pickle.dumps(found)) != found or type(found).from_dict(want) != found or hash(found) != hash(found):
        return "the answer does not survive a copy"
    return None


def unnamed(answer: Any) -> list[str]:
    """The fields of the JSON that no class names."""
    import dataclasses

    if dataclasses.is_dataclass(answer):
        own = [f"{type(answer).__name__}.{key}" for key in getattr(answer, "extra", ())]
        return own + [n for f in dataclasses.fields(answer) if f.name != "extra" for n in unnamed(getattr(answer, f.name))]
    if isinstance(answer, dict):
        return [n for inner in answer.values() for n in unnamed(inner)]
    if isinstance(answer, tuple):
        return [n for inner in answer for n in unnamed(inner)]
    return []
