"""The pytest plug-in: says in a test which items it verifies, and writes it into the JUnit report.

::

    @pytest.mark.verifies("REQ-037")
    @pytest.mark.verifies_effectiveness("RCM-004")
    def test_occlusion_alarm() -> None: ...

Marks stand on functions, classes, modules (``pytestmark``) and single parameters. Each becomes a property of the case,
which ``clausework record`` reads (clauses 5.1.1, 5.7.4, 7.3.3). A mark without an ID, or with one that is none, ends
the run before a test is started: a link that is lost is found too late.

Every pytest run of an environment with Clausework loads this file, so it imports nothing of it before a mark is met.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

_WHAT = {
    "verifies": "the test verifies the items of these IDs",
    "verifies_implementation": "the test verifies that these risk control measures are in place",
    "verifies_effectiveness": "the test verifies that these risk control measures reduce the risk",
    "verifies_under_fault": "the test puts a fault in and verifies that these risk control measures hold",
}

ROLES = tuple(_WHAT)
"""The marks, which are the roles in which a case verifies an item."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known, so that ``--strict-markers`` takes them."""
    for role, what in _WHAT.items():
        config.addinivalue_line("markers", f"{role}(*ids): {what}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the marks of each test that will be run into its properties."""
    for item in items:
        for link in _links(item):
            if link not in item.user_properties:
                item.user_properties.append(link)


def _links(item: pytest.Item) -> Iterator[tuple[str, object]]:
    for role in ROLES:
        for mark in item.iter_markers(role):
            if not mark.args or mark.kwargs:
                raise pytest.UsageError(
                    f'{item.nodeid}: write @pytest.mark.{role}("REQ-037") with the IDs of items.'
                )
            for target in mark.args:
                if not isinstance(target, str) or not _is_item_id(target):
                    raise pytest.UsageError(
                        f"{item.nodeid}: {role}({target!r}) names no item: it is no item's ID."
                    )
                yield role, target


def _is_item_id(text: str) -> bool:
    from clausework.core.identities import is_item_id

    return is_item_id(text)
