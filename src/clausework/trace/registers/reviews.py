"""People's effective reviews by item and text, as pages: they say the same of every release that has the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from clausework.trace.registers.encoding import digest_key, seal, unseal
from clausework.trace.registers.model import PAGE, REVIEW_PAGE, ReviewPage, ReviewsOfItem
from clausework.trace.registers.numbers import Numbers, Read


class Review(msgspec.Struct, frozen=True):
    """What people's effective reviews of one text come to: the item, the text, and whether the newest accepted it.

    ``verifying`` are the records of the accepted verifications otherwise than by test that still stand.
    """

    item: str
    sha256: str
    verifying: tuple[int, ...]
    accepted: bool


class ReviewPages(msgspec.Struct, frozen=True):
    """Pages of reviews: their keys by page, and what is kept under the keys."""

    keys: dict[int, bytes]
    values: dict[bytes, bytes]


def review_pages(reviews: Iterable[Review], items: Numbers) -> ReviewPages:
    """Return the pages of ``reviews``, one for each text that was reviewed."""
    given = list(reviews)
    pages: dict[int, dict[int, list[ReviewsOfItem]]] = {}
    for number, one in zip(items.of([one.item for one in given]), given, strict=True):
        of_item = ReviewsOfItem(one.sha256, one.verifying, one.accepted)
        pages.setdefault(number // PAGE, {}).setdefault(number, []).append(of_item)
    keys: dict[int, bytes] = {}
    values: dict[bytes, bytes] = {}
    for page, members in sorted(pages.items()):
        content = {number: tuple(found) for number, found in sorted(members.items())}
        keys[page] = digest_key(REVIEW_PAGE, content)
        values[keys[page]] = seal(keys[page], content)
    return ReviewPages(keys, values)


def withdrawn(read: Read, before: Mapping[int, bytes], after: ReviewPages) -> bool:
    """Tell whether a text that was accepted is not accepted any more: what was no suspect may be one again."""
    changed = {page: key for page, key in before.items() if after.keys.get(page) != key}
    sealed = read(changed.values()) if changed else {}
    for page, key in changed.items():
        now = _accepted(after.keys.get(page, b""), after.values.get(after.keys.get(page, b"")))
        if not _accepted(key, sealed.get(key)) <= now:
            return True
    return False


def _accepted(key: bytes, sealed: bytes | None) -> set[tuple[int, str]]:
    if not key:
        return set()
    page = unseal(key, sealed, ReviewPage)
    return {(number, one.sha256) for number, found in page.items() for one in found if one.accepted}
