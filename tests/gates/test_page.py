"""The page about the checks is made from the checks, and the file is current."""

from pathlib import Path

from clausework.gates.catalogue import CHECKS
from clausework.gates.page import checks_page

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_page_is_current() -> None:
    """``docs/checks.md`` is what ``clausework.gates.page.checks_page`` returns: write it anew when this fails."""
    assert PAGE.read_text(encoding="utf-8") == checks_page()


def test_page_has_every_check_and_every_challenge() -> None:
    """No check and no challenge is undocumented."""
    text = PAGE.read_text(encoding="utf-8")
    for check in CHECKS:
        assert f"\n## {check.name}\n" in text
        assert all(f"| {challenge.name} | {challenge.expects} |" in text for challenge in check.challenges())
