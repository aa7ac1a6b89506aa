"""StrictDoc's documents line by line: the nodes in them, their fields and relations, in old and new grammar.

A document is read to its end or not at all: a line that the grammar does not have raises ``Rejection``.
"""

from __future__ import annotations

import re

import msgspec

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection

_OPENING = re.compile(r"\[{1,2}(?P<slash>/?)(?P<tag>[A-Z][A-Z0-9_]*)\]{1,2}")
_FIELD = re.compile(r"(?P<name>[A-Z][A-Za-z0-9_-]*):(?: (?P<value>.*))?")
_RELATION = re.compile(r"(?P<dash>- |  )(?P<name>[A-Z_]+): ?(?P<value>.*)")
_BEGINNINGS = ("[DOCUMENT]", "[FRAGMENT]", "[DOCUMENT_FRAGMENT]")
_BLOCKS = frozenset({"GRAMMAR", "FREETEXT"})
_ONCE = frozenset({"MID", "UID", "TITLE", "STATEMENT", "STATUS"})
_RELATIONS = frozenset({"RELATIONS", "REFS"})
_TEXT_BEGINS = ">>>"
_TEXT_ENDS = "<<<"
_DEEPEST = 100
_HINT = "Let StrictDoc read the document: it tells what is expected there."


class SdocRelation(msgspec.Struct, frozen=True):
    """A relation as a node has it: ``type`` is Parent, Child or File."""

    type: str
    value: str
    role: str
    place: Place


class SdocNode(msgspec.Struct, frozen=True):
    """A node: its tag, its fields in their order (a name may come again), its relations."""

    tag: str
    fields: tuple[tuple[str, str], ...]
    relations: tuple[SdocRelation, ...]
    place: Place

    def first(self, name: str) -> str:
        """Return the first field of that name; empty where there is none."""
        return next((value for own, value in self.fields if own == name), "")


class SdocDocument(msgspec.Struct, frozen=True):
    """A document or a fragment of one: its title and UID, its nodes, and the files that it takes in."""

    title: str
    uid: str
    nodes: tuple[SdocNode, ...]
    includes: tuple[tuple[str, Place], ...]


def read_sdoc(path: str, lines: list[str]) -> SdocDocument:
    """Return the document in ``lines``; raises ``Rejection`` at the first line that cannot be told."""
    return _Reading(path, lines).document()


class _Reading:
    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.at = 0
        self.open: list[tuple[str, Place]] = []
        self.nodes: list[SdocNode] = []
        self.includes: list[tuple[str, Place]] = []

    def document(self) -> SdocDocument:
        self.skip_blank()
        if self.peek() not in _BEGINNINGS:
            raise self.wrong("a document begins with [DOCUMENT]")
        self.at += 1
        head = dict(self.head())
        while self.skip_blank():
            self.element()
        if self.open:
            tag, place = self.open[-1]
            raise Rejection("strictdoc", f"[{tag}] is not closed", place, _HINT)
        return SdocDocument(
            head.get("TITLE", ""), head.get("UID", ""), tuple(self.nodes), tuple(self.includes)
        )

    def peek(self) -> str:
        return self.lines[self.at].rstrip() if self.at < len(self.lines) else ""

    def skip_blank(self) -> bool:
        """Go to the next line that is not blank; tell whether there is one."""
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        return self.at < len(self.lines)

    def here(self, at: int | None = None) -> Place:
        return Place(self.path, min(self.at if at is None else at, len(self.lines) - 1) + 1, 1)

    def wrong(self, message: str) -> Rejection:
        return Rejection("strictdoc", message, self.here(), _HINT)

    def head(self) -> list[tuple[str, str]]:
        """Read what stands before the first element: fields, and settings of several lines, which are indented."""
        fields: list[tuple[str, str]] = []
        while self.skip_blank() and not self.peek().startswith("["):
            line = self.peek()
            if line.startswith((" ", "- ")):
                self.at += 1
                continue
            found = _FIELD.fullmatch(line)
            if not found:
                raise self.wrong(f"{line[:60]!a} is no field of a document")
            fields.append((found["name"], self.value(found)))
        return fields

    def element(self) -> None:
        place = self.here()
        found = _OPENING.fullmatch(self.peek())
        if not found:
            raise self.wrong(f"{self.peek()[:60]!a} does not begin an element")
        tag, double = found["tag"], found[0].startswith("[[")
        if double != found[0].endswith("]]"):
            raise self.wrong(f"{found[0]!a} is bracketed unevenly")
        self.at += 1
        if found["slash"]:
            self.close(tag, place)
        elif tag in _BLOCKS and not double:
            self.block(tag, place)
        elif tag == "DOCUMENT_FROM_FILE":
            self.include(place)
        else:
            # What is open holds other elements until it is closed.
            if double or tag == "SECTION" or tag.startswith("COMPOSITE_"):
                if len(self.open) >= _DEEPEST:
                    raise Rejection("strictdoc", f"elements are nested deeper than {_DEEPEST}", place)
                self.open.append((tag, place))
            self.node(tag, place)

    def close(self, tag: str, place: Place) -> None:
        if not self.open or self.open[-1][0] != tag:
            within = f", within [{self.open[-1][0]}]" if self.open else ""
            raise Rejection("strictdoc", f"[/{tag}] closes what is not open{within}", place, _HINT)
        self.open.pop()

    def block(self, tag: str, place: Place) -> None:
        """Pass over a grammar, which ends where the next element begins, or free text, which ends by its own tag."""
        if tag == "GRAMMAR":
            while self.at < len(self.lines) and not self.lines[self.at].startswith("["):
                self.at += 1
            return
        while self.at < len(self.lines):
            self.at += 1
            if self.lines[self.at - 1].rstrip() == "[/FREETEXT]":
                return
        raise Rejection("strictdoc", "[FREETEXT] is not closed", place, _HINT)

    def include(self, place: Place) -> None:
        found = _FIELD.fullmatch(self.peek())
        if not found or found["name"] != "FILE" or not found["value"]:
            raise self.wrong("[DOCUMENT_FROM_FILE] has a FILE")
        self.at += 1
        self.includes.append((found["value"].strip(), place))

    def node(self, tag: str, place: Place) -> None:
        fields: list[tuple[str, str]] = []
        said: set[str] = set()
        relations: list[SdocRelation] = []
        while self.skip_blank() and not self.peek().startswith("["):
            found = _FIELD.fullmatch(self.peek())
            if not found:
                raise self.wrong(f"{self.peek()[:60]!a} is no field of [{tag}]")
            if found["name"] in _RELATIONS and not found["value"]:
                self.at += 1
                relations.extend(self.relations())
            elif found["name"] in _ONCE and found["name"] in said:
                raise self.wrong(f"[{tag}] has two {found['name']}")
            else:
                said.add(found["name"])
                fields.append((found["name"], self.value(found)))
        self.nodes.append(SdocNode(tag, tuple(fields), tuple(relations), place))

    def value(self, found: re.Match[str]) -> str:
        """Read the value of the field that begins on this line, and go behind it."""
        value = found["value"] or ""
        began = self.at
        self.at += 1
        if value.strip() != _TEXT_BEGINS:
            return value.strip()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.startswith(_TEXT_ENDS):
                if line.rstrip() != _TEXT_ENDS:
                    self.at -= 1
                    raise self.wrong("something follows the end of a text")
                return "\n".join(self.lines[began + 1 : self.at - 1]).strip("\n")
        message = f"the text of {found['name']} does not end"
        raise Rejection("strictdoc", message, self.here(began), "Close it by a line of '<<<'.")

    def relations(self) -> tuple[SdocRelation, ...]:
        relations: list[SdocRelation] = []
        parts: dict[str, str] = {}
        place = self.here()
        while found := _RELATION.fullmatch(self.peek()):
            if found["dash"] == "- ":
                relations += self.relation(parts, place)
                parts, place = {}, self.here()
            elif not parts:
                raise self.wrong("a relation begins with '- TYPE: '")
            if found["name"] in parts:
                raise self.wrong(f"a relation has two {found['name']}")
            parts[found["name"]] = found["value"].strip()
            self.at += 1
        relations += self.relation(parts, place)
        if not relations:
            raise self.wrong("a relation begins with '- TYPE: '")
        return tuple(relations)

    def relation(self, parts: dict[str, str], place: Place) -> list[SdocRelation]:
        if not parts:
            return []
        kind = parts.get("TYPE", "")
        if kind not in {"Parent", "Child", "File", "BibRef"}:
            raise Rejection("strictdoc", f"'{kind[:60]}' is no type of relations", place, _HINT)
        value = parts.get("VALUE", parts.get("PATH", ""))
        return [SdocRelation(kind, value, parts.get("ROLE", ""), place)]
