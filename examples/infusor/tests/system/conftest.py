"""The system under test is the built artefacts, each run as a program of its own; nothing of them is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Program = Callable[..., str]


def found(component: str) -> Path:
    """Return the artefact of a component: that in the folder INFUSOR_ARTEFACTS, or the one in dist/."""
    folder = Path(os.environ.get("INFUSOR_ARTEFACTS", ROOT / "dist"))
    artefacts = sorted(folder.glob(f"infusor-{component}-*.pyz"))
    if len(artefacts) != 1:
        pytest.fail(f"not one {component} to test in {folder}: run python tools/build.py, or set INFUSOR_ARTEFACTS")
    return artefacts[0].resolve()


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return what runs a component with arguments and input, without any package of this environment."""

    def run(component: str, *arguments: str, given: str = "", ends: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(found(component)), *arguments],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=tmp_path_factory.getbasetemp(),
        )
        assert done.returncode == ends, done.stderr
        return done.stdout

    return run


@pytest.fixture
def version_in_name() -> Callable[[str], str]:
    """Return what tells the version that the name of a component's artefact has."""
    return lambda component: found(component).stem.rpartition("-")[2]
