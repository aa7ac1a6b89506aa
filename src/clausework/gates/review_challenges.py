"""Challenges of the check on reviews: of sets, of single items, and every review that does not stand."""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    ITEMS,
    QUALITY,
    RELEASE,
    SOUND,
    Challenge,
    Committed,
    SignedDecision,
    World,
)

ALL: dict[str, str | int | bool] = {"to": "detailed_design", "independent": True}

_CHANGED = ITEMS.replace(b"the controller shall stop.", b"the controller shall stop within 1 s.")


def review(
    kind: str, subject: str, outcome: str = "accepted", signer: tuple[str, str] = QUALITY
) -> SignedDecision:
    """Return a signed review of an item or a set."""
    fields: dict[str, str | tuple[str, ...]] = {
        "method": "review",
        "outcome": outcome,
        "rationale": "Read against what it derives from; complete and without contradiction.",
    }
    return SignedDecision("review", kind, subject, fields, signers=((*signer, "reviewed"),))


REQUIREMENTS = review("requirement_set", "requirements")
ARCHITECTURE = review("architecture_set", "architecture")
DESIGN = review("design_set", "design")
TESTS = review("integration_test_set", "integration-tests")
REVIEWS = (REQUIREMENTS, ARCHITECTURE, DESIGN, TESTS)
"""What makes the sound world a reviewed one."""


def reviewed(*decisions: SignedDecision, **changes: object) -> World:
    """Return the sound world with these reviews."""
    made = msgspec.structs.replace(SOUND, decisions=(*SOUND.decisions, *decisions))
    return msgspec.structs.replace(made, **changes)


def challenges() -> tuple[Challenge, ...]:
    """Sets and single items that another person accepted as they read now pass; anything else is refused."""
    single = (
        review("software_requirement", "REQ-1"),
        review("architecture_item", "ARC-1"),
        review("software_unit", "UNIT-1"),
        TESTS,
    )
    return (
        Challenge("every set was reviewed", "pass", reviewed(*REVIEWS), ALL),
        Challenge("every item was reviewed by itself", "pass", reviewed(*single), ALL),
        Challenge("nothing was reviewed", "fail", SOUND, ALL),
        Challenge("the plan does not say what to review", "not_evaluated", reviewed(*REVIEWS), {}),
        *_of_classes(),
        *_of_versions(),
        *_of_people(),
    )


def _of_classes() -> tuple[Challenge, ...]:
    a: dict[str, str | int | bool] = {"to": "requirements"}
    b: dict[str, str | int | bool] = {"to": "architecture", "independent": True}
    return (
        Challenge("requirements are enough for class A", "pass", reviewed(REQUIREMENTS), a),
        Challenge("the requirements were not reviewed", "fail", reviewed(ARCHITECTURE, DESIGN, TESTS), a),
        Challenge("units need no review for class B", "pass", reviewed(REQUIREMENTS, ARCHITECTURE, TESTS), b),
        Challenge("the architecture was not reviewed", "fail", reviewed(REQUIREMENTS, TESTS), b),
        Challenge(
            "the integration tests were not evaluated", "fail", reviewed(REQUIREMENTS, ARCHITECTURE), b
        ),
        Challenge(
            "the detailed design was not reviewed", "fail", reviewed(REQUIREMENTS, ARCHITECTURE, TESTS), ALL
        ),
        Challenge(
            "there is no architecture that could be reviewed",
            "fail",
            reviewed(REQUIREMENTS, TESTS, items=_without(b"ARC-1")),
            b,
        ),
    )


def _of_versions() -> tuple[Challenge, ...]:
    again = review("software_requirement", "REQ-1")
    earlier = msgspec.structs.replace(REQUIREMENTS, first=True)
    stale = msgspec.structs.replace(again, stale=True)
    rejected = review("requirement_set", "requirements", "rejected")
    return (
        Challenge(
            "a requirement changed after the set was reviewed",
            "fail",
            reviewed(earlier, ARCHITECTURE, DESIGN, TESTS, judged_items=_CHANGED),
            ALL,
        ),
        Challenge(
            "the requirement that changed was reviewed by itself",
            "pass",
            reviewed(earlier, ARCHITECTURE, DESIGN, TESTS, again, judged_items=_CHANGED),
            ALL,
        ),
        Challenge(
            "a single review is of an earlier text", "fail", reviewed(stale, ARCHITECTURE, DESIGN, TESTS), ALL
        ),
        Challenge(
            "a review of a set binds to a list that is not recorded",
            "fail",
            reviewed(msgspec.structs.replace(REQUIREMENTS, stale=True), ARCHITECTURE, DESIGN, TESTS),
            ALL,
        ),
        Challenge("the set was accepted and then rejected", "fail", reviewed(*REVIEWS, rejected), ALL),
        Challenge(
            "the set was rejected and then the item accepted",
            "pass",
            reviewed(*REVIEWS, rejected, again),
            ALL,
        ),
        Challenge(
            "the set was accepted after one of its items was rejected",
            "pass",
            reviewed(review("software_requirement", "REQ-1", "rejected"), *REVIEWS),
            ALL,
        ),
        Challenge(
            "the integration tests were evaluated as another list",
            "fail",
            reviewed(*REVIEWS[:3], msgspec.structs.replace(TESTS, stale=True)),
            ALL,
        ),
        Challenge(
            "an item of another kind was reviewed under its name",
            "fail",
            reviewed(review("software_unit", "REQ-1"), ARCHITECTURE, DESIGN, TESTS, items=ITEMS),
            {"to": "requirements"},
        ),
    )


def _of_people() -> tuple[Challenge, ...]:
    wrote = Committed("REQ-1", paths=("items.yaml",), author=QUALITY[0])
    unsigned = msgspec.structs.replace(REQUIREMENTS, signers=())
    other = review("software_requirement", "REQ-1", signer=RELEASE)
    everything = tuple(
        review(one.kind, one.id, signer=RELEASE) for one in (REQUIREMENTS, ARCHITECTURE, DESIGN, TESTS)
    )
    return (
        Challenge("nobody signed the review", "fail", reviewed(unsigned, *REVIEWS[1:]), ALL),
        Challenge(
            "the author of the text reviewed it alone", "fail", reviewed(*REVIEWS, commits=(wrote,)), ALL
        ),
        Challenge(
            "another person than the author reviewed it", "pass", reviewed(*everything, commits=(wrote,)), ALL
        ),
        Challenge(
            "another person reviewed one of what the author wrote",
            "fail",
            reviewed(*REVIEWS, other, commits=(wrote,)),
            ALL,
        ),
        Challenge(
            "the author may review alone where the class asks no independence",
            "pass",
            reviewed(REQUIREMENTS, commits=(wrote,)),
            {"to": "requirements"},
        ),
        Challenge(
            "the reviewer signed in a role that the plan does not give them",
            "fail",
            reviewed(review("requirement_set", "requirements", signer=(RELEASE[0], "quality")), *REVIEWS[1:]),
            ALL,
        ),
    )


def _without(item: bytes) -> bytes:
    """Return the items without one of them and the links that lead to it."""
    kept = [line for line in ITEMS.splitlines() if not line.startswith(b"- {id: " + item)]
    linked = b"\n".join(kept) + b"\n"
    for gone in (b", allocated_to: [ARC-1]", b", part_of: [ARC-1]", b", links: {arises_in: [ARC-1]}"):
        linked = linked.replace(gone, b"")
    return linked
