"""Reads how GitHub protects branches: a branch's protection, a branch without any, rulesets (5.1.11, 8.2.1).

Each is the answer of the REST interface as it comes. What an answer does not tell is taken to be the laxest that it may
be: a ruleset that is not enforced protects nothing, and whoever may bypass one may push.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

import msgspec

from clausework.evidence.detail import DetailWriter, ProtectedBranch
from clausework.evidence.format import Format, ProtectionRead
from clausework.evidence.json_walk import JsonWalk, decode_kept
from clausework.evidence.readers.branch_rules import protection
from clausework.evidence.readers.review_changes import first_object
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind

_OF_BRANCH = re.compile(r"/branches/(.+)/protection/?$")
_DEFAULT_BRANCH = "~DEFAULT_BRANCH"
_ALL = "~ALL"


class _Enabled(msgspec.Struct, frozen=True):
    enabled: bool = False


class _Named(msgspec.Struct, frozen=True):
    login: str | None = None
    slug: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        return self.login or self.slug or self.name or "somebody"


class _Allowed(msgspec.Struct, frozen=True):
    users: tuple[_Named, ...] = ()
    teams: tuple[_Named, ...] = ()
    apps: tuple[_Named, ...] = ()

    def names(self) -> tuple[str, ...]:
        return tuple(str(one) for one in (*self.users, *self.teams, *self.apps))


class _Reviews(msgspec.Struct, frozen=True):
    required_approving_review_count: int = 0
    bypass_pull_request_allowances: _Allowed | None = None


class _Context(msgspec.Struct, frozen=True):
    context: str


class _Checks(msgspec.Struct, frozen=True):
    contexts: tuple[str, ...] = ()
    checks: tuple[_Context, ...] = ()
    required_status_checks: tuple[_Context, ...] = ()

    def names(self) -> tuple[str, ...]:
        told = (*self.contexts, *(one.context for one in (*self.checks, *self.required_status_checks)))
        return tuple(dict.fromkeys(told))


class _Conditions(msgspec.Struct, frozen=True):
    class RefName(msgspec.Struct, frozen=True):
        include: tuple[str, ...] = ()
        exclude: tuple[str, ...] = ()

    ref_name: RefName = RefName()


class _Actor(msgspec.Struct, frozen=True):
    actor_id: int | None = None
    actor_type: str = "somebody"
    bypass_mode: str = "always"

    def __str__(self) -> str:
        return f"{self.actor_type} {self.actor_id or ''}".strip()


class _Rule(msgspec.Struct, frozen=True):
    type: str
    parameters: msgspec.Raw = msgspec.Raw(b"")


class _Answer(msgspec.Struct, frozen=True):
    """Any of the three answers; which it is, its members tell."""

    url: str | None = None
    name: str | None = None
    protected: bool | None = None
    default_branch: str | None = None
    required_status_checks: _Checks | None = None
    required_pull_request_reviews: _Reviews | None = None
    enforce_admins: _Enabled | None = None
    allow_force_pushes: _Enabled | None = None
    allow_deletions: _Enabled | None = None
    enforcement: str | None = None
    target: str | None = None
    conditions: _Conditions | None = None
    bypass_actors: tuple[_Actor, ...] | None = None
    rules: tuple[_Rule, ...] | None = None


def _classic(answer: _Answer, branch: str) -> ProtectedBranch:
    reviews = answer.required_pull_request_reviews
    allowed = reviews.bypass_pull_request_allowances if reviews else None
    bypassers = allowed.names() if allowed else ()
    if not (answer.enforce_admins and answer.enforce_admins.enabled):
        bypassers = ("administrators", *bypassers)
    return ProtectedBranch(
        branch,
        protected=True,
        reviews=reviews.required_approving_review_count if reviews else 0,
        checks=answer.required_status_checks.names() if answer.required_status_checks else (),
        pushers=() if reviews else ("everybody with write access",),
        bypassers=bypassers,
        force_push=bool(answer.allow_force_pushes and answer.allow_force_pushes.enabled),
        deletion=bool(answer.allow_deletions and answer.allow_deletions.enabled),
    )


def _ruleset(answer: _Answer, remarks: Remarks) -> Iterator[ProtectedBranch]:
    if answer.rules is None or answer.conditions is None:
        raise WrongKind(
            f"the ruleset '{(answer.name or '')[:60]}' comes without its rules: ask for it by its ID"
        )
    if answer.target != "branch":
        remarks.add("a ruleset is not about branches", answer.name or "")
        return
    if answer.conditions.ref_name.exclude:
        remarks.add("a ruleset leaves branches out", ", ".join(answer.conditions.ref_name.exclude))
    rules = {one.type: one for one in answer.rules}
    bypassers = tuple(map(str, answer.bypass_actors)) if answer.bypass_actors is not None else ("not told",)
    excluded = {_pattern(one, answer) for one in answer.conditions.ref_name.exclude}
    for include in answer.conditions.ref_name.include:
        pattern = _pattern(include, answer)
        if pattern in excluded:
            continue
        yield ProtectedBranch(
            pattern,
            protected=answer.enforcement == "active",
            reviews=_reviews_of(rules.get("pull_request")),
            checks=_checks_of(rules.get("required_status_checks")),
            pushers=() if "pull_request" in rules else ("everybody with write access",),
            bypassers=bypassers,
            force_push="non_fast_forward" not in rules,
            deletion="deletion" not in rules,
        )


def _pattern(include: str, answer: _Answer) -> str:
    if include == _ALL:
        return "*"
    if include == _DEFAULT_BRANCH and answer.default_branch:
        return answer.default_branch
    return include.removeprefix("refs/heads/")


def _reviews_of(rule: _Rule | None) -> int:
    if rule is None or not bytes(rule.parameters):
        return 0
    return decode_kept(rule.parameters, _Reviews).required_approving_review_count


def _checks_of(rule: _Rule | None) -> tuple[str, ...]:
    if rule is None or not bytes(rule.parameters):
        return ()
    return decode_kept(rule.parameters, _Checks).names()


def _together(branches: Sequence[ProtectedBranch]) -> tuple[ProtectedBranch, ...]:
    """Return several rulesets on one pattern as one: what is enforced adds up, and so does who may bypass."""
    found: dict[str, ProtectedBranch] = {}
    for one in sorted(branches, key=lambda one: not one.protected):
        before = found.setdefault(one.pattern, one)
        if before is not one and one.protected:
            found[one.pattern] = ProtectedBranch(
                one.pattern,
                protected=True,
                reviews=max(before.reviews, one.reviews),
                checks=tuple(dict.fromkeys((*before.checks, *one.checks))),
                pushers=before.pushers if before.pushers and one.pushers else (),
                bypassers=tuple(dict.fromkeys((*before.bypassers, *one.bypassers))),
                force_push=before.force_push and one.force_push,
                deletion=before.deletion and one.deletion,
            )
    return tuple(found.values())


def _one(answer: _Answer, remarks: Remarks) -> tuple[ProtectedBranch, ...]:
    if answer.enforcement is not None:
        return tuple(_ruleset(answer, remarks))
    if answer.url and (found := _OF_BRANCH.search(answer.url)):
        return (_classic(answer, unquote(found[1])),)
    if answer.name and answer.protected is False:
        return (ProtectedBranch(answer.name, protected=False, pushers=("everybody with write access",)),)
    if answer.name and answer.protected:
        raise WrongKind(
            f"it says that '{answer.name[:60]}' is protected and not how: ask for branches/BRANCH/protection"
        )
    raise WrongKind("it is neither a branch, nor its protection, nor a ruleset")


def _sniff(head: bytes, _name: str) -> bool:
    members = first_object(head)
    if members is None:
        return False
    ruleset = {"enforcement", "target"} <= members.keys()
    branch = {"protected", "commit", "name"} <= members.keys()
    return (
        ruleset
        or branch
        or re.match(r'"[^"]*/branches/[^"]+/protection"', members.get("url", "")) is not None
    )


def _parse(source: Source, detail: DetailWriter) -> ProtectionRead:
    walk, remarks = JsonWalk(source), Remarks()
    found: list[ProtectedBranch] = []
    whole = walk.peek() == "["
    if whole:
        for number in walk.elements():
            answer = walk.take(_Answer)
            if answer.enforcement is None:
                raise WrongKind(f"element {number} of the list is no ruleset", offset=walk.offset())
            found += _one(answer, remarks)
        if not found:
            raise ValueRejected("an empty list of rulesets names no branch: export the branch itself")
    else:
        found += _one(walk.take(_Answer), remarks)
    walk.finish()
    return protection("github", _together(found), detail, remarks, whole=whole)


FORMAT = Format(
    "github_protection",
    1,
    "protection",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "GitHub branch protection and rulesets",
    ("5.1.11", "8.2.1", "81001-5-1 5.1"),
)
