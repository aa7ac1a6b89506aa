"""trace of an item in a release, from the registers: the answer of the fold in a fraction of its time."""

from __future__ import annotations

import msgspec

from clausework.actions.registers import Held, HeldBuild, Releases
from clausework.actions.traced import Traced, confirmations_of, proven_record, rows_of
from clausework.actions.workplace import Workplace
from clausework.ledger.records.build import Build
from clausework.reports.matrix_report import Filter, MatrixOf, filtered
from clausework.trace.matrix import Matrix
from clausework.trace.release_matrix import beside


class Wanted(msgspec.Struct, frozen=True):
    """What is asked: the item in the version, in those of its builds that the options name, as the filter leaves it."""

    version: str
    item: str
    build_id: str
    software_item: str
    chosen: Filter


def traced_from_registers(workplace: Workplace, wanted: Wanted) -> tuple[Traced, ...]:
    """Return the answer for each build of the release that has one; nothing where the release has to be folded."""
    releases = Releases(workplace.ledger, workplace.embedded.registers)
    held = releases.about(wanted.version, wanted.item)
    if held is None:
        return ()
    traced = []
    matrices = beside([one.matrix for one in held.builds])
    for one, whole in zip(held.builds, matrices, strict=True):
        build: Build = one.build.record.body
        if wanted.build_id in {"", build.id} and wanted.software_item in {"", build.software_item}:
            matrix = filtered(whole, wanted.chosen)
            if matrix != Matrix(()):
                traced.append(_traced(workplace, releases, held, one, wanted, matrix))
    return tuple(traced)


def _traced(
    workplace: Workplace, releases: Releases, held: Held, one: HeldBuild, wanted: Wanted, matrix: Matrix
) -> Traced:
    build: Build = one.build.record.body
    rows = rows_of(matrix, wanted.item)
    indexes = {index for row in rows for test in row.tests for index in test.records}
    indexes |= {index for row in rows for index in row.reviews} | {one.build.record.index}
    records = releases.records.read(indexes, held.checkpoint)
    confirmed = confirmations_of(workplace, build, rows, lambda index: records[index].record)
    of = MatrixOf(
        version=wanted.version,
        build=build.id,
        software_item=build.software_item,
        safety_class=one.safety_class,
        commit=build.commit,
        at=workplace.now(),
        checkpoint=f"{held.checkpoint.size} entries, root {held.checkpoint.root_base64}",
        matrix=matrix,
        findings=(),
    )
    proven = tuple(
        proven_record(found.record, one.runs.get(index, ""), found.proof)
        for index, found in sorted(records.items())
    )
    return Traced(of, proven, confirmed, held.checkpoint.note.decode())
