"""The locks of Gradle and Maven: which of them carry hashes, and which name versions alone (clauses 5.1.10, 8.1.2).

``gradle/verification-metadata.xml`` has a hash of every file, jar and pom alike. ``gradle.lockfile`` and what
``mvn dependency:list`` prints have none: each of their entries is left open. A dependency is called ``group/artifact``,
as SBOMs do.
"""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.lock_values import (
    Locked,
    LockedDependency,
    LockUnreadable,
    Unlocked,
    hex_hash,
    shortened,
    text_of,
)
from clausework.evidence.source import Unreadable
from clausework.evidence.xml_events import Attributes, feed, new_parser

MAVEN_LIST = b"The following files have been resolved:"
"""What ``mvn dependency:list`` prints first."""

_ROOT = "verification-metadata"
_STRONG = ("sha256", "sha512")
_PART = r"[A-Za-z0-9_.+-]{1,200}"
_GRADLE_LINE = re.compile(rf"(?P<group>{_PART}):(?P<name>{_PART}):(?P<version>{_PART})=[^=]*")
_MAVEN_LINE = re.compile(
    rf"(?P<group>{_PART}):(?P<name>{_PART}):{_PART}(?::{_PART})?:(?P<version>{_PART})"
    r":(?:compile|runtime|provided|test|system|import)(?:[ \t].*)?"
)


class _Component(msgspec.Struct):
    """The component that is read: its name and version, the file within it, and that file's hashes."""

    name: str = ""
    version: str = ""
    file: str = ""
    hashes: tuple[str, ...] = ()


def read_gradle_lock(name: str, data: bytes) -> Locked:
    """Read a gradle.lockfile: it names versions, and no hash of anything."""
    lines = [line.strip() for line in text_of(name, data).split("\n")]
    return _by_lines(
        name,
        [
            (number, line)
            for number, line in enumerate(lines, start=1)
            if not line.startswith(("#", "empty="))
        ],
        _GRADLE_LINE,
    )


def read_maven_list(name: str, data: bytes) -> Locked:
    """Read what ``mvn dependency:list`` printed: it names versions, and no hash of anything."""
    head, *lines = [line.strip() for line in text_of(name, data).strip().split("\n")]
    if head != MAVEN_LIST.decode():
        raise LockUnreadable(f"{name} does not begin with '{MAVEN_LIST.decode()}'.")
    entries = [(number, line) for number, line in enumerate(lines, start=2) if line != "none"]
    return _by_lines(name, entries, _MAVEN_LINE)


def _by_lines(name: str, lines: list[tuple[int, str]], form: re.Pattern[str]) -> Locked:
    unlocked = {}
    for number, line in lines:
        if not line:
            continue
        match = form.fullmatch(line)
        if match is None:
            raise LockUnreadable(
                f"{name}:{number}: '{shortened(line)}' names no group, artifact and version."
            )
        called, version = f"{match['group']}/{match['name']}", match["version"]
        unlocked[called, version] = Unlocked(called, version, f"{called} {version} has no hash")
    return Locked((), tuple(unlocked.values()))


def read_gradle_verification(name: str, data: bytes) -> Locked:
    """Read Gradle's verification-metadata.xml: each file of each component wants a SHA-256 or SHA-512.

    What the file trusts without a hash, by pattern or by key alone, is left open.
    """
    reading = _Verification()
    parser = new_parser()
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    try:
        feed(parser, (data,))
    except LockUnreadable as error:
        raise LockUnreadable(f"{name}: {error.message}") from error
    except Unreadable as error:
        raise LockUnreadable(f"{name}: {error}.") from error
    return Locked(tuple(reading.dependencies), tuple(reading.unlocked))


class _Verification:
    """Handlers that collect what the file says of components."""

    def __init__(self) -> None:
        self.dependencies: list[LockedDependency] = []
        self.unlocked: list[Unlocked] = []
        self._at: list[str] = []
        self._now = _Component()

    def begin(self, tag: str, attributes: Attributes) -> None:
        if not self._at and tag != _ROOT:
            raise LockUnreadable(f"its root is '{shortened(tag)}', not '{_ROOT}'.")
        self._at.append(tag)
        if tag in {"trust", "trusted-key", "trusting"}:
            self._trust(attributes)
        elif tag == "component":
            named = f"{_wanted(attributes, 'group')}/{_wanted(attributes, 'name')}"
            self._now = _Component(named, _wanted(attributes, "version"))
        elif tag == "artifact":
            self._now.file, self._now.hashes = _wanted(attributes, "name"), ()
        elif tag in _STRONG or (tag == "also-trust" and self._at[-2] in _STRONG):
            kind = tag if tag in _STRONG else self._at[-2]
            found = hex_hash(f"{kind}:{_wanted(attributes, 'value').lower()}", self._now.file)
            self._now.hashes += (found,)

    def end(self, tag: str) -> None:
        self._at.pop()
        if tag != "artifact":
            return
        now = self._now
        if now.hashes:
            self.dependencies.append(LockedDependency(now.name, now.version, now.hashes, now.file))
        else:
            self.unlocked.append(Unlocked(now.name, now.version, f"{now.file} has no SHA-256 or SHA-512"))

    def _trust(self, attributes: Attributes) -> None:
        """Take a pattern of what Gradle lets in without a hash; nobody knows what that is."""
        kinds = ("group", "name", "version", "file", "id")
        said = " ".join(f"{one}={attributes[one]}" for one in kinds if attributes.get(one))
        called = shortened(said or "everything")
        self.unlocked.append(Unlocked(called, "", f"'{called}' is trusted without a hash"))


def _wanted(attributes: Attributes, name: str) -> str:
    value = attributes.get(name, "")
    if not value:
        raise LockUnreadable(f"an element has no '{name}'.")
    return value
