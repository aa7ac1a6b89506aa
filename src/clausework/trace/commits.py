"""Which items each commit of a range is about, by what people wrote: trailers, subjects, the branches of merges.

Clauses 8.2.1, 8.2.2, 8.2.4. A text links a commit only to an item that there is: ``CR-12`` in a subject counts where
CR-12 is an item. A trailer names items by their whole IDs; one that names what is no item is told, for somebody meant
an item by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from clausework.evidence.detail import ChangeReview
from clausework.evidence.history import Commit

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*")
_SEPARATOR = re.compile(r"[._-](?![0-9]+(?:[._-]|$))")
"""Where an ID may end within a word: not before a number, for REQ-1-2 is another item than REQ-1."""

_MERGED_INTO = re.compile(r"(?s)(?P<brought>Merge .*) into \S+")
"""The subject that git and forges give a merge: what it brought in, and the branch that took it in."""

_LONGEST_TEXT = 2000


class LinkedCommit(msgspec.Struct, frozen=True):
    """A commit that changed something, and the items that it is linked to, sorted.

    ``unknown`` are the words of its linking trailers that are the ID of no item. ``reviewed_by`` are the people other
    than its author who approved the change that brought it, where an export of reviews says so.
    """

    commit: Commit
    items: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    reviewed_by: tuple[str, ...] = ()


class KnownIds:
    """Looks IDs of items up in what people write, whatever the capitals."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = {one.casefold(): one for one in ids}

    def in_text(self, text: str) -> Iterator[str]:
        """Yield the items that ``text`` names: ``feature/cr-12-alarm`` names CR-12.

        An ID of letters alone is a word of the language there: "stop" in a subject is not the item ``Stop``.
        """
        for word in _WORD.findall(text[:_LONGEST_TEXT]):
            found = self._longest(word.casefold())
            if found and not found.isalpha():
                yield found

    def in_trailer(self, word: str) -> Iterator[str]:
        """Yield the items whose whole IDs stand in a ``word`` of a trailer: ``REQ-1-2`` does not name REQ-1."""
        for part in _WORD.findall(word):
            if found := self._ids.get(part.casefold(), ""):
                yield found

    def _longest(self, word: str) -> str:
        while word:
            if word in self._ids:
                return self._ids[word]
            ends = [found.start() for found in _SEPARATOR.finditer(word)]
            word = word[: ends[-1]] if ends else ""
        return ""


def link_commits(
    commits: Sequence[Commit],
    ids: Collection[str],
    trailers: Collection[str],
    reviews: Sequence[ChangeReview] = (),
) -> tuple[LinkedCommit, ...]:
    """Return each of ``commits`` (parents first) with the items among ``ids`` that it is linked to.

    ``trailers`` are the keys whose values name items. What a merge's subject says of what it took in, its trailers, and
    a review's branch, title and text speak for every commit that it brought in.
    """
    known = KnownIds(ids)
    keys = {key.casefold() for key in trailers}
    own = {commit.id: _own(commit, known, keys) for commit in commits}
    for merged, brought in _brought_in(commits):
        named = [*known.in_text(_what_was_merged(merged.subject)), *_in_trailers(merged, known, keys)]
        for one in brought:
            own[one][0].update(named)
    approvers: dict[str, set[str]] = {}
    for review in reviews:
        named = list(known.in_text(f"{review.source_branch} {review.title} {review.text}"))
        for one in {*review.commits, review.merge_commit, review.head_commit} & own.keys():
            own[one][0].update(named)
            if review.approved:
                others = {approval.by for approval in review.approvals} - {review.author}
                approvers.setdefault(one, set()).update(others)
    return tuple(
        LinkedCommit(
            commit,
            tuple(sorted(own[commit.id][0])),
            tuple(sorted(own[commit.id][1])),
            tuple(sorted(approvers.get(commit.id, ()))),
        )
        for commit in commits
    )


def _own(commit: Commit, known: KnownIds, keys: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the items that the commit itself names, and the words of its trailers that are none."""
    items = {*known.in_text(commit.subject), *_in_trailers(commit, known, keys)}
    words = {word for word in _words(commit, keys) if not any(known.in_trailer(word))}
    return items, {word[:100] for word in words}


def _in_trailers(commit: Commit, known: KnownIds, keys: Collection[str]) -> Iterator[str]:
    return (named for word in _words(commit, keys) for named in known.in_trailer(word))


def _words(commit: Commit, keys: Collection[str]) -> Iterator[str]:
    """Yield the words of the commit's linking trailers."""
    for trailer in commit.trailers:
        if trailer.key.casefold() in keys:
            yield from filter(None, re.split(r"[\s,;]+", trailer.value[:_LONGEST_TEXT]))


def _what_was_merged(subject: str) -> str:
    """Return the part of a merge's subject that is about what it brought in.

    ``Merge branch 'main' into CR-12-alarm`` names the branch that took main in: nothing of main was made for CR-12.
    """
    into = _MERGED_INTO.fullmatch(subject[:_LONGEST_TEXT])
    return into["brought"] if into else subject


def _brought_in(commits: Sequence[Commit]) -> Iterator[tuple[Commit, tuple[str, ...]]]:
    """Yield each merge of the range with the commits of the range that its first parent did not have."""
    place = {commit.id: number for number, commit in enumerate(commits)}
    reached = _ancestors(commits, place)
    for commit in commits:
        if len(commit.parents) > 1:
            before = reached.get(commit.parents[0], 0)
            brought = reached[commit.id] & ~before & ~(1 << place[commit.id])
            yield commit, tuple(_members(brought, commits))


def _ancestors(commits: Sequence[Commit], place: Mapping[str, int]) -> dict[str, int]:
    """Return for each commit the set of commits of the range that it reaches, itself among them, as bits."""
    reached: dict[str, int] = {}
    for commit in commits:
        bits = 1 << place[commit.id]
        for parent in commit.parents:
            bits |= reached.get(parent, 0)
        reached[commit.id] = bits
    return reached


def _members(bits: int, commits: Sequence[Commit]) -> Iterator[str]:
    while bits:
        lowest = bits & -bits
        yield commits[lowest.bit_length() - 1].id
        bits ^= lowest
