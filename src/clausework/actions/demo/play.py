"""Plays the demo from the first scene to the last."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from clausework.actions.demo import to_production, to_staging
from clausework.actions.demo.example import find_example
from clausework.actions.demo.scenery import scenery
from clausework.actions.demo.tools import require_tools
from clausework.actions.demo.walk import Clausework, Narrator, Walk

SCENES = (*to_staging.SCENES, *to_production.SCENES)


class Played(msgspec.Struct, frozen=True):
    """What was done: commands, how many of them had to be refused and were, seconds taken, the folder if kept."""

    commands: int
    refusals: int
    seconds: float
    kept: Path | None


def play(
    clausework: Clausework,
    narrator: Narrator,
    *,
    keep: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Played:
    """Do everything that a project does up to a released, deployed and traced build, in a scratch folder or ``keep``.

    Raises ``ExampleMissing``, ``DemoToolsMissing``, ``FolderNotEmpty``; ``NotAsItMust`` when a command ends otherwise
    than it must: what should pass was refused, or what should be refused passed.
    """
    example = find_example()
    require_tools(example)
    started = clock()
    with scenery(example, keep) as place:
        walk = Walk(clausework, narrator, place)
        for number, scene in enumerate(SCENES, start=1):
            narrator.scene(number, scene.title, scene.prose)
            scene.play(walk)
        return Played(walk.commands, walk.refusals, clock() - started, keep and place.folder)
