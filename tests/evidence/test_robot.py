"""Robot Framework: outcomes, teardowns, tests of which nothing ran, statistics, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.robot import ROBOT

RUN = '<kw name="Do"><status status="PASS"/></kw>'
IDLE = '<kw name="Do"><status status="NOT RUN"/></kw>'


def one(
    status: str = "PASS", inside: str = RUN, name: str = "n", attributes: str = "", text: str = ""
) -> str:
    """Return a test."""
    return f"<test name='{name}'>{inside}<status status='{status}' {attributes}>{text}</status></test>"


def suite(*inside: str, name: str = "s", status: str = "PASS") -> str:
    """Return a suite without an ID, so that only the total is compared."""
    return f"<suite name='{name}'>{''.join(inside)}<status status='{status}'/></suite>"


def report(content: str, passed: int, failed: int = 0, skipped: int = 0, head: str = "") -> bytes:
    """Return an output whose statistics say these numbers."""
    stat = f"<stat pass='{passed}' fail='{failed}' skip='{skipped}'>All Tests</stat>"
    attributes = head or "generator='Robot 7.0' schemaversion='5'"
    return f"<robot {attributes}>{content}<statistics><total>{stat}</total></statistics></robot>".encode()


def teardown(status: str, text: str = "broke") -> str:
    """Return a suite's teardown."""
    inner = "<kw name='i'><status status='PASS'/></kw>"
    return f"<kw name='T' type='TEARDOWN'>{inner}<status status='{status}'>{text}</status></kw>"


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Outcome, message, duration, place, tags and links of each test are taken; tags of keywords are not its tags."""
    starts, stops, purges = lines(ROBOT, Case)
    assert starts == Case(
        "Pump",
        "Starts",
        "",
        "passed",
        250,
        links=(("verifies", "REQ-001"),),
        file="/bench/pump.robot",
        line=8,
        tags=("smoke",),
    )
    assert (stops.outcome, stops.message) == ("failed", "still runs")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert accepted(ROBOT, TestsRead) == TestsRead(TestCounts(3, 1, 1, 0, 1))


def test_an_output_of_robot_framework_3_is_read() -> None:
    """Nested tags, times of the older form and criticality: a test called not critical fails all the same."""
    times = 'starttime="20260301 10:00:00.100" endtime="20260301 10:00:01.350"'
    inside = f"{RUN}<tags><tag>smoke</tag><tag>verifies=REQ-1</tag></tags>"
    data = report(
        suite(
            one(inside=inside, attributes=f'{times} critical="yes"'),
            one("FAIL", name="m", attributes=f'{times} critical="no"', text="bad"),
        ),
        1,
        1,
        head="generator='Robot 3.2.2 (Python 3.8.1 on linux)'",
    )
    passed, failed = lines(data, Case)
    assert (passed.duration_ms, passed.tags, passed.links) == (1250, ("smoke",), (("verifies", "REQ-1"),))
    assert (failed.outcome, failed.message) == ("failed", "bad")
    assert any("not critical" in remark for remark in accepted(data, TestsRead).remarks)


def test_suites_are_nested_and_cases_of_one_name_told_apart() -> None:
    """The suite of a case joins the names around it; the second test of a name has a name of its own."""
    data = report(suite(suite(one(), one("SKIP"), name="b"), one(), name="a"), 2, 0, 1)
    assert [(case.suite, case.name, case.outcome) for case in lines(data, Case)] == [
        ("a > b", "n", "passed"),
        ("a > b", "n [2]", "skipped"),
        ("a", "n", "passed"),
    ]


@pytest.mark.parametrize(
    ("status", "outcome", "numbers"),
    [
        ("PASS", "passed", (1, 0, 0)),
        ("FAIL", "failed", (0, 1, 0)),
        ("SKIP", "skipped", (0, 0, 1)),
        ("NOT RUN", "skipped", (0, 1, 0)),
        ("NOT_RUN", "skipped", (0, 1, 0)),
        ("PURPLE", "errored", (0, 1, 0)),
        ("pass", "errored", (0, 1, 0)),
        ("", "errored", (0, 1, 0)),
    ],
)
def test_the_status_of_a_test_counts(status: str, outcome: str, numbers: tuple[int, int, int]) -> None:
    """A status that is not known is an error, never a pass."""
    (case,) = lines(report(suite(one(status)), *numbers), Case)
    assert case.outcome == outcome


def test_a_test_of_which_nothing_ran_is_skipped() -> None:
    """A dry run says PASS of everything; a test whose keywords were all not run has verified nothing."""
    inside = (
        IDLE,
        f"<kw name='u'>{IDLE}<status status='PASS'/></kw>",
        f"<for><iter>{IDLE}<status status='PASS'/></iter></for>",
    )
    for each in inside:
        data = report(suite(one(inside=each)), 1)
        (case,) = lines(data, Case)
        assert case.outcome == "skipped", each
        assert accepted(data, TestsRead).remarks
    for each in (f"{IDLE}{RUN}", f"<kw name='u'>{RUN}{IDLE}<status status='PASS'/></kw>", ""):
        (case,) = lines(report(suite(one(inside=each)), 1), Case)
        assert case.outcome == "passed", each


def test_a_failed_teardown_of_a_suite_fails_its_tests() -> None:
    """The file keeps the status from before a teardown, its statistics have the one after: passed tests failed."""
    inner = suite(
        one(name="a"),
        one("SKIP", name="b"),
        one("FAIL", name="c"),
        teardown("FAIL"),
        name="i",
        status="FAIL",
    )
    data = report(suite(inner, one(name="d"), name="o", status="FAIL"), 1, 2, 1)
    found = {case.name: case for case in lines(data, Case)}
    assert {name: case.outcome for name, case in found.items()} == {
        "a": "failed",
        "b": "skipped",
        "c": "failed",
        "d": "passed",
    }
    assert found["a"].message == "the teardown of the suite failed: broke"


def test_an_outer_teardown_reaches_inner_suites() -> None:
    """What fails outside fails everything within, and the innermost says why first."""
    inner = suite(one(name="a"), teardown("FAIL", "in"), name="i", status="FAIL")
    other = suite(one(name="b"), name="j")
    data = report(suite(inner, other, teardown("FAIL", "out"), name="o", status="FAIL"), 0, 2)
    messages = {case.name: case.message for case in lines(data, Case)}
    assert messages == {
        "a": "the teardown of the suite failed: in",
        "b": "the teardown of the suite failed: out",
    }


def test_a_skipped_teardown_hides_no_failure() -> None:
    """Robot Framework calls all tests skipped then; one that had failed stays failed here."""
    data = report(suite(one(name="a"), one("FAIL", name="b"), teardown("SKIP"), status="SKIP"), 0, 0, 2)
    assert [case.outcome for case in lines(data, Case)] == ["skipped", "failed"]


def test_what_rebot_wrote_has_its_teardowns_in_the_tests() -> None:
    """Its tests were changed already; one that was run again and passed is told."""
    text = (
        '*HTML* &lt;span class="merge"&gt;Test has been re-executed and results merged.&lt;/span&gt;'
        '&lt;span class="fail"&gt;FAIL&lt;/span&gt;'
    )
    content = suite(one("FAIL", name="a"), one(name="b", text=text), teardown("FAIL"), status="FAIL")
    data = report(content, 1, 1, head="generator='Rebot 7.0' schemaversion='5'")
    assert [case.outcome for case in lines(data, Case)] == ["failed", "passed"]
    assert any("run again" in remark for remark in accepted(data, TestsRead).remarks)


def test_a_suite_that_failed_without_a_failed_test_is_an_error() -> None:
    """Such as one whose set-up failed where all tests were skipped."""
    test = "<test name='a'><status status='SKIP'/></test>"
    content = f"<suite name='s'>{test}<status status='FAIL'>no bench</status></suite>"
    found = lines(report(content, 0, 0, 1), Case)
    assert [(case.name, case.outcome, case.message) for case in found] == [
        ("a", "skipped", ""),
        ("", "errored", "no bench"),
    ]


def test_tasks_and_errors_of_the_run_are_told() -> None:
    """A report of tasks is read as one of tests; an error of the run itself is a remark, a warning is not."""
    stat = "<statistics><total><stat pass='1' fail='0' skip='0'>All Tasks</stat></total></statistics>"
    errors = "<errors><msg level='ERROR'>no library</msg><msg level='WARN'>old</msg></errors>"
    data = f"<robot generator='Robot 6.1' rpa='true' schemaversion='4'>{suite(one())}{stat}{errors}</robot>"
    remarks = accepted(data.encode(), TestsRead).remarks
    assert remarks == (
        "the report is of tasks, not of tests",
        "the run reported an error of its own: no library",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (report(suite(one()), 2), "2 passed, 0 failed, 0 skipped, but holds 1 passed"),
        (report(suite(one()), 0, 1), "but holds 1 passed"),
        (report(suite(one(), one("FAIL")), 2), "1 failed"),
        (report("", 1), "holds 0 passed"),
        (f"<robot generator='Robot 7'>{suite(one())}</robot>".encode(), "no statistics"),
        (report(suite(one()) + suite(), 1), "second outermost suite"),
        (report("<test name='n'/>", 0), "<test> stands where"),
        (report(suite("<test name='n'/>"), 0), "has no status"),
        (
            report(suite("<test name='n'><status status='PASS'/><status status='FAIL'/></test>"), 1),
            "two statuses",
        ),
        (report(suite("<kw><test/></kw>"), 0), "<test> stands where"),
        (report(suite("<test name='n'><suite/></test>"), 0), "<suite> stands where"),
        (report(suite(one(attributes="elapsed='-1'")), 1), "not a duration"),
        (report(suite(one(attributes="elapsed='nan'")), 1), "not a duration"),
        (report(suite(one(attributes="elapsed='x'")), 1), "not a duration"),
        (report("", 0, head="generator='Robot 9' schemaversion='6'"), "schema version"),
        (report(suite(), 0).replace(b"pass='0'", b"pass='-1'"), "not a count"),
        (report("<kw>" * 1100 + "</kw>" * 1100, 0), "nested deeper"),
        (report("<suite>" * 70 + "</suite>" * 70, 0), "nested deeper"),
        (b"<suite generator='Robot'/>", "root element"),
    ],
)
def test_a_damaged_output_is_rejected(data: bytes, reason: str) -> None:
    """Totals that the tests do not explain, and elements where there can be none."""
    assert reason in rejected(data, "output.xml", "robot").reason


def test_the_statistics_of_a_suite_are_compared() -> None:
    """A test that was moved to another suite is noticed, though the total is right."""
    content = (
        "<suite id='s1' name='o'>"
        f"<suite id='s1-s1' name='a'>{one()}</suite><suite id='s1-s2' name='b'></suite></suite>"
    )
    stats = "<suite><stat id='s1-s2' pass='1' fail='0' skip='0'>o.b</stat></suite>"
    data = report(content, 1).replace(b"</total>", b"</total>" + stats.encode())
    assert "of the suite s1-s2 it says 1 passed" in rejected(data, "output.xml").reason


def test_a_test_that_ended_before_it_began_has_no_duration() -> None:
    """A clock that was set back makes no report unreadable."""
    times = 'starttime="20260301 10:00:01.000" endtime="20260301 10:00:00.000"'
    data = report(suite(one(attributes=times)), 1)
    assert lines(data, Case)[0].duration_ms == 0
    assert "ended before it began" in accepted(data, TestsRead).remarks[0]


@pytest.mark.parametrize(
    "data",
    [
        b"<robot name='arm'><link name='base'/></robot>",
        b"<!DOCTYPE robot [<!ENTITY a 'a'>]><robot generator='Robot'/>",
    ],
)
def test_what_is_called_robot_too_is_not_taken(data: bytes) -> None:
    """A description of a robot, and an output with a document type, are not read."""
    assert rejected(data, "robot.xml").format in {"", "robot"}
    rejected(data, "robot.xml", "robot")
