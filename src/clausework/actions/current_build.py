"""Which build a call means, and what evidence of a build is about."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.evidence.build import build_id as identity_of
from clausework.evidence.environment import ci_run
from clausework.evidence.git import origin, revision
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record, Subject, subject
from clausework.ledger.records.build import Build
from clausework.plan.model import NotInPlan, SoftwareItem, software_item_of, software_items
from clausework.trace.builds import BuildUnknown, find_build

MOST_SUBJECTS = 50
"""Artefacts that each record about a build names one by one; more are named by one digest of them all."""


def current_item(workplace: Workplace, name: str | None) -> SoftwareItem:
    """Return the software item meant: the one named, a further repository's own, or the only one that is here."""
    own = workplace.site.further
    if own and name not in {None, "", own}:
        raise NotInPlan(
            f"This repository holds {own}, not {name}.", hint=f"Run it in the repository of {name}."
        )
    if name or own:
        return software_item_of(workplace.plan, name or own)
    items = [item for item in software_items(workplace.plan) if not item.repository]
    if len(items) == 1:
        return items[0]
    raise NotInPlan(
        f"The plan has {len(items)} software items: {', '.join(item.id for item in items)}.",
        hint="Say which with --software-item, or take all with --all-items where the command has it.",
    )


def current_build(
    workplace: Workplace, snapshot: Snapshot, build_id: str | None, software_item: str | None = None
) -> Record:
    """Return the build meant: the one named, else this CI run's own, else the newest of the checked-out commit.

    Raises ``BuildUnknown`` when there is none.
    """
    if build_id:
        return find_build(snapshot.records, build_id)
    item = current_item(workplace, software_item)
    commit = revision(workplace.root)
    found = builds_of(snapshot, item.id, commit)
    if not found:
        raise BuildUnknown(
            f"Commit {commit[:12]} has no build of '{item.id}'.", hint=_how_to_build(workplace, item)
        )
    run = ci_run(workplace.environ, workplace.clock)
    own = identity_of(origin(workplace.root), item.id, commit, run)
    return next((one for one in found if one.body.id == own), found[-1])


def _how_to_build(workplace: Workplace, item: SoftwareItem) -> str:
    if len(software_items(workplace.plan)) == 1:
        return "Run 'clausework build'."
    return (
        f"Run 'clausework build --software-item {item.id}'; if nothing of it changed, say --all-items or --build, which"
        " take it as it was built."
    )


def builds_of(snapshot: Snapshot, software_item: str, commit: str) -> list[Record]:
    """Return the builds of a software item at a commit, oldest first."""
    return [
        one
        for one in snapshot.records
        if isinstance(one.body, Build)
        and one.body.commit == commit
        and one.body.software_item == software_item
    ]


def build_subjects(build: Build, outputs: Sequence[str] = ()) -> tuple[Subject, ...]:
    """Return what evidence of a build is about: the build, its source tree, and the artefacts it had so far."""
    name = build.software_item
    digests = tuple(dict.fromkeys(outputs))
    if len(digests) > MOST_SUBJECTS:
        artefacts = [subject(f"artefacts/{name}", sha256_of(canonical_json(sorted(digests))))]
    else:
        artefacts = [subject(f"artefact/{name}", digest) for digest in digests]
    return (
        subject(f"build/{name}", build.id),
        subject(f"source-tree/{name}", build.source_tree),
        *artefacts,
    )
