"""The display is kept apart from the controller: that is why its class may be lower (EN 62304 4.3, 5.3.5)."""

import ast
import json
from pathlib import Path

import pytest

from display.__main__ import screens
from display.screen import NO_STATUS, NOT_VALID
from infusor.bench import run_bench

SOURCE = Path(__file__).resolve().parents[2] / "src"


def imported(package: str) -> set[str]:
    """Return the packages that any file of ``package`` imports."""
    found: set[str] = set()
    for path in (SOURCE / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.verifies("ARCH-009")
def test_neither_holds_code_of_the_other() -> None:
    """Controller, display and companion share no code of this repository."""
    for package in ("infusor", "display", "companion"):
        others = {"infusor", "display", "companion"} - {package}
        assert not imported(package) & others


@pytest.mark.verifies("ARCH-009")
def test_the_display_opens_nothing() -> None:
    """The display has no way to the controller but what it reads: it opens no file, no socket and no program."""
    assert imported("display") <= {"__future__", "argparse", "attrs", "collections", "display", "json", "sys", "zlib"}


@pytest.mark.verifies("ARCH-009", "REQ-050", "REQ-051")
@pytest.mark.verifies_implementation("CTRL-014")
def test_the_controller_goes_on_whatever_becomes_of_its_status() -> None:
    """What the controller does is the same whether its status is shown, garbled, or read by nobody."""
    orders = [{"do": "self_test"}, {"do": "show"}, {"do": "run", "for_ms": 1_000, "mains": False}, {"do": "show"}]
    answers = [json.loads(line) for line in run_bench(json.dumps(one) for one in orders)]
    messages = [str(answer.pop("status")) for answer in answers if "status" in answer]
    assert list(screens(message.replace("standby", "infusing") for message in messages)) == [NOT_VALID] * 2 + [NO_STATUS]
    again = [json.loads(line) for line in run_bench(json.dumps(one) for one in orders if one["do"] != "show")]
    assert [answer for answer in answers if "motor_rate" not in answer] == again
