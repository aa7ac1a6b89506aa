"""The lock files of package managers: what each pins by version and hash, and what not (clause 5.1.10).

Strict: a file that does not have the form of its kind is rejected with the place; nothing is skipped in
silence.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

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

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""A value of JSON or TOML. TOML's times do not occur in lock files and are refused where text is wanted."""

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)"
)
_AFTER_NAME = ("", "=", "<", ">", "!", "~", ";", "@", "-", "(")
_EXACT = re.compile(r"===?\s*(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]*)")
_HASH_OPTION = re.compile(r"--hash[= ]\s*(\S*)")
_HARMLESS_OPTION = re.compile(
    r"--(?:index-url|extra-index-url|find-links|no-index|no-binary|only-binary|prefer-binary|require-hashes"
    r"|pre|trusted-host|use-feature)\b|-[if]\b"
)
_INTEGRITY = re.compile(r"sha(?:1|256|384|512)-[A-Za-z0-9+/]+={0,2}")


def read_requirements(name: str, data: bytes) -> Locked:
    """Read a pip requirement file: each line wants ``==`` and at least one ``--hash``."""
    dependencies, unlocked = [], []
    for number, line in _logical_lines(text_of(name, data)):
        outcome = _requirement(line, f"{name}:{number}")
        if isinstance(outcome, LockedDependency):
            dependencies.append(outcome)
        elif outcome:
            unlocked.append(msgspec.structs.replace(outcome, why=f"line {number}: {outcome.why}"))
    return Locked(tuple(dependencies), tuple(unlocked))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, as pip does: continuations joined, comments and blanks left out."""
    held, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        first = first if held else number
        bare = line.rstrip("\r")
        if bare.endswith("\\") and not bare.lstrip().startswith("#"):
            held += bare[:-1] + " "
            continue
        whole = re.sub(r"(?:^|\s)#.*$", "", held + bare).strip()
        held = ""
        if whole:
            yield first, whole
    if held.strip():
        yield first, held.strip()


def _requirement(line: str, place: str) -> LockedDependency | Unlocked | None:
    """Return what ``line`` pins or leaves open; ``None`` for an option that opens nothing."""
    short = shortened(line)
    if line.startswith("-"):
        opens = f"'{short}' brings in what is not pinned here"
        return None if _HARMLESS_OPTION.match(line) else Unlocked(short, "", opens)
    if re.match(r"[./~]|[A-Za-z+]+://", line):
        return Unlocked(short, "", f"'{short}' is a path or an address")
    match = _REQUIREMENT.fullmatch(line)
    if match is None or match["rest"][:1] not in _AFTER_NAME:
        raise LockUnreadable(f"{place}: '{short}' is not a requirement.")
    hashes = tuple(hex_hash(found, place) for found in _HASH_OPTION.findall(match["rest"]))
    wanted = re.split(r";|\s--hash", match["rest"], maxsplit=1)[0].strip()
    version = _EXACT.fullmatch(wanted)
    if version is None:
        return Unlocked(match["name"], "", f"{match['name']} has no version pinned with '=='")
    if not hashes:
        return Unlocked(match["name"], version["version"], f"{match['name']} has no hash")
    return LockedDependency(match["name"], version["version"], hashes)


def read_npm(name: str, data: bytes) -> Locked:
    """Read a package-lock.json of lock file version 2 or 3: each package wants its ``integrity``."""
    document = _table(_json(name, data), name)
    if document.get("lockfileVersion") not in {2, 3}:
        raise LockUnreadable(
            f"{name} has lockfileVersion {document.get('lockfileVersion')!r}; 2 and 3 are read.",
            hint="Run 'npm install --package-lock-only --lockfile-version 3'.",
        )
    dependencies, unlocked = [], []
    for key, value in _table(document.get("packages"), f"{name}: packages").items():
        package = _table(value, f"{name}: {key}")
        if "node_modules/" not in key or package.get("link") is True or package.get("inBundle") is True:
            continue  # the project itself, a workspace of it, or bytes inside another package's integrity
        called = _string(package, "name", name) or key.rpartition("node_modules/")[2]
        if not called:
            raise LockUnreadable(f"{name}: a package has no name.")
        integrity = _string(package, "integrity", f"{name}: {key}").split()
        if bad := [text for text in integrity if not _INTEGRITY.fullmatch(text)]:
            raise LockUnreadable(f"{name}: {key}: '{shortened(bad[0])}' is not an integrity.")
        strong = tuple(text.replace("-", ":", 1) for text in integrity if not text.startswith("sha1-"))
        version = _string(package, "version", f"{name}: {key}")
        if strong:
            _required(package, "version", f"{name}: {key}")
            dependencies.append(LockedDependency(called, version, strong))
        else:
            what = "only a SHA-1 integrity" if integrity else "no integrity"
            unlocked.append(Unlocked(called, version, f"{called} has {what}"))
    return Locked(tuple(dependencies), tuple(unlocked))


def read_cargo(name: str, data: bytes) -> Locked:
    """Read a Cargo.lock: each package wants its checksum; those without a source are the project's own."""
    document = _toml(name, data)
    older = _table(document.get("metadata", {}), f"{name}: metadata")
    dependencies, unlocked = [], []
    for package in _tables(document.get("package", []), name):
        source = _string(package, "source", name)
        if not source:
            continue
        called, version = _required(package, "name", name), _required(package, "version", name)
        checksum = _string(package, "checksum", name) or older.get(f"checksum {called} {version} ({source})")
        if isinstance(checksum, str) and re.fullmatch(r"[0-9a-f]{64}", checksum):
            dependencies.append(LockedDependency(called, version, (f"sha256:{checksum}",)))
        elif checksum and checksum != "<none>":
            raise LockUnreadable(f"{name}: the checksum of {called} is not a SHA-256.")
        else:
            unlocked.append(Unlocked(called, version, f"{called} {version} has no checksum"))
    return Locked(tuple(dependencies), tuple(unlocked))


def read_poetry(name: str, data: bytes) -> Locked:
    """Read a poetry.lock: each package wants at least one file, and a hash of every file that it names."""
    document = _toml(name, data)
    metadata = _table(document.get("metadata", {}), f"{name}: metadata")
    older = _table(metadata.get("files", {}), f"{name}: metadata.files")
    return _by_files(
        name,
        (
            (package, _tables(package.get("files", older.get(_required(package, "name", name), [])), name))
            for package in _tables(document.get("package", []), name)
        ),
    )


def read_uv(name: str, data: bytes) -> Locked:
    """Read a uv.lock: as poetry.lock, its files being ``sdist`` and wheels; the project is left out."""
    document = _toml(name, data)
    packages = []
    for package in _tables(document.get("package", []), name):
        source = _table(package.get("source", {}), name)
        if source in ({"virtual": "."}, {"editable": "."}):
            continue
        archives = _tables(package.get("wheels", []), name)
        if "sdist" in package:
            archives.append(_table(package["sdist"], name))
        packages.append((package, archives))
    return _by_files(name, iter(packages))


def _by_files(name: str, packages: Iterator[tuple[dict[str, Json], list[dict[str, Json]]]]) -> Locked:
    dependencies, unlocked = [], []
    for package, files in packages:
        called, version = _required(package, "name", name), _string(package, "version", name)
        hashes = tuple(_string(file, "hash", f"{name}: {called}") for file in files)
        for text in filter(None, hashes):
            hex_hash(text, f"{name}: {called}")
        if version and hashes and all(hashes):
            dependencies.append(LockedDependency(called, version, hashes))
        else:
            why = f"{called} {version or '(no version)'} has a file without hash, or none"
            unlocked.append(Unlocked(called, version, why))
    return Locked(tuple(dependencies), tuple(unlocked))


def read_pipfile(name: str, data: bytes) -> Locked:
    """Read a Pipfile.lock: each package of each category wants ``version`` with ``==`` and hashes."""
    dependencies, unlocked = [], []
    for category, packages in _table(_json(name, data), name).items():
        if category == "_meta":
            continue
        for called, value in _table(packages, f"{name}: {category}").items():
            package = _table(value, f"{name}: {called}")
            version = _EXACT.fullmatch(_string(package, "version", name))
            hashes = package.get("hashes", [])
            if not isinstance(hashes, list):
                raise LockUnreadable(f"{name}: the hashes of {called} are not a list.")
            texts = tuple(hex_hash(str(text), f"{name}: {called}") for text in hashes)
            if version and texts:
                dependencies.append(LockedDependency(called, version["version"], texts))
            else:
                why = f"{called} ({category}) has no {'hash' if version else 'version with =='}"
                unlocked.append(Unlocked(called, version["version"] if version else "", why))
    return Locked(tuple(dependencies), tuple(unlocked))


def read_go(name: str, data: bytes) -> Locked:
    """Read a go.sum: modules with the hash of their content; that of a ``go.mod`` alone brings no code in."""
    dependencies = []
    for number, line in enumerate(text_of(name, data).split("\n"), start=1):
        if not line.strip():
            continue
        parts = line.split()
        if len(parts) != 3 or not re.fullmatch(r"h1:[A-Za-z0-9+/]{43}=", parts[2]):
            raise LockUnreadable(f"{name}:{number}: '{shortened(line)}' is not 'module version h1:hash'.")
        if not parts[1].endswith("/go.mod"):
            dependencies.append(LockedDependency(parts[0], parts[1], (parts[2],)))
    return Locked(tuple(dependencies))


def _json(name: str, data: bytes) -> Json:
    text = text_of(name, data)
    try:
        value: Json = json.loads(text, object_pairs_hook=_members_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise LockUnreadable(f"{name} is not sound JSON: {shortened(str(error))}.") from error
    return value


def _members_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_constant(text: str) -> Json:
    raise ValueError(f"{text} is not JSON")


def _toml(name: str, data: bytes) -> dict[str, Json]:
    text = text_of(name, data)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LockUnreadable(f"{name} is not sound TOML: {shortened(str(error))}.") from error


def _table(value: Json, place: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise LockUnreadable(f"{place}: a table is wanted here.")
    return value


def _tables(value: Json, place: str) -> list[dict[str, Json]]:
    if not isinstance(value, list):
        raise LockUnreadable(f"{place}: a list of tables is wanted here.")
    return [_table(member, place) for member in value]


def _string(table: dict[str, Json], key: str, place: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise LockUnreadable(f"{place}: '{key}' is not text.")
    return value


def _required(table: dict[str, Json], key: str, place: str) -> str:
    text = _string(table, key, place)
    if not text:
        raise LockUnreadable(f"{place}: '{key}' is missing.")
    return text
