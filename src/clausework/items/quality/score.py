"""The quality of a set of requirements: what the rules find in each, and a score from 0 to 100.

A requirement has 100 points, and loses those of each rule that finds something in it, once per rule, down to 0. The
score of a document (a file of items), and of all, is the mean of its requirements' points, rounded down: it is 100 only
where nothing is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from clausework.items.model import Item, ItemType
from clausework.items.quality.ears import clause_of
from clausework.items.quality.exceptions import FIELD, Written, exceptions_of
from clausework.items.quality.model import EXCEPTION, Hit, QualityFinding, Severity, Statement, one_line
from clausework.items.quality.rules import RULES, rule_named
from clausework.items.quality.rules_set import (
    defined_terms,
    repeated,
    tested_items,
    undefined_terms,
    unique,
    verifiable,
)
from clausework.items.quality.sentences import Sentence, sentences_of

POINTS: dict[Severity, int] = {"grave": 50, "middle": 25, "light": 10}
"""What a rule of each severity takes from a requirement's 100 points."""

JUDGED = (ItemType.USER_NEED, ItemType.SYSTEM_REQUIREMENT, ItemType.SOFTWARE_REQUIREMENT)
"""The types of items that rules are held against."""

LONGEST_TEXT = 100_000
LONGEST_SENTENCE = 4_000
"""Characters; what is longer is no requirement and is told instead of judged."""

_MOST_SHOWN = 80
_NAMES = frozenset(rule.name for rule in RULES)


class DocumentQuality(msgspec.Struct, frozen=True):
    """A document's score: its path, how many requirements and needs it holds, and the findings in it."""

    document: str
    requirements: int
    score: int
    findings: int


class Excepted(msgspec.Struct, frozen=True):
    """A rule that an item is excepted from, with the reason, and how many findings that leaves out."""

    item: str
    rule: str
    reason: str
    findings: int


class Quality(msgspec.Struct, frozen=True):
    """All that the rules say. ``score`` is ``None`` where nothing was judged: no requirement has no quality.

    ``patterns`` holds for each requirement the patterns of EARS that its sentences follow, ``points`` its points.
    ``not_evaluated`` says which rules could not be held against the items, and why.
    """

    score: int | None
    requirements: int
    documents: tuple[DocumentQuality, ...]
    findings: tuple[QualityFinding, ...]
    excepted: tuple[Excepted, ...]
    patterns: dict[str, tuple[str, ...]]
    points: dict[str, int]
    not_evaluated: tuple[str, ...]

    def by_rule(self) -> dict[str, int]:
        """Return how many findings each rule has, of those that have any, in the order of the rules."""
        counts = Counter(finding.rule for finding in self.findings)
        order = [*(rule.name for rule in RULES), EXCEPTION]
        return {name: counts[name] for name in order if counts[name]}


class _Context(msgspec.Struct, frozen=True):
    """What the rules on the whole set look things up in; ``None`` where nothing is known."""

    again: dict[str, str]
    terms: frozenset[str] | None
    tested: frozenset[str] | None


def judge(
    items: Sequence[Item], *, tests: Collection[str] | None = None, glossary: Collection[str] | None = None
) -> Quality:
    """Return the quality of the requirements among ``items``.

    ``tests`` are the IDs of the items that recorded tests verify, ``None`` where that is not known: then Q20 asks for a
    method only if the items themselves hold test cases. ``glossary`` holds terms that are defined beside those of the
    items; without either, Q17 is not evaluated.
    """
    statements = [statement_of(item) for item in items if item.type in JUDGED]
    terms = defined_terms(items) | frozenset(glossary or ())
    has_cases = any(item.type in {ItemType.TEST_CASE, ItemType.TEST_PROTOCOL} for item in items)
    context = _Context(
        repeated(statements),
        terms if terms or glossary is not None else None,
        tested_items(items, tests or ()) if tests is not None or has_cases else None,
    )
    findings: list[QualityFinding] = []
    excepted: list[Excepted] = []
    points: dict[str, int] = {}
    for statement in statements:
        found, spared = _judged(statement, context)
        findings += found
        excepted += spared
        points[statement.item.id] = points_of({finding.rule for finding in found})
    for item in items:
        if item.type not in JUDGED and FIELD in item.fields:
            findings.append(_of_exception(item, "", f"no rule is held against an item of type '{item.type}'"))
    scores = list(points.values())
    return Quality(
        score=sum(scores) // len(scores) if scores else None,
        requirements=len(scores),
        documents=_documents(statements, points, findings),
        findings=tuple(sorted(findings)),
        excepted=tuple(excepted),
        patterns={
            one.item.id: tuple(clause.pattern for clause in one.clauses)
            for one in statements
            if one.item.type is not ItemType.USER_NEED
        },
        points=points,
        not_evaluated=tuple(_not_evaluated(context)),
    )


def points_of(rules: Iterable[str]) -> int:
    """Return the points of a requirement in which ``rules`` found something."""
    return max(0, 100 - sum(POINTS[severity_of(rule)] for rule in set(rules)))


def severity_of(rule: str) -> Severity:
    """Return the severity of a rule; that of a wrong exception is ``middle``."""
    return "middle" if rule == EXCEPTION else rule_named(rule).severity


def statement_of(item: Item) -> Statement:
    """Return ``item`` with its sentences; every sentence of a user need, or of a text without 'shall', counts."""
    text = item.text or item.title
    if len(text) > LONGEST_TEXT:
        return Statement(item, text, (), (), ())
    sentences = sentences_of(text)
    if any(len(one.text) > LONGEST_SENTENCE for one in sentences):
        return Statement(item, text, sentences, (), ())
    prose = [one for one in sentences if one.kind in {"prose", "list"}]
    requiring = [one for one in prose if "shall" in one.words]
    if item.type is ItemType.USER_NEED or not requiring:
        return Statement(item, text, sentences, tuple(map(clause_of, prose)), ())
    listed = tuple(_listed(prose)) if len(prose) > len(requiring) else ()
    return Statement(item, text, sentences, tuple(map(clause_of, requiring)), listed)


def _listed(prose: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield what stands in the list that a requirement sentence introduces with a colon."""
    introduced = False
    for sentence in prose:
        if sentence.kind == "prose":
            introduced = "shall" in sentence.words and sentence.text.endswith(":")
        elif introduced and "shall" not in sentence.words:
            yield sentence


def _judged(statement: Statement, context: _Context) -> tuple[list[QualityFinding], list[Excepted]]:
    written = exceptions_of(statement.item, _NAMES)
    valid = {one.rule: one for one in written if not one.fault}
    found: list[QualityFinding] = []
    spared: Counter[str] = Counter()
    for rule, hit in _hits(statement, context):
        if rule in valid:
            spared[rule] += 1
        else:
            found.append(_finding(statement, rule, hit))
    found += _wrong_exceptions(statement.item, written, spared, context)
    return found, [Excepted(statement.item.id, rule, valid[rule].reason, spared[rule]) for rule in spared]


def _hits(statement: Statement, context: _Context) -> Iterator[tuple[str, Hit]]:
    kind = statement.item.type
    if oversize := _oversize(statement):
        yield "Q1", oversize
        return
    for rule in RULES:
        if rule.find is not None and kind in rule.types:
            for hit in rule.find(statement):
                yield rule.name, hit
    if context.terms is not None:
        for hit in undefined_terms(statement, context.terms):
            yield "Q17", hit
    for hit in unique(statement, context.again):
        yield "Q20", hit
    if context.tested is not None and kind is not ItemType.USER_NEED:
        for hit in verifiable(statement, context.tested):
            yield "Q20", hit


def _oversize(statement: Statement) -> Hit | None:
    if len(statement.text) > LONGEST_TEXT:
        return Hit(0, 0, f"the text has more than {LONGEST_TEXT} characters: no rule can be held against it")
    longest = max(statement.sentences, key=lambda one: len(one.text), default=None)
    if longest is not None and len(longest.text) > LONGEST_SENTENCE:
        reason = f"a sentence has more than {LONGEST_SENTENCE} characters: no rule can be held against it"
        return Hit(longest.start, longest.start, reason)
    return None


def _wrong_exceptions(
    item: Item, written: Sequence[Written], spared: Counter[str], context: _Context
) -> Iterator[QualityFinding]:
    unknown = {"Q17"} if context.terms is None else set()
    unknown |= {"Q20"} if context.tested is None else set()
    for one in written:
        fault = one.fault
        if not fault and not spared[one.rule] and one.rule not in unknown:
            fault = f"{one.rule} finds nothing here: remove the exception"
        if fault:
            yield _of_exception(item, one.text, fault)


def _of_exception(item: Item, text: str, fault: str) -> QualityFinding:
    return QualityFinding(item.place.path, item.id, 0, 0, EXCEPTION, _shown(text), fault, "", item.place)


def _finding(statement: Statement, rule: str, hit: Hit) -> QualityFinding:
    item, text = statement.item, statement.text
    words = _shown(text[hit.start : hit.end])
    line = text.count("\n", 0, hit.start) + 1 if words else 0
    column = hit.start - (text.rfind("\n", 0, hit.start) + 1) + 1 if words else 0
    return QualityFinding(
        item.place.path, item.id, line, column, rule, words, hit.reason, hit.suggestion, item.place
    )


def _shown(words: str) -> str:
    plain = one_line(words)
    return plain if len(plain) <= _MOST_SHOWN else plain[: _MOST_SHOWN - 3] + "..."


def _documents(
    statements: Sequence[Statement], points: dict[str, int], findings: Sequence[QualityFinding]
) -> tuple[DocumentQuality, ...]:
    of: defaultdict[str, list[int]] = defaultdict(list)
    for statement in statements:
        of[statement.item.place.path].append(points[statement.item.id])
    counts = Counter(finding.document for finding in findings)
    return tuple(
        DocumentQuality(path, len(of[path]), sum(of[path]) // len(of[path]), counts[path])
        for path in sorted(of)
    )


def _not_evaluated(context: _Context) -> Iterator[str]:
    if context.terms is None:
        yield "Q17: no glossary is given, and no item has the field 'defines'"
    if context.tested is None:
        yield "Q20, in part: which requirements have tests is not known from the items alone"
