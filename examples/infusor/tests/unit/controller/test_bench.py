"""The bench port takes instructions and refuses everything else."""

import io
import json

import pytest

from infusor.__main__ import main
from infusor.bench import NotUnderstood, run_bench

pytestmark = pytest.mark.verifies("UNIT-009")
DRUG = {"name": "saline", "hard_rate": 999_900, "hard_volume": 9_999_000, "keep_open_rate": 1_000}
PRESCRIBE = {"do": "prescribe", "drug": DRUG, "rate": "10.0", "volume": "5.0"}


def bench(*instructions: dict[str, object]) -> list[dict[str, object]]:
    """Return the bench port's answers."""
    return [json.loads(line) for line in run_bench(json.dumps(one) for one in instructions)]


def test_keys_and_readings() -> None:
    """Keys are answered, a run gives its events, show gives the state."""
    answers = bench(
        {"do": "self_test"},
        PRESCRIBE,
        {"do": "confirm"},
        {"do": "start"},
        {"do": "change_rate", "rate": "12.0"},
        {"do": "run", "for_ms": 1_000, "measured": 12_000},
        {"do": "show"},
    )
    assert [answer["refused"] for answer in answers if "did" in answer] == [[], [], [], [], []]
    assert answers[-1]["at_ms"] == 1_000
    assert answers[-1]["motor_rate"] == 12_000
    assert answers[-1]["status"].startswith('{"state": "infusing", "rate": 12000')


@pytest.mark.parametrize(
    "line",
    [
        "",
        "7",
        "[]",
        "{}",
        '{"do": "explode"}',
        '{"do": "run"}',
        '{"do": "prescribe"}',
        '{"do": "run", "for_ms": "x"}',
        '{"do": "run", "for_ms": 1, "step_ms": 0}',
    ],
)
def test_what_is_no_instruction(line: str) -> None:
    """A line that is no instruction is refused with its number."""
    with pytest.raises(NotUnderstood, match="line 1"):
        list(run_bench([line]))


def test_drug_outside_the_library_limits() -> None:
    """A drug that the pump cannot deliver is no instruction."""
    with pytest.raises(NotUnderstood, match="hard_rate"):
        bench({**PRESCRIBE, "drug": {**DRUG, "hard_rate": 1_000_000}})


@pytest.mark.verifies("REQ-048")
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The program tells its name and version."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == "infusor-controller 2.4.1\n"


def test_exit_codes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The program ends with 0 after the last line, with 2 at one that it does not understand."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"do": "show"}\n'))
    assert main(["bench"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("nonsense\n"))
    assert main(["bench"]) == 2
    assert "line 1" in capsys.readouterr().err
