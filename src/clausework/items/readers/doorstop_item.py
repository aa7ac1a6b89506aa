"""One item of Doorstop's, as its file has it: YAML, or Markdown with YAML before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec
import yaml

from clausework.core.placed_yaml import PlacedDocument, load_placed_yaml
from clausework.core.places import Finding, FindingsInInput, Place
from clausework.items.model import FieldValue
from clausework.items.readers.doorstop_document import Document
from clausework.items.readers.doorstop_uid import plain_text, stamp_of, uid_key
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.utf8_lines import lines_in
from clausework.items.source import SourceFile

_BOUNDARY = re.compile(r"-{3,}[ \t]*")
_HEADING = re.compile(r"#[ \t]+(.*)")
_TRUE = frozenset({"yes", "true", "enabled", "1"})
_OWN = frozenset(
    {"active", "derived", "header", "level", "links", "normative", "ref", "references", "reviewed", "text"}
)


class DoorstopLink(msgspec.Struct, frozen=True):
    """A link to the UID ``target``; ``stamp`` is that of the item when the link was last looked at (empty: never)."""

    target: str
    stamp: str
    place: Place


class DoorstopItem(msgspec.Struct, frozen=True):
    """An item file's content. ``typed`` holds the attributes as YAML 1.1 types them, where a stamp needs them."""

    uid: str
    document: Document
    place: Place
    active: bool
    normative: bool
    header: str
    text: str
    ref: str
    reviewed: str
    links: tuple[DoorstopLink, ...]
    fields: dict[str, FieldValue]
    references: list[dict[str, Any]]
    typed: dict[str, Any] | None

    @property
    def stamp(self) -> str:
        """The stamp that links to the item bear; empty where it cannot be told."""
        return self._stamp(())

    @property
    def review_stamp(self) -> str:
        """The stamp that the item's review bears; empty where it cannot be told."""
        links = {uid_key(link.target) or ("", -1, link.target): link.target for link in self.links}
        return self._stamp(tuple(links[key] for key in sorted(links)))

    def _stamp(self, links: tuple[str, ...]) -> str:
        if self.typed is None:
            return ""
        counted = [self.typed[name] for name in self.document.reviewed if name in self.typed]
        try:
            return stamp_of(self.uid, self.text, self.ref, self.references, counted, links)
        except (TypeError, ValueError, RecursionError):
            return ""


def read_item(file: SourceFile, document: Document) -> tuple[DoorstopItem | None, list[Finding]]:
    """Return the item in ``file``, which belongs to ``document``, and what is wrong with it."""
    try:
        front, header, text = _parts(file, document)
        read = load_placed_yaml(front, file.path, first_line=1 if header is None else 2)
    except Rejection as rejection:
        return None, [rejection.finding]
    except FindingsInInput as error:
        return None, list(error.findings)
    attributes = {} if read.value is None else read.value
    if not isinstance(attributes, dict):
        return None, [Finding("doorstop", "an item is a mapping of attributes", read.place_of(()))]
    findings = list(_faults(attributes, read))
    if findings:
        return None, findings
    if header is not None:
        attributes = attributes | {"text": text} | ({"header": header} if header else {})
    needs_types = bool(attributes.get("references") or document.reviewed)
    typed = _typed(front) if needs_types else {}
    if typed is not None and header is not None:
        typed = typed | {"text": text, "header": header}
    return _item(PurePosixPath(file.path).stem, document, attributes, read, typed), []


def _parts(file: SourceFile, document: Document) -> tuple[bytes, str | None, str]:
    """Return the YAML of an item, and the header (``None``: it is in the YAML too) and text below it."""
    if document.itemformat == "yaml":
        return file.data, None, ""
    lines = lines_in(file)
    ends = [number for number, line in enumerate(lines) if _BOUNDARY.fullmatch(line)][:2]
    if len(ends) < 2 or ends[0] != 0:
        hint = "Doorstop writes the attributes between two lines of '---' before the text."
        raise Rejection(
            "front-matter", "an item in Markdown begins with its attributes", Place(file.path, 1, 1), hint
        )
    front = "\n".join(lines[1 : ends[1]]).encode()
    body = "\n".join(lines[ends[1] + 1 :]).strip()
    first, _, rest = body.partition("\n")
    heading = _HEADING.fullmatch(first.strip())
    return (front, heading[1], rest.strip("\n")) if heading else (front, "", body)


def _typed(front: bytes) -> dict[str, Any] | None:
    # Anchors and tags were refused before: nothing here can grow.
    try:
        value = yaml.load(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, AttributeError, KeyError):
        return None
    return value if isinstance(value, dict) else {}


def _faults(attributes: dict[str, Any], read: PlacedDocument) -> Iterator[Finding]:
    for name in ("text", "header", "ref", "reviewed", "level"):
        if isinstance(attributes.get(name), list | dict):
            yield Finding("doorstop", f"'{name}' is a text", read.place_of((name,)))
    links = attributes.get("links")
    if links is not None and not isinstance(links, list):
        yield Finding("doorstop", "'links' is a list", read.place_of(("links",)))
    for number, link in enumerate(links if isinstance(links, list) else ()):
        if isinstance(link, list) or (isinstance(link, dict) and (len(link) != 1 or _is_nested(link))):
            hint = "A link is a UID, or a UID with its stamp: '- REQ001: stamp'."
            yield Finding("doorstop", "a link is one UID", read.place_of(("links", number)), ("5.1.1",), hint)
    references = attributes.get("references")
    if references is None:
        return
    if not isinstance(references, list) or not all(isinstance(one, dict) for one in references):
        yield Finding("doorstop", "'references' is a list of mappings", read.place_of(("references",)))
        return
    for number, one in enumerate(references):
        if not isinstance(one.get("path"), str):
            place = read.place_of(("references", number))
            yield Finding("doorstop", "a reference has a 'path'", place)


def _is_nested(link: dict[str, Any]) -> bool:
    return any(isinstance(value, list | dict) for value in link.values())


def _item(
    uid: str,
    document: Document,
    attributes: dict[str, Any],
    read: PlacedDocument,
    typed: dict[str, Any] | None,
) -> DoorstopItem:
    own = {name: _written(attributes.get(name)) for name in ("text", "header", "ref", "reviewed", "level")}
    fields: dict[str, FieldValue] = {
        "level": own["level"],
        "ref": own["ref"].strip(),
        "reviewed": own["reviewed"],
    }
    if _is_true(attributes.get("derived", False)):
        fields["derived"] = "true"
    fields["references"] = tuple(
        f"{one['path'].strip()}: {_written(one['keyword'])}" if one.get("keyword") else one["path"].strip()
        for one in attributes.get("references") or ()
    )
    for name, value in attributes.items():
        if name not in _OWN:
            fields[name] = _field(value)
    return DoorstopItem(
        uid,
        document,
        read.place_of(()),
        _is_true(attributes.get("active", True)),
        _is_true(attributes.get("normative", True)),
        " ".join(own["header"].split()),
        plain_text(own["text"]),
        own["ref"].strip(),
        own["reviewed"],
        tuple(_link(value, read.place_of(("links", number))) for number, value in _links(attributes)),
        fields,
        _references(typed),
        typed,
    )


def _links(attributes: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    return enumerate(attributes.get("links") or ())


def _link(value: Any, place: Place) -> DoorstopLink:
    if isinstance(value, dict):
        ((target, stamp),) = value.items()
        return DoorstopLink(target.strip(), _written(stamp), place)
    target, _, stamp = _written(value).partition(":")
    return DoorstopLink(target.strip(), stamp.strip(), place)


def _references(typed: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the references as a stamp counts them."""
    found = (typed or {}).get("references") or []
    return [
        {"type": one.get("type"), "path": str(one["path"]).strip()}
        | {name: one[name] for name in ("keyword", "sha") if name in one}
        for one in found
        if isinstance(one, dict) and "path" in one
    ]


def _is_true(value: Any) -> bool:
    return value.strip().lower() in _TRUE if isinstance(value, str) else bool(value)


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field(value: Any) -> FieldValue:
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return tuple(map(_written, value))
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _written(value)
