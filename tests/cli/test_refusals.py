"""Wrong calls of every verb: each ends in a sentence, with the exit code of its family, and records nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.device import QUALITY, RELEASE, VERSION, Device

from .conftest import Command, refused

NONE = "0" * 64
AS = ("--as", QUALITY)
RISK = ("--risk", "nothing new may happen", "--outcome", "acceptable", "--rationale", "looked at in full")
VARIABLES = {"CLAUSEWORK_PASSPHRASE": "another long passphrase"}

REFUSED: dict[str, tuple[int, tuple[str, ...]]] = {
    "init where a plan is": (2, ("init",)),
    "init with a class that is none": (2, ("init", "--safety-class", "D")),
    "establish without proof": (2, ("init", "--establish")),
    "establish twice": (
        2,
        ("init", "--establish", "--proof", "passports seen", "--person", QUALITY, "--person", RELEASE),
    ),
    "build of no file": (2, ("build", "--artifact", "nowhere")),
    "build of an empty folder": (2, ("build", "--artifact", ".git/refs/tags")),
    "build of another item": (2, ("build", "--software-item", "nosuch")),
    "rebuild of no build": (2, ("rebuild", "--build", "nosuch")),
    "record of no file": (2, ("record", "nowhere")),
    "record of an endless name": (2, ("record", "x" * 5000)),
    "record of a device": (3, ("record", "/dev/zero")),
    "record in no format": (2, ("record", "reports/unit.xml", "--as", "word")),
    "record at no level": (2, ("record", "reports/unit.xml", "--level", "user")),
    "record about no digest": (2, ("record", "reports/unit.xml", "--subject", "xyz")),
    "record about no build": (2, ("record", "reports/unit.xml", "--build", "0123456789")),
    "gate of no stage": (2, ("gate", "nosuch")),
    "gate of the release": (2, ("gate", "release")),
    "gate of no build": (2, ("gate", "--build", "zz")),
    "promote to nowhere": (2, ("promote", "nowhere")),
    "promote to production": (1, ("promote", "production")),
    "decide about nothing": (2, ("decide", "evaluate", "NOPE", *AS, *RISK)),
    "decide as nobody": (2, ("decide", "evaluate", "SOUP-001", *RISK)),
    "decide as a stranger": (5, ("decide", "evaluate", "SOUP-001", "--as", "x@example.com", *RISK)),
    "decide as no address": (2, ("decide", "evaluate", "SOUP-001", "--as", "x", *RISK)),
    "decide with half a form": (3, ("decide", "evaluate", "SOUP-001", *AS, *RISK[:4])),
    "decide with another word": (2, ("decide", "evaluate", "SOUP-001", *AS, *RISK, "--outcome", "maybe")),
    "release of no version": (2, ("release", "")),
    "sign as nobody": (2, ("sign", VERSION)),
    "sign nothing": (2, ("sign", "nosuch", *AS)),
    "deploy to nowhere": (2, ("deploy", "nowhere", "--digest", NONE)),
    "deploy nothing": (2, ("deploy", "production")),
    "deploy two things": (2, ("deploy", "production", "--digest", NONE, "--artifact", "clausework.yaml")),
    "deploy no file": (2, ("deploy", "production", "--artifact", "nowhere")),
    "deploy no digest": (2, ("deploy", "production", "--digest", "xyz")),
    "trace of no item": (2, ("trace", "NOPE")),
    "trace of no release": (2, ("trace", "--release", "9.9")),
    "trace of no build": (2, ("trace", "--build", "zz")),
    "where is nothing": (2, ("where",)),
    "where is a stranger": (1, ("where", "--digest", NONE)),
    "where nothing was deployed": (1, ("where", "--environment", "production")),
    "verify under no digest": (2, ("verify", "--root", "xyz")),
    "verify under another root": (4, ("verify", "--root", NONE)),
    "verify nothing": (2, ("verify", "--store", "nowhere")),
    "status of no store": (2, ("status", "--store", "nowhere")),
    "status of a file": (2, ("status", "--store", "clausework.yaml")),
    "account of no key file": (2, ("account", "add", "nowhere", "--proof", "passports seen", *AS)),
    "account of an open key file": (
        5,
        ("account", "add", "clausework.yaml", "--proof", "passports seen", *AS),
    ),
    "account of no key": (2, ("account", "revoke", "0123456789", "--reason", "r", *AS)),
    "key for no address": (2, ("key", "new", "x", "--name", "X")),
    "key without a name": (2, ("key", "new", "x@example.com", "--name", " ")),
    "key twice": (2, ("key", "new", QUALITY, "--name", "Quinn Quality")),
    "key in an open file": (5, ("key", "show", "clausework.yaml")),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, prepared_verified: Device) -> Device:
    """One device for all refused calls: they leave it as it is."""
    return prepared_verified.copy(tmp_path_factory.mktemp("refused"))


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_call_is_told_and_leaves_nothing(shared: Device, clausework: Command, case: str) -> None:
    """The exit code is that of the cause's family, the hint says what to do, the ledger is as it was."""
    code, arguments = REFUSED[case]
    before = shared.count()
    ended = clausework(shared, *arguments)
    if case == "verify under another root":
        assert ended.code == code
    else:
        refused(ended, code)
        assert ended.out == ""
    assert shared.count() == before


def test_no_verb_works_without_a_plan(tmp_path: Path, clausework: Command) -> None:
    """Outside a project every verb that needs one says how to begin."""
    for arguments in (
        ("build",),
        ("rebuild",),
        ("record", "x"),
        ("gate",),
        ("promote", "staging"),
        ("decide", "evaluate", "X"),
        ("release", "1"),
        ("sign",),
        ("deploy", "production", "--digest", NONE),
        ("trace",),
        ("where", "--environment", "production"),
        ("status",),
        ("lint",),
        ("account", "list"),
        ("verify",),
        ("init", "--establish", "--proof", "passports seen"),
    ):
        refused(clausework(tmp_path, *arguments), 2)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_or_items_with_errors_are_rejected_with_their_places(
    verified: Device, clausework: Command
) -> None:
    """Errors are told with file, line and column, and end with 3; findings of the lint end with 1."""
    lone = "- {id: REQ-009, type: software_requirement, title: Lone, text: The counter shall count.}\n"
    verified.write("quality/more.yaml", lone)
    refused(clausework(verified, "lint"), 1)
    verified.write("quality/more.yaml", "- {id: REQ-009\n")
    for verb in ("lint", "build"):
        ended = clausework(verified, verb)
        refused(ended, 3)
        assert "quality/more.yaml:" in ended.err
    verified.write("clausework.yaml", "device: {name: 1}\n")
    for verb in ("lint", "status", "gate"):
        ended = clausework(verified, verb)
        refused(ended, 3)
        assert "clausework.yaml:1:" in ended.err


def test_a_gate_that_refuses_ends_with_1_and_says_who_mends_what(
    established: Device, clausework: Command
) -> None:
    """Nothing passes by absence: without evidence no stage passes, and each reason names a command."""
    assert clausework(established, "build").code == 0
    ended = clausework(established, "gate")
    refused(ended, 1)
    assert "-> developer: clausework record" in ended.out
    refused(clausework(established, "promote", "staging"), 1)
    assert clausework(established, "status").code == 0


def test_a_wrong_passphrase_ends_with_5(
    verified: Device, clausework: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who does not open the key does not decide."""
    device = _Impostor(verified.folder, verified.home)
    refused(clausework(device, "decide", "evaluate", "SOUP-001", *AS, *RISK), 5)


class _Impostor(Device, frozen=True):
    @property
    def environ(self) -> dict[str, str]:
        return super().environ | VARIABLES


def test_files_that_were_rejected_are_named_after_the_rest_was_recorded(
    verified: Device, clausework: Command
) -> None:
    """One broken file does not keep the others out; the call ends with 3 and names it."""
    verified.write("more/a.xml", "<testsuites>")
    verified.write("more/b.xml", (verified.folder / "reports" / "unit.xml").read_bytes() + b"\n")
    ended = clausework(verified, "record", "more", "--level", "unit")
    refused(ended, 3)
    assert "a.xml" in ended.err
    assert "b.xml" not in ended.err
    assert "recorded" in ended.out


def test_a_missing_choice_is_told_in_one_line(project: Device) -> None:
    """What the library prints over several lines with tabs is a sentence here."""
    ended = project.process("export", "items")
    assert ended.returncode == 2
    assert "Missing option '--format'. Choose from: reqif, needs, csv" in ended.stderr
    assert "\\x09" not in ended.stderr
