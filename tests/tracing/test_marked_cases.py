"""Markers in comments: for which case each speaks, and for which it does not."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.trace.marked_cases import MarkedCases, RecordedMarker, recorded_markers
from clausework.trace.source_markers import find_markers

SOURCE = b"""\
#include <gtest/gtest.h>

// verifies REQ-1
// and says why
TEST(Pump, Stops) {
  // verifies REQ-9
  EXPECT_TRUE(stopped());
}

TEST(Pump, Starts) { // verifies REQ-2
}
// implements REQ-3
TEST(Pump, Purges) {
}
"""


def marked(folder: str = "") -> MarkedCases:
    """Return the marked cases of the source above."""
    path = f"{folder}tests/pump.cc"
    found = find_markers([(path, SOURCE)])
    return MarkedCases(recorded_markers(found.markers, {path: SOURCE}), folder)


def links(line: int, file: str = "tests/pump.cc", folder: str = "") -> list[tuple[str, str]]:
    """Return the links of a case that its report says begins at ``line``."""
    return list(marked(folder).links_of(Case("s", "n", "c", "passed", file=file, line=line)))


def test_a_marker_speaks_for_the_case_under_its_comment() -> None:
    """The comment may have further lines; a marker on the case's own line speaks for it too."""
    assert links(5) == [("verifies", "REQ-1")]
    assert links(10) == [("verifies", "REQ-2")]


def test_a_report_that_counts_lines_from_zero_is_understood() -> None:
    """Pytest says 1 for what stands on line 2; nobody else's report is read so, in whatever language."""
    source = b"# verifies REQ-1\ndef test_a():\n    pass\n"
    found = find_markers([("test_a.py", source)])
    cases = MarkedCases(recorded_markers(found.markers, {"test_a.py": source}))

    def linked(suite: str, line: int) -> bool:
        return bool(list(cases.links_of(Case(suite, "n", "c", "passed", file="test_a.py", line=line))))

    assert [linked("pytest", line) for line in (1, 2)] == [True, False]
    assert [linked("unittest", line) for line in (1, 2)] == [False, True]
    assert links(4) == []


@pytest.mark.parametrize("line", [0, 13, 2, 99])
def test_nothing_is_guessed(line: int) -> None:
    """A case without a line, one under another kind of marker and one elsewhere have no link."""
    assert links(line) == []


def test_a_marker_in_a_body_speaks_for_no_other_case() -> None:
    """ATTACK stray marker: what stands within a test is no link of the next one, which may pass while this fails."""
    everything = {link for line in range(1, 20) for link in links(line) if line != 7}
    assert ("verifies", "REQ-9") not in everything


def test_paths_count_from_the_plans_folder_or_the_top() -> None:
    """In a repository of several projects a report may say either."""
    assert links(5, folder="pump/") == links(5, "pump/tests/pump.cc", "pump/") == [("verifies", "REQ-1")]
    assert links(5, "other/pump.cc") == []


def test_the_line_under_a_comment_at_the_end_is_none() -> None:
    """A comment with no code behind it speaks for nothing."""
    data = b"int x;\n// verifies REQ-1\n\n"
    (one,) = recorded_markers(find_markers([("a.c", data)]).markers, {"a.c": data})
    assert one == RecordedMarker("a.c", 2, "verifies", "REQ-1", 0)
