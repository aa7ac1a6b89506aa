"""Writes the cases of a report and counts them; tells apart cases that bear the same name."""

from __future__ import annotations

import hashlib

import msgspec

from clausework.core.digests import sha256_of
from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.source import ValueRejected
from clausework.ledger.records.evidence import TestCounts

LONGEST_MESSAGE = 1000
"""Characters kept of a message; the raw report keeps all."""

_LONGEST_NAME = 1000
_LONGEST_DURATION_MS = 10 * 365 * 86_400 * 1000


class CaseTally:
    """Takes cases one by one, hands them to the detail, and counts them by outcome."""

    def __init__(self, detail: DetailWriter) -> None:
        self._detail = detail
        self._counts = dict.fromkeys(("passed", "failed", "errored", "skipped"), 0)

    def take(self, case: Case) -> None:
        """Write ``case`` and count it."""
        self._counts[case.outcome] += 1
        self._detail.add(case)

    def counts(self) -> TestCounts:
        """Return how many cases there were, by outcome."""
        return TestCounts(cases=sum(self._counts.values()), **self._counts)

    def number(self, outcome: CaseOutcome) -> int:
        """Return how many cases had ``outcome``."""
        return self._counts[outcome]


class Names:
    """Gives each case of a report a name of its own: the second of a name in a suite ends in `` [2]``.

    Two cases of one name would count as one that ran twice, and one that was skipped would hide behind one that passed.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def distinct(self, suite: str, name: str) -> str:
        """Return ``name``, told apart from those before it in ``suite``."""
        digest = hashlib.sha256(f"{suite}\0{name}".encode("utf-8", "surrogatepass")).digest()[:12]
        ordinal = self._seen.get(digest, 0) + 1
        self._seen[digest] = ordinal
        return name if ordinal == 1 else f"{name} [{ordinal}]"

    def name_case(self, case: Case) -> Case:
        """Return ``case`` with its name made distinct."""
        name = self.distinct(case.suite, case.name)
        return case if name is case.name else msgspec.structs.replace(case, name=name)


def bounded(text: str) -> str:
    """Return ``text``; of one past all use its beginning and a digest, so that it still names one case."""
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[:900]}... sha256:{sha256_of(text.encode('utf-8', 'surrogatepass'))}"


def milliseconds(value: float, what: str) -> int:
    """Return a duration of ``value`` milliseconds; raises ``ValueRejected`` for one that is none."""
    if not 0 <= value <= _LONGEST_DURATION_MS:  # NaN compares as false
        raise ValueRejected(f"{what} is not a duration: {str(value)[:40]}")
    return round(value)
