"""cargo-audit: its own count is checked, and warnings are findings of a lower severity."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence.samples.cargo_audit import CARGO_AUDIT
from tests.evidence.vulnerability_reports import Change, Report, assert_versions_do_not_move, hostile

REPORT = Report("cargo_audit", CARGO_AUDIT)


def warn(kind: str, advisory: Any = None) -> Change:
    """Return a change that leaves one warning of ``kind``."""

    def change(document: Any) -> None:
        document["warnings"] = {kind: [{"package": {"name": "net", "version": "1"}, "advisory": advisory}]}

    return change


def test_the_sample_gives_its_findings() -> None:
    """Crate, version, identifiers, severity by CVSS vector and what mends it are taken."""
    found, withdrawn = REPORT.findings()
    assert (found.rule, found.component, found.version, found.purl) == (
        "RUSTSEC-2026-0001",
        "ring",
        "0.4.7",
        "pkg:cargo/ring@0.4.7",
    )
    assert (found.severity, found.ids, found.fixed_in) == (
        "critical",
        ("RUSTSEC-2026-0001", "CVE-2026-0001"),
        (">=1.1.0",),
    )
    assert (withdrawn.rule, withdrawn.severity, withdrawn.status) == ("yanked", "low", "yanked")
    assert REPORT.read().database_at == "2026-02-12T01:59:58.000Z"


@pytest.mark.parametrize(
    ("kind", "advisory", "severity"),
    [
        ("unmaintained", {"id": "RUSTSEC-2026-0002"}, "low"),
        ("unsound", {"id": "RUSTSEC-2026-0003"}, "medium"),
        ("unsound", {"id": "R-4", "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}, "critical"),
        ("haunted", {"id": "RUSTSEC-2026-0005"}, "high"),
    ],
)
def test_warnings_are_findings(kind: str, advisory: Any, severity: str) -> None:
    """A warning is rated by its vector, else by its kind; one of an unknown kind is grave."""
    assert REPORT.findings(warn(kind, advisory))[1].severity == severity


def test_the_older_form_of_warnings_is_an_array() -> None:
    """Warnings were once one array, each with its kind."""

    def change(document: Any) -> None:
        document["warnings"] = document["warnings"]["yanked"]

    assert REPORT.findings(change)[1].rule == "yanked"


def test_no_severity_is_grave() -> None:
    """A vulnerability without a CVSS vector counts as grave, with a remark."""

    def change(document: Any) -> None:
        document["vulnerabilities"]["list"][0]["advisory"]["cvss"] = None

    assert REPORT.findings(change)[0].severity == "high"
    assert REPORT.read(change).remarks


def test_what_the_audit_passed_over_is_told() -> None:
    """Advisories that the settings ignore are not in the report; a remark names them."""

    def change(document: Any) -> None:
        document["settings"]["ignore"] = ["RUSTSEC-2026-0009"]

    assert any("RUSTSEC-2026-0009" in remark for remark in REPORT.read(change).remarks)


def test_an_empty_lock_file_evaluated_nothing() -> None:
    """A lock file without crates proves nothing."""

    def change(document: Any) -> None:
        document["lockfile"]["dependency-count"] = 0

    assert REPORT.read(change).not_evaluated


@pytest.mark.parametrize("date", [None, "yesterday"])
def test_data_of_unknown_age_have_no_date(date: str | None) -> None:
    """What is no date is not taken as one."""

    def change(document: Any) -> None:
        document["database"]["last-updated"] = date

    assert REPORT.read(change).database_at == ""


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its crate is updated in vain."""

    def change(document: Any) -> None:
        document["vulnerabilities"]["list"][0]["package"]["version"] = "0.4.8"

    assert_versions_do_not_move(REPORT, change)


@pytest.mark.parametrize("count", [0, 2])
def test_a_count_that_the_list_contradicts_is_rejected(count: int) -> None:
    """A vulnerability was lost or added."""

    def change(document: Any) -> None:
        document["vulnerabilities"]["count"] = count

    assert f"counts {count} vulnerabilities and lists 1" in REPORT.rejects(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["vulnerabilities"].pop("list"),
        lambda document: document["vulnerabilities"].pop("count"),
        lambda document: document["vulnerabilities"].update(found=False),
        lambda document: document["vulnerabilities"]["list"][0].update(advisory=None),
        lambda document: document["vulnerabilities"]["list"][0].pop("package"),
        lambda document: document.pop("lockfile"),
        lambda document: document.pop("vulnerabilities"),
        lambda document: document.update(lockfile={"dependency-count": "many"}),
        lambda document: document.update(warnings=7),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(change: Change) -> None:
    """A report without its parts is not a clean one."""
    REPORT.rejects(change)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)
