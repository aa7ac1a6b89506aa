"""What binds a disposition of a vulnerability, and which rejected files stand in the way of the check."""

from __future__ import annotations

import msgspec
import pytest

from clausework.evidence.formats import format_named, format_names, kind_of
from clausework.gates.challenge import SOUND, EvidenceFile, but
from clausework.gates.facts import FindingFact, RejectionFact
from clausework.gates.proving import facts_of
from clausework.gates.vulnerabilities import evaluate

FINDING = FindingFact(7, "f" * 32, "CVE-2026-0001", "high", "", "attrs 1.0", suppressed=False)
REPORT = b"""{"dependencies": [{"name": "attrs", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1"}]}]}"""


def test_a_disposition_lapses_with_the_components_version() -> None:
    """It is of the vulnerability in one version; the fingerprint alone says that it persists."""
    first = msgspec.structs.replace(FINDING, component_version="1.0")
    second = msgspec.structs.replace(FINDING, component_version="1.1")
    assert first.version != second.version
    assert first.fingerprint == second.fingerprint


def test_a_finding_without_a_component_binds_as_before() -> None:
    """Dispositions that were given before components had versions hold."""
    before = msgspec.structs.replace(FINDING)
    assert before.version == FINDING.version
    assert before.version != msgspec.structs.replace(FINDING, component_version="1.0").version


def test_the_components_version_and_place_are_folded() -> None:
    """A person reads in the refusal which component it is, in which version."""
    facts = facts_of(but(evidence=(*SOUND.evidence, EvidenceFile("pip-audit.json", REPORT))))
    (found,) = [one for scan in facts.scans for one in scan.findings]
    assert (found.component_version, found.place) == ("1.0", "attrs 1.0")
    assert "attrs 1.0" in evaluate(facts, {"at_least": "medium"}).reasons[0].message


def test_a_rejected_report_of_findings_blocks_and_one_of_tests_does_not() -> None:
    """A file that was not read whole may have named a vulnerability; so may one of a format that is not known here."""
    facts = facts_of(SOUND)
    for kind, outcome in (("findings", "not_evaluated"), ("", "not_evaluated"), ("tests", "pass")):
        rejection = RejectionFact(1, "report", "", "some format", "cut off", kind)
        judged = evaluate(msgspec.structs.replace(facts, rejections=(rejection,)), {"at_least": "medium"})
        assert judged.outcome == outcome


@pytest.mark.parametrize("name", format_names())
def test_the_kind_of_every_format_is_known(name: str) -> None:
    """So a rejected file of it blocks the checks on its kind; a format that is gone may have held anything."""
    assert kind_of(name) == format_named(name).kind
    assert kind_of("") == kind_of("gone") == ""
