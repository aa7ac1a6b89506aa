"""An emergency narrows the regression by a signed impact analysis: one that is not wholly signed narrows nothing."""

from __future__ import annotations

import msgspec
import pytest

from clausework.gates.catalogue import check_named
from clausework.gates.challenge import QUALITY, RELEASE, Challenge, SignedDecision
from clausework.gates.proving import prove

REGRESSION = check_named("regression")
SIGNED = next(
    one
    for one in REGRESSION.challenges()
    if one.name == "an emergency leaves out what the change does not touch"
)
ANALYSED, ACCEPTED = (*QUALITY, "impact analysed"), (*RELEASE, "narrowed regression accepted")


def outcome(**changes: object) -> str:
    """Return what the check says when the emergency's decision is another."""
    decisions = tuple(
        msgspec.structs.replace(one, **changes) if one.form == "narrow" else one
        for one in SIGNED.world.decisions
    )
    world = msgspec.structs.replace(SIGNED.world, decisions=decisions)
    return prove(REGRESSION, Challenge("changed", SIGNED.expects, world, SIGNED.settings)).judgement.outcome


def test_wholly_signed_it_narrows() -> None:
    """The control: quality analysed the impact, and the release authority accepted what is left out."""
    assert outcome() == "pass"


@pytest.mark.parametrize(
    ("what", "signers"),
    [
        ("nobody signed it", ()),
        ("the release authority alone", (ACCEPTED,)),
        ("quality alone", (ANALYSED,)),
        ("one person in both roles", (ANALYSED, (QUALITY[0], RELEASE[1], ACCEPTED[2]))),
        ("signatures that mean something else", ((*QUALITY, "reviewed"), (*RELEASE, "approved"))),
    ],
)
def test_attack_an_emergency_that_not_all_signed(what: str, signers: tuple[object, ...]) -> None:
    """ATTACK regression is left out on Friday night, and those who have to sign that are asked on Monday."""
    assert outcome(signers=signers) == "fail", what


def test_attack_the_author_analyses_the_own_emergency() -> None:
    """ATTACK who asks for less testing also says that less is enough."""
    assert outcome(author=QUALITY[0]) == "fail"


def test_attack_the_emergency_of_another_version() -> None:
    """ATTACK what was signed for one version leaves out the tests of the next."""
    assert outcome(version="0.9.9", id="0.9.9") == "fail"


def test_the_emergency_is_the_only_decision_that_was_changed() -> None:
    """The cases above change the one decision that they are about, so that none of them fails for another reason."""
    (one,) = (one for one in SIGNED.world.decisions if one.form == "narrow")
    assert isinstance(one, SignedDecision)
    assert one.signers == (ANALYSED, ACCEPTED)
