"""The rules on several items: Q17 terms that are defined, Q20 unique and verifiable."""

from __future__ import annotations

import pytest

from clausework.core.places import FindingsInInput
from clausework.items.model import FieldValue, Item, ItemType
from clausework.items.quality.glossary import read_glossary
from clausework.items.quality.score import judge

from .judging import requirement

GLOSSARY = frozenset({"bolus mode", "occlusion threshold", "keep-vein-open rate"})


def terms_in(text: str, kind: ItemType = ItemType.SOFTWARE_REQUIREMENT, **fields: FieldValue) -> list[str]:
    """Return the words that Q17 finds, by the glossary of these tests."""
    quality = judge([requirement(text, kind=kind, fields=fields)], glossary=GLOSSARY)
    return [one.found for one in quality.findings if one.rule == "Q17"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In **priming mode**, the pump shall run the motor.", ["**priming mode**"]),
        ("In *priming mode*, the pump shall run the motor.", ["*priming mode*"]),
        ("In `priming mode`, the pump shall run the motor.", ["`priming mode`"]),
        ("The pump shall enter **Bolus Mode** and **priming mode** in turn.", ["**priming mode**"]),
        ("The pump shall show:\n* the *purge rate*\n* the *bolus mode*", ["*purge rate*"]),
        ("The pump shall show the ***soft limit***.", ["***soft limit***"]),
    ],
)
def test_a_term_that_nothing_defines(text: str, expected: list[str]) -> None:
    """A marked term that is in no glossary is found, whatever it is marked with."""
    assert terms_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "In **bolus mode**, the pump shall run the motor.",
        "The pump shall compare both **Occlusion Thresholds**.",
        "The pump shall run at the *keep-vein-open  rate*.",
        "The pump shall run `pump_main --fast`.",
        "The pump shall call `stop()` and read `rate.limit`.",
        "The pump **shall** stop the motor.",
        "**Note:** the pump shall stop.",
        "The pump shall stop within 2 * 3 s and 4 * 5 s.",
        "The pump shall show:\n* rate\n* volume",
        'The pump shall show "priming mode".',
        "In priming mode, the pump shall run the motor.",
    ],
)
def test_what_is_no_undefined_term(text: str) -> None:
    """Defined terms, in the plural too, code, emphasis and lists are left alone."""
    assert terms_in(text) == []


def test_items_define_terms_in_a_field() -> None:
    """A term is defined by any item that names it in its field 'defines': it is in the baseline then."""
    text = "In **bolus mode**, the pump shall run in *prime*."
    mode = requirement(
        "The mode.", "ARCH-1", ItemType.ARCHITECTURE_ITEM, fields={"defines": "Bolus mode, prime"}
    )
    quality = judge([requirement(text, fields={"verification": "test"}), mode])
    assert [one.rule for one in quality.findings] == []
    assert not any(one.startswith("Q17") for one in quality.not_evaluated)


def test_without_a_glossary_terms_are_not_judged() -> None:
    """Where no term is defined anywhere the rule says that it was not evaluated, and passes nothing."""
    quality = judge([requirement("In **bolus mode**, the pump shall run the motor.")])
    assert quality.findings == ()
    assert any(one.startswith("Q17") for one in quality.not_evaluated)
    assert terms_in("The pump shall run the motor in **x-mode**.", ItemType.USER_NEED) == ["**x-mode**"]


def test_glossary_file() -> None:
    """A glossary maps terms to definitions; its terms are found in any case, in the singular."""
    assert read_glossary("g.yaml", b"Bolus modes: A mode.\nprime: To fill.\n") == {"bolus mode", "prime"}


@pytest.mark.parametrize(
    "data", [b"", b"[]\n", b"text\n", b"{}\n", b"term: ''\n", b"term: 5\n", b"term: {a: b}\n", b"\xff"]
)
def test_attack_a_glossary_that_defines_nothing(data: bytes) -> None:
    """ATTACK empty definitions: a file that defines nothing is no glossary."""
    with pytest.raises(FindingsInInput):
        read_glossary("g.yaml", data)


def repeated(*items: Item) -> dict[str, str]:
    """Return the items that Q20 finds to be repeated, with the reason."""
    return {one.item: one.reason for one in judge(items).findings if one.rule == "Q20"}


STOP = "The pump shall stop the motor."


@pytest.mark.parametrize(
    "again",
    [
        STOP,
        "the pump shall stop the motor",
        "The  pump\nshall stop the motor.",
        "The pump shall stop the **motor**.",
        "The pump shall stop the motor!",
        "THE PUMP SHALL STOP THE MOTOR.",
    ],
)
def test_a_text_that_stands_twice(again: str) -> None:
    """The later of two requirements of one text is found, whatever its marks, case and blanks."""
    assert repeated(requirement(STOP), requirement(again, "REQ-2")) == {
        "REQ-2": "REQ-1 says the same: keep one and link to it"
    }


@pytest.mark.parametrize(
    "other",
    [
        requirement("The pump shall stop the fan.", "REQ-2"),
        requirement("The pump shall stop the motor within 2 s.", "REQ-2"),
        requirement(STOP, "SYS-1", ItemType.SYSTEM_REQUIREMENT),
        requirement(STOP, "NEED-1", ItemType.USER_NEED),
        requirement(STOP, "TASK-1", ItemType.TASK),
        requirement("The pump shall stop the motor 1.", "REQ-2"),
        requirement("The pump shall stop the motor of the valve.", "REQ-2"),
        requirement("The pump shall not stop the motor.", "REQ-2"),
    ],
    ids=lambda item: item.id + item.text[-10:],
)
def test_what_does_not_stand_twice(other: Item) -> None:
    """Another text, or the same one on another level, repeats nothing."""
    assert repeated(requirement(STOP), other) == {}


def unverifiable(items: list[Item], tests: set[str] | None) -> list[str]:
    """Return the items of which Q20 finds no method."""
    return [one.item for one in judge(items, tests=tests).findings if one.rule == "Q20"]


@pytest.mark.parametrize(
    ("items", "tests", "expected"),
    [
        ([requirement(STOP)], set(), ["REQ-1"]),
        ([requirement(STOP)], {"REQ-2"}, ["REQ-1"]),
        ([requirement(STOP, kind=ItemType.SYSTEM_REQUIREMENT)], set(), ["REQ-1"]),
        ([requirement(STOP, fields={"verification": " "})], set(), ["REQ-1"]),
        ([requirement(STOP), requirement("T", "TC-1", ItemType.TEST_CASE)], None, ["REQ-1"]),
        (
            [
                requirement(STOP, kind=ItemType.SYSTEM_REQUIREMENT),
                requirement("The pump shall stop.", "REQ-2", links=(("derives_from", "REQ-1"),)),
            ],
            set(),
            ["REQ-1", "REQ-2"],
        ),
        ([requirement(STOP)], {"REQ-1"}, []),
        ([requirement(STOP, fields={"verification": "inspection"})], set(), []),
        ([requirement(STOP)], None, []),
        (
            [requirement(STOP), requirement("T", "TC-1", ItemType.TEST_CASE, links=(("verifies", "REQ-1"),))],
            None,
            [],
        ),
        (
            [
                requirement(STOP, kind=ItemType.SYSTEM_REQUIREMENT),
                requirement("The pump shall stop.", "REQ-2", links=(("derives_from", "REQ-1"),)),
            ],
            {"REQ-2"},
            [],
        ),
        ([requirement("The nurse needs to stop the pump.", kind=ItemType.USER_NEED)], set(), []),
        ([requirement("A pump", kind=ItemType.ARCHITECTURE_ITEM)], set(), []),
        ([requirement(STOP, fields={"verification": ("test", "analysis")})], set(), []),
    ],
)
def test_how_it_is_verified(items: list[Item], tests: set[str] | None, expected: list[str]) -> None:
    """A method in the field, or a test of it or of what derives from it, makes a requirement verifiable."""
    assert unverifiable(items, tests) == expected


def test_links_in_a_ring_end() -> None:
    """Requirements that derive from each other keep nobody waiting."""
    ring = [
        requirement(
            f"The pump shall stop motor {at}.", f"REQ-{at}", links=(("derives_from", f"REQ-{1 - at}"),)
        )
        for at in (0, 1)
    ]
    assert unverifiable(ring, {"REQ-0"}) == []
