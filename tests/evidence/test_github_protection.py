"""GitHub: a branch is protected as its export says, and by nothing that the export does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ProtectedBranch
from clausework.evidence.format import ProtectionRead
from tests.evidence.recording import accepted, lines, rejected

PULL = {"type": "pull_request", "parameters": {"required_approving_review_count": 2}}
CHECKS = {
    "type": "required_status_checks",
    "parameters": {"required_status_checks": [{"context": "pipeline", "integration_id": 1}]},
}
FORCE, DELETION = {"type": "non_fast_forward"}, {"type": "deletion"}


def classic(**members: Any) -> bytes:
    """Return the protection of ``main`` as the REST interface gives it."""
    content = {
        "url": "https://api.example.com/repos/o/r/branches/main/protection",
        "required_pull_request_reviews": {"required_approving_review_count": 1},
        "required_status_checks": {"contexts": ["pipeline"]},
        "enforce_admins": {"enabled": True},
    }
    return json.dumps({**content, **members}).encode()


def ruleset(*rules: Any, include: str = "refs/heads/main", **members: Any) -> dict[str, Any]:
    """Return a ruleset as the REST interface gives it by its ID."""
    content = {
        "id": 1,
        "name": "guard",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [include], "exclude": []}},
        "bypass_actors": [],
        "rules": rules,
    }
    return {**content, **members}


def judged(data: bytes | dict[str, Any] | list[dict[str, Any]]) -> ProtectedBranch:
    """Return the one branch or pattern of an export."""
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    (branch,) = lines(content, ProtectedBranch)
    assert accepted(content, ProtectionRead).branches == (branch,)
    return branch


def test_a_protected_branch() -> None:
    """Reviews, checks, administrators bound: nothing is open."""
    assert judged(classic()) == ProtectedBranch("main", protected=True, reviews=1, checks=("pipeline",))


LAX: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no review": (
        {"required_pull_request_reviews": None},
        {"reviews": 0, "pushers": ("everybody with write access",)},
    ),
    "administrators not bound": ({"enforce_admins": {"enabled": False}}, {"bypassers": ("administrators",)}),
    "nothing said of administrators": ({"enforce_admins": None}, {"bypassers": ("administrators",)}),
    "forced pushes": ({"allow_force_pushes": {"enabled": True}}, {"force_push": True}),
    "deletion": ({"allow_deletions": {"enabled": True}}, {"deletion": True}),
    "no checks": ({"required_status_checks": None}, {"checks": ()}),
    "people who may bypass": (
        {
            "required_pull_request_reviews": {
                "required_approving_review_count": 1,
                "bypass_pull_request_allowances": {"users": [{"login": "ada"}], "teams": [], "apps": []},
            }
        },
        {"bypassers": ("ada",)},
    ),
}


@pytest.mark.parametrize("what", LAX)
def test_what_the_protection_leaves_open_is_said(what: str) -> None:
    """Each thing that is open is open in the line."""
    members, expected = LAX[what]
    branch = judged(classic(**members))
    assert {name: getattr(branch, name) for name in expected} == expected


def test_a_branch_without_protection() -> None:
    """The branch itself says that it has none; that it has some says nothing of which."""
    unprotected = {"name": "main", "commit": {"sha": "x"}, "protected": False}
    assert judged(unprotected).protected is False
    reason = rejected(json.dumps({**unprotected, "protected": True}).encode()).reason
    assert "branches/BRANCH/protection" in reason


def test_a_ruleset() -> None:
    """Its rules are the branch's, of the branches that its conditions name."""
    branch = judged(ruleset(PULL, CHECKS, FORCE, DELETION))
    assert branch == ProtectedBranch("main", protected=True, reviews=2, checks=("pipeline",))
    assert judged(ruleset(PULL, include="~ALL")).pattern == "*"
    assert judged(ruleset(PULL, include="~DEFAULT_BRANCH")).pattern == "~DEFAULT_BRANCH"
    assert judged(ruleset(PULL, include="~DEFAULT_BRANCH", default_branch="trunk")).pattern == "trunk"


def test_attack_a_ruleset_that_is_only_tried_out() -> None:
    """A ruleset that is not enforced protects nothing."""
    assert judged(ruleset(PULL, enforcement="evaluate")).protected is False
    assert judged(ruleset(PULL, enforcement="disabled")).protected is False


def test_attack_a_ruleset_whose_bypass_is_not_told() -> None:
    """Who may bypass is hidden from those who may not administer: then somebody may."""
    assert judged(ruleset(PULL, bypass_actors=None)).bypassers == ("not told",)
    actor = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    assert judged(ruleset(PULL, bypass_actors=[actor])).bypassers == ("RepositoryRole 5",)


def test_rulesets_on_one_branch_add_up() -> None:
    """What one asks and what the other asks; one that is not enforced adds nothing."""
    branch = judged([ruleset(PULL, FORCE), ruleset(CHECKS, DELETION, enforcement="active")])
    assert (branch.reviews, branch.checks, branch.force_push, branch.pushers) == (2, ("pipeline",), False, ())
    tried = judged([ruleset(PULL), ruleset(CHECKS, enforcement="evaluate")])
    assert tried.checks == ()


REFUSED = {
    "a list of rulesets without their rules": [
        {"id": 1, "name": "guard", "target": "branch", "enforcement": "active"}
    ],
    "a protection that names no branch": {
        "url": "https://api.example.com/x",
        "enforce_admins": {"enabled": True},
    },
    "a review count that is none": {
        "url": "https://api.example.com/repos/o/r/branches/main/protection",
        "required_pull_request_reviews": {"required_approving_review_count": "many"},
    },
    "an answer that nothing was found": {"message": "Branch not protected", "status": "404"},
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_tell_is_rejected(what: str) -> None:
    """An answer to another question is not taken as this one's."""
    rejected(json.dumps(REFUSED[what]).encode(), "protection.json", "github_protection")
