"""XML parsed by expat with places: no document types, no entities, one whole document, nesting within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from xml.parsers import expat

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection

DEEPEST = 400
"""Levels of elements within elements: a hierarchy takes two for each of its own."""

_LAST = True
_HINT = "Export the file again; it was cut off, changed by hand, or is of another format."

Here = Callable[[], Place]
"""Returns the place at which the parser stands."""


class Events(Protocol):
    """What is told of a document: names are ``namespace local``, or ``local`` where there is no namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, data: str) -> None:
        """Take character data."""


def parse_xml(data: bytes, path: str, make: Callable[[Here], Events]) -> None:
    """Parse ``data``, the file ``path``, handing what it holds to what ``make`` returns.

    Raises ``Rejection`` unless it is one well-formed document without a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def here() -> Place:
        return Place(path, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    events = make(here)
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Rejection("xml", f"elements are nested deeper than {DEEPEST}", here(), _HINT)
        events.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.end(name)

    def refuse_doctype(name: str, *_: object) -> None:
        hint = "Export without a document type: entities could grow without bound, or vanish."
        raise Rejection("xml", f"a document type ('{name[:60]}') is declared", here(), hint)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = events.text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(data, _LAST)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, str(error))
        place = Place(path, parser.ErrorLineNumber, parser.ErrorColumnNumber + 1)
        raise Rejection("xml", f"not well-formed XML: {what}", place, _HINT) from error
    except (LookupError, UnicodeError) as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise  # it comes from a handler, not from the parser
        raise Rejection("xml", f"the declared encoding cannot be decoded: {error}", Place(path, 1)) from error
    except ValueError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise
        raise Rejection("xml", f"the declared encoding cannot be decoded: {error}", Place(path, 1)) from error


class _Nothing:
    """Takes nothing: for a document that is only to be well formed."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Leave it."""

    def end(self, name: str) -> None:
        """Leave it."""

    def text(self, data: str) -> None:
        """Leave it."""


def check_xml(data: bytes, path: str) -> None:
    """Make sure that ``data`` may be handed to another parser; raises ``Rejection`` as ``parse_xml`` does."""
    parse_xml(data, path, lambda _: _Nothing())
