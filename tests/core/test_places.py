"""Places and findings are told as editors and people read them."""

from __future__ import annotations

from clausework.core.places import Finding, FindingsInInput, Place


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    """A place names line and column only where they are known."""
    assert str(Place("plan.yaml", 3, 5)) == "plan.yaml:3:5"
    assert str(Place("plan.yaml", 3)) == "plan.yaml:3"
    assert str(Place("plan.yaml")) == "plan.yaml"


def test_places_are_in_the_file_s_order() -> None:
    """Places sort by file, then line, then column, as numbers."""
    places = [Place("b", 1, 1), Place("a", 10, 1), Place("a", 9, 2), Place("a", 9, 1)]
    assert [str(place) for place in sorted(places)] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]


def test_all_findings_are_told_at_once() -> None:
    """The message counts the findings and tells each with its place."""
    one = Finding("missing", "'id' is missing", Place("a.yaml", 1, 1))
    two = Finding("value", "should be a list", Place("a.yaml", 2, 3))
    assert (
        FindingsInInput("a.yaml", [one]).message
        == "a.yaml has 1 error:\n  a.yaml:1:1: missing: 'id' is missing"
    )
    error = FindingsInInput("a.yaml", [one, two])
    assert error.message.splitlines()[0] == "a.yaml has 2 errors:"
    assert error.findings == (one, two)
    assert error.exit_code == 3
