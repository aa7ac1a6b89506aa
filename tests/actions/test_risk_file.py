"""The overall residual risk is evaluated by two people, and a release names the risk file (ISO 14971 7.4, 8)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed
from clausework.ledger.records.release import Release
from clausework.release.index import ReleaseIndex
from tests.actions.device import ITEMS, PLAN, QUALITY, RELEASE, VERSION, Device, person

EVALUATION = {
    "risk": "what remains when all controls work",
    "outcome": "acceptable",
    "rationale": "looked at in full today",
    "document_version": "RMF-001 3.2",
}


def evaluate(workplace: Workplace) -> tuple[str, ...]:
    """Let quality evaluate the risk file; return which signatures are missing."""
    return decide(workplace, "evaluate", "risk-file", EVALUATION, person(workplace, QUALITY)).missing


def effective(workplace: Workplace) -> bool:
    """Tell whether the newest evaluation of the risk file has effect."""
    return workplace.standing(workplace.snapshot()).decisions_on("evaluate", ("risk_file",))[-1].effective


def test_attack_quality_evaluates_the_overall_residual_risk_alone(established: Device) -> None:
    """ATTACK self-approval: one signature gives the evaluation no effect, and the same person gives no second one."""
    with established.open() as workplace:
        (missing,) = evaluate(workplace)
        assert "risk management or clinical or release authority" in missing
        assert not effective(workplace)
        with pytest.raises(NotAllowed):
            sign(workplace, person(workplace, QUALITY), "risk-file")
        sign(workplace, person(workplace, RELEASE), "risk-file")
        assert effective(workplace)


def test_other_evaluations_are_still_quality_s_alone(established: Device) -> None:
    """Only the whole takes two people: a single risk's evaluation has effect with one signature."""
    with established.open() as workplace:
        fields = {name: value for name, value in EVALUATION.items() if name != "document_version"}
        assert decide(workplace, "evaluate", "RISK-001", fields, person(workplace, QUALITY)).missing == ()


def test_a_changed_risk_file_waits_for_both_again(releasable: Device) -> None:
    """The evaluation is bound to the risk file's digest: another harm lapses it, and the gate names who is asked."""
    releasable.write("quality/items.yaml", ITEMS.replace("harm: Fainting", "harm: A fall"))
    releasable.commit("RISK-001: a fall as well")
    with releasable.open() as workplace:
        state = release(workplace, VERSION)
        (condition,) = (one for one in state.conditions if one.check == "risk-file")
    assert condition.outcome == "not_evaluated"
    assert "nobody evaluated the overall residual risk" in condition.reasons[0].message
    assert condition.reasons[0].who == "quality and release authority"


def test_changed_criteria_wait_for_both_again(releasable: Device) -> None:
    """Attack: once the whole is evaluated, the plan calls a higher level acceptable. The evaluation is asked again."""
    releasable.write("clausework.yaml", PLAN + "risk_matrix: {acceptable: [low, medium]}\n")
    releasable.commit("Plan: more is acceptable")
    with releasable.open() as workplace:
        evaluate(workplace)
        sign(workplace, person(workplace, RELEASE), "risk-file")
        now = workplace.standing(workplace.snapshot()).decisions_on("evaluate", ("risk_file",))
    before, after = (one.decision for one in now[-2:])
    assert before.matter.sha256 == after.matter.sha256
    assert before.fields["criteria"] != after.fields["criteria"]


def test_the_release_names_the_risk_file(releasable: Device) -> None:
    """The index holds the digest, a name for people, and the evaluation with both who signed it."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
        (body,) = (one.body for one in workplace.snapshot().records if isinstance(one.body, Release))
        index = msgspec.json.decode(workplace.ledger.read_blob(body.index.sha256), type=ReleaseIndex)
    assert index.risk_file_name.startswith("1 hazard, 1 hazardous situation, 1 risk, 1 risk control")
    assert index.risk_file_version[:12] in index.risk_file_name
    assert index.overall_residual_risk is not None
    assert index.overall_residual_risk.matter_sha256 == index.risk_file_version
    assert len(index.overall_residual_risk.signed_by) == 2
