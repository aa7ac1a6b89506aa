"""What a ReqIF object's attributes come to: its ID, kind, title and text; whether it is a heading, or deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue
from clausework.items.readers.columns import IDS, Use, folded, plain, targets_in
from clausework.items.readers.reqif_model import Document, Specification, SpecObject, Value
from clausework.items.source import ForeignLink

_IDS = ("reqifforeignid", *IDS)
_CHAPTERS = ("reqifchaptername", "objectheading", "chaptername", "heading")
_TITLES = ("reqifname", *_CHAPTERS, "title", "name", "objectshorttext", "summary")
_TEXTS = (
    "reqiftext",
    "reqifdescription",
    "objecttext",
    "text",
    "statement",
    "description",
    "requirementtext",
    "primarytext",
    "content",
)
_DELETED = "reqifforeigndeleted"
_PREFIX = "reqifprefix"
_HEADING_KINDS = frozenset({"heading", "section"})


class Attribute(msgspec.Struct, frozen=True):
    """A value with its attribute's name, references resolved."""

    name: str
    value: FieldValue
    objects: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value as one text."""
        return self.value if isinstance(self.value, str) else "\n".join(self.value)


class Home(msgspec.Struct, frozen=True):
    """The specification in which an object stands first: its name, its prefix of IDs, and whether in a table."""

    specification: str = ""
    prefix: str = ""
    in_table: bool = False


class Said(msgspec.Struct, frozen=True):
    """An object with what its attributes come to; ``fields`` are the rest of them.

    ``chapter``: it has a chapter's name and no text; ``heading``: its kind says that it is one.
    """

    object: SpecObject
    id: str
    kind: str
    title: str
    text: str
    fields: tuple[Attribute, ...]
    links: tuple[ForeignLink, ...]
    embedded: tuple[str, ...]
    chapter: bool
    heading: bool
    deleted: bool


class References:
    """Resolves a document's references to definitions and types; remembers those that lead nowhere."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lost: dict[str, tuple[Place, int]] = {}

    def attributes(self, values: tuple[Value, ...]) -> tuple[Attribute, ...]:
        """Return ``values`` with the names of their attributes."""
        return tuple(self._attribute(value) for value in values)

    def name_in(self, types: Mapping[str, str], identifier: str, place: Place) -> str:
        """Return the name that the type has in ``types``, empty where it has none."""
        if identifier and identifier not in types:
            self._lose(identifier, place)
        return types.get(identifier, "")

    def findings(self) -> Iterator[Finding]:
        """Yield a finding per reference that leads nowhere: what it was to say is lost."""
        for identifier, (place, count) in self._lost.items():
            what = f"the definition {identifier[:100]!a}" if identifier else "a definition, which is blank,"
            message = f"{what} is referred to {count} times, and the file does not have it"
            hint = "Export the whole file again: definitions and types stand in the file that uses them."
            yield Finding("reqif-reference", message, place, hint=hint)

    def _attribute(self, value: Value) -> Attribute:
        definition = self.document.definitions.get(value.definition)
        if definition is None:
            self._lose(value.definition, value.place)
        name = definition.name if definition else value.definition
        if value.chosen is None:
            return Attribute(name, value.text, value.objects)
        chosen = tuple(self._chosen(one, value.place) for one in value.chosen)
        if len(chosen) == 1 and not (definition and definition.several):
            return Attribute(name, chosen[0])
        return Attribute(name, chosen)

    def _chosen(self, identifier: str, place: Place) -> str:
        if identifier not in self.document.chosen_names:
            self._lose(identifier, place)
        return self.document.chosen_names.get(identifier) or identifier

    def _lose(self, identifier: str, place: Place) -> None:
        first, count = self._lost.get(identifier, (place, 0))
        self._lost[identifier] = (first, count + 1)


def homes_in(document: Document, references: References) -> dict[str, Home]:
    """Return where each object of ``document`` that is in a specification stands first."""
    homes: dict[str, Home] = {}
    for specification in document.specifications:
        prefix = _prefix_of(specification, references)
        for node in specification.nodes:
            homes.setdefault(node.object, Home(specification.long_name, prefix, node.in_table))
    return homes


def _prefix_of(specification: Specification, references: References) -> str:
    attributes = references.attributes(specification.values)
    return next((one.text.strip() for one in attributes if folded(one.name) == _PREFIX), "")


def said_by(one: SpecObject, references: References, home: Home, planned: Mapping[str, Use]) -> Said:
    """Return what ``one`` says, by the uses that are ``planned`` for attributes and, after them, by common names."""
    reading = _Reading(references.attributes(one.values), planned)
    own_id = reading.take("id", _IDS) or one.identifier
    if own_id.isdigit():
        own_id = f"{home.prefix}{own_id}"
    type_name = references.name_in(references.document.object_types, one.type, one.place)
    kind = reading.take("type", ()) or type_name or home.specification or one.type
    text = reading.take("text", _TEXTS, blank=True)
    chapter = reading.first(_CHAPTERS[:1] if reading.follows_guide else _CHAPTERS)
    title = reading.take("title", _TITLES) or one.long_name
    return Said(
        one,
        own_id,
        kind,
        title,
        text,
        tuple(reading.fields()),
        tuple(reading.links(one.place)),
        reading.embedded,
        chapter=bool(chapter) and not text,
        heading=kind.casefold() in _HEADING_KINDS,
        deleted=reading.first((_DELETED,)).casefold() in {"true", "1"},
    )


class _Reading:
    """An object's attributes; each is taken once, what is left are its fields and links."""

    def __init__(self, attributes: tuple[Attribute, ...], planned: Mapping[str, Use]) -> None:
        self.attributes = attributes
        self.uses = [planned.get(plain(one.name)) or _linking(one.name) for one in attributes]
        self.names = [folded(one.name) for one in attributes]
        self.taken: set[int] = set()
        self.embedded = tuple(dict.fromkeys(name for one in attributes for name in one.objects))

    def take(self, what: str, names: tuple[str, ...], *, blank: bool = False) -> str:
        """Return the text of what is planned as ``what``, else of the first of ``names``; blank ones if ``blank``."""
        planned = [number for number, use in enumerate(self.uses) if use == Use(what)]
        for number in (*planned, *self._called(names)):
            text = self.attributes[number].text
            if number not in self.taken and (text.strip() or blank):
                self.taken.add(number)
                return text.strip()
        self.taken.update(planned)
        return ""

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first text that is not blank of what is called by ``names``."""
        texts = (self.attributes[number].text.strip() for number in self._called(names))
        return next((text for text in texts if text), "")

    @property
    def follows_guide(self) -> bool:
        """Whether the attributes have ReqIF's own names, so that others are no chapter's."""
        return any(name in {"reqifname", "reqiftext", "reqifchaptername"} for name in self.names)

    def _called(self, names: tuple[str, ...]) -> Iterator[int]:
        for name in names:
            for number, own in enumerate(self.names):
                if own == name and self.uses[number] is None:
                    yield number

    def fields(self) -> Iterator[Attribute]:
        for number, (one, use) in enumerate(zip(self.attributes, self.uses, strict=True)):
            if number in self.taken or (use and use.what in {"nothing", "link"}):
                continue
            name = use.name if use and use.what == "field" else one.name
            yield Attribute(name, one.value)

    def links(self, place: Place) -> Iterator[ForeignLink]:
        for one, use in zip(self.attributes, self.uses, strict=True):
            if use and use.what == "link":
                for target in targets_in(one.text):
                    yield ForeignLink(use.name, target, place)


def _linking(name: str) -> Use | None:
    """Return the use of an attribute in which Clausework writes links to what is no object of the file."""
    return Use("link", name.removeprefix("links.")) if name.startswith("links.") else None
