"""Recording a file again: the same bytes are no new evidence, unless what came between took their place."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.actions.attach import attach_files
from clausework.actions.build import open_build
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.gate import evaluate_build, run_gates
from clausework.actions.record import RecordedFile, record_files
from clausework.core.clock import timestamp
from clausework.gates.challenge import sarif
from tests.actions.device import REPORTS, Device, junit
from tests.actions.test_record import vulnerabilities_of
from tests.evidence.samples.openvex import SAMPLE as OPENVEX


@pytest.fixture
def built(established: Device) -> Device:
    """The device with an open build."""
    with established.open() as workplace:
        open_build(workplace)
    return established


def recorded(
    device: Device, name: str, content: str | bytes, level: Level = "", **options: Any
) -> RecordedFile:
    """Record one file about the current build."""
    path = device.write(f"reports/{name}", content)
    with device.open() as workplace:
        return record_files(workplace, [path], evidence_target(workplace, level=level), **options).files[0]


def rejections_of(device: Device) -> list[str]:
    """Return the names of the rejected files that stand in the way of the current build."""
    with device.open(reading=True) as workplace:
        run = run_gates(workplace, preview=True)
        facts = evaluate_build(workplace, workplace.snapshot(), run.build, ()).facts
    return [one.name for one in facts.rejections]


def test_a_date_that_is_told_later_is_not_lost(built: Device) -> None:
    """Attack: the report that was refused for want of a date is recorded again with it, and taken for known."""
    recorded(built, "trivy.sarif", sarif("Trivy"))
    assert vulnerabilities_of(built).startswith(
        "not_evaluated: the scan reports/trivy.sarif (#4) rests on advisory data of no known date"
    )
    with built.open() as workplace:
        now = timestamp(workplace.clock())
    assert not recorded(built, "trivy.sarif", sarif("Trivy"), database_at=now).existed
    assert vulnerabilities_of(built).startswith("pass: ")
    assert recorded(built, "trivy.sarif", sarif("Trivy"), database_at=now).existed


def test_a_configuration_that_is_told_later_is_not_lost(built: Device) -> None:
    """What the tests ran on is evidence as well (5.7.5): the report again with it is a record of its own."""
    first = recorded(built, "system.xml", junit("system"), "system")
    bench = built.write("bench.yaml", "name: bench 2\n")
    with built.open() as workplace:
        target = evidence_target(workplace, level="system", configuration=bench)
        path = built.folder / "reports/system.xml"
        again = record_files(workplace, [path], target).files[0]
        assert (again.existed, first.existed) == (False, False)
        assert record_files(workplace, [path], target).files[0].existed


def test_the_right_file_again_takes_the_place_of_a_broken_one(built: Device) -> None:
    """A refusal must have a way out: a report whose bytes are always the same is recorded, broken off, recorded."""
    good = REPORTS[""]["bom.json"]
    first = recorded(built, "bom.json", good)
    assert not recorded(built, "bom.json", good[:-20]).accepted
    assert rejections_of(built) == ["reports/bom.json"]
    again = recorded(built, "bom.json", good)
    assert again.index > first.index
    assert rejections_of(built) == []
    assert recorded(built, "bom.json", good).index == again.index


def test_the_same_bytes_under_another_name_take_the_place_of_a_broken_file(built: Device) -> None:
    """Bytes that are known under one name are recorded under another where a broken file stands there."""
    recorded(built, "a.xml", junit("unit"), "unit")
    recorded(built, "b.xml", junit("unit")[:150], "unit")
    recorded(built, "b.xml", junit("unit"), "unit")
    assert rejections_of(built) == []


def test_a_broken_file_again_stands_in_the_way_again(built: Device) -> None:
    """Attack: the newest report under a name breaks off, as one did before that was mended meanwhile."""
    for content in (junit("unit")[:150], junit("unit"), junit("unit")[:150]):
        recorded(built, "unit.xml", content, "unit")
    assert rejections_of(built) == ["reports/unit.xml"]


def test_an_analysis_that_finished_again_takes_the_place_of_one_that_did_not(built: Device) -> None:
    """A clean report has the same bytes each time; it must not stay behind a crash that came between."""
    for report in (sarif("Bandit"), sarif("Bandit", finished=False), sarif("Bandit")):
        last = recorded(built, "bandit.sarif", report)
    assert not last.existed
    with built.open(reading=True) as workplace:
        run = run_gates(workplace, ["analysis"], preview=True)
    (check,) = (one for one in run.stages[0].checks if one.check == "findings")
    assert check.outcome == "pass", check.reasons


def test_a_file_of_a_kind_that_no_gate_judges_replaces_its_rejection(built: Device) -> None:
    """A refusal must have a way out: a file of no known format is written again as it was meant, and accepted."""
    assert not recorded(built, "vex.json", '{"who": "knows"}').accepted
    assert rejections_of(built) == ["reports/vex.json"]
    assert recorded(built, "vex.json", OPENVEX.data).accepted
    assert rejections_of(built) == []


def test_the_same_bytes_from_two_platforms_are_two_reports(built: Device) -> None:
    """Attack on the reader: two reports without times in them are alike; rules of evidence want each by its name."""
    first, second = (
        recorded(built, name, "1..1\nok 1 - stops\n", "system") for name in ("linux.tap", "arm64.tap")
    )
    assert (first.existed, second.existed) == (False, False)
    assert recorded(built, "arm64.tap", "1..1\nok 1 - stops\n", "system").index == second.index


def test_attachments_of_the_same_bytes_keep_their_names_and_titles(built: Device) -> None:
    """The logs of two jobs that say the same are two attachments."""
    paths = [built.write(f"logs/{name}.log", "done\n") for name in ("bench", "one_platform")]
    with built.open() as workplace:
        target = evidence_target(workplace)
        both = attach_files(workplace, paths, target, "job-log").files
        titled = attach_files(workplace, paths, target, "job-log", title="Night run").files
        again = attach_files(workplace, paths, target, "job-log").files
    assert [one.existed for one in (*both, *titled, *again)] == [False] * 4 + [True] * 2
