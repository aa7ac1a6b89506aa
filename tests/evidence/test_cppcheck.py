"""Cppcheck's XML: what is taken, and what says that the code was not analysed."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.cppcheck import CPPCHECK


def error(
    rule: str = "nullPointer",
    severity: str = "error",
    *,
    line: str = "7",
    file: str = "a.c",
    msg: str = "Null",
) -> str:
    """Return an error at a place."""
    attributes = (
        f"id={quoteattr(rule)} severity={quoteattr(severity)} msg={quoteattr(msg)} verbose={quoteattr(msg)}"
    )
    return f"<error {attributes}><location file={quoteattr(file)} line={quoteattr(line)} column='1'/></error>"


def cppcheck(*errors: str, version: str = "2", tool: str = '<cppcheck version="2.16.0"/>') -> bytes:
    """Return a report of ``errors``."""
    return f'<results version="{version}">{tool}<errors>{"".join(errors)}</errors></results>'.encode()


def test_the_sample_gives_its_findings() -> None:
    """Rule, severity, the longer message, the first place, weakness and symbol are taken."""
    first, second = lines(CPPCHECK, FindingDetail)
    assert (first.rule, first.severity, first.source_severity) == ("arrayIndexOutOfBounds", "high", "error")
    assert (first.path, first.line, first.component, first.ids) == ("src/pump.c", 14, "rate", ("CWE-788",))
    assert first.message.endswith("which is out of bounds.")
    assert second.severity == "low"
    read = accepted(CPPCHECK, FindingsRead)
    assert (read.analysis, read.tools, read.complete, read.remarks) == (
        "static",
        ("Cppcheck 2.16.0",),
        True,
        (),
    )
    assert read.open_by_severity == {"critical": 0, "high": 1, "medium": 0, "low": 1, "none": 0}


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("error", "high"),
        ("warning", "medium"),
        ("style", "low"),
        ("performance", "low"),
        ("portability", "low"),
        ("information", "none"),
        ("debug", "none"),
        ("dreadful", "high"),
    ],
)
def test_severities_are_put_on_one_scale(word: str, severity: str) -> None:
    """What is not known counts as high."""
    (found,) = lines(cppcheck(error(severity=word)), FindingDetail)
    assert found.severity == severity


@pytest.mark.parametrize(
    "rule",
    [
        "syntaxError",
        "unknownMacro",
        "internalAstError",
        "preprocessorErrorDirective",
        "premium-invalidLicense",
    ],
)
def test_a_critical_error_leaves_the_scan_incomplete(rule: str) -> None:
    """The file was not analysed to its end; the error itself stays a finding."""
    data = cppcheck(error(rule, msg="failed"))
    read = accepted(data, FindingsRead)
    assert not read.complete
    assert f"a.c: {rule}: failed" in read.remarks[0]
    assert len(lines(data, FindingDetail)) == 1


def test_cppchecks_own_word_on_critical_errors_is_taken() -> None:
    """The report of active checkers says so too."""
    told = error(
        "checkersReport",
        "information",
        msg="Active checkers: There was critical errors (use --checkers-report)",
    )
    assert not accepted(cppcheck(told), FindingsRead).complete
    assert accepted(
        cppcheck(error("checkersReport", "information", msg="Active checkers: 1/2")), FindingsRead
    ).complete


def test_what_was_not_looked_at_is_named_and_what_is_about_the_run_remarked_upon() -> None:
    """Configurations left out are not evaluated; a header that is not found is a remark. Neither is a finding."""
    data = cppcheck(
        error("toomanyconfigs", "information", msg="Too many #ifdef configurations"),
        error("missingIncludeSystem", "information", msg="Include file not found"),
    )
    read = accepted(data, FindingsRead)
    assert read.not_evaluated == ("a.c: Too many #ifdef configurations",)
    assert "missingIncludeSystem" in read.remarks[0]
    assert not lines(data, FindingDetail)


def test_a_finding_keeps_its_fingerprint_when_the_code_moves() -> None:
    """Neither its line nor a line in its message is part of it."""
    places = ("7", "70")
    (before,), (after,) = (
        lines(cppcheck(error(line=line, msg=f"Freed at line {line}")), FindingDetail) for line in places
    )
    assert before.fingerprint == after.fingerprint


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two; another file, rule or message is another finding."""
    others = [error(), error(file="b.c"), error("other"), error(msg="Other")]
    found = lines(cppcheck(error(), *others), FindingDetail)
    assert found[1].fingerprint == f"{found[0].fingerprint}-2"
    assert len({one.fingerprint for one in found}) == 5


def test_premium_and_version_three_are_read() -> None:
    """The product's name is the tool; a report of version 3 has what version 2 has."""
    read = accepted(
        cppcheck(error(), version="3", tool='<cppcheck version="24.11.0" product-name="Cppcheck Premium"/>'),
        FindingsRead,
    )
    assert read.tools == ("Cppcheck Premium 24.11.0",)


@pytest.mark.parametrize(
    "data",
    [
        b'<results><error file="a" id="b" severity="error" msg="c"/></results>',
        b'<results version="1"><cppcheck version="1"/><errors/></results>',
        b'<results version="2"><errors/></results>',
        b'<results version="2"><cppcheck version="2.1"/></results>',
        b'<results version="2"><cppcheck version="2.1"/><errors/><errors/></results>',
        cppcheck('<error msg="m" severity="error"/>'),
        cppcheck('<error id="i" msg="m"/>'),
        cppcheck(error(line="-1")),
        cppcheck(error(line="9" * 40)),
        cppcheck(f"<error>{error()}</error>"),
        cppcheck("<a>" * 70 + "</a>" * 70),
        b'<!DOCTYPE results [<!ENTITY a "b">]>' + cppcheck(error(msg="&a;")),
    ],
)
def test_another_shape_is_refused(data: bytes) -> None:
    """Version 1, a report that names no version, and errors that cannot be told are not read."""
    rejected(data, as_format="cppcheck")


def test_neighbours_are_not_claimed() -> None:
    """Other tools too have results at the root."""
    assert rejected(b'<results version="2"><suite/></results>', "r.xml").format == ""
    assert rejected(b'<results><test name="a"/></results>', "r.xml").format == ""
