"""Which evidence stands behind a requirement in a release: from registers of 1,000 releases, in process and by command.

The log and the registers are made by the code that makes them in use; only the folding is spared: what a fold would
find is generated. From release to release one requirement of a hundred changes, with its tests; ten tests do not pass,
the coverage of every unit moves, and a hundred commits are linked. ``CLAUSEWORK_BENCH_RELEASES`` makes fewer releases.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from bench.ledger import MADE, _establish
from bench.row import Row
from clausework.actions.registers import Releases
from clausework.actions.workplace import software
from clausework.core.canonical import canonical_json
from clausework.evidence.tree_lines import TREE_SCHEMA
from clausework.ledger.collector import collector_paused
from clausework.ledger.ledger import Draft, Ledger
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build, Run
from clausework.ledger.records.evidence import ResourceDescriptor, TestCounts, TestEvidence, TestResult
from clausework.ledger.records.values import Descriptor, Origin, Ratio, Reading
from clausework.ledger.tree import extend_frontier, leaf_hash
from clausework.reports.matrix_report import Filter, filtered
from clausework.stores.embedded import EmbeddedStore, open_embedded
from clausework.trace.item_fact import ItemFact
from clausework.trace.matrix import Traced
from clausework.trace.registers.building import Built, FoldedBuild
from clausework.trace.registers.encoding import seal
from clausework.trace.registers.lookup import footprint_key, release_key
from clausework.trace.registers.model import HEAD, VERSION, Head, KeptRecord, KeptRelease
from clausework.trace.results import CaseStanding, ItemCases

RELEASES = int(os.environ.get("CLAUSEWORK_BENCH_RELEASES", "1000"))
REQUIREMENTS = 10_000
TESTS_EACH = 10
REPORTS = 10
CHANGED = REQUIREMENTS // 100
QUERIES = 3_000
RUNS = 11

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


class Device:
    """The items and results of a device as they move from release to release."""

    def __init__(self) -> None:
        self.chance = random.Random(62304)
        self.texts = [0] * REQUIREMENTS
        self.extra: dict[int, int] = {}
        systems = [_fact(f"SYS-{one:04}", "system_requirement", (), b"") for one in range(REQUIREMENTS // 20)]
        units = [
            _fact(
                f"UNIT-{one:04}",
                "software_unit",
                tuple(("implements", _name(one * 10 + more)) for more in range(10)),
                b"",
                paths=f"src/unit{one}/**",
            )
            for one in range(REQUIREMENTS // 10)
        ]
        self.around = [*systems, *units]
        self.requirements = [self._requirement(one) for one in range(REQUIREMENTS)]

    def _requirement(self, one: int) -> ItemFact:
        above = (("derives_from", f"SYS-{one % (REQUIREMENTS // 20):04}"),)
        return _fact(_name(one), "software_requirement", above, b"%d" % self.texts[one])

    def change(self) -> None:
        """Change one requirement of a hundred, and add a test to a few."""
        for one in self.chance.sample(range(REQUIREMENTS), CHANGED):
            self.texts[one] += 1
            self.requirements[one] = self._requirement(one)
        for one in self.chance.sample(range(REQUIREMENTS), 20):
            self.extra[one] = self.extra.get(one, 0) + 1

    def folded(self, build: str, record: int) -> FoldedBuild:
        """Return what a fold would find, the reports being the records behind that of the build."""
        reports = [record + 1 + report for report in range(REPORTS)]
        failing = set(self.chance.sample(range(REQUIREMENTS), 10))
        commits = {
            _name(one): [sha256(b"%d %d" % (record, one)).hexdigest()[:40]]
            for one in self.chance.sample(range(REQUIREMENTS), CHANGED)
        }
        traced = Traced(
            cases=[self._cases(one, reports, failing=one in failing) for one in range(REQUIREMENTS)],
            commits=commits,
            coverage={
                f"UNIT-{one:04}": {"unit": Ratio(self.chance.randrange(80, 101), 100)}
                for one in range(REQUIREMENTS // 10)
            },
        )
        records = [KeptRecord(index, "ci 1") for index in reports]
        items = [*self.around, *self.requirements]
        return FoldedBuild(build, record, "controller", "C", items, records, traced)

    def _cases(self, one: int, reports: list[int], *, failing: bool) -> ItemCases:
        report = (reports[one * REPORTS // REQUIREMENTS],)
        group = f"system/tests.system.test_group_{one // 20}"
        names = [
            f"{group}/test_requirement_{one}_case_{case}"
            for case in range(TESTS_EACH + self.extra.get(one, 0))
        ]
        red = tuple(CaseStanding(case, "system", "red", report, "timeout") for case in names[:1] if failing)
        passed = tuple(names[len(red) :])
        return ItemCases(_name(one), "verifies", "system", passed, (report,) * len(passed), red)


def _fact(name: str, kind: str, links: tuple[tuple[str, str], ...], text: bytes, **fields: str) -> ItemFact:
    content = sha256(name.encode() + b" " + text).hexdigest()
    return ItemFact(name, kind, f"The device keeps to what {name} asks", content, links, fields)


def _name(one: int) -> str:
    return f"REQ-{one:05}"


def _version(number: int) -> str:
    return f"1.{number}"


def rows() -> Iterator[Row]:
    """Yield the figures of the registers."""
    with tempfile.TemporaryDirectory(prefix="clausework-bench-") as name:
        folder = Path(name)
        (folder / "clausework.yaml").write_text(PLAN, encoding="utf-8")
        store, ledger, _ = _establish(folder / ".clausework")
        with store, collector_paused():
            _fill_log(ledger)
            per_release = _fill_registers(store, ledger)
        scale = f"{RELEASES:,} releases x {REQUIREMENTS:,} requirements x {REQUIREMENTS * TESTS_EACH:,} tests"
        size = (folder / ".clausework" / "registers.sqlite").stat().st_size / RELEASES / 1000
        yield Row(f"register of {scale}: size per build", f"{size:.0f} kB", size / 200, "<= 1.0 x 200 kB")
        yield Row(
            "  the same: a release kept, its fold left out", f"{per_release * 1000:.0f} ms", None, "no reach"
        )
        yield _in_process(folder / ".clausework")
        yield _command(folder)


def _fill_log(ledger: Ledger) -> None:
    header = canonical_json({"schema": TREE_SCHEMA})
    files = [canonical_json([f"src/unit{one}/part.c", f"{one:040x}"]) for one in range(2_000)]
    tree = ledger.put_blob(b"\n".join([header, *files, b""]), "tree.jsonl", "application/jsonl")
    for number in range(RELEASES):
        build = _build(number, tree)
        drafts = [Draft((subject("build", build.id),), build)]
        drafts += [_report(build, number * REPORTS + report) for report in range(REPORTS)]
        ledger.append(drafts)


def _fill_registers(store: EmbeddedStore, ledger: Ledger) -> float:
    device = Device()
    frontier = extend_frontier((), 0, map(leaf_hash, store.log.entries(0, ledger.size())))
    head = Head(VERSION, software(), ledger.size(), frontier)
    built = Built(head, lambda _keys: {})
    taken = []
    written: dict[bytes, bytes | None] = {}
    for number in range(RELEASES):
        device.change()
        record = 1 + number * (REPORTS + 1)
        folded = device.folded(sha256(b"build %d" % number).hexdigest(), record)
        start = time.perf_counter()
        kept = KeptRelease(record, (built.entry(folded),))
        key = release_key(_version(number))
        written[key] = seal(key, kept)
        taken.append(time.perf_counter() - start)
        mark = footprint_key(_version(number))
        written[mark] = seal(mark, device.chance.randbytes(8 * 500))  # that of 500 commits
    written[HEAD] = seal(HEAD, built.head)
    store.registers.change(lambda: {**built.values, **written})
    return statistics.median(taken)


def _build(number: int, tree: Descriptor) -> Build:
    digest = sha256(b"build %d" % number).hexdigest()
    return Build(
        made=MADE,
        id=digest,
        origin="bench",
        device="Bench",
        software_system="system",
        software_item="controller",
        safety_class="C",
        version=_version(number),
        commit=digest[:40],
        committed_at=MADE.at,
        author="person0@example.com",
        source_tree=digest,
        clean=True,
        changed_paths=(),
        range_from="",
        commit_count=0,
        commits=tree,
        locks=(),
        plan=digest,
        item_baseline=digest,
        run=Run("ci", str(number)),
        tools={},
        environment={},
        tree=tree,
    )


def _report(build: Build, number: int) -> Draft:
    digest = sha256(b"report %d" % number).hexdigest()
    raw = Descriptor(f"system-{number % REPORTS}.xml", digest, 5_000_000, "application/xml")
    origin = Origin(build.software_item, build.id, build.source_tree, build.commit, "system")
    cases = REQUIREMENTS * TESTS_EACH // REPORTS
    counts = TestCounts(cases, cases, 0, 0, 0)
    evidence = TestEvidence(MADE, origin, Reading("junit", "clausework.junit 1", raw, raw), counts)
    configuration = (ResourceDescriptor(raw.name, {"sha256": digest}),)
    return Draft((subject(raw.name, digest),), TestResult("PASSED", configuration, evidence))


def _in_process(folder: Path) -> Row:
    command = [sys.executable, "-m", "bench.query", str(folder)]  # what made the register weighs on nothing
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    p99, median = map(float, done.stdout.split())
    return Row(
        "  the same: evidence for REQ-x in version v, each record with its proof, p99",
        f"{p99:.2f} ms (median {median:.2f} ms)",
        p99 / 5,
        "<= 1.0 x 5 ms",
    )


def queries(folder: Path) -> tuple[float, float]:
    """Return the 99th percentile and the median of questions about random items in random versions, in milliseconds."""
    chance = random.Random(5)
    taken = []
    with open_embedded(folder) as store:
        releases = Releases(Ledger(store.log, store.blobs), store.registers)
        for query in range(QUERIES + 100):
            version, item = _version(chance.randrange(RELEASES)), _name(chance.randrange(REQUIREMENTS))
            start = time.perf_counter()
            _ask(releases, version, item)
            if query >= 100:  # the first ones open files
                taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)[int(len(taken) * 0.99)], statistics.median(taken)


def _ask(releases: Releases, version: str, item: str) -> None:
    held = releases.about(version, item)
    if held is None:
        raise AssertionError(f"the register does not answer for {item} in {version}")
    matrix = filtered(held.builds[0].matrix, Filter(ids=(item,)))
    indexes = {index for row in matrix.rows if row.id == item for test in row.tests for index in test.records}
    found = releases.records.read(indexes, held.checkpoint)
    tests = sum(len(row.tests) for row in matrix.rows if row.id == item)
    if len(found) != 1 or tests < TESTS_EACH or not all(one.proof for one in found.values()):
        raise AssertionError(f"the register does not know all tests of {item} in {version}")


def _command(folder: Path) -> Row:
    version = _version(RELEASES // 2)
    command = [sys.executable, "-m", "clausework", "trace", _name(4242), "--release", version]
    taken, bare = [], []
    for _ in range(RUNS):
        bare.append(_seconds([sys.executable, "-c", "pass"], folder))
        taken.append(_seconds(command, folder))
    ours = statistics.median(taken[1:]) * 1000
    return Row(
        "  the same: clausework trace REQ-x --release v, whole process",
        f"{ours:.0f} ms (an empty Python {statistics.median(bare[1:]) * 1000:.0f} ms)",
        ours / 150,
        "<= 1.0 x 150 ms",
    )


def _seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return taken


if __name__ == "__main__":
    print(*queries(Path(sys.argv[1])))
