"""An SPDX document as far as it was read: packages wait until it is known which of them the document is about."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from types import TracebackType

import msgspec

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.format import SbomRead
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, Bill, Identifiers
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected

UNKNOWN = frozenset({"", "NOASSERTION"})
"""What says nothing."""

_ANYTHING = frozenset({"NONE", "NOASSERTION"})
_AGENT = re.compile(r"(?:Organization|Person|Tool):\s*(.*)", re.DOTALL)
_IN_MEMORY = 1 << 20
_MOST_WAITING = 10_000
_MOST_DESCRIBED = 1_000


class Waiting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A package and the identifier that it has in its document."""

    identifier: str
    component: Component


class SpdxDocument:
    """Takes a document's elements and what it says of them; ``close`` tells what it comes to.

    Used as a context, so that the temporary file with the packages is let go.
    """

    def __init__(self, detail: DetailWriter, where: Callable[[], int]) -> None:
        self.remarks = Remarks()
        self.identifiers = Identifiers(where)
        self.packages = 0
        self._where = where
        self._bill = Bill(detail, where)
        self._bill.remarks = self.remarks
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(Waiting)
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._described: dict[str, None] = {}
        self._unresolved: dict[str, None] = {}
        self._unchecked = 0
        self._complete: Callable[[str, Component], Component] = _as_it_is

    def __enter__(self) -> SpdxDocument:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def add_package(self, identifier: str, component: Component) -> None:
        """Take a package; raises ``ValueRejected`` where it has no identifier, or another element's, or no name."""
        if not identifier:
            raise ValueRejected(f"package '{component.name[:60]}' has no identifier", offset=self._where())
        if not component.name.strip() or component.name in UNKNOWN:
            raise ValueRejected(f"package '{identifier[:60]}' has no name", offset=self._where())
        self.identifiers.add(identifier)
        self.packages += 1
        self._spool.write(self._encoder.encode(Waiting(identifier, component)) + b"\n")

    def note_advisories(self, references: Iterable[tuple[str, str]]) -> None:
        """Remark upon references of a package to advisories, which name vulnerabilities."""
        for kind, locator in references:
            if kind in {"advisory", "fix"}:
                self.remarks.add(
                    "it speaks of vulnerabilities, which are not read from a bill", locator[:100]
                )

    def add_element(self, identifier: str) -> None:
        """Take an element that is no component, such as a file."""
        self.identifiers.add(identifier)

    def describe(self, identifier: str) -> None:
        """Take note that the document says to be about the element ``identifier``."""
        if identifier in _ANYTHING:
            return
        self._described[identifier] = None
        if len(self._described) > _MOST_DESCRIBED:
            raise ValueRejected(f"it is about more than {_MOST_DESCRIBED} elements", offset=self._where())
        self.refer(identifier)

    def refer(self, identifier: str) -> None:
        """Take note that a relationship names the element ``identifier``, which may come later."""
        if identifier in _ANYTHING or identifier.startswith("DocumentRef-") or identifier in self.identifiers:
            return
        if len(self._unresolved) < _MOST_WAITING:
            self._unresolved[identifier] = None
        else:
            self._unchecked += 1

    def complete(self, complete: Callable[[str, Component], Component]) -> None:
        """Have each package completed by ``complete`` before it is written, given its identifier and what is known."""
        self._complete = complete

    def unknown(self) -> list[str]:
        """Return the identifiers that are named and belong to nothing in the document."""
        return [one for one in self._unresolved if one not in self.identifiers]

    def close(self, specification: str, serial: str) -> SbomRead:
        """Write the components, without the one package that the document is about if it is one; return the rest."""
        main = next(iter(self._described)) if len(self._described) == 1 else ""
        name = ""
        self._spool.seek(0)
        for line in self._spool:
            waiting = self._decoder.decode(line)
            if waiting.identifier == main:
                name = f"{waiting.component.name} {waiting.component.version}".strip()
            else:
                self._bill.add(self._complete(waiting.identifier, waiting.component))
        self._remark(main, name)
        return SbomRead(
            specification=specification,
            serial=serial[:200],
            component_count=self._bill.components,
            main_component=name[:300],
            remarks=self.remarks.all(),
        )

    def _remark(self, main: str, name: str) -> None:
        if not self._bill.components:
            self.remarks.add(
                "it lists no packages" + (" but the one that it is about" if self.packages else "")
            )
        if not self._described:
            self.remarks.add("it does not say what it is about")
        elif not main:
            self.remarks.add(f"it is about {len(self._described)} elements; all packages are counted")
        elif not name:
            self.remarks.add("what it is about is none of its packages", main[:100])
        for identifier in self.unknown():
            self.remarks.add("an element is named that is not in it", identifier[:100])
        if self._unchecked:
            self.remarks.add(f"{self._unchecked} references to elements were not followed")


def _as_it_is(_identifier: str, component: Component) -> Component:
    return component


def agent_name(text: str | None) -> str:
    """Return the name in ``Organization: Example (mail@example.com)``; empty where nothing is asserted."""
    said = (text or "").strip()
    if said in UNKNOWN or said == "NONE":
        return ""
    found = _AGENT.fullmatch(said)
    return (found[1] if found else said).strip()[:LONGEST_TEXT]


def licences_of(*licences: str | None) -> tuple[str, ...]:
    """Return the licences that are asserted, each once."""
    asserted = ((licence or "").strip() for licence in licences)
    return tuple(dict.fromkeys(one[:LONGEST_TEXT] for one in asserted if one not in UNKNOWN))


def version_of(text: str | None) -> str:
    """Return a version; empty where nothing is asserted."""
    said = (text or "").strip()
    return "" if said in UNKNOWN or said == "NONE" else said[:LONGEST_TEXT]


def first_reference(references: Iterable[tuple[str, str]], kinds: tuple[str, ...]) -> str:
    """Return the first locator whose type is one of ``kinds``, as it is or behind the last slash of a URI."""
    for kind, locator in references:
        if kind.rsplit("/", 1)[-1] in kinds:
            return locator.strip()[: 2 * LONGEST_TEXT]
    return ""
