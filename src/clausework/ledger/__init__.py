"""The ledger: an append-only, signed, verifiable log of records, and the bytes that they name."""
