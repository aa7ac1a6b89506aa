"""Repositories in the test's own folder, with nobody's git configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from .repository import Repository


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's git configuration out."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Make a repository without a commit."""
    return Repository(tmp_path / "work")
