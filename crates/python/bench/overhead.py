"""What Python costs on top of the core, per call, and how plain Python code for the same rule compares.

    python bench/overhead.py [--json FILE]

"core" is the core's own time for the same request, taken from one call that answers thousands of copies of it. Every figure is
the best of several rounds, in microseconds; a column is followed by its ratio to the core.
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


def best(work: Callable[[], Any], seconds: float = 0.15, rounds: int = 7) -> float:
    """Microseconds per call."""
    work()
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            work()
        took = time.perf_counter() - start
        if took > seconds / 10:
            break
        count *= 4
    count = max(1, int(count * seconds / took))
    result = took / count * 1e9
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(count):
            work()
        result = min(result, (time.perf_counter() - start) / count)
    return result * 1e6


def core(request: bytes, count: int = 2000) -> float:
    lines = (request + b"\n") * count
    return best(lambda: podverdict.evaluate_many(lines)) / count


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
            own = core(data)
            times = {
                "evaluate_json": best(lambda: podverdict.evaluate_json(data)),
                "method(bytes)": best(lambda: ask(text)),
                "method(Pod)": best(lambda: ask(kept)),
                "method(dict)": best(lambda: ask(pod)),
                "evaluate(dict)": best(lambda: podverdict.evaluate(request)),
            }
            row = f"{size + ' ' + op:32}{len(data):8}{own:9.2f}"
            row += "".join(f"{t:13.2f} ({t / own:4.2f}x)" for t in times.values())
            if plain(pod) is not None:
                assert str(plain(pod)) in json.dumps(ask(pod).to_dict()), (op, plain(pod))
                from_json = best(lambda: plain(json.loads(text)))
                times["plain Python, from JSON"] = from_json
                times["plain Python, from dict"] = best(lambda: plain(pod))
                row += f"{from_json:13.2f} ({from_json / times['evaluate_json']:4.1f}x ours)"
            print(row, flush=True)
            figures.append({"pod": size, "op": op, "bytes": len(data), "core": own, **times})
    worst = max(f["evaluate_json"] / f["core"] for f in figures)
    print(f"\nJSON path: at most {worst:.2f} times the core's own time (the aim is 1.5)")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")
    return worst > 1.5


if __name__ == "__main__":
    sys.exit(main())
