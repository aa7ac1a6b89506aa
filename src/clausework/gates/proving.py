"""Runs challenges: records a world in a ledger in memory, as a pipeline and people would, and judges it by a check."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.decisions.forms import form_named
from clausework.decisions.review_sets import KINDS as REVIEW_SETS
from clausework.decisions.review_sets import SETS
from clausework.evidence.build import commit_lines
from clausework.evidence.history import Commit, Contributor, Trailer
from clausework.evidence.pipelines.description import (
    PipelineDescription,
    PipelineFinding,
    description_bytes,
)
from clausework.evidence.reading import Accepted, read_evidence
from clausework.evidence.record import evidence_body, rejection_body
from clausework.evidence.tree_lines import TREE_SCHEMA
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
from clausework.gates.pipeline_world import SOUND_PIPELINE, described
from clausework.gates.regression import vanished
from clausework.gates.test_change_facts import retired_document
from clausework.gates.tolerated import KIND as FAILED_TEST
from clausework.gates.tolerated import failure_digest
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
from clausework.ledger.records.manual import ReviewSet
from clausework.ledger.records.release import Candidate, Release
from clausework.ledger.records.values import Descriptor, Made, Origin, Reference
from clausework.signatures.approvals import approve, intent
from clausework.signatures.artefacts import sign_artefact
from clausework.trace.item_fact import item_fact

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
    before = [one for one in world.decisions if one.first or (approved_first and one.form == "approve")]
    for decision in before:
        recorder.decide(decision, items)
    if world.released_report:
        recorder.released(world)
    build = recorder.build(world)
    for file in world.evidence:
        recorder.evidence(file, build)
    recorder.outputs(world.added_later, build)
    if world.judged_items:
        items = recorder.items(world.judged_items)
    for decision in world.decisions:
        if decision not in before:
            recorder.decide(decision, items)
    for file in world.evidence_after:
        recorder.evidence(file, build)
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
    author = Contributor("Dev Eloper", made.author)
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
        self.pipeline: PipelineDescription = described(SOUND_PIPELINE)

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

    def _described(self, world: World) -> Build:
        plan = self.keep(PLAN + world.pipeline.planned, "clausework.yaml")
        self.pipeline = described(world.pipeline)
        released = "e" * 40 if world.released else ""
        history = _history(world.commits)
        lines = commit_lines(history, "challenge", released, _BUILT)
        return Build(
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
            run=Run(world.pipeline.provider, "1"),
            tools={"python": "3", "git": "2"},
            environment={"os": "challenge"},
            tree=self._tree(world.source),
            pipeline=self.keep(description_bytes(self.pipeline), "pipeline.json"),
        )

    def build(self, world: World) -> Build:
        body = self._described(world)
        for other in {file.of for file in world.evidence} - {"this"}:
            self._record_build(self._other(other, body), world.outputs if other == "same_artefact" else ())
        self._record_build(body, world.outputs, tampered=world.tampered_signature)
        for rebuilt in (world.rebuilt_before, world.rebuilt):
            if rebuilt is not None:
                self._rebuild(rebuilt, world.outputs, body)
        return body

    def released(self, world: World) -> None:
        """Record the release before: a build of an earlier commit, its system tests, candidate and release."""
        build = msgspec.structs.replace(
            self._described(world),
            id=sha256_of(b"released"),
            commit="e" * 40,
            source_tree=sha256_of(b"released"),
        )
        self._record_build(build, (("released.pyz", b"released"),))
        origin = Origin(_ITEM, build.id, build.source_tree, build.commit, "system")
        digests = self.artefacts[build.id]
        about = (subject("build", build.id), *(subject("artefact", one) for one in digests))
        self.append(about, self._body(world.released_report, "released.xml", origin))
        candidate = Candidate(
            self.made(), "0.9.0", (build.id,), digests, self.baseline, self.baseline, build.plan, {}, None, 0
        )
        frozen = self.append((subject("candidate", digests[0]),), candidate)
        reference = Reference(frozen.index, frozen.sha256)
        kept = self.keep(b"{}", "index.json")
        body = Release(self.made(), "0.9.0", reference, reference, (), digests, kept, kept)
        self.append((subject("release", digests[0]),), body)
        if world.released_narrowed:
            self._released_untested(build, body)

    def _released_untested(self, before: Build, release: Release) -> None:
        """Record a further release, 0.9.1, whose build ran no system test at all."""
        build = msgspec.structs.replace(
            before, id=sha256_of(b"untested"), commit="f" * 40, source_tree=sha256_of(b"untested")
        )
        self._record_build(build, (("untested.pyz", b"untested"),))
        digests = self.artefacts[build.id]
        candidate = Candidate(
            self.made(), "0.9.1", (build.id,), digests, self.baseline, self.baseline, build.plan, {}, None, 0
        )
        frozen = self.append((subject("candidate", digests[0]),), candidate)
        reference = Reference(frozen.index, frozen.sha256)
        again = msgspec.structs.replace(
            release, version="0.9.1", candidate=reference, gate=reference, artefacts=digests
        )
        self.append((subject("release", digests[0]),), again)

    def _tree(self, paths: Sequence[str]) -> Descriptor | None:
        lines = [canonical_json({"schema": TREE_SCHEMA, "count": len(paths)})]
        lines += [canonical_json([path, sha256_of(path.encode())]) for path in sorted(paths)]
        return self.keep(b"\n".join(lines) + b"\n", "tree.jsonl") if paths else None

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
        for email, role, meaning in file.signed_by:
            self._sign(receipt.sha256, email, role, meaning)

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
        attached: tuple[Descriptor, ...] = ()
        if decision.kind == "tests":
            attached = (self.keep(retired_document(vanished(self._facts())), "retired.json"),)
            if not decision.stale:
                matter = msgspec.structs.replace(matter, sha256=attached[0].sha256)
        body = Decision(
            self.made(), form.name, matter, decision.author, decision.fields, decision.version, attached
        )
        receipt = self.append((subject(matter.kind, matter.sha256),), body)
        for email, role, meaning in decision.signers:
            self._sign(receipt.sha256, email, role, meaning)

    def _matter_id(self, decision: SignedDecision) -> str:
        if decision.kind == "pipeline_finding":
            return self._pipeline_finding(decision).id
        return self._finding().fingerprint if decision.kind == "finding" else decision.id

    def _pipeline_finding(self, decision: SignedDecision) -> PipelineFinding:
        """Return the first finding in the pipeline by the rule that the decision names."""
        return next(one for one in self.pipeline.findings if one.rule == decision.id)

    def _finding(self) -> FindingFact:
        """Return the first finding of the build, as a person would read it off the refusal."""
        return next(finding for scan in self._facts().scans for finding in scan.findings)

    def _facts(self) -> Facts:
        """Return the facts of the build as they stand."""
        snapshot = self.memory.ledger.snapshot()
        return fold_facts(
            snapshot, self.memory.ledger, sha256_of(b"this build"), at=timestamp(system_clock())
        )

    def _digest(self, decision: SignedDecision, items: Sequence[Item]) -> str:
        if decision.stale:
            return sha256_of(b"an earlier text")
        if decision.kind in REVIEW_SETS:
            return self._review_set(decision.kind, items)
        if decision.kind == "finding":
            return self._finding().version
        if decision.kind == "pipeline":
            return self.pipeline.sha256
        if decision.kind == "pipeline_finding":
            return self._pipeline_finding(decision).sha256
        if decision.kind == FAILED_TEST:
            return self._failure(decision.id)
        if decision.id in self.named:
            return self.named[decision.id]
        item = next((item for item in items if item.id == decision.id), None)
        if item is None:
            return sha256_of(b"matter")
        return item_fact(item).settled if decision.form in {"approve", "close"} else item.content_hash

    def _failure(self, case: str) -> str:
        facts = self._facts()
        return failure_digest(facts, next(one for one in facts.not_passed if one.case == case))

    def _review_set(self, kind: str, items: Sequence[Item]) -> str:
        """Record what a set has now, as ``decide review`` does before the decision; return its digest."""
        of_type = {one.kind: one.item_type for one in SETS}[kind]
        members = [(item.id, item.content_hash) for item in items if str(item.type) == of_type]
        if not of_type:
            members = [(name, "") for name in self._facts().human.integration_tests.unreviewed]
        kept = self.keep(canonical_json(sorted(members)), f"{kind}.json")
        self.append((subject(kind, kept.sha256),), ReviewSet(self.made(), kind, kept, len(members)))
        return kept.sha256

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
