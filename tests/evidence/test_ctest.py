"""CTest's Test.xml: outcomes, labels and measurements, completeness, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.ctest import CTEST


def measured(**values: str) -> str:
    """Return measurements; an underscore in a name stands for a space."""
    return "".join(
        f"<NamedMeasurement name='{name.replace('_', ' ')}'><Value>{value}</Value></NamedMeasurement>"
        for name, value in values.items()
    )


def report(status: str = "passed", results: str = "", rest: str = "", listed: str = "") -> bytes:
    """Return a report of one test."""
    test = f"<Test Status='{status}'><Name>n</Name><Path>.</Path><Results>{results}</Results>{rest}</Test>"
    return f"<Site Name='s'><Testing>{listed}{test}</Testing></Site>".encode()


def test_the_sample_gives_its_tests_and_counts() -> None:
    """Folders, name, outcome, message, duration, links and tags of each test are taken."""
    starts, stops, purges = lines(CTEST, Case)
    assert starts == Case(
        "unit > flow",
        "starts",
        "",
        "passed",
        250,
        links=(("verifies", "REQ-001"), ("verifies_effectiveness", "RCM-002")),
        tags=("unit",),
    )
    assert (stops.outcome, stops.message) == ("failed", "Exit Code: Failed; Exit Value: 3")
    assert (purges.outcome, purges.message) == ("skipped", "Completion Status: Disabled")
    assert accepted(CTEST, TestsRead) == TestsRead(TestCounts(3, 1, 1, 0, 1))


@pytest.mark.parametrize(
    ("status", "results", "outcome"),
    [
        ("passed", measured(Completion_Status="Completed"), "passed"),
        ("passed", measured(Exit_Code="Completed", Exit_Value="1"), "passed"),
        ("passed", measured(Exit_Code="SEGFAULT"), "errored"),
        ("passed", measured(Exit_Code="Failed"), "failed"),
        ("failed", measured(Exit_Code="Failed"), "failed"),
        ("failed", "", "failed"),
        ("failed", measured(Exit_Code="Timeout"), "errored"),
        ("failed", measured(Exit_Code="SEGFAULT"), "errored"),
        ("failed", measured(Exit_Code="OTHER_FAULT"), "errored"),
        ("notrun", measured(Completion_Status="Disabled"), "skipped"),
        ("notrun", measured(Completion_Status="SKIP_RETURN_CODE=77"), "skipped"),
        ("notrun", measured(Completion_Status="SKIP_REGULAR_EXPRESSION_MATCHED"), "skipped"),
        ("notrun", measured(Completion_Status="Unable to find executable"), "errored"),
        ("notrun", measured(Completion_Status="Fixture dependency failed"), "errored"),
        ("notrun", measured(Completion_Status="Required Files Missing"), "errored"),
        ("notrun", "", "errored"),
        ("purple", "", "errored"),
        ("", "", "errored"),
    ],
)
def test_every_status_of_the_format_has_an_outcome(status: str, results: str, outcome: str) -> None:
    """What could not run, crashed or ran out of time is no skip and no plain failure."""
    assert [each.outcome for each in lines(report(status, results), Case)] == [outcome]


@pytest.mark.parametrize("status", ["purple", ""])
def test_an_unknown_status_is_remarked_upon(status: str) -> None:
    """A word that is not known is told."""
    assert accepted(report(status), TestsRead).remarks


def test_a_passed_test_that_crashed_is_remarked_upon() -> None:
    """A contradiction is taken as the graver, visibly."""
    for code in ("SEGFAULT", "Failed"):
        assert accepted(report("passed", measured(Exit_Code=code)), TestsRead).remarks


def test_labels_are_tags_and_measurements_that_name_items_are_links() -> None:
    """Other measurements are CTest's own or the test's, and mean nothing here."""
    words = (
        "slow",
        "Requirement = REQ-2",
        "slow",
        "@verifies(REQ-3)",
        "verifies-effectiveness:REQ-4",
        "speed: REQ-5",
    )
    labels = f"<Labels>{''.join(f'<Label>{word}</Label>' for word in words)}</Labels>"
    data = report(results=measured(VERIFIES="REQ-1, x y", Peak_Memory="REQ-9"), rest=labels)
    (found,) = lines(data, Case)
    assert found.tags == ("slow", "speed: REQ-5")
    assert [item for _, item in found.links if item.startswith("REQ")] == ["REQ-1", "REQ-2", "REQ-3", "REQ-4"]


@pytest.mark.parametrize("listed", ["<Test>./n</Test><Test>./m</Test>", ""])
def test_the_list_of_tests_is_held_against_them(listed: str) -> None:
    """CTest lists what it ran before it tells how; a test too few or too many is noticed."""
    reason = rejected(report(listed=f"<TestList>{listed}</TestList>")).reason
    assert "holds 1" in reason
    assert accepted(report(listed="<TestList><Test>./n</Test></TestList>"), TestsRead).counts.cases == 1


@pytest.mark.parametrize("text", ["-1", "NaN", "1e99", "x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A duration that cannot be is a sign of a damaged report."""
    assert "time" in rejected(report(results=measured(Execution_Time=text))).reason


@pytest.mark.parametrize(
    "data",
    [
        b"<Site><Build><Error/></Build></Site>",
        b"<Site><Testing/><Build/></Site>",
        b"<Site/>",
    ],
)
def test_other_steps_of_a_dashboard_are_refused(data: bytes) -> None:
    """Configure, build and coverage have the same root and tell nothing of tests."""
    assert rejected(data, as_format="ctest").format == "ctest"
    assert "Testing" in rejected(data, as_format="ctest").reason


def test_a_build_is_not_taken_for_tests() -> None:
    """The site's first part tells what the file is."""
    assert rejected(b"<Site><Build/></Site>").format == ""


@pytest.mark.parametrize(
    "data",
    [
        b"<Site><Testing><Group><Test Status='passed'><Name>n</Name></Test></Group></Testing></Site>",
        report(results="<Test Status='failed'><Name>m</Name></Test>"),
        b"<Site><Testing><Test Status='passed'/></Testing></Site>",
        report("notrun", measured(Completion_Status="Failed") + measured(Completion_Status="Disabled")),
    ],
)
def test_tests_that_cannot_be_are_refused(data: bytes) -> None:
    """A test within another element, without a name, or that says two things of itself."""
    rejected(data)


def test_sub_projects_stand_beside_the_tests() -> None:
    """A site may name its parts first."""
    data = report().replace(b"<Testing>", b"<Subproject name='a'><Label>a</Label></Subproject><Testing>")
    assert accepted(data, TestsRead).counts.cases == 1


def test_nesting_bombs_and_entities_are_refused() -> None:
    """Depth is bounded, and a document type is not read past."""
    assert "nested deeper" in rejected(b"<Site><Testing>" + b"<a>" * 5000).reason
    assert "document type" in rejected(b"<!DOCTYPE Site><Site><Testing/></Site>").reason


def test_a_long_log_is_not_held() -> None:
    """What a test printed is passed over, whatever its length."""
    data = report(results=f"<Measurement><Value>{'x' * 300_000}</Value></Measurement>")
    assert accepted(data, TestsRead).counts.passed == 1
