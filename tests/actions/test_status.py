"""What status says to an engineer before a red gate, and to people whose signatures lapsed."""

from __future__ import annotations

import pytest

from clausework.actions.build import open_build
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.record import record_files
from clausework.actions.release import ReleaseRefused
from clausework.actions.sign import SignedOutOfOrder, sign
from clausework.actions.status import ItemStatus, Status, status
from clausework.ledger.records.release import Release
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, junit, person
from tests.actions.disposing import CVE, check, dispose_and_sign, fingerprints, record_scan, trivy
from tests.actions.two_components import grow


def standing(device: Device) -> Status:
    """Return how things stand."""
    with device.open(reading=True) as workplace:
        return status(workplace)


def items(device: Device) -> dict[str, ItemStatus]:
    """Return how the software items stand, by their names."""
    return {one.software_item: one for one in standing(device).items}


def report(device: Device, content: str, level: Level = "unit") -> None:
    """Record a report about the build of what is checked out."""
    path = device.write(f"reports/{level}-again.xml", content)
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=level))


def build_again(device: Device) -> None:
    """Build a commit that changes the counter."""
    device.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    device.commit("REQ-001: count lazily")
    device.build()
    with device.open() as workplace:
        open_build(workplace)


def test_a_component_that_did_not_change_stands_as_it_was_built(established: Device) -> None:
    """An unchanged component is shown with its build; one that changed since has none, whatever was built before."""
    device = grow(established)
    device.write("screen/build.py", (device.folder / "screen/build.py").read_text("utf-8") + "\n# later\n")
    device.commit("Implements: REQ-002")
    found = items(device)
    assert found["counter"].build
    assert found["counter"].unchanged
    assert found["screen"].build == ""
    assert not found["screen"].unchanged


def test_a_build_of_the_checked_out_commit_is_not_called_an_earlier_one(verified: Device) -> None:
    """``unchanged`` is said of an earlier commit's build alone."""
    assert not items(verified)["counter"].unchanged


def test_a_test_that_vanished_or_is_skipped_since_the_build_before_is_named(verified: Device) -> None:
    """Lapse: a test is deleted, another skipped, and the report is green."""
    build_again(verified)
    skipped = junit("unit").replace("</properties>", "</properties><skipped/>", 1)
    report(
        verified, skipped.replace('skipped="0"', 'skipped="1"').replace('name="test_2"', 'name="test_two"')
    )
    named = items(verified)["counter"].vanished
    assert any("test_1 (unit), which passed before, is skipped" in one for one in named)
    assert any("test_2 (unit), which passed before, is gone" in one for one in named)


def test_a_level_at_which_nothing_ran_yet_is_one_line(verified: Device) -> None:
    """What has still to run does not bury what vanished: of a level that did not run, only that is said."""
    build_again(verified)
    report(verified, junit("unit"))
    assert items(verified)["counter"].vanished == (
        "no integration test ran yet, which some did before",
        "no system test ran yet, which some did before",
    )


def test_reports_without_a_level_are_named_as_that(verified: Device) -> None:
    """Lapse: a report was recorded without --level, and the line on the next build named no level at all."""
    named = "unit-again.xml"
    with verified.open() as workplace:
        record_files(
            workplace, [verified.write(f"reports/{named}", junit("unit"))], evidence_target(workplace)
        )
    build_again(verified)
    assert (
        "no test recorded without --level ran yet, which some did before"
        in items(verified)["counter"].vanished
    )


def test_a_rerun_that_passes_is_shown_as_flaky_and_stays_red(verified: Device) -> None:
    """Attack: a red test is run again until it passes; it is called flaky, and its check stays red."""
    report(verified, junit("unit", failed=True))
    report(verified, junit("unit"))
    counter = items(verified)["counter"]
    assert counter.flaky == ("unit/tests.unit/test_2 (unit)",)
    unit = next(one for one in counter.stages if one.stage == "unit")
    assert unit.reason.startswith("on what is recorded since, it would be fail")
    assert unit.red[0].people == ()
    assert "of 20" in unit.red[0].since


@pytest.fixture
def surprised(releasable: Device) -> Device:
    """Quality signed the release; then an advisory was published."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
    record_scan(releasable, trivy((CVE, "26.1.0", "CRITICAL")))
    return releasable


def test_an_advisory_between_two_signatures_lapses_the_first_and_is_named(surprised: Device) -> None:
    """Lapse: an advisory of Saturday. Who signs next is told which advisory, and whose signature lapsed."""
    with surprised.open() as workplace, pytest.raises(ReleaseRefused) as refused:
        sign(workplace, person(workplace, RELEASE), VERSION)
    assert CVE in refused.value.message
    assert "the signature of Quinn Quality" in refused.value.message
    assert surprised.count(Release) == 0
    (shown,) = standing(surprised).refused_releases
    assert (shown.version, shown.refuses) == (VERSION, ("5.8.1",))
    assert CVE in shown.lapsed[0]


def test_a_signature_does_not_come_to_life_again(surprised: Device) -> None:
    """Attack: what lapsed a signature is mended, the gate says what it said, and the old signature is to count."""
    with surprised.open() as workplace, pytest.raises(ReleaseRefused):
        sign(workplace, person(workplace, RELEASE), VERSION)
    (subject,) = fingerprints(check(surprised))
    dispose_and_sign(surprised, subject)
    (shown,) = standing(surprised).refused_releases
    assert shown.refuses == ()
    assert "the gate refused in between" in shown.lapsed[0]
    with surprised.open() as workplace:
        with pytest.raises(SignedOutOfOrder, match="the gate refused in between"):
            sign(workplace, person(workplace, RELEASE), VERSION)
        assert sign(workplace, person(workplace, QUALITY), VERSION).released is None
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    assert standing(surprised).refused_releases == ()
