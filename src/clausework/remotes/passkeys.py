"""Passkeys in the person's own browser: a page on loopback that shows what is signed and asks the authenticator.

The page shows printed name, role, meaning, what is signed and its digest before anything is signed (21 CFR 11.50);
it loads nothing from anywhere and is told by its own policy that it may not.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

import msgspec

from clausework.ledger.assertions import challenge_of
from clausework.ledger.cose_keys import ALGORITHMS
from clausework.ledger.origins import is_loopback_name
from clausework.ledger.records.identification import Passkey
from clausework.remotes.loopback import (
    LIFETIME,
    Answer,
    NoLoopback,
    Page,
    PersonDeclined,
    Request,
    loopback_page,
)
from clausework.signatures.passkeys import MakingRequest, SigningRequest

Tell = Callable[[str], None]
"""Shows the person the address of the page to open."""

_LONGEST = 1_000
"""Characters of a field that are shown; the record and its digest have it whole."""

_SIGNING = {
    "title": "Sign",
    "lead": "With your passkey you sign what is named here, as by hand. Read it first.",
    "note": "The digest is of the record named first, with all that it says. What you sign fits nothing else.",
    "yes": "Sign with passkey",
    "no": "Do not sign",
    "declined": "Nothing was signed. You may close this page.",
    "done": "Your signature was handed over. The terminal says whether it counts. You may close this page.",
}
_AUTHORING = {
    "title": "Record in your name",
    "lead": "With your passkey you show that it is you who records this. It is no signature yet.",
    "note": "Where your signature is wanted too, another page asks for it once this is recorded.",
    "yes": "Record it",
    "no": "Do not record it",
    "declined": "Nothing was recorded. You may close this page.",
    "done": "It is you. The terminal says what comes next. You may close this page.",
}


class Row(msgspec.Struct, frozen=True):
    """A line of the page; ``kind`` is how it looks: what a decision ``said``, the first on ``who`` signs, a digest."""

    name: str
    text: str
    kind: str = ""


class _Given(msgspec.Struct, frozen=True):
    """What the page sends: the credential, or that the person said no."""

    credential: msgspec.Raw = msgspec.Raw()
    declined: bool = False

    @property
    def says_yes(self) -> bool:
        """Whether there is a credential."""
        return bytes(self.credential) not in {b"", b"null"}


def sign_in_browser(request: SigningRequest, tell: Tell, lifetime: float = LIFETIME) -> str:
    """Have the person sign ``request`` with a passkey; return the credential as JSON.

    Raises ``PageNotAnswered``, ``PersonDeclined``, ``NoLoopback``.
    """
    intent, authoring = request.intent, request.authoring
    rows = [
        Row("What", request.title),
        *(Row(name, _shortened(text), "said") for name, text in request.details),
        Row("Account", intent.email, "who"),
        Row("Printed name", intent.name),
        *([] if authoring else [Row("Role", intent.role.replace("_", " ")), Row("Meaning", intent.meaning)]),
        Row("Time (UTC)", intent.at),
        Row("Digest", intent.signed, "digest"),
    ]
    page = _AUTHORING if authoring else _SIGNING
    words = {name: page[name] for name in ("lead", "note", "yes", "no")}
    words["title"] = f"{page['title']}: {request.title}"
    asked = {"challenge": _text(challenge_of(intent)), "declined": page["declined"], "done": page["done"]}
    return _ask(words, rows, asked, request.relying_party, request.passkeys, tell, lifetime)


def make_in_browser(request: MakingRequest, tell: Tell, lifetime: float = LIFETIME) -> str:
    """Have the person make a passkey; return the credential as JSON. Raises what ``sign_in_browser`` raises."""
    asked = {
        "make": True,
        "challenge": _text(request.challenge),
        "user": _text(sha256(request.email.encode()).digest()),
        "email": request.email,
        "name": request.name,
        "algorithms": list(ALGORITHMS),
        "declined": "No passkey was made. You may close this page.",
        "done": "The passkey was handed over. Two people now let it in. You may close this page.",
    }
    rows = [
        Row("Account", request.email),
        Row("Printed name", request.name),
        Row("For", request.relying_party),
    ]
    words = {
        "title": "Make a passkey for your signatures",
        "lead": "The passkey will sign in your name. Make it on a device that only you use.",
        "note": "It signs nothing before two people let it in. One that syncs to other devices may be refused.",
        "yes": "Make passkey",
        "no": "Make none",
    }
    return _ask(words, rows, asked, request.relying_party, request.passkeys, tell, lifetime)


def _ask(
    words: dict[str, str],
    rows: list[Row],
    asked: dict[str, Any],
    relying_party: str,
    passkeys: tuple[Passkey, ...],
    tell: Tell,
    lifetime: float,
) -> str:
    if not is_loopback_name(relying_party):
        raise NoLoopback(
            f"Passkeys of '{relying_party}' are used on its own pages, not on this machine's.",
            hint="Sign where the plan's relying party serves its pages, or with a sealed key.",
        )
    nonce = secrets.token_urlsafe(16)
    asked |= {
        "relying_party": relying_party,
        "credentials": [one.credential_id for one in passkeys],
        "timeout": int(lifetime * 1000),
    }
    page_bytes = _page(words, rows, asked, nonce)
    with loopback_page(relying_party) as (page, waiting):
        waiting.respond = lambda request: _respond(request, page, page_bytes, nonce)
        tell(page.address)
        given = msgspec.json.decode(waiting.wait(lifetime), type=_Given)
    if not given.says_yes:
        raise PersonDeclined("The person declined on the page.")
    return bytes(given.credential).decode()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _class(row: Row) -> str:
    return f" class={row.kind}" if row.kind else ""


def _page(words: dict[str, str], rows: list[Row], asked: dict[str, Any], nonce: str) -> bytes:
    template = Template(files(__package__).joinpath("passkey_page.html").read_text(encoding="utf-8"))
    shown = "\n".join(
        f"<dt{_class(row)}>{escape(row.name)}</dt><dd{_class(row)}>{escape(row.text)}</dd>" for row in rows
    )
    data = msgspec.json.encode(asked).decode().replace("<", "\\u003c")
    escaped = {name: escape(text) for name, text in words.items()}
    return template.substitute(**escaped, rows=shown, asked=data, nonce=nonce).encode()


def _respond(request: Request, page: Page, page_bytes: bytes, nonce: str) -> Answer:
    if request.method == "GET" and request.path == page.path:
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin"}
        return Answer(200, page_bytes, "text/html; charset=utf-8", headers)
    if request.method != "POST" or request.path != f"{page.path}answer":
        return Answer(404, b"There is nothing here.")
    if request.headers.get("origin") != page.origin:
        return Answer(403, b"The answer does not come from the page.")
    if request.headers.get("content-type") != "application/json":
        return Answer(415, b"The answer is not JSON.")
    try:
        given = msgspec.json.decode(request.body, type=_Given)
        text = request.body.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Answer(400, b"The answer cannot be read.")
    if given.declined == given.says_yes:
        return Answer(400, b"The answer says neither yes nor no.")
    return Answer(200, b"taken", given=text)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
