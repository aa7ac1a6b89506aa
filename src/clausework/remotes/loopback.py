"""A page for the person at this machine, served on loopback alone, for one answer and a few minutes.

Whoever cannot read the terminal cannot guess the address: it holds 256 random bits. A request whose Host header is
not that of the page is refused, so that no web site reaches it through a name of its own (DNS rebinding); an answer
is taken only from the page itself (Origin), once, and bounded. Both loopback addresses are held, so that no other
process answers for ``localhost`` on the same port.
"""

from __future__ import annotations

import errno
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from clausework.core.errors import NotAllowed, Unavailable

LIFETIME = 300.0
"""Seconds that a page waits for the person."""

LARGEST_ANSWER = 64 << 10
_CONNECTION = 10.0  # seconds that one connection may take
_TRIES = 20


class PageNotAnswered(Unavailable):
    """The person did not answer the page in time."""

    hint = "Run the command again and open the address that it prints, on this machine, within five minutes."


class PersonDeclined(NotAllowed):
    """The person said no on the page."""

    hint = "Nothing was signed and nothing recorded. Run the command again to sign after all."


class NoLoopback(Unavailable):
    """This machine lets no page be served on its loopback address."""

    hint = "Run the command where a browser runs on the same machine."


class Answer(msgspec.Struct, frozen=True):
    """What a request got: status, media type, body; ``given`` is what the page was waiting for, if it is that."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}
    given: str | None = None


class Request(msgspec.Struct, frozen=True):
    """A request that came to the page's own name: method, path with query, headers in lower case, body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Respond = Callable[[Request], Answer]


class Page(msgspec.Struct, frozen=True):
    """A place on loopback: ``origin`` as browsers write it, and the one-time ``path`` below it."""

    origin: str
    path: str

    @property
    def address(self) -> str:
        """What the person opens."""
        return f"{self.origin}{self.path}"


@contextmanager
def loopback_page(name: str = "localhost", *, path: str | None = None) -> Iterator[tuple[Page, _Waiting]]:
    """Hold a page on loopback under the host ``name`` until the block ends; ``path`` is a random one if none is given.

    Raises ``NoLoopback``.
    """
    waiting = _Waiting()
    servers = _bind(waiting)
    port = servers[0].server_address[1]
    page = Page(f"http://{name}:{port}", path or f"/{secrets.token_urlsafe(32)}/")
    waiting.host = f"{name}:{port}"
    threads = [threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    try:
        yield page, waiting
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()
        for thread in threads:
            thread.join(_CONNECTION)


class _Waiting:
    """What the servers of one page share: how to respond, and the one answer that is waited for."""

    def __init__(self) -> None:
        self.host = ""
        self.respond: Respond = lambda _: Answer(404)
        self._given: str | None = None
        self._done = threading.Event()
        self._turn = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Return the response; of two answers that come at once, one is taken."""
        with self._turn:
            if self._given is not None:
                return Answer(410, b"This page was answered.")
            answer = self.respond(request)
            if answer.given is not None:
                self._given = answer.given
            return answer

    def sent(self, answer: Answer) -> None:
        """Let the wait end once the person's browser has its response."""
        if answer.given is not None:
            self._done.set()

    def wait(self, lifetime: float) -> str:
        """Return what was given; raises ``PageNotAnswered`` after ``lifetime`` seconds."""
        if not self._done.wait(lifetime) or self._given is None:
            raise PageNotAnswered(f"Nobody answered the page within {lifetime:.0f} seconds.")
        return self._given


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False
    block_on_close = False

    def __init__(self, address: tuple[str, int], family: socket.AddressFamily, waiting: _Waiting) -> None:
        self.address_family = family
        self.waiting = waiting
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that broke: the page waits for the next."""


def _bind(waiting: _Waiting) -> list[_Server]:
    """Return a server on each loopback address that this machine has, on one port."""
    for _ in range(_TRIES):
        try:
            first = _Server(("127.0.0.1", 0), socket.AF_INET, waiting)
        except OSError as error:
            raise NoLoopback(f"No page can be served on 127.0.0.1: {error.strerror}.") from error
        try:
            return [first, _Server(("::1", first.server_address[1]), socket.AF_INET6, waiting)]
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [first]  # a machine without IPv6: nobody can answer there either
            first.server_close()
    raise NoLoopback(f"No port is free on both loopback addresses after {_TRIES} tries.")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _CONNECTION
    server_version = "Clausework"
    sys_version = ""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_ANSWER:
            self._send(Answer(413, b"The answer is too large."))
            return
        self._serve(self.rfile.read(int(length)))

    def log_message(self, *_: object) -> None:
        """Write no log: the address is a secret as long as it is alive."""

    def _serve(self, body: bytes) -> None:
        waiting = self.server.waiting
        if self.headers.get_all("Host") != [waiting.host]:
            self._send(Answer(421, b"This page has another name."))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = waiting.answer(Request(self.command, self.path, headers, body))
        self._send(answer)
        waiting.sent(answer)

    def _send(self, answer: Answer) -> None:
        fixed = {
            "Content-Type": answer.media_type,
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Connection": "close",
        }
        with suppress(OSError):
            self.send_response(answer.status)
            for name, value in {**fixed, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()
