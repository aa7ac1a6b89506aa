"""Texts as sentences: where each begins, what each is, and what is hidden from the rules."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.items.quality.masking import masked
from clausework.items.quality.score import judge
from clausework.items.quality.sentences import sentences_of

from .judging import requirement

TEXTS = st.text(
    alphabet=st.sampled_from("The pump shall. stop,when/if 12.5mL\n\t-*|#`\"'“”<>[]()_°İß?!:;…")
    | st.characters(exclude_categories=["Cs"]),
    max_size=300,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pump shall stop. The motor stands.", ["The pump shall stop.", "The motor stands."]),
        ("The pump shall stop within 0.5 s. It stands.", ["The pump shall stop within 0.5 s.", "It stands."]),
        ("See e.g. IEC 60601-1. The pump stops.", ["See e.g. IEC 60601-1.", "The pump stops."]),
        ("At max. 5 mL the pump stops.", ["At max. 5 mL the pump stops."]),
        ("It takes 5 min. The pump stops.", ["It takes 5 min.", "The pump stops."]),
        ("Keys, lamps, etc. The pump stops.", ["Keys, lamps, etc.", "The pump stops."]),
        ("See fig. 3 and No. 5 of the list.", ["See fig. 3 and No. 5 of the list."]),
        ("The text is 'Stop. Now'. The pump stops.", ["The text is 'Stop. Now'.", "The pump stops."]),
        ("Dr. J. Smith signs. The pump stops.", ["Dr. J. Smith signs.", "The pump stops."]),
        ("Is it open? The pump stops!", ["Is it open?", "The pump stops!"]),
        ("The pump\nshall stop\nthe motor.", ["The pump\nshall stop\nthe motor."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("The version is 1.2.3. The pump stops.", ["The version is 1.2.3.", "The pump stops."]),
        ("The command `a. B` runs.", ["The command `a. B` runs."]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """A full stop ends a sentence, but not behind abbreviations, in numbers, or in what is quoted."""
    assert [one.text for one in sentences_of(text)] == expected


def test_kinds_of_blocks() -> None:
    """Prose, lists, tables, headings and notes are told apart; code is no sentence at all."""
    text = (
        "# Stop\n"
        "The pump shall:\n"
        "- stop the motor\n"
        "  at once\n"
        "2) raise an alarm\n"
        "| a | b |\n"
        "|---|---|\n"
        "```\nstop = True\n```\n"
        "NOTE 1: the valve closes. It is slow.\n"
        "\n"
        "The pump stops. Rationale: it must.\n"
        "\n"
        "## Rationale\n"
        "The motor runs on.\n"
        "## More\n"
        "(See IEC 60601-1.)\n"
    )
    assert [(one.kind, one.text) for one in sentences_of(text)] == [
        ("heading", "# Stop"),
        ("prose", "The pump shall:"),
        ("list", "stop the motor\n  at once"),
        ("list", "raise an alarm"),
        ("table", "| a | b |"),
        ("table", "|---|---|"),
        ("note", "NOTE 1: the valve closes."),
        ("note", "It is slow."),
        ("prose", "The pump stops."),
        ("note", "Rationale: it must."),
        ("heading", "## Rationale"),
        ("note", "The motor runs on."),
        ("heading", "## More"),
        ("note", "(See IEC 60601-1.)"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run `quick --fast` now", "run xxxxxx xxxxxxx now"),
        ('show "and/or" now', "show xxxxxxxx now"),
        ("show “etc.” now", "show xxxxxx now"),
        ("the patient's and nurse's name", "the patient's and nurse's name"),
        ("say 'will do' now", "say xxxxx xxx now"),
        ("see IEC 60601-1-8 6.3 now", "see xxx xxxxxxxxx xxx now"),
        ("see ISO/IEC 27001:2022, clause 5.1.", "see xxxxxxx xxxxxxxxxxx xxxxxx xxx."),
        ("see Regulation (EU) 2017/745 now", "see xxxxxxxxxx xxxx xxxxxxxx now"),
        ("as REQ-012 and set_rate say", "as xxxxxxx and xxxxxxxx say"),
        ("in version 2.1 or v3", "in xxxxxxx xxx or xx"),
        ("class C, step 3, Table 4", "class C, xxxx x, xxxxx x"),
        ("at level 60 % and 5 mL", "at level 60 % and 5 mL"),
        ("on 2027-01-01 at 12:30", "on xxxxxxxxxx at xxxxx"),
        ("see https://a.example/b-c.", "see xxxxxxxxxxxxxxxxxxxxx."),
        ("the **bolus mode** and _rate_", "the   bolus mode   and  rate "),
        ("within 60 mmHg and 5 kPa", "within 60 mmHg and 5 kPa"),
        ("see [the page](a/b.md) now", "see  the page          now"),
        ("TBD-1 and TBD", "TBD-1 and TBD"),
    ],
)
def test_masking(text: str, expected: str) -> None:
    """What is no prose is hidden, at its place; quantities and plain words stay."""
    assert masked(text) == expected


@given(TEXTS)
def test_a_mask_is_as_long_as_the_text(text: str) -> None:
    """Whatever the text, each character keeps its place and each line its number."""
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert [at for at, one in enumerate(hidden) if one == "\n"] == [
        at for at, one in enumerate(text) if one == "\n"
    ]


@given(TEXTS)
def test_each_sentence_stands_where_it_says(text: str) -> None:
    """Whatever the text, sentences follow one another, and each is found at its place, as long as its mask."""
    end = 0
    for one in sentences_of(text):
        assert one.start >= end
        end = one.start + len(one.text)
        assert text[one.start : end] == one.text
        assert len(one.masked) == len(one.low) == len(one.text)


@given(TEXTS)
def test_findings_stand_in_the_text(text: str) -> None:
    """Whatever the text, judging ends, and each finding's words stand in the line that it names."""
    for prefix in ("", "When the pump shall "):
        item = requirement(prefix + text)
        for finding in judge([item]).findings:
            if finding.line:
                line = (item.text or item.title).split("\n")[finding.line - 1]
                first = finding.found.removesuffix("...").split()[0]
                assert line[finding.column - 1 :].startswith(first[: len(line) - finding.column + 1])


@pytest.mark.parametrize(
    "text",
    [
        "a" * 90_000,
        "when a, " * 11_000,
        "[" * 90_000,
        '"' * 90_000,
        "<b" * 40_000,
        "(" * 90_000,
        "a_" * 40_000,
        "A-" * 40_000,
        "1 " * 40_000,
        "1.2." * 20_000,
        "x. A" * 20_000,
        "the pump shall " * 6_000,
        "IEC " * 20_000,
        "*a " * 30_000,
        "ab/" * 30_000,
        "\n- " * 30_000,
        "aA" * 40_000,
        "a" * 100_001,
    ],
    ids=lambda text: f"{text[:8]!r}",
)
def test_attack_a_text_that_takes_long(text: str) -> None:
    """ATTACK slow text: what is built to make patterns search for long is judged in seconds, or told as too long."""
    begun = time.process_time()
    assert judge([requirement(text)]).findings
    assert time.process_time() - begun < 5
