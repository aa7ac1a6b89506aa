"""Which items a test case of a report verifies, and in which role (clauses 5.1.1 c, 5.7.4, 7.3.3, 8.2.4).

Four ways lead from a case to an item: a link that the report itself has; a tag that is an item's ID; an ID in the
names of suite, class and case, where the plan has a pattern for it; and a rule in the field ``evidence`` of a test
case of the items. What a case stands for as a test case, it stands for as all that the test case verifies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from clausework.evidence.detail import Case
from clausework.items.model import ItemType
from clausework.trace.evidence_rules import FIELD, EvidenceRule, FileRules, file_has, rules_of
from clausework.trace.ids_in_names import IdsInNames
from clausework.trace.item_fact import ItemFact

Link = tuple[str, str]
"""A role, and the ID of the item that is verified in it."""

ROLES = ("verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault", "validates")
_TESTS = frozenset({ItemType.TEST_CASE, ItemType.TEST_PROTOCOL})

Holds = Callable[[str], bool]
"""Tells whether an item reads now as it did when the case was run: a result about an older text is not about it."""

_REMEMBERED = 10_000


def always(_item: str) -> bool:
    """Hold whatever the item: the items are those of when the case was run."""
    return True


class TestLinks:
    """Compiled from the items and the plan's patterns; asked case by case."""

    __test__ = False

    def __init__(self, items: Sequence[ItemFact], patterns: Sequence[str]) -> None:
        self._items = frozenset(item.id for item in items)
        test_cases = [item for item in items if item.type in _TESTS]
        self._through = {
            item.id: tuple((role, target) for role, target in item.links if role in ROLES)
            for item in test_cases
        }
        self.rules: tuple[EvidenceRule, ...] = tuple(
            rule for item in test_cases for rule in rules_of(item.id, item.fields.get(FIELD, ""))
        )
        self._ids = IdsInNames((item.id for item in items), patterns)
        self._names_are_read = bool(patterns)
        self._files: dict[str, FileRules | None] = {}
        self._around: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """The items that no name leads to, for another's ID differs from theirs only in case, ``_`` or ``-``."""
        return self._ids.ambiguous

    def through(self, item: str) -> tuple[Link, ...]:
        """Return what the test case ``item`` of the items verifies."""
        return self._through.get(item, ())

    def links_of(self, case: Case, file_name: str, holds: Holds = always) -> tuple[Link, ...]:
        """Return what ``case`` of the report recorded as ``file_name`` verifies, each link once.

        An item that does not hold is left out, and what it stands for with it.
        """
        links = dict.fromkeys([link for link in case.links if holds(link[1])])
        if case.tags or self._names_are_read or self.rules:
            for item in self._named_by(case, file_name):
                if ("verifies", item) not in links and holds(item):
                    links["verifies", item] = None
        if self._through:
            for _, target in tuple(links):
                links.update(dict.fromkeys(link for link in self._through.get(target, ()) if holds(link[1])))
        return tuple(links)

    def name_an_item(self, links: Iterable[Link]) -> bool:
        """Tell whether one of ``links`` leads to an item that there is."""
        return not self._items.isdisjoint([item for _, item in links])

    def _named_by(self, case: Case, file_name: str) -> Iterator[str]:
        for tag in case.tags:
            item = tag.removeprefix("@")
            if item in self._items:
                yield item
        if self._names_are_read:
            yield from self._found_around(case)
            yield from self._ids.found_in(case.name)
        for rule in self._rules_for(case, file_name):
            yield rule.item

    def rules_met(self, case: Case, file_name: str, holds: Holds = always) -> tuple[EvidenceRule, ...]:
        """Return the rules that ``case`` meets: it must have passed, in a report whose name has the file part.

        The rules of a test case that does not hold are not met.
        """
        if case.outcome != "passed" or not self.rules:
            return ()
        return tuple(rule for rule in self._rules_for(case, file_name) if holds(rule.item))

    def unmet(self, met: Collection[EvidenceRule]) -> tuple[EvidenceRule, ...]:
        """Return the rules that are not among ``met``: each wants a case of its own that passed."""
        known = frozenset(met)
        return tuple(rule for rule in self.rules if rule not in known)

    def _rules_for(self, case: Case, file_name: str) -> tuple[EvidenceRule, ...]:
        if not self.rules:
            return ()
        if file_name not in self._files:
            rules = [rule for rule in self.rules if file_has(file_name, rule.file)]
            self._files[file_name] = FileRules(rules) if rules else None
        of_file = self._files[file_name]
        return of_file.met_by(case) if of_file is not None else ()

    def _found_around(self, case: Case) -> tuple[str, ...]:
        """Return the IDs in the names of suite and class, which many cases share."""
        key = (case.suite, case.class_name)
        found = self._around.get(key)
        if found is None:
            found = tuple(
                dict.fromkeys((*self._ids.found_in(case.suite), *self._ids.found_in(case.class_name)))
            )
            if len(self._around) < _REMEMBERED:
                self._around[key] = found
        return found


def compile_links(items: Sequence[ItemFact], patterns: Sequence[str]) -> TestLinks:
    """Return what finds the links of cases to ``items``; ``patterns`` are the plan's, of IDs in names.

    Raises ``PatternRefused`` for a pattern and ``RuleRefused`` for a rule that cannot be used.
    """
    return TestLinks(items, patterns)
