"""trace through the real program: what the matrix says of a build or release, and the ways to make it say more."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.actions.trace import ItemNotTraced, ReleaseUnknown, trace
from clausework.actions.trace_file import NotWritten, write_matrix
from clausework.actions.traced import Traced
from clausework.gates.trace_finding import TraceFinding
from clausework.reports.matrix_report import Filter
from clausework.trace.builds import BuildUnknown
from clausework.trace.matrix import MatrixRow
from tests.actions.device import ITEMS, QUALITY, RELEASE, VERSION, Device, junit, person
from tests.actions.prepared import make_releasable, verify

COUNTED = "The counter shall count the pulse."
ACCEPTED = {"method": "review", "outcome": "accepted", "rationale": "The tests still ask what the text says."}


def change(device: Device, before: str, after: str, message: str = "REQ-001: other items") -> None:
    """Change the items and commit."""
    items = (device.folder / "quality/items.yaml").read_text(encoding="utf-8")
    assert before in items
    device.write("quality/items.yaml", items.replace(before, after))
    device.commit(message)


def record(device: Device, name: str, content: str, level: str = "system") -> None:
    """Record a report about the current build."""
    path = device.write(f"reports/{name}", content)
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=level))  # type: ignore[arg-type]


def build_and_test(device: Device) -> None:
    """Open the build of the commit, and record the reports of the three levels about it."""
    with device.open() as workplace:
        open_build(workplace)
    for level in ("unit", "integration", "system"):
        record(device, f"{level}.xml", junit(level).replace("</testsuites>", "</testsuites>\n"), level)


def traced(device: Device, **options: object) -> Traced:
    """Return the matrix of the one build."""
    with device.open(reading=True) as workplace:
        (one,) = trace(workplace, **options)  # type: ignore[arg-type]
    return one


def row(device: Device, item: str, **options: object) -> MatrixRow:
    """Return the row of an item."""
    found = traced(device, **options).of.matrix.row(item)
    assert found is not None
    return found


def findings(device: Device, rule: str) -> list[TraceFinding]:
    """Return what a rule finds in the current build."""
    return [one for one in traced(device).of.findings if one.rule == rule]


def accept(device: Device, item: str) -> None:
    """Record an accepted review of the item as it reads now."""
    with device.open() as workplace:
        decide(workplace, "review", item, ACCEPTED, person(workplace, QUALITY))


def test_an_item_is_answered_with_records_proofs_and_confirmations(verified: Device) -> None:
    """Each result behind the item comes with its record, its proof in the log and one digest of all four parts."""
    one = traced(verified, item="REQ-001")
    assert one.of.matrix.rows[0].outcome == "verified"
    assert {record.kind for record in one.records} == {"Build", "TestResult"}
    assert all(record.proof for record in one.records)
    assert len({one.confirmation for one in one.confirmations}) == 3
    again = traced(verified, item="REQ-001")
    assert again.confirmations == one.confirmations


def test_a_confirmation_changes_with_requirement_and_result(verified: Device) -> None:
    """Requirement text, link, test source and result are hashed together (5.7.4, 5.7.5)."""
    before = {one.confirmation for one in traced(verified, item="REQ-001").confirmations}
    record(verified, "more.xml", junit("system").replace("0.01", "0.02"))
    system = {one.confirmation for one in traced(verified, item="REQ-001").confirmations}
    assert len(before & system) == 2, "the system test has another result behind it, the others have not"
    change(verified, COUNTED, "The counter shall count each pulse.")
    build_and_test(verified)
    assert not before & {one.confirmation for one in traced(verified, item="REQ-001").confirmations}


def test_a_changed_requirement_is_suspect_until_a_person_looked(verified: Device) -> None:
    """The same tests pass again, which says nothing about the new text; the review is bound to it."""
    change(verified, COUNTED, "The counter shall count each pulse.")
    build_and_test(verified)
    assert row(verified, "REQ-001").suspect >= 0
    assert row(verified, "REQ-002").suspect == -1
    assert [one.items for one in findings(verified, "L5")] == [("REQ-001",)]
    accept(verified, "REQ-001")
    assert row(verified, "REQ-001").suspect == -1
    assert findings(verified, "L5") == []


def test_attack_the_link_is_taken_out_and_put_in_again(verified: Device) -> None:
    """ATTACK relink: between two builds the link to the architecture goes and comes back."""
    change(verified, COUNTED, "The counter shall count each pulse.")
    change(
        verified,
        '"The counter shall count each pulse.",\n   links: {allocated_to: ARCH-001}',
        "Each pulse., links: {}",
    )
    build_and_test(verified)
    change(
        verified,
        "Each pulse., links: {}",
        '"The counter shall count each pulse.",\n   links: {allocated_to: ARCH-001}',
    )
    build_and_test(verified)
    assert row(verified, "REQ-001").suspect >= 0


def test_attack_a_review_of_an_older_text_clears_nothing(verified: Device) -> None:
    """ATTACK: the text is reviewed, and changed once more behind the review."""
    change(verified, COUNTED, "The counter shall count each pulse.")
    build_and_test(verified)
    accept(verified, "REQ-001")
    change(verified, "count each pulse", "count every third pulse")
    build_and_test(verified)
    assert row(verified, "REQ-001").suspect >= 0


def test_attack_an_item_is_deleted_and_comes_back_with_another_text(verified: Device) -> None:
    """ATTACK: the history of a requirement is to begin anew after a build without it."""
    lone = ITEMS.split("- {id: REQ-001")[1].split("- {id: REQ-002")[0]
    change(verified, "- {id: REQ-001" + lone, "")
    with verified.open() as workplace:
        open_build(workplace)
    change(verified, "- {id: REQ-002", "- {id: REQ-001" + lone.replace("count", "guess") + "- {id: REQ-002")
    build_and_test(verified)
    assert row(verified, "REQ-001").suspect >= 0


def test_attack_an_id_comes_back_as_another_type(verified: Device) -> None:
    """ATTACK: an ID is used again for something else: L15, whatever stood between."""
    change(verified, "type: hazard, title: No pulse is seen", "type: user_need, title: Need")
    build_and_test(verified)
    assert [one.items for one in findings(verified, "L15")] == [("HAZ-001",)]


def test_attack_one_report_is_green_and_another_red(verified: Device) -> None:
    """ATTACK: the failed run is followed by a green one of the same cases."""
    record(verified, "red.xml", junit("system", failed=True))
    record(verified, "green.xml", junit("system").replace("0.01", "0.03"))
    found = row(verified, "REQ-002")
    assert found.outcome == "failed"
    assert "red" in {test.outcome for test in found.tests}
    assert row(verified, "REQ-001").outcome == "verified"


RULED = """\
- {id: TC-001, type: test_case, title: Alarm on Linux, links: {verifies: REQ-002},
   fields: {evidence: "linux@test_2"}}
"""


def test_attack_a_rule_is_met_by_a_skipped_case_alone(established: Device) -> None:
    """ATTACK: the test that the rule wants is skipped on the platform that the rule names, and passes on another."""
    established.write("quality/more.yaml", RULED)
    established.commit("REQ-002: a rule")
    skipped = junit("system").replace('name="test_2" time="0.01">', 'name="test_2" time="0.01"><skipped/>')
    build_and_test(established)
    record(established, "linux.xml", skipped.replace('skipped="0"', 'skipped="1"'))
    found = row(established, "REQ-002")
    assert found.outcome == "not_verified"
    (missing,) = [test for test in found.tests if test.outcome == "missing" and test.level == "system"]
    assert missing.case == "TC-001: linux@test_2"
    record(established, "linux.xml", junit("system").replace("0.01", "0.04"))
    assert row(established, "REQ-002").outcome == "verified"


def test_a_later_rejection_takes_an_accepted_verification_away(verified: Device) -> None:
    """ATTACK: a control is accepted by analysis and then rejected; the newest word counts."""
    analysis = {**ACCEPTED, "method": "analysis"}
    with verified.open() as workplace:
        quality = person(workplace, QUALITY)
        decide(workplace, "review", "RC-001", analysis, quality)
    assert row(verified, "RC-001").reviews
    with verified.open() as workplace:
        decide(workplace, "review", "RC-001", {**analysis, "outcome": "rejected"}, person(workplace, QUALITY))
    assert row(verified, "RC-001").reviews == ()


def test_commits_are_shown_with_the_unit_whose_files_they_touch(established: Device) -> None:
    """A unit without a single commit was not implemented; the first commit of all touches it."""
    unit = "- {id: UNIT-001, type: software_unit, title: Rate, links: {implements: REQ-001, part_of: ARCH-001},\n"
    established.write("quality/units.yaml", unit + "   fields: {paths: [src/counter.py]}}\n")
    established.commit("ARCH-001: the unit")
    established.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    last = established.commit("REQ-001: count whatever comes")
    build_and_test(established)
    (shown,) = (one for one in traced(established).of.matrix.units if one.id == "UNIT-001")
    assert len(shown.commits) == 2
    assert shown.commits[-1] == last
    assert traced(established, item="UNIT-001").of.matrix.units == (shown,)


@pytest.fixture
def released(releasable: Device) -> Device:
    """Copy the project with version 1.0.0 released."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    return releasable


def test_a_release_is_traced_from_the_ledger_alone(released: Device, tmp_path: Path) -> None:
    """Without repository and items, from plan and ledger: the same rows as beside them."""
    there = traced(released, version=VERSION).of
    alone = Device(tmp_path / "alone", released.home)
    alone.folder.mkdir()
    shutil.copytree(released.store, alone.store)
    shutil.copy(released.folder / "clausework.yaml", alone.folder)
    here = traced(alone, version=VERSION).of
    assert here.matrix == there.matrix
    assert {one.outcome for one in here.matrix.rows} == {"verified"}


def test_what_came_later_makes_no_past_release_suspect(released: Device) -> None:
    """A requirement that is changed and tested for the next version is not suspect in the last one."""
    before = traced(released, version=VERSION).of
    change(released, COUNTED, "The counter shall count each pulse.")
    build_and_test(released)
    after = traced(released, version=VERSION).of
    assert after.findings == before.findings == ()
    assert {one.suspect for one in after.matrix.rows} == {-1}
    assert row(released, "REQ-001").suspect >= 0


def test_attack_items_are_taken_back_to_what_was_before_the_release(established: Device) -> None:
    """ATTACK: an older text, recorded long before the release, comes back: no new baseline, and yet suspect."""
    older = ITEMS.replace(COUNTED, "The counter shall guess.")
    established.write("quality/items.yaml", older)
    established.commit("REQ-001: a first text")
    with established.open() as workplace:
        open_build(workplace)
    established.write("quality/items.yaml", ITEMS)
    established.commit("REQ-001: the text")
    accept(established, "REQ-001")
    verify(established)
    make_releasable(established)
    with established.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    established.write("quality/items.yaml", older)
    established.commit("REQ-001: the first text again")
    build_and_test(established)
    assert row(established, "REQ-001").suspect >= 0


def test_a_requirement_that_was_taken_out_between_build_and_release_is_told(releasable: Device) -> None:
    """ATTACK: a requirement without a green test is taken out of the items, so that the release asks nothing of it."""
    lone = ITEMS.split("- {id: REQ-001")[1].split("- {id: REQ-002")[0]
    releasable.write("quality/items.yaml", ITEMS.replace("- {id: REQ-001" + lone, ""))
    with releasable.open() as workplace:
        state = release(workplace, VERSION)
    assert state.outcome != "pass"
    assert "verification incomplete" in str([one.reasons for one in state.conditions])


def test_options_choose_among_a_releases_builds(released: Device) -> None:
    """A build or software item that the release does not have is told, never passed over."""
    build = traced(released, version=VERSION).of.build
    assert traced(released, version=VERSION, build_id=build[:12], software_item="counter").of.build == build
    with released.open(reading=True) as workplace:
        with pytest.raises(BuildUnknown, match="has no such build"):
            trace(workplace, version=VERSION, software_item="display")
        with pytest.raises(BuildUnknown):
            trace(workplace, version=VERSION, build_id="0" * 64)
        with pytest.raises(ReleaseUnknown, match=r"released: 1\.0\.0"):
            trace(workplace, version="1.0")


@pytest.mark.parametrize("item", ["REQ-00", "req-001", "REQ-0010", "TC-1", "", " ", "*"])
def test_an_item_without_a_row_is_told(verified: Device, item: str) -> None:
    """The beginning of an ID, other capitals, a pattern: none of them is the item."""
    with verified.open(reading=True) as workplace, pytest.raises(ItemNotTraced, match="has no row"):
        trace(workplace, item=item)


def test_filters_that_leave_nothing_of_an_item_are_told(verified: Device) -> None:
    """An item that the filters hide is not called unknown."""
    with (
        verified.open(reading=True) as workplace,
        pytest.raises(ItemNotTraced, match="no row that the filters leave"),
    ):
        trace(workplace, item="REQ-001", chosen=Filter(outcome="failed"))


def test_a_release_of_several_builds_is_one_matrix(verified: Device, tmp_path: Path) -> None:
    """Each row says of which software item it is, and none of any of them is left out."""
    one = traced(verified)
    other = msgspec.structs.replace(one, of=msgspec.structs.replace(one.of, software_item="display"))
    out = tmp_path / "out"
    write_matrix((one, other), "csv", out, "requirements")
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert rows[0][:2] == ["software item", "item"]
    ids = [row.id for row in one.of.matrix.rows]
    assert [tuple(row[:2]) for row in rows[1:]] == [
        (of, item) for of in ("counter", "display") for item in ids
    ]
    write_matrix((one, other), "html", out, "requirements")
    assert out.read_text().count('<td class="word">display</td>') >= len(ids)
    write_matrix((one, other), "xlsx", out, "requirements")
    sheet = load_workbook(io.BytesIO(out.read_bytes()), read_only=True)["requirements"]
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == {"counter", "display"}
    write_matrix((one, other), "json", out, "requirements")
    assert len(msgspec.json.decode(out.read_bytes())) == 2


@pytest.mark.parametrize("name", ["", "no/folder/out.csv", "x" * 300, "nul\0"])
def test_a_place_that_cannot_be_written_is_told(verified: Device, tmp_path: Path, name: str) -> None:
    """A folder, a missing folder, an endless name, a name that is none."""
    with pytest.raises(NotWritten):
        write_matrix((traced(verified),), "csv", tmp_path / name, "requirements")
