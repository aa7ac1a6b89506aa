"""A scan under another name replaces none; what takes its place is told, or retired by a second person's signature."""

from __future__ import annotations

import pytest

from clausework.gates.facts import ScanFact
from clausework.gates.scans import newest_by_report, unfinished


def scan(
    record: int, name: str, tool: str = "Trivy 0.50.1", *, complete: bool = True, **more: object
) -> ScanFact:
    """Return a scan as a report says it."""
    fields = {"analysis": "vulnerability", "database_at": "", "superseded": False, "findings": ()} | more
    return ScanFact(record=record, name=name, tools=(tool,), complete=complete, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (scan(3, "trivy.json"), scan(4, "trivy.json")),
        (scan(3, "trivy.json"), scan(4, "trivy.json", "Trivy 0.51.0")),
        (scan(3, "trivy-2026-06-01.json"), scan(4, "trivy-2026-06-02.json")),
        (scan(3, "trivy-20260601T0200Z.json"), scan(4, "trivy-20260602T0200Z.json")),
        (scan(3, "trivy.json", retired=True), scan(4, "image.json")),
        (scan(3, "trivy.json", retired=True), scan(4, "image.json", "Grype 1.0")),
    ],
)
def test_a_later_report_takes_the_place_of_an_earlier(old: ScanFact, new: ScanFact) -> None:
    """By the same name, but for a date and the tool's version, or because people retired the earlier one for it."""
    assert newest_by_report((old, new)) == (new,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (scan(3, "trivy.json"), scan(4, "image.json")),
        (scan(3, "image-1.json"), scan(4, "image-2.json")),
        (scan(3, "image-2026.json"), scan(4, "image-2027.json")),
        (scan(3, "build-120261301.json"), scan(4, "build-120261302.json")),
        (scan(3, "trivy.json"), scan(4, "trivy.json", "Grype 0.50.1")),
        (scan(3, "trivy.json"), scan(4, "trivy.json", analysis="static")),
        (scan(3, "trivy.json", retired=True), scan(4, "bandit.sarif", "Bandit", analysis="static")),
        (scan(5, "trivy.json", retired=True), scan(4, "image.json")),
    ],
)
def test_a_report_on_something_else_leaves_an_earlier_standing(old: ScanFact, new: ScanFact) -> None:
    """ATTACK a clean report on one part, or of another kind, in the place of a crashed one on another part."""
    assert old in newest_by_report((old, new))


def test_a_report_about_another_build_takes_the_place_of_none() -> None:
    """ATTACK a clean report about another product, under the name of the crashed one or retired for it."""
    other = scan(4, "trivy.json", of_another="image of another product")
    for old in (scan(3, "trivy.json", complete=False), scan(3, "old.json", complete=False, retired=True)):
        judgement = unfinished((old, other))
        assert judgement is not None
        assert judgement.outcome == "not_evaluated"


def test_an_old_report_is_told_with_both_ways_out() -> None:
    """Whoever renamed a report reads which name takes its place, and how the old one is retired."""
    judgement = unfinished((scan(3, "old.json", complete=False), scan(4, "new.json")))
    assert judgement is not None
    (reason,) = judgement.reasons
    assert "clausework record old.json (under this name it takes the place of #3)" in reason.command
    assert reason.ways[0].startswith(
        "if a report under another name took its place: clausework decide retire '#3'"
    )
