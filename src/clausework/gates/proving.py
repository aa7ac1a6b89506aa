"""Runs challenges: records a world in a ledger in memory, as a pipeline and people would, and judges it by a check."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from clausework.core.clock import system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.decisions.forms import form_named
from clausework.evidence.build import commit_lines
from clausework.evidence.history import Commit, Contributor, Trailer
from clausework.evidence.reading import Accepted, read_evidence
from clausework.evidence.record import evidence_body, rejection_body
from clausework.gates.challenge import (
    LOCK,
    PASSING,
    Challenge,
    Committed,
    EvidenceFile,
    SignedDecision,
    World,
)
from clausework.gates.check import Check, Judgement
from clausework.gates.facts import Facts, FindingFact
from clausework.gates.folding import fold_facts
from clausework.items.baseline import baseline_of
from clausework.items.model import Item
from clausework.items.read import read_items
from clausework.items.source import SourceFile
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.memory import MemoryLedger, memory_ledger
from clausework.ledger.records import Body, Subject, subject
from clausework.ledger.records.build import Build, BuildOutputs, Output, Rebuild, RebuiltOutput, Run
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.evidence import Coverage, Findings, Reread, Sbom, TestResult
from clausework.ledger.records.values import Descriptor, Made, Origin, Reference
from clausework.signatures.approvals import approve, intent
from clausework.signatures.artefacts import sign_artefact

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

_HOUR_AGO = timedelta(hours=1)
_JUDGED_AFTER = timedelta(minutes=10)
"""A world is judged later than its last commit, as a build is later than what it is made of."""

_ITEM = "controller"
_BUILT = "c" * 40


class Proven(msgspec.Struct, frozen=True):
    """A challenge that was run: what was expected, what came, and why."""

    check: str
    challenge: str
    expected: str
    judgement: Judgement

    @property
    def holds(self) -> bool:
        """Whether the check judged as it must."""
        return self.expected == self.judgement.outcome


def prove(check: Check, challenge: Challenge) -> Proven:
    """Run one challenge of ``check``."""
    judgement = check.evaluate(facts_of(challenge.world), challenge.settings)
    return Proven(check.name, challenge.name, challenge.expects, judgement)


def facts_of(world: World) -> Facts:
    """Return the facts that ``world`` folds to."""
    recorder = _Recorder()
    if world.earlier_items:
        recorder.items(world.earlier_items)
        recorder.earlier_test()
    items = recorder.items(world.items)
    built_with = recorder.baseline
    approved_first = any(
        one.minutes_after_decisions and not one.built_before_decisions for one in world.commits
    )
    before = [one for one in world.decisions if approved_first and one.form == "approve"]
    for decision in before:
        recorder.decide(decision, items)
    build = recorder.build(world)
    for file in world.evidence:
        recorder.evidence(file, build)
    recorder.outputs(world.added_later, build)
    if world.judged_items:
        items = recorder.items(world.judged_items)
    for decision in world.decisions:
        if decision not in before:
            recorder.decide(decision, items)
    snapshot = recorder.memory.ledger.snapshot()
    return fold_facts(
        snapshot,
        recorder.memory.ledger,
        build.id,
        at=timestamp(system_clock() + _JUDGED_AFTER),
        item_baseline=recorder.baseline if world.judged_items else built_with,
    )


def _history(commits: Sequence[Committed]) -> tuple[Commit, ...]:
    """Return the commits of the build's range, of which the last is the one that was built."""
    ids = [f"{number:040x}" for number in range(1, len(commits))] + [_BUILT]
    made = zip(("", *ids), ids, commits, strict=False)
    return tuple(_commit(id_, (parent,) if parent else (), one) for parent, id_, one in made)


def _commit(id_: str, parents: tuple[str, ...], made: Committed) -> Commit:
    """Return a commit of an hour ago, or of so many minutes from now as it is made after the decisions."""
    after = timedelta(minutes=made.minutes_after_decisions)
    at = timestamp(system_clock() + after if after else system_clock() - _HOUR_AGO)
    author = Contributor("Dev Eloper", "developer@example.com")
    trailers = tuple(Trailer(*line.split(": ", 1)) for line in made.trailers)
    return Commit(id_, parents, author, at, author, at, made.subject, "", trailers, made.paths)


class _Recorder:
    """Records the parts of one world; remembers the records by the names that decisions use."""

    def __init__(self) -> None:
        self.memory: MemoryLedger = memory_ledger(plan=PLAN)
        self.named: dict[str, str] = {}
        self.builds: dict[str, Build] = {}
        self.artefacts: dict[str, tuple[str, ...]] = {}
        self.baseline = ""

    def made(self) -> Made:
        return Made(timestamp(system_clock()), "pipeline", "challenge")

    def append(self, subjects: tuple[Subject, ...], body: Body) -> Receipt:
        return self.memory.ledger.append([Draft(subjects, body)])[0]

    def keep(self, data: bytes, name: str) -> Descriptor:
        return self.memory.ledger.put_blob(data, name, "application/octet-stream")

    def items(self, data: bytes) -> tuple[Item, ...]:
        read = read_items([SourceFile("items.yaml", data)], (_ITEM,))
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

    def build(self, world: World) -> Build:
        plan = self.keep(PLAN, "clausework.yaml")
        released = "e" * 40 if world.released else ""
        history = _history(world.commits)
        lines = commit_lines(history, "challenge", released, _BUILT)
        body = Build(
            made=self.made(),
            id=sha256_of(b"this build"),
            origin="challenge",
            device="Challenge",
            software_system="system",
            software_item=_ITEM,
            safety_class="C",
            version="1.0.0",
            commit=_BUILT,
            committed_at=timestamp(system_clock()),
            author="developer@example.com",
            source_tree=sha256_of(b"tree"),
            clean=world.clean,
            changed_paths=() if world.clean else ("src/controller/motor.py",),
            range_from=released,
            commit_count=len(history),
            commits=self.keep(lines, "commits.jsonl"),
            locks=tuple(self.keep(data, name) for name, data in world.locks),
            plan=plan.sha256,
            item_baseline=self.baseline,
            run=Run("challenge", "1"),
            tools={"python": "3", "git": "2"},
            environment={"os": "challenge"},
        )
        for other in {file.of for file in world.evidence} - {"this"}:
            self._record_build(self._other(other, body), world.outputs if other == "same_artefact" else ())
        self._record_build(body, world.outputs, tampered=world.tampered_signature)
        for rebuilt in (world.rebuilt_before, world.rebuilt):
            if rebuilt is not None:
                self._rebuild(rebuilt, world.outputs, body)
        return body

    def _other(self, of: str, build: Build) -> Build:
        """Return another build: of another source tree unless its name says otherwise."""
        tree = build.source_tree if of in {"same_tree", "other_locks"} else sha256_of(b"other tree")
        locks = (
            (self.keep(LOCK.replace(b"1.0", b"2.0"), "requirements.lock"),)
            if of == "other_locks"
            else build.locks
        )
        return msgspec.structs.replace(
            build, id=sha256_of(of.encode()), commit="d" * 40, source_tree=tree, locks=locks
        )

    def _record_build(self, build: Build, outputs: Files, *, tampered: bool = False) -> None:
        about = (subject("build", build.id), subject("source-tree", build.source_tree))
        self.append(about, build)
        self.builds[build.id] = build
        self.outputs(outputs, build, tampered=tampered)

    def outputs(self, files: Files, build: Build, *, tampered: bool = False) -> None:
        outputs = tuple(self._output(name, data, tampered=tampered) for name, data in files)
        if outputs:
            about = (subject("build", build.id),)
            self.append(about, BuildOutputs(self.made(), build.id, _ITEM, outputs, ("make",)))
            self.artefacts[build.id] = tuple(one.artefact.sha256 for one in outputs)

    def _rebuild(self, rebuilt: Files, first: Files, build: Build) -> None:
        again = {name: sha256_of(data) for name, data in rebuilt}
        compared = tuple(RebuiltOutput(name, sha256_of(data), again.get(name, "")) for name, data in first)
        identical = all(one.first == one.again for one in compared)
        rebuild = Rebuild(
            self.made(),
            build.id,
            _ITEM,
            "identical" if identical else "different",
            compared,
            ("make",),
            self.keep(b"log\n", "rebuild.log"),
        )
        self.named["rebuild"] = self.append((subject("build", build.id),), rebuild).sha256

    def _output(self, name: str, data: bytes, *, tampered: bool) -> Output:
        kept = self.keep(data, name)
        signed = sha256_of(b"other bytes") if tampered else kept.sha256
        return Output(kept, sign_artefact(signed, self.memory.pipeline), "1.0.0")

    def evidence(self, file: EvidenceFile, build: Build) -> None:
        if file.of != "this":
            build = self.builds[sha256_of(file.of.encode())]
        origin = Origin(_ITEM, build.id, build.source_tree, build.commit, file.level)
        body = self._body(file.data, file.name, origin)
        about = (
            subject("build", build.id),
            *(subject("artefact", digest) for digest in self.artefacts.get(build.id, ())),
        )
        receipt = self.append(about, body)
        self.named.setdefault(file.name, receipt.sha256)
        if file.reread_as:
            reading = self._body(file.reread_as, file.name, origin)
            self._reread(receipt, body, reading, about)

    def earlier_test(self) -> None:
        """Record a passed test about the items that were recorded last, of no build that is judged."""
        origin = Origin(_ITEM, level="unit")
        about = (subject("subject", sha256_of(b"an earlier artefact")),)
        self.append(about, self._body(PASSING, "earlier.xml", origin))

    def _body(self, data: bytes, name: str, origin: Origin) -> Body:
        outcome = read_evidence(io.BytesIO(data), name, self.memory.blobs)
        if isinstance(outcome, Accepted):
            return evidence_body(outcome, self.made(), origin)
        return rejection_body(outcome, self.made(), origin)

    def _reread(self, first: Receipt, body: Body, again: Body, about: tuple[Subject, ...]) -> None:
        """Record what a newer reader would make of the bytes of ``body``: the reading ``again``."""
        if isinstance(body, TestResult) and isinstance(again, TestResult):
            reading = msgspec.structs.replace(again.clausework.reading, raw=body.clausework.reading.raw)
            evidence = msgspec.structs.replace(again.clausework, reading=reading)
            again = msgspec.structs.replace(again, clausework=evidence)
        elif isinstance(body, Findings) and isinstance(again, Findings):
            reading = msgspec.structs.replace(again.reading, raw=body.reading.raw)
            again = msgspec.structs.replace(again, reading=reading)
        reread = Reread(
            self.made(),
            Reference(first.index, first.sha256),
            result=again if isinstance(again, TestResult) else None,
            coverage=again if isinstance(again, Coverage) else None,
            findings=again if isinstance(again, Findings) else None,
            sbom=again if isinstance(again, Sbom) else None,
        )
        self.append(about, reread)

    def decide(self, decision: SignedDecision, items: Sequence[Item]) -> None:
        form = form_named(decision.form)
        matter = Matter(decision.kind, self._matter_id(decision), self._digest(decision, items))
        body = Decision(self.made(), form.name, matter, decision.author, decision.fields, decision.version)
        receipt = self.append((subject(matter.kind, matter.sha256),), body)
        for email, role, meaning in decision.signers:
            self._sign(receipt.sha256, email, role, meaning)

    def _matter_id(self, decision: SignedDecision) -> str:
        return self._finding().fingerprint if decision.kind == "finding" else decision.id

    def _finding(self) -> FindingFact:
        """Return the first finding of the build, as a person would read it off the refusal."""
        snapshot = self.memory.ledger.snapshot()
        facts = fold_facts(
            snapshot, self.memory.ledger, sha256_of(b"this build"), at=timestamp(system_clock())
        )
        return next(finding for scan in facts.scans for finding in scan.findings)

    def _digest(self, decision: SignedDecision, items: Sequence[Item]) -> str:
        if decision.stale:
            return sha256_of(b"an earlier text")
        if decision.kind == "finding":
            return self._finding().version
        if decision.id in self.named:
            return self.named[decision.id]
        return next((item.content_hash for item in items if item.id == decision.id), sha256_of(b"matter"))

    def _sign(self, signed: str, email: str, role: str, meaning: str) -> None:
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
