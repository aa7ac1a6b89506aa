"""A program that appends to a store until it is killed, and writes each index that was acknowledged to stdout.

python -m tests.stores.appending FOLDER LEDGER_SEED CLOCK_SEED PIPELINE_SEED NAME
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Ledger
from clausework.ledger.signing import Ed25519Signer
from clausework.stores.embedded import open_embedded
from tests.ledger.making import draft


def main() -> None:
    """Append for ever, every third time a batch."""
    folder, *seeds, name = sys.argv[1:]
    ledger_key, clock_key, pipeline = (Ed25519Signer(bytes.fromhex(seed)) for seed in seeds)
    with open_embedded(Path(folder), ledger_key, clock_key) as store:
        ledger = Ledger(store.log, store.blobs, pipeline)
        for number in itertools.count():
            marks = [
                sha256_of(f"{name} {number} {part}".encode()) for part in range(4 if number % 3 == 0 else 1)
            ]
            receipts = ledger.append([draft(ledger, number % 50, idempotency=mark) for mark in marks])
            for receipt in receipts:
                sys.stdout.write(f"{receipt.index} {receipt.sha256}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
