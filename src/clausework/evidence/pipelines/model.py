"""A pipeline's definition as the rules see it, whatever forge it was written for.

Readers turn the text of a definition into these values; the rules look for ways round in them. What cannot be told
from the text is left empty, and what cannot be read is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from clausework.core.places import Place


class Said(msgspec.Struct, frozen=True):
    """Something as it was written, and where: a condition, a line of a script, what lets a step fail."""

    text: str
    place: Place


class Shell(msgspec.Struct, frozen=True):
    """What the shell that runs a script does unasked: end at an error, see an error in the midst of a pipe.

    ``known`` is false for what is no POSIX shell: its script cannot be looked into.
    """

    errexit: bool = True
    pipefail: bool = False
    known: bool = True


class Step(msgspec.Struct, frozen=True):
    """One step of a job: a script, or an action of another repository or of this one (``inner``: what that does).

    ``tolerated`` is what lets the job go on when the step fails; ``only_if`` its conditions; ``afterwards`` tells that
    the outcome of the job is settled before it runs. ``key`` is the name by which later steps ask for its outcome.
    """

    name: str
    place: Place
    script: tuple[Said, ...] = ()
    shell: Shell = Shell()
    action: str = ""
    inputs: tuple[Said, ...] = ()
    tolerated: Said | None = None
    only_if: tuple[Said, ...] = ()
    afterwards: bool = False
    key: str = ""
    inner: tuple[Step, ...] = ()

    def all(self) -> Iterator[Step]:
        """Yield the step and all that it does."""
        yield self
        for one in self.inner:
            yield from one.all()


class Job(msgspec.Struct, frozen=True):
    """A job: its steps in order, the jobs that have succeeded before it, its conditions and where it deploys.

    ``by_hand`` is what leaves it to a person whether it runs and lets the pipeline pass without it. ``tolerated`` is
    what lets the pipeline go on when it fails.
    """

    id: str
    place: Place
    steps: tuple[Step, ...] = ()
    after: tuple[str, ...] = ()
    only_if: tuple[Said, ...] = ()
    tolerated: Said | None = None
    by_hand: Said | None = None
    environment: str = ""
    deploys: bool = False

    def all(self) -> Iterator[Step]:
        """Yield every step, and the steps within steps."""
        for step in self.steps:
            yield from step.all()


RemoteKind = Literal["action", "workflow", "include", "template", "component", "library"]


class Remote(msgspec.Struct, frozen=True):
    """What a definition brings in from elsewhere: its name, the revision asked for, whether that is a digest."""

    kind: RemoteKind
    name: str
    ref: str
    pinned: bool
    place: Place


class Image(msgspec.Struct, frozen=True):
    """A container image: name and tag as written, and its digest (empty: not pinned)."""

    name: str
    digest: str
    place: Place


class Definition(msgspec.Struct, frozen=True):
    """One pipeline as one file defines it, with the other files of the repository that belong to it.

    ``others`` are their paths; ``dispatch`` tells that a person can start it and choose; ``privileged`` is the trigger
    that runs it with the repository's secrets for what others propose. ``tools`` are versions by tool. ``chosen`` are
    the names of variables that hold what whoever starts it chose, what is set in the forge, or a commit's message.
    """

    path: str
    system: str
    others: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()
    remotes: tuple[Remote, ...] = ()
    images: tuple[Image, ...] = ()
    runners: tuple[Said, ...] = ()
    secrets: tuple[str, ...] = ()
    triggers: tuple[Said, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()
    dispatch: bool = False
    privileged: Said | None = None
    overwritten: tuple[Said, ...] = ()
    doubts: tuple[Said, ...] = ()
    chosen: tuple[str, ...] = ()


class Sources(msgspec.Struct, frozen=True):
    """The files of the commit: their paths, and how one is read (``None``: it is not there)."""

    paths: tuple[str, ...]
    read: Callable[[str], bytes | None]


class System(msgspec.Struct, frozen=True):
    """A CI system: which paths are definitions of it, and how one of them is read (raises ``NotReadable``)."""

    name: str
    version: int
    claims: Callable[[str], bool]
    read: Callable[[str, Sources], Definition]
