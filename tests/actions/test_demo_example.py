"""The demo's copy of the example does not grow old: its plan's reviews lie ahead, whenever it is played."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from clausework.actions.demo.example import copy_example, find_example, plan_reviews_ahead
from clausework.actions.lint import lint
from clausework.actions.pipeline_lint import lint_pipeline
from clausework.actions.plan_lint import lint_plan
from clausework.gates.plan_reviews import owed_reviews
from clausework.plan.load import load_plan


def test_the_reviews_of_the_copied_plan_lie_ahead(tmp_path: Path) -> None:
    """Played in ten years, no review of the copied plan is overdue, and nothing else in it is another."""
    later = datetime(2037, 3, 1, tzinfo=UTC)
    copy_example(find_example(), tmp_path / "infusor")
    before = (tmp_path / "infusor" / "clausework.yaml").read_text(encoding="utf-8")
    assert lint_plan(tmp_path / "infusor", clock=lambda: later).coverage.overdue
    plan_reviews_ahead(tmp_path / "infusor", clock=lambda: later)
    assert not lint_plan(tmp_path / "infusor", clock=lambda: later).coverage.overdue
    after = (tmp_path / "infusor" / "clausework.yaml").read_text(encoding="utf-8")
    assert {one.day for one in owed_reviews(load_plan(after.encode(), "p"))} == {"2038-03-01"}
    changed = [one for one in zip(before.splitlines(), after.splitlines(), strict=True) if one[0] != one[1]]
    assert all("review: " in old and "review: " in new for old, new in changed)


def test_the_example_passes_every_lint(tmp_path: Path) -> None:
    """Plan, items, gaps and pipeline of the example have no finding: what is not served is accepted with its reason."""
    project = tmp_path / "infusor"
    copy_example(find_example(), project)
    plan_reviews_ahead(project)
    subprocess.run(["git", "-C", str(project), "init", "--quiet"], check=True)
    linted = lint(project)
    assert linted.findings == ()
    assert list(linted.stages) == ["controller", "display", "companion"]
    planned = lint_plan(project)
    planned.refuse_gaps()
    assert (planned.coverage.gaps, planned.coverage.needless, planned.coverage.cut) == ((), (), ())
    assert planned.coverage.classes == ("A", "B", "C")
    assert [one.finding.rule for one in lint_pipeline(project).findings if one.open] == []


def test_each_unit_is_asked_for_what_its_own_component_is(tmp_path: Path) -> None:
    """A unit of the class B display needs no criteria of 5.5.4; one of the class C controller beside it does."""
    project = tmp_path / "infusor"
    copy_example(find_example(), project)
    plan_reviews_ahead(project)
    subprocess.run(["git", "-C", str(project), "init", "--quiet"], check=True)
    path = project / "quality" / "architecture.yaml"
    text = path.read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, str]]] = {}
    for unit in ("UNIT-010", "UNIT-011"):
        before, begin, after = text.partition(f"- id: {unit}")
        path.write_text(before + begin + after.replace("acceptance_criteria:", "notes:", 1), encoding="utf-8")
        found[unit] = [(one.rule, one.message.split()[0]) for one in lint(project).findings]
    assert found == {"UNIT-010": [], "UNIT-011": [("L9-unit-without-criteria", "UNIT-011")]}
