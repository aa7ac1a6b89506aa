"""Records one large report in a process of its own: ``python -m bench.one_format PATH BARE`` prints what it took.

``BARE`` names the bare pass to compare with: ``xml``, ``lines`` (JSON Lines), ``text``, ``items PREFIX`` or ``members
PREFIX`` of one JSON document, ``items`` with no prefix for one document behind another. Only what recording needs is
imported before memory was looked at.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clausework.evidence.reading import Accepted, read_evidence
from clausework.stores.file_blobs import FileBlobs

_ROUNDS = 2
_SEPARATOR = re.compile(r"[ :,]")


def main() -> None:
    """Print the peak memory in bytes, the seconds of recording and of the bare pass, the better of two rounds each."""
    path, bare = Path(sys.argv[1]), sys.argv[2:]
    flow = _timed(_record, path)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024  # ru_maxrss would count the parent too
    bare_pass = _pass_of(bare)
    best = _timed(bare_pass, path)
    for _ in range(1, _ROUNDS):
        flow, best = min(flow, _timed(_record, path)), min(best, _timed(bare_pass, path))
    print(json.dumps([memory, flow, best]))


def _timed(work: Callable[[Path], None], path: Path) -> float:
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def _record(path: Path) -> None:
    """Record ``path`` as the product does, all but the log entry."""
    with path.open("rb") as stream:
        read = read_evidence(stream, path.name, FileBlobs(path.parent))
    if not isinstance(read, Accepted):
        raise SystemExit(f"{path.name}: {read.reason} at byte {read.offset}")


def _pass_of(bare: list[str]) -> Callable[[Path], None]:
    kind, prefix = bare[0], bare[1] if len(bare) > 1 else ""
    if kind in {"items", "members"}:
        return lambda path: _ijson_pass(path, kind, prefix)
    return {"xml": _lxml_pass, "lines": _lines_pass, "text": _text_pass}[kind]


def _lxml_pass(path: Path) -> None:
    etree = importlib.import_module("lxml.etree")
    for _, element in etree.iterparse(str(path)):
        element.clear()


def _ijson_pass(path: Path, kind: str, prefix: str) -> None:
    ijson = importlib.import_module("ijson")
    with path.open("rb") as stream:
        if kind == "members":
            found = ijson.kvitems(stream, prefix)
        else:
            found = ijson.items(stream, prefix, multiple_values=not prefix)
        for _ in found:
            pass


def _lines_pass(path: Path) -> None:
    with path.open("rb") as stream:
        for line in stream:
            json.loads(line)


def _text_pass(path: Path) -> None:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            _SEPARATOR.split(line)


if __name__ == "__main__":
    main()
