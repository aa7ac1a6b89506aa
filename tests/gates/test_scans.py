"""What binds a disposition of a vulnerability, and which rejected files stand in the way of the check."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.decisions.form import FieldValue
from clausework.evidence.formats import format_named, format_names, kind_of
from clausework.gates.challenge import SOUND, EvidenceFile, but, sarif
from clausework.gates.dispositions import covered_by, member_of, members_digest
from clausework.gates.facts import FindingFact, JudgementFact, RejectionFact
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


def test_recorded_facts_bind_as_they_did() -> None:
    """Facts that were recorded before findings named their software item are judged again as they were."""
    before = msgspec.structs.replace(FINDING)
    assert before.version == FINDING.version
    assert before.version != msgspec.structs.replace(FINDING, component_version="1.0").version


def test_a_disposition_is_of_one_software_item_and_of_what_it_is_made_of() -> None:
    """The same finding in another item, or with other locks where no version is told, is another matter."""
    versions = {
        msgspec.structs.replace(
            FINDING, software_item=item, made_of=made_of, component_version=version
        ).version
        for item in ("controller", "display")
        for made_of in ("", "a" * 64, "b" * 64)
        for version in ("", "1.0")
    }
    assert len(versions) == 12


def test_locks_bind_only_where_no_version_is_told() -> None:
    """A report that names the component's version is not asked again for each change of a lock."""
    folded = facts_of(but(evidence=(*SOUND.evidence, EvidenceFile("pip-audit.json", REPORT))))
    sarifs = facts_of(
        but(
            evidence=(
                *SOUND.evidence,
                EvidenceFile("t.sarif", sarif("Trivy", ("CVE-2026-1", "error", "9.8"))),
            )
        )
    )
    (told,) = [one for scan in folded.scans for one in scan.findings]
    (untold,) = [one for scan in sarifs.scans for one in scan.findings]
    assert (told.software_item, told.made_of) == ("controller", "")
    assert untold.software_item == "controller"
    assert len(untold.made_of) == 64


def _decision(members: FieldValue, matter: str) -> JudgementFact:
    given: dict[str, FieldValue] = {"status": "not_affected", "expires": "2099-01-01"}
    return JudgementFact(
        3,
        "dispose",
        "finding",
        "controller/rule:X",
        matter,
        "",
        given | {"findings": members},
        True,
        (),
        (),
        4,
        "",
    )


MEMBER = member_of(FINDING)


@pytest.mark.parametrize(
    ("members", "matter", "covered"),
    [
        ((MEMBER,), members_digest((MEMBER,)), (FINDING.version,)),
        ((MEMBER, "f" * 32), members_digest((MEMBER, "f" * 32)), (FINDING.version,)),
        ((MEMBER,), FINDING.version, ()),
        ((MEMBER, MEMBER), members_digest((MEMBER,)), ()),
        (MEMBER, members_digest((MEMBER,)), ()),
        ((), FINDING.version, (FINDING.version,)),
    ],
)
def test_a_decision_on_several_findings_covers_what_it_binds(
    members: FieldValue, matter: str, covered: tuple[str, ...]
) -> None:
    """Attack: a decision is written by hand that names findings which its digest does not bind."""
    assert covered_by(_decision(members, matter)) == covered


@given(st.lists(st.text(max_size=40), max_size=4).map(tuple))
def test_hostile_members_cover_nothing_but_themselves(members: tuple[str, ...]) -> None:
    """Whatever members say, a finding is covered only by its own digest, and nothing raises."""
    assert FINDING.version not in covered_by(_decision(members, members_digest(members)))


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
