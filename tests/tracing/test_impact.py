"""What a change touches and reaches: as far as the links go, and never less than what changed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.items.model import ItemType
from clausework.standards import SAFETY_CLASSES
from clausework.trace.impact import Touched, clauses_again, touched_by
from clausework.trace.item_fact import ItemFact
from tests.tracing.test_matrix import CHAIN, fact


def changed(items: Sequence[ItemFact], item_id: str) -> list[ItemFact]:
    """Return the items, one of them with another text."""
    return [msgspec.structs.replace(one, sha256="0" * 64) if one.id == item_id else one for one in items]


def of(before: Sequence[ItemFact], after: Sequence[ItemFact]) -> Touched:
    """Return what the change of the items alone touches."""
    return touched_by(before, after, {}, {})


def test_nothing_is_touched_by_no_change() -> None:
    """Equal items, no files, no commits: nothing to do again, and no clause to serve."""
    touched = of(CHAIN, CHAIN)
    assert touched == Touched((), ())
    assert all(clauses_again(touched, safety_class) == () for safety_class in SAFETY_CLASSES)


def test_each_way_of_changing_an_item_has_its_word() -> None:
    """Added, removed, text, links alone, files, and named by a commit; several at once are all told."""
    relinked = msgspec.structs.replace(CHAIN[3], links=(("derives_from", "SYS-1"),), sha256=sha256_of(b"x"))
    after = [*changed(CHAIN[1:3], "SYS-1"), relinked, *CHAIN[4:], fact("REQ-9")]
    touched = touched_by(
        CHAIN, after, {"UNIT-1": ["src/b.c", "src/a.c"]}, {"UNIT-1": ["a" * 40], "GONE-1": ["b" * 40]}
    )
    assert {one.id: one.change for one in touched.items} == {
        "NEED-1": ("removed",),
        "REQ-1": ("links changed",),
        "REQ-9": ("added",),
        "SYS-1": ("changed",),
        "UNIT-1": ("files changed", "named by a commit"),
    }
    assert touched.items[-1].by == ("src/a.c", "src/b.c", "a" * 12)


def test_a_changed_need_reaches_requirements_units_and_controls() -> None:
    """The change goes down the chain, and over the requirement to the risk control that it realises (7.4.2)."""
    touched = of(CHAIN, changed(CHAIN, "NEED-1"))
    assert {one.id for one in touched.reached} == {"SYS-1", "SYS-2", "REQ-1", "REQ-2", "UNIT-1", "RC-1"}
    assert touched.of("risk_control_measure") == ("RC-1",)
    ways = {one.id: one.over for one in touched.reached}
    assert ways["RC-1"] == "RC-1 realised_by REQ-1"


def test_a_removed_control_is_still_a_control_that_is_touched() -> None:
    """ATTACK: a risk control is taken out of the items, so that no control seems to be touched."""
    touched = of(CHAIN, [one for one in CHAIN if one.id != "RC-1"])
    assert touched.of("risk_control_measure") == ("RC-1",)
    assert "REQ-1" in touched.ids
    assert {"7.3.1", "7.4.2", "7.4.3"} <= {one.clause for one in clauses_again(touched, "B")}


def test_a_removed_link_still_reaches_what_it_led_to_before() -> None:
    """ATTACK: the link from control to requirement goes in the same change as the requirement's text."""
    after = changed([one for one in CHAIN if one.id != "RC-1"], "REQ-1")
    unlinked = fact("RC-1", "risk_control_measure", {"control_type": "protective_measure"}, controls="RISK-1")
    touched = of(CHAIN, [*after, msgspec.structs.replace(unlinked, sha256="1" * 64)])
    assert touched.of("risk_control_measure") == ("RC-1",)


@pytest.mark.parametrize(
    ("item", "clause", "classes"),
    [
        ("REQ-1", "5.2.6", "ABC"),
        ("ARCH-1", "5.3.6", "BC"),
        ("UNIT-1", "5.4.4", "C"),
        ("UNIT-1", "5.5.5", "BC"),
        ("UNIT-1", "5.6.6", "BC"),
        ("REQ-1", "5.7.3", "ABC"),
        ("HAZ-1", "7.4.3", "BC"),
        ("RC-1", "7.3.1", "BC"),
        ("CR-1", "6.2.3", "ABC"),
    ],
)
def test_clauses_are_asked_for_their_classes_alone(item: str, clause: str, classes: str) -> None:
    """Each clause is asked for the classes that the standard's table gives it."""
    touched = of(CHAIN, changed(CHAIN, item))
    for safety_class in SAFETY_CLASSES:
        asked = {one.clause for one in clauses_again(touched, safety_class)}
        assert (clause in asked) == (safety_class in classes)


_IDS = [f"X-{number}" for number in range(7)]
_ROLES = [
    "derives_from",
    "implements",
    "realised_by",
    "controls",
    "estimates",
    "part_of",
    "uses",
    "affects",
    "verifies",
]
_links = st.lists(st.tuples(st.sampled_from(_ROLES), st.sampled_from([*_IDS, "GONE"])), max_size=4)
_worlds = st.lists(st.tuples(st.sampled_from(list(ItemType)), _links), min_size=7, max_size=7)


@given(_worlds, st.sets(st.sampled_from(_IDS)), st.sets(st.sampled_from(_IDS)))
def test_more_change_never_touches_less(
    world: Sequence[tuple[str, list[tuple[str, str]]]], some: set[str], more: set[str]
) -> None:
    """Whatever the links, circles too: what is touched is never reached as well, and a larger change reaches more."""
    items = [
        ItemFact(item_id, str(kind), item_id, sha256_of(item_id.encode()), tuple(links), {})
        for item_id, (kind, links) in zip(_IDS, world, strict=True)
    ]
    small = touched_by(items, items, {}, {one: ["c"] for one in some})
    large = touched_by(items, items, {}, {one: ["c"] for one in some | more})
    assert not {one.id for one in small.items} & {one.id for one in small.reached}
    assert small.ids <= large.ids <= set(_IDS)
