"""Asks a Rego policy about documents, in a process of its own with bounded time and memory.

The engine is rego-cpp by its bindings ``regopy``, the extra ``clausework[policies]``. It is compiled code that runs
what a team wrote: it gets no environment, and its crash is an answer that is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clausework.gates.rego_process import TOO_MUCH_MEMORY

SECONDS = 60
"""In which a policy must have answered all that it is asked at once."""

_PROGRAM = Path(__file__).with_name("rego_process.py")


class Answer(msgspec.Struct, frozen=True):
    """What a policy says of one document: a JSON value, nothing (it is undefined), or why it could not say."""

    value: msgspec.Raw = msgspec.Raw()
    fault: str = ""

    @property
    def undefined(self) -> bool:
        """Whether the policy says nothing."""
        return not self.fault and not bytes(self.value)


class Answers(msgspec.Struct, frozen=True):
    """The engine's version where it told it, what is wrong with the policy as a whole, the answers in order.

    ``missing`` says that the engine is not installed.
    """

    engine: str
    fault: str
    answers: tuple[Answer, ...] = ()
    missing: bool = False


def ask(policy: str, inputs: Sequence[bytes], *, seconds: int = SECONDS) -> Answers:
    """Return what ``policy`` says of each of ``inputs``, JSON documents in UTF-8; never raises for what a policy does.

    Unless there is a ``fault``, there are as many answers as inputs.
    """
    given = {"policy": policy, "inputs": [one.decode() for one in inputs], "seconds": seconds}
    kept = {name: os.environ[name] for name in ("TMPDIR",) if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM)],
            input=msgspec.json.encode(given),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answers("", f"it did not answer within {seconds} seconds")
    except OSError as error:
        return Answers("", f"its process did not start: {error}")
    try:
        answers = msgspec.json.decode(done.stdout, type=Answers)
    except (msgspec.DecodeError, UnicodeDecodeError):
        why = (
            "took more memory than it may"
            if done.returncode == TOO_MUCH_MEMORY
            else f"ended ({done.returncode})"
        )
        return Answers("", f"the engine {why} before it answered")
    if not answers.fault and len(answers.answers) != len(inputs):
        return Answers(answers.engine, "the engine did not answer all that it was asked")
    return answers
