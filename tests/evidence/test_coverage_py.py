"""coverage.py's JSON: lines and branches are counted from the lists and held against summaries and totals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.coverage_py import COVERAGE_PY

Report = dict[str, Any]


def summary(line: tuple[int, int], branch: tuple[int, int] | None = None) -> Report:
    """Return a summary of (covered, total)."""
    told = {"covered_lines": line[0], "num_statements": line[1], "missing_lines": line[1] - line[0]}
    if branch is None:
        return told
    return {**told, "num_branches": branch[1], "covered_branches": branch[0]}


def file(executed: list[int], missing: list[int], *, excluded: list[int] | None = None) -> Report:
    """Return a file of lines."""
    return {
        "executed_lines": executed,
        "missing_lines": missing,
        "excluded_lines": excluded or [],
        "summary": summary((len(executed), len(executed) + len(missing))),
    }


def report(*, branch: bool = False, totals: Report | None = None, **files: Report) -> Report:
    """Return a report of files."""
    counted = [one["summary"] for one in files.values()]
    return {
        "meta": {"format": 3, "version": "7.10.0", "branch_coverage": branch},
        "files": {f"src/{name}.py": one for name, one in files.items()},
        "totals": totals
        or summary(
            (sum(one["covered_lines"] for one in counted), sum(one["num_statements"] for one in counted)),
            (
                sum(one.get("covered_branches", 0) for one in counted),
                sum(one.get("num_branches", 0) for one in counted),
            )
            if branch
            else None,
        ),
    }


def bytes_of(value: Report) -> bytes:
    """Return JSON."""
    return json.dumps(value).encode()


def test_the_sample_gives_its_ratios_and_file() -> None:
    """A branch belongs to the line from which it goes."""
    assert accepted(COVERAGE_PY, CoverageRead) == CoverageRead(Ratio(3, 4), Ratio(1, 2))
    assert lines(COVERAGE_PY, FileCoverage) == [
        FileCoverage(
            "src/pump.py",
            Ratio(3, 4),
            Ratio(1, 2),
            uncovered=((3, 3),),
            covered=((1, 2), (4, 4)),
            branches=((2, 1, 2),),
        )
    ]


@pytest.mark.parametrize("format_", [None, 2, 3])
def test_every_known_format_is_read(format_: int | None) -> None:
    """The first format had no number."""
    data = report(a=file([1], [2]))
    data["meta"] = {"branch_coverage": False} | ({"format": format_} if format_ else {})
    assert accepted(bytes_of(data), CoverageRead) == CoverageRead(Ratio(1, 2))


@pytest.mark.parametrize(
    "changed",
    [
        {"meta": {"format": 4, "branch_coverage": False}},
        {"meta": {"format": 0, "branch_coverage": False}},
        {"meta": {"format": 3}},
        {"meta": {"branch_coverage": True}},
        {"totals": summary((1, 1))},
        {"totals": summary((1, 3))},
        {"totals": summary((1, 2), (0, 2))},
        {"totals": {"covered_lines": 1}},
        {"files": {"src/a.py": {**file([1], [2]), "executed_lines": [1, 3]}}},
        {"files": {"src/a.py": {**file([1], [2]), "missing_lines": []}}},
        {"files": {"src/a.py": {**file([1], [2]), "missing_lines": [1]}}},
        {"files": {"src/a.py": {**file([1], [2]), "missing_lines": ["2"]}}},
        {"files": {"src/a.py": {**file([1], [2]), "missing_lines": [-2]}}},
        {"files": {"src/a.py": {**file([1], [2]), "missing_lines": [99999999]}}},
        {"files": {"src/a.py": {**file([1], [2]), "executed_branches": [[1, 2]]}}},
        {"files": {"src/a.py": {"executed_lines": [1], "missing_lines": [2]}}},
        {"files": {"src/a.py": {"summary": summary((1, 2))}}},
        {"files": {"src/a.py": 3}},
        {"files": {"": file([1], [2])}},
        {"files": {}},
        {"files": []},
    ],
)
def test_a_report_that_contradicts_itself_is_refused(changed: Report) -> None:
    """Lists, summaries and totals must agree, and none may be missing."""
    rejected(bytes_of({**report(a=file([1], [2])), **changed}), as_format="coverage_py")


@pytest.mark.parametrize("missing", ["meta", "files", "totals"])
def test_a_report_without_a_part_is_refused(missing: str) -> None:
    """Nothing would show that it is whole."""
    data = report(a=file([1], [2]))
    del data[missing]
    rejected(bytes_of(data), as_format="coverage_py")


def test_excluded_lines_and_line_zero_are_in_no_count() -> None:
    """Older versions list excluded lines that ran, and line 0 of an empty file, among those that ran."""
    odd = file([0, 1, 9], [2], excluded=[9])
    odd["summary"] = summary((1, 2))
    (found,) = lines(bytes_of(report(a=odd)), FileCoverage)
    assert (found.line, found.covered) == (Ratio(1, 2), ((1, 1),))


def with_branches(executed: list[list[int]], missing: list[list[int]], stated: tuple[int, int]) -> Report:
    """Return a report of one file with branches."""
    one = {**file([1, 2], [3]), "executed_branches": executed, "missing_branches": missing}
    one["summary"] = summary((2, 3), stated)
    return report(a=one, branch=True)


def test_jumps_that_older_versions_list_beyond_their_count_do_not_count() -> None:
    """They listed taken jumps that the code does not foresee: the summary has fewer."""
    data = bytes_of(with_branches([[1, 2], [1, 3], [2, 9]], [[2, 3]], (2, 3)))
    read = accepted(data, CoverageRead)
    assert read.branch == Ratio(2, 3)
    assert "does not foresee" in read.remarks[0]
    assert lines(data, FileCoverage)[0].whole is False


@pytest.mark.parametrize(
    "data",
    [
        with_branches([[1, 2]], [[1, 3]], (1, 3)),
        with_branches([[1, 2]], [[1, 3]], (2, 3)),
        with_branches([[1, 2]], [[1, 2]], (1, 2)),
        with_branches([[1, 2]], [], (1, 2)),
        with_branches([], [[1, 2]], (0, 2)),
    ],
)
def test_lost_branches_are_refused(data: Report) -> None:
    """A branch that is counted and not listed was lost."""
    rejected(bytes_of(data))


def test_branches_from_the_end_of_a_function_belong_to_its_line() -> None:
    """A negative line is an exit."""
    data = bytes_of(with_branches([[1, -1]], [[1, 2]], (1, 2)))
    assert lines(data, FileCoverage)[0].branches == ((1, 1, 2),)


def test_a_file_without_branches_has_none_where_branches_were_measured() -> None:
    """Measured, and there are none: 0 of 0."""
    data = with_branches([[1, 2]], [[1, 3]], (1, 2))
    data["files"]["src/b.py"] = {**file([], []), "executed_branches": [], "missing_branches": []}
    assert [one.branch for one in lines(bytes_of(data), FileCoverage)] == [Ratio(1, 2), Ratio(0, 0)]


def test_a_member_named_twice_is_refused() -> None:
    """Two readers could read it in two ways."""
    data = bytes_of(report(a=file([1], [2])))
    rejected(data.replace(b'"missing_lines": [2]', b'"missing_lines": [2], "missing_lines": []'))


def test_regions_and_contexts_tell_nothing_new() -> None:
    """They are passed over, whatever is in them."""
    one = {**file([1], [2]), "functions": {"f": file([1], [])}, "contexts": {"1": ["t"]}}
    assert accepted(bytes_of(report(a=one)), CoverageRead).line == Ratio(1, 2)
