"""What the words mean that a test's author put on it: links to items, or tags.

``verifies:REQ-1``, ``verifies=REQ-1``, ``@verifies(REQ-1, REQ-2)`` and the same of the other three roles are links; any
other word stays a tag as it was written. An item's ID alone is a tag here: which items there are is known later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from clausework.core.identities import is_item_id
from clausework.evidence.remarks import Remarks

Link = tuple[str, str]
"""The role in which a case verifies an item, and the item's ID."""

LONGEST_TAG = 500
"""Characters of one tag; what is longer is no word that somebody looks for, and is cut."""

MOST_TAGS = 200
"""Tags and links of one case; the rest is left out with a remark."""

_ROLE = r"(verifies(?:[_-](?:implementation|effectiveness|under[_-]fault))?)"
_LINK = re.compile(rf"@?{_ROLE}\s*(?:[:=]\s*(.*)|\((.*)\))", re.IGNORECASE | re.DOTALL)
_ROLE_ALONE = re.compile(_ROLE, re.IGNORECASE)
_WITHIN = re.compile(rf"(?<![\w@])@{_ROLE}\(([^()]{{1,{LONGEST_TAG}}})\)")
_SEPARATORS = re.compile(r"[\s,;]+")


class Tagged(msgspec.Struct, frozen=True):
    """What the words of a case come to."""

    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()


def links_of_value(role: str, value: str, remarks: Remarks) -> list[Link]:
    """Return the links in ``role`` to the IDs in ``value``, which commas, semicolons or spaces divide.

    A word that is no item's ID links nothing and is told in a remark.
    """
    written = role.lower().replace("-", "_")
    links: list[Link] = []
    for word in filter(None, _SEPARATORS.split(value[:LONGEST_TAG])):
        if is_item_id(word):
            links.append((written, word))
        else:
            remarks.add(f"'{written}' names what is no item's ID", word[:60])
    return links


def is_role(word: str) -> bool:
    """Tell whether ``word`` is a role in which a case verifies an item."""
    return _ROLE_ALONE.fullmatch(word) is not None


def sort_words(words: Iterable[str], remarks: Remarks) -> Tagged:
    """Return ``words`` sorted into links and tags, each once, in their order."""
    links: dict[Link, None] = {}
    tags: dict[str, None] = {}
    for word in words:
        if len(links) + len(tags) >= MOST_TAGS:
            remarks.add(f"a case has more than {MOST_TAGS} tags, of which the rest were left out")
            break
        found = _LINK.fullmatch(word.strip())
        if found:
            role, behind, within = found.groups()
            links.update(dict.fromkeys(links_of_value(role, behind or within or "", remarks)))
        elif word:
            tags[word[:LONGEST_TAG]] = None
    return Tagged(tuple(links), tuple(tags))


def links_within(text: str, remarks: Remarks) -> list[Link]:
    """Return the links that stand as ``@verifies(REQ-1)`` within a text, such as a test's description."""
    if "@verifies" not in text:
        return []
    return [link for role, value in _WITHIN.findall(text) for link in links_of_value(role, value, remarks)]
