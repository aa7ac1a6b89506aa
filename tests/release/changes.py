"""Changes of sound release facts: what a condition must refuse is one of them away from what it must pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from clausework.gates.facts import BuildFact, Facts, JudgementFact, SignatureFact
from clausework.items.changes import ASKED
from clausework.ledger.records.gates import CheckVerdict
from clausework.release.facts import ReleaseFacts, StageFact
from clausework.release.gate import evaluate_conditions
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import CaseStanding
from tests.tracing.making import digest

Refusal = tuple[str, str, str, str, "Change"]
"""A condition, what is wrong, the outcome that must come, part of the message, and the change that makes it wrong."""

Change = Callable[[ReleaseFacts], ReleaseFacts]
S = TypeVar("S", bound=msgspec.Struct)


def changed(one: S, **changes: object) -> S:
    """Return ``one`` with some members changed."""
    return msgspec.structs.replace(one, **changes)


def build(change: Callable[[Facts], Facts]) -> Change:
    """Change the facts of the first build."""
    return lambda facts: changed(facts, builds=(change(facts.builds[0]), *facts.builds[1:]))


def manifest(change: Callable[[BuildFact], BuildFact]) -> Change:
    """Change the first build itself."""
    return build(lambda facts: changed(facts, build=change(facts.build)))


def output(**changes: object) -> Change:
    """Change the artefact of the first build."""
    return manifest(lambda one: changed(one, outputs=(changed(one.outputs[0], **changes),)))


def without(form: str, kind: str) -> Change:
    """Take out the decisions of a form on a kind of matter."""
    return lambda facts: changed(
        facts,
        judgements=tuple(one for one in facts.judgements if (one.form, one.matter_kind) != (form, kind)),
    )


def judged(form: str, kind: str, **changes: object) -> Change:
    """Change the decisions of a form on a kind of matter: what they are by, and what their fields say."""

    def change(one: JudgementFact) -> JudgementFact:
        if (one.form, one.matter_kind) != (form, kind):
            return one
        said = {name: value for name, value in changes.items() if name not in JudgementFact.__struct_fields__}
        rest = {name: value for name, value in changes.items() if name not in said}
        return changed(one, fields={**one.fields, **said}, **rest)

    return lambda facts: changed(facts, judgements=tuple(map(change, facts.judgements)))


def item(kind: str, status: str, item_id: str = "X-1") -> ItemFact:
    """Return an item of a kind in a status."""
    return ItemFact(item_id, kind, "Title", digest(item_id), (), {"status": status})


def complete(change: ItemFact) -> ItemFact:
    """Return a change request that says all that it has to, and names what it affects."""
    said = {one.name: "none, for the reason given" for one in ASKED}
    return changed(change, fields={**said, **change.fields}, links=(("affects", "REQ-001"),))


def without_field(change: ItemFact, name: str) -> ItemFact:
    """Return an item that does not say one of its fields."""
    return changed(change, fields={key: value for key, value in change.fields.items() if key != name})


def added(*items: ItemFact) -> Change:
    """Add items."""
    return lambda facts: changed(facts, items=(*facts.items, *items))


def judgement(form: str, item: ItemFact, outcome: str, *, effective: bool = True) -> JudgementFact:
    """Return a decision on an item, signed by quality."""
    signature = SignatureFact(
        9, "quality@example.com", "Quinn", "quality", "evaluated", "2026-01-01T00:00:00Z"
    )
    fields: dict[str, str | tuple[str, ...]] = {"outcome": outcome, "rationale": "because"}
    return JudgementFact(
        8, form, item.type, item.id, item.sha256, "", fields, effective, (), (signature,), 9, signature.at
    )


def added_and_judged(
    form: str, of: ItemFact, outcome: str = "acceptable", *, effective: bool = True, sha256: str = ""
) -> Change:
    """Add an item and a decision on it, at its present text unless ``sha256`` says otherwise."""
    one = judgement(form, of, outcome, effective=effective)
    one = changed(one, matter_sha256=sha256 or one.matter_sha256)
    return lambda facts: changed(facts, items=(*facts.items, of), judgements=(*facts.judgements, one))


def scope(**fields: object) -> Change:
    """Change the fields of the scope."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        assert facts.scope is not None
        return changed(facts, scope=changed(facts.scope, fields={**facts.scope.fields, **fields}))

    return change


def together(*changes: Change) -> Change:
    """Make several changes, one after the other."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        for one in changes:
            facts = one(facts)
        return facts

    return change


def planned(**changes: object) -> Change:
    """Change what the plan says."""
    return lambda facts: changed(facts, planned=changed(facts.planned, **changes))


def archive(**changes: object) -> Change:
    """Change the archive."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        assert facts.archive is not None
        return changed(facts, archive=changed(facts.archive, **changes))

    return change


def stage(outcome: str) -> Change:
    """Let one stage alone have been evaluated, with this outcome."""
    return lambda facts: changed(facts, stages=(StageFact("unit", "counter", outcome, ("tests",)),))


RED = CaseStanding("suite/class/case", "bench", "red", (5,))
ANOMALY = item("anomaly", "open", "ANOM-9")
CHANGE = complete(item("change_request", "implemented", "CR-9"))
TASK = item("task", "open", "TASK-9")


def verdict_on(facts: ReleaseFacts, name: str) -> CheckVerdict:
    """Return the verdict of one condition."""
    return next(one for one in evaluate_conditions(facts) if one.check == name)
