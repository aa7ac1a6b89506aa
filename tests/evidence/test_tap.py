"""TAP: test points, directives, plans, subtests, YAML blocks, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.evidence.reading import Accepted
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, read, rejected
from tests.evidence.samples.tap import TAP


def cases(report: str) -> list[Case]:
    """Return the cases of a report."""
    return lines(report.encode(), Case, as_format="tap")


def only(point: str) -> Case:
    """Return the one case of a report with one test point."""
    (found,) = cases(f"{point}\n1..1\n")
    return found


def why(report: str) -> str:
    """Return why a report is not accepted."""
    return rejected(report.encode(), "report.tap", "tap").reason


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Outcome, message, duration, place, tags and links of each test point are taken, and subtests in their order."""
    starts, stops, purges, near_end, occlusion, alarms = lines(TAP, Case)
    assert starts == Case(
        "",
        "pump starts",
        "",
        "passed",
        250,
        links=(("verifies", "REQ-001"), ("verifies", "REQ-002")),
        tags=("smoke",),
    )
    assert stops == Case("", "pump stops", "", "failed", 100, "still runs", file="tests/pump.js", line=3)
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert (near_end.suite, near_end.name) == ("alarms", "near end")
    assert (occlusion.suite, occlusion.outcome, occlusion.message) == ("alarms", "skipped", "not written yet")
    assert (alarms.suite, alarms.name, alarms.outcome) == ("", "alarms", "passed")
    assert accepted(TAP, TestsRead).counts == TestCounts(6, 3, 1, 0, 2)


@pytest.mark.parametrize(
    ("point", "name", "outcome", "message"),
    [
        ("ok", "1", "passed", ""),
        ("ok 1", "1", "passed", ""),
        ("not ok", "1", "failed", ""),
        ("ok - stops", "stops", "passed", ""),
        ("ok 1 stops", "stops", "passed", ""),
        ("ok 1 - stops # SKIP no bench", "stops", "skipped", "no bench"),
        ("ok 1 # skip no bench", "1", "skipped", "no bench"),
        ("ok 1 # Skipped: no bench", "1", "skipped", "no bench"),
        ("ok 1 - stops#skip", "stops", "skipped", ""),
        ("not ok 1 - stops # TODO later", "stops", "skipped", "later"),
        ("not ok 1 - stops # todo", "stops", "skipped", ""),
        ("ok 1 - stops # TODO later", "stops", "passed", "later"),
        ("not ok 1 - stops # SKIP no bench", "stops", "failed", "no bench"),
        ("not ok 1 - see issue#todo", "see issue#todo", "failed", ""),
        ("not ok 1 - stops # todolist", "stops # todolist", "failed", ""),
        (r"not ok 1 - stops \# TODO", "stops # TODO", "failed", ""),
        (r"ok 1 - hash \# and \\", "hash # and \\", "passed", ""),
        ("ok 1 - stops # time=1.5s # SKIP x", "stops", "skipped", "x"),
    ],
)
def test_a_test_point_is_read(point: str, name: str, outcome: str, message: str) -> None:
    """A directive turns ok into skipped and an excused failure into skipped, and never a failure into a pass."""
    case = only(point)
    assert (case.name, case.outcome, case.message) == (name, outcome, message)


def test_what_is_to_do_is_told() -> None:
    """A test marked TODO is never silently one thing or the other."""
    remarks = accepted(b"not ok 1 - a # TODO\nok 2 - b # TODO\n1..2\n", TestsRead).remarks
    assert any("did not pass, and counts as skipped: a" in remark for remark in remarks)
    assert any("passed, and counts as passed: b" in remark for remark in remarks)


@pytest.mark.parametrize(
    "report", ["1..2\nok 1\nok 2\n", "ok\nok\n1..2\n", "1..2\r\nok\r\nok\r\n", "\n# a\n1..2\nok\n\nok\n# b\n"]
)
def test_a_plan_stands_first_or_last(report: str) -> None:
    """Test points may lack numbers, and comments and empty lines stand anywhere."""
    assert [case.outcome for case in cases(report)] == ["passed", "passed"]


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("ok 1\n", "no plan"),
        ("# nothing\n", "no plan"),
        ("TAP version 13\n", "no plan"),
        ("1..2\nok 1\n", "planned 2 tests but holds 1"),
        ("1..1\nok 1\nok 2\n", "1 tests were planned, but there are more"),
        ("ok 1\n1..2\n", "says 2 tests, but there are 1"),
        ("ok 1\n1..2\nok 2\n", "says 2 tests, but there are 1"),
        ("ok 1\n1..1\nok 2\n", "follows the plan"),
        ("1..2\n1..2\nok\nok\n", "plan stands where"),
        ("1..2\nok 2\nok 1\n", "number 2, where 1 is next"),
        ("1..2\nok 1\nok 1\n", "number 1, where 2 is next"),
        ("1..3\nok 1\nok 3\n", "number 3, where 2 is next"),
        ("2..3\nok 2\nok 3\n", "is no plan"),
        ("1..0\nok 1\n", "follows the plan"),
        ("1..1\nok 1", "cut off"),
        ("1..1\nok 1\n  ---\n  a: 1\n", "within a YAML block"),
        ("1..2\nok 1\n  ---\n  a: 1\nok 2\n", "YAML block does not end"),
        ("1..1\nok 1\nAll done\n", "follows the end"),
        ("ok 1\n1..1\nAll done\n", "follows the end"),
        ("1..1\nok 1\nTAP version 13\n1..1\nok 1\n", "second report"),
        ("TAP version 13\nTAP version 13\n1..1\nok 1\n", "second report"),
        ("pragma +strict\n1..1\nnoise\nok 1\n", "pragma +strict"),
        ("1..1\n  not ok 2 inner\nok 1\n", "indented by 2"),
        ("1..1\nok 1\x00\n", "NUL"),
        ("1..1\nok 1 # time=999999999999s\n", "not a duration"),
        ("x" * 5_000_000, "longer than"),
    ],
)
def test_a_report_that_is_not_whole_is_rejected(report: str, reason: str) -> None:
    """Without a plan that its test points meet, in order and to the end, nothing of a report counts."""
    assert reason in why(report)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("1..1\n    ok 1\nok 1 - a\n", "has no plan"),
        ("1..1\n    1..2\n    ok 1\nok 1 - a\n", "planned 2 tests but holds 1"),
        ("1..1\n    1..1\n    ok 1\n", "without that subtest's own test point"),
        ("ok 1\n    1..1\n    ok 1\n1..1\n", "plan stands where"),
        ("1..1\nok 1 - a {\n    1..1\n    ok 1\n", "braces does not end"),
        ("1..1\nok 1 - a {\n    1..1\n    ok 1\nok 2\n", "braces does not end"),
        ("1..1\nok 1 - a {\n    ok 1\n}\n", "has no plan"),
    ],
)
def test_a_subtest_that_is_not_whole_is_rejected(report: str, reason: str) -> None:
    """A subtest has a plan that it meets and a test point of its own."""
    assert reason in why(report)


def test_subtests_are_named_by_the_comment_before_or_the_test_point_behind() -> None:
    """A subtest without a comment is held until it is named, to any depth."""
    named = "# Subtest: a\n    # Subtest: b\n        ok 1 - c\n        1..1\n    ok 1 - b\n    1..1\nok 1 - a\n1..1\n"
    older = named.replace("    # Subtest: b", "        # Subtest: b").replace(
        "# Subtest: a", "    # Subtest: a"
    )
    bare = "    1..1\n        ok 1 - c\n        1..1\n    ok 1 - b\nok 1 - a\n1..1\n"
    braces = "1..1\nok 1 - a {\n    1..1\n    ok 1 - b {\n        1..1\n        ok 1 - c\n    }\n}\n"
    for report in (named, older, bare, braces):
        found = {(case.suite, case.name) for case in cases(report)}
        assert found == {("a > b", "c"), ("a", "b"), ("", "a")}, report


def test_a_group_does_not_hide_what_failed_in_it() -> None:
    """A subtest that says ok though a test in it failed counts as failed, and the failed test stays one."""
    report = "# Subtest: a\n    not ok 1 - b\n    1..1\nok 1 - a\n1..1\n"
    assert [case.outcome for case in cases(report)] == ["failed", "failed"]
    todo = "# Subtest: a\n    not ok 1 - b\n    1..1\nnot ok 1 - a # TODO\n1..1\n"
    assert [case.outcome for case in cases(todo)] == ["failed", "skipped"]


def test_a_bail_out_is_red() -> None:
    """What ran before a bail-out is kept, and the bail-out is an error whatever the plan; nothing may follow."""
    report = "1..3\nok 1 - a\n    ok 1 - b\nBail out! no power\n# end\n"
    found = cases(report)
    assert [(case.suite, case.name, case.outcome) for case in found] == [
        ("", "a", "passed"),
        ("2", "b", "passed"),
        ("", "Bail out!", "errored"),
    ]
    assert found[-1].message == "no power"
    assert "behind the bail-out" in why(report + "ok 2\n")
    assert "follows the end" in why(report + "noise\n")


def test_no_tests_are_accepted_as_no_tests() -> None:
    """A plan of none is a whole report of nothing, with its reason; it is for the gate to refuse it."""
    outcome = accepted(b"1..0 # SKIP no hardware\n", TestsRead)
    assert outcome.counts == TestCounts(0, 0, 0, 0, 0)
    assert "no hardware" in outcome.remarks[0]


def test_lines_between_that_are_not_tap_are_told() -> None:
    """What a test printed is passed over with a remark, and can hide no test point from the plan."""
    outcome = accepted(b"TAP version 13\nconnecting\nok 1\nnt ok 2\nok 2\n1..2\n", TestsRead)
    assert outcome.counts.passed == 2
    assert outcome.remarks == ("lines that are not TAP were passed over: connecting (2 times)",)


def test_cases_of_one_name_are_told_apart() -> None:
    """A test that was skipped does not hide behind one of its name that passed."""
    names = [case.name for case in cases("ok - a\nok - a # SKIP\nok - a\n1..3\n")]
    assert names == ["a", "a [2]", "a [3]"]


def test_links_stand_in_the_description_and_in_the_block() -> None:
    """``@verifies(...)`` in a description and the roles in a YAML block link, and a tag that is a link does too."""
    block = '  ---\n  verifies_implementation:\n    - RCM-1\n    - "RCM-2"\n  tags: ["verifies=REQ-3", slow]\n  ...\n'
    case = only(f"ok 1 - stops @verifies(REQ-1, REQ-2)\n{block}".rstrip("\n"))
    assert case.links == (
        ("verifies", "REQ-1"),
        ("verifies", "REQ-2"),
        ("verifies", "REQ-3"),
        ("verifies_implementation", "RCM-1"),
        ("verifies_implementation", "RCM-2"),
    )
    assert case.tags == ("slow",)


def test_a_yaml_block_is_not_parsed_as_yaml() -> None:
    """Aliases, tags and test points in a block do nothing."""
    block = "  ---\n  a: &a [x, x]\n  b: *a\n  c: !!python/object:os.system x\n  not ok 9 - z\n"
    block += "  message: |-\n    one\n    two\n  ...\n"
    case = only(f"not ok 1 - a\n{block}".rstrip("\n"))
    assert case.message == "one\ntwo"


def test_subtests_nested_too_deeply_are_rejected() -> None:
    """Memory is bounded."""
    report = "".join(f"{'    ' * level}# Subtest: a\n{'    ' * level}1..1\n" for level in range(100))
    assert "deeper" in why(report)


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (b"TAP version 14\n1..1\nok 1\n", True),
        (b"> npm test\n\nTAP version 13\nok 1\n1..1\n", True),
        (b"1..1\nok 1\n", True),
        (b"# Subtest: a\nok 1 - a\n1..1\n", True),
        (b"1..0 # SKIP x\n", True),
        (b"ok  \texample.com/pump\t0.3s\n", False),
        (b"ok\n", False),
        (b"KTAP version 1\n1..1\nok 1 a\n", False),
        (b"1...2\n", False),
        (b"TN:\nSF:a.c\nend_of_record\n", False),
        (b"mode: set\nexample.com/a.go:1.2,3.4 1 1\n", False),
        (b"\xff\xfe\x00", False),
    ],
)
def test_what_is_taken_for_tap(head: bytes, claimed: bool) -> None:
    """A version, or a first line that is a plan or the test point 1; the summaries of ``go test`` are not TAP."""
    outcome = read(head, "report")
    assert (isinstance(outcome, Accepted) and outcome.format.name == "tap") == claimed
