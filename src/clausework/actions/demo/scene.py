"""A scene of the demo: its title, what it shows and why, and how it goes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from clausework.actions.demo.walk import Walk

VERSION = "2.4.1"
NEXT_VERSION = "2.4.2"
COMPONENTS = ("controller", "display", "companion")
ARTEFACT = f"dist/infusor-controller-{VERSION}.pyz"
QUALITY = "quality@example.com"
RELEASE_AUTHORITY = "release@example.com"


class Scene(msgspec.Struct, frozen=True):
    """One scene; ``prose`` names the clauses that it is about."""

    title: str
    prose: str
    play: Callable[[Walk], None]
