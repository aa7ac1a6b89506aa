"""Severities on one scale, derived from what each tool says: CVSS vectors and scores, or words.

The source's own words are kept beside what is derived. What cannot be told is never taken as harmless: a word that is
not known counts as ``high``, with a remark by the reader (clauses 5.1.12, 7.1.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from clausework.evidence.detail import Severity

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "none")
"""Gravest first."""

UNKNOWN: Severity = "high"
"""What a severity counts as that the tool does not give, or gives in words that are not known."""

_FROM_SCORE: tuple[tuple[Decimal, Severity], ...] = (
    (Decimal("9.0"), "critical"),
    (Decimal("7.0"), "high"),
    (Decimal("4.0"), "medium"),
    (Decimal("0.1"), "low"),
)

_WORDS: dict[str, Severity] = {
    "critical": "critical",
    "very high": "critical",
    "blocker": "critical",
    "high": "high",
    "important": "high",
    "major": "high",
    "error": "high",
    "medium": "medium",
    "moderate": "medium",
    "warning": "medium",
    "minor": "low",
    "low": "low",
    "negligible": "low",
    "note": "low",
    "info": "none",
    "informational": "none",
    "information": "none",
    "none": "none",
}


def severity_of_word(word: str) -> Severity | None:
    """Return the severity that a tool's ``word`` stands for, ``None`` where it is not known."""
    return _WORDS.get(" ".join(word.replace("_", " ").split()).lower())


def severity_of_score(score: str | float) -> Severity | None:
    """Return the severity of a CVSS base ``score`` from 0.0 to 10.0, ``None`` where it is none.

    The bounds are those of CVSS 3.1 section 5, which 4.0 keeps; a CVSS 2 score is put on the same scale.
    """
    try:
        value = Decimal(str(score).strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= 10:
        return None
    return next((severity for least, severity in _FROM_SCORE if value >= least), "none")


def score_of_vector(vector: str) -> str:
    """Return the base score of a CVSS 2, 3.0, 3.1 or 4.0 ``vector`` as ``9.8``; empty where it is none."""
    from cvss import CVSS2, CVSS3, CVSS4
    from cvss.exceptions import CVSSError

    text = vector.strip().strip("()")
    try:
        if text.startswith("CVSS:4."):
            return str(CVSS4(text).base_score)
        if text.startswith("CVSS:3."):
            return str(CVSS3(text).scores()[0])
        return str(CVSS2(text.removeprefix("CVSS:2.0/")).scores()[0])
    except (CVSSError, ValueError, IndexError, KeyError):
        return ""


def severity_of_vectors(vectors: Iterable[str]) -> tuple[Severity, str] | None:
    """Return the gravest severity of CVSS ``vectors`` and the vector with its score; ``None`` where none is one."""
    found: tuple[Severity, str] | None = None
    for vector in vectors:
        score = score_of_vector(vector)
        severity = severity_of_score(score) if score else None
        if severity is not None and (
            found is None or SEVERITIES.index(severity) < SEVERITIES.index(found[0])
        ):
            found = severity, f"{vector.strip()} ({score})"
    return found


def gravest(severities: Iterable[Severity]) -> Severity:
    """Return the gravest of ``severities``; ``none`` where there are none."""
    return min(severities, key=SEVERITIES.index, default="none")
