"""Whether an array of issues may be one page of more: GitHub and GitLab give no totals with their arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from clausework.core.places import Finding, Place
from clausework.items.readers.tracker_json import JsonFile


def maybe_a_page(files: Sequence[JsonFile], sizes: Collection[int], hint: str) -> Iterator[Finding]:
    """Yield a finding where every file is one array of exactly a page's size, of which ``sizes`` are usual.

    Several arrays in a file are pages that were put together, up to the last.
    """
    arrays = [(file.path, file.arrays[0]) for file in files if len(file.arrays) == 1 and not file.documents]
    if arrays and len(arrays) == len(files) and all(size in sizes for _, size in arrays):
        path, size = arrays[-1]
        message = f"exactly {size} issues are the size of a page, and nothing says that there are no more"
        yield Finding("not-whole", message, Place(path, 1), ("5.8.2", "9.2"), hint)


def not_all_found(files: Sequence[JsonFile], member: str) -> Iterator[Finding]:
    """Yield a finding where a search tells another total than ``files`` hold, or that it did not come to its end."""
    pages = [(file.path, page) for file in files for page in file.documents]
    for path, page in pages:
        if page.get("incomplete_results") is True:
            message = "the search says that its results are incomplete"
            yield Finding("not-whole", message, Place(path, 1), ("5.8.2", "9.2"), "Search again.")
    totals = {page["total_count"] for _, page in pages if isinstance(page.get("total_count"), int)}
    held = sum(page[member] for _, page in pages if isinstance(page.get(member), int))
    if pages and totals != {held}:
        told = ", ".join(map(str, sorted(totals))) or "no total"
        message = f"the search tells {told}, and {held} issues are here"
        hint = "Put every page of the search into the source."
        yield Finding("not-whole", message, Place(pages[0][0], 1), ("5.8.2", "9.2"), hint)
