"""The traceability matrix of 10,000 items, 20,000 links and 100,000 results against other tools' index of the items.

Ours goes from the ledger as it lies on the disk to the whole matrix: every entry hashed against the signed checkpoint,
items and 100,000 results read from their blobs, the build's facts folded, and every row made. The others go from their
own files of the same items to their own index, without any result (see ``bench.peers``). Both are user CPU of one
process after its imports, the peers' measured beside ours in the same run.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from bench.ledger import MADE, _establish
from bench.peers import PEERS, Items
from bench.row import Row
from clausework.actions.gate import run_gates
from clausework.actions.matrix import matrix_of_build, traced_of
from clausework.actions.workplace import open_workplace
from clausework.core.canonical import canonical_json
from clausework.core.places import Place
from clausework.evidence.detail import SCHEMAS, Case, Header
from clausework.evidence.tree_lines import TREE_SCHEMA
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.items.baseline import baseline_of
from clausework.items.model import Item, ItemType, Link
from clausework.ledger.ledger import Draft, Ledger
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build, Run
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.evidence import ResourceDescriptor, TestCounts, TestEvidence, TestResult
from clausework.ledger.records.values import Origin, Reading
from clausework.stores.embedded import open_embedded
from clausework.trace.matrix import matrix_of

PLAN = """\
device: {name: Bench, manufacturer: Bench}
software_systems:
  - {id: system, safety_class: C, items: [{id: controller, paths: ["src/**"]}]}
roles:
  quality: {people: [person0@example.com]}
  release_authority: {people: [person1@example.com], independent_of: author}
environments:
  development: {after: [build, unit]}
  production: {release: required}
"""
NEEDS, SYSTEMS, SOFTWARE = 400, 1_600, 8_000
RESULTS = 100_000
REPORTS = 10
ROUNDS = 3
BUILD = sha256(b"build").hexdigest()

_TYPES = {
    "NEED": ItemType.USER_NEED,
    "SYS": ItemType.SYSTEM_REQUIREMENT,
    "SRS": ItemType.SOFTWARE_REQUIREMENT,
}


def items() -> Items:
    """Return 10,000 items with 20,000 links: needs, what derives from them, and what derives from that."""
    made: Items = [(f"NEED-{one:05}", f"What people need {one}", []) for one in range(NEEDS)]
    made += [
        (f"SYS-{one:05}", f"What the system does {one}", _above("NEED", one * 7, 2, NEEDS))
        for one in range(SYSTEMS)
    ]
    made += [
        (
            f"SRS-{one:05}",
            f"What the software does {one}",
            _above("SYS", one * 3, 2 + (one % 10 == 0), SYSTEMS),
        )
        for one in range(SOFTWARE)
    ]
    return made


def _above(prefix: str, first: int, count: int, among: int) -> list[str]:
    return [f"{prefix}-{(first + more) % among:05}" for more in range(count)]


def rows() -> Iterator[Row]:
    """Yield the matrix against each peer that is installed, and a gate on unchanged facts."""
    with tempfile.TemporaryDirectory(prefix="clausework-bench-") as name:
        folder = Path(name)
        generated = items()
        (folder / "clausework.yaml").write_text(PLAN, encoding="utf-8")
        _fill(folder / ".clausework", generated)
        whole, rows_alone = _ours(folder / ".clausework")
        scale = f"{len(generated):,} items, {sum(len(above) for *_, above in generated):,} links"
        for peer, (module, write, _) in PEERS.items():
            what = f"matrix of {scale}, {RESULTS:,} results, against {peer}'s index without results"
            if importlib.util.find_spec(module) is None:
                yield Row(what, f"{whole:.2f} s, {peer} not installed", None, ">= 5")
                continue
            theirs = _peer(peer, folder / module, write, generated)
            yield Row(what, f"{whole:.2f} s / {theirs:.2f} s user CPU", theirs / whole, ">= 5")
        share = rows_alone / whole
        yield Row("  of which making the rows from folded facts", f"{rows_alone:.2f} s", share, "no reach")
        yield _unchanged(folder)


def _peer(name: str, place: Path, write: Callable[[Path, Items], None], generated: Items) -> float:
    place.mkdir()
    write(place, generated)
    command = [sys.executable, "-m", "bench.peers", name, str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _ours(store: Path) -> tuple[float, float]:
    """Return the user CPU from the stored ledger to the matrix, and that of its rows alone: the best of some rounds."""
    whole: list[float] = []
    alone: list[float] = []
    for _ in range(ROUNDS):
        with open_embedded(store) as opened:
            start = os.times().user
            facts = _folded(Ledger(opened.log, opened.blobs))
            folded = os.times().user
            matrix = matrix_of_build(facts)
            whole.append(os.times().user - start)
            alone.append(os.times().user - folded)
        tests = sum(len(row.tests) for row in matrix.rows)
        if len(matrix.rows) != SOFTWARE or tests != RESULTS:
            raise AssertionError(f"the matrix has {len(matrix.rows)} rows with {tests} tests")
        if matrix_of(facts.items, traced_of(facts)) != matrix:
            raise AssertionError("the matrix of the same facts is another")
    return min(whole), min(alone)


def _folded(ledger: Ledger) -> Facts:
    return fold_facts(ledger.snapshot(), ledger, BUILD, at=MADE.at)


def _unchanged(folder: Path) -> Row:
    """Return how long a gate takes on a build that it judged before, nothing having been recorded since."""
    with open_workplace(folder, reading=True) as workplace:
        run_gates(workplace, build_id=BUILD, preview=True)
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            run_gates(workplace, build_id=BUILD, preview=True)
            taken.append(time.perf_counter() - start)
    seconds = statistics.median(taken)
    return Row("gates on unchanged facts of that size", f"{seconds:.2f} s", seconds / 0.5, "<= 1.0 x 0.5 s")


def _fill(store: Path, generated: Items) -> None:
    opened, ledger, _ = _establish(store, PLAN.encode())
    with opened:
        baseline = baseline_of(_item(*one) for one in generated)
        detail = ledger.put_blob(baseline.lines, "items.jsonl", "application/jsonl")
        recorded = ItemBaseline(MADE, baseline.sha256, detail, detail, "r", baseline.counts)
        ledger.append([Draft((subject("items", baseline.sha256),), recorded)])
        build = _build(ledger, baseline.sha256)
        ledger.append([Draft((subject("build", BUILD),), build)])
        ledger.append([_report(ledger, build, number) for number in range(REPORTS)])


def _item(name: str, title: str, above: list[str]) -> Item:
    links = tuple(Link("derives_from", one) for one in above)
    text = f"{title}: it keeps to the limits that were agreed on."
    return Item(name, _TYPES[name.split("-")[0]], title, text, links, {}, Place("items.yaml", 1, 1))


def _build(ledger: Ledger, baseline: str) -> Build:
    header = canonical_json({"schema": TREE_SCHEMA}) + b"\n"
    nothing = ledger.put_blob(header, "commits.jsonl", "application/jsonl")
    return Build(
        made=MADE,
        id=BUILD,
        origin="bench",
        device="Bench",
        software_system="system",
        software_item="controller",
        safety_class="C",
        version="1.0.0",
        commit=BUILD[:40],
        committed_at=MADE.at,
        author="person0@example.com",
        source_tree=BUILD,
        clean=True,
        changed_paths=(),
        range_from="",
        commit_count=0,
        commits=nothing,
        locks=(),
        plan=sha256(PLAN.encode()).hexdigest(),
        item_baseline=baseline,
        run=Run("ci", "1"),
        tools={},
        environment={},
    )


def _report(ledger: Ledger, build: Build, number: int) -> Draft:
    raw = ledger.put_blob(b"report %d" % number, f"system-{number}.xml", "application/xml")
    each = RESULTS // REPORTS
    lines = [msgspec.json.encode(Header(SCHEMAS[Case], "clausework.junit 1", raw.sha256))]
    lines += [
        msgspec.json.encode(
            Case(
                "system",
                f"test_case_{one}",
                f"tests.system.test_group_{one // 100}",
                "passed",
                duration_ms=3,
                links=(("verifies", f"SRS-{one % SOFTWARE:05}"),),
            )
        )
        for one in range(number * each, number * each + each)
    ]
    detail = ledger.put_blob(b"\n".join([*lines, b""]), "detail.jsonl", "application/jsonl")
    origin = Origin(build.software_item, build.id, build.source_tree, build.commit, "system")
    counts = TestCounts(each, each, 0, 0, 0)
    evidence = TestEvidence(MADE, origin, Reading("junit", "clausework.junit 1", raw, detail), counts)
    configuration = (ResourceDescriptor(raw.name, {"sha256": raw.sha256}),)
    return Draft((subject(raw.name, raw.sha256),), TestResult("PASSED", configuration, evidence))
