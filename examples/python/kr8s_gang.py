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


def explain(k8s: Kubernetes, nodes: Iterable[Any], pods: Iterable[Any], objects: Iterable[Any] = ()) -> str:
    """The story of the pending pods; the arguments are kr8s objects, or anything else that is one of the API."""
    nodes, pods, objects = list(nodes), list(pods), list(objects)
    answer = k8s.schedule(nodes, pods, objects=objects)
    lines = []
    for name, outcome in sorted(answer.pods.items()):
        where = f" on {outcome.node}" if outcome.node else ""
        lines.append(f"{name}: {outcome.state}{where}{f': {outcome.message}' if outcome.message else ''}")
    states = Counter(outcome.state for outcome in answer.pods.values())
    lines.append("in all: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    bound = [pod for pod in pods if pod.spec.get("nodeName")]
    for pod in pods:
        if answer.pods.get(f"{pod.namespace}/{pod.name}") and not answer.pods[f"{pod.namespace}/{pod.name}"].node:
            for verdict in k8s.node_filters(nodes, pod, pods=bound, objects=objects).nodes:
                said = ", ".join(verdict.reasons or ()) or "fits"
                lines.append(f"  {verdict.node}: {said}")
            break
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
