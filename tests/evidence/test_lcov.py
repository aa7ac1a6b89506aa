"""LCOV tracefiles: lines, branches and conditions are counted, merged per file, and held against the totals."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.evidence.readers import lcov_record
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.lcov import LCOV


def section(*entries: str, file: str = "a.c", test: str = "TN:\n") -> bytes:
    """Return one section."""
    return (test + "\n".join([f"SF:{file}", *entries, "end_of_record"]) + "\n").encode()


def only(data: bytes) -> FileCoverage:
    """Return the coverage of the only file in ``data``."""
    (file,) = lines(data, FileCoverage)
    return file


def test_the_sample_gives_its_ratios_and_file() -> None:
    """Lines, branches and conditions are counted from the entries."""
    assert accepted(LCOV, CoverageRead) == CoverageRead(Ratio(2, 3), Ratio(1, 2), (), Ratio(1, 2))
    assert only(LCOV) == FileCoverage(
        "src/pump.c",
        Ratio(2, 3),
        Ratio(1, 2),
        uncovered=((3, 3),),
        covered=((1, 2),),
        branches=((2, 1, 2),),
        mcdc=Ratio(1, 2),
        conditions=((2, 1, 2),),
    )


def test_sections_of_one_file_are_merged() -> None:
    """A file of several tests is one: a line ran if it ran in any, and of its branches the best test's count."""
    first = section("BRDA:1,0,0,1", "BRDA:1,0,1,-", "BRF:2", "BRH:1", "DA:1,1", "DA:2,0", "LF:2", "LH:1")
    second = section("BRDA:1,0,0,-", "BRDA:1,0,1,1", "BRF:2", "BRH:1", "DA:1,1", "DA:3,1", "LF:2", "LH:2")
    file = only(first + second)
    assert (file.line, file.branch) == (Ratio(2, 3), Ratio(1, 2))


def test_an_entry_listed_again_counts_once() -> None:
    """Instances of a template list lines and branches again: the line ran if any instance did."""
    file = only(section("DA:1,0", "DA:1,3", "BRDA:1,0,0,0", "BRDA:1,0,0,2", "BRF:1", "BRH:1", "LF:1", "LH:1"))
    assert (file.line, file.branch) == (Ratio(1, 1), Ratio(1, 1))


@pytest.mark.parametrize(
    "entries",
    [
        ("LF:3", "LH:1"),
        ("LF:1", "LH:1"),
        ("LF:2", "LH:2"),
        ("LH:2",),
        ("LF:2", "LH:1", "BRF:2", "BRH:1"),
        ("LF:2", "LH:1", "MCF:2", "MCH:1"),
        ("LF:2", "LF:3", "LH:1"),
    ],
)
def test_totals_that_contradict_the_entries_are_refused(entries: tuple[str, ...]) -> None:
    """A section that lost lines, branches or conditions is rejected with both numbers."""
    rejected(section("FN:1,f", "FNDA:1,f", "FNF:1", "DA:1,1", "DA:2,0", *entries))


def test_a_section_without_totals_is_remarked() -> None:
    """Some tools state none, geninfo among them: the section is read, and what could not be compared is told."""
    read = accepted(section("DA:1,1", "DA:2,0"), CoverageRead)
    assert read.line == Ratio(1, 2)
    assert "state no totals" in read.remarks[0]


ISTANBUL = "FN:1,f FNF:1 FNH:1 FNDA:1,f DA:1,1 LF:1 LH:1 BRDA:1,0,0,1 BRF:{found} BRH:{hit}"
LLVM = "FN:1,f FNDA:1,f FNF:1 FNH:1 DA:1,1 DA:2,0 BRF:0 BRH:0 LF:{found} LH:{hit}"
GCOVR = "FN:1,f FNDA:1,f FNF:1 FNH:1 DA:1,1 DA:2,0 LH:{hit} LF:{found}"


@pytest.mark.parametrize(
    ("entries", "test", "stated", "taken", "whole"),
    [
        (ISTANBUL, "TN:\n", (1, 2), (Ratio(1, 1), Ratio(1, 2)), False),
        (ISTANBUL, "TN:\n", (1, 1), (Ratio(1, 1), Ratio(1, 1)), True),
        (LLVM, "", (1, 4), (Ratio(1, 4), None), False),
        (LLVM, "", (2, 2), (Ratio(1, 2), None), True),
        (GCOVR, "TN:x\n", (1, 4), (Ratio(1, 4), None), False),
    ],
)
def test_of_a_dialect_that_miscounts_the_worse_count_is_taken(
    entries: str, test: str, stated: tuple[int, int], taken: tuple[Ratio, Ratio | None], *, whole: bool
) -> None:
    """The order of the entries tells who wrote them; what is taken says no more than either count, and is remarked."""
    data = section(*entries.format(hit=stated[0], found=stated[1]).split(" "), test=test)
    read = accepted(data, CoverageRead)
    assert (read.line, read.branch) == taken
    assert bool(read.remarks) is (stated != (1, 1))
    assert only(data).whole is whole


def test_what_a_dialect_counts_and_does_not_list_is_not_covered() -> None:
    """Branches of which only the totals are there count, and none of them as taken."""
    data = section(*["FN:1,f", "FNF:1", "FNH:1", "FNDA:1,f", "DA:1,1", "LF:1", "LH:1", "BRF:2", "BRH:2"])
    assert accepted(data, CoverageRead).branch == Ratio(0, 2)


def test_a_dialect_is_no_excuse_for_more_run_than_there_is() -> None:
    """More lines that ran than lines is refused from any tool."""
    rejected(section("FN:1,f", "FNDA:1,f", "FNF:1", "DA:1,1", "BRF:0", "BRH:0", "LF:1", "LH:2", test=""))


def test_lines_that_older_coverage_py_lists_beyond_its_totals_count_by_the_worse() -> None:
    """It lists excluded lines that ran, all that ran first; lines that are lost are refused all the same."""
    more = section("DA:1,1", "DA:3,1", "DA:2,0", "LF:2", "LH:1")
    assert only(more).line == Ratio(1, 2)
    rejected(section("DA:1,1", "DA:3,1", "DA:2,0", "LF:4", "LH:2"))
    rejected(section("DA:1,1", "DA:2,0", "DA:3,1", "LF:2", "LH:1"))


def test_an_entry_for_line_zero_is_left_out_where_totals_leave_it_out() -> None:
    """There is no line 0; a tool that lists it and does not count it is understood."""
    assert only(section("DA:0,1", "DA:1,0", "LF:1", "LH:0")).line == Ratio(0, 1)


def test_branches_on_lines_that_are_not_listed_count() -> None:
    """They are in no line's count, and are branches all the same."""
    file = only(section("DA:1,1", "LF:1", "LH:1", "BRDA:9,0,0,1", "BRDA:9,0,1,0", "BRF:2", "BRH:1"))
    assert (file.line, file.branch, file.branches) == (Ratio(1, 1), Ratio(1, 2), ((9, 1, 2),))


def test_branches_were_measured_of_all_files_or_of_those_that_say_so() -> None:
    """A tool that states no total of no branches measured them of all; one that states 0 did where it states it."""
    with_branch = section("DA:1,1", "LF:1", "LH:1", "BRDA:1,0,0,1", "BRF:1", "BRH:1", file="a.c")
    silent = section("DA:1,1", "LF:1", "LH:1", file="b.c")
    none = section("DA:1,1", "LF:1", "LH:1", "BRF:0", "BRH:0", file="c.c")
    assert [one.branch for one in lines(with_branch + silent, FileCoverage)] == [Ratio(1, 1), Ratio(0, 0)]
    assert [one.branch for one in lines(with_branch + silent + none, FileCoverage)] == [
        Ratio(1, 1),
        None,
        Ratio(0, 0),
    ]
    assert only(silent).branch is None


@pytest.mark.parametrize(
    ("count", "ran"),
    [
        ("0", False),
        ("7", True),
        ("1.8e+19", True),
        ("0.0e+3", False),
        ("9" * 30, True),
        ("-3", False),
        ("-0", False),
    ],
)
def test_counts_of_every_spelling_are_read(count: str, *, ran: bool) -> None:
    """Perl writes large counts as fractions; negative ones come of a compiler's fault and count as not run."""
    read = accepted(section(f"DA:1,{count}"), CoverageRead)
    assert read.line == Ratio(int(ran), 1)
    assert any("negative" in one for one in read.remarks) is (count == "-3")


@pytest.mark.parametrize(
    "entry",
    [
        "DA:1",
        "DA:x,1",
        "DA:-1,1",
        "DA:1,",
        "DA:1,NaN",
        "DA:1,1e-3",
        "DA:99999999,1",
        "DA:1," + "9" * 40,
        "BRDA:1,0,1",
        "BRDA:1,0,0,x",
        "BRDA:undefined,0,0,1",
        "MCDC:1,2,x,1,0,a",
        "MCDC:1,2,t,1",
        "LF:-1",
        "LF:x",
        "da:1,1",
        "just text",
        "SF:b.c",
        "TN:other",
    ],
)
def test_entries_that_cannot_be_are_refused(entry: str) -> None:
    """What cannot be read is not passed over."""
    rejected(section("DA:1,1", entry))


@pytest.mark.parametrize("file", ["", " ", "a" * 1001, "a\x01b"])
def test_a_section_must_name_a_file(file: str) -> None:
    """What cannot be attributed is not counted."""
    rejected(section("DA:1,1", file=file))


@pytest.mark.parametrize(
    "data",
    [
        b"TN:\n",
        b"TN:\nSF:a.c\nDA:1,1\n",
        b"SF:a.c\nDA:1,1\nend_of_recor",
        section("DA:1,1") + b"TN:next\n",
        section("DA:1,1") + b"end_of_record\n",
        section("DA:1,1") + b"DA:2,1\n",
    ],
)
def test_a_tracefile_that_does_not_end_is_refused(data: bytes) -> None:
    """Each section has its end, and something stands in one."""
    rejected(data, as_format="lcov")


def test_entries_of_later_versions_are_told() -> None:
    """What is not known is passed over, and not in silence."""
    read = accepted(section("XYZ:1", "DA:1,1", "LF:1", "LH:1"), CoverageRead)
    assert "'XYZ:'" in read.remarks[0]


def test_flags_quotes_and_commas_in_branches_are_read() -> None:
    """A branch of an exception, and one that is named by an expression."""
    data = section(
        "DA:1,1", "BRDA:1,e0,1,-", "BRDA:1,0,f(a, b),1", "BRDA:1,0,jump to line 3,0", "BRF:3", "BRH:1"
    )
    assert only(data).branch == Ratio(1, 3)


def test_line_ends_comments_and_empty_lines_are_passed_over() -> None:
    """A file from Windows, with comments, is the same tracefile."""
    data = LCOV.replace(b"\n", b"\r\n").replace(b"TN:unit", b"# made by hand\r\n\r\nTN:unit")
    assert only(data) == only(LCOV)


def test_more_entries_than_are_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a section takes is bounded."""
    monkeypatch.setattr(lcov_record, "MOST_ENTRIES", 2)
    assert "more than 2" in rejected(section("DA:1,1", "DA:2,1", "DA:3,1")).reason


def test_a_line_without_end_is_refused() -> None:
    """Text that goes on and on is not held."""
    assert "longer than" in rejected(b"TN:\nSF:" + b"a" * (3 << 20)).reason
