"""What a passphrase must be to seal a personal key (21 CFR 11.300)."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from clausework.core.errors import UsageFault

FEWEST_CHARACTERS = 12
_MOST_CHARACTERS = 1000
_FEWEST_DIFFERENT = 5
_LONGEST_PERIOD = 6


class PassphraseTooWeak(UsageFault):
    """A passphrase that would be guessed soon."""

    hint = f"Take four or five words that nobody would connect with you, {FEWEST_CHARACTERS} characters at the least."


def passphrase_bytes(passphrase: str) -> bytes:
    """Return the bytes that are sealed with: NFC, so that every keyboard's way of typing gives the same."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def characters_of(passphrase: str) -> int:
    """Return the number of characters of a passphrase, as its length is asked for."""
    return len(unicodedata.normalize("NFC", passphrase))


def refuse_weak(passphrase: str, email: str, name: str, *, fewest: int = FEWEST_CHARACTERS) -> None:
    """Raise ``PassphraseTooWeak`` for one that is short, repetitive, a sequence, or the owner's name.

    ``fewest`` are the characters that the plan asks for; fewer than ``FEWEST_CHARACTERS`` are never enough.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if problem := _weakness(text, email, name, max(fewest, FEWEST_CHARACTERS)):
        raise PassphraseTooWeak(f"The passphrase {problem}.")


def _weakness(text: str, email: str, name: str, fewest: int) -> str:
    folded = text.casefold().strip()
    if len(text) < fewest:
        return f"has {len(text)} characters; it needs {fewest}"
    if len(text) > _MOST_CHARACTERS:
        return f"has {len(text)} characters; {_MOST_CHARACTERS} are the most"
    if (
        folded in {email.casefold(), name.casefold()}
        or len(_without(folded, email, name)) < _FEWEST_DIFFERENT
    ):
        return "is the e-mail address or the name"
    if len(set(folded)) < _FEWEST_DIFFERENT:
        return f"has fewer than {_FEWEST_DIFFERENT} different characters"
    if any(_repeats(folded, period) for period in range(1, _LONGEST_PERIOD + 1)):
        return "repeats one short group of characters"
    if len({ord(after) - ord(before) for before, after in pairwise(folded)}) == 1:
        return "is a sequence"
    if folded.isdecimal():
        return "has digits alone"
    return ""


def _without(folded: str, email: str, name: str) -> str:
    """Return what is secret in a passphrase: what is left without the person's own address and name."""
    for known in (email, name):
        if known:
            folded = folded.replace(known.casefold(), "")
    return folded


def _repeats(text: str, period: int) -> bool:
    return all(text[position] == text[position - period] for position in range(period, len(text)))
