"""The clause catalogues as versioned data, and look-ups in them."""

from clausework.standards.catalogue import (
    EVIDENCE_KINDS,
    SAFETY_CLASSES,
    Catalogue,
    Clause,
    EvidenceKind,
    SafetyClass,
    UnknownSafetyClass,
    catalogues,
    parse_safety_class,
)
from clausework.standards.lookup import (
    UnknownClause,
    applies,
    cite,
    classes_of,
    clause,
    clauses_for,
    clauses_under,
)

__all__ = [
    "EVIDENCE_KINDS",
    "SAFETY_CLASSES",
    "Catalogue",
    "Clause",
    "EvidenceKind",
    "SafetyClass",
    "UnknownClause",
    "UnknownSafetyClass",
    "applies",
    "catalogues",
    "cite",
    "classes_of",
    "clause",
    "clauses_for",
    "clauses_under",
    "parse_safety_class",
]
