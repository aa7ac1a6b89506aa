"""The release gate on a real project: replayed from what was recorded, and each way round it closed."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.deploy import deploy
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import SignedOutOfOrder, sign
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.gates.folding import fold_facts, read_facts
from clausework.gates.stage import evaluate_stage
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.plan.effective import effective_stages
from clausework.plan.load import load_plan
from clausework.release.admission import NotAdmitted
from clausework.release.facts import read_release_facts, release_facts_document
from clausework.release.gate import evaluate_conditions
from tests.actions.device import ITEMS, PLAN, QUALITY, RELEASE, VERSION, Device, junit, person

ACCEPTABLE = {
    "risk": "nothing may happen to anybody",
    "outcome": "acceptable",
    "rationale": "looked at in full",
}
ANOMALY = (
    "- {id: ANOM-001, type: anomaly, title: Digits, text: A digit is cut off., links: {found_in: ARCH-001},\n"
    "   fields: {status: open, severity: minor}}\n"
)


def test_every_verdict_is_replayed_from_its_facts_alone(prepared_releasable: Device) -> None:
    """Facts blob, plan digest and checks give each recorded verdict again, check by check."""
    with prepared_releasable.open(reading=True) as workplace:
        verdicts = [one.body for one in workplace.snapshot().records if isinstance(one.body, Verdict)]
        assert verdicts
        for verdict in verdicts:
            plan = load_plan(workplace.ledger.read_blob(verdict.plan), "plan")
            facts = read_facts(workplace.ledger.read_blob(verdict.facts.sha256))
            stages = {one.name: one for one in effective_stages(plan, verdict.software_item)}
            assert evaluate_stage(stages[verdict.stage], facts) == verdict.checks


def test_the_release_gate_is_replayed_from_its_facts_alone(prepared_releasable: Device) -> None:
    """The release facts' bytes give each recorded condition again, and come back as they were."""
    with prepared_releasable.open(reading=True) as workplace:
        gates = [one.body for one in workplace.snapshot().records if isinstance(one.body, ReleaseGate)]
        assert gates
        for gate in gates:
            data = workplace.ledger.read_blob(gate.facts.sha256)
            facts = read_release_facts(data)
            assert evaluate_conditions(facts) == gate.conditions
            assert release_facts_document(facts) == data


def test_facts_are_folded_again_from_the_log_that_the_verdict_saw(prepared_releasable: Device) -> None:
    """The facts follow from the records before the verdict: cut there, the log gives the same facts."""
    with prepared_releasable.open(reading=True) as workplace:
        snapshot = workplace.snapshot()
        verdict = next(one.body for one in snapshot.records if isinstance(one.body, Verdict))
        recorded = read_facts(workplace.ledger.read_blob(verdict.facts.sha256))
        cut = msgspec.structs.replace(snapshot, records=snapshot.records[: verdict.log_size])
        assert fold_facts(cut, workplace.ledger, verdict.build, at=recorded.at) == recorded


def _state(workplace: Workplace) -> ReleaseState:
    return release(workplace, VERSION)


def _outcome(state: ReleaseState, condition: str) -> str:
    return next(one.outcome for one in state.conditions if one.check == condition)


def test_signatures_lapse_when_an_anomaly_is_added_and_evaluated_between_them(releasable: Device) -> None:
    """Attack: after the first signature an anomaly is added and evaluated by others; the first signer never saw it."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        releasable.write("quality/anomalies.yaml", ANOMALY)
        decide(workplace, "evaluate", "ANOM-001", ACCEPTABLE, person(workplace, QUALITY))
        with pytest.raises(SignedOutOfOrder, match=r"Quinn Quality .* lapsed: .*ANOM-001"):
            sign(workplace, person(workplace, RELEASE), VERSION)
        assert sign(workplace, person(workplace, QUALITY), VERSION).released is None
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None


def test_anomaly_deleted_before_the_release_is_named(releasable: Device) -> None:
    """Attack: an open anomaly is recorded and then deleted from the items."""
    with releasable.open() as workplace:
        path = releasable.write("quality/anomalies.yaml", ANOMALY)
        decide(workplace, "evaluate", "ANOM-001", ACCEPTABLE, person(workplace, QUALITY))
        path.unlink()
        releasable.write("quality/items.yaml", ITEMS.replace("title: Counter", "title: The counter"))
        state = _state(workplace)
    assert _outcome(state, "5.8.2") == "fail"


def _forge_release(workplace: Workplace) -> None:
    """Append a release record of the passing candidate that nobody signed, as a stolen pipeline key could."""
    records = workplace.snapshot().records
    candidate = next(one for one in reversed(records) if isinstance(one.body, Candidate))
    gate = next(one for one in reversed(records) if isinstance(one.body, ReleaseGate))
    body = Release(
        workplace.made(),
        VERSION,
        Reference(candidate.index, candidate.sha256),
        Reference(gate.index, gate.sha256),
        (),
        candidate.body.artefacts,
        workplace.ledger.put_blob(b"{}", "release-index.json", "application/json"),
        workplace.ledger.put_blob(b"[]", "trace-matrix.json", "application/json"),
    )
    workplace.ledger.append([Draft((subject("release", candidate.body.artefacts[0]),), body)])


def test_release_record_without_signatures_is_not_admitted(releasable: Device) -> None:
    """Attack: whoever holds the pipeline key writes a release record; production takes nothing that nobody signed."""
    digest = sha256_of(releasable.artefact.read_bytes())
    with releasable.open() as workplace:
        _forge_release(workplace)
        with pytest.raises(NotAdmitted, match="lacks the signature"):
            deploy(workplace, "production", digest)


def test_candidate_under_a_plan_that_is_no_longer_in_force_is_refused(releasable: Device) -> None:
    """Attack: a stricter plan was approved since; the candidate is to be released under the laxer one."""
    with releasable.open() as workplace:
        assert _state(workplace).outcome == "pass"
    releasable.write("clausework.yaml", PLAN.replace("safety_class: B", "safety_class: C"))
    with releasable.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "a failure may kill"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        state = _state(workplace)
    assert state.outcome == "fail"
    assert _outcome(state, "plan") == "pass"
    blocking = next(one for one in state.conditions if one.check == "5.8.1").reasons
    assert any("unit of counter is" in reason.message for reason in blocking)


def test_artefact_added_after_the_candidate_was_frozen_is_not_in_the_release(releasable: Device) -> None:
    """Attack: an artefact that no test saw is added to the build of a candidate."""
    with releasable.open() as workplace:
        extra = releasable.write("dist/probe.zip", b"never tested")
        open_build(workplace, artefacts=[extra])
        state = _state(workplace)
    assert state.outcome != "pass"
    assert not any(one.check == "5.8.1" and one.outcome == "pass" for one in state.conditions)


def test_results_recorded_after_their_evaluation_ask_for_another(releasable: Device) -> None:
    """Attack: the results are evaluated before the tests are run."""
    again = releasable.write("reports/again.xml", junit("system") + "<!-- again -->")
    with releasable.open() as workplace:
        record_files(workplace, [again], evidence_target(workplace, level="system"))
        state = _state(workplace)
    assert _outcome(state, "5.8.1") == "not_evaluated"
