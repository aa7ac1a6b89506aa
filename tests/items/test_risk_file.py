"""What a risk file lacks is told with clause and place; the whole one, and the exemplary one, lack nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.items.model import FieldValue, Item, ItemType
from clausework.items.risk_file import not_acceptable, risk_file_findings
from clausework.items.risk_options import not_considered, options_of, tells_no_new_risks
from clausework.items.risk_words import risk_findings
from clausework.items.sources import collect_planned, read_collected
from clausework.plan.load import load_plan
from clausework.plan.model import item_sources, software_items
from clausework.plan.risk_matrix import RiskMatrix

from .making import item

T = ItemType
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "infusor"
RISK: dict[str, FieldValue] = {
    "severity": "serious",
    "p1": "probable",
    "p2": "possible",
    "level": "medium",
    "residual_p1": "remote",
    "residual_p2": "possible",
    "residual_level": "low",
    "control_options": ("inherent_safety: none is known",),
}
ALL: dict[str, FieldValue] = {
    "control_options": (
        "inherent_safety: none is known",
        "protective_measure: costs more than it brings",
        "information_for_safety: the label says it",
    )
}
HAZARD: dict[str, FieldValue] = {"harm": "Overdose"}
SITUATION: dict[str, FieldValue] = {"sequence": ("It opens.", "It runs on.")}
UNREDUCED: dict[str, FieldValue] = {
    **RISK,
    **ALL,
    "residual_p1": "probable",
    "residual_level": "medium",
    "benefit_risk": "The drug keeps the patient alive.",
}
CONTROL: dict[str, FieldValue] = {
    "control_type": "protective_measure",
    "new_risks": "none: it stands still, as it does anyway",
}


def whole(
    risk: dict[str, FieldValue] = RISK,
    hazard: dict[str, FieldValue] = HAZARD,
    situation: dict[str, FieldValue] = SITUATION,
    control: dict[str, FieldValue] = CONTROL,
) -> tuple[Item, ...]:
    """Return the smallest risk file."""
    return (
        item("HAZ-1", T.HAZARD, links={"leads_to": "SIT-1"}, fields=hazard),
        item("SIT-1", T.HAZARDOUS_SITUATION, fields=situation),
        item("RISK-1", T.RISK, links={"estimates": "SIT-1"}, fields=risk),
        item("CTRL-1", T.RISK_CONTROL_MEASURE, links={"controls": "RISK-1"}, fields=control),
    )


def lacking(*items: Item) -> list[tuple[str, str]]:
    """Return what is lacking, with the first clause that asks for it."""
    found = risk_file_findings(items, RiskMatrix())
    assert all(one.hint and one.place.line for one in found)
    return [(one.message, one.clauses[0]) for one in found]


def without(fields: dict[str, FieldValue], *names: str) -> dict[str, FieldValue]:
    """Return ``fields`` without some."""
    return {name: value for name, value in fields.items() if name not in names}


def test_a_whole_risk_file_lacks_nothing() -> None:
    """Hazard, sequence, harm, risk before and after, options and new risks are told."""
    assert lacking(*whole()) == []


LACKING: dict[str, tuple[tuple[Item, ...], str, str]] = {
    "sequence": (whole(situation={}), "SIT-1 tells no sequence of events", "14971 5.4"),
    "harm": (whole(hazard={}), "SIT-1 tells no harm", "14971 5.5"),
    "hazard": (
        whole(situation={**SITUATION, "harm": "Overdose"})[1:],
        "SIT-1 comes of no hazard",
        "14971 5.4",
    ),
    "risk": (whole()[:2], "SIT-1 has no risk estimated for it", "14971 5.5"),
    "severity": (whole(without(RISK, "severity")), "RISK-1 does not tell 'severity'", "14971 5.5"),
    "P2": (whole(without(RISK, "p2")), "RISK-1 does not tell 'p2'", "14971 5.5"),
    "probability": (whole(without(RISK, "p1", "p2")), "RISK-1 does not tell 'probability'", "14971 5.5"),
    "level": (whole(without(RISK, "level")), "RISK-1 does not tell 'level'", "14971 6"),
    "residual P1": (whole(without(RISK, "residual_p1")), "RISK-1 does not tell 'residual_p1'", "14971 7.3"),
    "residual level": (
        whole(without(RISK, "residual_level")),
        "RISK-1 does not tell 'residual_level'",
        "14971 7.3",
    ),
    "new risks": (
        whole(control=without(CONTROL, "new_risks")),
        "CTRL-1 does not tell whether it brings new risks",
        "14971 7.5",
    ),
    "options": (
        whole(without(RISK, "control_options")),
        "RISK-1 does not tell that inherent safety was considered: every risk is reduced as far as possible",
        "14971 7.1",
    ),
    "benefit": (
        whole({**RISK, "residual_p1": "probable", "residual_level": "medium"}),
        "RISK-1 stays 'medium', which is not acceptable, without a benefit-risk analysis",
        "14971 7.4",
    ),
    "situation of a hazard": (
        (*whole(), item("HAZ-2", T.HAZARD, fields=HAZARD)),
        "HAZ-2 leads to no hazardous situation",
        "14971 5.4",
    ),
    "situation of a risk": (
        (*whole(), item("RISK-2", T.RISK, fields=UNREDUCED)),
        "RISK-2 estimates no hazardous situation",
        "14971 5.5",
    ),
    "control of a risk that became lower": (
        whole({**RISK, **ALL})[:3],
        "RISK-1 has no risk control, and another level after it (low) than before",
        "14971 7.2",
    ),
}


@pytest.mark.parametrize("what", LACKING)
def test_what_is_missing_is_told_with_its_clause(what: str) -> None:
    """Each thing that ISO 14971 asks of a risk is asked for."""
    items, message, clause = LACKING[what]
    assert lacking(*items) == [(message, clause)]


def test_attack_low_no_further_action() -> None:
    """ATTACK: a low risk is waved through; MDR Annex I 2 asks that every risk is reduced as far as possible."""
    low: dict[str, FieldValue] = {
        "severity": "serious",
        "probability": "remote",
        "level": "low",
        "residual_probability": "remote",
        "residual_level": "low",
    }
    (found,) = risk_file_findings(whole(low)[:3], RiskMatrix())
    assert found.message.startswith(
        "RISK-1 does not tell that inherent safety nor protective measure nor information for safety was considered"
    )
    assert "MDR Annex I 2" in found.clauses
    assert lacking(*whole({**low, **ALL})[:3]) == []


def test_a_new_risk_of_a_control_is_followed() -> None:
    """A link to the situation that a control brings takes the place of the reason; that one is then asked itself."""
    control = item(
        "CTRL-1",
        T.RISK_CONTROL_MEASURE,
        links={"controls": "RISK-1", "introduces": "SIT-2"},
        fields={"control_type": "protective_measure"},
    )
    brought = item("SIT-2", T.HAZARDOUS_SITUATION, fields={**SITUATION, "harm": "Pain"})
    assert lacking(*whole()[:3], control, brought) == [
        ("SIT-2 comes of no hazard", "14971 5.4"),
        ("SIT-2 has no risk estimated for it", "14971 5.5"),
    ]


def test_risks_that_are_not_acceptable() -> None:
    """By the matrix, whatever the item states; what cannot be told is not acceptable."""
    assert not_acceptable(whole(), RiskMatrix()) == ()
    assert not_acceptable(whole({**RISK, "residual_p1": "frequent"}), RiskMatrix()) == ("RISK-1",)
    assert not_acceptable(whole({**RISK, "residual_p1": "never"}), RiskMatrix()) == ("RISK-1",)


@pytest.mark.parametrize(
    "field", ["", "none", "none:", "none: no", "None", "no: nothing at all happens", "nothing new"]
)
def test_attack_new_risks_are_denied_in_a_word(field: str) -> None:
    """ATTACK: that a control brings no risk needs a reason."""
    assert not tells_no_new_risks(field)
    assert tells_no_new_risks("None: the motor stands still anyway")


def test_options_are_asked_by_priority() -> None:
    """What is to be preferred to the control that was taken must have been considered; all of it where none was."""
    kinds, faults = options_of("inherent_safety: none known\n\nlabel\nprotective_measure:")
    assert (kinds, faults) == ({"inherent_safety": "none known"}, ("label", "protective_measure:"))
    assert not_considered(set(), {"inherent_safety", "protective_measure"}) == ()
    assert not_considered(set(), {"information_for_safety"}) == ("inherent_safety", "protective_measure")
    assert not_considered({"protective_measure"}, set()) == ("inherent_safety", "information_for_safety")


def test_the_example_s_risk_file_is_exemplary() -> None:
    """The infusion pump's risk file is whole by its plan's matrix: sequences, P1 and P2, options, new risks."""
    plan = load_plan((EXAMPLE / "clausework.yaml").read_bytes(), "clausework.yaml")
    read = read_collected(
        collect_planned(EXAMPLE, item_sources(plan)), [one.id for one in software_items(plan)]
    )
    assert risk_file_findings(read.items, plan.risk_matrix) == ()
    assert risk_findings(read.items, plan) == ()
    assert not_acceptable(read.items, plan.risk_matrix) == ()
    risks = [one for one in read.items if one.type is T.RISK]
    assert all(one.says("p1") and one.says("p2") and one.says("control_options") for one in risks)
    assert any(one.targets("introduces") for one in read.items)
