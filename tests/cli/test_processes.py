"""Processes of their own: several at once, killed, out of space, without terminal, their output gone."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from clausework.actions.verify import verify
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.release import Candidate, Release
from clausework.ledger.records.root import Root
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, junit


def kinds(device: Device) -> Counter[type]:
    """Return how many records of each kind there are, the ledger verified."""
    assert verify(device.folder).problems == ()
    return Counter(type(one.body) for one in device.records())


def all_at_once(device: Device, *commands: tuple[str, ...]) -> list[int]:
    """Start the commands together; return their exit codes."""
    started = [device.start(*command) for command in commands]
    ended = [(process.communicate(), process.returncode) for process in started]
    assert not [err for (_, err), _ in ended if "Traceback" in err]
    return [code for _, code in ended]


def test_signing_at_the_same_moment_makes_one_release(releasable: Device) -> None:
    """Both people sign twice, at once: each signature stands once, and one release is made (race)."""
    calls = [("sign", VERSION, "--as", email) for email in (QUALITY, RELEASE) for _ in range(2)]
    before = kinds(releasable)
    codes = all_at_once(releasable, *calls)
    after = kinds(releasable)
    assert sorted(codes)[:2] == [0, 0]
    assert after[Approval] - before[Approval] == 2
    assert after[Release] == 1


def test_releasing_at_the_same_moment_freezes_one_candidate(releasable: Device) -> None:
    """Two processes that freeze the same version share one candidate."""
    assert all_at_once(releasable, *[("release", VERSION)] * 2) == [0, 0]
    assert kinds(releasable)[Candidate] == 1


def test_recording_and_gating_at_the_same_moment_loses_and_doubles_nothing(verified: Device) -> None:
    """Of several pipelines on one ledger each report is recorded once, and verdicts say what holds at their place."""
    for number in range(3):
        verified.write(f"reports/more-{number}.xml", junit("unit").replace("tests.unit", f"more{number}"))
    records = [("record", f"reports/more-{number}.xml", "--level", "unit") for number in (0, 1, 2, 0)]
    before = kinds(verified)
    assert all_at_once(verified, *records, ("gate", "unit"), ("gate", "unit")) == [0] * 6
    assert kinds(verified)[TestResult] - before[TestResult] == 3
    for record in verified.records():
        if isinstance(record.body, Verdict):
            between = verified.records()[record.body.log_size : record.index]
            assert all(isinstance(one.body, Verdict) for one in between)


def test_establishing_at_the_same_moment_makes_one_root(project: Device) -> None:
    """Two processes that establish make one ledger; the other is told to wait or that it is there."""
    call = ("init", "--establish", "--proof", "passports seen", "--person", QUALITY, "--person", RELEASE)
    codes = all_at_once(project, call, call)
    assert sorted(codes) in ([0, 2], [0, 6])
    assert kinds(project) == {Root: 1}
    assert verify(project.folder).pinned


def test_a_writer_waits_for_another_and_readers_do_not(verified: Device) -> None:
    """While another process holds the writers' lock, status answers; a writer goes on once it is free."""
    with (verified.store / "lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = verified.start("record", "reports/unit.xml", "--subject", "0" * 64)
        assert verified.process("status").returncode == 0
        assert verified.process("gate", "--preview").returncode == 0
        assert waiting.poll() is None
        fcntl.flock(lock, fcntl.LOCK_UN)
    waiting.communicate()
    assert waiting.returncode == 0


def test_an_interrupted_command_says_that_nothing_was_half_recorded(verified: Device) -> None:
    """Ctrl-C ends a command that waits with 130; the ledger is as it was."""
    before = verified.count()
    with (verified.store / "lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = verified.start("record", "reports/unit.xml", "--subject", "0" * 64)
        log = verified.store / "ledger.sqlite-wal"
        for _ in range(600):  # until it has the ledger open
            if any(one.resolve() == log for one in Path(f"/proc/{waiting.pid}/fd").iterdir()):
                break
            time.sleep(0.05)
        waiting.send_signal(signal.SIGINT)
    _, told = waiting.communicate()
    assert waiting.returncode in {130, -signal.SIGINT}, told  # a shell shows both as 130
    assert "nothing was half recorded" in told
    assert verified.count() == before


def test_a_process_that_is_killed_leaves_a_sound_ledger(verified: Device) -> None:
    """Whenever SIGKILL comes, the ledger verifies and the next command goes on."""
    verified.write("reports/large.xml", _large_report())
    for number in range(6):
        process = verified.start("record", "reports/large.xml", "--subject", f"{number:064}")
        try:
            process.wait(0.25 + number * 0.06)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
    assert verify(verified.folder).problems == ()
    assert verified.process("record", "reports/large.xml", "--level", "integration").returncode == 0
    assert verify(verified.folder).problems == ()


def _large_report() -> str:
    cases = "".join(f'<testcase classname="c" name="case {number}"/>' for number in range(20_000))
    return f'<testsuites tests="20000"><testsuite name="s" tests="20000">{cases}</testsuite></testsuites>'


@pytest.mark.parametrize("kibibytes", [0, 16, 64])
def test_a_full_disk_is_told_and_records_nothing(verified: Device, kibibytes: int) -> None:
    """Where files cannot grow, the command ends with 6 and the ledger is as it was."""
    (verified.folder / "reports" / "large.bin").write_bytes(os.urandom(1 << 20))
    before = verified.count()
    done = subprocess.run(
        verified.command("record", "reports/large.bin"),
        cwd=verified.folder,
        env=verified.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kibibytes << 10, kibibytes << 10)),
    )
    assert done.returncode == 6, done
    assert done.stderr.startswith("clausework: ")
    assert "\n  next: " in done.stderr
    assert verified.count() == before
    assert verify(verified.folder).problems == ()


def test_a_reader_that_goes_away_does_not_change_how_a_gate_ends(established: Device) -> None:
    """A closed pipe ends no gate with 0 that refuses (attack: hiding a refusal behind 'head')."""
    assert established.process("build").returncode == 0
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            established.command("gate"),
            cwd=established.folder,
            env=established.environ,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("redirection", "code"), [("> /dev/full", 6), ("2> /dev/full", 1), (">&-", 1), ("<&- >&- 2>&-", 1)]
)
def test_output_that_cannot_be_written_harms_nothing(
    established: Device, redirection: str, code: int
) -> None:
    """Full and closed outputs neither crash a command nor are files of the ledger taken for them."""
    assert established.process("build").returncode == 0
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *established.command("gate", "unit")],
        cwd=established.folder,
        env=established.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    assert verify(established.folder).problems == ()


def test_an_output_of_few_letters_shows_escapes(verified: Device) -> None:
    """Where the terminal's encoding lacks a letter, its escape is shown, and nothing fails."""
    report = junit("unit", failed=True).replace("no alarm", "zu sp\u00e4t \u5fc3")
    verified.write("reports/red.xml", report)
    assert verified.process("record", "reports/red.xml", "--level", "unit").returncode == 0
    done = subprocess.run(
        verified.command("gate", "unit"),
        cwd=verified.folder,
        env=verified.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"zu sp\xe4t \\u5fc3" in done.stdout


def test_nobody_is_asked_where_there_is_no_terminal(releasable: Device) -> None:
    """Without terminal and passphrase a signature is refused at once, not waited for (21 CFR 11.200)."""
    for stdin in (subprocess.DEVNULL, subprocess.PIPE):
        done = subprocess.run(
            releasable.command("sign", VERSION, "--as", QUALITY),
            cwd=releasable.folder,
            env={**releasable.environ, "CLAUSEWORK_PASSPHRASE": ""},
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "A pipeline does not sign for a person" in done.stderr


_BACK = """
import sys
from datetime import timedelta
from pathlib import Path
from clausework.actions.gate import run_gates
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.actions.workplace import open_workplace
from clausework.core.clock import system_clock
from clausework.ledger.checkpoint import ClockWentBack
with open_workplace(Path("."), clock=lambda: system_clock() - timedelta(hours=1)) as workplace:
    size = workplace.ledger.size()
    try:
        record_files(workplace, [Path("reports/unit.xml")], evidence_target(workplace, subjects=["0" * 64]))
    except ClockWentBack:
        raise SystemExit(0 if workplace.ledger.size() == size else 1)
raise SystemExit(2)
"""


def test_a_clock_that_was_set_back_records_nothing(verified: Device) -> None:
    """Behind the last checkpoint's time nothing is appended; the ledger goes on once the clock is right."""
    done = subprocess.run(
        [sys.executable, "-c", _BACK], cwd=verified.folder, env=verified.environ, check=False
    )
    assert done.returncode == 0
    path = Path("reports/unit.xml")
    assert verified.process("record", path, "--subject", "0" * 64).returncode == 0


def test_python_dash_m_and_version_work(project: Device) -> None:
    """The module is the program."""
    done = project.process("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("clausework, version ")
