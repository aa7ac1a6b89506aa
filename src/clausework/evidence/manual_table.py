"""The form of a manual test as a table: what its CSV and its XLSX spelling have in common.

Each line begins with what it is; the lines of the steps follow their header. The last line says how many steps there
were, so that a file that breaks off is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from clausework.evidence.manual_form import (
    SCHEMA,
    FilledStep,
    Instrument,
    ManualForm,
    NamedFile,
    SoftwareUnderTest,
)
from clausework.evidence.source import ValueRejected, WrongKind

TITLE = "Manual test record"
END = "End of form"

STEP_COLUMNS = (
    "Step",
    "Action",
    "Expected",
    "Tolerance",
    "Actual",
    "Outcome (pass, fail, blocked)",
    "Attachments (files, separated by ;)",
    "Remark",
)
SOFTWARE = "Software under test"
SOFTWARE_COLUMNS = (SOFTWARE, "SHA-256")
EQUIPMENT = "Equipment used"
EQUIPMENT_COLUMNS = (EQUIPMENT, "ID", "Calibrated until (YYYY-MM-DD)")

LINES = {
    "Protocol": "protocol",
    "Version of the protocol (SHA-256)": "protocol_sha256",
    "Title": "title",
    "Level": "level",
    "Preconditions": "preconditions",
    "Device serial number": "serial",
    "Environment": "environment",
    "Tester (e-mail)": "tester",
    "Performed on (UTC)": "performed_at",
    "Remarks": "remarks",
}
"""The lines of the form's head, and the member of the form that each holds."""

FILLED_BY_TESTER = frozenset({"serial", "environment", "tester", "performed_at", "remarks"})

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MOMENT_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?")

Row = tuple[str, ...]


def rows_of(form: ManualForm) -> Iterator[Row]:
    """Yield the rows of ``form``; an empty row parts its sections."""
    yield (TITLE, SCHEMA)
    yield from ((label, str(getattr(form, member))) for label, member in LINES.items())
    yield ()
    yield SOFTWARE_COLUMNS
    yield from ((one.name, one.sha256) for one in form.software)
    yield ()
    yield EQUIPMENT_COLUMNS
    yield from ((one.name, one.id, one.calibrated_until) for one in form.equipment)
    yield ()
    yield STEP_COLUMNS
    for number, step in enumerate(form.steps, start=1):
        files = "; ".join(file.name for file in step.attachments)
        yield (
            *(str(number), step.action, step.expected, step.tolerance),
            *(step.actual, step.outcome, files, step.remark),
        )
    yield (END, str(len(form.steps)))


def form_of(rows: Iterable[Sequence[str]]) -> ManualForm:
    """Return the form that ``rows`` hold; raises ``WrongKind`` and ``ValueRejected`` where they are not one, whole."""
    reading = _Table()
    for number, row in enumerate(rows, start=1):
        cells = _cells(row)
        if cells:
            reading.take(number, cells)
    return reading.form()


def guarded(cell: str) -> str:
    """Return a cell so that a spreadsheet takes it for no formula: an apostrophe goes before what would be one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(row: Sequence[str]) -> Row:
    cells = [cell.strip() for cell in row]
    cells = [cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


class _Table:
    """Takes the rows of a form in their order."""

    def __init__(self) -> None:
        self.members: dict[str, str] = {}
        self.software: list[SoftwareUnderTest] = []
        self.equipment: list[Instrument] = []
        self.steps: list[FilledStep] = []
        self.section = ""
        self.seen: set[str] = set()
        self.ended = False

    def take(self, number: int, cells: Row) -> None:
        label = cells[0]
        if not self.section and cells[:2] != (TITLE, SCHEMA):
            raise WrongKind(f"row {number} is not '{TITLE}' with '{SCHEMA}'")
        if self.ended:
            raise ValueRejected(f"row {number} stands behind the end of the form")
        if not self.section:
            self.section = TITLE
        elif label in {SOFTWARE, EQUIPMENT, STEP_COLUMNS[0]}:
            self._open(number, label, cells)
        elif label == END and self.section == STEP_COLUMNS[0]:
            self._end(number, cells)
        elif self.section == TITLE:
            self._line(number, label, cells)
        elif self.section == SOFTWARE:
            self.software.append(SoftwareUnderTest(*_fitted(number, cells, 2)))
        elif self.section == EQUIPMENT:
            self.equipment.append(Instrument(*_fitted(number, cells, 3)))
        else:
            self._step(number, cells)

    def form(self) -> ManualForm:
        if not self.ended:
            raise ValueRejected(f"the form breaks off: its last row, '{END}', is missing")
        missing = [label for label, member in LINES.items() if member not in self.members]
        if missing:
            raise ValueRejected(f"the form has no row '{missing[0]}'")
        return ManualForm(
            SCHEMA,
            steps=tuple(self.steps),
            software=tuple(self.software),
            equipment=tuple(self.equipment),
            **self.members,
        )

    def _open(self, number: int, label: str, cells: Row) -> None:
        if label in self.seen:
            raise ValueRejected(f"row {number} begins the section '{label}' a second time")
        columns = {SOFTWARE: SOFTWARE_COLUMNS, EQUIPMENT: EQUIPMENT_COLUMNS}.get(label, STEP_COLUMNS)
        if cells != columns:
            raise ValueRejected(f"row {number} should have the columns {', '.join(columns)}")
        self.seen.add(label)
        self.section = label

    def _line(self, number: int, label: str, cells: Row) -> None:
        member = LINES.get(label)
        if member is None:
            raise ValueRejected(f"row {number}: '{label[:60]}' is no line of the form")
        if member in self.members:
            raise ValueRejected(f"row {number}: '{label}' is given twice")
        value = _fitted(number, cells, 2)[1]
        if member == "performed_at" and _MOMENT_WITHOUT_ZONE.fullmatch(value):
            value = f"{value}Z"
        self.members[member] = value

    def _step(self, number: int, cells: Row) -> None:
        values = _fitted(number, cells, len(STEP_COLUMNS))
        if values[0] != str(len(self.steps) + 1):
            raise ValueRejected(
                f"row {number} is step '{values[0][:20]}' where {len(self.steps) + 1} should be"
            )
        action, expected, tolerance, actual, outcome, attachments, remark = values[1:]
        files = tuple(NamedFile(name.strip()) for name in attachments.split(";") if name.strip())
        self.steps.append(FilledStep(action, expected, tolerance, actual, outcome, files, remark))

    def _end(self, number: int, cells: Row) -> None:
        if _fitted(number, cells, 2)[1] != str(len(self.steps)):
            raise ValueRejected(
                f"the form holds {len(self.steps)} steps, and ends as one of '{cells[-1][:20]}'"
            )
        self.ended = True


def _fitted(number: int, cells: Row, columns: int) -> Row:
    if len(cells) > columns:
        raise ValueRejected(f"row {number} has {len(cells)} cells, where {columns} are known")
    return (*cells, *("" for _ in range(columns - len(cells))))
