"""Whether a file that was recorded before has to be recorded anew: what came after it under its name took its place.

The same bytes under the same name are no new evidence (see ``idempotency_of``), as long as they are the newest. A
rejection stands in the way until a file is accepted under its name, and the newest bill of materials and the newest
analysis of a name count: without a record of its own, the right file would stay behind the wrong one whenever its
bytes are the same again.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.ledger.records import Body, Record
from clausework.ledger.records.evidence import Findings, Rejection, Sbom
from clausework.trace.readings import origin_of, reading_of


def replaced_by(records: Sequence[Record], index: int, body: Body) -> str:
    """Return the digest of the newest record behind ``index`` that took the place of ``body``; empty where none did.

    ``body`` is what would be recorded now, and ``index`` the record of the same bytes.
    """
    wanted = Record(index, "", records[index].subjects, records[index].kind, body)
    for record in reversed(records[index + 1 :]):
        if _place_of(record) == _place_of(wanted) and _raw_of(record) != _raw_of(wanted):
            kinds = {type(record.body), type(body)}
            newest_counts = kinds in ({Findings}, {Sbom})
            return record.sha256 if newest_counts or (Rejection in kinds and len(kinds) == 2) else ""
    return ""


def _place_of(record: Record) -> tuple[str, ...]:
    """Return what an evidence record is about, and the name under which its file came; nothing for other records."""
    origin, reading = origin_of(record), reading_of(record)
    if origin is None:
        return ()
    about = origin.build or ",".join(sorted(one.digest["sha256"] for one in record.subjects))
    name = record.body.name if isinstance(record.body, Rejection) else reading.raw.name if reading else ""
    return (origin.software_item, about, origin.level, name)


def _raw_of(record: Record) -> str:
    reading = reading_of(record)
    if isinstance(record.body, Rejection):
        return record.body.raw_sha256
    return reading.raw.sha256 if reading else ""
