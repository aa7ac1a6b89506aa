"""Every form, in the order in which help shows them."""

from __future__ import annotations

from clausework.core.errors import UsageFault
from clausework.decisions import (
    adopt,
    approve,
    close,
    delegate,
    deviate,
    dispose,
    drop,
    evaluate,
    infrastructure,
    narrow,
    retire,
    review,
    scope,
    significance,
    supersede,
    tolerate,
    unlock,
    withdraw,
)
from clausework.decisions.form import Form

FORMS: tuple[Form, ...] = (
    evaluate.FORM,
    review.FORM,
    approve.FORM,
    scope.FORM,
    supersede.FORM,
    infrastructure.FORM,
    retire.FORM,
    dispose.FORM,
    significance.FORM,
    close.FORM,
    deviate.FORM,
    tolerate.FORM,
    narrow.FORM,
    delegate.FORM,
    withdraw.FORM,
    adopt.FORM,
    unlock.FORM,
    drop.FORM,
)


class UnknownForm(UsageFault):
    """No form has that name."""


def form_named(name: str) -> Form:
    """Return the form called ``name``; raises ``UnknownForm``."""
    for form in FORMS:
        if form.name == name:
            return form
    raise UnknownForm(
        f"'{name}' is not a kind of decision.", hint=f"There are: {', '.join(form.name for form in FORMS)}."
    )
