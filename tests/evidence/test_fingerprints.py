"""Fingerprints: the same for the same finding, other for others, and told apart where findings are equal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import FindingDetail, Severity
from clausework.evidence.fingerprints import FindingTally, Fingerprints, without_place


def test_the_same_finding_has_the_same_fingerprint_in_every_report() -> None:
    """White space is no part of it."""
    assert Fingerprints().of("tool", "R1", "a.c", "x  =\n1") == Fingerprints().of(
        "tool", "R1", "a.c", "x = 1"
    )


def test_repeats_are_told_apart_by_their_ordinal() -> None:
    """In the order of the report; another finding between them changes nothing."""
    prints = Fingerprints()
    first, _, second, third = (prints.of("tool", rule, "a.c") for rule in ("R1", "R2", "R1", "R1"))
    assert (second, third) == (f"{first}-2", f"{first}-3")


@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1)
)
def test_what_is_told_apart_is_told_by_each_part(parts: list[str]) -> None:
    """A part more, or one in another place, makes another fingerprint."""
    prints = Fingerprints()
    assert not prints.of("tool", "R1", *parts).endswith("-2")
    assert not prints.of("tool", "R1", *parts, "more").endswith("-2")
    assert not prints.of("other", "R1", *parts).endswith("-2")


def test_places_are_taken_out_of_messages() -> None:
    """Lines and columns in them move with the code; other numbers stay."""
    moved = [f"Freed at line {line}, columns {line}-{line + 3} of a.c:{line}:7" for line in (7, 70)]
    assert without_place(moved[0]) == without_place(moved[1])
    assert without_place("Array of 4 at index 9") == "Array of 4 at index 9"


def finding(severity: Severity, *, suppressed: bool = False) -> FindingDetail:
    """Return a finding."""
    return FindingDetail("f", "R1", severity, "", "", suppressed=suppressed)


def test_a_tally_counts_open_findings_by_severity_and_suppressed_ones_apart() -> None:
    """Every severity is named, also those of which there is none."""
    tally = FindingTally()
    for one in (finding("high"), finding("high"), finding("low", suppressed=True)):
        assert tally.take(one) is one
    assert tally.open_by_severity == {"critical": 0, "high": 2, "medium": 0, "low": 0, "none": 0}
    assert tally.suppressed == 1
