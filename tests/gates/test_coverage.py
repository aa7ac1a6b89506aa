"""The coverage check and its facts: bounded, complete, and clear about what lacks."""

import msgspec
import pytest

from clausework.evidence.formats import format_named, format_names
from clausework.gates import coverage_facts
from clausework.gates.challenge import SOUND, EvidenceFile, World, with_evidence
from clausework.gates.coverage import FORMATS, evaluate
from clausework.gates.coverage_samples import cobertura, lcov
from clausework.gates.facts import CoveredFile, Facts
from clausework.gates.proving import facts_of
from clausework.gates.safety_paths import evaluate as safety_paths
from clausework.ledger.records.values import Ratio

SETTINGS: dict[str, str | int | bool] = {"level": "unit", "line": 90, "branch": 80}


def told(*reports: bytes) -> World:
    """Return the sound world with these coverage reports of the unit tests."""
    return with_evidence(
        "coverage.xml", *(EvidenceFile(f"report-{n}", data, "unit") for n, data in enumerate(reports))
    )


def test_every_format_of_coverage_is_known_to_the_check() -> None:
    """A rejected file of a format that the check does not know would not stand in the way."""
    assert set(FORMATS) == {name for name in format_names() if format_named(name).kind == "coverage"}


def test_facts_hold_one_level_with_all_its_reports_and_files() -> None:
    """What the reports show together, and of each file."""
    facts = facts_of(told(cobertura(missed=(2, 3)), lcov(missed=(9,)), lcov(file="d.py", missed=(1,))))
    (fact,) = facts.coverage
    assert (fact.level, fact.line, len(fact.records), fact.file_count) == ("unit", Ratio(19, 20), 3, 2)
    assert fact.record == max(fact.records)
    assert fact.files == (
        CoveredFile("c.py", Ratio(10, 10), Ratio(2, 2)),
        CoveredFile("d.py", Ratio(9, 10), Ratio(2, 2)),
    )


def test_levels_are_not_mixed() -> None:
    """What the system tests reached is no coverage by unit tests."""
    unit = EvidenceFile("unit.info", lcov(missed=(2,)), "unit")
    system = EvidenceFile("system.info", lcov(), "system")
    facts = facts_of(with_evidence("coverage.xml", unit, system))
    assert {one.level: one.line for one in facts.coverage} == {"unit": Ratio(9, 10), "system": Ratio(10, 10)}


def test_facts_of_very_many_files_keep_those_that_lack_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts stand beside each verdict, so they are bounded; the ratios are of all files."""
    monkeypatch.setattr(coverage_facts, "MOST_FILES", 2)
    files = [
        lcov(file=f"{name}.py", missed=range(1, 1 + lacks))
        for name, lacks in zip("abc", (1, 0, 3), strict=True)
    ]
    (fact,) = facts_of(told(b"".join(files))).coverage
    assert [one.path for one in fact.files] == ["a.py", "c.py"]
    assert (fact.file_count, fact.line) == (3, Ratio(26, 30))


def judged(facts: Facts, **settings: str | int | bool) -> str:
    """Return the outcome and the message of the check."""
    judgement = evaluate(facts, {**SETTINGS, **settings})
    return f"{judgement.outcome}: {judgement.reasons[0].message}"


def test_a_failure_names_the_files_that_lack_the_most() -> None:
    """Whoever mends it knows where to begin."""
    facts = facts_of(told(lcov(missed=(2, 3)) + lcov(file="d.py", missed=(1,))))
    assert judged(facts) == (
        "fail: line coverage is 17/20 (85 %), the plan asks 90 %; c.py lacks 2, d.py lacks 1"
    )


def test_a_pass_tells_how_many_reports_it_rests_on_and_what_was_taken_as_one() -> None:
    """Nothing is united in silence."""
    facts = facts_of(told(cobertura(missed=(2, 3)), cobertura(file="/builds/c.py")))
    message = judged(facts)
    assert message.startswith("pass: line 10/10 (100 %), at least 90 %; branch 2/2 (100 %), at least 80 %")
    assert "2 reports together" in message
    assert "/builds/c.py and c.py" in message


def test_files_without_branches_are_named() -> None:
    """A report that did not measure them cannot be told from one that reached all."""
    facts = facts_of(told(lcov() + lcov(file="d.py", branches=False), lcov(file="e.py", branches=False)))
    assert "1 files: e.py" in judged(facts)


def test_without_any_threshold_the_check_does_not_apply() -> None:
    """A class of which no coverage is asked."""
    facts = facts_of(told(lcov()))
    assert evaluate(facts, {"level": "unit"}).outcome == "not_applicable"


def test_a_threshold_of_nothing_still_wants_its_lines_measured() -> None:
    """At least 0 % of lines is not reached by what was never measured."""
    facts = facts_of(told(b"TN:\nSF:c.py\nend_of_record\n"))
    assert judged(facts, line=0, branch=0).startswith("not_evaluated: line coverage was not measured")
    assert msgspec.json.decode(msgspec.json.encode(facts), type=Facts) == facts


def test_a_language_whose_tools_know_no_branches_is_no_dead_end() -> None:
    """A refusal says how to measure, and what a plan may say, with a defence; then lines are judged alone, and told."""
    facts = facts_of(told(lcov(branches=False)))
    found = evaluate(facts, SETTINGS)
    assert found.outcome == "not_evaluated"
    assert "coverage run --branch" in found.reasons[0].command
    assert "set 'branch: 0' with a 'because'" in found.reasons[0].command
    assert judged(facts, branch=0) == "pass: line 10/10 (100 %), at least 90 %; branch is not asked"
    assert judged(facts, line=100, branch=0).startswith("pass")
    unit = safety_paths(facts, {"level": "unit", "line": 100, "branch": 90})
    assert "set 'branch: 0'" in unit.reasons[0].command
    assert safety_paths(facts, {"level": "unit", "line": 100, "branch": 0}).outcome == "pass"


def test_what_was_not_measured_is_told_beside_what_no_report_names() -> None:
    """Whoever mends the one sees the other too."""
    facts = facts_of(msgspec.structs.replace(told(lcov(branches=False)), source=("src/c.py", "src/alarm.py")))
    found = evaluate(facts, SETTINGS)
    assert [one.message.partition(" ")[0] for one in found.reasons] == ["branch", "no"]


def test_a_file_without_a_line_to_run_is_told() -> None:
    """A file of which a comment leaves all out looks like one that only documents: the verdict names it."""
    facts = facts_of(
        msgspec.structs.replace(
            told(lcov() + b"SF:alarm.py\nend_of_record\n"), source=("src/c.py", "src/alarm.py")
        )
    )
    assert judged(facts).endswith("; named without a line to run: alarm.py")


def test_attack_a_source_file_is_left_out_of_every_report() -> None:
    """Attack: what no test loads is not reported, so 90 % of the rest pass. The file is named, and the ways out."""
    found = evaluate(facts_of(in_commit("src/controller/c.py", "src/controller/alarm.py")), SETTINGS)
    assert found.outcome == "not_evaluated"
    assert "names src/controller/alarm.py, of 2 source files" in found.reasons[0].message
    assert "measure every source file" in found.reasons[0].command
    assert "'unmeasured' of the software item" in found.reasons[0].command


def test_a_file_that_the_report_names_from_elsewhere_is_told_with_that_name() -> None:
    """Whoever reads that no report names the file, which a container's report does, sees which name was not taken."""
    world = msgspec.structs.replace(told(lcov(file="/app/pump.py")), source=("src/controller/pump.py",))
    (reason,) = evaluate(facts_of(world), SETTINGS).reasons
    assert "names src/controller/pump.py, of 1 source files" in reason.message
    assert "the report's /app/pump.py may mean one of them or another file" in reason.message


def test_many_files_that_are_left_out_are_counted() -> None:
    """The first are named, all are counted, and the facts stay small."""
    paths = [f"src/controller/{number:03}.py" for number in range(300)]
    facts = facts_of(in_commit("src/controller/c.py", *paths))
    (fact,) = facts.coverage
    assert fact.sources is not None
    assert (len(fact.sources.unnamed), fact.sources.unnamed_count, fact.sources.count) == (20, 300, 301)
    assert "000.py, src/controller/001.py, src/controller/002.py and 297 more" in (
        evaluate(facts, SETTINGS).reasons[0].message
    )


def test_too_little_coverage_is_told_beside_what_was_not_measured() -> None:
    """Both are mended in one go."""
    world = msgspec.structs.replace(told(cobertura(missed=(2, 3))), source=("src/c.py", "src/alarm.py"))
    found = evaluate(facts_of(world), SETTINGS)
    assert found.outcome == "fail"
    assert ["coverage is 8/10" in one.message or "src/alarm.py" in one.message for one in found.reasons] == [
        True,
        True,
    ]


def test_attack_the_alarm_handler_is_let_go_unmeasured() -> None:
    """Attack: the plan lets a unit that realises a risk control go unmeasured. Its own check asks all the same."""
    world = msgspec.structs.replace(
        in_commit("src/controller/c.py", "src/controller/alarm.py"), unmeasured=("src/controller/alarm.py",)
    )
    facts = facts_of(world)
    passed = evaluate(facts, SETTINGS)
    assert passed.outcome == "pass"
    assert "not measured, as the plan says: src/controller/alarm.py" in passed.reasons[0].message
    assert safety_paths(facts, {"level": "unit", "line": 100}).outcome == "fail"


def in_commit(*paths: str) -> World:
    """Return the sound world with these files in the commit; its report names c.py."""
    return msgspec.structs.replace(SOUND, source=paths)
