"""What people did with their hands and eyes, as checks need it: manual runs, reviews, and who wrote what.

Clauses 5.2.6, 5.3.6, 5.4.4, 5.6.5, 5.7.1, 5.7.4, 5.7.5.
"""

from __future__ import annotations

import msgspec


class ManualRunFact(msgspec.Struct, frozen=True):
    """A run of a test protocol by a person. ``lacks`` says why its passes do not count; empty: they do.

    ``signature`` and ``approval`` are the records of the tester's signature and of the protocol's approval, -1 where
    there is none; ``signed_by`` is the signature as it is shown. An ``outdated`` run was recorded before an artefact
    was added to the build.
    """

    record: int
    protocol: str
    protocol_sha256: str
    level: str
    tester: str
    performed_at: str
    software: tuple[str, ...]
    serial: str
    environment: str
    equipment: tuple[str, ...]
    attachments: int
    passed: int
    failed: int
    blocked: int
    signature: int
    signed_by: str
    approval: int
    lacks: tuple[str, ...]
    superseded: bool = False
    outdated: bool = False

    @property
    def counts(self) -> bool:
        """Whether what passed in it is evidence."""
        return not self.lacks and not self.superseded and not self.outdated


class ReviewFact(msgspec.Struct, frozen=True):
    """A review that is the newest about ``items`` as they read now; ``subject`` is an item's ID or a set's name."""

    record: int
    since: int
    subject: str
    method: str
    outcome: str
    reviewers: tuple[str, ...]
    signed_by: tuple[str, ...]
    items: tuple[str, ...]


class TestReviewFact(msgspec.Struct, frozen=True):
    """The review of the automated integration tests: how many there are, and the first of those not in a review.

    ``records`` are the reviews that the others were accepted in, ``signed_by`` their signatures.
    """

    __test__ = False

    tests: int = 0
    unreviewed: tuple[str, ...] = ()
    unreviewed_count: int = 0
    records: tuple[int, ...] = ()
    signed_by: tuple[str, ...] = ()


class HumanFacts(msgspec.Struct, frozen=True):
    """Manual runs, reviews, and by person what they wrote.

    ``wrote`` holds by author the items whose present text came with commits of the build's range that touch its file,
    ``implemented`` the items that their commits are linked to, or whose units' files these touch. An item that is in
    none was written by nobody that the commits of the range tell of.
    ``changed`` holds the items that the last release did not have as they read now; ``None`` where none was released.
    """

    runs: tuple[ManualRunFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    integration_tests: TestReviewFact = TestReviewFact()
    wrote: dict[str, tuple[str, ...]] = {}
    implemented: dict[str, tuple[str, ...]] = {}
    changed: tuple[str, ...] | None = None

    def writers_of(self, item: str) -> frozenset[str]:
        """Return who wrote the item's present text, as far as commits tell."""
        return frozenset(author for author, items in self.wrote.items() if item in items)

    def implementers_of(self, item: str) -> frozenset[str]:
        """Return who implemented the item in the build's range, as far as commits tell."""
        return frozenset(author for author, items in self.implemented.items() if item in items)
