"""The tools that the demo runs for real: test runner, coverage, analysis, SBOM, git, and the example's own SOUP."""

from __future__ import annotations

import re
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from clausework.core.errors import Unavailable

_MODULES = {
    "pytest": "pytest",
    "pytest_cov": "pytest-cov",
    "bandit": "bandit",
    "sarif_om": "bandit[sarif]",
    "cyclonedx_py": "cyclonedx-bom",
}
_PROGRAMS = ("git", "cmp")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)


class DemoToolsMissing(Unavailable):
    """The demo runs real tools, and some are not installed."""

    hint = (
        "Run \"pip install 'clausework[demo]'\" in a virtual environment, or 'make demo' in a checkout;"
        " git and cmp come with the system."
    )


def program_folder() -> Path:
    """Return the folder of the interpreter that runs this: its ``python`` sees the same packages."""
    return Path(sys.executable).parent


def require_tools(example: Path) -> None:
    """Raise ``DemoToolsMissing`` naming every tool that is not there, or whose version the example does not take."""
    missing = [name for module, name in _MODULES.items() if find_spec(module) is None]
    missing += [program for program in _PROGRAMS if shutil.which(program) is None]
    if shutil.which("python", path=str(program_folder())) is None:
        missing.append(f"a program 'python' in {program_folder()}")
    for name, version in _PINNED.findall((example / "requirements.lock").read_text("utf-8")):
        missing += _wrong_version(name, version)
    if missing:
        raise DemoToolsMissing(f"The demo runs real tools, and does not find: {', '.join(missing)}.")


def _wrong_version(name: str, locked: str) -> list[str]:
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return [f"{name} {locked}"]
    return [] if installed == locked else [f"{name} {locked} (installed is {installed})"]
