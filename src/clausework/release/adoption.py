"""Adopted releases: on the market before the tool was used, declared with a gap analysis, never verified (clause 4.4).

An adoption counts once people have signed it, and only as long as nothing recorded here contradicts it: what was built
here goes through the release gate, whatever anybody declares about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from clausework.core.clock import parse_timestamp
from clausework.ledger.records import Record
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.release import Release
from clausework.ledger.records.root import Root
from clausework.release.withdrawal import withdrawal_of

if TYPE_CHECKING:
    from clausework.trace.standing import StandingDecision

FORM = "adopt"
KIND = "adoption"
DECLARED = "declared, not verified by this tool"
"""What is said of an adopted release wherever one is shown."""


class AdoptedRelease(msgspec.Struct, frozen=True):
    """An adoption as it stands: its record, who approved it, and why it does not count (empty: it does).

    ``since`` is the index of the signature that gave it effect, -1 where none did. ``withdrawn`` says who withdrew the
    version since, when and why.
    """

    record: Record
    body: Adoption
    approved_by: tuple[str, ...]
    since: int
    fault: str
    withdrawn: str = ""

    @property
    def counts(self) -> bool:
        """Whether the version is adopted; a withdrawn one stays so, and is admitted nowhere."""
        return not self.fault


def adopted_releases(
    records: Sequence[Record], decisions: Sequence[StandingDecision]
) -> tuple[AdoptedRelease, ...]:
    """Return every adoption in log order, with why it does not count where it does not."""
    found = [_adopted(records, decisions, record) for record in records if isinstance(record.body, Adoption)]
    first: dict[str, int] = {}
    for one in sorted((one for one in found if one.counts), key=lambda one: one.since):
        first.setdefault(one.body.version, one.record.index)
    return tuple(
        msgspec.structs.replace(one, fault=f"version {one.body.version} was adopted before")
        if one.counts and first[one.body.version] != one.record.index
        else one
        for one in found
    )


def adopted_release(
    records: Sequence[Record], decisions: Sequence[StandingDecision], version: str
) -> AdoptedRelease | None:
    """Return the adoption of ``version`` that counts; ``None`` where there is none."""
    return next(
        (one for one in adopted_releases(records, decisions) if one.counts and one.body.version == version),
        None,
    )


def adopted_by(
    records: Sequence[Record], decisions: Sequence[StandingDecision], released: Record | None
) -> tuple[AdoptedRelease, ...]:
    """Return the adoptions that count, or those that did when ``released`` was recorded."""
    return tuple(
        one
        for one in adopted_releases(records, decisions)
        if one.counts and (released is None or one.since < released.index)
    )


def adopted_versions(
    records: Sequence[Record], decisions: Sequence[StandingDecision], released: Record | None
) -> tuple[str, ...]:
    """Return the versions that adoptions have taken, or had when ``released`` was recorded."""
    return tuple(one.body.version for one in adopted_by(records, decisions, released))


def adopted_texts(records: Sequence[Record], decisions: Sequence[StandingDecision]) -> tuple[str, ...]:
    """Return the adopted releases as an index tells them: version, record, and that they were declared alone."""
    return tuple(
        f"{one.body.version} #{one.record.index}: " + "; ".join(filter(None, (DECLARED, one.withdrawn)))
        for one in adopted_by(records, decisions, None)
    )


def adopted_with(
    records: Sequence[Record], decisions: Sequence[StandingDecision], sha256: str
) -> tuple[AdoptedRelease, ...]:
    """Return the adoptions that name the artefact of digest ``sha256``, those that do not count last."""
    named = [
        one
        for one in adopted_releases(records, decisions)
        if any(artefact.sha256 == sha256 for artefact in one.body.artefacts)
    ]
    return tuple(sorted(named, key=lambda one: (not one.counts, bool(one.withdrawn), -one.record.index)))


def declared_version(records: Iterable[Record], version: str) -> Record | None:
    """Return the newest declaration of ``version``, signed or not; ``None`` where nobody declared it."""
    found = [one for one in records if isinstance(one.body, Adoption) and one.body.version == version]
    return found[-1] if found else None


def adopted_commits(
    records: Sequence[Record], decisions: Sequence[StandingDecision], software_item: str, line: str
) -> Iterator[str]:
    """Yield the commits of the adopted releases of a release line that had the software item, newest first."""
    for one in reversed(adopted_releases(records, decisions)):
        if one.counts and one.body.line == line and software_item in one.body.software_items:
            yield one.body.commit


def contradiction(records: Sequence[Record], body: Adoption, before: int) -> str:
    """Return what the records say against an adoption that stands at the index ``before``; empty where nothing does."""
    root = next((one.body for one in records if isinstance(one.body, Root)), None)
    if root is not None and parse_timestamp(body.committed_at) >= parse_timestamp(root.made.at):
        return (
            f"commit {body.commit[:12]} is from {body.committed_at}, after this ledger was established:"
            " what is made since goes through the release gate"
        )
    if any(
        isinstance(one.body, Release) and one.body.version == body.version
        for one in records[: max(before, 0)]
    ):
        return f"version {body.version} was released here"
    named = {one.sha256 for one in body.artefacts}
    commits = {one.body.id: one.body.commit for one in records if isinstance(one.body, Build)}
    for record in records:
        if not isinstance(record.body, BuildOutputs):
            continue
        made = named & {output.artefact.sha256 for output in record.body.outputs}
        if made and (record.index < before or commits.get(record.body.build) != body.commit):
            return (
                f"build {record.body.build[:12]} (#{record.index}) made the artefact {min(made)} here:"
                " it goes through the release gate"
            )
    return ""


def _adopted(
    records: Sequence[Record], decisions: Sequence[StandingDecision], record: Record
) -> AdoptedRelease:
    body: Adoption = record.body
    own = [
        one
        for one in decisions
        if (one.form.name, one.decision.matter.kind, one.decision.matter.id, one.decision.matter.sha256)
        == (FORM, KIND, body.version, record.sha256)
    ]
    effective = next((one for one in own if one.effective), None)
    if effective is None:
        waits = "; ".join(str(one) for one in own[-1].missing) if own else "a decision: clausework adopt"
        return AdoptedRelease(record, body, (), -1, f"it waits for {waits}")
    names = tuple(
        f"{one.name} ({one.role.replace('_', ' ')}), {one.at}: {one.meaning}" for one in effective.given
    )
    withdrawn = withdrawal_of(decisions, record)
    return AdoptedRelease(
        record,
        body,
        names,
        effective.since,
        contradiction(records, body, record.index),
        str(withdrawn) if withdrawn else "",
    )
