"""Puts together what people did by hand and eye: runs of protocols, reviews, authorship."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.authors import ByAuthor, implementers, writers
from clausework.gates.baselines import Baselines
from clausework.gates.commit_facts import read_commits
from clausework.gates.facts import BuildFact, CommitFact
from clausework.gates.human_facts import HumanFacts
from clausework.gates.manual_folding import (
    Judged,
    approval_of,
    manual_run_facts,
    present_protocol,
    uncounted,
)
from clausework.gates.review_folding import Reviews, reviewed_items
from clausework.items.model import Item, ItemType
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.control import ItemBaseline
from clausework.plan.model import Plan
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.item_fact import ItemFact
from clausework.trace.standing import Standing
from clausework.trace.test_links import Holds


class ByHand(msgspec.Struct, frozen=True):
    """What is known before the tests are folded: the runs, whose passes do not count, and what they are held against.

    ``reviewed`` are the items that a person accepted as they read now.
    """

    facts: HumanFacts
    judged: Judged
    uncounted: frozenset[str]
    reviewed: frozenset[str]
    reviews: Reviews

    def holding(self, record: Record, unchanged: Holds) -> Holds:
        """Return what tells whether ``record`` is about an item as it reads now: ``unchanged``, or the protocol run."""
        protocol = present_protocol(record, self.judged)
        return (lambda item: item == protocol or unchanged(item)) if protocol else unchanged

    def with_tests(
        self, integration: Sequence[str], commits: Sequence[CommitFact], items: Sequence[ItemFact]
    ) -> HumanFacts:
        """Return the facts with the reviews of the automated tests ``integration``, and who implemented what."""
        return msgspec.structs.replace(
            self.facts,
            integration_tests=self.reviews.of_tests(integration),
            implemented=implementers(commits, items),
        )


def by_hand(
    found: BuildEvidence,
    items: Sequence[Item],
    facts: Sequence[ItemFact],
    plan: Plan,
    safety_class: str,
    build: BuildFact,
    baselines: Baselines,
    since: int,
    standing: Standing,
    snapshot: Snapshot,
    ledger: Ledger,
) -> ByHand:
    """Return what people did about the build; ``since`` is the record of the last release's items, 0 for none."""
    records = snapshot.records
    changed = _changed(items, baselines, records, since)
    wrote = _wrote(found, items if changed is None else changed, ledger)
    judged = Judged(
        items={item.id: item for item in items},
        artefacts=frozenset(one.output.artefact.sha256 for one in found.outputs),
        authors=frozenset(author.lower() for author in build.authors),
        safety_class=safety_class,
        roles=tuple(plan.roles),
        wrote=wrote,
    )
    runs = manual_run_facts(found, judged, standing, standing.superseded())
    reviews = Reviews(standing, records, ledger.read_blob)
    by_item = reviews.of_items(facts)
    approved = {
        item.id: approval_of(standing, item.id, item.sha256) is not None
        for item in facts
        if item.type == ItemType.TEST_PROTOCOL
    }
    return ByHand(
        HumanFacts(
            runs,
            by_item,
            wrote=wrote,
            changed=None if changed is None else tuple(item.id for item in changed),
        ),
        judged,
        uncounted(found, runs),
        reviewed_items(by_item, approved),
        reviews,
    )


def _changed(
    items: Sequence[Item], baselines: Baselines, records: Sequence[Record], since: int
) -> tuple[Item, ...] | None:
    """Return the items that the last release did not have as they read now; ``None`` where there was none."""
    released = records[since].body if since else None
    return baselines.changed(released.baseline, items) if isinstance(released, ItemBaseline) else None


def _wrote(found: BuildEvidence, changed: Sequence[Item], ledger: Ledger) -> ByAuthor:
    return writers(read_commits(found.build, ledger.open_blob), found.build.folder, changed)
