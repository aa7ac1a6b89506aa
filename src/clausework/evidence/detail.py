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
from clausework.core.errors import InputRejected, IntegrityViolated
from clausework.ledger.ports import Incoming
from clausework.ledger.records.values import Ratio

CaseOutcome = Literal["passed", "failed", "errored", "skipped"]
Severity = Literal["critical", "high", "medium", "low", "none"]

MEDIA_TYPE = "application/jsonl"

_BATCH = 512
_IN_MEMORY = 1 << 20
_LONGEST_LINE = 1 << 24
_READ_AT_ONCE = 1 << 18


class DetailDamaged(IntegrityViolated):
    """A detail blob is not the JSON Lines that a reader of Clausework wrote."""


class LineMalformed(InputRejected):
    """A reader that an installed package adds gave a line that is not of the kind that it says."""

    hint = "Install a version of the package that reads this file, or uninstall it."


class Header(msgspec.Struct, frozen=True):
    """The first line: what the lines after it are, who read them, and from which bytes."""

    schema: str
    reader: str
    raw_sha256: Sha256


class Case(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One test case as run once (clauses 5.5.5, 5.6.3, 5.7.1).

    ``suite`` joins the names of nested suites with `` > ``. ``links`` are pairs of a role (``verifies``,
    ``verifies_implementation``, ``verifies_effectiveness``, ``verifies_under_fault``) and the ID of the item that the
    case verifies in it.
    ``tags`` are the words that the test's author put on it: an item's ID among them is a link, once items are known.
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
    tags: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """The same text for the same case in every run: suite, class and name, with ``/`` between them."""
        plain = f"{self.suite}/{self.class_name}/{self.name}"
        if plain.count("/") == 2 and "\\" not in plain:
            return plain
        return "/".join(
            part.replace("\\", "\\\\").replace("/", "\\/")
            for part in (self.suite, self.class_name, self.name)
        )


class FileCoverage(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Coverage of one source file (clauses 5.5.3, 5.5.5).

    ``covered`` and ``uncovered`` hold ranges of line numbers, both ends included: what can be merged with another
    report of the file. ``branches`` holds, for each line that has some, its number, how many were taken, how many
    there are; ``conditions`` the same of MC/DC. ``whole`` is false where ranges were not given for all lines.
    """

    path: str
    line: Ratio
    branch: Ratio | None = None
    uncovered: tuple[tuple[int, int], ...] = ()
    covered: tuple[tuple[int, int], ...] = ()
    branches: tuple[tuple[int, int, int], ...] = ()
    mcdc: Ratio | None = None
    conditions: tuple[tuple[int, int, int], ...] = ()
    whole: bool = True


class FindingDetail(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One finding of an analysis or a scan (clauses 5.1.12, 7.1.3).

    ``fingerprint`` stays the same while the finding stays, whatever its line number. ``source_severity`` is
    what the tool said, from which ``severity`` was derived. ``ids`` are identifiers such as CVE and CWE
    numbers. ``analysis`` says what looked, where a report mixes several. A vulnerability names its ``component``
    with ``version`` and ``purl``, the versions that mend it, its CVSS vectors, and an exploitability ``status``.
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
    analysis: str = ""
    version: str = ""
    purl: str = ""
    fixed_in: tuple[str, ...] = ()
    cvss: tuple[str, ...] = ()
    status: str = ""


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
    cpe: str = ""
    parent: str = ""


class VexStatement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What somebody says about a vulnerability in a product (clauses 7.1.3, 9.2; EN IEC 81001-5-1 clause 9).

    ``status`` is one of OpenVEX's words. A statement is evidence for the person who evaluates; it closes nothing.
    """

    vulnerability: str
    status: Literal["not_affected", "affected", "fixed", "under_investigation"]
    products: tuple[str, ...] = ()
    justification: str = ""
    impact: str = ""
    action: str = ""
    aliases: tuple[str, ...] = ()


class AttestedStatement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One in-toto statement in a file: what it says about which digests, who built it, and whose signatures it bears.

    ``subjects`` are pairs of a name and a digest written ``sha256:9f86...``; so are ``materials``.
    """

    predicate_type: str
    subjects: tuple[tuple[str, str], ...]
    builder: str = ""
    build_type: str = ""
    materials: tuple[tuple[str, str], ...] = ()
    key_ids: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()


class ReviewApproval(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One approval of a change: by whom, when, and the commit that was looked at (empty: not said)."""

    by: str
    at: str = ""
    commit: str = ""


class ChangeReview(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A pull or merge request, or a change in Gerrit, and who approved it (clauses 5.1.11, 8.2.1, 8.2.4).

    ``approvals`` are those in force, its author's own among them; ``approved`` tells whether somebody else gave one on
    the commit that was merged. ``commits`` are those that it brought in, as far as the export names them.
    """

    id: str
    title: str
    author: str
    state: Literal["open", "merged", "closed"]
    approved: bool
    approvals: tuple[ReviewApproval, ...] = ()
    objections: tuple[str, ...] = ()
    source_branch: str = ""
    target_branch: str = ""
    merged_at: str = ""
    merge_commit: str = ""
    head_commit: str = ""
    commits: tuple[str, ...] = ()
    text: str = ""
    url: str = ""


class ProtectedBranch(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How a forge guards the branches of a name or pattern (clauses 5.1.11, 8.2.1; EN IEC 81001-5-1 5.1).

    ``reviews`` is how many approvals a change needs, ``checks`` names what must have passed. ``pushers`` may push
    without a review, ``bypassers`` may go past all of it. What an export does not tell is the laxest that it may be.
    """

    pattern: str
    protected: bool
    reviews: int = 0
    checks: tuple[str, ...] = ()
    pushers: tuple[str, ...] = ()
    bypassers: tuple[str, ...] = ()
    force_push: bool = False
    deletion: bool = False


DetailLine = (
    Case
    | FileCoverage
    | FindingDetail
    | Component
    | VexStatement
    | AttestedStatement
    | ChangeReview
    | ProtectedBranch
)
Line = TypeVar("Line", bound=DetailLine)

SCHEMAS: dict[type, str] = {
    Case: "urn:clausework:detail:case:v1",
    FileCoverage: "urn:clausework:detail:file-coverage:v1",
    FindingDetail: "urn:clausework:detail:finding:v1",
    Component: "urn:clausework:detail:component:v1",
    VexStatement: "urn:clausework:detail:vex-statement:v1",
    AttestedStatement: "urn:clausework:detail:attested-statement:v1",
    ChangeReview: "urn:clausework:detail:change-review:v1",
    ProtectedBranch: "urn:clausework:detail:protected-branch:v1",
}
"""What each kind of line is called in a header."""


class DetailWriter:
    """Takes lines of one kind while a report is read; ``keep_in`` then writes them behind their header.

    With ``checked``, each line is held against its kind, for a line that cannot be read again would stop every gate.
    """

    def __init__(self, line: type[DetailLine], *, checked: bool = False) -> None:
        self._line = line
        self._checked = checked
        self._encoder = msgspec.json.Encoder()
        self._batch: list[DetailLine] = []
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()

    def add(self, line: DetailLine) -> None:
        """Take the next line."""
        self._batch.append(line)
        if len(self._batch) >= _BATCH:
            self.flush()

    def extend(self, lines: Iterable[DetailLine]) -> None:
        """Take the next lines."""
        self._batch.extend(lines)
        if len(self._batch) >= _BATCH:
            self.flush()

    def keep_in(self, incoming: Incoming, reader: str, raw_sha256: str) -> tuple[Sha256, int]:
        """Write header and lines into ``incoming`` and keep it; return the blob's digest and length."""
        self.flush()
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

    def flush(self) -> None:
        """Write what was taken into the temporary file; raises ``LineMalformed`` where lines are checked."""
        if self._batch:
            if self._checked:
                self._check()
            self._spool.write(self._encoder.encode_lines(self._batch))
            self._batch.clear()

    def _check(self) -> None:
        try:
            for line in self._batch:
                msgspec.convert(msgspec.to_builtins(line), self._line)
                if not isinstance(line, self._line):
                    raise LineMalformed(f"a line of the reader is no {self._line.__name__}")
        except (msgspec.ValidationError, TypeError, ValueError) as error:
            raise LineMalformed(f"a line of the reader is no {self._line.__name__}: {error}") from error


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
        while text := stream.read(_READ_AT_ONCE):
            yield from decoder.decode_lines(text + stream.readline(_LONGEST_LINE))
    except msgspec.DecodeError as error:
        raise DetailDamaged(f"A detail blob holds a line that cannot be read: {error}.") from error
