"""What is asked of changes: one from end to end, and from a complaint to a change to the risk file."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.release.audit.answer import Audited, Said, Shown, count, listed
from clausework.release.audit.looked_up import decided_as, judged_as, signed
from clausework.release.condition import members
from clausework.trace.item_fact import ItemFact
from clausework.trace.shown import shown_signature
from clausework.trace.standing import StandingDecision

_RISK_FILE = frozenset({"hazard", "hazardous_situation", "risk", "risk_control_measure"})


def one_change(audited: Audited) -> Said:
    """Answer Q12: the changes of the signed scope: what each resolves, who approved it, commits, tests, closure."""
    scope = audited.facts.scope
    if scope is None:
        said = f"Nobody signed a scope of {audited.version} that says which changes it holds."
        return Said(said, (), ("a signed scope of the version",))
    wanted = members(scope.fields.get("changes", ()))
    known = {one.id: one for one in audited.facts.items_of("change_request", *audited.facts.planned.backlog)}
    changes = [known[name] for name in wanted if name in known]
    missing = [f"{name} is not among the items" for name in wanted if name not in known]
    shown = [judged_as(scope, "scope")]
    for item in changes:
        shown += _stations(audited, item)
        missing += _gaps(audited, item)
    if not wanted:
        return Said(
            f"{audited.version} implements no change request: its signed scope names none.", tuple(shown)
        )
    if not changes:
        return Said(
            f"{audited.version} names {listed(wanted)}, and none is there.", tuple(shown), tuple(missing)
        )
    first = min(changes, key=lambda one: len(list(_gaps(audited, one))))
    others = [one.id for one in changes if one is not first]
    line = (
        f"{audited.version} implements {count(len(wanted), 'change')}: {_way_of(audited, first)}"
        f"{'; besides it ' + listed(others) if others else ''}."
    )
    return Said(line, tuple(shown), tuple(missing))


def _way_of(audited: Audited, item: ItemFact) -> str:
    """Return how a change came into the release: problem, approval, commits, tests, closure."""
    approval = audited.facts.judged("approve", item.type, item.id, item.settled)
    commits, cases = _commits(audited, item), _cases(audited, item)
    closed = _closure(audited, item)
    parts = [
        f"{item.id} resolves {listed(item.targets('resolves')) or 'no problem report'}",
        f"was approved by {signed(approval) if approval else 'nobody'}",
        f"came with commit {listed(commits)}" if commits else "is named by no commit of the release",
        f"has {count(len(cases), 'passed case')} of what it affects",
        f"was closed by {'; '.join(map(shown_signature, closed.given))}" if closed else "is not closed",
    ]
    return ", ".join(parts)


def _stations(audited: Audited, item: ItemFact) -> Iterator[Shown]:
    """Yield the stations of a change, each with its record."""
    resolved = listed(item.targets("resolves")) or "no problem report"
    yield Shown(f"{item.id} {item.title}: resolves {resolved}, affects {listed(item.targets('affects'))}")
    approval = audited.facts.judged("approve", item.type, item.id, item.settled)
    if approval is not None:
        yield judged_as(approval, f"{item.id} approved, with its impact analysis")
    for commit in _commits(audited, item):
        yield Shown(f"{item.id}: commit {commit}")
    cases = _cases(audited, item)
    if cases:
        records = max(cases.values())
        yield Shown(f"{item.id}: {count(len(cases), 'passed case')}, {next(iter(cases))}", records)
    closed = _closure(audited, item)
    if closed is not None:
        yield decided_as(closed, f"{item.id} closed: {closed.decision.fields.get('results', '')}")


def _gaps(audited: Audited, item: ItemFact) -> Iterator[str]:
    if audited.facts.judged("approve", item.type, item.id, item.settled) is None:
        yield f"{item.id} is not approved at its present text"
    if not _commits(audited, item):
        yield f"no commit of {audited.version} names {item.id}"
    if not _cases(audited, item):
        yield f"no passed case verifies what {item.id} affects"
    if _closure(audited, item) is None:
        yield f"{item.id} is not closed: clausework decide close {item.id}"


def _commits(audited: Audited, item: ItemFact) -> list[str]:
    found = [
        commit.id[:12]
        for build in audited.facts.builds
        for commit in build.commits
        if item.id in commit.items
    ]
    return list(dict.fromkeys(found))


def _cases(audited: Audited, item: ItemFact) -> dict[str, int]:
    """Return the passed cases of what a change affects, each with its newest record."""
    affected = set(item.targets("affects"))
    return {
        case: records[-1]
        for build in audited.facts.builds
        for one in build.item_cases
        if one.item in affected
        for case, records in zip(one.passed, one.passed_records, strict=True)
        if records
    }


def _closure(audited: Audited, item: ItemFact) -> StandingDecision | None:
    """Return the closure of a change, of whatever day, if somebody signed it."""
    found = [
        one
        for one in audited.standing.decisions_on("close", (item.type,))
        if one.effective and one.decision.matter.id == item.id
    ]
    return found[-1] if found else None


def complaint_to_risk(audited: Audited) -> Said:
    """Answer Q15: each problem report with the change or evaluation it led to, and what is told of the risk."""
    problems = audited.facts.items_of("problem_report")
    changes = audited.facts.items_of("change_request")
    shown, missing = [], []
    changed = evaluated = assessed = 0
    for problem in problems:
        resolving = [one for one in changes if problem.id in one.targets("resolves")]
        judged = audited.facts.judged("evaluate", problem.type, problem.id, problem.sha256)
        risk = _risk_told(audited, (problem, *resolving))
        changed += bool(resolving)
        evaluated += judged is not None
        assessed += bool(risk)
        source = problem.fields.get("source", "no source")
        by = listed([one.id for one in resolving]) or "no change"
        way = f"{problem.id} ({source}) → {by} → {risk or 'nothing of the risk file'}"
        shown.append(judged_as(judged, way) if judged else Shown(way))
        if not resolving and judged is None:
            missing.append(f"{problem.id} has neither a change request nor an evaluation (9.2)")
        elif not risk and judged is None:
            missing.append(f"{problem.id} does not say what it means for safety (6.2.1.3)")
    line = (
        f"{count(len(problems), 'problem report')}: {changed} led to a change, {evaluated} to an evaluation, and of"
        f" {assessed} it is told what it means for the risk file."
    )
    if not problems:
        line = f"No problem report was recorded up to {audited.version}."
    return Said(line, tuple(shown), tuple(missing))


def _risk_told(audited: Audited, items: tuple[ItemFact, ...]) -> str:
    """Return the items of the risk file that a problem and its changes affect, else what the changes' analysis says."""
    known = {one.id for one in audited.facts.items_of(*_RISK_FILE)}
    affected = sorted({target for one in items for target in one.targets("affects") if target in known})
    if affected:
        return listed(affected)
    analyses = [text for one in items if (text := one.fields.get("safety_analysis", "").strip())]
    return f"safety analysis: {analyses[0]}" if analyses else ""
