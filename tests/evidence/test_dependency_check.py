"""OWASP Dependency-Check in XML: several schemas; the oldest source tells the age of the data."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.dependency_check import DEPENDENCY_CHECK

FIRST_SCHEMA = b"""<?xml version="1.0"?>
<analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.1.3.xsd">
 <scanInfo/><projectInfo><name>x</name></projectInfo>
 <dependencies><dependency><fileName>ring.dll</fileName><filePath>C:\\ring.dll</filePath>
  <identifiers>
   <identifier type="cpe"><name>cpe:/a:example:ring:1.0</name></identifier>
   <identifier type="maven"><name>org.example:ring:1.0</name></identifier>
  </identifiers>
  <vulnerabilities><vulnerability><name>CVE-0000-0001</name><cvssScore>7.5</cvssScore>%s
   <cwe>CWE-79 Cross-site</cwe><description>d</description></vulnerability></vulnerabilities>
 </dependency></dependencies>
</analysis>
"""


def changed(old: bytes, new: bytes) -> bytes:
    """Return the sample with ``old``, which is in it, replaced."""
    assert old in DEPENDENCY_CHECK
    return DEPENDENCY_CHECK.replace(old, new, 1)


def test_the_sample_gives_its_findings() -> None:
    """The package that the file is, severity, vector made of its words, CWE and suppression are taken."""
    found, suppressed = lines(DEPENDENCY_CHECK, FindingDetail)
    assert (found.rule, found.component, found.version, found.purl, found.path) == (
        "CVE-2026-0001",
        "org.example/ring",
        "1.0",
        "pkg:maven/org.example/ring@1.0",
        "/build/lib/ring-1.0.jar",
    )
    assert (found.severity, found.source_severity) == ("critical", "CRITICAL")
    assert found.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert (found.ids, found.message) == (("CVE-2026-0001", "CWE-125"), "ring reads beyond the end")
    assert (suppressed.suppressed, suppressed.suppression) == (True, "not shipped")
    read = accepted(DEPENDENCY_CHECK, FindingsRead)
    assert (read.tools, read.suppressed, read.database_at) == (
        ("dependency-check 12.1.0",),
        1,
        "2026-02-20T07:15:07.000Z",
    )


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (b"2026-02-19T13:08:47", "2026-02-18T23:08:47.000Z"),
        (b"19/02/2026 13:08:47", "2026-02-18T23:08:47.000Z"),
        (b"2026-02-20T13:08:47+01", "2026-02-20T07:15:07.000Z"),
        (b"unknown", ""),
    ],
)
def test_the_oldest_source_tells_the_age_of_the_data(said: bytes, at: str) -> None:
    """A time without a zone is at least as old as in the zone furthest ahead; an unknown one makes the age unknown."""
    assert accepted(changed(b"2026-02-20T13:08:47Z", said), FindingsRead).database_at == at


@pytest.mark.parametrize(
    ("word", "severity", "said"),
    [(b"<severity>Moderate</severity>", "medium", "Moderate"), (b"", "high", "CVSS 7.5")],
)
def test_the_first_schema_is_read(word: bytes, severity: str, said: str) -> None:
    """Older reports name coordinates instead of package URLs, and a bare score."""
    (found,) = lines(FIRST_SCHEMA % word, FindingDetail)
    assert (found.component, found.version, found.purl) == (
        "org.example/ring",
        "1.0",
        "pkg:maven/org.example/ring@1.0",
    )
    assert (found.severity, found.source_severity, found.ids) == (severity, said, ("CVE-0000-0001", "CWE-79"))


def test_a_file_that_is_no_known_package_is_named_by_its_file() -> None:
    """Nothing is lost for want of a package."""
    data = changed(b"<id>pkg:maven/org.example/ring@1.0</id>", b"<id>ring</id>")
    found = lines(data, FindingDetail)[0]
    assert (found.component, found.version, found.purl) == ("ring-1.0.jar", "", "")


def test_an_unknown_severity_is_grave() -> None:
    """Without a word and a rating that are known it counts as grave, with a remark."""
    data = changed(b"<severity>LOW</severity>", b"<severity>odd</severity>")
    assert lines(data, FindingDetail)[1].severity == "high"
    assert accepted(data, FindingsRead).remarks


def test_the_tools_exceptions_make_the_scan_incomplete() -> None:
    """An analyser or an update that failed leaves things out."""
    failure = (
        b"<analysisExceptions><exception><message>UpdateException</message></exception></analysisExceptions>"
    )
    read = accepted(changed(b"</scanInfo>", failure + b"</scanInfo>"), FindingsRead)
    assert not read.complete
    assert any("UpdateException" in remark for remark in read.remarks)


def test_no_dependency_evaluated_nothing() -> None:
    """A scan of no files proves nothing."""
    start, end = DEPENDENCY_CHECK.index(b"<dependency "), DEPENDENCY_CHECK.index(b"</dependencies>")
    read = accepted(DEPENDENCY_CHECK[:start] + DEPENDENCY_CHECK[end:], FindingsRead)
    assert read.not_evaluated == ("anything: the report names no dependency",)


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its file is updated in vain, whatever the file is called then."""
    other = DEPENDENCY_CHECK.replace(b"ring@1.0", b"ring@1.1").replace(b"ring-1.0.jar", b"ring-1.1.jar")
    before, after = lines(DEPENDENCY_CHECK, FindingDetail), lines(other, FindingDetail)
    assert [one.fingerprint for one in before] == [one.fingerprint for one in after]
    assert (before[0].version, after[0].version) == ("1.0", "1.1")


@pytest.mark.parametrize(
    "data",
    [
        changed(b"dependency-check.4.1.xsd", b"other.xsd"),
        changed(b"<name>CVE-2026-0001</name>", b""),
        changed(b"<fileName>ring-1.0.jar</fileName>", b"")
        .replace(b"<filePath>/build/lib/ring-1.0.jar</filePath>", b"")
        .replace(b"pkg:maven", b"x"),
        changed(b"<dependencies>", b"<other>").replace(b"</dependencies>", b"</other>"),
        changed(b"</dependencies>", b"</dependencies><dependencies/>"),
        changed(b"<vulnerabilities>", b"<found>").replace(b"</vulnerabilities>", b"</found>"),
        b'<!DOCTYPE a [<!ENTITY x "y">]>' + DEPENDENCY_CHECK[DEPENDENCY_CHECK.index(b"<analysis") :],
        DEPENDENCY_CHECK.replace(b"<md5>x</md5>", b"<x>" * 70 + b"</x>" * 70),
        DEPENDENCY_CHECK.replace(b"<md5>x</md5>", b"&lol;"),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(data: bytes) -> None:
    """A vulnerability that cannot be attributed is not passed over, and dangerous XML is not read."""
    rejected(data, as_format="dependency_check")


def test_neighbours_are_not_claimed() -> None:
    """Others call their root so too."""
    assert rejected(b'<analysis xmlns="urn:other"/>').format == ""
