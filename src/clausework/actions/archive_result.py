"""What clause 5.8.7 says of an archive that was just recorded, so that the verb refuses where the gate would."""

from __future__ import annotations

import msgspec

from clausework.actions.archive import Archived
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.ledger.records.gates import CheckVerdict
from clausework.release.archive import CONDITIONS
from clausework.release.folding import fold_release_facts
from clausework.release.gate import evaluate_conditions


class NotWhole(Refused):
    """An archive does not hold what clause 5.8.7 asks of it."""

    hint = "Each reason names what is missing and the command that mends it."


class ArchiveOutcome(msgspec.Struct, frozen=True):
    """The verdict of condition 5.8.7 on an archive."""

    version: str
    verdict: CheckVerdict

    def refuse_unless_passing(self) -> None:
        """Raise ``NotWhole`` with every reason where the condition does not pass."""
        if self.verdict.outcome != "pass":
            reasons = "; ".join(
                f"{one.message}" + (f" -> {one.command}" if one.command else "")
                for one in self.verdict.reasons
            )
            raise NotWhole(f"Version {self.version} is not archived as clause 5.8.7 asks: {reasons}.")


def outcome_of_archive(workplace: Workplace, archived: Archived) -> ArchiveOutcome:
    """Judge condition 5.8.7 on the candidate that was archived, as the log stands now; nothing is recorded."""
    snapshot = workplace.snapshot()
    candidate = snapshot.records[archived.body.candidate.index]
    facts = fold_release_facts(snapshot, workplace.ledger, candidate, at=workplace.now())
    verdict = next(one for one in evaluate_conditions(facts) if one.check == CONDITIONS[0].name)
    return ArchiveOutcome(archived.version, verdict)
