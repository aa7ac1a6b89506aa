"""The built-in class profiles: six gates, their clauses, their checks and the defaults of each safety class.

The thresholds are defaults of this program, not numbers of EN 62304; the verification plan justifies them
(clause 5.1.6). A class that a setting does not name is not asked for that setting. A class in
``not_applicable`` is not asked for the check at all, for the reason given.
"""

from __future__ import annotations

import msgspec

from clausework.plan.checks import WITHOUT_STAGE, SettingValue
from clausework.plan.policies import is_own
from clausework.standards.catalogue import SAFETY_CLASSES, SafetyClass

ByClass = dict[SafetyClass, SettingValue]


class CheckProfile(msgspec.Struct, frozen=True):
    """A check of a built-in stage.

    ``settings`` holds each setting's default by class. ``not_applicable`` holds the rationale for each class
    that the check does not concern. ``kept`` says why, for each class for which no plan may take it out.
    """

    name: str
    settings: dict[str, ByClass] = {}
    not_applicable: dict[SafetyClass, str] = {}
    kept: dict[SafetyClass, str] = {}


class StageProfile(msgspec.Struct, frozen=True):
    """A built-in stage: its name, its gate, the clauses it serves (of any class), its checks in order."""

    name: str
    gate: str
    clauses: tuple[str, ...]
    checks: tuple[CheckProfile, ...]


_SWITCHED_ON: ByClass = dict.fromkeys(SAFETY_CLASSES, True)


def _every(value: SettingValue) -> ByClass:
    return dict.fromkeys(SAFETY_CLASSES, value)


def _each(a: SettingValue, b: SettingValue, c: SettingValue) -> ByClass:
    return {"A": a, "B": b, "C": c}


def _kept(reason: str) -> dict[SafetyClass, str]:
    return dict.fromkeys(SAFETY_CLASSES, reason)


_NO_DEVIATION_FOR_C: dict[SafetyClass, str] = {"C": "no deviation from this gate is allowed for class C"}

BUILD = StageProfile(
    "build",
    "G1",
    ("5.1.10", "5.1.11", "5.5.1", "5.8.5", "8.1", "8.2.1", "13485 4.1.6"),
    (
        CheckProfile("source_clean"),
        CheckProfile("dependencies_locked"),
        CheckProfile("artefacts"),
        CheckProfile("rebuild", {"comparison": _each("none", "explained", "identical")}),
        CheckProfile("sbom", {"matches_lock": _SWITCHED_ON}),
        # 5.1.10 puts tools and settings under control for B and C alone, so the review of each changed definition is
        # theirs. A way round makes the evidence of every class worthless, of A too (8.2.1, 5.8.8; ISO 13485 4.1.6).
        CheckProfile(
            "pipeline",
            {
                "reviewed": _each("ways_round", "definitions", "definitions"),
                "pinned": _each("none", "definitions", "all"),
                "protection_age_days": {"B": 90, "C": 30},
            },
        ),
    ),
)

UNIT = StageProfile(
    "unit",
    "G2",
    ("5.5.1", "5.5.2", "5.5.3", "5.5.4", "5.5.5", "7.2.2", "7.3.3"),
    (
        CheckProfile("tests", {"level": _every("unit")}, kept=_NO_DEVIATION_FOR_C),
        CheckProfile(
            "coverage",
            {"level": _every("unit"), "line": {"B": 80, "C": 90}, "branch": {"C": 80}},
            not_applicable={"A": "EN 62304 5.5.3 and 5.5.5 do not apply to class A."},
            kept=_NO_DEVIATION_FOR_C,
        ),
        CheckProfile(
            "safety_paths",
            {"level": _every("unit"), "line": {"B": 90, "C": 100}, "branch": {"C": 90}},
            not_applicable={"A": "EN 62304 7.2 and 7.3 do not apply to class A."},
            kept=_NO_DEVIATION_FOR_C,
        ),
    ),
)

INTEGRATION = StageProfile(
    "integration",
    "G3",
    ("5.1.1", "5.2.6", "5.3.6", "5.4.4", "5.6", "5.7.4", "7.3.3", "8.2.1", "8.2.2", "8.2.4"),
    (
        CheckProfile(
            "tests",
            {"level": _every("integration")},
            not_applicable={"A": "EN 62304 5.6 does not apply to class A."},
        ),
        CheckProfile(
            "commits", {"to": _each("change", "requirement", "software_unit"), "approved": _SWITCHED_ON}
        ),
        CheckProfile("traced", {"to": _each("requirement", "software_item", "software_unit")}),
        CheckProfile(
            "reviews",
            {
                "to": _each("requirements", "architecture", "detailed_design"),
                "independent": {"B": True, "C": True},
            },
        ),
        CheckProfile(
            "manual_tests",
            {"level": _every("integration")},
            not_applicable={"A": "EN 62304 5.6 does not apply to class A."},
        ),
    ),
)

ANALYSIS = StageProfile(
    "analysis",
    "G4",
    ("5.1.12", "5.5.3", "7.1.3", "8.1.2", "81001-5-1 5.5", "81001-5-1 5.7", "81001-5-1 9"),
    (
        CheckProfile("findings", {"at_least": _each("critical", "high", "medium")}),
        CheckProfile(
            "vulnerabilities",
            {"at_least": _each("critical", "high", "medium"), "database_age_days": _each(7, 3, 1)},
        ),
    ),
)

SYSTEM = StageProfile(
    "system",
    "G5",
    (
        *("5.1.1", "5.2.1", "5.3.3", "5.3.4", "5.3.5", "5.4.2", "5.5.4", "5.5.5", "5.6.6", "5.7", "6.3.1"),
        *("7.1", "7.2.1", "7.2.2", "7.3.1", "7.3.3", "8.1.1", "8.1.2"),
        *("14971 5.4", "14971 5.5", "14971 6", "14971 7"),
    ),
    (
        CheckProfile(
            "tests", {"level": _every("system")}, kept=_kept("EN 62304 5.7.1 asks it of every class")
        ),
        CheckProfile("verified", kept=_kept("EN 62304 5.7.1 asks it of every class")),
        CheckProfile("regression", kept=_kept("EN 62304 5.7.3 and 6.3.1 ask it of every class")),
        CheckProfile(
            "manual_tests",
            {"level": _every("system")},
            kept=_kept("EN 62304 5.7.1 asks it of every class"),
        ),
        CheckProfile(
            "risk_file",
            not_applicable={
                "A": "EN 62304 7 does not apply to class A; the release gate asks the overall residual risk (4.2)."
            },
            kept=_NO_DEVIATION_FOR_C,
        ),
        CheckProfile(
            "risk_controls",
            {"verification": {"B": "implementation", "C": "fault_injection"}},
            not_applicable={"A": "EN 62304 7.3 does not apply to class A."},
            kept=_NO_DEVIATION_FOR_C,
        ),
        CheckProfile("trace_rules", kept=_NO_DEVIATION_FOR_C),
    ),
)

RELEASE = StageProfile(
    "release",
    "G6",
    ("5.8", "13485 8.2.6", "21 CFR 11.50", "21 CFR 11.70"),
    (
        CheckProfile("conditions", kept=_kept("EN 62304 5.8 stays whole in every release")),
        CheckProfile(
            "signatures",
            {"count": _each(1, 2, 2), "independent": {"C": 1}},
            kept=_kept("a release without a person's signature has nobody accountable"),
        ),
    ),
)

PROFILES: tuple[StageProfile, ...] = (BUILD, UNIT, INTEGRATION, ANALYSIS, SYSTEM, RELEASE)
"""The built-in stages in the order in which a build passes them."""


def stage_profile(name: str) -> StageProfile | None:
    """Return the built-in stage ``name``, if there is one."""
    return next((profile for profile in PROFILES if profile.name == name), None)


def check_profile(stage: str, check: str) -> CheckProfile | None:
    """Return what the built-in stage ``stage`` asks of ``check``, if it has it."""
    profile = stage_profile(stage)
    return next((one for one in profile.checks if one.name == check), None) if profile else None


def home_of(check: str) -> CheckProfile:
    """Return ``check`` as the first built-in stage with it has it; one of no built-in stage has no defaults.

    A stage of the plan's own takes defaults from there. ``check`` is one of ``CHECKS``, or a team's own.
    """
    if check in WITHOUT_STAGE or is_own(check):
        return CheckProfile(check)
    return next(one for profile in PROFILES for one in profile.checks if one.name == check)
