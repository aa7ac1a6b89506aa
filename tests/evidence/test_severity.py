"""Severities on one scale: words, scores and vectors."""

from __future__ import annotations

import pytest

from clausework.evidence.severity import (
    SEVERITIES,
    UNKNOWN,
    gravest,
    score_of_vector,
    severity_of_score,
    severity_of_vectors,
    severity_of_word,
)

NINE = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Critical", "critical"),
        ("very_high", "critical"),
        ("BLOCKER", "critical"),
        (" HIGH ", "high"),
        ("important", "high"),
        ("moderate", "medium"),
        ("WARNING", "medium"),
        ("negligible", "low"),
        ("informational", "none"),
        ("", None),
        ("unknown", None),
        ("bad", None),
    ],
)
def test_a_word_is_known_or_not(word: str, severity: str | None) -> None:
    """Case and spacing do not matter; what is not known is not guessed."""
    assert severity_of_word(word) == severity


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        ("0.0", "none"),
        (0.05, "none"),
        ("0.1", "low"),
        ("3.9", "low"),
        (4.0, "medium"),
        ("6.9", "medium"),
        ("7.0", "high"),
        ("8.9", "high"),
        (9, "critical"),
        ("10", "critical"),
        ("10.1", None),
        ("-0.1", None),
        ("NaN", None),
        ("Infinity", None),
        ("high", None),
        ("", None),
        ("1e9", None),
    ],
)
def test_a_score_is_on_the_scale_of_cvss(score: str | float, severity: str | None) -> None:
    """Its bounds are those of CVSS 3.1 section 5; what is no score has no severity."""
    assert severity_of_score(score) == severity


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        (NINE, "9.8"),
        (f" {NINE} ", "9.8"),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8"),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", "7.5"),
        ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "7.5"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "9.3"),
        ("CVSS:3.1/AV:N", ""),
        ("CVSS:9.9/AV:N", ""),
        ("nothing", ""),
        ("", ""),
    ],
)
def test_a_vector_has_its_base_score(vector: str, score: str) -> None:
    """Of each version of CVSS; what is no vector has none."""
    assert score_of_vector(vector) == score


def test_the_gravest_of_several_vectors_counts() -> None:
    """And is told with its score."""
    low = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
    assert severity_of_vectors([low, "nothing", NINE]) == ("critical", f"{NINE} (9.8)")
    assert severity_of_vectors(["nothing"]) is None
    assert severity_of_vectors([]) is None


def test_what_is_not_known_is_never_harmless() -> None:
    """An unknown severity counts among the grave ones."""
    assert SEVERITIES.index(UNKNOWN) <= SEVERITIES.index("high")
    assert gravest(["low", "critical", "none"]) == "critical"
    assert gravest([]) == "none"
