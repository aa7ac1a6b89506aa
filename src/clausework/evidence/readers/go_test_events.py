"""The events of ``go test -json``, one JSON object per line, read many at a time where there is no doubt about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from clausework.evidence.json_elements import RunDecoder
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.readers.case_lines import blocks_of_lines, text_of
from clausework.evidence.source import Source, Unreadable, ValueRejected

Text = str | msgspec.UnsetType

_PLAIN = re.compile(r"FAIL\t(\S{1,1000}) \[(build failed|setup failed)\]")
"""What Go before 1.20 writes between the events where a package cannot be built."""


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One event as Go writes it; a member that it does not have is ``UNSET``."""

    time: Text = msgspec.field(default=msgspec.UNSET, name="Time")
    action: Text = msgspec.field(default=msgspec.UNSET, name="Action")
    package: Text = msgspec.field(default=msgspec.UNSET, name="Package")
    import_path: Text = msgspec.field(default=msgspec.UNSET, name="ImportPath")
    test: Text = msgspec.field(default=msgspec.UNSET, name="Test")
    elapsed: float | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="Elapsed")
    output: Text = msgspec.field(default=msgspec.UNSET, name="Output")
    output_type: Text = msgspec.field(default=msgspec.UNSET, name="OutputType")
    failed_build: Text = msgspec.field(default=msgspec.UNSET, name="FailedBuild")
    key: Text = msgspec.field(default=msgspec.UNSET, name="Key")
    value: Text = msgspec.field(default=msgspec.UNSET, name="Value")
    path: Text = msgspec.field(default=msgspec.UNSET, name="Path")


def events_of(source: Source) -> Iterator[tuple[int, list[Event]]]:
    """Yield the events of ``source`` in runs, each with the byte near which it stands.

    Raises ``Unreadable`` for a line that is no event.
    """
    runs = RunDecoder(Event)
    for start, block in blocks_of_lines(source):
        text = text_of(block, start)
        events = runs.decode(text.rstrip("\n").replace("\n", ","))
        if events is not None and len(events) == text.count("\n"):
            yield start, events
            continue
        at = start
        for line in text.split("\n"):
            if line.strip():
                yield at, _event_of(line.strip(), at)
            at += len(line.encode()) + 1


def _event_of(line: str, at: int) -> list[Event]:
    plain = _PLAIN.fullmatch(line)
    if plain:
        package, why = plain.groups()
        return [
            Event(action="start", package=package),
            Event(action="output", package=package, output=why),
            Event(action="fail", package=package),
        ]
    if not line.startswith("{"):
        raise ValueRejected(f"a line is no event of go test: '{line[:60]}'", offset=at)
    try:
        return [decode_kept(msgspec.Raw(line.encode()), Event)]
    except Unreadable as error:
        error.offset = at
        raise


def first_event(head: bytes) -> Event | None:
    """Return the event that ``head`` begins with; ``None`` where it begins with none."""
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    try:
        return msgspec.json.decode(line, type=Event)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
