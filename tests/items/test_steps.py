"""Test protocols as items: what their steps must say, and how each source of items may write them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.places import FindingsInInput
from clausework.items.lint import check_items
from clausework.items.model import Item
from clausework.items.read import ItemSet, read_items
from clausework.items.source import SourceFile
from clausework.items.steps import StepMalformed, equipment_of, step_text, steps_faults, steps_of
from clausework.ledger.records.manual import ProtocolStep

NEED = "- {id: NEED-1, type: user_need, title: To know, text: The nurse needs to know.}\n"
REQ = "- {id: REQ-1, type: software_requirement, title: Stop, text: x, fields: {source: Law}}\n"


def protocol(fields: str, links: str = "{verifies: REQ-1}") -> str:
    """Return a protocol as YAML."""
    return f"- {{id: TP-1, type: test_protocol, title: By hand, links: {links}, fields: {{{fields}}}}}\n"


def read(text: str) -> ItemSet:
    """Read the items of one file."""
    return read_items([SourceFile("items.yaml", (NEED + REQ + text).encode())])


def rules(text: str) -> list[str]:
    """Return which rules an item file breaks."""
    found = read(text)
    lint = check_items(ItemSet(found.items, ()), "A")
    return [
        one.rule for one in (*found.findings, *lint) if "REQ-1" not in one.message or "TP-1" in one.message
    ]


def of(text: str) -> Item:
    """Return the protocol of an item file."""
    return next(item for item in read(text).items if item.id == "TP-1")


def test_steps_are_the_same_as_mappings_and_as_texts() -> None:
    """A step written as a mapping is the same item as one written as a text: the same content hash."""
    mapped = of(protocol('level: system, steps: [{action: "Open  it", expected: It stands, tolerance: 1 s}]'))
    written = of(protocol('level: system, steps: ["Open it | It stands | 1 s"]'))
    assert mapped.content_hash == written.content_hash
    assert steps_of(mapped) == (ProtocolStep("Open it", "It stands", "1 s"),)


def test_steps_may_stand_one_a_line() -> None:
    """A source that has no lists, such as a table, writes one step a line."""
    item = of(
        protocol('level: system, equipment: "Gauge\\nClamp", steps: "Open | Stands\\n\\nClose | Stays"')
    )
    assert steps_of(item) == (ProtocolStep("Open", "Stands"), ProtocolStep("Close", "Stays"))
    assert equipment_of(item) == ("Gauge", "Clamp")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ("level: system", "missing-field"),
        ('steps: ["a | b"]', "missing-field"),
        ('level: bedside, steps: ["a | b"]', "field-value"),
        ('level: unit, steps: ["a | b"]', "field-value"),
        ('level: system, steps: ["Open the door"]', "protocol-step"),
        ('level: system, steps: ["Open the door | "]', "protocol-step"),
        ('level: system, steps: ["a | b | c | d"]', "protocol-step"),
        ('level: system, kind: usability, steps: ["a | b"]', "field-value"),
        ('level: system, kind: guess, steps: ["a | b"]', "field-value"),
    ],
)
def test_a_protocol_that_cannot_be_run_is_a_finding(fields: str, rule: str) -> None:
    """Without level, without steps, or with a step that does not say what must be seen, a protocol is not sound."""
    assert rule in rules(protocol(fields))


@pytest.mark.parametrize(
    "steps", ["[{action: a, outcome: b}]", "[{action: 'a | b', expected: c}]", "[{expected: c, 7: d}]"]
)
def test_a_mapping_that_is_no_step_is_refused_with_its_place(steps: str) -> None:
    """A mapping with another member, or with the mark that parts a step, stops the reading and names the line."""
    with pytest.raises(FindingsInInput, match=r"items\.yaml:3"):
        read(protocol(f"level: system, steps: {steps}"))


def test_only_steps_are_written_as_mappings() -> None:
    """A mapping in another field is refused: it has no one text that could be hashed and shown."""
    with pytest.raises(FindingsInInput, match="only the steps of a test protocol"):
        read(protocol('level: system, equipment: [{action: a, expected: b}], steps: ["a | b"]'))


def test_a_hidden_character_in_a_step_is_refused() -> None:
    """Attack: a step that is shown as another than the one that is hashed and approved."""
    with pytest.raises(FindingsInInput, match="hidden character"):
        read(protocol('level: system, steps: [{action: "Open \\u202e it", expected: b}]'))


@pytest.mark.parametrize(
    ("level", "links", "rule"),
    [
        ("validation", "{verifies: REQ-1}", "L4-test-without-requirement"),
        ("system", "{validates: NEED-1}", "validation-level"),
        ("system", "{}", "L4-test-without-requirement"),
    ],
)
def test_validation_and_verification_are_kept_apart(level: str, links: str, rule: str) -> None:
    """A protocol validates at level validation alone, and each verifies or validates something."""
    assert rule in rules(protocol(f'level: {level}, steps: ["a | b"]', links))


@pytest.mark.parametrize(
    ("level", "links"), [("validation", "{validates: NEED-1}"), ("integration", "{verifies: REQ-1}")]
)
def test_a_sound_protocol_has_no_finding(level: str, links: str) -> None:
    """A protocol with level, steps and a target is sound and complete."""
    assert [
        one for one in rules(protocol(f'level: {level}, steps: ["a | b"]', links)) if "L1" not in one
    ] == []


def test_a_changed_step_is_another_version() -> None:
    """Approvals and runs bind to the content hash: a softened tolerance makes another one."""
    first = of(protocol('level: system, steps: ["Open | Stands | 1 s"]'))
    assert first.content_hash != of(protocol('level: system, steps: ["Open | Stands | 9 s"]')).content_hash


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_a_step_or_told_as_none(lines: list[str]) -> None:
    """Whatever stands in the field, each line is a step with action and expectation, or is named as a fault."""
    faults = list(steps_faults(tuple(lines)))
    if not faults:
        item = of(protocol('level: system, steps: ["a | b"]'))
        given_steps = steps_of(msgspec.structs.replace(item, fields={"steps": tuple(lines)}))
        assert all(one.action and one.expected for one in given_steps)
        assert len(given_steps) == sum(bool(line.strip()) for line in lines)


def test_a_step_of_a_mapping_needs_both() -> None:
    """A mapping without what is expected makes a text that is told as no step."""
    assert list(steps_faults((step_text({"action": "Open"}),)))
    with pytest.raises(StepMalformed):
        step_text({"expected": "x", "actual": "y"})
