"""An offline build is one: what it runs in reaches no network, and what cannot be cut off is said."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from clausework.evidence import isolation
from clausework.evidence.isolation import isolated
from tests.isolation import require_isolation

DEVICES = "import socket; print(sorted(name for _, name in socket.if_nameindex()))"


def test_an_isolated_command_sees_no_network_device() -> None:
    """Where this machine permits it, the command sees nothing but a loopback of its own, and ends as it would."""
    require_isolation()
    command, _ = isolated([sys.executable, "-c", DEVICES])
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "['lo']"
    failing, _ = isolated(["sh", "-c", "exit 7"])
    assert subprocess.run(failing, check=False).returncode == 7


def test_an_isolated_command_does_not_reach_a_server_of_this_machine() -> None:
    """Attack: the build fetches from a server that listens on this machine's own loopback."""
    require_isolation()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        reach = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        command, _ = isolated([sys.executable, "-c", reach])
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_where_nothing_can_be_cut_off_the_command_stays_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Lapse: a machine without 'unshare' does not claim an isolation that is not there."""
    monkeypatch.setattr(isolation, "_no_network", lambda: False)
    monkeypatch.setattr(isolation, "_permitted", lambda: ())
    assert isolated(["make", "all"]) == (("make", "all"), False)
