"""Origins on which a passkey may be used (WebAuthn Level 3, 13.4.9; RFC 6454)."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = "localhost"
"""The name of this machine, for which browsers allow passkeys without TLS; ``*.localhost`` likewise."""


def is_loopback_name(host: str) -> bool:
    """Tell whether ``host`` is ``localhost`` or a name below it."""
    return host == LOOPBACK or host.endswith(f".{LOOPBACK}")


def origin_fits(origin: str, allowed: str, relying_party: str) -> bool:
    """Tell whether ``origin`` is the one that is ``allowed``, and of the relying party or a name below it.

    An ``http`` origin of this machine that is allowed without a port stands for every port: the page is served on
    another one each time. Any other origin is the same letter by letter, and ``https``.
    """
    try:
        parts, wanted = urlsplit(origin), urlsplit(allowed)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if host != relying_party and not host.endswith(f".{relying_party}"):
        return False
    if is_loopback_name(host) and parts.scheme == "http" and wanted.port is None:
        whole = f"http://{host}" if port is None else f"http://{host}:{port}"
        return origin == whole and allowed == f"http://{host}"
    return origin == allowed and parts.scheme in ({"https", "http"} if is_loopback_name(host) else {"https"})
