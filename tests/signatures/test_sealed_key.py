"""Personal keys sealed by a passphrase: round trips, and attacks on the file."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausework.core.identities import NotAnEmail
from clausework.ledger.signing import NotAKey, encode_key, signature_holds
from clausework.signatures.key_files import KeyExists, KeyFileExposed, KeyFileIndirect, KeyMissing
from clausework.signatures.passphrases import PassphraseTooWeak
from clausework.signatures.sealed_key import (
    DEFAULT_COST,
    Cost,
    NoPrintedName,
    SealedKeyDamaged,
    WrongPassphrase,
    create_sealed_key,
    key_folder,
    open_sealed_key,
    read_sealed_key,
    sealed_key_path,
)

EMAIL, NAME, PASSPHRASE = "quality@example.com", "Quinn Quality", "four words about pumps"
CHEAP = Cost(iterations=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a key sealed at the least cost."""
    place = tmp_path / "keys" / "quality.json"
    create_sealed_key(EMAIL, NAME, PASSPHRASE, place, cost=CHEAP)
    return place


def _change(path: Path, **members: object) -> None:
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps(content | members))


def test_the_default_cost_seals_and_opens(tmp_path: Path) -> None:
    """A key sealed at the default cost (RFC 9106, 64 MiB) opens to the same key, which signs."""
    place = tmp_path / "key.json"
    signer = create_sealed_key(EMAIL, f" {NAME} ", PASSPHRASE, place)
    content = read_sealed_key(place)
    assert content.cost == DEFAULT_COST == Cost(65_536, 3, 4)
    assert (content.email, content.name) == (EMAIL, NAME)
    assert content.public_key == encode_key(signer.public_key)
    opened = open_sealed_key(place, PASSPHRASE)
    assert signature_holds(signer.public_key, opened.sign(b"data"), b"data")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    passphrase=st.text(min_size=12, max_size=30).filter(lambda text: len(set(text.casefold().strip())) >= 11),
    name=st.text(st.characters(categories=["L"]), min_size=1, max_size=3),
)
def test_any_strong_passphrase_opens_what_it_sealed(
    tmp_path_factory: pytest.TempPathFactory, passphrase: str, name: str
) -> None:
    """Whatever its characters, a passphrase opens the key that it sealed, and its neighbour does not."""
    place = tmp_path_factory.mktemp("any") / "key.json"
    signer = create_sealed_key(EMAIL, name, passphrase, place, cost=CHEAP)
    assert open_sealed_key(place, passphrase).public_key == signer.public_key
    with pytest.raises(WrongPassphrase):
        open_sealed_key(place, passphrase + "x")


def test_a_wrong_passphrase_is_told_as_that(path: Path) -> None:
    """A wrong passphrase is not allowed in (exit 5) and is not mistaken for damage."""
    with pytest.raises(WrongPassphrase) as caught:
        open_sealed_key(path, PASSPHRASE.upper())
    assert caught.value.exit_code == 5


def test_nothing_secret_lies_open(path: Path) -> None:
    """Neither passphrase nor seed is in the file, and two seals of one passphrase have nothing in common."""
    first = json.loads(path.read_bytes())
    other = path.with_name("other.json")
    create_sealed_key(EMAIL, NAME, PASSPHRASE, other, cost=CHEAP)
    second = json.loads(other.read_bytes())
    assert PASSPHRASE not in path.read_text()
    for member in ("salt", "nonce", "check", "sealed", "public_key"):
        assert first[member] != second[member]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("email", "release@example.com"),
        ("name", "Rita Release"),
        ("cost", {"memory": 65_537, "iterations": 1, "lanes": 4}),
    ],
)
def test_attack_a_key_under_another_name(path: Path, member: str, value: object) -> None:
    """Attack: the file is changed to name another person or cost; the right passphrase does not open it."""
    _change(path, **{member: value})
    expected = WrongPassphrase if member == "cost" else SealedKeyDamaged
    with pytest.raises(expected):
        open_sealed_key(path, PASSPHRASE)


def test_attack_another_public_key(path: Path) -> None:
    """Attack: the file shows a stranger's public key for its owner to vouch for; it does not open."""
    _change(path, public_key=encode_key(b"x" * 32))
    with pytest.raises(SealedKeyDamaged):
        open_sealed_key(path, PASSPHRASE)


@pytest.mark.parametrize("member", ["nonce", "sealed"])
def test_attack_flipped_bits(path: Path, member: str) -> None:
    """Attack: one bit of the sealed seed or its nonce is flipped; it is damage, never another key."""
    text = json.loads(path.read_bytes())[member]
    _change(path, **{member: ("B" if text[0] == "A" else "A") + text[1:]})
    with pytest.raises(SealedKeyDamaged):
        open_sealed_key(path, PASSPHRASE)


@pytest.mark.parametrize(
    "cost",
    [
        {"memory": 8, "iterations": 1, "lanes": 1},
        {"memory": 1 << 40, "iterations": 1, "lanes": 1},
        {"memory": 65_536, "iterations": 1 << 30, "lanes": 1},
        {"memory": 65_536, "iterations": 0, "lanes": 1},
        {"memory": 65_536, "iterations": 1, "lanes": -1},
    ],
)
def test_attack_a_cost_that_is_no_cost(path: Path, cost: dict[str, int]) -> None:
    """Attack: the file asks for so little that guessing is free, or so much that the machine stops."""
    _change(path, cost=cost)
    with pytest.raises(SealedKeyDamaged):
        open_sealed_key(path, PASSPHRASE)
    with pytest.raises(SealedKeyDamaged):
        create_sealed_key(EMAIL, NAME, PASSPHRASE, path.with_name("new"), cost=Cost(**cost))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"sealed-key:v2", b"sealed-key:v3"),
        lambda data: data.replace(b'"salt"', b'"solt"'),
        lambda data: data.replace(b"{", b'{"more": 1,', 1),
        lambda data: b"\xff" + data,
        lambda data: b"[" * 50_000,
    ],
)
def test_a_damaged_file_is_told_as_that(path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A file that is cut, of another version, or with members too many or too few is damaged (exit 4)."""
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SealedKeyDamaged) as caught:
        open_sealed_key(path, PASSPHRASE)
    assert caught.value.exit_code == 4


def test_parts_of_the_wrong_length(path: Path) -> None:
    """A part with too few bytes is damage before any passphrase is tried."""
    for member in ("salt", "nonce", "check", "sealed"):
        before = path.read_bytes()
        _change(path, **{member: "AAAA"})
        with pytest.raises(SealedKeyDamaged):
            read_sealed_key(path)
        path.write_bytes(before)
    _change(path, public_key="AAAA")
    with pytest.raises(NotAKey):
        read_sealed_key(path)


def test_attack_an_exposed_or_exchanged_file(path: Path, tmp_path: Path) -> None:
    """Attack: the file is open to others, a link, or gone; it is not opened."""
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(KeyFileIndirect):
        open_sealed_key(link, PASSPHRASE)
    path.chmod(0o640)
    with pytest.raises(KeyFileExposed):
        open_sealed_key(path, PASSPHRASE)
    with pytest.raises(KeyMissing):
        open_sealed_key(tmp_path / "none", PASSPHRASE)


def test_what_does_not_make_a_key(path: Path, tmp_path: Path) -> None:
    """Without address, printed name or strong passphrase, or where a key is already, no file is written."""
    new = tmp_path / "new.json"
    with pytest.raises(NotAnEmail):
        create_sealed_key("nobody", NAME, PASSPHRASE, new, cost=CHEAP)
    for name in ("", "  ", "Quinn\x1b[2J", "Quinn\nRita"):
        with pytest.raises(NoPrintedName):
            create_sealed_key(EMAIL, name, PASSPHRASE, new, cost=CHEAP)
    with pytest.raises(PassphraseTooWeak):
        create_sealed_key(EMAIL, NAME, "short", new, cost=CHEAP)
    assert not new.exists()
    before = path.read_bytes()
    with pytest.raises(KeyExists):
        create_sealed_key(EMAIL, NAME, PASSPHRASE, path, cost=CHEAP)
    assert path.read_bytes() == before


def test_where_keys_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys lie where the variable says, else in the home folder's configuration."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert key_folder({}) == tmp_path / ".config" / "clausework" / "keys"
    assert key_folder({"CLAUSEWORK_KEYS": "elsewhere"}) == Path("elsewhere")


@given(
    local=st.text(
        st.characters(exclude_characters="@", exclude_categories=["C", "Z"]), min_size=1, max_size=200
    )
)
def test_attack_an_address_that_leads_elsewhere(local: str) -> None:
    """Attack: an address with slashes and dots; each address has one file of its own, in the folder."""
    folder = Path("keys")
    path = sealed_key_path(folder, f"../{local}@example.com")
    assert path.parent == folder
    assert len(path.name) <= 255
    assert path != sealed_key_path(folder, f"../{local}@example.org")
