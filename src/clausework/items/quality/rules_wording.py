"""The rules on words: Q5 vague, Q6 escapes, Q7 open lists, Q8 and/or, Q13 absolutes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.items.quality.matching import NEXT_WORD, any_of, hit
from clausework.items.quality.model import Hit, Statement, one_line
from clausework.items.quality.rewriting import edited
from clausework.items.quality.sentences import Sentence
from clausework.items.quality.units import UNIT_WORDS
from clausework.items.quality.word_lists import words
from clausework.items.quality.words import (
    ABSOLUTES,
    ESCAPES,
    NO_ESCAPE_BEHIND,
    NOT_VAGUE_BEFORE,
    OPEN_ENDS,
    OPEN_EXAMPLES,
    PER_UNITS,
    SLASH_NOUNS,
    SLASHED_NAMES,
    VAGUE,
    VAGUE_PHRASES,
    VAGUE_VERBS,
)

_VAGUE = re.compile(rf"(?<![\w-])(?:{any_of((*VAGUE, *VAGUE_PHRASES))})(?![\w-])")
_VAGUE_WORDS = VAGUE | {word for phrase in VAGUE_PHRASES for word in phrase.split()}
_VAGUE_VERB = re.compile(r"\A\s+(?:\w+ly\s+)?(?P<verb>[a-z]+)\b")
_DEFINED = re.compile(r"[\w\s-]{0,30}\([^)]*\d")

_ESCAPE = re.compile(rf"\b(?:{any_of(ESCAPES)})\b")
_ESCAPE_WORDS = words(
    "possible practicable reasonably necessary needed required appropriate applicable feasible circumstances"
    " cases extent effort discretion"
)

_OPEN_END = re.compile(rf"(?<!\w)(?:{any_of(OPEN_ENDS)})(?!\w)")
_OPEN_EXAMPLE = re.compile(rf"(?<!\w)(?:{any_of(OPEN_EXAMPLES)})(?!\w)")
_TRAILING_DOTS = re.compile(r",\s*(?:\.\.\.|…)|\w\s*(?:\.\.\.|…)\s*(?:\Z|[.;)])")

_AND_OR = re.compile(r"\band\s*/\s*or\b")
_SLASH = re.compile(r"(?<![\w/.-])(?P<one>[a-z]{2,})\s?/\s?(?P<two>[a-z]{2,})(?![\w/]|\.\w)")

_RATES = PER_UNITS | UNIT_WORDS

_ABSOLUTE = re.compile(rf"(?<![\w-])(?:{any_of(ABSOLUTES)})(?![\w-])")
_HUNDRED = re.compile(
    r"\b100\s?%\s+(?:reliabl[ey]|availabl[ey]|availability|accura(?:te|cy)|uptime|correct|secure|safe)\b"
)
_ABSOLUTE_WORDS = words(
    "always never times circumstances conditions cases situations case event exception time error-free"
    " absolutely totally of reliable reliably available availability accurate accuracy uptime correct secure"
    " safe"
)


def vague_words(statement: Statement) -> Iterator[Hit]:
    """Q5: no adjective or adverb that no test can decide; one with its value in brackets is defined."""
    for clause in statement.clauses:
        if clause.shall >= 0 and (verb := _VAGUE_VERB.match(clause.response)) and verb["verb"] in VAGUE_VERBS:
            start = clause.sentence.start + clause.shall + 5 + verb.start("verb")
            reason = f"'{verb['verb']}' has no end that a test could see: say which value is reached"
            yield Hit(start, start + len(verb["verb"]), reason)
    for sentence in statement.required:
        if _VAGUE_WORDS.isdisjoint(sentence.words):
            continue
        for found in _VAGUE.finditer(sentence.low):
            if not _is_term(sentence, found):
                reason = f"'{one_line(found.group())}' is not measurable: give a value that a test can decide"
                yield hit(sentence, found, reason)


def _is_term(sentence: Sentence, found: re.Match[str]) -> bool:
    """Tell whether a vague word is part of a name, or is defined by a value in brackets behind it."""
    following = NEXT_WORD.match(sentence.low, found.end())
    named = following is not None and following[1] in NOT_VAGUE_BEFORE.get(found.group(), ())
    as_name = found.start() > 0 and sentence.masked[found.start()].isupper()
    escape = sentence.low[max(0, found.start() - 3) : found.start()] == "as "
    return named or as_name or escape or _DEFINED.match(sentence.low, found.end()) is not None


def escapes(statement: Statement) -> Iterator[Hit]:
    """Q6: no clause that lets whoever builds the product out."""
    for sentence in statement.required:
        if _ESCAPE_WORDS.isdisjoint(sentence.words):
            continue
        for found in _ESCAPE.finditer(sentence.low):
            following = NEXT_WORD.match(sentence.low, found.end())
            if following and following[1] in NO_ESCAPE_BEHIND:
                continue
            reason = f"'{one_line(found.group())}' leaves open whether the requirement holds"
            yield hit(sentence, found, reason, edited(sentence.text, (*found.span(), "")))


def open_lists(statement: Statement) -> Iterator[Hit]:
    """Q7: a list is whole: no 'etc.', no 'including but not limited to', no mere examples of what shall be done."""
    for sentence in statement.required:
        if not _LISTING.isdisjoint(sentence.words) or "…" in sentence.low or ".." in sentence.low:
            for pattern in (_OPEN_END, _TRAILING_DOTS):
                for found in pattern.finditer(sentence.low):
                    yield hit(sentence, found, "the list is open: name all of its members")
    for clause in statement.clauses:
        if _EXAMPLE_WORDS.isdisjoint(clause.sentence.words):
            continue
        for found in _OPEN_EXAMPLE.finditer(clause.sentence.low, max(clause.shall, 0)):
            if "(" not in clause.sentence.low[: found.start()] or found.group() == "such as":
                yield hit(clause.sentence, found, "examples leave the list open: name all of its members")


_LISTING = words("limited etc forth so like others")
_EXAMPLE_WORDS = frozenset({"such", "example", "instance", "e"})


def and_or(statement: Statement) -> Iterator[Hit]:
    """Q8: no 'and/or', no two words with a slash between; units, names of keys and ratios are none."""
    for sentence in statement.required:
        if "/" not in sentence.low:
            continue
        for found in _AND_OR.finditer(sentence.low):
            both = edited(sentence.text, (*found.span(), "and"))
            either = edited(sentence.text, (*found.span(), "or"))
            yield hit(sentence, found, "'and/or' can be met in three ways", f"{both} / {either}")
        for found in _SLASH.finditer(sentence.low):
            if not _is_one_name(sentence, found):
                reason = f"'{found.group()}' may mean 'and', 'or' or a name"
                yield hit(sentence, found, reason)


def _is_one_name(sentence: Sentence, found: re.Match[str]) -> bool:
    one, two = found["one"], found["two"]
    following = NEXT_WORD.match(sentence.low, found.end())
    return (
        f"{one}/{two}" in SLASHED_NAMES | {"and/or"}
        or one in _RATES
        or two in _RATES
        or sentence.masked[found.start() : found.end()].isupper()
        or set(one) == {"x"}
        or set(two) == {"x"}
        or (following is not None and following[1] in SLASH_NOUNS)
        or (found.start() > 0 and sentence.low[: found.start()].rstrip()[-1:].isdigit())
    )


def absolutes(statement: Statement) -> Iterator[Hit]:
    """Q13: no absolute: no test can show 'always'; 'shall' alone already holds without exception."""
    for sentence in statement.required:
        if _ABSOLUTE_WORDS.isdisjoint(sentence.words):
            continue
        for found in (*_ABSOLUTE.finditer(sentence.low), *_HUNDRED.finditer(sentence.low)):
            if found.group() == "never" and sentence.low[: found.start()].rstrip().endswith("shall"):
                continue  # a negative, which Q14 tells
            dropped = found.group() in {"always", "at all times", "in all cases", "without exception"}
            suggestion = edited(sentence.text, (*found.span(), "")) if dropped else ""
            yield hit(
                sentence,
                found,
                f"no test can show '{one_line(found.group())}': give a rate or a bound",
                suggestion,
            )
