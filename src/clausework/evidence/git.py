r"""The git repository as evidence reads it: revisions, origin, status (clauses 5.1.11, 8.1.1).

Git is run by name with argument lists and only to read. Nothing that a repository, a user or an environment
can set makes it prompt, page, run a hook, or tell of other objects than those whose digests it names:
``GIT_*`` variables are dropped, replacement objects and grafts are ignored. Paths are relative to the
repository's top and always separated by ``/``; bytes that are not UTF-8 are shown as ``\xNN``.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from clausework.core.errors import IntegrityViolated, NotAllowed, Unavailable, UsageFault

_SETTINGS = (
    "--no-pager",
    "--no-replace-objects",
    "--no-optional-locks",
    "--literal-pathspecs",
    *("-c", "core.quotepath=off"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "log.showSignature=false"),
    *("-c", "trailer.separators=:"),
)
_BY_COMMIT = "root-commit:"
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HOST = r"(?:[\w.~%-]{2,}|\[[0-9A-Fa-f:.]+\])"
_ADDRESS = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/]*@)?(?P<place>{_HOST}(?::\d+)?(?:/.*)?)"
)
_SCP_ADDRESS = re.compile(rf"(?:[^/@:]+@)?(?P<host>{_HOST}):/*(?P<path>[^/@:][^@:]*)")


class GitUnavailable(Unavailable):
    """The git program is not there."""

    hint = "Install git and put it on the PATH."


class GitFailed(IntegrityViolated):
    """Git could not read what a sound repository holds."""

    hint = "Run 'git fsck', and clone the repository again when it names damage."


class NotARepository(UsageFault):
    """The folder is in no git work tree."""

    hint = "Run the command inside the clone that is built, or begin one with 'git init'."


class RepositoryNotTrusted(NotAllowed):
    """Git refuses the repository because another user owns it."""

    hint = "Let this user own the clone, or run 'git config --global --add safe.directory FOLDER'."


class UnknownRevision(UsageFault):
    """A name denotes no commit here."""

    hint = "Give a commit, tag or branch of this clone; fetch it first when the clone is shallow."


class NoCommitYet(UnknownRevision):
    """The repository has no commit."""

    hint = "Commit the work, then run the command again."


class HistoryIncomplete(UsageFault):
    """The clone is shallow, and what is asked lies behind its edge."""

    hint = "Fetch the whole history: 'git fetch --unshallow', in GitHub Actions 'fetch-depth: 0'."


class StatusEntry(msgspec.Struct, frozen=True, order=True):
    """A path that differs from the commit, and git's two status letters (``??``: untracked, ``!!``: hidden).

    An untracked path that ends in ``/`` is a folder with a repository of its own.
    """

    path: str
    status: str


def git_environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which git is run: ``base`` without its ``GIT_*``, and nothing interactive."""
    given = os.environ if base is None else base
    kept = {name: value for name, value in given.items() if not name.upper().startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_LFS_SKIP_SMUDGE": "1",
    }


def git_command(root: Path, *arguments: str) -> list[str]:
    """Return the argument list that runs git in ``root``."""
    return ["git", *_SETTINGS, "-C", str(root), *arguments]


def run_git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return what git prints.

    Raises ``GitUnavailable``, ``NotARepository``, ``RepositoryNotTrusted``, or ``GitFailed`` for any other
    failure.
    """
    try:
        done = subprocess.run(
            git_command(root, *arguments),
            input=stdin,
            capture_output=True,
            check=False,
            env=git_environment(),
        )
    except FileNotFoundError as error:
        raise GitUnavailable("The program 'git' is not on the PATH.") from error
    if done.returncode:
        raise _failure(root, arguments, done.stderr)
    return done.stdout


def start_git(root: Path, *arguments: str, stdin: BinaryIO) -> subprocess.Popen[bytes]:
    """Start git with ``stdin`` as its input, for output too large to hold; raises ``GitUnavailable``."""
    try:
        return subprocess.Popen(
            git_command(root, *arguments),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )
    except FileNotFoundError as error:
        raise GitUnavailable("The program 'git' is not on the PATH.") from error


def _failure(
    root: Path, arguments: tuple[str, ...], stderr: bytes
) -> NotARepository | NotAllowed | GitFailed:
    said = shown(stderr).strip().removeprefix("fatal: ")
    if "dubious ownership" in said:
        return RepositoryNotTrusted(f"Git does not trust '{root}': another user owns it.")
    if "not a git repository" in said or "must be run in a work tree" in said or "cannot change to" in said:
        return NotARepository(f"'{root}' is in no git work tree.")
    return GitFailed(
        f"'git {arguments[0]}' failed in '{root}': {said.splitlines()[0] if said else 'no reason given'}."
    )


def shown(raw: bytes) -> str:
    r"""Return git's bytes as text; what is not UTF-8 stands as ``\xNN``, so that no byte is lost."""
    return raw.decode("utf-8", "backslashreplace")


def top(root: Path) -> Path:
    """Return the top folder of the work tree around ``root``; raises ``NotARepository``."""
    if not root.is_dir():
        raise NotARepository(f"'{root}' is not a folder.")
    return Path(os.fsdecode(run_git(root, "rev-parse", "--show-toplevel").removesuffix(b"\n")))


def prefix(root: Path) -> str:
    """Return where ``root`` is below the top: empty at the top, else with a ``/`` at its end."""
    return shown(run_git(root, "rev-parse", "--show-prefix").removesuffix(b"\n"))


def revision(root: Path, name: str = "HEAD") -> str:
    """Return the full ID of the commit that ``name`` denotes.

    Raises ``UnknownRevision``; ``NoCommitYet`` where the repository is empty.
    """
    top(root)
    if name.startswith("-") or "\0" in name:
        raise UnknownRevision(f"'{name}' is not the name of a commit.")
    try:
        found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitFailed as error:
        if name == "HEAD":
            raise NoCommitYet(f"The repository around '{root}' has no commit.") from error
        raise UnknownRevision(f"'{name}' denotes no commit in '{root}'.") from error
    commit = shown(found).strip()
    if not _OBJECT_ID.fullmatch(commit):
        raise UnknownRevision(f"'{name}' denotes no commit in '{root}'.")
    return commit


def origin(root: Path) -> str:
    """Return the repository's identity: the address of its remote ``origin`` without credentials.

    A remote that is a folder of one machine, or none, identifies nothing: then it is ``root-commit:`` and the
    first commit of the first-parent line. Raises ``HistoryIncomplete`` where a shallow clone hides that.
    """
    top(root)
    try:
        address = shown(run_git(root, "config", "--get", "remote.origin.url")).strip()
    except GitFailed:
        address = ""
    bare = without_credentials(address)
    return bare or f"{_BY_COMMIT}{_first_commit(root)}"


def without_credentials(address: str) -> str:
    """Return a network address without user, password, query and fragment; empty where it is not one."""
    plain, _, rest = address.replace("#", "?").partition("?")
    if "@" in rest or re.search(r"\s", plain):
        return ""
    if "://" in plain:
        match = _ADDRESS.fullmatch(plain)
        return f"{match['scheme'].lower()}://{match['place']}" if match else ""
    match = _SCP_ADDRESS.fullmatch(plain)
    return f"ssh://{match['host']}/{match['path']}" if match else ""


def same_repository(one: str, other: str) -> bool:
    """Tell whether two addresses name one repository: scheme, user, port, the host's letters and '.git' say nothing.

    What is no network address, as ``root-commit:`` and a commit, is the same only as it stands.
    """
    return bool(one.strip()) and _place(one) == _place(other)


def _place(address: str) -> str:
    given = address.strip()
    scheme, _, place = without_credentials(given).partition("://")
    if not scheme or given.startswith(_BY_COMMIT):
        return given
    host, _, path = place.partition("/")
    return f"{re.sub(':[0-9]+$', '', host).lower()}/{path.strip('/').removesuffix('.git')}"


def _first_commit(root: Path) -> str:
    head = revision(root)
    first = shown(run_git(root, "rev-list", "--first-parent", "--max-parents=0", head)).split()[-1]
    if first in shallow_commits(root):
        raise HistoryIncomplete(f"'{root}' has no remote address, and its first commit was not fetched.")
    return first


def common_commit(root: Path, one: str, other: str) -> str:
    """Return the newest commit that two commits both descend from; empty where their histories have none in common.

    Raises ``HistoryIncomplete`` where a shallow clone may hide it.
    """
    try:
        found = run_git(root, "merge-base", "--end-of-options", one, other)
    except GitFailed:
        if shallow_commits(root):
            raise HistoryIncomplete(
                f"This shallow clone does not show where {one[:12]} and {other[:12]} part."
            ) from None
        return ""
    return shown(found).split()[0]


def shallow_commits(root: Path) -> frozenset[str]:
    """Return the commits at the edge of a shallow clone, whose parents exist but are not here."""
    path = top(root) / shown(run_git(top(root), "rev-parse", "--git-path", "shallow").removesuffix(b"\n"))
    return frozenset(path.read_text("ascii").split()) if path.is_file() else frozenset()


def status(root: Path) -> tuple[StatusEntry, ...]:
    """Return every path that differs from the commit: staged, changed, deleted, untracked and not ignored.

    Files that git was told not to look at (``assume-unchanged``, ``skip-worktree``) are told as ``!!``:
    nobody knows whether they are what was committed.
    """
    folder = top(root)
    printed = run_git(
        folder,
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--ignore-submodules=none",
        "--no-renames",
    )
    entries = {shown(line[3:]): shown(line[:2]) for line in printed.split(b"\0") if line}
    for line in run_git(folder, "ls-files", "-v", "-z").split(b"\0"):
        if line[:1].islower() or line[:1] == b"S":
            entries.setdefault(shown(line[2:]), "!!")
    return tuple(StatusEntry(path, letters) for path, letters in sorted(entries.items()))
