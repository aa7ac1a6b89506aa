"""Whether the pages of a search in Jira are all of it: by its total, or by the page that is said to be the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from clausework.core.places import Finding, Place
from clausework.items.readers.tracker_json import JsonFile

_PAGE_SIZES = frozenset({50, 100, 1000})
_HINT = "Export every page: ask again with a higher 'startAt', or with the 'nextPageToken', until there is no more."


def not_whole(files: Sequence[JsonFile]) -> Iterator[Finding]:
    """Yield a finding where what ``files`` hold is not shown to be all that was searched."""
    pages = [(file.path, page) for file in files for page in file.documents if "issues" in page]
    counted = [(path, page) for path, page in pages if isinstance(page.get("total"), int)]
    by_token = [(path, page) for path, page in pages if (path, page) not in counted]
    if counted:
        yield from _by_total(counted)
    if by_token:
        yield from _by_last(by_token)
    arrays = [size for file in files for size in file.arrays]
    if arrays and not pages and all(size in _PAGE_SIZES for size in arrays) and len(arrays) == len(files):
        message = (
            f"exactly {arrays[0]} issues are the size of a page, and nothing says that there are no more"
        )
        hint = "Keep the answer of the search as it is, with its 'total' or 'isLast'."
        yield Finding("not-whole", message, Place(files[0].path, 1), ("5.8.2", "9.2"), hint)


def _by_total(pages: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[Finding]:
    totals = {page["total"] for _, page in pages}
    held = sum(page["issues"] for _, page in pages)
    if len(totals) > 1:
        message = f"the pages tell different totals: {', '.join(map(str, sorted(totals)))}"
        yield Finding(
            "not-whole", message, Place(pages[-1][0], 1), ("5.8.2", "9.2"), "Export all pages again, at once."
        )
    elif held != (total := totals.pop()):
        message = f"the search found {total} issues, and {held} are here"
        yield Finding("not-whole", message, Place(pages[0][0], 1), ("5.8.2", "9.2"), _HINT)


def _by_last(pages: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[Finding]:
    last = [path for path, page in pages if page.get("isLast") is True]
    tokens = [path for path, page in pages if page.get("nextPageToken") and page.get("isLast") is not True]
    if not last:
        message = (
            "there is a page behind this one"
            if tokens
            else "nothing says that these are all issues: there is neither 'total' nor 'isLast'"
        )
        yield Finding("not-whole", message, Place((tokens or [pages[0][0]])[-1], 1), ("5.8.2", "9.2"), _HINT)
