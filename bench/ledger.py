"""The embedded ledger: durable appends, batches, eight processes, and verification, each against the bare work.

Both sides of a ratio do the same bytes on the same disk, in turns, so that what else the machine does falls
on both. The medians of several turns are compared.
"""

from __future__ import annotations

import base64
import multiprocessing
import os
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.row import Row
from clausework.core.digests import sha256_of
from clausework.ledger.checkpoint import checkpoint_keys
from clausework.ledger.envelope import open_envelope, pre_authentication_encoding, seal
from clausework.ledger.ledger import Draft, Ledger
from clausework.ledger.note import parse_note
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.evidence import ResourceDescriptor, TestCounts, TestEvidence, TestResult
from clausework.ledger.records.root import Person, PipelineKey, Root
from clausework.ledger.records.values import Descriptor, Made, Origin, Reading
from clausework.ledger.signing import Ed25519Signer, encode_key
from clausework.ledger.verify import verify_ledger
from clausework.stores.embedded import EmbeddedStore, create_embedded, open_embedded
from clausework.stores.sqlite_log import SqliteLog
from clausework.stores.sqlite_schema import schema

ORIGIN = "example.com/bench"
MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "bench")
TURNS = 7
SINGLES = 300
BATCH = 4_000
VERIFIED = 12_000
PROCESSES = 8
EACH = 100


class Seeds(msgspec.Struct, frozen=True):
    """The private keys of the bench's ledger, which other processes need too."""

    ledger: bytes
    clock: bytes
    pipeline: bytes


def rows() -> list[Row]:
    """Return the ledger's figures."""
    with tempfile.TemporaryDirectory(prefix="clausework-bench-") as folder:
        root = Path(folder)
        return [
            *_appends(root / "appends"),
            _processes(root / "processes"),
            _verification(root / "verification"),
        ]


def _appends(folder: Path) -> list[Row]:
    store, ledger, _ = _establish(folder / "ours")
    bare = _Bare(folder / "bare.sqlite")
    ours: list[float] = []
    bares: list[float] = []
    batches: list[float] = []
    with store:
        for turn in range(TURNS):
            drafts = [_draft(turn * SINGLES + number) for number in range(SINGLES)]
            ours.append(_seconds(partial(_append_each, ledger, drafts)))
            written = _written(store.log, drafts)
            bares.append(_seconds(partial(bare.commit_each, written)))
        for turn in range(TURNS):
            drafts = [_draft(-turn * BATCH - number) for number in range(BATCH)]
            batches.append(_seconds(partial(ledger.append, drafts)))
    single, commit = statistics.median(ours) / SINGLES, statistics.median(bares) / SINGLES
    rate = BATCH / statistics.median(batches)
    return [
        Row(
            "durable single appends against bare commits of the same rows",
            f"{1 / single:,.0f}/s against {1 / commit:,.0f}/s",
            commit / single,
            ">= 0.55",
        ),
        Row("batched appends in process", f"{rate:,.0f}/s", rate / 10_000, ">= 1.0 x 10,000/s"),
    ]


def _append_each(ledger: Ledger, drafts: list[Draft]) -> None:
    for draft in drafts:
        ledger.append([draft])


class _Bare:
    """What SQLite alone does with the same rows: write-ahead log, full sync, one commit each, no trigger, no check."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        for name, statement in schema().items():
            if not name.endswith(("_insert", "_update", "_delete")):
                self._connection.execute(statement)

    def commit_each(self, written: list[_Written]) -> None:
        execute = self._connection.execute
        for one in written:
            execute("BEGIN IMMEDIATE")
            execute("INSERT INTO entry VALUES (?, ?)", (one.index, one.envelope))
            execute("INSERT INTO idempotency VALUES (?, ?)", (one.idempotency, one.index))
            execute("INSERT INTO checkpoint VALUES (?, ?, ?)", (one.index + 1, one.note, one.frontier))
            execute("COMMIT")


class _Written(msgspec.Struct, frozen=True):
    """The rows that one append wrote."""

    index: int
    envelope: bytes
    idempotency: str
    note: bytes
    frontier: bytes


def _written(log: SqliteLog, drafts: list[Draft]) -> list[_Written]:
    """Return the rows that appending ``drafts``, the newest in ``log``, wrote."""
    size = int(log.checkpoint().split(b"\n")[1])
    first = size - len(drafts)
    notes = list(log.checkpoints())[-len(drafts) :]
    frontier = bytes(32 * size.bit_count())
    rows = zip(drafts, log.entries(first, size), notes, strict=True)
    return [
        _Written(index, envelope, draft.idempotency, note, frontier)
        for index, (draft, envelope, note) in enumerate(rows, first)
    ]


def _processes(folder: Path) -> Row:
    store, _, seeds = _establish(folder)
    store.close()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        running = [pool.submit(_append_timed, folder, seeds, number) for number in range(PROCESSES)]
        times = sorted(seconds for one in running for seconds in one.result())
    p99 = times[int(len(times) * 0.99)] * 1000
    return Row(
        f"single appends by {PROCESSES} processes at once, p99",
        f"{p99:.1f} ms (median {statistics.median(times) * 1000:.1f} ms)",
        p99 / 50,
        "<= 1.0 x 50 ms",
    )


def _append_timed(folder: Path, seeds: Seeds, number: int) -> list[float]:
    with open_embedded(folder, Ed25519Signer(seeds.ledger), Ed25519Signer(seeds.clock)) as store:
        ledger = Ledger(store.log, store.blobs, Ed25519Signer(seeds.pipeline))
        first, *drafts = [_draft(number * 100_000 + position) for position in range(EACH + 1)]
        ledger.append([first])  # starting is not what is measured
        return [_seconds(partial(ledger.append, [draft])) for draft in drafts]


def _verification(folder: Path) -> Row:
    store, ledger, _ = _establish(folder)
    with store:
        for start in range(0, VERIFIED, 4):
            ledger.append([_draft(start + number) for number in range(4)])
    with open_embedded(folder) as store:
        workers = len(os.sched_getaffinity(0))
        work = list(_bare_work(store))
        ours: list[float] = []
        bares: list[float] = []
        for _ in range(3):
            bares.append(_seconds(lambda: _bare_verification(work, workers)))
            ours.append(_seconds(lambda: _verified(store, workers)))
    bare, whole = statistics.median(bares), statistics.median(ours)
    return Row(
        f"verification of {VERIFIED:,} entries against bare SHA-256 and Ed25519, {workers} processes",
        f"{whole:.2f} s against {bare:.2f} s",
        bare / whole,
        ">= 0.85",
    )


Signed = tuple[bytes, bytes, bytes]
"""A public key, a signature, and what it covers."""


def _bare_work(store: EmbeddedStore) -> list[tuple[list[bytes], list[Signed]]]:
    """Return, in pieces, the bytes to hash and the signatures to check that verification cannot do without."""
    root = Ledger(store.log, store.blobs).root()[1]
    pipeline = _raw(root.pipeline_keys[0].public_key)
    size = int(store.log.checkpoint().split(b"\n")[1])
    signed: list[Signed] = []
    hashed: list[bytes] = []
    for entry in store.log.entries(1, size):
        envelope = open_envelope(entry)
        hashed += [b"\x00" + entry, envelope.payload]
        signed.append((pipeline, envelope.signatures[0].sig, pre_authentication_encoding(envelope.payload)))
    ledger_key, clock_key = (_raw(text.split("+", 2)[2])[1:] for text in (root.ledger_key, root.clock_key))
    for note in store.log.checkpoints():
        parsed = parse_note(note)
        (_, _, first), (_, _, second) = parsed.signatures
        time_seen = int.from_bytes(second[:8], "big")
        cosigned = f"cosignature/v1\ntime {time_seen}\n{parsed.text}".encode()
        signed += [(ledger_key, first, parsed.text.encode()), (clock_key, second[8:], cosigned)]
    pieces = 40
    return [(hashed[piece::pieces], signed[piece::pieces]) for piece in range(pieces)]


def _bare_verification(work: list[tuple[list[bytes], list[Signed]]], workers: int) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        if not all(pool.map(_hash_and_check, work)):
            raise AssertionError("a signature of the bench's own ledger does not hold")


def _hash_and_check(piece: tuple[list[bytes], list[Signed]]) -> bool:
    hashed, signed = piece
    for data in hashed:
        sha256(data).digest()
    keys = {key: Ed25519PublicKey.from_public_bytes(key) for key in {key for key, _, _ in signed}}
    for key, signature, covered in signed:
        keys[key].verify(signature, covered)
    return True


def _verified(store: EmbeddedStore, workers: int) -> None:
    report = verify_ledger(store.log, store.blobs, workers=workers)
    if report.problems:
        raise AssertionError(f"the bench's own ledger does not verify: {report.problems[:3]}")


def _establish(folder: Path, plan: bytes = b"plan") -> tuple[EmbeddedStore, Ledger, Seeds]:
    seeds = Seeds(*(secrets.token_bytes(32) for _ in range(3)))
    ledger_key, clock_key, pipeline = (
        Ed25519Signer(seed) for seed in (seeds.ledger, seeds.clock, seeds.pipeline)
    )
    store = create_embedded(folder, ORIGIN, ledger_key, clock_key)
    ledger = Ledger(store.log, store.blobs, pipeline)
    people = {f"person{number}@example.com": Ed25519Signer(secrets.token_bytes(32)) for number in range(2)}
    keys = checkpoint_keys(ORIGIN, ledger_key.public_key, clock_key.public_key)
    root = Root(
        made=MADE,
        manufacturer="Bench",
        device="Bench",
        people=tuple(
            Person(email, email, encode_key(key.public_key), "card", "other") for email, key in people.items()
        ),
        ledger_key=str(keys.ledger),
        clock_key=str(keys.clock),
        pipeline_keys=(PipelineKey("pipeline", encode_key(pipeline.public_key)),),
        plan=ledger.put_blob(plan, "clausework.yaml", "application/yaml"),
    )
    statement = encode_statement((subject("clausework.yaml", root.plan.sha256),), root)
    ledger.append_sealed(seal(statement, (*people.values(), pipeline)))
    return store, ledger, seeds


def _draft(number: int) -> Draft:
    """Return a test result of the usual size, about 2 kB as a Statement."""
    plan = Descriptor("report.xml", sha256_of(b"plan"), 4, "application/xml")
    build = sha256_of(b"%d" % number)
    remarks = tuple(f"case {case} was skipped: the bench has no {build[:40]} pump" for case in range(14))
    body = TestResult(
        "PASSED",
        (ResourceDescriptor("report.xml", {"sha256": plan.sha256}),),
        TestEvidence(
            MADE,
            Origin("controller", build, build, build[:40], "unit"),
            Reading("junit", "junit 1", plan, plan, remarks),
            TestCounts(200, 190, 0, 0, 10),
        ),
    )
    return Draft((subject("report.xml", plan.sha256),), body, sha256_of(b"bench %d" % number))


def _raw(text: str) -> bytes:
    return base64.b64decode(text)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
