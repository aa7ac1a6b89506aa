"""On the bench: the controller, and the display that reads its status messages."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

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
        return [one for one in self.answers if "status" in one]

    def refused(self, key: str) -> list[str]:
        """Return why the last press of ``key`` was refused; nothing when it was taken."""
        return [one["refused"] for one in self.answers if one.get("did") == key][-1]


Pump = Callable[..., Protocol]
Display = Callable[..., list[list[str]]]


@pytest.fixture
def bench(program: Program) -> Pump:
    """Return what gives instructions to a pump just switched on, and brings its answers."""

    def send(*instructions: dict[str, object]) -> Protocol:
        return Protocol(program("controller", "bench", given="\n".join(json.dumps(one) for one in instructions)))

    return send


@pytest.fixture
def pump(bench: Pump) -> Pump:
    """Return the like for a pump that infuses; ``rate``, ``volume`` and ``threshold_kpa`` may be named."""

    def send(*instructions: dict[str, object], **changed: object) -> Protocol:
        prescribe = {"do": "prescribe", "drug": DRUG, "rate": "36.0", "volume": "100.0", **changed}
        return bench({"do": "self_test"}, prescribe, {"do": "confirm"}, {"do": "start"}, *instructions)

    return send


@pytest.fixture
def display(program: Program) -> Display:
    """Return what gives status messages to a display just switched on, and brings each of its screens."""

    def send(*messages: object) -> list[list[str]]:
        lines = program("display", "show", given="".join(f"{one}\n" for one in messages)).split("\n")
        return [lines[at : at + 3] for at in range(0, len(lines) - 1, 3)]

    return send
