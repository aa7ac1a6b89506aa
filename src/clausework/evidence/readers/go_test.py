"""Reads what ``go test -json`` writes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.7.5).

Each package must come to its final action: without it the stream was cut off, or the run killed. A test that began and
did not end crashed. A package that failed without a failed test is an errored case of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.case_tags import is_role, sort_words
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE, CaseTally, bounded, milliseconds
from clausework.evidence.readers.go_test_events import Event, Text, events_of, first_event
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, Unreadable, ValueRejected

_ENDS: dict[str, CaseOutcome] = {"pass": "passed", "fail": "failed", "skip": "skipped"}
_KNOWN = frozenset(
    {
        *_ENDS,
        "start",
        "run",
        "pause",
        "cont",
        "bench",
        "output",
        "attr",
        "artifacts",
        "build-output",
        "build-fail",
    }
)
_PASSED_OVER = frozenset({"pause", "cont", "artifacts"})
_LOGGED_LINK = re.compile(r"\s*\S{1,300}\.go:[0-9]{1,9}: (@?verifies[^\n]{1,500})\n?")
_FRAME = ("=== ", "--- ", "PASS\n", "FAIL\n", "ok  \t", "FAIL\t", "?   \t")
_MOST_AT_ONCE = 200_000
_MOST_BUILDS = 10_000


class PackageCutOff(Unreadable):
    """The stream ends before a package in it came to its end."""


@dataclass(slots=True)
class _Run:
    """A test that began: what it put out, and the words that it said of itself."""

    output: list[str] = field(default_factory=list)
    size: int = 0
    words: list[str] = field(default_factory=list)

    def put_out(self, text: str) -> None:
        if self.size < LONGEST_MESSAGE:
            self.output.append(text)
            self.size += len(text)

    @property
    def message(self) -> str:
        return "".join(self.output).strip()[:LONGEST_MESSAGE]


@dataclass(slots=True)
class _Package:
    """A package whose final action did not come yet: its running tests, its own output, whether a case of it is red."""

    running: dict[str, _Run] = field(default_factory=dict)
    own: _Run = field(default_factory=_Run)
    red: bool = False


class _Reading:
    """Holds what is under way between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.tally = CaseTally(detail)
        self.remarks = Remarks()
        self.packages: dict[str, _Package] = {}
        self.ended: set[str] = set()
        self.builds: dict[str, _Run] = {}
        self.failed_builds: set[str] = set()
        self.at_once = 0

    def take(self, event: Event) -> None:
        """Take the next event."""
        action = _text(event.action)
        if not action:
            raise ValueRejected("an event has no action")
        if action.startswith("build-"):
            self._take_build(action, event)
        elif action == "start":
            self._start(_text(event.package))
        elif event.test:
            self._take_of_test(action, event)
        elif action in _ENDS:
            self._end_package(action, event)
        elif action == "output":
            package = self._package_of_output(_text(event.package))
            if package is not None:
                self._output_of_package(package, _text(event.output), _text(event.package))
        elif action not in _KNOWN:
            self.remarks.add("an action is not known and was passed over", action[:60])

    def finish(self) -> None:
        """Make sure that all came to its end."""
        if self.packages:
            name = next(iter(self.packages))
            raise PackageCutOff(f"the package '{name[:200]}' has no final action: the stream is cut off")
        for path in sorted(self.failed_builds):
            self.tally.take(Case(bounded(path), "", "", "errored", message=self._build_output(path)))
        if not self.ended and not self.failed_builds:
            raise PackageCutOff("no package came to its end in it")

    def _take_build(self, action: str, event: Event) -> None:
        path = _text(event.import_path)
        if action == "build-fail":
            self.failed_builds.add(path)
        elif action == "build-output":
            if path in self.builds or len(self.builds) < _MOST_BUILDS:
                self.builds.setdefault(path, _Run()).put_out(_text(event.output))
        else:
            self.remarks.add("an action is not known and was passed over", action[:60])

    def _start(self, name: str) -> _Package:
        if name in self.packages:
            raise ValueRejected(f"the package '{name[:200]}' begins again before it ended")
        if name in self.ended:
            self.remarks.add("a package was run again; each of its runs counts", name[:100])
        self.packages[name] = package = _Package()
        return package

    def _package_of_output(self, name: str) -> _Package | None:
        """Return the package to which output belongs; what comes behind its end, or names none, belongs to none."""
        if name in self.packages or not name or name in self.ended:
            return self.packages.get(name)
        return self._start(name)

    def _output_of_package(self, package: _Package, text: str, name: str) -> None:
        if text.startswith("ok  \t") and "(cached)" in text:
            self.remarks.add("results of a package are of an earlier run, which Go had kept", name[:100])
        if not text.startswith(_FRAME):
            package.own.put_out(text)

    def _take_of_test(self, action: str, event: Event) -> None:
        name, test = _text(event.package), _text(event.test)
        package = self.packages.get(name)
        if action == "run":
            self._begin(package or self._start(name), name, test)
            return
        if package is None:
            if action in _ENDS:
                raise ValueRejected(f"the test '{test[:200]}' ends outside its package")
            return
        run = package.running.get(test)
        if action == "output":
            self._output_of_test(run or package.own, event)
        elif action == "attr" and run is not None:
            key = _text(event.key)
            run.words.append(f"{key}:{_text(event.value)}" if is_role(key) else f"{key}={_text(event.value)}")
        elif action == "bench":
            self._forget(package, test)
            self.remarks.add("benchmarks are not counted as tests", test[:100])
        elif action in _ENDS:
            self._end_test(package, name, test, event)
        elif action not in _KNOWN:
            self.remarks.add("an action is not known and was passed over", action[:60])

    def _begin(self, package: _Package, name: str, test: str) -> None:
        if test in package.running and not _is_benchmark(test):
            self._without_end(package, name, test)
        self._forget(package, test)
        package.running[test] = _Run()
        self.at_once += 1
        if self.at_once > _MOST_AT_ONCE:
            raise ValueRejected(f"more than {_MOST_AT_ONCE} tests are under way at once")

    def _output_of_test(self, run: _Run, event: Event) -> None:
        text = _text(event.output)
        found = _LOGGED_LINK.fullmatch(text) if "verifies" in text else None
        if found:
            run.words.append(found.group(1))
        elif event.output_type != "frame" and not text.lstrip().startswith(_FRAME):
            run.put_out(text)

    def _end_test(self, package: _Package, name: str, test: str, event: Event) -> None:
        outcome = _ENDS[_text(event.action)]
        run = self._forget(package, test)
        if run is None and outcome != "failed":
            raise ValueRejected(f"the test '{test[:200]}' ends and did not begin")
        self._write(package, name, test, outcome, run or _Run(), event.elapsed)

    def _without_end(self, package: _Package, name: str, test: str) -> None:
        run = self._forget(package, test) or _Run()
        run.output.append("" if run.output else "it began and did not end")
        self._write(package, name, test, "errored", run)

    def _forget(self, package: _Package, test: str) -> _Run | None:
        run = package.running.pop(test, None)
        self.at_once -= run is not None
        return run

    def _write(
        self,
        package: _Package,
        name: str,
        test: str,
        outcome: CaseOutcome,
        run: _Run,
        elapsed: float | msgspec.UnsetType = msgspec.UNSET,
    ) -> None:
        package.red = package.red or outcome in {"failed", "errored"}
        tagged = sort_words(run.words, self.remarks)
        self.tally.take(
            Case(
                bounded(name),
                bounded(test),
                "",
                outcome,
                milliseconds(elapsed * 1000, "Elapsed") if elapsed else 0,
                run.message if outcome != "passed" else "",
                tagged.links,
                tags=tagged.tags,
            )
        )

    def _end_package(self, action: str, event: Event) -> None:
        name = _text(event.package)
        package = self.packages.get(name) or self._start(name)
        for test in list(package.running):
            if action == "pass" and _is_benchmark(test):
                self._forget(package, test)
                self.remarks.add("benchmarks are not counted as tests", test[:100])
            else:
                self._without_end(package, name, test)
        failed_build = _text(event.failed_build)
        if failed_build:
            self.failed_builds.discard(failed_build)
        if action == "fail" and not package.red:
            message = self._build_output(failed_build) or package.own.message or "the package failed"
            self.tally.take(Case(bounded(name), "", "", "errored", message=message))
        elif action == "pass" and package.red:
            self.remarks.add("a package says that it passed, though a test of it did not", name[:100])
        del self.packages[name]
        self.ended.add(name)

    def _build_output(self, path: str) -> str:
        return self.builds[path].message if path in self.builds else ""


def _text(value: Text) -> str:
    return "" if isinstance(value, msgspec.UnsetType) else value


def _is_benchmark(test: str) -> bool:
    """Tell whether the name is a benchmark's: Go tells how those began and not how they ended."""
    return test.startswith("Benchmark")


def _sniff(head: bytes, _name: str) -> bool:
    event = first_event(head)
    return event is not None and event.action in _KNOWN


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    for start, events in events_of(source):
        try:
            for event in events:
                reading.take(event)
        except Unreadable as error:
            error.offset = start
            raise
    reading.finish()
    return TestsRead(reading.tally.counts(), reading.remarks.all())


FORMAT = Format(
    "go_test",
    2,
    "tests",
    "application/jsonl",
    (".json", ".jsonl"),
    _sniff,
    _parse,
    "go test -json",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
