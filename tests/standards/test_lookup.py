"""Looking up and citing clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.standards import (
    UnknownClause,
    applies,
    catalogues,
    cite,
    classes_of,
    clause,
    clauses_under,
)


@pytest.mark.parametrize(
    ("written", "cited", "covered"),
    [
        ("5.8.1", "EN 62304 5.8.1", 1),
        ("62304 5.8.1", "EN 62304 5.8.1", 1),
        ("IEC 62304  5.8.1 ", "EN 62304 5.8.1", 1),
        ("5.5", "EN 62304 5.5", 5),
        ("8.1", "EN 62304 8.1", 3),
        ("81001-5-1 5.7", "EN IEC 81001-5-1 5.7", 5),
        ("14971 7.2", "ISO 14971 7.2", 1),
        ("ISO 13485 7.3.7", "ISO 13485 7.3.7", 1),
        ("MDR I 17.2", "MDR Annex I 17.2", 1),
        ("MDR Annex I 17", "MDR Annex I 17", 4),
        ("MDR I", "MDR Annex I", 6),
        ("MDR 10(9)", "MDR Art 10(9)", 1),
        ("MDR Art. 10(9)", "MDR Art 10(9)", 1),
        ("21 CFR 11.50", "21 CFR 11.50", 1),
        ("21 CFR 11.10", "21 CFR 11.10", 11),
        ("21 CFR 11.10(e)", "21 CFR 11.10(e)", 1),
    ],
)
def test_what_is_written_is_cited_in_full(written: str, cited: str, covered: int) -> None:
    """A short citation becomes a full one, and a number stands for all beneath it."""
    assert cite(written) == cited
    assert len(clauses_under(written)) == covered


def test_a_number_does_not_cover_one_that_merely_begins_alike() -> None:
    """Clause 5.1 covers 5.1.10 and 5.1.1, and 5.1.1 does not cover 5.1.10."""
    assert {"5.1.1", "5.1.10"} <= {one.number for one in clauses_under("5.1")}
    assert [one.number for one in clauses_under("5.1.1")] == ["5.1.1"]
    assert [one.number for one in clauses_under("21 CFR 11.100")] == [
        "11.100",
        "11.100(a)",
        "11.100(b)",
        "11.100(c)",
    ]


@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda one: one.cited_as)
def test_every_clause_is_found_by_its_own_citation(catalogue: object) -> None:
    """A citation that the program prints can be looked up again and gives the same clause."""
    for one in next(known.clauses for known in catalogues() if known is catalogue):
        assert clause(one.citation) == one
        assert cite(one.citation) == one.citation


def test_a_prefix_applies_when_anything_beneath_it_does() -> None:
    """Clause 5.5 applies to class A by 5.5.1 alone; 5.6 does not apply to it."""
    assert applies("5.5", "A")
    assert not applies("5.6", "A")
    assert classes_of("5.5.4") == ("C",)
    assert classes_of("7.3") == ("B", "C")


@pytest.mark.parametrize(
    ("written", "near"),
    [("5.8.11", "EN 62304 5.8.1"), ("MDR 17.2", "MDR Annex I 17.2"), ("21 CFR 11.5", "21 CFR 11.50")],
)
def test_an_unknown_clause_names_near_ones(written: str, near: str) -> None:
    """A mistyped citation is refused, and the hint names what was probably meant."""
    with pytest.raises(UnknownClause) as caught:
        clause(written)
    assert near in caught.value.near
    assert near in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "written", ["", " ", "5.", "MDR", "MDR ", "MDR Annex", "MDR Art", "21 CFR", "GAMP 5"]
)
def test_a_citation_of_nothing_is_refused(written: str) -> None:
    """A standard without a number, or one that is not known, is no citation."""
    with pytest.raises(UnknownClause):
        clauses_under(written)


def test_only_an_exact_number_is_one_clause() -> None:
    """The look-up of one clause does not guess among those beneath a number."""
    with pytest.raises(UnknownClause):
        clause("5.5")


@given(st.text(max_size=30))
def test_any_text_is_a_clause_or_refused(written: str) -> None:
    """Whatever is written, the look-up answers or refuses with its own error."""
    try:
        cited = cite(written)
    except UnknownClause:
        return
    assert cited.endswith(" ".join(written.split())[-1:])
