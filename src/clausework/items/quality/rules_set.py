"""The rules that need more than one item: Q17 terms are defined, Q20 a requirement is unique and can be verified."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from clausework.items.model import Item, ItemType
from clausework.items.quality.model import Hit, Statement, one_line
from clausework.items.quality.words import EMPHASIS

_MARKED = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])(?P<term>[^*\n]{2,60}?)(?<=\S)\*{1,3}(?![\w*])|`(?P<code>[^`\n]{2,60})`"
)
_TERM_IN_CODE = re.compile(r"[A-Za-z][a-z]*(?:[ -][A-Za-z]?[a-z]+)*\Z")
_LIST_MARK = re.compile(r"(?m)^\s*\*\s")
_UNSPOKEN = re.compile(r"[\W_]+")

DEFINES = "defines"
"""The field in which an item names the terms that it defines."""


def normal_term(term: str) -> str:
    """Return ``term`` as it is looked up: in lower case, on one line, in the singular."""
    plain = one_line(term).casefold()
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def defined_terms(items: Iterable[Item]) -> frozenset[str]:
    """Return the terms that the items define in their field ``defines``."""
    found: set[str] = set()
    for item in items:
        if DEFINES in item.fields:
            value = item.fields[DEFINES]
            for text in (value,) if isinstance(value, str) else value:
                found.update(normal_term(term) for term in re.split(r"[,;\n]", text) if term.strip())
    return frozenset(found)


def undefined_terms(statement: Statement, terms: Collection[str]) -> Iterator[Hit]:
    """Q17: each term in bold, in italics or between backticks is one of ``terms``; code between backticks is none."""
    if "*" not in statement.text and "`" not in statement.text:
        return
    text = _LIST_MARK.sub(lambda mark: " " * len(mark.group()), statement.text)
    for found in _MARKED.finditer(text):
        term = found["term"] or found["code"]
        if found["code"] and not _TERM_IN_CODE.match(term):
            continue
        words = normal_term(term)
        if (
            words in EMPHASIS
            or normal_term(term) in terms
            or term.endswith((":", "."))
            or not words[:1].isalpha()
        ):
            continue
        yield Hit(found.start(), found.end(), f"'{one_line(term)}' is in no glossary")


def repeated(statements: Sequence[Statement]) -> dict[str, str]:
    """Return the items whose text another item of their type has too, each with the first of these."""
    first: dict[tuple[ItemType, str], str] = {}
    again: dict[str, str] = {}
    for statement in statements:
        key = (statement.item.type, _UNSPOKEN.sub(" ", statement.text.casefold()).strip())
        earlier = first.setdefault(key, statement.item.id)
        if earlier != statement.item.id:
            again[statement.item.id] = earlier
    return again


def unique(statement: Statement, again: dict[str, str]) -> Iterator[Hit]:
    """Q20: no other requirement says the same."""
    if earlier := again.get(statement.item.id):
        yield Hit(0, len(statement.text), f"{earlier} says the same: keep one and link to it")


def verifiable(statement: Statement, tested: Collection[str]) -> Iterator[Hit]:
    """Q20: a requirement says how it is verified, or a test is linked to it or to what derives from it."""
    if not statement.item.says("verification") and statement.item.id not in tested:
        reason = "nothing says how it is verified: name the method in the field 'verification', or link a test to it"
        yield Hit(0, 0, reason)


def tested_items(items: Sequence[Item], tests: Iterable[str]) -> frozenset[str]:
    """Return the items that ``tests`` names or test cases among ``items`` verify, and those from which such derive."""
    found = set(tests)
    sources: dict[str, tuple[str, ...]] = {}
    for item in items:
        if item.type in {ItemType.TEST_CASE, ItemType.TEST_PROTOCOL}:
            found.update(item.targets("verifies"))
        elif item.links:
            sources[item.id] = item.targets("derives_from")
    pending = list(found)
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in found:
                found.add(source)
                pending.append(source)
    return frozenset(found)
