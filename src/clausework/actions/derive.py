"""derive: records that an artefact was made of a released one, and what was checked of it (clause 5.8.8).

What a store, a signing service or a packager makes has a digest of its own. It is admitted through this record, once a
person who did not make it has approved the check.
"""

from __future__ import annotations

import hashlib
import mimetypes
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from clausework.actions.given_artefact import given_artefact, keep_contents
from clausework.actions.given_files import (
    FileChanged,
    keep_file,
    keep_given,
    open_given,
    written_name,
)
from clausework.actions.given_texts import fit_check
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import Refused, UsageFault
from clausework.core.identities import parse_email
from clausework.evidence.derived_files import compare_resigned, find_packaged
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.delivery import Comparison, Derivation, DerivationKind
from clausework.ledger.records.release import Release
from clausework.ledger.records.values import Descriptor
from clausework.release.adoption import DECLARED, adopted_with
from clausework.release.derivation import Way, ways_back
from clausework.release.withdrawal import withdrawals, withdrawn_derivations
from clausework.trace.releases import release_fault
from clausework.trace.standing import StandingDecision

KINDS: tuple[DerivationKind, ...] = ("resigned", "encrypted", "store_processed", "packaged", "other")
PIPELINE = "pipeline"
_CHUNK = 1 << 20


class NotDerived(UsageFault):
    """What is said to be derived is its source, or its source was made of it."""

    hint = "Name the released artefact with --from, and with --to the file that was made of it."


class SourceNotReleased(Refused):
    """What something was derived from is no artefact of a signed release that stands."""

    hint = (
        "Derive from an artefact that the index of a signed release names; 'clausework where --digest' tells."
    )


class DerivationWithdrawn(Refused):
    """A derived artefact that was withdrawn is not recorded again, and nothing is derived from it."""

    hint = "Derive from the released artefact itself; a withdrawal is not undone."


class ContentsDiffer(Refused):
    """A file that is said to be signed anew holds something else than its source."""

    hint = "Sign the released artefact itself; what has other contents is another build and goes through the gates."


class Derived(msgspec.Struct, frozen=True):
    """A derivation's record: what was made of what, what was checked, and that it waits for an approval."""

    derivation: Derivation
    index: int
    existed: bool
    versions: tuple[str, ...]
    approve: str


class Given(msgspec.Struct, frozen=True):
    """What a person says of a derivation; ``source`` is a file or a digest, ``operator`` who made it (an address)."""

    source: Path | str
    derived: Path
    kind: DerivationKind
    check: str
    evidence: Path | None = None
    operator: str = ""


def derive(workplace: Workplace, given: Given) -> Derived:
    """Record that ``given.derived`` was made of a released artefact; both files are kept or were.

    What a program can compare it compares (see ``evidence.derived_files``). Raises ``NotDerived``,
    ``SourceNotReleased``, ``DerivationWithdrawn``, ``ContentsDiffer``, ``ArchiveUnreadable``, ``FileUnreadable``,
    ``TextUnfit``.
    """
    check = fit_check(given.check)
    operator = parse_email(given.operator) if given.operator else PIPELINE
    source = given.source if isinstance(given.source, str) else given_artefact(given.source).sha256
    derived, is_file = _described(workplace, given.derived)
    versions = _refuse_unfit(workplace, workplace.snapshot(), source, derived.sha256)
    comparison = _compared(workplace, given, source, derived) if is_file else None
    contents = keep_contents(workplace.ledger, given.derived, derived)
    if contents is None:
        keep_given(workplace.ledger, given.derived, derived)
    body = Derivation(
        made=workplace.made(operator),
        source=source,
        derived=derived,
        kind=given.kind,
        check=check,
        operator=operator,
        comparison=comparison,
        evidence=_evidence(workplace, given.evidence),
        contents=contents,
    )
    about = (subject(f"derived/{derived.name}", derived.sha256), subject("source", source))
    draft = Draft(about, body, _identity(body))

    def decide(snapshot: Snapshot) -> list[Draft]:
        _refuse_unfit(workplace, snapshot, source, derived.sha256)
        return [draft]

    receipt = workplace.ledger.append_if(decide)[0]
    return Derived(
        body,
        receipt.index,
        receipt.existed,
        versions,
        f"clausework decide approve derivation/{receipt.index} --rationale TEXT",
    )


def _identity(body: Derivation) -> str:
    said = [body.source, body.derived.sha256, body.kind, body.check, body.operator]
    return sha256_of(canonical_json(["derivation", *said, body.evidence.sha256 if body.evidence else ""]))


def _described(workplace: Workplace, path: Path) -> tuple[Descriptor, bool]:
    """Return what was made, and whether it is a plain file."""
    found = given_artefact(path)
    name = written_name(path, workplace.root)
    return Descriptor(name, found.sha256, found.size, found.media_type), found.kind == "file"


def _evidence(workplace: Workplace, path: Path | None) -> Descriptor | None:
    if path is None:
        return None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return keep_file(workplace.ledger, path, written_name(path, workplace.root), media_type)


def _refuse_unfit(workplace: Workplace, snapshot: Snapshot, source: str, derived: str) -> tuple[str, ...]:
    """Return the released versions that name the source, or what it was derived from itself."""
    if source == derived:
        raise NotDerived(f"{derived} is the source itself: nothing was derived.")
    decisions = workplace.standing(snapshot).decisions
    ways = ways_back(snapshot.records, source, decisions)
    if any(way.origin == derived for way in ways):
        raise NotDerived(f"{source} was itself derived from {derived}: a circle has no source.")
    _refuse_withdrawn(decisions, derived, ways)
    taken_back = withdrawals(decisions)
    origins = {way.origin for way in ways if not way.withdrawn}
    named: list[Record] = [
        one for one in snapshot.records if isinstance(one.body, Release) and origins & set(one.body.artefacts)
    ]
    standing = [
        one for one in named if not release_fault(snapshot.records, one) and one.sha256 not in taken_back
    ]
    if standing:
        return tuple(one.body.version for one in standing)
    told = "; ".join(
        f"release {one.body.version} was {taken_back[one.sha256]}"
        for one in named
        if one.sha256 in taken_back
    )
    for adopted in adopted_with(snapshot.records, decisions, source):
        raise SourceNotReleased(
            f"{source} is of version {adopted.body.version}, which was adopted (#{adopted.record.index}): {DECLARED}.",
            hint="What was on the market before is adopted itself, each file of it; what is made now is released.",
        )
    raise SourceNotReleased(
        f"No signed release that stands names the source {source}{': ' + told if told else ''}."
    )


def _refuse_withdrawn(decisions: Sequence[StandingDecision], derived: str, ways: Sequence[Way]) -> None:
    """Raise ``DerivationWithdrawn`` for an artefact that was withdrawn, or a source that leads back by such alone."""
    taken_back = withdrawn_derivations(decisions)
    if derived in taken_back:
        raise DerivationWithdrawn(f"The derived artefact {derived} was {taken_back[derived]}.")
    source = ways[0].origin
    if source in taken_back:
        raise DerivationWithdrawn(f"The source {source} was {taken_back[source]}.")


def _compared(workplace: Workplace, given: Given, source: str, derived: Descriptor) -> Comparison | None:
    with open_given(given.derived) as stream, _copied(stream, derived.sha256, given.derived) as made:
        if given.kind == "packaged":
            return find_packaged(source, made)
        with _source(workplace, given.source, source) as held:
            comparison = compare_resigned(held, made) if held else None
    if comparison and comparison.outcome == "different" and given.kind == "resigned":
        more = comparison.difference_count - len(comparison.differences[:5])
        raise ContentsDiffer(
            f"'{given.derived}' is not its source signed anew: {'; '.join(comparison.differences[:5])}"
            f"{f'; and {more} more' if more > 0 else ''}."
        )
    return comparison


@contextmanager
def _source(workplace: Workplace, given: Path | str, sha256: str) -> Iterator[BinaryIO | None]:
    """Open the source: what the ledger keeps of it, else the file that was given."""
    if workplace.ledger.blobs.holds(sha256):
        with workplace.ledger.open_blob(sha256) as stream, _copied(stream, sha256, sha256) as copy:
            yield copy
    elif isinstance(given, Path):
        with open_given(given) as stream, _copied(stream, sha256, given) as copy:
            yield copy
    else:
        yield None


@contextmanager
def _copied(stream: BinaryIO, sha256: str, name: Path | str) -> Iterator[BinaryIO]:
    """Open a copy of ``stream`` that can be read in any order; raises ``FileChanged`` where it is not ``sha256``."""
    hasher = hashlib.sha256()
    with tempfile.TemporaryFile() as copy:
        while chunk := stream.read(_CHUNK):
            hasher.update(chunk)
            copy.write(chunk)
        if hasher.hexdigest() != sha256:
            raise FileChanged(f"'{name}' changed while it was read.")
        copy.seek(0)
        yield copy
