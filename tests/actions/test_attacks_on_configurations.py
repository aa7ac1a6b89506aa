"""Attacks on system tests of several components: what was never tested together is not released so (5.7, 5.8.1)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from clausework.actions.aside_matters import FailureAmbiguous, NoFailedTest
from clausework.actions.build import open_build
from clausework.actions.components import ComponentOutdated, newest_builds
from clausework.actions.decide import NotTogether, decide, decide_each
from clausework.actions.evidence_target import OtherTarget, evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.items import present_items
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.tests import evaluate
from clausework.ledger.ledger import Draft
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.values import Descriptor
from clausework.trace.configurations import TESTED
from tests.actions.device import ITEMS, QUALITY, RELEASE, Device, junit, person
from tests.actions.two_components import SCREEN, TWO

PLAN = TWO + "configurations:\n  bench: {components: [counter, screen], hardware: {board: revision 4}}\n"
PHONE = PLAN + "  phone: {components: [counter, screen], hardware: {telephone: any}}\n"
SYSTEM = {"level": "system"}


def _approve(device: Device) -> None:
    with device.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "looked at in full"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")


@pytest.fixture
def two(established: Device) -> Device:
    """A device of two components, each built, and one configuration of both in the plan."""
    established.write("clausework.yaml", PLAN)
    established.write("screen/build.py", SCREEN)
    established.commit("A screen\n\nImplements: REQ-002")
    _approve(established)
    _build(established, "counter")
    _build(established, "screen", "the screen\n")
    return established


def _build(device: Device, item: str, content: str = "") -> str:
    """Build one of the components at what is checked out; return the build's identity."""
    if item == "counter":
        device.build()
    else:
        device.write("dist/screen.txt", content)
    with device.open() as workplace:
        return open_build(workplace, software_item=item).build.id


def _record(device: Device, name: str, content: str, configuration: str = "bench") -> int:
    path = device.write(f"reports/{name}", content)
    with device.open() as workplace:
        target = evidence_target(workplace, level="system", configuration=Path(configuration))
        return record_files(workplace, [path], target).files[0].index


def _together(device: Device, item: str, plan: str = "") -> Facts:
    """Return the facts of the component as the release gate folds them for what is checked out."""
    with device.open() as workplace:
        builds = newest_builds(workplace, workplace.snapshot())
        present = present_items(workplace)
        workplace.ledger.append([present.draft])
        own = next(one for one in builds if one.software_item == item)
        return fold_facts(
            workplace.snapshot(),
            workplace.ledger,
            own.id,
            at=workplace.now(),
            version="7.0",
            item_baseline=present.baseline.sha256,
            plan=plan,
            beside=[one.id for one in builds],
        )


def _tests(device: Device, item: str) -> CheckVerdict:
    with device.open() as workplace:
        (stage,) = run_gates(workplace, ["system"], software_item=item, preview=True).stages
    return next(one for one in stage.checks if one.check == "tests")


def test_components_that_were_only_tested_with_others_are_not_released_together(two: Device) -> None:
    """Attack: each of two branches tests its new component beside the old other one; their merge was never tested."""
    base = two.git("rev-parse", "HEAD")
    two.git("checkout", "--quiet", "-b", "faster")
    two.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    two.commit("Implements: REQ-001")
    _build(two, "counter")
    _record(two, "one.xml", junit("system"))
    two.git("checkout", "--quiet", "-b", "brighter", base)
    two.write("screen/build.py", SCREEN.replace("the screen", "a brighter screen"))
    two.commit("Implements: REQ-002")
    _build(two, "screen", "a brighter screen\n")
    _record(two, "two.xml", junit("system").replace("tests.system", "tests.bright"))
    two.git("merge", "--quiet", "--no-edit", "faster")
    for item in ("counter", "screen"):
        facts = _together(two, item)
        judged = evaluate(facts, SYSTEM)
        assert judged.outcome == "not_evaluated"
        assert "no system test ran on the configuration bench" in judged.reasons[0].message
    _record(two, "merged.xml", junit("system").replace("tests.system", "tests.merged"))
    assert {evaluate(_together(two, item), SYSTEM).outcome for item in ("counter", "screen")} == {"pass"}


def test_failure_with_another_component_stands_for_the_candidate(two: Device) -> None:
    """Attack: a test that failed beside the old screen is left behind by pairing the counter with a new one."""
    _record(two, "red.xml", junit("system", failed=True))
    two.write("screen/build.py", SCREEN.replace("the screen", "another screen"))
    two.commit("Implements: REQ-002")
    _build(two, "screen", "another screen\n")
    _record(two, "green.xml", junit("system").replace("tests.system", "tests.again"))
    assert evaluate(_together(two, "counter"), SYSTEM).outcome == "fail"


def test_rebuilt_component_of_the_same_source_is_the_same(two: Device) -> None:
    """A second build of the same commit does not make its tests those of another combination."""
    _record(two, "bench.xml", junit("system"))
    with two.open() as workplace:
        again = msgspec.structs.replace(
            workplace, environ={**workplace.environ, "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "77"}
        )
        open_build(again, software_item="counter")
    assert evaluate(_together(two, "screen"), SYSTEM).outcome == "pass"


def test_report_without_a_passed_case_tests_no_configuration(two: Device) -> None:
    """Attack: on the bench every test is skipped; the report is there, and the configuration counts as tested."""
    skipped = (
        junit("system")
        .replace("</properties>", "</properties><skipped/>")
        .replace('skipped="0"', 'skipped="2"')
    )
    _record(two, "bench.xml", skipped)
    path = two.write("reports/desk.xml", junit("system").replace("tests.system", "tests.desk"))
    with two.open() as workplace:
        for item in ("counter", "screen"):
            target = evidence_target(workplace, level="system", software_item=item)
            record_files(workplace, [path], target)
    check = _tests(two, "counter")
    assert check.outcome == "not_evaluated"
    assert "no system test ran on the configuration bench" in check.reasons[0].message


def test_configuration_that_the_plan_got_since_the_build_is_asked_of_the_candidate(two: Device) -> None:
    """Attack: a component that was built under an older plan is released without a test on what the plan asks now."""
    _record(two, "bench.xml", junit("system"))
    two.write("clausework.yaml", PHONE)
    two.commit("Telephones too")
    _approve(two)
    with two.open() as workplace:
        in_force = workplace.standing(workplace.snapshot()).plan_in_force.sha256
    facts = _together(two, "counter", in_force)
    assert facts.configurations["phone"] == ()
    assert evaluate(facts, SYSTEM).outcome == "not_evaluated"


def test_class_that_rose_since_the_build_is_that_of_the_candidate(two: Device) -> None:
    """Attack: a component is built while it is class B, and released unchanged under class B once it is class C."""
    two.write("clausework.yaml", PLAN.replace("safety_class: B", "safety_class: C"))
    two.commit("A failure may kill")
    _approve(two)
    with two.open() as workplace:
        in_force = workplace.standing(workplace.snapshot()).plan_in_force.sha256
    assert _together(two, "counter").safety_class == "B"
    assert _together(two, "counter", in_force).safety_class == "C"


def test_build_or_digest_beside_a_configuration_is_refused(two: Device) -> None:
    """Attack, or haste: the report of an old build is recorded with a configuration, and so about the newest."""
    with two.open() as workplace:
        build = newest_builds(workplace, workplace.snapshot())[0].id
        for beside in ({"build_id": build}, {"subjects": ["a" * 64]}, {"software_item": "keyboard"}):
            with pytest.raises(OtherTarget, match="says what was tested"):
                evidence_target(workplace, level="system", configuration=Path("bench"), **beside)


def test_component_that_changed_since_its_build_is_not_tested_as_it_was(two: Device) -> None:
    """Attack, or haste: the bench runs what is checked out, and the report is recorded about the screen before it."""
    two.write("screen/build.py", SCREEN.replace("the screen", "another screen"))
    two.commit("Implements: REQ-002")
    with two.open() as workplace, pytest.raises(ComponentOutdated, match="screen changed between its build"):
        evidence_target(workplace, level="system", configuration=Path("bench"))


def test_hand_written_configuration_is_none(two: Device) -> None:
    """Attack: whoever holds the pipeline key writes a configuration of the plan by hand, and it is no document."""
    index = _record(two, "bench.xml", junit("system"))
    with two.open() as workplace:
        record = workplace.record(index)
        forged: Descriptor = workplace.ledger.put_blob(b"\xff not JSON", "bench.json", TESTED)
        body: TestResult = record.body
        origin = msgspec.structs.replace(body.clausework.origin, configuration=forged)
        raw = workplace.ledger.put_blob(b"other bytes", "forged.xml", "application/xml")
        reading = msgspec.structs.replace(body.clausework.reading, raw=raw)
        evidence = msgspec.structs.replace(body.clausework, origin=origin, reading=reading)
        workplace.ledger.append([Draft(record.subjects, msgspec.structs.replace(body, clausework=evidence))])
    assert _together(two, "counter").configurations["bench"] == (index,)


def test_text_that_changed_since_the_build_is_not_verified_by_a_later_report(two: Device) -> None:
    """Attack: a requirement changes after the build; the old system is tested on the bench, for the new text."""
    two.write("quality/items.yaml", ITEMS.replace("count the pulse.", "count the pulse within 1 s."))
    two.commit("REQ-001: sooner")
    _together(two, "counter")  # records the items as they are now
    _record(two, "bench.xml", junit("system"))
    facts = _together(two, "counter")
    assert not any(one.item == "REQ-001" and one.passed for one in facts.item_cases)
    assert any(one.item == "REQ-002" and one.passed for one in facts.item_cases)


def test_very_many_artefacts_fit_a_record(two: Device) -> None:
    """A configuration whose components have a hundred artefacts is recorded, and its tests are about all of them."""
    more = [two.write(f"dist/part{number}.bin", f"part {number}") for number in range(45)]
    with two.open() as workplace:
        for item in ("counter", "screen"):
            open_build(workplace, software_item=item, artefacts=[*more, two.write(f"dist/{item}.x", item)])
    _record(two, "bench.xml", junit("system"))
    assert {evaluate(_together(two, item), SYSTEM).outcome for item in ("counter", "screen")} == {"pass"}


def test_failure_of_the_whole_system_is_decided_on_for_each_component(two: Device) -> None:
    """A failure on two components: its name alone is refused, one decision on each closes both, one on one does not."""
    late = '<testcase classname="tests.system" name="test_screen"><failure message="late"/></testcase></testsuite>'
    report = (
        junit("system")
        .replace("</testsuite>", late)
        .replace('tests="2" failures="0"', 'tests="3" failures="1"')
    )
    two.write(
        "quality/items.yaml",
        ITEMS
        + "- {id: ANOM-9, type: anomaly, title: Late, links: {affects: REQ-001}, fields: {status: open}}\n",
    )
    two.commit("ARCH-001: an anomaly")
    _build(two, "counter")
    _build(two, "screen", "the screen\n")
    _record(two, "bench.xml", report)
    risk = {"risk": "A late screen harms nobody.", "outcome": "acceptable", "rationale": "It is read daily."}
    tied = {"anomaly": "ANOM-9", "rationale": "The screen is late by 20 ms, as the anomaly tells."}
    with two.open() as workplace:
        decide(workplace, "evaluate", "ANOM-9", risk, person(workplace, QUALITY))
        case = "system/tests.system/test_screen"
        with pytest.raises(FailureAmbiguous, match="counter, screen"):
            decide(workplace, "tolerate", case, tied, person(workplace, QUALITY))
        before = len(workplace.snapshot().records)
        for names in ((f"counter/{case}", "screen/another"), (f"counter/{case}", f"counter/{case[:-1]}")):
            with pytest.raises(NoFailedTest):
                decide_each(workplace, "tolerate", names, tied, person(workplace, QUALITY))
        with pytest.raises(NotTogether, match="one matter at a time"):
            decide_each(workplace, "evaluate", ("ANOM-9", "REQ-001"), risk, person(workplace, QUALITY))
        assert len(workplace.snapshot().records) == before, "all are looked at before any is recorded"
        both = [f"{item}/{case}" for item in ("counter", "screen")]
        decided = decide_each(workplace, "tolerate", both, tied, person(workplace, QUALITY))
        assert [one.decision.matter.id for one in decided] == both
        bodies = [one.body for one in workplace.snapshot().records[-2:]]
        components = [one.intent.components for one in bodies if isinstance(one, Approval)]
        assert components == [("account", "passphrase"), ("passphrase",)], (
            "each signature takes the passphrase"
        )
        outcomes = []
        for one in decided:
            outcomes.append({_tests(two, item).outcome for item in ("counter", "screen")})
            sign(workplace, person(workplace, RELEASE), str(one.index))
    assert outcomes == [{"fail"}, {"pass", "fail"}]
    assert {_tests(two, item).outcome for item in ("counter", "screen")} == {"pass"}
