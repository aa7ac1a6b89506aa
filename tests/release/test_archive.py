"""Condition 5.8.7 on facts alone: each gap refuses, in each class in which it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.gates.check import Judgement
from clausework.plan.model import Period, Retention
from clausework.release.archive import CONDITIONS, archive_again
from clausework.release.archive_facts import ArchiveFact, MissingFact, OfflineRebuildFact
from clausework.release.facts import ReleaseFacts
from clausework.release.folding import fold_release_facts
from clausework.release.keeping import retention_text
from tests.actions.archiving import archives as archives_of
from tests.actions.archiving import condition, frozen_device
from tests.release.changes import changed

(CONDITION,) = CONDITIONS


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> ReleaseFacts:
    """The facts of a class-C candidate whose archive holds all that is asked."""
    device = frozen_device(tmp_path_factory.mktemp("facts") / "device", home_with_keys, safety_class="C")
    with device.open() as workplace:
        condition(workplace)
        snapshot = workplace.snapshot()
        candidate = snapshot.records[archives_of(workplace)[-1].body.candidate.index]
        facts = fold_release_facts(snapshot, workplace.ledger, candidate, at=workplace.now())
    assert facts.archive is not None
    (rebuilt,) = facts.archive.rebuilds
    return changed(facts, archive=changed(facts.archive, rebuilds=(changed(rebuilt, isolated=True),)))


def with_archive(facts: ReleaseFacts, **changes: object) -> ReleaseFacts:
    """Change the archive."""
    assert facts.archive is not None
    return changed(facts, archive=changed(facts.archive, **changes))


def rebuilt_as(facts: ReleaseFacts, **changes: object) -> ReleaseFacts:
    """Change the build that was made from the archive."""
    assert facts.archive is not None
    return with_archive(facts, rebuilds=(changed(facts.archive.rebuilds[0], **changes),))


def judge(facts: ReleaseFacts) -> Judgement:
    """Judge 5.8.7."""
    return CONDITION.judge(facts)


def test_a_whole_archive_passes_in_every_class(archived: ReleaseFacts) -> None:
    """The control: what is asked of class C is enough for all."""
    assert judge(archived).outcome == "pass"
    assert not archive_again(archived)
    assert CONDITION.classes == "ABC"


GAP = MissingFact("dependency", "six", "1.16.0", "requirements.lock", "")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"restored": False, "problem": "disk full"}, "disk full"),
        ({"contents": ()}, "counter.zip, requirements.lock, the plan"),
        ({"has_source": False}, "the source"),
        ({"dependencies": -1}, "does not say which dependencies"),
        ({"missing": (GAP,)}, "dependency six 1.16.0 (named by requirements.lock)"),
        ({"missing": (GAP, changed(GAP, accepted="a reason"))}, "six"),
        ({"more": 3}, "3 more"),
        ({"missing": (changed(GAP, kind="evidence", accepted=""),)}, "evidence six"),
        ({"missing": (changed(GAP, kind="image"),)}, "image six"),
        ({"rebuilds": ()}, "was not built again from the archive"),
    ],
)
def test_each_gap_refuses(archived: ReleaseFacts, changes: dict[str, object], says: str) -> None:
    """Lapse: the named gap blocks, is said, and comes with the command that mends it."""
    judgement = judge(with_archive(archived, **changes))
    assert judgement.outcome == "fail"
    assert any(says in reason.message for reason in judgement.reasons)
    assert all(reason.command and reason.records for reason in judgement.reasons)
    assert archive_again(with_archive(archived, **changes))


@pytest.mark.parametrize("safety_class", ["A", "B", "C"])
def test_missing_dependencies_block_in_every_class(archived: ReleaseFacts, safety_class: str) -> None:
    """5.8.7 applies to A, B and C: SOUP is part of what is archived, whatever the class."""
    builds = tuple(changed(one, safety_class=safety_class) for one in archived.builds)
    facts = changed(
        with_archive(archived, missing=(GAP,), must_rebuild=()), builds=builds, safety_class=safety_class
    )
    assert judge(facts).outcome == "fail"


def test_only_class_c_asks_for_a_build_from_the_archive(archived: ReleaseFacts) -> None:
    """Without a build from the archive A and B pass, C does not, whichever of plan and build record says C."""
    bare = with_archive(archived, rebuilds=(), must_rebuild=())
    lower = changed(bare, builds=tuple(changed(one, safety_class="B") for one in bare.builds))
    assert judge(lower).outcome == "pass"
    assert judge(bare).outcome == "fail", "the build's own record says C"
    assert judge(with_archive(lower, must_rebuild=("counter",))).outcome == "fail", "the plan says C"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outcome": "failed", "problem": "no network"}, "no network"),
        ({"isolated": False}, "could have reached a network"),
        (
            {"outcome": "different", "reproduced": (), "different": {"dist/counter.zip": "0" * 64}},
            "is different",
        ),
        ({"reproduced": ()}, "did not make dist/counter.zip"),
        ({"build": "0" * 64}, "was not built again"),
    ],
)
def test_each_fault_of_the_build_from_the_archive_refuses(
    archived: ReleaseFacts, changes: dict[str, object], says: str
) -> None:
    """Attack, lapse: it failed, could reach a network, came out different, compared nothing, or is another build's."""
    judgement = judge(rebuilt_as(archived, **changes))
    assert judgement.outcome == "fail"
    assert any(says in reason.message for reason in judgement.reasons)


def test_an_artefact_added_since_was_not_built_from_the_archive(archived: ReleaseFacts) -> None:
    """Attack: an artefact that the archive holds and nobody built from it is put beside the others."""
    (facts,) = archived.builds
    (output,) = facts.build.outputs
    extra = changed(output, name="dist/extra.zip", sha256="e" * 64)
    assert archived.archive is not None
    more = changed(
        with_archive(archived, contents=(*archived.archive.contents, "e" * 64)),
        builds=(changed(facts, build=changed(facts.build, outputs=(output, extra))),),
    )
    judgement = judge(more)
    assert judgement.outcome == "fail"
    assert "dist/extra.zip" in judgement.reasons[0].message


def test_a_waiver_of_isolation_is_said(archived: ReleaseFacts) -> None:
    """Where the plan waives isolation the verdict tells the reason; it waives nothing else."""
    waived = with_archive(rebuilt_as(archived, isolated=False), isolation_waived="no connection is opened")
    assert any("no connection is opened" in one.message for one in judge(waived).reasons)
    failed = with_archive(rebuilt_as(archived, outcome="failed"), isolation_waived="no connection is opened")
    assert judge(failed).outcome == "fail"


def test_what_a_pass_rests_on_is_never_cut_off(archived: ReleaseFacts) -> None:
    """Lapse: many accepted gaps, and the reason why an unshielded build counts falls off the end of a long sentence."""
    gaps = tuple(changed(GAP, name=f"package-{number}", accepted="x" * 200) for number in range(8))
    many = with_archive(rebuilt_as(archived, isolated=False), missing=gaps, isolation_waived="no connection")
    said = [one.message for one in judge(many).reasons]
    assert sum("by the plan without package-" in one for one in said) == len(gaps)
    assert any("its network was not cut off: no connection" in one for one in said)
    assert max(map(len, said)) <= 300


def test_files_taken_by_name_are_told_with_the_pass(archived: ReleaseFacts) -> None:
    """What no lock has a hash of is named, so that nobody takes it for verified by the lock."""
    named = with_archive(
        archived, dependencies=40, by_name=tuple(f"library-{at}-1.0.jar" for at in range(40))
    )
    (said,) = (one.message for one in judge(named).reasons if "by their names" in one.message)
    assert "no lock has a hash of 40 of these files" in said
    assert "library-0-1.0.jar" in said
    assert "more" in said
    assert len(said) <= 300


def test_an_earlier_different_build_is_not_hidden(archived: ReleaseFacts) -> None:
    """Attack: an archive whose build differed is followed by one whose build happened to be the same."""
    assert archived.archive is not None
    (rebuilt,) = archived.archive.rebuilds
    before: OfflineRebuildFact = changed(
        rebuilt, outcome="different", different={"dist/counter.zip": "0" * 64}
    )
    assert judge(with_archive(archived, earlier=(before,))).outcome == "fail"
    other = changed(before, build="1" * 64)
    assert judge(with_archive(archived, earlier=(other,))).outcome == "pass", "of a build that is not in it"


def test_an_archive_of_an_early_version_is_made_again(archived: ReleaseFacts) -> None:
    """An archive from before dependencies were looked at says nothing about them: it counts as not looked at."""
    assert archived.archive is not None
    early = ArchiveFact(
        archived.archive.record,
        restored=True,
        problem="",
        contents=archived.archive.contents,
        has_source=True,
    )
    assert archive_again(changed(archived, archive=early))
    assert judge(changed(archived, archive=early)).outcome == "fail"


RELEASED = "2026-02-28T10:00:00.000Z"


@pytest.mark.parametrize(
    ("period", "says"),
    [
        (None, "without end"),
        (Period(years=15, after="last_placed_on_market"), "without end until that date is recorded"),
        (Period(years=15), "without end until that date is recorded"),
        (Period(years=10, after="release"), "2036-02-28"),
        (Period(years=1, after="release"), "2028-02-28"),
        (Period(days=30, after="release"), "2028-02-28"),
        (Period(years=100_000, after="release"), "9999-12-31"),
    ],
)
def test_retention_is_told_honestly(period: Period | None, says: str) -> None:
    """A date only where it is known, and never less than two years after the release (ISO 13485 4.2.5)."""
    assert says in retention_text(Retention(period), RELEASED)


def test_a_leap_day_is_kept_to_the_day_after() -> None:
    """Released on 29 February, kept for a year: until 1 March, never a day less."""
    told = retention_text(Retention(Period(years=3, after="release")), "2028-02-29T00:00:00.000Z")
    assert told.startswith("2031-03-01")
    assert "without end" in retention_text(Retention(Period(years=3, after="release")), "")
