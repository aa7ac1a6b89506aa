"""A webhook that serves on a port of this machine, and a client that speaks to it over real TLS."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from clausework.actions.admission_desk import AdmissionDesk
from clausework.web.admission_webhook import Webhook, webhook_server
from clausework.web.tls_server import Certificates
from tests.actions.device import Device
from tests.web.certificates import Authority, Pair
from tests.web.reviewing import Document, body


class Served(msgspec.Struct, frozen=True):
    """Where a webhook listens, whom to trust, and what it has told so far."""

    port: int
    authority: Path
    told: list[dict[str, Any]]
    pair: Pair

    def context(self, client: Pair | None = None) -> ssl.SSLContext:
        """Return how to reach it: by its own authority alone, as an API server with a caBundle does."""
        context = ssl.create_default_context(cafile=str(self.authority))
        if client:
            context.load_cert_chain(client.certificate, client.key)
        return context

    def connect(self, timeout: float = 20, client: Pair | None = None) -> http.client.HTTPSConnection:
        """Return a connection to it."""
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=timeout, context=self.context(client)
        )

    def post(
        self,
        data: bytes,
        *,
        headers: dict[str, str] | None = None,
        path: str = "/admit",
        client: Pair | None = None,
    ) -> tuple[int, bytes]:
        """Send ``data``; return status and body."""
        connection = self.connect(client=client)
        try:
            connection.request("POST", path, data, {"Content-Type": "application/json"} | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def review(self, review: Document, client: Pair | None = None) -> Document:
        """Send a review; return the response in the answer."""
        status, data = self.post(body(review), client=client)
        assert status == 200, data
        answered: Document = json.loads(data)["response"]
        assert answered["uid"] == review["request"]["uid"]
        return answered

    def get(self, path: str) -> tuple[int, bytes]:
        """Return what stands at ``path``."""
        connection = self.connect()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self) -> socket.socket:
        """Return a bare connection, before any handshake."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@contextmanager
def serving(
    device: Device, folder: Path, *, recording: bool = False, clients: Path | None = None
) -> Iterator[Served]:
    """Serve the ledger of ``device`` for production until the block ends."""
    authority = Authority(folder)
    pair = authority.pair("webhook")
    told: list[dict[str, Any]] = []
    with device.open(reading=not recording) as workplace:
        webhook = Webhook(
            AdmissionDesk(workplace, "production"), told.append, recording=recording, site="cluster-1"
        )
        certificates = Certificates(pair.certificate, pair.key, clients)
        with webhook_server("127.0.0.1", 0, certificates, webhook, told.append) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield Served(server.server_address[1], authority.certificate, told, pair)
            finally:
                server.shutdown()
                thread.join()
