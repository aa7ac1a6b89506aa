"""The walks of docs/walks, each done on the example device from its first command to its last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks.afternoon import spend_the_afternoon
from tests.walks.conftest import PAGES, Friday
from tests.walks.device import Place
from tests.walks.later_versions import let_time_pass
from tests.walks.page import read_page
from tests.walks.terminal import Terminal

RED_GATE = PAGES / "an-engineers-red-gate-at-17-00.md"
FRIDAY = PAGES / "a-friday-release.md"
AUDIT = PAGES / "an-auditors-morning-two-years-later.md"
TWO_YEARS = 2 * 365 + 1


def test_an_engineers_red_gate_at_17_00(staged: Place) -> None:
    """A red gate says what, since when, who and how; only mending it turns it green, and nothing red is hidden."""
    spend_the_afternoon(staged)
    terminal = Terminal(staged)
    terminal.walk(RED_GATE)
    assert terminal.typed == len(read_page(RED_GATE))


def test_a_friday_release(friday: Friday) -> None:
    """A release with two open anomalies and a new CVE goes out in order; an advisory in between lapses a signature."""
    if friday.wrong:
        raise friday.wrong
    assert friday.terminal.typed == len(read_page(FRIDAY))


def test_an_auditors_morning_two_years_later(friday: Friday, tmp_path: Path) -> None:
    """Two years on every question is answered from a copy without keys. Clausework's clock is ahead, nothing else's."""
    if friday.wrong:
        pytest.fail("there is nothing to audit: the Friday's walk did not come to its end")
    place = friday.place.copy(tmp_path / "dana")
    let_time_pass(place)
    terminal = Terminal(place, days_later=TWO_YEARS)
    terminal.walk(AUDIT)
    assert terminal.typed == len(read_page(AUDIT))


def test_every_page_is_walked() -> None:
    """A walk that nobody does would go stale unseen."""
    assert sorted(PAGES.glob("*.md")) == sorted([RED_GATE, FRIDAY, AUDIT])
