"""Writes the cases of a JUnit report, and of pytest's those that a plug-in ran again only once.

pytest-rerunfailures writes each run of a test that is run again as a case like one that passed, and then the last run.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE
from clausework.evidence.remarks import Remarks


def _place(case: Case) -> tuple[str, str, str]:
    return case.name, case.class_name, case.suite


class CaseWriter:
    """Writes cases and counts them by outcome; ``finish`` writes the last of pytest's, which waits for the next."""

    def __init__(self, detail: DetailWriter, remarks: Remarks) -> None:
        self._detail = detail
        self._remarks = remarks
        self._held: Case | None = None
        self._earlier = 0
        self.counts: dict[CaseOutcome, int] = {"passed": 0, "failed": 0, "errored": 0, "skipped": 0}

    def add(self, case: Case) -> None:
        """Write a case."""
        self.finish()
        self._write(case)

    def add_of_pytest(self, case: Case) -> bool:
        """Write a case once the next is known; tell whether it is another run of the one before."""
        held = self._held
        again = held is not None and held.outcome == "passed" and _place(held) == _place(case)
        if again:
            self._earlier += 1
        else:
            self.finish()
        self._held = case
        return again

    def extend(self, cases: Sequence[Case]) -> None:
        """Write cases, all of which passed."""
        self.finish()
        self.counts["passed"] += len(cases)
        self._detail.extend(cases)

    def extend_of_pytest(self, cases: Sequence[Case]) -> bool:
        """As ``extend``, unless one of the cases may be another run of the one before: tell which."""
        places = [_place(case) for case in cases]
        if any(map(tuple.__eq__, places, places[1:])):
            return False
        if self._held is not None and _place(self._held) == places[0]:
            return False
        self.extend(cases[:-1])
        self._held = cases[-1]
        return True

    def finish(self) -> None:
        """Write the case that waits for the next, if one does."""
        case, earlier = self._held, self._earlier
        if case is None:
            return
        self._held, self._earlier = None, 0
        if earlier:
            self._remarks.add(
                "a case was run again by pytest; what failed before is not in the report", case.name
            )
            if case.outcome == "passed":
                message = f"passed when it was run again; {earlier} earlier did not"
                case = msgspec.structs.replace(case, message=message[:LONGEST_MESSAGE])
        self._write(case)

    def _write(self, case: Case) -> None:
        self.counts[case.outcome] += 1
        self._detail.add(case)
