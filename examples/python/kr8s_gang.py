"""Explains why the pods of a gang are pending.

Reads nodes, pods and pod groups with kr8s and asks what kube-scheduler would do with the pending pods, and for each of them what
every node says. Nothing in the cluster is changed.

    python kr8s_gang.py NAMESPACE [LABEL=VALUE]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from podverdict import Kubernetes


def key(pod: Any) -> str:
    return f"{pod.metadata.namespace}/{pod.metadata.name}"


def on(pod: Any, node: str | None) -> dict[str, Any]:
    """The pod as it would be on a node."""
    return {**pod.raw, "spec": {**pod.spec, "nodeName": node}}


def explain(k8s: Kubernetes, nodes: Iterable[Any], pods: Iterable[Any], objects: Iterable[Any] = ()) -> str:
    """The story of the pending pods; the arguments are kr8s objects."""
    nodes, pods, objects = list(nodes), list(pods), list(objects)
    answer = k8s.schedule(nodes, pods, objects=objects)
    lines = []
    for name, outcome in sorted(answer.pods.items()):
        where = f" on {outcome.node}" if outcome.node else ""
        lines.append(f"{name}: {outcome.state}{where}{f': {outcome.message}' if outcome.message else ''}")
    states = Counter(outcome.state for outcome in answer.pods.values())
    lines.append("in all: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    # What every node says to the first pod that waits, with the others in their places.
    places = {name: outcome.node for name, outcome in answer.pods.items() if outcome.node}
    waiting = [pod for pod in pods if not pod.spec.get("nodeName") and key(pod) not in places]
    placed = [on(pod, places.get(key(pod), pod.spec.get("nodeName"))) for pod in pods if pod not in waiting]
    for pod in waiting[:1]:
        for verdict in k8s.node_filters(nodes, pod, pods=placed, objects=objects).nodes:
            lines.append(f"  {verdict.node}: {', '.join(verdict.reasons or ()) or 'fits'}")
    return "\n".join(lines)


def main() -> None:
    import kr8s

    namespace, *selector = sys.argv[1:]
    api = kr8s.api()
    release = api.version()["gitVersion"]
    pods = kr8s.get("pods", namespace=namespace, label_selector=selector[0] if selector else None)
    others = kr8s.get("pods", namespace=kr8s.ALL, field_selector="spec.nodeName!=")
    known = {pod.metadata.uid for pod in pods}
    nodes = list(kr8s.get("nodes"))
    print(explain(Kubernetes(release), nodes, [*pods, *(pod for pod in others if pod.metadata.uid not in known)]))


if __name__ == "__main__":
    main()
