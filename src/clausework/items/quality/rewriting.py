"""Sentences written otherwise: what a rule suggests where the better wording follows from the worse one alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausework.items.quality.ears import Clause, Pattern, rank
from clausework.items.quality.model import one_line
from clausework.items.quality.word_lists import words

_LOOSE = re.compile(r"\s+([,.;:)])")
_DOUBLED = re.compile(r"([,;])\s*([,.;])")
_ARTICLE = re.compile(r"(?:The|A|An|Each|Every|All|Any|No)\b")
_PLURAL = re.compile(r"[A-Z][a-z]+s")
_CONJUNCTIONS = words(
    "when whenever while whilst if where upon after before once during as until throughout in"
)
_OPENERS = {
    "in case of": "in case of",
    "in the event of": "in the event of",
    "provided that": "if",
    "as soon as": "when",
    "whilst": "while",
    "whenever": "when",
    "in case": "if",
    "in the event that": "if",
}


def edited(text: str, *edits: tuple[int, int, str]) -> str:
    """Return ``text`` with each span (start, end) replaced, its blanks and commas put right, on one line."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return tidy(text)


def tidy(text: str) -> str:
    """Return ``text`` on one line, begun with a capital, without blanks or commas where none belong."""
    plain = _DOUBLED.sub(r"\2", _LOOSE.sub(r"\1", one_line(text)))
    plain = plain.lstrip(",; ")
    return plain[:1].upper() + plain[1:]


def ordered(leads: Sequence[tuple[Pattern, str]], subject: str, response: str) -> str:
    """Return the sentence of these conditions in the order of EARS, a subject and what stands behind 'shall'."""
    parts = [uncapitalised(text) for _, text in sorted(leads, key=lambda lead: rank(lead[0]))]
    unwanted = any(kind == "unwanted" for kind, _ in leads)
    head = ", ".join(parts)
    joined = f"{head}, then {subject}" if unwanted else f"{head}, {subject}"
    return tidy(f"{joined if head else subject} shall {response.strip(' ,')}.")


def leads_of(clause: Clause) -> list[tuple[Pattern, str]]:
    """Return the conditions of ``clause`` as they are written, each with its kind."""
    text = clause.sentence.text
    return [(lead.kind, text[lead.start : lead.end]) for lead in clause.leads]


def subject_of(clause: Clause) -> str:
    """Return the subject as it is written, to stand within a sentence."""
    return uncapitalised(clause.sentence.text[clause.subject_start : clause.subject_end])


def before_subject(clause: Clause) -> str:
    """Return what stands before the subject, as it is written."""
    return clause.sentence.text[: clause.subject_start]


def condition(text: str) -> str:
    """Return a condition begun as EARS begins it."""
    low = text.lower()
    for opener, instead in _OPENERS.items():
        if low.startswith(opener + " "):
            return instead + text[len(opener) :]
    return text


def uncapitalised(text: str) -> str:
    """Return ``text`` to stand within a sentence: its first article or conjunction in lower case."""
    text = text.strip()
    first, _, rest = text.partition(" ")
    small = _ARTICLE.match(text) or first.lower() in _CONJUNCTIONS or _PLURAL.fullmatch(first)
    return f"{first.lower()} {rest}".strip() if small else text
