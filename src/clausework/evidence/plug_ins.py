"""Formats that installed packages add by the entry point ``clausework.evidence_formats``.

What a plug-in reads is recorded under its package's name and version, and its failure is a rejection of the file, never
a crash and never a pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from importlib.metadata import EntryPoint, entry_points
from typing import ParamSpec, TypeVar

import msgspec

from clausework.core.errors import ClauseworkError, Unavailable
from clausework.evidence.format import Format
from clausework.evidence.source import Unreadable

GROUP = "clausework.evidence_formats"

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


class PlugInUnusable(Unavailable):
    """An installed package offers an evidence format that cannot be used."""

    hint = "Install a version of the package that fits, or uninstall it."


class PlugInFailed(Unreadable):
    """A plug-in's reader ended with an error of its own."""


def plug_in_formats(taken: Collection[str]) -> dict[str, Format]:
    """Return the formats of installed packages by name.

    Raises ``PlugInUnusable`` for one that cannot be loaded, is no format, or has one of the names ``taken``.
    """
    return dict(_loaded(frozenset(taken)))


@functools.cache
def _loaded(taken: frozenset[str]) -> tuple[tuple[str, Format], ...]:
    found: dict[str, Format] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        form = _load(point)
        if form.name in taken or form.name in found:
            raise PlugInUnusable(f"{form.provider} offers the format '{form.name}', which there is already.")
        found[form.name] = form
    return tuple(found.items())


def _load(point: EntryPoint) -> Format:
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    try:
        form = point.load()
    except Exception as error:
        raise PlugInUnusable(f"The format '{point.name}' of {package} cannot be loaded: {error}.") from error
    if not isinstance(form, Format):
        raise PlugInUnusable(f"'{point.name}' of {package} is no clausework.evidence.format.Format.")
    return msgspec.structs.replace(
        form, provider=package, sniff=_guarded(form.sniff, package), parse=_guarded(form.parse, package)
    )


def _guarded(call: Callable[_Given, _Returned], package: str) -> Callable[_Given, _Returned]:
    def guarded(*given: _Given.args, **named: _Given.kwargs) -> _Returned:
        try:
            return call(*given, **named)
        except (ClauseworkError, OSError):
            raise
        except Exception as error:
            raise PlugInFailed(f"the reader of {package} failed: {type(error).__name__}: {error}") from error

    return guarded
