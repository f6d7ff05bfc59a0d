#!/usr/bin/env python3
"""How fast `podverdict eval` answers a large file, and how much memory it takes.

eval.py PODVERDICT CONFORM [--pods N] [--oracle DIR]

A request asks for the restart decisions of one generated pod with its statuses, on 1.37. Beside it, in the same run: Python's
json module that only parses a part of the same lines and, given the oracle's programs, upstream's own answers to that part.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

DIFFERENT = 10_000
PART = 20_000


def run(command: list[str]) -> tuple[float, int]:
    """Seconds, and the most memory that was resident, in MiB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command[0]} failed")
    return time.monotonic() - start, usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("podverdict")
    parser.add_argument("conform")
    parser.add_argument("--pods", type=int, default=1_000_000)
    parser.add_argument("--oracle")
    options = parser.parse_args()
    emit = [options.conform, "--emit", "restart_decision", "--release", "1.37", "--cases", str(DIFFERENT), "--seed", "1"]
    lines = subprocess.run(emit, check=True, capture_output=True).stdout.splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder:
        file, part = Path(folder, "pods.jsonl"), Path(folder, "part.jsonl")
        with file.open("wb") as out:
            for at in range(0, options.pods, DIFFERENT):
                out.writelines(lines[: options.pods - at])
        first = (lines * (PART // DIFFERENT))[:PART]
        part.write_bytes(b"".join(first))
        size, part_size = file.stat().st_size / 1e6, part.stat().st_size / 1e6
        print(f"{options.pods} pods, {size:.0f} MB")
        start = time.monotonic()
        for line in first:
            json.loads(line)
        parse = part_size / (time.monotonic() - start)
        print(f"Python's json, only parsing      {parse:8.1f} MB/s")
        if options.oracle:
            oracle = f"{options.oracle}/oracle-1.37"
            took, _ = run(["sh", "-c", f"exec '{oracle}' < '{part}'"])
            upstream = part_size / took
            print(f"upstream's code, answering       {upstream:8.1f} MB/s")
        for jobs in (1, 0):
            took, memory = run([options.podverdict, "eval", "--release", "1.37", "--jobs", str(jobs), str(file)])
            speed = size / took
            against = f"{speed / parse:5.1f} times Python's parsing"
            if options.oracle:
                against += f", {speed / upstream:6.1f} times upstream"
            cores = "one core " if jobs == 1 else f"{os.cpu_count()} cores  "
            print(f"podverdict eval, {cores}       {speed:8.1f} MB/s, {against}; {memory} MiB resident at most")


main()
