"""A decision that waits is given up by a signature, for good; one that has effect is not."""

from __future__ import annotations

import pytest

from clausework.core.digests import sha256_of
from tests.tracing.people import QUALITY, RELEASE, People

MATTER = sha256_of(b"matter")


@pytest.fixture
def people() -> People:
    """Return a ledger with two people."""
    return People()


def test_what_was_dropped_waits_no_more_and_says_who_dropped_it(people: People) -> None:
    """Quality gives up a supersession that its author alone could sign."""
    waits = people.decide("supersede", "record", MATTER, author=QUALITY)
    dropped = people.decide("drop", "decision", waits.sha256, author=QUALITY)
    assert waits.sha256 in {one.record.sha256 for one in people.standing().decisions}
    people.sign(dropped, meaning="dropped")
    standing = people.standing()
    assert [one.form.name for one in standing.decisions] == ["drop"]
    (refused,) = standing.refused_decisions
    assert refused.index == waits.index
    assert refused.reason.startswith(f"it was dropped by {QUALITY} in #{dropped.index}")


def test_a_signature_on_what_was_dropped_gives_it_no_effect(people: People) -> None:
    """Attack: a supersession is dropped, and signed later when nobody looks at it any more."""
    waits = people.decide("supersede", "record", MATTER)
    people.sign(people.decide("drop", "decision", waits.sha256, author=RELEASE), meaning="dropped")
    people.sign(waits, meaning="superseded")
    assert people.standing().superseded() == {}


def test_a_decision_with_effect_is_not_dropped(people: People) -> None:
    """Attack: a rejection that has effect is dropped, as if it had never been; it stays."""
    signed = people.decide("supersede", "record", MATTER)
    people.sign(signed, meaning="superseded")
    people.sign(people.decide("drop", "decision", signed.sha256, author=QUALITY), meaning="dropped")
    assert set(people.standing().superseded()) == {MATTER}


def test_nobody_drops_without_a_role_for_it(people: People) -> None:
    """Attack: a plan's approval that waits is dropped by a signature in another role, or without one."""
    waits = people.decide("supersede", "record", MATTER)
    dropped = people.decide("drop", "decision", waits.sha256)
    people.sign(dropped, RELEASE, "quality", "dropped")
    assert waits.sha256 in {one.record.sha256 for one in people.standing().decisions}
