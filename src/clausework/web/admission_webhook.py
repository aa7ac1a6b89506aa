"""The endpoint of a Kubernetes ``ValidatingAdmissionWebhook``: images of signed releases alone, failing closed (5.8.8).

POST /admit answers an AdmissionReview. GET /healthz tells that the program runs, GET /readyz that the ledger can be
read. Whatever is not understood is answered with an error, which a configuration with ``failurePolicy: Fail`` takes
as no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import msgspec

from clausework.actions.admission_desk import AdmissionDesk, Answer
from clausework.core.errors import ClauseworkError
from clausework.core.printable import printable
from clausework.web.admission_review import (
    NotAReview,
    Request,
    Verdict,
    judge,
    read_review,
    response,
)
from clausework.web.tls_server import Certificates, TlsServer

ADMIT, ALIVE, READY = "/admit", "/healthz", "/readyz"
LARGEST_BODY = 8 << 20
"""Bytes; an API server stores objects of 1.5 MiB at the most, and a review holds two."""

_OPERATOR = "kubernetes webhook"
Tell = Callable[[dict[str, Any]], None]


class Webhook:
    """Answers reviews at a desk; with ``recording``, admissions of pods are recorded, each once per place.

    ``site`` names the cluster in these records. ``tell`` is called with every answer, to be logged.
    """

    def __init__(self, desk: AdmissionDesk, tell: Tell, *, recording: bool = False, site: str = "") -> None:
        self._desk = desk
        self._tell = tell
        self._recording = recording
        self._site = site

    def ready(self) -> int:
        """Return the number of records that answers rest on; raises what reading the ledger raises."""
        return self._desk.ready()

    def answer(self, body: bytes) -> bytes:
        """Return the answer to the AdmissionReview in ``body``; raises ``NotAReview``. Never yes by mistake."""
        request = read_review(body)
        try:
            verdict = self._record(request, judge(request, self._desk.ask))
        except Exception as error:  # noqa: BLE001 - a defect here must not let anything in
            verdict = Verdict(
                allowed=False, message=f"clausework: a defect: {type(error).__name__}", code=500
            )
        self._tell(_line(request, verdict))
        return response(request, verdict)

    def _record(self, request: Request, verdict: Verdict) -> Verdict:
        """Record what was found about the images of a pod; what cannot be recorded is not admitted."""
        is_pod = (request.kind.group, request.kind.kind) == ("", "Pod")
        if not self._recording or not is_pod or request.dry_run or not verdict.answers:
            return verdict
        names = {image.sha256: printable(image.name)[:300] for image in verdict.images}
        site = f"{self._site}/{printable(request.namespace)}".strip("/")
        try:
            answers = tuple(
                self._desk.record(one.sha256, name=names[one.sha256], operator=_OPERATOR, site=site[:200])
                for one in verdict.answers
            )
        except ClauseworkError as error:
            return Verdict(
                allowed=False,
                message=f"clausework: The admission cannot be recorded: {error.message} {error.hint}",
                images=verdict.images,
                answers=verdict.answers,
                code=503,
            )
        return _as_recorded(verdict, answers)


def webhook_server(
    host: str, port: int, certificates: Certificates, webhook: Webhook, tell: Tell
) -> TlsServer:
    """Return the server, listening; ``serve_forever`` serves. Raises ``CertificateUnreadable``, ``PortTaken``."""

    class Handler(_Handler):
        asked = webhook

    return TlsServer((host, port), Handler, certificates, lambda text: tell({"connection": printable(text)}))


class _Handler(BaseHTTPRequestHandler):
    asked: Webhook
    protocol_version = "HTTP/1.1"
    server_version = "clausework"
    sys_version = ""
    wbufsize = -1  # head and body leave together, and at once
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer a review."""
        if self.path.partition("?")[0] != ADMIT:
            self._say(404, "There is POST /admit.")
            return
        if self.headers.get_content_type() != "application/json":
            self._say(415, "A review is application/json.")
            return
        length = self._length()
        if length is None:
            self._say(411, "A review has one Content-Length, and no Transfer-Encoding.")
        elif length > LARGEST_BODY:
            self._say(413, f"A review has {LARGEST_BODY} bytes at the most.")
        else:
            self._review(self.rfile.read(length), length)

    def do_GET(self) -> None:
        """Tell whether the program runs, and whether it could answer."""
        if self.path == ALIVE:
            self._say(200, "alive")
        elif self.path == READY:
            try:
                self._say(200, f"ready, on {self.asked.ready()} records")
            except ClauseworkError as error:
                self._say(503, printable(error.message))
        else:
            self._say(404, "There is GET /healthz and GET /readyz.")

    def _review(self, body: bytes, length: int) -> None:
        if len(body) != length:
            self._say(400, "The body broke off.")
            return
        try:
            answer = self.asked.answer(body)
        except NotAReview as error:
            self._say(400, printable(f"{error.message} {error.hint}"))
            return
        self._send(200, "application/json", answer)

    def _length(self) -> int | None:
        given = self.headers.get_all("Content-Length") or []
        if len(given) != 1 or self.headers.get("Transfer-Encoding"):
            return None
        text = given[0].strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None

    def _say(self, status: int, text: str) -> None:
        self._send(status, "text/plain; charset=utf-8", f"{text}\n".encode("utf-8", "backslashreplace"))

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.close_connection = (
            True  # one request a connection: none is cut off by one that was idle too long
        )
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing: each answer is told with its reasons, and so is what happens to connections."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
        """Tell of requests that cannot be read, and of clients that are too slow."""
        if isinstance(self.server, TlsServer):
            self.server.tell(f"{self.client_address[0]}: {format % args}")


def _as_recorded(verdict: Verdict, answers: Sequence[Answer]) -> Verdict:
    """Return the verdict as what was recorded has it: something may have come between asking and recording."""
    refused = [one for one in answers if not one.admitted]
    if not verdict.allowed or not refused:
        return msgspec.structs.replace(verdict, answers=tuple(answers))
    reasons = " ".join(f"{one.message} Next: {one.next}" for one in refused)
    return Verdict(
        allowed=False,
        message=f"clausework: {reasons}",
        images=verdict.images,
        answers=tuple(answers),
        code=403,
    )


def _line(request: Request, verdict: Verdict) -> dict[str, Any]:
    """Return what is logged of an answer: one JSON object a line."""
    return {
        "answer": "allowed" if verdict.allowed else "refused",
        "uid": request.uid,
        "operation": request.operation,
        "kind": request.kind.kind,
        "namespace": request.namespace,
        "name": request.name,
        "subresource": request.subresource,
        "dry_run": bool(request.dry_run),
        "user": request.user.username,
        "images": [one.reference for one in verdict.images],
        "message": verdict.message,
    }
