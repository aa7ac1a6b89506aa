"""The page of refusals names tests, challenges and cases that there are: none has been renamed or lost unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clausework.gates.catalogue import CHECKS
from tests.release.test_conditions import REFUSALS

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "refusals.md"
ROWS = [
    (cells[1].strip(), cells[2].strip())
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| refused")
    for cells in [re.split(r"(?<!\\)\|", line)]
]
CHALLENGES = {(check.name, one.name): one.expects for check in CHECKS for one in check.challenges()}
CASES = {(name, what) for name, what, *_ in REFUSALS}


@pytest.mark.parametrize(("refused", "proof"), ROWS, ids=[refused for refused, _ in ROWS])
def test_each_refusal_names_a_proof_that_there_is(refused: str, proof: str) -> None:
    """Lapse: a test is renamed or deleted, and the page goes on to say that it proves a refusal."""
    if "::" in proof:
        path, _, name = proof.partition("::")
        assert f"\ndef {name}(" in (TESTS / path).read_text(encoding="utf-8"), proof
        return
    judge, _, name = proof.partition(": ")
    if judge in {check.name for check in CHECKS}:
        assert CHALLENGES[judge, name] in {"fail", "not_evaluated"}, "a challenge that passes refuses nothing"
    else:
        assert (judge, name) in CASES


def test_no_proof_is_named_twice() -> None:
    """Each row has a proof of its own: a test that proves two of them is named for neither."""
    proofs = [proof for _, proof in ROWS]
    assert len(proofs) > 100
    assert [one for one in proofs if proofs.count(one) > 1] == []
