"""Answers one Rego policy on several inputs, in a process of its own: ``python -I rego_process.py``.

Reads ``{"policy": TEXT, "inputs": [JSON TEXT, ...], "seconds": N}`` from standard input and writes to standard output
``{"engine": VERSION, "fault": "", "answers": [{"value": ...} or {"fault": TEXT}, ...]}``. An answer without either is
undefined; ``missing`` says that the engine is not there. It imports nothing of Clausework: a policy that breaks the
engine breaks this process only.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

QUERY = "data.clausework.verdict"

LARGEST_ANSWER = 256 << 10
"""Bytes of one answer."""

TOO_MUCH_MEMORY = 77
"""What the process ends with when a policy takes more than its memory."""

_MEMORY = (
    2 << 20
)  # kilobytes; the engine reserves more addresses than it uses, so that no limit of the system fits
_MOST_PRINTED = 64 << 10
_UNTOLD = (
    "a rule has two values, a built-in function failed, or it did too much; the engine does not say which"
)
_TOLD = re.compile(r"Errors:\s*(?P<told>[^\n]+)\s*-- policy\.rego:(?P<line>\d+):(?P<column>\d+)")
_PURE_FAMILIES = (
    "array.", "bits.", "glob.", "graph.", "hex.", "internal.member_", "json.", "net.cidr_", "numbers.", "object.",
    "regex.", "semver.", "strings.", "units.", "urlquery.", "yaml.", "base64.", "base64url.", "crypto.sha256",
)  # fmt: skip
_PURE_TIMES = frozenset(
    f"time.{name}"
    for name in (
        "add_date", "clock", "date", "diff", "format", "parse_duration_ns", "parse_ns", "parse_rfc3339_ns", "weekday",
    )
)  # fmt: skip


def main() -> None:
    """Answer what stands in standard input."""
    answers_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    given = json.load(sys.stdin)
    threading.Thread(target=_watch_memory, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CPU, (given["seconds"], given["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with answers_to, tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)  # the engine prints errors of a policy to standard output
        json.dump(_answer(given["policy"], given["inputs"], printed), answers_to)


def _watch_memory() -> None:
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < _MEMORY:
        time.sleep(0.05)
    os._exit(TOO_MUCH_MEMORY)


def _answer(policy: str, inputs: list[str], printed: IO[bytes]) -> dict[str, Any]:
    try:
        import regopy
    except (ImportError, OSError) as error:
        return {"engine": "", "fault": f"the engine cannot be loaded: {error}", "missing": True}
    engine = importlib.metadata.version("regopy")
    try:
        compiler = _interpreter(regopy)
        compiler.add_module("policy.rego", policy)
        bundle = compiler.build(QUERY)
        fault = _impure(_built_ins(compiler, bundle)) if bundle.ok() else _compiler_said(printed, "")
    except Exception as error:  # noqa: BLE001  whatever the engine raises is the policy's fault, told in its own words
        fault = _compiler_said(printed, _first_line(error))
    if fault:
        return {"engine": engine, "fault": fault}
    return {"engine": engine, "fault": "", "answers": [_ask(regopy, bundle, one) for one in inputs]}


def _interpreter(regopy: Any) -> Any:
    interpreter = regopy.Interpreter()
    interpreter.strict_built_in_errors = True  # else 'not f(x)' holds where f breaks
    return interpreter


def _built_ins(compiler: Any, bundle: Any) -> list[str]:
    """Return the names of the built-in functions that the compiled policy calls."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bundle"
        compiler.save_bundle(str(place), bundle)
        plan = json.loads((place / "plan.json").read_text(encoding="utf-8"))
    return [str(one["name"]) for one in plan["static"].get("builtin_funcs", ())]


def _impure(names: list[str]) -> str:
    """Return what is wrong with calls whose answer is not of the input alone: the verdict could not be replayed."""
    impure = sorted(name for name in names if not _is_pure(name))
    return f"it calls {', '.join(impure)}: an answer must follow from the facts alone" if impure else ""


def _is_pure(name: str) -> bool:
    if "." not in name:
        return name != "trace"
    return name in _PURE_TIMES or name.startswith(_PURE_FAMILIES)


def _ask(regopy: Any, bundle: Any, given: str) -> dict[str, Any]:
    try:
        interpreter = _interpreter(regopy)
        interpreter.set_input_term(given)  # set_input reads escapes within strings a second time
        output = interpreter.query_bundle(bundle)
        if not output.ok():
            return {
                "fault": f"it ends with an error: {_UNTOLD if str(output) == '<error>' else _first_line(output)}"
            }
        text = str(output)
        if len(text) > LARGEST_ANSWER:
            return {"fault": f"its answer has more than {LARGEST_ANSWER} bytes"}
        expressions = [] if text == "undefined" else json.loads(text).get("expressions", [])
    except json.JSONDecodeError:
        return {"fault": "its answer cannot be read; does it call what there is not, or itself?"}
    except Exception as error:  # noqa: BLE001  as above
        return {"fault": f"it ends with an error: {_first_line(error)}"}
    return {"value": expressions[0]} if len(expressions) == 1 else {}


def _compiler_said(printed: IO[bytes], otherwise: str) -> str:
    """Return what the compiler tells first, with its place, as it printed it."""
    printed.seek(0)
    found = _TOLD.search(printed.read(_MOST_PRINTED).decode(errors="replace"))
    told = f"line {found['line']}, column {found['column']}: {found['told']}" if found else otherwise
    return f"it does not compile: {told or 'the engine does not say why'}"


def _first_line(told: object) -> str:
    return " ".join(str(told).split())[:300]


if __name__ == "__main__":
    main()
