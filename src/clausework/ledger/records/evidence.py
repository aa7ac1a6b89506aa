"""Evidence: made by machines, about digests. The detail of each is a blob of UTF-8 JSON Lines."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.ledger.records.manual import ManualRun
from clausework.ledger.records.protection import BranchProtection
from clausework.ledger.records.values import Descriptor, Made, Origin, Ratio, Reading, Reference


class TestCounts(msgspec.Struct, frozen=True):
    """How many cases a report holds by outcome; ``cases`` is their sum."""

    __test__ = False

    cases: int
    passed: int
    failed: int
    errored: int
    skipped: int


class TestEvidence(msgspec.Struct, frozen=True):
    """What Clausework adds to the in-toto test result: whence it came, what was counted, and a person's run of it."""

    __test__ = False

    made: Made
    origin: Origin
    reading: Reading
    counts: TestCounts
    manual: ManualRun | None = None


class ResourceDescriptor(msgspec.Struct, frozen=True, rename={"media_type": "mediaType"}):
    """An in-toto v1 ResourceDescriptor."""

    name: str
    digest: dict[str, str]
    media_type: str = ""


class TestResult(msgspec.Struct, frozen=True):
    """An in-toto ``test-result/v0.1``: the outcome as a whole, and the raw report as its configuration.

    The single cases stand in the detail blob: a report of 200,000 cases does not fit a Statement.
    """

    __test__ = False

    result: Literal["PASSED", "WARNED", "FAILED"]
    configuration: tuple[ResourceDescriptor, ...]
    clausework: TestEvidence


class Coverage(msgspec.Struct, frozen=True):
    """Structural coverage of a build's source by a level's tests; what was not measured is absent."""

    made: Made
    origin: Origin
    reading: Reading
    line: Ratio
    branch: Ratio | None = None
    mcdc: Ratio | None = None


class Findings(msgspec.Struct, frozen=True):
    """Findings of an analysis or a scan.

    ``analysis`` says what looked (``static``, ``vulnerability``, ``secret``, ``dynamic``). ``complete`` is false
    when the tool itself says that it did not finish: such a scan proves nothing. ``open_by_severity`` counts
    what the tool did not mark as suppressed. ``database_at`` is the advisory data's own time, where given.
    ``not_evaluated`` names the first of what the tool left out by its own word, ``not_evaluated_count`` how many.
    ``targets`` names the first of what it looked at by its own word: ``image``, ``directory``, ``file``, ``commit`` and
    the name.
    """

    made: Made
    origin: Origin
    reading: Reading
    analysis: str
    tools: tuple[str, ...]
    complete: bool
    open_by_severity: dict[str, int]
    suppressed: int = 0
    database_at: str = ""
    not_evaluated: tuple[str, ...] = ()
    not_evaluated_count: int = 0
    targets: tuple[str, ...] = ()


class Sbom(msgspec.Struct, frozen=True):
    """A software bill of materials: how many components, and the one it is about (clause 8.1.2)."""

    made: Made
    origin: Origin
    reading: Reading
    specification: str
    serial: str
    component_count: int
    main_component: str = ""


class Exploitability(msgspec.Struct, frozen=True):
    """A VEX document: who says it, when, and its statements by status; it is evidence, and closes no finding."""

    made: Made
    origin: Origin
    reading: Reading
    author: str
    issued_at: str
    statements_by_status: dict[str, int]


class Attestations(msgspec.Struct, frozen=True):
    """In-toto attestations that others made: predicate types, builders, and the SHA-256 of what they are about.

    ``key_ids`` are those that signatures name; ``verified_by`` the SHA-256 of the given public keys by which every
    envelope of the file was verified, empty where none was given.
    """

    made: Made
    origin: Origin
    reading: Reading
    predicate_types: tuple[str, ...]
    builders: tuple[str, ...]
    attested: tuple[str, ...]
    key_ids: tuple[str, ...]
    verified_by: tuple[str, ...] = ()


class ChangeReviews(msgspec.Struct, frozen=True):
    """An export of pull or merge requests: how many, and how many another person than the author approved."""

    made: Made
    origin: Origin
    reading: Reading
    changes: int
    approved: int


class Attachment(msgspec.Struct, frozen=True):
    """A file that is kept and not read: a job's log, a document, a photo, a trace; ``declared`` says which."""

    made: Made
    origin: Origin
    raw: Descriptor
    declared: str
    title: str = ""


class Rejection(msgspec.Struct, frozen=True):
    """A file that could not be read whole: its bytes are kept, nothing of it counts."""

    made: Made
    origin: Origin
    format: str
    reader: str
    raw_sha256: str
    raw_size: int
    name: str
    reason: str
    offset: int = -1


class Reread(msgspec.Struct, frozen=True):
    """A file read once more by a newer reader. ``replaces`` is the record whose reading it supersedes."""

    made: Made
    replaces: Reference
    result: TestResult | None = None
    coverage: Coverage | None = None
    findings: Findings | None = None
    sbom: Sbom | None = None
    exploitability: Exploitability | None = None
    attestations: Attestations | None = None
    reviews: ChangeReviews | None = None
    protection: BranchProtection | None = None
