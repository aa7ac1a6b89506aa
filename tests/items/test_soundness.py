"""What says nothing definite is no baseline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.fields import FIELD_RULES, FieldRule, verification_method
from clausework.items.links import LINK_RULES, LinkRule
from clausework.items.model import Item, ItemType
from clausework.items.read import ItemsNotSound
from clausework.items.soundness import errors_in
from clausework.standards import clause

from .making import item, read

T = ItemType
FILLED = {
    kind: {
        rule.name: (rule.values or ("x",))[0] for rule in FIELD_RULES if rule.type is kind and rule.required
    }
    for kind in T
}
FILLED[T.RISK]["probability"] = "x"
FILLED[T.TEST_PROTOCOL]["steps"] = "Open the door | The motor stands"


def rules(*items: Item, software_items: tuple[str, ...] = ()) -> list[str]:
    """Return the names of the rules that are broken."""
    return [finding.rule for finding in errors_in(items, software_items)]


def test_every_clause_cited_is_one() -> None:
    """Each clause that a link or field cites stands in the catalogue."""
    cited = [rule.clauses for rule in LINK_RULES] + [rule.clauses for rule in FIELD_RULES]
    assert all(cited)
    assert all(clause(number) for clauses in cited for number in clauses)


@pytest.mark.parametrize("rule", LINK_RULES, ids=lambda rule: f"{rule.role} of {min(rule.sources)}")
def test_allowed_links(rule: LinkRule) -> None:
    """Every combination in the table is taken, and nothing that no row of its role allows."""
    for source in rule.sources:
        allowed = {
            kind
            for one in LINK_RULES
            if one.role == rule.role and source in one.sources
            for kind in one.targets
        }
        for target in T:
            pair = item("A-1", source, links={rule.role: "B-1"}, fields=dict(FILLED[source]))
            found = rules(pair, item("B-1", target, fields=dict(FILLED[target])))
            assert found == ([] if target in allowed else ["link-types"])


def test_links_to_software_items_of_the_plan() -> None:
    """A link may lead to a software item of the plan where the role allows it, and only there."""
    requirement = item("REQ-1", links={"allocated_to": "controller"})
    assert rules(requirement) == ["L19-dangling-link"]
    assert rules(requirement, software_items=("controller",)) == []
    assert rules(item("REQ-1", links={"derives_from": "controller"}), software_items=("controller",)) == [
        "link-types"
    ]


def test_attack_duplicate_id() -> None:
    """An ID given twice, differing in case alone, or taken from the plan is an error naming both places."""
    first, again = item("REQ-1", place=Place("a.yaml", 1)), item("REQ-1", place=Place("b.yaml", 7))
    (finding,) = errors_in([first, again])
    assert (finding.rule, str(finding.place)) == ("L15-duplicate-id", "b.yaml:7")
    assert "a.yaml:1" in finding.message
    assert rules(item("REQ-1"), item("req-1")) == ["L15-duplicate-id"]
    assert rules(item("Controller"), software_items=("controller",)) == ["L15-duplicate-id"]


def test_dangling_link_names_the_clause() -> None:
    """A link to a deleted item is an error with the link's own clauses."""
    (finding,) = errors_in(
        [
            item(
                "CM-1",
                T.RISK_CONTROL_MEASURE,
                links={"realised_by": "REQ-9"},
                fields=dict(FILLED[T.RISK_CONTROL_MEASURE]),
            )
        ]
    )
    assert (finding.rule, finding.clauses) == ("L19-dangling-link", ("5.2.3", "7.2.2"))
    assert "REQ-9" in finding.message


def test_unknown_role_and_repeated_link() -> None:
    """A role that is none, and a link given twice, are errors."""
    assert rules(item("REQ-1", links={"relates": "REQ-1"})) == ["link-role"]
    assert rules(
        item("REQ-1", links={"derives_from": "SYS-1 SYS-1"}), item("SYS-1", T.SYSTEM_REQUIREMENT)
    ) == ["repeated-link"]


@pytest.mark.parametrize("length", [1, 2, 3, 5000])
def test_attack_cycle(length: int) -> None:
    """Requirements that derive from each other in a ring of any length are an error."""
    ring = [item(f"REQ-{n}", links={"derives_from": f"REQ-{(n + 1) % length}"}) for n in range(length)]
    (finding,) = errors_in(ring)
    assert finding.rule == "L16-cycle"
    assert len(finding.message) < 200


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), unique=True))
def test_cycle_is_found_exactly_when_there_is_one(pairs: list[tuple[int, int]]) -> None:
    """A cycle is told exactly when walking the links for as many steps as there are items does not end."""
    above = {number: [to for source, to in pairs if source == number] for number in range(8)}
    items = [
        item(f"REQ-{number}", links={"derives_from": " ".join(f"REQ-{to}" for to in targets)})
        for number, targets in above.items()
    ]
    reached = set(range(8))
    for _ in range(8):
        reached = {to for number in reached for to in above[number]}
    assert ("L16-cycle" in rules(*items)) == bool(reached)


@pytest.mark.parametrize("rule", FIELD_RULES, ids=lambda rule: f"{rule.type}.{rule.name}")
def test_fields(rule: FieldRule) -> None:
    """A required field that is absent or blank, or a word that is not taken, is an error."""
    without = {name: value for name, value in FILLED[rule.type].items() if name != rule.name}
    missing = ["missing-field"] if rule.required else []
    assert rules(item("A-1", rule.type, fields={**without})) == missing
    assert rules(item("A-1", rule.type, fields={**without, rule.name: "  "})) == missing
    wrong = rules(item("A-1", rule.type, fields={**without, rule.name: "nonsense"}))
    assert wrong == (["field-value"] if rule.values else [])


def test_a_risk_tells_its_probability_or_p1_and_p2() -> None:
    """A risk without a probability is not estimated; P1 and P2 together are one, either alone is none."""
    without = {name: value for name, value in FILLED[T.RISK].items() if name != "probability"}
    assert rules(item("R-1", T.RISK, fields={**without})) == ["missing-field"]
    assert rules(item("R-1", T.RISK, fields={**without, "p1": "remote"})) == ["missing-field"]
    assert rules(item("R-1", T.RISK, fields={**without, "p2": "certain"})) == ["missing-field"]
    assert rules(item("R-1", T.RISK, fields={**without, "p1": "remote", "p2": "certain"})) == []


def test_task_left_undone_needs_a_justification() -> None:
    """A planned task may be left undone only with its justification (5.8.6)."""
    assert rules(item("TASK-1", T.TASK, fields={"status": "justified"})) == ["missing-field"]
    assert (
        rules(item("TASK-1", T.TASK, fields={"status": "justified", "justification": "moved to 2.5"})) == []
    )


def test_purl_has_its_form() -> None:
    """A package URL is one."""
    assert rules(item("SOUP-1", T.SOUP_ITEM, fields={"version": "1", "purl": "attrs"})) == ["field-value"]


def test_requirement_is_verified_by_test_unless_it_says_otherwise() -> None:
    """The verification method of a requirement is test by default."""
    assert verification_method(item("REQ-1")) == "test"
    assert verification_method(item("REQ-1", fields={"verification": "inspection"})) == "inspection"


def test_unsound_items_are_not_given_out() -> None:
    """Asking an unsound set for its items is refused with every finding and exit code 3."""
    item_set = read("- {id: A-1, type: anomaly, title: T}\n")
    with pytest.raises(ItemsNotSound, match="2 errors") as caught:
        item_set.sound()
    assert caught.value.exit_code == 3
    assert read("- {id: U-1, type: user_need, title: T}\n").sound()[0].id == "U-1"
