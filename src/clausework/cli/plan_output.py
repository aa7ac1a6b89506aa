"""How the clauses of a plan and what stands against it are shown."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.actions.plan_coverage import ClauseCoverage, PlanCoverage
from clausework.actions.plan_findings import SeenFinding
from clausework.cli.output import coloured, say

_WIDTH = 12
_HELD = "EN 62304"


def show_coverage(coverage: PlanCoverage) -> None:
    """Write the clauses of each class with what serves them, then what to cut."""
    for safety_class in coverage.classes:
        rows = [one for one in coverage.clauses if one.safety_class == safety_class]
        held = [one for one in rows if one.clause.startswith(_HELD)]
        counts = {state: sum(one.state == state for one in held) for state in ("served", "accepted", "gap")}
        say(
            f"class {safety_class}: {len(held)} clauses of {_HELD}, {counts['served']} served,"
            f" {counts['accepted']} gaps accepted, {counts['gap']} gaps"
        )
        for one in rows:
            if one.state != "not held":
                _show_clause(one)
        others = sum(one.state == "not held" for one in rows)
        if others:
            say(
                f"  {others} further clauses of partly listed standards are served by nothing here: see --json"
            )
    for sentence in coverage.cut:
        say(f"cut: {sentence}")
    for one in coverage.needless:
        say(f"{one.clause} (class {one.safety_class}) is accepted as a gap and served: take it out of 'gaps'")


def show_plan_findings(findings: Sequence[SeenFinding]) -> None:
    """Write what stands against the plan, who owns it and what to do next."""
    for one in findings:
        finding = one.finding
        word = {"accepted": "reviewed", "rejected": "rejected"}.get(one.review, "plan")
        against = "" if one.in_force else "  (if the plan in the work tree is approved)"
        say(f"{word}  {finding.id}  {finding.message}{against}")
        records = "".join(f" #{index}" for index in finding.records)
        since = f"since {finding.since}, " if finding.since else ""
        say(f"    {since}owned by {', '.join(finding.owners)}{records and ';' + records}")
        if one.review:
            say(f"    quality {one.review} it: #{one.review_record}")
        if one.open:
            say(f"    mend the plan, or quality: clausework decide review {finding.id}")


def _show_clause(one: ClauseCoverage) -> None:
    number = one.clause.removeprefix(f"{_HELD} ")
    say(f"  {number:<{_WIDTH}} {one.title}: {_standing(one)}")
    if one.state == "gap":
        for name, what in (
            ("cited, and asked by no check of", one.cited_by),
            ("can be recorded by", one.recorded_by),
        ):
            if what:
                say(f"  {'':<{_WIDTH}}   {name} {', '.join(what)}")


def _standing(one: ClauseCoverage) -> str:
    if one.state == "served":
        return ", ".join(one.served_by)
    if one.gap is None:
        return coloured("gap")
    due = f"{coloured('overdue')} since" if one.overdue else "review"
    return (
        f"gap, accepted: {one.gap.reason} Done in {one.gap.where} ({one.gap.owner}, {due} {one.gap.review})"
    )
