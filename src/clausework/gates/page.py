"""The page about the checks, made from the checks themselves: what each looks at, refuses, and how a refusal is mended.

``docs/checks.md`` is this page; a test holds the file against it.
"""

from __future__ import annotations

import inspect
import sys

from clausework.gates.catalogue import CHECKS
from clausework.gates.challenge import Challenge
from clausework.gates.check import Check
from clausework.gates.proving import prove
from clausework.plan.checks import CHECKS as SETTINGS
from clausework.plan.checks import NEEDED_SETTINGS, WITHOUT_STAGE
from clausework.plan.profiles import PROFILES, CheckProfile, StageProfile
from clausework.standards import SAFETY_CLASSES, SafetyClass, cite

_HEAD = """\
# The checks

A gate is a stage of the plan: its checks, each judged on the facts of one build. This page is made from the checks
and their challenges (`clausework.gates.page`); the defaults are those of the built-in class profiles, which a plan may
change with a defence.

An outcome is one of:

- **pass**: the evidence was seen and is good enough;
- **fail**: the evidence is there and is not good enough;
- **not_evaluated**: evidence is missing, empty, not whole, stale, or about something else. It blocks as a fail does;
- **not_applicable**: the class does not ask for the check; the rationale stands in the verdict. It does not block.

A stage passes when it has checks and none of them fails or was not evaluated. Green evidence counts for a build when it
is its own, or that of a build of the same software item with equal locks and an equal clean source tree or the same
artefacts. Red results count for every build of the source tree, and for every build with an artefact that they name,
until a decision supersedes the record: do not record as an artefact what every build has alike, such as a licence text.
"""


def checks_page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_HEAD, *(_section(check) for check in CHECKS)])


def _section(check: Check) -> str:
    about = inspect.cleandoc(sys.modules[check.evaluate.__module__].__doc__ or "")
    judged = inspect.getdoc(check.evaluate) or ""
    lines = [
        f"## {check.name}",
        "",
        f"*{check.title}.* Version {check.version}. Clauses: {'; '.join(map(cite, check.clauses))}.",
        "",
        about,
        "",
        judged,
        "",
        *_uses(check),
        *_settings(check),
        "| challenge | outcome | what mends it |",
        "|---|---|---|",
        *(_challenge(check, one) for one in check.challenges()),
        "",
    ]
    return "\n".join(lines).replace("``", "`")


def _profiles(check: Check) -> list[tuple[StageProfile, CheckProfile]]:
    return [(stage, one) for stage in PROFILES for one in stage.checks if one.name == check.name]


def _uses(check: Check) -> list[str]:
    lines = []
    for stage, profile in _profiles(check):
        skipped = "".join(
            f" Class {safety_class}: not applicable. {reason}"
            for safety_class, reason in profile.not_applicable.items()
        )
        lines.append(f"- In stage `{stage.name}` ({stage.gate}).{skipped}")
    if check.name in WITHOUT_STAGE:
        needed = ", ".join(f"`{name}`" for name in NEEDED_SETTINGS[check.name])
        lines.append(f"- In no built-in stage: a plan adds it to one, and must tell {needed}.")
    return [*lines, ""]


def _settings(check: Check) -> list[str]:
    kinds = SETTINGS[check.name]
    if not kinds:
        return []
    lines = ["| setting | takes | stage | A | B | C |", "|---|---|---|---|---|---|"]
    for stage, profile in _profiles(check):
        for name, kind in kinds.items():
            values = [_default(profile, name, safety_class) for safety_class in SAFETY_CLASSES]
            lines.append(f"| `{name}` | {kind.accepts} | {stage.name} | {' | '.join(values)} |")
    if check.name in WITHOUT_STAGE:
        lines += [f"| `{name}` | {kind.accepts} | - | - | - | - |" for name, kind in kinds.items()]
    return [*lines, ""]


def _default(profile: CheckProfile, setting: str, safety_class: SafetyClass) -> str:
    value = profile.settings.get(setting, {}).get(safety_class)
    if safety_class in profile.not_applicable or value is None:
        return "not asked"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _challenge(check: Check, challenge: Challenge) -> str:
    judgement = prove(check, challenge).judgement
    mends = ""
    if challenge.expects in {"fail", "not_evaluated"} and judgement.reasons:
        first = judgement.reasons[0]
        mends = f"{first.who}: {first.command}" if first.who else first.command
    return f"| {challenge.name} | {challenge.expects} | {mends.replace('|', '/')} |"
