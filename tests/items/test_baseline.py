"""A baseline is the same for equal items, and is read back as it was written or not at all."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.core.places import Place
from clausework.items.baseline import (
    BaselineDamaged,
    ItemsNotDistinct,
    baseline_of,
    read_baseline,
    risk_file_digest,
)
from clausework.items.model import Item, ItemType, Link

from .making import item

T = ItemType
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.from_regex(r"[A-Z]{1,4}-[0-9]{1,3}", fullmatch=True)
ITEMS = st.lists(
    st.builds(
        Item,
        id=IDS,
        type=st.sampled_from(T),
        title=TEXT,
        text=TEXT,
        links=st.lists(st.builds(Link, st.sampled_from(["verifies", "affects"]), IDS), max_size=3).map(tuple),
        fields=st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=3).map(tuple), max_size=3),
        place=st.builds(Place, TEXT, st.integers(0, 99), st.integers(0, 99)),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)


@given(ITEMS)
def test_round_trip(items: list[Item]) -> None:
    """What is read from a baseline is what it was made of, sorted by ID."""
    assert read_baseline(io.BytesIO(baseline_of(items).lines)) == tuple(sorted(items, key=lambda one: one.id))


@given(ITEMS.flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))))
def test_order_is_nothing(pair: tuple[list[Item], list[Item]]) -> None:
    """The same items in any order make the same baseline, byte for byte."""
    assert baseline_of(pair[0]) == baseline_of(pair[1])


@given(ITEMS)
def test_place_is_no_part_of_the_digest(items: list[Item]) -> None:
    """Items that only moved have the same digest, and their places are kept in the lines all the same."""
    moved = [msgspec.structs.replace(one, place=Place("moved.yaml", 1, 1)) for one in items]
    assert baseline_of(moved).sha256 == baseline_of(items).sha256


def test_form_is_published() -> None:
    """The lines are a header and one item each, in sorted JSON; anyone can work the digest out."""
    baseline = baseline_of([item("REQ-2"), item("REQ-1", links={"derives_from": "SYS-1"})])
    lines = baseline.lines.decode().splitlines()
    assert lines[0] == '{"count":2,"schema":"urn:clausework:items:v1"}'
    plain = [json.loads(line) for line in lines[1:]]
    assert [one["id"] for one in plain] == ["REQ-1", "REQ-2"]
    assert plain[0]["place"] == {"path": "quality/REQ-1.yaml", "line": 1, "column": 1}
    for one in plain:
        del one["place"]
    by_hand = "".join(json.dumps(one, sort_keys=True, separators=(",", ":")) + "\n" for one in plain)
    assert baseline.sha256 == sha256_of(by_hand.encode())
    assert baseline.counts == {"software_requirement": 2}


def test_attack_two_items_of_one_id() -> None:
    """No baseline is made of items that share an ID."""
    with pytest.raises(ItemsNotDistinct):
        baseline_of([item("REQ-1"), item("REQ-1", text="another")])


LINES = baseline_of([item("REQ-1"), item("REQ-2"), item("REQ-3")]).lines.splitlines(keepends=True)


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"".join(LINES[:3]), id="an item missing at the end"),
        pytest.param(b"".join([LINES[0], *LINES[2:]]), id="an item missing at the start"),
        pytest.param(b"".join(LINES)[:-1], id="last line end cut off"),
        pytest.param(b"".join(LINES)[:-9], id="cut off within a line"),
        pytest.param(b"".join([*LINES, LINES[3]]), id="an item twice"),
        pytest.param(b"".join([LINES[0], LINES[2], LINES[1], LINES[3]]), id="out of order"),
        pytest.param(b"".join(LINES[1:]), id="no header"),
        pytest.param(b"".join(LINES).replace(b"items:v1", b"items:v2"), id="another schema"),
        pytest.param(b"".join(LINES).replace(b"software_requirement", b"nonsense", 1), id="unknown type"),
        pytest.param(b"".join(LINES).replace(b'"REQ-3"', b'"REQ-3\\n"'), id="an ID that is none"),
        pytest.param(b"".join(LINES).replace(b"Title of REQ-2", b"\xff"), id="not UTF-8"),
        pytest.param(b"".join(LINES).replace(b'"text"', b'"texts"', 1), id="a member missing"),
    ],
)
def test_attack_damaged_baseline(damaged: bytes) -> None:
    """A baseline that is not whole is refused as an integrity violation, never read in part."""
    with pytest.raises(BaselineDamaged) as caught:
        read_baseline(io.BytesIO(damaged))
    assert caught.value.exit_code == 4


def test_risk_file_version_follows_the_risk_file_alone() -> None:
    """The risk file's version changes with hazards, situations, risks and controls, and with nothing else."""
    hazard = item("HAZ-1", T.HAZARD)
    before = risk_file_digest([hazard, item("REQ-1")])
    assert risk_file_digest([item("REQ-1", text="other"), item("CR-1", T.CHANGE_REQUEST), hazard]) == before
    for kind in (T.HAZARDOUS_SITUATION, T.RISK, T.RISK_CONTROL_MEASURE):
        assert risk_file_digest([hazard, item("X-1", kind)]) != before
    assert risk_file_digest([item("HAZ-1", T.HAZARD, text="other")]) != before
