"""The pipeline of a challenge's world: definitions as bytes, who wrote them, and what ran the build."""

from __future__ import annotations

import functools

import msgspec

from clausework.evidence.pipelines.describe import Chosen, describe_pipeline
from clausework.evidence.pipelines.description import PipelineDescription
from clausework.evidence.pipelines.model import Sources
from clausework.evidence.pipelines.systems import system_of

WORKFLOW = ".github/workflows/pipeline.yml"

SOUND_WORKFLOW = b"""\
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    container: registry.example.com/pump/build:7@sha256:%s
    steps:
      - uses: actions/checkout@%s
      - run: clausework build
      - run: pytest --junitxml=unit.xml
      - if: always()
        run: clausework record unit.xml --level unit
      - run: clausework gate
""" % (b"2" * 64, b"1" * 40)


class WorldPipeline(msgspec.Struct, frozen=True):
    """The definitions of the build's commit, the address of who wrote them, and what ran the build.

    ``author`` is empty where a shallow clone does not tell. ``planned`` is put behind the plan of the build.
    """

    definitions: tuple[tuple[str, bytes], ...] = ((WORKFLOW, SOUND_WORKFLOW),)
    author: str = "developer@example.com"
    provider: str = "challenge"
    planned: bytes = b""


SOUND_PIPELINE = WorldPipeline()


@functools.cache
def described(pipeline: WorldPipeline) -> PipelineDescription:
    """Return the description that a build has of the definitions."""
    files = dict(pipeline.definitions)
    people = (pipeline.author,) if pipeline.author else ()
    return describe_pipeline(
        [Chosen(path, system_of(path)) for path in files],
        Sources(tuple(files), files.get),
        authors=dict.fromkeys(files, ("c" * 40, people)),
    )
