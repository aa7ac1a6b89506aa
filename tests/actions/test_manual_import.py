"""Filled forms taken in: whole, of an approved protocol, about recorded artefacts, signed by their tester, or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.manual_form_file import FormThere, UnknownFormFile, write_form
from clausework.actions.manual_import import FormRefused, NotAForm, import_form
from clausework.actions.person import RoleNotHeld
from clausework.actions.protocols import (
    NotAProtocol,
    NothingUnderTest,
    ProtocolNotApproved,
    blank_form,
    list_protocols,
    protocol_named,
)
from clausework.actions.record import record_files
from clausework.actions.sign import NotIndependent, sign, waiting
from clausework.core.clock import system_clock
from clausework.core.digests import sha256_of
from clausework.evidence.manual_form import FilledStep, Instrument, ManualForm, NamedFile, SoftwareUnderTest
from clausework.ledger.records.evidence import Rejection, TestResult
from clausework.ledger.references import descriptors_of
from clausework.plan.model import NotInPlan
from clausework.reports.manual_test_form import csv_form, json_form, xlsx_form
from tests.actions.by_hand import PROTOCOL, approve, facts, filled, today, with_protocol, write
from tests.actions.device import QUALITY, RELEASE, Device, person


@pytest.fixture(scope="module")
def prepared_by_hand(tmp_path_factory: pytest.TempPathFactory, prepared_established: Device) -> Device:
    """The project with an approved protocol and a build."""
    device = with_protocol(prepared_established.copy(tmp_path_factory.mktemp("by-hand")))
    approve(device)
    return device


@pytest.fixture
def device(tmp_path: Path, prepared_by_hand: Device) -> Device:
    """Copy the project with an approved protocol and a build."""
    return prepared_by_hand.copy(tmp_path / "device")


def outcome_of(device: Device) -> tuple[str, ...]:
    """Return what lacks for the newest run to count."""
    return facts(device).human.runs[-1].lacks


@pytest.mark.parametrize(("suffix", "spell"), [("json", json_form), ("csv", csv_form), ("xlsx", xlsx_form)])
def test_a_filled_form_counts_once_its_tester_signed(
    device: Device, suffix: str, spell: Callable[[ManualForm], bytes]
) -> None:
    """In each spelling: recorded with its level and configuration, worth nothing unsigned, evidence when signed."""
    path = device.write(f"forms/TP-001.{suffix}", spell(filled(device)))
    with device.open() as workplace:
        imported = import_form(workplace, path)
        body: TestResult = workplace.record(imported.file.index).body
        run = body.clausework.manual
        assert run is not None
        assert (body.clausework.origin.level, run.tester, run.serial) == ("system", QUALITY, "SN-7")
        assert [one.title for one in waiting(workplace)] == [f"run by {QUALITY} of TP-001"]
    assert not [one for one in facts(device).item_cases if one.item == "REQ-002"]
    with device.open() as workplace:
        assert sign(workplace, person(workplace, QUALITY)).meaning == "executed"
        assert waiting(workplace) == ()
    (cases,) = [one for one in facts(device).item_cases if one.item == "REQ-002"]
    assert (cases.level, len(cases.passed), cases.not_passed) == ("system", 2, ())
    assert outcome_of(device) == ()


def test_a_form_given_again_is_recognised(device: Device) -> None:
    """The same form is one run, not two."""
    path = write(device, filled(device))
    with device.open() as workplace:
        first, again = import_form(workplace, path), import_form(workplace, path)
    assert (first.file.existed, again.file.existed) == (False, True)
    assert device.count(TestResult) == 1


def _changed(form: ManualForm, number: int, **changes: str) -> tuple[FilledStep, ...]:
    steps = list(form.steps)
    steps[number] = msgspec.structs.replace(steps[number], **changes)
    return tuple(steps)


LAPSES: dict[str, tuple[Callable[[ManualForm], dict[str, object]], str]] = {
    "another version of the protocol": (
        lambda form: {"protocol_sha256": sha256_of(b"an earlier text")},
        "it reads otherwise now",
    ),
    "a step is missing": (
        lambda form: {"steps": form.steps[:1]},
        "'Start the pulse' of the protocol is missing",
    ),
    "a step is invented": (
        lambda form: {"steps": (*form.steps, FilledStep("Wait", "Nothing", "", "Nothing", "pass"))},
        "'Wait' is none of the protocol's",
    ),
    "a tolerance is softened": (
        lambda form: {"steps": _changed(form, 0, tolerance="within 5 min")},
        "'Stop the pulse' of the protocol is missing, or was changed",
    ),
    "steps in another order": (lambda form: {"steps": form.steps[::-1]}, "another order"),
    "a pass without what was seen": (
        lambda form: {"steps": _changed(form, 0, actual="")},
        "step 1 has passed and does not say what was seen",
    ),
    "no outcome": (lambda form: {"steps": _changed(form, 1, outcome="")}, "step 2 has no outcome"),
    "an unknown digest": (
        lambda form: {"software": (SoftwareUnderTest("counter.zip", sha256_of(b"never built")),)},
        "no artefact of a recorded build",
    ),
    "no tester": (lambda form: {"tester": ""}, "the tester is not named"),
    "a tester whom nobody enrolled": (
        lambda form: {"tester": "nobody@example.com"},
        "nobody is enrolled as the tester",
    ),
    "a day in the future": (
        lambda form: {"performed_at": (system_clock() + timedelta(days=3)).date().isoformat()},
        "and now it is",
    ),
    "a day before the protocol was approved": (
        lambda form: {"performed_at": (system_clock() - timedelta(days=2)).date().isoformat()},
        "after it was performed on",
    ),
    "a calibration that had ended": (
        lambda form: {"equipment": (Instrument("Pulse simulator", "PS-1", "2020-01-01"),)},
        "was calibrated until 2020-01-01",
    ),
    "an instrument that the protocol needs": (
        lambda form: {"equipment": ()},
        "'Pulse simulator' that TP-001 needs is not named",
    ),
    "another level": (lambda form: {"level": "integration"}, "is run at level 'system'"),
    "a protocol that is no item": (lambda form: {"protocol": "TP-404"}, "No item 'TP-404'"),
    "an item that is no protocol": (
        lambda form: {"protocol": "REQ-001"},
        "REQ-001 is a software_requirement",
    ),
    "an attachment that is not there": (
        lambda form: {"steps": (_with_file(form, NamedFile("gone.jpg")), form.steps[1])},
        "'gone.jpg' cannot be kept",
    ),
    "an attachment from elsewhere": (
        lambda form: {"steps": (_with_file(form, NamedFile("../clausework.yaml")), form.steps[1])},
        "is not the name of a file beside the form",
    ),
    "an attachment that was changed": (
        lambda form: {
            "steps": (_with_file(form, NamedFile("photo.jpg", sha256_of(b"other"))), form.steps[1])
        },
        "is not the file that the form names by its digest",
    ),
}


def _with_file(form: ManualForm, file: NamedFile) -> FilledStep:
    return msgspec.structs.replace(form.steps[0], attachments=(file,))


@pytest.mark.parametrize("lapse", LAPSES)
def test_a_form_that_does_not_fit_records_nothing(device: Device, lapse: str) -> None:
    """Each lapse is named, exit 3, and the ledger is as it was."""
    change, said = LAPSES[lapse]
    form = filled(device)
    device.write("forms/photo.jpg", b"\xff\xd8\xff")
    path = write(device, msgspec.structs.replace(form, **change(form)))
    before = device.count()
    with device.open() as workplace, pytest.raises(FormRefused) as refused:
        import_form(workplace, path)
    assert said in refused.value.message
    assert refused.value.exit_code == 3
    assert device.count() == before


@pytest.mark.parametrize("lapse", ["another version of the protocol", "an unknown digest", "no tester"])
def test_record_keeps_a_form_that_does_not_fit_in_quarantine(device: Device, lapse: str) -> None:
    """``record`` takes any file: one that does not fit is kept, nothing of it counts, and it stands in the way."""
    change, said = LAPSES[lapse]
    form = filled(device)
    path = write(device, msgspec.structs.replace(form, **change(form)))
    with device.open() as workplace:
        (one,) = record_files(workplace, [path], evidence_target(workplace, level="system")).files
        assert not one.accepted
        rejection: Rejection = workplace.record(one.index).body
    assert said in rejection.reason
    assert [fact.name for fact in facts(device).rejections] == ["forms/TP-001.json"]


def test_record_takes_a_form_at_its_level_alone(device: Device) -> None:
    """Attack: a system test's form recorded as a unit test, or without a level."""
    path = write(device, filled(device))
    with device.open() as workplace:
        levels: tuple[Level, ...] = ("unit", "")
        for level in levels:
            target = evidence_target(workplace, level=level)
            (one,) = record_files(workplace, [path], target).files
            assert not one.accepted, level
        (one,) = record_files(workplace, [path], evidence_target(workplace, level="system")).files
        assert one.accepted


def test_attachments_are_kept_with_the_run(device: Device) -> None:
    """A photo beside the form is kept byte for byte, named by the record, and part of what ``verify`` checks."""
    photo = device.write("forms/photo.jpg", b"\xff\xd8\xff")
    form = filled(device)
    path = write(
        device,
        msgspec.structs.replace(form, steps=(_with_file(form, NamedFile("photo.jpg")), form.steps[1])),
    )
    with device.open() as workplace:
        imported = import_form(workplace, path)
        body: TestResult = workplace.record(imported.file.index).body
        assert body.clausework.manual is not None
        (kept,) = body.clausework.manual.attachments
        assert kept in list(descriptors_of(body))
        assert workplace.ledger.read_blob(kept.sha256) == photo.read_bytes()
        assert (kept.name, kept.media_type) == ("photo.jpg", "image/jpeg")


def test_nobody_else_signs_for_the_tester(device: Device) -> None:
    """Attack: another person signs that the test was executed. It waits for its tester alone."""
    path = write(device, filled(device))
    with device.open() as workplace:
        index = import_form(workplace, path).file.index
        with pytest.raises(NotIndependent, match="did not run the test"):
            sign(workplace, person(workplace, RELEASE), f"#{index}")
    assert any("has not signed it as executed" in one for one in outcome_of(device))


def test_the_protocol_is_approved_before_it_has_a_form(established: Device) -> None:
    """Without an approval of exactly this text there is no form, and a form from elsewhere is refused."""
    device = with_protocol(established)
    form = filled(device)
    with device.open() as workplace:
        with pytest.raises(ProtocolNotApproved) as refused:
            write_form(workplace, "TP-001", device.folder / "form.csv")
        assert (refused.value.exit_code, list_protocols(workplace)[0].approval) == (1, -1)
        with pytest.raises(FormRefused, match="not approved"):
            import_form(workplace, write(device, form))
    approve(device)
    device.write("quality/protocol.yaml", PROTOCOL.replace("within 5 s", "within 9 s"))
    with device.open() as workplace, pytest.raises(ProtocolNotApproved):
        write_form(workplace, "TP-001", device.folder / "form.csv")


def test_a_run_from_before_a_change_of_the_protocol_does_not_count(device: Device) -> None:
    """Attack: an approved protocol is run, and changed afterwards: the run is not about what it says now."""
    with device.open() as workplace:
        import_form(workplace, write(device, filled(device)))
        sign(workplace, person(workplace, QUALITY))
    device.write("quality/protocol.yaml", PROTOCOL.replace("within 5 s", "within 1 s"))
    device.commit("TP-001: faster")
    device.build()
    with device.open() as workplace:
        open_build(workplace)
    assert any("was run; in the items of this build it is" in one for one in outcome_of(device))
    assert not [one for one in facts(device).item_cases if one.item == "REQ-002" and one.passed]


def test_a_failed_step_stands_though_nobody_signed(device: Device) -> None:
    """A failure needs no signature: it is red at once, and a signed pass later is no way round it."""
    with device.open() as workplace:
        import_form(workplace, write(device, filled(device, outcome="fail"), "forms/first.json"))
        import_form(workplace, write(device, filled(device), "forms/second.json"))
        for index in [one.index for one in waiting(workplace)]:
            sign(workplace, person(workplace, QUALITY), f"#{index}")
    red = [one for one in facts(device).not_passed if one.outcome == "red"]
    assert {one.case for one in red} == {
        "TP-001//step 1: Stop the pulse",
        "TP-001//step 2: Start the pulse",
    }


def test_where_the_plan_has_testers_only_they_run_tests(established: Device) -> None:
    """A plan with the role ``tester``: whoever holds only another role signs in vain, and is told so."""
    plan = (established.folder / "clausework.yaml").read_text()
    established.write(
        "clausework.yaml", plan.replace("roles:\n", f"roles:\n  tester: {{people: [{RELEASE}]}}\n")
    )
    device = with_protocol(established)
    with device.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "testers named"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
    device.commit("Under the new plan")
    with_protocol(device)
    approve(device)
    with device.open() as workplace:
        import_form(workplace, write(device, filled(device)))
        with pytest.raises(RoleNotHeld, match="waits for 'executed' by tester"):
            sign(workplace, person(workplace, QUALITY), "TP-001")
        import_form(workplace, write(device, filled(device, tester=RELEASE), "forms/other.json"))
        sign(workplace, person(workplace, RELEASE), "TP-001")
    runs = {one.tester: one.counts for one in facts(device).human.runs}
    assert runs == {QUALITY: False, RELEASE: True}


def test_the_empty_form_names_version_digest_and_equipment(device: Device) -> None:
    """What a tester need not know is filled in: version, artefact, steps, instruments; the rest is blank."""
    with device.open(reading=True) as workplace:
        protocol = protocol_named(workplace, "TP-001")
        form = blank_form(workplace, protocol)
        written = write_form(workplace, "TP-001", device.folder / "form.XLSX")
    assert (form.protocol_sha256, written.sha256) == (protocol.content_hash, protocol.content_hash)
    assert [one.sha256 for one in form.software] == [sha256_of(device.artefact.read_bytes())]
    assert [one.name for one in form.equipment] == ["Pulse simulator"]
    assert (form.tester, form.steps[0].actual, form.preconditions) == ("", "", "The counter counts.")


def test_a_protocol_may_be_about_some_software_items_alone(device: Device) -> None:
    """The form lists their artefacts; one that is none of the plan's is told, and a run without them is refused."""
    form = filled(device)
    device.write(
        "quality/protocol.yaml", PROTOCOL.replace("    steps:", "    software_items: [counter]\n    steps:")
    )
    approve(device)
    with device.open(reading=True) as workplace:
        protocol = protocol_named(workplace, "TP-001")
        assert blank_form(workplace, protocol).software == form.software
    device.write(
        "quality/protocol.yaml", PROTOCOL.replace("    steps:", "    software_items: [pump]\n    steps:")
    )
    approve(device)
    with device.open() as workplace:
        protocol = protocol_named(workplace, "TP-001")
        with pytest.raises(NotInPlan):
            blank_form(workplace, protocol)
        other = msgspec.structs.replace(form, protocol_sha256=protocol.content_hash)
        with pytest.raises(FormRefused, match="of the software item pump"):
            import_form(workplace, write(device, other))


def test_a_form_is_never_written_over_a_filled_one(device: Device) -> None:
    """Attack on a day's work: ``test form`` onto the file that somebody filled."""
    path = write(device, filled(device))
    before = path.read_bytes()
    with device.open(reading=True) as workplace:
        with pytest.raises(FormThere):
            write_form(workplace, "TP-001", path)
        with pytest.raises(UnknownFormFile):
            write_form(workplace, "TP-001", device.folder / "form.pdf")
        with pytest.raises(NotAProtocol):
            write_form(workplace, "REQ-001", device.folder / "form.csv")
    assert path.read_bytes() == before


def test_without_an_artefact_there_is_nothing_to_test(established: Device) -> None:
    """A protocol is run on something that was built."""
    established.write("quality/protocol.yaml", PROTOCOL)
    established.commit("TP-001: alarm by hand")
    approve(established)
    with established.open(reading=True) as workplace, pytest.raises(NothingUnderTest):
        write_form(workplace, "TP-001", established.folder / "form.csv")


def test_another_file_is_no_form(device: Device) -> None:
    """A machine's report, a text or an empty file is not taken for a person's test."""
    for name, data in (("a.xml", b"<testsuites/>"), ("b.txt", b"all passed"), ("c.json", b"{}"), ("d", b"")):
        path = device.write(f"forms/{name}", data)
        with device.open() as workplace, pytest.raises(NotAForm):
            import_form(workplace, path)


def test_a_run_is_dated_by_its_form(device: Device) -> None:
    """What the form says of day and device stands in the record, as it says it."""
    with device.open() as workplace:
        import_form(workplace, write(device, filled(device)))
    (run,) = facts(device).human.runs
    assert (run.performed_at, run.serial, run.environment) == (today(), "SN-7", "bench 3")
    assert run.equipment == ("Pulse simulator PS-1 2999-01-01",)
