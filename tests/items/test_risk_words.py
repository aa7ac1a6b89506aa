"""Risks in the words of the plan's matrix, and software classes as their severity asks (14971 5.5, 6; 62304 4.3)."""

from __future__ import annotations

import pytest

from clausework.core.places import Place
from clausework.items.model import FieldValue, Item, ItemType
from clausework.items.risk_words import risk_findings
from clausework.plan.load import load_plan
from clausework.plan.model import Plan

from .making import item

T = ItemType
RISK: dict[str, FieldValue] = {
    "severity": "serious",
    "probability": "occasional",
    "level": "medium",
    "residual_probability": "improbable",
    "residual_level": "low",
}
CONTROL: dict[str, FieldValue] = {"control_type": "protective_measure"}


def plan(display: str = "C", controller: str = "C") -> Plan:
    """Return a plan of two software items with these classes."""
    text = f"""\
device: {{name: D, manufacturer: M}}
software_systems:
  - {{id: pump, safety_class: C, items: [
      {{id: controller, paths: [c/**], class: {controller}, segregation: ARCH-9}},
      {{id: display, paths: [d/**], class: {display}, segregation: ARCH-9}}]}}
"""
    return load_plan(text.encode(), "p")


def whole(
    risk: dict[str, FieldValue] | None = None,
    situation: dict[str, FieldValue] | None = None,
    control: dict[str, FieldValue] | None = None,
    *,
    part_of: str = "controller",
    place: Place | None = None,
) -> tuple[Item, ...]:
    """Return a chain from situation to control in one part of the architecture."""
    return (
        item("ARCH-1", T.ARCHITECTURE_ITEM, links={"part_of": part_of}),
        item("REQ-1", links={"allocated_to": "ARCH-1"}),
        item("SIT-1", T.HAZARDOUS_SITUATION, links={"arises_in": "ARCH-1"}, fields=situation),
        item("RISK-1", T.RISK, links={"estimates": "SIT-1"}, fields=risk or RISK, place=place),
        item(
            "CTRL-1",
            T.RISK_CONTROL_MEASURE,
            links={"controls": "RISK-1", "realised_by": "REQ-1"},
            fields=control or CONTROL,
        ),
    )


def told(items: tuple[Item, ...], by: Plan | None = None) -> list[str]:
    """Return what is found, rule and sentence."""
    return [f"{one.rule}: {one.message}" for one in risk_findings(items, by or plan())]


def test_a_risk_in_the_matrix_s_words_passes() -> None:
    """Nothing is found where words, levels and classes fit."""
    assert told(whole()) == []


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("severity", "grave"),
        ("probability", "sometimes"),
        ("level", "tolerable"),
        ("residual_severity", "none"),
        ("residual_probability", "never"),
        ("residual_level", "fine"),
        ("p1", "once"),
        ("p2", "maybe"),
        ("residual_p2", "maybe"),
    ],
)
def test_a_word_that_is_not_the_matrix_s_is_told_with_its_place(field: str, word: str) -> None:
    """A word that no cell has would have no level; it is refused where it stands."""
    place = Place("quality/risks.yaml", 7, 5)
    found = risk_findings(whole({**RISK, field: word}, place=place), plan())
    (one,) = [one for one in found if one.rule == "risk-word"]
    assert one.message == f"RISK-1: {field} is '{word}', which the plan's risk matrix does not have"
    assert (one.place, bool(one.hint), bool(one.clauses)) == (place, True, True)


def test_attack_a_level_is_written_lower_than_the_matrix_gives() -> None:
    """ATTACK: the level is the matrix's, whatever the item says of itself; before control and after."""
    assert told(whole({**RISK, "level": "low"})) == [
        "risk-level: RISK-1: level is 'low', the plan's risk matrix gives 'medium' for serious and occasional"
    ]
    assert told(whole({**RISK, "residual_probability": "frequent"})) == [
        "risk-level: RISK-1: residual_level is 'low', the plan's risk matrix gives 'high' for serious and frequent"
    ]


def test_p1_and_p2_come_to_the_probability() -> None:
    """They may stand for it; where both are told they must agree."""
    split: dict[str, FieldValue] = {**RISK, "p1": "probable", "p2": "possible"}
    assert told(whole(split)) == []
    assert told(whole({**split, "p2": "certain"})) == [
        "risk-probability: RISK-1: probability is 'occasional', P1 and P2 come to 'probable'"
    ]


def test_a_control_option_names_its_kind() -> None:
    """Otherwise nobody could tell which kinds were considered."""
    (line,) = told(whole({**RISK, "control_options": ("inherent_safety: none known", "a label")}))
    assert (
        line
        == "risk-option: RISK-1: 'a label' in control_options is not a kind of control and what was considered"
    )


def test_attack_the_software_s_class_is_below_the_severity() -> None:
    """ATTACK wrong class: for classification the failure is certain, so a low probability lowers no class."""
    rare: dict[str, FieldValue] = {**RISK, "probability": "improbable", "level": "low"}
    found = told(whole(rare, part_of="display"), plan(display="B"))
    assert found == [
        "class-below-severity: SIT-1 arises in ARCH-1 of class B; serious harm (RISK-1) asks class C",
        "class-below-severity: CTRL-1 controls RISK-1, whose severity asks class C, in ARCH-1 of class B",
    ]
    assert told(whole(rare, part_of="display"), plan(controller="B")) == []


def test_attack_the_situation_itself_says_a_lower_class() -> None:
    """ATTACK: what the situation says of its class does not take the place of what the severity asks."""
    assert told(whole(situation={"safety_class": "B"})) == [
        "class-below-severity: SIT-1 says class B; serious harm (RISK-1) asks class C"
    ]


def test_a_part_of_no_software_item_has_the_lowest_class() -> None:
    """What nobody allocated may be developed in the part with the least care."""
    assert told(whole(part_of=""), plan(display="A"))
    assert told(whole(part_of="")) == []


def test_a_control_outside_the_software_lowers_the_class_when_it_is_said_why() -> None:
    """4.3: external controls count, where one exists and the situation says which comes before the harm."""
    hardware: dict[str, FieldValue] = {**CONTROL, "implemented_in": "hardware"}
    why: dict[str, FieldValue] = {"external_controls": "A valve in the set closes at 1.2 times the rate."}
    by = plan(controller="B")
    assert told(whole(situation=why, control=hardware), by) == []
    assert told(whole(situation=why), by)
    assert told(whole(control=hardware), by)


def test_harm_that_is_minor_asks_class_b() -> None:
    """Non-serious injury is class B; the classes are the plan's to say, the gravest is always C."""
    minor: dict[str, FieldValue] = {**RISK, "severity": "minor", "level": "low"}
    assert told(whole(minor), plan(controller="B")) == []
    assert told(whole(minor), plan(controller="A"))
