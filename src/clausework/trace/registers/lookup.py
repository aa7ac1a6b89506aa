"""Rows about one item, from the pages of a register: those that the fold would give, and nothing else is read.

An item's rows depend on its neighbours: what it derives from, realises, controls, and is implemented by. They are
collected link by link; the matrix of the neighbourhood then has the same rows about the item as that of all items.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import msgspec

from clausework.ledger.records.values import Ratio
from clausework.trace.item_fact import ItemFact
from clausework.trace.matrix import Matrix, Traced, matrix_of
from clausework.trace.registers.encoding import RegisterDamaged, digest_key, number_key, unseal
from clausework.trace.registers.model import (
    CASE,
    FACT,
    FOOTPRINT,
    HEAD,
    ITEM_NUMBER,
    PAGE,
    RELEASE,
    Entry,
    Head,
    KeptCase,
    KeptFact,
    KeptRelease,
    PagedItem,
    ReviewPage,
    ReviewsOfItem,
)
from clausework.trace.registers.numbers import Read
from clausework.trace.results import CaseStanding, ItemCases

_Page = dict[int, bytes]
_paged_decoder = msgspec.msgpack.Decoder(PagedItem)


class _Node(msgspec.Struct, frozen=True):
    """An item with its neighbours by role: ``down`` where its links lead, ``up`` where links to it come from."""

    fact: ItemFact
    down: dict[str, list[int]]
    up: dict[str, tuple[int, ...]]
    paged: PagedItem


def read_head(read: Read) -> Head | None:
    """Return how far the register has come; ``None`` where there is none. Raises ``RegisterDamaged``."""
    sealed = read([HEAD]).get(HEAD)
    return None if sealed is None else unseal(HEAD, sealed, Head)


def release_key(version: str) -> bytes:
    """Return the key of the entries of a version."""
    return RELEASE + version.encode()


def footprint_key(version: str) -> bytes:
    """Return the key of the footprint of a version."""
    return FOOTPRINT + version.encode()


def read_release(read: Read, version: str) -> KeptRelease | None:
    """Return what is kept of a version; ``None`` where nothing is. Raises ``RegisterDamaged``."""
    key = release_key(version)
    sealed = read([key]).get(key)
    return None if sealed is None else _release(key, sealed)


@lru_cache(maxsize=8)  # entries are some ten kilobytes, and one is often asked for several items
def _release(key: bytes, sealed: bytes) -> KeptRelease:
    return unseal(key, sealed, KeptRelease)


def item_number(read: Read, item: str) -> int | None:
    """Return the number of an item, if it has one; raises ``RegisterDamaged``."""
    key = digest_key(ITEM_NUMBER, item)
    sealed = read([key]).get(key)
    return None if sealed is None else unseal(key, sealed, int)


class Pages:
    """The items of one build of a release, read page by page as they are asked for."""

    def __init__(self, read: Read, head: Head, entry: Entry) -> None:
        self._read = read
        self._head = head
        self._entry = entry
        self._nodes: dict[int, _Node] = {}
        self._pages: dict[bytes, _Page] = {}
        self._named: dict[int, KeptCase] = {}

    def holds(self, number: int, item: str) -> bool:
        """Tell whether the build has ``item`` under ``number``: as one of its items, or as where a link leads."""
        self.load([number])
        return number in self._nodes and self._nodes[number].fact.id == item

    def matrix_about(self, number: int) -> Matrix:
        """Return a matrix that has every row in which the item stands, as the whole matrix has it, and others."""
        candidates = self._candidates(number)
        self._load_for_rows(candidates)
        numbers = sorted(self._nodes)
        ids = {one: self._nodes[one].fact.id for one in numbers}
        reviews = self._reviews(numbers)
        entry = self._entry
        commits = [one.decode() for one in entry.commits]
        self._read_cases(numbers)
        traced = Traced(
            cases=[cases for one in numbers for cases in self._cases(one)],
            reviews={ids[one]: found.verifying for one, found in reviews.items() if found.verifying},
            commits={
                ids[one]: [commits[place] for place in entry.item_commits[one]]
                for one in numbers
                if one in entry.item_commits
            },
            touching={
                ids[one]: [commits[place] for place in entry.touching[one]]
                for one in numbers
                if one in entry.touching
            },
            coverage={ids[one]: _coverage(entry, one) for one in numbers},
            suspects={
                ids[one]: entry.suspects[one]
                for one in numbers
                if one in entry.suspects and not (one in reviews and reviews[one].accepted)
            },
            elsewhere=frozenset(ids[one] for one in numbers if _stands_in(entry.elsewhere, one)),
        )
        return matrix_of([fact for one in numbers if _is_item(fact := self._nodes[one].fact)], traced)

    def everything(self) -> Iterable[tuple[ItemFact, tuple[ItemCases, ...]]]:
        """Yield every item with its cases, sorted by ID: the register's content, whatever the numbers in it."""
        self.load(
            page * PAGE + place for page in self._entry.pages for place in self._page(self._entry.pages[page])
        )
        self._read_cases(self._nodes)
        for node in sorted(self._nodes, key=lambda one: self._nodes[one].fact.id):
            if _is_item(self._nodes[node].fact):
                yield self._nodes[node].fact, self._cases(node)

    def load(self, numbers: Iterable[int]) -> None:
        """Read the items of ``numbers`` that the build has."""
        wanted = [one for one in dict.fromkeys(numbers) if one not in self._nodes and one >= 0]
        pages = self._entry.pages
        keys = {pages[one // PAGE] for one in wanted if one // PAGE in pages} - self._pages.keys()
        sealed = self._read(keys) if keys else {}
        for key in keys:
            self._pages[key] = _open_page(key, sealed.get(key))
        found: dict[int, PagedItem] = {}
        for one in wanted:
            key = pages.get(one // PAGE, b"")
            data = self._pages[key].get(one % PAGE) if key else None
            if data is not None:
                found[one] = _decode(data)
        facts = self._values(FACT, {paged.fact for paged in found.values()})
        for one, paged in found.items():
            self._nodes[one] = _node(unseal(*facts[paged.fact], KeptFact), paged)

    def _page(self, key: bytes) -> _Page:
        self._pages.setdefault(key, _open_page(key, self._read([key]).get(key)))
        return self._pages[key]

    def _values(self, kind: bytes, numbers: Iterable[int]) -> dict[int, tuple[bytes, bytes | None]]:
        keys = {number: number_key(kind, number) for number in numbers}
        sealed = self._read(keys.values()) if keys else {}
        return {number: (key, sealed.get(key)) for number, key in keys.items()}

    def _down(self, number: int, *roles: str) -> list[int]:
        node = self._nodes.get(number)
        return [one for role in roles for one in node.down.get(role, ())] if node else []

    def _up(self, number: int, *roles: str) -> list[int]:
        node = self._nodes.get(number)
        return [one for role in roles for one in node.up.get(role, ())] if node else []

    def _walk(
        self, start: Iterable[int], *, down: tuple[str, ...] = (), up: tuple[str, ...] = ()
    ) -> list[int]:
        """Return what one step leads to from ``start``, and read it."""
        found = [one for number in start for one in (*self._down(number, *down), *self._up(number, *up))]
        self.load(found)
        return [one for one in dict.fromkeys(found) if one in self._nodes]

    def _closure(
        self, start: Iterable[int], *, down: tuple[str, ...] = (), up: tuple[str, ...] = ()
    ) -> list[int]:
        seen: dict[int, None] = {}
        pending = list(start)
        while pending:
            pending = [one for one in self._walk(pending, down=down, up=up) if one not in seen]
            seen.update(dict.fromkeys(pending))
        return list(seen)

    def _candidates(self, item: int) -> list[int]:
        """Return the items whose rows may name ``item``."""
        self.load([item])
        own = [item]
        implemented = self._walk(own, down=("implements",))
        controls = self._walk(own, up=("realised_by",))
        controlled = self._walk((item, *controls), down=("controls",))
        estimated = self._walk((item, *controlled), down=("estimates",))
        return [
            item,
            *self._closure(own, up=("derives_from",)),
            *self._walk(own, up=("controls", "allocated_to", "realised_by", "part_of", "implements")),
            *self._walk(own, down=("realised_by", "leads_to", "causes")),
            *implemented,
            *self._walk(implemented, up=("realised_by",)),
            *controlled,
            *estimated,
        ]

    def _load_for_rows(self, candidates: Iterable[int]) -> None:
        """Read all that the rows of ``candidates`` are made of."""
        rows = list(dict.fromkeys(candidates))
        self._closure(rows, down=("derives_from",))
        hazards_and_risks = self._walk(rows, up=("leads_to", "causes", "estimates", "controls"))
        controls = self._walk(hazards_and_risks, up=("controls",))
        every = [*rows, *hazards_and_risks, *controls]
        requirements = self._walk(every, down=("realised_by", "implements"), up=("realised_by",))
        units = self._walk((*rows, *requirements), up=("implements",))
        self._walk((*rows, *requirements, *units), up=("affects",))

    def _read_cases(self, numbers: Iterable[int]) -> None:
        roles = [one for number in numbers for one in self._nodes[number].paged.cases]
        wanted = {case for one in roles for case in accumulate(one.cases)}
        kept = self._values(CASE, wanted)
        self._named.update((case, unseal(*kept[case], KeptCase)) for case in wanted)

    def _cases(self, number: int) -> tuple[ItemCases, ...]:
        node = self._nodes[number]
        by_role_and_level: dict[tuple[str, str], list[CaseStanding]] = {}
        for of_role in node.paged.cases:
            for case, slots in zip(accumulate(of_role.cases), of_role.slots, strict=True):
                named = self._named[case]
                standing = self._standing(case, named, (slots,) if isinstance(slots, int) else slots)
                by_role_and_level.setdefault((of_role.role, named.level), []).append(standing)
        return tuple(
            _item_cases(node.fact.id, role, level, found)
            for (role, level), found in sorted(by_role_and_level.items())
        )

    def _standing(self, case: int, named: KeptCase, slots: tuple[int, ...]) -> CaseStanding:
        records = tuple(sorted(self._entry.records[slot].index for slot in slots))
        stands = self._entry.not_passed.get(case)
        if stands is None:
            return CaseStanding(named.case, named.level, "passed", records, file=named.file)
        return CaseStanding(named.case, named.level, stands.outcome, records, stands.message, named.file)

    def _reviews(self, numbers: Iterable[int]) -> dict[int, ReviewsOfItem]:
        """Return what people's reviews of the items' present texts come to."""
        by_page: dict[int, list[int]] = {}
        for one in numbers:
            if one // PAGE in self._head.reviews:
                by_page.setdefault(one // PAGE, []).append(one)
        keys = {page: self._head.reviews[page] for page in by_page}
        sealed = self._read(keys.values()) if keys else {}
        found: dict[int, ReviewsOfItem] = {}
        for page, members in by_page.items():
            reviews = unseal(keys[page], sealed.get(keys[page]), ReviewPage)
            for one in members:
                for review in reviews.get(one, ()):
                    if review.sha256 == self._nodes[one].fact.sha256:
                        found[one] = review
        return found


@lru_cache(maxsize=512)
def _page_content(key: bytes, sealed: bytes) -> _Page:
    return unseal(key, sealed, _Page)


def _open_page(key: bytes, sealed: bytes | None) -> _Page:
    if sealed is None:
        raise RegisterDamaged(f"The register lacks the page {key.hex()}.")
    return _page_content(key, sealed)


def _decode(data: bytes) -> PagedItem:
    try:
        return _paged_decoder.decode(data)
    except msgspec.DecodeError as error:
        raise RegisterDamaged(f"A page of the register holds what is no item: {error}.") from error


def _is_item(fact: ItemFact) -> bool:
    return bool(fact.type)  # what links lead to and is no item is kept without a type


def _node(fact: KeptFact, paged: PagedItem) -> _Node:
    down: dict[str, list[int]] = {}
    for (role, _), number in zip(fact.links, paged.targets, strict=True):
        down.setdefault(role, []).append(number)
    item = ItemFact(fact.id, fact.type, fact.title, fact.sha256, fact.links, fact.fields)
    return _Node(item, down, dict(paged.leading), paged)


def _stands_in(ordered: Sequence[int], number: int) -> bool:
    place = bisect_left(ordered, number)
    return place < len(ordered) and ordered[place] == number


def _coverage(entry: Entry, unit: int) -> dict[str, Ratio]:
    found = {}
    for level, of_level in entry.coverage.items():
        place = bisect_left(of_level.units, unit)
        if _stands_in(of_level.units, unit):
            found[level] = Ratio(of_level.covered[place], of_level.total[place])
    return found


def _item_cases(item: str, role: str, level: str, standings: Iterable[CaseStanding]) -> ItemCases:
    ordered = sorted(standings, key=lambda one: one.case)
    passed = [one for one in ordered if one.outcome == "passed"]
    return ItemCases(
        item,
        role,
        level,
        tuple(one.case for one in passed),
        tuple(one.records for one in passed),
        tuple(one for one in ordered if one.outcome != "passed"),
        tuple(one.file for one in passed) if any(one.file for one in passed) else (),
    )


def runs_behind(entry: Entry) -> Mapping[int, str]:
    """Return the run of the build that each test record of the entry is about, by the record's index."""
    return {record.index: record.run for record in entry.records}
