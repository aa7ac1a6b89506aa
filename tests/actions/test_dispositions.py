"""Dispositions: signed, bound to finding, severity, component version and software item, and over on their day."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest

from clausework.actions.decide import NotTogether, decide, decide_each
from clausework.actions.finding_matters import (
    DispositionVain,
    FindingAmbiguous,
    FindingNotFound,
    TooManyFindings,
)
from clausework.actions.sign import NotIndependent, sign
from clausework.core.clock import system_clock
from clausework.decisions.form import FieldValue, FormFilledWrong
from clausework.gates.challenge import sarif
from tests.actions.device import DEVELOPER, QUALITY, SBOM, Device, person
from tests.actions.disposing import (
    CVE,
    DISPOSED,
    build_with,
    check,
    dispose,
    dispose_and_sign,
    fingerprints,
    record_scan,
    said,
    trivy,
)
from tests.actions.two_components import grow

FOUND = trivy((CVE, "26.1.0", "CRITICAL"))


@pytest.fixture
def found(verified: Device) -> Device:
    """The verified device with a critical vulnerability in its SOUP."""
    record_scan(verified, FOUND)
    return verified


def _subject(device: Device, item: str | None = None) -> str:
    (subject,) = fingerprints(check(device, item=item))
    return subject


def test_a_signed_disposition_closes_a_vulnerability(found: Device) -> None:
    """Another person signs, and the gate passes; it says what was scanned, what rests on whose word, and until when."""
    assert check(found).outcome == "fail"
    decided = dispose_and_sign(
        found, _subject(found), vex_justification="vulnerable_code_not_in_execute_path"
    )
    verdict = check(found)
    assert verdict.outcome == "pass"
    assert "it looked at directory counter, file requirements.lock" in said(verdict)
    assert (
        f"critical: {CVE} at attrs 26.1.0 (requirements.lock) is not affected (vulnerable_code_not_in_execute_path)"
        f" until {DISPOSED['expires']}, says #{decided.index}: Quinn Quality (quality, disposed, "
    ) in said(verdict)


def test_a_vulnerability_is_told_by_its_cve_number_too(verified: Device) -> None:
    """A scanner that calls it otherwise hides no CVE; the alias names it in a decision, and another does not."""
    match = {
        "vulnerability": {"id": "GHSA-aaaa-bbbb-cccc", "severity": "Critical"},
        "relatedVulnerabilities": [{"id": CVE}],
        "artifact": {"name": "attrs", "version": "26.1.0", "type": "python"},
    }
    descriptor = {"name": "grype", "version": "0.90.0"}
    source = {"type": "directory", "target": "."}
    record_scan(verified, json.dumps({"matches": [match], "source": source, "descriptor": descriptor}))
    assert f"critical: GHSA-aaaa-bbbb-cccc ({CVE}) at attrs 26.1.0" in said(check(verified))
    with verified.open() as workplace, pytest.raises(FindingNotFound):
        dispose(workplace, "rule:CVE-2026-0009")
    dispose_and_sign(verified, f"rule:{CVE}")
    assert check(verified).outcome == "pass"


def test_a_disposition_that_nobody_else_signed_closes_nothing(found: Device) -> None:
    """Attack: whoever wants the vulnerability gone disposes of it alone."""
    with found.open() as workplace:
        decided = dispose(workplace, subject := _subject(found))
        assert check(found).outcome == "fail"
        own = decide(workplace, "dispose", subject, DISPOSED, person(workplace, QUALITY))
        assert not own.signed
        with pytest.raises(NotIndependent):
            sign(workplace, person(workplace, QUALITY), str(own.index))
        assert check(found).outcome == "fail"
        sign(workplace, person(workplace, QUALITY), str(decided.index))
    assert check(found).outcome == "pass"


def test_an_expired_disposition_is_open_again(found: Device) -> None:
    """Lapse: its day came; from that instant on the vulnerability is open, and the refusal says why."""
    tomorrow = (system_clock() + timedelta(days=1)).date().isoformat()
    decided = dispose_and_sign(found, _subject(found), expires=tomorrow)
    assert check(found).outcome == "pass"
    later = check(found, days=1, hours=1)
    assert later.outcome == "fail"
    assert f"its disposition #{decided.index} ended on {tomorrow}" in said(later)


@pytest.mark.parametrize("status", ["affected", "under_investigation"])
def test_what_is_known_and_not_mended_stays_open(found: Device, status: str) -> None:
    """A product that is affected, or of which nobody knows yet, is not closed by saying so."""
    decided = dispose_and_sign(found, _subject(found), status=status)
    assert check(found).outcome == "fail"
    assert f"{status.replace('_', ' ')}, says #{decided.index}" in said(check(found))


def test_a_later_word_counts(found: Device) -> None:
    """Attack: that the product is affected is hidden behind the earlier word that it is not."""
    subject = _subject(found)
    dispose_and_sign(found, subject)
    dispose_and_sign(found, subject, status="affected")
    assert check(found).outcome == "fail"


def test_a_disposition_lapses_with_the_components_version(found: Device) -> None:
    """Lapse: the next build takes another version of the component, and the scan finds the vulnerability in it."""
    decided = dispose_and_sign(found, _subject(found))
    build_with(found, "26.2.0")
    record_scan(found, trivy((CVE, "26.2.0", "CRITICAL")))
    verdict = check(found)
    assert verdict.outcome == "fail"
    assert "attrs 26.2.0" in said(verdict)
    assert f"its disposition #{decided.index} was of another severity or version, and lapsed" in said(verdict)


def test_a_disposition_holds_for_the_next_build_with_the_same_version(found: Device) -> None:
    """What was judged is judged: the next build with the component as it was needs no new word."""
    dispose_and_sign(found, _subject(found))
    found.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    build_with(found, "26.1.0")
    record_scan(found, FOUND)
    assert check(found).outcome == "pass"


def test_a_disposition_lapses_when_the_severity_changes(found: Device) -> None:
    """Lapse: the advisory becomes graver after somebody judged it."""
    record_scan(found, trivy(("CVE-2026-0002", "26.1.0", "HIGH")), "grype.json")
    for subject in fingerprints(check(found)):
        dispose_and_sign(found, subject)
    assert check(found).outcome == "pass"
    record_scan(found, trivy(("CVE-2026-0002", "26.1.0", "CRITICAL")), "grype.json")
    assert check(found).outcome == "fail"


def test_a_vulnerability_of_no_told_version_lapses_with_the_locks(verified: Device) -> None:
    """Attack: a format that tells no version of the component carries the word on one version to the next."""
    report = sarif("Trivy", (CVE, "error", "9.8")).decode()
    record_scan(verified, report, "trivy.sarif")
    dispose_and_sign(verified, _subject(verified))
    assert check(verified).outcome == "pass"
    build_with(verified, "26.2.0")
    record_scan(verified, report, "trivy.sarif")
    assert check(verified).outcome == "fail"


def test_a_vulnerability_of_no_told_version_lapses_with_the_sbom(verified: Device) -> None:
    """Attack: what is vulnerable is in no lock; the SBOM alone says that the next build has another version of it."""
    report = sarif("Trivy", (CVE, "error", "9.8")).decode()
    record_scan(verified, report, "trivy.sarif")
    decided = dispose_and_sign(verified, _subject(verified))
    verified.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    build_with(verified, "26.1.0")
    record_scan(verified, report, "trivy.sarif")
    record_scan(verified, SBOM, "bom.json")
    assert check(verified).outcome == "pass"
    record_scan(verified, SBOM.replace("26.1.0", "26.2.0"), "bom.json")
    assert check(verified).outcome == "fail"
    assert f"its disposition #{decided.index} was of another severity or version" in said(check(verified))


def test_each_software_item_is_judged_by_itself(established: Device) -> None:
    """Attack: what was judged of one software item closes the same vulnerability in another, where more reach it."""
    two = grow(established)
    for item in ("counter", "screen"):
        record_scan(two, FOUND, item=item)
    fingerprint = _subject(two, "counter").partition("/")[2]
    with two.open() as workplace, pytest.raises(FindingAmbiguous, match="counter, screen"):
        dispose(workplace, fingerprint)
    dispose_and_sign(two, f"counter/{fingerprint}")
    assert [check(two, item=item).outcome for item in ("counter", "screen")] == ["pass", "fail"]
    dispose_and_sign(two, f"screen/{fingerprint}")
    assert check(two, item="screen").outcome == "pass"


def test_the_same_vulnerability_is_disposed_of_in_several_components_at_once(established: Device) -> None:
    """Named for each, it has a decision each; attack: another one is slipped in under the same reasons."""
    two = grow(established)
    both = trivy((CVE, "26.1.0", "CRITICAL"), ("CVE-2026-0002", "26.1.0", "CRITICAL"))
    for item in ("counter", "screen"):
        record_scan(two, both, item=item)
    first, second = (one.partition("/")[2] for one in fingerprints(check(two, item="counter")))
    before = two.count()
    with two.open() as workplace:
        developer = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)
        for names in (
            (f"counter/{first}", f"screen/{second}"),
            (f"counter/{first}", f"counter/{first[:20]}"),
        ):
            with pytest.raises(NotTogether):
                decide_each(workplace, "dispose", names, DISPOSED, developer)
        with pytest.raises(FindingNotFound):
            decide_each(workplace, "dispose", (f"counter/{first}", f"display/{first}"), DISPOSED, developer)
        assert two.count() == before, "nothing is recorded of what is refused in part"
        names = (f"counter/{first}", f"screen/{first}")
        decided = decide_each(workplace, "dispose", names, DISPOSED, developer)
        assert [one.decision.matter.id for one in decided] == list(names)
        for one in decided:
            sign(workplace, person(workplace, QUALITY), str(one.index))
    for item in ("counter", "screen"):
        assert fingerprints(check(two, item=item)) == [f"{item}/{second}"]


@pytest.mark.parametrize(
    ("changes", "refusal", "words"),
    [
        ({"exploitability": ""}, FormFilledWrong, "'exploitability'"),
        ({"exploitability": "none"}, FormFilledWrong, "too short"),
        ({"patient_harm": ""}, FormFilledWrong, "'patient_harm'"),
        ({"expires": ""}, FormFilledWrong, "'expires'"),
        ({"expires": "some day"}, FormFilledWrong, "'expires'"),
        ({"expires": "2026-01-01"}, DispositionVain, "which is past"),
        ({"status": "will_not_fix"}, FormFilledWrong, "'status'"),
        ({"vex_justification": "because"}, FormFilledWrong, "'vex_justification'"),
        (
            {"status": "accepted", "vex_justification": "component_not_present"},
            DispositionVain,
            "why a product is not affected",
        ),
        ({"findings": ("0" * 32 + " " + "0" * 64,)}, DispositionVain, "written by Clausework"),
    ],
)
def test_a_disposition_that_lacks_something_leaves_nothing(
    found: Device, changes: dict[str, FieldValue], refusal: type[Exception], words: str
) -> None:
    """Exploitability, harm to the patient and a day to come are asked of each; what does not agree is refused."""
    before = found.count()
    with found.open() as workplace, pytest.raises(refusal, match=words):
        dispose(workplace, _subject(found), **changes)
    assert found.count() == before


def test_a_name_that_fits_no_finding_or_several_is_refused(found: Device) -> None:
    """A beginning that two findings share, one that is too short, and another item's name dispose of nothing."""
    record_scan(found, sarif("Bandit", *(("B602", "error", ""),) * 2).decode(), "again.sarif")
    first, second = (one.partition("/")[2] for one in fingerprints(check(found, "findings")))
    assert second == f"{first}-2"
    with found.open() as workplace:
        for name in (first[:7], "screen/" + first, "counter/", "rule:B999", "rule:", "/", ""):
            with pytest.raises(FindingNotFound):
                dispose(workplace, name)
        with pytest.raises(FindingAmbiguous, match="2 findings begin with"):
            dispose(workplace, first[:16])
    dispose_and_sign(found, first)
    assert fingerprints(check(found, "findings")) == [f"counter/{second}"]


def test_all_findings_of_a_rule_are_disposed_of_at_once_and_each_is_bound(verified: Device) -> None:
    """Attack: a decision on a rule closes a finding of it that came, or became graver, after it was signed."""
    rule = ("B602", "error", "")
    record_scan(verified, sarif("Bandit", rule, rule, rule).decode(), "bandit.sarif")
    decided = dispose_and_sign(verified, "rule:B602")
    assert decided.decision.matter.id == "counter/rule:B602"
    assert len(decided.decision.fields["findings"]) == 3
    assert check(verified, "findings").outcome == "pass"
    record_scan(verified, sarif("Bandit", rule, rule, rule, rule).decode(), "bandit.sarif")
    (left,) = fingerprints(check(verified, "findings"))
    assert left.endswith("-4")
    record_scan(verified, sarif("Bandit", ("B602", "error", "9.8")).decode(), "bandit.sarif")
    assert len(fingerprints(check(verified, "findings"))) == 2


def test_a_decision_on_a_rule_leaves_what_was_judged(verified: Device) -> None:
    """Attack: of one finding it was said that the product is affected; a decision on its rule hides that."""
    rule = ("B602", "error", "")
    record_scan(verified, sarif("Bandit", rule, rule).decode(), "bandit.sarif")
    first, _ = fingerprints(check(verified, "findings"))
    dispose_and_sign(verified, first, status="affected")
    decided = dispose_and_sign(verified, "counter/rule:B602")
    assert len(decided.decision.fields["findings"]) == 1
    assert fingerprints(check(verified, "findings")) == [first]
    with verified.open() as workplace, pytest.raises(FindingNotFound, match="that nobody judged yet"):
        dispose(workplace, "rule:B602")


def test_more_findings_than_anybody_looks_at_are_not_disposed_of_at_once(verified: Device) -> None:
    """Attack: a rule with hundreds of findings is signed away in one go."""
    record_scan(verified, sarif("Bandit", *(("B602", "error", ""),) * 101).decode(), "bandit.sarif")
    before = verified.count()
    with verified.open() as workplace, pytest.raises(TooManyFindings, match="101 findings"):
        dispose(workplace, "rule:B602")
    assert verified.count() == before
