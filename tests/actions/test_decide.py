"""Decisions: what is refused leaves nothing; what is recorded is bound to a version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clausework.actions.checked_fields import RiskItemUnknown
from clausework.actions.decide import TooManyMembers, decide
from clausework.actions.finding_matters import FindingNotFound
from clausework.actions.given_texts import TextUnfit, VersionUnfit
from clausework.actions.items import ItemNotFound
from clausework.actions.matters import NothingToJudge, RecordNotFound, VersionMissing
from clausework.actions.person import Person
from clausework.actions.workplace import Workplace
from clausework.core.places import FindingsInInput
from clausework.decisions.form import FieldValue, FormFilledWrong, MatterNotOfForm
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.decisions import Decision
from tests.actions.device import IN_A_MONTH, QUALITY, SIGNIFICANCE, Device, person

WHY = "looked at in full today"
RISK: dict[str, FieldValue] = {"risk": WHY, "outcome": "acceptable", "rationale": WHY}
REASON: dict[str, FieldValue] = {
    "cause": "recorded_by_mistake",
    "reason": "the report of another bench was given",
}
REVIEW: dict[str, FieldValue] = {"method": "review", "outcome": "accepted", "rationale": WHY}
SCOPE: dict[str, FieldValue] = {"requirements": ("all",), "rationale": WHY}
DISPOSED: dict[str, FieldValue] = {
    "status": "accepted",
    "justification": WHY,
    "exploitability": WHY,
    "patient_harm": "none",
    "expires": IN_A_MONTH,
}

REFUSED: dict[str, tuple[str, str, dict[str, FieldValue], str, type[Exception]]] = {
    "unknown item": ("evaluate", "NOPE-1", RISK, "", ItemNotFound),
    "a form that does not decide it": ("approve", "SOUP-001", {"rationale": WHY}, "", MatterNotOfForm),
    "a plan that is reviewed": (
        "review",
        "plan",
        {"method": "review", "outcome": "accepted", "rationale": WHY},
        "",
        MatterNotOfForm,
    ),
    "empty form": ("evaluate", "SOUP-001", {}, "", FormFilledWrong),
    "field that is none": ("evaluate", "SOUP-001", RISK | {"nosuch": "x"}, "", FormFilledWrong),
    "reason too long": ("evaluate", "SOUP-001", RISK | {"risk": "x" * 4001}, "", TextUnfit),
    "escape sequence": ("evaluate", "SOUP-001", RISK | {"risk": "esc \x1b[31m and more"}, "", TextUnfit),
    "bytes of no text": ("evaluate", "SOUP-001", RISK | {"risk": "half \udcff a character"}, "", TextUnfit),
    "direction override": (
        "evaluate",
        "SOUP-001",
        RISK | {"rationale": "ab \u202e cd and more"},
        "",
        TextUnfit,
    ),
    "too much in all": (
        "dispose",
        "0123456789",
        DISPOSED | {"justification": "\U0001f600" * 4000, "exploitability": "\U0001f600" * 4000},
        "",
        TooManyMembers,
    ),
    "too many members": ("scope", "1.0.0", SCOPE | {"tasks": ("T-1",) * 201}, "", TooManyMembers),
    "unknown finding": ("dispose", "0123456789", DISPOSED, "", FindingNotFound),
    "a rule without findings": ("dispose", "rule:B602", DISPOSED, "", FindingNotFound),
    "an evaluation that rests on nothing": (
        "evaluate",
        "SOUP-001",
        RISK | {"risk_items": ("RISK-404",)},
        "",
        RiskItemUnknown,
    ),
    "an evaluation that rests on what is no risk": (
        "evaluate",
        "SOUP-001",
        RISK | {"risk_items": ("RISK-001", "REQ-001")},
        "",
        RiskItemUnknown,
    ),
    "no record of that number": ("supersede", "#999999", REASON, "", RecordNotFound),
    "a number that is none": ("supersede", "\u00b2", REASON, "", RecordNotFound),
    "a number without end": ("supersede", "9" * 5000, REASON, "", RecordNotFound),
    "a record that is no evidence": ("supersede", "#1", REASON, "", RecordNotFound),
    "no version named": ("review", "validation", REVIEW, "", VersionMissing),
    "two versions named": ("scope", "1.0.0", SCOPE, "2.0.0", VersionMissing),
    "no version at all": ("scope", "1 0", SCOPE, "", VersionUnfit),
}


@pytest.fixture(scope="module")
def at_work(
    tmp_path_factory: pytest.TempPathFactory, prepared_verified: Device
) -> Iterator[tuple[Workplace, Person]]:
    """Open a device whose items and plan changed since they were recorded last, and let a person act."""
    device = prepared_verified.copy(tmp_path_factory.mktemp("decide"))
    device.write("quality/more.yaml", "- {id: ARCH-002, type: architecture_item, title: More}\n")
    device.write("clausework.yaml", (device.folder / "clausework.yaml").read_text("utf-8") + "# new\n")
    with device.open() as workplace:
        yield workplace, person(workplace, QUALITY)


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_decision_leaves_nothing(at_work: tuple[Workplace, Person], case: str) -> None:
    """A decision that cannot stand records neither itself nor the items or the plan that it is about."""
    workplace, quality = at_work
    form, matter, fields, version, refusal = REFUSED[case]
    before = workplace.ledger.size()
    with pytest.raises(refusal):
        decide(workplace, form, matter, fields, quality, version=version)
    assert workplace.ledger.size() == before


def test_items_that_are_not_well_written_are_decided_nothing_about(verified: Device) -> None:
    """Where an item file has an error, no decision about any item is taken."""
    verified.write("quality/items.yaml", "{")
    before = verified.count()
    with verified.open() as workplace:
        quality = person(workplace, QUALITY)
        with pytest.raises(FindingsInInput):
            decide(workplace, "evaluate", "SOUP-001", RISK, quality)
    assert verified.count() == before


def test_nothing_is_judged_before_there_is_an_artefact(established: Device) -> None:
    """Validation, verification and significance are judged about artefacts; without one there is no matter."""
    with established.open() as workplace:
        quality = person(workplace, QUALITY)
        with pytest.raises(NothingToJudge):
            decide(workplace, "significance", "1.0.0", SIGNIFICANCE, quality)
    assert established.count() == 1


def test_the_items_stand_in_the_ledger_before_the_decision_about_one(established: Device) -> None:
    """A decision is bound to the item's text: the baseline that holds it is recorded with the decision."""
    with established.open() as workplace:
        decided = decide(workplace, "evaluate", "SOUP-001", RISK, person(workplace, QUALITY))
    assert decided.signed
    assert decided.missing == ()
    kinds = [type(one.body) for one in established.records()]
    assert kinds.index(ItemBaseline) < kinds.index(Decision)
