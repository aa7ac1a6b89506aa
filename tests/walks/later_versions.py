"""What happened between the Friday and the audit: wards were given 2.4.1, and 2.4.2 was released and withdrawn."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.demo.decisions import accept_results, decide_significance, sign_release
from clausework.actions.demo.scene import QUALITY
from clausework.actions.demo.walk import Walk
from tests.walks.device import Place, inside

_LATER = "2.4.2"
_ANSWERS = dict.fromkeys(
    ("A", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "C4", "C5", "N"),
    "no: the software stays as it is, byte for byte",
)
_LIST = """Customer;Serial number;Software;Date
Hospital North, ward 7;INF-0007;2.4.1;2026-11-27
Hospital North, ward 8;INF-0008;2.4.1;2026-11-27
Hospital South, ward 2;INF-0031;2.4.0;2026-04-02
"""


def let_time_pass(place: Place) -> None:
    """Record who was given what, release 2.4.2 with new instructions for use, and take it back."""
    with inside(place) as walk:
        Path("../sales.csv").write_text(_LIST, encoding="utf-8")
        walk.clausework(
            *("distribution", "../sales.csv", "--name", "sales"),
            *("--column", "site=Customer", "--column", "version=Software"),
        )
        _close_changes(walk)
        _release(walk)
        walk.clausework(
            *("decide", "withdraw", _LATER, "--as", QUALITY),
            *("--reason", "Its instructions for use name the wrong occlusion threshold"),
            *("--communication", "All sites were called by quality on the same day; 2.4.1 stays"),
        )


def _close_changes(walk: Walk) -> None:
    for change in ("CR-12", "CR-13"):
        walk.clausework(
            *("decide", "close", change, "--as", QUALITY, "--results", "Released in 2.4.1; its tests passed"),
            *("--communication", "The wards that asked were told with the release of 2.4.1"),
        )
        for path in Path("quality").glob("*.yaml"):
            text = path.read_text("utf-8")
            path.write_text(text.replace("status: implemented", "status: closed"), encoding="utf-8")
    walk.run("git", "commit", "--quiet", "--all", "-m", "CR-12 and CR-13 are closed")


def _release(walk: Walk) -> None:
    walk.clausework(
        *("decide", "scope", _LATER, "--as", QUALITY, "--requirements", "all"),
        *("--rationale", "New instructions for use; the software stays as it is"),
    )
    decide_significance(
        walk, _LATER, _ANSWERS, "--decision", "not_significant", "--rationale", "Only the instructions change"
    )
    accept_results(
        walk,
        _LATER,
        "What users see is the same, byte for byte",
        "All results of 2.4.1 stand; nothing was built",
    )
    walk.clausework("release", _LATER)
    sign_release(walk, _LATER)
