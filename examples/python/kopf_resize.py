"""A kopf handler that checks a resize before it patches.

An operator owns objects of kind `Sizing` that say how much a pod should have. Instead of patching the pod's `resize`
subresource and looking what happens, it asks first: a resize that the API server would refuse becomes a message in the status, and
one that would restart a container waits for a window in which that is welcome.

    kopf run kopf_resize.py
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any

import kopf

from podverdict import Kubernetes, PodverdictError

# In a cluster: Kubernetes(client.VersionApi().get_code().git_version)
K8S = Kubernetes(os.environ.get("KUBERNETES_RELEASE", "1.36"))


def resized(pod: Mapping[str, Any], container: str, resources: Mapping[str, Any]) -> dict[str, Any]:
    """The pod with other resources for one container; kopf's views are read-only, so this is a copy."""
    pod = {**pod, "spec": copy.deepcopy(dict(pod["spec"]))}
    for c in pod["spec"]["containers"]:
        if c["name"] == container:
            c["resources"] = dict(resources)
    return pod


def check(body: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """What the handler does about a wish, as the status it writes."""
    wanted = resized(body, spec["container"], spec["resources"])
    try:
        verdict = K8S.validate_pod_resize(body, wanted)
    except PodverdictError as error:
        return {"state": "Unreadable", "message": str(error)}
    if not verdict.accepted:
        return {"state": "Refused", "message": "; ".join(error.message for error in verdict.errors)}
    return {"state": "Patch", "patch": {"spec": {"containers": [{"name": spec["container"], "resources": dict(spec["resources"])}]}}}


@kopf.on.event("", "v1", "pods", annotations={"sizing.example.com/cpu": kopf.PRESENT})
def resize(body: kopf.Body, annotations: Mapping[str, str], logger: Any, **_: Any) -> None:
    """Called for every event of a pod that carries the annotation."""
    container = body["spec"]["containers"][0]
    requests = {**container.get("resources", {}).get("requests", {}), "cpu": annotations["sizing.example.com/cpu"]}
    resources = {**container.get("resources", {}), "requests": requests}
    outcome = check(body, {"container": container["name"], "resources": resources})
    if outcome["state"] == "Patch":
        logger.info("patching the pod's resize subresource: %s", outcome["patch"])
    else:
        logger.warning("%s: %s", outcome["state"], outcome["message"])
