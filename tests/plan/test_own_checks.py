"""A team's own checks in the plan: policies under its digest, and checks of packages, told apart from misspelt ones."""

from __future__ import annotations

import pytest

from clausework.plan.differences import differences
from clausework.plan.effective import effective_stages

from .examples import FULL, findings_in, plan_of, told

DIGEST = "e" * 64
POLICY = f"""\
policies:
  licences: {{file: p/licences.rego, challenges: p/licences, sha256: "{DIGEST}", clauses: [8.1.2]}}
"""
STAGE = """\
  rules:
    clauses: [8.1.2]
    checks: {"policy:licences": {}}
retention:"""


def with_stage(stage: str, policy: str = POLICY) -> str:
    """Return a plan with one further stage."""
    return FULL.replace("retention:", stage) + policy


ASKED = with_stage(STAGE)


def use_of(text: str, check: str) -> object:
    """Return the use of a check in the plan's last stage."""
    stage = effective_stages(plan_of(text), "controller")[-1]
    return next(one for one in stage.checks if one.name == check)


def test_a_policy_is_asked_under_the_digest_that_the_plan_names() -> None:
    """The stage's check carries the policy's digest and clauses, so that the verdict names both."""
    use = use_of(ASKED, "policy:licences")
    assert (use.settings, use.clauses) == ({"policy": DIGEST}, ("8.1.2",))  # type: ignore[attr-defined]


def test_another_policy_is_another_plan() -> None:
    """ATTACK a rule changed in its file: the plan's digest of it differs, and who approves the plan is shown that."""
    changed = ASKED.replace(DIGEST, "f" * 64)
    shown = differences(plan_of(ASKED), plan_of(changed))
    assert f"policies.licences.sha256 {DIGEST} → {'f' * 64}" in shown
    assert any(one.startswith("rules: policy:licences.policy for class C") for one in shown)


def test_a_plan_with_a_package_s_check_reads_the_same_where_the_package_is_not() -> None:
    """A plan that names a plug-in's check can be read everywhere: its ledger stays readable without the package."""
    text = with_stage(STAGE.replace('"policy:licences": {}', '"plug-in:acme.bench": {hours: {C: 100}}'), "")
    assert told(text) == []
    use = use_of(text, "plug-in:acme.bench")
    assert use.settings == {"hours": 100}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_stage(STAGE, ""), "'licences' is not a policy of the plan"),
        (ASKED.replace("policy:licences", "policy:licenses"), "'licenses' is not a policy of the plan"),
        (ASKED.replace("policy:licences", "policies:licences"), "'policies:licences' is not a check"),
        (ASKED.replace("policy:licences", "plug-in:"), "'plug-in:' does not name an entry point"),
        (ASKED.replace("policy:licences", "plug-in:a b"), "'plug-in:a b' does not name an entry point"),
        (ASKED.replace('licences": {}', 'licences": {line: 80}'), "a policy takes no setting such as 'line'"),
        (ASKED.replace('licences": {}', 'licences": {because: {text: x}}'), "'reference' is missing"),
        (ASKED.replace("p/licences.rego", "../licences.rego"), "does not lead down from the plan's folder"),
        (ASKED.replace("p/licences,", "/etc,"), "does not lead down from the plan's folder"),
        (ASKED.replace(DIGEST, "e" * 63), "should be the SHA-256"),
        (ASKED.replace(DIGEST, "E" * 64), "should be the SHA-256"),
        (ASKED.replace("clauses: [8.1.2]}", "clauses: [5.99]}"), "'5.99' is not a clause"),
        (ASKED.replace("clauses: [8.1.2]}", "clauses: []}"), "should hold at least 1"),
        (FULL + POLICY, "no stage asks the policy 'licences'"),
        (
            ASKED.replace('"policy:licences": {}', '"policy:licences": {}, "plug-in:x": {hours: {D: 1}}'),
            "'D' is not a safety class",
        ),
    ],
)
def test_a_misspelt_or_unfinished_check_of_one_s_own_is_refused(text: str, says: str) -> None:
    """Lapse: a rule that no stage asks, or a name that means nothing, would be a rule that never refuses."""
    assert any(says in str(finding) for finding in findings_in(text)), told(text)
