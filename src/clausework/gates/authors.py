"""Who wrote an item's text and who implemented it, as far as the commits of a build's range tell (5.2.6, 5.7.1).

A commit that touches the file in which an item stands may have written any of the items in it that the last release
did not have as they read now: all of its authors are taken to have. Items from elsewhere have no author that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausework.evidence.history import Commit
from clausework.gates.facts import CommitFact
from clausework.items.model import Item
from clausework.trace.file_owners import owners_of
from clausework.trace.item_fact import ItemFact

ByAuthor = dict[str, tuple[str, ...]]


def writers(commits: Iterable[Commit], folder: str, changed: Sequence[Item]) -> ByAuthor:
    """Return by author the items of ``changed`` that stand in a file which a commit of theirs touches.

    ``folder`` is the plan's folder in the repository, with a ``/`` behind it.
    """
    by_file: dict[str, list[str]] = {}
    for item in changed:
        by_file.setdefault(f"{folder}{item.place.path.partition('!')[0]}", []).append(item.id)
    found: dict[str, set[str]] = {}
    for commit in commits:
        for path in commit.paths:
            for item_id in by_file.get(path, ()):
                found.setdefault(commit.author.email.lower(), set()).add(item_id)
    return _sorted(found)


def implementers(commits: Iterable[CommitFact], items: Sequence[ItemFact]) -> ByAuthor:
    """Return by author the items that their commits are linked to, and those whose units' files the commits touch."""
    owners = owners_of([item for item in items if item.type == "software_unit"])
    implements = {owner.item.id: owner.item.targets("implements") for owner in owners}
    found: dict[str, set[str]] = {}
    for commit in commits:
        of_author = found.setdefault(commit.author.lower(), set())
        of_author.update(commit.items)
        for owner in owners:
            if any(owner.globs.match(path) for path in commit.paths):
                of_author.update((owner.item.id, *implements[owner.item.id]))
    return _sorted(found)


def _sorted(found: dict[str, set[str]]) -> ByAuthor:
    return {author: tuple(sorted(items)) for author, items in sorted(found.items()) if items}
