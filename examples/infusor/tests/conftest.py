"""Links tests to what they verify: a marker's IDs become properties of the case in the JUnit report."""

from __future__ import annotations

import re

import pytest

ROLES = ("verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault")
ITEM_ID = re.compile(r"[A-Z]+-[0-9]+")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Record the properties at collection, so that a test that cannot even start is still linked."""
    for role in ROLES:
        for marker in item.iter_markers(role):
            for item_id in marker.args:
                if not ITEM_ID.fullmatch(item_id):
                    raise pytest.UsageError(f"{item.nodeid}: '{item_id}' is no item's ID")
                item.user_properties.append((role, item_id))
