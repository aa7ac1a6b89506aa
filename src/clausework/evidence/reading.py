"""Reads one evidence file once: the bytes that are parsed are the bytes that are kept.

Each chunk is handed to the blob store, which hashes and compresses in a thread of its own, and then to the parser.
A file that is not read whole is kept as well, and nothing of it counts.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from clausework.core.errors import InputRejected
from clausework.evidence.detail import MEDIA_TYPE, DetailWriter
from clausework.evidence.format import LINES, RESULTS, Format, Result
from clausework.evidence.formats import detect, format_named
from clausework.evidence.source import Source, Unreadable
from clausework.ledger.ports import Blobs, Incoming
from clausework.ledger.records.values import Descriptor, Reading


class NotReadToEnd(Unreadable):
    """A report was complete before its file was."""


class ResultMalformed(Unreadable):
    """A reader that an installed package adds made something else of a report than its format says."""


class Accepted(msgspec.Struct, frozen=True):
    """A file that was read whole: its format, what was kept, and what it comes to."""

    format: Format
    reading: Reading
    result: Result


class Quarantined(msgspec.Struct, frozen=True):
    """A file that was not read whole: its bytes are kept; why, and where reading stopped (-1: not known).

    ``format`` and ``reader`` are empty when no format was found for it.
    """

    raw: Descriptor
    format: str
    reader: str
    reason: str
    offset: int = -1


def read_evidence(
    source: BinaryIO, name: str, blobs: Blobs, *, as_format: str | None = None
) -> Accepted | Quarantined:
    """Read ``source``, which came under ``name``; keep its bytes and what was derived from them in ``blobs``.

    ``as_format`` names the format where it is not to be recognised. Memory stays bounded whatever the file.
    Raises ``UnknownFormat`` when ``as_format`` does not exist.
    """
    form = format_named(as_format) if as_format is not None else None
    incoming = blobs.receive()
    try:
        stream = Source(source, incoming.write)
        try:
            head = stream.head()
            form = form or detect(head, name)
            return _parse(form, stream, name, incoming, blobs)
        except InputRejected as rejection:
            while stream.read():
                pass  # the rest is kept too, so that the bytes in quarantine are the whole file
            raw = _keep(incoming, name, form.media_type if form else "application/octet-stream")
            reader = (form.name, form.reader) if form else ("", "")
            return Quarantined(raw, *reader, rejection.message, getattr(rejection, "offset", -1))
    except BaseException:
        incoming.discard()
        raise


def _parse(form: Format, stream: Source, name: str, incoming: Incoming, blobs: Blobs) -> Accepted:
    detail = DetailWriter(LINES[form.kind], checked=bool(form.provider))
    try:
        result = form.parse(stream, detail)
        if not isinstance(result, RESULTS[form.kind]):
            raise ResultMalformed(f"the reader of {form.name} returned a {type(result).__name__}")
        if stream.read():
            raise NotReadToEnd("the file goes on behind the end of its report", offset=stream.offset)
        detail.flush()
        raw = _keep(incoming, name, form.media_type)
        sha256, size = detail.keep_in(blobs.receive(), form.reader, raw.sha256)
    finally:
        detail.close()
    described = Descriptor(f"{name}.jsonl", sha256, size, MEDIA_TYPE)
    return Accepted(form, Reading(form.name, form.reader, raw, described, result.remarks), result)


def _keep(incoming: Incoming, name: str, media_type: str) -> Descriptor:
    sha256, size = incoming.keep()
    return Descriptor(name, sha256, size, media_type)
