"""What is asked of the tests: requirements verified, the actual output, the environment, results and cases."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.gates.facts import Facts
from clausework.gates.human_facts import ManualRunFact
from clausework.gates.tolerated import tolerated
from clausework.gates.verified import open_verification
from clausework.ledger.records.evidence import Attachment, TestResult
from clausework.release.audit.answer import Audited, Said, Shown, agree, count, listed
from clausework.release.audit.looked_up import judged_as
from clausework.trace.results import ItemCases

JOB_LOG = "job-log"
_SYSTEM = "system"


def requirements_verified(audited: Audited) -> Said:
    """Answer Q2: how many requirements are verified, by which means, and what fails and stands all the same."""
    by_test, otherwise, failing, records = set[str](), set[str](), set[str](), set[int]()
    unverified: dict[str, str] = {}
    for build in audited.facts.builds:
        stands = tolerated(build)
        for item in build.requirements_in_scope():
            seen = _system_cases(build, item.id)
            records |= {index for one in seen for index in one.records}
            (by_test if seen else otherwise).add(item.id)
            if any(case.case in stands for one in seen for case in one.not_passed):
                failing.add(item.id)
            reason = open_verification(build, item)
            if reason is not None:
                unverified.setdefault(item.id, f"{reason.message} ({build.build.software_item})")
    everything = by_test | otherwise
    verified = everything - set(unverified)
    means = [f"{len((by_test - failing) & verified)} by system tests"]
    if signed_only := (otherwise - by_test) & verified:
        means.append(f"{len(signed_only)} by signed analysis, inspection or demonstration")
    if failing:
        means.append(f"{len(failing)} ({listed(sorted(failing))}) with a test that fails and stands")
    standing = list(_tolerated(audited))
    fails = f"; {listed([one.what for one in standing])}" if standing else ""
    of = count(len(everything), "requirement")
    line = (
        f"{len(verified)} of {of} {agree(len(everything), 'is', 'are')} verified in {audited.version},"
        f" {', '.join(means)}{fails}; 'clausework trace REQ --release {audited.version}' shows each with its proof."
    )
    missing = list(unverified.values()) or ([] if everything else ["no requirement is in scope"])
    return Said(line, (*_reports(audited, records), *standing), tuple(missing))


def _system_cases(build: Facts, requirement: str) -> list[ItemCases]:
    wanted = (requirement, "verifies", _SYSTEM)
    return [one for one in build.item_cases if (one.item, one.role, one.level) == wanted]


def _tolerated(audited: Audited) -> Iterator[Shown]:
    """Yield each system test that fails and stands as a residual anomaly, once."""
    seen = set[str]()
    for build in audited.facts.builds:
        for case, one in tolerated(build).items():
            if case not in seen:
                seen.add(case)
                yield judged_as(one, f"{case} fails and stands as {one.fields['anomaly']}")


def _reports(audited: Audited, records: set[int]) -> Iterator[Shown]:
    for one in sorted(records):
        result = audited.records[one].body
        if isinstance(result, TestResult):
            raw = result.clausework.reading.raw
            yield Shown(f"test report {raw.name}, bytes {raw.sha256[:12]}", one, at=result.clausework.made.at)


def execution_output(audited: Audited) -> Said:
    """Answer Q3: the reports as the tools wrote them, and the logs of the jobs that ran them."""
    reports = audited.index.test_runs
    logs: dict[str, list[Shown]] = {build.build.id: [] for build in audited.facts.builds}
    for one in audited.of(Attachment):
        if one.body.declared == JOB_LOG and one.body.origin.build in logs and one.body.raw.size:
            told = f"job log {one.body.raw.name} of {one.body.origin.software_item}"
            logs[one.body.origin.build].append(Shown(told, one.index, one.body.made.actor, one.body.made.at))
    missing = [f"{name} is not in the store any more" for name in audited.lost]
    if not reports:
        missing.append("no test report is recorded")
    missing += [
        f"no job log of {build.build.software_item} is attached: clausework record --attach job-log LOG"
        for build in audited.facts.builds
        if not logs[build.build.id]
    ]
    shown = [Shown(f"{run.level} report, bytes {run.raw_sha256[:12]}", run.record) for run in reports]
    shown += [one for found in logs.values() for one in found]
    line = (
        f"{count(len(reports), 'report')} {agree(len(reports), 'is', 'are')} kept byte for byte as the tools wrote"
        f" them, and {count(sum(map(len, logs.values())), 'job log')};"
        f" 'clausework trace ITEM --release {audited.version}' names their digests."
    )
    return Said(line, tuple(shown), tuple(missing))


def test_environment(audited: Audited) -> Said:
    """Answer Q4: what each system test ran on, and the environment of each build."""
    runs = {run.record: run for run in _manual_runs(audited)}
    levels = {run.record: run.level for run in audited.index.test_runs}
    system = [one for one in audited.of(TestResult) if levels.get(one.index) == _SYSTEM]
    ran_on = {one.index: one.body.clausework.origin.configuration for one in system if one.index not in runs}
    missing = [
        f"system test report #{index} does not say what it ran on:"
        " clausework record REPORT --level system --configuration NAME"
        for index, configuration in ran_on.items()
        if configuration is None
    ]
    described = len(system) - len(missing)
    if not system:
        missing.append("no system test is recorded")
    told = [_configuration(audited, name) for name in {one.name: None for one in ran_on.values() if one}]
    told += [
        f"{run.protocol} by hand on {run.serial} ({run.environment})"
        for run in runs.values()
        if run.level == _SYSTEM
    ]
    shown = [Shown(f"ran on {one.name}, {one.sha256[:12]}", index) for index, one in ran_on.items() if one]
    shown += [_by_hand(run) for run in runs.values()]
    shown += [_built_with(audited, build) for build in audited.facts.builds]
    line = (
        f"{described} of {count(len(system), 'system test report')} say what they ran on"
        f"{': ' + '; '.join(told) if told else ''}; the builds' tools and environment are recorded with each."
    )
    return Said(line, tuple(shown), tuple(missing))


def _by_hand(run: ManualRunFact) -> Shown:
    equipment = ", ".join(run.equipment) or "no equipment"
    return Shown(f"{run.protocol} on {run.serial}: {equipment}", run.record, run.signed_by)


def _configuration(audited: Audited, name: str) -> str:
    """Return a configuration in words: its name, components and hardware, as far as the plan names it."""
    planned = audited.plan.configurations.get(name.removesuffix(".json"))
    if planned is None:
        return name
    hardware = "".join(f", {what}: {how}" for what, how in planned.hardware.items())
    return f"{name.removesuffix('.json')} ({' and '.join(planned.components)}{hardware})"


def _built_with(audited: Audited, build: Facts) -> Shown:
    record = audited.records[build.build.record]
    known = {**record.body.tools, **record.body.environment, "runner": record.body.run.runner}
    told = ", ".join(f"{name} {value}" for name, value in known.items() if value)
    return Shown(f"{build.build.software_item} built with {told}", record.index, at=record.body.made.at)


def results_align(audited: Audited) -> Said:
    """Answer Q6: cases that name what they verify, links that are suspect, steps with expected and actual."""
    runs = _manual_runs(audited)
    missing = [f"run #{run.record} of {run.protocol}: {run.lacks[0]}" for run in runs if run.lacks]
    suspects = [
        f"{one.item} changed since its links were confirmed"
        for build in audited.facts.builds
        for one in build.suspects
    ]
    linked = len(
        {
            (one.level, case)
            for build in audited.facts.builds
            for one in build.item_cases
            for case in one.passed
        }
    )
    if not linked:
        missing.append("no passed case names an item that it verifies")
    line = (
        f"{count(linked, 'passed case')} {agree(linked, 'names', 'name')} the items that they verify,"
        f" {len(dict.fromkeys(suspects)) or 'none'} of whose texts changed since;"
        f" {count(len(runs), 'manual run')} {agree(len(runs), 'holds', 'hold')} expected and actual for each step."
    )
    shown = [
        Shown(
            f"{run.protocol} by {run.tester}: {run.passed} steps as expected, {run.failed} not, {run.blocked} blocked",
            run.record,
            run.signed_by,
            run.performed_at,
        )
        for run in runs
    ]
    return Said(line, tuple(shown), (*missing, *suspects))


def _manual_runs(audited: Audited) -> list[ManualRunFact]:
    """Return the manual runs of all components, each once."""
    return list({run.record: run for build in audited.facts.builds for run in build.human.runs}.values())
