"""The page of the auditor's questions names them all, as the program asks them."""

from pathlib import Path

from clausework.release.audit.questions import QUESTIONS

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


def test_the_page_lists_every_question_with_its_clauses() -> None:
    """A question that is asked otherwise, or not at all, makes the page stale."""
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith(("| R", "| Q"))]
    assert rows == [f"| {one.mark} | {one.asks} | {', '.join(one.clauses)} |" for one in QUESTIONS]
