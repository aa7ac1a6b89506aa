"""Anomalies from a tracker's export: listed, evaluated without a new build, and in the artefacts whatever is closed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.actions.decide import decide
from clausework.actions.release import ReleaseState, evaluate_release, release
from clausework.actions.sign import sign
from clausework.core.places import FindingsInInput
from clausework.decisions.form import FieldValue
from clausework.ledger.records.build import Build
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.release import Release
from clausework.release.candidate import newest_candidate
from clausework.release.index import ReleaseIndex
from tests.actions.device import PLAN, QUALITY, RELEASE, VERSION, Device, person
from tests.actions.prepared import begin, establish_ledger, make_releasable, verify

import msgspec  # isort: skip

SOURCES = """\
items:
  - quality/
  - {github: trackers/github.json, types: {bug: anomaly}}
  - {gitlab: trackers/gitlab.json, types: {bug: anomaly}}
  - {jira: trackers/jira.json, types: {Bug: anomaly}}
"""
EVALUATED: dict[str, FieldValue] = {
    "risk": "The rate is shown late; nobody relies on it alone.",
    "outcome": "acceptable",
    "rationale": "The alarm does not depend on what is shown.",
    "risk_items": ("RISK-001", "RC-001"),
}
CLOSED_ON = {
    "github": {"closed_at": "2026-11-20T09:00:00Z"},
    "gitlab": {"closed_at": "2026-11-20T09:00:00Z"},
    "jira": {"resolutiondate": "2026-11-20T09:00:00Z"},
}
TRACKERS = {"github": "GH-7", "gitlab": "GL-7", "jira": "PUMP-7"}

Words = dict[str, Any]


def _github(open_: bool, **words: Any) -> Any:
    state: Words = {"state": "open"} if open_ else {"state": "closed", "state_reason": "completed"}
    labels = [{"name": "bug"}, {"name": "severity: minor"}]
    return [{"number": 7, "title": "The rate jumps", "body": "", "labels": labels} | state | words]


def _gitlab(open_: bool, **words: Any) -> Any:
    state = {"state": "opened" if open_ else "closed"}
    return [{"iid": 7, "title": "The rate jumps", "labels": ["bug", "severity::minor"]} | state | words]


def _jira(open_: bool, **words: Any) -> Any:
    status: Words = {"name": "To Do", "statusCategory": {"key": "new"}}
    done: Words = {"name": "Done", "statusCategory": {"key": "done"}}
    fields: Words = {
        "issuetype": {"name": "Bug"},
        "summary": "The rate jumps",
        "priority": {"name": "Minor"},
        "status": status if open_ else done,
        "resolution": None if open_ else {"name": "Fixed"},
    }
    issue = {"key": "PUMP-7", "fields": fields | words}
    return {"startAt": 0, "maxResults": 50, "total": 1, "issues": [issue]}


EXPORTS = {"github": _github, "gitlab": _gitlab, "jira": _jira}


def export(device: Device, tracker: str, *, open_: bool, **words: Any) -> None:
    """Write what the tracker's export says of its one bug."""
    device.write(f"trackers/{tracker}.json", json.dumps(EXPORTS[tracker](open_, **words)))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Any) -> Device:
    """A device whose bugs live in three trackers, all of them closed, with a candidate that passes."""
    device = Device(tmp_path_factory.mktemp("tracked"), home_with_keys)
    begin(device)
    device.write("clausework.yaml", PLAN.replace("items: [quality/]\n", SOURCES))
    for tracker in TRACKERS:
        export(device, tracker, open_=False)
    device.commit("Bugs live in trackers")
    establish_ledger(device)
    verify(device)
    make_releasable(device)
    return device


@pytest.fixture
def tracked(tmp_path_factory: pytest.TempPathFactory, prepared: Device) -> Device:
    """Copy that device."""
    return prepared.copy(tmp_path_factory.mktemp("copy"))


def _verdict(state: ReleaseState, name: str) -> CheckVerdict:
    return next(one for one in state.conditions if one.check == name)


def _said(state: ReleaseState, name: str) -> str:
    return " ".join(reason.message for reason in _verdict(state, name).reasons)


@pytest.mark.parametrize("tracker", TRACKERS)
def test_an_open_bug_of_a_tracker_is_listed_and_evaluated_without_a_new_build(
    tracked: Device, tracker: str
) -> None:
    """A bug that the export shows as open is in the candidate's list; a decision evaluates it, and nothing is built."""
    bug, builds = TRACKERS[tracker], tracked.count(Build)
    export(tracked, tracker, open_=True)
    with tracked.open() as workplace:
        refused = release(workplace, VERSION)
        decide(workplace, "evaluate", bug, EVALUATED, person(workplace, QUALITY))
        state = release(workplace, VERSION)
    assert (refused.outcome, _verdict(refused, "5.8.3").outcome) == ("fail", "fail")
    assert bug in _said(refused, "5.8.2")
    assert f"anomaly {bug} is not risk-evaluated" in _said(refused, "5.8.3")
    assert state.outcome == "pass", state.conditions
    assert "resting on RISK-001, RC-001" in _said(state, "5.8.3")
    assert "Quinn Quality (quality, evaluated, 2" in _said(state, "5.8.3")
    assert tracked.count(Build) == builds


@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_bug_that_is_closed_in_the_tracker_after_freezing_stays_open_for_the_candidate(
    tracked: Device, tracker: str
) -> None:
    """Attack: the bug that stands in the way is closed in the tracker, and the same artefacts are frozen once more."""
    bug = TRACKERS[tracker]
    export(tracked, tracker, open_=True)
    with tracked.open() as workplace:
        release(workplace, VERSION)
        export(tracked, tracker, open_=False, **CLOSED_ON[tracker])
        candidate = newest_candidate(workplace.snapshot().records, VERSION)
        assert bug in _said(evaluate_release(workplace, candidate), "5.8.3")
        again = release(workplace, VERSION)
        assert _verdict(again, "5.8.3").outcome == "fail"
        assert f"anomaly {bug} is not risk-evaluated" in _said(again, "5.8.3")
        closed: dict[str, FieldValue] = {
            "results": "The unit tests of the rate show it; record #12.",
            "communication": "Nobody need be told.",
        }
        decide(workplace, "close", bug, closed, person(workplace, QUALITY))
        assert release(workplace, VERSION).outcome == "pass"


@pytest.mark.parametrize(
    ("tracker", "words"),
    [
        ("github", {"state": "locked", "state_reason": None}),
        ("github", {"state": "closed", "state_reason": "not_planned"}),
        ("github", {"state": "closed", "state_reason": "by_design"}),
        ("gitlab", {"state": "locked"}),
        ("gitlab", {"labels": ["bug", "severity::minor", "wontfix"]}),
        ("jira", {"status": {"name": "Resting"}, "resolution": None}),
        ("jira", {"resolution": {"name": "Works as designed"}}),
        ("jira", {"status": {"name": "Resolved", "statusCategory": {"key": "indeterminate"}}}),
    ],
)
def test_a_state_that_is_not_clearly_an_end_is_open(tracked: Device, tracker: str, words: Words) -> None:
    """Lapse: a state or resolution that nobody knows here lets a bug disappear from the list."""
    export(tracked, tracker, open_=False, **words)
    with tracked.open() as workplace:
        state = release(workplace, VERSION)
    assert f"anomaly {TRACKERS[tracker]} is not risk-evaluated" in _said(state, "5.8.3")


def test_a_cut_off_export_leaves_no_candidate(tracked: Device) -> None:
    """Attack: an export that was cut off, or that lacks a page, is a list of fewer bugs: nothing is frozen from it."""
    whole = (tracked.folder / "trackers/jira.json").read_text("utf-8")
    before = tracked.count()
    for text in (whole[:-20], whole.replace('"total": 1', '"total": 2'), "", "{}"):
        tracked.write("trackers/jira.json", text)
        with tracked.open() as workplace, pytest.raises(FindingsInInput):
            release(workplace, VERSION)
    assert tracked.count() == before


def test_a_bug_that_is_taken_out_of_the_export_is_named(tracked: Device) -> None:
    """Attack: the bug is deleted in the tracker."""
    export(tracked, "github", open_=True)
    with tracked.open() as workplace:
        release(workplace, VERSION)
        tracked.write("trackers/github.json", json.dumps([]))
        state = release(workplace, VERSION)
    assert "anomaly GH-7 was recorded as open, and the items no longer tell of it" in _said(state, "5.8.2")


def test_an_evaluation_lapses_when_the_tracker_says_something_else(tracked: Device) -> None:
    """Lapse: after it was evaluated, somebody writes into the bug that it is graver than it was."""
    export(tracked, "gitlab", open_=True)
    with tracked.open() as workplace:
        decide(workplace, "evaluate", "GL-7", EVALUATED, person(workplace, QUALITY))
        assert release(workplace, VERSION).outcome == "pass"
        export(tracked, "gitlab", open_=True, description="The alarm is late, too.")
        state = release(workplace, VERSION)
    assert "anomaly GL-7 is not risk-evaluated at its present text" in _said(state, "5.8.3")


def test_the_release_index_shows_evaluator_date_and_risk_of_each_anomaly(tracked: Device) -> None:
    """The list of residual anomalies that goes with the release says who judged what, when, and on what (11.50)."""
    export(tracked, "jira", open_=True)
    with tracked.open() as workplace:
        decide(workplace, "evaluate", "PUMP-7", EVALUATED, person(workplace, QUALITY))
        assert release(workplace, VERSION).outcome == "pass"
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        released: Release = next(
            one.body for one in workplace.snapshot().records if isinstance(one.body, Release)
        )
        index = msgspec.json.decode(workplace.ledger.read_blob(released.index.sha256), type=ReleaseIndex)
    (listed,) = index.anomaly_list
    assert (listed.matter, listed.outcome) == ("anomaly PUMP-7", "acceptable")
    assert (listed.risk, listed.rests_on) == (EVALUATED["risk"], EVALUATED["risk_items"])
    assert listed.rationale == EVALUATED["rationale"]
    assert listed.signed_by[0].startswith("Quinn Quality (quality, evaluated, 2")
