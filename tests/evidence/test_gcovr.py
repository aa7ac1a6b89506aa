"""gcovr's JSON: lines, branches and conditions are counted as gcovr counts them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.evidence.readers import coverage_lines, gcovr
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, read, rejected
from tests.evidence.samples.gcovr import GCOVR


def line(number: int, count: int, *branches: int, **more: Any) -> dict[str, Any]:
    """Return a line with branches that were taken so often."""
    return {
        "line_number": number,
        "count": count,
        "branches": [{"count": taken, "fallthrough": False, "throw": False} for taken in branches],
        **more,
    }


def report(*listed: dict[str, Any], version: object = "0.14", file: str = "a.c", **more: Any) -> bytes:
    """Return a report of one file."""
    files = [{"file": file, "lines": list(listed), "functions": []}]
    return json.dumps({"gcovr/format_version": version, "files": files, **more}).encode()


def test_the_sample_gives_its_ratios_and_file() -> None:
    """Excluded lines are in no count; conditions are outcomes that were shown to act on their own."""
    read = accepted(GCOVR, CoverageRead)
    assert (read.line, read.branch, read.mcdc) == (Ratio(1, 2), Ratio(1, 2), Ratio(3, 4))
    assert read.remarks == ("1 lines are excluded by the source's own markers",)
    assert lines(GCOVR, FileCoverage) == [
        FileCoverage(
            "src/pump.c",
            Ratio(1, 2),
            Ratio(1, 2),
            uncovered=((4, 4),),
            covered=((3, 3),),
            branches=((3, 1, 2),),
            mcdc=Ratio(3, 4),
            conditions=((3, 3, 4),),
        )
    ]


@pytest.mark.parametrize("version", [f"0.{number}" for number in range(1, 16)])
def test_every_known_format_is_read(version: str) -> None:
    """What differs between them is not what is counted."""
    assert accepted(report(line(1, 1), version=version), CoverageRead).line == Ratio(1, 1)


@pytest.mark.parametrize("version", ["0.0", "0.16", "1.0", "", "x", 0.14, None])
def test_an_unknown_format_is_refused(version: object) -> None:
    """A later format could count otherwise."""
    rejected(report(line(1, 1), version=version))


def test_members_in_the_order_of_older_versions_are_read() -> None:
    """The version may come last, and its members are sorted by name."""
    data = json.loads(report(line(1, 1, **{"gcovr/noncode": False}), line(2, 0, **{"gcovr/noncode": True})))
    older = json.dumps(dict(sorted(data.items())), sort_keys=True).encode()
    assert older.startswith(b'{"files"')
    assert accepted(older, CoverageRead).line == Ratio(1, 1)


def test_a_line_of_several_instances_counts_once() -> None:
    """It ran if any instance did, and took the branches that any took: branches of one number are one."""
    data = report(line(1, 0, 0, 0), line(1, 3, 1, 0), line(1, 1, 0, 1))
    (file,) = lines(data, FileCoverage)
    assert (file.line, file.branch) == (Ratio(1, 1), Ratio(2, 2))


def test_branches_of_other_numbers_are_others() -> None:
    """Attack: an instance whose branches were not taken has other blocks; they are not passed over."""
    first, second = line(1, 3, 1, 1), line(1, 0, 0, 0)
    for number, branch in enumerate([*first["branches"], *second["branches"]]):
        branch["source_block_id"] = number
    assert accepted(report(first, second), CoverageRead).branch == Ratio(2, 4)


def test_conditions_of_several_instances_are_those_of_the_best() -> None:
    """Which outcomes an instance showed is not united; conditions of other numbers are others."""
    told = [{"conditionno": 0, "count": 4, "covered": 1}, {"conditionno": 0, "count": 4, "covered": 3}]
    other = {"conditionno": 1, "count": 2, "covered": 0}
    data = report(line(1, 1, conditions=[told[0], other]), line(1, 1, conditions=[told[1]]))
    assert accepted(data, CoverageRead).mcdc == Ratio(3, 6)


def test_an_excluded_branch_is_in_no_count() -> None:
    """The source's own marker takes it out, as in gcovr's own count."""
    listed = line(1, 1, 1, 0)
    listed["branches"][1]["gcovr/excluded"] = True
    assert accepted(report(listed), CoverageRead).branch == Ratio(1, 1)


def test_files_of_one_name_are_merged() -> None:
    """A file that is listed twice is one."""
    data = json.loads(report(line(1, 1), line(2, 0)))
    data["files"] *= 2
    data["files"][1] = {**data["files"][1], "lines": [line(2, 1), line(3, 0)]}
    assert accepted(json.dumps(data).encode(), CoverageRead).line == Ratio(2, 3)


@pytest.mark.parametrize(
    "listed",
    [
        {"count": 1, "branches": []},
        {"line_number": 1, "branches": []},
        {"line_number": 1, "count": 1},
        line(-1, 1),
        line(1, -1),
        line(99999999, 1),
        line(1, 1, -1),
        {**line(1, 1), "count": "1"},
        {**line(1, 1), "count": True},
        {**line(1, 1), "count": 1.5},
        {**line(1, 1), "gcovr/excluded": "yes"},
        {**line(1, 1), "conditions": [{"count": 2, "covered": 3}]},
        {**line(1, 1), "conditions": [{"count": 2}]},
        {**line(1, 1), "conditions": {"count": 2}},
    ],
)
def test_lines_that_cannot_be_are_refused(listed: dict[str, Any]) -> None:
    """A line must say which it is and how often it ran, and its parts must add up."""
    rejected(report(listed))


@pytest.mark.parametrize(
    "data",
    [
        b'{"gcovr/format_version": "0.14"}',
        b'{"gcovr/format_version": "0.14", "files": [{"file": "a.c"}]}',
        b'{"gcovr/format_version": "0.14", "files": [{"lines": []}]}',
        b'{"gcovr/format_version": "0.14", "files": {}}',
        b'{"files": [{"file": "a.c", "lines": [], "gcovr/x": 1}]}',
        report(line(1, 1), file=""),
    ],
)
def test_a_report_without_a_part_is_refused(data: bytes) -> None:
    """What cannot be attributed or recognised is not counted."""
    rejected(data)


def test_the_summary_alone_is_no_report() -> None:
    """It has no lines to count, and is not taken for a report that has."""
    data = {"root": ".", "gcovr/summary_format_version": "0.6", "files": [{"filename": "a.c"}]}
    assert rejected(json.dumps(data).encode()).format == ""


def test_a_file_of_many_lines_is_not_held() -> None:
    """A file's lines may be more text than one value may be."""
    padding = "x" * 2000
    data = report(*(line(number, 1, 1, 0, **{"gcovr/md5": padding}) for number in range(1, 3001)))
    assert len(data) > 5 << 20
    assert accepted(data, CoverageRead).line == Ratio(3000, 3000)


def test_more_lines_than_are_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a report takes is bounded."""
    for module, bound in ((coverage_lines, "MOST_LINES"), (gcovr, "MOST_LINES_OF_A_FILE")):
        with monkeypatch.context() as patch:
            patch.setattr(module, bound, 1)
            assert "more than 1 lines" in rejected(report(line(1, 1), line(2, 1))).reason


def test_deep_nesting_is_refused() -> None:
    """Depth is bounded."""
    assert read(b'{"gcovr/format_version": "0.14", "files": ' + b"[" * 9000, "g.json") is not None
    rejected(b'{"gcovr/format_version": "0.14", "files": ' + b"[" * 9000)
