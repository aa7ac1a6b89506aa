"""Expat fed chunk by chunk, refusing what makes XML dangerous or ambiguous to read.

Refused: document type declarations (entities can grow without bound or vanish), entity references that would
be skipped, tags and comments too long to hold, encodings that cannot be decoded, anything not well formed to
the last byte.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from xml.parsers import expat

from clausework.evidence.source import Unreadable

LONGEST_TOKEN = 4 << 20
"""Bytes of one tag with its attributes, or of one comment."""

DEEPEST = 64
"""Levels of elements within elements; deeper nesting is refused by the readers, which know where they are."""

_TEXT_BUFFER = 1 << 16
_LAST = True

Attributes = dict[str, str]
Parser = expat.XMLParserType


class NotWellFormed(Unreadable):
    """A file is not well-formed XML: cut off, followed by something else, or wrongly encoded."""


class DoctypeRefused(Unreadable):
    """A file declares a document type."""


class TokenTooLong(Unreadable):
    """A tag or a comment is longer than is held in memory."""


class NestedTooDeeply(Unreadable):
    """Elements stand within elements beyond all use."""


class _RootSeen(Exception):
    def __init__(self, name: str, attributes: Attributes) -> None:
        super().__init__(name)
        self.name = name
        self.attributes = attributes


def new_parser(doctypes: tuple[str, ...] = ()) -> Parser:
    """Return a parser that refuses document types, but for those whose file name is in ``doctypes``.

    A document type named there may only point outside: its file is never fetched, and a reference to an
    entity that it might define is refused.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _TEXT_BUFFER

    def refuse_doctype(name: str, system_id: str | None, _public_id: str | None, has_subset: int) -> None:
        if has_subset or not system_id or system_id.rsplit("/", 1)[-1] not in doctypes:
            raise DoctypeRefused(f"a document type ('{name}') is declared")

    def refuse_entity(name: str, _is_parameter: int) -> None:
        raise DoctypeRefused(f"the entity '{name[:60]}' is not defined")

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.SkippedEntityHandler = refuse_entity
    return parser


def feed(parser: Parser, pieces: Iterable[bytes], left_out: Callable[[], int] = int) -> None:
    """Feed all ``pieces`` to ``parser``; raises ``Unreadable`` unless they are one whole document.

    ``left_out`` tells how many bytes of the file stand before the last piece but were not among the pieces. What
    handlers raise is given the place at which they raised it.
    """
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise TokenTooLong(f"a tag or comment is longer than {LONGEST_TOKEN} bytes")
        parser.Parse(b"", _LAST)
    except Unreadable as error:
        if error.offset < 0:
            error.offset = parser.CurrentByteIndex + left_out()
        raise
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, str(error))
        offset = parser.ErrorByteIndex + left_out()
        raise NotWellFormed(f"not well-formed XML: {what} at byte {offset}", offset=offset) from error
    except (LookupError, ValueError) as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise  # it comes from a handler, not from the parser
        raise NotWellFormed(f"the declared encoding cannot be decoded: {error}", offset=0) from error


def root_of(head: bytes) -> tuple[str, Attributes] | None:
    """Return the name and attributes of the root element that ``head`` begins with, if it begins with one."""

    def see(name: str, attributes: Attributes) -> None:
        raise _RootSeen(name, attributes)

    def see_doctype(name: str, _system_id: str | None, _public_id: str | None, has_subset: int) -> None:
        if (
            has_subset
        ):  # it names the root; what it declares is not to be expanded, not even to look at the root
            raise _RootSeen(name, {})

    parser = expat.ParserCreate()
    parser.StartElementHandler = see
    parser.StartDoctypeDeclHandler = see_doctype
    try:
        parser.Parse(head)
    except _RootSeen as root:
        return root.name, root.attributes
    except (expat.ExpatError, LookupError, ValueError):
        return None
    return None


def elements_in(head: bytes) -> frozenset[str]:
    """Return the names of the elements that ``head`` shows to begin, whatever its encoding; none behind a fault in it.

    A document type that declares entities ends the look, as nothing of it is to be expanded.
    """
    names: set[str] = set()

    def see(name: str, _attributes: Attributes) -> None:
        names.add(name)

    def see_doctype(name: str, _system_id: str | None, _public_id: str | None, has_subset: int) -> None:
        if has_subset:
            raise _RootSeen(name, {})

    parser = expat.ParserCreate()
    parser.StartElementHandler = see
    parser.StartDoctypeDeclHandler = see_doctype
    with contextlib.suppress(_RootSeen, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head)
    return frozenset(names)
