"""Merging of coverage: together reports show what any of them shows, and never more."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import UsageFault
from clausework.evidence.detail import FileCoverage
from clausework.evidence.line_sets import LAST_LINE, lines_in, ranges_of
from clausework.ledger.records.values import Ratio
from clausework.trace.coverage import MergedCoverage, coverage_of_paths, merge, normalised

Counts = tuple[tuple[int, int, int], ...]


def file(
    path: str,
    ran: Iterable[int],
    missed: Iterable[int] = (),
    *,
    branches: Counts | None = None,
    conditions: Counts | None = None,
    whole: bool = True,
) -> FileCoverage:
    """Return the coverage of a file as a reader writes it."""
    covered, uncovered = sorted(ran), sorted(missed)
    return FileCoverage(
        path,
        Ratio(len(covered), len(covered) + len(uncovered)),
        _ratio(branches),
        uncovered=ranges_of(uncovered) if whole else (),
        covered=ranges_of(covered) if whole else (),
        branches=branches or (),
        mcdc=_ratio(conditions),
        conditions=conditions or (),
        whole=whole,
    )


def _ratio(counts: Counts | None) -> Ratio | None:
    return None if counts is None else Ratio(sum(one[1] for one in counts), sum(one[2] for one in counts))


def ratios(merged: MergedCoverage) -> dict[str, Ratio]:
    """Return the line ratio of each file."""
    return {one.path: one.line for one in merged.files}


def test_reports_close_each_others_gaps() -> None:
    """A line is covered if any report ran it, and a line if any report has it."""
    merged = merge([[file("a.c", [1, 2], [3])], [file("a.c", [3], [1, 9])]])
    assert merged.line == Ratio(3, 4)


def test_a_narrow_report_hides_nothing() -> None:
    """What another report has and did not run stays a gap."""
    wide = [file("a.c", [1], [2, 3]), file("b.c", [], [1, 2])]
    assert merge([wide, [file("a.c", [1])]]).line == merge([wide]).line == Ratio(1, 5)


def test_of_a_line_the_most_of_the_widest_count_is_taken() -> None:
    """Which branches were taken is not told: the most among those that know the most, never their sum."""
    first: Counts = ((1, 1, 2), (2, 2, 2), (3, 2, 4))
    second: Counts = ((1, 1, 2), (2, 1, 4), (3, 3, 4))
    merged = merge([[file("a.c", [1, 2, 3], branches=each, conditions=each)] for each in (first, second)])
    assert merged.branch == merged.mcdc == Ratio(1 + 1 + 3, 2 + 4 + 4)


def test_branches_that_no_report_measured_are_absent() -> None:
    """And a file that has none is told from one of which they were not measured."""
    merged = merge([[file("a.c", [1], branches=()), file("b.c", [1])]])
    assert [(one.branch, one.branch_gap) for one in merged.files] == [(Ratio(0, 0), False), (None, True)]
    assert (merged.branch, merged.mcdc) == (Ratio(0, 0), None)


def test_lines_that_only_a_report_without_branches_has_are_a_gap() -> None:
    """Attack: a report without branches adds lines, whose branches nobody counted."""
    measured = file("a.c", [1], branches=((1, 2, 2),))
    assert merge([[measured], [file("a.c", [1])]]).files[0].branch_gap is False
    assert merge([[measured], [file("a.c", [1, 2])]]).files[0].branch_gap is True
    assert merge([[measured], [file("a.c", [1, 2])]]).files[0].mcdc_gap is True


def test_a_file_without_lines_is_no_gap() -> None:
    """An empty file has no branches to measure."""
    assert merge([[file("empty.py", [])]]).files[0].branch_gap is False


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_that_is_not_whole_is_as_its_widest_report_says(order: int) -> None:
    """Without all ranges nothing can be united: the report of the most lines, of equals the best, in any order."""
    reports = [
        [file("a.c", [1, 2], [3, 4], branches=((1, 1, 2),), whole=False)],
        [file("a.c", [3, 4, 5], [1], branches=((1, 2, 2),))],
        [file("a.c", [1])],
    ]
    merged = merge(reports[::order])
    assert merged.files[0].line == Ratio(3, 4)
    assert merged.files[0].branch == Ratio(2, 2)


@pytest.mark.parametrize(
    "old",
    [
        FileCoverage("a.c", Ratio(2, 3), None, ((3, 3),)),
        FileCoverage("a.c", Ratio(0, 1), Ratio(0, 2), ((1, 1),)),
        FileCoverage("a.c", Ratio(1, 1), covered=((9, 1),)),
        FileCoverage("a.c", Ratio(1, 1), covered=((LAST_LINE + 1, LAST_LINE + 1),)),
    ],
)
def test_ranges_that_are_not_the_files_lines_are_not_merged(old: FileCoverage) -> None:
    """Older readers wrote only some ranges: their ratios count, alone."""
    assert merge([[old]]).line == old.line
    assert merge([[old], [file("a.c", [7])]]).line.total == max(old.line.total, 1)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("./src/a.c", "src/a.c"),
        ("src//a.c", "src/a.c"),
        ("src/x/../a.c", "src/a.c"),
        ("src\\a.c", "src/a.c"),
        ("C:\\src\\a.c", "C:/src/a.c"),
        ("/src/./a.c", "/src/a.c"),
        ("../a.c", "../a.c"),
        ("../../a.c", "../../a.c"),
    ],
)
def test_paths_that_are_only_written_otherwise_are_one(written: str, path: str) -> None:
    """One file is one, however its path is written; an absolute path stays one."""
    assert normalised(written) == path
    assert ratios(merge([[file(written, [1], [2])], [file(path, [2], [1])]])) == {path: Ratio(2, 2)}


def test_files_of_one_name_in_two_folders_are_two() -> None:
    """Two files that happen to have one name are not united."""
    merged = merge([[file("lib1/a.c", [1], [2, 3])], [file("lib2/a.c", [1, 2, 9], [5])]])
    assert ratios(merged) == {"lib1/a.c": Ratio(1, 3), "lib2/a.c": Ratio(3, 4)}
    assert not merged.doubts


LONG = range(1, 11)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/builds/1/src/a.c", "/builds/2/src/a.c"),
        ("src/a.c", "a.c"),
        ("src/a.c", "lib/a.c"),
    ],
)
def test_the_same_files_below_two_folders_are_doubted(one: str, other: str) -> None:
    """They may be one file or copies: they are not united, and not passed over, for twice counted is miscounted."""
    merged = merge([[file(one, LONG)], [file(other, [], LONG)]])
    assert merged.line == Ratio(10, 20)
    assert len(merged.doubts) == 1
    assert {one, other} == set(merged.doubts[0].pairs[0])
    assert one in str(merged.doubts[0])


def test_an_absolute_path_and_its_own_end_are_one_file() -> None:
    """A report from the top and one of absolute paths name the same files; that they are united is told."""
    top = [file("src/a.c", LONG), file("src/b.c", [], LONG)]
    absolute = [file("/w/src/a.c", [], LONG), file("/w/src/b.c", LONG), file("/usr/include/c.h", [1])]
    merged = merge([top, absolute])
    assert ratios(merged) == {
        "/usr/include/c.h": Ratio(1, 1),
        "src/a.c": Ratio(10, 10),
        "src/b.c": Ratio(10, 10),
    }
    assert str(merged.joined[0]) == "/w/src/a.c and src/a.c and 1 more"
    assert not merged.doubts


@pytest.mark.parametrize(
    "other",
    [
        [file("/w/src/a.c", [], range(1, 12))],
        [file("/w/src/a.c", [], LONG[:4])],
        [file("/w/src/a.c", LONG), file("/v/src/b.c", LONG)],
    ],
    ids=["other lines", "few lines", "two roots"],
)
def test_what_the_facts_do_not_show_is_not_united(other: list[FileCoverage]) -> None:
    """Files are held for the same where one move of a folder explains all of a report, to the line."""
    top = [file("src/a.c", LONG), file("src/b.c", [], LONG)]
    merged = merge([top, other])
    assert len(merged.files) == 2 + len(other)
    assert not merged.joined


def test_reports_of_two_parts_of_the_source_are_not_doubted() -> None:
    """Packages have files of the same names, empty ones among them, and some that begin alike."""
    one = [file("pkg1/__init__.py", []), file("pkg1/main.py", LONG), file("pkg1/util.py", [1])]
    two = [file("pkg2/__init__.py", []), file("pkg2/main.py", [2, 3]), file("pkg2/util.py", [1])]
    assert not merge([one, two]).doubts


UNITS = merge([[file("src/motor/a.c", [1, 2]), file("src/motor/b.c", [], [1]), file("src/ui/c.c", [], [1])]])


@pytest.mark.parametrize(
    ("globs", "line"),
    [
        (["src/motor/**"], Ratio(2, 3)),
        (["src/**"], Ratio(2, 4)),
        (["src/motor/a.c", "src/ui/"], Ratio(2, 3)),
        (["src/absent/**"], Ratio(0, 0)),
        (["motor/**"], Ratio(2, 3)),
        ([], Ratio(0, 0)),
    ],
)
def test_coverage_of_paths_is_that_of_their_files(globs: list[str], line: Ratio) -> None:
    """A software unit is told by path patterns; one of which nothing was measured reaches no threshold."""
    found = coverage_of_paths(UNITS, globs)
    assert found.line == line
    assert not found.line.total or found.line.reaches(0)


def test_patterns_are_tried_below_the_folder_that_all_files_share() -> None:
    """Absolute paths and Go's module names have more before the repository's top."""
    merged = merge([[file("/builds/x/src/motor/a.c", [1]), file("/builds/x/src/ui/b.c", [], [1])]])
    assert ratios(coverage_of_paths(merged, ["src/motor/**"])) == {"/builds/x/src/motor/a.c": Ratio(1, 1)}


def test_a_copy_further_down_is_not_taken_for_the_unit() -> None:
    """Attack: what the unit's pattern asks was not measured, and a copy among the dependencies was."""
    files = [file("vendor/src/motor/a.c", LONG), file("src/ui/b.c", [1]), file("src/ui/c.c", [1])]
    assert coverage_of_paths(merge([files]), ["src/motor/**"]).line == Ratio(0, 0)


def test_patterns_that_are_none_are_refused() -> None:
    """A pattern begins at the top."""
    with pytest.raises(UsageFault):
        coverage_of_paths(UNITS, ["../src"])


lines_of_a_file = st.dictionaries(st.integers(1, 40), st.booleans(), max_size=30)
reports = st.lists(
    st.dictionaries(st.sampled_from(["a.c", "src/b.c", "c.c"]), lines_of_a_file, max_size=3), max_size=4
)


@given(reports)
def test_merged_lines_are_exactly_the_union(told: list[dict[str, dict[int, bool]]]) -> None:
    """Against the plain sets: no line is lost, none is invented, and order does not matter."""
    made = [
        [
            file(path, [n for n, ran in listed.items() if ran], [n for n, ran in listed.items() if not ran])
            for path, listed in report.items()
        ]
        for report in told
    ]
    expected = {}
    for path in {path for report in told for path in report}:
        listed = [report.get(path, {}) for report in told]
        ran = {number for each in listed for number, one in each.items() if one}
        expected[path] = Ratio(len(ran), len({number for each in listed for number in each}))
    merged = merge(made)
    if not merged.joined:
        assert ratios(merged) == expected
    assert merge(made[::-1]).files == merged.files


@given(st.sets(st.integers(0, 300)))
def test_sets_of_lines_and_ranges_are_the_same(numbers: set[int]) -> None:
    """Ranges lose nothing."""
    found = lines_in(ranges_of(sorted(numbers)))
    assert {number for number in range(301) if found >> number & 1} == numbers
