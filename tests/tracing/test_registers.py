"""Registers say what the fold says, or nothing: whatever was recorded since, and whatever befell their bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausework.actions.register_filling import NotReleased, keep_release, rebuild
from clausework.actions.registers import Releases, dump
from clausework.core.errors import IntegrityViolated
from clausework.ledger.memory_registers import MemoryRegisters
from clausework.ledger.records import PREDICATE_TYPES
from clausework.stores.sqlite_registers import SqliteRegisters
from clausework.trace.matrix import Matrix
from clausework.trace.registers import footprint
from clausework.trace.registers.encoding import seal, unseal
from clausework.trace.registers.lookup import read_head
from clausework.trace.registers.model import HEAD, ITEM_PAGE, Head
from tests.tracing.released import AT, IDS, Releasing, folded_rows, held_rows

Do = Callable[[Releasing], object]

LINKS = (
    ("verifies", "REQ-1"),
    ("verifies", "REQ-2"),
    ("verifies", "NEED-1"),
    ("verifies_implementation", "RC-1"),
    ("verifies_effectiveness", "RC-2"),
    ("verifies", "UNIT-1"),
    ("verifies", "GONE-1"),
)
CAUSES = ("infrastructure", "defect_of_the_test", "recorded_by_mistake")

_case = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(("passed", "passed", "failed", "errored", "skipped")),
    st.lists(st.sampled_from(LINKS), max_size=3, unique=True),
)
_word = st.sampled_from(("as ever", "otherwise"))


def _items(words: dict[str, str], nowhere: str) -> Do:
    return lambda one: one.record_items(words, nowhere)


def _build(tree: str) -> Do:
    return lambda one: one.record_build(tree)


def _report(number: int, cases: Sequence[object], level: str, name: str, artefact: str = "") -> Do:
    def do(one: Releasing) -> None:
        about = one.builds[number % len(one.builds)] if one.builds and number >= 0 else None
        one.record_report(about, cases, level, name, artefact)  # type: ignore[arg-type]

    return do


def _coverage(number: int, covered: int) -> Do:
    def do(one: Releasing) -> None:
        if one.builds:
            one.record_coverage(one.builds[number % len(one.builds)], covered)

    return do


def _outputs(number: int, artefacts: Sequence[str]) -> Do:
    return lambda one: one.record_outputs(one.builds[number % len(one.builds)], *artefacts)


def _changes(number: int, title: str) -> Do:
    return lambda one: one.record_reviews(one.builds[number % len(one.builds)], title)


def _reread(number: int, outcome: str) -> Do:
    def do(one: Releasing) -> None:
        if one.reports:
            one.reread(one.reports[number % len(one.reports)], outcome)  # type: ignore[arg-type]

    return do


def _supersede(number: int, cause: str) -> Do:
    def do(one: Releasing) -> None:
        if one.reports:
            one.supersede(one.reports[number % len(one.reports)], cause)

    return do


def _review(item: str, outcome: str, method: str) -> Do:
    return lambda one: one.review(item, outcome, method)


def _release(number: int) -> Do:
    return lambda one: one.builds and one.release(one.builds[-1 - number % 2 :][:2])


def _keep(number: int) -> Do:
    def do(one: Releasing) -> None:
        if one.versions:
            one.keep(one.versions[number % len(one.versions)])

    return do


_steps = st.one_of(
    st.builds(
        _items, st.dictionaries(st.sampled_from(IDS), _word, max_size=3), st.sampled_from(("REQ-9", "REQ-8"))
    ),
    st.builds(_build, st.sampled_from(("tree", "other"))),
    st.builds(
        _report,
        st.integers(-1, 5),
        st.lists(_case, max_size=4, unique_by=lambda one: one[0]),
        st.sampled_from(("unit", "system")),
        st.sampled_from(("a.xml", "b.xml")),
        st.sampled_from(("", "one.bin", "two.bin")),
    ),
    st.builds(
        _outputs,
        st.integers(0, 5),
        st.lists(st.sampled_from(("one.bin", "two.bin")), min_size=1, unique=True),
    ),
    st.builds(_changes, st.integers(0, 5), st.sampled_from(("REQ-2", "CR-1"))),
    st.builds(_reread, st.integers(0, 9), st.sampled_from(("passed", "failed", "skipped"))),
    st.builds(_coverage, st.integers(0, 5), st.integers(0, 9)),
    st.builds(_supersede, st.integers(0, 9), st.sampled_from(CAUSES)),
    st.builds(
        _review,
        st.sampled_from(("REQ-1", "REQ-2", "RC-1", "UNIT-1")),
        st.sampled_from(("accepted", "accepted", "rejected")),
        st.sampled_from(("review", "analysis")),
    ),
    st.builds(_release, st.integers(0, 1)),
    st.builds(_keep, st.integers(0, 5)),
)


def _example() -> Releasing:
    """Return a ledger with two releases, both kept."""
    one = Releasing()
    for step in (
        _build("tree"),
        _report(0, [("a", "passed", LINKS[:2]), ("b", "failed", LINKS[3:4])], "unit", "a.xml"),
        _report(0, [("a", "passed", LINKS[1:3]), ("c", "skipped", LINKS[:1])], "system", "b.xml"),
        _coverage(0, 5),
        _review("RC-2", "accepted", "analysis"),
        _release(0),
        _items({"REQ-1": "otherwise"}, "REQ-9"),
        _build("other"),
        _report(1, [("a", "passed", LINKS[:2])], "unit", "a.xml"),
        _release(1),
        _keep(0),
        _keep(1),
    ):
        step(one)
    return one


def _agree(one: Releasing, *, answers: bool = False) -> None:
    """Hold what the registers say of every version and item against the fold; ``answers``: they must say it."""
    for version in one.versions:
        facts = one.fold(version)
        for item in IDS:
            held = one.held(version, item)
            if held is not None:
                assert held_rows(held, item) == folded_rows(facts, item), (version, item)
            else:
                assert not answers, (version, item)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_steps, min_size=4, max_size=18))
def test_an_answer_is_that_of_the_fold_whatever_was_recorded_before_and_since(steps: list[Do]) -> None:
    """Reds, supersessions, skipped and repeated cases, changed items, reviews: a register agrees or does not answer."""
    one = Releasing()
    for step in (_build("tree"), _release(0), _keep(0), *steps):
        step(one)
    _agree(one)
    for version in one.versions:
        one.keep(version)
    _agree(one, answers=True)


def test_a_release_is_answered_after_later_work_that_is_not_about_it() -> None:
    """Later builds, baselines and reports leave a release's entry as it is, without a fold."""
    one = _example()
    for step in (
        _items({"REQ-2": "again otherwise"}, "REQ-9"),
        _build("third"),
        _report(2, [("a", "failed", LINKS)], "unit", "a.xml"),
    ):
        step(one)
    assert one.held("1.0", "REQ-1") is not None
    _agree(one)


def test_a_later_red_about_the_released_source_is_not_missed() -> None:
    """A red of another build of the same tree stands for the release: its entry goes, and the fold says red."""
    one = _example()
    _build("tree")(one)
    _report(2, [("a", "failed", LINKS[:1])], "unit", "late.xml")(one)
    assert one.held("1.0", "REQ-1") is None
    one.keep("1.0")
    held = one.held("1.0", "REQ-1")
    assert held is not None
    assert held_rows(held, "REQ-1")[0].rows[0].outcome == "failed"
    _agree(one)


def test_a_rejection_of_what_was_accepted_is_not_missed() -> None:
    """People's later reviews reach every release that has the text, whether it is kept anew or not."""
    one = _example()
    for outcome in ("rejected", "accepted"):
        one.review("RC-2", outcome, "analysis")
        _agree(one)
        one.keep("1.1")
        _agree(one)


def test_an_accepted_change_that_is_rejected_later_is_suspect_again() -> None:
    """An accepted review clears a suspect; when the newest review rejects the text, no register still says so."""
    one = _example()
    assert folded_rows(one.fold("1.1"), "REQ-1")[0].rows[0].suspect >= 0
    one.review("REQ-1", "accepted", "review")
    _agree(one)
    one.keep("1.1")
    held = one.held("1.1", "REQ-1")
    assert held is not None
    assert held_rows(held, "REQ-1")[0].rows[0].suspect < 0
    one.review("REQ-1", "rejected", "review")
    one.keep("1.0")
    _agree(one)
    assert folded_rows(one.fold("1.1"), "REQ-1")[0].rows[0].suspect >= 0


def test_the_records_behind_an_answer_are_proved_under_the_signed_checkpoint() -> None:
    """Each record of an answer comes with a proof that holds; one whose stored bytes changed is never returned."""
    one = _example()
    held = one.held("1.0", "REQ-1")
    assert held is not None
    rows = held_rows(held, "REQ-1")[0].rows
    numbers = {index for row in rows for test in row.tests for index in test.records}
    assert numbers <= held.builds[0].runs.keys()
    found = one.releases.records.read(numbers, held.checkpoint)
    assert {record.record.index for record in found.values()} == numbers
    entries = one.memory.log._entries
    entries[min(numbers)] = entries[min(numbers)].replace(b"a", b"b", 1)
    with pytest.raises(IntegrityViolated):
        Releases(one.ledger, one.registers).records.read(numbers, held.checkpoint)


def test_dropped_and_rebuilt_a_register_says_the_same() -> None:
    """A register is a projection: kept release by release, or rebuilt from nothing, it holds the same."""
    one = _example()
    before = {version: dump(one.registers, version) for version in one.versions}
    one.registers.clear()
    assert one.held("1.0", "REQ-1") is None
    assert rebuild(one.ledger, one.registers, one.ledger.snapshot(), at=AT) == tuple(one.versions)
    assert {version: dump(one.registers, version) for version in one.versions} == before
    other = MemoryRegisters()
    for version in reversed(one.versions):  # numbers are given in another order
        keep_release(one.ledger, other, one.ledger.snapshot(), version, one.fold(version))
    assert {version: dump(other, version) for version in one.versions} == before


def test_equal_pages_are_held_once() -> None:
    """Two releases of the same items and results share their page."""
    one = Releasing()
    for step in (_build("tree"), _report(0, [("a", "passed", LINKS)], "unit", "a.xml"), _release(0)):
        step(one)
    for step in (_build("tree"), _report(1, [("a", "passed", LINKS)], "unit", "a.xml"), _release(0)):
        step(one)
    for version in one.versions:
        one.keep(version)
    assert len(one.registers.keys(ITEM_PAGE)) == 1


def _damages(
    values: dict[bytes, bytes], chance: random.Random
) -> Iterator[tuple[str, dict[bytes, bytes | None]]]:
    """Yield for each value kept what befalls it: lost, cut short, a bit changed, another's bytes."""
    keys = sorted(values)
    for key in keys:
        value = values[key]
        place = chance.randrange(len(value))
        flipped = bytes((value[place] ^ (1 << chance.randrange(8)),))
        yield "lost", {key: None}
        yield "cut", {key: value[: chance.randrange(len(value))]}
        yield "changed", {key: value[:place] + flipped + value[place + 1 :]}
        yield "swapped", {key: values[chance.choice(keys)]}


def test_damage_never_gives_a_wrong_answer() -> None:
    """With any value lost, cut, changed or swapped, what is answered is still right, and the rest is folded."""
    one = _example()
    expected = {version: one.fold(version) for version in one.versions}
    whole = one.registers.read(one.registers.keys(b""))
    unanswered = 0
    for what, change in _damages(whole, random.Random(7)):
        one.registers.change(lambda change=change: {**whole, **change})  # type: ignore[misc]
        for version, facts in expected.items():
            for item in IDS:
                held = one.held(version, item)
                unanswered += held is None
                if held is not None:
                    assert held_rows(held, item) == folded_rows(facts, item), (what, change.keys())
    assert unanswered > len(whole)


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 400, None])
def test_a_damaged_file_is_folded_over_and_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    """A register's file that is no database, or gone, costs the answer once; keeping the release makes it anew."""
    registers = SqliteRegisters(tmp_path / "registers.sqlite")
    one = Releasing(registers)
    _build("tree")(one)
    _release(0)(one)
    one.keep("1.0")
    assert one.held("1.0", "REQ-1") is not None
    registers.close()
    (tmp_path / "registers.sqlite").unlink()
    if damage is not None:
        (tmp_path / "registers.sqlite").write_bytes(damage)
    assert one.held("1.0", "REQ-1") is None
    one.keep("1.0")
    _agree(one, answers=True)
    registers.close()


def test_a_register_of_another_log_or_version_does_not_answer() -> None:
    """A register stands on a beginning of the very log, and was made by this version of Clausework."""
    one, other = _example(), _example()
    assert Releases(other.ledger, one.registers).about("1.0", "REQ-1") is None
    head = read_head(one.registers.read)
    assert head is not None
    for change in (
        {"software": "clausework 0"},
        {"version": 0},
        {"size": head.size + 1},
        {"size": head.size - 1},
    ):
        changed = msgspec.structs.replace(head, **change)
        one.registers.change(lambda changed=changed: {HEAD: seal(HEAD, changed)})  # type: ignore[misc]
        assert one.held("1.0", "REQ-1") is None
        one.keep("1.1")
        assert one.held("1.1", "REQ-1") is not None


def test_what_another_process_moved_meanwhile_is_left_alone() -> None:
    """Of two that keep at once, the one that comes late writes nothing that does not fit."""
    one = _example()
    old = one.ledger.snapshot()
    facts = one.fold("1.0")
    _build("third")(one)
    one.keep("1.1")
    head = read_head(one.registers.read)
    keep_release(one.ledger, one.registers, old, "1.0", facts)
    _agree(one)
    assert head is not None


def test_only_what_was_released_is_kept() -> None:
    """A build that still changes is folded."""
    one = _example()
    with pytest.raises(NotReleased):
        keep_release(one.ledger, one.registers, one.ledger.snapshot(), "9.9", [])


def test_an_unknown_item_or_version_is_left_to_the_fold() -> None:
    """The register never says that there is nothing: that is for the fold to say."""
    one = _example()
    assert one.held("1.0", "REQ-77") is None
    assert one.held("7.7", "REQ-1") is None
    held = one.held("1.0", "CR-1")
    assert held is not None
    assert held_rows(held, "CR-1") == [Matrix(())]


def test_every_kind_of_record_is_known_to_change_rows_or_not() -> None:
    """A new kind of record fails here until somebody has judged whether a release's rows can rest on it."""
    judged = {
        "Root", "PersonEnrolled", "PipelineKeyEnrolled", "KeyRevoked", "PlanRecorded", "ItemBaseline", "Build",
        "BuildOutputs", "Rebuild", "TestResult", "Coverage", "Findings", "Sbom", "Exploitability", "Attestations",
        "ChangeReviews", "Attachment", "Rejection", "Reread", "ReviewSet", "Decision", "Approval", "Verdict",
        "Promotion", "Candidate", "Archive", "ReleaseGate", "Release", "Deployment", "Derivation", "Distribution",
        "AccountClosed", "AccountLocked", "Adoption", "ArchivedFiles", "BranchProtection", "OfflineRebuild",
        "PasskeyEnrolled", "PipelineRecorded", "PolicyAccepted", "ProviderKeys", "TimeStamped", "TrainingLinked",
    }  # fmt: skip
    assert {kind.__name__ for kind in PREDICATE_TYPES} == judged
    assert footprint.WORDS_OF_PEOPLE


def test_a_sealed_value_opens_under_its_own_key_alone() -> None:
    """The check sum covers the key: bytes of one key are refused under another."""
    head = Head(1, "x", 1, ())
    assert unseal(HEAD, seal(HEAD, head), Head) == head
    with pytest.raises(Exception, match="not what was written"):
        unseal(b"other", seal(HEAD, head), Head)
