"""Adoptions as matters that people decide, and what is said of versions that were adopted (clause 4.4)."""

from __future__ import annotations

from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused, UsageFault
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.decisions import Matter
from clausework.release.adoption import DECLARED, KIND, adopted_release, declared_version


class VersionTaken(Refused):
    """A version is released once, here or before."""

    hint = "Name the version that was on the market before; 'clausework status' lists those that there are."


class AdoptionContradicted(Refused):
    """What is to be adopted was made here, and so goes through the release gate."""

    hint = (
        "Release it: 'clausework release VERSION'. Only what was on the market before the ledger is adopted."
    )


class AdoptionUnknown(UsageFault):
    """Nobody declared that version."""

    hint = "Declare it first: 'clausework adopt VERSION'; see its --help."


class DeclaredNotVerified(Refused):
    """A version was adopted: what is asked of it was declared by its manufacturer and never verified here."""

    hint = "Its gap analysis is kept in the ledger under the digest named; ask for a version that was released here."


def adoption_matter(workplace: Workplace, version: str) -> Matter:
    """Return the newest declaration of ``version`` as a matter; raises ``AdoptionUnknown``, ``VersionTaken``."""
    snapshot = workplace.snapshot()
    adopted = adopted_release(snapshot.records, workplace.standing(snapshot).decisions, version)
    if adopted is not None:
        raise VersionTaken(f"Version {version} was adopted before, #{adopted.record.index}.")
    declared = declared_version(snapshot.records, version)
    if declared is None:
        raise AdoptionUnknown(f"Version {version} was not declared.")
    return Matter(KIND, version, declared.sha256)


def adopted_record(workplace: Workplace, snapshot: Snapshot, version: str) -> Record | None:
    """Return the declaration of ``version`` that people have signed; ``None`` where there is none."""
    adopted = adopted_release(snapshot.records, workplace.standing(snapshot).decisions, version)
    return adopted.record if adopted else None


def refuse_adopted(workplace: Workplace, snapshot: Snapshot, version: str) -> None:
    """Raise ``VersionTaken`` where ``version`` was adopted."""
    adopted = adopted_release(snapshot.records, workplace.standing(snapshot).decisions, version)
    if adopted is not None:
        raise VersionTaken(
            f"Version {version} was adopted, #{adopted.record.index}: it was released before (5.8.4).",
            hint="Give this one its own version.",
        )


def refuse_declared(snapshot: Snapshot, version: str) -> None:
    """Raise ``DeclaredNotVerified`` where ``version`` was declared as one from before the tool, signed or not."""
    declared = declared_version(snapshot.records, version)
    if declared is not None:
        body = declared.body
        raise DeclaredNotVerified(
            f"Version {version} is {DECLARED}: adopted as #{declared.index} from commit {body.commit[:12]},"
            f" gap analysis {body.gap_analysis.name} sha256:{body.gap_analysis.sha256} (clause 4.4)."
        )
