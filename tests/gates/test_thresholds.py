"""Thresholds: compared without rounding, and unknown severities are the gravest."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from clausework.gates.severity import SEVERITIES, at_least
from clausework.ledger.records.values import Ratio

counts = st.integers(0, 10**9)


@given(counts, counts, st.integers(0, 100))
def test_ratio_reaches_exactly_what_it_is(covered: int, total: int, percent: int) -> None:
    """89.999 % does not reach 90 %: the comparison is exact, and nothing to cover reaches nothing."""
    reached = Ratio(covered, total).reaches(percent)
    assert reached == (total > 0 and Fraction(covered, max(total, 1)) >= Fraction(percent, 100))


@given(counts, st.integers(1, 10**9), st.integers(0, 99))
def test_ratio_that_reaches_more_reaches_less(covered: int, total: int, percent: int) -> None:
    """A lower threshold is never harder to reach."""
    ratio = Ratio(covered, total)
    assert not ratio.reaches(percent + 1) or ratio.reaches(percent)


@given(st.sampled_from(SEVERITIES), st.sampled_from(SEVERITIES))
def test_severities_are_in_order(one: str, other: str) -> None:
    """A severity reaches a threshold exactly when it is the same or graver."""
    assert at_least(one, other) == (SEVERITIES.index(one) >= SEVERITIES.index(other))


@given(st.text(), st.sampled_from(SEVERITIES))
def test_unknown_severity_is_never_passed_over(unknown: str, threshold: str) -> None:
    """Attack: a tool that calls its finding something else; it blocks at every threshold."""
    if unknown not in SEVERITIES:
        assert at_least(unknown, threshold)
        assert at_least("none", unknown)
