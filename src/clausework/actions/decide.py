"""decide: records a decision about an item version, a record, a plan or a version. It makes no commit and no build."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clausework.actions.change_matters import impact_in_words, refuse_wrong_answers
from clausework.actions.checked_fields import checked_fields
from clausework.actions.differences import Changed, change_of
from clausework.actions.given_texts import fit_text, fit_version
from clausework.actions.matters import VersionMissing, find_matter
from clausework.actions.person import Person, sign_record
from clausework.actions.person_matters import refuse_vain
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue, Form, check_matter, fill, signatures_of
from clausework.decisions.forms import form_named
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Decision
from clausework.trace.shown import shown_signature

_MOST_MEMBERS = 200
_LONGEST_MEMBER = 1_000
_LARGEST = 30_000  # bytes of all fields, so that the Statement stays under its limit


class TooManyMembers(UsageFault):
    """A list, or all that is said together, is longer than a record can hold."""

    hint = "Name 'all' for the requirements; put longer matter into a document and name it."


class Decided(msgspec.Struct, frozen=True):
    """The decision's record, the signatures as they are shown, and which it still waits for (none: it has effect).

    ``changed`` is how a plan or a pipeline differs from the one that was decided before, ``impact`` what a change that
    is to be approved touches.
    """

    decision: Decision
    index: int
    sha256: str
    signed: bool
    missing: tuple[str, ...]
    signatures: tuple[str, ...] = ()
    changed: Changed | None = None
    impact: tuple[str, ...] = ()


def decide(
    workplace: Workplace,
    form_name: str,
    matter_id: str,
    fields: Mapping[str, FieldValue],
    person: Person,
    *,
    version: str = "",
) -> Decided:
    """Record the decision and, where one of the form's signatures is the author's to give, give it.

    Raises ``FormFilledWrong``, ``MatterNotOfForm``, ``UsageFault`` for a matter that is not there; nothing is recorded
    then.
    """
    form = form_named(form_name)
    filled = fill(form, {name: _fit(name, value) for name, value in fields.items()})
    if len(canonical_json(filled)) > _LARGEST:
        raise TooManyMembers(f"The decision has more than {_LARGEST} bytes.")
    version = _version(form, matter_id, version)
    found = find_matter(workplace, form, matter_id, version)
    matter = found.matter
    check_matter(form, matter.kind)
    refuse_vain(workplace, form.name, matter, filled, person)
    filled = checked_fields(workplace, form.name, filled, found.fields)
    if form.name == "significance":
        refuse_wrong_answers(workplace, filled)
    body = Decision(
        workplace.made(person.email), form.name, matter, person.email, filled, version, found.attached
    )
    draft = Draft((subject(f"{matter.kind}/{matter.id}", matter.sha256),), body)
    changed = change_of(workplace, workplace.standing(workplace.snapshot()), matter)
    receipt = workplace.ledger.append([*found.behind, draft])[-1]
    signed = _sign_own(workplace, form, matter.id, receipt.sha256, person)
    standing = workplace.standing(workplace.snapshot())
    own = next(one for one in standing.decisions if one.record.sha256 == receipt.sha256)
    missing, given = map(str, own.missing), map(shown_signature, own.given)
    impact = impact_in_words(workplace, body)
    return Decided(body, receipt.index, receipt.sha256, signed, tuple(missing), tuple(given), changed, impact)


def _sign_own(workplace: Workplace, form: Form, matter_id: str, sha256: str, person: Person) -> bool:
    standing = workplace.standing(workplace.snapshot())
    held = standing.roles(person.email, workplace.now())
    for rule in signatures_of(form, matter_id):
        role = next((role for role in rule.roles if role in held), "")
        if role and not rule.independent:
            sign_record(workplace, person, signed=sha256, role=role, meaning=rule.meaning)
            return True
    return False


def _fit(name: str, value: FieldValue) -> FieldValue:
    if isinstance(value, str):
        return fit_text(f"'{name}'", value, empty=True)
    if len(value) > _MOST_MEMBERS:
        raise TooManyMembers(f"'{name}' names {len(value)}; {_MOST_MEMBERS} are the most.")
    return tuple(fit_text(f"'{name}'", member, longest=_LONGEST_MEMBER) for member in value)


def _version(form: Form, matter_id: str, version: str) -> str:
    if form.versioned and version and version != matter_id:
        raise VersionMissing(
            f"The subject is {matter_id}, the version {version}.",
            hint="Leave --version out: it is the subject.",
        )
    if form.versioned:
        version = matter_id
    return fit_version(version) if version else ""
