"""The checks that a plan may name, and their settings: what values each takes, and which way is stricter.

The gates implement these names. A setting has no default here: the defaults of each class stand in
``profiles``.
"""

from __future__ import annotations

import msgspec

SettingValue = str | int | bool


class WholeNumber(msgspec.Struct, frozen=True):
    """A setting that is a whole number from ``least`` to ``most``."""

    least: int
    most: int
    higher_is_stricter: bool = True

    @property
    def accepts(self) -> str:
        """The values it takes, in words."""
        return f"a whole number from {self.least} to {self.most}"

    def takes(self, value: SettingValue) -> bool:
        """Tell whether ``value`` is one that it takes."""
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most

    def is_laxer(self, value: SettingValue, default: SettingValue) -> bool:
        """Tell whether ``value`` asks less than ``default``; both are values that it takes."""
        return int(value) < int(default) if self.higher_is_stricter else int(value) > int(default)


class Ladder(msgspec.Struct, frozen=True):
    """A setting that is one of ``steps``, laxest first."""

    steps: tuple[str, ...]

    @property
    def accepts(self) -> str:
        """The values it takes, in words."""
        return f"one of {', '.join(self.steps)}"

    def takes(self, value: SettingValue) -> bool:
        """Tell whether ``value`` is one that it takes."""
        return value in self.steps

    def is_laxer(self, value: SettingValue, default: SettingValue) -> bool:
        """Tell whether ``value`` asks less than ``default``; both are values that it takes."""
        return self.steps.index(str(value)) < self.steps.index(str(default))


class Choice(msgspec.Struct, frozen=True):
    """A setting that is one of ``options``, none stricter than another: a change needs a defence."""

    options: tuple[str, ...]

    @property
    def accepts(self) -> str:
        """The values it takes, in words."""
        return f"one of {', '.join(self.options)}"

    def takes(self, value: SettingValue) -> bool:
        """Tell whether ``value`` is one that it takes."""
        return value in self.options

    def is_laxer(self, value: SettingValue, default: SettingValue) -> bool:
        """Tell whether ``value`` is another than ``default``: neither can be told to ask as much."""
        return value != default


class Switch(msgspec.Struct, frozen=True):
    """A setting that is true (stricter) or false."""

    @property
    def accepts(self) -> str:
        """The values it takes, in words."""
        return "true or false"

    def takes(self, value: SettingValue) -> bool:
        """Tell whether ``value`` is one that it takes."""
        return isinstance(value, bool)

    def is_laxer(self, value: SettingValue, default: SettingValue) -> bool:
        """Tell whether ``value`` asks less than ``default``; both are values that it takes."""
        return bool(default) and not value


SettingKind = WholeNumber | Ladder | Choice | Switch

LEVELS = ("unit", "integration", "system")
SEVERITIES_STRICTEST_LAST = ("critical", "high", "medium", "low", "none")

_LEVEL = Choice(LEVELS)
_PERCENT = WholeNumber(0, 100)
_SCORE = WholeNumber(1, 100)
_AT_LEAST = Ladder(SEVERITIES_STRICTEST_LAST)

CHECKS: dict[str, dict[str, SettingKind]] = {
    "source_clean": {},
    "dependencies_locked": {},
    "artefacts": {},
    "rebuild": {"comparison": Ladder(("none", "explained", "identical"))},
    "sbom": {"matches_lock": Switch()},
    "pipeline": {
        "reviewed": Ladder(("ways_round", "definitions")),
        "pinned": Ladder(("none", "definitions", "all")),
        "protection_age_days": WholeNumber(1, 365, higher_is_stricter=False),
    },
    "tests": {"level": Choice((*LEVELS, "validation"))},
    "coverage": {"level": _LEVEL, "line": _PERCENT, "branch": _PERCENT, "mcdc": _PERCENT},
    "safety_paths": {"level": _LEVEL, "line": _PERCENT, "branch": _PERCENT, "mcdc": _PERCENT},
    "commits": {"to": Ladder(("change", "requirement", "software_unit")), "approved": Switch()},
    "traced": {"to": Ladder(("requirement", "software_item", "software_unit"))},
    "reviews": {
        "to": Ladder(("requirements", "architecture", "detailed_design")),
        "independent": Switch(),
    },
    "manual_tests": {"level": Choice(("integration", "system", "validation"))},
    "findings": {"at_least": _AT_LEAST},
    "vulnerabilities": {
        "at_least": _AT_LEAST,
        "database_age_days": WholeNumber(0, 365, higher_is_stricter=False),
        "evaluation_age_days": WholeNumber(1, 3650, higher_is_stricter=False),
    },
    "verified": {},
    "regression": {},
    "trace_rules": {},
    "risk_file": {},
    "risk_controls": {"verification": Ladder(("implementation", "effectiveness", "fault_injection"))},
    "requirement_quality": {
        "score": _SCORE,
        "document_score": _SCORE,
        "findings": WholeNumber(0, 10_000, higher_is_stricter=False),
    },
    "conditions": {},
    "signatures": {"count": WholeNumber(1, 10), "independent": WholeNumber(0, 10)},
}
"""Every check that a stage may name, with its settings by name."""

NEEDED_SETTINGS: dict[str, tuple[str, ...]] = {
    "tests": ("level",),
    "coverage": ("level",),
    "safety_paths": ("level",),
    "manual_tests": ("level",),
    "requirement_quality": ("score",),
}
"""Settings that must be told where a check stands outside its built-in stage.

They say what it looks at, or, of a check that is in no built-in stage, what it asks.
"""

WITHOUT_STAGE = frozenset({"requirement_quality"})
"""Checks of no built-in stage: a plan adds them to one, and tells what they ask, for they have no defaults."""
