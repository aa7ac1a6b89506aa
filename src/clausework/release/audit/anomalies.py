"""What is asked of known problems: which bugs stay with the version, and why that was found acceptable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clausework.gates.facts import JudgementFact
from clausework.gates.tolerated import tolerated
from clausework.release.audit.answer import Audited, Said, Shown, count, listed
from clausework.release.audit.looked_up import judged_as, signed
from clausework.release.facts import ReleaseFacts
from clausework.release.failed_tests import names_test
from clausework.trace.item_fact import ItemFact

_MOST_TOLD = 6

Judged = Sequence[tuple[ItemFact, JudgementFact | None]]
"""Anomalies, each with its evaluation, if there is one."""


def open_bugs(audited: Audited) -> Said:
    """Answer Q9: residual anomalies with the reason for each, failing tests that stand, and what became known since."""
    facts = audited.facts
    listed_items = facts.open_anomalies()
    judged = _judged(facts, listed_items)
    later = _since(audited)
    missing = [f"{name} is no longer told of by the items" for name in facts.vanished]
    missing += _unacceptable(judged, asked=facts.safety_class in "BC", known="")
    missing += _unacceptable(later, asked=facts.safety_class in "BC", known=" since the release")
    missing += _untold(audited)
    stands = dict(_tolerated(audited))
    told = [_told(item, one) for item, one in judged]
    line = f"{count(len(listed_items), 'open anomaly', 'open anomalies')}"
    line += f": {'; '.join(told[:_MOST_TOLD])}" if told else ""
    line += f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    if facts.safety_class == "A" and any(one is None for _, one in judged):
        line += "; class A lists them and is not asked to evaluate them (5.8.3)"
    if stands:
        tied = [
            f"{case} fails and stands as {one.fields['anomaly']}, {signed(one)}"
            for case, one in stands.items()
        ]
        line += f"; {listed(tied)}"
    if later:
        line += f"; {listed([item.id for item, _ in later])} became known since the release"
    shown = [judged_as(one, f"{item.id} {item.title}: {_why(one)}") for item, one in judged if one]
    shown += [Shown(f"{item.id} {item.title}: evaluated by nobody") for item, one in judged if not one]
    shown += [judged_as(one, f"{case} stands as {one.fields['anomaly']}") for case, one in stands.items()]
    shown += [judged_as(one, f"{item.id} {item.title}: {_why(one)}") for item, one in later if one]
    return Said(f"{line}.", tuple(shown), tuple(missing))


def _judged(facts: ReleaseFacts, anomalies: Iterable[ItemFact]) -> Judged:
    return [(one, facts.judged("evaluate", one.type, one.id, one.sha256)) for one in anomalies]


def _told(item: ItemFact, one: JudgementFact | None) -> str:
    return f"{item.id}, {_why(one)}, {signed(one)}" if one else f"{item.id}, evaluated by nobody"


def _why(one: JudgementFact) -> str:
    outcome = str(one.fields.get("outcome", "")).replace("_", " ")
    return f"{outcome}: {str(one.fields.get('rationale', '')).rstrip('.')}"


def _unacceptable(judged: Judged, *, asked: bool, known: str) -> Iterator[str]:
    """Yield the anomalies that nobody evaluated where the class asks for it, and those that are not acceptable."""
    for item, one in judged:
        if one is None and asked:
            yield f"{item.id}{' became known' + known + ' and' if known else ''} is not evaluated"
        elif one is not None and one.fields.get("outcome") != "acceptable":
            yield f"{item.id} was evaluated as not acceptable"


def _since(audited: Audited) -> Judged:
    """Return the anomalies that stand open for the version today and were not known when it was released."""
    before = {one.id for one in audited.facts.items_of("anomaly", "problem_report")}
    later = [one for one in audited.now.open_anomalies() if one.id not in before]
    return _judged(audited.now, later)


def _tolerated(audited: Audited) -> Iterator[tuple[str, JudgementFact]]:
    for build in audited.facts.builds:
        yield from tolerated(build).items()


def _untold(audited: Audited) -> Iterator[str]:
    """Yield the failed tests of the release that no decision lets stand and no anomaly tells of."""
    listed_items = audited.facts.open_anomalies()
    for build in audited.facts.builds:
        stands = tolerated(build)
        for case in build.not_passed:
            if case.outcome != "red" or case.case in stands:
                continue
            if not any(names_test(item, case.case) for item in listed_items):
                yield f"{case.level or 'a'} test {case.case} failed, and no anomaly tells of it"
