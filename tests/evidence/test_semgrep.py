"""Semgrep's JSON: what is taken, what it could not look at, and fingerprints with and without its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from clausework.evidence.formats import format_named
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.semgrep import SEMGREP


def found(line: int = 7, *, rule: str = "rules.r1", path: str = "src/a.c", **extra: Any) -> dict[str, Any]:
    """Return a result."""
    told = {"message": "Something.", "severity": "WARNING", "metadata": {}, "lines": "  x = 1;", **extra}
    return {
        "check_id": rule,
        "path": path,
        "start": {"line": line, "col": 1},
        "end": {"line": line},
        "extra": told,
    }


def semgrep(*results: dict[str, Any], **members: Any) -> bytes:
    """Return a report of ``results``."""
    report = {
        "version": "1.97.0",
        "results": list(results),
        "errors": [],
        "paths": {"scanned": ["src/a.c"]},
        **members,
    }
    return json.dumps(report).encode()


def test_the_sample_gives_its_findings() -> None:
    """Rule, severity, confidence, weakness, place and the comment that ignores it are taken."""
    first, second = lines(SEMGREP, FindingDetail)
    assert (first.rule, first.severity, first.source_severity) == (
        "c.lang.security.strcpy",
        "high",
        "ERROR (confidence HIGH)",
    )
    assert (first.path, first.line, first.ids, first.tool) == ("src/alarm.c", 12, ("CWE-120",), "Semgrep")
    assert (second.severity, second.suppressed) == ("low", True)
    assert "comment" in second.suppression
    read = accepted(SEMGREP, FindingsRead)
    assert (read.analysis, read.tools, read.complete, read.suppressed) == (
        "static",
        ("Semgrep 1.97.0",),
        True,
        1,
    )
    assert read.open_by_severity["high"] == 1
    assert not read.open_by_severity["low"]


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("ERROR", "high"),
        ("WARNING", "medium"),
        ("INFO", "low"),
        ("CRITICAL", "critical"),
        ("HIGH", "high"),
        ("MEDIUM", "medium"),
        ("LOW", "low"),
        ("INVENTORY", "none"),
        ("", "high"),
        ("SHOCKING", "high"),
    ],
)
def test_severities_are_put_on_one_scale(word: str, severity: str) -> None:
    """Both of Semgrep's scales are known; what is not known counts as high."""
    (one,) = lines(semgrep(found(severity=word)), FindingDetail)
    assert (one.severity, one.source_severity) == (severity, word)


def test_an_error_leaves_the_scan_incomplete() -> None:
    """An error, or a level that is not known, means that results are missing."""
    for level in ("error", "", "fatal"):
        error = {"code": 2, "level": level, "type": "SemgrepError", "message": "Rule file is missing"}
        read = accepted(semgrep(errors=[error]), FindingsRead)
        assert not read.complete
        assert "Rule file is missing" in read.remarks[0]


def test_a_file_that_could_not_be_analysed_is_named() -> None:
    """A file that Semgrep gave up on is left out by its own word; lines that it could not parse are remarked upon."""
    timeout = {"code": 2, "level": "warn", "type": "Timeout", "message": "timed out", "path": "src/big.c"}
    partial = {"code": 3, "level": "warn", "type": ["PartialParsing", []], "message": "m", "path": "src/a.c"}
    old = {"code": 3, "level": "info", "type": "SemgrepError", "short_msg": "note"}
    read = accepted(semgrep(errors=[timeout, partial, old]), FindingsRead)
    assert read.complete
    assert read.not_evaluated == ("src/big.c: timed out",)
    assert "src/a.c: m" in read.remarks[0]


def test_skipped_files_are_told_by_their_reason() -> None:
    """A file that was to be looked at and was not is not evaluated; one excluded on purpose is remarked upon."""
    skipped = [
        {"path": "src/huge.c", "reason": "exceeded_size_limit"},
        {"path": "docs/x.c", "reason": "semgrepignore_patterns_match"},
    ]
    data = semgrep(paths={"scanned": ["a.c"], "skipped": skipped}, skipped_rules=[{"rule_id": "r9"}])
    read = accepted(data, FindingsRead)
    assert read.not_evaluated == ("src/huge.c (exceeded_size_limit)", "rule r9")
    assert "docs/x.c" in read.remarks[0]


def test_a_scan_of_no_file_is_incomplete() -> None:
    """Where nothing was looked at, nothing was found to be clean."""
    assert not accepted(semgrep(paths={"scanned": []}), FindingsRead).complete


def test_an_empty_report_of_an_old_version_is_not_recognised() -> None:
    """It may be any tool's answer, so it needs its name; then it is read, with a remark."""
    data = b'{"results": [], "errors": []}'
    assert rejected(data, "semgrep.json").format == ""
    read = accepted(data, FindingsRead, as_format="semgrep")
    assert read.complete
    assert "which files" in read.remarks[0]


@pytest.mark.parametrize("own", [None, "requires login", "ab12_0"])
def test_a_finding_keeps_its_fingerprint_when_the_code_moves(own: str | None) -> None:
    """With Semgrep's own fingerprint, withheld or absent, the line is no part of it."""
    extra = {} if own is None else {"fingerprint": own}
    (before,), (after,) = (lines(semgrep(found(line, **extra)), FindingDetail) for line in (7, 70))
    assert before.fingerprint == after.fingerprint


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two, also where Semgrep numbers them itself; other ones have other fingerprints."""
    first, second = lines(semgrep(found(fingerprint="ab_0"), found(9, fingerprint="ab_1")), FindingDetail)
    assert second.fingerprint == f"{first.fingerprint}-2"
    others = [found(path="b.c"), found(rule="r2"), found(lines="y"), found(lines="requires login")]
    assert len({one.fingerprint for one in lines(semgrep(found(), *others), FindingDetail)}) == 5


def test_absolute_paths_are_remarked_upon() -> None:
    """A fingerprint that holds a folder of one machine is none for another; folders of known runners are taken off."""
    read = accepted(semgrep(found(path="/home/me/p/a.c")), FindingsRead)
    assert "absolute" in read.remarks[0]
    (one,) = lines(
        semgrep(found(path="/".join(("/home/runner", "work", "pump/pump/src/a.c")))), FindingDetail
    )
    assert one.path == "src/a.c"


def test_a_vulnerable_dependency_is_told_from_a_weakness_of_the_code() -> None:
    """Supply-chain findings name the component, and make it a scan for vulnerabilities, so that none is passed over."""
    package = {"package": "lodash", "version": "4.17.0", "ecosystem": "npm"}
    metadata = {"sca-vuln-database-identifier": "CVE-2021-23337"}
    chain = {"reachable": True, "dependency_match": {"found_dependency": package}}
    data = semgrep(found(), found(rule="ssc-1", sca_info=chain, metadata=metadata))
    _, one = lines(data, FindingDetail)
    assert (one.analysis, one.component, one.version, one.ids) == (
        "vulnerability",
        "lodash",
        "4.17.0",
        ("CVE-2021-23337",),
    )
    assert accepted(data, FindingsRead).analysis == "vulnerability"


@pytest.mark.parametrize(
    "members", [{"results": None}, {"results": {}}, {"errors": {}}, {"paths": {"scanned": [1]}}]
)
def test_a_report_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    """A list that is none ends the reading."""
    rejected(semgrep(found(), **members), as_format="semgrep")


@pytest.mark.parametrize(
    "data",
    [
        b'{"results": []}',
        b'{"results": [{"source": {"path": "/lock"}}], "experimental_config": {}}',
        b'{"check_type": "terraform", "results": {"failed_checks": [{"check_id": "CKV_1"}]}, "summary": {}}',
    ],
)
def test_neighbours_are_not_claimed(data: bytes) -> None:
    """Other scanners too write an object with results."""
    assert not format_named("semgrep").sniff(data, "report.json")
    rejected(data, as_format="semgrep")
