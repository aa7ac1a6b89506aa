"""A component in CycloneDX XML, gathered element by element."""

from __future__ import annotations

from clausework.evidence.detail import Component
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, identity
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

Place = tuple[str, ...]
"""Names of the elements from a component down to one within it."""

_ONCE: dict[Place, str] = {
    ("publisher",): "publisher",
    ("author",): "author",
    ("group",): "group",
    ("name",): "name",
    ("version",): "version",
    ("versionRange",): "version",
    ("scope",): "scope",
    ("cpe",): "cpe",
    ("purl",): "purl",
    ("supplier", "name"): "supplier",
    ("manufacturer", "name"): "manufacturer",
}
_HASH: Place = ("hashes", "hash")
_AUTHOR: Place = ("authors", "author", "name")
_LICENCES: tuple[Place, ...] = (
    ("licenses", "license", "id"),
    ("licenses", "license", "name"),
    ("licenses", "expression"),
)
_DETAILED: Place = ("licenses", "expression-detailed")
_READ = {*_ONCE, _HASH, _AUTHOR, *_LICENCES}
_ON_THE_WAY = {place[:length] for place in _READ for length in range(1, len(place))}
_MOST_VALUES = 10_000


class OpenComponent:
    """A component whose end has not come yet.

    ``level`` is how deep in the document it stands, ``once`` the lists within it that were opened.
    """

    def __init__(self, attributes: Attributes, level: int, parent: str) -> None:
        self.level = level
        self.parent = parent
        self.type = attributes.get("type", "")
        self.reference = attributes.get("bom-ref", "")
        self._texts: dict[str, str] = {}
        self._hashes: list[str] = []
        self._licences: list[str] = []
        self._authors: list[str] = []
        self._algorithm = ""
        self._identity = ""
        self.once: set[str] = set()

    def identity(self) -> str:
        """Return what the components within it name as their parent."""
        if not self._identity:
            self._identity = identity(self.component())
        return self._identity

    def opens(self, place: Place, attributes: Attributes) -> bool:
        """Tell whether the text at ``place`` is taken."""
        if place == _HASH:
            self._algorithm = attributes.get("alg", "")
        elif place == _DETAILED:
            self._take_licence(attributes.get("expression", ""))
            return False
        return place in _READ

    def leads_on(self, place: Place) -> bool:
        """Tell whether something that is taken may stand within ``place``."""
        return place in _ON_THE_WAY

    def take(self, place: Place, text: str) -> None:
        """Take the whole text at ``place``; raises ``ValueRejected`` where what is said once is said twice."""
        value = " ".join(text.split())
        once = _ONCE.get(place)
        if once is not None:
            if once in self._texts:
                raise ValueRejected(f"a component gives its {once} twice, '{value[:60]}' the second time")
            self._texts[once] = value
        elif place == _HASH:
            self._hashes.append(f"{self._algorithm}:{value}")
        elif place == _AUTHOR:
            self._authors.append(value)
        else:
            self._take_licence(value)
        if len(self._hashes) + len(self._authors) > _MOST_VALUES:
            raise ValueRejected(f"a component has more than {_MOST_VALUES} hashes or authors")

    def component(self) -> Component:
        """Return what was gathered so far."""
        texts = self._texts
        supplier = (
            texts.get("supplier")
            or texts.get("manufacturer")
            or texts.get("publisher")
            or texts.get("author")
            or ", ".join(filter(None, self._authors))
        )
        return Component(
            texts.get("name", "")[:LONGEST_TEXT],
            texts.get("version", "")[:LONGEST_TEXT],
            texts.get("purl", "")[: 2 * LONGEST_TEXT],
            self.type[:LONGEST_TEXT],
            tuple(self._hashes),
            tuple(self._licences),
            texts.get("scope", "")[:LONGEST_TEXT],
            supplier[:LONGEST_TEXT],
            texts.get("group", "")[:LONGEST_TEXT],
            texts.get("cpe", "")[:LONGEST_TEXT],
            self.parent[: 2 * LONGEST_TEXT],
        )

    def _take_licence(self, licence: str) -> None:
        if licence:
            self._licences.append(licence[:LONGEST_TEXT])
        if len(self._licences) > _MOST_VALUES:
            raise ValueRejected(f"a component has more than {_MOST_VALUES} licences")
