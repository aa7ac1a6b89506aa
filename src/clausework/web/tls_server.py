"""An HTTPS server of the standard library that slow, silent and countless clients do not hold up.

Each connection has a thread, one request and a deadline; the handshake is made in that thread, so that a client that
never begins one delays nobody. Beyond the most connections, further ones are closed at once. Certificate and key are
read again when their files change.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from clausework.core.errors import InputRejected, Unavailable

MOST_CONNECTIONS = 64
DEADLINE = 15.0
"""Seconds from the connection to its end, handshake and answer included."""

_QUIET = 5.0  # seconds in which a client must send something
_FAREWELL = 0.1


class CertificateUnreadable(InputRejected):
    """The certificate, its key, or the authority of the clients cannot be read, or do not belong together."""

    hint = "Give PEM files: the certificate with its chain, its key without a passphrase, the authority's certificate."


class PortTaken(Unavailable):
    """The address cannot be listened on."""

    hint = "Choose another --port, or end the program that has it."


class Certificates(msgspec.Struct, frozen=True):
    """PEM files: the server's certificate with its chain, its key, and who signs the clients' (none: any client)."""

    certificate: Path
    key: Path
    client_authority: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return a context of TLS 1.2 or later; raises ``CertificateUnreadable``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key, password=_no_passphrase)
            if self.client_authority is not None:
                context.load_verify_locations(self.client_authority)
                context.verify_mode = ssl.CERT_REQUIRED
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise CertificateUnreadable(
                f"'{self.certificate}' with '{self.key}' cannot serve TLS: {reason}."
            ) from error
        return context

    def changed(self) -> tuple[tuple[int, int], ...]:
        """Return what tells one state of the files from another; raises ``OSError``."""
        files = filter(None, (self.certificate, self.key, self.client_authority))
        return tuple((found.st_mtime_ns, found.st_size) for found in (path.stat() for path in files))


class TlsServer(ThreadingHTTPServer):
    """Serves ``handler`` under TLS; ``tell`` is called with what happens to connections, in words.

    Raises ``CertificateUnreadable`` and ``PortTaken`` when it is made.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[BaseHTTPRequestHandler],
        certificates: Certificates,
        tell: Callable[[str], None],
    ) -> None:
        self._certificates = certificates
        self._context = certificates.context()
        self._changed = certificates.changed()
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._open: dict[int, tuple[float, socket.socket]] = {}
        self.tell = tell
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, handler)
        except (OSError, OverflowError) as error:
            raise PortTaken(f"{address[0]}:{address[1]} cannot be listened on: {error}.") from error

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for the connection, or close it where there are too many."""
        if not self._free.acquire(blocking=False):
            self.tell(f"{client_address[0]}: closed, {MOST_CONNECTIONS} connections are open")
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands and serve the one request of the connection."""
        number = id(request)
        self._open[number] = (time.monotonic() + DEADLINE, request)
        try:
            request.settimeout(_QUIET)
            with self._context.wrap_socket(request, server_side=True) as connection:
                self._open[number] = (self._open[number][0], connection)
                self.finish_request(connection, client_address)
                connection.settimeout(_FAREWELL)
                with suppress(OSError, ValueError):
                    connection.unwrap()  # says that all was sent; whether the client says so too is its affair
        except (OSError, ValueError) as error:  # timeouts, broken handshakes, clients that went away
            self.tell(f"{client_address[0]}: {type(error).__name__}: {error}")
        finally:
            del self._open[number]
            self.shutdown_request(request)
            self._free.release()

    def service_actions(self) -> None:
        """End connections past their deadline, and take up a renewed certificate; called twice a second."""
        now = time.monotonic()
        for deadline, connection in list(self._open.values()):
            if now > deadline:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        with suppress(OSError):
            changed = self._certificates.changed()
            if changed != self._changed:
                self._changed = changed
                self._renew()

    def _renew(self) -> None:
        try:
            self._context = self._certificates.context()
            self.tell("the certificate was renewed")
        except CertificateUnreadable as error:
            self.tell(f"the certificate was not renewed, the one before goes on: {error.message}")


def _no_passphrase() -> str:
    raise ValueError("the key is sealed by a passphrase, and nobody is here to give it")
