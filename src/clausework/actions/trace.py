"""trace: the matrix of a build or release, or one item with its tests, outcomes, runs, commit, digests and proof."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from clausework.actions.adoption_matters import refuse_declared
from clausework.actions.trace_held import Wanted, traced_from_registers
from clausework.actions.traced import (
    Confirmed,
    ProvenRecord,
    Traced,
    confirmations_of,
    proven_record,
    rows_of,
)
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.ledger.ledger import Snapshot
from clausework.ledger.ports import RegistersUnavailable
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate
from clausework.release.candidate import signed_release, signed_versions
from clausework.release.withdrawal import withdrawal_of
from clausework.reports.matrix_report import Filter, MatrixOf, filtered
from clausework.trace.builds import BuildUnknown, find_build
from clausework.trace.matrix import Matrix
from clausework.trace.readings import origin_of
from clausework.trace.release_matrix import beside

if TYPE_CHECKING:
    from clausework.gates.facts import Facts  # what answers from registers need not wait for it

EVERYTHING = Filter()


class ReleaseUnknown(UsageFault):
    """No such version was released."""

    hint = "'clausework status' lists the released versions."


class ItemNotTraced(UsageFault):
    """The item is not in the baseline of that build, or is of a type that has no row in the matrix."""

    hint = (
        "Name a requirement, risk control, unit or an item linked to one; 'clausework trace' alone shows all."
    )


def trace(
    workplace: Workplace,
    *,
    item: str | None = None,
    version: str | None = None,
    build_id: str | None = None,
    software_item: str | None = None,
    chosen: Filter = EVERYTHING,
) -> tuple[Traced, ...]:
    """Return the matrix of a release's builds, or of one build, as ``chosen`` leaves it; with ``item``, its proofs.

    With ``version``, ``build_id`` and ``software_item`` choose among the release's builds. Raises ``ReleaseUnknown``,
    ``ItemNotTraced``, ``BuildUnknown``. An item of a release is answered from the registers where they can, else
    folded and then kept in them; what the trace rules find about it is left to the matrix as a whole. A version
    that was withdrawn is folded each time, and marked.
    """
    if item is not None:
        chosen = msgspec.structs.replace(chosen, ids=(item,))
        if version is not None:
            wanted = Wanted(version, item, build_id or "", software_item or "", chosen)
            if held := traced_from_registers(workplace, wanted):
                return held
    from clausework.actions.current_build import current_build  # folding takes its time to import

    snapshot = workplace.snapshot()
    if version is None:
        candidate = None
        builds = of_release = [current_build(workplace, snapshot, build_id, software_item).body]
    else:
        candidate = candidate_of(workplace, snapshot, version)
        builds = _builds_of(snapshot, candidate, build_id, software_item)
        of_release = _builds_of(snapshot, candidate, None, None)
    withdrawn = withdrawn_text(workplace, snapshot, version) if version else ""
    folded = [_folded(workplace, snapshot, build, candidate) for build in of_release]
    traced = tuple(
        _trace_build(workplace, snapshot, build, facts, matrix, item, chosen, version or "", withdrawn)
        for build, facts, matrix in zip(of_release, folded, _matrices(folded), strict=True)
        if build in builds
    )
    known = [one for one in traced if one.of.matrix != Matrix(())]
    if item is not None and not known:
        filters_given = msgspec.structs.replace(chosen, ids=()) != EVERYTHING
        rows = "no row that the filters leave" if filters_given else "no row"
        raise ItemNotTraced(f"'{item}' has {rows} in the matrix of {version or builds[0].id[:12]}.")
    if item is not None and version is not None and not withdrawn:
        from clausework.actions.register_filling import keep_release

        with suppress(RegistersUnavailable):  # as on a copy that cannot be written: it is folded each time
            keep_release(
                *(workplace.ledger, workplace.embedded.registers, snapshot, version, folded),
                workplace.standing(snapshot),
            )
    return tuple(known) if item is not None else traced


def _matrices(folded: Sequence[Facts]) -> tuple[Matrix, ...]:
    from clausework.actions.matrix import matrix_of_build

    return beside([matrix_of_build(facts) for facts in folded])


def _folded(workplace: Workplace, snapshot: Snapshot, build: Build, candidate: Candidate | None) -> Facts:
    from clausework.gates.folding import fold_facts

    if candidate is None:
        return fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())
    return fold_facts(
        snapshot,
        workplace.ledger,
        build.id,
        at=workplace.now(),
        version=candidate.version,
        item_baseline=candidate.item_baseline,
        plan=candidate.plan,
        beside=candidate.builds,
    )


def withdrawn_text(workplace: Workplace, snapshot: Snapshot, version: str) -> str:
    """Return who withdrew ``version``, when and why; empty where nobody did."""
    standing = workplace.standing(snapshot)
    released = signed_release(snapshot.records, version, standing)
    taken_back = withdrawal_of(standing.decisions, released) if released else None
    return str(taken_back) if taken_back else ""


def candidate_of(workplace: Workplace, snapshot: Snapshot, version: str) -> Candidate:
    """Return the candidate that a version was released from; raises ``ReleaseUnknown``."""
    standing = workplace.standing(snapshot)
    released = signed_release(snapshot.records, version, standing)
    if released is None:
        refuse_declared(snapshot, version)
        known = signed_versions(snapshot.records, standing)
        raise ReleaseUnknown(f"Version {version} was not released; released: {known}.")
    candidate: Candidate = snapshot.records[released.body.candidate.index].body
    return candidate


def _builds_of(
    snapshot: Snapshot, candidate: Candidate, build_id: str | None, software_item: str | None
) -> list[Build]:
    """Return the builds of a released version, those alone that the options name."""
    by_id = {one.body.id: one.body for one in snapshot.records if isinstance(one.body, Build)}
    builds = [by_id[one] for one in candidate.builds]
    named = find_build(snapshot.records, build_id).body.id if build_id else ""
    found = [
        one for one in builds if named in {"", one.id} and software_item in {None, "", one.software_item}
    ]
    if not found:
        raise BuildUnknown(
            f"Version {candidate.version} has no such build.",
            hint=f"It consists of {', '.join(f'{one.software_item} (build {one.id[:12]})' for one in builds)}.",
        )
    return found


def _trace_build(
    workplace: Workplace,
    snapshot: Snapshot,
    build: Build,
    facts: Facts,
    whole: Matrix,
    item: str | None,
    chosen: Filter,
    version: str,
    withdrawn: str,
) -> Traced:
    from clausework.gates.trace_findings import findings_of

    checkpoint = workplace.ledger.checkpoint()
    matrix = filtered(whole, chosen)
    found = () if item is not None and version else findings_of(facts)
    findings = tuple(one for one in found if not chosen.ids or set(chosen.ids) & set(one.items))
    of = MatrixOf(
        version=version,
        build=build.id,
        software_item=build.software_item,
        safety_class=facts.safety_class,
        commit=build.commit,
        at=facts.at,
        checkpoint=f"{checkpoint.size} entries, root {checkpoint.root_base64}",
        matrix=matrix,
        findings=findings,
        withdrawn=withdrawn,
    )
    proven: tuple[ProvenRecord, ...] = ()
    confirmations: tuple[Confirmed, ...] = ()
    if item is not None:
        rows = rows_of(matrix, item)
        tests = [test for row in rows for test in row.tests]
        numbers = {number for test in tests for number in test.records}
        numbers |= {number for row in rows for number in row.reviews} | {facts.build.record}
        proven = tuple(
            proven_record(record, _run_of(snapshot, record), workplace.ledger.proof(record.index))
            for record in (snapshot.records[number] for number in sorted(numbers))
        )
        confirmations = confirmations_of(workplace, build, rows, snapshot.records.__getitem__)
    return Traced(of, proven, confirmations, checkpoint.note.decode())


def _run_of(snapshot: Snapshot, record: Record) -> str:
    origin = origin_of(record)
    for one in snapshot.records:
        if origin and isinstance(one.body, Build) and one.body.id == origin.build:
            return f"{one.body.run.provider} {one.body.run.id}"
    return ""
