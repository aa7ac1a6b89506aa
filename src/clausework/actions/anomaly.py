"""anomaly: drafts, for tests that failed, the item file by which they go to problem resolution (5.6.8, 5.7.2, 9.1).

The draft is a file of the work tree: nothing is recorded. It is never written over anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.current_build import current_build
from clausework.actions.given_texts import fit_text
from clausework.actions.items import present_items
from clausework.actions.trace_file import NotWritten
from clausework.actions.workplace import Workplace
from clausework.core.errors import Defect, UsageFault
from clausework.core.printable import printable
from clausework.evidence.git import NoCommitYet
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.items.model import Item, ItemType
from clausework.items.native import read_native
from clausework.items.writers.anomaly_draft import FailedTest, anomaly_file
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.control import ItemBaseline
from clausework.plan.model import NotInPlan, item_sources, software_items
from clausework.release.failed_tests import names_test
from clausework.trace.builds import BuildUnknown
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.residual import residual_in
from clausework.trace.results import CaseStanding

NOT_ASSESSED = "not assessed"
"""The severity of a draft where nobody gave one."""

_FOLDER = "anomalies"
_FIRST = "ANOM-001"
_LONGEST_SEVERITY = 200
_NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>[0-9]{1,9})\Z")
_FOUND_IN = frozenset({"architecture_item", "software_unit", "test_case", "test_protocol", "soup_item"})


class CaseDidNotFail(UsageFault):
    """No test of that name stands as failed."""

    hint = "'clausework anomaly' without a name lists the tests that failed; 'clausework gate' shows each."


class NoItemFolder(UsageFault):
    """The plan reads its items from elsewhere, so that no file can be drafted here."""

    hint = "Enter the anomaly where the plan reads anomalies from, with a line 'Failed test: NAME' for each test."


class ToldTest(msgspec.Struct, frozen=True):
    """A failed test: its level, the open anomaly that tells of it (empty: none), and the file drafted just now."""

    case: str
    level: str
    records: tuple[int, ...]
    anomaly: str = ""
    drafted: str = ""


def failed_tests(
    workplace: Workplace, *, build_id: str | None = None, software_item: str | None = None
) -> tuple[ToldTest, ...]:
    """Return the tests that stand as failed on the builds meant, each with the open anomaly that tells of it."""
    listed = _open_anomalies(present_items(workplace).items)
    return tuple(
        ToldTest(one.case, one.level, one.records, _telling(listed, one.case))
        for one, _ in _failures(workplace, workplace.snapshot(), build_id, software_item)
    )


def draft_anomalies(
    workplace: Workplace,
    cases: Sequence[str],
    *,
    severity: str = NOT_ASSESSED,
    together: bool = False,
    build_id: str | None = None,
    software_item: str | None = None,
) -> tuple[ToldTest, ...]:
    """Write an item file for each failed test of ``cases`` that no open anomaly tells of, or one for all ``together``.

    Called again, it writes nothing more. Raises ``CaseDidNotFail``, ``NoItemFolder`` and ``NotWritten``.
    """
    snapshot = workplace.snapshot()
    present = present_items(workplace).items
    listed = _open_anomalies(present)
    failures = _failures(workplace, snapshot, build_id, software_item)
    severity = fit_text("'--severity'", severity, longest=_LONGEST_SEVERITY)
    chosen = [one for case in dict.fromkeys(cases) for one in _chosen(failures, case)]
    untold = [one for one in chosen if not _telling(listed, one[0].case)]
    groups: dict[str, list[Failure]] = {}
    for one in untold:
        groups.setdefault("" if together else one[0].case, []).append(one)
    folder = _folder(workplace) if groups else ""
    drafted: dict[tuple[str, str], tuple[str, str]] = {}
    for group in groups.values():
        item_id, path = _write(workplace, snapshot, folder, group, severity, present)
        drafted |= {(one.level, one.case): (item_id, path) for one, _ in group}
    return tuple(
        ToldTest(
            one.case,
            one.level,
            one.records,
            *drafted.get((one.level, one.case), (_telling(listed, one.case), "")),
        )
        for one, _ in chosen
    )


Failure = tuple[CaseStanding, Facts]
"""A test that failed, and the facts of the build that it failed on."""


def _failures(
    workplace: Workplace, snapshot: Snapshot, build_id: str | None, software_item: str | None
) -> list[Failure]:
    found: dict[tuple[str, str], Failure] = {}
    for build in _builds(workplace, snapshot, build_id, software_item):
        facts = fold_facts(snapshot, workplace.ledger, build, at=workplace.now())
        for case in facts.not_passed:
            if case.outcome == "red":
                found.setdefault((case.level, case.case), (case, facts))
    return list(found.values())


def _builds(
    workplace: Workplace, snapshot: Snapshot, build_id: str | None, software_item: str | None
) -> list[str]:
    """Return the build that is named; else those that a release would take, and those of the checked-out commit."""
    if build_id is not None:
        return [current_build(workplace, snapshot, build_id).body.id]
    found = [
        one.id for one in newest_builds(workplace, snapshot) if software_item in {None, one.software_item}
    ]
    unknown: BuildUnknown | None = None
    for item in software_items(workplace.plan):
        if software_item not in {None, item.id}:
            continue
        try:
            found.append(current_build(workplace, snapshot, None, item.id).body.id)
        except (BuildUnknown, NotInPlan, NoCommitYet) as error:
            unknown = error if isinstance(error, BuildUnknown) else unknown
    if not found:
        raise unknown or BuildUnknown("No build is recorded.", hint="Run 'clausework build'.")
    return list(dict.fromkeys(found))


def _chosen(failures: Iterable[Failure], case: str) -> list[Failure]:
    """Return the failures of the test of that name, at each level; the name as it is or as it is shown."""
    found = [one for one in failures if case in {one[0].case, printable(one[0].case)}]
    if not found:
        raise CaseDidNotFail(f"No test '{printable(case[:200])}' stands as failed on the newest builds.")
    return found


def _open_anomalies(items: Iterable[Item]) -> list[ItemFact]:
    kinds = {ItemType.ANOMALY, ItemType.PROBLEM_REPORT}
    return [item_fact(one) for one in items if one.type in kinds and one.says("status") != "closed"]


def _telling(listed: Iterable[ItemFact], case: str) -> str:
    return next((item.id for item in listed if names_test(item, case)), "")


def _folder(workplace: Workplace) -> str:
    """Return the first folder of native items that the plan names, where a draft can be written."""
    for source in item_sources(workplace.plan):
        if not source.format and (workplace.root / source.path).is_dir():
            return source.path.rstrip("/")
    raise NoItemFolder("The plan names no folder of item files.")


def _write(
    workplace: Workplace,
    snapshot: Snapshot,
    folder: str,
    group: Sequence[Failure],
    severity: str,
    present: Sequence[Item],
) -> tuple[str, str]:
    types = {item.id: str(item.type) for item in present}
    tests = sorted(_failed_test(snapshot, types, *one) for one in group)
    build = group[0][1].build
    found_on = f"{build.software_item} {build.id[:12]} at commit {build.commit[:12]}"
    taken = {one.id for one in present} | _ever_used(workplace, snapshot)
    own = [
        one.id for one in present if one.type is ItemType.ANOMALY and one.place.path.startswith(f"{folder}/")
    ]
    for item_id in _free_ids(own, taken):
        path = f"{folder}/{_FOLDER}/{item_id}.yaml"
        data = anomaly_file(item_id, tests, severity, found_on)
        _check(path, data, item_id)
        if _created(workplace.root / path, data):
            return item_id, path
    raise Defect(f"No ID is free after {_FIRST}.")


def _ever_used(workplace: Workplace, snapshot: Snapshot) -> set[str]:
    """Return the IDs of all anomalies that were ever recorded: a new one must not stand in for one that vanished."""
    return {
        item.id
        for record in snapshot.records
        if isinstance(record.body, ItemBaseline)
        for item in residual_in(record.body, workplace.ledger.open_blob)
    }


def _free_ids(own: Sequence[str], taken: set[str]) -> Iterable[str]:
    """Yield IDs as the anomalies of the folder have them, numbered after the last."""
    numbered = [found for one in own if (found := _NUMBERED.match(one))]
    last = max(numbered, key=lambda found: int(found["number"]), default=None)
    first = last or _NUMBERED.match(_FIRST)
    if first is None:
        raise Defect(f"{_FIRST} has no number.")
    start = int(first["number"]) + (1 if last else 0)
    for number in range(start, start + len(taken) + 1_000):
        item_id = f"{first['prefix']}{number:0{len(first['number'])}}"
        if item_id not in taken:
            yield item_id


def _failed_test(
    snapshot: Snapshot, types: Mapping[str, str], case: CaseStanding, facts: Facts
) -> FailedTest:
    linked = {
        one.item
        for one in facts.item_cases
        if one.level == case.level and any(standing.case == case.case for standing in one.not_passed)
    }
    return FailedTest(
        case.case,
        case.level,
        tuple(f"#{index} {snapshot.records[index].sha256[:12]}" for index in case.records),
        case.message,
        tuple(sorted(one for one in linked if types.get(one, "") in _FOUND_IN)),
        tuple(sorted(one for one in linked if one in types and types[one] not in _FOUND_IN)),
    )


def _check(path: str, data: bytes, item_id: str) -> None:
    items, findings = read_native(path, data)
    if findings or [one.id for one in items] != [item_id]:
        raise Defect(f"The draft of {item_id} cannot be read again: {findings}.")


def _created(path: Path, data: bytes) -> bool:
    """Write a new file; return whether there was none of that name."""
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        if not path.parent.is_dir():
            raise NotWritten(f"'{path.parent}' is no folder.") from None
        return False
    except OSError as error:
        raise NotWritten(f"'{path}' cannot be written: {error.strerror}.") from error
    return True
