"""Tests linked to items: by their own links, by tags, by IDs in names, and by the rules of test cases."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import InputRejected
from clausework.evidence.detail import Case, CaseOutcome
from clausework.items.read import read_items
from clausework.items.source import SourceFile
from clausework.trace.evidence_rules import RuleRefused, file_has, glob_pattern
from clausework.trace.ids_in_names import PatternRefused, compile_patterns
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.test_links import compile_links

ID = ("REQ[_-][0-9]+",)


def item(
    item_id: str,
    kind: str = "software_requirement",
    links: Sequence[tuple[str, str]] = (),
    evidence: str = "",
) -> ItemFact:
    """Return an item of a baseline."""
    return ItemFact(
        item_id, kind, item_id, "0" * 64, tuple(links), {"evidence": evidence} if evidence else {}
    )


def rule(evidence: str, item_id: str = "TC-1", links: Sequence[tuple[str, str]] = ()) -> ItemFact:
    """Return a test case of the items with rules."""
    return item(item_id, "test_case", links, evidence)


def case(
    name: str = "n",
    suite: str = "",
    class_name: str = "",
    outcome: CaseOutcome = "passed",
    links: tuple[tuple[str, str], ...] = (),
    tags: tuple[str, ...] = (),
) -> Case:
    """Return a test case of a report."""
    return Case(suite, name, class_name, outcome, links=links, tags=tags)


def test_links_of_the_report_stay() -> None:
    """A link that the report has stays in its role, whether such an item exists or not, and once."""
    own = (("verifies_effectiveness", "RCM-1"), ("verifies", "REQ-9"), ("verifies", "REQ-9"))
    assert compile_links([], ()).links_of(case(links=own), "a.xml") == own[:2]


def test_a_tag_that_is_an_items_id_links() -> None:
    """With or without an @, exactly as the item is written; other tags do nothing."""
    links = compile_links([item("REQ-1"), item("REQ-2"), item("smoke")], ())
    found = links.links_of(
        case(tags=("@REQ-1", "REQ-2", "req-1", "REQ_1", "@@REQ-1", "slow", "smoke")), "a.xml"
    )
    assert found == (("verifies", "REQ-1"), ("verifies", "REQ-2"), ("verifies", "smoke"))


@pytest.mark.parametrize(
    "name",
    [
        "test_REQ_037_stops",
        "test_req-037",
        "REQ-037",
        "stops (REQ-037)",
        "tests.pump.Req_037",
        "a/REQ-037/b",
        "test[REQ-037]",
        "İ REQ_037 ß",
    ],
)
def test_an_id_in_a_name_links(name: str) -> None:
    """Case and the choice between _ and - do not matter; suite, class and name are looked at."""
    links = compile_links([item("REQ-037"), item("REQ-03"), item("REQ-0377")], ID)
    expected = (("verifies", "REQ-037"),)
    assert links.links_of(case(name), "a.xml") == expected
    assert links.links_of(case(suite=name), "a.xml") == expected
    assert links.links_of(case(class_name=name), "a.xml") == expected


@pytest.mark.parametrize(
    "name",
    [
        "REQ_0378",
        "xREQ_037",
        "REQ_037x",
        "REQ 037",
        "REQ037",
        "REQ__037",
        "REQ-38",
        "req",
        "",
        "UNIT-1",
        "testREQ_037",
        "\uff32EQ-037",
    ],
)
def test_what_is_no_item_does_not_link(name: str) -> None:
    """Part of a word, another spelling, another ID, and an ID that no pattern of the plan describes."""
    links = compile_links([item("REQ-037"), item("UNIT-1")], ID)
    assert links.links_of(case(name), "a.xml") == ()


def test_names_are_not_read_without_a_pattern() -> None:
    """Nothing is guessed: without a pattern in the plan an ID in a name is a name."""
    assert compile_links([item("REQ-037")], ()).links_of(case("test_REQ_037"), "a.xml") == ()


def test_the_longest_id_that_fits_is_meant() -> None:
    """REQ-1-2 is not REQ-1 as well; several IDs in one name all link."""
    links = compile_links(
        [item("REQ-1"), item("REQ-1-2"), item("REQ-3")], ("REQ-[0-9]+", "REQ[-_][0-9]+[-_][0-9]+")
    )
    assert links.links_of(case("test_REQ_1_2"), "a.xml") == (("verifies", "REQ-1-2"),)
    found = links.links_of(case("REQ-1 and REQ-3"), "a.xml")
    assert found == (("verifies", "REQ-1"), ("verifies", "REQ-3"))


def test_an_id_that_two_items_share_links_to_none() -> None:
    """Where two IDs differ only in case or in _ and -, a name cannot tell them apart, and that can be told."""
    links = compile_links([item("REQ-1"), item("req_1"), item("REQ-2")], ID)
    assert links.links_of(case("REQ-1 REQ_2"), "a.xml") == (("verifies", "REQ-2"),)
    assert links.ambiguous == ("REQ-1", "req_1")


def test_a_rule_links_the_test_case_and_all_that_it_verifies() -> None:
    """The case stands for the test case in its own roles, whatever its outcome; other links of it are not taken."""
    through = (("verifies", "REQ-1"), ("verifies_effectiveness", "RCM-1"), ("affects", "REQ-2"))
    links = compile_links([rule("linux@test_stops", links=through)], ())
    for outcome in ("passed", "failed", "skipped"):
        found = links.links_of(case("test_stops", outcome=outcome), "junit-linux.xml")
        assert found == (("verifies", "TC-1"), *through[:2])
    assert links.links_of(case("test_stops"), "junit-windows.xml") == ()
    assert links.links_of(case("test_stops_late"), "junit-linux.xml") == ()


def test_every_way_to_a_test_case_leads_on() -> None:
    """A link, a tag or a name that leads to a test case leads to what it verifies."""
    links = compile_links([item("TC-1", "test_case", (("verifies", "REQ-1"),))], ("TC-[0-9]+",))
    expected = (("verifies", "TC-1"), ("verifies", "REQ-1"))
    assert links.links_of(case(links=(("verifies", "TC-1"),)), "a.xml") == expected
    assert links.links_of(case(tags=("@TC-1",)), "a.xml") == expected
    assert links.links_of(case("stops TC-1"), "a.xml") == expected


def test_each_rule_wants_a_case_of_its_own_that_passed() -> None:
    """The same test on one platform does not stand for the other, and one that failed or was skipped for none."""
    links = compile_links([rule("linux@test_stops\narm64@test_stops\n\n linux@test_stops ")], ())
    assert [each.text for each in links.rules] == ["linux@test_stops", "arm64@test_stops"]
    met = set(links.rules_met(case("test_stops"), "linux.xml"))
    met.update(links.rules_met(case("test_stops", outcome="skipped"), "arm64.xml"))
    met.update(links.rules_met(case("test_stops", outcome="failed"), "arm64.xml"))
    assert [each.text for each in links.unmet(met)] == ["arm64@test_stops"]
    assert links.unmet(links.rules) == ()
    assert links.unmet(()) == links.rules


def test_an_item_that_does_not_hold_is_not_linked() -> None:
    """A result about an older text of an item is not about it, nor about what the item stands for."""
    items = [rule("test_stops", links=(("verifies", "REQ-1"), ("verifies", "REQ-2")))]
    links = compile_links([*items, item("REQ-1"), item("REQ-2")], ID)
    stops = case("test_stops", tags=("REQ-2",), links=(("verifies", "REQ-3"),))
    assert links.links_of(stops, "a", lambda each: each == "REQ-2") == (("verifies", "REQ-2"),)
    assert links.links_of(stops, "a", lambda each: each in {"TC-1", "REQ-1"}) == (
        ("verifies", "TC-1"),
        ("verifies", "REQ-1"),
    )
    assert links.rules_met(stops, "a", lambda each: each != "TC-1") == ()
    assert len(links.rules_met(stops, "a", lambda each: each == "TC-1")) == 1


@pytest.mark.parametrize(
    ("glob", "matching", "other"),
    [
        ("test_stops", ["test_stops"], ["test_stop", "test_stops2", "Test_stops", ""]),
        ("test_*", ["test_", "test_a", "test_a/b"], ["atest_a"]),
        ("*_stops", ["_stops", "a_stops"], ["a_stops_b"]),
        ("*stops*", ["stops", "it stops here"], ["stop"]),
        ("test_?", ["test_a"], ["test_", "test_ab"]),
        ("a*b*c", ["abc", "axbxc", "abbcc"], ["acb", "ab"]),
        ("a@*", ["", "x"], []),
        ("test[1-2]", ["test[1-2]"], ["test1", "test-"]),
        ("a.b+c", ["a.b+c"], ["axb+c", "a.bbc"]),
        ("a@?*?", ["ab", "abc"], ["a"]),
    ],
)
def test_a_glob_has_two_wildcards(glob: str, matching: list[str], other: list[str]) -> None:
    """* stands for any text and ? for one character; all else, brackets too, for itself."""
    links = compile_links([rule(glob)], ())
    for name in matching:
        assert links.rules_met(case(name), "a.xml"), name
    for name in other:
        assert not links.rules_met(case(name), "a.xml"), name


@pytest.mark.parametrize("text", ["*", "@*", "?", "**?*", " @ *"])
def test_a_rule_that_any_test_meets_is_refused(text: str) -> None:
    """Attack: a test case that any passed test of any report is evidence for."""
    with pytest.raises(RuleRefused):
        compile_links([rule(text)], ())


def test_a_rule_with_a_slash_is_compared_with_the_path_too() -> None:
    """Class and name, or suite, class and name; a rule without one only with the name."""
    pump = case("test_stops", "unit", "Pump")
    for text in ("Pump/test_*", "unit/Pump/test_stops", "*/test_stops", "u*/test_*"):
        assert compile_links([rule(text)], ()).rules_met(pump, "a.xml"), text
    for text in ("Pump", "unit*", "Pump*", "est_stops", "ump/test_stops", "unit/test_stops"):
        assert not compile_links([rule(text)], ()).rules_met(pump, "a.xml"), text
    assert compile_links([rule("TestA/b*")], ()).rules_met(case("TestA/bc", "example.com/p"), "a.json")


def test_what_stands_before_the_last_at_is_the_files() -> None:
    """An @ in a file's name is kept; one in a test's name is written ?."""
    links = compile_links([rule("node@18/tap@stops?home")], ())
    assert links.rules_met(case("stops@home"), "out/node@18/tap.txt")
    assert not links.rules_met(case("stops@home"), "out/node@20/tap.txt")


@pytest.mark.parametrize(
    ("file_name", "part", "expected"),
    [
        ("junit-linux.xml", "linux", True),
        ("linux/junit.xml", "linux", True),
        ("linux/junit.xml", "linux/", True),
        ("reports\\arm64\\junit.xml", "arm64/", True),
        ("darwin.xml", "win", False),
        ("arm64e.xml", "arm64", False),
        ("linux64.xml", "linux", False),
        ("Linux.xml", "linux", False),
        ("junit_linux_1.xml", "linux", True),
        ("junit.xml", ".xml", True),
        ("darwin-and-win.xml", "win", True),
        ("anything", "", True),
    ],
)
def test_a_part_of_a_files_name_is_whole_words(file_name: str, part: str, expected: bool) -> None:
    """Evidence of one platform is not taken for another's because its name is longer."""
    assert file_has(file_name, part) == expected


@pytest.mark.parametrize("evidence", ["linux@", "@", " @ ", "x@" + "a" * 600, "*" * 30])
def test_a_rule_that_cannot_be_used_is_refused(evidence: str) -> None:
    """The message names the item; a rule that would be met by everything or cannot be read is no rule."""
    with pytest.raises(RuleRefused, match="TC-1") as refused:
        compile_links([rule(evidence)], ())
    assert isinstance(refused.value, InputRejected)


def test_only_test_cases_have_rules() -> None:
    """A field of that name in other items is theirs."""
    assert compile_links([item("REQ-1", evidence="see@")], ()).rules == ()


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "  ",
        "(",
        "[",
        "a{99999999999}",
        "a" * 300,
        "(a+)+b",
        "(a*)*",
        "(?:a|aa)+",
        "((a+))+",
        "(a?)+",
        "(a+b?){2,}",
        "(a|b){2}",
        r"(a)\1",
        "(?=a)a",
        "(?!a)b",
        "(?<=a)b",
        "(?i)req",
        "(?P<x>a)(?P=x)",
        "[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*x",
        ".*",
        "a?",
        "[[a]",
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    """One that is none, is too long, could take too many tries, or is met by nothing at all."""
    with pytest.raises(PatternRefused) as refused:
        compile_links([item("REQ-1")], (pattern,))
    assert isinstance(refused.value, InputRejected)


@pytest.mark.parametrize(
    "pattern",
    [
        "REQ-[0-9]+",
        r"[A-Z]{2,5}[_-]\d+",
        r"(?:REQ|RCM)[-_]\d{3}",
        r"(REQ)-(\d\d)*1",
        r"SRS(\.\d+)?-[a-z]+",
        r"(?P<kind>REQ|UNIT)-\w+",
        r"[)+*]?REQ\+\(\d{3}",
    ],
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    """Classes, choices, fixed numbers and a few repetitions are what IDs need."""
    assert len(compile_patterns((pattern,))) == 1


def test_too_many_patterns_are_refused() -> None:
    """A plan has a few forms of IDs."""
    with pytest.raises(PatternRefused, match="more than 50"):
        compile_links([], ["REQ-[0-9]+"] * 51)


def test_the_worst_pattern_that_is_taken_is_quick() -> None:
    """An ID of the greatest length and as many repetitions as may be take less than a second."""
    name = "a" * 100
    links = compile_links([item(name)], ("[a-z]*[a-z]*[a-z]*[a-z]*[0-9]",))
    start = time.perf_counter()
    assert links.links_of(case(name), "a.xml") == ()
    assert time.perf_counter() - start < 5


def test_the_worst_glob_is_quick() -> None:
    """A glob never tries a place twice."""
    pattern = glob_pattern("*a" * 20 + "*b")
    start = time.perf_counter()
    assert pattern.fullmatch("a" * 1000) is None
    assert time.perf_counter() - start < 1


@given(glob=st.text(alphabet="ab*?/", min_size=1, max_size=8), name=st.text(alphabet="ab/", max_size=8))
def test_the_index_of_globs_agrees_with_each_glob(glob: str, name: str) -> None:
    """What is looked up by the beginning or end of a name is what trying every rule would find."""
    links = compile_links([rule(f"a@{glob}")], ())
    met = links.rules_met(case(name, "s", "c"), "a.xml")
    texts = [name, f"c/{name}", case(name, "s", "c").identity] if "/" in glob else [name]
    assert bool(met) == any(glob_pattern(glob).fullmatch(text) for text in texts)


def test_many_cases_are_linked_quickly() -> None:
    """20,000 cases against 2,000 items and 500 rules; the bound is ten times what it takes."""
    items = [item(f"REQ-{number:04}") for number in range(2000)]
    items += [rule(f"linux@test_{number}_*", f"TC-{number}") for number in range(500)]
    links = compile_links(items, ID)
    cases = [
        case(f"test_{number}_req_{number % 2000:04}", "unit", f"tests.Pump{number // 100}")
        for number in range(20_000)
    ]
    start = time.perf_counter()
    found = sum(len(links.links_of(each, "linux.xml")) for each in cases)
    assert found == 20_500
    assert time.perf_counter() - start < 3


def test_the_rules_on_the_page_are_rules() -> None:
    """What docs/linking.md shows of a test case is read as an item, and its rules are taken."""
    page = (Path(__file__).parents[2] / "docs" / "linking.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    items = [item_fact(one) for one in read_items([SourceFile("a.yaml", example.encode())]).items]
    assert [each.file for each in compile_links(items, ()).rules] == ["linux", "arm64/"]
