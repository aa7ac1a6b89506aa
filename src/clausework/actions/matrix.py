"""The traceability matrix of a build, from its facts (clauses 5.7.4, 7.3.3)."""

from __future__ import annotations

from clausework.gates.facts import Facts
from clausework.trace.matrix import Matrix, matrix_of

_OTHERWISE = frozenset({"analysis", "inspection", "demonstration"})


def matrix_of_build(facts: Facts) -> Matrix:
    """Return the matrix of the items that ``facts`` judge by, with the results about the build."""
    reviews: dict[str, list[int]] = {}
    at = {item.id: item.sha256 for item in facts.items}
    for one in facts.judgements:
        if (
            one.effective
            and one.form == "review"
            and one.fields.get("method") in _OTHERWISE
            and one.fields.get("outcome") == "accepted"
            and at.get(one.matter_id) == one.matter_sha256
        ):
            reviews.setdefault(one.matter_id, []).append(one.record)
    return matrix_of(facts.items, facts.item_cases, reviews)
