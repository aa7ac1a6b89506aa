"""The words by which a test's author links it to items: every role that a gate asks for, in every spelling."""

from __future__ import annotations

import pytest

from clausework.evidence.readers.case_tags import is_role, links_within, sort_words
from clausework.evidence.readers.junit_items import is_link
from clausework.evidence.remarks import Remarks
from clausework.gates.risk_controls import ROLES

ASKED = sorted({"verifies", *(role for roles in ROLES.values() for role in roles)})


@pytest.mark.parametrize("role", ASKED)
def test_every_role_that_a_gate_asks_for_can_be_told(role: str) -> None:
    """A team whose tool writes tags, or properties, can say all that ``risk_controls`` asks of class C."""
    assert is_role(role)
    assert is_link(role)
    hyphened = role.replace("_", "-")
    for word in (
        f"{role}:RCM-1",
        f"{role}=RCM-1",
        f"@{role}(RCM-1)",
        f"@{hyphened}(RCM-1)",
        f"{role}: RCM-1",
    ):
        assert sort_words([word], Remarks()).links == ((role, "RCM-1"),), word
    assert links_within(f"holds @{role}(RCM-1) still", Remarks()) == [(role, "RCM-1")]


def test_a_word_that_only_begins_like_a_role_is_a_tag() -> None:
    """Nothing is guessed: another ending of the word links nothing."""
    told = sort_words(["verifies_under:RCM-1", "verifies_fault:RCM-1", "falsifies:RCM-1"], Remarks())
    assert told.links == ()
    assert len(told.tags) == 3
