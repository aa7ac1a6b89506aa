"""How Doorstop names items, and the stamps by which it knows that an item changed."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from typing import Any

_PARTED = re.compile(r"([\w.-]+)[-_.](\w+)")
_NUMBERED = re.compile(r"([\w.-]*\D)(\d+)")
_SEPARATORS = "-_."
_LONGEST_NUMBER = 50

UidKey = tuple[str, int, str]
"""What of a UID counts when two are compared: its prefix in lower case, its number (-1: none), its name."""


def uid_key(uid: str) -> UidKey | None:
    """Return what counts of ``uid``, so that ``REQ1`` and ``req-001`` are one; ``None`` where it is no UID."""
    if parted := _PARTED.match(uid):
        return _key(parted[1], parted[2])
    if numbered := _NUMBERED.match(uid):
        return _key(numbered[1].rstrip(_SEPARATORS), numbered[2])
    return None


def _key(prefix: str, rest: str) -> UidKey:
    if rest.isdecimal() and len(rest) <= _LONGEST_NUMBER:
        return prefix.lower(), int(rest), ""
    return prefix.lower(), -1, rest


def plain_text(value: str) -> str:
    """Return a text as Doorstop keeps it: no empty lines around it, no blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in value.strip("\n").split("\n"))


def stamp_of(
    uid: str,
    text: str,
    ref: str,
    references: list[dict[str, Any]],
    reviewed: Iterable[Any],
    links: Iterable[str] = (),
) -> str:
    """Return the stamp of an item: the SHA-256 of what it says, in URL-safe Base64.

    ``references`` and ``reviewed`` (the attributes that the document counts too) are typed as YAML 1.1 types them.
    With its ``links``, in their order, it is the stamp of the item's review; without, that which links to it bear.
    """
    parts = [uid, text, ref]
    if references:
        parts.append(str(references))
    parts += links
    parts += (_serialized(value) for value in reviewed)
    digest = hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest).decode("ascii")


def _serialized(value: Any) -> str:
    if isinstance(value, list):
        return "\\L" + "".join(map(_serialized, value))
    if isinstance(value, dict):
        return "\\D" + "".join(_serialized(value[key]) for key in sorted(value))
    return f"\\T{type(value)}\\V" + str(value).replace("\\", "\\\\")
