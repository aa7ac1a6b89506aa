"""The overall residual risk at the release gate: what passes, and what the release says of the risk file (14971 8)."""

from __future__ import annotations

from clausework.release.facts import ReleaseFacts
from clausework.release.risk_file import risk_file_name
from tests.release.changes import added_and_judged, changed, together, verdict_on
from tests.release.refusals_of_risk_file import HIGH, OUTWEIGHED, signed_by


def test_a_risk_that_its_benefit_outweighs_passes_and_is_named(sound: ReleaseFacts) -> None:
    """The way out is told in the item, signed at its present text, and stands in the verdict that people sign."""
    facts = together(added_and_judged("evaluate", OUTWEIGHED), HIGH)(sound)
    verdict = verdict_on(facts, "risk-file")
    assert verdict.outcome == "pass"
    assert "outweighed by their benefit: RISK-9" in verdict.reasons[0].message


def test_class_a_is_asked_too(sound: ReleaseFacts) -> None:
    """EN 62304 4.2 and ISO 14971 8 hold for every class: two roles evaluate the whole."""
    facts = changed(signed_by("quality")(sound), safety_class="A")
    assert verdict_on(facts, "risk-file").outcome == "not_evaluated"


def test_the_risk_file_is_named_for_people(sound: ReleaseFacts) -> None:
    """What it holds and its digest; and the document's version, where whoever evaluated it said so."""
    held = "1 hazard, 1 hazardous situation, 1 risk, 1 risk control"
    assert risk_file_name(sound) == f"{held}; sha256 {sound.risk_file[:12]}"
    named = tuple(
        changed(one, fields={**one.fields, "document_version": "RMF-001 3.2"})
        if one.matter_kind == "risk_file"
        else one
        for one in sound.judgements
    )
    assert risk_file_name(changed(sound, judgements=named)).startswith("RMF-001 3.2 (1 hazard")
