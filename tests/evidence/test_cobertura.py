"""Cobertura XML: lines and conditions are counted, merged per file, and held against the totals."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.evidence.readers import cobertura_lines, coverage_lines
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.cobertura import COBERTURA

DOCTYPE = "<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>"


def report(
    classes: str, totals: str = "line-rate='0.5'", *, doctype: str = "", sources: tuple[str, ...] = (".",)
) -> bytes:
    """Return a report of one package."""
    named = "".join(f"<source>{source}</source>" for source in sources)
    return (
        f"<?xml version='1.0'?>{doctype}<coverage {totals}><sources>{named}</sources>"
        f"<packages><package><classes>{classes}</classes></package></packages></coverage>"
    ).encode()


def class_(listed: str, file: str = "a.c", methods: str = "") -> str:
    """Return a class that stands in ``file``; each word of ``listed`` is ``number:hits``."""
    return f"<class filename='{file}'><methods>{methods}</methods><lines>{numbered(listed)}</lines></class>"


def numbered(listed: str) -> str:
    """Return line elements."""
    return "".join("<line number='{}' hits='{}'/>".format(*word.split(":")) for word in listed.split())


def test_the_sample_gives_its_ratios_and_file() -> None:
    """Lines and conditions are counted from the line elements."""
    assert accepted(COBERTURA, CoverageRead) == CoverageRead(Ratio(2, 3), Ratio(1, 2))
    assert lines(COBERTURA, FileCoverage) == [
        FileCoverage("src/pump.py", Ratio(2, 3), Ratio(1, 2), ((3, 3),), ((1, 2),), ((2, 1, 2),))
    ]


def test_branches_that_were_not_measured_are_absent() -> None:
    """A branch rate of 0 without any condition is no measurement of 0 %."""
    data = report(
        class_("1:1 2:0"), "line-rate='0.5' branch-rate='0' branches-valid='0' branches-covered='0'"
    )
    assert accepted(data, CoverageRead).branch is None


def test_classes_of_one_file_are_merged() -> None:
    """A line that two classes share counts once, as run if either says so."""
    data = report(class_("1:1 2:0") + class_("2:3 3:0"), "lines-valid='4' lines-covered='2'")
    read = accepted(data, CoverageRead)
    assert read.line == Ratio(2, 3)
    assert "listed more than once" in read.remarks[0]
    assert lines(data, FileCoverage) == [FileCoverage("a.c", Ratio(2, 3), None, ((3, 3),), ((1, 2),))]


def test_a_name_that_may_stand_for_two_files_is_merged_with_caution() -> None:
    """With several source folders the same name may be two files: a line ran only if both say so."""
    data = report(
        class_("1:1 2:0") + class_("1:0 2:1"), "lines-valid='4' lines-covered='2'", sources=("a", "b")
    )
    assert accepted(data, CoverageRead).line == Ratio(0, 2)
    (file,) = lines(data, FileCoverage)
    assert (file.path, file.whole) == ("a.c", False)


def test_lines_of_methods_count_once_with_those_of_their_class() -> None:
    """What a method lists again adds nothing, and what only it lists is not lost."""
    method = f"<method><lines>{numbered('2:1 9:0')}</lines></method>"
    data = report(class_("1:1 2:1", methods=method), "lines-valid='3' lines-covered='2'")
    assert accepted(data, CoverageRead).line == Ratio(2, 3)


@pytest.mark.parametrize(
    "totals",
    [
        "lines-valid='3' lines-covered='1'",
        "lines-valid='2' lines-covered='2'",
        "line-rate='0.9'",
        "line-rate='0.52'",
        "line-rate='0.5' branch-rate='0.5'",
        "line-rate='0.5' branches-valid='4' branches-covered='4'",
    ],
)
def test_totals_that_contradict_the_lines_are_refused(totals: str) -> None:
    """A report that lost lines or conditions is rejected with both numbers."""
    assert "but lists" in rejected(report(class_("1:1 2:0"), totals)).reason


@pytest.mark.parametrize(
    "totals", ["line-rate='0.33'", "line-rate='0.3333'", "line-rate='0.34'", "line-rate='0.333333333333'"]
)
def test_a_rate_may_be_rounded(totals: str) -> None:
    """One unit of the last digit is no contradiction."""
    assert accepted(report(class_("1:1 2:0 3:0"), totals), CoverageRead).line == Ratio(1, 3)


@pytest.mark.parametrize(
    "totals",
    [
        "line-rate='-0.5'",
        "line-rate='NaN'",
        "line-rate='1.5'",
        "line-rate='x'",
        "lines-valid='-2' lines-covered='1'",
        "version='1'",
    ],
)
def test_totals_that_cannot_be_are_refused(totals: str) -> None:
    """Negative, missing and meaningless totals are no totals."""
    rejected(report(class_("1:1 2:0"), totals), as_format="cobertura")


@pytest.mark.parametrize(
    "line",
    [
        "<line number='1' hits='-1'/>",
        "<line number='1' hits='NaN'/>",
        "<line number='1' hits=''/>",
        "<line number='-1' hits='1'/>",
        "<line number='999999999999' hits='1'/>",
        "<line number='99999999' hits='1'/>",
        "<line hits='1'/>",
        "<line number='1' hits='1' branch='true'/>",
        "<line number='1' hits='1' branch='true' condition-coverage='50%'/>",
        "<line number='1' hits='1' branch='true' condition-coverage='300% (3/1)'/>",
    ],
)
def test_lines_that_cannot_be_are_refused(line: str) -> None:
    """A line must say which it is and how often it ran, and its conditions must add up."""
    rejected(report(f"<class filename='a.c'><lines>{line}</lines></class>", "line-rate='1'"))


@pytest.mark.parametrize(
    "classes",
    [
        "<class><lines/></class>",
        "<line number='1' hits='1'/>",
        "<class filename='a'><line number='1' hits='1'/></class>",
    ],
)
def test_lines_that_belong_to_no_file_are_refused(classes: str) -> None:
    """What cannot be attributed is not counted."""
    rejected(report(classes, "line-rate='1'"))


def test_coberturas_own_document_type_is_read_past() -> None:
    """Most tools name Cobertura's document type, which declares nothing in the file; it is not fetched."""
    assert accepted(report(class_("1:1 2:0"), doctype=DOCTYPE), CoverageRead).line == Ratio(1, 2)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE coverage>",
        "<!DOCTYPE coverage SYSTEM 'other.dtd'>",
        "<!DOCTYPE coverage [<!ENTITY a 'b'>]>",
        "<!DOCTYPE coverage SYSTEM 'coverage-04.dtd' [<!ENTITY a 'b'>]>",
    ],
)
def test_entity_bombs_and_other_document_types_are_refused(doctype: str) -> None:
    """A document type that could declare entities is not read past."""
    assert "document type" in rejected(report(class_("1:1 2:0"), doctype=doctype)).reason


def test_an_entity_that_would_vanish_is_refused() -> None:
    """A reference that only the document type could explain is not dropped in silence."""
    data = report(class_("1:1 2:0"), doctype=DOCTYPE).replace(b"<source>.", b"<source>&gone;")
    assert "entity" in rejected(data).reason


def test_uncovered_lines_are_told_as_ranges() -> None:
    """Consecutive lines that did not run are one range."""
    data = report(class_("1:1 2:0 3:0 4:0 7:0 8:1"), "lines-valid='6' lines-covered='2'")
    assert lines(data, FileCoverage)[0].uncovered == ((2, 4), (7, 7))


def test_a_report_of_no_lines_is_accepted_as_no_lines() -> None:
    """Nothing to cover reaches no threshold."""
    read = accepted(report("", "line-rate='1' branch-rate='0'"), CoverageRead)
    assert read.line == Ratio(0, 0)
    assert not read.line.reaches(0)


def test_more_lines_than_are_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a report takes is bounded."""
    data = report(class_("1:1 2:0 3:0"), "line-rate='0.33'")
    for module, bound in ((coverage_lines, "MOST_LINES"), (cobertura_lines, "MOST_LINES_OF_A_CLASS")):
        with monkeypatch.context() as patch:
            patch.setattr(module, bound, 2)
            assert "more than 2 lines" in rejected(data).reason


def test_nesting_bombs_are_refused() -> None:
    """Depth is bounded."""
    assert "nested deeper" in rejected(b"<coverage line-rate='1'>" + b"<a>" * 5000).reason


def test_a_class_within_a_class_is_refused() -> None:
    """Lines could not be attributed."""
    rejected(report(f"<class filename='a'>{class_('1:1')}</class>", "line-rate='1'"))


@pytest.mark.parametrize(
    ("source", "file", "path"),
    [
        ("src", "a.c", "src/a.c"),
        ("/builds/pump/src/", "a.c", "/builds/pump/src/a.c"),
        ("src", "/builds/a.c", "/builds/a.c"),
        ("C:\\pump\\", "src\\a.c", "C:/pump/src\\a.c"),
        ("src", "D:\\a.c", "D:\\a.c"),
        (".", "a.c", "a.c"),
        ("", "a.c", "a.c"),
    ],
)
def test_a_file_stands_below_the_only_source_folder(source: str, file: str, path: str) -> None:
    """Names are relative to the source folder: without it, two files of one name would be taken for one."""
    assert lines(report(class_("1:1 2:0", file), sources=(source,)), FileCoverage)[0].path == path


def test_all_lines_are_told_however_many_ranges_they_make() -> None:
    """Every other line: no range is left out, so that reports can be merged."""
    listed = " ".join(f"{number}:{number % 2}" for number in range(1, 1001))
    (file,) = lines(report(class_(listed)), FileCoverage)
    assert (len(file.covered), len(file.uncovered), file.whole) == (500, 500, True)


def test_a_file_without_branches_has_none_where_branches_were_measured() -> None:
    """In a report that measures branches, a file without any has 0 of 0; in another, they were not measured."""
    decided = "<line number='1' hits='1' branch='true' condition-coverage='50% (1/2)'/>"
    both = class_("1:1 2:0") + f"<class filename='b.c'><lines>{decided}</lines></class>"
    assert [one.branch for one in lines(report(both, "line-rate='0.66'"), FileCoverage)] == [
        Ratio(0, 0),
        Ratio(1, 2),
    ]
    assert lines(report(class_("1:1 2:0")), FileCoverage)[0].branch is None


def test_a_file_of_very_many_lines_has_ratios_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ranges would make a line of the detail that is too long; it says that it is not whole."""
    monkeypatch.setattr(coverage_lines, "MOST_RANGED", 1)
    (file,) = lines(report(class_("1:1 2:0")), FileCoverage)
    assert (file.line, file.covered, file.uncovered, file.whole) == (Ratio(1, 2), (), (), False)
