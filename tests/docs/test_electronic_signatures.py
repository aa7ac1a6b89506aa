"""The page on electronic signatures names each paragraph of 21 CFR Part 11, and points at what is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from clausework.cli.program import VERBS, Verbs
from clausework.plan.load import load_plan
from clausework.plan.signing import DEFAULT
from clausework.signatures import approvals
from tests.plan.examples import SMALL

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "electronic-signatures.md").read_text(encoding="utf-8")

PARAGRAPHS = (
    *(f"11.1({letter})" for letter in "abcde"),
    "11.1(f) onwards",
    "11.2(a)",
    "11.2(b)",
    "11.3",
    "11.10",
    *(f"11.10({letter})" for letter in "abcdefghij"),
    "11.10(k)(1)",
    "11.10(k)(2)",
    "11.30",
    "11.50(a)(1)",
    "11.50(a)(2)",
    "11.50(a)(3)",
    "11.50(b)",
    "11.70",
    "11.100(a)",
    "11.100(b)",
    "11.100(c)",
    "11.100(c)(1)",
    "11.100(c)(2)",
    "11.200(a)(1)",
    "11.200(a)(1)(i)",
    "11.200(a)(1)(ii)",
    "11.200(a)(2)",
    "11.200(a)(3)",
    "11.200(b)",
    *(f"11.300({letter})" for letter in "abcde"),
)


def _rows() -> list[list[str]]:
    table = PAGE.split("| paragraph |")[1]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| 11.")
    ]


def test_each_paragraph_stands_in_the_table_once() -> None:
    """No paragraph of the part is left out, and each row has all its columns."""
    assert tuple(row[0] for row in _rows()) == PARAGRAPHS
    assert all(len(row) == 5 for row in _rows())


def test_what_is_said_to_be_shown_is_there() -> None:
    """Each test that the table names is a file of this repository."""
    named = set(re.findall(r"tests/[a-z_/0-9]+\.py", PAGE))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_a_row_without_anything_done_says_so() -> None:
    """Where the column of what is done is 'nothing', something stays with the manufacturer."""
    assert all(row[4] for row in _rows() if row[2].startswith("nothing"))


def test_the_page_claims_no_compliance() -> None:
    """People judge adequacy: the page says what is done, and never that a system complies."""
    assert not re.search(r"complian|compliant|complies|meets Part 11\b(?! is)", PAGE)


def _command(words: list[str]) -> click.Command | None:
    context = click.Context(Verbs())
    command: click.Command | None = Verbs().get_command(context, words[0])
    for word in words[1:]:
        if isinstance(command, click.Group) and word.islower():
            command = command.get_command(context, word)
    return command


@pytest.mark.parametrize("shown", sorted(set(re.findall(r"clausework ([a-z]+(?: [a-z-]+)?)", PAGE))))
def test_each_command_that_is_shown_is_there(shown: str) -> None:
    """What the page tells people to type is a command of the program."""
    words = shown.split()
    assert words[0] in VERBS
    assert _command(words) is not None


def test_the_defaults_of_the_page_are_those_of_the_plan() -> None:
    """The YAML that is shown as the defaults is."""
    shown = PAGE.split("```yaml\n")[1].split("```")[0]
    assert load_plan(f"{SMALL}{shown}".encode(), "p").signing == DEFAULT


def test_every_refusal_of_a_signature_is_in_the_table() -> None:
    """Each cause for which an approval by a sealed key is refused is named on the page."""
    raised = re.findall(r"``(\w+)``", (approvals.check_approval.__doc__ or "").split("of a passkey")[0])
    assert {name for name in raised if name != "NotATime"} <= set(re.findall(r"`(\w+)`", PAGE))
