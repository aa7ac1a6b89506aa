"""The score, its documents, and the exceptions that items write."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.model import FieldValue, Item, ItemType
from clausework.items.quality.model import EXCEPTION
from clausework.items.quality.rules import RULES
from clausework.items.quality.score import JUDGED, POINTS, Quality, judge, points_of

from .judging import requirement

GOOD = "When the door opens, the pump shall stop the motor within 2 s."
VAGUE = "When the door opens, the pump shall stop the motor quickly."
ALWAYS = "The display shall always show the rate."


def test_the_rules_are_twenty() -> None:
    """Q1 to Q20 are there, once each, in order."""
    assert [rule.name for rule in RULES] == [f"Q{number}" for number in range(1, 21)]


def test_nothing_found_is_a_hundred() -> None:
    """Requirements in which nothing is found have the whole score."""
    quality = judge(
        [requirement(GOOD), requirement("The nurse needs the pump to stop.", "N-1", ItemType.USER_NEED)]
    )
    assert (quality.score, quality.requirements, quality.findings) == (100, 2, ())


@pytest.mark.parametrize(
    "items", [[], [requirement("The pump", kind=ItemType.ARCHITECTURE_ITEM)]], ids=["no item", "another item"]
)
def test_attack_no_requirement_has_no_score(items: list[Item]) -> None:
    """ATTACK pass by absence: where nothing is judged there is no score, not a hundred."""
    quality = judge(items)
    assert (quality.score, quality.requirements, quality.documents) == (None, 0, ())


def test_points_and_score() -> None:
    """A requirement loses each rule's points once; a score is the mean of its document's, rounded down."""
    items = [
        requirement(GOOD, "REQ-1", document="a.yaml"),
        requirement(VAGUE, "REQ-2", document="a.yaml"),
        requirement("The pump shall quickly and easily stop etc.", "REQ-3", document="b.yaml"),
        requirement("The pump shall stop the fan.", "REQ-4", document="b.yaml"),
        requirement("The pump shall stop the lamp.", "REQ-5", document="b.yaml"),
    ]
    quality = judge(items)
    assert quality.points == {"REQ-1": 100, "REQ-2": 50, "REQ-3": 0, "REQ-4": 100, "REQ-5": 100}
    assert [(one.document, one.requirements, one.score, one.findings) for one in quality.documents] == [
        ("a.yaml", 2, 75, 1),
        ("b.yaml", 3, 66, 3),
    ]
    assert quality.score == 350 // 5
    assert quality.by_rule() == {"Q5": 3, "Q7": 1}


@given(
    st.lists(st.sampled_from([GOOD, VAGUE, ALWAYS, "The pump must stop.", "TBD"]), min_size=1, max_size=12)
)
def test_a_score_is_a_hundred_only_where_nothing_is_found(texts: list[str]) -> None:
    """However many are good, one finding anywhere keeps the score below 100; it never leaves 0 to 100."""
    quality = judge([requirement(text, f"REQ-{at}") for at, text in enumerate(texts)])
    assert quality.score is not None
    assert 0 <= quality.score <= 100
    assert (quality.score == 100) == (not quality.findings)


@given(
    st.permutations(
        [requirement(text, f"REQ-{at}") for at, text in enumerate([GOOD, VAGUE, ALWAYS, "TBD", GOOD])]
    )
)
def test_the_result_depends_on_the_items_alone(items: list[Item]) -> None:
    """Judged again, the same items give the same score and findings."""
    assert judge(items) == judge(items)
    in_order = sorted(items, key=lambda item: item.id)
    assert judge(in_order).score == judge(items).score


@given(
    st.sets(st.sampled_from([rule.name for rule in RULES])), st.sampled_from([rule.name for rule in RULES])
)
def test_a_further_rule_never_gives_points(rules: set[str], more: str) -> None:
    """What a further rule finds never makes a requirement better."""
    assert points_of(rules | {more}) <= points_of(rules)
    assert points_of(set()) == 100
    assert min(POINTS.values()) > 0


def test_a_finding_says_where() -> None:
    """A finding has its item, the item's place, line and column in the text, the words, the reason."""
    text = "# Stop\n\nWhen the door opens, the pump shall\nstop the motor quickly."
    item = Item("REQ-7", ItemType.SYSTEM_REQUIREMENT, "Stop", text, (), {}, Place("quality/s.md", 2, 5))
    (finding,) = judge([item]).findings
    assert (finding.document, finding.item, finding.rule) == ("quality/s.md", "REQ-7", "Q5")
    assert (finding.line, finding.column, finding.found) == (4, 16, "quickly")
    assert finding.place == Place("quality/s.md", 2, 5)
    assert str(finding).startswith("REQ-7 Q5: 'quickly': 'quickly' is not measurable")


def test_a_requirement_without_text_is_its_title() -> None:
    """Where an item has a title alone, the title is judged: nothing is passed over."""
    item = Item(
        "REQ-1", ItemType.SOFTWARE_REQUIREMENT, "The pump shall stop quickly.", "", (), {}, Place("a.yaml")
    )
    assert [one.rule for one in judge([item]).findings] == ["Q5"]


def excepted(text: str, exceptions: FieldValue, kind: ItemType = ItemType.SOFTWARE_REQUIREMENT) -> Quality:
    """Return the quality of a requirement that writes exceptions."""
    return judge([requirement(text, kind=kind, fields={"quality_exceptions": exceptions})])


@pytest.mark.parametrize(
    "exceptions",
    [
        'Q13: IEC 60601-1-8 uses the word "always"',
        "q13 \u2013 the standard says so",
        ("Q13: the standard says so",),
        "Q13:\tthe standard says so\n\n",
        "Q13 - the standard says so",
    ],
)
def test_an_exception_with_its_reason(exceptions: FieldValue) -> None:
    """A rule is excepted for one item with a reason; the exception stays visible."""
    quality = excepted(ALWAYS, exceptions)
    assert (quality.score, quality.findings) == (100, ())
    assert [(one.item, one.rule, one.findings) for one in quality.excepted] == [("REQ-1", "Q13", 1)]


@pytest.mark.parametrize(
    ("exceptions", "faults", "points"),
    [
        ("Q13", ["the exception gives no reason"], 50),
        ("Q13:", ["the exception gives no reason"], 50),
        ("Q13: -", ["the exception gives no reason"], 50),
        ("Q13: ok", ["the exception gives no reason"], 50),
        ("Q21: the standard says so", ["there is no rule 'Q21'"], 50),
        ("all: the standard says so", ["there is no rule 'all'"], 50),
        ("because", ["the exception names no rule"], 50),
        ("Q5: the standard says so", ["Q5 finds nothing here: remove the exception"], 50),
        (("Q13: the standard says so", "Q13: and again it does"), ["Q13 is excepted twice"], 75),
        ("*: the standard says so", ["the exception names no rule"], 50),
    ],
)
def test_attack_exceptions_that_are_none(exceptions: FieldValue, faults: list[str], points: int) -> None:
    """ATTACK silent exception: without a reason, of no rule, or of nothing, it excepts nothing and is found."""
    quality = excepted(ALWAYS, exceptions)
    assert [one.reason for one in quality.findings if one.rule == EXCEPTION] == faults
    assert quality.score == points


def test_an_exception_excepts_one_rule_alone() -> None:
    """What another rule finds in the item stays found."""
    quality = excepted("The display shall always be fast.", "Q13: the standard says so")
    assert [one.rule for one in quality.findings] == ["Q5"]


def test_an_exception_where_no_rule_is_held() -> None:
    """An exception of an item that is not judged excepts nothing, and is found."""
    quality = excepted("A part", "Q5: the standard says so", ItemType.ARCHITECTURE_ITEM)
    assert [one.reason for one in quality.findings] == [
        "no rule is held against an item of type 'architecture_item'"
    ]


def test_an_exception_from_what_was_not_evaluated_stands() -> None:
    """Whether an exception from a rule that was not evaluated is needed is not known, so it is no finding."""
    assert excepted(GOOD, "Q17: all of these are plain words").findings == ()
    assert excepted(GOOD, "Q20: verified by the type test").findings == ()


def test_types_that_are_judged() -> None:
    """Requirements and needs are judged, and nothing else."""
    judged = {kind for kind in ItemType if judge([requirement("TBD", kind=kind)]).requirements}
    assert judged == set(JUDGED)


def test_ten_thousand_requirements() -> None:
    """A large set is judged in some seconds even where the machine is busy."""
    items = [
        requirement(
            f"When the pressure exceeds {at} kPa for 0.5 s, the pump shall stop motor {at} within 2 s.",
            f"R-{at}",
        )
        for at in range(10_000)
    ]
    begun = time.process_time()
    quality = judge(items)
    assert time.process_time() - begun < 6
    assert quality.score == 100
