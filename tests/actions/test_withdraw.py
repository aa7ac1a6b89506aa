"""Withdrawal of a release: one signature takes it back, its records stay and are marked, nothing of it is admitted."""

from __future__ import annotations

import pytest

from clausework.actions.decide import Decided, decide
from clausework.actions.delivery_matters import VersionNotReleased, WithdrawnBefore
from clausework.actions.deploy import deploy
from clausework.actions.register_filling import rebuild
from clausework.actions.registers import kept_versions
from clausework.actions.sign import sign
from clausework.actions.status import status
from clausework.actions.trace import trace
from clausework.actions.verify import verify
from clausework.actions.where import where
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.ledger.records.release import Deployment, Release
from clausework.release.admission import NotAdmitted
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person

WHY = {
    "reason": "The alarm may come late on cold start.",
    "communication": "All sites were called by quality on the same day.",
}


def released(device: Device) -> str:
    """Give both signatures; return the digest of the artefact."""
    with device.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    return sha256_of(device.artefact.read_bytes())


def withdraw(workplace: Workplace, email: str = QUALITY) -> Decided:
    """Withdraw the version."""
    return decide(workplace, "withdraw", VERSION, WHY, person(workplace, email))


def test_a_withdrawn_release_is_refused_with_who_when_and_why(releasable: Device) -> None:
    """Attack: the artefact of a release that was taken back is deployed; who took it back, when and why is told."""
    digest = released(releasable)
    with releasable.open() as workplace:
        assert deploy(workplace, "production", digest).version == VERSION
        assert withdraw(workplace).signed
        with pytest.raises(NotAdmitted) as refused:
            deploy(workplace, "production", digest)
        body = workplace.snapshot().records[-1].body
    assert f"release {VERSION} was withdrawn on 2" in refused.value.message
    assert "by Quinn Quality (quality)" in refused.value.message
    assert WHY["reason"] in refused.value.message
    assert isinstance(body, Deployment)
    assert (body.outcome, body.reason) == ("refused", refused.value.message)
    assert verify(releasable.folder).problems == ()


def test_a_withdrawn_release_stays_and_is_marked_wherever_it_is_shown(releasable: Device) -> None:
    """Its record, trace and whereabouts are still there, each with the withdrawal beside it."""
    digest = released(releasable)
    with releasable.open() as workplace:
        withdraw(workplace, RELEASE)
        (shown,) = status(workplace).releases
        (found,) = where(workplace, digest)
        (traced,) = trace(workplace, version=VERSION)
        assert any(isinstance(one.body, Release) for one in workplace.snapshot().records)
    for told in (shown.withdrawn, found.withdrawn, traced.of.withdrawn):
        assert told.startswith("withdrawn on 2")
        assert "Remy Release (release authority)" in told
        assert WHY["reason"] in told
    assert found.version == VERSION
    assert [row.outcome for row in traced.of.matrix.rows if row.id == "REQ-001"] == ["verified"]


def test_a_register_filled_before_the_withdrawal_does_not_hide_it(releasable: Device) -> None:
    """Lapse: the answer kept in the registers before the withdrawal is given after it, without the mark."""
    released(releasable)
    with releasable.open() as workplace:
        for _ in range(2):
            (before,) = trace(workplace, item="REQ-001", version=VERSION)
            assert before.of.withdrawn == ""
        withdraw(workplace)
        for _ in range(3):
            (after,) = trace(workplace, item="REQ-001", version=VERSION)
            assert after.of.withdrawn.startswith("withdrawn on")
        registers = workplace.embedded.registers
        rebuild(workplace.ledger, registers, workplace.snapshot(), at=workplace.now())
        assert kept_versions(registers) == []


def test_a_withdrawal_that_nobody_signed_has_no_effect(releasable: Device) -> None:
    """Lapse: anyone without the role takes a release back; it waits for a signature, and the release still stands."""
    digest = released(releasable)
    with releasable.open() as workplace:
        acting = person(workplace, QUALITY)
        decided = decide(
            workplace, "withdraw", VERSION, WHY, type(acting)("nobody@example.com", "No Body", acting.signer)
        )
        assert not decided.signed
        assert deploy(workplace, "production", digest).version == VERSION
        assert sign(workplace, person(workplace, RELEASE), f"#{decided.index}").missing == ()
        with pytest.raises(NotAdmitted, match="withdrawn"):
            deploy(workplace, "production", digest)


def test_only_what_was_released_is_withdrawn_and_once(releasable: Device) -> None:
    """A version that was never released, or was withdrawn before, is refused; nothing is recorded."""
    with releasable.open() as workplace, pytest.raises(VersionNotReleased, match="released: none"):
        withdraw(workplace)
    released(releasable)
    with releasable.open() as workplace:
        with pytest.raises(VersionNotReleased, match=f"released: {VERSION}"):
            decide(workplace, "withdraw", "9.9.9", WHY, person(workplace, QUALITY))
        withdraw(workplace)
    before = releasable.count()
    with releasable.open() as workplace, pytest.raises(WithdrawnBefore, match="Quinn Quality"):
        withdraw(workplace)
    assert releasable.count() == before


@pytest.mark.parametrize("field", ["reason", "communication"])
def test_a_withdrawal_says_why_and_who_is_told(releasable: Device, field: str) -> None:
    """Lapse: a release is taken back without a reason, or without telling users (clause 6.2.5)."""
    released(releasable)
    with releasable.open() as workplace, pytest.raises(InputRejected, match=field):
        decide(workplace, "withdraw", VERSION, WHY | {field: "bad"}, person(workplace, QUALITY))


def test_the_command_line_withdraws_and_shows_the_mark(releasable: Device) -> None:
    """As a user: decide withdraw, then deploy with exit code 1, and status and trace with the mark."""
    released(releasable)
    options = [f"--{name}={value}" for name, value in WHY.items()]
    done = releasable.process("decide", "withdraw", VERSION, *options, "--as", QUALITY)
    assert done.returncode == 0, done.stderr
    refused = releasable.process("deploy", "production", "--artifact", "dist/counter.zip")
    assert refused.returncode == 1
    assert "was withdrawn on" in refused.stderr
    for command in (
        ("status",),
        ("trace", "--release", VERSION),
        ("where", "--artifact", "dist/counter.zip"),
    ):
        shown = releasable.process(*command)
        assert shown.returncode == 0, shown.stderr
        assert WHY["reason"] in shown.stdout
