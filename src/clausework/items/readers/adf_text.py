"""The Atlassian Document Format as plain text: every text in its order, blocks as lines, lists with their marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausework.items.readers.tracker_json import text_of

_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "blockquote",
        "codeBlock",
        "panel",
        "listItem",
        "taskItem",
        "decisionItem",
        "tableRow",
    }
    | {"rule", "expand", "nestedExpand", "mediaSingle", "mediaGroup", "blockCard", "embedCard", "caption"}
)
_IN_PLACE = ("text", "shortName", "url", "title", "alt", "id", "timestamp")
"""Attributes that say what a node without content shows, the first of them that is there."""

_MARKS = {"listItem": "- ", "taskItem": "- ", "decisionItem": "- "}
_CELLS = frozenset({"tableCell", "tableHeader"})


def is_adf(value: Any) -> bool:
    """Tell whether ``value`` is a document in that format."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def text_of_adf(document: dict[str, Any]) -> str:
    """Return the text of ``document``, whose nesting is within bounds; what cannot be shown as text is named."""
    lines = "".join(_pieces(document)).split("\n")
    kept = [line.rstrip() for line in lines]
    return "\n".join(
        line for number, line in enumerate(kept) if line or (number and kept[number - 1])
    ).strip()


def _pieces(node: Any) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    kind = text_of(node.get("type"))
    if kind == "text":
        yield text_of(node.get("text"))
        yield from _targets(node)
    elif kind == "hardBreak":
        yield "\n"
    else:
        yield _MARKS.get(kind, "")
        yield from _inner(node, kind)
        if kind in _BLOCKS:
            yield "\n"
        elif kind in _CELLS:
            yield " | "


def _inner(node: dict[str, Any], kind: str) -> Iterator[str]:
    content = node.get("content")
    attributes = node.get("attrs")
    if isinstance(attributes, dict) and (kind in {"expand", "nestedExpand"} or not isinstance(content, list)):
        shown = next((text for name in _IN_PLACE if (text := text_of(attributes.get(name)))), "")
        yield f"{shown}\n" if isinstance(content, list) and shown else shown
    elif not isinstance(content, list) and kind not in {"paragraph", "rule", *_CELLS}:
        yield f"[{kind[:40]}]"
    for inner in content if isinstance(content, list) else ():
        yield from _pieces(inner)


def _targets(node: dict[str, Any]) -> Iterator[str]:
    """Yield where a text links to, unless the text itself says it."""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if isinstance(mark, dict) and mark.get("type") == "link" and isinstance(mark.get("attrs"), dict):
            target = text_of(mark["attrs"].get("href"))
            if target and target != text_of(node.get("text")):
                yield f" ({target})"
