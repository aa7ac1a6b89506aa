"""Attacks on the order of signatures, and the dead ends that an order brings (21 CFR 11.10(f), 5.8.8)."""

from __future__ import annotations

import pytest

from clausework.actions.decide import decide
from clausework.actions.person import sign_record
from clausework.actions.release import release
from clausework.actions.sign import NothingWaits, SignedOutOfOrder, sign
from clausework.decisions.release import AUTHORISED
from clausework.ledger.records.release import Release, ReleaseGate
from tests.actions.device import PLAN, QUALITY, RELEASE, VERSION, Device, person


def _gate(device: Device) -> str:
    return [one.sha256 for one in device.records() if isinstance(one.body, ReleaseGate)][-1]


def test_authority_that_signed_first_releases_nothing_and_may_sign_again(releasable: Device) -> None:
    """Attack: the authorisation is put into the ledger before the confirmation, and is to count once that is there."""
    with releasable.open() as workplace:
        sign_record(
            workplace,
            person(workplace, RELEASE),
            signed=_gate(releasable),
            role="release_authority",
            meaning=AUTHORISED,
        )
        assert sign(workplace, person(workplace, QUALITY), VERSION).released is None
        assert releasable.count(Release) == 0
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None


def test_authority_is_told_what_comes_first(releasable: Device) -> None:
    """Attack: the release is authorised before anybody confirmed that verification is complete."""
    with releasable.open() as workplace, pytest.raises(SignedOutOfOrder, match="comes after 'confirmed that"):
        sign(workplace, person(workplace, RELEASE), VERSION)


def test_person_of_two_roles_gives_the_signature_that_is_due(releasable: Device) -> None:
    """Dead end: a person who holds both roles is told to wait for the other, and cannot give it."""
    both = PLAN.replace(
        f"release_authority: {{people: [{RELEASE}]", f"release_authority: {{people: [{QUALITY}, {RELEASE}]"
    )
    releasable.write("clausework.yaml", both)
    with releasable.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "two may release"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        held = workplace.standing(workplace.snapshot()).roles(QUALITY, workplace.now())
    assert held == ("quality", "release_authority")
    releasable.write("clausework.yaml", PLAN)
    with releasable.open() as workplace:
        release(workplace, VERSION)
        signed = sign(workplace, person(workplace, QUALITY), VERSION)
        assert signed.role == "quality"
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None


def test_release_that_a_crash_kept_from_being_recorded_is_made_by_the_command(releasable: Device) -> None:
    """Dead end: every signature is there, the machine stopped before the release was recorded, and nothing waits."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign_record(
            workplace,
            person(workplace, RELEASE),
            signed=_gate(releasable),
            role="release_authority",
            meaning=AUTHORISED,
        )
        assert releasable.count(Release) == 0
        with pytest.raises(NothingWaits):
            sign(workplace, person(workplace, RELEASE), VERSION)
        assert release(workplace, VERSION).released is not None
    assert releasable.count(Release) == 1
