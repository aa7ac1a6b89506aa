"""RFC 3161 tokens of a real authority: what holds, and each way in which a token can fail to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausework.core.clock import parse_timestamp, system_clock
from clausework.core.digests import sha256_of
from clausework.signatures.trusted_time import TokenDoesNotHold, check_token, time_request
from tests.signatures.authority import Authority

MESSAGE = b"the Statement of a release"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority with certificates of its own."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    """A token over ``MESSAGE``."""
    return authority.answer(time_request(MESSAGE)[0])


def test_a_token_that_holds(authority: Authority, token: bytes) -> None:
    """A token over the digest, by the authority whose root the plan names, tells the time and who says it."""
    stamp = check_token(token, sha256_of(MESSAGE), [authority.root])
    assert stamp.authority == f"CN={authority.name}"
    assert abs((parse_timestamp(stamp.at) - system_clock()).total_seconds()) < 120


def test_attack_a_token_over_something_else(authority: Authority, token: bytes) -> None:
    """Attack: the token of another record, of an earlier time, is put forward."""
    with pytest.raises(TokenDoesNotHold, match="Mismatch"):
        check_token(token, sha256_of(b"another"), [authority.root])


def test_attack_a_token_of_another_authority(token: bytes, tmp_path: Path) -> None:
    """Attack: an authority of the attacker's own, under the same name, stamps any time; the plan names another root."""
    impostor = Authority(tmp_path / "impostor")
    with pytest.raises(TokenDoesNotHold):
        check_token(token, sha256_of(MESSAGE), [impostor.root])
    with pytest.raises(TokenDoesNotHold):
        check_token(token, sha256_of(MESSAGE), [])


def test_attack_an_authority_whose_certificate_had_expired(tmp_path: Path) -> None:
    """Attack: a token is made with a certificate that was no longer valid at the token's time."""
    expired = Authority(tmp_path / "expired", days=-0.5)
    token = expired.answer(time_request(MESSAGE)[0])
    with pytest.raises(TokenDoesNotHold):
        check_token(token, sha256_of(MESSAGE), [expired.root])


def test_attack_an_earlier_answer_played_back(authority: Authority) -> None:
    """Attack: an answer to an earlier request is given again; its nonce is not that of this request."""
    first, second = time_request(MESSAGE), time_request(MESSAGE)
    answered = authority.answer(first[0])
    assert check_token(answered, sha256_of(MESSAGE), [authority.root], nonce=first[1])
    with pytest.raises(TokenDoesNotHold, match="Nonce"):
        check_token(answered, sha256_of(MESSAGE), [authority.root], nonce=second[1])


def test_a_refusal_of_the_authority_is_no_token(authority: Authority) -> None:
    """An authority that says no gives no time."""
    refused = authority.answer(b"\x30\x03\x02\x01\x01")
    with pytest.raises(TokenDoesNotHold):
        check_token(refused, sha256_of(MESSAGE), [authority.root])


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"\x00" * 1000])
def test_what_is_no_answer_is_told(authority: Authority, answer: bytes) -> None:
    """Anything else than a token is refused with a sentence."""
    with pytest.raises(TokenDoesNotHold):
        check_token(answer, sha256_of(MESSAGE), [authority.root])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_attack_any_changed_byte(authority: Authority, token: bytes, data: st.DataObject) -> None:
    """Attack: a byte of the token is changed; it is refused, or says what it said, and never anything else."""
    place = data.draw(st.integers(0, len(token) - 1))
    value = data.draw(st.integers(0, 255))
    changed = token[:place] + bytes([value]) + token[place + 1 :]
    before = check_token(token, sha256_of(MESSAGE), [authority.root])
    try:
        assert check_token(changed, sha256_of(MESSAGE), [authority.root]) == before
    except TokenDoesNotHold:
        assert changed != token
