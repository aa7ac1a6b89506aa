"""``go test -json``: tests, packages, builds, crashes, and streams that were cut off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.evidence.reading import Accepted
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, read, rejected
from tests.evidence.samples.go_test import GO_TEST


def event(action: str, test: str = "", package: str = "p", **members: Any) -> str:
    """Return an event as Go writes it."""
    named = {"Test": test} if test else {}
    return json.dumps({"Action": action, "Package": package, **named, **members}) + "\n"


def stream(*events: str, end: str = "pass") -> bytes:
    """Return the stream of one package with ``events`` between its beginning and its end."""
    return "".join((event("start"), *events, event(end))).encode()


def cases(data: bytes) -> list[tuple[str, str, str]]:
    """Return suite, name and outcome of each case."""
    return [(case.suite, case.name, case.outcome) for case in lines(data, Case, as_format="go_test")]


def why(data: bytes) -> str:
    """Return why a stream is not accepted."""
    return rejected(data, "report.json", "go_test").reason


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Packages that run at once are told apart; links come from the log and from attributes, messages from output."""
    starts, alarm, purges = lines(GO_TEST, Case)
    assert starts == Case(
        "example.com/pump", "TestStarts", "", "passed", 250, links=(("verifies", "REQ-001"),)
    )
    assert alarm == Case(
        "example.com/alarm",
        "TestAlarm",
        "",
        "failed",
        100,
        "alarm_test.go:4: silent",
        links=(("verifies", "REQ-002"),),
    )
    assert purges.outcome == "skipped"
    assert accepted(GO_TEST, TestsRead) == TestsRead(TestCounts(3, 1, 1, 0, 1))


def test_a_test_that_began_and_did_not_end_is_an_error() -> None:
    """A crash leaves tests without an end, whatever the package says of itself."""
    data = stream(
        event("run", "TestA"),
        event("run", "TestB"),
        event("output", "TestB", Output="panic: boom\n"),
        event("fail", "TestB"),
        end="fail",
    )
    assert cases(data) == [("p", "TestB", "failed"), ("p", "TestA", "errored")]
    for end in ("pass", "skip"):
        assert cases(stream(event("run", "TestA"), end=end)) == [("p", "TestA", "errored")]
    assert cases(stream(event("run", "TestA"), event("run", "TestA"), event("pass", "TestA"))) == [
        ("p", "TestA", "errored"),
        ("p", "TestA", "passed"),
    ]


def test_a_package_that_failed_without_a_failed_test_is_an_error() -> None:
    """Such as one whose TestMain, or whose build, failed; what it put out is the message."""
    data = stream(
        event("run", "TestA"), event("pass", "TestA"), event("output", Output="no bench\n"), end="fail"
    )
    assert cases(data) == [("p", "TestA", "passed"), ("p", "", "errored")]
    assert lines(data, Case)[-1].message == "no bench"
    assert cases(stream(event("run", "TestA"), event("fail", "TestA"), end="fail")) == [
        ("p", "TestA", "failed")
    ]


def test_a_failed_build_is_an_error_of_its_package() -> None:
    """The output of the build is the message; a failed build that no package names is an error of its own."""
    build = [
        json.dumps(
            {"ImportPath": "p [p.test]", "Action": "build-output", "Output": "p.go:3: undefined: x\n"}
        ),
        json.dumps({"ImportPath": "p [p.test]", "Action": "build-fail"}),
    ]
    failed = event("start") + event("fail", FailedBuild="p [p.test]", Elapsed=0)
    data = ("\n".join(build) + "\n" + failed).encode()
    (case,) = lines(data, Case)
    assert (case.suite, case.outcome, case.message) == ("p", "errored", "p.go:3: undefined: x")
    (alone,) = lines(("\n".join(build) + "\n").encode(), Case)
    assert (alone.suite, alone.outcome) == ("p [p.test]", "errored")


def test_what_older_go_says_between_the_events_is_an_error() -> None:
    """``FAIL p [build failed]`` alone stands for the package."""
    data = stream(event("run", "TestA"), event("pass", "TestA")) + b"FAIL\tq [build failed]\n"
    assert cases(data) == [("p", "TestA", "passed"), ("q", "", "errored")]


def test_subtests_and_repeated_tests_are_cases() -> None:
    """A test with subtests is a case beside them; each run of a test that is run again counts."""
    twice = [
        event("run", "TestA"),
        event("run", "TestA/b"),
        event("pass", "TestA/b"),
        event("fail", "TestA"),
    ] * 2
    assert cases(stream(*twice, end="fail")) == [("p", "TestA/b", "passed"), ("p", "TestA", "failed")] * 2


def test_a_package_that_is_run_again_is_told() -> None:
    """Where failed tests are run again into the same file, both runs count and the first failure stays."""
    first = stream(event("run", "TestA"), event("fail", "TestA"), end="fail")
    data = first + stream(event("run", "TestA"), event("pass", "TestA"))
    assert cases(data) == [("p", "TestA", "failed"), ("p", "TestA", "passed")]
    assert "run again" in accepted(data, TestsRead).remarks[0]


def test_benchmarks_are_not_tests() -> None:
    """Go tells that a benchmark began and not that it ended; in a package that passed it is no case."""
    data = stream(
        event("run", "BenchmarkA"), event("run", "BenchmarkB"), event("bench", "BenchmarkB", Output="x")
    )
    outcome = accepted(data, TestsRead)
    assert outcome.counts.cases == 0
    assert outcome.remarks == ("benchmarks are not counted as tests: BenchmarkB (2 times)",)
    assert cases(stream(event("run", "BenchmarkA"), end="fail")) == [("p", "BenchmarkA", "errored")]


def test_a_package_without_tests_has_no_cases() -> None:
    """No test files, and no test that was chosen, are whole reports of nothing."""
    assert cases(stream(event("output", Output="?   \tp\t[no test files]\n"), end="skip")) == []
    assert cases(stream(event("output", Output="testing: warning: no tests to run\n"))) == []


def test_results_that_go_had_kept_are_told() -> None:
    """A cached result is of an earlier run."""
    data = stream(
        event("run", "TestA"), event("pass", "TestA"), event("output", Output="ok  \tp\t(cached)\n")
    )
    assert accepted(data, TestsRead).remarks == (
        "results of a package are of an earlier run, which Go had kept: p",
    )


def test_a_package_that_says_pass_of_failed_tests_is_told() -> None:
    """The failed test stays failed."""
    data = stream(event("run", "TestA"), event("fail", "TestA"))
    assert cases(data) == [("p", "TestA", "failed")]
    assert "says that it passed" in accepted(data, TestsRead).remarks[0]


def test_links_and_tags_are_taken() -> None:
    """Roles link by attribute and by a line of the log that is nothing else; other attributes are tags."""
    log = "    pump_test.go:12: "
    data = stream(
        event("run", "TestA"),
        event("output", "TestA", Output=f"{log}verifies_effectiveness: RCM-1, RCM-2\n"),
        event("output", "TestA", Output=f"{log}@verifies(REQ-3)\n"),
        event("output", "TestA", Output=f"{log}this no longer verifies: REQ-4\n"),
        event("output", "TestA", Output="verifies: REQ-5\n"),
        event("attr", "TestA", Key="bench", Value="3"),
        event("pass", "TestA"),
    )
    (case,) = lines(data, Case)
    assert case.links == (
        ("verifies_effectiveness", "RCM-1"),
        ("verifies_effectiveness", "RCM-2"),
        ("verifies", "REQ-3"),
    )
    assert case.tags == ("bench=3",)


def test_one_test_binary_has_no_package() -> None:
    """What ``test2json`` makes of one binary names none."""
    data = b'{"Action":"start"}\n{"Action":"run","Test":"TestA"}\n{"Action":"pass","Test":"TestA"}\n{"Action":"pass"}\n'
    assert cases(data) == [("", "TestA", "passed")]


def test_what_go_will_write_one_day_is_read_with_a_remark() -> None:
    """An action or member that is not known changes no outcome; a test that ends in an unknown way did not end."""
    data = stream(event("run", "TestA"), event("shrug", "TestA", Mood="grey"), event("muse"))
    assert cases(data) == [("p", "TestA", "errored")]
    assert "an action is not known" in accepted(data, TestsRead).remarks[0]
    assert cases(stream(event("run", "TestA"), event("pass", "TestA", Mood="fine"))) == [
        ("p", "TestA", "passed")
    ]


@pytest.mark.parametrize("lost", range(1, 8))
def test_a_stream_that_is_cut_off_between_lines_is_rejected(lost: int) -> None:
    """A package without its final action did not come to its end."""
    whole = stream(*(event(action, f"Test{name}") for name in "ABC" for action in ("run", "pass")))
    data = b"".join(whole.splitlines(keepends=True)[:-lost])
    assert "'p' has no final action" in why(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (stream()[:-1], "cut off"),
        (stream().rstrip(b"}\n") + b"\n", "Expecting"),
        (stream() + b"ok\n", "no event"),
        (stream() + b"[]\n", "no event"),
        (stream() + b"{}\n", "no action"),
        (stream() + b'{"Action":1}\n', "not as it should be"),
        (stream() + b'{"Action":"run","Action":"pass","Test":"a"}\n', "twice"),
        (stream(event("output", "TestA", Output='"a": b')) + b'{"Action":"x","\\u0041ction":"y"}\n', "twice"),
        (stream(event("start")), "begins again"),
        (stream(event("pass", "TestA")), "did not begin"),
        (event("pass", "TestA").encode(), "outside its package"),
        (stream(event("run", "T"), event("pass", "T", Elapsed=-1)), "not a duration"),
        (stream(event("run", "T"), event("pass", "T", Elapsed=1e300)), "not a duration"),
        (stream(event("run", "T"), event("pass", "T")).replace(b'"T"', b'"\xff"'), "not UTF-8"),
        (event("output", package="", Output="x").encode(), "no package"),
        (b'{"Action":"output","Output":"' + b"x" * 5_000_000, "longer than"),
        (b"\0\n", "NUL"),
    ],
)
def test_a_damaged_stream_is_rejected(data: bytes, reason: str) -> None:
    """Every line is one event, and every test and package begins before it ends."""
    assert reason in why(data)


def test_two_events_on_one_line_are_rejected() -> None:
    """A line is one object: what stands behind it is not passed over."""
    two = stream().decode().splitlines()
    rejected(f"{two[0]},{two[1]}\n".encode(), "report.json", "go_test")
    rejected(f"{two[0]} {two[1]}\n".encode(), "report.json", "go_test")


@pytest.mark.parametrize(
    "data",
    [
        b'{"Action":"deploy","Package":"p"}\n',
        b'{"type":"start","time":0}\n',
        b'{"Action":["pass"]}\n',
        b'{"Action":"pass"',
        b"{\x80",
        b"[" * 100_000,
        b"{" * 100_000,
    ],
)
def test_what_is_not_taken_for_go_test(data: bytes) -> None:
    """Other JSON Lines are left to other readers, and nothing makes the look at a file fail."""
    outcome = read(data, "report")
    assert not isinstance(outcome, Accepted)
    assert outcome.format != "go_test"
