"""Fills the registers: keeps what was folded about a release, and lets go of what later records changed.

keep_release(ledger, registers, snapshot, "2.3.0", [facts_of_each_build])

A register that is damaged, of another log or of another version of Clausework is dropped and begun anew.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from clausework.actions.matrix import traced_of, verified_otherwise
from clausework.actions.registers import is_ours, kept_versions, marks_of_all, moved, touched
from clausework.actions.workplace import software
from clausework.core.errors import Defect
from clausework.gates.commit_facts import read_commits
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts, judgement, stand_at
from clausework.gates.review_folding import Reviews
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.ports import Registers, RegistersUnavailable
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.tree import root_of_frontier
from clausework.release.candidate import signed_release
from clausework.release.withdrawal import withdrawals
from clausework.trace.readings import origin_of, reading_of
from clausework.trace.registers.building import Built, FoldedBuild
from clausework.trace.registers.encoding import seal
from clausework.trace.registers.footprint import WORDS_OF_PEOPLE, footprint_of
from clausework.trace.registers.lookup import footprint_key, read_head, release_key
from clausework.trace.registers.model import HEAD, VERSION, Head, KeptRecord, KeptRelease
from clausework.trace.registers.reviews import Review, review_pages, withdrawn
from clausework.trace.releases import releases
from clausework.trace.standing import Standing


class NotReleased(Defect):
    """Only what was released is kept: a build that still changes is folded."""


def keep_release(
    ledger: Ledger,
    registers: Registers,
    snapshot: Snapshot,
    version: str,
    folded: Sequence[Facts],
    standing: Standing | None = None,
) -> None:
    """Keep what ``folded`` says of each build of a version that was released, in the candidate's order.

    ``folded`` are facts of ``snapshot``, ``standing`` what people's word stands at there. Where another process moved
    the register on meanwhile, nothing is kept.
    Raises ``RegistersUnavailable``, ``NotReleased``.
    """
    head = _brought_to(ledger, registers, snapshot)
    released = _released(ledger, snapshot, version, standing)
    builds = {one.body.id: one for one in snapshot.records if isinstance(one.body, Build)}
    given = [_folded(ledger, snapshot, builds, facts) for facts in folded]

    def prepare() -> dict[bytes, bytes | None]:
        if read_head(registers.read) != head:
            return {}
        built = Built(head, registers.read)
        kept = KeptRelease(released.index, tuple(built.entry(one) for one, _ in given))
        marks = b"".join(footprint for _, footprint in given)
        values: dict[bytes, bytes | None] = {**built.values}
        for key, value in ((release_key(version), kept), (footprint_key(version), marks), (HEAD, built.head)):
            values[key] = seal(key, value)
        return values

    registers.change(prepare)


def rebuild(ledger: Ledger, registers: Registers, snapshot: Snapshot, *, at: str) -> tuple[str, ...]:
    """Drop the register and fold every release anew that stands; return the versions.

    Raises what ``keep_release`` raises.
    """
    registers.clear()
    standing = stand_at(snapshot, ledger)
    taken_back = withdrawals(standing.decisions)
    versions = tuple(
        dict.fromkeys(
            one.version for one in releases(snapshot.records, standing) if one.record.sha256 not in taken_back
        )
    )
    for version in versions:
        folded = fold_release(ledger, snapshot, version, at, standing)
        keep_release(ledger, registers, snapshot, version, folded, standing)
    return versions


def fold_release(
    ledger: Ledger, snapshot: Snapshot, version: str, at: str, standing: Standing | None = None
) -> list[Facts]:
    """Return the facts of each build of a released version, judged by the candidate's items."""
    released = _released(ledger, snapshot, version, standing)
    candidate = snapshot.records[released.body.candidate.index].body
    return [
        fold_facts(
            snapshot,
            ledger,
            build,
            at=at,
            version=version,
            item_baseline=candidate.item_baseline,
            plan=candidate.plan,
            beside=candidate.builds,
            standing=standing,
        )
        for build in candidate.builds
    ]


def _released(ledger: Ledger, snapshot: Snapshot, version: str, standing: Standing | None) -> Record:
    """Return the release that people signed: a record that the pipeline's key alone wrote before it is none."""
    released = signed_release(snapshot.records, version, standing or stand_at(snapshot, ledger))
    if released is None:
        raise NotReleased(f"Version {version} was not released.")
    return released


def _brought_to(ledger: Ledger, registers: Registers, snapshot: Snapshot) -> Head:
    """Bring the register to ``snapshot`` and return its head; one that is of no use is dropped first."""
    try:
        head = read_head(registers.read)
        if head is not None and _goes_on_in(head, ledger, snapshot):
            return _moved_on(ledger, registers, snapshot, head)
    except RegistersUnavailable:
        head = None
    registers.clear()
    return _moved_on(ledger, registers, snapshot, None)


def _goes_on_in(head: Head, ledger: Ledger, snapshot: Snapshot) -> bool:
    """Tell whether the register stands on a beginning of the log of ``snapshot``."""
    if not is_ours(head) or not 0 < head.size <= snapshot.checkpoint.size:
        return False
    root = base64.b64encode(root_of_frontier(head.frontier)).decode()
    return root == ledger.root_at(head.size)


def _moved_on(ledger: Ledger, registers: Registers, snapshot: Snapshot, head: Head | None) -> Head:
    before = head or Head(VERSION, software(), 0, ())
    new = snapshot.records[before.size :]
    if head is not None and not new:
        return head
    dropped: list[str] = []
    if head is not None:
        by_digest = {one.sha256: one for one in snapshot.records}
        marks = marks_of_all(ledger, new, by_digest.get)
        dropped = kept_versions(registers) if marks is None else touched(registers, marks)
    after = msgspec.structs.replace(before, size=snapshot.checkpoint.size, frontier=snapshot.frontier)
    values: dict[bytes, bytes | None] = {}
    if any(isinstance(one.body, WORDS_OF_PEOPLE) for one in new):
        built = Built(after, registers.read)
        standing = stand_at(snapshot, ledger)
        dropped = [*dropped, *(one.version for one in withdrawals(standing.decisions).values())]
        pages = review_pages(_reviews(standing, snapshot, ledger), built.items)
        if withdrawn(registers.read, before.reviews, pages):
            dropped = kept_versions(registers)
        values |= dict.fromkeys(set(before.reviews.values()) - set(pages.keys.values()))
        values |= {**built.values, **pages.values}
        after = msgspec.structs.replace(built.head, reviews=pages.keys)

    def prepare() -> dict[bytes, bytes | None]:
        change = moved(registers, head, after, dropped)
        return {**values, **change} if change else {}

    registers.change(prepare)
    return after


def _reviews(standing: Standing, snapshot: Snapshot, ledger: Ledger) -> list[Review]:
    """Return what the reviews of each text come to, those of whole sets among them."""
    judgements = [judgement(one) for one in standing.decisions if one.decision.form == "review"]
    verifying = verified_otherwise(judgements)
    newest = Reviews(standing, snapshot.records, ledger.read_blob).newest()
    outcomes = {text: one.decision.fields.get("outcome") for text, one in newest.items()}
    return [
        Review(item, sha256, tuple(verifying.get((item, sha256), ())), outcome == "accepted")
        for (item, sha256), outcome in sorted(outcomes.items())
    ]


def _folded(
    ledger: Ledger, snapshot: Snapshot, builds: dict[str, Record], facts: Facts
) -> tuple[FoldedBuild, bytes]:
    record = builds[facts.build.id]
    build: Build = record.body
    indexes = {index for one in facts.item_cases for index in one.records}
    behind = sorted((_place_of(snapshot.records[index], build), index) for index in indexes)
    folded = FoldedBuild(
        build=build.id,
        build_record=record.index,
        software_item=build.software_item,
        safety_class=facts.safety_class,
        items=facts.items,
        records=[KeptRecord(index, _run(snapshot.records[index], builds)) for _, index in behind],
        traced=traced_of(facts),
    )
    commits = read_commits(build, ledger.open_blob)
    return folded, footprint_of(snapshot.records, build, commits, facts.item_baseline)


def _place_of(record: Record, build: Build) -> tuple[bool, str, str]:
    """Return where a record stands among those of its release: in the same place from release to release."""
    origin, reading = origin_of(record), reading_of(record)
    return (
        origin is None or origin.build != build.id,
        origin.level if origin else "",
        reading.raw.name if reading else "",
    )


def _run(record: Record, builds: dict[str, Record]) -> str:
    origin = origin_of(record)
    of = builds.get(origin.build) if origin else None
    return f"{of.body.run.provider} {of.body.run.id}" if of else ""
