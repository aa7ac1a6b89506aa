"""Which report must hold which test for a test case of the items: the rules ``FILE@NAME`` in its field ``evidence``.

``linux@test_occlusion*`` and ``arm64@test_occlusion*`` want the same test from two platforms, and tell them apart by
the names of their reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from clausework.core.errors import InputRejected
from clausework.evidence.detail import Case

FIELD = "evidence"
"""The field of a test case of the items that holds its rules, one per line or entry."""

LONGEST_RULE = 500
MOST_WILDCARDS = 20
_WILD = re.compile(r"[*?]")


class RuleRefused(InputRejected):
    """A rule in the field ``evidence`` of a test case cannot be used."""

    hint = "Write FILE@NAME: a part of the report's name and the test's, such as linux@test_occlusion*."


class EvidenceRule(msgspec.Struct, frozen=True, cache_hash=True):
    """One rule: the test case that has it, how it is written, the part of a file's name, and the glob of a name."""

    item: str
    text: str
    file: str
    name: str


def rules_of(item: str, field: str) -> tuple[EvidenceRule, ...]:
    """Return the rules in the ``field`` of the test case ``item``, one per line; raises ``RuleRefused``."""
    return tuple(dict.fromkeys(_rule(item, line.strip()) for line in field.splitlines() if line.strip()))


def _rule(item: str, text: str) -> EvidenceRule:
    file, _, name = text.rpartition("@")
    file, name = file.strip(), name.strip()
    if not name or not (file or name.strip("*?")):
        raise RuleRefused(f"{item}: '{text[:60]}' names no test behind its last '@'")
    if len(text) > LONGEST_RULE or name.count("*") > MOST_WILDCARDS:
        raise RuleRefused(
            f"{item}: '{text[:60]}' is longer than {LONGEST_RULE} characters or has more than {MOST_WILDCARDS} '*'"
        )
    return EvidenceRule(item, text, file, name)


class _Globs:
    """Globs of names by what a name must begin or end with, so that few are tried on each name."""

    def __init__(self, rules: Iterable[EvidenceRule]) -> None:
        self._literal: dict[str, list[EvidenceRule]] = {}
        self._heads: dict[int, dict[str, list[tuple[re.Pattern[str], EvidenceRule]]]] = {}
        self._tails: dict[int, dict[str, list[tuple[re.Pattern[str], EvidenceRule]]]] = {}
        self._rest: list[tuple[str, re.Pattern[str], EvidenceRule]] = []
        for rule in rules:
            self._add(rule)

    def _add(self, rule: EvidenceRule) -> None:
        parts = _WILD.split(rule.name)
        if len(parts) == 1:
            self._literal.setdefault(rule.name, []).append(rule)
            return
        pattern = glob_pattern(rule.name)
        for index, part in ((self._heads, parts[0]), (self._tails, parts[-1])):
            if part:
                index.setdefault(len(part), {}).setdefault(part, []).append((pattern, rule))
                return
        self._rest.append((max(parts, key=len), pattern, rule))

    def met_by(self, name: str) -> Iterator[EvidenceRule]:
        """Yield the rules whose glob ``name`` meets."""
        yield from self._literal.get(name, ())
        for length, by_head in self._heads.items():
            for pattern, rule in by_head.get(name[:length], ()):
                if pattern.fullmatch(name):
                    yield rule
        for length, by_tail in self._tails.items():
            for pattern, rule in by_tail.get(name[-length:], ()):
                if pattern.fullmatch(name):
                    yield rule
        for part, pattern, rule in self._rest:
            if part in name and pattern.fullmatch(name):
                yield rule


class FileRules:
    """The rules that the cases of one report can meet."""

    def __init__(self, rules: Sequence[EvidenceRule]) -> None:
        self._of_names = _Globs(rules)
        paths = [rule for rule in rules if "/" in rule.name]
        self._of_paths = _Globs(paths) if paths else None

    def met_by(self, case: Case) -> tuple[EvidenceRule, ...]:
        """Return the rules that ``case`` meets, whatever came of it."""
        met = dict.fromkeys(self._of_names.met_by(case.name))
        if self._of_paths is not None:
            for path in (f"{case.class_name}/{case.name}", case.identity):
                met.update(dict.fromkeys(self._of_paths.met_by(path)))
        return tuple(met)


def file_has(file_name: str, part: str) -> bool:
    """Tell whether ``part`` stands in a report's name, not within a longer word: ``win`` is no part of ``darwin``."""
    if not part:
        return True
    before = "(?<![A-Za-z0-9])" if part[0].isalnum() else ""
    after = "(?![A-Za-z0-9])" if part[-1].isalnum() else ""
    return re.search(f"{before}{re.escape(part)}{after}", file_name.replace("\\", "/")) is not None


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Return ``glob`` as a regular expression that never tries a place twice: ``*`` any text, ``?`` one character."""
    parts = ["".join("." if mark == "?" else re.escape(mark) for mark in part) for part in glob.split("*")]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    first, *middle, last = parts
    found = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)
