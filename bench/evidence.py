"""Recording large evidence files against a bare parse of the same bytes, in one run; and the memory it takes.

``rows()`` writes the files into a temporary folder, lets the whole of ``read_evidence`` and the bare baseline take
turns, and compares the best of each. Memory is the peak of a process that does nothing else.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.row import Row
from clausework.evidence.reading import Accepted, read_evidence
from clausework.stores.file_blobs import FileBlobs

ROUNDS = 5
CASES = 200_000
MEGABYTE = 1_000_000


def rows() -> list[Row]:
    """Return one row per figure: JUnit with line-broken and one-line logs, SARIF, CycloneDX, and their memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broken, flat = folder / "broken.xml", folder / "flat.xml"
        write_junit(broken, "\n")
        write_junit(flat, " ")
        sarif, bom = folder / "scan.sarif", folder / "bom.cdx.json"
        write_sarif(sarif, 100 * MEGABYTE)
        write_cyclonedx(bom, 50 * MEGABYTE)
        results = "runs.item.results.item"
        return [
            *_compare("JUnit, 200,000 cases, line-broken logs", broken, lxml_pass, "<= 1.3 x lxml iterparse"),
            *_compare("JUnit, 200,000 cases, one-line logs", flat, lxml_pass, "<= 2.2 x lxml iterparse"),
            *_compare("SARIF", sarif, lambda path: ijson_pass(path, results), "<= 1.5 x ijson.items"),
            *_compare(
                "CycloneDX", bom, lambda path: ijson_pass(path, "components.item"), "<= 1.5 x ijson.items"
            ),
        ]


def _compare(what: str, path: Path, bare: Callable[[Path], None], reach: str) -> list[Row]:
    best_bare, best_flow = float("inf"), float("inf")
    for _ in range(ROUNDS):
        best_bare = min(best_bare, _timed(bare, path))
        best_flow = min(best_flow, _timed(record, path))
    megabytes = path.stat().st_size / MEGABYTE
    ratio = round(best_flow / best_bare, 2)
    measured = f"{megabytes:.0f} MB in {best_flow:.2f} s, bare {best_bare:.2f} s"
    memory = _peak_memory(path)
    return [
        Row(f"{what} recorded", measured, ratio, reach),
        Row(f"{what}: peak memory", f"{memory:.0f} MB", None, "<= 64 MB"),
    ]


def _timed(work: Callable[[Path], None], path: Path) -> float:
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def _peak_memory(path: Path) -> float:
    command = [sys.executable, "-m", "bench.evidence", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) * 1024 / MEGABYTE


def record(path: Path) -> None:
    """Record ``path`` as the product does, all but the log entry."""
    with path.open("rb") as stream:
        read = read_evidence(stream, path.name, FileBlobs(path.parent))
    if not isinstance(read, Accepted):
        raise SystemExit(read.reason)


def lxml_pass(path: Path) -> None:
    """Pass over an XML file with lxml, keeping nothing."""
    etree = importlib.import_module("lxml.etree")
    for _, element in etree.iterparse(str(path)):
        element.clear()


def ijson_pass(path: Path, prefix: str) -> None:
    """Pass over the elements of a JSON array with ijson, keeping nothing."""
    import ijson

    with path.open("rb") as stream:
        for _ in ijson.items(stream, prefix):
            pass


def write_junit(path: Path, separator: str) -> None:
    """Write 200,000 cases of about 1,000 bytes, their logs in lines or in one line."""
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites>')
        file.write(
            f'<testsuite name="unit" tests="{CASES}" failures="0" errors="0" skipped="0" time="20.0">\n'
        )
        for case in range(CASES):
            lines = (
                f"2026-04-10 08:30:00 INFO pump {case}: step {step} done, pressure 4.2" for step in range(15)
            )
            file.write(
                f'<testcase classname="tests.test_{case // 100}" name="test_{case}" time="0.{case % 1000:03d}">'
            )
            file.write(f"<system-out>{separator.join(lines)}</system-out></testcase>\n")
        file.write("</testsuite></testsuites>\n")


def write_sarif(path: Path, size: int) -> None:
    """Write results as static analysers do, until the file has ``size`` bytes."""
    rules = [{"id": f"R{number}", "defaultConfiguration": {"level": "warning"}} for number in range(50)]
    head = msgspec.json.encode({"driver": {"name": "Analyser", "version": "1", "rules": rules}})
    with path.open("wb") as file:
        file.write(b'{"version":"2.1.0","runs":[{"tool":' + head + b',"results":[')
        number = 0
        while file.tell() < size:
            file.write(b",\n" if number else b"\n")
            file.write(msgspec.json.encode(_result(number)))
            number += 1
        file.write(b"]}]}")


def _result(number: int) -> dict[str, object]:
    location = {"uri": f"src/module{number % 97}/file{number % 991}.c", "uriBaseId": "SRCROOT"}
    region = {"startLine": number % 900 + 1, "startColumn": 3, "endLine": number % 900 + 1, "endColumn": 17}
    snippet = {"text": f"    rate = limit[{number % 13}] * factor;  /* keep within the range of the drive */"}
    place = {"physicalLocation": {"artifactLocation": location, "region": {**region, "snippet": snippet}}}
    step = {"location": {**place, "message": {"text": "the index is read here"}}}
    return {
        "ruleId": f"R{number % 50}",
        "ruleIndex": number % 50,
        "level": "warning",
        "message": {"text": f"The index of 'limit' may be out of bounds in function f{number}."},
        "locations": [place],
        "codeFlows": [{"threadFlows": [{"locations": [step]}]}],
        "partialFingerprints": {"primaryLocationLineHash": f"{number:016x}:1"},
        "properties": {"tags": ["reliability"], "precision": "high"},
    }


def write_cyclonedx(path: Path, size: int) -> None:
    """Write components as package tools do, until the file has ``size`` bytes."""
    with path.open("wb") as file:
        file.write(b'{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[')
        number = 0
        while file.tell() < size:
            file.write(b",\n" if number else b"\n")
            file.write(msgspec.json.encode(_component(number)))
            number += 1
        file.write(b"]}")


def _component(number: int) -> dict[str, object]:
    purl = f"pkg:pypi/package-{number}@1.{number % 40}.0"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": f"package-{number}",
        "version": f"1.{number % 40}.0",
        "description": "A package that does one thing and is described in one sentence.",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(purl.encode()).hexdigest()}],
        "licenses": [{"license": {"id": "MIT"}}],
        "purl": purl,
        "externalReferences": [{"type": "website", "url": f"https://example.com/package-{number}"}],
    }


if __name__ == "__main__":
    record(Path(sys.argv[1]))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(
        re.findall(r"VmHWM:\s+(\d+) kB", status)[0]
    )  # ru_maxrss would count the process that started this one
