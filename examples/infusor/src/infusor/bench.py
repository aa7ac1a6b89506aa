"""The bench port: drives the controller with one JSON object a line, in place of keys and sensors.

``{"do": "run", "for_ms": 2000, "pressure_kpa": 80}`` advances the control loop under these readings; every
other ``do`` is a key. Each answer is one JSON object a line: what happened, when. The answer to ``show`` holds the
status message that the display would get.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from infusor.controller import SELF_TESTS, Controller, Readings
from infusor.dose import DrugLimits, Prescription
from infusor.status import status_message
from infusor.units import microlitres

STEP_MS = 100


class NotUnderstood(ValueError):
    """A line is no instruction."""


def run_bench(lines: Iterable[str]) -> Iterator[str]:
    """Yield the answers to ``lines``; raises ``NotUnderstood`` at the first that is no instruction."""
    controller = Controller()
    for number, line in enumerate(lines, start=1):
        try:
            answer = _do(controller, json.loads(line))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise NotUnderstood(f"line {number}: {error}") from error
        for event in controller.events:
            yield json.dumps({"at_ms": event.at_ms, "event": event.name, "detail": event.detail})
        controller.events.clear()
        if answer is not None:
            yield json.dumps({"at_ms": controller.now_ms, **answer})


def _do(controller: Controller, instruction: dict[str, Any]) -> dict[str, Any] | None:
    key = instruction["do"]
    if key == "run":
        return _run(controller, instruction)
    if key == "show":
        return _show(controller)
    if key == "self_test":
        reasons = controller.self_test(instruction.get("passed", SELF_TESTS))
    elif key == "prescribe":
        drug = DrugLimits(**instruction["drug"])
        rate, volume = microlitres(instruction["rate"]), microlitres(instruction["volume"])
        reasons = controller.prescribe(Prescription(drug, rate, volume), instruction.get("threshold_kpa", 60))
    elif key == "change_rate":
        reasons = controller.change_rate(microlitres(instruction["rate"]))
    elif key in {"confirm", "start", "stop", "acknowledge", "pause_audio"}:
        reasons = getattr(controller, key)()
    else:
        raise NotUnderstood(f"unknown key '{key}'")
    return {"did": key, "refused": reasons}


def _run(controller: Controller, instruction: dict[str, Any]) -> None:
    step = int(instruction.get("step_ms", STEP_MS))
    if step < 1:
        raise NotUnderstood("step_ms must be at least 1")
    for _ in range(int(instruction["for_ms"]) // step):
        measured = instruction.get("measured")
        readings = Readings(
            pressure_kpa=instruction.get("pressure_kpa", 10),
            air_seen=bool(instruction.get("air", False)),
            battery_percent=int(instruction.get("battery_percent", 80)),
            on_mains=bool(instruction.get("mains", True)),
            measured_rate=controller.motor_rate if measured is None else int(measured),
        )
        controller.tick(readings, step)


def _show(controller: Controller) -> dict[str, Any]:
    return {
        "state": controller.state.value,
        "motor_rate": controller.motor_rate,
        "infused": controller.infused.microlitres,
        "audible": controller.alarms.audible,
        "alarms": [kind.label for kind in controller.alarms.in_order()],
        "status": status_message(controller),
    }
