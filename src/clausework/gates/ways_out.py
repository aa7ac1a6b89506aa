"""The honest ways out of a test case that does not pass (clauses 5.6.8, 5.7.2, 5.8.2, 9.2).

The first is to mend it. The others are decisions that a second person signs, and only those are named that the matter
allows: a case that verifies a risk control is never tolerated.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.gates.control_reach import reached_by_controls
from clausework.gates.facts import Facts
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import failure_id
from clausework.ledger.records.gates import Reason
from clausework.trace.results import CaseStanding

_MOST_RECORDS = 3


def with_ways(
    facts: Facts, case: CaseStanding, level: str, message: str, items: Sequence[str] = ()
) -> Reason:
    """Return ``message`` about a case that did not pass as a reason of a check, with each way out that is open.

    ``level`` is the one at which a report is to be recorded.
    """
    record = f"clausework record REPORT --level {level}"
    if case.outcome == "red":
        command = f"mend it and commit, then clausework build and {record}"
        return Reason(message, tuple(items), case.records, "developer", command, _signed_ways(facts, case))
    if case.outcome == "missing":
        command = f"run the test that the rule asks, then {record}"
    else:
        command = f"run it {'again, ' if case.outcome == 'not_run_again' else ''}then {record}"
    return Reason(message, tuple(items), case.records, "developer", command)


def flaky_note(facts: Facts, case: CaseStanding) -> str:
    """Return that the case passed on the same source as well, in words; empty where it did not."""
    found = next((one for one in facts.flaky if (one.level, one.case) == (case.level, case.case)), None)
    return f" (flaky: it passed in {_named(found.passed)} as well)" if found else ""


def flaky_and_passing(facts: Facts, level: str) -> tuple[Reason, ...]:
    """Return which cases of the level pass now and failed on the same source before, as remarks beside a verdict."""
    blocked = {one.case for one in facts.not_passed if one.level == level}
    return tuple(
        Reason(
            f"flaky: {one.case} failed in {_named(one.failed)} and passed in {_named(one.passed)}",
            records=(*one.failed, *one.passed),
        )
        for one in facts.flaky
        if one.level == level and one.case not in blocked
    )


def _signed_ways(facts: Facts, case: CaseStanding) -> tuple[str, ...]:
    """Return the decisions by which a failure may stop standing in the way, each with what it takes."""
    first, *more = [f"'#{index}'" for index in case.records[:_MOST_RECORDS]]
    each = f"{first}, and the same of {', '.join(more)}" if more else first
    ways = [
        f"if the test, the tool or the report was wrong: clausework decide supersede {each};"
        " a later pass alone lifts no failure",
        f"if what it ran on failed: clausework decide infrastructure {each}; then run it again",
    ]
    if _may_be_tolerated(facts, case):
        subject = failure_id(facts.build.software_item, case.case)
        ways.append(f"if it is a known anomaly: clausework decide tolerate {_quoted(subject)}")
    return tuple(ways)


def _may_be_tolerated(facts: Facts, case: CaseStanding) -> bool:
    """Tell whether the form is open to the case: at the system level alone, and never of a risk control."""
    if case.level != SYSTEM:
        return False
    verified = {
        one.item
        for one in facts.item_cases
        if one.level == SYSTEM and any(standing.case == case.case for standing in one.not_passed)
    }
    return verified.isdisjoint(reached_by_controls(facts.items))


def _quoted(subject: str) -> str:
    """Return the subject as one word of a shell."""
    return "'" + subject.replace("'", "'\\''") + "'"


def _named(records: Sequence[int]) -> str:
    more = f" and {len(records) - _MOST_RECORDS} more" if len(records) > _MOST_RECORDS else ""
    return ", ".join(f"#{index}" for index in records[:_MOST_RECORDS]) + more
