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
    elements that report another run of the same case, ``teardowns`` are cases whose tear-down failed in pytest,
    ``hooks`` are hooks of Mocha that failed and stand as cases, ``miscounted`` is what a tool that miscounts said of
    its cases beyond those that there are.
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
    teardowns: int = 0
    hooks: int = 0
    miscounted: int = 0

    def absorb(self, other: Tally) -> None:
        """Add what ``other`` counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def check_totals(
    what: str, attributes: Attributes, own: Tally, inclusive: Tally, *, by_pytest: bool = False
) -> list[str]:
    """Compare the totals in ``attributes`` with the cases; return remarks on readings but the plain one.

    ``own`` counts the cases directly in the suite, ``inclusive`` those of nested suites too; a tool may mean
    either. ``by_pytest`` tells that pytest wrote the suite. Raises ``TotalsContradict`` with both numbers.
    """
    tests = _count(what, attributes, "tests")
    failures = _count(what, attributes, "failures")
    errors = _count(what, attributes, "errors")
    skipped = _count(what, attributes, "skipped", "skip", "ignored", negative=inclusive.hooks > 0)
    disabled = _count(what, attributes, "disabled")
    problems: list[str] = []
    for tally in (inclusive, own) if own != inclusive else (inclusive,):
        remarks: list[str] = []
        problem = (
            _check_tests(tests, tally, remarks, by_pytest=by_pytest)
            or _check_not_passing(failures, errors, tally, remarks)
            or _check_skipped(skipped, disabled, tally, remarks)
        )
        if not problem:
            inclusive.miscounted = tally.miscounted
            return [f"{what}: {remark}" for remark in remarks]
        problems.append(problem)
    raise TotalsContradict(f"{what} {problems[0]}")


def _count(what: str, attributes: Attributes, *names: str, negative: bool = False) -> int | None:
    for name in names:
        text = attributes.get(name, "").strip()
        if text:
            if not _COUNT.fullmatch(text.removeprefix("-") if negative else text):
                raise ValueRejected(f"{what} has {name}='{text[:40]}', which is not a count")
            return int(text)
    return None


def _check_tests(tests: int | None, tally: Tally, remarks: list[str], *, by_pytest: bool) -> str:
    cases = tally.cases
    if tests is None or tests in {cases, cases - tally.outside, cases + tally.miscounted}:
        return ""
    if tests == cases - tally.skipped and not tally.hooks:
        remarks.append(f"its total of {tests} leaves out {tally.skipped} skipped")
    elif cases < tests <= cases + tally.runs_again:
        remarks.append(f"its total of {tests} counts runs, of which {tally.runs_again} were repeated")
    else:
        return _check_miscounted(tests, tally, remarks, by_pytest=by_pytest)
    return ""


def _check_miscounted(tests: int, tally: Tally, remarks: list[str], *, by_pytest: bool) -> str:
    """Explain a total by what tools are known to count wrongly.

    pytest counts what happened to its tests, not the tests: a failed tear-down apart, each subtest that passed (which
    it lists nowhere), and not the runs that a plug-in repeated (which it lists as if they had passed). Mocha leaves
    out hooks, and counts tests that never ran because of them.
    """
    cases = tally.cases
    said = f"its total of {tests} for {cases} cases"
    if tally.hooks and tests >= cases - tally.hooks:
        remarks.append(f"{said} leaves out {tally.hooks} hooks that failed")
    elif by_pytest and tests > cases:
        remarks.append(f"{said} counts tear-downs and subtests in pytest's way")
    elif by_pytest:
        remarks.append(
            f"{said} leaves out tear-downs and repeated runs, which pytest lists as if they had passed"
        )
    elif abs(tests - cases) <= tally.teardowns:
        remarks.append(f"{said} counts tear-downs in pytest's way")
    else:
        return f"says that it has {tests} tests but holds {cases}"
    tally.miscounted = tests - cases
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


def _check_skipped(skipped: int | None, disabled: int | None, tally: Tally, remarks: list[str]) -> str:
    if disabled is not None and disabled > tally.skipped:
        remarks.append(f"it says that {disabled} are disabled but lists {tally.skipped} that did not run")
    if skipped is None:
        return ""
    counted = {tally.skip_elements, tally.skipped, tally.skip_elements + tally.not_run}
    if skipped in counted or skipped + (disabled or 0) in counted:
        return ""
    if tally.hooks and tally.skipped - tally.hooks <= skipped < tally.skipped:
        remarks.append(f"its total of {skipped} skipped leaves out {tally.hooks} hooks that failed")
        return ""
    return f"says that it has {skipped} skipped but holds {tally.skipped}"


def _explained(said: int | None, *counted: int) -> bool:
    return said is None or said in counted
