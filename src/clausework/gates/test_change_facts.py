"""What the tests of a build lost since the build before and since the last release, folded from the log (5.7.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clausework.evidence.detail import Case
from clausework.gates.baselines import OpenBlob
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.trace.case_runs import TestRuns
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.marked_cases import MarkedCases, read_markers, with_markers
from clausework.trace.releases import Released
from clausework.trace.standing import Standing
from clausework.trace.test_changes import (
    FlakyCase,
    LinksOf,
    Ran,
    TestChanges,
    VanishedCase,
    build_before,
    changes_since,
    flaky_of,
    repeated,
    vanished_of,
)
from clausework.trace.test_links import TestLinks

_MOST_NAMED = 200


class TestHistory(msgspec.Struct, frozen=True):
    """What the line's last release, and the build before, ran and this build did not; and its flaky cases."""

    __test__ = False

    regression: TestChanges | None
    previous: TestChanges | None
    flaky: tuple[FlakyCase, ...]


class TestsNow(msgspec.Struct, frozen=True):
    """A build's tests: its evidence, what was set aside by which cause, what each case came to, what cases verify.

    ``names`` are those of its software item, that which it has now and those which it had in earlier releases.
    """

    __test__ = False

    found: BuildEvidence
    superseded: Mapping[str, str]
    runs: TestRuns
    test_links: TestLinks
    names: tuple[str, ...]


def test_history(
    records: Sequence[Record],
    tests: TestsNow,
    before: Sequence[Released],
    standing: Standing,
    open_blob: OpenBlob,
) -> TestHistory:
    """Return what became of the cases of the releases ``before`` (newest first), and of the build before.

    A case whose failure was a defect of the test was there all the same. The build before is told of with the first
    cases alone: they are named to the engineer, and stand in nobody's way.
    """
    flaky = flaky_of(tests.runs)
    narrowed = {one.decision.version for one in standing.decisions_on("narrow") if one.effective}
    released = repeated(before, narrowed)
    earlier = build_before(records, tests.found.build)
    if not released and earlier is None:
        return TestHistory(None, None, flaky)
    regression = _regression(records, tests, released, standing, open_blob)
    previous = None
    if earlier is not None:
        before_it = evidence_of(records, earlier.id).tests
        cases = vanished_of(before_it, tests.superseded, tests.runs, open_blob)
        gone = changes_since(earlier.id, "", cases, tests.runs)
        previous = msgspec.structs.replace(gone, vanished=gone.vanished[:_MOST_NAMED])
    return TestHistory(regression, previous, flaky)


def retired_document(gone: Sequence[VanishedCase]) -> bytes:
    """Return exactly these cases as the bytes that a decision to retire them binds to and attaches."""
    return msgspec.json.encode([[one.level, one.case] for one in gone])


def retired_cases(standing: Standing, software_item: str, open_blob: OpenBlob) -> dict[tuple[str, str], int]:
    """Return the cases that signed decisions retired, by the list that was signed, each with the newest signature.

    Cases are named by level and identity. A list that is none retires nothing.
    """
    found: dict[tuple[str, str], int] = {}
    for one in standing.decisions_on("retire", ("tests",)):
        matter, attached = one.decision.matter, one.decision.attached
        if (
            one.effective
            and matter.id == software_item
            and [part.sha256 for part in attached] == [matter.sha256]
        ):
            found.update(dict.fromkeys(_listed(matter.sha256, open_blob), one.since))
    return found


def _listed(sha256: str, open_blob: OpenBlob) -> list[tuple[str, str]]:
    with open_blob(sha256) as stream:
        data = stream.read()
    try:
        return msgspec.json.decode(data, type=list[tuple[str, str]])
    except msgspec.DecodeError:
        return []


def _regression(
    records: Sequence[Record],
    tests: TestsNow,
    released: Sequence[Released],
    standing: Standing,
    open_blob: OpenBlob,
) -> TestChanges | None:
    """Return what the ``released`` versions ran when they were released, and that is neither here nor retired since."""
    if not released:
        return None
    earlier: dict[tuple[str, str], Ran] = {}
    ran_for: dict[tuple[str, str], int] = {}
    ran = [(build, one.record.index) for one in reversed(released) for build in one.builds_of(tests.names)]
    for build, index in ran:
        if build.id != tests.found.build.id:
            evidence = evidence_of(records[:index], build.id)
            links = _links(build, tests.test_links, open_blob)
            cases = vanished_of(evidence.tests, tests.superseded, tests.runs, open_blob, links)
            earlier.update(cases)
            ran_for.update(dict.fromkeys(cases, index))
    gone = changes_since(ran[-1][0].id, released[0].version, earlier, tests.runs)
    retired = retired_cases(standing, tests.found.build.software_item, open_blob)
    left = [
        one for one in gone.vanished if retired.get((one.level, one.case), -1) < ran_for[one.level, one.case]
    ]
    return msgspec.structs.replace(gone, vanished=tuple(left))


def _links(build: Build, test_links: TestLinks, open_blob: OpenBlob) -> LinksOf:
    """Return what finds the links of a released build's cases: a report's own, a name's, a comment's of its source."""
    marked = MarkedCases(())
    if build.markers is not None:
        with open_blob(build.markers.sha256) as stream:
            marked = MarkedCases(read_markers(stream.read()), build.folder)

    def links(case: Case, file_name: str) -> tuple[tuple[str, str], ...]:
        return test_links.links_of(with_markers(case, marked), file_name)

    return links
