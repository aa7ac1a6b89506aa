"""Filled forms of manual tests, in each spelling."""

from __future__ import annotations

from clausework.core.digests import sha256_of
from clausework.evidence.manual_form import (
    SCHEMA,
    FilledStep,
    Instrument,
    ManualForm,
    NamedFile,
    SoftwareUnderTest,
)
from clausework.reports.manual_test_form import csv_form, json_form, xlsx_form

FILLED = ManualForm(
    SCHEMA,
    "TP-001",
    sha256_of(b"the protocol"),
    "system",
    (
        FilledStep("Close the clamp", "An alarm sounds", "within 2 s", "Alarm after 1.4 s", "pass"),
        FilledStep("Open the clamp", "The alarm stays", "", "It stayed", "pass", (NamedFile("photo.jpg"),)),
        FilledStep("=1+1", "The display shows 2", "", "2", "Passed", remark="seen twice"),
    ),
    title="Occlusion by hand",
    preconditions="The pump infuses at 25 mL/h",
    software=(SoftwareUnderTest("controller.pyz", sha256_of(b"the software")),),
    serial="SN-0042",
    environment="Laboratory 3, 22 °C",
    tester="tester@example.com",
    performed_at="2026-04-10",
    equipment=(
        Instrument("Pressure gauge", "PG-7", "2027-06-01"),
        Instrument("Clamp (no calibration)", "C-1"),
    ),
)
"""A form that is filled as it must be."""

as_json, as_csv, as_xlsx = json_form, csv_form, xlsx_form
