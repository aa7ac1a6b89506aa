"""The traceability matrix of a build, from its facts (clauses 5.7.4, 7.3.3)."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.gates.facts import Facts, JudgementFact
from clausework.ledger.records.values import Ratio
from clausework.trace.file_owners import Owner, owners_of
from clausework.trace.matrix import Matrix, Traced, matrix_of

_OTHERWISE = frozenset({"analysis", "inspection", "demonstration"})


def matrix_of_build(facts: Facts) -> Matrix:
    """Return the matrix of the items that ``facts`` judge by, with the results about the build."""
    return matrix_of(facts.items, traced_of(facts))


def traced_of(facts: Facts) -> Traced:
    """Return what the matrix of the build is made of beside the items."""
    commits: dict[str, list[str]] = {}
    for commit in facts.commits:
        for item in commit.items:
            commits.setdefault(item, []).append(commit.id)
    owners = owners_of(facts.items_of("software_unit"))
    return Traced(
        cases=facts.item_cases,
        reviews=_reviews(facts),
        commits=commits,
        touching={
            owner.item.id: [one.id for one in facts.commits if any(map(owner.globs.match, one.paths))]
            for owner in owners
        },
        coverage={owner.item.id: _coverage(owner, facts) for owner in owners},
        suspects={one.item: one.since for one in facts.suspects},
        marked=facts.marked,
        elsewhere=frozenset(facts.elsewhere),
    )


def _reviews(facts: Facts) -> dict[str, list[int]]:
    """Return the accepted verifications of each item as it reads now."""
    found = verified_otherwise(facts.judgements)
    return {item.id: found[item.id, item.sha256] for item in facts.items if (item.id, item.sha256) in found}


def verified_otherwise(judgements: Iterable[JudgementFact]) -> dict[tuple[str, str], list[int]]:
    """Return the accepted verifications otherwise than by test, by item and text; a later rejection takes them away."""
    reviews: dict[tuple[str, str], list[int]] = {}
    for one in judgements:
        if one.effective and one.form == "review":
            text = (one.matter_id, one.matter_sha256)
            if one.fields.get("outcome") != "accepted":
                reviews.pop(text, None)
            elif one.fields.get("method") in _OTHERWISE:
                reviews.setdefault(text, []).append(one.record)
    return reviews


def _coverage(unit: Owner, facts: Facts) -> dict[str, Ratio]:
    """Return the line coverage of the files of ``unit`` by level; a level that measured none of them is absent."""
    found: dict[str, Ratio] = {}
    for merged in facts.coverage:
        lines = [one.line for one in merged.files if unit.globs.match(one.path)]
        if lines:
            found[merged.level] = Ratio(sum(one.covered for one in lines), sum(one.total for one in lines))
    return found
