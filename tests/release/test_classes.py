"""Releases of class A, B and C differ as EN 62304 and the manufacturer's profile say: read off their own records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from clausework.actions.aside_matters import CheckNotFound, DeviationForbidden
from clausework.actions.decide import decide
from clausework.actions.deploy import deploy
from clausework.actions.gate import run_gates
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import NotIndependent, SignedOutOfOrder, sign
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.gates import CheckVerdict, Verdict
from clausework.ledger.records.release import Release, ReleaseGate
from clausework.release.admission import NotAdmitted
from clausework.standards import SAFETY_CLASSES, SafetyClass
from tests.actions.device import DEVELOPER, IN_A_MONTH, QUALITY, RELEASE, VERSION, Device, person
from tests.release.classes import decide_for_release, evaluate_anomaly, junit, record, recorded

Prepared = dict[SafetyClass, Device]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> Prepared:
    """A device of each class, recorded with what its class asks, every gate before the release passed."""
    devices: Prepared = {}
    for safety_class in SAFETY_CLASSES:
        device = recorded(tmp_path_factory.mktemp(safety_class), home_with_keys, safety_class)
        with device.open() as workplace:
            run = run_gates(workplace)
        assert run.passes, run
        devices[safety_class] = device
    return devices


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, prepared: Prepared) -> Prepared:
    """The devices released: class A with its anomaly listed alone, B and C with the anomaly evaluated."""
    devices: Prepared = {}
    for safety_class, before in prepared.items():
        device = before.copy(tmp_path_factory.mktemp("released") / safety_class)
        with device.open() as workplace:
            if safety_class != "A":
                evaluate_anomaly(workplace)
            state = decide_for_release(workplace)
            assert state.outcome == "pass", state.conditions
            if safety_class != "A":
                assert sign(workplace, person(workplace, QUALITY), VERSION).released is None
            assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
        devices[safety_class] = device
    return devices


def verdicts(device: Device) -> dict[str, CheckVerdict]:
    """Return what the newest verdict of each stage says, as ``STAGE.CHECK``."""
    return {
        f"{one.body.stage}.{check.check}": check
        for one in device.records()
        if isinstance(one.body, Verdict)
        for check in one.body.checks
    }


def gate(device: Device) -> dict[str, CheckVerdict]:
    """Return the release's own gate, by condition: the one that its release record names."""
    records = {one.index: one.body for one in device.records()}
    (made,) = (one for one in records.values() if isinstance(one, Release))
    named = records[made.gate.index]
    assert isinstance(named, ReleaseGate)
    return {one.check: one for one in named.conditions}


NOT_APPLICABLE = {
    "A": {
        *(
            "build.rebuild",
            "unit.coverage",
            "unit.safety_paths",
            "integration.tests",
            "integration.manual_tests",
        ),
        *("system.risk_file", "system.risk_controls"),
    },
    "B": set(),
    "C": set(),
}
"""The checks that a class is not asked for; those that find nothing to judge, whatever the class, are left out."""


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_what_a_class_is_not_asked_says_so_with_its_rationale(
    released: Prepared, safety_class: SafetyClass
) -> None:
    """A check that the class is not asked for is not applicable, with the class's rationale: never a silent pass."""
    found = {
        name: one.rationale
        for name, one in verdicts(released[safety_class]).items()
        if one.outcome == "not_applicable" and "The items hold no test protocol" not in one.rationale
    }
    assert set(found) == NOT_APPLICABLE[safety_class]
    assert all("class" in rationale for rationale in found.values())
    others = {one.outcome for name, one in verdicts(released[safety_class]).items() if name not in found}
    assert others <= {"pass", "not_applicable"}


SETTINGS: dict[str, dict[SafetyClass, dict[str, str]]] = {
    "build.rebuild": {
        "A": {"comparison": "none"},
        "B": {"comparison": "explained"},
        "C": {"comparison": "identical"},
    },
    "unit.coverage": {"A": {}, "B": {"line": "80"}, "C": {"line": "90", "branch": "80"}},
    "unit.safety_paths": {"A": {}, "B": {"line": "90"}, "C": {"line": "100", "branch": "90"}},
    "integration.commits": {
        "A": {"to": "change"},
        "B": {"to": "requirement"},
        "C": {"to": "software_unit"},
    },
    "integration.traced": {
        "A": {"to": "requirement"},
        "B": {"to": "software_item"},
        "C": {"to": "software_unit"},
    },
    "integration.reviews": {
        "A": {"to": "requirements"},
        "B": {"to": "architecture"},
        "C": {"to": "detailed_design"},
    },
    "analysis.findings": {
        "A": {"at_least": "critical"},
        "B": {"at_least": "high"},
        "C": {"at_least": "medium"},
    },
    "analysis.vulnerabilities": {
        "A": {"at_least": "critical", "database_age_days": "7"},
        "B": {"at_least": "high", "database_age_days": "3"},
        "C": {"at_least": "medium", "database_age_days": "1"},
    },
    "system.risk_controls": {
        "A": {},
        "B": {"verification": "implementation"},
        "C": {"verification": "fault_injection"},
    },
}
"""What the gates ask of each class; a class without a threshold is not asked for the check."""


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
@pytest.mark.parametrize("check", SETTINGS)
def test_the_thresholds_of_a_class_stand_in_its_verdicts(
    released: Prepared, check: str, safety_class: SafetyClass
) -> None:
    """The verdict that the release rests on names the threshold of its own class."""
    asked = verdicts(released[safety_class])[check].settings
    thresholds = {name for of_class in SETTINGS[check].values() for name in of_class}
    assert {name: asked[name] for name in thresholds & set(asked)} == SETTINGS[check][safety_class]


def test_gates_pass_on_what_the_class_asks_and_no_more(released: Prepared) -> None:
    """Class A is released without coverage, rebuild and integration tests; B without branches and fault injection."""
    said = {name: verdicts(device) for name, device in released.items()}
    assert "line 2/2 (100 %), at least 80 %" in said["B"]["unit.coverage"].reasons[0].message
    assert "branch" not in said["B"]["unit.coverage"].reasons[0].message
    assert "branch 2/2 (100 %), at least 80 %" in said["C"]["unit.coverage"].reasons[0].message
    assert "verified in implementation" in said["B"]["system.risk_controls"].reasons[0].message
    assert "verified in fault injection" in said["C"]["system.risk_controls"].reasons[0].message
    for stage in ("unit", "system"):
        assert {said[name][f"{stage}.tests"].outcome for name in said} == {"pass"}


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_the_clauses_of_the_release_that_class_a_is_not_asked(
    released: Prepared, safety_class: SafetyClass
) -> None:
    """5.8.3, 5.8.5 and 5.8.6 do not apply to class A, and say so; every other condition passed for every class."""
    conditions = gate(released[safety_class])
    left_out = {name for name, one in conditions.items() if one.outcome == "not_applicable"}
    assert left_out == ({"5.8.3", "5.8.5", "5.8.6"} if safety_class == "A" else set())
    assert all("does not apply to class A" in conditions[name].rationale for name in left_out)
    assert {one.outcome for name, one in conditions.items() if name not in left_out} == {"pass"}
    assert "ANOM-001" in conditions["5.8.2"].reasons[0].message, "it is listed for every class"


def test_class_c_alone_came_out_of_its_archive_again(released: Prepared) -> None:
    """Every class is archived and restored; class C was built again from the archive as well."""
    said = {
        name: "; ".join(one.message for one in gate(released[name])["5.8.7"].reasons) for name in released
    }
    assert all("a restore gave the same digests" in text for text in said.values())
    assert {name for name, text in said.items() if "built again from it" in text} == {"C"}


@pytest.mark.parametrize(("safety_class", "count"), [("A", 1), ("B", 2), ("C", 2)])
def test_how_many_sign(released: Prepared, safety_class: SafetyClass, count: int) -> None:
    """Class A is released by one person, B and C by two, each for what they answer for; the release names them."""
    records = {one.index: one.body for one in released[safety_class].records()}
    (made,) = (one for one in records.values() if isinstance(one, Release))
    given = [records[one.index] for one in made.approvals]
    assert all(isinstance(one, Approval) for one in given)
    assert len(given) == count
    meanings = [one.intent.meaning for one in given if isinstance(one, Approval)]
    assert meanings == ["confirmed that verification is complete", "authorised for release"][-count:]


@pytest.mark.parametrize(("safety_class", "taken"), [("A", True), ("B", True), ("C", False)])
def test_only_class_c_keeps_the_authors_from_releasing(
    tmp_path: Path, home_with_keys: Path, safety_class: SafetyClass, taken: bool
) -> None:
    """ATTACK an author releases their own code: for class C one signer is independent, and that is who authorises."""
    device = recorded(tmp_path / "device", home_with_keys, safety_class, author=RELEASE)
    with device.open() as workplace:
        evaluate_anomaly(workplace)
        state = decide_for_release(workplace)
        assert state.outcome == "pass", state.conditions
        if safety_class != "A":
            sign(workplace, person(workplace, QUALITY), VERSION)
        if taken:
            assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
        else:
            with pytest.raises(NotIndependent):
                sign(workplace, person(workplace, RELEASE), VERSION)
            assert not [one for one in workplace.snapshot().records if isinstance(one.body, Release)]


def outcome(device: Device, stage: str, check: str, clock: Clock = system_clock) -> str:
    """Return what a check says now of the device's build; nothing is recorded."""
    with device.open(clock=clock) as workplace:
        (found,) = run_gates(workplace, [stage], preview=True).stages
    return next(one.outcome for one in found.checks if one.check == check)


def sarif(severity: str) -> str:
    """Return a report of one finding of a CVSS score."""
    return (
        '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "rules": []}},'
        ' "invocations": [{"executionSuccessful": true}], "results": [{"ruleId": "B602", "level": "error",'
        f' "message": {{"text": "shell"}}, "properties": {{"security-severity": "{severity}"}},'
        ' "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/counter.py"},'
        ' "region": {"startLine": 1}}}]}]}]}'
    )


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
@pytest.mark.parametrize(("score", "stops"), [("3.9", ""), ("6.0", "C"), ("8.0", "BC"), ("9.8", "ABC")])
def test_how_grave_an_open_finding_may_be(
    tmp_path: Path, prepared: Prepared, safety_class: SafetyClass, score: str, stops: str
) -> None:
    """LAPSE an untriaged finding: a medium one stops class C, a high one B as well, a critical one every class."""
    device = prepared[safety_class].copy(tmp_path / "device")
    with device.open() as workplace:
        record(device, workplace, {"": {"more.sarif": sarif(score)}})
    assert outcome(device, "analysis", "findings") == ("fail" if safety_class in stops else "pass")


def scan(published: str) -> str:
    """Return a vulnerability scan of the locked dependency by data of that moment, which found nothing."""
    return (
        '{"matches": [], "source": {"type": "directory", "target": "."}, "distro": {}, "descriptor":'
        ' {"name": "grype", "version": "0.86.0", "configuration": {}, "db": {"status": {"schemaVersion": "v6.0.0",'
        f' "from": "", "built": "{published}", "path": "/tmp/db", "valid": true}}}}, "timestamp": "{published}"}}}}'
    )


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
@pytest.mark.parametrize(("hours", "stops"), [(12, ""), (48, "C"), (120, "BC"), (200, "ABC")])
def test_how_old_the_data_of_a_scan_may_be(
    tmp_path: Path, prepared: Prepared, safety_class: SafetyClass, hours: int, stops: str
) -> None:
    """LAPSE a stale database: a scan counts for a day in class C, for three days in B, for a week in A."""
    device = prepared[safety_class].copy(tmp_path / "device")
    published = timestamp(system_clock() - timedelta(hours=hours))
    with device.open() as workplace:
        record(device, workplace, {"": {"grype.json": scan(published)}})
    expected = "not_evaluated" if safety_class in stops else "pass"
    assert outcome(device, "analysis", "vulnerabilities") == expected


KEPT = [
    *("unit.tests", "unit.coverage", "unit.safety_paths"),
    *("system.tests", "system.verified", "system.risk_file", "system.risk_controls", "system.trace_rules"),
]
"""What no deviation is allowed from for class C: unit verification, system tests, safety paths (G2, G5, R2)."""


@pytest.mark.parametrize("check", KEPT)
def test_class_c_allows_no_deviation_where_the_class_forbids_it(undone: Prepared, check: str) -> None:
    """ATTACK a deviation in place of a test: class C keeps unit verification, system tests and safety paths."""
    with undone["C"].open() as workplace, pytest.raises(DeviationForbidden):
        deviate(workplace, check)


@pytest.mark.parametrize("check", ["unit.coverage", "unit.safety_paths", "system.risk_controls"])
def test_class_b_may_deviate_where_c_may_not(undone: Prepared, tmp_path: Path, check: str) -> None:
    """Class B may deviate from coverage and safety paths, signed, until a day; its system tests stay for all."""
    device = undone["B"].copy(tmp_path / "device")
    with device.open() as workplace:
        assert deviate(workplace, check).index >= 0
        for always in ("system.tests", "system.verified"):
            with pytest.raises(DeviationForbidden):
                deviate(workplace, always)


def test_class_a_has_nothing_to_deviate_from_there(undone: Prepared) -> None:
    """What class A is not asked for needs no deviation, and cannot have one."""
    with undone["A"].open() as workplace, pytest.raises(CheckNotFound, match="not applicable"):
        deviate(workplace, "unit.coverage")


@pytest.fixture(scope="module")
def undone(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> Prepared:
    """A device of each class with the evidence of class A alone: B and C lack what their classes ask."""
    return {
        name: recorded(tmp_path_factory.mktemp(f"undone-{name}"), home_with_keys, name, "A")
        for name in SAFETY_CLASSES
    }


def deviate(workplace: object, check: str):  # type: ignore[no-untyped-def]
    """Ask for a deviation from a check, by a person who signs it in no role."""
    fields = {
        "reason": "The bench is broken and comes back on Monday.",
        "risk": "None that is known of.",
        "measures": "Quinn reads each change of the module.",
        "expires": IN_A_MONTH,
    }
    author = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)  # type: ignore[arg-type]
    return decide(workplace, "deviate", check, fields, author, version=VERSION)  # type: ignore[arg-type]


def freeze(device: Device) -> tuple[ReleaseState, dict[str, CheckVerdict]]:
    """Decide all that people decide, and run the release gate; return how it stands, and the stages' verdicts."""
    with device.open() as workplace:
        evaluate_anomaly(workplace)
        run = run_gates(workplace)
        checks = {f"{stage.stage}.{one.check}": one for stage in run.stages for one in stage.checks}
        return decide_for_release(workplace), checks


def test_a_class_b_release_with_the_evidence_of_class_a_is_refused(undone: Prepared, tmp_path: Path) -> None:
    """ATTACK class A evidence for class B: no coverage, no integration test, no rebuild, no control verified."""
    device = undone["B"].copy(tmp_path / "device")
    state, checks = freeze(device)
    missing = {name for name, one in checks.items() if one.outcome in {"fail", "not_evaluated"}}
    assert missing == {
        *("build.rebuild", "unit.coverage", "unit.safety_paths", "integration.tests", "integration.reviews"),
        "system.risk_controls",
    }
    _refused(device, state)


def test_a_class_c_release_with_the_evidence_of_class_b_is_refused(
    tmp_path: Path, home_with_keys: Path
) -> None:
    """ATTACK class B evidence for class C: no branches, no fault injection, no review of the design, no criteria."""
    device = recorded(tmp_path / "device", home_with_keys, "C", "B")
    state, checks = freeze(device)
    missing = {name for name, one in checks.items() if one.outcome in {"fail", "not_evaluated"}}
    assert missing == {
        *("unit.coverage", "unit.safety_paths", "integration.reviews", "system.risk_controls"),
        "system.trace_rules",
    }
    assert "branch coverage was not measured" in checks["unit.coverage"].reasons[0].message
    assert any("L9" in one.message for one in checks["system.trace_rules"].reasons)
    _refused(device, state)


def test_a_class_a_release_with_an_untested_requirement_is_refused(
    tmp_path: Path, prepared: Prepared
) -> None:
    """ATTACK "it is only class A": a requirement that no system test verifies stops class A too (5.7.1)."""
    device = prepared["A"].copy(tmp_path / "device")
    quality = device.folder / "quality" / "items.yaml"
    quality.write_text(
        quality.read_text()
        + '- {id: REQ-003, type: software_requirement, title: Log, text: "The counter shall log.",\n'
        "   links: {allocated_to: ARCH-001}, fields: {source: User needs 3}}\n"
    )
    state, _ = freeze(device)
    first = next(one for one in state.conditions if one.check == "5.8.1")
    assert first.outcome == "fail"
    assert "system of counter is fail (verified: REQ-003 is not verified" in " ".join(
        reason.message for reason in first.reasons
    )
    _refused(device, state)


@pytest.mark.parametrize(("safety_class", "refused"), [("A", False), ("B", True), ("C", True)])
def test_an_anomaly_that_nobody_evaluated(
    tmp_path: Path, prepared: Prepared, safety_class: SafetyClass, refused: bool
) -> None:
    """LAPSE an open anomaly that nobody looked at: class B and C do not pass 5.8.3, class A lists it (5.8.2)."""
    device = prepared[safety_class].copy(tmp_path / "device")
    with device.open() as workplace:
        state = decide_for_release(workplace)
    assert (state.outcome != "pass") is refused
    found = {one.check: one.outcome for one in state.conditions}
    assert found["5.8.3"] == ("fail" if refused else "not_applicable")


def test_one_signature_does_not_release_class_b(prepared: Prepared, tmp_path: Path) -> None:
    """ATTACK the release authority alone signs a class B version: nothing is released, nothing admitted."""
    device = prepared["B"].copy(tmp_path / "device")
    with device.open() as workplace:
        evaluate_anomaly(workplace)
        decide_for_release(workplace)
        with pytest.raises(SignedOutOfOrder):
            sign(workplace, person(workplace, RELEASE), VERSION)
        with pytest.raises(NotAdmitted):
            deploy(workplace, "production", sha256_of(device.artefact.read_bytes()))
    assert device.count(Release) == 0


def test_a_red_unit_test_stops_every_class(prepared: Prepared, tmp_path: Path) -> None:
    """ATTACK a red unit test: whatever the class, it is no pass, and a later green does not hide it."""
    failing = '</properties><failure message="no"/></testcase>'
    red = (
        junit("unit").replace("</properties></testcase>", failing, 1).replace('failures="0"', 'failures="1"')
    )
    for safety_class, before in prepared.items():
        device = before.copy(tmp_path / safety_class)
        with device.open() as workplace:
            record(device, workplace, {"unit": {"again.xml": red}})
            record(device, workplace, {"unit": {"green.xml": junit("unit")}})
        assert outcome(device, "unit", "tests") == "fail", safety_class


def _refused(device: Device, state: ReleaseState) -> None:
    """Assert that the version is not released, that nobody can sign it, and that production does not take it."""
    assert state.outcome != "pass"
    assert not state.signable
    with device.open() as workplace:
        with pytest.raises(NotAdmitted):
            deploy(workplace, "production", sha256_of(device.artefact.read_bytes()))
        assert release(workplace, VERSION).released is None
    assert device.count(Release) == 0
