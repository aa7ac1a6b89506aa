"""Where what is archived comes from: the plan's folders and its gather command, its images and tools (5.8.7)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.given_files import keep_file
from clausework.actions.workplace import Workplace
from clausework.core.errors import ClauseworkError
from clausework.core.printable import printable
from clausework.evidence.image_files import image_fault
from clausework.ledger.records.archive import KeptImage, KeptTool, NotInArchive
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Descriptor
from clausework.plan.archiving import Archiving
from clausework.plan.model import arguments_of
from clausework.release.archive import GATHERING

DEPENDENCIES = "CLAUSEWORK_DEPENDENCIES"
"""The variable that names the folder of dependencies: for the plan's gather command to fill, for a build to use."""

_LONGEST_GATHERING = 3600


class Gathered(msgspec.Struct):
    """What was found to be kept, by its path in the archive, and what was not."""

    files: dict[str, Descriptor] = {}
    missing: list[NotInArchive] = []
    notes: list[str] = []
    images: list[KeptImage] = []
    tools: list[KeptTool] = []
    dependencies: int = 0

    def add(self, path: str, kept: Descriptor) -> str:
        """Give ``kept`` its path in the archive, another one where that is taken by other bytes; return it."""
        safe = safe_path(path)
        if self.files.get(safe, kept).sha256 != kept.sha256:
            folder, _, name = safe.rpartition("/")
            safe = f"{folder}/{kept.sha256[:12]}/{name}"
        self.files[safe] = Descriptor(safe, kept.sha256, kept.size, kept.media_type)
        return safe


def safe_path(path: str) -> str:
    """Return ``path`` as a path in the archive: plain components that lead nowhere else."""
    parts = [re.sub(r"[^A-Za-z0-9._+@!=~-]", "_", part)[:150] for part in path.split("/")]
    return "/".join("_" if part in {"", ".", ".."} else part for part in parts)


def gather(workplace: Workplace, archiving: Archiving, folder: Path) -> str:
    """Run the plan's command that fetches dependencies into ``folder``; return what went wrong, empty if nothing."""
    if archiving.gather is None:
        return ""
    try:
        done = subprocess.run(
            arguments_of(archiving.gather),
            cwd=workplace.root,
            env={**workplace.environ, DEPENDENCIES: str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_GATHERING,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"{GATHERING} did not run: {printable(str(error))[:200]}"
    if done.returncode == 0:
        return ""
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    last = f": {printable(lines[-1])[:200]}" if lines else ""
    return f"{GATHERING} ended with exit code {done.returncode}{last}"


def planned_places(root: Path, archiving: Archiving) -> list[Path]:
    """Return the folders of dependencies that the plan names and that are there."""
    found = (given_path(root, one) for one in archiving.dependencies)
    return [one for one in found if one.exists()]


def given_path(root: Path, text: str) -> Path:
    """Return a path of the plan: beside it unless it is absolute or begins with ``~``."""
    return root / os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises where there is no home


def take_images(
    workplace: Workplace, archiving: Archiving, builds: Sequence[Build], gathered: Gathered
) -> None:
    """Take the images that the plan names, each file only if it is the whole image, and those that builds recorded."""
    for image in archiving.images:
        path = ""
        if image.file:
            fault, kept = _kept_image(workplace, given_path(workplace.root, image.file), image.digest)
            if fault or kept is None:
                gathered.missing.append(
                    NotInArchive("image", image.name, image.digest, printable(f"the plan: {fault}")[:200])
                )
                continue
            path = gathered.add(f"images/{image.name}.tar", kept)
        gathered.images.append(KeptImage(image.name, image.digest, path))
    named = {one.digest for one in archiving.images}
    for build in builds:
        digest = build.environment.get("container_image", "")
        if digest and digest not in named:
            named.add(digest)
            gathered.images.append(KeptImage(f"image that built {build.software_item}", digest))
    if not gathered.images:
        gathered.notes.append("no builder image is named: the builds' records tell their tools and machine")


def _kept_image(workplace: Workplace, path: Path, digest: str) -> tuple[str, Descriptor | None]:
    try:
        kept = keep_file(workplace.ledger, path, path.name, "application/x-tar")
    except ClauseworkError as error:
        return error.message, None
    return image_fault(path, digest), kept


def take_tools(
    workplace: Workplace, archiving: Archiving, builds: Sequence[Build], gathered: Gathered
) -> None:
    """Take the tools that the plan names with their licence notes; tell those of the builds that have none."""
    recorded: Mapping[str, str] = {name: version for build in builds for name, version in build.tools.items()}
    for tool in archiving.tools:
        version = tool.version or recorded.get(tool.name, "")
        path, digest = "", tool.digest or ""
        if tool.file:
            try:
                kept = keep_file(
                    workplace.ledger,
                    given_path(workplace.root, tool.file),
                    tool.name,
                    "application/octet-stream",
                )
            except ClauseworkError as error:
                gathered.missing.append(
                    NotInArchive("tool", tool.name, version, f"the plan: {error.message}"[:200])
                )
                continue
            if digest and digest != f"sha256:{kept.sha256}":
                told = f"the plan: the file is sha256:{kept.sha256}, not {digest}"
                gathered.missing.append(NotInArchive("tool", tool.name, version, told))
                continue
            digest = f"sha256:{kept.sha256}"
            path = gathered.add(f"tools/{tool.name}/{Path(tool.file).name}", kept)
        gathered.tools.append(KeptTool(tool.name, version, tool.licence, digest, path))
    without = sorted(set(recorded) - {tool.name for tool in archiving.tools})
    gathered.tools += [KeptTool(name, recorded[name], "") for name in without]
    if without:
        gathered.notes.append(f"no licence note for {', '.join(without)}")
