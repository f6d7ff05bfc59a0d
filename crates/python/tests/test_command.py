"""The command line that comes with the package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import POD

DATA = Path(__file__).resolve().parents[3] / "examples" / "data"


def podverdict(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "podverdict", *arguments], input=given, capture_output=True, text=True)


def test_eval() -> None:
    lines = json.dumps({"op": "qos", "pod": POD, "id": 1}) + "\nnot json\n"
    done = podverdict("eval", "--release", "1.36", given=lines)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["qosClass"], first["id"]) == ("Burstable", 1)
    assert second["code"] == "malformed"
    assert (done.returncode, done.stderr) == (0, "")


def test_a_person_is_told(tmp_path: Path) -> None:
    file = tmp_path / "pod.json"
    file.write_text(json.dumps(POD))
    done = podverdict("explain", str(file))
    assert done.returncode == 0
    assert "trainer-0" in done.stdout and "worker" in done.stdout


def test_help_and_mistakes() -> None:
    done = podverdict("--help")
    assert done.returncode == 0 and "eval" in done.stdout
    assert podverdict("--version").stdout.startswith("podverdict ")
    done = podverdict("weather")
    assert done.returncode == 2 and "weather" in done.stderr
    done = podverdict("explain", "/no/such/file")
    assert done.returncode == 2 and done.stderr.startswith("error: ")


def test_the_script_is_the_same() -> None:
    script = Path(sys.executable).with_name("podverdict")
    done = subprocess.run([script, "--version"], capture_output=True, text=True)
    assert done.stdout == podverdict("--version").stdout
