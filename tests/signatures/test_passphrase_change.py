"""A passphrase that ages, is changed, and does not come back; the key stays what it was (21 CFR 11.300(b))."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from clausework.core.canonical import canonical_json
from clausework.core.clock import timestamp
from clausework.plan.signing import PassphraseRules
from clausework.signatures import sealed_key
from clausework.signatures.key_files import KeyFileExposed
from clausework.signatures.passphrase_rules import PassphraseExpired, PassphraseOutgrown, refuse_unfit
from clausework.signatures.passphrases import PassphraseTooWeak
from clausework.signatures.sealed_key import (
    MOST_REMEMBERED,
    SCHEMA_WITHOUT_AGE,
    Cost,
    PassphraseUsedBefore,
    SealedKeyDamaged,
    WrongPassphrase,
    change_passphrase,
    create_sealed_key,
    open_sealed_key,
    read_sealed_key,
)

EMAIL, NAME = "quality@example.com", "Quinn Quality"
FIRST, SECOND, THIRD = "four words about pumps", "five words about valves", "six words about filters"
CHEAP = Cost(iterations=1)
NOW = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a key sealed at the least cost, on a known day."""
    place = tmp_path / "keys" / "quality.json"
    create_sealed_key(EMAIL, NAME, FIRST, place, cost=CHEAP, clock=lambda: NOW)
    return place


def _change(path: Path, old: str, new: str, **settings: int) -> None:
    change_passphrase(path, old, new, cost=CHEAP, clock=lambda: NOW, **settings)


def _edit(path: Path, **members: object) -> None:
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps(content | members))


def _make_first_schema(path: Path) -> None:
    """Seal the key of ``path`` again as the first schema did: no day, no former passphrases."""
    content = read_sealed_key(path)
    key, _ = sealed_key._stretched(FIRST, content.salt, content.cost)
    seed = ChaCha20Poly1305(key).decrypt(content.nonce, content.sealed, sealed_key._bound(content))
    bound = {
        "schema": SCHEMA_WITHOUT_AGE,
        "email": content.email,
        "name": content.name,
        "public_key": content.public_key,
        "cost": content.cost,
    }
    sealed = ChaCha20Poly1305(key).encrypt(content.nonce, seed, canonical_json(bound))
    old = msgspec.structs.replace(content, schema=SCHEMA_WITHOUT_AGE, sealed=sealed, sealed_at="")
    path.write_bytes(msgspec.json.encode(old))


def test_a_changed_passphrase_opens_the_same_key(path: Path) -> None:
    """The key and its ID stay, the new passphrase opens it, the old one no longer does, the file stays its owner's."""
    before = open_sealed_key(path, FIRST).public_key
    _change(path, FIRST, SECOND)
    assert open_sealed_key(path, SECOND).public_key == before
    with pytest.raises(WrongPassphrase):
        open_sealed_key(path, FIRST)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_attack_the_present_or_a_former_passphrase_again(path: Path) -> None:
    """Attack: the same passphrase is 'changed' into itself, or an earlier one comes back; the file stays as it was."""
    with pytest.raises(PassphraseUsedBefore):
        _change(path, FIRST, FIRST)
    _change(path, FIRST, SECOND)
    before = path.read_bytes()
    for again in (FIRST, SECOND):
        with pytest.raises(PassphraseUsedBefore):
            _change(path, SECOND, again)
    assert path.read_bytes() == before


def test_only_as_many_are_remembered_as_the_plan_asks(path: Path) -> None:
    """With one remembered the present passphrase alone is kept out; with two, the one before it as well."""
    _change(path, FIRST, SECOND)
    with pytest.raises(PassphraseUsedBefore):
        _change(path, SECOND, FIRST, remembered=2)
    _change(path, SECOND, FIRST, remembered=1)
    assert open_sealed_key(path, FIRST)


def test_a_file_remembers_no_more_than_it_may(path: Path) -> None:
    """The history is bounded, newest first."""
    present = FIRST
    for number in range(MOST_REMEMBERED + 2):
        chosen = f"words about number {number}"
        _change(path, present, chosen, remembered=1)
        present = chosen
    assert len(read_sealed_key(path).former) == MOST_REMEMBERED


@pytest.mark.parametrize("chosen", ["short", "a" * 40, EMAIL, "abcdefghijklmnop"])
def test_attack_a_weak_passphrase_in_place_of_a_strong_one(path: Path, chosen: str) -> None:
    """Attack: a passphrase that would not have been taken for a new key is not taken for a change either."""
    with pytest.raises(PassphraseTooWeak):
        _change(path, FIRST, chosen)
    assert open_sealed_key(path, FIRST)


def test_the_plan_may_ask_for_more_characters(path: Path) -> None:
    """A passphrase that is long enough by default is refused where the plan asks for more."""
    with pytest.raises(PassphraseTooWeak, match="it needs 30"):
        _change(path, FIRST, SECOND, fewest=30)


def test_attack_changing_without_the_present_passphrase(path: Path) -> None:
    """Attack: somebody at an open terminal gives the key a passphrase of their own; the present one is asked."""
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        _change(path, THIRD, SECOND)
    path.chmod(0o644)
    with pytest.raises(KeyFileExposed):
        _change(path, FIRST, SECOND)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "members",
    [
        {"sealed_at": "2026-04-11T08:30:00.000Z"},
        {"former": []},
        {"sealed_at": "2099-01-01T00:00:00.000Z", "former": []},
    ],
)
def test_attack_a_seal_made_to_look_younger(path: Path, members: dict[str, object]) -> None:
    """Attack: the day of the seal or the former passphrases are edited in the file; it does not open any more."""
    _change(path, FIRST, SECOND)
    _edit(path, **members)
    with pytest.raises(SealedKeyDamaged):
        open_sealed_key(path, SECOND)


def test_attack_a_file_passed_off_as_of_the_first_schema(path: Path) -> None:
    """Attack: the schema that knows no age is written over the one that does; the file does not open."""
    content = json.loads(path.read_bytes())
    del content["sealed_at"]
    path.write_text(json.dumps(content | {"schema": SCHEMA_WITHOUT_AGE}))
    with pytest.raises(SealedKeyDamaged):
        open_sealed_key(path, FIRST)


@pytest.mark.parametrize(
    "members",
    [
        {"sealed_at": ""},
        {"sealed_at": "yesterday"},
        {"schema": SCHEMA_WITHOUT_AGE},
        {"former": [{"salt": "", "check": "", "cost": {"memory": 65536, "iterations": 1, "lanes": 4}}]},
        {
            "former": [
                {
                    "salt": "A" * 22 + "==",
                    "check": "A" * 43 + "=",
                    "cost": {"memory": 8, "iterations": 1, "lanes": 1},
                }
            ]
        },
    ],
)
def test_a_history_that_cannot_be_is_damage(path: Path, members: dict[str, object]) -> None:
    """A seal without a day, of a schema that knows none, or with former passphrases that are none, is damaged."""
    _edit(path, **members)
    with pytest.raises(SealedKeyDamaged):
        read_sealed_key(path)


def test_a_key_of_the_first_schema_opens_and_is_brought_up_to_date(path: Path) -> None:
    """An earlier version's file opens still; its age is unknown, so that it signs once its passphrase is changed."""
    _make_first_schema(path)
    before = open_sealed_key(path, FIRST).public_key
    with pytest.raises(PassphraseExpired, match="has no date"):
        refuse_unfit(read_sealed_key(path), FIRST, PassphraseRules(), NOW)
    _change(path, FIRST, SECOND)
    assert open_sealed_key(path, SECOND).public_key == before
    refuse_unfit(read_sealed_key(path), SECOND, PassphraseRules(), NOW)
    with pytest.raises(PassphraseUsedBefore):
        _change(path, SECOND, FIRST)


@pytest.mark.parametrize(
    ("days", "fits"), [(0, True), (365, True), (365.01, False), (-0.9, True), (-1.1, False)]
)
def test_an_old_passphrase_does_not_sign(path: Path, days: float, fits: bool) -> None:
    """Past the plan's days a passphrase is refused with its own error; a date that is yet to come is no way round."""
    at = NOW + timedelta(days=days)
    if fits:
        refuse_unfit(read_sealed_key(path), FIRST, PassphraseRules(), at)
        return
    with pytest.raises(PassphraseExpired) as refused:
        refuse_unfit(read_sealed_key(path), FIRST, PassphraseRules(), at)
    assert f"clausework key passphrase {EMAIL}" in refused.value.hint


def test_a_passphrase_shorter_than_the_plan_asks_does_not_sign(path: Path) -> None:
    """Where the plan in force asks for more characters than the passphrase has, it is changed first."""
    refuse_unfit(read_sealed_key(path), FIRST, PassphraseRules(length=len(FIRST)), NOW)
    with pytest.raises(PassphraseOutgrown):
        refuse_unfit(read_sealed_key(path), FIRST, PassphraseRules(length=len(FIRST) + 1), NOW)


def test_the_day_of_the_seal_is_the_day_of_the_change(path: Path) -> None:
    """A change begins the age anew."""
    later = NOW + timedelta(days=300)
    change_passphrase(path, FIRST, SECOND, cost=CHEAP, clock=lambda: later)
    assert read_sealed_key(path).sealed_at == timestamp(later)
    refuse_unfit(read_sealed_key(path), SECOND, PassphraseRules(), NOW + timedelta(days=600))
