"""Failed tests of a candidate that must be told of by an anomaly or a problem report (clauses 5.6.8, 5.7.2, 9.1).

A failure that stands is an anomaly of the product, whatever let it stand. One that was superseded is not asked for: the
decision that set it aside says what was at fault beside the product, why, and who signed it; it is the record of its
resolution. Unit tests are not asked for: no clause routes their failures, and class A does not ask for 5.6.8.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.printable import printable
from clausework.gates.facts import Facts
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import tolerated
from clausework.ledger.records.gates import Reason
from clausework.release.facts import ReleaseFacts
from clausework.trace.item_fact import ItemFact

NAMING = "failed_tests"
"""The field in which an anomaly or problem report names the tests that failed because of it."""


def names_test(item: ItemFact, case: str) -> bool:
    """Tell whether the anomaly or problem report names the test ``case``."""
    wanted = printable(case).strip()
    return wanted in (line.strip() for line in item.fields.get(NAMING, "").splitlines())


def untold_failures(facts: ReleaseFacts) -> list[Reason]:
    """Return each failed test of the candidate's builds that stands and that no open anomaly tells of."""
    listed = facts.open_anomalies()
    found: dict[tuple[str, str], Reason] = {}
    for build in facts.builds:
        stands = tolerated(build)
        for case in build.not_passed:
            if case.outcome != "red" or not _is_routed(case.level, build):
                continue
            if case.level == SYSTEM and case.case in stands:
                continue
            if not any(names_test(item, case.case) for item in listed):
                found.setdefault((case.level, case.case), _untold(case.level, case.case, case.records))
    return list(found.values())


def told_set_aside(facts: ReleaseFacts) -> Iterator[Reason]:
    """Yield each failure that was superseded, for whoever signs the release: its cause, and who set it aside."""
    seen = set()
    for build in facts.builds:
        for one in build.set_aside:
            if _is_routed(one.level, build) and (one.level, one.case, one.decision) not in seen:
                seen.add((one.level, one.case, one.decision))
                yield Reason(
                    f"{_level(one.level)} test {one.case} failed (#{one.record}) and was set aside as"
                    f" {one.cause.replace('_', ' ')} by #{one.decision}: {'; '.join(one.signed_by)}",
                    records=(one.record, one.decision),
                )


def _is_routed(level: str, build: Facts) -> bool:
    if level == "integration":
        return build.safety_class != "A"
    return level != "unit"


def _untold(level: str, case: str, records: tuple[int, ...]) -> Reason:
    clause = "5.6.8" if level == "integration" else "5.7.2"
    return Reason(
        f"{_level(level)} test {case} failed, and no open anomaly or problem report tells of it ({clause})",
        records=records,
        who="developer",
        command=f"clausework anomaly '{printable(case)}'",
    )


def _level(level: str) -> str:
    return level or "a"
