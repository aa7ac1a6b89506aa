"""Single records with their inclusion proofs, each held against a signed checkpoint before it is returned."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable

import msgspec

from clausework.ledger.checkpoint import Checkpoint
from clausework.ledger.envelope import open_envelope
from clausework.ledger.ports import LogReader
from clausework.ledger.records import Record, decode_statement
from clausework.ledger.snapshot import EntriesNotCovered
from clausework.ledger.tree import inclusion_holds, leaf_hash
from clausework.ledger.tree_reader import TreeReader


class CoveredRecord(msgspec.Struct, frozen=True):
    """A record and the base64 hashes of its RFC 6962 inclusion proof, leaf side first."""

    record: Record
    proof: tuple[str, ...]


class CoveredRecords:
    """Reads records one by one. Threads may share it."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._tree = TreeReader(reader)
        self._turn = threading.Lock()

    def read(self, indexes: Iterable[int], checkpoint: Checkpoint) -> dict[int, CoveredRecord]:
        """Return the records at ``indexes`` with their proofs under ``checkpoint``.

        Raises ``EntriesNotCovered`` where a stored entry is not the one that the checkpoint covers, ``NoSuchLeaf``,
        ``UnknownRecord``.
        """
        wanted = sorted(set(indexes))
        with self._turn:
            proofs = self._tree.inclusions(wanted, checkpoint.size)
        found = {}
        for index, proof in zip(wanted, proofs, strict=True):
            entry = next(iter(self._reader.entries(index, index + 1)), b"")
            if not inclusion_holds(leaf_hash(entry), index, checkpoint.size, proof, checkpoint.root):
                raise EntriesNotCovered(f"Entry {index} is not the one that the signed checkpoint covers.")
            record = decode_statement(open_envelope(entry).payload, index)
            found[index] = CoveredRecord(record, tuple(base64.b64encode(one).decode() for one in proof))
        return found
