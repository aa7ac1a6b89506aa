"""Writes items as the ``needs.json`` of sphinx-needs: one version, with the schema of its fields and links."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from clausework import __version__
from clausework.core.clock import timestamp
from clausework.items.model import FieldValue, Item
from clausework.items.readers.needs import is_taken
from clausework.items.writers.order import encoded, in_order, several


def write_needs(
    items: Iterable[Item], stream: BinaryIO, at: datetime, *, project: str = "Items", version: str = "1"
) -> None:
    """Write ``items`` to ``stream`` as the needs of ``version``; the same items and ``at`` give the same bytes.

    ``type`` is the item's type, each role a type of links. A field whose name means something else to sphinx-needs is
    written as ``fields.name``. Raises ``CannotBeWritten`` where two items share an ID.
    """
    ordered = in_order(items)
    moment = timestamp(at)
    document = {
        "created": moment,
        "current_version": version,
        "project": project,
        "versions": {
            version: {
                "created": moment,
                "creator": {"program": "clausework", "version": __version__},
                "needs": {item.id: _need(item) for item in ordered},
                "needs_amount": len(ordered),
                "needs_schema": _schema(ordered),
            }
        },
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    stream.write(encoded(f"{text}\n"))


def _need(item: Item) -> dict[str, Any]:
    need: dict[str, Any] = {
        "id": item.id,
        "type": str(item.type),
        "title": item.title,
        "content": item.text,
    }
    for link in item.links:
        need.setdefault(link.role, []).append(link.target)
    for name, value in item.fields.items():
        if several(value):
            need[_key(name, value)] = value if isinstance(value, str) else list(several(value))
    return need


def _key(name: str, value: FieldValue) -> str:
    other = (
        is_taken(name)
        or (name == "tags" and isinstance(value, str))
        or (name == "status" and not isinstance(value, str))
    )
    return f"fields.{name}" if other else name


def _schema(items: list[Item]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        name: {"type": "string", "field_type": "core"} for name in ("id", "type", "title", "content")
    }
    for item in items:
        for link in item.links:
            properties[link.role] = {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "field_type": "links",
            }
        for name, value in item.fields.items():
            key = _key(name, value)
            properties[key] = _described(value, properties.get(key))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": properties,
    }


def _described(value: FieldValue, before: dict[str, Any] | None) -> dict[str, Any]:
    kinds = {"null", "string" if isinstance(value, str) else "array"} | set(before["type"] if before else ())
    return {"type": sorted(kinds), "field_type": "extra"}
