"""The pytest plug-in, in real runs of pytest, whose JUnit reports are read as evidence is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clausework.evidence.detail import Case
from tests.evidence.recording import lines

Links = dict[str, set[tuple[str, str]]]

TESTS = """
import unittest

import pytest

pytestmark = pytest.mark.verifies("REQ-001")


@pytest.mark.verifies("REQ-002", "REQ-003")
@pytest.mark.verifies("REQ-002")
@pytest.mark.verifies_effectiveness("RCM-001")
def test_function():
    pass


@pytest.mark.verifies_implementation("RCM-002")
class TestClass:
    @pytest.mark.verifies("REQ-004")
    def test_method(self):
        pass

    def test_other(self):
        pass


@pytest.mark.parametrize("rate", [1, pytest.param(2, marks=pytest.mark.verifies("REQ-005"))])
def test_parameters(rate):
    pass


@pytest.mark.verifies("REQ-006")
def test_fails():
    assert False


@pytest.mark.skip(reason="no bench")
@pytest.mark.verifies("REQ-007")
def test_skipped():
    pass


class Unit(unittest.TestCase):
    @pytest.mark.verifies("REQ-008")
    def test_unit(self):
        pass
"""

EXPECTED = {
    "test_function": {
        ("verifies", "REQ-002"),
        ("verifies", "REQ-003"),
        ("verifies_effectiveness", "RCM-001"),
    },
    "test_method": {("verifies", "REQ-004"), ("verifies_implementation", "RCM-002")},
    "test_other": {("verifies_implementation", "RCM-002")},
    "test_parameters[1]": set(),
    "test_parameters[2]": {("verifies", "REQ-005")},
    "test_fails": {("verifies", "REQ-006")},
    "test_skipped": {("verifies", "REQ-007")},
    "test_unit": {("verifies", "REQ-008")},
}


def run(folder: Path, tests: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on ``tests`` with the plug-in as it is installed, and no other."""
    (folder / "test_pump.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))
    }
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "clausework.pytest_plugin",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "--strict-markers", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def links_in(folder: Path) -> Links:
    """Return the links of each case in the report of the last run."""
    return {case.name: set(case.links) for case in lines((folder / "junit.xml").read_bytes(), Case)}


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_marks_become_links_of_the_recorded_cases(tmp_path: Path, family: str) -> None:
    """On functions, classes, modules and parameters, whatever the outcome and the kind of report, each once."""
    outcome = run(tmp_path, TESTS, "--junit-xml=junit.xml", "-o", f"junit_family={family}")
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "warning" not in outcome.stdout.lower()
    module = {("verifies", "REQ-001")}
    assert links_in(tmp_path) == {name: links | module for name, links in EXPECTED.items()}
    report = (tmp_path / "junit.xml").read_text()
    assert report.count('value="REQ-002"') == 1


def test_the_installed_plug_in_is_found(tmp_path: Path) -> None:
    """Where Clausework is installed, nothing has to be named: the marks are known."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."]
    markers = subprocess.run(
        [*command, "--markers"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout
    for role in ("verifies", "verifies_implementation", "verifies_effectiveness"):
        assert f"@pytest.mark.{role}(*ids): " in markers


def test_only_what_is_run_is_reported(tmp_path: Path) -> None:
    """A selection of tests gives the links of those tests."""
    outcome = run(tmp_path, TESTS, "--junit-xml=junit.xml", "-k", "test_method")
    assert outcome.returncode == 0, outcome.stdout
    assert set(links_in(tmp_path)) == {"test_method"}


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("verifies", "write @pytest.mark.verifies"),
        ("verifies()", "write @pytest.mark.verifies"),
        ("verifies(requirement='REQ-1')", "write @pytest.mark.verifies"),
        ("verifies('REQ-1, REQ-2')", "names no item"),
        ("verifies('REQ 1')", "names no item"),
        ("verifies('')", "names no item"),
        ("verifies(['REQ-1'])", "names no item"),
        ("verifies(1)", "names no item"),
        ("verifies_effectiveness('-')", "names no item"),
    ],
)
def test_a_mark_that_names_no_item_ends_the_run(tmp_path: Path, mark: str, message: str) -> None:
    """No test is started, and the message names the test."""
    tests = f"import pytest\n\n\n@pytest.mark.{mark}\ndef test_stops():\n    print('ran')\n"
    outcome = run(tmp_path, tests, "-s")
    assert outcome.returncode == pytest.ExitCode.USAGE_ERROR
    said = outcome.stdout + outcome.stderr
    assert message in said
    assert "test_pump.py::test_stops" in said
    assert "ran\n" not in said


def test_a_mark_that_is_misspelled_ends_the_run(tmp_path: Path) -> None:
    """With ``--strict-markers`` a word that is no mark is no lost link."""
    outcome = run(tmp_path, "import pytest\n\n\n@pytest.mark.verfies('REQ-1')\ndef test_stops():\n    pass\n")
    assert outcome.returncode == pytest.ExitCode.INTERRUPTED
    assert "verfies" in outcome.stdout


def test_the_plug_in_imports_nothing_heavy() -> None:
    """A run without a mark imports nothing of Clausework but the plug-in, and one with marks only what knows an ID."""
    program = (
        "import sys; import pytest; before = set(sys.modules); import clausework.pytest_plugin as plugin; "
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - {'clausework'})); "
        "plugin._is_item_id('REQ-1'); "
        "print(sorted(name for name in set(sys.modules) - before if name.startswith('clausework')))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    heavy, ours = said.splitlines()
    assert heavy == "[]"
    assert ours == str(
        [
            "clausework",
            "clausework.core",
            "clausework.core.errors",
            "clausework.core.identities",
            "clausework.pytest_plugin",
        ]
    )
