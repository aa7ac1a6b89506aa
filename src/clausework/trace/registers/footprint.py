"""Which later records change what a register says of a release: those about its footprint, and no others.

The footprint of a build is what evidence can name to be about it (see ``evidence_of``): the builds whose evidence or
whose reds count for it, its source tree, its artefacts, and the commits of its range. Hashes of 64 bits stand for
them: where two are taken for one, an entry is made again without need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import BinaryIO

from clausework.evidence.detail import ChangeReview, read_detail
from clausework.evidence.history import Commit
from clausework.ledger.records import Record
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.decisions import Approval, Decision
from clausework.ledger.records.evidence import ChangeReviews, Coverage, Reread, TestResult
from clausework.ledger.records.root import KeyRevoked
from clausework.trace.builds import equals_of, known_builds
from clausework.trace.item_history import baselines_with_evidence
from clausework.trace.readings import origin_of

_WIDTH = 8
NO_BUILD = "no build"

WORDS_OF_PEOPLE = (Decision, Approval, KeyRevoked, AccountClosed)
"""Kinds of record after which what people said stands anew: their reviews are worked out again from the whole log."""


def footprint_of(records: Sequence[Record], build: Build, commits: Iterable[Commit], baseline: str) -> bytes:
    """Return the footprint of ``build``, whose range holds ``commits``, judged by the items of ``baseline``."""
    known = known_builds(records, build.software_item)
    this = next(one for one in known if one.build.id == build.id)
    counting = equals_of(this, known) | {
        one.build.id for one in known if one.build.source_tree == build.source_tree
    }
    marks = {f"build {one}" for one in counting}
    marks.add(_tree(build.software_item, build.source_tree))
    marks.update(f"digest {one}" for one in (build.id, *this.artefacts))
    marks.update(f"commit {one.id}" for one in commits)
    marks.add(f"baseline {baseline}")
    marks.update(_untested(records, baseline))
    return b"".join(sorted(map(_mark, marks)))


def _untested(records: Sequence[Record], baseline: str) -> Iterator[str]:
    """Yield marks of evidence that would be the first about other items than ``baseline``: it makes links suspect."""
    tested = baselines_with_evidence(records)
    others = (
        {one.body.baseline for one in records if isinstance(one.body, ItemBaseline)} - tested - {baseline}
    )
    if others:
        yield NO_BUILD
    for one in records:
        if isinstance(one.body, Build) and one.body.item_baseline in others:
            yield f"build {one.body.id}"


def touches(marks: Iterable[str], footprint: bytes) -> bool:
    """Tell whether a record with ``marks`` may be about what the footprint stands for."""
    held = {footprint[start : start + _WIDTH] for start in range(0, len(footprint), _WIDTH)}
    return any(_mark(one) in held for one in marks)


def marks_of(
    record: Record, earlier: Callable[[str], Record | None], open_blob: Callable[[str], BinaryIO]
) -> frozenset[str] | None:
    """Return what ``record`` names that a footprint may hold; ``None`` where it may change everything.

    ``earlier`` returns a record by the digest of its Statement. Kinds that no row rests on name nothing.
    """
    body = record.body
    if isinstance(body, KeyRevoked):
        return None
    if isinstance(body, TestResult | Coverage):
        return _marks_of_evidence(record) | {NO_BUILD}
    if isinstance(body, Build):
        return frozenset({f"build {body.id}", _tree(body.software_item, body.source_tree)})
    if isinstance(body, BuildOutputs):
        artefacts = {f"digest {output.artefact.sha256}" for output in body.outputs}
        return frozenset({f"build {body.build}"} | artefacts)
    if isinstance(body, ItemBaseline):
        return frozenset({f"baseline {body.baseline}"})
    if isinstance(body, ChangeReviews):
        return _marks_of_reviews(body, open_blob)
    if isinstance(body, Reread):
        return _of_earlier(body.replaces.sha256, earlier, open_blob)
    if isinstance(body, Approval):
        signed = earlier(body.intent.signed)
        return None if signed is None else _of_decision(signed, earlier, open_blob)
    return _of_decision(record, earlier, open_blob)


def _of_decision(
    record: Record, earlier: Callable[[str], Record | None], open_blob: Callable[[str], BinaryIO]
) -> frozenset[str] | None:
    body = record.body
    if isinstance(body, Decision) and body.form == "supersede":
        return _of_earlier(body.matter.sha256, earlier, open_blob)
    if isinstance(body, Decision) and body.matter.kind == "test_protocol":
        return None  # what people ran by it counts or not, whatever it was run on
    if isinstance(body, TestResult):
        return _marks_of_evidence(record)  # its tester signed it: from now on it counts
    return frozenset()


def _of_earlier(
    digest: str, earlier: Callable[[str], Record | None], open_blob: Callable[[str], BinaryIO]
) -> frozenset[str] | None:
    found = earlier(digest)
    if found is None:
        return None
    return _marks_of_evidence(found) | (
        _marks_of_reviews(found.body, open_blob) if isinstance(found.body, ChangeReviews) else frozenset()
    )


def _marks_of_evidence(record: Record) -> frozenset[str]:
    marks = {f"digest {one.digest.get('sha256', '')}" for one in record.subjects}
    origin = origin_of(record)
    if origin is not None:
        marks |= {f"build {origin.build}", _tree(origin.software_item, origin.source_tree)}
    return frozenset(marks)


def _marks_of_reviews(body: ChangeReviews, open_blob: Callable[[str], BinaryIO]) -> frozenset[str]:
    with open_blob(body.reading.detail.sha256) as stream:
        return frozenset(
            f"commit {commit}"
            for review in read_detail(stream, ChangeReview)
            for commit in (*review.commits, review.merge_commit, review.head_commit)
        )


def _tree(software_item: str, source_tree: str) -> str:
    return f"tree {software_item} {source_tree}"


def _mark(text: str) -> bytes:
    return sha256(text.encode()).digest()[:_WIDTH]
