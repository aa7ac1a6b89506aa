"""What happened before the Friday of the release: an evaluated risk file, and one more test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clausework.actions.demo.scene import QUALITY, RELEASE_AUTHORITY
from clausework.actions.demo.walk import Walk
from tests.walks.device import Place, inside

_BENCH_PORT = '''"""The bench port takes what people at the bench type."""

import pytest


@pytest.mark.verifies("UNIT-009")
def test_an_empty_line_does_not_end_the_session(program) -> None:
    """Whoever presses Enter once too often goes on with the session."""
    program("controller", "bench", given="\\n")
'''

_EVALUATION = "CVE-2026-31416", "A validator that is made from a text evaluates it", "AV:L/AC:H/PR:L/UI:N"
_PICKLE = "CVE-2026-31877", "Converters run while a pickled class is read", "AV:N/AC:H/PR:N/UI:R"
"""Made up: identifier, what is wrong, and how it is reached. attrs has no such vulnerability."""


def come_to_friday(place: Place) -> None:
    """Decide what was decided before Friday, keep last week's companion, and lay Friday's scans beside the project."""
    shelf, scans = place.folder / "shelf", place.folder / "scans"
    shelf.mkdir()
    scans.mkdir()
    shutil.copy(place.project / "dist" / "infusor-companion-0.7.2.pyz", shelf)
    _scan(scans / "noon.json", _EVALUATION)
    _scan(scans / "evening.json", _EVALUATION, _PICKLE)
    with inside(place) as walk:
        _evaluate_the_risk_file(walk)
        Path("tests/system/bench/test_bench_port.py").write_text(_BENCH_PORT, encoding="utf-8")
        walk.run("git", "add", "--all")
        walk.run("git", "commit", "--quiet", "-m", "UNIT-009: what people at the bench type by mistake")


def _evaluate_the_risk_file(walk: Walk) -> None:
    walk.clausework(
        *("decide", "evaluate", "risk-file", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "What remains when all risk controls work, taken together"),
        *("--rationale", "Each control is verified in effectiveness; the benefit outweighs what remains"),
        *("--document-version", "RMF-001 3.2"),
    )
    walk.clausework("sign", "risk-file", "--as", RELEASE_AUTHORITY)


def _scan(path: Path, *found: tuple[str, str, str]) -> None:
    """Write what OSV-Scanner writes when it finds these in the lock file."""
    package = {"name": "attrs", "version": "26.1.0", "ecosystem": "PyPI"}
    vulnerabilities = [_vulnerability(*one) for one in found]
    groups = [{"ids": [identifier], "max_severity": "7.0"} for identifier, _, _ in found]
    packages = [{"package": package, "vulnerabilities": vulnerabilities, "groups": groups}]
    result = {"source": {"path": "requirements.lock", "type": "lockfile"}, "packages": packages}
    path.write_text(json.dumps({"results": [result]}, indent=1), encoding="utf-8")


def _vulnerability(identifier: str, summary: str, reached: str) -> Mapping[str, Any]:
    return {
        "schema_version": "1.6.0",
        "id": identifier,
        "summary": summary,
        "affected": [{"package": {"ecosystem": "PyPI", "name": "attrs"}}],
        "severity": [{"type": "CVSS_V3", "score": f"CVSS:3.1/{reached}/S:U/C:H/I:H/A:H"}],
    }
