"""Gitleaks' JSON: what is taken, that no secret is, and fingerprints with and without a commit."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from clausework.evidence.formats import format_named
from clausework.evidence.reading import Accepted, read_evidence
from clausework.ledger.memory import MemoryBlobs
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.gitleaks import GITLEAKS

SECRET = "correct-horse-battery-staple"


def leak(**members: Any) -> dict[str, Any]:
    """Return a leak in a folder, which no commit names."""
    return {
        "RuleID": "generic-api-key",
        "Description": "Generic API Key",
        "StartLine": 4,
        "Match": f"key = '{SECRET}'",
        "Secret": SECRET,
        "File": "src/settings.py",
        "Commit": "",
        "Entropy": 3.7,
        "Email": "somebody@example.com",
        "Fingerprint": "src/settings.py:generic-api-key:4",
        **members,
    }


def report(*leaks: dict[str, Any]) -> bytes:
    """Return a report of ``leaks``."""
    return json.dumps(list(leaks)).encode()


def fingerprint(**members: Any) -> str:
    """Return the fingerprint of a leak."""
    (one,) = lines(report(leak(**members)), FindingDetail)
    return one.fingerprint


def test_the_sample_gives_its_finding() -> None:
    """Rule, place, commit and description are taken; Gitleaks rates nothing, so a secret counts as high."""
    (found,) = lines(GITLEAKS, FindingDetail)
    assert (found.rule, found.severity, found.source_severity) == ("generic-api-key", "high", "")
    assert (found.path, found.line, found.tool) == ("src/settings.py", 4, "Gitleaks")
    assert found.message.startswith("Detected a Generic API Key. in commit 9f86d0")
    read = accepted(GITLEAKS, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == ("secret", ("Gitleaks",), True)


@pytest.mark.parametrize(
    "members", [{}, {"Description": f"The key {SECRET} was found"}, {"Description": f"In key = '{SECRET}'"}]
)
def test_no_secret_reaches_the_detail(members: dict[str, Any]) -> None:
    """Neither the secret nor the text around it nor a person is written, wherever in the leak it stands."""
    blobs = MemoryBlobs()
    outcome = read_evidence(io.BytesIO(report(leak(**members))), "gitleaks.json", blobs)
    assert isinstance(outcome, Accepted)
    written = blobs.open(outcome.reading.detail.sha256).read() + repr(outcome.result).encode()
    for hidden in (SECRET, "key =", "somebody@example.com"):
        assert hidden.encode() not in written


def test_an_empty_report_needs_its_name() -> None:
    """An empty array may be any tool's; named as Gitleaks' it is a search that found nothing."""
    assert rejected(b"[]", "gitleaks.json").format == ""
    read = accepted(b"[]", FindingsRead, as_format="gitleaks")
    assert read.complete
    assert (read.analysis, any(read.open_by_severity.values())) == ("secret", False)
    rejected(b"null", as_format="gitleaks")


def test_a_finding_keeps_its_fingerprint_when_the_code_moves() -> None:
    """In a folder Gitleaks' own fingerprint has the line in it, which is left out; in a commit lines do not move."""
    moved = {"StartLine": 40, "Fingerprint": "src/settings.py:generic-api-key:40"}
    assert fingerprint() == fingerprint(**moved)
    assert fingerprint(Secret="REDACTED", Match="REDACTED") == fingerprint(
        Secret="REDACTED", Match="REDACTED", **moved
    )
    committed = {"Commit": "abc", "Fingerprint": "abc:src/settings.py:generic-api-key:4"}
    assert fingerprint(**committed) == fingerprint(**committed, Description="Other words")


def test_another_secret_in_its_place_is_another_finding() -> None:
    """What was said of the one is not said of the other, also where secrets are redacted."""
    assert fingerprint() != fingerprint(Secret="another", Match="key = 'another'")
    redacted = {"Secret": "REDACTED", "Match": "REDACTED"}
    assert fingerprint(**redacted) != fingerprint(**redacted, Entropy=4.2)


def test_equal_findings_are_told_apart() -> None:
    """The same secret twice in a file stays two findings."""
    first, second = lines(report(leak(), leak(StartLine=9)), FindingDetail)
    assert second.fingerprint == f"{first.fingerprint}-2"


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'[{"RuleID": "r"}]',
        b'[{"RuleID": " ", "File": "a", "Description": ""}]',
        b'[{"RuleID": 1, "File": "a"}]',
        b'[{"RuleID": "r", "File": "a"}',
        b'[{"RuleID": "r", "File": "a", "File": "b"}]',
        b'[{"line": "x", "offender": "y", "rule": "z", "file": "a"}]',
    ],
)
def test_another_shape_is_refused(data: bytes) -> None:
    """A leak without rule or file, and reports of version 7, are not read."""
    rejected(data, as_format="gitleaks")


def test_neighbours_are_not_claimed() -> None:
    """Arrays of other tools are left to them."""
    for data in (b'[{"name": "a", "version": "1", "vulns": []}]', b'[{"check_type": "x"}]', b"[[]]"):
        assert not format_named("gitleaks").sniff(data, "report.json")
