"""Replays the recorded answers of Kubernetes' own code, as every language does.

A line `{"why": …}` starts a group; every other line is `{"case": …, "want": …}`. Our answer must contain every field of
`want` with the same value. Field errors are a multiset of type, field, detail and bad value; line offsets of diffs
(`@@ … @@`) do not count. `"error": true` wants any error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import podverdict
from podverdict import Kubernetes, PodverdictError
from typed import typed

ROOT = Path(__file__).resolve().parents[3] / "tests" / "vectors"
FILES = sorted(ROOT.glob("*/*.jsonl"))


def without_offsets(text: str) -> str:
    return re.sub(r"(?m)^@@ .*$", "@@", text)


def errors(found: Any) -> list[str]:
    return sorted(
        json.dumps([e.get("type"), e.get("field"), without_offsets(e.get("detail") or ""), e.get("badValue")], sort_keys=True)
        for e in found or []
    )


def difference(ours: Any, want: Any, path: str = "") -> str | None:
    """Where ours lacks or contradicts something of what is wanted."""
    if isinstance(ours, dict) and isinstance(want, dict):
        for key, value in want.items():
            here = f"{path}.{key}"
            if key not in ours:
                if value is not None:
                    return f"{here}: missing"
            elif key == "error" and value is True and isinstance(ours[key], str):
                continue
            elif key == "errors":
                if errors(ours[key]) != errors(value):
                    return f"{here}: ours {errors(ours[key])}, theirs {errors(value)}"
            elif found := difference(ours[key], value, here):
                return found
        return None
    if isinstance(ours, list) and isinstance(want, list) and len(ours) == len(want):
        return next((found for i, (a, b) in enumerate(zip(ours, want)) if (found := difference(a, b, f"{path}[{i}]"))), None)
    if isinstance(ours, str) and isinstance(want, str) and without_offsets(ours) == without_offsets(want):
        return None
    return None if ours == want and type(ours) is type(want) else f"{path}: ours {ours!r}, theirs {want!r}"


def cases(file: Path) -> Iterator[tuple[int, dict[str, Any], Any]]:
    for number, line in enumerate(file.read_text().splitlines(), 1):
        vector = json.loads(line)
        if "case" in vector:
            yield number, vector["case"], vector["want"]


@pytest.mark.skipif(not FILES, reason="no vectors are recorded here")
def test_there_are_vectors() -> None:
    assert sum(1 for file in FILES for _ in cases(file)) > 500


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_vectors(file: Path) -> None:
    wrong = []
    requests = [case for _, case, _ in cases(file)]
    lines = podverdict.evaluate_many("\n".join(map(json.dumps, requests))).splitlines()
    for (number, case, want), line, listed in zip(cases(file), lines, podverdict.evaluate_many(requests), strict=True):
        where = f"{file}:{number}"
        answer = json.loads(line)
        if found := difference(answer, want):
            wrong.append(f"{where}: {found}")
        # Every other way in gives the same.
        if listed != answer:
            wrong.append(f"{where}: evaluate_many gives {listed}, not {answer}")
        try:
            one = podverdict.evaluate(case)
            assert json.loads(podverdict.evaluate_json(json.dumps(case))) == one
        except PodverdictError as error:
            one = {"error": error.message, "code": error.code, "path": error.path}
            one |= {"id": case["id"]} if "id" in case else {}
        if one != answer:
            wrong.append(f"{where}: evaluate gives {one}, not {answer}")
        # And the typed answer holds all of it.
        if "error" not in answer and (found := typed(Kubernetes(case["release"], case.get("gates")), case, answer)):
            wrong.append(f"{where}: {found}")
    assert not wrong, "\n".join(wrong[:20])
