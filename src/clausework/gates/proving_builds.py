"""Records the builds of a world: commits, artefacts, rebuilds, evidence about them, and the release before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.decisions.release import AUTHORISED, CONFIRMED
from clausework.evidence.build import commit_lines
from clausework.evidence.history import Commit, Contributor, Trailer
from clausework.evidence.pipelines.description import description_bytes
from clausework.evidence.tree_lines import TREE_SCHEMA
from clausework.gates.challenge import (
    LOCK,
    PASSING,
    QUALITY,
    RELEASE,
    Committed,
    EvidenceFile,
    World,
)
from clausework.gates.pipeline_world import described
from clausework.gates.proving_ledger import ITEM, Files, WorldLedger
from clausework.ledger.ledger import Receipt
from clausework.ledger.records import Body, Subject, subject
from clausework.ledger.records.build import Build, BuildOutputs, Output, Rebuild, RebuiltOutput, Run
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.evidence import Coverage, Findings, Reread, Sbom, TestResult
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Descriptor, Origin, Reference
from clausework.signatures.artefacts import sign_artefact

_HOUR_AGO = timedelta(hours=1)
_BUILT = "c" * 40


def record_build(ledger: WorldLedger, world: World) -> Build:
    """Record the build that is judged, those that evidence of others is about, and the rebuilds; return it."""
    body = _described(ledger, world)
    for other in {file.of for file in world.evidence} - {"this"}:
        _append_build(ledger, _other(ledger, other, body), world.outputs if other == "same_artefact" else ())
    _append_build(ledger, body, world.outputs, tampered=world.tampered_signature)
    for rebuilt in (world.rebuilt_before, world.rebuilt):
        if rebuilt is not None:
            _rebuild(ledger, rebuilt, world.outputs, body)
    return body


def record_release_before(ledger: WorldLedger, world: World) -> None:
    """Record the release before: a build of an earlier commit, its system tests, and the signed release."""
    build = _built_before(ledger, _described(ledger, world), b"released", "e" * 40, world.released_as or ITEM)
    origin = Origin(build.software_item, build.id, build.source_tree, build.commit, "system")
    about = (
        subject("build", build.id),
        *(subject("artefact", one) for one in ledger.artefacts[build.id]),
    )
    ledger.append(about, ledger.body(world.released_report, "released.xml", origin))
    _release(ledger, "0.9.0", build)
    if world.released_narrowed:  # the build of the release after it ran no system test at all
        _release(ledger, "0.9.1", _built_before(ledger, build, b"untested", "f" * 40, build.software_item))


def record_outputs(ledger: WorldLedger, files: Files, build: Build, *, tampered: bool = False) -> None:
    """Record artefacts of a build; ``tampered`` ones bear a signature over other bytes."""
    outputs = tuple(_output(ledger, name, data, tampered=tampered) for name, data in files)
    if outputs:
        about = (subject("build", build.id),)
        ledger.append(about, BuildOutputs(ledger.made(), build.id, ITEM, outputs, ("make",)))
        ledger.artefacts[build.id] = tuple(one.artefact.sha256 for one in outputs)


def record_evidence(ledger: WorldLedger, file: EvidenceFile, build: Build) -> None:
    """Record a file about the build, or about the one that it says it is of, with its signatures."""
    if file.of != "this":
        build = ledger.builds[sha256_of(file.of.encode())]
    origin = Origin(ITEM, build.id, build.source_tree, build.commit, file.level)
    body = ledger.body(file.data, file.name, origin)
    about = (
        subject("build", build.id),
        *(subject("artefact", digest) for digest in ledger.artefacts.get(build.id, ())),
    )
    receipt = ledger.append(about, body)
    ledger.named.setdefault(file.name, receipt.sha256)
    if file.reread_as:
        reading = ledger.body(file.reread_as, file.name, origin)
        _reread(ledger, receipt, body, reading, about)
    for email, role, meaning in file.signed_by:
        ledger.sign(receipt.sha256, email, role, meaning)


def record_earlier_test(ledger: WorldLedger) -> None:
    """Record a passed test about the items that were recorded last, of no build that is judged."""
    origin = Origin(ITEM, level="unit")
    about = (subject("subject", sha256_of(b"an earlier artefact")),)
    ledger.append(about, ledger.body(PASSING, "earlier.xml", origin))


def _described(ledger: WorldLedger, world: World) -> Build:
    plan = ledger.keep(_without(ledger.plan, world.unmeasured) + world.pipeline.planned, "clausework.yaml")
    ledger.pipeline = described(world.pipeline)
    released = "e" * 40 if world.released else ""
    history = _history(world.commits)
    lines = commit_lines(history, "challenge", released, _BUILT)
    return Build(
        made=ledger.made(),
        id=sha256_of(b"this build"),
        origin="challenge",
        device="Challenge",
        software_system="system",
        software_item=ITEM,
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
        commits=ledger.keep(lines, "commits.jsonl"),
        locks=tuple(ledger.keep(data, name) for name, data in world.locks),
        plan=plan.sha256,
        item_baseline=ledger.baseline,
        run=Run(world.pipeline.provider, "1"),
        tools={"python": "3", "git": "2"},
        environment={"os": "challenge"},
        tree=_tree(ledger, world.source),
        pipeline=ledger.keep(description_bytes(ledger.pipeline), "pipeline.json"),
    )


def _built_before(ledger: WorldLedger, like: Build, name: bytes, commit: str, software_item: str) -> Build:
    digest = sha256_of(name)
    build = msgspec.structs.replace(
        like, id=digest, commit=commit, source_tree=digest, software_item=software_item
    )
    _append_build(ledger, build, ((f"{name.decode()}.pyz", name),))
    return build


def _release(ledger: WorldLedger, version: str, build: Build) -> None:
    """Freeze the build for ``version``, have its gate signed by the plan's two people, and record the release."""
    digests, plan = ledger.artefacts[build.id], _plan_of(ledger, build.software_item)
    frozen = ledger.append(
        (subject("candidate", digests[0]),),
        Candidate(
            ledger.made(), version, (build.id,), digests, ledger.baseline, ledger.baseline, plan, {}, None, 0
        ),
    )
    candidate, kept = Reference(frozen.index, frozen.sha256), ledger.keep(b"{}", "index.json")
    passed = ReleaseGate(ledger.made(), candidate, "pass", kept, frozen.index, ())
    gate = ledger.append((subject("candidate", digests[0]),), passed)
    ledger.sign(gate.sha256, *QUALITY, CONFIRMED)
    ledger.sign(gate.sha256, *RELEASE, AUTHORISED)
    signed = Reference(gate.index, gate.sha256)
    body = Release(ledger.made(), version, candidate, signed, (), digests, kept, kept)
    ledger.append((subject("release", digests[0]),), body)


def _plan_of(ledger: WorldLedger, software_item: str) -> str:
    """Return the plan in force, approved where it names the software item otherwise than the world's own."""
    plan = ledger.keep(ledger.plan.replace(ITEM.encode(), software_item.encode()), "clausework.yaml")
    if software_item != ITEM:
        about = (subject("plan", plan.sha256),)
        ledger.append(about, PlanRecorded(ledger.made(), plan))
        matter = Matter("plan", "clausework.yaml", plan.sha256)
        why: dict[str, str | tuple[str, ...]] = {"rationale": "It was read in full."}
        approved = ledger.append(
            about, Decision(ledger.made(), "approve", matter, "developer@example.com", why)
        )
        ledger.sign(approved.sha256, *QUALITY, "approved")
    return plan.sha256


def _tree(ledger: WorldLedger, paths: Sequence[str]) -> Descriptor | None:
    lines = [canonical_json({"schema": TREE_SCHEMA, "count": len(paths)})]
    lines += [canonical_json([path, sha256_of(path.encode())]) for path in sorted(paths)]
    return ledger.keep(b"\n".join(lines) + b"\n", "tree.jsonl") if paths else None


def _other(ledger: WorldLedger, of: str, build: Build) -> Build:
    """Return another build: of another source tree unless its name says otherwise."""
    tree = build.source_tree if of in {"same_tree", "other_locks"} else sha256_of(b"other tree")
    locks = (
        (ledger.keep(LOCK.replace(b"1.0", b"2.0"), "requirements.lock"),)
        if of == "other_locks"
        else build.locks
    )
    return msgspec.structs.replace(
        build, id=sha256_of(of.encode()), commit="d" * 40, source_tree=tree, locks=locks
    )


def _append_build(ledger: WorldLedger, build: Build, outputs: Files, *, tampered: bool = False) -> None:
    about = (subject("build", build.id), subject("source-tree", build.source_tree))
    ledger.append(about, build)
    ledger.builds[build.id] = build
    record_outputs(ledger, outputs, build, tampered=tampered)


def _rebuild(ledger: WorldLedger, rebuilt: Files, first: Files, build: Build) -> None:
    again = {name: sha256_of(data) for name, data in rebuilt}
    compared = tuple(RebuiltOutput(name, sha256_of(data), again.get(name, "")) for name, data in first)
    identical = all(one.first == one.again for one in compared)
    rebuild = Rebuild(
        ledger.made(),
        build.id,
        ITEM,
        "identical" if identical else "different",
        compared,
        ("make",),
        ledger.keep(b"log\n", "rebuild.log"),
    )
    ledger.named["rebuild"] = ledger.append((subject("build", build.id),), rebuild).sha256


def _output(ledger: WorldLedger, name: str, data: bytes, *, tampered: bool) -> Output:
    kept = ledger.keep(data, name)
    signed = sha256_of(b"other bytes") if tampered else kept.sha256
    return Output(kept, sign_artefact(signed, ledger.memory.pipeline), "1.0.0")


def _reread(ledger: WorldLedger, first: Receipt, body: Body, again: Body, about: tuple[Subject, ...]) -> None:
    """Record what a newer reader would make of the bytes of ``body``: the reading ``again``."""
    if isinstance(body, TestResult) and isinstance(again, TestResult):
        reading = msgspec.structs.replace(again.clausework.reading, raw=body.clausework.reading.raw)
        evidence = msgspec.structs.replace(again.clausework, reading=reading)
        again = msgspec.structs.replace(again, clausework=evidence)
    elif isinstance(body, Findings) and isinstance(again, Findings):
        reading = msgspec.structs.replace(again.reading, raw=body.reading.raw)
        again = msgspec.structs.replace(again, reading=reading)
    reread = Reread(
        ledger.made(),
        Reference(first.index, first.sha256),
        result=again if isinstance(again, TestResult) else None,
        coverage=again if isinstance(again, Coverage) else None,
        findings=again if isinstance(again, Findings) else None,
        sbom=again if isinstance(again, Sbom) else None,
    )
    ledger.append(about, reread)


def _without(plan: bytes, unmeasured: Sequence[str]) -> bytes:
    """Return the plan that lets files of these patterns go unmeasured, with its defence."""
    if not unmeasured:
        return plan
    because = "{text: The generator is validated, reference: VP-9, owner: quality, review: 2099-01-01}"
    told = f"unmeasured: {{paths: [{', '.join(unmeasured)}], because: {because}}}"
    return plan.replace(b'paths: ["src/**"]', f'paths: ["src/**"], {told}'.encode())


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
