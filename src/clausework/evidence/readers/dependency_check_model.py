"""What both forms of an OWASP Dependency-Check report share: components, vulnerabilities, the age of the data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from clausework.evidence.readers.vulnerability import Scan, Vulnerability, listed, moment, rated
from clausework.evidence.readers.vulnerability_purl import coordinates_of

TOOL = "dependency-check"

_OLD_DATE = "%d/%m/%Y %H:%M:%S"
_V2 = (
    ("AV", ("accessVector",)),
    ("AC", ("accessComplexity",)),
    ("Au", ("authenticationr", "authenticationr>", "authentication")),
    ("C", ("confidentialityImpact", "confidentialImpact")),
    ("I", ("integrityImpact",)),
    ("A", ("availabilityImpact",)),
)
_V3 = (
    ("AV", ("attackVector",)),
    ("AC", ("attackComplexity",)),
    ("PR", ("privilegesRequired",)),
    ("UI", ("userInteraction",)),
    ("S", ("scope",)),
    ("C", ("confidentialityImpact",)),
    ("I", ("integrityImpact",)),
    ("A", ("availabilityImpact",)),
)


class Dependency(msgspec.Struct, frozen=True):
    """A file that was looked at, and the package that it was found to be."""

    file_name: str
    file_path: str = ""
    purl: str = ""


class Known(msgspec.Struct, frozen=True):
    """A vulnerability of a file. ``v2``, ``v3`` and ``v4`` are the CVSS ratings' own members as texts."""

    name: str
    severity: str = ""
    score: str = ""
    v2: dict[str, str] = {}
    v3: dict[str, str] = {}
    v4: dict[str, str] = {}
    cwes: tuple[str, ...] = ()
    description: str = ""
    notes: str = ""
    suppressed: bool = False


def finding_of(dependency: Dependency, known: Known) -> Vulnerability:
    """Return ``known`` as a finding of ``dependency``."""
    kind, name, version = coordinates_of(dependency.purl) if dependency.purl else ("", "", "")
    vectors = listed([known.v4.get("vectorString"), _vector_of_3(known.v3), _vector(_V2, known.v2)])
    word = known.severity or next(
        (one for one in (known.v4.get("baseSeverity"), _word(known.v3), known.v2.get("severity")) if one), ""
    )
    scores = (known.v4.get("baseScore"), known.v3.get("baseScore"), known.v2.get("score"), known.score)
    severity, said = rated(word, scores, vectors)
    return Vulnerability(
        id=known.name,
        component=name or dependency.file_name,
        version=version,
        ecosystem=kind,
        purl=dependency.purl,
        path=dependency.file_path,
        place=name or dependency.file_name,
        message=known.description,
        ids=listed([known.name, *(cwe.split(" ")[0] for cwe in known.cwes)]),
        cvss=vectors,
        severity=severity,
        source_severity=said or word,
        suppressed=known.suppressed,
        suppression=(known.notes or "suppressed by a rule") if known.suppressed else "",
    )


def _word(rating: Mapping[str, str]) -> str:
    return rating.get("baseSeverity") or rating.get("baseSeverity>", "")


def _vector_of_3(rating: Mapping[str, str]) -> str:
    metrics = _vector(_V3, rating)
    return f"CVSS:{rating.get('version') or '3.1'}/{metrics}" if metrics else ""


def _vector(metrics: tuple[tuple[str, tuple[str, ...]], ...], rating: Mapping[str, str]) -> str:
    """Return the vector that a rating's words make; each is written by its first letter. Empty where one is missing."""
    parts = []
    for short, names in metrics:
        word = next((rating[name] for name in names if rating.get(name)), "")
        if not word:
            return ""
        parts.append(f"{short}:{word[0].upper()}")
    return "/".join(parts)


class DataSources:
    """The sources of advisories that a report names; the age of its data is that of the oldest."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._oldest = ""
        self._unknown = False

    def add(self, name: str, said: str) -> None:
        """Take the time of the source ``name``; that of the check for a newer program is none of data."""
        if name.lower().startswith("versioncheck"):
            return
        at = _moment(said)
        if not at:
            self._unknown = self._unknown or name.upper().startswith("NVD")
            self._scan.remarks.add("the date of a source of advisories is no date", f"{name}: {said}"[:200])
        elif not self._oldest or at < self._oldest:
            self._oldest = at

    def close(self) -> None:
        """Tell the scan what the sources come to."""
        self._scan.database_at = "" if self._unknown else self._oldest


def _moment(said: str) -> str:
    try:
        return moment(datetime.strptime(said.strip(), _OLD_DATE).isoformat())  # noqa: DTZ007 - moment() adds the zone
    except ValueError:
        return moment(said)
