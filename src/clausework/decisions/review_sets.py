"""What can be reviewed at once: every item of a kind, or every integration test, as they stand (5.2.6 to 5.6.5).

One decision reviews all; whoever changes one item afterwards has that one reviewed, and nothing else.
"""

from __future__ import annotations

import msgspec

from clausework.core.errors import IntegrityViolated


class ReviewSetDamaged(IntegrityViolated):
    """The kept list of what was reviewed together cannot be read."""


class ReviewableSet(msgspec.Struct, frozen=True):
    """A set that ``decide review SUBJECT`` takes: its kind as a matter, the type of its items, clause, name in words.

    ``item_type`` is empty for the set of the integration tests, whose members are the tests of the newest builds.
    """

    subject: str
    kind: str
    item_type: str
    clause: str
    title: str


SETS: tuple[ReviewableSet, ...] = (
    ReviewableSet(
        "requirements", "requirement_set", "software_requirement", "5.2.6", "software requirements"
    ),
    ReviewableSet("architecture", "architecture_set", "architecture_item", "5.3.6", "architecture items"),
    ReviewableSet("design", "design_set", "software_unit", "5.4.4", "software units"),
    ReviewableSet("integration-tests", "integration_test_set", "", "5.6.5", "integration tests"),
)
"""Every set there is, in the order of the clauses."""

KINDS = tuple(one.kind for one in SETS)
INTEGRATION_TESTS = SETS[-1].kind

Member = tuple[str, str]
"""An item's ID with its content hash, or a test's name with nothing."""


def set_named(subject: str) -> ReviewableSet | None:
    """Return the set that ``subject`` names, if it names one."""
    return next((one for one in SETS if one.subject == subject), None)


def read_members(data: bytes) -> tuple[Member, ...]:
    """Return the members that a ``ReviewSet`` keeps; raises ``ReviewSetDamaged``."""
    try:
        return msgspec.json.decode(data, type=tuple[Member, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReviewSetDamaged(f"What was reviewed together cannot be read: {error}.") from error
