"""A file of attestations: one JSON document, or one on each line; and the envelopes in which statements stand."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from clausework.evidence.json_walk import NotJson, decode_kept
from clausework.evidence.source import Source, ValueRejected

LARGEST_FILE = 16 << 20
"""Bytes of a file of attestations, which is held whole; the same bound holds where signatures are verified."""

MOST_DOCUMENTS = 10_000
PAYLOAD_TYPE = "application/vnd.in-toto+json"

_MOST_SIGNATURES = 100

_LINE = re.compile(r"[^\s][^\n]*")

T = TypeVar("T")


class Signature(msgspec.Struct, frozen=True):
    """A signature of an envelope; ``cert`` is a certificate in PEM that some builders put beside it."""

    sig: str
    keyid: str | None = None
    cert: str | None = None


class Envelope(msgspec.Struct, frozen=True, rename={"payload_type": "payloadType"}):
    """A DSSE envelope as it is written."""

    payload: str
    payload_type: str
    signatures: tuple[Signature, ...]

    def content(self) -> bytes:
        """Return the payload; raises ``ValueRejected`` unless it is a signed in-toto statement's."""
        if self.payload_type != PAYLOAD_TYPE:
            raise ValueRejected(f"an envelope holds '{self.payload_type[:80]}', not '{PAYLOAD_TYPE}'")
        if not 0 < len(self.signatures) <= _MOST_SIGNATURES:
            raise ValueRejected(f"an envelope bears {len(self.signatures)} signatures")
        for signature in self.signatures:
            if not decode_base64(signature.sig, "a signature"):
                raise ValueRejected("an envelope bears an empty signature")
        return decode_base64(self.payload, "a payload")


def read_documents(source: Source) -> Iterator[str]:
    """Yield each JSON document of ``source``; raises ``ValueRejected`` beyond 16 MiB or 10,000 documents."""
    parts: list[bytes] = []
    size = 0
    for chunk in source.chunks():
        size += len(chunk)
        if size > LARGEST_FILE:
            raise ValueRejected(f"it is larger than {LARGEST_FILE} bytes", offset=source.offset)
        parts.append(chunk)
    raw = b"".join(parts)
    parts.clear()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8, as JSON must be, at byte {error.start}", offset=error.start) from error
    del raw
    lines = (found.group() for found in _LINE.finditer(text))
    first = next(lines, "")
    second = next(lines, None)
    if second is None or not _is_document(first):
        yield text.strip(" \t\r\n")
        return
    yield from (first, second)
    for number, line in enumerate(lines, start=3):
        if number > MOST_DOCUMENTS:
            raise ValueRejected(f"it holds more than {MOST_DOCUMENTS} documents", offset=size)
        yield line


def decode_document(text: str, into: type[T]) -> T:
    """Return a JSON document, in which no member is named twice, as ``into``; raises ``ValueRejected``."""
    return decode_kept(msgspec.Raw(text.strip().encode()), into)


def decode_base64(text: str, what: str) -> bytes:
    """Return the bytes that ``text`` holds in base64, of either alphabet as DSSE allows; raises ``ValueRejected``."""
    standard = text.replace("-", "+").replace("_", "/") if re.search("[-_]", text) else text
    try:
        return base64.b64decode(standard, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ValueRejected(f"{what} is not base64") from error


def _is_document(line: str) -> bool:
    if not line.startswith("{") or not line.rstrip().endswith("}"):
        return False
    try:
        msgspec.json.decode(line.encode())
    except (msgspec.DecodeError, RecursionError, ValueError):
        return False
    return True
