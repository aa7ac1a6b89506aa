"""The desk that answers many questions on whether an artefact may run: fresh as the log, and quick (clause 5.8.8).

What was answered is kept for as long as nothing was recorded since that could change it. Deployments change nothing of
it; time does, as a disposition that expires or a scan that grows old, so that no answer is older than a minute.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from clausework.actions.admit import admit
from clausework.actions.deploy import Asked, decide_deployment, was_told
from clausework.actions.promote import environment_of
from clausework.actions.workplace import Workplace
from clausework.core.errors import IntegrityViolated, Unavailable
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.build import BuildOutputs
from clausework.ledger.records.delivery import Derivation
from clausework.ledger.records.release import Deployment
from clausework.release.admission import Admission, NotAdmitted

LONGEST_KEPT = timedelta(seconds=60)
_MOST_KEPT = 10_000


class LedgerWentBack(IntegrityViolated):
    """The ledger is shorter than it was: an older copy was put in its place, and what it forgot may be a withdrawal."""

    hint = "Put the newest ledger back, verify it, and start the webhook again."


class LedgerGone(Unavailable):
    """The ledger's file is not there any more."""


class LedgerReplaced(IntegrityViolated):
    """Another file has taken the place of the ledger that was opened, which therefore hears of nothing new."""

    hint = "Start the webhook again; serve from the ledger itself, never from a copy that is renewed."


class Answer(msgspec.Struct, frozen=True):
    """Whether the artefact of a digest may run: by which version and record, or why not and what comes next."""

    sha256: str
    admitted: bool
    version: str = ""
    basis: int = -1
    message: str = ""
    next: str = ""


class AdmissionDesk:
    """Answers for one environment. Threads may share it; they take turns."""

    def __init__(self, workplace: Workplace, environment: str) -> None:
        self._workplace = workplace
        self._environment = environment
        self._turn = threading.Lock()
        self._opened = self._file()
        self._note = b""
        self._snapshot: Snapshot | None = None
        self._basis: tuple[int, str] = (-1, "")
        self._since: datetime | None = None
        self._older: LedgerWentBack | None = None
        self._kept: dict[str, Admission | NotAdmitted] = {}
        environment_of(workplace.standing(workplace.snapshot()).plan_in_force.plan, environment)

    def ready(self) -> int:
        """Return the number of records that the ledger holds; raises what reading it raises."""
        with self._turn:
            return len(self._fresh().records)

    def ask(self, digests: Sequence[str]) -> tuple[Answer, ...]:
        """Return whether each of ``digests`` may run, on what the log holds now.

        Raises ``LedgerWentBack``, ``LedgerReplaced``, ``LedgerGone``, ``EnvironmentUnknown``, and what reading raises.
        """
        with self._turn:
            snapshot = self._fresh()
            return tuple(_answer(one, self._known(snapshot, one)) for one in dict.fromkeys(digests))

    def record(self, sha256: str, *, name: str, operator: str, site: str) -> Answer:
        """Answer about ``sha256`` and record the answer, unless it stands recorded or is about what nobody ever made.

        Whoever may create pods could otherwise fill the log with names of images. Raises what ``ask`` and appending
        raise.
        """
        with self._turn:
            snapshot = self._fresh()
            known = self._known(snapshot, sha256)
            asked = Asked(self._environment, sha256, name, operator, site, "image")
            if _is_known(snapshot, sha256) and not was_told(self._workplace, snapshot, asked, known):
                decided = decide_deployment(self._workplace, asked)
                if decided.outcome == "refused":
                    return Answer(sha256, admitted=False, message=decided.reasons[0], next=decided.next)
            return _answer(sha256, known)

    def _fresh(self) -> Snapshot:
        """Return the log as it is now; forget the answers that it may have changed."""
        if self._older is not None:
            raise self._older
        if self._file() != self._opened:
            raise LedgerReplaced(f"{self._workplace.site.store} is not the ledger that was opened.")
        note = self._workplace.ledger.log.checkpoint()
        snapshot = self._snapshot
        if snapshot is None or note != self._note:
            before, snapshot = snapshot, self._workplace.snapshot()
            self._refuse_older(before, snapshot)
            self._note, self._snapshot = note, snapshot
        basis, now = _basis(snapshot), self._workplace.clock()
        aged = self._since is None or not timedelta(0) <= now - self._since < LONGEST_KEPT
        if aged or basis != self._basis or len(self._kept) > _MOST_KEPT:
            self._kept.clear()
            self._basis, self._since = basis, now
        return snapshot

    def _file(self) -> tuple[int, int]:
        try:
            found = (self._workplace.site.store / "ledger.sqlite").stat()
        except OSError as error:
            raise LedgerGone(
                f"The ledger in {self._workplace.site.store} cannot be reached: {error}."
            ) from error
        return found.st_dev, found.st_ino

    def _refuse_older(self, before: Snapshot | None, now: Snapshot) -> None:
        """Raise ``LedgerWentBack``, from then on for good: what such a ledger grows to may leave out what was seen."""
        if before is not None and len(now.records) < len(before.records):
            self._older = LedgerWentBack(
                f"The ledger has {len(now.records)} records; it had {len(before.records)}."
            )
            raise self._older

    def _known(self, snapshot: Snapshot, sha256: str) -> Admission | NotAdmitted:
        if sha256 not in self._kept:
            try:
                self._kept[sha256] = admit(self._workplace, snapshot, self._environment, sha256)
            except NotAdmitted as refusal:
                self._kept[sha256] = refusal
        return self._kept[sha256]


def _basis(snapshot: Snapshot) -> tuple[int, str]:
    """Return the newest record that is no deployment: answers rest on nothing behind it."""
    for record in reversed(snapshot.records):
        if not isinstance(record.body, Deployment):
            return record.index, record.sha256
    return -1, ""


def _answer(sha256: str, known: Admission | NotAdmitted) -> Answer:
    if isinstance(known, Admission):
        return Answer(sha256, admitted=True, version=known.version, basis=known.record.index)
    return Answer(sha256, admitted=False, message=known.message, next=known.hint)


def _is_known(snapshot: Snapshot, sha256: str) -> bool:
    return any(
        (
            isinstance(one.body, BuildOutputs)
            and any(output.artefact.sha256 == sha256 for output in one.body.outputs)
        )
        or (isinstance(one.body, Derivation) and one.body.derived.sha256 == sha256)
        or (
            isinstance(one.body, Adoption)
            and any(artefact.sha256 == sha256 for artefact in one.body.artefacts)
        )
        for one in snapshot.records
    )
