"""What the tests of a build lost since the build before and since the last release, folded from the log (5.7.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from clausework.evidence.detail import Case
from clausework.gates.baselines import OpenBlob
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.marked_cases import MarkedCases, read_markers, with_markers
from clausework.trace.releases import Released
from clausework.trace.standing import Standing
from clausework.trace.test_changes import (
    Cases,
    FlakyCase,
    LinksOf,
    Ran,
    TestChanges,
    VanishedCase,
    build_before,
    cases_of,
    changes_since,
    flaky_of,
    repeated,
)
from clausework.trace.test_links import TestLinks

_MOST_NAMED = 200

_STILL_THERE = "defect_of_the_test"
"""The one cause of a supersession after which a case counts as there: the test ran, and was wrong itself."""


class TestHistory(msgspec.Struct, frozen=True):
    """What the line's last release, and the build before, ran and this build did not; and its flaky cases."""

    __test__ = False

    regression: TestChanges | None
    previous: TestChanges | None
    flaky: tuple[FlakyCase, ...]


class TestsNow(msgspec.Struct, frozen=True):
    """A build's tests: its evidence, what was set aside by which cause, whose passes count, what cases verify."""

    __test__ = False

    found: BuildEvidence
    superseded: Mapping[str, str]
    uncounted: Collection[str]
    test_links: TestLinks


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
    found = tests.found
    flaky = flaky_of(found.tests, found.red_tests, open_blob)
    narrowed = {one.decision.version for one in standing.decisions_on("narrow") if one.effective}
    released = repeated(before, narrowed)
    earlier = build_before(records, found.build)
    if not released and earlier is None:
        return TestHistory(None, None, flaky)
    now = _cases_now(tests, open_blob)
    regression = _regression(records, tests, released, standing, now, open_blob)
    previous = None
    if earlier is not None:
        cases = cases_of(evidence_of(records, earlier.id).tests, tests.superseded, open_blob)
        gone = changes_since(earlier.id, "", cases, now)
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


def _cases_now(tests: TestsNow, open_blob: OpenBlob) -> Cases:
    """Return the cases of the build: of reports about others that stand for it, what failed, and nothing else."""
    found = tests.found
    own = frozenset(one.sha256 for one in found.tests)
    each = {(one.index, one.body.clausework.reading.detail.sha256): one for one in found.tests}
    each |= {(one.index, one.body.clausework.reading.detail.sha256): one for one in found.red_tests}
    counted = [one for one in each.values() if tests.superseded.get(one.sha256, _STILL_THERE) == _STILL_THERE]
    red_alone = {one.sha256 for one in counted if one.sha256 not in own} | set(tests.uncounted)
    return cases_of(counted, tests.superseded, open_blob, red_alone=red_alone)


def _regression(
    records: Sequence[Record],
    tests: TestsNow,
    released: Sequence[Released],
    standing: Standing,
    now: Cases,
    open_blob: OpenBlob,
) -> TestChanges | None:
    """Return what the ``released`` versions ran when they were released, and that is neither here nor retired since."""
    if not released:
        return None
    item = tests.found.build.software_item
    earlier: dict[tuple[str, str], Ran] = {}
    ran_for: dict[tuple[str, str], int] = {}
    for one in reversed(released):
        build, index = one.builds[item], one.record.index
        if build.id != tests.found.build.id:
            evidence = evidence_of(records[:index], build.id)
            links = _links(build, tests.test_links, open_blob)
            cases = cases_of(evidence.tests, tests.superseded, open_blob, links_of=links)
            earlier.update(cases)
            ran_for.update(dict.fromkeys(cases, index))
    gone = changes_since(released[0].builds[item].id, released[0].version, earlier, now)
    retired = retired_cases(standing, item, open_blob)
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
