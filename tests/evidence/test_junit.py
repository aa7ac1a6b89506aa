"""JUnit XML: outcomes, links, dialects, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.junit import JUNIT


def suite(*cases: str, attributes: str = "") -> bytes:
    """Return a report of one suite."""
    return f"<testsuite name='s' {attributes}>{''.join(cases)}</testsuite>".encode()


def case(inside: str = "", attributes: str = "") -> str:
    """Return a test case."""
    return f"<testcase classname='c' name='n' {attributes}>{inside}</testcase>"


def only(*cases: str) -> Case:
    """Return the one case that a report of one suite has."""
    (found,) = lines(suite(*cases), Case)
    return found


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Outcome, message, duration, place and links of each case are taken."""
    starts, stops, alarms, purges = lines(JUNIT, Case)
    assert starts == Case(
        "unit",
        "starts",
        "pump",
        "passed",
        250,
        links=(("verifies", "REQ-001"), ("verifies", "REQ-002")),
        file="tests/pump.py",
        line=3,
    )
    assert (stops.outcome, stops.message) == ("failed", "still runs")
    assert (alarms.outcome, alarms.message) == ("errored", "no bench")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert accepted(JUNIT, TestsRead) == TestsRead(TestCounts(4, 1, 1, 1, 1))


def test_no_cases_are_accepted_as_no_cases() -> None:
    """An empty suite is a whole report of nothing; it is for the gate to refuse it."""
    assert accepted(b"<testsuites/>", TestsRead).counts == TestCounts(0, 0, 0, 0, 0)
    assert accepted(suite(attributes="tests='0'"), TestsRead).counts.cases == 0


@pytest.mark.parametrize(
    ("inside", "attributes", "outcome"),
    [
        ("", "", "passed"),
        ("<system-out>x</system-out>", "status='run' result='completed'", "passed"),
        ("<failure/><error/>", "", "failed"),
        ("<skipped/><error/>", "", "errored"),
        ("<Failure/>", "", "failed"),
        ("<exception/>", "", "errored"),
        ("", "status='notrun' result='suppressed'", "skipped"),
        ("", "status='disabled'", "skipped"),
        ("", "status='fail'", "failed"),
        ("", "result='Timeout'", "errored"),
        ("", "status='purple'", "errored"),
        ("<failure/>", "status='passed'", "failed"),
        ("<skipped/>", "status='failed'", "failed"),
        ("<flakyFailure/>", "", "passed"),
        ("<flakyError/><flakyFailure/>", "", "passed"),
        ("<rerunFailure/>", "", "failed"),
        ("<failure/><rerunFailure/>", "", "failed"),
        ("<error/><rerunError/>", "", "errored"),
    ],
)
def test_the_worst_that_a_case_says_counts(inside: str, attributes: str, outcome: str) -> None:
    """A case passes only if nothing in it says otherwise, in any dialect."""
    assert only(case(inside, attributes)).outcome == outcome


@pytest.mark.parametrize("element", ["flakyFailure", "flakyError"])
def test_a_flaky_case_is_remarked_upon(element: str) -> None:
    """A case that passed only when run again passes, visibly: in a remark, and in its message."""
    earlier = f"<{element} message='x' type='T'><stackTrace>trace</stackTrace><system-out>log</system-out></{element}>"
    data = suite(case(earlier * 2), attributes="tests='1' failures='0' errors='0' flakes='1'")
    (remark,) = accepted(data, TestsRead).remarks
    assert "run again" in remark
    assert lines(data, Case)[0].message == "passed when it was run again; 2 earlier did not: x"


def test_a_case_that_failed_whenever_it_ran_tells_of_the_first() -> None:
    """Surefire puts the first failure before those of the runs that followed."""
    found = only(
        case("<failure message='first'/><rerunFailure message='second'/><rerunError message='third'/>")
    )
    assert (found.outcome, found.message) == ("failed", "first")


def test_the_message_is_that_of_what_decides() -> None:
    """A skip before the error of a tear-down does not speak for it."""
    assert only(case("<skipped message='skip'/><error message='tear-down'/>")).message == "tear-down"


def test_an_unknown_element_in_a_case_is_remarked_upon() -> None:
    """What a case says that is not known is not passed over in silence."""
    (remark,) = accepted(suite(case("<verdict>bad</verdict>")), TestsRead).remarks
    assert "<verdict>" in remark


def test_a_problem_outside_any_case_counts_as_one() -> None:
    """A suite whose set-up failed does not pass with the cases that it lost."""
    data = suite(case(), "<error message='no set-up'/>", attributes="tests='1' errors='1'")
    assert accepted(data, TestsRead).counts == TestCounts(2, 1, 0, 1, 0)


def test_a_message_is_taken_from_the_text_and_bounded() -> None:
    """Without a message attribute the text counts, its first 1,000 characters."""
    assert only(case(f"<failure>  {'x' * 5000}</failure>")).message == "x" * 998
    assert only(case("<failure type='AssertionError'/>")).message == "AssertionError"


@pytest.mark.parametrize(
    ("property_", "items", "role"),
    [
        ("name='verifies' value='REQ-1,REQ-2; REQ-3'", ("REQ-1", "REQ-2", "REQ-3"), "verifies"),
        ("name='Requirement' value='REQ-1'", ("REQ-1",), "verifies"),
        ("name='verifies_effectiveness' value='RCM-1'", ("RCM-1",), "verifies_effectiveness"),
        ("name='verifies_under_fault' value='RCM-1'", ("RCM-1",), "verifies_under_fault"),
        ("name='verifies_implementation' value='RCM-1 RCM-1'", ("RCM-1",), "verifies_implementation"),
        ("name='java.version' value='REQ-1'", (), "verifies"),
    ],
)
def test_links_come_from_properties(property_: str, items: tuple[str, ...], role: str) -> None:
    """The properties that name items link the case to them; others do not."""
    found = only(case(f"<properties><property {property_}/></properties>"))
    assert found.links == tuple((role, item) for item in items)


def test_a_property_may_hold_its_value_as_text() -> None:
    """Some tools write the value between the tags."""
    assert only(case("<properties><property name='req'>REQ-9</property></properties>")).links == (
        ("verifies", "REQ-9"),
    )


def test_items_in_several_roles_keep_each_its_own() -> None:
    """A case that verifies one item and the effectiveness of another says which."""
    found = only(
        case(
            "<properties><property name='verifies' value='REQ-1'/>"
            "<property name='verifies_effectiveness' value='RCM-1'/></properties>"
        )
    )
    assert found.links == (("verifies", "REQ-1"), ("verifies_effectiveness", "RCM-1"))


def test_an_item_may_be_verified_in_several_roles_by_one_case() -> None:
    """A case that verifies implementation and effectiveness of one control says both."""
    found = only(
        case(
            "<properties><property name='verifies_implementation' value='RCM-1'/>"
            "<property name='verifies_effectiveness' value='RCM-1'/></properties>"
        )
    )
    assert found.links == (("verifies_implementation", "RCM-1"), ("verifies_effectiveness", "RCM-1"))


def test_links_of_a_suite_hold_for_its_cases_and_nested_suites() -> None:
    """A suite's properties link every case in it, and no case of the next suite."""
    data = (
        b"<testsuites><testsuite name='a'><properties><property name='verifies' value='REQ-1'/></properties>"
        b"<testcase name='x'/><testsuite name='b'><testcase name='y'/></testsuite></testsuite>"
        b"<testsuite name='c'><testcase name='z'/></testsuite></testsuites>"
    )
    found = {(each.suite, each.name): each.links for each in lines(data, Case)}
    assert found == {
        ("a", "x"): (("verifies", "REQ-1"),),
        ("a > b", "y"): (("verifies", "REQ-1"),),
        ("c", "z"): (),
    }


def test_what_is_no_id_links_nothing() -> None:
    """An ID is never guessed: a word that is none is left out with a remark, a bracketed name links nothing."""
    data = suite(case("<properties><property name='verifies' value='REQ-1 [x]'/></properties>"))
    assert lines(data, Case)[0].links == (("verifies", "REQ-1"),)
    assert "[x]" in accepted(data, TestsRead).remarks[0]
    assert only("<testcase name='test_a[REQ-1]'/>").links == ()


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("", 0), ("1", 1000), ("0.0004", 0), ("1e-05", 0), ("1,234.5", 1_234_500)]
)
def test_durations_are_taken_in_milliseconds(text: str, milliseconds: int) -> None:
    """Seconds, also with grouped thousands, become whole milliseconds."""
    assert only(case(attributes=f"time='{text}'")).duration_ms == milliseconds


@pytest.mark.parametrize(
    "text", ["-1", "-0.001", "NaN", "inf", "1e400", "99999999999", "abc", "1_0", "1,2", "0x1"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A duration that cannot be is a sign of a damaged report, on cases and suites alike."""
    assert "duration" in rejected(suite(case(attributes=f"time='{text}'"))).reason
    assert "duration" in rejected(suite(case(), attributes=f"time='{text}'")).reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_can_be_decoded_are_read(encoding: str) -> None:
    """A report in a declared encoding is read in it."""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    data = f"<?xml version='1.0' encoding='{declared}'?><testsuite><testcase name='Prüfung'/></testsuite>"
    assert lines(data.encode(encoding), Case)[0].name == "Prüfung"


@pytest.mark.parametrize(
    "encoding", ["shift_jis", "utf-7", "no-such-thing", "hex", "idna", "undefined", "utf-32"]
)
def test_encodings_that_cannot_be_decoded_are_refused(encoding: str) -> None:
    """What expat cannot decode is rejected with the reason."""
    data = f"<?xml version='1.0' encoding='{encoding}'?><testsuite><testcase name='x'/></testsuite>".encode()
    assert "encoding" in rejected(data, as_format="junit").reason


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE testsuite>",
        "<!DOCTYPE testsuite SYSTEM 'junit.dtd'>",
        "<!DOCTYPE testsuite [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>",
        "<!DOCTYPE testsuite [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
    ],
)
def test_entity_bombs_and_any_document_type_are_refused(doctype: str) -> None:
    """The attacks that need a document type have none."""
    data = f"<?xml version='1.0'?>{doctype}<testsuite><testcase name='x'/></testsuite>".encode()
    outcome = rejected(data)
    assert "document type" in outcome.reason
    assert outcome.format == "junit"


@pytest.mark.parametrize(
    "data",
    [
        b"<testsuite><testcase><testcase/></testcase></testsuite>",
        b"<testsuite><system-out><testcase/></system-out></testsuite>",
        b"<testsuite><testcase><testsuite/></testcase></testsuite>",
        b"<testsuite><testsuites/></testsuite>",
        b"<testsuite><testcase><result><failure/></result></testcase></testsuite>",
        b"<testsuite><group><testcase/></group></testsuite>",
        b"<testsuite><properties><testcase/></properties></testsuite>",
    ],
)
def test_what_stands_where_it_cannot_is_refused(data: bytes) -> None:
    """A case or a failure hidden in another element is not passed over."""
    assert "stands where" in rejected(data).reason


@pytest.mark.parametrize("element", ["a", "testsuite"])
def test_nesting_bombs_are_refused(element: str) -> None:
    """Depth is bounded."""
    data = b"<testsuite>" + f"<{element}>".encode() * 5000
    assert "nested deeper" in rejected(data).reason


def test_a_tag_too_long_to_hold_is_refused() -> None:
    """One attribute cannot fill the memory."""
    assert "longer than" in rejected(b"<testsuite><testcase name='" + b"x" * (6 << 20)).reason


def test_an_over_long_name_is_cut_and_still_names_one_case() -> None:
    """Two names that differ only at their far end stay two."""
    data = suite(*(f"<testcase name='{'x' * 3000}{number}'/>" for number in (1, 2)))
    first, second = lines(data, Case)
    assert len(first.name) < 1000
    assert first.identity != second.identity


def test_identity_tells_suite_class_and_name_apart() -> None:
    """The same letters divided otherwise are another case."""
    assert Case("a/b", "d", "c", "passed").identity != Case("a", "d", "b/c", "passed").identity


@settings(max_examples=60, deadline=None)
@given(outcomes=st.lists(st.sampled_from(["passed", "failed", "errored", "skipped"]), max_size=30))
def test_generated_reports_come_back_as_they_were(outcomes: list[str]) -> None:
    """Whatever mix of outcomes is written is read."""
    tags = {"passed": "", "failed": "<failure/>", "errored": "<error/>", "skipped": "<skipped/>"}
    numbers = {outcome: outcomes.count(outcome) for outcome in tags}
    totals = (
        f"tests='{len(outcomes)}' failures='{numbers['failed']}' errors='{numbers['errored']}' "
        f"skipped='{numbers['skipped']}'"
    )
    data = suite(*(case(tags[outcome]) for outcome in outcomes), attributes=totals)
    assert [each.outcome for each in lines(data, Case)] == outcomes
    assert accepted(data, TestsRead) == TestsRead(TestCounts(len(outcomes), **numbers))


def test_googletest_in_all_its_ages() -> None:
    """Parameters change nothing, disabled tests are skipped, and properties were attributes once."""
    data = (
        b"<testsuites tests='4' failures='0' disabled='1' errors='0' name='AllTests'><testsuite name='Flow/0' tests='4'"
        b" failures='0' disabled='1' skipped='1' errors='0' time='0.1'>"
        b"<testcase name='Starts/1' value_param='42' type_param='int' status='run' result='completed' classname='F'/>"
        b"<testcase name='DISABLED_Stops' status='notrun' result='suppressed' time='0' classname='Flow'/>"
        b"<testcase name='Purges' status='run' result='skipped' classname='F'><skipped message='no water'/></testcase>"
        b"<testcase name='Old' status='run' classname='Flow' verifies='REQ-1' Verifies_Effectiveness='RCM-1'/>"
        b"</testsuite></testsuites>"
    )
    found = lines(data, Case)
    assert [each.outcome for each in found] == ["passed", "skipped", "skipped", "passed"]
    assert found[3].links == (("verifies", "REQ-1"), ("verifies_effectiveness", "RCM-1"))
    assert accepted(data, TestsRead).remarks == ()


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("SKIP_RETURN_CODE=77", "skipped"),
        ("SKIP_REGULAR_EXPRESSION_MATCHED", "skipped"),
        ("Disabled", "skipped"),
        ("Unable to find executable", "errored"),
        ("Fixture dependency failed", "errored"),
        ("", "errored"),
    ],
)
def test_what_ctest_could_not_run_is_no_skip(message: str, outcome: str) -> None:
    """CTest's own JUnit writes it as skipped, and fails because of it; a skip of another tool stays one."""
    data = (
        "<testsuite name='Linux' tests='1' failures='0' disabled='0' skipped='1'><testcase name='n' classname='n' "
        f"time='0' status='notrun'><skipped message='{message}'/></testcase></testsuite>"
    ).encode()
    assert lines(data, Case)[0].outcome == outcome
    assert lines(data.replace(b"classname='n'", b"classname='other'"), Case)[0].outcome == "skipped"


def test_ctests_failures_and_labels_are_read() -> None:
    """A time-out is a failure without a word; labels are tags, or links where they are written as such."""
    data = (
        b"<testsuite name='Linux' tests='2' failures='1' disabled='1' skipped='0'>"
        b"<testcase name='a' classname='a' status='fail'><failure message=''/><properties>"
        b"<property name='cmake_labels' value='slow;verifies:REQ-1'/></properties></testcase>"
        b"<testcase name='b' classname='b' status='disabled'><system-out>Disabled</system-out></testcase></testsuite>"
    )
    first, second = lines(data, Case)
    assert (first.outcome, first.tags, first.links) == ("failed", ("slow",), (("verifies", "REQ-1"),))
    assert second.outcome == "skipped"


def test_properties_that_tag_are_tags() -> None:
    """One word, or several with commas or semicolons between them; of a suite they hold for all its cases."""
    data = (
        b"<testsuite name='s'><properties><property name='Category' value='bench'/></properties><testcase><properties>"
        b"<property name='tags' value='slow, REQ-1;'/><property name='label'>two words</property></properties>"
        b"</testcase></testsuite>"
    )
    assert lines(data, Case)[0].tags == ("bench", "slow", "REQ-1", "two words")


def test_a_suites_properties_hold_for_cases_with_their_own() -> None:
    """What pytest calls record_testsuite_property beside record_property: both link, each once."""
    data = (
        b"<testsuites name='pytest tests'><testsuite name='pytest' tests='1'><properties>"
        b"<property name='verifies' value='REQ-9' /></properties><testcase name='a'><properties>"
        b"<property name='verifies' value='REQ-1 REQ-9'/></properties></testcase></testsuite></testsuites>"
    )
    assert lines(data, Case)[0].links == (("verifies", "REQ-9"), ("verifies", "REQ-1"))


def test_links_behind_a_suites_cases_are_not_applied_in_silence() -> None:
    """What stands too late is told."""
    data = suite(case(), "<properties><property name='verifies' value='REQ-1'/></properties>")
    assert "behind" in accepted(data, TestsRead).remarks[0]


@pytest.mark.parametrize(("last", "outcome"), [("", "passed"), ("<failure message='x'/>", "failed")])
def test_runs_that_pytest_repeated_are_one_case(last: str, outcome: str) -> None:
    """A plug-in writes runs that failed as if they had passed; what counts is the last, and how many there were."""
    cases = (case(), case(), case(last), "<testcase classname='c' name='other'/>")
    data = suite(*cases).replace(b"name='s'", b"name='pytest' tests='2'")
    first, second = lines(data, Case)
    assert (first.outcome, second.name) == (outcome, "other")
    assert (
        first.message == (last and "x") or first.message == "passed when it was run again; 2 earlier did not"
    )
    (remark,) = accepted(data, TestsRead).remarks
    assert "run again by pytest" in remark
    assert len(lines(suite(*cases), Case)) == 4


def test_pytests_expected_failures_and_collection_errors_are_read() -> None:
    """An expected failure is skipped; a module that could not be collected is an error."""
    data = (
        b"<testsuites><testsuite name='pytest' errors='1' failures='0' skipped='1' tests='2'>"
        b"<testcase classname='a' name='b'><skipped type='pytest.xfail' message=''/></testcase>"
        b"<testcase classname='' name='c'><error message='collection failure'>trace</error></testcase>"
        b"</testsuite></testsuites>"
    )
    assert [(each.outcome, each.message) for each in lines(data, Case)] == [
        ("skipped", "pytest.xfail"),
        ("errored", "collection failure"),
    ]


def test_phpunits_warnings_do_not_pass() -> None:
    """A test that only gave a warning, such as a class without tests, showed nothing."""
    data = suite(case("<warning>no tests</warning>"), attributes="tests='1' failures='0' warnings='1'")
    (found,) = lines(data, Case)
    assert (found.outcome, found.message) == ("skipped", "no tests")
    assert "warning" in accepted(data, TestsRead).remarks[0]


@pytest.mark.parametrize(
    ("tool", "data"),
    [
        (
            "Jest",
            "<testsuites name='jest tests' tests='2' failures='1' errors='0' time='0.9'><testsuite name='w' errors='0' "
            "failures='1' skipped='0' tests='2'><testcase classname='' name='a'/><testcase classname='' name='b'>"
            "<failure>x</failure></testcase></testsuite></testsuites>",
        ),
        (
            "Mocha",
            "<testsuite name='Mocha Tests' tests='2' failures='0' errors='1' skipped='0'><testcase classname='A' "
            "name='a' time='0'/><testcase classname='A' name='b'><failure>x</failure></testcase></testsuite>",
        ),
        (
            "gotestsum",
            "<testsuites tests='2' failures='1' errors='0' time='0.3'><testsuite tests='2' failures='1' time='0.1' "
            "name='example.com/pump'><properties><property name='go.version' value='go1.22'></property></properties>"
            "<testcase classname='pump' name='TestA' time='0.0'></testcase><testcase classname='pump' name='TestA/b'>"
            "<failure message='Failed' type=''>x</failure></testcase></testsuite></testsuites>",
        ),
        (
            "node",
            "<testsuites><testsuite name='A' disabled='0' errors='0' tests='2' failures='1' skipped='0'><testcase "
            "name='a' classname='test'/><testcase name='b' classname='test' failure='x'><failure type='t' message='x'>"
            "</failure></testcase></testsuite><!-- tests 2 --></testsuites>",
        ),
        (
            "Bazel",
            "<testsuites><testsuite name='a' tests='2' failures='0' errors='1'><testcase name='a' status='run' "
            "duration='0' time='0'/><testcase name='b' status='run'><error message='exited with error code 1'></error>"
            "</testcase><system-out>log <![CDATA[<x>]]></system-out></testsuite></testsuites>",
        ),
        (
            "Gradle",
            "<testsuite name='a' tests='2' skipped='0' failures='1' errors='0' timestamp='t' hostname='h' time='0.1'>"
            "<properties/><testcase name='a' classname='c' time='0.0'/><testcase name='b' classname='c'><failure "
            "message='x' type='t'>x</failure></testcase><system-out/><system-err/></testsuite>",
        ),
        (
            "nobody",
            "<testsuites><testsuite><testcase/><testcase><failure/></testcase></testsuite></testsuites>",
        ),
    ],
)
def test_reports_of_known_tools_are_read(tool: str, data: str) -> None:
    """Each dialect's two cases are one that passed and one that did not."""
    counts = accepted(data.encode(), TestsRead).counts
    assert (counts.cases, counts.passed, counts.failed + counts.errored) == (2, 1, 1), tool
