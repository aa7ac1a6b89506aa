"""Cucumber JSON: scenarios by their worst step, backgrounds, hooks, the dialects, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.evidence.reading import Accepted
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, read, rejected
from tests.evidence.samples.cucumber import CUCUMBER


def step(status: str | None = "passed", duration: float = 1_000_000, **members: Any) -> dict[str, Any]:
    """Return a step; without a status it says nothing of what it came to."""
    result = {} if status is None else {"result": {"status": status, "duration": duration}}
    return {"keyword": "When ", "name": "x", "line": 3, **result, **members}


def scenario(*steps: dict[str, Any], name: str = "n", **members: Any) -> dict[str, Any]:
    """Return a scenario."""
    return {
        "keyword": "Scenario",
        "type": "scenario",
        "name": name,
        "line": 2,
        "steps": list(steps),
        **members,
    }


def background(*steps: dict[str, Any]) -> dict[str, Any]:
    """Return a background."""
    return {"keyword": "Background", "type": "background", "name": "", "line": 1, "steps": list(steps)}


def report(*elements: dict[str, Any], **members: Any) -> bytes:
    """Return a report of one feature, whose name stands behind its scenarios as Cucumber writes it."""
    feature = {"elements": list(elements), "name": "f", "keyword": "Feature", "uri": "f.feature", **members}
    return json.dumps([feature]).encode()


def outcomes(data: bytes) -> list[str]:
    """Return the outcome of each case."""
    return [case.outcome for case in lines(data, Case, as_format="cucumber")]


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Outcome, message, place, links and tags are taken, the feature's tags too; durations of all steps are summed."""
    starts, stops = lines(CUCUMBER, Case)
    assert starts == Case(
        "Pump",
        "Pump starts",
        "",
        "passed",
        6,
        links=(("verifies", "REQ-002"),),
        file="features/pump.feature",
        line=7,
        tags=("@smoke", "@REQ-001"),
    )
    assert (stops.outcome, stops.message, stops.tags) == ("failed", "still runs", ("@smoke",))
    assert accepted(CUCUMBER, TestsRead) == TestsRead(TestCounts(2, 1, 1, 0, 0))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("passed", "passed"),
        ("PASSED", "passed"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        ("pending", "skipped"),
        ("untested", "skipped"),
        ("xfailed", "skipped"),
        ("undefined", "errored"),
        ("ambiguous", "errored"),
        ("unknown", "errored"),
        ("error", "errored"),
        ("hook_error", "errored"),
        ("purple", "errored"),
        ("", "skipped"),
        (None, "skipped"),
    ],
)
def test_the_worst_of_the_steps_counts(status: str | None, outcome: str) -> None:
    """A step that is undefined, pending, ambiguous, silent or not understood is never a pass."""
    assert outcomes(report(scenario(step(), step(status), step()))) == [outcome]


def test_the_first_that_went_wrong_gives_the_message() -> None:
    """Later failures do not take its place, and what was skipped after it does not either."""
    result = {"status": "failed", "error_message": "first"}
    later = {"status": "failed", "error_message": "later"}
    data = report(scenario(step(), step(result=result), step("skipped"), step(result=later)))
    assert [(case.outcome, case.message) for case in lines(data, Case)] == [("failed", "first")]


@pytest.mark.parametrize("key", ["before", "after"])
def test_hooks_count(key: str) -> None:
    """A hook around the scenario or a step that failed fails the scenario; one that says nothing did nothing."""
    failed = {key: [{"result": {"status": "failed", "error_message": "hook"}, "match": {"location": "h"}}]}
    assert outcomes(report(scenario(step()) | failed)) == ["failed"]
    assert outcomes(report(scenario(step() | failed))) == ["failed"]
    assert outcomes(report(scenario(step()) | {key: [{"match": {}}]})) == ["passed"]
    hidden = {"keyword": key.title(), "hidden": True, "result": {"status": "failed"}}
    assert outcomes(report(scenario(step(), hidden))) == ["failed"]
    assert outcomes(report(scenario(step(), {"keyword": key.title(), "hidden": True}))) == ["passed"]


def test_a_scenario_without_steps_is_skipped() -> None:
    """Hooks and a background that passed verified nothing of the scenario."""
    hook = {"keyword": "Before", "hidden": True, "result": {"status": "passed"}}
    assert (
        outcomes(report(scenario(), scenario(hook), background(step()), scenario(name="m")))
        == ["skipped"] * 3
    )
    assert "has no steps" in accepted(report(scenario()), TestsRead).remarks[0]


def test_a_background_belongs_to_the_scenario_behind_it() -> None:
    """What failed in it fails that scenario, and not the one after."""
    failed = background(step("failed"))
    data = report(failed, scenario(step("skipped")), background(step()), scenario(step(), name="m"))
    assert outcomes(data) == ["failed", "passed"]
    assert [case.duration_ms for case in lines(data, Case)] == [2, 2]
    assert outcomes(report(scenario(step()), failed)) == ["passed", "failed"]
    assert outcomes(report(failed, background(step()), scenario(step()))) == ["failed", "passed"]


def behave(*elements: dict[str, Any], status: str = "passed") -> bytes:
    """Return a report as behave writes it."""
    feature = {
        "keyword": "Feature",
        "name": "f",
        "status": status,
        "location": "features/f.feature:1",
        "tags": ["a"],
    }
    return json.dumps([feature | {"elements": list(elements)}]).encode()


def test_a_report_of_behave_is_read() -> None:
    """Durations in seconds, tags as words, places as text, messages in lines, a background without results."""
    template = {
        "keyword": "Background",
        "type": "background",
        "steps": [{"keyword": "Given", "name": "p", "location": "features/f.feature:3"}],
    }
    given = {
        "keyword": "Given",
        "name": "p",
        "location": "features/f.feature:3",
        "result": {"status": "passed", "duration": 0.25},
    }
    when = {
        "keyword": "When",
        "name": "w",
        "location": "features/f.feature:6",
        "result": {"status": "passed", "duration": 0.5},
    }
    failed = when | {"result": {"status": "failed", "duration": 0, "error_message": ["Assertion", "Failed"]}}
    place = {
        "type": "scenario",
        "keyword": "Scenario",
        "location": "features/f.feature:5",
        "tags": ["verifies:REQ-1"],
    }
    data = behave(
        template,
        place | {"name": "whole", "steps": [given, when], "status": "passed"},
        place | {"name": "empty", "steps": [given], "status": "passed"},
        place | {"name": "bad", "steps": [given, failed], "status": "failed"},
        place | {"name": "hook", "steps": [given, when], "status": "hook_error"},
        status="failed",
    )
    whole, empty, bad, hook = lines(data, Case)
    assert (whole.outcome, whole.duration_ms, whole.file, whole.line) == (
        "passed",
        750,
        "features/f.feature",
        5,
    )
    assert (whole.tags, whole.links) == (("a",), (("verifies", "REQ-1"),))
    assert (empty.outcome, hook.outcome) == ("skipped", "errored")
    assert (bad.outcome, bad.message) == ("failed", "Assertion\nFailed")


def test_a_feature_that_failed_without_a_failed_scenario_is_an_error() -> None:
    """Such as one whose own hook failed."""
    element = {
        "type": "scenario",
        "name": "n",
        "location": "f:2",
        "steps": [step(duration=0.1, location="f:3")],
    }
    assert outcomes(behave(element, status="hook_error")) == ["passed", "errored"]
    assert outcomes(behave(element, status="passed")) == ["passed"]


def test_scenarios_of_one_name_are_told_apart() -> None:
    """Examples of an outline bear one name; one that was skipped does not hide behind one that passed."""
    data = report(scenario(step()), scenario(step("skipped")))
    assert [(case.name, case.outcome) for case in lines(data, Case)] == [
        ("n", "passed"),
        ("n [2]", "skipped"),
    ]


def test_a_scenario_without_a_name_has_its_id() -> None:
    """What has no name is still told apart."""
    names = [
        case.name for case in lines(report(scenario(step(), name="", id="f;1"), scenario(name="")), Case)
    ]
    assert names == ["f;1", "Scenario"]


def test_large_attachments_are_passed_over() -> None:
    """Screenshots in steps and hooks may be large; together they may be larger than what is held."""
    picture = {"mime_type": "image/png", "data": "A" * 3_000_000}
    data = report(scenario(*(step(embeddings=[picture]) for _ in range(4))))
    assert outcomes(data) == ["passed"]


def test_a_feature_without_scenarios_is_accepted_as_no_tests() -> None:
    """It is for the gate to refuse no tests; an empty array does not even tell of what it is a report."""
    assert accepted(b'[{"keyword":"Feature","name":"f","uri":"u"}]', TestsRead).counts.cases == 0
    assert rejected(b"[]").format == ""
    assert "holds no feature" in rejected(b"[]", "cucumber.json", "cucumber").reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{}", "no array of features"),
        (b'[{"name":"f"}]', "no feature"),
        (b'[{"elements":[{"steps":{}}]}]', "an array should stand here"),
        (b'[{"elements":{}}]', "an array should stand here"),
        (b'[{"elements":[3]}]', "an object should stand here"),
        (b'[{"elements":[{"steps":[{"result":"passed"}]}]}]', "not as it should be"),
        (b'[{"elements":[{"steps":[{"result":{"status":1}}]}]}]', "not as it should be"),
        (b'[{"elements":[{"steps":[{"result":{"status":"failed","status":"passed"}}]}]}]', "twice"),
        (b'[{"elements":[],"elements":[]}]', "twice"),
        (b'[{"elements":[{"tags":[1]}]}]', "not as it should be"),
        (b'[{"elements":[{"line":"x"}]}]', "not as it should be"),
        (
            b'[{"elements":[{"steps":[{"result":{"status":"failed","error_message":7}}]}]}]',
            "not as it should be",
        ),
        (report(scenario(step(duration=-5e9))), "not a duration"),
        (report(scenario(step(duration=1e300))), "not a duration"),
        (b'[{"elements":[{"steps":[{"result":{"status":"passed","duration":NaN}}]}]}]', "NaN"),
        (report(scenario(step(embeddings=["A" * 5_000_000]))), "not complete after"),
        (b'[{"elements":[' + b'[{"x":' * 100, ""),
        (report(scenario(step()))[:-2], "ends"),
        (report(scenario(step())) + b"[]", "follows the end"),
    ],
)
def test_a_damaged_report_is_rejected(data: bytes, reason: str) -> None:
    """What has another shape than a report, or says a thing twice, is not read past."""
    assert reason in rejected(data, "cucumber.json", "cucumber").reason


@pytest.mark.parametrize(
    ("data", "claimed"),
    [
        (b'[{"line":1,"elements":[{"name":"n","keyword":"Scenario"', True),
        (b'\xef\xbb\xbf [{"uri":"f","keyword":"Feature","elements":[]}]', True),
        (b'[{"keyword":"Feature","location":"f:1","name":"f"}]', True),
        (b'[{"elements":[1]}]', False),
        (b'[{"keyword":"x","name":"y"}]', False),
        (b'[{"Description":"d","StartLine":1}]', False),
        (b'{"elements":[],"uri":"x"}', False),
        (b"[[[[", False),
        (b"[{\xff", False),
    ],
)
def test_what_is_taken_for_cucumber(data: bytes, claimed: bool) -> None:
    """An array whose first object looks like a feature."""
    outcome = read(data, "report")
    assert (outcome.format.name if isinstance(outcome, Accepted) else outcome.format) == (
        "cucumber" if claimed else ""
    )
