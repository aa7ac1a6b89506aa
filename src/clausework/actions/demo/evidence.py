"""The programs that make the evidence: the tests of each component, on each configuration, analysis and SBOM."""

from __future__ import annotations

from clausework.actions.demo.excerpts import last, nothing
from clausework.actions.demo.scene import COMPONENTS
from clausework.actions.demo.walk import Program, Walk

_PACKAGES = dict(zip(COMPONENTS, ("infusor", "display", "companion"), strict=True))


def unit_tests(component: str) -> tuple[str, ...]:
    """Return the command that runs a component's unit tests and measures what they reach of it.

    What is measured goes to a file of its own, for those of the other components may run at the same time.
    """
    return (
        *(
            "env",
            f"COVERAGE_FILE=.coverage-{component}",
            "python",
            "-m",
            "pytest",
            "--quiet",
            f"tests/unit/{component}",
        ),
        *(f"--junitxml=reports/{component}/unit.xml", f"--cov=src/{_PACKAGES[component]}", "--cov-branch"),
        f"--cov-report=xml:reports/{component}/coverage.xml",
    )


def record_unit_tests(walk: Walk, component: str) -> None:
    """Record what a component's unit tests said, about its build."""
    walk.clausework(
        *("record", f"reports/{component}/unit.xml", f"reports/{component}/coverage.xml"),
        *("--level", "unit", "--software-item", component),
    )


def record_system_tests(walk: Walk, configuration: str) -> None:
    """Record what the system tests on a configuration said, about the build of each of its components."""
    walk.clausework(
        *("record", f"reports/{configuration}.xml", "--level", "system", "--configuration", configuration)
    )


def tests(folder: str, report: str) -> Program:
    """Return the program that runs the tests in ``folder``."""
    command = ("python", "-m", "pytest", "--quiet", f"tests/{folder}", f"--junitxml=reports/{report}.xml")
    return Program(command, show=last(1))


def analysis(*folders: str) -> Program:
    """Return the program that looks for mistakes in ``folders``."""
    return Program(
        (
            *("python", "-m", "bandit", "--quiet", "--recursive", *folders, "--severity-level=medium"),
            *("--format=sarif", "--output=reports/bandit.sarif"),
        ),
        show=nothing,
    )


SBOM = Program(
    (
        *("python", "-m", "cyclonedx_py", "requirements", "requirements.lock"),
        *("--output-format=JSON", "--output-file=reports/sbom.cdx.json"),
    ),
    show=nothing,
)

ALL = (
    tests("system/bench", "bench"),
    tests("system/office", "office"),
    *(Program(unit_tests(component), show=last(1)) for component in COMPONENTS),
    tests("integration", "integration"),
    analysis("src", "tools"),
    SBOM,
)
"""What makes the evidence of a whole version; none needs another, so all run at the same time."""
