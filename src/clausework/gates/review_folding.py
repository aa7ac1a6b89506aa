"""From decisions to reviews by item: individual ones, and those of a set at once (5.2.6, 5.3.6, 5.4.4, 5.6.5).

Of all reviews of an item at its present content hash the newest stands, whether it was of the item alone or of a set
that had it so. A set's members are what was recorded when the set was reviewed, never what the set holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from clausework.decisions.review_sets import INTEGRATION_TESTS, KINDS, Member, read_members
from clausework.gates.human_facts import ReviewFact, TestReviewFact
from clausework.ledger.records import Record
from clausework.ledger.records.manual import ReviewSet
from clausework.trace.item_fact import ItemFact
from clausework.trace.shown import shown_signature
from clausework.trace.standing import Standing, StandingDecision

ReadBlob = Callable[[str], bytes]

_MOST_NAMED = 20
_ACCEPTED = "accepted"


class Reviews:
    """The reviews with effect, oldest first, each with the members that it is about."""

    def __init__(self, standing: Standing, records: Iterable[Record], read_blob: ReadBlob) -> None:
        self._decisions = [one for one in standing.decisions_on("review") if one.effective]
        self._sets = {
            (one.body.kind, one.body.members.sha256): one.index
            for one in reversed(tuple(records))
            if isinstance(one.body, ReviewSet)
        }
        self._read_blob = read_blob
        self._members: dict[str, tuple[Member, ...]] = {}

    def newest(self) -> dict[Member, StandingDecision]:
        """Return the newest review of each text that was ever reviewed, by itself or in a set, by ID and hash."""
        return {text: one for one in self._decisions for text in self._about(one) if text[1]}

    def of_items(self, items: Sequence[ItemFact]) -> tuple[ReviewFact, ...]:
        """Return the reviews that are the newest about some of ``items`` as they read now."""
        current = {item.id: item.sha256 for item in items}
        types = {item.id: item.type for item in items}
        newest: dict[str, int] = {}
        for number, one in enumerate(self._decisions):
            for item_id, sha256 in self._about(one):
                kind = one.decision.matter.kind
                if sha256 and current.get(item_id) == sha256 and kind in {types[item_id], *KINDS}:
                    newest[item_id] = number
        about: dict[int, list[str]] = {}
        for item_id, number in newest.items():
            about.setdefault(number, []).append(item_id)
        return tuple(_fact(self._decisions[number], sorted(ids)) for number, ids in sorted(about.items()))

    def of_tests(self, names: Sequence[str]) -> TestReviewFact:
        """Return which of the automated integration tests ``names`` stand in no accepted review."""
        accepted: dict[str, int] = {}
        wanted = frozenset(names)
        for one in self._decisions:
            if one.decision.matter.kind == INTEGRATION_TESTS:
                for name, _ in self._about(one):
                    if name in wanted:
                        is_accepted = one.decision.fields.get("outcome") == _ACCEPTED
                        accepted[name] = one.record.index if is_accepted else -1
        missing = sorted(name for name in wanted if accepted.get(name, -1) < 0)
        records = frozenset(accepted.values())
        reviews = [one for one in self._decisions if one.record.index in records]
        return TestReviewFact(
            len(wanted),
            tuple(missing[:_MOST_NAMED]),
            len(missing),
            tuple(one.record.index for one in reviews),
            tuple(shown_signature(given) for one in reviews for given in one.given),
        )

    def _about(self, one: StandingDecision) -> Iterator[Member]:
        matter = one.decision.matter
        if matter.kind not in KINDS:
            yield matter.id, matter.sha256
            return
        recorded = self._sets.get((matter.kind, matter.sha256))
        if recorded is not None and recorded < one.record.index:
            if matter.sha256 not in self._members:
                self._members[matter.sha256] = read_members(self._read_blob(matter.sha256))
            yield from self._members[matter.sha256]


def reviewed_items(reviews: Iterable[ReviewFact], approved: Mapping[str, bool]) -> frozenset[str]:
    """Return the items whose newest review accepted them, and the test protocols that are ``approved`` as they read."""
    accepted = {item for one in reviews if one.outcome == _ACCEPTED for item in one.items}
    return frozenset(accepted) | {item for item, is_approved in approved.items() if is_approved}


def _fact(one: StandingDecision, items: Sequence[str]) -> ReviewFact:
    fields = one.decision.fields
    return ReviewFact(
        record=one.record.index,
        since=one.since,
        subject=one.decision.matter.id,
        method=str(fields.get("method", "")),
        outcome=str(fields.get("outcome", "")),
        reviewers=tuple(given.email.lower() for given in one.given),
        signed_by=tuple(map(shown_signature, one.given)),
        items=tuple(items),
    )
