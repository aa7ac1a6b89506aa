"""What the protection of the release branches leaves open, as findings like those in definitions (5.1.11, 8.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.evidence.pipelines.description import FINDING, PipelineFinding
from clausework.ledger.records.protection import GuardedBranch

RULES: dict[str, tuple[str, str]] = {
    "branch-unprotected": (
        "anybody with write access changes what is released",
        "Protect it in the forge, export it again and record it.",
    ),
    "branch-without-review": (
        "a change gets in that nobody but its author has seen",
        "Ask one approval at least, export it again and record it.",
    ),
    "branch-direct-push": (
        "commits get in past the review",
        "Let nobody push to it directly, export it again and record it.",
    ),
    "branch-force-push": (
        "history that was built and recorded can be replaced",
        "Forbid forced pushes, export it again and record it.",
    ),
    "branch-bypass": (
        "some may go past all of it",
        "Let the rules bind administrators too, export it again and record it.",
    ),
    "branch-without-checks": (
        "a change gets in although the pipeline failed",
        "Ask that the pipeline passes, export it again and record it.",
    ),
}
"""Rules on a protected branch, each with the reason and what to do."""


def protection_findings(
    branches: Sequence[GuardedBranch], release_branches: Iterable[str], source: str
) -> tuple[PipelineFinding, ...]:
    """Return what the export ``source`` leaves open for each release branch of the plan."""
    found: list[PipelineFinding] = []
    for name in release_branches:
        guard = guard_of(branches, name)
        found += [_finding(rule, name, said, source) for rule, said in _open(guard)]
    return tuple(found)


def guard_of(branches: Sequence[GuardedBranch], name: str) -> GuardedBranch | None:
    """Return what guards ``name``: what is told of it itself, else of the first pattern that it fits."""
    exact = [one for one in branches if one.pattern == name]
    fitting = [one for one in branches if fnmatchcase(name, one.pattern)]
    return next(iter((*exact, *fitting)), None)


def _open(guard: GuardedBranch | None) -> Iterator[tuple[str, str]]:
    if guard is None:
        yield "branch-unprotected", "not told of"
        return
    if not guard.protected:
        yield "branch-unprotected", "not protected"
        return
    if guard.reviews < 1:
        yield "branch-without-review", "no approval is needed"
    if guard.pushers:
        yield "branch-direct-push", f"pushed to directly by {', '.join(guard.pushers[:3])}"
    if guard.force_push:
        yield "branch-force-push", "forced pushes are allowed"
    if guard.bypassers:
        yield "branch-bypass", f"bypassed by {', '.join(guard.bypassers[:3])}"
    if not guard.checks:
        yield "branch-without-checks", "no check has to pass"


def _finding(rule: str, branch: str, said: str, source: str) -> PipelineFinding:
    reason, hint = RULES[rule]
    digest = sha256_of(canonical_json(["protection", rule, branch, said]))
    return PipelineFinding(
        f"{FINDING}{digest[:12]}",
        digest,
        rule,
        "way_round",
        source,
        0,
        f"release branch '{branch}': {said}: {reason}",
        hint,
        ("5.1.11", "8.2.1"),
    )
