# %% [markdown]
# # Where a gang goes
#
# Written like a notebook: every `# %%` starts a cell. It plots how full the nodes of a cluster are before and after kube-scheduler
# has placed a gang, as podverdict works it out. Needs `pip install podverdict[plot]`.
#
#     python plot_gang.py [PICTURE.png]

# %%
from __future__ import annotations

import sys
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from podverdict import Kubernetes

k8s = Kubernetes("1.36")


# %% The cluster: nodes of two shapes, some of them in use
def node(name: str, cpu: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"allocatable": {"cpu": str(cpu), "memory": "64Gi", "pods": "110"}},
    }


def pod(name: str, cpu: str, on: str | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "containers": [{"name": "main", "image": "registry.example/main:1", "resources": {"requests": {"cpu": cpu, "memory": "2Gi"}}}]
    }
    if on is not None:
        spec["nodeName"] = on
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": spec}


nodes = [node(f"big-{n}", 16) for n in range(3)] + [node(f"small-{n}", 8) for n in range(5)]
running = [pod(f"web-{n}", "3", on=n_["metadata"]["name"]) for n, n_ in enumerate(nodes) if n % 2 == 0]
gang = [pod(f"worker-{n}", "4") for n in range(14)]


# %% What kube-scheduler does with the gang
def place(nodes: list[Any], running: list[Any], gang: list[Any]) -> dict[str, str]:
    """Pod name to node name, for the members that get one."""
    answer = k8s.schedule(nodes, [*running, *gang])
    return {name.split("/")[1]: outcome.node for name, outcome in answer.pods.items() if outcome.node}


# %% The plot: one bar a node, one block a pod
def cpu_of(pod: dict[str, Any]) -> float:
    return k8s.quantity(k8s.pod_requests(pod).resources["cpu"]).a.milli_value / 1000  # type: ignore[union-attr]


def plot(nodes: list[Any], running: list[Any], gang: list[Any], placed: dict[str, str]) -> Figure:
    figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
    names = [n["metadata"]["name"] for n in nodes]
    size = [int(n["status"]["allocatable"]["cpu"]) for n in nodes]
    axes.bar(names, size, color="none", edgecolor="0.6", label="allocatable")
    height = dict.fromkeys(names, 0.0)
    labels = {"running": "#9aa5b1", "gang": "#2f6fde"}
    for kind, pods, where in (
        ("running", running, {p["metadata"]["name"]: p["spec"]["nodeName"] for p in running}),
        ("gang", gang, placed),
    ):
        for p in pods:
            if on := where.get(p["metadata"]["name"]):
                label = kind if kind in labels else None
                axes.bar(on, cpu_of(p), bottom=height[on], color={"running": "#9aa5b1", "gang": "#2f6fde"}[kind], edgecolor="white", label=label)
                labels.pop(kind, None)
                height[on] += cpu_of(p)
    waiting = len(gang) - len(placed)
    axes.set_title(f"{len(placed)} of {len(gang)} members placed" + (f", {waiting} wait" if waiting else ""))
    axes.set_ylabel("CPU requested (cores)")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


# %%
if __name__ == "__main__":
    picture = sys.argv[1] if len(sys.argv) > 1 else "gang.png"
    plot(nodes, running, gang, place(nodes, running, gang)).savefig(picture, dpi=120)
    print("wrote", picture)
