"""What a ReqIF document says, before anything is made of it."""

from __future__ import annotations

import msgspec

from clausework.core.places import Finding, Place


class Definition(msgspec.Struct, frozen=True):
    """An attribute's definition: its name, and whether it may have several values."""

    name: str
    several: bool


class Value(msgspec.Struct, frozen=True):
    """An attribute's value: the reference to its definition, its text, or references to values of an enumeration.

    ``objects`` are the names of what is embedded in its text.
    """

    definition: str
    text: str
    chosen: tuple[str, ...] | None
    objects: tuple[str, ...]
    place: Place


class SpecObject(msgspec.Struct, frozen=True):
    """A SPEC-OBJECT, its references not yet resolved."""

    identifier: str
    long_name: str
    description: str
    type: str
    values: tuple[Value, ...]
    place: Place


class Relation(msgspec.Struct, frozen=True):
    """A SPEC-RELATION; an end that is missing is empty."""

    identifier: str
    type: str
    source: str
    target: str
    place: Place


class Node(msgspec.Struct, frozen=True):
    """A SPEC-HIERARCHY: the object that stands there, how deep, and whether as a part of a table."""

    object: str
    depth: int
    in_table: bool


class Specification(msgspec.Struct, frozen=True):
    """A SPECIFICATION with its hierarchy in the order of reading."""

    long_name: str
    values: tuple[Value, ...]
    nodes: tuple[Node, ...]


class Document(msgspec.Struct, frozen=True):
    """One ReqIF file; definitions and types by their identifiers."""

    path: str
    definitions: dict[str, Definition]
    chosen_names: dict[str, str]
    object_types: dict[str, str]
    relation_types: dict[str, str]
    objects: tuple[SpecObject, ...]
    relations: tuple[Relation, ...]
    specifications: tuple[Specification, ...]
    findings: tuple[Finding, ...]
