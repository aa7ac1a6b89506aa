"""Texts that a person gives: checked before anything is recorded, so that each record can hold and show them."""

from __future__ import annotations

import re

from clausework.core.errors import UsageFault
from clausework.core.printable import printable

LONGEST = 4_000
"""Characters of a reason; a Statement holds several of these."""

SHORTEST_REASON = 10
"""Characters in which nobody says how an identity was proofed (21 CFR 11.100(b)), or what was checked (5.8.8)."""

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_~-]{0,63}")


class TextUnfit(UsageFault):
    """A text cannot stand in a record: it is empty, too long, or holds what cannot be shown."""

    hint = "Give one or more plain sentences; put longer matter into a document and name it."


class VersionUnfit(UsageFault):
    """A text is no version."""

    hint = "Write it as the artefact reports it, such as 2.4.1 or 2.4.1-rc.1."


def fit_text(what: str, text: str, *, longest: int = LONGEST, empty: bool = False) -> str:
    """Return ``text`` without blanks around it; raises ``TextUnfit``. Line breaks stay."""
    text = text.strip()
    if not text and not empty:
        raise TextUnfit(f"{what} is empty.")
    if len(text) > longest:
        raise TextUnfit(f"{what} has {len(text)} characters; {longest} are the most.")
    if any(line != printable(line) for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n")):
        raise TextUnfit(f"{what} holds characters that cannot be shown: {printable(text)[:80]}.")
    return text


def fit_proof(text: str) -> str:
    """Return how an identity was proofed, if ``text`` can say it; raises ``TextUnfit``."""
    proof = fit_text("--proof", text)
    if len(proof) < SHORTEST_REASON:
        raise TextUnfit(
            f"'{proof}' is too short to say how the identity was proofed, and by whom.",
            hint='For instance --proof "passport seen by HR on 2026-03-01" (21 CFR 11.100(b)).',
        )
    return proof


def fit_check(text: str) -> str:
    """Return what was checked of a derived artefact, if ``text`` can say it; raises ``TextUnfit``."""
    check = fit_text("--check", text)
    if len(check) < SHORTEST_REASON:
        raise TextUnfit(
            f"'{check}' is too short to say what was checked.",
            hint='For instance --check "Signing log of the store read; members compared." (5.8.8).',
        )
    return check


def fit_version(text: str) -> str:
    """Return ``text`` if it can be a version; raises ``VersionUnfit``."""
    if not _VERSION.fullmatch(text):
        raise VersionUnfit(
            f"'{text[:80]}' is not a version: letters, digits and '.', '+', '_', '~', '-', 64 at the most."
        )
    return text
