"""One pod in every form that Python knows it in."""

from __future__ import annotations

import datetime
import json
import types
from typing import Any

import pytest

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "trainer-0",
        "namespace": "ml",
        "uid": "0b0e5d8e-5a0e-4a51-9d3c-9d9c0f5b1a11",
        "generation": 3,
        "creationTimestamp": "2026-03-01T08:00:00Z",
        # Keys that look like fields of the API are the user's here.
        "labels": {"node_name": "a", "nodeName": "b", "pod_ip": "c", "app": "trainer"},
        "annotations": {"restart_policy": "x", "example.com/host_ip": "y"},
    },
    "spec": {
        "restartPolicy": "OnFailure",
        "nodeName": "node-1",
        "nodeSelector": {"gpu_type": "h100", "example.com/node_pool": "big"},
        "terminationGracePeriodSeconds": 30,
        "overhead": {"cpu": "250m"},
        "initContainers": [
            {
                "name": "proxy",
                "image": "registry.example/proxy:1",
                "restartPolicy": "Always",
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
                "startupProbe": {"exec": {"command": ["true"]}, "periodSeconds": 5},
            }
        ],
        "containers": [
            {
                "name": "worker",
                "image": "registry.example/worker:1",
                "restartPolicy": "Never",
                "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}],
                "resizePolicy": [{"resourceName": "memory", "restartPolicy": "RestartContainer"}],
                "resources": {
                    "requests": {"cpu": "1500m", "memory": "2Gi", "example.com/my_device": "1"},
                    "limits": {"memory": "2Gi", "example.com/my_device": "1"},
                },
                "env": [{"name": "NODE_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}],
                "livenessProbe": {"httpGet": {"path": "/", "port": 8080}, "timeoutSeconds": 2},
            }
        ],
        "tolerations": [{"key": "gpu", "operator": "Exists", "tolerationSeconds": 60}],
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]
                }
            },
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchLabels": {"match_labels": "z"}}, "topologyKey": "kubernetes.io/hostname"}
                ]
            },
        },
        "volumes": [{"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}],
    },
    "status": {
        "phase": "Running",
        "qosClass": "Burstable",
        "hostIP": "10.0.0.1",
        "podIPs": [{"ip": "10.1.0.7"}],
        "hostIPs": [{"ip": "10.0.0.1"}],
        "startTime": "2026-03-01T08:00:01Z",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-03-01T08:00:09Z"}],
        "containerStatuses": [
            {
                "name": "worker",
                "image": "registry.example/worker:1",
                "imageID": "sha256:1",
                "containerID": "containerd://1",
                "ready": True,
                "restartCount": 0,
                "started": True,
                "allocatedResources": {"cpu": "1", "memory": "2Gi"},
                "resources": {"requests": {"cpu": "1", "memory": "2Gi"}},
                "state": {"running": {"startedAt": "2026-03-01T08:00:05Z"}},
            }
        ],
    },
}


def official() -> Any:
    """The pod as the official client reads it."""
    from kubernetes import client

    class Response:
        data = json.dumps(POD)

    api = client.ApiClient()
    try:
        return api.deserialize(Response(), "V1Pod")  # up to 36
    except TypeError:
        return api.deserialize(Response.data, "V1Pod", "application/json")


def kopf_body() -> Any:
    import kopf

    return kopf.Body(POD)


def kr8s_pod() -> Any:
    from kr8s.objects import Pod

    # No question is asked of a cluster: anything will do for the connection.
    return Pod(json.loads(json.dumps(POD)), api=types.SimpleNamespace(namespace="default"))


def kr8s_box() -> Any:
    return kr8s_pod().raw


def lightkube_pod() -> Any:
    from lightkube.resources.core_v1 import Pod

    return Pod.from_dict(json.loads(json.dumps(POD)))


def times(value: Any) -> Any:
    """The pod as a YAML reader gives it: times are datetimes, amounts may be numbers."""
    if isinstance(value, dict):
        return {key: times(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [times(inner) for inner in value]
    if isinstance(value, str) and value.endswith("Z") and value.startswith("2026-"):
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value


FORMS: dict[str, Any] = {
    "dict": lambda: POD,
    "text": lambda: json.dumps(POD),
    "bytes": lambda: json.dumps(POD).encode(),
    "bytearray": lambda: bytearray(json.dumps(POD).encode()),
    "memoryview": lambda: memoryview(json.dumps(POD, indent=1).encode()),
    "datetimes": lambda: times(POD),
    "kopf": kopf_body,
    "kr8s": kr8s_pod,
    "kr8s box": kr8s_box,
    "lightkube": lightkube_pod,
    "lightkube to_dict": lambda: lightkube_pod().to_dict(),
    "official": official,
    "official to_dict": lambda: official().to_dict(),
}


@pytest.fixture(params=FORMS)
def pod_in_some_form(request: pytest.FixtureRequest) -> Any:
    return FORMS[request.param]()
