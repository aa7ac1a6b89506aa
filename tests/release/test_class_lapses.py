"""What a commit says it is for, and who approves a change: lapses of R1 and R4 on a device of each class."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.gate import run_gates
from clausework.actions.sign import NotIndependent, sign
from clausework.items.changes import ASKED
from clausework.standards import SAFETY_CLASSES, SafetyClass
from tests.actions.archiving import plan_of_class
from tests.actions.device import QUALITY, RELEASE, SOURCE, Device, person
from tests.actions.prepared import establish_ledger
from tests.release.classes import items_of

FIELDS = ", ".join(f'{one.name}: "none, for the reason given"' for one in ASKED)
REQUESTED = f"""\
- {{id: PR-1, type: problem_report, title: Slow, text: "The screen is slow.",
   fields: {{status: open, criticality: minor, source: "a call"}}}}
- {{id: CR-1, type: change_request, title: Faster, text: "The screen is to be faster.", links: {{affects: REQ-001}},
   fields: {{status: open, {FIELDS}}}}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> dict[SafetyClass, Device]:
    """A device of each class with a ledger, a problem report and a change request."""
    return {
        one: _device(tmp_path_factory.mktemp(one) / "device", home_with_keys, one) for one in SAFETY_CLASSES
    }


def _device(folder: Path, home: Path, safety_class: SafetyClass) -> Device:
    device = Device(folder, home)
    items = items_of(safety_class, safety_class) + REQUESTED
    for name, content in {
        **SOURCE,
        "clausework.yaml": plan_of_class(safety_class),
        "quality/items.yaml": items,
    }.items():
        device.write(name, content)
    device.git("init", "--quiet", "--initial-branch=main")
    device.commit("Pulse Counter 1.0.0\n\nImplements: REQ-001, REQ-002, ARCH-002")
    establish_ledger(device)
    device.build()
    with device.open() as workplace:
        open_build(workplace)
    return device


def commits(device: Device, path: str, message: str) -> str:
    """Commit a change of a file, and return what the check on commits says of the build of it."""
    device.write(path, f"# {message}\n")
    device.commit(message)
    device.build()
    with device.open() as workplace:
        open_build(workplace)
        (stage,) = run_gates(workplace, ["integration"], preview=True).stages
    return next(one.outcome for one in stage.checks if one.check == "commits")


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
@pytest.mark.parametrize(
    ("path", "message", "stops"),
    [
        ("src/counter.py", "REQ-001: count", ""),
        ("src/counter.py", "Tidy up", "ABC"),
        ("src/counter.py", "PR-1: of a problem that leads to no requirement", "BC"),
        ("src/stray.py", "REQ-001: in a file of no unit", "C"),
    ],
)
def test_what_a_commit_must_say(
    tmp_path: Path,
    built: dict[SafetyClass, Device],
    safety_class: SafetyClass,
    path: str,
    message: str,
    stops: str,
) -> None:
    """LAPSE code without request: class A asks what it is for, B which requirement, C which unit as well (R1)."""
    device = built[safety_class].copy(tmp_path / "device")
    assert commits(device, path, message) == ("fail" if safety_class in stops else "pass")


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_no_class_lets_a_change_be_approved_by_who_asks_for_it(
    tmp_path: Path, built: dict[SafetyClass, Device], safety_class: SafetyClass
) -> None:
    """ATTACK self-approval: whoever asks for a change does not approve it, be the software of class A (R4)."""
    device = built[safety_class].copy(tmp_path / "device")
    with device.open() as workplace:
        asks = person(workplace, QUALITY)
        asked = decide(workplace, "approve", "CR-1", {"rationale": "looked at in full today"}, asks)
        assert not asked.signed
        with pytest.raises(NotIndependent):
            sign(workplace, asks, str(asked.index))
        sign(workplace, person(workplace, RELEASE), str(asked.index))
        (decision,) = workplace.standing(workplace.snapshot()).decisions_on("approve", ("change_request",))
    assert decision.effective
    assert [one.email for one in decision.given] == [RELEASE]
