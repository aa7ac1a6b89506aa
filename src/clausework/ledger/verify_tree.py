"""The tree worked out anew from the entries, and every checkpoint and full tile held against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import Checkpoint
from clausework.ledger.inspection import Problem
from clausework.ledger.ports import LogReader
from clausework.ledger.tiles import TILE_WIDTH, split_hashes, tile_path
from clausework.ledger.tree import extend_frontier, root_of_frontier, subtree_root


class TreeCheck:
    """Takes leaf hashes and checkpoints in order; ``problems`` grows as they disagree."""

    def __init__(self, reader: LogReader) -> None:
        self.problems: list[Problem] = []
        self.size = 0
        self._reader = reader
        self._frontier: tuple[bytes, ...] = ()
        self._rows: list[list[bytes]] = []
        self._tiles: list[int] = []
        self._agreed = 0
        self._time = 0
        self._lost = False

    def take(self, leaves: Iterable[bytes | None], checkpoints: Iterable[Checkpoint]) -> None:
        """Take the next leaves, and the checkpoints whose sizes lie among them; ``None`` is an unreadable entry."""
        new = list(leaves)
        start = self.size
        for checkpoint in checkpoints:
            self._extend(new[self.size - start : max(checkpoint.size - start, 0)])
            self._compare(checkpoint)
        self._extend(new[self.size - start :])

    def _extend(self, leaves: Sequence[bytes | None]) -> None:
        if not leaves:
            return
        if None in leaves:
            self._lost = True
        known = [leaf or bytes(32) for leaf in leaves]
        self._frontier = extend_frontier(self._frontier, self.size, known)
        self.size += len(known)
        self._fill(0, known)

    def _compare(self, checkpoint: Checkpoint) -> None:
        place = f"checkpoint at {checkpoint.size}"
        if checkpoint.time < self._time:
            self.problems.append(
                Problem(place, f"its time is {self._time - checkpoint.time} s before the last one's")
            )
        self._time = max(self._time, checkpoint.time)
        if checkpoint.size != self.size:
            self.problems.append(Problem(place, f"there are {self.size} entries to hold it against"))
        elif self._lost:
            return
        elif root_of_frontier(self._frontier) != checkpoint.root:
            # What follows cannot agree either; every entry is still checked by its own signature and tile.
            self._lost = True
            suspects = (
                f"entries {self._agreed} to {checkpoint.size - 1}" if checkpoint.size else "an empty log"
            )
            self.problems.append(
                Problem(place, f"its root hash is not that of the entries; suspect are {suspects}")
            )
        self._agreed = checkpoint.size

    def _fill(self, level: int, hashes: Sequence[bytes]) -> None:
        if level == len(self._rows):
            self._rows.append([])
            self._tiles.append(0)
        row = self._rows[level]
        row.extend(hashes)
        while len(row) >= TILE_WIDTH:
            full = row[:TILE_WIDTH]
            del row[:TILE_WIDTH]
            self._check_tile(level, self._tiles[level], full)
            self._tiles[level] += 1
            self._fill(level + 1, [subtree_root(full)])

    def _check_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        try:
            stored = self._reader.tile(level, number)
        except IntegrityViolated as error:
            self.problems.append(Problem(tile_path(level, number), error.message))
            return
        if stored == b"".join(hashes):
            return
        what = "entry" if level == 0 else f"tile of level {level - 1}"
        for position, (found, expected) in enumerate(zip(split_hashes(stored), hashes, strict=False)):
            if found != expected:
                which = number * TILE_WIDTH + position
                self.problems.append(
                    Problem(
                        tile_path(level, number),
                        f"its hash of {what} {which} is not that of what is stored there",
                    )
                )
