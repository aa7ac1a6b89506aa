"""From what was folded about a release to the entry and the pages that a register keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from clausework.ledger.records.values import Ratio
from clausework.trace.item_fact import ItemFact
from clausework.trace.matrix import Traced
from clausework.trace.registers.encoding import digest_key, seal
from clausework.trace.registers.model import (
    CASE,
    CASE_NUMBER,
    FACT,
    FACT_NUMBER,
    ITEM_NUMBER,
    ITEM_PAGE,
    PAGE,
    CasesOfRole,
    CoverageOfLevel,
    Entry,
    Head,
    KeptCase,
    KeptFact,
    KeptRecord,
    NotPassed,
    PagedItem,
)
from clausework.trace.registers.numbers import Numbers, Read
from clausework.trace.results import CaseStanding, ItemCases

_ESTIMATED = ("severity", "probability", "p1", "p2", "level")

SHOWN_FIELDS = (*_ESTIMATED, *(f"residual_{name}" for name in _ESTIMATED), "control_type", "paths")
"""The fields of an item that a row of the matrix shows."""

Slots = int | tuple[int, ...]


class FoldedBuild(msgspec.Struct, frozen=True):
    """What the fold found about one build of a release, as its register wants it.

    ``records`` are the test records behind it in an order that is the same from release to release. Reviews are not
    taken from ``traced``: they are kept apart, for all releases together.
    """

    build: str
    build_record: int
    software_item: str
    safety_class: str
    items: Sequence[ItemFact]
    records: Sequence[KeptRecord]
    traced: Traced


class Built:
    """Entries and pages while they are made; ``values`` is what to write, ``head`` how the numbers then stand."""

    def __init__(self, head: Head, read: Read) -> None:
        self._head = head
        self.items = Numbers(read, ITEM_NUMBER, b"", head.items)
        self._cases = Numbers(read, CASE_NUMBER, CASE, head.cases)
        self._facts = Numbers(read, FACT_NUMBER, FACT, head.facts)
        self._pages: dict[bytes, bytes] = {}

    @property
    def head(self) -> Head:
        """The head with the numbers that were given."""
        return msgspec.structs.replace(
            self._head, items=self.items.count, cases=self._cases.count, facts=self._facts.count
        )

    @property
    def values(self) -> dict[bytes, bytes]:
        """What was made, by key."""
        return {**self.items.fresh, **self._cases.fresh, **self._facts.fresh, **self._pages}

    def entry(self, folded: FoldedBuild) -> Entry:
        """Make the pages of ``folded`` and return its entry."""
        traced = folded.traced
        items = [kept_fact(item) for item in folded.items]
        present = {item.id for item in items}
        nowhere = {target for item in items for _, target in item.links if target not in present}
        items += [KeptFact(one, "", "", "", (), {}) for one in sorted(nowhere)]
        every = sorted(
            {*present, *nowhere, *traced.commits, *traced.touching, *traced.coverage, *traced.suspects}
        )
        number = dict(zip(every, self.items.of(every), strict=True))
        cases, not_passed = self._cases_by_item(folded)
        pages = self._pages_of(items, cases, number)
        by_item = (*traced.commits.values(), *traced.touching.values())
        commits = tuple(sorted({one for found in by_item for one in found}))
        place = {commit: position for position, commit in enumerate(commits)}
        return Entry(
            build=folded.build,
            build_record=folded.build_record,
            software_item=folded.software_item,
            safety_class=folded.safety_class,
            pages=pages,
            records=tuple(folded.records),
            not_passed=not_passed,
            commits=tuple(one.encode() for one in commits),
            item_commits={
                number[item]: tuple(place[one] for one in found) for item, found in traced.commits.items()
            },
            touching={
                number[item]: tuple(place[one] for one in found)
                for item, found in traced.touching.items()
                if found
            },
            coverage=_by_level(traced.coverage, number),
            suspects={number[item]: since for item, since in traced.suspects.items()},
            elsewhere=tuple(sorted(number[item] for item in traced.elsewhere if item in present)),
        )

    def _cases_by_item(
        self, folded: FoldedBuild
    ) -> tuple[dict[str, list[CasesOfRole]], dict[int, NotPassed]]:
        slot = {record.index: position for position, record in enumerate(folded.records)}
        standings = [list(_standings(one)) for one in folded.traced.cases]
        numbers = iter(
            self._cases.of([KeptCase(one.level, one.case, one.file) for found in standings for one in found])
        )
        by_item: dict[str, dict[str, list[tuple[int, Slots]]]] = {}
        not_passed: dict[int, NotPassed] = {}
        for one, found in zip(folded.traced.cases, standings, strict=True):
            of_role = by_item.setdefault(one.item, {}).setdefault(one.role, [])
            for standing in found:
                number = next(numbers)
                slots = tuple(sorted(slot[index] for index in standing.records))
                of_role.append((number, slots[0] if len(slots) == 1 else slots))
                if standing.outcome != "passed":
                    not_passed[number] = NotPassed(standing.outcome, standing.message)
        return (
            {
                item: [_cases_of_role(role, found) for role, found in sorted(roles.items())]
                for item, roles in by_item.items()
            },
            not_passed,
        )

    def _pages_of(
        self,
        items: Sequence[KeptFact],
        cases: Mapping[str, Sequence[CasesOfRole]],
        number: Mapping[str, int],
    ) -> dict[int, bytes]:
        leading: dict[str, dict[str, list[int]]] = {}
        for item in items:
            for role, target in item.links:
                leading.setdefault(target, {}).setdefault(role, []).append(number[item.id])
        facts = self._facts.of(items)
        pages: dict[int, dict[int, PagedItem]] = {}
        for item, fact in zip(items, facts, strict=True):
            paged = PagedItem(
                fact,
                tuple(number[target] for _, target in item.links),
                tuple(
                    (role, tuple(sorted(found))) for role, found in sorted(leading.get(item.id, {}).items())
                ),
                tuple(cases.get(item.id, ())),
            )
            page, place = divmod(number[item.id], PAGE)
            pages.setdefault(page, {})[place] = paged
        return {page: self.keep_page(paged) for page, paged in sorted(pages.items())}

    def keep_page(self, paged: Mapping[int, PagedItem]) -> bytes:
        """Take a page, by the places of its items; return its key, which equal pages share."""
        page = page_of(paged)
        key = digest_key(ITEM_PAGE, page)
        if key not in self._pages:
            self._pages[key] = seal(key, page)
        return key


def page_of(paged: Mapping[int, PagedItem]) -> dict[int, bytes]:
    """Return a page: each item's own bytes by its place, so that one is read without the others."""
    return {place: msgspec.msgpack.encode(item) for place, item in sorted(paged.items())}


def kept_fact(item: ItemFact) -> KeptFact:
    """Return ``item`` with the fields that rows show."""
    fields = {name: item.fields[name] for name in SHOWN_FIELDS if name in item.fields}
    return KeptFact(item.id, item.type, item.title, item.sha256, item.links, fields)


def _standings(cases: ItemCases) -> Iterable[CaseStanding]:
    places = cases.passed_places or ("",) * len(cases.passed)
    passed = [
        CaseStanding(case, cases.level, "passed", records, file=file)
        for case, records, file in zip(cases.passed, cases.passed_records, places, strict=True)
    ]
    return sorted((*passed, *cases.not_passed), key=lambda one: one.case)


def _cases_of_role(role: str, found: Iterable[tuple[int, Slots]]) -> CasesOfRole:
    ordered = sorted(found, key=lambda pair: pair[0])
    numbers = [number for number, _ in ordered]
    steps = tuple(after - before for before, after in zip([0, *numbers], numbers, strict=False))
    return CasesOfRole(role, steps, tuple(slots for _, slots in ordered))


def _by_level(
    coverage: Mapping[str, Mapping[str, Ratio]], number: Mapping[str, int]
) -> dict[str, CoverageOfLevel]:
    levels: dict[str, list[tuple[int, Ratio]]] = {}
    for unit, found in coverage.items():
        for level, ratio in found.items():
            levels.setdefault(level, []).append((number[unit], ratio))
    return {
        level: CoverageOfLevel(
            tuple(unit for unit, _ in ordered),
            tuple(ratio.covered for _, ratio in ordered),
            tuple(ratio.total for _, ratio in ordered),
        )
        for level, found in sorted(levels.items())
        for ordered in [sorted(found, key=lambda pair: pair[0])]
    }
