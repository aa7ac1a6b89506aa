"""decide: records a decision about an item version, a record, a plan or a version. It makes no commit and no build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from clausework.actions.authoring import prove_author, refuse_unready, sign_recorded
from clausework.actions.change_matters import impact_in_words, refuse_wrong_answers
from clausework.actions.checked_fields import checked_fields
from clausework.actions.differences import Changed, change_of
from clausework.actions.given_texts import fit_text, fit_version
from clausework.actions.matters import VersionMissing, find_matter
from clausework.actions.person import Person, Signatory, act_again
from clausework.actions.person_matters import refuse_vain
from clausework.actions.review_matters import counted_role
from clausework.actions.waiting_words import why_nobody
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue, Form, check_matter, fill, signatures_of
from clausework.decisions.forms import form_named
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Decision, Matter
from clausework.signatures.session import Ask
from clausework.trace.shown import shown_signature
from clausework.trace.standing import Standing

_MOST_MEMBERS = 200
_LONGEST_MEMBER = 1_000
_LARGEST = 30_000  # bytes of all fields, so that the Statement stays under its limit


class TooManyMembers(UsageFault):
    """A list, or all that is said together, is longer than a record can hold."""

    hint = "Name 'all' for the requirements; put longer matter into a document and name it."


class NotTogether(UsageFault):
    """Several matters were named that are not one matter in several places."""

    hint = "Decide on each by itself."


class _Ready(msgspec.Struct, frozen=True):
    """A decision that can be recorded, what is recorded before it, what its matter is called, and the own signature."""

    body: Decision
    behind: tuple[Draft, ...]
    names: tuple[str, ...]
    rule: tuple[str, str] | None
    changed: Changed | None


class Decided(msgspec.Struct, frozen=True):
    """The decision's record, the signatures as they are shown, and which it still waits for (none: it has effect).

    ``changed`` is how a plan or a pipeline differs from the one that was decided before, ``impact`` what a change that
    is to be approved touches. ``vain`` says why nobody can give a signature that is missing.
    """

    decision: Decision
    index: int
    sha256: str
    signed: bool
    missing: tuple[str, ...]
    signatures: tuple[str, ...] = ()
    changed: Changed | None = None
    impact: tuple[str, ...] = ()
    vain: str = ""


def decide(
    workplace: Workplace,
    form_name: str,
    matter_id: str,
    fields: Mapping[str, FieldValue],
    person: Signatory,
    *,
    version: str = "",
) -> Decided:
    """Record the decision and, where one of the form's signatures is the author's to give, give it.

    Raises what ``decide_each`` raises; nothing is recorded then.
    """
    return decide_each(workplace, form_name, (matter_id,), fields, person, version=version)[0]


def decide_each(
    workplace: Workplace,
    form_name: str,
    matter_ids: Sequence[str],
    fields: Mapping[str, FieldValue],
    person: Signatory,
    *,
    version: str = "",
    ask: Ask | None = None,
) -> tuple[Decided, ...]:
    """Record a decision on each matter, in the same words, and give on each the signature that is the author's own.

    Several are the same matter in several software items. All are looked at before any is recorded; ``ask`` has the
    person give the passphrase again for each further signature (21 CFR 11.200(a)(1)(i)). Raises ``NotTogether``,
    ``FormFilledWrong``, ``MatterNotOfForm``, ``UsageFault`` for a matter that is not there, and what ``prove_author``
    raises; nothing is recorded then.
    """
    form = form_named(form_name)
    names = tuple(dict.fromkeys(matter_ids))
    if len(names) > 1 and not form.several:
        raise NotTogether(f"'{form.name}' decides on one matter at a time; {len(names)} are named.")
    filled = fill(form, {name: _fit(name, value) for name, value in fields.items()})
    if len(canonical_json(filled)) > _LARGEST:
        raise TooManyMembers(f"The decision has more than {_LARGEST} bytes.")
    ready = [_made_ready(workplace, form, name, filled, person, version) for name in names]
    _refuse_different(ready)
    for one in ready:
        prove_author(workplace, person, one.body)
    behind = {draft.idempotency or id(draft): draft for one in ready for draft in one.behind}
    drafts = [
        Draft((subject(f"{one.body.matter.kind}/{one.body.matter.id}", one.body.matter.sha256),), one.body)
        for one in ready
    ]
    receipts = workplace.ledger.append([*behind.values(), *drafts])[len(behind) :]
    given_at: datetime | None = None
    for one, receipt in zip(ready, receipts, strict=True):
        if one.rule is not None:
            if given_at is not None and isinstance(person, Person):
                person = act_again(workplace, person, ask, given_at)
            sign_recorded(workplace, person, receipt, *one.rule)
            given_at = workplace.clock()
    standing = workplace.standing(workplace.snapshot())
    return tuple(
        _decided(workplace, standing, one, receipt) for one, receipt in zip(ready, receipts, strict=True)
    )


def _made_ready(
    workplace: Workplace,
    form: Form,
    matter_id: str,
    filled: Mapping[str, FieldValue],
    person: Signatory,
    version: str,
) -> _Ready:
    """Return the decision on one matter as it will be recorded; raises where it may not be."""
    version = _version(form, matter_id, version)
    found = find_matter(workplace, form, matter_id, version)
    matter = found.matter
    check_matter(form, matter.kind)
    refuse_vain(workplace, form.name, matter, filled, person)
    whole = checked_fields(workplace, form.name, matter, filled, found.fields)
    if form.name == "significance":
        refuse_wrong_answers(workplace, whole)
    body = Decision(
        workplace.made(person.email), form.name, matter, person.email, whole, version, found.attached
    )
    rule = _own_rule(workplace, form, matter, person)
    if rule is not None:
        refuse_unready(workplace, person, rule[0], body)
    changed = change_of(workplace, workplace.standing(workplace.snapshot()), matter)
    return _Ready(body, found.behind, found.names, rule, changed)


def _refuse_different(ready: Sequence[_Ready]) -> None:
    """Raise ``NotTogether`` where matters are not the same one in several places: each has reasons of its own."""
    if len(ready) > 1 and not set.intersection(*(set(one.names) for one in ready)):
        named = ", ".join(sorted({one.names[0] for one in ready if one.names})[:5])
        raise NotTogether(f"What is named is not one matter in several places, but several: {named}.")
    if len({(one.body.matter.id, one.body.matter.sha256) for one in ready}) < len(ready):
        raise NotTogether("The same matter is named twice.", hint="Name each once.")


def _decided(workplace: Workplace, standing: Standing, one: _Ready, receipt: Receipt) -> Decided:
    own = next(two for two in standing.decisions if two.record.sha256 == receipt.sha256)
    missing, given = map(str, own.missing), map(shown_signature, own.given)
    return Decided(
        one.body,
        receipt.index,
        receipt.sha256,
        one.rule is not None,
        tuple(missing),
        tuple(given),
        one.changed,
        impact_in_words(workplace, one.body),
        why_nobody(standing, own.missing, workplace.now()),
    )


def _own_rule(workplace: Workplace, form: Form, matter: Matter, person: Signatory) -> tuple[str, str] | None:
    """Return role and meaning of the signature that is the author's own to give; ``None`` where none is.

    Raises ``ReviewedInVain``.
    """
    standing = workplace.standing(workplace.snapshot())
    held = standing.roles(person.email, workplace.now())
    for rule in signatures_of(form, matter.id):
        role = counted_role(matter, held, rule.roles)
        if role and not rule.independent:
            return role, rule.meaning
    return None


def _fit(name: str, value: FieldValue) -> FieldValue:
    if isinstance(value, str):
        return fit_text(f"'{name}'", value, empty=True)
    if len(value) > _MOST_MEMBERS:
        raise TooManyMembers(f"'{name}' names {len(value)}; {_MOST_MEMBERS} are the most.")
    return tuple(fit_text(f"'{name}'", member, longest=_LONGEST_MEMBER) for member in value)


def _version(form: Form, matter_id: str, version: str) -> str:
    """Return the version that a decision is for: that of a versioned form is its matter, where the matter is one."""
    kind = matter_id.partition("/")[0]
    if form.versioned and not form.asks_version(kind):
        return ""
    if form.versioned and version and version != matter_id:
        raise VersionMissing(
            f"The subject is {matter_id}, the version {version}.",
            hint="Leave --version out: it is the subject.",
        )
    if form.versioned:
        version = matter_id
    return fit_version(version) if version else ""
