"""The example device as far as its demo brings it, made once a session; each walk goes on in a copy."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from clausework.actions.demo import to_staging
from clausework.actions.demo.by_hand import VALIDATION
from clausework.actions.demo.example import find_example
from clausework.actions.demo.scene import QUALITY, RELEASE_AUTHORITY
from clausework.actions.demo.scenery import Scenery, scenery
from clausework.actions.demo.tools import require_tools
from clausework.actions.demo.walk import Ended, Walk
from clausework.cli.program import run

_SCENES = (*to_staging.SCENES[:-1], VALIDATION)
"""The demo up to staging, but for the anomaly that it finds there: the walks find their own."""

DEVELOPER = "developer@example.com"


class Place(msgspec.Struct, frozen=True):
    """A folder with the project, the keys of its people and a home, and the environment to work in it."""

    folder: Path
    environment: dict[str, str]

    @property
    def project(self) -> Path:
        """The repository of the device."""
        return self.folder / "infusor"

    def copy(self, folder: Path) -> Place:
        """Return a copy in ``folder``, which must not be there yet."""
        shutil.copytree(self.folder, folder, symlinks=True)
        moved = {
            name: value.replace(str(self.folder), str(folder)) for name, value in self.environment.items()
        }
        return Place(folder, moved)


class _Log:
    """Tells pytest what is done, to be shown where it goes wrong."""

    def scene(self, number: int, title: str, prose: str) -> None:
        """Tell nothing: the demo's prose is for its readers."""

    def command(self, words: Sequence[str]) -> None:
        """Tell a command."""
        sys.stdout.write(f"$ {' '.join(words)}\n")

    def output(self, lines: Sequence[str], left_out: int) -> None:
        """Tell what it wrote."""
        sys.stdout.write("".join(f"{line}\n" for line in lines))


def _in_this_process(arguments: Sequence[str]) -> Ended:
    page = io.StringIO()
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(page):
        code = run(arguments)
    return Ended(code, page.getvalue())


def make(folder: Path) -> Place:
    """Play the demo's scenes in ``folder``, with its own tools and real tests; enrol the developer as well."""
    example = find_example()
    require_tools(example)
    with scenery(example, folder) as scene:
        here = Place(scene.folder, dict(os.environ))
        walk = Walk(_in_this_process, _Log(), scene)
        for one in _SCENES:
            one.play(walk)
        _enrol_the_developer(walk, here)
    return here


def _enrol_the_developer(walk: Walk, place: Place) -> None:
    key = place.environment["CLAUSEWORK_KEYS"] + f"/{DEVELOPER}.json"
    walk.clausework("key", "new", DEVELOPER, "--name", "Dana Developer")
    walk.clausework("account", "add", key, "--as", QUALITY, "--proof", "made up; nobody was identified")
    for person in (QUALITY, RELEASE_AUTHORITY):
        walk.clausework("sign", DEVELOPER, "--as", person)


@contextlib.contextmanager
def inside(place: Place) -> Iterator[Walk]:
    """Go into the project, in its environment, and return what does commands there."""
    before = dict(os.environ)
    with contextlib.chdir(place.project):
        os.environ.clear()
        os.environ.update(place.environment)
        try:
            yield Walk(_in_this_process, _Log(), Scenery(place.folder, place.project))
        finally:
            os.environ.clear()
            os.environ.update(before)
