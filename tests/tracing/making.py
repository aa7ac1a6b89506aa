"""Records as the tests of tracing want them, without a ledger around them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.digests import sha256_of
from clausework.evidence.detail import SCHEMAS, Case, CaseOutcome, Header
from clausework.ledger.records import PREDICATE_TYPES, Body, Record, subject
from clausework.ledger.records.build import ArtefactSignature, Build, BuildOutputs, Output, Run
from clausework.ledger.records.evidence import Rejection, TestCounts, TestEvidence, TestResult
from clausework.ledger.records.values import Descriptor, Made, Origin, Reading

MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "clausework test")
ITEM = "controller"


def digest(text: str) -> str:
    """Return a digest that stands for ``text``."""
    return sha256_of(text.encode())


def blob(text: str, name: str = "file") -> Descriptor:
    """Return the descriptor of a blob that holds ``text``."""
    return Descriptor(name, digest(text), len(text))


def build(
    name: str, *, tree: str = "tree", lock: str = "lock", clean: bool = True, item: str = ITEM
) -> Build:
    """Return a build whose identity, source tree and lock file stand for the given words."""
    return Build(
        made=MADE,
        id=digest(name),
        origin="origin",
        device="Pump",
        software_system="system",
        software_item=item,
        safety_class="C",
        version="1.0.0",
        commit="c" * 40,
        committed_at=MADE.at,
        author="dev@example.com",
        source_tree=digest(tree),
        clean=clean,
        changed_paths=(),
        range_from="",
        commit_count=0,
        commits=blob("commits"),
        locks=(blob(lock, "requirements.lock"),),
        plan=digest("plan"),
        item_baseline=digest("items"),
        run=Run("ci", name),
        tools={},
        environment={},
    )


def outputs(of: str, *artefacts: str) -> BuildOutputs:
    """Return the artefacts of the build that was named ``of``."""
    signature = ArtefactSignature(digest("key"), "")
    return BuildOutputs(MADE, digest(of), ITEM, tuple(Output(blob(one, one), signature) for one in artefacts))


def origin_at(one: Build, level: str = "unit") -> Origin:
    """Return the origin of evidence about a build."""
    return Origin(one.software_item, one.id, one.source_tree, one.commit, level)


def results(origin: Origin, *, red: bool = False, name: str = "unit.xml", raw: str = "raw") -> TestResult:
    """Return a report of one case."""
    counts = TestCounts(1, 0 if red else 1, 1 if red else 0, 0, 0)
    reading = Reading("junit", "clausework.junit 1", blob(raw, name), blob(f"detail of {raw}"))
    return TestResult("FAILED" if red else "PASSED", (), TestEvidence(MADE, origin, reading, counts))


def rejection(origin: Origin, name: str = "unit.xml") -> Rejection:
    """Return the rejection of a truncated report."""
    return Rejection(MADE, origin, "junit", "clausework.junit 1", digest(name), 9, name, "it breaks off")


def in_log(*bodies: Body | tuple[Body, Sequence[str]]) -> list[Record]:
    """Return records of ``bodies`` in order; a pair gives the words whose digests the record is about."""
    records = []
    for index, entry in enumerate(bodies):
        body, about = entry if isinstance(entry, tuple) else (entry, ())
        subjects = tuple(subject("subject", digest(word)) for word in about)
        records.append(Record(index, digest(f"record {index}"), subjects, PREDICATE_TYPES[type(body)], body))
    return records


def detail_blobs(reports: dict[str, Sequence[tuple[str, CaseOutcome]]]) -> Callable[[str], BinaryIO]:
    """Return what opens the detail blobs of reports: by the report's word, its cases and outcomes."""
    blobs = {}
    for word, cases in reports.items():
        header = msgspec.json.encode(Header(SCHEMAS[Case], "clausework.junit 1", digest(word)))
        lines = [msgspec.json.encode(Case("suite", name, "class", outcome)) for name, outcome in cases]
        blobs[digest(f"detail of {word}")] = b"\n".join([header, *lines, b""])
    return lambda sha256: io.BytesIO(blobs[sha256])
