"""Challenges of the check on coverage: what was measured and reaches its thresholds, and every way in which not."""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    COVERAGE,
    QUALITY,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    with_evidence,
)
from clausework.gates.coverage_samples import cobertura, go_profile, lcov


def challenges() -> tuple[Challenge, ...]:
    """Coverage that was measured and reaches its thresholds passes; low, narrow, partial and doubtful is refused."""
    settings: dict[str, str | int | bool] = {"level": "unit", "line": 90, "branch": 80}
    lines: dict[str, str | int | bool] = {"level": "unit", "line": 90}
    conditions: dict[str, str | int | bool] = {**settings, "mcdc": 100}
    low = cobertura(missed=(2, 3))
    set_aside = SignedDecision(
        "supersede",
        "record",
        "good.xml",
        {"cause": "recorded_by_mistake", "reason": "The job ran the tests of another branch, see its log."},
        signers=((*QUALITY, "superseded"),),
    )

    def told(*reports: bytes, level: str = "unit", of: str = "this") -> World:
        named = [EvidenceFile(f"report-{number}", data, level, of) for number, data in enumerate(reports)]
        return with_evidence("coverage.xml", *named)

    def superseded(*reports: bytes) -> World:
        world = with_evidence("coverage.xml", EvidenceFile("good.xml", cobertura(), "unit"))
        others = tuple(EvidenceFile(f"report-{number}", data, "unit") for number, data in enumerate(reports))
        return msgspec.structs.replace(
            world, evidence=(*world.evidence, *others), decisions=(*world.decisions, set_aside)
        )

    def of(world: World, *paths: str, unmeasured: tuple[str, ...] = ()) -> World:
        """Return ``world`` with these files in the commit, and a plan that lets some go ``unmeasured``."""
        return msgspec.structs.replace(world, source=paths, unmeasured=unmeasured)

    def in_go(world: World) -> World:
        return of(world, "src/c.go", "src/c_test.go", "go.mod")

    two = ("src/controller/c.py", "src/controller/alarm.py")
    mine = lcov(file=two[0], missed=(1, 2, 3, 4))
    java = ("src/main/java/com/x/Alarm.java", *(f"tests/java/com/x/Test{n}.java" for n in range(9)))
    beside = (two[0], *(f"src/controller/test_{n}.py" for n in range(9)))

    def tests_in(files: tuple[str, ...], top: str) -> bytes:
        return b"".join(lcov(file=path.removeprefix(top)) for path in files[1:])

    return (
        Challenge("every line and branch is covered", "pass", SOUND, settings),
        Challenge("no coverage was recorded", "not_evaluated", told(), settings),
        Challenge("coverage is below the threshold", "fail", told(low), settings),
        Challenge(
            "nine of ten lines are exactly the threshold", "pass", told(cobertura(missed=(2,))), settings
        ),
        Challenge("branches were not measured", "not_evaluated", told(cobertura(branches=False)), settings),
        Challenge(
            "a later report measures only the lines that are covered",
            "fail",
            told(low, cobertura(listed=(1, *range(4, 11)))),
            settings,
        ),
        Challenge(
            "a later report of the whole source closes the gap", "pass", told(low, cobertura()), settings
        ),
        Challenge(
            "two reports close each other's gaps", "pass", told(low, cobertura(missed=(9, 10))), settings
        ),
        Challenge(
            "two reports together leave a gap", "fail", told(low, cobertura(missed=(2, 3, 9))), settings
        ),
        Challenge(
            "a report in another format closes the gap", "pass", told(low, lcov(missed=(9, 10))), settings
        ),
        Challenge("a tracefile is taken as well", "pass", told(lcov()), settings),
        Challenge("a tracefile is below the threshold", "fail", told(lcov(missed=(2, 3))), settings),
        Challenge(
            "a second report has another file without branches",
            "not_evaluated",
            told(cobertura(), lcov(branches=False, file="d.py")),
            settings,
        ),
        Challenge(
            "a second report without branches tells nothing new",
            "pass",
            told(cobertura(), lcov(branches=False)),
            settings,
        ),
        Challenge(
            "the same source is reported from two folders",
            "not_evaluated",
            told(cobertura(file="src/c.py"), cobertura(file="lib/c.py", missed=(2,))),
            settings,
        ),
        Challenge(
            "one report names the source by its absolute path",
            "pass",
            told(low, cobertura(file="/builds/device/c.py", missed=(9, 10))),
            settings,
        ),
        Challenge(
            "the tests' own lines lift the reports over the threshold",
            "fail",
            told(cobertura(file="src/controller/c.py", missed=(2, 3)), lcov(file="tests/test_c.py")),
            settings,
        ),
        Challenge(
            "the software item's files reach the threshold beside the tests' own",
            "pass",
            told(cobertura(file="/builds/device/src/controller/c.py"), lcov(file="tests/test_c.py")),
            settings,
        ),
        Challenge("conditions were not measured", "not_evaluated", told(cobertura(), lcov()), conditions),
        Challenge("every condition is covered", "pass", told(lcov(conditions=2)), conditions),
        Challenge("a condition is not covered", "fail", told(lcov(conditions=1)), conditions),
        Challenge(
            "conditions were not measured of every file",
            "not_evaluated",
            told(lcov(conditions=2), lcov(file="d.py")),
            conditions,
        ),
        Challenge("a Go profile has lines", "pass", in_go(told(go_profile(ran=True))), lines),
        Challenge(
            "a Go profile of a block that did not run", "fail", in_go(told(go_profile(ran=False))), lines
        ),
        Challenge("a Go profile has no branches", "not_evaluated", told(go_profile(ran=True)), settings),
        Challenge("the coverage report is truncated", "not_evaluated", told(COVERAGE[:-40]), settings),
        Challenge(
            "a tracefile is truncated beside a whole report",
            "not_evaluated",
            told(COVERAGE, lcov()[:-16]),
            settings,
        ),
        Challenge("the coverage is of another commit", "not_evaluated", told(COVERAGE, of="other"), settings),
        Challenge(
            "the coverage is of the system tests", "not_evaluated", told(COVERAGE, level="system"), settings
        ),
        Challenge("the report that reached it was superseded", "fail", superseded(low), settings),
        Challenge("the only report was superseded", "not_evaluated", superseded(), settings),
        Challenge("no report names a source file", "not_evaluated", of(SOUND, *two), settings),
        Challenge(
            "a second report names the other source file",
            "pass",
            of(told(cobertura(), lcov(file=two[1])), *two),
            settings,
        ),
        Challenge(
            "a source file that no report names is none of the software item's",
            "pass",
            of(SOUND, two[0], "tools/alarm.py"),
            settings,
        ),
        Challenge(
            "the plan lets a source file go unmeasured, with a defence",
            "pass",
            of(SOUND, *two, unmeasured=("src/controller/al*.py",)),
            settings,
        ),
        Challenge(
            "the plan lets another source file go unmeasured",
            "not_evaluated",
            of(SOUND, *two, unmeasured=("src/display/**",)),
            settings,
        ),
        Challenge(
            "what is no code, or only declares, has no coverage",
            "pass",
            of(SOUND, two[0], "src/alarm.md", "src/alarm.h", "src/alarm.pyi", "src/alarm.d.ts"),
            settings,
        ),
        Challenge(
            "the report's name may be either of two source files",
            "not_evaluated",
            of(SOUND, "src/a/c.py", "src/b/c.py"),
            settings,
        ),
        Challenge("the build does not say which files its commit has", "not_evaluated", of(SOUND), settings),
        Challenge(
            "tests lift the reports over the threshold, which name files by package",
            "fail",
            of(told(lcov(file="com/x/Alarm.java", missed=(1, 2)), tests_in(java, "tests/java/")), *java),
            settings,
        ),
        Challenge(
            "tests beside the source lift the reports, and the plan lets them go unmeasured",
            "fail",
            of(told(mine, tests_in(beside, "")), *beside, unmeasured=("src/controller/test_*",)),
            lines,
        ),
        Challenge(
            "the plan lets all source go unmeasured, and the report is of something else",
            "not_evaluated",
            of(told(lcov(file="tests/test_c.py")), two[0], unmeasured=("src/controller/**",)),
            settings,
        ),
        Challenge(
            "the software item's paths are of no file that the report names",
            "not_evaluated",
            of(told(lcov(file="lib/c.py")), "lib/c.py"),
            settings,
        ),
    )
