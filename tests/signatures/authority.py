"""A real timestamp authority for tests: certificates of its own, ``openssl ts -reply`` behind a server on loopback."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# No 'certs' here: rfc3161-client takes a token with the signer's certificate alone.
_CONFIGURATION = """\
[tsa]
default_tsa = test
[test]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
"""
_REPLY = ("openssl", "ts", "-reply")


class Authority:
    """An authority in ``folder``; ``root`` is the certificate that a plan names, in PEM."""

    def __init__(self, folder: Path, name: str = "Test Authority", *, days: float = 30) -> None:
        self.folder = folder
        self.name = name
        folder.mkdir(parents=True, exist_ok=True)
        key, self._root_key = _key(), _key()
        root = _certificate(f"{name} Root", self._root_key, f"{name} Root", self._root_key, 30)
        signer = _certificate(name, key, f"{name} Root", self._root_key, days, stamps=True)
        self.root = root.public_bytes(serialization.Encoding.PEM).decode()
        (folder / "tsa.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))

    def answer(self, request: bytes) -> bytes:
        """Return the reply to a request, both in DER."""
        query, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        query.write_bytes(request)
        subprocess.run(
            [*_REPLY, "-config", self.folder / "tsa.cnf", "-queryfile", query, "-out", reply],
            check=True,
            capture_output=True,
        )
        return reply.read_bytes()


Answer = Authority | Callable[[bytes], bytes | int] | bytes
"""What answers: an authority, a function of the request (an integer is a status), or the same bytes each time."""


def _answered(answer: Answer, request: bytes) -> bytes | int:
    if isinstance(answer, Authority):
        return answer.answer(request)
    return answer if isinstance(answer, bytes) else answer(request)


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Serve ``answer`` on loopback; yield the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            body = _answered(answer, request)
            if isinstance(body, int):
                self.send_error(body)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2048)


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    days: float,
    *,
    stamps: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    until = now + timedelta(days=days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, until) - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
