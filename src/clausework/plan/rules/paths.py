"""Whether what a plan says of files stays within the plan's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.rules.clauses import Placed


def outside(written: Iterable[Placed], document: PlacedDocument) -> Iterator[Finding]:
    """Tell each path that does not lead down from the plan's folder."""
    for path, text in written:
        if text.startswith(("/", "~")) or "\\" in text or ":" in text[:2] or ".." in text.split("/"):
            message = f"'{text}' does not lead down from the plan's folder"
            hint = "Write paths relative to the plan, with '/' and without '..'."
            yield Finding("path", message, document.place_of(path), hint=hint)
