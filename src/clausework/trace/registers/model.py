"""What a register holds: items and cases by number, pages of items, one entry per release, and people's reviews."""

from __future__ import annotations

import msgspec

from clausework.trace.results import CaseOutcome

PAGE = 128
"""Items on one page: those whose numbers have the same quotient."""

VERSION = 2
"""Of the register's shape and of what the fold means; a register of another version is dropped."""

HEAD = b"head"
ITEM_NUMBER, CASE_NUMBER, FACT_NUMBER = b"i", b"c", b"f"
CASE, FACT = b"C", b"F"
ITEM_PAGE, REVIEW_PAGE = b"p", b"r"
RELEASE, FOOTPRINT = b"v", b"t"
"""The first byte of a key says what is kept under it. An item is named by its number wherever it is stored."""


class Head(msgspec.Struct, frozen=True, array_like=True):
    """How far the register has come: the log's size, the tree's frontier there, and what was numbered so far.

    ``reviews`` maps the number of a page to the key of the page of reviews.
    """

    version: int
    software: str
    size: int
    frontier: tuple[bytes, ...]
    items: int = 0
    cases: int = 0
    facts: int = 0
    reviews: dict[int, bytes] = {}


class KeptFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item as rows need it; ``fields`` are those that a row shows. What a link leads to in vain has no type."""

    id: str
    type: str
    title: str
    sha256: str
    links: tuple[tuple[str, str], ...]
    fields: dict[str, str]


class KeptCase(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A test case at a level, and its source file as the report names it."""

    level: str
    case: str
    file: str


class CasesOfRole(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The cases that verify an item in one role: their numbers as differences, and in which records each stands.

    ``slots`` has for each case the number of the record among the release's records, or several.
    """

    role: str
    cases: tuple[int, ...]
    slots: tuple[int | tuple[int, ...], ...]


class PagedItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One item of a release: its fact, the items that its links lead to and come from, its cases."""

    fact: int
    targets: tuple[int, ...]
    leading: tuple[tuple[str, tuple[int, ...]], ...]
    cases: tuple[CasesOfRole, ...]


class KeptRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A test record behind a release, and the run of the build that it is about, in words."""

    index: int
    run: str


class NotPassed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a case stands that did not pass, and its message."""

    outcome: CaseOutcome
    message: str


class CoverageOfLevel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Line coverage by unit at one level, in columns: the units' numbers in order, lines covered, lines in all."""

    units: tuple[int, ...]
    covered: tuple[int, ...]
    total: tuple[int, ...]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One build of a release; what differs from release to release stands here, by number of item, case and slot.

    ``pages`` are the keys of its pages by the pages' numbers. ``item_commits`` are the places among ``commits`` of
    those that are linked to an item, ``touching`` of those that change a file of it. ``elsewhere`` are the items, in
    order, that belong to other software items alone.
    """

    build: str
    build_record: int
    software_item: str
    safety_class: str
    pages: dict[int, bytes]
    records: tuple[KeptRecord, ...]
    not_passed: dict[int, NotPassed]
    commits: tuple[bytes, ...]
    item_commits: dict[int, tuple[int, ...]]
    touching: dict[int, tuple[int, ...]]
    coverage: dict[str, CoverageOfLevel]
    suspects: dict[int, int]
    elsewhere: tuple[int, ...] = ()


class KeptRelease(msgspec.Struct, frozen=True, array_like=True):
    """A released version: the record of the release, and its builds in the candidate's order."""

    record: int
    builds: tuple[Entry, ...]


class ReviewsOfItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What people's effective reviews of one text of an item come to.

    ``verifying`` are the records of accepted verifications otherwise than by test, ``accepted`` tells whether the
    newest review of the text, in whatever method, accepted it.
    """

    sha256: str
    verifying: tuple[int, ...]
    accepted: bool


ReviewPage = dict[int, tuple[ReviewsOfItem, ...]]
"""Reviews by the number of the item."""
