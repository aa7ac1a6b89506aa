"""A key that is replaced: a new one let in by two people, the old one revoked; passphrases changed (21 CFR 11.300)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.account import accounts, keys_of, revoke
from clausework.actions.decide import decide
from clausework.actions.passphrase import renew_passphrase
from clausework.actions.person import KeyNotEnrolled, act_as
from clausework.actions.rotation import NewKeyRefused, new_key_path, rotate
from clausework.actions.session import begin_session, standing_session
from clausework.actions.sign import sign
from clausework.core.errors import ClauseworkError
from clausework.ledger.records.accounts import AccountLocked
from clausework.ledger.records.root import KeyRevoked, PersonEnrolled
from clausework.plan.signing import DEFAULT
from clausework.signatures.passphrase_rules import PassphraseExpired, PassphraseOutgrown
from clausework.signatures.passphrases import PassphraseTooWeak
from clausework.signatures.sealed_key import (
    PassphraseUsedBefore,
    WrongPassphrase,
    open_sealed_key,
    read_sealed_key,
)
from clausework.signatures.session import NoPassphrase, PassphrasesDiffer
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.actions.people import OTHER_PASSPHRASE, WRONG, SetClock, key_of, let_in, try_as, with_own_keys


@pytest.fixture
def device(established: Device, tmp_path: Path) -> Device:
    """Copy the established project, with keys of its own."""
    return with_own_keys(established, tmp_path / "home")


def _rotate(device: Device, **variables: str) -> tuple[int, str, str]:
    done = device.process("key", "rotate", "--as", QUALITY, **variables)
    return done.returncode, done.stdout, done.stderr


def test_a_key_is_rotated(device: Device) -> None:
    """The new key is signed for by its holder and another, then the old one is revoked and the files change places."""
    old = read_sealed_key(key_of(device, QUALITY)).public_key
    code, out, err = _rotate(device, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    assert code == 0, err
    assert "enrolment recorded" in out
    assert "once two people have signed it" in _rotate(device, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)[1]
    assert device.count(PersonEnrolled) == 1
    with device.open() as workplace:
        sign(workplace, person(workplace, RELEASE))
        begin_session(workplace, QUALITY, person(workplace, QUALITY).signer)
    code, out, err = _rotate(device, CLAUSEWORK_PASSPHRASE=OTHER_PASSPHRASE)
    assert (code, "signs with key" in out) == (0, True), err
    (revoked,) = (one.body for one in device.records() if isinstance(one.body, KeyRevoked))
    assert "rotation: replaced by the key" in revoked.reason
    assert read_sealed_key(key_of(device, QUALITY)).public_key != old
    assert open_sealed_key(key_of(device, QUALITY), OTHER_PASSPHRASE)
    assert len(list((device.home / "keys").glob("*.retired"))) == 1
    with device.open() as workplace:
        with pytest.raises(WrongPassphrase):
            person(workplace, QUALITY)
        assert standing_session(workplace, 15) is None
        states = [(one.email, one.until is None) for one in accounts(workplace) if one.email == QUALITY]
        assert states == [(QUALITY, False), (QUALITY, True)]


def test_attack_rotating_alone(device: Device) -> None:
    """Attack: one person replaces their key with nobody else's approval; the new key never signs."""
    _rotate(device, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    with device.open() as workplace, pytest.raises(KeyNotEnrolled):
        act_as(workplace, QUALITY, None, new_key_path(key_of(device, QUALITY)))


def test_attack_rotating_with_the_old_key_only_found(device: Device) -> None:
    """Attack: who finds the key file and not its passphrase rotates it; nothing is made or recorded."""
    before = device.count()
    code, _, err = _rotate(device, CLAUSEWORK_PASSPHRASE=WRONG, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    assert (code, "does not open" in err) == (5, True)
    assert not new_key_path(key_of(device, QUALITY)).exists()
    assert device.count() == before


def test_a_rotation_that_was_cut_short_is_taken_up(device: Device) -> None:
    """A crash behind the revocation, or between the files, costs nothing: the same command ends it."""
    _rotate(device, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    with device.open() as workplace:
        sign(workplace, person(workplace, RELEASE))
        quality = person(workplace, QUALITY)
        old = keys_of(workplace.snapshot(), QUALITY)[0]
        revoke(workplace, old, reason="rotation", by=quality)
    path = key_of(device, QUALITY)
    path.rename(path.with_suffix(".moved"))
    code, out, err = _rotate(device, CLAUSEWORK_PASSPHRASE=OTHER_PASSPHRASE)
    assert (code, "signs with key" in out) == (0, True), err
    assert device.count(KeyRevoked) == 1


def test_a_new_key_that_was_revoked_is_told(device: Device) -> None:
    """A new key that somebody revoked before it was in place can never sign; the command says what to do."""
    _rotate(device, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    with device.open() as workplace:
        sign(workplace, person(workplace, RELEASE))
        new = keys_of(workplace.snapshot(), QUALITY)[1]
        revoke(workplace, new, reason="the notebook was stolen", by=person(workplace, RELEASE))
        with pytest.raises(NewKeyRefused):
            rotate(workplace, QUALITY, None)


def test_who_lets_no_key_in_rotates_with_two_others(device: Device) -> None:
    """A person who is neither of the root nor quality gives no approval of their own key; two others do."""
    let_in(device)
    done = device.process(
        "key", "rotate", "--as", "third@example.com", CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE
    )
    assert done.returncode == 0, done.stderr
    with device.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email))
    done = device.process(
        "key", "rotate", "--as", "third@example.com", CLAUSEWORK_PASSPHRASE=OTHER_PASSPHRASE
    )
    assert (done.returncode, "signs with key" in done.stdout) == (0, True), done.stderr


def _renew(device: Device, chosen: str = OTHER_PASSPHRASE, **settings: object) -> None:
    environ = device.environ | {"CLAUSEWORK_NEW_PASSPHRASE": chosen}
    renew_passphrase(device.folder, QUALITY, environ=environ, ask=None, **settings)  # type: ignore[arg-type]


def test_an_aged_passphrase_signs_again_once_it_is_changed(device: Device) -> None:
    """Past the plan's days nothing is signed; ``key passphrase`` changes the passphrase and not the key."""
    years = SetClock(days=DEFAULT.passphrase.age + 1)
    with device.open(clock=years) as workplace, pytest.raises(PassphraseExpired):
        person(workplace, QUALITY)
    with pytest.raises(PassphraseUsedBefore):
        _renew(device, PASSPHRASE, clock=years)
    _renew(device, clock=years)
    with device.open(clock=years) as workplace:
        with pytest.raises(WrongPassphrase):
            person(workplace, QUALITY)
        assert try_as(workplace, QUALITY, OTHER_PASSPHRASE).name == "Quinn Quality"
    assert device.count(PersonEnrolled, KeyRevoked) == 0


def test_attack_guessing_by_changing_the_passphrase(device: Device) -> None:
    """Attack: 'key passphrase' is used to guess; its tries are counted with all others, and lock the account."""
    environ = device.environ | {"CLAUSEWORK_PASSPHRASE": WRONG, "CLAUSEWORK_NEW_PASSPHRASE": OTHER_PASSPHRASE}
    for _ in range(DEFAULT.lock_out.failures):
        with pytest.raises(ClauseworkError):
            renew_passphrase(device.folder, QUALITY, environ=environ, ask=None)
    assert device.count(AccountLocked) == 1
    with pytest.raises(ClauseworkError, match="locked until"):
        _renew(device)
    assert open_sealed_key(key_of(device, QUALITY), PASSPHRASE)


def test_the_plan_in_force_says_what_a_passphrase_must_be(device: Device) -> None:
    """A plan that asks for more characters, once approved, keeps shorter passphrases from signing."""
    plan = (device.folder / "clausework.yaml").read_text()
    device.write("clausework.yaml", plan + "signing: {passphrase: {length: 30}}\n")
    with device.open() as workplace:
        rationale = {"rationale": "longer passphrases from now on"}
        decided = decide(workplace, "approve", "plan", rationale, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        with pytest.raises(PassphraseOutgrown):
            person(workplace, QUALITY)
    with pytest.raises(PassphraseTooWeak, match="it needs 30"):
        _renew(device)
    _renew(device, f"{OTHER_PASSPHRASE} and then some more")


def test_away_from_a_ledger_the_defaults_hold(device: Device, tmp_path: Path) -> None:
    """The passphrase of a key can be changed where there is no ledger; the built-in rules are asked."""
    environ = device.environ | {"CLAUSEWORK_NEW_PASSPHRASE": "short"}
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(PassphraseTooWeak):
        renew_passphrase(tmp_path / "elsewhere", QUALITY, environ=environ, ask=None)
    environ["CLAUSEWORK_NEW_PASSPHRASE"] = OTHER_PASSPHRASE
    renew_passphrase(tmp_path / "elsewhere", QUALITY, environ=environ, ask=None)
    assert open_sealed_key(key_of(device, QUALITY), OTHER_PASSPHRASE)


def test_a_new_passphrase_is_typed_twice(device: Device) -> None:
    """Without a terminal and a variable there is no new passphrase; a typed one is typed twice alike."""
    answers = iter([OTHER_PASSPHRASE, f"{OTHER_PASSPHRASE}!", OTHER_PASSPHRASE, OTHER_PASSPHRASE])
    with pytest.raises(NoPassphrase):
        renew_passphrase(device.folder, QUALITY, environ=device.environ, ask=None)
    with pytest.raises(PassphrasesDiffer):
        renew_passphrase(device.folder, QUALITY, environ=device.environ, ask=lambda _: next(answers))
    renew_passphrase(device.folder, QUALITY, environ=device.environ, ask=lambda _: next(answers))
    assert open_sealed_key(key_of(device, QUALITY), OTHER_PASSPHRASE)


def test_the_passphrase_is_changed_from_the_command_line(device: Device) -> None:
    """``key passphrase EMAIL`` says when it was changed; a wrong address is told."""
    done = device.process("key", "passphrase", QUALITY, CLAUSEWORK_NEW_PASSPHRASE=OTHER_PASSPHRASE)
    assert (done.returncode, "has a new passphrase" in done.stdout) == (0, True), done.stderr
    assert device.process("key", "passphrase", "nobody@example.com").returncode == 2
