"""Runs code that others wrote in a process of its own: what it does to its process, it does not do to the gate's.

A package's check is trusted with the facts, not with the gate's exit code: where it ends its process, breaks it, or
never ends, an answer is missing.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable

LARGEST_ANSWER = 1 << 20
"""Bytes of an answer."""

_AT_ONCE = 1 << 16
_GRACE = 1.0
"""Seconds from the end of an answer to that of its process."""


class RanAway(Exception):
    """The code gave no answer; the text says what became of its process. Told as a reason, never to a user."""


def run_apart(call: Callable[[], bytes], *, seconds: float) -> bytes:
    """Return what ``call`` returns in a copy of this process; what it prints goes to standard error.

    Raises ``RanAway`` where it ends the process, is ended, raises, takes longer than ``seconds``, or answers too much.
    """
    reading, writing = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    child = os.fork()
    if not child:
        _answer(call, reading, writing)
    os.close(writing)
    try:
        return _awaited(reading, child, time.monotonic() + seconds, seconds)
    finally:
        os.close(reading)


def _answer(call: Callable[[], bytes], reading: int, writing: int) -> None:
    """Answer in the child, and end it whatever happens: nothing of the gate's goes on in two processes."""
    ends = 1
    try:
        os.setsid()  # what it starts is ended with it
        os.close(reading)
        os.dup2(2, 1)
        data = call()
        while data:
            data = data[os.write(writing, data) :]
        ends = 0
    finally:
        os._exit(ends)


def _awaited(reading: int, child: int, until: float, seconds: float) -> bytes:
    found = bytearray()
    grace = 0.0
    try:
        while True:
            ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise RanAway(f"it did not answer within {seconds:g} seconds")
            part = os.read(reading, _AT_ONCE)
            if not part:
                break
            found += part
            if len(found) > LARGEST_ANSWER:
                raise RanAway(f"its answer has more than {LARGEST_ANSWER} bytes")
        grace = _GRACE
    finally:
        ended = _ended(child, grace)
    if ended < 0:
        raise RanAway(f"it broke its process ({signal.Signals(-ended).name})")
    if ended or not found:
        raise RanAway(f"it ended its process ({ended}) before it answered")
    return bytes(found)


def _ended(child: int, grace: float) -> int:
    """Return how the child ended within ``grace`` seconds; if it goes on it is killed, with all that it started."""
    until = time.monotonic() + grace
    ended = os.waitpid(child, os.WNOHANG)
    while not ended[0] and time.monotonic() < until:
        time.sleep(0.002)
        ended = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    if not ended[0]:
        ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended[1])
