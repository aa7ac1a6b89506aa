"""The CI systems whose definitions are read. Adding one is its module, one line here, its samples, a line of docs."""

from __future__ import annotations

import importlib

from clausework.core.errors import Defect
from clausework.evidence.pipelines.model import System

_MODULES = ("github", "gitlab", "jenkins", "azure")


def systems() -> tuple[System, ...]:
    """Return every system, in the order in which a path is asked for."""
    found = []
    for name in _MODULES:
        system = importlib.import_module(f"clausework.evidence.pipelines.{name}").SYSTEM
        if not isinstance(system, System):
            raise Defect(f"clausework.evidence.pipelines.{name} has no SYSTEM.")
        found.append(system)
    return tuple(found)


def system_of(path: str) -> System | None:
    """Return the system of which the path is a definition by its name."""
    return next((one for one in systems() if one.claims(path)), None)


def system_named(name: str) -> System | None:
    """Return the system called ``name``."""
    return next((one for one in systems() if one.name == name), None)
