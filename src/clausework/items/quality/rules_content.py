"""The rules on what stands in a requirement: Q10 no pronoun, Q14 no negative, Q15 no placeholder.

And Q16 no purpose, Q18 no implementation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.items.quality.ears import Clause
from clausework.items.quality.matching import NEXT_WORD, any_of, hit
from clausework.items.quality.model import Hit, Statement, one_line
from clausework.items.quality.rewriting import edited, tidy
from clausework.items.quality.sentences import Sentence
from clausework.items.quality.units import QUANTITY
from clausework.items.quality.word_lists import words
from clausework.items.quality.words import (
    BY_MEANS,
    BY_MEANS_OF_CODE,
    CONSTRUCTS,
    DEMONSTRATIVES,
    ONLY_IN_CODE,
    PLACEHOLDER_PHRASES,
    PLACEHOLDERS,
    PRONOUNS,
    PURPOSE_LEADERS,
    PURPOSES,
    TECHNOLOGIES,
)

_PRONOUN = re.compile(rf"\b(?:{'|'.join(sorted(PRONOUNS))})\b")
_DEMONSTRATIVE = re.compile(
    rf"\b(?:{'|'.join(sorted(DEMONSTRATIVES))})"
    r"(?=\s*(?:\Z|[.,;:)]|\s(?:is|are|was|were|shall|will|can|cannot|may|has|have|does|do|occurs?|happens?|takes?)\b))"
)
_EXPLETIVE = re.compile(r"it\s+(?:is|was|becomes|takes|remains)\s+(?:not\s+)?\w+\s+(?:to|that|for)\b")

_NEGATIVE = re.compile(r"\bshall\s+(?P<not>not|never)\b")
_CANNOT = re.compile(r"\b(?:cannot|can\s+not|must\s+not|may\s+not)\b")
_TO_BOUND = re.compile(
    r"\bshall\s+(?:not|never)\s+(?P<verb>exceed|surpass|(?:fall|drop|go|sink)\s+below|(?:rise|go|climb)\s+above"
    r"|be\s+(?P<degree>more|greater|higher|larger|longer|later|less|lower|smaller|shorter|fewer)\s+than)\s+"
    r"(?P<rest>(?:a\s+(?:rate|value|pressure|total)\s+of\s+)?[-−]?\d)"  # noqa: RUF001 - as it is written
)
_BELOW = re.compile(r"below|\b(?:less|lower|smaller|shorter|fewer)\b")
_OPPOSITES = {"accept": "reject", "allow": "prevent", "permit": "prevent"}
_OPPOSITE = re.compile(
    r"\bshall\s+(?:not|never)\s+(?P<verb>accept|allow|permit)\s+(?!\w+\s+to\b)(?=(?:the|an?|any)\s)"
)
_INFINITIVE_BEHIND = re.compile(r"\A[^,;.]*\bto\s+[a-z]+")

_PLACEHOLDER = re.compile(
    rf"\b(?:{'|'.join(PLACEHOLDERS)})\b(?!-\d)|\bXXX\b|(?<!\w)\?{{2,}}|\[\s*(?:\.\.\.|…|\?|x+)\s*\]"
)
_PLACEHOLDER_MARKS = re.compile(r"\?\?|\[|TB[CDRS]|XXX|TODO|FIXME")
_IN_ANGLES = re.compile(r"(?<![\w<])<(?P<name>[A-Za-z…][^<>\n]{0,60}?|\.\.\.)>(?!\w)")
_PLACEHOLDER_PHRASE = re.compile(rf"\b(?:{any_of(PLACEHOLDER_PHRASES)})\b")
_PLACEHOLDER_WORDS = frozenset({word for phrase in PLACEHOLDER_PHRASES for word in phrase.split()}) - {
    "to",
    "be",
}
_UNKNOWN_NUMBER = re.compile(
    r"\b(?:xx+|nn+|yy+)\s(?:%|m?s|min|h|m?l|mmhg|k?pa|°c|ml/h|m?v|m?a|k?hz|mm|k?g)(?!\w)"
)
_CODED_PLACEHOLDER = re.compile(r"`\s*(?:TBD|TBC|TBR|TBS|TODO|\?{2,})\s*`")
_TAG = re.compile(
    r"/?(?:br|b|i|u|p|sub|sup|em|strong|span|div|li|ul|ol|a|td|tr|th|table|tt|code|pre)\b", re.IGNORECASE
)

_PURPOSE = re.compile(rf"\b(?:{any_of(PURPOSES)})\b")
_PURPOSE_WORDS = words("order that as purpose purposes aim because ensure sure guarantee assure")

_LETTING = re.compile(
    r"\b(?:allow|let|enable|permit|help|ask|remind|prompt|instruct)s?\s+(?:[\w-]+\s+){1,4}\Z"
)

_MEANS = re.compile(
    rf"\b(?P<means>{any_of(BY_MEANS)})\s+(?:an?\s+|the\s+)?(?P<name>(?:{any_of(CONSTRUCTS)})\b|[\w.]+(?:\+\+|\#)?)"
    r"(?P<more>(?:\s+v?\d[\d.]*\d?)?(?:\s+(?:database|server|library|framework|container|containers|instance))?)"
)
_MEANS_WORDS = words("using via means implemented written coded help programmed")


def pronouns(statement: Statement) -> Iterator[Hit]:
    """Q10: no pronoun that stands for a noun elsewhere; the subject's is told by Q2."""
    for clause in statement.clauses:
        sentence = clause.sentence
        if _ANY_PRONOUN.isdisjoint(sentence.words):
            continue
        found = [*_PRONOUN.finditer(sentence.low), *_DEMONSTRATIVE.finditer(sentence.low)]
        for one in sorted(found, key=lambda one: one.start()):
            in_capitals = sentence.masked[one.start() : one.end()] == "IT"
            is_subject = (
                clause.subject_start <= one.start() < clause.subject_end and clause.subject == one.group()
            )
            if not in_capitals and not is_subject and not _EXPLETIVE.match(sentence.low, one.start()):
                yield hit(
                    sentence, one, f"'{one.group()}' may stand for more than one thing: repeat the noun"
                )


_ANY_PRONOUN = PRONOUNS | DEMONSTRATIVES


def negatives(statement: Statement) -> Iterator[Hit]:
    """Q14: say what shall be, not what shall not: that something never happens is not to be tested."""
    for clause in statement.clauses:
        sentence = clause.sentence
        if "not" in sentence.words or "never" in sentence.words:
            for found in _NEGATIVE.finditer(sentence.low):
                yield hit(
                    sentence,
                    found,
                    "a negative cannot be tested: say what shall happen",
                    _positive(clause, found),
                )


def _positive(clause: Clause, negative: re.Match[str]) -> str:
    sentence = clause.sentence
    bound = _TO_BOUND.match(sentence.low, negative.start())
    if bound:
        word = "at least" if _BELOW.search(bound["verb"]) else "at most"
        begins = bound.start("rest")
        return edited(sentence.text, (bound.start(), begins, f"shall be {word} "))
    opposite = _OPPOSITE.match(sentence.low, negative.start())
    if opposite and not _INFINITIVE_BEHIND.match(sentence.low[opposite.end() :]):
        instead = f"shall {_OPPOSITES[opposite['verb']]}"
        return edited(sentence.text, (opposite.start(), opposite.end("verb"), instead))
    return ""


def placeholders(statement: Statement) -> Iterator[Hit]:
    """Q15: nothing is left to be said in a baseline, in no part of the text."""
    for sentence in statement.sentences:
        found: list[re.Match[str]] = []
        if _PLACEHOLDER_MARKS.search(sentence.masked):
            found += _PLACEHOLDER.finditer(sentence.masked)
        if not _PLACEHOLDER_WORDS.isdisjoint(sentence.words):
            found += _PLACEHOLDER_PHRASE.finditer(sentence.low)
        found += (one for one in _UNKNOWN_NUMBER.finditer(sentence.low) if _as_written(sentence, one))
        if "<" in sentence.text:
            found += (one for one in _IN_ANGLES.finditer(sentence.masked) if not _TAG.match(one["name"]))
        if "`" in sentence.text:
            found += _CODED_PLACEHOLDER.finditer(sentence.text)
        for one in sorted(found, key=lambda one: one.start()):
            yield hit(sentence, one, "something is still to be said: a baseline holds no placeholder")


def _as_written(sentence: Sentence, found: re.Match[str]) -> bool:
    """Tell whether what was found stands in the text, and is not the mask of something else."""
    return sentence.text[found.start() : found.end()].lower() == found.group()


def purposes(statement: Statement) -> Iterator[Hit]:
    """Q16: a requirement says what, not what for: the purpose belongs into the rationale."""
    for clause in statement.clauses:
        sentence = clause.sentence
        if _PURPOSE_WORDS.isdisjoint(sentence.words):
            continue
        for found in _PURPOSE.finditer(sentence.low):
            before = sentence.low[: found.start()].split()
            if found.group().startswith("to ") and before and before[-1].strip(",") in PURPOSE_LEADERS:
                continue
            if found.group().startswith("to ") and _LETTING.search(sentence.low[: found.start()]):
                continue
            if found.group() == "because" and NEXT_WORD.match(sentence.low, found.end()) is None:
                continue
            reason = "a purpose is no part of what is tested: move it to the field 'rationale'"
            yield hit(sentence, found, reason, _without_purpose(clause, found.start()))
            break


def _without_purpose(clause: Clause, start: int) -> str:
    """Return the sentence and, behind a dash, what goes to the rationale; nothing where a value would be lost."""
    sentence = clause.sentence
    text = sentence.text
    if start == 0:
        comma = sentence.low.find(", ")
        if not 0 <= comma < clause.shall:
            return ""
        purpose, rest = text[:comma], text[comma + 1 :]
    elif start > clause.shall >= 0:
        purpose, rest = text[start : clause.response_end], text[:start].rstrip(" ,\n") + "."
    else:
        return ""
    if QUANTITY.search(purpose) or "shall" in purpose.lower() or "," in purpose:
        return ""
    return f"{tidy(rest)} (rationale: {one_line(purpose)})"


def implementation(statement: Statement) -> Iterator[Hit]:
    """Q18: a requirement leaves open how the software is made; the protocol of an interface is no matter of it."""
    for sentence in statement.required:
        if _MEANS_WORDS.isdisjoint(sentence.words):
            continue
        for found in _MEANS.finditer(sentence.low):
            name = one_line(found["name"]).rstrip(".")
            kind = "construct" if name in CONSTRUCTS else TECHNOLOGIES.get(name)
            if kind is None or not _prescribes(sentence, found, name):
                continue
            reason = f"'{one_line(sentence.text[slice(*found.span('name'))]).rstrip('.')}' prescribes how, not what"
            end = found.end() - (found.group().endswith("."))
            instead = "persistently" if kind == "database" and "stor" in sentence.low[: found.start()] else ""
            bare = sentence.low[: found.start()].endswith((" be ", " shall "))
            suggestion = "" if bare else edited(sentence.text, (found.start(), end, instead))
            yield Hit(sentence.start + found.start(), sentence.start + end, reason, suggestion)


def _prescribes(sentence: Sentence, found: re.Match[str], name: str) -> bool:
    """Tell a technology from a common word or a format of an interface: by the words before, by its capital letter."""
    if name not in ONLY_IN_CODE:
        return TECHNOLOGIES.get(name) != "construct" or one_line(found["means"]) != "via"
    written = sentence.text[found.start("name") : found.start("name") + 1]
    return (
        one_line(found["means"]) in BY_MEANS_OF_CODE
        and written.isupper()
        and name not in {"json", "xml", "yaml", "sql"}
    )
