"""Native item files: YAML (a list of items, or ``type`` with ``items``), and Markdown with YAML front matter.

::

    type: software_requirement
    items:
      - id: REQ-037
        title: Occlusion alarm
        text: When the downstream pressure exceeds 60 kPa, the pump controller shall ...
        links: {derives_from: SYS-004, allocated_to: [ARCH-002]}
        fields: {verification: test}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from clausework.core.identities import is_item_id
from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import Path, PlacedDocument, load_placed_yaml
from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.steps import FIELD as STEPS
from clausework.items.steps import StepMalformed, step_text

NATIVE_SUFFIXES = (".md", ".yaml", ".yml")

_FENCE = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, direction overrides and lone surrogates: what is shown would not be what is hashed."""

_FIELD_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,63}\Z"
_Scalar = str | int | bool
_Member = _Scalar | dict[str, _Scalar]


class NativeItem(msgspec.Struct, frozen=True):
    """One item as written; ``type`` may come from the mapping around it."""

    id: str
    title: str
    type: ItemType | None = None
    text: str = ""
    links: dict[str, str | list[str]] = {}
    fields: dict[Annotated[str, msgspec.Meta(pattern=_FIELD_NAME)], _Scalar | list[_Member]] = {}


class NativeGroup(msgspec.Struct, frozen=True):
    """A mapping around items of one type; each item is decoded by itself."""

    items: list[object]
    type: ItemType | None = None


def read_native(path: str, data: bytes) -> tuple[list[Item], list[Finding]]:
    """Return the items of the file ``path``, and everything that keeps it from being read.

    Raises ``FindingsInInput`` when it is not plain YAML in UTF-8.
    """
    if path.lower().endswith(".md"):
        return _read_markdown(path, data)
    return _read_yaml(load_placed_yaml(data, path))


def _read_yaml(document: PlacedDocument) -> tuple[list[Item], list[Finding]]:
    if document.value is None:
        return [], [
            Finding(
                "empty", "the file holds nothing", Place(document.source), hint="Write items, or delete it."
            )
        ]
    if isinstance(document.value, list):
        return _read_list(document, (), None)
    group, findings = decode_placed(document, NativeGroup)
    if group is None:
        return [], findings
    return _read_list(document, ("items",), group.type)


def _read_list(document: PlacedDocument, at: Path, kind: ItemType | None) -> tuple[list[Item], list[Finding]]:
    items: list[Item] = []
    findings: list[Finding] = []
    members = document.value[at[0]] if at else document.value
    for number in range(len(members)):
        item, found = _item_at(document, (*at, number), kind)
        findings.extend(found)
        if item is not None:
            items.append(item)
    return items, findings


def _read_markdown(path: str, data: bytes) -> tuple[list[Item], list[Finding]]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    opening = _FENCE.match(data)
    closing = _FENCE.search(data, opening.end()) if opening else None
    if opening is None or closing is None:
        message = "an item in Markdown begins with YAML between two lines of '---'"
        hint = "Add the front matter; only a README.md may be without."
        return [], [Finding("front-matter", message, Place(path, 1, 1), hint=hint)]
    front = data[opening.end() + 1 : closing.start()]
    document = load_placed_yaml(front, path, first_line=2)
    item, findings = _item_at(document, (), None)
    body, of_body = _body_of(path, data, closing.end())
    if item is not None and item.text and body:
        of_body.append(
            Finding("text", f"{item.id} has both a 'text' and a body", item.place, hint="Keep one.")
        )
    findings.extend(of_body)
    if item is None or findings:
        return [], findings
    return [msgspec.structs.replace(item, text=body or item.text)], []


def _body_of(path: str, data: bytes, start: int) -> tuple[str, list[Finding]]:
    line = data.count(b"\n", 0, start) + 1
    try:
        body = data[start:].decode("utf-8").replace("\r\n", "\n")  # a checkout on Windows is the same item
    except UnicodeDecodeError as error:
        line += data.count(b"\n", start, start + error.start)
        return "", [Finding("encoding", f"byte {start + error.start} is not UTF-8", Place(path, line))]
    if hidden := _HIDDEN.search(body):
        place = Place(path, line + body.count("\n", 0, hidden.start()))
        return "", [_hidden_character("the text", hidden[0], place)]
    return body.strip(), []


def _item_at(document: PlacedDocument, at: Path, kind: ItemType | None) -> tuple[Item | None, list[Finding]]:
    native, findings = decode_placed(document, NativeItem, at=at)
    if native is None:
        return None, findings
    findings.extend(_faults(native, document, at, kind))
    kind = native.type or kind
    if findings or kind is None:
        return None, findings
    links = sorted(
        Link(role, target) for role, targets in native.links.items() for target in _targets(targets)
    )
    fields: dict[str, FieldValue] = {
        name: tuple(map(_member_text, value)) if isinstance(value, list) else _text(value)
        for name, value in native.fields.items()
    }
    place = document.place_of((*at, "id"))
    item = Item(native.id, kind, native.title.strip(), native.text.strip(), tuple(links), fields, place)
    return item, []


def _faults(
    native: NativeItem, document: PlacedDocument, at: Path, kind: ItemType | None
) -> Iterator[Finding]:
    if not is_item_id(native.id):
        message = f"{native.id[:100]!a} is not an item's ID"
        hint = "Use letters and digits, with single '.', '_' or '-' between, beginning with a letter."
        yield Finding("item-id", message, document.place_of((*at, "id")), ("8.1.1",), hint)
    if not native.title.strip():
        yield Finding("title", "the title is blank", document.place_of((*at, "title")))
    if native.type is None and kind is None:
        hint = f"Add 'type': one of {', '.join(ItemType)}."
        yield Finding("missing", "'type' is missing", document.place_of(at), hint=hint)
    for path, text in _texts(native):
        if hidden := _HIDDEN.search(text):
            yield _hidden_character(f"'{path[0]}'", hidden[0], document.place_of((*at, *path)))
    yield from _mapping_faults(native, document, at)
    for role, targets in native.links.items():
        for target in _targets(targets):
            if not is_item_id(target):
                place = document.place_of((*at, "links", role))
                yield Finding("link-target", f"{role}: {target[:100]!a} is not an item's ID", place)


def _texts(native: NativeItem) -> Iterator[tuple[Path, str]]:
    yield ("title",), native.title
    yield ("text",), native.text
    for name, value in native.fields.items():
        for member in _several(value):
            for text in member.values() if isinstance(member, dict) else (member,):
                if isinstance(text, str):
                    yield ("fields", name), text


def _mapping_faults(native: NativeItem, document: PlacedDocument, at: Path) -> Iterator[Finding]:
    """Yield what is wrong with members of fields that are written as mappings: only the steps of a protocol are."""
    for name, value in native.fields.items():
        for number, member in enumerate(_several(value)):
            if isinstance(member, dict):
                place = document.place_of((*at, "fields", name, number))
                try:
                    step_text(member)
                except StepMalformed as error:
                    yield Finding("protocol-step", f"{native.id[:100]}: {error}", place, ("5.7.5",))
                if name != STEPS:
                    message = f"'{name}' holds a mapping; only the steps of a test protocol are written so"
                    yield Finding("field-value", message, place, hint="Write it as texts.")


def _targets(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _several(value: _Scalar | list[_Member]) -> list[_Member]:
    return value if isinstance(value, list) else [value]


def _member_text(member: _Member) -> str:
    return step_text(member) if isinstance(member, dict) else _text(member)


def _text(value: _Scalar) -> str:
    return value.strip() if isinstance(value, str) else str(value).lower()


def _hidden_character(where: str, character: str, place: Place) -> Finding:
    message = f"{where} holds the hidden character U+{ord(character):04X}"
    return Finding(
        "hidden-character", message, place, hint="Remove it: what is shown must be what is hashed."
    )
