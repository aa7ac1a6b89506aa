"""Why signatures on a candidate lapsed: what the release gate says now and did not say when people signed it (5.8).

A signature is given to one evaluation. Where a later one says something else, it is signed anew, and the signers are
told what changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.decisions.effect import Given
from clausework.ledger.records.gates import CheckVerdict


def lapsed(
    signed: Sequence[CheckVerdict],
    given: Sequence[Given],
    now: Sequence[CheckVerdict],
    refused: int | None = None,
) -> tuple[str, ...]:
    """Return a sentence for each signature that lapsed, with all that is new; none where nothing changed.

    ``refused`` is the record of a later evaluation that did not pass: a signature before it does not come back to life.
    """
    news = changes(signed, now)
    if not news and refused is not None:
        news = (f"the gate refused in between, #{refused}",)
    if not news:
        return ()
    return tuple(
        f"the signature of {one.name} ({one.role}, {one.meaning}, {one.at}) lapsed: {'; '.join(news)}"
        for one in given
    )


def changes(before: Sequence[CheckVerdict], now: Sequence[CheckVerdict]) -> tuple[str, ...]:
    """Return what each condition says now that it did not say before, or that it no longer says."""
    known = {one.check: one for one in before}
    told = []
    for verdict in now:
        earlier = known.get(verdict.check)
        said = {reason.message for reason in earlier.reasons} if earlier else set()
        new = [reason.message for reason in verdict.reasons if reason.message not in said]
        if (
            earlier is not None
            and (earlier.outcome, earlier.version) == (verdict.outcome, verdict.version)
            and not new
        ):
            if len(said) > len(verdict.reasons):
                told.append(f"{verdict.check} says less than it did")
            continue
        outcome = verdict.outcome.replace("_", " ")
        told.append(
            f"{verdict.check} is {outcome}: {', '.join(new) or 'by another version of the condition'}"
        )
    gone = [name for name in known if name not in {one.check for one in now}]
    return (*told, *(f"{name} is not asked any more" for name in gone))
