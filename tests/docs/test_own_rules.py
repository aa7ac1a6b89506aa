"""The rules that the pages show are rules that work."""

from __future__ import annotations

import re
from pathlib import Path

from clausework.gates.policies import prove_policy
from clausework.plan.checks import CHECKS
from tests.gates.rules import CHALLENGES, bundle
from tests.gates.test_plug_ins import MODULE
from tests.plan.examples import FULL, findings_in

DOCS = Path(__file__).parents[2] / "docs"
POLICIES = (DOCS / "policies.md").read_text(encoding="utf-8")
THRESHOLDS = (DOCS / "thresholds.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    """Return the first block of a language on a page."""
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_policy_on_the_page_holds_its_challenges() -> None:
    """What docs/policies.md shows compiles, passes and refuses as its challenges say."""
    shown = CHALLENGES | {"shown.json": block(POLICIES, "json")}
    assert prove_policy(bundle(block(POLICIES, "rego"), shown)).fault == ""


def test_the_plan_on_the_page_of_policies_is_one() -> None:
    """The stage and the policy that docs/policies.md shows are taken into a plan without a finding."""
    stages, _, policies = block(POLICIES, "yaml").partition("policies:")
    text = (
        FULL.replace("retention:", stages.removeprefix("stages:\n") + "retention:") + "policies:" + policies
    )
    assert findings_in(text) == []


def test_the_gap_on_the_page_is_one() -> None:
    """The gap that docs/thresholds.md shows is taken into a plan without a finding."""
    assert findings_in(FULL + block(THRESHOLDS, "yaml")) == []


def test_the_package_s_check_on_the_page_is_the_one_that_is_tested() -> None:
    """docs/policies.md shows, but for unused names, the module that the tests install."""
    wanted = MODULE.replace("Judgement, ", "")
    assert block(POLICIES, "python").split() == wanted.split()


def test_the_page_names_no_check_that_there_is_not() -> None:
    """A built-in check's name has no prefix, so that a team's own can never be one."""
    assert not any(":" in name for name in CHECKS)
