"""The command line called in this process, in the folder of a small device project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from clausework.cli.program import run
from tests.actions.device import Device


class Ended(msgspec.Struct, frozen=True):
    """How a command ended: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]
"""Runs a command in a device's folder, and checks that it ended as every command must."""


@pytest.fixture
def clausework(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run commands in this process."""

    def call(device: Device | Path, *arguments: str | Path) -> Ended:
        folder = device if isinstance(device, Path) else device.folder
        monkeypatch.chdir(folder)
        if isinstance(device, Device):
            for name, value in device.environ.items():
                monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        ended = Ended(code, *capfd.readouterr())
        assert "Traceback" not in ended.err
        assert "\x1b" not in ended.out + ended.err
        return ended

    return call


def refused(ended: Ended, code: int) -> None:
    """Check that a command was refused in a sentence that says what is wrong and what to do next."""
    assert ended.code == code, ended
    assert ended.err.startswith("clausework: ")
    assert "\n  next: " in ended.err
