"""Forms of manual tests: the same in three spellings, and refused whole where anything is missing or cannot be."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.evidence.manual_form import FilledStep, Instrument, ManualForm, NamedFile, SoftwareUnderTest
from clausework.evidence.manual_table import form_of, guarded, rows_of
from tests.evidence.manual_forms import FILLED, as_csv, as_json, as_xlsx
from tests.evidence.recording import accepted, lines, rejected

STEP = FILLED.steps[0]


def but(**changes: Any) -> ManualForm:
    """Return the filled form with some members changed."""
    return msgspec.structs.replace(FILLED, **changes)


def with_step(**changes: Any) -> ManualForm:
    """Return the filled form with its first step changed."""
    return but(steps=(msgspec.structs.replace(STEP, **changes), *FILLED.steps[1:]))


def test_the_three_spellings_say_the_same() -> None:
    """A form is read alike from JSON, CSV and XLSX."""
    read = [accepted(spell(FILLED), TestsRead) for spell in (as_json, as_csv, as_xlsx)]
    assert read[0] == read[1] == read[2]
    manual = read[0].manual
    assert manual is not None
    assert (manual.run.tester, manual.run.steps, manual.level) == ("tester@example.com", 3, "system")
    assert [one.name for one in manual.files] == ["photo.jpg"]


def test_each_step_is_a_case_with_expected_and_actual() -> None:
    """A step is a case of the protocol, linked to it, and tells what was expected and what was seen."""
    first, second, third = lines(as_csv(FILLED), Case)
    assert first.identity == "TP-001//step 1: Close the clamp"
    assert first.links == (("verifies", "TP-001"),)
    assert first.message == "expected: An alarm sounds (within 2 s); actual: Alarm after 1.4 s"
    assert (second.outcome, third.message.endswith("remark: seen twice")) == ("passed", True)


@pytest.mark.parametrize(
    ("said", "outcome"), [("PASS", "passed"), ("Failed", "failed"), (" blocked ", "skipped")]
)
def test_outcomes_are_counted_for_what_they_are(said: str, outcome: str) -> None:
    """A blocked step proved nothing: it is never counted as passed."""
    read = accepted(as_json(with_step(outcome=said)), TestsRead)
    assert getattr(read.counts, outcome) == (3 if outcome == "passed" else 1)
    assert read.counts.cases == 3


REFUSALS: list[tuple[str, ManualForm, str]] = [
    ("no tester", but(tester=""), "the tester is not named"),
    ("a tester who is no address", but(tester="Tess"), "'Tess' is not an e-mail address"),
    ("no day", but(performed_at=""), "does not say when"),
    ("a day that is none", but(performed_at="yesterday"), "is not a time"),
    ("a moment without a zone", but(performed_at="2026-04-10T10:00"), "names no time zone"),
    ("no serial number", but(serial=" "), "serial number is missing"),
    ("no environment", but(environment=""), "environment is missing"),
    ("no software", but(software=()), "no software under test"),
    ("software without digest", but(software=(SoftwareUnderTest("a", "1.0"),)), "'a' has no SHA-256"),
    ("no version of the protocol", but(protocol_sha256="v2"), "version of the protocol is no SHA-256"),
    ("a protocol that is none", but(protocol="../TP"), "is no protocol's ID"),
    ("no level", but(level="unit"), "the level is 'unit'"),
    ("no step", but(steps=()), "it has 0 steps"),
    ("an outcome that is none", with_step(outcome="ok"), "step 1 has the outcome 'ok'"),
    ("no outcome", with_step(outcome=""), "step 1 has no outcome"),
    (
        "a pass without what was seen",
        with_step(actual=" "),
        "step 1 has passed and does not say what was seen",
    ),
    ("a fail without what was seen", with_step(actual="", outcome="fail"), "does not say what was seen"),
    ("blocked without a reason", with_step(actual="", outcome="blocked"), "does not say why"),
    ("a step that says nothing", with_step(expected=""), "lacks what is done"),
    ("an instrument without ID", but(equipment=(Instrument("G"),)), "'G' has no ID"),
    ("an instrument without calibration", but(equipment=(Instrument("G", "1"),)), "no date until which"),
    (
        "a calibration that had ended the day before",
        but(equipment=(Instrument("G", "1", "2026-04-09"),)),
        "was calibrated until 2026-04-09, before it was used on 2026-04-10",
    ),
    ("a calibration that is no day", but(equipment=(Instrument("G", "1", "soon"),)), "is not a day"),
    ("another schema", but(schema="urn:clausework:manual-test:v9"), "of the schema"),
    ("an attachment without a name", with_step(attachments=(NamedFile(""),)), "without a name"),
    ("an attachment of no digest", with_step(attachments=(NamedFile("a", "x"),)), "digest is no SHA-256"),
    ("more than a record holds", but(environment="x" * 1001), "more than 1000 characters"),
]


@pytest.mark.parametrize(("form", "said"), [one[1:] for one in REFUSALS], ids=[one[0] for one in REFUSALS])
def test_a_form_with_a_gap_is_refused(form: ManualForm, said: str) -> None:
    """Whatever a test cannot be repeated or judged without is missed: the form is quarantined and says what lacks."""
    assert said in rejected(as_json(form), "form", "manual_test_json").reason


def test_all_gaps_are_told_at_once() -> None:
    """Nobody mends a form one gap at a time."""
    reason = rejected(as_json(but(tester="", serial="", performed_at=""))).reason
    assert all(said in reason for said in ("tester", "serial", "performed"))


def test_the_last_day_of_a_calibration_still_holds() -> None:
    """An instrument may be used on the day on which its calibration ends, and one that needs none has none."""
    equipment = (Instrument("G", "1", "2026-04-10"), Instrument("Bag (no calibration)", "2"))
    assert accepted(as_csv(but(equipment=equipment)), TestsRead).counts.passed == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["", "sep="])
def test_csv_of_any_spreadsheet_is_read(delimiter: str, head: str) -> None:
    """Commas, semicolons and tabs, with or without the line that names them, are the same form."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows_of(FILLED))
    begin = f"{head}{delimiter}\n" if head else ""
    assert accepted((begin + text.getvalue()).encode(), TestsRead) == accepted(as_csv(FILLED), TestsRead)


def test_no_cell_of_a_form_is_a_formula() -> None:
    """Attack: a protocol's text that a spreadsheet would calculate is written as text, and read back as it was."""
    step = FilledStep('=HYPERLINK("x")', "-1", "+2 s", "@seen", "pass")
    form = but(steps=(step,))
    assert b"\n1,\"'=HYPERLINK" in as_csv(form).replace(b"\r", b"")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(form)))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.value} == {"s"}
    for spell in (as_csv, as_xlsx):
        read = accepted(spell(form), TestsRead)
        assert read.manual is not None
        assert read.manual.steps[0].action == '=HYPERLINK("x")'


Rows = list[tuple[str, ...]]
BROKEN: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "the end is missing": (lambda rows: rows[:-1], "breaks off"),
    "a step is missing before the end": (lambda rows: [*rows[:-2], rows[-1]], "ends as one of"),
    "a step is there twice": (lambda rows: [*rows[:-1], rows[-2], rows[-1]], "where 4 should be"),
    "two testers": (lambda rows: [*rows[:9], rows[8], *rows[9:]], "given twice"),
    "a row that is none": (
        lambda rows: [*rows[:3], ("Verdict", "pass"), *rows[3:]],
        "is no line of the form",
    ),
    "a section twice": (lambda rows: [*rows, *rows[14:]], "behind the end"),
    "a column too many": (
        lambda rows: [(*row, "x") if row and row[0] == "2" else row for row in rows],
        "9 cells",
    ),
    "no row for the tester": (
        lambda rows: [row for row in rows if not row or not row[0].startswith("Tester")],
        "has no row 'Tester (e-mail)'",
    ),
    "a header that was changed": (
        lambda rows: [("Step", "Action", "Result") if row and row[0] == "Step" else row for row in rows],
        "should have the columns",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_table_that_is_no_whole_form_is_refused(what: str) -> None:
    """Rows that are lost, doubled or invented are noticed, wherever they stand."""
    change, said = BROKEN[what]
    text = io.StringIO()
    csv.writer(text).writerows(change(list(rows_of(FILLED))))
    assert said in rejected(text.getvalue().encode(), "form.csv", "manual_test_csv").reason


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)


@given(
    st.lists(
        st.tuples(
            *(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20),) * 6
        ),
        max_size=4,
    )
)
def test_a_table_gives_back_what_was_written(steps: list[tuple[str, str, str, str, str, str]]) -> None:
    """Property: what a form says is what its rows say, but for white space around and an apostrophe that guards."""
    form = but(steps=tuple(FilledStep(a, b, c, d, e, remark=f) for a, b, c, d, e, f in steps))
    again = form_of([tuple(guarded(cell) for cell in row) for row in rows_of(form)])
    for before, after in zip(form.steps, again.steps, strict=True):
        for name in ("action", "expected", "tolerance", "actual", "outcome", "remark"):
            was, now = getattr(before, name).strip(), getattr(after, name)
            assert now in {was, was.removeprefix("'")}


def test_days_and_numbers_of_a_spreadsheet_are_read_as_they_are_meant() -> None:
    """A cell that a spreadsheet turned into a date or a number still says the day and the number."""
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(FILLED)))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if row[0].value == "Performed on (UTC)":
            row[1].value = datetime(2026, 4, 10, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
        elif row[0].value == "Device serial number":
            row[1].value = 42
        elif row[0].value == "Pressure gauge":
            row[2].value = date(2027, 6, 1)
    stream = io.BytesIO()
    book.save(stream)
    manual = accepted(stream.getvalue(), TestsRead).manual
    assert manual is not None
    assert (manual.run.performed_at, manual.run.serial) == ("2026-04-10T09:30:00.000Z", "42")
    assert manual.run.equipment[0].calibrated_until == "2027-06-01"


def _zip(change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(FILLED))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


ATTACKS: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "macros": (lambda parts: parts.update({"xl/vbaProject.bin": b"x"}), "macros"),
    "a document type in a part": (
        lambda parts: parts.update({"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'}),
        "document type",
    ),
    "a part that unpacks to much": (
        lambda parts: parts.update({"xl/media/a.bin": bytes(20 << 20)}),
        "unpacks to more",
    ),
    "many parts": (lambda parts: parts.update({f"xl/{n}": b"" for n in range(300)}), "too many parts"),
    "a sheet that is no XML": (
        lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<worksheet>"}),
        "well-formed",
    ),
    "no sheet": (lambda parts: parts.__delitem__("xl/workbook.xml"), "cannot be read"),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_a_workbook_that_harms_or_hides_is_refused(what: str) -> None:
    """Attack: a workbook with macros, entities, or more in it than it shows is quarantined, never opened as a form."""
    change, said = ATTACKS[what]
    assert said in rejected(_zip(change), "form.xlsx", "manual_test_xlsx").reason


def test_attack_a_formula_says_passed_today_and_failed_tomorrow() -> None:
    """Attack: an outcome is worked out by a formula, with the value that it had when the form was saved."""
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(FILLED)))
    sheet = book.worksheets[0]
    (row,) = [row for row in sheet.iter_rows() if row[0].value == "1"]
    row[5].value = '=IF(TODAY()<DATE(2026,12,1),"pass","fail")'
    stream = io.BytesIO()
    book.save(stream)

    def calculated(parts: dict[str, bytes]) -> None:
        with zipfile.ZipFile(stream) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        saved = re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>pass</v>", sheet)
        assert saved != sheet
        parts["xl/worksheets/sheet1.xml"] = saved

    assert (
        f"cell F{row[5].row} holds a formula"
        in rejected(_zip(calculated), "form.xlsx", "manual_test_xlsx").reason
    )


def test_a_word_document_is_no_form() -> None:
    """Another kind of archive is of no format; it can be attached."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert rejected(stream.getvalue(), "form.docx").format == ""


@pytest.mark.parametrize("member", ["verdict", "signed_by"])
def test_a_member_that_the_form_does_not_have_is_refused(member: str) -> None:
    """Attack: a form that says of itself that it is signed or passed."""
    document = json.loads(as_json(FILLED)) | {member: "yes"}
    rejected(json.dumps(document).encode(), "form.json", "manual_test_json")
    assert "twice" in rejected(as_json(FILLED).replace(b'"tester"', b'"serial"', 1)).reason
