"""Builds dist/infusor-COMPONENT-VERSION.pyz, byte for byte the same on every machine.

    python tools/build.py [controller] [display] [companion]

Without a name all three are built. The archive holds the component, the SOUP that requirements.lock pins, and nothing
else: entries in order of their names, one fixed time, stored without compression (whose output differs between versions
of zlib), no compiled files. SOUP is taken from the environment that runs this script: its version must be the lock's,
and each of its files must be as the installed package's own record says.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import sys
import zipfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"controller": "infusor", "display": "display", "companion": "companion"}
"""The package that holds each component."""

EPOCH = (2020, 1, 1, 0, 0, 0)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)
VERSION = re.compile(r'^__version__ = "([0-9.]+)"$', re.MULTILINE)
START = "import sys\n\nfrom {package}.__main__ import main\n\nsys.exit(main())\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(description="Builds the components of the Infusor.")
    parser.add_argument("components", nargs="*", metavar="COMPONENT", help=f"of {', '.join(PACKAGES)}; default: all")
    try:
        for component in parser.parse_args(arguments).components or PACKAGES:
            print(built(component))
    except (metadata.PackageNotFoundError, ValueError) as error:
        print(f"build: {error}; SOUP comes from: pip install --require-hashes -r requirements.lock", file=sys.stderr)
        return 1
    return 0


def built(component: str) -> str:
    """Build ``component`` in place of its earlier versions; return its digest and path."""
    if component not in PACKAGES:
        raise ValueError(f"there is no component '{component}'")
    package = ROOT / "src" / PACKAGES[component]
    version = VERSION.search((package / "__init__.py").read_text("utf-8"))
    if version is None:
        raise ValueError(f"src/{package.name}/__init__.py states no __version__")
    entries = {"__main__.py": START.format(package=package.name).encode()}
    for path in sorted(package.rglob("*.py")):
        entries[path.relative_to(ROOT / "src").as_posix()] = path.read_bytes().replace(b"\r\n", b"\n")
    for name, pinned in PINNED.findall((ROOT / "requirements.lock").read_text("utf-8")):
        entries.update(soup_files(name, pinned))
    target = ROOT / "dist" / f"infusor-{component}-{version[1]}.pyz"
    target.parent.mkdir(exist_ok=True)
    for earlier in target.parent.glob(f"infusor-{component}-*.pyz"):
        earlier.unlink()
    target.write_bytes(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            archive.writestr(entry(name), entries[name])
    return f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.relative_to(ROOT).as_posix()}"


def soup_files(name: str, pinned: str) -> dict[str, bytes]:
    """Return the source files and licences of an installed package, checked against its record."""
    package = metadata.distribution(name)
    if package.version != pinned:
        raise ValueError(f"{name} {package.version} is installed, {pinned} is locked")
    found = {}
    for file in package.files or ():
        path = file.as_posix()
        if not path.endswith((".py", "/LICENSE")) or path.startswith(".."):
            continue
        data = Path(str(package.locate_file(file))).read_bytes()
        if file.hash is None or file.hash.mode != "sha256" or file.hash.value != record_hash(data):
            raise ValueError(f"{path} of {name} {pinned} is not as it was installed")
        found[path] = data
    if not found:
        raise ValueError(f"{name} {pinned} has no files on record")
    return found


def record_hash(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as an installed package's record writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def entry(name: str) -> zipfile.ZipInfo:
    """Return an archive entry that depends on nothing but its name."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    return info


if __name__ == "__main__":
    sys.exit(main())
