"""The system under test is the built artefact, run as a program of its own; nothing of it is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRUG = {"name": "morphine", "hard_rate": 400_000, "hard_volume": 100_000, "keep_open_rate": 1_000}
Program = Callable[..., str]


class Protocol:
    """What the pump answered on the bench port, in order."""

    def __init__(self, text: str) -> None:
        self.answers = [json.loads(line) for line in text.splitlines()]

    def events(self, name: str) -> list[str]:
        """Return the details of the events of that name."""
        return [one["detail"] for one in self.answers if one.get("event") == name]

    def at(self, name: str, detail: str) -> int:
        """Return when an event happened first, in milliseconds since power on; fails if it did not."""
        times = [
            one["at_ms"] for one in self.answers if (one.get("event"), one.get("detail")) == (name, detail)
        ]
        assert times, f"no {name} '{detail}' in {self.answers}"
        return int(times[0])

    def shown(self) -> list[dict[str, object]]:
        """Return the answers to ``show``."""
        return [one for one in self.answers if "screen" in one]

    def refused(self, key: str) -> list[str]:
        """Return why the last press of ``key`` was refused; nothing when it was taken."""
        return [one["refused"] for one in self.answers if one.get("did") == key][-1]


Pump = Callable[..., Protocol]


@pytest.fixture(scope="session")
def artefact() -> Path:
    """Return the artefact: that named by INFUSOR_ARTEFACT, or the one in dist/."""
    named = os.environ.get("INFUSOR_ARTEFACT")
    found = [Path(named)] if named else sorted((ROOT / "dist").glob("infusor-controller-*.pyz"))
    if len(found) != 1 or not found[0].is_file():
        pytest.fail("no artefact to test: run python tools/build.py, or name one in INFUSOR_ARTEFACT")
    return found[0].resolve()


@pytest.fixture(scope="session")
def program(artefact: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return what runs the artefact with arguments and input, without any package of this environment."""

    def run(*arguments: str, given: str = "") -> str:
        command = [sys.executable, "-I", "-S", str(artefact), *arguments]
        folder = tmp_path_factory.getbasetemp()
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=True, timeout=60, cwd=folder
        )
        return done.stdout

    return run


@pytest.fixture
def bench(program: Program) -> Pump:
    """Return what gives instructions to a pump just switched on, and brings its answers."""

    def send(*instructions: dict[str, object]) -> Protocol:
        return Protocol(program("bench", given="\n".join(json.dumps(one) for one in instructions)))

    return send


@pytest.fixture
def pump(bench: Pump) -> Pump:
    """Return the like for a pump that infuses; ``rate``, ``volume`` and ``threshold_kpa`` may be named."""

    def send(*instructions: dict[str, object], **changed: object) -> Protocol:
        prescribe = {"do": "prescribe", "drug": DRUG, "rate": "36.0", "volume": "100.0", **changed}
        return bench({"do": "self_test"}, prescribe, {"do": "confirm"}, {"do": "start"}, *instructions)

    return send
