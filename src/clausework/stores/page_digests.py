"""A SHA-256 for each page of the database file, beside it: slack space and headers included, no byte is free.

SQLite's own check reads structure and content, not the bytes between. The main file changes only when
the write-ahead log is moved into it, which only we do; each time, the digests of the pages that were in the
log are written here first. Until the log is reset, a page may also be any image that the log holds of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from clausework.ledger.inspection import Problem
from clausework.stores.durable_files import descriptor, write_all, write_durably

PAGE_SIZE = 4096
_DIGEST = 32
_HEADER = b"clausework pages v1 4096\n".ljust(_DIGEST, b"\x00")


class Readable(Protocol):
    """A file that is read from its beginning on."""

    def read(self, size: int, /) -> bytes:
        """Return the next ``size`` bytes, fewer at the end."""
        ...


def create_page_digests(path: Path, database: bytes) -> None:
    """Write the digests of all pages of a new ``database`` to ``path``."""
    pages = (database[offset : offset + PAGE_SIZE] for offset in range(0, len(database), PAGE_SIZE))
    write_durably(path, _HEADER + b"".join(sha256(page).digest() for page in pages))


def write_page_digests(path: Path, digests: Mapping[int, bytes]) -> None:
    """Write the digests of the pages that are named by number (from 1), durably."""
    with descriptor(path, os.O_WRONLY) as number:
        for page, digest in digests.items():
            write_all(number, digest, len(_HEADER) + (page - 1) * _DIGEST)
        os.fdatasync(number)


def check_pages(
    database: Readable, name: str, digests: bytes, digests_name: str, images: Mapping[int, list[bytes]]
) -> list[Problem]:
    """Return what is wrong with the pages of ``database`` or with ``digests``, given the log's ``images``."""
    problems: list[Problem] = []
    if digests[: len(_HEADER)] != _HEADER or len(digests) % _DIGEST:
        problems.append(Problem(digests_name, "its header or its length is not as it was written"))
    page = 0
    while content := database.read(PAGE_SIZE):
        page += 1
        found = sha256(content).digest()
        start = len(_HEADER) + (page - 1) * _DIGEST
        recorded = digests[start : start + _DIGEST]
        if found != recorded and found not in images.get(page, ()):
            where = f"page {page} (bytes {(page - 1) * PAGE_SIZE} to {page * PAGE_SIZE})"
            problems.append(
                Problem(f"{name} {where}", f"does not have the digest that {digests_name} gives it")
            )
    counted = len(digests) // _DIGEST - 1
    if page < counted and any(number not in images for number in range(page + 1, counted + 1)):
        problems.append(Problem(name, f"has {page} pages, and {digests_name} gives {counted}"))
    return problems
