"""From ReqIF documents to foreign items: headings left out, relations as links, what leads nowhere told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue
from clausework.items.readers.columns import Use, plain, planned_uses
from clausework.items.readers.reqif_model import Document
from clausework.items.readers.reqif_said import Home, References, Said, homes_in, said_by
from clausework.items.source import ForeignItem, ForeignLink, SourceRead
from clausework.plan.model import ItemMapping

SECTION, IN_TABLE, EMBEDDED, DESCRIBED = "section", "in_table", "embedded_objects", "desc"
"""Fields that no attribute says: the headings above an object, whether it is in a table, what its texts embed, DESC."""


class _Read(msgspec.Struct, frozen=True):
    document: Document
    said: tuple[Said, ...]
    homes: dict[str, Home]
    links: tuple[tuple[str, str, ForeignLink], ...]
    findings: tuple[Finding, ...]


def items_of(documents: Sequence[Document], mapping: ItemMapping) -> SourceRead:
    """Return the objects of ``documents`` as foreign items, their relations as links, and what is wrong in them."""
    planned = planned_uses(mapping)
    every = [_read(document, planned) for document in documents]
    ids: dict[str, str] = {}
    for one in every:
        for said in one.said:
            ids.setdefault(said.object.identifier, said.id)
    links, of_links = _links_by_source(every, ids)
    related = set(links) | {end for one in every for _, end, _ in one.links}
    items = [
        _item_of(said, links.get(said.object.identifier, []), one.homes, above, planned)
        for one in every
        for said, above in _kept(one, related, {plain(name) for name in mapping.types})
    ]
    findings = [*(finding for one in every for finding in one.findings), *of_links]
    findings += _unknown_columns(documents, planned)
    if documents and not items:
        what = f"its {len(ids)} objects are headings, or deleted" if ids else "no SPEC-OBJECT is in it"
        hint = "Export the specification's objects with it, with their texts."
        findings.append(Finding("empty", what, Place(documents[0].path), hint=hint))
    return SourceRead(tuple(items), tuple(findings))


def _read(document: Document, planned: Mapping[str, Use]) -> _Read:
    references = References(document)
    homes = homes_in(document, references)
    said = [said_by(one, references, homes.get(one.identifier, Home()), planned) for one in document.objects]
    links = []
    for relation in document.relations:
        named = references.name_in(document.relation_types, relation.type, relation.place) or relation.type
        link = ForeignLink(named, relation.target, relation.place)
        links.append((relation.source, relation.target, link))
    findings = (*document.findings, *references.findings())
    return _Read(document, tuple(said), homes, tuple(links), findings)


def _links_by_source(
    every: Sequence[_Read], ids: Mapping[str, str]
) -> tuple[dict[str, list[ForeignLink]], list[Finding]]:
    """Return each object's links, and a finding per relation that begins nowhere: no item can tell of it."""
    links: dict[str, list[ForeignLink]] = {}
    findings: list[Finding] = []
    for source, target, link in (one for read in every for one in read.links):
        led = msgspec.structs.replace(link, target=ids.get(target, target))
        if source in ids:
            links.setdefault(source, []).append(led)
            continue
        rule = "L19-dangling-link" if source else "blank-link"
        begins = f"at {source[:100]!a}, which is no object that was read" if source else "nowhere"
        message = f"a relation '{link.name}' to {led.target[:100]!a} begins {begins}"
        hint = "Export both ends with it, or remove the relation if the object was deleted."
        findings.append(Finding(rule, message, link.place or Place(""), ("5.1.1",), hint))
    return links, findings


def _kept(
    one: _Read, related: Collection[str], named: Collection[str]
) -> Iterator[tuple[Said, tuple[str, ...]]]:
    """Yield what is neither heading nor deleted, with the headings above it; what has relations is no mere heading."""
    headings = {
        said.object.identifier: said.title
        for said in one.said
        if said.object.identifier not in related
        and (said.chapter or (said.heading and plain(said.kind) not in named))
    }
    above = _headings_above(one.document, headings)
    for said in one.said:
        if said.object.identifier not in headings and not said.deleted:
            yield said, above.get(said.object.identifier, ())


def _headings_above(document: Document, headings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    above: dict[str, tuple[str, ...]] = {}
    for specification in document.specifications:
        open_headings: list[tuple[int, str]] = []
        for node in specification.nodes:
            while open_headings and open_headings[-1][0] >= node.depth:
                open_headings.pop()
            above.setdefault(node.object, tuple(title for _, title in open_headings))
            if node.object in headings:
                open_headings.append((node.depth, headings[node.object]))
    return above


def _item_of(
    said: Said,
    links: Sequence[ForeignLink],
    homes: Mapping[str, Home],
    above: Sequence[str],
    planned: Mapping[str, Use],
) -> ForeignItem:
    one = said.object
    home = homes.get(one.identifier, Home())
    fields: dict[str, FieldValue] = {}
    for attribute in said.fields:
        _add(fields, attribute.name, attribute.value)
    own: dict[str, FieldValue] = {
        SECTION: " > ".join(above),
        IN_TABLE: "true" if home.in_table else "",
        EMBEDDED: said.embedded,
        DESCRIBED: one.description,
    }
    for name, value in own.items():
        use = planned.get(name, Use("field", name))
        if use.what == "field" and use.name not in fields:
            _add(fields, use.name, value)
    return ForeignItem(said.id, said.kind, said.title, said.text, (*said.links, *links), fields, one.place)


def _add(fields: dict[str, FieldValue], name: str, value: FieldValue) -> None:
    """Add a value that is not blank; two attributes of one name become one field of several texts."""
    if isinstance(value, str):
        if not value.strip():
            return
    elif not any(part.strip() for part in value):
        return
    if name in fields:
        fields[name] = (*_several(fields[name]), *_several(value))
    else:
        fields[name] = value


def _several(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _unknown_columns(documents: Sequence[Document], planned: Mapping[str, Use]) -> Iterator[Finding]:
    known = {plain(one.name) for document in documents for one in document.definitions.values()}
    known |= {SECTION, IN_TABLE, EMBEDDED, DESCRIBED}
    for name in planned:
        if documents and name not in known:
            hint = "Name it in the plan as its LONG-NAME has it."
            place = Place(documents[0].path)
            yield Finding("column", f"no attribute is called '{name}', which the plan maps", place, hint=hint)
