"""Which evidence is about a build: green narrowly, red widely. Each rule, and the attack that it stops."""

import msgspec
import pytest

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import Reread, TestResult
from clausework.ledger.records.values import Origin, Reference
from clausework.trace.builds import BuildUnknown, find_build
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from tests.tracing.making import MADE, build, digest, in_log, origin_at, outputs, rejection, results

THIS = build("this")


def _about(records: list[Record]) -> BuildEvidence:
    return evidence_of(records, THIS.id)


def _tests(records: list[Record]) -> list[int]:
    return [one.index for one in _about(records).tests]


def _red(records: list[Record]) -> list[int]:
    return [one.index for one in _about(records).red_tests]


def test_own_evidence_counts() -> None:
    """What was recorded about the build is about it."""
    assert _tests(in_log(THIS, results(origin_at(THIS)))) == [1]


def test_evidence_of_another_run_on_the_same_source_and_locks_counts() -> None:
    """A new run on an equal source tree with equal locks leaves what was proved as it was."""
    other = build("other")
    assert _tests(in_log(other, THIS, results(origin_at(other)))) == [2]


@pytest.mark.parametrize(
    "other",
    [
        build("other", tree="another tree"),
        build("other", lock="another lock"),
        build("other", clean=False),
        build("other", item="display"),
    ],
    ids=[
        "of another source tree",
        "with other locks",
        "from a changed work tree",
        "of another software item",
    ],
)
def test_green_evidence_of_an_unlike_build_is_reused_wrongly(other: Build) -> None:
    """Attack: evidence of a build that differs in what was tested is put forward for this one."""
    assert _tests(in_log(other, THIS, results(origin_at(other)))) == []


def test_evidence_of_an_unlike_source_with_the_same_artefacts_counts() -> None:
    """Where another source gave bit for bit the same artefacts with the same locks, they are what was tested."""
    other = build("other", tree="another tree")
    records = in_log(other, outputs("other", "a"), THIS, outputs("this", "a"), results(origin_at(other)))
    assert _tests(records) == [4]


def test_one_unchanged_artefact_carries_nothing_over() -> None:
    """Attack: a licence text that every build has would make every build's evidence this one's."""
    other = build("other", tree="another tree")
    records = in_log(
        other,
        outputs("other", "pump 1", "licence"),
        THIS,
        outputs("this", "pump 2", "licence"),
        (results(origin_at(other)), ["licence", "pump 1"]),
        (results(Origin("")), ["licence"]),
    )
    assert _tests(records) == []


def test_the_same_artefact_under_other_locks_carries_nothing_over() -> None:
    """Attack: the dependency changes, the artefact (which does not hold it) stays the same, the tests are not run."""
    other = build("other", lock="another lock")
    records = in_log(
        other,
        outputs("other", "a"),
        THIS,
        outputs("this", "a"),
        (results(origin_at(other)), ["a"]),
        (results(Origin("")), ["a"]),
    )
    assert _tests(records) == []


def test_evidence_that_names_only_the_artefact_counts() -> None:
    """A bench that tested a downloaded artefact names its digest, and no build."""
    assert _tests(in_log(THIS, outputs("this", "a"), (results(Origin("")), ["a"]))) == [2]


def test_evidence_about_an_artefact_of_another_software_item_does_not_count() -> None:
    """Attack: evidence that names another software item shares a digest with this one."""
    assert _tests(in_log(THIS, outputs("this", "a"), (results(Origin("display")), ["a"]))) == []


def test_a_later_build_does_not_take_evidence_away() -> None:
    """What was proved of a build stays proved when another build gives the same artefact later."""
    later = build("later", tree="another tree")
    records = in_log(
        THIS, outputs("this", "a"), (results(Origin("")), ["a"]), later, outputs("later", "a", "b")
    )
    assert _tests(records) == [2]


@pytest.mark.parametrize("level", ["integration", "system"])
def test_results_from_before_an_artefact_was_added_are_outdated(level: str) -> None:
    """Attack: an artefact is added to the build after its tests, and goes out untested."""
    records = in_log(
        THIS,
        outputs("this", "a"),
        (results(origin_at(THIS, level)), ["a"]),
        outputs("this", "b"),
        (results(origin_at(THIS, level), raw="again"), ["a", "b"]),
    )
    assert _tests(records) == [4]
    assert [one.index for one in _about(records).outdated] == [2]


@pytest.mark.parametrize("level", ["integration", "system"])
def test_results_from_before_there_was_any_artefact_are_outdated(level: str) -> None:
    """Attack: the tests are run first, and what goes out is built afterwards."""
    records = in_log(THIS, results(origin_at(THIS, level)), outputs("this", "a"))
    assert _tests(records) == []
    assert [one.index for one in _about(records).outdated] == [1]


def test_an_outdated_report_is_outdated_however_often_it_is_recorded() -> None:
    """Attack: the report of before is recorded again, under another name, when the artefact is there."""
    old, again = results(origin_at(THIS, "system")), results(origin_at(THIS, "system"), name="again.xml")
    records = in_log(THIS, outputs("this", "a"), (old, ["a"]), outputs("this", "b"), (again, ["a", "b"]))
    assert _tests(records) == []
    assert [one.index for one in _about(records).outdated] == [2, 4]


@pytest.mark.parametrize("level", ["integration", "system", "validation"])
def test_artefact_that_no_result_is_about_was_not_tested(level: str) -> None:
    """Attack: a bench's report names one artefact and no build; the one that is added beside it goes out untested."""
    bench = (results(Origin("", level=level)), ["a"])
    records = in_log(THIS, outputs("this", "a"), bench, outputs("this", "b"))
    assert _tests(records) == []
    assert [one.index for one in _about(records).outdated] == [2]


def test_artefacts_that_are_tested_one_by_one_are_tested() -> None:
    """Two benches that each test one of the artefacts test the build, and so does one beside a report of the whole."""
    first, second = ((results(Origin("", level="system"), raw=one), [one]) for one in "ab")
    assert _tests(in_log(THIS, outputs("this", "a", "b"), first, second)) == [2, 3]
    whole = (results(origin_at(THIS, "system"), raw="whole"), ["a", "b"])
    assert _tests(in_log(THIS, outputs("this", "a", "b"), first, whole)) == [2, 3]


def test_artefacts_that_are_named_by_one_digest_are_held_against_those_of_now() -> None:
    """Attack: a build has so many artefacts that results name them all by one digest, and one more is added."""
    many = [f"a{number}" for number in range(60)]
    everything = sha256_of(canonical_json(sorted(digest(one) for one in many)))

    def log(*more: str) -> list[Record]:
        records = in_log(
            THIS, outputs("this", *many), results(origin_at(THIS, "system")), outputs("this", *many, *more)
        )
        records[2] = msgspec.structs.replace(records[2], subjects=(subject("artefacts", everything),))
        return records

    assert _tests(log()) == [2]
    assert _tests(log("b")) == []


def test_unit_results_stand_whatever_artefact_is_added() -> None:
    """Unit tests are about the source, not about the artefacts."""
    records = in_log(THIS, outputs("this", "a"), (results(origin_at(THIS)), ["a"]), outputs("this", "b"))
    assert _tests(records) == [2]


def test_outdated_red_stays_red() -> None:
    """Attack: an artefact is added so that a red result becomes outdated and is forgotten."""
    red = results(origin_at(THIS, "system"), red=True)
    records = in_log(THIS, outputs("this", "a"), (red, ["a"]), outputs("this", "b"))
    assert _tests(records) == []
    assert _red(records) == [2]


@pytest.mark.parametrize(
    "other",
    [build("other"), build("other", lock="another lock"), build("other", clean=False)],
    ids=["in another run", "with other locks", "from a changed work tree"],
)
def test_red_stands_for_every_build_of_the_source_tree(other: Build) -> None:
    """Attack: a new run, an empty commit, a rebase or a changed lock is to make a red result go away."""
    assert _red(in_log(other, results(origin_at(other), red=True), THIS)) == [1]


def test_red_about_an_artefact_stands_for_every_build_that_has_it() -> None:
    """Attack: another source tree that gives the same artefact is to be a way round its red result."""
    other = build("other", tree="another tree")
    records = in_log(
        other,
        outputs("other", "a"),
        (results(origin_at(other), red=True), ["a"]),
        THIS,
        outputs("this", "a", "b"),
    )
    assert _red(records) == [2]


def test_red_of_a_mended_source_does_not_stand() -> None:
    """A source tree that was changed and artefacts that came out otherwise need evidence of their own, and get it."""
    other = build("other", tree="another tree")
    records = in_log(
        other,
        outputs("other", "a"),
        (results(origin_at(other), red=True), ["a"]),
        THIS,
        outputs("this", "b"),
    )
    assert _red(records) == []


def test_rejections_are_taken_with_the_evidence() -> None:
    """A report that could not be read whole is known to the build that it was about."""
    records = in_log(THIS, rejection(origin_at(THIS)))
    assert [one.index for one in _about(records).rejections] == [1]


def _reread(replaced: int, again: TestResult) -> Reread:
    return Reread(MADE, Reference(replaced, digest(f"record {replaced}")), result=again)


def _readings(records: list[Record]) -> list[str]:
    return [one.body.result for one in _about(records).tests]


def test_a_newer_reading_replaces_the_older() -> None:
    """A file that was read again counts as the newest reader saw it, under its own record."""
    origin = origin_at(THIS)
    records = in_log(THIS, results(origin), _reread(1, results(origin, red=True)))
    assert _tests(records) == [1]
    assert _readings(records) == ["FAILED"]
    assert _red(records) == [1]


def test_a_newer_reading_does_not_take_a_red_away() -> None:
    """Attack: a new version of the reader sees no failure; the red reading stands beside the new one."""
    origin = origin_at(THIS)
    records = in_log(THIS, results(origin, red=True), _reread(1, results(origin)))
    assert _readings(records) == ["FAILED", "PASSED"]
    assert _red(records) == [1]


@pytest.mark.parametrize(
    "again",
    [
        results(origin_at(THIS), raw="other bytes"),
        results(origin_at(THIS, "system")),
        results(origin_at(build("other"))),
    ],
    ids=["of other bytes", "at another level", "about another build"],
)
def test_what_is_no_rereading_replaces_nothing(again: TestResult) -> None:
    """Attack: a record that claims to read a file again brings other bytes, another level or another build."""
    records = in_log(THIS, results(origin_at(THIS), red=True), _reread(1, again))
    assert _readings(records) == ["FAILED"]


def test_a_rereading_of_another_kind_is_none() -> None:
    """Attack: a test report is read again as nothing at all."""
    nothing = msgspec.structs.replace(_reread(1, results(origin_at(THIS))), result=None)
    assert _readings(in_log(THIS, results(origin_at(THIS), red=True), nothing)) == ["FAILED"]


def test_unknown_build_is_refused() -> None:
    """A build that is not recorded is refused, as are too few digits and digits that begin several."""
    records = in_log(THIS)
    for name in (digest("none"), THIS.id[:5]):
        with pytest.raises(BuildUnknown, match="No build"):
            find_build(records, name)
    assert find_build(records, THIS.id[:6]).body == THIS


def test_ambiguous_build_is_refused() -> None:
    """Digits that begin the identities of two builds name neither."""
    twin = msgspec.structs.replace(THIS, id=THIS.id[:32] + "0" * 32)
    with pytest.raises(BuildUnknown, match="begins the identity of 2 builds"):
        find_build(in_log(THIS, twin), THIS.id[:8])
