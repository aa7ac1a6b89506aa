"""Where people log in afresh beside their signature, and for whom their passkeys are made (21 CFR 11.100, 11.200).

A log-in at an identity provider is never a signature: the plan may ask for one beside each.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clausework.plan.values import Text, Texts

DEFAULT_MAX_AGE = 300
"""Seconds that a log-in counts as fresh, where the plan does not say."""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OpenID provider: its issuer and this manufacturer's client there, a public one (RFC 8252).

    ``required`` makes an approval without a log-in count for nothing. ``max_age`` is in seconds. ``acr`` are the
    classes of log-in of which one must be told, ``amr`` the methods that must all be told (RFC 8176).
    """

    issuer: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+$(?!\n)", description="an address that begins with https://"
        ),
    ]
    client_id: Text
    required: bool = False
    max_age: Annotated[
        int, msgspec.Meta(ge=1, le=3600, description="a whole number of seconds from 1 to 3600")
    ] = DEFAULT_MAX_AGE
    acr: tuple[Text, ...] = ()
    amr: tuple[Text, ...] = ()


class RelyingParty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom passkeys are made (WebAuthn): the relying party's ID, and the origins on which they are used.

    ``http://localhost`` stands for every port of this machine, where ``clausework sign --passkey`` shows its page.
    """

    id: Text = "localhost"
    origins: Texts = ("http://localhost",)
