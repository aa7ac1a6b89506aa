"""6.2.3 and MDR Annex IX 4.10: a person decided whether the change is significant, and what the UDI becomes."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import JudgementFact
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition, members
from clausework.release.facts import ReleaseFacts
from clausework.standards.questions import faults_of_answers, questions_of


def _significance_decided(facts: ReleaseFacts) -> Judgement:
    judged = facts.judged("significance", "significance", facts.version, facts.subject)
    command = f"clausework decide significance {facts.version}"
    if judged is None:
        return not_evaluated(
            "nobody decided whether the change is significant: the questions of"
            f" '{facts.planned.questions}' are not answered for these artefacts",
            who="quality",
            command=command,
        )
    reasons = [*_contradiction(facts, judged, command), *_udi(facts, judged)]
    if reasons:
        return failed(*reasons)
    told = str(judged.fields["decision"]).replace("_", " ")
    udi = "new UDI-DI" if judged.fields["udi"] == "new_di" else "new UDI-PI, the same UDI-DI"
    return passed(f"{told}, {udi}: decided by {'; '.join(judged.signed_by)}", judged.record)


def _contradiction(facts: ReleaseFacts, judged: JudgementFact, command: str) -> list[Reason]:
    """Name what the decision may not say: a significant change without its review, a first release that is none."""
    reasons: list[str] = []
    if judged.fields["decision"] == "significant" and not judged.fields.get("regulatory_review"):
        reasons.append("the change was judged significant, and no regulatory review of it is recorded")
    if judged.fields["decision"] == "first_release" and facts.previous is not None:
        reasons.append(f"it was decided as a first release, and {facts.previous.version} was released before")
    asked = questions_of(facts.planned.questions)
    answers = members(judged.fields["answers"])
    reasons += faults_of_answers(asked, answers, str(judged.fields["decision"]))
    return [Reason(one, records=(judged.record,), who="quality", command=command) for one in reasons]


def _udi(facts: ReleaseFacts, judged: JudgementFact) -> list[Reason]:
    """Hold the UDI that the plan gives against the decision; a first release has nothing to be held against."""
    before = facts.previous
    if before is None or not before.udi_di:
        return []
    changed = facts.planned.udi_di != before.udi_di
    if changed == (judged.fields["udi"] == "new_di"):
        return []
    said = "stays" if changed else "changes"
    is_now = "another" if changed else "the same"
    return [
        Reason(
            f"it was decided that the UDI-DI {said}, and the plan has {is_now} as {before.version}: "
            f"{facts.planned.udi_di}",
            records=(judged.record,),
            who="quality",
            command=f"correct 'device: udi_di:', or clausework decide significance {facts.version}",
        )
    ]


CONDITIONS = (
    Condition(
        "significance",
        "Significance and UDI decided",
        ("6.2.3", "MDR IX 4.10", "MDR Annex VI C 6.5"),
        "ABC",
        _significance_decided,
    ),
)
