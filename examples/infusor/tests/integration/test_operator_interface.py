"""Controller, alarm board, status message, display and bench port work together."""

import json

import pytest

from display.screen import screen
from display.status import read_status
from infusor.bench import run_bench

DRUG = {"name": "saline", "hard_rate": 999_900, "hard_volume": 9_999_000, "keep_open_rate": 1_000}


def bench(*instructions: dict[str, object]) -> list[dict[str, object]]:
    """Return the bench port's answers to an infusion of 5 mL at 360 mL/h and what follows."""
    opening: list[dict[str, object]] = [
        {"do": "self_test"},
        {"do": "prescribe", "drug": DRUG, "rate": "360.0", "volume": "5.0"},
        {"do": "confirm"},
        {"do": "start"},
    ]
    return [json.loads(line) for line in run_bench(json.dumps(one) for one in [*opening, *instructions])]


def shown(answers: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the answers to ``show``, with the screen that the display makes of each status message."""
    return [
        {**answer, "screen": screen(read_status(str(answer["status"])))} for answer in answers if "status" in answer
    ]


@pytest.mark.verifies("ARCH-008", "REQ-049")
@pytest.mark.verifies("ARCH-006", "REQ-014", "REQ-015", "REQ-017", "REQ-045", "REQ-046", "REQ-047")
def test_infusion_from_start_to_keep_open() -> None:
    """The display follows an infusion from its start to keeping the vein open."""
    answers = bench(
        {"do": "run", "for_ms": 10_000},
        {"do": "show"},
        {"do": "run", "for_ms": 45_000},
        {"do": "show"},
    )
    first, last = shown(answers)
    assert first["screen"] == ["INFUSING  360.0 mL/h", "Infused 1.0 of 5.0 mL", ""]
    assert last["screen"] == ["KEEPING VEIN OPEN  1.0 mL/h", "Infused 5.0 of 5.0 mL", "LOW Infusion complete"]


@pytest.mark.verifies("ARCH-005", "ARCH-006", "ARCH-008", "REQ-029", "REQ-030", "REQ-031", "REQ-032")
def test_alarms_on_display_and_ear() -> None:
    """The display shows the most urgent alarm; a new high-priority alarm ends the audio pause."""
    answers = bench(
        {"do": "run", "for_ms": 100, "mains": False, "battery_percent": 15},
        {"do": "pause_audio"},
        {"do": "show"},
        {"do": "run", "for_ms": 600, "mains": False, "battery_percent": 15, "pressure_kpa": 200},
        {"do": "show"},
    )
    quiet, loud = shown(answers)
    assert (quiet["screen"][2], quiet["audible"]) == ("MEDIUM Battery low", False)
    assert (loud["screen"][2], loud["audible"]) == ("HIGH Downstream occlusion (+1)", True)


@pytest.mark.verifies("ARCH-006", "REQ-010", "REQ-033", "REQ-034", "REQ-038", "REQ-044")
@pytest.mark.verifies_implementation("CTRL-011")
def test_keys_are_refused_with_reasons() -> None:
    """A key pressed where it may not work is answered with the reason."""
    prescribe = {"do": "prescribe", "drug": DRUG, "rate": "0.0", "volume": "5.0", "threshold_kpa": 10}
    instructions = [{"do": "start"}, {"do": "self_test"}, {"do": "start"}, prescribe, {"do": "confirm"}]
    answers = [json.loads(line) for line in run_bench(json.dumps(one) for one in instructions)]
    assert [answer["refused"] for answer in answers if "did" in answer] == [
        ["not while power on"],
        [],
        ["prescription not confirmed"],
        ["rate outside 0.1 to 999.9 mL/h", "occlusion threshold outside 20 to 120 kPa"],
        ["nothing prescribed"],
    ]


@pytest.mark.verifies("ARCH-001", "REQ-013", "REQ-016", "REQ-035", "REQ-036", "REQ-042")
def test_pause_and_resume_deliver_what_was_set() -> None:
    """A pause delivers nothing; the sum before and after it is exact, and the log tells all of it."""
    answers = bench(
        {"do": "run", "for_ms": 20_000},
        {"do": "stop"},
        {"do": "run", "for_ms": 120_000},
        {"do": "show"},
        {"do": "start"},
        {"do": "run", "for_ms": 10_000},
        {"do": "show"},
    )
    paused, resumed = shown(answers)
    assert (paused["infused"], paused["alarms"]) == (2_000, ["Infusion paused"])
    assert (resumed["infused"], resumed["alarms"]) == (3_000, [])
    states = [answer["detail"] for answer in answers if answer.get("event") == "state"]
    assert states == ["standby", "infusing", "paused", "infusing"]
