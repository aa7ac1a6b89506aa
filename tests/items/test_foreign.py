"""From what a source holds to items: whatever cannot be told is a finding, never a guess and never left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.identities import is_item_id
from clausework.core.places import Place
from clausework.items.foreign import (
    PendingLink,
    adopt,
    field_name_of,
    item_id_of,
    link_of,
    role_between,
    unknown_roles,
    with_roles,
)
from clausework.items.links import LINK_RULES
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.source import ForeignItem, ForeignLink, ItemSource, SourceRead
from clausework.plan.model import ItemMapping
from tests.items.making import item

PLACE = Place("reqs/a.csv", 7)
EMPTY = ItemMapping()


def source(types: Mapping[str, str] | None = None, links: Mapping[str, str] | None = None) -> ItemSource:
    """Return a source whose conventions are those given."""
    return ItemSource(
        "test",
        1,
        "Test",
        lambda _path: True,
        lambda _files, _mapping: SourceRead(()),
        types if types is not None else {"req": "software_requirement"},
        links or {},
        frozenset({"heading"}),
    )


def foreign(
    own: str = "REQ-1",
    kind: str = "req",
    *,
    title: str = "Stop",
    text: str = "",
    links: Sequence[ForeignLink] = (),
    fields: Mapping[str, FieldValue] | None = None,
) -> ForeignItem:
    """Return an item in its source's words."""
    return ForeignItem(own, kind, title, text, tuple(links), dict(fields or {}), PLACE)


def adopted(
    *items: ForeignItem, mapping: ItemMapping = EMPTY, of: ItemSource | None = None
) -> tuple[Item, ...]:
    """Return the items, of which nothing may be found."""
    found = adopt(of or source(), items, mapping)
    assert found.findings == ()
    return found.items


def rules(*items: ForeignItem, mapping: ItemMapping = EMPTY) -> list[str]:
    """Return the rules of what is found."""
    return [one.rule for one in adopt(source(), items, mapping).findings]


def test_an_item_keeps_what_its_source_says() -> None:
    """Title, text, fields and place come over; white space around them does not."""
    given_fields: dict[str, FieldValue] = {"Verification Method": " test ", "empty": " ", "tags": ("a", " ")}
    (one,) = adopted(foreign(title=" Stop \n now", text=" When. \r\n It. ", fields=given_fields))
    assert (one.id, one.type, one.title, one.text) == (
        "REQ-1",
        "software_requirement",
        "Stop now",
        "When. \n It.",
    )
    assert one.fields == {"verification_method": "test", "tags": ("a",)}
    assert one.place == PLACE


def test_the_plan_says_more_than_the_source() -> None:
    """Types and names of links of the plan go before the source's; capitals do not matter."""
    mapping = ItemMapping(types={"REQ": "system_requirement"}, links={"Parent": "derives_from"})
    (one,) = adopted(foreign(links=[ForeignLink("parent", "NEED-1")]), mapping=mapping)
    assert (one.type, one.links) == ("system_requirement", (Link("derives_from", "NEED-1"),))


def test_a_kind_that_nobody_told_is_a_finding_and_not_a_guess() -> None:
    """The items of an unknown kind are counted, and the next step names the place in the plan."""
    found = adopt(source(), [foreign("A-1", "epic"), foreign("A-2", "epic"), foreign()], EMPTY)
    (one,) = found.findings
    assert one.message == "2 items are of the kind 'epic', and nothing says what that is"
    assert "types: {'epic': ...}" in one.hint
    assert [item.id for item in found.items] == ["REQ-1"]
    assert rules(foreign("A-1", "epic"), mapping=ItemMapping(types={"epic": "nonsense"})) == ["item-kind"]


def test_what_is_left_out_is_left_out_by_name() -> None:
    """Headings of the source, kinds and links that the plan ignores, and only these."""
    ignoring = ItemMapping(types={"epic": "ignore"}, links={"see": "ignore"})
    found = adopted(
        foreign("H-1", "Heading"),
        foreign("A-1", "EPIC"),
        foreign(links=[ForeignLink("See", "X-1")]),
        mapping=ignoring,
    )
    assert [(one.id, one.links) for one in found] == [("REQ-1", ())]
    again = adopted(foreign("H-1", "heading"), mapping=ItemMapping(types={"heading": "user_need"}))
    assert [one.type for one in again] == ["user_need"], "the plan may take in what the source leaves out"


@pytest.mark.parametrize(
    ("written", "prefix", "own"),
    [
        ("REQ-1", "", "REQ-1"),
        (" REQ 1 ", "", "REQ-1"),
        ("REQ/1#a", "", "REQ-1-a"),
        ("17", "PUMP-", "PUMP-17"),
        ("17", "", ""),
        ("---", "", ""),
        ("", "", ""),
        ("ÄÖ", "", ""),
        ("x" * 101, "", ""),
    ],
)
def test_ids_are_made_ids_of_ours_or_nothing(written: str, prefix: str, own: str) -> None:
    """What an ID cannot hold becomes a hyphen; what leaves nothing that is an ID is refused."""
    assert item_id_of(written, prefix) == own


@given(st.text(max_size=120), st.text(max_size=10))
def test_any_text_is_made_an_id_or_nothing(text: str, prefix: str) -> None:
    """Whatever stands in a cell, what comes of it is an ID or empty."""
    own = item_id_of(text, prefix)
    assert own == "" or is_item_id(own)


@given(st.text(max_size=120))
def test_any_text_is_made_the_name_of_a_field(text: str) -> None:
    """A column may be called anything; its field has a name that native files could write."""
    name = field_name_of(text)
    assert 1 <= len(name) <= 64
    assert name.isascii()
    assert name[0].isalpha()


def test_an_id_that_cannot_be_one_is_told() -> None:
    """The item is not lost in silence, nor is its ID made up."""
    assert rules(foreign("17")) == ["item-id"]
    (one,) = adopted(foreign("17"), mapping=ItemMapping(prefix="PUMP-"))
    assert (one.id, one.fields["source_id"]) == ("PUMP-17", "17")


def test_attack_two_ids_that_become_one() -> None:
    """ATTACK: 'REQ 1' and 'REQ-1' are two in their source; here both are handed on, and found as given twice."""
    found = adopted(foreign("REQ 1"), foreign("REQ-1"))
    assert [one.id for one in found] == ["REQ-1", "REQ-1"]


def test_links_take_the_prefix_of_their_source_first() -> None:
    """17 means PUMP-17 in a source whose IDs have the prefix."""
    mapping = ItemMapping(prefix="PUMP-", links={"up": "derives_from"})
    (one,) = adopted(foreign("2", links=[ForeignLink("up", "17")]), mapping=mapping)
    assert one.links == (Link("derives_from", "PUMP-17"),)


@pytest.mark.parametrize("target", ["", "  ", "#", "17"])
def test_a_link_that_leads_nowhere_is_told(target: str) -> None:
    """A blank or impossible target is kept as a finding, which keeps the gates closed."""
    found = adopt(source(), [foreign(links=[ForeignLink("up", target)])], EMPTY)
    assert [one.rule for one in found.findings] == ["blank-link"]
    assert found.items[0].links == ()


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x9b", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_attack_hidden_characters(character: str) -> None:
    """ATTACK: what a reader of the page does not see would be hashed: it is told and replaced, wherever it stands."""
    for one in (
        foreign(title=f"Stop{character}"),
        foreign(text=f"a{character}b"),
        foreign(fields={"note": f"{character}x"}),
        foreign(fields={"notes": ("x", f"a{character}b")}),
    ):
        found = adopt(source(), [one], EMPTY)
        assert [finding.rule for finding in found.findings] == ["hidden-character"]
        assert f"U+{ord(character):04X}" in found.findings[0].message
        assert character not in str(found.items[0].title) + found.items[0].text + str(found.items[0].fields)


def test_a_title_is_made_of_the_first_words_where_there_is_none() -> None:
    """A source without titles has items with titles all the same."""
    assert (
        adopted(foreign(title="", text="\n When the door opens,\n it stops."))[0].title
        == "When the door opens,"
    )
    assert len(adopted(foreign(title="", text="x" * 500))[0].title) == 100
    assert adopted(foreign(title=" ", text=""))[0].title == "REQ-1"


REQUIREMENT = item("REQ-1")
SYSTEM = item("SYS-1", ItemType.SYSTEM_REQUIREMENT)
CONTROL = item("RC-1", ItemType.RISK_CONTROL_MEASURE)


def pending(start: str, end: str, named: str = "") -> PendingLink:
    """Return a link without a role."""
    return PendingLink(start, end, named, PLACE)


def test_a_link_gets_the_role_that_its_ends_allow() -> None:
    """A requirement that names a system requirement derives from it."""
    (first, _), findings = with_roles([REQUIREMENT, SYSTEM], [pending("REQ-1", "SYS-1")])
    assert (first.links, findings) == ((Link("derives_from", "SYS-1"),), ())


def test_a_link_that_is_written_at_the_other_end_is_turned_round() -> None:
    """A requirement that names a risk control realises it: the link is the control's."""
    (requirement, control), findings = with_roles([REQUIREMENT, CONTROL], [pending("REQ-1", "RC-1")])
    assert (requirement.links, control.links, findings) == ((), (Link("realised_by", "REQ-1"),), ())


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [("REQ-1", "GONE-1", "L19-dangling-link"), ("SYS-1", "RC-1", "link-types"), ("GONE-1", "REQ-1", "")],
)
def test_what_cannot_be_linked_is_told(start: str, end: str, rule: str) -> None:
    """No item at the end, or no role between the two; a link of what is no item is that item's own finding."""
    items, findings = with_roles([REQUIREMENT, SYSTEM, CONTROL], [pending(start, end, "see")])
    assert [one.rule for one in findings] == ([rule] if rule else [])
    assert all(one.links == () for one in items)
    assert all(one.place == PLACE and one.hint for one in findings)


def test_a_link_that_is_given_at_both_ends_is_one_link() -> None:
    """Many sources write a link at either end; one that is given twice at the same end is told."""
    both = [pending("REQ-1", "RC-1"), pending("RC-1", "REQ-1")]
    (_, control), findings = with_roles([REQUIREMENT, CONTROL], both)
    assert (control.links, findings) == ((Link("realised_by", "REQ-1"),), ())
    (_, control), findings = with_roles([REQUIREMENT, CONTROL], [both[0], both[0]])
    assert control.links == (Link("realised_by", "REQ-1"),)
    assert [one.rule for one in findings] == ["repeated-link"]


@given(st.sampled_from(list(ItemType)), st.sampled_from(list(ItemType)))
def test_a_role_between_two_types_is_one_that_the_table_has(start: ItemType, end: ItemType) -> None:
    """Nothing is linked in a role that native items could not have."""
    role = role_between(start, end)
    allowed = {one.role for one in LINK_RULES if start in one.sources and end in one.targets}
    assert role in allowed if allowed else role == ""


def test_a_mapping_to_what_is_no_role_or_type_is_told() -> None:
    """A mistyped word of the plan is found before anything is read by it."""
    mapping = ItemMapping(
        type="requirment", types={"x": "ignore", "y": "z"}, links={"up": "derivesfrom", "see": "ignore"}
    )
    assert [one.rule for one in unknown_roles(mapping, PLACE)] == ["link-role", "item-type", "item-type"]


def test_white_space_around_a_link_does_not_count() -> None:
    """A cell is often written with a blank behind the comma."""
    assert link_of(" up ", " REQ-1\n") == ForeignLink("up", "REQ-1")
