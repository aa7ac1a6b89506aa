"""The clause catalogues as versioned data: what each standard asks, in own words, and of which safety class.

One JSON file per standard stands in ``data``. A new edition is a new file, so that a verdict given under the
old one stays readable.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Literal

import msgspec

from clausework.core.errors import Defect, UsageFault

SafetyClass = Literal["A", "B", "C"]
"""The software safety class of EN 62304 clause 4.3; never the device class of the MDR."""

SAFETY_CLASSES: tuple[SafetyClass, ...] = ("A", "B", "C")

EvidenceKind = Literal[
    "PL", "BM", "SB", "CB", "UT", "IT", "ST", "CV", "SA", "SS", "RV", "TM", "RF", "PR", "AL", "CR", "RR",
    "SG", "DP", "AR", "FB",
]  # fmt: skip

EVIDENCE_KINDS: dict[EvidenceKind, str] = {
    "PL": "plan",
    "BM": "build manifest",
    "SB": "software bill of materials",
    "CB": "configuration baseline",
    "UT": "unit test record",
    "IT": "integration test record",
    "ST": "system test record",
    "CV": "coverage",
    "SA": "static analysis",
    "SS": "security scan",
    "RV": "review",
    "TM": "trace matrix",
    "RF": "risk file",
    "PR": "problem report",
    "AL": "anomaly list",
    "CR": "change record",
    "RR": "release record",
    "SG": "signature",
    "DP": "deployment",
    "AR": "archive",
    "FB": "feedback",
}

_FILES = (
    "en_62304_2006_a1_2015",
    "en_iec_81001_5_1_2022",
    "iso_14971_2019",
    "iso_13485_2016",
    "iec_62366_1_2015",
    "mdr_2017_745",
    "cfr_21",
)


class CatalogueDamaged(Defect):
    """A catalogue that ships with Clausework cannot be read."""

    hint = "Install Clausework again: a file of its own is damaged."


class UnknownSafetyClass(UsageFault):
    """A text that should be a software safety class is not one."""

    hint = "The software safety classes of EN 62304 are A, B and C; an unassigned one means C."


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clause: number, own-words title, safety classes that it applies to, evidence, standard as cited.

    ``checked`` is false where the number was not compared with a copy of the text.
    """

    number: str
    title: str
    classes: tuple[SafetyClass, ...]
    evidence: tuple[EvidenceKind, ...]
    checked: bool = True
    standard: str = ""

    @property
    def citation(self) -> str:
        """The clause as a report cites it, such as ``EN 62304 5.8.1``."""
        return f"{self.standard} {self.number}"


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clauses of one edition of a standard, and what is known of the standard's standing.

    ``names`` are further ways to write the standard in a plan. ``complete`` is false where only the clauses
    that pipeline evidence serves are listed.
    """

    standard: str
    title: str
    cited_as: str
    names: tuple[str, ...]
    catalogue_version: str
    catalogue_date: str
    status: str
    note: str
    complete: bool
    clauses: tuple[Clause, ...]


@functools.cache
def catalogues() -> tuple[Catalogue, ...]:
    """Return every catalogue, EN 62304 first; raises ``CatalogueDamaged``."""
    return tuple(_load(name) for name in _FILES)


def parse_safety_class(text: str) -> SafetyClass:
    """Return ``text`` as a safety class; raises ``UnknownSafetyClass``."""
    for known in SAFETY_CLASSES:
        if text == known:
            return known
    raise UnknownSafetyClass(f"'{text}' is not a software safety class.")


def _load(name: str) -> Catalogue:
    data = files(__package__).joinpath("data", f"{name}.json").read_bytes()
    try:
        catalogue = msgspec.json.decode(data, type=Catalogue)
    except msgspec.DecodeError as error:
        raise CatalogueDamaged(f"The catalogue '{name}' cannot be read: {error}.") from error
    clauses = tuple(msgspec.structs.replace(one, standard=catalogue.cited_as) for one in catalogue.clauses)
    return msgspec.structs.replace(catalogue, clauses=clauses)
