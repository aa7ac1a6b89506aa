"""The challenges of the check ``risk_file``."""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import ITEMS, QUALITY, SOUND, Challenge, SignedDecision, World, but
from clausework.ledger.records.gates import Outcome

_Case = tuple[str, Outcome, World]

_EVALUATED = SignedDecision(
    "evaluate",
    "risk",
    "RISK-1",
    {
        "risk": "A short overdose that the nurse notices by the alarm.",
        "outcome": "acceptable",
        "rationale": "Without the pump the drug is given by hand, which goes wrong more often.",
    },
    signers=((*QUALITY, "evaluated"),),
)

_OPTION = '["inherent_safety: A door that cannot be opened would keep the nurse from the syringe."]'
_ALL_OPTIONS = (
    '["inherent_safety: None is known.", "protective_measure: A stop costs more than it brings.", '
    '"information_for_safety: The label says it."]'
)
_RESIDUAL = "residual_probability: improbable, residual_level: low"
_NO_NEW_RISKS = "new_risks: 'none: the motor stands, as it does when nothing is infused.'"
_SITUATION = (
    b"- {id: SIT-2, type: hazardous_situation, title: Starts by itself, links: {arises_in: [ARC-1]},\n"
    b"   fields: {sequence: The door closes and the motor starts.}}\n"
)

_GAPS: tuple[tuple[str, Outcome, str, str], ...] = (
    ("a situation comes of no hazard", "fail", "links: {leads_to: [SIT-1]}", "links: {}"),
    ("no sequence of events is told", "fail", "sequence: The door opens and the motor runs on.", "note: x"),
    ("no harm is told", "fail", "fields: {harm: Overdose}", "fields: {}"),
    ("a severity is not the matrix's", "fail", "severity: serious,", "severity: bad,"),
    ("a level is lower than the matrix's", "fail", "level: medium,", "level: low,"),
    (
        "the residual level is lower than the matrix's",
        "fail",
        "residual_probability: improbable",
        "residual_probability: probable",
    ),
    ("the residual probability is not told", "fail", "residual_probability: improbable,", ""),
    ("P1 is told without P2", "not_evaluated", "probability: occasional, level", "p1: occasional, level"),
    (
        "P1 and P2 take the place of the probability",
        "pass",
        "probability: occasional, level",
        "p1: probable, p2: possible, level",
    ),
    (
        "P1 and P2 come to another probability than is told",
        "fail",
        "probability: occasional, level",
        "probability: occasional, p1: frequent, p2: certain, level",
    ),
    ("the options above the control taken were not considered", "fail", "control_options", "notes"),
    ("an option names no kind of control", "fail", '"inherent_safety: A door', '"A door'),
    ("nothing is said of a control's new risks", "fail", _NO_NEW_RISKS, "note: x"),
    ("new risks are denied without a reason", "fail", _NO_NEW_RISKS, "new_risks: none"),
)
"""What is replaced in the sound items, by what, and what must come of it."""


def challenges() -> tuple[Challenge, ...]:
    """A whole risk file passes; each thing that can be missing in it is refused, and so is what nobody accepted."""
    replaced: tuple[_Case, ...] = tuple(
        (name, expects, but(items=_changed(old, new))) for name, expects, old, new in _GAPS
    )
    cases = (*_whole(), *replaced, *_without_control(), *_residual_risk())
    return tuple(Challenge(name, expects, world) for name, expects, world in cases)


def _changed(old: str, new: str, items: bytes = ITEMS) -> bytes:
    before, found, after = items.partition(old.encode())
    if not found or old.encode() in after:
        raise ValueError(f"'{old}' does not stand once in the items")
    return before + new.encode() + after


def _whole() -> tuple[_Case, ...]:
    lone = ITEMS + b"- {id: HAZ-2, type: hazard, title: Heat, fields: {harm: Burns}}\n"
    introduced = _changed(
        "links: {controls: [SIT-1]", "links: {introduces: [SIT-2], controls: [SIT-1]", ITEMS + _SITUATION
    )
    return (
        ("the risk file is whole", "pass", SOUND),
        ("there is no risk file", "not_evaluated", but(items=ITEMS[: ITEMS.index(b"- {id: HAZ-1")])),
        ("a hazard leads to no situation", "fail", but(items=lone)),
        ("no risk is estimated for a situation", "fail", but(items=ITEMS + _SITUATION)),
        ("a new risk of a control is not estimated", "fail", but(items=introduced)),
    )


def _without_control() -> tuple[_Case, ...]:
    uncontrolled = ITEMS[: ITEMS.index(b"- {id: RC-1")]
    weighed = _changed(_OPTION, _ALL_OPTIONS, uncontrolled)
    low = _changed("probability: occasional, level: medium", "probability: remote, level: low", weighed)
    low = _changed("residual_probability: improbable", "residual_probability: remote", low)
    some = _changed(_ALL_OPTIONS, _OPTION, low)
    none = _changed("control_options", "notes", low)
    return (
        ("a low risk whose options were all considered needs no control", "pass", but(items=low)),
        ("a low risk with no further action, and no control option considered", "fail", but(items=none)),
        ("a low risk of whose control options one alone was considered", "fail", but(items=some)),
        ("a risk is lower afterwards, and has no control", "fail", but(items=weighed)),
    )


def _residual_risk() -> tuple[_Case, ...]:
    high = _changed(_RESIDUAL, "residual_probability: occasional, residual_level: medium")
    weighed = _changed(
        "residual_level: medium",
        "residual_level: medium, benefit_risk: The drug keeps the patient alive",
        high,
    )
    refused = msgspec.structs.replace(_EVALUATED, fields={**_EVALUATED.fields, "outcome": "not_acceptable"})
    unsigned = msgspec.structs.replace(_EVALUATED, signers=())
    stale = msgspec.structs.replace(_EVALUATED, stale=True)

    def judged(items: bytes, *decisions: SignedDecision) -> World:
        return but(items=items, decisions=(*SOUND.decisions, *decisions))

    return (
        ("the benefit outweighs a risk: told, and signed", "pass", judged(weighed, _EVALUATED)),
        ("a risk stays too high without a benefit-risk analysis", "fail", judged(high, _EVALUATED)),
        ("nobody signed the evaluation of the benefit", "fail", judged(weighed, unsigned)),
        ("nobody evaluated the benefit", "fail", judged(weighed)),
        ("the evaluation is of an earlier text of the risk", "fail", judged(weighed, stale)),
        ("the risk was evaluated as not acceptable", "fail", judged(weighed, refused)),
        ("the risk was accepted, and then refused", "fail", judged(weighed, _EVALUATED, refused)),
    )
