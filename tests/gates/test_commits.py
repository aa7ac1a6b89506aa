"""When a commit counts as made after its request was approved: git tells whole seconds, the ledger thousandths."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from clausework.core.clock import parse_timestamp, timestamp
from clausework.gates.commits import CHECK
from clausework.gates.facts import Facts
from clausework.gates.proving import facts_of

SETTINGS: dict[str, str | int | bool] = {"to": "change", "approved": True}


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Return the facts in which a released item is changed on an approved request."""
    named = {one.name: one for one in CHECK.challenges()}
    return facts_of(named["a released item is changed on an approved request"].world)


@pytest.mark.parametrize(("seconds", "outcome"), [(0, "pass"), (-1, "fail"), (1, "pass")])
def test_a_commit_of_the_second_of_the_approval(facts: Facts, seconds: int, outcome: str) -> None:
    """A commit claims the beginning of its second: one made right after the approval is none that came before."""
    (approval,) = (one for one in facts.judgements if one.form == "approve")
    approved = parse_timestamp(approval.at).replace(microsecond=900_000)
    made = approved.replace(microsecond=0) + timedelta(seconds=seconds)
    judgements = tuple(
        msgspec.structs.replace(one, at=timestamp(approved)) if one is approval else one
        for one in facts.judgements
    )
    commits = tuple(msgspec.structs.replace(one, at=timestamp(made)) for one in facts.commits)
    changed = msgspec.structs.replace(facts, judgements=judgements, commits=commits)
    assert CHECK.evaluate(changed, SETTINGS).outcome == outcome
