"""Failing system tests that stand as evaluated residual anomalies (clauses 5.7.1, 5.7.2, 5.8.2, 5.8.3).

A failure is tolerated where two roles tied it to an anomaly that is open, was evaluated as acceptable at its present
text, and touches no risk control, and where the test touches none either. It binds to the artefacts that failed and to
what the failure says: other artefacts, or a failure that says something else, are another matter.
"""

from __future__ import annotations

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.gates.facts import Facts, JudgementFact
from clausework.trace.results import CaseStanding

LEVEL = "system"
FORM = "tolerate"
KIND = "failed_test"
ANOMALIES = ("anomaly", "problem_report")

_RISK_FILE = frozenset({"hazard", "hazardous_situation", "risk", "risk_control_measure"})


def failure_digest(facts: Facts, case: CaseStanding) -> Sha256:
    """Return the digest of a failing system test as a matter: the case, what it says, the artefacts it failed on.

    Of several failures it is the newest that speaks. Where it says nothing, its records stand for it.
    """
    said: object = case.message.strip() or case.records
    outputs = sorted(one.sha256 for one in facts.build.outputs)
    return sha256_of(canonical_json([LEVEL, case.case, said, outputs]))


def tolerated(facts: Facts) -> dict[str, JudgementFact]:
    """Return the decision by which each tolerated system test stands, by the case."""
    red = [one for one in facts.not_passed if one.level == LEVEL and one.outcome == "red"]
    decided = facts.effective_judgements(FORM, KIND) if red else ()
    if not decided:
        return {}
    found: dict[str, JudgementFact] = {}
    for case in red:
        tied = [
            one
            for one in decided
            if (one.matter_id, one.matter_sha256) == (case.case, failure_digest(facts, case))
        ]
        if tied and not objection(facts, case, str(tied[-1].fields["anomaly"])):
            found[case.case] = tied[-1]
    return found


def objection(facts: Facts, case: CaseStanding, anomaly: str) -> str:
    """Return why the failing ``case`` cannot stand as the anomaly of that ID; empty where nothing is against it."""
    item = next((one for one in facts.items if one.id == anomaly and one.type in ANOMALIES), None)
    if item is None:
        return f"{anomaly} is no anomaly and no problem report of the items"
    if item.fields.get("status") == "closed":
        return f"{anomaly} is closed"
    judged = facts.newest_judgement("evaluate", item.type, item)
    if judged is None or judged.fields.get("outcome") != "acceptable":
        return f"{anomaly} is not evaluated as acceptable at its present text"
    guarded = _guarded(facts)
    touched = sorted({target for _, target in item.links} & guarded)
    if touched:
        return f"{anomaly} touches the risk control by way of {', '.join(touched)}"
    verifies = _verified_by(facts, case)
    if not item.links and not verifies:
        return f"neither {anomaly} nor {case.case} says what it touches: that it is no risk control cannot be told"
    verified = sorted(verifies & guarded)
    if verified:
        return f"{case.case} verifies the risk control by way of {', '.join(verified)}"
    return ""


def _guarded(facts: Facts) -> frozenset[str]:
    """Return the risk file, the requirements and units that realise risk controls, and the tests of any of these."""
    controls = [one for one in facts.items if one.type == "risk_control_measure"]
    realising = {target for one in controls for target in one.targets("realised_by")}
    units = {
        one.id
        for one in facts.items
        if one.type == "software_unit" and realising & set(one.targets("implements"))
    }
    guarded = {*(one.id for one in facts.items if one.type in _RISK_FILE), *realising, *units}
    tests = {
        one.id
        for one in facts.items
        if one.type in {"test_case", "test_protocol"} and guarded & {target for _, target in one.links}
    }
    return frozenset(guarded | tests)


def _verified_by(facts: Facts, case: CaseStanding) -> frozenset[str]:
    """Return what the case verifies, in whatever role: a test under an injected fault is of a risk control too."""
    return frozenset(
        one.item
        for one in facts.item_cases
        if any((standing.case, standing.level) == (case.case, LEVEL) for standing in one.not_passed)
    )
