"""Failing system tests that stand as evaluated residual anomalies (clauses 5.7.1, 5.7.2, 5.8.2, 5.8.3).

A failure is tolerated where two roles tied it to an anomaly that is open, was evaluated as acceptable at its present
text, and touches no risk control, and where the test touches none either. It binds to the artefacts that failed and to
what the failure says: other artefacts, or a failure that says something else, are another matter. An anomaly is found
after the build as a rule: ``Facts.tied`` tells of those that a failure is tied to as they read now.
"""

from __future__ import annotations

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.gates.control_reach import reached_by_controls
from clausework.gates.facts import Facts, JudgementFact
from clausework.ledger.records.gates import Reason
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import CaseStanding

LEVEL = "system"
FORM = "tolerate"
KIND = "failed_test"
ANOMALIES = ("anomaly", "problem_report")

_SAYING = frozenset(
    {
        *("user_need", "system_requirement", "software_requirement", "architecture_item", "software_unit"),
        *("soup_item", "hazard", "hazardous_situation", "risk", "risk_control_measure"),
        *("test_case", "test_protocol"),
    }
)
"""Types of items a link to which says what an anomaly is about; one to a task or a change says nothing of it."""


def failure_id(software_item: str, case: str) -> str:
    """Return the name of a failed test of one software item, as a decision's subject."""
    return f"{software_item}/{case}"


def failure_digest(facts: Facts, case: CaseStanding) -> Sha256:
    """Return the digest of a failing system test as a matter: the case, what it says, the artefacts it failed on.

    Of several failures each counts that says something else: running a test until it fails mildly hides none of them.
    Where one says nothing, the records stand for it.
    """
    messages = sorted({one.strip() for one in (case.message, *case.said_before)})
    said: object = messages if len(messages) > 1 else messages[0]
    if not messages[0]:
        said = [messages[1:], case.records] if messages[1:] else case.records
    outputs = sorted(one.sha256 for one in facts.build.outputs)
    return sha256_of(canonical_json([LEVEL, case.case, said, outputs]))


def tolerated(facts: Facts) -> dict[str, JudgementFact]:
    """Return the decision by which each tolerated system test stands, by the case."""
    found: dict[str, JudgementFact] = {}
    for case in _red(facts):
        tied = [one for one in _ties(facts, case) if one.effective and _is_of(facts, case, one)]
        if tied and not objection(facts, case, str(tied[-1].fields["anomaly"])):
            found[case.case] = tied[-1]
    return found


def why_not(facts: Facts, case: CaseStanding) -> str:
    """Return why the newest decision that ties the failing ``case`` to an anomaly lets nothing stand.

    Empty where nobody decided, or where the decision holds.
    """
    ties = _ties(facts, case) if case.level == LEVEL else []
    if not ties:
        return ""
    of_this = [one for one in ties if _is_of(facts, case, one)]
    newest = (of_this or ties)[-1]
    anomaly = str(newest.fields["anomaly"])
    if not of_this:
        why = "it was of other artefacts, or of a failure that said something else"
    elif not newest.effective:
        why = f"it waits for {'; '.join(newest.missing)}: clausework sign {newest.record}"
    else:
        why = objection(facts, case, anomaly)
    return f"#{newest.record} does not let it stand as {anomaly}: {why}" if why else ""


def standing_reasons(facts: Facts) -> tuple[Reason, ...]:
    """Return, for each tolerated system test, which anomaly it stands as, by which decision, and who signed it."""
    return tuple(
        Reason(
            f"{case} failed, and stands as the residual anomaly {one.fields['anomaly']}"
            f" (#{one.record}: {'; '.join(one.signed_by)})",
            items=(str(one.fields["anomaly"]),),
            records=(one.record,),
        )
        for case, one in sorted(tolerated(facts).items())
    )


def objection(facts: Facts, case: CaseStanding, anomaly: str) -> str:
    """Return why the failing ``case`` cannot stand as the anomaly of that ID; empty where nothing is against it."""
    item = _known(facts).get(anomaly)
    barred = lasting_objection(facts, case, anomaly)
    if barred or item is None:
        return barred
    judged = facts.newest_judgement("evaluate", item.type, item)
    if judged is None:
        return f"{anomaly} is not evaluated at its present text: clausework decide evaluate {anomaly}"
    if judged.fields.get("outcome") != "acceptable":
        return f"{anomaly} was evaluated as not acceptable (#{judged.record})"
    return ""


def lasting_objection(facts: Facts, case: CaseStanding, anomaly: str) -> str:
    """Return what no evaluation of the anomaly mends: that it is none, is closed, or that a risk control is touched."""
    known = _known(facts)
    item = known.get(anomaly)
    if item is None or item.type not in ANOMALIES:
        return f"{anomaly} is no anomaly and no problem report of the items"
    if item.fields.get("status") == "closed":
        return f"{anomaly} is closed"
    guarded = reached_by_controls(tuple(known.values())) | _whole_item(facts)
    touched = sorted({target for _, target in item.links} & guarded)
    if touched:
        return f"{anomaly} touches the risk control by way of {', '.join(touched)}"
    verifies = _verified_by(facts, case)
    verified = sorted(verifies & guarded)
    if verified:
        return f"{case.case} verifies the risk control by way of {', '.join(verified)}"
    if not verifies and not _says_what_it_touches(item, known):
        return f"neither {anomaly} nor {case.case} says what it touches: that it is no risk control cannot be told"
    return ""


def _whole_item(facts: Facts) -> frozenset[str]:
    """Return the software item where it has risk controls: what was found somewhere in it may be in one."""
    return frozenset({facts.build.software_item} if facts.items_of("risk_control_measure") else ())


def _red(facts: Facts) -> list[CaseStanding]:
    return [one for one in facts.not_passed if one.level == LEVEL and one.outcome == "red"]


def _ties(facts: Facts, case: CaseStanding) -> list[JudgementFact]:
    """Return the decisions, signed or not, that tie a failure of the case to an anomaly."""
    names = {case.case, failure_id(facts.build.software_item, case.case)}
    return [
        one
        for one in facts.judgements
        if one.form == FORM and one.matter_kind == KIND and one.matter_id in names
    ]


def _is_of(facts: Facts, case: CaseStanding, one: JudgementFact) -> bool:
    return one.matter_sha256 == failure_digest(facts, case)


def _known(facts: Facts) -> dict[str, ItemFact]:
    """Return the items to judge by, with what was found since."""
    return {one.id: one for one in (*facts.items, *facts.tied)}


def _says_what_it_touches(item: ItemFact, known: dict[str, ItemFact]) -> bool:
    """Tell whether a link of the anomaly leads to what is part of the product, its requirements or its tests."""
    return any(target in known and known[target].type in _SAYING for _, target in item.links)


def _verified_by(facts: Facts, case: CaseStanding) -> frozenset[str]:
    """Return what the case verifies, in whatever role: a test under an injected fault is of a risk control too."""
    return frozenset(
        one.item
        for one in facts.item_cases
        if any((standing.case, standing.level) == (case.case, LEVEL) for standing in one.not_passed)
    )
