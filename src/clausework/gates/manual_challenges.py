"""Challenges of the check on manual tests: a run that counts, and every way in which its passes are worth nothing."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clausework.core.clock import system_clock
from clausework.core.digests import sha256_of
from clausework.evidence.manual_form import SCHEMA, FilledStep, Instrument, ManualForm, SoftwareUnderTest
from clausework.gates.challenge import (
    ARTEFACT,
    ITEMS,
    QUALITY,
    RELEASE,
    SOUND,
    Challenge,
    Committed,
    EvidenceFile,
    SignedDecision,
    World,
)
from clausework.items.read import read_items
from clausework.items.source import SourceFile

PROTOCOL = b"""\
- {id: TP-1, type: test_protocol, title: Stop by hand, links: {verifies: [REQ-1]},
   fields: {level: system, equipment: [Stop-watch],
   steps: ["Open the door | The motor stands | within 1 s", "Close the door | The motor still stands"]}}
"""

APPROVED = SignedDecision(
    "approve",
    "test_protocol",
    "TP-1",
    {"rationale": "The steps show what REQ-1 asks, and how it is seen."},
    signers=((*QUALITY, "approved"),),
    first=True,
)

TESTER = RELEASE
"""Who runs the protocol: a person who wrote none of the code and did not approve the protocol."""

SETTINGS: dict[str, str | int | bool] = {"level": "system"}


def version_of(items: bytes, protocol: str = "TP-1") -> str:
    """Return the content hash of a protocol in an item file."""
    found = read_items([SourceFile("items.yaml", items)], ("controller",)).items
    return next(item.content_hash for item in found if item.id == protocol)


def filled(**changes: object) -> ManualForm:
    """Return the form of a run in which all passed today, with some members changed."""
    form = ManualForm(
        SCHEMA,
        "TP-1",
        version_of(ITEMS + PROTOCOL),
        "system",
        (
            FilledStep("Open the door", "The motor stands", "within 1 s", "It stood after 0.4 s", "pass"),
            FilledStep("Close the door", "The motor still stands", "", "It stood", "pass"),
        ),
        software=(SoftwareUnderTest("controller.pyz", sha256_of(ARTEFACT)),),
        serial="SN-1",
        environment="Bench 2",
        tester=TESTER[0],
        performed_at=_day(0),
        equipment=(Instrument("Stop-watch", "SW-7", _day(30)),),
    )
    return msgspec.structs.replace(form, **changes)


def run_of(
    form: ManualForm, name: str = "TP-1.json", level: str = "system", *, signed: bool = True, of: str = "this"
) -> EvidenceFile:
    """Return a filled form as a file, signed by its tester unless said otherwise."""
    signers = ((*TESTER, "executed"),) if signed else ()
    return EvidenceFile(name, msgspec.json.encode(form), level, of, signed_by=signers)


def world(*runs: EvidenceFile, approval: SignedDecision | None = APPROVED, **changes: object) -> World:
    """Return the sound world with the protocol, its approval and these runs."""
    decisions = (*SOUND.decisions, approval) if approval else SOUND.decisions
    made = msgspec.structs.replace(
        SOUND, items=ITEMS + PROTOCOL, evidence=(*SOUND.evidence, *runs), decisions=decisions
    )
    return msgspec.structs.replace(made, **changes)


def challenges() -> tuple[Challenge, ...]:
    """A run of the approved version that its tester signed counts; what lacks any of it, or failed, is refused."""
    return (
        Challenge("an approved protocol was run and signed", "pass", world(run_of(filled())), SETTINGS),
        Challenge("there is no protocol of the level", "not_applicable", SOUND, SETTINGS),
        Challenge("the plan names no level", "not_evaluated", world(run_of(filled())), {}),
        Challenge("the protocol was not run", "fail", world(), SETTINGS),
        *_of_protocol(),
        *_of_tester(),
        *_of_configuration(),
        *_of_steps(),
    )


def _of_protocol() -> tuple[Challenge, ...]:
    late = msgspec.structs.replace(APPROVED, first=False)
    own = msgspec.structs.replace(APPROVED, author=QUALITY[0])
    rejected = SignedDecision(
        "review",
        "test_protocol",
        "TP-1",
        {"method": "review", "outcome": "rejected", "rationale": "Step 2 shows nothing about REQ-1."},
        signers=((*QUALITY, "reviewed"),),
    )
    earlier = PROTOCOL.replace(b"within 1 s", b"within 9 s")
    written = Committed("Protocol", paths=("items.yaml",), author=QUALITY[0])
    return (
        Challenge("nobody approved the protocol", "fail", world(run_of(filled()), approval=None), SETTINGS),
        Challenge(
            "the protocol was approved after the run",
            "fail",
            world(run_of(filled()), approval=late),
            SETTINGS,
        ),
        Challenge(
            "who asks for the approval approves alone",
            "fail",
            world(run_of(filled()), approval=own),
            SETTINGS,
        ),
        Challenge(
            "the protocol was approved by nobody but its own author",
            "fail",
            world(run_of(filled()), commits=(written,)),
            SETTINGS,
        ),
        Challenge(
            "the run is dated before the approval",
            "fail",
            world(run_of(filled(performed_at=_day(-3)))),
            SETTINGS,
        ),
        Challenge(
            "another version of the protocol was run",
            "fail",
            world(run_of(filled(protocol_sha256=version_of(ITEMS + earlier)))),
            SETTINGS,
        ),
        Challenge(
            "the protocol changed after the run",
            "fail",
            world(run_of(filled()), judged_items=ITEMS + earlier),
            SETTINGS,
        ),
        Challenge(
            "a review rejected the protocol since",
            "fail",
            world(run_of(filled()), decisions=(*SOUND.decisions, APPROVED, rejected)),
            SETTINGS,
        ),
        Challenge(
            "the run was recorded at another level",
            "fail",
            world(run_of(filled(), level="integration")),
            SETTINGS,
        ),
    )


def _of_tester() -> tuple[Challenge, ...]:
    wrote_code = Committed("REQ-1: stop", paths=("src/controller/motor.py",), author=TESTER[0])
    other = EvidenceFile(
        "TP-1.json", msgspec.json.encode(filled()), "system", signed_by=((*QUALITY, "executed"),)
    )
    meant = EvidenceFile(
        "TP-1.json", msgspec.json.encode(filled()), "system", signed_by=((*TESTER, "reviewed"),)
    )
    return (
        Challenge("the tester did not sign", "fail", world(run_of(filled(), signed=False)), SETTINGS),
        Challenge("somebody else signed for the tester", "fail", world(other), SETTINGS),
        Challenge("the tester's signature means something else", "fail", world(meant), SETTINGS),
        Challenge(
            "the tester wrote code that is under test",
            "fail",
            world(run_of(filled()), commits=(wrote_code,)),
            SETTINGS,
        ),
        Challenge("the form names no tester", "fail", world(run_of(filled(tester=""))), SETTINGS),
    )


def _of_configuration() -> tuple[Challenge, ...]:
    foreign = (SoftwareUnderTest("controller.pyz", sha256_of(b"another build's")),)
    return (
        Challenge(
            "what was tested is no artefact of the build",
            "fail",
            world(run_of(filled(software=foreign))),
            SETTINGS,
        ),
        Challenge("the run is about another commit", "fail", world(run_of(filled(), of="other")), SETTINGS),
        Challenge(
            "an artefact was added to the build after the run",
            "fail",
            world(run_of(filled()), added_later=(("probe.bin", b"never tested"),)),
            SETTINGS,
        ),
        Challenge(
            "an instrument's calibration had ended",
            "fail",
            world(run_of(filled(equipment=(Instrument("Stop-watch", "SW-7", _day(-1)),)))),
            SETTINGS,
        ),
        Challenge(
            "an instrument has no calibration",
            "fail",
            world(run_of(filled(equipment=(Instrument("Stop-watch", "SW-7"),)))),
            SETTINGS,
        ),
        Challenge(
            "an instrument that the protocol needs was not used",
            "fail",
            world(run_of(filled(equipment=()))),
            SETTINGS,
        ),
        Challenge(
            "the run is dated in the future", "fail", world(run_of(filled(performed_at=_day(2)))), SETTINGS
        ),
        Challenge("the device has no serial number", "fail", world(run_of(filled(serial=""))), SETTINGS),
    )


def _of_steps() -> tuple[Challenge, ...]:
    first, second = filled().steps
    failing = msgspec.structs.replace(second, actual="It ran on", outcome="fail")
    blocked = msgspec.structs.replace(second, actual="", outcome="blocked", remark="No spare door")
    invented = FilledStep("Wait", "Nothing happens", "", "Nothing happened", "pass")
    softened = msgspec.structs.replace(first, tolerance="within 1 min")
    unseen = msgspec.structs.replace(second, actual="")
    red = run_of(filled(steps=(first, failing)))
    return (
        Challenge("a step failed", "fail", world(red), SETTINGS),
        Challenge(
            "a step failed in a run that nobody signed",
            "fail",
            world(run_of(filled(steps=(first, failing)), signed=False), run_of(filled(), "again.json")),
            SETTINGS,
        ),
        Challenge(
            "a step failed and passed when it was run again",
            "fail",
            world(red, run_of(filled(), "again.json")),
            SETTINGS,
        ),
        Challenge("a step was blocked", "fail", world(run_of(filled(steps=(first, blocked)))), SETTINGS),
        Challenge(
            "a blocked step passed when it was run again",
            "pass",
            world(run_of(filled(steps=(first, blocked))), run_of(filled(), "again.json")),
            SETTINGS,
        ),
        Challenge("a step is missing", "fail", world(run_of(filled(steps=(first,)))), SETTINGS),
        Challenge(
            "a step was invented", "fail", world(run_of(filled(steps=(first, second, invented)))), SETTINGS
        ),
        Challenge(
            "what was expected of a step was softened",
            "fail",
            world(run_of(filled(steps=(softened, second)))),
            SETTINGS,
        ),
        Challenge(
            "a step passed and nothing was seen",
            "fail",
            world(run_of(filled(steps=(first, unseen)))),
            SETTINGS,
        ),
    )


def _day(days: int) -> str:
    return (system_clock() + timedelta(days=days)).date().isoformat()
