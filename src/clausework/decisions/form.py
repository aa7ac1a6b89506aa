"""What a form is: fields to fill, matters it may be about, signatures that give it effect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.core.errors import InputRejected, UsageFault

FieldValue = str | tuple[str, ...]


class Field(msgspec.Struct, frozen=True):
    """One field of a form. ``kind`` is ``text``, ``choice``, ``date`` or ``list``; ``shortest`` is in characters."""

    name: str
    meaning: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = True
    shortest: int = 1


class SignatureRule(msgspec.Struct, frozen=True):
    """A signature that a form needs: one of these roles, what it means, and whom it must not be given by.

    ``independent`` keeps the decision's own author out. Each rule is met by a different person.
    """

    roles: tuple[str, ...]
    meaning: str
    independent: bool = False


class Form(msgspec.Struct, frozen=True):
    """A kind of decision."""

    name: str
    title: str
    clauses: tuple[str, ...]
    matters: tuple[str, ...]
    fields: tuple[Field, ...]
    signatures: tuple[SignatureRule, ...]
    versioned: bool = False


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
    if faults:
        raise FormFilledWrong(f"The form '{form.name}' is not filled as it asks: {'; '.join(faults)}.")
    return filled


def check_matter(form: Form, kind: str) -> None:
    """Raise ``MatterNotOfForm`` unless ``form`` decides matters of ``kind``."""
    if kind not in form.matters:
        raise MatterNotOfForm(
            f"'{form.name}' does not decide a {kind.replace('_', ' ')}.",
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
        return f"'{field.name}' ({field.meaning}) is too short to be a reason"
    return ""


def _date_fault(field: Field, value: str) -> str:
    try:
        parse_timestamp(value)
    except NotATime as error:
        return f"'{field.name}': {error.message}"
    return ""
