"""A test protocol in the small device project, and its form filled by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.protocols import blank_form, protocol_named
from clausework.actions.sign import sign
from clausework.core.clock import system_clock
from clausework.evidence.manual_form import Instrument, ManualForm
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.reports.manual_test_form import json_form
from tests.actions.device import QUALITY, RELEASE, Device, person

PROTOCOL = """\
- id: TP-001
  type: test_protocol
  title: Alarm by hand
  links: {verifies: REQ-002}
  fields:
    level: system
    preconditions: The counter counts.
    equipment: [Pulse simulator]
    steps:
      - {action: Stop the pulse, expected: The counter alarms, tolerance: within 5 s}
      - {action: Start the pulse, expected: The alarm stays}
"""

WHY = {"rationale": "read in full, the steps show what is asked"}


def with_protocol(device: Device) -> Device:
    """Commit the protocol, build, and have the protocol approved by another person than who asks for it."""
    device.write("quality/protocol.yaml", PROTOCOL)
    device.commit("TP-001: alarm by hand")
    device.build()
    with device.open() as workplace:
        open_build(workplace)
    return device


def approve(device: Device) -> None:
    """Have the protocol approved as it reads now."""
    with device.open() as workplace:
        decide(workplace, "approve", "TP-001", WHY, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "TP-001")


def today() -> str:
    """Return today's date."""
    return system_clock().date().isoformat()


def filled(device: Device, *, outcome: str = "pass", **changes: Any) -> ManualForm:
    """Return the protocol's form for the newest build, filled by quality, with some members changed."""
    with device.open(reading=True) as workplace:
        form = blank_form(workplace, protocol_named(workplace, "TP-001"))
    steps = tuple(msgspec.structs.replace(one, actual="as expected", outcome=outcome) for one in form.steps)
    done = msgspec.structs.replace(
        form,
        steps=steps,
        serial="SN-7",
        environment="bench 3",
        tester=QUALITY,
        performed_at=today(),
        equipment=(Instrument("Pulse simulator", "PS-1", "2999-01-01"),),
    )
    return msgspec.structs.replace(done, **changes)


def write(device: Device, form: ManualForm, name: str = "forms/TP-001.json") -> Path:
    """Write a form into the project's folder."""
    return device.write(name, json_form(form))


def facts(device: Device) -> Facts:
    """Return the facts of the newest build."""
    with device.open(reading=True) as workplace:
        snapshot = workplace.snapshot()
        build = [one.body for one in snapshot.records if type(one.body).__name__ == "Build"][-1]
        return fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())
