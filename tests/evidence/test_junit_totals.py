"""JUnit XML: a suite's own totals are held against its cases."""

from __future__ import annotations

import pytest

from clausework.evidence.formats import TestsRead
from tests.evidence.recording import accepted, rejected

CASES = "<testcase name='a'/><testcase name='b'><failure/></testcase><testcase name='c'><skipped/></testcase>"


def report(totals: str, cases: str = CASES) -> bytes:
    """Return a suite that states ``totals``."""
    return f"<testsuites><testsuite name='s' {totals}>{cases}</testsuite></testsuites>".encode()


@pytest.mark.parametrize(
    ("totals", "numbers"),
    [
        ("tests='4'", ("4", "3")),
        ("tests='1'", ("1", "3")),
        ("tests='3' failures='2'", ("2", "1")),
        ("tests='3' failures='0'", ("0", "1")),
        ("tests='3' failures='1' errors='1'", ("1", "0")),
        ("tests='3' failures='1' skipped='0'", ("0", "1")),
        ("tests='3' failures='1' skipped='2'", ("2", "1")),
    ],
)
def test_totals_that_contradict_the_cases_are_refused(totals: str, numbers: tuple[str, str]) -> None:
    """A report that lost or gained cases is rejected, and both numbers are told."""
    reason = rejected(report(totals)).reason
    assert all(number in reason for number in numbers)


def test_totals_of_the_whole_report_are_held_against_it_too() -> None:
    """The root's totals count as much as a suite's."""
    assert (
        "173" in rejected(b"<testsuites tests='173'><testsuite><testcase/></testsuite></testsuites>").reason
    )


@pytest.mark.parametrize("text", ["-1", "1.5", "NaN", "x", "9" * 12, "1e3"])
@pytest.mark.parametrize("name", ["tests", "failures", "errors", "skipped", "disabled"])
def test_what_is_no_count_is_refused(name: str, text: str) -> None:
    """Negative, fractional and huge counts are no counts."""
    assert "not a count" in rejected(report(f"{name}='{text}'")).reason


@pytest.mark.parametrize(
    ("totals", "cases"),
    [
        ("tests='3' failures='1' errors='0' skipped='1'", CASES),
        ("tests='3' failures='1' skip='1'", CASES),
        ("tests='' failures='' skipped=''", CASES),
        ("tests='1' failures='2'", "<testcase><failure/><failure/></testcase>"),
        ("tests='2' disabled='1' skipped='0'", "<testcase/><testcase status='notrun' result='suppressed'/>"),
    ],
)
def test_plain_totals_are_accepted_without_remark(totals: str, cases: str) -> None:
    """Totals that the cases explain, counted as the known tools count, need no word."""
    assert accepted(report(totals, cases), TestsRead).remarks == ()


@pytest.mark.parametrize(
    ("totals", "cases"),
    [
        ("tests='2' failures='1'", CASES),
        ("tests='3' failures='0' errors='1'", CASES),
        ("tests='2' failures='0'", "<testcase><flakyFailure/></testcase>"),
        ("tests='1' failures='1'", "<testcase><flakyFailure/></testcase>"),
    ],
)
def test_totals_of_known_dialects_are_accepted_with_a_remark(totals: str, cases: str) -> None:
    """Totals that leave out skipped cases, mix failures and errors, or count runs are accepted visibly."""
    assert any(
        remark.startswith("suite 's': its total")
        for remark in accepted(report(totals, cases), TestsRead).remarks
    )


@pytest.mark.parametrize("outer", ["3", "1"])
def test_a_suite_may_count_nested_suites_or_not(outer: str) -> None:
    """Both readings of a total occur: with the cases of nested suites, and without them."""
    data = (
        f"<testsuite tests='{outer}'><testcase/>"
        "<testsuite tests='2'><testcase/><testcase/></testsuite></testsuite>"
    ).encode()
    assert accepted(data, TestsRead).counts.cases == 3


def test_neither_reading_explains_a_wrong_total() -> None:
    """A number between the two readings is refused."""
    data = (
        b"<testsuite tests='2'><testcase/><testsuite tests='2'><testcase/><testcase/></testsuite></testsuite>"
    )
    rejected(data)
