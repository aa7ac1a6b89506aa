"""The page on loopback: who reaches it, what it takes, and for how long; each attack on it by name."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import msgspec
import pytest

from clausework.core.errors import ClauseworkError
from clausework.ledger.assertions import challenge_of
from clausework.remotes.loopback import (
    LARGEST_ANSWER,
    Answer,
    NoLoopback,
    PageNotAnswered,
    PersonDeclined,
    loopback_page,
)
from clausework.remotes.passkeys import make_in_browser, sign_in_browser
from clausework.signatures.passkeys import MakingRequest, SigningRequest
from tests.signatures.authenticator import Authenticator, standard
from tests.signatures.test_passkeys import wanted

INTENT = wanted(name="Quinn <b>Quality</b>", meaning="approved & released")
DEVICE = Authenticator()
REQUEST = SigningRequest(INTENT, 'release 2.4.0 "</script>"', "localhost", (DEVICE.passkey(),))


class Visitor:
    """Someone who sends requests to a page, honest or not."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.port = parts.port or 0
        self.path = parts.path
        self.host = f"localhost:{self.port}"

    def ask(
        self, method: str = "GET", path: str | None = None, body: bytes | None = None, **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        """Return status, body and headers of the response."""
        sent = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, self.path if path is None else path, body, sent)
            with connection.getresponse() as response:
                return response.status, response.read().decode(), response.headers

    def answer(self, body: object, **headers: str) -> int:
        """Answer the page as itself, unless ``headers`` say otherwise; return the status."""
        sent = {"Origin": f"http://{self.host}", "Content_Type": "application/json"} | headers
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", f"{self.path}answer", data, **sent)[0]


@contextmanager
def asked(
    ask: Callable[[Callable[[str], None]], str],
) -> Iterator[tuple[Visitor, Callable[[], str | Exception]]]:
    """Have a page asked in a thread; yield a visitor, and how its outcome is waited for."""
    told: list[str] = []
    outcome: list[str | Exception] = []
    there = threading.Event()

    def tell(address: str) -> None:
        told.append(address)
        there.set()

    def run() -> None:
        try:
            outcome.append(ask(tell))
        except ClauseworkError as error:
            outcome.append(error)
            there.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert there.wait(10)

    def wait() -> str | Exception:
        thread.join(10)
        return outcome[0]

    visitor = Visitor(told[0])
    try:
        yield visitor, wait
    finally:
        with suppress(OSError):  # the page may be gone
            visitor.answer({"declined": True})
        thread.join(10)


def test_the_page_shows_what_is_signed() -> None:
    """Printed name, role, meaning, time, what and digest stand on the page, as text; the challenge is the intent's."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, wait):
        status, page, headers = visitor.ask()
        assert status == 200
        for shown in (
            "<dd>Quinn &lt;b&gt;Quality&lt;/b&gt;</dd>",
            "<dd>quality</dd>",
            "<dd>approved &amp; released</dd>",
            "<dd>2026-04-10T08:30:00.000Z</dd>",
            "<dd>release 2.4.0 &quot;&lt;/script&gt;&quot;</dd>",
            f"<dd class=digest>{INTENT.signed}</dd>",
            standard(challenge_of(INTENT)),
        ):
            assert shown in page
        assert page.count("</script>") == 2
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Cache-Control"] == "no-store"
        assert "http" not in page.replace("http-equiv", "")
        answer = DEVICE.answer(INTENT)
        assert visitor.answer({"credential": json.loads(answer)}) == 200
        found = wait()
        assert isinstance(found, str)
        assert json.loads(found) == json.loads(answer)


def test_attack_a_request_under_another_name() -> None:
    """Attack: a web site makes its own name point to this machine (DNS rebinding); only localhost is answered."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, _):
        for host in (
            "evil.example",
            f"evil.example:{visitor.port}",
            f"127.0.0.1:{visitor.port}",
            "localhost",
            "",
        ):
            assert visitor.ask(Host=host)[0] == 421
            assert visitor.answer({"declined": True}, Host=host) == 421


def test_attack_a_guessed_path() -> None:
    """Attack: another program on this machine finds the port; without the path there is nothing."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, _):
        assert len(visitor.path) > 40
        for path in ("/", "/answer", visitor.path[:-2], f"{visitor.path}x", f"{visitor.path}?x", "/" * 5000):
            assert visitor.ask(path=path)[0] == 404
            assert visitor.ask("POST", path, b"{}", Origin=f"http://{visitor.host}")[0] == 404


def test_attack_an_answer_from_another_page() -> None:
    """Attack: another site, a form or a program sends an answer; none of them is the page."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, _):
        said = {"declined": True}
        for origin in ("https://evil.example", "null", "", f"http://127.0.0.1:{visitor.port}"):
            assert visitor.answer(said, Origin=origin) == 403
        assert visitor.answer(said, Content_Type="application/x-www-form-urlencoded") == 415
        assert visitor.answer(said, Content_Type="text/plain") == 415


def test_attack_hostile_answers() -> None:
    """Attack: answers that are no JSON, too large, say neither yes nor no; the page goes on waiting."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, wait):
        for body in (b"", b"[]", b"{}", b"\xff", b"[" * 1000, b'{"credential": {}, "declined": true}'):
            assert visitor.answer(body) == 400
        assert visitor.answer(b" " * (LARGEST_ANSWER + 1)) == 413
        assert visitor.ask("POST", None, None, Content_Length="-1")[0] == 413
        assert visitor.ask("PUT")[0] == 501
        for raw in (b"\x00\x01\x02\r\n\r\n", b"GET", b"GET / HTTP/1.1\r\n"):
            with socket.create_connection(("127.0.0.1", visitor.port), timeout=5) as connection:
                connection.sendall(raw)
        assert visitor.answer({"declined": True}) == 200
        assert isinstance(wait(), PersonDeclined)


def test_the_page_takes_one_answer() -> None:
    """The first whole answer counts; of twenty at once, one is taken."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell)) as (visitor, wait):
        statuses: list[int] = []

        def answer(number: int) -> None:
            try:
                statuses.append(visitor.answer({"credential": {"number": number}}))
            except OSError:
                statuses.append(0)  # the page was gone already

        threads = [threading.Thread(target=answer, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert statuses.count(200) == 1
        assert isinstance(wait(), str)


def test_the_page_ends_with_its_time() -> None:
    """Nobody answers: the command ends with a reason, and the port is closed."""
    with asked(lambda tell: sign_in_browser(REQUEST, tell, 0.2)) as (visitor, wait):
        assert isinstance(wait(), PageNotAnswered)
        with pytest.raises(ConnectionRefusedError):
            visitor.ask()


def test_both_loopback_addresses_are_held() -> None:
    """Attack: another process answers for localhost on the other address family; the port is taken there too."""
    with loopback_page() as (page, waiting):
        waiting.respond = lambda _: Answer(200, b"ours")
        port = urlsplit(page.origin).port or 0
        try:
            other = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        other.close()
        with (
            socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as thief,
            pytest.raises(OSError, match="in use"),
        ):
            thief.bind(("::1", port))
        with closing(http.client.HTTPConnection("::1", port, timeout=5)) as connection:
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            with connection.getresponse() as response:
                assert response.read() == b"ours"


def test_a_passkey_of_another_relying_party_is_not_asked_here() -> None:
    """A page on loopback cannot use a passkey of example.com, and says where it is used."""
    request = msgspec.structs.replace(REQUEST, relying_party="example.com")
    with pytest.raises(NoLoopback, match=r"Passkeys of 'example\.com'"):
        sign_in_browser(request, lambda _: None)


def test_the_page_that_makes_a_passkey() -> None:
    """It names account, printed name and relying party, and says no to none."""
    request = MakingRequest("quinn@example.com", "Quinn Quality", "localhost", b"c" * 32, (DEVICE.passkey(),))
    with asked(lambda tell: make_in_browser(request, tell)) as (visitor, wait):
        page = visitor.ask()[1]
        assert "Make a passkey" in page
        for shown in (
            "quinn@example.com",
            "Quinn Quality",
            standard(b"c" * 32),
            DEVICE.passkey().credential_id,
        ):
            assert shown in page
        assert visitor.answer({"declined": True}) == 200
        assert isinstance(wait(), PersonDeclined)
