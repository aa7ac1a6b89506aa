"""A timestamp authority over HTTP (RFC 3161, 3.4). What it answers is not trusted here: ``trusted_time`` checks it."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from clausework.core.errors import Unavailable

LARGEST_ANSWER = 1 << 20
PATIENCE = 30.0
"""Seconds for an answer, from its first byte to its last."""

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class AuthorityUnreachable(Unavailable):
    """The timestamp authority cannot be reached, or does not answer as one does."""

    hint = (
        "See that the authority of the plan ('signing: timestamp_authority') runs, then run the command again; "
        "what was recorded stays."
    )


def ask_authority(url: str, request: bytes) -> bytes:
    """Return the authority's answer to ``request``, both in DER; at most 1 MiB. Raises ``AuthorityUnreachable``."""
    import httpx

    body, began = bytearray(), time.monotonic()
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=not _is_here(url)) as client,
            client.stream(
                "POST", url, content=request, headers={"Content-Type": _QUERY, "Accept": _REPLY}
            ) as response,
        ):
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER or time.monotonic() - began > PATIENCE:
                    raise AuthorityUnreachable(f"The timestamp authority {url} does not come to an end.")
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AuthorityUnreachable(f"The timestamp authority {url} cannot be reached: {error}.") from error
    if status != 200:
        raise AuthorityUnreachable(f"The timestamp authority {url} answered with status {status}.")
    return bytes(body)


def _is_here(url: str) -> bool:
    """Tell whether the authority is on this machine: no proxy stands between, whatever the environment says."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "::1", "localhost"}
