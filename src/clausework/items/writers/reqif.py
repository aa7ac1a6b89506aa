"""Writes items as ReqIF 1.0: an object type per type of item, a relation type per role, one specification.

The ID is ``ReqIF.ForeignID`` and the object's identifier, the title ``ReqIF.Name``, the text ``ReqIF.Text`` in XHTML
whose white space counts. A field of several texts is an enumeration of several values, as ReqIF has no other list.
Links to what is none of the items, such as a software item of the plan, are an attribute ``links.`` and role: a
relation without its end would keep other tools from reading the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

import msgspec

from clausework.core.clock import timestamp
from clausework.items.model import FieldValue, Item
from clausework.items.writers.order import CannotBeWritten, encoded, in_order, several

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ID, _NAME, _WORDS = "ReqIF.ForeignID", "ReqIF.Name", "ReqIF.Text"
_LONGEST = "2147483647"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd" xmlns:xhtml="http://www.w3.org/1999/xhtml">
  <THE-HEADER>
    <REQ-IF-HEADER IDENTIFIER="{identifier}">
      <CREATION-TIME>{at}</CREATION-TIME>
      <REQ-IF-TOOL-ID>Clausework</REQ-IF-TOOL-ID>
      <REQ-IF-VERSION>1.0</REQ-IF-VERSION>
      <SOURCE-TOOL-ID>Clausework</SOURCE-TOOL-ID>
      <TITLE>{title}</TITLE>
    </REQ-IF-HEADER>
  </THE-HEADER>
  <CORE-CONTENT>
    <REQ-IF-CONTENT>
"""
_FOOT = """    </REQ-IF-CONTENT>
  </CORE-CONTENT>
</REQ-IF>
"""


def write_reqif(items: Iterable[Item], stream: BinaryIO, at: datetime, *, title: str = "Items") -> None:
    """Write ``items``, sorted by ID, to ``stream``; the same items and ``at`` give the same bytes.

    Raises ``CannotBeWritten`` where two share an ID, and for a character that XML cannot hold.
    """
    ordered = in_order(items)
    known = {item.id for item in ordered}
    ordered = [msgspec.structs.replace(item, fields=item.fields | _outside(item, known)) for item in ordered]
    moment = timestamp(at)
    said = f'LAST-CHANGE="{moment}"'
    head = _HEAD.format(identifier=_identifier("header"), at=moment, title=_text(title))
    stream.write(encoded(head))
    for name, lines in (
        ("DATATYPES", _datatypes(ordered, said)),
        ("SPEC-TYPES", _types(ordered, said)),
        ("SPEC-OBJECTS", _objects(ordered, said)),
        ("SPEC-RELATIONS", _relations(ordered, known, said)),
        ("SPECIFICATIONS", _specification(ordered, said, title)),
    ):
        stream.write(encoded(f"      <{name}>\n"))
        for line in lines:
            stream.write(encoded(f"        {line}\n"))
        stream.write(encoded(f"      </{name}>\n"))
    stream.write(encoded(_FOOT))


def _datatypes(items: Sequence[Item], said: str) -> Iterator[str]:
    yield (
        f'<DATATYPE-DEFINITION-STRING IDENTIFIER="{_identifier("string")}" {said} LONG-NAME="String"'
        f' MAX-LENGTH="{_LONGEST}"/>'
    )
    yield f'<DATATYPE-DEFINITION-XHTML IDENTIFIER="{_identifier("xhtml")}" {said} LONG-NAME="Text"/>'
    for name, values in sorted(_choices(items).items()):
        identifier = _identifier("choice", name)
        yield f'<DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="{identifier}" {said} LONG-NAME="{_attribute(name)}">'
        yield "  <SPECIFIED-VALUES>"
        for key, value in enumerate(sorted(values)):
            yield (
                f'    <ENUM-VALUE IDENTIFIER="{_identifier("value", name, value)}" {said}'
                f' LONG-NAME="{_attribute(value)}">'
                f'<PROPERTIES><EMBEDDED-VALUE KEY="{key}" OTHER-CONTENT=""/></PROPERTIES></ENUM-VALUE>'
            )
        yield "  </SPECIFIED-VALUES>"
        yield "</DATATYPE-DEFINITION-ENUMERATION>"


def _choices(items: Sequence[Item]) -> dict[str, set[str]]:
    choices: dict[str, set[str]] = {}
    for item in items:
        for name, value in item.fields.items():
            if not isinstance(value, str):
                choices.setdefault(name, set()).update(several(value))
    return {name: values for name, values in choices.items() if values}


def _types(items: Sequence[Item], said: str) -> Iterator[str]:
    for kind in sorted({str(item.type) for item in items}):
        own = [item for item in items if item.type == kind]
        yield f'<SPEC-OBJECT-TYPE IDENTIFIER="{_identifier("type", kind)}" {said} LONG-NAME="{kind}">'
        yield "  <SPEC-ATTRIBUTES>"
        for name in (_ID, _NAME):
            yield _definition("STRING", kind, name, said, _identifier("string"))
        yield _definition("XHTML", kind, _WORDS, said, _identifier("xhtml"))
        for name, is_text in sorted({(name, isinstance(value, str)) for name, value in _fields(own)}):
            if is_text:
                yield _definition("STRING", kind, name, said, _identifier("string"))
            else:
                yield _definition("ENUMERATION", kind, name, said, _identifier("choice", name))
        yield "  </SPEC-ATTRIBUTES>"
        yield "</SPEC-OBJECT-TYPE>"
    for role in sorted({link.role for item in items for link in item.links}):
        yield (
            f'<SPEC-RELATION-TYPE IDENTIFIER="{_identifier("role", role)}" {said}'
            f' LONG-NAME="{_attribute(role)}"/>'
        )
    yield f'<SPECIFICATION-TYPE IDENTIFIER="{_identifier("specification-type")}" {said} LONG-NAME="Items"/>'


def _fields(items: Sequence[Item]) -> Iterator[tuple[str, FieldValue]]:
    for item in items:
        for name, value in sorted(item.fields.items()):
            if several(value):
                yield name, value


def _definition(form: str, kind: str, name: str, said: str, datatype: str) -> str:
    several_values = ' MULTI-VALUED="true"' if form == "ENUMERATION" else ""
    return (
        f'    <ATTRIBUTE-DEFINITION-{form} IDENTIFIER="{_identifier("attribute", form, kind, name)}" {said}'
        f' LONG-NAME="{_attribute(name)}"{several_values}><TYPE><DATATYPE-DEFINITION-{form}-REF>{datatype}'
        f"</DATATYPE-DEFINITION-{form}-REF></TYPE></ATTRIBUTE-DEFINITION-{form}>"
    )


def _objects(items: Sequence[Item], said: str) -> Iterator[str]:
    for item in items:
        kind = str(item.type)
        yield f'<SPEC-OBJECT IDENTIFIER="{item.id}" {said}>'
        yield "  <VALUES>"
        yield _value("STRING", kind, _ID, f' THE-VALUE="{item.id}"', "")
        yield _value("STRING", kind, _NAME, f' THE-VALUE="{_attribute(item.title)}"', "")
        yield _value("XHTML", kind, _WORDS, "", f"<THE-VALUE>{_xhtml(item.text)}</THE-VALUE>")
        for name, value in _fields([item]):
            if isinstance(value, str):
                yield _value("STRING", kind, name, f' THE-VALUE="{_attribute(value)}"', "")
            else:
                chosen = "".join(
                    f"<ENUM-VALUE-REF>{_identifier('value', name, one)}</ENUM-VALUE-REF>"
                    for one in several(value)
                )
                yield _value("ENUMERATION", kind, name, "", f"<VALUES>{chosen}</VALUES>")
        yield "  </VALUES>"
        yield f"  <TYPE><SPEC-OBJECT-TYPE-REF>{_identifier('type', kind)}</SPEC-OBJECT-TYPE-REF></TYPE>"
        yield "</SPEC-OBJECT>"


def _value(form: str, kind: str, name: str, attribute: str, content: str) -> str:
    identifier = _identifier("attribute", form, kind, name)
    return (
        f"    <ATTRIBUTE-VALUE-{form}{attribute}>{content}<DEFINITION><ATTRIBUTE-DEFINITION-{form}-REF>{identifier}"
        f"</ATTRIBUTE-DEFINITION-{form}-REF></DEFINITION></ATTRIBUTE-VALUE-{form}>"
    )


def _xhtml(text: str) -> str:
    lines = "<xhtml:br/>".join(_text(line) for line in text.split("\n"))
    return f'<xhtml:div style="white-space: pre-wrap">{lines}</xhtml:div>'


def _outside(item: Item, known: Collection[str]) -> dict[str, FieldValue]:
    """Return the links that lead to none of the ``known`` as fields: no name of a field has a dot."""
    outside: dict[str, list[str]] = {}
    for link in item.links:
        if link.target not in known:
            outside.setdefault(f"links.{link.role}", []).append(link.target)
    return {name: "; ".join(targets) for name, targets in outside.items()}


def _relations(items: Sequence[Item], known: Collection[str], said: str) -> Iterator[str]:
    for item in items:
        for number, link in enumerate(item.links):
            if link.target not in known:
                continue
            identifier = _identifier("relation", item.id, link.role, link.target, str(number))
            yield f'<SPEC-RELATION IDENTIFIER="{identifier}" {said}>'
            yield f"  <SOURCE><SPEC-OBJECT-REF>{item.id}</SPEC-OBJECT-REF></SOURCE>"
            yield f"  <TARGET><SPEC-OBJECT-REF>{_text(link.target)}</SPEC-OBJECT-REF></TARGET>"
            role = _identifier("role", link.role)
            yield f"  <TYPE><SPEC-RELATION-TYPE-REF>{role}</SPEC-RELATION-TYPE-REF></TYPE>"
            yield "</SPEC-RELATION>"


def _specification(items: Sequence[Item], said: str, title: str) -> Iterator[str]:
    yield f'<SPECIFICATION IDENTIFIER="{_identifier("specification")}" {said} LONG-NAME="{_attribute(title)}">'
    kind = _identifier("specification-type")
    yield f"  <TYPE><SPECIFICATION-TYPE-REF>{kind}</SPECIFICATION-TYPE-REF></TYPE>"
    yield "  <CHILDREN>"
    for item in items:
        yield (
            f'    <SPEC-HIERARCHY IDENTIFIER="{_identifier("place", item.id)}" {said}><OBJECT><SPEC-OBJECT-REF>'
            f"{item.id}</SPEC-OBJECT-REF></OBJECT></SPEC-HIERARCHY>"
        )
    yield "  </CHILDREN>"
    yield "</SPECIFICATION>"


def _identifier(*parts: str) -> str:
    """Return an identifier that XML allows, the same for the same parts; none can be an item's ID."""
    return f"_{hashlib.sha256(encoded(chr(0).join(parts))).hexdigest()[:32]}"


def _attribute(text: str) -> str:
    return _whole(text).translate(_ATTRIBUTE)


def _text(text: str) -> str:
    return _whole(text).translate(_TEXT)


def _whole(text: str) -> str:
    if found := _NOT_IN_XML.search(text):
        near = text[max(0, found.start() - 40) : found.start()]
        raise CannotBeWritten(f"XML cannot hold U+{ord(found[0]):04X}, which stands behind {near!a}.")
    return text
