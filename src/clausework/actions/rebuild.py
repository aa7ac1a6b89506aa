"""rebuild: builds the commit again from clean and compares the digests (clause 5.8.5)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.evidence.rebuild import rebuild
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, Rebuild
from clausework.plan.load import load_plan
from clausework.plan.model import arguments_of, software_item_of
from clausework.trace.builds import outputs_of


class NoBuildCommand(UsageFault):
    """The plan does not say how the software item is built."""

    hint = "Add 'build: {command: ..., outputs: [...]}' to the software item in clausework.yaml."


class Rebuilt(msgspec.Struct, frozen=True):
    """A rebuild's record."""

    body: Rebuild
    index: int


def rebuild_build(
    workplace: Workplace, *, build_id: str | None = None, software_item: str | None = None
) -> Rebuilt:
    """Build the current build's commit again in a scratch place, by the plan's command, and record how it compares.

    The plan that the build was made under says how. A rebuild that comes out like the newest one is no new record.
    Raises ``NoBuildCommand``, ``NothingToCompare``.
    """
    snapshot = workplace.snapshot()
    build: Build = current_build(workplace, snapshot, build_id, software_item).body
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    rules = software_item_of(plan, build.software_item).build
    if rules is None:
        raise NoBuildCommand(f"The plan has no build command for '{build.software_item}'.")
    first = {one.artefact.name: one.artefact.sha256 for one in outputs_of(snapshot.records, build.id)}
    command = arguments_of(rules.command)
    with tempfile.TemporaryDirectory() as scratch:
        result = rebuild(
            workplace.root, build.commit, command, rules.outputs, first, Path(scratch) / "rebuild"
        )
    body = Rebuild(
        made=workplace.made(),
        build=build.id,
        software_item=build.software_item,
        outcome=result.outcome,
        outputs=result.outputs,
        command=command,
        log=workplace.ledger.put_blob(result.log, "rebuild.log", "text/plain"),
    )
    return _record(workplace, body, Draft(build_subjects(build, sorted(first.values())), body))


def _record(workplace: Workplace, body: Rebuild, draft: Draft) -> Rebuilt:
    """Append the rebuild, unless the build's newest one came out the same: then that one stands."""
    known: list[Rebuilt] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        newest = newest_rebuild(snapshot, body.build)
        if newest is None or _result(newest.body) != _result(body):
            return [draft]
        known.append(Rebuilt(newest.body, newest.index))
        return []

    receipts = workplace.ledger.append_if(decide)
    return known[0] if known else Rebuilt(body, receipts[0].index)


def newest_rebuild(snapshot: Snapshot, build_id: str) -> Record | None:
    """Return the record of the build's newest rebuild."""
    for record in reversed(snapshot.records):
        if isinstance(record.body, Rebuild) and record.body.build == build_id:
            return record
    return None


def _result(body: Rebuild) -> tuple[object, ...]:
    return body.outcome, body.outputs, body.command
