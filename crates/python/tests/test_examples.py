"""Runs the examples on real objects of each client."""

from __future__ import annotations

import importlib.util
import json
import types
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import podverdict
from conftest import POD, kopf_body
from podverdict import Kubernetes

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def needs(*ops: str) -> pytest.MarkDecorator:
    missing = set(ops) - set(podverdict.ops())
    return pytest.mark.skipif(bool(missing), reason=f"not here yet: {sorted(missing)}")


@needs("validate_pod_resize")
def test_the_kopf_handler_asks_before_it_patches() -> None:
    example = load("kopf_resize")
    body = kopf_body()
    wish = {"container": "worker", "resources": json.loads(json.dumps(POD["spec"]["containers"][0]["resources"]))}
    wish["resources"]["requests"]["cpu"] = "2"
    assert example.check(body, wish)["state"] == "Patch"
    wish["resources"]["requests"]["cpu"] = "-2"
    refused = example.check(body, wish)
    assert refused["state"] == "Refused" and "must be greater than or equal to 0" in refused["message"]
    wish["resources"]["requests"]["cpu"] = "two"
    unreadable = example.check(body, wish)
    assert unreadable["state"] == "Unreadable" and "requests[cpu]" in unreadable["message"]
    assert body == POD


@needs("schedule", "node_filters")
def test_the_kr8s_script_explains() -> None:
    from kr8s.objects import Node as Kr8sNode
    from kr8s.objects import Pod as Kr8sPod

    example, plot = load("kr8s_gang"), load("plot_gang")
    api: Any = types.SimpleNamespace(namespace="default")
    nodes = [Kr8sNode(node, api=api) for node in plot.nodes[:2]]
    pods = [Kr8sPod(pod, api=api) for pod in [*plot.running[:1], *plot.gang]]
    story = example.explain(Kubernetes("1.36"), nodes, pods)
    assert "bound" in story and "unschedulable: 0/2 nodes are available" in story
    assert "big-0: Insufficient cpu" in story


@needs("schedule")
def test_the_plot_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    example = load("plot_gang")
    placed = example.place(example.nodes, example.running, example.gang)
    assert len(placed) == len(example.gang)
    picture = tmp_path / "gang.png"
    example.plot(example.nodes, example.running, example.gang, placed).savefig(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
