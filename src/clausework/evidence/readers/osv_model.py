"""The parts of an OSV record that are read, as the OSV schema names them, and what they say of one package."""

from __future__ import annotations

from typing import Any

import msgspec

from clausework.evidence.detail import Severity
from clausework.evidence.readers.vulnerability import listed, rated


class OsvSeverity(msgspec.Struct, frozen=True):
    """A rating: a CVSS vector, or a distribution's word."""

    type: str | None = None
    score: str | float | None = None


class OsvEvent(msgspec.Struct, frozen=True):
    """A version at which a range of affected ones begins or ends."""

    fixed: str | None = None


class OsvRange(msgspec.Struct, frozen=True):
    """A range of affected versions."""

    type: str | None = None
    events: tuple[OsvEvent, ...] | None = None


class OsvPackage(msgspec.Struct, frozen=True):
    """The package that a part of a record is about."""

    ecosystem: str | None = None
    name: str | None = None
    purl: str | None = None


class OsvAffected(msgspec.Struct, frozen=True):
    """What a record says of one package."""

    package: OsvPackage | None = None
    ranges: tuple[OsvRange, ...] | None = None
    severity: tuple[OsvSeverity, ...] | None = None


class OsvRecord(msgspec.Struct, frozen=True):
    """A vulnerability. ``severity`` is a list by the schema; some write a bare word."""

    id: str
    aliases: tuple[str, ...] | None = None
    summary: str | None = None
    details: str | None = None
    severity: tuple[OsvSeverity, ...] | str | None = None
    affected: tuple[OsvAffected, ...] | None = None
    database_specific: dict[str, Any] | None = None


def vectors_of(record: OsvRecord, package: str) -> tuple[str, ...]:
    """Return the CVSS vectors of ``record`` as a whole and for ``package``."""
    return listed(str(one.score) for one in _ratings(record, package) if _is_vector(one))


def severity_of(record: OsvRecord, package: str, score: str = "") -> tuple[Severity | None, str]:
    """Return what severity ``record`` gives: by its CVSS vectors, else a ``score`` told beside it, else by a word."""
    severity, said = rated(vectors=vectors_of(record, package))
    if severity is None:
        severity, said = rated(scores=(score,))
    if severity is None:
        words = [str(one.score) for one in _ratings(record, package) if not _is_vector(one) and one.score]
        words += [record.severity] if isinstance(record.severity, str) else []
        own = (record.database_specific or {}).get("severity")
        words += [own] if isinstance(own, str) else []
        severity, said = next((found for word in words if (found := rated(word))[0]), (None, " ".join(words)))
    return severity, said


def identifiers_of(record: OsvRecord) -> tuple[str, ...]:
    """Return the record's own ID, its aliases and its CWE numbers."""
    weaknesses = (record.database_specific or {}).get("cwe_ids")
    numbers = [one for one in weaknesses if isinstance(one, str)] if isinstance(weaknesses, list) else []
    return listed([record.id, *(record.aliases or ()), *numbers])


def mended_in(record: OsvRecord, package: str) -> tuple[str, ...]:
    """Return the versions of ``package`` that mend it."""
    return listed(
        event.fixed
        for affected in record.affected or ()
        if affected.package is None or not package or affected.package.name == package
        for spread in affected.ranges or ()
        if spread.type != "GIT"
        for event in spread.events or ()
    )


def _ratings(record: OsvRecord, package: str) -> list[OsvSeverity]:
    own = list(record.severity) if isinstance(record.severity, tuple) else []
    for affected in record.affected or ():
        if affected.package is not None and affected.package.name == package:
            own += affected.severity or ()
    return own


def _is_vector(rating: OsvSeverity) -> bool:
    return isinstance(rating.score, str) and (rating.type or "").upper().startswith("CVSS")
