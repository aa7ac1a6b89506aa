"""Running a command without a network, so that an offline build is one (clause 5.8.7).

On Linux the command gets a network namespace of its own, in which nothing but its own loopback exists; where the
machine has no network at all, as a container that was started without one, nothing needs to be cut off.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Sequence
from functools import cache

_LOOPBACK = ("sh", "-c", 'ip link set lo up 2>/dev/null || true; exec "$@"', "sh")
_WAYS = (
    ("unshare", "--net"),
    ("unshare", "--user", "--map-current-user", "--net"),
    ("unshare", "--user", "--map-root-user", "--net"),
)
_SECONDS = 20


def isolated(command: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Return the command that runs ``command`` without a network, and whether that is so on this machine.

    Where the machine does not permit it, the command comes back as it was.
    """
    if _no_network():
        return tuple(command), True
    way = _permitted()
    return ((*way, *_LOOPBACK, *command), True) if way else (tuple(command), False)


def _no_network() -> bool:
    """Tell whether this process sees no network device but its own loopback."""
    try:
        return {name for _, name in socket.if_nameindex()} <= {"lo"}
    except OSError:
        return False


@cache
def _permitted() -> tuple[str, ...]:
    if shutil.which("unshare") is None:
        return ()
    for way in _WAYS:
        try:
            done = subprocess.run(
                (*way, *_LOOPBACK, "true"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return way
    return ()
