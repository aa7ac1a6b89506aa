"""The page in an archive that tells how it is restored without Clausework (clause 5.8.7)."""

from __future__ import annotations

import shlex

from clausework.release.archive_facts import LARGE_FILES, WITHOUT_HASH, missing_text
from clausework.release.archive_file import Manifest

_SUBMODULES = (
    "    # 'fill .' puts submodules in their places, where there are any:",
    '    fill() { git -C "$1" ls-tree -r HEAD | grep ^160000 | while read -r mode type commit path; do',
    '      test -e "$1/$path/.git" || git clone --quiet --no-checkout . "$1/$path"',
    '      git -C "$1/$path" checkout --quiet --detach "$commit"; fill "$1/$path"; done; }',
)
_LARGE_FILES = (
    "    # 'large' puts large files (Git LFS) in place of the pointers that git holds:",
    "    large() { grep -rlI '^version https://git-lfs' . --exclude-dir=.git | while read -r file; do",
    f"      kept=../{LARGE_FILES}$(sed -n 's/^oid sha256://p' \"$file\")",
    '      test ! -f "$kept" || cp "$kept" "$file"; done; }',
)


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
        "    dependencies/   the files that the locks name, each found by the lock's own hash; those in",
        "                    dependencies/without-hash/ by name alone, for their lock has no hash of them",
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
    has_large_files = any(one.path.startswith(LARGE_FILES) for one in manifest.files)
    lines += [*_SUBMODULES, *(_LARGE_FILES if has_large_files else ())]
    links = "$CLAUSEWORK_DEPENDENCIES/pip"
    if any(one.path.startswith(f"{WITHOUT_HASH}pip/") for one in manifest.files):
        links += " $CLAUSEWORK_DEPENDENCIES/without-hash/pip"
    for build in manifest.builds:
        lines += [
            "",
            f"    # {build.software_item}: built from the archive when it was made: {build.rebuilt}",
            f"    git checkout --force --detach {build.commit} && fill .{' && large' if has_large_files else ''}",
        ]
        if build.command:
            lines += [
                '    export CLAUSEWORK_DEPENDENCIES="$PWD/../dependencies"',
                f'    export PIP_NO_INDEX=1 PIP_FIND_LINKS="{links}"',
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
            f"    {missing_text(one.kind, one.name, one.version, one.named_by)}" for one in manifest.missing
        ]
        more = manifest.lacking - len(manifest.missing)
        lines += [f"    and {more} more"] if more > 0 else []
        lines += [
            "",
            "    Why people accepted that stands under 'archive: without:' in plan/clausework.yaml.",
        ]
    return "\n".join([*lines, ""])
