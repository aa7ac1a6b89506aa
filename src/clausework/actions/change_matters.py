"""What decisions about changes bind to: a request in full with its impact, its closure, a version's significance.

Clauses 6.2.3, 7.4, 8.2.1 to 8.2.4, 9.7; MDR Annex IX 4.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.items import item_of, present_items
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.decisions.form import FieldValue, FormFilledWrong
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.verified import open_verification
from clausework.items.changes import settled_hash, unsaid, without_reason
from clausework.items.model import Item
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.values import Descriptor
from clausework.plan.effective import classes_in_use
from clausework.plan.model import software_items
from clausework.release.candidate import artefacts_digest
from clausework.standards import SafetyClass
from clausework.standards.questions import faults_of_answers, questions_of, set_names
from clausework.trace.builds import outputs_of
from clausework.trace.impact import Touched, clauses_again, touched_by
from clausework.trace.item_fact import item_fact
from clausework.trace.results import ItemCases

_MOST_NAMED = 12


class ChangeIncomplete(Refused):
    """A change request does not say all that it has to before it is approved (clauses 6.2.3, 7.4)."""

    hint = "Say it in the change request: 'none', with the reason, is an answer. Then have it approved."


class VerificationOpen(Refused):
    """Something is to be closed whose verification is not in (clauses 8.2.3, 9.7)."""

    hint = "Record what is missing, and have its gates pass; then close it."


_LEADING = frozenset({"affects", "resolves", "found_in", "implements", "realised_by"})


class ChangeImpact(msgspec.Struct, frozen=True):
    """What a change request reaches by the links, as attached to its approval (clauses 6.2.3, 7.4.1, 7.4.2)."""

    change: str
    safety_class: str
    touched: Touched
    risk_controls: tuple[str, ...]
    tests: tuple[str, ...]
    clauses: tuple[str, ...]


def impact_in_words(workplace: Workplace, decision: Decision) -> tuple[str, ...]:
    """Return what the impact analysis says that is attached to an approval of a change; nothing of other decisions."""
    if decision.form != "approve" or not decision.attached:
        return ()
    analysis = decision.attached[0]
    try:
        impact = msgspec.json.decode(workplace.ledger.read_blob(analysis.sha256), type=ChangeImpact)
    except msgspec.DecodeError:
        return ()
    reached = sorted(impact.touched.ids - {impact.change})
    return (
        f"impact attached: {analysis.name}, sha256:{analysis.sha256}",
        f"touches {_some(reached)}; risk controls: {_some(impact.risk_controls)}",
        f"{len(impact.tests)} tests to repeat; clauses to serve again: {_some(impact.clauses)}",
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}" if names else "none"


def approved_change(workplace: Workplace, item: Item) -> tuple[Matter, tuple[Descriptor, ...]]:
    """Return the matter of a change request's approval, and its impact analysis; raises ``ChangeIncomplete``.

    The matter binds to what was asked, not to how far the work has come.
    """
    safety_class = max(classes_in_use(workplace.plan))
    fields = {name: item.says(name) for name in item.fields}
    missing = unsaid(fields, bool(item.targets("affects")), safety_class)
    if missing:
        named = "; ".join(f"'{one.name}' ({one.meaning}, {one.clause})" for one in missing)
        raise ChangeIncomplete(f"{item.id} does not say {named}.")
    if bare := without_reason(fields):
        named = "; ".join(f"'{one.name}' is '{fields[one.name].strip()}' ({one.clause})" for one in bare)
        raise ChangeIncomplete(f"{item.id} gives a word in the place of a reason: {named}.")
    analysis = msgspec.json.format(msgspec.json.encode(_impact(workplace, item, safety_class)), indent=1)
    kept = workplace.ledger.put_blob(analysis, f"impact-{item.id}.json", "application/json")
    return Matter(str(item.type), item.id, settled_hash(item)), (kept,)


def closed_matter(workplace: Workplace, item_id: str) -> Matter:
    """Return the matter of a closure; raises ``VerificationOpen`` where what it affects is not verified."""
    present = present_items(workplace)
    item = item_of(present.items, item_id)
    workplace.ledger.append([present.draft])
    snapshot = workplace.snapshot()
    builds = newest_builds(workplace, snapshot)
    built = {one.software_item for one in builds}
    missing = [
        f"{one.id} has no build that could be verified"
        for one in software_items(workplace.plan)
        if one.id not in built
    ]
    for build in builds:
        facts = fold_facts(
            snapshot,
            workplace.ledger,
            build.id,
            at=workplace.now(),
            item_baseline=present.baseline.sha256,
            beside=[one.id for one in builds],
        )
        missing += _unverified(facts, item)
    if missing:
        raise VerificationOpen(f"{item.id} is not closed: {'; '.join(dict.fromkeys(missing))}.")
    return Matter(str(item.type), item.id, item_fact(item).settled)


def significance_matter(workplace: Workplace, version: str) -> Matter:
    """Return the matter of a version's significance: the artefacts that would be released."""
    snapshot = workplace.snapshot()
    digests = [
        output.artefact.sha256
        for build in newest_builds(workplace, snapshot)
        for output in outputs_of(snapshot.records, build.id)
    ]
    return Matter("significance", version, artefacts_digest(digests))


def kept_questions(workplace: Workplace, version: str) -> Descriptor:
    """Keep the questions word for word, and return them: an answer names its question by a mark alone."""
    asked = questions_of(set_names(workplace.plan.regulatory.significance_questions))
    data = msgspec.json.format(msgspec.json.encode(asked), indent=1)
    return workplace.ledger.put_blob(data, f"questions-{version}.json", "application/json")


def refuse_wrong_answers(workplace: Workplace, fields: Mapping[str, FieldValue]) -> None:
    """Raise ``FormFilledWrong`` unless each question of the plan's set is answered, and what follows agrees."""
    asked = questions_of(set_names(workplace.plan.regulatory.significance_questions))
    answers = fields["answers"]
    given = (answers,) if isinstance(answers, str) else answers
    faults = list(faults_of_answers(asked, given, str(fields["decision"])))
    if fields["decision"] == "significant" and not fields.get("regulatory_review"):
        faults.append("a significant change needs 'regulatory_review'")
    if faults:
        raise FormFilledWrong(f"'significance' is not answered as '{asked.name}' asks: {'; '.join(faults)}.")


def _impact(workplace: Workplace, item: Item, safety_class: SafetyClass) -> ChangeImpact:
    facts = [item_fact(one) for one in present_items(workplace).items]
    touched = touched_by(facts, facts, {}, {item.id: ()})
    tests = {
        case
        for cases in _cases(workplace)
        if cases.item in touched.ids
        for case in (*cases.passed, *(one.case for one in cases.not_passed))
    }
    return ChangeImpact(
        item.id,
        safety_class,
        touched,
        touched.of("risk_control_measure"),
        tuple(sorted(tests)),
        tuple(one.clause for one in clauses_again(touched, safety_class)),
    )


def _cases(workplace: Workplace) -> Iterator[ItemCases]:
    snapshot = workplace.snapshot()
    for build in newest_builds(workplace, snapshot):
        yield from fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now()).item_cases


def _unverified(facts: Facts, item: Item) -> Iterator[str]:
    """Yield what of the requirements that a change or problem leads to is not verified on a build, in words.

    It leads to the requirements that it affects, that the units and risk controls which it affects stand for, or those
    of the problems that it resolves.
    """
    if facts.item_errors:
        yield f"the items of {facts.build.software_item} have {facts.item_errors} errors"
    reached = _reached(facts, item.id)
    for requirement in facts.requirements_in_scope():
        if requirement.id in reached and (reason := open_verification(facts, requirement)) is not None:
            yield reason.message


def _reached(facts: Facts, item_id: str) -> frozenset[str]:
    """Return all items that an item leads to by what it affects, resolves or was found in, and what these stand for."""
    links = {one.id: one.links for one in facts.items}
    reached: set[str] = set()
    pending = [item_id]
    while pending:
        for role, target in links.get(pending.pop(), ()):
            if role in _LEADING and target not in reached:
                reached.add(target)
                pending.append(target)
    return frozenset(reached)
