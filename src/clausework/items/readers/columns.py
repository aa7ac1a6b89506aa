"""What columns of a table, or attributes, hold: as the plan's mapping says, else by names in common use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from clausework.items.foreign import LEFT_OUT
from clausework.items.readers.conventions import ROLES_BY_NAME
from clausework.plan.model import ItemMapping

_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
_SEVERAL = "[]"
_SEPARATOR = re.compile(r"[ \t]*(?:[,;][ \t]*\n?|\n)[ \t]*")

IDS = ("id", "identifier", "uid", "objectidentifier", "requirementid", "reqid", "itemid", "key", "issuekey")
"""Names of what holds the ID, the first that is there counting; compared without case, blanks and punctuation."""

TYPES = ("type", "itemtype", "artifacttype", "issuetype", "kind")
TITLES = ("title", "name", "summary", "headline", "shorttext", "objectshorttext", "header")
TEXTS = (
    "text",
    "statement",
    "description",
    "requirementtext",
    "requirement",
    "objecttext",
    "primarytext",
    "content",
)
_LINKS = frozenset({"links", "link", "linkeditems", "parent", "parents", "parentid", "uplinks", "tracesto"})
_PLAIN_WORDS = frozenset({"uses", "causes", "controls", "estimates", "affects", "resolves"})
_ROLE_NAMES = {name: role for name, role in ROLES_BY_NAME.items() if role not in _PLAIN_WORDS}


class Use(msgspec.Struct, frozen=True):
    """What a column holds: ``id``, ``type``, ``title``, ``text``, a ``link``, a ``field``, a ``list`` or ``nothing``.

    ``name`` is the link's or the field's.
    """

    what: str
    name: str = ""


class Columns(msgspec.Struct, frozen=True):
    """The use of each column, in their order."""

    header: tuple[str, ...]
    uses: tuple[Use, ...]

    def of(self, what: str) -> int:
        """Return the number of the column that holds ``what``; -1 where none does."""
        return next((number for number, use in enumerate(self.uses) if use.what == what), -1)


def folded(name: str) -> str:
    """Return ``name`` as built-in names are compared: lower-case letters and digits alone."""
    return _NOT_IN_NAME.sub("", name.lower())


def plain(name: str) -> str:
    """Return ``name`` as names in the plan are compared: without case, white space as single blanks."""
    return " ".join(name.split()).casefold()


def planned_uses(mapping: ItemMapping) -> dict[str, Use]:
    """Return what the plan's ``mapping`` says of columns, by their names as ``plain`` gives them."""
    return {plain(name): _use_of(target, name) for name, target in mapping.columns.items()}


def _use_of(target: str, column: str) -> Use:
    if target in {"id", "type", "title", "text"}:
        return Use(target)
    if target == LEFT_OUT:
        return Use("nothing")
    if target == "links":
        return Use("link", column)
    if target.startswith("links."):
        return Use("link", target.removeprefix("links."))
    return Use("field", target)


def columns_of(header: Sequence[str], planned: dict[str, Use]) -> Columns:
    """Return what the columns under ``header`` hold; a column of no name holds nothing."""
    uses = [planned.get(plain(name)) or _said_by(name) for name in header]
    for what, names in (("id", IDS), ("type", TYPES), ("title", TITLES), ("text", TEXTS)):
        if Use(what) in uses:
            continue
        fold = [folded(name) if use.what == "field" else "" for name, use in zip(header, uses, strict=True)]
        first = next((name for name in names if name in fold), "")
        for number, name in enumerate(fold):
            if first and name == first and plain(header[number]) not in planned:
                uses[number] = Use(what)
    return Columns(tuple(header), tuple(uses))


def _said_by(name: str) -> Use:
    written = name.strip()
    if not written:
        return Use("nothing")
    if written.startswith("links."):
        return Use("link", written.removeprefix("links."))
    if written.startswith("fields."):
        return _field(written.removeprefix("fields."))
    if folded(written) in _LINKS:
        return Use("link", written)
    if role := _ROLE_NAMES.get(plain(written)):
        return Use("link", role)
    return _field(written)


def _field(name: str) -> Use:
    if name.endswith(_SEVERAL):
        return Use("list", name.removesuffix(_SEVERAL))
    return Use("field", name)


def targets_in(cell: str) -> Iterator[str]:
    """Yield what the links of a cell lead to: parted by comma, semicolon or line break, blank ones too."""
    if cell.strip():
        yield from (part.strip() for part in _SEPARATOR.split(cell.strip()))


def is_taken(name: str) -> bool:
    """Tell whether a column called ``name`` would be read as something else than the field of that name."""
    return (
        name.endswith(_SEVERAL)
        or folded(name) in {"id", "type", "title", "text"}
        or _said_by(name) != Use("field", name)
    )


def written_list(values: Sequence[str]) -> str:
    r"""Return ``values`` as the one cell of a column ``name[]``: a line each, with ``\n`` and ``\\`` escaped."""
    return "\n".join(
        value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") for value in values
    )


def list_in(cell: str) -> tuple[str, ...]:
    """Return the values in the cell of a column ``name[]``."""
    return tuple(_unescaped(line) for line in cell.split("\n"))


_ESCAPE = re.compile(r"\\([\\nr])")
_ESCAPED = {"\\": "\\", "n": "\n", "r": "\r"}


def _unescaped(line: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], line)
