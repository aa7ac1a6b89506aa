"""JaCoCo XML: lines and branches are counted from the source files' lines and held against every counter."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.evidence.readers import coverage_lines
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.jacoco import JACOCO

DOCTYPE = '<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">'


def counters(**counted: tuple[int, int]) -> str:
    """Return counters given as (covered, total)."""
    return "".join(
        f'<counter type="{name}" missed="{total - covered}" covered="{covered}"/>'
        for name, (covered, total) in counted.items()
    )


def source(body: str, name: str = "A.java", /, **counted: tuple[int, int]) -> str:
    """Return a source file; each word of ``body`` is ``line:mi:ci:mb:cb``."""
    listed = "".join(
        '<line nr="{}" mi="{}" ci="{}" mb="{}" cb="{}"/>'.format(*word.split(":")) for word in body.split()
    )
    return f'<sourcefile name="{name}">{listed}{counters(**counted)}</sourcefile>'


def package(body: str, name: str = "p", /, **counted: tuple[int, int]) -> str:
    """Return a package."""
    return f'<package name="{name}">{body}{counters(**counted)}</package>'


def report(body: str, doctype: str = DOCTYPE, /, **counted: tuple[int, int]) -> bytes:
    """Return a report."""
    return f'<?xml version="1.0"?>{doctype}<report name="r">{body}{counters(**counted)}</report>'.encode()


def test_the_sample_gives_its_ratios_and_file() -> None:
    """A line ran if any of its instructions did."""
    assert accepted(JACOCO, CoverageRead) == CoverageRead(Ratio(2, 3), Ratio(1, 2))
    assert lines(JACOCO, FileCoverage) == [
        FileCoverage(
            "org/pump/Motor.java",
            Ratio(2, 3),
            Ratio(1, 2),
            uncovered=((4, 4),),
            covered=((3, 3), (6, 6)),
            branches=((3, 1, 2),),
        )
    ]


def test_groups_keep_files_of_one_name_apart() -> None:
    """Modules of an aggregated report are folders: two files of one package and name are two."""
    one = package(source("1:0:1:0:0", LINE=(1, 1)), LINE=(1, 1))
    body = "".join(f'<group name="{name}">{one}{counters(LINE=(1, 1))}</group>' for name in ("app", "lib"))
    data = report(f'<group name="all">{body}{counters(LINE=(2, 2))}</group>', LINE=(2, 2))
    assert [one.path for one in lines(data, FileCoverage)] == ["all/app/p/A.java", "all/lib/p/A.java"]
    assert accepted(data, CoverageRead).branch is None


@pytest.mark.parametrize("level", ["file", "package", "group", "report"])
@pytest.mark.parametrize("kind", ["LINE", "BRANCH"])
@pytest.mark.parametrize("wrong", [(1, 3), (2, 2), (0, 1)])
def test_counters_that_contradict_the_lines_are_refused(
    level: str, kind: str, wrong: tuple[int, int]
) -> None:
    """A report that lost lines, files or packages is rejected, wherever it says so."""
    right = {"LINE": (1, 2), "BRANCH": (1, 2)}
    told = {
        each: {**right, **({kind: wrong} if each == level else {})} for each in ("file", "package", "group")
    }
    top = {**right, **({kind: wrong} if level == "report" else {})}
    files = source("1:0:1:1:1 2:1:0:0:0", **told["file"])
    body = f'<group name="g">{package(files, **told["package"])}{counters(**told["group"])}</group>'
    assert "but lists" in rejected(report(body, **top)).reason


def test_a_report_without_a_total_of_lines_is_refused() -> None:
    """Nothing would show that it is whole."""
    rejected(report(package(source("1:0:1:0:0"))))


def test_a_report_of_no_lines_is_accepted_as_no_lines() -> None:
    """Nothing to cover reaches no threshold; instructions that stand on no line are told."""
    read = accepted(report(package("", INSTRUCTION=(3, 5)), INSTRUCTION=(3, 5)), CoverageRead)
    assert (read.line, read.branch) == (Ratio(0, 0), None)
    assert "5 of 5 instructions stand on no line" in read.remarks[0]


def test_branches_that_stand_on_no_line_count_by_the_worse() -> None:
    """A class compiled without lines in part: the file's own counter has more branches than its lines."""
    files = source("1:0:1:1:1", LINE=(1, 1), BRANCH=(1, 6))
    data = report(package(files, LINE=(1, 1), BRANCH=(1, 6)), LINE=(1, 1), BRANCH=(1, 6))
    (file,) = lines(data, FileCoverage)
    assert (file.branch, file.whole) == (Ratio(1, 6), False)


def test_classes_that_name_no_source_file_count_under_their_own_name() -> None:
    """Their lines are in the package's counters, and are not lost."""
    unplaced = f'<class name="p/B">{counters(LINE=(1, 4), BRANCH=(0, 2))}</class>'
    placed = f'<class name="p/A" sourcefilename="A.java">{counters(LINE=(1, 1))}</class>'
    files = unplaced + placed + source("1:0:1:0:0", LINE=(1, 1))
    data = report(package(files, LINE=(2, 5), BRANCH=(0, 2)), LINE=(2, 5), BRANCH=(0, 2))
    assert accepted(data, CoverageRead).line == Ratio(2, 5)
    assert [(one.path, one.line, one.whole) for one in lines(data, FileCoverage)] == [
        ("p/A.java", Ratio(1, 1), True),
        ("p/B.class", Ratio(1, 4), False),
    ]


def test_a_line_of_no_instructions_is_none() -> None:
    """It cannot run."""
    data = report(package(source("1:0:0:0:0 2:0:1:0:0", LINE=(1, 1)), LINE=(1, 1)), LINE=(1, 1))
    assert accepted(data, CoverageRead).line == Ratio(1, 1)


@pytest.mark.parametrize("doctype", [DOCTYPE, DOCTYPE.replace("1.1", "1.0"), ""])
def test_jacocos_own_document_type_is_read_past(doctype: str) -> None:
    """Its reports name one, which declares nothing in the file; it is not fetched."""
    files = package(source("1:0:1:0:0", LINE=(1, 1)), LINE=(1, 1))
    assert accepted(report(files, doctype, LINE=(1, 1)), CoverageRead).line == Ratio(1, 1)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE report>",
        "<!DOCTYPE report SYSTEM 'other.dtd'>",
        "<!DOCTYPE report SYSTEM 'report.dtd' [<!ENTITY a 'b'>]>",
        "<!DOCTYPE report [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]>",
    ],
)
def test_entity_bombs_and_other_document_types_are_refused(doctype: str) -> None:
    """A document type that could declare entities is not read past."""
    files = package(source("1:0:1:0:0", LINE=(1, 1)), LINE=(1, 1))
    assert "document type" in rejected(report(files, doctype, LINE=(1, 1)), as_format="jacoco").reason


def test_an_entity_that_would_vanish_is_refused() -> None:
    """A reference that only the document type could explain is not dropped in silence."""
    data = report(package(source("1:0:1:0:0", LINE=(1, 1)), LINE=(1, 1)) + "&gone;", LINE=(1, 1))
    assert "entity" in rejected(data).reason


@pytest.mark.parametrize(
    "body",
    [
        package(source("x:0:1:0:0")),
        package(source("1:-1:1:0:0")),
        package(source("99999999:0:1:0:0")),
        package(source("1:0:9999999999:0:0")),
        package('<sourcefile name="A"><line nr="1"/></sourcefile>'),
        package(source("1:0:1:0:0", "")),
        package("<line nr='1' mi='0' ci='1'/>"),
        source("1:0:1:0:0"),
        package(package("")),
        "<method name='m'/>",
        "<counter type='LINE' missed='x' covered='1'/>",
        "<counter type='OTHER' missed='1' covered='1'/>",
        counters(LINE=(1, 1)) * 2,
    ],
)
def test_elements_that_cannot_be_are_refused(body: str) -> None:
    """What stands elsewhere, or is no number, cannot be counted."""
    rejected(report(body, METHOD=(1, 1)))


def test_nesting_bombs_are_refused() -> None:
    """Depth is bounded."""
    assert "nested deeper" in rejected(b"<report name='r'>" + b"<group name='g'>" * 5000).reason


def test_more_lines_than_are_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a report takes is bounded."""
    monkeypatch.setattr(coverage_lines, "MOST_LINES", 1)
    assert "more than 1 lines" in rejected(report(package(source("1:0:1:0:0 2:0:1:0:0")))).reason
