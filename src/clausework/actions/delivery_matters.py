"""Matters of delivery that people decide: a released version to withdraw, a derivation to approve."""

from __future__ import annotations

from clausework.actions.adoption_matters import adopted_record
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.ledger.records import Record
from clausework.ledger.records.decisions import Matter
from clausework.ledger.records.delivery import Derivation
from clausework.release.candidate import signed_release, signed_versions
from clausework.release.withdrawal import DERIVATION_KIND, withdrawal_of, withdrawn_derivations
from clausework.release.withdrawal import KIND as VERSION_KIND

DERIVATION = "derivation/"
"""What a subject begins with that names a derivation; its record's number or the derived digest comes behind."""

_SHORTEST = 8


class VersionNotReleased(UsageFault):
    """Only what was released can be withdrawn."""

    hint = "'clausework status' lists the released versions."


class WithdrawnBefore(UsageFault):
    """A version, or a derived artefact, is withdrawn once, and stays so."""

    hint = "Nothing is to be done: nothing of it is admitted any more."


class DerivationUnknown(UsageFault):
    """No derivation is recorded under that number or digest."""

    hint = "Record it with 'clausework derive'; name it as derivation/NUMBER or derivation/DIGEST."


def released_version(workplace: Workplace, version: str) -> Matter:
    """Return the release of ``version`` as a matter; raises ``VersionNotReleased``, ``WithdrawnBefore``."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    released = signed_release(snapshot.records, version, standing) or adopted_record(
        workplace, snapshot, version
    )
    if released is None:
        known = signed_versions(snapshot.records, standing)
        raise VersionNotReleased(
            f"Version {version} was not released, so there is nothing to withdraw; released: {known}."
        )
    withdrawn = withdrawal_of(standing.decisions, released)
    if withdrawn is not None:
        raise WithdrawnBefore(f"Version {version} was {withdrawn}.")
    return Matter(VERSION_KIND, version, released.sha256)


def withdrawn_matter(workplace: Workplace, name: str) -> Matter:
    """Return what is to be withdrawn: a released version, or the derived artefact ``derivation/NUMBER``.

    Raises ``VersionNotReleased``, ``DerivationUnknown``, ``WithdrawnBefore``.
    """
    if not name.startswith(DERIVATION):
        return released_version(workplace, name)
    matter = derivation_named(workplace, name)
    withdrawn = withdrawn_derivations(workplace.standing(workplace.snapshot()).decisions).get(matter.id)
    if withdrawn is not None:
        raise WithdrawnBefore(f"The derived artefact {matter.id} was {withdrawn}.")
    return matter


def derivation_named(workplace: Workplace, name: str) -> Matter:
    """Return the derivation ``derivation/NUMBER`` or ``derivation/DIGEST``; raises ``DerivationUnknown``."""
    text = name.removeprefix(DERIVATION).removeprefix("#").removeprefix("sha256:").lower()
    found: list[Record] = [
        one
        for one in workplace.snapshot().records
        if isinstance(one.body, Derivation)
        and (text == str(one.index) or (len(text) >= _SHORTEST and one.body.derived.sha256.startswith(text)))
    ]
    if not found:
        raise DerivationUnknown(f"'{name}' names no derivation.")
    if len({one.body.derived.sha256 for one in found}) > 1:
        raise DerivationUnknown(
            f"'{name}' begins the digest of {len(found)} derived artefacts.", hint="Give more."
        )
    return Matter(DERIVATION_KIND, found[-1].body.derived.sha256, found[-1].sha256)
