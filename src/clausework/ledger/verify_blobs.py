"""Every blob read as it is stored, and every blob that a record names looked for."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from clausework.core.errors import IntegrityViolated
from clausework.ledger.inspection import Problem
from clausework.ledger.ports import Blobs


def check_blobs(blobs: Blobs, named: Mapping[str, int], threads: int) -> tuple[int, list[Problem]]:
    """Return how many blobs were read, and what is wrong with them.

    ``named`` gives, for each digest that a record names, the index of the first that does. Hashing and
    decompressing leave the interpreter free, so threads are enough.
    """
    kept = list(blobs.digests())
    present = frozenset(kept)
    problems = [
        Problem(_place(digest), f"is missing; entry {index} names it")
        for digest, index in sorted(named.items(), key=lambda item: item[1])
        if digest not in present
    ]

    def check(digest: str) -> str:
        try:
            blobs.check(digest)
        except IntegrityViolated as error:
            return error.message
        return ""

    with ThreadPoolExecutor(max(threads, 1), thread_name_prefix="blobs") as pool:
        for digest, message in zip(kept, pool.map(check, kept), strict=True):
            if message:
                needed = f"; entry {named[digest]} names it" if digest in named else ""
                what = message.removeprefix(f"{_place(digest)} ").rstrip(".")
                problems.append(Problem(_place(digest), what + needed))
    return len(kept), problems


def _place(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest}"
