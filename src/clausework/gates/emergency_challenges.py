"""Challenges of the check on manual tests in an emergency: what an impact analysis leaves out, and what it cannot."""

from __future__ import annotations

import msgspec

from clausework.evidence.manual_form import FilledStep
from clausework.gates.challenge import (
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
from clausework.gates.manual_challenges import SETTINGS, filled, version_of

_SCREEN = b"""\
- {id: REQ-2, type: software_requirement, title: Screen, text: The controller shall show the rate.}
- {id: TP-2, type: test_protocol, title: Screen by hand, links: {verifies: [REQ-2]},
   fields: {level: system, steps: ["Look at the screen | It shows the rate"]}}
"""


_PART = b"""\
- {id: REQ-3, type: software_requirement, title: Units, text: The controller shall show mL/h.,
   links: {derives_from: [REQ-2]}}
"""


def of_emergency() -> tuple[Challenge, ...]:
    """A protocol that passed for the last release may be left out as any test: signed, for one version, for a time."""
    narrowed = SignedDecision(
        "narrow",
        "version",
        "1.0.0",
        {
            "reason": "The alarm is silent in some rooms; patients may die.",
            "impact": "One constant of the alarm changes; the screen is not touched.",
            "requirements": ("REQ-2",),
            "repeat_until": "2099-01-01",
        },
        signers=((*QUALITY, "impact analysed"), (*RELEASE, "narrowed regression accepted")),
        version="1.0.0",
    )
    unnamed = msgspec.structs.replace(narrowed, fields={**narrowed.fields, "requirements": ("REQ-3",)})
    over = msgspec.structs.replace(narrowed, fields={**narrowed.fields, "repeat_until": "2020-01-01"})
    step = FilledStep("Look at the screen", "It shows the rate", "", "It did", "pass")

    def of_screen(items: bytes, *steps: FilledStep, **changes: object) -> bytes:
        form = filled(protocol="TP-2", protocol_sha256=version_of(items, "TP-2"), steps=steps, equipment=())
        return msgspec.json.encode(msgspec.structs.replace(form, **changes))

    def emergency(*decisions: SignedDecision, items: bytes = ITEMS + _SCREEN, **changes: object) -> World:
        made = msgspec.structs.replace(
            SOUND,
            items=items,
            decisions=(*SOUND.decisions, *decisions),
            released_report=of_screen(items, step),
        )
        return msgspec.structs.replace(made, **changes)

    guarding = (ITEMS + _SCREEN).replace(b"realised_by: [REQ-1]", b"realised_by: [REQ-1, REQ-2]")
    reworded = (ITEMS + _SCREEN).replace(b"It shows the rate", b"It shows any rate")
    touching = Committed("REQ-2: screen", paths=("src/controller/screen.py",), author="developer@example.com")
    touching_part = msgspec.structs.replace(touching, subject="REQ-3: units")
    failed = msgspec.structs.replace(step, actual="Nothing", outcome="fail")
    red = EvidenceFile("TP-2.json", of_screen(ITEMS + _SCREEN, failed), "system")
    blocked = of_screen(ITEMS + _SCREEN, msgspec.structs.replace(step, actual="dark", outcome="blocked"))
    return (
        Challenge(
            "a protocol of the last release is not run, and nobody leaves it out",
            "fail",
            emergency(),
            SETTINGS,
        ),
        Challenge(
            "an emergency leaves out a protocol that the change does not touch",
            "pass",
            emergency(narrowed),
            SETTINGS,
        ),
        Challenge(
            "the analysis does not name what the protocol verifies", "fail", emergency(unnamed), SETTINGS
        ),
        Challenge(
            "nobody signed the analysis",
            "fail",
            emergency(msgspec.structs.replace(narrowed, signers=())),
            SETTINGS,
        ),
        Challenge(
            "the analysis is of another version", "fail", emergency(_of_version(narrowed, "0.9.1")), SETTINGS
        ),
        Challenge("the day by which the protocol is run has come", "fail", emergency(over), SETTINGS),
        Challenge(
            "what the protocol verifies guards a risk", "fail", emergency(narrowed, items=guarding), SETTINGS
        ),
        Challenge(
            "the change touches what the protocol verifies",
            "fail",
            emergency(narrowed, commits=(touching,)),
            SETTINGS,
        ),
        Challenge(
            "the change touches what derives from what the protocol verifies",
            "fail",
            emergency(narrowed, items=ITEMS + _SCREEN + _PART, commits=(touching_part,)),
            SETTINGS,
        ),
        Challenge(
            "the protocol changed since the last release",
            "fail",
            emergency(narrowed, judged_items=reworded),
            SETTINGS,
        ),
        Challenge(
            "the protocol was blocked for the last release",
            "fail",
            emergency(narrowed, released_report=blocked),
            SETTINGS,
        ),
        Challenge(
            "the protocol was left out and fails",
            "fail",
            emergency(narrowed, evidence=(*SOUND.evidence, red)),
            SETTINGS,
        ),
    )


def _of_version(decision: SignedDecision, version: str) -> SignedDecision:
    return msgspec.structs.replace(decision, version=version, id=version)
