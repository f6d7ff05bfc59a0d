"""What Python costs on top of the core, per call, and how plain Python code for the same rule compares.

    python bench/overhead.py [--json FILE]

"core" is the core's own time for the same request, taken from one call that answers many copies of it. Every figure is the best
of several rounds, in microseconds; a column is followed by its ratio to the core.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import pure  # noqa: E402
from conftest import POD  # noqa: E402

import podverdict  # noqa: E402
from podverdict import Kubernetes, Pod  # noqa: E402

SMALL: dict[str, Any] = {
    "metadata": {"name": "web"},
    "spec": {
        "restartPolicy": "OnFailure",
        "containers": [{"name": "worker", "image": "a:1", "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}}}],
    },
}


def large() -> dict[str, Any]:
    """A pod as `kubectl get -o json` prints it: much of it is not read by any decision."""
    pod = json.loads(json.dumps(POD))
    manager = {f"f:field-{n}": {"f:inner": {}, ".": {}} for n in range(150)}
    pod["metadata"]["managedFields"] = [{"manager": "kubectl", "operation": "Update", "fieldsV1": {"f:spec": manager}}] * 3
    for n in range(4):
        env = [{"name": f"VARIABLE_{i}", "value": f"the value of variable {i}"} for i in range(20)]
        pod["spec"]["containers"].append({**POD["spec"]["containers"][0], "name": f"c{n}", "env": env})
    return pod


def best(works: dict[str, tuple[Callable[[], Any], int]], seconds: float = 0.02, rounds: int = 25) -> dict[str, float]:
    """Microseconds of each work, divided by its number. They take turns, and only their own time on the CPU counts,
    so that a busy machine slows none of them more than another."""
    counts: dict[str, int] = {}
    result: dict[str, float] = {}
    for name, (work, _) in works.items():
        work()
        start = time.thread_time()
        work()
        counts[name] = max(1, int(seconds / max(time.thread_time() - start, 1e-7)))
    for _ in range(rounds):
        for name, (work, number) in works.items():
            count = counts[name]
            start = time.thread_time()
            for _ in range(count):
                work()
            took = (time.thread_time() - start) / count / number * 1e6
            result[name] = min(took, result.get(name, took))
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures there too")
    args = parser.parse_args()
    k8s = Kubernetes("1.36")
    exit_code = {"exit_code": 42}
    questions: dict[str, tuple[dict[str, Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
        "qos": ({}, lambda pod: k8s.qos(pod), pure.qos),
        "restart_decision": (
            {"exitCode": 42, "container": "worker"},
            lambda pod: k8s.restart_decision(pod, container="worker", **exit_code),
            lambda pod: pure.on_exit(pod, "worker", 42),
        ),
        "validate_pod_create": ({}, lambda pod: k8s.validate_pod_create(pod), lambda pod: None),
    }
    figures = []
    columns = ["evaluate_json", "method(bytes)", "method(Pod)", "method(dict)", "evaluate(dict)"]
    print(f"{'':32}{'bytes':>8}{'core':>9}" + "".join(f"{name:>21}" for name in columns) + f"{'plain Python':>28}")
    for size, pod in {"small": SMALL, "medium": POD, "large": large()}.items():
        text = json.dumps(pod).encode()
        kept = Pod(pod)
        for op, (inputs, ask, plain) in questions.items():
            request = {"op": op, "release": "1.36", "pod": pod, **inputs}
            data = json.dumps(request).encode()
            copies = max(10, 400_000 // len(data))
            lines = (data + b"\n") * copies
            times = best(
                {
                    "core": (lambda: podverdict.evaluate_many(lines), copies),
                    "evaluate_json": (lambda: podverdict.evaluate_json(data), 1),
                    "method(bytes)": (lambda: ask(text), 1),
                    "method(Pod)": (lambda: ask(kept), 1),
                    "method(dict)": (lambda: ask(pod), 1),
                    "evaluate(dict)": (lambda: podverdict.evaluate(request), 1),
                    "plain Python, from JSON": (lambda: plain(json.loads(text)), 1),
                    "plain Python, from dict": (lambda: plain(pod), 1),
                }
            )
            own = times["core"]
            row = f"{size + ' ' + op:32}{len(data):8}{own:9.2f}"
            row += "".join(f"{times[name]:13.2f} ({times[name] / own:4.2f}x)" for name in columns)
            if plain(pod) is not None:
                assert str(plain(pod)) in json.dumps(ask(pod).to_dict()), (op, plain(pod))
                from_json = times["plain Python, from JSON"]
                row += f"{from_json:13.2f} ({from_json / times['evaluate_json']:4.1f}x ours)"
            else:
                del times["plain Python, from JSON"], times["plain Python, from dict"]
            print(row, flush=True)
            figures.append({"pod": size, "op": op, "bytes": len(data), **times})
    worst = max(f["evaluate_json"] / f["core"] for f in figures)
    print(f"\nJSON path: at most {worst:.2f} times the core's own time (the aim is 1.5)")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")
    return worst > 1.5


if __name__ == "__main__":
    sys.exit(main())
