"""Rules on the identity provider and the relying party (OpenID Connect Core, 3.1.2.1; WebAuthn Level 3, 5.1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.ledger.holders import is_issuer
from clausework.ledger.origins import origin_fits
from clausework.plan.model import Plan

_CLAUSES = ("21 CFR 11.100(a)", "21 CFR 11.200(a)")


def check_provider(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell an issuer that would be asked without TLS, and origins that are none of the relying party's."""
    provider, party = plan.signing.provider, plan.signing.relying_party
    if provider is not None and not is_issuer(provider.issuer):
        place = document.place_of(("signing", "provider", "issuer"))
        message = f"'{provider.issuer}' is not the https address of an issuer"
        yield Finding(
            "value", message, place, _CLAUSES, hint="Write it as the provider's own discovery does."
        )
    if "://" in party.id or "/" in party.id or ":" in party.id:
        place = document.place_of(("signing", "relying_party", "id"))
        message = f"'{party.id}' is not the name of a host"
        yield Finding("value", message, place, _CLAUSES, hint="Write a name such as clausework.example.com.")
        return
    for at, origin in enumerate(party.origins):
        if not origin_fits(origin, origin, party.id):
            message = f"'{origin}' is no https origin of the relying party '{party.id}'"
            place = document.place_of(("signing", "relying_party", "origins", at))
            yield Finding("value", message, place, _CLAUSES)
