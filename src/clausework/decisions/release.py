"""Release: a named person authorises a version for clinical use (clause 5.8.8; ISO 13485 clause 8.2.6).

How many sign, and whether one must be independent of the code's authors, follows from the safety class; the
rules are made here from the plan's settings. What is signed is the record of the release gate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clausework.decisions.form import SignatureRule

AUTHORISED = "authorised for release"
CONFIRMED = "confirmed that verification is complete"


def release_rules(
    *,
    count: int,
    independent: int,
    never_authors: Collection[str] = (),
    not_by: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[SignatureRule, ...]:
    """Return the signatures that a release needs: the release authority's, given last, and quality's for the rest.

    ``independent`` of the ``count`` signers must not be authors of the code; the release authority is the first.
    ``never_authors`` are the roles that the plan keeps independent of the author, whatever the class asks; ``not_by``
    names by role the people who may not sign in it, such as those who reviewed what is released.
    """
    out = not_by or {}

    def independent_at(number: int, role: str) -> bool:
        return independent > number or role in never_authors

    authority = SignatureRule(
        ("release_authority",),
        AUTHORISED,
        independent=independent_at(0, "release_authority"),
        not_by=out.get("release_authority", ()),
        last=True,
    )
    confirming = [
        SignatureRule(
            ("quality",),
            CONFIRMED,
            independent=independent_at(number, "quality"),
            not_by=out.get("quality", ()),
        )
        for number in range(1, count)
    ]
    return (authority, *confirming)
