"""Where the demo takes place: a scratch folder with the project, the people's keys, a home, and its own environment."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from clausework.actions.demo.example import copy_example, plan_reviews_ahead
from clausework.actions.demo.tools import program_folder
from clausework.core.errors import UsageFault

_INHERITED = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "TMPDIR",
    "LD_LIBRARY_PATH",
)
"""Nothing else comes in: no setting of Clausework, no CI system's variables, no other git identity."""


class FolderNotEmpty(UsageFault):
    """The folder that is to be kept holds something already."""

    hint = "Name a folder that is empty or not there yet."


class Scenery(msgspec.Struct, frozen=True):
    """The scratch folder and the project in it."""

    folder: Path
    project: Path


@contextlib.contextmanager
def scenery(example: Path, keep: Path | None) -> Iterator[Scenery]:
    """Copy ``example`` to a scratch folder and work there, in an environment of its own, until the end.

    The folder is removed then, unless it is ``keep``, which must be empty or not there (``FolderNotEmpty``).
    """
    with contextlib.ExitStack() as stack:
        if keep is None:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="clausework-demo-"))
            ).resolve()
        else:
            folder = keep.resolve()
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise FolderNotEmpty(f"'{keep}' is not an empty folder.")
        project = folder / "infusor"
        copy_example(example, project)
        plan_reviews_ahead(project)
        for made in (folder / "home", folder / "tmp", project / "reports"):
            made.mkdir()
        variables = _variables(folder)
        if keep is not None:
            _write_variables(folder / "environment.sh", variables)
        stack.enter_context(_environment(variables))
        stack.enter_context(contextlib.chdir(project))
        yield Scenery(folder, project)


def _variables(folder: Path) -> dict[str, str]:
    passphrase = secrets.token_urlsafe(18)
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {
        "PATH": os.pathsep.join([str(program_folder()), os.environ.get("PATH", os.defpath)]),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Dana Developer",
        "GIT_AUTHOR_EMAIL": "developer@example.com",
        "GIT_COMMITTER_NAME": "Dana Developer",
        "GIT_COMMITTER_EMAIL": "developer@example.com",
        "CLAUSEWORK_KEYS": str(folder / "keys"),
        "CLAUSEWORK_PASSPHRASE": passphrase,
        "CLAUSEWORK_SECOND_PASSPHRASE": passphrase,
    }


def _write_variables(path: Path, variables: Mapping[str, str]) -> None:
    """Write the environment as a shell reads it, for whoever goes on in the kept folder."""
    lines = [
        f"export {name}={shlex.quote(value)}\n" for name, value in variables.items() if name not in _INHERITED
    ]
    path.touch(mode=0o600)
    path.write_text("".join(lines), encoding="utf-8")


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
