"""Writers die at any moment, several at once, and nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from clausework.ledger.ledger import Ledger
from clausework.ledger.signing import Ed25519Signer
from clausework.ledger.verify import verify_ledger
from clausework.stores.embedded import create_embedded, open_embedded
from clausework.stores.writer_lock import IDLE
from tests.ledger.making import ORIGIN, QUALITY, RELEASE, Keys, establish, light, new_key

ROUNDS = 8
WRITERS = 3


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Round after round, several writing processes are killed at random moments; each receipt still holds."""
    folder = tmp_path / "store"
    seeds = [secrets.token_bytes(32) for _ in range(3)]
    ledger_key, clock_key, pipeline = (Ed25519Signer(seed) for seed in seeds)
    keys = Keys(ledger_key, clock_key, pipeline, {QUALITY: new_key(), RELEASE: new_key()})
    with create_embedded(folder, ORIGIN, ledger_key, clock_key) as store:
        establish(store.log, store.blobs, keys)
    acknowledged: dict[int, str] = {}
    chance = random.Random(4)
    for round_number in range(ROUNDS):
        acknowledged |= run_and_kill(folder, seeds, round_number, chance)
        with open_embedded(folder) as store:
            report = verify_ledger(store.log, store.blobs, workers=1)
            assert report.problems == (), f"after round {round_number}"
            stored = {
                record.index: record.sha256 for record in Ledger(store.log, store.blobs).snapshot().records
            }
        assert {index: stored.get(index) for index in acknowledged} == acknowledged
    assert len(acknowledged) > 3 * ROUNDS
    with open_embedded(folder, ledger_key, clock_key) as store:
        Ledger(store.log, store.blobs, pipeline).append([light(1)])
    assert (folder / "lock").read_bytes() == IDLE
    with open_embedded(folder) as store:
        report = verify_ledger(store.log, store.blobs, workers=1)
    assert report.problems == ()
    assert all("incoming-" in remark.place for remark in report.remarks)


def run_and_kill(
    folder: Path, seeds: list[bytes], round_number: int, chance: random.Random
) -> dict[int, str]:
    """Let writers append until they are killed; return what they were told, by index."""
    command = [sys.executable, "-m", "tests.stores.appending", str(folder), *(seed.hex() for seed in seeds)]
    writers = [
        subprocess.Popen([*command, f"{round_number}-{number}"], stdout=subprocess.PIPE, text=True)
        for number in range(WRITERS)
    ]
    first = [told(writer) for writer in writers]
    for writer in writers:
        time.sleep(chance.uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
    lines = [line for writer in writers for line in writer.communicate()[0].splitlines(keepends=True)]
    whole = [line.split() for line in [*first, *lines] if line.endswith("\n")]
    return {int(index): digest for index, digest in whole}


def told(writer: subprocess.Popen[str]) -> str:
    """Return the writer's first line, so that none is killed before it has begun."""
    assert writer.stdout is not None
    return writer.stdout.readline()
