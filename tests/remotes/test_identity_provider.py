"""Logging in at an OpenID provider: against a real one, and against ones that lie, stall and flood, each by name."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from clausework.core.errors import ClauseworkError
from clausework.ledger.id_tokens import nonce_of, read_id_token
from clausework.ledger.key_sets import NotAKeySet, fit_keys, read_key_set
from clausework.ledger.records.identification import ProviderKeys
from clausework.plan.provider import Provider as Planned
from clausework.remotes import identity_provider
from clausework.remotes.identity_provider import (
    LARGEST_ANSWER,
    ProviderMixedUp,
    ProviderRefused,
    ProviderUnreachable,
    log_in,
    published_keys,
)
from clausework.remotes.loopback import PageNotAnswered
from tests.remotes.openid import Provider, Said, answer, log_in_as, mock_provider
from tests.signatures.test_passkeys import MADE, wanted

INTENT = wanted()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a sound provider that runs."""
    with Provider().running() as running:
        running.claims = running.issued_by.claims(INTENT, iss=running.issuer)
        yield running


def planned(provider: Provider, **changes: Any) -> Planned:
    """Return what a plan says of the provider."""
    return Planned(provider.issuer, "clausework", **changes)


def refusal(provider: Provider, tell: Any = None, lifetime: float = 10) -> ClauseworkError:
    """Return why a log-in ends."""
    with pytest.raises(ClauseworkError) as caught:
        log_in(planned(provider), INTENT, tell or provider.person(), lifetime)
    assert caught.value.hint
    return caught.value


def test_a_log_in_at_the_mock_that_others_maintain() -> None:
    """A whole log-in in a real provider: keys as published, a code, a token for this intent and this person."""
    with mock_provider() as issuer:
        keys = ProviderKeys(MADE, issuer, "clausework", fit_keys(published_keys(issuer)))
        pages: list[httpx.Response] = []

        def person(address: str) -> None:
            claims = {"email": INTENT.email, "email_verified": True, "auth_time": int(time.time())}
            threading.Thread(target=lambda: pages.append(log_in_as(issuer, address, **claims))).start()

        token = log_in(Planned(issuer, "clausework"), INTENT, person, 20, secret="anything")
        claims, _ = read_id_token(token, keys)
        assert (claims.iss, claims.aud, claims.nonce) == (issuer, ("clausework",), nonce_of(INTENT))
        assert claims.email == INTENT.email
        assert time.time() - claims.auth_time < 20


def test_what_the_provider_is_asked(provider: Provider) -> None:
    """A fresh log-in is asked for, for this intent, with PKCE, back to loopback; the code is exchanged once."""
    assert log_in(planned(provider, acr=("gold", "silver")), INTENT, provider.person(), 10)
    asked = provider.asked
    assert (asked["prompt"], asked["max_age"], asked["nonce"]) == ("login", "0", nonce_of(INTENT))
    assert (asked["response_type"], asked["scope"], asked["tenant"]) == ("code", "openid email", "1")
    assert (asked["code_challenge_method"], asked["acr_values"]) == ("S256", "gold silver")
    assert (asked["client_id"], asked["login_hint"]) == ("clausework", INTENT.email)
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert provider.exchanged["redirect_uri"] == asked["redirect_uri"]
    assert "client_secret" not in provider.exchanged
    assert provider.paths == ["/.well-known/openid-configuration", "/token"]


def test_no_two_log_ins_share_a_secret(provider: Provider) -> None:
    """State and challenge are fresh each time."""
    seen = set()
    for _ in range(2):
        log_in(planned(provider), INTENT, provider.person(), 10)
        seen |= {provider.asked["state"], provider.asked["code_challenge"]}
    assert len(seen) == 4


def test_attack_an_answer_without_our_state(provider: Provider) -> None:
    """Attack: another page sends a code of its own (cross-site request forgery); the wait goes on undisturbed."""
    statuses: list[int] = []

    def person(address: str) -> None:
        def run() -> None:
            redirect = provider.asked["redirect_uri"]
            wrong = ("?code=stolen", "?code=stolen&state=", "?code=a&state=wrong", "?state=x&state=y", "")
            for query in (*wrong, f"?state={provider.asked['state']}", "/other?code=a"):
                found = httpx.get(f"{redirect}{query}", trust_env=False)
                statuses.extend([found.status_code])
            provider.person()(address)

        provider.person(state="early")(address)
        threading.Thread(target=run).start()

    assert log_in(planned(provider), INTENT, person, 10)
    assert statuses == [403, 403, 403, 400, 403, 400, 404]


def test_attack_a_provider_mixed_up(provider: Provider) -> None:
    """Attack: another issuer answers (RFC 9207), or the discovery document is of another one."""
    assert isinstance(refusal(provider, provider.person(iss="https://evil.example")), ProviderMixedUp)
    for issuer in ("https://evil.example", f"{provider.issuer}/", provider.issuer.upper()):
        said = answer(provider.metadata(issuer=issuer))
        provider.hostile["/.well-known/openid-configuration"] = partial(_always, said)
        assert isinstance(refusal(provider), ProviderMixedUp)
        with pytest.raises(ProviderMixedUp):
            published_keys(provider.issuer)


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "address", ["http://login.example.com/x", "file:///etc/passwd", "javascript:alert(1)", "", "http://[::"]
)
def test_attack_an_endpoint_without_tls(provider: Provider, endpoint: str, address: str) -> None:
    """Attack: discovery sends code or person somewhere unprotected; nothing goes there."""
    document = provider.metadata(**{endpoint: address})
    provider.hostile["/.well-known/openid-configuration"] = lambda _: answer(document)
    assert isinstance(refusal(provider, lambda _: None), ProviderMixedUp)


def test_the_provider_says_no(provider: Provider) -> None:
    """A refusal by the provider is told with its reason, made printable; nothing is exchanged."""
    said = refusal(
        provider, provider.person(code="", error="access_denied", error_description="wrong\x1b[2J person")
    )
    assert isinstance(said, ProviderRefused)
    assert "access_denied wrong[2J person" in said.message
    assert "/token" not in provider.paths
    assert "no[31m such code" in refusal(provider, provider.person(code="another")).message


ENDLESS = b"x" * (LARGEST_ANSWER + 1)


@pytest.mark.parametrize(
    "hostile",
    [
        (200, b"", {}),
        (200, b"not json", {}),
        (200, b"[]", {}),
        (200, b'{"access_token": "a"}', {}),
        (200, b'{"id_token": 1}', {}),
        (200, b'{"id_token": "' + b"a" * 20_000 + b'"}', {}),
        (200, '{"id_token": "\u00e9"}'.encode(), {}),
        (200, b"[" * 100_000, {}),
        (200, ENDLESS, {}),
        (500, b"no", {}),
        (302, b"", {"Location": "http://evil.example/token"}),
        (307, b"", {"Location": "/keys"}),
        (400, b"no json", {}),
        (200, b"\x1f\x8b not gzip", {"Content-Encoding": "gzip"}),
        (200, b"short", {"Content-Length": "1000"}),
    ],
    ids=lambda one: f"{one[0]} {one[1][:12]!r} {list(one[2])}",
)
def test_attack_a_hostile_token_answer(
    provider: Provider, hostile: tuple[int, bytes, dict[str, str]]
) -> None:
    """Attack: empty, flooding, redirecting, broken answers of the token endpoint end with a reason, bounded."""
    provider.hostile["/token"] = lambda _: hostile
    assert isinstance(refusal(provider), ProviderUnreachable)
    assert "/keys" not in provider.paths


def test_attack_an_answer_that_never_ends(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack: the provider sends a byte now and then, for ever; the command has its own end."""
    monkeypatch.setattr(identity_provider, "PATIENCE", 0.3)
    provider.hostile["/token"] = partial(_always, (200, [b" "] * 100, {}))
    assert isinstance(refusal(provider), ProviderUnreachable)


def test_attack_a_compressed_flood(provider: Provider) -> None:
    """Attack: a small answer that unpacks to a gigabyte; reading stops at the bound."""
    bomb = gzip.compress(b"\0" * (64 << 20))
    provider.hostile["/token"] = lambda _: (200, bomb, {"Content-Encoding": "gzip"})
    assert "more than" in refusal(provider).message


def test_a_provider_that_is_not_there(provider: Provider) -> None:
    """An address where nobody listens, or nothing is found, is told, and the command is at an end at once."""
    for issuer in (f"{provider.issuer}/nothing", "http://127.0.0.1:1", "http://localhost:1"):
        with pytest.raises(ProviderUnreachable):
            log_in(Planned(issuer, "clausework"), INTENT, lambda _: None, 1)


def test_a_person_who_does_not_come_back(provider: Provider) -> None:
    """Nobody logs in: the command ends with a reason."""
    assert isinstance(refusal(provider, lambda _: None, 0.2), PageNotAnswered)


def test_which_keys_of_a_set_are_recorded(provider: Provider) -> None:
    """Signing keys that verify ID tokens here; no secrets, no keys for encryption, no private parts."""
    assert fit_keys(published_keys(provider.issuer)) == provider.keys
    private = provider.issued_by.key.as_dict(private=True)
    sound = b'{"keys": [' + _json(private | {"kid": "p"}) + b', {"kty": "oct", "k": "c2VjcmV0"}, '
    sound += _json({"kty": "RSA", "use": "enc", "n": private["n"], "e": private["e"]}) + b", "
    sound += _json({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}) + b"]}"
    found = fit_keys(read_key_set(sound))
    assert [(one.kty, one.kid) for one in found] == [("RSA", "p")]
    assert private["d"] not in repr(found)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"keys": 1}', b'{"keys": []}', b'{"keys": [{"kty": "oct"}]}', ENDLESS, b"\xff"],
)
def test_what_is_no_set_of_keys(data: bytes) -> None:
    """A file or answer without a usable key is refused with a reason."""
    with pytest.raises(NotAKeySet):
        fit_keys(read_key_set(data))


def _always(said: Said, _: dict[str, str]) -> Said:
    return said


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
