"""Leads runs of plain test cases past the parser, where it is certain that the parser stands between two cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clausework.evidence.readers.junit_runs import Run, read_run
from clausework.evidence.source import Source
from clausework.evidence.xml_events import Attributes, Parser

_NOWHERE = -2  # less than any place in the file, and than one less than that
_LONGEST_WAIT = 63
"""Pieces of the file after which a run is looked for again, where none was for long."""


class Bypass:
    """Divides a report into pieces for the parser and runs for ``take``, which tells whether it takes the run.

    ``left_out`` counts the bytes that the parser was not given.
    """

    def __init__(self, parser: Parser, take: Callable[[Run], bool]) -> None:
        self._parser = parser
        self._take = take
        self._utf_8 = True
        self._closed_at = _NOWHERE
        self._names: tuple[str, ...] = ()
        self._patience = 0
        self._wait = 0
        self.left_out = 0
        parser.XmlDeclHandler = self._declare

    def case_closed(self, attributes: Attributes) -> None:
        """Note that the parser is at the end of a case with these attributes, directly in a suite."""
        self._closed_at = self._parser.CurrentByteIndex
        self._names = tuple(attributes)

    def pieces(self, source: Source) -> Iterator[bytes]:
        """Yield the bytes for the parser in pieces that end before a case; runs between them are taken."""
        waiting, fed, between = b"", 0, False
        for chunk in source.chunks():
            data = waiting + chunk
            cut = max(data.rfind(b"<testcase"), 0) or len(data)
            piece, waiting = data[:cut], data[cut:]
            if between and self._take_run(piece):
                self.left_out += len(piece)
                continue
            yield piece
            between = self._is_between(piece, fed)
            fed += len(piece)
        yield waiting

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._utf_8 = encoding is None or encoding.lower() == "utf-8"

    def _is_between(self, piece: bytes, fed: int) -> bool:
        """Tell whether the parser, given ``piece`` after ``fed`` bytes, stands behind a case and white space.

        Of an end tag the parser tells where it begins, of an empty tag where it ends; a comment or a section
        that begins there would hide what follows.
        """
        last = piece.rfind(b"<")
        is_end_tag = fed + last == self._closed_at and piece.startswith(b"</testcase", last)
        return (is_end_tag or fed + last < self._closed_at) and not piece[piece.rfind(b">") + 1 :].strip()

    def _take_run(self, piece: bytes) -> bool:
        """Take a run of plain cases; after a piece that was none, wait ever longer before trying again."""
        if self._wait > 0:
            self._wait -= 1
            return False
        run = read_run(piece, self._names) if self._utf_8 else None
        if run is None or not self._take(run):
            self._patience = min(2 * self._patience + 1, _LONGEST_WAIT)
            self._wait = self._patience
            return False
        self._patience = 0
        return True
