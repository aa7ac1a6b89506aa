"""Two components at the first signing, one at each later one, both after a pause (21 CFR 11.200(a)(1))."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausework.actions.account import close, keys_of, revoke
from clausework.actions.decide import decide
from clausework.actions.person import (
    AccountIsClosed,
    KeyNotEnrolled,
    NobodyActs,
    act_again,
    act_as,
)
from clausework.actions.session import begin_session, end_session
from clausework.actions.workplace import Workplace
from clausework.ledger.records.decisions import Approval
from clausework.plan.signing import DEFAULT
from clausework.signatures.key_files import KeyFileExposed
from clausework.signatures.sealed_key import WrongPassphrase
from clausework.signatures.session import NoPassphrase
from clausework.signatures.signing_session import SessionForged, SessionOver, session_path
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.actions.people import WRONG, SetClock, typing, with_own_keys

PAUSE = DEFAULT.pause


@pytest.fixture
def device(established: Device, tmp_path: Path) -> Device:
    """Copy the established project, with keys of its own."""
    return with_own_keys(established, tmp_path / "home")


def _begin(workplace: Workplace, email: str = QUALITY) -> Path:
    begin_session(workplace, email, person(workplace, email).signer)
    return session_path(Path(workplace.environ["CLAUSEWORK_KEYS"]), workplace.ledger.root()[0].sha256)


def _evaluate(workplace: Workplace, subject: str = "ARCH-001") -> tuple[str, ...]:
    """Review an item as whoever the session names; return the components that the signature shows."""
    fields = {"method": "review", "outcome": "accepted", "rationale": "looked at in full today"}
    decided = decide(workplace, "review", subject, fields, act_as(workplace, None, None))
    assert decided.signed
    last = workplace.snapshot().records[-1].body
    assert isinstance(last, Approval)
    return last.intent.components


def test_within_a_session_the_passphrase_alone_signs(device: Device) -> None:
    """The account is named once; each later signing takes the passphrase, and says that it took that alone."""
    with device.open() as workplace:
        _begin(workplace)
        assert _evaluate(workplace) == ("passphrase",)
        assert _evaluate(workplace, "REQ-001") == ("passphrase",)


def test_outside_a_session_both_components_sign(device: Device) -> None:
    """A signing of which the account is named shows both components, session or not."""
    fields = {"method": "review", "outcome": "accepted", "rationale": "looked at in full today"}
    with device.open() as workplace:
        _begin(workplace)
        decide(workplace, "review", "ARCH-001", fields, person(workplace, QUALITY))
        last = workplace.snapshot().records[-1].body
        assert last.intent.components == ("account", "passphrase")


def test_a_session_signs_nothing_without_the_passphrase(device: Device) -> None:
    """Attack: somebody sits down at an open session; the component that only its owner has is asked for each time."""
    with device.open() as workplace:
        _begin(workplace)
        with pytest.raises(WrongPassphrase):
            act_as(typing(workplace, WRONG), None, None)
        with pytest.raises(NoPassphrase):
            act_as(typing(workplace, ""), None, None)


def test_after_the_pause_both_components_are_asked_again(device: Device) -> None:
    """A session that nobody signed in for the plan's minutes is over; each signing makes it last."""
    with device.open() as workplace:
        _begin(workplace)
    for minutes in (PAUSE - 1, 2 * PAUSE - 2):
        with device.open(clock=SetClock(minutes=minutes)) as workplace:
            assert act_as(workplace, None, None).email == QUALITY
    with device.open(clock=SetClock(minutes=3 * PAUSE)) as workplace:
        with pytest.raises(SessionOver) as over:
            act_as(workplace, None, None)
        assert over.value.exit_code == 5
        assert person(workplace, QUALITY).email == QUALITY


def test_attack_a_clock_set_back_to_prolong_a_session(device: Device) -> None:
    """Attack: the clock is set back so that the pause never ends; one that is yet to come ends it."""
    with device.open(clock=SetClock(minutes=30)) as workplace:
        _begin(workplace)
    with device.open(clock=SetClock()) as workplace, pytest.raises(SessionOver):
        act_as(workplace, None, None)


def test_logout_ends_it(device: Device) -> None:
    """After logout both components are asked for; ending what is not there is no fault."""
    with device.open() as workplace:
        _begin(workplace)
        assert end_session(workplace)
        assert not end_session(workplace)
        with pytest.raises(NobodyActs):
            act_as(workplace, None, None)


def test_a_revoked_key_and_a_closed_account_end_it(device: Device) -> None:
    """A session does not outlive the key that began it."""
    with device.open() as workplace:
        _begin(workplace, RELEASE)
        quality = person(workplace, QUALITY)
        revoke(workplace, keys_of(workplace.snapshot(), RELEASE)[0], reason="stolen", by=quality)
        with pytest.raises(KeyNotEnrolled):
            act_as(workplace, None, None)
        close(workplace, RELEASE, reason="left the company", by=quality)
        with pytest.raises(AccountIsClosed):
            act_as(workplace, None, None)


def test_a_session_holds_no_secret(device: Device) -> None:
    """Neither passphrase nor key is in the file; it is its owner's alone."""
    with device.open() as workplace:
        path = _begin(workplace)
    text = path.read_text()
    assert PASSPHRASE not in text
    assert set(json.loads(text)) == {"email", "root", "key_id", "began", "last", "signature"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "change",
    [
        {"last": "2099-01-01T00:00:00.000Z"},
        {"began": "2020-01-01T00:00:00.000Z"},
        {"signature": ""},
        {"root": "0" * 64},
    ],
)
def test_attack_a_session_that_was_edited(device: Device, change: dict[str, str]) -> None:
    """Attack: the session's file is edited so that it lasts, or is of another ledger; it names nobody."""
    with device.open() as workplace:
        path = _begin(workplace)
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
        with pytest.raises((SessionForged, SessionOver)):
            act_as(workplace, None, None)


def test_attack_a_session_of_another_person(device: Device) -> None:
    """Attack: one person's session is made to name another; or others may read and change its file."""
    with device.open() as workplace:
        path = _begin(workplace, RELEASE)
        path.write_text(json.dumps(json.loads(path.read_text()) | {"email": QUALITY}))
        with pytest.raises(SessionForged):
            act_as(workplace, None, None)
        path.chmod(0o644)
        with pytest.raises(KeyFileExposed):
            act_as(workplace, None, None)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff" * 20, b'{"email": "x"}'])
def test_what_is_no_session_is_told(device: Device, content: bytes) -> None:
    """Damage is refused with a sentence, and logout clears it."""
    with device.open() as workplace:
        path = _begin(workplace)
        path.write_bytes(content)
        with pytest.raises(SessionForged):
            act_as(workplace, None, None)
        assert end_session(workplace)


def test_further_signings_of_one_run(device: Device) -> None:
    """Of several subjects in one run the first takes both components, each later one the passphrase."""
    clock = SetClock()
    with device.open(clock=clock) as workplace:
        first = person(workplace, QUALITY)
        again = act_again(workplace, first, None, clock())
        assert (first.components, again.components) == (("account", "passphrase"), ("passphrase",))
        with pytest.raises(WrongPassphrase):
            act_again(typing(workplace, WRONG), first, None, clock())
        since = clock()
        clock.ahead = SetClock(minutes=PAUSE + 1).ahead
        with pytest.raises(SessionOver):
            act_again(workplace, first, None, since)


def test_the_plan_in_force_says_how_long_the_pause_is(device: Device) -> None:
    """Attack: the work tree's plan allows hours; it is not approved, so the pause is that of the plan in force."""
    plan = (device.folder / "clausework.yaml").read_text()
    because = "because: {text: t, reference: r, owner: quality, review: 2099-01-01}"
    device.write("clausework.yaml", f"{plan}signing: {{pause: 480, {because}}}\n")
    with device.open() as workplace:
        assert workplace.plan.signing.pause == 480
        _begin(workplace)
    with device.open(clock=SetClock(minutes=PAUSE + 1)) as workplace, pytest.raises(SessionOver):
        act_as(workplace, None, None)


def test_a_session_from_the_command_line(device: Device) -> None:
    """Begin, sign two subjects in one run without naming oneself, log out, be refused."""
    begun = device.process("account", "session", "--as", RELEASE)
    assert (begun.returncode, "over after 15 minutes" in begun.stdout) == (0, True), begun.stderr
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        rationale = {"rationale": "looked at in full"}
        first = decide(workplace, "approve", "plan", rationale, quality)
        second = decide(workplace, "approve", "plan", rationale, quality)
    signed = device.process("sign", str(first.index), f"#{second.index}", "--json")
    assert signed.returncode == 0, signed.stderr
    assert [one["meaning"] for one in json.loads(signed.stdout)] == ["approved", "approved"]
    components = [one.body.intent.components for one in device.records() if isinstance(one.body, Approval)]
    assert components == [("passphrase",), ("passphrase",)]
    assert "session ended" in device.process("account", "logout").stdout
    assert device.process("sign", "1").returncode == 2
