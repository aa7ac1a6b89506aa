"""What ``decide review`` takes at once: every item of a kind, or every automated integration test (5.2.6 to 5.6.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from clausework.actions.components import newest_builds
from clausework.actions.items import present_items
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.errors import NotAllowed, UsageFault
from clausework.decisions.review_sets import Member, ReviewableSet
from clausework.evidence.detail import Case, read_detail
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Matter
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.manual import ReviewSet
from clausework.release.condition import JUDGES
from clausework.release.thresholds import QUALITY
from clausework.trace.evidence_of import evidence_of

_LEVEL = "integration"


class NothingToReview(UsageFault):
    """A set that is to be reviewed has no member."""

    hint = "Add the items and commit them; record the integration tests' report with --level integration."


class ReviewedInVain(NotAllowed):
    """The release counts a review of this only in roles that the person does not hold, so it is not recorded."""

    hint = "Ask a person who holds the role; the plan in force says who does."


def counted_role(matter: Matter, held: Collection[str], roles: Sequence[str]) -> str:
    """Return which of ``roles`` a person who holds ``held`` reviews in, empty for none (5.7.4, 5.8.1).

    Where the release gate counts the review in some roles alone, it is one of these. Raises ``ReviewedInVain`` for a
    person who could sign, and whose signature nothing would count.
    """
    counted = _COUNTED.get(matter.kind, roles) if not matter.id.startswith("#") else roles
    role = next((role for role in roles if role in held and role in counted), "")
    if not role and any(role in held for role in roles):
        named = " or ".join(role.replace("_", " ") for role in counted)
        kind = matter.kind.replace("_", " ")
        raise ReviewedInVain(f"A review of the {kind} {matter.id} counts in the role {named} alone.")
    return role


_COUNTED = {"plan_finding": (QUALITY,), "verification": JUDGES, "validation": JUDGES}
"""In which roles the release gate counts a review of the whole; the review of a rebuild is not among it."""


def reviewed_set(workplace: Workplace, one: ReviewableSet) -> tuple[Matter, tuple[Draft, ...]]:
    """Return the set as it stands as a matter, and the drafts that record what is in it; raises ``NothingToReview``."""
    behind: tuple[Draft, ...] = ()
    members: set[Member]
    if one.item_type:
        present = present_items(workplace)
        members = {(item.id, item.content_hash) for item in present.items if item.type == one.item_type}
        behind = (present.draft,)
    else:
        members = {(name, "") for name in _integration_tests(workplace)}
    if not members:
        raise NothingToReview(f"There are no {one.title} that could be reviewed.")
    kept = workplace.ledger.put_blob(
        canonical_json(sorted(members)), f"{one.subject}.json", "application/json"
    )
    body = ReviewSet(workplace.made(), one.kind, kept, len(members))
    draft = Draft((subject(one.kind, kept.sha256),), body, kept.sha256)
    return Matter(one.kind, one.subject, kept.sha256), (*behind, draft)


def _integration_tests(workplace: Workplace) -> Iterator[str]:
    snapshot = workplace.snapshot()
    for build in newest_builds(workplace, snapshot):
        found = evidence_of(snapshot.records, build.id)
        for record in (*found.tests, *found.red_tests):
            result: TestResult = record.body
            if result.clausework.origin.level == _LEVEL and result.clausework.manual is None:
                with workplace.ledger.open_blob(result.clausework.reading.detail.sha256) as stream:
                    yield from (case.identity for case in read_detail(stream, Case))
