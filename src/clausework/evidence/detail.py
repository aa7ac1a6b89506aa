"""The detail blob: what was read from a report, as UTF-8 JSON Lines.

The first line is a ``Header`` (schema, reader and version, SHA-256 of the raw bytes); each further line is
one case, file, finding or component. Members that have their default value are left out. The raw digest is
known only once all was read, so the lines wait in a temporary file until the header can be written before
them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Literal, TypeVar

import msgspec

from clausework.core.digests import Sha256
from clausework.core.errors import IntegrityViolated
from clausework.ledger.ports import Incoming
from clausework.ledger.records.values import Ratio

CaseOutcome = Literal["passed", "failed", "errored", "skipped"]
Severity = Literal["critical", "high", "medium", "low", "none"]

MEDIA_TYPE = "application/jsonl"

_BATCH = 512
_IN_MEMORY = 1 << 20
_LONGEST_LINE = 1 << 24


class DetailDamaged(IntegrityViolated):
    """A detail blob is not the JSON Lines that a reader of Clausework wrote."""


class Header(msgspec.Struct, frozen=True):
    """The first line: what the lines after it are, who read them, and from which bytes."""

    schema: str
    reader: str
    raw_sha256: Sha256


class Case(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One test case as run once (clauses 5.5.5, 5.6.3, 5.7.1).

    ``suite`` joins the names of nested suites with `` > ``. ``links`` are pairs of a role (``verifies``,
    ``verifies_implementation``, ``verifies_effectiveness``) and the ID of the item that the case verifies in it.
    """

    suite: str
    name: str
    class_name: str
    outcome: CaseOutcome
    duration_ms: int = 0
    message: str = ""
    links: tuple[tuple[str, str], ...] = ()
    file: str = ""
    line: int = 0

    @property
    def identity(self) -> str:
        """The same text for the same case in every run: suite, class and name, with ``/`` between them."""
        return "/".join(
            part.replace("\\", "\\\\").replace("/", "\\/")
            for part in (self.suite, self.class_name, self.name)
        )


class FileCoverage(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Coverage of one source file (clauses 5.5.3, 5.5.5).

    ``uncovered`` holds ranges of line numbers, both ends included, the first 200 of them.
    """

    path: str
    line: Ratio
    branch: Ratio | None = None
    uncovered: tuple[tuple[int, int], ...] = ()


class FindingDetail(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One finding of an analysis or a scan (clauses 5.1.12, 7.1.3).

    ``fingerprint`` stays the same while the finding stays, whatever its line number. ``source_severity`` is
    what the tool said, from which ``severity`` was derived. ``ids`` are identifiers such as CVE and CWE
    numbers.
    """

    fingerprint: str
    rule: str
    severity: Severity
    source_severity: str
    message: str
    path: str = ""
    line: int = 0
    tool: str = ""
    suppressed: bool = False
    suppression: str = ""
    component: str = ""
    ids: tuple[str, ...] = ()


class Component(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One component of a bill of materials (clause 8.1.2); ``hashes`` are written ``SHA-256:9f86...``."""

    name: str
    version: str = ""
    purl: str = ""
    type: str = ""
    hashes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    scope: str = ""
    supplier: str = ""
    group: str = ""


DetailLine = Case | FileCoverage | FindingDetail | Component
Line = TypeVar("Line", bound=DetailLine)

SCHEMAS: dict[type, str] = {
    Case: "urn:clausework:detail:case:v1",
    FileCoverage: "urn:clausework:detail:file-coverage:v1",
    FindingDetail: "urn:clausework:detail:finding:v1",
    Component: "urn:clausework:detail:component:v1",
}
"""What each kind of line is called in a header."""


class DetailWriter:
    """Takes lines of one kind while a report is read; ``keep_in`` then writes them behind their header."""

    def __init__(self, line: type[DetailLine]) -> None:
        self._line = line
        self._encoder = msgspec.json.Encoder()
        self._batch: list[DetailLine] = []
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()

    def add(self, line: DetailLine) -> None:
        """Take the next line."""
        self._batch.append(line)
        if len(self._batch) >= _BATCH:
            self._flush()

    def extend(self, lines: Iterable[DetailLine]) -> None:
        """Take the next lines."""
        self._batch.extend(lines)
        if len(self._batch) >= _BATCH:
            self._flush()

    def keep_in(self, incoming: Incoming, reader: str, raw_sha256: str) -> tuple[Sha256, int]:
        """Write header and lines into ``incoming`` and keep it; return the blob's digest and length."""
        self._flush()
        header = Header(SCHEMAS[self._line], reader, raw_sha256)
        try:
            incoming.write(self._encoder.encode(header) + b"\n")
            self._spool.seek(0)
            while chunk := self._spool.read(_IN_MEMORY):
                incoming.write(chunk)
            return incoming.keep()
        except BaseException:
            incoming.discard()
            raise

    def close(self) -> None:
        """Let go of the temporary file."""
        self._spool.close()

    def _flush(self) -> None:
        if self._batch:
            self._spool.write(self._encoder.encode_lines(self._batch))
            self._batch.clear()


def read_header(stream: BinaryIO) -> Header:
    """Return the header line of the detail blob in ``stream``; raises ``DetailDamaged``."""
    try:
        return msgspec.json.decode(stream.readline(_LONGEST_LINE), type=Header)
    except msgspec.DecodeError as error:
        raise DetailDamaged(f"A detail blob has no header: {error}.") from error


def read_detail(stream: BinaryIO, line: type[Line]) -> Iterator[Line]:
    """Yield the lines of the detail blob in ``stream``, which are of the kind ``line``.

    Raises ``DetailDamaged`` when header or line is not as it was written.
    """
    header = read_header(stream)
    if header.schema != SCHEMAS[line]:
        raise DetailDamaged(f"A detail blob holds '{header.schema}' where '{SCHEMAS[line]}' was recorded.")
    decoder = msgspec.json.Decoder(line)
    try:
        while text := stream.readline(_LONGEST_LINE):
            yield decoder.decode(text)
    except msgspec.DecodeError as error:
        raise DetailDamaged(f"A detail blob holds a line that cannot be read: {error}.") from error
