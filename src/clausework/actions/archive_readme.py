"""The page in an archive that tells how it is restored without Clausework (clause 5.8.7)."""

from __future__ import annotations

import shlex

from clausework.release.archive_file import Manifest


def readme(manifest: Manifest) -> str:
    """Return README.txt of the archive that ``manifest`` describes; only tar, zstd, sha256sum and git are needed."""
    state = "released" if manifest.released else "not released when this was written"
    lines = [
        f"{manifest.product} {manifest.version}, {manifest.manufacturer}",
        f"Safety class {manifest.safety_class} (EN 62304); {state}. To be kept: {manifest.retention}.",
        "",
        "This is the archive that EN 62304 clause 5.8.7 asks for. Nothing but tar, zstd, sha256sum and git is needed.",
        "",
        "1. Unpack and compare every digest",
        "",
        "    tar --zstd -xf ARCHIVE.tar.zst",
        "    sha256sum --check --quiet SHA256SUMS",
        "",
        "2. What is in it (MANIFEST.json names every file)",
        "",
        "    source/         the history behind each build, as git bundles",
        "    artefacts/      what was released, by software item",
        "    locks/          the lock files of each build",
        "    dependencies/   the files that the locks name, each found by the lock's own hash",
        "    plan/           the development, verification and maintenance plan in force",
        "    images/ tools/  builder images and tools, where their files were given",
        "    evidence/       the bytes of every report and document, under their SHA-256",
        "    records/        the signed log of all records (C2SP tlog-tiles)",
        "",
        "3. Get the source back and build",
        "",
        "    git init source-tree && cd source-tree",
        "    for bundle in ../source/*.bundle; do git fetch \"$bundle\" 'refs/clausework/*:refs/heads/*'; done",
    ]
    for build in manifest.builds:
        lines += [
            "",
            f"    # {build.software_item}: built from the archive when it was made: {build.rebuilt}",
            f"    git checkout --detach {build.commit}",
        ]
        if build.command:
            lines += [
                '    export CLAUSEWORK_DEPENDENCIES="$PWD/../dependencies"',
                '    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$CLAUSEWORK_DEPENDENCIES/pip"',
                f"    {shlex.join(build.command)}",
            ]
    lines += ["", "4. Builder images, tools and their licences", ""]
    lines += [f"    {one.name}  {one.digest}  {one.path or 'kept by digest'}" for one in manifest.images]
    lines += [
        f"    {one.name} {one.version}  licence: {one.licence or 'no note'}  {one.path or one.digest}".rstrip()
        for one in manifest.tools
    ]
    if not manifest.images and not manifest.tools:
        lines.append("    None is named; the build records in records/ tell tools and machine.")
    if manifest.missing:
        lines += ["", "5. What the archive does not hold", ""]
        lines += [
            f"    {one.kind} {one.name} {one.version} (named by {one.named_by})" for one in manifest.missing
        ]
    return "\n".join([*lines, ""])
