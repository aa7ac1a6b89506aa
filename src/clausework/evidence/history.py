"""The commits of a range and the tags of a commit, as the log of a build keeps them (clauses 8.2.4, 8.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from clausework.core.clock import timestamp
from clausework.core.errors import InputRejected
from clausework.evidence.git import HistoryIncomplete, revision, run_git, shallow_commits, shown

_FIELDS = (
    "%H",
    "%P",
    "%an",
    "%ae",
    "%at",
    "%cn",
    "%ce",
    "%ct",
    "%s",
    "%b",
    "%(trailers:only=true,unfold=true)",
)
_TAG_FIELDS = (
    "refname:strip=2",
    "objectname",
    "objecttype",
    "taggername",
    "taggeremail",
    "subject",
    "signature",
)
_SIGNATURE_KINDS = {"-----BEGIN PGP": "openpgp", "-----BEGIN SSH": "ssh", "-----BEGIN SIGNED": "x509"}


class UnreadableCommit(InputRejected):
    """A commit's time is outside what a record can hold."""

    hint = "A commit object was made by hand; have it made again with git itself."


class Contributor(msgspec.Struct, frozen=True):
    """Who made or committed a commit, as the commit claims: name, e-mail address in lower case."""

    name: str
    email: str


class Trailer(msgspec.Struct, frozen=True):
    """A line such as ``Reviewed-by: …`` or ``Change-Request: CR-7`` at a commit message's end."""

    key: str
    value: str


class Commit(msgspec.Struct, frozen=True):
    """A commit: who, when, why, and the paths that it changed.

    A merge's ``paths`` are those that differ from every parent: what the merge itself brought in.
    """

    id: str
    parents: tuple[str, ...]
    author: Contributor
    authored_at: str
    committer: Contributor
    committed_at: str
    subject: str
    body: str
    trailers: tuple[Trailer, ...]
    paths: tuple[str, ...]


class Tag(msgspec.Struct, frozen=True):
    """A tag on a commit; ``signature_kind`` is empty where it is unsigned. No signature is verified here."""

    name: str
    id: str
    tagger: Contributor
    subject: str
    signature_kind: str


def commits(root: Path, start: str, end: str) -> tuple[Commit, ...]:
    """Return the commits that ``end`` reaches and ``start`` (empty: none) does not, parents first.

    Raises ``UnknownRevision``; ``HistoryIncomplete`` where the edge of a shallow clone cuts the range.
    """
    last = revision(root, end)
    wanted = [last] if not start else [last, f"^{revision(root, start)}"]
    found = _walked(root, "--reverse", "--topo-order", *wanted)
    if cut := shallow_commits(root).intersection(commit.id for commit in found):
        raise HistoryIncomplete(f"The parents of commit {min(cut)} are not in this shallow clone.")
    return found


def one_commit(root: Path, name: str) -> Commit:
    """Return the commit that ``name`` denotes; at a shallow clone's edge its paths are all that it has."""
    return _walked(root, "--no-walk", revision(root, name))[0]


def committed_at(root: Path, commit: str) -> int:
    """Return the commit's own time in seconds since 1970."""
    return int(run_git(root, "rev-list", "--no-commit-header", "--max-count=1", "--format=%ct", commit) or 0)


def tags(root: Path, commit: str) -> tuple[Tag, ...]:
    """Return the tags that point at ``commit``, by name."""
    fields = (
        "%00".join(f"%({'contents:' if name == 'signature' else ''}{name})" for name in _TAG_FIELDS) + "%00"
    )
    printed = run_git(
        root, "for-each-ref", f"--points-at={revision(root, commit)}", f"--format={fields}", "refs/tags"
    )
    return tuple(_tag(row) for row in _rows(printed, len(_TAG_FIELDS)))


def _walked(root: Path, *arguments: str) -> tuple[Commit, ...]:
    format_ = "%x00".join((*_FIELDS, ""))
    printed = run_git(root, "rev-list", "--no-commit-header", f"--format={format_}", *arguments)
    rows = list(_rows(printed, len(_FIELDS)))
    paths = _changed_paths(root, [row[0] for row in rows])
    return tuple(_commit(row, paths[row[0]]) for row in rows)


def _rows(printed: bytes, width: int) -> Iterator[list[str]]:
    """Yield git's rows of ``width`` fields: each field ends in NUL, each row in a line feed."""
    fields = [shown(field) for field in printed.split(b"\0")[:-1]]
    for first in range(0, len(fields), width):
        row = fields[first : first + width]
        yield [row[0].lstrip("\n"), *row[1:]]


def _commit(row: list[str], paths: tuple[str, ...]) -> Commit:
    (
        id_,
        parents,
        author,
        author_email,
        authored,
        committer,
        committer_email,
        committed,
        subject,
        body,
        trailers,
    ) = row
    return Commit(
        id=id_,
        parents=tuple(parents.split()),
        author=Contributor(author, author_email.strip().lower()),
        authored_at=_time(id_, authored),
        committer=Contributor(committer, committer_email.strip().lower()),
        committed_at=_time(id_, committed),
        subject=subject,
        body=body.rstrip("\n"),
        trailers=tuple(_trailer(line) for line in trailers.split("\n") if ":" in line),
        paths=paths,
    )


def _time(commit: str, seconds: str) -> str:
    try:
        return timestamp(datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableCommit(f"Commit {commit} claims a time that is none: '{seconds}'.") from error


def _trailer(line: str) -> Trailer:
    key, _, value = line.partition(":")
    return Trailer(key.strip(), value.strip())


def _tag(row: list[str]) -> Tag:
    name, id_, type_, tagger, email, subject, signature = row
    # A light tag has only its commit's message, in which anything may look like a signature.
    if type_ != "tag":
        return Tag(name, id_, Contributor("", ""), "", "")
    kind = next((kind for start, kind in _SIGNATURE_KINDS.items() if signature.startswith(start)), "")
    return Tag(name, id_, Contributor(tagger, email.strip("<>").lower()), subject, kind)


def _changed_paths(root: Path, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Ask for raw changes: there a path follows a token with a colon, so none can pass for a commit's ID."""
    printed = run_git(
        root,
        *(
            "diff-tree",
            "--stdin",
            "-z",
            "-r",
            "-c",
            "--root",
            "--always",
            "--raw",
            "--no-abbrev",
            "--no-renames",
        ),
        "--ignore-submodules=none",
        stdin="".join(f"{id_}\n" for id_ in ids).encode(),
    )
    found: dict[str, list[str]] = {id_: [] for id_ in ids}
    current: list[str] = []
    tokens = iter(printed.split(b"\0"))
    for token in tokens:
        if token.startswith(b":"):
            current.append(shown(next(tokens)))
        elif token:
            current = found[shown(token).strip()]
    return {id_: tuple(sorted(set(paths))) for id_, paths in found.items()}
