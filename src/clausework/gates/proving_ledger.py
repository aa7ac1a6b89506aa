"""The ledger in memory that a world is recorded in, and what everything recorded there is made with."""

from __future__ import annotations

import io

from clausework.core.clock import system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.evidence.pipelines.description import PipelineDescription
from clausework.evidence.reading import Accepted, read_evidence
from clausework.evidence.record import evidence_body, rejection_body
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.pipeline_world import SOUND_PIPELINE, described
from clausework.items.baseline import baseline_of
from clausework.items.model import Item
from clausework.items.read import read_items
from clausework.items.source import SourceFile
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.memory import MemoryLedger, memory_ledger
from clausework.ledger.records import Body, Subject, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.values import Descriptor, Made, Origin
from clausework.signatures.approvals import approve, intent

PLAN = b"""\
device: {name: Challenge, manufacturer: Clausework}
software_systems:
  - {id: system, safety_class: C, items: [{id: controller, paths: ["src/**"]}]}
roles:
  quality: {people: [quality@example.com]}
  release_authority: {people: [release@example.com], independent_of: author}
environments:
  development: {after: [build, unit]}
  production: {release: required}
stages:
  wording: {clauses: [5.2.6], checks: {requirement_quality: {score: 100}}}
"""

Files = tuple[tuple[str, bytes], ...]
"""Files by their names."""

ITEM = "controller"
"""The software item that every world is about."""


class WorldLedger:
    """A ledger in memory; remembers records by the names that decisions use, builds and artefacts by their IDs."""

    def __init__(self) -> None:
        self.plan = PLAN
        self.memory: MemoryLedger = memory_ledger(plan=self.plan)
        self.named: dict[str, str] = {}
        self.builds: dict[str, Build] = {}
        self.artefacts: dict[str, tuple[str, ...]] = {}
        self.baseline = ""
        self.pipeline: PipelineDescription = described(SOUND_PIPELINE)

    def made(self) -> Made:
        """Return who makes a record, and when."""
        return Made(timestamp(system_clock()), "pipeline", "challenge")

    def append(self, subjects: tuple[Subject, ...], body: Body) -> Receipt:
        """Append a record."""
        return self.memory.ledger.append([Draft(subjects, body)])[0]

    def keep(self, data: bytes, name: str) -> Descriptor:
        """Keep bytes under a name."""
        return self.memory.ledger.put_blob(data, name, "application/octet-stream")

    def items(self, data: bytes) -> tuple[Item, ...]:
        """Record the items of a file, which is the baseline from then on; return them."""
        read = read_items([SourceFile("items.yaml", data)], (ITEM,))
        items = read.items
        baseline = baseline_of(items)
        self.baseline = baseline.sha256
        body = ItemBaseline(
            self.made(),
            baseline.sha256,
            self.keep(baseline.lines, "items.jsonl"),
            self.keep(data, "items.yaml"),
            "",
            baseline.counts,
            len(read.findings),
            tuple(map(str, read.findings)),
        )
        self.append((subject("items", baseline.sha256),), body)
        return items

    def body(self, data: bytes, name: str, origin: Origin) -> Body:
        """Return the record of a file of evidence, or of its rejection."""
        outcome = read_evidence(io.BytesIO(data), name, self.memory.blobs)
        if isinstance(outcome, Accepted):
            return evidence_body(outcome, self.made(), origin)
        return rejection_body(outcome, self.made(), origin)

    def sign(self, signed: str, email: str, role: str, meaning: str) -> None:
        """Have a person sign the record of that digest."""
        checkpoint = self.memory.ledger.checkpoint()
        given = intent(
            signed,
            email=email,
            name=email.partition("@")[0].title(),
            role=role,
            meaning=meaning,
            clock=system_clock,
            size=checkpoint.size,
            checkpoint=checkpoint.root_base64,
        )
        body = approve(given, self.memory.people[email], self.made())
        self.append((subject("approved", signed),), body)

    def facts(self) -> Facts:
        """Return the facts of the build as they stand."""
        snapshot = self.memory.ledger.snapshot()
        return fold_facts(
            snapshot, self.memory.ledger, sha256_of(b"this build"), at=timestamp(system_clock())
        )
