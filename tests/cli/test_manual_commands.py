"""``clausework test`` as a tester uses it: in a real terminal, with forms, and refused in sentences."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from clausework.ledger.records.evidence import TestResult
from clausework.reports.manual_test_form import csv_form
from tests.actions.by_hand import approve, facts, filled, with_protocol
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device

from .conftest import Command, refused


@pytest.fixture(scope="module")
def prepared_by_hand(tmp_path_factory: pytest.TempPathFactory, prepared_established: Device) -> Device:
    """The project with an approved protocol and a build."""
    device = with_protocol(prepared_established.copy(tmp_path_factory.mktemp("terminal")))
    approve(device)
    return device


@pytest.fixture
def device(tmp_path: Path, prepared_by_hand: Device) -> Device:
    """Copy the project, with a home of its own for drafts."""
    copy = prepared_by_hand.copy(tmp_path / "device")
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    for path in (prepared_by_hand.home / "keys").iterdir():
        (home / "keys" / path.name).touch(mode=0o600)
        (home / "keys" / path.name).write_bytes(path.read_bytes())
    return Device(copy.folder, home)


class Terminal:
    """A process in a terminal of its own: what it shows is waited for, and answered."""

    def __init__(self, device: Device, *arguments: str) -> None:
        self.leader, follower = pty.openpty()
        environ = {name: value for name, value in device.environ.items() if name != "CLAUSEWORK_PASSPHRASE"}
        self.process = subprocess.Popen(
            device.command(*arguments),
            cwd=device.folder,
            env=environ | {"TERM": "dumb"},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(follower)
        self.shown = ""

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read until ``text`` is shown."""
        until = time.monotonic() + seconds
        seen = len(self.shown)
        while text not in self.shown[seen:]:
            assert time.monotonic() < until, f"'{text}' is not shown after: {self.shown[-2000:]}"
            if select.select([self.leader], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.leader, 65536).decode()
                except OSError:
                    assert text in self.shown[seen:], self.shown[-2000:]
                    return

    def answer(self, question: str, answer: str) -> None:
        """Wait for a question and answer it."""
        self.wait_for(question)
        os.write(self.leader, f"{answer}\n".encode())

    def ends(self) -> int:
        """Return how the process ended, all that it still shows read."""
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            if select.select([self.leader], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.leader, 65536).decode()
                except OSError:
                    break
        code = self.process.wait(60)
        os.close(self.leader)
        return code


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


HEAD = (
    ("Is exactly this installed?", "yes"),
    ("Serial number", "SN-7"),
    ("Environment", "bench 3"),
    ("ID of the instrument", "PS-1"),
    ("is calibrated until", "2999-01-01"),
    ("Another instrument", ""),
)
STEP = (("Outcome", "p"), ("Actual", "as expected"), ("Attach a file", ""), ("Remark", ""))


def go_through(terminal: Terminal, dialogue: Sequence[tuple[str, str]]) -> None:
    """Answer one question after the other."""
    for question, answer in dialogue:
        terminal.answer(question, answer)


def test_a_tester_runs_a_protocol_in_a_terminal(device: Device) -> None:
    """Step by step, confirmed, signed with the passphrase that is typed at the end; then it counts."""
    terminal = Terminal(device, "test", "run", "TP-001", "--as", QUALITY)
    go_through(terminal, (*HEAD, *STEP, *STEP, ("Record this run", "yes")))
    terminal.answer("Passphrase of", PASSPHRASE)
    assert terminal.ends() == 0, terminal.shown
    assert "signed: executed" in terminal.shown
    assert [one.counts for one in facts(device).human.runs] == [True]


def test_ctrl_c_records_nothing_and_the_run_goes_on(device: Device) -> None:
    """An interrupt in the second step: exit 130, how to go on, nothing in the ledger; resumed, only that step."""
    before = device.count()
    terminal = Terminal(device, "test", "run", "TP-001", "--as", QUALITY)
    go_through(terminal, (*HEAD, *STEP))
    terminal.wait_for("Outcome")
    time.sleep(0.5)  # the interpreter is then waiting for a line, as it is when a person reads the step
    os.write(terminal.leader, b"\x03")
    assert terminal.ends() == 130, terminal.shown
    assert "clausework test run TP-001 --resume" in terminal.shown
    assert device.count() == before
    again = Terminal(device, "test", "run", "TP-001", "--as", QUALITY, "--resume")
    go_through(again, (*STEP, ("Record this run", "yes")))
    again.answer("Passphrase of", "wrong")
    assert again.ends() == 5, again.shown
    assert device.count(TestResult) == 1
    assert "counts once" in again.shown


def test_a_form_goes_the_whole_way(device: Device, clausework: Command) -> None:
    """Listed, written, refused empty, filled, imported, signed: each in a line that says what comes next."""
    assert "TP-001 Alarm by hand  system, 2 steps" in clausework(device, "test", "list").out
    assert json.loads(clausework(device, "test", "list", "--json").out)[0]["id"] == "TP-001"
    written = clausework(device, "test", "form", "TP-001", "-o", "TP-001.csv")
    assert "clausework test import TP-001.csv" in written.out
    empty = clausework(device, "test", "import", "TP-001.csv")
    refused(empty, 3)
    assert "\n  step 2 has no outcome" in empty.err
    device.write("TP-001.csv", csv_form(filled(device)))
    imported = clausework(device, "test", "import", "TP-001.csv")
    assert f"counts once {QUALITY} has signed it" in imported.out
    assert json.loads(clausework(device, "test", "import", "TP-001.csv", "--json").out)["file"]["existed"]
    assert f"run by {QUALITY} of TP-001" in clausework(device, "status").out
    refused(clausework(device, "sign", "TP-001", "--as", RELEASE), 5)
    assert "executed" in clausework(device, "sign", "TP-001", "--as", QUALITY).out


def test_wrong_calls_are_refused_in_sentences(device: Device, clausework: Command) -> None:
    """Each wrong call says what is wrong and what to do next, with its own exit code."""
    for code, arguments in (
        (2, ("test", "run", "TP-001", "--as", QUALITY)),
        (2, ("test", "form", "TP-404", "-o", "a.csv")),
        (2, ("test", "form", "REQ-001", "-o", "a.csv")),
        (2, ("test", "form", "TP-001", "-o", "a.pdf")),
        (2, ("test", "form", "TP-001", "-o", "clausework.yaml")),
        (3, ("test", "import", "clausework.yaml")),
        (3, ("test", "import", "nowhere.csv")),
        (2, ("decide", "review", "everything", "--as", QUALITY, "--method", "review")),
    ):
        ended = clausework(device, *arguments)
        assert ended.code in {code, 3 if arguments[0] == "decide" else code}, (arguments, ended)
        assert ended.err.startswith("clausework: ")
    assert not (device.folder / "a.csv").exists()
