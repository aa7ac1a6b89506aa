"""What a risk control reaches to among the items: what realises it, what holds that, and what tests it (7.2.2, 7.3.3).

What is coarser than a control, as the architecture item that a control's unit is part of, reaches it as well: whether
something that was found there touches the control cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausework.trace.item_fact import ItemFact

_RISK_FILE = frozenset({"hazard", "hazardous_situation", "risk", "risk_control_measure"})
_DESIGN = frozenset({"architecture_item", "software_unit"})
_TESTS = frozenset({"test_case", "test_protocol"})


def reached_by_controls(items: Sequence[ItemFact]) -> frozenset[str]:
    """Return the IDs of the risk file, and of the items and software items that risk controls reach to.

    They are the requirements that realise a control, those derived from these, what these derive from; the design that
    implements any of them or that they are allocated to, with its SOUP and what it is part of; the tests of all that.
    """
    realising = _realising(items)
    design = _designed(items, realising)
    soup = _targets((one for one in items if one.id in design and one.type in _DESIGN), "uses")
    above = _with_targets(items, realising, "derives_from")
    reached = {*(one.id for one in items if one.type in _RISK_FILE), *above, *design, *soup}
    tests = {
        one.id for one in items if one.type in _TESTS and any(target in reached for _, target in one.links)
    }
    return frozenset(reached | tests)


def guarded_by_controls(items: Sequence[ItemFact]) -> frozenset[str]:
    """Return the IDs of the risk controls, of what realises them down to its units, and of the design that holds it.

    What a control's requirements derive from is not among them: that says less than they do.
    """
    controls = {one.id for one in items if one.type == "risk_control_measure"}
    realising = _realising(items)
    return frozenset(controls | realising | _designed(items, realising))


def _realising(items: Sequence[ItemFact]) -> set[str]:
    """Return the requirements by which controls are realised, with those that are derived from these."""
    by_link = _targets((one for one in items if one.type == "risk_control_measure"), "realised_by")
    return _with_sources(items, by_link, "derives_from", "software_requirement")


def _designed(items: Sequence[ItemFact], realising: set[str]) -> set[str]:
    """Return the units that implement the requirements, what these are allocated to, and what that is part of."""
    hosts = _targets((one for one in items if one.id in realising), "allocated_to")
    units = {
        one.id
        for one in items
        if one.type == "software_unit" and not (realising | hosts).isdisjoint(one.targets("implements"))
    }
    return _with_targets(items, units | hosts, "part_of")


def _targets(items: Iterable[ItemFact], role: str) -> set[str]:
    return {target for one in items for target in one.targets(role)}


def _with_targets(items: Sequence[ItemFact], ids: set[str], role: str) -> set[str]:
    """Return ``ids`` with all that links of ``role`` lead to from them, however far."""
    known = {one.id: one for one in items}
    found, further = set(ids), set(ids)
    while further:
        further = _targets((known[one] for one in further if one in known), role) - found
        found |= further
    return found


def _with_sources(items: Sequence[ItemFact], ids: set[str], role: str, kind: str) -> set[str]:
    """Return ``ids`` with all items of ``kind`` from which links of ``role`` lead to them, however far."""
    found, further = set(ids), set(ids)
    while further:
        further = {
            one.id for one in items if one.type == kind and not further.isdisjoint(one.targets(role))
        } - found
        found |= further
    return found
