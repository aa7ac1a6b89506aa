"""The program as such: its verbs, their help, what it imports, where its output goes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from clausework.cli.program import VERBS, program, run
from tests.actions.device import Device

from .conftest import Command, refused


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its words, groups and their members too."""
    context = click.Context(program)
    for name in VERBS:
        command = program.get_command(context, name)
        assert command is not None, name
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {word}", member) for word, member in command.commands.items())


def test_every_verb_and_every_option_says_what_it_is() -> None:
    """Each command has help, each option a text; options that several verbs share read the same everywhere."""
    shared: dict[str, set[str | None]] = {}
    for name, command in commands():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts}"
                if option.name in {"store", "as_json", "account", "build_id", "software_item"}:
                    variable = str(option.envvar) if option.envvar else None
                    shared.setdefault(option.opts[0], set()).add(variable)
    shared["--software-item"].discard(None)  # of 'init', where it names one to be made
    assert {option: names for option, names in shared.items() if len(names) != 1} == {}
    assert all(line.endswith(".") for line in VERBS.values())


def test_every_verb_shows_its_help(tmp_path_factory: pytest.TempPathFactory, clausework: Command) -> None:
    """Help needs no plan, no ledger and no key."""
    empty = tmp_path_factory.mktemp("empty")
    for name, _ in commands():
        ended = clausework(empty, *name.split(), "--help")
        assert ended.code == 0
        assert ended.out.startswith("Usage: clausework ")


def test_a_verb_acts_for_a_person_only_where_it_signs() -> None:
    """Machines make evidence without a person; who decides, signs or lets a key in is named."""
    personal = {
        name for name, command in commands() if any(option.name == "account" for option in command.params)
    }
    assert {name.split()[0] for name in personal} == {"account", "adopt", "decide", "key", "sign", "test"}


_IMPORTS = """
import sys
from clausework.cli.program import run
assert run(["--help"]) == 0
heavy = {"cryptography", "yaml", "ijson", "rich", "zstandard"} & {name.split(".")[0] for name in sys.modules}
assert not heavy, heavy
"""


def test_the_general_help_imports_nothing_heavy() -> None:
    """Help comes at once: neither cryptography nor a parser is imported for it."""
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True, capture_output=True)


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["gate", "--skip"], ["record"], ["decide", "nosuch", "X"], ["--nosuch"]]
)
def test_what_the_program_does_not_have_is_a_usage_fault(
    project: Device, clausework: Command, arguments: list[str]
) -> None:
    """An unknown verb, option or form, or a missing argument, ends with 2; no option skips a gate."""
    refused(clausework(project, *arguments), 2)


@pytest.mark.parametrize("arguments", [[], ["decide"], ["account"], ["key"]])
def test_a_group_without_a_command_shows_its_help(
    project: Device, clausework: Command, arguments: list[str]
) -> None:
    """Called with nothing to do, the program says what it can, and ends with 2."""
    ended = clausework(project, *arguments)
    assert ended.code == 2
    assert ended.err.startswith("Usage: ")


def test_no_option_skips_a_gate() -> None:
    """No verb has a switch by which a gate, a check or a signature would be passed over (principle 5)."""
    words = ("force", "skip", "ignore", "allow", "no-", "bypass", "unsafe", "yes")
    found = [
        f"{name} {text}"
        for name, command in commands()
        for option in command.params
        for text in (*option.opts, *option.secondary_opts)
        if any(word in text for word in words)
    ]
    assert found == []


def test_settings_come_from_variables_too(
    verified: Device, clausework: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shared options have variables; a variable of another use never turns a verb."""
    monkeypatch.setenv("CLAUSEWORK_VERSION", "1.0.0")
    monkeypatch.setenv("CLAUSEWORK_GATE_PREVIEW", "1")
    monkeypatch.setenv("CLAUSEWORK_JSON", "1")
    assert clausework(verified, "--version").code == 0
    ended = clausework(verified, "gate", "unit")
    assert '"index": -1' not in ended.out
    assert ended.out.startswith("{")
    monkeypatch.setenv("CLAUSEWORK_STORE", str(verified.folder / "nowhere"))
    refused(clausework(verified, "status"), 2)
    monkeypatch.setenv("CLAUSEWORK_JSON", "banana")
    refused(clausework(verified, "lint"), 2)


def test_a_defect_is_told_as_one(
    project: Device, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What nobody foresaw ends with 70 and how to report it, never as a pass; nothing of it steers the terminal."""

    def fail(*_: object) -> None:
        raise RuntimeError("\x1b[31munforeseen")

    monkeypatch.setattr("clausework.cli.lint.lint", fail)
    assert run(["lint"]) == 70
    told = capfd.readouterr().err
    assert told.startswith("Traceback")
    assert "clausework: RuntimeError: \\x1b[31munforeseen" in told
    assert "\x1b" not in told


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses is a sentence and exit 6."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert run(["lint"]) == 6
