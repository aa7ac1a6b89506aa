"""Anomalies from failed tests: drafted as item files, once, never over anything, and asked for by the release gate."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.actions.anomaly import (
    CaseDidNotFail,
    NoItemFolder,
    draft_anomalies,
    failed_tests,
)
from clausework.actions.decide import decide
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.given_texts import TextUnfit
from clausework.actions.items import present_items
from clausework.actions.record import record_files
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import sign
from clausework.actions.trace_file import NotWritten
from clausework.core.printable import printable
from clausework.decisions.form import FieldValue
from clausework.items.model import Item, ItemType, Link
from clausework.items.native import read_native
from clausework.items.read import ItemFilesRefused
from clausework.items.writers.anomaly_draft import FailedTest, anomaly_file
from clausework.release.failed_tests import names_test
from clausework.trace.item_fact import item_fact
from tests.actions.device import QUALITY, VERSION, Device, junit, person

RATE = "system/tests.system/test_1"
ALARM = "system/tests.system/test_2"
EVALUATED: dict[str, FieldValue] = {
    "risk": "A late rate harms nobody who hears the alarm.",
    "outcome": "acceptable",
    "rationale": "The alarm does not depend on it.",
}


def report(*failed: str, level: str = "system") -> str:
    """Return a report of the two cases of a level, of which those named failed."""
    text = junit(level, failed=ALARM in failed)
    if RATE not in failed:
        return text
    marker = '<property name="requirement" value="REQ-001"/></properties>'
    failure = '<failure message="the rate jumps">expected 60, was 61\non the bench</failure>'
    text = text.replace(marker, marker + failure)
    return text.replace(f'failures="{int(ALARM in failed)}"', f'failures="{len(failed)}"')


def record(device: Device, *failed: str, level: Level = "system", name: str = "again.xml") -> None:
    """Record a further report of a level."""
    path = device.write(f"reports/{name}", report(*failed, level=level))
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=level))


@pytest.fixture
def red(releasable: Device) -> Device:
    """The releasable device after a system test of its rate failed."""
    record(releasable, RATE)
    return releasable


def _items(device: Device) -> dict[str, Item]:
    with device.open(reading=True) as workplace:
        return {item.id: item for item in present_items(workplace).items}


def _said(state: ReleaseState, name: str) -> str:
    (verdict,) = (one for one in state.conditions if one.check == name)
    return " ".join(reason.message for reason in verdict.reasons)


def test_a_failed_test_becomes_an_anomaly_of_the_items(red: Device) -> None:
    """The draft tells what failed, where, in which records, and what it touches; it is an item like any other."""
    count = red.count()
    with red.open(reading=True) as workplace:
        (told,) = draft_anomalies(workplace, [RATE])
    assert (told.anomaly, told.drafted) == ("ANOM-001", "quality/anomalies/ANOM-001.yaml")
    item = _items(red)["ANOM-001"]
    assert item.type is ItemType.ANOMALY
    assert item.title == f"{RATE} failed: the rate jumps"
    assert item.text == f"The test {RATE} failed at level 'system':\nthe rate jumps"
    assert item.links == (Link("affects", "REQ-001"),)
    assert item.fields["status"] == "open"
    assert item.fields["severity"] == "not assessed"
    assert item.fields["failed_tests"] == (RATE,)
    assert item.fields["levels"] == ("system",)
    assert item.says("records").startswith(f"#{told.records[0]} ")
    assert item.says("found_on").startswith("counter ")
    assert red.count() == count


def test_a_draft_is_made_once(red: Device) -> None:
    """Called again it writes nothing: the anomaly tells of the failure already."""
    with red.open(reading=True) as workplace:
        draft_anomalies(workplace, [RATE, RATE])
        before = (red.folder / "quality/anomalies/ANOM-001.yaml").read_bytes()
        (again,) = draft_anomalies(workplace, [RATE], severity="critical")
        assert (again.anomaly, again.drafted) == ("ANOM-001", "")
        (listed,) = failed_tests(workplace)
        assert listed.anomaly == "ANOM-001"
    assert (red.folder / "quality/anomalies/ANOM-001.yaml").read_bytes() == before
    assert [path.name for path in (red.folder / "quality/anomalies").iterdir()] == ["ANOM-001.yaml"]


def test_nothing_that_is_there_is_written_over(red: Device) -> None:
    """Attack: a file of the next name is there already, an anomaly is numbered higher, one was there and is gone."""
    red.write(
        "quality/anomalies/ANOM-004.yaml", "- {id: NOTE-1, type: task, title: Mine, fields: {status: open}}\n"
    )
    red.write(
        "quality/old.yaml",
        "- {id: ANOM-003, type: anomaly, title: Old, fields: {status: open, severity: minor}}\n"
        "- {id: ANOM-005, type: task, title: Not an anomaly, fields: {status: open}}\n",
    )
    with red.open() as workplace:
        decide(workplace, "evaluate", "ANOM-003", EVALUATED, person(workplace, QUALITY))
    gone = "- {id: ANOM-006, type: anomaly, title: Gone, fields: {status: open, severity: minor}}\n"
    path = red.write("quality/gone.yaml", gone)
    with red.open() as workplace:
        decide(workplace, "evaluate", "ANOM-006", EVALUATED, person(workplace, QUALITY))
    path.unlink()
    with red.open(reading=True) as workplace:
        (told,) = draft_anomalies(workplace, [RATE])
    assert told.anomaly == "ANOM-007"
    assert "NOTE-1" in (red.folder / "quality/anomalies/ANOM-004.yaml").read_text("utf-8")


def _draft(folder: Path, home: Path, case: str) -> None:
    with Device(folder, home).open(reading=True) as workplace:
        draft_anomalies(workplace, [case])


def test_two_engineers_at_once_get_two_anomalies(red: Device) -> None:
    """Attack: two processes draft at the same time; neither writes over the other's file."""
    record(red, ALARM, name="third.xml")
    started = [
        multiprocessing.get_context("spawn").Process(target=_draft, args=(red.folder, red.home, case))
        for case in (RATE, ALARM)
    ]
    for one in started:
        one.start()
    for one in started:
        one.join(60)
        assert one.exitcode == 0
    found = [item for item in _items(red).values() if item.type is ItemType.ANOMALY]
    assert sorted(item.says("failed_tests") for item in found) == [RATE, ALARM]


def test_failures_of_one_cause_are_one_anomaly(red: Device) -> None:
    """Two tests that failed for one reason are told together, where the engineer says so."""
    record(red, ALARM, name="third.xml")
    with red.open(reading=True) as workplace:
        told = draft_anomalies(workplace, [RATE, ALARM], together=True, severity="major")
    assert {one.anomaly for one in told} == {"ANOM-001"}
    item = _items(red)["ANOM-001"]
    assert item.fields["failed_tests"] == (RATE, ALARM)
    assert item.says("severity") == "major"
    assert {link.target for link in item.links} == {"REQ-001", "REQ-002", "RC-001"}


@pytest.mark.parametrize(
    "case", ["system/tests.system/test_2", "test_1", "", "nosuch", "system/tests.system/test_1 "]
)
def test_a_test_that_did_not_fail_has_no_anomaly(red: Device, case: str) -> None:
    """A passed case, a part of a name and an unknown one are refused, and then nothing at all is written."""
    with red.open(reading=True) as workplace, pytest.raises(CaseDidNotFail):
        draft_anomalies(workplace, [RATE, case])
    assert not (red.folder / "quality/anomalies").exists()


def test_a_failure_that_was_set_aside_did_not_stand(red: Device) -> None:
    """What a second person superseded is resolved by that decision; there is nothing to draft."""
    with red.open() as workplace:
        (told,) = failed_tests(workplace)
        reason: dict[str, FieldValue] = {
            "cause": "defect_of_the_test",
            "reason": "The test read the rate before it had settled.",
        }
        author = msgspec.structs.replace(person(workplace, QUALITY), email="developer@example.com")
        decided = decide(workplace, "supersede", f"#{told.records[0]}", reason, author)
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        assert failed_tests(workplace) == ()
        with pytest.raises(CaseDidNotFail):
            draft_anomalies(workplace, [RATE])
        state = release(workplace, VERSION)
    assert "was set aside as defect of the test" in _said(state, "5.8.2")


def test_where_no_file_can_be_drafted(red: Device, tmp_path: Path) -> None:
    """A folder that is a link, a file in its place, and a severity that cannot be shown are refused."""
    folder = red.folder / "quality/anomalies"
    with red.open(reading=True) as workplace:
        with pytest.raises(TextUnfit):
            draft_anomalies(workplace, [RATE], severity="\x1b[31mgrave")
        folder.symlink_to(tmp_path)
        with pytest.raises(ItemFilesRefused, match="symbolic link"):
            draft_anomalies(workplace, [RATE])
        folder.unlink()
        folder.write_text("- {id: TASK-1, type: task, title: T, fields: {status: open}}\n")
        with pytest.raises(NotWritten):
            draft_anomalies(workplace, [RATE])
    assert list(tmp_path.glob("*.yaml")) == []


def test_a_plan_without_item_files_names_the_tracker(red: Device) -> None:
    """Where all items live in other tools, the engineer is told what to write there."""
    plan = (red.folder / "clausework.yaml").read_text("utf-8")
    items = red.write("items.csv", "id,type,title\nREQ-001,software_requirement,Rate\n")
    red.write("clausework.yaml", plan.replace("items: [quality/]", f"items: [{{csv: {items.name}}}]"))
    with red.open(reading=True) as workplace, pytest.raises(NoItemFolder) as refused:
        draft_anomalies(workplace, [RATE])
    assert "Failed test: NAME" in refused.value.hint


def test_the_release_gate_asks_for_the_anomaly_and_takes_its_evaluation(red: Device) -> None:
    """A failed system test that no anomaly tells of; drafted and evaluated it is listed, and still red (5.8.1)."""
    with red.open() as workplace:
        before = release(workplace, VERSION)
        assert f"system test {RATE} failed, and no open anomaly" in _said(before, "5.8.2")
        draft_anomalies(workplace, [RATE])
        decide(workplace, "evaluate", "ANOM-001", EVALUATED, person(workplace, QUALITY))
        after = release(workplace, VERSION)
    outcomes = {one.check: one.outcome for one in after.conditions}
    assert (outcomes["5.8.2"], outcomes["5.8.3"], outcomes["5.8.1"]) == ("pass", "pass", "fail")
    assert "ANOM-001" in _said(after, "5.8.2")


def test_the_command_as_an_engineer_types_it(red: Device) -> None:
    """Without a name it lists; with one it drafts and says what comes next; a wrong one exits with 2 and a hint."""
    listed = red.process("anomaly")
    assert listed.returncode == 0, listed.stderr
    assert "no open anomaly tells of it" in listed.stdout
    drafted = red.process("anomaly", RATE, "--severity", "minor")
    assert "drafted ANOM-001 in quality/anomalies/ANOM-001.yaml" in drafted.stdout
    assert "clausework decide evaluate ANOM-001" in drafted.stdout
    assert "ANOM-001 tells of it" in red.process("anomaly", RATE).stdout
    wrong = red.process("anomaly", "nosuch")
    assert wrong.returncode == 2
    assert "lists the tests that failed" in wrong.stderr
    assert "Traceback" not in wrong.stderr


texts = st.text(max_size=60)


@given(
    st.lists(
        st.builds(FailedTest, texts, st.sampled_from(("unit", "system", "")), st.just(("#1",)), texts),
        min_size=1,
        max_size=3,
    ),
    texts,
)
def test_whatever_a_report_says_the_draft_is_read_as_it_was_meant(
    tests: list[FailedTest], found_on: str
) -> None:
    """Attack: names and messages that look like YAML, steer a terminal or hide what they say."""
    data = anomaly_file("ANOM-001", tests, "minor", printable(found_on))
    (item,), findings = read_native("a.yaml", data)
    assert findings == []
    assert (item.id, item.type, item.says("status")) == ("ANOM-001", ItemType.ANOMALY, "open")
    assert all(names_test(item_fact(item), one.case) for one in tests if printable(one.case).strip())


def test_links_of_a_draft_go_where_the_items_allow() -> None:
    """Designs, units and test cases are where it was found; requirements and controls are what it affects."""
    test = FailedTest("s/t", "system", ("#1",), "", ("TEST-1", "UNIT-1"), ("REQ-1",))
    (item,), _ = read_native("a.yaml", anomaly_file("ANOM-001", [test], "minor", ""))
    assert item.links == (Link("affects", "REQ-1"), Link("found_in", "TEST-1"), Link("found_in", "UNIT-1"))
