"""OpenID providers for tests: the mock that others maintain, in a process of its own; and one that misbehaves."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import msgspec

from clausework.ledger.records.identification import ProviderKey
from tests.signatures.identity import Issuer

Said = tuple[int, bytes | list[bytes], dict[str, str]]
"""Status, body (in parts, with a pause after each), headers."""

Behave = Callable[[dict[str, str]], Said]


@contextmanager
def mock_provider() -> Iterator[str]:
    """Run the OpenID provider mock; yield its issuer."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        "0",
        "--require-nonce",
        "true",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                    threading.Thread(target=process.stderr.read, daemon=True).start()
                    yield found.group(1)
                    return
            raise AssertionError("the mock did not start")
        finally:
            process.terminate()


def log_in_as(issuer: str, address: str, **claims: Any) -> httpx.Response:
    """Log in at the mock with ``claims`` as a person does in the browser; return the page they end on."""
    email = str(claims["email"])
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        browser.put(f"{issuer}/users/{email}", json=claims).raise_for_status()
        assert browser.get(address).status_code == 200
        return browser.post(address, data={"sub": email})


class Provider:
    """A small OpenID provider that checks what it is asked; each of its answers can be replaced by a hostile one."""

    def __init__(self) -> None:
        self.issued_by = Issuer()
        self.asked: dict[str, str] = {}
        self.exchanged: dict[str, str] = {}
        self.claims: dict[str, Any] = {}
        self.hostile: dict[str, Behave] = {}
        self.paths: list[str] = []
        self.issuer = ""

    @property
    def keys(self) -> tuple[ProviderKey, ...]:
        """The keys that it publishes."""
        return (self.issued_by.provider_key,)

    @contextmanager
    def running(self) -> Iterator[Provider]:
        """Serve until the block ends."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({name: value[0] for name, value in parse_qs(body.decode()).items()})

            def answer(self, form: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                provider.paths.append(path)
                status, body, headers = provider.hostile.get(path, provider.sound(path))(form)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):  # the client may have had enough
                    for part in body if isinstance(body, list) else [body]:
                        self.wfile.write(part)
                        time.sleep(0.1 if isinstance(body, list) else 0)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def sound(self, path: str) -> Behave:
        """Return how a sound provider answers at ``path``."""
        return {
            "/.well-known/openid-configuration": lambda _: answer(self.metadata()),
            "/keys": lambda _: answer(
                {"keys": [msgspec.to_builtins(one) | {"use": "sig"} for one in self.keys]}
            ),
            "/token": self.token,
        }.get(path, lambda _: (404, b"", {}))

    def metadata(self, **changes: str) -> dict[str, str]:
        """Return its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | changes

    def token(self, form: dict[str, str]) -> Said:
        """Exchange the code, where the verifier is that of the challenge (RFC 7636)."""
        self.exchanged = form
        challenge = (
            base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        if (form["code"], challenge) != ("the code", self.asked["code_challenge"]):
            return answer({"error": "invalid_grant", "error_description": "no\x1b[31m such code"}, 400)
        return answer(
            {"access_token": "a", "token_type": "Bearer", "id_token": self.issued_by.token(self.claims)}
        )

    def person(self, **redirect: str) -> Callable[[str], None]:
        """Return a person who opens the address, logs in, and is sent back with ``redirect``."""

        def open_address(address: str) -> None:
            parts = urlsplit(address)
            self.asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
            back = {"code": "the code", "state": self.asked["state"], "iss": self.issuer} | redirect
            query = urlencode({name: value for name, value in back.items() if value})
            threading.Thread(
                target=lambda: httpx.get(f"{self.asked['redirect_uri']}?{query}", trust_env=False)
            ).start()

        return open_address


def answer(body: object, status: int = 200) -> Said:
    """Return an answer in JSON."""
    return status, json.dumps(body).encode(), {"Content-Type": "application/json"}
