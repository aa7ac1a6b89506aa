"""What every bill of materials comes to: components counted and told apart, whatever format they stand in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected

LONGEST_TEXT = 1000
"""Characters that are kept of a name, a version, a supplier; twice as many of a package URL."""

MOST_COMPONENTS = 1_000_000
"""Components, and elements with an identifier, of one bill; with more, memory would not be bounded."""

_SEGMENT = r"[A-Za-z0-9._~+:-]++(?:%[2-7][0-9A-Fa-f][A-Za-z0-9._~+:-]*+)*+"
_PLAIN_PURL = re.compile(f"pkg:[a-z][a-z0-9.-]*+(?:/(?:%40)?{_SEGMENT})++(?:@{_SEGMENT})?")
_SHORT = 100
_HASH_NAME = re.compile(r"SHA([0-9]{1,3})")


def _nowhere() -> int:
    return -1


class IdentifierRepeated(ValueRejected):
    """Two elements of a bill bear the same identifier."""


class Identifiers:
    """The identifiers of a bill's elements, each known once; ``where`` tells the byte that is read."""

    def __init__(self, where: Callable[[], int] = _nowhere) -> None:
        self._known: set[str | bytes] = set()
        self._where = where

    def add(self, identifier: str) -> None:
        """Take the identifier of one element; raises ``IdentifierRepeated`` when another one bears it."""
        known = self._known
        key = identifier if len(identifier) <= _SHORT else _digest(identifier)
        if key in known:
            raise IdentifierRepeated(
                f"two elements have the identifier '{identifier[:200]}'", offset=self._where()
            )
        if len(known) >= MOST_COMPONENTS:
            raise ValueRejected(f"it has more than {MOST_COMPONENTS} elements", offset=self._where())
        known.add(key)

    def __contains__(self, identifier: str) -> bool:
        return (identifier if len(identifier) <= _SHORT else _digest(identifier)) in self._known


class Bill:
    """Takes a bill's components, one by one, and what is to be remarked upon; ``where`` tells the byte that is read."""

    def __init__(self, detail: DetailWriter, where: Callable[[], int] = _nowhere) -> None:
        self.remarks = Remarks()
        self.components = 0
        self._detail = detail
        self._where = where

    def add(self, component: Component) -> None:
        """Write ``component``; raises ``ValueRejected`` where it has no name."""
        self.components += 1
        if not component.name or component.name.isspace():
            raise ValueRejected(f"component {self.components} has no name", offset=self._where())
        if self.components > MOST_COMPONENTS:
            raise ValueRejected(f"it has more than {MOST_COMPONENTS} components", offset=self._where())
        purl = component.purl
        if purl and not _PLAIN_PURL.fullmatch(purl) and (problem := purl_problem(purl)):
            self.remarks.add("a package URL is kept that is none", f"{purl[:100]}: {problem}")
        if not component.version and component.type != "file":
            self.remarks.add("a component has no version", component.name[:100])
        self._detail.add(component)


def purl_problem(purl: str) -> str:
    """Return why ``purl`` is no package URL; empty where it is one."""
    from packageurl import PackageURL

    try:
        PackageURL.from_string(purl)
    except ValueError as error:
        return str(error)[:100]
    return ""


def hash_text(algorithm: str, digest: str) -> str:
    """Return a digest as ``SHA-256:9f86...``; SPDX's ``SHA256`` and ``sha256`` are spelled so too."""
    upper = algorithm.strip()
    if upper.islower():
        upper = upper.replace("_", "-").upper()
    return f"{_HASH_NAME.sub(_with_hyphen, upper) if _HASH_NAME.fullmatch(upper) else upper}:{digest.strip()}"


def identity(component: Component) -> str:
    """Return what names ``component`` best: its package URL, else group, name and version."""
    if component.purl:
        return component.purl
    name = f"{component.group}/{component.name}" if component.group else component.name
    return f"{name} {component.version}".rstrip()


def _with_hyphen(found: re.Match[str]) -> str:
    return f"SHA-{found[1]}"


def _digest(identifier: str) -> bytes:
    return hashlib.blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=12).digest()
