"""GitLab: a branch is protected as its export says, and what the export does not say counts as not asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ProtectedBranch
from clausework.evidence.format import ProtectionRead
from tests.evidence.recording import accepted, lines, rejected

NOBODY = {"access_level": 0, "access_level_description": "No one"}
MAINTAINERS = {"access_level": 40, "access_level_description": "Maintainers"}


def branch(*pushers: Any, name: str = "main", **members: Any) -> dict[str, Any]:
    """Return a protected branch as the REST interface gives it."""
    return {"id": 1, "name": name, "push_access_levels": pushers or [NOBODY], **members}


def together(*branches: Any, rules: Any = (), **project: Any) -> bytes:
    """Return branches with approval rules and the project's settings."""
    content = {"protected_branches": branches, "approval_rules": rules, "project": project}
    return json.dumps(content).encode()


def judged(data: bytes) -> ProtectedBranch:
    """Return the first branch of an export."""
    return lines(data, ProtectedBranch)[0]


def test_a_protected_branch() -> None:
    """Nobody pushes, one approves, the pipeline passes."""
    data = together(branch(), rules=[{"approvals_required": 1}], only_allow_merge_if_pipeline_succeeds=True)
    assert judged(data) == ProtectedBranch("main", protected=True, reviews=1, checks=("the pipeline",))
    assert accepted(data, ProtectionRead).remarks == ()


def test_the_list_alone_tells_of_no_reviews() -> None:
    """What was not asked for is not taken as given; remarks say what to add."""
    data = json.dumps([branch(MAINTAINERS, allow_force_push=True)]).encode()
    one = judged(data)
    assert (one.reviews, one.checks, one.pushers, one.force_push) == (0, (), ("Maintainers",), True)
    assert len(accepted(data, ProtectionRead).remarks) == 2


def test_approvals_count_for_the_branches_that_they_are_for() -> None:
    """A rule for another branch asks nothing of this one, and scanners' own rules are no review."""
    other = {"approvals_required": 2, "protected_branches": [{"name": "develop"}]}
    scanner = {"approvals_required": 2, "rule_type": "report_approver"}
    assert judged(together(branch(), rules=[other, scanner])).reviews == 0
    own = {"approvals_required": 2, "protected_branches": [{"name": "main"}]}
    assert judged(together(branch(), rules=[own])).reviews == 2


def test_attack_an_access_level_of_no_one_with_a_key_beside() -> None:
    """A deploy key or a user that may push is somebody."""
    key = {"access_level": 0, "access_level_description": "deploy", "deploy_key_id": 7}
    assert judged(together(branch(NOBODY, key))).pushers == ("deploy",)


def test_an_author_who_may_approve_is_remarked() -> None:
    """A review by the author is none."""
    data = together(branch(), merge_requests_author_approval=True)
    assert "an author may approve their own merge request" in accepted(data, ProtectionRead).remarks


REFUSED = {
    "an empty list": [],
    "a branch twice": [branch(), branch()],
    "a branch without access levels": [{"name": "main"}],
    "a branch without a name": [branch(name="")],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_tell_is_rejected(what: str) -> None:
    """It is not taken as nobody's branch."""
    rejected(json.dumps(REFUSED[what]).encode(), "protection.json", "gitlab_protection")
