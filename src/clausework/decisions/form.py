"""What a form is: fields to fill, matters it may be about, signatures that give it effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.core.errors import InputRejected, UsageFault

FieldValue = str | tuple[str, ...]


class Field(msgspec.Struct, frozen=True):
    """One field of a form. ``kind`` is ``text``, ``choice``, ``date`` or ``list``; ``shortest`` is in characters.

    One that is not filled ``by_hand`` is written by the verb that records the decision, and by nobody else.
    """

    name: str
    meaning: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = True
    shortest: int = 1
    by_hand: bool = True


MATTER = "*matter"
"""Among a rule's roles: the role that the decision is about, as in a delegation."""


class Period(msgspec.Struct, frozen=True):
    """Two fields of dates between which something holds: the second is later, by ``longest`` days at the most."""

    begins: str
    ends: str
    longest: int


class SignatureRule(msgspec.Struct, frozen=True):
    """A signature that a form needs: one of these roles, what it means, and whom it must not be given by.

    ``independent`` keeps the decision's own author out, ``not_by`` the people that it names; ``*`` and a field's name
    stand for the person in that field. Each rule is met by a different person. One that is ``last`` counts only once
    all the others are met (21 CFR 11.10(f)). ``only_for`` is the ID of the one matter of which it is asked (none: all).
    """

    roles: tuple[str, ...]
    meaning: str
    independent: bool = False
    not_by: tuple[str, ...] = ()
    last: bool = False
    only_for: str = ""


class Form(msgspec.Struct, frozen=True):
    """A kind of decision. ``several`` tells that the same matter may be decided on in several software items at once.

    ``unversioned`` are the kinds of matters of a ``versioned`` form that belong to no version.
    """

    name: str
    title: str
    clauses: tuple[str, ...]
    matters: tuple[str, ...]
    fields: tuple[Field, ...]
    signatures: tuple[SignatureRule, ...]
    versioned: bool = False
    periods: tuple[Period, ...] = ()
    several: bool = False
    unversioned: tuple[str, ...] = ()

    def asks_version(self, kind: str) -> bool:
        """Tell whether a decision on a matter of ``kind`` belongs to a version."""
        return self.versioned and kind not in self.unversioned


def signatures_of(
    form: Form, matter_id: str, fields: Mapping[str, FieldValue] | None = None
) -> tuple[SignatureRule, ...]:
    """Return the form's rules for a matter: the role that it is, and the people in ``fields``, put where they ask."""
    named = fields or {}
    return tuple(
        msgspec.structs.replace(
            rule,
            roles=tuple(matter_id if role == MATTER else role for role in rule.roles),
            not_by=tuple(
                str(named.get(one[1:], "")).lower() if one.startswith("*") else one for one in rule.not_by
            ),
        )
        for rule in form.signatures
        if rule.only_for in {"", matter_id}
    )


class FormFilledWrong(InputRejected):
    """A decision's fields are not as its form asks; all faults are told at once."""

    hint = "Fill the named fields; 'clausework decide FORM --help' says what each means."


class MatterNotOfForm(UsageFault):
    """A form is used on a kind of matter that it does not decide."""


def fill(form: Form, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """Return ``values`` as the form's fields, checked; raises ``FormFilledWrong`` with every fault."""
    known = {field.name for field in form.fields}
    faults = [f"'{name}' is not a field of '{form.name}'" for name in values if name not in known]
    filled: dict[str, FieldValue] = {}
    for field in form.fields:
        value = values.get(field.name, "")
        fault = _fault(field, value)
        if fault:
            faults.append(fault)
        elif value:
            filled[field.name] = value
    faults += [] if faults else [fault for period in form.periods if (fault := _period_fault(period, filled))]
    if faults:
        raise FormFilledWrong(f"The form '{form.name}' is not filled as it asks: {'; '.join(faults)}.")
    return filled


def check_matter(form: Form, kind: str) -> None:
    """Raise ``MatterNotOfForm`` unless ``form`` decides matters of ``kind``."""
    if kind not in form.matters:
        raise MatterNotOfForm(
            f"'{form.name}' does not decide {'an' if kind[:1] in 'aeiou' else 'a'} {kind.replace('_', ' ')}.",
            hint=f"It decides: {', '.join(matter.replace('_', ' ') for matter in form.matters)}.",
        )


def _fault(field: Field, value: FieldValue) -> str:
    if not value:
        return f"'{field.name}' ({field.meaning}) is missing" if field.required else ""
    if field.kind == "list":
        if not isinstance(value, tuple):
            return f"'{field.name}' should be a list"
        return "" if all(one.strip() for one in value) else f"'{field.name}' has an empty member"
    if not isinstance(value, str):
        return f"'{field.name}' should be one text"
    if field.kind == "choice":
        known = value in field.choices
        return "" if known else f"'{field.name}' is '{value}', not one of {', '.join(field.choices)}"
    if field.kind == "date":
        return _date_fault(field, value)
    if len(value.strip()) < field.shortest:
        return f"'{field.name}' ({field.meaning}) is too short to be a reason: {field.shortest} characters"
    return ""


def _date_fault(field: Field, value: str) -> str:
    try:
        parse_timestamp(value)
    except NotATime as error:
        return f"'{field.name}': {error.message.rstrip('.')}"
    return ""


def _period_fault(period: Period, filled: Mapping[str, FieldValue]) -> str:
    begins, ends = (parse_timestamp(str(filled[name])) for name in (period.begins, period.ends))
    if ends <= begins:
        return f"'{period.ends}' is not after '{period.begins}'"
    if ends - begins > timedelta(days=period.longest):
        return f"'{period.ends}' is more than {period.longest} days after '{period.begins}'"
    return ""
