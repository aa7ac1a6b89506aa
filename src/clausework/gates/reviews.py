"""What must be reviewed was, by whom, as it reads now (clauses 5.2.6, 5.3.6, 5.4.4, 5.6.5).

``to`` says how far for the class: ``requirements`` asks an accepted review of each software requirement in scope,
``architecture`` of the architecture items and of the integration tests as well, ``detailed_design`` besides of the
units. A review of a whole set stands for each item in it that reads as it did. With ``independent``, a review by
nobody but the author of the text does not count. System tests are evaluated as a whole before a release (5.7.4).
"""

from __future__ import annotations

import msgspec

from clausework.decisions.review_sets import SETS, ReviewableSet
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.facts import Facts
from clausework.gates.human_facts import ReviewFact
from clausework.gates.independence import independent_of_writers
from clausework.gates.review_challenges import challenges
from clausework.ledger.records.gates import Reason

STEPS = ("requirements", "architecture", "detailed_design")
"""How far reviews go, each step beyond the one before."""

_WANTED = {
    "requirements": ("requirements",),
    "architecture": ("requirements", "architecture", "integration-tests"),
    "detailed_design": ("requirements", "architecture", "design", "integration-tests"),
}
_FEW = 3
_ANOTHER = "another person than the author"


class _Found(msgspec.Struct, frozen=True):
    """How the items of one kind stand: those without a review, rejected ones, those that only their author reviewed.

    ``unknown`` counts the items of which no author is known, ``reviews`` are those that stand for some of the items.
    """

    count: int
    unreviewed: tuple[str, ...]
    rejected: tuple[str, ...]
    own: tuple[str, ...]
    unknown: int
    reviews: tuple[ReviewFact, ...]


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when every item and test that ``to`` names stands in an accepted review at its present text."""
    to = text(settings, "to")
    if to not in _WANTED:
        return not_evaluated(
            "the plan does not say what is to be reviewed",
            who="quality",
            command="set 'to' of 'reviews' in clausework.yaml",
        )
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    independent = settings.get("independent") is True
    wanted = [one for one in SETS if one.subject in _WANTED[to]]
    found = {one: _items(facts, one, independent=independent) for one in wanted if one.item_type}
    reasons = [reason for one, standing in found.items() for reason in _reasons(one, standing)]
    if any(not one.item_type for one in wanted):
        reasons += _unevaluated_tests(facts)
    return failed(*reasons) if reasons else _passed(facts, found)


def _items(facts: Facts, one: ReviewableSet, *, independent: bool) -> _Found:
    of_kind = facts.items_of(one.item_type)
    items = facts.requirements_in_scope() if one.subject == "requirements" else of_kind
    newest = {item: review for review in facts.human.reviews for item in review.items}
    reviews = {item.id: newest[item.id] for item in items if item.id in newest}
    return _Found(
        len(items),
        tuple(item.id for item in items if item.id not in reviews),
        tuple(item for item, review in reviews.items() if review.outcome != "accepted"),
        tuple(
            item
            for item, review in reviews.items()
            if independent and not independent_of_writers(facts, item, review.reviewers)
        ),
        sum(not facts.human.writers_of(item.id) for item in items),
        tuple({review.record: review for review in reviews.values()}.values()),
    )


def _reasons(one: ReviewableSet, found: _Found) -> list[Reason]:
    if not found.count:
        return [
            Reason(
                f"the items hold no {one.title} that could be reviewed ({one.clause})",
                who="developer",
                command="add them to the items, then clausework build",
            )
        ]
    reasons = []
    for ids, said in (
        (found.unreviewed, "not reviewed as they read now"),
        (found.rejected, "rejected in review"),
        (found.own, "reviewed by nobody but an author of their text"),
    ):
        if ids:
            named = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
            subject = one.subject if len(ids) > _FEW else ids[0]
            reasons.append(
                Reason(
                    f"{len(ids)} of {found.count} {one.title} {said} ({one.clause}): {named}",
                    items=ids,
                    who=_ANOTHER,
                    command=f"clausework decide review {subject}",
                )
            )
    return reasons


def _unevaluated_tests(facts: Facts) -> list[Reason]:
    tests = facts.human.integration_tests
    if not tests.unreviewed_count:
        return []
    more = tests.unreviewed_count - _FEW
    named = "; ".join(tests.unreviewed[:_FEW]) + (f" and {more} more" if more > 0 else "")
    return [
        Reason(
            f"{tests.unreviewed_count} of {tests.tests} integration tests were not evaluated (5.6.5): {named}",
            who=_ANOTHER,
            command="clausework decide review integration-tests",
        )
    ]


def _passed(facts: Facts, found: dict[ReviewableSet, _Found]) -> Judgement:
    said = []
    for one, standing in found.items():
        unknown = f" (commits tell no author of {standing.unknown})" if standing.unknown else ""
        said.append(f"{standing.count} {one.title}{unknown}")
    reviews = {review.record: review for standing in found.values() for review in standing.reviews}
    tests = facts.human.integration_tests
    if tests.records:
        said.append(f"{tests.tests} integration tests")
    signed = dict.fromkeys(
        (*(shown for review in reviews.values() for shown in review.signed_by), *tests.signed_by)
    )
    shown = "; ".join(list(signed)[:_FEW]) + (f" and {len(signed) - _FEW} more" if len(signed) > _FEW else "")
    return passed(
        f"reviewed as they read now: {', '.join(said)}: {shown}", *sorted({*reviews, *tests.records})
    )


CHECK = Check(
    "reviews",
    "1",
    "Reviews of requirements, architecture, design and integration tests",
    ("5.2.6", "5.3.6", "5.4.4", "5.6.5"),
    evaluate,
    challenges,
)
