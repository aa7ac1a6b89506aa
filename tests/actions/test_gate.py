"""Gates and promotions: again on the same facts, on new ones, and while others record."""

from __future__ import annotations

import pytest

from clausework.actions.deploy import deploy
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import GateRefused, StageUnknown, refuse_unless_passing, run_gates
from clausework.actions.given_texts import TextUnfit
from clausework.actions.promote import (
    EnvironmentUnknown,
    PromotionRefused,
    automatic_promotions,
    promote,
)
from clausework.actions.rebuild import rebuild_build
from clausework.actions.record import record_files
from clausework.actions.status import status
from clausework.core.digests import sha256_of
from clausework.ledger.records.build import Rebuild
from clausework.ledger.records.gates import Promotion, Verdict
from clausework.ledger.records.release import Deployment
from clausework.release.admission import NotAdmitted
from tests.actions.device import Device, junit


def make_red(device: Device) -> None:
    """Record a failed unit test about the current build."""
    report = device.write("reports/red.xml", junit("unit", failed=True))
    with device.open() as workplace:
        record_files(workplace, [report], evidence_target(workplace, level="unit"))


def test_a_pipeline_that_runs_again_adds_no_verdict_and_no_promotion(verified: Device) -> None:
    """Rebuild, gates and promotions on unchanged facts find the records that are there."""
    before = verified.count()
    with verified.open() as workplace:
        rebuild_build(workplace)
        again = run_gates(workplace)
        automatic_promotions(workplace, build_id=again.build.id)
        assert promote(workplace, "development").existed
    assert verified.count() == before
    assert {stage.index for stage in again.stages} == {
        one.index for one in verified.records() if isinstance(one.body, Verdict)
    }


def test_new_facts_make_a_new_verdict_even_where_the_outcome_stays(verified: Device) -> None:
    """A verdict is reused only on the same facts: a further report is judged, and its verdict recorded."""
    more = verified.write("reports/more.xml", junit("unit").replace("tests.unit", "more.unit"))
    with verified.open() as workplace:
        old = run_gates(workplace, ["unit"]).stages[0].index
        record_files(workplace, [more], evidence_target(workplace, level="unit"))
        new = run_gates(workplace, ["unit"]).stages[0]
    assert new.outcome == "pass"
    assert new.index > old


def test_an_old_pass_does_not_come_back_after_a_fail(verified: Device) -> None:
    """After red results the newest verdict is the fail, however often the gate runs."""
    make_red(verified)
    with verified.open() as workplace:
        first, second = run_gates(workplace, ["unit"]), run_gates(workplace, ["unit"])
        with pytest.raises(GateRefused):
            refuse_unless_passing(second)
    assert first.stages[0].outcome == second.stages[0].outcome == "fail"
    assert first.stages[0].index == second.stages[0].index


def test_a_preview_records_nothing_and_needs_no_key(verified: Device) -> None:
    """A preview answers from a ledger that is open for reading, its keys away."""
    (verified.store / "keys").rename(verified.folder / "keys")
    before = verified.count()
    with verified.open(reading=True) as workplace:
        run = run_gates(workplace, preview=True)
    assert run.passes
    assert {stage.index for stage in run.stages} == {-1}
    assert verified.count() == before


def test_unknown_stages_and_environments_leave_nothing(verified: Device) -> None:
    """A stage or an environment that the plan does not have is a usage fault, the release gate no stage to run."""
    before = verified.count()
    with verified.open() as workplace:
        for name in ("nosuch", "release"):
            with pytest.raises(StageUnknown):
                run_gates(workplace, ["unit", name])
        with pytest.raises(EnvironmentUnknown):
            promote(workplace, "nowhere")
        with pytest.raises(EnvironmentUnknown):
            deploy(workplace, "nowhere", "0" * 64)
        with pytest.raises(PromotionRefused):
            promote(workplace, "production")
    assert verified.count() == before


def test_a_verdict_that_no_longer_holds_promotes_nothing(verified: Device) -> None:
    """A red result after the verdict stops promotion and deployment, though no gate has run since."""
    make_red(verified)
    digest = sha256_of(verified.artefact.read_bytes())
    with verified.open() as workplace:
        assert automatic_promotions(workplace) == ()
        with pytest.raises(PromotionRefused, match="no longer passes"):
            promote(workplace, "staging")
        with pytest.raises(NotAdmitted, match="no longer passes"):
            deploy(workplace, "staging", digest)
        shown = status(workplace)
    assert verified.count(Promotion) == 2
    assert "it would be fail" in next(one for one in shown.items[0].stages if one.stage == "unit").reason


def test_a_deployment_is_recorded_whether_it_is_admitted_or_refused(verified: Device) -> None:
    """Both answers are evidence; what cannot be asked is not."""
    digest = sha256_of(verified.artefact.read_bytes())
    with verified.open() as workplace:
        deploy(workplace, "staging", digest, operator="ops", site="bench 1")
        with pytest.raises(NotAdmitted):
            deploy(workplace, "production", digest)
        for bad in ("\x1b[31m", "x" * 201, "\udcff"):
            with pytest.raises(TextUnfit):
                deploy(workplace, "staging", digest, site=bad)
    outcomes = [one.body.outcome for one in verified.records() if isinstance(one.body, Deployment)]
    assert outcomes == ["admitted", "refused"]


def test_a_rebuild_that_comes_out_otherwise_is_a_record_of_its_own(verified: Device) -> None:
    """Only a rebuild like the newest one adds nothing; the plan of the build says how it is built."""
    plan = verified.folder / "clausework.yaml"
    plan.write_text(plan.read_text("utf-8").replace("tools/build.py]", "tools/nosuch.py]"), "utf-8")
    with verified.open() as workplace:
        assert rebuild_build(workplace).body.outcome == "identical"
    assert verified.count(Rebuild) == 1
