"""Rules on how people sign: laxer than the default only with a defence (21 CFR 11.200, 11.300; clause 5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.signing import laxer_settings

_DEFEND = "Add 'because: {text, reference, owner, review}' to 'signing', or ask what the default asks."


def check_signing(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell settings that ask less than the default without a defence, and a defence that nobody would review."""
    because = plan.signing.because
    if because is None:
        for way, told in laxer_settings(plan.signing):
            message = f"signing: {told}; a laxer one needs a defence"
            place = document.place_of(("signing", *way))
            yield Finding("no-defence", message, place, ("21 CFR 11.300", "5.1.6"), _DEFEND)
        return
    if because.owner not in plan.roles:
        hint = f"Roles of this plan: {', '.join(plan.roles) or 'none'}."
        message = f"the owner '{because.owner}' is not a role of the plan"
        yield Finding("role", message, document.place_of(("signing", "because", "owner")), hint=hint)
    if not _is_day(because.review):
        message = f"'{because.review}' is not a day of the calendar"
        yield Finding("value", message, document.place_of(("signing", "because", "review")))


def check_timestamp_authority(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell certificates that cannot be read: a token could never be held against them."""
    authority = plan.signing.timestamp_authority
    if authority is None:
        return
    from cryptography import x509  # loaded for the plans that name an authority alone

    way = ("signing", "timestamp_authority", "certificates")
    for at, text in enumerate(authority.certificates):
        try:
            x509.load_pem_x509_certificate(text.encode())
        except ValueError:
            message = "this is not a certificate in PEM"
            hint = "Write it as a block of text ('|'), from BEGIN CERTIFICATE to END CERTIFICATE."
            yield Finding("value", message, document.place_of((*way, at)), ("21 CFR 11.10(e)",), hint)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
