"""The small device as software of class A, B and C, each with the evidence that its class asks and no more."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.rebuild import rebuild_build
from clausework.actions.record import record_files
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.standards import SafetyClass
from tests.actions.archiving import plan_of_class
from tests.actions.device import (
    COVERAGE,
    DEVELOPER,
    ITEMS,
    QUALITY,
    RELEASE,
    SARIF,
    SBOM,
    SIGNIFICANCE,
    SOURCE,
    VERSION,
    Device,
    person,
)
from tests.actions.prepared import REVIEWED, establish_ledger

ARCHIVE = "archive: {dependencies: [vendor], without_isolation: The build opens no connection.}\n"
MORE = """\
- {id: ARCH-002, type: architecture_item, title: Build, fields: {paths: [tools/**, requirements.lock]}}
- {id: ANOM-001, type: anomaly, title: Slow screen, text: "The screen is late by 20 ms.",
   links: {affects: REQ-001}, fields: {status: open, severity: minor}}
"""
BRANCHES = COVERAGE.replace(
    '<line number="1" hits="1"/>', '<line number="1" hits="1" branch="true" condition-coverage="100% (2/2)"/>'
).replace('branches-valid="0" branches-covered="0"', 'branches-valid="2" branches-covered="2"')
ACCEPTABLE = {
    "risk": "nothing happens to a patient",
    "outcome": "acceptable",
    "rationale": "looked at in full today",
}
LEVELS: dict[str, Level] = {"unit": "unit", "integration": "integration", "system": "system", "": ""}


def junit(level: str, *roles: str) -> str:
    """Return a report of two passed cases, one for each requirement; the second verifies the control in ``roles``."""
    links = "".join(f'<property name="{role}" value="RC-001"/>' for role in roles)
    cases = "".join(
        f'<testcase classname="tests.{level}" name="test_{item}" time="0.01"><properties>'
        f'<property name="requirement" value="{item}"/>{more}</properties></testcase>'
        for item, more in (("REQ-001", ""), ("REQ-002", links))
    )
    return (
        f'<testsuites><testsuite name="{level}" tests="2" failures="0" errors="0" skipped="0">'
        f"{cases}</testsuite></testsuites>"
    )


def reports_of(safety_class: SafetyClass) -> dict[str, dict[str, str]]:
    """Return the reports that suffice for a class, by level: B adds to A, and C to B."""
    found = {
        "unit": {"unit.xml": junit("unit")},
        "system": {"system.xml": junit("system")},
        "": {"bandit.sarif": SARIF, "bom.json": SBOM},
    }
    if safety_class == "A":
        return found
    found["unit"] = {"unit.xml": junit("unit", "verifies_implementation"), "coverage.xml": COVERAGE}
    found["integration"] = {"integration.xml": junit("integration")}
    if safety_class == "C":
        found["unit"]["coverage.xml"] = BRANCHES
        found["system"]["system.xml"] = junit("system", "verifies_effectiveness", "verifies_under_fault")
    return found


HARM: dict[SafetyClass, str] = {
    "A": "severity: negligible, probability: probable, level: low",
    "B": "severity: minor, probability: probable, level: medium",
    "C": "severity: serious, probability: probable, level: medium",
}
"""How grave the harm is that makes software of a class, by the matrix of the plan (4.3)."""


def items_of(safety_class: SafetyClass, evidence: SafetyClass) -> str:
    """Return the items: the harm is the class's; a unit of class C says which acceptance criteria apply (5.5.4)."""
    criteria = ", acceptance_criteria: 'Boundaries: no pulse, one pulse. The other points do not apply.'"
    more = criteria if evidence == "C" else ""
    items = ITEMS.replace("paths: src/counter.py", f"paths: src/counter.py{more}")
    return items.replace(HARM["B"], HARM[safety_class]) + MORE


def reviewed_of(safety_class: SafetyClass) -> tuple[str, ...]:
    """Return the sets of items that people of a project of that class review."""
    sets = ("requirements", "architecture", "integration-tests", "design")
    return sets[: {"A": 1, "B": 3, "C": 4}[safety_class]]


def recorded(
    folder: Path,
    home: Path,
    safety_class: SafetyClass,
    evidence: SafetyClass | None = None,
    author: str = DEVELOPER,
) -> Device:
    """Return a device of a class, built and recorded with what class ``evidence`` asks; nothing is evaluated yet.

    The plan asks no independence of its own, so that what is asked is the class's.
    """
    evidence = evidence or safety_class
    device = Device(folder, home)
    plan = plan_of_class(safety_class, ARCHIVE).replace(", independent_of: author", "")
    for name, content in {
        **SOURCE,
        "clausework.yaml": plan,
        "quality/items.yaml": items_of(safety_class, evidence),
    }.items():
        device.write(name, content)
    device.git("init", "--quiet", "--initial-branch=main")
    device.git("add", "--all")
    device.git(
        *("commit", "--quiet", f"--author=Somebody <{author}>"),
        *("-m", "Pulse Counter 1.0.0", "-m", "Implements: REQ-001, REQ-002, ARCH-002"),
    )
    establish_ledger(device)
    device.build()
    with device.open() as workplace:
        open_build(workplace)
        if evidence != "A":
            rebuild_build(workplace)
        record(device, workplace, reports_of(evidence))
        quality = person(workplace, QUALITY)
        decide(workplace, "evaluate", "SOUP-001", ACCEPTABLE, quality)
        for subject in reviewed_of(evidence):
            decide(workplace, "review", subject, REVIEWED, quality)
    return device


def record(device: Device, workplace: Workplace, reports: dict[str, dict[str, str]]) -> None:
    """Record ``reports``, by level, about the device's build."""
    for level, files in reports.items():
        paths = [device.write(f"reports/{name}", content) for name, content in files.items()]
        record_files(workplace, paths, evidence_target(workplace, level=LEVELS[level]))


def evaluate_anomaly(workplace: Workplace) -> None:
    """Evaluate the one open anomaly as acceptable."""
    decide(workplace, "evaluate", "ANOM-001", ACCEPTABLE, person(workplace, QUALITY))


def decide_for_release(workplace: Workplace) -> ReleaseState:
    """Decide what is asked of every class, and freeze a candidate; return how its gate stands."""
    why = {"rationale": "looked at in full today"}
    quality = person(workplace, QUALITY)
    decide(workplace, "evaluate", "risk-file", ACCEPTABLE, quality)
    sign(workplace, person(workplace, RELEASE), "risk-file")
    decide(workplace, "scope", VERSION, {"requirements": ("all",), **why}, quality)
    decide(workplace, "significance", VERSION, SIGNIFICANCE, quality)
    decide(workplace, "review", "NEED-001", {**REVIEWED, "method": "demonstration"}, quality)
    for what in ("validation", "verification"):
        decide(workplace, "review", what, REVIEWED, quality, version=VERSION)
    return release(workplace, VERSION)
