"""An OpenID provider: its published keys, and a fresh log-in by authorisation code with PKCE (RFC 6749, 7636, 8252).

The person logs in at the provider in their own browser; the code comes back to a page on loopback, for the state that
was sent alone, and is exchanged for an ID token whose nonce is the SHA-256 of the intent. Nothing is trusted here: the
token is verified from the ledger's keys, like anybody would later. Answers are bounded, and redirects are not followed.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from clausework.core.errors import IntegrityViolated, NotAllowed, Unavailable
from clausework.ledger.holders import is_issuer
from clausework.ledger.id_tokens import nonce_of
from clausework.ledger.key_sets import read_key_set
from clausework.ledger.origins import is_loopback_name
from clausework.ledger.records.decisions import Intent
from clausework.ledger.records.identification import LONGEST_TOKEN, ProviderKey
from clausework.plan.provider import Provider
from clausework.remotes.loopback import LIFETIME, Answer, Page, Request, loopback_page

if TYPE_CHECKING:
    import httpx

REDIRECT_NAME = "127.0.0.1"
REDIRECT_PATH = "/clausework"
"""Where the provider sends the person back to: to be registered there for any port (RFC 8252, 7.3)."""

LARGEST_ANSWER = 1 << 20
PATIENCE = 30.0
"""Seconds for an answer of the provider, from its first byte to its last."""

Tell = Callable[[str], None]
"""Shows the person the address of the page to open."""

Shape = TypeVar("Shape")


class ProviderUnreachable(Unavailable):
    """The identity provider cannot be reached, or does not answer as an OpenID provider does."""

    hint = "See that the provider runs and that its address in the plan is right, then run the command again."


class ProviderRefused(NotAllowed):
    """The identity provider did not let the person in."""

    hint = "Log in as the person who signs, in the way that the plan asks for; ask who runs the provider."


class ProviderMixedUp(IntegrityViolated):
    """An answer is of another issuer than was asked: one provider passes for another."""

    hint = "Correct the issuer in the plan, letter by letter as the provider's own discovery has it."


class _Metadata(msgspec.Struct, frozen=True):
    """What is read of a provider's discovery document (OpenID Connect Discovery, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Token(msgspec.Struct, frozen=True):
    """What is read of a token answer; the access token is not wanted and not kept."""

    id_token: str


class _Failure(msgspec.Struct, frozen=True):
    """What an OAuth endpoint says when it refuses (RFC 6749, 5.2)."""

    error: str
    error_description: str = ""


def published_keys(issuer: str) -> tuple[ProviderKey, ...]:
    """Return the public signing keys that the provider publishes.

    Raises ``ProviderUnreachable``, ``ProviderMixedUp``, ``NotAKeySet``.
    """
    with _client(issuer) as client:
        metadata = _discover(client, issuer)
        return read_key_set(_bounded(client, "GET", metadata.jwks_uri))


def log_in(
    provider: Provider, intent: Intent, tell: Tell, lifetime: float = LIFETIME, *, secret: str = ""
) -> str:
    """Have the person log in afresh for ``intent``; return the ID token, not verified yet.

    ``secret`` is the client's, for providers that give public clients one (RFC 8252, 8.5: it proves nothing here).
    Raises ``ProviderUnreachable``, ``ProviderRefused``, ``ProviderMixedUp``, ``PageNotAnswered``, ``NoLoopback``.
    """
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with (
        _client(provider.issuer) as client,
        loopback_page(REDIRECT_NAME, path=REDIRECT_PATH) as (page, waiting),
    ):
        metadata = _discover(client, provider.issuer)
        waiting.respond = lambda request: _take_redirect(request, page, state)
        tell(_authorisation_address(metadata, provider, intent, page, state, verifier))
        code = _code(waiting.wait(lifetime), provider)
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": page.address,
            "client_id": provider.client_id,
            "code_verifier": verifier,
        }
        if secret:
            asked["client_secret"] = secret
        answer = _bounded(client, "POST", metadata.token_endpoint, asked)
    token = _decoded(answer, _Token, "The token answer").id_token
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise ProviderUnreachable(f"The ID token has {len(token)} characters; {LONGEST_TOKEN} are the most.")
    return token


def _authorisation_address(
    metadata: _Metadata, provider: Provider, intent: Intent, page: Page, state: str, verifier: str
) -> str:
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": page.address,
        "scope": "openid email",
        "state": state,
        "nonce": nonce_of(intent),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "prompt": "login",
        "max_age": "0",
        "login_hint": intent.email,
    }
    if provider.acr:
        asked["acr_values"] = " ".join(provider.acr)
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"


def _take_redirect(request: Request, page: Page, state: str) -> Answer:
    """Take the redirect that bears our state; any other changes nothing, so that nobody can end the wait."""
    parts = urlsplit(request.path)
    if request.method != "GET" or parts.path != page.path:
        return Answer(404, b"There is nothing here.")
    given = parse_qs(parts.query, keep_blank_values=True)
    if any(len(values) != 1 for values in given.values()):
        return Answer(400, b"A value is given twice.")
    if not hmac.compare_digest(given.get("state", [""])[0].encode(), state.encode()):
        return Answer(403, b"This answer belongs to no log-in that is going on.")
    if "code" not in given and "error" not in given:
        return Answer(400, b"There is neither a code nor an error.")
    text = "You have logged in. The terminal goes on; you may close this page."
    if "error" in given:
        text = "The identity provider did not let you in. The terminal says more; you may close this page."
    return Answer(200, text.encode(), given=parts.query)


def _code(query: str, provider: Provider) -> str:
    """Return the code of a redirect; raises ``ProviderRefused``, and ``ProviderMixedUp`` (RFC 9207)."""
    given = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if given.get("iss", provider.issuer) != provider.issuer:
        raise ProviderMixedUp(f"'{given['iss'][:200]}' answered the log-in; {provider.issuer} was asked.")
    if "error" in given:
        raise ProviderRefused(
            f"{provider.issuer} refused: {_printable(given['error'])} "
            f"{_printable(given.get('error_description', ''))}".rstrip()
            + "."
        )
    return given["code"]


def _discover(client: httpx.Client, issuer: str) -> _Metadata:
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    metadata = _decoded(_bounded(client, "GET", address), _Metadata, "The discovery document")
    if metadata.issuer != issuer:
        raise ProviderMixedUp(f"The provider at {issuer} calls itself '{metadata.issuer[:200]}'.")
    loopback = urlsplit(issuer).scheme == "http"
    for endpoint in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
        if not (endpoint.startswith("https://") or (loopback and is_issuer(endpoint.partition("?")[0]))):
            raise ProviderMixedUp(f"The provider at {issuer} names '{endpoint[:200]}', which is not https.")
    return metadata


@contextmanager
def _client(issuer: str) -> Iterator[httpx.Client]:
    import httpx

    host = urlsplit(issuer).hostname or ""
    here = is_loopback_name(host) or host in {"127.0.0.1", "::1"}
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=not here) as client:
        yield client


def _bounded(client: httpx.Client, method: str, address: str, form: dict[str, str] | None = None) -> bytes:
    """Return what is at ``address``, at most 1 MiB; raises ``ProviderUnreachable``, ``ProviderRefused``."""
    import httpx

    body, began = bytearray(), time.monotonic()
    try:
        with client.stream(method, address, data=form, headers={"Accept": "application/json"}) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise ProviderUnreachable(f"{address} answered with more than {LARGEST_ANSWER} bytes.")
                if time.monotonic() - began > PATIENCE:
                    raise ProviderUnreachable(f"{address} was not done answering after {PATIENCE:.0f} s.")
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderUnreachable(f"{address} cannot be reached: {error}.") from error
    if form is not None and status in {400, 401, 403}:
        failure = _decoded(bytes(body), _Failure, "The refusal")
        raise ProviderRefused(
            f"{address} refused: {_printable(failure.error)} {_printable(failure.error_description)}".rstrip()
            + "."
        )
    if status != 200:
        raise ProviderUnreachable(f"{address} answered with status {status}.")
    return bytes(body)


def _decoded(data: bytes, shape: type[Shape], what: str) -> Shape:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderUnreachable(f"{what} of the identity provider cannot be read: {error}.") from error


def _printable(text: str) -> str:
    return "".join(one for one in text[:200] if one.isprintable())
