"""What decisions that let something stand aside bind to: what a check says, which system test failed (5.7.1, 5.8.1)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.items import present_items
from clausework.actions.judging_plan import judging_plan
from clausework.actions.workplace import Workplace
from clausework.core.errors import InputRejected, NotAllowed, UsageFault
from clausework.core.printable import printable
from clausework.gates.deviations import deviation_digest, deviation_id, prohibition
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.narrowing import vanished
from clausework.gates.stage import judge
from clausework.gates.test_change_facts import retired_document
from clausework.gates.tolerated import KIND as FAILED_TEST
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import failure_digest, failure_id, lasting_objection
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.decisions import Matter
from clausework.ledger.records.evidence import Findings
from clausework.ledger.records.values import Descriptor
from clausework.plan.effective import CheckUse, effective_stages
from clausework.plan.load import load_plan
from clausework.plan.model import Plan
from clausework.trace.item_fact import item_fact
from clausework.trace.results import CaseStanding


class CheckNotFound(UsageFault):
    """No check of that name stands in the way of a build."""

    hint = "Name it as STAGE.CHECK, or ITEM/STAGE.CHECK where the plan has several software items."


class DeviationForbidden(NotAllowed):
    """The class allows no deviation from the check."""

    hint = "Mend what the check names; 'clausework gate' shows it."


class NoTestGone(UsageFault):
    """No test case of the last release is gone, as far as the recorded reports tell."""

    hint = "Name the software item, or 'tests' where there is one."


class NoReportInstead(UsageFault):
    """No report took the place of the one to be retired."""

    hint = "Record the report that covers what it covered; then retire it."


class NoFailedTest(UsageFault):
    """No system test of that name failed on the newest builds."""

    hint = "Name the case as 'clausework gate system' shows it, with ITEM/ before it if need be."


class FailureAmbiguous(UsageFault):
    """The test failed on several software items."""


class TieVain(InputRejected):
    """A failing test cannot stand as the anomaly, whoever signs it (5.7.2, 5.8.3)."""

    hint = (
        "Mend what fails. If it touches no risk control, link the anomaly to the unit or requirement that it was found"
        " in ('found_in', 'affects'), and nothing coarser."
    )


def deviated_check(workplace: Workplace, matter_id: str, version: str) -> Matter:
    """Return what a check says now, as the release gate would ask it: ``STAGE.CHECK``, ``ITEM/`` before it if needed.

    Raises ``CheckNotFound``, ``DeviationForbidden``, ``NothingToRelease``.
    """
    item, _, name = matter_id.rpartition("/")
    stage, _, check = name.partition(".")
    snapshot = workplace.snapshot()
    newest = newest_builds(workplace, snapshot)
    builds = [one for one in newest if item in {"", one.software_item}]
    if len(builds) != 1:
        raise CheckNotFound(f"'{matter_id}' names {len(builds)} builds, not one.")
    build = builds[0]
    digest = judging_plan(workplace, workplace.standing(snapshot), newest)
    use = _use(load_plan(workplace.ledger.read_blob(digest), f"plan {digest[:12]}"), build, stage, check)
    present = present_items(workplace)
    workplace.ledger.append([present.draft])
    facts = fold_facts(
        workplace.snapshot(),
        workplace.ledger,
        build.id,
        at=workplace.now(),
        version=version,
        item_baseline=present.baseline.sha256,
        plan=digest,
        beside=tuple(one.id for one in newest),
    )
    forbidden = prohibition(stage, check, facts.safety_class)
    if forbidden:
        raise DeviationForbidden(f"No deviation from {stage}.{check}: {forbidden}.")
    judgement = judge(use, facts, workplace.ledger.read_blob)
    if judgement.outcome not in {"fail", "not_evaluated"}:
        raise CheckNotFound(
            f"{stage}.{check} is {judgement.outcome.replace('_', ' ')}: there is nothing to deviate from."
        )
    name = deviation_id(build.software_item, stage, check)
    return Matter("check", name, deviation_digest(use, facts, judgement))


def _use(plan: Plan, build: Build, stage_name: str, check: str) -> CheckUse:
    for stage in effective_stages(plan, build.software_item):
        if stage.name == stage_name and stage.gate != "G6":
            for use in stage.checks:
                if use.name == check:
                    return use
    raise CheckNotFound(
        f"The plan has no check '{check}' in a stage '{stage_name}' of {build.software_item}."
    )


def vanished_tests(workplace: Workplace, matter_id: str) -> tuple[Matter, Descriptor]:
    """Return the cases of the last release that a newest build does not run, with their list; ``tests``: of any build.

    Cases of a level of which the build has no report yet are not gone: nobody looked. Raises ``NoTestGone``.
    """
    snapshot = workplace.snapshot()
    newest = newest_builds(workplace, snapshot)
    waiting: set[str] = set()
    for build in newest:
        facts = fold_facts(
            snapshot,
            workplace.ledger,
            build.id,
            at=workplace.now(),
            plan=judging_plan(workplace, workplace.standing(snapshot), newest),
            beside=tuple(one.id for one in newest),
        )
        if matter_id not in {"tests", build.software_item}:
            continue
        told = {run.level for run in facts.runs if not run.outdated}
        gone = [one for one in vanished(facts) if one.level in told]
        waiting |= {one.level for one in vanished(facts)} - told
        if gone:
            kept = workplace.ledger.put_blob(retired_document(gone), "retired-cases.json", "application/json")
            return Matter("tests", build.software_item, kept.sha256), kept
    if waiting:
        raise NoTestGone(
            f"No report of level {', '.join(sorted(waiting))} is recorded yet: what it does not hold cannot be told.",
            hint="Run the tests and record their report, even an empty one; then retire what is gone.",
        )
    raise NoTestGone(f"No test case of the last release is gone from '{matter_id}'.")


def replaced_report(workplace: Workplace, record: Record) -> Matter:
    """Return the report of a scan that another took the place of; raises ``NoReportInstead`` where none did.

    What it found is judged all the same: whether it finished, and how old its data is, no longer is.
    """
    if not isinstance(record.body, Findings):
        raise NoReportInstead(
            f"#{record.index} is no report of an analysis or a scan.",
            hint="To set another record aside: clausework decide supersede or infrastructure.",
        )
    body: Findings = record.body
    item = body.origin.software_item
    later = (
        one.body for one in workplace.snapshot().records[record.index + 1 :] if isinstance(one.body, Findings)
    )
    if not any((one.analysis, one.origin.software_item) == (body.analysis, item) for one in later):
        raise NoReportInstead(
            f"No report of the same kind ({body.analysis}) about {item} is recorded after #{record.index}."
        )
    return Matter("report", f"#{record.index}", record.sha256)


def failed_test(workplace: Workplace, matter_id: str) -> tuple[Matter, str]:
    """Return the failure of a system test, and the test: ``CASE``, ``ITEM/`` before it where it fails on several items.

    A test of the whole system fails on several components, and each of its failures is decided on.
    Raises ``NoFailedTest``, ``FailureAmbiguous``.
    """
    found = [(facts, case) for facts, case in _failures(workplace) if case.case == matter_id]
    if not found:
        found = [
            (facts, case)
            for facts, case in _failures(workplace)
            if failure_id(facts.build.software_item, case.case) == matter_id
        ]
    if not found:
        raise NoFailedTest(f"No system test '{printable(matter_id[:300])}' failed on the newest builds.")
    if len(found) > 1:
        names = [failure_id(facts.build.software_item, printable(case.case)) for facts, case in found]
        items = ", ".join(facts.build.software_item for facts, _ in found)
        raise FailureAmbiguous(
            f"It failed on {len(found)} software items: {items}. Each failure is decided on by itself.",
            hint=f"Name one or several: {' '.join(repr(one) for one in names)}.",
        )
    facts, case = found[0]
    name = failure_id(facts.build.software_item, case.case)
    return Matter(FAILED_TEST, name, failure_digest(facts, case)), case.case


def refuse_vain_tie(workplace: Workplace, matter: Matter, anomaly: str) -> None:
    """Raise ``TieVain`` where the failure could not stand as the anomaly, however that is evaluated."""
    present = tuple(map(item_fact, present_items(workplace).items))
    for facts, case in _failures(workplace):
        if failure_digest(facts, case) == matter.sha256:
            barred = lasting_objection(msgspec.structs.replace(facts, items=present, tied=()), case, anomaly)
            if barred:
                raise TieVain(f"'{printable(case.case)}' cannot stand as {printable(anomaly)}: {barred}.")


def _failures(workplace: Workplace) -> Iterator[tuple[Facts, CaseStanding]]:
    """Yield the failed system tests of the newest builds, each with the facts of its build."""
    snapshot = workplace.snapshot()
    for build in newest_builds(workplace, snapshot):
        facts: Facts = fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())
        for case in facts.not_passed:
            if (case.level, case.outcome) == (SYSTEM, "red"):
                yield facts, case
