"""verify: the whole ledger, offline, from its root alone; tells everything that is wrong and where (exit 4)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from clausework.actions.workplace import PLAN_NAME, STORE_NAME, NoLedger, open_store, pinned_root
from clausework.core.errors import ClauseworkError, IntegrityViolated
from clausework.ledger.ledger import Ledger
from clausework.ledger.verify import VerificationReport, verify_ledger
from clausework.signatures.passkeys import PasskeyCloned, SyncedPasskeyRefused
from clausework.signatures.provider import StepUpMissing, StepUpStale, StepUpTooWeak

_BY_THE_PLAN = {
    one.__name__ for one in (PasskeyCloned, SyncedPasskeyRefused, StepUpMissing, StepUpStale, StepUpTooWeak)
}
"""Why a signature does not count though the ledger is whole: what the plan asks of passkeys and log-ins."""


class LedgerViolated(IntegrityViolated):
    """Something in the ledger is not as it was recorded."""


class Verified(msgspec.Struct, frozen=True):
    """What verification found."""

    store: str
    entries: int
    blobs: int
    root: str
    pinned: bool
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    def raise_problems(self) -> None:
        """Raise ``LedgerViolated`` naming every problem and its place."""
        if self.problems:
            listing = "\n".join(f"  {problem}" for problem in self.problems[:50])
            more = f"\n  and {len(self.problems) - 50} more" if len(self.problems) > 50 else ""
            count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
            raise LedgerViolated(f"The ledger {self.store} has {count}:\n{listing}{more}")


def verify(
    start: Path,
    store: Path | None = None,
    *,
    root: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Verify the ledger at ``store``, or beside the plan at or above ``start``; no key, plan or network is needed.

    ``root`` is the root's digest as the verifier knows it; without it, the one pinned beside the plan, if there is one.
    """
    path, pin = _find(start.resolve(), store)
    expected = root or pin
    with open_store(path) as opened:
        report = verify_ledger(opened.log, opened.blobs, root_sha256=expected, progress=progress)
        problems, remarks = _with_refused(report, Ledger(opened.log, opened.blobs))
    if expected is None:
        remarks.append(
            f"no root is pinned: entry 0 was taken on trust; compare {report.root_sha256} with what you were given"
        )
    return Verified(
        str(path),
        report.entries,
        report.blobs,
        report.root_sha256,
        expected is not None,
        tuple(problems),
        tuple(remarks),
    )


def _with_refused(report: VerificationReport, ledger: Ledger) -> tuple[list[str], list[str]]:
    """Return problems and remarks, with the signatures that do not count beside what the entries alone tell.

    The program records no such signature, so it was written past it: a problem, but for what only the plan's own
    demands on passkeys and log-ins keep from counting. Where the entries are damaged nothing is worked out.
    """
    from clausework.gates.folding import stand_at  # not for who only looks for help
    from clausework.trace.releases import false_releases

    problems = [f"{one.place}: {one.message}" for one in report.problems]
    remarks = [f"{one.place}: {one.message}" for one in report.remarks]
    told = {one.place for one in (*report.problems, *report.remarks)}
    try:
        snapshot = ledger.snapshot()
        standing = stand_at(snapshot, ledger)
        problems += false_releases(snapshot.records, standing)
    except ClauseworkError as error:
        if not problems:
            problems.append(f"people's word: which signatures count cannot be worked out: {error.message}")
        return problems, remarks
    for one in standing.refused:
        if (place := f"entry {one.index}") not in told:
            (remarks if one.cause in _BY_THE_PLAN else problems).append(f"{place}: {one}")
    return problems, remarks


def _find(start: Path, store: Path | None) -> tuple[Path, str | None]:
    """Return the ledger's folder, and the root that is pinned beside the plan."""
    for folder in (start, *start.parents):
        if os.path.lexists(folder / PLAN_NAME) or (folder / STORE_NAME).is_dir():
            path = store.resolve() if store else folder / STORE_NAME
            if not path.is_dir():
                break
            return path, pinned_root(folder)
    if store is not None and store.is_dir():
        return store.resolve(), None
    raise NoLedger(f"There is no ledger at {store or start}.")
