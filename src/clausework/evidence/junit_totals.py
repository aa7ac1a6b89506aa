"""A JUnit suite's own totals against the cases that it holds.

JUnit XML has no standard. A total that no reading of the cases explains means that cases were lost, added or
changed, and the report is rejected. The readings that tools are known to use are accepted, those that differ
from the plain one with a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

_COUNT = re.compile(r"[0-9]{1,9}")


class TotalsContradict(ValueRejected):
    """A suite's own totals cannot be explained by its cases."""


@dataclass(slots=True)
class Tally:
    """What was counted in a suite; ``absorb`` adds a nested suite's.

    ``failure_elements`` and ``error_elements`` may exceed the cases, ``not_run`` are cases skipped by their
    status attribute alone, ``outside`` are failures that stand in the suite itself, ``runs_again`` are the
    elements that report another run of the same case.
    """

    cases: int = 0
    failed: int = 0
    errored: int = 0
    not_passing: int = 0
    failure_elements: int = 0
    error_elements: int = 0
    skip_elements: int = 0
    skipped: int = 0
    not_run: int = 0
    outside: int = 0
    runs_again: int = 0

    def absorb(self, other: Tally) -> None:
        """Add what ``other`` counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def check_totals(what: str, attributes: Attributes, own: Tally, inclusive: Tally) -> list[str]:
    """Compare the totals in ``attributes`` with the cases; return remarks on readings but the plain one.

    ``own`` counts the cases directly in the suite, ``inclusive`` those of nested suites too; a tool may mean
    either. Raises ``TotalsContradict`` with both numbers.
    """
    tests = _count(what, attributes, "tests")
    failures = _count(what, attributes, "failures")
    errors = _count(what, attributes, "errors")
    skipped = _count(what, attributes, "skipped", "skip", "ignored")
    disabled = _count(what, attributes, "disabled")
    problems: list[str] = []
    for tally in (inclusive, own) if own != inclusive else (inclusive,):
        remarks: list[str] = []
        problem = (
            _check_tests(tests, tally, remarks)
            or _check_not_passing(failures, errors, tally, remarks)
            or _check_skipped(skipped, disabled, tally)
        )
        if not problem:
            return [f"{what}: {remark}" for remark in remarks]
        problems.append(problem)
    raise TotalsContradict(f"{what} {problems[0]}")


def _count(what: str, attributes: Attributes, *names: str) -> int | None:
    for name in names:
        text = attributes.get(name, "").strip()
        if text:
            if not _COUNT.fullmatch(text):
                raise ValueRejected(f"{what} has {name}='{text[:40]}', which is not a count")
            return int(text)
    return None


def _check_tests(tests: int | None, tally: Tally, remarks: list[str]) -> str:
    if tests is None or tests in {tally.cases, tally.cases - tally.outside}:
        return ""
    if tests == tally.cases - tally.skipped:
        remarks.append(f"its total of {tests} leaves out {tally.skipped} skipped")
    elif tally.cases < tests <= tally.cases + tally.runs_again:
        remarks.append(f"its total of {tests} counts runs, of which {tally.runs_again} were repeated")
    else:
        return f"says that it has {tests} tests but holds {tally.cases}"
    return ""


def _check_not_passing(failures: int | None, errors: int | None, tally: Tally, remarks: list[str]) -> str:
    if failures is None and errors is None:
        return ""
    if _explained(failures, tally.failed, tally.failure_elements) and _explained(
        errors, tally.errored, tally.error_elements
    ):
        return ""
    total = (failures or 0) + (errors or 0)
    plain = {tally.not_passing, tally.failed + tally.errored, tally.failure_elements + tally.error_elements}
    if total in plain | {each + tally.outside for each in plain}:
        remarks.append(f"its totals tell {total} failures and errors apart in another way than its cases do")
    elif tally.not_passing < total <= tally.not_passing + tally.runs_again:
        remarks.append(f"its totals count {total} failures and errors, repeated runs included")
    elif failures is not None and not _explained(failures, tally.failed, tally.failure_elements):
        return f"says that it has {failures} failures but holds {tally.failed}"
    else:
        return f"says that it has {errors} errors but holds {tally.errored}"
    return ""


def _check_skipped(skipped: int | None, disabled: int | None, tally: Tally) -> str:
    if skipped is None:
        return ""
    counted = {tally.skip_elements, tally.skipped, tally.skip_elements + tally.not_run}
    if skipped in counted or skipped + (disabled or 0) in counted:
        return ""
    return f"says that it has {skipped} skipped but holds {tally.skipped}"


def _explained(said: int | None, *counted: int) -> bool:
    return said is None or said in counted
