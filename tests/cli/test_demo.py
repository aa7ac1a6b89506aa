"""The demo: done once for real as a user does it, and the parts that decide whether it may say that it worked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from clausework.actions.demo.example import ExampleMissing, copy_example, find_example
from clausework.actions.demo.excerpts import blocking, containing, headlines
from clausework.actions.demo.scenery import Scenery, scenery
from clausework.actions.demo.tools import DemoToolsMissing, require_tools
from clausework.actions.demo.walk import Ended, NotAsItMust, Program, Walk

NOTHING = Ended(0, "")
GATE = [
    "pass  G1 build",
    "  pass           artefacts [8.1.3]",
    "                 1 artefact",
    "\x1b[33mnot evaluated\x1b[0m  G4 analysis",
    "  \x1b[33mnot evaluated\x1b[0m  vulnerabilities [7.1.3]",
    "                 nobody evaluated SOUP-001",
    "clausework: Build does not advance.",
    "  next: Each reason names who can mend it.",
]


class Transcript:
    """A reader who remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def scene(self, number: int, title: str, prose: str) -> None:
        self.lines += [f"{number}. {title}", prose]

    def command(self, words: Sequence[str]) -> None:
        self.lines.append(f"$ {' '.join(words)}")

    def output(self, lines: Sequence[str], left_out: int) -> None:
        self.lines += [*lines, f"({left_out})"]


def walk(folder: Path, ended: Ended = NOTHING, transcript: Transcript | None = None) -> Walk:
    """Return a walk in which Clausework ends as ``ended``."""
    return Walk(lambda _arguments: ended, transcript or Transcript(), Scenery(folder, folder))


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in ``folder`` as a user with an empty home does, under a CI system, with settings in the way."""
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", "PYTHON"))}
    environment = kept | {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "GITHUB_ACTIONS": "true",
        "CLAUSEWORK_STORE": str(folder / "elsewhere"),
        "CLAUSEWORK_ACCOUNT": "somebody@example.com",
        "GIT_DIR": str(folder / "nowhere"),
    }
    return subprocess.run(
        [sys.executable, "-m", "clausework", "demo", *arguments],
        cwd=folder / "home",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def block(output: str, command: str, number: int = 0) -> str:
    """Return what follows the ``number``th command that begins with ``command``, up to the next one."""
    found = [one for one in output.split("\n$ ") if one.startswith(command)]
    return found[number]


def test_the_demo_takes_the_example_from_a_failing_safety_test_to_a_traced_release(tmp_path: Path) -> None:
    """The demo does all that it says with three components, leaves home and temporary folder empty, and ends with 0."""
    done = demo(tmp_path)
    said = done.stdout
    assert (done.returncode, done.stderr) == (0, ""), said + done.stderr
    refusal = block(said, "clausework gate unit")
    assert "fail  G2 unit" in refusal
    assert "REQ-037" in refusal
    assert "CTRL-005" in refusal
    assert block(said, "clausework rebuild --all-items").count(": identical") == 3
    refusal = block(said, "clausework gate --software-item controller")
    assert "SOUP-001" in refusal
    assert "37 of 37 software requirements not reviewed" in refusal
    gates = block(said, "clausework gate --all-items")
    for component, safety_class in (("controller", "C"), ("display", "B"), ("companion", "A")):
        (build,) = re.findall(rf"^{component}  build (\w+)", gates, re.MULTILINE)
        assert gates.count(f"build {build}  class {safety_class}") == 5
        assert f"build {build} advanced to staging" in gates
    builds = [block(said, "clausework where", number).splitlines()[2] for number in range(3)]
    assert len(set(builds)) == 1, "the anomaly was evaluated without a new build"
    assert "it has effect" in block(said, "clausework decide review requirements")
    assert "TP-001 is not approved" in block(said, "clausework test form TP-001")
    assert "step 1 has no outcome" in block(said, "clausework test import reports/TP-001.csv")
    assert "4 passed, 0 failed" in block(said, "clausework test import reports/TP-001.csv", 1)
    assert "executed" in block(said, "clausework sign TP-001 --as quality@example.com", 1)
    first = block(said, "clausework release 2.4.1")
    assert "fail  G6 release 2.4.1" in first
    assert "controller 2.4.1, display 1.9.0, companion 0.7.2" in first
    assert "not by release@example.com" in block(said, "clausework sign CR-12 --as release@example.com")
    assert "waits for 'authorised for release'" in block(said, "clausework release 2.4.1", 1)
    assert "no signed release names" in block(said, "clausework deploy production")
    assert "Quinn Quality (quality) signed" in block(said, "clausework sign 2.4.1")
    assert "released  #" in block(said, "clausework sign 2.4.1 --as release@example.com")
    for number in (1, 2, 3):
        assert "admitted to production as release 2.4.1" in block(
            said, "clausework deploy production", number
        )
    assert "no signed release names" in block(said, "clausework deploy production --artifact ../tampered")
    assert "REQ-037 Occlusion alarm: verified" in block(said, "clausework trace REQ-037 --release 2.4.1")
    assert "Remy Release (release authority)" in block(said, "clausework where", 2)
    assert "Something is missing in Q3, Q14" in block(said, "clausework audit 2.4.2")
    _one_component_changes(said)
    assert "verified: every entry" in block(said, "clausework verify\n")
    assert "problem" in block(said, "clausework verify --store")
    assert [*(tmp_path / "home").iterdir(), *(tmp_path / "tmp").iterdir()] == []


def _one_component_changes(said: str) -> None:
    """Assert that 2.4.2 took controller and display as they were, with their evidence, and the new companion."""
    built = block(said, "clausework build --all-items", 1)
    assert re.findall(r"build (\w+) of (controller|display) as it was, for", built) == re.findall(
        r"build (\w+) of (controller|display) opened", block(said, "clausework build --all-items")
    )
    assert "of companion opened" in built
    candidate = block(said, "clausework release 2.4.2")
    assert "controller 2.4.1 (as in 2.4.1), display 1.9.0 (as in 2.4.1), companion 0.7.3" in candidate
    assert "not released: 5.8.1, 5.8.6, changes, validation, significance" in candidate
    assert "released  #" in block(said, "clausework sign 2.4.2 --as release@example.com")
    assert "as release 2.4.2" in block(
        said, "clausework deploy production --artifact dist/infusor-companion-0.7.3"
    )


def test_a_folder_that_holds_something_is_not_used(tmp_path: Path) -> None:
    """``--keep`` never works in a folder that holds something already."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.txt").write_text("mine", encoding="utf-8")
    done = demo(tmp_path, "--keep", str(kept))
    assert done.returncode == 2
    assert "is not an empty folder" in done.stderr
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]


def test_a_kept_folder_can_be_gone_on_in_by_its_owner_alone(tmp_path: Path) -> None:
    """What is kept comes with the environment to go on in, unreadable for others; the caller's own is back after."""
    before = (dict(os.environ), Path.cwd())
    with scenery(find_example(), tmp_path / "kept") as place:
        passphrase = os.environ["CLAUSEWORK_PASSPHRASE"]
        assert Path.cwd() == place.project
        assert not {"CI", "GITHUB_ACTIONS"} & set(os.environ)
    assert (dict(os.environ), Path.cwd()) == before
    written = tmp_path / "kept" / "environment.sh"
    assert f"export CLAUSEWORK_PASSPHRASE={passphrase}\n" in written.read_text("utf-8")
    assert written.stat().st_mode & 0o777 == 0o600


def test_the_example_is_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    """The example is found inside an installed package, and beside ``src`` in a checkout."""
    assert (find_example() / "demo" / "faulty_occlusion.json").is_file()
    installed, checkout = tmp_path / "site" / "clausework", tmp_path / "checkout" / "src" / "clausework"
    for place in (installed / "examples" / "infusor", tmp_path / "checkout" / "examples" / "infusor"):
        place.mkdir(parents=True)
        (place / "clausework.yaml").touch()
        assert find_example(installed if place.is_relative_to(installed) else checkout) == place


def test_a_missing_example_is_said_with_where_it_was_looked_for(tmp_path: Path) -> None:
    """Without the example the demo says where it looked, as unavailable."""
    with pytest.raises(ExampleMissing, match=r"examples.infusor") as raised:
        find_example(tmp_path / "clausework")
    assert raised.value.exit_code == 6


def test_a_copy_leaves_out_what_use_left_behind(tmp_path: Path) -> None:
    """What an earlier use left in the example does not reach the scratch copy."""
    example = tmp_path / "example"
    for name in ("src", "dist", ".clausework", "src/__pycache__"):
        (example / name).mkdir(parents=True)
        (example / name / "file").touch()
    copy_example(example, tmp_path / "copy")
    found = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert found == {"src", "src/file"}


def test_soup_at_another_version_than_the_locked_one_is_named(tmp_path: Path) -> None:
    """The demo does not begin with SOUP that is not installed at the version that the example locks."""
    (tmp_path / "requirements.lock").write_text(
        "pytest==0.0.1 --hash=x\nno-such-soup==1.0\n", encoding="utf-8"
    )
    with pytest.raises(DemoToolsMissing) as raised:
        require_tools(tmp_path)
    assert "pytest 0.0.1 (installed is " in raised.value.message
    assert "no-such-soup 1.0" in raised.value.message
    assert "clausework[demo]" in raised.value.hint
    assert raised.value.exit_code == 6


def test_a_refusal_that_passes_stops_the_demo(tmp_path: Path) -> None:
    """When what must be refused passes, the demo shows it, names the command and ends with 70."""
    transcript = Transcript()
    with pytest.raises(NotAsItMust, match="'clausework gate unit' ended with 0, not 1") as raised:
        walk(tmp_path, Ended(0, "pass\n"), transcript).clausework("gate", "unit", ends=1, show=lambda _: [])
    assert raised.value.exit_code == 70
    assert "pass" in transcript.lines


def test_a_refusal_for_another_reason_stops_the_demo(tmp_path: Path) -> None:
    """A refusal that does not name what it must name is none of those that the demo shows."""
    with pytest.raises(NotAsItMust, match="does not say 'REQ-037'"):
        walk(tmp_path, Ended(1, "there is no plan\n")).clausework("gate", "unit", ends=1, says=("REQ-037",))


def test_colours_do_not_hide_what_a_command_says(tmp_path: Path) -> None:
    """In a terminal, where words are coloured, a command is judged by what it says as well."""
    coloured = Ended(0, "REQ-037 Occlusion alarm: \x1b[32mverified\x1b[0m\n")
    assert walk(tmp_path, coloured).clausework("trace", says=("alarm: verified",)) == coloured.output


def test_a_tool_that_fails_stops_the_demo(tmp_path: Path) -> None:
    """A tool that ends otherwise than it must stops the demo, also among others at the same time."""
    with pytest.raises(NotAsItMust, match="'false' ended with 1, not 0"):
        walk(tmp_path).run("false")
    with pytest.raises(NotAsItMust, match="'false' ended with 1, not 0"):
        walk(tmp_path).run_together(Program(("true",)), Program(("false",)))


def test_what_does_not_hold_stops_the_demo(tmp_path: Path) -> None:
    """A claim of the demo that does not hold stops it."""
    with pytest.raises(NotAsItMust, match="the build is the same"):
        walk(tmp_path).must("the build is the same", hold=False)


def test_commands_and_refusals_are_counted(tmp_path: Path) -> None:
    """Every command that is shown counts, and those of Clausework that must be refused count as refusals."""
    going = walk(tmp_path, Ended(1, "no\n"))
    going.clausework("gate", ends=1)
    going.run("true")
    going.run_together(Program(("true",)), Program(("true",)))
    assert (going.commands, going.refusals) == (4, 1)


def test_an_excerpt_keeps_what_blocks() -> None:
    """A shortened gate still shows every stage, each check that blocks, and what to do next."""
    assert blocking(GATE) == [GATE[0], *GATE[3:]]
    assert headlines(GATE) == [GATE[0], GATE[3], GATE[6]]
    assert containing("artefacts")(GATE) == [GATE[0], GATE[1], GATE[3], GATE[6]]
