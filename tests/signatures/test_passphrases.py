"""What a passphrase must be, and how it reaches the program."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.signatures.passphrases import PassphraseTooWeak, passphrase_bytes, refuse_weak
from clausework.signatures.session import (
    NoPassphrase,
    PassphrasesDiffer,
    new_passphrase_of,
    passphrase_of,
)

EMAIL, NAME = "quality@example.com", "Quinn Quality"
GOOD = "four words about pumps"


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short",
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "abcabcabcabcabc",
        "pumpumpumpumpumpum",
        "abcdefghijklmnop",
        "1234567890123",
        "202604101975",
        "aaaabbbbccccdddd",
        "quality@example.com",
        "QUALITY@example.com",
        " quality@example.com ",
        "quality@example.com1!",
        "Quinn Quality",
        "quinn quality 12",
        " " * 20,
        "x" * 1001,
    ],
)
def test_a_weak_passphrase_is_refused(weak: str) -> None:
    """Short, repeated, counted-up passphrases and one's own name or address do not seal a key."""
    with pytest.raises(PassphraseTooWeak) as caught:
        refuse_weak(weak, EMAIL, NAME)
    assert "four or five words" in caught.value.hint


def test_a_refusal_does_not_repeat_the_passphrase() -> None:
    """What was typed does not appear in the message."""
    with pytest.raises(PassphraseTooWeak) as caught:
        refuse_weak("hunter2", EMAIL, NAME)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    "good", [GOOD, "Grüße aus Köln", "correct horse battery", "密码短语需要足够长的文字", "k7#mQ!x9Zp2w"]
)
def test_a_good_passphrase_is_taken(good: str) -> None:
    """Words in any language, and long random text, are taken."""
    refuse_weak(good, EMAIL, NAME)


@given(text=st.text())
def test_each_way_of_typing_gives_the_same_bytes(text: str) -> None:
    """Composed and decomposed characters are one passphrase, and any text at all has bytes."""
    assert passphrase_bytes(unicodedata.normalize("NFD", text)) == passphrase_bytes(text)


def test_the_passphrase_is_asked_for_once() -> None:
    """At a terminal the passphrase is asked for, by the name of the key that it opens."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return GOOD

    assert passphrase_of(EMAIL, {}, ask) == GOOD
    assert asked == [f"Passphrase of {EMAIL}: "]


def test_the_variable_comes_first() -> None:
    """Where the variable is set nobody is asked, not even for a new passphrase."""
    environ = {"CLAUSEWORK_PASSPHRASE": GOOD}
    assert passphrase_of(EMAIL, environ, None) == GOOD
    assert new_passphrase_of(EMAIL, environ, None) == GOOD


def test_nobody_signs_without_a_passphrase() -> None:
    """In a pipeline, or when nothing is typed, there is no passphrase and so no signature."""
    for ask in (None, lambda _: ""):
        with pytest.raises(NoPassphrase):
            passphrase_of(EMAIL, {"CLAUSEWORK_PASSPHRASE": ""}, ask)


def test_a_new_passphrase_is_typed_twice() -> None:
    """A new passphrase that was mistyped once would lock its owner out; it is refused."""
    answers = iter([GOOD, GOOD, GOOD, "else"])
    assert new_passphrase_of(EMAIL, {}, lambda _: next(answers)) == GOOD
    with pytest.raises(PassphrasesDiffer):
        new_passphrase_of(EMAIL, {}, lambda _: next(answers))
