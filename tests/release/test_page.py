"""The page about the release gate names every condition as it is."""

from pathlib import Path

import pytest

from clausework.release.condition import Condition
from clausework.release.conditions import CONDITIONS

PAGE = Path(__file__).parents[2] / "docs" / "release-gate.md"


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_page_names_the_condition_its_clauses_and_classes(condition: Condition) -> None:
    """Each condition has a row with its clauses and the classes to which it applies."""
    row = f"| {condition.name} | {', '.join(condition.clauses)} | {' '.join(condition.classes)} |"
    rows = PAGE.read_text(encoding="utf-8").splitlines()
    assert sum(one.startswith(row) for one in rows) == 1
