"""By which plan a version is judged: that in force on its line, or that of a tag which was built earlier (5.1.2)."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.ledger.records.build import Build
from clausework.trace.standing import Standing


class NothingToRelease(UsageFault):
    """A software item of the plan has no build with an artefact, or the line has no approved plan."""

    hint = "Run 'clausework build --artifact FILE' for it first."


def judging_plan(workplace: Workplace, standing: Standing, builds: Sequence[Build]) -> str:
    """Return the plan to judge ``builds`` by: the one in force on the line, or the checked-out one of all of them.

    So a tag that was built earlier is released under the plan it was built with, where that was approved; condition
    ``plan`` names what the plan in force says otherwise. Raises ``NothingToRelease`` for a line of which no plan was
    approved.
    """
    line = workplace.plan.release_line.id
    in_force = standing.plan_of(line)
    if in_force is None:
        raise NothingToRelease(
            f"No plan of the release line {line} was approved.",
            hint="Run 'clausework decide approve plan' on that line, and have it signed.",
        )
    own = workplace.site.plan_sha256
    approved = any(one.sha256 == own and one.line == line for one in standing.plans)
    return own if approved and all(build.plan == own for build in builds) else in_force.sha256
