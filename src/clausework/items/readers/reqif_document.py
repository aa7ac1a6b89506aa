"""Reads one ReqIF document (1.0 to 1.2): its types, objects, relations and specifications, each with its place."""

from __future__ import annotations

import re

from clausework.core.places import Finding, Place
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.reqif_model import (
    Definition,
    Document,
    Node,
    Relation,
    Specification,
    SpecObject,
    Value,
)
from clausework.items.readers.xhtml_text import XhtmlText
from clausework.items.readers.xml_parse import Events, Here, parse_xml

_NAMESPACE = "http://www.omg.org/spec/ReqIF/"
_VERSION = re.compile(r"1(?:\.[0-9]+){0,2}")
_CONTENT = ("REQ-IF", "CORE-CONTENT", "REQ-IF-CONTENT")
_NOT_REQIF = "Export it as ReqIF 1.x; the older RIF is another format."
_WHERE = {"SPEC-OBJECT": "SPEC-OBJECTS", "SPEC-RELATION": "SPEC-RELATIONS", "SPECIFICATION": "SPECIFICATIONS"}

_STRICTDOC = "strictdoc"
_ESCAPE = re.compile(r"\\(?:([\\nrt])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_ESCAPED = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}

Attributes = dict[str, str]


def read_document(path: str, data: bytes) -> Document:
    """Return what the file ``path`` says; raises ``Rejection`` when it is not one whole ReqIF document."""
    readings: list[_Reading] = []

    def make(here: Here) -> Events:
        readings.append(_Reading(here))
        return readings[0]

    parse_xml(data, path, make)
    return readings[0].document(path)


class _OpenValue:
    def __init__(self, place: Place, text: str, *, chosen: bool) -> None:
        self.place = place
        self.text = text
        self.chosen: list[str] | None = [] if chosen else None
        self.definition = ""
        self.xhtml: XhtmlText | None = None

    def closed(self) -> Value:
        text = self.xhtml.result() if self.xhtml else self.text
        objects = tuple(self.xhtml.objects) if self.xhtml else ()
        chosen = None if self.chosen is None else tuple(self.chosen)
        return Value(self.definition, text, chosen, objects, self.place)


class _OpenPart:
    """A SPEC-OBJECT, SPEC-RELATION or SPECIFICATION that is being read."""

    def __init__(self, attributes: Attributes, place: Place) -> None:
        self.attributes = attributes
        self.place = place
        self.references: dict[str, str] = {}
        self.values: list[Value] = []
        self.nodes: list[Node] = []


class _Reading(Events):
    def __init__(self, here: Here) -> None:
        self.here = here
        self.path: list[str] = []
        self.escaped = False  # as StrictDoc writes texts
        self.outside = 0  # levels below an element that says nothing of items, such as a tool's extension
        self.xhtml: XhtmlText | None = None
        self.xhtml_depth = 0
        self.words: list[str] = []
        self.part: _OpenPart | None = None
        self.value: _OpenValue | None = None
        self.hierarchy: list[int] = []  # the numbers of the nodes that are open
        self.definition: tuple[str, str] = ("", "")
        self.definitions: dict[str, Definition] = {}
        self.chosen_names: dict[str, str] = {}
        self.object_types: dict[str, str] = {}
        self.relation_types: dict[str, str] = {}
        self.objects: list[SpecObject] = []
        self.relations: list[Relation] = []
        self.specifications: list[Specification] = []
        self.identifiers: set[str] = set()
        self.findings: list[Finding] = []

    def document(self, path: str) -> Document:
        return Document(
            path,
            self.definitions,
            self.chosen_names,
            self.object_types,
            self.relation_types,
            tuple(self.objects),
            tuple(self.relations),
            tuple(self.specifications),
            tuple(self.findings),
        )

    def start(self, name: str, attributes: Attributes) -> None:
        if self.xhtml is not None:
            self.xhtml_depth += 1
            self.xhtml.start(name, attributes)
            return
        if self.outside:
            self.outside += 1
            return
        namespace, _, local = name.rpartition(" ")
        if not self.path:
            self._root(namespace, local)
        if not namespace.startswith(_NAMESPACE) or local in {"TOOL-EXTENSIONS", "THE-ORIGINAL-VALUE"}:
            self.outside = 1
            return
        self.path.append(local)
        self.words.clear()
        self._begin(local, attributes)

    def end(self, name: str) -> None:
        if self.xhtml is not None:
            if not self.xhtml_depth:
                self.xhtml = None
                self.path.pop()
                return
            self.xhtml_depth -= 1
            self.xhtml.end(name)
            return
        if self.outside:
            self.outside -= 1
            return
        self._finish(self.path.pop())

    def text(self, data: str) -> None:
        if self.xhtml is not None:
            self.xhtml.text(data)
        elif not self.outside:
            self.words.append(data)

    def _root(self, namespace: str, local: str) -> None:
        if local != "REQ-IF" or not namespace.startswith(_NAMESPACE):
            message = f"the root element is <{local[:60]}> of '{namespace[:100]}', not ReqIF's <REQ-IF>"
            raise Rejection("reqif", message, self.here(), _NOT_REQIF)

    def _begin(self, local: str, attributes: Attributes) -> None:
        if local in _WHERE:
            self._begin_part(local, attributes)
        elif local.startswith("ATTRIBUTE-VALUE-"):
            if self.part is not None and self.path[-2] == "VALUES":
                chosen = local == "ATTRIBUTE-VALUE-ENUMERATION"
                text = attributes.get("THE-VALUE", "")
                text = _unescaped(text) if self.escaped and local.endswith("STRING") else text
                self.value = _OpenValue(self.here(), text, chosen=chosen)
        elif local == "THE-VALUE":
            if self.value is not None:
                if self.value.xhtml is not None:
                    raise Rejection("reqif", "an attribute has two values", self.here(), "Export it again.")
                self.xhtml = self.value.xhtml = XhtmlText()
                self.xhtml_depth = 0
        elif local == "SPEC-HIERARCHY":
            self._begin_node(in_table=attributes.get("IS-TABLE-INTERNAL", "") in {"true", "1"})
        elif local == "EMBEDDED-VALUE":
            if self.definition[0] == "ENUM-VALUE" and not self.chosen_names[self.definition[1]]:
                named = attributes.get("OTHER-CONTENT") or attributes.get("KEY", "")
                self.chosen_names[self.definition[1]] = named
        else:
            self._define(local, attributes)

    def _define(self, local: str, attributes: Attributes) -> None:
        identifier, name = attributes.get("IDENTIFIER", ""), attributes.get("LONG-NAME", "").strip()
        if local.startswith("ATTRIBUTE-DEFINITION-") and not local.endswith("-REF"):
            several = attributes.get("MULTI-VALUED", "") in {"true", "1"}
            self.definitions[self._once(identifier)] = Definition(name or identifier, several)
        elif local == "ENUM-VALUE":
            self.definition = (local, identifier)
            self.chosen_names[self._once(identifier)] = name
        elif local == "SPEC-OBJECT-TYPE":
            self.object_types[self._once(identifier)] = name
        elif local == "SPEC-RELATION-TYPE":
            self.relation_types[self._once(identifier)] = name

    def _once(self, identifier: str) -> str:
        if not identifier or identifier in self.identifiers:
            what = (
                f"the identifier {identifier[:100]!a} is given twice"
                if identifier
                else "an identifier is missing"
            )
            self.findings.append(Finding("reqif", what, self.here(), hint="Export the file again."))
        self.identifiers.add(identifier)
        return identifier

    def _begin_part(self, local: str, attributes: Attributes) -> None:
        if tuple(self.path[:-1]) != (*_CONTENT, _WHERE[local]):
            message = f"a <{local}> stands where ReqIF has none, in <{self.path[-2]}>"
            raise Rejection("reqif", message, self.here(), "Export the file again; it does not follow ReqIF.")
        self._once(attributes.get("IDENTIFIER", ""))
        self.part = _OpenPart(attributes, self.here())
        self.hierarchy.clear()

    def _begin_node(self, *, in_table: bool) -> None:
        if self.part is not None:
            self.part.nodes.append(Node("", len(self.hierarchy), in_table))
            self.hierarchy.append(len(self.part.nodes) - 1)

    def _finish(self, local: str) -> None:
        if local.endswith("-REF"):
            self._refer(local, "".join(self.words).strip())
        elif local.startswith("ATTRIBUTE-VALUE-"):
            if self.value is not None and self.part is not None:
                self.part.values.append(self.value.closed())
            self.value = None
        elif local == "SPEC-HIERARCHY":
            if self.hierarchy:
                self.hierarchy.pop()
        elif local == "REQ-IF-VERSION":
            self._check_version("".join(self.words).strip())
        elif local == "REQ-IF-TOOL-ID":
            self.escaped = "".join(self.words).strip().lower() == _STRICTDOC
        elif local in _WHERE and self.part is not None:
            self._finish_part(local, self.part)
            self.part = None
        self.words.clear()

    def _check_version(self, version: str) -> None:
        if not _VERSION.fullmatch(version):
            message = f"it is of ReqIF {version[:30]!a}, which is not known"
            raise Rejection("reqif", message, self.here(), _NOT_REQIF)

    def _refer(self, local: str, identifier: str) -> None:
        within = self.path[-1]
        if self.value is not None:
            if within == "DEFINITION":
                self.value.definition = identifier
            elif local == "ENUM-VALUE-REF" and self.value.chosen is not None:
                self.value.chosen.append(identifier)
        elif self.part is None:
            return
        elif within == "OBJECT" and self.hierarchy:
            number = self.hierarchy[-1]
            node = self.part.nodes[number]
            self.part.nodes[number] = Node(identifier, node.depth, node.in_table)
        elif within in {"TYPE", "SOURCE", "TARGET"}:
            self.part.references[within] = identifier

    def _finish_part(self, local: str, part: _OpenPart) -> None:
        said, values = part.attributes, tuple(part.values)
        identifier, name = said.get("IDENTIFIER", ""), said.get("LONG-NAME", "").strip()
        kind = part.references.get("TYPE", "")
        if local == "SPEC-OBJECT":
            description = said.get("DESC", "")
            self.objects.append(SpecObject(identifier, name, description, kind, values, part.place))
        elif local == "SPEC-RELATION":
            source, target = part.references.get("SOURCE", ""), part.references.get("TARGET", "")
            self.relations.append(Relation(identifier, kind, source, target, part.place))
        else:
            self.specifications.append(Specification(name, values, tuple(part.nodes)))


def _unescaped(text: str) -> str:
    """Return ``text`` without the escapes of Python's literals, with which StrictDoc writes line breaks and umlauts."""

    def character(found: re.Match[str]) -> str:
        if found[1]:
            return _ESCAPED[found[1]]
        point = int(found[2] or found[3] or found[4], 16)
        return chr(point) if point <= 0x10FFFF else found[0]

    return _ESCAPE.sub(character, text)
