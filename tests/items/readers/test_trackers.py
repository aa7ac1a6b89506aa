"""What all trackers' exports share: whole JSON, words for states, nothing that crashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.items.model import ItemType
from clausework.items.readers import github, gitlab, jira
from clausework.items.readers.tracker_words import State, folded, scoped, status_of
from clausework.items.source import ItemSource, SourceFile
from clausework.items.sources import source_named
from clausework.plan.model import ItemMapping

from .hostile import bent, read_without_raising
from .tracker_samples import (
    ALL,
    DOCUMENT,
    by_id,
    github_issue,
    gitlab_issue,
    jira_issue,
    page,
    read,
)


@pytest.mark.parametrize(
    ("word", "ending", "is_done", "kind", "expected"),
    [
        ("Approved", "", False, ItemType.CHANGE_REQUEST, "approved"),
        ("In Progress", "", False, ItemType.CHANGE_REQUEST, "open"),
        ("Implemented", "", False, ItemType.CHANGE_REQUEST, "implemented"),
        ("Done", "", True, ItemType.CHANGE_REQUEST, "closed"),
        ("closed", "not_planned", True, ItemType.CHANGE_REQUEST, "rejected"),
        ("Done", "", True, ItemType.TASK, "done"),
        ("Done", "Won't Do", True, ItemType.TASK, "open"),
        ("Closed", "", None, ItemType.PROBLEM_REPORT, "closed"),
        ("Resolved", "", False, ItemType.PROBLEM_REPORT, "open"),
        ("Closed", "Obsolete", True, ItemType.ANOMALY, "open"),
        ("Closed", "Works as designed", True, ItemType.PROBLEM_REPORT, "open"),
        ("Closed", "Duplicate", True, ItemType.ANOMALY, "closed"),
        ("Marvellous", "", None, ItemType.ANOMALY, "open"),
        ("Marvellous", "Fixed", None, ItemType.ANOMALY, "open"),
        ("Draft", "", False, ItemType.SOFTWARE_REQUIREMENT, "Draft"),
    ],
)
def test_states_in_the_words_of_each_type(
    word: str, ending: str, is_done: bool | None, kind: str, expected: str
) -> None:
    """Each type's own words are used; a requirement keeps its tracker's. What is not known to end leaves it open."""
    assert status_of(State(word, ending, is_done), kind) == expected


@pytest.mark.parametrize(
    ("word", "ending", "expected"),
    [
        ("Erledigt", "Behoben", "closed"),
        ("Erledigt", "", "closed"),
        ("Closed", "Behoben", "closed"),
        ("Closed", "Obsolete", "open"),
        ("Erledigt", "By design", "open"),
        ("Erledigt", "Won't Fix", "open"),
        ("wontfix", "", "open"),
        ("Neu", "", "open"),
    ],
)
def test_the_plan_says_what_a_trackers_words_mean(word: str, ending: str, expected: str) -> None:
    """A word of the plan closes or opens; attack: no plan closes what its tracker calls left in the product."""
    said = {
        "erledigt": "closed",
        "Behoben": "closed",
        "By design": "open",
        "Won't fix": "closed",
        "wontfix": "closed",
    }
    assert status_of(State(word, ending), ItemType.ANOMALY, said) == expected


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from((True, False, None)))
def test_no_hostile_word_closes_an_anomaly(word: str, ending: str, is_done: bool | None) -> None:
    """Only a state that ends with a resolution that leaves nothing in the product closes; all else is open."""
    state = State(word, ending, is_done)
    assert status_of(state, ItemType.ANOMALY) in {"open", "closed"}
    if status_of(state, ItemType.ANOMALY) == "closed":
        assert is_done is not False
        assert not ending.strip() or folded(ending) in {
            *("done", "closed", "resolved", "fixed", "verified", "completed", "released"),
            *("duplicate", "invalid", "not a bug"),
        }


def test_lines_of_an_issue_name_the_tests_that_failed() -> None:
    """The text of a bug names failed tests, one a line; a requirement's text names none."""
    text = "- Failed test: `suite/tests.system/test_a`\nfailed test: s/t, with / marks  \nfailed tests: no\n"
    for source, issue in (
        (github.SOURCE, github_issue(1, body=text)),
        (gitlab.SOURCE, gitlab_issue(1, description=text)),
    ):
        (item,) = by_id(source, [issue]).values()
        assert item.fields["failed_tests"] == ("suite/tests.system/test_a", "s/t, with / marks")
    (item,) = by_id(jira.SOURCE, page(jira_issue("P-1", description=text))).values()
    assert item.fields["failed_tests"] == ("suite/tests.system/test_a", "s/t, with / marks")
    (item,) = by_id(github.SOURCE, [github_issue(1, body=text, labels=["enhancement"])]).values()
    assert "failed_tests" not in item.fields


@pytest.mark.parametrize("source", ALL)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1}', "json: a comma or ']' should stand here"),
        ('{"a": 1', "json: a comma or '}' should stand here"),
        ('{"a" 1}', "json: a member's name should stand here"),
        ("{a: 1}", "json: a member's name should stand here"),
        ("[1] x", "1.json:1:5: json: an object or an array should stand here"),
        ("[nul]", "json: not well-formed JSON"),
        ("[NaN]", "json: NaN is not JSON"),
        ('[{"a": 1, "a": 2}]', "json: an object names a member twice"),
        ('{"a": 1, "a": 2}', "json: an object names a member twice"),
        ('["\\ud800"]', "json: a text holds half of a character"),
        ('[{"\\ud800": 1}]', "json: a text holds half of a character"),
        ("[" + "[" * 100_000, "json: values are nested too deeply"),
        ("[" + "[" * 80 + "]" * 81, "json: values are nested deeper than 60"),
        ("[" + "9" * 5_000 + "]", "or a number is too long"),
        ('["a\x00"]', "json: not well-formed JSON"),
    ],
)
def test_what_is_no_json_is_told(source: ItemSource, text: str, expected: str) -> None:
    """A file that is not whole, says a thing twice, or is made to do harm gives nothing, and its place is told."""
    found = read(source, text)
    assert found.items == ()
    assert expected in str(found.findings[0])


@pytest.mark.parametrize("source", ALL)
def test_wrong_encoding(source: ItemSource) -> None:
    """What is not UTF-8 is told with its line."""
    found = source.read([SourceFile("a.json", b'[\n"\xff"]')], ItemMapping())
    assert [str(finding) for finding in found.findings] == ["a.json:2: encoding: byte 3 is not UTF-8"]


def test_every_cut_is_told() -> None:
    """An export that is cut off anywhere is not read, but for lines that are lost whole."""
    good = (
        (jira.SOURCE, page(jira_issue("P-1"))),
        (github.SOURCE, [github_issue(1), github_issue(2)]),
        (gitlab.SOURCE, [gitlab_issue(1)]),
    )
    for source, whole in good:
        text = json.dumps(whole)
        for length in range(len(text)):
            found = read(source, text[:length])
            assert found.findings
            assert found.items == ()


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("type: bug", ("type", "bug")),
        ("Severity::2", ("severity", "2")),
        ("kind/bug", ("kind", "bug")),
        ("issue_type=x", ("issue type", "x")),
        ("bug", ("", "bug")),
        ("a" * 5_000, ("", "a" * 5_000)),
    ],
)
def test_scoped_labels(label: str, expected: tuple[str, str]) -> None:
    """A label's scope is what stands before ':', '::', '/' or '='."""
    assert scoped(label) == expected


def test_they_are_registered() -> None:
    """The plan's words for them are the trackers' names; they take JSON."""
    for name, source in zip(("jira", "gitlab", "github"), ALL, strict=True):
        assert source_named(name) is source
        assert source.takes("a/issues.ndjson")
        assert not source.takes("a/issues.xml")


GOOD = [
    json.dumps(page(jira_issue("P-1", description=DOCUMENT), names={"customfield_1": "a"})).encode(),
    json.dumps([github_issue(1, milestone={"title": "a"}), github_issue(2)], indent=1).encode(),
    "\n".join(map(json.dumps, (gitlab_issue(1), gitlab_issue(2)))).encode(),
]


@settings(max_examples=300, deadline=None)
@given(bent(GOOD), st.binary(max_size=60))
def test_nothing_crashes(data: bytes, noise: bytes) -> None:
    """Whatever stands in an export, the readers tell findings and raise nothing."""
    for source in ALL:
        files = [SourceFile("a.json", data), SourceFile("b.json", noise)]
        read_without_raising(source, files, ItemMapping(type="software_requirement"))


@st.composite
def odd_values(draw: st.DrawFn) -> Any:
    """Return an issue with members of shapes that nobody expects."""
    value = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
        ),
        max_leaves=8,
    )
    issue = draw(st.sampled_from([jira_issue("P-1"), github_issue(1), gitlab_issue(1)]))
    changed = draw(st.dictionaries(st.sampled_from(sorted({*issue, *NAMES})), value, max_size=4))
    if "fields" in issue:
        fields = draw(st.dictionaries(st.sampled_from(sorted({*issue["fields"], *NAMES})), value, max_size=4))
        return (
            issue | {"fields": issue["fields"] | fields} | {k: v for k, v in changed.items() if k != "fields"}
        )
    return issue | changed


NAMES = [
    *(
        "name",
        "type",
        "content",
        "text",
        "attrs",
        "marks",
        "issuelinks",
        "parent",
        "labels",
        "label_links",
        "label",
    ),
    *(
        "key",
        "fields",
        "names",
        "status",
        "statusCategory",
        "resolution",
        "customfield_1",
        "milestone",
        "issue_type",
    ),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_values(), max_size=3))
def test_odd_shapes_do_not_crash(issues: list[Any]) -> None:
    """Members of any shape are read, told or passed over, and raise nothing."""
    for source in ALL:
        for whole in (issues, {"issues": issues, "total": len(issues), "names": {"customfield_1": "A"}}):
            files = [SourceFile("a.json", json.dumps(whole).encode())]
            read_without_raising(source, files, ItemMapping(type="software_requirement"))
