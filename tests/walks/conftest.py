"""The device that the walks begin with, and what the Friday's walk leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks.device import Place, make
from tests.walks.friday import come_to_friday
from tests.walks.terminal import Stale, Terminal

PAGES = Path(__file__).parents[2] / "docs" / "walks"


class Friday:
    """The Friday's walk, done once: where it ended, and what was wrong with it, if anything was."""

    def __init__(self, place: Place) -> None:
        come_to_friday(place)
        self.place = place
        self.terminal = Terminal(place)
        self.wrong: Stale | None = None
        try:
            self.terminal.walk(PAGES / "a-friday-release.md")
        except Stale as stale:
            self.wrong = stale


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The example device in staging: all gates before the release pass, nothing is released."""
    return make(tmp_path_factory.mktemp("walks") / "made")


@pytest.fixture
def staged(made: Place, tmp_path: Path) -> Place:
    """Copy the device in staging."""
    return made.copy(tmp_path / "dana")


@pytest.fixture(scope="session")
def friday(made: Place, tmp_path_factory: pytest.TempPathFactory) -> Friday:
    """Go through the Friday's page."""
    return Friday(made.copy(tmp_path_factory.mktemp("friday") / "dana"))
