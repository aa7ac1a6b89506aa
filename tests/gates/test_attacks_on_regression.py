"""Attacks on the regression: each is a way to lose a test of the last release that nobody signed for (5.6.6, 5.7.3)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from clausework.evidence.detail import CaseOutcome
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.regression import evaluate
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.release import Release
from clausework.ledger.records.values import Origin, Reference
from clausework.trace.test_changes import VanishedCase
from tests.tracing.making import digest
from tests.tracing.people import PLAN, QUALITY, RELEASE
from tests.tracing.released import AT, Releasing

Cases = Sequence[tuple[str, CaseOutcome, Sequence[tuple[str, str]]]]

TWO: Cases = (("stops", "passed", ()), ("alarms", "passed", ()))
ONE: Cases = (("stops", "passed", ()),)
LINE = PLAN + b'release_line: {id: "0.9", versions: ["0.9.*"], branched_from: main}\n'


@pytest.fixture
def ledger() -> Releasing:
    """A ledger with version 1.0 released; its build ran two system tests."""
    ledger = Releasing()
    build = _built(ledger, "first", "first.bin")
    _tested(ledger, build, TWO)
    ledger.release([build])
    return ledger


def _built(ledger: Releasing, tree: str, *artefacts: str) -> Build:
    build = ledger.record_build(tree)
    ledger.record_outputs(build, *artefacts)
    return build


def _tested(ledger: Releasing, build: Build, cases: Cases, level: str = "system") -> Receipt:
    """Record a report about the build and all its artefacts."""
    receipt = ledger.record_report(build, cases, level, name=f"{level}.xml")
    records = ledger.ledger.snapshot().records
    body: TestResult = records[receipt.index].body
    about = [subject("build", build.id)]
    for one in records:
        if getattr(one.body, "build", "") == build.id and hasattr(one.body, "outputs"):
            about += [subject("artefact", output.artefact.sha256) for output in one.body.outputs]
    again = msgspec.structs.replace(
        body,
        clausework=msgspec.structs.replace(
            body.clausework,
            reading=msgspec.structs.replace(
                body.clausework.reading, raw=ledger.blob(f"whole {receipt.index}".encode(), f"{level}.xml")
            ),
        ),
    )
    return ledger.ledger.append([Draft(tuple(about), again)])[0]


def _facts(ledger: Releasing, build: Build, version: str = "2.0", plan: str = "") -> Facts:
    snapshot = ledger.ledger.snapshot()
    return fold_facts(snapshot, ledger.ledger, build.id, at=AT, version=version, plan=plan)


def _gone(facts: Facts) -> set[str]:
    return {one.case.rpartition("/")[2] for one in facts.regression.vanished} if facts.regression else set()


def test_case_that_ran_again_is_not_missed(ledger: Releasing) -> None:
    """The control: both tests of 1.0 ran again, and nothing is missed."""
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, TWO)
    facts = _facts(ledger, build)
    assert _gone(facts) == set()
    assert evaluate(facts, {}).outcome == "pass"


def test_red_report_of_another_build_shows_none_of_its_passes(ledger: Releasing) -> None:
    """Attack: a red report of another source, set aside as a wrong test, is taken to have run what was deleted."""
    other = _built(ledger, "other", "licence.txt")
    red = _tested(ledger, other, (("alarms", "passed", ()), ("shaky", "failed", ())))
    ledger.supersede(red, "defect_of_the_test")
    build = _built(ledger, "second", "licence.txt", "second.bin")
    _tested(ledger, build, ONE)
    assert _gone(_facts(ledger, build)) == {"alarms"}


@pytest.mark.parametrize("cause", ["recorded_by_mistake", "defect_of_the_tool", "infrastructure"])
def test_report_that_was_set_aside_repeats_no_test(ledger: Releasing, cause: str) -> None:
    """Attack: a report that says nothing about the build, and was set aside as that, stands for the deleted test."""
    build = _built(ledger, "second", "second.bin")
    ledger.supersede(_tested(ledger, build, TWO), cause)
    _tested(ledger, build, ONE)
    assert _gone(_facts(ledger, build)) == {"alarms"}


def test_case_whose_test_was_wrong_is_there_all_the_same(ledger: Releasing) -> None:
    """A case that was set aside as a defect of the test was run: nobody has to retire it."""
    build = _built(ledger, "second", "second.bin")
    wrong = _tested(ledger, build, (("alarms", "failed", ()),))
    ledger.supersede(wrong, "defect_of_the_test")
    _tested(ledger, build, ONE)
    assert _gone(_facts(ledger, build)) == set()


def test_artefact_added_to_the_released_build_takes_none_of_its_tests_away(ledger: Releasing) -> None:
    """Attack: a file is added to the build of 1.0, so that its system tests count as outdated and nothing is owed."""
    ledger.record_outputs(ledger.builds[0], "late.bin")
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    assert _gone(_facts(ledger, build)) == {"alarms"}


def _retire(ledger: Releasing, *cases: tuple[str, str], data: bytes = b"") -> None:
    kept = ledger.blob(data or msgspec.json.encode(cases), "retired-cases.json")
    fields: dict[str, str | tuple[str, ...]] = {
        "rationale": "The screen is no longer in the device.",
        "instead": "Nothing at all.",
    }
    matter = Matter("tests", "controller", kept.sha256)
    decided = ledger.append(
        Decision(ledger.made("dev@example.com"), "retire", matter, "dev@example.com", fields, "", (kept,))
    )
    ledger.sign(decided, QUALITY, "quality", "retired")


def _identity(ledger: Releasing, name: str) -> str:
    build = _built(ledger, "probe", "probe.bin")
    _tested(ledger, build, ())
    facts = _facts(ledger, build)
    assert facts.regression is not None
    return next(one.case for one in facts.regression.vanished if one.case.endswith(name))


def test_case_that_came_back_is_not_retired_for_ever(ledger: Releasing) -> None:
    """Attack: a test that was retired once comes back, is released, and is deleted again without anybody's word."""
    alarms = _identity(ledger, "alarms")
    _retire(ledger, ("system", alarms))
    without = _built(ledger, "second", "second.bin")
    _tested(ledger, without, ONE)
    assert _gone(_facts(ledger, without)) == set()
    back = _built(ledger, "third", "third.bin")
    _tested(ledger, back, TWO)
    ledger.release([back])
    again = _built(ledger, "fourth", "fourth.bin")
    _tested(ledger, again, ONE)
    assert _gone(_facts(ledger, again)) == {"alarms"}


def test_retirement_whose_list_is_none_retires_nothing(ledger: Releasing) -> None:
    """Attack: whoever holds the pipeline key attaches what is no list of cases, and every fold ends in a traceback."""
    _retire(ledger, data=b"\x00 not a list")
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    assert _gone(_facts(ledger, build)) == {"alarms"}


def test_release_that_refers_to_nothing_is_none(ledger: Releasing) -> None:
    """Attack: whoever holds the pipeline key writes a release of no candidate: it is no predecessor; nothing breaks."""
    nowhere = Reference(10**6, digest("nowhere"))
    blob = ledger.blob(b"{}")
    ledger.append(Release(ledger.made(RELEASE), "1.9", nowhere, nowhere, (), (), blob, blob))
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    facts = _facts(ledger, build)
    assert facts.regression is not None
    assert (facts.regression.version, _gone(facts)) == ("1.0", {"alarms"})


def test_release_that_nobody_signed_is_no_predecessor(ledger: Releasing) -> None:
    """Attack: the pipeline's key alone releases a build without tests, so that nobody misses a deleted one."""
    ledger.release([_built(ledger, "untested", "untested.bin")], signed=False)
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    facts = _facts(ledger, build)
    assert facts.regression is not None
    assert (facts.regression.version, _gone(facts)) == ("1.0", {"alarms"})


def test_withdrawn_release_is_repeated_all_the_same(ledger: Releasing) -> None:
    """Attack: the release before is withdrawn, so that nobody misses the tests that only it had."""
    released = [one for one in ledger.ledger.snapshot().records if isinstance(one.body, Release)][-1]
    why: dict[str, str | tuple[str, ...]] = {
        "reason": "The alarm may come late.",
        "communication": "All sites were called.",
    }
    decided = ledger.decide(
        "withdraw", "version", released.sha256, fields=why, matter_id="1.0", version="1.0"
    )
    ledger.sign(decided, QUALITY, "quality", "withdrawn")
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    assert ledger.standing().decisions_on("withdraw")[0].effective
    assert _gone(_facts(ledger, build)) == {"alarms"}


def _on_line(ledger: Releasing, tree: str, plan: bytes, range_from: str) -> Build:
    """Record a build of the maintenance line, whose commits begin behind ``range_from``."""
    ledger.record_plan(plan)
    before = ledger.builds[-1]
    build = msgspec.structs.replace(
        before,
        id=digest(f"{tree} on its line"),
        commit=digest(tree)[:40],
        source_tree=digest(tree),
        range_from=range_from,
        plan=ledger.blob(plan, "clausework.yaml").sha256,
        line="0.9",
    )
    ledger.append(build)
    ledger.record_outputs(build, f"{tree}.bin")
    return build


@pytest.mark.parametrize("plan", [LINE, LINE.replace(b", branched_from: main", b"")])
def test_first_release_of_a_line_repeats_the_tests_of_the_release_it_left(
    ledger: Releasing, plan: bytes
) -> None:
    """Attack: a maintenance line has no release of its own yet, says not even what it left, and repeats no test."""
    build = _on_line(ledger, "patch", plan, ledger.builds[0].commit)
    _tested(ledger, build, ONE)
    facts = _facts(ledger, build, "0.9.1")
    assert facts.regression is not None
    assert (facts.regression.version, _gone(facts)) == ("1.0", {"alarms"})


def test_line_owes_no_test_that_the_trunk_got_after_it_left(ledger: Releasing) -> None:
    """A line that left at 1.0 is not asked for the tests that the trunk's 1.1 brought."""
    start = ledger.builds[0].commit
    newer = _built(ledger, "second", "second.bin")
    _tested(ledger, newer, (*TWO, ("sings", "passed", ())))
    ledger.release([newer])
    build = _on_line(ledger, "patch", LINE, start)
    _tested(ledger, build, TWO)
    facts = _facts(ledger, build, "0.9.1")
    assert facts.regression is not None
    assert (facts.regression.version, _gone(facts)) == ("1.0", set())


def test_build_of_the_trunk_that_a_line_reuses_is_held_against_its_own_release(ledger: Releasing) -> None:
    """A component taken over from 1.0 is not asked, on its new line, for tests that the trunk has got since."""
    first = ledger.builds[0]
    newer = _built(ledger, "second", "second.bin")
    _tested(ledger, newer, (*TWO, ("sings", "passed", ())))
    ledger.release([newer])
    plan = ledger.blob(LINE, "clausework.yaml").sha256
    assert _gone(_facts(ledger, first, "0.9.1", plan)) == set()


def _approve(ledger: Releasing, plan: bytes) -> str:
    """Record a plan that quality approves; return its digest."""
    sha256 = ledger.record_plan(plan)
    decided = ledger.decide("approve", "plan", sha256, matter_id="clausework.yaml")
    ledger.sign(decided, QUALITY, "quality", "approved")
    return sha256


def test_attack_a_software_item_is_renamed_after_a_release_that_left_it_out(
    ledger: Releasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: 1.1 is of the controller alone, so the display of 1.0 is called screen, and nobody misses its tests."""
    two_items = PLAN.replace(b'["src/**"]}', b'["src/**"]}, {id: display, paths: ["d/**"]}')
    _approve(ledger, two_items)
    monkeypatch.setattr("tests.tracing.released.PLAN", two_items)
    display = msgspec.structs.replace(
        _built(ledger, "d", "d.bin"), id=digest("display"), software_item="display"
    )
    ledger.append(display)
    ledger.record_outputs(display, "display.bin")
    _tested(ledger, display, TWO)
    ledger.release([display, _built(ledger, "second", "second.bin")])
    ledger.release([_built(ledger, "third", "third.bin")])
    renamed = _approve(ledger, two_items.replace(b"display", b"screen"))
    screen = msgspec.structs.replace(display, id=digest("screen"), software_item="screen", plan=renamed)
    ledger.append(screen)
    found = evaluate(_facts(ledger, screen), {})
    assert found.outcome == "fail"
    assert found.reasons[0].message.startswith("the software item display of 1.1 is none of the plan")


def _narrowed(facts: Facts, *named: str) -> Facts:
    """Return the facts as if an emergency's signed analysis left out the tests of ``named``."""
    judgement = next(iter(facts.judgements))
    return msgspec.structs.replace(
        facts,
        judgements=(
            msgspec.structs.replace(
                judgement,
                form="narrow",
                matter_kind="version",
                matter_id=facts.version,
                version=facts.version,
                effective=True,
                fields={
                    "reason": "The alarm is silent in some rooms.",
                    "impact": "One constant changes, and nothing else.",
                    "requirements": named,
                    "repeat_until": "2099-01-01",
                },
            ),
        ),
    )


def _vanished(facts: Facts, *items: str) -> Facts:
    assert facts.regression is not None
    gone = (VanishedCase("system", "suite/class/alarms", "passed", skipped=False, items=items),)
    return msgspec.structs.replace(facts, regression=msgspec.structs.replace(facts.regression, vanished=gone))


@pytest.fixture
def second(ledger: Releasing) -> Facts:
    """The facts of a further build, with one decision among the judgements."""
    ledger.review("REQ-1", "accepted", "review")
    build = _built(ledger, "second", "second.bin")
    _tested(ledger, build, ONE)
    return _facts(ledger, build)


def test_emergency_leaves_out_what_only_its_requirement_is_about(second: Facts) -> None:
    """The control: a test of REQ-3's sibling that no control rests on and no commit touches is left out."""
    facts = msgspec.structs.replace(
        second, commits=(), human=msgspec.structs.replace(second.human, implemented={})
    )
    assert evaluate(_narrowed(_vanished(facts, "REQ-1"), "REQ-1"), {}).outcome == "pass"


def test_emergency_leaves_out_no_test_that_a_test_case_ties_to_a_control(ledger: Releasing) -> None:
    """Attack: a test names a test case of the items alone, which verifies what realises a risk control."""
    build = _built(ledger, "second", "second.bin")
    facts = _facts(ledger, build)
    items = tuple(
        msgspec.structs.replace(one, type="test_case", links=(("verifies", "REQ-2"),))
        if one.id == "CR-1"
        else one
        for one in facts.items
    )
    ledger.review("REQ-1", "accepted", "review")
    facts = msgspec.structs.replace(_facts(ledger, build), items=items, commits=())
    for named_by_the_case in (("CR-1",), ("CR-1", "REQ-2")):
        gone = _vanished(facts, *named_by_the_case)
        assert evaluate(_narrowed(gone, "CR-1"), {}).outcome == "fail"
        assert evaluate(_narrowed(gone, "CR-1", "REQ-2"), {}).outcome == "fail"


@pytest.mark.parametrize("item", ["REQ-4", "UNIT-1", "ARCH-1"])
def test_attack_an_emergency_leaves_out_what_a_control_consists_of(second: Facts, item: str) -> None:
    """Attack: RC-1 is realised by REQ-2; left out are tests of what refines that, implements it, or holds its unit."""
    refined = next(one for one in second.items if one.id == "REQ-2")
    refined = msgspec.structs.replace(refined, id="REQ-4", links=(("derives_from", "REQ-2"),))
    facts = msgspec.structs.replace(
        second,
        items=(*second.items, refined),
        commits=(),
        human=msgspec.structs.replace(second.human, implemented={}),
    )
    found = evaluate(_narrowed(_vanished(facts, item), item), {})
    assert found.outcome == "fail"
    assert f"{item} guards a risk" in found.reasons[0].message


def test_emergency_leaves_out_no_test_of_a_unit_that_a_commit_touches(second: Facts) -> None:
    """Attack: a commit names one requirement and changes a unit of another, whose tests are left out."""
    assert "REQ-1" in {item for items in second.human.implemented.values() for item in items}
    facts = msgspec.structs.replace(
        second, commits=tuple(msgspec.structs.replace(one, items=()) for one in second.commits)
    )
    assert evaluate(_narrowed(_vanished(facts, "REQ-1"), "REQ-1"), {}).outcome == "fail"


def test_what_a_comment_ties_a_released_test_to_is_known(ledger: Releasing) -> None:
    """Attack: a comment in the released source ties a test to a control; the report did not, and it is left out."""
    marked = ledger.blob(
        b'{"schema": "urn:clausework:markers:v1"}\n'
        + msgspec.json.encode(
            {"path": "t/alarms.py", "line": 1, "word": "verifies_effectiveness", "item": "RC-1", "code": 1}
        )
        + b"\n",
        "markers.jsonl",
    )
    first = msgspec.structs.replace(
        ledger.builds[0], id=digest("marked"), commit="e" * 40, source_tree=digest("marked"), markers=marked
    )
    ledger.append(first)
    ledger.record_outputs(first, "marked.bin")
    receipt = _tested(ledger, first, (("alarms", "passed", (("verifies", "REQ-1"),)),))
    body: TestResult = ledger.ledger.snapshot().records[receipt.index].body
    raw = ledger.ledger.read_blob(body.clausework.reading.detail.sha256)
    header, line = raw.splitlines()
    case = {**msgspec.json.decode(line), "line": 1}
    detail = ledger.blob(header + b"\n" + msgspec.json.encode(case) + b"\n", "detail.jsonl")
    reading = msgspec.structs.replace(
        body.clausework.reading, detail=detail, raw=ledger.blob(b"marked", "s.xml")
    )
    evidence = msgspec.structs.replace(
        body.clausework,
        reading=reading,
        origin=Origin("controller", first.id, first.source_tree, first.commit, "system"),
    )
    about = (subject("build", first.id), subject("artefact", digest("marked.bin")))
    ledger.ledger.append([Draft(about, msgspec.structs.replace(body, clausework=evidence))])
    ledger.release([first])
    build = _built(ledger, "second", "second.bin")
    facts = _facts(ledger, build)
    assert facts.regression is not None
    assert {"REQ-1", "RC-1"} <= set(facts.regression.vanished[0].items)
