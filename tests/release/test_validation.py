"""Validation passes on tests at its own level as on a demonstration, and asks what is in scope."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.manual_import import import_form
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.gates.human_facts import HumanFacts
from clausework.release.facts import ReleaseFacts
from clausework.release.validation import needs_in_scope
from clausework.trace.item_fact import ItemFact
from tests.actions.by_hand import PROTOCOL, WHY, approve, filled, write
from tests.actions.device import QUALITY, VERSION, Device, person
from tests.release.changes import changed, together, verdict_on
from tests.release.refusals_of_validation import UNREVIEWED, cases, made_by
from tests.tracing.making import digest

VALIDATION = PROTOCOL.replace("links: {verifies: REQ-002}", "links: {validates: NEED-001}").replace(
    "level: system", "level: validation\n    kind: usability"
)


def test_a_passed_test_of_the_need_stands_instead_of_a_review(sound: ReleaseFacts) -> None:
    """A need that no person reviewed is validated by a test at level validation that names it."""
    for role in ("validates", "verifies"):
        facts = together(UNREVIEWED, cases(role=role))(sound)
        assert verdict_on(facts, "validation").outcome == "pass"


def test_a_person_who_made_nothing_may_demonstrate(sound: ReleaseFacts) -> None:
    """Independence keeps out who made it, and nobody else; class A asks none."""
    assert verdict_on(made_by("developer@example.com")(sound), "validation").outcome == "pass"
    own = made_by("quality@example.com")(sound)
    as_class_a = changed(own, builds=tuple(changed(one, safety_class="A") for one in own.builds))
    assert verdict_on(as_class_a, "validation").outcome == "pass"


def test_a_scope_that_serves_fewer_needs_asks_fewer(sound: ReleaseFacts) -> None:
    """The needs in scope are those from which the requirements in scope derive, by any number of steps."""

    def item(item_id: str, kind: str, *sources: str) -> ItemFact:
        links = tuple(("derives_from", one) for one in sources)
        return ItemFact(item_id, kind, "Title", digest(item_id), links, {})

    items = (
        item("NEED-1", "user_need"),
        item("NEED-2", "user_need"),
        item("SYS-1", "system_requirement", "NEED-1"),
        item("REQ-1", "software_requirement", "SYS-1"),
        item("REQ-2", "software_requirement", "NEED-2"),
    )
    one_build = changed(sound.builds[0], items=items, human=HumanFacts())
    every = changed(sound, items=items, builds=(one_build,))
    narrow = changed(every, builds=(changed(one_build, scope=("REQ-1",), scope_record=1),))
    assert [need.id for need in needs_in_scope(every)] == ["NEED-1", "NEED-2"]
    assert [need.id for need in needs_in_scope(narrow)] == ["NEED-1"]


def test_a_signed_run_of_a_protocol_validates_the_release(verified: Device, tmp_path: Path) -> None:
    """The whole way: protocol, approval, form, signature; unsigned, it does not validate, and nor does a later run."""
    verified.write("quality/protocol.yaml", VALIDATION)
    verified.commit("TP-001: validation")
    with verified.open() as workplace:
        open_build(workplace)
    approve(verified)
    form = msgspec.structs.replace(filled(verified), level="validation")

    def validation() -> tuple[str, str]:
        with verified.open() as workplace:
            state = release(workplace, VERSION)
            (one,) = [check for check in state.conditions if check.check == "validation"]
            return one.outcome, " ".join(reason.message for reason in one.reasons)

    assert "no test at level validation" in validation()[1]
    with verified.open() as workplace:
        import_form(workplace, write(verified, form))
    assert "has not signed it as executed" in validation()[1]
    with verified.open() as workplace:
        quality = person(workplace, QUALITY)
        sign(workplace, quality, "TP-001")
        accepted = {"method": "review", "outcome": "accepted", **WHY}
        decide(workplace, "review", "validation", accepted, quality, version=VERSION)
    assert validation() == ("pass", "1 user needs are validated, and the validation was accepted")
    with verified.open() as workplace:
        import_form(workplace, write(verified, msgspec.structs.replace(form, serial="SN-8"), "forms/2.json"))
    outcome, said = validation()
    assert (outcome, "before its newest evidence" in said) == ("not_evaluated", True)
