"""The elements of a ``specdocument``: specification items with all that they say, and what covers what."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from clausework.core.places import Place
from clausework.items.model import FieldValue
from clausework.items.readers.oft_items import ID_PATTERN, Reference, SpecId, Specification, spec_id_of
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.xml_parse import Here, parse_xml
from clausework.items.source import SourceFile

_WHOLE_ID = re.compile(ID_PATTERN)
_TYPED = re.compile(r"(?P<type>[A-Za-z]+)[:~](?P<name>.+)", re.DOTALL)
_ROOTS = frozenset({"specdocument", "specobjects"})
_NOT_KEPT = frozenset({"creationdate", "sourcefile", "sourceline", "fulfilledby", "internalId"})
_RULE = "openfasttrace"
_HINT = "Let the tool that wrote it export it again."


class _Member(msgspec.Struct):
    """An element right within a specobject: its own text, the texts of the elements within it, and all in its order."""

    name: str
    place: Place
    own: list[str]
    parts: list[tuple[str, str, Place]]
    whole: list[str]


class _Object(msgspec.Struct):
    """A specobject that is being read."""

    type: str
    place: Place
    members: list[_Member]


def specobjects_in(file: SourceFile) -> list[Specification]:
    """Return the specification items in ``file``; raises ``Rejection`` unless it is one whole ``specdocument``."""
    made: list[_Reading] = []

    def make(here: Here) -> _Reading:
        made.append(_Reading(here))
        return made[-1]

    parse_xml(file.data, file.path, make)
    return made[0].items


class _Reading:
    """Follows the elements; those of other namespaces are others' additions, and passed over."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self.items: list[Specification] = []
        self.path: list[str] = []
        self.type = ""
        self.object: _Object | None = None
        self.innermost: list[tuple[list[str], Place]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name not in _ROOTS:
            raise Rejection(_RULE, f"the root is '{name[:60]}', not 'specdocument'", self.here())
        self.path.append(name)
        if self.object is None:
            if name == "specobjects":
                self.type = attributes.get("doctype", "").strip()
                if not self.type:
                    raise Rejection(_RULE, "specobjects have a 'doctype'", self.here(), _HINT)
            elif name == "specobject":
                if "specobjects" not in self.path:
                    raise Rejection(_RULE, "a specobject stands outside of specobjects", self.here(), _HINT)
                self.object = _Object(self.type, self.here(), [])
        elif name == "specobject":
            raise Rejection(_RULE, "a specobject stands within another", self.here(), _HINT)
        else:
            self.innermost.append(([], self.here()))
            if len(self.innermost) == 1:
                self.object.members.append(_Member(name, self.here(), self.innermost[0][0], [], []))

    def text(self, data: str) -> None:
        if self.object is not None and self.innermost:
            self.innermost[-1][0].append(data)
            self.object.members[-1].whole.append(data)

    def end(self, name: str) -> None:
        self.path.pop()
        if self.object is None:
            return
        if self.innermost:
            texts, place = self.innermost.pop()
            if self.innermost and (said := "".join(texts).strip()):
                self.object.members[-1].parts.append((name, said, place))
        elif name == "specobject":
            self.items.append(_specification(self.object))
            self.object = None


def _specification(one: _Object) -> Specification:
    said = {member.name: "".join(member.own).strip() for member in one.members if " " not in member.name}
    if any(sum(member.name == name for member in one.members) > 1 for name in ("id", "version", "status")):
        raise Rejection(_RULE, "a specobject has two IDs, versions or states", one.place, _HINT)
    name, version = said.get("id", ""), said.get("version", "")
    if not name:
        raise Rejection(_RULE, "a specobject has no ID", one.place, _HINT)
    if not _is_number(version):
        raise Rejection(_RULE, f"the version of '{name[:60]}' is no number", one.place, _HINT)
    own = SpecId(one.type, _without_type(name, one.type), str(int(version)))
    specification = Specification(
        own,
        one.place,
        title=said.get("shortdesc", ""),
        text=_text_of(one, "description"),
        status=said.get("status", ""),
    )
    for member in one.members:
        if member.name == "providescoverage":
            specification.covers += _covered(member)
        elif member.name in {"dependencies", "dependson"}:
            specification.depends += _depended_on(member)
    specification.fields = _fields(one)
    return specification


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _without_type(name: str, kind: str) -> str:
    """Return an ID's name; a type that is put before it once more is left out."""
    typed = _TYPED.fullmatch(name)
    return typed["name"] if typed and typed["type"] == kind else name


def _fields(one: _Object) -> dict[str, FieldValue]:
    said: dict[str, list[str]] = {}
    lists: set[str] = set()
    own = {
        "id",
        "version",
        "shortdesc",
        "description",
        "status",
        "providescoverage",
        "dependencies",
        "dependson",
    }
    for member in one.members:
        if member.name in own or member.name in _NOT_KEPT or " " in member.name:
            continue
        name = _NAMES.get(member.name, member.name)
        values = said.setdefault(name, [])
        if "".join(member.own).strip():
            values.append("".join(member.whole).strip())
        else:
            lists.add(name)
            values.extend(text for _, text, _ in member.parts)
    return {
        name: values[0] if len(values) == 1 and name not in lists else tuple(values)
        for name, values in said.items()
    }


_NAMES = {"needscoverage": "needs"}


def _text_of(one: _Object, name: str) -> str:
    """Return a text with that of the elements within it: some write marked-up text."""
    return "\n\n".join("".join(member.whole).strip() for member in one.members if member.name == name).strip()


def _covered(member: _Member) -> list[Reference]:
    """Return what an item covers: each ``linksto`` with the ``dstversion`` that follows it."""
    references: list[Reference] = []
    for name, text, place in member.parts:
        if name == "linksto":
            references.append(Reference(_named(text, ""), place))
        elif name == "dstversion":
            if not references or references[-1].id.revision or not _is_number(text):
                raise Rejection(_RULE, "a 'dstversion' follows a 'linksto', and is a number", place, _HINT)
            last = references[-1]
            revision = str(int(text))
            references[-1] = Reference(msgspec.structs.replace(last.id, revision=revision), last.place)
    return references


def _depended_on(member: _Member) -> list[Reference]:
    parts = [(text, place) for _, text, place in member.parts]
    if said := "".join(member.own).strip():
        parts.append((said, member.place))
    return [Reference(_named(text, ""), place) for text, place in parts]


def _named(text: str, revision: str) -> SpecId:
    """Return the ID in ``text``: whole, a type and a name, or a name alone, whose type ``resolved`` finds."""
    if whole := _WHOLE_ID.fullmatch(text):
        return spec_id_of(whole)
    typed = _TYPED.fullmatch(text)
    return SpecId(typed["type"], typed["name"], revision) if typed else SpecId("", text, revision)


def resolved(specifications: Sequence[Specification]) -> list[Specification]:
    """Return ``specifications`` with the type of each reference that gives a name alone, if one item alone has it."""
    types: dict[str, set[str]] = {}
    for one in specifications:
        types.setdefault(one.id.name, set()).add(one.id.type)

    def found(reference: Reference) -> Reference:
        known = types.get(reference.id.name, set())
        if reference.id.type or len(known) != 1:
            return reference
        return Reference(msgspec.structs.replace(reference.id, type=next(iter(known))), reference.place)

    return [
        msgspec.structs.replace(
            one, covers=[found(reference) for reference in one.covers], depends=[*map(found, one.depends)]
        )
        for one in specifications
    ]
