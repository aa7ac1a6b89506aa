"""Building again from clean and comparing digests (clause 5.8.5).

The commit is cloned into an empty scratch folder, with its submodules and the large files of Git LFS from the clones
that are here, and its command run there with an environment that is declared and nothing else: ``PATH``, ``HOME`` and
``TMPDIR`` in the scratch folder, ``SOURCE_DATE_EPOCH`` from the commit.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Literal

import msgspec

from clausework.core.errors import InputRejected, UsageFault
from clausework.evidence.artefact_files import artefact_at
from clausework.evidence.git import GitFailed, UnknownRevision, revision, run_git, top
from clausework.evidence.history import committed_at
from clausework.evidence.linked_source import fill
from clausework.evidence.path_globs import PathGlobs, path_globs
from clausework.ledger.records.build import RebuiltOutput

_LONGEST_LOG = 4 << 20
_LONGEST_RUN = 3600


class ScratchNotEmpty(UsageFault):
    """The scratch folder holds something already, so a build in it would not be from clean."""

    hint = "Give a folder that is empty or does not exist yet, outside the work tree."


class NothingToCompare(UsageFault):
    """There is no artefact of the first build, or no command to build it again."""

    hint = "Run 'clausework build --artifact FILE' first, and set the item's build command in the plan."


class RebuildResult(msgspec.Struct, frozen=True):
    """How a rebuild came out, the digests side by side, and what was printed, remarks before it."""

    outcome: Literal["identical", "different", "failed"]
    outputs: tuple[RebuiltOutput, ...]
    log: bytes


def rebuild(
    root: Path,
    commit: str,
    command: Sequence[str],
    globs: Sequence[str],
    first: Mapping[str, str],
    scratch: Path,
    *,
    environment: Mapping[str, str] | None = None,
    seconds: float = _LONGEST_RUN,
) -> RebuildResult:
    """Build ``commit`` in ``scratch`` and compare what matches ``globs`` with ``first``, name to SHA-256.

    A file's name is its path from the repository's top; where ``first`` has only a file name, one file with
    that name must match. ``environment`` is added to the declared one. A command that is not found, fails or
    takes longer than ``seconds`` makes the outcome ``failed``; a missing artefact makes it ``different``.

    Raises ``ScratchNotEmpty``, ``NothingToCompare``, ``UnknownRevision``, ``NotAPathGlob``.
    """
    patterns = path_globs(globs)
    if not first or not command or not globs:
        raise NothingToCompare(
            "A rebuild needs a command, output patterns, and artefacts of the first build."
        )
    source = _clean_clone(root, revision(root, commit), scratch)
    remarks = list(fill(source, root, revision(root, commit)))
    remarks += [
        f"removed before the command, for it is a committed output: {one}"
        for one in _remove(source, patterns)
    ]
    declared = _declared_environment(scratch, committed_at(source, "HEAD")) | dict(environment or {})
    remarks += [f"{name}={declared[name]}" for name in ("SOURCE_DATE_EPOCH", "LC_ALL", "TZ")]
    problem = _run(command, source, declared, scratch / "log", seconds)
    again = _digests(source, patterns, first)
    compared = tuple(
        RebuiltOutput(name, digest, _found(name, again)) for name, digest in sorted(first.items())
    )
    if problem:
        outcome: Literal["identical", "different", "failed"] = "failed"
        remarks.append(problem)
    else:
        outcome = "identical" if all(one.first == one.again for one in compared) else "different"
    header = "".join(f"clausework: {remark}\n" for remark in remarks).encode("utf-8", "backslashreplace")
    return RebuildResult(outcome, compared, header + _log(scratch / "log"))


def _clean_clone(root: Path, commit: str, scratch: Path) -> Path:
    """Clone into ``scratch`` with no template, so that no hook of this machine comes along."""
    scratch.mkdir(parents=True, exist_ok=True)
    if any(scratch.iterdir()):
        raise ScratchNotEmpty(f"'{scratch}' is not empty.")
    for name in ("home", "tmp", "template"):
        (scratch / name).mkdir()
    source = scratch / "source"
    here = scratch.resolve()
    run_git(
        *(here, "clone", "--quiet", "--no-hardlinks", "--no-checkout", f"--template={here / 'template'}"),
        *("--", str(top(root).resolve()), str(here / "source")),
    )
    try:
        run_git(source, "checkout", "--quiet", "--detach", commit)
    except GitFailed as error:
        raise UnknownRevision(f"Commit {commit} cannot be checked out of a clone of '{root}'.") from error
    return source


def _declared_environment(scratch: Path, epoch: int) -> dict[str, str]:
    here = scratch.resolve()
    declared = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(here / "home"),
        "TMPDIR": str(here / "tmp"),
        "SOURCE_DATE_EPOCH": str(epoch),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    if sys.platform == "win32":
        declared |= {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}
    return declared


def _run(
    command: Sequence[str], source: Path, environment: Mapping[str, str], log: Path, seconds: float
) -> str:
    """Run the command in a session of its own, to be ended as a whole; return what went wrong, if it did."""
    with log.open("wb") as printed:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=source,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"the command could not be started: {error}"
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"the command was ended after {seconds:g} seconds"
    return f"the command left with exit code {code}" if code else ""


def _remove(source: Path, patterns: PathGlobs) -> list[str]:
    """Delete outputs that were committed: what the command does not make must not count as made again."""
    paths = _outputs(source, patterns)
    for path in paths.values():
        path.unlink()
    return sorted(paths)


def _outputs(source: Path, patterns: PathGlobs) -> dict[str, Path]:
    """Return the regular files below ``source`` that match, by their path; links are not followed."""
    found = {}
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name != ".git"]
        for name in files:
            path = Path(folder, name)
            relative = path.relative_to(source).as_posix()
            if patterns.match(relative) and path.is_file() and not path.is_symlink():
                found[relative] = path
    return found


def _digests(source: Path, patterns: PathGlobs, first: Iterable[str]) -> dict[str, str]:
    """Return the digests of the outputs, and of the folders of outputs that were artefacts of the first build."""
    outputs = _outputs(source, patterns)
    folders = {name: source / name for name in first if _is_made(source / name, set(outputs.values()))}
    found = {}
    for name, path in (*outputs.items(), *folders.items()):
        try:
            found[name] = artefact_at(path).sha256
        except InputRejected:
            found[name] = ""  # it is there, and has no digest: it is not what was built before
    return found


def _is_made(folder: Path, outputs: Set[Path]) -> bool:
    """Tell whether ``folder`` holds outputs and no other file: what was committed was not made again."""
    files = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    return bool(files) and all(path in outputs or path.is_symlink() for path in files)


def _found(name: str, again: Mapping[str, str]) -> str:
    """Return the digest made again for ``name``: of that path, or of the only file so named."""
    if name in again or "/" in name:
        return again.get(name, "")
    same = [digest for path, digest in again.items() if path.endswith(f"/{name}")]
    return same[0] if len(same) == 1 else ""


def _log(path: Path) -> bytes:
    """Return what was printed; of more than fits, beginning and end."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        if size <= _LONGEST_LOG:
            return stream.read()
        half = _LONGEST_LOG // 2
        begin = stream.read(half)
        stream.seek(size - half)
        return (
            begin
            + f"\n[clausework: {size - 2 * half} bytes are left out here]\n".encode()
            + stream.read(half)
        )
