"""The lines of a Cobertura report by class, for its totals count classes in more than one way."""

from __future__ import annotations

from array import array

from clausework.evidence.detail import DetailWriter
from clausework.evidence.readers.coverage_lines import Files, TooManyLines, Totals, merged, packed, totals_of

MOST_LINES_OF_A_CLASS = 250_000
"""Lines of one class, which are held apart until it ends."""


class Classes:
    """Lines of classes.

    ``as_elements`` totals the line elements of classes; ``as_listed`` counts each class's lines, those of its
    methods included, once.
    """

    def __init__(self) -> None:
        self.as_elements = Totals()
        self.as_listed = Totals()
        self.files = Files()
        self._name = ""
        self._class: dict[int, int] = {}
        self._elements = array("Q")

    def open_class(self, file_name: str) -> None:
        """Begin a class that stands in ``file_name``."""
        self._name = file_name
        self._class = {}

    def add(self, number: int, conditions: tuple[int, int], *, hit: bool, in_method: bool) -> None:
        """Take a line of the open class, whose methods may list its lines as well; raises ``TooManyLines``.

        ``conditions`` are how many of the line's branches were taken, and how many there are.
        """
        line = packed(number, hit=hit, covered=conditions[0], total=conditions[1])
        if len(self._class) >= MOST_LINES_OF_A_CLASS or len(self._elements) >= MOST_LINES_OF_A_CLASS:
            raise TooManyLines(f"a class lists more than {MOST_LINES_OF_A_CLASS} lines")
        if not in_method:
            self._elements.append(line)
        known = self._class.get(number)
        self._class[number] = line if known is None else merged([known, line])

    def close_class(self) -> None:
        """End the open class."""
        self.as_elements = self.as_elements.plus(totals_of(self._elements))
        self.as_listed = self.as_listed.plus(totals_of(self._class.values()))
        self.files.add(self._name, self._class.values())
        self._class = {}
        self._elements = array("Q")

    def write(self, detail: DetailWriter, folders: frozenset[str], *, branches: bool) -> tuple[Totals, int]:
        """Write each file's coverage; return the totals and how many lines were listed with different counts.

        ``folders`` are the report's source folders. Where there are several, one file name may stand for several
        files: then a line ran only if all that is listed for it says so, and no other report can be merged with it.
        ``branches`` tells that branches were measured, even where no line has any.
        """
        one = next(iter(folders)) if len(folders) == 1 else ""
        several = len(folders) > 1
        totals = self.files.write(
            detail,
            folder="" if one == "." else one,
            cautious=several,
            whole=not several,
            branches=branches or None,
        )
        return totals, self.files.disagreeing
