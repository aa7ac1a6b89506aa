"""Go cover profiles: blocks are merged and told by line, a line running only if all of its blocks did."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import FileCoverage
from clausework.evidence.format import CoverageRead
from clausework.evidence.readers import go_cover
from clausework.ledger.records.values import Ratio
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.go_cover import GO_COVER


def profile(*blocks: str, mode: str = "set") -> bytes:
    """Return a profile of one file; each block is written ``first.column,last.column statements count``."""
    return "".join([f"mode: {mode}\n", *(f"p/a.go:{block}\n" for block in blocks)]).encode()


def test_the_sample_gives_its_ratio_and_file() -> None:
    """Line 5 ends a block that ran and begins one that did not: it did not run."""
    read = accepted(GO_COVER, CoverageRead)
    assert (read.line, read.branch) == (Ratio(3, 6), None)
    assert "3/4 (75 %)" in read.remarks[0]
    assert lines(GO_COVER, FileCoverage) == [
        FileCoverage(
            "example.com/pump/motor.go",
            Ratio(3, 6),
            uncovered=((5, 7),),
            covered=((3, 4), (8, 8)),
        )
    ]


def test_a_block_of_several_profiles_is_one() -> None:
    """Concatenated profiles, each with its mode: a block ran if it ran in any."""
    data = profile("1.1,2.2 2 0", "4.1,4.9 1 0") + profile("1.1,2.2 2 3", mode="count")
    assert accepted(data, CoverageRead).line == Ratio(2, 3)


def test_a_block_without_statements_has_no_lines() -> None:
    """There is nothing in it to run."""
    assert accepted(profile("1.1,9.2 0 0", "3.1,3.9 1 1"), CoverageRead).line == Ratio(1, 1)


def test_a_profile_of_no_blocks_is_accepted_as_no_lines() -> None:
    """Nothing to cover reaches no threshold."""
    assert accepted(profile(), CoverageRead).line == Ratio(0, 0)


@pytest.mark.parametrize(
    "block",
    [
        "1.1,2.2 1",
        "1.1,2.2 1 -1",
        "1.1,2.2 x 1",
        "1.1,2.2 1 1.5",
        "2.1,1.2 1 1",
        "1.9,1.2 1 1",
        "0.1,1.2 1 1",
        "1.1,99999999.2 1 1",
        "1,2 1 1",
        "1.1,2.2 1 " + "9" * 30,
    ],
)
def test_blocks_that_cannot_be_are_refused(block: str) -> None:
    """A block has a place, statements and a count."""
    rejected(profile("1.1,1.9 1 1", block))


@pytest.mark.parametrize(
    "data",
    [
        b"mode: other\np/a.go:1.1,2.2 1 1\n",
        b"mode: set\np/a.go:1.1,2.2 1 1\nPASS\n",
        b"mode: set\np/a.go:1.1,2.2 1 1",
        b"mode: set\n:1.1,2.2 1 1\n",
        b"mode: set\np/\xff.go:1.1,2.2 1 1\n",
        b"mode: set\np/\x01.go:1.1,2.2 1 1\n",
        b"p/a.go:1.1,2.2 1 1\n",
        b"mode:set\n",
    ],
)
def test_what_is_no_profile_is_refused(data: bytes) -> None:
    """Every line is read, and the last one has its end."""
    rejected(data, as_format="go_cover")


def test_a_block_that_changes_its_statements_is_refused() -> None:
    """Profiles of two versions of a file are not one."""
    assert "statements" in rejected(profile("1.1,2.2 1 1", "1.1,2.2 2 1")).reason


def test_more_than_is_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a profile takes is bounded, in blocks and in lines."""
    for bound in ("MOST_BLOCKS", "MOST_LINES"):
        with monkeypatch.context() as patch:
            patch.setattr(go_cover, bound, 1)
            assert "more than 1 " in rejected(profile("1.1,2.2 1 1", "4.1,5.2 1 1")).reason
