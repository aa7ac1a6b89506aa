"""JUnit XML: a suite's own totals are held against its cases."""

from __future__ import annotations

import pytest

from clausework.evidence.format import TestsRead
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


PYTEST = "<testsuites name='pytest tests'><testsuite name='{0}' {1}>{2}</testsuite></testsuites>"
TEARDOWN = "<error message='failed on teardown with &quot;x&quot;'/>"


@pytest.mark.parametrize("name", ["pytest", "mine"])
@pytest.mark.parametrize(
    ("totals", "cases"),
    [
        ("tests='2' errors='1'", f"<testcase name='a'>{TEARDOWN}</testcase>"),
        (
            "tests='1' failures='1' errors='1'",
            f"<testcase name='a'><failure/></testcase><testcase name='a'>{TEARDOWN}</testcase>",
        ),
        ("tests='4'", "<testcase name='a'/>"),
        ("tests='2'", "<testcase name='a'/><testcase name='b'/><testcase name='a'/>"),
    ],
)
def test_pytest_counts_what_happened_and_not_the_cases(name: str, totals: str, cases: str) -> None:
    """Tear-downs, subtests and repeated runs: its number of tests is explained with a remark, all else has to fit."""
    data = PYTEST.format(name, totals, cases).encode()
    assert any("its total of" in remark for remark in accepted(data, TestsRead).remarks)
    rejected(data.replace(b"<testsuite ", b"<testsuite skipped='1' "))


def test_only_pytest_counts_in_its_way() -> None:
    """The same numbers in a suite of another tool are refused, unless tear-downs in pytest's words explain them."""
    rejected(b"<testsuite name='s' tests='4'><testcase name='a'/></testsuite>")
    suite = f"<testsuite name='s' tests='2'><testcase name='a'>{TEARDOWN}</testcase></testsuite>".encode()
    assert "tear-downs" in accepted(suite, TestsRead).remarks[0]
    rejected(suite.replace(b"tests='2'", b"tests='3'"))


def test_a_merged_report_may_add_up_what_pytest_said() -> None:
    """Tools that merge reports sum the totals of the suites, miscounted ones included."""
    suite = "<testsuite name='pytest' tests='3'><testcase name='a'/></testsuite>"
    other = "<testsuite name='x' tests='1'><testcase name='b'/></testsuite>"
    for tests in (2, 4):
        data = f"<testsuites tests='{tests}'>{suite}{other}</testsuites>".encode()
        assert accepted(data, TestsRead).counts.cases == 2
    rejected(f"<testsuites tests='3'>{suite}{other}</testsuites>".encode())


HOOK = "<testcase name='&quot;before each&quot; hook for &quot;one&quot;'><failure/></testcase>"


@pytest.mark.parametrize(
    ("totals", "cases"),
    [
        ("tests='1' failures='0' errors='1' skipped='0'", f"<testcase/>{HOOK}"),
        ("tests='1' failures='0' errors='1' skipped='-1'", f"<testcase/>{HOOK}"),
        (
            "tests='2' failures='0' errors='1' skipped='0'",
            f"<testcase/><testcase><skipped/></testcase>{HOOK}",
        ),
        ("tests='4' failures='1'", f"<testcase/>{HOOK}"),
    ],
)
def test_mocha_leaves_out_hooks_that_failed(totals: str, cases: str) -> None:
    """A hook stands as a case and is not counted; skipped is what is left, which may be less than nothing."""
    data = f"<testsuite name='Mocha Tests' {totals}>{cases}</testsuite>".encode()
    assert any("hooks" in remark for remark in accepted(data, TestsRead).remarks)


@pytest.mark.parametrize(
    ("totals", "cases"),
    [
        ("skipped='-1'", "<testcase/>"),
        ("tests='0'", f"<testcase/>{HOOK}"),
        ("skipped='-2'", HOOK),
        ("tests='3'", HOOK.replace("<failure/>", "")),
    ],
)
def test_hooks_explain_no_more_than_they_can(totals: str, cases: str) -> None:
    """Without a hook that failed, or beyond their number, the totals have to fit."""
    rejected(f"<testsuite {totals}>{cases}</testsuite>".encode())


def test_disabled_cases_that_are_not_listed_are_remarked_upon() -> None:
    """A tool may count what it disabled and not list it; that is told."""
    data = b"<testsuite name='s' tests='1' disabled='2'><testcase/></testsuite>"
    assert "2 are disabled" in accepted(data, TestsRead).remarks[0]
