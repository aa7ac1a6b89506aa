"""The page on the risk file shows items that lack nothing, and the matrix that a plan has that tells none."""

from __future__ import annotations

import re
from pathlib import Path

from clausework.items.model import RISK_FILE_TYPES
from clausework.items.native import read_native
from clausework.items.risk_estimates import initial, residual
from clausework.items.risk_file import risk_file_findings
from clausework.plan.load import load_plan
from clausework.plan.risk_matrix import RiskMatrix

PAGE = (Path(__file__).parents[2] / "docs" / "risk-file.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PLAN = """\
device: {name: D, manufacturer: M}
software_systems: [{id: s, items: [{id: i, paths: [src/**]}]}]
roles: {clinical: {people: [c@example.com]}}
"""


def test_the_items_that_are_shown_lack_nothing_but_the_situation_that_is_not() -> None:
    """Who writes a risk file as the page does passes the check; what CTRL-005 brings is told elsewhere."""
    items, findings = read_native("items.yaml", BLOCKS[0].encode())
    assert findings == []
    assert {item.type for item in items} == RISK_FILE_TYPES
    assert risk_file_findings(items, RiskMatrix()) == ()
    (risk,) = (item for item in items if item.id == "RISK-005")
    for estimate in (initial(risk.says, RiskMatrix()), residual(risk.says, RiskMatrix())):
        assert estimate.level == estimate.stated


def test_the_matrix_that_is_shown_is_the_built_in_one() -> None:
    """The page tells what holds for a plan that tells nothing."""
    assert load_plan((PLAN + BLOCKS[1]).encode(), "p").risk_matrix == RiskMatrix()


def test_the_role_that_is_shown_is_taken() -> None:
    """The setting of the role that evaluates beside quality is as the page writes it."""
    (shown,) = (block for block in BLOCKS if "evaluated_by" in block)
    assert load_plan((PLAN + shown).encode(), "p").risk_file.evaluated_by == "clinical"


def test_the_files_that_are_shown_unmeasured_are_let_go() -> None:
    """A plan that is written as the page shows it lets the build script go unmeasured."""
    (shown,) = (block for block in BLOCKS if "unmeasured" in block)
    head, _, roles = PLAN.splitlines()
    plan = load_plan(f"{head}\n{shown}{roles.replace('clinical', 'quality')}\n".encode(), "p")
    (item,) = plan.software_systems[0].items
    assert item.unmeasured is not None
    assert item.unmeasured.paths == ("tools/build.py",)
