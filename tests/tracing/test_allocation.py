"""Which software items an item belongs to: what nobody allocated is asked of every build."""

from hypothesis import given
from hypothesis import strategies as st

from clausework.plan.load import load_plan
from clausework.trace.allocation import elsewhere, owners_of_items
from clausework.trace.item_fact import ItemFact

PLAN = load_plan(
    b"""\
device: {name: Two, manufacturer: Example}
software_systems:
  - id: pump
    items:
      - {id: controller, paths: [controller/**]}
      - {id: display, paths: [display/**]}
""",
    "plan",
)
NAMED = frozenset({"controller", "display"})


def _item(item_id: str, kind: str, **links: tuple[str, ...]) -> ItemFact:
    pairs = tuple((role, target) for role, targets in links.items() for target in targets)
    return ItemFact(item_id, kind, item_id, "0" * 64, pairs, {})


ARCHITECTURE = (
    _item("ARC-1", "architecture_item", part_of=("controller",), uses=("SOUP-1",)),
    _item("ARC-2", "architecture_item", part_of=("ARC-3",)),
    _item("ARC-3", "architecture_item", part_of=("display",), uses=("SOUP-1", "SOUP-2")),
    _item("SOUP-1", "soup_item"),
    _item("SOUP-2", "soup_item"),
    _item("REQ-1", "software_requirement", allocated_to=("ARC-1",)),
    _item("REQ-2", "software_requirement", allocated_to=("display",)),
    _item("REQ-3", "software_requirement"),
    _item("REQ-4", "software_requirement", allocated_to=("ARC-1", "ARC-2")),
    _item("REQ-5", "software_requirement", allocated_to=("ARC-1", "ARC-9")),
    _item("RC-1", "risk_control_measure", realised_by=("REQ-2",)),
    _item("RC-2", "risk_control_measure", realised_by=("REQ-2", "REQ-3")),
    _item("UNIT-1", "software_unit", part_of=("ARC-2",)),
)


def test_an_item_belongs_to_what_its_links_reach() -> None:
    """Requirement by allocation, unit by its part, SOUP by its users, control by its requirements."""
    found = owners_of_items(ARCHITECTURE, NAMED)
    assert found["REQ-1"] == {"controller"}
    assert found["REQ-2"] == {"display"}
    assert found["REQ-4"] == NAMED
    assert found["SOUP-1"] == NAMED
    assert found["SOUP-2"] == {"display"}
    assert found["RC-1"] == {"display"}
    assert found["UNIT-1"] == {"display"}


def test_what_is_not_allocated_whole_is_asked_of_every_build() -> None:
    """Attack: a requirement is lost between two builds by a link that leads nowhere, or by none."""
    found = owners_of_items(ARCHITECTURE, NAMED)
    assert found["REQ-3"] == found["REQ-5"] == found["RC-2"] == frozenset()
    for software_item in NAMED:
        assert not {"REQ-3", "REQ-5", "RC-2"} & set(elsewhere(ARCHITECTURE, PLAN, software_item))


def test_each_item_is_left_out_only_where_it_belongs_to_others() -> None:
    """The controller's build is not asked for what is the display's alone, and the other way round."""
    assert elsewhere(ARCHITECTURE, PLAN, "controller") == (
        "ARC-2", "ARC-3", "RC-1", "REQ-2", "SOUP-2", "UNIT-1",
    )  # fmt: skip
    assert elsewhere(ARCHITECTURE, PLAN, "display") == ("ARC-1", "REQ-1")


def test_a_circle_of_parts_belongs_to_nobody_alone() -> None:
    """Attack: architecture items that are part of one another take a requirement out of every build."""
    circle = (
        _item("ARC-1", "architecture_item", part_of=("ARC-2",)),
        _item("ARC-2", "architecture_item", part_of=("ARC-1",)),
        _item("REQ-1", "software_requirement", allocated_to=("ARC-1",)),
    )
    assert elsewhere(circle, PLAN, "controller") == elsewhere(circle, PLAN, "display") == ()


_TARGETS = st.lists(st.sampled_from(["controller", "display", "ARC-1", "ARC-2", "ARC-3", "NOPE"]), max_size=3)


@given(st.lists(_TARGETS, min_size=3, max_size=3), _TARGETS)
def test_no_requirement_is_left_out_of_every_build(parts: list[list[str]], allocated: list[str]) -> None:
    """Whatever the links, each requirement is asked of at least one build."""
    items = (
        *(
            _item(f"ARC-{number}", "architecture_item", part_of=tuple(part))
            for number, part in enumerate(parts, 1)
        ),
        _item("REQ-1", "software_requirement", allocated_to=tuple(allocated)),
    )
    assert not all("REQ-1" in elsewhere(items, PLAN, one) for one in NAMED)


_KINDS = {
    "architecture_item": ("part_of", "allocated_to", "uses"),
    "software_requirement": ("allocated_to", "derives_from", "uses"),
    "software_unit": ("part_of", "implements", "uses"),
    "soup_item": (),
    "risk_control_measure": ("realised_by", "controls"),
    "hazardous_situation": ("arises_in",),
    "test_protocol": ("verifies", "verifies_implementation", "verifies_under_fault"),
    "user_need": (),
    "anomaly": ("found_in", "affects"),
}
_IDS = ("A", "B", "C", "D", "E", "F")


@st.composite
def _baselines(draw: st.DrawFn) -> tuple[ItemFact, ...]:
    """Return items of every kind whose links lead to one another, to software items, nowhere, and in circles."""
    items = []
    for item_id in _IDS:
        kind = draw(st.sampled_from(sorted(_KINDS)))
        targets = st.lists(st.sampled_from((*_IDS, "controller", "display", "keyboard")), max_size=2)
        links = {role: tuple(draw(targets)) for role in _KINDS[kind]}
        items.append(_item(item_id, kind, **links))
    return tuple(items)


@given(_baselines())
def test_no_item_is_left_out_of_every_build(items: tuple[ItemFact, ...]) -> None:
    """Whatever the items and their links, requirement, control, SOUP, unit, situation, protocol: somebody is asked."""
    left_out = [set(elsewhere(items, PLAN, one)) for one in sorted(NAMED)]
    assert not set.intersection(*left_out)


@given(_baselines(), st.permutations(_IDS))
def test_the_order_of_the_items_changes_nothing(items: tuple[ItemFact, ...], order: list[str]) -> None:
    """Attack: items are written in another order, so that what was worked out half way round a circle is kept."""
    by_id = {item.id: item for item in items}
    again = tuple(by_id[one] for one in order)
    for software_item in NAMED:
        assert elsewhere(items, PLAN, software_item) == elsewhere(again, PLAN, software_item)
